//! An immutable file of records and of their keys, sorted.
//!
//! ```text
//! records   a fixed width each, in the order in which they were kept
//! columns   one for URLs, one for texts, one for each band: (32 bits of the key, record), sorted
//! starts    of each column, where every bucket of about 32 entries begins; in memory while it is open
//! filter    over the keys of all columns; in memory, too
//! ```
//!
//! Where each section stands is in the state's manifest. A look-up asks the filter, reads a bucket of 256 bytes, and reads
//! each record that it finds there to compare the whole key.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::filter::Filter;
use crate::article::ArticleId;
use crate::dedup::NearSettings;
use crate::dedup::{DedupKeys, Entry, MinHash, RecordPlace, SAME_KEY, key_hash, key_ranges};
use crate::write::{Unfinished, WriteError, changed, hash_of, open_own};

/// What the manifest says about a volume.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeAccount {
    /// Its name in the state's folder.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// XXH3-128 of it, as hex digits.
    pub xxh3: String,
    /// Its records, by the number of their night.
    pub nights: BTreeMap<u32, u64>,
    /// Bytes of a record's signature.
    values: usize,
    columns: Vec<Column>,
    filter: Section,
}

/// Where a column stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Column {
    entries: Section,
    starts: Section,
    /// A bucket has the keys that agree in so many upper bits.
    bits: u32,
}

/// A part of the file: the offset in bytes, and how many items there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Section {
    at: u64,
    items: u64,
}

/// The columns before those of the bands.
pub(super) const URLS: usize = 0;
pub(super) const TEXTS: usize = 1;
const BANDS: usize = 2;

const HAS_URL: u8 = 1;
const HAS_TEXT: u8 = 2;
const HAS_NEAR: u8 = 4;

impl VolumeAccount {
    /// All records.
    pub fn records(&self) -> u64 {
        self.nights.values().sum()
    }

    /// Bytes that stay in memory while it is open.
    pub fn memory_bytes(&self) -> u64 {
        self.filter.items * 8 + self.columns.iter().map(|column| column.starts.items * 4).sum::<u64>()
    }

    fn width(&self) -> usize {
        56 + self.values
    }
}

/// A record of an earlier night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub night: u32,
    pub entry: Entry,
}

impl Stored {
    fn write(&self, values: usize, out: &mut Vec<u8>) {
        let Self { night, entry: Entry { id, place, keys, .. } } = self;
        out.extend_from_slice(&id.0.to_le_bytes());
        out.extend_from_slice(&keys.text.unwrap_or_default().to_le_bytes());
        out.extend_from_slice(&place.line.to_le_bytes());
        out.extend_from_slice(&place.dump.to_le_bytes());
        out.extend_from_slice(&night.to_le_bytes());
        let near = keys.near.as_ref();
        out.extend_from_slice(&near.map_or(0, |near| near.grams).to_le_bytes());
        let has = |is: bool, flag: u8| if is { flag } else { 0 };
        let (url, text) = (has(keys.url.is_some(), HAS_URL), has(keys.text.is_some(), HAS_TEXT));
        out.extend_from_slice(&[url | text | has(near.is_some(), HAS_NEAR), 0, 0, 0]);
        match near {
            Some(near) => out.extend_from_slice(&near.values),
            None => out.resize(out.len() + values, 0),
        }
    }

    /// What [`Self::write`] wrote; `None` where there is too little of it.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk()?;
        let (text, rest) = rest.split_first_chunk()?;
        let (line, rest) = rest.split_first_chunk()?;
        let (dump, rest) = rest.split_first_chunk()?;
        let (night, rest) = rest.split_first_chunk()?;
        let (grams, rest) = rest.split_first_chunk()?;
        let ([flags, _, _, _], values) = rest.split_first_chunk()?;
        let id = u128::from_le_bytes(*id);
        let near = MinHash { values: values.into(), grams: u32::from_le_bytes(*grams) };
        let keys = DedupKeys::from_parts(
            (flags & HAS_URL != 0).then_some(id),
            (flags & HAS_TEXT != 0).then_some(u128::from_le_bytes(*text)),
            (flags & HAS_NEAR != 0).then_some(near),
        );
        let place = RecordPlace { dump: u32::from_le_bytes(*dump), line: u64::from_le_bytes(*line) };
        let entry =
            Entry { id: ArticleId(id), place, keys, same_keys: Box::default(), counted: None, rank: 0 };
        Some(Self { night: u32::from_le_bytes(*night), entry })
    }
}

