//! Outputs and a state that are on a store.
//!
//! A night works in folders of this machine, below `--scratch`, and their names follow from the addresses, so that the same command
//! finds what it has left there when it was killed. On another machine a night begins anew. In this order it is told to the store:
//!
//! 1. When it begins, the state is fetched, and the store must not hold a finished run where the outputs are to go, nor what
//!    another one has left there. The mark of this one (`.copydesk.lock`) says whose outputs they will be.
//! 2. When all is decided, the shards are uploaded, each of them one object that is there as a whole or not at all, and the account.
//! 3. Where there is no state yet, `state.json` is written without nights: files of a state without it are a damaged one. The new
//!    volumes are uploaded. Their names have their hashes in them, so that two nights that run at once do not write over each
//!    other's. Then `state.json` takes the place of the very one that was fetched (`If-Match`): of two nights the second is refused,
//!    and nothing of the first is lost. A store that takes the condition for nothing can hold no state.
//! 4. `_SUCCESS` is written, and what was in the folders of this machine is deleted but for the state's files, which the next night
//!    need not fetch again.
//!
//! Killed anywhere, the same command does the rest: what is uploaded twice is the same, and a night that finds itself in the state
//! does not add itself again. Before each object is written, the mark is read again: a run that another one has taken the place of since
//! (`--restart`) writes no more, and leaves at most the object that was on its way.
//!
//! The same steps are those of a plan on a store, in tasks (`night::tasks::shared`).

mod folder;
mod state;

use std::collections::BTreeMap;
use std::path::PathBuf;

use xxhash_rust::xxh3::xxh3_128;

use super::order::{Finish, NightOrder, RunError};
use super::prepare::{LostNights, PlannedOutput, changes};
use crate::account::Ledger;
use crate::read::Dump;
use crate::state::{Checkpoint, Identity, State, Tonight};
use crate::store::{FailureKind, Put, StoreError};
use crate::write::{FolderError, OUTPUT_MARK, Output, OutputFolder, SUCCESS, WORK, WriteError, changed};
pub(super) use folder::{StoreFolder, fetch};
use state::StateOnStore;
pub(crate) use state::StatePlace;

/// The files of a run beside its shards and its mark, in the order in which they are uploaded.
const FILES: [&str; 4] = ["report.html", "metrics.prom", CARD, "ledger.json"];
const CARD: &str = "README.md";

/// What of a night is on a store.
#[derive(Debug, Default)]
pub(super) struct Places {
    output: Option<StoreFolder>,
    state: Option<StateOnStore>,
}

impl Places {
    /// Finds out what is, and has the night work in folders of this machine instead.
    pub(super) fn settle(order: &mut NightOrder) -> Result<Self, RunError> {
        let scratch = order.scratch.as_deref();
        let output = StoreFolder::of(&order.output, scratch)?;
        let state = order.state.as_ref().map(|of| StoreFolder::of(&of.folder, scratch));
        let state = state.transpose()?.flatten();
        if let Some(folder) = &output {
            order.output.clone_from(&folder.local);
        }
        if let (Some(of), Some(folder)) = (&mut order.state, &state) {
            of.folder.clone_from(&folder.local);
        }
        Ok(Self { output, state: state.map(StateOnStore::of) })
    }

    /// Where the outputs will be.
    pub(super) fn output(&self, order: &NightOrder) -> PathBuf {
        self.output.as_ref().map_or_else(|| order.output.clone(), StoreFolder::shown)
    }

    /// Whether outputs are on a store.
    pub(super) fn has_output(&self) -> bool {
        self.output.is_some()
    }

    /// Where they are to be there.
    pub(super) fn take_output(&mut self) -> Option<StoreFolder> {
        self.output.take()
    }

    /// A run would read what it writes.
    pub(super) fn refuse_own_outputs(&self, dumps: &[Dump]) -> Result<(), RunError> {
        let Some(output) = self.output.as_ref().map(StoreFolder::shown) else { return Ok(()) };
        let within = dumps.iter().filter(|dump| dump.object.is_some()).filter_map(|dump| dump.path.as_ref());
        match within.into_iter().find(|path| path.starts_with(&output)) {
            Some(path) => Err(RunError::InputInOutput(path.clone())),
            None => Ok(()),
        }
    }

    /// Fetches the state.
    pub(super) fn fetch_state(&mut self) -> Result<(), RunError> {
        self.state.as_mut().map_or(Ok(()), StateOnStore::fetch).map_err(RunError::State)
    }

    /// The nights that the state lacks, where it is an earlier one than this machine has left there.
    pub(super) fn lost_nights(&self) -> Option<LostNights> {
        let state = self.state.as_ref()?;
        let nights = state.lost.iter().map(|night| night.name.clone()).collect();
        let folders = state.lost.iter().map(|night| night.output.display().to_string());
        LostNights::of(nights, &state.folder.shown().display().to_string(), folders)
    }

