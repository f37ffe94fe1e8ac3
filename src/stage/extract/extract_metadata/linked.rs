//! The JSON-LD object that is about this page's article, and what it says.
//!
//! Pages carry many objects: breadcrumbs, the site, lists of other articles, videos. The article's own is known
//! by its kind (`NewsArticle` before `WebPage`), by an address equal to the page's, and by a headline that
//! the page shows. An object whose address and headline are both another article's is never taken.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::html::decode;
use crate::text::people::{distinct, looks_like_name, names_in};
use crate::text::says_nothing;

type Object = Map<String, Value>;

/// More objects are a catalogue.
const MAX_OBJECTS: usize = 512;
/// References that lead to references.
const MAX_STEPS: usize = 4;
/// A name has no more words.
const MOST_WORDS: usize = 5;

/// What is known of the page before its JSON-LD is read.
pub(super) struct About {
    /// Addresses of the page: the record's, the canonical one.
    pub urls: Vec<String>,
    /// Headlines that the page shows or names, folded.
    pub headlines: Vec<String>,
}

/// What JSON-LD says about the article.
pub(super) struct Linked<'a> {
    by_id: BTreeMap<&'a str, &'a Object>,
    /// The article, then the page that holds it.
    subjects: Vec<&'a Object>,
    site: Option<&'a Object>,
}

/// Authors, persons and organisations apart.
#[derive(Default)]
pub(super) struct People {
    pub persons: Vec<String>,
    pub organisations: Vec<String>,
}

impl<'a> Linked<'a> {
    /// Chooses among a page's objects.
    pub(super) fn of(objects: &'a [Value], about: &About) -> Self {
        let mut all: Vec<&Object> = objects.iter().filter_map(Value::as_object).take(MAX_OBJECTS).collect();
        let mut at = 0;
        while let Some(object) = all.get(at).copied() {
            for key in ["mainEntity", "mainEntityOfPage", "subjectOf"] {
                let inner = object.get(key).and_then(Value::as_object);
                if let Some(inner) = inner.filter(|inner| inner.len() > 2 && all.len() < MAX_OBJECTS) {
                    all.push(inner);
                }
            }
            at += 1;
        }
        let mut by_id = BTreeMap::new();
        for object in &all {
            if let Some(id) = object.get("@id").and_then(Value::as_str)
                && object.len() > 1
            {
                by_id.entry(id).or_insert(*object);
            }
        }
        // Ties go to the first: `max_by_key` takes the last of equals, so the scan is reversed.
        let best = |is_wanted: fn(i32) -> bool| {
            let scored = all.iter().filter_map(|object| {
                let rank = rank(object);
                let score = if is_wanted(rank) { score(object, rank, about)? } else { return None };
                Some((score, *object))
            });
            scored.rev().max_by_key(|(score, _)| *score).map(|(_, object)| object)
        };
        let article = best(|rank| rank >= 2);
        let page = best(|rank| rank == 1);
        let site = all.iter().copied().find(|object| has_kind(object, |kind| kind == "WebSite"));
        Self { by_id, subjects: article.into_iter().chain(page).collect(), site }
    }

    /// The headline.
    pub(super) fn headline(&self) -> Option<String> {
        let article = self.subjects.first().filter(|object| rank(object) >= 2)?;
        let said = |key: &str| text(article.get(key)).filter(|text| !says_nothing(text));
        said("headline").or_else(|| said("name"))
    }

    /// The first text under one of these keys, of the article before the page.
    pub(super) fn text(&self, keys: &[&str]) -> Option<String> {
        self.subjects.iter().find_map(|object| keys.iter().find_map(|key| text(object.get(*key))))
    }

    /// Whether an article's object was found.
    pub(super) fn has_article(&self) -> bool {
        self.subjects.first().is_some_and(|object| rank(object) >= 2)
    }

    /// The names of those who wrote it.
    pub(super) fn authors(&self) -> People {
        self.under(&["author", "creator"])
    }

    /// The names of those who read or checked it, and who are no authors by that.
    pub(super) fn reviewers(&self) -> Vec<String> {
        self.under(&["editor", "reviewedBy"]).persons
    }

