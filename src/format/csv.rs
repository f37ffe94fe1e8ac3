//! Tables in CSV or TSV, with a header, read as lines of JSON: an object a row, its keys the names of the columns.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::sync::{Arc, OnceLock};

use csv_core::ReadRecordResult;

use super::dialect::{Dialect, LoneBackslashes};
use super::heading::Heading;
use super::{Bounded, Content, Form, Format, Opened, Refill, Refilled, Reopen, WantedColumn, end_too_long};
use crate::html::charset::page_of;
use crate::text::Slice;

/// Tables in CSV and TSV.
pub(super) const FORMAT: Format = Format { endings: &[".csv", ".tsv"], read };

fn read(opened: Opened<'_>) -> Result<Content, Opened<'_>> {
    let Some(style) = Style::of(opened.name, &opened.head, opened.hints.known) else { return Err(opened) };
    let (max_unit_bytes, again) = (opened.max_unit_bytes, opened.reopen.clone());
    let names = Arc::new(OnceLock::new());
    let first =
        JsonRows { again, ..JsonRows::new(style, max_unit_bytes, Arc::clone(&names), opened.whole()) };
    // Before its header is known, nothing can be made of a table.
    let restart = move |rest| {
        names.get()?;
        let rows = JsonRows::new(style, max_unit_bytes, Arc::clone(&names), Box::new(io::empty()));
        let inner = BufReader::with_capacity(CHUNK_BYTES, rest);
        let rows = JsonRows {
            inner,
            is_after_gap: true,
            is_astray: true,
            rows_before: 0,
            is_before_types: false,
            ..rows
        };
        Some(Box::new(Refilled::new(rows)) as Box<dyn Read + Send>)
    };
    Ok(Content {
        form: Form::Json,
        name: "csv".to_owned(),
        reader: Box::new(Refilled::new(first)),
        // Within a row of other dialects nothing shows where the next one begins.
        restart: match style.dialect {
            None | Some(Dialect::Lines) => Some(Box::new(restart)),
            _ => None,
        },
    })
}

/// The names of the columns, once they are known.
type Header = Arc<OnceLock<Vec<String>>>;

/// Whether a row of so many fields has as many as the header, where one is known.
fn fits(header: &Header, fields: usize) -> bool {
    header.get().is_none_or(|names| names.is_empty() || names.len() == fields)
}

/// A row of more fields is too long.
const MOST_FIELDS: usize = 1 << 20;

/// Why a table is damaged that ends within a row.
const CUT: &str = "a quotation mark of its last row is not closed: it was cut off, or is still being written";
const CUT_SHORT: &str = "its last row has no line end and fewer fields than all others: it was cut off, or is still being written";
/// Rows before the last that must be as long as the header for a short last one to be a part of a row.
const ROWS_OF_PROOF: u64 = 3;

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
    /// How it differs from RFC 4180 else.
    dialect: Option<Dialect>,
    /// So many rows come before the header: `sep=;`, for a spreadsheet, and titles.
    rows_before: usize,
    /// What there is beside the header's names.
    heading: Heading,
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
        let style = Self {
            delimiter,
            has_escapes,
            has_blanks,
            dialect: None,
            rows_before: 0,
            heading: Heading::default(),
        };
        let dialect = if has_blanks { None } else { Dialect::of(delimiter, style.parser(), head) };
        let style = Self { has_escapes: has_escapes && dialect.is_none(), dialect, ..style };
        let style = Self { rows_before: style.rows_before(head), ..style };
        let heading = style.heading(head, known);
        Some(Self { rows_before: style.rows_before + usize::from(heading.has_groups), heading, ..style })
    }

    fn heading(self, head: &[u8], known: &WantedColumn<'_>) -> Heading {
        let mut rows = JsonRows::new(self, head.len(), Header::default(), Box::new(head));
        let mut cells: Vec<Vec<String>> = Vec::new();
        while rows.next_row().is_ok_and(|is_row| is_row) {
            cells.push(rows.row.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect());
        }
        // The table may go on within the last one, or was cut off there.
        let is_short = matches!(&cells[..], [.., before, last] if last.len() < before.len());
        if head.len() + 3 >= super::HEAD_BYTES || (is_short && !head.ends_with(b"\n")) {
            cells.pop();
        }
        Heading::of(cells.get(self.rows_before..).unwrap_or_default(), self.delimiter, head, known)
    }

    /// Whether a row may have more or fewer fields than the header.
    fn may_be_ragged(self) -> bool {
        !matches!(self.dialect, Some(Dialect::Torn(_)))
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
        let mut rows = JsonRows::new(self, head.len(), Header::default(), Box::new(head));
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
    /// The last one is Hive's.
    const DELIMITERS: [u8; 5] = [b',', b'\t', b';', b'|', 1];
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
    // Others may stand in a row without names; one may stand in a name.
    let is_hive = super::unreadable::is_hive(head);
    let most = DELIMITERS.into_iter().max_by_key(|delimiter| match *delimiter {
        1 => (2 * usize::from(is_hive), count(1)),
        _ => (usize::from(count(*delimiter) > 0), count(*delimiter)),
    })?;
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
struct JsonRows<'a> {
    style: Style,
    inner: Input<'a>,
    /// Reads the table from its beginning again, where that can be done.
    again: Option<Reopen>,
    /// How often it was.
    reopened: usize,
    /// Where in the table `inner` is.
    at: u64,
    parser: csv_core::Reader,
    max_unit_bytes: usize,
    /// Rows that are still to come before the header.
    rows_before: usize,
    /// The row of types is still to come.
    is_before_types: bool,
    names: Header,
    row: Row,
    /// Rows that have as many fields as the header; `None` once one has not.
    whole_rows: Option<u64>,
    /// What the last of them begins with.
    first_byte: u8,
    /// What is read may be the rest of a row that was broken.
    is_astray: bool,
    /// What is read follows a gap.
    is_after_gap: bool,
    /// Why no more could be read, after the row that was begun has been given.
    failed: Option<io::Error>,
}

