//! What deduplication says of a record, in words that readers of `dropped/` understand.

use serde_json::{Value, json};

use crate::article::{Measured, Origin, Reason, Verdict};
use crate::dedup::{DEDUP, Duplicate, EarlierVersion, WITHHELD, Witness};
use crate::read::Dump;
use crate::state::History;

/// The names of tonight's dumps and of earlier nights.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    /// Tonight's dumps, in order.
    pub dumps: &'a [Dump],
    /// What earlier nights kept.
    pub history: Option<&'a History>,
}

impl Names<'_> {
    /// The verdict on a record that repeats another one.
    pub(super) fn duplicate(&self, duplicate: Duplicate) -> Verdict {
        let Duplicate { reason, witness, similarity, limit } = duplicate;
        let (dump, night) = self.of(&witness);
        let Witness { id, place, .. } = witness;
        Verdict {
            measured: limit.map(|_| Measured::Ratio(similarity)),
            limit: limit.map(Measured::Ratio),
            duplicate_of: Some(Origin { id, dump, line: place.line, similarity, night }),
            ..verdict(reason)
        }
    }

    /// What `labels.update` says of the version before.
    pub(super) fn update(&self, EarlierVersion { witness, changed }: EarlierVersion) -> Value {
        let (dump, night) = self.of(&witness);
        let mut label = json!({ "id": witness.id.to_string(), "dump": dump, "line": witness.place.line });
        if let Some(night) = night {
            label["night"] = night.into();
        }
        if let Some(changed) = changed {
            label["changed"] = changed.into();
        }
        label
    }

    /// A record's dump, and its night where that is an earlier one.
    fn of(&self, witness: &Witness) -> (String, Option<String>) {
        let dump = witness.place.dump as usize;
        match witness.night.and_then(|night| self.history?.night(night)) {
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
