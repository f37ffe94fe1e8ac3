//! `[[test]]`: what a pipeline's author expects of it, in the pipeline's own file.
//!
//! A case has an `input`, which is decoded like a line of a dump, and says what is to become of it:
//!
//! ```toml
//! [[test]]
//! name = "a lone cookie banner is dropped"
//! input = { text = "We use cookies." }
//! expect = { drop = "too_few_words", by = "drop-short" }
//!
//! [[test]]
//! name = "the site's name leaves the title"
//! input = { title = "Bridge closed - The Daily Courier", text = "…" }
//! expect = { keep = true, record = { title = "Bridge closed" }, absent = ["authors"] }
//! ```
//!
//! Of `record` only the keys that are given are compared. Duplicates are judged across records, so no case
//! can show them. [`crate::line::check_tests`] asks the judge of lines whether they hold.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::article::Reason;
use crate::decode;
use crate::settings::{Problem, SettingsTable};
use crate::stage::StageKind;

/// A case.
#[derive(Clone, Debug)]
pub struct TestCase {
    /// What it shows.
    pub(crate) name: String,
    /// The record that comes in, as a line of a dump.
    pub(crate) line: String,
    /// What is to become of it.
    pub(crate) fate: ExpectedFate,
    /// The stage that decides, where the case names one.
    pub(crate) by: Option<String>,
    /// Keys of the record and their values, once the stages are through.
    pub(crate) record: BTreeMap<String, Value>,
    /// Keys that the record must not have.
    pub(crate) absent: Vec<String>,
}

/// What a case expects to become of its record.
#[derive(Clone, Debug)]
pub(crate) enum ExpectedFate {
    Kept,
    /// For this reason.
    Dropped(String),
    /// For this reason.
    Quarantined(String),
}

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TestTable {
    /// What the case shows, as a sentence.
    name: String,
    /// The record that comes in.
    #[schemars(with = "Value")]
    input: toml::Table,
    /// What is to become of it.
    expect: Expect,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Expect {
    /// The record is kept.
    keep: bool,
    /// The reason for which a gate drops it.
    drop: Option<String>,
    /// The reason for which it is quarantined.
    quarantine: Option<String>,
    /// The stage that decides.
    by: Option<String>,
    /// Keys of the record and their values, once the stages are through.
    #[schemars(with = "Value")]
    record: toml::Table,
    /// Keys that the record must not have.
    absent: Vec<String>,
}

impl TestCase {
    /// Reads a case of a pipeline with stages of these kinds.
    pub(super) fn read(table: &SettingsTable<'_>, kinds: &[&StageKind]) -> Result<Self, Vec<Problem>> {
        let test: TestTable = table.read()?;
        let mut problems = Vec::new();
        let expect = test.expect;
        let fate = match (expect.keep, &expect.drop, &expect.quarantine) {
            (true, None, None) => ExpectedFate::Kept,
            (false, Some(reason), None) => ExpectedFate::Dropped(reason.clone()),
            (false, None, Some(reason)) => ExpectedFate::Quarantined(reason.clone()),
            _ => {
                problems
                    .push(table.problem("expect", "expect one of `keep = true`, `drop` and `quarantine`"));
                ExpectedFate::Kept
            }
        };
        let reasons = |all: &[&Reason], name: &str| all.iter().any(|reason| reason.name == name);
        if let Some(name) = &expect.drop {
            let known: Vec<&Reason> = kinds.iter().flat_map(|kind| kind.reasons()).collect();
            if !reasons(&known, name) {
                let span = table.key_span_within("expect", "drop");
                problems.push(Problem::unknown(span, "reason", name, known.iter().map(|reason| reason.name)));
            }
        }
        if let Some(name) = &expect.quarantine {
            let known: Vec<&Reason> = decode::REASONS.iter().chain(super::REASONS).copied().collect();
            if !reasons(&known, name) {
                let span = table.key_span_within("expect", "quarantine");
                problems.push(Problem::unknown(span, "reason", name, known.iter().map(|reason| reason.name)));
            }
        }
        if let Some(name) = &expect.by
            && !kinds.iter().any(|kind| kind.name == name)
        {
            let span = table.key_span_within("expect", "by");
            problems.push(Problem::unknown(
                span,
                "stage in this pipeline",
                name,
                kinds.iter().map(|kind| kind.name),
            ));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            name: test.name,
            line: json(toml::Value::Table(test.input)).to_string(),
            fate,
            by: expect.by,
            record: expect.record.into_iter().map(|(key, value)| (key, json(value))).collect(),
            absent: expect.absent,
        })
    }
}

/// TOML as JSON; dates become strings.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect())
        }
    }
}
