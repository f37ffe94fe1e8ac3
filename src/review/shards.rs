//! The lines of a run's shards, in order, a block at a time.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use rayon::prelude::*;

use super::ReviewError;

/// A block ends at the last line end within so many bytes; a longer line is a block of its own. Of each output, the block in
/// hand and the next one are held.
const BLOCK_BYTES: usize = 4 << 20;

/// Reads one output of a run.
pub(super) struct ShardLines {
    files: VecDeque<PathBuf>,
    open: Option<(PathBuf, zstd::Decoder<'static, std::io::BufReader<File>>)>,
    /// The beginning of the next block.
    carried: Vec<u8>,
}

impl ShardLines {
    pub(super) fn new(files: VecDeque<PathBuf>) -> Self {
        Self { files, open: None, carried: Vec::new() }
    }

    /// The next whole lines; `None` behind the last.
    fn next_block(&mut self) -> Result<Option<Vec<u8>>, ReviewError> {
        let mut block = std::mem::take(&mut self.carried);
        let mut wanted = BLOCK_BYTES;
        loop {
            if self.open.is_none() {
                let Some(path) = self.files.pop_front() else {
                    return Ok((!block.is_empty()).then_some(block));
                };
                let decoder = File::open(&path).and_then(zstd::Decoder::new);
                let decoder = decoder.map_err(|error| read_error(path.clone(), &error))?;
                self.open = Some((path, decoder));
            }
            let Some((path, decoder)) = &mut self.open else { continue };
            let room = wanted.saturating_sub(block.len()) as u64;
            let read = decoder.by_ref().take(room).read_to_end(&mut block);
            let read = read.map_err(|error| read_error(path.clone(), &error))?;
            if (read as u64) < room {
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

fn read_error(path: PathBuf, error: &std::io::Error) -> ReviewError {
    ReviewError::Read { path, cause: error.to_string() }
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

    /// The first that has not been taken, worked out by `work` if need be; `None` behind the last.
    pub(super) fn peek(
        &mut self,
        work: &(impl Fn(&[u8]) -> Result<T, String> + Sync),
    ) -> Result<Option<&T>, ReviewError> {
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
            self.ready = worked.map_err(|cause| ReviewError::Read { path: self.folder.clone(), cause })?;
            self.ahead = next?;
        }
        Ok(self.ready.front())
    }

    /// Takes what [`Self::peek`] has shown.
    pub(super) fn take(&mut self) -> Option<T> {
        self.ready.pop_front()
    }
}
