//! The table of words and pieces: for which languages each speaks, and how much. `tests/bench/language` makes it.

use std::iter;
use std::sync::LazyLock;

use super::grams;

static PACKED: &[u8] = include_bytes!("table.bin");
pub(super) static TABLE: LazyLock<LanguageTable> = LazyLock::new(LanguageTable::read);

const SLOT_BITS: u32 = 19;
const SLOTS: usize = 1 << SLOT_BITS;
/// The unpacked table is no longer.
const MOST_BYTES: usize = 8 * SLOTS;
/// The table's weights are in sixteenths of a logarithmic unit.
pub(super) const UNIT: f64 = 16.0;

/// A part that is this much likelier in another language is in that one.
const AGAINST: f64 = 6.0;

#[derive(Debug)]
pub(super) struct LanguageTable {
    /// ISO codes. A language that has two scripts is in it twice.
    pub(super) languages: Vec<&'static str>,
    /// What a word says for each language on average in texts of that language.
    pub(super) rates: Vec<f64>,
    /// A slot's fingerprint, 0 where it is empty.
    prints: Vec<u16>,
    /// Where a slot's weights begin; they end where the next slot's do.
    starts: Vec<u32>,
    /// Languages and weights.
    weights: Vec<(u8, i8)>,
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
    fn add(&mut self, weights: &[(u8, i8)]) {
        let mut most = 0;
        for (language, weight) in weights {
            self.sums[usize::from(*language)] += i32::from(*weight);
            most = most.max(*weight);
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
    fn add(&mut self, weights: &[(u8, i8)]) {
        for (language, weight) in weights {
            self.0[usize::from(*language)] += i16::from(*weight);
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
        let bytes = zstd::bulk::decompress(PACKED, MOST_BYTES).expect("the table is a part of the program");
        let line = bytes.iter().position(|byte| *byte == b'\n').expect("the table begins with a line");
        let (names, rest) = bytes.split_at(line);
        let (prints, rest) = rest.get(1..).expect("the line has an end").split_at(2 * SLOTS);
        let (counts, rest) = rest.split_at(SLOTS);
        let (places, values) = rest.split_at(rest.len() / 2);
        let names: &'static str = String::from_utf8_lossy(names).into_owned().leak();
        let mut end = 0;
        let ends = counts.iter().map(|count| {
            end += u32::from(*count);
            end
        });
        let starts = iter::once(0).chain(ends).collect();
        let named = names.split(' ').filter_map(|name| name.split_once(':'));
        let (languages, rates) = named.map(|(code, rate)| (code, rate.parse().unwrap_or(UNIT))).unzip();
        Self {
            languages,
            rates,
            prints: prints.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect(),
            starts,
            weights: places.iter().copied().zip(values.iter().map(|value| value.cast_signed())).collect(),
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

    fn weights_of(&self, part: u64) -> Option<&[(u8, i8)]> {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are the fingerprint")]
        let print = part as u16 | 1;
        let mut slot = usize::try_from(part >> (64 - SLOT_BITS)).unwrap_or(0);
        loop {
            match self.prints.get(slot) {
                Some(found) if *found == print => break,
                Some(0) | None => return None,
                Some(_) => slot = (slot + 1) % SLOTS,
            }
        }
        self.weights.get(*self.starts.get(slot)? as usize..*self.starts.get(slot + 1)? as usize)
    }
}
