//! Re-reads a finished run: checksums, counts, whether every line is what it promises and in exactly one place, and
//! whether a state has what the run kept.
//!
//! It trusts nothing but the ledger's counts of lines read and blank: where each line went is found again
//! from the outputs themselves, with one bit a line.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::contract::{Claims, Contract};
use super::{FinishedRun, ShardReader};
use crate::account::{Counts, Ledger, Shard};
use crate::state::State;
use crate::write::Output;

/// What was found in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    /// Output files.
    pub files: usize,
    /// Their lines.
    pub lines: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Reads a finished run again.
///
/// # Errors
/// A sentence for everything that is not as the ledger says.
pub(crate) fn verify(run: &FinishedRun, state: Option<&State>) -> Result<Verified, Vec<String>> {
    let FinishedRun { folder, ledger, .. } = run;
    let mut problems = Vec::new();
    let shards: Vec<(Output, &Shard)> = Output::ALL
        .into_iter()
        .flat_map(|output| run.shards(output).iter().map(move |shard| (output, shard)))
        .collect();
    problems.extend(strangers(folder, &shards));
    let lines = LinesSeen::new(ledger);
    let read: Vec<(Output, Found, Vec<String>)> = shards
        .par_iter()
        .map(|(output, shard)| {
            let mut problems = Vec::new();
            let found = check_shard(folder, shard, *output, &lines, &mut problems);
            (*output, found, problems)
        })
        .collect();
    let mut found: Vec<Counts> = vec![Counts::default(); ledger.dumps.len()];
    let mut reasons: [BTreeMap<String, u64>; 2] = Default::default();
    let mut kept = Vec::new();
    for (output, shard, more) in read {
        problems.extend(more);
        if output == Output::Records {
            kept.extend(shard.ids);
        } else {
            let reasons = &mut reasons[usize::from(output == Output::Quarantine)];
            for (reason, count) in shard.reasons {
                *reasons.entry(reason).or_default() += count;
            }
        }
        for (dump, count) in shard.counts {
            let counts = &mut found[dump];
            match output {
                Output::Records => counts.kept += count,
                Output::Dropped => counts.dropped += count,
                Output::Quarantine => counts.quarantined += count,
            }
        }
    }
    for (dump, found) in ledger.dumps.iter().zip(found) {
        let Counts { read, blank, within, other, .. } = dump.lines;
        let found = Counts { read, blank, within, other, ..found };
        if found != dump.lines || found.sum() != read {
            let of = |counts: Counts| {
                let Counts { read, blank, other, kept, dropped, quarantined, .. } = counts;
                // Blank and other lines are in no output, so the ledger alone knows of them.
                let others = if other > 0 { format!("{other} not articles + ") } else { String::new() };
                format!(
                    "{read} = {blank} blank + {others}{kept} kept + {dropped} dropped + {quarantined} quarantined"
                )
            };
            problems.push(format!(
                "{}: the outputs have {}, the ledger has {}",
                dump.dump,
                of(found),
                of(dump.lines)
            ));
        }
    }
    for (what, found, expected) in
        [("dropped", &reasons[0], &ledger.dropped), ("quarantined", &reasons[1], &ledger.quarantined)]
    {
        if found != expected {
            problems.push(format!(
                "{what}: the outputs have {}, the ledger has {}",
                counts_of(found),
                counts_of(expected)
            ));
        }
    }
    if let Some(state) = state {
        problems.extend(check_state(ledger, state, kept));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let sum = |of: fn(&Shard) -> u64| shards.iter().map(|(_, shard)| of(shard)).sum();
    Ok(Verified { files: shards.len(), lines: sum(|shard| shard.records), bytes: sum(|shard| shard.bytes) })
}

fn counts_of(reasons: &BTreeMap<String, u64>) -> String {
    let each: Vec<String> = reasons.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    if each.is_empty() { "none".to_owned() } else { each.join(", ") }
}

/// Whether the state has what the run kept, record for record. Records without any key, which nobody can repeat, are in
/// no state: those without a URL, letters and digits.
fn check_state(ledger: &Ledger, state: &State, mut kept: Vec<Place>) -> Option<String> {
    let name = ledger.night.as_ref();
    let night = name.and_then(|name| state.nights().iter().find(|night| night.name == *name));
    let (Some(name), Some(night)) = (name, night) else {
        return Some(match name {
            Some(name) => format!("the state has no night `{name}`"),
            None => "the run had no --state".to_owned(),
        });
    };
    let dumps: BTreeMap<&str, u32> =
        (0..).zip(&ledger.dumps).map(|(index, dump)| (dump.dump.as_str(), index)).collect();
    let mut expected: Vec<(u128, u32, u64)> = kept
        .drain(..)
        .filter_map(|Place { dump, line, id }| {
            Some((u128::from_str_radix(&id, 16).ok()?, *dumps.get(dump.as_str())?, line))
        })
        .collect();
    let mut found: Vec<(u128, u32, u64)> = match state.records_of(night) {
        Ok(records) => records.into_iter().map(|(id, dump, line)| (id.0, dump, line)).collect(),
        Err(error) => return Some(format!("failed to {error}")),
    };
    expected.sort_unstable();
    found.sort_unstable();
    let missing = expected.iter().filter(|record| found.binary_search(record).is_err()).count();
    let strange = found.iter().filter(|record| expected.binary_search(record).is_err()).count();
    (missing + strange > 0).then(|| {
        format!(
            "the state's night `{name}` lacks {missing} records that the run kept, and has {strange} that it did not keep"
        )
    })
}

/// Files that look like shards and that the ledger does not know: a reader of the folder would load them.
fn strangers(folder: &Path, shards: &[(Output, &Shard)]) -> Vec<String> {
    let mut strangers = Vec::new();
    for output in Output::ALL {
        let Ok(entries) = std::fs::read_dir(folder.join(output.folder())) else { continue };
        for entry in entries.flatten() {
            let name = format!("{}/{}", output.folder(), entry.file_name().to_string_lossy());
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !hidden && shards.iter().all(|(_, shard)| shard.file != name) {
                strangers.push(format!("{name} is not in the ledger"));
            }
        }
    }
    strangers.sort();
    strangers
}

/// A bit for each line of each dump.
struct LinesSeen<'a> {
    dumps: BTreeMap<&'a str, (usize, u64)>,
    bits: Vec<Vec<AtomicU64>>,
}

