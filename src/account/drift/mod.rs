//! What changed tonight beyond what the nights before explain.
//!
//! For each host and for all together, tonight's counts are held against those of earlier nights: how many records came,
//! how many of them have no date, no title, no author or another field, lost letters, are dated after they were crawled or long before, were dropped for
//! which reason, were no articles, are in another language, and how long the texts and titles are. A finding is a sentence that names what is different.
//!
//! # Statistics
//!
//! **Shares** (records without a date among all records) are judged by a beta-binomial distribution: the mean is that of
//! the earlier nights, one half added to the count; the spread is what those nights had beyond chance, by the
//! method of moments, and never less than `LEAST_CORRELATION`, because no scraper is a perfect die. The
//! tail's probability is summed up exactly, so that it holds for three articles as well as for three thousand. It is
//! multiplied by the number of questions asked tonight (Bonferroni) and has to be below `SIGNIFICANCE`: a false alarm
//! in ten thousand nights as far as the model goes. The change must matter, too: at least
//! `LEAST_SHARE` of the host's records, `LEAST_RECORDS` of them, and more than on any night before.
//!
//! **Numbers of records** have weekends and holidays, which all hosts have together: they are held against the median
//! of the host's nights, times what the median of the hosts that delivered anything tonight has of its own. Hosts that
//! delivered nothing say nothing about the calendar: counted in, half of them missing would make the usual number 0. Earlier weekends
//! are made as many as other nights by the same factor of theirs, so that they do not hide a host that lost most of its records.
//! A host is named that has less than `OF_HOST` says, clearly less than on its poorest nights, and fewer than
//! chance explains, by a negative binomial distribution whose spread is learnt from its nights. The poorest nights
//! are a low quantile, because a night that was lost itself must not excuse the next one. Nights right before tonight on which
//! it had as little are one event with tonight, and do not count as what is usual: the stretch of them is held against
//! stretches of as many nights. A host that stays away is therefore named for as many nights as it was there before, of
//! the nights compared with: a week.
//!
//! **The night as a whole** is named where it has less than half of its usual records, on the same terms, and for what is not mostly
//! due to hosts that are named for it. What all hosts have together is put down to dumps that are missing ([`dumps`]) before it is
//! put down to the calendar: where two of three dumps did not come, every host brings a third, and it is no holiday.
//!
//! **Lengths** of texts and titles are compared as logarithms of the mean, with the spread of the nights before, which is drawn to 15 % all
//! the more, the fewer they are: a finding is six times that, and at least a half or twice as long, of all hosts together two thirds
//! or half as long again. Where each night is a little shorter than the one before, all of them are held against the nights before the first. Of all
//! hosts it is counted how many have texts that are a quarter shorter than theirs usually are, which is judged as a share.
//!
//! **Values that are each record's own**, titles, addresses, publication dates, authors, sections, descriptions, pictures, and the beginnings and ends of texts, are counted by sketches
//! ([`Sameness`](super::Sameness)), which estimate how many records share a value. That is a share as others are: a host is named of whose records two
//! fifths or more have one value, and a quarter more than usual.
//!
//! **Records of other hosts** are what a host has that brings three times what it ever brought, where others lack about as many.
//!
//! **What is usual** is said by the nights before those right before tonight that were as odd, for shares, lengths and sketches as for numbers: a broken
//! scraper is named each night, until it has been broken for longer than it was well. A night with less than `LEAST_COMMON` of the median's records says
//! nothing of what is usual.
//!
//! Nights without a host's records count as such; after two nights, hosts are named that both nights had and that delivered
//! nothing, unless they had fewer than `LEAST_RECORDS` and so different numbers that none is one of them. Fewer, and for all the rest fewer than [`LEAST_NIGHTS`] nights, or hosts of fewer than
//! `LEAST_RECORDS` records a night, tell nothing. Such small hosts are counted: where far fewer of them came than usual, on
//! the terms of numbers of records, the night is named.

