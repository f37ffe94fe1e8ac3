//! Which blocks are captions: short texts that share a box with a picture and with nothing else.
//!
//! `<div><img src="ferry.jpg"><div>The ferry at Selm.</div></div>` → the text is a caption, whatever its class.

use crate::html::{NodeId, Page, Tag};
use crate::stage::page::{Block, PageSurvey};

/// The longest caption, in words.
const MOST_WORDS: u32 = 70;
/// The longest one in a paragraph's tag.
const MOST_WORDS_PARAGRAPH: u32 = 35;
/// Captions have at most this share of a page's prose; where more stands beside pictures, it is the
/// article: a recipe's steps, a gallery.
const MOST_PERCENT: u32 = 30;
/// How many boxes out from the text the picture may stand.
const BOXES: usize = 3;

/// For each block, whether it is a caption. `words` has for each node how many are in it.
pub(super) fn captions(page: Page<'_>, survey: &PageSurvey, words: &[u32]) -> Vec<bool> {
    let mut has_picture = vec![false; page.len()];
    for at in (1..page.len()).rev() {
        let is_picture =
            matches!(page.tag(NodeId::at(at)), Tag::Img | Tag::Picture | Tag::Video | Tag::Iframe);
        has_picture[page.parent(NodeId::at(at)).index()] |= is_picture || has_picture[at];
    }
    let is_caption = |block: &Block| {
        let most = if block.tag == Tag::P { MOST_WORDS_PARAGRAPH } else { MOST_WORDS };
        if block.words > most || block.tag.is_heading() || matches!(block.tag, Tag::Li | Tag::Td | Tag::Th) {
            return false;
        }
        // A paragraph's own picture is an illustration in it.
        let own = (block.tag == Tag::Div).then_some(block.element);
        own.into_iter()
            .chain(page.ancestors(block.element).take(BOXES))
            .take_while(|outer| words[outer.index()] <= block.words + block.words / 2 + 8)
            .take_while(|outer| {
                let tag = page.tag(*outer);
                !matches!(tag, Tag::Td | Tag::Li | Tag::Body | Tag::Main | Tag::Article | Tag::Blockquote)
            })
            .any(|outer| has_picture[outer.index()])
    };
    let captions: Vec<bool> = survey.blocks.iter().map(is_caption).collect();
    let (mut beside, mut all) = (0, 0);
    for (block, is_caption) in survey.blocks.iter().zip(&captions).filter(|(block, _)| block.is_prose()) {
        all += block.free();
        beside += if *is_caption { block.free() } else { 0 };
    }
    if beside * 100 > all * MOST_PERCENT { vec![false; captions.len()] } else { captions }
}
