//! Snappy's raw format, decompressed as a stream.
//!
//! The crate `snap` decompresses a whole block into memory, and a page of Parquet is one block, however large it is. Compressors
//! look for repetitions within 64 KiB (the format's own rule for them), so that much of what was written is enough.
//!
//! Source: `format_description.txt` of google/snappy.

use std::io::{self, BufRead, Read};

/// How far back a copy may reach.
const WINDOW_BYTES: usize = 64 << 10;
/// The window is moved to the front when so much has been made.
const KEPT_BYTES: usize = 4 * WINDOW_BYTES;
/// About so much is made at a time.
const STEP_BYTES: usize = 32 << 10;

/// Reads what was compressed.
pub(super) struct Snappy<R> {
    inner: R,
    /// Bytes that are still to be made.
    left: u64,
    /// Of a literal, bytes that are still to be copied.
    literal: usize,
    /// What has been made, as far back as it may be needed.
    made: Vec<u8>,
    /// Bytes of `made` that have been read.
    given: usize,
}

impl<R: BufRead> Snappy<R> {
    pub(super) fn new(mut inner: R) -> io::Result<Self> {
        let mut left = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let byte = little_endian(&mut inner, 1)?;
            left |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(Self { inner, left, literal: 0, made: Vec::new(), given: 0 })
    }

    fn step(&mut self) -> io::Result<()> {
        if self.made.len() > KEPT_BYTES {
            let gone = self.given.min(self.made.len() - WINDOW_BYTES);
            self.made.drain(..gone);
            self.given -= gone;
        }
        while self.left > 0 && self.made.len() < self.given + STEP_BYTES {
            if self.literal == 0 {
                self.element()?;
            }
            let ready = self.inner.fill_buf()?;
            let count = ready.len().min(self.literal);
            if count == 0 && self.literal > 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.made.extend_from_slice(&ready[..count]);
            self.inner.consume(count);
            self.literal -= count;
            self.left = self.left.checked_sub(count as u64).ok_or_else(broken)?;
        }
        Ok(())
    }

    /// Begins a literal, or makes a copy.
    fn element(&mut self) -> io::Result<()> {
        let tag = little_endian(&mut self.inner, 1)?;
        let high = (tag >> 2) as usize;
        let (length, offset) = match tag & 3 {
            0 => {
                self.literal = match high {
                    60..=63 => little_endian(&mut self.inner, high - 59)? as usize,
                    length => length,
                } + 1;
                return Ok(());
            }
            1 => ((high & 7) + 4, ((tag >> 5) << 8 | little_endian(&mut self.inner, 1)?) as usize),
            2 => (high + 1, little_endian(&mut self.inner, 2)? as usize),
            _ => (high + 1, little_endian(&mut self.inner, 4)? as usize),
        };
        if offset == 0 || offset > self.made.len() {
            return Err(broken());
        }
        let start = self.made.len() - offset;
        if offset >= length {
            self.made.extend_from_within(start..start + length);
        } else {
            for at in start..start + length {
                self.made.push(self.made[at]);
            }
        }
        self.left = self.left.checked_sub(length as u64).ok_or_else(broken)?;
        Ok(())
    }
}

fn little_endian(inner: &mut impl Read, count: usize) -> io::Result<u32> {
    let mut bytes = [0; 4];
    inner.read_exact(&mut bytes[..count])?;
    Ok(u32::from_le_bytes(bytes))
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "what is compressed with Snappy is damaged")
}

impl<R: BufRead> Read for Snappy<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.made.len() {
            self.step()?;
        }
        let ready = &self.made[self.given..];
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.given += count;
        Ok(count)
    }
}
