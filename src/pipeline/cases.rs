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
//! can show them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Judgement, Pipeline};
use crate::article::{ExtraStyle, Fault, KeptRecord, Reason};
use crate::decode;
use crate::settings::{Problem, SettingsTable};
use crate::stage::StageKind;

/// A case, as the file has it.
#[derive(Clone, Debug)]
pub struct TestCase {
    name: String,
    line: String,
    expect: Expect,
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

/// How a case went.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The case.
    pub name: String,
    /// What was not as expected, a line each; empty where all was.
    pub failures: Vec<String>,
}

impl TestCase {
    /// Reads a case of a pipeline with stages of these kinds.
    pub(super) fn read(table: &SettingsTable<'_>, kinds: &[&StageKind]) -> Result<Self, Vec<Problem>> {
        let test: TestTable = table.read()?;
        let mut problems = Vec::new();
        let expect = &test.expect;
        let said = [expect.keep, expect.drop.is_some(), expect.quarantine.is_some()];
        if said.iter().filter(|said| **said).count() != 1 {
            problems.push(table.problem("expect", "expect one of `keep = true`, `drop` and `quarantine`"));
        }
        let reasons = |all: &[&Reason], name: &str| all.iter().any(|reason| reason.name == name);
        if let Some(name) = &expect.drop {
            let known: Vec<&Reason> = kinds.iter().flat_map(|kind| kind.reasons()).collect();
            if !reasons(&known, name) {
                let span = table.key_span_within("expect", "drop");
                problems.push(Problem::unknown(span, "reason", name, known.iter().map(|reason| reason.name)));
            }
        }
        if let Some(name) = &expect.quarantine {
            let known: Vec<&Reason> = decode::REASONS.into_iter().chain(super::REASONS).collect();
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
        let line = json(toml::Value::Table(test.input)).to_string();
        Ok(Self { name: test.name, line, expect: test.expect })
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

pub(super) fn check(pipeline: &Pipeline, case: &TestCase) -> CaseResult {
    let mut failures = Vec::new();
    let expect = &case.expect;
    let decoded = pipeline.decoder().decode(case.line.as_bytes(), &Arc::from("test"), 1);
    let mut tally = vec![super::StageTally::default(); pipeline.steps.len()];
    let decoded = decoded.and_then(|decoded| match pipeline.fault_of(&decoded.article) {
        Some(fault) => Err(fault),
        None => Ok(decoded),
    });
    let (judgement, record) = match decoded {
        Err(fault) => (Err(fault), Value::Null),
        Ok(mut decoded) => {
            let judgement = pipeline.apply(&mut decoded.article, &mut tally);
            let record = KeptRecord { article: &decoded.article, extra: ExtraStyle::Object };
            (Ok(judgement), serde_json::to_value(record).unwrap_or(Value::Null))
        }
    };
    let (outcome, by) = describe(pipeline, judgement);
    let wanted = match (&expect.drop, &expect.quarantine) {
        (Some(reason), _) => format!("dropped: {reason}"),
        (_, Some(reason)) => format!("quarantined: {reason}"),
        _ => "kept".to_owned(),
    };
    if outcome != wanted {
        let by = by.as_deref().map(|by| format!(" (by {by})")).unwrap_or_default();
        failures.push(format!("expected {wanted}, found {outcome}{by}"));
    } else if expect.by.is_some() && expect.by != by {
        failures.push(format!(
            "expected it of {}, found {}",
            expect.by.as_deref().unwrap_or("no stage"),
            by.as_deref().unwrap_or("no stage")
        ));
    }
    for (key, value) in &expect.record {
        let wanted = json(value.clone());
        let found = record.get(key).unwrap_or(&Value::Null);
        if !holds(found, &wanted) {
            failures.push(format!("{key}: expected {wanted}, found {found}"));
        }
    }
    for key in &expect.absent {
        if let Some(found) = record.get(key).filter(|found| !found.is_null()) {
            failures.push(format!("{key}: expected nothing, found {found}"));
        }
    }
    CaseResult { name: case.name.clone(), failures }
}

fn describe(pipeline: &Pipeline, judgement: Result<Judgement, Fault>) -> (String, Option<String>) {
    let by = |step: usize| pipeline.steps.get(step).map(|step| step.kind.name.to_owned());
    match judgement {
        Err(fault) => (format!("quarantined: {}", fault.reason.name), None),
        Ok(Judgement::Kept) => ("kept".to_owned(), None),
        Ok(Judgement::Dropped { step, drop }) => (format!("dropped: {}", drop.reason.name), by(step)),
        Ok(Judgement::Quarantined { step, fault }) => {
            (format!("quarantined: {}", fault.reason.name), by(step))
        }
    }
}

/// Whether a value is as expected; of an object only the expected keys count.
fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| found.get(key).is_some_and(|found| holds(found, wanted)))
        }
        _ => found == wanted,
    }
}
