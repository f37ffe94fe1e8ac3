//! What deduplication says of a record, in words that readers of `dropped/` understand.

use super::work::NightWork;
use crate::article::{Measured, Origin, Reason, Verdict};
use crate::dedup::{DEDUP, Duplicate, WITHHELD, Witness};

impl NightWork {
    /// The verdict on a record that repeats another one.
    pub(super) fn duplicate(&self, duplicate: Duplicate) -> Verdict {
        let Duplicate { reason, witness, similarity, limit } = duplicate;
        let (dump, night) = self.whereabouts(&witness);
        let Witness { id, place, .. } = witness;
        Verdict {
            measured: limit.map(|_| Measured::Ratio(similarity)),
            limit: limit.map(Measured::Ratio),
            duplicate_of: Some(Origin { id, dump, line: place.line, similarity, night }),
            ..verdict(reason)
        }
    }

    /// A record's dump, and its night where that is an earlier one.
    pub(super) fn whereabouts(&self, witness: &Witness) -> (String, Option<String>) {
        let dump = witness.place.dump as usize;
        let history = self.history.as_ref();
        match witness.night.and_then(|night| history?.night(night)) {
            Some(night) => (night.dumps.get(dump).cloned().unwrap_or_default(), Some(night.name.clone())),
            None => (self.dumps[dump].name.to_string(), None),
        }
    }
}

/// The verdict on a record that is not to come back.
pub(super) fn withheld() -> Verdict {
    verdict(&WITHHELD)
}

fn verdict(reason: &Reason) -> Verdict {
    Verdict { stage: DEDUP, reason: reason.name, measured: None, limit: None, duplicate_of: None }
}
