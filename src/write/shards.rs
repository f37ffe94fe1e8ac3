//! Shards: files of zstd frames.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::folder::work_name;
use super::{WorkFile, WriteError, changed, hash_of};
use crate::account::Shard;

/// Closed shards of an output that wait for the next checkpoint to be synchronised; of more, the earliest is synchronised at
/// once, so that however small the shards are, a run has few files open.
const MOST_UNSYNCED: usize = 8;

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

    /// A frame of nothing.
    fn empty() -> Vec<u8> {
        zstd::bulk::compress(&[], 1).expect("memory for a compressor")
    }
}

/// Appends frames to the shards of one output, under names for what is not finished.
pub struct ShardWriter {
    work: PathBuf,
    output: Output,
    shard_bytes: u64,
    open: Option<OpenShard>,
    closed: Vec<Shard>,
    /// Files that were closed since [`Self::standing`] was asked last.
    unsynced: VecDeque<WorkFile>,
}

struct OpenShard {
    file: WorkFile,
    account: Shard,
    hash: Box<Xxh3>,
}

/// How far the shards of one output are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Shards that nothing more is written to.
    pub closed: Vec<Shard>,
    /// The one that is written to.
    pub open: Option<Shard>,
}

impl ShardWriter {
    /// A writer for one of a run's outputs, in a folder for what is not finished. A shard is closed before it would grow
    /// beyond `shard_bytes`.
    pub fn new(work: &Path, output: Output, shard_bytes: u64) -> Self {
        let work = work.to_owned();
        Self { work, output, shard_bytes, open: None, closed: Vec::new(), unsynced: VecDeque::new() }
    }

    /// A writer that resumes from where one was: what was written after that is cut off.
    ///
    /// # Errors
    /// Where a shard is not as it was left, or if a file cannot be created, written or renamed.
    pub fn resume(
        work: &Path,
        output: Output,
        shard_bytes: u64,
        standing: &Standing,
    ) -> Result<Self, WriteError> {
        let mut writer = Self::new(work, output, shard_bytes);
        for shard in &standing.closed {
            let path = writer.work.join(work_name(&shard.file));
            check_shard(&path, shard).map_err(WriteError::of("go on with", &path))?;
        }
        writer.closed.clone_from(&standing.closed);
        if let Some(account) = &standing.open {
            let path = writer.work.join(work_name(&account.file));
            let mut hash = Box::new(Xxh3::new());
            let file = WorkFile::resume(&path, account.bytes, &mut |bytes| hash.update(bytes))?;
            if hex(hash.digest128()) != account.xxh3 {
                let cause = changed("its content has changed");
                return Err(WriteError::of("go on with", &path)(cause));
            }
            writer.open = Some(OpenShard { file, account: account.clone(), hash });
        }
        Ok(writer)
    }

    /// Appends a frame; one without records is left out.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed. The writer is of no use afterwards.
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
            None => self.open.insert(OpenShard::create(&self.work, self.output, self.closed.len())?),
        };
        open.append(frame)
    }

    /// How far it is, and the files that have to be synchronised for that to hold.
    ///
    /// # Errors
    /// Where the system has no more open files to give.
    pub fn standing(&mut self) -> Result<(Standing, Vec<WorkFile>), WriteError> {
        let mut files: Vec<_> = std::mem::take(&mut self.unsynced).into();
        let mut open = None;
        if let Some(shard) = &self.open {
            files.push(shard.file.again()?);
            open = Some(shard.account());
        }
        Ok((Standing { closed: self.closed.clone(), open }, files))
    }

    /// Where the shards are until they have their names.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.closed.iter().map(|shard| self.work.join(work_name(&shard.file))).collect()
    }

    /// The shards that nothing more is written to.
    pub fn closed(&self) -> &[Shard] {
        &self.closed
    }

    /// Closes the shard that is open.
    fn close(&mut self) -> Result<(), WriteError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        self.closed.push(open.account());
        self.unsynced.push_back(open.file);
        if self.unsynced.len() > MOST_UNSYNCED
            && let Some(earliest) = self.unsynced.pop_front()
        {
            earliest.synchronise()?;
        }
        Ok(())
    }

    /// Closes the last shard. An output without records has one shard without records, so that readers of
    /// `records/*.jsonl.zst` find a file whatever the night was like.
    ///
    /// # Errors
    /// If a file cannot be created or written.
    pub fn finish(&mut self) -> Result<(), WriteError> {
        if self.closed.is_empty() && self.open.is_none() {
            let mut open = OpenShard::create(&self.work, self.output, 0)?;
            open.append(&Frame { bytes: FrameEncoder::empty(), records: 0 })?;
            self.open = Some(open);
        }
        self.close()
    }
}

impl OpenShard {
    fn create(work: &Path, output: Output, number: usize) -> Result<Self, WriteError> {
        let name = format!("{}/{}", output.folder(), Output::shard_name(number));
        let file = WorkFile::create(&work.join(work_name(&name)))?;
        Ok(Self { file, account: Shard { file: name, ..Shard::default() }, hash: Box::default() })
    }

    fn append(&mut self, frame: &Frame) -> Result<(), WriteError> {
        self.file.append(&frame.bytes)?;
        self.hash.update(&frame.bytes);
        self.account.bytes += frame.bytes.len() as u64;
        self.account.records += frame.records;
        Ok(())
    }

    fn account(&self) -> Shard {
        Shard { xxh3: hex(self.hash.digest128()), ..self.account.clone() }
    }
}

/// Whether a shard is what its account says.
pub(super) fn check_shard(path: &Path, account: &Shard) -> io::Result<()> {
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length != account.bytes {
        return Err(changed(format!("it has {length} bytes, not {}", account.bytes)));
    }
    if hash_of(file)? == account.xxh3 { Ok(()) } else { Err(changed("its content has changed")) }
}

fn hex(hash: u128) -> String {
    format!("{hash:032x}")
}
