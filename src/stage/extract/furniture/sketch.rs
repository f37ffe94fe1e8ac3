//! Lists of words that nearly no word is in, so that this is what has to be told quickly.

/// Words by their hashes; may have others.
pub(in crate::stage::extract) struct WordSketch(Box<[u64; 256]>);

impl WordSketch {
    fn place(word: &[u8]) -> (usize, u64) {
        let mut hash = 0x811C_9DC5_u32;
        // Longer words differ in their first letters.
        for letter in word.iter().take(12) {
            hash = (hash ^ u32::from(letter.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
        }
        let high = (hash >> 16) as usize;
        (high % 256, 1 << (high / 256 % 64))
    }

    /// A sketch of words in lower case.
    pub(in crate::stage::extract) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut bits = Box::new([0; 256]);
        for word in words {
            let capital: String =
                word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
            for word in [word, &capital, &word.to_uppercase()] {
                let (place, bit) = Self::place(word.as_bytes());
                bits[place] |= bit;
            }
        }
        Self(bits)
    }

    /// Whether a word is one of them, in the cases in which people write; or another one, once in fifty.
    pub(in crate::stage::extract) fn may_have(&self, word: &[u8]) -> bool {
        let (place, bit) = Self::place(word);
        self.0[place] & bit != 0
    }
}
