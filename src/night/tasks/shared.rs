//! Plans whose folder is on a store: what tasks fetch and publish there.
//!
//! The code of a task knows one folder, with what earlier tasks have left in it, and leaves a folder of its own there ([`Task::leaves`]). On a
//! disk that is the plan's. Of a plan on a store it is a *stage*, a folder of this machine with the same layout, around which there are three
//! steps, and the task knows nothing of them:
//!
//! ```text
//! fetch what the task reads (Task::reads) → the task, as on a disk → upload what it leaves, its manifest last → delete the stage
//! ```
//!
//! | task | reads | leaves below `.copydesk/plan-ID/` | manifest |
//! |---|---|---|---|
//! | `work` | | `work/PART/` | `.copydesk/checkpoint.json` |
//! | `sieve` | the keys of all parts | `sieve/RANGE/` | `sifted.json` |
//! | `decide` | the same, the members of all ranges, the state | `decided/` | `decided.json` |
//! | `write` | its part, its decisions | `write/PART/`, and its shards under their final names | `written.json` |
//! | `seal` | the accounts of all parts, the state | the account, the state, `_SUCCESS` | |
//!
//! **A task counts once its manifest is there**, which is written last, and where the store knows that condition (`If-None-Match`) only if
//! nobody else's is. All other objects of a task follow from the plan and the task's number alone: two attempts write the same
//! bytes under the same names, in any order, and a killed one leaves some of them. Manifests differ in how long the task took, and any of them
//! is right. So nothing needs a condition, and the store may be one that knows none; a state does need it (`night::remote`).
//!
//! **The plan itself is the mark.** `.copydesk/plan.json` is written only where there is none, or in its place with `--restart`, which draws
//! another number. A task looks at it again before it uploads, and `write` before each shard: one of a plan that was replaced, or is sealed, writes
//! no more. At most the object that was on its way is left; of a sealed plan it is the same as what is there.
//!
//! **Stages** are below `--scratch`, named after the address, the plan and the task, and locked while they are in use: a task that was
//! killed finds its own again on the same machine and resumes, and a second attempt there gets another one. They are deleted when
//! the task is done, so that a machine needs room for the tasks that it is at, and nothing is left on it.

use std::path::{Path, PathBuf};

use super::{Done, Plan, TaskError};
use crate::account::Ledger;
use crate::dedup::KeyRange;
use crate::night::RunError;
use crate::night::remote::{StoreFolder, fetch, own_mark, plan_name};
use crate::state::{JOURNAL, Tonight};
use crate::store::{FailureKind, Put, StoreError, Version};
use crate::write::{
    CHECKPOINT, FolderError, Lock, OUTPUT_MARK, Output, SUCCESS, WORK, WriteError, scratch_of,
};

use super::decide::DECIDED;
use super::sieve::SIFTED;
use super::write::WRITTEN;

/// A task, as far as others have to do with it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    Work(usize),
    Sieve(KeyRange),
    /// With the members that a sieve of so many ranges has left.
    Decide(Option<u32>),
    Write(usize),
    /// With the keys that the state is to have.
    Seal {
        has_state: bool,
    },
    /// How many records there are to decide.
    Count,
}

/// What a task reads of a plan's place.
enum Read {
    /// An object.
    One(String),
    /// Of a folder, the objects whose names this is true of.
    Of(String, fn(&str) -> bool),
}

impl Task {
    /// The folder that it leaves in the plan's place, and the file in it without which the folder does not count.
    pub(super) fn leaves(self) -> Option<(String, String)> {
        Some(match self {
            Self::Work(part) => (format!("work/{part:05}"), format!("{WORK}/{CHECKPOINT}")),
            Self::Sieve(KeyRange { number, of }) => {
                (format!("sieve/{number:05}-of-{of:05}"), SIFTED.to_owned())
            }
            Self::Decide(_) => ("decided".to_owned(), DECIDED.to_owned()),
            Self::Write(part) => (format!("write/{part:05}"), WRITTEN.to_owned()),
            Self::Seal { .. } | Self::Count => return None,
        })
    }

