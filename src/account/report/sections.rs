//! The page's sections, in order.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::chart::{Mark, bar, histogram, number, share};
use super::{Night, records};
use crate::account::{Evidence, Histogram, HostCounts, RepeatedAccount, Split, Spread, StageAccount};
use crate::article::Measured;
use crate::text::{bytes, count, duration, shell_word};

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
/// Hosts that changed that are shown.
const MOST_DRIFTS: usize = 100;
/// Originals that are shown.
const REPEATED: usize = 20;

impl Night<'_> {
    /// Whether the night was good, in a sentence.
    pub(super) fn verdict(&self) -> Markup {
        let ledger = self.ledger;
        let all = records(ledger);
        let drift = ledger.drift.as_ref();
        let missing = drift.map_or(0, |drift| drift.missing().count() as u64);
        let drifted = drift.map_or(0, |drift| drift.changed().count() as u64);
        let is_good = ledger.limits_crossed.is_empty();
        let timing = &ledger.timing;
        let read: u64 = ledger.dumps.iter().map(|dump| dump.bytes).sum();
        html! {
            header {
                h1 {
                    span class=(if is_good { "good" } else { "bad" }) aria-hidden="true" { (if is_good { "✓ " } else { "! " }) }
                    (self.context.night) ": "
                    @if is_good { "a night within its limits, " } @else { "a night to look at, " }
                    (count(ledger.lines.kept)) " of " (count(all)) " records kept (" (percent(ledger.lines.kept, all)) ")"
                    @if ledger.lines.quarantined > 0 {
                        ", " (count(ledger.lines.quarantined)) (plural(ledger.lines.quarantined, " line", " lines")) " could not be processed"
                    }
                    @if missing > 0 {
                        ", " (count(missing)) (plural(missing, " host", " hosts")) " delivered nothing"
                    }
                    @if drifted > 0 {
                        ", " (count(drifted)) (plural(drifted, " host", " hosts")) " changed"
                    }
                    "."
                }
                @if !ledger.limits_crossed.is_empty() {
                    div.attention {
                        ul { @for crossed in &ledger.limits_crossed { li { (crossed) } } }
                    }
                }
                @if ledger.updates > 0 {
                    p { (count(ledger.updates)) (plural(ledger.updates, " record is a later version", " records are later versions")) " of a known article." }
                }
                p.soft {
                    "Folder " code { (self.context.folder) } ", pipeline " strong { (ledger.pipeline.name) }
                    @if !timing.started.is_empty() { ", started " (timing.started) }
                    ", " (ledger.dumps.len()) (plural(ledger.dumps.len() as u64, " dump", " dumps")) ", " (bytes(read)) " read in " (duration(timing.wall_seconds))
                    @if timing.resumed > 0 { ", resumed " (timing.resumed) (plural(u64::from(timing.resumed), " time", " times")) }
                    ". Every line that was read is in exactly one place."
                }
            }
        }
    }

    /// What changed beyond what earlier nights explain.
    pub(super) fn changed(&self) -> Markup {
        let Some(drift) = &self.ledger.drift else { return html! {} };
        html! {
            p.soft {
                (capitalised(&drift.basis())) "."
            }
            @if !drift.hosts.is_empty() {
                ul.changes {
                    @for host in drift.hosts.iter().take(MOST_DRIFTS) {
                        li {
                            (host.sentence()) "."
                            @if !host.host.is_empty() && !host.is_missing() { (self.of_host(&host.host)) }
                        }
                    }
                }
                @if let Some(others) = drift.hosts.len().checked_sub(MOST_DRIFTS).filter(|others| *others > 0) {
                    p.soft { (count(others as u64)) " more are in " code { "ledger.json" } "." }
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
        step("not articles by their form".to_owned(), lines.other, "dropped");
        step("quarantined".to_owned(), lines.quarantined, "fault");
        for stage in &ledger.stages {
            step(stage.stage.clone(), stage.dropped.values().sum(), "dropped");
        }
        html! {
            div.scroll { table {
                caption { "What is left after each step that takes something away, and what it took. Shares are of lines that held something." }
                thead { tr { th { "step" } th.n { "took" } th.n { "left" } th.n { "of all" } th { "picture" } } }
                tbody {
                    @for (name, left, lost, class) in &rows {
                        tr {
                            th scope="row" { (name) }
                            td.n { @if *lost > 0 { "−" (count(*lost)) } }
                            td.n { (count(*left)) }
                            td.n { @if *left <= held { (percent(*left, held)) } }
                            td.bar-cell { (funnel_bar(*left, *lost, lines.read, class)) }
                        }
                    }
                    tr { th scope="row" { "kept" } td.n {} td.n { strong { (count(lines.kept)) } } td.n { (percent(lines.kept, held)) } td.bar-cell { (bar(lines.kept, lines.read, "kept")) } }
                }
            } }
        }
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
        let all = records(self.ledger);
        html! {
            @for (stage, reason, number) in reasons {
                h3 { (reason) " · " (count(number)) " " span.soft { "(" (percent(number, all)) " of all records, by " (stage.stage) ")" } }
                @if let Some(meaning) = (self.context.meaning)(reason) { p.soft { (meaning) } }
                @if let Some(evidence) = stage.evidence.get(reason) { (self.evidence(reason, evidence)) }
            }
        }
    }

    fn evidence(&self, reason: &str, evidence: &Evidence) -> Markup {
        let limit = evidence.limit.as_ref().map(shown);
        let marks: Vec<Mark> = evidence
            .limit
            .as_ref()
            .and_then(Measured::number)
            .map(|value| Mark { value, name: format!("limit {}", number(value)) })
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
                        (self.command(&example.dump, example.line))
                    }
                }
            }
        }
    }

    /// An example of a host's dropped records, where there is one, and the command that shows the others.
    fn of_host(&self, host: &str) -> Markup {
        let evidence = self.ledger.stages.iter().flat_map(|stage| &stage.evidence);
        let example = evidence
            .flat_map(|(reason, evidence)| evidence.examples.iter().map(move |example| (reason, example)))
            .find(|(_, example)| example.host == host);
        let chosen = format!("select(.host == {})", serde_json::Value::from(host));
        html! {
            @if let Some((reason, example)) = example {
                div { bdi { (example.title) } span.soft { " · " (reason) } (self.command(&example.dump, example.line)) }
            }
            code.cmd { "zstdcat " (self.context.folder) "/dropped/*.zst | jq -c " (shell_word(&format!("{chosen} | {{source, title, verdict}}"))) " | head" }
        }
    }

    /// The command that shows a line, as it can be pasted.
    fn command(&self, dump: &str, line: u64) -> Markup {
        html! { code.cmd { "copydesk explain --run " (self.context.folder) " " (shell_word(&format!("{dump}:{line}"))) } }
    }

    /// Hosts by records, and those that lost most.
    pub(super) fn hosts(&self) -> Markup {
        let hosts = &self.ledger.hosts;
        let mut rows: Vec<(&String, &HostCounts)> = hosts.by_host.iter().collect();
        if rows.is_empty() {
            return html! {};
        }
        // Those that changed come first.
        let changed: BTreeMap<&str, &str> = (self.ledger.drift.iter())
            .flat_map(|drift| &drift.hosts)
            .filter_map(|drift| Some((drift.host.as_str(), drift.changes.first()?.sentence.as_str())))
            .collect();
        rows.sort_by_key(|(name, host)| {
            (!changed.contains_key(name.as_str()), std::cmp::Reverse(host.kept + host.dropped))
        });
        let more = rows.len().saturating_sub(HOSTS);
        let mut lost: Vec<_> = rows.iter().copied().filter(|(_, host)| host.dropped > 0).collect();
        lost.sort_by_key(|(_, host)| std::cmp::Reverse(host.dropped));
        let lost: Vec<_> = lost.into_iter().take(HOSTS_LOST).collect();
        html! {
            (host_table("Hosts that changed, then those with most records.", rows.iter().take(HOSTS_AT_ONCE), &changed))
            @if rows.len() > HOSTS_AT_ONCE {
                details {
                    summary { "the next " (rows.len().min(HOSTS) - HOSTS_AT_ONCE) }
                    (host_table("By records.", rows.iter().take(HOSTS).skip(HOSTS_AT_ONCE), &changed))
                }
            }
            @if more > 0 || hosts.others.is_some() {
                p.soft { (count(more as u64)) " more hosts are in " code { "ledger.json" } @if hosts.others.is_some() { ", and those beyond the first 100 000 are counted there together" } "." }
            }
            @if more > 0 && !lost.is_empty() {
                (host_table("The hosts that lost most records.", lost.iter(), &changed))
            }
        }
    }

    /// Languages, and the values of labels that are names.
    pub(super) fn names(&self) -> Markup {
        let names = &self.ledger.profile.names;
        let (shown, more) =
            most(names, |values: &BTreeMap<String, Split>| values.values().map(|split| split.all()).sum());
        html! {
            @for (name, values) in shown {
                @if !(values.len() == 1 && values.contains_key("")) { (name_table(name, values)) }
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
        html! {
            p.key.soft { span.k {} "kept" span.d {} "dropped" " · dashed: limits" }
            div.measures {
                @for (name, spread) in shown {
                    div {
                        h3 { (name) }
                        (histogram(name, spread, &self.limits_of(name)))
                        (quantiles(spread))
                    }
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
        html! {
            div.scroll { table {
                caption { "Of the kept records." }
                thead { tr { th { "field" } th.n { "records" } th.n { "share" } th { "picture" } th.wide { "found in" } } }
                tbody {
                    @for field in fields {
                        tr {
                            th scope="row" { (field.field) }
                            td.n { (count(field.present)) }
                            td.n { (percent(field.present, kept)) }
                            td.bar-cell { (bar(field.present, kept, "kept")) }
                            td.wide.soft { (listed(&field.found, field.present)) }
                        }
                    }
                }
            } }
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
        html! {
            div.scroll { table {
                caption { "The records that others repeat; each copy is in " code { "dropped/" } " and names its original." }
                thead { tr { th { "title of the first copy" } th.n { "copies" } th.wide { "why" } th { "original" } } }
                tbody {
                    @for (_, group) in groups.iter().take(REPEATED) {
                        tr {
                            td { bdi { (group.title) } }
                            td.n { (count(copies(group))) }
                            td.wide.soft { (listed(&group.copies, copies(group))) }
                            td { code { (group.dump) ":" (group.line) } @if let Some(night) = &group.night { " " span.soft { "in the night " (night) } } }
                        }
                    }
                }
            } }
        }
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
                        li { (example.detail) (self.command(&example.dump, example.line)) }
                    }
                }
            }
        }
    }

    /// Dumps, with damage.
    pub(super) fn dumps(&self) -> Markup {
        let dumps = &self.ledger.dumps;
        html! {
            div.scroll { table {
                thead { tr { th { "dump" } th.n { "lines" } th.n { "kept" } th.n { "dropped" } th.n { "quarantined" } th.n.wide { "size" } } }
                tbody {
                    @for dump in dumps.iter().take(DUMPS) {
                        tr {
                            th scope="row" { (dump.dump) @if let Some(damage) = &dump.damage { br; span.bad { (damage) } } }
                            td.n { (count(dump.lines.read)) }
                            td.n { (count(dump.lines.kept)) }
                            td.n { (count(dump.lines.dropped)) }
                            td.n { (count(dump.lines.quarantined)) }
                            td.n.wide { (bytes(dump.packed_bytes)) }
                        }
                    }
                }
            } }
            @if dumps.len() > DUMPS { p.soft { (count((dumps.len() - DUMPS) as u64)) " more dumps are in " code { "ledger.json" } "." } }
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
        html! {
            p {
                (duration(timing.wall_seconds)) " with " (timing.threads) (plural(timing.threads as u64, " thread", " threads"))
                ", " (duration(timing.cpu_seconds)) " of processor time"
                @if let Some(peak) = timing.peak_memory_bytes { ", at most " (bytes(peak)) " of memory" }
                ": " (number(rate(ledger.lines.read))) " lines and " (number(rate(read) / 1e6)) " MB a second."
            }
            @if !stages.is_empty() {
                div.scroll { table {
                    caption { "Time in the stages, of all threads together, estimated from one record in 16; reading, decoding and writing are not in it." }
                    thead { tr { th { "stage" } th.n { "records" } th.n { "changed" } th.n { "time" } th { "picture" } } }
                    tbody {
                        @for (stage, seconds) in &stages {
                            tr {
                                th scope="row" { (stage.stage) }
                                td.n { (count(stage.seen)) }
                                td.n { (count(stage.changed)) }
                                td.n { (duration(*seconds)) }
                                td.bar-cell { (bar(thousandths(*seconds), all, "kept")) }
                            }
                        }
                    }
                } }
            }
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

fn funnel_bar(left: u64, lost: u64, whole: u64, class: &str) -> Markup {
    let (left, lost) = (100.0 * share(left, whole), 100.0 * share(lost, whole));
    html! {
        svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="100" height="10" {}
            rect.kept width=(format!("{left:.1}")) height="10" {}
            @if lost > 0.0 { rect class=(class) x=(format!("{left:.1}")) width=(format!("{lost:.1}")) height="10" {} }
        }
    }
}

fn host_table<'a>(
    caption: &str,
    rows: impl Iterator<Item = &'a (&'a String, &'a HostCounts)>,
    changed: &BTreeMap<&str, &str>,
) -> Markup {
    html! {
        div.scroll { table {
            caption { (caption) }
            thead { tr {
                th { "host" } th.n { "records" } th.n { "kept" } th.wide { "picture" } th { "lost mostly to" }
                @if !changed.is_empty() { th { "changed" } }
                th.n.wide { "no title" } th.n.wide { "no date" } th.n.wide { "no author" }
            } }
            tbody {
                @for (name, host) in rows {
                    @let all = host.kept + host.dropped;
                    tr {
                        th scope="row" { @if name.is_empty() { span.soft { "without a URL" } } @else { (name) } }
                        td.n { (count(all)) }
                        td.n { span class=(if host.kept == 0 { "bad" } else { "" }) { (percent(host.kept, all)) } }
                        td.bar-cell.narrow.wide { (bar(host.kept, all, "kept")) }
                        td { @if let Some((reason, lost)) = main_reason(host) { (reason) " " span.soft { (percent(lost, all)) } } }
                        @if !changed.is_empty() { td { (changed.get(name.as_str()).copied().unwrap_or_default()) } }
                        td.n.wide { (percent(host.without_title, all)) }
                        td.n.wide { (percent(host.without_date, all)) }
                        td.n.wide { (percent(host.without_author, all)) }
                    }
                }
            }
        } }
    }
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
    html! {
        div.scroll { table {
            caption { (name) @if more > 0 { ", the " (NAMES) " most frequent of " (rows.len()) } }
            thead { tr { th { "value" } th.n { "records" } th.n { "share" } th { "picture" } th.n { "kept" } } }
            tbody {
                @for (value, split) in rows.iter().take(NAMES) {
                    tr {
                        th scope="row" { @if value.is_empty() { span.soft { "unknown" } } @else { (value) } }
                        td.n { (count(split.all())) }
                        td.n { (percent(split.all(), all)) }
                        td.bar-cell { (bar(split.all(), all, "kept")) }
                        td.n { (percent(split.kept, split.all())) }
                    }
                }
            }
        } }
    }
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
    html! {
        details {
            summary { "numbers" }
            table {
                thead { tr { th { "outcome" } th.n { "records" } th.n { "10 %" } th.n { "median" } th.n { "90 %" } } }
                tbody { (row("kept", &spread.kept)) (row("dropped", &spread.dropped)) }
            }
        }
    }
}

fn listed(counts: &BTreeMap<String, u64>, all: u64) -> String {
    let mut parts: Vec<(&String, &u64)> = counts.iter().filter(|(_, count)| **count > 0).collect();
    parts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    parts.iter().map(|(name, part)| format!("{name} {}", percent(**part, all))).collect::<Vec<_>>().join(", ")
}

fn plural(number: u64, one: &'static str, many: &'static str) -> &'static str {
    if number == 1 { one } else { many }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn shown(measured: &Measured) -> String {
    match measured {
        Measured::Name(name) => name.clone(),
        other => other.number().map(number).unwrap_or_default(),
    }
}

/// A share as people read it: `0 %` is nothing at all, and `100 %` is all.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let percent = 100.0 * share(part, whole);
    match part {
        0 => "0\u{A0}%".to_owned(),
        part if part == whole => "100\u{A0}%".to_owned(),
        _ if percent < 0.1 => "<\u{A0}0.1\u{A0}%".to_owned(),
        _ if percent > 99.9 => ">\u{A0}99.9\u{A0}%".to_owned(),
        _ => format!("{percent:.1}\u{A0}%"),
    }
}
