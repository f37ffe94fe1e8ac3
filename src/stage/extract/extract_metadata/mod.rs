//! `extract-metadata`: what a page says about its article, from all places that say it.
//!
//! A page → title, site name, description, authors, published, modified, section, tags, language, images,
//! and the address where the record has none; `found` says where each came from.
//!
//! # Which source counts
//!
//! | field | in this order |
//! |---|---|
//! | title | a heading that another source confirms; JSON-LD; `og:title` and its kin; `<title>` |
//! | authors | the record; persons in JSON-LD, in meta tags, in the page; organisations in the same order; the site itself last |
//! | published | the record; JSON-LD; meta tags; marked elements; the address and visible dates by their place |
//! | modified | the record; JSON-LD; meta tags |
//! | language | the record; `<html lang>`, unless JSON-LD, `og:locale` or `content-language` agree on another |
//! | others | the record; JSON-LD; meta tags |
//!
//! A record's own authors and dates are kept: whoever wrote them into a dump knew more than a page tells,
//! or took them from where this stage would. Its title gives way to the page's headline: scrapers take
//! `<title>`, with the site's name in it. Its address is kept, unless it is that of a copy for telephones.
//!
//! No host and no site is known by name here.

mod authors;
mod dates;
mod head;
mod images;
mod language;
mod linked;
mod title;
mod zones;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::date::{DayOrder, OrderEvidence};
use crate::html::{Page, Tag};
use crate::settings::settings_schema;
use crate::stage::page::ParsedPage;
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::people::distinct as distinct_names;
use crate::text::{host_of, is_same_site};

use dates::Dates;
use head::{PageHead, one_line};
use linked::{About, Linked};
use zones::Zones;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "extract-metadata",
    family: Family::Extractor,
    summary: "title, authors, dates and more, from a page's JSON-LD, meta tags and visible text",
    about: "Works on `html`, before `extract-html`. Fills what the record does not have; only the title is \
            replaced, by the headline that the page shows.",
    rules: &[],
    example: "[[stage]]\nkind = \"extract-metadata\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let order = cx.day_order;
        let mut others = cx.is_traced().then(Others::default);
        let Some(parsed) = cx.open_page(article) else { return Outcome::Keep };
        let page = parsed.page();
        let head = PageHead::of(page);
        let linked = Linked::of(parsed.json_ld(), &about(article, &head, page));
        let changed = fill(article, parsed, &head, &linked, order, others.as_mut());
        if let Some(Others { title, authors, published }) = others {
            let told = [
                ("title, not chosen", title),
                ("authors, not chosen", authors),
                ("published, not chosen", published),
            ];
            told.iter()
                .flat_map(|(name, others)| {
                    others.iter().enumerate().map(|(at, other)| (at, *name, other.as_str()))
                })
                .for_each(|(at, name, other)| match at {
                    0 => cx.tell(name, other),
                    _ => cx.tell_detail(name, other),
                });
        }
        if changed {
            cx.note_change();
        }
        Outcome::Keep
    }
}

/// What the choice among JSON-LD objects goes by.
fn about(article: &Article, head: &PageHead<'_>, page: Page<'_>) -> About {
    let mut urls = vec![article.url.clone()];
    urls.extend(head.canonical.iter().map(ToString::to_string));
    urls.extend(head.meta_of(&["og:url"]).map(str::to_owned));
    urls.retain(|url| !url.is_empty());
    let first = head.headings.iter().filter(|node| page.tag(**node) == Tag::H1).take(3);
    let mut headlines: Vec<String> = first.map(|node| fold(&page.inner_text(*node))).collect();
    headlines.push(fold(&head.title));
    headlines.extend(head.meta_of(&["og:title"]).map(fold));
    headlines.retain(|headline| headline.len() >= 8);
    About { urls, headlines }
}

/// What a page has besides what was chosen, and why it was not: for `copydesk explain`.
#[derive(Default)]
struct Others {
    title: Vec<String>,
    authors: Vec<String>,
    published: Vec<String>,
}

