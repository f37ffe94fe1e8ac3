//! Gates that can judge a finished record again, for `copydesk what-if`.
//!
//! A gate is a function of the article, so what it decided can be asked of the record once more, with other limits. It
//! takes two things to know: what of an article the gate goes by, because a stage behind it may have edited that; and which
//! numbers it holds against which limits, so that a curve can be drawn.
//!
//! To have a gate judge again, implement [`Rejudge`] for it and give it as [`Stage::rejudge`]:
//!
//! - `goes_by` names every [`Part`] that `apply` reads;
//! - `limits` has an entry for each rule that compares a number, in the order of `apply`, which asks rules without a
//!   number first;
//! - `measure` has the value for each of them, also where `apply` would have stopped earlier.
//!
//! The verdict itself is `apply`'s own, so that a run and a replay cannot disagree.

use super::{Family, Limit, Stage, StageContext, StageKind, Value};
use crate::article::{Article, Measured, Reason};

/// A gate that can judge a finished record again.
pub trait Rejudge: Stage {
    /// What of an article it goes by.
    fn goes_by(&self) -> &'static [Part];

    /// The limits that are numbers.
    fn limits(&self) -> Vec<NumberLimit>;

    /// What is held against each of the limits; `None` where the rule is not asked of this article.
    fn measure(&self, article: &Article, cx: &mut StageContext) -> Vec<Option<f64>>;
}

/// Tells `copydesk explain` what a gate holds against its limits, in the order in which it asks.
pub fn tell_limits(gate: &dyn Rejudge, article: &Article, cx: &mut StageContext) {
    if !cx.is_traced() {
        return;
    }
    let values = gate.measure(article, cx);
    for (NumberLimit { option, reason, side, limit }, value) in gate.limits().into_iter().zip(values) {
        let Some(value) = value else { continue };
        // An option that is a list has a rule for each entry.
        let name = if option.ends_with("n-grams") { reason.name } else { option };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was a count")]
        let value = match limit {
            Measured::Count(_) => Value::Count(value as u64),
            _ => Value::Ratio(value),
        };
        let limit = match &limit {
            Measured::Count(count) => Value::Count(*count),
            Measured::Ratio(ratio) => Value::Ratio(*ratio),
            Measured::Name(name) => Value::Name(name),
        };
        let limit = match side {
            Side::AtLeast => Limit::AtLeast(limit),
            Side::AtMost => Limit::AtMost(limit),
            Side::Above => Limit::Above(limit),
            Side::Below => Limit::Below(limit),
        };
        cx.measure(name, value, limit);
    }
}

/// A part of an article that a gate goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Texts and addresses: everything but the other two.
    Text,
    /// The language and its score.
    Language,
    /// `labels.x`, which the labeller `label-x` writes.
    Label(&'static str),
}

impl Part {
    /// Whether a kind of stage may change it. Extractors and cleaners may change every text, whatever they are for.
    pub fn may_be_changed_by(self, kind: &StageKind) -> bool {
        match (kind.family, self) {
            (Family::Extractor, Self::Text | Self::Language) | (Family::Cleaner, Self::Text) => true,
            (Family::Labeller, Self::Language) => kind.name == "label-language",
            (Family::Labeller, Self::Label(label)) => kind.name.strip_prefix("label-") == Some(label),
            _ => false,
        }
    }
}

/// On which side of its limit a value is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// As large, or larger.
    AtLeast,
    /// Larger.
    Above,
    /// As small, or smaller.
    AtMost,
    /// Smaller.
    Below,
}

impl Side {
    /// Whether a value is on this side of a limit.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::AtLeast => value >= limit,
            Self::Above => value > limit,
            Self::AtMost => value <= limit,
            Self::Below => value < limit,
        }
    }

    /// Whether every value that is on this side of `tight` is on this side of `loose`.
    pub fn is_looser(self, loose: f64, tight: f64) -> bool {
        match self {
            Self::AtLeast | Self::Above => loose <= tight,
            Self::AtMost | Self::Below => loose >= tight,
        }
    }
}

/// A limit that a gate holds a number against.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberLimit {
    /// The option that sets it. Several rules may have one option.
    pub option: &'static str,
    /// Why an article on the wrong side is dropped.
    pub reason: &'static Reason,
    /// The right side.
    pub side: Side,
    /// The limit.
    pub limit: Measured,
}

impl NumberLimit {
    /// The limit as a number.
    pub fn number(&self) -> f64 {
        match &self.limit {
            #[expect(clippy::cast_precision_loss, reason = "no limit is beyond 2^52")]
            Measured::Count(count) => *count as f64,
            Measured::Ratio(ratio) => *ratio,
            Measured::Name(_) => f64::NAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::catalogue::find;

    #[test]
    fn a_part_is_changed_by_the_stages_that_write_it() {
        let by = |part: Part| {
            ["extract-metadata", "strip-boilerplate", "label-language", "label-page", "drop-short"]
                .map(|name| part.may_be_changed_by(find(name).expect("it is in the catalogue")))
        };
        assert_eq!(by(Part::Text), [true, true, false, false, false]);
        assert_eq!(by(Part::Language), [true, false, true, false, false]);
        assert_eq!(by(Part::Label("page")), [false, false, false, true, false]);
    }

    #[test]
    fn sides_include_their_limit_or_not_and_know_what_is_looser() {
        for (side, at_the_limit, lower_is_looser) in [
            (Side::AtLeast, true, true),
            (Side::Above, false, true),
            (Side::AtMost, true, false),
            (Side::Below, false, false),
        ] {
            assert_eq!(side.holds(3.0, 3.0), at_the_limit, "{side:?}");
            assert_eq!(side.is_looser(2.0, 3.0), lower_is_looser, "{side:?}");
            assert!(side.is_looser(3.0, 3.0), "{side:?}");
            assert_eq!(side.holds(2.9, 3.0), !lower_is_looser, "{side:?}");
        }
    }
}
