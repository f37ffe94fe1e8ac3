//! The records that have to be decided about, where more are asked about than the index of one machine holds.
//!
//! Most records repeat nothing and nothing repeats them. An index is asked about the others alone, and decides as if it had
//! been asked about all of them.
//!
//! **What is looked for.** Two records *conflict* where they have the same URL or the same text, or where they have a band's
//! key in common and the later has the threshold's share of its n-grams in the earlier. A *bucket* is all records with the same
//! key, in the order in which they are decided about. A record is a *member* of the sieve where
//!
//! 1. it conflicts with any other record, before it or after it; or
//! 2. it is in a bucket of more records than [`SAME_KEY`], those of earlier nights counted, up to the last one that conflicts
//!    with one before it; or
//! 3. earlier nights know its URL, its text or most of its text. That is for the one who asks them.
//!
//! **What follows.** Decided in order, the members have the decisions, witnesses and shares that they have among all
//! records, and all other records are kept. Those others conflict with nothing, which is to be kept. Of a member *i*, by
//! induction over the order: by (1), whatever it repeats is a member too, and has the same fate. Where URL and text decide, that is
//! all there is to it, updates included. In a band, *i* is compared with the first [`SAME_KEY`] of its bucket that were kept. It
//! can be dropped for *j* only where both conflict; whether *j* is among those first ones is the same by (2): the bucket is
//! small and all are, or all records of the bucket up to *i* are members, and as many of them were kept before *j*. So *i* has
//! the same candidates with enough of it, in the same order, and the largest share is the same.
//!
//! More members do no harm as long as (2) holds. So hashes stand for keys; a bucket of more than [`MOST_COMPARED`] different
//! signatures is taken whole and uncompared; and where there are earlier nights, every bucket counts as a large one.
//!
//! **Ranges.** Each bucket is in one of several ranges of hashes, and each range is sifted on its own: the members of all ranges
//! together are the members.
//!
//! **Memory**: in the first step 12 bytes for each key in the range, of 16 a record with the usual near duplicates. In the second,
//! 12 for each that another record shares, and some 150 for each record that has one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::bands::{SAME_KEY, key_hash, key_ranges};
use super::{DedupKeys, DedupSettings, MinHash, NearSettings};
use crate::text::mix;

/// More different signatures with one key are not compared, which would take a tenth of a second for each such key: all of
/// them are members.
const MOST_COMPARED: usize = 4096;

/// A key's hash, in two halves, and the number of a record that has it.
type Row = [u32; 3];

/// In a hash: it is a band's, and the records that share it are compared.
const BAND: u64 = 1;

/// One of several ranges of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// Its number, from 0.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

impl KeyRange {
    fn holds(self, hash: u64) -> bool {
        (u128::from(hash) * u128::from(self.of)) >> 64 == u128::from(self.number)
    }
}

/// The keys of one range.
pub struct Sieve {
    near: Option<NearSettings>,
    range: KeyRange,
    /// Buckets of so many records are found whole.
    most_found: usize,
    rows: Vec<Row>,
}

impl Sieve {
    /// A sieve of a range, for so many records. `has_earlier` says that earlier nights are asked as well.
    pub fn new(settings: &DedupSettings, range: KeyRange, has_earlier: bool, records: usize) -> Self {
        let near = settings.near.settings();
        let most_found = if has_earlier { 1 } else { SAME_KEY };
        // Ranges are equal but for chance. A list that grows would take half as much again while it does.
        let keys = records.saturating_mul(2 + near.map_or(0, |near| near.bands));
        let expected = keys / range.of as usize;
        let rows = Vec::with_capacity(expected + expected / 32);
        Self { near, range, most_found, rows }
    }

    /// Takes in the keys of a record.
    pub fn put(&mut self, record: u32, keys: &DedupKeys) {
        let exact = [(keys.url, 0xA24B_AED4_963E_E407), (keys.text, GOLDEN), (keys.whole, GOLDEN)];
        for (key, salt) in exact {
            let Some(key) = key else { continue };
            #[expect(clippy::cast_possible_truncation, reason = "cut in two on purpose")]
            let hash = mix((key >> 64) as u64 ^ salt, key as u64 ^ salt.rotate_left(32));
            self.row(hash & !BAND, record);
        }
        if let (Some(near), Some(signature)) = (self.near, &keys.near) {
            for key in key_ranges(&near) {
                let hash = key_hash(key.start, signature.values.get(key).unwrap_or_default());
                self.row(hash | BAND, record);
            }
        }
    }

    fn row(&mut self, hash: u64, record: u32) {
        if self.range.holds(hash) {
            #[expect(clippy::cast_possible_truncation, reason = "cut in two on purpose")]
            self.rows.push([(hash >> 32) as u32, hash as u32, record]);
        }
    }

