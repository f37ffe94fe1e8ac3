//! Names that a page shows: marked elements, bylines, a name beside the date, a signature.

use crate::date::{DayOrder, Label, dates_in};
use crate::html::{Name, NodeId, Page, Tag};
use crate::stage::extract::furniture::people::is_role;
use crate::text::Slice;
use crate::text::people::{
    byline, byline_within, distinct, is_by, looks_like_name, names_in, without_by, without_label,
};
use crate::text::{is_agency, is_place};

use super::super::head::one_line;
use crate::stage::page::{ClassHints, Line, Zone};

use super::super::zones::{Element, Zones, is_quoted};
use super::is_short;
use super::proof::Proof;

/// A name alone beside the headline and the date.
pub(super) const BESIDE_DATE: i32 = 24;
/// A byline or an element that is named after authors, beside the headline.
pub(super) const SURE: i32 = 32;
/// A byline beside the headline, or an element that is marked up as the author's.
pub(super) const SIGNED: i32 = 47;

/// A byline is no longer than this.
const MAX_BYLINE_BYTES: usize = 160;

/// Nor is one that stands far from the headline longer than this.
const MAX_LATE_BYLINE_BYTES: usize = 60;
/// What is said of an author beside the article is no longer than this.
const MAX_CARD_BYTES: usize = 600;

/// Names that the page shows.
pub(super) fn from_page(zones: &Zones<'_>, proof: &Proof<'_>, enough: i32) -> Vec<String> {
    let page = zones.page;
    let mut best: Option<(i32, Vec<String>)> = None;
    let mut offer = |weight: i32, names: Vec<String>| {
        if weight >= enough && !names.is_empty() && best.as_ref().is_none_or(|(known, _)| weight > *known) {
            best = Some((weight, names));
        }
    };
    for (weight, names) in weighed_elements(zones, proof) {
        offer(weight, names);
    }
    offer(SIGNED + 1, distinct(linked(zones, proof)));
    for (place, line) in zones.lines.iter().enumerate() {
        // A box beside the article may say whose it is, in a line that is the word for it.
        let is_box = || line.zone == Zone::Neighbours && line.bytes <= 12 && is_by(&zones.text_of(line));
        if line.bytes > MAX_BYLINE_BYTES || (line.zone != Zone::Main && !is_box()) {
            continue;
        }
        let near = nearness(zones, place);
        // Far from the headline, a byline has a line of its own.
        if near < -20 || (near < 0 && line.bytes > MAX_LATE_BYLINE_BYTES) || is_quoted(page, line.first) {
            continue;
        }
        let text = zones.text_of(line);
        let is_heading = page.ancestors(line.first).take(6).any(|outer| page.tag(outer).is_heading());
        let next = || zones.lines.get(place + 1).filter(|next| next.bytes <= MAX_BYLINE_BYTES);
        if let Some(text) = label(&text) {
            // `By`, and the name in an element of its own.
            if let Some(next) = next().map(|next| zones.text_of(next))
                && let Some(names) = byline(&format!("{text} {next}")).or_else(|| {
                    // The word alone in its box, without a colon: what follows has to be a name in full.
                    let label = text.trim_end_matches(' ');
                    byline(&format!("{label}: {next}")).filter(|names| names.iter().all(|name| is_full(name)))
                })
            {
                offer(35 + near, names);
            }
        } else if is_heading {
            // A byline may be a heading below the headline; but not every heading that opens like one is.
            if near >= 12
                && place > zones.heading_line
                && let Some(names) = signed(&text, line.has_digit)
                && names.iter().all(|name| is_full(name))
            {
                offer(35 + near, names);
            }
        } else if let Some(names) = signed(&text, line.has_digit) {
            // `<b>By Ann Lee</b> <i>Science reporter, Quay World Service</i>`
            let first = named_first(page, line.first.index()..line.end);
            offer(35 + near, first.and_then(|first| byline(&first)).unwrap_or(names));
        } else if let Some(names) = byline_within(&text) {
            offer(20 + near, names);
        } else if line.has_digit
            && near >= 12
            && let Some(names) = beside_date(&text, proof)
        {
            offer(5 + near, names);
        } else if near >= 12
            && let Some(name) = linked_first(page, line, proof)
        {
            offer(8 + near, vec![name]);
        } else if near >= 12
            && stands_alone(page, line)
            && let Some((names, has_post)) = names_with_posts(&text)
            && (!leads_to_topic(zones, line) || names.iter().all(|name| proof.is_person(name)))
        {
            let is_proved = has_post
                || names.iter().all(|name| proof.is_person(name))
                || (names.len() == 1 && follows_picture(page, line));
            let is_dated = || {
                let around = zones.lines.get(place.saturating_sub(1)..(place + 2).min(zones.lines.len()));
                around.unwrap_or_default().iter().any(|line| is_date(zones, line))
            };
            if (is_proved || is_dated()) && !names.iter().any(|name| proof.is_words(name)) {
                offer(if is_proved { 8 } else { 4 } + near, names);
            }
        }
    }
    if best.is_none() && enough <= SURE {
        return signature(zones).filter(|name| !proof.is_words(name)).into_iter().collect();
    }
    best.map(|(_, names)| names).unwrap_or_default()
}

