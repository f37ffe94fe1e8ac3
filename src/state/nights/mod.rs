//! What nights leave for later nights: the keys of the articles that they kept.
//!
//! **A state's folder** holds `state.json`, the manifest, and volumes: immutable files of records and sorted keys
//! ([`volume`]). A night that ends adds a volume, and takes over those before it that are less than four times as large
//! or mostly of nights that have expired; so there are few volumes (three or four for ten million articles), and each
//! record is copied a few times in its life. Volumes are in the order of the nights, and so are their records. None has more than
//! 30 million records, and a night of more has several.
//!
//! **Format.** `state.json` is a JSON object whose first line is the checksum of all that follows ([`crate::write::Seal`]). It has
//! the size and the XXH3-128 of every volume and of every account of hosts, which are compared whenever a file is opened for
//! use: a damaged file is named, and neither asked nor copied into a new one. `state.before.json` is the manifest as it was before
//! the last change, and says so; in it is the last one, too (`next`), so that a damaged `state.json` costs nothing. Manifests are
//! counted (`edition`), so that an earlier one that is put back is noticed, and so are one of another state and one that somebody
//! else has written while a night runs. This is format 2; format 1, which had no checksum over the manifest, is read and becomes format 2 with the
//! next change; any other is refused. A folder that has files of a state and no manifest is an error and never a new state.
//!
//! **Nothing is deleted but what the state has written and lists.** Before a file is written, and before one is deleted, the
//! manifest lists it as `unsettled`; when the state is opened, what is on that list and nowhere else in the manifest is
//! deleted. A file of somebody else whose name a volume would have is passed over.
//!
//! **Commit.** The volume is written and synchronised first; it counts once the manifest that names it has taken the
//! place of the old one, which is one rename; then `_SUCCESS` is written. A night that is killed before has left
//! nothing but files on that list, which the next one deletes; one that is killed in between finds itself in the
//! manifest when it resumes, by a number that it drew when it began, and only writes `_SUCCESS`. The other order would
//! be wrong: `_SUCCESS` ends the run, and nobody would ever add what is missing.
//!
//! **While a night runs**, the state is locked, and what earlier nights kept does not change. A killed night resumes
//! only if that is still so: it notes a hash of the nights and the list when it begins. When a night began is noted as well,
//! so what has expired is the same when it resumes ([`expiry`]).
//!
//! **A night has a name.** A second run of the same name takes the place of the first, which it does not see: the
//! same folder begun anew, or whatever `--night` names. Where the name is only the output folder's, and the folder is
//! another one, two nights may be called the same by chance: that is refused. Nights after it keep what they
//! have: what they dropped as a duplicate of its first version is not looked at again.
//!
//! **What hosts were like** is kept beside it, a file a night ([`hosts`]): tonight is held against it when it ends, and a
//! broken scraper is named ([`crate::account::DriftAccount`]).
//!
//! **Removals.** `forget` takes a night out, as if its articles had never been seen. `forget --url` does the opposite: the
//! article must not come back, so its keys are kept, copies of it under other addresses are duplicates as before, and its
//! address is put on a list; records with it are dropped as `withheld`.
//!
//! **What it costs**, as `cargo bench --bench state` measures it with 10 million made-up articles in 50 nights, with near
//! duplicates and without: 320 and 75 bytes an article on the disk, 24 and 3 in memory while a night runs, 0.7 and 0.01 s
//! to load, 2.9 and 0.6 µs for a record that is new, which is half a second and a tenth for a GB of text articles. A
//! night of 200,000 takes 2 s to add on average, 24 s where it is one that takes over most of what there is.

mod expiry;
mod filter;
mod history;
mod hosts;
mod manifest;
mod path;
mod repair;
mod volume;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use history::{History, NamedNight};
pub use repair::{KeptEntries, NightRun};
pub use volume::VolumeAccount;

use crate::account::{DumpOfNight, HostAccount, LEAST_NIGHTS, PipelineAccount};
use crate::article::ArticleId;
use crate::dedup::Entry;
use crate::dedup::{DedupKey, DedupSettings, NearSettings};
use crate::store::{is_address, shown};
use crate::write::{Lock, Unfinished, WriteError};
use hosts::HostsFile;
use manifest::{BEFORE, MANIFEST, Manifest, is_state_file};
use volume::{Volume, VolumeWriter};

const LOCK: &str = ".lock";
/// So many names of nights are remembered that were taken out.
const MOST_FORGOTTEN: usize = 100;

/// Nights that tonight is compared with: two weeks have two weekends. In memory, at the end of a run, each takes some 400
/// bytes a host.
const MOST_COMPARED: usize = 14;

/// Records of a volume: while it is written, 128 bytes of memory each with near duplicates, so 4 GB.
const VOLUME_RECORDS: u64 = 30_000_000;

