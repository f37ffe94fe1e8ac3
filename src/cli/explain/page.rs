//! An explanation as a page for a terminal: what came in, each stage, the record, the verdict.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::edits::{EditPlace, Places, places};
use super::spans::{ShownSpan, SpanStyle, Tone, columns, shortened, visible, wrapped};
use crate::article::{Measured, RECORD_KEYS};
use crate::cli::show::{bytes, count, elide};
use crate::explain::{
    Edit, Explanation, FaultPlace, FieldChange, Finding, KeysReport, OutcomeReport, OutputDifference,
    RunReport, StageReport,
};
use crate::stage::{Limit, Measurement};
use crate::text::Slice;
use crate::text::{count_words, shown_name};

/// Places of one text that are shown, unless all are wanted.
const PLACES: usize = 12;

/// Places with the same edits that are shown: line ends of another system are one in every line.
const ALIKE: usize = 2;

/// Where values begin, after two spaces and a field's name.
const VALUES: usize = 17;

/// The same within a stage.
const STAGE_VALUES: usize = VALUES + 4;

pub(super) struct ExplainPage {
    look: SpanStyle,
    text: String,
    /// Something was left out that `--full` would show.
    is_cut: bool,
}

impl ExplainPage {
    pub(super) fn new(look: SpanStyle) -> Self {
        Self { look, text: String::new(), is_cut: false }
    }

    pub(super) fn explanation(mut self, told: &Explanation) -> String {
        self.head(told);
        if let Some(run) = &told.run {
            self.verdict(&in_the_run(run), &word_of(run));
        }
        if !told.read.is_empty() || told.line.page_bytes > 0 {
            self.heading("as it was read");
            for change in &told.read {
                self.field(change, 2);
            }
            if told.line.page_bytes > 0 {
                self.entry(2, None, "html", &[ShownSpan::new(Tone::Plain, page_of(told.line.page_bytes))]);
            }
            if told.line.mended {
                self.entry(2, None, "mended", &[ShownSpan::new(Tone::Warning, "it was JSON only nearly")]);
            }
            self.heading("stages");
            let width = told.stages.iter().map(|stage| stage.stage.len()).max().unwrap_or(0);
            for (number, stage) in (1..).zip(&told.stages) {
                self.stage(number, stage, width);
            }
        }
        self.record(told);
        self.outcome(told);
        if let Some(run) = &told.run {
            self.run(run, told.by_stages.is_some());
        }
        self.hints(told);
        self.text
    }

    fn line(&mut self, spans: &[ShownSpan], indent: usize) {
        let start = " ".repeat(indent);
        let line = wrapped(spans, indent, indent, self.look.width);
        let line = format!("{start}{line}");
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, name: &str) {
        self.text.push('\n');
        self.line(&[ShownSpan::new(Tone::Strong, name)], 0);
    }

    fn head(&mut self, told: &Explanation) {
        let place = &told.line;
        let size = match place.byte_length {
            0..=9999 => format!("{} bytes", count(place.byte_length)),
            length => bytes(length),
        };
        let more =
            format!(" · {size} from byte {} · pipeline {}", count(place.byte_offset), told.pipeline.name);
        self.line(
            &[
                ShownSpan::foreign(Tone::Strong, &format!("{}:{}", shown_name(&place.dump), place.line)),
                ShownSpan::new(Tone::Quiet, more),
            ],
            0,
        );
    }

