//! What a run is asked to do, how it ends, and who watches it.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use super::keeper::Pace;
use crate::account::{Counts, DumpAccount, Ledger};
use crate::pipeline::Pipeline;
use crate::read::{BytesRead, Dump, FindError};
use crate::state::{Checkpoint, NightName, ResumeError, StateError};
use crate::write::{FolderError, WriteError};

/// What to run, on what, and where the outcome goes.
pub struct NightOrder {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// Its file; `None` for one that comes with copydesk.
    pub pipeline_file: Option<PathBuf>,
    /// Files, folders, patterns, or `-`.
    pub inputs: Vec<PathBuf>,
    /// The folder for the outputs, or the address of one on a store.
    pub output: PathBuf,
    /// Threads that work.
    pub threads: usize,
    /// Stop after so many lines.
    pub limit: Option<u64>,
    /// Process so many lines, spread over all dumps, and count the others.
    pub sample: Option<u64>,
    /// Delete what an earlier run left in the output folder.
    pub restart: bool,
    /// Where outputs and a state that are on a store are until they are uploaded; `None` for a folder of this user's in `$TMPDIR`.
    pub scratch: Option<PathBuf>,
    /// What earlier nights left, and what this one leaves.
    pub state: Option<StateOrder>,
    /// How often the run can resume from where it is.
    pub pace: Pace,
}

/// A state, and the night's name in it.
pub struct StateOrder {
    /// The state's folder, or the address of one on a store.
    pub folder: PathBuf,
    /// What the night is called.
    pub night: NightName,
}

/// How a run ended without an error.
#[derive(Debug)]
pub enum Finish {
    /// Every line is accounted for.
    Complete(Box<Ledger>),
    /// The folder holds this very run, finished; nothing was done.
    DoneBefore(Box<Ledger>),
    /// It was told to stop.
    Stopped,
}

/// Why a run failed.
#[derive(Debug)]
pub enum RunError {
    /// There is nothing to read.
    Find(FindError),
    /// A sample is to be drawn of what cannot be read twice.
    SampleOfStream(String),
    /// A dump lies where the outputs are to go.
    InputInOutput(PathBuf),
    /// The output folder cannot be used.
    Folder(FolderError),
    /// It holds a finished run, and not this one.
    OtherDone {
        /// The folder.
        folder: PathBuf,
        /// What is different, a sentence each.
        changed: Vec<String>,
    },
    /// It holds a run that began and cannot be resumed.
    Resume(ResumeError),
    /// The state cannot be used.
    State(StateError),
    /// A file could not be written.
    Write(WriteError),
    /// Threads could not be started.
    Threads(String),
    /// The account does not add up: an error in copydesk.
    Unbalanced(Vec<String>),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Find(error) => error.fmt(f),
            Self::SampleOfStream(name) => {
                write!(f, "draw a sample of {name}: for that a dump is read twice, and this one cannot be")
            }
            Self::InputInOutput(path) => {
                write!(f, "read {}: it lies in the output folder", path.display())
            }
            Self::Folder(error) => error.fmt(f),
            Self::OtherDone { folder, changed } => {
                let folder = folder.display();
                write!(
                    f,
                    "write into {folder}: it holds a finished run, and not this one: {}",
                    changed.join("; ")
                )
            }
            Self::Resume(error) => error.fmt(f),
            Self::State(error) => error.fmt(f),
            Self::Write(error) => error.fmt(f),
            Self::Threads(error) => write!(f, "start threads: {error}"),
            Self::Unbalanced(wrong) => {
                write!(f, "account for every line, which is an error in copydesk: {}", wrong.join("; "))
            }
        }
    }
}

impl std::error::Error for RunError {}

impl From<WriteError> for RunError {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

/// How far a run is.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The dumps, in order.
    pub dumps: &'a [Dump],
    /// Compressed bytes read of each.
    pub read: &'a [BytesRead],
    /// What is decided about each.
    pub accounts: &'a [DumpAccount],
    /// What is decided in all.
    pub counts: Counts,
}

/// Where a run resumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resumption<'a> {
    /// The dump that is read next, and the line; `None` where all are read and only names are missing.
    pub at: Option<(&'a str, u64)>,
    /// Lines that are written.
    pub lines: u64,
    /// Dumps that are read to their ends.
    pub dumps_done: usize,
    /// All dumps.
    pub dumps: usize,
}

impl<'a> Resumption<'a> {
    pub(super) fn of(from: &'a Checkpoint) -> Self {
        let dumps = &from.ledger.dumps;
        let dumps_done = from.position.dump;
        let at = dumps.get(dumps_done).filter(|_| !from.complete);
        Self {
            at: at.map(|dump| (dump.dump.as_str(), from.position.lines + 1)),
            lines: from.ledger.lines.read,
            dumps_done,
            dumps: dumps.len(),
        }
    }
}

impl View<'_> {
    /// Compressed bytes read of a dump.
    pub fn read_bytes(&self, dump: usize) -> u64 {
        self.read.get(dump).map_or(0, |read| read.load(Ordering::Relaxed))
    }

    /// Whether a dump has been opened, and not all of its lines are decided.
    pub fn is_open(&self, dump: usize) -> bool {
        self.read_bytes(dump) > 0 && self.accounts.get(dump).is_some_and(|dump| dump.compression.is_none())
    }
}

/// Sees how far a run is.
pub trait Watch {
    /// Called before anything is read, where a run resumes that was killed or stopped.
    fn resumes(&mut self, _: Resumption<'_>) {}

    /// Called where there is something to say that does not stop the run.
    fn note(&mut self, _: &str) {}

    /// Called with kept records as they are written, in order: compressed lines of JSON, or the pieces of a Parquet file. What
    /// cannot be passed on ends the run.
    ///
    /// # Errors
    /// Where they cannot be passed on.
    fn records(&mut self, _: &mut dyn io::Read) -> io::Result<()> {
        Ok(())
    }

    /// Called on the thread that called [`run`](super::run), many times a second.
    fn tick(&mut self, view: View<'_>);
}

/// Nobody watches.
impl Watch for () {
    fn tick(&mut self, _: View<'_>) {}
}