/// A record's keys, a column each: 32 bits, which are compared in full in the record.
pub(super) fn column_keys(keys: &DedupKeys, near: Option<&NearSettings>) -> Vec<(usize, u32)> {
    let upper = |hash: u128| (hash >> 96) as u32;
    let exact = [(URLS, keys.url.map(upper)), (TEXTS, keys.text.map(upper))];
    let mut all: Vec<(usize, u32)> =
        exact.into_iter().filter_map(|(column, key)| Some((column, key?))).collect();
    if let Some((near, signature)) = near.zip(keys.near.as_ref()) {
        all.extend(key_ranges(near).enumerate().map(|(band, range)| {
            let key = signature.values.get(range.clone()).unwrap_or_default();
            (
                BANDS + band,
                u32::try_from(key_hash(range.start, key) >> 32).expect("half of its bits are left"),
            )
        }));
    }
    all
}

/// The band of a column, if it is one's.
pub(super) fn band_of(column: usize) -> Option<usize> {
    column.checked_sub(BANDS)
}

/// Whether a file of a state is what was written.
pub(super) fn check(path: &Path, xxh3: &str) -> io::Result<()> {
    if hash_of(open_own(path)?)? == xxh3 {
        return Ok(());
    }
    Err(changed("its content is not what was written"))
}

/// A volume that is being read.
#[derive(Debug)]
pub(super) struct Volume {
    pub account: VolumeAccount,
    file: File,
    filter: Filter,
    starts: Vec<Vec<u32>>,
}

impl Volume {
    /// Opens one for use: read once as a whole, to see whether it is what was written.
    pub(super) fn open(folder: &Path, account: &VolumeAccount) -> Result<Self, WriteError> {
        let path = folder.join(&account.file);
        let of = || WriteError::of("read", &path);
        let file = open_own(&path).map_err(of())?;
        let length = file.metadata().map_err(of())?.len();
        if length != account.bytes {
            return Err(of()(changed(format!("it has {length} bytes, not {}", account.bytes))));
        }
        check(&path, &account.xxh3).map_err(of())?;
        let mut volume =
            Self { account: account.clone(), file, filter: Filter::default(), starts: Vec::new() };
        volume.filter = Filter::from_bytes(&volume.section(account.filter, 8).map_err(of())?);
        for column in &account.columns {
            let bytes = volume.section(column.starts, 4).map_err(of())?;
            let (starts, _) = bytes.as_chunks();
            volume.starts.push(starts.iter().map(|start| u32::from_le_bytes(*start)).collect());
        }
        Ok(volume)
    }

    fn section(&self, section: Section, width: u64) -> io::Result<Vec<u8>> {
        let length = section.items.checked_mul(width);
        let end = length.and_then(|length| section.at.checked_add(length));
        let (Some(length), true) = (length, end.is_some_and(|end| end <= self.account.bytes)) else {
            return Err(changed("a part of it is said to be where it has nothing"));
        };
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        read_at(&self.file, &mut bytes, section.at)?;
        Ok(bytes)
    }

    /// Brings what a look-up needs into the cache; what it returns is of no other use.
    pub(super) fn touch(&self, column: usize, key: u32) -> u64 {
        self.filter.touch(column, key)
    }

    /// The records whose keys agree in 32 bits, in their order.
    pub(super) fn find(&self, column: usize, key: u32, found: &mut Vec<u32>) -> io::Result<()> {
        found.clear();
        if !self.filter.may_hold(column, key) {
            return Ok(());
        }
        let Some((account, starts)) = self.account.columns.get(column).zip(self.starts.get(column)) else {
            return Ok(());
        };
        let bucket = bucket(key, account.bits);
        let (Some(&from), Some(&to)) = (starts.get(bucket), starts.get(bucket + 1)) else { return Ok(()) };
        let entries = Section {
            at: account.entries.at.saturating_add(u64::from(from) * 8),
            items: u64::from(to.saturating_sub(from)),
        };
        let bytes = self.section(entries, 8)?;
        let (entries, _) = bytes.as_chunks();
        let entries = entries.iter().map(|entry| u64::from_le_bytes(*entry));
        found.extend(entries.filter(|entry| entry >> 32 == u64::from(key)).map(record_of));
        Ok(())
    }

    pub(super) fn record(&self, record: u32) -> io::Result<Stored> {
        let width = self.account.width() as u64;
        let bytes = self.section(Section { at: u64::from(record).saturating_mul(width), items: 1 }, width)?;
        Stored::read(&bytes).ok_or_else(|| io::Error::other("a record is cut off"))
    }

