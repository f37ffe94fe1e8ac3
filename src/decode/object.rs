//! A line's values: the body and the page as text, the others as slices of the line, sorted by what is done with them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::{self, Claim, FieldMap, METADATA_RANK, Match, Meaning, Slot};
use super::{body, bounds, json_string, tables, values, wrapper};
use crate::format::{HEADER_FIELDS, ROW_FIELDS};

/// The keys from the top of the line down to a value. Nearly all have one, so that needs no list.
#[derive(Clone, Debug, Default)]
pub(super) struct Path<'de> {
    pub(super) outer: Vec<Cow<'de, str>>,
    pub(super) key: Cow<'de, str>,
}

impl<'de> Path<'de> {
    pub(super) fn new(key: Cow<'de, str>) -> Self {
        Self { outer: Vec::new(), key }
    }

    pub(super) fn first(&self) -> &Cow<'de, str> {
        self.outer.first().unwrap_or(&self.key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Cow<'de, str>> {
        self.outer.iter().chain([&self.key])
    }

    /// The path where the object that it leads into is itself under keys.
    pub(super) fn under(self, outer: &Path<'de>) -> Self {
        Self { outer: outer.keys().cloned().chain(self.outer).collect(), key: self.key }
    }

    pub(super) fn into_owned<'a>(self) -> Path<'a> {
        let own = |key: Cow<'_, str>| Cow::Owned(key.into_owned());
        Path { outer: self.outer.into_iter().map(own).collect(), key: own(self.key) }
    }
}

/// A line's values, sorted by what is done with them.
#[derive(Default)]
pub(super) struct Object<'de> {
    pub(super) text: Vec<Big<'de>>,
    pub(super) html: Vec<Big<'de>>,
    pub(super) values: Vec<Small<'de>>,
    pub(super) others: Vec<(Path<'de>, Cow<'de, str>)>,
    /// It has two addresses under one key, and two titles or texts under another: two writers wrote one line.
    pub(super) is_spliced: bool,
    /// How many keys it has, with those of nested objects that were taken in; beyond [`bounds::MOST_KEYS`] they are not read.
    pub(super) keys: usize,
}

pub(super) struct Big<'de> {
    pub(super) path: Path<'de>,
    pub(super) rank: u16,
    pub(super) text: String,
    /// Of a value that is no string, as JSON: what of it is not in `text`, and all of it.
    pub(super) parts: Option<Box<Parts>>,
}

pub(super) struct Parts {
    pub(super) rest: String,
    pub(super) whole: String,
}

#[derive(Clone)]
pub(super) struct Small<'de> {
    pub(super) path: Path<'de>,
    pub(super) slot: Slot,
    pub(super) rank: u16,
    /// The field that it is for where this one does not take it.
    pub(super) next: Option<(Slot, u16)>,
    pub(super) raw: Cow<'de, str>,
}

impl<'de> Object<'de> {
    /// Takes in the values of a nested object that holds known fields.
    pub(super) fn nest(&mut self, inner: Object<'de>, outer: &Path<'de>) {
        let under = |path: Path<'de>| path.under(outer);
        self.keys += inner.keys;
        self.text.extend(inner.text.into_iter().map(|big| Big { path: under(big.path), ..big }));
        self.html.extend(inner.html.into_iter().map(|big| Big { path: under(big.path), ..big }));
        self.values.extend(inner.values.into_iter().map(|small| Small { path: under(small.path), ..small }));
        self.others.extend(inner.others.into_iter().map(|(path, raw)| (under(path), raw)));
    }

    /// Takes in what an object under a name of the body has besides the body: `{"requested_url": …, "content": …}`.
    pub(super) fn lend(&mut self, fields: &FieldMap, of: Slot) {
        for big in if of == Slot::Text { &self.text } else { &self.html } {
            let Some(parts) = big.parts.as_ref().filter(|parts| parts.whole.starts_with('{')) else {
                continue;
            };
            let Some(mut inner) = Names::usual(fields).parse(&parts.whole).map(Object::into_owned) else {
                continue;
            };
            inner.lower(METADATA_RANK);
            let lent =
                inner.values.into_iter().map(|small| Small { path: small.path.under(&big.path), ..small });
            self.values.extend(lent);
        }
    }

