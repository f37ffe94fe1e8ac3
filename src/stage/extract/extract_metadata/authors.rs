//! Who wrote the article.
//!
//! In order: persons in JSON-LD; persons in meta tags; marked elements (`itemprop="author"`, `rel="author"`) and
//! visible bylines near the headline; elements that are named after authors; then organisations, from the same
//! places in the same order. An organisation that is the site itself comes last, because publishing systems
//! put it where nobody was named. Names in comments and beside other articles never count.

use crate::article::Found;
use crate::html::{Name, NodeId, Page, Tag};
use crate::text::people::{byline, distinct, looks_like_name, names_in};

use super::fold;
use super::head::{Head, one_line};
use super::linked::Linked;
use super::survey::{Element, Survey, Zone};

const METAS: &[&str] = &[
    "parsely-author",
    "sailthru.author",
    "article:author_name",
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "byl",
    "cxenseparse:author",
    "rnews:author",
    "article.author",
    "authors",
    "og:author",
    "vr:author",
    "dc.contributor",
];

/// A byline is no longer than this.
const MAX_BYLINE_BYTES: usize = 160;

/// The authors, and where they were found.
pub(super) fn authors(
    page: Page<'_>,
    head: &Head<'_>,
    linked: &Linked<'_>,
    survey: &Survey,
    site: &[String],
) -> Option<(Vec<String>, Found)> {
    let is_site = |name: &String| {
        let folded = fold(name);
        site.iter().any(|site| *site == folded || (folded.len() >= 4 && site.contains(&folded)))
    };
    let are_persons = |names: &[String]| !names.is_empty() && !names.iter().all(is_site);
    let people = linked.authors();
    let mut all = people.persons.clone();
    all.extend(people.organisations.iter().filter(|name| !is_site(name)).cloned());
    if are_persons(&people.persons) {
        return Some((distinct(all), Found::JsonLd));
    }
    let metas = from_metas(head);
    if are_persons(&metas) {
        return Some((metas, Found::Meta));
    }
    let visible = from_page(page, survey);
    if are_persons(&visible) {
        return Some((visible, Found::Dom));
    }
    [
        (all, Found::JsonLd),
        (people.persons, Found::JsonLd),
        (people.organisations, Found::JsonLd),
        (metas, Found::Meta),
        (visible, Found::Dom),
    ]
    .into_iter()
    .find(|(names, _)| !names.is_empty())
    .map(|(names, found)| (distinct(names), found))
}

fn from_metas(head: &Head<'_>) -> Vec<String> {
    for name in METAS {
        let names: Vec<String> =
            head.all(name).filter(|content| content.len() <= 400).flat_map(names_in).collect();
        if !names.is_empty() {
            return distinct(names);
        }
    }
    // `twitter:label1` says what `twitter:data1` is.
    for (label, data) in [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")] {
        let is_author = head.all(label).any(|label| {
            let label = label.to_lowercase();
            [
                "written by",
                "verfasst von",
                "author",
                "autor",
                "écrit par",
                "escrito por",
                "scritto da",
                "geschreven door",
            ]
            .iter()
            .any(|known| label.contains(known))
        });
        if is_author && let Some(content) = head.all(data).next() {
            let names = names_in(content);
            if !names.is_empty() {
                return names;
            }
        }
    }
    Vec::new()
}