/// The names beside the headline that links into a folder of authors have for their text and their address, those of the first
/// line that has one: `<a href="/author/ann-lee">Ann Lee</a>`.
fn linked(zones: &Zones<'_>, proof: &Proof<'_>) -> Vec<String> {
    let links = zones.people.iter().filter(|element| {
        element.zone == Zone::Main
            && zones.page.tag(element.node) == Tag::A
            && !is_quoted(zones.page, element.node)
            && !is_reviewer(zones, element.node)
    });
    let named = links.filter_map(|link| {
        let place = zones.lines.partition_point(|line| line.end <= link.node.index());
        let text = one_line(&zones.page.inner_text(link.node));
        let name = without_label(&text);
        (nearness(zones, place) >= 12 && is_full(name) && proof.is_person(name))
            .then(|| (place, name.to_owned()))
    });
    let named: Vec<(usize, String)> = named.collect();
    let first = named.first().map(|(place, _)| *place);
    named.into_iter().filter(|(place, _)| Some(*place) == first).map(|(_, name)| name).collect()
}

/// The name in full that a line opens with as a link that ends in it: `<a href="/team/ann-lee">Ann Lee</a> All columns`.
fn linked_first(page: Page<'_>, line: &Line, proof: &Proof<'_>) -> Option<String> {
    let link = page.ancestors(line.first).take(3).find(|outer| page.tag(*outer) == Tag::A)?;
    let is_whole = page.end(link) >= line.end;
    let name = one_line(&page.inner_text(link));
    (!is_whole && is_full(&name) && proof.is_person(&name)).then_some(name)
}

/// A line that is only what stands before a name: `By`, `Article written by:`.
fn label(text: &str) -> Option<&str> {
    /// Words before `written by`.
    const MOST_WORDS: usize = 3;
    let bare = text.trim_end_matches([':', ' ']);
    let two = bare.rmatch_indices(' ').nth(1).and_then(|(at, _)| text.get(at + 1..));
    let opening = two.filter(|two| bare.split(' ').count() <= MOST_WORDS + 2 && is_by(two));
    is_by(text).then_some(text).or(opening)
}

/// A person's name in full.
fn is_full(text: &str) -> bool {
    text.len() <= MAX_LATE_BYLINE_BYTES
        && (2..=4).contains(&text.split_whitespace().count())
        && looks_like_name(text)
}

/// The people that a line names and nothing else, and whether it says what they do: `Ann Lee — Harbour Correspondent`, `Ann Lee and
/// Bo Chen`.
fn names_with_posts(text: &str) -> Option<(Vec<String>, bool)> {
    if is_full(text) {
        return Some((vec![text.to_owned()], false));
    }
    // Nearly every other line is neither.
    let divides = |character: char| matches!(character, ',' | '|' | '•' | '·' | ';' | '–' | '—' | '&' | '/');
    let is_list =
        || text.contains(divides) || text.split(' ').any(|word| word.len() <= 4 && is_conjunction(word));
    if text.len() > MAX_LATE_BYLINE_BYTES
        || !text.starts_with(|first: char| !first.is_lowercase())
        || !is_list()
    {
        return None;
    }
    let pieces = text
        .split(|character| divides(character) && character != '&')
        .map(str::trim)
        .filter(|piece| !piece.is_empty());
    let (posts, mut names): (Vec<&str>, Vec<&str>) = pieces.partition(|piece| is_role(piece));
    // `ANN LEE / Selm`
    if let [first, place] = &names[..]
        && is_full(first)
        && text.contains(" / ")
        && place.split(' ').count() <= 3
        && !place.starts_with(char::is_lowercase)
    {
        names.pop();
    }
    let names: Vec<String> = names.into_iter().flat_map(names_in).collect();
    (!names.is_empty() && names.iter().all(|name| is_full(name))).then_some((names, !posts.is_empty()))
}