mod chance;
mod dumps;
mod elsewhere;
mod kinds;
mod quarantine;
mod question;
mod short;
mod volume;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::trend::{Trend, trends};
use super::{HostAccount, Ledger};
use crate::text::{count, counted};
pub use dumps::MissingDump;
pub use quarantine::QuarantinedDump;
use question::{drift, has_lost_addresses};
pub use short::{DumpOfNight, ShortDump};

/// Nights that are needed before anything is said but that something is missing altogether.
pub const LEAST_NIGHTS: usize = 3;
/// Nights that are needed to miss what each of them had. After one night, what comes every second night would be missed.
const LEAST_NIGHTS_OF_ABSENCE: usize = 2;
/// Where too few small hosts came: what is counted.
pub const SMALL_HOSTS: &str = "small_hosts";
/// Where a host has what others lack: what is counted.
const OF_OTHER_HOSTS: &str = "records_of_other_hosts";

/// What changed at a host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// The host; empty for all together.
    pub host: String,
    /// What changed, the most telling first.
    pub changes: Vec<Shift>,
    /// Where the records may be that did not come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<Elsewhere>,
}

/// Where records may be that did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Elsewhere {
    /// In dumps of which nothing could be read, or not all.
    Unread,
    /// Among records without an address, of which there are more than usual.
    NoAddress,
    /// At another host, which has several times its usual.
    OtherHost,
    /// Among the lines in quarantine.
    Quarantine,
    /// In a file that was left out.
    LeftOut,
}

/// One thing that changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shift {
    /// What is counted: `records`, `without_date`, `dropped_too_few_words`, `page_consent_wall`, `characters`, ….
    pub what: String,
    /// How many tonight.
    pub tonight: f64,
    /// How many would be usual.
    pub usual: f64,
    /// The same in words.
    pub sentence: String,
}

impl Drift {
    /// What changed, in a sentence.
    pub fn sentence(&self) -> String {
        let host = if self.host.is_empty() { "the night as a whole" } else { &self.host };
        let mut changes = self.changes.iter();
        let first = changes.next().map(|shift| shift.sentence.as_str()).unwrap_or_default();
        let others: Vec<&str> = changes.map(|shift| shift.sentence.as_str()).collect();
        let others = if others.is_empty() { String::new() } else { format!("; also {}", others.join(", ")) };
        let guess = self.cause().guess;
        let apart = if guess.is_empty() { "" } else { "; " };
        format!("{host}: {first}{others}{apart}{guess}")
    }

    /// Whether this is a host that delivered nothing.
    pub fn is_missing(&self) -> bool {
        !self.host.is_empty()
            && self.changes.iter().any(|shift| shift.what == "records" && shift.tonight <= 0.0)
    }

    /// What probably caused it.
    pub fn cause(&self) -> Cause {
        let is = |start: &str| self.changes.first().is_some_and(|shift| shift.what.starts_with(start));
        let has = |start: &str| self.changes.iter().any(|shift| shift.what.starts_with(start));
        // The night has no layout and no scraper of its own.
        if let Some(elsewhere) = self.elsewhere {
            match elsewhere {
                Elsewhere::Unread => UNREAD,
                Elsewhere::NoAddress => NO_ADDRESS,
                Elsewhere::OtherHost => OTHER_HOST,
                Elsewhere::Quarantine => QUARANTINE,
                Elsewhere::LeftOut => LEFT_OUT,
            }
        } else if self.host.is_empty() {
            if is("records") || is(SMALL_HOSTS) { LESS } else { UNKNOWN }
        } else if self.is_missing() {
            FAILED
        } else if is(OF_OTHER_HOSTS) {
            ADDRESSES
        } else if is("page_") {
            NO_ARTICLES
        } else if is("with_lost_characters") {
            ENCODING
        } else if has("without_text") || has("dropped_no_text") {
            LAYOUT
        } else if is("same_beginning") || is("same_end") {
            SAME_TEXT
        } else if is("plain_ascii") {
            PLAIN
        } else if is("dated_") {
            DATES
        } else if ["title_of", "address_of", "description_of"].into_iter().any(is) {
            MIXED
        } else if ["author_with_digits", "alike_fields", "title_from_text"].into_iter().any(is) {
            OTHER_FIELD
        } else if is("updates") || is("dropped_duplicate_url") {
            AGAIN
        } else if is("dropped_duplicate_text") || (is("same_") && has("dropped_duplicate")) {
            SAME
        } else if is("same_") {
            SAME_VALUE
        } else if is("dropped_near_duplicate") {
            NEARLY_SAME
        } else if is("language") {
            LANGUAGE
        } else if is("without_address") {
            NO_ADDRESS
        } else if is("without_")
            || is("characters")
            || is("title_characters")
            || is("dropped_too_few")
            || is("one_paragraph")
            || is("text_twice")
        {
            LAYOUT
        } else if is("records") {
            MISSED
        } else {
            UNKNOWN
        }
    }
}

