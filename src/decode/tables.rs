//! Tables written as JSON: rows of values whose names are said once, and values by the column.
//!
//! The names decide: two of a list of them, or one of a body, a title or an address, are those of a record's fields.

use std::collections::HashSet;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Decoder;
use super::fields::Slot;
use crate::format::{ANY, ITEM, Layout};

/// The values of an object in their order.
#[derive(Default)]
pub(super) struct Pairs<'de>(pub Vec<(String, &'de RawValue)>);

impl<'de> serde::Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// A response has its table in an object in an object at most.
const DEPTH: usize = 2;

/// The table that a text begins with.
pub(super) fn layout(json: &str, decoder: &Decoder) -> Option<Layout> {
    if json.trim_start().starts_with('{') {
        return rows_in(json, decoder, DEPTH, None).or_else(|| {
            let Pairs(pairs) = serde_json::from_str(json).ok()?;
            let path = match are_columns(&pairs, decoder) {
                Some(()) => Vec::new(),
                None => columns_in(&pairs, decoder, DEPTH)?,
            };
            Some(Layout::Columns { path })
        });
    }
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<&RawValue>().map_while(Result::ok);
    let (first, second, third) = (values.next()?, values.next(), values.next());
    let lists = |names, base, header_rows| Layout::Rows { path: Vec::new(), names, base, header_rows };
    if let Some((names, header_rows)) = header(first.get(), decoder) {
        return Some(lists(names, 1, header_rows));
    }
    let is_list = |row: &RawValue| row.get().starts_with('[');
    let Some(names) = names(first.get(), decoder).filter(|_| second.is_some_and(is_list)) else {
        // Nobody says what the columns are: they have numbers, which a pipeline gives a meaning.
        let rows: Vec<&RawValue> = serde_json::from_str(first.get()).unwrap_or_default();
        let is_table = rows.first().is_some_and(|row| is_nameless_row(row.get()));
        let are_rows = is_nameless_row(first.get()) && second.is_some_and(|row| is_nameless_row(row.get()));
        return (is_table || are_rows).then(|| lists(Vec::new(), usize::from(is_table), 0));
    };
    let has_types = second.is_some_and(|second| are_types(second.get())) && third.is_some_and(is_list);
    Some(lists(names, 0, 1 + usize::from(has_types)))
}

/// Whether a list is a row of several values, of which none is an object or a list, and some are texts.
fn is_nameless_row(json: &str) -> bool {
    let values: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
    let is_text = |value: &&RawValue| value.get().starts_with('"');
    values.len() > 1
        && values.iter().any(is_text)
        && values.iter().all(|value| !value.get().starts_with(['{', '[']))
}

/// The names in the first row of a list of rows, and how many rows come before the data.
fn header(json: &str, decoder: &Decoder) -> Option<(Vec<String>, usize)> {
    let rows: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    let first = rows.first()?.get();
    let in_object = || {
        let Pairs(pairs) = serde_json::from_str(first).ok()?;
        if let [(_, row)] = &pairs[..] { names(row.get(), decoder) } else { None }
    };
    let names = names(first, decoder).or_else(in_object)?;
    let has_types = rows.get(1).is_some_and(|second| are_types(second.get()));
    Some((names, 1 + usize::from(has_types)))
}

/// Whether a row has the types of the columns, as `ClickHouse` writes them: `["String", "Nullable(DateTime)"]`.
fn are_types(json: &str) -> bool {
    let types: Vec<String> = serde_json::from_str(json).unwrap_or_default();
    let is_type = |text: &String| {
        text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.chars().all(|one| one.is_ascii_alphanumeric() || "(), '=-_".contains(one))
    };
    types.iter().all(is_type) && types.iter().any(|text| text.contains("String"))
}

/// The names in a list of them, which may be in objects.
fn names_within(json: &str, decoder: &Decoder, depth: usize) -> Option<Vec<String>> {
    if !json.starts_with('{') || depth == 0 {
        return names(json, decoder);
    }
    let Pairs(pairs) = serde_json::from_str(json).ok()?;
    pairs.iter().find_map(|(_, value)| names_within(value.get(), decoder, depth - 1))
}

/// The names in a list of them, or of objects with a name each.
fn names(json: &str, decoder: &Decoder) -> Option<Vec<String>> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Name {
        Plain(String),
        Object {
            #[serde(alias = "Name", alias = "column_name", alias = "columnName", alias = "VarCharValue")]
            name: String,
        },
    }
    let names: Vec<Name> = serde_json::from_str(json).ok()?;
    let text = |name| match name {
        Name::Plain(name) | Name::Object { name } => name,
    };
    let mut names: Vec<String> = names.into_iter().map(text).collect();
    // A query says of which table or node each column is: `a.title`, `a.url`.
    let table = names.first().and_then(|name| Some(name.split_once('.')?.0.to_owned() + "."));
    if let Some(table) = table.filter(|table| names.iter().all(|name| name.starts_with(&**table))) {
        names.iter_mut().for_each(|name| drop(name.drain(..table.len())));
    }
    let known = names.iter().filter(|name| decoder.knows(name)).count();
    (known >= 2 && names.iter().any(|name| tells(name, decoder))).then_some(names)
}

