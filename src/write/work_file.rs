//! A file that grows, and can be cut back to where it was known to be right.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::{WriteError, changed, check_regular, create_anew};

/// A file that is appended to over several starts of the program.
#[derive(Debug)]
pub struct WorkFile {
    file: File,
    path: PathBuf,
}

impl WorkFile {
    /// Creates it in the place of one that was there.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        Ok(Self { file: create_anew(path).map_err(WriteError::of("create", path))?, path: path.to_owned() })
    }

    /// Opens it to append after the first `bytes`, which `read` is shown; what stands after them is cut off.
    ///
    /// # Errors
    /// Where it is shorter, or if a file cannot be created, written or renamed.
    pub fn resume(path: &Path, bytes: u64, read: &mut dyn FnMut(&[u8])) -> Result<Self, WriteError> {
        let of = || WriteError::of("resume", path);
        check_regular(path).map_err(of())?;
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(of())?;
        let mut left = bytes;
        let mut buffer = vec![0; 1 << 17];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            match file.read(&mut buffer[..most]) {
                Ok(0) => {
                    let cause = format!("it has {} bytes, and had {bytes}", bytes - left);
                    return Err(of()(changed(cause)));
                }
                Ok(count) => {
                    read(&buffer[..count]);
                    left -= count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(of()(error)),
            }
        }
        file.set_len(bytes).map_err(of())?;
        file.seek(SeekFrom::Start(bytes)).map_err(of())?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Appends. After an error, nobody knows how much of it is there.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.file.write_all(bytes).map_err(WriteError::of("write", &self.path))
    }

    /// The same file once more, to be synchronised while it grows on.
    ///
    /// # Errors
    /// Where the system has no more open files to give.
    pub fn again(&self) -> Result<Self, WriteError> {
        let file = self.file.try_clone().map_err(WriteError::of("open", &self.path))?;
        Ok(Self { file, path: self.path.clone() })
    }

    /// Waits until everything that was appended is on the disk.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn synchronise(&self) -> Result<(), WriteError> {
        if cfg!(test) {
            return Ok(());
        }
        self.file.sync_data().map_err(WriteError::of("write", &self.path))
    }
}
