//! One night's run, put together: dumps, pipeline, engine, deduplication, outputs, account.
//!
//! A run has two halves. The first decides and writes into a hidden work folder; it ends with a checkpoint that
//! says *complete*. The second gives them their names, and can be done again. [`crate::state`] has what
//! happens to a run that is killed in either. Where a policy and not the order says which duplicates are kept, the first half
//! ends with an election, which writes records and dropped records once more.
//!
//! [`run`] is the whole of `copydesk run` but for what a person sees: it prints nothing, and tells a
//! [`Watch`] how far it is.

mod card;
mod desk;
mod election;
mod keeper;
mod limits;
mod rewrite;
pub mod tasks;
mod timing;
mod verdict;
mod work;

use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::account::{
    Counts, DriftAccount, DumpAccount, Ledger, LeftOutAccount, Paths, PipelineAccount, StageAccount,
};
use crate::article::ExtraStyle;
use crate::dedup::DedupSettings;
use crate::dedup::{DEDUP, Entry};
use crate::engine::{self, Capacity, Ended, Failure};
use crate::finished::{FinishedRun, has_index, metrics, page, write_index};
use crate::pipeline::Pipeline;
use crate::read::{BATCH_BYTES, BytesRead, Dump, FindError, find_dumps, passed_over};
use crate::state::{
    Checkpoint, EndedNight, Entries, Identity, Imprint, Journal, NightName, Position, ResumeError, State,
    StateError, Tonight,
};
use crate::write::{FolderError, Output, OutputFolder, WriteError};

use desk::NightDesk;
use election::Election;
use keeper::Keeper;
pub use keeper::Pace;

use timing::Stopwatch;
use work::{NightWork, Resumed};

/// What to run, on what, and where the outcome goes.
pub struct NightOrder {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// Its file; `None` for one that comes with copydesk.
    pub pipeline_file: Option<PathBuf>,
    /// Files, folders, patterns, or `-`.
    pub inputs: Vec<String>,
    /// The folder for the outputs.
    pub output: PathBuf,
    /// Threads that work.
    pub threads: usize,
    /// Stop after so many lines.
    pub limit: Option<u64>,
    /// Process so many lines, spread over all dumps, and count the others.
    pub sample: Option<u64>,
    /// Delete what an earlier run left in the output folder.
    pub restart: bool,
    /// What earlier nights left, and what this one leaves.
    pub state: Option<StateOrder>,
    /// How often the run can resume from where it is.
    pub pace: Pace,
}

/// A state, and the night's name in it.
pub struct StateOrder {
    /// The state's folder.
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

