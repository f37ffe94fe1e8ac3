//! How frequent words are, their pairs, their vectors, and the trees: `company.bin`, which `tests/bench/spun/company.py` makes.

use std::sync::LazyLock;

static PACKED: &[u8] = include_bytes!("../company.bin");
pub(super) static COMPANY: LazyLock<Company> = LazyLock::new(Company::read);

/// The unpacked table is no longer.
const MOST_BYTES: usize = 1 << 21;
const WORD_BITS: u32 = 24;
const PAIR_BITS: u32 = 25;
/// Two numbers of a vector are in one byte.
const HALF: usize = 10;
/// The trees' weights are in this part of a natural logarithm.
const UNIT: i32 = 1024;
/// A node with this feature is a leaf.
const LEAF: u8 = 255;

/// What is known of a word beside its neighbours.
pub(super) type Features = [u8; 12];

#[derive(Debug)]
pub(super) struct Company {
    /// Hashes of words, ascending, with their frequency classes and their vectors.
    words: Vec<u32>,
    levels: Vec<u8>,
    vectors: Vec<[u8; HALF]>,
    /// Hashes of pairs, ascending, and how much more frequent they are than by chance, 0 to 3.
    pairs: Vec<u32>,
    pair_levels: Vec<u8>,
    bias: i32,
    /// Nodes of all trees, and where each tree begins.
    nodes: Vec<Node>,
    trees: Vec<u16>,
}

#[derive(Clone, Copy, Debug)]
enum Node {
    Split { feature: u8, most: u8, left: u16, right: u16 },
    Leaf(i16),
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
        let bytes = zstd::bulk::decompress(PACKED, MOST_BYTES).expect("the table is a part of the program");
        let mut rest = bytes.as_slice();
        let words = number(&mut rest);
        let pairs = number(&mut rest);
        let words_read = ascending(&mut rest, words);
        let levels = take(&mut rest, words).to_vec();
        let vectors = take(&mut rest, words * HALF).as_chunks().0.to_vec();
        let pairs_read = ascending(&mut rest, pairs);
        let packed = take(&mut rest, pairs.div_ceil(4));
        let pair_levels =
            packed.iter().flat_map(|byte| [0, 2, 4, 6].map(|shift| byte >> shift & 3)).collect();
        let bias = i32::from(short(&mut rest));
        let tree_count = short(&mut rest);
        let (mut nodes, mut trees) = (Vec::new(), Vec::new());
        for _ in 0..tree_count {
            let first = u16::try_from(nodes.len()).unwrap_or(0);
            trees.push(first);
            let [count] = next(&mut rest);
            for _ in 0..count {
                nodes.push(node(&mut rest, first));
            }
        }
        Self { words: words_read, levels, vectors, pairs: pairs_read, pair_levels, bias, nodes, trees }
    }

    pub(super) fn look_up(&self, word: &str) -> KnownWord {
        let Ok(place) = self.words.binary_search(&hashed(&[word], WORD_BITS)) else {
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
        let place = self.pairs.binary_search(&hashed(&[one, " ", other], PAIR_BITS)).ok()?;
        self.pair_levels.get(place).copied()
    }

    /// How much likelier it is that a spinner put a word there than that an author did: tenths of a natural logarithm.
    pub(super) fn ratio(&self, features: &Features) -> i32 {
        let leaves = self.trees.iter().map(|tree| i32::from(self.leaf(*tree, features)));
        10 * (self.bias + leaves.sum::<i32>()) / UNIT
    }

    fn leaf(&self, mut place: u16, features: &Features) -> i16 {
        loop {
            match self.nodes.get(usize::from(place)) {
                Some(Node::Split { feature, most, left, right }) => {
                    let value = features.get(usize::from(*feature)).copied().unwrap_or(0);
                    place = if value <= *most { *left } else { *right };
                }
                Some(Node::Leaf(weight)) => return *weight,
                None => return 0,
            }
        }
    }
}

fn node(bytes: &mut &[u8], first: u16) -> Node {
    let [feature] = next(bytes);
    if feature == LEAF {
        return Node::Leaf(short(bytes));
    }
    let [most, left, right] = next(bytes);
    Node::Split { feature, most, left: first + u16::from(left), right: first + u16::from(right) }
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at_checked(count).expect("the table is whole");
    *bytes = rest;
    taken
}

fn next<const COUNT: usize>(bytes: &mut &[u8]) -> [u8; COUNT] {
    *take(bytes, COUNT).first_chunk().expect("so many were taken")
}

fn short(bytes: &mut &[u8]) -> i16 {
    i16::from_le_bytes(next(bytes))
}

fn number(bytes: &mut &[u8]) -> usize {
    u32::from_le_bytes(next(bytes)) as usize
}

/// Ascending numbers, each as its difference to the one before, of which all bytes but the last are 255.
fn ascending(bytes: &mut &[u8], count: usize) -> Vec<u32> {
    let (mut numbers, mut last) = (Vec::with_capacity(count), 0);
    while numbers.len() < count {
        let [byte] = next(bytes);
        last += u32::from(byte);
        if byte < u8::MAX {
            numbers.push(last);
        }
    }
    numbers
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
        assert_eq!(COMPANY.words.len(), COMPANY.levels.len());
        assert_eq!(COMPANY.words.len(), COMPANY.vectors.len());
        assert!(COMPANY.words.is_sorted() && COMPANY.pairs.is_sorted());
        assert!(COMPANY.pairs.len() <= COMPANY.pair_levels.len());
        let last = COMPANY.nodes.len();
        for node in &COMPANY.nodes {
            if let Node::Split { left, right, feature, .. } = node {
                assert!(
                    usize::from(*left.max(right)) < last && usize::from(*feature) < Features::default().len()
                );
            }
        }
        assert!(COMPANY.look_up("house").level > COMPANY.look_up("chandelier").level);
        assert_eq!(COMPANY.look_up("frobnicated").level, 0);
    }
}
