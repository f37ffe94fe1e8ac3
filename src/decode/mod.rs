//! A line of a dump → an [`Article`].
//!
//! Scrapers agree on nothing but JSON. Which key means what stands in [`fields`]; how its value is
//! understood, in [`values`] and [`people`]; what becomes of a record inside another object, in [`wrapper`]. A key that means
//! unknown to copydesk, and a value that does not fit its field (a date that is none) or of which a field takes a part alone, is
//! passed on in `extra`, as the very text that stood in the line.
//!
//! The body and the page are by far the largest values, so they are read straight into the article; every
//! other value is first kept as a slice of the line.

mod body;
mod bounds;
mod digest;
mod fields;
mod people;
mod records;
mod tables;
mod values;
mod warc;
mod words;
mod wrapper;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::article::{Article, Fault, Field, Found, Reason, Source};
use crate::date::{DayOrder, OrderEvidence};
use crate::format::Layout;
use crate::html;
use crate::text::{json_of_literal, mend_json};

use fields::{Claim, METADATA_RANK, Match, Meaning};
use values::{Addition, Fit};

pub use fields::{FieldMap, FieldNames, OwnNames, Slot};
pub(crate) use people::list_in;
pub(crate) use values::is_picture;
pub use warc::{BAD_WARC, HTTP_STATUS, READ, Reading, decode_warc};

/// The line is not UTF-8.
pub const NOT_UTF8: Reason = Reason { name: "not_utf8", meaning: "the line is not UTF-8" };
/// The line is not JSON.
pub const BAD_JSON: Reason = Reason { name: "bad_json", meaning: "the line is not JSON" };
/// The line is JSON, but an array, a number, a string.
pub const NOT_AN_OBJECT: Reason =
    Reason { name: "not_an_object", meaning: "the line is JSON, but not an object" };

/// The line is an object that is no record.
pub const TOO_MANY_KEYS: Reason =
    Reason { name: "too_many_keys", meaning: "the record has more than 100,000 keys" };

/// Why a line cannot be decoded.
pub const REASONS: &[&Reason] = &[&NOT_UTF8, &BAD_JSON, &NOT_AN_OBJECT, &TOO_MANY_KEYS, &BAD_WARC];

/// Which key each field of a record is from, with those of the objects that it is in.
pub type Origins = Vec<(Slot, Vec<String>)>;

fn note(origins: &mut Option<&mut Origins>, slot: Slot, path: &Path<'_>) {
    if let Some(origins) = origins {
        origins.push((slot, path.keys().map(|key| key.clone().into_owned()).collect()));
    }
}

/// Why a record is dropped before any stage.
pub const DROP_REASONS: &[&Reason] = &[&HTTP_STATUS];

/// Turns lines into articles.
#[derive(Debug)]
pub struct Decoder {
    fields: FieldMap,
    day_order: DayOrder,
}

/// An article, and what there was to say of its line.
#[derive(Debug)]
pub struct Decoded {
    /// The article.
    pub article: Article,
    /// The line was JSON only nearly: half a surrogate pair, a raw control character, `NaN`.
    pub mended: bool,
    /// It has no date of publication, and a date in figures was left out that can be read in two ways.
    pub has_open_date: bool,
}

impl Decoder {
    /// A decoder for a set of field names.
    pub fn new(fields: FieldMap, day_order: DayOrder) -> Self {
        Self { fields, day_order }
    }

    /// Whether a key at the top of a record means anything.
    pub fn knows(&self, key: &str) -> bool {
        self.fields.get(key).is_some()
    }

    /// Reads one line, without its line end.
    ///
    /// # Errors
    /// [`NOT_UTF8`], [`BAD_JSON`], [`NOT_AN_OBJECT`] or [`TOO_MANY_KEYS`], with where in the line.
    pub fn decode(&self, line: &[u8], dump: &Arc<str>, number: u64) -> Result<Decoded, Fault> {
        self.decode_noting(line, dump, number, None)
    }

