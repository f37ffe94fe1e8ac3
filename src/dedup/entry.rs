//! A record that is kept, as bytes.

use super::signature::MinHash;
use super::{Counted, DedupKeys, RecordPlace};
use crate::article::ArticleId;

/// A record that is kept: what an index is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: ArticleId,
    /// Where it is.
    pub place: RecordPlace,
    /// What others are compared with.
    pub keys: DedupKeys,
    /// How many records of earlier nights have the key of each band, if any has.
    pub same_keys: Box<[u8]>,
    /// The paragraphs that were counted for its host.
    pub counted: Option<Counted>,
    /// Where a policy looks ahead, how much it prefers the record: the smaller, the more.
    pub rank: u64,
}

const URL: u8 = 1;
const TEXT: u8 = 2;
const NEAR: u8 = 4;
const SAME_KEYS: u8 = 8;
const WHOLE: u8 = 16;
const COUNTED: u8 = 32;
const RANK: u8 = 64;

impl Entry {
    /// Appends an entry: a byte that says which keys there are, the id, the place, the keys. The key of a URL is
    /// the id.
    pub fn write(&self, out: &mut Vec<u8>) {
        let Self { id, place, keys, same_keys, counted, rank } = self;
        let has = |is: bool, flag: u8| if is { flag } else { 0 };
        out.push(
            has(keys.url.is_some(), URL)
                | has(keys.text.is_some(), TEXT)
                | has(keys.near.is_some(), NEAR)
                | has(!same_keys.is_empty(), SAME_KEYS)
                | has(keys.whole.is_some(), WHOLE)
                | has(counted.is_some(), COUNTED)
                | has(*rank > 0, RANK),
        );
        out.extend_from_slice(&id.0.to_le_bytes());
        out.extend_from_slice(&place.dump.to_le_bytes());
        out.extend_from_slice(&place.line.to_le_bytes());
        if let Some(text) = keys.text {
            out.extend_from_slice(&text.to_le_bytes());
        }
        if let Some(MinHash { values, grams }) = &keys.near {
            out.extend_from_slice(&grams.to_le_bytes());
            write_bytes(values, out);
        }
        if !same_keys.is_empty() {
            write_bytes(same_keys, out);
        }
        if let Some(whole) = keys.whole {
            out.extend_from_slice(&whole.to_le_bytes());
        }
        if let Some(counted) = counted {
            counted.write(out);
        }
        if *rank > 0 {
            out.extend_from_slice(&rank.to_le_bytes());
        }
    }

    /// Reads the next entry; `None`, and nothing read, where it is not all there.
    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        let mut rest = *bytes;
        let [flags] = take(&mut rest)?;
        let id = u128::from_le_bytes(take(&mut rest)?);
        let place = RecordPlace {
            dump: u32::from_le_bytes(take(&mut rest)?),
            line: u64::from_le_bytes(take(&mut rest)?),
        };
        let text = if flags & TEXT == 0 { None } else { Some(u128::from_le_bytes(take(&mut rest)?)) };
        let near = if flags & NEAR == 0 {
            None
        } else {
            let grams = u32::from_le_bytes(take(&mut rest)?);
            Some(MinHash { values: take_bytes(&mut rest)?, grams })
        };
        let same_keys = if flags & SAME_KEYS == 0 { Box::default() } else { take_bytes(&mut rest)? };
        let whole = if flags & WHOLE == 0 { None } else { Some(u128::from_le_bytes(take(&mut rest)?)) };
        let counted = if flags & COUNTED == 0 { None } else { Some(Counted::read(&mut rest)?) };
        let rank = if flags & RANK == 0 { 0 } else { u64::from_le_bytes(take(&mut rest)?) };
        *bytes = rest;
        let keys =
            DedupKeys { url: (flags & URL != 0).then_some(id), text, near, whole, ..DedupKeys::default() };
        Some(Self { id: ArticleId(id), place, keys, same_keys, counted, rank })
    }
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    let length = u16::try_from(bytes.len()).expect("at most 256 bands of 32 rows");
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(bytes);
}

fn take_bytes(bytes: &mut &[u8]) -> Option<Box<[u8]>> {
    let length = usize::from(u16::from_le_bytes(take(bytes)?));
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken.into())
}

pub(super) fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::Paragraph;
    use crate::dedup::ParagraphSettings;

    #[test]
    fn what_is_written_is_read_again_and_a_part_is_not() {
        let near = Some(MinHash { values: Box::new([1, 2, 3]), grams: 9 });
        let entries: Vec<Entry> = [
            DedupKeys::default(),
            DedupKeys::from_parts(Some(7), None, None),
            DedupKeys::from_parts(Some(7), Some(u128::MAX - 5), near.clone()),
            DedupKeys { whole: Some(9), ..DedupKeys::from_parts(None, Some(5), near.clone()) },
            DedupKeys::from_parts(None, Some(5), near),
        ]
        .into_iter()
        .zip([&[][..], &[], &[1, 4], &[3], &[]])
        .map(|(keys, same_keys)| {
            let place = RecordPlace { dump: 3, line: 1 << 40 };
            let settings = ParagraphSettings::default();
            let paragraphs = Paragraph::all("Five words and one more.", &settings);
            let counted = if same_keys.is_empty() { None } else { Counted::of("a.example", paragraphs) };
            let rank = same_keys.len() as u64;
            Entry { id: ArticleId(7), place, keys, same_keys: same_keys.into(), counted, rank }
        })
        .collect();
        let mut bytes = Vec::new();
        entries.iter().for_each(|entry| entry.write(&mut bytes));
        let mut rest = &bytes[..];
        let read: Vec<Entry> = std::iter::from_fn(|| Entry::read(&mut rest)).collect();
        assert_eq!((read, rest), (entries, &[][..]));
        let cut = bytes.len() - 1;
        let mut rest = &bytes[..cut];
        assert_eq!(std::iter::from_fn(|| Entry::read(&mut rest)).count(), 4);
        assert_eq!(Entry::read(&mut rest), None);
        assert_eq!(rest.len(), 1 + 16 + 12 + 16 + 4 + 2 + 2);
    }
}
