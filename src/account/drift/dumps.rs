//! Which dumps the nights before had by name, and tonight lacks.
//!
//! A dump that is called the same every night (`courier.jsonl`) is known by its name; one whose name changes with the date
//! (`2026-11-25/crawl-14.jsonl`) by its name without its numbers (`*/crawl-*.jsonl`). Names of which neither comes again tell
//! nothing.
//!
//! A name is missed where at least [`LEAST_NIGHTS`] nights had it, or each of the two that there are, it was never away for as long as it is now, and it is not away for
//! longer than it was there: a dump that comes every second night, or not on weekends, is not missed after its first pause.
//! Of dumps that are told apart by numbers alone, the number varies with what there is to write: where those with the highest
//! numbers are not there, fewer than half of the usual ones must be. Where as many dumps with names that nobody has seen came in
//! the night on which others went, they were renamed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::question::LEAST_RECORDS;
use super::volume::vary_down_to_nothing;
use super::{DumpOfNight, LEAST_NIGHTS, LEAST_NIGHTS_OF_ABSENCE};
use crate::text::Slice;

/// A dump that the nights before had and tonight lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingDump {
    /// Its name; `*` stands for numbers that change from night to night.
    pub dump: String,
    /// Dumps of this name tonight.
    pub tonight: u64,
    /// Dumps of this name on a usual night.
    pub usual: u64,
}

impl MissingDump {
    /// Its name, and where several have it, how many are there.
    pub fn shown(&self) -> String {
        match self.usual {
            1 => self.dump.clone(),
            usual => format!("{} ({} of {usual})", self.dump, self.tonight),
        }
    }

    /// How many dumps are missing.
    pub fn number(&self) -> u64 {
        self.usual - self.tonight
    }
}

/// What is missing tonight, and the share of the usual dumps that is there.
pub(super) fn missing(tonight: &[String], nights: &[Vec<String>]) -> (Vec<MissingDump>, f64) {
    if nights.len() < LEAST_NIGHTS_OF_ABSENCE {
        return (Vec::new(), 1.0);
    }
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for dump in nights.iter().flatten().chain(tonight) {
        *times.entry(dump).or_default() += 1;
    }
    // How many dumps of a night are known by each name.
    let count = |dumps: &[String]| {
        let mut known: BTreeMap<String, u64> = BTreeMap::new();
        for dump in dumps {
            let comes_again = times.get(&**dump).is_some_and(|times| *times > 1);
            *known.entry(if comes_again { dump.clone() } else { mask(dump) }).or_default() += 1;
        }
        known
    };
    let before: Vec<BTreeMap<String, u64>> = nights.iter().map(|dumps| count(dumps)).collect();
    let now = count(tonight);
    let siblings: Vec<BTreeMap<String, Siblings<'_>>> =
        nights.iter().map(Vec::as_slice).chain([tonight]).map(Siblings::of).collect();
    // By the night since which they are missing.
    let mut gone: BTreeMap<usize, Vec<MissingDump>> = BTreeMap::new();
    for name in before.iter().flat_map(BTreeMap::keys).collect::<BTreeSet<_>>() {
        let of = |night: &BTreeMap<String, u64>| night.get(name).copied().unwrap_or(0);
        let counts: Vec<u64> = before.iter().map(of).collect();
        let (now, usual) = (of(&now), median(&counts));
        if let Some(since) = missed_since(&counts, now, usual)
            && !is_one_of_fewer(name, &siblings, since)
        {
            gone.entry(since).or_default().push(MissingDump { dump: name.clone(), tonight: now, usual });
        }
    }
    let new = |night: usize| {
        let is_new = |name: &&String| before.iter().take(night).all(|before| !before.contains_key(*name));
        before.get(night).unwrap_or(&now).keys().filter(is_new).count()
    };
    gone.retain(|night, gone| new(*night).saturating_sub(new(*night - 1)) < gone.len());
    let missing: Vec<MissingDump> = gone.into_values().flatten().collect();
    let usual = median(&nights.iter().map(|dumps| dumps.len() as u64).collect::<Vec<_>>());
    let lacking: u64 = missing.iter().map(MissingDump::number).sum();
    #[expect(clippy::cast_precision_loss, reason = "a number of dumps")]
    let there = usual.saturating_sub(lacking) as f64 / usual.max(1) as f64;
    (missing, there)
}

/// Whether the nights before had so few lines in a dump, and such different numbers, that tonight it may have none to bring.
pub(super) fn may_have_none(missing: &MissingDump, nights: &[Vec<DumpOfNight>]) -> bool {
    let is_meant = |dump: &&DumpOfNight| dump.name == missing.dump || mask(&dump.name) == missing.dump;
    let lines =
        nights.iter().map(|night| night.iter().filter(is_meant).map(|dump| dump.lines).sum::<Option<u64>>());
    let Some(lines) = lines.collect::<Option<Vec<u64>>>() else { return false };
    let lines: Vec<u64> = lines.into_iter().filter(|lines| *lines > 0).collect();
    lines.len() >= LEAST_NIGHTS && median(&lines) < LEAST_RECORDS && vary_down_to_nothing(&lines)
}

