//! What the hints on a page come to: passed on from outside to inside, and overruled where they cannot be meant.
//!
//! `<div class="sidebar"><p>…</p></div>` → the paragraph stands beside the article;
//! `<div class="with-sidebar-content">` around the whole article → the word means nothing.

use crate::html::{NodeId, Page, Tag};
use crate::stage::page::{Block, ClassHints, PageSurvey, sum_up};

/// An element with this share of a page's prose, in percent, is not what its class calls it.
const OVERRULING_PERCENT: u64 = 40;
/// Comments, footers and lists of links may hold more text than a short article.
const OVERRULING_PERCENT_STRONG: u64 = 85;
/// Nor is one that holds the headline and this share.
const OVERRULING_PERCENT_HEADLINE: u64 = 10;
/// A word on more of the prose than this is a habit of the site.
const MISLEADING_PERCENT: u64 = 75;

const STRONG: ClassHints =
    ClassHints::COMMENT.with(ClassHints::FOOTER).with(ClassHints::LINKS).with(ClassHints::CONSENT);

/// For each node, what it and those around it say, where that is not overruled.
pub(super) fn meaning(page: Page<'_>, survey: &PageSurvey) -> Vec<ClassHints> {
    let prose: Vec<&Block> = survey.blocks.iter().filter(|block| block.is_prose()).collect();
    let mut has_headline = vec![false; page.len()];
    if let Some(headline) = page.nodes().find(|node| page.tag(*node) == Tag::H1) {
        page.ancestors(headline).for_each(|outer| has_headline[outer.index()] = true);
    }
    let weighed =
        Weighed { words: sum_up(page, prose.iter().copied(), |block| u64::from(block.free())), has_headline };
    let hints = weighed.pass_on(page, survey, ClassHints::NONE);
    let all = weighed.words[0];
    let mut misleading = ClassHints::NONE;
    for hint in
        ClassHints::FOREIGN.each().filter(|hint| *hint != ClassHints::COMMENT && *hint != ClassHints::HIDDEN)
    {
        let marked = prose.iter().filter(|block| hints[block.element.index()].has(hint));
        let words: u64 = marked.map(|block| u64::from(block.free())).sum();
        if words * 100 > all * MISLEADING_PERCENT {
            misleading = misleading.with(hint);
        }
    }
    if misleading == ClassHints::NONE { hints } else { weighed.pass_on(page, survey, misleading) }
}

/// Whether an element is what a heading or a button before it opens: the answer under its question.
pub(super) fn is_folded(page: Page<'_>, node: NodeId) -> bool {
    /// A heading, its link and its icon.
    const MOST_NODES: usize = 16;
    let Some(before) = sibling_before(page, node) else { return false };
    let opens =
        |node: NodeId| page.tag(node).is_heading() || matches!(page.tag(node), Tag::Button | Tag::Summary);
    page.end(before) - before.index() <= MOST_NODES && (opens(before) || page.descendants(before).any(opens))
}

/// The element before an element, in the same element, with nothing but white space between them.
fn sibling_before(page: Page<'_>, node: NodeId) -> Option<NodeId> {
    let parent = page.parent(node);
    let mut at = node;
    loop {
        at = NodeId::at(at.index().checked_sub(1)?);
        if at == parent {
            return None;
        }
        let sibling =
            std::iter::once(at).chain(page.ancestors(at)).find(|outer| page.parent(*outer) == parent)?;
        if page.tag(sibling) != Tag::Text {
            return Some(sibling);
        }
        if !page.raw_text(sibling).trim_ascii().is_empty() {
            return None;
        }
    }
}

/// For each node, how much prose it holds, and whether it holds the first headline.
struct Weighed {
    words: Vec<u64>,
    has_headline: Vec<bool>,
}

impl Weighed {
    fn pass_on(&self, page: Page<'_>, survey: &PageSurvey, misleading: ClassHints) -> Vec<ClassHints> {
        let mut hints = vec![ClassHints::NONE; page.len()];
        for node in page.nodes().skip(1) {
            let mut around = hints[page.parent(node).index()];
            let tag = page.tag(node);
            // A post that is quoted stands in a box for social media.
            if tag == Tag::Blockquote {
                around = around.without(ClassHints::SHARE);
            }
            let mut own = survey.own[node.index()].without(misleading);
            if own.has(ClassHints::HIDDEN) && self.words[node.index()] > 0 && is_folded(page, node) {
                own = own.without(ClassHints::HIDDEN);
            }
            if own.has(ClassHints::FOREIGN) && self.overrules(node, tag, own) {
                own = own.without(ClassHints::FOREIGN);
            }
            hints[node.index()] = around.with(own);
        }
        hints
    }

    fn overrules(&self, node: NodeId, tag: Tag, own: ClassHints) -> bool {
        if matches!(tag, Tag::Html | Tag::Body | Tag::Main) {
            return true;
        }
        let percent = if self.has_headline[node.index()] {
            OVERRULING_PERCENT_HEADLINE
        } else if own.has(STRONG) {
            OVERRULING_PERCENT_STRONG
        } else {
            OVERRULING_PERCENT
        };
        let all = self.words[0];
        all > 0 && self.words[node.index()] * 100 >= all * percent
    }
}
