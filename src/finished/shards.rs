//! The lines of a run's shards, in order.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::FinishedError;
#[cfg(feature = "parquet")]
use crate::write::check_regular;
use crate::write::open_own;

/// A block ends at the last line end within so many bytes; a longer line is a block of its own. Of each output, the block in
/// hand and the next one are held.
const BLOCK_BYTES: usize = 4 << 20;

/// Reads one shard: its lines, and with [`Self::end`] whether its bytes are those that were written.
pub(crate) struct ShardReader {
    path: PathBuf,
    lines: BufReader<Source>,
}

/// Where a shard's lines come from.
enum Source {
    Frames(zstd::Decoder<'static, BufReader<Hashed>>),
    #[cfg(feature = "parquet")]
    Table(Box<dyn Read + Send>),
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Frames(decoder) => decoder.read(buffer),
            #[cfg(feature = "parquet")]
            Self::Table(table) => table.read(buffer),
        }
    }
}

impl Source {
    fn open(path: &Path) -> std::io::Result<Self> {
        #[cfg(feature = "parquet")]
        if path.extension().is_some_and(|ending| ending == "parquet") {
            check_regular(path)?;
            return crate::format::records(path).map(Self::Table);
        }
        let file = Hashed::open(path)?;
        Ok(Self::Frames(zstd::Decoder::new(file)?))
    }
}

impl ShardReader {
    /// Opens a shard.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub(crate) fn open(path: PathBuf) -> Result<Self, FinishedError> {
        let source = Source::open(&path).map_err(|error| read_error(&path, &error))?;
        Ok(Self { lines: BufReader::with_capacity(1 << 17, source), path })
    }

    /// Appends the next line and its line end to `line`; whether there was one.
    ///
    /// # Errors
    /// If the file cannot be read or decompressed.
    pub(crate) fn next_line(&mut self, line: &mut Vec<u8>) -> Result<bool, FinishedError> {
        let read = self.lines.read_until(b'\n', line);
        read.map(|count| count > 0).map_err(|error| read_error(&self.path, &error))
    }

    /// Appends up to `room` bytes to `block`; whether there are fewer, and the shard has ended.
    fn fill(&mut self, block: &mut Vec<u8>, room: usize) -> Result<bool, FinishedError> {
        let read = self.lines.by_ref().take(room as u64).read_to_end(block);
        read.map(|count| count < room).map_err(|error| read_error(&self.path, &error))
    }

    /// The file's length and its hash: reads what is left of it, which the decoder may not have asked for.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn end(self) -> Result<(u64, u128), FinishedError> {
        let Self { path, lines } = self;
        let mut file = match lines.into_inner() {
            Source::Frames(decoder) => decoder.finish(),
            // It is not read from front to end.
            #[cfg(feature = "parquet")]
            Source::Table(_) => {
                BufReader::new(Hashed::open(&path).map_err(|error| read_error(&path, &error))?)
            }
        };
        std::io::copy(&mut file, &mut std::io::sink()).map_err(|error| read_error(&path, &error))?;
        let hashed = file.into_inner();
        Ok((hashed.bytes, hashed.hash.digest128()))
    }
}

/// A file that is hashed as it is read.
struct Hashed {
    file: File,
    hash: Box<Xxh3>,
    bytes: u64,
}

impl Hashed {
    fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self { file: open_own(path)?, hash: Box::default(), bytes: 0 })
    }
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.hash.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// The lines of shards, in order: one at a time, or a block at a time.
pub(crate) struct ShardLines {
    files: VecDeque<PathBuf>,
    open: Option<ShardReader>,
    /// The line at hand, with its line end; with blocks, the beginning of the next one.
    carried: Vec<u8>,
}

impl ShardLines {
    /// `files` in order.
    pub(crate) fn new(files: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { files: files.into_iter().collect(), open: None, carried: Vec::new() }
    }

    /// The next line with its line end, which [`Self::advance`] moves past; `None` after the last.
    ///
    /// # Errors
    /// If a shard cannot be read.
    pub(crate) fn line(&mut self) -> Result<Option<&[u8]>, FinishedError> {
        while self.carried.is_empty() {
            let Some(reader) = self.reader()? else { return Ok(None) };
            let mut line = Vec::new();
            if reader.next_line(&mut line)? {
                self.carried = line;
            } else {
                self.open = None;
            }
        }
        Ok(Some(&self.carried))
    }

    /// Moves past the line that [`Self::line`] has shown.
    pub(crate) fn advance(&mut self) {
        self.carried.clear();
    }

    /// The shard that is being read; `None` after the last.
    fn reader(&mut self) -> Result<Option<&mut ShardReader>, FinishedError> {
        if self.open.is_none() {
            self.open = self.files.pop_front().map(ShardReader::open).transpose()?;
        }
        Ok(self.open.as_mut())
    }

    /// The next whole lines; `None` after the last.
    fn next_block(&mut self) -> Result<Option<Vec<u8>>, FinishedError> {
        let mut block = std::mem::take(&mut self.carried);
        let mut wanted = BLOCK_BYTES;
        loop {
            let room = wanted.saturating_sub(block.len());
            let Some(reader) = self.reader()? else {
                return Ok((!block.is_empty()).then_some(block));
            };
            if reader.fill(&mut block, room)? {
                // A shard ends with a line end.
                self.open = None;
                continue;
            }
            if let Some(end) = memchr::memrchr(b'\n', &block) {
                self.carried = block.split_off(end + 1);
                return Ok(Some(block));
            }
            wanted *= 2;
        }
    }
}

fn read_error(path: &Path, error: &std::io::Error) -> FinishedError {
    FinishedError::Read { path: path.to_owned(), cause: error.to_string() }
}

/// What is made of an output's lines, in order. While a block is worked on by all threads, the next one is read.
pub(super) struct Worked<T> {
    lines: ShardLines,
    folder: PathBuf,
    ahead: Option<Vec<u8>>,
    begun: bool,
    ready: VecDeque<T>,
}

impl<T: Send> Worked<T> {
    /// `folder` is named where a line cannot be read.
    pub(super) fn new(lines: ShardLines, folder: PathBuf) -> Self {
        Self { lines, folder, ahead: None, begun: false, ready: VecDeque::new() }
    }

    /// The first that has not been taken, worked out by `work` if need be; `None` after the last.
    pub(super) fn peek(
        &mut self,
        work: &(impl Fn(&[u8]) -> Result<T, String> + Sync),
    ) -> Result<Option<&T>, FinishedError> {
        while self.ready.is_empty() {
            if !self.begun {
                self.begun = true;
                self.ahead = self.lines.next_block()?;
            }
            let Some(block) = self.ahead.take() else { break };
            let lines: Vec<&[u8]> = block
                .split_inclusive(|byte| *byte == b'\n')
                .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
                .collect();
            let reader = &mut self.lines;
            let (worked, next) = rayon::join(
                || {
                    lines
                        .par_iter()
                        .with_min_len(16)
                        .map(|line| work(line))
                        .collect::<Result<VecDeque<T>, String>>()
                },
                || reader.next_block(),
            );
            self.ready = worked.map_err(|cause| FinishedError::Read { path: self.folder.clone(), cause })?;
            self.ahead = next?;
        }
        Ok(self.ready.front())
    }

    /// Takes what [`Self::peek`] has shown.
    pub(super) fn take(&mut self) -> Option<T> {
        self.ready.pop_front()
    }
}
