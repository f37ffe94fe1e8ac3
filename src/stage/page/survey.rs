//! One walk over a page, for its text, its metadata and its kind.
//!
//! | who | needs |
//! |---|---|
//! | `extract-html`, `label-page` | blocks, and what each element says of itself |
//! | `extract-metadata` | short lines, and the elements that may name a part of the page, a date, a person or a picture |
//!
//! Which parts are other articles', and what they say of the lines in them, depends on the headline, which metadata chooses
//! first: it looks at the lines and marks that are noted here, and not at the nodes again.

use super::blocks::{Block, Run};
use super::counts::BlockCounts;
use super::hints::ClassHints;
use super::lines::{Line, Lines};
use super::remembered::Remembered;
use crate::html::{Name, NodeId, Page, Tag};

/// What one walk over a page finds.
#[derive(Debug)]
pub(in crate::stage) struct PageSurvey {
    /// The blocks, in document order.
    pub blocks: Vec<Block>,
    /// For each node, what it says about itself.
    pub own: Vec<ClassHints>,
    /// The lines, in document order: those of buttons and of words for screen readers, too.
    pub lines: Vec<Line>,
    /// The elements that say something about themselves or by their kind, in document order.
    pub marks: Vec<NodeId>,
}

impl PageSurvey {
    pub(in crate::stage) fn of(page: Page<'_>) -> Self {
        let nodes = page.len();
        let mut own = vec![ClassHints::NONE; nodes];
        let mut in_link = vec![false; nodes];
        // For each element the innermost element around it, itself included, that has a line of its own.
        let mut holder = vec![NodeId::ROOT; nodes];
        let (mut blocks, mut run) = (Vec::new(), Run::default());
        let mut lines = Lines::default();
        let mut marks = Vec::new();
        let mut names = Remembered::new(ClassHints::of_names);
        // Where the part ends that is seen, but is no text of the article: a button, words for screen readers.
        let mut beside = 0;
        let mut at = 1;
        while at < nodes {
            let node = NodeId::at(at);
            let parent = page.parent(node).index();
            match page.tag(node) {
                Tag::Text => {
                    let element = holder[parent];
                    if at < beside {
                        lines.add(node, element, BlockCounts::default().add(page.raw_text(node)));
                    } else {
                        if element != run.element {
                            run.close(&mut blocks);
                            (run.element, run.tag) = (element, page.tag(element));
                        }
                        lines.add(node, element, run.add(page, node, in_link[parent]));
                    }
                }
                tag if is_unseen(tag) => {
                    at = page.end(node);
                    continue;
                }
                Tag::Br => {
                    lines.close();
                    if at >= beside {
                        run.line_break(&mut blocks);
                    }
                }
                tag => {
                    if at >= beside {
                        if is_never_text(page, node) {
                            beside = page.end(node);
                        } else {
                            own[at] = ClassHints::of(page, node, &mut names);
                            if is_hover_card(page, node, &own) {
                                own[at] = own[at].with(ClassHints::HIDDEN);
                            }
                            if own[at].has(ClassHints::HIDDEN) && is_run(page, node) {
                                beside = page.end(node);
                            }
                        }
                    }
                    in_link[at] = in_link[parent] || (tag == Tag::A && leads_away(page, node));
                    holder[at] = holder[parent];
                    if tag.is_block() {
                        lines.close();
                        if at >= beside {
                            run.close(&mut blocks);
                        }
                        holder[at] = node;
                    }
                    if own[at] != ClassHints::NONE || is_mark(tag) {
                        marks.push(node);
                    }
                }
            }
            at += 1;
        }
        run.close(&mut blocks);
        Self { blocks, own, lines: lines.finish(), marks }
    }
}

/// Elements that are marks whatever they say about themselves.
fn is_mark(tag: Tag) -> bool {
    matches!(tag, Tag::Time | Tag::Img | Tag::Article | Tag::Nav | Tag::Aside | Tag::Footer)
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

/// Elements of which a reader sees no text.
fn is_unseen(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Head | Tag::Script | Tag::Style | Tag::Template | Tag::Noscript | Tag::Svg | Tag::Select
    )
}

/// Elements that never hold text of the article.
pub(super) fn is_never_text(page: Page<'_>, node: NodeId) -> bool {
    match page.tag(node) {
        tag if is_unseen(tag) => true,
        Tag::Annotation
        | Tag::AnnotationXml
        | Tag::Iframe
        | Tag::Object
        | Tag::Canvas
        | Tag::Audio
        | Tag::Video
        | Tag::Del
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Bounds, Tree};

    #[test]
    fn a_button_within_a_sentence_is_a_line_of_its_own_and_no_part_of_the_block() {
        let html =
            "<p>One <button>2 <div>two</div></button> three<br>four &#53;<script>5</script></p><div> </div>";
        let tree = Tree::parse(html, &Bounds::default());
        let survey = PageSurvey::of(Page::new(html, &tree));
        assert_eq!(survey.blocks.iter().map(|block| block.words).collect::<Vec<_>>(), [4]);
        let lines: Vec<(usize, bool)> =
            survey.lines.iter().map(|line| (line.bytes, line.has_digit)).collect();
        assert_eq!(lines, [(6, true), (4, false), (6, false), (10, true)]);
    }
}
