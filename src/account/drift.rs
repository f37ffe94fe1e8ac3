//! What changed tonight beyond what the nights before explain.
//!
//! For each host and for all together, tonight's counts are held against those of earlier nights: how many records came,
//! how many of them have no date, no title, no author, were dropped for which reason, were no articles, are in another
//! language, and how long the texts are. A finding is a sentence that names what is different.
//!
//! # Statistics
//!
//! **Shares** (records without a date among all records) are judged by a beta-binomial distribution: the mean is that of
//! the earlier nights, one half added to the count; the spread is what those nights had beyond chance, by the
//! method of moments, and never less than [`LEAST_CORRELATION`], because no scraper is a perfect die. The
//! tail's probability is summed up exactly, so that it holds for three articles as well as for three thousand. It is
//! multiplied by the number of questions asked tonight (Bonferroni) and has to be below [`SIGNIFICANCE`]: a false alarm
//! in ten thousand nights as far as the model goes. The change must matter, too: at least
//! [`LEAST_SHARE`] of the host's records, [`LEAST_RECORDS`] of them, and more than on any night before.
//!
//! **Numbers of records** have weekends and holidays, which all hosts have together: they are held against the median
//! of the host's nights, times what the median of the hosts that delivered anything tonight has of its own. Hosts that
//! delivered nothing say nothing about the calendar: counted in, half of them missing would make the usual number 0.
//! A host is named that has less than [`LEAST_VOLUME`] of that, clearly less than on its poorest nights, and fewer than
//! chance explains, by a negative binomial distribution. The poorest nights
//! are a low quantile, because a night that was lost itself must not excuse the next one.
//!
//! **The night as a whole** is named where it has less than half of its usual records, on the same terms.
//!
//! **Lengths** are compared as logarithms of the mean, with the spread of the nights before, at least 15 %: a
//! finding is six times that, and at least a half or twice as long.
//!
//! Nights without a host's records count as such; fewer than [`LEAST_NIGHTS`] nights, or hosts of fewer than
//! [`LEAST_RECORDS`] records a night, tell nothing.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::trend::{Trend, trends};
use super::{HostAccount, HostCounts};
use crate::text::count;

/// Nights that are needed before anything is said.
pub const LEAST_NIGHTS: usize = 3;
/// Records that a host must have on a usual night, or that must be concerned tonight.
const LEAST_RECORDS: u64 = 20;
/// The share of a host's records that must be concerned beyond the usual.
const LEAST_SHARE: f64 = 0.1;
/// About how many things each host is asked.
const QUESTIONS: f64 = 10.0;
/// How improbable tonight must be, all questions taken together.
const SIGNIFICANCE: f64 = 1e-4;
/// How much records of one night resemble each other at least. 0.002 is a standard deviation of 2 % around one half.
const LEAST_CORRELATION: f64 = 0.002;
/// The share of the usual records below which a host is missing some.
const LEAST_VOLUME: f64 = 0.35;
/// And the share of its poorest nights.
const LEAST_OF_POOR: f64 = 0.6;
/// The share of nights that may have been poorer than the poor night that tonight is held against: a weekend is two nights in
/// seven, and a lost night one in seven at most.
const POOR_NIGHTS: f64 = 0.15;
/// Hosts that are needed to tell what all have together.
const LEAST_HOSTS: usize = 5;
/// The least that all hosts may have together: less is no holiday. For the night as a whole it is more, because
/// there is nothing else to tell a holiday from scrapers that all bring less.
const LEAST_COMMON: f64 = 0.25;
const LEAST_COMMON_OF_NIGHT: f64 = 0.4;
/// How improbable the number of records of any host must be, all hosts taken together: a false alarm in 1 000 nights.
const VOLUME_SIGNIFICANCE: f64 = 1e-3;
/// How much a host's numbers vary beyond chance: a standard deviation of 20 %, squared. All hosts together vary less.
const VARIATION: f64 = 0.04;
const VARIATION_OF_NIGHT: f64 = 0.001;
/// The least spread of the logarithm of the mean length.
const LEAST_SPREAD: f64 = 0.15;

