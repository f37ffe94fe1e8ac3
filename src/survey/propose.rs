//! Which of the keys that are left may be a field that a shape lacks.
//!
//! What the values are decides: the longest texts, pages, addresses that differ from record to record, dates. A word of the key
//! that is a usual name of the field (`headline` in `de_headline`) makes sure of it; so does being the only key that fits, for
//! fields whose values nothing else looks like. All else is a guess, which a pipeline shows as a comment.

use std::collections::BTreeMap;

use super::shape::{Shape, Values};
use crate::decode::{FieldMap, OwnNames, Slot};

/// A key that may be a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    /// The field.
    pub(crate) slot: Slot,
    /// The key, with a dot into nested objects.
    pub(crate) key: String,
    /// It is one, as far as values can tell.
    pub(crate) is_sure: bool,
}

/// A field of so many percent of the records is there.
const IS_THERE_PERCENT: u64 = 10;
/// The share of the records under which a key has to stand, in percent.
const LEAST_PERCENT: u64 = 40;

/// The fields that are looked for, each after those whose values are easier to tell.
const ORDER: [Slot; 15] = [
    Slot::Html,
    Slot::Text,
    Slot::Url,
    Slot::Crawled,
    Slot::Modified,
    Slot::Published,
    Slot::Images,
    Slot::Language,
    Slot::Title,
    Slot::Description,
    Slot::Authors,
    Slot::Tags,
    Slot::Section,
    Slot::SiteName,
    Slot::Id,
];

/// The keys of a shape that may be fields that it lacks, best first.
pub(super) fn proposals(shape: &Shape) -> Vec<Proposal> {
    let usual = FieldMap::new(&BTreeMap::new(), OwnNames::First);
    let has = |slot: Slot| shape.percent(slot) >= IS_THERE_PERCENT;
    let has_body = has(Slot::Text) || has(Slot::Html);
    let mut proposals: Vec<Proposal> = Vec::new();
    for slot in ORDER {
        let is_body = matches!(slot, Slot::Text | Slot::Html);
        if has(slot) || (is_body && has_body) {
            continue;
        }
        // A page has all of these, as a rule, and says them better.
        let kind = if matches!(slot, Slot::Crawled | Slot::Modified) { Slot::Published } else { slot };
        let candidates: Vec<Candidate<'_>> = shape
            .left
            .iter()
            .filter(|(key, values)| {
                values.records * 100 >= shape.records * LEAST_PERCENT
                    && values.fits(kind)
                    && proposals.iter().all(|taken| taken.key != **key)
            })
            .map(|(key, values)| Candidate { key, values, hint: hint(key, &usual) })
            .filter(|candidate| candidate.is_possible(slot, shape))
            .collect();
        let only = candidates.len() == 1;
        let best = candidates.into_iter().max_by_key(|candidate| candidate.score(slot));
        if let Some(best) = best {
            let is_told = best.hint == Some(slot);
            let is_sure = is_told
                || matches!(slot, Slot::Html | Slot::Text | Slot::Images | Slot::Language)
                || (slot == Slot::Crawled && shape.is_of_crawls(best.key))
                || (only && matches!(slot, Slot::Url | Slot::Published | Slot::Title | Slot::Tags));
            proposals.push(Proposal { slot, key: best.key.to_owned(), is_sure });
        }
    }
    proposals
}

struct Candidate<'a> {
    key: &'a str,
    values: &'a Values,
    /// The field that a word of the key is a name of.
    hint: Option<Slot>,
}

impl Candidate<'_> {
    fn is_possible(&self, slot: Slot, shape: &Shape) -> bool {
        /// Values of a word or a few that are said of many records.
        const FEW: usize = 50;
        /// Of fewer records any number would be an id.
        const LEAST_IDS: usize = 10;
        let values = self.values;
        // An address, a picture and the time of a crawl are known by their values whatever the name says.
        let is_by_value = matches!(slot, Slot::Url | Slot::Images)
            || (slot == Slot::Crawled && shape.is_of_crawls(self.key));
        let is_of_other = self.hint.is_some_and(|hint| hint != slot && !matches!(hint, Slot::Id | Slot::Url));
        if is_of_other && !is_by_value {
            return false;
        }
        let is_told = self.hint == Some(slot);
        match slot {
            Slot::Url | Slot::Title => is_told || values.are_distinct(),
            Slot::Id => is_told || (values.different() >= LEAST_IDS && values.are_distinct()),
            Slot::Crawled => is_told || shape.is_of_crawls(self.key),
            Slot::Modified => is_told,
            Slot::Tags => is_told || (values.are_lists() && !values.are_distinct()),
            Slot::Section => {
                is_told
                    || ((2..FEW).contains(&values.different())
                        && !values.are_distinct()
                        && !values.are_of_sites())
            }
            Slot::SiteName => is_told || (values.are_of_sites() && !values.are_distinct()),
            Slot::Language => is_told || values.different() < FEW,
            _ => true,
        }
    }

    /// Of several keys the one whose name says so, then the longest values.
    fn score(&self, slot: Slot) -> (bool, u64) {
        let length = self.values.mean_length();
        // Of dates and short values the one that differs most.
        let is_long = matches!(slot, Slot::Text | Slot::Html | Slot::Url | Slot::Title | Slot::Description);
        (self.hint == Some(slot), if is_long { length } else { self.values.different() as u64 })
    }
}

/// The field that the last words of a key are a usual name of: `article_headline`, `pubDateUtc`.
fn hint(key: &str, usual: &FieldMap) -> Option<Slot> {
    let last = key.rsplit('.').next().unwrap_or(key);
    let mut words: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for letter in last.chars() {
        let begins = !letter.is_alphanumeric() || (letter.is_uppercase() && was_lower);
        if begins {
            words.push(String::new());
        }
        was_lower = letter.is_lowercase();
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    let claim = |words: &[String]| {
        let meaning = usual.get(&words.join("_"))?;
        meaning.meaning.claims.first().map(|claim| claim.slot)
    };
    // Longer names say more, and of two words the last one.
    (1..=words.len().min(3)).rev().find_map(|length| words.windows(length).rev().find_map(claim))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_key_tell_its_field() {
        let usual = FieldMap::new(&BTreeMap::new(), OwnNames::First);
        for (key, expected) in [
            ("de_headline", Some(Slot::Title)),
            ("a.b.storyWriter", Some(Slot::Authors)),
            ("pubDateUtc", Some(Slot::Published)),
            ("x_crawl_date", Some(Slot::Crawled)),
            ("main_copy", None),
            ("", None),
        ] {
            assert_eq!(hint(key, &usual), expected, "{key}");
        }
    }
}
