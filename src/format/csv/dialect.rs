//! Tables that are not written as RFC 4180 has it, rewritten so that they are: each field within `"`, and `""` for one in it.
//!
//! Databases quote nothing and put a backslash before line ends and delimiters in a field (`SELECT … INTO OUTFILE`, `mysqldump --tab`), or
//! write them as `\n` and `\t` (`COPY` of Postgres, `mysql --batch`, `FORMAT TSV` of `ClickHouse`, `trino`, Miller); some quote with `'` (`.mode quote` of
//! `SQLite`). In all other tables a backslash and a `'` are letters, of a path, a formula, a name.
//!
//! A dialect is chosen by comparison: the head of the table is read both ways, and the dialect's is kept where RFC 4180 leaves rows that do not
//! fit the header, and the dialect none, or where all names are within `'`. `\n` in fields breaks no row. It is a line end where paragraphs are told by nothing else: no backslash stands
//! before what no writer escapes, and sentences end before `\n` and begin after it twice or more in half of the long rows.

use std::io::Read;

use super::head::{Fits, Head};
use super::torn::Anchor;
use crate::format::{Filter, Filtered, Refill, Refilled};
use crate::text::Slice;

/// How a table is written, but for what separates its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// No field is within quotation marks, and a backslash stands before what would end one.
    Escaped,
    /// The same, where line ends are written `\n`, so that a line is a row.
    Lines,
    /// Fields are within `'`, and `''` is one of its letters.
    Single,
    /// Line ends in fields are not marked.
    Torn(Anchor),
}

/// Fewer rows are no evidence.
const LEAST_ROWS: usize = 2;
/// Signs that only the dialect explains; one or two may be chance.
const LEAST_SIGNS: usize = 3;

impl Dialect {
    /// The dialect without which the table that begins like this cannot be read; `usual` are its rows as they would be.
    pub(super) fn of(delimiter: u8, usual: &Head, head: &[u8]) -> Option<Self> {
        let has = |bytes: &[u8]| memchr::memmem::find(head, bytes).is_some();
        let is_cut = Head::is_cut(head);
        let fits = usual.fits(is_cut);
        if (has(&[b'\\', delimiter]) || has(b"\\\n") || has(b"\\\r\n") || has(b"\\n"))
            && Self::Escaped.fits_all(delimiter, head, is_cut)
            && ((fits.misfits > 0 && ends_escaped(delimiter, head) >= LEAST_SIGNS)
                || (delimiter == b'\t' && line_ends_are_letters(head)))
            && !is_quoted(delimiter, head)
        {
            let are_lines = !has(b"\\\n") && !has(b"\\\r\n");
            return Some(if are_lines { Self::Lines } else { Self::Escaped });
        }
        let may_be_single = has(&[b'\'', delimiter, b'\'']) || has(b"'\n") || has(b"'\r");
        let is_single = if has_single_names(delimiter, head) {
            // One that is not closed costs its row, and not the table.
            let fits = Self::Single.fits(delimiter, head, is_cut);
            fits.misfits * 4 < fits.rows && fits.columns > 1
        } else {
            fits.misfits > 0
                && Self::Single.fits_all(delimiter, head, is_cut)
                && are_sound_fields(delimiter, head)
        };
        if may_be_single && is_single {
            return Some(Self::Single);
        }
        let is_torn = fits.misfits > 0 && !is_quoted(delimiter, head);
        is_torn.then(|| Anchor::find(delimiter, head, is_cut)).flatten().map(Self::Torn)
    }

    /// Whether all rows have as many fields as the first.
    fn fits_all(self, delimiter: u8, head: &[u8], is_cut: bool) -> bool {
        let fits = self.fits(delimiter, head, is_cut);
        fits.misfits == 0 && fits.rows > LEAST_ROWS && fits.columns > 1
    }

    fn fits(self, delimiter: u8, head: &[u8], is_cut: bool) -> Fits {
        let mut rewritten = Vec::new();
        self.read(delimiter, head).read_to_end(&mut rewritten).expect("memory can be read");
        let parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Head::of(parser, &rewritten).fits(is_cut)
    }

