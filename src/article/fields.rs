//! The one table of a record's fields.
//!
//! A line of it is a key of the record: its name and type in [`Article`], its shape, what it means, and, where the
//! record says in which kind of place the value was found, the [`Field`] that it is. The struct, how it is written and
//! read, the keys with what follows from them (JSON Schema, dataset card, `copydesk verify`), what is counted as
//! present, and how much memory an article takes follow from the table.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeMap};
use serde_json::Value;
use serde_json::value::RawValue;

#[cfg(feature = "parquet")]
use super::Cell;
use super::keys::{FOUND_KEYS, IMAGE_KEYS, Key, SOURCE_KEYS, Shape, key};
use super::{ArticleDate, ArticleId, ExtraStyle, Image, Provenance, Source};

macro_rules! record {
    ($($name:ident: $type:ty, $shape:expr, $about:literal $(, found $field:ident)?;)*) => {
        /// One article on its way through the stages.
        ///
        /// An empty string or list means that nothing is known. Fields are public: stages are the only
        /// writers, and each says in its documentation which fields it fills or edits.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Article { $(#[doc = $about] pub $name: $type,)* }

        /// The extracted fields whose origin is recorded, in the record's order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Field { $($(#[doc = $about] $field,)?)* }

        /// The keys of a line of `records/`, in order.
        pub const RECORD_KEYS: &[Key] =
            &[$(Key { required: <$type as Column>::REQUIRED, ..key(stringify!($name), $shape, $about) },)*];

        impl Field {
            /// Every field, in the record's order.
            pub const ALL: &[Self] = &[$($(Self::$field,)?)*];

            /// The key in the record.
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$field => stringify!($name),)?)* }
            }
        }

        impl Article {
            /// Whether it has the field.
            pub fn has(&self, field: Field) -> bool {
                match field { $($(Field::$field => !self.$name.is_nothing(),)?)* }
            }

            /// About how many bytes it takes in memory. Every field counts: a scraper that puts the body into
            /// `description` must not fill memory.
            pub fn weight(&self) -> usize {
                size_of::<Self>() $(+ self.$name.weight())*
            }

            /// Calls `edit` on each field of one line that people read: titles, names, captions; not on URLs,
            /// `html`, `text` and `extra`.
            pub fn for_each_short_text(&mut self, mut edit: impl FnMut(&mut String)) {
                $($(
                    if !matches!(Field::$field, Field::Language | Field::Text) {
                        self.$name.for_each_text(&mut edit);
                    }
                )?)*
            }

            /// Writes every key in the table's order, `null` where nothing is known: readers that take the columns from
            /// the first records or the first file find all of them.
            pub(super) fn write_entries<M: SerializeMap>(
                &self,
                extra: ExtraStyle,
                map: &mut M,
            ) -> Result<(), M::Error> {
                $(match $shape {
                    Shape::Extra => write_extra(&self.extra, extra, map)?,
                    _ if self.$name.is_nothing() => map.serialize_entry(stringify!($name), &())?,
                    _ => map.serialize_entry(stringify!($name), &self.$name)?,
                })*
                Ok(())
            }

            /// The values of the record's keys, in their order.
            #[cfg(feature = "parquet")]
            pub(crate) fn cells(&self) -> Vec<Cell<'_>> {
                vec![$(self.$name.cell(),)*]
            }

            fn read_entry<'de, M: MapAccess<'de>>(&mut self, key: &str, map: &mut M) -> Result<(), M::Error> {
                match key {
                    "extra" => {
                        let raw: Option<Box<RawValue>> = map.next_value()?;
                        self.extra = raw.map_or_else(String::new, |raw| {
                            serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
                        });
                        Ok(())
                    }
                    $(stringify!($name) => {
                        let value: Option<$type> = map.next_value()?;
                        self.$name = value.unwrap_or_default();
                        Ok(())
                    })*
                    _ => map.next_value().map(|IgnoredAny| ()),
                }
            }
        }
    };
}

record! {
    id: ArticleId, Shape::Id, "32 hex digits, a hash of the canonical URL, or of the text where there is none";
    url: String, Shape::Text, "the canonical URL";
    source_url: String, Shape::Text, "the URL as it came, where that differs";
    host: String, Shape::Text, "the URL's host, without www.";
    site_name: String, Shape::Text, "the publication", found SiteName;
    title: String, Shape::Text, "the headline, without the site's name", found Title;
    description: String, Shape::Text, "the standfirst or summary", found Description;
    authors: Vec<String>, Shape::Texts, "the authors' names, in order", found Authors;
    contributors: Vec<String>, Shape::Texts, "names of those who contributed reporting", found Contributors;
    published: Option<ArticleDate>, Shape::Date, "when it was published", found Published;
    modified: Option<ArticleDate>, Shape::Date, "when it was last changed", found Modified;
    crawled: Option<ArticleDate>, Shape::Date, "when it was fetched";
    dateline: String, Shape::Text, "the place that opens a news report", found Dateline;
    section: String, Shape::Text, "the section, as published", found Section;
    tags: Vec<String>, Shape::Texts, "the tags, as published", found Tags;
    language: String, Shape::Text, "ISO 639-1 code", found Language;
    language_score: Option<f64>, Shape::Number, "how sure the language is, 0 to 1";
    html: String, Shape::Text, "the page, where no stage turned it into text";
    text: String, Shape::Text, "the body: paragraphs separated by one blank line", found Text;
    images: Vec<Image>, Shape::Objects(IMAGE_KEYS), "the pictures, in order", found Images;
    labels: BTreeMap<String, Value>, Shape::Open, "what labelling stages measured, an object a labeller";
    found: Provenance, Shape::Object(FOUND_KEYS), "for each extracted field, where it was found";
    source: Source, Shape::Object(SOURCE_KEYS), "where the record was read";
    extra: String, Shape::Extra, "the input's other keys, untouched";
}