/// Since which of the nights a name is missing, if it is missed tonight.
fn missed_since(counts: &[u64], now: u64, usual: u64) -> Option<usize> {
    let is_away = |count: &u64| count * 2 < usual;
    if !is_away(&now) {
        return None;
    }
    let since = counts.len() - counts.iter().rev().take_while(|count| is_away(count)).count();
    let first = counts.iter().position(|count| !is_away(count))?;
    let there = counts.get(first..since)?;
    let longest_pause = there.split(|count| !is_away(count)).map(<[u64]>::len).max().unwrap_or(0);
    let nights = there.iter().filter(|count| !is_away(count)).count();
    let away = counts.len() - since + 1;
    (nights >= LEAST_NIGHTS.min(counts.len()) && away > longest_pause && away <= there.len()).then_some(since)
}

/// Dumps of a night that are told apart by their numbers.
#[derive(Default)]
struct Siblings<'a> {
    count: u64,
    /// The numbers of the last of them.
    last: Vec<(usize, &'a str)>,
}

impl<'a> Siblings<'a> {
    /// All dumps of a night, by their names without numbers.
    fn of(dumps: &'a [String]) -> BTreeMap<String, Self> {
        let mut all: BTreeMap<String, Self> = BTreeMap::new();
        for dump in dumps {
            let siblings = all.entry(mask(dump)).or_default();
            siblings.count += 1;
            siblings.last = std::mem::take(&mut siblings.last).max(numbers(dump));
        }
        all
    }
}

/// Whether a dump that is missing since a night belongs to others with other numbers, of which as many as usual are there, or,
/// where the last are missing, half. Tonight is the last of `nights`.
fn is_one_of_fewer(name: &str, nights: &[BTreeMap<String, Siblings<'_>>], since: usize) -> bool {
    let mask = mask(name);
    let Some(now) = nights.last().and_then(|tonight| tonight.get(&mask)).filter(|_| mask != name) else {
        return false;
    };
    let before = nights.iter().take(since).filter_map(|night| night.get(&mask));
    let usual = before.map(|siblings| siblings.count).min().unwrap_or(0);
    now.count >= usual || (now.count * 2 >= usual && now.last < numbers(name))
}

/// A name without its numbers, of which several in a row, as in dates, are one: `2026-11-25/crawl-14.jsonl` → `*/crawl-*.jsonl`.
pub(super) fn mask(name: &str) -> String {
    let mut mask = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (head, numbers) = rest.split_at(start);
        // The T is of `2026-11-25T14`.
        let joins = |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '_' | '.' | ':' | 'T');
        let run = numbers.find(|letter| !joins(letter)).unwrap_or(numbers.len());
        let run = numbers.slice(..run).trim_end_matches(|letter: char| !letter.is_ascii_digit());
        mask.push_str(head);
        mask.push('*');
        rest = numbers.slice(run.len()..);
    }
    mask.push_str(rest);
    mask
}

/// The numbers in a name, so that they can be compared: those with fewer digits are smaller.
fn numbers(name: &str) -> Vec<(usize, &str)> {
    let numbers = name.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let numbers = numbers.map(|digits| digits.trim_start_matches('0'));
    numbers.map(|digits| (digits.len(), digits)).collect()
}

