//! When all lines are decided: the account is closed, outputs get their names, and the night is left to the state.

use std::path::{Path, PathBuf};

use super::order::{RunError, Watch};
use super::{card, limits};
use crate::account::{DriftAccount, DumpOfNight, Elsewhere, Ledger};
use crate::article::ExtraStyle;
use crate::dedup::{DedupSettings, Entry};
use crate::finished::{has_index, metrics, page, write_index};
use crate::pipeline::Pipeline;
use crate::state::{Checkpoint, EndedNight, Entries, Journal, ResumeError, State, StateError, Tonight};
use crate::write::{Output, OutputFolder, WriteError};

/// Closes the account: checks the sums, compares with the nights before, and judges by the limits.
pub(super) fn conclude(
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
        ledger.timing.notes.extend(before.unread);
        let mut drift = DriftAccount::of(ledger, &before.nights, &before.dumps, before.other_pipeline);
        if ledger.dumps.iter().any(limits::is_unread) {
            drift.look(Elsewhere::Unread);
        }
        drift.look_at_left_out(&ledger.left_out.names);
        drift.has_later = before.has_later;
        ledger.drift = Some(drift);
    }
    ledger.limits_crossed = limits::crossed(&pipeline.limits, ledger);
    Ok(())
}

/// The error of a run that cannot be resumed because a file of its earlier part is not what was written.
pub(super) fn damaged(folder: &OutputFolder, error: RunError) -> RunError {
    match error {
        RunError::Write(error) if error.is_damage() && error.path.starts_with(folder.path()) => {
            let cause = format!("failed to {error}");
            RunError::Resume(ResumeError::Damaged { folder: folder.path().to_owned(), cause })
        }
        error => error,
    }
}

/// Whether the outputs of a run that was killed when all were written, and its keys, are still what was written.
pub(super) fn check(folder: &OutputFolder, done: &Checkpoint) -> Result<(), RunError> {
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
pub(super) fn work(folder: &OutputFolder, elected: bool) -> Result<PathBuf, WriteError> {
    if elected { folder.second_work() } else { Ok(folder.work()) }
}

/// The second half: names and the account. Done again, it does the same.
pub(super) fn publish(
    folder: &OutputFolder,
    shown: &Path,
    done: &Checkpoint,
    extra: ExtraStyle,
) -> Result<(), RunError> {
    let ledger = &done.ledger;
    for output in Output::ALL {
        let work = work(folder, done.elected && output != Output::Quarantine)?;
        let shards = ledger.outputs.get(output.folder()).map(Vec::as_slice).unwrap_or_default();
        folder.publish(&work, output, shards)?;
    }
    publish_account(folder, shown, ledger, extra)
}

/// What a finished run says of itself. `shown` is where its outputs will be.
pub(super) fn publish_account(
    folder: &OutputFolder,
    shown: &Path,
    ledger: &Ledger,
    extra: ExtraStyle,
) -> Result<(), RunError> {
    let mut json = serde_json::to_vec_pretty(ledger).expect("a ledger has names for keys");
    json.push(b'\n');
    folder.write_whole("ledger.json", &json)?;
    folder.write_whole("report.html", page(ledger, shown, folder.path()).as_bytes())?;
    folder.write_whole("metrics.prom", metrics(ledger, shown).as_bytes())?;
    folder.write_card(&card::card(ledger, extra))?;
    Ok(())
}

/// Adds the night to the state, unless it is there.
pub(super) fn leave(
    folder: &OutputFolder,
    shown: &Path,
    done: &Checkpoint,
    state: &mut State,
    dedup: &DedupSettings,
) -> Result<(), RunError> {
    let Some(tonight) = &done.tonight else { return Ok(()) };
    let mut entries = |found: &mut dyn FnMut(Entry)| {
        let Some(standing) = &done.journal else { return Ok(()) };
        Journal::read(&work(folder, done.elected)?, standing, &mut |entry, _| found(entry))
    };
    add_night(folder, shown, &done.ledger, state, tonight, dedup, &mut entries)
}

/// Adds a night with these records to the state, unless it is there.
pub(super) fn add_night(
    folder: &OutputFolder,
    shown: &Path,
    Ledger { dumps, pipeline, hosts, .. }: &Ledger,
    state: &mut State,
    tonight: &Tonight,
    dedup: &DedupSettings,
    entries: &mut Entries<'_>,
) -> Result<(), RunError> {
    if state.holds(tonight) {
        return Ok(());
    }
    let dumps = dumps.iter().map(DumpOfNight::of).collect();
    let ended = EndedNight { output: shown, dumps, pipeline, hosts, is_corpus: false };
    state.commit(tonight, dedup, ended, entries).map_err(|error| match error {
        StateError::Write(error) if error.path.starts_with(folder.path()) => error.into(),
        error => RunError::State(error),
    })
}

/// Marks a run as complete, and lists it.
pub(super) fn finish(
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

/// Lists a run beside the other nights, where a state has nights or there is an index, as not finished until it is marked as complete;
/// nothing that happens there is an error of the run.
pub(super) fn list_beside(folder: &Path, has_nights: bool, watch: &mut dyn Watch) {
    let nights = std::path::absolute(folder).ok().and_then(|path| Some(path.parent()?.to_owned()));
    if let Some(nights) = nights.filter(|nights| has_nights || has_index(nights))
        && let Err(error) = write_index(&nights)
    {
        watch.note(&format!("failed to {error}; the run does not need it"));
    }
}
