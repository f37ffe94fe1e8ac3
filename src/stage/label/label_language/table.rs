//! The table of words and pieces: for which languages each speaks, and how much. `tests/bench/language` makes it.

use std::sync::LazyLock;

use super::grams;

static BYTES: &[u8] = include_bytes!("table.bin");
pub(super) static TABLE: LazyLock<LanguageTable> = LazyLock::new(LanguageTable::read);

const SLOT_BITS: u32 = 19;
const SLOTS: usize = 1 << SLOT_BITS;
/// So many slots have one word of bits, which says which of them are taken.
const GROUP: usize = 64;
/// So many entries have one start of their weights.
const BLOCK: usize = 8;
/// The table's weights are in sixteenths of a logarithmic unit.
pub(super) const UNIT: f64 = 16.0;

/// A part that is this much likelier in another language is in that one.
const AGAINST: f64 = 6.0;

/// Read where it lies in the program: nothing is unpacked, since most runs need little of it.
#[derive(Debug)]
pub(super) struct LanguageTable {
    /// ISO codes. A language that has two scripts is in it twice.
    pub(super) languages: Vec<&'static str>,
    /// What a word says for each language on average in texts of that language.
    pub(super) rates: Vec<f64>,
    /// Which slots are taken, by the group; the table has an entry for each that is, in their order.
    taken: &'static [[u8; GROUP / 8]],
    /// How many are taken before a group.
    before: &'static [[u8; 4]],
    /// An entry's fingerprint.
    prints: &'static [[u8; 2]],
    /// How many weights each entry has, by the block.
    counts: &'static [[u8; BLOCK]],
    /// Where a block's weights begin.
    starts: &'static [[u8; 4]],
    /// Languages and weights.
    weights: &'static [[u8; 2]],
}

/// A sum for each language; as many as a byte can name, so that no place needs to be checked.
pub(super) type Sums = [i32; 256];

/// What a part of a text says for each language.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) sums: Sums,
    pub(super) words: u32,
    /// What each word says for the language that it says most for, added up.
    pub(super) most: i32,
}

impl Tally {
    /// Adds what a word says that is known as a whole.
    fn add(&mut self, weights: &[[u8; 2]]) {
        let mut most = 0;
        for [language, weight] in weights {
            let weight = weight.cast_signed();
            self.sums[usize::from(*language)] += i32::from(weight);
            most = most.max(weight);
        }
        self.most += i32::from(most);
    }

    /// Whether another language is not far more likely, in this part alone.
    pub(super) fn is_not_against(&self, place: usize) -> bool {
        let own = self.sums.get(place).copied().unwrap_or(0);
        let most = self.sums.iter().copied().max().unwrap_or(0);
        f64::from(most - own) <= AGAINST * UNIT
    }
}

/// What the pieces of one word say for each language: of at most 93 pieces, so that the sums fit.
#[derive(Debug)]
struct WordSums([i16; 256]);

impl WordSums {
    fn add(&mut self, weights: &[[u8; 2]]) {
        for [language, weight] in weights {
            self.0[usize::from(*language)] += i16::from(weight.cast_signed());
        }
    }

    /// Adds the word to a tally, and is empty again.
    fn move_to(&mut self, tally: &mut Tally) {
        let mut most = 0;
        for (sum, of_word) in tally.sums.iter_mut().zip(&mut self.0) {
            *sum += i32::from(*of_word);
            most = most.max(*of_word);
            *of_word = 0;
        }
        tally.most += i32::from(most);
    }
}

impl LanguageTable {
    fn read() -> Self {
        let line = BYTES.iter().position(|byte| *byte == b'\n').expect("the table begins with a line");
        let (names, rest) = BYTES.split_at(line);
        let (taken, rest) = rest.get(1..).expect("the line has an end").split_at(SLOTS / 8);
        let (before, rest) = rest.split_at(4 * SLOTS / GROUP);
        let (taken, before): (&[[u8; 8]], &[[u8; 4]]) = (taken.as_chunks().0, before.as_chunks().0);
        let bits = taken.iter().map(|bits| u64::from_le_bytes(*bits).count_ones() as usize);
        let blocks = bits.sum::<usize>().div_ceil(BLOCK);
        let (prints, rest) = rest.split_at(2 * BLOCK * blocks);
        let (counts, rest) = rest.split_at(BLOCK * blocks);
        let (starts, weights) = rest.split_at(4 * blocks);
        let names = str::from_utf8(names).expect("names are ASCII");
        let named = names.split(' ').filter_map(|name| name.split_once(':'));
        let (languages, rates) = named.map(|(code, rate)| (code, rate.parse().unwrap_or(UNIT))).unzip();
        Self {
            languages,
            rates,
            taken,
            before,
            prints: prints.as_chunks().0,
            counts: counts.as_chunks().0,
            starts: starts.as_chunks().0,
            weights: weights.as_chunks().0,
        }
    }

    /// Reads a text: its words, and the pieces of those that the table lacks.
    pub(super) fn tally(&self, text: &str) -> Tally {
        let mut tally = Tally { sums: [0; 256], words: 0, most: 0 };
        let mut says = WordSums([0; 256]);
        grams::read(text, |word| {
            tally.words += 1;
            if let Some(weights) = self.weights_of(word.whole()) {
                tally.add(weights);
            } else {
                word.pieces(|piece| says.add(self.weights_of(piece).unwrap_or_default()));
                says.move_to(&mut tally);
            }
        });
        tally
    }

    fn weights_of(&self, part: u64) -> Option<&[[u8; 2]]> {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are the fingerprint")]
        let print = part as u16 | 1;
        let mut slot = usize::try_from(part >> (64 - SLOT_BITS)).unwrap_or(0);
        let bits = self.bits(slot);
        let before = u32::from_le_bytes(*self.before.get(slot / GROUP)?);
        let mut entry = (before + (bits & ((1 << (slot % GROUP)) - 1)).count_ones()) as usize;
        while self.bits(slot) >> (slot % GROUP) & 1 == 1 {
            if self.prints.get(entry).is_some_and(|found| u16::from_le_bytes(*found) == print) {
                return self.weights_at(entry);
            }
            (slot, entry) = if slot + 1 == SLOTS { (0, 0) } else { (slot + 1, entry + 1) };
        }
        None
    }

    fn bits(&self, slot: usize) -> u64 {
        self.taken.get(slot / GROUP).map_or(0, |bits| u64::from_le_bytes(*bits))
    }

    fn weights_at(&self, entry: usize) -> Option<&[[u8; 2]]> {
        let counts = u64::from_le_bytes(*self.counts.get(entry / BLOCK)?);
        let bits = 8 * (entry % BLOCK);
        // The multiplication adds up the bytes: a block has fewer than 256 weights.
        let before = (counts & ((1 << bits) - 1)).wrapping_mul(0x0101_0101_0101_0101) >> 56;
        let start =
            u32::from_le_bytes(*self.starts.get(entry / BLOCK)?) as usize + usize::try_from(before).ok()?;
        self.weights.get(start..start + usize::from(counts.to_le_bytes()[entry % BLOCK]))
    }
}
