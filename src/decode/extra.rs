//! What no field takes, as one JSON object.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use super::json_string;
use super::object::Path;

/// What is left over, as one JSON object in text.
#[derive(Default)]
pub(super) struct Extra<'a> {
    pub(super) entries: Vec<(Vec<&'a str>, String)>,
}

impl<'a> Extra<'a> {
    pub(super) fn push(&mut self, path: &'a Path<'_>, raw: &str) {
        // A record of our own, read again: its `extra` is not an extra, but what it holds is.
        if path.outer.is_empty()
            && path.key == "extra"
            && let Some(inner) = object_in(raw)
        {
            self.entries.push((Vec::new(), inner));
            return;
        }
        self.entries.push((path.keys().map(AsRef::as_ref).collect(), raw.to_owned()));
    }

    pub(super) fn into_json(self) -> String {
        if self.entries.is_empty() {
            return String::new();
        }
        let mut json = String::from("{");
        let mut open: Vec<&str> = Vec::new();
        // What stood in one object stays in one, in order of its first value.
        let mut entries = self.entries;
        let mut firsts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut place = |(index, (path, _)): (usize, &(Vec<&'a str>, String))| {
            *firsts.entry(path.first().copied().unwrap_or("")).or_insert(index)
        };
        let order: Vec<usize> = entries.iter().enumerate().map(&mut place).collect();
        let mut indices: Vec<usize> = (0..entries.len()).collect();
        indices.sort_by_key(|&index| order.get(index).copied());
        for index in indices {
            let (path, raw) = std::mem::take(&mut entries[index]);
            let Some((key, parents)) = path.split_last() else {
                // The object's inside, without its braces.
                let inside =
                    raw.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or("");
                if !inside.trim().is_empty() {
                    close(&mut json, &mut open, 0);
                    comma(&mut json);
                    json.push_str(inside.trim());
                }
                continue;
            };
            let shared = open.iter().zip(parents).take_while(|(a, b)| a == b).count();
            close(&mut json, &mut open, shared);
            for parent in parents.iter().skip(shared) {
                comma(&mut json);
                json.push_str(&json_string(parent));
                json.push_str(":{");
                open.push(parent);
            }
            comma(&mut json);
            json.push_str(&json_string(key));
            json.push(':');
            json.push_str(&raw);
        }
        close(&mut json, &mut open, 0);
        json.push('}');
        if json == "{}" { String::new() } else { on_one_line(json) }
    }
}

/// JSON without the layout of an indented dump, so that a record is the same however it was laid out; what has no line end is left as
/// it is.
fn on_one_line(json: String) -> String {
    if !json.contains(['\n', '\r']) {
        return json;
    }
    let (mut in_string, mut is_escaped) = (false, false);
    let is_kept = |letter: &char| {
        let is_layout = !in_string && letter.is_ascii_whitespace();
        in_string ^= *letter == '"' && !is_escaped;
        is_escaped = *letter == '\\' && !is_escaped;
        !is_layout
    };
    json.chars().filter(is_kept).collect()
}

pub(super) fn comma(json: &mut String) {
    if !json.ends_with('{') {
        json.push(',');
    }
}

pub(super) fn close(json: &mut String, open: &mut Vec<&str>, keep: usize) {
    while open.len() > keep {
        open.pop();
        json.push('}');
    }
}

/// The JSON object that a value is, or holds as a string.
fn object_in(raw: &str) -> Option<String> {
    let text: String = if raw.starts_with('"') { serde_json::from_str(raw).ok()? } else { raw.to_owned() };
    let is_object = text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(&text).is_ok();
    is_object.then_some(text)
}
