//! Names that a page shows: marked elements, bylines, a name beside the date, a signature.

use crate::date::{DayOrder, Label, dates_in};
use crate::html::{Name, NodeId, Page, Tag};
use crate::text::people::{byline, byline_within, distinct, is_by, looks_like_name, names_in, without_label};
use crate::text::{is_agency, is_place};

use super::super::head::one_line;
use super::super::survey::{Element, Line, Survey, Zone, is_quoted};
use super::is_short;

/// A byline or an element that is named after authors, beside the headline.
pub(super) const SURE: i32 = 32;
/// An element that is marked up as the author's, beside the headline: it may add names to those that the page states.
const MARKED: i32 = 42;

/// A byline is no longer than this.
const MAX_BYLINE_BYTES: usize = 160;

/// Nor is one that stands far from the headline longer than this.
const MAX_LATE_BYLINE_BYTES: usize = 60;
/// What is said of an author beside the article is no longer than this.
const MAX_CARD_BYTES: usize = 600;

/// Names that the page shows.
pub(super) fn from_page(page: Page<'_>, survey: &Survey, enough: i32) -> Vec<String> {
    let mut best: Option<(i32, Vec<String>)> = None;
    let mut offer = |weight: i32, names: Vec<String>| {
        if weight >= enough && !names.is_empty() && best.as_ref().is_none_or(|(known, _)| weight > *known) {
            best = Some((weight, names));
        }
    };
    for (weight, names) in weighed_elements(page, survey) {
        offer(weight, names);
    }
    for (place, line) in survey.lines.iter().enumerate() {
        if line.zone != Zone::Main || line.bytes > MAX_BYLINE_BYTES {
            continue;
        }
        let near = nearness(survey, place);
        // Far from the headline, a byline has a line of its own.
        if near < -20 || (near < 0 && line.bytes > MAX_LATE_BYLINE_BYTES) || is_quoted(page, line.first) {
            continue;
        }
        let text = Survey::text_of(page, line);
        let is_heading = page.ancestors(line.first).take(6).any(|outer| page.tag(outer).is_heading());
        let next = || survey.lines.get(place + 1).filter(|next| next.bytes <= MAX_BYLINE_BYTES);
        if is_by(&text) {
            // `By`, and the name in an element of its own.
            if let Some(names) =
                next().and_then(|next| byline(&format!("{text} {}", Survey::text_of(page, next))))
            {
                offer(35 + near, names);
            }
        } else if is_heading {
        } else if let Some(names) = signed(&text, line.has_digit) {
            offer(35 + near, names);
        } else if let Some(names) = byline_within(&text) {
            offer(20 + near, names);
        } else if line.has_digit
            && near >= 12
            && let Some(names) = beside_date(&text)
        {
            offer(5 + near, names);
        }
    }
    if best.is_none() {
        return signature(page, survey).into_iter().collect();
    }
    best.map(|(_, names)| names).unwrap_or_default()
}

/// The names in a byline, without the date, the agency and the place that it gives beside them: `Posted on 8 June 2021 by Ann
/// Lee`, `By Ann Lee, Friday, July 10`, `Von Ann Lee, Selm`.
fn signed(text: &str, has_digit: bool) -> Option<Vec<String>> {
    let mut pieces = vec![text];
    let found = if has_digit { dates_in(text, &DayOrder::DayFirst.into()) } else { Vec::new() };
    if let Some(date) = found.first() {
        // Who is named before the date is read up to it; else the byline follows.
        pieces = vec![without_words_of_dates(text.get(..date.from)?), text.get(date.to..)?];
    }
    let mut names = pieces.into_iter().find_map(|piece| byline(piece.trim_matches(is_seam)))?;
    if names.first().is_some_and(|first| first.contains(' ')) {
        let first = names.remove(0);
        let is_place =
            |name: &str| is_place(name) || (!name.contains(' ') && name.chars().any(char::is_lowercase));
        names.retain(|name| !(is_place(name) || name.contains(' ') && is_agency(name)));
        names.insert(0, first);
    }
    (!names.is_empty()).then_some(names)
}

fn is_seam(edge: char) -> bool {
    edge.is_whitespace() || ",.|-–—•·/".contains(edge)
}

/// `By Ann Lee, Friday` → `By Ann Lee`: without the words before a date that print beside dates.
fn without_words_of_dates(before: &str) -> &str {
    let mut rest = before.trim_end_matches(is_seam);
    while let Some((head, last)) = rest.rsplit_once(|gap: char| gap.is_whitespace() || gap == ',')
        && Label::of(&last.to_lowercase()).is_some()
    {
        rest = head.trim_end_matches(is_seam);
    }
    rest
}

/// The names in the element beside the headline that most surely names the authors; none where only lines tell.
pub(super) fn marked(page: Page<'_>, survey: &Survey) -> Vec<String> {
    let is_sure = |element: &Element| element.zone == Zone::Main && rank(page, *element) + 20 >= MARKED;
    if !survey.people.iter().any(is_sure) {
        return Vec::new();
    }
    let surely = weighed_elements(page, survey).into_iter().rev().filter(|(weight, _)| *weight >= MARKED);
    surely.max_by_key(|(weight, _)| *weight).map(|(_, names)| names).unwrap_or_default()
}

