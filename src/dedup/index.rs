//! The records that are kept, by their keys.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::bands::{NearIndex, Nearest};
use super::{
    DUPLICATE_TEXT, DUPLICATE_URL, DedupKeys, Duplicate, Earlier, EarlierVersion, NEAR_DUPLICATE, Placed,
    RecordPlace, Witness,
};
use crate::article::ArticleId;
use crate::dedup::{DedupSettings, NearSettings, UpdatePolicy};

/// The records that are kept, by their keys.
#[derive(Debug)]
pub struct Index {
    by_url: Map,
    by_text: Map,
    near: Option<(NearIndex, NearSettings)>,
    records: Vec<Record>,
    /// Records that it may come to, as far as that is known.
    expected: usize,
    updates: UpdatePolicy,
}

/// Key → place in [`Index::records`].
type Map = HashMap<Words, u32, BuildHasherDefault<KeyHasher>>;

/// A 128-bit key that needs no more than four bytes' alignment, which saves 12 bytes an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Words([u32; 4]);

impl From<u128> for Words {
    #[expect(clippy::cast_possible_truncation, reason = "cut into words on purpose")]
    fn from(key: u128) -> Self {
        Self([key as u32, (key >> 32) as u32, (key >> 64) as u32, (key >> 96) as u32])
    }
}

impl From<Words> for u128 {
    fn from(Words([a, b, c, d]): Words) -> Self {
        Self::from(a) | Self::from(b) << 32 | Self::from(c) << 64 | Self::from(d) << 96
    }
}

impl std::hash::Hash for Words {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.0[0]) | u64::from(self.0[1]) << 32);
    }
}

/// The keys are hashes already.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are hashed as one u64")
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }
}

#[derive(Clone, Copy, Debug)]
struct Record {
    id: Words,
    dump: u32,
    line: [u32; 2],
}

impl Index {
    /// An index without records.
    pub fn new(settings: &DedupSettings) -> Self {
        Self::with_room(settings, 0)
    }

    /// One that so many records may come to: its list of them and its tables for near duplicates have their sizes from the
    /// beginning. To grow to them is more than half of what it costs to take records in.
    pub fn with_room(settings: &DedupSettings, records: usize) -> Self {
        Self {
            by_url: Map::default(),
            by_text: Map::default(),
            near: settings.near.settings().map(|near| (NearIndex::new(&near, records), near)),
            records: Vec::with_capacity(records),
            expected: records,
            updates: settings.updates,
        }
    }

    /// Records that are in it.
    pub fn count(&self) -> usize {
        self.records.len()
    }

    /// Says how many records it may come to, as far as that can be told on the way: a table that is full then grows to that at once
    /// where it would have grown several times. An answer never depends on it.
    pub fn expect(&mut self, records: usize) {
        self.expected = records;
        if let Some((near, _)) = &mut self.near {
            near.expect(records);
        }
    }

