//! Shards: files of zstd frames.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::folder::work_name;
use super::{WorkFile, WriteError, changed, hash_of, open_own};
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

    /// Whether a file name is one that [`ShardWriter`] gives.
    pub(crate) fn is_shard_name(name: &str) -> bool {
        let stem = name.strip_suffix(".jsonl.zst").or_else(|| name.strip_suffix(".parquet"));
        let number = stem.and_then(|stem| stem.strip_prefix("part-"));
        let is_number = |number: &str| number.len() >= 5 && number.bytes().all(|byte| byte.is_ascii_digit());
        number.is_some_and(|number| number.split('-').all(is_number))
    }
}

/// Compressed records that belong together: a frame of lines, or a row group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    pub(super) bytes: Vec<u8>,
    pub(super) records: u64,
    /// What the shard's foot must know of it, where there is one.
    pub(super) tail: Option<String>,
}

impl Frame {
    /// The compressed records.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What a shard's foot must know of a piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tail {
    /// Where in the shard the piece begins.
    pub at: u64,
    /// The piece's own footer, in base64.
    pub footer: String,
}

/// How pieces become a shard.
#[derive(Clone, Debug)]
pub(crate) struct ShardForm {
    /// How its name ends.
    ending: &'static str,
    /// What it begins with.
    head: &'static [u8],
    /// What it ends with, by what the pieces have left.
    foot: fn(&[Tail]) -> Vec<u8>,
    /// A piece without records, for an output without records.
    empty: Frame,
}

impl ShardForm {
    /// Lines of JSON in zstd frames.
    pub(crate) fn json_lines() -> Self {
        let empty = Frame { bytes: FrameEncoder::empty(), ..Frame::default() };
        Self { ending: ".jsonl.zst", head: b"", foot: |_| Vec::new(), empty }
    }

    /// Row groups with a footer; `empty` is a piece without rows.
    #[cfg(feature = "parquet")]
    pub(crate) fn parquet(empty: Frame) -> Self {
        Self { ending: ".parquet", head: super::parquet::MAGIC, foot: super::parquet::foot, empty }
    }
}

/// Compresses frames, one after the other; making a compressor costs more than a small frame.
pub(crate) struct FrameEncoder {
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
    pub(crate) fn new(level: i32) -> Self {
        let mut compressor = zstd::bulk::Compressor::new(level).expect("memory for a compressor");
        compressor.include_checksum(true).expect("zstd knows the option");
        Self { compressor, packed: Vec::new() }
    }

    /// Compresses whole lines, `records` of them.
    ///
    /// # Panics
    /// Where zstd has no memory for it.
    pub(crate) fn frame(&mut self, lines: &[u8], records: u64) -> Frame {
        if records == 0 {
            return Frame::default();
        }
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(lines.len()));
        let packed = self.compressor.compress_to_buffer(lines, &mut self.packed);
        packed.expect("the buffer has room for the worst case");
        let frame = Frame { bytes: self.packed.clone(), records, tail: None };
        self.packed.shrink_to(Self::KEPT_BYTES);
        frame
    }

    /// A frame of nothing.
    fn empty() -> Vec<u8> {
        zstd::bulk::compress(&[], 1).expect("memory for a compressor")
    }
}

/// Appends frames to the shards of one output, under names for what is not finished.
pub(crate) struct ShardWriter {
    work: PathBuf,
    output: Output,
    form: ShardForm,
    /// The number of the part of a plan whose shards these are, as the beginning of their numbers; empty for a whole run.
    part: String,
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
    tails: Vec<Tail>,
}

/// How far the shards of one output are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Shards that nothing more is written to.
    pub closed: Vec<Shard>,
    /// The one that is written to.
    pub open: Option<Shard>,
    /// What its foot must know of the pieces in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tails: Vec<Tail>,
}

impl ShardWriter {
    /// A writer for one of a run's outputs, in a folder for what is not finished. A shard is closed before it would grow
    /// beyond `shard_bytes`.
    pub(crate) fn new(work: &Path, output: Output, shard_bytes: u64) -> Self {
        let work = work.to_owned();
        let form = ShardForm::json_lines();
        let (part, open, closed, unsynced) = (String::new(), None, Vec::new(), VecDeque::new());
        Self { work, output, form, part, shard_bytes, open, closed, unsynced }
    }

