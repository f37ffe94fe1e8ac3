//! Which blocks are the article.
//!
//! Every block is weighed: prose for, links and furniture against. The article is in the element whose
//! blocks weigh most together; that takes in all parts of a body that advertisements have cut into pieces,
//! and leaves out what stands beside it. Within it, block by block, what is not the article is left out.

use crate::stage::page::{Block, Hints, Survey};
use crate::html::{NodeId, Page, Tag};

/// The article's place on a page.
pub(super) struct Story {
    /// The innermost element that holds all of it.
    pub element: NodeId,
    /// What each element's blocks weigh.
    pub sums: Vec<i64>,
}

/// What an element's own words are overruled by: a share of all prose, in percent.
const OVERRULING_SHARE: u64 = 40;

/// A hint on more of the prose than this, in percent, is none.
const MISLEADING_SHARE: u64 = 75;

/// What it costs to leave a part out, in tenths of a word.
const LEAVING_OUT: i64 = 100;

/// For each node, what it and those around it say, where that is not overruled.
pub(super) fn inherited(page: Page<'_>, survey: &Survey) -> Vec<Hints> {
    let nodes = page.len();
    // Prose, by weight, in each element.
    let mut prose = vec![0_u32; nodes];
    for block in &survey.blocks {
        if is_prose(page, block) {
            prose[block.element.index()] += block.free();
        }
    }
    let mut has_headline = vec![false; nodes];
    if let Some(h1) = page.nodes().find(|node| page.tag(*node) == Tag::H1) {
        has_headline[h1.index()] = true;
    }
    for at in (1..nodes).rev() {
        let parent = page.parent(NodeId::at(at)).index();
        prose[parent] += prose[at];
        has_headline[parent] |= has_headline[at];
    }
    let all = u64::from(prose[0]);
    let hints = pass_on(page, survey, &prose, &has_headline, Hints::NONE);
    // A word that takes most of the prose away means something else on this site.
    let mut misleading = Hints::NONE;
    for hint in Hints::FOREIGN.each().filter(|hint| *hint != Hints::COMMENT && *hint != Hints::HIDDEN) {
        let marked = survey.blocks.iter().filter(|block| hints[block.element.index()].has(hint) && is_prose(page, block));
        let words: u64 = marked.map(|block| u64::from(block.free())).sum();
        if words * 100 > all * (tune("MS", MISLEADING_SHARE as i64) as u64) {
            misleading = misleading.with(hint);
        }
    }
    if misleading == Hints::NONE { hints } else { pass_on(page, survey, &prose, &has_headline, misleading) }
}

fn pass_on(page: Page<'_>, survey: &Survey, prose: &[u32], has_headline: &[bool], misleading: Hints) -> Vec<Hints> {
    let nodes = page.len();
    let all = u64::from(prose[0]);
    let mut hints = vec![Hints::NONE; nodes];
    for at in 1..nodes {
        let node = NodeId::at(at);
        let around = hints[page.parent(node).index()];
        let mut own = survey.own[at].without(misleading);
        // A post that is quoted stands in a box for social media.
        let around = if page.tag(node) == Tag::Blockquote { around.without(Hints::SHARE.with(Hints::MEDIA)) } else { around };
        if own.has(Hints::FOREIGN) {
            let least = if has_headline[at] && page.tag(node) != Tag::H1 {
                10
            } else if own.has(Hints::COMMENT.with(Hints::FOOTER).with(Hints::LINKS).with(Hints::CONSENT)) {
                85
            } else {
                OVERRULING_SHARE
            };
            let is_frame = matches!(page.tag(node), Tag::Html | Tag::Body | Tag::Main);
            if is_frame || (all > 0 && u64::from(prose[at]) * 100 >= all * least) {
                own = own.without(Hints::FOREIGN);
            }
        }
        hints[at] = around.with(own);
    }
    hints
}

fn is_prose(page: Page<'_>, block: &Block) -> bool {
    let free = block.free();
    let tag = page.tag(block.element);
    if tag.is_heading() {
        return false;
    }
    if block.is_link() {
        return tag == Tag::P && free >= 20 && block.ends_sentence;
    }
    // Posted by A. Writer on 3 May 2024, 9:15, updated 10:20
    if block.numbers >= 3 && block.numbers * 5 >= free && !block.ends_sentence {
        return false;
    }
    free >= 25 || (free >= 8 && block.ends_sentence) || (free >= 12 && block.marks > 0 && tag == Tag::P)
}