    /// As [`Decoder::decode`], and notes which key each field is from.
    ///
    /// # Errors
    /// Those of [`Decoder::decode`].
    pub fn decode_noting(
        &self,
        line: &[u8],
        dump: &Arc<str>,
        number: u64,
        origins: Option<&mut Origins>,
    ) -> Result<Decoded, Fault> {
        let text = std::str::from_utf8(line).map_err(|error| {
            Fault::new(&NOT_UTF8, format!("not UTF-8 from byte {} of the line", error.valid_up_to()))
        })?;
        let source = Source { dump: Arc::clone(dump), line: number, id: None };
        let decoded = |object: Object<'_>, mended: bool| {
            if object.keys > bounds::MOST_KEYS {
                let most = bounds::MOST_KEYS;
                return Err(Fault::new(&TOO_MANY_KEYS, format!("more than {most} keys")));
            }
            let undecided = Cell::new(false);
            let article = self.article(object, source, origins, &undecided);
            let has_open_date = undecided.get() && article.published.is_none();
            Ok(Decoded { article, mended, has_open_date })
        };
        let error = match self.object(text) {
            Ok(object) => return decoded(object, false),
            Err(error) => error,
        };
        // The second try costs another pass, but only on lines that would be lost.
        if let Some(mended) = mend_json(text)
            && let Ok(object) = self.object(&mended)
        {
            return decoded(object, true);
        }
        // Postgres' `COPY` of `row_to_json` writes each backslash twice.
        if text.contains(r"\\")
            && let Ok(object) = self.object(&text.replace(r"\\", r"\"))
        {
            return decoded(object, true);
        }
        // An object as Python or a database's shell prints it, or a JSON text in a JSON string.
        let inside = text.trim_start().starts_with('"').then(|| serde_json::from_str::<String>(text).ok());
        if let Some(json) = inside.flatten().or_else(|| json_of_literal(text))
            && let Ok(object) = self.object(&json)
        {
            return decoded(object, true);
        }
        let is_object = text.trim_start().starts_with('{');
        if !is_object && serde_json::from_str::<IgnoredAny>(text).is_ok() {
            return Err(Fault::new(&NOT_AN_OBJECT, format!("expected an object, found {}", kind_of(text))));
        }
        if let Some(object) = self.among_others(text) {
            return decoded(object, true);
        }
        Err(Fault::new(&BAD_JSON, error.to_string()))
    }

    /// The record of a line that has something else before or after it, as in logs, streams and pages: `2024-05-01 INFO {…}`, `data: {…}`,
    /// a key and a tab, `<pre>{…}</pre>`.
    fn among_others<'de>(&self, text: &'de str) -> Option<Object<'de>> {
        const MOST_BYTES: usize = 2 << 10;
        const TRIES: usize = 3;
        let begins = text.match_indices('{').map(|(at, _)| at).take_while(|at| *at <= MOST_BYTES);
        // A part of a broken object is no record.
        let tries = if text.trim_start().starts_with('{') { 1 } else { TRIES };
        let mut objects = begins.take(tries).filter_map(|at| {
            let text = text.get(at..)?;
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
            let value = values.next()?.ok()?;
            let is_alone = !text.get(values.byte_offset()..)?.contains("{\"");
            self.object(value.get()).ok().filter(|_| is_alone)
        });
        objects.find(|object| object.strength().is_record())
    }

    fn object<'de>(&self, text: &'de str) -> Result<Object<'de>, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let mut object = Names::usual(&self.fields).deserialize(&mut deserializer)?;
        deserializer.end()?;
        wrapper::texts_that_are_records(&mut object, &self.fields);
        // The second pass is for records in a wrapper alone, and for those that have no body anywhere.
        if object.has_body() {
            object.lend(&self.fields);
        } else {
            wrapper::open(&mut object, &self.fields, wrapper::DEPTH);
        }
        Ok(object)
    }

    /// Where the records are in a JSON text: in a list of a response, such as `hits.hits` or `articles`, or in a table; `None` where
    /// the text is a record itself, or none was found.
    ///
    /// What is in them decides. A beginning of the text is enough, if the list's first record begins in it.
    pub(crate) fn layout(&self, json: &str) -> Option<Layout> {
        records::layout(json, self)
    }

    fn article(
        &self,
        object: Object<'_>,
        source: Source,
        mut origins: Option<&mut Origins>,
        undecided: &Cell<bool>,
    ) -> Article {
        let mut article = Article::new(source);
        let mut extra = Extra::default();
        let Object { text, html, mut values, others, keys: _ } = object;
        let (mut text, mut html) = by_value(text, html);
        // What metadata has under the name of a body is one only where the record has none.
        if text.iter().chain(&html).any(|big| big.rank < METADATA_RANK && !big.text.is_empty()) {
            for big in text.iter_mut().chain(&mut html).filter(|big| big.rank >= METADATA_RANK) {
                let text = std::mem::take(&mut big.text);
                big.parts.get_or_insert_with(|| {
                    let whole = json_string(&text);
                    Box::new(Parts { rest: whole.clone(), whole })
                });
            }
        }
        for (big, candidates) in [(Slot::Text, &mut text), (Slot::Html, &mut html)] {
            let full = candidates.iter().enumerate().filter(|(_, one)| !one.text.is_empty());
            let best = full.min_by_key(|(_, one)| one.rank).map(|(index, _)| index);
            for (index, candidate) in candidates.iter_mut().enumerate() {
                if Some(index) != best {
                    match &candidate.parts {
                        Some(parts) if values::is_nothing(&parts.whole) => {}
                        Some(parts) => extra.push(&candidate.path, &parts.whole),
                        None if candidate.text.is_empty() => {}
                        None => extra.push(&candidate.path, &json_string(&candidate.text)),
                    }
                    continue;
                }
                if let Some(parts) = candidate.parts.as_ref().filter(|parts| !values::is_nothing(&parts.rest))
                {
                    extra.push(&candidate.path, &parts.rest);
                }
                note(&mut origins, big, &candidate.path);
                if big == Slot::Text {
                    article.text = std::mem::take(&mut candidate.text);
                    article.found.set(Field::Text, Found::Input);
                } else {
                    article.html = std::mem::take(&mut candidate.text);
                }
            }
        }
        // By field, and within a field by how well the name fits; the sort is stable, and of two equal keys
        // the later one counts, as in every other reader of JSON.
        values.sort_by_key(|value| (value.slot, value.rank));
        let texts_of = |wanted: fn(Slot) -> bool| {
            values
                .iter()
                .filter(move |value| wanted(value.slot))
                .filter_map(|value| values::text_of(&value.raw))
        };
        let language = texts_of(|slot| slot == Slot::Language).next().unwrap_or_default();
        let dates: Vec<String> = texts_of(|slot| matches!(slot, Slot::Published | Slot::Modified)).collect();
        let dates = dates.join(" ");
        let evidence = OrderEvidence {
            setting: self.day_order,
            language: &language,
            text: &dates,
            undecided: Some(undecided),
            ..OrderEvidence::default()
        };
        let (mut at, mut left) = (0, Vec::new());
        while let Some(slot) = values.get(at).map(|value| value.slot) {
            let end = at + values[at..].iter().take_while(|value| value.slot == slot).count();
            let mut chosen: Option<usize> = None;
            let mut passed_on = Vec::new();
            for place in at..end {
                let value = &values[place];
                // What stands under `source` is a publication's name in one feed and a corpus's in another.
                let is_other = slot == Slot::SiteName
                    && value.path.key == "source"
                    && !values::text_of(&value.raw).is_some_and(|name| values::is_proper_name(&name));
                let fit = match chosen {
                    None if is_other => Fit::None,
                    None => values::fill(&mut article, slot, &value.raw, &evidence),
                    Some(first) => {
                        let keys = (&*values[first].path.key, &*value.path.key);
                        match values::add_date(&mut article, slot, keys, &value.raw, &evidence) {
                            Addition::None => Fit::None,
                            Addition::Time => Fit::Whole,
                            Addition::Exactness => {
                                let first = &mut values[first];
                                // Where a part of it was taken, all of it is there already.
                                if !first.raw.is_empty() {
                                    left.push((first.path.clone(), std::mem::take(&mut first.raw)));
                                }
                                if let Some(origins) = &mut origins {
                                    origins.retain(|(of, _)| *of != slot);
                                }
                                chosen = None;
                                Fit::Whole
                            }
                        }
                    }
                };
                let value = &mut values[place];
                if fit != Fit::None && chosen.is_none() {
                    chosen = Some(place);
                    values::know_zone(&mut article, slot, &value.path.key);
                    note(&mut origins, slot, &value.path);
                }
                if fit == Fit::Whole || !values::says_something(&value.raw) {
                    continue;
                }
                let raw = std::mem::take(&mut value.raw);
                match value.next {
                    Some((slot, rank)) if fit == Fit::None => {
                        passed_on.push(Small { path: value.path.clone(), slot, rank, next: None, raw });
                    }
                    // What a field took a part of is kept whole, because the parts explain each other.
                    _ => left.push((value.path.clone(), raw)),
                }
            }
            if !passed_on.is_empty() {
                values.extend(passed_on);
                values[end..].sort_by_key(|value| (value.slot, value.rank));
            }
            at = end;
        }
        for (path, raw) in left.iter().chain(&others) {
            extra.push(path, raw);
        }
        if article.text.is_empty() && article.html.is_empty() && values::is_body(&article.description) {
            // Feeds have the whole article under `description`, readers under `summary`.
            let body = std::mem::take(&mut article.description);
            if html::is_document(&body) {
                article.html = body;
            } else {
                article.text = body;
                article.found.set(Field::Text, Found::Input);
            }
            article.found.unset(Field::Description);
        }
        article.extra = extra.into_json();
        article
    }
}

