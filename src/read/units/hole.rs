//! Runs of NULs in a dump, where data is missing.

use std::ops::Range;

use crate::text::Slice;

/// Where data was never written, or was lost since: the file system gives NULs for it, as after a power cut and in copies of
/// sparse files. What stands before a hole and what stands after it are of different records.
pub(super) struct Hole {
    /// The unit in which the first one is, its place in the decompressed dump, and the NULs there.
    pub(super) line: u64,
    pub(super) offset: u64,
    pub(super) bytes: usize,
    /// How many more units have one.
    pub(super) others: u64,
}

impl Hole {
    /// Fewer NULs are padding of a field, or a slip of its writer.
    const LEAST_BYTES: usize = 64;

    /// The first run of NULs in some bytes that is long enough.
    pub(super) fn find(bytes: &[u8]) -> Option<Range<usize>> {
        let mut from = 0;
        while let Some(at) = memchr::memchr(0, bytes.get(from..)?) {
            let start = from + at;
            let length = bytes.slice(start..).iter().take_while(|byte| **byte == 0).count();
            if length >= Self::LEAST_BYTES {
                return Some(start..start + length);
            }
            from = start + length;
        }
        None
    }

    /// In words, for the account.
    pub(super) fn damage(&self) -> String {
        let Self { line, offset, bytes, others } = self;
        let others = match others {
            0 => String::new(),
            1 => " and another one".to_owned(),
            more => format!(" and in {more} others"),
        };
        format!(
            "{bytes} NUL bytes from byte {offset} on, in line {line}{others}, stand where data is missing, as after a power cut"
        )
    }
}