    /// The table as RFC 4180 has it.
    pub(super) fn read<'a>(self, delimiter: u8, inner: impl Read + Send + 'a) -> Box<dyn Read + Send + 'a> {
        match self {
            Self::Torn(anchor) => Box::new(anchor.read(inner)),
            _ => Box::new(self.rewritten(delimiter, inner)),
        }
    }

    fn rewritten<R: Read>(self, delimiter: u8, inner: R) -> Refilled<Filtered<Rewritten, R>> {
        let filter = Rewritten {
            dialect: self,
            delimiter,
            place: Place::Start,
            is_after_backslash: false,
            is_after_return: false,
        };
        Filtered::new(filter, inner)
    }
}

/// Whether what begins with a `'` ends with one, wherever a field is within them: in `'Til dawn` and `'n' roll` they are letters.
fn are_sound_fields(delimiter: u8, head: &[u8]) -> bool {
    let (mut is_open, mut last) = (false, b'\n');
    let mut bytes = head.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (is_open, byte) {
            (false, b'\'') if last == delimiter || last == b'\n' => is_open = true,
            (true, b'\'') if bytes.peek() == Some(&b'\'') => drop(bytes.next()),
            (true, b'\'') => {
                let ends = bytes.peek().is_none_or(|next| *next == delimiter || b"\r\n".contains(next));
                if !ends {
                    return false;
                }
                is_open = false;
            }
            _ => {}
        }
        last = byte;
    }
    true
}

/// Whether all names of the columns are within `'`.
fn has_single_names(delimiter: u8, head: &[u8]) -> bool {
    let names = head.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    names
        .split(|byte| *byte == delimiter)
        .all(|name| name.len() > 2 && name.starts_with(b"'") && name.ends_with(b"'"))
}

/// How many backslashes stand before a line end or a delimiter.
fn ends_escaped(delimiter: u8, head: &[u8]) -> usize {
    escapes(head)
        .filter(|at| head.get(at + 1).is_some_and(|byte| *byte == delimiter || b"\r\n".contains(byte)))
        .count()
}

/// Where each backslash is that begins an escape: of two the first.
fn escapes(text: &[u8]) -> impl Iterator<Item = usize> {
    let mut next = 0;
    memchr::memchr_iter(b'\\', text).filter(move |at| {
        let begins = *at >= next;
        if begins {
            next = at + 2;
        }
        begins
    })
}

/// Whether fields are within quotation marks: `""` is within some, or many are.
fn is_quoted(delimiter: u8, head: &[u8]) -> bool {
    let (mut quoted, mut rows) = (0, 0);
    for row in head.split(|byte| *byte == b'\n') {
        rows += 1;
        let mut is_quoted_row = false;
        for field in row.trim_ascii_end().split(|byte| *byte == delimiter) {
            let Some(inside) = field.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
                continue;
            };
            let marks = memchr::memchr_iter(b'"', inside).count();
            let pairs = memchr::memmem::find_iter(inside, b"\"\"").count();
            if pairs > 0 && marks == 2 * pairs {
                return true;
            }
            is_quoted_row |= marks == 0;
        }
        quoted += usize::from(is_quoted_row);
    }
    quoted * 2 >= rows
}

