//! How values are spread: counts in buckets a sixteenth of an octave to a sixth wide.
//!
//! A bucket is the first four binary digits after a number's leading one, so that it is found without arithmetic that
//! could round otherwise on another machine, and is at most 6 % wide, for ratios and for counts of letters alike.
//! Adding up the histograms of batches gives the histogram of the night.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Binary digits of the significand that tell buckets apart.
const DIGITS: u32 = 4;
/// What is smaller counts as nothing, and what is larger as this, so that a histogram has at most 1,120 buckets. Nothing that
/// labellers measure is beyond.
const LEAST: f64 = 1e-9;
const MOST: f64 = 1e12;

/// How many values fell where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Vec<(f64, u64)>", into = "Vec<(f64, u64)>")]
#[schemars(with = "Vec<(f64, u64)>")]
pub struct Histogram {
    /// By the leading bits of the number; 0 for what is below [`LEAST`].
    buckets: BTreeMap<u16, u64>,
}

impl Histogram {
    /// Counts a value. One that is no number is not counted.
    pub fn add(&mut self, value: f64) {
        if !value.is_nan() {
            *self.buckets.entry(bucket(value)).or_default() += 1;
        }
    }

    /// Takes a value back that was counted.
    pub fn remove(&mut self, value: f64) {
        let bucket = bucket(value);
        if let Some(count) = self.buckets.get_mut(&bucket) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.buckets.remove(&bucket);
            }
        }
    }

    /// Adds another one.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
    }

    /// How many values were counted.
    pub fn total(&self) -> u64 {
        self.buckets.values().sum()
    }

    /// The buckets that hold something, in order: from, to (exclusive), how many.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, f64, u64)> + '_ {
        self.buckets.iter().map(|(bucket, count)| (start(*bucket), start(bucket + 1), *count))
    }

    /// About the value below which a share of them lies, as the middle of its bucket.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a share of a count needs no more digits")]
        let wanted = share * self.total() as f64;
        let mut below = 0;
        self.buckets().find_map(|(from, to, count)| {
            below += count;
            #[expect(clippy::cast_precision_loss, reason = "a share of a count needs no more digits")]
            let is_reached = below as f64 >= wanted;
            is_reached.then_some(f64::midpoint(from, to))
        })
    }
}

fn bucket(value: f64) -> u16 {
    if value < LEAST {
        return 0;
    }
    // Sign, eleven bits of exponent, and the digits: the rest is within the bucket.
    let bits = value.min(MOST).to_bits() >> (52 - DIGITS);
    u16::try_from(bits).expect("a positive number has 11 + 4 leading bits")
}

fn start(bucket: u16) -> f64 {
    f64::from_bits(u64::from(bucket) << (52 - DIGITS))
}

impl From<Histogram> for Vec<(f64, u64)> {
    fn from(histogram: Histogram) -> Self {
        histogram.buckets.iter().map(|(bucket, count)| (start(*bucket), *count)).collect()
    }
}

impl From<Vec<(f64, u64)>> for Histogram {
    fn from(pairs: Vec<(f64, u64)>) -> Self {
        let mut buckets = BTreeMap::new();
        for (from, count) in pairs {
            *buckets.entry(bucket(from)).or_default() += count;
        }
        Self { buckets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|value| histogram.add(*value));
        histogram
    }

    #[test]
    fn a_value_lies_in_its_bucket() {
        for value in [1e-9, 0.03, 0.65, 0.999, 1.0, 17.0, 40.0, 1234.5, 1e12] {
            let histogram = of(&[value]);
            let (from, to, count) = histogram.buckets().next().expect("it was counted");
            assert!(
                from <= value && value < to && to / from < 1.0626 && count == 1,
                "{value}: {from} to {to}"
            );
        }
        assert_eq!(
            of(&[0.0, -1.0]).buckets().map(|(from, _, count)| (from, count)).collect::<Vec<_>>(),
            [(0.0, 2)]
        );
        assert_eq!(of(&[f64::NAN]).total(), 0);
        assert_eq!(of(&[f64::INFINITY]).total(), 1);
        assert_eq!(of(&[1e-10, f64::MIN_POSITIVE]), of(&[0.0, 0.0]));
        let every: Histogram = of(&(0..1 << 16).map(|top| f64::from_bits(top << 48)).collect::<Vec<_>>());
        assert!((1_000..=1_120).contains(&every.buckets.len()), "{}", every.buckets.len());
    }

    #[test]
    fn what_is_added_and_taken_back_is_gone_and_parts_make_the_whole() {
        let mut histogram = of(&[1.0, 2.0, 2.0]);
        histogram.remove(2.0);
        assert_eq!(histogram, of(&[1.0, 2.0]));
        histogram.remove(1.0);
        histogram.merge(&of(&[7.0, 2.0]));
        assert_eq!(histogram, of(&[2.0, 2.0, 7.0]));
    }

    #[test]
    fn a_histogram_is_read_as_it_was_written() {
        let histogram = of(&[0.0, 0.3, 0.3, 41.0, 1e7]);
        let json = serde_json::to_string(&histogram).expect("numbers are JSON");
        assert_eq!(serde_json::from_str::<Histogram>(&json).expect("it is one"), histogram);
    }

    #[test]
    fn quantiles_are_off_by_half_a_bucket_at_most() {
        let histogram = of(&(1..=1000).map(f64::from).collect::<Vec<_>>());
        for (share, expected) in [(0.1, 100.0), (0.5, 500.0), (0.9, 900.0)] {
            let found = histogram.quantile(share).expect("there are values");
            assert!((found / expected - 1.0).abs() < 0.04, "{share}: {found}");
        }
        assert_eq!(Histogram::default().quantile(0.5), None);
    }
}
