//! A page as the runs of text that a reader sees as one piece each.
//!
//! `<div>One <b>two</b><p>three</p>four</div>` → blocks `One two`, `three`, `four`.
//!
//! A block ends where an element that stands on a line of its own starts or ends, and at two line breaks in a
//! row. Blocks are counted, not copied: text is put together for those alone that are taken.

use super::counts::BlockCounts;
use super::hints::ClassHints;
use super::remembered::Remembered;
use crate::html::{Name, NodeId, Page, Tag};

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

/// What is known of every node.
#[derive(Debug)]
pub(in crate::stage) struct PageSurvey {
    /// The blocks, in document order.
    pub blocks: Vec<Block>,
    /// For each node, what it says about itself.
    pub own: Vec<ClassHints>,
}

/// For each node, the sum of a value over all blocks in it.
pub(in crate::stage) fn sum_up<'a, T>(
    page: Page<'_>,
    blocks: impl IntoIterator<Item = &'a Block>,
    value: impl Fn(&Block) -> T,
) -> Vec<T>
where
    T: Copy + Default + std::ops::AddAssign,
{
    let mut sums = vec![T::default(); page.len()];
    for block in blocks {
        sums[block.element.index()] += value(block);
    }
    // Children stand after their parents.
    for at in (1..sums.len()).rev() {
        let sum = sums[at];
        sums[page.parent(NodeId::at(at)).index()] += sum;
    }
    sums
}

/// Elements that never hold text of the article.
pub(in crate::stage) fn is_never_text(page: Page<'_>, node: NodeId) -> bool {
    match page.tag(node) {
        Tag::Head
        | Tag::Script
        | Tag::Style
        | Tag::Template
        | Tag::Noscript
        | Tag::Svg
        | Tag::Annotation
        | Tag::AnnotationXml
        | Tag::Iframe
        | Tag::Object
        | Tag::Canvas
        | Tag::Audio
        | Tag::Video
        | Tag::Del
        | Tag::Select
        | Tag::Textarea
        | Tag::Input
        | Tag::Datalist
        | Tag::Map
        | Tag::Progress
        | Tag::Meter
        | Tag::Noembed
        | Tag::Noframes
        | Tag::Title => true,
        // What unfolds a part of the page is that part's heading.
        Tag::Button => {
            !page.tag(page.parent(node)).is_heading() && !page.has_attribute(node, Name::AriaExpanded)
        }
        // A button by role.
        Tag::A | Tag::Div | Tag::Span => {
            page.raw_attribute(node, Name::Role) == Some("button")
                && !page.tag(page.parent(node)).is_heading()
        }
        _ => false,
    }
}

impl PageSurvey {
    pub(in crate::stage) fn of(page: Page<'_>) -> Self {
        let nodes = page.len();
        let mut own = vec![ClassHints::NONE; nodes];
        let mut in_link = vec![false; nodes];
        // For each element the innermost element around it, itself included, that has a line of its own.
        let mut line = vec![NodeId::ROOT; nodes];
        let mut blocks = Vec::new();
        let mut run = Run::default();
        let mut names = Remembered::new(ClassHints::of_names);
        let mut at = 1;
        while at < nodes {
            let node = NodeId::at(at);
            let parent = page.parent(node);
            match page.tag(node) {
                Tag::Text => {
                    let element = line[parent.index()];
                    if element != run.element {
                        run.close(&mut blocks);
                        (run.element, run.tag) = (element, page.tag(element));
                    }
                    run.add(page, node, in_link[parent.index()]);
                }
                _ if is_never_text(page, node) => {
                    at = page.end(node);
                    continue;
                }
                Tag::Br => run.line_break(&mut blocks),
                tag => {
                    own[at] = ClassHints::of(page, node, &mut names);
                    if is_hover_card(page, node, &own) {
                        own[at] = own[at].with(ClassHints::HIDDEN);
                    }
                    if own[at].has(ClassHints::HIDDEN) && is_run(page, node) {
                        // Words for screen readers alone.
                        at = page.end(node);
                        continue;
                    }
                    in_link[at] = in_link[parent.index()] || (tag == Tag::A && leads_away(page, node));
                    line[at] = line[parent.index()];
                    if tag.is_block() {
                        run.close(&mut blocks);
                        line[at] = node;
                    }
                }
            }
            at += 1;
        }
        run.close(&mut blocks);
        Self { blocks, own }
    }
}

/// Whether an element is a part of a line, with nothing in it that has a line of its own.
fn is_run(page: Page<'_>, node: NodeId) -> bool {
    const LOOKED_AT: usize = 32;
    !page.tag(node).is_block()
        && !page.descendants(node).take(LOOKED_AT).any(|inner| page.tag(inner).is_block())
}

/// Whether an element in a line is what shows while the pointer rests on the words before it: `<span class="tooltip">rem
/// <span class="tooltip-text">…</span></span>`. The outer element and its first child are what is always shown.
fn is_hover_card(page: Page<'_>, node: NodeId, own: &[ClassHints]) -> bool {
    let outer = page.parent(node);
    own[node.index()].has(ClassHints::OVERLAY)
        && own[outer.index()].has(ClassHints::OVERLAY)
        && !page.tag(outer).is_block()
        && node.index() > outer.index() + 1
}

/// Links within the page, such as those to notes, are not links to something else.
fn leads_away(page: Page<'_>, node: NodeId) -> bool {
    page.raw_attribute(node, Name::Href).is_some_and(|href| !href.trim_start().starts_with('#'))
}

/// The block that is being read.
#[derive(Default)]
struct Run {
    element: NodeId,
    tag: Tag,
    first: Option<NodeId>,
    end: usize,
    counts: BlockCounts,
    linked: u32,
    breaks: u8,
}

impl Run {
    fn add(&mut self, page: Page<'_>, node: NodeId, is_linked: bool) {
        let text = page.raw_text(node);
        let before = self.counts.words;
        if !self.counts.add(text) {
            return;
        }
        self.breaks = 0;
        let text = text.trim_ascii();
        let is_address = text.starts_with("http") && !text.contains(char::is_whitespace);
        // Who writes an address out means it as text: menus and teasers have words for links.
        if is_linked && !is_address {
            self.linked += self.counts.words - before;
        }
        if self.first.is_none() {
            self.first = Some(node);
        }
        self.end = node.index() + 1;
    }

    fn line_break(&mut self, blocks: &mut Vec<Block>) {
        self.counts.gap();
        self.breaks += 1;
        if self.breaks == 2 {
            let (element, tag) = (self.element, self.tag);
            self.close(blocks);
            (self.element, self.tag) = (element, tag);
        }
    }

    fn close(&mut self, blocks: &mut Vec<Block>) {
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