/// What changed at a host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// The host; empty for all together.
    pub host: String,
    /// What changed, the most telling first.
    pub changes: Vec<Shift>,
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
        // The night has no layout and no scraper of its own.
        if self.host.is_empty() {
            UNKNOWN
        } else if self.is_missing() {
            FAILED
        } else if is("page_") {
            NO_ARTICLES
        } else if is("without_") || is("characters") || is("dropped_too_few") || is("dropped_no_text") {
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
    /// The hosts that changed, those with most records first; all together has an empty name.
    pub hosts: Vec<Drift>,
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
const UNKNOWN: Cause = Cause { guess: "", next: "Look at some of the records." };

impl DriftAccount {
    /// Compares tonight with earlier nights.
    pub fn of(tonight: &HostAccount, nights: &[HostAccount], other_pipeline: bool) -> Self {
        let hosts = drift(tonight, &nights.iter().collect::<Vec<_>>());
        let changed: Vec<&str> = hosts.iter().map(|drift| drift.host.as_str()).collect();
        let trends = trends(tonight, nights, &changed);
        Self { nights: nights.len() as u64, other_pipeline, hosts, trends }
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

    /// What it was compared with, in words.
    pub fn basis(&self) -> String {
        let nights = match self.nights {
            1 => "the night before".to_owned(),
            nights => format!("the {} nights before", count(nights)),
        };
        let enough = self.nights >= LEAST_NIGHTS as u64;
        let edited = if self.other_pipeline { ", which had another pipeline" } else { "" };
        match (enough, self.nights) {
            (false, 0) => format!("not compared: no night came before, and {LEAST_NIGHTS} are needed"),
            (false, _) => format!(
                "not compared: {} came before, and {LEAST_NIGHTS} are needed",
                if self.nights == 1 { "1 night".to_owned() } else { format!("{} nights", self.nights) }
            ),
            (true, _) if self.hosts.is_empty() => format!("nothing, compared with {nights}{edited}"),
            (true, _) => format!("compared with {nights}{edited}"),
        }
    }
}

/// What changed tonight against earlier nights, hosts with most records first; nothing with too few nights.
fn drift(tonight: &HostAccount, nights: &[&HostAccount]) -> Vec<Drift> {
    if nights.len() < LEAST_NIGHTS {
        return Vec::new();
    }
    let empty = HostCounts::default();
    let histories: Vec<(&str, &HostCounts, Vec<&HostCounts>)> = hosts_of(tonight, nights)
        .into_iter()
        .map(|host| {
            let of = |night: &'_ HostAccount| night.by_host.contains_key(host);
            let now = tonight.by_host.get(host).unwrap_or(&empty);
            let before = nights.iter().filter(|night| of(night)).map(|night| &night.by_host[host]).collect();
            (host, now, before)
        })
        .collect();
    let common = common_factor(&histories, nights.len());
    let all_now = sum(tonight.by_host.values());
    let all_before: Vec<HostCounts> = nights.iter().map(|night| sum(night.by_host.values())).collect();
    let mut questions = Vec::new();
    questions.push(Question {
        host: "",
        now: &all_now,
        before: all_before.iter().collect(),
        common: common.max(LEAST_COMMON_OF_NIGHT),
    });
    for (host, now, before) in histories {
        questions.push(Question { host, now, before, common });
    }
    #[expect(clippy::cast_precision_loss, reason = "a bound on a probability")]
    let asked = questions.len() as f64 * QUESTIONS;
    let mut found: Vec<(u64, Drift)> = questions
        .iter()
        .filter_map(|question| {
            let changes = question.changes(nights.len(), asked);
            let weight = records(question.now).max(question.median_records(nights.len()));
            (!changes.is_empty()).then(|| (weight, Drift { host: question.host.to_owned(), changes }))
        })
        .collect();
    found.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.host.cmp(&other.host)));
    found.into_iter().map(|(_, drift)| drift).collect()
}

fn records(counts: &HostCounts) -> u64 {
    counts.kept + counts.dropped
}

