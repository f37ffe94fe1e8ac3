//! What is asked of a host, and of all hosts together.

use std::collections::{BTreeMap, BTreeSet};

use super::chance::{correlation, tail};
use super::elsewhere::Gains;
use super::kinds::{KINDS, LEAST_SHARE, OWN_VALUES, OwnValue, PLAIN_ASCII};
use super::volume::{NIGHTS_OF_PRIOR, OF_HOST, OF_NIGHT, OF_SMALL_HOSTS, median, vary_down_to_nothing};
use super::{Drift, LEAST_NIGHTS, LEAST_NIGHTS_OF_ABSENCE, SMALL_HOSTS, Shift};
use crate::account::{HostAccount, HostCounts, OTHERS};
use crate::text::{count, counted};

/// Records that a host must have on a usual night.
pub(super) const LEAST_RECORDS: u64 = 20;
/// Records that must be of a kind tonight before a share of them says anything.
const LEAST_OF_A_KIND: u64 = 10;
/// The share of a host's records that agencies may have written beyond the usual.
const MOST_OF_AGENCIES: f64 = 0.4;
/// The share of a host's records that must be in another language: on some days a paper has a few columns in one.
const LEAST_OF_LANGUAGE: f64 = 0.25;
/// About how many things each host is asked.
const QUESTIONS: f64 = 40.0;
/// How improbable tonight must be, all questions taken together.
const SIGNIFICANCE: f64 = 1e-4;
/// Hosts that are needed to tell what all have together.
const LEAST_HOSTS: usize = 5;
/// The least that all hosts may have together: less is no holiday. For the night as a whole it is more, because
/// there is nothing else to tell a holiday from scrapers that all bring less: it is named below 35 % of the usual, and between that
/// and half only where its hosts do not all bring less or its dumps are fewer.
pub(super) const LEAST_COMMON: f64 = 0.25;
const LEAST_COMMON_OF_NIGHT: f64 = 0.7;
/// The share of a host's records that must have one value beyond the usual.
const LEAST_ALIKE_BEYOND: f64 = 0.25;
/// The share of its usual length below which a host's texts are clearly shorter.
const SHORTER: f64 = 0.75;
/// The spread of the logarithm of a mean length before any night tells it.
const USUAL_SPREAD: f64 = 0.15;

/// What changed tonight against earlier nights, hosts with most records first; nothing with too few nights. `there` is the share of
/// the usual dumps that came.
pub(super) fn drift(tonight: &HostAccount, nights: &[&HostAccount], there: f64) -> Vec<Drift> {
    if nights.len() < LEAST_NIGHTS_OF_ABSENCE {
        return Vec::new();
    }
    let nights = &without_lost_nights(nights);
    let empty = HostCounts::default();
    let histories: Vec<History<'_>> = hosts_of(tonight, nights)
        .into_iter()
        .map(|host| {
            let before = nights.iter().map(|night| night.by_host.get(host).unwrap_or(&empty)).collect();
            (host, tonight.by_host.get(host).unwrap_or(&empty), before)
        })
        .collect();
    let common = common_factor(&histories, |(_, now, _)| now);
    let gains = Gains::of(&histories);
    let mut shorter = shorter_texts(&histories, nights.len());
    let calendar: Vec<f64> =
        (0..nights.len()).map(|night| common_factor(&histories, |(_, _, before)| before[night])).collect();
    let all_now = sum(tonight.by_host.values());
    let all_before: Vec<HostCounts> = nights.iter().map(|night| sum(night.by_host.values())).collect();
    let mut questions = Vec::new();
    questions.push(Question {
        host: "",
        now: &all_now,
        before: all_before.iter().collect(),
        calendar: &[],
        common: (common / there.max(LEAST_COMMON)).clamp(LEAST_COMMON_OF_NIGHT, 1.0),
    });
    let is_small = |(_, _, before): &&(_, _, Vec<_>)| median_records(before) < LEAST_RECORDS;
    let small: BTreeSet<&str> = histories.iter().filter(is_small).map(|(host, ..)| *host).collect();
    for (host, now, before) in histories {
        questions.push(Question { host, now, before, calendar: &calendar, common });
    }
    #[expect(clippy::cast_precision_loss, reason = "a bound on a probability")]
    let asked = questions.len() as f64 * QUESTIONS;
    let mut found: Vec<(u64, Drift)> = questions
        .iter()
        .filter_map(|question| {
            let mut changes = question.changes(asked);
            if question.host.is_empty() && nights.len() >= LEAST_NIGHTS {
                changes.extend(small_hosts(&small, question.common, tonight, nights));
                changes.extend(shorter.take());
            }
            let weight = records(question.now).max(median_records(&question.before));
            (!changes.is_empty())
                .then(|| (weight, Drift { host: question.host.to_owned(), changes, elsewhere: None }))
        })
        .collect();
    leave_to_hosts(&mut found);
    if let Some(gains) = gains {
        gains.note(&mut found);
    }
    found.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.host.cmp(&other.host)));
    found.into_iter().map(|(_, drift)| drift).collect()
}