/// The letters that stand for an author's picture: `AL`.
fn is_initials(name: &str) -> bool {
    (2..=3).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase()) && !is_agency(name)
}

/// Whether a line is not in a list or a heading, where other things are named.
fn stands_alone(page: Page<'_>, line: &Line) -> bool {
    !page
        .ancestors(line.first)
        .take(4)
        .any(|outer| page.tag(outer) == Tag::Li || page.tag(outer).is_heading())
}

/// Whether a line is a link that ends in no name: a section, a topic.
fn leads_to_topic(zones: &Zones<'_>, line: &Line) -> bool {
    let page = zones.page;
    let link = page.ancestors(line.first).take(3).find(|outer| page.tag(*outer) == Tag::A);
    // `/@annlee` is an account.
    let is_account = |address: &str| address.rsplit('/').next().is_some_and(|last| last.starts_with('@'));
    link.and_then(|link| page.raw_attribute(link, Name::Href))
        .is_some_and(|address| !zones.hints_of(line).has(ClassHints::PEOPLE) && !is_account(address))
}

/// Whether an element is a link to the site's front page.
fn leads_home(page: Page<'_>, node: NodeId) -> bool {
    page.tag(node) == Tag::A && matches!(page.raw_attribute(node, Name::Href), Some("/" | "./" | "../"))
}

/// Whether a picture stands right before a line: the author's.
fn follows_picture(page: Page<'_>, line: &Line) -> bool {
    const LOOKED_AT: usize = 6;
    let from = line.first.index().saturating_sub(LOOKED_AT);
    (from..line.first.index())
        .rev()
        .map(NodeId::at)
        .take_while(|node| page.raw_text(*node).trim_ascii().is_empty())
        .any(|node| page.tag(node) == Tag::Img)
}

