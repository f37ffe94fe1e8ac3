//! From a trace to what is reported about it.

use serde_json::{Map, Value};

use super::{
    Edit, ExplainedPlace, Explanation, FaultPlace, FieldChange, Finding, KeysReport, OutcomeReport,
    StageReport,
};
use crate::account::PipelineAccount;
use crate::article::{ExtraStyle, Field, Found, KeptRecord, Outcome, RECORD_KEYS, Verdict};
use crate::decode::{BAD_JSON, NOT_UTF8};
use crate::dedup::{DEDUP, DedupKeys};
use crate::line::{Fate, Quarantined, meaning};
use crate::pipeline::{Pipeline, Stand, Trace, Traced};
use crate::read::{CUT_OFF, Dump};
use crate::text::Slice;
use crate::text::diff_words;

/// Everything but the line's place and the run.
pub(super) fn report(pipeline: &Pipeline, dump: &Dump, fate: &Fate, trace: &Trace) -> Explanation {
    let start = trace.start.as_ref();
    let mut record = Vec::new();
    let (outcome, keys) = match fate {
        Fate::Blank | Fate::Within => (OutcomeReport::bare(Finding::Blank), None),
        Fate::Other(kind) => {
            (OutcomeReport { reason: Some((*kind).to_owned()), ..OutcomeReport::bare(Finding::Other) }, None)
        }
        Fate::Article(judged) => {
            let output = &pipeline.output;
            let extra = if judged.verdict.is_none() { output.extra_of_records() } else { output.extra };
            judged.write(extra, &mut record);
            match &judged.verdict {
                None => (OutcomeReport::bare(Finding::Kept), keys_report(&judged.keys, pipeline)),
                Some((_, verdict)) => (OutcomeReport::dropped(verdict), None),
            }
        }
        Fate::Quarantined(line) => {
            line.write(&dump.name, &mut record);
            (OutcomeReport::quarantined(line, pipeline), None)
        }
    };
    let record = String::from_utf8(record).ok().filter(|record| !record.is_empty());
    Explanation {
        copydesk: env!("CARGO_PKG_VERSION"),
        pipeline: PipelineAccount { name: pipeline.name.clone(), fingerprint: pipeline.fingerprint.clone() },
        line: ExplainedPlace {
            dump: String::new(),
            line: 0,
            byte_offset: 0,
            byte_length: 0,
            mended: false,
            page_bytes: 0,
        },
        read: start.map(|start| changes(&Map::new(), start, None)).unwrap_or_default(),
        stages: stages(pipeline, trace),
        outcome,
        by_stages: None,
        keys,
        record: record.and_then(|record| serde_json::value::RawValue::from_string(record).ok()),
        run: None,
    }
}

fn stages(pipeline: &Pipeline, trace: &Trace) -> Vec<StageReport> {
    let mut before = trace.start.as_ref();
    let mut reports = Vec::new();
    for (step, one) in pipeline.steps.iter().enumerate() {
        let traced = trace.stages.iter().find(|traced| traced.step == step);
        let mut report = StageReport {
            stage: one.kind.name,
            family: one.kind.family.name(),
            outcome: traced.map_or(Finding::NotReached, decided),
            measured: traced.map(|traced| traced.measured.clone()).unwrap_or_default(),
            changes: Vec::new(),
            page_used: false,
        };
        if let (Some(traced), Some(stand)) = (traced, before) {
            // What a stage that panicked has left is half done, and in no record.
            if traced.outcome.is_some() {
                report.changes = changes(&fields(stand), &traced.after, Some(stand));
                report.page_used = stand.has_page && !traced.after.has_page;
            }
            before = Some(&traced.after);
        }
        reports.push(report);
    }
    reports
}

fn decided(traced: &Traced) -> Finding {
    match &traced.outcome {
        Some(Outcome::Keep) => Finding::Kept,
        Some(Outcome::Drop(_)) => Finding::Dropped,
        Some(Outcome::Quarantine(_)) | None => Finding::Quarantined,
    }
}

