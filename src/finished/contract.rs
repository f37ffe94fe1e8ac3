//! Holds a line of an output to what it promises: all of its keys in their order, types, the forms of ids and dates.
//!
//! A line is read once and nothing of it is kept but what the account is checked with.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

use crate::article::{ArticleDate, ArticleId, DROPPED_KEYS, Key, QUARANTINE_KEYS, RECORD_KEYS, Shape};
use crate::date::OrderEvidence;
use crate::dedup::DUPLICATES;
use crate::write::Output;

/// What a line says that the account is checked with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    pub dump: String,
    pub line: u64,
    pub id: String,
    /// Of a verdict, or of a quarantined line.
    pub reason: String,
    /// Of a verdict.
    pub stage: String,
    url: String,
    html_or_text: String,
    measured: bool,
    limit: bool,
    duplicate: bool,
    raws: u32,
}

/// The keys of an output's lines, in order.
pub(crate) fn keys_of(output: Output) -> Vec<Key> {
    match output {
        Output::Records => RECORD_KEYS.to_vec(),
        Output::Dropped => [RECORD_KEYS, DROPPED_KEYS].concat(),
        Output::Quarantine => QUARANTINE_KEYS.to_vec(),
    }
}

/// What an output's lines are held to.
#[derive(Clone, Debug)]
pub(super) struct Contract {
    output: Output,
    keys: Vec<Key>,
}

impl Contract {
    pub(super) fn of(output: Output) -> Self {
        Self { output, keys: keys_of(output) }
    }

    /// What the line says, or what is wrong with it.
    pub(super) fn check(&self, line: &[u8]) -> Result<Claims, String> {
        let mut claims = Claims::default();
        let mut json = serde_json::Deserializer::from_slice(line);
        let read = Keys { keys: &self.keys, path: "", claims: &mut claims }.deserialize(&mut json);
        read.and_then(|()| json.end()).map_err(|error| format!("is no right record: {error}"))?;
        self.hold_together(&claims)?;
        Ok(claims)
    }

    /// What no key can tell alone.
    fn hold_together(&self, claims: &Claims) -> Result<(), String> {
        if self.output == Output::Quarantine {
            return if claims.raws == 1 {
                Ok(())
            } else {
                Err("has not just one of `raw` and `raw_base64`".to_owned())
            };
        }
        let hashed = if claims.url.is_empty() { &claims.html_or_text } else { &claims.url };
        if ArticleId::of(hashed).to_string() != claims.id {
            return Err(format!("has the id {}, which is not that of its URL or its text", claims.id));
        }
        if claims.measured != claims.limit {
            return Err("has a verdict with one of `measured` and `limit`".to_owned());
        }
        let is_duplicate = DUPLICATES.iter().any(|reason| reason.name == claims.reason);
        if self.output == Output::Dropped && is_duplicate != claims.duplicate {
            return Err(format!("was dropped as {}, and `duplicate_of` does not fit", claims.reason));
        }
        Ok(())
    }
}

/// An object with keys in order.
struct Keys<'a> {
    keys: &'a [Key],
    /// The keys that lead here, each with a dot after it.
    path: &'a str,
    claims: &'a mut Claims,
}

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let mut next = 0;
        while let Some(name) = map.next_key::<String>()? {
            let place = self.keys.iter().position(|key| key.name == name);
            let Some(place) = place else {
                return Err(M::Error::custom(format!("unknown key `{}{name}`", self.path)));
            };
            if place < next {
                return Err(M::Error::custom(format!("`{}{name}` is there twice or too late", self.path)));
            }
            self.required(next..place)?;
            next = place + 1;
            let path = format!("{}{name}", self.path);
            let Key { shape, required, .. } = self.keys[place];
            map.next_value_seed(Value { shape, required, path: &path, claims: self.claims })?;
        }
        self.required(next..self.keys.len())
    }
}

impl Keys<'_> {
    /// None of these keys may be left out: at the top level none at all, but for `extra`, which a pipeline may not want.
    fn required<E: Error>(&self, range: std::ops::Range<usize>) -> Result<(), E> {
        let is_top = self.path.is_empty();
        let must = |key: &&Key| key.required || (is_top && key.shape != Shape::Extra);
        match self.keys.get(range).unwrap_or_default().iter().find(must) {
            Some(key) => Err(E::custom(format!("`{}{}` is missing, or too late", self.path, key.name))),
            None => Ok(()),
        }
    }
}

