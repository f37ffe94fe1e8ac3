//! The headline.
//!
//! Pages name it several times, each time a little otherwise: with the site's name (`<title>`, `og:title`),
//! for search engines (`og:title`, JSON-LD), with a kicker (`<h1>`). What readers see as the headline counts, where it is
//! confirmed: a heading that another source names, too. The order is in [`choose`].

use crate::article::Found;
use crate::html::{NodeId, Page, Tag};

use super::fold;
use super::head::{Head, one_line};

/// Longer headings are paragraphs.
const LONGEST: usize = 400;

/// The headline, and where it stands on the page.
pub(super) struct Title {
    pub text: String,
    pub found: Found,
    pub heading: Option<NodeId>,
}

/// A heading and its text.
struct Heading {
    node: NodeId,
    level: Tag,
    text: String,
    folded: String,
}

/// What names the headline beside the headings.
struct Names {
    linked: Option<String>,
    /// `og:title` and its kin, in order of trust.
    metas: Vec<String>,
    /// `<title>` and its parts.
    title: String,
    parts: Vec<String>,
    site: String,
}

/// Chooses the headline.
pub(super) fn choose(page: Page<'_>, head: &Head<'_>, linked: Option<String>, site: &str) -> Option<Title> {
    let mut metas: Vec<String> =
        ["og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title"]
            .iter()
            .filter_map(|name| head.meta_of(&[name]))
            .map(one_line)
            .filter(|text| !text.is_empty())
            .collect();
    metas.dedup();
    let names = Names {
        linked: linked.filter(|headline| headline.len() <= LONGEST),
        metas,
        title: head.title.clone(),
        parts: parts(&head.title),
        site: fold(site),
    };
    let headings: Vec<Heading> = head
        .headings
        .iter()
        .filter(|node| page.end(**node) - node.index() <= 60)
        .filter_map(|node| {
            let text = one_line(&page.inner_text(*node));
            let folded = fold(&text);
            let fits = !folded.is_empty() && text.len() <= LONGEST;
            fits.then(|| Heading { node: *node, level: page.tag(*node), text, folded })
        })
        .take(60)
        .collect();
    let mut best: Option<(i32, &Heading)> = None;
    for heading in &headings {
        let score = score(heading, &headings, &names);
        if score > 0 && best.is_none_or(|(known, _)| score > known) {
            best = Some((score, heading));
        }
    }
    if let Some((_, heading)) = best {
        let text = shorter(&heading.text, &names).unwrap_or_else(|| heading.text.clone());
        return Some(Title { text, found: Found::Dom, heading: Some(heading.node) });
    }
    if let Some(text) = names.linked {
        return Some(Title { text, found: Found::JsonLd, heading: None });
    }
    if let Some(text) = names.metas.into_iter().next() {
        return Some(Title { text, found: Found::Meta, heading: None });
    }
    (!names.title.is_empty()).then(|| Title { text: names.title, found: Found::Dom, heading: None })
}

/// How well a heading is known to be the headline; nothing where it is more likely something else.
fn score(heading: &Heading, all: &[Heading], names: &Names) -> i32 {
    let is = |name: &str| fold(name) == heading.folded;
    let is_linked = names.linked.as_deref().is_some_and(is);
    let metas = names.metas.iter().filter(|name| is(name)).count();
    let is_part = is(&names.title) || names.parts.iter().any(|part| is(part));
    let is_first = heading.level == Tag::H1;
    let only = is_first && all.iter().filter(|other| other.level == Tag::H1).count() == 1;
    let is_site = heading.folded == names.site;
    let opens = |name: &str| fold(name).contains(&heading.folded) && heading.folded.len() >= 12;
    let is_within = names.linked.as_deref().is_some_and(opens)
        || names.metas.iter().any(|name| opens(name))
        || opens(&names.title);
    let mut score = 0;
    if is_linked {
        score += 60;
    }
    if metas > 0 {
        score += 60;
    }
    if is_part {
        // The site's name is a part of the title, too.
        score += if metas > 0 || is_linked || names.metas.is_empty() { 30 } else { 5 };
    }
    if is_within {
        score += 25;
    }
    if score > 0 && is_site && metas == 0 && !is_linked {
        return 0;
    }
    if score == 0 && !is_first {
        return 0;
    }
    // An only `<h1>` that no other name confirms: shares it words with one of them?
    if score == 0 && !(only && !is_site && is_akin(&heading.text, names)) {
        return 0;
    }
    score + 10 * i32::from(is_first) + 5 * i32::from(only) + 1
}

/// Whether a heading shares half of its longer words with the headline's other names.
fn is_akin(text: &str, names: &Names) -> bool {
    let others: String = names
        .linked
        .iter()
        .chain(&names.metas)
        .chain(std::iter::once(&names.title))
        .map(|name| fold(name))
        .collect::<Vec<_>>()
        .join(" ");
    let words: Vec<String> =
        text.split_whitespace().map(fold).filter(|word| word.chars().count() >= 4).collect();
    let shared = words.iter().filter(|word| others.contains(word.as_str())).count();
    words.len() >= 2 && shared * 2 >= words.len()
}

/// `Kicker: Headline` → `Headline`, where `og:title` is that without the kicker.
fn shorter(heading: &str, names: &Names) -> Option<String> {
    let (_, headline) = heading.split_once(": ")?;
    let folded = fold(headline);
    let meta = names.metas.first()?;
    (folded.len() >= 12 && fold(meta) == folded).then(|| headline.trim().to_owned())
}

/// The parts of a title between spaced marks and bars.
fn parts(title: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for mark in [" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " // ", "|", " / ", ": "] {
        if let Some((first, rest)) = title.split_once(mark) {
            parts.push(first.trim().to_owned());
            parts.push(rest.trim().to_owned());
        }
        if let Some((rest, last)) = title.rsplit_once(mark) {
            parts.push(rest.trim().to_owned());
            parts.push(last.trim().to_owned());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
