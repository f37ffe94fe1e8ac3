//! What a record may hold, however large its line is.
//!
//! A line has at most `max-line-bytes`, and that would bound memory if a byte of it took the same everywhere. It does not:
//! an item of a list takes two bytes of the line and 32 to 72 in memory, and a line of 60 MB took 4.5 GB. So a field takes
//! a value up to these bounds. What it leaves is in `extra`, as all that no field takes is, as the very text that stood in the
//! line; and an object of more keys than anybody gives a record is quarantined.
//!
//! The largest records of 40 real dumps have some 300 keys, 250 pictures and 120 tags.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Keys that a record may have, those of objects in it that hold fields among them.
pub(super) const MOST_KEYS: usize = 100_000;
/// Parts (items of lists, values of objects) that are read of a value.
pub(super) const MOST_PARTS: usize = 20_000;
/// Tags, authors, pictures and the like that a field takes.
pub(super) const MOST_ITEMS: usize = 1_000;
/// The longest value of a field that is no list, text or page, as JSON.
pub(super) const LONGEST_BYTES: usize = 1 << 20;
/// The longest list of a field, as JSON.
pub(super) const LONGEST_LIST_BYTES: usize = 4 << 20;
/// Parts of `labels`; labellers themselves write some 100.
pub(super) const MOST_LABEL_PARTS: usize = 1_000;
/// Objects and lists in each other under `labels`. Readers of JSON refuse what is nested deeper than 64 to 128.
pub(super) const DEEPEST_LABEL: usize = 16;

/// A value, up to [`MOST_PARTS`]; and whether that is all of it.
pub(super) fn value_of(json: &str) -> Option<(Value, bool)> {
    value_up_to(json, MOST_PARTS)
}

/// As [`value_of`], up to so many parts.
pub(super) fn value_up_to(json: &str, most: usize) -> Option<(Value, bool)> {
    // Every part takes two bytes or more.
    if json.len() <= 2 * most {
        return serde_json::from_str(json).ok().map(|value| (value, true));
    }
    let mut left = Some(most);
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = Part(&mut left).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some((value, left.is_some()))
}

/// Whether labels of the input are few and flat enough to be labels.
pub(super) fn are_labels(value: &Value) -> bool {
    fn within(value: &Value, depth: usize, left: &mut usize) -> bool {
        if *left == 0 || depth > DEEPEST_LABEL {
            return false;
        }
        *left -= 1;
        match value {
            Value::Object(object) => object.values().all(|value| within(value, depth + 1, left)),
            Value::Array(items) => items.iter().all(|value| within(value, depth + 1, left)),
            _ => true,
        }
    }
    matches!(value, Value::Object(labels) if labels.values().all(Value::is_object))
        && within(value, 0, &mut { MOST_LABEL_PARTS })
}

/// Reads a value as long as parts are left; `None` once there were more.
struct Part<'a>(&'a mut Option<usize>);

impl Part<'_> {
    /// Takes a part; where none is left, the value is passed over.
    fn take(&mut self) -> bool {
        *self.0 = self.0.and_then(|left| left.checked_sub(1));
        self.0.is_some()
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        Number::from_f64(number).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while self.take() {
            match list.next_element_seed(Part(self.0))? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while self.take() {
            let Some(key) = map.next_key::<String>()? else { return Ok(Value::Object(object)) };
            object.insert(key, map.next_value_seed(Part(self.0))?);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_any_reader_of_json_reads_it_up_to_the_bound() {
        let items = |count: usize| vec![r#"{"a":[1,-2,0.5,true,null,"x"]}"#; count].join(",");
        for count in [0, 1, 1_500] {
            let json = format!("[{}]", items(count));
            let (value, whole) = value_of(&json).expect("it is JSON");
            assert!(whole);
            assert_eq!(Some(value), serde_json::from_str(&json).ok(), "{count}");
        }
        let json = format!("[{}]", items(3_000));
        let (value, whole) = value_of(&json).expect("it is JSON");
        assert!(!whole);
        let items = value.as_array().expect("it is a list");
        assert!((1_500..3_000).contains(&items.len()), "{}", items.len());
        assert_eq!(value_of(&json.replace(']', "")), None);
        assert_eq!(value_of(&format!("{json} x")), None);
    }

    #[test]
    fn labels_are_few_and_flat() {
        let nested = |depth: usize| {
            (1..depth).fold(serde_json::json!({"a": 1}), |inner, _| serde_json::json!({ "a": inner }))
        };
        assert!(are_labels(&nested(DEEPEST_LABEL)));
        assert!(!are_labels(&nested(DEEPEST_LABEL + 1)));
        let many = |count: usize| serde_json::json!({ "a": vec![1; count] });
        assert!(!are_labels(&many(1)));
        let many = |count: usize| serde_json::json!({ "a": { "b": vec![1; count] } });
        assert!(are_labels(&many(MOST_LABEL_PARTS - 3)));
        assert!(!are_labels(&many(MOST_LABEL_PARTS - 2)));
    }
}
