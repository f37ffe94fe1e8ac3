//! A run's folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::shards::check_shard;
use super::{Output, Unfinished, WriteError, read_own, sync_folder};
use crate::account::Shard;

/// The file that a run writes last.
pub(crate) const SUCCESS: &str = "_SUCCESS";

/// Files that a run writes beside its shards.
const FILES: [&str; 4] = ["ledger.json", "report.html", "metrics.prom", SUCCESS];

/// The dataset card.
const CARD: &str = "README.md";

/// The last line of a card that copydesk wrote.
const CARD_MARK: &str = "<!-- written by copydesk; deleted with the run -->";

/// Where a run keeps what it has not finished.
pub(crate) const WORK: &str = ".copydesk";

/// In [`WORK`]: how far the run is. While it is there, the run can be resumed.
pub(crate) const CHECKPOINT: &str = "checkpoint.json";

/// In [`WORK`]: the plan of a night that is worked on in tasks, which is not deleted without being asked.
const PLAN: &str = "plan.json";

/// Held for as long as a run writes into the folder.
pub(crate) const LOCK: &str = ".copydesk.lock";

/// Why a run cannot have a folder.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It holds a run that came to its end.
    #[error("write into {}: it holds a finished run", .0.display())]
    HoldsRun(PathBuf),
    /// It holds outputs, and nothing that says which run they are of.
    #[error("write into {}: it holds outputs of a run that did not finish and cannot be resumed", .0.display())]
    HoldsRemains(PathBuf),
    /// It holds a file that a run would write over, and that is of no run.
    #[error("write into {}: {file} is there, and is of no run of copydesk", folder.display())]
    HoldsFile {
        /// The folder.
        folder: PathBuf,
        /// The file's name.
        file: String,
    },
    /// It holds a plan whose tasks are not all done.
    #[error("write into {}: it holds a plan", .0.display())]
    HoldsPlan(PathBuf),
    /// It is the folder of a state, which has files of its own.
    #[error("write into {}: it is the folder of a state", .0.display())]
    HoldsState(PathBuf),
    /// Another run writes into it.
    #[error("write into {}: another run is writing there now", .0.display())]
    InUse(PathBuf),
    /// A file cannot be created, written or renamed.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A run's folder, held against other runs.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
    lock: Lock,
}

/// Writes a file as a whole.
///
/// # Errors
/// If a file cannot be created, written or renamed; then there is no file of this name, or the one that was there.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    let mut file = Unfinished::create(path)?;
    file.write(content)?;
    file.finish()
}

/// Writes what is left to read as a file.
///
/// # Errors
/// As [`write_file`], and where it cannot be read.
pub(crate) fn write_from(path: &Path, content: &mut dyn std::io::Read) -> Result<(), WriteError> {
    let mut file = Unfinished::create(path)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = content.read(&mut buffer).map_err(WriteError::of("write", path))?;
        if count == 0 {
            return file.finish();
        }
        file.write(&buffer[..count])?;
    }
}

impl OutputFolder {
    /// Whether a card's text is of one that copydesk wrote.
    pub(crate) fn is_our_card(text: &[u8]) -> bool {
        text.trim_ascii_end().ends_with(CARD_MARK.as_bytes())
    }

    /// Whether a file is the account of a run.
    pub(crate) fn is_our_ledger(json: &[u8]) -> bool {
        #[derive(serde::Deserialize)]
        struct Head {
            #[serde(rename = "copydesk")]
            _version: String,
            #[serde(rename = "format")]
            _format: u32,
        }
        serde_json::from_slice::<Head>(json).is_ok()
    }

    /// Makes the folder if need be and takes hold of it. What an earlier run left there is deleted with
    /// `restart`: the files that runs write, and no others. Without it, a run that can be resumed is left as it
    /// is, and [`Self::checkpoint`] has how far it was.
    ///
    /// # Errors
    /// Where it holds a run that has finished and `restart` is not set, where another run is writing there, and
    /// if a file cannot be created, written or renamed.
    pub fn claim(path: &Path, restart: bool) -> Result<Self, FolderError> {
        std::fs::create_dir_all(path).map_err(WriteError::of("create", path))?;
        let lock_path = path.join(LOCK);
        let was_claimed = Self::is_run(path);
        let Some(lock) = Lock::take(&lock_path)? else { return Err(FolderError::InUse(path.to_owned())) };
        let left = match Self::refusal(path, restart, was_claimed) {
            Ok(left) => left,
            Err(error) => {
                if !was_claimed {
                    // Whoever looks for runs by their locks must not take this for one.
                    drop(std::fs::remove_file(&lock_path));
                }
                if matches!(error, FolderError::HoldsRun(_)) {
                    // What a run left that was killed after its end.
                    drop(std::fs::remove_dir_all(path.join(WORK)));
                }
                return Err(error);
            }
        };
        if restart || !Self::can_resume(path) {
            delete(left)?;
        }
        for folder in Output::ALL.map(Output::folder).into_iter().chain([WORK]) {
            let folder = path.join(folder);
            std::fs::create_dir_all(&folder).map_err(WriteError::of("create", &folder))?;
        }
        check_one_disk(path)?;
        sync_folder(path)?;
        Ok(Self { path: path.to_owned(), lock })
    }

