//! A page as the runs of text that a reader sees as one piece each.
//!
//! `<div>One <b>two</b><p>three</p>four</div>` → blocks `One two`, `three`, `four`.
//!
//! A block ends where an element that stands on a line of its own starts or ends, and at two line breaks in a
//! row. Blocks are counted, not copied: text is put together for those alone that are taken.

use super::counts::{BlockCounts, Piece};
use crate::html::{NodeId, Page, Tag};

/// A run of text.
#[derive(Clone, Copy, Debug)]
pub(in crate::stage) struct Block {
    /// The element that stands on a line of its own, and that the run is directly in.
    pub element: NodeId,
    /// What kind of element that is.
    pub tag: Tag,
    /// The first text node.
    pub first: NodeId,
    /// The place after the last text node.
    pub end: usize,
    /// Words, as `Counts` counts them.
    pub words: u32,
    /// Words in links that lead away.
    pub linked: u32,
    /// Whether the last letter is a sentence's end.
    pub ends_sentence: bool,
    /// Commas and sentence ends.
    pub marks: u32,
    /// Words that start with a digit.
    pub numbers: u32,
}

impl Block {
    /// Words that are not in links.
    pub(in crate::stage) fn free(&self) -> u32 {
        self.words - self.linked
    }

    /// Whether most of it is link.
    pub(in crate::stage) fn is_link(&self) -> bool {
        self.linked * 2 > self.words
    }

    /// Whether it is a paragraph's sentence, most of it link: `Read <a>what the harbour office says</a>.`
    pub(in crate::stage) fn is_linked_sentence(&self) -> bool {
        self.tag == Tag::P && self.is_link() && self.free() > 0 && self.ends_sentence
    }

    /// Whether it reads like a sentence or more, and not like a label, a link or a line of dates.
    ///
    /// The fewest words are those with which the five sets of labelled pages come out best; two more or less make
    /// no difference.
    pub(in crate::stage) fn is_prose(&self) -> bool {
        let free = self.free();
        if self.tag.is_heading() {
            return false;
        }
        if self.is_link() {
            // A paragraph about somebody whose other articles are listed after the name.
            return self.tag == Tag::P && free >= 20 && self.ends_sentence;
        }
        // Posted by A. Writer on 3 May 2024, 9:15, updated 10:20
        if self.is_dates() {
            return false;
        }
        free >= 25
            || (free >= 8 && self.ends_sentence)
            || (free >= 12 && self.marks > 0 && self.tag == Tag::P)
    }

    /// Whether it is a line of dates, times and sizes.
    pub(in crate::stage) fn is_dates(&self) -> bool {
        self.numbers >= 3 && self.numbers * 5 >= self.free() && self.free() <= 20 && !self.ends_sentence
    }

    /// Whether it is an item of a list or a cell of a table.
    pub(in crate::stage) fn is_item(&self) -> bool {
        matches!(self.tag, Tag::Li | Tag::Td | Tag::Th | Tag::Dd | Tag::Dt)
    }
}

/// The block that is being read.
#[derive(Default)]
pub(super) struct Run {
    pub(super) element: NodeId,
    pub(super) tag: Tag,
    first: Option<NodeId>,
    end: usize,
    counts: BlockCounts,
    linked: u32,
    breaks: u8,
}

impl Run {
    pub(super) fn add(&mut self, page: Page<'_>, node: NodeId, is_linked: bool) -> Piece {
        let text = page.raw_text(node);
        let before = self.counts.words;
        let piece = self.counts.add(text);
        if piece.has_text {
            self.breaks = 0;
            let is_address = |text: &str| text.starts_with("http") && !text.contains(char::is_whitespace);
            // Who writes an address out means it as text: menus and teasers have words for links.
            if is_linked && !is_address(text.trim_ascii()) {
                self.linked += self.counts.words - before;
            }
            self.first.get_or_insert(node);
            self.end = node.index() + 1;
        }
        piece
    }

    pub(super) fn line_break(&mut self, blocks: &mut Vec<Block>) {
        self.counts.gap();
        self.breaks += 1;
        if self.breaks == 2 {
            let (element, tag) = (self.element, self.tag);
            self.close(blocks);
            (self.element, self.tag) = (element, tag);
        }
    }

    pub(super) fn close(&mut self, blocks: &mut Vec<Block>) {
        let run = std::mem::take(self);
        if let Some(first) = run.first {
            blocks.push(Block {
                element: run.element,
                tag: run.tag,
                first,
                end: run.end,
                words: run.counts.words,
                linked: run.linked,
                ends_sentence: run.counts.ends_sentence,
                marks: run.counts.marks,
                numbers: run.counts.numbers,
            });
        }
    }
}
