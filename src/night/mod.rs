//! One night's run, put together: dumps, pipeline, engine, deduplication, outputs, account.
//!
//! A run has two halves. The first decides and writes into a hidden work folder; it ends with a checkpoint that
//! says *complete*. The second gives them their names, and can be done again. [`crate::state`] has what
//! happens to a run that is killed in either. Where a policy and not the order says which duplicates are kept, the first half
//! ends with an election, which writes records and dropped records once more.
//!
//! [`run`] is the whole of `copydesk run` but for what a person sees: it prints nothing, and tells a
//! [`Watch`] how far it is.

mod adopt;
mod card;
mod desk;
mod election;
mod end;
mod keeper;
mod limits;
mod order;
mod prepare;
mod remote;
mod rewrite;
pub mod tasks;
mod timing;
mod verdict;
mod work;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::account::Ledger;
use crate::engine::{self, Capacity, Ended, Failure};
use crate::read::{BATCH_BYTES, Dump, Inputs, find_inputs};
use crate::state::{Checkpoint, Position, ResumeError, State};
use crate::store::{absolute, is_address};
use crate::write::{FolderError, Output, OutputFolder, WriteError, open_own};

pub use adopt::{AdoptOrder, Adoption, adopt};
use desk::NightDesk;
use election::Election;
use end::{add_night, check, conclude, damaged, finish, leave, list_beside, publish, publish_account};
use keeper::Keeper;
pub use keeper::Pace;
pub use order::{Finish, NightOrder, Resumption, RunError, StateOrder, View, Watch};
pub use prepare::{DryRun, PlannedOutput, plan};
use prepare::{
    LostNights, again, begin_night, done_before, done_without_dumps, empty_ledger, identity, is_bare,
    left_out, lost_nights, pipeline_account, refuse_own_outputs, refuse_sample_of_stream,
    refuse_state_in_outputs,
};
use remote::Places;
pub(crate) use remote::StatePlace;
use timing::Stopwatch;
pub(crate) use timing::now;
use work::{NightWork, Resumed, unread};

/// Runs a night, or resumes one that was killed. `stop` may be set at any time.
///
/// # Errors
/// Where there is nothing to read, where the output folder cannot be used or written, where the run that it
/// holds is not this one, and where the account does not add up. Bad input is no error: it is in
/// `quarantine/` and in the ledger.
pub fn run(mut order: NightOrder, watch: &mut dyn Watch, stop: &AtomicBool) -> Result<Finish, RunError> {
    let again = again(&order);
    let state_at = order.state.as_ref().map(|of| &of.folder).filter(|folder| !is_address(folder));
    let state_at = state_at.map(|folder| absolute(folder).display().to_string());
    let mut places = Places::settle(&mut order)?;
    run_in(order, again, state_at, &mut places, watch, stop).map_err(|error| places.by_address(error))
}

