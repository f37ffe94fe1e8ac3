//! Which key of a foreign record means which of our fields.
//!
//! Collected from what tools write: trafilatura, newspaper, news-please, feed readers, news APIs (`NewsAPI`, the Guardian, the New
//! York Times, Webz.io, Diffbot, Event Registry, GDELT, Zyte, `MediaCloud`), `WordPress`, Reddit's dumps, schema.org's
//! `NewsArticle`, corpora (C4, `cc_net`, `RedPajama`, OSCAR, HPLT, `FineWeb`, datatrove's and dolma's documents), the usual names
//! in scrapy projects, and copydesk's own records; and what the fields are called in other languages ([`super::words`]). The first name that a record has, and whose value fits, counts; the others are left
//! in `extra`.
//!
//! Case, marks on letters, `-`, `_`, `:` and spaces in a key don't matter: `datePublished`, `date_published` and `Date-Published` are one name. The
//! spelling in the table comes first where a record has two.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use icu_normalizer::DecomposingNormalizerBorrowed;
use serde::Serialize;

use super::words::{self, words_of};

/// A field that an input record can have.
///
/// The order is the order of decoding: `crawled` before the dates that it helps to understand. A name of several fields goes
/// to the next one where the one before does not take its value: `ts` is the crawl time, and where the record has a better
/// one, the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The crawl time.
    Crawled,
    /// The address.
    Url,
    /// The address as it was before it was made canonical.
    SourceUrl,
    /// The input's own id.
    Id,
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
#[rustfmt::skip]
const NAMES: &[(Slot, &str, &[&str])] = &[
    (Slot::Id, "id", &[
        "id", "_id", "guid", "doc_id", "document_id", "article_id", "story_id", "stories_id", "post_id", "uuid", "uri", "filename",
        "warc_record_id", "warc_headers.warc-record-id", "identifier", "ids",
    ]),
    (Slot::Url, "url", &[
        "html_url", "url", "link", "canonical_url", "canonical_link", "source_url", "article_url", "page_url", "web_url", "story_url", "post_url",
        "original_url", "final_url", "uri", "permalink", "href", "responded_url", "requested_url", "resolved_url", "url_resolved", "webpage_url", "permalink_url", "u",
        "target_uri", "warc_target_uri", "warc_url", "main_entity_of_page", "og:url", "loaded_url", "website_url", "request.url", "links.permalink",
        "canonical", "alternate", "reference", "given_url", "base_url", "@id", "identifier", "original", WORDS, "source", "guid",
    ]),
    (Slot::SourceUrl, "source-url", &["source_url"]),
    (Slot::Html, "html", &[
        "html", "raw_html", "html_content", "page_html", "html_source", "source_html", "raw_content", "content_html", "body_html",
        "article_html", "article_body_html", "full_html", "page_source", "browser_html", "response_body", "http_response_body", "response_html",
        "html_raw", "html_body", "html_document", "document_html", "markup",
    ]),
    (Slot::Text, "text", &[
        "text", "body_text", "content_text", "article_text", "plain_text", "content", "body", "main_text", "article_body", "article_content",
        "full_text", "full_content", "content:encoded", "post_content", "post_text", "news_content", "news_text", "news_body", "story_text", "story_body", "clean_text", "cleaned_text", "text_cleaned", "cleaned_content", "page_content", "page_text", "article", "story", "document",
        "paragraphs", "paragraph", "raw_text", "selftext", "message", "content_raw", "markdown", "fit_markdown", "raw_markdown", "content_markdown",
        "cooked", "x_tika_content", "content_elements", "contents", "blocks", "sections", "content_blocks", "body_xhtml", "body_nitf",
        WORDS, "lead_paragraph", "transcript", "documents",
    ]),
    (Slot::Title, "title", &[
        "title", "headline", "head_line", "heading", "article_title", "page_title", "web_title", "news_title", "story_title", "post_title",
        "title_page", "title_rss", "og:title", "meta_title", "headlines", "short_title", "resolved_title", "given_title", "topic_title",
        WORDS, "subject", "name",
    ]),
    (Slot::Description, "description", &[
        "description", "summary", "excerpt", "abstract", "abstract_text", "standfirst", "trail_text", "subtitle", "sub_title", "subheadline", "subheading", "lead", "lede", "dek", "deck", "teaser", "snippet",
        "short_description", "meta_description", "og:description", "alternative_headline", "subheadlines", WORDS, "desc",
    ]),
    (Slot::SiteName, "site-name", &[
        "site_name", "publisher.name", "publisher", "publication.name", "publication", "publication_name", "source_name", "source.name", "source.title", "name_source", "publisher.title",
        "source-hostname", "media_name", "newspaper", "newspaper_name", "outlet", "outlet_name", "news_source", "og:site_name", "meta_site_name", "origin.title", "source_common_name",
        "provider", WORDS, "site_full", "site_title", "source",
    ]),
    (Slot::Authors, "authors", &[
        "authors", "author", "byline", "creator", "creators", "dc:creator", "writer", "writers", "written_by", "journalist", "journalists", "reporter",
        "author_name", "author_names", "authors_byline", "author_string", "published_by", "published_bylines", "bylines", "article_author", "post_author", "news_author", "meta_author", "_embedded.author", "credits.by",
        WORDS, "by", "owner.display_name", "account.display_name", "user.name",
    ]),
    (Slot::Contributors, "contributors", &["contributors"]),
    (Slot::Published, "published", &[
        "published", "published_at", "date_time_pub", "date_published", "date_publish", "publish_date", "published_date", "publication_date",
        "date_of_publication", "pub_date", "published_time", "publish_time", "published_on", "published_datetime", "published_timestamp", "publication_time", "publication_datetime", "article:published_time", "web_publication_date",
        "first_published", "time_published", "publish_timestamp", "publish_on", "publish", "first_created", "first_publication_date", "first_published_at", "dc:date", "date_posted", "posted_at", "post_date_gmt", "post_date", "posted_on", "posted", "article_date", "news_date", "issued", "release_date", "upload_date", "timestamp_published",
        "datetime", "date_gmt", "date", "created_utc", "created", "created_at", "created_on", "created_time", "create_date", "date_created", "publishing_date", "publication_day", "display_date", "creation_date", "ts", "timestamp", "time", "date_published_raw",
        WORDS, "dateline",
    ]),
    (Slot::Modified, "modified", &[
        "modified_gmt", "post_modified_gmt", "modified", "updated", "date_modified", "date_modify", "date_updated", "modified_at", "modified_on", "updated_at", "updated_on", "last_modified", "last_updated",
        "last_update", "modified_date", "updated_date", "update_date", "modified_time", "updated_time", "article:modified_time", "edited", "changed",
        "last_edit_date", "edit_date", "last_edited", "last_publication_date", "version_created", "lastmod", WORDS,
    ]),
    (Slot::Crawled, "crawled", &[
        "crawled", "crawled_at", "crawl_date", "crawl_time", "crawled_on", "crawled_date", "crawl_timestamp", "crawl_ts", "crawl_datetime", "date_crawled", "scraped_at", "scraped",
        "scrape_date", "scraped_date", "scraped_on", "scrape_time", "scrape_timestamp", "date_scraped", "scraping_date", "fetched_at", "fetched", "fetch_time", "fetch_date", "fetched_on", "fetch_timestamp", "date_fetched", "retrieved", "retrieved_at", "retrieved_on", "retrieval_date", "date_retrieved", "date_download",
        "download_date", "downloaded_at", "date_downloaded", "download_time", "date_extracted", "extracted_at", "extraction_date", "collected_at", "collect_date", "collection_date", "collection_utc", "date_collected", "harvested_at", "warc_date", "seen_date", "first_seen", "visited_at", "access_date", "accessed_at", "ingested_at", "indexed_at", "indexed_date", "added", "added_at", "date_added", "saved_at", "loaded_time", "retrieved_utc", "time_extracted", "tstamp", "crawl_time_msec", "emitted_at",
        "timestamp", "ts", "@timestamp",
    ]),
    (Slot::Dateline, "dateline", &["dateline"]),
    (Slot::Section, "section", &[
        "section", "section_name", "section_title", "article_section", "article:section", "category", "category_name", "rubric", "topic", "department", "news_desk", "subreddit", WORDS,
    ]),
    (Slot::Tags, "tags", &[
        "tags", "keywords", "tag_list", "tag_names", "article_tags", "article:tag", "story_tags", "categories", "topics", "labels_list", "news_keywords", "meta_keywords", "concepts", "_embedded.wp:term", "taxonomy.tags", "labels",
        "keyword", WORDS,
    ]),
    (Slot::Language, "language", &[
        "language", "lang", "language_code", "lang_code", "language_id", "in_language", "human_language", "article_language", "content_language", "detected_language", "document_lang", "page_language", "meta_lang", "html_lang",
        "og:locale", "locale", "langcode", "full_doc_lid", WORDS, "metadata.identification.label", "warc_headers.warc-identified-content-language",
    ]),
    (Slot::LanguageScore, "language-score", &["language_score", "lang_score", "language_probability", "metadata.identification.prob"]),
    (Slot::Images, "images", &[
        "images", "image", "main_image", "top_image", "lead_image", "featured_image", "image_url", "image_urls", "url_to_image", "social_image", "banner_image", "feature_image", "lead_image_url", "feature_image_url", "top_img", "thumbnail", "thumbnail_url", "og:image", "multimedia", "media", "media_content", "enclosures", "_embedded.wp:featuredmedia", "img", "preview_picture",
    ]),
    (Slot::Labels, "labels", &["labels"]),
    (Slot::Host, "host", &["host"]),
];

