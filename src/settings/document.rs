//! A settings file as a whole.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Problem, SettingsTable};

/// The top level of a settings file.
pub struct Document<'a> {
    /// Its keys, to be taken out one by one.
    pub table: SettingsTable<'a>,
    /// Mistakes in the TOML itself.
    pub problems: Vec<Problem>,
}

/// Parses TOML and continues after a syntax error, so that all of them are found.
pub fn parse_document(source: &str) -> Document<'_> {
    let (table, errors) = DeTable::parse_recoverable(source);
    let problems = errors
        .iter()
        .map(|error| Problem::new(error.span().unwrap_or(0..0), error.message().trim_end()))
        .collect();
    Document { table: SettingsTable::new(table), problems }
}

impl<'a> Document<'a> {
    /// Takes a table out of the top level, such as `[output]`.
    pub fn take_table(&mut self, key: &str) -> Option<SettingsTable<'a>> {
        let value = self.table.take(key)?;
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => Some(SettingsTable::new(Spanned::new(span, table))),
            other => {
                self.problems.push(Problem::new(
                    span,
                    format!("`{key}` is a table, written as [{key}], not a {}", other.type_str()),
                ));
                None
            }
        }
    }

    /// Takes a list of tables out of the top level, such as `[[stage]]`.
    pub fn take_tables(&mut self, key: &str) -> Vec<SettingsTable<'a>> {
        let Some(value) = self.table.take(key) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(items) = value.into_inner() else {
            self.problems
                .push(Problem::new(span, format!("`{key}` is a list of tables, written as [[{key}]]")));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            let span = item.span();
            match item.into_inner() {
                DeValue::Table(table) => tables.push(SettingsTable::new(Spanned::new(span, table))),
                _ => self
                    .problems
                    .push(Problem::new(span, format!("each `{key}` is a table, written as [[{key}]]"))),
            }
        }
        tables
    }
}
