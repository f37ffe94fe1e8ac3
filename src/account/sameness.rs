//! How many records share a value.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Cells of a sketch. Of 20 records with values of their own, 8 seem to share one in one of ten million trials with 16 cells, and in one
/// of ten thousand with 8.
const CELLS: usize = 16;

/// A sketch of how alike the values of some records are: each value's hash names a cell, and whether one is added to it or
/// taken off. Different values cancel each other out, and those that are the same add up: the sum of the squares estimates that of the
/// numbers of records of each value (Charikar, Chen and Farach-Colton, 2002; Alon, Matias and Szegedy, 1996). It is the same in any order and as
/// exact for a hundred records as for a million.
///
/// In JSON it is one text, the cells that are not 0 with their sums (`"3:1 12:-2"`), because an account has six for each host, most of which have
/// a few records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "String", try_from = "String")]
#[schemars(with = "String")]
pub struct Sameness([i32; CELLS]);

impl From<Sameness> for String {
    fn from(Sameness(cells): Sameness) -> Self {
        let mut text = Self::new();
        for (cell, sum) in cells.iter().enumerate().filter(|(_, sum)| **sum != 0) {
            let seam = if text.is_empty() { "" } else { " " };
            write!(text, "{seam}{cell}:{sum}").expect("a String takes any text");
        }
        text
    }
}

impl TryFrom<String> for Sameness {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut sameness = Self::default();
        for part in text.split_ascii_whitespace() {
            let read = || {
                let (cell, sum) = part.split_once(':')?;
                Some((cell.parse::<usize>().ok().filter(|cell| *cell < CELLS)?, sum.parse().ok()?))
            };
            let (cell, sum) = read().ok_or_else(|| format!("`{part}` is no cell of a sketch"))?;
            sameness.0[cell] = sum;
        }
        Ok(sameness)
    }
}

impl Sameness {
    pub(super) fn add(&mut self, value: impl AsRef<[u8]>) {
        let value = value.as_ref();
        if !value.is_empty() {
            let hash = xxhash_rust::xxh3::xxh3_64(value);
            let cell = &mut self.0[(hash >> 1) as usize % CELLS];
            *cell = cell.saturating_add(if hash & 1 == 0 { 1 } else { -1 });
        }
    }

    #[cfg(test)]
    pub(super) fn of<T: AsRef<str>>(values: &[T]) -> Self {
        let mut sameness = Self::default();
        values.iter().for_each(|value| sameness.add(value.as_ref()));
        sameness
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(cell, other)| *cell = cell.saturating_add(other));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|cell| *cell == 0)
    }

    /// How many of so many records would have to have the same value to be as alike as these are, if all others had their own.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "numbers of records"
    )]
    pub(super) fn of_one_value(self, records: u64) -> u64 {
        let all = records as f64;
        let squares: f64 = self.0.iter().map(|cell| f64::from(*cell).powi(2)).sum();
        // The probability that two records have the same value.
        let same = ((squares - all) / (all * (all - 1.0)).max(1.0)).clamp(0.0, 1.0);
        (same.sqrt() * all).round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records with values of their own, and others that have a few together.
    fn of(own: u32, together: u32, values: u32) -> Sameness {
        let own = (0..own).map(|value| format!("https://a.example/{value}"));
        let together = (0..together).map(|value| format!("https://b.example/{}", value % values));
        Sameness::of(&own.chain(together).collect::<Vec<_>>())
    }

    #[test]
    fn records_that_share_a_value_are_told_from_those_that_have_their_own() {
        assert_eq!(of(0, 500, 1).of_one_value(500), 500);
        for all in [20, 50, 200, 5_000, 50_000] {
            let estimate = |share: u32, values| {
                let together = all * share / 100;
                let estimate = of(all - together, together, values).of_one_value(all.into());
                estimate * 100 / u64::from(all)
            };
            assert!(estimate(0, 1) < 25, "{all}: {}", estimate(0, 1));
            assert!((45..78).contains(&estimate(60, 1)), "{all}: {}", estimate(60, 1));
            assert!(estimate(100, 4) >= 40, "{all}: {}", estimate(100, 4));
        }
        assert_eq!(Sameness::default().of_one_value(0), 0);
    }

    #[test]
    fn it_is_the_same_in_any_order_and_in_parts() {
        let titles: Vec<String> = (0..50).map(|number| format!("{}", number % 30)).collect();
        let (some, others) = titles.split_at(20);
        let mut parts = Sameness::of(others);
        parts.absorb(Sameness::of(some));
        assert_eq!(parts, Sameness::of(&titles));
        let json = serde_json::to_string(&parts).expect("a text");
        assert_eq!(serde_json::from_str::<Sameness>(&json).expect("a sketch"), parts);
    }

    #[test]
    fn it_is_a_short_text_in_json() {
        let json = |values: &[&str]| serde_json::to_string(&Sameness::of(values)).expect("a text");
        assert_eq!(json(&[]), "\"\"");
        assert!(json(&["a", "a", "a"]).len() <= "\"12:-3\"".len(), "{}", json(&["a", "a", "a"]));
        for wrong in ["\"16:1\"", "\"1:x\"", "\"1\"", "[1]"] {
            assert!(serde_json::from_str::<Sameness>(wrong).is_err(), "{wrong}");
        }
    }
}
