//! What stages measure, told to `copydesk explain` also where nothing comes of it.
//!
//! A gate that drops puts what it measured into the verdict; a gate that keeps has nowhere to put it, and a labeller has
//! limits that show in no label. [`StageContext::measure`](super::StageContext::measure) takes both. In a run there is no
//! trace, and a measurement is one branch: values are borrowed, and become text only where somebody listens.

use schemars::JsonSchema;
use serde::Serialize;

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
    /// Names.
    Names(&'a [String]),
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

impl<'a> From<&'a [String]> for Value<'a> {
    fn from(names: &'a [String]) -> Self {
        Self::Names(names)
    }
}

impl From<Value<'_>> for Measured {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Count(count) => Self::Count(count),
            Value::Ratio(ratio) => Self::Ratio(ratio),
            Value::Name(name) => Self::Name(name.to_owned()),
            Value::Names(names) => Self::Name(names.join(", ")),
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
    /// It is to be none of these.
    NoneOf(V),
}

/// The value is to be so large.
pub fn at_least<'a>(limit: impl Into<Value<'a>>) -> Limit<Value<'a>> {
    Limit::AtLeast(limit.into())
}

/// The value is to be no larger.
pub fn at_most<'a>(limit: impl Into<Value<'a>>) -> Limit<Value<'a>> {
    Limit::AtMost(limit.into())
}

/// The value is to be one of these.
pub fn one_of<'a>(limit: impl Into<Value<'a>>) -> Limit<Value<'a>> {
    Limit::OneOf(limit.into())
}

/// The value is to be none of these.
pub fn none_of<'a>(limit: impl Into<Value<'a>>) -> Limit<Value<'a>> {
    Limit::NoneOf(limit.into())
}

impl<V> Limit<V> {
    /// The limit's value.
    pub fn value(&self) -> &V {
        match self {
            Self::AtLeast(value)
            | Self::AtMost(value)
            | Self::Above(value)
            | Self::Below(value)
            | Self::OneOf(value)
            | Self::NoneOf(value) => value,
        }
    }

    fn map<W>(self, change: impl FnOnce(V) -> W) -> Limit<W> {
        match self {
            Self::AtLeast(value) => Limit::AtLeast(change(value)),
            Self::AtMost(value) => Limit::AtMost(change(value)),
            Self::Above(value) => Limit::Above(change(value)),
            Self::Below(value) => Limit::Below(change(value)),
            Self::OneOf(value) => Limit::OneOf(change(value)),
            Self::NoneOf(value) => Limit::NoneOf(change(value)),
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
}

impl Measurement {
    pub(super) fn new(name: &'static str, value: Value<'_>, limit: Option<Limit<Value<'_>>>) -> Self {
        Self { name, value: value.into(), limit: limit.map(|limit| limit.map(Measured::from)) }
    }

    /// Whether the value is within its limit; `None` where there is no limit, or numbers would have to be compared with
    /// names.
    pub fn holds(&self) -> Option<bool> {
        let limit = self.limit.as_ref()?;
        let listed = || match (limit.value(), &self.value) {
            (Measured::Name(names), Measured::Name(name)) => {
                Some(names.split(", ").any(|one| one.eq_ignore_ascii_case(name)))
            }
            _ => None,
        };
        match limit {
            Limit::AtLeast(least) => Some(self.value.number()? >= least.number()?),
            Limit::AtMost(most) => Some(self.value.number()? <= most.number()?),
            Limit::Above(limit) => Some(self.value.number()? > limit.number()?),
            Limit::Below(limit) => Some(self.value.number()? < limit.number()?),
            Limit::OneOf(_) => listed(),
            Limit::NoneOf(_) => listed().map(|listed| !listed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::StageContext;

    #[test]
    fn a_measurement_is_kept_where_somebody_listens_and_says_whether_it_holds() {
        let names = ["en".to_owned(), "de".to_owned()];
        let mut cx = StageContext::default();
        cx.measure("words", 3_usize, at_least(3_usize));
        assert_eq!(cx.take_measured(), []);
        let mut cx = StageContext::traced();
        cx.measure("words", 3_usize, at_least(3_usize));
        cx.measure("words", 2_usize, at_least(3_usize));
        cx.measure("share", 0.3, at_most(0.3));
        cx.measure("share", 0.31, at_most(0.3));
        cx.measure("language", "DE", one_of(&names[..]));
        cx.measure("language", "e", one_of(&names[..]));
        cx.measure("kind", "en", none_of(&names[..]));
        cx.measure("kind", "fr", none_of(&names[..]));
        cx.tell("letters", 5_u32);
        let measured = cx.take_measured();
        let holds: Vec<Option<bool>> = measured.iter().map(Measurement::holds).collect();
        let expected = [true, false, true, false, true, false, false, true].map(Some);
        assert_eq!(holds, [&expected[..], &[None]].concat());
        assert_eq!(
            serde_json::to_string(&measured[4]).expect("it is JSON"),
            r#"{"name":"language","value":"DE","limit":{"one_of":"en, de"}}"#
        );
        assert_eq!(cx.take_measured(), []);
    }
}