/// Where the words of other languages stand among a field's names.
const WORDS: &str = "";

/// Objects that hold what is known about the record beside them: every name is looked for in them, too, after the record's own
/// keys.
const METADATA: &[&str] = &[
    "metadata",
    "metadatas",
    "meta",
    "warc_headers",
    "fields",
    "attributes",
    "properties",
    "thread",
    "yoast_head_json",
    "additional_data",
    "crawl",
    "opengraph",
    "open_graph",
    "sys",
];

/// Names in metadata count after all names beside it.
pub(super) const METADATA_RANK: u16 = 1000;

/// What a key may begin with that says no more than that it is the record's.
#[rustfmt::skip]
const PREFIXES: [&str; 17] = [
    "article", "news", "post", "story", "page", "document", "doc", "item", "entry", "meta", "og", "dcterms", "dc", "html", "rss", "parse", "fetch",
];

/// Objects that are spelled out in keys where a table has flattened a record, besides [`METADATA`] and [`PREFIXES`].
const FLATTENED: [&str; 8] =
    ["_source", "data", "record", "body", "node", "payload", "attributes", "document"];

/// Names of bodies that are lists of blocks; what is none is no body, such as the names of a paper's `sections`.
const BLOCKS: [&str; 5] = ["content_elements", "contents", "blocks", "sections", "content_blocks"];

