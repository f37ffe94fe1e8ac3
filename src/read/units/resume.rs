//! Reading a compressed dump on after a part that cannot be decompressed: it continues with the next member, frame or stream.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::de::IgnoredAny;

use super::super::compression::{BytesRead, Compression, OpenAt, Packing};
use crate::text::Slice;

/// So many decompressed bytes before the last damage are allowed for a byte of the file: deflate makes up to a thousand of one …
const ALLOWANCE: u64 = 100;
/// … and so many for any file.
const LEAST_ALLOWANCE: u64 = 64 << 20;

/// Reads a compressed file on after what cannot be decompressed, from the next member, frame or stream: of a WARC file that is the
/// next record.
pub(super) struct Resume {
    packing: Packing,
    place: Arc<AtomicU64>,
    open: Box<OpenAt<'static>>,
    progress: BytesRead,
    /// Parts that were passed over, the first of them in words.
    first: Option<String>,
    more: u64,
    /// What comes after more damage is of no use: parts of records would be taken for records.
    is_over: bool,
    /// How records stand on their lines.
    pub(super) lines: Lines,
    /// The unit before was no whole record.
    is_broken: bool,
    /// How many decompressed bytes may come before the last damage: a file can be made in which each member begins within the one
    /// before and ends with it, and gives the square of its length.
    allowance: u64,
    packed_bytes: u64,
    /// Where in the decompressed dump the last part begins.
    since: u64,
}

impl Resume {
    /// Of a file of so many bytes, of which those from `place` on are being decompressed.
    pub(super) fn new(
        packing: Packing,
        place: Arc<AtomicU64>,
        open: Box<OpenAt<'static>>,
        progress: BytesRead,
        packed_bytes: u64,
    ) -> Self {
        let allowance = packed_bytes.saturating_mul(ALLOWANCE).saturating_add(LEAST_ALLOWANCE);
        Self {
            packing,
            place,
            open,
            progress,
            first: None,
            more: 0,
            is_over: false,
            lines: Lines::Unknown,
            is_broken: false,
            allowance,
            packed_bytes,
            since: 0,
        }
    }

    /// What follows after an error at a place of the decompressed dump; `None` where nothing does.
    pub(super) fn after(&mut self, error: &io::Error, at: u64) -> io::Result<Option<Box<dyn Read + Send>>> {
        let left = self.allowance.checked_sub(at - self.since).filter(|_| !self.is_over);
        let Some(left) = left else { return Ok(None) };
        (self.allowance, self.since) = (left, at);
        let place = self.place();
        let Some((next, unpacked)) = self.packing.resume(&*self.open, place, &self.progress)? else {
            return Ok(None);
        };
        let length = next - place;
        let words = || format!("failed to read {length} bytes from byte {place} on: {error}");
        self.more += u64::from(self.first.is_some());
        self.first.get_or_insert_with(words);
        (self.packing, self.place) = (unpacked.packing, unpacked.place);
        Ok(Some(unpacked.reader))
    }

    /// Looks at a unit of JSON: whether it is a part of a record that is broken. Beside others on a line, or in several lines that do not show by
    /// their indentation where a record begins, parts of records would be taken for records.
    pub(super) fn is_part(
        &mut self,
        data: &[u8],
        range: &Range<usize>,
        next: usize,
        has_lines_within: bool,
    ) -> bool {
        if self.is_over || range.is_empty() || self.packing.compression == Compression::None {
            return false;
        }
        let unit = data.slice(range.clone());
        let is_whole = unit.starts_with(b"{") && unit.ends_with(b"}");
        let was_broken = std::mem::replace(&mut self.is_broken, !is_whole);
        let ends_line = data.get(next.saturating_sub(1)) == Some(&b'\n');
        if !has_lines_within && ends_line && !matches!(self.lines, Lines::Indented(..)) {
            self.lines = Lines::Single;
            return false;
        }
        let before = data.slice(..range.start);
        let indent = before.slice(memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..);
        if let Lines::Indented(first, _) = &self.lines
            && was_broken
            && indent.len() > first.len()
        {
            self.is_broken = true;
            return true;
        }
        if !has_lines_within && ends_line {
            return false;
        }
        let found = indented(unit, indent).filter(|found| ends_line && !self.lines.differ(found));
        match found {
            Some(found) => self.lines = found,
            // What is broken itself shows nothing.
            None => self.is_over = serde_json::from_slice::<IgnoredAny>(unit).is_ok(),
        }
        false
    }

    /// Whether what is read is compressed.
    pub(super) fn is_packed(&self) -> bool {
        self.packing.compression != Compression::None
    }

    /// Where in the compressed stream the member, frame or stream begins that is being read.
    pub(super) fn place(&self) -> u64 {
        self.place.load(Ordering::Relaxed)
    }

    /// What is left unread of the file after an error, in words.
    pub(super) fn left(&self, error: &io::Error) -> String {
        let place = self.place();
        match self.packed_bytes.saturating_sub(place) {
            left @ 1..
                if error.kind() != io::ErrorKind::UnexpectedEof
                    && self.packing.compression != Compression::None =>
            {
                format!("; what follows the damage in the {left} bytes from byte {place} on is not read")
            }
            _ => String::new(),
        }
    }

