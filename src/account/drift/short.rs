//! Which dumps have far fewer lines than on the nights before.
//!
//! A dump is known by its name, as in [`dumps`](super::dumps); dumps that are told apart by numbers alone share their lines among
//! themselves as it happens, and are one. Weekends and holidays are what the other dumps have of their usual lines: each night's
//! number is divided by the median of theirs, tonight's and those before, so that a dump of which two thirds are missing is not
//! taken for a holiday even where it brings most of the night's hosts. Of a single dump nothing tells the two apart.
//!
//! How much a dump varies from night to night is its own; what is held against it is what a host's records are held against
//! ([`Volume`]).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LEAST_NIGHTS;
use super::dumps::{mask, median};
use super::question::{LEAST_COMMON, LEAST_RECORDS};
use super::volume::Volume;
use crate::account::{Counts, DumpAccount};
use crate::text::{count, counted};

/// A dump of a night.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DumpOfNight {
    /// Its name.
    pub name: String,
    /// The lines that it held, where that is known.
    pub lines: Option<u64>,
    /// How many of them are in quarantine, where that is known.
    pub quarantined: Option<u64>,
}

impl DumpOfNight {
    /// Of tonight.
    pub fn of(dump: &DumpAccount) -> Self {
        let Counts { quarantined, .. } = dump.lines;
        Self { name: dump.dump.clone(), lines: Some(dump.lines.held()), quarantined: Some(quarantined) }
    }
}

/// A dump that has far fewer lines than usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShortDump {
    /// Its name; `*` stands for numbers that change from night to night.
    pub dump: String,
    /// Its lines tonight.
    pub tonight: u64,
    /// Its lines on a usual night.
    pub usual: u64,
}

impl ShortDump {
    /// Its name, and how much of it is there.
    pub fn shown(&self) -> String {
        format!("{} ({}, usually {})", self.dump, counted(self.tonight, "line", "lines"), count(self.usual))
    }
}

/// The share of its usual lines below which a dump is short. Of 200 ordinary nights of 40 dumps that vary by a quarter
/// (`tests/bench/nights.py`), the lowest share is 0.65.
const LEAST: f64 = 0.45;
/// And the share of its poorest nights.
const OF_POOR: f64 = 0.6;
/// How much dumps vary from night to night at least, and at most where few nights tell it: squares of standard deviations.
const VARIATION: [f64; 2] = [0.01, 0.25];

/// The lines of each name.
pub(super) type Lines = BTreeMap<String, u64>;

/// The dumps that have far fewer lines than usual. Where fewer dumps than usual are one, some may be missing or have another name, which
/// is not said here.
pub(super) fn short(tonight: &[DumpOfNight], nights: &[Vec<DumpOfNight>]) -> Vec<ShortDump> {
    let is_known = |night: &&Vec<DumpOfNight>| night.iter().all(|dump| dump.lines.is_some());
    let nights: Vec<&[DumpOfNight]> = nights.iter().filter(is_known).map(Vec::as_slice).collect();
    if nights.len() < LEAST_NIGHTS {
        return Vec::new();
    }
    let all: Vec<&[DumpOfNight]> = nights.into_iter().chain([tonight]).collect();
    let names = Names::of(&all);
    let numbers: Vec<Lines> = all.iter().map(|night| names.add_up(night, |_| 1)).collect();
    let all: Vec<Lines> =
        all.iter().map(|night| names.add_up(night, |dump| dump.lines.unwrap_or(0))).collect();
    let Some((now, before)) = all.split_last() else { return Vec::new() };
    let lines = |night: &Lines, name: &str| night.get(name).copied().unwrap_or(0);
    let usual: BTreeMap<&str, u64> = before
        .iter()
        .flat_map(BTreeMap::keys)
        .filter(|name| before.iter().filter(|night| lines(night, name) > 0).count() >= LEAST_NIGHTS)
        .map(|name| {
            (name.as_str(), median(&before.iter().map(|night| lines(night, name)).collect::<Vec<_>>()))
        })
        .filter(|(_, usual)| *usual >= LEAST_RECORDS)
        .collect();
    let calendars: Vec<Calendar> = all.iter().map(|night| Calendar::of(night, &usual)).collect();
    let Some((of_now, of_before)) = calendars.split_last() else { return Vec::new() };
    let mut short = Vec::new();
    let are_all_there = |name: &str| {
        let numbers: Vec<u64> = numbers.iter().map(|night| lines(night, name)).collect();
        numbers.split_last().is_some_and(|(now, before)| *now >= median(before))
    };
    for (name, usual_lines) in &usual {
        let tonight = lines(now, name);
        let Some(common) =
            of_now.without(tonight, *usual_lines).filter(|_| tonight > 0 && are_all_there(name))
        else {
            continue;
        };
        let counts: Vec<u64> = before
            .iter()
            .zip(of_before)
            .map(|(night, calendar)| {
                let lines = lines(night, name);
                scaled(lines, calendar.without(lines, *usual_lines).unwrap_or(1.0))
            })
            .collect();
        let volume = Volume { least: LEAST, of_poor: OF_POOR, variation: variation(&counts) };
        #[expect(clippy::cast_precision_loss, reason = "a number of dumps")]
        let asked = usual.len() as f64;
        if volume.usual(scaled(tonight, common), &counts, 1.0, asked).is_some() {
            short.push(ShortDump { dump: (*name).to_owned(), tonight, usual: *usual_lines });
        }
    }
    short
}

