//! Holds a line of an output to what it promises: keys and their order, types, the forms of ids and dates.
//!
//! A line is read once and nothing of it is kept but what the account is checked with.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::article::{ArticleDate, ArticleId, DROPPED_KEYS, Key, QUARANTINE_KEYS, RECORD_KEYS, Shape};
use crate::date::Evidence;
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

/// The keys of an output's lines.
#[derive(Clone, Debug)]
pub(super) struct Contract {
    output: Output,
    keys: Vec<Key>,
}

impl Contract {
    pub(super) fn of(output: Output) -> Self {
        let keys = match output {
            Output::Records => RECORD_KEYS.to_vec(),
            Output::Dropped => [RECORD_KEYS, DROPPED_KEYS].concat(),
            Output::Quarantine => QUARANTINE_KEYS.to_vec(),
        };
        Self { output, keys }
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
    /// The keys that lead here, each with a dot behind it.
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
            map.next_value_seed(Value { shape: self.keys[place].shape, path: &path, claims: self.claims })?;
        }
        self.required(next..self.keys.len())
    }
}

impl Keys<'_> {
    /// None of these keys may be left out.
    fn required<E: Error>(&self, range: std::ops::Range<usize>) -> Result<(), E> {
        match self.keys.get(range).unwrap_or_default().iter().find(|key| key.required) {
            Some(key) => Err(E::custom(format!("`{}{}` is missing, or too late", self.path, key.name))),
            None => Ok(()),
        }
    }
}