/// What the table asks of the type of a field or of a list's items.
trait Column {
    /// Whether every record has it.
    const REQUIRED: bool = false;

    /// Whether nothing is known, and the record has `null`.
    fn is_nothing(&self) -> bool {
        false
    }

    /// The bytes that it takes besides its own size.
    fn weight(&self) -> usize {
        0
    }

    /// The value as cells of columns.
    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_>;

    /// Calls `edit` on each text that people read.
    fn for_each_text(&mut self, _edit: &mut impl FnMut(&mut String)) {}
}

impl Column for ArticleId {
    const REQUIRED: bool = true;

    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        Cell::Text(self.to_string().into())
    }
}

impl Column for Source {
    const REQUIRED: bool = true;

    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        Cell::Object(vec![
            Cell::of(&self.dump),
            Cell::Count(self.line),
            self.id.as_deref().map_or(Cell::Nothing, |id| Cell::Text(id.into())),
        ])
    }

    fn weight(&self) -> usize {
        self.id.as_ref().map_or(0, String::len)
    }
}

impl Column for String {
    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        Cell::of(self)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }

    fn weight(&self) -> usize {
        self.len()
    }

    fn for_each_text(&mut self, edit: &mut impl FnMut(&mut String)) {
        edit(self);
    }
}

impl<T: Column> Column for Vec<T> {
    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        Cell::List(self.iter().map(Column::cell).collect())
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }

    fn weight(&self) -> usize {
        self.iter().map(|item| size_of::<T>() + item.weight()).sum()
    }

    fn for_each_text(&mut self, edit: &mut impl FnMut(&mut String)) {
        for item in self {
            item.for_each_text(edit);
        }
    }
}

impl Column for Image {
    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        Cell::Object(vec![Cell::of(&self.url), Cell::of(&self.caption), Cell::of(&self.credit)])
    }

    fn weight(&self) -> usize {
        self.url.len() + self.caption.len() + self.credit.len()
    }

    fn for_each_text(&mut self, edit: &mut impl FnMut(&mut String)) {
        edit(&mut self.caption);
        edit(&mut self.credit);
    }
}

impl Column for f64 {
    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        Cell::Number(*self)
    }
}

impl Column for ArticleDate {
    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        Cell::Date(*self)
    }
}

impl<T: Column> Column for Option<T> {
    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Nothing, Column::cell)
    }

    fn is_nothing(&self) -> bool {
        self.is_none()
    }
}

impl Column for BTreeMap<String, Value> {
    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        if self.is_empty() {
            return Cell::Nothing;
        }
        Cell::Text(serde_json::to_string(self).expect("values are JSON").into())
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }

    fn weight(&self) -> usize {
        self.iter().map(|(name, value)| name.len() + weight_of_value(value)).sum()
    }
}

impl Column for Provenance {
    #[cfg(feature = "parquet")]
    fn cell(&self) -> Cell<'_> {
        if self.is_empty() {
            return Cell::Nothing;
        }
        let found =
            |field: &Field| self.get(*field).map_or(Cell::Nothing, |found| Cell::Text(found.name().into()));
        Cell::Object(Field::ALL.iter().map(found).collect())
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

fn weight_of_value(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weight_of_value).sum(),
            Value::Object(object) => {
                object.iter().map(|(key, value)| key.len() + weight_of_value(value)).sum()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}

fn write_extra<M: SerializeMap>(extra: &str, style: ExtraStyle, map: &mut M) -> Result<(), M::Error> {
    match style {
        ExtraStyle::None => Ok(()),
        _ if extra.is_empty() => map.serialize_entry("extra", &()),
        ExtraStyle::Text => map.serialize_entry("extra", extra),
        ExtraStyle::Object => {
            let readable = crate::text::without_lone_surrogate_escapes(extra);
            let object: &RawValue = serde_json::from_str(&readable)
                .map_err(|error| M::Error::custom(format!("extra is not JSON: {error}")))?;
            map.serialize_entry("extra", object)
        }
    }
}

/// Reads a line of `records/`.
impl<'de> Deserialize<'de> for Article {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Article;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Article, M::Error> {
                let mut article = Article::default();
                while let Some(key) = map.next_key::<String>()? {
                    article.read_entry(&key, &mut map)?;
                }
                Ok(article)
            }
        }

        deserializer.deserialize_map(Entries)
    }
}