    /// Looks whether a run could have the folder, and writes nothing.
    ///
    /// # Errors
    /// As [`Self::claim`], but for who else writes there.
    pub(crate) fn look(path: &Path, restart: bool) -> Result<(), FolderError> {
        Self::refusal(path, restart, Self::is_run(path)).map(drop)
    }

    /// Looks whether a run may write there, as far as that is known without writing.
    ///
    /// # Errors
    /// Where it may not.
    pub(crate) fn look_writable(path: &Path) -> Result<(), WriteError> {
        check_writable(path)?;
        let within =
            Output::ALL.map(Output::folder).into_iter().chain([WORK, LOCK]).map(|name| path.join(name));
        within.filter(|path| path.exists()).try_for_each(|path| check_writable(&path))
    }

    /// What earlier runs have left in a folder that a run can have.
    fn refusal(path: &Path, restart: bool, was_claimed: bool) -> Result<Vec<PathBuf>, FolderError> {
        let left = leftovers(path)?;
        if let Some(file) = left.first().filter(|_| !was_claimed && !is_of_copydesk(path)) {
            let file = file.strip_prefix(path).unwrap_or(file).display().to_string();
            return Err(FolderError::HoldsFile { folder: path.to_owned(), file });
        }
        if restart {
            return Ok(left);
        }
        if Self::plan_file(path).exists() {
            return Err(FolderError::HoldsPlan(path.to_owned()));
        }
        if !Self::can_resume(path) && left.iter().any(|file| !is_hidden(file)) {
            let finished = left.iter().any(|file| file.ends_with(SUCCESS));
            let error = if finished { FolderError::HoldsRun } else { FolderError::HoldsRemains };
            return Err(error(path.to_owned()));
        }
        Ok(left)
    }

    /// Takes hold of a folder that was claimed before, as it is.
    ///
    /// # Errors
    /// Where somebody else holds it.
    pub(crate) fn reopen(path: &Path) -> Result<Self, FolderError> {
        let Some(lock) = Lock::take(&path.join(LOCK))? else {
            return Err(FolderError::InUse(path.to_owned()));
        };
        Ok(Self { path: path.to_owned(), lock })
    }

    /// Whether nobody else can hold it: on file systems without locks, anybody may.
    pub(crate) fn is_locked(&self) -> bool {
        self.lock.is_held()
    }

    /// Where the plan of a night is that is worked on in tasks.
    pub(crate) fn plan_file(path: &Path) -> PathBuf {
        path.join(WORK).join(PLAN)
    }

