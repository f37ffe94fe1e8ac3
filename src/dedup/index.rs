//! The records that stay, by their keys.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::bands::{NearIndex, Nearest};
use super::{DUPLICATE_TEXT, DUPLICATE_URL, Duplicate, Keys, NEAR_DUPLICATE, Place};
use crate::article::{ArticleId, Reason};
use crate::pipeline::{DedupSettings, NearSettings};

/// The records that stay, by their keys.
#[derive(Debug)]
pub struct Index {
    by_url: Map,
    by_text: Map,
    near: Option<(NearIndex, NearSettings)>,
    records: Vec<Record>,
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
        Self {
            by_url: Map::default(),
            by_text: Map::default(),
            near: settings.near.settings().map(|near| (NearIndex::new(&near), near)),
            records: Vec::new(),
        }
    }

    /// Takes a record in, or says which one it repeats. By URL first: that is the stronger evidence; and by
    /// the whole text before most of it.
    ///
    /// # Panics
    /// Beyond 2³² records in one run, which would take 300 GB of memory.
    pub fn place(&mut self, keys: &Keys, id: ArticleId, place: Place) -> Option<Duplicate> {
        let known = |map: &Map, key: Option<u128>| key.and_then(|key| map.get(&key.into()).copied());
        if let Some(first) = known(&self.by_url, keys.url) {
            return Some(self.duplicate(&DUPLICATE_URL, first));
        }
        if let Some(first) = known(&self.by_text, keys.text).or_else(|| known(&self.by_text, keys.whole)) {
            return Some(self.duplicate(&DUPLICATE_TEXT, first));
        }
        if let (Some((near, settings)), Some(signature)) = (&mut self.near, &keys.near)
            && let Some(Nearest { record, similarity }) = near.nearest(signature)
        {
            let limit = Some(settings.threshold);
            return Some(Duplicate { similarity, limit, ..self.duplicate(&NEAR_DUPLICATE, record) });
        }
        if *keys == Keys::default() {
            return None;
        }
        let number = u32::try_from(self.records.len()).expect("fewer than 2^32 records in a run");
        #[expect(clippy::cast_possible_truncation, reason = "cut into words on purpose")]
        let line = [place.line as u32, (place.line >> 32) as u32];
        self.records.push(Record { id: id.0.into(), dump: place.dump, line });
        if let Some(key) = keys.url {
            self.by_url.insert(key.into(), number);
        }
        for key in [keys.text, keys.whole].into_iter().flatten() {
            self.by_text.insert(key.into(), number);
        }
        if let Some((near, _)) = &mut self.near {
            near.push(keys.near.as_ref());
        }
        None
    }

    fn duplicate(&self, reason: &'static Reason, first: u32) -> Duplicate {
        let Record { id, dump, line: [low, high] } = self.records[first as usize];
        let place = Place { dump, line: u64::from(low) | u64::from(high) << 32 };
        Duplicate { reason, id: ArticleId(id.into()), place, similarity: 1.0, limit: None }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(url: Option<u128>, text: Option<u128>) -> Keys {
        Keys { url, text, ..Keys::default() }
    }

    fn exact(reason: &'static Reason, id: u128, place: Place) -> Duplicate {
        Duplicate { reason, id: ArticleId(id), place, similarity: 1.0, limit: None }
    }

    fn at(line: u64) -> Place {
        Place { dump: 3, line }
    }

    #[test]
    fn the_first_stays_and_the_others_name_it() {
        let mut index = Index::new(&DedupSettings::default());
        assert_eq!(index.place(&keys(Some(1), Some(10)), ArticleId(1), at(1)), None);
        assert_eq!(index.place(&keys(Some(2), Some(20)), ArticleId(2), at(1 << 40)), None);
        let by_url = index.place(&keys(Some(1), Some(30)), ArticleId(1), at(3));
        assert_eq!(by_url, Some(exact(&DUPLICATE_URL, 1, at(1))));
        let by_text = index.place(&keys(Some(4), Some(20)), ArticleId(4), at(4));
        assert_eq!(by_text, Some(exact(&DUPLICATE_TEXT, 2, at(1 << 40))));
        // What was dropped as a duplicate is no origin: neither its URL nor its text was taken in.
        assert_eq!(index.place(&keys(Some(4), Some(30)), ArticleId(4), at(5)), None);
    }

    #[test]
    fn url_and_text_keys_are_never_compared_with_each_other() {
        let mut index = Index::new(&DedupSettings::default());
        assert_eq!(index.place(&keys(Some(7), None), ArticleId(7), at(1)), None);
        assert_eq!(index.place(&keys(None, Some(7)), ArticleId(8), at(2)), None);
    }

    #[test]
    fn a_text_is_known_with_the_paragraphs_that_were_removed_and_without() {
        let mut index = Index::new(&DedupSettings::default());
        let removed = |text: u128, whole: u128| Keys { whole: Some(whole), ..keys(None, Some(text)) };
        assert_eq!(index.place(&keys(None, Some(10)), ArticleId(1), at(1)), None);
        assert_eq!(
            index.place(&removed(11, 10), ArticleId(2), at(2)),
            Some(exact(&DUPLICATE_TEXT, 1, at(1)))
        );
        assert_eq!(index.place(&removed(21, 20), ArticleId(3), at(3)), None);
        for copy in [keys(None, Some(20)), keys(None, Some(21)), removed(21, 22), removed(22, 20)] {
            assert_eq!(
                index.place(&copy, ArticleId(4), at(4)),
                Some(exact(&DUPLICATE_TEXT, 3, at(3))),
                "{copy:?}"
            );
        }
    }

    #[test]
    fn a_record_without_keys_is_nobodys_duplicate() {
        let mut index = Index::new(&DedupSettings::default());
        assert_eq!(index.place(&Keys::default(), ArticleId(1), at(1)), None);
        assert_eq!(index.place(&Keys::default(), ArticleId(1), at(2)), None);
        assert_eq!(index.bytes(), 0);
    }

    #[test]
    fn index_bytes_per_article() {
        let mut index = Index::new(&DedupSettings::default());
        let mut most: f64 = 0.0;
        for number in 0..500_000_u32 {
            let key = |salt: u8| xxhash_rust::xxh3::xxh3_128(&[&[salt][..], &number.to_le_bytes()].concat());
            index.place(&keys(Some(key(0)), Some(key(1))), ArticleId(key(0)), at(1));
            if number > 100_000 {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                let each = index.bytes() as f64 / f64::from(number + 1);
                most = most.max(each);
            }
        }
        assert!(most < 150.0, "{most}");
    }
}
