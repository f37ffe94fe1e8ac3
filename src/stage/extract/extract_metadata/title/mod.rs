//! The headline.
//!
//! Pages name it several times, each time a little otherwise: with the site's name (`<title>`, `og:title`),
//! for search engines (`og:title`, JSON-LD), with a kicker (`<h1>`). What readers see as the headline counts, where it is
//! confirmed: a heading that another source names, too.

mod heading;
mod line;
mod names;

use crate::article::Found;
use crate::html::{NodeId, Page, Tag};
use crate::stage::page::{Signs, TitleSign};
use crate::text::says_nothing;

use super::fold;
use super::head::{PageHead, one_line};

use heading::{Heading, heading, headline};
use line::{in_large_type, shown_line};
use names::{MARKS, Name, Names, parts};

/// Longer headings, in bytes, are paragraphs: the longest headline in our five sets of labelled pages has 175
/// characters.
const LONGEST: usize = 400;
/// Letters and digits, in bytes, that are no coincidence.
const SHORTEST: usize = 12;
/// A heading that holds more is a part of the page.
const MAX_HEADING_NODES: usize = 60;
/// Headings after these are other articles'.
const MAX_HEADINGS: usize = 500;

/// The headline, and where it stands on the page.
pub(super) struct Title {
    pub text: String,
    pub found: Found,
    pub heading: Option<NodeId>,
    pub signs: Signs<TitleSign>,
}

/// Chooses the headline, and notices how sure it is.
pub(super) fn choose(
    page: Page<'_>,
    head: &PageHead<'_>,
    linked: Option<String>,
    site: &str,
    url: &str,
    others: Option<&mut Vec<String>>,
) -> Option<Title> {
    let names = names_of(head, linked, site, url);
    let headings: Vec<Heading> = head
        .headings
        .iter()
        .filter(|node| page.end(**node) - node.index() <= MAX_HEADING_NODES)
        .filter_map(|node| heading(page, *node))
        .take(MAX_HEADINGS)
        .collect();
    let (text, found, heading) = find(page, &names, &headings, url)?;
    if let Some(others) = others {
        let rest = headings.iter().filter(|other| Some(other.node) != heading);
        let mut scored: Vec<(i32, &Heading)> =
            rest.map(|other| (score(other, &headings, &names), other)).collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        others.extend(scored.iter().take(3).map(|(score, other)| {
            let why = if *score == 0 { "nothing confirms it".to_owned() } else { format!("{score} points") };
            format!("<{}> {}: {why}", other.level.name(), other.text)
        }));
        let named = names
            .linked
            .iter()
            .map(|name| ("JSON-LD", name))
            .chain(names.metas.iter().map(|name| ("meta", name)));
        others.extend(
            named
                .filter(|(_, name)| name.folded != fold(&text))
                .take(3)
                .map(|(place, name)| format!("{place} {}: not what readers see", name.text)),
        );
    }
    let signs = signs(page, &names, &headings, &text, heading);
    Some(Title { text, found, heading, signs })
}

/// What tells how sure a headline is.
fn signs(
    page: Page<'_>,
    names: &Names,
    headings: &[Heading],
    text: &str,
    heading: Option<NodeId>,
) -> Signs<TitleSign> {
    let folded = fold(text);
    let first_levels = headings.iter().filter(|heading| heading.level == Tag::H1).count();
    let is_first_level = heading.is_some_and(|heading| page.tag(heading) == Tag::H1);
    let (meta, linked) = (names.metas.first(), names.linked.as_ref());
    let is = |name: Option<&Name>| name.is_some_and(|name| name.folded == folded);
    let letters = text.chars().count();
    let all = || names.linked.iter().chain(&names.metas);
    let own = headings.iter().find(|other| Some(other.node) == heading);
    Signs::of(&[
        (TitleSign::Heading, heading.is_some()),
        (TitleSign::FirstLevel, is_first_level),
        (TitleSign::OnlyFirstLevel, is_first_level && first_levels == 1),
        (TitleSign::SharedTitle, is(meta)),
        (TitleSign::OtherSharedTitle, meta.is_some() && !is(meta)),
        (TitleSign::Linked, is(linked)),
        (TitleSign::OtherLinked, linked.is_some() && !is(linked)),
        (
            TitleSign::Address,
            folded.len() >= SHORTEST && names.slug.contains(folded.get(..SHORTEST).unwrap_or(&folded)),
        ),
        (TitleSign::Long, letters > 110),
        (TitleSign::Confirmed, all().next().is_some() && all().all(|name| name.folded == folded)),
        (TitleSign::Kicker, own.is_some_and(|own| own.folded != folded)),
    ])
}

/// All that names the headline beside the headings.
fn names_of(head: &PageHead<'_>, linked: Option<String>, site: &str, url: &str) -> Names {
    let mut metas: Vec<Name> =
        ["og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title"]
            .iter()
            .filter_map(|name| head.meta_of(&[name]))
            .map(|text| Name::new(one_line(text)))
            .filter(|name| !name.folded.is_empty() && name.text.len() <= LONGEST)
            .collect();
    metas.dedup_by(|a, b| a.folded == b.folded);
    let path =
        url.split_once("://").map_or("", |(_, rest)| rest.split(['?', '#']).next().unwrap_or_default());
    Names {
        linked: linked.filter(|headline| headline.len() <= LONGEST).map(Name::new),
        metas,
        title: Name::new(head.title.clone()),
        parts: parts(&head.title),
        site: fold(site),
        slug: fold(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()),
    }
}