    /// What [`Self::write_checkpoint`] has written last, if a run can resume from there.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn checkpoint(&self) -> Result<Option<Vec<u8>>, WriteError> {
        let path = self.work().join(CHECKPOINT);
        match read_own(&path) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(WriteError::of("read", &path)(error)),
        }
    }

    /// The folder for what is not finished.
    pub fn work(&self) -> PathBuf {
        Self::work_of(&self.path)
    }

    /// The folder for what is not finished in a folder for outputs.
    pub(crate) fn work_of(path: &Path) -> PathBuf {
        path.join(WORK)
    }

    /// Says how far the run is, in one step: either this is what a later run finds, or what was there before.
    /// What `content` names must be on the disk already.
    ///
    /// # Errors
    /// As [`Self::write_whole`].
    pub fn write_checkpoint(work: &Path, content: &[u8]) -> Result<(), WriteError> {
        // The names of files that were begun since the last one.
        sync_folder(work)?;
        let mut file = Unfinished::create(&work.join(CHECKPOINT))?;
        file.write(content)?;
        file.finish()
    }

    /// A folder in it for outputs that take the place of others there; made if need be.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn second_work(&self) -> Result<PathBuf, WriteError> {
        let folder = self.work().join("second");
        std::fs::create_dir_all(&folder).map_err(WriteError::of("create", &folder))?;
        Ok(folder)
    }

    /// Gives finished shards in a folder for what is not finished their final names. One that has its name already is
    /// left alone.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed.
    pub fn publish(&self, work: &Path, output: Output, shards: &[Shard]) -> Result<(), WriteError> {
        for shard in shards {
            let (unfinished, path) = (work.join(work_name(&shard.file)), self.path.join(&shard.file));
            match std::fs::rename(&unfinished, &path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && path.exists() => {}
                renamed => renamed.map_err(WriteError::of("rename", &unfinished))?,
            }
        }
        sync_folder(&self.path.join(output.folder()))
    }

    /// Whether finished shards, with or without their final names, are what was written.
    ///
    /// # Errors
    /// Where one is not, or cannot be read.
    pub fn check(&self, work: &Path, shards: &[Shard]) -> Result<(), WriteError> {
        for shard in shards {
            let path = self.place_of(work, shard);
            check_shard(&path, shard).map_err(WriteError::of("resume", &path))?;
        }
        Ok(())
    }

    /// The same of shards that have not their final names.
    ///
    /// # Errors
    /// Where one is not, or cannot be read.
    pub(crate) fn check_unfinished(work: &Path, shards: &[Shard]) -> Result<(), WriteError> {
        for shard in shards {
            let path = Self::unfinished(work, shard);
            check_shard(&path, shard).map_err(WriteError::of("read", &path))?;
        }
        Ok(())
    }

    /// Where a finished shard is, with or without its final name.
    fn place_of(&self, work: &Path, shard: &Shard) -> PathBuf {
        let unfinished = Self::unfinished(work, shard);
        if unfinished.exists() { unfinished } else { self.path.join(&shard.file) }
    }

    /// Whether a folder holds a run that was killed or stopped and can resume.
    pub fn can_resume(path: &Path) -> bool {
        path.join(WORK).join(CHECKPOINT).exists()
    }

    /// Whether a run has written, or is writing, into a folder.
    pub fn is_run(path: &Path) -> bool {
        path.join(LOCK).exists()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file as a whole.
    ///
    /// # Errors
    /// If a file cannot be created, written or renamed; then there is no file of this name, or the one that was there.
    pub fn write_whole(&self, name: &str, content: &[u8]) -> Result<(), WriteError> {
        write_file(&self.path.join(name), content)
    }

    /// Writes the dataset card, unless somebody has put a file of his own in its place.
    ///
    /// # Errors
    /// As [`Self::write_whole`].
    pub fn write_card(&self, card: &str) -> Result<(), WriteError> {
        let path = self.path.join(CARD);
        // Before anything else, so that what a killed run has left under the temporary name goes, also where the card is there.
        let mut file = Unfinished::create(&path)?;
        if path.exists() {
            return Ok(());
        }
        file.write(format!("{card}\n{CARD_MARK}\n").as_bytes())?;
        file.finish_where_none_is()
    }

    /// Says that the run is complete, and deletes what was only there to resume. The error is what could not be deleted: the
    /// run is complete all the same, and with the checkpoint still there the same command gives the same names once more.
    ///
    /// # Errors
    /// As [`Self::write_whole`].
    pub fn mark_complete(&self, mark: &[u8]) -> Result<Result<(), WriteError>, WriteError> {
        self.write_whole(SUCCESS, mark)?;
        let work = self.work();
        // Who comes upon a complete run that has some of it left deletes it, too, perhaps at this moment.
        let gone = |path: &Path, deleted: std::io::Result<()>| match deleted {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(WriteError::of("delete", path)(error))
            }
            _ => Ok(()),
        };
        // A run has one of them.
        let heads = [CHECKPOINT, PLAN].map(|name| work.join(name));
        let deleted = heads.iter().try_for_each(|head| gone(head, std::fs::remove_file(head)));
        Ok(deleted.and_then(|()| gone(&work, std::fs::remove_dir_all(&work))))
    }

    /// Whether it holds a run that has come to its end.
    pub fn is_complete(&self) -> bool {
        Self::is_finished(&self.path)
    }

    /// Whether a folder holds a run that has come to its end.
    pub(crate) fn is_finished(path: &Path) -> bool {
        path.join(SUCCESS).exists()
    }

    /// Where a shard is, in a folder for what is not finished, until it has its name.
    pub(crate) fn unfinished(work: &Path, shard: &Shard) -> PathBuf {
        work.join(work_name(&shard.file))
    }
}

/// What a shard is called as long as the run has not finished: `records/part-00000.jsonl.zst` →
/// `records-part-00000.jsonl.zst`.
pub(super) fn work_name(file: &str) -> String {
    file.replace('/', "-")
}

