//! One night on several machines: a plan, and the tasks that carry it out over a shared folder.
//!
//! ```text
//! plan → work (a task a part: read, stages, keys) → sieve (where records are many, a task a range of keys: which of them matter)
//!      → decide (one task: which records repeat others, in the order of the input)
//!      → write (a task a part: outputs) → seal (one task: account, report, state, _SUCCESS)
//! ```
//!
//! Parts are whole dumps in order. The tasks decide what one run would: `work` keeps every record that the gates pass,
//! duplicates too, because a part that dropped its own would decide otherwise than the whole does; `decide` asks the keys of all
//! parts in order, of the same index as a run. So the lines of the three outputs and the account are those of one run.
//!
//! A task can be done twice, at the same time, or killed and done again: it works in a folder of its own attempt, which it
//! renames as its last step, and whose content follows from the plan and its number alone. Everything is in `.copydesk/` of
//! the output folder until `seal` deletes it. What a task has left is checked by the next one, which deletes what is damaged: done
//! again, a task leaves the same. Where that folder is on a store, a task works in a copy of what it reads ([`shared`]).

mod decide;
mod plan;
mod seal;
mod shared;
mod sieve;
mod work;
mod write;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::RunError;
use super::Watch;
use crate::account::Ledger;
use crate::dedup::{Index, KeyRange};
use crate::state::{Checkpoint, EntryStream, JournalStanding, StateError};
use crate::write::{
    FolderError, OutputFolder, Seal, WriteError, read_own, seal as sealed, sync_folder, write_file,
};

pub use plan::{Plan, PlanOrder, plan};
use shared::Task;

/// Why a task was not done.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// As a run fails.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The plan cannot be carried out as it is: another version, a changed pipeline or dump, a setting that needs one run.
    #[error("{0}")]
    Refused(String),
    /// A task before this one is not done.
    #[error("{0}")]
    NotReady(String),
    /// What a task has left is not what was written. It is deleted, so that the task can be done again.
    #[error("{cause}")]
    Damaged {
        /// What is wrong with it.
        cause: WriteError,
        /// The task, as `copydesk task DIR` is told.
        task: String,
    },
}

impl From<WriteError> for TaskError {
    fn from(error: WriteError) -> Self {
        Self::Run(error.into())
    }
}

impl From<FolderError> for TaskError {
    fn from(error: FolderError) -> Self {
        Self::Run(RunError::Folder(error))
    }
}

/// What a task needs besides its plan.
#[derive(Clone, Copy)]
pub struct Hands<'a> {
    /// Threads that work.
    pub threads: usize,
    /// May be set at any time.
    pub stop: &'a AtomicBool,
}

/// How a task ended.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// It was done before.
    pub before: bool,
    /// It was told to stop.
    pub stopped: bool,
    /// The lines of its part, or the records that it decided about.
    pub lines: u64,
}

/// What is done of a plan.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// For each part, whether `work` is done.
    pub worked: Vec<bool>,
    /// For each range of the sieve, whether it is done.
    pub sifted: Vec<bool>,
    /// `decide` is done.
    pub decided: bool,
    /// For each part, whether `write` is done.
    pub written: Vec<bool>,
    /// `seal` is done.
    pub sealed: bool,
}

impl Plan {
    /// Does the `work` of a part.
    ///
    /// # Errors
    /// Where the plan cannot be carried out, or as a run fails.
    pub fn work(&self, part: usize, hands: Hands<'_>, watch: &mut dyn Watch) -> Result<Done, TaskError> {
        check_number("part", part, self.parts())?;
        self.carry_out(Task::Work(part), |plan| work::work(plan, part, hands, watch))
    }

    /// Looks in a range of keys for the records that `decide` has to be asked about.
    ///
    /// # Errors
    /// Where `work` is not done, or as a run fails.
    pub fn sieve(&self, range: KeyRange, hands: Hands<'_>) -> Result<Done, TaskError> {
        check_number("range", range.number as usize, range.of as usize)?;
        self.carry_out(Task::Sieve(range), |plan| sieve::sieve(plan, range, hands))
    }

    /// Decides which records repeat others; among all of them, or those that a sieve of so many ranges has left.
    ///
    /// # Errors
    /// Where `work` or `sieve` is not done, or as a run fails.
    pub fn decide(&self, sieve: Option<u32>, hands: Hands<'_>) -> Result<Done, TaskError> {
        self.carry_out(Task::Decide(sieve), |plan| decide::decide(plan, sieve, hands))
    }

    /// Writes the outputs of a part.
    ///
    /// # Errors
    /// Where `decide` is not done, or as a run fails.
    pub fn write(&self, part: usize, hands: Hands<'_>) -> Result<Done, TaskError> {
        check_number("part", part, self.parts())?;
        self.carry_out(Task::Write(part), |plan| write::write(plan, part, hands))
    }