/// Whether `\n` is a line end in a table without quotation marks.
fn line_ends_are_letters(head: &[u8]) -> bool {
    /// A text has so many in each row that tells; a program's string or a pattern, which a text shows, has one.
    const LEAST_ENDS: usize = 2;
    /// A row with a text of several paragraphs is longer.
    const LONG_BYTES: usize = 200;
    /// Of so many line ends one may stand between words.
    const CERTAIN_AN_UNCERTAIN: usize = 10;
    let (mut long, mut told, mut certain, mut uncertain) = (0, 0, 0, 0);
    for row in head.split(|byte| *byte == b'\n') {
        let mut ends = 0;
        for field in row.strip_suffix(b"\r").unwrap_or(row).split(|byte| *byte == b'\t') {
            if field == b"\\N" {
                continue;
            }
            let mut quoting = Quoting::default();
            let is_small = |at: usize| field.get(at).is_some_and(u8::is_ascii_lowercase);
            for at in escapes(field) {
                quoting.pass_to(field, at);
                match field.get(at + 1) {
                    _ if matches!(field.first(), Some(b'{' | b'[')) => return false,
                    Some(b'n' | b'r') => match line_end(field, at) {
                        // A text between quotation marks may be a program's.
                        Some(true) => ends += usize::from(!quoting.is_open()),
                        Some(false) => {}
                        None => uncertain += 1,
                    },
                    // Of `\temp`, `\theta`.
                    Some(b't') if is_small(at + 2) => uncertain += 1,
                    // Of `\backup`, `\frac`.
                    Some(b'b' | b'f') if is_small(at + 2) => return false,
                    Some(b'\\' | b't' | b'\'' | b'b' | b'f' | b'0') => {}
                    // No writer escapes it, or it is an escape of JSON, of which a writer would have escaped the backslash.
                    _ => return false,
                }
            }
        }
        certain += ends;
        if row.len() >= LONG_BYTES {
            long += 1;
            told += usize::from(ends >= LEAST_ENDS);
        }
    }
    told >= LEAST_ROWS && told * 2 >= long && uncertain * CERTAIN_AN_UNCERTAIN <= certain
}

/// Quotation marks in a text, each of which may be around a part of a program.
#[derive(Default)]
struct Quoting {
    at: usize,
    is_double: bool,
    is_single: bool,
    is_back: bool,
}

impl Quoting {
    fn pass_to(&mut self, field: &[u8], end: usize) {
        let is_word =
            |at: usize| field.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
        for (at, byte) in (self.at..end).zip(field.slice(self.at..end)) {
            match byte {
                b'"' => self.is_double ^= true,
                b'`' => self.is_back ^= true,
                // Others are apostrophes.
                b'\'' if self.is_single => self.is_single = is_word(at + 1),
                b'\'' => self.is_single = !is_word(at.wrapping_sub(1)),
                _ => {}
            }
        }
        self.at = end;
    }

    fn is_open(&self) -> bool {
        self.is_double || self.is_single || self.is_back
    }
}

/// Whether the `\n` at a place ends a line: `Some(true)` where a sentence ends before it and another begins after it; `None` where a word goes on in
/// a small letter, as it does in `\nabla` and `C:\new`.
fn line_end(field: &[u8], at: usize) -> Option<bool> {
    // A colon also stands before a backslash in `C:\News`.
    const SIGNS: [&str; 13] = [".", "!", "?", "…", "”", "»", "’", "。", "！", "？", "」", "।", "؟"];
    let before = field.slice(..at);
    let mut after = field.slice(at..);
    while let Some(rest) = after.strip_prefix(b"\\n").or(after.strip_prefix(b"\\r")) {
        after = rest;
    }
    let is_second = before.ends_with(b"\\n") || before.ends_with(b"\\r");
    if is_second || after.is_empty() {
        return Some(false);
    }
    // Some indent paragraphs.
    let text = after.trim_ascii_start();
    let text = [&b"\""[..], b"'", "“".as_bytes(), "«".as_bytes()]
        .iter()
        .find_map(|mark| text.strip_prefix(*mark))
        .unwrap_or(text);
    let begins = text.first().is_some_and(|byte| byte.is_ascii_uppercase() || !byte.is_ascii());
    let is_indented = after.first() == Some(&b' ');
    if !is_indented && text.first().is_some_and(u8::is_ascii_lowercase) {
        return None;
    }
    Some(begins && SIGNS.iter().any(|sign| before.ends_with(sign.as_bytes())))
}

