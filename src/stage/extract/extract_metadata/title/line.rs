//! The headline of a page without headings: a text that its title opens with.

use crate::html::{NodeId, Page, Tag};

use super::super::fold;
use super::super::head::one_line;
use super::SHORTEST;
use super::names::{Name, Part};

/// A text on the page that is the beginning of a name of the headline, most of it.
pub(super) fn shown_line(
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
