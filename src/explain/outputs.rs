//! What a finished run's folder says of a line.

use std::path::{Path, PathBuf};

use memchr::memmem;
use rayon::prelude::*;
use serde_json::{Map, Value};

use super::locate::is_record_id;
use super::{ExplainError, Explanation, Finding, OutcomeReport, OutputDifference, RunReport, least_digits};
use crate::account::Shard;
use crate::finished::{FinishedError, FinishedRun, ShardReader, origin};
use crate::read::{Dump, FindError};
use crate::text::shell_path;
use crate::write::Output;

/// What the run calls a dump: its file name, or more of its path.
pub(super) fn name_of(run: &FinishedRun, dump: &Dump) -> Option<String> {
    let Some(path) = &dump.path else { return None };
    let real = path.canonicalize().unwrap_or_else(|_| path.clone());
    let names = run.ledger.dumps.iter().map(|dump| &dump.dump);
    names.filter(|name| real.ends_with(name) || path.ends_with(name)).max_by_key(|name| name.len()).cloned()
}

/// The dumps that a run read, where they were; of a name, those that it calls so.
pub(super) fn dumps(run: &FinishedRun, named: Option<&str>) -> Result<Vec<Dump>, ExplainError> {
    let names = run.ledger.dumps.iter().zip(&run.ledger.timing.paths.dumps);
    let dumps = names.filter(|(dump, _)| named.is_none_or(|named| named == dump.dump)).map(|(dump, path)| {
        let path = (!path.is_empty()).then(|| PathBuf::from(path));
        Dump::at(&dump.dump, path, dump.packed_bytes, "")
    });
    dumps.collect::<Result<_, _>>().map_err(|error| ExplainError::Find(FindError::Store(error)))
}

/// Completes the beginning of a record's id, such as the outputs of `explain` and `diff` show it.
pub(super) fn complete(run: &FinishedRun, id: &mut String) -> Result<(), ExplainError> {
    let is_start = id.len() >= least_digits(true)
        && id.len() < 32
        && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_start {
        return Ok(());
    }
    let start = format!("{{\"id\":\"{id}");
    let outputs = [Output::Records, Output::Dropped];
    let id_of = |line: &[u8]| {
        let record: Value = serde_json::from_slice(line).unwrap_or_default();
        record["id"].as_str().unwrap_or_default().to_owned()
    };
    // The input's own ids may look like the beginning of one.
    let own = format!("\"id\":\"{id}\"");
    let own = memmem::Finder::new(&own);
    let is_own = |line: &[u8]| {
        let record: Value = serde_json::from_slice(line).unwrap_or_default();
        record["source"]["id"] == **id
    };
    if find(run, &outputs, |line, _| own.find(line).is_some() && is_own(line))?.is_some() {
        return Ok(());
    }
    let found = find(run, &outputs, |line, _| line.starts_with(start.as_bytes()))?;
    let Some(whole) = found.map(|(_, line)| id_of(&line)) else { return Ok(()) };
    let first = format!("{{\"id\":\"{whole}");
    let other = find(run, &outputs, |line, _| {
        line.starts_with(start.as_bytes()) && !line.starts_with(first.as_bytes())
    })?;
    if let Some((_, line)) = other {
        return Err(ExplainError::Ambiguous { start: id.clone(), ids: [whole, id_of(&line)] });
    }
    *id = whole;
    Ok(())
}

/// Where the record with an id was read: the dump's place among `dumps`, and the line.
pub(super) fn place_of(run: &FinishedRun, id: &str, dumps: &[Dump]) -> Option<(usize, u64)> {
    if !is_record_id(id) {
        return None;
    }
    let start = format!("{{\"id\":\"{id}\"");
    let found = find(run, &[Output::Records, Output::Dropped], |line, _| line.starts_with(start.as_bytes()));
    let (output, line) = found.ok()??;
    let (name, line) = origin(&line, output).ok()?;
    Some((dumps.iter().position(|dump| *dump.name == *name)?, line))
}

