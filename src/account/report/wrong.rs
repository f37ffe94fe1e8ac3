//! What is wrong with a night, first on the page: each thing with what is usual, examples of it, and what to do.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{Night, capitalised};
use crate::account::{Crossed, Drift, DriftAccount, DumpAccount, Instance, Trend};
use crate::page::{command, counted, sparkline, table};
use crate::text::{count, shown_name};

/// Hosts and dumps that are shown.
const MOST_SHOWN: usize = 100;
/// Those that are shown without being asked for.
const AT_ONCE: usize = 5;
/// Reasons that are shown where a night lost its records for several.
const MOST_REASONS: usize = 3;

/// What to do where a limit is crossed.
const NEXT: [(&str, &str); 11] = [
    (
        "kept-records",
        "Look at one of the records that were lost. If the dumps are as they should be, the pipeline does not fit them.",
    ),
    (
        "kept-share",
        "Look at one of the records that were lost. If they should be kept, what-if tries other limits without a new run.",
    ),
    ("quarantined-share", "Look at one of the lines, and mend what writes them."),
    (
        "damaged-dumps",
        "Copy the dump again from where it was made, or put right what wrote it where it is no dump at all, and run the night again with \
         --restart. What could be read of it is in this run.",
    ),
    (
        "empty-dumps",
        "Look at the log of the scraper that writes it. When the dump is there and has lines, run the night again with --restart.",
    ),
    (
        "lost-dumps",
        "Look at one of its lines. A scraper that writes another format, another field or pages without a text is most likely.",
    ),
    (
        "missing-dumps",
        "Look at the logs of the scrapers that write them, and at how they are copied. When they are there, run the night again with \
         --restart. If they are not to come any more, they are named for a week at most.",
    ),
    (
        "short-dumps",
        "Was the dump copied before it was complete? Look at the log of the scraper that writes it, and at its last line. When all is \
         there, run the night again with --restart.",
    ),
    (
        "quarantined-dumps",
        "Look at one of these lines. A writer that was stopped, two that wrote at once, or a field of another type is most likely.",
    ),
    (
        "lost-nights",
        "Their articles were kept again, if they came again. Was the state moved, or an earlier one put back? The note below \
         the figures says how to add them.",
    ),
    ("repeated-dumps", "Was a file copied twice, or does its scraper deliver what it delivered before?"),
];

