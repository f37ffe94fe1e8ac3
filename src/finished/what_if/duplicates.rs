//! Duplicates among records of which some may or may not be there.

use std::collections::BTreeSet;

use crate::article::{ArticleId, Measured};
use crate::dedup::DedupSettings;
use crate::dedup::{self, DEDUP, DedupKeys, Duplicate, Earlier, Index, RecordPlace};

use super::judge::Cause;

/// Looks for duplicates in the order of the run, as the run would.
pub(super) struct Duplicates {
    settings: DedupSettings,
    /// The records that are kept or may be kept.
    index: Index,
    /// Those in it that may not be kept.
    doubtful: BTreeSet<(u32, u64)>,
    /// Records that repeat a doubtful one, and so may be kept in its place. An index takes no record in that repeats one
    /// of its own, so such a one goes into the next.
    perhaps: Vec<Index>,
}

/// What comes of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ReplayPlaced {
    /// It repeats none.
    Stays,
    /// It repeats one that is kept.
    Dropped(Cause),
    /// It may not be there, or repeats one that may not be there.
    Unknown,
}

impl Duplicates {
    pub(super) fn new(settings: &DedupSettings) -> Self {
        Self {
            settings: settings.clone(),
            index: Index::new(settings),
            doubtful: BTreeSet::new(),
            perhaps: Vec::new(),
        }
    }

    /// Places the next record. `is_certain` says that all gates pass it; else one does not know.
    pub(super) fn place(
        &mut self,
        keys: &DedupKeys,
        id: ArticleId,
        place: RecordPlace,
        is_certain: bool,
    ) -> ReplayPlaced {
        match put(&mut self.index, keys, id, place) {
            Put::Repeats(origin, cause) => {
                if !self.doubtful.contains(&(origin.dump, origin.line)) {
                    return ReplayPlaced::Dropped(cause);
                }
                self.place_perhaps(keys, id, place);
                return ReplayPlaced::Unknown;
            }
            // Of an update it is not asked what else it is near to.
            Put::Updates(before) if self.doubtful.contains(&(before.dump, before.line)) => {
                self.doubtful.insert((place.dump, place.line));
                return ReplayPlaced::Unknown;
            }
            Put::Updates(_) | Put::IsNew => {}
        }
        // A record that repeats none of the first index goes into the others as well. That does no harm: whatever
        // repeats it is found in the first.
        let repeats = !self.perhaps.is_empty() && self.place_perhaps(keys, id, place);
        if is_certain && !repeats {
            return ReplayPlaced::Stays;
        }
        self.doubtful.insert((place.dump, place.line));
        ReplayPlaced::Unknown
    }

    /// Takes a record in beside those that may be kept; whether it repeats one of them.
    fn place_perhaps(&mut self, keys: &DedupKeys, id: ArticleId, place: RecordPlace) -> bool {
        let repeats =
            |index: &mut Index| matches!(put(index, keys, id, place), Put::Repeats(..) | Put::Updates(_));
        let found = self.perhaps.iter_mut().map(repeats).filter(|repeats| *repeats).count();
        if found == self.perhaps.len() {
            let mut index = Index::new(&self.settings);
            put(&mut index, keys, id, place);
            self.perhaps.push(index);
        }
        found > 0
    }
}

/// What an index says of a record.
enum Put {
    /// It has taken it in.
    IsNew,
    /// It has taken it in as the next version of another one.
    Updates(RecordPlace),
    /// It repeats another one, and a run would say this of it.
    Repeats(RecordPlace, Cause),
}

fn put(index: &mut Index, keys: &DedupKeys, id: ArticleId, place: RecordPlace) -> Put {
    match index.place(keys, id, place, &Earlier::default()) {
        dedup::Placed::Duplicate(Duplicate { reason, witness, similarity, limit }) => {
            let cause = Cause {
                stage: DEDUP.into(),
                reason: reason.name.into(),
                measured: limit.map(|_| Measured::Ratio(similarity)),
                limit: limit.map(Measured::Ratio),
            };
            Put::Repeats(witness.place, cause)
        }
        dedup::Placed::Kept(Some(before)) => Put::Updates(before.witness.place),
        dedup::Placed::Kept(None) | dedup::Placed::Withheld => Put::IsNew,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Source};

    /// An article's keys by URL and by text.
    fn keys(url: &str, text: &str) -> (DedupKeys, ArticleId) {
        let mut article = Article::new(Source { dump: "a".into(), line: 1, id: None });
        url.clone_into(&mut article.url);
        text.clone_into(&mut article.text);
        article.finish();
        (DedupKeys::of(&article, &DedupSettings::default()), article.id)
    }

    fn replay(records: &[(&str, &str, bool)]) -> Vec<&'static str> {
        let mut duplicates = Duplicates::new(&DedupSettings::default());
        let place = |(line, (url, text, is_certain)): (u64, &(&str, &str, bool))| {
            let (keys, id) = keys(url, text);
            match duplicates.place(&keys, id, RecordPlace { dump: 0, line }, *is_certain) {
                ReplayPlaced::Stays => "stays",
                ReplayPlaced::Dropped(_) => "dropped",
                ReplayPlaced::Unknown => "unknown",
            }
        };
        (1..).zip(records).map(place).collect()
    }

    #[test]
    fn what_repeats_a_certain_record_is_dropped_and_what_repeats_a_doubtful_one_is_unknown() {
        assert_eq!(
            replay(&[("u1", "one", true), ("u2", "one", true), ("u1", "two", false), ("u3", "two", true)]),
            ["stays", "dropped", "dropped", "stays"]
        );
        assert_eq!(
            replay(&[("u1", "one", false), ("u1", "two", true), ("u2", "three", true)]),
            ["unknown", "unknown", "stays"]
        );
    }

    #[test]
    fn doubt_is_passed_on_from_record_to_record() {
        // If the first is there, the second is not, and then the third is; and so on.
        assert_eq!(
            replay(&[
                ("u1", "one", false),
                ("u1", "two", true),
                ("u2", "two", true),
                ("u2", "three", true),
                ("u3", "three", true),
                ("u4", "four", true),
                ("u4", "five", true),
            ]),
            ["unknown", "unknown", "unknown", "unknown", "unknown", "stays", "dropped"]
        );
    }
}