/// Rewrites a table.
struct Rewritten {
    dialect: Dialect,
    delimiter: u8,
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

impl Rewritten {
    /// Passes what follows a backslash.
    fn escaped(&mut self, byte: u8, ready: &mut Vec<u8>) {
        let letter = match byte {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 0xC,
            b'0' => 0,
            b'\\' | b'\'' | b'"' | b'\n' | b'\r' => byte,
            _ if byte == self.delimiter => byte,
            // No writer escapes it, and `\N` is no value.
            _ => {
                self.letter(b'\\', ready);
                byte
            }
        };
        self.letter(letter, ready);
    }

    /// Writes a letter of a field.
    fn letter(&mut self, byte: u8, ready: &mut Vec<u8>) {
        if self.place == Place::Start {
            ready.push(b'"');
            self.place = Place::Bare;
        }
        if byte == b'"' {
            ready.push(b'"');
        }
        ready.push(byte);
    }

    /// Ends a field.
    fn end_field(&mut self, ready: &mut Vec<u8>) {
        if self.place != Place::Start {
            ready.push(b'"');
        }
        self.place = Place::Start;
    }
}

impl Filter for Rewritten {
    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_after_return) {
            if byte == b'\n' {
                self.end_field(ready);
                ready.push(b'\r');
            } else {
                self.letter(b'\r', ready);
            }
        }
        if std::mem::take(&mut self.is_after_backslash) {
            return self.escaped(byte, ready);
        }
        if self.place == Place::AfterQuote {
            self.place = if byte == b'\'' { Place::Quoted } else { Place::Bare };
            if byte == b'\'' {
                return self.letter(byte, ready);
            }
        }
        let is_single = self.dialect == Dialect::Single;
        match byte {
            b'\'' if self.place == Place::Quoted => self.place = Place::AfterQuote,
            _ if self.place == Place::Quoted => self.letter(byte, ready),
            b'\'' if is_single && self.place == Place::Start => {
                ready.push(b'"');
                self.place = Place::Quoted;
            }
            b'\\' if !is_single => self.is_after_backslash = true,
            b'\r' => self.is_after_return = true,
            _ if byte == self.delimiter || byte == b'\n' => {
                self.end_field(ready);
                ready.push(byte);
            }
            _ => self.letter(byte, ready),
        }
    }

    fn end(&mut self, ready: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_after_backslash) {
            self.letter(b'\\', ready);
        }
        // A field that is open within quotation marks stays so.
        if self.place != Place::Quoted {
            self.end_field(ready);
        }
    }
}

/// Doubles a backslash within quotation marks that nothing follows which it could stand for: R and others write `"C:\new \"x\""`, with a backslash before
/// quotation marks alone, and a parser would leave out all others.
struct LoneBackslashes {
    delimiter: u8,
    in_quotes: bool,
    /// A quotation mark would open a field, or be the second of two.
    may_open: bool,
    is_after_backslash: bool,
}

/// A table with such backslashes doubled.
pub(super) fn without_lone_backslashes<R: Read>(delimiter: u8, inner: R) -> Refilled<impl Refill> {
    let filter = LoneBackslashes { delimiter, in_quotes: false, may_open: true, is_after_backslash: false };
    Filtered::new(filter, inner)
}

impl Filter for LoneBackslashes {
    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) {
        if std::mem::take(&mut self.is_after_backslash) {
            if !matches!(byte, b'"' | b'\\' | b'\n' | b'\r') {
                ready.push(b'\\');
            }
        } else if self.in_quotes {
            self.is_after_backslash = byte == b'\\';
            self.in_quotes = byte != b'"';
            self.may_open = byte == b'"';
        } else {
            self.in_quotes = self.may_open && byte == b'"';
            self.may_open = byte == self.delimiter || byte == b'\n' || byte == b'\r';
        }
        ready.push(byte);
    }
}

/// Leaves out the blanks that people type after a delimiter, where a quotation mark would be a letter else.
struct Blanks {
    delimiter: u8,
    in_quotes: bool,
    after_delimiter: bool,
}

/// A table without such blanks.
pub(super) fn without_blanks<R: Read>(delimiter: u8, inner: R) -> Refilled<impl Refill> {
    Filtered::new(Blanks { delimiter, in_quotes: false, after_delimiter: false }, inner)
}