/// Texts and pages, told apart by what they are where the name says otherwise: some write the text under `html` or
/// `raw_content`, and a page, as it is or in base64, under `content`.
fn by_value<'de>(texts: Vec<Big<'de>>, pages: Vec<Big<'de>>) -> (Vec<Big<'de>>, Vec<Big<'de>>) {
    /// After the right names.
    const WRONG_NAME: u16 = 500;
    let is_page =
        |big: &Big<'_>| big.text.is_empty() || html::has_tags(&big.text) || html::is_packed(&big.text);
    let is_text = |big: &Big<'_>| !html::is_document(&big.text) && !html::is_packed(&big.text);
    if texts.iter().all(is_text) && pages.iter().all(is_page) {
        return (texts, pages);
    }
    let (mut pages, as_text): (Vec<_>, Vec<_>) = pages.into_iter().partition(is_page);
    let (mut texts, as_page): (Vec<_>, Vec<_>) = texts.into_iter().partition(is_text);
    let lower = |big: Big<'de>| Big { rank: big.rank.saturating_add(WRONG_NAME), ..big };
    pages.extend(as_page.into_iter().map(lower));
    texts.extend(as_text.into_iter().map(lower));
    (texts, pages)
}

fn kind_of(json: &str) -> &'static str {
    match json.trim_start().bytes().next() {
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

fn json_string(text: &str) -> String {
    Value::from(text).to_string()
}

/// The keys from the top of the line down to a value. Nearly all have one, so that needs no list.
#[derive(Clone, Debug, Default)]
struct Path<'de> {
    outer: Vec<Cow<'de, str>>,
    key: Cow<'de, str>,
}