/// Why a state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Somebody else uses it.
    #[error("use the state in {}: another run or command is using it now", .0.display())]
    InUse(PathBuf),
    /// There is none.
    #[error("use the state in {}: there is no {MANIFEST} in it", .0.display())]
    Missing(PathBuf),
    /// It cannot be understood.
    #[error("use the state in {}: {cause}", folder.display())]
    Foreign {
        /// Its folder.
        folder: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// Another version of copydesk has written it.
    #[error("use the state {}: {cause}", folder.display())]
    OtherFormat {
        /// Its folder.
        folder: PathBuf,
        /// Which one.
        cause: String,
    },
    /// None of its manifests can be read.
    #[error("repair the state {}: {cause}, and so is {BEFORE}", folder.display())]
    Lost {
        /// Its folder.
        folder: PathBuf,
        /// What is wrong with the last one.
        cause: String,
    },
    /// There is nothing that a state could remember.
    #[error("use a state: the pipeline drops no duplicates, it has no [dedup]")]
    NoDedup,
    /// It is not what was written.
    #[error("use the state in {}: {cause}", folder.display())]
    Damaged {
        /// Its folder.
        folder: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// It can be repaired only with runs that are not there.
    #[error("repair the state {}: no run is given for its nights {}", folder.display(), were_in(nights))]
    NeedsRuns {
        /// Its folder.
        folder: PathBuf,
        /// The nights, and their output folders.
        nights: Vec<(String, PathBuf)>,
    },
    /// It is on a store, and another night has been added to it since this one began.
    #[error("add the night to the state in {}: another night has been added since this one began", .0.display())]
    Overtaken(PathBuf),
    /// Somebody else has written into it.
    #[error("use the state in {}: its {MANIFEST} is not what it was when the run began", .0.display())]
    Changed(PathBuf),
    /// It was made with other settings.
    #[error("use the state in {}: it has {was} under [dedup], and the pipeline has {is}", folder.display())]
    Settings {
        /// Its folder.
        folder: PathBuf,
        /// Its settings.
        was: String,
        /// The pipeline's.
        is: String,
    },
    /// There is a night of that name from another folder.
    #[error(
        "use the state in {}: it has a night `{night}` already, of the output folder {}", folder.display(), output.display()
    )]
    NameTaken {
        /// Its folder.
        folder: PathBuf,
        /// The name.
        night: String,
        /// The other night's folder.
        output: PathBuf,
    },
    /// There is no night of that name.
    #[error("find the night `{night}` in the state {}", folder.display())]
    NoNight {
        /// Its folder.
        folder: PathBuf,
        /// The name.
        night: String,
        /// The nights that there are.
        nights: Vec<String>,
    },
    /// A file cannot be created, written or renamed.
    #[error(transparent)]
    Write(#[from] WriteError),
}

fn were_in(nights: &[(String, PathBuf)]) -> String {
    let one = |(night, output): &(String, PathBuf)| format!("`{night}`, which was in {}", output.display());
    nights.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl StateError {
    /// The same of a state that is somewhere else.
    pub(crate) fn at(mut self, place: &Path) -> Self {
        match &mut self {
            Self::InUse(folder)
            | Self::Missing(folder)
            | Self::Overtaken(folder)
            | Self::Changed(folder)
            | Self::Foreign { folder, .. }
            | Self::OtherFormat { folder, .. }
            | Self::Lost { folder, .. }
            | Self::Damaged { folder, .. }
            | Self::NeedsRuns { folder, .. }
            | Self::Settings { folder, .. }
            | Self::NameTaken { folder, .. }
            | Self::NoNight { folder, .. } => place.clone_into(folder),
            Self::NoDedup | Self::Write(_) => {}
        }
        self
    }

    fn damaged(folder: &Path, cause: String) -> Self {
        Self::Damaged { folder: folder.to_owned(), cause }
    }

    /// The error of a file in the state's folder that could not be read.
    fn unread(folder: &Path, error: WriteError) -> Self {
        if !error.is_damage() {
            return error.into();
        }
        let name = error.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self::damaged(folder, format!("its {name} is damaged: {}", error.cause))
    }
}

/// Whether runs with these settings can be in one state.
pub(crate) fn share_state(one: &DedupSettings, other: &DedupSettings) -> bool {
    KeySettings::of(one) == KeySettings::of(other)
}

/// What makes keys comparable.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct KeySettings {
    url: bool,
    text: bool,
    near: Option<NearSettings>,
}

impl KeySettings {
    fn of(dedup: &DedupSettings) -> Self {
        // The threshold is asked for at every look-up, and may change from night to night.
        let threshold = NearSettings::default().threshold;
        let near = dedup.near.settings().map(|near| NearSettings { threshold, ..near });
        Self { url: dedup.by(DedupKey::Url), text: dedup.by(DedupKey::Text), near }
    }

    fn describe(self) -> String {
        let exact: Vec<&str> = [(self.url, "\"url\""), (self.text, "\"text\"")]
            .iter()
            .filter(|key| key.0)
            .map(|key| key.1)
            .collect();
        let near =
            self.near.map_or("near = false".to_owned(), |NearSettings { ngram, bands, rows, .. }| {
                format!("near = {{ ngram = {ngram}, bands = {bands}, rows = {rows} }}")
            });
        format!("exact = [{}], {near}", exact.join(", "))
    }
}