    fn reads(self) -> Vec<Read> {
        let keys =
            || Read::Of("work".to_owned(), |name| name.ends_with(CHECKPOINT) || name.ends_with(JOURNAL));
        match self {
            Self::Work(_) => Vec::new(),
            Self::Sieve(_) | Self::Decide(None) => vec![keys()],
            Self::Count => vec![Read::Of("work".to_owned(), |name| name.ends_with(CHECKPOINT))],
            Self::Decide(Some(_)) => vec![keys(), Read::Of("sieve".to_owned(), |_| true)],
            Self::Write(part) => vec![
                Read::Of(format!("work/{part:05}"), |_| true),
                Read::One(format!("decided/{DECIDED}")),
                Read::One(format!("decided/{}", super::decide::file_of(part))),
            ],
            Self::Seal { has_state } => {
                let is_read: fn(&str) -> bool =
                    if has_state { |_| true } else { |name| name.ends_with(WRITTEN) };
                vec![Read::Of("write".to_owned(), is_read), Read::One(format!("decided/{DECIDED}"))]
            }
        }
    }

    fn name(self) -> String {
        match self {
            Self::Seal { .. } => "seal".to_owned(),
            _ => self.leaves().map_or("count".to_owned(), |(folder, _)| folder.replace('/', "-")),
        }
    }
}

/// The folder of a plan on a store.
#[derive(Debug)]
pub(super) struct Shared {
    folder: StoreFolder,
    /// The plan, as it was read.
    plan: Version,
    /// Its place in the folder.
    place: String,
}

fn failed(error: StoreError) -> TaskError {
    TaskError::Run(RunError::Write(error.into()))
}

impl Shared {
    /// Leaves a plan in a folder on a store, unless something is there that it must not take the place of.
    pub(super) fn create(
        folder: StoreFolder,
        id: &str,
        plan: &[u8],
        is_restarted: bool,
    ) -> Result<Self, TaskError> {
        let refused = |error| Err(TaskError::from(error));
        let get = |name: &str| folder.get(name).map_err(failed);
        folder.check_foreign()?;
        if is_restarted {
            // What is there is complete no longer, and its tasks write no more.
            folder.bucket.delete(&folder.key(SUCCESS)).map_err(failed)?;
        } else if get(SUCCESS)?.is_some() {
            return refused(FolderError::HoldsRun(folder.shown()));
        } else if get(&plan_name())?.is_none() {
            if get(OUTPUT_MARK)?.is_some() {
                return refused(FolderError::HoldsRemains(folder.shown()));
            }
            if get("ledger.json")?.is_some() {
                let file = "ledger.json".to_owned();
                return refused(FolderError::HoldsFile { folder: folder.shown(), file });
            }
        }
        let how = if is_restarted { Put::Over } else { Put::New };
        match folder.bucket.put(&folder.key(&plan_name()), plan.to_vec(), how) {
            // An answer may have been lost on its way, and the request repeated.
            Err(error) if error.kind == FailureKind::Changed => {}
            written => written.map_err(failed)?,
        }
        let version = match folder.bucket.get(&folder.key(&plan_name())).map_err(failed)? {
            Some((there, version)) if there == plan => version,
            _ => return refused(FolderError::HoldsPlan(folder.shown())),
        };
        let mark = format!("{id}\n").into_bytes();
        folder.bucket.put(&folder.key(OUTPUT_MARK), mark, Put::Over).map_err(failed)?;
        if is_restarted {
            let others = folder.bucket.list(&folder.key(WORK)).map_err(failed)?;
            let own = plan_name();
            let others = others.into_iter().map(|one| format!("{WORK}/{}", one.name));
            // A task of this plan may have begun.
            let this = format!("{WORK}/plan-{id}/");
            let others: Vec<String> =
                others.filter(|name| *name != own && !name.starts_with(&this)).collect();
            folder.delete_all(&others).map_err(failed)?;
        }
        Ok(Self::of(folder, id, version))
    }

    /// The plan in a folder on a store, as it was written; `None` where its run is complete.
    pub(super) fn find(folder: &StoreFolder) -> Result<Option<(Vec<u8>, Version)>, TaskError> {
        if sweep(folder).map_err(failed)? {
            return Ok(None);
        }
        let plan = folder.bucket.get(&folder.key(&plan_name())).map_err(failed)?;
        let refused = || {
            let shown = folder.shown();
            TaskError::Refused(format!(
                "find a plan in {}: there is no {} in it",
                shown.display(),
                plan_name()
            ))
        };
        plan.map(Some).ok_or_else(refused)
    }

