//! Shards: files of zstd frames.

use std::path::PathBuf;

use xxhash_rust::xxh3::Xxh3;

use super::{OutputFolder, Unfinished, WriteError};
use crate::account::Shard;

/// The three places where a line can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Output {
    /// Kept records.
    Records,
    /// Dropped records.
    Dropped,
    /// Lines that could not be processed.
    Quarantine,
}

impl Output {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Records, Self::Dropped, Self::Quarantine];

    /// Its folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Dropped => "dropped",
            Self::Quarantine => "quarantine",
        }
    }

    fn shard_name(number: usize) -> String {
        format!("part-{number:05}.jsonl.zst")
    }

    /// Whether a file name is one that [`ShardWriter`] gives.
    pub(super) fn is_shard_name(name: &str) -> bool {
        let number = name.strip_prefix("part-").and_then(|rest| rest.strip_suffix(".jsonl.zst"));
        number.is_some_and(|number| number.len() >= 5 && number.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

/// Compressed lines that belong together.
#[derive(Debug, Default)]
pub struct Frame {
    bytes: Vec<u8>,
    records: u64,
}

/// Compresses frames, one after the other; making a compressor costs more than a small frame.
pub struct FrameEncoder {
    compressor: zstd::bulk::Compressor<'static>,
    /// Room for the worst case, which a frame that waits to be written need not hold on to.
    packed: Vec<u8>,
}

impl FrameEncoder {
    /// More than a frame takes, unless a line is huge; what that took is given back.
    const KEPT_BYTES: usize = 6 << 20;

    /// A compressor of zstd's levels 1 to 22. Each frame ends with a checksum of what it holds.
    ///
    /// # Panics
    /// Where zstd has no memory for it.
    pub fn new(level: i32) -> Self {
        let mut compressor = zstd::bulk::Compressor::new(level).expect("memory for a compressor");
        compressor.include_checksum(true).expect("zstd knows the option");
        Self { compressor, packed: Vec::new() }
    }

    /// Compresses whole lines, `records` of them.
    ///
    /// # Panics
    /// Where zstd has no memory for it.
    pub fn frame(&mut self, lines: &[u8], records: u64) -> Frame {
        if records == 0 {
            return Frame::default();
        }
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(lines.len()));
        let packed = self.compressor.compress_to_buffer(lines, &mut self.packed);
        packed.expect("the buffer has room for the worst case");
        let frame = Frame { bytes: self.packed.clone(), records };
        self.packed.shrink_to(Self::KEPT_BYTES);
        frame
    }
}

/// Appends frames to the shards of one output.
pub struct ShardWriter {
    folder: PathBuf,
    output: Output,
    shard_bytes: u64,
    open: Option<OpenShard>,
    finished: Vec<Shard>,
}

struct OpenShard {
    file: Unfinished,
    account: Shard,
    hash: Box<Xxh3>,
}

impl ShardWriter {
    /// A writer for one of a run's outputs. A shard is closed before it would grow beyond `shard_bytes`.
    pub fn new(folder: &OutputFolder, output: Output, shard_bytes: u64) -> Self {
        let folder = folder.path().to_owned();
        Self { folder, output, shard_bytes, open: None, finished: Vec::new() }
    }

    /// Appends a frame; one without records is left out.
    ///
    /// # Errors
    /// Where the system does not let us. The writer is of no use afterwards.
    pub fn append(&mut self, frame: &Frame) -> Result<(), WriteError> {
        if frame.records == 0 {
            return Ok(());
        }
        let length = frame.bytes.len() as u64;
        if self.open.as_ref().is_some_and(|open| open.account.bytes + length > self.shard_bytes) {
            self.close()?;
        }
        let open = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(OpenShard::create(&self.folder, self.output, self.finished.len())?),
        };
        open.file.write(&frame.bytes)?;
        open.hash.update(&frame.bytes);
        open.account.bytes += length;
        open.account.records += frame.records;
        Ok(())
    }

    /// Finishes the last shard and returns the account of all.
    ///
    /// # Errors
    /// Where the system does not let us.
    pub fn finish(mut self) -> Result<Vec<Shard>, WriteError> {
        self.close()?;
        Ok(self.finished)
    }

    fn close(&mut self) -> Result<(), WriteError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.file.finish()?;
        open.account.xxh3 = format!("{:032x}", open.hash.digest128());
        self.finished.push(open.account);
        Ok(())
    }
}

impl OpenShard {
    fn create(folder: &std::path::Path, output: Output, number: usize) -> Result<Self, WriteError> {
        let name = format!("{}/{}", output.folder(), Output::shard_name(number));
        let file = Unfinished::create(&folder.join(&name))?;
        Ok(Self { file, account: Shard { file: name, ..Shard::default() }, hash: Box::default() })
    }
}
