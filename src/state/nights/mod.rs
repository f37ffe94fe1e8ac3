//! What nights leave for later nights: the keys of the articles that they kept.
//!
//! **A state's folder** holds `state.json`, the manifest, and volumes: immutable files of records and sorted keys
//! ([`volume`]). A night that ends adds a volume, and takes over those before it that are less than four times as large
//! or mostly of nights that are gone; so there are few volumes (three or four for ten million articles), and each
//! record is copied a few times in its life. Volumes are in the order of the nights, and so are their records.
//!
//! **Commit.** The volume is written and synchronised first; it counts once the manifest that names it has taken the
//! place of the old one, which is one rename; then `_SUCCESS` is written. A night that is killed before has left
//! nothing but a file that nobody names, which the next one deletes; one that is killed in between finds itself in the
//! manifest when it goes on, by a number that it drew when it began, and only writes `_SUCCESS`. The other order would
//! be wrong: `_SUCCESS` ends the run, and nobody would ever add what is missing.
//!
//! **While a night runs**, the state is locked, and what earlier nights kept does not change. A killed night goes on
//! only if that is still so: it notes a hash of the manifest when it begins. When a night began is noted as well, so
//! what has expired is the same when it goes on.
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
//! article must not come back, so its keys stay, copies of it under other addresses are duplicates as before, and its
//! address is put on a list; records with it are dropped as `withheld`.
//!
//! **What it costs**, as `cargo bench --bench state` measures it with 10 million made-up articles in 50 nights, with near
//! duplicates and without: 320 and 75 bytes an article on the disk, 24 and 3 in memory while a night runs, 0.7 and 0.01 s
//! to load, 2.9 and 0.6 µs for a record that is new, which is half a second and a tenth for a GB of text articles. A
//! night of 200,000 takes 2 s to add on average, 24 s where it is one that takes over most of what there is.

mod filter;
mod history;
mod hosts;
mod volume;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

pub use history::{History, Night};
pub use volume::VolumeAccount;

use crate::account::{HostAccount, LEAST_NIGHTS, PipelineAccount};
use crate::article::ArticleId;
use crate::dedup::Entry;
use crate::pipeline::{DedupKey, DedupSettings, NearSettings};
use crate::write::{Lock, Unfinished, WriteError};
use hosts::HostsFile;
use volume::{Volume, VolumeWriter};

/// The format of states that this copydesk reads and writes.
const FORMAT: u32 = 1;

const MANIFEST: &str = "state.json";
const LOCK: &str = ".lock";

/// Nights that tonight is compared with: two weeks have two weekends. In memory, at the end of a run, each takes some 400
/// bytes a host.
const MOST_COMPARED: usize = 14;

/// Why a state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Somebody else uses it.
    #[error("use the state {}: another run or command is using it now", .0.display())]
    InUse(PathBuf),
    /// There is none.
    #[error("use the state {}: there is no {MANIFEST} in it", .0.display())]
    Missing(PathBuf),
    /// It cannot be understood.
    #[error("use the state {}: {cause}", folder.display())]
    Foreign {
        /// Its folder.
        folder: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// There is nothing that a state could remember.
    #[error("use a state: the pipeline drops no duplicates, it has no [dedup]")]
    NoDedup,
    /// It was made with other settings.
    #[error("use the state {}: it has {was} under [dedup], and the pipeline has {is}", folder.display())]
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
        "use the state {}: it has a night `{night}` already, of the output folder {}", folder.display(), output.display()
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
    /// The system does not let us.
    #[error(transparent)]
    Write(#[from] WriteError),
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

/// `state.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    copydesk: String,
    keys: Option<KeySettings>,
    nights: Vec<NightAccount>,
    volumes: Vec<VolumeAccount>,
    withheld: Vec<Withheld>,
    next_night: u32,
    next_volume: u64,
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
    pub output: PathBuf,
    /// How many articles it kept that later ones are compared with.
    pub articles: u64,
    /// Its dumps, in order.
    pub dumps: Vec<String>,
    /// Its pipeline.
    pipeline: PipelineAccount,
    /// What its hosts were like.
    hosts: HostsFile,
}

/// A night that has come to its end.
#[derive(Debug)]
pub struct EndedNight<'a> {
    /// Its output folder.
    pub output: &'a Path,
    /// Its dumps, in order.
    pub dumps: Vec<String>,
    /// Its pipeline.
    pub pipeline: &'a PipelineAccount,
    /// What its hosts were like.
    pub hosts: &'a HostAccount,
}