    pub(super) fn of(folder: StoreFolder, id: &str, plan: Version) -> Self {
        Self { folder, plan, place: format!("{WORK}/plan-{id}") }
    }

    fn name(&self, within: &str) -> String {
        format!("{}/{within}", self.place)
    }

    /// Whether the plan is still the one that is worked on; if not, whether its run is complete.
    fn is_current(&self) -> Result<bool, TaskError> {
        if self.folder.bucket.is_still(&self.folder.key(&plan_name()), &self.plan).map_err(failed)? {
            return Ok(true);
        }
        if self.folder.get(SUCCESS).map_err(failed)?.is_some() {
            return Ok(false);
        }
        let shown = self.folder.shown();
        let message = "another plan or run has taken its place since";
        Err(TaskError::Refused(format!("work on the plan in {}: {message}", shown.display())))
    }

    /// Of a task that is done, its manifest.
    pub(super) fn manifest(&self, task: Task) -> Result<Option<Vec<u8>>, TaskError> {
        let Some((folder, last)) = task.leaves() else { return Ok(None) };
        self.folder.get(&self.name(&format!("{folder}/{last}"))).map_err(failed)
    }

    /// Which of some tasks are done, by one look at what is there.
    pub(super) fn done(
        &self,
        tasks: impl Iterator<Item = Task>,
        within: &str,
    ) -> Result<Vec<bool>, TaskError> {
        let listed = self.folder.bucket.list(&self.folder.key(&self.name(within))).map_err(failed)?;
        let there: std::collections::BTreeSet<String> =
            listed.into_iter().map(|one| format!("{within}/{}", one.name)).collect();
        let is_done = |task: Task| {
            task.leaves().is_some_and(|(folder, last)| there.contains(&format!("{folder}/{last}")))
        };
        Ok(tasks.map(is_done).collect())
    }

