//! How many records, or hosts, are too few to be chance.

use super::LEAST_NIGHTS;
use super::chance::at_most;
use super::question::{before_stretch, rounded};

/// The share of nights that may have been poorer than the poor night that tonight is held against: a weekend is two nights in
/// seven, and a lost night one in seven at most.
const POOR_NIGHTS: f64 = 0.15;
/// How improbable the number of records of any host must be, all hosts taken together: a false alarm in 1 000 nights.
const VOLUME_SIGNIFICANCE: f64 = 1e-3;
/// How many nights weigh as much as what is assumed before.
pub(super) const NIGHTS_OF_PRIOR: f64 = 3.0;

/// How many records or hosts are too few.
pub(super) struct Volume {
    /// The share of the usual number below which some are missing.
    pub least: f64,
    /// And the share of the number of the poorest nights.
    pub of_poor: f64,
    /// How much the number varies beyond chance at most, and before many nights tell it: the square of its standard deviation as a
    /// share.
    pub variation: f64,
}

pub(super) const OF_HOST: Volume = Volume { least: 0.35, of_poor: 0.6, variation: 0.04 };
/// All hosts together vary less.
pub(super) const OF_NIGHT: Volume = Volume { least: 0.5, of_poor: 0.75, variation: 0.001 };
pub(super) const OF_SMALL_HOSTS: Volume = Volume { least: 0.6, of_poor: 0.75, variation: 0.01 };

/// What would be usual where far fewer came.
pub(super) struct Usual {
    /// The median of the nights before.
    median: f64,
    /// And what of it all hosts have in common tonight.
    pub(super) tonight: f64,
}

impl Volume {
    /// What would be usual, where there are far fewer. `counts` are those of the nights before, the latest last.
    ///
    /// Nights right before tonight that were as poor are one event with it, and do not say what is usual: the whole stretch is held
    /// against stretches of as many nights before it. So a scraper that has stayed away is named each night, and one
    /// that comes every second day, or not on weekends, is named when it stays away for longer than that.
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    pub(super) fn usual(&self, now: u64, counts: &[u64], common: f64, asked: f64) -> Option<Usual> {
        let is_as_poor = |before: &[u64], night: &u64| (*night as f64) < median(before) as f64 * self.least;
        let before = before_stretch(counts, is_as_poor);
        let stretch = counts.get(before.len()..).unwrap_or_default();
        let nights = stretch.len() + 1;
        let came = (now + stretch.iter().sum::<u64>()) as f64;
        let median = median(before) as f64;
        let usual = median * common;
        let usual_of_stretch = median * stretch.len() as f64 + usual;
        // One poor night of few is no pattern.
        let least_poor = usize::from(nights == 1 && before.len() > LEAST_NIGHTS);
        let mut sums: Vec<u64> = before.windows(nights).map(|nights| nights.iter().sum()).collect();
        sums.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place among few nights"
        )]
        let poor = sums.get(((sums.len() as f64 * POOR_NIGHTS) as usize / nights).max(least_poor));
        let poor = poor.map_or(usual_of_stretch, |poor| *poor as f64);
        let is_low = (now as f64) < usual * self.least
            && came < usual_of_stretch * self.least
            && came < poor * self.of_poor;
        (is_low && at_most(now, usual, self.variation_of(before)) * asked < VOLUME_SIGNIFICANCE)
            .then_some(Usual { median, tonight: usual })
    }

    /// How much these nights vary beyond chance, by the method of moments, and drawn to what is assumed of all the more, the fewer
    /// they are.
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    fn variation_of(&self, nights: &[u64]) -> f64 {
        let number = nights.len() as f64;
        let mean = nights.iter().sum::<u64>() as f64 / number.max(1.0);
        let variance =
            nights.iter().map(|night| (*night as f64 - mean).powi(2)).sum::<f64>() / (number - 1.0).max(1.0);
        let found = ((variance - mean) / (mean * mean).max(1.0)).max(0.0);
        let drawn = (self.variation * NIGHTS_OF_PRIOR + found * number) / (NIGHTS_OF_PRIOR + number);
        drawn.min(self.variation)
    }
}

impl Usual {
    /// In words: more than one number where all hosts bring little tonight, as on a holiday.
    pub(super) fn words(&self) -> String {
        let (median, tonight) = (rounded(self.median), rounded(self.tonight));
        if self.tonight > self.median * 0.9 {
            format!("usually {median}")
        } else {
            format!("usually {median}, {tonight} when all hosts bring as little as tonight")
        }
    }
}

/// The middle one of some counts.
pub(super) fn median(counts: &[u64]) -> u64 {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

/// Whether counts vary so much that none is one of them: those of a host or a dump of 6 records a night, on some nights.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn vary_down_to_nothing(counts: &[u64]) -> bool {
    let number = counts.len() as f64;
    let mean = counts.iter().sum::<u64>() as f64 / number.max(1.0);
    let squares = counts.iter().map(|count| (*count as f64 - mean).powi(2)).sum::<f64>();
    mean < 3.0 * (squares / (number - 1.0).max(1.0)).sqrt()
}