/// A block's weight, in tenths of a word.
fn weight(page: Page<'_>, block: &Block, hints: Hints) -> i64 {
    let (free, linked) = (i64::from(block.free()), i64::from(block.linked));
    let tag = page.tag(block.element);
    if hints.has(Hints::FOREIGN) {
        return -(3 * free + 3 * linked).min(400);
    }
    if is_prose(page, block) || tag == Tag::Pre {
        let tenths = match tag {
            Tag::P | Tag::Blockquote | Tag::Pre => 10,
            Tag::Li | Tag::Dd | Tag::Td | Tag::Th => 6,
            _ => 8,
        };
        let bonus = if hints.has(Hints::BODY) { 3 } else { 0 };
        return free * (tenths + bonus);
    }
    if tag.is_heading() {
        return if block.is_link() { -60 } else { 0 };
    }
    if block.is_link() {
        return -(40 + 10 * linked).min(200);
    }
    if block.numbers >= 3 && free < 20 && tag != Tag::Td && tag != Tag::Li {
        return -40;
    }
    match tag {
        Tag::Li | Tag::Td | Tag::Th | Tag::Dd | Tag::Dt => 0,
        Tag::P => -10,
        _ => -20 - 5 * free.min(10),
    }
}

impl Story {
    pub(super) fn find(page: Page<'_>, survey: &Survey, hints: &[Hints]) -> Option<Self> {
        let mut sums = vec![0_i64; page.len()];
        let weights: Vec<i64> =
            survey.blocks.iter().map(|block| weight(page, block, hints[block.element.index()])).collect();
        for (block, weight) in survey.blocks.iter().zip(&weights) {
            sums[block.element.index()] += weight;
        }
        for at in (1..page.len()).rev() {
            sums[page.parent(NodeId::at(at)).index()] += sums[at].max(-tune("LO", LEAVING_OUT));
        }
        // Of equals the innermost, which stands last.
        let best = (0..page.len()).max_by_key(|at| sums[*at])?;
        (sums[best] > 0).then(|| Self { element: NodeId::at(best), sums })
    }
}

/// What a block is within the story.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Not the article's.
    Foreign,
    Heading,
    Prose,
    /// A short paragraph, a line of a list or a table: kept between prose.
    Line,
}

/// The blocks that are the article's text.
pub(super) fn select(page: Page<'_>, survey: &Survey, kinds: &[Kind]) -> Vec<usize> {
    // The body starts and ends with prose.
    let is_prose = |kind: &Kind| *kind == Kind::Prose;
    let Some(first) = kinds.iter().position(is_prose) else { return Vec::new() };
    let end = next_article(page, survey, kinds, first);
    let kinds = kinds.get(..end).unwrap_or(kinds);
    let last = kinds.iter().rposition(is_prose).unwrap_or(first);
    let mut taken = Vec::new();
    let mut headings = Vec::new();
    // A heading right before the first paragraph belongs to it.
    let is_subheading = |place: &usize| kinds[*place] == Kind::Heading && page.tag(survey.blocks[*place].element) != Tag::H1;
    let start = (0..first).rev().take_while(is_subheading).last().unwrap_or(first);
    for (place, kind) in kinds.iter().enumerate().take(last + 1).skip(start) {
        match kind {
            Kind::Foreign => {}
            Kind::Heading => headings.push(place),
            Kind::Prose | Kind::Line => {
                taken.append(&mut headings);
                taken.push(place);
            }
        }
    }
    // Short lines behind the last paragraph, beside it.
    let parent = page.parent(survey.blocks[last].element);
    for place in last + 1..kinds.len() {
        let block = &survey.blocks[place];
        if !page.contains(parent, block.element) {
            break;
        }
        let is_last_line = matches!(page.tag(block.element), Tag::Li | Tag::Td | Tag::Th) || block.ends_sentence;
        if kinds[place] == Kind::Line && is_last_line {
            taken.push(place);
        }
    }
    taken
}

/// Words of prose behind which a headline may be another article's.
const ARTICLE_WORDS: u32 = 80;

/// Where another article starts on the same page: at a second headline that does not stand among the
/// paragraphs of this one.
fn next_article(page: Page<'_>, survey: &Survey, kinds: &[Kind], first: usize) -> usize {
    let is_headline = |block: &Block| page.tag(block.element) == Tag::H1;
    if !survey.blocks.iter().take(first).any(is_headline) {
        return kinds.len();
    }
    let start = survey.blocks[first].element;
    let mut words = 0;
    for (place, (block, kind)) in survey.blocks.iter().zip(kinds).enumerate().skip(first) {
        if *kind == Kind::Prose {
            words += block.free();
        }
        // An article of its own, and not a section: sections hold headlines, too.
        let is_in_article = || {
            let mut articles = page.ancestors(block.element).filter(|outer| page.tag(*outer) == Tag::Article);
            articles.any(|article| article > start && !page.contains(article, start))
        };
        if words >= ARTICLE_WORDS && is_headline(block) && is_in_article() {
            return place;
        }
    }
    kinds.len()
}