    /// Takes a date beside the title before the time at which the row was created that the article is in: `{"createdTime": …, "fields": {"Title": …,
    /// "Published": …}}`. A row without another date keeps that one.
    pub(super) fn prefer_dates_of_articles(&mut self) {
        let titles = self.values.iter().filter(|value| value.slot == Slot::Title);
        let Some(title) = titles.min_by_key(|value| value.rank).filter(|title| !title.path.outer.is_empty())
        else {
            return;
        };
        let outer = title.path.outer.clone();
        // What has a title alone says something of the record around it.
        let mut bodies = self.text.iter().chain(&self.html).filter(|big| !big.text.is_empty());
        if bodies.any(|big| !big.path.outer.starts_with(&outer)) {
            return;
        }
        let is_of_row = |value: &Small<'de>| value.path.key.to_ascii_lowercase().contains("creat");
        let dates = || self.values.iter().filter(|value| value.slot == Slot::Published);
        if dates().any(|date| !is_of_row(date) && date.path.outer.starts_with(&outer)) {
            for date in self.values.iter_mut().filter(|value| value.slot == Slot::Published) {
                if is_of_row(date) && !date.path.outer.starts_with(&outer) {
                    date.rank = date.rank.saturating_add(2 * METADATA_RANK);
                }
            }
        }
    }

