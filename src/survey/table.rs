//! A shape as a table: fields, the keys that they are from, and what is left.
//!
//! ```text
//! a.jsonl: 600 records
//! field      share  key
//! url          all  doc.link_target
//! text         all  doc.main_copy
//!
//! left       share  values
//! n            all  number
//! ```

use std::fmt::Write as _;

use super::draft::{counted, plain, share};
use super::shape::{Shape, Values};
use super::{DumpSurvey, propose};
use crate::decode::FieldMap;

/// Shapes that are shown; those of most records come first.
const SHAPES: usize = 6;
/// Keys that are shown of those that are left.
const LEFT: usize = 25;
/// Names of dumps that are shown.
const DUMPS: usize = 3;

pub(super) fn tables(survey: &DumpSurvey, columns: usize) -> Vec<String> {
    let mut shapes: Vec<&Shape> = survey.shapes.iter().collect();
    shapes.sort_by_key(|shape| std::cmp::Reverse(shape.records));
    let mut tables: Vec<String> = shapes.iter().take(SHAPES).map(|shape| table(shape, columns)).collect();
    if let Some(more @ 1..) = shapes.len().checked_sub(SHAPES) {
        tables.push(format!("{} with fewer records each", counted(more as u64, "further shape")));
    }
    tables
}

fn table(shape: &Shape, columns: usize) -> String {
    let mut lines = vec![format!("{}: {}", dumps(&shape.dumps), counted(shape.records, "record"))];
    let left = most_frequent(shape);
    let shown = left.get(..left.len().min(LEFT)).unwrap_or_default();
    let fields = shape.fields.keys().map(|slot| FieldMap::name_of(*slot).len());
    let keys = shown.iter().map(|(key, _)| key.chars().count());
    let width = fields.chain(keys).max().unwrap_or(0).clamp(11, 40) + 2;
    let row = |name: &str, count: u64, rest: &str| {
        format!("{name:<width$}{:>11}  {rest}", share(count, shape.records))
    };
    if shape.fields.is_empty() {
        lines.push("no field was found".to_owned());
    } else {
        lines.push(format!("{:<width$}{:>11}  {}", "field", "share", "key"));
    }
    for (slot, keys) in &shape.fields {
        let mut by_key: Vec<(&String, &u64)> = keys.by_key.iter().collect();
        by_key.sort_by_key(|(key, count)| (std::cmp::Reverse(**count), (*key).clone()));
        let told: Vec<String> = match &by_key[..] {
            [(key, _)] => vec![(*key).clone()],
            many => {
                many.iter().map(|(key, count)| format!("{key} {}", share(**count, shape.records))).collect()
            }
        };
        lines.push(row(FieldMap::name_of(*slot), keys.records, &told.join(", ")));
    }
    if !left.is_empty() {
        lines.push(String::new());
        lines.extend(told(shape, &left, width));
    }
    let may_be = propose::proposals(shape);
    if !may_be.is_empty() {
        lines.push(String::new());
        for proposal in may_be {
            lines.push(format!("{} may be under {}", FieldMap::name_of(proposal.slot), proposal.key));
        }
    }
    let mut table = String::new();
    for line in lines {
        writeln!(table, "{}", clipped(&line, columns)).expect("a String takes any text");
    }
    table.trim_end().to_owned()
}

/// The keys that no field took, the most frequent first. One that a field takes from most records is that field's, also where a
/// value of it is none.
fn most_frequent(shape: &Shape) -> Vec<(&String, &Values)> {
    let takes = |key: &str, values: &Values| {
        let taken = shape.fields.values().filter_map(|keys| keys.by_key.get(key)).max();
        taken.is_some_and(|taken| *taken > values.records)
    };
    let mut left: Vec<(&String, &Values)> =
        shape.left.iter().filter(|(key, values)| !takes(key, values)).collect();
    left.sort_by_key(|(key, values)| (std::cmp::Reverse(values.records), (*key).clone()));
    left
}

/// What is under keys.
fn told(shape: &Shape, left: &[(&String, &Values)], width: usize) -> Vec<String> {
    let shown = left.get(..left.len().min(LEFT)).unwrap_or_default();
    let mut lines = vec![format!("{:<width$}{:>11}  {}", "left", "share", "values")];
    for (key, values) in shown {
        let about = match values.mean_length() {
            0 => values.kind().to_owned(),
            length => {
                format!("{} of about {}: {}", values.kind(), counted(length, "character"), values.sample)
            }
        };
        lines.push(format!("{key:<width$}{:>11}  {about}", share(values.records, shape.records)));
    }
    if let Some(more @ 1..) = left.len().checked_sub(LEFT) {
        lines.push(counted(more as u64, "further key"));
    }
    let texts = left.iter().filter(|(_, values)| values.are_prose());
    if let Some((key, values)) = texts.max_by_key(|(_, values)| values.mean_length()) {
        lines.push(format!("longest text: {key}, {} characters in the mean", plain(values.mean_length())));
    }
    lines
}

fn dumps(names: &[String]) -> String {
    let shown = names.get(..names.len().min(DUMPS)).unwrap_or_default().join(", ");
    match names.len().saturating_sub(DUMPS) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A line that does not pass the terminal's edge.
fn clipped(line: &str, columns: usize) -> String {
    if line.chars().count() <= columns {
        return line.trim_end().to_owned();
    }
    let mut clipped: String = line.chars().take(columns.saturating_sub(1)).collect();
    clipped.push('…');
    clipped
}