    /// What is left to be compared, when all records, numbered from 0, are in.
    pub fn shared(self, records: u32) -> SharedKeys {
        let Self { near, most_found, mut rows, .. } = self;
        rows.par_sort_unstable();
        let (mut shared, mut at) = (0, 0);
        while let Some(first) = rows.get(at) {
            let bucket = rows[at..].iter().take_while(|row| is_same(first, row)).count();
            if bucket > 1 {
                rows.copy_within(at..at + bucket, shared);
                shared += bucket;
            }
            at += bucket;
        }
        rows.truncate(shared);
        let mut members = RecordSet::new(records);
        let mut compared = RecordSet::new(records);
        rows.retain(|[_, low, record]| {
            let is_band = u64::from(*low) & BAND == BAND;
            let set = if is_band { &mut compared } else { &mut members };
            set.insert(*record);
            is_band
        });
        rows.shrink_to_fit();
        let before = compared.words.iter().scan(0, |before, word| {
            let here = *before;
            *before += word.count_ones();
            Some(here)
        });
        let before = before.collect();
        SharedKeys { near, most_found, rows, compared, before, signatures: Vec::new(), members }
    }
}

/// An odd number without a pattern, from the golden ratio's fraction.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn is_same(one: &Row, other: &Row) -> bool {
    one[..2] == other[..2]
}

/// The bands' keys of a range that several records have.
pub struct SharedKeys {
    near: Option<NearSettings>,
    most_found: usize,
    rows: Vec<Row>,
    /// The records that have one of them, and how many come before those of each word.
    compared: RecordSet,
    before: Vec<u32>,
    /// The rank and the signature of each of them, in order.
    signatures: Vec<(u64, MinHash)>,
    members: RecordSet,
}

/// The records of a bucket that have the same signature, by their places in it.
struct Version<'a> {
    signature: &'a MinHash,
    first: usize,
    last: usize,
    is_member: bool,
}

impl SharedKeys {
    /// Takes in a record once more, with its rank: all of them, in the order of their numbers.
    pub fn put(&mut self, record: u32, rank: u64, keys: DedupKeys) {
        if let Some(signature) = keys.near.filter(|_| self.compared.has(record)) {
            self.signatures.push((rank, signature));
        }
    }

    /// The members of this range.
    pub fn members(self) -> RecordSet {
        let members: Vec<AtomicU64> = self.members.words.iter().map(|word| AtomicU64::new(*word)).collect();
        self.rows.par_chunk_by(is_same).for_each(|bucket| {
            self.sift(bucket, &mut |record| {
                let (word, bit) = RecordSet::place(record);
                members[word].fetch_or(bit, Ordering::Relaxed);
            });
        });
        RecordSet { words: members.into_iter().map(AtomicU64::into_inner).collect() }
    }

    /// The rank and signature of a record; `None` for one that was not there a second time.
    fn of(&self, record: u32) -> Option<&(u64, MinHash)> {
        let (word, bit) = RecordSet::place(record);
        let within = (self.compared.words[word] & (bit - 1)).count_ones();
        self.signatures.get((self.before[word] + within) as usize)
    }

    /// Finds the members of a bucket.
    fn sift(&self, bucket: &[Row], found: &mut dyn FnMut(u32)) {
        let Some(near) = &self.near else { return };
        let of = |[_, _, record]: &Row| self.of(*record).map(|(rank, signature)| (*rank, *record, signature));
        let mut order: Vec<(u64, u32, &MinHash)> = bucket.iter().filter_map(of).collect();
        order.sort_unstable_by_key(|(rank, record, _)| (*rank, *record));
        let mut versions: Vec<Version> = Vec::new();
        let mut known = BTreeMap::new();
        let mut version_of = Vec::with_capacity(order.len());
        for (at, (_, _, signature)) in order.iter().enumerate() {
            let number = *known.entry((&signature.values, signature.grams)).or_insert(versions.len());
            version_of.push(number);
            match versions.get_mut(number) {
                // What has the same signature has all of it.
                Some(version) => (version.last, version.is_member) = (at, true),
                None => versions.push(Version { signature, first: at, last: at, is_member: false }),
            }
        }
        if versions.len() > MOST_COMPARED {
            order.iter().for_each(|(_, record, _)| found(*record));
            return;
        }
        let mut end =
            versions.iter().filter(|version| version.is_member).map(|version| version.last + 1).max();
        for later in (1..versions.len()).rev() {
            let (before, rest) = versions.split_at_mut(later);
            let later = &mut rest[0];
            for earlier in before {
                // Then `end` comes after both.
                if earlier.is_member && later.is_member {
                    continue;
                }
                let has = |one: &MinHash, other: &MinHash| {
                    one.near_share_in(&other.values, other.grams, near).is_some()
                };
                if has(later.signature, earlier.signature)
                    || (earlier.last > later.first && has(earlier.signature, later.signature))
                {
                    (earlier.is_member, later.is_member) = (true, true);
                    end = end.max(Some(earlier.last.max(later.last) + 1));
                }
            }
        }
        let whole = if order.len() > self.most_found { end.unwrap_or(0) } else { 0 };
        for (at, (_, record, _)) in order.iter().enumerate() {
            if at < whole || versions[version_of[at]].is_member {
                found(*record);
            }
        }
    }
}

