//! How far a run is, and of which run that is said.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::journal::JournalStanding;
use super::nights::{NightName, State, Tonight};
use crate::account::{Ledger, PipelineAccount};
use crate::read::{Dump, failure_of};
use crate::write::{OutputFolder, Seal, Standing, WorkFile, WriteError, seal};

/// The format of checkpoints that this copydesk writes.
const FORMAT: u32 = 1;

/// Why a run cannot be resumed from where it was.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// Its checkpoint or a file that the checkpoint speaks of is not what was written.
    #[error("resume the run in {}: {cause}", folder.display())]
    Damaged {
        /// The output folder.
        folder: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// It is not the same run.
    #[error("resume the run in {}: {}", folder.display(), changed.join("; "))]
    Changed {
        /// The output folder.
        folder: PathBuf,
        /// What has changed.
        changed: Vec<String>,
    },
}

impl ResumeError {
    /// The same of a run whose outputs will be somewhere else.
    pub(crate) fn at(mut self, place: &Path) -> Self {
        let (Self::Damaged { folder, .. } | Self::Changed { folder, .. }) = &mut self;
        place.clone_into(folder);
        self
    }
}

/// Which run it is: with the same identity, a run has the same outputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The version of copydesk.
    pub copydesk: String,
    /// The pipeline.
    pub pipeline: PipelineAccount,
    /// `--limit`.
    pub limit: Option<u64>,
    /// `--sample`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<u64>,
    /// The dumps, in order.
    pub dumps: Vec<Imprint>,
}

/// What a dump is known by without reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imprint {
    /// What records call it.
    pub name: String,
    /// Its size in bytes, compressed.
    pub packed_bytes: u64,
    /// A hash of its first and last 16 KiB, as hex digits, or what a store tells its versions apart by; empty where it cannot be
    /// read.
    pub ends: String,
    /// It is a pipe, which cannot be read twice.
    pub stream: bool,
}

impl Imprint {
    const END_BYTES: u64 = 16 << 10;

    /// Takes the imprint of a dump.
    ///
    /// # Errors
    /// Where a disk or a lack of file descriptors prevents it: with another imprint it would be another run.
    pub fn of(dump: &Dump) -> Result<Self, WriteError> {
        if let Some(object) = &dump.object {
            let (name, ends) = (dump.name.to_string(), object.imprint());
            return Ok(Self { name, packed_bytes: dump.packed_bytes, ends, stream: false });
        }
        let (mut exists, mut file) = (true, None);
        if let Some(path) = &dump.path {
            match path.metadata() {
                Ok(there) => file = there.is_file().then_some(path),
                Err(error) if failure_of(&error).is_some() => {
                    return Err(WriteError::of("read", path)(error));
                }
                Err(_) => exists = false,
            }
        }
        let mut ends = String::new();
        if let Some(path) = file {
            match File::open(path).and_then(Self::ends) {
                Ok(found) => ends = found,
                Err(error) if failure_of(&error).is_some() => {
                    return Err(WriteError::of("read", path)(error));
                }
                Err(_) => {}
            }
        }
        let (name, stream) = (dump.name.to_string(), exists && file.is_none());
        Ok(Self { name, packed_bytes: dump.packed_bytes, ends, stream })
    }

    fn ends(mut file: File) -> io::Result<String> {
        let length = file.metadata()?.len();
        let mut ends = Vec::new();
        file.by_ref().take(Self::END_BYTES).read_to_end(&mut ends)?;
        file.seek(SeekFrom::Start(length.saturating_sub(Self::END_BYTES)))?;
        file.take(Self::END_BYTES).read_to_end(&mut ends)?;
        Ok(format!("{:032x}", xxh3_128(&ends)))
    }

    fn shown_name(&self) -> &str {
        if self.name == "-" { "standard input" } else { &self.name }
    }