impl<'de> Path<'de> {
    fn new(key: Cow<'de, str>) -> Self {
        Self { outer: Vec::new(), key }
    }

    fn first(&self) -> &Cow<'de, str> {
        self.outer.first().unwrap_or(&self.key)
    }

    fn keys(&self) -> impl Iterator<Item = &Cow<'de, str>> {
        self.outer.iter().chain([&self.key])
    }

    /// The path where the object that it leads into is itself under keys.
    fn under(self, outer: &Path<'de>) -> Self {
        Self { outer: outer.keys().cloned().chain(self.outer).collect(), key: self.key }
    }

    fn into_owned<'a>(self) -> Path<'a> {
        let own = |key: Cow<'_, str>| Cow::Owned(key.into_owned());
        Path { outer: self.outer.into_iter().map(own).collect(), key: own(self.key) }
    }
}

/// A line's values, sorted by what is done with them.
#[derive(Default)]
struct Object<'de> {
    text: Vec<Big<'de>>,
    html: Vec<Big<'de>>,
    values: Vec<Small<'de>>,
    others: Vec<(Path<'de>, Cow<'de, str>)>,
    /// How many keys it has, with those of nested objects that were taken in; beyond [`bounds::MOST_KEYS`] they are not read.
    keys: usize,
}

struct Big<'de> {
    path: Path<'de>,
    rank: u16,
    text: String,
    /// Of a value that is no string, as JSON: what of it is not in `text`, and all of it.
    parts: Option<Box<Parts>>,
}

struct Parts {
    rest: String,
    whole: String,
}

#[derive(Clone)]
struct Small<'de> {
    path: Path<'de>,
    slot: Slot,
    rank: u16,
    /// The field that it is for where this one does not take it.
    next: Option<(Slot, u16)>,
    raw: Cow<'de, str>,
}

impl<'de> Object<'de> {
    /// Takes in the values of a nested object that holds known fields.
    fn nest(&mut self, inner: Object<'de>, outer: &Path<'de>) {
        let under = |path: Path<'de>| path.under(outer);
        self.keys += inner.keys;
        self.text.extend(inner.text.into_iter().map(|big| Big { path: under(big.path), ..big }));
        self.html.extend(inner.html.into_iter().map(|big| Big { path: under(big.path), ..big }));
        self.values.extend(inner.values.into_iter().map(|small| Small { path: under(small.path), ..small }));
        self.others.extend(inner.others.into_iter().map(|(path, raw)| (under(path), raw)));
    }

