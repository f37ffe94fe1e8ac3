//! The headline of a page without headings: a text that its title opens with.

use crate::html::{Name as Attribute, NodeId, Page, Tag};

use super::super::fold;
use super::super::head::one_line;
use super::names::{Name, Part};
use super::{LONGEST, SHORTEST};

/// The headline of a page that was made before there were style sheets: the text in large type right before the first paragraph.
pub(super) fn in_large_type(page: Page<'_>) -> Option<(NodeId, String)> {
    const PARAGRAPH_BYTES: usize = 120;
    /// The usual size of `<font>`.
    const USUAL: i32 = 3;
    let is_paragraph = |node: &NodeId| {
        page.tag(*node) == Tag::Text && page.raw_text(*node).trim_ascii().len() >= PARAGRAPH_BYTES
    };
    let is_in_head = |node: &NodeId| page.is_in(*node, Tag::Script) || page.is_in(*node, Tag::Style);
    let paragraph = page.nodes().find(|node| is_paragraph(node) && !is_in_head(node))?;
    let is_large = |node: &NodeId| {
        page.tag(*node) == Tag::Font
            && page.raw_attribute(*node, Attribute::Size).is_some_and(|size| {
                let size = size.trim();
                let relative = if size.starts_with(['+', '-']) { USUAL } else { 0 };
                size.parse::<i32>().is_ok_and(|size| size + relative > USUAL)
            })
    };
    let before = (0..paragraph.index()).rev().map(NodeId::at).filter(is_large);
    before.map(|node| (node, one_line(&page.inner_text(node)))).find(|(node, text)| {
        (SHORTEST..=LONGEST).contains(&text.len())
            && !page.contains(*node, paragraph)
            && !page.is_in(*node, Tag::A)
    })
}

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