    /// Called on the thread that called [`run`], many times a second.
    fn tick(&mut self, view: View<'_>);
}

/// Nobody watches.
impl Watch for () {
    fn tick(&mut self, _: View<'_>) {}
}

/// Runs a night, or resumes one that was killed. `stop` may be set at any time.
///
/// # Errors
/// Where there is nothing to read, where the output folder cannot be used or written, where the run that it
/// holds is not this one, and where the account does not add up. Bad input is no error: it is in
/// `quarantine/` and in the ledger.
pub fn run(order: NightOrder, watch: &mut dyn Watch, stop: &AtomicBool) -> Result<Finish, RunError> {
    let mut stopwatch = Stopwatch::start();
    let written = |folder: &Path| OutputFolder::is_run(folder) || State::is_state(folder);
    let dumps = find_dumps(&order.inputs, &written).map_err(RunError::Find)?;
    refuse_own_outputs(&dumps, &order.output)?;
    refuse_sample_of_stream(&order, &dumps)?;
    if let Some(of) = &order.state {
        refuse_work_folder(&of.folder, &order.output)?;
    }
    let mut state = match &order.state {
        Some(of) => Some(State::open(&of.folder, true).map_err(RunError::State)?),
        None => None,
    };
    // Before `--restart` deletes anything.
    let tonight = begin_night(&order, state.as_ref(), &stopwatch)?;
    let identity = identity(&order, &dumps)?;
    let folder = match OutputFolder::claim(&order.output, order.restart) {
        Err(FolderError::HoldsRun(_)) => {
            let done = done_before(&order, &identity, state.as_ref().zip(tonight.as_ref()))?;
            // A kill may have come between the run's end and this.
            list_beside(&order.output, state.is_some(), watch);
            return Ok(done);
        }
        claimed => claimed.map_err(RunError::Folder)?,
    };
    let from = match folder.checkpoint()? {
        None => {
            let mut ledger =
                empty_ledger(&order.pipeline, order.pipeline_file.as_ref(), &dumps, tonight.as_ref());
            ledger.limit = order.limit;
            ledger.sample = order.sample;
            ledger.left_out = left_out(&order.inputs, &written);
            Checkpoint::begin(identity, tonight, ledger)
        }
        Some(content) => {
            let from = Checkpoint::of_run(&folder, &identity, &content).map_err(|error| match error {
                // What an earlier run could not delete when it had come to its end.
                ResumeError::Changed { folder: path, .. } if folder.is_complete() => {
                    RunError::Folder(FolderError::HoldsRun(path))
                }
                error => RunError::Resume(error),
            })?;
            let state = state.as_ref().zip(order.state.as_ref().map(|of| &of.night));
            from.check_state(&folder, state).map_err(RunError::Resume)?;
            stopwatch.resume(&from.ledger.timing);
            watch.resumes(resumption(&from));
            from
        }
    };
    if let Some((state, tonight)) = state.as_ref().zip(from.tonight.as_ref()) {
        let expire_days = order.pipeline.dedup.as_ref().and_then(|dedup| dedup.expire_days);
        state.oddities(tonight, expire_days).iter().for_each(|oddity| watch.note(oddity));
    }
    let (extra, dedup) = (order.pipeline.output.extra, order.pipeline.dedup.clone());
    let damage = |error| damaged(&folder, error);
    let done = if from.complete {
        check(&folder, &from).map_err(damage)?;
        from
    } else {
        let keeper = Keeper::new(&folder, &from, order.threads, order.pace, stopwatch);
        let begun = Begun { folder: &folder, from, keeper };
        match work_through(order, dumps, state.as_ref(), begun, watch, stop).map_err(damage)? {
            Some(done) => done,
            None => return Ok(Finish::Stopped),
        }
    };
    publish(&folder, &done, extra).map_err(damage)?;
    if done.elected {
        // Only now is it known which records are kept.
        for shard in done.ledger.outputs.get(Output::Records.folder()).into_iter().flatten() {
            let path = folder.path().join(&shard.file);
            let passed = std::fs::File::open(&path).and_then(|mut file| watch.records(&mut file));
            passed.map_err(WriteError::of("write the records of", &path))?;
        }
    }
    if let (Some(state), Some(dedup)) = (&mut state, &dedup) {
        leave(&folder, &done, state, dedup).map_err(damage)?;
    }
    let mark = done.identity.mark(done.tonight.as_ref().map(|tonight| &*tonight.name));
    finish(&folder, &mark, state.is_some(), watch)?;
    Ok(Finish::Complete(Box::new(done.ledger)))
}

/// Marks a run as complete, and lists it.
fn finish(
    folder: &OutputFolder,
    mark: &[u8],
    has_nights: bool,
    watch: &mut dyn Watch,
) -> Result<(), RunError> {
    if let Err(left) = folder.mark_complete(mark)? {
        watch.note(&format!(
            "the run is complete, but copydesk failed to {left}; delete it, or leave it alone"
        ));
    }
    list_beside(folder.path(), has_nights, watch);
    Ok(())
}

/// Lists a run beside the other nights, where a state has nights or there is an index; nothing that happens there is an error of
/// the run.
fn list_beside(folder: &Path, has_nights: bool, watch: &mut dyn Watch) {
    let nights = std::path::absolute(folder).ok().and_then(|path| Some(path.parent()?.to_owned()));
    if let Some(nights) = nights.filter(|nights| has_nights || has_index(nights))
        && let Err(error) = write_index(&nights)
    {
        watch.note(&format!("failed to {error}; the run is complete all the same"));
    }
}

/// What there is to say where the output folder holds a finished run: whether it is this one.
fn done_before(
    order: &NightOrder,
    now: &Identity,
    tonight: Option<(&State, &Tonight)>,
) -> Result<Finish, RunError> {
    let run = FinishedRun::open(&order.output)
        .map_err(|_| RunError::Folder(FolderError::HoldsRun(order.output.clone())))?;
    let night = tonight.map(|(_, tonight)| &*tonight.name);
    let mut changed = Identity::changes_since(&run.mark, now, night);
    if let Some((state, tonight)) = tonight
        && changed.is_empty()
        && state.nights().iter().all(|night| night.name != tonight.name)
    {
        changed.push(format!("the state does not hold the night `{}`", tonight.name));
    }
    if changed.is_empty() {
        return Ok(Finish::DoneBefore(Box::new(run.ledger)));
    }
    Err(RunError::OtherDone { folder: order.output.clone(), changed })
}

/// What a run would do.
#[derive(Debug)]
pub struct DryRun {
    /// The dumps, in order.
    pub dumps: Vec<Dump>,
    /// What becomes of the output folder.
    pub output: PlannedOutput,
    /// Nights that the state has; `None` without `--state`.
    pub nights: Option<usize>,
}

/// What becomes of an output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedOutput {
    /// It is made or filled.
    New,
    /// What an earlier run left there is deleted first.
    Restarted,
    /// The run in it resumes.
    Resumed,
    /// It holds this run, finished.
    Done,
}

/// What [`run`] would do: everything is looked at that can be without writing or reading a dump.
///
/// # Errors
/// As [`run`] has them before it begins.
pub fn plan(order: &NightOrder) -> Result<DryRun, RunError> {
    let written = |folder: &Path| OutputFolder::is_run(folder) || State::is_state(folder);
    let dumps = find_dumps(&order.inputs, &written).map_err(RunError::Find)?;
    refuse_own_outputs(&dumps, &order.output)?;
    refuse_sample_of_stream(order, &dumps)?;
    let state = match &order.state {
        Some(of) if State::is_state(&of.folder) => Some(State::look(&of.folder).map_err(RunError::State)?),
        Some(_) if order.pipeline.dedup.is_none() => return Err(RunError::State(StateError::NoDedup)),
        _ => None,
    };
    let tonight = begin_night(order, state.as_ref(), &Stopwatch::start())?;
    let output = if order.restart {
        PlannedOutput::Restarted
    } else if OutputFolder::can_resume(&order.output) {
        PlannedOutput::Resumed
    } else if FinishedRun::open(&order.output).is_ok() {
        done_before(order, &identity(order, &dumps)?, state.as_ref().zip(tonight.as_ref()))?;
        PlannedOutput::Done
    } else {
        PlannedOutput::New
    };
    let nights = order.state.as_ref().map(|_| state.as_ref().map_or(0, |state| state.nights().len()));
    Ok(DryRun { dumps, output, nights })
}

fn begin_night(
    order: &NightOrder,
    state: Option<&State>,
    stopwatch: &Stopwatch,
) -> Result<Option<Tonight>, RunError> {
    let Some((state, of)) = state.zip(order.state.as_ref()) else { return Ok(None) };
    let dedup = order.pipeline.dedup.as_ref();
    let tonight = state.begin(dedup, &of.night, &order.output, stopwatch.draw());
    tonight.map(Some).map_err(RunError::State)
}

/// Adds the night to the state, unless it is there.
fn leave(
    folder: &OutputFolder,
    done: &Checkpoint,
    state: &mut State,
    dedup: &DedupSettings,
) -> Result<(), RunError> {
    let Some(tonight) = &done.tonight else { return Ok(()) };
    let mut entries = |found: &mut dyn FnMut(Entry)| {
        let Some(standing) = &done.journal else { return Ok(()) };
        Journal::read(&work(folder, done.elected)?, standing, &mut |entry, _| found(entry))
    };
    add_night(folder, &done.ledger, state, tonight, dedup, &mut entries)
}

/// Adds a night with these records to the state, unless it is there.
fn add_night(
    folder: &OutputFolder,
    Ledger { dumps, pipeline, hosts, .. }: &Ledger,
    state: &mut State,
    tonight: &Tonight,
    dedup: &DedupSettings,
    entries: &mut Entries<'_>,
) -> Result<(), RunError> {
    if state.holds(tonight) {
        return Ok(());
    }
    let dumps = dumps.iter().map(|dump| dump.dump.clone()).collect();
    let ended = EndedNight { output: folder.path(), dumps, pipeline, hosts };
    state.commit(tonight, dedup, ended, entries).map_err(|error| match error {
        StateError::Write(error) if error.path.starts_with(folder.path()) => error.into(),
        error => RunError::State(error),
    })
}

/// A run that has its folder, and knows where to continue.
struct Begun<'a> {
    folder: &'a OutputFolder,
    from: Checkpoint,
    keeper: Keeper,
}

