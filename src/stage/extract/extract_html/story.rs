//! Where the article is.
//!
//! Every block is weighed: prose for, links and furniture against. The article is in the element whose
//! blocks weigh most together; that takes in all parts of a body that advertisements have cut into pieces,
//! and leaves out what stands beside it.

use crate::html::{NodeId, Page, Tag};
use crate::stage::page::{Block, ClassHints, PageSurvey};

/// The article's place on a page.
pub(super) struct Story {
    /// The innermost element that holds all of it.
    pub element: NodeId,
    /// For each node, what the blocks in it weigh together, in tenths of a word.
    pub weights: Vec<i64>,
}

/// What it costs to leave a part out, in tenths of a word: however long a list of links is, it is one thing to leave
/// out. From 60 to 200 the open pages come out the same to 0.002.
const LEAVING_OUT: i64 = 100;

impl Story {
    /// Finds the element that weighs most; `None` where nothing weighs anything.
    pub(super) fn find(page: Page<'_>, survey: &PageSurvey, hints: &[ClassHints]) -> Option<Self> {
        let mut weights = vec![0_i64; page.len()];
        for block in &survey.blocks {
            let place = block.element.index();
            weights[place] += weight(block, hints[place]);
        }
        for at in (1..weights.len()).rev() {
            let weight = weights[at].max(-LEAVING_OUT);
            weights[page.parent(NodeId::at(at)).index()] += weight;
        }
        // Of equals the innermost, which stands last.
        let heaviest = (0..weights.len()).max_by_key(|at| weights[*at])?;
        // A paragraph alone is read with the list beside it.
        let element = NodeId::at(heaviest);
        let element = if page.tag(element) == Tag::P { page.parent(element) } else { element };
        (weights[heaviest] > 0).then_some(Self { element, weights })
    }
}

/// A block's weight, in tenths of a word. Prose weighs what it has words; what is not prose weighs little, so that a
/// table or a list in an article does not tear it apart, but enough that many of it do.
fn weight(block: &Block, hints: ClassHints) -> i64 {
    let (words, free, linked) = (i64::from(block.words), i64::from(block.free()), i64::from(block.linked));
    if hints.has(ClassHints::FOREIGN) {
        return -(3 * words).min(400);
    }
    if block.is_prose() || block.tag == Tag::Pre {
        let tenths = match block.tag {
            Tag::P | Tag::Blockquote | Tag::Pre => 10,
            Tag::Li | Tag::Dd | Tag::Td | Tag::Th => 6,
            _ => 8,
        };
        return free * (tenths + if hints.has(ClassHints::BODY) { 3 } else { 0 });
    }
    if block.tag.is_heading() {
        return if block.is_link() { -60 } else { 0 };
    }
    if block.is_link() && !block.is_linked_sentence() {
        return -(40 + 10 * linked).min(200);
    }
    if block.numbers >= 3 && free < 20 && !matches!(block.tag, Tag::Td | Tag::Li) {
        return -40;
    }
    match block.tag {
        _ if block.is_item() => 0,
        Tag::P => -10,
        _ => -20 - 5 * free.min(10),
    }
}
