//! The rows of a table, as lines of JSON.

use std::borrow::Cow;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use csv_core::ReadRecordResult;

use super::quotes::Quotes;
use super::style::Style;
use super::{HEADER_FIELDS, ROW_FIELDS, column};
use crate::format::{Bounded, Refill, Reopen, end_too_long};
use crate::html::charset::page_of;
use crate::text::Slice;

/// The names of the columns, once they are known.
pub(super) type Header = Arc<Mutex<Option<Names>>>;

type Names = Arc<Vec<String>>;

/// Whether a row of so many fields has as many as the header, where one is known.
fn fits(names: Option<&Names>, fields: usize) -> bool {
    names.is_none_or(|names| names.is_empty() || names.len() == fields)
}

/// Whether what was read is a row of the table. It is none where its table's rows all have as many fields and it has not, and where it has more
/// than there are columns and one of them begins with a blank: a delimiter within a sentence was not quoted then, so that what follows it
/// is in other columns than its own.
fn is_row(names: Option<&Names>, style: Style, row: &Row) -> bool {
    let columns = match names {
        Some(names) if !names.is_empty() => names.len().max(style.unnamed_to),
        _ => usize::MAX,
    };
    let begins_with_blank =
        |field: &[u8]| matches!(field, [b' ', rest @ ..] if !rest.trim_ascii().is_empty());
    let overflows = row.fields > columns && row.iter().any(begins_with_blank);
    !overflows && (style.may_be_ragged() || fits(names, row.fields))
}

/// A row of more fields is too long.
pub(super) const MOST_FIELDS: usize = 1 << 20;

/// Why a table is damaged that ends within a row.
const CUT: &str = "a quotation mark of its last row is not closed: it was cut off, or is still being written";
const CUT_SHORT: &str = "its last row has no line end and fewer fields than all others: it was cut off, or is still being written";
/// Rows before the last that must be as long as the header for a short last one to be a part of a row.
const ROWS_OF_PROOF: u64 = 3;

/// What is kept of a row that is too long.
const HEAD_BYTES: usize = 2 << 10;

/// Rows as lines of JSON. A row that has more or fewer fields than the header keeps what it has; more go under names such
/// as `column_7`, unless they are more because of a sentence that was not quoted.
pub(super) struct JsonRows<'a> {
    style: Style,
    inner: Input<'a>,
    /// Reads the table from its beginning again, where that can be done.
    pub(super) again: Option<Reopen>,
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
    /// The same, for what follows a gap.
    header: Header,
    names: Option<Names>,
    /// Those of the first header.
    all_names: Option<Names>,
    pub(super) row: Row,
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

pub(super) type Input<'a> = BufReader<Box<dyn Read + Send + 'a>>;

/// A row's fields, one after the other, as far as they may be held.
pub(super) struct Row {
    pub(super) bytes: Vec<u8>,
    /// Where each field ends.
    pub(super) ends: Vec<usize>,
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
    pub(super) fn new(
        style: Style,
        max_unit_bytes: usize,
        header: Header,
        inner: Box<dyn Read + Send + 'a>,
    ) -> Self {
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
            header,
            names: None,
            all_names: None,
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

    /// The rows of what follows a gap; `None` where the header is not known.
    pub(super) fn after_gap(
        style: Style,
        max_unit_bytes: usize,
        header: Header,
        rest: Box<dyn Read + Send + 'a>,
    ) -> Option<Self> {
        let names = header.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some(Self {
            inner: BufReader::with_capacity(CHUNK_BYTES, rest),
            all_names: Some(Arc::clone(&names)),
            names: Some(names),
            is_after_gap: true,
            is_astray: true,
            rows_before: 0,
            is_before_types: false,
            ..Self::new(style, max_unit_bytes, header, Box::new(io::empty()))
        })
    }

    fn set_names(&mut self, names: Vec<String>) {
        let names = Arc::new(names);
        *self.header.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&names));
        self.all_names.get_or_insert_with(|| Arc::clone(&names));
        self.names = Some(names);
    }

    /// What the row calls the columns.
    fn row_as_names(&self) -> Vec<String> {
        let name = |(place, name): (usize, &[u8])| {
            let name = String::from_utf8_lossy(name);
            let name = name.trim_start_matches(['\u{FEFF}', '#']).trim();
            if name.is_empty() { column(place) } else { name.to_owned() }
        };
        self.row.iter().enumerate().map(name).collect()
    }

    /// The names in a row within the table that has nothing but names of the first header: two tables were put together.
    fn other_header(&self) -> Option<Vec<String>> {
        let names = self.all_names.as_ref()?;
        let is_name = |cell: &[u8]| names.iter().any(|name| name.as_bytes() == cell);
        if self.row.fields < 2 || !self.row.iter().next().is_some_and(|cell| is_name(cell.trim_ascii())) {
            return None;
        }
        let row = self.row_as_names();
        let is_distinct =
            |(place, name): (usize, &String)| !row.iter().take(place).any(|other| other == name);
        let is_header =
            row.iter().all(|name| is_name(name.as_bytes())) && row.iter().enumerate().all(is_distinct);
        is_header.then_some(row)
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
                            let is_short = self.names.as_ref().is_some_and(|names| row.fields < names.len())
                                && row.stops_short(self.first_byte);
                            let why = match (is_open, are_whole && is_short) {
                                (true, _) => CUT,
                                (false, true) => CUT_SHORT,
                                (false, false) => return None,
                            };
                            Some(io::Error::new(io::ErrorKind::UnexpectedEof, why))
                        });
                        let fits = fits(self.names.as_ref(), row.fields);
                        self.is_astray &= !fits;
                        row.is_part = self.is_astray
                            || self.failed.is_some()
                            || !is_row(self.names.as_ref(), self.style, row);
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
                    let fits = fits(self.names.as_ref(), row.fields);
                    if self.names.is_some() {
                        self.whole_rows = self.whole_rows.filter(|_| fits).map(|rows| rows + 1);
                        self.first_byte = row.bytes.first().copied().unwrap_or_default();
                    }
                    self.is_astray &= !fits;
                    row.is_part = self.is_astray || !is_row(self.names.as_ref(), self.style, row);
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
        let fields = self.names.as_ref().map_or(0, |names| names.len());
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
pub(super) const CHUNK_BYTES: usize = 128 << 10;
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
            let part = fields.join(&b',');
            let columns = self.names.as_ref().map_or(0, |names| names.len());
            if self.failed.is_some() {
                self.write_part(ready, &part);
            } else if fits(self.names.as_ref(), fields.len()) {
                self.write_part(ready, &part);
                ready.push(b'\n');
            } else {
                let count = fields.len();
                ready.extend(
                    format!("{{\"{ROW_FIELDS}\":{count},\"{HEADER_FIELDS}\":{columns},\"row\":").bytes(),
                );
                self.write_part(ready, &part);
                ready.extend_from_slice(b"}\n");
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
            let mut names = if is_header { self.row_as_names() } else { Vec::new() };
            if is_header && self.style.heading.has_row_names {
                names.insert(0, column(0));
            }
            self.set_names(names);
            if is_header {
                ready.push(b'\n');
                return Ok(true);
            }
        } else if let Some(names) = self.other_header() {
            self.set_names(names);
            ready.push(b'\n');
            return Ok(true);
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
        let names = self.names.as_ref().map(|names| names.as_slice()).unwrap_or_default();
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
pub(super) fn can_be_name(field: &[u8]) -> bool {
    const LONGEST_BYTES: usize = 200;
    field.len() <= LONGEST_BYTES && memchr::memmem::find(field, b"://").is_none()
}