/// The nights that say what is usual: one on which next to nothing came says nothing of the calendar, and must not excuse tonight.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn without_lost_nights<'a>(nights: &[&'a HostAccount]) -> Vec<&'a HostAccount> {
    let records_of = |night: &HostAccount| night.by_host.values().map(records).sum::<u64>();
    let least =
        median(&nights.iter().map(|night| records_of(night)).collect::<Vec<_>>()) as f64 * LEAST_COMMON;
    let usual: Vec<&HostAccount> =
        nights.iter().copied().filter(|night| records_of(night) as f64 >= least).collect();
    if usual.len() < LEAST_NIGHTS { nights.to_vec() } else { usual }
}

/// Of the night as a whole, what is mostly due to hosts that are named for it is said of them alone.
fn leave_to_hosts(found: &mut Vec<(u64, Drift)>) {
    let mut due: BTreeMap<String, f64> = BTreeMap::new();
    let hosts = found.iter().filter(|(_, drift)| !drift.host.is_empty());
    for shift in hosts.flat_map(|(_, drift)| &drift.changes) {
        *due.entry(shift.what.clone()).or_default() += shift.tonight - shift.usual;
    }
    let is_of_hosts = |shift: &Shift| {
        let all = shift.tonight - shift.usual;
        shift.what != "records" && all > 0.0 && due.get(&shift.what).is_some_and(|due| due * 2.0 >= all)
    };
    for (_, whole) in found.iter_mut().filter(|(_, drift)| drift.host.is_empty()) {
        whole.changes.retain(|shift| !is_of_hosts(shift));
    }
    found.retain(|(_, drift)| !drift.changes.is_empty());
}

/// Whether far fewer hosts came of those that are too small to be judged one by one.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn small_hosts(
    small: &BTreeSet<&str>,
    common: f64,
    tonight: &HostAccount,
    nights: &[&HostAccount],
) -> Option<Shift> {
    let came =
        |night: &HostAccount| night.by_host.keys().filter(|host| small.contains(host.as_str())).count();
    let counts: Vec<u64> = nights.iter().map(|night| came(night) as u64).collect();
    let now = came(tonight) as u64;
    let usual = OF_SMALL_HOSTS.usual(now, &counts, common, 1.0)?;
    (usual.tonight >= LEAST_RECORDS as f64).then(|| Shift {
        what: SMALL_HOSTS.to_owned(),
        tonight: now as f64,
        usual: usual.tonight,
        sentence: format!("{} of the small hosts delivered, {}", count(now), usual.words()),
    })
}