/// How a run works.
#[derive(Clone, Copy)]
struct Means<'a> {
    threads: usize,
    /// A limit counts lines in order, so one lane reads them in order.
    in_order: bool,
    stop: &'a AtomicBool,
}

/// Reads all dumps, and writes what becomes of their lines. `None` where it was stopped.
fn read_through(
    mut work: NightWork,
    Begun { folder, from, keeper }: Begun<'_>,
    Means { threads, in_order, stop }: Means<'_>,
    watch: &mut dyn Watch,
) -> Result<Option<(Arc<NightWork>, Ledger, Keeper)>, RunError> {
    let mut tick = |work: &NightWork| {
        let (accounts, counts) = (&from.ledger.dumps[..], from.ledger.lines);
        watch.tick(View { dumps: &work.dumps, read: &work.progress, accounts, counts });
    };
    match work.resume(&from, stop, &mut tick) {
        Resumed::Ready => {}
        Resumed::Stopped => return Ok(None),
        Resumed::Changed => return Err(RunError::Resume(from.dump_changed(folder))),
        Resumed::Failed(error) => return Err(error.into()),
    }
    let work = Arc::new(work);
    let mut desk = NightDesk::open(&work, folder, from, keeper, watch)?;
    let lanes = if in_order { 1 } else { threads.clamp(2, 4) };
    let capacity = Capacity { threads, lanes, lane_bytes: lane_bytes(threads) };
    match engine::run(&work, &mut desk, capacity, stop) {
        Err(Failure::Desk(error)) => Err(error.into()),
        Err(Failure::Threads(error)) => Err(RunError::Threads(error)),
        Ok(Ended::Stopped) => Ok(None),
        Ok(Ended::Complete) => {
            let (ledger, keeper) = desk.finish()?;
            Ok(Some((work, ledger, keeper)))
        }
    }
}