type Input<'a> = BufReader<Box<dyn Read + Send + 'a>>;

/// A row's fields, one after the other, as far as they may be held.
struct Row {
    bytes: Vec<u8>,
    /// Where each field ends.
    ends: Vec<usize>,
    /// How many fields there are.
    fields: usize,
    /// It has more than may be held, and is of no use but for so many bytes of its beginning.
    is_too_long: bool,
    /// It is the rest of a row, or the beginning of one.
    is_part: bool,
    head_bytes: usize,
}

impl Row {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.ends.slice(..self.fields);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, end)| self.bytes.slice(start..*end))
    }

    /// Whether it ends where a row goes on. Spreadsheets leave out the last fields of a row where they are empty: it ends with a whole
    /// sentence then, if with any. Others end with a footer or a sign of the end, which does not begin as rows do.
    fn stops_short(&self, first_byte: u8) -> bool {
        const ENDS: [char; 13] = ['.', '!', '?', '…', '"', '”', '»', ')', '。', '！', '？', '।', '؟'];
        if self.fields > 1 {
            let last = self.iter().last().unwrap_or_default();
            return !std::str::from_utf8(last).is_ok_and(|last| last.ends_with(ENDS));
        }
        let begins = self.bytes.first().copied().unwrap_or_default();
        begins == first_byte || (begins.is_ascii_digit() && first_byte.is_ascii_digit())
    }
}

impl<'a> JsonRows<'a> {
    fn new(style: Style, max_unit_bytes: usize, names: Header, inner: Box<dyn Read + Send + 'a>) -> Self {
        Self {
            style,
            inner: style.input(inner),
            again: None,
            reopened: 0,
            at: 0,
            parser: style.parser(),
            max_unit_bytes,
            rows_before: style.rows_before,
            is_before_types: style.heading.has_types,
            names,
            whole_rows: Some(0),
            first_byte: 0,
            is_astray: false,
            is_after_gap: false,
            failed: None,
            row: Row {
                bytes: vec![0; 4 << 10],
                ends: vec![0; 64],
                fields: 0,
                is_too_long: false,
                is_part: false,
                head_bytes: 0,
            },
        }
    }

