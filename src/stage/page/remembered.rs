//! What was found out about the values of attributes seen last: a page gives the same class to hundreds of elements.

use xxhash_rust::xxh3::xxh3_64;

/// Values that are remembered at a time. Real pages have a few hundred different ones.
const SLOTS: usize = 512;

/// A function of an attribute's value that is not asked twice about the values seen last.
pub(in crate::stage) struct Remembered<'a, T> {
    find: fn(&str) -> T,
    slots: Vec<Option<(&'a str, T)>>,
}

impl<'a, T: Copy> Remembered<'a, T> {
    /// Nothing is remembered yet.
    pub(in crate::stage) fn new(find: fn(&str) -> T) -> Self {
        Self { find, slots: vec![None; SLOTS] }
    }

    /// What the function says of a value.
    pub(in crate::stage) fn of(&mut self, value: &'a str) -> T {
        #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
        let slot = &mut self.slots[xxh3_64(value.as_bytes()) as usize % SLOTS];
        match *slot {
            Some((known, found)) if known == value => found,
            _ => {
                let found = (self.find)(value);
                *slot = Some((value, found));
                found
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_values_than_are_remembered_are_all_answered_right() {
        let values: Vec<String> =
            (0..5 * SLOTS).map(|number| "x".repeat(number % 90) + &number.to_string()).collect();
        let mut lengths = Remembered::new(str::len);
        for _ in 0..2 {
            for value in values.iter().chain(&values[..3]) {
                assert_eq!(lengths.of(value), value.len());
                assert_eq!(lengths.of(value), value.len());
            }
        }
    }
}
