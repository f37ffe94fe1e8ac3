//! What the nights before tonight have kept, to be asked from any thread.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::volume::{Stored, TEXTS, URLS, Volume, VolumeAccount, band_of, column_keys};
use crate::article::{Article, ArticleId};
use crate::dedup::{DedupKeys, Earlier, EarlierVersion, SAME_KEY, Witness, key_ranges};
use crate::dedup::{DedupSettings, NearSettings, UpdatePolicy};
use crate::write::WriteError;

/// What the nights before tonight have kept.
#[derive(Debug)]
pub struct History {
    folder: PathBuf,
    /// In the order in which they were kept.
    volumes: Vec<Volume>,
    near: Option<NearSettings>,
    updates: UpdatePolicy,
    nights: BTreeMap<u32, NamedNight>,
    withheld: BTreeSet<u128>,
}

/// A night, as verdicts speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedNight {
    /// Its name.
    pub name: String,
    /// Its dumps, in order.
    pub dumps: Vec<String>,
}

impl History {
    pub(super) fn open(
        folder: &Path,
        volumes: &[VolumeAccount],
        dedup: &DedupSettings,
        nights: BTreeMap<u32, NamedNight>,
        withheld: BTreeSet<u128>,
    ) -> Result<Self, WriteError> {
        let (near, updates) = (dedup.near.settings(), dedup.updates);
        let volumes =
            volumes.iter().map(|account| Volume::open(folder, account)).collect::<Result<_, _>>()?;
        Ok(Self { folder: folder.to_owned(), volumes, near, updates, nights, withheld })
    }

    /// Nothing but a list of addresses that are not to come back, where earlier nights are asked by somebody else.
    pub fn of_withheld(ids: BTreeSet<u128>) -> Self {
        Self {
            folder: PathBuf::new(),
            volumes: Vec::new(),
            near: None,
            updates: UpdatePolicy::default(),
            nights: BTreeMap::new(),
            withheld: ids,
        }
    }

    /// A night by its number.
    pub fn night(&self, number: u32) -> Option<&NamedNight> {
        self.nights.get(&number)
    }

    /// The bytes of memory it takes.
    pub fn bytes(&self) -> u64 {
        self.volumes.iter().map(|volume| volume.account.memory_bytes()).sum()
    }

    /// Whether somebody has asked for an article's removal, under this address or the one it came with.
    pub fn withholds(&self, article: &Article) -> bool {
        !self.withheld.is_empty()
            && [&article.url, &article.source_url]
                .into_iter()
                .any(|url| !url.is_empty() && self.withheld.contains(&ArticleId::of(url).0))
    }

    /// What is known about a record by its keys.
    ///
    /// # Errors
    /// Where a volume cannot be read.
    pub fn ask(&self, keys: &DedupKeys) -> Result<Earlier, WriteError> {
        let mut search = Search {
            history: self,
            keys,
            columns: Vec::new(),
            earlier: Earlier::default(),
            same: vec![0; self.near.map_or(0, |near| near.bands)],
            found: Vec::new(),
        };
        let (bands, exact): (Vec<_>, Vec<_>) = column_keys(keys, self.near.as_ref())
            .into_iter()
            .partition(|(column, _)| band_of(*column).is_some());
        // By URL and by text first: of a duplicate, nobody asks what it is near to.
        for columns in [exact, bands] {
            if search.is_decided() || columns.is_empty() {
                continue;
            }
            search.columns = columns;
            for volume in &self.volumes {
                let path = || self.folder.join(&volume.account.file);
                search.search(volume).map_err(|cause| WriteError { doing: "read", path: path(), cause })?;
            }
        }
        let Search { mut earlier, same, .. } = search;
        if same.iter().any(|count| *count > 0) {
            earlier.same_keys = same.into();
        }
        Ok(earlier)
    }
}

/// One record's way through the volumes.
struct Search<'a> {
    history: &'a History,
    keys: &'a DedupKeys,
    /// Where to look, and for what.
    columns: Vec<(usize, u32)>,
    earlier: Earlier,
    same: Vec<u8>,
    found: Vec<u32>,
}

impl Search<'_> {
    /// Whether the record is a duplicate whatever it is near to.
    fn is_decided(&self) -> bool {
        self.earlier.text.is_some()
            || (self.earlier.url.is_some() && self.history.updates == UpdatePolicy::Drop)
    }

    fn search(&mut self, volume: &Volume) -> io::Result<()> {
        // Each is a cache miss. Touched one right after the other, they are waited for together.
        let touched =
            self.columns.iter().fold(0, |touched, (column, key)| touched ^ volume.touch(*column, *key));
        std::hint::black_box(touched);
        // Records that several columns lead to are read once.
        let mut read: BTreeMap<u32, Stored> = BTreeMap::new();
        let mut candidates: BTreeSet<u32> = BTreeSet::new();
        for index in 0..self.columns.len() {
            let (column, key) = self.columns[index];
            let mut found = std::mem::take(&mut self.found);
            volume.find(column, key, &mut found)?;
            for record in &found {
                if !read.contains_key(record) {
                    read.insert(*record, volume.record(*record)?);
                }
                let Some(stored) = read.get(record) else { continue };
                if self.history.nights.contains_key(&stored.night) && self.agrees(column, stored) {
                    self.enter(column, *record, stored, &mut candidates);
                }
            }
            self.found = found;
        }
        for record in candidates {
            if let Some(stored) = read.get(&record) {
                self.compare(stored);
            }
        }
        Ok(())
    }

    /// Whether the whole key is the same.
    fn agrees(&self, column: usize, stored: &Stored) -> bool {
        let (mine, other) = (self.keys, &stored.entry.keys);
        let Some(band) = band_of(column) else {
            return if column == URLS { mine.url == other.url } else { mine.text == other.text };
        };
        let range = self.history.near.as_ref().and_then(|near| key_ranges(near).nth(band));
        let (Some(range), Some(mine), Some(other)) = (range, &mine.near, &other.near) else { return false };
        mine.values.get(range.clone()) == other.values.get(range)
    }

    fn enter(&mut self, column: usize, record: u32, stored: &Stored, candidates: &mut BTreeSet<u32>) {
        let witness = witness(stored);
        match band_of(column) {
            // The latest version: volumes and their records are in order.
            None if column == URLS => {
                let changed = self.history.near.as_ref().zip(self.keys.near.as_ref());
                let changed = changed.and_then(|(near, mine)| {
                    let other = stored.entry.keys.near.as_ref()?;
                    Some(mine.changed_since(&other.values, other.grams, near))
                });
                self.earlier.url = Some(EarlierVersion { witness, changed });
            }
            None => {
                debug_assert_eq!(column, TEXTS, "there are two columns before the bands");
                self.earlier.text.get_or_insert(witness);
            }
            Some(band) => {
                if let Some(same) = self.same.get_mut(band).filter(|same| usize::from(**same) < SAME_KEY) {
                    *same += 1;
                    candidates.insert(record);
                }
            }
        }
    }

    /// The largest share wins, and then the first record.
    fn compare(&mut self, stored: &Stored) {
        let near = self.history.near.as_ref();
        let (Some(near), Some(mine), Some(other)) = (near, &self.keys.near, &stored.entry.keys.near) else {
            return;
        };
        if let Some(share) = mine.near_share_in(&other.values, other.grams, near)
            && self.earlier.near.is_none_or(|(_, best)| share > best)
        {
            self.earlier.near = Some((witness(stored), share));
        }
    }
}

fn witness(stored: &Stored) -> Witness {
    Witness { id: stored.entry.id, night: Some(stored.night), place: stored.entry.place }
}