/// Whether a value can be what a name of blocks has.
pub(super) fn can_be_body(key: &str, json: Option<&str>) -> bool {
    !BLOCKS.contains(&key) || json.is_some_and(|json| json.starts_with("[{") || json.starts_with("{\""))
}

/// What search engines' schemas add to a name for its type, forms for "one or more", and the name in an object.
#[rustfmt::skip]
const SUFFIXES: [&str; 26] = [
    "_txt_en", "_txt", "_tdt", "_dts", "_dt", "_str", "_ss", "_s", "_t", "_tt", "_tm", "_text", ".keyword", ".raw", "_keyword", "(s)", "[]", ".name", "Text", "_utc", "UTC", "Utc", "_gmt", "GMT",
    "Gmt", "-href",
];

/// A name with such a prefix, suffix or object before it comes after all usual names of its field.
const AFFIX_RANK: u16 = 400;

/// What a key means, and how much worse a name it is than it would be as it stands in the table.
#[derive(Clone, Copy, Debug)]
pub struct Match<'a> {
    /// What it means.
    pub meaning: &'a Meaning,
    /// What to add to its rank.
    pub lowered: u16,
}

/// A field that a key may be a name of, and how good a name it is, 0 for the best.
#[derive(Debug)]
pub struct Claim {
    /// The field.
    pub slot: Slot,
    rank: u16,
    spelling: String,
}

impl Claim {
    /// How good a name the key is, in its spelling.
    pub fn rank(&self, key: &str) -> u16 {
        self.rank * 2 + u16::from(self.spelling != key)
    }
}

/// What a key means: fields, an object with fields inside, or either.
#[derive(Debug, Default)]
pub struct Meaning {
    /// The fields, in the order of decoding.
    pub claims: Vec<Claim>,
    /// The fields inside.
    pub inner: Option<FieldMap>,
    /// Every name may be inside.
    pub is_metadata: bool,
    /// A pipeline names it, so it means nothing else.
    is_own: bool,
}

impl Meaning {
    /// Whether the key is a name of the text or of the page.
    pub fn is_body(&self) -> bool {
        self.claims.first().is_some_and(|claim| matches!(claim.slot, Slot::Text | Slot::Html))
    }
}

