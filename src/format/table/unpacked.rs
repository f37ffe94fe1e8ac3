//! What the compressed buffers of an Arrow message say that they unpack to.
//!
//! [`arrow_ipc`] allocates what a buffer says, and a process that cannot allocate ends: 4 kB that say 1 TB would end a night. What cannot be
//! true is therefore damage before the crate sees it.

use std::io::{self, Read};

use arrow_ipc::Message;
use arrow_schema::ArrowError;

use super::arrow::{MOST_HEADER_BYTES, damage};

/// What a message may say however small it is.
const ALWAYS_BYTES: u64 = 1 << 30;
/// And how many times its size: tables of texts are packed to a tenth at best.
const MOST_TIMES: u64 = 64;

/// Where in a message's body its compressed buffers begin, with their lengths.
fn places(message: Message<'_>) -> Vec<u64> {
    let of_dictionary = || message.header_as_dictionary_batch()?.data();
    let batch = message.header_as_record_batch().or_else(of_dictionary);
    let buffers = batch.filter(|batch| batch.compression().is_some()).and_then(|batch| batch.buffers());
    let filled = buffers.into_iter().flatten().filter(|buffer| buffer.length() > 0);
    filled.filter_map(|buffer| u64::try_from(buffer.offset()).ok()).collect()
}

/// The message of a description, which begins with a mark that older files lack, and its length.
pub(super) fn message(description: &[u8]) -> Result<Message<'_>, ArrowError> {
    let skipped = if description.starts_with(&[0xFF; 4]) { 8 } else { 4 };
    let message = description.get(skipped..).unwrap_or_default();
    arrow_ipc::root_as_message(message).map_err(|error| damage(&error.to_string()))
}

/// The sum of the lengths; those that are not compressed say less than nothing.
fn sum(lengths: impl Iterator<Item = [u8; 8]>) -> u64 {
    let lengths = lengths.map(|length| u64::try_from(i64::from_le_bytes(length)).unwrap_or(0));
    lengths.fold(0, u64::saturating_add)
}

fn check(said: u64, body: u64) -> Result<u64, ArrowError> {
    let is_likely = said <= ALWAYS_BYTES || said / MOST_TIMES <= body;
    let is_possible =
        || usize::try_from(said).is_ok_and(|said| Vec::<u8>::new().try_reserve_exact(said).is_ok());
    if is_likely && is_possible() {
        Ok(said)
    } else {
        Err(damage("buffers that say they are larger than they can be"))
    }
}

/// How many bytes the buffers of a message say that they have; what cannot be true is an error.
pub(super) fn unpacked_bytes(description: &[u8], body: &[u8]) -> Result<u64, ArrowError> {
    let starts = places(message(description)?).into_iter().filter_map(|at| usize::try_from(at).ok());
    let lengths = starts.filter_map(|at| body.get(at..)?.first_chunk().copied());
    check(sum(lengths), body.len() as u64)
}

/// A stream on its way to the crate, which has a message whole before it unpacks it.
pub(super) struct Checked<R> {
    inner: R,
    description: io::Cursor<Vec<u8>>,
    /// How many bytes the message's body has, and how many of them are read.
    body: u64,
    at: u64,
    lengths: Vec<(u64, [u8; 8])>,
}

impl<R: Read> Checked<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, description: io::Cursor::default(), body: 0, at: 0, lengths: Vec::new() }
    }

    /// Reads the description of the next message. One that cannot be understood is for the crate to tell of.
    fn begin(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        (&mut self.inner).take(4).read_to_end(&mut bytes)?;
        if bytes == [0xFF; 4] {
            (&mut self.inner).take(4).read_to_end(&mut bytes)?;
        }
        let length = bytes.last_chunk().map_or(0, |length| u32::from_le_bytes(*length));
        (&mut self.inner).take(u64::from(length).min(MOST_HEADER_BYTES as u64)).read_to_end(&mut bytes)?;
        (self.at, self.body) = (0, 0);
        self.lengths.clear();
        if let Ok(message) = message(&bytes) {
            self.body = u64::try_from(message.bodyLength()).unwrap_or(0);
            self.lengths = places(message).into_iter().map(|at| (at, [0; 8])).collect();
        }
        self.description = io::Cursor::new(bytes);
        Ok(())
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.body && self.description.position() == self.description.get_ref().len() as u64 {
            self.begin()?;
        }
        let count = self.description.read(buffer)?;
        if count > 0 {
            return Ok(count);
        }
        let left = usize::try_from(self.body - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.inner.read(&mut buffer[..left])?;
        for (start, length) in &mut self.lengths {
            for (at, byte) in (*start..).zip(length) {
                let place = at.checked_sub(self.at).and_then(|at| usize::try_from(at).ok());
                if let Some(found) = place.and_then(|place| buffer[..count].get(place)) {
                    *byte = *found;
                }
            }
        }
        self.at += count as u64;
        if self.at == self.body {
            check(sum(self.lengths.iter().map(|(_, length)| *length)), self.body)
                .map_err(io::Error::other)?;
        }
        Ok(count)
    }
}