/// Whether a line is short and has a date.
fn is_date(zones: &Zones<'_>, line: &Line) -> bool {
    line.has_digit
        && line.bytes <= MAX_LATE_BYLINE_BYTES
        && !dates_in(&zones.text_of(line), &DayOrder::DayFirst.into()).is_empty()
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
    let is_account = |name: &str| {
        (3..=20).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !is_role(name)
    };
    let account = |piece: &str| {
        let name = without_by(piece);
        (!found.is_empty() && name.len() < piece.len() && is_account(name)).then(|| vec![name.to_owned()])
    };
    let mut names = pieces.into_iter().map(|piece| piece.trim_matches(is_seam)).find_map(|piece| {
        byline(piece)
            .or_else(|| byline_of_parts(piece))
            .or_else(|| with_post(piece))
            .or_else(|| account(piece))
    })?;
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
    !edge.is_alphanumeric() && !"()'’\"".contains(edge)
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

/// The names in the byline, or in the line of names alone, beside the headline that has the first of these names.
pub(super) fn byline_with(zones: &Zones<'_>, names: &[String]) -> Vec<String> {
    let Some(first) = names.first() else { return Vec::new() };
    let is_near = |place: usize, line: &Line| {
        line.zone == Zone::Main && line.bytes <= MAX_BYLINE_BYTES && nearness(zones, place) >= 12
    };
    let near = zones.lines.iter().enumerate().filter(|(place, line)| is_near(*place, line));
    near.map(|(_, line)| (line, zones.text_of(line)))
        .filter(|(_, text)| text.contains(first.as_str()))
        .find_map(|(line, text)| {
            signed(&text, line.has_digit).or_else(|| {
                let (mut names, _) = names_with_posts(&text)?;
                names.retain(|name| !is_agency(name));
                Some(names)
            })
        })
        .unwrap_or_default()
}

/// The names in elements that are named after authors, each with how surely they are the article's.
fn weighed_elements(zones: &Zones<'_>, proof: &Proof<'_>) -> Vec<(i32, Vec<String>)> {
    let mut marked: Vec<(usize, Element, Vec<String>)> = Vec::new();
    let of_article = |element: &&Element| element.zone == Zone::Main && !is_quoted(zones.page, element.node);
    for element in zones.people.iter().filter(of_article).take(64) {
        let mut names = names_of_element(zones.page, *element);
        names.retain(|name| {
            if is_short(name) && !name.starts_with(char::is_uppercase) {
                return true;
            }
            proof.is_person(name) || !proof.is_words(name)
        });
        if !names.is_empty() && !is_reviewer(zones, element.node) {
            let place = zones.lines.partition_point(|line| line.first < element.node);
            marked.push((place, *element, names));
        }
    }
    // An author's picture may be the initials.
    if marked.iter().any(|(_, _, names)| names.iter().any(|name| is_full(name))) {
        marked.retain(|(_, _, names)| !names.iter().all(|name| is_initials(name)));
    }
    let weighed = marked.iter().map(|(place, element, names)| {
        let rank = rank(zones.page, *element);
        // Several marked elements beside each other are several authors.
        let mut together = names.clone();
        for (other_place, other, others) in &marked {
            if other.node > element.node
                && other_place.abs_diff(*place) <= 3
                && self::rank(zones.page, *other) == rank
                && rank >= 40
            {
                together.extend(others.iter().filter(|name| !is_short(name)).cloned());
            }
        }
        if together.iter().any(|name| !is_short(name)) {
            together.retain(|name| !is_short(name));
        }
        // A link to the front page has the site's name, or that of a blog's owner.
        let weight = if leads_home(zones.page, element.node) { 1 } else { rank + nearness(zones, *place) };
        (weight, distinct(together))
    });
    weighed.collect()
}

/// `3 May 2021 - Ann Lee`, `3.5.2021 | Redaktion: Ann Lee`
fn beside_date(text: &str, proof: &Proof<'_>) -> Option<Vec<String>> {
    let sighting = dates_in(text, &DayOrder::DayFirst.into()).into_iter().next()?;
    // `17:05 Uhr`
    let mut after = text.get(sighting.to..)?.trim_start();
    while let Some((first, rest)) = after.split_once(' ')
        && Label::of(&first.to_lowercase()) == Some(Label::Beside)
    {
        after = rest.trim_start();
    }
    let sides = [text.get(..sighting.from)?, after];
    let mut pieces: Vec<&str> = sides
        .iter()
        .flat_map(|side| side.split(is_mark))
        .map(|piece| piece.trim_matches(|edge: char| !edge.is_alphanumeric() && edge != '.' || edge == ' '))
        .filter(|piece| !piece.is_empty() && Label::of(&piece.to_lowercase()).is_none())
        .collect();
    if let Some(names) = pieces.iter().find_map(|piece| byline(piece)) {
        return Some(names);
    }
    // Minutes to read, comments.
    pieces.retain(|piece| !piece.contains(char::is_numeric));
    // `3 May 2021 • Ann Lee in Harbours`: among other pieces, only a name that the page proves.
    let head = |piece: &'_ str| piece.split(" in ").next().map(str::to_owned);
    let names = pieces.iter().filter_map(|piece| head(piece)).filter(|piece| is_full(piece));
    names
        .filter(|name| proof.is_person(name) || (pieces.len() == 1 && !proof.is_words(name)))
        .map(|name| vec![name])
        .next()
}

/// What stands between the pieces of a line beside a headline.
fn is_mark(character: char) -> bool {
    !character.is_alphanumeric() && !" .'’&-()".contains(character)
}

/// Whether the words before an element say that somebody checked the article, or took its pictures.
fn is_reviewer(zones: &Zones<'_>, node: NodeId) -> bool {
    #[rustfmt::skip]
    const STEMS: [&str; 22] = [
        "review", "medical", "fact", "check", "verif", "approv", "edit", "translat", "illustr", "photo", "foto", "bild", "video", "geprüft", "lektor",
        "übersetz", "revis", "tradu", "relu", "verifi", "rédact", "legal",
    ];
    const LONGEST_BYTES: usize = 40;
    let place = zones.lines.partition_point(|line| line.first < node);
    let own = zones.lines.get(place.saturating_sub(1)).filter(|line| line.end > node.index());
    let before: String = if let Some(line) = own {
        (line.first.index()..node.index()).map(|at| zones.page.text(NodeId::at(at))).collect()
    } else {
        let line = zones.lines.get(place.wrapping_sub(1));
        line.map(|line| zones.text_of(line)).unwrap_or_default()
    };
    let words: Vec<String> = before.split_whitespace().rev().take(4).map(str::to_lowercase).collect();
    let is_said = words.first().is_some_and(|last| {
        matches!(last.trim_end_matches(':'), "by" | "von" | "par" | "por" | "da") || last.ends_with(':')
    });
    is_said
        && before.trim().len() <= LONGEST_BYTES
        && words.iter().any(|word| STEMS.iter().any(|stem| word.starts_with(stem)))
}

/// The name that signs an article: alone in the line after a paragraph, with no paragraph following.
fn signature(zones: &Zones<'_>) -> Option<String> {
    let page = zones.page;
    let is_paragraph = |line: &Line| line.zone == Zone::Main && line.bytes > MAX_BYLINE_BYTES;
    let lines = zones.lines.slice(zones.heading_line..);
    let pairs = lines.windows(2).enumerate().filter(|(_, window)| is_paragraph(&window[0]));
    let mut signed = pairs.filter_map(|(place, window)| {
        let line = &window[1];
        if line.zone != Zone::Main || line.bytes > 40 || lines.get(place + 2).is_some_and(is_paragraph) {
            return None;
        }
        // A heading or a link after an article leads elsewhere.
        let leads =
            |outer| page.tag(outer) == Tag::A || page.tag(outer) == Tag::Li || page.tag(outer).is_heading();
        if page.ancestors(line.first).take(4).any(leads) {
            return None;
        }
        let text = zones.text_of(line);
        let name = text.trim_matches(|character: char| "()+*-– /".contains(character));
        is_full(name).then(|| name.to_owned())
    });
    // Several sign letters.
    let alone = signed.next();
    if signed.any(|other| Some(&other) != alone.as_ref()) {
        return None;
    }
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
    } else if says_exactly(page, element.node) {
        22
    } else {
        20
    }
}

