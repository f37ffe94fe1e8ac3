//! What stages measure, told to `copydesk explain` also where nothing comes of it.
//!
//! A gate that drops puts what it measured into the verdict; a gate that keeps has nowhere to put it, and a labeller has
//! limits that show in no label. [`StageContext::measure`](super::StageContext::measure) takes both. In a run there is no
//! trace, and a measurement is one branch: values are borrowed, and become text only where somebody listens.

use schemars::JsonSchema;
use serde::Serialize;

use super::Direction;
use crate::article::Measured;

/// A value on its way into a trace; borrowed, so that nothing is allocated for nobody.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// A count.
    Count(u64),
    /// A ratio or score.
    Ratio(f64),
    /// A name, such as a language.
    Name(&'a str),
}

impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl From<u32> for Value<'_> {
    fn from(count: u32) -> Self {
        Self::Count(u64::from(count))
    }
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for Value<'_> {
    fn from(ratio: f64) -> Self {
        Self::Ratio(ratio)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(name: &'a str) -> Self {
        Self::Name(name)
    }
}

impl From<Value<'_>> for Measured {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Count(count) => Self::Count(count),
            Value::Ratio(ratio) => Self::Ratio(ratio),
            Value::Name(name) => Self::Name(name.to_owned()),
        }
    }
}

/// What a measured value is held against.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limit<V> {
    /// It is to be so large.
    AtLeast(V),
    /// It is to be no larger.
    AtMost(V),
    /// It is to be larger.
    Above(V),
    /// It is to be smaller.
    Below(V),
    /// It is to be one of these.
    OneOf(V),
}

/// The value is to be so large.
pub fn at_least<'a>(limit: impl Into<Value<'a>>) -> Limit<Value<'a>> {
    Limit::AtLeast(limit.into())
}

impl<V> Limit<V> {
    /// The limit's value.
    pub fn value(&self) -> &V {
        match self {
            Self::AtLeast(value)
            | Self::AtMost(value)
            | Self::Above(value)
            | Self::Below(value)
            | Self::OneOf(value) => value,
        }
    }
}

impl From<Limit<Value<'_>>> for Limit<Measured> {
    fn from(limit: Limit<Value<'_>>) -> Self {
        match limit {
            Limit::AtLeast(value) => Self::AtLeast(value.into()),
            Limit::AtMost(value) => Self::AtMost(value.into()),
            Limit::Above(value) => Self::Above(value.into()),
            Limit::Below(value) => Self::Below(value.into()),
            Limit::OneOf(value) => Self::OneOf(value.into()),
        }
    }
}

impl Limit<Measured> {
    /// Whether a value is within the limit. Numbers and names cannot be compared, and break no limit of the other.
    pub fn admits(&self, value: &Measured) -> bool {
        match (Direction::of(self), self.value(), value) {
            (Some(side), limit, value) => match (value.number(), limit.number()) {
                (Some(value), Some(limit)) => side.holds(value, limit),
                _ => true,
            },
            (None, Measured::Name(names), Measured::Name(name)) => {
                names.split(", ").any(|one| one.eq_ignore_ascii_case(name))
            }
            _ => true,
        }
    }
}

/// A value that a stage measured, and what it was held against.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Measurement {
    /// What was measured.
    pub name: &'static str,
    /// The value.
    pub value: Measured,
    /// What it was held against; absent where it is only told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit<Measured>>,
    /// Whether it is a detail, which people are shown on demand.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub detail: bool,
}

impl Measurement {
    /// Whether the value is within its limit; `None` where there is no limit.
    pub fn holds(&self) -> Option<bool> {
        self.limit.as_ref().map(|limit| limit.admits(&self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::StageContext;

    #[test]
    fn a_measurement_is_kept_where_somebody_listens_and_says_whether_it_holds() {
        let mut cx = StageContext::default();
        cx.measure("words", 3_usize, at_least(3_usize));
        assert_eq!(cx.take_measured(), []);
        let mut cx = StageContext::traced();
        cx.measure("words", 3_usize, at_least(3_usize));
        cx.measure("words", 2_usize, at_least(3_usize));
        cx.measure("share", 0.3, Limit::AtMost(0.3.into()));
        cx.measure("share", 0.31, Limit::AtMost(0.3.into()));
        cx.measure("language", "DE", Limit::OneOf("en, de".into()));
        cx.measure("language", "e", Limit::OneOf("en, de".into()));
        cx.tell("letters", 5_u32);
        let measured = cx.take_measured();
        let holds: Vec<Option<bool>> = measured.iter().map(Measurement::holds).collect();
        let expected = [true, false, true, false, true, false].map(Some);
        assert_eq!(holds, [&expected[..], &[None]].concat());
        assert_eq!(
            serde_json::to_string(&measured[4]).expect("it is JSON"),
            r#"{"name":"language","value":"DE","limit":{"one_of":"en, de"}}"#
        );
        assert_eq!(cx.take_measured(), []);
    }
}