/// The first half of a run: up to files that hold everything and lack their names. `None` where it was stopped.
fn work_through(
    order: NightOrder,
    dumps: Vec<Dump>,
    state: Option<&State>,
    begun: Begun<'_>,
    watch: &mut dyn Watch,
    stop: &AtomicBool,
) -> Result<Option<Checkpoint>, RunError> {
    let tonight = begun.from.tonight.clone();
    let history = match (state, &tonight, &order.pipeline.dedup) {
        (Some(state), Some(tonight), Some(dedup)) => {
            Some(state.history(tonight, dedup).map_err(RunError::State)?)
        }
        _ => None,
    };
    let mut work = NightWork::new(order.pipeline, dumps, order.limit, history);
    if let Some(lines) = order.sample {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(order.threads).build();
        let pool = pool.map_err(|error| RunError::Threads(error.to_string()))?;
        let lines = usize::try_from(lines).unwrap_or(usize::MAX);
        let NightWork { judge, dumps, .. } = &mut work;
        if !pool.install(|| judge.sample(dumps, lines, stop)) {
            return Ok(None);
        }
    }
    let means = Means { threads: order.threads, in_order: order.limit.is_some(), stop };
    let folder = begun.folder;
    let Some((work, mut ledger, mut keeper)) = read_through(work, begun, means, watch)? else {
        return Ok(None);
    };
    if work.decides_later {
        // A kill from here on repeats the election alone.
        keeper.checkpoint(Position::start_of(ledger.dumps.len()), ledger.clone())?;
        let election = Election { work: &work, folder, threads: order.threads, stop };
        if !election.hold(&mut ledger, &mut keeper)? {
            return Ok(None);
        }
    }
    let tonight = state.zip(tonight.as_ref());
    conclude(&mut ledger, &work.judge.pipeline, &work.lines_read(), tonight, watch)?;
    Ok(Some(keeper.complete(ledger)?))
}