/// Bylines stand beside the headline, or at the article's end.
fn nearness(zones: &Zones<'_>, place: usize) -> i32 {
    let heading = zones.heading_line;
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
    let text = named_first(page, node.index()..page.end(node)).unwrap_or(text);
    let text = before_house(&text).to_owned();
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if let Some(names) = signed(&text, has_digit) {
        return names;
    }
    if let Some(name) = unspaced_beside_date(&text).filter(|_| has_digit) {
        return vec![name];
    }
    let text = without_label(&text);
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
        let (agencies, people): (Vec<String>, Vec<String>) =
            names.into_iter().partition(|name| is_agency(name));
        return if people.is_empty() { agencies } else { people };
    }
    if let Some(name) = only_name(text) {
        return vec![name];
    }
    // A card about the author opens with the name.
    let first = page.descendants(node).filter(|inner| page.tag(*inner) == Tag::Text).take(6);
    first
        .map(|inner| one_line(&page.text(inner)))
        .find(|text| text.contains(' ') && looks_like_name(text))
        .into_iter()
        .collect()
}

/// `سعاد الحمدان - الزيتونة`, `Ann Lee | Quay`: the name in full, without the place or the house that follows it.
fn before_house(text: &str) -> &str {
    let parts =
        [" - ", " – ", " — ", " / ", " | "].iter().filter_map(|mark| Some((*mark, text.split_once(mark)?)));
    let first = parts.min_by_key(|(_, (first, _))| first.len());
    first
        .filter(|(mark, (first, rest))| is_full(first) && (!matches!(*mark, " / " | " | ") || !is_full(rest)))
        .map_or(text, |(_, (first, _))| first)
}

/// The one full name in a short text of small letters: `dal nostro inviato Ann Lee`, `Ann Lee avec AFP`.
fn only_name(text: &str) -> Option<String> {
    if text.len() > MAX_LATE_BYLINE_BYTES {
        return None;
    }
    let words: Vec<&str> = text.split(' ').collect();
    let is_small = |word: &str| word.starts_with(char::is_lowercase);
    // A text opens with a capital.
    let opening = usize::from(words.get(1).is_some_and(|second| is_small(second)) && !is_small(words[0]));
    let runs = words[opening..].chunk_by(|a, b| is_small(a) == is_small(b)).filter(|run| !is_small(run[0]));
    let mut names = runs.map(|run| run.join(" ")).filter(|run| !is_agency(run));
    let name = names.next().filter(|name| is_full(name) && name.len() < text.len())?;
    names.next().is_none().then_some(name)
}

/// The byline among the parts of a line that marks divide: `Reviewed by Bo Chen — Written by Ann Lee`.
fn byline_of_parts(piece: &str) -> Option<Vec<String>> {
    let is_divide = |character: char| matches!(character, '—' | '–' | '|' | '•' | '·' | '/');
    piece.split(is_divide).skip(1).find_map(|part| byline(part.trim()))
}

