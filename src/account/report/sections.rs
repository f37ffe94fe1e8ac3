//! The page's sections about lines, dumps and time.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::histogram::histogram;
use super::{Night, capitalised};
use crate::account::{
    DriftAccount, DropEvidence, DumpAccount, MissingDump, RepeatedAccount, Spread, StageAccount,
};
use crate::article::Measured;
use crate::page::{Mark, bar, counted, number, percent, table};
use crate::text::{bytes, count, duration, shown_name};

/// Hosts and dumps of a limit that are named at the top.
const NAMED: usize = 3;
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
        let dumps: u64 = drift.iter().flat_map(|drift| &drift.missing_dumps).map(MissingDump::number).sum();
        let short = drift.map_or(0, |drift| drift.short_dumps.len() as u64);
        let named = |limit: &str| {
            let crossed = ledger.limits_crossed.iter().find(|crossed| crossed.limit == limit);
            crossed.map_or(0, |crossed| crossed.names.len() as u64)
        };
        let [damaged, empty, lost, repeated] =
            ["damaged-dumps", "empty-dumps", "lost-dumps", "repeated-dumps"].map(named);
        let what = if ledger.night.is_some() { "night" } else { "run" };
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
                    strong class=(if is_good { "good" } else { "bad" }) { (if is_good { format!("✓ a {what} within its limits") } else { format!("! a {what} to look at") }) }
                    ": " (count(lines.kept)) " of " (count(all)) " records kept (" (percent(lines.kept, all)) ")"
                    @if lines.quarantined > 0 { ", " (counted(lines.quarantined, "line", "lines")) " could not be processed" }
                    @if damaged > 0 { ", " (counted(damaged, "dump is", "dumps are")) " damaged" }
                    @if empty > 0 { ", " (counted(empty, "dump is", "dumps are")) " empty" }
                    @if lost > 0 { ", " (counted(lost, "dump is", "dumps are")) " lost" }
                    @if repeated > 0 { ", " (counted(repeated, "dump holds", "dumps hold")) " hardly anything but duplicates" }
                    @if dumps > 0 { ", " (counted(dumps, "dump is missing", "dumps are missing")) }
                    @if short > 0 { ", " (counted(short, "dump is", "dumps are")) " far shorter than usual" }
                    @if missing > 0 { ", " (counted(missing, "host", "hosts")) " delivered nothing" }
                    @if drifted > 0 { ", " (counted(drifted, "host", "hosts")) " changed" }
                    "."
                }
                @if !ledger.limits_crossed.is_empty() {
                    ul.crossed { @for crossed in &ledger.limits_crossed {
                        li { a href={ "#" (crossed.limit) } { (shown_name(&crossed.with_names(NAMED))) } }
                    } }
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
                        @if missing + drifted > 0 { (count(missing + drifted)) " not as usual" } @else if drift.is_some_and(|drift| drift.nights >= crate::account::drift::LEAST_NIGHTS as u64) { "as usual" } @else if drift.is_some() { "not compared yet" }
                    } } }
                    div { dt { "read" } dd { strong { (bytes(read)) } span { (counted(ledger.dumps.len() as u64, "dump", "dumps")) " in " (duration(timing.wall_seconds)) } } }
                }
                p.soft {
                    "Folder " code { (self.context.folder) }
                    @if !timing.started.is_empty() { ", started " (timing.started) }
                    @if let Some(limit) = ledger.limit.filter(|limit| lines.read >= *limit) { ", stopped after " (counted(limit, "line", "lines")) " (--limit)" }
                    @if timing.resumed > 0 { ", resumed " (counted(u64::from(timing.resumed), "time", "times")) }
                    "."
                    @if ledger.open_dates > 0 { " " (counted(ledger.open_dates, "record lacks", "records lack")) " a date because it can be read in two ways, such as 03/04/2021: " code { "[input] dates = \"day-first\"" } " or " code { "\"month-first\"" } " in the pipeline decides." }
                    @if ledger.updates > 0 { " " (counted(ledger.updates, "record is a later version", "records are later versions")) " of a known article." }
                    @for note in &timing.notes { " " (capitalised(note)) "." }
                    @if let Some(drift) = drift.filter(|drift| drift.is_as_usual()) { " " (nothing_changed(drift)) "." }
                }
            }
        }
    }

    /// Lines → blank, quarantined, each gate, duplicates → kept.
    pub(super) fn funnel(&self) -> Markup {
        let ledger = self.ledger;
        let lines = ledger.lines;
        let held = lines.held();
        let mut left = lines.units();
        let mut rows: Vec<(String, u64, u64, &str)> = vec![("lines read".to_owned(), left, 0, "kept")];
        let mut step = |name: String, lost: u64, class: &'static str| {
            if lost > 0 {
                left -= lost;
                rows.push((name, left, lost, class));
            }
        };
        step("blank".to_owned(), lines.empty(), "dropped");
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
                    td.bar-cell { (bar(*left, *lost, lines.units(), class)) }
                }
            }
            tr.sum { th scope="row" { "kept" } td.n {} td.n { (count(lines.kept)) } td.n { (percent(lines.kept, held)) } td.bar-cell { (bar(lines.kept, 0, lines.units(), "kept")) } }
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
                    th scope="row" { bdi { (group.title) } small { (shown_name(&group.dump)) ":" (group.line) @if let Some(night) = &group.night { " in the night " (night) } } }
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
                        li {
                            @if !example.raw.is_empty() { code { bdi { (example.raw) } } " " }
                            span.soft { "· " (example.detail) }
                            (self.explain(&example.dump, example.line))
                        }
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
                    th scope="row" { (shown_name(&dump.dump)) @if let Some(damage) = &dump.damage { small.bad { (damage) } } }
                    td.n { (count(dump.lines.units())) }
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
                ", " (duration(timing.cpu_seconds)) " of processor time, "
                (duration(timing.serial_seconds)) " of it in the one thread that decides in order"
                @if let Some(peak) = timing.peak_memory_bytes { ", at most " (bytes(peak)) " of memory" }
                ": " (number(rate(ledger.lines.units()))) " lines and " (number(rate(read) / 1e6)) " MB a second."
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

/// What a night without changes was compared with.
fn nothing_changed(drift: &DriftAccount) -> String {
    let basis = drift.basis();
    basis
        .strip_prefix("nothing, ")
        .map_or_else(|| capitalised(&basis), |rest| format!("Nothing changed, {rest}"))
}

pub(super) fn listed(counts: &BTreeMap<String, u64>, all: u64) -> String {
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
