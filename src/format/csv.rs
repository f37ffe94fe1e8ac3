//! Tables in CSV or TSV, with a header, read as lines of JSON: an object a row, its keys the names of the columns.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};

use csv_core::ReadRecordResult;

use super::{Bounded, Content, Form, Format, Opened, Refill, Refilled, WantedColumn, end_too_long};
use crate::html::charset::page_of;
use crate::text::Slice;

/// Tables in CSV and TSV.
pub(super) const FORMAT: Format = Format { endings: &[".csv", ".tsv"], read };

fn read(opened: Opened<'_>) -> Result<Content, Opened<'_>> {
    let Some(style) = Style::of(opened.name, &opened.head, opened.hints.known) else { return Err(opened) };
    let max_unit_bytes = opened.max_unit_bytes;
    let inner = opened.whole();
    let inner: Box<dyn Read + Send> =
        if style.has_blanks { Box::new(WithoutBlanks::new(style.delimiter, inner)) } else { inner };
    let rows = Refilled::new(JsonRows::new(style, max_unit_bytes, inner));
    Ok(Content { form: Form::Json, name: "csv".to_owned(), reader: Box::new(rows), is_as_it_stands: false })
}

/// A row of more fields is too long.
const MOST_FIELDS: usize = 1 << 20;

/// What is kept of a row that is too long.
const HEAD_BYTES: usize = 2 << 10;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Style {
    /// What separates the columns.
    delimiter: u8,
    /// A quotation mark in a field has `\` before it, as a database's export writes it, and not another one.
    has_escapes: bool,
    /// Blanks stand between a delimiter and a quotation mark.
    has_blanks: bool,
    /// So many rows come before the header: `sep=;`, for a spreadsheet, and titles.
    rows_before: usize,
}

impl Style {
    /// The style of a table that begins with these bytes; `None` if it is not a table.
    fn of(name: &str, head: &[u8], known: &WantedColumn<'_>) -> Option<Self> {
        let delimiter = delimiter(name, head, known)?;
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let inside = |pair: &[u8; 2]| {
            let is_end =
                |byte: Option<&u8>| byte.is_none_or(|byte| *byte == delimiter || b"\r\n".contains(byte));
            let at_ends = |at: usize| is_end(head.get(at + 2)) || at == 0 || is_end(head.get(at - 1));
            memchr::memmem::find_iter(head, pair).filter(|at| !at_ends(*at)).count()
        };
        let has_escapes = inside(b"\\\"") > 0 && inside(b"\"\"") == 0;
        let has = |bytes: &[u8]| memchr::memmem::find(head, bytes).is_some();
        let has_blanks = has(&[delimiter, b' ', b'"']) && !has(&[delimiter, b'"']);
        let style = Self { delimiter, has_escapes, has_blanks, rows_before: 0 };
        Some(Self { rows_before: style.rows_before(head), ..style })
    }

    fn parser(self) -> csv_core::Reader {
        csv_core::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .escape(self.has_escapes.then_some(b'\\'))
            .build()
    }

    /// How many rows come before the header: those that have nothing after their first field, where a row of names follows.
    fn rows_before(self, head: &[u8]) -> usize {
        const MOST: usize = 20;
        let separator = usize::from(separator(head).is_some());
        let mut rows = JsonRows::new(self, head.len(), head);
        for number in 0..MOST {
            if !rows.next_row().is_ok_and(|is_row| is_row) {
                break;
            }
            let is_title = rows.row.iter().skip(1).all(|field| field.trim_ascii().is_empty());
            if !is_title {
                let is_header = number == separator || rows.row.iter().all(can_be_name);
                return if is_header { number } else { separator };
            }
        }
        separator
    }
}

/// A table without the blanks that people type after a delimiter, where a quotation mark would be a letter else.
struct WithoutBlanks<R> {
    inner: R,
    delimiter: u8,
    in_quotes: bool,
    after_delimiter: bool,
}

impl<R> WithoutBlanks<R> {
    fn new(delimiter: u8, inner: R) -> Self {
        Self { inner, delimiter, in_quotes: false, after_delimiter: false }
    }
}

impl<R: Read> Read for WithoutBlanks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.inner.read(buffer)?;
            let mut kept = 0;
            for at in 0..count {
                let byte = buffer[at];
                if byte == b' ' && self.after_delimiter {
                    continue;
                }
                self.in_quotes ^= byte == b'"';
                self.after_delimiter = byte == self.delimiter && !self.in_quotes;
                buffer[kept] = byte;
                kept += 1;
            }
            if kept > 0 || count == 0 {
                return Ok(kept);
            }
        }
    }
}