    /// The people under the first of these keys that has any.
    fn under(&self, keys: &[&str]) -> People {
        let mut people = People::default();
        for key in keys {
            for object in &self.subjects {
                if let Some(value) = object.get(*key) {
                    self.people(value, &mut people);
                }
                if !people.persons.is_empty() || !people.organisations.is_empty() {
                    people.persons = distinct(people.persons);
                    // What stands among names and has more words than any is none.
                    if people.persons.iter().any(|name| looks_like_name(name)) {
                        people.persons.retain(|name| name.split(' ').count() <= MOST_WORDS);
                    }
                    people.organisations = distinct(people.organisations);
                    return people;
                }
            }
        }
        people
    }

    fn people(&self, value: &'a Value, people: &mut People) {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in items.iter().take(64) {
            match item {
                Value::String(text) => people.persons.extend(names_in(&decode(text))),
                Value::Array(inner) => {
                    for text in inner.iter().filter_map(Value::as_str) {
                        people.persons.extend(names_in(&decode(text)));
                    }
                }
                Value::Object(object) => {
                    let object = self.resolved(object);
                    let mut names = Vec::new();
                    match object.get("name") {
                        Some(Value::Array(items)) => {
                            for text in items.iter().filter_map(Value::as_str) {
                                names.extend(names_in(&decode(text)));
                            }
                        }
                        name => names.extend(text(name).iter().flat_map(|name| names_in(name))),
                    }
                    if names.is_empty() {
                        let parts = ["givenName", "familyName"].map(|key| text(object.get(key)));
                        names = names_in(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
                    }
                    if has_kind(object, |kind| kind.ends_with("Organization") || kind == "Corporation") {
                        people.organisations.extend(names);
                    } else {
                        people.persons.extend(names);
                    }
                }
                _ => {}
            }
        }
    }

    /// The object that a reference by `@id` means.
    fn resolved(&self, object: &'a Object) -> &'a Object {
        let mut object = object;
        for _ in 0..MAX_STEPS {
            if object.contains_key("name") {
                break;
            }
            let Some(next) = object.get("@id").and_then(Value::as_str).and_then(|id| self.by_id.get(id))
            else {
                break;
            };
            object = next;
        }
        object
    }

    /// The publication's name.
    pub(super) fn site_name(&self) -> Option<String> {
        let publisher = self
            .subjects
            .iter()
            .find_map(|object| object.get("publisher"))
            .and_then(|value| value.as_array().map_or(Some(value), |items| items.first()))
            .and_then(Value::as_object)
            .map(|object| self.resolved(object));
        publisher
            .and_then(|object| text(object.get("name")))
            .or_else(|| self.site.and_then(|site| text(site.get("name"))))
    }

    /// Strings in a list, or in a text with commas.
    pub(super) fn list(&self, key: &str) -> Vec<String> {
        let Some(value) = self.subjects.iter().find_map(|object| object.get(key)) else { return Vec::new() };
        let cut = |text: &str| decode(text).split([',', ';']).map(str::to_owned).collect::<Vec<_>>();
        match value {
            Value::String(text) => cut(text),
            Value::Array(items) if items.len() == 1 => {
                items.iter().filter_map(Value::as_str).flat_map(cut).collect()
            }
            Value::Array(items) => items.iter().take(256).filter_map(|item| text(Some(item))).collect(),
            _ => Vec::new(),
        }
    }

    /// A value of the article's, such as its pictures.
    pub(super) fn value(&self, key: &str) -> Option<&'a Value> {
        self.subjects.iter().find_map(|object| object.get(key))
    }