/// Names that the page shows.
fn from_page(page: Page<'_>, survey: &Survey) -> Vec<String> {
    let mut best: Option<(i32, Vec<String>)> = None;
    let mut offer = |weight: i32, names: Vec<String>| {
        if weight > 0 && !names.is_empty() && best.as_ref().is_none_or(|(known, _)| weight > *known) {
            best = Some((weight, names));
        }
    };
    let mut marked: Vec<(usize, Element, Vec<String>)> = Vec::new();
    for element in survey.people.iter().filter(|element| element.zone == Zone::Main).take(64) {
        let names = names_of_element(page, *element);
        if !names.is_empty() {
            let place = survey.lines.partition_point(|line| line.first < element.node);
            marked.push((place, *element, names));
        }
    }
    for (place, element, names) in &marked {
        let rank = rank(page, *element);
        let weight = rank + nearness(survey, *place);
        // Several marked elements beside each other are several authors.
        let mut together = names.clone();
        for (other_place, other, others) in &marked {
            if other.node > element.node
                && other_place.abs_diff(*place) <= 3
                && self::rank(page, *other) == rank
                && rank >= 40
            {
                together.extend(others.iter().cloned());
            }
        }
        offer(weight, distinct(together));
    }
    for (place, line) in survey.lines.iter().enumerate() {
        if line.zone != Zone::Main || line.bytes > MAX_BYLINE_BYTES {
            continue;
        }
        let near = nearness(survey, place);
        if near < -20 {
            continue;
        }
        if let Some(names) = byline(&Survey::text_of(page, line)) {
            offer(35 + near, names);
        }
    }
    best.map(|(_, names)| names).unwrap_or_default()
}

/// How surely an element names the author, by how it says so.
fn rank(page: Page<'_>, element: Element) -> i32 {
    let says = |name: Name, wanted: &[&str]| {
        page.raw_attribute(element.node, name).is_some_and(|value| {
            value
                .split_ascii_whitespace()
                .any(|word| wanted.iter().any(|wanted| word.eq_ignore_ascii_case(wanted)))
        })
    };
    if says(Name::Itemprop, &["author", "creator"])
        || says(Name::Rel, &["author"])
        || says(Name::Property, &["author", "schema:author"])
    {
        45
    } else {
        20
    }
}

/// Bylines stand beside the headline, or at the article's end.
fn nearness(survey: &Survey, place: usize) -> i32 {
    let heading = survey.heading_line;
    match (place >= heading, place.abs_diff(heading)) {
        (true, 0..=6) => 20,
        (true, 7..=20) => 12,
        (true, 21..=80) => 0,
        (true, 81..=300) => -10,
        (false, 0..=4) => 12,
        (false, 5..=12) => -5,
        _ => -25,
    }
}

/// The names in an element that is named after authors.
fn names_of_element(page: Page<'_>, element: Element) -> Vec<String> {
    let node = element.node;
    if page.tag(node) == Tag::Meta || page.has_attribute(node, Name::Content) {
        return page.attribute(node, Name::Content).map(|content| names_in(&content)).unwrap_or_default();
    }
    // Microdata: the author's name is a property of the author.
    let named: Vec<NodeId> = page
        .descendants(node)
        .filter(|inner| {
            page.raw_attribute(*inner, Name::Itemprop).is_some_and(|value| value.eq_ignore_ascii_case("name"))
        })
        .take(8)
        .collect();
    if !named.is_empty() {
        return named
            .into_iter()
            .flat_map(|inner| match page.attribute(inner, Name::Content) {
                Some(content) => names_in(&content),
                None => names_in(&one_line(&page.inner_text(inner))),
            })
            .collect();
    }
    let text = one_line(&page.inner_text(node));
    if text.len() > MAX_BYLINE_BYTES || text.is_empty() {
        return Vec::new();
    }
    if let Some(names) = byline(&text) {
        return names;
    }
    // Links in it are to authors' pages, if there are any.
    let links: Vec<String> = page
        .descendants(node)
        .filter(|inner| page.tag(*inner) == Tag::A)
        .take(6)
        .flat_map(|inner| names_in(&one_line(&page.inner_text(inner))))
        .filter(|name| looks_like_name(name))
        .collect();
    if !links.is_empty() && text.len() > links.iter().map(String::len).sum::<usize>() + 12 {
        return links;
    }
    names_in(&text).into_iter().filter(|name| looks_like_name(name) || page.tag(node) == Tag::A).collect()
}
