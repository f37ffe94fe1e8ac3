//! What a night's hosts were like, for later nights to be compared with.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_128;

use serde::{Deserialize, Serialize};

use crate::account::HostAccount;
use crate::write::{Unfinished, WriteError};

/// How well it is compressed: names and small numbers, which level 3 makes a tenth of.
const LEVEL: i32 = 3;

/// A night's account of its hosts, a file of the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HostsFile {
    /// Its name.
    pub file: String,
    /// XXH3-128 of it.
    pub xxh3: String,
}

impl HostsFile {
    /// Writes the account of a night.
    pub(super) fn write(folder: &Path, night: u32, hosts: &HostAccount) -> Result<Self, WriteError> {
        let file = format!("hosts-{night:06}.json.zst");
        let path = folder.join(&file);
        let json = serde_json::to_vec(hosts).expect("an account has names for keys");
        let packed = zstd::encode_all(&*json, LEVEL).map_err(WriteError::of("compress", &path))?;
        let mut unfinished = Unfinished::create(&path)?;
        unfinished.write(&packed)?;
        unfinished.finish()?;
        Ok(Self { file, xxh3: format!("{:032x}", xxh3_128(&packed)) })
    }

    /// Reads it again.
    pub(super) fn read(&self, folder: &Path) -> Result<HostAccount, WriteError> {
        let path = folder.join(&self.file);
        let read = || -> std::io::Result<HostAccount> {
            let json = zstd::decode_all(&*std::fs::read(&path)?)?;
            Ok(serde_json::from_slice(&json)?)
        };
        read().map_err(WriteError::of("read", &path))
    }
}
