//! Lists of words that nearly no word is in.

use crate::text::Sketch;

/// Words in the cases in which people write them; may have others, one in fifty.
pub(in crate::stage::extract) struct WordSketch(Sketch);

impl WordSketch {
    fn hash(word: &[u8]) -> u64 {
        let mut hash = 0x811C_9DC5_u32;
        // Longer words differ in their first letters.
        for letter in word.iter().take(12) {
            hash = (hash ^ u32::from(letter.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
        }
        u64::from(hash >> 16)
    }

    /// A sketch of words in lower case.
    pub(in crate::stage::extract) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut sketch = Sketch::new(8);
        for word in words {
            let capital: String =
                word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
            for word in [word, &capital, &word.to_uppercase()] {
                sketch.insert(Self::hash(word.as_bytes()));
            }
        }
        Self(sketch)
    }

    /// Whether a word may be one of them.
    pub(in crate::stage::extract) fn may_have(&self, word: &[u8]) -> bool {
        self.0.may_have(Self::hash(word))
    }
}
