//! `state.json`: what a state holds.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::volume::VolumeAccount;
use super::{KeySettings, NightAccount, StateError, Withheld};
use crate::write::{Seal, WriteError, read_own, seal, write_file};

/// The format of states that this copydesk writes.
pub(super) const FORMAT: u32 = 2;

/// The first format, without checksums of the manifest, which is read as well; the next night writes [`FORMAT`].
const FIRST_FORMAT: u32 = 1;

/// The manifest.
pub(super) const MANIFEST: &str = "state.json";

/// The manifest before the last.
pub(super) const BEFORE: &str = "state.before.json";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: u32,
    pub copydesk: String,
    /// How often the nights or the list have changed.
    #[serde(default)]
    pub edition: u64,
    /// Another one has taken its place.
    #[serde(default)]
    pub superseded: bool,
    /// It has taken the place of a damaged one, and nights may be missing from it still.
    #[serde(default)]
    pub in_repair: bool,
    pub keys: Option<KeySettings>,
    pub nights: Vec<NightAccount>,
    pub volumes: Vec<VolumeAccount>,
    pub withheld: Vec<Withheld>,
    /// Nights that somebody has taken out, the last ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forgotten: Vec<String>,
    pub next_night: u32,
    pub next_volume: u64,
    /// Files that were about to be written or deleted: those that nothing else names are deleted when the state is opened,
    /// and no other file ever is.
    #[serde(default)]
    pub unsettled: BTreeSet<String>,
    /// In a manifest before the last: the last, which nothing else has once its own file is damaged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Box<Self>>,
}

/// What every format begins with.
#[derive(Deserialize)]
struct Head {
    format: u32,
    copydesk: String,
}

impl Manifest {
    pub(super) fn empty() -> Self {
        Self {
            format: FORMAT,
            copydesk: env!("CARGO_PKG_VERSION").to_owned(),
            edition: 0,
            superseded: false,
            in_repair: false,
            keys: None,
            nights: Vec::new(),
            volumes: Vec::new(),
            withheld: Vec::new(),
            forgotten: Vec::new(),
            next_night: 0,
            next_volume: 0,
            unsettled: BTreeSet::new(),
            next: None,
        }
    }

    /// The files that it names, in the state's folder.
    pub(super) fn files(&self) -> BTreeSet<String> {
        let volumes = self.volumes.iter().map(|volume| volume.file.clone());
        volumes.chain(self.nights.iter().map(|night| night.hosts.file.clone())).collect()
    }

    /// Gives no number to come that one of these files has.
    pub(super) fn pass_over(&mut self, files: impl Iterator<Item = String>) {
        for name in files {
            let Some(number) = number_of(&name) else { continue };
            if name.starts_with("hosts-") {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                self.next_night = self.next_night.max(number.saturating_add(1));
            } else {
                self.next_volume = self.next_volume.max(number.saturating_add(1));
            }
        }
    }

    /// Whether a file has a number that is yet to come.
    pub(super) fn is_to_come(&self, name: &str) -> bool {
        let next = if name.starts_with("hosts-") { self.next_night.into() } else { self.next_volume };
        number_of(name).is_some_and(|number| number >= next)
    }

    /// A hash of what nights can tell from each other by: how it is laid out in files does not count.
    pub(super) fn standing(&self) -> String {
        let Self { keys, nights, withheld, .. } = self;
        let nights: Vec<_> = nights
            .iter()
            .map(|night| (night.number, &night.name, &night.began, &night.run, night.articles, &night.dumps))
            .collect();
        let json = serde_json::to_vec(&(keys, nights, withheld)).expect("a manifest has names for keys");
        format!("{:032x}", xxh3_128(&json))
    }

    /// Writes it in the place of the one of this name.
    pub(super) fn write(&self, folder: &Path, name: &str) -> Result<(), WriteError> {
        write_file(&folder.join(name), &self.content(name))
    }

    /// What is written into the file of that name.
    pub(super) fn content(&self, name: &str) -> Vec<u8> {
        let copydesk = env!("CARGO_PKG_VERSION").to_owned();
        let now = Self { format: FORMAT, copydesk, superseded: name == BEFORE, ..self.clone() };
        let mut json = serde_json::to_vec_pretty(&now).expect("a manifest has names for keys");
        json.push(b'\n');
        seal(&json)
    }