    /// Calls `found` with every record in order.
    pub(super) fn for_each(&self, found: &mut dyn FnMut(u32, Stored)) -> io::Result<()> {
        const TOGETHER: u64 = 8192;
        let (width, records) = (self.account.width(), self.account.records());
        let mut number = 0;
        while u64::from(number) < records {
            let items = TOGETHER.min(records - u64::from(number));
            let at = u64::from(number).saturating_mul(width as u64);
            let bytes = self.section(Section { at, items }, width as u64)?;
            for record in bytes.chunks_exact(width) {
                let stored = Stored::read(record).ok_or_else(|| io::Error::other("a record is cut off"))?;
                found(number, stored);
                number += 1;
            }
        }
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is the record")]
fn record_of(entry: u64) -> u32 {
    entry as u32
}

/// The bucket of a key where buckets agree in so many upper bits.
fn bucket(key: u32, bits: u32) -> usize {
    usize::try_from(u64::from(key) >> (32 - bits)).expect("32 bits at most are left")
}

/// Reads at a place, whatever other threads read.
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, buffer, at);
    #[cfg(windows)]
    {
        let mut filled = 0;
        while filled < buffer.len() {
            let place = at + filled as u64;
            match std::os::windows::fs::FileExt::seek_read(file, &mut buffer[filled..], place)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
        }
        Ok(())
    }
}

/// Writes one volume from others, which it takes the place of, and from tonight's records.
pub(super) struct VolumeWriter<'a> {
    near: Option<&'a NearSettings>,
    records: u32,
    nights: BTreeMap<u32, u64>,
    /// For each column, the entries of the records that are not in any other volume yet.
    columns: Vec<Vec<u64>>,
    /// For each other volume, for each of its records, its new number.
    numbers: Vec<(&'a Volume, Vec<u32>)>,
    file: Appended,
}

/// The number of a record that is not taken over.
const GONE: u32 = u32::MAX;

impl<'a> VolumeWriter<'a> {
    pub(super) fn create(path: &Path, near: Option<&'a NearSettings>) -> Result<Self, WriteError> {
        let columns = BANDS + near.map_or(0, |near| near.bands);
        Ok(Self {
            near,
            records: 0,
            nights: BTreeMap::new(),
            columns: vec![Vec::new(); columns],
            numbers: Vec::new(),
            file: Appended {
                file: Unfinished::create(path)?,
                buffer: Vec::new(),
                bytes: 0,
                hash: Box::default(),
            },
        })
    }

    fn values(&self) -> usize {
        self.near.map_or(0, |near| near.bands * near.rows)
    }

    /// The records that it has so far.
    pub(super) fn records(&self) -> u64 {
        self.records.into()
    }

    fn number(&mut self, night: u32) -> u32 {
        let number = self.records;
        self.records = number.checked_add(1).filter(|next| *next < GONE).expect("fewer than 2^32 records");
        *self.nights.entry(night).or_default() += 1;
        number
    }

    /// Takes over what is alive of another volume. All of them come before tonight's records.
    pub(super) fn take_over(
        &mut self,
        volume: &'a Volume,
        lives: &dyn Fn(&Stored) -> bool,
    ) -> Result<(), WriteError> {
        let values = self.values();
        let mut numbers = Vec::new();
        let mut failed = None;
        let path = Path::new(&volume.account.file);
        let read = volume.for_each(&mut |_, stored| {
            if !lives(&stored) || failed.is_some() {
                numbers.push(GONE);
                return;
            }
            numbers.push(self.number(stored.night));
            stored.write(values, &mut self.file.buffer);
            failed = self.file.spill().err();
        });
        read.map_err(WriteError::of("read", path))?;
        self.numbers.push((volume, numbers));
        failed.map_or(Ok(()), Err)
    }

    /// Takes in a new record. One without keys is left out: nobody can ask for it.
    ///
    /// Where paragraphs were removed, the whole text is what later nights ask for: they know of no paragraphs yet.
    pub(super) fn push(&mut self, night: u32, mut entry: Entry) -> Result<(), WriteError> {
        entry.keys.text = entry.keys.whole.take().or(entry.keys.text);
        if entry.keys == DedupKeys::default() {
            return Ok(());
        }
        let number = self.number(night);
        for (column, key) in column_keys(&entry.keys, self.near) {
            if let Some(column) = self.columns.get_mut(column) {
                column.push(u64::from(key) << 32 | u64::from(number));
            }
        }
        Stored { night, entry }.write(self.values(), &mut self.file.buffer);
        self.file.spill()
    }