/// Whether the texts of more hosts than usual are clearly shorter, each by less than would be said of it alone.
#[expect(clippy::cast_precision_loss, reason = "numbers of hosts, and means")]
fn shorter_texts(histories: &[History<'_>], nights: usize) -> Option<Shift> {
    let log = |counts: &HostCounts| {
        (records(counts) >= LEAST_RECORDS)
            .then(|| (counts.characters.max(1) as f64 / records(counts) as f64).ln())
    };
    // Of each night, tonight last: the hosts with shorter texts, and all.
    let mut hosts = vec![(0.0, 0.0); nights + 1];
    for (_, now, before) in histories {
        let logs: Vec<Option<f64>> = before.iter().copied().chain([*now]).map(log).collect();
        let known: Vec<f64> = logs.iter().take(nights).flatten().copied().collect();
        if known.len() < LEAST_NIGHTS {
            continue;
        }
        let usual = known.iter().sum::<f64>() / known.len() as f64;
        for ((shorter, all), log) in hosts.iter_mut().zip(logs) {
            *shorter += f64::from(log.is_some_and(|log| log < usual + SHORTER.ln()));
            *all += f64::from(log.is_some());
        }
    }
    let (shorter, all) =
        hosts.pop().filter(|(shorter, all)| *all >= LEAST_HOSTS as f64 && shorter * 2.0 >= *all)?;
    hosts.retain(|(_, all)| *all > 0.0);
    let (hits, wholes) = hosts.iter().fold((0.0, 0.0), |sums, night| (sums.0 + night.0, sums.1 + night.1));
    let usual = (hits + 0.5) / (wholes + 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of hosts")]
    let improbable = tail(shorter as u64, all as u64, usual, correlation(&hosts, usual));
    (improbable < SIGNIFICANCE).then(|| Shift {
        what: "shorter_texts".to_owned(),
        tonight: shorter,
        usual: usual * all,
        sentence: format!(
            "the texts of {} of {} hosts are a quarter shorter than usual or more",
            rounded(shorter),
            rounded(all)
        ),
    })
}

/// Whether far more records than usual have no address, and so no host.
pub(super) fn has_lost_addresses(tonight: &HostAccount, nights: &[HostAccount]) -> bool {
    let of = |night: &HostAccount| night.by_host.get("").map_or(0, records);
    let usual = nights.iter().map(of).max().unwrap_or(0);
    of(tonight) >= LEAST_RECORDS + 2 * usual
}

pub(super) fn records(counts: &HostCounts) -> u64 {
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
        all.add_numbers(host);
        add(&mut all.reasons, &host.reasons);
        add(&mut all.languages, &host.languages);
        add(&mut all.pages, &host.pages);
    }
    all
}

/// A host, its counts of tonight, and those of the nights before.
pub(super) type History<'a> = (&'a str, &'a HostCounts, Vec<&'a HostCounts>);

/// What the median host has on a night of its own median, of those that delivered anything: a weekend is the same for all.
/// Never more than all of it.
#[expect(clippy::cast_precision_loss, reason = "a ratio")]
fn common_factor<'a>(histories: &[History<'a>], on: impl Fn(&History<'a>) -> &'a HostCounts) -> f64 {
    let mut ratios: Vec<f64> = histories
        .iter()
        .filter_map(|history| {
            let (came, usual) = (records(on(history)), median_records(&history.2));
            (usual >= LEAST_RECORDS && came > 0).then(|| came as f64 / usual as f64)
        })
        .collect();
    if ratios.len() < LEAST_HOSTS {
        return 1.0;
    }
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2].clamp(LEAST_COMMON, 1.0)
}

/// The median of a host's records a night.
pub(super) fn median_records(before: &[&HostCounts]) -> u64 {
    median(&before.iter().map(|counts| records(counts)).collect::<Vec<_>>())
}

struct Question<'a> {
    host: &'a str,
    now: &'a HostCounts,
    /// The nights before, the latest last; on those without the host its counts are 0.
    before: Vec<&'a HostCounts>,
    /// What all hosts had together on each of these nights; nothing for all hosts together.
    calendar: &'a [f64],
    /// And tonight.
    common: f64,
}

/// Records of a kind, on one night.
type Part<'a> = dyn Fn(&HostCounts) -> u64 + 'a;