    /// An error of the outputs or the state, by their addresses.
    pub(super) fn by_address(&self, error: RunError) -> RunError {
        match (error, &self.state, &self.output) {
            (RunError::State(error), Some(state), _) => RunError::State(error.at(&state.folder.shown())),
            (RunError::Resume(error), _, Some(output)) => RunError::Resume(error.at(&output.shown())),
            (RunError::Folder(FolderError::InUse(_)), _, Some(output)) => {
                RunError::Folder(FolderError::InUse(output.shown()))
            }
            (RunError::Folder(FolderError::HoldsState(_)), _, Some(output)) => {
                RunError::Folder(FolderError::HoldsState(output.shown()))
            }
            (error, ..) => error,
        }
    }

    /// What would become of outputs on a store, as far as it can be known before a run begins.
    pub(super) fn look(order: &NightOrder) -> Result<Option<PlannedOutput>, RunError> {
        let Some(output) = StoreFolder::of(&order.output, order.scratch.as_deref())? else { return Ok(None) };
        let success =
            output.bucket.get(&output.key(SUCCESS)).map_err(|error| RunError::Write(error.into()))?;
        output.check_foreign()?;
        Ok(Some(match success {
            _ if order.restart => PlannedOutput::Restarted,
            Some(_) => PlannedOutput::Done,
            None if OutputFolder::can_resume(&output.local) => PlannedOutput::Resumed,
            None => PlannedOutput::New,
        }))
    }

    /// Looks at where the outputs are to go, and leaves the mark of this run there. With a run that has finished there, that is
    /// the end, if it is this one.
    pub(super) fn begin(
        &self,
        order: &NightOrder,
        now: &Identity,
        tonight: Option<(&State, &Tonight)>,
    ) -> Result<Option<Finish>, RunError> {
        let Some(output) = &self.output else { return Ok(None) };
        let get = |name: &str| output.get(name).map_err(failed);
        let success = get(SUCCESS)?;
        output.check_foreign()?;
        if success.is_none() && OutputFolder::is_finished(&output.local) {
            // It was uploaded once, and deleted there since.
            std::fs::remove_dir_all(&output.local).map_err(WriteError::of("delete", &output.local))?;
        }
        let mark = own_mark(now, tonight.map(|(_, tonight)| tonight));
        let mut how = Put::Over;
        if !order.restart {
            if let Some(success) = success {
                let ledger =
                    get("ledger.json")?.and_then(|json| serde_json::from_slice::<Ledger>(&json).ok());
                let changed = changes(&success, now, tonight);
                return match (ledger, changed.is_empty()) {
                    (Some(ledger), true) => {
                        self.clear();
                        Ok(Some(Finish::DoneBefore(Box::new(ledger))))
                    }
                    (_, false) => Err(RunError::OtherDone { folder: output.shown(), changed }),
                    (None, true) => Err(RunError::Folder(FolderError::HoldsRemains(output.shown()))),
                };
            }
            if get(&plan_name())?.is_some() {
                return Err(RunError::Folder(FolderError::HoldsPlan(output.shown())));
            }
            match get(OUTPUT_MARK)? {
                Some(there) if there == mark => return Ok(None),
                Some(_) => return Err(RunError::Folder(FolderError::HoldsRemains(output.shown()))),
                None if get("ledger.json")?.is_some() => {
                    let (folder, file) = (output.shown(), "ledger.json".to_owned());
                    return Err(RunError::Folder(FolderError::HoldsFile { folder, file }));
                }
                None => how = Put::New,
            }
        }
        match output.bucket.put(&output.key(OUTPUT_MARK), mark.clone(), how) {
            Err(error) if error.kind == FailureKind::Changed => check_mark(output, &mark)?,
            written => written.map_err(failed)?,
        }
        if order.restart {
            // A plan that was there, of which no task does anything any more.
            output.delete_within(WORK).map_err(failed)?;
        }
        Ok(None)
    }

    /// Uploads the outputs and the account, all but the mark that says that they are complete.
    pub(super) fn upload(
        &self,
        Checkpoint { identity, tonight, ledger, .. }: &Checkpoint,
    ) -> Result<(), RunError> {
        let Some(output) = &self.output else { return Ok(()) };
        let mark = own_mark(identity, tonight.as_ref());
        let check = || check_mark(output, &mark);
        check()?;
        // What is there is complete no longer.
        output.bucket.delete(&output.key(SUCCESS)).map_err(failed)?;
        for shard in Output::ALL.iter().filter_map(|kind| ledger.outputs.get(kind.folder())).flatten() {
            check()?;
            output.upload(&shard.file, &shard.file).map_err(failed)?;
        }
        output.settle(ledger, &check)
    }

    /// Leaves the state there, as it is here.
    pub(super) fn push_state(&mut self, tonight: Option<&Tonight>) -> Result<(), RunError> {
        let run = tonight.map(|tonight| &*tonight.run);
        self.state.as_mut().map_or(Ok(()), |state| state.push(run)).map_err(RunError::State)
    }