/// The names in elements that are named after authors, each with how surely they are the article's.
fn weighed_elements(page: Page<'_>, survey: &Survey) -> Vec<(i32, Vec<String>)> {
    let mut marked: Vec<(usize, Element, Vec<String>)> = Vec::new();
    let of_article = |element: &&Element| element.zone == Zone::Main && !is_quoted(page, element.node);
    for element in survey.people.iter().filter(of_article).take(64) {
        let names = names_of_element(page, *element);
        if !names.is_empty() {
            let place = survey.lines.partition_point(|line| line.first < element.node);
            marked.push((place, *element, names));
        }
    }
    let weighed = marked.iter().map(|(place, element, names)| {
        let rank = rank(page, *element);
        // Several marked elements beside each other are several authors.
        let mut together = names.clone();
        for (other_place, other, others) in &marked {
            if other.node > element.node
                && other_place.abs_diff(*place) <= 3
                && self::rank(page, *other) == rank
                && rank >= 40
            {
                together.extend(others.iter().filter(|name| !is_short(name)).cloned());
            }
        }
        if together.iter().any(|name| !is_short(name)) {
            together.retain(|name| !is_short(name));
        }
        (rank + nearness(survey, *place), distinct(together))
    });
    weighed.collect()
}

/// `3 May 2021 - Ann Lee`, `3.5.2021 | Redaktion: Ann Lee`
fn beside_date(text: &str) -> Option<Vec<String>> {
    let sighting = dates_in(text, &DayOrder::DayFirst.into()).into_iter().next()?;
    let marks = |character: char| " -–—|•·,/:()".contains(character);
    let (before, behind) =
        (text.get(..sighting.from)?.trim_matches(marks), text.get(sighting.to..)?.trim_matches(marks));
    let (rest, 0) = (if before.is_empty() { behind } else { before }, before.len().min(behind.len())) else {
        return None;
    };
    let is_name = (2..=4).contains(&rest.split_whitespace().count()) && looks_like_name(rest);
    byline(rest).or_else(|| is_name.then(|| vec![rest.to_owned()]))
}

/// The name that signs an article: alone in the line behind a paragraph, with no paragraph following.
fn signature(page: Page<'_>, survey: &Survey) -> Option<String> {
    let is_paragraph = |line: &Line| line.zone == Zone::Main && line.bytes > MAX_BYLINE_BYTES;
    let is_full = |name: &str| (2..=4).contains(&name.split_whitespace().count()) && looks_like_name(name);
    let lines = survey.lines.get(survey.heading_line..).unwrap_or_default();
    let alone = lines.windows(3).filter(|window| is_paragraph(&window[0])).find_map(|window| {
        let line = &window[1];
        if line.zone != Zone::Main || line.bytes > 40 || is_paragraph(&window[2]) {
            return None;
        }
        // A heading or a link behind an article leads elsewhere.
        let leads =
            |outer| page.tag(outer) == Tag::A || page.tag(outer) == Tag::Li || page.tag(outer).is_heading();
        if page.ancestors(line.first).take(4).any(leads) {
            return None;
        }
        let text = Survey::text_of(page, line);
        let name = text.trim_matches(|character: char| "()+*-– /".contains(character));
        is_full(name).then(|| name.to_owned())
    });
    // `… said the mayor. (Ann Lee) +++`
    alone.or_else(|| {
        let last = lines.iter().rfind(|line| line.zone == Zone::Main && line.bytes > 60)?;
        let text = page.text(NodeId::at(last.end.checked_sub(1)?));
        let (_, name) = text.trim_end_matches([' ', '+', '\n', '.']).strip_suffix(')')?.rsplit_once('(')?;
        is_full(name).then(|| name.to_owned())
    })
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
            .filter(|name| looks_like_name(name) || !name.contains(' '))
            .collect();
    }
    let text = one_line(&page.inner_text(node));
    if text.len() > MAX_CARD_BYTES || text.is_empty() {
        return Vec::new();
    }
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if let Some(names) = signed(&text, has_digit) {
        return names;
    }
    let text = without_label(&text);
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
    let is_account = |name: &String| !name.contains(' ') && name.len() <= 24;
    let is_exact = page.tag(node) == Tag::A || says_exactly(page, node);
    let names: Vec<String> = names_in(text)
        .into_iter()
        .filter(|name| {
            if is_exact {
                looks_like_name(name) || is_account(name)
            } else {
                looks_like_name(name) && !is_short(name)
            }
        })
        .collect();
    // `Ann Lee` and `All articles`, in elements of their own.
    let mut texts = page.descendants(node).filter(|inner| page.tag(*inner) == Tag::Text).take(12);
    let first = texts.by_ref().map(|inner| one_line(&page.text(inner))).find(|text| !text.is_empty());
    if let Some(first) = first
        && let [name] = &names[..]
        && name.len() > first.len()
        && first.contains(' ')
        && looks_like_name(&first)
    {
        return vec![first];
    }
    if !names.is_empty() {
        return names;
    }
    // A card about the author opens with the name.
    let first = page.descendants(node).filter(|inner| page.tag(*inner) == Tag::Text).take(6);
    first
        .map(|inner| one_line(&page.text(inner)))
        .find(|text| text.contains(' ') && looks_like_name(text))
        .into_iter()
        .collect()
}

/// Whether an element's class is the word for author itself.
fn says_exactly(page: Page<'_>, node: NodeId) -> bool {
    page.raw_attribute(node, Name::Class).is_some_and(|class| {
        class
            .split_ascii_whitespace()
            .any(|word| matches!(word, "author" | "fn" | "username" | "nickname" | "author-name"))
    })
}
