//! `report.html`: the account for people, one page that opens offline.
//!
//! In the order in which somebody looks at a night the morning after: was it good, what is wrong, where did the lines go, which
//! hosts, what was dropped and why, what are the records like, what could not be read, how long did it take. Each picture has its
//! numbers in a table beside it. Nothing is fetched and no script runs; whatever an article says is escaped by
//! `maud`, which has no other way to put text into a page.
//!
//! It depends on the ledger and the outputs alone, so that it can be written again at any time.

mod histogram;
mod hosts;
mod index;
mod records;
mod sections;
mod wrong;

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{DropExample, Ledger};
use crate::page::{page, percent};
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
    /// Records that show what is wrong.
    pub instances: &'a Instances,
}

/// Records that show what is wrong, by host and by dump.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instances {
    /// Of hosts that changed.
    pub hosts: BTreeMap<String, Vec<Instance>>,
    /// Of dumps that were lost.
    pub dumps: BTreeMap<String, Vec<Instance>>,
}

/// A record of the outputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instance {
    /// Why it was lost; empty for one that was kept.
    pub reason: String,
    /// What it is.
    pub example: DropExample,
}

/// The page.
pub fn report(ledger: &Ledger, context: &Context<'_>) -> String {
    let night = Night { ledger, context };
    let mark = if ledger.limits_crossed.is_empty() { '✓' } else { '!' };
    let kept = percent(ledger.lines.kept, ledger.lines.held());
    let title = format!("{mark} {} · {} · {kept} kept · copydesk", context.night, ledger.pipeline.name);
    page(&title, &night.body())
}

struct Night<'a> {
    ledger: &'a Ledger,
    context: &'a Context<'a>,
}

impl Night<'_> {
    fn body(&self) -> Markup {
        let sections: [(&str, &str, Markup); 11] = [
            (
                "wrong",
                if self.ledger.limits_crossed.is_empty() { "What changed" } else { "What is wrong" },
                self.wrong(),
            ),
            ("funnel", "Where the lines went", self.funnel()),
            ("hosts", "Hosts", self.hosts()),
            ("reasons", "Why records were dropped", self.reasons()),
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
            p.soft { "The whole account is in " code { "ledger.json" } ", format " (self.ledger.format) ", made by copydesk " (self.ledger.copydesk) "." }
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