    /// Closes the account, adds the night to the state, and says that the run is complete.
    ///
    /// # Errors
    /// Where `write` is not done, or as a run fails.
    pub fn seal(&self, hands: Hands<'_>, watch: &mut dyn Watch) -> Result<Box<Ledger>, TaskError> {
        let task = Task::Seal { has_state: self.tonight().is_some() };
        let mut seal =
            |plan: &Self| seal::seal(plan, hands, watch).map_err(|error| plan.without_damage(error));
        let Some((stage, plan)) = self.stage(task)? else { return seal(self) };
        match seal(&plan) {
            Ok(ledger) => {
                stage.delete();
                Ok(ledger)
            }
            Err(error) => Err(self.left(stage, error)),
        }
    }

    /// What is done of it, with a sieve of so many ranges.
    ///
    /// # Errors
    /// Where it is on a store that does not answer, or refuses.
    pub fn standing(&self, ranges: u32) -> Result<Standing, TaskError> {
        let done = |tasks: &mut dyn Iterator<Item = Task>, within: &str| match self.shared() {
            Some(shared) => shared.done(tasks, within),
            None => Ok(tasks.map(|task| self.left_by(task).exists()).collect()),
        };
        let ranges = (0..ranges).map(|number| KeyRange { number, of: ranges });
        Ok(Standing {
            worked: done(&mut (0..self.parts()).map(Task::Work), "work")?,
            sifted: done(&mut ranges.map(Task::Sieve), "sieve")?,
            decided: done(&mut std::iter::once(Task::Decide(None)), "decided")? == [true],
            written: done(&mut (0..self.parts()).map(Task::Write), "write")?,
            // A plan is found only where its run is not complete.
            sealed: self.shared().is_none() && OutputFolder::is_finished(self.here()),
        })
    }

    /// How many records `decide` is to be asked about, and the memory that it takes at most without a sieve; `None` where
    /// nothing is decided, or `work` is not done.
    ///
    /// # Errors
    /// As a run fails.
    pub fn to_decide(&self) -> Result<Option<(u64, u64)>, TaskError> {
        let Some(dedup) = self.pipeline()?.dedup else { return Ok(None) };
        let keys = match self.stage(Task::Count)? {
            None => self.keys(),
            Some((stage, plan)) => {
                let keys = plan.keys();
                stage.delete();
                keys
            }
        };
        match keys {
            Ok(keys) => {
                let records = keys.iter().map(|keys| keys.records).sum();
                Ok(Some((records, records * Index::most_bytes_a_record(&dedup))))
            }
            Err(TaskError::NotReady(_)) => Ok(None),
            Err(error) => Err(self.without_damage(error)),
        }
    }

    /// Where the tasks of the plan keep what they have done.
    fn place(&self) -> PathBuf {
        OutputFolder::plan_file(self.here()).with_file_name(format!("plan-{}", self.id()))
    }

    /// The folder that a task leaves.
    fn left_by(&self, task: Task) -> PathBuf {
        let folder = task.leaves().map_or(String::new(), |(folder, _)| folder);
        self.place().join(folder)
    }

    /// The folder of a part whose `work` is done.
    fn worked(&self, part: usize) -> PathBuf {
        self.left_by(Task::Work(part))
    }

    /// The files of a part whose `work` is done.
    fn work_of(&self, part: usize) -> PathBuf {
        self.worked(part).join(".copydesk")
    }

    /// The number, in the whole, of a part's first dump.
    fn first_dump(&self, part: usize) -> u32 {
        u32::try_from(self.range(part).start).expect("fewer than 2^32 dumps")
    }

    /// The folder of a range whose members are known.
    fn sifted(&self, range: KeyRange) -> PathBuf {
        self.left_by(Task::Sieve(range))
    }

    /// The folder of decisions, once all are there.
    fn decided(&self) -> PathBuf {
        self.left_by(Task::Decide(None))
    }

    /// The folder of a part whose `write` is done.
    fn written(&self, part: usize) -> PathBuf {
        self.left_by(Task::Write(part))
    }

    /// How far the `work` of a part is: it must be done.
    fn worked_checkpoint(&self, part: usize) -> Result<Checkpoint, TaskError> {
        let path = self.work_of(part).join("checkpoint.json");
        self.read_sealed(&path, &format!("part {part} is not worked on: `copydesk task … work` comes first"))
    }

    /// The keys of all parts: their `work` must be done.
    fn keys(&self) -> Result<Vec<PartKeys>, TaskError> {
        let of_part = |part| {
            let Checkpoint { ledger, journal, .. } = self.worked_checkpoint(part)?;
            Ok(PartKeys { part, records: ledger.lines.kept, journal })
        };
        (0..self.parts()).map(of_part).collect()
    }

