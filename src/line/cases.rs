//! Whether a pipeline's `[[test]]` cases hold.

use std::sync::Arc;

use serde_json::Value;

use super::{Fate, Judge, Judged};
use crate::article::{ExtraStyle, KeptRecord};
use crate::format::Form;
use crate::pipeline::{ExpectedFate, Pipeline, TestCase};

/// How a case went.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The case.
    pub name: String,
    /// What was not as expected, a line each; empty where all was.
    pub failures: Vec<String>,
}

/// Runs the `[[test]]` cases of a pipeline.
#[must_use]
pub fn check_tests(mut pipeline: Pipeline) -> Vec<CaseResult> {
    let cases = std::mem::take(&mut pipeline.tests);
    let judge = Judge::new(pipeline, None);
    cases.into_iter().map(|case| check(&judge, case)).collect()
}

fn check(judge: &Judge, case: TestCase) -> CaseResult {
    let stage = |step: usize| judge.pipeline.steps.get(step).map(|step| step.kind.name);
    let judged =
        judge.judge(&Arc::from("test"), Form::Json, case.line.as_bytes(), 1, &mut judge.tally(), None);
    let (outcome, by, article) = match judged {
        Err((fault, step)) => (format!("quarantined: {}", fault.reason.name), step.and_then(stage), None),
        Ok(Fate::Article(judged)) => {
            let Judged { article, verdict, .. } = *judged;
            match verdict {
                None => ("kept".to_owned(), None, Some(article)),
                Some((_, verdict)) => {
                    (format!("dropped: {}", verdict.reason), Some(verdict.stage), Some(article))
                }
            }
        }
        Ok(_) => ("no article".to_owned(), None, None),
    };
    let record = article.map_or(Value::Null, |article| {
        let record = KeptRecord { article: &article, extra: ExtraStyle::Object };
        serde_json::to_value(record).unwrap_or(Value::Null)
    });
    let mut failures = Vec::new();
    let wanted = match &case.fate {
        ExpectedFate::Kept => "kept".to_owned(),
        ExpectedFate::Dropped(reason) => format!("dropped: {reason}"),
        ExpectedFate::Quarantined(reason) => format!("quarantined: {reason}"),
    };
    if outcome != wanted {
        let by = by.map(|by| format!(" (by {by})")).unwrap_or_default();
        failures.push(format!("expected {wanted}, found {outcome}{by}"));
    } else if let Some(expected) = &case.by
        && by != Some(expected)
    {
        failures.push(format!("expected it of {expected}, found {}", by.unwrap_or("no stage")));
    }
    for (key, wanted) in &case.record {
        let found = record.get(key).unwrap_or(&Value::Null);
        if !holds(found, wanted) {
            failures.push(format!("{key}: expected {wanted}, found {found}"));
        }
    }
    for key in &case.absent {
        if let Some(found) = record.get(key).filter(|found| !found.is_null()) {
            failures.push(format!("{key}: expected nothing, found {found}"));
        }
    }
    CaseResult { name: case.name, failures }
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
