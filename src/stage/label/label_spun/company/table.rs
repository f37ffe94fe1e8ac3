//! How frequent words are, their pairs, their vectors, and the trees: `company.bin`, which `tests/bench/spun/company.py` makes.

use std::sync::LazyLock;

static BYTES: &[u8] = include_bytes!("../company.bin");
pub(super) static COMPANY: LazyLock<Company> = LazyLock::new(Company::read);

const WORD_BITS: u32 = 24;
const PAIR_BITS: u32 = 25;
/// Two numbers of a vector are in one byte.
const HALF: usize = 10;
const TREES: usize = 90;
/// A tree has no more leaves.
const LEAVES: usize = 32;
/// The trees' weights are in this part of a natural logarithm.
const UNIT: i32 = 1024;

/// What is known of a word beside its neighbours.
pub(super) type Features = [u8; 12];

/// Read where it lies in the program: nothing is unpacked.
#[derive(Debug)]
pub(super) struct Company {
    words: Hashes,
    /// Of each word its frequency class and its vector.
    levels: &'static [u8],
    vectors: &'static [[u8; HALF]],
    pairs: Hashes,
    /// How much more frequent pairs are than by chance, 0 to 3, four in a byte.
    pair_levels: &'static [u8],
    bias: i32,
    /// The weights of each tree's leaves, from left to right.
    weights: &'static [[[u8; 2]; LEAVES]],
    /// For each value of each feature a row.
    rows_of: &'static [[[u8; 2]; 256]],
    /// The leaves of each tree, as bits, that a value leaves possible.
    rows: &'static [[[u8; 4]; TREES]],
}

/// Hashes in ascending order: where those begin that share all but the lowest 16 bits, and these bits.
#[derive(Debug)]
struct Hashes {
    starts: &'static [[u8; 4]],
    lowest: &'static [[u8; 2]],
}

impl Hashes {
    fn take(bytes: &mut &'static [u8], bits: u32) -> Self {
        let starts = take(bytes, (1 << (bits - 16)) + 1);
        let count = starts.last().map_or(0, |count| u32::from_le_bytes(*count));
        Self { starts, lowest: take(bytes, count as usize) }
    }

    fn place(&self, hash: u32) -> Option<usize> {
        let start = |bucket: u32| Some(u32::from_le_bytes(*self.starts.get(bucket as usize)?) as usize);
        let (from, to) = (start(hash >> 16)?, start((hash >> 16) + 1)?);
        let hash = hash & 0xFFFF;
        let lowest = self.lowest.get(from..to)?;
        let found = lowest.binary_search_by_key(&hash, |bytes| u32::from(u16::from_le_bytes(*bytes)));
        found.ok().map(|place| from + place)
    }
}

/// What the table has of a word.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownWord {
    /// Its frequency in eighths of a power of ten; 0 where the table lacks it.
    pub(super) level: u8,
    vector: [i8; 2 * HALF],
    /// The square of the vector's length; 0 where there is none.
    pub(super) length: i32,
}

impl KnownWord {
    /// The cosine of the vectors, in hundredths from 128.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 28 and 228")]
    pub(super) fn nearness(&self, other: &Self) -> u8 {
        let product: i32 =
            self.vector.iter().zip(&other.vector).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        let lengths = f64::from((self.length * other.length).max(1)).sqrt();
        (128.0 + 100.0 * (f64::from(product) / lengths)) as u8
    }
}

impl Company {
    fn read() -> Self {
        let mut rest = BYTES;
        let rest = &mut rest;
        let words = Hashes::take(rest, WORD_BITS);
        let levels = take::<1>(rest, words.lowest.len()).as_flattened();
        let vectors = take(rest, words.lowest.len());
        let pairs = Hashes::take(rest, PAIR_BITS);
        let pair_levels = take::<1>(rest, pairs.lowest.len().div_ceil(4)).as_flattened();
        let bias = take(rest, 1).first().map_or(0, |bias| i32::from(i16::from_le_bytes(*bias)));
        let weights = take(rest, TREES * LEAVES).as_chunks().0;
        let rows_of = take(rest, 256 * Features::default().len()).as_chunks().0;
        let rows = rest.as_chunks().0.as_chunks().0;
        Self { words, levels, vectors, pairs, pair_levels, bias, weights, rows_of, rows }
    }

    pub(super) fn look_up(&self, word: &str) -> KnownWord {
        let Some(place) = self.words.place(hashed(&[word], WORD_BITS)) else {
            return KnownWord::default();
        };
        let packed = self.vectors.get(place).copied().unwrap_or_default();
        let mut vector = [0; 2 * HALF];
        for (two, byte) in vector.as_chunks_mut::<2>().0.iter_mut().zip(packed) {
            *two = [byte & 15, byte >> 4].map(|half| half.cast_signed() - 8);
        }
        let length = vector.iter().map(|number| i32::from(*number).pow(2)).sum();
        KnownWord { level: self.levels.get(place).copied().unwrap_or(0), vector, length }
    }

    /// How much more frequent a pair is than by chance, 0 to 3, where it is known.
    pub(super) fn pair(&self, one: &str, other: &str) -> Option<u8> {
        let place = self.pairs.place(hashed(&[one, " ", other], PAIR_BITS))?;
        self.pair_levels.get(place / 4).map(|four| four >> (2 * (place % 4)) & 3)
    }

    /// How much likelier it is that a spinner put a word there than that an author did: tenths of a natural logarithm.
    ///
    /// No tree is walked. Each value leaves some leaves of each tree possible, and the first that all of them leave is the one.
    pub(super) fn ratio(&self, features: &Features) -> i32 {
        let mut possible = [u32::MAX; TREES];
        for (value, rows_of) in features.iter().zip(self.rows_of) {
            let row = u16::from_le_bytes(rows_of[usize::from(*value)]);
            let Some(row) = self.rows.get(usize::from(row)) else { continue };
            for (possible, leaves) in possible.iter_mut().zip(row) {
                *possible &= u32::from_le_bytes(*leaves);
            }
        }
        let weight = |(leaves, weights): (&u32, &[[u8; 2]; LEAVES])| {
            let weight = weights.get(leaves.trailing_zeros() as usize);
            weight.map_or(0, |weight| i32::from(i16::from_le_bytes(*weight)))
        };
        10 * (self.bias + possible.iter().zip(self.weights).map(weight).sum::<i32>()) / UNIT
    }
}

/// So many chunks of bytes.
fn take<const SIZE: usize>(bytes: &mut &'static [u8], count: usize) -> &'static [[u8; SIZE]] {
    let (taken, rest) = bytes.split_at_checked(SIZE * count).expect("the table is whole");
    *bytes = rest;
    taken.as_chunks().0
}

fn hashed(parts: &[&str], bits: u32) -> u32 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    let number = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let mixed = (number ^ number >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    u32::try_from(mixed >> (64 - bits)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        for hashes in [&COMPANY.words, &COMPANY.pairs] {
            let starts: Vec<u32> = hashes.starts.iter().map(|start| u32::from_le_bytes(*start)).collect();
            assert!(starts.is_sorted() && starts.first() == Some(&0));
        }
        let places =
            COMPANY.rows_of.as_flattened().iter().map(|place| usize::from(u16::from_le_bytes(*place)));
        assert_eq!(places.clone().max(), Some(COMPANY.rows.len() - 1));
        assert!(places.is_sorted());
        assert!(COMPANY.look_up("house").level > COMPANY.look_up("chandelier").level);
        assert_eq!(COMPANY.look_up("frobnicated").level, 0);
    }
}