fn fill(
    article: &mut Article,
    parsed: &ParsedPage,
    head: &PageHead<'_>,
    linked: &Linked<'_>,
    order: DayOrder,
    mut others: Option<&mut Others>,
) -> bool {
    let page = parsed.page();
    let mut changed = false;
    let mut note = |article: &mut Article, field: Field, found: Found| {
        article.found.set(field, found);
        changed = true;
    };
    if article.url.is_empty()
        && let Some(url) =
            head.canonical.as_deref().or(head.meta_of(&["og:url"])).filter(|url| url.contains("://"))
    {
        url.clone_into(&mut article.url);
    }
    if let Some(canonical) = head.canonical.as_deref().filter(|canonical| is_copy_of(&article.url, canonical))
    {
        let copy = std::mem::replace(&mut article.url, canonical.to_owned());
        if article.source_url.is_empty() {
            article.source_url = copy;
        }
    }
    if article.site_name.is_empty() {
        // Some sites give their host for their name; their publisher may have a better one.
        let host = fold(host_of(&article.url));
        let is_name = |name: &&str| fold(name).trim_start_matches("www") != host || host.is_empty();
        let metas = ["og:site_name", "application-name", "dc.publisher", "twitter:app:name:iphone"];
        let meta = head.meta_of(&metas).filter(is_name).map(|name| (one_line(name), Found::Meta));
        let from_linked = || linked.site_name().filter(|name| !name.contains("://"));
        let any = || head.meta_of(&metas).map(|name| (one_line(name), Found::Meta));
        if let Some((name, found)) =
            meta.or_else(|| from_linked().map(|name| (name, Found::JsonLd))).or_else(any)
        {
            article.site_name = name;
            note(article, Field::SiteName, found);
        }
    }
    let title = title::choose(
        page,
        head,
        linked.headline(),
        &article.site_name,
        &article.url,
        others.as_mut().map(|others| &mut others.title),
    );
    let heading = title.as_ref().and_then(|title| title.heading);
    if let Some(title) = title {
        article.title = title.text;
        parsed.notice(|noticed| noticed.title = Some(title.signs));
        note(article, Field::Title, title.found);
    }
    let zones = Zones::of(page, parsed.survey(), heading);
    let region = language::region(head, linked);
    if article.language.is_empty()
        && let Some((language, found)) = language::language(head, linked)
    {
        article.language = language;
        note(article, Field::Language, found);
    }
    let url = article.url.clone();
    let evidence = OrderEvidence {
        setting: order,
        language: &region,
        url: &url,
        crawled: article.crawled,
        known: [article.published, article.modified],
        ..OrderEvidence::default()
    };
    let dates = Dates::new(head, linked, &zones, evidence);
    if article.published.is_none()
        && let Some((date, found)) = dates.published()
    {
        article.published = Some(date);
        note(article, Field::Published, found);
        if let Some(others) = &mut others {
            others.published = dates.others(date);
        }
    }
    if article.modified.is_none()
        && let Some((date, found)) = dates.modified()
    {
        article.modified = Some(date);
        note(article, Field::Modified, found);
    }
    if let (Some(date), Some(found)) = (article.published, article.found.get(Field::Published))
        && found != Found::Input
    {
        let signs = dates.signs(date, found, article.modified);
        parsed.notice(|noticed| noticed.published = Some(signs));
    }
    if article.authors.is_empty() {
        let names = linked.site_name().into_iter().chain(std::iter::once(article.site_name.clone()));
        let site = authors::Site::new(names, host_of(&article.url));
        let others = others.as_mut().map(|others| &mut others.authors);
        if let Some(authors) = authors::authors(head, linked, &zones, &site, others) {
            article.authors = authors.names;
            note(article, Field::Authors, authors.found);
            parsed.notice(|noticed| noticed.authors = Some(authors.signs));
        }
    }
    if article.description.is_empty() {
        let from_linked = linked.text(&["description"]).filter(|_| linked.has_article());
        let metas = ["og:description", "description", "twitter:description", "dc.description"];
        if let Some((text, found)) = linked_or_meta(from_linked, head, &metas) {
            article.description = text;
            note(article, Field::Description, found);
        }
    }
    if article.section.is_empty() {
        let metas = ["article:section", "parsely-section", "section"];
        if let Some((text, found)) = linked_or_meta(linked.text(&["articleSection"]), head, &metas) {
            article.section = text;
            note(article, Field::Section, found);
        }
    }
    if article.tags.is_empty()
        && let Some((tags, found)) = tags(head, linked)
    {
        article.tags = tags;
        note(article, Field::Tags, found);
    }
    if article.images.is_empty()
        && let Some((images, found)) = images::images(head, linked, &zones, &article.url)
    {
        article.images = images;
        note(article, Field::Images, found);
    }
    changed
}

