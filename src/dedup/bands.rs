//! The signatures of the records that are kept, and the tables that find similar ones.

use super::signature::MinHash;
use crate::dedup::NearSettings;
use crate::text::mix;

/// The records that are kept, by their signatures.
#[derive(Debug)]
pub(super) struct NearIndex {
    settings: NearSettings,
    signatures: Signatures,
    bands: Vec<Band>,
    /// The candidates of one look-up.
    candidates: Vec<u32>,
    /// For each band, where the signature that was looked up last would stand; nothing where none was since something was taken in.
    places: Vec<Place>,
    /// Records that it may come to, as far as that is known.
    expected: usize,
}

/// Where a record would stand in a band.
#[derive(Clone, Copy, Debug)]
struct Place {
    free: usize,
    mark: u8,
    /// Records that have its key.
    same: usize,
}

/// A record that is near to an other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Nearest {
    pub record: u32,
    pub similarity: f64,
}

/// Where in a signature the key of each band stands: the first half of the band.
pub(crate) fn key_ranges(settings: &NearSettings) -> impl Iterator<Item = std::ops::Range<usize>> {
    let rows = settings.rows;
    (0..settings.bands).map(move |band| band * rows..band * rows + rows.div_ceil(2))
}

/// A band's key as one number, spread over all of them.
#[inline]
pub(crate) fn key_hash(first: usize, key: &[u8]) -> u64 {
    let start = first as u64 + 1;
    let hash = match <[u8; 4]>::try_from(key) {
        // With the usual eight rows. The same as byte by byte, in one step.
        Ok(key) => start.rotate_left(32) ^ u64::from(u32::from_be_bytes(key)),
        Err(_) => key.iter().fold(start, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte)),
    };
    mix(hash ^ 0x9E37_79B9_7F4A_7C15, 0xA409_3822_299F_31D1)
}

/// At most so many records have the same key in a band, the first ones. A key that more texts share which are no
/// duplicates of each other stands for a phrase of theirs; without a limit, a site whose pages have one in
/// common would make each look-up as long as the site is large.
pub(crate) const SAME_KEY: usize = 4;

impl NearIndex {
    /// One without records, that has room for so many before it grows.
    pub(super) fn new(settings: &NearSettings, records: usize) -> Self {
        let NearSettings { bands, rows, .. } = *settings;
        // Bands start with different sizes, so that they grow one after the other: together they have the same share
        // free at all times, and none makes the run wait for long.
        let size = |band: usize| (64 + 32 * band / bands).max(records + records / 4 + 2);
        Self {
            settings: *settings,
            signatures: Signatures { values: bands * rows, chunks: Vec::new() },
            bands: key_ranges(settings).enumerate().map(|(band, key)| Band::new(size(band), key)).collect(),
            candidates: Vec::new(),
            places: Vec::new(),
            expected: records,
        }
    }

    /// Says how many records it may come to.
    pub(super) fn expect(&mut self, records: usize) {
        self.expected = records;
    }

    /// The record that has the largest share of a text, the first of several, if the share is large enough.
    pub(super) fn nearest(&mut self, signature: &MinHash) -> Option<Nearest> {
        self.candidates.clear();
        self.places.clear();
        for band in &self.bands {
            let key = &signature.values[band.first..band.end];
            self.places.push(band.probe(key, &self.signatures, |record| self.candidates.push(record)));
        }
        self.candidates.sort_unstable();
        self.candidates.dedup();
        let mut nearest: Option<Nearest> = None;
        for record in &self.candidates {
            let (values, grams) = self.signatures.get(*record);
            if let Some(similarity) = signature.near_share_in(values, grams, &self.settings)
                && nearest.is_none_or(|nearest| similarity > nearest.similarity)
            {
                nearest = Some(Nearest { record: *record, similarity });
            }
        }
        nearest
    }

    /// Reads where a look-up of a signature begins in each table; the result is of no other use.
    pub(super) fn touch(&self, signature: &MinHash) -> u8 {
        self.bands.iter().fold(0, |touched, band| {
            let (first, _) = band.slot(&signature.values[band.first..band.end]);
            touched ^ band.slots[first][0]
        })
    }

