//! The list of records in a response: `{"status": "ok", "articles": [{…}, {…}]}`, `{"hits": {"hits": [{"_source": …}]}}`.

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::wrapper::Strength;
use super::{Decoder, KeySeed};
use crate::format::EACH;

/// Lists deeper than `data.children` or `response.docs` are parts of records.
const DEPTH: usize = 3;
/// Of a list, so many items are looked at: the first may be an advertisement.
const ITEMS: usize = 5;
/// A feed has a title and an address, as a record without a text does; then a list with one of these names is one of records.
#[rustfmt::skip]
const USUAL: &[&str] = &[
    "items", "item", "entries", "entry", "articles", "posts", "results", "documents", "docs", "records", "stories", "news", "hits", "rows", "data", "value", "objects",
];

/// The keys that lead to the list of records.
pub(super) fn path(json: &str, decoder: &Decoder) -> Option<Vec<String>> {
    if are_records(json, decoder) {
        return Some(vec![EACH.to_owned()]);
    }
    let own = decoder.object(json).map_or(Strength::NONE, |object| object.strength());
    if own.has_body {
        return None;
    }
    let mut search = Search { decoder, path: Vec::new(), best: None };
    // A beginning of a response ends in an error, after the list was found.
    let mut deserializer = serde_json::Deserializer::from_str(json);
    drop(Inside(&mut search).deserialize(&mut deserializer));
    let (strength, path) = search.best?;
    let is_usual = path.last().is_some_and(|key| USUAL.contains(&&*key.to_lowercase()));
    (strength.has_body || !own.is_record() || is_usual).then_some(path)
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
    // A beginning of the object ends in an error, after its first values.
    drop(serde_json::Deserializer::from_str(json).deserialize_map(&mut values));
    values.1 >= 2
}

struct Search<'a> {
    decoder: &'a Decoder,
    path: Vec<String>,
    best: Option<(Strength, Vec<String>)>,
}

impl Search<'_> {
    fn consider(&mut self, item: &str) {
        let strength = self.decoder.object(item).map_or(Strength::NONE, |object| object.strength());
        if strength.is_record() && self.best.as_ref().is_none_or(|(most, _)| strength > *most) {
            self.best = Some((strength, self.path.clone()));
        }
    }
}

struct Inside<'s, 'a>(&'s mut Search<'a>);

impl<'de> DeserializeSeed<'de> for Inside<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.0.path.len() > DEPTH {
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
            if !self.0.path.is_empty() && item.get().starts_with('{') {
                self.0.consider(item.get());
            }
            seen += 1;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
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