/// A set of records, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordSet {
    words: Vec<u64>,
}

impl RecordSet {
    /// An empty one, of so many records.
    pub fn new(records: u32) -> Self {
        Self { words: vec![0; (records as usize).div_ceil(64)] }
    }

    /// One that was written.
    pub fn read(bytes: &[u8]) -> Self {
        let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
        Self { words: bytes.as_chunks().0.iter().map(word).collect() }
    }

    /// As bytes: a bit for each record.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// Whether a record is in it.
    pub fn has(&self, record: u32) -> bool {
        let (word, bit) = Self::place(record);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// How many are in it.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Takes in all that another one has.
    pub fn add(&mut self, other: &Self) {
        self.words.resize(self.words.len().max(other.words.len()), 0);
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    fn insert(&mut self, record: u32) {
        let (word, bit) = Self::place(record);
        self.words[word] |= bit;
    }

    fn place(record: u32) -> (usize, u64) {
        (record as usize / 64, 1 << (record % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::ArticleId;
    use crate::dedup::{Earlier, EarlierVersion, Index, Placed, RecordPlace, UpdatePolicy, Witness};
    use crate::settings::Switch;

    /// Numbers that look like chance.
    struct Chance(u64, u64);

    impl Chance {
        fn below(&mut self, below: u64) -> u64 {
            self.1 += 1;
            xxhash_rust::xxh3::xxh3_64_with_seed(&self.1.to_le_bytes(), self.0) % below
        }

        fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
            of[usize::try_from(self.below(of.len() as u64)).expect("it is small")]
        }
    }

    /// A record that is decided about.
    struct Asked {
        rank: u64,
        keys: DedupKeys,
        earlier: Earlier,
    }

    /// What is decided about each record of some, in order.
    fn decide(settings: &DedupSettings, asked: &[Asked], order: &[usize]) -> Vec<Option<Placed>> {
        let mut index = Index::new(settings);
        let mut placed = vec![None; asked.len()];
        for at in order {
            let Asked { keys, earlier, .. } = &asked[*at];
            let place = RecordPlace { dump: 0, line: *at as u64 };
            let id = ArticleId(keys.url.unwrap_or(*at as u128 + 1000));
            placed[*at] = Some(index.place(keys, id, place, earlier));
        }
        placed
    }

    #[derive(Default)]
    struct Tried {
        records: usize,
        members: usize,
        updates: usize,
        /// Sets in which something else is decided where all of a bucket are found.
        limited: usize,
    }

    /// Decides about records whose keys collide all the time, with the sieve and without.
    fn try_sieve(seed: u64, tried: &mut Tried) {
        let mut chance = Chance(seed, 0);
        let (number, letters) = (5 + chance.below(55), chance.one_of(&[2, 3, 5, 9, 20]));
        let bands = chance.one_of(&[3, 5, 7]);
        let near =
            NearSettings { ngram: 5, bands, rows: 1, threshold: chance.one_of(&[0.5, 0.6, 0.75, 0.9]) };
        let near = if chance.below(10) == 0 { Switch::Usual(false) } else { Switch::With(near) };
        let updates = chance.one_of(&[UpdatePolicy::Drop, UpdatePolicy::Keep]);
        let settings = DedupSettings { near, updates, ..DedupSettings::default() };
        let ranks = chance.one_of(&[1, 4]);
        // Of each band's key, so many records are found at most: as if earlier nights had the others.
        let found = chance.one_of(&[1, 2, 4, 4]);
        let is_first_night = found == 4 && chance.below(2) == 0;
        let before: Vec<[u8; 32]> = (0..bands)
            .map(|_| {
                std::array::from_fn(|_| match chance.below(5) {
                    0 if !is_first_night => u8::try_from(chance.below(5)).expect("it is small"),
                    _ => 4 - found,
                })
            })
            .collect();
        let key = |chance: &mut Chance, below: u64| {
            (chance.below(2) > 0).then(|| u128::from(chance.below(below)) + 1)
        };
        let mut asked: Vec<Asked> = Vec::new();
        for _ in 0..number {
            let values: Vec<u8> =
                (0..bands).map(|_| u8::try_from(chance.below(letters + 1)).expect("it is small")).collect();
            let same_keys =
                before.iter().zip(&values).map(|(band, value)| band[usize::from(*value)]).collect();
            let signature =
                MinHash::from_parts(values.into(), u32::try_from(1 + chance.below(6)).expect("small"));
            let near = settings.near.settings().map(|_| signature).filter(|_| chance.below(20) > 0);
            let keys = DedupKeys::from_parts(key(&mut chance, number), key(&mut chance, 2 * number), near);
            let witness =
                Witness { id: ArticleId(7), night: Some(0), place: RecordPlace { dump: 9, line: 9 } };
            let mut earlier = Earlier::default();
            if !is_first_night {
                earlier.same_keys = same_keys;
                match chance.below(30) {
                    0 => earlier.url = keys.url.map(|_| EarlierVersion { witness, changed: None }),
                    1 => earlier.text = keys.text.map(|_| witness),
                    2 => earlier.near = keys.near.as_ref().map(|_| (witness, 0.8)),
                    _ => {}
                }
            }
            asked.push(Asked { rank: chance.below(ranks), keys, earlier });
        }
        let mut in_order: Vec<usize> = (0..asked.len()).collect();
        in_order.sort_by_key(|at| asked[*at].rank);
        let all = decide(&settings, &asked, &in_order);
        let ranges = u32::try_from(1 + chance.below(7)).expect("it is small");
        let numbered = || (0..).zip(&asked);
        let mut members = RecordSet::default();
        for number in 0..ranges {
            let range = KeyRange { number, of: ranges };
            let mut sieve = Sieve::new(&settings, range, !is_first_night, asked.len());
            numbered().for_each(|(record, asked)| sieve.put(record, &asked.keys));
            let mut shared = sieve.shared(u32::try_from(asked.len()).expect("it is small"));
            numbered().for_each(|(record, asked)| shared.put(record, asked.rank, asked.keys.clone()));
            let of_range = shared.members();
            assert_eq!(RecordSet::read(&of_range.to_bytes()), of_range);
            members.add(&of_range);
        }
        let mut order = in_order.clone();
        order.retain(|at| {
            asked[*at].earlier.has_any() || members.has(u32::try_from(*at).expect("it is small"))
        });
        let some = decide(&settings, &asked, &order);
        let kept = Some(Placed::Kept(None));
        for (at, (all, some)) in all.iter().zip(&some).enumerate() {
            assert_eq!(all, some.as_ref().map_or(&kept, |_| some), "seed {seed}, record {at}");
        }
        tried.records += asked.len();
        tried.members += order.len();
        tried.updates += all.iter().filter(|placed| matches!(placed, Some(Placed::Kept(Some(_))))).count();
        asked.iter_mut().for_each(|asked| asked.earlier.same_keys = Box::default());
        tried.limited += usize::from(decide(&settings, &asked, &in_order) != all);
    }

    fn try_sieves(seeds: std::ops::Range<u64>) {
        let mut tried = Tried::default();
        let sets = usize::try_from(seeds.end - seeds.start).expect("it is small");
        seeds.for_each(|seed| try_sieve(seed, &mut tried));
        let Tried { records, members, updates, limited } = tried;
        assert!(members * 10 < records * 9, "{members} of {records}");
        assert!(updates > sets / 4, "{updates}");
        assert!(limited > sets / 10, "{limited}");
    }

    #[test]
    fn a_key_of_very_many_different_texts_is_not_compared_and_all_of_them_are_members() {
        let near = NearSettings { bands: 2, ..NearSettings::default() };
        let settings = DedupSettings { near: Switch::With(near), ..DedupSettings::default() };
        let members = |records: u32| {
            let mut chance = Chance(5, 0);
            let mut keys = || {
                let mut values: Vec<u8> = (0..2).flat_map(|_| chance.below(u64::MAX).to_le_bytes()).collect();
                values[..4].fill(7);
                DedupKeys::from_parts(None, None, Some(MinHash::from_parts(values.into(), 90)))
            };
            let keys: Vec<DedupKeys> = (0..records).map(|_| keys()).collect();
            let mut sieve = Sieve::new(&settings, KeyRange { number: 0, of: 1 }, false, keys.len());
            (0..).zip(&keys).for_each(|(record, keys)| sieve.put(record, keys));
            let mut shared = sieve.shared(records);
            (0..).zip(keys).for_each(|(record, keys)| shared.put(record, 0, keys));
            shared.members().count()
        };
        assert_eq!((members(100), members(4097)), (0, 4097));
    }

    #[test]
    fn what_the_sieve_leaves_out_changes_no_decision() {
        try_sieves(0..400);
    }

    #[test]
    #[ignore = "a minute"]
    fn what_the_sieve_leaves_out_changes_no_decision_of_many() {
        try_sieves(400..20_000);
    }
}