/// Whether a name is that of a field by which a record is known.
fn tells(name: &str, decoder: &Decoder) -> bool {
    let telling = [Slot::Url, Slot::Title, Slot::Text, Slot::Html];
    let found = decoder.fields.get(name);
    found.is_some_and(|found| found.meaning.claims.iter().any(|claim| telling.contains(&claim.slot)))
}

/// Rows in an object that says their names beside them; `around` are names that were found outside of it.
fn rows_in(json: &str, decoder: &Decoder, depth: usize, around: Option<&[String]>) -> Option<Layout> {
    let Pairs(pairs) = serde_json::from_str::<Pairs<'_>>(json).ok()?;
    let names = pairs.iter().find_map(|(_, value)| names_within(value.get(), decoder, DEPTH));
    let rows = pairs.iter().find_map(|(key, value)| {
        let rows = value.get().strip_prefix('[').unwrap_or_default().trim_start();
        // Lists of a column's values each are no rows.
        let are_columns = key.to_ascii_lowercase().contains("column");
        let place = if rows.starts_with('{') { row_in_object(rows)? } else { RowPlace::Plain };
        let is_row = rows.starts_with(['{', '[']) && !(place == RowPlace::Plain && are_columns);
        is_row.then_some((key, value, place))
    });
    // The numbers of the rows come first, and may be all that the beginning has.
    let is_split = || pairs.iter().any(|(key, _)| key == "index");
    if rows.is_some() || is_split() {
        let (key, place) = rows.as_ref().map_or(("data", &RowPlace::Plain), |(key, _, place)| (key, place));
        let (path, base) = match place {
            RowPlace::Plain => (vec![key.to_owned()], 1),
            RowPlace::Under(row) => (vec![key.to_owned(), ITEM.to_owned(), row.clone()], 0),
        };
        let header = || rows.as_ref().and_then(|(_, value, _)| header(value.get(), decoder));
        // The names may be in an object beside that of the rows, which have as many values then.
        let first = rows.as_ref().and_then(|(_, value, _)| {
            let rows: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
            serde_json::from_str::<Vec<&RawValue>>(rows.first()?.get()).ok()
        });
        let is_as_wide = |names: &&[String]| first.as_ref().is_some_and(|first| first.len() == names.len());
        let around = around.filter(is_as_wide).map(|names| (names.to_vec(), 0));
        let beside = names.clone().map(|names| (names, 0));
        if let Some((names, header_rows)) = beside.or_else(header).or(around) {
            return Some(Layout::Rows { path, names, base, header_rows });
        }
    }
    let inside = pairs.iter().filter(|(_, value)| depth > 0 && value.get().starts_with(['{', '[']));
    let mut tables = inside.filter_map(|(key, value)| {
        // Of a list of tables, the first tells what they are.
        let list: Option<&str> = value.get().strip_prefix('[');
        let first = list.and_then(|items| {
            serde_json::Deserializer::from_str(items).into_iter::<&RawValue>().next()?.ok()
        });
        let table = if list.is_some() { first?.get() } else { value.get() };
        Some((key, list.is_some(), rows_in(table, decoder, depth - 1, names.as_deref().or(around))?))
    });
    let (key, is_list, table) = tables.next()?;
    let is_alike = tables.next().is_some_and(|(_, other_is_list, other)| !other_is_list && other == table);
    match table {
        Layout::Rows { mut path, names, base, header_rows } => {
            if is_list {
                path.insert(0, ITEM.to_owned());
            }
            // A header is in the first alone.
            path.insert(
                0,
                if is_alike && !is_list && header_rows == 0 { ANY.to_owned() } else { key.clone() },
            );
            Some(Layout::Rows { path, names, base, header_rows })
        }
        _ => None,
    }
}

/// Where the items of a list have their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RowPlace {
    /// They are the rows.
    Plain,
    /// Each is an object that has its row under this key, and at most what is said of each value beside it: `{"f": [{"v": …}]}` (`BigQuery`),
    /// `{"Data": [{"VarCharValue": …}]}` (Athena), `{"row": […], "meta": […]}` (Neo4j).
    Under(String),
}

/// Where the row is in the first object of these.
fn row_in_object(items: &str) -> Option<RowPlace> {
    let first = serde_json::Deserializer::from_str(items).into_iter::<Pairs<'_>>().next()?.ok()?;
    let mut lists = first.0.iter().filter(|(_, value)| value.get().starts_with('['));
    let (key, row) = lists.next()?;
    let length = |json: &str| serde_json::from_str::<Vec<&RawValue>>(json).map_or(0, |list| list.len());
    let is_alone = first.0.len() == 1;
    let is_row =
        is_alone || lists.next().is_some_and(|(_, beside)| length(beside.get()) == length(row.get()));
    is_row.then(|| RowPlace::Under(key.clone()))
}

