//! Settings that are a section of their own, and switches that may be one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::DeValue;

use super::{Problem, SettingsTable};

/// What is wrong with settings that each have a right form.
pub type Check<T> = fn(&T, &SettingsTable<'_>, &mut Vec<Problem>);

/// Reads a table's settings, without what is wrong with them; what is left is checked all the same, so that every mistake is
/// found in one go.
pub fn read_section<T: serde::de::DeserializeOwned + JsonSchema + Default>(
    problems: &mut Vec<Problem>,
    table: &SettingsTable<'_>,
    check: Check<T>,
) -> T {
    let (settings, found) = table.read_what_fits::<T>();
    problems.extend(found);
    let Some(settings) = settings else { return T::default() };
    check(&settings, table, problems);
    settings
}

/// Something that is off, on with the usual settings, or on with others.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged, expecting = "expected true, false, or a table")]
#[schemars(inline)]
pub enum Switch<T> {
    /// On with the usual settings, or off.
    Usual(bool),
    /// On with these.
    With(T),
}

impl<T: Copy + Default> Switch<T> {
    /// The settings; `None` where it is off.
    pub fn settings(&self) -> Option<T> {
        match self {
            Self::Usual(false) => None,
            Self::Usual(true) => Some(T::default()),
            Self::With(settings) => Some(*settings),
        }
    }
}

/// Reads a switch; `None` where it is left out or wrong. `help` says what it may be.
pub fn read_switch<T: serde::de::DeserializeOwned + JsonSchema + Default>(
    problems: &mut Vec<Problem>,
    value: Option<Spanned<DeValue<'_>>>,
    help: &str,
    check: Check<T>,
) -> Option<Switch<T>> {
    let value = value?;
    let span = value.span();
    match value.into_inner() {
        DeValue::Boolean(usual) => Some(Switch::Usual(usual)),
        DeValue::Table(table) => {
            let table = SettingsTable::new(Spanned::new(span, table));
            Some(Switch::With(read_section(problems, &table, check)))
        }
        _ => {
            problems.push(Problem::new(span, help));
            None
        }
    }
}
