//! Authors, as scrapers write them: a name, a list, a list of objects, or any of these in a string.
//!
//! `"By Ann Lee and Bo Chen"` → `Ann Lee`, `Bo Chen`; `"['Ann Lee', 'Bo Chen']"` likewise;
//! `[{"name": "Ann Lee"}]` → `Ann Lee`; `"Lee, Ann"` stays one name.
//!
//! This is about the field alone. Bylines that stand in the text, with places, titles and agencies among
//! the names, are the business of an extractor.

use serde_json::Value;

use super::bounds::MOST_ITEMS;
use crate::text::people::{distinct, names_in};
use crate::text::says_nothing;

/// Keys under which an object has a whole name, best first.
const NAME_KEYS: [&str; 10] = [
    "name",
    "full_name",
    "fullName",
    "display_name",
    "displayName",
    "original",
    "text",
    "value",
    "@value",
    "#text",
];

/// The names in a value, in order and without repetition, taken out of it; `None` where there are none.
pub(super) fn names(value: &mut Value) -> Option<Vec<String>> {
    let mut names = Vec::new();
    collect(value, &mut names, 0);
    let distinct = distinct(names);
    (!distinct.is_empty()).then_some(distinct)
}

/// The list that a string holds: as JSON, as Python or numpy prints it (`['a', 'b']`, `['a' 'b']`), as tables have it without
/// quotation marks (`[a, b]`) and as Postgres does (`{a,"b c"}`).
pub(crate) fn list_in(text: &str) -> Option<Vec<Value>> {
    let text = text.trim();
    let inside = |open, close| Some(text.strip_prefix(open)?.strip_suffix(close)?.trim());
    if let Some(inside) = inside('{', '}') {
        // An object has colons.
        return quoted(inside).or_else(|| bare(inside, ',').filter(|_| !inside.contains([':', '{'])));
    }
    let inside = inside('[', ']')?;
    if let Ok(Value::Array(items)) = serde_json::from_str(text) {
        return Some(items);
    }
    quoted(inside).or_else(|| bare(inside, ','))
}

/// Items in quotation marks of either kind (Python takes the other one where a text has an apostrophe), some of them perhaps without.
fn quoted(mut rest: &str) -> Option<Vec<Value>> {
    let mut items = Vec::new();
    while !rest.is_empty() {
        let tail = if let Some(quote) = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"')) {
            let (item, tail) = rest.strip_prefix(quote)?.split_once(quote)?;
            items.push(Value::from(item));
            tail
        } else {
            // Postgres quotes what has blanks alone, and numpy everything.
            let (item, _) = rest.split_once(',').filter(|_| !items.is_empty())?;
            items.push(Value::from(item.trim()));
            rest.strip_prefix(item)?
        };
        let tail = tail.trim_start();
        rest = tail.strip_prefix(',').unwrap_or(tail).trim_start();
    }
    Some(items)
}

/// Items without quotation marks.
fn bare(inside: &str, separator: char) -> Option<Vec<Value>> {
    let items = inside.split(separator).map(|item| Value::from(item.trim()));
    (!inside.is_empty() && !inside.contains('"')).then(|| items.collect())
}

fn collect(value: &mut Value, names: &mut Vec<String>, depth: usize) {
    if names.len() >= MOST_ITEMS {
        return;
    }
    match value {
        Value::String(text) => match list_in(text) {
            // A string in a list in a string is as deep as anybody has been seen to go.
            Some(mut items) if depth < 3 => {
                items.iter_mut().for_each(|item| collect(item, names, depth + 1));
                *value = Value::Array(items);
            }
            _ => take_names(text, names),
        },
        Value::Array(items) => items.iter_mut().for_each(|item| collect(item, names, depth)),
        Value::Object(object) => {
            if let Some(key) =
                NAME_KEYS.into_iter().find(|key| object.get_mut(*key).and_then(string).is_some())
            {
                if let Some(name) = object.get_mut(key).and_then(string) {
                    take_names(name, names);
                }
                return;
            }
            let mut text = |keys: &[&str]| {
                keys.iter().find_map(|key| Some(std::mem::take(object.get_mut(*key).and_then(string)?)))
            };
            let first = text(&["first_name", "firstName", "firstname", "given_name", "givenName", "given"]);
            let last = text(&["last_name", "lastName", "lastname", "family_name", "familyName", "family"]);
            let name = [first, last].into_iter().flatten().collect::<Vec<_>>().join(" ");
            push(&name, names);
            // `{"names": ["Ann Lee", "Bo Chen"]}`, `{"person": [{"firstname": "Ann", …}]}`
            let has_name = !name.trim().is_empty();
            if has_name || depth >= 3 {
                return;
            }
            // `{"data": {"attributes": {"name": "Ann Lee"}}}`
            let is_open = |key: &str, value: &Value| {
                value.is_array()
                    || (value.is_object()
                        && matches!(key, "data" | "attributes" | "node" | "item" | "person"))
            };
            let inner = object.iter_mut().filter(|(key, value)| is_open(key, value));
            inner.for_each(|(_, value)| collect(value, names, depth + 1));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Takes the names in a text, unless they are too many.
fn take_names(text: &mut String, names: &mut Vec<String>) {
    let found = if says_nothing(text) { Vec::new() } else { names_in(text) };
    if names.len() + found.len() <= MOST_ITEMS {
        names.extend(found);
        text.clear();
    }
}

/// A string that says something.
fn string(value: &mut Value) -> Option<&mut String> {
    match value {
        Value::String(text) if !text.trim().is_empty() && !says_nothing(text) => Some(text),
        _ => None,
    }
}

fn push(name: &str, names: &mut Vec<String>) {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().any(char::is_alphabetic) {
        names.push(name);
    }
}