/// Closes the account: checks the sums, compares with the nights before, and judges by the limits.
fn conclude(
    ledger: &mut Ledger,
    pipeline: &Pipeline,
    lines_read: &[u64],
    tonight: Option<(&State, &Tonight)>,
    watch: &mut dyn Watch,
) -> Result<(), RunError> {
    ledger.finish();
    ledger.check_balance(lines_read).map_err(RunError::Unbalanced)?;
    if let Some((state, tonight)) = tonight {
        let expire_days = pipeline.dedup.as_ref().and_then(|dedup| dedup.expire_days);
        let before = state.comparison(tonight, expire_days, &ledger.pipeline).map_err(RunError::State)?;
        before.unread.iter().for_each(|unread| watch.note(unread));
        ledger.drift = Some(DriftAccount::of(&ledger.hosts, &before.nights, before.other_pipeline));
    }
    ledger.limits_crossed = limits::crossed(&pipeline.limits, ledger);
    Ok(())
}

/// The error of a run that cannot be resumed because a file of its earlier part is not what was written.
fn damaged(folder: &OutputFolder, error: RunError) -> RunError {
    match error {
        RunError::Write(error) if error.is_damage() && error.path.starts_with(folder.path()) => {
            let cause = format!("failed to {error}");
            RunError::Resume(ResumeError::Damaged { folder: folder.path().to_owned(), cause })
        }
        error => error,
    }
}

/// Whether the outputs of a run that was killed when all were written, and its keys, are still what was written.
fn check(folder: &OutputFolder, done: &Checkpoint) -> Result<(), RunError> {
    if let (Some(standing), Some(_)) = (&done.journal, &done.tonight) {
        Journal::read(&work(folder, done.elected)?, standing, &mut |_, _| {})?;
    }
    for output in Output::ALL {
        let work = work(folder, done.elected && output != Output::Quarantine)?;
        let shards = done.ledger.outputs.get(output.folder()).map(Vec::as_slice).unwrap_or_default();
        folder.check(&work, shards)?;
    }
    Ok(())
}

/// Where a run's outputs are until they have their names.
fn work(folder: &OutputFolder, elected: bool) -> Result<PathBuf, WriteError> {
    if elected { folder.second_work() } else { Ok(folder.work()) }
}

/// The second half: names and the account. Done again, it does the same.
fn publish(folder: &OutputFolder, done: &Checkpoint, extra: ExtraStyle) -> Result<(), RunError> {
    let ledger = &done.ledger;
    for output in Output::ALL {
        let work = work(folder, done.elected && output != Output::Quarantine)?;
        let shards = ledger.outputs.get(output.folder()).map(Vec::as_slice).unwrap_or_default();
        folder.publish(&work, output, shards)?;
    }
    publish_account(folder, ledger, extra)
}

/// What a finished run says of itself.
fn publish_account(folder: &OutputFolder, ledger: &Ledger, extra: ExtraStyle) -> Result<(), RunError> {
    let mut json = serde_json::to_vec_pretty(ledger).expect("a ledger has names for keys");
    json.push(b'\n');
    folder.write_whole("ledger.json", &json)?;
    folder.write_whole("report.html", page(ledger, folder.path()).as_bytes())?;
    folder.write_whole("metrics.prom", metrics(ledger, folder.path()).as_bytes())?;
    folder.write_card(&card::card(ledger, extra))?;
    Ok(())
}

fn identity(order: &NightOrder, dumps: &[Dump]) -> Result<Identity, WriteError> {
    Ok(Identity {
        copydesk: env!("CARGO_PKG_VERSION").to_owned(),
        pipeline: pipeline_account(&order.pipeline),
        limit: order.limit,
        sample: order.sample,
        dumps: dumps.iter().map(Imprint::of).collect::<Result<_, _>>()?,
    })
}

fn resumption(from: &Checkpoint) -> Resumption<'_> {
    let dumps = &from.ledger.dumps;
    let dumps_done = from.position.dump;
    let at = dumps.get(dumps_done).filter(|_| !from.complete);
    Resumption {
        at: at.map(|dump| (dump.dump.as_str(), from.position.lines + 1)),
        lines: from.ledger.lines.read,
        dumps_done,
        dumps: dumps.len(),
    }
}