/// What `sep=;` at the head of a table says.
fn separator(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    match line
        .strip_prefix(b"sep=")
        .or_else(|| line.strip_prefix(b"\"sep=").and_then(|rest| rest.strip_suffix(b"\"")))?
    {
        [delimiter] => Some(*delimiter),
        // The separator was a tab, and is white space at the line's end.
        [] => Some(b'\t'),
        _ => None,
    }
}

/// What separates the columns of a table that begins with these bytes; `None` if it is not a table. Its name says so
/// (`.csv`, `.tsv`), or its first line is a list of different short names without a blank line or a bracket.
fn delimiter(name: &str, head: &[u8], known: &WantedColumn<'_>) -> Option<u8> {
    const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if let Some(separator) = separator(head) {
        return Some(separator);
    }
    let mut lines = head.split(|byte| b"\r\n".contains(byte));
    let first = lines.find(|line| !line.trim_ascii().is_empty())?;
    // After a title.
    let named = lines.chain([first]).find(|line| line.iter().any(|byte| DELIMITERS.contains(byte)));
    let of_names =
        if DELIMITERS.iter().any(|one| first.contains(one)) { first } else { named.unwrap_or(first) };
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, of_names).count();
    let most = DELIMITERS.into_iter().max_by_key(|delimiter| count(*delimiter))?;
    if matches!(first.trim_ascii_start().first(), None | Some(b'{' | b'[' | b'<')) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let stem = super::without_packing(&name);
    match stem.rsplit('.').next() {
        Some("tsv") => return Some(b'\t'),
        Some("csv") => return Some(most),
        _ => {}
    }
    // A dump by another name: names of at least three columns, each a word or two, or two names of fields.
    let line = std::str::from_utf8(first).ok()?.trim_end();
    let names: Vec<&str> = line.split(char::from(most)).map(|name| name.trim_matches('"')).collect();
    let is_name = |name: &&str| {
        (1..=40).contains(&name.len())
            && name.chars().next().is_some_and(char::is_alphabetic)
            && name.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-' | '.' | ' ' | ':'))
    };
    let distinct: HashSet<&&str> = names.iter().collect();
    let are_known = names.len() >= 2 && names.iter().all(|name| known(name.trim_matches(['"', ' '])));
    let is_table = are_known || (names.len() >= 3 && names.iter().all(is_name));
    (is_table && distinct.len() == names.len() && head.len() > first.len() + 1).then_some(most)
}

/// Rows as lines of JSON. A row that has more or fewer fields than the header keeps what it has; more go under names such
/// as `column_7`.
struct JsonRows<R> {
    inner: BufReader<R>,
    parser: csv_core::Reader,
    max_unit_bytes: usize,
    /// Rows that are still to come before the header.
    rows_before: usize,
    names: Option<Vec<String>>,
    row: Row,
    /// What is read may be the rest of a row that was too long.
    is_astray: bool,
    /// Why no more could be read, after the row that was begun has been given.
    failed: Option<io::Error>,
}

/// A row's fields, one after the other, as far as they may be held.
struct Row {
    bytes: Vec<u8>,
    /// Where each field ends.
    ends: Vec<usize>,
    /// How many fields there are.
    fields: usize,
    /// It has more than may be held, and is of no use but for so many bytes of its beginning.
    is_too_long: bool,
    head_bytes: usize,
}

impl Row {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.ends.slice(..self.fields);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, end)| self.bytes.slice(start..*end))
    }
}

impl<R: Read> JsonRows<R> {
    fn new(style: Style, max_unit_bytes: usize, inner: R) -> Self {
        Self {
            inner: BufReader::with_capacity(128 << 10, inner),
            parser: style.parser(),
            max_unit_bytes,
            rows_before: style.rows_before,
            names: None,
            is_astray: false,
            failed: None,
            row: Row {
                bytes: vec![0; 4 << 10],
                ends: vec![0; 64],
                fields: 0,
                is_too_long: false,
                head_bytes: 0,
            },
        }
    }