/// The record's keys and values; each label by itself.
fn fields(stand: &Stand) -> Map<String, Value> {
    let record = KeptRecord { article: &stand.article, extra: ExtraStyle::Text };
    let Ok(Value::Object(mut fields)) = serde_json::to_value(record) else { return Map::new() };
    fields.retain(|_, value| !value.is_null());
    // The first two are set after the last stage; the others are reported elsewhere.
    for key in ["id", "host", "source", "found"] {
        fields.remove(key);
    }
    if let Some(Value::Object(labels)) = fields.remove("labels") {
        fields.extend(labels.into_iter().map(|(name, label)| (format!("labels.{name}"), label)));
    }
    fields
}

fn changes(before: &Map<String, Value>, after: &Stand, old: Option<&Stand>) -> Vec<FieldChange> {
    let new = fields(after);
    let mut keys: Vec<&String> = before.keys().chain(new.keys()).collect();
    let place = |key: &str| {
        let top = key.split('.').next().unwrap_or_default();
        RECORD_KEYS.iter().position(|known| known.name == top)
    };
    keys.sort_by_key(|key| (place(key), *key));
    keys.dedup();
    let mut changes = Vec::new();
    for key in keys {
        let (was, is) = (before.get(key), new.get(key));
        let field = Field::ALL.iter().find(|field| field.name() == key);
        let found = |stand: &Stand| field.and_then(|field| stand.article.found.get(*field));
        let found_now = found(after);
        let newly = found_now.filter(|_| old.is_none_or(|old| found(old) != found_now) || was.is_none());
        if was == is && (newly.is_none() || is.is_none()) {
            continue;
        }
        changes.push(FieldChange::new(key, was, is, newly.map(Found::name)));
    }
    changes
}

impl FieldChange {
    fn new(key: &str, before: Option<&Value>, after: Option<&Value>, found: Option<&'static str>) -> Self {
        let mut change = Self {
            field: key.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
            found,
            edits: Vec::new(),
            changes: Vec::new(),
        };
        if let (Some(Value::String(before)), Some(Value::String(after))) = (before, after) {
            change.changes = diff_words(before, after);
            let (mut line, mut at) = (1, 0);
            for one in &change.changes {
                let text = |text: &str, range: std::ops::Range<usize>| {
                    text.get(range).unwrap_or_default().to_owned()
                };
                line += text(before, at..one.before.start).matches('\n').count();
                at = one.before.start;
                let (removed, added) = (text(before, one.before.clone()), text(after, one.after.clone()));
                change.edits.push(Edit { line, removed, added });
            }
        }
        change
    }
}

fn keys_report(keys: &DedupKeys, pipeline: &Pipeline) -> Option<KeysReport> {
    let near = pipeline.dedup.as_ref()?.near.settings();
    let digits = |key: u128| format!("{key:032x}");
    Some(KeysReport {
        url: keys.url().map(digits),
        text: keys.text().map(digits),
        near_grams: keys.near_grams(),
        near_threshold: near.map(|near| near.threshold),
    })
}

impl OutcomeReport {
    pub(super) fn bare(outcome: Finding) -> Self {
        Self {
            outcome,
            stage: None,
            reason: None,
            meaning: None,
            measured: None,
            limit: None,
            detail: None,
            fault: None,
        }
    }

    fn dropped(verdict: &Verdict) -> Self {
        let value = |measured: &Option<_>| measured.as_ref().and_then(|one| serde_json::to_value(one).ok());
        Self {
            stage: Some(verdict.stage.to_owned()),
            reason: Some(verdict.reason.to_owned()),
            meaning: meaning(verdict.reason).map(str::to_owned),
            measured: value(&verdict.measured),
            limit: value(&verdict.limit),
            ..Self::bare(Finding::Dropped)
        }
    }

    fn quarantined(line: &Quarantined, pipeline: &Pipeline) -> Self {
        let stage = line.step.and_then(|step| pipeline.steps.get(step));
        Self {
            stage: stage.map(|stage| stage.kind.name.to_owned()),
            reason: Some(line.fault.reason.name.to_owned()),
            meaning: Some(line.fault.reason.meaning.to_owned()),
            detail: Some(line.fault.detail.clone()),
            fault: fault_place(line),
            ..Self::bare(Finding::Quarantined)
        }
    }

    /// What a line of a run's `dropped/` or `quarantine/` says.
    pub(super) fn read(outcome: Finding, said: &Value) -> Self {
        let text = |key: &str| said.get(key).and_then(Value::as_str).map(str::to_owned);
        let reason = text("reason");
        Self {
            stage: text("stage"),
            meaning: reason.as_deref().and_then(meaning).map(str::to_owned),
            reason,
            measured: said.get("measured").cloned(),
            limit: said.get("limit").cloned(),
            detail: text("detail"),
            ..Self::bare(outcome)
        }
    }

