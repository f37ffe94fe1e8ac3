//! A finished run on a store, copied into a folder of this machine for as long as somebody looks at it.

use std::path::{Path, PathBuf};

use super::FinishedError;
use crate::account::{Ledger, Shard};
use crate::store::{Address, Bucket, FailureSlot, Put, StoreError};
use crate::write::{Output, OwnFolder, SUCCESS, WriteError, copy_folder, write_file, write_from};

/// What a run leaves beside its shards.
const FILES: [&str; 5] = [SUCCESS, "ledger.json", "report.html", "metrics.prom", "README.md"];

/// The copy, which is deleted with this.
#[derive(Debug)]
pub(super) struct StoreCopy {
    pub folder: PathBuf,
    /// The folder that it is in, and that is deleted instead.
    pub own: Option<OwnFolder>,
}

impl StoreCopy {
    /// Copies the run at an address: what it says of itself, and with its outputs the shards that its account names.
    pub(super) fn of(path: &Path, with_outputs: bool) -> Result<Self, FinishedError> {
        let address = Address::of(path).map_err(FinishedError::Store)?;
        let bucket = Bucket::of(&address).map_err(FinishedError::Store)?;
        let key = |name: &str| {
            if address.key.is_empty() { name.to_owned() } else { format!("{}/{name}", address.key) }
        };
        let missing = |lacks: &str| FinishedError::NoRun {
            folder: PathBuf::from(&address.shown),
            lacks: format!("there is no {lacks} in it"),
        };
        let own = copy_folder().map_err(FinishedError::Write)?;
        let copy = Self { folder: own.path.join("run"), own: Some(own) };
        let make = |folder: &Path| {
            let made = std::fs::create_dir_all(folder).map_err(WriteError::of("create", folder));
            made.map_err(FinishedError::Write)
        };
        make(&copy.folder)?;
        let mut shards = Vec::new();
        for name in FILES {
            let content = bucket.get(&key(name)).map_err(FinishedError::Store)?;
            let Some((content, _)) = content else {
                if name == SUCCESS || name == "ledger.json" {
                    return Err(missing(name));
                }
                continue;
            };
            if name == "ledger.json" {
                let ledger: Option<Ledger> = serde_json::from_slice(&content).ok();
                shards.extend(ledger.into_iter().flat_map(|ledger| ledger.outputs.into_values().flatten()));
            }
            write_file(&copy.folder.join(name), &content).map_err(FinishedError::Write)?;
        }
        for shard in shards.into_iter().filter(|shard| with_outputs && is_own(shard)) {
            // One that is missing is for whoever reads it to miss.
            let Some(object) = bucket.look(&key(&shard.file)).map_err(FinishedError::Store)? else {
                continue;
            };
            let (place, failed) = (copy.folder.join(&shard.file), FailureSlot::default());
            make(place.parent().unwrap_or(&copy.folder))?;
            let written = write_from(&place, &mut object.open(&failed));
            failed.get().cloned().map_or(Ok(()), |error: StoreError| Err(FinishedError::Store(error)))?;
            written.map_err(FinishedError::Write)?;
        }
        Ok(copy)
    }
}

/// Whether a run writes a file where an account has it: the account is from somewhere else, too.
fn is_own(shard: &Shard) -> bool {
    let place = shard.file.split_once('/');
    place.is_some_and(|(folder, name)| {
        Output::ALL.iter().any(|output| output.folder() == folder) && Output::is_shard_name(name)
    })
}

/// Writes what a run at an address says of itself again.
pub(super) fn leave(path: &Path, name: &str, content: String) -> Result<(), FinishedError> {
    let leave = || {
        let address = Address::of(path)?;
        address.check_writable()?;
        let key = if address.key.is_empty() { name.to_owned() } else { format!("{}/{name}", address.key) };
        Bucket::of(&address)?.put(&key, content.into_bytes(), Put::Over)
    };
    leave().map_err(FinishedError::Store)
}

impl Drop for StoreCopy {
    fn drop(&mut self) {
        // What is left is in a folder that is this user's alone.
        let folder = self.own.as_ref().map_or(&self.folder, |own| &own.path);
        drop(std::fs::remove_dir_all(folder));
    }
}