    /// What a value that may be a reference stands for.
    pub(super) fn object(&self, value: &'a Value) -> Option<&'a Object> {
        let object = value.as_object()?;
        if object.len() > 2 {
            return Some(object);
        }
        let id = object.get("@id").and_then(Value::as_str);
        Some(id.and_then(|id| self.by_id.get(id)).copied().unwrap_or(object))
    }
}

/// A text: a string, a number, the first of a list, the name in an object. Character references are decoded,
/// because many publishing systems leave them in.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => decode_twice(text),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            return items.first().filter(|item| !item.is_array()).and_then(|item| text(Some(item)));
        }
        Value::Object(object) => {
            let inner = ["name", "@value", "url"].iter().find_map(|key| object.get(*key)?.as_str())?;
            decode_twice(inner)
        }
        Value::Null | Value::Bool(_) => return None,
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// `&amp;#8217;` stands in real pages: escaped once by the editor, once by the template.
fn decode_twice(text: &str) -> String {
    let once = decode(text);
    if once.contains('&') && once.contains(';') { decode(&once).into_owned() } else { once.into_owned() }
}

fn has_kind(object: &Object, test: impl Fn(&str) -> bool) -> bool {
    let bare = |kind: &str| test(kind.rsplit(['/', ':', '#']).next().unwrap_or(kind));
    match object.get("@type") {
        Some(Value::String(kind)) => bare(kind),
        Some(Value::Array(kinds)) => kinds.iter().take(8).filter_map(Value::as_str).any(bare),
        _ => false,
    }
}

/// How much a kind of object is an article: 4 news, 3 articles, 2 other works, 1 pages, 0 anything else.
fn rank(object: &Object) -> i32 {
    let is = |test: fn(&str) -> bool| has_kind(object, test);
    if is(|kind| kind.ends_with("NewsArticle") || kind == "LiveBlogPosting") {
        4
    } else if is(|kind| kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report") {
        3
    } else if is(|kind| WORKS.contains(&kind)) {
        2
    } else {
        i32::from(is(|kind| kind.ends_with("Page")))
    }
}

/// Works that may be a page's main matter; on other pages they stand beside it.
const WORKS: &[&str] = &[
    "Recipe",
    "Review",
    "HowTo",
    "CreativeWork",
    "VideoObject",
    "PodcastEpisode",
    "Question",
    "Event",
    "Book",
    "SoftwareApplication",
    "Course",
    "MediaObject",
    "AudioObject",
    "Episode",
];

/// How well an object fits the page; `None` where it is about something else.
fn score(object: &Object, rank: i32, about: &About) -> Option<i32> {
    let addresses =
        ["url", "mainEntityOfPage", "@id", "sameAs"].iter().filter_map(|key| match object.get(*key)? {
            Value::String(url) => Some(url.as_str()),
            Value::Object(inner) => inner.get("@id").or_else(|| inner.get("url"))?.as_str(),
            _ => None,
        });
    let mut is_same = false;
    let mut is_other = false;
    for address in addresses.filter(|address| address.contains("://")) {
        let same = about.urls.iter().any(|url| is_same_address(url, address));
        is_same |= same;
        is_other |= !same;
    }
    let headline =
        text(object.get("headline")).or_else(|| text(object.get("name"))).map(|name| super::fold(&name));
    let shown = headline.as_ref().is_some_and(|headline| {
        !headline.is_empty()
            && about
                .headlines
                .iter()
                .any(|known| known.contains(headline.as_str()) || headline.contains(known))
    });
    // Videos and the like stand on many pages; they are its matter only where they bear its headline.
    if rank == 2 && !shown {
        return None;
    }
    if rank >= 3 && is_other && !is_same && !shown && !about.headlines.is_empty() && headline.is_some() {
        // Canonical addresses differ from what was fetched, and headlines from search titles; both at once is
        // rare, so an only object may still be right: it counts least.
        return Some(rank);
    }
    let has = |key: &str| i32::from(object.contains_key(key));
    Some(
        rank * 10
            + i32::from(is_same) * 25
            + i32::from(shown) * 20
            + has("datePublished") * 8
            + has("author") * 4
            + has("headline") * 2,
    )
}

/// The same host and path, whatever the scheme, `www.`, the query and a slash at the end.
fn is_same_address(a: &str, b: &str) -> bool {
    let bare = |url: &str| -> String {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        rest.strip_prefix("www.").unwrap_or(rest).to_ascii_lowercase()
    };
    bare(a) == bare(b)
}
