//! A heading, and what of it is the headline.

use crate::html::{Name as Attribute, NodeId, Page, Tag};

use super::super::fold;
use super::super::head::one_line;
use super::names::{Name, Names};
use super::{LONGEST, SHORTEST};
use crate::text::says_nothing;

/// A heading and its text.
pub(super) struct Heading {
    pub node: NodeId,
    pub level: Tag,
    pub text: String,
    pub folded: String,
    /// What it is made of, where it is more than one thing: kicker and headline, headline and subtitle.
    pub pieces: Vec<String>,
    /// The first piece is called a kicker.
    has_kicker: bool,
    /// All of it is a link, or stands in one.
    pub is_link: bool,
}

pub(super) fn heading(page: Page<'_>, node: NodeId) -> Option<Heading> {
    let text = one_line(&page.inner_text(node));
    let folded = fold(&text);
    if folded.is_empty() || text.len() > LONGEST || says_nothing(&text) {
        return None;
    }
    let children: Vec<String> = page
        .children(node)
        .take(12)
        .map(|child| match page.tag(child) {
            Tag::Text => one_line(&page.text(child)),
            _ => one_line(&page.inner_text(child)),
        })
        .filter(|text| !text.is_empty())
        .collect();
    let mut pieces = Vec::new();
    let first = page
        .children(node)
        .find(|child| page.tag(*child) != Tag::Text || !page.raw_text(*child).trim().is_empty());
    let has_kicker = first.is_some_and(|first| is_kicker(page, first));
    if children.len() > 1 {
        for at in 1..children.len() {
            let (before, behind) = children.split_at(at);
            pieces.push(before.join(" "));
            pieces.push(behind.join(" "));
        }
        pieces.extend(children);
    } else if let Some(only) = page.children(node).find(|child| page.tag(*child) != Tag::Text)
        && page.children(only).nth(1).is_some()
    {
        // `<h1><a><span>Kicker</span> Headline</a></h1>`
        pieces = heading(page, only).map(|inner| inner.pieces).unwrap_or_default();
    }
    let holds_link = page.descendants(node).find(|inner| page.tag(*inner) == Tag::A).is_some_and(|link| {
        page.has_attribute(link, Attribute::Href) && fold(&page.inner_text(link)) == folded
    });
    let is_link = holds_link || page.is_in(node, Tag::A);
    Some(Heading { node, level: page.tag(node), text, folded, pieces, has_kicker, is_link })
}

/// Whether a piece of a heading is called a kicker, or is the name of a section.
fn is_kicker(page: Page<'_>, node: NodeId) -> bool {
    const CALLED: [&str; 10] = [
        "kicker",
        "overline",
        "dachzeile",
        "topline",
        "roofline",
        "eyebrow",
        "spitzmarke",
        "supertitle",
        "pretitle",
        "antetit",
    ];
    page.raw_attribute(node, Attribute::Class)
        .is_some_and(|class| CALLED.iter().any(|word| class.to_ascii_lowercase().contains(word)))
}

/// What of a heading is the headline, whole and without marks at its ends.
pub(super) fn headline(heading: &Heading, names: &Names) -> String {
    let shown = trimmed(&shown(heading, names));
    // What a separator for screen readers leaves before a piece; at the start of a heading, it opens a quotation.
    let is_left = !heading.text.starts_with("- ");
    let text = shown.strip_prefix("- ").filter(|_| is_left).map_or(shown.clone(), str::to_owned);
    whole(text, names)
}