/// A night in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightAccount {
    /// Its number, never given twice.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// When it began, RFC 3339 in UTC.
    pub began: String,
    /// What it drew when it began, to know itself again.
    pub run: String,
    /// Its output folder.
    #[serde(with = "path")]
    pub output: PathBuf,
    /// How many articles it kept that later ones are compared with.
    pub articles: u64,
    /// Its dumps, in order.
    pub dumps: Vec<String>,
    /// The lines that each of them held; nothing where an earlier copydesk wrote it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lines: Vec<u64>,
    /// How many of these are in quarantine.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    quarantined: Vec<u64>,
    /// Its pipeline.
    pipeline: PipelineAccount,
    /// What its hosts were like.
    hosts: HostsFile,
    /// It is a corpus that was added, which no night is held against.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_corpus: bool,
}

impl NightAccount {
    fn dumps_of_night(&self) -> Vec<DumpOfNight> {
        let of = |counts: &[u64], at: usize| counts.get(at).copied();
        let dump = |(at, name): (usize, &String)| DumpOfNight {
            name: name.clone(),
            lines: of(&self.lines, at),
            quarantined: of(&self.quarantined, at),
        };
        self.dumps.iter().enumerate().map(dump).collect()
    }
}

/// A night that has come to its end.
#[derive(Debug)]
pub struct EndedNight<'a> {
    /// Its output folder.
    pub output: &'a Path,
    /// Its dumps, in order.
    pub dumps: Vec<DumpOfNight>,
    /// Its pipeline.
    pub pipeline: &'a PipelineAccount,
    /// What its hosts were like.
    pub hosts: &'a HostAccount,
    /// It is a corpus, and no night that later ones are to be held against.
    pub is_corpus: bool,
}

/// What earlier nights were like.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The hosts of each night, in order.
    pub nights: Vec<HostAccount>,
    /// The dumps of each night, in order; also of those whose hosts cannot be read.
    pub dumps: Vec<Vec<DumpOfNight>>,
    /// They had another pipeline, because there are not enough that had the same.
    pub other_pipeline: bool,
    /// Some of them are later than tonight, which has been run before.
    pub has_later: bool,
    /// Nights that are left out, a sentence each.
    pub unread: Vec<String>,
}

/// An address that is not to come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// As it was given.
    pub url: String,
    /// Ids of it and of its canonical form, as hex digits.
    ids: Vec<String>,
}

/// A night that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tonight {
    /// Its name.
    pub name: String,
    /// When it began, RFC 3339 in UTC.
    pub began: String,
    /// What it drew when it began.
    pub run: String,
    /// A hash of the manifest as it was then.
    standing: String,
}

/// How a night is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NightName {
    /// As its output folder.
    OfFolder,
    /// As the user says.
    Given(String),
}

/// A state, held against others.
#[derive(Debug)]
pub struct State {
    folder: PathBuf,
    manifest: Manifest,
    /// Whatever manifest there is may be replaced.
    is_repaired: bool,
    /// Records that a volume may have.
    volume_records: u64,
    _lock: Option<Lock>,
}

impl State {
    /// Takes hold of a state; of a new one where there is none and `create` is set.
    ///
    /// # Errors
    /// Where another process has it, where it is none, damaged or of another version, or if a file cannot be created, written or renamed.
    pub fn open(folder: &Path, create: bool) -> Result<Self, StateError> {
        Self::check_here(folder)?;
        if create {
            Self::check_place(folder)?;
            match std::fs::create_dir_all(folder) {
                // A disk that did not say so at once: nobody is to be told to move the state away.
                Err(_) if folder.is_dir() => {}
                created => created.map_err(WriteError::of("create", folder))?,
            }
        } else {
            Self::look(folder)?;
        }
        let lock = Lock::take(&folder.join(LOCK))?.ok_or_else(|| StateError::InUse(folder.to_owned()))?;
        let state = match Self::look(folder) {
            // Its manifest is written before its first file.
            Err(StateError::Missing(_)) if create => Self::of(folder, Manifest::empty()),
            looked => looked?,
        };
        // A night that has worked for hours must not find out at its end.
        drop(Unfinished::create(&folder.join(MANIFEST))?);
        let state = Self { _lock: Some(lock), ..state };
        state.sweep()?;
        Ok(state)
    }

    /// A state on a store is fetched before it is opened.
    fn check_here(folder: &Path) -> Result<(), StateError> {
        if !is_address(folder) {
            return Ok(());
        }
        let cause = "it is on a store, and this command does not fetch it".to_owned();
        Err(StateError::Foreign { folder: shown(folder).into(), cause })
    }

