//! `sieve`: which records `decide` has to be asked about, by ranges of their keys.
//!
//! An optional step between `work` and `decide`, for more records than the index of one machine holds: [`Sieve`] says what it
//! leaves out, and why the decisions are the same. A task reads the keys of all parts twice. For up to ten ranges that moves fewer
//! bytes than if `work` wrote each range its own: sixteen keys of a record, each with its signature, are eleven times as long as its entry, and
//! they would be written and read. It costs `work` nothing, and nobody has to know beforehand how many ranges there will be.

use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::{Attempt, Done, Hands, PartKeys, Plan, TaskError};
use crate::dedup::{DedupSettings, Entry, KeyRange, RecordSet, Sieve};
use crate::night::RunError;
use crate::write::{WriteError, changed, read_own, write_file};

/// Entries that are read together.
const CHUNK: usize = 1 << 12;

/// What `sieve` leaves for `decide` beside the set of members.
#[derive(Serialize, Deserialize)]
struct Sifted {
    /// XXH3-128 of the set, as hex digits.
    hash: String,
}

pub(super) const SIFTED: &str = "sifted.json";
const MEMBERS: &str = "members";

pub(super) fn sieve(
    plan: &Plan,
    range: KeyRange,
    Hands { threads, stop }: Hands<'_>,
) -> Result<Done, TaskError> {
    let end = plan.sifted(range);
    if end.exists() {
        return Ok(Done { before: true, ..Done::default() });
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| RunError::Threads(error.to_string()))?;
    let continues = || !stop.load(Ordering::Relaxed);
    let members = match &plan.pipeline()?.dedup {
        None => Some(RecordSet::default()),
        Some(dedup) => pool.install(|| members(plan, dedup, range, &continues))?,
    };
    let Some(members) = members else { return Ok(Done { stopped: true, ..Done::default() }) };
    let attempt = Attempt::begin(&end)?;
    let bytes = members.to_bytes();
    write_file(&attempt.path.join(MEMBERS), &bytes)?;
    attempt.write_sealed(SIFTED, &Sifted { hash: format!("{:032x}", xxh3_128(&bytes)) })?;
    attempt.finish()?;
    Ok(Done { lines: members.count(), ..Done::default() })
}

/// The members of a range; `None` where it was told to stop.
fn members(
    plan: &Plan,
    dedup: &DedupSettings,
    range: KeyRange,
    continues: &dyn Fn() -> bool,
) -> Result<Option<RecordSet>, TaskError> {
    let keys = plan.keys()?;
    let records = keys.iter().map(|keys| keys.records).sum::<u64>();
    let records = u32::try_from(records).map_err(|_| {
        let message = "sift them: a sieve takes 4,294,967,295 records at most";
        TaskError::Refused(message.to_owned())
    })?;
    let mut sieve = Sieve::new(dedup, range, plan.tonight().is_some(), records as usize);
    let mut first = |record, entry: Entry| sieve.put(record, &entry.keys);
    if !each_entry(plan, &keys, continues, &mut first)? {
        return Ok(None);
    }
    let mut shared = sieve.shared(records);
    let mut second = |record, Entry { rank, keys, .. }| shared.put(record, rank, keys);
    let again = each_entry(plan, &keys, continues, &mut second)?;
    Ok(again.then(|| shared.members()))
}

/// Goes through the entries of all parts, numbered; `false` where it was told to stop.
fn each_entry(
    plan: &Plan,
    keys: &[PartKeys],
    continues: &dyn Fn() -> bool,
    each: &mut dyn FnMut(u32, Entry),
) -> Result<bool, TaskError> {
    let mut record = 0_u32;
    for of_part in keys {
        let Some(mut entries) = of_part.open(plan)? else { continue };
        loop {
            let chunk = entries.next_chunk(CHUNK)?;
            if chunk.is_empty() {
                break;
            }
            if !continues() {
                return Ok(false);
            }
            for (entry, _) in chunk {
                each(record, entry);
                record += 1;
            }
        }
    }
    Ok(true)
}

/// The members of all ranges.
pub(super) fn members_of_all(plan: &Plan, ranges: u32) -> Result<RecordSet, TaskError> {
    let mut all = RecordSet::default();
    for number in 0..ranges {
        let folder = plan.sifted(KeyRange { number, of: ranges });
        let missing =
            format!("range {number} of {ranges} is not sifted: `copydesk task … sieve` comes first");
        let sifted: Sifted = plan.read_sealed(&folder.join(SIFTED), &missing)?;
        let path = folder.join(MEMBERS);
        let bytes = read_own(&path).and_then(|bytes| {
            let is_right = format!("{:032x}", xxh3_128(&bytes)) == sifted.hash;
            if is_right { Ok(bytes) } else { Err(changed("its content has changed")) }
        });
        all.add(&RecordSet::read(&bytes.map_err(WriteError::of("read", &path))?));
    }
    Ok(all)
}
