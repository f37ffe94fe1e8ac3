//! Tables that are not written as RFC 4180 has it, rewritten so that they are: every field that needs it within `"`, and `""` for one in it.
//!
//! Databases write line ends and tabs in a field as `\n` and `\t`, or with a backslash before them, and quote nothing (`COPY`, `INTO OUTFILE`,
//! `mysql --batch`, `FORMAT TSV`) or everything; some quote with `'`. In other tables a backslash is a letter: of a path, a formula, a pattern. What a table's
//! first 64 KiB have tells which it is ([`Dialect::of`]).

use std::io::{self, Read};

use super::{Refill, Refilled};
use crate::text::Slice;

/// How a table is written, but for what separates its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    delimiter: u8,
    /// What fields are within; `None` where none is.
    quote: Option<u8>,
    backslash: Backslash,
}

/// What a backslash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Backslash {
    /// A letter.
    Letter,
    /// A letter, but before a quotation mark or another one.
    Quotes,
    /// The first half of a sign: `\n`, `\t`, `\\`, `\N`, or the sign after it.
    Escapes,
}

impl Dialect {
    /// The dialect of a table that begins like this; `None` where it is RFC 4180's.
    pub(super) fn of(delimiter: u8, head: &[u8]) -> Option<Self> {
        let usual = Marks::of(b'"', delimiter, head);
        let has_quotes = usual.enclosed > usual.stray;
        let single = Marks::of(b'\'', delimiter, head);
        let quote = if usual.enclosed == 0 && single.enclosed > 1 + single.stray { b'\'' } else { b'"' };
        let signs = Signs::of(delimiter, head);
        let backslash = if quote == b'\'' || usual.doubled > 0 {
            Backslash::Letter
        } else if signs.are_escapes() && !(has_quotes && usual.line_ends > 0) {
            Backslash::Escapes
        } else if usual.escaped > 0 {
            Backslash::Quotes
        } else {
            Backslash::Letter
        };
        if (quote, backslash) == (b'"', Backslash::Letter) {
            return None;
        }
        // Of a table with commas the first quotation mark may come later.
        let is_quoted =
            has_quotes || quote == b'\'' || backslash == Backslash::Quotes || b",;".contains(&delimiter);
        Some(Self { delimiter, quote: is_quoted.then_some(quote), backslash })
    }

    /// The table as RFC 4180 has it.
    pub(super) fn read<R: Read>(self, inner: R) -> Refilled<Rewritten<R>> {
        Refilled::new(Rewritten {
            dialect: self,
            inner,
            place: Place::Start,
            is_after_backslash: false,
            is_after_return: false,
        })
    }
}

/// What quotation marks of one kind do in a table.
#[derive(Default)]
struct Marks {
    /// Fields that are within a pair of them.
    enclosed: usize,
    /// Marks that open a field and close none.
    stray: usize,
    /// Pairs of them in such fields.
    doubled: usize,
    /// With a backslash before them in such fields.
    escaped: usize,
    /// Line ends in such fields without a backslash before them.
    line_ends: usize,
}

impl Marks {
    fn of(mark: u8, delimiter: u8, head: &[u8]) -> Self {
        let is_edge = |at: Option<usize>| {
            at.and_then(|at| head.get(at)).is_none_or(|byte| *byte == delimiter || b"\r\n".contains(byte))
        };
        let mut marks = Self::default();
        let mut at = 0;
        while let Some(found) = memchr::memchr(mark, head.slice(at..)) {
            let open = at + found;
            at = open + 1;
            if !is_edge(open.checked_sub(1)) {
                continue;
            }
            let (mut doubled, mut escaped, mut line_ends) = (0, 0, 0);
            let mut end = at;
            let is_enclosed = loop {
                match head.get(end) {
                    // The head may end within a field.
                    None => break false,
                    Some(b'\\') => {
                        // At a field's end it is a letter before the mark that closes it.
                        let is_mark = head.get(end + 1) == Some(&mark) && !is_edge(Some(end + 2));
                        escaped += usize::from(is_mark);
                        end += if is_mark || head.get(end + 1) != Some(&mark) { 2 } else { 1 };
                    }
                    Some(b'\n') => {
                        line_ends += 1;
                        end += 1;
                    }
                    Some(byte) if *byte != mark => end += 1,
                    Some(_) if head.get(end + 1) == Some(&mark) => {
                        doubled += 1;
                        end += 2;
                    }
                    Some(_) => break is_edge(Some(end + 1)),
                }
            };
            if is_enclosed {
                marks.enclosed += 1;
                marks.doubled += doubled;
                marks.escaped += escaped;
                marks.line_ends += line_ends;
                at = end + 1;
            } else {
                marks.stray += usize::from(end < head.len());
            }
        }
        marks
    }
}

