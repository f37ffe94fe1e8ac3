//! Which key of a foreign record means which of our fields.
//!
//! Collected from the documented output of trafilatura, newspaper, news-please, news feeds in JSON,
//! schema.org's `NewsArticle`, datatrove's and dolma's documents, C4, OSCAR, the usual names in scrapy projects, and our own
//! records. The first name that a record has, and whose value fits, counts; the others stay in `extra`.

use std::collections::{BTreeMap, HashMap};

/// A field that an input record can have.
///
/// The order is the order of decoding: `crawled` before the dates that it helps to understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The crawl time.
    Crawled,
    /// The input's own id.
    Id,
    /// The address.
    Url,
    /// The address as it was before it was made canonical.
    SourceUrl,
    /// The page.
    Html,
    /// The body.
    Text,
    /// The headline.
    Title,
    /// The standfirst.
    Description,
    /// The publication.
    SiteName,
    /// The authors.
    Authors,
    /// Those who contributed.
    Contributors,
    /// The publication date.
    Published,
    /// The date of the last change.
    Modified,
    /// The dateline.
    Dateline,
    /// The section.
    Section,
    /// The tags.
    Tags,
    /// The language.
    Language,
    /// How sure the language is.
    LanguageScore,
    /// The pictures.
    Images,
    /// What labellers of an earlier run measured.
    Labels,
    /// The host, which follows from the address.
    Host,
}

/// For each field its name in a pipeline's `[input.fields]`, and the keys it is found under, best first.
/// A dot leads into a nested object.
const NAMES: &[(Slot, &str, &[&str])] = &[
    (Slot::Id, "id", &["id", "_id", "guid", "doc_id", "document_id", "article_id", "uuid", "filename"]),
    (
        Slot::Url,
        "url",
        &[
            "url",
            "link",
            "canonical_url",
            "source_url",
            "article_url",
            "page_url",
            "web_url",
            "webUrl",
            "uri",
            "permalink",
            "href",
            "responded_url",
            "requested_url",
            "resolved_url",
            "mainEntityOfPage",
            "metadata.url",
            "metadata.link",
            "metadata.source_url",
            "metadata.WARC-Target-URI",
            "meta.url",
            "thread.url",
            "warc_headers.warc-target-uri",
            "warc-target-uri",
            "url_resolved",
            "source",
        ],
    ),
    (Slot::SourceUrl, "source-url", &["source_url"]),
    (
        Slot::Html,
        "html",
        &[
            "html",
            "raw_html",
            "html_content",
            "page_html",
            "html_source",
            "source_html",
            "raw_content",
            "content_html",
            "page_source",
            "response_body",
            "metadata.html",
        ],
    ),
    (
        Slot::Text,
        "text",
        &[
            "text",
            "content",
            "body",
            "maintext",
            "article_text",
            "articleBody",
            "article_body",
            "full_text",
            "fulltext",
            "plain_text",
            "main_text",
            "clean_text",
            "content_text",
            "body_text",
            "page_content",
            "cleaned_text",
            "article",
            "story",
            "paragraphs",
            "raw_text",
            "fields.bodyText",
        ],
    ),
    (
        Slot::Title,
        "title",
        &[
            "title",
            "headline",
            "head_line",
            "article_title",
            "page_title",
            "name",
            "metadata.title",
            "meta.title",
            "title_page",
            "title_rss",
            "webTitle",
            "fields.headline",
            "thread.title",
        ],
    ),
    (
        Slot::Description,
        "description",
        &[
            "description",
            "summary",
            "excerpt",
            "abstract",
            "standfirst",
            "subtitle",
            "lead",
            "teaser",
            "snippet",
            "short_description",
            "meta_description",
            "metadata.description",
            "meta.description",
            "dek",
            "fields.trailText",
            "alternativeHeadline",
        ],
    ),
    (
        Slot::SiteName,
        "site-name",
        &[
            "site_name",
            "sitename",
            "siteName",
            "publisher",
            "publisher.name",
            "publication",
            "publication_name",
            "source_name",
            "sourceName",
            "source.name",
            "source.title",
            "source-hostname",
            "media_name",
            "newspaper",
            "outlet",
            "metadata.sitename",
            "metadata.site_name",
            "metadata.publisher",
            "thread.site_full",
        ],
    ),
    (
        Slot::Authors,
        "authors",
        &[
            "authors",
            "author",
            "byline",
            "creator",
            "creators",
            "writer",
            "writers",
            "author_name",
            "author_names",
            "dc:creator",
            "metadata.author",
            "metadata.authors",
            "meta.author",
            "meta.authors",
            "fields.byline",
        ],
    ),
    (Slot::Contributors, "contributors", &["contributors"]),
    (
        Slot::Published,
        "published",
        &[
            "published",
            "published_at",
            "publishedAt",
            "date_published",
            "datePublished",
            "date_publish",
            "publish_date",
            "published_date",
            "publishDate",
            "publication_date",
            "pub_date",
            "pubDate",
            "pubdate",
            "published_time",
            "published_on",
            "publication_time",
            "article:published_time",
            "webPublicationDate",
            "firstPublished",
            "date",
            "datetime",
            "created",
            "created_at",
            "dateCreated",
            "metadata.date",
            "metadata.published",
            "metadata.publish_date",
            "metadata.date_published",
            "metadata.created",
            "meta.date",
            "meta.published",
        ],
    ),
    (
        Slot::Modified,
        "modified",
        &[
            "modified",
            "updated",
            "date_modified",
            "dateModified",
            "date_modify",
            "modified_at",
            "updated_at",
            "updatedAt",
            "last_modified",
            "lastModified",
            "modified_date",
            "update_date",
            "modified_time",
            "article:modified_time",
            "metadata.modified",
            "metadata.updated",
        ],
    ),
    (
        Slot::Crawled,
        "crawled",
        &[
            "crawled",
            "crawled_at",
            "crawl_date",
            "crawl_time",
            "crawled_on",
            "crawl_timestamp",
            "scraped_at",
            "scraped",
            "scrape_date",
            "date_scraped",
            "fetched_at",
            "fetched",
            "fetch_time",
            "retrieved",
            "retrieved_at",
            "date_download",
            "download_date",
            "downloaded_at",
            "date_extracted",
            "extracted_at",
            "date_crawled",
            "crawled_date",
            "warc_date",
            "added",
            "timestamp",
            "warc_headers.warc-date",
            "metadata.crawled_at",
            "metadata.timestamp",
            "metadata.crawl_date",
            "metadata.warc_date",
            "metadata.WARC-Date",
            "meta.crawled_at",
        ],
    ),
    (Slot::Dateline, "dateline", &["dateline"]),
    (
        Slot::Section,
        "section",
        &[
            "section",
            "articleSection",
            "sectionName",
            "category",
            "rubric",
            "topic",
            "department",
            "metadata.section",
            "metadata.category",
        ],
    ),
    (
        Slot::Tags,
        "tags",
        &[
            "tags",
            "keywords",
            "categories",
            "topics",
            "labels_list",
            "news_keywords",
            "metadata.tags",
            "metadata.keywords",
        ],
    ),
    (
        Slot::Language,
        "language",
        &[
            "language",
            "lang",
            "language_code",
            "inLanguage",
            "meta_lang",
            "locale",
            "metadata.language",
            "metadata.lang",
            "meta.language",
        ],
    ),
    (Slot::LanguageScore, "language-score", &["language_score", "metadata.language_score"]),
    (
        Slot::Images,
        "images",
        &[
            "images",
            "image",
            "top_image",
            "image_url",
            "urlToImage",
            "main_image",
            "lead_image",
            "thumbnail",
            "media",
            "thread.main_image",
            "metadata.image",
        ],
    ),
    (Slot::Labels, "labels", &["labels"]),
    (Slot::Host, "host", &["host"]),
];