fn hosts_of<'a>(tonight: &'a HostAccount, nights: &[&'a HostAccount]) -> Vec<&'a str> {
    let mut hosts: Vec<&str> = tonight.by_host.keys().map(String::as_str).collect();
    for night in nights {
        hosts.extend(night.by_host.keys().map(String::as_str));
    }
    hosts.sort_unstable();
    hosts.dedup();
    // Records without a host are in all, and have nothing else in common.
    hosts.retain(|host| !host.is_empty());
    hosts
}

fn sum<'a>(hosts: impl Iterator<Item = &'a HostCounts>) -> HostCounts {
    let mut all = HostCounts::default();
    let add = |to: &mut BTreeMap<String, u64>, from: &BTreeMap<String, u64>| {
        for (name, count) in from {
            *to.entry(name.clone()).or_default() += count;
        }
    };
    for host in hosts {
        all.kept += host.kept;
        all.dropped += host.dropped;
        all.without_title += host.without_title;
        all.without_date += host.without_date;
        all.without_author += host.without_author;
        all.characters += host.characters;
        add(&mut all.reasons, &host.reasons);
        add(&mut all.languages, &host.languages);
        add(&mut all.pages, &host.pages);
    }
    all
}

/// What the median host has tonight of its own median, of those that delivered anything: a weekend is the same for all.
/// Never more than all of it.
#[expect(clippy::cast_precision_loss, reason = "a ratio")]
fn common_factor(histories: &[(&str, &HostCounts, Vec<&HostCounts>)], nights: usize) -> f64 {
    let mut ratios: Vec<f64> = histories
        .iter()
        .filter_map(|(_, now, before)| {
            let usual = median_records(before, nights);
            (usual >= LEAST_RECORDS && records(now) > 0).then(|| records(now) as f64 / usual as f64)
        })
        .collect();
    if ratios.len() < LEAST_HOSTS {
        return 1.0;
    }
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2].clamp(LEAST_COMMON, 1.0)
}

/// The median of a host's records a night; nights without it count as none.
fn median_records(before: &[&HostCounts], nights: usize) -> u64 {
    let counts = sorted_records(before, nights);
    counts[counts.len() / 2]
}

/// A host's records on each night, the fewest first; nights without it count as none.
fn sorted_records(before: &[&HostCounts], nights: usize) -> Vec<u64> {
    let mut counts: Vec<u64> = before.iter().map(|counts| records(counts)).collect();
    counts.resize(nights.max(counts.len()), 0);
    counts.sort_unstable();
    counts
}

struct Question<'a> {
    host: &'a str,
    now: &'a HostCounts,
    before: Vec<&'a HostCounts>,
    common: f64,
}

/// Records of a kind, on one night.
type Part<'a> = dyn Fn(&HostCounts) -> u64 + 'a;