    /// Reads the last one; `None` where there is none.
    pub(super) fn latest(folder: &Path) -> Result<Option<Self>, StateError> {
        let Some(manifest) = Self::read(folder, MANIFEST)? else { return Ok(None) };
        let before = Self::read(folder, BEFORE).ok().flatten();
        if manifest.superseded || before.as_ref().is_some_and(|before| manifest.is_earlier_than(before)) {
            let cause =
                format!("its {MANIFEST} is an earlier one that was put back: nights are missing from it");
            return Err(StateError::damaged(folder, cause));
        }
        if before.is_some_and(|before| manifest.contradicts(&before)) {
            let cause = format!("its {MANIFEST} and its {BEFORE} are not of one state");
            return Err(StateError::damaged(folder, cause));
        }
        if manifest.in_repair {
            return Err(StateError::damaged(folder, "its repair has not come to its end".to_owned()));
        }
        Ok(Some(manifest))
    }

    /// Whether it is older than a manifest before the last, or as old and not what a killed change has left: that has announced
    /// the files that it wrote.
    fn is_earlier_than(&self, before: &Self) -> bool {
        let known = || self.files().into_iter().chain(self.unsettled.iter().cloned()).collect();
        let next = before.next.as_ref().filter(|_| before.edition == self.edition);
        before.edition > self.edition || next.is_some_and(|next| !next.files().is_subset(&known()))
    }

    /// Whether a manifest before the last has another one for the last.
    fn contradicts(&self, before: &Self) -> bool {
        before.next.as_ref().is_some_and(|next| next.edition == self.edition && !self.is_same(next))
    }

    /// Whether it says the same of nights and files.
    fn is_same(&self, other: &Self) -> bool {
        (self.edition, self.standing(), &self.volumes) == (other.edition, other.standing(), &other.volumes)
    }

    /// Whether a manifest before the last was written beside it, or by a change of it that was killed.
    pub(super) fn is_beside(&self, before: &Self) -> bool {
        self.edition == before.edition || before.next.as_ref().is_none_or(|next| self.is_same(next))
    }

    /// Reads one; `None` where there is no such file.
    pub(super) fn read(folder: &Path, name: &str) -> Result<Option<Self>, StateError> {
        let path = folder.join(name);
        let content = match read_own(&path) {
            Ok(content) => content,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StateError::unread(folder, WriteError::of("read", &path)(error))),
        };
        let damaged = |cause: &str| StateError::damaged(folder, format!("its {name} {cause}"));
        if content.is_empty() {
            return Err(damaged("is empty"));
        }
        let sealed = Seal::of(&content);
        if sealed == Seal::Broken {
            return Err(damaged("is damaged: its content is not what was written"));
        }
        let unlike = |error: serde_json::Error| damaged(&format!("is damaged, or is no state's: {error}"));
        let Head { format, copydesk } = serde_json::from_slice(&content).map_err(unlike)?;
        match (format, sealed) {
            (FORMAT, Seal::Right) | (FIRST_FORMAT, _) => {
                serde_json::from_slice(&content).map(Some).map_err(unlike)
            }
            (FORMAT, _) => Err(damaged("is damaged: its checksum is missing")),
            _ => {
                let cause = format!(
                    "copydesk {copydesk} made it in format {format}, and this one knows the formats \
                     {FIRST_FORMAT} and {FORMAT}"
                );
                Err(StateError::OtherFormat { folder: folder.to_owned(), cause })
            }
        }
    }
}

/// The number in the name of a volume or an account of hosts.
fn number_of(name: &str) -> Option<u64> {
    name.split(['-', '.']).nth(1)?.parse().ok()
}

/// Whether a name is one that a state gives to a volume or to an account of hosts.
pub(super) fn is_state_file(name: &str) -> bool {
    let number = name
        .strip_prefix("volume-")
        .or_else(|| name.strip_prefix("hosts-").and_then(|rest| rest.strip_suffix(".json.zst")));
    number.is_some_and(|number| number.len() >= 6 && number.bytes().all(|byte| byte.is_ascii_digit()))
}