    /// Sorts, and gives the file its name.
    pub(super) fn finish(mut self, name: &str) -> Result<VolumeAccount, WriteError> {
        let values = self.values();
        let mut account =
            VolumeAccount { file: name.to_owned(), nights: self.nights, values, ..VolumeAccount::default() };
        let older = |column: usize| {
            self.numbers
                .iter()
                .filter_map(move |(volume, _)| Some(volume.account.columns.get(column)?.entries))
        };
        let keys: u64 = (0..self.columns.len())
            .map(|column| {
                older(column).map(|entries| entries.items).sum::<u64>() + self.columns[column].len() as u64
            })
            .sum();
        let mut filter = Filter::new(keys);
        let mut starts = Vec::new();
        for (index, entries) in self.columns.iter_mut().enumerate() {
            for (volume, numbers) in &self.numbers {
                let Some(column) = volume.account.columns.get(index) else { continue };
                let read = volume.section(column.entries, 8);
                let bytes = read.map_err(WriteError::of("read", Path::new(&volume.account.file)))?;
                let (old, _) = bytes.as_chunks();
                entries.extend(old.iter().filter_map(|entry| {
                    let entry = u64::from_le_bytes(*entry);
                    let number = numbers.get(record_of(entry) as usize).filter(|number| **number != GONE)?;
                    Some(entry >> 32 << 32 | u64::from(*number))
                }));
            }
            entries.sort_unstable();
            if band_of(index).is_some() {
                first_of_each_key(entries);
            }
            let length = entries.len() as u64;
            // About 32 entries a bucket.
            let bits = (length / 32).checked_ilog2().map_or(0, |bits| bits + 1).min(31);
            starts.push((starts_of(entries, bits), bits));
            account.columns.push(Column {
                entries: Section { at: self.file.at(), items: length },
                starts: Section::default(),
                bits,
            });
            for entry in entries.iter() {
                filter.insert(index, u32::try_from(entry >> 32).expect("half of its bits are left"));
                self.file.buffer.extend_from_slice(&entry.to_le_bytes());
                self.file.spill()?;
            }
            *entries = Vec::new();
        }
        for ((starts, _), column) in starts.iter().zip(&mut account.columns) {
            column.starts = Section { at: self.file.at(), items: starts.len() as u64 };
            self.file.buffer.extend(starts.iter().flat_map(|start| start.to_le_bytes()));
            self.file.spill()?;
        }
        account.filter = Section { at: self.file.at(), items: filter.len() as u64 };
        for word in filter.bytes() {
            self.file.buffer.extend_from_slice(&word);
            self.file.spill()?;
        }
        (account.bytes, account.xxh3) = self.file.finish()?;
        Ok(account)
    }
}

/// Of the records that have the same key in a band, the first few, as in the index of one run.
fn first_of_each_key(entries: &mut Vec<u64>) {
    let (mut last, mut same) = (None, 0);
    entries.retain(|entry| {
        let key = entry >> 32;
        same = if last == Some(key) { same + 1 } else { 1 };
        last = Some(key);
        same <= SAME_KEY
    });
}

/// Where each bucket begins, and at the end where the last one ends.
fn starts_of(entries: &[u64], bits: u32) -> Vec<u32> {
    let mut starts = vec![0; (1 << bits) + 1];
    let place = |index: usize| u32::try_from(index).expect("fewer than 2^32 records");
    let mut next = 0;
    for (index, entry) in entries.iter().enumerate() {
        let bucket = bucket(u32::try_from(entry >> 32).expect("half of its bits are left"), bits);
        while next <= bucket {
            starts[next] = place(index);
            next += 1;
        }
    }
    starts[next..].fill(place(entries.len()));
    starts
}

/// A file that is written through a buffer, and its hash.
struct Appended {
    file: Unfinished,
    buffer: Vec<u8>,
    bytes: u64,
    hash: Box<Xxh3>,
}

impl Appended {
    /// Where the next byte will stand.
    fn at(&self) -> u64 {
        self.bytes + self.buffer.len() as u64
    }

    fn spill(&mut self) -> Result<(), WriteError> {
        if self.buffer.len() < 1 << 20 { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.file.write(&self.buffer)?;
        self.hash.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(u64, String), WriteError> {
        self.flush()?;
        self.file.finish()?;
        Ok((self.bytes, format!("{:032x}", self.hash.digest128())))
    }
}