/// The first output line of which `is` says yes.
fn find(
    run: &FinishedRun,
    outputs: &[Output],
    is: impl Fn(&[u8], Output) -> bool + Sync,
) -> Result<Option<(Output, Vec<u8>)>, ExplainError> {
    let shards: Vec<(Output, &Shard)> = outputs
        .iter()
        .flat_map(|output| {
            let shards = run.shards(*output);
            shards.iter().map(|shard| (*output, shard))
        })
        .collect();
    let found = shards.par_iter().find_map_first(|(output, shard)| {
        match find_in(run.folder.join(&shard.file), |line| is(line, *output)) {
            Ok(line) => line.map(|line| Ok((*output, line))),
            Err(error) => Some(Err(ExplainError::Run(error))),
        }
    });
    found.transpose()
}

/// What became of an explained line, and whether that is what the explanation says.
pub(super) fn report(run: &FinishedRun, here: &Explanation) -> Result<RunReport, ExplainError> {
    let (dump, line) = (Value::from(&*here.line.dump).to_string(), here.line.line);
    // As the outputs have them; a quotation mark within a text has a backslash before it.
    let source = format!("\"source\":{{\"dump\":{dump},\"line\":{line}");
    let source = memmem::Finder::new(&source);
    let quarantined = format!("{{\"dump\":{dump},\"line\":{line},");
    let found = find(run, &Output::ALL, |bytes, output| {
        let maybe = match output {
            Output::Quarantine => bytes.starts_with(quarantined.as_bytes()),
            Output::Records | Output::Dropped => source.find(bytes).is_some(),
        };
        maybe && origin(bytes, output).is_ok_and(|(name, number)| name == here.line.dump && number == line)
    })?;
    let was_read = run
        .ledger
        .dumps
        .iter()
        .any(|dump| dump.dump == here.line.dump && (1..=dump.lines.read).contains(&line));
    let value: Value =
        found.as_ref().and_then(|(_, line)| serde_json::from_slice(line).ok()).unwrap_or(Value::Null);
    let outcome = match found.as_ref().map(|(output, _)| output) {
        Some(Output::Records) => OutcomeReport::bare(Finding::Kept),
        Some(Output::Dropped) => OutcomeReport::read(Finding::Dropped, &value["verdict"]),
        Some(Output::Quarantine) => OutcomeReport::read(Finding::Quarantined, &value),
        None if was_read && here.outcome.outcome == Finding::Other => here.outcome.clone(),
        None if was_read => OutcomeReport::bare(Finding::Blank),
        None => OutcomeReport::bare(Finding::Missing),
    };
    let line = found.map(|(_, line)| line).unwrap_or_default();
    let label = |name: &str| value.get("labels").and_then(|labels| labels.get(name)).cloned();
    let (repeated, update) = (label("repeated"), label("update"));
    let differences = differences(&outcome, &line, value.clone(), here);
    let duplicate_of = value.get("duplicate_of").filter(|origin| !origin.is_null()).cloned();
    Ok(RunReport {
        folder: run.folder.display().to_string(),
        pipeline: run.ledger.pipeline.clone(),
        same_pipeline: run.ledger.pipeline.fingerprint == here.pipeline.fingerprint,
        original: duplicate_of.as_ref().and_then(|origin| command_for(run, origin)),
        duplicate_of,
        repeated,
        update,
        agrees: differences.is_empty(),
        outcome,
        differences,
    })
}

/// The command that shows a record of the run, or of an earlier night in the folder beside it.
fn command_for(run: &FinishedRun, origin: &Value) -> Option<String> {
    let of_other;
    let (folder, ledger) = match origin["night"].as_str() {
        None => (run.folder.clone(), &run.ledger),
        Some(night) => {
            let beside = std::path::absolute(&run.folder).ok()?.with_file_name(night);
            of_other = FinishedRun::open(&beside).ok()?.ledger;
            (of_other.night.as_deref() == Some(night)).then_some((beside, &of_other))?
        }
    };
    let folder = shell_path(&folder.display().to_string());
    ledger.explain_of(&folder, origin["dump"].as_str()?, origin["line"].as_u64()?)
}

