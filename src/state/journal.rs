//! The keys of the records that stay, in the order in which they were taken in.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::dedup::Entry;
use crate::write::{OutputFolder, WorkFile, WriteError};

const NAME: &str = "keys";

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
    fn path(folder: &OutputFolder) -> PathBuf {
        folder.work().join(NAME)
    }

    /// An empty one.
    ///
    /// # Errors
    /// Where the system does not let us.
    pub fn create(folder: &OutputFolder) -> Result<Self, WriteError> {
        Ok(Self { file: WorkFile::create(&Self::path(folder))?, bytes: 0, hash: Box::default() })
    }

    /// One that goes on from where it was; `found` is given what it holds.
    ///
    /// # Errors
    /// Where it is not as it was left, and where the system does not let us.
    pub fn resume(
        folder: &OutputFolder,
        standing: &JournalStanding,
        found: &mut dyn FnMut(Entry),
    ) -> Result<Self, WriteError> {
        let path = Self::path(folder);
        let mut hash = Box::new(Xxh3::new());
        let mut rest = Vec::new();
        let file = WorkFile::resume(&path, standing.bytes, &mut |bytes| {
            hash.update(bytes);
            rest.extend_from_slice(bytes);
            let mut unread = &rest[..];
            while let Some(entry) = Entry::read(&mut unread) {
                found(entry);
            }
            let read = rest.len() - unread.len();
            rest.drain(..read);
        })?;
        if !rest.is_empty() || format!("{:032x}", hash.digest128()) != standing.xxh3 {
            let cause = std::io::Error::other("its content has changed");
            return Err(WriteError::of("go on with", &path)(cause));
        }
        Ok(Self { file, bytes: standing.bytes, hash })
    }

    /// Appends entries.
    ///
    /// # Errors
    /// Where the system does not let us.
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
