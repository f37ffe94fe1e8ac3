//! `seal`: the account of all parts, the night in the state, and the end.

use rayon::prelude::*;

use super::decide::{DECIDED, Decided};
use super::write::{WRITTEN, Written};
use super::{Hands, Plan, TaskError, delete_damaged};
use crate::account::{Ledger, Shard};
use crate::dedup::Entry;
use crate::night::prepare::{LostNights, lost_nights};
use crate::night::timing::Stopwatch;
use crate::night::work::form_of;
use crate::night::{RunError, Watch, add_night, conclude, finish, publish_account};
use crate::pipeline::Pipeline;
use crate::state::{Journal, JournalStanding, State};
use crate::write::{Output, OutputFolder, ShardForm, ShardWriter, WorkFile, WriteError, sync_folder};

pub(super) fn seal(
    plan: &Plan,
    Hands { threads, .. }: Hands<'_>,
    watch: &mut dyn Watch,
) -> Result<Box<Ledger>, TaskError> {
    let stopwatch = Stopwatch::start();
    let pipeline = plan.pipeline()?;
    let dumps = plan.all_dumps();
    let mut ledger = plan.empty_ledger_of_all(&pipeline, &dumps);
    let mut journals: Vec<JournalStanding> = Vec::new();
    let mut shards: Vec<Vec<Shard>> = Vec::new();
    let folder = OutputFolder::reopen(plan.here())?;
    for part in 0..plan.parts() {
        let path = plan.written(part).join(WRITTEN);
        let missing = format!("part {part} is not written: `copydesk task … write` comes first");
        let Written { ledger: of_part, journal } = plan.read_sealed(&path, &missing)?;
        shards.push(of_part.outputs.values().flatten().cloned().collect());
        ledger.absorb(of_part, plan.range(part).start);
        journals.push(journal);
    }
    // On a store they are there already, and looked at when the account is.
    if plan.shared().is_none() {
        check(plan, &folder, &shards, threads)?;
    }
    let mut fetched = plan.state()?;
    let mut state = match plan.tonight().zip(fetched.as_ref()) {
        None => None,
        Some(((_, tonight), place)) => {
            let opened = State::open(place.folder(), true);
            let state = opened.map_err(|error| RunError::State(place.by_address(error)))?;
            if let Some(changed) = state.changed_since(tonight).filter(|_| !state.holds(tonight)) {
                return Err(TaskError::Refused(format!("seal: {changed}")));
            }
            Some((state, tonight))
        }
    };
    add_empty(plan, &pipeline, &mut ledger)?;
    let read: Vec<u64> = ledger.dumps.iter().map(|dump| dump.lines.read).collect();
    let tonight = state.as_ref().map(|(state, tonight)| (state, *tonight));
    // What is lost is told by the outputs beside these, on this machine's disk.
    if let Some(((state, tonight), at)) = tonight.zip(ledger.timing.paths.state.clone())
        && let Some(LostNights { names, told }) = lost_nights(state, &at, plan.folder(), tonight)
    {
        watch.note(&told);
        ledger.timing.notes.push(told);
        ledger.lost_nights = names;
    }
    conclude(&mut ledger, &pipeline, &read, tonight, watch)?;
    let own = stopwatch.read(1);
    let decided: Decided = plan.read_sealed(&plan.decided().join(DECIDED), "nothing is decided")?;
    ledger.timing.cpu_seconds += own.cpu_seconds + decided.timing.cpu_seconds;
    ledger.timing.serial_seconds = own.serial_seconds + decided.timing.serial_seconds;
    ledger.timing.dedup_index_bytes = decided.timing.dedup_index_bytes;
    ledger.timing.state_index_bytes = decided.timing.state_index_bytes;
    ledger.timing.wall_seconds = wall_seconds(&ledger.timing.started);
    ledger.timing.threads = 1;
    for output in Output::ALL {
        let shards = ledger.outputs.get(output.folder()).map(Vec::as_slice).unwrap_or_default();
        for part in (0..plan.parts()).filter(|_| plan.shared().is_none()) {
            let prefix = format!("{}/part-{part:05}-", output.folder());
            let of_part: Vec<_> =
                shards.iter().filter(|shard| shard.file.starts_with(&prefix)).cloned().collect();
            folder.publish(&plan.written(part), output, &of_part)?;
        }
        if let [empty] = shards
            && empty.records == 0
        {
            folder.publish(&plan.place(), output, shards)?;
        }
    }
    publish_account(&folder, plan.folder(), &ledger, pipeline.output.extra)?;
    if let Some(shared) = plan.shared() {
        shared.upload_account(folder.path(), &ledger)?;
    }
    let mut night = None;
    if let (Some((state, tonight)), Some(dedup)) = (&mut state, &pipeline.dedup) {
        let mut entries = |found: &mut dyn FnMut(Entry)| kept(plan, &journals, found);
        add_night(&folder, plan.folder(), &ledger, state, tonight, dedup, &mut entries)?;
        night = Some(*tonight);
    }
    if let Some((place, tonight)) = fetched.as_mut().zip(night) {
        place.push_night(tonight).map_err(RunError::State)?;
    }
    let identity = plan.identity(0..plan.dumps());
    let mark = identity.mark(night.map(|tonight| &*tonight.name));
    match plan.shared() {
        Some(shared) => shared.finish(&identity, night, &mark)?,
        None => finish(&folder, &mark, night.is_some(), watch)?,
    }
    Ok(Box::new(ledger))
}

/// Whether the shards of each part are what was written; a `seal` that was killed may have given some of them their names.
fn check(plan: &Plan, folder: &OutputFolder, shards: &[Vec<Shard>], threads: usize) -> Result<(), TaskError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| RunError::Threads(error.to_string()))?;
    let check = |(part, shards): (usize, &Vec<Shard>)| {
        let left = plan.written(part);
        folder.check(&left, shards).map_err(|cause| {
            if cause.is_damage() {
                delete_damaged(&left, format!("write --index {part}"), cause)
            } else {
                cause.into()
            }
        })
    };
    pool.install(|| shards.par_iter().enumerate().try_for_each(check))
}

/// An output without records has one shard without records, as one run has it.
fn add_empty(plan: &Plan, pipeline: &Pipeline, ledger: &mut Ledger) -> Result<(), WriteError> {
    for output in Output::ALL {
        let shards = ledger.outputs.entry(output.folder().to_owned()).or_default();
        if !shards.is_empty() {
            continue;
        }
        let form =
            if output == Output::Records { form_of(pipeline, output) } else { ShardForm::json_lines() };
        let mut writer = ShardWriter::new(&plan.place(), output, pipeline.output.shard_bytes).with_form(form);
        writer.finish()?;
        writer.standing()?.1.iter().try_for_each(WorkFile::synchronise)?;
        shards.extend(writer.closed().iter().cloned());
    }
    sync_folder(&plan.place())
}

/// The records that are kept, in order, their dumps numbered as in the whole.
fn kept(plan: &Plan, journals: &[JournalStanding], found: &mut dyn FnMut(Entry)) -> Result<(), WriteError> {
    for (part, standing) in journals.iter().enumerate() {
        let first = plan.first_dump(part);
        Journal::read(&plan.written(part), standing, &mut |mut entry, _| {
            entry.place.dump += first;
            found(entry);
        })?;
    }
    Ok(())
}

/// Seconds since the plan was made.
fn wall_seconds(began: &str) -> f64 {
    let now = Stopwatch::start().draw().0;
    let read = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let since = read(&now).zip(read(began)).map(|(now, began)| now.duration_since(began).as_secs_f64());
    since.unwrap_or(0.0).max(0.0)
}
