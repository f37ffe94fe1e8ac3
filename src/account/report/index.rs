//! `index.html`: the nights of a folder, a line each, for the morning.

use std::fmt::Write as _;

use maud::html;

use super::page;
use super::sections::percent;
use crate::account::{Counts, Crossed, Ledger};
use crate::text::count;

/// A night, as the index shows it.
#[derive(Clone, Debug)]
pub struct IndexedNight {
    /// Its folder's name.
    pub name: String,
    /// Its pipeline's name.
    pub pipeline: String,
    /// Where its lines went.
    pub lines: Counts,
    /// Hosts that changed, and hosts that delivered nothing.
    pub changed: u64,
    /// What it crossed.
    pub crossed: Vec<Crossed>,
}

impl IndexedNight {
    /// A night of a folder.
    pub fn of(name: String, ledger: Ledger) -> Self {
        let changed =
            ledger.drift.as_ref().map_or(0, |drift| drift.changed().count() + drift.missing().count());
        Self {
            name,
            pipeline: ledger.pipeline.name,
            lines: ledger.lines,
            changed: changed as u64,
            crossed: ledger.limits_crossed,
        }
    }
}

/// The page; nights come in order, and the newest is shown first.
pub fn index(folder: &str, nights: &[IndexedNight]) -> String {
    let most = nights.iter().map(|night| night.lines.kept).max().unwrap_or(0).max(1);
    let body = html! {
        h1 { "Nights in " code { (folder) } }
        @if nights.len() > 1 {
            svg.nights viewBox={ "0 0 " (nights.len() * 10) " 100" } preserveAspectRatio="none" role="img" aria-label="Records kept by night, oldest first" {
                @for (at, night) in nights.iter().enumerate() {
                    @let height = (night.lines.kept * 100).div_ceil(most).max(3);
                    rect class=(if night.crossed.is_empty() { "kept" } else { "crossed" }) x=(at * 10 + 1) y=(100 - height) width="8" height=(height) {
                        title { (night.name) ": " (count(night.lines.kept)) " kept" }
                    }
                }
            }
        }
        div.scroll tabindex="0" role="region" aria-label="Nights" { table {
            caption { "The newest first; red where a limit was crossed." }
            thead { tr { th { "night" } th.n { "lines" } th.n { "kept" } th.n { "share" } th.n { "hosts changed" } th { "what is wrong" } } }
            tbody {
                @for night in nights.iter().rev() {
                    tr {
                        th.name scope="row" {
                            span class=(if night.crossed.is_empty() { "good" } else { "bad" }) { (if night.crossed.is_empty() { "✓ " } else { "! " }) }
                            a href={ (link(&night.name)) "/report.html" } { (night.name) }
                            @if nights.iter().any(|other| other.pipeline != night.pipeline) { " " span.soft { (night.pipeline) } }
                        }
                        td.n { (count(night.lines.held())) }
                        td.n { (count(night.lines.kept)) }
                        td.n { (percent(night.lines.kept, night.lines.held())) }
                        td.n { @if night.changed > 0 { (count(night.changed)) } }
                        td { @for crossed in &night.crossed { div { (crossed) } } }
                    }
                }
            }
        } }
    };
    page(&format!("{} nights · copydesk", nights.len()), &body)
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

    #[test]
    fn the_newest_night_comes_first_with_what_it_crossed_and_a_link() {
        let night = |name: &str, kept: u64, crossed: Vec<Crossed>| IndexedNight {
            name: name.to_owned(),
            pipeline: "nightly".to_owned(),
            lines: Counts { read: 10, kept, ..Counts::default() },
            changed: 0,
            crossed,
        };
        let lost = Crossed {
            limit: "kept-records".to_owned(),
            sentence: "nothing was kept <b>".to_owned(),
            ..Crossed::default()
        };
        let page = index("/data/out", &[night("2026-11-24", 8, Vec::new()), night("a b", 0, vec![lost])]);
        let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part} is not in {page}"));
        assert!(at("./a%20b/report.html") < at("./2026-11-24/report.html"));
        at("nothing was kept &lt;b&gt;");
        at("80.0\u{A0}%");
    }
}
