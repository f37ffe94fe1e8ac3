//! `index.html`: the nights of a folder, a line each, for the morning.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::account::{Crossed, Ledger};
use crate::page::{page, percent, sparkline, table};
use crate::text::{count, shown_name};

/// Dumps and hosts that are named for a limit; the report of the night names more.
const NAMES: usize = 3;

/// A night, as the index shows it.
#[derive(Clone, Debug)]
pub struct IndexedNight {
    /// Its folder's name.
    pub name: String,
    /// Its account; none where the run has not come to its end.
    pub ledger: Option<Ledger>,
}

impl IndexedNight {
    fn crossed(&self) -> &[Crossed] {
        self.ledger.as_ref().map(|ledger| ledger.limits_crossed.as_slice()).unwrap_or_default()
    }

    fn is_good(&self) -> bool {
        self.ledger.is_some() && self.crossed().is_empty()
    }

    /// Records, and those that were kept.
    fn records(&self) -> [u64; 2] {
        let lines = self.ledger.as_ref().map(|ledger| ledger.lines).unwrap_or_default();
        [lines.kept + lines.dropped, lines.kept]
    }

    fn row(&self, pipeline: Option<&str>) -> Markup {
        let lines = self.ledger.as_ref().map(|ledger| ledger.lines).unwrap_or_default();
        let (held, kept) = (lines.held(), lines.kept);
        let drift = self.ledger.as_ref().and_then(|ledger| ledger.drift.as_ref());
        let changed = drift.map_or(0, |drift| (drift.changed().count() + drift.missing().count()) as u64);
        html! {
            tr {
                th.name scope="row" {
                    @if self.ledger.is_some() { a href={ (link(&self.name)) "/report.html" } { (self.name) } } @else { (self.name) }
                    @if let Some(pipeline) = pipeline { small { (pipeline) } }
                }
                @if self.ledger.is_some() {
                    td.n { (count(kept)) }
                    td.n.wide { span class=[(kept == 0).then_some("bad")] { (percent(kept, held)) } }
                    td.n.wide { (count(lines.units())) }
                    td.n.wide { @if changed > 0 { (count(changed)) } }
                } @else {
                    td.n {} td.n.wide {} td.n.wide {} td.n.wide {}
                }
                td {
                    @if self.is_good() { span.good { "✓ within its limits" } }
                    @if self.ledger.is_none() { div { span.bad { "! not finished" } ": the same command again resumes it" } }
                    @for crossed in self.crossed() { div { span.bad aria-hidden="true" { "! " } (shown_name(&crossed.with_names(NAMES))) } }
                }
            }
        }
    }
}

/// The page; nights come in order, and the newest is shown first.
pub fn index(folder: &str, nights: &[IndexedNight]) -> String {
    let pipeline = |night: &IndexedNight| night.ledger.as_ref().map(|ledger| ledger.pipeline.name.clone());
    let mut pipelines: Vec<String> = nights.iter().filter_map(pipeline).collect();
    pipelines.sort_unstable();
    pipelines.dedup();
    let figures: Vec<[u64; 2]> = nights.iter().map(IndexedNight::records).collect();
    let bad = nights.iter().filter(|night| !night.is_good()).count() as u64;
    let rows = html! {
        @for night in nights.iter().rev() { (night.row(pipeline(night).filter(|_| pipelines.len() > 1).as_deref())) }
    };
    let columns = [
        ("night", ""),
        ("kept", "n"),
        ("share", "n wide"),
        ("lines", "n wide"),
        ("hosts changed", "n wide"),
        ("verdict", ""),
    ];
    let body = html! {
        header class=(if nights.last().is_none_or(IndexedNight::is_good) { "is-good" } else { "is-bad" }) {
            h1 { "Nights " span.soft { (pipelines.join(", ")) } }
            @if let Some(last) = nights.last() {
                p.verdict {
                    "The last is " strong { (last.name) } ": "
                    @if last.is_good() { strong.good { "✓ within its limits" } } @else { strong.bad { "! to look at" } }
                    ". " @if bad == 0 { "All" } @else { (count(nights.len() as u64 - bad)) } " of " (count(nights.len() as u64)) " are within their limits."
                }
            }
            p.soft { "In " code { (folder) } "." }
        }
        @if nights.len() > 1 {
            figure { (sparkline(&figures, |night| !nights[night].is_good())) figcaption.soft { "Records and how many were kept, night by night, the newest on the right; red where it is to be looked at." } }
        }
        (table("The newest first.", &columns, &rows))
    };
    let mark = if nights.last().is_none_or(IndexedNight::is_good) { '✓' } else { '!' };
    page(&format!("{mark} {} nights · copydesk", nights.len()), &body)
}

/// A folder's name as a part of a relative address.
fn link(name: &str) -> String {
    let mut link = String::from("./");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            write!(link, "%{byte:02X}").expect("a String takes any text");
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Counts, PipelineAccount};

    #[test]
    fn the_newest_night_comes_first_with_what_it_crossed_and_a_link() {
        let night = |name: &str, kept: u64, crossed: Vec<Crossed>| {
            let mut ledger = Ledger::new(PipelineAccount::default(), Vec::new(), Vec::new());
            ledger.lines = Counts { read: 10, kept, ..Counts::default() };
            ledger.limits_crossed = crossed;
            IndexedNight { name: name.to_owned(), ledger: Some(ledger) }
        };
        let lost = Crossed {
            limit: "kept-records".to_owned(),
            sentence: "nothing was kept <b>".to_owned(),
            ..Crossed::default()
        };
        let unfinished = IndexedNight { name: "2026-11-26".to_owned(), ledger: None };
        let page = index(
            "/data/out",
            &[night("2026-11-24", 8, Vec::new()), night("a b", 0, vec![lost]), unfinished],
        );
        let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part} is not in {page}"));
        assert!(at("./a%20b/report.html") < at("./2026-11-24/report.html"));
        assert!(at("! not finished") < at("./a%20b/report.html"));
        at("nothing was kept &lt;b&gt;");
        at("80.0\u{A0}%");
        at("1 of 3 are within their limits");
    }
}