impl<'a> LinesSeen<'a> {
    fn new(ledger: &'a Ledger) -> Self {
        let lines = ledger.dumps.iter().map(|dump| dump.lines.read);
        let words = |lines: u64| (0..=lines / 64).map(|_| AtomicU64::new(0)).collect();
        Self {
            bits: lines.map(words).collect(),
            dumps: ledger
                .dumps
                .iter()
                .enumerate()
                .map(|(index, dump)| (dump.dump.as_str(), (index, dump.lines.read)))
                .collect(),
        }
    }

    /// The dump's place, or what is wrong with the line.
    fn enter(&self, dump: &str, line: u64) -> Result<usize, String> {
        let Some(&(index, lines)) = self.dumps.get(dump) else {
            return Err(format!("is of {dump}, which is not in the ledger"));
        };
        if line == 0 || line > lines {
            return Err(format!("is line {line} of {dump}, which has {lines}"));
        }
        let bit = 1 << (line % 64);
        let word = usize::try_from(line / 64).ok().and_then(|word| self.bits[index].get(word));
        let before = word.map_or(0, |word| word.fetch_or(bit, Ordering::Relaxed));
        if before & bit == 0 {
            Ok(index)
        } else {
            Err(format!("is line {line} of {dump}, which is there twice"))
        }
    }
}

/// Where a kept record was read.
struct Place {
    dump: String,
    line: u64,
    id: String,
}

/// What a shard's lines say.
#[derive(Default)]
struct Found {
    /// Lines of each dump.
    counts: BTreeMap<usize, u64>,
    reasons: BTreeMap<String, u64>,
    /// Of kept records.
    ids: Vec<Place>,
}

/// Mistakes that are reported for one shard; a shard of another run has one in every line.
const MOST_PROBLEMS: usize = 5;

/// Reads a shard.
fn check_shard(
    folder: &Path,
    shard: &Shard,
    output: Output,
    seen: &LinesSeen<'_>,
    problems: &mut Vec<String>,
) -> Found {
    let mut found = Found::default();
    let contract = Contract::of(output);
    let mut told = 0;
    let mut tell = |problem: String| {
        told += 1;
        if told <= MOST_PROBLEMS {
            problems.push(format!("{}: {problem}", shard.file));
        }
    };
    let mut reader = match ShardReader::open(folder.join(&shard.file)) {
        Ok(reader) => reader,
        Err(error) => {
            tell(format!("failed to {error}"));
            return found;
        }
    };
    let (mut records, mut line) = (0, Vec::new());
    loop {
        line.clear();
        match reader.next_line(&mut line) {
            Ok(false) => break,
            Ok(true) => records += 1,
            Err(error) => {
                tell(format!("after line {records}, failed to {error}"));
                break;
            }
        }
        let claims = match contract.check(&line) {
            Ok(claims) => claims,
            Err(problem) => {
                tell(format!("line {records} {problem}"));
                continue;
            }
        };
        match seen.enter(&claims.dump, claims.line) {
            Ok(dump) => *found.counts.entry(dump).or_insert(0) += 1,
            Err(problem) => tell(format!("line {records} {problem}")),
        }
        let Claims { dump, line, id, reason, .. } = claims;
        if output == Output::Records {
            found.ids.push(Place { dump, line, id });
        } else {
            *found.reasons.entry(reason).or_default() += 1;
        }
    }
    let (bytes, hash) = match reader.end() {
        Ok(end) => end,
        Err(error) => {
            tell(format!("failed to {error}"));
            return found;
        }
    };
    for (what, found, expected) in [
        ("bytes", bytes.to_string(), shard.bytes.to_string()),
        ("lines", records.to_string(), shard.records.to_string()),
        ("checksum", format!("{hash:032x}"), shard.xxh3.clone()),
    ] {
        if found != expected {
            problems.push(format!("{}: {what}: {found}, the ledger has {expected}", shard.file));
        }
    }
    found
}