/// What dumps of several nights are known by.
pub(super) struct Names<'a> {
    /// How often each comes.
    times: BTreeMap<&'a str, usize>,
    /// Those without numbers that several dumps of a night have.
    shared: BTreeSet<String>,
}

impl<'a> Names<'a> {
    pub(super) fn of(nights: &[&'a [DumpOfNight]]) -> Self {
        let mut names = Self { times: BTreeMap::new(), shared: BTreeSet::new() };
        for night in nights {
            let mut masks = BTreeSet::new();
            for dump in *night {
                *names.times.entry(&dump.name).or_default() += 1;
                let mask = mask(&dump.name);
                if !masks.insert(mask.clone()) {
                    names.shared.insert(mask);
                }
            }
        }
        names
    }

    /// The name that a dump is known by; those that are told apart by numbers alone are one.
    pub(super) fn name(&self, dump: &DumpOfNight) -> String {
        let mask = mask(&dump.name);
        let comes_again = self.times.get(dump.name.as_str()).is_some_and(|times| *times > 1);
        if comes_again && !self.shared.contains(&mask) { dump.name.clone() } else { mask }
    }

    /// What is counted of a night's dumps, by these names.
    pub(super) fn add_up(&self, night: &[DumpOfNight], counted: impl Fn(&DumpOfNight) -> u64) -> Lines {
        let mut lines = Lines::new();
        for dump in night {
            *lines.entry(self.name(dump)).or_default() += counted(dump);
        }
        lines
    }
}

/// What the dumps of a night have of their usual lines, sorted.
struct Calendar(Vec<f64>);

impl Calendar {
    fn of(night: &Lines, usual: &BTreeMap<&str, u64>) -> Self {
        let came = night.iter().filter(|(_, lines)| **lines > 0);
        let mut shares: Vec<f64> =
            came.filter_map(|(name, lines)| Some(share(*lines, *usual.get(name.as_str())?))).collect();
        shares.sort_by(f64::total_cmp);
        Self(shares)
    }

