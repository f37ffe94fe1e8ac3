//! `work`: the stages of a part's lines, and the keys of the records that every gate has passed.

use super::{Attempt, Done, Hands, Plan, TaskError};
use crate::night::keeper::{Keeper, Pace};
use crate::night::timing::Stopwatch;
use crate::night::work::NightWork;
use crate::night::{Begun, Means, RunError, Watch, damaged, read_through};
use crate::read::Dump;
use crate::state::{Checkpoint, History, Identity, Imprint, ResumeError};
use crate::write::{FolderError, OutputFolder, WriteError};

/// Records are written once more, so that they are packed fast: level 1 takes 0.4 of level 3's time for 26 % more bytes.
const LEVEL: i32 = 1;

pub(super) fn work(
    plan: &Plan,
    part: usize,
    hands: Hands<'_>,
    watch: &mut dyn Watch,
) -> Result<Done, TaskError> {
    let end = plan.worked(part);
    let done = |before| -> Result<Done, TaskError> {
        let lines = plan.worked_checkpoint(part)?.ledger.lines.read;
        Ok(Done { before, lines, ..Done::default() })
    };
    if end.exists() {
        return done(true);
    }
    let range = plan.range(part);
    let dumps = plan.dumps_to_read(range.clone())?;
    let identity = plan.identity(range);
    check(&dumps, &identity.dumps)?;
    let folder = attempt(plan, part)?;
    let worked = match read_part(plan, dumps, identity, &folder, hands, watch) {
        Err(TaskError::Run(RunError::Resume(ResumeError::Damaged { .. }))) => {
            // What a killed attempt has left is of no use, and begun anew it leaves the same.
            std::fs::remove_dir_all(folder.path()).map_err(WriteError::of("delete", folder.path()))?;
            drop(folder);
            return work(plan, part, hands, watch);
        }
        worked => worked?,
    };
    if !worked {
        return Ok(Done { stopped: true, ..Done::default() });
    }
    Attempt { path: folder.path().to_owned(), end }.finish()?;
    done(false)
}

/// Reads the dumps of a part to their end, from where an earlier attempt was; `false` where it was told to stop.
fn read_part(
    plan: &Plan,
    dumps: Vec<Dump>,
    identity: Identity,
    folder: &OutputFolder,
    Hands { threads, stop }: Hands<'_>,
    watch: &mut dyn Watch,
) -> Result<bool, TaskError> {
    let mut pipeline = plan.pipeline()?;
    pipeline.output.level = LEVEL;
    let mut stopwatch = Stopwatch::start();
    let from = match folder.checkpoint().map_err(|error| damaged(folder, error.into()))? {
        None => Checkpoint::begin(identity, None, plan.empty_ledger(&pipeline, &dumps)),
        Some(content) => {
            let from = Checkpoint::of_run(folder, &identity, &content).map_err(RunError::Resume)?;
            stopwatch.resume(&from.ledger.timing);
            from
        }
    };
    if !from.complete {
        let withheld = plan.tonight().map(|_| History::of_withheld(plan.withheld()));
        let mut work = NightWork::new(pipeline, dumps, None, withheld);
        work.decides_later = true;
        let keeper = Keeper::new(folder, &from, threads, Pace::default(), stopwatch);
        let begun = Begun { folder, from, keeper };
        let means = Means { threads, in_order: false, stop };
        let read = read_through(work, begun, means, watch).map_err(|error| damaged(folder, error))?;
        let Some((work, ledger, keeper)) = read else {
            return Ok(false);
        };
        ledger.check_balance(&work.lines_read()).map_err(RunError::Unbalanced)?;
        keeper.complete(ledger)?;
    }
    Ok(true)
}

/// Whether the dumps are those that were planned.
fn check(dumps: &[Dump], planned: &[Imprint]) -> Result<(), TaskError> {
    for (dump, planned) in dumps.iter().zip(planned) {
        let path = dump.path.as_deref().unwrap_or(std::path::Path::new("-"));
        let now = match &dump.object {
            Some(object) => object.bytes(),
            None => std::fs::metadata(path).map_err(WriteError::of("read", path))?.len(),
        };
        let now = Dump { packed_bytes: now, ..dump.clone() };
        if Imprint::of(&now)? != *planned {
            let name = &dump.name;
            return Err(TaskError::Refused(format!(
                "work on {name}: it has changed since the plan was made"
            )));
        }
    }
    Ok(())
}

/// The folder of an attempt: one that was killed resumes, and one that is being worked on is left alone. On a file system without
/// locks nobody can tell the two apart, and each attempt begins anew.
fn attempt(plan: &Plan, part: usize) -> Result<OutputFolder, TaskError> {
    let parts = plan.place().join("work");
    std::fs::create_dir_all(&parts).map_err(WriteError::of("create", &parts))?;
    for number in 0_u32.. {
        let path = parts.join(format!("{part:05}.{number}"));
        let is_new = match std::fs::create_dir(&path) {
            Ok(()) => true,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(WriteError::of("create", &path)(error).into()),
        };
        match OutputFolder::claim(&path, false) {
            Err(FolderError::InUse(_)) => {}
            Ok(folder) if !is_new && !folder.is_locked() => {}
            claimed => return Ok(claimed?),
        }
    }
    unreachable!("a part does not have 2^32 attempts")
}
