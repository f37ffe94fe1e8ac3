//! Where what is on a store is while this machine works with it.

use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use super::WriteError;

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