/// The headline: the heading with the highest [`score`], or else JSON-LD's headline, `og:title`, and what stands in `<title>`.
fn find(
    page: Page<'_>,
    names: &Names,
    headings: &[Heading],
    url: &str,
) -> Option<(String, Found, Option<NodeId>)> {
    let only = match &headings.iter().filter(|heading| heading.level == Tag::H1).take(2).collect::<Vec<_>>()[..]
    {
        [only] => Some(*only),
        _ => None,
    };
    let own = only.filter(|only| !only.is_link);
    let mut best: Option<(i32, &Heading)> = None;
    for heading in headings {
        // A heading that is a link leads to another article, or to this one from a list of the newest.
        if heading.is_link
            && own.is_some_and(|own| own.node != heading.node && own.folded.contains(&heading.folded))
        {
            continue;
        }
        let score = score(heading, headings, names);
        if score > 0 && best.is_none_or(|(known, _)| score > known) {
            best = Some((score, heading));
        }
    }
    if let Some((_, heading)) = best {
        let text = headline(heading, names);
        return Some((text, Found::Dom, Some(heading.node)));
    }
    // An only `<h1>` is the headline even where nothing confirms it, unless it is the site's name or a menu's.
    let host = fold(crate::text::host_of(url));
    if let Some(heading) = only.filter(|heading| {
        let is_site = names.is_site(&heading.folded) || host.contains(&heading.folded);
        // A word alone may be a section's name; not where the address ends in it.
        let is_named = heading.text.contains(' ') || (!names.slug.is_empty() && names.slug == heading.folded);
        !is_site && !page.is_in(heading.node, Tag::Nav) && is_named
    }) {
        return Some((headline(heading, names), Found::Dom, Some(heading.node)));
    }
    if headings.is_empty()
        && names.linked.is_none()
        && names.metas.is_empty()
        && let Some((node, text)) = in_large_type(page).filter(|(_, text)| !names.is_site(&fold(text)))
    {
        return Some((text, Found::Dom, Some(node)));
    }
    if let Some(name) = &names.linked {
        let text = names.without_site(&name.text);
        return Some((text, Found::JsonLd, None));
    }
    let named = names.metas.first().map(|name| (name, Found::Meta));
    let (name, found) = named.or((!names.title.folded.is_empty()).then_some((&names.title, Found::Dom)))?;
    // Pages without headings show the headline all the same, without the site's name.
    if let Some((node, text)) = shown_line(page, name, &names.parts, &names.site, &host) {
        return Some((text, Found::Dom, Some(node)));
    }
    let text = names.without_site(&name.text);
    // `| The Courier`, `undefined | The Courier`: a template without a headline to fill in.
    let bare = text.trim_matches(|edge: char| edge.is_whitespace() || MARKS.contains(&edge));
    let folded = fold(bare);
    let is_empty = bare.len() < text.len() && (folded == host || names.is_site(&folded));
    (!is_empty && !bare.is_empty() && !says_nothing(bare)).then_some((text, found, None))
}

/// How well a heading is known to be the headline; nothing where it is more likely something else.
fn score(heading: &Heading, all: &[Heading], names: &Names) -> i32 {
    let pieces: Vec<String> =
        heading.pieces.iter().map(|piece| fold(piece)).filter(|piece| piece.len() >= SHORTEST).collect();
    let is = |name: &Name| name.folded == heading.folded || pieces.contains(&name.folded);
    let is_linked = names.linked.as_ref().is_some_and(is);
    let first_meta = names.metas.first().is_some_and(is);
    let other_meta = names.metas.iter().skip(1).any(is);
    let part = names.parts.iter().find(|part| part.folded == heading.folded || pieces.contains(&part.folded));
    let is_title = is(&names.title);
    let is_h1 = heading.level == Tag::H1;
    let only = is_h1 && all.iter().filter(|other| other.level == Tag::H1).count() == 1;
    let is_site = heading.folded == names.site;
    let covers = |name: &Name| {
        heading.folded.len() >= SHORTEST
            && heading.folded.len() * 5 >= name.folded.len() * 2
            && name.folded.contains(&heading.folded)
    };
    let is_within = names.linked.as_ref().is_some_and(covers)
        || names.metas.iter().any(covers)
        || covers(&names.title)
        || (heading.folded.len() >= SHORTEST && names.slug.contains(&heading.folded));
    let mut score = 0;
    // What a page wants to be shared under is what it shows, if it shows it at all; JSON-LD's headline may be
    // written for search engines, and so may an `<h1>` that only repeats it.
    score += if first_meta {
        150
    } else if other_meta {
        15
    } else {
        0
    };
    score += if is_linked { 60 } else { 0 };
    score += match part {
        _ if is_title => 30,
        Some(part) if part.is_last && part.folded.len() < SHORTEST => 0,
        Some(_) => 30,
        None => 0,
    };
    let has_h1 = all.iter().any(|other| other.level == Tag::H1);
    if is_within && (is_h1 || !has_h1 || score > 2) {
        score += 25;
    }
    let is_named = first_meta || other_meta || is_linked;
    let is_end_of_title = is_h1 && part.is_some_and(|part| part.is_last) && !is_title && !is_named;
    if !is_named && (is_site || (is_end_of_title && !names.slug.contains(&heading.folded))) {
        return 0;
    }
    if score == 0 {
        return 0;
    }
    score + 10 * i32::from(is_h1) + 5 * i32::from(only) + 1
}
