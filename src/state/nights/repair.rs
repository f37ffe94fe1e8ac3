//! Writes again what is damaged in a state, from the outputs of its nights.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use super::hosts::HostsFile;
use super::manifest::{BEFORE, MANIFEST, Manifest};
use super::volume::{VolumeWriter, check};
use super::{EndedNight, KeySettings, LOCK, NightAccount, State, StateError, Tonight, remains, state_files};
use crate::account::{DumpOfNight, Ledger};
use crate::dedup::Entry;
use crate::dedup::{DedupKey, DedupSettings, ExactDedup};
use crate::settings::Switch;
use crate::write::{Lock, WriteError};

/// A finished run, from which a night can be made again.
pub struct NightRun<'a> {
    /// Its folder.
    pub output: &'a Path,
    /// Its account.
    pub ledger: &'a Ledger,
    /// Gives the records that it kept, in order, with their keys.
    pub entries: &'a KeptEntries<'a>,
}

/// Gives records with keys of these settings, in order.
pub type KeptEntries<'a> = dyn Fn(&DedupSettings, &mut dyn FnMut(Entry)) -> Result<(), WriteError> + 'a;

impl NightRun<'_> {
    fn dumps(&self) -> Vec<String> {
        self.ledger.dumps.iter().map(|dump| dump.dump.clone()).collect()
    }

    fn is_of(&self, night: &NightAccount) -> bool {
        self.ledger.night.as_ref() == Some(&night.name) && self.dumps() == night.dumps
    }
}

impl KeySettings {
    fn dedup(self) -> DedupSettings {
        let keys = [(self.url, DedupKey::Url), (self.text, DedupKey::Text)];
        DedupSettings {
            exact: ExactDedup::By(keys.into_iter().filter(|key| key.0).map(|key| key.1).collect()),
            near: self.near.map_or(Switch::Usual(false), Switch::With),
            ..DedupSettings::default()
        }
    }
}

impl State {
    /// The settings under `[dedup]` that its keys were made with; `None` where there are none yet.
    pub fn dedup(&self) -> Option<DedupSettings> {
        self.manifest.keys.map(KeySettings::dedup)
    }

    /// The output folders of a state's nights, as far as a manifest can be read.
    pub fn outputs(folder: &Path) -> Vec<PathBuf> {
        let manifest =
            Manifest::latest(folder).or_else(|_| restore(folder, None, "", &mut Vec::new()).map(Some));
        let nights = manifest.ok().flatten().map(|manifest| manifest.nights).unwrap_or_default();
        nights.into_iter().map(|night| night.output).collect()
    }