/// The median of the nights that had any.
pub(super) fn median(counts: &[u64]) -> u64 {
    let mut sorted: Vec<u64> = counts.iter().copied().filter(|count| *count > 0).collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dumps(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// What is missing tonight, where the last night is tonight.
    fn found(nights: &[Vec<String>]) -> Vec<String> {
        let (tonight, before) = nights.split_last().expect("there are nights");
        missing(tonight, before).0.iter().map(MissingDump::shown).collect()
    }

    /// On which nights a dump is missed that comes as `there` says, beside another.
    fn missed(there: &[u8]) -> Vec<usize> {
        let night = |(there, day): (&u8, usize)| match there {
            0 => vec![format!("2026-11-{day:02}/a.jsonl")],
            _ => vec![format!("2026-11-{day:02}/a.jsonl"), format!("2026-11-{day:02}/b.jsonl")],
        };
        let nights: Vec<Vec<String>> = there.iter().zip(1..).map(night).collect();
        (1..=nights.len()).filter(|tonight| !found(&nights[..*tonight]).is_empty()).collect()
    }

    #[test]
    fn a_dump_that_the_nights_before_had_is_named() {
        let usual = dumps(&["courier.jsonl", "gazette.jsonl", "herald.jsonl"]);
        let mut nights = vec![usual.clone(); 3];
        nights.push(dumps(&["gazette.jsonl"]));
        assert_eq!(found(&nights), ["courier.jsonl", "herald.jsonl"]);
        let (_, there) = missing(&nights[3], &nights[..3]);
        assert!((there - 1.0 / 3.0).abs() < 1e-9, "{there}");
        assert_eq!(found(&nights[1..]), ["courier.jsonl", "herald.jsonl"], "both nights had them");
        assert_eq!(found(&nights[2..]), [""; 0], "one night tells nothing");
        let pauses = [usual.clone(), dumps(&["gazette.jsonl", "herald.jsonl"]), dumps(&["gazette.jsonl"])];
        assert_eq!(found(&pauses), ["herald.jsonl"], "of two nights, each must have it");
        nights[3] = usual;
        assert_eq!(found(&nights), [""; 0]);
    }

    #[test]
    fn names_that_change_with_the_date_are_told_by_the_rest() {
        let night = |day: u32, kinds: &[&str]| -> Vec<String> {
            kinds.iter().map(|kind| format!("news-2026-11-{day:02}T{:02}-{kind}.jsonl", day / 2)).collect()
        };
        let mut nights: Vec<Vec<String>> = (7..12).map(|day| night(day, &["a", "b"])).collect();
        nights.push(night(12, &["b", "a"]));
        assert_eq!(found(&nights), [""; 0]);
        nights.push(night(13, &["b"]));
        assert_eq!(found(&nights), ["news-*-a.jsonl"]);
        // Names of which nothing comes again.
        let random: Vec<Vec<String>> = ["ab", "cd", "ef", "gh", "ij"].map(|name| dumps(&[name])).into();
        assert_eq!(found(&random), [""; 0]);
        // The last days of a week, each night.
        let week: Vec<Vec<String>> =
            (1..9).map(|day| (day..day + 7).map(|day| format!("d-{day}.jsonl")).collect()).collect();
        assert_eq!(found(&week), [""; 0]);
    }

    #[test]
    fn of_numbered_dumps_fewer_may_come() {
        let parts = |numbers: &[u32]| -> Vec<String> {
            numbers.iter().map(|number| format!("part-{number:03}.jsonl")).collect()
        };
        let after = |tonight: &[u32]| {
            let mut nights = vec![parts(&[8, 9, 10, 11]); 4];
            nights.push(parts(tonight));
            found(&nights)
        };
        assert_eq!(after(&[8, 9, 10]), [""; 0]);
        assert_eq!(after(&[8, 9]), [""; 0]);
        assert_eq!(after(&[8]), ["part-009.jsonl", "part-010.jsonl", "part-011.jsonl"]);
        assert_eq!(after(&[8, 9, 11]), ["part-010.jsonl"], "a later one is there");
        assert_eq!(after(&[8, 9, 11, 12]), [""; 0], "another in its place");
        let dated = |day: u32, parts: u32| -> Vec<String> {
            (0..parts).map(|part| format!("crawl-2026-11-{day}-{part}.jsonl")).collect()
        };
        let mut nights: Vec<Vec<String>> = (10..14).map(|day| dated(day, 3)).collect();
        nights.push(dated(14, 1));
        assert_eq!(found(&nights), ["crawl-*.jsonl (1 of 3)"]);
        nights[4] = dated(14, 2);
        assert_eq!(found(&nights), [""; 0]);
    }

    #[test]
    fn a_dump_that_pauses_is_not_missed_and_one_that_stays_away_is_for_a_while() {
        assert_eq!(missed(&[1, 0, 1, 0, 1, 0, 1, 0]), [0; 0]);
        assert_eq!(missed(&[1, 1, 1, 1, 0, 0, 0, 0, 0, 0]), [5, 6, 7, 8]);
        assert_eq!(missed(&[1, 1, 1, 1, 0, 1, 1]), [5]);
        // The first weekend, and no other.
        assert_eq!(missed(&[1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1]), [6, 7]);
    }

    #[test]
    fn renamed_dumps_are_not_missed() {
        let mut nights = vec![dumps(&["a.jsonl", "b.jsonl", "c.jsonl"]); 4];
        nights.push(dumps(&["a.jsonl.gz", "b.jsonl.gz", "c.jsonl.gz"]));
        assert_eq!(found(&nights), [""; 0]);
        nights.push(nights[4].clone());
        assert_eq!(found(&nights), [""; 0], "nor on the night after");
        nights[5] = dumps(&["a.jsonl.gz", "b.jsonl.gz"]);
        assert_eq!(found(&nights), [""; 0], "two nights tell nothing");
        nights.truncate(4);
        nights.push(dumps(&["a.jsonl", "new.jsonl"]));
        assert_eq!(found(&nights), ["b.jsonl", "c.jsonl"], "one new name, and two that went");
    }
}
