//! `--sample N`: which lines of some dumps make a sample.
//!
//! Of all lines those with the smallest hashes are in it. So it is spread over the dumps as their lines are, it is the same every
//! time, whatever the order of the dumps, and copies of a line are in it together, as many as there are. For the limit that the
//! hashes have to be under, the dumps are read once without processing anything.

use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use xxhash_rust::xxh3::xxh3_64;

use super::Judge;
use crate::format::UnitKind;
use crate::read::{BytesRead, Dump, ReadFailure};

/// What lines that are not in it are counted as.
pub(crate) const NOT_SAMPLED: &str = "not_sampled";

/// The lines whose hashes are at most so large.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    most: u64,
}

impl Sample {
    /// Finds the limit under which `lines` of the dumps' lines are; `None` where it was told to stop.
    ///
    /// # Errors
    /// Where a dump cannot be read, and that is not its fault.
    pub(super) fn draw(
        judge: &Judge,
        dumps: &[Dump],
        lines: usize,
        stop: &AtomicBool,
    ) -> Result<Option<Self>, (usize, ReadFailure)> {
        let dumps: Vec<(usize, &Dump)> = dumps.iter().enumerate().collect();
        let of_dump = |(place, dump): &(usize, &Dump)| {
            let mut smallest = Smallest { hashes: BinaryHeap::new(), most: lines };
            let mut reader = judge.open(*place, dump, &BytesRead::default());
            while let Some(batch) = reader.next_batch(&mut |_| !stop.load(Ordering::Relaxed)) {
                if let Some(failure) = batch.end.as_ref().and_then(|end| end.failure.clone()) {
                    return Err((*place, failure));
                }
                for line in &batch.lines {
                    let bytes = batch.bytes(line);
                    if !matches!(line.kind, UnitKind::Other(_)) && !super::is_blank(bytes) {
                        smallest.add(xxh3_64(bytes));
                    }
                }
            }
            Ok(smallest)
        };
        let merge = |one: Result<Smallest, _>, other| one.and_then(|one| Ok(one.merge(other?)));
        let smallest = dumps.par_iter().map(of_dump).reduce_with(merge).transpose()?;
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        // Where there are fewer lines, all of them are the sample.
        let most = smallest.filter(|smallest| smallest.hashes.len() == lines);
        Ok(Some(Self { most: most.and_then(|smallest| smallest.hashes.peek().copied()).unwrap_or(u64::MAX) }))
    }

    /// Whether a line is in it.
    pub(super) fn takes(self, line: &[u8]) -> bool {
        xxh3_64(line) <= self.most
    }
}

/// The smallest of some hashes.
struct Smallest {
    hashes: BinaryHeap<u64>,
    most: usize,
}

impl Smallest {
    fn add(&mut self, hash: u64) {
        if self.hashes.len() < self.most {
            self.hashes.push(hash);
        } else if let Some(mut largest) = self.hashes.peek_mut()
            && hash < *largest
        {
            *largest = hash;
        }
    }

    fn merge(mut self, other: Self) -> Self {
        other.hashes.into_iter().for_each(|hash| self.add(hash));
        self
    }
}
