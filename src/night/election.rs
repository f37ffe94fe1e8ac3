//! Which duplicates are kept where that is not the first: `[dedup] keep`.
//!
//! The record that a policy prefers may be the last of the night, so nothing can be decided before all are read. The
//! run then has two steps. The first is the usual one, but that records which every gate has passed and no earlier night
//! has all go to `records/`, with their keys and their rank in the journal. The second, the election, asks
//! the journal's entries in the order of their ranks, so that the most preferred of each kind comes first and is kept, and
//! copies the outputs: what is left as it is, and what repeats it as dropped, in the order of the input.
//!
//! So a policy is an order, and all that holds of the first in order holds of the most preferred: a dropped record names
//! one that is kept, and that one has its share of it.
//!
//! **Memory**: beside the index of the records that are kept, 24 bytes for each candidate and 96 for each that loses; no
//! texts, but the frames that are being packed. **Disk**: until the run has its end, records and dropped records are there twice.
//! **A kill** repeats the election, which begins with a checkpoint.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::RunError;
use super::keeper::Keeper;
use super::rewrite::{Decision, Rewriter, Sources};
use super::work::NightWork;
use crate::account::Ledger;
use crate::dedup::{Duplicate, Earlier, Index, Placed};
use crate::state::{Journal, JournalReader};
use crate::write::{Output, OutputFolder, WriteError};

/// What an election needs.
pub(super) struct Election<'a> {
    pub work: &'a NightWork,
    pub folder: &'a OutputFolder,
    pub threads: usize,
    pub stop: &'a AtomicBool,
}

/// A record that may be kept: its rank, its number among `records/`, and its entry in the journal.
struct Candidate {
    rank: u64,
    number: u32,
    length: u32,
    start: u64,
}

impl Candidate {
    fn entry(&self) -> Range<u64> {
        self.start..self.start + u64::from(self.length)
    }
}

