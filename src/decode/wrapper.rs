//! Records inside another object: `{"_id": "7", "_source": {"title": …, "body": …}}`, `{"data": {"attributes": {…}}}`.
//!
//! Databases, search engines and APIs wrap a record, each under a key of its own, so what is inside decides. This is looked at
//! only for records that have no text and no page beside the wrapper; of several objects, the one that is most of a record is
//! it. What stands beside it (an id, a crawl time) counts after what is in it.

use std::borrow::Cow;

use super::FieldMap;
use super::fields::{METADATA_RANK, Slot};
use super::object::{Big, Names, Object};
use crate::html;

/// How many wrappers a record may be in: `data.item.attributes` is as deep as anybody has been seen to go.
pub(super) const DEPTH: usize = 3;
/// A text of fewer bytes beside a title of its own is a comment or a notice, not the article.
const LEAST_BODY_BYTES: usize = 200;

/// Which value of an object is a wrapper.
#[derive(Clone, Copy)]
enum Place {
    Text(usize),
    Html(usize),
    Other(usize),
    Value(usize),
}

/// Takes a text that is a record itself, as in a message of a queue or a line of a log, for a wrapper and not for a body.
pub(super) fn texts_that_are_records(object: &mut Object<'_>, fields: &FieldMap) {
    let is_record = |text: &str| {
        let inner = Names::usual(fields).parse(text);
        inner.is_some_and(|inner| inner.strength().has_body)
    };
    let found = object.text.iter().position(|big| {
        big.parts.is_none()
            && big.text.starts_with('{')
            && big.text.trim_end().ends_with('}')
            && is_record(&big.text)
    });
    if let Some(place) = found {
        let big = object.text.remove(place);
        object.others.push((big.path, Cow::Owned(big.text)));
    } else if let ([Big { text, parts: None, .. }], []) = (&object.text[..], &object.html[..])
        && let Some(json) = packed_object(text).filter(|json| is_record(json) && !object.has_head())
    {
        object.others.extend(object.text.pop().map(|big| (big.path, Cow::Owned(json))));
    }
}

/// The object that a text holds in base64, as messages of queues have their payload: `{` comes first, and a quotation mark or a blank after it.
fn packed_object(text: &str) -> Option<String> {
    const STARTS: [&str; 7] = ["eyI", "eyJ", "eyK", "eyL", "eyA", "ewo", "ew0"];
    let bytes = STARTS.iter().any(|start| text.starts_with(start)).then(|| html::unpacked(text))?;
    String::from_utf8(bytes?).ok()
}

/// The text of a string in JSON, without a copy where it has no escapes.
fn string(raw: &str) -> Option<Cow<'_, str>> {
    let text = raw.strip_prefix('"')?.strip_suffix('"')?;
    if text.contains('\\') { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(text.into()) }
}

/// Takes in a text or a page whose name says that it is in base64: `body_b64`, `text_base64`. Files, pictures, keys and JSON are neither.
fn unpack(object: &mut Object<'_>, fields: &FieldMap) {
    /// After the usual names.
    const RANK: u16 = 500;
    /// What JSON, a picture and a key begin with.
    const OTHERS: [&[u8]; 5] = [b"{", b"[", b"<svg", b"<?xml", b"-----BEGIN"];
    let found = object.others.iter().enumerate().find_map(|(place, (path, raw))| {
        let key = path.key.to_ascii_lowercase();
        let name =
            ["base64", "b64"].iter().find_map(|end| key.strip_suffix(end))?.trim_end_matches(['_', '-']);
        fields.get(name).filter(|found| found.meaning.is_body())?;
        let packed = string(raw)?.into_owned();
        let bytes = html::unpacked(&packed)?;
        let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
        let start = bytes.trim_ascii_start();
        let is_other = OTHERS.iter().any(|other| start.starts_with(other)) || bytes.iter().any(is_control);
        let begins_with_tag = start.starts_with(b"<");
        let (text, is_page) = match String::from_utf8(bytes) {
            _ if is_other => return None,
            Ok(text) => {
                let is_page = html::has_tags(&text);
                (text, is_page)
            }
            // A page has its own encoding, and is unpacked where that is known.
            Err(_) => begins_with_tag.then_some((packed, true))?,
        };
        Some((place, text, is_page))
    });
    if let Some((place, text, is_page)) = found {
        let (path, _) = object.others.remove(place);
        let bodies = if is_page { &mut object.html } else { &mut object.text };
        bodies.push(Big { path, rank: RANK, text, parts: None });
    }
}

/// Takes the record out of its wrapper, where there is one.
pub(super) fn open(object: &mut Object<'_>, fields: &FieldMap, depth: usize) {
    open_beside(object, fields, depth, false);
}

/// The same; `has_outer_head` says whether there is an address or a title around it.
fn open_beside(object: &mut Object<'_>, fields: &FieldMap, depth: usize, has_outer_head: bool) {
    if object.has_body() {
        return;
    }
    nest_best(object, fields, depth, has_outer_head);
    if !object.has_body() {
        unpack(object, fields);
    }
}

