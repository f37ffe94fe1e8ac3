//! What the records are like: languages and labels, what was measured, which fields they have.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Night;
use super::histogram::histogram;
use super::sections::listed;
use crate::account::{Histogram, Split, Spread};
use crate::article::Measured;
use crate::page::{Mark, bar, counted, number, percent, table};
use crate::text::count;

/// Languages and values of labels that are shown.
const NAMES: usize = 12;
/// Labels that are shown: those of most records.
const LABELS: usize = 100;

impl Night<'_> {
    /// Languages, and the values of labels that are names.
    pub(super) fn names(&self) -> Markup {
        let names = &self.ledger.profile.names;
        let (shown, more) =
            most(names, |values: &BTreeMap<String, Split>| values.values().map(|split| split.all()).sum());
        let shown = shown.into_iter().filter(|(_, values)| values.keys().any(|value| !value.is_empty()));
        let (first, others): (Vec<_>, Vec<_>) = shown.partition(|(name, _)| name.as_str() == "language");
        html! {
            @for (name, values) in first { (name_table(name, values)) }
            @if !others.is_empty() {
                details {
                    summary { (counted(others.len() as u64, "label", "labels")) ": " (others.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")) }
                    @for (name, values) in others { (name_table(name, values)) }
                }
            }
            (more_labels(more))
        }
    }

    /// Lengths, and all that labellers measured, with limits drawn in.
    pub(super) fn measures(&self) -> Markup {
        let numbers = &self.ledger.profile.numbers;
        if numbers.is_empty() {
            return html! {};
        }
        let (shown, more) = most(numbers, |spread: &Spread| spread.kept.total() + spread.dropped.total());
        let one = |name: &str, spread: &Spread, marks: &[Mark]| {
            html! {
                div {
                    h3 { (match name { "text.characters" => "characters of the text", "language_score" => "certainty of the language", other => other }) }
                    (histogram(name, spread, marks))
                    (quantiles(spread))
                }
            }
        };
        let marked: Vec<_> =
            shown.into_iter().map(|(name, spread)| (name, spread, self.limits_of(name))).collect();
        // What a limit is held against is what somebody looks for.
        let (first, others): (Vec<_>, Vec<_>) = marked.into_iter().partition(|(name, _, marks)| {
            !marks.is_empty() || ["text.characters", "language_score"].contains(&name.as_str())
        });
        html! {
            p.key.soft { span.k {} "kept" span.d {} "dropped" span.l {} "limits" }
            div.measures { @for (name, spread, marks) in &first { (one(name, spread, marks)) } }
            @if !others.is_empty() {
                details {
                    summary { (counted(others.len() as u64, "measure", "measures")) " without a limit" }
                    div.measures { @for (name, spread, marks) in &others { (one(name, spread, marks)) } }
                }
            }
            (more_labels(more))
        }
    }

    /// The limits of gates that measure this number: those whose reason says so.
    fn limits_of(&self, name: &str) -> Vec<Mark> {
        let mut marks = Vec::new();
        for stage in &self.ledger.stages {
            for (reason, evidence) in &stage.evidence {
                if let Some(value) = evidence.limit.as_ref().and_then(Measured::number)
                    && (self.context.labelled)(&stage.stage, reason) == Some(name)
                {
                    marks.push(Mark {
                        value,
                        name: format!("{}: {reason}, limit {}", stage.stage, number(value)),
                        class: "limit",
                    });
                }
            }
        }
        marks
    }

    /// Which fields kept records have.
    pub(super) fn fields(&self) -> Markup {
        let fields = &self.ledger.profile.fields;
        let kept = self.ledger.lines.kept;
        if fields.is_empty() || kept == 0 {
            return html! {};
        }
        let (present, absent): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.present > 0);
        let absent: Vec<&str> = absent.iter().map(|field| field.field.as_str()).collect();
        let rows = html! {
            @for field in present {
                tr {
                    th scope="row" { (field.field) }
                    td.n { (count(field.present)) }
                    td.n { (percent(field.present, kept)) }
                    td.bar-cell { (bar(field.present, 0, kept, "kept")) }
                    td.wide.soft { (listed(&field.found, field.present)) }
                }
            }
        };
        html! {
            (table(
                "Of the kept records.",
                &[("field", ""), ("records", "n"), ("share", "n"), ("picture", ""), ("found in", "wide")],
                &rows,
            ))
            @if !absent.is_empty() { p.soft { "In no kept record: " (absent.join(", ")) "." } }
        }
    }
}

/// The labels of most records, in the order of their names, and how many others there are.
fn most<T>(labels: &BTreeMap<String, T>, records: impl Fn(&T) -> u64) -> (Vec<(&String, &T)>, usize) {
    let mut shown: Vec<_> = labels.iter().collect();
    shown.sort_by_key(|(_, label)| std::cmp::Reverse(records(label)));
    shown.truncate(LABELS);
    shown.sort_by_key(|(name, _)| *name);
    let more = labels.len() - shown.len();
    (shown, more)
}

fn more_labels(more: usize) -> Markup {
    html! {
        @if more > 0 { p.soft { (count(more as u64)) " more labels of fewer records are in " code { "ledger.json" } "." } }
    }
}

fn name_table(name: &str, values: &BTreeMap<String, Split>) -> Markup {
    let mut rows: Vec<(&String, &Split)> = values.iter().collect();
    rows.sort_by_key(|(_, split)| std::cmp::Reverse(split.all()));
    let all: u64 = rows.iter().map(|(_, split)| split.all()).sum();
    let more = rows.len().saturating_sub(NAMES);
    let caption = if more > 0 {
        format!("{name}, the {NAMES} most frequent of {}", rows.len())
    } else {
        name.to_owned()
    };
    let body = html! {
        @for (value, split) in rows.iter().take(NAMES) {
            tr {
                th scope="row" { @if value.is_empty() { span.soft { "unknown" } } @else { (value) } }
                td.n { (count(split.all())) }
                td.n { (percent(split.all(), all)) }
                td.bar-cell { (bar(split.all(), 0, all, "kept")) }
                td.n { (percent(split.kept, split.all())) }
            }
        }
    };
    let columns = [("value", ""), ("records", "n"), ("share", "n"), ("picture", ""), ("of them kept", "n")];
    table(&caption, &columns, &body)
}

fn quantiles(spread: &Spread) -> Markup {
    let row = |name: &str, histogram: &Histogram| {
        let [low, middle, high] =
            [0.1, 0.5, 0.9].map(|share| histogram.quantile(share).map(number).unwrap_or_default());
        html! {
            @if histogram.total() > 0 {
                tr { th scope="row" { (name) } td.n { (count(histogram.total())) } td.n { (low) } td.n { (middle) } td.n { (high) } }
            }
        }
    };
    let rows = html! { (row("kept", &spread.kept)) (row("dropped", &spread.dropped)) };
    let columns = [("outcome", ""), ("records", "n"), ("10 %", "n"), ("median", "n"), ("90 %", "n")];
    html! { details { summary { "numbers" } (table("Below which values a tenth, a half and nine tenths lie.", &columns, &rows)) } }
}