    /// A name and a value after it.
    fn entry(&mut self, indent: usize, mark: Option<(Tone, &str)>, name: &str, value: &[ShownSpan]) {
        let column = if indent > 2 { STAGE_VALUES } else { VALUES };
        let mut start = " ".repeat(indent);
        if let Some((tone, mark)) = mark {
            start.push_str(&ShownSpan::new(tone, mark).shown());
            start.push(' ');
        }
        let taken = indent + mark.map_or(0, |_| 2) + columns(name);
        start.push_str(&ShownSpan::foreign(Tone::Name, name).shown());
        start.push_str(&" ".repeat(column.saturating_sub(taken).max(1)));
        let line = wrapped(value, column.max(taken + 1), column, self.look.width);
        self.text.push_str(&start);
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A value on one or two lines.
    fn value(&mut self, key: &str, value: &Value, lines: usize) -> String {
        let text = match (key, value) {
            (_, Value::Null) => return plain(value),
            ("extra", Value::String(extra)) => match serde_json::from_str::<Value>(extra) {
                Ok(Value::Object(keys)) => keys.keys().cloned().collect::<Vec<_>>().join(", "),
                _ => extra.clone(),
            },
            _ => plain(value),
        };
        let text = if key == "text" { format!("{} · {text}", size_of_text(&text)) } else { text };
        if self.look.full {
            return text;
        }
        let short = shortened(&text, lines * (self.look.width - STAGE_VALUES) - 10);
        self.is_cut |= short != text;
        short
    }

    /// A field that was set, removed, or edited.
    fn field(&mut self, change: &FieldChange, indent: usize) {
        let key = change.field.as_str();
        let found = change.found.map(|found| ShownSpan::new(Tone::Quiet, format!("  ({found})")));
        let in_stage = indent > 2;
        let name = if key == "extra" { "other keys" } else { key };
        match (&change.before, &change.after) {
            (None, Some(after)) => {
                let value = self.value(key, after, 2);
                let mark = in_stage.then_some((Tone::Added, "+"));
                let mut spans = vec![ShownSpan::foreign(Tone::Plain, &value)];
                spans.extend(found);
                self.entry(indent, mark, name, &spans);
            }
            (Some(before), None) => {
                let value = self.value(key, before, 2);
                let span = ShownSpan::foreign(Tone::Gone, &value);
                self.entry(indent, Some((Tone::Gone, "-")), name, &[span]);
            }
            (Some(before), Some(after)) if before == after => {
                let mut spans = vec![ShownSpan::new(Tone::Quiet, "the same")];
                spans.extend(found);
                self.entry(indent, Some((Tone::Warning, "~")), name, &spans);
            }
            (Some(Value::String(before)), Some(Value::String(after))) => {
                self.edited(change, before, after, indent, found);
            }
            (Some(before), Some(after)) => {
                let (before, after) = (self.value(key, before, 2), self.value(key, after, 2));
                let mut spans = vec![
                    ShownSpan::edit(Tone::Removed, &before, self.look),
                    ShownSpan::new(Tone::Plain, " "),
                    ShownSpan::edit(Tone::Added, &after, self.look),
                ];
                spans.extend(found);
                self.entry(indent, Some((Tone::Warning, "~")), name, &spans);
            }
            (None, None) => {}
        }
    }

    fn edited(
        &mut self,
        change: &FieldChange,
        before: &str,
        after: &str,
        indent: usize,
        found: Option<ShownSpan>,
    ) {
        let Places { places, blank_removed, blank_added } = places(before, after, &change.changes, self.look);
        let mark = Some((Tone::Warning, "~"));
        if !before.contains('\n') && !after.contains('\n') {
            let mut spans: Vec<ShownSpan> = Vec::new();
            for (number, place) in places.into_iter().enumerate() {
                if number > 0 {
                    spans.push(ShownSpan::new(Tone::Plain, " "));
                }
                spans.extend(place.spans);
            }
            spans.extend(found);
            return self.entry(indent, mark, &change.field, &spans);
        }
        let counted = |of: fn(&Edit) -> &String| {
            change.edits.iter().map(|edit| count_words(of(edit), usize::MAX)).sum::<usize>()
        };
        let (removed, added) = (counted(|edit| &edit.removed), counted(|edit| &edit.added));
        let mut summary = Vec::new();
        if !places.is_empty() {
            summary.push((Tone::Plain, number_of(places.len(), "place")));
        }
        for (tone, sign, number, what) in [
            (Tone::Bad, '−', removed, "word"),
            (Tone::Good, '+', added, "word"),
            (Tone::Bad, '−', blank_removed, "blank line"),
            (Tone::Good, '+', blank_added, "blank line"),
        ] {
            if number > 0 {
                summary.push((tone, format!("{sign}{}", number_of(number, what))));
            }
        }
        let mut spans: Vec<ShownSpan> = Vec::new();
        for (tone, part) in summary {
            if !spans.is_empty() {
                spans.push(ShownSpan::new(Tone::Quiet, " · "));
            }
            spans.push(ShownSpan::new(tone, part));
        }
        spans.extend(found);
        self.entry(indent, mark, &change.field, &spans);
        let all = places.len();
        let mut alike: BTreeMap<String, usize> = BTreeMap::new();
        let is_new = |place: &EditPlace| {
            let times = alike.entry(place.edits.clone()).or_default();
            *times += 1;
            *times <= ALIKE
        };
        let places: Vec<EditPlace> =
            if self.look.full { places } else { places.into_iter().filter(is_new).take(PLACES).collect() };
        let left = all - places.len();
        for place in places {
            let number = format!("{:>width$}", place.line, width = indent + 4);
            self.text.push_str(&ShownSpan::new(Tone::Quiet, number).shown());
            self.text.push_str("  ");
            let column = indent + 6;
            let mut spans = Vec::new();
            if let Some((tone, mark)) = place.mark {
                spans.push(ShownSpan::new(tone, mark));
                spans.push(ShownSpan::new(Tone::Plain, " "));
            }
            spans.extend(place.spans);
            self.text.push_str(wrapped(&spans, column, column + 2, self.look.width).trim_end());
            self.text.push('\n');
        }
        if left > 0 {
            self.is_cut = true;
            self.line(
                &[ShownSpan::new(Tone::Quiet, format!("… {}", number_of(left, "more place")))],
                indent + 6,
            );
        }
    }

    fn stage(&mut self, number: usize, stage: &StageReport, width: usize) {
        let mut spans: Vec<ShownSpan> = Vec::new();
        let mut say = |tone: Tone, text: String| {
            if !spans.is_empty() {
                spans.push(ShownSpan::new(Tone::Quiet, " · "));
            }
            spans.push(ShownSpan::new(tone, text));
        };
        let is_gate = stage.family == "gate";
        match stage.outcome {
            Finding::NotReached => say(Tone::Quiet, "not reached".to_owned()),
            Finding::Dropped => say(Tone::Bad, "dropped".to_owned()),
            Finding::Quarantined => say(Tone::Bad, "quarantined".to_owned()),
            _ if is_gate => say(Tone::Good, "kept".to_owned()),
            _ if stage.changes.is_empty() && !stage.page_used => say(Tone::Quiet, "no change".to_owned()),
            _ => say(Tone::Plain, number_of(stage.changes.len(), "field")),
        }
        if stage.page_used {
            say(Tone::Plain, "the page became text".to_owned());
        }
        for measurement in &stage.measured {
            if measurement.detail && !self.look.full {
                self.is_cut = true;
                continue;
            }
            let (value, limit) = told(measurement);
            let tone = match measurement.holds() {
                Some(false) if is_gate => Tone::Bad,
                _ => Tone::Plain,
            };
            say(tone, format!("{} {value}{limit}", measurement.name.replace('_', " ")));
        }
        let quiet = stage.outcome == Finding::NotReached;
        let name = ShownSpan::new(if quiet { Tone::Quiet } else { Tone::Strong }, stage.stage).shown();
        let pad = " ".repeat(width.saturating_sub(stage.stage.len()));
        let start = format!("{} {name}{pad}  ", ShownSpan::new(Tone::Quiet, format!("{number:>3}")).shown());
        let column = width + 6;
        self.text.push_str(&start);
        self.text.push_str(wrapped(&spans, column, column + 1, self.look.width).trim_end());
        self.text.push('\n');
        for change in &stage.changes {
            self.field(change, 4);
        }
    }

    /// The record as it is written, a line or two a field.
    fn record(&mut self, told: &Explanation) {
        if !matches!(told.stages_outcome().outcome, Finding::Kept | Finding::Dropped) {
            return;
        }
        let record = told.record.as_ref().and_then(|record| serde_json::from_str::<Value>(record.get()).ok());
        let Some(Value::Object(record)) = record else { return };
        self.heading("the record");
        for key in RECORD_KEYS {
            let Some(value) = record.get(key.name) else { continue };
            if matches!(key.name, "found" | "source") {
                continue;
            }
            let found = record.get("found").and_then(|found| found.get(key.name)).and_then(Value::as_str);
            let value = self.value(key.name, value, 1);
            let mut spans = vec![ShownSpan::foreign(Tone::Plain, &value)];
            spans.extend(found.map(|found| ShownSpan::new(Tone::Quiet, format!("  ({found})"))));
            self.entry(2, None, if key.name == "extra" { "other keys" } else { key.name }, &spans);
        }
    }

    fn outcome(&mut self, told: &Explanation) {
        let outcome = told.stages_outcome();
        self.text.push('\n');
        if told.by_stages.is_some() && outcome.outcome == Finding::Kept {
            // What became of it is the run's to say.
            self.line(&[ShownSpan::new(Tone::Plain, "No stage dropped it.")], 2);
        } else {
            self.verdict("", outcome);
        }
        if let Some(fault) = &outcome.fault {
            self.fault(fault);
        }
        if let Some(keys) = &told.keys {
            self.keys(keys);
        }
    }

    /// A verdict in a line, and what it means.
    fn verdict(&mut self, start: &str, outcome: &OutcomeReport) {
        let (tone, word) = match outcome.outcome {
            Finding::Kept => (Tone::Good, "kept"),
            Finding::Dropped => (Tone::Bad, "dropped"),
            Finding::Quarantined => (Tone::Bad, "quarantined"),
            Finding::Blank => (Tone::Warning, "a blank line: it is counted, and in no output"),
            Finding::Other => (Tone::Warning, "not an article by its form: it is counted, and in no output,"),
            Finding::Missing | Finding::NotReached => (Tone::Warning, "in no output"),
        };
        let mut spans = vec![ShownSpan::new(Tone::Strong, start), ShownSpan::new(tone, word)];
        if let Some(reason) = &outcome.reason {
            spans.push(ShownSpan::new(Tone::Plain, " as "));
            spans.push(ShownSpan::foreign(Tone::Strong, reason));
        }
        if let Some(stage) = &outcome.stage {
            spans.push(ShownSpan::foreign(Tone::Plain, &format!(" by {stage}")));
        }
        self.line(&spans, 0);
        if let Some(meaning) = &outcome.meaning {
            self.line(&[ShownSpan::foreign(Tone::Plain, meaning)], 2);
        }
        if let Some(detail) = &outcome.detail {
            self.line(&[ShownSpan::foreign(Tone::Plain, detail)], 2);
        }
        if let (Some(measured), Some(limit)) = (&outcome.measured, &outcome.limit) {
            let text = format!("measured {}, limit {}", plain(measured), plain(limit));
            self.line(&[ShownSpan::foreign(Tone::Plain, &text)], 2);
        }
    }

    fn fault(&mut self, fault: &FaultPlace) {
        let place = format!(
            "byte {} of the line, byte {} of the dump, both from 0",
            count(fault.byte),
            count(fault.byte_in_dump)
        );
        self.line(&[ShownSpan::new(Tone::Plain, place)], 2);
        let room = (self.look.width - 8) / 2;
        let before: String = {
            let before = visible(&fault.before);
            let mut start = before.len();
            for (at, _) in before.char_indices().rev() {
                if columns(before.slice(at..)) > room {
                    break;
                }
                start = at;
            }
            before.slice(start..).to_owned()
        };
        let there = if fault.there.is_empty() { "⏎".to_owned() } else { visible(&fault.there) };
        let after = shortened(&visible(&fault.after), room.saturating_sub(columns(&there)).max(2));
        let shown = format!("    {before}{}{after}\n", ShownSpan::new(Tone::Bad, &*there).shown());
        let carets = "^".repeat(columns(&there).max(1));
        let carets =
            format!("    {}{}\n", " ".repeat(columns(&before)), ShownSpan::new(Tone::Bad, carets).shown());
        self.text.push('\n');
        self.text.push_str(&shown);
        self.text.push_str(&carets);
    }

    fn keys(&mut self, keys: &KeysReport) {
        let KeysReport { url, text, near_grams, near_threshold } = keys;
        let mut keys = Vec::new();
        keys.extend(url.as_ref().map(|url| format!("its URL ({}…)", url.get(..8).unwrap_or(url))));
        keys.extend(text.as_ref().map(|text| format!("its text ({}…)", text.get(..8).unwrap_or(text))));
        if let (Some(grams), Some(threshold)) = (near_grams, near_threshold) {
            let grams = count(u64::from(*grams));
            keys.push(format!("its {grams} different word n-grams (at least {threshold} of them)"));
        }
        let text = match keys.split_last() {
            None => "It has nothing that duplicates are found by.".to_owned(),
            Some((last, [])) => format!("Compared with other records by {last}."),
            Some((last, others)) => {
                format!("Compared with other records by {} and {last}.", others.join(", "))
            }
        };
        self.line(&[ShownSpan::new(Tone::Plain, text)], 2);
    }

    /// `decided`: the run did, otherwise than the stages.
    fn run(&mut self, run: &RunReport, decided: bool) {
        self.text.push('\n');
        let start = in_the_run(run);
        if decided {
            self.verdict(&start, &run.outcome);
        } else {
            // Why, the verdict above has said.
            self.verdict(&start, &word_of(run));
        }
        let other = |how: &str, other: &Value| {
            let text = |key: &str| other.get(key).map(plain).unwrap_or_default();
            let night = other.get("night").map(|night| format!(" of {}", plain(night))).unwrap_or_default();
            format!("{how} {}:{}{night}, record {}", text("dump"), text("line"), text("id"))
        };
        if let Some(origin) = &run.duplicate_of {
            let similarity = origin.get("similarity").map(plain).unwrap_or_default();
            let told = format!("{}, similarity {similarity}", other("it repeats", origin));
            self.line(&[ShownSpan::foreign(Tone::Plain, &told)], 2);
            if let Some(command) = &run.original {
                // In one line: it is there to be pasted.
                let command = ShownSpan::foreign(Tone::Name, command).shown();
                writeln!(self.text, "  {command}").expect("a String takes any text");
            }
        }
        if let Some(before) = &run.update {
            let told = other("it is a later version of", before);
            self.line(&[ShownSpan::foreign(Tone::Plain, &told)], 2);
        }
        for one in run.repeated.as_ref().and_then(Value::as_array).into_iter().flatten() {
            let text = |value: &Value| plain(value);
            let told = format!(
                " removed, as {} earlier articles of its host have it, first {}:{}",
                text(&one["articles"]),
                text(&one["first"]["dump"]),
                text(&one["first"]["line"])
            );
            let removed = ShownSpan::edit(Tone::Removed, &text(&one["text"]), self.look);
            self.line(&[removed, ShownSpan::foreign(Tone::Plain, &told)], 2);
        }
        if run.outcome.outcome == Finding::Missing {
            let told = "the run read no such line: was it another dump, or stopped by --limit?";
            return self.line(&[ShownSpan::new(Tone::Warning, told)], 2);
        }
        if run.agrees {
            let told = if decided || run.has_more() {
                "up to there as told here: the same record"
            } else {
                "as told here, to the byte"
            };
            self.line(&[ShownSpan::new(Tone::Good, told)], 2);
        } else {
            self.line(&[ShownSpan::new(Tone::Bad, "not as told here")], 2);
        }
        for OutputDifference { key, run, here } in &run.differences {
            let value = |page: &mut Self, value: &Option<Value>| {
                value.as_ref().map_or_else(|| "nothing".to_owned(), |value| page.value(key, value, 1))
            };
            let (there, here) = (value(self, run), value(self, here));
            let there = [ShownSpan::new(Tone::Quiet, "run: "), ShownSpan::foreign(Tone::Plain, &there)];
            self.entry(2, None, key, &there);
            let here = [ShownSpan::new(Tone::Quiet, "here: "), ShownSpan::foreign(Tone::Plain, &here)];
            self.entry(2, None, "", &here);
        }
        if !run.same_pipeline {
            let told = format!(
                "the run had another pipeline file: {}, fingerprint {}",
                run.pipeline.name, run.pipeline.fingerprint
            );
            self.line(&[ShownSpan::foreign(Tone::Warning, &told)], 2);
        } else if !run.agrees {
            let told = "the pipeline file is the same: the dump has changed since, or another version of copydesk made \
                        the run";
            self.line(&[ShownSpan::new(Tone::Warning, told)], 2);
        }
    }

    fn hints(&mut self, told: &Explanation) {
        let mut hints = Vec::new();
        if told.run.is_none() && told.keys.is_some() {
            hints.push("Whether it repeats an earlier record, only a run knows: --run DIR looks there.");
        }
        if self.is_cut {
            hints.push("--full shows what was left out.");
        }
        if !hints.is_empty() {
            self.text.push('\n');
        }
        for hint in hints {
            self.line(&[ShownSpan::new(Tone::Quiet, hint)], 0);
        }
    }
}

fn in_the_run(run: &RunReport) -> String {
    format!("in the run {}: ", visible(&run.folder))
}

/// A run's verdict without what it means.
fn word_of(run: &RunReport) -> OutcomeReport {
    OutcomeReport { meaning: None, detail: None, limit: None, ..run.outcome.clone() }
}

fn page_of(length: u64) -> String {
    format!("a page of {}", bytes(length))
}

fn number_of(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{} {what}s", count(number as u64)) }
}

fn size_of_text(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    format!("{} in {}", number_of(count_words(text, usize::MAX), "word"), number_of(lines, "paragraph"))
}

/// A value without JSON's marks, on one line.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => ratio(number.as_f64().unwrap_or_default()),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => {
            let apart = if items.iter().any(Value::is_object) { " · " } else { "; " };
            items.iter().map(plain).collect::<Vec<_>>().join(apart)
        }
        Value::Object(object) => {
            let mut text = String::new();
            for (key, value) in object {
                let (comma, value) = (if text.is_empty() { "" } else { ", " }, plain(value));
                write!(text, "{comma}{key}: {value}").expect("a String takes any text");
            }
            text
        }
    }
}

/// Four digits are as many as anyone sets limits with.
fn ratio(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn told(measurement: &Measurement) -> (String, String) {
    let value = |measured: &Measured| match measured {
        Measured::Count(number) => count(*number),
        Measured::Ratio(value) => ratio(*value),
        Measured::Name(name) if name.is_empty() => "unknown".to_owned(),
        Measured::Name(name) => elide(&visible(name), 60),
    };
    let limit = match &measurement.limit {
        None => String::new(),
        Some(Limit::AtLeast(limit)) => format!(", at least {}", value(limit)),
        Some(Limit::AtMost(limit)) => format!(", at most {}", value(limit)),
        Some(Limit::Above(limit)) => format!(", above {}", value(limit)),
        Some(Limit::Below(limit)) => format!(", below {}", value(limit)),
        Some(Limit::OneOf(limit)) => format!(", one of {}", value(limit)),
    };
    (value(&measurement.value), limit)
}