/// What of a heading is the headline: the piece that another source names; all of it, with a source's
/// punctuation between the pieces; all of it.
fn shown(heading: &Heading, names: &Names) -> String {
    let sources = || names.metas.iter().chain(&names.linked);
    if !heading.pieces.is_empty() {
        let folded: Vec<String> = heading.pieces.iter().map(|piece| fold(piece)).collect();
        let piece_of = |name: &Name| {
            let place = folded.iter().position(|piece| *piece == name.folded && piece.len() >= SHORTEST)?;
            heading.pieces.get(place).cloned()
        };
        if let Some(piece) = names.metas.first().and_then(piece_of) {
            return piece;
        }
        if let Some(text) = shorter(&heading.text, names) {
            return text;
        }
        if let Some(name) = sources().find(|name| name.folded == heading.folded) {
            return name.text.clone();
        }
        // `Kicker: Headline - Site`
        if sources().any(|name| name.folded.starts_with(&heading.folded)) {
            return heading.text.clone();
        }
        let is_named = |folded: &String| {
            names.title.folded == *folded || names.parts.iter().any(|part| part.folded == *folded)
        };
        let named = heading
            .pieces
            .iter()
            .zip(&folded)
            .filter(|(_, folded)| folded.len() >= SHORTEST && is_named(folded));
        if let Some((piece, folded)) = named.max_by_key(|(_, folded)| folded.len())
            && folded.len() * 5 >= heading.folded.len() * 2
        {
            return piece.clone();
        }
        // A source that opens with a piece: `Headline - Site`.
        let opens = |piece: &&String| {
            let folded = fold(piece);
            folded.len() >= SHORTEST
                && folded.len() * 2 >= heading.folded.len()
                && sources().chain(std::iter::once(&names.title)).any(|name| name.folded.starts_with(&folded))
        };
        if let Some(piece) = heading.pieces.iter().filter(opens).max_by_key(|piece| piece.len()) {
            return piece.clone();
        }
    }
    if heading.has_kicker
        && let Some(rest) = heading.pieces.get(1)
    {
        return rest.clone();
    }
    with_kicker(heading, names)
        .or_else(|| shorter(&heading.text, names))
        .unwrap_or_else(|| heading.text.clone())
}

/// `Headline` → `Kicker: Headline`, where all other sources agree on that.
fn with_kicker(heading: &Heading, names: &Names) -> Option<String> {
    let (linked, meta) = (names.linked.as_ref()?, names.metas.first()?);
    let kicker = linked.folded.strip_suffix(&heading.folded).filter(|kicker| !kicker.is_empty())?;
    let shown = linked.text.split_once(':').is_some_and(|(before, _)| fold(before) == kicker);
    let agree = linked.folded == meta.folded && names.title.folded.starts_with(&linked.folded);
    (shown && agree).then(|| linked.text.clone())
}

/// `Kicker: Headline` → `Headline`, where `og:title` is that without the kicker.
fn shorter(heading: &str, names: &Names) -> Option<String> {
    let folded = fold(heading);
    let meta = names.metas.first()?;
    let (at, _) = heading
        .match_indices([':', '–', '|'])
        .find(|(at, mark)| heading.get(at + mark.len()..).is_some_and(|rest| fold(rest) == meta.folded))?;
    let headline = heading.get(at..)?.trim_start_matches([':', '–', '|', ' ']);
    (meta.folded.len() >= SHORTEST && folded != meta.folded).then(|| headline.to_owned())
}

/// A headline that the page cuts short, as another source has it.
fn whole(text: String, names: &Names) -> String {
    let Some(cut) = text.strip_suffix("...").or_else(|| text.strip_suffix('…')) else { return text };
    let folded = fold(cut);
    let all = names.linked.iter().chain(&names.metas);
    let longer = all.filter(|name| !name.text.ends_with("...") && !name.text.ends_with('…')).find(|name| {
        folded.len() >= SHORTEST && name.folded.len() > folded.len() && name.folded.starts_with(&folded)
    });
    longer.map_or(text, |name| name.text.clone())
}

/// Without marks that stood between pieces.
fn trimmed(text: &str) -> String {
    let text = text.trim_start_matches([':', '–', '—', '|', '/', ' ']).trim_end_matches(['|', '/', ' ']);
    text.trim_end_matches(" -").trim_end_matches(" –").to_owned()
}