    /// The median without a dump of so many lines; nothing where no other came.
    fn without(&self, lines: u64, usual: u64) -> Option<f64> {
        let own = share(lines, usual);
        let others = self.0.len() - usize::from(lines > 0);
        let middle = others.checked_sub(1)? / 2;
        let place = self.0.partition_point(|share| *share < own);
        let is_after = lines > 0 && place <= middle;
        self.0.get(middle + usize::from(is_after)).map(|share| share.clamp(LEAST_COMMON, 1.0))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn share(lines: u64, usual: u64) -> f64 {
    lines as f64 / usual as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a count, divided by 0.25 at least"
)]
fn scaled(lines: u64, common: f64) -> u64 {
    (lines as f64 / common).round() as u64
}

/// How much the nights on which a dump came vary: by their median deviation, so that a lost night does not count; more is taken where
/// they are few.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn variation(counts: &[u64]) -> f64 {
    /// The standard deviation of what is spread normally, in median deviations.
    const NORMAL: f64 = 1.4826;
    let came: Vec<u64> = counts.iter().copied().filter(|lines| *lines > 0).collect();
    let middle = median(&came);
    let mut deviations: Vec<u64> = came.iter().map(|lines| lines.abs_diff(middle)).collect();
    deviations.sort_unstable();
    let deviation = deviations.get(deviations.len() / 2).copied().unwrap_or(0);
    let deviation = NORMAL * share(deviation, middle.max(1));
    let [least, most] = VARIATION;
    (deviation.powi(2) * (1.0 + 3.0 / came.len().max(1) as f64)).clamp(least, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last night is tonight.
    fn found(names: &[&str], nights: &[&[u64]]) -> Vec<String> {
        let night = |(day, lines): (usize, &&[u64])| -> Vec<DumpOfNight> {
            let dumps = names.iter().zip(*lines).filter(|(_, lines)| **lines > 0);
            let dump = |(name, lines): (&&str, &u64)| DumpOfNight {
                name: name.replace("DAY", &format!("2026-11-{:02}", day + 1)),
                lines: Some(*lines),
                ..DumpOfNight::default()
            };
            dumps.map(dump).collect()
        };
        let nights: Vec<Vec<DumpOfNight>> = nights.iter().enumerate().map(night).collect();
        let (tonight, before) = nights.split_last().expect("there are nights");
        short(tonight, before).iter().map(ShortDump::shown).collect()
    }

    const NAMES: [&str; 3] = ["DAY/large.jsonl", "DAY/b.jsonl", "DAY/c.jsonl"];

    #[test]
    fn two_thirds_of_a_dump_are_missed_however_large_it_is() {
        let usual: &[u64] = &[900, 100, 90];
        let named = ["*/large.jsonl (300 lines, usually 900)"];
        assert_eq!(found(&NAMES, &[usual, usual, usual, &[300, 104, 88]]), named);
        assert_eq!(found(&NAMES, &[usual, usual, &[300, 104, 88]]), [""; 0], "two nights tell nothing");
        assert_eq!(found(&NAMES, &[usual, usual, usual, &[300, 34, 29]]), [""; 0], "a holiday");
        assert_eq!(found(&NAMES, &[usual, usual, usual, &[450, 104, 88]]), [""; 0], "half of it");
        assert_eq!(found(&NAMES[..1], &[&[900], &[900], &[900], &[300]]), [""; 0], "nothing to compare with");
        // On a weekend, half of it is a sixth.
        assert_eq!(
            found(&NAMES, &[usual, usual, usual, &[150, 50, 46]]),
            ["*/large.jsonl (150 lines, usually 900)"]
        );
        // The night after it is named again, and the lost night is no excuse.
        assert_eq!(
            found(&NAMES, &[usual, usual, usual, usual, &[300, 104, 88], &[290, 98, 91]]),
            ["*/large.jsonl (290 lines, usually 900)"]
        );
    }

    #[test]
    fn what_a_dump_does_every_week_or_what_varies_is_not_missed() {
        let week =
            |large: &[u64]| -> Vec<Vec<u64>> { large.iter().map(|large| vec![*large, 100, 90]).collect() };
        let named = |large: &[u64]| {
            let nights = week(large);
            found(&NAMES, &nights.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        // Its own weekends, which the others do not have.
        assert_eq!(
            named(&[900, 300, 900, 900, 900, 900, 900, 300, 300, 900, 900, 900, 900, 900, 300]),
            [""; 0]
        );
        assert_eq!(named(&[900, 420, 1500, 700, 1300, 500, 1000, 350]), [""; 0]);
        // Few records are hardly a habit.
        assert_eq!(found(&NAMES, &[&[19, 100, 90], &[19, 100, 90], &[19, 100, 90], &[6, 100, 90]]), [""; 0]);
    }

    #[test]
    fn dumps_that_are_told_apart_by_numbers_are_one() {
        let names = ["DAY/part-1.jsonl", "DAY/part-2.jsonl", "DAY/other.jsonl"];
        let usual: &[u64] = &[500, 400, 100];
        assert_eq!(found(&names, &[usual, usual, usual, &[800, 100, 100]]), [""; 0]);
        assert_eq!(
            found(&names, &[usual, usual, usual, &[200, 100, 100]]),
            ["*/part-*.jsonl (300 lines, usually 900)"]
        );
        let names = ["a-1.jsonl", "a-2.jsonl", "b.jsonl"];
        assert_eq!(found(&names, &[usual, usual, usual, &[0, 300, 100]]), [""; 0], "the first is missing");
    }
}
