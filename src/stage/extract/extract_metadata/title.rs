//! The headline.
//!
//! Pages name it several times, each time a little otherwise: with the site's name (`<title>`, `og:title`),
//! for search engines (`og:title`, JSON-LD), with a kicker (`<h1>`). What readers see as the headline counts, where it is
//! confirmed: a heading that another source names, too.

use crate::article::Found;
use crate::html::{NodeId, Page, Tag};

use super::fold;
use super::head::{Head, one_line};

/// Longer headings, in bytes, are paragraphs: the longest headline in our five sets of labelled pages has 175
/// characters.
const LONGEST: usize = 400;
/// Letters and digits, in bytes, that are no coincidence.
const SHORTEST: usize = 12;
/// A heading that holds more is a part of the page.
const MAX_HEADING_NODES: usize = 60;
/// Headings behind these are other articles'.
const MAX_HEADINGS: usize = 500;

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
    /// What it is made of, where it is more than one thing: kicker and headline, headline and subtitle.
    pieces: Vec<String>,
    /// The first piece is called a kicker.
    has_kicker: bool,
}

/// What names the headline beside the headings.
struct Names {
    linked: Option<Name>,
    /// `og:title` and its kin, in order of trust.
    metas: Vec<Name>,
    /// `<title>`.
    title: Name,
    /// Its parts; those at its end are mostly the site's name.
    parts: Vec<Part>,
    site: String,
    slug: String,
}

struct Name {
    text: String,
    folded: String,
}

struct Part {
    folded: String,
    is_last: bool,
    /// It stands where nearly all sites put their names: behind a bar or a dash.
    is_sites: bool,
}

impl Name {
    fn new(text: String) -> Self {
        Self { folded: fold(&text), text }
    }
}

/// Chooses the headline: the heading with the highest [`score`], or else JSON-LD's headline, `og:title`, and what stands in
/// `<title>`.
pub(super) fn choose(
    page: Page<'_>,
    head: &Head<'_>,
    linked: Option<String>,
    site: &str,
    url: &str,
) -> Option<Title> {
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
    let names = Names {
        linked: linked.filter(|headline| headline.len() <= LONGEST).map(Name::new),
        metas,
        title: Name::new(head.title.clone()),
        parts: parts(&head.title),
        site: fold(site),
        slug: fold(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()),
    };
    let headings: Vec<Heading> = head
        .headings
        .iter()
        .filter(|node| page.end(**node) - node.index() <= MAX_HEADING_NODES)
        .filter_map(|node| heading(page, *node))
        .take(MAX_HEADINGS)
        .collect();
    let mut best: Option<(i32, &Heading)> = None;
    for heading in &headings {
        let score = score(heading, &headings, &names);
        if score > 0 && best.is_none_or(|(known, _)| score > known) {
            best = Some((score, heading));
        }
    }
    if let Some((_, heading)) = best {
        let text = whole(trimmed(&shown(heading, &names)), &names);
        return Some(Title { text, found: Found::Dom, heading: Some(heading.node) });
    }
    if let Some(name) = names.linked {
        return Some(Title { text: name.text, found: Found::JsonLd, heading: None });
    }
    let named = names.metas.into_iter().next().map(|name| (name, Found::Meta));
    let (name, found) = named.or((!names.title.folded.is_empty()).then_some((names.title, Found::Dom)))?;
    // Pages without headings show the headline all the same, without the site's name.
    if let Some((node, text)) =
        shown_line(page, &name, &names.parts, &names.site, &fold(crate::text::host_of(url)))
    {
        return Some(Title { text, found: Found::Dom, heading: Some(node) });
    }
    Some(Title { text: name.text, found, heading: None })
}