    /// Whether deduplication decided.
    pub(super) fn is_duplicate(&self) -> bool {
        self.stage.as_deref() == Some(DEDUP)
    }
}

/// Bytes that are shown on each side of a mistake.
const AROUND_BYTES: usize = 40;

fn fault_place(line: &Quarantined) -> Option<FaultPlace> {
    let raw = &line.raw;
    let byte = match *line.fault.reason {
        NOT_UTF8 => std::str::from_utf8(raw).err()?.valid_up_to(),
        BAD_JSON => {
            // "… at line 1 column 17": the seventeenth byte, or the end.
            let column: usize = line.fault.detail.rsplit_once(" column ")?.1.parse().ok()?;
            if line.fault.detail.starts_with("EOF") { raw.len() } else { column.saturating_sub(1) }
        }
        CUT_OFF => raw.len(),
        _ => return None,
    };
    // The rest of a character stays with it.
    let is_start = |at: &usize| raw.get(*at).is_none_or(|byte| byte & 0xC0 != 0x80);
    let start = (byte.saturating_sub(AROUND_BYTES)..=byte).find(is_start).unwrap_or(byte);
    let wrong = raw.slice(byte..);
    let width = match std::str::from_utf8(wrong) {
        Ok(text) => text.chars().next().map_or(0, char::len_utf8),
        Err(error) if error.valid_up_to() == 0 => error.error_len().unwrap_or(wrong.len()),
        Err(_) => (1..=4).find(|width| std::str::from_utf8(&wrong[..*width]).is_ok()).unwrap_or(1),
    };
    let after = (byte + width).min(raw.len());
    let end = (after..(after + AROUND_BYTES).min(raw.len())).rev().find(is_start).unwrap_or(after);
    let end = if after + AROUND_BYTES >= raw.len() { raw.len() } else { end };
    let shown = |bytes: Option<&[u8]>| escaped(bytes.unwrap_or_default());
    Some(FaultPlace {
        byte: byte as u64,
        byte_in_dump: line.byte_offset + byte as u64,
        before: shown(raw.get(start..byte)),
        there: shown(raw.get(byte..after)),
        after: shown(raw.get(after..end)),
    })
}

/// Bytes as text; those that are none as `\xFF`.
fn escaped(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02X}").expect("a String takes any text");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Fault;

    #[test]
    fn a_mistake_is_shown_at_its_byte() {
        let line = |raw: &[u8], reason, detail: &str| Quarantined {
            dump: 0,
            line: 1,
            byte_offset: 100,
            byte_length: raw.len() as u64,
            raw: raw.to_vec(),
            fault: Fault::new(reason, detail),
            step: None,
        };
        let place = |raw: &[u8], reason, detail: &str| {
            fault_place(&line(raw, reason, detail))
                .map(|place| (place.byte, place.byte_in_dump, place.before, place.there, place.after))
        };
        let found = |byte: u64, before: &str, there: &str, after: &str| {
            Some((byte, 100 + byte, before.to_owned(), there.to_owned(), after.to_owned()))
        };
        assert_eq!(place(b"{\"a\":\"\xC3\"}", &NOT_UTF8, ""), found(6, "{\"a\":\"", "\\xC3", "\"}"));
        assert_eq!(
            place("é\u{1F600}".as_bytes(), &BAD_JSON, "x at line 1 column 3"),
            found(2, "é", "\u{1F600}", "")
        );
        assert_eq!(
            place(b"{\"a\"", &BAD_JSON, "EOF while parsing at line 1 column 4"),
            found(4, "{\"a\"", "", "")
        );
        assert_eq!(place(b"{\"a", &CUT_OFF, ""), found(3, "{\"a", "", ""));
        assert_eq!(place(b"[]", &crate::decode::NOT_AN_OBJECT, ""), None);
        // Forty bytes on each side, and no half character.
        let long = "é".repeat(60);
        let (_, _, before, there, after) =
            place(format!("{long}x{long}").as_bytes(), &BAD_JSON, "at line 1 column 121").expect("a place");
        assert_eq!((before.len(), &*there, after.len()), (40, "x", 38));
    }
}