/// What backslashes in a text stand before.
#[derive(Default)]
struct Signs {
    /// What only a writer has that escapes: another backslash, a line end or a delimiter, `\N` as a whole field, `\n` after the end of a sentence or
    /// of a line.
    certain: usize,
    /// Letters that no writer escapes.
    foreign: usize,
}

impl Signs {
    fn of(delimiter: u8, head: &[u8]) -> Self {
        let is_edge =
            |byte: Option<&u8>| byte.is_none_or(|byte| *byte == delimiter || b"\r\n".contains(byte));
        let mut signs = Self::default();
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'\\', head.slice(at..)) {
            let place = at + found;
            at = place + 2;
            let Some(next) = head.get(place + 1) else { break };
            let is_field = is_edge(head.get(place.wrapping_sub(1))) && is_edge(head.get(at));
            match next {
                b'\\' | b'\n' | b'\r' => signs.certain += 1,
                b'N' if is_field => signs.certain += 1,
                b'n' | b'r' => signs.certain += usize::from(ends_a_line(head, place)),
                b't' | b'0' | b'b' | b'f' | b'v' | b'Z' | b'"' | b'\'' => {}
                next if *next == delimiter => signs.certain += 1,
                _ => signs.foreign += 1,
            }
        }
        signs
    }

    fn are_escapes(&self) -> bool {
        self.certain > 0 && self.foreign == 0
    }
}

/// Whether the `\n` or `\r` at a place is a line end rather than the beginning of a word: another one follows it, or the end of a sentence comes before.
fn ends_a_line(text: &[u8], place: usize) -> bool {
    text.slice(place + 2..).starts_with(b"\\n") || ends_a_sentence(text.slice(..place))
}

/// Whether a text ends as a sentence does.
pub(super) fn ends_a_sentence(text: &[u8]) -> bool {
    // A colon also stands before a backslash in `C:\news`.
    const SIGNS: [&str; 17] =
        [".", "!", "?", "\"", "'", ")", ">", "…", "”", "»", "’", "。", "！", "？", "」", "।", "؟"];
    SIGNS.iter().any(|sign| text.ends_with(sign.as_bytes()))
}

/// Rewrites a table.
pub(super) struct Rewritten<R> {
    dialect: Dialect,
    inner: R,
    place: Place,
    is_after_backslash: bool,
    /// A carriage return may be a part of a line end, or of a field.
    is_after_return: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before a field.
    Start,
    /// In a field without quotation marks.
    Bare,
    Quoted,
    /// After a quotation mark in such a field.
    AfterQuote,
}

impl<R> Rewritten<R> {
    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_after_return) {
            if byte == b'\n' {
                self.end(ready);
                ready.push(b'\r');
            } else {
                self.letter(b'\r', ready);
            }
        }
        if std::mem::take(&mut self.is_after_backslash) {
            return self.escaped(byte, ready);
        }
        let quote = self.dialect.quote;
        if self.place == Place::AfterQuote {
            self.place = Place::Quoted;
            if Some(byte) == quote {
                return self.letter(byte, ready);
            }
            if byte == self.dialect.delimiter || byte == b'\n' {
                self.end(ready);
                return ready.push(byte);
            }
            if byte == b'\r' {
                self.place = Place::AfterQuote;
                self.is_after_return = true;
                return;
            }
            self.place = Place::Bare;
        }
        match byte {
            b'\\' if self.dialect.backslash != Backslash::Letter => self.is_after_backslash = true,
            _ if self.place == Place::Quoted => {
                if Some(byte) == quote {
                    self.place = Place::AfterQuote;
                } else {
                    self.letter(byte, ready);
                }
            }
            _ if Some(byte) == quote && self.place == Place::Start => {
                ready.push(b'"');
                self.place = Place::Quoted;
            }
            b'\r' => self.is_after_return = true,
            _ if byte == self.dialect.delimiter || byte == b'\n' => {
                self.end(ready);
                ready.push(byte);
            }
            _ => self.letter(byte, ready),
        }
    }

    /// Passes what follows a backslash.
    fn escaped(&mut self, byte: u8, ready: &mut Vec<u8>) {
        if self.dialect.backslash == Backslash::Quotes && !matches!(byte, b'"' | b'\\') {
            self.letter(b'\\', ready);
            return self.pass(byte, ready);
        }
        if self.dialect.backslash == Backslash::Quotes {
            return self.letter(byte, ready);
        }
        let sign = match byte {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'0' => 0,
            b'b' => 8,
            b'f' => 0xC,
            b'v' => 0xB,
            b'Z' => 0x1A,
            // Of a whole field, no value.
            b'N' if self.place == Place::Start => {
                self.letter(b'\\', ready);
                b'N'
            }
            other => other,
        };
        self.letter(sign, ready);
    }

    /// Writes a letter of a field.
    fn letter(&mut self, byte: u8, ready: &mut Vec<u8>) {
        if matches!(self.place, Place::Start) {
            ready.push(b'"');
            self.place = Place::Bare;
        }
        if byte == b'"' {
            ready.push(b'"');
        }
        ready.push(byte);
    }

    /// Ends a field.
    fn end(&mut self, ready: &mut Vec<u8>) {
        if self.place != Place::Start {
            ready.push(b'"');
        }
        self.place = Place::Start;
    }
}