    /// Reads the next row; `false` after the last. Of a row that is too long the beginning alone is kept.
    fn next_row(&mut self) -> io::Result<bool> {
        let start = self.at;
        let row = &mut self.row;
        let mut filled = 0;
        (row.fields, row.is_too_long, row.is_part) = (0, false, false);
        loop {
            let (outcome, taken, written, fields) = {
                let is_begun = filled > 0 || row.fields > 0;
                let ended = match self.inner.fill_buf() {
                    Ok([]) if is_begun => None,
                    Ok(input) => Some(Ok(input)),
                    Err(error) => Some(Err(error)),
                };
                let input = match ended {
                    Some(Ok(input)) => input,
                    Some(Err(error)) if !is_begun => return Err(error),
                    stopped => {
                        // What comes after the last field that has ended is one, too.
                        row.ends.truncate(row.fields);
                        row.ends.push(filled);
                        row.fields += 1;
                        self.failed = stopped.and_then(Result::err).or_else(|| {
                            let is_open = Quotes::within(self.style, &mut self.parser).is_open_at_end();
                            self.parser.reset();
                            let are_whole = self.whole_rows >= Some(ROWS_OF_PROOF);
                            let is_short = self.names.get().is_some_and(|names| row.fields < names.len())
                                && row.stops_short(self.first_byte);
                            let why = match (is_open, are_whole && is_short) {
                                (true, _) => CUT,
                                (false, true) => CUT_SHORT,
                                (false, false) => return None,
                            };
                            Some(io::Error::new(io::ErrorKind::UnexpectedEof, why))
                        });
                        let fits = fits(&self.names, row.fields);
                        self.is_astray &= !fits;
                        row.is_part =
                            self.is_astray || self.failed.is_some() || !(fits || self.style.may_be_ragged());
                        return Ok(true);
                    }
                };
                let (bytes, ends) = (&mut row.bytes[filled..], &mut row.ends[row.fields..]);
                self.parser.read_record(input, bytes, ends)
            };
            self.inner.consume(taken);
            self.at += taken as u64;
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
                    self.failed = self.pass_row(start).err();
                    return Ok(true);
                }
                ReadRecordResult::Record => {
                    // The first line that has as many fields as the header is a row again.
                    let fits = fits(&self.names, row.fields);
                    if self.names.get().is_some() {
                        self.whole_rows = self.whole_rows.filter(|_| fits).map(|rows| rows + 1);
                        self.first_byte = row.bytes.first().copied().unwrap_or_default();
                    }
                    self.is_astray &= !fits;
                    row.is_part = self.is_astray || !(fits || self.style.may_be_ragged());
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// Reads to the end of a row that is too long, and begins at `start`. Where its quotation mark is never closed, the row is the first line
    /// of it, since that must not take the rest of the table.
    fn pass_row(&mut self, start: u64) -> io::Result<()> {
        let mut quotes = Quotes::within(self.style, &mut self.parser);
        self.parser.reset();
        let is_closed = loop {
            let input = self.inner.fill_buf()?;
            if input.is_empty() {
                break !quotes.is_open_at_end();
            }
            let (mut used, mut ended) = (0, None);
            for byte in input {
                used += 1;
                ended = quotes.row_end(*byte);
                if ended.is_some() {
                    break;
                }
            }
            self.inner.consume(used);
            self.at += used as u64;
            if let Some(is_closed) = ended {
                break is_closed;
            }
        };
        if is_closed {
            return Ok(());
        }
        let again = self.again.as_ref().filter(|_| self.reopened < MOST_REOPENED);
        let Some(again) = again else {
            let what = format!("a quotation mark in the row at byte {start} is never closed");
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        };
        self.reopened += 1;
        self.inner = self.style.input(again()?);
        io::copy(&mut self.inner.by_ref().take(start), &mut io::sink())?;
        self.at = start + pass_line(&mut self.inner)?;
        self.is_astray = true;
        Ok(())
    }

    /// What follows a gap up to the first row; `None` where it begins at once. Where that is cannot be known if what follows may be within
    /// quotation marks.
    fn find_row(&mut self) -> io::Result<Vec<u8>> {
        let mut known = Vec::new();
        let fields = self.names.get().map_or(0, Vec::len);
        let (from, is_end) = loop {
            let length = known.len();
            self.inner.by_ref().take(SEARCHED_BYTES / 16).read_to_end(&mut known)?;
            let is_end = known.len() == length;
            if let Some(from) = self.style.first_row(&known) {
                break (Some(from), is_end);
            }
            if is_end || known.len() as u64 >= SEARCHED_BYTES {
                break (self.style.first_line_of(&known, fields), is_end);
            }
        };
        let Some(from) = from.or(is_end.then_some(known.len())) else {
            let what = "what follows the gap may be within quotation marks";
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        };
        let rest = known.split_off(from);
        let inner = std::mem::replace(&mut self.inner, BufReader::new(Box::new(io::empty())));
        self.inner = self.style.input(Box::new(io::Cursor::new(rest).chain(inner)));
        Ok(known)
    }
}

/// Bytes read at a time.
const CHUNK_BYTES: usize = 128 << 10;
/// A table that has more unclosed quotation marks, each with more after it than a row may have, is not read from its beginning for each.
const MOST_REOPENED: usize = 16;
/// So much after a gap is searched for a quotation mark that shows where a row begins.
const SEARCHED_BYTES: u64 = 1 << 20;

/// Reads to the end of a line, and says how long it is.
fn pass_line(inner: &mut Input<'_>) -> io::Result<u64> {
    let mut passed = 0;
    loop {
        let input = inner.fill_buf()?;
        let (end, length) = (memchr::memchr2(b'\n', b'\r', input), input.len());
        let used = end.map_or(length, |end| end + 1);
        inner.consume(used);
        passed += used as u64;
        if end.is_some() || length == 0 {
            return Ok(passed);
        }
    }
}

/// What a quotation mark does, by what stands on both sides of it: one of several that follow each other, since each pair of them is a
/// letter of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// It can only open a field.
    Opens,
    /// It can only close one.
    Closes,
    /// Either.
    Unclear,
    /// Neither; it is written in a text as it stands.
    Stray,
}

/// Follows quotation marks.
#[derive(Clone, Copy, Debug)]
struct Quotes {
    style: Style,
    is_open: bool,
    /// The byte before the marks that are being read.
    before: u8,
    /// How many they are.
    run: usize,
    is_escaped: bool,
}

impl Quotes {
    fn new(style: Style, before: u8) -> Self {
        Self { style, is_open: false, before, run: 0, is_escaped: false }
    }

