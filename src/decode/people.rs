//! Authors, as scrapers write them: a name, a list, a list of objects, or any of these in a string.
//!
//! `"By Ann Lee and Bo Chen"` → `Ann Lee`, `Bo Chen`; `"['Ann Lee', 'Bo Chen']"` likewise;
//! `[{"name": "Ann Lee"}]` → `Ann Lee`; `"Lee, Ann"` stays one name.
//!
//! This is about the field alone. Bylines that stand in the text, with places, titles and agencies among
//! the names, are the business of an extractor.

use std::collections::HashSet;

use serde_json::Value;

/// The names in a value, in order and without repetition; `None` where there are none.
pub(super) fn names(value: Value) -> Option<Vec<String>> {
    let mut names = Vec::new();
    collect(value, &mut names, 0);
    if names.len() > 1 {
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.to_lowercase()));
    }
    (!names.is_empty()).then_some(names)
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
            _ => split(&text, names),
        },
        Value::Array(items) => items.into_iter().for_each(|item| collect(item, names, depth)),
        Value::Object(mut object) => {
            let mut text = |key: &str| object.remove(key).and_then(|value| value.as_str().map(str::to_owned));
            if let Some(name) = ["name", "full_name", "fullName", "display_name", "text", "@value"]
                .iter()
                .find_map(|key| text(key))
            {
                split(&name, names);
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

fn split(text: &str, names: &mut Vec<String>) {
    for part in text.split([';', '|', '\n']) {
        let part = without_by(part.trim());
        let pieces: Vec<&str> = part
            .split(", ")
            .flat_map(|piece| piece.split(" and "))
            .flat_map(|piece| piece.split(" & "))
            .flat_map(|piece| piece.split(" und "))
            .flat_map(|piece| piece.split(" et "))
            .flat_map(|piece| piece.split(" y "))
            .map(|piece| piece.trim().trim_start_matches("and ").trim_matches(','))
            .filter(|piece| !piece.is_empty())
            .collect();
        // `Lee, Ann` and `Smith & Sons` are one name: only names of two words or more stand in a list.
        if pieces.iter().all(|piece| piece.split_whitespace().nth(1).is_some()) {
            pieces.into_iter().for_each(|piece| push(piece, names));
        } else {
            push(part, names);
        }
    }
}

/// `By Ann Lee` → `Ann Lee`, in the languages of most dumps.
fn without_by(text: &str) -> &str {
    // A particle of a name, such as in "Von Trapp", is told apart by what follows: one word only.
    const WITH_FULL_NAMES: [&str; 6] = ["Von", "Par", "Por", "Door", "Av", "Di"];
    const ALWAYS: [&str; 7] = ["بقلم", "كتب", "كتبت", "Текст", "记者", "記者", "लेखक"];
    // Japanese writes a dot or a slash behind "text by".
    let unspaced = ["文・", "文／", "文/", "記者：", "记者："].iter().find_map(|by| text.strip_prefix(by));
    if let Some(name) = unspaced {
        return name.trim_start();
    }
    let Some((by, name)) = text.split_once([' ', '\u{A0}', '\t', ':']) else { return text };
    let name = name.trim_start();
    let is_by = by.eq_ignore_ascii_case("by")
        || ALWAYS.contains(&by)
        || (WITH_FULL_NAMES.contains(&by) && name.split_whitespace().nth(1).is_some());
    if is_by { name } else { text }
}

fn push(name: &str, names: &mut Vec<String>) {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().any(char::is_alphabetic) {
        names.push(name);
    }
}