    /// How many records' values it has by the column, where its titles or addresses are a list of so many different ones, and so are other values. A
    /// record of its own may have two headlines, two authors and two paragraphs.
    pub(super) fn records(&self) -> Option<usize> {
        // What has one text is one record, however many titles and addresses its page gives itself.
        let mut bodies = self.text.iter().chain(&self.html);
        if bodies.any(|big| big.parts.is_none() && !big.text.is_empty()) {
            return None;
        }
        let of = |slots: &'static [Slot]| {
            let values = self.values.iter().filter(|value| slots.contains(&value.slot));
            values.filter(|value| !values::is_nothing(&value.raw))
        };
        let heads = || of(&[Slot::Title, Slot::Url]);
        // Ids of a record may be several, but not as many as its texts.
        let ids = || of(&[Slot::Id]).filter(|value| value.raw.starts_with('['));
        let count = heads()
            .chain(ids())
            .find_map(|value| tables::different(&value.raw))
            .filter(|count| *count > 1)?;
        let is_column = |value: &&Small<'_>| tables::length(&value.raw) == Some(count);
        let bodies = self.text.iter().chain(&self.html).filter_map(|big| big.parts.as_ref());
        let bodies = bodies.filter(|parts| tables::length(&parts.whole) == Some(count)).count();
        let telling = heads().chain(ids()).filter(is_column).count() + bodies;
        let many = |value: &&Small<'_>| tables::length(&value.raw).is_some_and(|count| count > 2);
        let others = of(&[Slot::Authors, Slot::Published]).filter(many).count();
        let are_lists = heads().all(|value| tables::different(&value.raw).is_some());
        let is_table = match count {
            2 => are_lists && telling > 2,
            // Of scraped lists some may lack a value.
            _ => (telling > 1 && (are_lists || others > 0)) || (are_lists && others > 0),
        };
        is_table.then_some(count)
    }

    /// What is said of a row of a table that is none.
    pub(super) fn uneven_row(&self) -> Option<String> {
        let number = |name: &str| self.others.iter().find(|(path, _)| path.key == name).map(|(_, raw)| raw);
        let (fields, columns) = (number(ROW_FIELDS)?, number(HEADER_FIELDS)?);
        let s = if **fields == *"1" { "" } else { "s" };
        Some(format!("{fields} field{s} where the header has {columns}"))
    }

    /// The attribute whose value a row has, where it says no more of an article: its `name` is that of a field, and its value is under a name that means
    /// nothing.
    pub(super) fn attribute(&self, fields: &FieldMap) -> Option<String> {
        let bodies = self.text.iter().chain(&self.html);
        let others = bodies.filter(|big| !big.text.is_empty()).count();
        let mut says =
            self.values.iter().filter(|value| value.slot != Slot::Id && !values::is_nothing(&value.raw));
        let name = says.next().filter(|value| value.slot == Slot::Title && value.path.key == "name")?;
        let has_value = self.others.iter().any(|(path, _)| path.key.to_ascii_lowercase().contains("value"));
        let name = values::text_of(&name.raw)?;
        (others == 0 && says.next().is_none() && has_value && fields.get(&name).is_some()).then_some(name)
    }

    /// Makes all names worse ones by so much.
    pub(super) fn lower(&mut self, by: u16) {
        let ranks = self.text.iter_mut().chain(&mut self.html).map(|big| &mut big.rank);
        for rank in ranks.chain(self.values.iter_mut().map(|small| &mut small.rank)) {
            *rank = rank.saturating_add(by);
        }
    }

    fn bigs(&mut self, slot: Slot) -> &mut Vec<Big<'de>> {
        if slot == Slot::Text { &mut self.text } else { &mut self.html }
    }

    /// The same, without a loan from the line.
    pub(super) fn into_owned<'a>(self) -> Object<'a> {
        let big = |big: Big<'de>| Big {
            path: big.path.into_owned(),
            rank: big.rank,
            text: big.text,
            parts: big.parts,
        };
        Object {
            keys: self.keys,
            is_spliced: self.is_spliced,
            text: self.text.into_iter().map(big).collect(),
            html: self.html.into_iter().map(big).collect(),
            values: self
                .values
                .into_iter()
                .map(|small| Small {
                    path: small.path.into_owned(),
                    raw: Cow::Owned(small.raw.into_owned()),
                    slot: small.slot,
                    rank: small.rank,
                    next: small.next,
                })
                .collect(),
            others: self
                .others
                .into_iter()
                .map(|(path, raw)| (path.into_owned(), Cow::Owned(raw.into_owned())))
                .collect(),
        }
    }

    /// Whether there is a text or a page that is a value of its own, not a part of an object.
    pub(super) fn has_body(&self) -> bool {
        self.text.iter().chain(&self.html).any(|big| {
            let is_object = big.parts.as_ref().is_some_and(|parts| parts.whole.starts_with('{'));
            !big.text.is_empty() && !is_object
        })
    }

    /// How many values of each kind there are.
    fn lengths(&self) -> [usize; 4] {
        [self.text.len(), self.html.len(), self.values.len(), self.others.len()]
    }

    /// Whether repeated keys have two addresses, and two titles or texts.
    fn has_two_heads(&self, repeated: &HashMap<Cow<'de, str>, [usize; 4]>) -> bool {
        let is_repeated = |path: &Path<'de>| repeated.contains_key(path.first());
        let differ = |slot: Slot| {
            let values = self.values.iter().filter(|value| value.slot == slot && is_repeated(&value.path));
            let values: HashSet<&str> =
                values.map(|value| &*value.raw).filter(|raw| !values::is_nothing(raw)).collect();
            values.len() > 1
        };
        let bodies = self.text.iter().chain(&self.html).filter(|big| is_repeated(&big.path));
        let bodies: HashSet<&str> = bodies.map(|big| &*big.text).filter(|text| !text.is_empty()).collect();
        differ(Slot::Url) && (differ(Slot::Title) || bodies.len() > 1)
    }

    /// Forgets the values of repeated keys but for the last: of each key those that stand before `lengths`.
    /// All in one pass, because a line may repeat every one of a million keys.
    fn forget(&mut self, repeated: &HashMap<Cow<'de, str>, [usize; 4]>) {
        fn retain<'de, T>(
            items: &mut Vec<T>,
            path: fn(&T) -> &Path<'de>,
            end: impl Fn(&Cow<'de, str>) -> Option<usize>,
        ) {
            let mut index = 0;
            items.retain(|item| {
                let earlier = end(path(item).first()).is_some_and(|end| index < end);
                index += 1;
                !earlier
            });
        }
        let end = |of: usize| move |key: &Cow<'de, str>| Some(repeated.get(key)?[of]);
        retain(&mut self.text, |big| &big.path, end(0));
        retain(&mut self.html, |big| &big.path, end(1));
        retain(&mut self.values, |small| &small.path, end(2));
        retain(&mut self.others, |(path, _)| path, end(3));
    }
}

