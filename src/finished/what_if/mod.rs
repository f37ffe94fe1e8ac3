//! Other limits on finished runs: which articles would be kept and which dropped, without processing any again.
//!
//! The stages that make a record are the same in both pipelines, or else there is no answer but a new run: [`plan`]
//! compares them. Gates and the search for duplicates are functions of the record, so they are asked once more:
//! a gate that a record had passed and that is as it was, or looser, is not asked; one that stood where the record is no
//! longer, or not yet, as it was there, does not know ([`judge`]). What is not known is counted apart and never guessed,
//! also where it is passed on from a record to its duplicates ([`duplicates`]).
//!
//! Replaying a run's own pipeline changes nothing; replaying another one says what a run of it says. The tests hold it
//! to both.
//!
//! Memory: blocks of shards (see `shards`), and what deduplication takes.

mod duplicates;
mod judge;
mod plan;
mod report;

use std::path::PathBuf;

use super::shards::Worked;
use super::{FinishedError, FinishedRun};
use crate::dedup::DedupSettings;
use crate::dedup::RecordPlace;
use crate::pipeline::Pipeline;
use crate::write::Output;

use duplicates::{Duplicates, ReplayPlaced};
use judge::{Asked, Axis, Gated, ask};
use plan::ReplayPlan;
pub(crate) use report::{Curve, FlipExample, LimitReport, Report, RuleReport};
#[cfg(test)]
pub(crate) use report::{Flips, UnknownReport};
use report::{ReplayFate, ReplayTally};

/// What to replay.
pub(crate) struct Replay<'a> {
    /// Finished runs, each with the pipeline that it had.
    pub runs: Vec<(FinishedRun, &'a Pipeline)>,
    /// The pipeline to replay.
    pub pipeline: &'a Pipeline,
    /// How many examples to show of each rule and direction.
    pub examples: usize,
    /// Whether to draw curves; that has every value of every record measured.
    pub curves: bool,
}

/// Replays a pipeline over finished runs.
///
/// # Errors
/// Where only a new run has the answer, and where a run's files cannot be read.
pub(crate) fn what_if(question: &Replay<'_>) -> Result<Report, FinishedError> {
    let mut plans = Vec::new();
    let mut reasons: Vec<String> = Vec::new();
    for (run, was) in &question.runs {
        if run.ledger.night.is_some() && differ(was.dedup.as_ref(), question.pipeline.dedup.as_ref()) {
            reasons.push("[dedup] is another, and what earlier nights have is not in the run".to_owned());
        }
        match ReplayPlan::new(was, question.pipeline) {
            Ok(plan) => plans.push((run, plan)),
            Err(more) => reasons.extend(more),
        }
    }
    if !reasons.is_empty() {
        reasons.dedup();
        return Err(FinishedError::NeedsRun(reasons));
    }
    let mut tally = ReplayTally::new(question);
    for (run, plan) in &plans {
        replay(run, plan, question.curves, &mut tally)?;
    }
    Ok(tally.report())
}

fn differ(was: Option<&DedupSettings>, now: Option<&DedupSettings>) -> bool {
    serde_json::to_value(was).ok() != serde_json::to_value(now).ok()
}

fn replay(
    run: &FinishedRun,
    plan: &ReplayPlan<'_>,
    with_curves: bool,
    tally: &mut ReplayTally<'_>,
) -> Result<(), FinishedError> {
    let axes: Vec<Axis> = if with_curves { tally.axes().to_vec() } else { Vec::new() };
    let work = |line: &[u8]| ask(run, plan, &axes, line);
    let mut kept: Worked<Asked> = Worked::new(run.lines(Output::Records), folder(run, Output::Records));
    let mut dropped: Worked<Asked> = Worked::new(run.lines(Output::Dropped), folder(run, Output::Dropped));
    let mut duplicates = plan.now.dedup.as_ref().map(Duplicates::new);
    tally.begin(run);
    loop {
        let places =
            (kept.peek(&work)?.map(|asked| asked.place), dropped.peek(&work)?.map(|asked| asked.place));
        let next = match places {
            (None, None) => return Ok(()),
            (Some(kept_place), dropped_place) if dropped_place.is_none_or(|place| kept_place < place) => {
                kept.take()
            }
            _ => dropped.take(),
        };
        let Some(asked) = next else { return Ok(()) };
        let fate = decide(&asked, duplicates.as_mut());
        tally.enter(plan, asked, &fate);
    }
}

fn folder(run: &FinishedRun, output: Output) -> PathBuf {
    run.folder.join(output.folder())
}

/// What becomes of a record, duplicates included.
fn decide(asked: &Asked, duplicates: Option<&mut Duplicates>) -> ReplayFate {
    let unknown = match &asked.now {
        Gated::Dropped(cause) => return ReplayFate::Dropped(cause.clone()),
        Gated::Passed => None,
        Gated::Unknown(gate) => Some(*gate),
    };
    let Some(duplicates) = duplicates else {
        return unknown.map_or(ReplayFate::Kept, ReplayFate::UnknownGate);
    };
    if asked.by_state
        && let (None, Some(cause)) = (unknown, &asked.was)
    {
        return ReplayFate::Dropped(cause.clone());
    }
    let Some(keys) = &asked.keys else {
        return unknown.map_or(ReplayFate::UnknownKeys, ReplayFate::UnknownGate);
    };
    let place = RecordPlace { dump: u32::try_from(asked.place.0).unwrap_or(u32::MAX), line: asked.place.1 };
    match (duplicates.place(keys, asked.id, place, unknown.is_none()), unknown) {
        (ReplayPlaced::Dropped(cause), _) => ReplayFate::Dropped(cause),
        (ReplayPlaced::Stays, _) => ReplayFate::Kept,
        (ReplayPlaced::Unknown, Some(gate)) => ReplayFate::UnknownGate(gate),
        (ReplayPlaced::Unknown, None) => ReplayFate::UnknownOrigin,
    }
}