/// The meanings of keys.
#[derive(Debug, Default)]
pub struct FieldMap {
    keys: HashMap<Box<[u8]>, Meaning, BuildHasherDefault<KeyHasher>>,
}

/// Every key of every record is hashed, and only our own are kept, so nobody can fill the map with keys that collide.
#[derive(Debug, Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= xxhash_rust::xxh3::xxh3_64(bytes);
    }

    fn write_usize(&mut self, length: usize) {
        self.0 ^= length as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A pipeline's own names for fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnNames {
    /// They come before the usual ones.
    First,
    /// They take the place of the usual ones, for the fields that have some.
    Only,
}

/// A field and the names it is read from.
#[derive(Debug, schemars::JsonSchema, Serialize)]
pub struct FieldNames {
    /// The field's name in `[input.fields]`.
    pub field: &'static str,
    /// The keys, best first; a dot leads into a nested object.
    pub keys: Vec<&'static str>,
    /// The keys in other languages than English, with `_` between words.
    pub words: Vec<&'static str>,
}

impl FieldMap {
    /// The fields that a pipeline can give names to, and their usual names.
    pub fn usual() -> impl Iterator<Item = FieldNames> {
        NAMES.iter().map(|&(slot, field, keys)| FieldNames {
            field,
            keys: keys.iter().copied().filter(|key| *key != WORDS).collect(),
            words: words_of(slot).into_iter().map(|(_, word)| word).collect(),
        })
    }

    /// How many languages besides English have their own names for fields.
    pub fn languages() -> usize {
        words::WORDS.len()
    }

    /// A field's name in `[input.fields]`.
    pub fn name_of(slot: Slot) -> &'static str {
        NAMES.iter().find(|(named, ..)| *named == slot).map_or("", |(_, name, _)| name)
    }

    /// The objects in which the names are looked for, too.
    pub fn metadata() -> &'static [&'static str] {
        METADATA
    }

    /// The usual names and a pipeline's own.
    pub fn new(own: &BTreeMap<String, Vec<String>>, place: OwnNames) -> Self {
        let mut map = Self::default();
        let own_names = |name: &str| own.get(name).map_or(&[][..], |keys| keys);
        for &(slot, name, _) in NAMES {
            for (key, rank) in own_names(name).iter().zip(0..) {
                map.insert(key, slot, rank, true);
            }
        }
        for &(slot, name, keys) in NAMES {
            let before = own_names(name).len();
            if before > 0 && place == OwnNames::Only {
                continue;
            }
            let mut rank = u16::try_from(before).unwrap_or(u16::MAX);
            for key in keys {
                if *key == WORDS {
                    // Of two languages neither has the better word.
                    let words = words_of(slot);
                    for (place, word) in &words {
                        map.insert(word, slot, rank + place, false);
                        if let Some(spelt) = without_umlauts(word) {
                            map.insert(&spelt, slot, rank + place, false);
                        }
                    }
                    rank += words.last().map_or(0, |(place, _)| *place);
                } else {
                    map.insert(key, slot, rank, false);
                }
                rank += 1;
            }
        }
        for key in METADATA {
            map.entry(key).is_metadata = true;
        }
        map
    }

    /// What a key means: as it is, or without what tools put around a name (`article_title`, `title_txt`, `metadata.title`,
    /// `@title`).
    pub fn get(&self, key: &str) -> Option<Match<'_>> {
        if key.is_ascii() { self.find(key) } else { self.find(&plain(key)) }
    }

    fn find(&self, key: &str) -> Option<Match<'_>> {
        if let Some(meaning) = self.exact(key) {
            return Some(Match { meaning, lowered: 0 });
        }
        let lowered =
            |found: Match<'_>, by: u16| (found.lowered < METADATA_RANK).then_some(found.lowered + by);
        let inner = |rest: &str, by: u16| {
            let found = self.find(rest)?;
            Some(Match { meaning: found.meaning, lowered: lowered(found, by)? })
        };
        if let Some(rest) = key.strip_prefix("$.").or_else(|| key.strip_prefix(['@', '$', ':'])) {
            return inner(rest, AFFIX_RANK);
        }
        for separator in [".", "/", "__"] {
            if let Some((outer, rest)) = key.split_once(separator).filter(|(outer, _)| !outer.is_empty()) {
                let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(outer));
                let by = if is(METADATA) { METADATA_RANK } else { AFFIX_RANK };
                // Of a person's, a picture's or a comment's parts none is the article's.
                if is(METADATA) || is(&PREFIXES) || is(&FLATTENED) {
                    return inner(rest, by);
                }
            }
        }
        if let Some(meaning) = Self::without_ending(key).and_then(|head| self.exact(head)) {
            return Some(Match { meaning, lowered: AFFIX_RANK });
        }
        if let Some(name) = SUFFIXES.iter().find_map(|suffix| key.strip_suffix(suffix)) {
            return inner(name, AFFIX_RANK);
        }
        let after_prefix = PREFIXES.iter().find_map(|prefix| {
            let (start, rest) =
                key.split_at_checked(prefix.len()).filter(|(start, _)| start.eq_ignore_ascii_case(prefix))?;
            let is_camel = rest.starts_with(|next: char| next.is_ascii_uppercase())
                && start.ends_with(|last: char| last.is_ascii_lowercase());
            rest.strip_prefix(['_', '-', ':', ' ']).or(is_camel.then_some(rest))
        })?;
        let meaning = self.exact(after_prefix)?;
        Some(Match { meaning, lowered: AFFIX_RANK })
    }

    /// What a key means as it stands in the table.
    fn exact(&self, key: &str) -> Option<&Meaning> {
        // Every key of every record comes here: the folded key is on the stack.
        let mut buffer = [0; LONGEST_KEY];
        let length = fold(key, &mut buffer)?;
        self.keys.get(buffer.get(..length)?)
    }

    /// The head of a name with an ending that may be left away: `Autor/in`, `auteur(s)`, `Autor*in`.
    fn without_ending(key: &str) -> Option<&str> {
        const ENDINGS: [&str; 17] = [
            "a", "as", "e", "en", "er", "es", "in", "inne", "innen", "n", "ne", "o", "os", "r", "rice", "s",
            "x",
        ];
        let (head, ending) = key.split_once(['/', '(', '*'])?;
        ENDINGS.contains(&ending.trim_end_matches(')')).then_some(head.trim_end())
    }

    fn entry(&mut self, key: &str) -> &mut Meaning {
        let key = if key.is_ascii() { Cow::Borrowed(key) } else { plain(key).into() };
        let mut buffer = vec![0; key.len()];
        let length = fold(&key, &mut buffer).unwrap_or(0);
        buffer.truncate(length);
        self.keys.entry(buffer.into()).or_default()
    }

    fn insert(&mut self, key: &str, slot: Slot, rank: u16, is_own: bool) {
        // A scraper that flattens its records writes the dot into the key.
        let meaning = self.entry(key);
        let is_free = is_own || !meaning.is_own;
        if is_free && meaning.claims.iter().all(|claim| claim.slot != slot) {
            meaning.is_own = is_own;
            meaning.claims.push(Claim { slot, rank, spelling: key.to_owned() });
            meaning.claims.sort_by_key(|claim| claim.slot);
        }
        if let Some((outer, inner)) = key.split_once('.') {
            self.entry(outer).inner.get_or_insert_default().insert(inner, slot, rank, is_own);
        }
    }
}

