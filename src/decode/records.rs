//! Where the records of a JSON text are, such as in a list of a response: `{"status": "ok", "articles": [{…}, {…}]}`, `{"hits": {"hits": [{"_source": …}]}}`.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Decoder;
use super::fields::Slot;
use super::object::{KeySeed, Names, Object};
use super::wrapper::Strength;
use super::{sides, tables};
use crate::format::{ANY, ITEM, Layout};

/// Lists deeper than `data.children` or `response.docs` are parts of records, where there is a record around them.
const DEPTH_OF_RECORD: usize = 3;
/// As deep as `aggregations.by_host.buckets.[].top.hits.hits` goes.
const DEPTH: usize = 6;
/// Of a list, so many items are looked at: the first may be an advertisement.
const ITEMS: usize = 5;
/// A feed has a title and an address, as a record without a text does; then a list with one of these names is one of records.
#[rustfmt::skip]
const USUAL: &[&str] = &[
    "items", "item", "entries", "entry", "articles", "posts", "results", "documents", "docs", "records", "stories", "news", "hits", "rows", "data", "value", "objects",
];

/// Where the records are in a text that begins like this; `None` where they are what it has.
pub(super) fn layout(json: &str, decoder: &Decoder) -> Option<Layout> {
    let json = closed(json);
    let is_cut = matches!(json, Cow::Owned(_));
    tables::layout(&json, decoder).or_else(|| found(&json, is_cut, decoder))
}

/// The list of records, or the object whose values they are. With `is_cut` the text ends within the last value.
fn found(json: &str, is_cut: bool, decoder: &Decoder) -> Option<Layout> {
    // Of lines, each is one: the first may be an article without a text.
    let values = serde_json::Deserializer::from_str(json).into_iter::<&RawValue>();
    let values: Vec<_> = values.map_while(Result::ok).take(ITEMS).collect();
    let first = values.first().filter(|first| first.get().starts_with('['));
    let items: Option<Vec<&RawValue>> = first.and_then(|list| serde_json::from_str(list.get()).ok());
    let is_list = items.is_some();
    let units = items.unwrap_or_else(|| values.clone());
    if let Some(path) = sides::path(units.get(..ITEMS).unwrap_or(&units), is_cut, decoder) {
        let base = is_list.then(|| ITEM.to_owned());
        return Some(Layout::Lists(base.into_iter().chain(path).collect()));
    }
    let lines: Vec<_> = values.iter().filter_map(|line| decoder.object(line.get()).ok()).collect();
    let has_body = lines.iter().flat_map(Object::bodies).any(|body| !is_list_of_records(body, decoder));
    let own = lines.first().map_or(Strength::NONE, Object::strength);
    // Words that a search has found, in an object beside the list, are no article.
    let is_beside = lines.len() == 1 && own.fields == 0 && lines.iter().all(Object::is_wrapped);
    if has_body && !is_beside {
        return None;
    }
    let mut search = Search { decoder, path: Vec::new(), best: None, others: Vec::new(), empty: None };
    // What follows the first object is of no use.
    let mut deserializer = serde_json::Deserializer::from_str(json);
    drop(Inside(&mut search).deserialize(&mut deserializer));
    let Some(Found { strength, mut path, are_rows }) = search.best else {
        // A response that found nothing.
        return search.empty.filter(|_| lines.len() == 1 && !own.is_record()).map(Layout::Lists);
    };
    if has_body && !(strength.has_body && strength.fields >= 2 && ends_usual(&path)) {
        return None;
    }
    // Lists beside each other are the records by section.
    let around = |path: &[String]| path.split_last().map(|(_, outer)| outer.to_vec());
    if search
        .others
        .iter()
        .any(|other| around(other) == around(&path) && path.last().is_some_and(|key| key != ITEM))
    {
        path.pop();
        path.push(ANY.to_owned());
        return Some(Layout::Lists(path));
    }
    // A record has lists of its own: those of other records are not far below it.
    let says = |object: &Object<'_>| object.values.iter().any(|value| value.slot == Slot::Description);
    let is_deep = keys(&path) > DEPTH_OF_RECORD;
    let is_of_record = own.is_record() && !has_body;
    let may_be_deep = own.fields == 0 && !lines.iter().any(says);
    let is_known = (may_be_deep || !is_deep) && (!is_of_record || strength.has_body || ends_usual(&path));
    if path.is_empty() || !is_known {
        return None;
    }
    Some(if are_rows {
        Layout::Rows { path, names: Vec::new(), base: 1, header_rows: 0 }
    } else {
        Layout::Lists(path)
    })
}

/// How many of the parts of a path are keys.
fn keys(path: &[String]) -> usize {
    path.iter().filter(|key| *key != ITEM).count()
}

/// Whether a name is one that lists of records have.
pub(super) fn is_usual(key: &str) -> bool {
    USUAL.contains(&&*key.to_lowercase())
}

fn ends_usual(path: &[String]) -> bool {
    path.last().is_some_and(|key| is_usual(key))
}

