//! A record's values as cells of columns, in the order of its keys.

use std::borrow::Cow;

use super::ArticleDate;

/// A value of one key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Nothing is known.
    Nothing,
    /// A text, or JSON as a text.
    Text(Cow<'a, str>),
    /// A whole number.
    Count(u64),
    /// A number.
    Number(f64),
    /// A date.
    Date(ArticleDate),
    /// Items of one shape.
    List(Vec<Cell<'a>>),
    /// The values of an object's keys, in their order.
    Object(Vec<Cell<'a>>),
}

impl<'a> Cell<'a> {
    /// A text, or nothing where it is empty.
    pub(super) fn of(text: &'a str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(Cow::Borrowed(text)) }
    }
}