impl Election<'_> {
    /// Decides, and writes the outputs and the journal again; `false` where it was told to stop.
    pub(super) fn hold(&self, ledger: &mut Ledger, keeper: &mut Keeper) -> Result<bool, RunError> {
        let mut candidates = self.candidates(keeper)?;
        let Some(losers) = self.losers(&mut candidates, ledger)? else { return Ok(false) };
        let Some(elected) = self.write(&candidates, losers, ledger, keeper)? else { return Ok(false) };
        let Rewriter { records, dropped, journal, .. } = elected;
        keeper.replace(records, dropped, journal, ledger)?;
        Ok(true)
    }

    fn candidates(&self, keeper: &Keeper) -> Result<Vec<Candidate>, WriteError> {
        let mut candidates = Vec::new();
        let Some(standing) = keeper.journal()? else { return Ok(candidates) };
        Journal::read(&self.folder.work(), &standing, &mut |entry, Range { start, end }| {
            let number = u32::try_from(candidates.len()).expect("fewer than 2^32 records in a run");
            let length = u32::try_from(end - start).expect("an entry is a few hundred bytes");
            candidates.push(Candidate { rank: entry.rank, number, length, start });
        })?;
        Ok(candidates)
    }

    /// Those that repeat a preferred one, in the order of the input, which the candidates have again, too.
    fn losers(
        &self,
        candidates: &mut [Candidate],
        ledger: &mut Ledger,
    ) -> Result<Option<VecDeque<(u32, Duplicate)>>, WriteError> {
        let Some(settings) = &self.work.judge.pipeline.dedup else { return Ok(Some(VecDeque::new())) };
        let mut index = Index::with_room(settings, candidates.len());
        let mut journal = JournalReader::open(&self.folder.work())?;
        let mut losers = Vec::new();
        candidates.sort_unstable_by_key(|candidate| (candidate.rank, candidate.number));
        for candidate in &*candidates {
            if self.is_stopped() {
                return Ok(None);
            }
            let (entry, _) = journal.entry(&candidate.entry())?;
            // Of earlier nights, the first step has asked all but how common its bands are.
            let earlier = Earlier { same_keys: entry.same_keys, ..Earlier::default() };
            if let Placed::Duplicate(of) = index.place(&entry.keys, entry.id, entry.place, &earlier) {
                losers.push((candidate.number, of));
            }
        }
        candidates.sort_unstable_by_key(|candidate| candidate.number);
        losers.sort_unstable_by_key(|(number, _)| *number);
        ledger.timing.dedup_index_bytes += index.bytes() as u64;
        Ok(Some(losers.into()))
    }

    fn write(
        &self,
        candidates: &[Candidate],
        mut losers: VecDeque<(u32, Duplicate)>,
        ledger: &mut Ledger,
        keeper: &Keeper,
    ) -> Result<Option<Rewriter>, RunError> {
        let pipeline = &self.work.judge.pipeline;
        let mut rewriter = Rewriter::new(&self.folder.second_work()?, pipeline, self.threads)?;
        let sources = Sources {
            dumps: &self.work.dumps,
            step: pipeline.steps.len(),
            work: self.folder.work(),
            records: keeper.paths(Output::Records),
            dropped: keeper.paths(Output::Dropped),
        };
        let mut decision = |number| {
            losers.front().filter(|(loser, _)| *loser == number)?;
            let (_, duplicate) = losers.pop_front()?;
            Some(Decision { dropped: Some(self.work.names().duplicate(duplicate)), updated: None })
        };
        let entries = candidates.iter().map(Candidate::entry);
        let is_done = rewriter.rewrite(&sources, entries, &mut decision, ledger, self.stop)?;
        Ok(is_done.then_some(rewriter))
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::{Value, json};

    use super::super::tests::{
        DELAYS, Delays, complete, contents, dumps, lines, night, order, pipeline, state_contents,
        stop_behind, verified, write,
    };
    use super::super::{Finish, NightOrder};
    use crate::pipeline::Pipeline;
    use crate::state::State;

    const STAGES: &str =
        "[[stage]]\nkind = \"normalise-whitespace\"\n[[stage]]\nkind = \"drop-short\"\nmin-words = 3\n";

    fn keeping(policy: &str) -> Pipeline {
        let head = "format = 1\n[input]\nmax-line-bytes = 3000\n[output]\nshard-bytes = 20000\n";
        pipeline(&format!("{head}[dedup]\nnear = true\nkeep = {policy}\n{STAGES}"))
    }

    /// Articles of several hosts, most of them versions of others: with other words, parts left out, other dates.
    fn versions() -> Vec<Value> {
        let hosts =
            ["agency.example", "wire.agency.example", "courier.example", "echo.example", "mail.example"];
        let version = |number: u64| {
            let hash = xxhash_rust::xxh3::xxh3_64(&number.to_le_bytes());
            let (story, cut) = (hash % 90, (hash >> 20) % 12);
            let words = (0..60 - cut).map(|word| match word {
                7 if hash.is_multiple_of(3) => format!("edition{number}"),
                _ => format!("story{story}word{word}"),
            });
            let text = words.collect::<Vec<_>>().join(" ");
            let host = hosts[usize::try_from((hash >> 8) % 5).expect("below 5")];
            let page = if hash.is_multiple_of(10) { story } else { number };
            let mut record = json!({ "url": format!("https://{host}/{page}"), "text": text, "title": format!("Story {story}") });
            match (hash >> 12) % 4 {
                0 => {}
                1 => record["date"] = format!("2024-03-{:02}", 1 + (hash >> 16) % 28).into(),
                _ => {
                    record["date"] =
                        format!("2024-03-{:02}T{:02}:00:00Z", 1 + (hash >> 16) % 28, (hash >> 24) % 24)
                            .into();
                }
            }
            record
        };
        (0..900).map(version).collect()
    }

    fn write_lines<'a>(path: &Path, records: impl Iterator<Item = &'a Value>) {
        let lines: Vec<String> = records.map(Value::to_string).collect();
        write(path, lines.join("\n").as_bytes());
    }

    /// What a record is known by, wherever it stands.
    fn known(record: &Value) -> String {
        let Value::Object(fields) = record else { return String::new() };
        let told = |(key, _): &(&String, &Value)| !matches!(key.as_str(), "source" | "duplicate_of");
        let told: Vec<String> =
            fields.iter().filter(told).map(|(key, value)| format!("{key} {value}")).collect();
        told.join(" ")
    }

    #[test]
    fn a_policy_keeps_what_the_first_would_be_if_the_dumps_were_sorted_by_it() {
        let records = versions();
        let text = |record: &Value| record["text"].as_str().map_or(0, |text| text.chars().count());
        let date = |record: &Value| match record["date"].as_str() {
            None => "9".to_owned(),
            Some(date) if date.len() == 10 => format!("{date}T23:59:59Z"),
            Some(date) => date.to_owned(),
        };
        let host = |record: &Value| {
            let url = record["url"].as_str().unwrap_or_default();
            ["courier.example", "agency.example/", "wire.agency.example"]
                .iter()
                .position(|host| url.contains(host))
                .map_or(2, |at| at.min(1))
        };
        let sorted = |by: &dyn Fn(&mut Vec<Value>)| {
            let mut sorted = records.clone();
            by(&mut sorted);
            sorted
        };
        for (policy, sorted) in [
            ("\"longest\"", sorted(&|all| all.sort_by_key(|record| std::cmp::Reverse(text(record))))),
            ("\"earliest\"", sorted(&|all| all.sort_by_key(date))),
            ("{ hosts = [\"courier.example\", \"agency.example\"] }", sorted(&|all| all.sort_by_key(host))),
        ] {
            let place = tempfile::tempdir().expect("a temporary folder");
            let at = |name: &str| place.path().join(name);
            write_lines(&at("dump.jsonl"), records.iter());
            write_lines(&at("sorted.jsonl"), sorted.iter());
            complete(order(keeping("\"first\""), &at("sorted.jsonl"), &at("first"), 2));
            let ledger = complete(order(keeping(policy), &at("dump.jsonl"), &at("elected"), 2));
            for kind in ["records", "dropped"] {
                let known =
                    |output: &str| lines(&at(output), kind).iter().map(known).collect::<BTreeSet<_>>();
                let (expected, found) = (known("first"), known("elected"));
                assert!(expected.len() > 50, "{policy}: {} {kind}", expected.len());
                assert_eq!(expected, found, "{policy}: {kind}");
            }
            // As it was in the input's order, it would be another choice.
            complete(order(keeping("\"first\""), &at("dump.jsonl"), &at("unsorted"), 2));
            let ids = |output: &str| lines(&at(output), "records").iter().map(known).collect::<BTreeSet<_>>();
            assert_ne!(ids("unsorted"), ids("elected"), "{policy}");
            // Each names one that is kept; all are in the order of the input; and the account says the same.
            let place =
                |record: &Value| (record["source"]["dump"].to_string(), record["source"]["line"].as_u64());
            let kept: Vec<_> = lines(&at("elected"), "records").iter().map(place).collect();
            let dropped = lines(&at("elected"), "dropped");
            for duplicate in &dropped {
                let of = &duplicate["duplicate_of"];
                assert!(
                    kept.contains(&(of["dump"].to_string(), of["line"].as_u64())),
                    "{policy}: {duplicate}"
                );
            }
            let dropped: Vec<_> = dropped.iter().map(place).collect();
            assert!(kept.is_sorted() && dropped.is_sorted());
            assert!(verified(&at("elected"), None).is_ok(), "{:?}", verified(&at("elected"), None));
            let first = complete(NightOrder {
                restart: true,
                ..order(keeping("\"first\""), &at("sorted.jsonl"), &at("first"), 2)
            });
            assert_eq!(ledger.lines, first.lines, "{policy}");
            assert_eq!(ledger.dropped, first.dropped, "{policy}");
            assert_eq!(ledger.hosts, first.hosts, "{policy}");
            assert_eq!(ledger.profile, first.profile, "{policy}");
        }
    }

    #[test]
    fn threads_and_stops_change_no_byte() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| place.path().join(name);
        std::fs::create_dir(at("in")).expect("there is room");
        dumps(&at("in"));
        write_lines(&at("in").join("f.jsonl"), versions().iter());
        let order = |output: &str, threads: usize| {
            let mut pipeline = keeping("\"longest\"");
            pipeline.push(&DELAYS, Box::new(Delays(threads as u64)));
            order(pipeline, &at("in"), &at(output), threads)
        };
        let all = complete(order("one", 1)).lines.read;
        complete(order("many", 8));
        let (mut goal, mut stops, mut at_end) = (0, 0, 0);
        loop {
            // The last goals are reached when all is read: then it is the election that stops.
            let (finish, from) = stop_behind(goal.min(all), order("stopped", 1 + stops % 4));
            at_end += u64::from(from == Some(all));
            match finish {
                Ok(Finish::Complete(_)) => break,
                Ok(Finish::Stopped) => stops += 1,
                Ok(Finish::DoneBefore(_)) => panic!("it was not done"),
                Err(error) => panic!("{error}"),
            }
            goal = if at_end > 1 { u64::MAX } else { goal.max(from.unwrap_or(0)) + 900 };
            if goal == u64::MAX {
                complete(order("stopped", 3));
                break;
            }
            assert!(stops < 100, "it gets nowhere");
        }
        assert!(stops > 4, "{stops}");
        let expected = contents(&at("one"));
        assert!(expected.keys().filter(|name| name.starts_with("records")).count() > 1);
        assert!(contents(&at("many")) == expected);
        assert!(contents(&at("stopped")) == expected);
        assert!(verified(&at("one"), None).is_ok(), "{:?}", verified(&at("one"), None));
    }

    #[test]
    fn what_an_earlier_night_kept_stays_and_the_state_knows_who_was_elected() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| place.path().join(name);
        let records = versions();
        let (first, second) = records.split_at(100);
        write_lines(&at("1.jsonl"), first.iter());
        write_lines(&at("2.jsonl"), second.iter());
        for (state, threads) in [("state", 2), ("again", 5)] {
            for number in ["1", "2"] {
                let output = at(&format!("{state}-{number}"));
                let order = order(keeping("\"longest\""), &at(&format!("{number}.jsonl")), &output, threads);
                complete(night(order, &at(state), number));
                let state = State::look(&at(state)).expect("it is there");
                assert!(verified(&output, Some(&state)).is_ok(), "{:?}", verified(&output, Some(&state)));
            }
        }
        assert_eq!(state_contents(&at("state")), state_contents(&at("again")));
        assert_eq!(contents(&at("state-2")), contents(&at("again-2")));
        let of_tonight = |run: bool| {
            let dropped = lines(&at("state-2"), "dropped");
            dropped.iter().filter(|line| line["duplicate_of"]["night"].is_null() == run).count()
        };
        assert!(
            of_tonight(true) > 20 && of_tonight(false) > 50,
            "{} {}",
            of_tonight(true),
            of_tonight(false)
        );
    }
}