impl Night<'_> {
    /// What is wrong, or changed within the limits; nothing on a good night.
    pub(super) fn wrong(&self) -> Markup {
        let crossed = &self.ledger.limits_crossed;
        let named: BTreeSet<&str> =
            crossed.iter().flat_map(|crossed| &crossed.names).map(String::as_str).collect();
        let is_whole_told = crossed.iter().any(is_of_the_whole);
        let drifts = self.ledger.drift.iter().flat_map(|drift| &drift.hosts);
        let others: Vec<&Drift> =
            drifts
                .filter(|drift| {
                    if drift.host.is_empty() { !is_whole_told } else { !named.contains(drift.host.as_str()) }
                })
                .collect();
        if crossed.is_empty() && others.is_empty() {
            return html! {};
        }
        let mut has_reasons = false;
        let groups: Vec<(&Crossed, Markup)> =
            crossed.iter().map(|crossed| (crossed, self.of_limit(crossed, &mut has_reasons))).collect();
        html! {
            @for (crossed, group) in groups {
                h3.bad id=(crossed.limit) { (capitalised(&crossed.sentence)) }
                (group)
            }
            @if !others.is_empty() {
                h3 { @if crossed.is_empty() { "Changed, within the limits" } @else { "Changed besides" } }
                (self.drifts(&others))
            }
            @if let Some(again) = self.ledger.timing.paths.again.as_ref().filter(|_| !crossed.is_empty()) {
                p { "When what is wrong has been put right, this runs the night again:" (command(again)) }
            }
            @if let Some(drift) = self.ledger.drift.as_ref().filter(|drift| !drift.hosts.is_empty()) {
                p.soft { (capitalised(&drift.basis())) "." }
            }
        }
    }

    /// What a limit is about: hosts, dumps, or the night as a whole, of which the reasons are told once.
    fn of_limit(&self, crossed: &Crossed, has_reasons: &mut bool) -> Markup {
        // Where there was nothing to read, other limits say why.
        let is_told_elsewhere = crossed.limit == "kept-records" && self.ledger.lines.held() == 0;
        let next = NEXT.iter().find(|(limit, _)| *limit == crossed.limit && !is_told_elsewhere);
        let next = next.map(|(_, next)| *next);
        let is_of = |drift: &&Drift| {
            if drift.host.is_empty() { is_of_the_whole(crossed) } else { crossed.names.contains(&drift.host) }
        };
        let drifts: Vec<&Drift> =
            self.ledger.drift.iter().flat_map(|drift| &drift.hosts).filter(is_of).collect();
        let dumps: Vec<&DumpAccount> = (self.ledger.dumps.iter())
            .filter(|dump| crossed.names.iter().any(|name| dump.is_named(name)))
            .collect();
        let group = if !drifts.is_empty() {
            self.drifts(&drifts)
        } else if let Some(table) = self.dumps_before(crossed) {
            table
        } else if dumps.is_empty() {
            if std::mem::replace(has_reasons, true) {
                html! {}
            } else {
                html! { div.card { (self.main_reasons()) } }
            }
        } else {
            folded(&dumps, "dumps", |dump| self.of_dump(dump))
        };
        let folders = self.ledger.empty_folders.iter().filter(|_| crossed.limit == "empty-dumps");
        let folders: Vec<&str> = folders.map(String::as_str).collect();
        html! {
            (group)
            @if !folders.is_empty() { p { "Without a dump: " (folders.join(", ")) "." } }
            @if let Some(next) = next { p.next {
                @if crossed.limit == "short-dumps" && !self.has_lost_dumps() { "The other dumps have more of their usual lines, so it is no holiday. " }
                (next)
                @if crossed.names.iter().any(|name| name.ends_with("(unwanted_language)")) {
                    " Where dumps in other languages may come, a higher " code { "lost-dumps" } " under " code { "[limits]" } " allows them."
                }
            } }
        }
    }

    /// Whether dumps are not there, or not what they should be.
    fn has_lost_dumps(&self) -> bool {
        let of_dumps = ["damaged-dumps", "empty-dumps", "lost-dumps", "missing-dumps"];
        self.ledger.limits_crossed.iter().any(|crossed| of_dumps.contains(&&*crossed.limit))
    }

    /// The dumps that a limit is about which the nights before had, or had more of.
    fn dumps_before(&self, crossed: &Crossed) -> Option<Markup> {
        let drift = self.ledger.drift.as_ref()?;
        let (title, what, dumps): (_, _, Vec<(&str, u64, u64)>) = match &*crossed.limit {
            "missing-dumps" => {
                let missing = drift.missing_dumps.iter();
                let rows = missing.map(|missing| (&*missing.dump, missing.tonight, missing.usual));
                ("Dumps that the nights before had.", ["dumps tonight", "usual"], rows.collect())
            }
            "short-dumps" => {
                let rows = drift.short_dumps.iter().map(|short| (&*short.dump, short.tonight, short.usual));
                (
                    "Dumps that had more lines on the nights before.",
                    ["lines tonight", "usual"],
                    rows.collect(),
                )
            }
            _ => return None,
        };
        let [tonight, usual] = what;
        let columns = [("dump", ""), (tonight, "n"), (usual, "n")];
        let rows = html! {
            @for (dump, tonight, usual) in dumps.iter().take(MOST_SHOWN) {
                tr { th scope="row" { (shown_name(dump)) } td.n { (count(*tonight)) } td.n { (count(*usual)) } }
            }
        };
        Some(html! { div.card { (table(title, &columns, &rows)) (more(dumps.len())) } })
    }

    /// Hosts that changed, one after the other, and those that are missing in a table.
    fn drifts(&self, drifts: &[&Drift]) -> Markup {
        let (missing, changed): (Vec<&Drift>, Vec<&Drift>) =
            drifts.iter().copied().partition(|drift| drift.is_missing());
        let with_dump: Vec<(&Drift, &DumpAccount)> =
            changed.iter().filter_map(|drift| Some((*drift, self.dump_of(drift)?))).collect();
        let apart: Vec<&Drift> = changed.into_iter().filter(|drift| self.dump_of(drift).is_none()).collect();
        let columns = [("host", ""), ("usual records", "n"), ("nights", "")];
        let rows = html! {
            @for drift in missing.iter().take(MOST_SHOWN) {
                @let trend = self.trend(&drift.host);
                tr {
                    th scope="row" { (drift.host) }
                    td.n { @if let Some(trend) = trend { (count(trend.usual_records())) } }
                    td.picture { @if let Some(trend) = trend { (Self::spark(trend, [0, 0], true)) } }
                }
            }
        };
        html! {
            @if let Some(first) = missing.first() {
                div.card { (table("Hosts without a record.", &columns, &rows)) (more(missing.len())) }
                @let cause = first.cause();
                p.next { @if first.elsewhere.is_some() { (capitalised(cause.guess)) ". " } (cause.next) }
            }
            (folded(&apart, "hosts", |drift| self.of_host(drift)))
            @for (drift, dump) in with_dump { p { (drift.host) " is all that " (shown_name(&dump.dump)) " holds; see above." } }
        }
    }

    /// The dump that is shown as wrong and holds all that this host delivered.
    fn dump_of(&self, drift: &Drift) -> Option<&DumpAccount> {
        let host = self.ledger.hosts.by_host.get(&drift.host)?;
        let first = &self.context.instances.hosts.get(&drift.host)?.first()?.example;
        let dump = self.ledger.dumps.iter().find(|dump| dump.dump == first.dump)?;
        let crossed = &self.ledger.limits_crossed;
        let is_shown = crossed.iter().flat_map(|crossed| &crossed.names).any(|name| dump.is_named(name));
        let is_all = host.kept + host.dropped == dump.lines.kept + dump.lines.dropped;
        (is_shown && is_all).then_some(dump)
    }

    fn of_host(&self, drift: &Drift) -> Markup {
        let cause = drift.cause();
        let counts = self.ledger.hosts.by_host.get(&drift.host);
        let now = if drift.host.is_empty() {
            self.all()
        } else {
            counts.map_or([0, 0], |host| [host.kept + host.dropped, host.kept])
        };
        html! {
            div.card {
                @if let Some(trend) = self.trend(&drift.host) { (Self::spark(trend, now, true)) }
                h4 { @if drift.host.is_empty() { "The night as a whole" } @else { (drift.host) } }
                @for shift in &drift.changes { p { (capitalised(&shift.sentence)) "." } }
                (self.instances(self.context.instances.hosts.get(&drift.host)))
                p.next { @if !cause.guess.is_empty() { (capitalised(cause.guess)) ". " } (cause.next) }
            }
        }
    }

    fn of_dump(&self, dump: &DumpAccount) -> Markup {
        let mut reasons: Vec<(&String, &u64)> = dump.reasons.iter().collect();
        reasons.sort_by_key(|(_, lines)| std::cmp::Reverse(**lines));
        let mut drifts = self.ledger.drift.iter().flat_map(DriftAccount::changed);
        let host = drifts.find(|drift| self.dump_of(drift).is_some_and(|held| held.dump == dump.dump));
        html! {
            div.card {
                @if let Some(trend) = host.and_then(|host| self.trend(&host.host)) {
                    (Self::spark(trend, [dump.lines.kept + dump.lines.dropped, dump.lines.kept], true))
                }
                h4 { (shown_name(&dump.dump)) @if let Some(host) = host { " " span.soft { "all of " (host.host) } } }
                @if let Some(damage) = &dump.damage { p { (capitalised(damage)) "." } }
                p {
                    (counted(dump.lines.held(), "line", "lines")) ", " (count(dump.lines.kept)) " kept"
                    @for (reason, lines) in reasons.iter().take(MOST_REASONS) { ", " (count(**lines)) " lost as " (reason) }
                    @if let Some((number, lines)) = others(&reasons) { ", " (count(lines)) " for " (counted(number, "other reason", "other reasons")) }
                    "."
                }
                @if let Some((meaning, (reason, _))) = reasons.first().and_then(|first| Some(((self.context.meaning)(first.0)?, first))) {
                    p.soft { (reason) ": " (meaning) "." }
                }
                @if let Some(host) = host { @for shift in &host.changes { p { (capitalised(&shift.sentence)) "." } } }
                (self.instances(self.context.instances.dumps.get(&dump.dump)))
                @if let Some(survey) = self.ledger.survey_of(dump) {
                    p { "If its texts are under another name, this shows where:" (command(&survey)) }
                }
                @if let Some(cause) = host.filter(|_| dump.damage.is_none()).map(Drift::cause) { p.next { @if !cause.guess.is_empty() { (capitalised(cause.guess)) ". " } (cause.next) } }
            }
        }
    }

    /// The reasons for which most lines of the night were lost, an example each.
    fn main_reasons(&self) -> Markup {
        let ledger = self.ledger;
        let mut reasons: Vec<(&String, &u64)> = ledger.dropped.iter().chain(&ledger.quarantined).collect();
        reasons.sort_by_key(|(_, lines)| std::cmp::Reverse(**lines));
        let instance = |reason: &String| {
            let evidence =
                ledger.stages.iter().find_map(|stage| stage.evidence.get(reason)?.examples.first());
            let of_fault = || {
                let fault = ledger.faults.get(reason)?.first()?;
                Some((&fault.raw, "", &fault.dump, fault.line))
            };
            evidence
                .map(|example| (&example.title, example.host.as_str(), &example.dump, example.line))
                .or_else(of_fault)
        };
        html! {
            @for (reason, lines) in reasons.iter().copied().take(MOST_REASONS) {
                p { strong { (counted(*lines, "line", "lines")) } " lost as " (reason) @if let Some(meaning) = (self.context.meaning)(reason) { ": " (meaning) } "." }
                @if let Some((title, host, dump, line)) = instance(reason) {
                    ul.examples { li { bdi { (title) } @if !host.is_empty() { " " span.soft { "· " (host) } } (self.explain(dump, line)) } }
                }
            }
            @if let Some((number, lines)) = others(&reasons) {
                p { strong { (counted(lines, "line", "lines")) } " lost for " (counted(number, "other reason", "other reasons")) "." }
            }
            @if let Some(trend) = self.trend("") {
                p { "Usually " (count(trend.usual_records())) " records a night." }
            }
        }
    }

    fn instances(&self, instances: Option<&Vec<Instance>>) -> Markup {
        html! {
            @if let Some(instances) = instances {
                ul.examples {
                    @for Instance { reason, example } in instances {
                        li {
                            bdi { (example.title) }
                            @if !reason.is_empty() { " " span.soft { "· " (reason) } }
                            (self.explain(&example.dump, example.line))
                        }
                    }
                }
            }
        }
    }

    /// The command that shows a line, where there is one.
    pub(super) fn explain(&self, dump: &str, line: u64) -> Markup {
        let explain = self.ledger.explain_of(self.context.folder, dump, line);
        html! { @if let Some(explain) = explain { (command(&explain)) } }
    }

    /// What a host delivered on the nights before, if there were any; all together have no name.
    pub(super) fn trend(&self, host: &str) -> Option<&Trend> {
        self.ledger.drift.as_ref()?.trends.get(host).filter(|trend| !trend.0.is_empty())
    }

    /// The nights before and this one.
    pub(super) fn spark(trend: &Trend, now: [u64; 2], is_bad: bool) -> Markup {
        let nights: Vec<[u64; 2]> = trend.0.iter().copied().chain([now]).collect();
        sparkline(&nights, |night| is_bad && night == nights.len() - 1)
    }

    /// Records of all hosts, and those that were kept.
    pub(super) fn all(&self) -> [u64; 2] {
        [self.ledger.lines.kept + self.ledger.lines.dropped, self.ledger.lines.kept]
    }
}

