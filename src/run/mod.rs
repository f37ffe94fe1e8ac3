//! One night's run, put together: dumps, pipeline, engine, deduplication, outputs, account.
//!
//! [`run`] is the whole of `copydesk run` but for what a person sees: it prints nothing, and tells a
//! [`Watch`] how far it is.

mod card;
mod desk;
mod explain;
mod line;
mod timing;
mod verify;
mod work;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::account::{Counts, DumpAccount, Ledger, PipelineAccount, StageAccount};
use crate::dedup::DEDUP;
use crate::engine::{self, Capacity, Ended, Failure};
use crate::pipeline::{LimitSettings, Pipeline};
use crate::read::{BATCH_BYTES, Dump, FindError, Progress, find_dumps};
use crate::write::{FolderError, OutputFolder, WriteError};

use desk::NightDesk;
pub use explain::{
    Difference, Edit, ExplainError, Explanation, FaultPlace, FieldChange, Finding, KeysReport, OutcomeReport,
    Question, RunReport, StageReport, Which, explain,
};
pub use verify::{Verified, verify};

use timing::Stopwatch;
use work::NightWork;

/// What to run, on what, and where the outcome goes.
pub struct Order {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// Files, folders, patterns, or `-`.
    pub inputs: Vec<String>,
    /// The folder for the outputs.
    pub output: PathBuf,
    /// Threads that work.
    pub threads: usize,
    /// Stop behind so many lines.
    pub limit: Option<u64>,
    /// Delete what an earlier run left in the output folder.
    pub restart: bool,
}

/// How a run ended without an error.
#[derive(Debug)]
pub enum Finish {
    /// Every line is accounted for.
    Complete(Box<Ledger>),
    /// It was told to stop.
    Stopped,
}