    /// Looks whether a folder holds a state or has room for a new one, which gets no folder that has other files in it: whoever reads
    /// those would read the state's.
    ///
    /// # Errors
    /// Where it has other files, or cannot be listed.
    pub(crate) fn check_place(folder: &Path) -> Result<(), StateError> {
        if is_address(folder) || folder.join(MANIFEST).exists() || remains(folder).is_some() {
            return Ok(());
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(WriteError::of("list", folder)(error).into()),
        };
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        Self::check_names(folder, names)
    }

    /// The same of what is in a folder without a state, wherever that is.
    pub(crate) fn check_names(folder: &Path, names: impl Iterator<Item = String>) -> Result<(), StateError> {
        /// In the first folder of every disk.
        const OF_DISKS: &str = "lost+found";
        let Some(other) = names.filter(|name| !name.starts_with('.') && name != OF_DISKS).min() else {
            return Ok(());
        };
        let cause = format!(
            "there is no {MANIFEST} in it, and {other} is there: a new state needs a folder of its own"
        );
        Err(StateError::Foreign { folder: folder.to_owned(), cause })
    }

    fn of(folder: &Path, manifest: Manifest) -> Self {
        let (folder, volume_records) = (folder.to_owned(), VOLUME_RECORDS);
        Self { folder, manifest, is_repaired: false, volume_records, _lock: None }
    }

    /// Reads a state without holding it.
    ///
    /// # Errors
    /// Where it is none, damaged or of another version, or if a file cannot be created, written or renamed.
    pub fn look(folder: &Path) -> Result<Self, StateError> {
        Self::check_here(folder)?;
        match Manifest::latest(folder)? {
            Some(manifest) => Ok(Self::of(folder, manifest)),
            None => Err(match remains(folder) {
                Some(file) => {
                    StateError::damaged(folder, format!("its {MANIFEST} is missing, and {file} is there"))
                }
                None => StateError::Missing(folder.to_owned()),
            }),
        }
    }

    /// Whether a folder holds a state, right or damaged.
    pub fn is_state(folder: &Path) -> bool {
        folder.join(LOCK).exists() && (folder.join(MANIFEST).exists() || remains(folder).is_some())
    }

    /// Deletes files that were about to be written or deleted when a night was killed.
    fn sweep(&self) -> Result<(), WriteError> {
        let named = self.manifest.files();
        for name in self.manifest.unsettled.difference(&named).filter(|name| is_state_file(name)) {
            for name in [name.clone(), format!(".{name}.tmp")] {
                let path = self.folder.join(name);
                match path.symlink_metadata() {
                    // A folder in its place is somebody else's.
                    Ok(there) if there.is_dir() => {}
                    // Where a disk does not say what is there, it may be nothing.
                    _ => match std::fs::remove_file(&path) {
                        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                        deleted => deleted.map_err(WriteError::of("delete", &path))?,
                    },
                }
            }
        }
        Ok(())
    }

    /// Says of a file that it is about to be written, so that it is deleted if it never counts.
    fn announce(&mut self, file: String) -> Result<(), StateError> {
        self.check_unchanged()?;
        self.manifest.unsettled.insert(file);
        Ok(self.manifest.write(&self.folder, MANIFEST)?)
    }

    /// The manifest must still be the one that is known: a mount may have gone since, or somebody else may write where there
    /// are no locks.
    fn check_unchanged(&self) -> Result<(), StateError> {
        if self.is_repaired {
            return Ok(());
        }
        let there = Manifest::read(&self.folder, MANIFEST)?.unwrap_or_else(Manifest::empty);
        let known = &self.manifest;
        if (there.edition, there.standing()) == (known.edition, known.standing()) {
            return Ok(());
        }
        Err(StateError::Changed(self.folder.clone()))
    }

    /// The name of a volume that is about to be written.
    fn next_volume(&mut self, manifest: &mut Manifest) -> Result<String, StateError> {
        loop {
            let name = format!("volume-{:06}", manifest.next_volume);
            manifest.next_volume += 1;
            if !self.is_taken(&name) {
                self.announce(name.clone())?;
                return Ok(name);
            }
        }
    }

    /// Whether something has a name that it would give, or may have it: a disk that fails does not say.
    fn is_taken(&self, file: &str) -> bool {
        let there = self.folder.join(file).symlink_metadata();
        there.map_or_else(|error| error.kind() != std::io::ErrorKind::NotFound, |_| true)
    }

    /// Whether somebody has taken a night out, lately.
    pub fn has_forgotten(&self, night: &str) -> bool {
        self.manifest.forgotten.iter().any(|forgotten| forgotten == night)
    }

    /// The nights, in order.
    pub fn nights(&self) -> &[NightAccount] {
        &self.manifest.nights
    }

    /// The volumes, in order.
    pub fn volumes(&self) -> &[VolumeAccount] {
        &self.manifest.volumes
    }

    /// The addresses that are not to come back.
    pub fn withheld(&self) -> &[Withheld] {
        &self.manifest.withheld
    }

