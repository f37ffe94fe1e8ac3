//! A fixed list of ASCII words, each with a number, for look-ups on the hot path.

/// Words of up to 16 bytes, found in any case by one look into a table, or a few.
///
/// Built at compile time. A `match` over the words compares with half of them; `HashMap` hashes for
/// longer than this takes in all.
pub struct WordTable<const SLOTS: usize> {
    slots: [(u128, u32); SLOTS],
}

impl<const SLOTS: usize> WordTable<SLOTS> {
    /// A table of words. `SLOTS` is a power of two, and best twice their number or more.
    pub const fn new(words: &[(&str, u32)]) -> Self {
        assert!(SLOTS.is_power_of_two() && words.len() * 3 < SLOTS * 2, "the table is too small");
        let mut slots = [(0, 0); SLOTS];
        let mut index = 0;
        while index < words.len() {
            let (word, number) = words[index];
            assert!(!word.is_empty() && word.len() <= 16, "a word has 1 to 16 bytes");
            let key = key(word.as_bytes());
            let mut place = Self::place(key);
            while slots[place].0 != 0 {
                assert!(slots[place].0 != key, "a word stands in the list twice");
                place = (place + 1) % SLOTS;
            }
            slots[place] = (key, number);
            index += 1;
        }
        Self { slots }
    }

    /// The number of a word, in any case.
    pub const fn get(&self, word: &[u8]) -> Option<u32> {
        if word.is_empty() || word.len() > 16 {
            return None;
        }
        let key = key(word);
        let mut place = Self::place(key);
        loop {
            let (known, number) = self.slots[place];
            if known == key {
                return Some(number);
            }
            if known == 0 {
                return None;
            }
            place = (place + 1) % SLOTS;
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a hash; its upper bits are what counts")]
    const fn place(key: u128) -> usize {
        let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(23);
        (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % SLOTS
    }
}

/// A word's bytes as a number, in lower case.
const fn key(word: &[u8]) -> u128 {
    let mut key = 0_u128;
    let mut at = 0;
    while at < word.len() {
        key = key << 8 | word[at].to_ascii_lowercase() as u128;
        at += 1;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::WordTable;

    #[test]
    fn words_are_found_in_any_case_and_others_are_not() {
        static TABLE: WordTable<8> = WordTable::new(&[("footer", 1), ("a", 2), ("sixteen-letters!", 3)]);
        for (word, number) in [
            ("footer", Some(1)),
            ("FooTer", Some(1)),
            ("a", Some(2)),
            ("sixteen-letters!", Some(3)),
            ("sixteen-letters!!", None),
            ("foote", None),
            ("", None),
        ] {
            assert_eq!(TABLE.get(word.as_bytes()), number, "{word}");
        }
    }
}
