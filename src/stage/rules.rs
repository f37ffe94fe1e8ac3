//! What a gate goes by: its rules, each stated once.
//!
//! A gate is a list of [`Rule`]s, the limit of each as the pipeline sets it, and a function that measures an article. The
//! verdict of a run, what `copydesk explain` shows, the curves of `copydesk what-if` and the limits in the report all follow
//! from these three, so that they cannot disagree: a gate has no way to drop an article but by a rule in its list.
//!
//! To add a gate, implement [`Gate`] for its settings, list its rules in its [`StageKind`], and set it up with [`gate`].

use super::{Family, Limit, Stage, StageContext, StageKind};
use crate::article::{Article, Drop, Measured, Outcome, Reason};

/// What is fixed about a rule of a gate; the pipeline sets its limit.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What is measured, as `copydesk explain` names it.
    pub measures: &'static str,
    /// The option that sets the limit, if it is a number; empty where there is no such option. Several rules may have one.
    pub option: &'static str,
    /// Where a labeller writes the same number, as the account names it; empty where none does.
    pub label: &'static str,
    /// Why an article that breaks the rule is dropped.
    pub reason: Reason,
}

impl Rule {
    /// A rule with a limit that no option sets.
    pub(super) const fn new(measures: &'static str, reason: &'static str, meaning: &'static str) -> Self {
        Self { measures, option: "", label: "", reason: Reason { name: reason, meaning } }
    }

    /// The rule with the option that sets its limit.
    pub(super) const fn set_by(self, option: &'static str) -> Self {
        Self { option, ..self }
    }

    /// The rule with the label that has the number it measures.
    pub(super) const fn labelled(self, label: &'static str) -> Self {
        Self { label, ..self }
    }
}

/// How much a gate is to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What decides: a count may stop at its limit, and what cannot break its rule may be left out.
    Verdict,
    /// Everything, to the end.
    All,
}

/// A gate as a pipeline has set it up.
pub trait Gate: Send + Sync {
    /// Every part of an article that [`Gate::measure`] reads, since a stage that comes after may edit it.
    fn goes_by(&self) -> &'static [Part];

    /// The limit of each rule, in the order of [`StageKind::rules`].
    fn limits(&self) -> Vec<Limit<Measured>>;

    /// What is held against each limit; `None` where the rule does not apply to this article.
    fn measure(&self, article: &Article, cx: &mut StageContext, extent: Extent) -> Vec<Option<Measured>>;
}

/// A gate and its rules. The first rule that an article breaks gives the reason for which it is dropped.
pub struct RuledGate {
    gate: Box<dyn Gate>,
    rules: Vec<(&'static Rule, Limit<Measured>)>,
}

/// Sets up a gate.
pub(super) fn gate(rules: &'static [Rule], gate: impl Gate + 'static) -> Box<dyn Stage> {
    let limits = gate.limits();
    assert_eq!(rules.len(), limits.len(), "a gate has a limit for each of its rules");
    Box::new(RuledGate { gate: Box::new(gate), rules: rules.iter().zip(limits).collect() })
}

impl Stage for RuledGate {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        self.judge(article, cx).map_or(Outcome::Keep, Outcome::Drop)
    }

    fn as_gate(&self) -> Option<&RuledGate> {
        Some(self)
    }
}

impl RuledGate {
    /// Asks the rules in their order; the first that the article breaks drops it.
    pub fn judge(&self, article: &Article, cx: &mut StageContext) -> Option<Drop> {
        let extent = if cx.is_traced() { Extent::All } else { Extent::Verdict };
        let values = self.gate.measure(article, cx, extent);
        let mut dropped = None;
        for ((rule, limit), measured) in self.rules.iter().zip(values) {
            let Some(measured) = measured else { continue };
            cx.hold(rule.measures, &measured, limit);
            if dropped.is_none() && !limit.admits(&measured) {
                dropped = Some(Drop { reason: &rule.reason, measured, limit: limit.value().clone() });
            }
        }
        dropped
    }

    /// What of an article it goes by.
    pub fn goes_by(&self) -> &'static [Part] {
        self.gate.goes_by()
    }

    /// The limits that are numbers and that an option sets.
    pub fn number_limits(&self) -> Vec<NumberLimit> {
        let limit = |(rule, limit): &(&'static Rule, Limit<Measured>)| {
            let side = Direction::of(limit).filter(|_| !rule.option.is_empty())?;
            Some(NumberLimit {
                option: rule.option,
                reason: &rule.reason,
                side,
                limit: limit.value().clone(),
            })
        };
        self.rules.iter().filter_map(limit).collect()
    }

    /// What is held against each of [`RuledGate::number_limits`]; `None` where the rule does not apply to this article.
    pub fn numbers(&self, article: &Article, cx: &mut StageContext) -> Vec<Option<f64>> {
        let values = self.gate.measure(article, cx, Extent::All);
        let rules = self.rules.iter().zip(values);
        rules
            .filter(|((rule, limit), _)| !rule.option.is_empty() && Direction::of(limit).is_some())
            .map(|(_, value)| value?.number())
            .collect()
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, schemars::JsonSchema, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// As large, or larger.
    AtLeast,
    /// Larger.
    Above,
    /// As small, or smaller.
    AtMost,
    /// Smaller.
    Below,
}

impl Direction {
    /// The side of a limit that is a number.
    pub fn of(limit: &Limit<Measured>) -> Option<Self> {
        match limit {
            Limit::AtLeast(_) => Some(Self::AtLeast),
            Limit::Above(_) => Some(Self::Above),
            Limit::AtMost(_) => Some(Self::AtMost),
            Limit::Below(_) => Some(Self::Below),
            Limit::OneOf(_) => None,
        }
    }

    /// Whether a value is on this side of a limit. A value that is no number, as a share of nothing is, breaks no limit.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        let is_on_side = match self {
            Self::AtLeast => value >= limit,
            Self::Above => value > limit,
            Self::AtMost => value <= limit,
            Self::Below => value < limit,
        };
        is_on_side || value.is_nan()
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
    pub side: Direction,
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
            (Direction::AtLeast, true, true),
            (Direction::Above, false, true),
            (Direction::AtMost, true, false),
            (Direction::Below, false, false),
        ] {
            assert_eq!(side.holds(3.0, 3.0), at_the_limit, "{side:?}");
            assert_eq!(side.is_looser(2.0, 3.0), lower_is_looser, "{side:?}");
            assert!(side.is_looser(3.0, 3.0), "{side:?}");
            assert_eq!(side.holds(2.9, 3.0), !lower_is_looser, "{side:?}");
            assert!(side.holds(f64::NAN, 3.0), "{side:?}");
        }
    }
}