fn heading(page: Page<'_>, node: NodeId) -> Option<Heading> {
    let text = one_line(&page.inner_text(node));
    let folded = fold(&text);
    if folded.is_empty() || text.len() > LONGEST {
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
    Some(Heading { node, level: page.tag(node), text, folded, pieces, has_kicker })
}

/// Without marks that stood between pieces.
fn trimmed(text: &str) -> String {
    let text = text.trim_start_matches([':', '–', '—', '|', '/', ' ']).trim_end_matches(['|', '/', ' ']);
    text.trim_end_matches(" -").trim_end_matches(" –").to_owned()
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
    page.raw_attribute(node, crate::html::Name::Class)
        .is_some_and(|class| CALLED.iter().any(|word| class.to_ascii_lowercase().contains(word)))
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
        if let Some(piece) = sources().find_map(piece_of) {
            return piece;
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
        // The site's name is a part of the title, too.
        Some(part) if part.is_last && is_h1 && !names.slug.contains(&heading.folded) => 2,
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
    // An only `<h1>` that no other name confirms: shares it words with one of them?
    if score == 0 && !(only && is_akin(&heading.text, names)) {
        return 0;
    }
    score + 10 * i32::from(is_h1) + 5 * i32::from(only) + 1
}

/// Whether a heading shares half of its longer words with the headline's other names.
fn is_akin(text: &str, names: &Names) -> bool {
    let all = names.linked.iter().chain(&names.metas).chain(std::iter::once(&names.title));
    let mut others = all.map(|name| name.folded.as_str()).collect::<Vec<_>>().join(" ");
    others.push_str(&names.slug);
    let words: Vec<String> =
        text.split_whitespace().map(fold).filter(|word| word.chars().count() >= 4).collect();
    let shared = words.iter().filter(|word| others.contains(word.as_str())).count();
    words.len() >= 2 && (shared * 2 >= words.len() || shared >= 2)
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

/// A text on the page that is the beginning of a name of the headline, most of it.
fn shown_line(
    page: Page<'_>,
    name: &Name,
    parts: &[Part],
    site: &str,
    host: &str,
) -> Option<(NodeId, String)> {
    let firsts: Vec<char> = parts
        .iter()
        .map(|part| &part.folded)
        .chain([&name.folded])
        .filter_map(|folded| folded.chars().next())
        .collect();
    page.nodes()
        .filter(|node| page.tag(*node) == Tag::Text && page.raw_text(*node).len() >= SHORTEST)
        .filter(|node| {
            let parent = page.tag(page.parent(*node));
            !matches!(parent, Tag::Title | Tag::Script | Tag::Style | Tag::Option)
        })
        .find_map(|node| {
            let raw = page.raw_text(node);
            // Cheap before exact: nearly all texts are something else.
            let first = raw.chars().find(|character| character.is_alphanumeric())?.to_lowercase().next()?;
            if raw.len() > 2 * name.text.len() + 200 || !(firsts.contains(&first) || raw.contains('&')) {
                return None;
            }
            let text = one_line(&page.text(node));
            let folded = fold(&text);
            let is_most = folded.len() * 5 >= name.folded.len() * 3;
            let is_part = folded.len() * 3 >= name.folded.len()
                && parts.iter().any(|part| !part.is_sites && part.folded == folded);
            let is_headline = is_part || (is_most && name.folded.starts_with(&folded));
            let is_site = folded == site || host.contains(&folded);
            (folded.len() >= SHORTEST && is_headline && !is_site).then_some((node, text))
        })
}

/// The parts of a title between spaced marks and bars.
fn parts(title: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for mark in [" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " // ", " \" ", "|", " / ", ": "]
    {
        let ends = [title.split_once(mark), title.rsplit_once(mark)];
        for (first, last) in ends.into_iter().flatten() {
            parts.push(Part { folded: fold(first), is_last: false, is_sites: false });
            let is_sites = matches!(mark.trim(), "|" | "-" | "–" | "—" | "·" | "«");
            parts.push(Part { folded: fold(last), is_last: true, is_sites });
        }
    }
    parts.retain(|part| !part.folded.is_empty());
    parts
}