    /// The share of a text that a record does not have; all of it where they have too little in common.
    pub(super) fn changed(&self, signature: &MinHash, record: u32) -> f64 {
        let (values, grams) = self.signatures.get(record);
        signature.changed_since(values, grams, &self.settings)
    }

    /// Another record's turn has come: the next one that is taken in need not be the one that was looked up last.
    pub(super) fn turn_to_next(&mut self) {
        self.places.clear();
    }

    /// Takes in the next record. `same_keys` says how many records of earlier nights have the key of each band,
    /// if any has.
    pub(super) fn push(&mut self, signature: Option<&MinHash>, same_keys: &[u8]) {
        let record = self.signatures.push(signature);
        let places = std::mem::take(&mut self.places);
        if signature.is_some() {
            for (index, band) in self.bands.iter_mut().enumerate() {
                let earlier = same_keys.get(index).copied().map_or(0, usize::from);
                let most = SAME_KEY.saturating_sub(earlier);
                let place = places.get(index).copied();
                band.insert(record, &self.signatures, most, self.expected, place);
            }
        }
        self.places = places;
        self.places.clear();
    }

    /// The bytes it takes, free places included.
    pub(super) fn bytes(&self) -> usize {
        let bands: usize = self.bands.iter().map(|band| band.slots.capacity() * size_of::<Slot>()).sum();
        bands + self.signatures.chunks.iter().map(Vec::capacity).sum::<usize>()
    }
}

/// The signatures, each after the other, in pieces that never move: one growing list would take twice
/// the memory while it moves, and have half of it free after.
#[derive(Debug)]
struct Signatures {
    /// Values of a signature.
    values: usize,
    chunks: Vec<Vec<u8>>,
}

impl Signatures {
    /// 464 KiB for signatures of 112 values.
    const IN_CHUNK: usize = 4096;

    fn get(&self, record: u32) -> (&[u8], u32) {
        let (chunk, place) = (record as usize / Self::IN_CHUNK, record as usize % Self::IN_CHUNK);
        let size = self.values + 4;
        let entry = &self.chunks[chunk][place * size..(place + 1) * size];
        let (values, grams) = entry.split_at(self.values);
        (values, u32::from_le_bytes(grams.try_into().expect("four bytes are left")))
    }

    /// The part of a signature where a band's key stands.
    #[inline]
    fn key(&self, record: u32, band: &Band) -> &[u8] {
        let (chunk, place) = (record as usize / Self::IN_CHUNK, record as usize % Self::IN_CHUNK);
        let start = place * (self.values + 4);
        &self.chunks[chunk][start + band.first..start + band.end]
    }

    /// Appends a signature, or room for one: zeros, that no band leads to.
    fn push(&mut self, signature: Option<&MinHash>) -> u32 {
        let size = self.values + 4;
        if self.chunks.last().is_none_or(|chunk| chunk.len() == chunk.capacity()) {
            self.chunks.push(Vec::with_capacity(Self::IN_CHUNK * size));
        }
        let full = self.chunks.len() - 1;
        let chunk = &mut self.chunks[full];
        let record = full * Self::IN_CHUNK + chunk.len() / size;
        match signature {
            Some(signature) => {
                chunk.extend_from_slice(&signature.values);
                chunk.extend_from_slice(&signature.grams.to_le_bytes());
            }
            None => chunk.resize(chunk.len() + size, 0),
        }
        u32::try_from(record).expect("fewer than 2^32 records in a run")
    }
}

/// A table from a band's key to records: open addressing, where a look-up moves to the next slot until it meets
/// a free one. The keys stand in the signatures.
#[derive(Debug)]
struct Band {
    /// Where in a signature the key stands.
    first: usize,
    end: usize,
    slots: Vec<Slot>,
    taken: usize,
}

/// A byte of the key's hash, 0 for a free slot, and the record.
type Slot = [u8; 5];

fn slot(mark: u8, record: u32) -> Slot {
    let [a, b, c, d] = record.to_le_bytes();
    [mark, a, b, c, d]
}

impl Band {
    fn new(size: usize, key: std::ops::Range<usize>) -> Self {
        Self { first: key.start, end: key.end, slots: vec![[0; 5]; size], taken: 0 }
    }

