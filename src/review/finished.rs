//! A finished run's folder, and the records in it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::ReviewError;
use super::shards::ShardLines;
use crate::account::Ledger;
use crate::article::Measured;
use crate::write::Output;

/// A finished run.
#[derive(Debug)]
pub struct FinishedRun {
    /// Its folder.
    pub folder: PathBuf,
    /// Its account.
    pub ledger: Ledger,
    dumps: BTreeMap<String, usize>,
}

impl FinishedRun {
    /// Opens a run's folder.
    ///
    /// # Errors
    /// Where it holds no run, or one that has not finished.
    pub fn open(folder: &Path) -> Result<Self, ReviewError> {
        let no_run = |lacks: &str| ReviewError::NoRun { folder: folder.to_owned(), lacks: lacks.to_owned() };
        if !folder.is_dir() {
            return Err(no_run("there is no such folder"));
        }
        let path = folder.join("ledger.json");
        if !folder.join("_SUCCESS").exists() || !path.exists() {
            return Err(no_run("it has no ledger.json or no _SUCCESS, which a run writes at its end"));
        }
        let read = |cause: String| ReviewError::Read { path: path.clone(), cause };
        let json = std::fs::read(&path).map_err(|error| read(error.to_string()))?;
        let ledger: Ledger = serde_json::from_slice(&json).map_err(|error| read(error.to_string()))?;
        let dumps = ledger.dumps.iter().enumerate().map(|(place, dump)| (dump.dump.clone(), place)).collect();
        Ok(Self { folder: folder.to_owned(), ledger, dumps })
    }

    /// A dump's place among the run's.
    pub(super) fn dump(&self, name: &str) -> Option<usize> {
        self.dumps.get(name).copied()
    }

    /// The lines of an output, in order.
    pub(super) fn lines(&self, output: Output) -> ShardLines {
        let shards = self.ledger.outputs.get(output.folder()).map(Vec::as_slice).unwrap_or_default();
        ShardLines::new(shards.iter().map(|shard| self.folder.join(&shard.file)).collect())
    }
}

/// What a replay reads of a record. Its other keys are passed over.
#[derive(Debug, Deserialize)]
pub(super) struct Record<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow, default)]
    pub url: Cow<'a, str>,
    #[serde(borrow, default)]
    pub source_url: Cow<'a, str>,
    #[serde(borrow, default)]
    pub host: Cow<'a, str>,
    #[serde(borrow, default)]
    pub title: Cow<'a, str>,
    #[serde(borrow, default)]
    pub language: Cow<'a, str>,
    pub language_score: Option<f64>,
    #[serde(borrow, default)]
    pub text: Cow<'a, str>,
    #[serde(borrow)]
    pub labels: Option<&'a RawValue>,
    #[serde(borrow)]
    pub source: Place<'a>,
    pub verdict: Option<Verdict>,
    pub duplicate_of: Option<DuplicateOf>,
}

/// Where a record was read.
#[derive(Debug, Deserialize)]
pub(super) struct Place<'a> {
    #[serde(borrow)]
    pub dump: Cow<'a, str>,
    pub line: u64,
}

/// Why a record was dropped.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Verdict {
    pub stage: String,
    pub reason: String,
    pub measured: Option<Value>,
    pub limit: Option<Value>,
}

/// A measured value, read back.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Value {
    Count(u64),
    Ratio(f64),
    Name(String),
}

impl From<Value> for Measured {
    fn from(value: Value) -> Self {
        match value {
            Value::Count(count) => Self::Count(count),
            Value::Ratio(ratio) => Self::Ratio(ratio),
            Value::Name(name) => Self::Name(name),
        }
    }
}

/// The record that a duplicate repeats.
#[derive(Debug, Deserialize)]
pub(super) struct DuplicateOf {
    /// The night it stands in, where it is an earlier one.
    pub run: Option<serde::de::IgnoredAny>,
}