/// Runs a night in folders of this machine.
fn run_in(
    order: NightOrder,
    again: Option<String>,
    state_at: Option<String>,
    places: &mut Places,
    watch: &mut dyn Watch,
    stop: &AtomicBool,
) -> Result<Finish, RunError> {
    let mut stopwatch = Stopwatch::start();
    let shown = places.output(&order);
    let written = |folder: &Path| OutputFolder::is_run(folder) || State::is_state(folder);
    let found = find_inputs(&order.inputs, &written);
    if is_bare(&found)
        && let Some(done) = done_without_dumps(&order, again.as_deref())
    {
        return Ok(Finish::DoneBefore(Box::new(done)));
    }
    let found = found.map_err(RunError::Find)?;
    found.notes().for_each(|note| watch.note(&note));
    let empty_folders = found.bare_names();
    let Inputs { dumps, passed, .. } = found;
    refuse_own_outputs(&dumps, &order.output)?;
    places.refuse_own_outputs(&dumps)?;
    refuse_sample_of_stream(&order, &dumps)?;
    refuse_state_in_outputs(order.state.as_ref().map(|of| &*of.folder), &order.output)?;
    places.fetch_state()?;
    let mut state = match &order.state {
        Some(of) => Some(State::open(&of.folder, true).map_err(RunError::State)?),
        None => None,
    };
    // Before `--restart` deletes anything.
    let tonight = begin_night(&order, &shown, state.as_ref(), &stopwatch)?;
    let identity = identity(&order, &dumps)?;
    if let Some(done) = places.begin(&order, &identity, state.as_ref().zip(tonight.as_ref()))? {
        return Ok(done);
    }
    let folder = match OutputFolder::claim(&order.output, order.restart) {
        Err(FolderError::HoldsRun(_)) => {
            let done = done_before(&order, &identity, state.as_ref().zip(tonight.as_ref()))?;
            // A kill may have come between the run's end and this.
            list_beside(&order.output, state.is_some(), watch);
            return Ok(done);
        }
        claimed => claimed.map_err(RunError::Folder)?,
    };
    let mut from = match folder.checkpoint().map_err(|error| damaged(&folder, error.into()))? {
        None => {
            let mut ledger =
                empty_ledger(&order.pipeline, order.pipeline_file.as_ref(), &dumps, tonight.as_ref());
            ledger.limit = order.limit;
            ledger.sample = order.sample;
            ledger.left_out = left_out(&order.inputs, &written, passed);
            ledger.empty_folders = empty_folders;
            ledger.timing.paths.again = again;
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
            watch.resumes(Resumption::of(&from));
            from
        }
    };
    if let Some((state, tonight)) = state.as_ref().zip(from.tonight.as_ref()) {
        let expire_days = order.pipeline.dedup.as_ref().and_then(|dedup| dedup.expire_days);
        let mut oddities = state.oddities(tonight, expire_days);
        let at = state_at.as_deref().filter(|_| !places.has_output());
        let lost =
            at.and_then(|at| lost_nights(state, at, &order.output, tonight)).or_else(|| places.lost_nights());
        let (names, told) = lost.map(|LostNights { names, told }| (names, told)).unzip();
        oddities.extend(told);
        from.ledger.lost_nights = names.unwrap_or_default();
        oddities.iter().for_each(|oddity| watch.note(oddity));
        from.ledger.timing.notes = oddities;
        from.ledger.timing.paths.state = state_at;
    }
    let (extra, dedup) = (order.pipeline.output.extra, order.pipeline.dedup.clone());
    let damage = |error| damaged(&folder, error);
    let done = if from.complete {
        check(&folder, &from).map_err(damage)?;
        from
    } else {
        if !places.has_output() {
            // Where there is an index, it is not to say that all is well until this night is over.
            list_beside(folder.path(), false, watch);
        }
        let keeper = Keeper::new(&folder, &from, order.threads, order.pace, stopwatch);
        let begun = Begun { folder: &folder, from, keeper };
        match work_through(order, dumps, state.as_ref(), begun, watch, stop).map_err(damage)? {
            Some(done) => done,
            None => return Ok(Finish::Stopped),
        }
    };
    publish(&folder, &shown, &done, extra).map_err(damage)?;
    places.upload(&done)?;
    if done.elected {
        // Only now is it known which records are kept.
        for shard in done.ledger.outputs.get(Output::Records.folder()).into_iter().flatten() {
            let path = folder.path().join(&shard.file);
            let passed = open_own(&path).and_then(|mut file| watch.records(&mut file));
            passed.map_err(WriteError::of("write the records of", &path))?;
        }
    }
    if let (Some(state), Some(dedup)) = (&mut state, &dedup) {
        leave(&folder, &shown, &done, state, dedup).map_err(damage)?;
        places.push_state(done.tonight.as_ref())?;
    }
    let mark = done.identity.mark(done.tonight.as_ref().map(|tonight| &*tonight.name));
    places.finish(&done, &mark)?;
    finish(&folder, &mark, state.is_some() && !places.has_output(), watch)?;
    drop(folder);
    places.clear();
    Ok(Finish::Complete(Box::new(done.ledger)))
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
        let drawn = pool.install(|| judge.sample(dumps, lines, stop));
        if !drawn.map_err(|(dump, failure)| unread(&dumps[dump], failure))? {
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

/// What a lane may hold: enough that one lane alone keeps all threads busy, with batches that wait for their
/// turn besides. The same bound holds for what is committed and not written, and packing frames of 4 MiB is
/// more than half of the work: with less, threads would wait for frames from about 8 threads on.
fn lane_bytes(threads: usize) -> usize {
    (2 * threads + 4) * (BATCH_BYTES + BATCH_BYTES / 4)
}

#[cfg(all(test, feature = "parquet"))]
mod parquet_tests;
#[cfg(test)]
mod tests;