/// What a key means: a field, an object with fields inside, or either.
#[derive(Debug, Default)]
pub struct Meaning {
    /// The field, and how good a name this is for it, 0 for the best.
    pub slot: Option<(Slot, u16)>,
    /// The fields inside.
    pub inner: Option<FieldMap>,
}

/// The meanings of keys.
#[derive(Debug, Default)]
pub struct FieldMap {
    keys: HashMap<String, Meaning>,
}

impl FieldMap {
    /// The fields that a pipeline can give names to.
    pub fn field_names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, name, _)| *name)
    }

    /// The default keys for a field, best first.
    pub fn default_keys(field: &str) -> Option<&'static [&'static str]> {
        NAMES.iter().find(|(_, name, _)| *name == field).map(|(_, _, keys)| *keys)
    }

    /// The usual names, and a pipeline's own in place of the usual ones for the fields it names.
    pub fn new(own: &BTreeMap<String, Vec<String>>) -> Self {
        let mut map = Self::default();
        // A pipeline's own names first: where a key is claimed twice, the first claim holds.
        for (slot, name, _) in NAMES {
            for (key, rank) in own.get(*name).into_iter().flatten().zip(0..) {
                map.insert(key, *slot, rank);
            }
        }
        for (slot, _, keys) in NAMES.iter().filter(|(_, name, _)| !own.contains_key(*name)) {
            for (key, rank) in keys.iter().zip(0..) {
                map.insert(key, *slot, rank);
            }
        }
        map
    }

    /// What a key means.
    pub fn get(&self, key: &str) -> Option<&Meaning> {
        self.keys.get(key)
    }

    fn insert(&mut self, key: &str, slot: Slot, rank: u16) {
        // A scraper that flattens its records writes the dot into the key.
        self.keys.entry(key.to_owned()).or_default().slot.get_or_insert((slot, rank));
        if let Some((outer, inner)) = key.split_once('.') {
            let meaning = self.keys.entry(outer.to_owned()).or_default();
            meaning.inner.get_or_insert_default().insert(inner, slot, rank);
        }
    }
}
