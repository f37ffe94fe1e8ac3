//! Finished runs, read again: the one place that knows how a run's folder, its shards and their lines are read.
//!
//! [`FinishedRun::open`] decides whether a folder holds a finished run; [`shards`] reads its outputs; [`record`] has the
//! views of a line. On top of them, [`verify()`] checks a run against its account, [`what_if`] replays gates and
//! deduplication with other limits, and [`diff`] compares two runs over the same dumps. Nothing here writes into a run's
//! folder but [`write_report`], which makes the report and the metrics again.

mod contract;
mod copy;
pub(crate) mod diff;
mod instances;
mod kept;
mod record;
mod report;
mod shards;
mod verify;
pub(crate) mod what_if;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::account::{Ledger, Shard};
use crate::store::{StoreError, is_address};
use crate::write::{Output, SUCCESS, WriteError, read_own};
use copy::StoreCopy;

pub(crate) use contract::keys_of;
pub(crate) use kept::kept_entries;
pub(crate) use record::origin;
pub(crate) use report::{batch_folder, has_index, metrics, page, write_index, write_report};
pub(crate) use shards::{ShardLines, ShardReader};
#[cfg(test)]
pub(crate) use verify::Verified;
pub(crate) use verify::verify;

/// A finished run.
#[derive(Debug)]
pub(crate) struct FinishedRun {
    /// Its folder.
    pub folder: PathBuf,
    /// Its account.
    pub ledger: Ledger,
    /// What `_SUCCESS` holds: which run it is.
    pub(crate) mark: Vec<u8>,
    dumps: BTreeMap<String, usize>,
    /// Where it is on a store: what was copied from there.
    _copy: Option<StoreCopy>,
}

impl FinishedRun {
    /// Opens a run's folder. A run is finished if it has `ledger.json` and `_SUCCESS`.
    ///
    /// # Errors
    /// If the folder holds no run or an unfinished one, and if its ledger cannot be read.
    pub(crate) fn open(folder: &Path) -> Result<Self, FinishedError> {
        let no_run =
            |lacks: &str| FinishedError::NoRun { folder: folder.to_owned(), lacks: lacks.to_owned() };
        if is_address(folder) {
            let copy = StoreCopy::of(folder, true)?;
            return Self::open(&copy.folder).map(|run| Self { _copy: Some(copy), ..run });
        }
        if !folder.is_dir() {
            return Err(no_run("there is no such folder"));
        }
        let path = folder.join("ledger.json");
        if !path.exists() {
            let lacks = "there is no ledger.json in it";
            return Err(match run_within(folder) {
                Some(name) => no_run(&format!(
                    "{lacks}, but in folders of it, such as {name}: give one of them, or `report --index` the folder of all"
                )),
                None => no_run(lacks),
            });
        }
        let Ok(mark) = read_own(&folder.join(SUCCESS)) else {
            return Err(no_run("there is no _SUCCESS in it, so the run did not come to its end"));
        };
        let read = |cause: String| FinishedError::Read { path: path.clone(), cause };
        let json = read_own(&path).map_err(|error| read(error.to_string()))?;
        let ledger: Ledger = serde_json::from_slice(&json).map_err(|error| read(error.to_string()))?;
        let dumps = ledger.dumps.iter().enumerate().map(|(place, dump)| (dump.dump.clone(), place)).collect();
        Ok(Self { folder: folder.to_owned(), ledger, mark, dumps, _copy: None })
    }

    /// The account of a run alone.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn account(folder: &Path) -> Result<Ledger, FinishedError> {
        if !is_address(folder) {
            return Self::open(folder).map(|run| run.ledger);
        }
        let copy = StoreCopy::of(folder, false)?;
        Self::open(&copy.folder).map(|run| run.ledger)
    }

    /// Opens a folder as the copy of a run on a store, which is deleted with it.
    #[cfg(test)]
    pub(crate) fn of_copy(folder: &Path) -> Result<Self, FinishedError> {
        Self::open(folder)
            .map(|run| Self { _copy: Some(StoreCopy { folder: folder.to_owned(), own: None }), ..run })
    }

    /// A dump's place among the run's.
    pub(crate) fn dump(&self, name: &str) -> Option<usize> {
        self.dumps.get(name).copied()
    }

    /// The shards of an output, in order, as the ledger lists them.
    pub(crate) fn shards(&self, output: Output) -> &[Shard] {
        self.ledger.outputs.get(output.folder()).map(Vec::as_slice).unwrap_or_default()
    }

    /// The lines of an output, in order.
    pub(crate) fn lines(&self, output: Output) -> ShardLines {
        ShardLines::new(self.shards(output).iter().map(|shard| self.folder.join(&shard.file)))
    }
}

/// The first folder within another one that holds a run.
fn run_within(folder: &Path) -> Option<String> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let runs = entries.filter(|entry| entry.path().join("ledger.json").exists());
    runs.map(|entry| entry.file_name().to_string_lossy().into_owned()).min()
}

/// Why a question about finished runs has no answer.
#[derive(Debug)]
pub(crate) enum FinishedError {
    /// The folder holds no finished run.
    NoRun {
        /// The folder.
        folder: PathBuf,
        /// What is missing.
        lacks: String,
    },
    /// The folder holds no nights.
    NoNights {
        /// The folder.
        folder: PathBuf,
        /// What is missing.
        lacks: &'static str,
    },
    /// It is on a store that does not answer, or refuses.
    Store(StoreError),
    /// A file of the run could not be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// A page about it could not be written.
    Write(WriteError),
    /// The runs read their dumps in different orders.
    Order {
        /// A dump that comes before the other in one run,
        one: String,
        /// and after it in the other.
        other: String,
    },
    /// Only a new run has the answer: a sentence for each reason.
    NeedsRun(Vec<String>),
}

impl fmt::Display for FinishedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRun { folder, lacks } => {
                write!(f, "find a finished run in {}: {lacks}", folder.display())
            }
            Self::NoNights { folder, lacks } => write!(f, "find nights in {}: {lacks}", folder.display()),
            Self::Store(error) => write!(f, "{}", error.sentence()),
            Self::Read { path, cause } => write!(f, "read {}: {cause}", path.display()),
            Self::Write(error) => error.fmt(f),
            Self::Order { one, other } => {
                write!(f, "compare the runs: one has {one} before {other}, the other has it after")
            }
            Self::NeedsRun(reasons) => {
                write!(f, "answer from what was kept and dropped:")?;
                reasons.iter().try_for_each(|reason| write!(f, "\n  {reason}"))
            }
        }
    }
}

impl std::error::Error for FinishedError {}