pub(super) fn kinds(page: Page<'_>, survey: &Survey, hints: &[Hints], sums: &[i64], element: NodeId) -> Vec<Kind> {
    let captions = captions(page, survey);
    let base = hints[element.index()];
    let mut list_is_links = vec![None; page.len()];
    let mut in_paragraphs = 0;
    let mut elsewhere = 0;
    for block in survey.blocks.iter().filter(|block| page.contains(element, block.element)) {
        if is_prose(page, block) && !hints[block.element.index()].without(base).has(Hints::FOREIGN) {
            if page.tag(block.element) == Tag::P { in_paragraphs += block.free() } else { elsewhere += block.free() }
        }
        // Lists and tables as wholes.
        for outer in page.ancestors(block.element).chain([block.element]).take(12) {
            if matches!(page.tag(outer), Tag::Ul | Tag::Ol | Tag::Dl | Tag::Table) {
                let (words, linked) = list_is_links[outer.index()].unwrap_or((0, 0));
                list_is_links[outer.index()] = Some((words + block.words, linked + block.linked));
            }
        }
    }
    let uses_paragraphs = in_paragraphs > 2 * elsewhere;
    let uses_only_paragraphs = in_paragraphs * 100 > (in_paragraphs + elsewhere) * (tune("UP", 80) as u32);
    survey
        .blocks
        .iter()
        .enumerate()
        .map(|(place, block)| {
            if !page.contains(element, block.element) || block.words == 0 || captions[place] {
                return Kind::Foreign;
            }
            if hints[block.element.index()].without(base).has(Hints::FOREIGN) {
                return Kind::Foreign;
            }
            let tag = page.tag(block.element);
            let outers = || {
                let inner = (block.element != element).then_some(block.element);
                inner.into_iter().chain(page.ancestors(block.element).take_while(|outer| *outer != element && block.element != element))
            };
            // A part that weighs against the article as a whole is none of it.
            // Lists and tables are judged by their links alone.
            let is_list = |outer: NodeId| matches!(page.tag(outer), Tag::Ul | Tag::Ol | Tag::Dl | Tag::Li | Tag::Table | Tag::Tbody | Tag::Tr | Tag::Td);
            if outers().any(|outer| sums[outer.index()] < -100 && !is_list(outer)) {
                return Kind::Foreign;
            }
            if tag.is_heading() {
                return if block.is_link() { Kind::Foreign } else { Kind::Heading };
            }
            let list = outers().find_map(|outer| list_is_links[outer.index()]);
            if let Some((words, linked)) = list {
                return if linked * 100 > words * 65 { Kind::Foreign } else if is_prose(page, block) { Kind::Prose } else { Kind::Line };
            }
            if is_prose(page, block) || tag == Tag::Pre {
                // Among paragraphs, a short text without a paragraph's tag is a caption or a notice.
                let is_odd = uses_only_paragraphs && tag == Tag::Div && block.free() < (tune("OD", 30) as u32);
                return if is_odd { Kind::Foreign } else { Kind::Prose };
            }
            if block.is_link() || block.numbers >= 3 || block.is_address {
                return Kind::Foreign;
            }
            match tag {
                Tag::P | Tag::Blockquote | Tag::Pre => Kind::Line,
                _ if !uses_paragraphs => Kind::Line,
                _ => Kind::Foreign,
            }
        })
        .collect()
}

/// For each block, whether it is a picture's caption: a short text that shares a box with a picture and with
/// nothing else.
fn captions(page: Page<'_>, survey: &Survey) -> Vec<bool> {
    let mut words = vec![0_u32; page.len()];
    let mut has_picture = vec![false; page.len()];
    for block in &survey.blocks {
        words[block.element.index()] += block.words;
    }
    for at in (1..page.len()).rev() {
        let parent = page.parent(NodeId::at(at)).index();
        words[parent] += words[at];
        has_picture[parent] |= has_picture[at] || matches!(page.tag(NodeId::at(at)), Tag::Img | Tag::Picture | Tag::Video | Tag::Iframe);
    }
    let is_caption = |block: &Block| {
        let tag = page.tag(block.element);
        let most = if tag == Tag::P { CAPTION_WORDS / 2 } else { CAPTION_WORDS };
        if block.words > most || tag.is_heading() || matches!(tag, Tag::Li | Tag::Td | Tag::Th) {
            return false;
        }
        let own = (tag == Tag::Div).then_some(block.element);
        own.into_iter()
            .chain(page.ancestors(block.element).take(3))
            .take_while(|outer| words[outer.index()] <= block.words + block.words / 2 + 8)
            .take_while(|outer| !matches!(page.tag(*outer), Tag::Td | Tag::Li | Tag::Body | Tag::Main | Tag::Article | Tag::Blockquote))
            .any(|outer| has_picture[outer.index()])
    };
    let captions: Vec<bool> = survey.blocks.iter().map(is_caption).collect();
    // Where most of the prose stands beside pictures, it is the article: a recipe's steps, a gallery.
    let (mut beside, mut all) = (0, 0);
    for (block, is_caption) in survey.blocks.iter().zip(&captions).filter(|(block, _)| is_prose(page, block)) {
        all += block.free();
        beside += if *is_caption { block.free() } else { 0 };
    }
    if beside * 100 > all * MOST_CAPTIONS { vec![false; captions.len()] } else { captions }
}

/// Captions have at most this share of a page's prose, in percent.
const MOST_CAPTIONS: u32 = 30;

/// The longest caption.
const CAPTION_WORDS: u32 = 70;

pub(super) fn tune(name: &str, default: i64) -> i64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}
