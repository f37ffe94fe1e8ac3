//! From the kinds of blocks to those that are the article's text.
//!
//! A body starts and ends with prose. What stands before the first paragraph and after the last is a byline, a
//! date, a credit, a prompt; between them, short lines and lists belong to it.

use super::entries::Entries;
use super::kinds::BlockKind;
use crate::html::{Page, Tag};
use crate::stage::page::{Block, ClassHints, PageSurvey, text_of};
use crate::text::people::byline;

/// Words of prose after which a headline may be another article's.
const ARTICLE_WORDS: u32 = 80;
/// A byline has no more words.
const BYLINE_WORDS: u32 = 16;
/// A byline is one of so many lines after a headline.
const BYLINE_LINES: usize = 6;

/// The blocks that are the article's text, in order.
pub(super) fn select(
    page: Page<'_>,
    survey: &PageSurvey,
    hints: &[ClassHints],
    kinds: &[BlockKind],
    entries: &Entries,
) -> Vec<usize> {
    let is_prose = |kind: &BlockKind| *kind == BlockKind::Prose;
    let Some(first) = kinds.iter().position(is_prose) else { return Vec::new() };
    let kinds = kinds.get(..next_article(page, survey, hints, kinds, first)).unwrap_or(kinds);
    let last = kinds.iter().rposition(is_prose).unwrap_or(first);
    // A heading right before the first paragraph belongs to it; the headline is another field.
    let is_heading =
        |place: &usize| kinds[*place] == BlockKind::Heading && survey.blocks[*place].tag != Tag::H1;
    let parent_of_first = page.parent(survey.blocks[first].element);
    let is_first_line = |place: &usize| {
        let block = &survey.blocks[*place];
        kinds[*place] == BlockKind::Line
            && ((block.tag == Tag::P
                && (block.words >= 6 || block.ends_sentence)
                && page.parent(block.element) == parent_of_first)
                || ((block.is_item() || block.tag == Tag::P)
                    && hints[block.element.index()].has(ClassHints::BODY)))
    };
    let start = (0..first)
        .rev()
        .take_while(|place| is_heading(place) || is_first_line(place))
        .last()
        .unwrap_or(first);
    // A post's heading is the first post's, too, where a time and a name stand between it and the paragraph.
    let entry = entries.around(&survey.blocks[first]);
    let in_entry = |place: &usize| entry.is_some() && entries.around(&survey.blocks[*place]) == entry;
    let heads = |place: &usize| is_heading(place) || entries.heads(survey, *place);
    let start =
        (0..first).rev().take_while(in_entry).filter(heads).last().map_or(start, |head| head.min(start));
    let mut taken = Vec::new();
    let mut headings = Vec::new();
    for (place, kind) in kinds.iter().enumerate().take(last + 1).skip(start) {
        match kind {
            BlockKind::Foreign => {}
            // A heading of nothing is removed.
            BlockKind::Heading => headings.push(place),
            BlockKind::Prose | BlockKind::Line => {
                taken.append(&mut headings);
                taken.push(place);
            }
        }
    }
    // Short lines after the last paragraph, beside it.
    let parent = page.parent(survey.blocks[last].element);
    let behind =
        (last + 1..kinds.len()).take_while(|place| page.contains(parent, survey.blocks[*place].element));
    taken.extend(behind.filter(|place| {
        let block = &survey.blocks[*place];
        kinds[*place] == BlockKind::Line
            && (block.is_item() || block.ends_sentence || (block.tag == Tag::P && block.words >= 6))
    }));
    taken
}

/// Where another article starts on the same page: at a second headline, in an article element that does not
/// hold the first, or with a byline of its own. Headlines in sections are headings of this one.
fn next_article(
    page: Page<'_>,
    survey: &PageSurvey,
    hints: &[ClassHints],
    kinds: &[BlockKind],
    first: usize,
) -> usize {
    let is_headline = |block: &Block| block.tag == Tag::H1;
    let headline = survey.blocks.iter().take(first).find(|block| is_headline(block));
    if headline.is_none() {
        return kinds.len();
    }
    let start = survey.blocks[first].element;
    let mut words = 0;
    for (place, (block, kind)) in survey.blocks.iter().zip(kinds).enumerate().skip(first) {
        if *kind == BlockKind::Prose {
            words += block.free();
        }
        let is_in_another = || {
            let mut articles = page.ancestors(block.element).filter(|outer| page.tag(*outer) == Tag::Article);
            articles.any(|article| article > start && !page.contains(article, start))
        };
        let is_byline =
            |text: &str| byline(text).is_some_and(|names| names.iter().all(|name| name.contains(' ')));
        let has_byline = || {
            let mut lines =
                survey.blocks.iter().skip(place + 1).take(BYLINE_LINES).take_while(|line| !line.is_prose());
            lines.any(|line| {
                line.is_dates()
                    || hints[line.element.index()].has(ClassHints::BYLINE)
                    || (line.words <= BYLINE_WORDS && is_byline(&text_of(page, line, &survey.own)))
            })
        };
        // The headline again is none of another article's.
        let is_again = || {
            headline
                .is_some_and(|first| text_of(page, first, &survey.own) == text_of(page, block, &survey.own))
        };
        if words >= ARTICLE_WORDS && is_headline(block) && (is_in_another() || has_byline()) && !is_again() {
            return place;
        }
    }
    kinds.len()
}