    /// Within a row, of which a parser has read the beginning; it is of no use after that.
    fn within(style: Style, parser: &mut csv_core::Reader) -> Self {
        let mut read = |input: &[u8]| parser.read_record(input, &mut [0; 4], &mut [0; 4]);
        // A mark is written where it is a letter. A line end after it ends the row where no field is open then.
        let (_, _, written, _) = read(b"\"");
        let is_row = read(b"\n").0 == ReadRecordResult::Record;
        let is_pair = written > 0 && !is_row;
        let before = if written == 0 && !is_row { style.delimiter } else { b'x' };
        let is_open = is_pair || (written == 0 && is_row);
        Self { is_open, run: usize::from(is_pair), ..Self::new(style, before) }
    }

    fn is_edge(&self, byte: u8) -> bool {
        byte == self.style.delimiter || matches!(byte, b'\n' | b'\r')
    }

    /// Passes a byte; what the mark does that has ended before it, if one has.
    fn pass(&mut self, byte: u8) -> Option<Mark> {
        if std::mem::take(&mut self.is_escaped) {
            self.before = b'x';
            return None;
        }
        if byte == b'"' {
            self.run += 1;
            return None;
        }
        let mark = (self.run % 2 == 1).then(|| match (self.is_edge(self.before), self.is_edge(byte)) {
            (true, false) => Mark::Opens,
            (false, true) => Mark::Closes,
            (true, true) => Mark::Unclear,
            (false, false) => Mark::Stray,
        });
        self.run = 0;
        self.is_escaped = self.style.has_escapes && byte == b'\\';
        if !(self.style.has_blanks && byte == b' ' && self.is_edge(self.before)) {
            self.before = byte;
        }
        mark
    }

    /// Passes a byte of a row: whether the row ends there, and all that was opened in it is closed; `false` where that cannot be.
    fn row_end(&mut self, byte: u8) -> Option<bool> {
        match (self.pass(byte), self.is_open) {
            // A field was opened before, and this one opens another.
            (Some(Mark::Opens), true) => return Some(false),
            (Some(_), true) => self.is_open = false,
            (Some(Mark::Opens | Mark::Unclear), false) => self.is_open = true,
            _ => {}
        }
        (byte == b'\n' && !self.is_open).then_some(true)
    }