/// Looks whether this user may write into a folder, or into the one in which it would be made, or into a file.
///
/// # Errors
/// Where that is not so.
pub(crate) fn check_writable(path: &Path) -> Result<(), WriteError> {
    let whole = std::path::absolute(path).map_err(WriteError::of("find", path))?;
    // The root is always there.
    let there = whole.ancestors().find(|folder| folder.exists()).unwrap_or(&whole);
    let refused = |cause: std::io::Error| {
        Err(WriteError::of(if there == whole { "write into" } else { "create" }, path)(cause))
    };
    if !there.is_dir() && there != whole {
        return refused(std::io::ErrorKind::NotADirectory.into());
    }
    #[cfg(unix)]
    {
        use rustix::fs::{Access, AtFlags, CWD, accessat};
        let needed = if there.is_dir() { Access::WRITE_OK | Access::EXEC_OK } else { Access::WRITE_OK };
        if let Err(error) = accessat(CWD, there, needed, AtFlags::EACCESS) {
            return refused(error.into());
        }
    }
    Ok(())
}

/// Shards are renamed when all are written, which no system does from one file system to another: a link or a mount among the
/// folders of the outputs must be found before hours of work.
fn check_one_disk(path: &Path) -> Result<(), WriteError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let disk = |folder: &Path| folder.metadata().map(|folder| folder.dev());
        let work = path.join(WORK);
        let own = disk(&work).map_err(WriteError::of("look at", &work))?;
        for folder in Output::ALL.map(|output| path.join(output.folder())) {
            if disk(&folder).map_err(WriteError::of("look at", &folder))? != own {
                return Err(WriteError::of("use", &folder)(std::io::Error::new(
                    std::io::ErrorKind::CrossesDevices,
                    "it is on another file system than the folder that it is in",
                )));
            }
        }
    }
    Ok(())
}

/// A lock that is released with the open file, also when the process is killed. `None` in it where there is no lock to
/// have: some network file systems know none, and that is no reason not to work there.
#[derive(Debug)]
pub(crate) struct Lock(Option<File>);

impl Lock {
    /// Whether nobody else can have it: where there are no locks, anybody may.
    pub(crate) fn is_held(&self) -> bool {
        self.0.is_some()
    }

    /// Takes the lock; `None` where another process has it.
    pub(crate) fn take(path: &Path) -> Result<Option<Self>, WriteError> {
        // A link would be followed, and a pipe would block.
        if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
            let cause =
                std::io::Error::new(std::io::ErrorKind::AlreadyExists, "something is there that is no file");
            return Err(WriteError::of("create", path)(cause));
        }
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file = file.map_err(WriteError::of("create", path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(Some(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                Ok(Some(Self(None)))
            }
            Err(TryLockError::Error(error)) => Err(WriteError::of("lock", path)(error)),
        }
    }
}

fn delete(files: Vec<PathBuf>) -> Result<(), WriteError> {
    for file in files {
        let deleted =
            if file.ends_with(WORK) { std::fs::remove_dir_all(&file) } else { std::fs::remove_file(&file) };
        deleted.map_err(WriteError::of("delete", &file))?;
    }
    Ok(())
}

/// What runs have left in a folder, `_SUCCESS` first and then the checkpoint: a folder that is only half cleared
/// must look neither complete nor as if a run could be resumed.
fn leftovers(path: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let mut found = Vec::new();
    let mut files_in = |folder: &Path, is_ours: &dyn Fn(&str) -> bool| -> Result<(), WriteError> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(WriteError::of("list", folder)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(WriteError::of("list", folder))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let final_name =
                name.strip_prefix('.').and_then(|rest| rest.strip_suffix(".tmp")).unwrap_or(&name);
            if is_ours(final_name) {
                found.push(entry.path());
            }
        }
        Ok(())
    };
    files_in(path, &|name| FILES.contains(&name) || (name == CARD && is_our_card(&path.join(CARD))))?;
    for output in Output::ALL {
        files_in(&path.join(output.folder()), &Output::is_shard_name)?;
    }
    let work = path.join(WORK);
    found.extend([work.join(CHECKPOINT), work].into_iter().filter(|path| path.exists()));
    let first = |file: &PathBuf| (!file.ends_with(SUCCESS), !file.ends_with(CHECKPOINT));
    found.sort_by_key(|file| (first(file), file.clone()));
    Ok(found)
}

/// Whether what runs write is there and says that copydesk wrote it: other programs have a `_SUCCESS`, too, and files that are
/// called as shards are. A copy of a run may lack its lock.
fn is_of_copydesk(path: &Path) -> bool {
    path.join(WORK).is_dir()
        || is_our_card(&path.join(CARD))
        || read_own(&path.join("ledger.json")).is_ok_and(|ledger| OutputFolder::is_our_ledger(&ledger))
}

fn is_our_card(path: &Path) -> bool {
    read_own(path).is_ok_and(|text| OutputFolder::is_our_card(&text))
}

/// Whether a file, or the folder it is in, is none of those that a run is for.
fn is_hidden(file: &Path) -> bool {
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    hidden(file) || (file.ends_with(CHECKPOINT) && file.parent().is_some_and(hidden))
}