fn differences(there: &OutcomeReport, line: &[u8], run: Value, here: &Explanation) -> Vec<OutputDifference> {
    let record = here.record.as_ref().map(|record| record.get().trim_end()).unwrap_or_default();
    if there.outcome == here.outcome.outcome && line.trim_ascii_end() == record.as_bytes() {
        return Vec::new();
    }
    let said = |outcome: &OutcomeReport| {
        let parts = [
            serde_json::to_value(outcome.outcome).ok().and_then(|name| name.as_str().map(str::to_owned)),
            outcome.stage.as_ref().map(|stage| format!("by {stage}")),
            outcome.reason.as_ref().map(|reason| format!("as {reason}")),
        ];
        Value::from(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    };
    let is_duplicate = there.is_duplicate() && here.outcome.outcome == Finding::Kept;
    let mut differences = Vec::new();
    if !is_duplicate && said(there) != said(&here.outcome) {
        differences.push(OutputDifference {
            key: "outcome".to_owned(),
            run: Some(said(there)),
            here: Some(said(&here.outcome)),
        });
    }
    let (Value::Object(mut run), Ok(Value::Object(mut here))) = (run, serde_json::from_str::<Value>(record))
    else {
        return differences;
    };
    for record in [&mut run, &mut here] {
        record.retain(|key, value| !value.is_null() && !matches!(key.as_str(), "verdict" | "duplicate_of"));
    }
    put_back(&mut run, &here);
    forget_label(&mut run, "update");
    forget_label(&mut here, "update");
    let mut keys: Vec<&String> = run.keys().chain(here.keys()).collect();
    keys.sort();
    keys.dedup();
    differences.extend(keys.into_iter().filter(|key| run.get(*key) != here.get(*key)).map(|key| {
        OutputDifference { key: key.clone(), run: run.get(key).cloned(), here: here.get(key).cloned() }
    }));
    differences
}

/// Takes away what a run alone can do to a text: to remove as many paragraphs as `labels.repeated` has.
fn put_back(run: &mut Map<String, Value>, here: &Map<String, Value>) {
    let paragraphs = |record: &Map<String, Value>| -> Vec<String> {
        let text = record.get("text").and_then(Value::as_str).unwrap_or_default();
        text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
    };
    let labels = run.get("labels").and_then(Value::as_object);
    let Some(repeated) = labels.and_then(|labels| labels.get("repeated")).and_then(Value::as_array) else {
        return;
    };
    let (there, whole) = (paragraphs(run), paragraphs(here));
    let mut left = there.iter().peekable();
    for paragraph in &whole {
        left.next_if_eq(&paragraph);
    }
    let times: u64 = repeated.iter().filter_map(|one| one.get("times").and_then(Value::as_u64)).sum();
    if left.next().is_some() || (whole.len() - there.len()) as u64 != times {
        return;
    }
    if let Some(text) = here.get("text") {
        run.insert("text".to_owned(), text.clone());
    }
    forget_label(run, "repeated");
}

fn forget_label(record: &mut Map<String, Value>, name: &str) {
    if let Some(Value::Object(labels)) = record.get_mut("labels") {
        labels.remove(name);
        if labels.is_empty() {
            record.remove("labels");
        }
    }
}

/// The first line of a shard of which `is` says yes.
fn find_in(path: PathBuf, mut is: impl FnMut(&[u8]) -> bool) -> Result<Option<Vec<u8>>, FinishedError> {
    let mut reader = ShardReader::open(path)?;
    let mut line = Vec::new();
    while reader.next_line(&mut line)? {
        if is(&line) {
            return Ok(Some(line));
        }
        line.clear();
    }
    Ok(None)
}

/// Says where a line of a run's output came from: what is in it has been through the stages already.
pub(super) fn refuse(dump: &Dump, line: u64) -> Result<(), ExplainError> {
    let Some(path) = &dump.path else { return Ok(()) };
    let (Some(output), Some(run)) = (path.parent(), path.parent().and_then(Path::parent)) else {
        return Ok(());
    };
    let Some(output) = Output::ALL.into_iter().find(|one| output.ends_with(one.folder())) else {
        return Ok(());
    };
    if !run.join("ledger.json").exists() {
        return Ok(());
    }
    let mut number = 0;
    let is_it = |_: &[u8]| {
        number += 1;
        number == line
    };
    let Ok(Some(bytes)) = find_in(path.clone(), is_it) else { return Ok(()) };
    match origin(&bytes, output) {
        Ok((dump, line)) => {
            Err(ExplainError::IsOutput { dump: dump.into_owned(), line, run: run.to_owned() })
        }
        Err(_) => Ok(()),
    }
}
