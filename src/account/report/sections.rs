//! The page's sections, in order.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use maud::{Markup, html};

use super::histogram::histogram;
use super::{Night, capitalised};
use crate::account::{
    DriftAccount, DropEvidence, DumpAccount, Histogram, HostCounts, RepeatedAccount, Split, Spread,
    StageAccount, Trend,
};
use crate::article::Measured;
use crate::page::{Mark, bar, counted, number, percent, table};
use crate::text::{bytes, count, duration};

/// Hosts that are on the page: those with most records. All are in `ledger.json`.
const HOSTS: usize = 200;
/// Hosts that are shown without being asked for.
const HOSTS_AT_ONCE: usize = 20;
/// Hosts that lost most are shown apart.
const HOSTS_LOST: usize = 20;
/// Languages and values of labels that are shown.
const NAMES: usize = 12;
/// Labels that are shown: those of most records.
const LABELS: usize = 100;
/// Dumps that are shown.
const DUMPS: usize = 200;
/// Originals that are shown.
const REPEATED: usize = 20;

impl Night<'_> {
    /// Whether the night was good, and its main figures.
    pub(super) fn verdict(&self) -> Markup {
        let ledger = self.ledger;
        let lines = ledger.lines;
        let all = lines.held();
        let drift = ledger.drift.as_ref();
        let missing = drift.map_or(0, |drift| drift.missing().count() as u64);
        let drifted = drift.map_or(0, |drift| drift.changed().count() as u64);
        let is_good = ledger.limits_crossed.is_empty();
        let timing = &ledger.timing;
        let read: u64 = ledger.dumps.iter().map(|dump| dump.bytes).sum();
        let hosts = ledger.hosts.by_host.keys().filter(|host| !host.is_empty()).count() as u64;
        let main = ledger.dropped.iter().rev().max_by_key(|(_, count)| **count);
        let fault = ledger.quarantined.iter().rev().max_by_key(|(_, count)| **count);
        html! {
            header class=(if is_good { "is-good" } else { "is-bad" }) {
                @if ledger.night.is_some() { p.up { a href="../index.html" { "All nights" } } }
                h1 { (self.context.night) " " span.soft { (ledger.pipeline.name) } }
                p.verdict {
                    strong class=(if is_good { "good" } else { "bad" }) { (if is_good { "✓ a night within its limits" } else { "! a night to look at" }) }
                    ": " (count(lines.kept)) " of " (count(all)) " records kept (" (percent(lines.kept, all)) ")"
                    @if lines.quarantined > 0 { ", " (counted(lines.quarantined, "line", "lines")) " could not be processed" }
                    @if missing > 0 { ", " (counted(missing, "host", "hosts")) " delivered nothing" }
                    @if drifted > 0 { ", " (counted(drifted, "host", "hosts")) " changed" }
                    "."
                }
                dl.tiles {
                    div { dt { "kept" } dd {
                        strong { (count(lines.kept)) } span { (percent(lines.kept, all))
                            @if let Some(trend) = self.trend("") { ", usually " (count(trend.usual_kept())) } }
                        @if let Some(trend) = self.trend("") { (Self::spark(trend, self.all(), !is_good)) }
                    } }
                    div { dt { "dropped" } dd { strong { (count(lines.dropped)) } @if let Some((reason, number)) = main { span { (reason) " " (count(*number)) } } } }
                    div { dt { "not processed" } dd { strong { (count(lines.quarantined)) } @if let Some((reason, number)) = fault { span { (reason) " " (count(*number)) } } } }
                    div { dt { "hosts" } dd { strong { (count(hosts)) } span {
                        @if missing + drifted > 0 { (count(missing + drifted)) " not as usual" } @else if drift.is_some_and(|drift| drift.nights > 0) { "as usual" }
                    } } }
                    div { dt { "read" } dd { strong { (bytes(read)) } span { (counted(ledger.dumps.len() as u64, "dump", "dumps")) " in " (duration(timing.wall_seconds)) } } }
                }
                p.soft {
                    "Folder " code { (self.context.folder) }
                    @if !timing.started.is_empty() { ", started " (timing.started) }
                    @if timing.resumed > 0 { ", resumed " (counted(u64::from(timing.resumed), "time", "times")) }
                    "."
                    @if ledger.updates > 0 { " " (counted(ledger.updates, "record is a later version", "records are later versions")) " of a known article." }
                    @if let Some(drift) = drift.filter(|drift| drift.hosts.is_empty()) { " " (nothing_changed(drift)) "." }
                }
            }
        }
    }

    /// Lines → blank, quarantined, each gate, duplicates → kept.
    pub(super) fn funnel(&self) -> Markup {
        let ledger = self.ledger;
        let lines = ledger.lines;
        let held = lines.held();
        let mut left = lines.read;
        let mut rows: Vec<(String, u64, u64, &str)> = vec![("lines read".to_owned(), left, 0, "kept")];
        let mut step = |name: String, lost: u64, class: &'static str| {
            if lost > 0 {
                left -= lost;
                rows.push((name, left, lost, class));
            }
        };
        step("blank".to_owned(), lines.blank, "dropped");
        let sampled_out = ledger.other.get("not_sampled").copied().unwrap_or(0);
        step("not in the sample".to_owned(), sampled_out, "dropped");
        step("not articles by their form".to_owned(), lines.other - sampled_out, "dropped");
        step("quarantined".to_owned(), lines.quarantined, "fault");
        for stage in &ledger.stages {
            step(stage.stage.clone(), stage.dropped.values().sum(), "dropped");
        }
        let steps = html! {
            @for (name, left, lost, class) in &rows {
                tr {
                    th scope="row" { (name) }
                    td.n { @if *lost > 0 { "−" (count(*lost)) } }
                    td.n { (count(*left)) }
                    td.n { @if *left <= held { (percent(*left, held)) } }
                    td.bar-cell { (bar(*left, *lost, lines.read, class)) }
                }
            }
            tr.sum { th scope="row" { "kept" } td.n {} td.n { (count(lines.kept)) } td.n { (percent(lines.kept, held)) } td.bar-cell { (bar(lines.kept, 0, lines.read, "kept")) } }
        };
        table(
            "What each step took, and what was left. Shares are of the lines that held something.",
            &[("step", ""), ("took", "n"), ("left", "n"), ("share", "n"), ("picture", "")],
            &steps,
        )
    }

    /// Reasons, the most frequent first, with examples.
    pub(super) fn reasons(&self) -> Markup {
        let mut reasons: Vec<(&StageAccount, &String, u64)> = Vec::new();
        for stage in &self.ledger.stages {
            reasons.extend(stage.dropped.iter().map(|(reason, count)| (stage, reason, *count)));
        }
        reasons.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        if reasons.is_empty() {
            return html! { p { "Nothing was dropped." } };
        }
        let all = self.ledger.lines.held();
        html! {
            @for (stage, reason, number) in reasons {
                h3 { (reason) " · " (count(number)) " " span.soft { "(" (percent(number, all)) " of all records, by " (stage.stage) ")" } }
                @if let Some(meaning) = (self.context.meaning)(reason) { p.soft { (meaning) } }
                @if let Some(evidence) = stage.evidence.get(reason) { (self.evidence(reason, evidence)) }
            }
        }
    }

    fn evidence(&self, reason: &str, evidence: &DropEvidence) -> Markup {
        let limit = evidence.limit.as_ref().map(shown);
        let marks: Vec<Mark> = evidence
            .limit
            .as_ref()
            .and_then(Measured::number)
            .map(|value| Mark { value, name: format!("limit {}", number(value)), class: "limit" })
            .into_iter()
            .collect();
        let spread = Spread { dropped: evidence.measured.clone(), ..Spread::default() };
        html! {
            @if evidence.measured.total() > 1 {
                details {
                    summary { "what was measured" @if let Some(limit) = &limit { ", limit " (limit) } }
                    (histogram(reason, &spread, &marks))
                }
            }
            ul.examples {
                @for example in &evidence.examples {
                    li {
                        bdi { (example.title) }
                        @if !example.host.is_empty() { " " span.soft { "· " (example.host) } }
                        @if let Some(measured) = &example.measured {
                            " " span.soft { "· measured " (shown(measured)) @if let Some(limit) = &limit { ", limit " (limit) } }
                        }
                        (self.explain(&example.dump, example.line))
                    }
                }
            }
        }
    }

    /// Hosts that changed, then by records, and those that lost most.
    pub(super) fn hosts(&self) -> Markup {
        static NOTHING: LazyLock<HostCounts> = LazyLock::new(HostCounts::default);
        let hosts = &self.ledger.hosts;
        let changed: BTreeMap<&str, &str> = (self.ledger.drift.iter())
            .flat_map(|drift| &drift.hosts)
            .filter_map(|drift| Some((drift.host.as_str(), drift.changes.first()?.sentence.as_str())))
            .filter(|(host, _)| !host.is_empty())
            .collect();
        let mut rows: Vec<(&str, &HostCounts)> =
            hosts.by_host.iter().map(|(host, counts)| (host.as_str(), counts)).collect();
        rows.extend(
            changed.keys().filter(|host| !hosts.by_host.contains_key(**host)).map(|host| (*host, &*NOTHING)),
        );
        if rows.is_empty() {
            return html! {};
        }
        rows.sort_by_key(|(name, host)| {
            (!changed.contains_key(name), std::cmp::Reverse(host.kept + host.dropped))
        });
        let more = rows.len().saturating_sub(HOSTS);
        let mut lost: Vec<_> = rows.iter().copied().filter(|(_, host)| host.dropped > 0).collect();
        lost.sort_by_key(|(_, host)| std::cmp::Reverse(host.dropped));
        lost.truncate(HOSTS_LOST);
        let first = if changed.is_empty() {
            "Hosts with most records."
        } else {
            "Hosts that changed, then those with most records."
        };
        let shown = rows.len().min(HOSTS);
        let at_once = shown.min(HOSTS_AT_ONCE.max(changed.len()));
        html! {
            (self.host_table(first, &rows[..at_once], &changed))
            @if shown > at_once {
                details {
                    summary { "the next " (shown - at_once) }
                    (self.host_table("Further hosts, by records.", &rows[at_once..shown], &changed))
                }
            }
            @if more > 0 || hosts.others.is_some() {
                p.soft { (count(more as u64)) " more hosts are in " code { "ledger.json" } @if hosts.others.is_some() { ", and those beyond the first 100 000 are counted there together" } "." }
            }
            @if more > 0 && !lost.is_empty() {
                (self.host_table("The hosts that lost most records.", &lost, &changed))
            }
        }
    }

    fn host_table(
        &self,
        caption: &str,
        rows: &[(&str, &HostCounts)],
        changed: &BTreeMap<&str, &str>,
    ) -> Markup {
        let has_trends = self.trend("").is_some();
        let mut columns = vec![("host", ""), ("records", "n"), ("kept", "n")];
        if has_trends {
            columns = vec![
                ("host", ""),
                ("records", "n"),
                ("usually", "n"),
                ("kept", "n"),
                ("usually kept", "n wide"),
            ];
        }
        columns.push((if has_trends { "nights" } else { "picture" }, ""));
        columns.extend([("no title", "n wide"), ("no date", "n wide"), ("no author", "n wide")]);
        let body = html! {
            @for (name, host) in rows {
                @let all = host.kept + host.dropped;
                @let trend = self.trend(name);
                @let change = changed.get(name);
                tr {
                    th scope="row" {
                        @if name.is_empty() { span.soft { "without an address" } } @else { (breakable(name)) }
                        @if let Some(change) = change { small.bad { (change) } }
                        @else if let Some((reason, lost)) = main_reason(host) { small { (reason) " " (percent(lost, all)) } }
                    }
                    td.n { (count(all)) }
                    @if has_trends { td.n.soft { @if let Some(trend) = trend { (count(trend.usual_records())) } } }
                    td.n { span class=[(host.kept == 0).then_some("bad")] { (percent(host.kept, all)) } }
                    @if has_trends {
                        td.n.soft.wide { @if let Some((kept, records)) = trend.map(Trend::kept).filter(|(_, records)| *records > 0) { (percent(kept, records)) } }
                        td.picture { @if let Some(trend) = trend { (Self::spark(trend, [all, host.kept], change.is_some())) } }
                    } @else {
                        td.bar-cell { (bar(host.kept, 0, all, "kept")) }
                    }
                    @for lacking in [host.without_title, host.without_date, host.without_author] { td.n.wide { (percent(lacking, all)) } }
                }
            }
        };
        table(caption, &columns, &body)
    }

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

    /// Groups of duplicates, the largest first.
    pub(super) fn repeated(&self) -> Markup {
        let mut groups: Vec<(&String, &RepeatedAccount)> = self.ledger.repeated.iter().collect();
        if groups.is_empty() {
            return html! {};
        }
        let copies = |group: &RepeatedAccount| group.copies.values().sum::<u64>();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(copies(group)));
        let rows = html! {
            @for (_, group) in groups.iter().take(REPEATED) {
                tr {
                    th scope="row" { bdi { (group.title) } small { (group.dump) ":" (group.line) @if let Some(night) = &group.night { " in the night " (night) } } }
                    td.n { (count(copies(group))) }
                    td.wide.soft { (listed(&group.copies, copies(group))) }
                }
            }
        };
        table(
            "The records that others repeat; each copy is in dropped/ and names its original.",
            &[("title of the first copy, and the original", ""), ("copies", "n"), ("why", "wide")],
            &rows,
        )
    }

    /// Lines that could not be processed, by reason.
    pub(super) fn quarantined(&self) -> Markup {
        let ledger = self.ledger;
        let mut reasons: Vec<_> = ledger.quarantined.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        if reasons.is_empty() {
            return html! {};
        }
        html! {
            p { "They are in " code { "quarantine/" } " as they were read." }
            @for (reason, number) in reasons {
                h3 { (reason) " · " (count(*number)) }
                @if let Some(meaning) = (self.context.meaning)(reason) { p.soft { (meaning) } }
                ul.examples {
                    @for example in ledger.faults.get(reason).into_iter().flatten() {
                        li { (example.detail) (self.explain(&example.dump, example.line)) }
                    }
                }
            }
        }
    }

    /// Dumps, those that are damaged first.
    pub(super) fn dumps(&self) -> Markup {
        let mut dumps: Vec<&DumpAccount> = self.ledger.dumps.iter().collect();
        dumps.sort_by_key(|dump| dump.damage.is_none());
        let rows = html! {
            @for dump in dumps.iter().take(DUMPS) {
                @let held = dump.lines.held();
                tr {
                    th scope="row" { (dump.dump) @if let Some(damage) = &dump.damage { small.bad { (damage) } } }
                    td.n { (count(dump.lines.read)) }
                    td.n { (count(dump.lines.kept)) }
                    td.n { span class=[(dump.lines.kept == 0).then_some("bad")] { (percent(dump.lines.kept, held)) } }
                    td.n.wide { (count(dump.lines.dropped)) }
                    td.n.wide { (count(dump.lines.quarantined)) }
                    td.n.wide { (bytes(dump.packed_bytes)) }
                }
            }
        };
        let columns = [
            ("dump", ""),
            ("lines", "n"),
            ("kept", "n"),
            ("share", "n"),
            ("dropped", "n wide"),
            ("not processed", "n wide"),
            ("size", "n wide"),
        ];
        html! {
            (table("What the dumps held.", &columns, &rows))
            @if dumps.len() > DUMPS { p.soft { (count((dumps.len() - DUMPS) as u64)) " more dumps are in " code { "ledger.json" } "." } }
            @if let Some(left_out) = self.ledger.left_out.sentence() {
                p { "Left out: " (left_out) "." }
                details {
                    summary { "Their names" }
                    ul { @for name in &self.ledger.left_out.names { li { (name) } } }
                }
            }
        }
    }

    /// Time by stage, and throughput.
    pub(super) fn time(&self) -> Markup {
        let ledger = self.ledger;
        let timing = &ledger.timing;
        let stages: Vec<(&StageAccount, f64)> = ledger
            .stages
            .iter()
            .zip(&timing.stages)
            .map(|(stage, timing)| (stage, timing.estimate(stage.seen)))
            .collect();
        let thousandths = |seconds: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "parts of a bar")]
            let parts = (seconds * 1000.0).max(0.0) as u64;
            parts
        };
        let all: u64 = stages.iter().map(|(_, seconds)| thousandths(*seconds)).sum();
        let read: u64 = ledger.dumps.iter().map(|dump| dump.bytes).sum();
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let rate = |number: u64| number as f64 / timing.wall_seconds.max(0.001);
        // Less than is shown.
        let (slow, fast): (Vec<_>, Vec<_>) = stages.into_iter().partition(|(_, seconds)| *seconds >= 0.05);
        let fast: Vec<&str> = fast.iter().map(|(stage, _)| stage.stage.as_str()).collect();
        let rows = html! {
            @for (stage, seconds) in &slow {
                tr {
                    th scope="row" { (stage.stage) }
                    td.n { (count(stage.seen)) }
                    td.n { (count(stage.changed)) }
                    td.n { (duration(*seconds)) }
                    td.bar-cell { (bar(thousandths(*seconds), 0, all, "kept")) }
                }
            }
        };
        html! {
            p {
                (duration(timing.wall_seconds)) " with " (counted(timing.threads as u64, "thread", "threads"))
                ", " (duration(timing.cpu_seconds)) " of processor time"
                @if let Some(peak) = timing.peak_memory_bytes { ", at most " (bytes(peak)) " of memory" }
                ": " (number(rate(ledger.lines.read))) " lines and " (number(rate(read) / 1e6)) " MB a second."
            }
            @if !slow.is_empty() {
                (table(
                    "Time in the stages, of all threads together, estimated from one record in 16; reading, decoding and writing are not in it.",
                    &[("stage", ""), ("records", "n"), ("changed", "n"), ("time", "n"), ("picture", "")],
                    &rows,
                ))
            }
            @if !fast.is_empty() { p.soft { "Less than 0.1 s each: " (fast.join(", ")) "." } }
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

/// What a night without changes was compared with.
fn nothing_changed(drift: &DriftAccount) -> String {
    let basis = drift.basis();
    basis
        .strip_prefix("nothing, ")
        .map_or_else(|| capitalised(&basis), |rest| format!("Nothing changed, {rest}"))
}

/// A host's name, which a narrow column breaks before a point.
fn breakable(host: &str) -> Markup {
    html! { @for (at, label) in host.split('.').enumerate() { @if at > 0 { wbr; "." } (label) } }
}

fn main_reason(host: &HostCounts) -> Option<(&str, u64)> {
    // Of equals the first by name.
    host.reasons
        .iter()
        .rev()
        .max_by_key(|(_, count)| **count)
        .map(|(reason, count)| (reason.as_str(), *count))
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

fn listed(counts: &BTreeMap<String, u64>, all: u64) -> String {
    let mut parts: Vec<(&String, &u64)> = counts.iter().filter(|(_, count)| **count > 0).collect();
    parts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    parts.iter().map(|(name, part)| format!("{name} {}", percent(**part, all))).collect::<Vec<_>>().join(", ")
}

fn shown(measured: &Measured) -> String {
    match measured {
        Measured::Name(name) => name.clone(),
        other => other.number().map(number).unwrap_or_default(),
    }
}