    /// What is other than it was.
    fn change(&self, now: &Self) -> Option<String> {
        let name = &self.name;
        if self.packed_bytes != now.packed_bytes {
            let (was, is) = (self.packed_bytes, now.packed_bytes);
            return Some(format!("the dump {name} had {was} bytes when the run began, and has {is} now"));
        }
        (self != now).then(|| format!("the dump {name} has another content than when the run began"))
    }
}

/// What a finished run leaves in `_SUCCESS`, so that the same command again is known to be done.
#[derive(Serialize, Deserialize)]
struct Mark<'a> {
    identity: std::borrow::Cow<'a, Identity>,
    night: Option<std::borrow::Cow<'a, str>>,
}

impl Identity {
    /// What a finished run, and the night that it is in a state, leaves as its mark.
    pub fn mark(&self, night: Option<&str>) -> Vec<u8> {
        let mark = Mark { identity: std::borrow::Cow::Borrowed(self), night: night.map(Into::into) };
        let mut json = serde_json::to_vec(&mark).expect("an identity has names for keys");
        json.push(b'\n');
        json
    }

    /// What the dumps of the run with a mark are known by; nothing where it does not say.
    pub fn imprints(mark: &[u8]) -> Vec<Imprint> {
        serde_json::from_slice::<Mark<'_>>(mark)
            .map(|mark| mark.identity.into_owned().dumps)
            .unwrap_or_default()
    }

    /// The night that the run with a mark is in a state; nothing where it does not say.
    pub fn night(mark: &[u8]) -> Option<String> {
        serde_json::from_slice::<Mark<'_>>(mark).ok()?.night.map(std::borrow::Cow::into_owned)
    }

    /// What makes the run with a mark another one than `now`, a sentence each.
    pub fn changes_since(mark: &[u8], now: &Self, night: Option<&str>) -> Vec<String> {
        let Ok(was) = serde_json::from_slice::<Mark<'_>>(mark) else {
            return vec!["its _SUCCESS does not say which run it is".to_owned()];
        };
        let mut changes = was.identity.changes(now);
        if let Some(dump) = now.dumps.iter().find(|dump| dump.stream) {
            changes.push(format!("{} cannot be read a second time", dump.shown_name()));
        }
        if was.night.as_deref() != night {
            let show = |night: Option<&str>| {
                night.map_or("no --state".to_owned(), |night| format!("the night `{night}`"))
            };
            changes.push(format!("it had {}, and now there is {}", show(was.night.as_deref()), show(night)));
        }
        changes
    }

    /// What makes this another run than `now`.
    fn changes(&self, now: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        if self.copydesk != now.copydesk {
            changes.push(format!("copydesk {} began it, and this is {}", self.copydesk, now.copydesk));
        }
        if self.pipeline.name != now.pipeline.name {
            let (was, is) = (&self.pipeline.name, &now.pipeline.name);
            changes.push(format!("it has the pipeline `{was}`, and now it is `{is}`"));
        } else if self.pipeline != now.pipeline {
            changes.push(format!("the pipeline `{}` has been edited since", self.pipeline.name));
        }
        for (option, was, is) in [("--limit", self.limit, now.limit), ("--sample", self.sample, now.sample)] {
            let show = |lines: Option<u64>| lines.map_or("none".to_owned(), |lines| lines.to_string());
            if was != is {
                changes.push(format!("its {option} was {}, and now it is {}", show(was), show(is)));
            }
        }
        let names = |of: &Self| of.dumps.iter().map(|dump| dump.name.clone()).collect::<Vec<_>>();
        let (were, are) = (names(self), names(now));
        if were == are {
            changes.extend(self.dumps.iter().zip(&now.dumps).filter_map(|(was, is)| was.change(is)));
        } else {
            let missing =
                |of: &[String], from: &[String]| of.iter().find(|name| !from.contains(name)).cloned();
            changes.push(match (missing(&were, &are), missing(&are, &were)) {
                (Some(gone), _) => format!("the list of dumps is another: {gone} is no longer in it"),
                (None, Some(new)) => format!("the list of dumps is another: {new} was not in it"),
                (None, None) => "the dumps were given in another order".to_owned(),
            });
        }
        changes
    }
}