    /// Says that the run is complete.
    pub(super) fn finish(
        &self,
        Checkpoint { identity, tonight, .. }: &Checkpoint,
        mark: &[u8],
    ) -> Result<(), RunError> {
        let Some(output) = &self.output else { return Ok(()) };
        check_mark(output, &own_mark(identity, tonight.as_ref()))?;
        output.bucket.put(&output.key(SUCCESS), mark.to_vec(), Put::Over).map_err(failed)
    }

    /// Deletes what is on this machine of outputs that are on the store.
    pub(super) fn clear(&self) {
        if let Some(output) = &self.output {
            // What is left is found and deleted by the next run of this name.
            drop(std::fs::remove_dir_all(&output.local));
        }
    }
}

impl StoreFolder {
    /// A file there that is called as one that a run writes, where nothing says that copydesk wrote it.
    fn foreign(&self) -> Result<Option<String>, StoreError> {
        let is_own = self.get(OUTPUT_MARK)?.is_some()
            || self.get(CARD)?.is_some_and(|card| OutputFolder::is_our_card(&card))
            || self.get("ledger.json")?.is_some_and(|ledger| OutputFolder::is_our_ledger(&ledger));
        if is_own {
            return Ok(None);
        }
        let is_of_run = |name: &str| match name.split_once('/') {
            None => name == SUCCESS || (name != CARD && FILES.contains(&name)),
            Some((folder, file)) => {
                Output::ALL.iter().any(|output| output.folder() == folder) && Output::is_shard_name(file)
            }
        };
        let listed = self.bucket.list(&self.address.key)?;
        Ok(listed.into_iter().map(|one| one.name).find(|name| is_of_run(name)))
    }

    /// Refuses to write there over files of somebody else.
    pub(super) fn check_foreign(&self) -> Result<(), RunError> {
        match self.foreign().map_err(failed)? {
            Some(file) => Err(RunError::Folder(FolderError::HoldsFile { folder: self.shown(), file })),
            None => Ok(()),
        }
    }

    /// When all shards are there: deletes those of an earlier run, and uploads the account. `check` is asked before each object whether it
    /// may still be written; the sizes of the shards must be what they were.
    pub(super) fn settle(
        &self,
        ledger: &Ledger,
        check: &dyn Fn() -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        for kind in Output::ALL {
            let shards = ledger.outputs.get(kind.folder()).map(Vec::as_slice).unwrap_or_default();
            let mut own: BTreeMap<&str, u64> =
                shards.iter().map(|shard| (shard.file.as_str(), shard.bytes)).collect();
            for listed in self.bucket.list(&self.key(kind.folder())).map_err(failed)? {
                let file = format!("{}/{}", kind.folder(), listed.name);
                match own.remove(file.as_str()) {
                    Some(bytes) if bytes == listed.object.bytes() => {}
                    Some(bytes) => {
                        let cause = format!("it has {} bytes, not {bytes}", listed.object.bytes());
                        return Err(
                            WriteError::of("publish", &self.shown().join(file))(changed(cause)).into()
                        );
                    }
                    None if Output::is_shard_name(&listed.name) => {
                        check()?;
                        self.bucket.delete(&self.key(&file)).map_err(failed)?;
                    }
                    None => {}
                }
            }
            if let Some((file, _)) = own.first_key_value() {
                return Err(WriteError::of("publish", &self.shown().join(file))(changed("it is gone")).into());
            }
        }
        for file in FILES {
            check()?;
            if file == CARD { self.upload_card() } else { self.upload(file, file) }.map_err(failed)?;
        }
        Ok(())
    }

    /// Somebody's own card is left alone, also one that is written just now.
    fn upload_card(&self) -> Result<(), StoreError> {
        let how = match self.get(CARD)? {
            None => Put::New,
            Some(card) if OutputFolder::is_our_card(&card) => Put::Over,
            Some(_) => return Ok(()),
        };
        let card = std::fs::read(self.local.join(CARD)).map_err(|error| {
            StoreError::new(
                "write",
                self.key(CARD),
                FailureKind::Network,
                format!("reading it failed: {error}"),
            )
        })?;
        match self.bucket.put(&self.key(CARD), card, how) {
            Err(error) if error.kind == FailureKind::Changed => Ok(()),
            written => written,
        }
    }
}

fn failed(error: StoreError) -> RunError {
    RunError::Write(error.into())
}

/// The plan of a night that is done in tasks, in its folder.
pub(super) fn plan_name() -> String {
    format!("{WORK}/plan.json")
}

/// Outputs that another run has begun to write since are left to it.
fn check_mark(output: &StoreFolder, mark: &[u8]) -> Result<(), RunError> {
    match output.get(OUTPUT_MARK).map_err(failed)? {
        Some(there) if there == mark => Ok(()),
        _ => Err(RunError::Folder(FolderError::InUse(output.shown()))),
    }
}

/// What a run leaves where its outputs will be: whose they are.
pub(super) fn own_mark(now: &Identity, tonight: Option<&Tonight>) -> Vec<u8> {
    let mark = now.mark(tonight.map(|tonight| &*tonight.name));
    format!("{:032x}\n", xxh3_128(&mark)).into_bytes()
}
