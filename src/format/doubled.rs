//! JSON of which each backslash is written twice, as `COPY` of Postgres and `mysql --batch` do with a text that is JSON.
//!
//! `{"text": "One.\\\\nTwo \\\\"quoted\\\\"."}`: a record with quotation marks is no JSON, and one without is, with a backslash and an `n` in place of
//! each line end. So what the beginning of a dump has tells for all of it.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::dialect::ends_a_sentence;
use super::{Content, Opened, Refill, Refilled, Reopen, Restart, read_head};
use crate::text::Slice;

/// Whether each backslash of a dump that begins like this is written twice: all come in pairs, and a line end in a string or a quotation mark
/// shows that they should not.
pub(super) fn begins(head: &[u8]) -> bool {
    /// So many lines are looked at for one that is JSON only when backslashes are halved.
    const LINES: usize = 20;
    let (mut at, mut has_line_end) = (0, false);
    while let Some(found) = memchr::memchr(b'\\', head.slice(at..)) {
        let place = at + found;
        match head.get(place..) {
            Some([_, b'\\', sign, ..]) => {
                has_line_end |= matches!(sign, b'n' | b'r') && is_line_end(head, place);
            }
            // The head may end within a pair.
            Some([_] | [_, b'\\']) => break,
            _ => return false,
        }
        at = place + 2;
    }
    if at == 0 || has_line_end {
        return has_line_end;
    }
    let is_json = |line: &[u8]| serde_json::from_slice::<IgnoredAny>(line).is_ok();
    let is_halved = |line: &[u8]| {
        let mut half = Vec::new();
        halved(line).read_to_end(&mut half).is_ok() && is_json(&half)
    };
    let mut lines = head.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{")).take(LINES);
    lines.any(|line| !is_json(line) && is_halved(line))
}

/// Whether the doubled `\n` at a place is a line end rather than the beginning of a word: another one follows it, or the end of a sentence comes before.
fn is_line_end(text: &[u8], place: usize) -> bool {
    text.slice(place + 3..).starts_with(br"\\n") || ends_a_sentence(text.slice(..place))
}

/// Reads such a dump as `read` reads others.
pub(super) fn read<'a>(opened: Opened<'a>, read: fn(Opened<'a>) -> Content) -> Content {
    let Opened { head, rest, reopen, .. } = opened;
    let mut rest: Box<dyn Read + Send> = Box::new(halved(Cursor::new(head).chain(rest)));
    // What cannot be read is met again.
    let head = read_head(&mut rest).unwrap_or_default();
    let reopen = reopen.map(|reopen| -> Reopen { Arc::new(move || Ok(Box::new(halved(reopen()?)))) });
    let mut content = read(Opened { head, rest, reopen, ..opened });
    content.restart = content
        .restart
        .map(|mut restart| -> Box<Restart> { Box::new(move |rest| restart(Box::new(halved(rest)))) });
    content
}

/// A text of which each pair of backslashes is one.
fn halved<R: Read>(inner: R) -> Refilled<Halved<R>> {
    Refilled::new(Halved { inner, is_after_backslash: false })
}

struct Halved<R> {
    inner: R,
    is_after_backslash: bool,
}

impl<R: Read> Refill for Halved<R> {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        let mut chunk = [0; 16 << 10];
        let count = self.inner.read(&mut chunk)?;
        for byte in chunk.get(..count).unwrap_or_default() {
            let is_second = std::mem::take(&mut self.is_after_backslash);
            match (is_second, *byte) {
                (false, b'\\') => self.is_after_backslash = true,
                (true, b'\\') | (false, _) => ready.push(*byte),
                // One that stands alone is left.
                (true, _) => ready.extend([b'\\', *byte]),
            }
        }
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_one_where_the_beginning_shows_it() {
        for (dump, expected) in [
            (r#"{"a": "One.\\n\\nTwo"}"#, Some(r#"{"a": "One.\n\nTwo"}"#)),
            (r#"{"a": "One:\\r\\nTwo"}"#, Some(r#"{"a": "One:\r\nTwo"}"#)),
            (r#"{"a": "say \\"no\\" now"}"#, Some(r#"{"a": "say \"no\" now"}"#)),
            (r#"{"a": "C:\\\\dir. \\nB"}"#, None),
            (r#"{"a": "C:\\\\dir.\\nB"}"#, Some(r#"{"a": "C:\\dir.\nB"}"#)),
            // Letters of a formula and of a path, and a dump that has others.
            (r#"{"a": "$\\nabla \\nu$ in C:\\new"}"#, None),
            (r#"{"a": "One.\\n\\nTwo", "b": "\n"}"#, None),
            (r#"{"a": "x"}"#, None),
            (r#"{"a": "x\\"#, None),
        ] {
            let mut text = String::new();
            halved(dump.as_bytes()).read_to_string(&mut text).expect("it is UTF-8");
            assert_eq!(begins(dump.as_bytes()).then_some(&*text), expected, "{dump}");
        }
    }
}