/// A key in small letters and without marks on them, as people write one who have no such keys: `Überschrift` → `uberschrift`.
pub(super) fn plain(key: &str) -> String {
    let parts = DecomposingNormalizerBorrowed::new_nfkd().normalize(key).to_lowercase();
    let is_mark =
        |letter: &char| matches!(letter, '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}');
    let mut plain = String::with_capacity(parts.len());
    for letter in parts.chars().filter(|letter| !is_mark(letter)) {
        match letter {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' => plain.push('d'),
            'ı' => plain.push('i'),
            letter => plain.push(letter),
        }
    }
    plain
}

/// A German or Scandinavian word as it is written without the letters that English lacks: `schlagwörter` → `schlagwoerter`.
fn without_umlauts(word: &str) -> Option<String> {
    word.contains(['ä', 'ö', 'ø', 'ü', 'å'])
        .then(|| word.replace('ä', "ae").replace(['ö', 'ø'], "oe").replace('ü', "ue").replace('å', "aa"))
}

/// No longer key is a name.
const LONGEST_KEY: usize = 128;

/// Writes a key without what does not matter in it, and says how long that is; `None` where it does not fit.
fn fold(key: &str, into: &mut [u8]) -> Option<usize> {
    if key.len() > into.len() {
        return None;
    }
    let mut length = 0;
    for byte in key.bytes() {
        // `_source` is not `source`.
        if length == 0 || !matches!(byte, b'-' | b'_' | b':' | b' ') {
            *into.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    Some(length)
}
