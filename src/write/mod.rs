//! Output files that are never half written under their final name.
//!
//! [`OutputFolder`] holds a run's folder against other runs and writes whole files into it; [`ShardWriter`]
//! appends [`Frame`]s to shards. Whole files are written under a hidden temporary name, synchronised to the
//! disk, renamed, and then the folder is synchronised too, because a rename alone may be lost with the power.
//! Shards grow as [`WorkFile`]s in a hidden folder, and get their final names all together once the account
//! of the run is known to balance: what is in `records/` has come through to the end.
//!
//! A few batches become a zstd frame. Concatenated frames are one valid stream for every reader we tried
//! (zstd, python-zstandard, pandas, polars, `DuckDB`, HF datasets), they are compressed on any thread, and a
//! shard can be cut and continued at any frame's end. This module knows no stage and no record.

mod folder;
#[cfg(feature = "parquet")]
mod parquet;
mod scratch;
mod seal;
mod shards;
mod work_file;

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use crate::store::StoreError;

pub(crate) use folder::{CHECKPOINT, LOCK as OUTPUT_MARK, Lock, SUCCESS, WORK};
pub(crate) use folder::{FolderError, OutputFolder, check_writable, write_file, write_from};
#[cfg(feature = "parquet")]
pub(crate) use parquet::parquet_piece;
pub(crate) use scratch::{OwnFolder, copy_folder, scratch_of};
pub(crate) use seal::{Seal, seal};
pub(crate) use shards::ShardForm;
pub(crate) use shards::{Frame, FrameEncoder, Output, ShardWriter, Standing};
pub(crate) use work_file::WorkFile;

/// A file that could not be written.
#[derive(Debug)]
pub struct WriteError {
    /// What was tried, such as `write` or `rename`.
    pub doing: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub cause: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.doing, self.path.display(), self.cause)
    }
}

impl std::error::Error for WriteError {}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self { doing: error.doing, path: PathBuf::from(&error.address), cause: error.into() }
    }
}

impl WriteError {
    pub(crate) fn of(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self { doing, path: path.to_owned(), cause }
    }

    /// Whether the disk or the user's share of it is full.
    pub fn is_full(&self) -> bool {
        matches!(self.cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    }

    /// Whether the same would fail in the same way again, until somebody changes a permission, a mount or a name.
    pub fn is_permanent(&self) -> bool {
        use io::ErrorKind::{
            AlreadyExists, CrossesDevices, InvalidData, InvalidFilename, IsADirectory, NotADirectory,
            NotFound, PermissionDenied, ReadOnlyFilesystem,
        };
        if let Some(error) = StoreError::within(&self.cause) {
            return error.is_permanent();
        }
        is_circle(&self.cause)
            || matches!(
                self.cause.kind(),
                AlreadyExists
                    | CrossesDevices
                    | InvalidData
                    | InvalidFilename
                    | IsADirectory
                    | NotADirectory
                    | NotFound
                    | PermissionDenied
                    | ReadOnlyFilesystem
            )
    }

    /// Whether a file of an earlier part of the run is missing or not what was written: to try again is of no use.
    pub fn is_damage(&self) -> bool {
        StoreError::within(&self.cause).is_none()
            && matches!(
                self.cause.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            )
    }
}

/// A file under its temporary name, deleted unless it is finished.
#[derive(Debug)]
pub(crate) struct Unfinished {
    file: File,
    temporary: PathBuf,
    path: PathBuf,
    finished: bool,
}

impl Unfinished {
    pub(crate) fn create(path: &Path) -> Result<Self, WriteError> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let temporary = path.with_file_name(format!(".{name}.tmp"));
        let file = create_anew(&temporary).map_err(WriteError::of("create", &temporary))?;
        Ok(Self { file, temporary, path: path.to_owned(), finished: false })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.file.write_all(bytes).map_err(WriteError::of("write", &self.path))
    }

    /// The same, unless another file has got that name meanwhile, which is left as it is.
    pub(crate) fn finish_where_none_is(self) -> Result<(), WriteError> {
        synchronise(&self.file).map_err(WriteError::of("write", &self.path))?;
        match std::fs::hard_link(&self.temporary, &self.path) {
            Ok(()) => sync_folder(self.path.parent().unwrap_or(Path::new("."))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            // Not every file system has links.
            Err(_) => self.finish(),
        }
    }

    /// Gives the file its final name, for good.
    pub(crate) fn finish(mut self) -> Result<(), WriteError> {
        synchronise(&self.file).map_err(WriteError::of("write", &self.path))?;
        std::fs::rename(&self.temporary, &self.path).map_err(WriteError::of("rename", &self.path))?;
        self.finished = true;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        sync_folder(folder)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.finished {
            // A leftover does no harm: its name is hidden, and the next run writes over it.
            drop(std::fs::remove_file(&self.temporary));
        }
    }
}

/// Creates a file in the place of whatever has its name. A link there is replaced and never followed: a name that can be
/// foreseen may be a link that somebody else has made.
pub(crate) fn create_anew(path: &Path) -> io::Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().read(true).write(true).create_new(true).open(path)
}

/// Refuses what is no regular file where copydesk has left one: a pipe that has taken its name would be waited for without end.
pub(crate) fn check_regular(path: &Path) -> io::Result<()> {
    match path.metadata() {
        Ok(file) if file.is_file() => Ok(()),
        Ok(_) => Err(changed("it is no regular file")),
        Err(error) if is_circle(&error) => Err(changed("it is a link that leads to itself")),
        Err(error) => Err(error),
    }
}

/// Whether a path cannot be followed because its links lead in a circle.
fn is_circle(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

/// Opens a file that copydesk has written.
pub(crate) fn open_own(path: &Path) -> io::Result<File> {
    check_regular(path)?;
    File::open(path)
}

/// Reads a file that copydesk has written.
pub(crate) fn read_own(path: &Path) -> io::Result<Vec<u8>> {
    check_regular(path)?;
    std::fs::read(path)
}

/// XXH3-128 of what is left to read, as hex digits.
pub(crate) fn hash_of(mut reader: impl io::Read) -> io::Result<String> {
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(format!("{:032x}", hash.digest128())),
            Ok(count) => hash.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What is wrong with a file whose content is not what was written.
pub(crate) fn changed(cause: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause.into())
}

/// Waits until everything is on the disk. Unit tests do not: the power stays on, and half of their time would be waiting.
fn synchronise(file: &File) -> io::Result<()> {
    if cfg!(test) { Ok(()) } else { file.sync_all() }
}

pub(crate) fn sync_folder(folder: &Path) -> Result<(), WriteError> {
    // Windows cannot open a folder as a file, and has no need to.
    if cfg!(unix) {
        // The parent of a name alone.
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        match File::open(folder).and_then(|folder| synchronise(&folder)) {
            // Some file systems know it of files alone; names are as safe there as they can be.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
            synced => synced.map_err(WriteError::of("synchronise", folder))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