    /// Reads the next row; `false` after the last. Of a row that is too long the beginning alone is kept. A quotation mark that nobody
    /// closes must not take the rest of the table: after such a row, the first line that has as many fields as the header is the next.
    fn next_row(&mut self) -> io::Result<bool> {
        let row = &mut self.row;
        let mut filled = 0;
        (row.fields, row.is_too_long) = (0, false);
        loop {
            let (outcome, taken, written, fields) = {
                let input = match self.inner.fill_buf() {
                    Ok(input) => input,
                    Err(error) if filled > 0 || row.fields > 0 => {
                        // What comes after the last field that has ended is one, too.
                        row.ends.truncate(row.fields);
                        row.ends.push(filled);
                        row.fields += 1;
                        self.failed = Some(error);
                        return Ok(true);
                    }
                    Err(error) => return Err(error),
                };
                let (bytes, ends) = (&mut row.bytes[filled..], &mut row.ends[row.fields..]);
                self.parser.read_record(input, bytes, ends)
            };
            self.inner.consume(taken);
            filled += written;
            row.fields += fields;
            match outcome {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if row.bytes.len() <= self.max_unit_bytes => {
                    row.bytes.resize((row.bytes.len() * 2).min(self.max_unit_bytes + 1), 0);
                }
                ReadRecordResult::OutputEndsFull if row.ends.len() <= MOST_FIELDS => {
                    row.ends.resize(row.ends.len() * 2, 0);
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (row.is_too_long, row.fields, row.head_bytes) = (true, 0, filled.min(HEAD_BYTES));
                    self.is_astray = true;
                    self.parser.reset();
                    self.failed = pass_line(&mut self.inner).err();
                    return Ok(true);
                }
                ReadRecordResult::Record => {
                    let names = self.names.as_ref().map_or(0, Vec::len);
                    if !self.is_astray || names == 0 || names == row.fields {
                        self.is_astray = false;
                        return Ok(true);
                    }
                    (filled, row.fields) = (0, 0);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }
}

/// Reads to the end of a line.
fn pass_line(inner: &mut BufReader<impl Read>) -> io::Result<()> {
    loop {
        let input = inner.fill_buf()?;
        let (end, length) = (memchr::memchr2(b'\n', b'\r', input), input.len());
        inner.consume(end.map_or(length, |end| end + 1));
        if end.is_some() || length == 0 {
            return Ok(());
        }
    }
}

impl<R: Read> Refill for JsonRows<R> {
    /// The next row; of one that was begun before an error, what there is, without a line end. The header's line is a blank one, so that rows have the number
    /// of their line where no field holds a line end. A table whose first row cannot be a header has columns without names.
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if !self.next_row()? {
            return Ok(false);
        }
        let start = ready.len();
        if self.failed.is_some() && !self.row.is_too_long {
            let fields: Vec<_> = self.row.iter().map(String::from_utf8_lossy).collect();
            let mut line = Bounded { bytes: ready, most: start + self.max_unit_bytes };
            if serde_json::to_writer(&mut line, &fields.join(",")).is_err() {
                end_too_long(ready, start, self.max_unit_bytes);
            }
            return Ok(true);
        }
        if self.rows_before > 0 {
            self.rows_before -= 1;
            ready.push(b'\n');
            return Ok(true);
        }
        if self.names.is_none() {
            let is_header = self.row.iter().all(can_be_name);
            let text = |(place, name): (usize, &[u8])| {
                let name = String::from_utf8_lossy(name);
                let name = name.trim_start_matches(['\u{FEFF}', '#']).trim();
                if name.is_empty() { column(place) } else { name.to_owned() }
            };
            self.names =
                Some(if is_header { self.row.iter().enumerate().map(text).collect() } else { Vec::new() });
            if is_header {
                ready.push(b'\n');
                return Ok(true);
            }
        }
        let names = self.names.as_deref().unwrap_or_default();
        if self.row.is_too_long {
            let head = String::from_utf8_lossy(self.row.bytes.slice(..self.row.head_bytes));
            let mut line = Bounded { bytes: ready, most: start + self.max_unit_bytes };
            // Where it has no room for all of it, it is long enough.
            drop(serde_json::to_writer(&mut line, &head));
            end_too_long(ready, start, self.max_unit_bytes);
            return Ok(true);
        }
        let mut line = Bounded { bytes: ready, most: start + self.max_unit_bytes };
        if object(&mut line, names, &self.row).is_err() {
            end_too_long(ready, start, self.max_unit_bytes);
        }
        Ok(true)
    }
}

/// Writes a row as a line of JSON.
fn object(line: &mut Bounded<'_>, names: &[String], row: &Row) -> io::Result<()> {
    let mut before: &[u8] = b"{";
    for (place, field) in row.iter().enumerate().filter(|(_, field)| !matches!(*field, [] | [b'\\', b'N'])) {
        line.write_all(std::mem::replace(&mut before, b","))?;
        let name = names.get(place).map_or_else(|| column(place).into(), |name| Cow::Borrowed(&**name));
        serde_json::to_writer(&mut *line, &*name)?;
        line.write_all(b":")?;
        match std::str::from_utf8(field) {
            Ok(field) => serde_json::to_writer(&mut *line, field)?,
            Err(_) => serde_json::to_writer(&mut *line, &page_of(field, None))?,
        }
    }
    line.write_all(if before == b"{" { b"{}\n" } else { b"}\n" })
}

/// Whether a field of the first row can be the name of a column: neither an address nor a text.
fn can_be_name(field: &[u8]) -> bool {
    const LONGEST_BYTES: usize = 200;
    field.len() <= LONGEST_BYTES && memchr::memmem::find(field, b"://").is_none()
}

/// The name of a column without one; `place` counts from 0.
pub(super) fn column(place: usize) -> String {
    format!("column_{}", place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_objects() {
        let table = "\u{FEFF}url,title,\r\nhttps://a.example/1,\"A, \"\"quoted\"\"\nline\",x,y\r\n,b\n";
        let mut json = String::new();
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        Refilled::new(JsonRows::new(style, 1 << 20, table.as_bytes()))
            .read_to_string(&mut json)
            .expect("it is a table");
        assert_eq!(
            json,
            "\n{\"url\":\"https://a.example/1\",\"title\":\"A, \\\"quoted\\\"\\nline\",\"column_3\":\"x\",\"column_4\":\"y\"}\n\
             {\"title\":\"b\"}\n"
        );
    }

    #[test]
    fn a_row_that_was_begun_before_an_error_is_given_without_a_line_end() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
        let table = &b"url,text\na,b\nc,\"d e"[..];
        let style = Style::of("a.csv", table, &|_| true).expect("it is a table");
        let mut json = Vec::new();
        let read = Refilled::new(JsonRows::new(style, 1 << 20, table.chain(Failing))).read_to_end(&mut json);
        assert_eq!(read.map_err(|error| error.kind()), Err(io::ErrorKind::UnexpectedEof));
        assert_eq!(String::from_utf8_lossy(&json), "\n{\"url\":\"a\",\"text\":\"b\"}\n\"c,d e\"");
    }

    #[test]
    fn a_row_that_is_too_long_is_not_held() {
        // In JSON, a control character takes six bytes.
        let (long, control) = ("x".repeat(100_000), "\u{1}".repeat(20_000));
        let table = format!(
            "url,text\na,short\nb,\"{long}\"\n{}\nc,{control}\nd,\"{long}",
            "c,".repeat(MOST_FIELDS + 1)
        );
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        let mut rows = JsonRows::new(style, 50_000, table.as_bytes());
        let mut ready = Vec::new();
        while rows.refill(&mut ready).expect("it is a table") {}
        assert!(rows.row.bytes.len() <= 50_001 && rows.row.ends.len() <= 2 * MOST_FIELDS);
        let lines: Vec<usize> = ready.split(|byte| *byte == b'\n').map(<[u8]>::len).collect();
        assert_eq!(lines, [0, 26, 50_001, 50_001, 50_001, 50_001, 0]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_takes_no_more_than_a_row_may_have() {
        let table = format!("url,text\na,\"never closed\n{}c,\"two, and\nmore\"\n", "b,one\n".repeat(10_000));
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        let mut json = String::new();
        let mut rows = Refilled::new(JsonRows::new(style, 5000, table.as_bytes()));
        rows.read_to_string(&mut json).expect("it is UTF-8");
        let lines: Vec<&str> = json.lines().collect();
        assert!(lines[1].starts_with("\"anever closed\\nb,one") && lines[1].len() == 5001, "{}", lines[1]);
        assert!((9_100..9_300).contains(&lines.len()), "{}", lines.len());
        assert!(lines[2..lines.len() - 1].iter().all(|line| *line == "{\"url\":\"b\",\"text\":\"one\"}"));
        assert_eq!(lines.last(), Some(&"{\"url\":\"c\",\"text\":\"two, and\\nmore\"}"));
    }

    #[test]
    fn a_table_is_known_by_its_name_or_its_first_line() {
        for (name, head, expected) in [
            ("a.csv.gz", "url,text\nx,y\n", Some(b',')),
            ("a.csv", "url;text\nx;y\n", Some(b';')),
            ("a.tsv", "url\ttext\n", Some(b'\t')),
            ("dump", "url,title,text\nx,y,z\n", Some(b',')),
            ("dump", "Dear Sir, this is, well, text.\nMore\n", None),
            ("dump", "url,text\nx,y\n", Some(b',')),
            ("dump", "so,text\nx,y\n", None),
            ("a.csv", "\n\nurl;text\nx;y\n", Some(b';')),
            ("a.csv", "Our news\nurl;text\nx;y\n", Some(b';')),
            ("a.csv", "{\"a\":1}\n", None),
            ("a.jsonl", "{\"a\":1,\"b\":2,\"c\":3}\n", None),
            ("dump", "", None),
        ] {
            let known = |name: &str| matches!(name, "url" | "text");
            assert_eq!(delimiter(name, head.as_bytes(), &known), expected, "{name} {head}");
        }
    }

    #[test]
    fn tables_of_spreadsheets_and_databases_are_read_as_they_are_written() {
        for (table, expected) in [
            ("sep=;\na;b\n1;x\n", "\n\n{\"a\":\"1\",\"b\":\"x\"}\n"),
            ("Our news,,\n,,\na,b,c\n1,x,y\n", "\n\n\n{\"a\":\"1\",\"b\":\"x\",\"c\":\"y\"}\n"),
            (
                "a,b\n1,x\ny,z,w\n",
                "\n{\"a\":\"1\",\"b\":\"x\"}\n{\"a\":\"y\",\"b\":\"z\",\"column_3\":\"w\"}\n",
            ),
            (",b\n1,x\n", "\n{\"column_1\":\"1\",\"b\":\"x\"}\n"),
            ("#a,b\n,\n", "\n{}\n"),
            ("https://a.example/1,x\n", "{\"column_1\":\"https://a.example/1\",\"column_2\":\"x\"}\n"),
            ("a,b\n\\N,\"say \\\"no\\\" now\"\n", "\n{\"b\":\"say \\\"no\\\" now\"}\n"),
            ("a,b\nC:\\,\"say \"\"no\"\" now\"\n", "\n{\"a\":\"C:\\\\\",\"b\":\"say \\\"no\\\" now\"}\n"),
        ] {
            let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
            let mut json = String::new();
            Refilled::new(JsonRows::new(style, 1 << 20, table.as_bytes()))
                .read_to_string(&mut json)
                .expect("it is a table");
            assert_eq!(json, expected, "{table}");
        }
    }

    #[test]
    fn blanks_before_quotation_marks_are_none_of_a_field() {
        let table = "a, b, c\n1, \"x, y\",  z z\n2, \"say \"\"no, no\"\"\",\"\"\n";
        let mut read = String::new();
        WithoutBlanks::new(b',', table.as_bytes()).read_to_string(&mut read).expect("it is UTF-8");
        assert_eq!(read, "a,b,c\n1,\"x, y\",z z\n2,\"say \"\"no, no\"\"\",\"\"\n");
        let style = |table: &str| Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        assert!(style("a, b\n1, \"x\"\n").has_blanks);
        assert!(!style(table).has_blanks && !style("a, b\n1, x\n").has_blanks);
    }
}
