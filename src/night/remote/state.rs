//! A state on a store, and its copy on this machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::folder::{StoreFolder, fetch};
use crate::state::{NightAccount, State, StateError, Tonight};
use crate::store::{FailureKind, Put, StoreError, Version};
use crate::write::{Lock, OwnFolder, WriteError, copy_folder, write_file};

/// What is held while a state is in use, and by which folders of states are known.
const STATE_MARK: &str = ".lock";
const MANIFEST: &str = "state.json";
const BEFORE: &str = "state.before.json";
/// How the name of the manifest ends that this machine was the last to leave there.
const LEFT: &str = ".left.json";

/// A state, and the folder of this machine where it is worked on: its own, or that of a copy.
#[derive(Debug)]
pub(crate) struct StatePlace {
    folder: PathBuf,
    /// What the copy is of.
    of: Option<StateOnStore>,
    /// Of a copy that is only looked at.
    _own: Option<OwnFolder>,
}

impl StatePlace {
    /// A state that may be changed; a copy is held against other commands of this machine, and [`Self::push`] gives it back.
    ///
    /// # Errors
    /// Where a store refuses or does not answer, and where the state there cannot be used.
    pub(crate) fn fetch(folder: &Path, scratch: Option<&Path>) -> Result<Self, StateError> {
        Self::fetched(folder, scratch, false)
    }

    /// The same where files that are missing on the store, its manifests too, are to be written again.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub(crate) fn fetch_damaged(folder: &Path) -> Result<Self, StateError> {
        Self::fetched(folder, None, true)
    }

    fn fetched(folder: &Path, scratch: Option<&Path>, is_damaged: bool) -> Result<Self, StateError> {
        let Some(store) = StoreFolder::of(folder, scratch)? else {
            return Ok(Self { folder: folder.to_owned(), of: None, _own: None });
        };
        let mut of = StateOnStore::of(store);
        of.is_damaged = is_damaged;
        of.fetch()?;
        Ok(Self { folder: of.folder.local.clone(), of: Some(of), _own: None })
    }

    /// A state that is only looked at, with or without the files that its manifest names; nothing is written to a store for it.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub(crate) fn look(folder: &Path, with_files: bool) -> Result<Self, StateError> {
        let Some(store) = StoreFolder::of(folder, None)? else {
            return Ok(Self { folder: folder.to_owned(), of: None, _own: None });
        };
        let own = copy_folder()?;
        let mut of = StateOnStore::of(StoreFolder { local: own.path.join("state"), ..store });
        let local = &of.folder.local;
        std::fs::create_dir_all(local).map_err(WriteError::of("create", local))?;
        // Of files that are missing, the manifest is left to say so.
        of.is_damaged = true;
        if of.fetch_manifests()?.is_some() && with_files {
            of.fetch_files()?;
        }
        Ok(Self { folder: of.folder.local.clone(), of: Some(of), _own: Some(own) })
    }

    /// Whether there is a state, right or damaged.
    pub(crate) fn is_state(&self) -> bool {
        State::is_state(&self.folder) || (self.of.is_some() && self.folder.join(MANIFEST).exists())
    }

    /// Whether there is none on the store, where this is a copy.
    pub(crate) fn lacks_manifest(&self) -> bool {
        self.of.as_ref().is_some_and(|of| of.version.is_none())
    }

    /// Where it is on this machine.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Leaves it where it is from, unless another night has been added there since.
    ///
    /// # Errors
    /// As [`Self::fetch`], and where another night has been.
    pub(crate) fn push(&mut self) -> Result<(), StateError> {
        self.of.as_mut().map_or(Ok(()), |of| of.push(None))
    }

    /// The same of a night that was added, which a second attempt at the same task may have left there meanwhile.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub(crate) fn push_night(&mut self, Tonight { run, .. }: &Tonight) -> Result<(), StateError> {
        self.of.as_mut().map_or(Ok(()), |of| of.push(Some(run)))
    }

    /// An error of the copy, by the address of what it is a copy of.
    pub(crate) fn by_address(&self, error: StateError) -> StateError {
        match &self.of {
            Some(of) => error.at(&of.folder.shown()),
            None => error,
        }
    }
}

/// A state on a store.
#[derive(Debug)]
pub(super) struct StateOnStore {
    pub folder: StoreFolder,
    /// Its manifest, as it was fetched.
    version: Option<Version>,
    /// The files that were there then, as the store has them.
    files: BTreeSet<String>,
    /// What is missing there is to be written again, or only to be told.
    is_damaged: bool,
    /// Nights that this machine has left there, of which the state that is there now knows nothing.
    pub lost: Vec<NightAccount>,
    lock: Option<Lock>,
}

impl StateOnStore {
    pub(super) fn of(folder: StoreFolder) -> Self {
        Self {
            folder,
            version: None,
            files: BTreeSet::new(),
            is_damaged: false,
            lost: Vec::new(),
            lock: None,
        }
    }

    pub(super) fn fetch(&mut self) -> Result<(), StateError> {
        let folder = &self.folder;
        std::fs::create_dir_all(&folder.local).map_err(WriteError::of("create", &folder.local))?;
        let lock = Lock::take(&self.beside(".lock"))?;
        self.lock = Some(lock.ok_or_else(|| StateError::InUse(folder.shown()))?);
        self.version = self.fetch_manifests()?;
        let read = |path: &Path| std::fs::read(path).ok().and_then(|content| State::in_manifest(&content));
        if let Some(left) = read(&self.beside(LEFT)) {
            self.lost = left.lost_in(read(&self.folder.local.join(MANIFEST)).as_ref());
        }
        let folder = &self.folder;
        folder.bucket.put(&folder.key(STATE_MARK), Vec::new(), Put::Over).map_err(failed)?;
        if !folder.bucket.minds_versions(&folder.key(STATE_MARK)).map_err(failed)? {
            let cause = "the store writes over what it was told to leave (`If-Match`), so that two nights at once would lose one of \
                         them; keep the state on a disk";
            return Err(StateError::Foreign { folder: folder.shown(), cause: cause.to_owned() });
        }
        let known = if self.version.is_some() { self.fetch_files()? } else { BTreeSet::new() };
        if !self.is_damaged {
            State::delete_others(&self.folder.local, &known)?;
        }
        Ok(())
    }