    /// The settings under `[dedup]` that keys were made with; `None` where there are none yet.
    pub fn settings(&self) -> Option<String> {
        self.manifest.keys.map(KeySettings::describe)
    }

    /// Begins a night.
    ///
    /// # Errors
    /// Where the state has keys of another kind, or a night of that name from another folder.
    pub fn begin(
        &self,
        dedup: Option<&DedupSettings>,
        name: &NightName,
        output: &Path,
        (began, run): (String, String),
    ) -> Result<Tonight, StateError> {
        self.check(dedup)?;
        let output = absolute(output);
        let of_folder = || output.file_name().map(|name| name.to_string_lossy().into_owned());
        let night = match name {
            NightName::Given(name) => name.clone(),
            NightName::OfFolder => of_folder().unwrap_or_else(|| "night".to_owned()),
        };
        let taken = self.manifest.nights.iter().find(|other| other.name == night);
        if let Some(other) = taken.filter(|other| *name == NightName::OfFolder && other.output != output) {
            let (folder, output) = (self.folder.clone(), other.output.clone());
            return Err(StateError::NameTaken { folder, night, output });
        }
        Ok(Tonight { name: night, began, run, standing: self.manifest.standing() })
    }

    /// Whether it can serve a pipeline.
    fn check(&self, dedup: Option<&DedupSettings>) -> Result<(), StateError> {
        let now = KeySettings::of(dedup.ok_or(StateError::NoDedup)?);
        match self.manifest.keys.filter(|was| *was != now) {
            None => Ok(()),
            Some(was) => Err(StateError::Settings {
                folder: self.folder.clone(),
                was: was.describe(),
                is: now.describe(),
            }),
        }
    }

    /// Whether a night has been committed.
    pub fn holds(&self, tonight: &Tonight) -> bool {
        self.manifest.nights.iter().any(|night| night.run == tonight.run)
    }

    /// What has changed since a night began, if anything has.
    pub fn changed_since(&self, tonight: &Tonight) -> Option<String> {
        if self.manifest.standing() == tonight.standing {
            return None;
        }
        let later = self.manifest.nights.iter().rfind(|night| night.began >= tonight.began);
        let what = later.map_or(String::new(), |night| format!(": the night `{}` was added", night.name));
        Some(format!("the state has changed since the run began{what}"))
    }

    /// The nights that tonight sees: not an earlier run of its own, and none that has expired.
    fn visible(&self, tonight: &Tonight, expire_days: Option<u32>) -> Vec<&NightAccount> {
        let others: Vec<_> = self.manifest.nights.iter().filter(|night| night.name != tonight.name).collect();
        let Some((most, (began, now))) = expire_days.zip(readings(&others, tonight)) else { return others };
        let expired = expiry::expired(&began, now, most.into());
        others.into_iter().zip(expired).filter(|(_, expired)| !expired).map(|(night, _)| night).collect()
    }

    /// What there is to say about a night that begins, a sentence each.
    pub fn oddities(&self, tonight: &Tonight, expire_days: Option<u32>) -> Vec<String> {
        let others: Vec<_> = self.manifest.nights.iter().filter(|night| night.name != tonight.name).collect();
        let clock = readings(&others, tonight)
            .and_then(|(began, now)| expiry::oddity(&began, now, expire_days.map(i64::from)));
        let before = self.wrong_before().map(|cause| format!("{cause}; tonight writes another one"));
        clock.into_iter().chain(before).chain(self.unlisted()).collect()
    }

    /// What there is to say of a file of a night or volume that is yet to come.
    fn unlisted(&self) -> Option<String> {
        let Self { folder, manifest, .. } = self;
        let files = state_files(folder).filter(|name| !manifest.unsettled.contains(name));
        let file = files.filter(|name| manifest.is_to_come(name)).min()?;
        Some(format!(
            "{file} belongs to none of its nights: if an earlier state was put back, `copydesk state repair` adds the nights \
             whose output folders it is given; if not, move the file away"
        ))
    }

    /// What is wrong with the manifest before the last, if anything is.
    fn wrong_before(&self) -> Option<String> {
        match Manifest::read(&self.folder, BEFORE) {
            Err(StateError::Damaged { cause, .. }) => Some(cause),
            Err(error) => Some(error.to_string()),
            Ok(None) => (self.manifest.edition > 0).then(|| format!("its {BEFORE} is missing")),
            Ok(Some(before)) => (!self.manifest.is_beside(&before))
                .then(|| format!("its {BEFORE} is not the one that was written with its {MANIFEST}")),
        }
    }

    /// What the nights before tonight have kept.
    ///
    /// # Errors
    /// Where a volume is damaged or cannot be read.
    pub fn history(&self, tonight: &Tonight, dedup: &DedupSettings) -> Result<History, StateError> {
        let nights = self.visible(tonight, dedup.expire_days).into_iter();
        let nights = nights
            .map(|night| (night.number, NamedNight { name: night.name.clone(), dumps: night.dumps.clone() }));
        let withheld = self.withheld_ids();
        History::open(&self.folder, &self.manifest.volumes, dedup, nights.collect(), withheld)
            .map_err(|error| StateError::unread(&self.folder, error))
    }