impl Question<'_> {
    fn median_records(&self, nights: usize) -> u64 {
        median_records(&self.before, nights)
    }

    fn changes(&self, nights: usize, asked: f64) -> Vec<Shift> {
        let mut changes = Vec::new();
        let enough = self.before.iter().filter(|night| records(night) > 0).count() >= LEAST_NIGHTS;
        if enough {
            let name_of = |map: fn(&HostCounts) -> &BTreeMap<String, u64>| {
                map(self.now).keys().cloned().collect::<Vec<_>>()
            };
            for kind in name_of(|host| &host.pages) {
                let part = |host: &HostCounts| host.pages.get(&kind).copied().unwrap_or(0);
                let shown = kind.replace('_', " ");
                changes.extend(self.share(
                    &format!("page_{kind}"),
                    &part,
                    &format!("are no articles ({shown})"),
                    asked,
                ));
            }
            let fields: [(&str, &Part<'_>, &str); 3] = [
                ("without_date", &|host| host.without_date, "without a date"),
                ("without_title", &|host| host.without_title, "without a title"),
                ("without_author", &|host| host.without_author, "without an author"),
            ];
            for (what, part, words) in fields {
                changes.extend(self.share(what, part, words, asked));
            }
            for reason in name_of(|host| &host.reasons) {
                let part = |host: &HostCounts| host.reasons.get(&reason).copied().unwrap_or(0);
                changes.extend(self.share(
                    &format!("dropped_{reason}"),
                    &part,
                    &format!("dropped as {reason}"),
                    asked,
                ));
            }
            if let Some(language) = self.main_language() {
                let part =
                    |host: &HostCounts| records(host) - host.languages.get(&language).copied().unwrap_or(0);
                changes.extend(self.share("language", &part, &format!("not in {language}"), asked));
            }
            changes.extend(self.length());
        }
        changes.extend(self.volume(nights, asked / QUESTIONS));
        changes
    }

    /// The language that nearly all records were in.
    fn main_language(&self) -> Option<String> {
        let all = sum(self.before.iter().copied());
        let (language, number) = all.languages.iter().max_by_key(|(_, number)| **number)?;
        (!language.is_empty() && number * 10 >= records(&all) * 8).then(|| language.clone())
    }

    /// Whether more records than usual are of a kind.
    #[expect(clippy::cast_precision_loss, reason = "counts and shares")]
    fn share(&self, what: &str, part: &Part<'_>, words: &str, asked: f64) -> Option<Shift> {
        let (hit, all) = (part(self.now), records(self.now));
        let nights: Vec<(f64, f64)> = self
            .before
            .iter()
            .filter(|night| records(night) > 0)
            .map(|night| (part(night) as f64, records(night) as f64))
            .collect();
        let (hits, wholes): (f64, f64) =
            nights.iter().fold((0.0, 0.0), |(hits, wholes), (hit, whole)| (hits + hit, wholes + whole));
        let usual = (hits + 0.5) / (wholes + 1.0);
        let share = hit as f64 / all.max(1) as f64;
        let most = nights.iter().map(|(hit, whole)| hit / whole).fold(0.0, f64::max);
        if hit < LEAST_RECORDS || share < usual + LEAST_SHARE || share < most + LEAST_SHARE / 2.0 {
            return None;
        }
        let improbable = tail(hit, all, usual, correlation(&nights, usual));
        (improbable * asked < SIGNIFICANCE).then(|| Shift {
            what: what.to_owned(),
            tonight: hit as f64,
            usual: usual * all as f64,
            sentence: format!(
                "{} of {} records {words}, usually {}",
                count(hit),
                count(all),
                rounded(usual * all as f64)
            ),
        })
    }

    /// Whether far fewer records came.
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    fn volume(&self, nights: usize, hosts: f64) -> Option<Shift> {
        let counts = sorted_records(&self.before, nights);
        let usual = counts[counts.len() / 2] as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place among few nights"
        )]
        let poor = counts[(counts.len() as f64 * POOR_NIGHTS) as usize] as f64;
        let (now, expected) = (records(self.now), usual * self.common);
        let is_night = self.host.is_empty();
        let (least, of_poor, variation, asked) = if is_night {
            (0.5, 0.75, VARIATION_OF_NIGHT, 1.0)
        } else {
            (LEAST_VOLUME, LEAST_OF_POOR, VARIATION, hosts)
        };
        let is_low = (now as f64) < expected * least && (now as f64) < poor * of_poor;
        if !is_low || at_most(now, expected, variation) * asked >= VOLUME_SIGNIFICANCE {
            return None;
        }
        Some(Shift {
            what: "records".to_owned(),
            tonight: now as f64,
            usual: expected,
            sentence: format!("{} records, usually {}", count(now), rounded(expected)),
        })
    }

    /// Whether the texts are far shorter or longer.
    #[expect(clippy::cast_precision_loss, reason = "means")]
    fn length(&self) -> Option<Shift> {
        let mean = |counts: &HostCounts| (counts.characters as f64 / records(counts).max(1) as f64).max(1.0);
        if records(self.now) < LEAST_RECORDS {
            return None;
        }
        let logs: Vec<f64> = self
            .before
            .iter()
            .filter(|night| records(night) >= LEAST_RECORDS)
            .map(|night| mean(night).ln())
            .collect();
        if logs.len() < LEAST_NIGHTS {
            return None;
        }
        let number = logs.len() as f64;
        let middle = logs.iter().sum::<f64>() / number;
        let variance = logs.iter().map(|log| (log - middle).powi(2)).sum::<f64>() / (number - 1.0);
        let far = (6.0 * variance.sqrt().max(LEAST_SPREAD)).max(std::f64::consts::LN_2);
        let now = mean(self.now);
        ((now.ln() - middle).abs() > far).then(|| Shift {
            what: "characters".to_owned(),
            tonight: now,
            usual: middle.exp(),
            sentence: match self.now.characters {
                0 => format!("no text at all, usually {} characters", rounded(middle.exp())),
                _ => format!("{} characters a text, usually {}", rounded(now), rounded(middle.exp())),
            },
        })
    }
}

