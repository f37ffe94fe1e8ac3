//! What a night's hosts were like, for later nights to be compared with.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_128;

use serde::{Deserialize, Serialize};

use crate::account::HostAccount;
use crate::write::{WriteError, changed, read_own, write_file};

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
    /// What the file of a night is called.
    pub(super) fn name(night: u32) -> String {
        format!("hosts-{night:06}.json.zst")
    }

    /// Writes the account of a night.
    pub(super) fn write(folder: &Path, night: u32, hosts: &HostAccount) -> Result<Self, WriteError> {
        let file = Self::name(night);
        let path = folder.join(&file);
        let json = serde_json::to_vec(hosts).expect("an account has names for keys");
        let packed = zstd::encode_all(&*json, LEVEL).map_err(WriteError::of("compress", &path))?;
        write_file(&path, &packed)?;
        Ok(Self { file, xxh3: format!("{:032x}", xxh3_128(&packed)) })
    }

    /// Reads it again.
    pub(super) fn read(&self, folder: &Path) -> Result<HostAccount, WriteError> {
        let path = folder.join(&self.file);
        let read = || -> std::io::Result<HostAccount> {
            let packed = read_own(&path)?;
            if format!("{:032x}", xxh3_128(&packed)) != self.xxh3 {
                return Err(changed("its content is not what was written"));
            }
            Ok(serde_json::from_slice(&zstd::decode_all(&*packed)?)?)
        };
        read().map_err(WriteError::of("read", &path))
    }
}