/// What changed tonight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DriftAccount {
    /// Earlier nights that tonight was compared with. Fewer than three tell nothing.
    pub nights: u64,
    /// They had another pipeline: some of what changed may be due to that.
    pub other_pipeline: bool,
    /// Some of them are later: tonight has been run before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_later: bool,
    /// The hosts that changed, those with most records first; all together has an empty name.
    pub hosts: Vec<Drift>,
    /// Dumps that these nights had and tonight lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_dumps: Vec<MissingDump>,
    /// Dumps that have far fewer lines than these nights had in them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub short_dumps: Vec<ShortDump>,
    /// Dumps of which far more lines are in quarantine than these nights had there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quarantined_dumps: Vec<QuarantinedDump>,
    /// What the hosts that changed, and the largest, delivered on each of these nights; an empty name is all together.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub trends: BTreeMap<String, Trend>,
}

/// What probably caused a change, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// As an end of a sentence.
    pub guess: &'static str,
    /// As a sentence.
    pub next: &'static str,
}

const FAILED: Cause = Cause {
    guess: "its scraper probably failed",
    next: "Look at the log of its scraper. When its dump is there, run the night again with --restart.",
};
const UNREAD: Cause = Cause {
    guess: "a dump that could not be read may be the reason",
    next: "Look at the dumps that were lost first. When they are right, run the night again with --restart.",
};
const NO_ADDRESS: Cause = Cause {
    guess: "its records may be among those that came without a URL",
    next: "Look at one of them: its address is probably under another key, which copydesk init finds.",
};
const ENCODING: Cause = Cause {
    guess: "its texts were probably read in a wrong encoding",
    next: "Compare a record with its page. What is shown as \u{FFFD} or ? is lost: mend the scraper, and let it fetch the pages again.",
};
const PLAIN: Cause = Cause {
    guess: "letters were probably lost on the way",
    next: "Compare a record with its page: where letters are missing, mend the scraper, and let it fetch the pages again.",
};
const LANGUAGE: Cause = Cause {
    guess: "its scraper probably gets another edition, or other pages",
    next: "Open some of the addresses in a browser and compare.",
};
const OTHER_HOST: Cause = Cause {
    guess: "its records may be there",
    next: "Look at the addresses of that host's records: the site has probably moved, or its addresses were changed on the way.",
};
const QUARANTINE: Cause = Cause {
    guess: "its records may be among the lines in quarantine",
    next: "Look at the lines in quarantine first. When the dump is right, run the night again with --restart.",
};
const LEFT_OUT: Cause = Cause {
    guess: "a file that was left out may be its dump",
    next: "Look at the files that were left out: one was probably not written to its end. When it is there, run the night again with --restart.",
};
const ADDRESSES: Cause = Cause {
    guess: "it probably has the records of other hosts",
    next: "Look at the addresses of some of its records: they were probably changed on the way.",
};
const SAME_TEXT: Cause = Cause {
    guess: "its pages probably show something before or after all articles, or in their place, such as a wall or a notice",
    next: "Look at some of the records, and open one of their addresses in a browser.",
};
const SAME_VALUE: Cause = Cause {
    guess: "its scraper probably reads something that is the same on all pages",
    next: "Compare some of the records with their pages, and mend the scraper's selectors.",
};
const MIXED: Cause = Cause {
    guess: "fields of different articles were probably put together",
    next: "Compare some of the records with their pages: a title or an address may be that of the record before, or of a related article.",
};
const OTHER_FIELD: Cause = Cause {
    guess: "its scraper probably reads one part of the page as another",
    next: "Compare some of the records with their pages, and mend the scraper's selectors.",
};
const NEARLY_SAME: Cause = Cause {
    guess: "its texts differ in a few words only",
    next: "Look at some of them: where each is an article of its own, deduplication is too strict for them (near-similarity).",
};
const DATES: Cause = Cause {
    guess: "its scraper probably reads another date, or none",
    next: "Compare a record with its page: the date of publication is probably under another key or in another format.",
};
const AGAIN: Cause = Cause {
    guess: "its scraper probably delivered the same again",
    next: "Look at when its dump was written. When the right one is there, run the night again with --restart.",
};
const SAME: Cause = Cause {
    guess: "its scraper probably delivered the same again, or gets one page for all addresses",
    next: "Look at some of the records, and open one of their addresses in a browser.",
};
const NO_ARTICLES: Cause = Cause {
    guess: "the scraper probably no longer gets the articles",
    next: "Open an article in a browser and compare: a wall, a redirect or a block of the scraper's address is most likely.",
};
const LAYOUT: Cause = Cause {
    guess: "its layout has probably changed",
    next: "Compare one of the records with its page, mend the scraper's selectors or the pipeline, and run the night again with \
           --restart.",
};
const MISSED: Cause = Cause {
    guess: "the scraper probably missed some",
    next: "Look at the log of its scraper for errors and time limits, and let it fetch the rest.",
};
const LESS: Cause = Cause {
    guess: "scrapers failed, or their dumps have not arrived",
    next: "Compare the dumps with those of the night before. When the others are there, run the night again with --restart.",
};
const UNKNOWN: Cause = Cause { guess: "", next: "Look at some of the records." };