impl Filter for Blanks {
    fn pass(&mut self, byte: u8, ready: &mut Vec<u8>) {
        if byte != b' ' || !self.after_delimiter {
            self.in_quotes ^= byte == b'"';
            self.after_delimiter = byte == self.delimiter && !self.in_quotes;
            ready.push(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// A table with its dialect, if it has one, as RFC 4180 has it.
    fn rewritten(delimiter: u8, table: &str) -> Option<String> {
        let usual = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        let dialect = Dialect::of(delimiter, &Head::of(usual, table.as_bytes()), table.as_bytes())?;
        let mut text = String::new();
        dialect.read(delimiter, table.as_bytes()).read_to_string(&mut text).expect("it is UTF-8");
        // However many bytes are there at a time.
        let mut bytes = Vec::new();
        let mut single = dialect.rewritten(delimiter, io::empty()).source.filter;
        table.bytes().for_each(|byte| single.pass(byte, &mut bytes));
        single.end(&mut bytes);
        assert_eq!(String::from_utf8_lossy(&bytes), text);
        Some(text)
    }

    #[test]
    fn a_single_mark_that_is_not_closed_costs_its_row() {
        let row = |place: usize| format!("'T{place}','https://a.example/{place}','It is so, and long.'\n");
        let rows: String = (0..8).map(row).collect();
        for broken in ["'T,'https://a.example/9','It is so.'\n", "'T','https://a.example/9','It is so.\n"] {
            let table = format!("'title','url','text'\n{rows}{broken}{rows}");
            let dialect = |table: &str| {
                let usual = Head::of(csv_core::ReaderBuilder::new().build(), table.as_bytes());
                Dialect::of(b',', &usual, table.as_bytes())
            };
            assert_eq!(dialect(&table), Some(Dialect::Single), "{broken}");
            // Names that are not within marks, and rows of which most are broken.
            assert_eq!(dialect(&table.replace("'title'", "title")), None, "{broken}");
            assert_eq!(dialect(&format!("'title','url','text'\n{}", broken.repeat(8))), None, "{broken}");
        }
    }

    #[test]
    fn a_backslash_before_a_line_end_or_a_delimiter_is_an_escape_where_rows_need_it() {
        let table = "id\ttext\n1\tA \"b\\\n\\\nc\\\td\\d\n2\t\\N\r\n3\tC:\\\\new\\\nx\\";
        let expected =
            "\"id\"\t\"text\"\n\"1\"\t\"A \"\"b\n\nc\td\\d\"\n\"2\"\t\"\\N\"\r\n\"3\"\t\"C:\\new\nx\\\"";
        assert_eq!(rewritten(b'\t', table).as_deref(), Some(expected));
        // Without names, too.
        assert!(rewritten(b'|', "1|a\\|b|\\\n\\\nc\n2|b|c\n3|c|d\n").is_some());
        for table in [
            // All rows fit as they are.
            "id\tpath\n1\tC:\\\n2\tD:\\\n3\tE:\\\n4\tF:\\\n",
            // One does not, but the dialect is no help.
            "id\tpath\n1\tC:\\\n2\tD:\\\n3\tE:\\\n4\tF:\\\tx\n",
            // One sign may be chance.
            "id\ttext\n1\ta\\\nb\n2\tc\n3\td\n",
        ] {
            assert_eq!(rewritten(b'\t', table), None, "{table}");
        }
    }

    #[test]
    fn a_backslash_and_n_is_a_line_end_where_sentences_end() {
        let long = "One and two, and so on, and so forth, ".repeat(6);
        let rows =
            |text: &str, other: &str| format!("id\ttext\n1\t{long}{text}\n2\t{long}{text}\n3\t{other}\n");
        let text = "end.\\n\\n\"New\\tOne\" C:\\\\new.\\nLast";
        let sound = rewritten(b'\t', &rows(text, "\\N"));
        let expected = "end.\n\n\"\"New\tOne\"\" C:\\new.\nLast\"\n\"2\"";
        assert!(sound.is_some_and(|table| table.contains(expected) && table.ends_with("\"\\N\"\n")));
        assert!(rewritten(b'\t', &rows("end.\\n One.\\n Two", "")).is_some());
        for (text, other) in [
            // A pattern, a formula, a path, a program, JSON.
            (text, "See C:\\temp, D:\\temp and E:\\temp"),
            (text, "C:\\backup"),
            (text, "[{\"bio\":\"One.\\nTwo\"}]"),
            (text, "\\d+"),
            (text, "f(x)\\nabla g(x)"),
            ("Write \"Done.\\n\\nAnd.\\nSo\" now", ""),
            ("Write E'Done.\\n\\nAnd' now", ""),
            ("Write ('Done.\\n\\nAnd.\\nSo') now", ""),
            ("Write `Done.\\n\\nAnd.\\nSo` now, it's", ""),
            ("Lines of HTTP end with \\r\\n, and those of Unix with \\n. And", ""),
            (text, "{\"text\": \"One.\\n\\tTwo\"}"),
            (text, "\"\"\"so\"\" he said\""),
        ] {
            assert_eq!(rewritten(b'\t', &rows(text, other)), None, "{text} {other}");
        }
        assert_eq!(
            rewritten(b',', &rows(text, "").replace('\t', ";").replace(',', "").replace(';', ",")),
            None
        );
    }

    #[test]
    fn fields_are_within_single_quotation_marks_where_rows_need_it() {
        let table = "'a','b'\n1,'it''s \"x\", y\nz'\n'2',NULL\n";
        let expected = "\"a\",\"b\"\n\"1\",\"it's \"\"x\"\", y\nz\"\n\"2\",\"NULL\"\n";
        assert_eq!(rewritten(b',', table).as_deref(), Some(expected));
        assert!(rewritten(b',', "'a','b'\n1,'x'\n2,'y'\n").is_some());
        assert_eq!(
            rewritten(b',', "a,b\n1,'We, the people'\n2,'x, y'\n3,'z")
                .as_deref()
                .map(|end| end.ends_with("\"z")),
            Some(true)
        );
        for table in
            ["a,b\n1,'tis\n2,it's\n3,'x'\n", "a,b\n1,'x'\n2,'y'\n", "a,b\n1,'x',y\n2,'z'\n3,'u', v\n"]
        {
            assert_eq!(rewritten(b',', table), None, "{table}");
        }
    }

    #[test]
    fn blanks_before_quotation_marks_are_none_of_a_field() {
        let table = "a, b, c\n1, \"x, y\",  z z\n2, \"say \"\"no, no\"\"\",\"\"\n";
        let mut read = String::new();
        without_blanks(b',', table.as_bytes()).read_to_string(&mut read).expect("it is UTF-8");
        assert_eq!(read, "a,b,c\n1,\"x, y\",z z\n2,\"say \"\"no, no\"\"\",\"\"\n");
    }

    #[test]
    fn a_backslash_that_stands_for_nothing_is_a_letter() {
        let table = "a,C:\\new\n\"1\",\"C:\\new \\\"x\\\" \\\\y\\\nz \"\"\\d\"\"\",C:\\x\"\\d\"\n\"\\";
        let expected = "a,C:\\new\n\"1\",\"C:\\\\new \\\"x\\\" \\\\y\\\nz \"\"\\\\d\"\"\",C:\\x\"\\d\"\n\"\\";
        for end in 0..table.len() {
            let (first, second) = table.as_bytes().split_at(end);
            let mut read = String::new();
            without_lone_backslashes(b',', first.chain(second))
                .read_to_string(&mut read)
                .expect("it is UTF-8");
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn a_table_is_judged_in_a_moment_whatever_is_in_it() {
        for part in ["\\n", "\\\n", "\t", "'\t'", "\"", ".\\nA", "\\", "'\n"] {
            let table = format!("id\ttext\n1\tx\n2\ty\n{}", part.repeat((60 << 10) / part.len()));
            drop(rewritten(b'\t', &table));
        }
    }
}