    /// Brings into the cache what answers about these keys will need. Each look-up is some twenty cache misses; those of many
    /// records, asked right after each other, are waited for together.
    pub fn touch<'a>(&self, keys: impl Iterator<Item = &'a DedupKeys>) {
        let known = |map: &Map, key: Option<u128>| key.is_some_and(|key| map.contains_key(&key.into()));
        for keys in keys {
            let exact = (known(&self.by_url, keys.url), known(&self.by_text, keys.text));
            let near = self.near.as_ref().zip(keys.near.as_ref());
            std::hint::black_box((exact, near.map(|((near, _), signature)| near.touch(signature))));
        }
    }

    /// Takes a record in, or says which one it repeats.
    ///
    /// # Panics
    /// Beyond 2³² records in one run, which would take 300 GB of memory.
    pub fn place(
        &mut self,
        keys: &DedupKeys,
        id: ArticleId,
        place: RecordPlace,
        earlier: &Earlier,
    ) -> Placed {
        let placed = self.judge(keys, id, earlier);
        if matches!(placed, Placed::Kept(_)) {
            self.push(keys, id, place, &earlier.same_keys);
        }
        placed
    }

    /// Says which record another one repeats, if any, and does not take it in; an earlier night's comes before tonight's.
    /// By URL first: that is the stronger evidence; and by the whole text before most of it.
    pub fn judge(&mut self, keys: &DedupKeys, id: ArticleId, earlier: &Earlier) -> Placed {
        if let Some((near, _)) = &mut self.near {
            near.turn_to_next();
        }
        if earlier.withheld {
            return Placed::Withheld;
        }
        let exact =
            |reason, witness| Placed::Duplicate(Duplicate { reason, witness, similarity: 1.0, limit: None });
        let known = |map: &Map, key: Option<u128>| key.and_then(|key| map.get(&key.into()).copied());
        let text = || {
            let tonight = known(&self.by_text, keys.text).or_else(|| known(&self.by_text, keys.whole));
            earlier.text.or_else(|| tonight.map(|of| self.witness(of)))
        };
        if let Some(version) = self.version(keys, earlier) {
            // A page that has lost its text is no news.
            if self.updates == UpdatePolicy::Drop || keys.text.is_none() {
                return exact(&DUPLICATE_URL, version.witness);
            }
            if let Some(same) = text() {
                // A version of its own, or what other addresses have as well: an error page, a stub.
                let reason = if same.id == id { &DUPLICATE_URL } else { &DUPLICATE_TEXT };
                return exact(reason, same);
            }
            return Placed::Kept(Some(version));
        }
        if let Some(same) = text() {
            return exact(&DUPLICATE_TEXT, same);
        }
        if let (Some((near, settings)), Some(signature)) = (&mut self.near, &keys.near) {
            let tonight = near.nearest(signature);
            let (limit, least) = (Some(settings.threshold), earlier.near.map_or(0.0, |(_, share)| share));
            let found = match tonight {
                Some(Nearest { record, similarity }) if similarity > least => {
                    Some((self.witness(record), similarity))
                }
                _ => earlier.near,
            };
            if let Some((witness, similarity)) = found {
                return Placed::Duplicate(Duplicate { reason: &NEAR_DUPLICATE, witness, similarity, limit });
            }
        }
        Placed::Kept(None)
    }

    /// The latest record with the same URL.
    fn version(&self, keys: &DedupKeys, earlier: &Earlier) -> Option<EarlierVersion> {
        let record = keys.url.and_then(|url| self.by_url.get(&url.into()).copied());
        let Some(record) = record else { return earlier.url };
        let changed = self.near.as_ref().zip(keys.near.as_ref());
        let changed = changed.map(|((near, _), signature)| near.changed(signature, record));
        Some(EarlierVersion { witness: self.witness(record), changed })
    }

    /// Takes in a record of which is known that it repeats none.
    ///
    /// # Panics
    /// As [`Self::place`].
    pub fn push(&mut self, keys: &DedupKeys, id: ArticleId, place: RecordPlace, same_keys: &[u8]) {
        if *keys == DedupKeys::default() {
            return;
        }
        let number = u32::try_from(self.records.len()).expect("fewer than 2^32 records in a run");
        #[expect(clippy::cast_possible_truncation, reason = "cut into words on purpose")]
        let line = [place.line as u32, (place.line >> 32) as u32];
        self.records.push(Record { id: id.0.into(), dump: place.dump, line });
        if let Some(key) = keys.url {
            insert(&mut self.by_url, key, number, self.expected);
        }
        for key in [keys.text, keys.whole].into_iter().flatten() {
            insert(&mut self.by_text, key, number, self.expected);
        }
        if let Some((near, _)) = &mut self.near {
            near.push(keys.near.as_ref(), same_keys);
        }
    }

    fn witness(&self, record: u32) -> Witness {
        let Record { id, dump, line: [low, high] } = self.records[record as usize];
        let place = RecordPlace { dump, line: u64::from(low) | u64::from(high) << 32 };
        Witness { id: ArticleId(id.into()), night: None, place }
    }

    /// The bytes that a record takes at most where there are many.
    pub fn most_bytes_a_record(settings: &DedupSettings) -> u64 {
        /// As `index_bytes_per_article` and `near_index_bytes_per_article` measure it.
        const EXACT: usize = 147;
        const BAND: usize = 10;
        let near = settings.near.settings().map_or(0, |near| near.bands * (near.rows + BAND));
        (EXACT + near) as u64
    }

    /// The bytes that the index takes, free places included.
    pub fn bytes(&self) -> usize {
        let entry = size_of::<(Words, u32)>() + 1; // a byte of hash beside each entry
        // A table keeps at least one place in eight free.
        let map = |map: &Map| map.capacity() * entry * 8 / 7;
        map(&self.by_url)
            + map(&self.by_text)
            + self.records.capacity() * size_of::<Record>()
            + self.near.as_ref().map_or(0, |(near, _)| near.bytes())
    }
}