/// How many reasons are not shown, and how many lines were lost for them.
fn others(reasons: &[(&String, &u64)]) -> Option<(u64, u64)> {
    let others = reasons.get(MOST_REASONS..).filter(|others| !others.is_empty())?;
    Some((others.len() as u64, others.iter().map(|(_, lines)| **lines).sum()))
}

/// The first of many things, and the others for those who ask.
fn folded<T>(things: &[T], name: &str, shown: impl Fn(&T) -> Markup) -> Markup {
    let (first, others) = things.split_at(things.len().min(AT_ONCE));
    html! {
        @for one in first { (shown(one)) }
        @if !others.is_empty() {
            details {
                summary { (count(others.len() as u64)) " more " (name) }
                @for one in others.iter().take(MOST_SHOWN - AT_ONCE) { (shown(one)) }
                (more(things.len()))
            }
        }
    }
}

/// How many of so many are not shown.
fn more(number: usize) -> Markup {
    let more = number.saturating_sub(MOST_SHOWN);
    html! { @if more > 0 { p.soft { (count(more as u64)) " more are in " code { "ledger.json" } "." } } }
}

/// Whether a limit is about all hosts together.
fn is_of_the_whole(crossed: &Crossed) -> bool {
    crossed.limit == "usual-share"
        || (["drifted-hosts", "missing-hosts"].contains(&&*crossed.limit) && crossed.names.is_empty())
}