    /// The ids of all addresses that are not to come back.
    pub fn withheld_ids(&self) -> BTreeSet<u128> {
        let ids = self.manifest.withheld.iter().flat_map(|withheld| &withheld.ids);
        ids.filter_map(|id| u128::from_str_radix(id, 16).ok()).collect()
    }

    /// What the nights before tonight were like: the last [`MOST_COMPARED`] of those with the same pipeline, or else of all.
    /// A night whose account cannot be read is left out, and named: statistics do not stop a night.
    ///
    /// # Errors
    /// If the statistics of a night cannot be read, unless they are missing or damaged.
    pub fn comparison(
        &self,
        tonight: &Tonight,
        expire_days: Option<u32>,
        pipeline: &PipelineAccount,
    ) -> Result<Comparison, StateError> {
        let mut nights = self.visible(tonight, expire_days);
        nights.retain(|night| !night.is_corpus);
        let same = nights.iter().filter(|night| night.pipeline == *pipeline).count();
        let other_pipeline = same < LEAST_NIGHTS && same < nights.len();
        if !other_pipeline {
            nights.retain(|night| night.pipeline == *pipeline);
        }
        let first = nights.len().saturating_sub(MOST_COMPARED);
        let mut comparison = Comparison { other_pipeline, ..Comparison::default() };
        let replaced = self.manifest.nights.iter().find(|night| night.name == tonight.name);
        for night in nights.split_off(first) {
            comparison.has_later |= replaced.is_some_and(|replaced| night.number > replaced.number);
            comparison.dumps.push(night.dumps_of_night());
            match night.hosts.read(&self.folder) {
                Ok(hosts) => comparison.nights.push(hosts),
                // A disk that fails is no damage of the statistics.
                Err(error) if !error.is_damage() => return Err(error.into()),
                Err(error) => comparison.unread.push(format!(
                    "failed to {error}; the night is not compared with `{}`, and `copydesk state repair` mends it",
                    night.name
                )),
            }
        }
        Ok(comparison)
    }

    /// Adds a night that has come to its end. `entries` gives its records, in order, to what it is given.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed. Then the state is as it was.
    pub fn commit(
        &mut self,
        tonight: &Tonight,
        dedup: &DedupSettings,
        EndedNight { output, dumps, pipeline, hosts, is_corpus }: EndedNight<'_>,
        entries: &mut Entries<'_>,
    ) -> Result<(), StateError> {
        let mut manifest = self.manifest.clone();
        manifest.nights = self.visible(tonight, dedup.expire_days).into_iter().cloned().collect();
        manifest.keys = Some(KeySettings::of(dedup));
        let mut number = manifest.next_night;
        while self.is_taken(&HostsFile::name(number)) {
            number += 1;
        }
        manifest.next_night = number + 1;
        let mut articles = 0;
        entries(&mut |_| articles += 1)?;
        let kept = manifest.nights.iter().map(|night| night.number).collect();
        self.add_volume(&mut manifest, &kept, articles, number, entries)?;
        self.announce(HostsFile::name(number))?;
        let hosts = HostsFile::write(&self.folder, number, hosts)?;
        let added = manifest.volumes.iter().filter_map(|volume| volume.nights.get(&number)).sum();
        manifest.nights.push(NightAccount {
            number,
            name: tonight.name.clone(),
            began: tonight.began.clone(),
            run: tonight.run.clone(),
            output: absolute(output),
            articles: added,
            lines: dumps.iter().filter_map(|dump| dump.lines).collect(),
            quarantined: dumps.iter().filter_map(|dump| dump.quarantined).collect(),
            dumps: dumps.into_iter().map(|dump| dump.name).collect(),
            pipeline: pipeline.clone(),
            hosts,
            is_corpus,
        });
        self.replace(manifest)
    }

    /// Writes a volume of new entries, and of those volumes that it takes the place of.
    fn add_volume(
        &mut self,
        manifest: &mut Manifest,
        kept: &BTreeSet<u32>,
        new: u64,
        number: u32,
        entries: &mut Entries<'_>,
    ) -> Result<(), StateError> {
        // A volume in which nothing is alive is deleted without being read.
        manifest.volumes.retain(|volume| alive(volume, kept) > 0);
        let mut taken_over = Vec::new();
        let (mut size, most) = (new, self.volume_records);
        while let Some(last) = manifest.volumes.pop_if(|last| {
            let alive = alive(last, kept);
            size + alive <= most && (alive < 4 * size || alive * 2 < last.records())
        }) {
            size += alive(&last, kept);
            taken_over.push(last);
        }
        taken_over.reverse();
        if size == 0 {
            return Ok(());
        }
        self.write_volumes(manifest, &taken_over, kept, number, entries)
    }

