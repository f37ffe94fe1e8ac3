//! Where the records of a JSON text are, such as in a list of a response: `{"status": "ok", "articles": [{…}, {…}]}`, `{"hits": {"hits": [{"_source": …}]}}`.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Decoder;
use super::object::{KeySeed, Object};
use super::tables::{self, Pairs};
use super::wrapper::Strength;
use crate::format::{ANY, EACH, ITEM, Layout};

/// Lists deeper than `data.children` or `response.docs` are parts of records.
const DEPTH: usize = 3;
/// Of a list, so many items are looked at: the first may be an advertisement.
const ITEMS: usize = 5;
/// A feed has a title and an address, as a record without a text does; then a list with one of these names is one of records.
#[rustfmt::skip]
const USUAL: &[&str] = &[
    "items", "item", "entries", "entry", "articles", "posts", "results", "documents", "docs", "records", "stories", "news", "hits", "rows", "data", "value", "objects",
];

/// Where the records are in a text that begins like this; `None` where they are what it has.
pub(super) fn layout(json: &str, decoder: &Decoder) -> Option<Layout> {
    let json = &*closed(json);
    tables::layout(json, decoder).or_else(|| path(json, decoder).map(Layout::Lists))
}

/// The keys that lead to the list of records.
fn path(json: &str, decoder: &Decoder) -> Option<Vec<String>> {
    if are_records(json, decoder) {
        return Some(vec![EACH.to_owned()]);
    }
    // Databases that have no lists give each record a key.
    let Pairs(pairs) = serde_json::from_str(json).unwrap_or_default();
    if let Some((key, _)) = pairs.iter().find(|(_, value)| are_records(value.get(), decoder)) {
        return Some(vec![key.clone(), EACH.to_owned()]);
    }
    // Of lines, each is one: the first may be an article without a text.
    let values = serde_json::Deserializer::from_str(json).into_iter::<&RawValue>();
    let lines = values.map_while(Result::ok).take(ITEMS);
    let lines: Vec<_> = lines.filter_map(|line| decoder.object(line.get()).ok()).collect();
    let has_body = lines.iter().flat_map(Object::bodies).any(|body| !is_list_of_records(body, decoder));
    let own = lines.first().map_or(Strength::NONE, Object::strength);
    if has_body {
        return None;
    }
    let mut search = Search { decoder, path: Vec::new(), best: None, others: Vec::new(), empty: None };
    // What follows the first object is of no use.
    let mut deserializer = serde_json::Deserializer::from_str(json);
    drop(Inside(&mut search).deserialize(&mut deserializer));
    let Some((strength, mut path)) = search.best else {
        // A response that found nothing.
        return search.empty.filter(|_| lines.len() == 1 && !own.is_record());
    };
    // Lists beside each other are the records by section.
    let around = |path: &[String]| path.split_last().map(|(_, outer)| outer.to_vec());
    if search
        .others
        .iter()
        .any(|other| around(other) == around(&path) && path.last().is_some_and(|key| key != ITEM))
    {
        path.pop();
        path.push(ANY.to_owned());
        return Some(path);
    }
    (!path.is_empty() && (strength.has_body || !own.is_record() || is_usual(&path))).then_some(path)
}

/// Whether a list has a name that lists of records have.
fn is_usual(path: &[String]) -> bool {
    path.last().is_some_and(|key| USUAL.contains(&&*key.to_lowercase()))
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

/// Whether the values of an object are records, of which it has two or more.
fn are_records(json: &str, decoder: &Decoder) -> bool {
    struct Values<'a>(&'a Decoder, usize);
    impl<'de> Visitor<'de> for &mut Values<'_> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while map.next_key_seed(KeySeed)?.is_some() {
                let value: &RawValue = map.next_value()?;
                let strength = self.0.object(value.get()).map_or(Strength::NONE, |object| object.strength());
                // A wrapper has objects of several kinds.
                if !(strength.has_body && strength.fields > 0) {
                    self.1 = 0;
                    return Err(A::Error::custom("it is no record"));
                }
                self.1 += 1;
            }
            Ok(())
        }
    }
    let mut values = Values(decoder, 0);
    drop(serde_json::Deserializer::from_str(json).deserialize_map(&mut values));
    values.1 >= 2
}

struct Search<'a> {
    decoder: &'a Decoder,
    path: Vec<String>,
    best: Option<(Strength, Vec<String>)>,
    /// Paths of other lists of records that are as much of one.
    others: Vec<Vec<String>>,
    /// The path of a list with a usual name that has no item.
    empty: Option<Vec<String>>,
}

impl Search<'_> {
    /// Looks at an item of a list; whether it is a record.
    fn consider(&mut self, item: &str) -> bool {
        let strength = self.decoder.object(item).map_or(Strength::NONE, |object| object.strength());
        match &self.best {
            Some((most, path)) if strength == *most && self.path != *path => {
                self.others.push(self.path.clone());
            }
            Some((most, _)) if strength <= *most => {}
            _ if strength.is_record() => {
                self.best = Some((strength, self.path.clone()));
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
        if self.0.path.iter().filter(|key| *key != ITEM).count() > DEPTH {
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
            if !item.get().starts_with('{') || self.0.consider(item.get()) {
                continue;
            }
            // No record itself, but it may have a list of them.
            self.0.path.push(ITEM.to_owned());
            drop(Inside(self.0).deserialize(&mut serde_json::Deserializer::from_str(item.get())));
            self.0.path.pop();
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        if seen == 0 && self.0.empty.is_none() && is_usual(&self.0.path) {
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