/// The keys that lead to an object of columns in a response, or beside other values.
fn columns_in(pairs: &[(String, &RawValue)], decoder: &Decoder, depth: usize) -> Option<Vec<String>> {
    if are_lists_of_fields(pairs, decoder) {
        return Some(Vec::new());
    }
    // All that a beginning has may be a part of the first column, whose name is among those that stand before it.
    let names = pairs.iter().find_map(|(_, value)| names_within(value.get(), decoder, 1));
    let begins = |pairs: &[(String, &RawValue)]| {
        let is_first = |name: &String| names.as_ref().is_some_and(|names| names.first() == Some(name));
        matches!(pairs, [(name, column)] if is_first(name) && column.get().starts_with('['))
    };
    pairs.iter().filter(|(_, value)| depth > 0 && value.get().starts_with('{')).find_map(|(key, value)| {
        let Pairs(inside) = serde_json::from_str(value.get()).ok()?;
        let path = if begins(&inside) { Some(Vec::new()) } else { columns_in(&inside, decoder, depth - 1) };
        path.map(|path| [vec![key.clone()], path].concat())
    })
}

/// Whether two fields or more by which a record is known have a list each, all of the same length, and none has another value. The beginning
/// of the dump may end within the last one.
fn are_lists_of_fields(pairs: &[(String, &RawValue)], decoder: &Decoder) -> bool {
    let telling = pairs.iter().filter(|(name, value)| value.get() != "null" && tells(name, decoder));
    let lengths: Option<Vec<usize>> = telling.map(|(_, column)| length(column.get())).collect();
    let lengths = lengths.unwrap_or_default();
    let [first, .., last] = lengths[..] else { return false };
    let is_cut = pairs.last().is_some_and(|(name, _)| tells(name, decoder)) && (1..=first).contains(&last);
    let whole = lengths.len() - usize::from(is_cut);
    first > 1 && lengths.iter().take(whole).all(|length| *length == first)
}

/// How many values a column has: a list, or an object whose keys are numbers; `None` where a value is an object.
pub(super) fn length(json: &str) -> Option<usize> {
    values(json).map(|values| values.len())
}

/// How many different ones they are, where all are texts.
pub(super) fn different(json: &str) -> Option<usize> {
    let values = values(json).filter(|values| values.iter().all(|value| value.get().starts_with('"')))?;
    let different: HashSet<&str> = values.iter().map(|value| value.get()).collect();
    Some(different.len())
}

fn values(json: &str) -> Option<Vec<&RawValue>> {
    let values: Vec<&RawValue> = if json.starts_with('[') {
        serde_json::from_str(json).ok()?
    } else if !json.starts_with('{') {
        return None;
    } else {
        let Pairs(pairs) = serde_json::from_str(json).ok()?;
        let are_numbers = pairs.iter().all(|(key, _)| key.bytes().all(|byte| byte.is_ascii_digit()));
        pairs.into_iter().filter(|_| are_numbers).map(|(_, value)| value).collect()
    };
    values.iter().all(|value| !value.get().starts_with('{')).then_some(values)
}

/// Whether an object's values are columns: objects with the same keys, or lists of the same length, of values that are no
/// objects.
fn are_columns(pairs: &[(String, &RawValue)], decoder: &Decoder) -> Option<()> {
    let columns: Vec<_> = pairs.iter().filter(|(_, column)| column.get() != "null").collect();
    let mut first: Option<Vec<String>> = None;
    // The beginning of the dump may end within the last one.
    let last = columns.len().checked_sub(1)?;
    let mut is_known = false;
    for (place, (name, column)) in columns.iter().enumerate() {
        let (keys, values): (Vec<String>, Vec<&RawValue>) = if column.get().starts_with('[') {
            let values: Vec<&RawValue> = serde_json::from_str(column.get()).ok()?;
            ((0..values.len()).map(|place| place.to_string()).collect(), values)
        } else {
            let Pairs(pairs) = serde_json::from_str::<Pairs<'_>>(column.get()).ok()?;
            pairs.into_iter().unzip()
        };
        let is_flat = values.iter().all(|value| !value.get().starts_with('{'));
        is_known |= is_flat && tells(name, decoder);
        let as_first = first.as_ref().is_none_or(|first| first.starts_with(&keys));
        let is_whole = first.as_ref().is_none_or(|first| first.len() == keys.len()) || place == last;
        if !as_first || !is_whole {
            return None;
        }
        first.get_or_insert(keys);
    }
    let keys = first?;
    // Of rows with names of their own there must be two columns that agree; one object may be anything.
    let are_numbers = keys.iter().all(|key| key.bytes().all(|byte| byte.is_ascii_digit()));
    let is_table = are_numbers || (last > 0 && keys.len() > 1);
    (is_known && !keys.is_empty() && is_table).then_some(())
}
