//! Finished runs, looked at once more: what other limits would have decided, and what two runs decided differently.
//!
//! [`what_if`] replays the gates and the search for duplicates of another pipeline over the records of finished runs;
//! [`diff`] lays two runs over the same dumps side by side. Both read shards in order, a few blocks at a time, and never
//! write into a run's folder.

pub mod diff;
mod finished;
mod shards;
pub mod what_if;

use std::fmt;
use std::path::PathBuf;

pub use finished::FinishedRun;

/// Why a question about finished runs has no answer.
#[derive(Debug)]
pub enum ReviewError {
    /// The folder holds no finished run.
    NoRun {
        /// The folder.
        folder: PathBuf,
        /// What is missing.
        lacks: String,
    },
    /// A file of the run could not be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The runs read their dumps in different orders.
    Order {
        /// A dump that stands before the other in one run,
        one: String,
        /// and behind it in the other.
        other: String,
    },
    /// Only a new run has the answer: a sentence for each reason.
    NeedsRun(Vec<String>),
}

impl fmt::Display for ReviewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRun { folder, lacks } => {
                write!(f, "find a finished run in {}: {lacks}", folder.display())
            }
            Self::Read { path, cause } => write!(f, "read {}: {cause}", path.display()),
            Self::Order { one, other } => {
                write!(f, "lay the runs side by side: one has {one} before {other}, the other behind it")
            }
            Self::NeedsRun(reasons) => {
                write!(f, "answer from what was kept and dropped:")?;
                reasons.iter().try_for_each(|reason| write!(f, "\n  {reason}"))
            }
        }
    }
}

impl std::error::Error for ReviewError {}
