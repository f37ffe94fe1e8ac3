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
//! does not add itself again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use super::order::{Finish, NightOrder, RunError};
use super::prepare::{PlannedOutput, changes};
use crate::account::Ledger;
use crate::read::Dump;
use crate::state::{Checkpoint, Identity, State, StateError, Tonight};
use crate::store::{Address, Bucket, FailureKind, FailureSlot, Put, StoreError, Version, is_address};
use crate::write::{
    FolderError, Lock, OUTPUT_MARK, Output, OutputFolder, SUCCESS, WriteError, scratch_of, write_file,
    write_from,
};

/// The files of a run beside its shards and its mark, in the order in which they are uploaded.
const FILES: [&str; 4] = ["report.html", "metrics.prom", CARD, "ledger.json"];
const CARD: &str = "README.md";

/// What is held while a state is in use, and by which folders of states are known.
const STATE_MARK: &str = ".lock";
const MANIFEST: &str = "state.json";
const BEFORE: &str = "state.before.json";

/// A folder on a store, and the one on this machine that becomes it.
#[derive(Debug)]
struct StoreFolder {
    address: Address,
    bucket: Bucket,
    local: PathBuf,
}

impl StoreFolder {
    /// Of a path that is an address.
    fn of(path: &Path, scratch: Option<&Path>) -> Result<Option<Self>, RunError> {
        if !is_address(path) {
            return Ok(None);
        }
        let failed = |error: StoreError| RunError::Write(error.into());
        let address = Address::of(path).and_then(|address| address.check_writable().map(|()| address));
        let address = address.map_err(failed)?;
        let bucket = Bucket::of(&address).map_err(failed)?;
        let local = scratch_of(&address.shown, scratch)?;
        Ok(Some(Self { address, bucket, local }))
    }

    fn key(&self, name: &str) -> String {
        if self.address.key.is_empty() { name.to_owned() } else { format!("{}/{name}", self.address.key) }
    }

    /// The address, as a path.
    fn shown(&self) -> PathBuf {
        PathBuf::from(self.address.shown.trim_end_matches('/'))
    }