impl Question<'_> {
    fn changes(&self, asked: f64) -> Vec<Shift> {
        let missing = self.volume(asked / QUESTIONS);
        if self.before.len() < LEAST_NIGHTS {
            let is_missing = records(self.now) == 0 && self.before.iter().all(|night| records(night) > 0);
            return missing.into_iter().filter(|_| is_missing).collect();
        }
        let mut changes = Vec::new();
        if self.before.iter().filter(|night| records(night) > 0).count() >= LEAST_NIGHTS {
            changes.extend(self.shares(asked));
            changes.extend(self.length("characters", "text", |host| (host.characters, records(host))));
            let titles = |host: &HostCounts| (host.title_characters, records(host) - host.without_title);
            changes.extend(self.length("title_characters", "title", titles));
        }
        changes.extend(missing);
        changes
    }

    /// Kinds of which there are more than usual.
    fn shares(&self, asked: f64) -> Vec<Shift> {
        let mut found = Vec::new();
        let all = |host: &HostCounts| records(host);
        for kind in self.now.pages.keys() {
            let part = |host: &HostCounts| host.pages.get(kind).copied().unwrap_or(0);
            let words = format!("are no articles ({})", kind.replace('_', " "));
            found.extend(self.share(&format!("page_{kind}"), &part, &all, LEAST_SHARE, &words, asked));
        }
        let language = self.language(asked);
        for kind in &KINDS {
            // Where there is another language, it has other letters.
            if kind.what == PLAIN_ASCII && language.as_ref().is_some_and(|(_, is_known)| *is_known) {
                continue;
            }
            let says_something = |shift: &Shift| !kind.is_rare || shift.usual * 4.0 <= shift.tonight;
            let shift = self.share(kind.what, &kind.part, &kind.all, kind.least, kind.words, asked);
            found.extend(shift.filter(says_something));
        }
        found.extend(OWN_VALUES.iter().filter_map(|value| self.same(value, asked)));
        for reason in self.now.reasons.keys() {
            let part = |host: &HostCounts| host.reasons.get(reason).copied().unwrap_or(0);
            // An agency's reports come from many hosts, on some nights more of them.
            let may_be_an_agencys = ["duplicate_text", "near_duplicate"].contains(&&**reason);
            let least = if may_be_an_agencys { MOST_OF_AGENCIES } else { LEAST_SHARE };
            let words = format!("dropped as {reason}");
            found.extend(self.share(&format!("dropped_{reason}"), &part, &all, least, &words, asked));
        }
        found.extend(language.map(|(shift, _)| shift));
        found
    }

    /// Whether more records than usual are in another language than the main one, and whether that is a known one.
    fn language(&self, asked: f64) -> Option<(Shift, bool)> {
        let language = self.main_language()?;
        let part = |host: &HostCounts| records(host) - host.languages.get(&language).copied().unwrap_or(0);
        let of_known = |other: &&String| !other.is_empty() && **other != language && *other != OTHERS;
        let known = self.now.languages.iter().filter(|(other, _)| of_known(other));
        let (other, number) = known.max_by_key(|(_, number)| **number).unwrap_or((&language, &0));
        let is_known = number * 2 > part(self.now);
        let words = if is_known {
            format!("not in {language}, most of them in {other}")
        } else {
            format!("not in {language}")
        };
        let shift = self.share("language", &part, &|host| records(host), LEAST_OF_LANGUAGE, &words, asked)?;
        Some((shift, is_known))
    }

    /// The language that nearly all records were in, until it changed.
    fn main_language(&self) -> Option<String> {
        let of = |nights: &[&HostCounts]| {
            let mut languages: BTreeMap<&str, u64> = BTreeMap::new();
            for (language, number) in nights.iter().flat_map(|night| &night.languages) {
                *languages.entry(language).or_default() += number;
            }
            let (language, number) = languages.into_iter().max_by_key(|(_, number)| *number)?;
            let count: u64 = nights.iter().map(|night| records(night)).sum();
            (!language.is_empty() && number * 10 >= count * 8).then(|| language.to_owned())
        };
        let is_other = |before: &[&HostCounts], night: &&HostCounts| {
            let number = |language| night.languages.get(&language).copied().unwrap_or(0);
            of(before).map(number).is_some_and(|number| number * 10 < records(night) * 8)
        };
        of(before_stretch(&self.before, is_other))
    }

    /// Whether more records than usual are of a kind, by `least` of all at least.
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    fn share(
        &self,
        what: &str,
        part: &Part<'_>,
        all_of: &Part<'_>,
        least: f64,
        words: &str,
        asked: f64,
    ) -> Option<Shift> {
        let (hit, all) = (part(self.now), all_of(self.now));
        let nights = self.before.iter().map(|night| (part(night), all_of(night)));
        let usual = usual_share((hit, all), nights, least, asked)? * all as f64;
        let sentence =
            format!("{} of {} records {words}, usually {}", count(hit), count(all), rounded(usual));
        Some(Shift { what: what.to_owned(), tonight: hit as f64, usual, sentence })
    }

    /// Whether more records than usual share a value. What is counted is how many would have to have the same one.
    #[expect(clippy::cast_precision_loss, reason = "counts and shares")]
    fn same(&self, value: &OwnValue, asked: f64) -> Option<Shift> {
        let all = |host: &HostCounts| value.all(host);
        let part = |host: &HostCounts| (value.sketch)(host).of_one_value(all(host));
        let words = format!("have the same {}", value.word);
        let shift = self.share(value.what, &part, &all, LEAST_ALIKE_BEYOND, &words, asked)?;
        let all = all(self.now);
        let about = if part(self.now) == all { "" } else { "about " };
        // Where several values are usually shared, how many records have the same one is not known.
        let sentence = if shift.usual * 5.0 > all as f64 {
            format!("{about}{} of {} records {words}, more than usual", count(part(self.now)), count(all))
        } else {
            format!("{about}{}", shift.sentence)
        };
        (shift.tonight >= all as f64 * value.least).then_some(Shift { sentence, ..shift })
    }

    /// Whether far fewer records came. Those of earlier weekends are made as many as on other days, by what all hosts had together.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts"
    )]
    fn volume(&self, hosts: f64) -> Option<Shift> {
        let calendar = self.calendar.iter().copied().chain(std::iter::repeat(1.0));
        let counts: Vec<u64> = self
            .before
            .iter()
            .zip(calendar)
            .map(|(night, common)| (records(night) as f64 / common).round() as u64)
            .collect();
        let now = records(self.now);
        let (volume, asked) = if self.host.is_empty() { (OF_NIGHT, 1.0) } else { (OF_HOST, hosts) };
        let usual = volume.usual(now, &counts, self.common, asked)?;
        let there: Vec<u64> =
            self.before.iter().map(|night| records(night)).filter(|count| *count > 0).collect();
        if median(&there) < LEAST_RECORDS && vary_down_to_nothing(&there) {
            return None;
        }
        Some(Shift {
            what: "records".to_owned(),
            tonight: now as f64,
            usual: usual.tonight,
            sentence: format!("{}, {}", counted(now, "record", "records"), usual.words()),
        })
    }

    /// Whether the texts, or the titles, are far shorter or longer; all hosts together vary less.
    #[expect(clippy::cast_precision_loss, reason = "means")]
    fn length(&self, what: &str, word: &str, of: fn(&HostCounts) -> (u64, u64)) -> Option<Shift> {
        let least = if self.host.is_empty() { 1.5_f64 } else { 2.0 };
        let mean = |(characters, number): (u64, u64)| (characters as f64 / number.max(1) as f64).max(1.0);
        let is_enough = |(_, number): &(u64, u64)| *number >= LEAST_RECORDS;
        let now = Some(of(self.now)).filter(is_enough)?;
        let logs: Vec<f64> = self
            .before
            .iter()
            .map(|night| of(night))
            // Those of earlier versions have no characters of titles.
            .filter(|night| is_enough(night) && night.0 > 0)
            .map(|night| mean(night).ln())
            .collect();
        if logs.len() < LEAST_NIGHTS {
            return None;
        }
        let middle_of = |logs: &[f64]| logs.iter().sum::<f64>() / logs.len() as f64;
        let is_far = |logs: &[f64], log: f64| {
            let middle = middle_of(logs);
            let squares = logs.iter().map(|log| (log - middle).powi(2)).sum::<f64>();
            let prior = NIGHTS_OF_PRIOR * USUAL_SPREAD * USUAL_SPREAD;
            let spread = ((prior + squares) / (NIGHTS_OF_PRIOR + logs.len() as f64 - 1.0)).sqrt();
            (log - middle).abs() > (6.0 * spread).max(least.ln())
        };
        let (characters, now) = (now.0, mean(now));
        // Each night of a slow loss is within what is usual, and makes it so: all nights that are shorter than every one before them are one
        // event, too.
        let usual =
            [before_stretch(&logs, |before, log| is_far(before, *log)), before_decline(&logs, now.ln())]
                .into_iter()
                .find(|usual| is_far(usual, now.ln()))?;
        let middle = middle_of(usual);
        Some(Shift {
            what: what.to_owned(),
            tonight: now,
            usual: middle.exp(),
            sentence: match characters {
                0 => format!("no {word} at all, usually {} characters", rounded(middle.exp())),
                _ => format!("{} characters a {word}, usually {}", rounded(now), rounded(middle.exp())),
            },
        })
    }
}