    /// What was passed over, in words.
    pub(super) fn damage(&self) -> Option<String> {
        let first = self.first.as_ref()?;
        Some(match self.more {
            0 => first.clone(),
            1 => format!("{first}; and 1 other part"),
            more => format!("{first}; and {more} other parts"),
        })
    }
}

/// How far a record is indented that has nothing but a brace on its first and on its last line, and further indented lines between them, of which
/// none looks like the first one; `None` where it is not such a record.
fn indented(record: &[u8], indent: &[u8]) -> Option<Lines> {
    let mut lines = record.split(|byte| *byte == b'\n');
    let is_brace = lines.next().is_some_and(|first| first.trim_ascii() == b"{");
    let second = lines.clone().next()?;
    let key = second.slice(..second.len() - second.trim_ascii_start().len());
    let is_inner = |line: &[u8]| {
        let inner = line.strip_prefix(indent).and_then(<[u8]>::first);
        matches!(inner, Some(b' ' | b'\t' | b'}')) || line.trim_ascii().is_empty()
    };
    let is_indented =
        is_brace && indent.trim_ascii().is_empty() && key.len() > indent.len() && lines.all(is_inner);
    is_indented.then(|| Lines::Indented(indent.to_vec(), key.to_vec()))
}

/// How the records of JSON stand on their lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// None has been read.
    Unknown,
    /// Each on a line of its own.
    Single,
    /// Some on several lines: what comes before `{` on the first of them, and on the second before a key.
    Indented(Vec<u8>, Vec<u8>),
}

impl Lines {
    /// Whether records are indented in two ways.
    fn differ(&self, other: &Self) -> bool {
        matches!(self, Self::Indented(..)) && self != other
    }

    /// How long what is left of a record is, of which the beginning could not be read; `None` where more bytes are needed to tell. Of records
    /// in a line each, it is the first line, unless that is a record.
    pub(super) fn rest_of_record(&self, data: &[u8], is_end: bool) -> Option<usize> {
        let mut at = 0;
        while at < data.len() {
            let end = memchr::memchr(b'\n', data.slice(at..));
            if end.is_none() && !is_end {
                return None;
            }
            let next = end.map_or(data.len(), |end| at + end + 1);
            let line = data.slice(at..next).trim_ascii_end();
            let is_record = match self {
                // The gap may end within the first line, and then the next one tells how far it was indented.
                Self::Indented(first, second) if line.ends_with(b"{") => {
                    let rest = data.slice(next..);
                    if rest.len() <= second.len() && !is_end {
                        return None;
                    }
                    let indent = line.slice(..line.len() - 1);
                    (indent == first || (at == 0 && first.ends_with(indent)))
                        && rest.strip_prefix(second.as_slice()).is_some_and(|key| key.starts_with(b"\""))
                }
                Self::Indented(..) => false,
                // A part of a record in several lines is indented.
                Self::Unknown | Self::Single => {
                    let item = line.strip_suffix(b",").unwrap_or(line);
                    item.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(item).is_ok()
                }
            };
            if is_record {
                return Some(at);
            }
            if *self == Self::Single {
                return Some(next);
            }
            at = next;
        }
        is_end.then_some(data.len())
    }
}

/// So much of a dump tells what it is.
const TELLING_BYTES: usize = 64;

/// A reader of which the beginning can be read, so that it is known for what it is; what cannot be decompressed before that is passed
/// over.
pub(super) fn begun(
    mut inner: Box<dyn Read + Send>,
    resume: &mut Option<Resume>,
) -> io::Result<Box<dyn Read + Send>> {
    let mut head = Vec::with_capacity(TELLING_BYTES);
    // What members have given that are whole.
    let mut whole = 0;
    let mut place = resume.as_ref().map(Resume::place);
    loop {
        // A byte at a time: decoders keep what they have of a piece that ends in an error.
        let mut byte = [0];
        let read = inner.read(&mut byte);
        let now = resume.as_ref().map(Resume::place);
        if now != place {
            (whole, place) = (head.len(), now);
        }
        let error = match read {
            Ok(1) if head.len() + 1 < TELLING_BYTES => {
                head.push(byte[0]);
                continue;
            }
            Ok(count) => {
                head.extend_from_slice(byte.get(..count).unwrap_or_default());
                return Ok(Box::new(io::Cursor::new(head).chain(inner)));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => error,
        };
        let next = match resume {
            Some(resume) if super::failure_of(&error).is_none() => resume.after(&error, 0)?,
            _ => None,
        };
        match next {
            Some(reader) => {
                inner = reader;
                head.truncate(whole);
                place = resume.as_ref().map(Resume::place);
            }
            None if head.is_empty() => return Err(error),
            // The reader meets the error again.
            None => return Ok(Box::new(io::Cursor::new(head).chain(inner))),
        }
    }
}