/// A place between two batches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The dump's place in the run.
    pub dump: usize,
    /// How many of its lines are decided.
    pub lines: u64,
    /// How many of its bytes, decompressed.
    pub bytes: u64,
    /// A hash over the hashes of its batches, as hex digits.
    pub hash: String,
}

impl Position {
    /// The start of a dump.
    pub fn start_of(dump: usize) -> Self {
        Self { dump, ..Self::default() }
    }

    /// Passes a batch of the same dump.
    pub fn pass(&mut self, lines: u64, end_offset: u64, hash: u128) {
        self.lines += lines;
        self.bytes = end_offset;
        let link = [self.hash.as_bytes(), &end_offset.to_le_bytes(), &hash.to_le_bytes()].concat();
        self.hash = format!("{:032x}", xxh3_128(&link));
    }
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The checkpoint's format.
    format: u32,
    /// Which run it is.
    pub identity: Identity,
    /// The night that it is in a state.
    pub tonight: Option<Tonight>,
    /// Everything before is written.
    pub position: Position,
    /// The account of what is before.
    pub ledger: Ledger,
    /// The outputs, by their folders.
    pub outputs: BTreeMap<String, Standing>,
    /// The keys of the records that are kept, where there is deduplication.
    pub journal: Option<JournalStanding>,
    /// Nothing is left to read: the ledger is the run's.
    pub complete: bool,
    /// Records, dropped records and journal are in [`OutputFolder::second_work`]: which duplicates are kept was decided last.
    pub elected: bool,
}

impl Checkpoint {
    /// The checkpoint of a run that has not begun to read.
    pub fn begin(identity: Identity, tonight: Option<Tonight>, ledger: Ledger) -> Self {
        let (position, outputs) = (Position::default(), BTreeMap::new());
        Self {
            format: FORMAT,
            identity,
            tonight,
            position,
            ledger,
            outputs,
            journal: None,
            complete: false,
            elected: false,
        }
    }