    /// Reads a file that an earlier task has written.
    fn read_sealed<T: serde::de::DeserializeOwned>(
        &self,
        path: &Path,
        missing: &str,
    ) -> Result<T, TaskError> {
        let content = match read_own(path) {
            Ok(content) => content,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.left_with(path).is_none() => {
                return Err(TaskError::NotReady(format!(
                    "do this task of {}: {missing}",
                    self.folder().display()
                )));
            }
            Err(error) => return Err(WriteError::of("read", path)(error).into()),
        };
        let damaged = |cause: String| {
            let cause = std::io::Error::new(std::io::ErrorKind::InvalidData, cause);
            TaskError::from(WriteError::of("read", path)(cause))
        };
        if Seal::of(&content) != Seal::Right {
            return Err(damaged("its content is not what was written".to_owned()));
        }
        serde_json::from_slice(&content).map_err(|error| damaged(error.to_string()))
    }

    /// Deletes what a task has left, where an error says that it is not what was written.
    fn without_damage(&self, error: TaskError) -> TaskError {
        match error {
            TaskError::Run(RunError::Write(cause) | RunError::State(StateError::Write(cause)))
                if cause.is_damage() =>
            {
                match self.left_with(&cause.path) {
                    Some((left, task)) => delete_damaged(&left, task, cause),
                    None => cause.into(),
                }
            }
            error => error,
        }
    }

    /// The folder in which a task has left a file, while it is there, and the task.
    fn left_with(&self, file: &Path) -> Option<(PathBuf, String)> {
        let place = self.place();
        let mut names = file.strip_prefix(&place).ok()?.iter().map_while(|name| name.to_str());
        let (step, name) = (names.next()?, names.next()?);
        let (left, task) = match (step, name.split_once("-of-")) {
            ("decided", _) => (self.decided(), "decide".to_owned()),
            ("sieve", Some((number, of))) => {
                let (number, of) = (number.parse().ok()?, of.parse().ok()?);
                (self.sifted(KeyRange { number, of }), format!("sieve --sieve {of} --index {number}"))
            }
            // Not of an attempt.
            _ => (place.join(step).join(name), format!("{step} --index {}", name.parse::<usize>().ok()?)),
        };
        left.exists().then_some((left, task))
    }
}

/// Deletes what a task has left that is not what was written.
fn delete_damaged(left: &Path, task: String, cause: WriteError) -> TaskError {
    match std::fs::remove_dir_all(left) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            WriteError::of("delete", left)(error).into()
        }
        _ => TaskError::Damaged { cause, task },
    }
}

/// The keys that `work` has left of a part.
struct PartKeys {
    part: usize,
    /// How many records have them.
    records: u64,
    /// Nothing where the pipeline looks for no duplicates.
    journal: Option<JournalStanding>,
}

impl PartKeys {
    fn open(&self, plan: &Plan) -> Result<Option<EntryStream>, WriteError> {
        let open = |journal| EntryStream::open(&plan.work_of(self.part), journal);
        self.journal.as_ref().map(open).transpose()
    }
}

/// Whether there is a part, or a range, of this number.
fn check_number(what: &str, number: usize, of: usize) -> Result<(), TaskError> {
    if number < of {
        return Ok(());
    }
    Err(TaskError::Refused(format!("do {what} {number}: there are {of}, from 0 to {}", of.saturating_sub(1))))
}

/// A folder that only this attempt at a task writes into, and that takes its final name when all is in it.
struct Attempt {
    path: PathBuf,
    end: PathBuf,
}

impl Attempt {
    /// Begins anew.
    fn begin(end: &Path) -> Result<Self, WriteError> {
        let name = end.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for number in 0_u32.. {
            let path = end.with_file_name(format!("{name}.{}-{number}", std::process::id()));
            let parent = path.parent().unwrap_or(Path::new("."));
            std::fs::create_dir_all(parent).map_err(WriteError::of("create", parent))?;
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path, end: end.to_owned() }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(WriteError::of("create", &path)(error)),
            }
        }
        unreachable!("a folder does not hold 2^32 attempts")
    }

    /// Gives it its final name. Where another attempt was faster, this one is deleted: both hold the same.
    fn finish(self) -> Result<(), WriteError> {
        sync_folder(&self.path)?;
        match std::fs::rename(&self.path, &self.end) {
            Ok(()) => sync_folder(self.end.parent().unwrap_or(Path::new("."))),
            Err(_) if self.end.exists() => {
                drop(std::fs::remove_dir_all(&self.path));
                Ok(())
            }
            Err(error) => Err(WriteError::of("rename", &self.path)(error)),
        }
    }

    /// Writes a JSON file with a checksum into it.
    fn write_sealed<T: serde::Serialize>(&self, name: &str, content: &T) -> Result<(), WriteError> {
        let json = serde_json::to_vec(content).expect("it has names for keys");
        write_file(&self.path.join(name), &sealed(&json))
    }
}

#[cfg(test)]
mod tests;