    /// A writer that resumes from where one was: what was written after that is cut off.
    ///
    /// # Errors
    /// Where a shard is not as it was left, or if a file cannot be created, written or renamed.
    pub(crate) fn resume(
        work: &Path,
        output: Output,
        shard_bytes: u64,
        standing: &Standing,
    ) -> Result<Self, WriteError> {
        let mut writer = Self::new(work, output, shard_bytes);
        for shard in &standing.closed {
            let path = writer.work.join(work_name(&shard.file));
            check_shard(&path, shard).map_err(WriteError::of("resume", &path))?;
        }
        writer.closed.clone_from(&standing.closed);
        if let Some(account) = &standing.open {
            let path = writer.work.join(work_name(&account.file));
            let mut hash = Box::new(Xxh3::new());
            let file = WorkFile::resume(&path, account.bytes, &mut |bytes| hash.update(bytes))?;
            if hex(hash.digest128()) != account.xxh3 {
                let cause = changed("its content has changed");
                return Err(WriteError::of("resume", &path)(cause));
            }
            let tails = standing.tails.clone();
            writer.open = Some(OpenShard { file, account: account.clone(), hash, tails });
        }
        Ok(writer)
    }

    /// Appends a frame; one without records is left out.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed. The writer is of no use afterwards.
    pub(crate) fn append(&mut self, frame: &Frame) -> Result<(), WriteError> {
        if frame.records == 0 {
            return Ok(());
        }
        let length = frame.bytes.len() as u64;
        if self.open.as_ref().is_some_and(|open| open.account.bytes + length > self.shard_bytes) {
            self.close()?;
        }
        let open = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(self.create()?),
        };
        open.append(frame)
    }

    /// How far it is, and the files that have to be synchronised for that to hold.
    ///
    /// # Errors
    /// Where the system has no more open files to give.
    pub(crate) fn standing(&mut self) -> Result<(Standing, Vec<WorkFile>), WriteError> {
        let mut files: Vec<_> = std::mem::take(&mut self.unsynced).into();
        let mut standing = Standing { closed: self.closed.clone(), ..Standing::default() };
        if let Some(shard) = &self.open {
            files.push(shard.file.again()?);
            standing.open = Some(shard.account());
            standing.tails.clone_from(&shard.tails);
        }
        Ok((standing, files))
    }

    /// Where the shards are until they have their names.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.closed.iter().map(|shard| self.work.join(work_name(&shard.file))).collect()
    }

    /// The shards that nothing more is written to.
    pub(crate) fn closed(&self) -> &[Shard] {
        &self.closed
    }

    /// Closes the shard that is open.
    fn close(&mut self) -> Result<(), WriteError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.write(&(self.form.foot)(&open.tails))?;
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
    pub(crate) fn finish(&mut self) -> Result<(), WriteError> {
        if self.closed.is_empty() && self.open.is_none() {
            let mut open = self.create()?;
            open.append(&self.form.empty)?;
            self.open = Some(open);
        }
        self.close()
    }

    /// Closes the last shard, if there is one.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(crate) fn finish_part(&mut self) -> Result<(), WriteError> {
        self.close()
    }
}

impl ShardWriter {
    /// The same writer for shards of another form.
    pub(crate) fn with_form(mut self, form: ShardForm) -> Self {
        self.form = form;
        self
    }

    /// The same writer for the shards of a part of a plan, which are called by its number and their own.
    pub(crate) fn of_part(mut self, part: usize) -> Self {
        self.part = format!("{part:05}-");
        self
    }

    /// Begins the next shard.
    fn create(&self) -> Result<OpenShard, WriteError> {
        let (folder, number) = (self.output.folder(), self.closed.len());
        let name = format!("{folder}/part-{}{number:05}{}", self.part, self.form.ending);
        let file = WorkFile::create(&self.work.join(work_name(&name)))?;
        let account = Shard { file: name, ..Shard::default() };
        let mut open = OpenShard { file, account, hash: Box::default(), tails: Vec::new() };
        open.write(self.form.head)?;
        Ok(open)
    }
}

impl OpenShard {
    fn append(&mut self, frame: &Frame) -> Result<(), WriteError> {
        let tail = |footer: &String| Tail { at: self.account.bytes, footer: footer.clone() };
        self.tails.extend(frame.tail.as_ref().map(tail));
        self.account.records += frame.records;
        self.write(&frame.bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.file.append(bytes)?;
        self.hash.update(bytes);
        self.account.bytes += bytes.len() as u64;
        Ok(())
    }

    fn account(&self) -> Shard {
        Shard { xxh3: hex(self.hash.digest128()), ..self.account.clone() }
    }
}

/// Whether a shard is what its account says.
pub(super) fn check_shard(path: &Path, account: &Shard) -> io::Result<()> {
    let file = open_own(path)?;
    let length = file.metadata()?.len();
    if length != account.bytes {
        return Err(changed(format!("it has {length} bytes, not {}", account.bytes)));
    }
    if hash_of(file)? == account.xxh3 { Ok(()) } else { Err(changed("its content has changed")) }
}

fn hex(hash: u128) -> String {
    format!("{hash:032x}")
}
