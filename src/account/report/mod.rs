//! `report.html`: the account for people, one page that opens offline.
//!
//! In the order in which somebody looks at a night the morning after: was it good, where did the lines go, what was dropped
//! and why, which hosts, what are the records like, what could not be read, how long did it take. Each picture has its
//! numbers in a table beside it. Nothing is fetched and no script runs; whatever an article says is escaped by
//! `maud`, which has no other way to put text into a page.
//!
//! It depends on the ledger alone, so that it can be written again at any time.

mod chart;
mod index;
mod sections;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Ledger;
pub use index::{IndexedNight, index};

/// What the page needs to know beside the account.
pub struct Context<'a> {
    /// What the night is called.
    pub night: &'a str,
    /// The run's folder, as a shell takes it from anywhere.
    pub folder: &'a str,
    /// A sentence on a reason for which a record was dropped or a line quarantined.
    pub meaning: &'a dyn Fn(&str) -> Option<&'static str>,
    /// The name of the number that a stage holds against its limit for a reason, where a labeller writes it.
    pub labelled: &'a dyn Fn(&str, &str) -> Option<&'static str>,
}

const STYLE: &str = include_str!("style.css");

/// The page.
pub fn report(ledger: &Ledger, context: &Context<'_>) -> String {
    let night = Night { ledger, context };
    let kept = sections::percent(ledger.lines.kept, records(ledger));
    let title = format!("{}: {kept} kept · {} · copydesk", context.night, ledger.pipeline.name);
    page(&title, &night.body())
}

/// A page that opens offline: the one design of all of them.
fn page(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (body) }
            }
        }
    };
    page.into_string()
}

/// Lines that held something.
fn records(ledger: &Ledger) -> u64 {
    ledger.lines.read - ledger.lines.blank - ledger.lines.other
}

struct Night<'a> {
    ledger: &'a Ledger,
    context: &'a Context<'a>,
}

impl Night<'_> {
    fn body(&self) -> Markup {
        let sections: [(&str, &str, Markup); 11] = [
            ("changed", "What changed", self.changed()),
            ("funnel", "Where the lines went", self.funnel()),
            ("reasons", "Why records were dropped", self.reasons()),
            ("hosts", "Hosts", self.hosts()),
            ("languages", "Languages and labels", self.names()),
            ("measures", "What the texts are like", self.measures()),
            ("fields", "Fields", self.fields()),
            ("repeated", "Most repeated", self.repeated()),
            ("quarantine", "Lines that could not be processed", self.quarantined()),
            ("dumps", "Dumps", self.dumps()),
            ("time", "Time", self.time()),
        ];
        html! {
            (self.verdict())
            nav aria-label="Sections" {
                @for (id, name, content) in &sections {
                    @if !content.0.is_empty() { a href={ "#" (id) } { (name) } " " }
                }
            }
            @for (id, name, content) in &sections {
                @if !content.0.is_empty() {
                    section id=(id) aria-labelledby={ (id) "-head" } {
                        h2 id={ (id) "-head" } { (name) }
                        (content)
                    }
                }
            }
            footer {
                "copydesk " (self.ledger.copydesk) ", ledger format " (self.ledger.format)
                ". The whole account is in " code { "ledger.json" } "."
            }
        }
    }
}

#[cfg(test)]
mod tests;