/// The usual share of a kind, where tonight's is larger beyond what the nights before explain, by `least` at least. Counts are of
/// a kind, and of all; nights without any tell nothing.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn usual_share(
    (hit, all): (u64, u64),
    nights: impl Iterator<Item = (u64, u64)>,
    least: f64,
    asked: f64,
) -> Option<f64> {
    let share = hit as f64 / all as f64;
    if hit < LEAST_OF_A_KIND || all < LEAST_RECORDS || share < least {
        return None;
    }
    let nights = nights.filter(|(_, all)| *all > 0);
    let nights: Vec<(f64, f64)> = nights.map(|(hit, all)| (hit as f64, all as f64)).collect();
    if nights.len() < LEAST_NIGHTS {
        return None;
    }
    let usual_of = |nights: &[(f64, f64)]| {
        let (hits, wholes) =
            nights.iter().fold((0.0, 0.0), |(hits, wholes), (hit, whole)| (hits + hit, wholes + whole));
        (hits + 0.5) / (wholes + 1.0)
    };
    let is_more = |nights: &[(f64, f64)], share: f64| {
        let most = nights.iter().map(|(hit, whole)| hit / whole).fold(0.0, f64::max);
        share >= usual_of(nights) + least && share >= most + least / 2.0
    };
    let nights = before_stretch(&nights, |before, (hit, whole)| is_more(before, hit / whole));
    if !is_more(nights, share) {
        return None;
    }
    let usual = usual_of(nights);
    (tail(hit, all, usual, correlation(nights, usual)) * asked < SIGNIFICANCE).then_some(usual)
}