    /// A file of this machine's that is none of the state's.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.folder.local.clone().into_os_string();
        path.push(ending);
        path.into()
    }

    /// Copies what says of which files the state consists; which version of it, where it is there.
    fn fetch_manifests(&self) -> Result<Option<Version>, StateError> {
        let folder = &self.folder;
        let manifest = folder.bucket.get(&folder.key(MANIFEST)).map_err(failed)?;
        let before = folder.bucket.get(&folder.key(BEFORE)).map_err(failed)?;
        if manifest.is_none() && !self.is_damaged {
            let listed = folder.bucket.list(&folder.address.key).map_err(failed)?;
            if let Some(file) = listed.iter().map(|one| &one.name).find(|name| is_of_state(name)) {
                let cause = format!("its {MANIFEST} is missing, and {file} is there");
                return Err(StateError::Damaged { folder: folder.shown(), cause });
            }
            State::check_names(&folder.shown(), listed.into_iter().map(|one| one.name))?;
        }
        for (name, content) in [(MANIFEST, &manifest), (BEFORE, &before)] {
            let path = folder.local.join(name);
            match content {
                Some((content, _)) => write_file(&path, content)?,
                // It may be what the state is repaired from.
                None if self.is_damaged => {}
                None => delete(&path)?,
            }
        }
        Ok(manifest.map(|(_, version)| version))
    }

    /// Copies the files that the manifest names and that are not here; the names of all.
    fn fetch_files(&mut self) -> Result<BTreeSet<String>, StateError> {
        let folder = &self.folder;
        let state = match State::look(&folder.local) {
            Err(StateError::Damaged { .. } | StateError::Lost { .. }) if self.is_damaged => {
                return Ok(BTreeSet::new());
            }
            looked => looked.map_err(|error| error.at(&folder.shown()))?,
        };
        let (mut known, mut wanted) = (BTreeSet::new(), Vec::new());
        for (file, xxh3) in state.files() {
            let name = on_store(&file, &xxh3);
            if !state.is_whole(&file, &xxh3) {
                match folder.bucket.look(&folder.key(&name)).map_err(failed)? {
                    Some(object) => wanted.push((object, folder.local.join(&file))),
                    None if self.is_damaged => continue,
                    None => {
                        let cause =
                            format!("its {name} is missing, or another night has changed the state just now");
                        return Err(StateError::Damaged { folder: folder.shown(), cause });
                    }
                }
            }
            self.files.insert(name);
            known.insert(file);
        }
        fetch(&wanted)?;
        Ok(known)
    }

    /// Leaves a manifest of no nights where there is none: files that are there without one belong to a state that is damaged,
    /// and not to a first night that was killed.
    fn begin(&mut self) -> Result<(), StateError> {
        let (folder, nothing) = (&self.folder, State::nothing());
        match folder.bucket.put(&folder.key(MANIFEST), nothing.clone(), Put::New) {
            Err(error) if error.kind != FailureKind::Changed => return Err(failed(error).into()),
            _ => {}
        }
        match folder.bucket.get(&folder.key(MANIFEST)).map_err(failed)? {
            Some((there, version)) if there == nothing => self.version = Some(version),
            _ => return Err(StateError::Overtaken(folder.shown())),
        }
        Ok(())
    }

    /// Leaves it there, as it is here; `run` is the night that was added.
    pub(super) fn push(&mut self, run: Option<&str>) -> Result<(), StateError> {
        if self.version.is_none() {
            self.begin()?;
        }
        let folder = &self.folder;
        let state = State::look(&folder.local);
        let state = state.map_err(|error| error.at(&folder.shown()))?;
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
                    let theirs = there.and_then(|(there, _)| State::in_manifest(&there));
                    // The other night's may have the same names as what was uploaded for nothing.
                    if let Some(theirs) = &theirs {
                        let used = theirs.files();
                        let used: BTreeSet<String> =
                            used.iter().map(|(file, xxh3)| on_store(file, xxh3)).collect();
                        for name in
                            files.iter().filter(|&name| !self.files.contains(name) && !used.contains(name))
                        {
                            drop(folder.bucket.delete(&folder.key(name)));
                        }
                    }
                    let has = |run: &str| theirs.iter().flat_map(State::nights).any(|night| night.run == run);
                    if run.is_some_and(has) {
                        return Ok(());
                    }
                    return Err(StateError::Overtaken(folder.shown()));
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
        write_file(&self.beside(LEFT), &content)?;
        self.files = files;
        Ok(())
    }
}

fn failed(error: StoreError) -> WriteError {
    error.into()
}

/// Whether an object in a state's folder is one that only a state has, other than its manifest.
fn is_of_state(name: &str) -> bool {
    name == BEFORE || name.rsplit_once('.').is_some_and(|(file, _)| State::is_file(file))
}

/// What a file of a state is called on a store: by its content, too.
fn on_store(file: &str, xxh3: &str) -> String {
    format!("{file}.{xxh3}")
}

fn delete(path: &Path) -> Result<(), WriteError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(WriteError::of("delete", path)(error))
        }
        _ => Ok(()),
    }
}