    /// A file there that is called as one that a run writes, where nothing says that copydesk wrote it.
    fn foreign(&self) -> Result<Option<String>, StoreError> {
        let get = |name: &str| self.bucket.get(&self.key(name));
        let is_own = get(OUTPUT_MARK)?.is_some()
            || get(CARD)?.is_some_and(|(card, _)| OutputFolder::is_our_card(&card))
            || get("ledger.json")?.is_some_and(|(ledger, _)| OutputFolder::is_our_ledger(&ledger));
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
    fn check_foreign(&self) -> Result<(), RunError> {
        match self.foreign().map_err(|error| RunError::Write(error.into()))? {
            Some(file) => Err(RunError::Folder(FolderError::HoldsFile { folder: self.shown(), file })),
            None => Ok(()),
        }
    }

    fn upload(&self, file: &str, name: &str) -> Result<(), StoreError> {
        self.bucket.upload(&self.local.join(file), &self.key(name))
    }
}

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
        let state =
            order.state.as_ref().map(|of| StoreFolder::of(&of.folder, scratch)).transpose()?.flatten();
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
        self.state.as_mut().map_or(Ok(()), StateOnStore::fetch)
    }

    /// An error of the outputs or the state, by their addresses.
    pub(super) fn by_address(&self, error: RunError) -> RunError {
        match (error, &self.state, &self.output) {
            (RunError::State(error), Some(state), _) => RunError::State(error.at(&state.folder.shown())),
            (RunError::Resume(error), _, Some(output)) => RunError::Resume(error.at(&output.shown())),
            (RunError::Folder(FolderError::InUse(_)), _, Some(output)) => {
                RunError::Folder(FolderError::InUse(output.shown()))
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
        let failed = |error: StoreError| RunError::Write(error.into());
        let get = |name: &str| output.bucket.get(&output.key(name)).map_err(failed);
        let success = get(SUCCESS)?;
        output.check_foreign()?;
        if success.is_none() && OutputFolder::is_finished(&output.local) {
            // It was uploaded once, and deleted there since.
            std::fs::remove_dir_all(&output.local).map_err(WriteError::of("delete", &output.local))?;
        }
        let mark = own_mark(now, tonight.map(|(_, tonight)| tonight));
        let mut how = Put::Over;
        if !order.restart {
            if let Some((success, _)) = success {
                let ledger =
                    get("ledger.json")?.and_then(|(json, _)| serde_json::from_slice::<Ledger>(&json).ok());
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
            match get(OUTPUT_MARK)? {
                Some((there, _)) if there == mark => return Ok(None),
                Some(_) => return Err(RunError::Folder(FolderError::HoldsRemains(output.shown()))),
                None if get("ledger.json")?.is_some() => {
                    let (folder, file) = (output.shown(), "ledger.json".to_owned());
                    return Err(RunError::Folder(FolderError::HoldsFile { folder, file }));
                }
                None => how = Put::New,
            }
        }
        match output.bucket.put(&output.key(OUTPUT_MARK), mark.clone(), how) {
            Err(error) if error.kind == FailureKind::Changed => self.check_mark(&mark)?,
            written => written.map_err(failed)?,
        }
        Ok(None)
    }

    /// Outputs that another run has begun to write since are left to it.
    fn check_mark(&self, mark: &[u8]) -> Result<(), RunError> {
        let Some(output) = &self.output else { return Ok(()) };
        let there = output.bucket.get(&output.key(OUTPUT_MARK));
        match there.map_err(|error| RunError::Write(error.into()))? {
            Some((there, _)) if there == mark => Ok(()),
            _ => Err(RunError::Folder(FolderError::InUse(output.shown()))),
        }
    }

    /// Uploads the outputs and the account, all but the mark that says that they are complete.
    pub(super) fn upload(
        &self,
        Checkpoint { identity, tonight, ledger, .. }: &Checkpoint,
    ) -> Result<(), RunError> {
        let Some(output) = &self.output else { return Ok(()) };
        self.check_mark(&own_mark(identity, tonight.as_ref()))?;
        let upload = || -> Result<(), StoreError> {
            // What is there is complete no longer.
            output.bucket.delete(&output.key(SUCCESS))?;
            let mut own = BTreeSet::new();
            for kind in Output::ALL {
                for shard in ledger.outputs.get(kind.folder()).into_iter().flatten() {
                    output.upload(&shard.file, &shard.file)?;
                    own.insert(shard.file.clone());
                }
                for listed in output.bucket.list(&output.key(kind.folder()))? {
                    let file = format!("{}/{}", kind.folder(), listed.name);
                    if Output::is_shard_name(&listed.name) && !own.contains(&file) {
                        output.bucket.delete(&output.key(&file))?;
                    }
                }
            }
            for file in FILES {
                if file != CARD || is_own_card(output)? {
                    output.upload(file, file)?;
                }
            }
            Ok(())
        };
        upload().map_err(|error| RunError::Write(error.into()))
    }

    /// Leaves the state there, as it is here.
    pub(super) fn push_state(&mut self) -> Result<(), RunError> {
        self.state.as_mut().map_or(Ok(()), StateOnStore::push)
    }

    /// Says that the run is complete.
    pub(super) fn finish(&self, mark: &[u8]) -> Result<(), RunError> {
        let Some(output) = &self.output else { return Ok(()) };
        let written = output.bucket.put(&output.key(SUCCESS), mark.to_vec(), Put::Over);
        written.map_err(|error| RunError::Write(error.into()))
    }

    /// Deletes what is on this machine of outputs that are on the store.
    pub(super) fn clear(&self) {
        if let Some(output) = &self.output {
            // What is left is found and deleted by the next run of this name.
            drop(std::fs::remove_dir_all(&output.local));
        }
    }
}

/// Whether a card may be written: somebody's own is left alone.
fn is_own_card(output: &StoreFolder) -> Result<bool, StoreError> {
    let there = output.bucket.get(&output.key(CARD))?;
    Ok(there.is_none_or(|(card, _)| OutputFolder::is_our_card(&card)))
}

/// What a run leaves where its outputs will be: whose they are.
fn own_mark(now: &Identity, tonight: Option<&Tonight>) -> Vec<u8> {
    let mark = now.mark(tonight.map(|tonight| &*tonight.name));
    format!("{:032x}\n", xxh3_128(&mark)).into_bytes()
}

/// A state on a store.
#[derive(Debug)]
struct StateOnStore {
    folder: StoreFolder,
    /// Its manifest, as it was fetched.
    version: Option<Version>,
    /// The files that were there then, as the store has them.
    files: BTreeSet<String>,
    lock: Option<Lock>,
}

impl StateOnStore {
    fn of(folder: StoreFolder) -> Self {
        Self { folder, version: None, files: BTreeSet::new(), lock: None }
    }

    fn fetch(&mut self) -> Result<(), RunError> {
        let folder = &self.folder;
        let failed = |error: StoreError| RunError::Write(error.into());
        let foreign = |cause: &str| {
            RunError::State(StateError::Foreign { folder: folder.shown(), cause: cause.to_owned() })
        };
        std::fs::create_dir_all(&folder.local).map_err(WriteError::of("create", &folder.local))?;
        let mut lock = folder.local.clone().into_os_string();
        lock.push(".lock");
        let lock = Lock::take(Path::new(&lock))?;
        self.lock = Some(lock.ok_or_else(|| RunError::State(StateError::InUse(folder.shown())))?);
        let manifest = folder.bucket.get(&folder.key(MANIFEST)).map_err(failed)?;
        let before = folder.bucket.get(&folder.key(BEFORE)).map_err(failed)?;
        if manifest.is_none() {
            let listed = folder.bucket.list(&folder.address.key).map_err(failed)?;
            if let Some(file) = listed.iter().map(|one| &one.name).find(|name| is_of_state(name)) {
                let cause = format!("its {MANIFEST} is missing, and {file} is there");
                return Err(RunError::State(StateError::Damaged { folder: folder.shown(), cause }));
            }
            let names = listed.into_iter().map(|one| one.name);
            State::check_names(&folder.shown(), names).map_err(RunError::State)?;
        }
        folder.bucket.put(&folder.key(STATE_MARK), Vec::new(), Put::Over).map_err(failed)?;
        if !folder.bucket.minds_versions(&folder.key(STATE_MARK)).map_err(failed)? {
            return Err(foreign(
                "the store writes over what it was told to leave (`If-Match`), so that two nights at once would lose one of them; keep the \
                 state on a disk",
            ));
        }
        let mut known = BTreeSet::new();
        for (name, content) in [(MANIFEST, &manifest), (BEFORE, &before)] {
            let path = folder.local.join(name);
            match content {
                Some((content, _)) => write_file(&path, content)?,
                None => delete(&path)?,
            }
        }
        if manifest.is_some() {
            let state = State::look(&folder.local);
            let state = state.map_err(|error| RunError::State(error.at(&folder.shown())))?;
            for (file, xxh3) in state.files() {
                let name = on_store(&file, &xxh3);
                if !state.is_whole(&file, &xxh3) {
                    fetch_file(folder, &file, &name)?;
                }
                self.files.insert(name);
                known.insert(file);
            }
        }
        State::delete_others(&folder.local, &known)?;
        self.version = manifest.map(|(_, version)| version);
        Ok(())
    }

    /// Leaves a manifest of no nights where there is none: files that are there without one belong to a state that is damaged,
    /// and not to a first night that was killed.
    fn begin(&mut self) -> Result<(), RunError> {
        let (folder, nothing) = (&self.folder, State::nothing());
        let failed = |error: StoreError| RunError::Write(error.into());
        match folder.bucket.put(&folder.key(MANIFEST), nothing.clone(), Put::New) {
            Err(error) if error.kind != FailureKind::Changed => return Err(failed(error)),
            _ => {}
        }
        match folder.bucket.get(&folder.key(MANIFEST)).map_err(failed)? {
            Some((there, version)) if there == nothing => self.version = Some(version),
            _ => return Err(RunError::State(StateError::Overtaken(folder.shown()))),
        }
        Ok(())
    }

    fn push(&mut self) -> Result<(), RunError> {
        if self.version.is_none() {
            self.begin()?;
        }
        let folder = &self.folder;
        let failed = |error: StoreError| RunError::Write(error.into());
        let state = State::look(&folder.local);
        let state = state.map_err(|error| RunError::State(error.at(&folder.shown())))?;
        let mut files = BTreeSet::new();
        for (file, xxh3) in state.files() {
            let name = on_store(&file, &xxh3);
            if !self.files.contains(&name) {
                folder.upload(&file, &name).map_err(failed)?;
            }
            files.insert(name);
        }
        let path = folder.local.join(MANIFEST);
        let content = std::fs::read(&path).map_err(WriteError::of("read", &path))?;
        let how = self.version.take().map_or(Put::New, Put::InPlaceOf);
        match folder.bucket.put(&folder.key(MANIFEST), content.clone(), how) {
            Err(error) if matches!(error.kind, FailureKind::Changed | FailureKind::Missing) => {
                // An answer may have been lost on its way, and the request repeated.
                let there = folder.bucket.get(&folder.key(MANIFEST)).map_err(failed)?;
                if there.as_ref().is_none_or(|(there, _)| *there != content) {
                    // The other night's may have the same names as what was uploaded for nothing.
                    if let Some(used) = there.and_then(|(there, _)| State::files_in(&there)) {
                        let used: BTreeSet<String> =
                            used.iter().map(|(file, xxh3)| on_store(file, xxh3)).collect();
                        for name in
                            files.iter().filter(|&name| !self.files.contains(name) && !used.contains(name))
                        {
                            drop(folder.bucket.delete(&folder.key(name)));
                        }
                    }
                    return Err(RunError::State(StateError::Overtaken(folder.shown())));
                }
            }
            written => written.map_err(failed)?,
        }
        let path = folder.local.join(BEFORE);
        if path.exists() {
            folder.upload(BEFORE, BEFORE).map_err(failed)?;
        }
        // Nobody who fetches the state from now on asks for them.
        for file in self.files.difference(&files) {
            folder.bucket.delete(&folder.key(file)).map_err(failed)?;
        }
        self.files = files;
        Ok(())
    }
}

/// Whether an object in a state's folder is one that only a state has, other than its manifest.
fn is_of_state(name: &str) -> bool {
    name == BEFORE || name.rsplit_once('.').is_some_and(|(file, _)| State::is_file(file))
}

/// What a file of a state is called on a store: by its content, too.
fn on_store(file: &str, xxh3: &str) -> String {
    format!("{file}.{xxh3}")
}

fn fetch_file(folder: &StoreFolder, file: &str, name: &str) -> Result<(), RunError> {
    let failed = |error: StoreError| RunError::Write(error.into());
    let Some(object) = folder.bucket.look(&folder.key(name)).map_err(failed)? else {
        let cause = format!("its {name} is missing, or another night has changed the state just now");
        return Err(RunError::State(StateError::Damaged { folder: folder.shown(), cause }));
    };
    let slot = FailureSlot::default();
    let written = write_from(&folder.local.join(file), &mut object.open(&slot));
    match slot.get() {
        Some(error) => Err(failed(error.clone())),
        None => Ok(written?),
    }
}

fn delete(path: &Path) -> Result<(), WriteError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(WriteError::of("delete", path)(error))
        }
        _ => Ok(()),
    }
}