    /// Where to look for a key, and the mark it has there.
    #[inline]
    fn slot(&self, key: &[u8]) -> (usize, u8) {
        let hash = key_hash(self.first, key);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "cut in two on purpose; the slot is below their number"
        )]
        let slot = (((u128::from(hash) * self.slots.len() as u128) >> 64) as usize, (hash as u8).max(1));
        slot
    }

    /// Calls `found` with each record that has the key; where another one would stand.
    fn probe(&self, key: &[u8], signatures: &Signatures, mut found: impl FnMut(u32)) -> Place {
        let (mut free, mark) = self.slot(key);
        let mut same = 0;
        loop {
            let [other, record @ ..] = self.slots[free];
            if other == 0 {
                return Place { free, mark, same };
            }
            if other == mark {
                let record = u32::from_le_bytes(record);
                if signatures.key(record, self) == key {
                    found(record);
                    same += 1;
                }
            }
            free = self.after(free);
        }
    }

    /// The next slot.
    fn after(&self, place: usize) -> usize {
        if place + 1 == self.slots.len() { 0 } else { place + 1 }
    }

    /// Takes in a record, one of so many `expected`, unless `most` or more have its key already. `place` is where it would
    /// stand, if that is known.
    fn insert(
        &mut self,
        record: u32,
        signatures: &Signatures,
        most: usize,
        expected: usize,
        mut place: Option<Place>,
    ) {
        // Beyond four fifths, the way to a free slot gets long: 13 slots on average.
        if (self.taken + 1) * 5 > self.slots.len() * 4 {
            self.grow(record, signatures, expected);
            place = None;
        }
        let probe = || self.probe(signatures.key(record, self), signatures, |_| {});
        let Place { free, mark, same } = place.unwrap_or_else(probe);
        if same < most {
            self.slots[free] = slot(mark, record);
            self.taken += 1;
        }
    }

    /// Makes room for half as many records more, or for those that are expected, but for no more than eight times as many, or 32 times
    /// in a small table: what is expected may not come. All that it has are before `next`.
    fn grow(&mut self, next: u32, signatures: &Signatures, expected: usize) {
        /// 5 MiB.
        const SMALL: usize = 1 << 20;
        let slots = self.slots.len();
        let most = (slots * 32).min((slots * 8).max(SMALL));
        let larger = vec![[0; 5]; (expected + expected * 3 / 8).clamp(slots * 3 / 2, most)];
        let old = std::mem::replace(&mut self.slots, larger);
        // In their order: the first of a key is the first that a look-up meets. A bit a record sorts them.
        let mut taken = vec![0_u64; (next as usize).div_ceil(64)];
        for [mark, a, b, c, d] in old {
            if mark > 0 {
                let record = u32::from_le_bytes([a, b, c, d]) as usize;
                taken[record / 64] |= 1 << (record % 64);
            }
        }
        for (at, mut bits) in (0..next).step_by(64).zip(taken) {
            while bits != 0 {
                let record = at + bits.trailing_zeros();
                bits &= bits - 1;
                let (mut free, mark) = self.slot(signatures.key(record, self));
                while self.slots[free][0] != 0 {
                    free = self.after(free);
                }
                self.slots[free] = slot(mark, record);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: NearSettings = NearSettings { ngram: 5, bands: 14, rows: 8, threshold: 0.75 };

    /// A signature as any text has it, and no text has the same.
    fn signature(number: u64) -> MinHash {
        let hash = |value: u64| xxhash_rust::xxh3::xxh3_64_with_seed(&value.to_le_bytes(), number);
        let values = (0..112).map(|value| hash(value).to_le_bytes()[0]);
        MinHash { values: values.collect(), grams: 300 }
    }

    /// With so many values changed, from the first on.
    fn changed(signature: &MinHash, values: usize) -> MinHash {
        let mut changed = signature.clone();
        changed.values[..values].iter_mut().for_each(|value| *value ^= 0x55);
        changed
    }

    fn index(settings: NearSettings, signatures: impl Iterator<Item = MinHash>) -> NearIndex {
        let mut index = NearIndex::new(&settings, 0);
        signatures.for_each(|signature| index.push(Some(&signature), &[]));
        index
    }

    #[test]
    fn keys_of_the_usual_length_have_the_hashes_that_earlier_nights_were_written_with() {
        let byte_by_byte = |first: u64, key: &[u8]| {
            let hash = key.iter().fold(first + 1, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
            mix(hash ^ 0x9E37_79B9_7F4A_7C15, 0xA409_3822_299F_31D1)
        };
        let values = signature(3).values;
        for key in [8..12, 104..108, 0..3, 16..21] {
            let first = key.start as u64;
            assert_eq!(key_hash(key.start, &values[key.clone()]), byte_by_byte(first, &values[key]));
        }
    }

    #[test]
    fn both_sides_of_the_threshold() {
        let first = signature(0);
        let mut index = index(USUAL, std::iter::once(first.clone()));
        // 67 of 112 values are a Jaccard similarity of 0.597, which for texts of one length is a share of 0.747.
        let shares: Vec<Option<f64>> = [0, 20, 44, 45, 70]
            .map(|values| index.nearest(&changed(&first, values)).map(|nearest| nearest.similarity))
            .to_vec();
        assert_eq!(shares, [Some(1.0), Some(0.902), Some(0.754), None, None]);
        let strict = NearSettings { threshold: 0.755, ..USUAL };
        let mut index = NearIndex::new(&strict, 0);
        index.push(Some(&first), &[]);
        assert_eq!(index.nearest(&changed(&first, 44)), None);
    }

    #[test]
    fn the_largest_share_wins_and_then_the_first_record() {
        let first = signature(0);
        let records = [changed(&first, 30), changed(&first, 10), changed(&first, 10), signature(1)];
        let mut index = index(USUAL, records.into_iter());
        let nearest = index.nearest(&first).map(|nearest| nearest.record);
        assert_eq!(nearest, Some(1));
    }

    #[test]
    fn half_a_band_is_enough_to_be_compared() {
        let first = signature(0);
        let mut index = index(NearSettings { threshold: 0.01, ..USUAL }, std::iter::once(first.clone()));
        let mut other = changed(&first, 112);
        other.values[8..12].copy_from_slice(&first.values[8..12]);
        assert!(index.nearest(&other).is_some());
        other.values[11] ^= 1;
        assert_eq!(index.nearest(&other), None);
    }

    #[test]
    fn every_record_is_found_however_large_the_tables_have_grown() {
        let mut index = NearIndex::new(&USUAL, 0);
        for number in 0..20_000 {
            // Some records have no words.
            index.push((number % 7 != 3).then(|| signature(number)).as_ref(), &[]);
        }
        for number in 0..20_000 {
            let nearest = index.nearest(&changed(&signature(number), 10)).map(|nearest| nearest.record);
            assert_eq!(nearest, (number % 7 != 3).then(|| u32::try_from(number).expect("it is small")));
        }
    }

    #[test]
    fn a_key_that_many_share_is_kept_of_the_first_few() {
        let phrase = |number: u64| {
            let mut signature = signature(number);
            signature.values[..8].fill(7);
            signature
        };
        let mut index = index(USUAL, (0..5000).map(phrase));
        assert_eq!(index.bands[0].taken, SAME_KEY);
        assert_eq!(index.bands[1].taken, 5000);
        let nearest = index.nearest(&phrase(4000)).map(|nearest| nearest.record);
        assert_eq!(nearest, Some(4000), "by its other bands");
    }

    #[test]
    fn what_earlier_nights_have_of_a_key_counts() {
        let phrase = |number: u64| {
            let mut signature = signature(number);
            signature.values[..8].fill(7);
            signature
        };
        let mut index = NearIndex::new(&USUAL, 0);
        for number in 0..2000 {
            index.push(Some(&phrase(number)), &[3, 4]);
        }
        assert_eq!((index.bands[0].taken, index.bands[1].taken, index.bands[2].taken), (1, 0, 2000));
    }

    #[test]
    fn near_index_bytes_per_article() {
        let mut index = NearIndex::new(&USUAL, 0);
        let (mut least, mut most) = (f64::MAX, 0.0_f64);
        for number in 0..150_000_u32 {
            index.push(Some(&signature(u64::from(number))), &[]);
            if number > 50_000 {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                let each = index.bytes() as f64 / f64::from(number + 1);
                (least, most) = (least.min(each), most.max(each));
            }
        }
        assert!(least > 215.0 && most < 240.0, "{least} to {most}");
    }
}