impl DriftAccount {
    /// Compares tonight with earlier nights: with their hosts, and with the names of their dumps.
    pub fn of(
        tonight: &Ledger,
        nights: &[HostAccount],
        dumps_before: &[Vec<DumpOfNight>],
        other_pipeline: bool,
    ) -> Self {
        let dumps: Vec<DumpOfNight> = tonight.dumps.iter().map(DumpOfNight::of).collect();
        let names = |dumps: &Vec<DumpOfNight>| dumps.iter().map(|dump| dump.name.clone()).collect();
        let before: Vec<Vec<String>> = dumps_before.iter().map(names).collect();
        let (mut missing_dumps, there) = dumps::missing(&names(&dumps), &before);
        missing_dumps.retain(|missing| !dumps::may_have_none(missing, dumps_before));
        let short_dumps = short::short(&dumps, dumps_before);
        let quarantined_dumps = quarantine::quarantined(&dumps, dumps_before);
        let in_quarantine = tonight.lines.quarantined;
        let tonight = &tonight.hosts;
        let hosts = drift(tonight, &nights.iter().collect::<Vec<_>>(), there);
        let changed: Vec<&str> = hosts.iter().map(|drift| drift.host.as_str()).collect();
        let trends = trends(tonight, nights, &changed);
        let lost_addresses = has_lost_addresses(tonight, nights);
        let (nights, has_later) = (nights.len() as u64, false);
        let mut drift = Self {
            nights,
            other_pipeline,
            has_later,
            hosts,
            missing_dumps,
            short_dumps,
            quarantined_dumps,
            trends,
        };
        if lost_addresses {
            drift.look(Elsewhere::NoAddress);
        }
        drift.look_in_quarantine(in_quarantine);
        drift
    }

    /// Hosts that usually deliver, and delivered nothing.
    pub fn missing(&self) -> impl Iterator<Item = &Drift> {
        self.hosts.iter().filter(|drift| drift.is_missing())
    }

    /// Hosts that delivered something else than usual.
    pub fn changed(&self) -> impl Iterator<Item = &Drift> {
        self.hosts.iter().filter(|drift| !drift.host.is_empty() && !drift.is_missing())
    }