fn rounded(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count that is shown")]
    count(value.max(0.0).round() as u64)
}

/// How much the records of one night resemble each other (the intraclass correlation), by the method of moments from
/// Pearson's statistic; more is taken where few nights tell it.
#[expect(clippy::cast_precision_loss, reason = "a number of nights")]
fn correlation(nights: &[(f64, f64)], usual: f64) -> f64 {
    let number = nights.len() as f64;
    let variance = usual * (1.0 - usual);
    let pearson: f64 = nights.iter().map(|(hit, all)| (hit - all * usual).powi(2) / (all * variance)).sum();
    let dispersion = pearson / (number - 1.0).max(1.0);
    let mean = nights.iter().map(|(_, all)| all).sum::<f64>() / number;
    let found = ((dispersion - 1.0) / (mean - 1.0).max(1.0)).max(0.0);
    (found * (1.0 + 3.0 / number)).clamp(LEAST_CORRELATION, 0.5)
}

/// The probability of at most `most`, by the negative binomial distribution with this mean and variation.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn at_most(most: u64, mean: f64, variation: f64) -> f64 {
    let size = 1.0 / variation;
    let (stays, goes) = (mean / (mean + size), size / (mean + size));
    (0..=most)
        .map(|at| {
            let k = at as f64;
            let ways = ln_gamma(k + size) - ln_gamma(size) - ln_gamma(k + 1.0);
            // No record at all has no logarithm to multiply where none is expected.
            let term = if at == 0 { 0.0 } else { k * stays.ln() };
            (ways + size * goes.ln() + term).exp()
        })
        .sum::<f64>()
        .min(1.0)
}

/// The probability of at least `hit` of `all`, by the beta-binomial distribution with this mean and correlation.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn tail(hit: u64, all: u64, mean: f64, correlation: f64) -> f64 {
    let size = 1.0 / correlation - 1.0;
    let (a, b) = (mean * size, (1.0 - mean) * size);
    let n = all as f64;
    let constant = ln_gamma(n + 1.0) + ln_gamma(a + b) - ln_gamma(n + a + b) - ln_gamma(a) - ln_gamma(b);
    let mut sum = 0.0;
    for at in hit..=all {
        let k = at as f64;
        let ln = constant + ln_gamma(k + a) + ln_gamma(n - k + b) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
        let term = ln.exp();
        sum += term;
        // After the peak the terms only shrink.
        if at > hit && term < sum * 1e-12 && k > mean * n {
            break;
        }
    }
    sum.min(1.0)
}