    /// Writes a volume of what is alive in others and of new entries, and further ones where it has as many records as one may.
    fn write_volumes(
        &mut self,
        manifest: &mut Manifest,
        taken_over: &[VolumeAccount],
        kept: &BTreeSet<u32>,
        number: u32,
        entries: &mut Entries<'_>,
    ) -> Result<(), StateError> {
        let open = |account| Volume::open(&self.folder, account);
        let volumes: Result<Vec<Volume>, _> = taken_over.iter().map(open).collect();
        let volumes = volumes.map_err(|error| StateError::unread(&self.folder, error))?;
        let near = manifest.keys.and_then(|keys| keys.near);
        let mut name = self.next_volume(manifest)?;
        let mut writer = VolumeWriter::create(&self.folder.join(&name), near.as_ref())?;
        for volume in &volumes {
            writer.take_over(volume, &|stored| kept.contains(&stored.night))?;
        }
        let mut push = |entry: Entry| -> Result<(), StateError> {
            if writer.records() >= self.volume_records {
                let next = self.next_volume(manifest)?;
                let further = VolumeWriter::create(&self.folder.join(&next), near.as_ref())?;
                let full = std::mem::replace(&mut writer, further);
                manifest.volumes.push(full.finish(&std::mem::replace(&mut name, next))?);
            }
            Ok(writer.push(number, entry)?)
        };
        let mut failed = None;
        entries(&mut |entry| {
            if failed.is_none() {
                failed = push(entry).err();
            }
        })?;
        failed.map_or(Ok(()), Err)?;
        manifest.volumes.push(writer.finish(&name)?);
        Ok(())
    }

    /// Puts a new manifest in the place of the old one, and deletes what is no longer named.
    fn replace(&mut self, mut manifest: Manifest) -> Result<(), StateError> {
        let named = manifest.files();
        let known = self.manifest.files().into_iter().chain(self.manifest.unsettled.clone());
        manifest.unsettled = known.filter(|file| !named.contains(file) && self.is_taken(file)).collect();
        manifest.edition = self.manifest.edition + 1;
        self.check_unchanged()?;
        let next = Some(Box::new(manifest.clone()));
        Manifest { next, ..self.manifest.clone() }.write(&self.folder, BEFORE)?;
        manifest.write(&self.folder, MANIFEST)?;
        self.manifest = manifest;
        Ok(self.sweep()?)
    }

    /// Takes nights out, as if their articles had never been seen.
    ///
    /// # Errors
    /// Where there is no night of that name, or if a file cannot be created, written or renamed.
    pub fn forget(&mut self, names: &[String]) -> Result<u64, StateError> {
        let mut manifest = self.manifest.clone();
        for name in names {
            if !manifest.nights.iter().any(|night| night.name == *name) {
                let nights = manifest.nights.iter().map(|night| night.name.clone()).collect();
                return Err(StateError::NoNight { folder: self.folder.clone(), night: name.clone(), nights });
            }
        }
        let gone: u64 = manifest
            .nights
            .iter()
            .filter(|night| names.contains(&night.name))
            .map(|night| night.articles)
            .sum();
        manifest.nights.retain(|night| !names.contains(&night.name));
        manifest.forgotten.extend(names.iter().cloned());
        let surplus = manifest.forgotten.len().saturating_sub(MOST_FORGOTTEN);
        manifest.forgotten.drain(..surplus);
        let kept: BTreeSet<u32> = manifest.nights.iter().map(|night| night.number).collect();
        let mut volumes = Vec::new();
        for volume in std::mem::take(&mut manifest.volumes) {
            if volume.nights.keys().all(|night| kept.contains(night)) {
                volumes.push(volume);
                continue;
            }
            // Written again by itself, so that nothing of those nights is left on the disk.
            if alive(&volume, &kept) > 0 {
                let number = manifest.next_night;
                self.write_volumes(&mut manifest, &[volume], &kept, number, &mut |_| Ok(()))?;
                volumes.append(&mut manifest.volumes);
            }
        }
        manifest.volumes = volumes;
        self.replace(manifest)?;
        Ok(gone)
    }