/// The keys of an object so far.
#[derive(Default)]
pub(super) struct Keys<'de> {
    pub(super) few: Vec<Cow<'de, str>>,
    pub(super) many: HashSet<Cow<'de, str>>,
}

impl<'de> Keys<'de> {
    /// Records have up to thirty keys, which are compared quicker than hashed. One with 200 000, compared each
    /// with each, took 43 seconds.
    const FEW: usize = 64;

    /// Takes a key in; `false` where it was there.
    pub(super) fn insert(&mut self, key: Cow<'de, str>) -> bool {
        if self.few.contains(&key) {
            return false;
        }
        if self.few.len() < Self::FEW {
            self.few.push(key);
            return true;
        }
        self.many.insert(key)
    }
}

/// The names that count in an object.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    /// Those of this object alone.
    specific: Option<&'a FieldMap>,
    /// The usual ones.
    pub(super) usual: Option<&'a FieldMap>,
    /// How many objects it is in.
    pub(super) depth: usize,
}

impl<'a> Names<'a> {
    /// All usual names.
    pub(super) fn usual(fields: &'a FieldMap) -> Self {
        Self { specific: None, usual: Some(fields), depth: 0 }
    }

    /// What a key means here, and how much worse a name it is.
    pub(super) fn get(&self, key: &str) -> Option<Match<'a>> {
        [self.specific, self.usual].into_iter().flatten().find_map(|fields| fields.get(key))
    }

    /// The names in an object under a key, where some count there.
    pub(super) fn inside(&self, meaning: &'a Meaning) -> Option<Self> {
        /// Deeper than a pipeline's longest path that anybody would write.
        const DEEPEST: usize = 16;
        let is_open = meaning.is_metadata || meaning.is_body();
        let usual = self.usual.filter(|_| is_open && self.depth < wrapper::DEPTH);
        let inside = Self { specific: meaning.inner.as_ref(), usual, depth: self.depth + 1 };
        (self.depth < DEEPEST && (usual.is_some() || inside.specific.is_some())).then_some(inside)
    }

    /// The values in an object, or in a string that holds one.
    pub(super) fn read<'de>(self, raw: &Cow<'de, str>) -> Option<Object<'de>> {
        match raw {
            Cow::Borrowed(text) if text.starts_with('{') => self.parse(text),
            text if text.starts_with('{') => self.parse(text).map(Object::into_owned),
            text if text.starts_with("\"{") => {
                let inner: String = serde_json::from_str(text).ok()?;
                self.parse(&inner).map(Object::into_owned)
            }
            _ => None,
        }
    }

    pub(super) fn parse(self, json: &str) -> Option<Object<'_>> {
        let object = self.deserialize(&mut serde_json::Deserializer::from_str(json)).ok()?;
        (object.keys <= bounds::MOST_KEYS).then_some(object)
    }
}

impl<'de> DeserializeSeed<'de> for Names<'_> {
    type Value = Object<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Object<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut object = Object::default();
        let mut keys = Keys { few: Vec::with_capacity(16), many: HashSet::new() };
        let mut repeated = HashMap::new();
        while let Some(key) = map.next_key_seed(KeySeed)? {
            object.keys += 1;
            if object.keys > bounds::MOST_KEYS {
                map.next_value::<IgnoredAny>()?;
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                break;
            }
            if !keys.insert(key.clone()) {
                repeated.insert(key.clone(), object.lengths());
            }
            let Some(Match { meaning, lowered }) = self.get(&key) else {
                let raw: &RawValue = map.next_value()?;
                object.others.push((Path::new(key), raw.get().into()));
                continue;
            };
            let claim = |index| {
                meaning.claims.get(index).map(|claim: &Claim| (claim.slot, claim.rank(&key) + lowered))
            };
            let (first, next) = (claim(0), claim(1));
            if let Some((slot @ (Slot::Text | Slot::Html), rank)) = first
                && meaning.inner.is_none()
            {
                let (text, parts) = map.next_value_seed(BigSeed)?;
                let whole = parts.as_ref().map(|parts| &*parts.whole);
                if !fields::can_be_body(&key, whole) {
                    let raw = whole.map_or_else(|| json_string(&text), str::to_owned);
                    object.others.push((Path::new(key), raw.into()));
                    continue;
                }
                object.bigs(slot).push(Big { path: Path::new(key), rank, text, parts });
                continue;
            }
            let raw: &RawValue = map.next_value()?;
            let raw = Cow::Borrowed(raw.get());
            // `source` is a name in one feed and an object with a name in another.
            if let Some(mut inner) = self.inside(meaning).and_then(|names| names.read(&raw)) {
                inner.lower(if meaning.is_metadata { METADATA_RANK } else { 0 });
                object.nest(inner, &Path::new(key));
                continue;
            }
            match first {
                None => object.others.push((Path::new(key), raw)),
                // A wrapper by everybody else, and a date in Italian and Portuguese.
                Some(_) if key == "data" && (raw.starts_with(['{', '[']) || raw.starts_with("\"{")) => {
                    object.others.push((Path::new(key), raw));
                }
                Some((slot @ (Slot::Text | Slot::Html), rank)) => {
                    let (text, parts) = BigSeed
                        .deserialize(&mut serde_json::Deserializer::from_str(&raw))
                        .map_err(A::Error::custom)?;
                    object.bigs(slot).push(Big { path: Path::new(key), rank, text, parts });
                }
                Some((slot, rank)) => {
                    object.values.push(Small { path: Path::new(key), slot, rank, next, raw });
                }
            }
        }
        if !repeated.is_empty() {
            object.is_spliced = object.has_two_heads(&repeated);
            object.forget(&repeated);
        }
        Ok(object)
    }
}