/// Enters a record. A table that is full doubles; where more records are expected it is asked for half of them, but for no more than eight times
/// what it holds. Since its number of places is a power of two, it then has room for between half of them and all, and never for more.
fn insert(map: &mut Map, key: u128, record: u32, expected: usize) {
    if map.len() == map.capacity() {
        map.reserve((expected / 2).min(map.len() * 8).saturating_sub(map.len()));
    }
    map.insert(key.into(), record);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Reason;
    use crate::dedup::MinHash;

    fn keys(url: Option<u128>, text: Option<u128>) -> DedupKeys {
        DedupKeys { url, text, ..DedupKeys::default() }
    }

    fn exact(reason: &'static Reason, id: u128, place: RecordPlace) -> Placed {
        let witness = Witness { id: ArticleId(id), night: None, place };
        Placed::Duplicate(Duplicate { reason, witness, similarity: 1.0, limit: None })
    }

    fn at(line: u64) -> RecordPlace {
        RecordPlace { dump: 3, line }
    }

    impl Index {
        /// Without earlier nights.
        fn alone(&mut self, keys: &DedupKeys, id: u128, line: u64) -> Placed {
            self.place(keys, ArticleId(id), at(line), &Earlier::default())
        }
    }

    const NEW: Placed = Placed::Kept(None);

    #[test]
    fn the_first_stays_and_the_others_name_it() {
        let mut index = Index::new(&DedupSettings::default());
        assert_eq!(index.alone(&keys(Some(1), Some(10)), 1, 1), NEW);
        assert_eq!(index.alone(&keys(Some(2), Some(20)), 2, 1 << 40), NEW);
        let by_url = index.alone(&keys(Some(1), Some(30)), 1, 3);
        assert_eq!(by_url, exact(&DUPLICATE_URL, 1, at(1)));
        let by_text = index.alone(&keys(Some(4), Some(20)), 4, 4);
        assert_eq!(by_text, exact(&DUPLICATE_TEXT, 2, at(1 << 40)));
        // What was dropped as a duplicate is no origin: neither its URL nor its text was taken in.
        assert_eq!(index.alone(&keys(Some(4), Some(30)), 4, 5), NEW);
    }

    #[test]
    fn an_earlier_nights_record_comes_before_tonights() {
        let mut index = Index::new(&DedupSettings::default());
        let witness = |id| Witness { id: ArticleId(id), night: Some(7), place: at(70) };
        let version = EarlierVersion { witness: witness(1), changed: None };
        assert_eq!(index.alone(&keys(None, Some(10)), 5, 1), NEW);
        let earlier = Earlier { url: Some(version), ..Earlier::default() };
        let placed = index.place(&keys(Some(1), Some(10)), ArticleId(1), at(2), &earlier);
        let duplicate = |reason, witness| Duplicate { reason, witness, similarity: 1.0, limit: None };
        assert_eq!(placed, Placed::Duplicate(duplicate(&DUPLICATE_URL, witness(1))));
        let earlier = Earlier { text: Some(witness(8)), ..Earlier::default() };
        let placed = index.place(&keys(Some(2), Some(10)), ArticleId(2), at(3), &earlier);
        assert_eq!(placed, Placed::Duplicate(duplicate(&DUPLICATE_TEXT, witness(8))));
        let earlier = Earlier { withheld: true, ..Earlier::default() };
        let placed = index.place(&keys(Some(9), Some(90)), ArticleId(9), at(4), &earlier);
        assert_eq!(placed, Placed::Withheld);
    }

    #[test]
    fn a_changed_text_is_an_update_where_updates_are_kept() {
        let settings = DedupSettings { updates: UpdatePolicy::Keep, ..DedupSettings::default() };
        let mut index = Index::new(&settings);
        let update = |line| {
            let witness = Witness { id: ArticleId(1), night: None, place: at(line) };
            Placed::Kept(Some(EarlierVersion { witness, changed: None }))
        };
        assert_eq!(index.alone(&keys(Some(1), Some(10)), 1, 1), NEW);
        assert_eq!(index.alone(&keys(Some(1), Some(11)), 1, 2), update(1));
        assert_eq!(index.alone(&keys(Some(1), Some(12)), 1, 3), update(2), "of the latest version");
        // Back to an earlier version; without a text; with a text that is another article's.
        assert_eq!(index.alone(&keys(Some(1), Some(10)), 1, 4), exact(&DUPLICATE_URL, 1, at(1)));
        assert_eq!(index.alone(&keys(Some(1), None), 1, 5), exact(&DUPLICATE_URL, 1, at(3)));
        assert_eq!(index.alone(&keys(Some(2), Some(20)), 2, 6), NEW);
        assert_eq!(index.alone(&keys(Some(1), Some(20)), 1, 7), exact(&DUPLICATE_TEXT, 2, at(6)));
        // An update's text is known from then on.
        assert_eq!(index.alone(&keys(Some(3), Some(12)), 3, 8), exact(&DUPLICATE_TEXT, 1, at(3)));
    }

    #[test]
    fn what_a_look_up_remembers_of_places_changes_no_answer() {
        let near = NearSettings { threshold: 0.6, ..NearSettings::default() };
        let settings = DedupSettings {
            updates: UpdatePolicy::Keep,
            near: crate::settings::Switch::With(near),
            ..DedupSettings::default()
        };
        let (mut placing, mut pushing) = (Index::new(&settings), Index::new(&settings));
        let hash = |of: u64, salt: u64| xxhash_rust::xxh3::xxh3_64_with_seed(&of.to_le_bytes(), salt);
        let mut outcomes = std::collections::BTreeMap::<&str, u32>::new();
        for number in 0..6_000 {
            let (story, page) = (hash(number, 1) % 900, hash(number, 2) % 2_000);
            let value =
                |at: u64| if hash(number, at) % 4 == 0 { hash(number, 3 + at) } else { hash(story, at) };
            let values = (1000..1000 + 112).map(|at| value(at).to_le_bytes()[0]).collect();
            let signature = MinHash::from_parts(values, 300);
            // Some texts are another one's, whose signature they need not have: they are not looked up by it.
            let text = u128::from(if number % 5 == 0 { hash(story, 7) } else { hash(number, 8) });
            let keys = DedupKeys::from_parts(Some(page.into()), Some(text), Some(signature));
            let (id, earlier) = (ArticleId(page.into()), Earlier::default());
            placing.touch(std::iter::once(&keys));
            let placed = placing.place(&keys, id, at(number), &earlier);
            assert_eq!(placed, pushing.judge(&keys, id, &earlier), "{number}");
            if matches!(placed, Placed::Kept(_)) {
                pushing.judge(&DedupKeys::default(), id, &earlier);
                pushing.push(&keys, id, at(number), &[]);
            }
            let outcome = match placed {
                Placed::Duplicate(duplicate) => duplicate.reason.name,
                Placed::Kept(Some(_)) => "update",
                _ => "new",
            };
            *outcomes.entry(outcome).or_default() += 1;
        }
        for outcome in ["new", "update", DUPLICATE_TEXT.name, NEAR_DUPLICATE.name] {
            assert!(outcomes.get(outcome).is_some_and(|count| *count > 100), "{outcomes:?}");
        }
    }

    #[test]
    fn url_and_text_keys_are_never_compared_with_each_other() {
        let mut index = Index::new(&DedupSettings::default());
        assert_eq!(index.alone(&keys(Some(7), None), 7, 1), NEW);
        assert_eq!(index.alone(&keys(None, Some(7)), 8, 2), NEW);
    }

    #[test]
    fn a_text_is_known_with_the_paragraphs_that_were_removed_and_without() {
        let mut index = Index::new(&DedupSettings::default());
        let removed = |text: u128, whole: u128| DedupKeys { whole: Some(whole), ..keys(None, Some(text)) };
        assert_eq!(index.alone(&keys(None, Some(10)), 1, 1), NEW);
        assert_eq!(index.alone(&removed(11, 10), 2, 2), exact(&DUPLICATE_TEXT, 1, at(1)));
        assert_eq!(index.alone(&removed(21, 20), 3, 3), NEW);
        for copy in [keys(None, Some(20)), keys(None, Some(21)), removed(21, 22), removed(22, 20)] {
            assert_eq!(index.alone(&copy, 4, 4), exact(&DUPLICATE_TEXT, 3, at(3)), "{copy:?}");
        }
    }

    #[test]
    fn a_record_without_keys_is_nobodys_duplicate() {
        let mut index = Index::new(&DedupSettings::default());
        assert_eq!(index.alone(&DedupKeys::default(), 1, 1), NEW);
        assert_eq!(index.alone(&DedupKeys::default(), 1, 2), NEW);
        assert_eq!(index.bytes(), 0);
    }

    #[test]
    fn index_bytes_per_article() {
        let mut index = Index::new(&DedupSettings::default());
        let mut most: f64 = 0.0;
        for number in 0..500_000_u32 {
            let key = |salt: u8| xxhash_rust::xxh3::xxh3_128(&[&[salt][..], &number.to_le_bytes()].concat());
            index.alone(&keys(Some(key(0)), Some(key(1))), key(0), 1);
            if number > 100_000 {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                let each = index.bytes() as f64 / f64::from(number + 1);
                most = most.max(each);
            }
        }
        assert!(most < 150.0, "{most}");
    }
}
