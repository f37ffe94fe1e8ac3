//! The table of pieces: for which languages each speaks, and how much. `tests/bench/language` makes it.

use std::sync::LazyLock;

use super::grams::Words;

static PACKED: &[u8] = include_bytes!("table.bin");
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

const SLOT_BITS: u32 = 18;
const SLOTS: usize = 1 << SLOT_BITS;
/// The table's weights are in sixteenths of a logarithmic unit.
pub(super) const UNIT: f64 = 16.0;

/// A part that is this much likelier in another language is in that one.
const AGAINST: f64 = 6.0;

#[derive(Debug)]
pub(super) struct Table {
    /// ISO codes. A language that has two scripts is in it twice.
    pub(super) languages: Vec<&'static str>,
    /// A slot's fingerprint, 0 where it is empty.
    prints: Vec<u16>,
    /// Where a slot's weights begin; they end where the next slot's do.
    starts: Vec<u32>,
    /// Languages and weights.
    weights: Vec<(u8, i8)>,
}

/// What a part of a text says for each language.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) sums: Vec<i32>,
    pub(super) words: u32,
}

impl Tally {
    /// Whether another language is not far more likely, in this part alone.
    pub(super) fn is_not_against(&self, place: usize) -> bool {
        let own = self.sums.get(place).copied().unwrap_or(0);
        let most = self.sums.iter().copied().max().unwrap_or(0);
        f64::from(most - own) <= AGAINST * UNIT
    }
}

impl Table {
    fn read() -> Self {
        let bytes = zstd::decode_all(PACKED).expect("the table is a part of the program");
        let line = bytes.iter().position(|byte| *byte == b'\n').expect("the table begins with a line");
        let (names, rest) = bytes.split_at(line);
        let (prints, rest) = rest.get(1..).expect("the line has an end").split_at(2 * SLOTS);
        let (counts, rest) = rest.split_at(SLOTS);
        let (places, values) = rest.split_at(rest.len() / 2);
        let names: &'static str = String::from_utf8_lossy(names).into_owned().leak();
        let mut starts = Vec::with_capacity(SLOTS + 1);
        let mut start = 0;
        starts.push(start);
        for count in counts {
            start += u32::from(*count);
            starts.push(start);
        }
        Self {
            languages: names.split(' ').collect(),
            prints: prints.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect(),
            starts,
            weights: places.iter().copied().zip(values.iter().map(|value| value.cast_signed())).collect(),
        }
    }

    /// Reads a text.
    pub(super) fn tally(&self, text: &str) -> Tally {
        let mut sums = vec![0; self.languages.len()];
        let mut words = 0;
        let piece = |piece| {
            for (language, weight) in self.weights_of(piece) {
                if let Some(sum) = sums.get_mut(usize::from(*language)) {
                    *sum += i32::from(*weight);
                }
            }
        };
        Words::default().read(text, piece, || words += 1);
        Tally { sums, words }
    }

    fn weights_of(&self, piece: u64) -> &[(u8, i8)] {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are the fingerprint")]
        let print = piece as u16 | 1;
        let mut slot = usize::try_from(piece >> (64 - SLOT_BITS)).unwrap_or(0);
        loop {
            match self.prints.get(slot) {
                Some(found) if *found == print => break,
                Some(0) | None => return &[],
                Some(_) => slot = (slot + 1) % SLOTS,
            }
        }
        let (Some(start), Some(end)) = (self.starts.get(slot), self.starts.get(slot + 1)) else { return &[] };
        self.weights.get(*start as usize..*end as usize).unwrap_or_default()
    }
}