/// Why a run failed.
#[derive(Debug)]
pub enum RunError {
    /// There is nothing to read.
    Find(FindError),
    /// A dump lies where the outputs are to go.
    InputInOutput(PathBuf),
    /// The output folder cannot be had.
    Folder(FolderError),
    /// A file could not be written.
    Write(WriteError),
    /// Threads could not be started.
    Threads(String),
    /// The account does not add up: an error of ours.
    Unbalanced(Vec<String>),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Find(error) => error.fmt(f),
            Self::InputInOutput(path) => {
                write!(f, "read {}: it lies in the output folder", path.display())
            }
            Self::Folder(error) => error.fmt(f),
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
    pub read: &'a [Progress],
    /// What is decided about each.
    pub accounts: &'a [DumpAccount],
    /// What is decided in all.
    pub counts: Counts,
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
    /// Called on the thread that called [`run`], many times a second.
    fn tick(&mut self, view: View<'_>);
}

/// Nobody watches.
impl Watch for () {
    fn tick(&mut self, _: View<'_>) {}
}

/// Runs a night. `stop` may be set at any time.
///
/// # Errors
/// Where there is nothing to read, where the output folder cannot be had or written, and where the account
/// does not add up. Bad input is no error: it is in `quarantine/` and in the ledger.
pub fn run(order: Order, watch: &mut dyn Watch, stop: &AtomicBool) -> Result<Finish, RunError> {
    let stopwatch = Stopwatch::start();
    let dumps = find_dumps(&order.inputs, &OutputFolder::is_run).map_err(RunError::Find)?;
    refuse_own_outputs(&dumps, &order.output)?;
    let folder = OutputFolder::claim(&order.output, order.restart).map_err(RunError::Folder)?;
    let ledger = empty_ledger(&order.pipeline, &dumps, order.limit);
    let work = Arc::new(NightWork::new(order.pipeline, dumps, order.limit));
    let mut desk = NightDesk::new(&work, &folder, ledger, watch);
    // A limit counts lines in order, so one lane reads them in order.
    let lanes = if order.limit.is_some() { 1 } else { order.threads.clamp(2, 4) };
    let capacity = Capacity { threads: order.threads, lanes, lane_bytes: lane_bytes(order.threads) };
    match engine::run(&work, &mut desk, capacity, stop) {
        Err(Failure::Desk(error)) => Err(error.into()),
        Err(Failure::Threads(error)) => Err(RunError::Threads(error)),
        Ok(Ended::Stopped) => Ok(Finish::Stopped),
        Ok(Ended::Complete) => {
            let (mut ledger, index_bytes) = desk.finish()?;
            ledger.check_balance(&work.lines_read()).map_err(RunError::Unbalanced)?;
            ledger.limits_crossed = crossed(&work.pipeline.limits, &ledger);
            ledger.timing = stopwatch.stop(order.threads);
            ledger.timing.dedup_index_bytes = index_bytes as u64;
            let mut json = serde_json::to_vec_pretty(&ledger).expect("a ledger has names for keys");
            json.push(b'\n');
            folder.write_whole("ledger.json", &json)?;
            folder.write_card(&card::card(&ledger, work.pipeline.output.extra))?;
            folder.mark_complete()?;
            Ok(Finish::Complete(Box::new(ledger)))
        }
    }
}

/// What a lane may hold: enough that one lane alone keeps all threads busy, with batches that wait for their
/// turn besides. The same bound holds for what is committed and not written, and packing frames of 4 MiB is
/// more than half of the work: with less, threads would wait for frames from about 8 threads on.
fn lane_bytes(threads: usize) -> usize {
    (2 * threads + 4) * (BATCH_BYTES + BATCH_BYTES / 4)
}

/// A run would delete or append to what it reads.
fn refuse_own_outputs(dumps: &[Dump], output: &std::path::Path) -> Result<(), RunError> {
    let Ok(output) = output.canonicalize() else { return Ok(()) };
    for path in dumps.iter().filter_map(|dump| dump.path.as_ref()) {
        if path.canonicalize().is_ok_and(|real| real.starts_with(&output)) {
            return Err(RunError::InputInOutput(path.clone()));
        }
    }
    Ok(())
}

fn empty_ledger(pipeline: &Pipeline, dumps: &[Dump], limit: Option<u64>) -> Ledger {
    let stage = |name: &str| StageAccount { stage: name.to_owned(), ..StageAccount::default() };
    let mut stages: Vec<StageAccount> = pipeline.steps.iter().map(|step| stage(step.kind.name)).collect();
    stages.extend(pipeline.dedup.as_ref().map(|_| stage(DEDUP)));
    let dumps = dumps.iter().map(|dump| DumpAccount {
        dump: dump.name.to_string(),
        packed_bytes: dump.packed_bytes,
        ..DumpAccount::default()
    });
    let pipeline = PipelineAccount { name: pipeline.name.clone(), fingerprint: pipeline.fingerprint.clone() };
    let mut ledger = Ledger::new(pipeline, stages, dumps.collect());
    ledger.limit = limit;
    ledger
}

/// The limits that the outcome crossed, a sentence each.
fn crossed(limits: &LimitSettings, ledger: &Ledger) -> Vec<String> {
    let mut crossed = Vec::new();
    let damaged = ledger.dumps.iter().filter(|dump| dump.damage.is_some()).count() as u64;
    if damaged > limits.damaged_dumps {
        crossed.push(format!("damaged dumps: {damaged}, at most {}", limits.damaged_dumps));
    }
    let lines = ledger.lines.read - ledger.lines.blank;
    if lines > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
        let share = |count: u64| count as f64 / lines as f64;
        let quarantined = share(ledger.lines.quarantined);
        if let Some(most) = limits.quarantined_share.filter(|most| quarantined > *most) {
            crossed.push(format!("quarantined share: {quarantined:.4}, at most {most}"));
        }
        let kept = share(ledger.lines.kept);
        if let Some(least) = limits.kept_share.filter(|least| kept < *least) {
            crossed.push(format!("kept share: {kept:.4}, at least {least}"));
        }
    }
    crossed
}

#[cfg(test)]
mod tests;
