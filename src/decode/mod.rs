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
mod dates;
mod extra;
mod fields;
mod object;
mod people;
mod pictures;
mod records;
mod sides;
mod status;
mod tables;
mod values;
mod warc;
mod words;
mod wrapper;

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use serde::de::{DeserializeSeed, IgnoredAny};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::article::{Article, Fault, Field, Found, Reason, Source};
use crate::date::{DayOrder, OrderEvidence};
use crate::format::Layout;
use crate::html;
use crate::html::charset::foreign_line;
use crate::text::{json_of_literal, mend_json};

use dates::Addition;
use extra::Extra;
use fields::METADATA_RANK;
use object::{Big, Names, Object, Parts, Path, Small};
use values::Fit;

pub use fields::{FieldMap, FieldNames, OwnNames, Slot};
pub(crate) use people::list_in;
pub(crate) use pictures::is_picture;
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

/// An object that is of something else, such as the error that a server sent in place of articles.
pub const NOT_A_RECORD: Reason = Reason {
    name: "not_a_record",
    meaning: "the object has no key for a text, a page, a title, a description or an address",
};

/// A row of a table that does not fit its header, because a delimiter within a sentence was not quoted, or a part of it is missing.
pub const UNEVEN_ROW: Reason = Reason {
    name: "uneven_row",
    meaning: "the row does not have as many fields as the header, so that they may be in other columns than their own",
};

/// A row of a table in which each row has one attribute of a record.
pub const ATTRIBUTE_ROW: Reason = Reason {
    name: "attribute_row",
    meaning: "the row has one attribute of a record, whose others are in other rows",
};

/// Several records that nothing takes apart.
pub const SEVERAL_RECORDS: Reason = Reason {
    name: "several_records",
    meaning: "the object has a list of as many titles or addresses as texts, as a table by the column, or two addresses, titles and texts under the same keys",
};

/// Why there is no record in a line.
pub const REASONS: &[&Reason] = &[
    &NOT_UTF8,
    &BAD_JSON,
    &NOT_AN_OBJECT,
    &NOT_A_RECORD,
    &UNEVEN_ROW,
    &ATTRIBUTE_ROW,
    &SEVERAL_RECORDS,
    &TOO_MANY_KEYS,
    &BAD_WARC,
];

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
    /// The line was JSON only nearly: half a surrogate pair, a raw control character, `NaN`, another encoding than the dump's.
    pub mended: bool,
    /// It has no date of publication, and a date in figures was left out that can be read in two ways.
    pub has_open_date: bool,
    /// What the crawler says that the server answered, where that is an error.
    pub error_status: Option<u16>,
    /// Its keys are those of an article: it has one for a text, a page, a title, a description or an address, be they empty.
    pub is_record: bool,
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

    /// Whether a key is a name of a title or of an address.
    pub(crate) fn names_head(&self, key: &str) -> bool {
        let claims = self.fields.get(key).map_or(&[][..], |found| &found.meaning.claims);
        claims.iter().any(|claim| matches!(claim.slot, Slot::Title | Slot::Url))
    }

    /// Reads one line, without its line end.
    ///
    /// # Errors
    /// [`NOT_UTF8`], [`BAD_JSON`], [`NOT_AN_OBJECT`], [`UNEVEN_ROW`], [`ATTRIBUTE_ROW`], [`SEVERAL_RECORDS`] or [`TOO_MANY_KEYS`], with where in the line.
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
        let not_utf8 = |error: std::str::Utf8Error| {
            Fault::new(&NOT_UTF8, format!("not UTF-8 from byte {} of the line", error.valid_up_to()))
        };
        let (text, foreign) = match std::str::from_utf8(line) {
            Ok(text) => (Cow::Borrowed(text), None),
            Err(error) => (foreign_line(line).ok_or_else(|| not_utf8(error))?.into(), Some(error)),
        };
        let text = &*text;
        let source = Source { dump: Arc::clone(dump), line: number, id: None };
        let decoded = |object: Object<'_>, mended: bool| {
            if object.keys > bounds::MOST_KEYS {
                let most = bounds::MOST_KEYS;
                return Err(Fault::new(&TOO_MANY_KEYS, format!("more than {most} keys")));
            }
            if let Some(records) = object.records() {
                return Err(Fault::new(
                    &SEVERAL_RECORDS,
                    format!("the values of {records} records, by the column"),
                ));
            }
            if object.is_spliced {
                return Err(Fault::new(
                    &SEVERAL_RECORDS,
                    "two addresses, and two titles or texts, under the same keys",
                ));
            }
            let undecided = Cell::new(false);
            let names_article = |value: &Small<'_>| {
                matches!(value.slot, Slot::Title | Slot::Description | Slot::Url | Slot::SourceUrl)
            };
            let bodies = object.text.len() + object.html.len();
            let is_record = bodies > 0 || object.values.iter().any(names_article);
            if !is_record && let Some(detail) = object.uneven_row() {
                return Err(Fault::new(&UNEVEN_ROW, detail));
            }
            if let Some(name) = object.attribute(&self.fields) {
                let detail = format!("`{name}` under `name` is the name of a field, and there is no text");
                return Err(Fault::new(&ATTRIBUTE_ROW, detail));
            }
            let error_status = status::error_in(&object, &self.fields);
            let article = self.article(object, source, origins, &undecided);
            let has_open_date = undecided.get() && article.published.is_none();
            Ok(Decoded { article, mended, has_open_date, error_status, is_record })
        };
        let error = match self.object(text) {
            Ok(object) => return decoded(object, foreign.is_some()),
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
        if let Some(error) = foreign {
            return Err(not_utf8(error));
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
            object.lend(&self.fields, Slot::Text);
            object.lend(&self.fields, Slot::Html);
        } else {
            wrapper::open(&mut object, &self.fields, wrapper::DEPTH);
            object.lend(&self.fields, Slot::Html);
        }
        object.prefer_dates_of_articles();
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
        let Object { text, html, mut values, others, keys: _, is_spliced: _ } = object;
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
            let best = best.map(|index| whole_of(candidates, index));
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
        if article.html.is_empty() && html::markdown::is_markdown(&article.text) {
            article.html = html::markdown::page_of(&article.text);
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
                        match dates::add_date(&mut article, slot, keys, &value.raw, &evidence) {
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
                    dates::know_zone(&mut article, slot, &value.path.key);
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

/// Which of a record's bodies is all of the best one: search engines have the beginning of a text under the better name.
fn whole_of(bodies: &[Big<'_>], best: usize) -> usize {
    let start = bodies[best].text.trim_end();
    let Some(start) = start.strip_suffix('…').or_else(|| start.strip_suffix("...")) else { return best };
    let others = bodies.iter().enumerate().filter(|(_, body)| body.text.len() >= 2 * start.len());
    others.max_by_key(|(_, body)| body.text.len()).map_or(best, |(index, _)| index)
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

#[cfg(test)]
mod tests;