    /// Puts addresses on the list of those that are not to come back; how many of them were not on it.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn withhold(&mut self, urls: &[(String, Vec<ArticleId>)]) -> Result<usize, StateError> {
        let mut manifest = self.manifest.clone();
        let before = manifest.withheld.len();
        for (url, ids) in urls {
            if manifest.withheld.iter().all(|withheld| withheld.url != *url) {
                let ids: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
                manifest.withheld.push(Withheld { url: url.clone(), ids: ids.into_iter().collect() });
            }
        }
        let added = manifest.withheld.len() - before;
        if added > 0 {
            self.replace(manifest)?;
        }
        Ok(added)
    }

    /// Takes addresses off the list of those that are not to come back; how many of them were on it.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn allow(&mut self, urls: &[String]) -> Result<usize, StateError> {
        let mut manifest = self.manifest.clone();
        manifest.withheld.retain(|withheld| !urls.contains(&withheld.url));
        let removed = self.manifest.withheld.len() - manifest.withheld.len();
        if removed > 0 {
            self.replace(manifest)?;
        }
        Ok(removed)
    }

    /// Its files but for the manifests: their names, and XXH3-128 of them.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let volumes = self.manifest.volumes.iter().map(|volume| (volume.file.clone(), volume.xxh3.clone()));
        let hosts =
            self.manifest.nights.iter().map(|night| (night.hosts.file.clone(), night.hosts.xxh3.clone()));
        volumes.chain(hosts).collect()
    }

    /// What a manifest's content says, without the files; `None` where it is none.
    pub(crate) fn in_manifest(content: &[u8]) -> Option<Self> {
        let manifest = serde_json::from_slice(content).ok()?;
        Some(Self::of(Path::new(""), manifest))
    }

    /// The nights of this state that the one in its place has lost, as it is an earlier one.
    pub(crate) fn lost_in(&self, now: Option<&Self>) -> Vec<NightAccount> {
        let is_earlier = now.is_none_or(|now| now.manifest.edition < self.manifest.edition);
        let now = now.map(Self::nights).unwrap_or_default();
        let is_lost = |night: &&NightAccount| is_earlier && now.iter().all(|known| known.name != night.name);
        self.nights().iter().filter(is_lost).cloned().collect()
    }

    /// Whether a state gives such a name to a file of a night or volume.
    pub(crate) fn is_file(name: &str) -> bool {
        is_state_file(name)
    }

    /// The manifest of a state that has no nights yet.
    pub(crate) fn nothing() -> Vec<u8> {
        Manifest::empty().content(MANIFEST)
    }

    /// Whether a file is there and what was written.
    pub(crate) fn is_whole(&self, file: &str, xxh3: &str) -> bool {
        volume::check(&self.folder.join(file), xxh3).is_ok()
    }

    /// Deletes the files of a state from a folder that is a copy of one, but for those that are named.
    pub(crate) fn delete_others(folder: &Path, named: &BTreeSet<String>) -> Result<(), WriteError> {
        for name in state_files(folder).filter(|name| name != BEFORE && !named.contains(name)) {
            let path = folder.join(name);
            std::fs::remove_file(&path).map_err(WriteError::of("delete", &path))?;
        }
        Ok(())
    }

    /// Every record of a night, in order: id, dump and line.
    ///
    /// # Errors
    /// Where a volume cannot be read.
    pub fn records_of(&self, night: &NightAccount) -> Result<Vec<(ArticleId, u32, u64)>, StateError> {
        let mut records = Vec::new();
        for account in self.manifest.volumes.iter().filter(|volume| volume.nights.contains_key(&night.number))
        {
            let volume = Volume::open(&self.folder, account)
                .map_err(|error| StateError::unread(&self.folder, error))?;
            let read = volume.for_each(&mut |_, stored| {
                if stored.night == night.number {
                    records.push((stored.entry.id, stored.entry.place.dump, stored.entry.place.line));
                }
            });
            read.map_err(WriteError::of("read", &self.folder.join(&account.file)))?;
        }
        Ok(records)
    }

    /// What is wrong with the files, a sentence each.
    pub fn damages(&self) -> Vec<String> {
        let volumes = self.manifest.volumes.iter().map(|volume| (&volume.file, &volume.xxh3));
        let hosts = self.manifest.nights.iter().map(|night| (&night.hosts.file, &night.hosts.xxh3));
        let files = volumes.chain(hosts).filter_map(|(name, xxh3)| {
            let cause = volume::check(&self.folder.join(name), xxh3).err()?;
            Some(format!("{name}: {cause}"))
        });
        self.wrong_before().into_iter().chain(self.unlisted()).chain(files).collect()
    }
}

/// The records of a volume that are of nights that are kept.
fn alive(volume: &VolumeAccount, kept: &BTreeSet<u32>) -> u64 {
    volume.nights.iter().filter(|(night, _)| kept.contains(night)).map(|(_, records)| records).sum()
}

/// The days on which nights and tonight began; `None` where there are no nights, or one of them does not say.
fn readings(nights: &[&NightAccount], tonight: &Tonight) -> Option<(Vec<i64>, i64)> {
    let began: Option<Vec<i64>> = nights.iter().map(|night| expiry::days(&night.began)).collect();
    began.filter(|began| !began.is_empty()).zip(expiry::days(&tonight.began))
}

/// A file in a folder that only a state has, other than its manifest.
fn remains(folder: &Path) -> Option<String> {
    state_files(folder).min()
}

/// The files in a folder whose names a state gives, other than its manifest.
fn state_files(folder: &Path) -> impl Iterator<Item = String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name == BEFORE || is_state_file(name))
}

/// Gives records, in order, to what it is given.
pub type Entries<'a> = dyn FnMut(&mut dyn FnMut(Entry)) -> Result<(), WriteError> + 'a;

fn absolute(path: &Path) -> PathBuf {
    if is_address(path) {
        return path.to_owned();
    }
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests;