    /// Reads the checkpoint that a run has left in its folder, if it has, and if it is one of this run.
    ///
    /// # Errors
    /// Where it is another run, or cannot be understood.
    pub fn of_run(folder: &OutputFolder, now: &Identity, content: &[u8]) -> Result<Self, ResumeError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
            identity: Version,
        }
        #[derive(Deserialize)]
        struct Version {
            copydesk: String,
        }
        let folder = || folder.path().to_owned();
        let broken = |cause: String| ResumeError::Damaged {
            folder: folder(),
            cause: format!("its checkpoint is damaged: {cause}"),
        };
        let damaged = |error: serde_json::Error| broken(error.to_string());
        // Of another version, the rest may look different.
        let Head { format, identity: Version { copydesk } } =
            serde_json::from_slice(content).map_err(damaged)?;
        if format != FORMAT || copydesk != now.copydesk {
            let changed = vec![format!("copydesk {copydesk} began it, and this is {}", now.copydesk)];
            return Err(ResumeError::Changed { folder: folder(), changed });
        }
        if Seal::of(content) != Seal::Right {
            return Err(broken("its content is not what was written".to_owned()));
        }
        let checkpoint: Self = serde_json::from_slice(content).map_err(damaged)?;
        if !checkpoint.is_of_its_dumps() {
            return Err(broken("its dumps and its position contradict each other".to_owned()));
        }
        let mut changed = checkpoint.identity.changes(now);
        if let Some(dump) = now.dumps.iter().find(|dump| dump.stream && !checkpoint.complete) {
            changed.push(format!("{} is a pipe, which cannot be read a second time", dump.shown_name()));
        }
        if changed.is_empty() {
            Ok(checkpoint)
        } else {
            Err(ResumeError::Changed { folder: folder(), changed })
        }
    }

    /// Whether the account has the dumps of the run, and the position is in one of them or after the last.
    fn is_of_its_dumps(&self) -> bool {
        let names = self.identity.dumps.iter().map(|dump| &dump.name);
        let is_within = self.position.dump < self.identity.dumps.len();
        let is_after = self.position == Position::start_of(self.identity.dumps.len());
        names.eq(self.ledger.dumps.iter().map(|account| &account.dump)) && (is_within || is_after)
    }

    /// Whether the night may be resumed with the state that it is given now, if it is given one.
    ///
    /// # Errors
    /// Where it began with another one, or the state has changed since.
    pub fn check_state(
        &self,
        folder: &OutputFolder,
        now: Option<(&State, &NightName)>,
    ) -> Result<(), ResumeError> {
        let changed = match (&self.tonight, now) {
            (None, None) => None,
            (None, Some(_)) => Some("it began without --state".to_owned()),
            (Some(_), None) => Some("it began with --state".to_owned()),
            (Some(tonight), Some((_, NightName::Given(name)))) if tonight.name != *name => {
                Some(format!("it is the night `{}`, and now --night is `{name}`", tonight.name))
            }
            (Some(tonight), Some((state, _))) if !(self.complete && state.holds(tonight)) => {
                state.changed_since(tonight)
            }
            (Some(_), Some(_)) => None,
        };
        let folder = folder.path().to_owned();
        changed.map_or(Ok(()), |changed| Err(ResumeError::Changed { folder, changed: vec![changed] }))
    }

    /// The error of a dump that is not what it was.
    pub fn dump_changed(&self, folder: &OutputFolder) -> ResumeError {
        let name = self.identity.dumps.get(self.position.dump).map_or("", |dump| &dump.name);
        let before = format!("the dump {name} has another content before line {}", self.position.lines + 1);
        ResumeError::Changed { folder: folder.path().to_owned(), changed: vec![before] }
    }
}

/// Writes checkpoints on a thread of its own: waiting for a disk must not keep the run waiting.
#[derive(Debug)]
pub struct Checkpoints {
    work: PathBuf,
    writing: Option<JoinHandle<Result<(), WriteError>>>,
    is_idle: Arc<AtomicBool>,
}

impl Checkpoints {
    /// For a run's folder.
    pub fn new(folder: &OutputFolder) -> Self {
        Self { work: folder.work(), writing: None, is_idle: Arc::new(AtomicBool::new(true)) }
    }

    /// The folder that they are written into.
    pub fn work(&self) -> &Path {
        &self.work
    }

    /// Becomes true when the last one is written. Who orders the next one makes it false.
    pub fn idle(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_idle)
    }

    /// Begins to write one: first the files that it speaks of are synchronised.
    ///
    /// # Errors
    /// What went wrong with the one before.
    pub fn write(&mut self, checkpoint: Checkpoint, files: Vec<WorkFile>) -> Result<(), WriteError> {
        self.wait()?;
        let (work, is_idle) = (self.work.clone(), self.idle());
        let write = move || {
            let synchronised = files.iter().try_for_each(WorkFile::synchronise);
            let content = serde_json::to_vec(&checkpoint).expect("a checkpoint has names for keys");
            let written = synchronised.and_then(|()| OutputFolder::write_checkpoint(&work, &seal(&content)));
            is_idle.store(true, Ordering::Relaxed);
            written
        };
        let started = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(write);
        self.writing = Some(started.map_err(WriteError::of("start a thread for", &self.work))?);
        Ok(())
    }

    /// Waits until the last one is written.
    ///
    /// # Errors
    /// What went wrong with it.
    pub fn wait(&mut self) -> Result<(), WriteError> {
        let Some(writing) = self.writing.take() else { return Ok(()) };
        writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        // A run that is stopped has this one, too; and nobody else may take the folder while it is written.
        drop(self.wait());
    }
}