/// What a lane may hold: enough that one lane alone keeps all threads busy, with batches that wait for their
/// turn besides. The same bound holds for what is committed and not written, and packing frames of 4 MiB is
/// more than half of the work: with less, threads would wait for frames from about 8 threads on.
fn lane_bytes(threads: usize) -> usize {
    (2 * threads + 4) * (BATCH_BYTES + BATCH_BYTES / 4)
}

/// A run would delete or append to what it reads.
fn refuse_own_outputs(dumps: &[Dump], output: &Path) -> Result<(), RunError> {
    let Ok(output) = output.canonicalize() else { return Ok(()) };
    for path in dumps.iter().filter_map(|dump| dump.path.as_ref()) {
        if path.canonicalize().is_ok_and(|real| real.starts_with(&output)) {
            return Err(RunError::InputInOutput(path.clone()));
        }
    }
    Ok(())
}

fn refuse_sample_of_stream(order: &NightOrder, dumps: &[Dump]) -> Result<(), RunError> {
    let is_file = |dump: &&Dump| dump.path.as_ref().is_some_and(|path| path.is_file());
    match dumps.iter().find(|dump| !is_file(dump)).filter(|_| order.sample.is_some()) {
        Some(stream) if &*stream.name == "-" => Err(RunError::SampleOfStream("standard input".to_owned())),
        Some(stream) => Err(RunError::SampleOfStream(stream.name.to_string())),
        None => Ok(()),
    }
}

/// What a run has only to resume from is deleted when it ends, and a state there would be.
fn refuse_work_folder(state: &std::path::Path, output: &std::path::Path) -> Result<(), RunError> {
    // Of a folder that is not there yet, the one that it will be in.
    let real = |path: &std::path::Path| {
        let mut real = PathBuf::new();
        for part in std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).components() {
            match part {
                Component::ParentDir => drop(real.pop()),
                part => real.push(part),
            }
            real = real.canonicalize().unwrap_or(real);
        }
        real
    };
    if real(state).starts_with(real(&OutputFolder::work_of(output))) {
        let cause = "it lies in a folder that a run deletes when it ends".to_owned();
        return Err(RunError::State(StateError::Foreign { folder: state.to_owned(), cause }));
    }
    Ok(())
}

/// The files of the inputs' folders that are no dumps.
fn left_out(inputs: &[String], written: &dyn Fn(&std::path::Path) -> bool) -> LeftOutAccount {
    let mut left_out = LeftOutAccount::default();
    for (path, why) in passed_over(inputs, written) {
        let within = inputs.iter().find_map(|input| path.strip_prefix(input).ok());
        let name = within.unwrap_or(&path).display().to_string();
        left_out.add(&name, why.kind(&path));
    }
    left_out
}

fn empty_ledger(
    pipeline: &Pipeline,
    pipeline_file: Option<&PathBuf>,
    dumps: &[Dump],
    tonight: Option<&Tonight>,
) -> Ledger {
    let stage = |name: &str| StageAccount { stage: name.to_owned(), ..StageAccount::default() };
    let mut stages: Vec<StageAccount> = pipeline.steps.iter().map(|step| stage(step.kind.name)).collect();
    stages.extend(pipeline.dedup.as_ref().map(|_| stage(DEDUP)));
    let absolute =
        |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string();
    let paths = Paths {
        pipeline: pipeline_file.map(absolute),
        dumps: dumps.iter().map(|dump| dump.path.as_ref().map(absolute).unwrap_or_default()).collect(),
    };
    let dumps = dumps.iter().map(|dump| DumpAccount {
        dump: dump.name.to_string(),
        packed_bytes: dump.packed_bytes,
        ..DumpAccount::default()
    });
    let mut ledger = Ledger::new(pipeline_account(pipeline), stages, dumps.collect());
    ledger.timing.paths = paths;
    ledger.night = tonight.map(|tonight| tonight.name.clone());
    ledger
}

fn pipeline_account(pipeline: &Pipeline) -> PipelineAccount {
    PipelineAccount { name: pipeline.name.clone(), fingerprint: pipeline.fingerprint.clone() }
}

#[cfg(all(test, feature = "parquet"))]
mod parquet_tests;
#[cfg(test)]
mod tests;