/// Takes the object within that is most of a record for the record, where there is one.
fn nest_best(object: &mut Object<'_>, fields: &FieldMap, depth: usize, has_outer_head: bool) {
    let mut best: Option<(Strength, bool, Place, Object<'_>)> = None;
    let has_head = object.has_head();
    let mut consider = |place: Place, key: &str, raw: &Cow<'_, str>, is_payload: bool| {
        let is_former = is_former(key);
        let Some(mut inner) = Names::usual(fields).read(raw) else { return };
        if !inner.has_body() && depth > 1 {
            open_beside(&mut inner, fields, depth - 1, has_head || has_outer_head);
        }
        let strength = inner.strength();
        let has_place = matches!(place, Place::Text(_) | Place::Html(_));
        let is_record = if strength.has_body {
            has_place || !has_head || inner.has(Slot::Title) || inner.longest_body() >= LEAST_BODY_BYTES
        } else {
            // A token or a cursor has a title and an address, too.
            !has_head && !is_payload && strength.fields >= 2
        };
        let is_better = |(most, former, _, _): &(Strength, bool, _, _)| {
            strength > *most || (strength == *most && *former && !is_former)
        };
        if is_record && best.as_ref().is_none_or(is_better) {
            best = Some((strength, is_former, place, inner.into_owned()));
        }
    };
    for (index, (path, raw)) in object.others.iter().enumerate() {
        consider(Place::Other(index), &path.key, raw, false);
    }
    for (index, big) in object.text.iter().enumerate() {
        if let Some(parts) = &big.parts {
            consider(Place::Text(index), &big.path.key, &Cow::Borrowed(&parts.whole), false);
        }
    }
    for (index, big) in object.html.iter().enumerate() {
        if let Some(parts) = &big.parts {
            consider(Place::Html(index), &big.path.key, &Cow::Borrowed(&parts.whole), false);
        }
    }
    // An id is in base64 in many an interface.
    let values = object.values.iter().enumerate().filter(|(_, value)| value.slot != Slot::Id);
    let packed = (object.others.iter().enumerate())
        .map(|(index, (_, raw))| (Place::Other(index), raw))
        .chain(values.map(|(index, value)| (Place::Value(index), &value.raw)));
    for (place, raw) in packed.filter(|_| !has_head && !has_outer_head) {
        if let Some(json) = string(raw).and_then(|text| packed_object(&text)) {
            consider(place, "", &Cow::Owned(json), true);
        }
    }
    let Some((_, _, place, inner)) = best else { return };
    let path = match place {
        Place::Text(index) => object.text.remove(index).path,
        Place::Html(index) => object.html.remove(index).path,
        Place::Other(index) => object.others.remove(index).0,
        Place::Value(index) => object.values.remove(index).path,
    };
    object.lower(METADATA_RANK);
    object.nest(inner.into_owned(), &path);
}

/// Whether an object under a key is what a row was before a change: `before` of Debezium, `OldImage` of `DynamoDB`,
/// `fullDocumentBeforeChange` of `MongoDB`.
pub(super) fn is_former(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.contains("before") || ["old", "prev"].iter().any(|start| key.starts_with(start))
}

/// How much of a record an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Strength {
    /// It has a text or a page.
    pub has_body: bool,
    /// How many it has of address, title, authors and date.
    pub fields: usize,
}

impl Strength {
    /// Nothing of one.
    pub(super) const NONE: Self = Self { has_body: false, fields: 0 };

    /// Whether that is a record.
    pub(super) fn is_record(self) -> bool {
        self.has_body || self.fields >= 2
    }
}

impl Object<'_> {
    /// How much of a record it is.
    pub(super) fn strength(&self) -> Strength {
        let telling = [Slot::Url, Slot::Title, Slot::Authors, Slot::Published];
        let fields = telling.into_iter().filter(|slot| self.has(*slot)).count();
        Strength { has_body: self.longest_body() > 0, fields }
    }

    fn has(&self, slot: Slot) -> bool {
        self.values.iter().any(|value| value.slot == slot && !super::values::is_nothing(&value.raw))
    }

    /// Whether its bodies are in other objects.
    pub(super) fn is_wrapped(&self) -> bool {
        self.text.iter().chain(&self.html).all(|big| big.text.is_empty() || !big.path.outer.is_empty())
    }

    /// Whether it says which article it is.
    fn has_head(&self) -> bool {
        self.has_address() || self.has(Slot::Title)
    }

    /// Whether it has an address on the web; under `uri` there may be a name in a database.
    fn has_address(&self) -> bool {
        let addresses = self.values.iter().filter(|value| value.slot == Slot::Url);
        addresses.filter_map(|value| super::values::text_of(&value.raw)).any(|address| {
            let address = address.trim_start();
            ["http", "//", "www."].iter().any(|start| address.starts_with(start))
        })
    }

    /// Its texts and pages; those that are no strings as JSON.
    pub(super) fn bodies(&self) -> impl Iterator<Item = &str> {
        let bodies = self.text.iter().chain(&self.html).filter(|big| !big.text.is_empty());
        bodies.map(|big| big.parts.as_ref().map_or(&*big.text, |parts| &*parts.whole))
    }

    fn longest_body(&self) -> usize {
        self.text.iter().chain(&self.html).map(|big| big.text.len()).max().unwrap_or(0)
    }
}
