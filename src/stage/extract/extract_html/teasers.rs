//! Streams of teasers: boxes beside each other, each with a headline that leads to another article of the site.
//!
//! `<ul><li><h3><a href="/a">…</a></h3><p>…</p><li>…` → none of it is the article's, though each `<p>` reads like it.
//!
//! Round-ups look alike, and are told apart by where their headlines lead: to the shops and makers that they
//! write about.

use crate::html::{Name, NodeId, Page, Tag};
use crate::stage::page::{Block, ClassHints, PageSurvey, sum_up};
use crate::text::is_same_site;

/// Fewer boxes are no stream.
const FEWEST_TEASERS: u32 = 3;
/// Teasers are short: more words a box are an article's own sections.
const MOST_WORDS: u32 = 80;
/// The share of an element's prose that its boxes have, in percent, where there is nothing else in it.
const LEAST_PERCENT: u32 = 80;
/// With less prose than this elsewhere on the page, the stream is what the page is for.
const FEWEST_WORDS_ELSEWHERE: u32 = 60;
/// Below an article of which they have a smaller part, boxes are other articles'; round-ups have most of their prose in boxes.
const TIMES: u32 = 2;
/// How far out from its text a headline's tag may stand.
const BOXES: usize = 3;

/// Adds [`ClassHints::LINKS`] to all that is in a stream of teasers.
pub(super) fn mark(page: Page<'_>, survey: &PageSurvey, url: &str, hints: &mut [ClassHints]) {
    let is_headline = |block: &&Block| block.is_link() && leads_on(page, block, url);
    let headlines: Vec<&Block> = survey.blocks.iter().filter(is_headline).collect();
    if headlines.len() < FEWEST_TEASERS as usize {
        return;
    }
    let headlines = sum_up(page, headlines, |_| 1_u32);
    let prose = sum_up(page, survey.blocks.iter().filter(|block| block.is_prose()), Block::free);
    // For each element the boxes in it, and their prose.
    let mut boxes = vec![(0_u32, 0_u32); page.len()];
    for node in page.nodes().skip(1) {
        if headlines[node.index()] > 0 && !page.tag(node).is_heading() {
            let (count, words) = &mut boxes[page.parent(node).index()];
            *count += 1;
            *words += prose[node.index()];
        }
    }
    let is_stream = |node: NodeId| {
        let (count, words) = boxes[node.index()];
        let all = prose[node.index()];
        (1..=count * MOST_WORDS).contains(&words)
            && words * 100 >= all * LEAST_PERCENT
            && prose[0] - all >= FEWEST_WORDS_ELSEWHERE
    };
    let is_box = |node: NodeId| headlines[node.index()] > 0 && !page.tag(node).is_heading();
    // Below an article, in its own element: boxes that are made alike.
    let end_of_article = |node: NodeId| {
        let (count, words) = boxes[node.index()];
        if !(1..=count * MOST_WORDS).contains(&words) || words * TIMES > prose[node.index()] - words {
            return Vec::new();
        }
        let (found, others): (Vec<NodeId>, Vec<NodeId>) = page
            .children(node)
            .filter(|child| is_box(*child) || prose[child.index()] > 0)
            .partition(|child| is_box(*child));
        let is_alike = found.windows(2).all(|pair| page.tag(pair[0]) == page.tag(pair[1]));
        let is_below = others.last() < found.first();
        if is_alike && is_below { found } else { Vec::new() }
    };
    let holders = page.nodes().skip(1).filter(|node| boxes[node.index()].0 >= FEWEST_TEASERS);
    let streams: Vec<NodeId> =
        holders.flat_map(|node| if is_stream(node) { vec![node] } else { end_of_article(node) }).collect();
    for stream in streams {
        for hint in hints.iter_mut().take(page.end(stream)).skip(stream.index()) {
            *hint = hint.with(ClassHints::LINKS);
        }
    }
}

/// Whether a block is a headline that leads to a page of the same site.
fn leads_on(page: Page<'_>, block: &Block, url: &str) -> bool {
    let mut around = std::iter::once(block.element).chain(page.ancestors(block.element).take(BOXES));
    if !around.any(|outer| page.tag(outer).is_heading()) {
        return false;
    }
    let mut links = page.ancestors(block.first).take(BOXES + 1).filter(|outer| page.tag(*outer) == Tag::A);
    links.next().and_then(|link| page.raw_attribute(link, Name::Href)).is_some_and(|to| is_same_site(url, to))
}