/// The beginning of a response with what ends it: the string that it was cut in, and the objects and lists that are open.
/// A text whose first value is complete is left as it is.
fn closed(json: &str) -> Cow<'_, str> {
    let (mut open, mut in_string, mut escape) = (Vec::new(), false, 0..0);
    // After the last value that is complete, and what came before the string.
    let (mut safe, mut before) = (0, b' ');
    for (at, byte) in json.bytes().enumerate() {
        if in_string {
            match byte {
                b'u' if at == escape.start + 1 && at < escape.end => escape.end = at + 5,
                _ if at < escape.end => {}
                b'\\' => escape = at..at + 2,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => open.push(byte),
            b'}' | b']' => drop(open.pop()),
            _ => {}
        }
        match byte {
            b'{' | b'[' | b'}' | b']' => safe = at + 1,
            b',' => safe = at,
            _ => {}
        }
        if open.is_empty() && safe > 0 {
            return json.into();
        }
        if !byte.is_ascii_whitespace() && byte != b'"' {
            before = byte;
        }
    }
    let is_value = before == b':' || open.last() == Some(&b'[');
    let (end, quote) = match in_string && is_value {
        true if escape.end > json.len() => (escape.start, "\""),
        true => (json.len(), "\""),
        false => (safe, ""),
    };
    let mut whole = json.get(..end).unwrap_or_default().to_owned();
    whole.push_str(quote);
    whole.extend(open.iter().rev().map(|byte| if *byte == b'{' { '}' } else { ']' }));
    whole.into()
}

/// Whether a body is a list of records, with a text and more each: some call the list `documents`, and some `document`.
fn is_list_of_records(json: &str, decoder: &Decoder) -> bool {
    let items: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
    let first = items.first().and_then(|first| decoder.object(first.get()).ok());
    // A section of a text may have a title.
    first.is_some_and(|first| first.strength().has_body && first.strength().fields >= 2)
}

/// A list of records.
struct Found {
    strength: Strength,
    path: Vec<String>,
    /// Its items are lists, of which each has a record in a text.
    are_rows: bool,
}

struct Search<'a> {
    decoder: &'a Decoder,
    path: Vec<String>,
    best: Option<Found>,
    /// Paths of other lists of records that are as much of one.
    others: Vec<Vec<String>>,
    /// The path of a list with a usual name that has no item.
    empty: Option<Vec<String>>,
}

impl Search<'_> {
    /// Looks at an item of a list; whether it is a record.
    fn consider(&mut self, item: &str) -> bool {
        let are_rows = item.starts_with('[');
        let strength = if are_rows {
            // A line of a log and its time: `["1709280000000000000", "{\"title\": …}"]`.
            let values: Vec<&RawValue> = serde_json::from_str(item).unwrap_or_default();
            let texts = values.iter().filter(|value| value.get().starts_with("\"{"));
            let names = Names::usual(&self.decoder.fields);
            let records = texts.filter_map(|text| names.read(&Cow::Borrowed(text.get())));
            records.map(|record| record.strength()).find(|found| found.has_body).unwrap_or(Strength::NONE)
        } else {
            self.decoder.object(item).map_or(Strength::NONE, |object| object.strength())
        };
        match &self.best {
            Some(best) if strength == best.strength && self.path != best.path => {
                self.others.push(self.path.clone());
            }
            Some(best) if strength <= best.strength => {}
            _ if strength.is_record() => {
                self.best = Some(Found { strength, path: self.path.clone(), are_rows });
                self.others.clear();
            }
            _ => {}
        }
        strength.is_record()
    }
}

struct Inside<'s, 'a>(&'s mut Search<'a>);

impl<'de> DeserializeSeed<'de> for Inside<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if keys(&self.0.path) > DEPTH {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(drop);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inside<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(KeySeed)? {
            self.0.path.push(key.into_owned());
            map.next_value_seed(Inside(self.0))?;
            self.0.path.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut seen = 0;
        while seen < ITEMS
            && let Some(item) = list.next_element::<&RawValue>()?
        {
            seen += 1;
            if !item.get().starts_with(['{', '['])
                || self.0.consider(item.get())
                || item.get().starts_with('[')
            {
                continue;
            }
            // No record itself, but it may have a list of them.
            self.0.path.push(ITEM.to_owned());
            drop(Inside(self.0).deserialize(&mut serde_json::Deserializer::from_str(item.get())));
            self.0.path.pop();
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        if seen == 0 && self.0.empty.is_none() && ends_usual(&self.0.path) {
            self.0.empty = Some(self.0.path.clone());
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_closed_wherever_it_ends() {
        let whole = r#"{"a": [{"b": "x\u00e9\n,{"}, {"c": 1.5, "d": null}], "e": "f"} {"g": 1}"#;
        let first = whole.find(" {\"g").unwrap_or_default();
        for end in 1..whole.len() {
            let start = whole.get(..end).unwrap_or_default();
            let closed = closed(start);
            if end >= first {
                assert_eq!(closed, start);
            } else {
                let is_json = serde_json::from_str::<serde_json::Value>(&closed).is_ok();
                assert!(is_json, "{start} → {closed}");
            }
        }
        assert_eq!(closed(r#"{"a": [{"b": "x y"#), r#"{"a": [{"b": "x y"}]}"#);
    }
}
