//! Authors, as scrapers write them: a name, a list, a list of objects, or any of these in a string.
//!
//! `"By Ann Lee and Bo Chen"` → `Ann Lee`, `Bo Chen`; `"['Ann Lee', 'Bo Chen']"` likewise;
//! `[{"name": "Ann Lee"}]` → `Ann Lee`; `"Lee, Ann"` stays one name.
//!
//! This is about the field alone. Bylines that stand in the text, with places, titles and agencies among
//! the names, are the business of an extractor.

use serde_json::Value;

use crate::text::people::{distinct, names_in};

/// The names in a value, in order and without repetition; `None` where there are none.
pub(super) fn names(value: Value) -> Option<Vec<String>> {
    let mut names = Vec::new();
    collect(value, &mut names, 0);
    let distinct = distinct(names);
    (!distinct.is_empty()).then_some(distinct)
}

/// The list that a string holds, as JSON or as Python prints it.
pub(super) fn list_in(text: &str) -> Option<Vec<Value>> {
    let text = text.trim();
    if !(text.starts_with('[') && text.ends_with(']')) {
        return None;
    }
    if let Ok(Value::Array(items)) = serde_json::from_str(text) {
        return Some(items);
    }
    // Python quotes with ' and falls back to " where the text has an apostrophe.
    let mut items = Vec::new();
    let mut rest = text.strip_prefix('[')?.strip_suffix(']')?.trim();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
        let (item, tail) = rest.strip_prefix(quote)?.split_once(quote)?;
        items.push(Value::from(item));
        let tail = tail.trim_start();
        rest = if tail.is_empty() { tail } else { tail.strip_prefix(',')?.trim_start() };
    }
    Some(items)
}

fn collect(value: Value, names: &mut Vec<String>, depth: usize) {
    match value {
        Value::String(text) => match list_in(&text) {
            // A string in a list in a string is as deep as anybody has been seen to go.
            Some(items) if depth < 3 => items.into_iter().for_each(|item| collect(item, names, depth + 1)),
            _ => names.extend(names_in(&text)),
        },
        Value::Array(items) => items.into_iter().for_each(|item| collect(item, names, depth)),
        Value::Object(mut object) => {
            let mut text = |key: &str| object.remove(key).and_then(|value| value.as_str().map(str::to_owned));
            if let Some(name) = ["name", "full_name", "fullName", "display_name", "text", "@value"]
                .iter()
                .find_map(|key| text(key))
            {
                names.extend(names_in(&name));
            } else {
                let first = ["first_name", "firstName", "given_name", "givenName", "given"]
                    .iter()
                    .find_map(|key| text(key));
                let last = ["last_name", "lastName", "family_name", "familyName", "family"]
                    .iter()
                    .find_map(|key| text(key));
                let name = [first, last].into_iter().flatten().collect::<Vec<_>>().join(" ");
                push(&name, names);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn push(name: &str, names: &mut Vec<String>) {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().any(char::is_alphabetic) {
        names.push(name);
    }
}