/// A value of a shape.
struct Value<'a> {
    shape: Shape,
    path: &'a str,
    claims: &'a mut Claims,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.path {
            "verdict.measured" => self.claims.measured = true,
            "verdict.limit" => self.claims.limit = true,
            "duplicate_of" => self.claims.duplicate = true,
            "raw" | "raw_base64" => self.claims.raws += 1,
            _ => {}
        }
        if let Shape::Object(keys) = self.shape {
            let path = format!("{}.", self.path);
            return Keys { keys, path: &path, claims: self.claims }.deserialize(deserializer);
        }
        deserializer.deserialize_any(self)
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

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let claims = self.claims;
        match self.shape {
            Shape::Date => {
                let read = ArticleDate::parse(text, &Evidence::default());
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
                return Err(E::invalid_type(
                    serde::de::Unexpected::Str(text),
                    &Value { shape: self.shape, path: self.path, claims },
                ));
            }
        }
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

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        if matches!(self.path, "source.line" | "line") {
            self.claims.line = number;
        }
        match self.shape {
            Shape::Count | Shape::Number | Shape::Measured => Ok(()),
            _ => Err(E::invalid_type(serde::de::Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        match self.shape {
            Shape::Number | Shape::Measured => Ok(()),
            _ => Err(E::invalid_type(serde::de::Unexpected::Float(number), &self)),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        match self.shape {
            Shape::Number | Shape::Measured => Ok(()),
            _ => Err(E::invalid_type(serde::de::Unexpected::Signed(number), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let path = format!("{}[]", self.path);
        let item = match self.shape {
            Shape::Texts => Shape::Text,
            Shape::Objects(keys) => Shape::Object(keys),
            _ => return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self)),
        };
        let Self { claims, .. } = self;
        while list.next_element_seed(Value { shape: item, path: &path, claims: &mut *claims })?.is_some() {}
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        if !matches!(self.shape, Shape::Open | Shape::Extra) {
            return Err(M::Error::invalid_type(serde::de::Unexpected::Map, &self));
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

    #[test]
    fn right_lines_say_where_they_come_from() {
        let record = format!(
            "{{\"id\":\"{ID}\",\"url\":\"https://example.com/a\",\"authors\":[\"A B\"],\"published\":\
             \"2024-05-01T10:00:00+02:00\",\"modified\":\"2024-05-02\",\"language_score\":1,\"text\":\"x\",\"images\":\
             [{{\"url\":\"u\"}}],\"labels\":{{\"a\":[1]}},\"source\":{{\"dump\":\"d\",\"line\":7,\"id\":\"any\"}},\"extra\":\"{{}}\"}}"
        );
        let claims = check(Output::Records, &record).expect("it is right");
        assert_eq!((claims.dump.as_str(), claims.line, claims.id.as_str()), ("d", 7, ID));
        let dropped = record.replace(
            ",\"extra\"",
            ",\"extra\":{\"a\":1},\"verdict\":{\"stage\":\"dedup\",\"reason\":\"near_duplicate\",\"measured\":0.8,\
             \"limit\":\"x\"},\"duplicate_of\":{\"id\":\"00000000000000000000000000000001\",\"dump\":\"d\",\"line\":1,\
             \"similarity\":1.0,\"night\":\"n\"},\"x\"",
        );
        let dropped = dropped.replace(",\"x\":\"{}\"", "");
        let claims = check(Output::Dropped, &dropped).expect("it is right");
        assert_eq!((claims.stage.as_str(), claims.reason.as_str()), ("dedup", "near_duplicate"));
        let quarantined = "{\"dump\":\"d\",\"line\":3,\"byte_offset\":0,\"byte_length\":1,\"reason\":\"bad_json\",\
                           \"detail\":\"\",\"raw\":\"x\"}";
        assert_eq!(check(Output::Quarantine, quarantined).map(|claims| claims.line), Ok(3));
    }

    #[test]
    fn each_broken_promise_is_named() {
        let right = format!(
            "{{\"id\":\"{ID}\",\"url\":\"https://example.com/a\",\"title\":\"t\",\"published\":\"2024-05-01\",\
             \"text\":\"x\",\"source\":{{\"dump\":\"d\",\"line\":7}}}}"
        );
        assert!(check(Output::Records, &right).is_ok());
        for (part, instead, message) in [
            ("\"title\"", "\"headline\"", "unknown key `headline`"),
            ("\"title\":\"t\"", "\"title\":7", "expected a text as `title`"),
            ("\"title\":\"t\"", "\"title\":null", "invalid type: null"),
            ("\"title\":\"t\",", "\"title\":\"t\",\"title\":\"t\",", "`title` is there twice or too late"),
            (
                "\"title\":\"t\",\"published\":\"2024-05-01\"",
                "\"published\":\"2024-05-01\",\"title\":\"t\"",
                "`title` is there twice or too late",
            ),
            ("\"2024-05-01\"", "\"2024-05-01T10:00\"", "`published` is 2024-05-01T10:00"),
            ("\"2024-05-01\"", "\"2024-02-30\"", "`published` is 2024-02-30"),
            ("\"2024-05-01\"", "\"2024-05-01T10:00:00+00:00\"", "no date of the form"),
            (ID, "22A0a2b4421e124a63f764f1b952e034", "and not 32 hex digits"),
            (ID, "22a0a2b4421e124a63f764f1b952e035", "which is not that of its URL or its text"),
            ("\"line\":7", "\"line\":-7", "expected a whole number as `source.line`"),
            (",\"line\":7", "", "`source.line` is missing, or too late"),
            (",\"source\":{\"dump\":\"d\",\"line\":7}", "", "`source` is missing, or too late"),
            ("\"x\"", "\"x\",\"images\":[{\"size\":1}]", "unknown key `images[].size`"),
            ("\"x\"", "\"x\",\"images\":{}", "expected a list as `images`"),
            ("\"t\"", "\"t\",\"authors\":[1]", "expected a text as `authors[]`"),
            ("}}", "}} {}", "trailing characters"),
            ("}}", "}", "EOF"),
        ] {
            let wrong = right.replace(part, instead);
            assert_ne!(wrong, right, "{part}");
            let error = check(Output::Records, &wrong).err().unwrap_or_default();
            assert!(error.contains(message), "{instead}: {error}");
        }
        let verdict = |verdict: &str| {
            let line = format!("{},{verdict}}}", right.strip_suffix('}').unwrap_or_default());
            check(Output::Dropped, &line).err().unwrap_or_default()
        };
        let no_limit = "\"verdict\":{\"stage\":\"s\",\"reason\":\"r\",\"measured\":1}";
        assert!(verdict(no_limit).contains("one of `measured` and `limit`"), "{}", verdict(no_limit));
        let alone = "\"verdict\":{\"stage\":\"s\",\"reason\":\"duplicate_url\"}";
        assert!(verdict(alone).contains("`duplicate_of` does not fit"), "{}", verdict(alone));
        assert!(check(Output::Dropped, &right).is_err_and(|error| error.contains("`verdict` is missing")));
        let quarantined = "{\"dump\":\"d\",\"line\":3,\"byte_offset\":0,\"byte_length\":1,\"reason\":\"r\",\"detail\":\"\"}";
        assert!(check(Output::Quarantine, quarantined).is_err_and(|error| error.contains("just one of")));
    }
}