/// Whether an address is the canonical one but for what marks a copy for telephones: `/amp/`, `.amp`, `?amp`, `m.`,
/// `mobile.`, `amp.`.
fn is_copy_of(url: &str, canonical: &str) -> bool {
    if url == canonical || !is_same_site(url, canonical) {
        return false;
    }
    let bare = |url: &str| {
        let (_, rest) = url.split_once("://")?;
        let (path, query) = rest.split('#').next()?.split_once('?').unwrap_or((rest, ""));
        let (host, path) = path.split_once('/').unwrap_or((path, ""));
        let host = ["www.", "m.", "mobile.", "amp."]
            .iter()
            .fold(host, |host, mark| host.strip_prefix(mark).unwrap_or(host));
        let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | "amp")).collect();
        let path = parts.join("/");
        let query = query
            .split('&')
            .filter(|pair| !matches!(*pair, "amp" | "amp=1" | "outputType=amp" | ""))
            .collect::<Vec<_>>()
            .join("&");
        Some((host.to_ascii_lowercase(), path.strip_suffix(".amp").unwrap_or(&path).to_owned(), query))
    };
    let has_mark = |url: &str| {
        let lower = url.to_ascii_lowercase();
        lower.contains("amp") || lower.contains("://m.") || lower.contains("://mobile.")
    };
    has_mark(url) && bare(url).is_some() && bare(url) == bare(canonical)
}

/// What JSON-LD says, or else the first of these meta tags.
fn linked_or_meta(linked: Option<String>, head: &PageHead<'_>, metas: &[&str]) -> Option<(String, Found)> {
    let meta = || head.meta_of(metas).map(|text| (one_line(text), Found::Meta));
    linked.map(|text| (text, Found::JsonLd)).or_else(meta)
}

/// Tags, each once.
fn tags(head: &PageHead<'_>, linked: &Linked<'_>) -> Option<(Vec<String>, Found)> {
    let distinct = |tags: Vec<String>| {
        let tags = tags
            .iter()
            .map(|tag| one_line(tag))
            .filter(|tag| !tag.is_empty() && tag.len() <= 100)
            .take(100)
            .collect();
        distinct_names(tags)
    };
    let from_linked = distinct(linked.list("keywords"));
    if !from_linked.is_empty() {
        return Some((from_linked, Found::JsonLd));
    }
    let listed = distinct(head.all("article:tag").map(str::to_owned).collect());
    let named = || {
        let text =
            head.meta_of(&["parsely-tags", "news_keywords", "sailthru.tags", "keywords", "dc.subject"])?;
        Some(distinct(text.split([',', ';']).map(str::to_owned).collect()))
    };
    let tags = Some(listed).filter(|tags| !tags.is_empty()).or_else(named)?;
    (!tags.is_empty()).then_some((tags, Found::Meta))
}

/// Letters and digits in lower case: what two spellings of a headline have in common.
fn fold(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
