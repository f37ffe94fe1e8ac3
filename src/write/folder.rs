//! A run's folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::{Output, Unfinished, WriteError, sync_folder};

/// Marks a run that is complete; written last.
const SUCCESS: &str = "_SUCCESS";

/// Files that a run writes beside its shards.
const FILES: [&str; 4] = ["ledger.json", "report.html", "metrics.prom", SUCCESS];

/// The dataset card.
const CARD: &str = "README.md";

/// The last line of a card of ours.
const CARD_MARK: &str = "<!-- written by copydesk; deleted with the run -->";

/// Held for as long as a run writes into the folder.
const LOCK: &str = ".copydesk.lock";

/// Why a run cannot have a folder.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It holds a run that came to its end.
    #[error("write into {}: it holds a finished run", .0.display())]
    HoldsRun(PathBuf),
    /// It holds a run that came to no end.
    #[error("write into {}: it holds a run that did not finish", .0.display())]
    HoldsUnfinishedRun(PathBuf),
    /// Another run writes into it.
    #[error("write into {}: another run is writing there now", .0.display())]
    InUse(PathBuf),
    /// The system does not let us.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A run's folder, held against other runs.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
    /// The lock goes with the open file, also when the process is killed.
    _lock: Option<File>,
}

impl OutputFolder {
    /// Makes the folder if need be and takes hold of it. What an earlier run left there is deleted with
    /// `restart`: the files that runs write, and no others.
    ///
    /// # Errors
    /// Where it holds a run and `restart` is not set, where another run is writing there, and where the
    /// system does not let us.
    pub fn claim(path: &Path, restart: bool) -> Result<Self, FolderError> {
        std::fs::create_dir_all(path).map_err(WriteError::of("create", path))?;
        let lock_path = path.join(LOCK);
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(&lock_path);
        let lock = lock.map_err(WriteError::of("create", &lock_path))?;
        let lock = match lock.try_lock() {
            Ok(()) => Some(lock),
            Err(TryLockError::WouldBlock) => return Err(FolderError::InUse(path.to_owned())),
            // Some network file systems have no locks. That is no reason not to work there.
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => None,
            Err(TryLockError::Error(error)) => return Err(WriteError::of("lock", &lock_path)(error).into()),
        };
        let left = leftovers(path)?;
        if !restart && left.iter().any(|file| !is_temporary(file)) {
            let finished = left.iter().any(|file| file.ends_with(SUCCESS));
            let error = if finished { FolderError::HoldsRun } else { FolderError::HoldsUnfinishedRun };
            return Err(error(path.to_owned()));
        }
        for file in left {
            std::fs::remove_file(&file).map_err(WriteError::of("delete", &file))?;
        }
        for output in Output::ALL {
            let folder = path.join(output.folder());
            std::fs::create_dir_all(&folder).map_err(WriteError::of("create", &folder))?;
        }
        sync_folder(path)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Whether a run has written, or is writing, into a folder.
    pub fn is_run(path: &Path) -> bool {
        path.join(LOCK).exists()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file as a whole.
    ///
    /// # Errors
    /// Where the system does not let us; then there is no file of this name, or the one that was there.
    pub fn write_whole(&self, name: &str, content: &[u8]) -> Result<(), WriteError> {
        let mut file = Unfinished::create(&self.path.join(name))?;
        file.write(content)?;
        file.finish()
    }

    /// Writes the dataset card, unless somebody has put a file of his own in its place.
    ///
    /// # Errors
    /// As [`Self::write_whole`].
    pub fn write_card(&self, card: &str) -> Result<(), WriteError> {
        if self.path.join(CARD).exists() {
            return Ok(());
        }
        self.write_whole(CARD, format!("{card}\n{CARD_MARK}\n").as_bytes())
    }

    /// Says that the run is complete.
    ///
    /// # Errors
    /// As [`Self::write_whole`].
    pub fn mark_complete(&self) -> Result<(), WriteError> {
        self.write_whole(SUCCESS, b"")
    }
}

/// What runs have left in a folder, `_SUCCESS` first: a folder that is only half cleared must not look
/// complete.
fn leftovers(path: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let mut found = Vec::new();
    let mut files_in = |folder: &Path, is_ours: &dyn Fn(&str) -> bool| -> Result<(), WriteError> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(WriteError::of("list", folder)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(WriteError::of("list", folder))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let final_name =
                name.strip_prefix('.').and_then(|rest| rest.strip_suffix(".tmp")).unwrap_or(&name);
            if is_ours(final_name) {
                found.push(entry.path());
            }
        }
        Ok(())
    };
    files_in(path, &|name| FILES.contains(&name) || (name == CARD && is_our_card(&path.join(CARD))))?;
    for output in Output::ALL {
        files_in(&path.join(output.folder()), &Output::is_shard_name)?;
    }
    found.sort_by_key(|file| (!file.ends_with(SUCCESS), file.clone()));
    Ok(found)
}

fn is_our_card(path: &Path) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| text.trim_end().ends_with(CARD_MARK))
}

fn is_temporary(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}