    /// A folder of this machine for a task, with what the task reads.
    fn stage(&self, task: Task, scratch: Option<&Path>) -> Result<Stage, TaskError> {
        let address = format!("{}/{}", self.folder.address.shown.trim_end_matches('/'), self.place);
        let stage = Stage::claim(&scratch_of(&address, scratch)?, &task.name())?;
        let (bucket, mut wanted) = (&self.folder.bucket, Vec::new());
        let mut want = |object, within: &str| {
            let path = stage.path.join(self.name(within));
            if !path.exists() {
                wanted.push((object, path));
            }
        };
        for read in task.reads() {
            match read {
                Read::One(within) => {
                    let object = bucket.look(&self.folder.key(&self.name(&within))).map_err(failed)?;
                    // The task says what is missing.
                    object.into_iter().for_each(|object| want(object, &within));
                }
                Read::Of(folder, is_read) => {
                    let listed = bucket.list(&self.folder.key(&self.name(&folder))).map_err(failed)?;
                    for one in listed.into_iter().filter(|one| is_read(&one.name)) {
                        want(one.object, &format!("{folder}/{}", one.name));
                    }
                }
            }
        }
        let fetched = fetch(&wanted).map_err(|error| match StoreError::within(&error.cause) {
            // Another attempt, or `seal`, has come to its end meanwhile, and has deleted or replaced it.
            Some(gone) if gone.kind == FailureKind::Changed => TaskError::NotReady(gone.sentence()),
            _ => error.into(),
        });
        match fetched {
            Ok(()) => Ok(stage),
            Err(error @ TaskError::NotReady(_)) => {
                stage.delete();
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Uploads what a task has left in its stage.
    pub(super) fn publish(&self, task: Task, stage: &Stage) -> Result<(), TaskError> {
        let Some((within, last)) = task.leaves() else { return Ok(()) };
        let place = stage.path.join(self.name(&within));
        let mut files = Vec::new();
        files_in(&place, Path::new(""), &mut files)?;
        for file in files.iter().filter(|file| **file != last) {
            if !self.is_current()? {
                return Ok(());
            }
            let shard = Output::ALL.iter().find_map(|output| {
                let name = file.strip_prefix(output.folder())?.strip_prefix('-')?;
                Some(format!("{}/{name}", output.folder()))
            });
            let name = match shard {
                Some(shard) if matches!(task, Task::Write(_)) => shard,
                _ => self.name(&format!("{within}/{file}")),
            };
            self.folder.bucket.upload(&place.join(file), &self.folder.key(&name)).map_err(failed)?;
        }
        let manifest =
            std::fs::read(place.join(&last)).map_err(WriteError::of("read", &place.join(&last)))?;
        let key = self.folder.key(&self.name(&format!("{within}/{last}")));
        if !self.is_current()? {
            return Ok(());
        }
        match self.folder.bucket.put(&key, manifest, Put::New) {
            // Another attempt was faster.
            Err(error) if error.kind == FailureKind::Changed => Ok(()),
            written => written.map_err(failed),
        }
    }

    /// Deletes the manifest of the task that has left a file that is damaged, so that it is done again.
    fn take_back(&self, stage: &Stage, file: &Path) -> Result<(), TaskError> {
        let Ok(file) = file.strip_prefix(stage.path.join(&self.place)) else { return Ok(()) };
        let depth = if file.starts_with("decided") { 1 } else { 2 };
        let names: Vec<_> = file.iter().take(depth).map(|name| name.to_string_lossy()).collect();
        let folder = names.join("/");
        let last =
            [format!("{WORK}/{CHECKPOINT}"), SIFTED.to_owned(), DECIDED.to_owned(), WRITTEN.to_owned()];
        let last = last.map(|last| self.name(&format!("{folder}/{last}")));
        self.folder.delete_all(&last).map_err(failed)
    }

    /// Uploads what `seal` has made, all but the mark that says that the run is complete.
    pub(super) fn upload_account(&self, stage: &Path, ledger: &Ledger) -> Result<(), TaskError> {
        let folder = StoreFolder { local: stage.to_owned(), ..self.folder.clone() };
        let in_use = || RunError::Folder(FolderError::InUse(folder.shown()));
        let check = || match self.is_current() {
            Ok(true) => Ok(()),
            Err(TaskError::Run(error)) => Err(error),
            _ => Err(in_use()),
        };
        for shard in ledger.outputs.values().flatten() {
            // An output without records, which no part has.
            if folder.local.join(&shard.file).exists() {
                check()?;
                folder.upload(&shard.file, &shard.file).map_err(failed)?;
            }
        }
        Ok(folder.settle(ledger, &check)?)
    }

    /// Says that the run is complete, and deletes what was only there for the tasks.
    pub(super) fn finish(
        &self,
        identity: &crate::state::Identity,
        tonight: Option<&Tonight>,
        mark: &[u8],
    ) -> Result<(), TaskError> {
        self.is_current()?;
        let put = |name: &str, content: Vec<u8>| {
            self.folder.bucket.put(&self.folder.key(name), content, Put::Over).map_err(failed)
        };
        put(OUTPUT_MARK, own_mark(identity, tonight))?;
        put(SUCCESS, mark.to_vec())?;
        sweep(&self.folder).map(drop).map_err(failed)
    }
}

/// Whether the run is complete; deletes what was only there for its tasks, also what a `seal` has left that was killed before its end.
///
/// Somebody may restart the plan at any moment, and its files are then not to be deleted. Restarting begins with the deletion of the mark:
/// where the mark is still the same after the files were listed, they are none of a plan that came later. The plan itself has one
/// name for all, and no store deletes on a condition; a moment is left between the look at it and its deletion.
fn sweep(folder: &StoreFolder) -> Result<bool, StoreError> {
    let (bucket, mark, plan) = (&folder.bucket, folder.key(SUCCESS), folder.key(&plan_name()));
    let Some((_, complete)) = bucket.get(&mark)? else { return Ok(false) };
    let own = bucket.get(&plan)?;
    let left = bucket.list(&folder.key(WORK))?.into_iter().map(|one| one.name);
    let left: Vec<String> =
        left.filter(|name| name.starts_with("plan-")).map(|name| format!("{WORK}/{name}")).collect();
    if bucket.is_still(&mark, &complete)? {
        folder.delete_all(&left)?;
        if let Some((_, version)) = own
            && bucket.is_still(&plan, &version)?
        {
            bucket.delete(&plan)?;
        }
    }
    Ok(true)
}

/// The files in a folder and in those in it, by their names within.
fn files_in(root: &Path, within: &Path, files: &mut Vec<String>) -> Result<(), WriteError> {
    let folder = root.join(within);
    for entry in std::fs::read_dir(&folder).map_err(WriteError::of("list", &folder))? {
        let entry = entry.map_err(WriteError::of("list", &folder))?;
        let name = within.join(entry.file_name());
        let kind = entry.file_type().map_err(WriteError::of("list", &folder))?;
        if kind.is_dir() {
            files_in(root, &name, files)?;
        } else if kind.is_file() && !name.ends_with(OUTPUT_MARK) {
            // As keys have it on any system.
            let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            files.push(parts.join("/"));
        }
    }
    files.sort();
    Ok(())
}

/// A folder of this machine in which a task works.
pub(super) struct Stage {
    pub path: PathBuf,
    _lock: Lock,
}

impl Stage {
    const LOCK: &str = ".stage";

    /// The one that a killed attempt has left, or a new one.
    fn claim(root: &Path, task: &str) -> Result<Self, WriteError> {
        for number in 0_u32.. {
            let path = root.join(format!("{task}.{number}"));
            let is_new = !path.exists();
            std::fs::create_dir_all(&path).map_err(WriteError::of("create", &path))?;
            let lock = path.join(Self::LOCK);
            match Lock::take(&lock) {
                // One without a lock may be in use, and one whose lock is gone has just been deleted.
                Ok(Some(taken)) if (is_new || taken.is_held()) && lock.exists() => {
                    for folder in Output::ALL.map(Output::folder).into_iter().chain([WORK]) {
                        let folder = path.join(folder);
                        std::fs::create_dir_all(&folder).map_err(WriteError::of("create", &folder))?;
                    }
                    return Ok(Self { path, _lock: taken });
                }
                Ok(_) => {}
                Err(error) if error.cause.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        unreachable!("a task does not have 2^32 attempts")
    }

    /// What is left is found again by the next attempt.
    pub(super) fn delete(self) {
        drop(std::fs::remove_dir_all(&self.path));
        if let Some(root) = self.path.parent() {
            // As soon as no other task is at work here.
            drop(std::fs::remove_dir(root));
        }
    }
}

impl Plan {
    /// Of a plan on a store, a folder of this machine for a task, and the plan in it.
    pub(super) fn stage(&self, task: Task) -> Result<Option<(Stage, Self)>, TaskError> {
        let Some(shared) = self.shared() else { return Ok(None) };
        let stage = shared.stage(task, self.scratch())?;
        let plan = self.at(&stage.path);
        Ok(Some((stage, plan)))
    }

    /// Does a task where the plan's folder is, or in a stage, and publishes what it leaves.
    pub(super) fn carry_out(
        &self,
        task: Task,
        does: impl FnOnce(&Self) -> Result<Done, TaskError>,
    ) -> Result<Done, TaskError> {
        let does = |plan: &Self| does(plan).map_err(|error| plan.without_damage(error));
        let Some(shared) = self.shared() else { return does(self) };
        if let Some(manifest) = shared.manifest(task)? {
            return Ok(Done { before: true, lines: lines_of(task, &manifest), ..Done::default() });
        }
        let Some((stage, plan)) = self.stage(task)? else { return does(self) };
        let published = does(&plan).and_then(|done| {
            if !done.stopped {
                shared.publish(task, &stage)?;
            }
            Ok(done)
        });
        match published {
            Err(error) => Err(self.left(stage, error)),
            Ok(done) => {
                if !done.stopped {
                    stage.delete();
                }
                Ok(done)
            }
        }
    }
}

impl Plan {
    /// What becomes of a stage whose task has failed: it is kept where another attempt may resume from there.
    pub(super) fn left(&self, stage: Stage, error: TaskError) -> TaskError {
        match (&error, self.shared()) {
            (TaskError::Run(error), _) if !matches!(error, RunError::Folder(FolderError::InUse(_))) => {}
            (TaskError::Damaged { cause, .. }, Some(shared)) => {
                let left = shared.take_back(&stage, &cause.path);
                stage.delete();
                return left.err().unwrap_or(error);
            }
            _ => stage.delete(),
        }
        error
    }
}

/// The lines that the manifest of a part says were read.
fn lines_of(task: Task, manifest: &[u8]) -> u64 {
    let checkpoint = serde_json::from_slice::<crate::state::Checkpoint>(manifest);
    let checkpoint = checkpoint.ok().filter(|_| matches!(task, Task::Work(_)));
    checkpoint.map_or(0, |checkpoint| checkpoint.ledger.lines.read)
}
