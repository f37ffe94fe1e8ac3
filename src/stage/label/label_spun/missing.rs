//! Function words that a text of its length must have.
//!
//! Each word of [`FLOORS`] has a share of the tokens below which 1 in 100 of the texts of 500 tokens or more stays; for the six most
//! frequent ones, 1 in 100 of the guides and advertisements of companies, which have the fewest. How improbable it is to find so few in a text with this share follows
//! from the binomial distribution; the bound used is Chernoff's, which is never below the probability, so that short texts, in
//! which any word may be missing, say nothing.

use super::reading::SpunReading;

/// Places of words in `classes.txt`, with their lowest and mean share, in hundredths of a percent.
const FLOORS: [(usize, u32, u32); 11] = [
    (0, 92, 531), // the
    (1, 80, 270), // to
    (2, 48, 225), // of
    (3, 79, 222), // and
    (4, 48, 204), // a
    (5, 38, 186), // in
    (6, 11, 93),  // is
    (7, 16, 93),  // that
    (8, 18, 93),  // for
    (9, 14, 82),  // on
    (11, 8, 63),  // with
];

/// So much of each word's logarithm is expected of sound texts, of which there are many.
const USUAL: f64 = 2.5;
/// No text is called spun for what is missing alone.
const MOST: f64 = 10.0;

/// A word that is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Missing {
    /// Its class, which has no other word.
    pub(super) class: usize,
    /// How often it stands in the text.
    pub(super) found: u32,
    /// How often it stands in a text of this length, in the mean.
    pub(super) expected: f64,
    /// How improbable that is, as a negative logarithm less what is usual.
    weight: f64,
}

/// The words that are missing, worst first; six at most.
pub(super) fn missing(reading: &SpunReading) -> Vec<Missing> {
    let tokens = f64::from(reading.tokens);
    let mut words: Vec<Missing> = FLOORS
        .iter()
        .filter_map(|(class, floor, mean)| {
            let found = reading.function_words.get(*class).copied()?;
            let (floor, mean) = (f64::from(*floor) / 1e4, f64::from(*mean) / 1e4);
            let weight = improbability(f64::from(found), tokens, floor) - USUAL;
            (weight > 0.0).then_some(Missing { class: *class, found, expected: mean * tokens, weight })
        })
        .collect();
    words.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    words.truncate(6);
    words
}

/// What all missing words say together, as a logarithm.
pub(super) fn weight(reading: &SpunReading) -> f64 {
    missing(reading).iter().map(|word| word.weight).sum::<f64>().min(MOST)
}

/// At least as improbable as this, as a negative logarithm, are so few or fewer hits in so many draws.
fn improbability(found: f64, draws: f64, share: f64) -> f64 {
    let rate = found / draws.max(1.0);
    if rate >= share {
        return 0.0;
    }
    let hits = if rate > 0.0 { rate * (rate / share).ln() } else { 0.0 };
    draws * (hits + (1.0 - rate) * ((1.0 - rate) / (1.0 - share)).ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight_of(tokens: u32, found: &[(usize, u32)]) -> f64 {
        let mut reading = SpunReading { tokens, function_words: [tokens / 10; 48], ..SpunReading::default() };
        for (class, times) in found {
            reading.function_words[*class] = *times;
        }
        weight(&reading)
    }

    #[test]
    fn short_texts_may_lack_any_word_and_long_ones_may_not() {
        assert!(weight_of(100, &[(5, 0)]).abs() < f64::EPSILON);
        assert!(weight_of(600, &[(5, 0)]).abs() < f64::EPSILON);
        assert!(weight_of(700, &[(5, 0)]) > 0.0);
        assert!(weight_of(1000, &[(5, 4)]).abs() < f64::EPSILON);
        assert!(weight_of(1000, &[(5, 0)]) > 1.0);
    }

    #[test]
    fn the_bound_is_that_of_chernoff() {
        // No hit in 100 draws of 1 in 100: 0.99^100.
        assert!((improbability(0.0, 100.0, 0.01) - 1.005_03).abs() < 1e-5);
        assert!(improbability(1.0, 100.0, 0.01).abs() < f64::EPSILON);
    }
}