impl<R: Read> Refill for Rewritten<R> {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        let mut chunk = [0; 16 << 10];
        let count = self.inner.read(&mut chunk)?;
        chunk[..count].iter().for_each(|byte| self.pass(*byte, ready));
        // A field that is open within quotation marks stays so.
        if count == 0 && matches!(self.place, Place::Bare | Place::AfterQuote) {
            self.end(ready);
        }
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(delimiter: u8, table: &str) -> Option<String> {
        let dialect = Dialect::of(delimiter, table.as_bytes())?;
        let mut text = String::new();
        dialect.read(table.as_bytes()).read_to_string(&mut text).expect("it is UTF-8");
        // However many bytes are there at a time.
        let mut bytes = Vec::new();
        let mut single = Rewritten {
            dialect,
            inner: io::empty(),
            place: Place::Start,
            is_after_backslash: false,
            is_after_return: false,
        };
        table.bytes().for_each(|byte| single.pass(byte, &mut bytes));
        single.refill(&mut bytes).expect("nothing can fail");
        assert_eq!(String::from_utf8_lossy(&bytes), text);
        Some(text)
    }

    #[test]
    fn what_a_backslash_is_shows_in_the_table() {
        for (delimiter, table, expected) in [
            // `mysql --batch` and `COPY`
            (
                b'\t',
                "id\ttext\n1\t\"A\" b.\\n\\nC:\\\\new\\tx\n\\N\tx\r\n",
                Some("\"id\"\t\"text\"\n\"1\"\t\"\"\"A\"\" b.\n\nC:\\new\tx\"\n\"\\N\"\t\"x\"\r\n"),
            ),
            // `INTO OUTFILE`
            (b'\t', "id\ttext\n1\tA b\\\n\\\nc\\\td\n", Some("\"id\"\t\"text\"\n\"1\"\t\"A b\n\nc\td\"\n")),
            (b'|', "id|text\n1|a \\| b", Some("\"id\"|\"text\"\n\"1\"|\"a | b\"")),
            (b',', "a,b\n\"1\",\"x \\\"y\\\" \\\nz\"\n", Some("\"a\",\"b\"\n\"1\",\"x \"\"y\"\" \nz\"\n")),
            // `COPY` of cqlsh
            (b',', "a,b\n1,\"x, y.\\n\\nz\"\n", Some("\"a\",\"b\"\n\"1\",\"x, y.\n\nz\"\n")),
            // Quotation marks alone are escaped, and a backslash is a letter.
            (
                b',',
                "a,b\n\"1\",\"x \\\"y\\\" C:\\dir\"\n",
                Some("\"a\",\"b\"\n\"1\",\"x \"\"y\"\" C:\\dir\"\n"),
            ),
            (b',', "'a','b'\n1,'it''s \"x\", y'\n", Some("\"a\",\"b\"\n\"1\",\"it's \"\"x\"\", y\"\n")),
            // In these it is a letter, and there is nothing to rewrite.
            (b'\t', "id\tpath\n1\tC:\\new\\texts\\rye\n2\tC:\\new\n", None),
            (b'\t', "id\tpath\n1\tC:\\new\\table\n", None),
            (b'\t', "id\ttext\n1\tOn $\\nabla \\tau$ and \\nu\n", None),
            (b',', "a,b\n1,\"{\"\"x\"\": \"\"y.\\n\\nz\"\"}\"\n", None),
            (b',', "a,b\n1,\"x.\ny\\nz.\\n\"\n", None),
            (b',', "a,b\n1,'tis\n2,it's\n", None),
        ] {
            assert_eq!(rewritten(delimiter, table).as_deref(), expected, "{table}");
        }
    }

    #[test]
    fn a_field_that_is_open_at_the_end_stays_open() {
        let table = "a,b\n\"1\",\"x \\\"y\\\".\"\n\"2\",\"z";
        assert_eq!(rewritten(b',', table).as_deref(), Some("\"a\",\"b\"\n\"1\",\"x \"\"y\"\".\"\n\"2\",\"z"));
    }
}
