//! What a line of an output says: where it came from, why it is there, and what a replay needs of its record.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use serde_json::value::RawValue;

use crate::article::Measured;
use crate::write::Output;

/// What a line of any output says about itself.
#[derive(Debug, Deserialize)]
pub(super) struct LineHead<'a> {
    #[serde(borrow)]
    source: Option<PlaceView<'a>>,
    pub verdict: Option<VerdictView>,
    #[serde(borrow)]
    dump: Option<Cow<'a, str>>,
    line: Option<u64>,
    /// Of a quarantined line.
    pub reason: Option<String>,
}

impl<'a> LineHead<'a> {
    pub(super) fn of(line: &'a [u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| format!("is not a record: {error}"))
    }

    /// The dump and the line that it came from.
    pub(super) fn place(&mut self, output: Output) -> Option<(Cow<'a, str>, u64)> {
        match output {
            Output::Records | Output::Dropped => self.source.take().map(|source| (source.dump, source.line)),
            Output::Quarantine => self.dump.take().zip(self.line),
        }
    }
}

/// The dump and the line that a line of an output came from.
///
/// # Errors
/// If it does not say so.
pub(crate) fn origin(line: &[u8], output: Output) -> Result<(Cow<'_, str>, u64), String> {
    LineHead::of(line)?.place(output).ok_or_else(|| "does not say where it came from".to_owned())
}

/// What a replay reads of a record. Its other keys are passed over.
#[derive(Debug, Deserialize)]
pub(super) struct RecordView<'a> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    pub url: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    pub source_url: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    pub host: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    pub title: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    pub language: Cow<'a, str>,
    pub language_score: Option<f64>,
    #[serde(borrow, default, deserialize_with = "text_or_null")]
    pub text: Cow<'a, str>,
    #[serde(borrow)]
    pub labels: Option<&'a RawValue>,
    #[serde(borrow)]
    pub source: PlaceView<'a>,
    pub verdict: Option<VerdictView>,
    pub duplicate_of: Option<DuplicateOf>,
}

/// A text, borrowed where it has no escapes; an empty one for `null`.
pub(super) fn text_or_null<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Cow<'a, str>, D::Error> {
    struct Text;

    impl<'de> Visitor<'de> for Text {
        type Value = Cow<'de, str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or null")
        }

        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok(Cow::Borrowed(text))
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Cow::Owned(text.to_owned()))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Cow::Borrowed(""))
        }
    }

    deserializer.deserialize_any(Text)
}

/// Where a record was read.
#[derive(Debug, Deserialize)]
pub(super) struct PlaceView<'a> {
    #[serde(borrow)]
    pub dump: Cow<'a, str>,
    pub line: u64,
}

/// Why a record was dropped.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct VerdictView {
    pub stage: String,
    pub reason: String,
    pub measured: Option<Value>,
    pub limit: Option<Value>,
}

/// A measured value, read back.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Value {
    Count(u64),
    Ratio(f64),
    Name(String),
}

impl From<Value> for Measured {
    fn from(value: Value) -> Self {
        match value {
            Value::Count(count) => Self::Count(count),
            Value::Ratio(ratio) => Self::Ratio(ratio),
            Value::Name(name) => Self::Name(name),
        }
    }
}

/// The record that a duplicate repeats.
#[derive(Debug, Deserialize)]
pub(super) struct DuplicateOf {
    /// The night it stands in, where it is an earlier one.
    pub night: Option<serde::de::IgnoredAny>,
}
