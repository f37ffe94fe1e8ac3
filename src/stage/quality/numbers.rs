//! Numbers for keys, to count what occurs more than once.

use crate::text::mix;

/// Gives each key a number, from 0 on, in the order in which they come. Keys are all that is kept of what they stand for.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// The upper half of a key's hash above its number plus one; 0 where nothing is.
    slots: Vec<u64>,
    /// By number.
    keys: Vec<u64>,
}

const UPPER_HALF: u64 = 0xFFFF_FFFF_0000_0000;

/// From here on, room is made for the keys that come and not for all that may: a text that repeats itself has few, and what does
/// not fit into the processor's cache takes ten times as long.
const FIRST_SLOTS: usize = 1 << 15;

/// Room for more keys than these is given back: one huge text does not hold memory for the rest of the night.
const MOST_KEPT: usize = 1 << 17;

thread_local! {
    static KEPT: std::cell::RefCell<Numbers> = std::cell::RefCell::default();
}

impl Numbers {
    /// Lends what earlier texts have left.
    pub(super) fn lend<T>(to: impl FnOnce(&mut Self) -> T) -> T {
        KEPT.with_borrow_mut(|numbers| {
            let result = to(numbers);
            if numbers.keys.capacity() > MOST_KEPT {
                *numbers = Self::default();
            }
            result
        })
    }

    /// Forgets all keys; at most so many will come.
    pub(super) fn clear(&mut self, most: usize) {
        self.keys.clear();
        self.slots.clear();
        self.slots.resize((most * 2).clamp(2, FIRST_SLOTS).next_power_of_two(), 0);
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number of a key.
    #[inline]
    pub(super) fn of(&mut self, key: u64) -> usize {
        let hash = hash_of(key);
        let mask = self.slots.len() - 1;
        let mut place = place_of(hash, mask);
        while let Some(slot) = self.slots.get(place).filter(|slot| **slot != 0) {
            // Half of the hash says enough, but for huge texts.
            let number = number_in(*slot);
            if (*slot ^ hash) & UPPER_HALF == 0 && self.keys.get(number) == Some(&key) {
                return number;
            }
            place = (place + 1) & mask;
        }
        let number = self.keys.len();
        self.keys.push(key);
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = hash & UPPER_HALF | (number as u64 + 1);
        }
        if self.keys.len() * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        self.slots.clear();
        self.slots.resize(size, 0);
        let mask = size - 1;
        for (number, key) in (1_u64..).zip(&self.keys) {
            let hash = hash_of(*key);
            let mut place = place_of(hash, mask);
            while self.slots.get(place).is_some_and(|slot| *slot != 0) {
                place = (place + 1) & mask;
            }
            if let Some(slot) = self.slots.get_mut(place) {
                *slot = hash & UPPER_HALF | number;
            }
        }
    }
}

#[inline]
fn hash_of(key: u64) -> u64 {
    // Odd, and without a pattern: the first digits of e's fraction.
    mix(key ^ 0x243F_6A88_85A3_08D3, 0xB7E1_5162_8AED_2A6B)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the remainder is what counts")]
fn place_of(hash: u64, mask: usize) -> usize {
    hash as usize & mask
}

#[inline]
fn number_in(slot: u64) -> usize {
    usize::try_from(slot & !UPPER_HALF).map_or(0, |number| number - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_numbers_in_the_order_in_which_they_come() {
        let mut numbers = Numbers::default();
        for most in [0, 5, 100_000] {
            numbers.clear(most);
            for _ in 0..2 {
                for key in 0..most {
                    assert_eq!(numbers.of(key as u64 * 7), key);
                }
            }
            assert_eq!(numbers.len(), most);
        }
    }
}
