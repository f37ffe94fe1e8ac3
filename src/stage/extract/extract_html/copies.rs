//! An article that a page has twice, for narrow windows and for wide ones.

use std::collections::HashMap;

use xxhash_rust::xxh3::{Xxh3DefaultBuilder as Hasher, xxh3_64};

use crate::html::{Name, NodeId, Page, Tag};
use crate::stage::page::{Block, PageSurvey, text_of};
use crate::text::Slice;

/// Shorter blocks may be repeated by chance.
const FEWEST_WORDS: u32 = 12;
/// Fewer words that come again one after the other are a refrain.
const COPY_WORDS: u32 = 40;

/// Drops blocks that say what the one right before says, under another class: one is for narrow windows.
pub(super) fn drop_twins(page: Page<'_>, survey: &PageSurvey, taken: &mut Vec<usize>) {
    taken.dedup_by(|next, before| {
        let (next, before) = (&survey.blocks[*next], &survey.blocks[*before]);
        let class = |block: &Block| page.raw_attribute(block.element, Name::Class);
        next.words == before.words
            && next.words > 1
            && class(next) != class(before)
            && text_of(page, next, &survey.own) == text_of(page, before, &survey.own)
    });
}

/// Drops runs of blocks that have all stood above.
pub(super) fn drop_copies(page: Page<'_>, survey: &PageSurvey, taken: &mut Vec<usize>) {
    // Nearly no page has two blocks with the same counts, and nothing more need be asked.
    let counts = |block: &Block| (block.words, block.marks, block.numbers);
    let mut alike: HashMap<(u32, u32, u32), u32, Hasher> = HashMap::default();
    let long = |place: &&usize| survey.blocks[**place].words >= FEWEST_WORDS;
    for place in taken.iter().filter(long) {
        *alike.entry(counts(&survey.blocks[*place])).or_default() += 1;
    }
    if alike.values().all(|times| *times < 2) {
        return;
    }
    let mut seen: HashMap<u64, NodeId, Hasher> = HashMap::default();
    let is_copy: Vec<bool> = taken
        .iter()
        .map(|place| {
            let block = &survey.blocks[*place];
            let holder = page.parent(block.element);
            let text = text_of(page, block, &survey.own);
            // What comes again in the same element is a refrain or a legend.
            *seen.entry(xxh3_64(text.as_bytes())).or_insert(holder) != holder
        })
        .collect();
    let mut kept = Vec::with_capacity(taken.len());
    let mut at = 0;
    for run in is_copy.chunk_by(|a, b| a == b) {
        let places = taken.slice(at..at + run.len());
        // A table repeats what stands in its cells.
        let blocks = places.iter().map(|place| &survey.blocks[*place]);
        let words: u32 = blocks.filter(|block| block.tag != Tag::Td).map(|block| block.words).sum();
        if !(run.first() == Some(&true) && words >= COPY_WORDS) {
            kept.extend_from_slice(places);
        }
        at += run.len();
    }
    *taken = kept;
}