/// The logarithm of the gamma function: Stirling's series (Abramowitz and Stegun 6.1.41), after as many steps of the
/// recurrence as take the argument to where four terms give ten digits.
fn ln_gamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below += x.ln();
        x += 1.0;
    }
    let square = x * x;
    let series =
        (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - below
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same each time.
    struct Dice(u64);

    impl Dice {
        fn unit(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(self.0 >> 33).expect("31 bits")) / f64::from(1_u32 << 31)
        }

        /// About normal, with mean 0 and standard deviation 1.
        fn normal(&mut self) -> f64 {
            (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
        }

        fn of(&mut self, all: u64, share: f64) -> u64 {
            (0..all).filter(|_| self.unit() < share).count() as u64
        }
    }

    const HOSTS: usize = 200;

    /// An ordinary night: hosts of 30 to 600 records, weekends with half of them, shares that wander by a few percent.
    fn night(day: usize, dice: &mut Dice) -> HostAccount {
        let mut account = HostAccount::default();
        // Weekends bring half; a holiday, every 23 days, a third.
        let weekend = match (day % 7 >= 5, day % 23 == 22) {
            (_, true) => 0.33,
            (true, false) => 0.5,
            (false, false) => 1.0,
        };
        for host in 0..HOSTS {
            let usual = 30.0 * f64::from(u32::try_from(1 + host % 20).expect("small"));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a test's counts")]
            let all = (usual * weekend * (1.0 + 0.12 * dice.normal()).max(0.3)) as u64;
            let mut part = |share: f64| {
                let share = (share * (1.0 + 0.15 * dice.normal())).clamp(0.0, 1.0);
                dice.of(all, share)
            };
            let dropped = part(0.12);
            let counts = HostCounts {
                kept: all - dropped,
                dropped,
                reasons: BTreeMap::from([("too_few_words".to_owned(), dropped)]),
                without_title: part(0.002),
                without_date: part(if host % 3 == 0 { 0.3 } else { 0.01 }),
                without_author: part(0.25),
                characters: all * (3000 + part(0.5)),
                languages: BTreeMap::from([("en".to_owned(), all)]),
                pages: BTreeMap::from([("paywall_stub".to_owned(), part(0.02))]),
            };
            account.by_host.insert(format!("h{host}.example"), counts);
        }
        account
    }

    fn nights(days: usize, seed: u64) -> Vec<HostAccount> {
        let mut dice = Dice(seed);
        (0..days).map(|day| night(day, &mut dice)).collect()
    }

    #[test]
    fn two_hundred_ordinary_nights_with_weekends_and_holidays_give_at_most_one_false_alarm() {
        let nights = nights(204, 7);
        let mut alarms = Vec::new();
        for tonight in LEAST_NIGHTS + 1..nights.len() {
            let from = tonight.saturating_sub(30);
            let before: Vec<&HostAccount> = nights[from..tonight].iter().collect();
            alarms.extend(drift(&nights[tonight], &before).iter().map(Drift::sentence));
        }
        assert!(alarms.len() <= 1, "{alarms:#?}");
    }

    #[test]
    fn broken_scrapers_are_found_on_their_first_night_and_nobody_else_is() {
        for (days, seed) in [(4, 1), (5, 2), (6, 3), (9, 4), (20, 5), (21, 6), (40, 7)] {
            let mut nights = nights(days, seed);
            let mut tonight = nights.pop().expect("there are some");
            let host = |number: usize| format!("h{number}.example");
            let dates = tonight.by_host.get_mut(&host(14)).expect("it is there");
            dates.without_date = records(dates);
            let wall = tonight.by_host.get_mut(&host(15)).expect("it is there");
            let all = records(wall);
            wall.pages = BTreeMap::from([("consent_wall".to_owned(), all)]);
            wall.characters = all * 250;
            let volume = tonight.by_host.get_mut(&host(16)).expect("it is there");
            (volume.kept, volume.dropped) = (volume.kept / 5, volume.dropped / 5);
            volume.reasons = BTreeMap::from([("too_few_words".to_owned(), volume.dropped)]);
            volume.languages = BTreeMap::from([("en".to_owned(), records(volume))]);
            (volume.without_date, volume.without_author, volume.without_title) = (0, 0, 0);
            volume.characters /= 5;
            volume.pages.clear();
            let before: Vec<&HostAccount> = nights.iter().collect();
            let found = drift(&tonight, &before);
            let what: BTreeMap<&str, &str> =
                found.iter().map(|drift| (drift.host.as_str(), drift.changes[0].what.as_str())).collect();
            let expected = [
                ("h14.example", "without_date"),
                ("h15.example", "page_consent_wall"),
                ("h16.example", "records"),
            ];
            assert_eq!(what, BTreeMap::from(expected), "after {days} nights: {found:#?}");
        }
    }

    #[test]
    fn missing_scrapers_are_named_however_many_there_are_and_after_lost_nights() {
        for (hosts, days) in [(200, 12), (11, 5), (11, 12), (200, 30)] {
            let few = |mut night: HostAccount| {
                night.by_host.retain(|host, _| {
                    let number: String = host.chars().filter(char::is_ascii_digit).collect();
                    number.parse::<usize>().is_ok_and(|at| at < hosts)
                });
                night
            };
            let mut nights: Vec<HostAccount> = nights(days, 5).into_iter().map(few).collect();
            let whole = nights.pop().expect("there are some");
            for quarters in [2, 3, 4] {
                let mut tonight = whole.clone();
                let gone: Vec<String> =
                    (0..hosts).filter(|at| at % 4 < quarters).map(|at| format!("h{at}.example")).collect();
                gone.iter().for_each(|host| drop(tonight.by_host.remove(host)));
                let before: Vec<&HostAccount> = nights.iter().collect();
                let found = DriftAccount { hosts: drift(&tonight, &before), ..DriftAccount::default() };
                let mut missing: Vec<&str> = found.missing().map(|drift| drift.host.as_str()).collect();
                missing.sort_unstable();
                let mut gone: Vec<&str> = gone.iter().map(String::as_str).collect();
                gone.sort_unstable();
                assert_eq!((missing, found.changed().count()), (gone, 0), "{quarters}/4 of {hosts}");
                let is_low = found.whole().any(|shift| shift.what == "records");
                // Half of the hosts are about half of the records.
                assert!(is_low || quarters == 2, "{quarters}/4 of {hosts}");
                if days >= 30 {
                    // What was lost is no excuse for the next night.
                    nights.push(tonight);
                }
            }
        }
    }

    #[test]
    fn at_most_is_poissons_distribution_where_nights_do_not_vary() {
        assert!((at_most(0, 5.0, 1e-9) - (-5.0_f64).exp()).abs() < 1e-6);
        assert!((at_most(1, 2.0, 1.0) - (1.0 / 3.0 + 2.0 / 9.0)).abs() < 1e-9, "a geometric one");
    }

    #[test]
    fn a_host_that_stays_away_is_named_and_a_weekend_is_not() {
        let mut nights = nights(20, 3);
        let mut tonight = nights.pop().expect("there are some");
        tonight.by_host.remove("h19.example");
        let before: Vec<&HostAccount> = nights.iter().collect();
        let found = drift(&tonight, &before);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(
            found[0].sentence().starts_with("h19.example: 0 records, usually "),
            "{}",
            found[0].sentence()
        );
        // The first weekend ever.
        let mut dice = Dice(9);
        let week: Vec<HostAccount> = (0..6).map(|day| night(day, &mut dice)).collect();
        assert_eq!(drift(&week[5], &week[..5].iter().collect::<Vec<_>>()), []);
    }

    #[test]
    fn too_few_nights_or_records_tell_nothing() {
        let nights = nights(3, 1);
        let nothing = HostAccount::default();
        assert_eq!(drift(&nothing, &nights[..2].iter().collect::<Vec<_>>()), []);
        assert!(!drift(&nothing, &nights.iter().collect::<Vec<_>>()).is_empty());
        let small = |without_date: u64| {
            let counts = HostCounts { kept: 19, without_date, ..HostCounts::default() };
            HostAccount { by_host: BTreeMap::from([("h.example".to_owned(), counts)]), others: None }
        };
        let before = [small(0), small(0), small(0), small(0)];
        assert_eq!(drift(&small(19), &before.iter().collect::<Vec<_>>()), []);
    }

    #[test]
    fn the_tail_is_the_binomials_where_records_do_not_resemble_each_other() {
        // 8 or more of 10 at one half: (45 + 10 + 1) / 1024.
        assert!((tail(8, 10, 0.5, 1e-9) - 56.0 / 1024.0).abs() < 1e-6);
        // All values are equally likely where the beta distribution is uniform: mean 1/2, size 2.
        assert!((tail(8, 10, 0.5, 1.0 / 3.0) - 3.0 / 11.0).abs() < 1e-9);
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-10);
    }
}
