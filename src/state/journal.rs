//! The keys of the records that are kept, in the order in which they were taken in.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::dedup::Entry;
use crate::write::{WorkFile, WriteError, changed, open_own};

/// What a journal is called in its folder.
pub(crate) const NAME: &str = "keys";

/// Entries that are read together.
const CHUNK: usize = 1 << 10;

/// Grows beside the outputs, so that the index of duplicates can be built again.
pub struct Journal {
    file: WorkFile,
    bytes: u64,
    hash: Box<Xxh3>,
}

/// How far a journal is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalStanding {
    bytes: u64,
    xxh3: String,
}

impl Journal {
    /// An empty one, in a folder for what is not finished.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn create(work: &Path) -> Result<Self, WriteError> {
        Ok(Self { file: WorkFile::create(&work.join(NAME))?, bytes: 0, hash: Box::default() })
    }

    /// One that resumes from where it was; `found` is given what it holds, and the bytes where that is.
    ///
    /// # Errors
    /// Where it is not as it was left, or if a file cannot be created, written or renamed.
    pub fn resume(
        work: &Path,
        standing: &JournalStanding,
        found: &mut dyn FnMut(Entry, Range<u64>),
    ) -> Result<Self, WriteError> {
        let path = work.join(NAME);
        let mut hash = Box::new(Xxh3::new());
        let mut rest = Vec::new();
        let mut at = 0;
        let file = WorkFile::resume(&path, standing.bytes, &mut |bytes| {
            hash.update(bytes);
            rest.extend_from_slice(bytes);
            let mut unread = &rest[..];
            loop {
                let before = unread.len();
                let Some(entry) = Entry::read(&mut unread) else { break };
                let end = at + (before - unread.len()) as u64;
                found(entry, at..end);
                at = end;
            }
            let read = rest.len() - unread.len();
            rest.drain(..read);
        })?;
        if !rest.is_empty() || format!("{:032x}", hash.digest128()) != standing.xxh3 {
            let cause = changed("its content has changed");
            return Err(WriteError::of("resume", &path)(cause));
        }
        Ok(Self { file, bytes: standing.bytes, hash })
    }

    /// Reads a whole one; `found` is given what it holds, and the bytes where that is.
    ///
    /// # Errors
    /// If it cannot be read, or is not what was written.
    pub fn read(
        work: &Path,
        standing: &JournalStanding,
        found: &mut dyn FnMut(Entry, Range<u64>),
    ) -> Result<(), WriteError> {
        let mut entries = EntryStream::open(work, standing)?;
        loop {
            let chunk = entries.next_chunk(CHUNK)?;
            if chunk.is_empty() {
                return Ok(());
            }
            chunk.into_iter().for_each(|(entry, place)| found(entry, place));
        }
    }

    /// Appends entries.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn append(&mut self, entries: &[u8]) -> Result<(), WriteError> {
        self.file.append(entries)?;
        self.hash.update(entries);
        self.bytes += entries.len() as u64;
        Ok(())
    }

    /// How far it is, and the file that has to be synchronised for that to hold.
    ///
    /// # Errors
    /// Where the system has no more open files to give.
    pub fn standing(&self) -> Result<(JournalStanding, WorkFile), WriteError> {
        let standing = JournalStanding { bytes: self.bytes, xxh3: format!("{:032x}", self.hash.digest128()) };
        Ok((standing, self.file.again()?))
    }
}

/// Reads a whole journal once more, in order.
pub struct EntryStream {
    path: PathBuf,
    file: File,
    standing: JournalStanding,
    hash: Box<Xxh3>,
    /// Bytes of the file that are read.
    read: u64,
    /// Bytes that are read and not taken, and where in the file they begin.
    rest: Vec<u8>,
    at: u64,
}

impl EntryStream {
    const BLOCK: usize = 1 << 20;

    /// Of the journal in a folder.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn open(work: &Path, standing: &JournalStanding) -> Result<Self, WriteError> {
        let path = work.join(NAME);
        let file = open_own(&path).map_err(WriteError::of("open", &path))?;
        Ok(Self {
            path,
            file,
            standing: standing.clone(),
            hash: Box::default(),
            read: 0,
            rest: Vec::new(),
            at: 0,
        })
    }

    /// The next entries, at most so many, and the bytes where each is; none after the last.
    ///
    /// # Errors
    /// If it cannot be read, or is not what was written.
    pub fn next_chunk(&mut self, most: usize) -> Result<Vec<(Entry, Range<u64>)>, WriteError> {
        let mut found = Vec::new();
        loop {
            let mut unread = &self.rest[..];
            while found.len() < most {
                let before = unread.len();
                let Some(entry) = Entry::read(&mut unread) else { break };
                let end = self.at + (before - unread.len()) as u64;
                found.push((entry, self.at..end));
                self.at = end;
            }
            let taken = self.rest.len() - unread.len();
            self.rest.drain(..taken);
            let left = self.standing.bytes - self.read;
            if found.len() == most || left == 0 {
                break;
            }
            let start = self.rest.len();
            let block = usize::try_from(left).unwrap_or(usize::MAX).min(Self::BLOCK);
            self.rest.resize(start + block, 0);
            self.file.read_exact(&mut self.rest[start..]).map_err(WriteError::of("read", &self.path))?;
            self.hash.update(&self.rest[start..]);
            self.read += block as u64;
        }
        let is_end = self.read == self.standing.bytes && found.len() < most;
        let is_right =
            self.rest.is_empty() && format!("{:032x}", self.hash.digest128()) == self.standing.xxh3;
        if is_end && !is_right {
            return Err(WriteError::of("read", &self.path)(changed("its content has changed")));
        }
        Ok(found)
    }
}

/// Reads entries of a journal again, in any order.
pub struct JournalReader {
    path: PathBuf,
    file: BufReader<File>,
    at: u64,
    bytes: Vec<u8>,
}

impl JournalReader {
    /// Of the journal in a folder.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn open(work: &Path) -> Result<Self, WriteError> {
        let path = work.join(NAME);
        let file = open_own(&path).map_err(WriteError::of("open", &path))?;
        Ok(Self { path, file: BufReader::new(file), at: 0, bytes: Vec::new() })
    }

    /// The entry at its place, and its bytes.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed, and where there is none.
    pub fn entry(&mut self, place: &Range<u64>) -> Result<(Entry, &[u8]), WriteError> {
        let read = (|| {
            self.bytes.resize(usize::try_from(place.end - place.start).unwrap_or(usize::MAX), 0);
            if place.start == self.at {
                self.file.read_exact(&mut self.bytes)?;
            } else {
                // What comes after it is seldom asked for next.
                self.file.seek(SeekFrom::Start(place.start))?;
                self.file.get_mut().read_exact(&mut self.bytes)?;
            }
            self.at = place.end;
            let entry = Entry::read(&mut &self.bytes[..]);
            entry.ok_or_else(|| changed("its content has changed"))
        })();
        let entry = read.map_err(WriteError::of("read", &self.path))?;
        Ok((entry, &self.bytes))
    }
}
