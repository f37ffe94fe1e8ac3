//! Says of most keys that they are not there, without a look at the disk.

use crate::text::mix;

/// A blocked Bloom filter: all bits of a key stand in one line of the processor's cache, so a look-up waits for memory
/// once. At 10 bits a key it says "maybe" of 1 to 2 % of the keys that are not there (a test holds it to 2.5 %).
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    words: Vec<u64>,
}

/// Words of 64 bits in a block: 64 bytes.
const BLOCK: usize = 8;

/// Bits of a key, more or less the best number for 10 bits of space.
const BITS: u32 = 6;

impl Filter {
    /// An empty filter for so many keys.
    pub(super) fn new(keys: u64) -> Self {
        let blocks = usize::try_from(keys * 10 / 512 + 1).expect("a filter that fits into memory");
        Self { words: vec![0; blocks * BLOCK] }
    }

    /// The filter that [`Self::bytes`] came from.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let (words, _) = bytes.as_chunks();
        Self { words: words.iter().map(|word| u64::from_le_bytes(*word)).collect() }
    }

    pub(super) fn bytes(&self) -> impl Iterator<Item = [u8; 8]> {
        self.words.iter().map(|word| word.to_le_bytes())
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    fn hash(column: usize, key: u32) -> u64 {
        mix(u64::from(key) | (column as u64 + 1) << 32, 0xD1B5_4A32_D192_ED03)
    }

    /// Where a key's block begins, and the bits to be looked at in it: six times nine.
    fn place(&self, hash: u64) -> (usize, u64) {
        let blocks = self.words.len() / BLOCK;
        #[expect(clippy::cast_possible_truncation, reason = "it is below the number of blocks")]
        let block = ((u128::from(hash) * blocks as u128) >> 64) as usize;
        (block * BLOCK, mix(hash, 0x9FB2_1C65_1E98_DF25))
    }

    pub(super) fn insert(&mut self, column: usize, key: u32) {
        let (block, mut bits) = self.place(Self::hash(column, key));
        for _ in 0..BITS {
            self.words[block + word(bits)] |= 1 << (bits & 63);
            bits >>= 9;
        }
    }

    /// Brings a key's block into the cache; what it returns is of no other use.
    pub(super) fn touch(&self, column: usize, key: u32) -> u64 {
        if self.words.is_empty() { 0 } else { self.words[self.place(Self::hash(column, key)).0] }
    }

    /// Whether the key may be there.
    pub(super) fn may_hold(&self, column: usize, key: u32) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let (block, mut bits) = self.place(Self::hash(column, key));
        (0..BITS).all(|_| {
            let there = self.words[block + word(bits)] >> (bits & 63) & 1 == 1;
            bits >>= 9;
            there
        })
    }
}

/// Which of a block's words has the bit.
fn word(bits: u64) -> usize {
    (bits >> 6 & 7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_is_there_is_found_and_few_others() {
        let key = |number: u32| number.wrapping_mul(0x9E37_79B1);
        let mut filter = Filter::new(300_000);
        (0..100_000).for_each(|number| (0..3).for_each(|column| filter.insert(column, key(number))));
        let bytes: Vec<u8> = filter.bytes().flatten().collect();
        let filter = Filter::from_bytes(&bytes);
        assert!((0..100_000).all(|number| (0..3).all(|column| filter.may_hold(column, key(number)))));
        let maybe = (100_000..200_000).filter(|number| filter.may_hold(1, key(*number))).count();
        assert!((200..2500).contains(&maybe), "{maybe} of 100,000");
        assert!(!Filter::default().may_hold(0, 1));
    }
}