/// What earlier nights were like.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The hosts of each night, in order.
    pub nights: Vec<HostAccount>,
    /// They had another pipeline, because there are not enough that had the same.
    pub other_pipeline: bool,
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
    standing: String,
    _lock: Option<Lock>,
}

impl State {
    /// Takes hold of a state; of a new one where there is none and `create` is set.
    ///
    /// # Errors
    /// Where another process has it, where it is none or of another version, and where the system does not let us.
    pub fn open(folder: &Path, create: bool) -> Result<Self, StateError> {
        if !create && !folder.join(MANIFEST).exists() {
            return Err(StateError::Missing(folder.to_owned()));
        }
        std::fs::create_dir_all(folder).map_err(WriteError::of("create", folder))?;
        let lock = Lock::take(&folder.join(LOCK))?.ok_or_else(|| StateError::InUse(folder.to_owned()))?;
        let state = Self { _lock: Some(lock), ..Self::read(folder)? };
        state.sweep()?;
        Ok(state)
    }

    /// Reads a state without holding it.
    ///
    /// # Errors
    /// Where it is none or of another version, and where the system does not let us.
    pub fn look(folder: &Path) -> Result<Self, StateError> {
        if folder.join(MANIFEST).exists() {
            Self::read(folder)
        } else {
            Err(StateError::Missing(folder.to_owned()))
        }
    }

