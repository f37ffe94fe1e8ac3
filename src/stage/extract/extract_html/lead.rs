//! The standfirst: the paragraph between headline and body that says what the article is about.
//!
//! In many newsrooms' pages it stands outside of the body's element, beside the headline. It is known by
//! what the page calls it, or by being what the page's meta description says.

use super::kinds::BlockKind;
use crate::html::{Name, Page, Tag};
use crate::stage::page::{Block, ClassHints, PageSurvey, text_of};

/// A description shorter than this is a slogan.
const FEWEST_WORDS: u32 = 6;
/// Longer ones are the body.
const MOST_WORDS: u32 = 120;
/// A dateline is no longer, in characters.
const LONGEST_PLACE: usize = 24;
/// Pages have one for each network that shows it.
const MOST_DESCRIPTIONS: usize = 8;
/// How many letters of block and description are compared.
const COMPARED: usize = 30;

/// Parts in which no article's standfirst stands.
const NEVER: ClassHints = ClassHints::COMMENT
    .with(ClassHints::LINKS)
    .with(ClassHints::PROMOTION)
    .with(ClassHints::FOOTER)
    .with(ClassHints::CONSENT)
    .with(ClassHints::HIDDEN)
    .with(ClassHints::BIOGRAPHY);

/// The block before the body's first that is the standfirst.
pub(super) fn find(
    page: Page<'_>,
    survey: &PageSurvey,
    hints: &[ClassHints],
    kinds: &[BlockKind],
    first: usize,
) -> Option<usize> {
    let headline = survey.blocks.iter().take(first).rposition(|block| block.tag == Tag::H1);
    let descriptions = descriptions(page);
    let from = headline.map_or(first.saturating_sub(12), |headline| headline + 1);
    let is_described = |block: &Block| {
        let text = text_of(page, block, &survey.own);
        // `Selm. The ferry sails again …`: descriptions have no dateline.
        let after_place = text.char_indices().take(LONGEST_PLACE).find_map(|(at, mark)| {
            matches!(mark, '.' | ':' | '–' | '—' | '-').then(|| text.get(at + mark.len_utf8()..)).flatten()
        });
        descriptions.contains(&letters(&text))
            || after_place.is_some_and(|text| descriptions.contains(&letters(text)))
    };
    (from..first).find(|&place| {
        let block = &survey.blocks[place];
        let hints = hints[block.element.index()];
        if block.is_link() || block.is_dates() || !(FEWEST_WORDS..=MOST_WORDS).contains(&block.free()) {
            return false;
        }
        // A name of its own counts for more than those of the boxes around it.
        let is_called_lead = survey.own[block.element.index()].has(ClassHints::LEAD);
        let beyond = if is_called_lead { NEVER } else { ClassHints::FOREIGN };
        if kinds[place] == BlockKind::Foreign && hints.has(beyond) {
            return false;
        }
        let is_named = hints.has(ClassHints::LEAD) && headline.is_some();
        let is_beside = headline == Some(place.wrapping_sub(1))
            && matches!(block.tag, Tag::H2 | Tag::H3 | Tag::P)
            && block.free() >= 8;
        is_named || is_beside || is_described(block)
    })
}

fn descriptions(page: Page<'_>) -> Vec<String> {
    let metas =
        page.nodes().take_while(|node| page.tag(*node) != Tag::P).filter(|node| page.tag(*node) == Tag::Meta);
    metas
        .filter(|meta| {
            let name = page
                .raw_attribute(*meta, Name::MetaName)
                .or_else(|| page.raw_attribute(*meta, Name::Property));
            name.is_some_and(|name| {
                ["description", "og:description", "twitter:description"]
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known))
            })
        })
        .filter_map(|meta| page.attribute(meta, Name::Content))
        .map(|text| letters(&text))
        .filter(|letters| letters.chars().count() == COMPARED)
        .take(MOST_DESCRIPTIONS)
        .collect()
}

/// The first letters and digits of a text, in lower case.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .take(COMPARED)
        .flat_map(char::to_lowercase)
        .collect()
}
