//! JSON lines of which each backslash is written twice, as `COPY` of Postgres and `mysql --batch` do with a text that is JSON.
//!
//! A record of such a dump that has a quotation mark in it, `{"text": "say \\"no\\""}`, is no JSON, and is read by halving. One that has line ends
//! alone is JSON, with a backslash and an `n` in place of each. So the beginning of a dump tells for all of it: all backslashes come in pairs, two
//! lines or more are JSON only when those are halved, and none stops to be.

use std::io::{Cursor, Read};
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::{Content, Filter, Filtered, Opened, Refilled, Reopen, Restart, read_head};
use crate::text::Slice;

/// Whether each backslash of a dump that begins like this is written twice.
pub(super) fn begins(head: &[u8]) -> bool {
    /// One may be broken in another way.
    const LEAST_LINES: usize = 2;
    let mut next = 0;
    // A beginning may end between the two.
    while let Some(found) = head.get(next..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        next += found + 2;
        if head.get(next - 1).is_some_and(|byte| *byte != b'\\') {
            return false;
        }
    }
    let is_json = |line: &[u8]| serde_json::from_slice::<IgnoredAny>(line).is_ok();
    let whole = memchr::memrchr(b'\n', head).filter(|_| next > 0).unwrap_or_default();
    let lines =
        head.slice(..whole).split(|byte| *byte == b'\n').filter(|line| memchr::memchr(b'\\', line).is_some());
    let mut needed = 0;
    for line in lines {
        let mut half = Vec::new();
        halved(line).read_to_end(&mut half).expect("memory can be read");
        match (is_json(line), is_json(&half)) {
            (true, false) => return false,
            (false, true) => needed += 1,
            _ => {}
        }
    }
    needed >= LEAST_LINES
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
fn halved<R: Read>(inner: R) -> Refilled<Filtered<Halved, R>> {
    Filtered::new(Halved::default(), inner)
}

#[derive(Default)]
struct Halved {
    is_after_backslash: bool,
}

impl Filter for Halved {
    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) {
        match (std::mem::take(&mut self.is_after_backslash), byte) {
            (false, b'\\') => self.is_after_backslash = true,
            (true, b'\\') | (false, _) => ready.push(byte),
            // One that stands alone is left.
            (true, _) => ready.extend([b'\\', byte]),
        }
    }

    fn end(&mut self, ready: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_after_backslash) {
            ready.push(b'\\');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_one_where_lines_need_it() {
        let (quoted, plain) = (r#"{"a": "say \\"no\\"."}"#, r#"{"a": "One.\\n\\nTwo in C:\\\\new"}"#);
        for (lines, expected) in [
            (vec![quoted, plain, quoted], true),
            // One line may be broken in another way.
            (vec![plain, quoted, plain], false),
            // None needs it.
            (vec![plain, plain, plain], false),
            // One would be no JSON, and one has a single backslash.
            (vec![quoted, quoted, r#"{"a": "C:\\dir"}"#], false),
            (vec![quoted, quoted, r#"{"a": "One.\nTwo"}"#], false),
            (vec![r#"{"a": "x"}"#], false),
        ] {
            let dump = format!("{}\n", lines.join("\n"));
            assert_eq!(begins(dump.as_bytes()), expected, "{dump}");
        }
        let mut text = String::new();
        halved(plain.as_bytes()).read_to_string(&mut text).expect("it is UTF-8");
        assert_eq!(text, r#"{"a": "One.\n\nTwo in C:\\new"}"#);
        // However many bytes are there at a time.
        for end in 0..plain.len() {
            let (first, second) = plain.as_bytes().split_at(end);
            let mut parts = String::new();
            halved(first.chain(second)).read_to_string(&mut parts).expect("it is UTF-8");
            assert_eq!(parts, text);
        }
        halved(&b"x\\"[..]).read_to_string(&mut text).expect("it is UTF-8");
        assert!(text.ends_with("x\\"));
    }
}