    fn read(folder: &Path) -> Result<Self, StateError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
            copydesk: String,
        }
        let path = folder.join(MANIFEST);
        let content = match std::fs::read(&path) {
            Ok(content) => content,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(WriteError::of("read", &path)(error).into()),
        };
        let foreign = |cause: String| StateError::Foreign { folder: folder.to_owned(), cause };
        let manifest = if content.is_empty() {
            Manifest {
                format: FORMAT,
                copydesk: env!("CARGO_PKG_VERSION").to_owned(),
                keys: None,
                nights: Vec::new(),
                volumes: Vec::new(),
                withheld: Vec::new(),
                next_night: 0,
                next_volume: 0,
            }
        } else {
            let damaged = |error: serde_json::Error| foreign(format!("its {MANIFEST} is damaged: {error}"));
            let Head { format, copydesk } = serde_json::from_slice(&content).map_err(damaged)?;
            if format != FORMAT {
                let cause = format!(
                    "copydesk {copydesk} made it in format {format}, and this one knows format {FORMAT} alone"
                );
                return Err(foreign(cause));
            }
            serde_json::from_slice(&content).map_err(damaged)?
        };
        let standing = format!("{:032x}", xxh3_128(&content));
        Ok(Self { folder: folder.to_owned(), manifest, standing, _lock: None })
    }

    /// Deletes files that no manifest names: of nights that were killed.
    fn sweep(&self) -> Result<(), WriteError> {
        let entries = std::fs::read_dir(&self.folder).map_err(WriteError::of("list", &self.folder))?;
        for entry in entries {
            let path = entry.map_err(WriteError::of("list", &self.folder))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let bare = name.trim_start_matches('.');
            let ours = bare.starts_with("volume-") || bare.starts_with("hosts-");
            let is_named = self.manifest.volumes.iter().any(|volume| volume.file == name)
                || self.manifest.nights.iter().any(|night| night.hosts.file == name);
            if ours && !is_named {
                std::fs::remove_file(&path).map_err(WriteError::of("delete", &path))?;
            }
        }
        Ok(())
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
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
        Ok(Tonight { name: night, began, run, standing: self.standing.clone() })
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
        if self.standing == tonight.standing {
            return None;
        }
        let later = self.manifest.nights.iter().rfind(|night| night.began >= tonight.began);
        let what = later.map_or(String::new(), |night| format!(": the night `{}` was added", night.name));
        Some(format!("the state has changed since the run began{what}"))
    }

    /// The nights that tonight sees: not an earlier run of its own, and none that has expired.
    fn visible(&self, tonight: &Tonight, expire_days: Option<u32>) -> Vec<&NightAccount> {
        let seen = |night: &&NightAccount| {
            let age = days(&night.began).zip(days(&tonight.began)).map(|(then, now)| now - then);
            let expired = age.zip(expire_days).is_some_and(|(age, most)| age > i64::from(most));
            night.name != tonight.name && !expired
        };
        self.manifest.nights.iter().filter(seen).collect()
    }

    /// What the nights before tonight have kept.
    ///
    /// # Errors
    /// Where a volume cannot be read.
    pub fn history(&self, tonight: &Tonight, dedup: &DedupSettings) -> Result<History, WriteError> {
        let nights = self.visible(tonight, dedup.expire_days).into_iter();
        let nights = nights
            .map(|night| (night.number, Night { name: night.name.clone(), dumps: night.dumps.clone() }));
        let ids = self.manifest.withheld.iter().flat_map(|withheld| &withheld.ids);
        let withheld = ids.filter_map(|id| u128::from_str_radix(id, 16).ok()).collect();
        History::open(&self.folder, &self.manifest.volumes, dedup, nights.collect(), withheld)
    }

    /// What the nights before tonight were like: the last [`MOST_COMPARED`] of those with the same pipeline, or else of all.
    ///
    /// # Errors
    /// Where a file of theirs cannot be read.
    pub fn comparison(
        &self,
        tonight: &Tonight,
        expire_days: Option<u32>,
        pipeline: &PipelineAccount,
    ) -> Result<Comparison, WriteError> {
        let mut nights = self.visible(tonight, expire_days);
        let same = nights.iter().filter(|night| night.pipeline == *pipeline).count();
        let other_pipeline = same < LEAST_NIGHTS && same < nights.len();
        if !other_pipeline {
            nights.retain(|night| night.pipeline == *pipeline);
        }
        let first = nights.len().saturating_sub(MOST_COMPARED);
        let read = nights.split_off(first).into_iter().map(|night| night.hosts.read(&self.folder));
        Ok(Comparison { nights: read.collect::<Result<_, _>>()?, other_pipeline })
    }

    /// Adds a night that has come to its end. `entries` gives its records, in order, to what it is given.
    ///
    /// # Errors
    /// Where the system does not let us. Then the state is as it was.
    pub fn commit(
        &mut self,
        tonight: &Tonight,
        dedup: &DedupSettings,
        EndedNight { output, dumps, pipeline, hosts }: EndedNight<'_>,
        entries: &mut Entries<'_>,
    ) -> Result<(), WriteError> {
        let mut manifest = self.manifest.clone();
        manifest.nights = self.visible(tonight, dedup.expire_days).into_iter().cloned().collect();
        manifest.keys = Some(KeySettings::of(dedup));
        let number = manifest.next_night;
        manifest.next_night += 1;
        let mut articles = 0;
        entries(&mut |_| articles += 1)?;
        let kept = manifest.nights.iter().map(|night| night.number).collect();
        self.add_volume(&mut manifest, &kept, articles, number, entries)?;
        let hosts = HostsFile::write(&self.folder, number, hosts)?;
        let added = manifest.volumes.iter().filter_map(|volume| volume.nights.get(&number)).sum();
        manifest.nights.push(NightAccount {
            number,
            name: tonight.name.clone(),
            began: tonight.began.clone(),
            run: tonight.run.clone(),
            output: absolute(output),
            articles: added,
            dumps,
            pipeline: pipeline.clone(),
            hosts,
        });
        self.replace(manifest)
    }

    /// Writes a volume of new entries, and of those volumes that it takes the place of.
    fn add_volume(
        &self,
        manifest: &mut Manifest,
        kept: &BTreeSet<u32>,
        new: u64,
        number: u32,
        entries: &mut Entries<'_>,
    ) -> Result<(), WriteError> {
        let alive = |volume: &VolumeAccount| -> u64 {
            volume.nights.iter().filter(|(night, _)| kept.contains(night)).map(|(_, records)| records).sum()
        };
        // A volume in which nothing is alive goes without being read.
        manifest.volumes.retain(|volume| alive(volume) > 0);
        let mut taken_over = Vec::new();
        let mut size = new;
        while let Some(last) = manifest.volumes.pop_if(|last| {
            let alive = alive(last);
            alive < 4 * size || alive * 2 < last.records()
        }) {
            size += alive(&last);
            taken_over.push(last);
        }
        taken_over.reverse();
        if size == 0 {
            return Ok(());
        }
        let open = |account| Volume::open(&self.folder, account);
        let volumes: Vec<Volume> = taken_over.iter().map(open).collect::<Result<_, _>>()?;
        let near = manifest.keys.and_then(|keys| keys.near);
        let name = format!("volume-{:06}", manifest.next_volume);
        manifest.next_volume += 1;
        let mut writer = VolumeWriter::create(&self.folder.join(&name), near.as_ref())?;
        for volume in &volumes {
            writer.take_over(volume, &|stored| kept.contains(&stored.night))?;
        }
        let mut failed = None;
        entries(&mut |entry| {
            if failed.is_none() {
                failed = writer.push(number, entry).err();
            }
        })?;
        failed.map_or(Ok(()), Err)?;
        manifest.volumes.push(writer.finish(&name)?);
        Ok(())
    }

    /// Puts a new manifest in the place of the old one, and deletes what is no longer named.
    fn replace(&mut self, manifest: Manifest) -> Result<(), WriteError> {
        let mut json = serde_json::to_vec_pretty(&manifest).expect("a manifest has names for keys");
        json.push(b'\n');
        let mut file = Unfinished::create(&self.folder.join(MANIFEST))?;
        file.write(&json)?;
        file.finish()?;
        self.standing = format!("{:032x}", xxh3_128(&json));
        self.manifest = manifest;
        self.sweep()
    }

    /// Takes nights out, as if their articles had never been seen.
    ///
    /// # Errors
    /// Where there is no night of that name, and where the system does not let us.
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
        let kept: BTreeSet<u32> = manifest.nights.iter().map(|night| night.number).collect();
        let mut volumes = Vec::new();
        for volume in std::mem::take(&mut manifest.volumes) {
            if volume.nights.keys().all(|night| kept.contains(night)) {
                volumes.push(volume);
                continue;
            }
            // Written again by itself, so that nothing of those nights is left on the disk.
            manifest.volumes = vec![volume];
            let number = manifest.next_night;
            let alive = manifest.volumes[0].nights.keys().any(|night| kept.contains(night));
            if alive {
                self.rewrite(&mut manifest, &kept, number)?;
                volumes.append(&mut manifest.volumes);
            }
        }
        manifest.volumes = volumes;
        self.replace(manifest)?;
        Ok(gone)
    }

    /// Writes the only volume of a manifest again without what is gone.
    fn rewrite(&self, manifest: &mut Manifest, kept: &BTreeSet<u32>, number: u32) -> Result<(), WriteError> {
        let records = manifest.volumes[0].records();
        self.add_volume(manifest, kept, records, number, &mut |_| Ok(()))
    }

    /// Puts addresses on the list of those that are not to come back; how many of them were not on it.
    ///
    /// # Errors
    /// Where the system does not let us.
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

    /// Every record of a night, in order: id, dump and line.
    ///
    /// # Errors
    /// Where a volume cannot be read.
    pub fn records_of(&self, night: &NightAccount) -> Result<Vec<(ArticleId, u32, u64)>, WriteError> {
        let mut records = Vec::new();
        for account in self.manifest.volumes.iter().filter(|volume| volume.nights.contains_key(&night.number))
        {
            let volume = Volume::open(&self.folder, account)?;
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
        let mut damages = Vec::new();
        let volumes = self.manifest.volumes.iter().map(|volume| (&volume.file, &volume.xxh3));
        let hosts = self.manifest.nights.iter().map(|night| (&night.hosts.file, &night.hosts.xxh3));
        for (name, xxh3) in volumes.chain(hosts) {
            let mut hash = Xxh3::new();
            let read = std::fs::File::open(self.folder.join(name)).and_then(|mut file| {
                let mut buffer = vec![0; 1 << 20];
                loop {
                    match std::io::Read::read(&mut file, &mut buffer)? {
                        0 => return Ok(()),
                        count => hash.update(&buffer[..count]),
                    }
                }
            });
            match read {
                Err(error) => damages.push(format!("{name}: failed to read it: {error}")),
                Ok(()) if format!("{:032x}", hash.digest128()) != *xxh3 => {
                    damages.push(format!("{name}: its content is not what was written"));
                }
                Ok(()) => {}
            }
        }
        damages
    }
}

/// Gives records, in order, to what it is given.
pub type Entries<'a> = dyn FnMut(&mut dyn FnMut(Entry)) -> Result<(), WriteError> + 'a;

/// Days since 1970.
fn days(moment: &str) -> Option<i64> {
    moment.parse::<jiff::Timestamp>().ok().map(|moment| moment.as_second().div_euclid(86_400))
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests;