/// A value of a shape.
struct Value<'a> {
    shape: Shape,
    /// Whether it may not be `null`.
    required: bool,
    path: &'a str,
    claims: &'a mut Claims,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Value<'_> {
    /// Notes that there is a value that is not `null`.
    fn note(&mut self) {
        match self.path {
            "verdict.measured" => self.claims.measured = true,
            "verdict.limit" => self.claims.limit = true,
            "duplicate_of" => self.claims.duplicate = true,
            "raw" | "raw_base64" => self.claims.raws += 1,
            _ => {}
        }
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.shape {
            Shape::Text => "a text",
            Shape::Id => "32 hex digits",
            Shape::Count => "a whole number",
            Shape::Number => "a number",
            Shape::Date => "a date",
            Shape::Texts | Shape::Objects(_) => "a list",
            Shape::Object(_) | Shape::Open => "an object",
            Shape::Extra => "a text or an object",
            Shape::Measured => "a number or a name",
        };
        write!(f, "{what} as `{}`", self.path)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.required { Err(E::invalid_type(Unexpected::Unit, &self)) } else { Ok(()) }
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        self.note();
        match self.shape {
            Shape::Date => {
                let read = ArticleDate::parse(text, &OrderEvidence::default());
                if read.is_none_or(|date| date.to_string() != text) {
                    return Err(E::custom(format!(
                        "`{}` is {text}, which is no date of the form",
                        self.path
                    )));
                }
            }
            Shape::Id => {
                let digits = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
                if text.len() != 32 || !digits(text) {
                    return Err(E::custom(format!("`{}` is {text}, and not 32 hex digits", self.path)));
                }
            }
            Shape::Text | Shape::Extra | Shape::Measured => {}
            _ => {
                return Err(E::invalid_type(Unexpected::Str(text), &self));
            }
        }
        let claims = self.claims;
        let claim = match self.path {
            "id" => &mut claims.id,
            "url" => &mut claims.url,
            "html" | "text" => &mut claims.html_or_text,
            "source.dump" | "dump" => &mut claims.dump,
            "verdict.reason" | "reason" => &mut claims.reason,
            "verdict.stage" => &mut claims.stage,
            _ => return Ok(()),
        };
        text.clone_into(claim);
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, number: u64) -> Result<(), E> {
        self.note();
        if matches!(self.path, "source.line" | "line") {
            self.claims.line = number;
        }
        match self.shape {
            Shape::Count | Shape::Number | Shape::Measured => Ok(()),
            _ => Err(E::invalid_type(Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_f64<E: Error>(mut self, number: f64) -> Result<(), E> {
        self.note();
        match self.shape {
            Shape::Number | Shape::Measured => Ok(()),
            _ => Err(E::invalid_type(Unexpected::Float(number), &self)),
        }
    }

    fn visit_i64<E: Error>(mut self, number: i64) -> Result<(), E> {
        self.note();
        match self.shape {
            Shape::Number | Shape::Measured => Ok(()),
            _ => Err(E::invalid_type(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let path = format!("{}[]", self.path);
        let item = match self.shape {
            Shape::Texts => Shape::Text,
            Shape::Objects(keys) => Shape::Object(keys),
            _ => return Err(A::Error::invalid_type(Unexpected::Seq, &self)),
        };
        let Self { claims, .. } = self;
        while list
            .next_element_seed(Value { shape: item, required: true, path: &path, claims: &mut *claims })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<(), M::Error> {
        self.note();
        if let Shape::Object(keys) = self.shape {
            let path = format!("{}.", self.path);
            return Keys { keys, path: &path, claims: self.claims }.visit_map(map);
        }
        if !matches!(self.shape, Shape::Open | Shape::Extra) {
            return Err(M::Error::invalid_type(Unexpected::Map, &self));
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: Output, line: &str) -> Result<Claims, String> {
        Contract::of(output).check(line.as_bytes())
    }

    const ID: &str = "22a0a2b4421e124a63f764f1b952e034";

    /// A line with these values, and `null` for every other key.
    fn line(output: Output, values: &[(&str, &str)]) -> String {
        let entries = keys_of(output).into_iter().map(|key| {
            let value = values.iter().find(|(name, _)| *name == key.name).map_or("null", |(_, value)| value);
            format!("\"{}\":{value}", key.name)
        });
        format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
    }

    #[test]
    fn right_lines_say_where_they_come_from() {
        let id = format!("\"{ID}\"");
        let mut values = vec![
            ("id", &*id),
            ("url", "\"https://example.com/a\""),
            ("authors", "[\"A B\"]"),
            ("published", "\"2024-05-01T10:00:00+02:00\""),
            ("modified", "\"2024-05-02\""),
            ("language_score", "1"),
            ("text", "\"x\""),
            ("images", "[{\"url\":\"u\"}]"),
            ("labels", "{\"a\":[1]}"),
            ("source", "{\"dump\":\"d\",\"line\":7,\"id\":\"any\"}"),
            ("extra", "{\"a\":1}"),
        ];
        let record = line(Output::Records, &values);
        let claims = check(Output::Records, &record).expect("it is right");
        assert_eq!((claims.dump.as_str(), claims.line, claims.id.as_str()), ("d", 7, ID));
        let without_extra = record.replace(",\"extra\":{\"a\":1}", "");
        assert!(check(Output::Records, &without_extra).is_ok(), "a pipeline may not want it");
        let origin = "{\"id\":\"00000000000000000000000000000001\",\"dump\":\"d\",\"line\":1,\"similarity\":1.0,\"night\":\"n\"}";
        values.extend([
            (
                "verdict",
                "{\"stage\":\"dedup\",\"reason\":\"near_duplicate\",\"measured\":0.8,\"limit\":\"x\"}",
            ),
            ("duplicate_of", origin),
        ]);
        let claims = check(Output::Dropped, &line(Output::Dropped, &values)).expect("it is right");
        assert_eq!((claims.stage.as_str(), claims.reason.as_str()), ("dedup", "near_duplicate"));
        let quarantined = line(Output::Quarantine, &[&QUARANTINED[..], &[("raw", "\"x\"")]].concat());
        assert_eq!(check(Output::Quarantine, &quarantined).map(|claims| claims.line), Ok(3));
    }

    const QUARANTINED: [(&str, &str); 6] = [
        ("dump", "\"d\""),
        ("line", "3"),
        ("byte_offset", "0"),
        ("byte_length", "1"),
        ("reason", "\"bad_json\""),
        ("detail", "\"\""),
    ];

    #[test]
    fn each_broken_promise_is_named() {
        let id = format!("\"{ID}\"");
        let values = [
            ("id", &*id),
            ("url", "\"https://example.com/a\""),
            ("title", "\"t\""),
            ("published", "\"2024-05-01\""),
            ("text", "\"x\""),
            ("source", "{\"dump\":\"d\",\"line\":7}"),
        ];
        let right = line(Output::Records, &values);
        assert_eq!(check(Output::Records, &right).map(|claims| claims.line), Ok(7));
        for (part, instead, message) in [
            ("\"title\"", "\"headline\"", "unknown key `headline`"),
            ("\"title\":\"t\"", "\"title\":7", "expected a text as `title`"),
            (&id, "null", "invalid type: null"),
            ("\"title\":\"t\",", "\"title\":\"t\",\"title\":\"t\",", "`title` is there twice or too late"),
            ("\"section\":null,", "", "`section` is missing, or too late"),
            (
                "\"title\":\"t\",\"description\":null",
                "\"description\":null,\"title\":\"t\"",
                "`title` is missing, or too late",
            ),
            ("\"2024-05-01\"", "\"2024-05-01T10:00\"", "`published` is 2024-05-01T10:00"),
            ("\"2024-05-01\"", "\"2024-02-30\"", "`published` is 2024-02-30"),
            ("\"2024-05-01\"", "\"2024-05-01T10:00:00+00:00\"", "no date of the form"),
            (ID, "22A0a2b4421e124a63f764f1b952e034", "and not 32 hex digits"),
            (ID, "22a0a2b4421e124a63f764f1b952e035", "which is not that of its URL or its text"),
            ("\"line\":7", "\"line\":-7", "expected a whole number as `source.line`"),
            ("\"line\":7", "\"line\":null", "invalid type: null"),
            (",\"line\":7", "", "`source.line` is missing, or too late"),
            (",\"source\":{\"dump\":\"d\",\"line\":7}", "", "`source` is missing, or too late"),
            ("\"images\":null", "\"images\":[{\"size\":1}]", "unknown key `images[].size`"),
            ("\"images\":null", "\"images\":{}", "expected a list as `images`"),
            ("\"authors\":null", "\"authors\":[1]", "expected a text as `authors[]`"),
            ("\"authors\":null", "\"authors\":[null]", "invalid type: null"),
            ("\"extra\":null}", "\"extra\":null} {}", "trailing characters"),
            ("\"extra\":null}", "\"extra\":null", "EOF"),
        ] {
            let wrong = right.replace(part, instead);
            assert_ne!(wrong, right, "{part}");
            let error = check(Output::Records, &wrong).err().unwrap_or_default();
            assert!(error.contains(message), "{instead}: {error}");
        }
        let verdict = |verdict: &str| {
            let line = line(Output::Dropped, &[&values[..], &[("verdict", verdict)]].concat());
            check(Output::Dropped, &line).err().unwrap_or_default()
        };
        let no_limit = "{\"stage\":\"s\",\"reason\":\"r\",\"measured\":1}";
        assert!(verdict(no_limit).contains("one of `measured` and `limit`"), "{}", verdict(no_limit));
        let alone = "{\"stage\":\"s\",\"reason\":\"duplicate_url\"}";
        assert!(verdict(alone).contains("`duplicate_of` does not fit"), "{}", verdict(alone));
        assert!(check(Output::Dropped, &right).is_err_and(|error| error.contains("`verdict` is missing")));
        let quarantined = line(Output::Quarantine, &QUARANTINED);
        assert!(check(Output::Quarantine, &quarantined).is_err_and(|error| error.contains("just one of")));
    }
}