/// The nights before those right before tonight that were as odd, which are one event with it and do not say what is usual. A stretch
/// that is longer than what came before it is usual by now.
pub(super) fn before_stretch<T>(nights: &[T], is_odd: impl Fn(&[T], &T) -> bool) -> &[T] {
    let is_stretch = |split: &usize| {
        let (before, stretch) = nights.split_at(*split);
        stretch.iter().all(|night| is_odd(before, night))
    };
    let split = (LEAST_NIGHTS..nights.len()).find(is_stretch).filter(|split| nights.len() - split <= *split);
    nights.get(..split.unwrap_or(nights.len())).unwrap_or(nights)
}

/// The nights before those right before tonight that were all lower than each of them, as tonight is.
fn before_decline(nights: &[f64], tonight: f64) -> &[f64] {
    let is_lower = |split: &usize| {
        let (before, stretch) = nights.split_at(*split);
        let least = before.iter().copied().fold(f64::INFINITY, f64::min);
        stretch.iter().chain([&tonight]).all(|night| *night < least)
    };
    let split = (LEAST_NIGHTS..nights.len()).find(is_lower).unwrap_or(nights.len());
    nights.get(..split).unwrap_or(nights)
}

pub(super) fn rounded(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count that is shown")]
    count(value.max(0.0).round() as u64)
}
