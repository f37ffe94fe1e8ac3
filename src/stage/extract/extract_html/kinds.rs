//! What each block is within the story.

use super::captions::captions;
use super::entries::Entries;
use super::meaning::is_folded;
use super::story::Story;
use crate::date::{DayOrder, dates_in};
use crate::html::{Name, NodeId, Page, Tag};
use crate::stage::page::{Block, ClassHints, PageSurvey, sum_up, text_of};

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// Not the article's.
    Foreign,
    /// A heading; it is kept or removed with what follows.
    Heading,
    /// Sentences.
    Prose,
    /// A short paragraph, a line of a list or a table: kept between prose.
    Line,
}

/// A part that weighs less than this is none of the article, whatever single blocks look like.
const BAD_PART: i64 = -100;
/// A list or table with more of its words in links, in percent, is navigation.
const MOST_LINKED_PERCENT: u32 = 65;
/// The same for one after the last paragraph.
const MOST_LINKED_PERCENT_LAST: u32 = 33;
/// Unless it has more than this share of the words.
const MOST_LAST_PERCENT: u32 = 15;
/// Pages with more of their prose in `<p>` than this, in percent, put all of it there.
const PARAGRAPHS_PERCENT: u32 = 80;
/// On those, a text outside of `<p>` with fewer words is a caption or a notice.
const ODD_WORDS: u32 = 30;
/// A box that asks for an address has no more words; what holds more is a part of the page that has such a box in it.
const MOST_FORM_WORDS: u32 = 40;

/// For each block of the page, what it is.
pub(super) fn kinds(
    page: Page<'_>,
    survey: &PageSurvey,
    hints: &[ClassHints],
    story: &Story,
    entries: &Entries,
) -> Vec<BlockKind> {
    let element = story.element;
    let is_foreign =
        |block: &Block| hints[block.element.index()].without(hints[element.index()]).has(ClassHints::FOREIGN);
    let (mut in_paragraphs, mut elsewhere) = (0, 0);
    let inside = survey.blocks.iter().filter(|block| page.contains(element, block.element));
    for block in inside.filter(|block| block.is_prose() && !is_foreign(block)) {
        *(if block.tag == Tag::P { &mut in_paragraphs } else { &mut elsewhere }) += block.free();
    }
    let uses_paragraphs = in_paragraphs > 2 * elsewhere;
    let uses_paragraphs_alone = in_paragraphs * 100 > (in_paragraphs + elsewhere) * PARAGRAPHS_PERCENT;
    let places = Places::of(page, survey, story);
    let among = Among::of(page, survey, is_foreign);
    let captions = captions(page, survey, &places.words);
    let kind = |(place, (block, is_caption)): (usize, (&Block, bool))| {
        if is_caption || block.words == 0 || !places.is_good(block) || is_foreign(block) {
            return BlockKind::Foreign;
        }
        if block.tag.is_heading() || block.tag == Tag::Summary {
            return if block.is_link() { BlockKind::Foreign } else { BlockKind::Heading };
        }
        if let Some(percent) = places.linked_percent_of_list(block) {
            return match percent {
                percent if percent > MOST_LINKED_PERCENT => BlockKind::Foreign,
                _ if block.is_prose() => BlockKind::Prose,
                _ => BlockKind::Line,
            };
        }
        if block.is_prose() || block.tag == Tag::Pre {
            let is_odd = uses_paragraphs_alone
                && block.tag == Tag::Div
                && block.free() < ODD_WORDS
                && !among.has(page, block)
                && !is_answer(page, block);
            return if is_odd { BlockKind::Foreign } else { BlockKind::Prose };
        }
        // Lines of dates stand around articles, not in them; a sentence with links among paragraphs is one of them.
        if (block.is_link() && !(block.is_linked_sentence() && among.has(page, block)))
            || is_credit(page, block)
            || is_dated(page, survey, block)
        {
            return BlockKind::Foreign;
        }
        match block.tag {
            Tag::P | Tag::Blockquote => BlockKind::Line,
            _ if !uses_paragraphs || among.has(page, block) || entries.heads(survey, place) => {
                BlockKind::Line
            }
            _ => BlockKind::Foreign,
        }
    };
    let mut kinds: Vec<BlockKind> = survey.blocks.iter().zip(captions).enumerate().map(kind).collect();
    drop_last_lists(survey, &places, &mut kinds);
    kinds
}

/// Whether a block stands in what the heading or the button before it unfolds: an answer under its question.
fn is_answer(page: Page<'_>, block: &Block) -> bool {
    const BOXES: usize = 2;
    let mut around = std::iter::once(block.element).chain(page.ancestors(block.element).take(BOXES));
    around.any(|outer| is_folded(page, outer))
}

/// For each element, where the first and the last of the paragraphs stand that are its children.
struct Among(Vec<(NodeId, NodeId)>);

impl Among {
    fn of(page: Page<'_>, survey: &PageSurvey, is_foreign: impl Fn(&Block) -> bool) -> Self {
        let mut paragraphs = vec![(NodeId::ROOT, NodeId::ROOT); page.len()];
        for block in survey.blocks.iter().filter(|block| block.tag == Tag::P && block.is_prose()) {
            if !is_foreign(block) {
                let (first, last) = &mut paragraphs[page.parent(block.element).index()];
                *first = if *first == NodeId::ROOT { block.element } else { *first };
                *last = block.element;
            }
        }
        Self(paragraphs)
    }