    /// Whether a field is open where the table ends.
    fn is_open_at_end(&mut self) -> bool {
        self.row_end(b'\n') != Some(true)
    }
}

impl Style {
    fn input<'a>(self, inner: Box<dyn Read + Send + 'a>) -> Input<'a> {
        let inner = if self.has_blanks { Box::new(WithoutBlanks::new(self.delimiter, inner)) } else { inner };
        let inner: Box<dyn Read + Send + 'a> = match self.dialect {
            Some(dialect) => dialect.read(self.delimiter, inner),
            None if self.has_escapes => Box::new(LoneBackslashes::new(self.delimiter, inner)),
            None => inner,
        };
        BufReader::with_capacity(CHUNK_BYTES, inner)
    }

    /// Where the first row begins in bytes from anywhere in a table; `None` where no quotation mark shows that. A mark that can only open a
    /// field shows that all before it is outside of one, and one that can only close a field that it is inside.
    fn first_row(self, bytes: &[u8]) -> Option<usize> {
        if self.dialect == Some(Dialect::Lines) {
            return memchr::memchr(b'\n', bytes).map(|end| end + 1);
        }
        // What comes before the first byte is not known.
        let mut origin = bytes.iter().position(|byte| *byte != b'"')?;
        let mut quotes = Quotes::new(self, bytes[origin]);
        let mut is_odd = false;
        let mut is_open = None;
        for (at, byte) in bytes.iter().enumerate().skip(origin + 1) {
            match quotes.pass(*byte) {
                Some(Mark::Opens) => is_open = Some(is_odd),
                Some(Mark::Closes) => is_open = Some(!is_odd),
                Some(Mark::Unclear) => is_odd = !is_odd,
                Some(Mark::Stray) => (origin, is_odd) = (at, false),
                None => {}
            }
            if is_open.is_some() {
                break;
            }
        }
        let mut quotes = Quotes { is_open: is_open?, ..Quotes::new(self, bytes[origin]) };
        let ends = bytes.iter().skip(origin + 1).position(|byte| quotes.row_end(*byte) == Some(true));
        // The line end that was the first byte.
        if bytes[origin] == b'\n' && is_open == Some(false) {
            Some(origin + 1)
        } else {
            Some(origin + 2 + ends?)
        }
    }

    /// Where the first line begins in a table without quotation marks, if all whole lines have so many fields.
    fn first_line_of(self, bytes: &[u8], fields: usize) -> Option<usize> {
        let (first, last) = (memchr::memchr(b'\n', bytes)?, memchr::memrchr(b'\n', bytes)?);
        let mut lines = bytes.slice(first + 1..last).split(|byte| *byte == b'\n');
        let is_row = |line: &[u8]| memchr::memchr_iter(self.delimiter, line).count() + 1 == fields;
        let is_table = fields > 1 && memchr::memchr(b'"', bytes).is_none() && lines.all(is_row);
        is_table.then_some(first + 1)
    }
}

impl Refill for JsonRows<'_> {
    /// The next row; of one that was begun before an error, what there is, without a line end, and of the rest of one what there is. The
    /// header's line is a blank one, so that rows have the number of their line where no field holds a line end. A table whose first row
    /// cannot be a header has columns without names.
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let start = ready.len();
        if std::mem::take(&mut self.is_after_gap) {
            let part = self.find_row()?;
            if !part.is_empty() {
                self.write_part(ready, &part);
                ready.push(b'\n');
            }
            return Ok(true);
        }
        if !self.next_row()? {
            return Ok(false);
        }
        if self.row.is_part && !self.row.is_too_long {
            let fields: Vec<&[u8]> = self.row.iter().collect();
            self.write_part(ready, &fields.join(&b','));
            if self.failed.is_none() {
                ready.push(b'\n');
            }
            return Ok(true);
        }
        if self.rows_before > 0 {
            self.rows_before -= 1;
            ready.push(b'\n');
            return Ok(true);
        }
        if self.names.get().is_none() {
            let is_header = self.row.iter().all(can_be_name);
            let text = |(place, name): (usize, &[u8])| {
                let name = String::from_utf8_lossy(name);
                let name = name.trim_start_matches(['\u{FEFF}', '#']).trim();
                if name.is_empty() { column(place) } else { name.to_owned() }
            };
            let mut names: Vec<String> =
                if is_header { self.row.iter().enumerate().map(text).collect() } else { Vec::new() };
            if is_header && self.style.heading.has_row_names {
                names.insert(0, column(0));
            }
            self.names.get_or_init(|| names);
            if is_header {
                ready.push(b'\n');
                return Ok(true);
            }
        }
        if std::mem::take(&mut self.is_before_types) {
            ready.push(b'\n');
            return Ok(true);
        }
        if self.row.is_too_long {
            self.write_part(ready, self.row.bytes.slice(..self.row.head_bytes));
            end_too_long(ready, start, self.max_unit_bytes);
            return Ok(true);
        }
        let names = self.names.get().map(Vec::as_slice).unwrap_or_default();
        let mut line = Bounded { bytes: ready, most: start + self.max_unit_bytes };
        if object(&mut line, names, &self.row).is_err() {
            end_too_long(ready, start, self.max_unit_bytes);
        }
        Ok(true)
    }
}

