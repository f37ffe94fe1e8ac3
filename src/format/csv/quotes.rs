//! Quotation marks of a table, followed where its beginning is not known or a row is too long to be held.

use csv_core::ReadRecordResult;

use super::dialect::Dialect;
use super::style::Style;
use crate::text::Slice;

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
pub(super) struct Quotes {
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
    pub(super) fn within(style: Style, parser: &mut csv_core::Reader) -> Self {
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
    pub(super) fn row_end(&mut self, byte: u8) -> Option<bool> {
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
    pub(super) fn is_open_at_end(&mut self) -> bool {
        self.row_end(b'\n') != Some(true)
    }
}

impl Style {
    /// Where the first row begins in bytes from anywhere in a table; `None` where no quotation mark shows that. A mark that can only open a
    /// field shows that all before it is outside of one, and one that can only close a field that it is inside.
    pub(super) fn first_row(self, bytes: &[u8]) -> Option<usize> {
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
    pub(super) fn first_line_of(self, bytes: &[u8], fields: usize) -> Option<usize> {
        let (first, last) = (memchr::memchr(b'\n', bytes)?, memchr::memrchr(b'\n', bytes)?);
        let mut lines = bytes.slice(first + 1..last).split(|byte| *byte == b'\n');
        let is_row = |line: &[u8]| memchr::memchr_iter(self.delimiter, line).count() + 1 == fields;
        let is_table = fields > 1 && memchr::memchr(b'"', bytes).is_none() && lines.all(is_row);
        is_table.then_some(first + 1)
    }
}
