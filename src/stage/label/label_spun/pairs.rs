//! How well two neighbours go together.
//!
//! `pairs.txt` holds, for each pair of word classes, how much more often the pair stands where a spinner has put the one of the
//! two than it stands in sound text. "would helium": a word that no list has, after a modal verb. "connected Monday":
//! an adjective before a weekday. As the table knows classes only, it goes for spinners with dictionaries of any kind.
//!
//! Its first line is for single classes: spinners' words are rarer than those they replace. Then come a line for each left class,
//! with the weights of what follows, if that was replaced; then a line for each class, with those of its right
//! neighbours, if the class itself was replaced. A character is a natural logarithm in tenths: `O` is 0, `Y` is 1, `E` is −1.
//!
//! `tests/bench/spun/grammar.py` makes it, of half of 11,831 texts that packages ship (news, speeches, manuals, dictionaries, jokes …),
//! and of what eight spinners made of the other half.

use super::words::CLASSES;

/// The weights.
#[derive(Debug)]
pub(super) struct Pairs {
    alone: Vec<i8>,
    replaced_right: Vec<i8>,
    replaced_left: Vec<i8>,
}

impl Pairs {
    pub(super) fn new() -> Self {
        let weights: Vec<i8> = include_str!("pairs.txt")
            .bytes()
            .filter(|byte| *byte != b'\n')
            .map(|byte| i8::try_from(i16::from(byte) - i16::from(b'O')).unwrap_or(0))
            .collect();
        let (alone, rest) = weights.split_at(CLASSES.min(weights.len()));
        let (right, left) = rest.split_at((CLASSES * CLASSES).min(rest.len()));
        Self { alone: alone.to_vec(), replaced_right: right.to_vec(), replaced_left: left.to_vec() }
    }

    /// What a class says, whatever stands beside it.
    #[inline]
    pub(super) fn alone(&self, class: u8) -> i32 {
        self.alone.get(usize::from(class)).copied().map_or(0, i32::from)
    }

    /// What `left` says about `class`, if the latter was replaced.
    #[inline]
    pub(super) fn left_of(&self, left: u8, class: u8) -> i32 {
        at(&self.replaced_right, left, class)
    }

    /// What `right` says about `class`, if the latter was replaced.
    #[inline]
    pub(super) fn right_of(&self, class: u8, right: u8) -> i32 {
        at(&self.replaced_left, class, right)
    }
}

#[inline]
fn at(table: &[i8], row: u8, column: u8) -> i32 {
    table.get(usize::from(row) * CLASSES + usize::from(column)).copied().map_or(0, i32::from)
}

#[cfg(test)]
mod tests {
    use super::super::words::LISTED;
    use super::*;

    #[test]
    fn the_file_has_a_weight_for_each_pair_and_each_class() {
        let pairs = Pairs::new();
        assert_eq!(pairs.alone.len(), CLASSES);
        assert_eq!(pairs.replaced_right.len(), CLASSES * CLASSES);
        assert_eq!(pairs.replaced_left.len(), CLASSES * CLASSES);
        assert_eq!(include_str!("classes.txt").lines().count(), usize::from(LISTED));
    }
}