impl JsonRows<'_> {
    /// Writes what is no row as a JSON string, as far as there is room for it: nobody will read it as a record.
    fn write_part(&self, ready: &mut Vec<u8>, part: &[u8]) {
        let mut line = Bounded { most: ready.len() + self.max_unit_bytes, bytes: ready };
        drop(serde_json::to_writer(&mut line, &String::from_utf8_lossy(part)));
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

    fn rows<'a>(style: Style, max_unit_bytes: usize, table: impl Read + Send + 'a) -> Refilled<JsonRows<'a>> {
        Refilled::new(JsonRows::new(style, max_unit_bytes, Header::default(), Box::new(table)))
    }

    #[test]
    fn rows_become_objects() {
        let table = "\u{FEFF}url,title,\r\nhttps://a.example/1,\"A, \"\"quoted\"\"\nline\",x,y\r\n,b\n";
        let mut json = String::new();
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        rows(style, 1 << 20, table.as_bytes()).read_to_string(&mut json).expect("it is a table");
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
        let read = rows(style, 1 << 20, table.chain(Failing)).read_to_end(&mut json);
        assert_eq!(read.map_err(|error| error.kind()), Err(io::ErrorKind::UnexpectedEof));
        assert_eq!(String::from_utf8_lossy(&json), "\n{\"url\":\"a\",\"text\":\"b\"}\n\"c,d e\"");
    }

    #[test]
    fn a_table_that_ends_within_quotation_marks_or_within_a_row_was_cut_off() {
        for (table, is_cut) in [
            ("url,text\na,\"b c\"", false),
            ("url,text\na,\"b \"\"c\"\"\"", false),
            ("url,text\na,\"b\nc", true),
            ("url,text\na,\"b \"\"", true),
            ("url,text\na,b\n", false),
            ("url,text\na,\"", true),
            (
                "url,title,text\nhttps://a.example/1,b,c\nhttps://b.example,e,f\nhttps://c.example,h,i\nhttps://a.exam",
                true,
            ),
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,k", true),
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,k,l", false),
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,k\n", false),
            ("url,title,text\na1,b,c\na2,e,f\na3,h,i\na", true),
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,", true),
            // A spreadsheet, footers, signs of the end.
            ("url,title,text\na,b,c\nd,e,f\ng,h,i\nj,The bridge is shut.", false),
            ("id,title,text\n1,b,c\n2,e,f\n3,h,i\n(3 rows)", false),
            ("id,title,text\n1,b,c\n2,e,f\n3,h,i\nTotal: 3", false),
            ("id,title,text\n1,b,c\n2,e,f\n3,h,i\n\u{1A}", false),
            ("id,title,text\n1,b,c\n2,e,f\n3,h,i\n  ", false),
            ("url,title,text\na,b,c\nd,e\ng,h,i\nj,k,l\nm,n,o\np,q", false),
            // R's, with a name before each row.
            (
                "\"a\",\"url\",\"b\"\n\"1\",x,https://a,y\n\"2\",x,https://b,y\n\"3\",x,https://c,y\n\"4\",x,htt",
                true,
            ),
        ] {
            let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
            let mut json = Vec::new();
            let read = rows(style, 1 << 20, table.as_bytes()).read_to_end(&mut json);
            assert_eq!(read.is_err(), is_cut, "{table:?}");
        }
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
        let mut rows = JsonRows::new(style, 50_000, Header::default(), Box::new(table.as_bytes()));
        let mut ready = Vec::new();
        while rows.refill(&mut ready).is_ok_and(|is_more| is_more) {}
        assert!(rows.row.bytes.len() <= 50_001 && rows.row.ends.len() <= 2 * MOST_FIELDS);
        let lines: Vec<usize> = ready.split(|byte| *byte == b'\n').map(<[u8]>::len).collect();
        assert_eq!(lines, [0, 26, 50_001, 50_001, 50_001, 50_001, 0]);
    }

    /// A table that can be read again, as lines.
    fn lines_of(table: &str, max_unit_bytes: usize) -> Vec<String> {
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        let whole = table.to_owned();
        let again: Reopen = Arc::new(move || Ok(Box::new(io::Cursor::new(whole.clone()))));
        let first = JsonRows::new(style, max_unit_bytes, Header::default(), Box::new(table.as_bytes()));
        let mut json = String::new();
        let mut rows = Refilled::new(JsonRows { again: Some(again), ..first });
        rows.read_to_string(&mut json).expect("it is UTF-8");
        json.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_costs_its_line() {
        for last in ["c,\"two, and\nmore\"\n", ""] {
            let table = format!("url,text\na,\"never closed\n{}{last}", "b,one\n".repeat(10_000));
            let lines = lines_of(&table, 5000);
            assert!(
                lines[1].starts_with("\"anever closed\\nb,one") && lines[1].len() == 5001,
                "{}",
                lines[1]
            );
            assert!(lines[2..10_002].iter().all(|line| *line == "{\"url\":\"b\",\"text\":\"one\"}"));
            let last = (!last.is_empty()).then_some("{\"url\":\"c\",\"text\":\"two, and\\nmore\"}");
            assert!(lines[10_002..].iter().eq(last.as_slice()), "{}", lines.len());
        }
        // Of a pipe nothing can be read again.
        let table = format!("url,text\na,\"never closed\n{}", "b,one\n".repeat(10_000));
        let style = Style::of("a.csv", table.as_bytes(), &|_| true).expect("it is a table");
        let error =
            rows(style, 5000, table.as_bytes()).read_to_string(&mut String::new()).expect_err("it is open");
        assert_eq!(error.to_string(), "a quotation mark in the row at byte 9 is never closed");
    }

    #[test]
    fn a_field_that_is_too_long_costs_its_row_whatever_is_in_it() {
        let inner = "x,\"\"y, \"\" z\"\"\r\nb,one\n,\"\"\"\"\n".repeat(1_000);
        for (before, after) in [("", ""), ("text, ", "\nb,one"), ("\"\"", "\"\""), (",", ",")] {
            let long = format!("a,\"{before}{inner}{after}\"\n");
            for (rows, table) in
                [(2, format!("url,text\n{long}b,one\n{long}")), (1, format!("url,text\n{long}"))]
            {
                let lines = lines_of(&table, 5000);
                let too_long = lines.iter().filter(|line| line.len() == 5001).count();
                let sound = lines.iter().filter(|line| *line == "{\"url\":\"b\",\"text\":\"one\"}").count();
                assert_eq!((lines.len(), too_long, sound), (2 * rows, rows, rows - 1), "{before} {after}");
            }
        }
    }

    #[test]
    fn after_a_gap_rows_are_found_where_marks_show_them() {
        let names = || Arc::new(OnceLock::from(vec!["url".to_owned(), "text".to_owned()]));
        let style_of_names = || Style::of("a.csv", b"url,text\na,b\n", &|_| true).expect("it is a table");
        let after = |rest: String| {
            let rows = JsonRows::new(style_of_names(), 1 << 20, names(), Box::new(io::empty()));
            let inner: Input<'_> = BufReader::new(Box::new(io::Cursor::new(rest)));
            let mut json = String::new();
            Refilled::new(JsonRows { inner, is_after_gap: true, is_astray: true, ..rows })
                .read_to_string(&mut json)
                .map(|_| json.lines().map(str::to_owned).collect::<Vec<_>>())
                .map_err(|error| error.kind())
        };
        let (one, two) = ("{\"url\":\"a\",\"text\":\"x\"}", "{\"url\":\"b\",\"text\":\"y, z\\nb,c\"}");
        let table = "a,x\nb,\"y, z\nb,c\"\n";
        for (rest, expected) in [
            // Outside of quotation marks, inside of them, and where the first mark may be either.
            (format!("rest\n{table}"), vec!["\"rest\\n\"", one, two]),
            (format!("\n{table}"), vec!["\"\\n\"", one, two]),
            (format!("k,l\nm,n\"\n{table}"), vec!["\"k,l\\nm,n\\\"\\n\"", one, two]),
            (format!("k,l\n,\"\n{table}"), vec!["\"k,l\\n,\\\"\\n\"", one, two]),
            (
                format!("\"\nk,\",\"\n{table}"),
                vec!["\"\\\"\\n\"", "{\"url\":\"k\",\"text\":\",\"}", one, two],
            ),
            ("st\na,x\na,x\n".to_owned(), vec!["\"st\\n\"", one, one]),
            ("st\na,x\nb,x,y\n".to_owned(), vec!["\"st\\na,x\\nb,x,y\\n\""]),
        ] {
            assert_eq!(
                after(rest.clone()).as_deref(),
                Ok(&expected.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()[..]),
                "{rest}"
            );
        }
        // Where a line is a row, the first one begins after the first line end.
        let table = format!("id\ttext\n{}", "1\tOne.\\nTwo.\\nThree \"so\".\n".repeat(3));
        let style = Style { dialect: Some(Dialect::Lines), delimiter: b'\t', ..style_of_names() };
        assert_eq!(style.first_row(table.as_bytes()), Some(8));
        let unclear = format!("{}\n", "k,l,m\n".repeat(500_000));
        assert_eq!(after(unclear), Err(io::ErrorKind::InvalidData));
    }

    #[test]
    fn a_table_is_known_by_its_name_or_its_first_line() {
        for (name, head, expected) in [
            ("a.csv.gz", "url,text\nx,y\n", Some(b',')),
            ("a.csv", "url;text\nx;y\n", Some(b';')),
            ("a.tsv", "url\ttext\n", Some(b'\t')),
            ("dump", "url,title,text\nx,y,z\n", Some(b',')),
            ("a.csv", "7\u{1}So, and so\u{1}x\n8\u{1}a\u{1}y\n", Some(1)),
            ("a.csv", "url,text\u{1},n\nx,y,1\n", Some(b',')),
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
            ("meta,meta,c\na,b,c\n1,x,y\n", "\n\n{\"a\":\"1\",\"b\":\"x\",\"c\":\"y\"}\n"),
            ("a,b,c\nString,Date,String\n1,x,y\n", "\n\n{\"a\":\"1\",\"b\":\"x\",\"c\":\"y\"}\n"),
            (
                "\"a\",\"b\",\"url\"\n\"1\",\"x\",\"y\",\"http://a\"\n\"2\",\"z\",\"\",\"http://b\"\n",
                "\n{\"column_1\":\"1\",\"a\":\"x\",\"b\":\"y\",\"url\":\"http://a\"}\n\
                 {\"column_1\":\"2\",\"a\":\"z\",\"url\":\"http://b\"}\n",
            ),
            (
                "a,b\n1,x\\, y\\\nz\\\n\n2,u\n",
                "\n{\"a\":\"1\",\"b\":\"x, y\\nz\\n\"}\n{\"a\":\"2\",\"b\":\"u\"}\n",
            ),
            ("a,b\n\\N,\"say \\\"no\\\" in C:\\new\"\n", "\n{\"b\":\"say \\\"no\\\" in C:\\\\new\"}\n"),
            ("a,b\nC:\\,\"say \"\"no\"\" now\"\n", "\n{\"a\":\"C:\\\\\",\"b\":\"say \\\"no\\\" now\"}\n"),
        ] {
            let style = Style::of("a.csv", table.as_bytes(), &|name| name != "meta").expect("it is a table");
            let mut json = String::new();
            rows(style, 1 << 20, table.as_bytes()).read_to_string(&mut json).expect("it is a table");
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