    /// Takes in what an object under a name of the body has besides the body: `{"requested_url": …, "content": …}`.
    fn lend(&mut self, fields: &FieldMap) {
        for big in self.text.iter().chain(&self.html) {
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

    /// Makes all names worse ones by so much.
    fn lower(&mut self, by: u16) {
        let ranks = self.text.iter_mut().chain(&mut self.html).map(|big| &mut big.rank);
        for rank in ranks.chain(self.values.iter_mut().map(|small| &mut small.rank)) {
            *rank = rank.saturating_add(by);
        }
    }

    fn bigs(&mut self, slot: Slot) -> &mut Vec<Big<'de>> {
        if slot == Slot::Text { &mut self.text } else { &mut self.html }
    }

    /// The same, without a loan from the line.
    fn into_owned<'a>(self) -> Object<'a> {
        let big = |big: Big<'de>| Big {
            path: big.path.into_owned(),
            rank: big.rank,
            text: big.text,
            parts: big.parts,
        };
        Object {
            keys: self.keys,
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
    fn has_body(&self) -> bool {
        self.text.iter().chain(&self.html).any(|big| {
            let is_object = big.parts.as_ref().is_some_and(|parts| parts.whole.starts_with('{'));
            !big.text.is_empty() && !is_object
        })
    }

    /// How many values of each kind there are.
    fn lengths(&self) -> [usize; 4] {
        [self.text.len(), self.html.len(), self.values.len(), self.others.len()]
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
struct Keys<'de> {
    few: Vec<Cow<'de, str>>,
    many: HashSet<Cow<'de, str>>,
}

impl<'de> Keys<'de> {
    /// Records have up to thirty keys, which are compared quicker than hashed. One with 200 000, compared each
    /// with each, took 43 seconds.
    const FEW: usize = 64;

    /// Takes a key in; `false` where it was there.
    fn insert(&mut self, key: Cow<'de, str>) -> bool {
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
struct Names<'a> {
    /// Those of this object alone.
    specific: Option<&'a FieldMap>,
    /// The usual ones.
    usual: Option<&'a FieldMap>,
    /// How many objects it is in.
    depth: usize,
}

impl<'a> Names<'a> {
    /// All usual names.
    fn usual(fields: &'a FieldMap) -> Self {
        Self { specific: None, usual: Some(fields), depth: 0 }
    }

    /// What a key means here, and how much worse a name it is.
    fn get(&self, key: &str) -> Option<Match<'a>> {
        [self.specific, self.usual].into_iter().flatten().find_map(|fields| fields.get(key))
    }

    /// The names in an object under a key, where some count there.
    fn inside(&self, meaning: &'a Meaning) -> Option<Self> {
        /// Deeper than a pipeline's longest path that anybody would write.
        const DEEPEST: usize = 16;
        let is_open = meaning.is_metadata || meaning.is_body();
        let usual = self.usual.filter(|_| is_open && self.depth < wrapper::DEPTH);
        let inside = Self { specific: meaning.inner.as_ref(), usual, depth: self.depth + 1 };
        (self.depth < DEEPEST && (usual.is_some() || inside.specific.is_some())).then_some(inside)
    }

    /// The values in an object, or in a string that holds one.
    fn read<'de>(self, raw: &Cow<'de, str>) -> Option<Object<'de>> {
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

    fn parse(self, json: &str) -> Option<Object<'_>> {
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
            object.forget(&repeated);
        }
        Ok(object)
    }
}

/// A key, borrowed from the line where it has no escapes.
struct KeySeed;

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
        Ok((if values::is_none(text) { String::new() } else { text.to_owned() }, None))
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

/// What is left over, as one JSON object in text.
#[derive(Default)]
struct Extra<'a> {
    entries: Vec<(Vec<&'a str>, String)>,
}

impl<'a> Extra<'a> {
    fn push(&mut self, path: &'a Path<'_>, raw: &str) {
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

    fn into_json(self) -> String {
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

fn comma(json: &mut String) {
    if !json.ends_with('{') {
        json.push(',');
    }
}

fn close(json: &mut String, open: &mut Vec<&str>, keep: usize) {
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

#[cfg(test)]
mod tests;
