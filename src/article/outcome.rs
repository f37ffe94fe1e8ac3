//! What a stage can decide about an article.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a gate drops or a line is quarantined: a past fact, such as `too_few_words`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The name in verdicts, ledgers and pipeline files.
    pub name: &'static str,
    /// A sentence for people.
    pub meaning: &'static str,
}

/// A value that a gate measured, or the limit it is held against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Measured {
    /// A count.
    Count(u64),
    /// A ratio or score.
    Ratio(f64),
    /// A name, such as a language.
    Name(String),
}

impl Measured {
    /// The value as a number; `None` for a name.
    pub fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "no text has 2^52 words")]
            Self::Count(count) => Some(*count as f64),
            Self::Ratio(ratio) => Some(*ratio),
            Self::Name(_) => None,
        }
    }
}

/// A gate's decision not to keep an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Drop {
    /// Why.
    pub reason: &'static Reason,
    /// What was measured.
    pub measured: Measured,
    /// What it would have had to be.
    pub limit: Measured,
}

/// Why a line could not be processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub reason: &'static Reason,
    /// What exactly, for people.
    pub detail: String,
}

impl Fault {
    /// A fault with its detail.
    pub fn new(reason: &'static Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

/// What a stage decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// On to the next stage.
    Keep,
    /// A gate's no.
    Drop(Drop),
    /// The article cannot be processed.
    Quarantine(Fault),
}
