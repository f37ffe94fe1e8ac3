//! Entries: parts beside each other that are made alike, such as the posts of a live blog.
//!
//! `<div class=entry><div>18:05</div><div>Council votes</div><p>…</p></div>`, three times or more → the line right before the
//! paragraph is the entry's heading, whatever its tag.

use std::collections::HashMap;

use xxhash_rust::xxh3::Xxh3DefaultBuilder as Hasher;

use crate::html::{Name, NodeId, Page, Tag};
use crate::stage::page::{Block, PageSurvey, sum_up};

/// Fewer parts that are alike may be so by chance.
const FEWEST: u32 = 3;
/// Longer lines are no headings.
const MOST_WORDS: u32 = 20;

/// The entries of a page.
pub(super) struct Entries {
    /// For each node, the innermost entry that it is in.
    entries: Vec<NodeId>,
    /// For each node, how many headings it holds.
    headings: Vec<u32>,
}

impl Entries {
    /// Those with prose that is not foreign.
    pub(super) fn of(page: Page<'_>, survey: &PageSurvey, is_foreign: impl Fn(&Block) -> bool) -> Self {
        let own = || survey.blocks.iter().filter(|block| block.is_prose() && !is_foreign(block));
        // Nearly all articles have their paragraphs in one element or two.
        let mut parents: Vec<NodeId> = own().map(|block| page.parent(block.element)).collect();
        parents.dedup();
        if parents.len() < FEWEST as usize {
            return Self { entries: vec![NodeId::ROOT; page.len()], headings: Vec::new() };
        }
        let prose = sum_up(page, own(), |_| 1_u32);
        let has_prose = |node: &NodeId| prose[node.index()] > 0 && !is_paragraph(page.tag(*node));
        let shape = |node: NodeId| (page.parent(node), page.tag(node), page.raw_attribute(node, Name::Class));
        let mut alike: HashMap<_, u32, Hasher> = HashMap::default();
        for node in page.nodes().skip(1).filter(has_prose) {
            *alike.entry(shape(node)).or_default() += 1;
        }
        let mut entries = vec![NodeId::ROOT; page.len()];
        for node in page.nodes().skip(1) {
            let is_entry = has_prose(&node) && alike.get(&shape(node)).is_some_and(|count| *count >= FEWEST);
            entries[node.index()] = if is_entry { node } else { entries[page.parent(node).index()] };
        }
        let headings = sum_up(page, survey.blocks.iter().filter(|block| block.tag.is_heading()), |_| 1);
        Self { entries, headings }
    }

    /// The innermost entry that a block is in.
    pub(super) fn around(&self, block: &Block) -> Option<NodeId> {
        Some(self.entries[block.element.index()]).filter(|entry| *entry != NodeId::ROOT)
    }

    /// Whether the block at a place is a short line right before a paragraph of the same entry, which has no other heading,
    /// and no time.
    pub(super) fn heads(&self, survey: &PageSurvey, place: usize) -> bool {
        let block = &survey.blocks[place];
        let is_time = block.numbers * 2 >= block.words;
        let next = || survey.blocks.get(place + 1).filter(|next| next.is_prose());
        block.words <= MOST_WORDS
            && !is_time
            && self.around(block).is_some_and(|entry| {
                self.headings[entry.index()] == 0 && next().and_then(|next| self.around(next)) == Some(entry)
            })
    }
}

fn is_paragraph(tag: Tag) -> bool {
    tag == Tag::P || tag.is_heading()
}