    /// Whether a block has paragraphs of the same element before and after it: whatever its tag, it is read with them.
    fn has(&self, page: Page<'_>, block: &Block) -> bool {
        let (first, last) = self.0[page.parent(block.element).index()];
        first < block.element && block.element < last
    }
}

/// Drops lists after the last paragraph in which every third word is linked: they lead away. Where they are a larger
/// part of the article, they are what it is about.
fn drop_last_lists(survey: &PageSurvey, places: &Places, kinds: &mut [BlockKind]) {
    let is_text = |place: usize, block: &Block| kinds[place] == BlockKind::Prose && !block.is_item();
    let Some(last) = (0..kinds.len()).rev().find(|place| is_text(*place, &survey.blocks[*place])) else {
        return;
    };
    let is_list = |block: &Block| {
        places.linked_percent_of_list(block).is_some_and(|percent| percent > MOST_LINKED_PERCENT_LAST)
    };
    let words = |places: std::ops::RangeInclusive<usize>, kinds: &[BlockKind]| -> u32 {
        places
            .filter(|place| kinds[*place] != BlockKind::Foreign)
            .map(|place| survey.blocks[place].words)
            .sum()
    };
    let behind = last + 1..=kinds.len() - 1;
    if words(behind.clone(), kinds) * 100 > words(0..=last, kinds) * MOST_LAST_PERCENT {
        return;
    }
    for place in behind.filter(|place| is_list(&survey.blocks[*place])) {
        kinds[place] = BlockKind::Foreign;
    }
}

/// Whether a short line has a date.
fn is_dated(page: Page<'_>, survey: &PageSurvey, block: &Block) -> bool {
    /// A day, a month and a year, or a day and a time.
    const FEWEST_NUMBERS: u32 = 3;
    const MOST_WORDS: u32 = 16;
    block.numbers >= FEWEST_NUMBERS
        && block.words <= MOST_WORDS
        && !dates_in(&text_of(page, block, &survey.own), &DayOrder::DayFirst.into()).is_empty()
}

/// Whether a line says whose a picture is.
fn is_credit(page: Page<'_>, block: &Block) -> bool {
    const MARKS: [&str; 14] = [
        "©",
        "(c) ",
        "image:",
        "images:",
        "photo:",
        "photos:",
        "photograph:",
        "picture:",
        "credit:",
        "foto:",
        "fotos:",
        "bild:",
        "imagen:",
        "фото:",
    ];
    let text = page.text(block.first);
    let start: String = text
        .trim_start_matches(['(', '[', ' ', '\n', '\t'])
        .chars()
        .take(14)
        .flat_map(char::to_lowercase)
        .collect();
    block.words <= 16 && MARKS.iter().any(|mark| start.starts_with(mark))
}

/// Whether a field is for a mail address or a password.
fn asks_for_address(page: Page<'_>, node: NodeId) -> bool {
    page.tag(node) == Tag::Input
        && page.raw_attribute(node, Name::Type).is_some_and(|kind| {
            ["email", "password"].iter().any(|address| kind.trim().eq_ignore_ascii_case(address))
        })
}

/// For each node, whether it is a part of the story, and the list or table that it is in. A box in which
/// readers are to give their address is no part.
struct Places {
    is_part: Vec<bool>,
    list: Vec<Option<NodeId>>,
    words: Vec<u32>,
    linked: Vec<u32>,
}

impl Places {
    fn of(page: Page<'_>, survey: &PageSurvey, story: &Story) -> Self {
        let mut is_part = vec![false; page.len()];
        let mut list = vec![None; page.len()];
        is_part[story.element.index()] = true;
        for node in page.descendants(story.element) {
            let (at, outer, tag) = (node.index(), page.parent(node).index(), page.tag(node));
            let is_list = matches!(tag, Tag::Ul | Tag::Ol | Tag::Dl | Tag::Table);
            // Lists and tables are judged by their links alone.
            let is_in_list = matches!(tag, Tag::Li | Tag::Tbody | Tag::Tr | Tag::Td) || is_list;
            is_part[at] = is_part[outer] && (story.weights[at] >= BAD_PART || is_in_list);
            list[at] = if is_list { Some(node) } else { list[outer] };
        }
        let words = sum_up(page, &survey.blocks, |block| block.words);
        for node in page.descendants(story.element).filter(|node| asks_for_address(page, *node)) {
            let is_box = |outer: &NodeId| *outer != story.element && words[outer.index()] <= MOST_FORM_WORDS;
            if let Some(outermost) =
                std::iter::once(node).chain(page.ancestors(node)).take_while(is_box).last()
            {
                is_part[outermost.index()..page.end(outermost)].fill(false);
            }
        }
        Self { is_part, list, words, linked: sum_up(page, &survey.blocks, |block| block.linked) }
    }

    fn is_good(&self, block: &Block) -> bool {
        self.is_part[block.element.index()]
    }

    fn linked_percent_of_list(&self, block: &Block) -> Option<u32> {
        let list = self.list[block.element.index()]?.index();
        Some(self.linked[list] * 100 / self.words[list].max(1))
    }
}