/// The names before or after a word for a reporter, in scripts that put them there: `홍길동 기자`, `记者 李安 通讯员 王明`.
fn with_post(piece: &str) -> Option<Vec<String>> {
    const BEFORE: [&str; 4] = ["기자", "특파원", "記者", "记者"];
    const AFTER: [&str; 7] = ["记者", "記者", "通讯员", "通訊員", "作者", "撰文", "采写"];
    let is_unspaced = |character: char| matches!(u32::from(character), 0x3400..=0x9FFF | 0xAC00..=0xD7A3);
    let is_name = |name: &str| (2..=4).contains(&name.chars().count()) && name.chars().all(is_unspaced);
    if let Some(name) = BEFORE.iter().find_map(|post| piece.strip_suffix(post)).map(str::trim_end)
        && is_name(name)
    {
        return Some(vec![name.to_owned()]);
    }
    let mut follows_post = false;
    let mut names = Vec::new();
    let is_gap = [' ', '\u{3000}', ':', '：', '/', '、'];
    let words =
        piece.split_inclusive(is_gap).map(|word| (word.trim_matches(is_gap), word.ends_with([':', '：'])));
    for (word, is_label) in words.filter(|(word, _)| !word.is_empty()) {
        if AFTER.iter().any(|post| word.ends_with(post)) {
            follows_post = true;
        } else if follows_post && !is_label && is_name(word) {
            names.push(word.to_owned());
        } else {
            follows_post = false;
        }
    }
    (!names.is_empty()).then(|| distinct(names))
}

/// A name in a script without spaces that stands beside a date and nothing else: `2024年2月11日 9時30分 小野寺文江`.
fn unspaced_beside_date(text: &str) -> Option<String> {
    let date = dates_in(text, &DayOrder::DayFirst.into()).into_iter().next()?;
    let is_seam = |character: char| !character.is_alphabetic() || "時分时点年月日".contains(character);
    let beside = [text.get(..date.from)?, text.get(date.to..)?].map(|piece| piece.trim_matches(is_seam));
    let (["", name] | [name, ""]) = beside else { return None };
    let is_unspaced = |character: char| matches!(u32::from(character), 0x3005 | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7A3);
    ((2..=6).contains(&name.chars().count()) && name.chars().all(is_unspaced)).then(|| name.to_owned())
}

/// The names that nodes open with, where elements of other kinds follow them: `<b>Ann Lee</b> <i>Senior Analyst</i>`.
fn named_first(page: Page<'_>, nodes: std::ops::Range<usize>) -> Option<String> {
    const MOST_PIECES: usize = 12;
    let kind = |text: NodeId| {
        let holder = page.parent(text);
        (page.tag(holder), page.raw_attribute(holder, Name::Class))
    };
    let texts = nodes.map(NodeId::at).filter(|inner| page.tag(*inner) == Tag::Text).take(4 * MOST_PIECES);
    let mut pieces =
        texts.map(|inner| (inner, one_line(&page.text(inner)))).filter(|(_, text)| !text.is_empty());
    let (mut first, mut said) = pieces.next()?;
    let mut by = String::new();
    if is_by(&said) {
        by = format!("{said} ");
        (first, said) = pieces.next()?;
    }
    if !is_full(without_label(&said)) {
        return None;
    }
    let mut names = by + &said;
    let mut is_open = false;
    let mut is_cut = false;
    for (inner, text) in pieces.take(MOST_PIECES) {
        let is_seam = !text.contains(char::is_alphanumeric) || is_conjunction(&text);
        if text.starts_with([',', '&', '/', ';']) || is_seam || is_open {
            names.push(' ');
        } else if kind(inner) == kind(first) && is_full(&text) {
            names.push_str(", ");
        } else {
            is_cut = true;
            break;
        }
        names.push_str(&text);
        is_open = is_seam
            || text.ends_with([',', '&', '/', ';'])
            || text.rsplit(' ').next().is_some_and(is_conjunction);
    }
    is_cut.then_some(names)
}

fn is_conjunction(text: &str) -> bool {
    matches!(
        text.to_lowercase().as_str(),
        "and" | "und" | "et" | "y" | "e" | "en" | "og" | "och" | "i" | "with" | "mit"
    )
}

/// Whether an element's class is the word for author itself.
fn says_exactly(page: Page<'_>, node: NodeId) -> bool {
    page.raw_attribute(node, Name::Class).is_some_and(|class| {
        class
            .split_ascii_whitespace()
            .any(|word| matches!(word, "author" | "fn" | "username" | "nickname" | "author-name"))
    })
}