    /// What changed in the night as a whole.
    pub fn whole(&self) -> impl Iterator<Item = &Shift> {
        self.hosts.iter().filter(|drift| drift.host.is_empty()).flat_map(|drift| &drift.changes)
    }

    /// Notes where records may be that did not come.
    pub fn look(&mut self, elsewhere: Elsewhere) {
        let is_of_all = elsewhere == Elsewhere::Unread;
        let lacks = |drift: &&mut Drift| {
            let has_fewer = drift.changes.first().is_some_and(|shift| shift.what == "records");
            // Without the records of a dump, the shares of the others are not the usual ones.
            let is_whole = drift.host.is_empty() && (has_fewer || is_of_all);
            is_whole || has_fewer && (is_of_all || drift.is_missing())
        };
        self.hosts.iter_mut().filter(lacks).for_each(|drift| drift.elsewhere = Some(elsewhere));
        // That is said of the hosts that are missing for it.
        if elsewhere == Elsewhere::NoAddress && self.missing().next().is_some() {
            for whole in self.hosts.iter_mut().filter(|drift| drift.host.is_empty()) {
                whole.changes.retain(|shift| shift.what != "without_address");
            }
            self.hosts.retain(|drift| !drift.changes.is_empty());
        }
    }

    /// Notes of hosts with too few records that as many lines or half of them are in quarantine.
    #[expect(clippy::cast_precision_loss, reason = "a number of lines")]
    fn look_in_quarantine(&mut self, lines: u64) {
        let may_be_there = |drift: &&mut Drift| {
            let shift = drift.changes.first().filter(|shift| shift.what == "records");
            drift.elsewhere.is_none()
                && shift.is_some_and(|shift| lines as f64 * 2.0 >= shift.usual - shift.tonight)
        };
        self.hosts
            .iter_mut()
            .filter(may_be_there)
            .for_each(|drift| drift.elsewhere = Some(Elsewhere::Quarantine));
    }

    /// Notes of hosts without a record that a file was left out which begins with the name of a dump that is missing.
    pub fn look_at_left_out(&mut self, names: &[String]) {
        let stem = |name: &str| {
            dumps::mask(name.rsplit('/').next().unwrap_or_default()).split('.').next().map(str::to_owned)
        };
        let left_out: Vec<_> = names.iter().filter_map(|name| stem(name)).collect();
        let is_left_out = |dump: &MissingDump| stem(&dump.dump).is_some_and(|stem| left_out.contains(&stem));
        if self.missing_dumps.iter().any(is_left_out) {
            let lacks = self.hosts.iter_mut().filter(|drift| drift.is_missing() && drift.elsewhere.is_none());
            lacks.for_each(|drift| drift.elsewhere = Some(Elsewhere::LeftOut));
        }
    }

    /// Whether nothing changed, and nothing is missing.
    pub fn is_as_usual(&self) -> bool {
        self.hosts.is_empty()
            && self.missing_dumps.is_empty()
            && self.short_dumps.is_empty()
            && self.quarantined_dumps.is_empty()
    }

    /// What it was compared with, in words.
    pub fn basis(&self) -> String {
        let nights = match (self.nights, self.has_later) {
            (1, false) => "the night before".to_owned(),
            (nights, false) => format!("the {} nights before", count(nights)),
            (nights, true) => {
                format!("{}, not all of them before", counted(nights, "other night", "other nights"))
            }
        };
        let enough = self.nights >= LEAST_NIGHTS as u64;
        let edited = if self.other_pipeline { ", which had another pipeline" } else { "" };
        match (enough, self.nights) {
            (false, 0) => format!("not compared: no night came before, and {LEAST_NIGHTS} are needed"),
            (false, 1) => format!("not compared: 1 night came before, and {LEAST_NIGHTS} are needed"),
            (false, nights) => format!(
                "compared for missing hosts and dumps alone: {nights} nights came before, and {LEAST_NIGHTS} are needed for the rest"
            ),
            (true, _) if self.is_as_usual() => {
                format!("nothing, compared with {nights}{edited}")
            }
            (true, _) => format!("compared with {nights}{edited}"),
        }
    }
}

#[cfg(test)]
mod tests;
