//! Reading a compressed dump on after a part that cannot be decompressed: it continues with the next member, frame or stream.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::compression::{BytesRead, OpenAt, Packing};

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
    /// What comes after more damage is of no use.
    pub(super) is_over: bool,
    /// How many decompressed bytes may come before the last damage: a file can be made in which each member begins within the one
    /// before and ends with it, and gives the square of its length.
    allowance: u64,
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
        Self { packing, place, open, progress, first: None, more: 0, is_over: false, allowance, since: 0 }
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

    fn place(&self) -> u64 {
        self.place.load(Ordering::Relaxed)
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
