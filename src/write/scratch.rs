//! Where what is on a store is while this machine works with it.

use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use super::{Lock, WriteError};

/// A folder for what is at an address: the same for the same address, in the folder that is given or in the one below `$TMPDIR` that is
/// this user's alone.
pub(crate) fn scratch_of(address: &str, scratch: Option<&Path>) -> Result<PathBuf, WriteError> {
    let root = match scratch {
        Some(folder) => folder.to_owned(),
        None => usual_scratch()?,
    };
    let address = address.trim_end_matches('/');
    let name = address.rsplit('/').next().unwrap_or_default();
    Ok(root.join(format!("{name}-{:016x}", xxh3_128(address.as_bytes()) >> 64)))
}

fn usual_scratch() -> Result<PathBuf, WriteError> {
    #[cfg(unix)]
    let path = std::env::temp_dir().join(format!("copydesk-{}", rustix::process::geteuid().as_raw()));
    #[cfg(not(unix))]
    let path = std::env::temp_dir().join("copydesk");
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(WriteError::of("create", &path)(error));
        }
        _ => {}
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let there = path.symlink_metadata().map_err(WriteError::of("look at", &path))?;
        let is_own = there.is_dir() && there.uid() == rustix::process::geteuid().as_raw();
        if !is_own || there.mode() & 0o022 != 0 {
            let cause = "somebody else may write there; give --scratch";
            let cause = std::io::Error::new(std::io::ErrorKind::PermissionDenied, cause);
            return Err(WriteError::of("use", &path)(cause));
        }
    }
    Ok(path)
}

/// A folder for a copy of what is on a store, as [`OwnFolder`].
pub(crate) fn copy_folder() -> Result<OwnFolder, WriteError> {
    let root = usual_scratch()?;
    OwnFolder::new(&root, "copy-").map_err(WriteError::of("make a folder in", &root))
}

/// A folder of one process. As long as its lock is held, it is in use: what a process that was killed has left is deleted by the
/// next one. Whoever has it deletes it at the end.
#[derive(Debug)]
pub(crate) struct OwnFolder {
    pub path: PathBuf,
    _lock: Lock,
}

impl OwnFolder {
    const LOCK: &str = "lock";

    /// Makes one among others whose names begin in the same way.
    pub(crate) fn new(parent: &Path, prefix: &str) -> std::io::Result<Self> {
        Self::delete_abandoned(parent, prefix);
        let mut failure = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        for number in 0..100 {
            let path = parent.join(format!("{prefix}{}-{number}", std::process::id()));
            if let Err(cause) = Self::create(&path) {
                failure = cause;
                continue;
            }
            let lock = path.join(Self::LOCK);
            match Lock::take(&lock) {
                // As long as it has no lock, another process may find it abandoned.
                Ok(Some(taken)) if lock.exists() => return Ok(Self { path, _lock: taken }),
                Ok(_) => {}
                Err(error) => failure = error.cause,
            }
        }
        Err(failure)
    }

    /// Makes a folder that nobody else can look into, where the system has such folders.
    fn create(path: &Path) -> std::io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)
    }

    /// Deletes what processes have left that were killed, as far as this user may.
    fn delete_abandoned(parent: &Path, prefix: &str) {
        for entry in parent.read_dir().into_iter().flatten().flatten() {
            let lock = entry.path().join(Self::LOCK);
            let is_own = entry.file_name().to_string_lossy().starts_with(prefix)
                && entry.file_type().is_ok_and(|kind| kind.is_dir())
                && lock.exists();
            if is_own
                && let Ok(Some(taken)) = Lock::take(&lock)
                && taken.is_held()
            {
                drop(std::fs::remove_dir_all(entry.path()));
            }
        }
    }
}