    /// Repairs a state; what was done, a sentence each. A damaged manifest is written again from
    /// the copy that the one before it has, or, with `dedup`, begun anew, and the nights of `runs` that it lacks are added in the
    /// order of `runs`.
    ///
    /// # Errors
    /// If a run that is needed is not among `runs`, or is damaged itself, and as [`Self::open`]. Then nothing has changed.
    pub fn repair(
        folder: &Path,
        dedup: Option<&DedupSettings>,
        runs: &[NightRun<'_>],
    ) -> Result<Vec<String>, StateError> {
        if !folder.join(MANIFEST).exists() && remains(folder).is_none() {
            return Err(StateError::Missing(folder.to_owned()));
        }
        let lock = Lock::take(&folder.join(LOCK))?.ok_or_else(|| StateError::InUse(folder.to_owned()))?;
        let mut done = Vec::new();
        let mut manifest = match Manifest::latest(folder) {
            Ok(Some(manifest)) => manifest,
            Ok(None) => restore(folder, dedup, &format!("its {MANIFEST} is missing"), &mut done)?,
            Err(StateError::Damaged { cause, .. }) => restore(folder, dedup, &cause, &mut done)?,
            Err(error) => return Err(error),
        };
        if !done.is_empty() {
            manifest.pass_over(state_files(folder));
        }
        let mut state = Self { is_repaired: true, _lock: Some(lock), ..Self::of(folder, manifest) };
        // A repair that is killed must not leave a state that seems whole.
        state.manifest.in_repair = !done.is_empty();
        state.mend(runs, &mut done)?;
        state.add_missing(runs, &mut done)?;
        if state.manifest.in_repair {
            state.manifest.in_repair = false;
            state.manifest.write(folder, MANIFEST)?;
        }
        Ok(done)
    }

    /// Writes damaged volumes and accounts of hosts again.
    fn mend(&mut self, runs: &[NightRun<'_>], done: &mut Vec<String>) -> Result<(), StateError> {
        let mut manifest = self.manifest.clone();
        let damaged: Vec<usize> = (0..manifest.volumes.len())
            .filter(|place| {
                let volume = &manifest.volumes[*place];
                check(&self.folder.join(&volume.file), &volume.xxh3).is_err()
            })
            .collect();
        let run_of = |night: &NightAccount| runs.iter().rfind(|run| run.is_of(night));
        let lost = manifest.nights.iter().filter(|night| {
            damaged.iter().any(|place| manifest.volumes[*place].nights.contains_key(&night.number))
        });
        let without: Vec<_> = lost
            .filter(|night| run_of(night).is_none())
            .map(|night| (night.name.clone(), night.output.clone()))
            .collect();
        if !without.is_empty() {
            return Err(StateError::NeedsRuns { folder: self.folder.clone(), nights: without });
        }
        let dedup = manifest.keys.map(KeySettings::dedup).unwrap_or_default();
        let near = manifest.keys.and_then(|keys| keys.near);
        for place in damaged {
            let name = self.next_volume(&mut manifest)?;
            let mut writer = VolumeWriter::create(&self.folder.join(&name), near.as_ref())?;
            let (old, numbers) =
                (manifest.volumes[place].file.clone(), manifest.volumes[place].nights.clone());
            let mut names = Vec::new();
            for night in manifest.nights.iter_mut().filter(|night| numbers.contains_key(&night.number)) {
                let Some(run) = runs.iter().rfind(|run| run.is_of(night)) else { continue };
                let mut failed = None;
                (run.entries)(&dedup, &mut |entry| {
                    if failed.is_none() {
                        failed = writer.push(night.number, entry).err();
                    }
                })?;
                failed.map_or(Ok(()), Err)?;
                names.push(night.name.clone());
            }
            let volume = writer.finish(&name)?;
            for night in &mut manifest.nights {
                if let Some(articles) = volume.nights.get(&night.number) {
                    night.articles = *articles;
                }
            }
            manifest.volumes[place] = volume;
            done.push(format!("{old} is damaged: written again as {name}, from {}", names.join(", ")));
        }
        for night in &mut manifest.nights {
            if check(&self.folder.join(&night.hosts.file), &night.hosts.xxh3).is_ok() {
                continue;
            }
            let file = night.hosts.file.clone();
            let Some(run) = runs.iter().rfind(|run| run.is_of(night)) else {
                done.push(format!("{file} is damaged and left so: no run of `{}` is given", night.name));
                continue;
            };
            night.hosts = HostsFile::write(&self.folder, night.number, &run.ledger.hosts)?;
            done.push(format!("{file} is damaged: written again from {}", run.output.display()));
        }
        if done.is_empty()
            && let Some(cause) = self.wrong_before()
        {
            done.push(format!("{cause}: it is written again"));
        }
        if !done.is_empty() {
            self.replace(manifest)?;
        }
        Ok(())
    }

    /// Adds the nights that runs had and the manifest lacks; where it was not damaged, those after its last one: others that are
    /// missing were forgotten or have expired.
    fn add_missing(&mut self, runs: &[NightRun<'_>], done: &mut Vec<String>) -> Result<(), StateError> {
        let dedup = self.manifest.keys.map(KeySettings::dedup).unwrap_or_default();
        let last = self.manifest.nights.iter().map(|night| night.began.clone()).max().unwrap_or_default();
        let all = self.manifest.in_repair;
        for run in runs.iter().filter(|run| all || run.ledger.timing.started > last) {
            let Some(name) = run.ledger.night.clone() else { continue };
            if self.manifest.nights.iter().any(|night| night.name == name) {
                continue;
            }
            let Ledger { pipeline, hosts, timing, .. } = run.ledger;
            let drawn = format!("{:032x}", xxh3_128(format!("{name} {}", timing.started).as_bytes()));
            let standing = self.manifest.standing();
            let tonight = Tonight { name: name.clone(), began: timing.started.clone(), run: drawn, standing };
            let ended = EndedNight {
                output: run.output,
                dumps: run.ledger.dumps.iter().map(DumpOfNight::of).collect(),
                pipeline,
                hosts,
                is_corpus: false,
            };
            self.commit(&tonight, &dedup, ended, &mut |found| (run.entries)(&dedup, found))?;
            done.push(format!("the night `{name}` is added, from {}", run.output.display()));
        }
        Ok(())
    }
}

/// The manifest to resume from where the last one is damaged.
fn restore(
    folder: &Path,
    dedup: Option<&DedupSettings>,
    cause: &str,
    done: &mut Vec<String>,
) -> Result<Manifest, StateError> {
    let readable = |name| Manifest::read(folder, name).ok().flatten();
    let last = readable(MANIFEST).filter(|manifest| !manifest.superseded);
    if let Some(manifest) = last.as_ref().filter(|manifest| manifest.in_repair) {
        done.push(format!("{cause}: it resumes"));
        return Ok(manifest.clone());
    }
    let mut before = readable(BEFORE);
    let next = before.as_mut().and_then(|before| before.next.take()).map(|next| *next);
    let sources = [
        (last, format!("{cause}: {MANIFEST} fits the volumes, and is kept")),
        (next, format!("{cause}: it is written again from {BEFORE}")),
        (
            before,
            format!(
                "{cause}: {BEFORE} has taken its place; what was changed after that is missing, such as a night whose output \
                 folder is not given"
            ),
        ),
    ];
    let readable = sources.into_iter().filter_map(|(manifest, done)| Some((manifest?, done)));
    // One of another state does not fit the volumes.
    let best = readable.min_by_key(|(manifest, _)| (damaged(folder, manifest), Reverse(manifest.edition)));
    if let Some((manifest, told)) = best {
        done.push(told);
        return Ok(manifest);
    }
    let Some(dedup) = dedup else {
        return Err(StateError::Lost { folder: folder.to_owned(), cause: cause.to_owned() });
    };
    done.push(format!("{cause}, and so is {BEFORE}: the state begins with the runs that are given"));
    Ok(Manifest { keys: Some(KeySettings::of(dedup)), ..Manifest::empty() })
}

/// How many volumes are not what a manifest says.
fn damaged(folder: &Path, manifest: &Manifest) -> usize {
    let volumes = manifest.volumes.iter();
    volumes.filter(|volume| check(&folder.join(&volume.file), &volume.xxh3).is_err()).count()
}