/// A key, borrowed from the line where it has no escapes.
pub(super) struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// A body or a page: a string, or a list of paragraphs; and what in it is no text, as JSON.
struct BigSeed;

impl<'de> DeserializeSeed<'de> for BigSeed {
    type Value = (String, Option<Box<Parts>>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for BigSeed {
    type Value = (String, Option<Box<Parts>>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok((if crate::text::says_nothing(text) { String::new() } else { text.to_owned() }, None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok((String::new(), None))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        let (rest, whole) = (value.to_string(), value.to_string());
        Ok((String::new(), Some(Box::new(Parts { rest, whole }))))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok((number.to_string(), None))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok((number.to_string(), None))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok((number.to_string(), None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let (mut text, mut rest, mut whole) = (String::new(), String::from("["), String::from("["));
        let mut is_tree = false;
        while let Some(item) = list.next_element::<&RawValue>()? {
            let item = item.get();
            push_part(&mut whole, &[item]);
            is_tree |= item.starts_with(['{', '[']);
            let paragraph = values::text_of(item);
            let all_said = match item.bytes().next() {
                // An object with a text may have more in it than the text.
                Some(b'{' | b'[') => values::is_single(item) && paragraph.is_some(),
                _ => paragraph.is_some(),
            };
            if !all_said && !values::is_nothing(item) {
                push_part(&mut rest, &[item]);
            }
            if let Some(paragraph) = paragraph {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(&paragraph);
            }
        }
        rest.push(']');
        whole.push(']');
        if is_tree && let Some(read) = body::of(&whole) {
            text = read;
        }
        Ok((text, Some(Box::new(Parts { rest, whole }))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // `{"rendered": "…"}` and the like, as the API of a well-known blog program sends it.
        let (mut text, mut rest, mut whole) = (String::new(), String::from("{"), String::from("{"));
        while let Some((key, value)) = map.next_entry::<Cow<'de, str>, &RawValue>()? {
            let value = value.get();
            let name = json_string(&key);
            push_part(&mut whole, &[&name, ":", value]);
            if text.is_empty()
                && values::BODY_KEYS.contains(&&*key)
                && let Some(inner) = values::text_of(value)
            {
                text = inner;
            } else {
                push_part(&mut rest, &[&name, ":", value]);
            }
        }
        rest.push('}');
        whole.push('}');
        if text.is_empty()
            && let Some(read) = body::of(&whole)
        {
            text = read;
        }
        Ok((text, Some(Box::new(Parts { rest, whole }))))
    }
}

/// Adds an item to an open list, or an entry to an open object.
fn push_part(json: &mut String, parts: &[&str]) {
    if json.len() > 1 {
        json.push(',');
    }
    parts.iter().for_each(|part| json.push_str(part));
}
