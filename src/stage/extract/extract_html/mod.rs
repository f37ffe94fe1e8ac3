//! `extract-html`: from a page to the article's text.
//!
//! ```text
//! page → blocks: runs of text, counted          (stage::page, shared with other stages)
//!      → meaning: what class names come to      "sidebar" around everything is none
//!      → story: the element that weighs most    prose for, links and furniture against
//!      → kinds: prose, lines, headings, foreign captions, lists of links and boxes are foreign
//!      → select: from the first prose to the last
//!      → fallback: where that is next to nothing
//!      → stated: held against `articleBody`     a witness, not an authority
//!      → copies: what comes a second time
//!      → end: what follows an article and reads like it
//!      → lead, headline: the standfirst in, the headline's repetition out
//!      → render: text
//! ```
//!
//! What the text is: paragraphs, subheadings, lists (an item a line, after `- `), quotations, quoted posts, tables (a
//! row a line) and code, in reading order, with the standfirst that stands between headline and body. What it is
//! not: navigation, sharing bars, links to other articles, newsletter boxes, comments, notices, captions, bylines,
//! dates, boxes beside the text.
//!
//! Constants were set on the open parts of five public benchmarks, and are those beside which small changes make
//! no difference. No site is known by name.

mod captions;
mod copies;
mod embedded;
mod end;
mod entries;
mod fallback;
mod headline;
mod kinds;
mod lead;
mod meaning;
mod select;
mod stated;
mod story;
mod teasers;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::html::markdown::is_markdown;
use crate::html::{Page, Tag};
use crate::settings::settings_schema;
use crate::stage::page::{Block, ClassHints, PageSurvey, Signs, TextSign, text};
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::count_words;

use end::JudgedEnd;
use entries::Entries;
use headline::Headline;
use kinds::{BlockKind, kinds};
use meaning::meaning;
use select::select;
use stated::{Advice, Stated};
use story::Story;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "extract-html",
    family: Family::Extractor,
    summary: "the article's text from a page",
    about: "Works on `html`, after `extract-metadata`, and replaces `text`, unless that is longer and the page shows hardly any; the page itself is passed on \
            only where it did not become text. Pages that \
            were stored as base64 or as bytes taken for Latin-1 are decoded first. Of a page, 16 MiB, 300,000 nodes, 200 \
            levels and 256 attributes an element are read; deeper elements are laid beside each other, the rest is left \
            out, and `label-page` says so.",
    rules: &[],
    example: "[[stage]]\nkind = \"extract-html\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let mut judged = cx.is_traced().then(Vec::new);
        let Some(parsed) = cx.open_page(article) else { return Outcome::Keep };
        let stated = Stated::find(parsed.json_ld(), &article.url, &article.title);
        let (text, found, signs) =
            body(parsed.page(), parsed.survey(), article, stated.as_ref(), judged.as_mut());
        // A page without text is left as it is, and so is the text that the record may have come with. Nor does a notice take
        // the place of an article that the scraper had found.
        let is_notice = || count_words(&text, FEWEST_WORDS as usize) < FEWEST_WORDS as usize;
        let is_longer = || article.text.len() > 2 * text.len() && !is_markdown(&article.text);
        let is_left = text.is_empty() || (is_notice() && is_longer());
        if !is_left {
            parsed.notice(|noticed| noticed.text = Some(signs));
        }
        judged.iter().flatten().for_each(|judged| judged.tell(cx));
        if is_left {
            return Outcome::Keep;
        }
        article.text = text;
        article.found.set(Field::Text, found);
        cx.use_up_page();
        cx.note_change();
        Outcome::Keep
    }
}

/// A page that shows fewer words may keep its body in a script.
const FEWEST_WORDS: u32 = 60;

/// A result of fewer words is none.
const NEXT_TO_NOTHING: u32 = 20;

/// The article's text, where it was found, and how sure it is.
fn body(
    page: Page<'_>,
    survey: &PageSurvey,
    article: &Article,
    stated: Option<&Stated>,
    judged: Option<&mut Vec<JudgedEnd>>,
) -> (String, Found, Signs<TextSign>) {
    let mut is_last_resort = false;
    let mut hints = meaning(page, survey);
    teasers::mark(page, survey, &article.url, &mut hints);
    let (mut kinds, mut taken) = choose(page, survey, &hints);
    let words = |taken: &[usize]| -> u32 { taken.iter().map(|place| survey.blocks[*place].words).sum() };
    let mut shown = words(&taken);
    let embedded = (stated.is_none() && shown < FEWEST_WORDS).then(|| embedded::find(page)).flatten();
    if stated.is_none() && embedded.is_none() && shown < FEWEST_WORDS {
        is_last_resort = true;
        // A class may have called the article something else.
        let bare = fallback::believing(page, survey, &hints, fallback::BELIEVED);
        if fallback::is_better(words(&bare.2), shown) {
            (hints, kinds, taken) = bare;
            shown = words(&taken);
        }
        if shown < NEXT_TO_NOTHING {
            if let Some(text) = fallback::opened(page, article) {
                return (text, Found::Dom, Signs::of(&[(TextSign::LastResort, true)]));
            }
            let all = fallback::container(page, survey, &hints);
            if fallback::is_better(words(&all), shown) {
                taken = all;
                shown = words(&taken);
            }
        }
        if shown < NEXT_TO_NOTHING {
            let bare = fallback::believing(
                page,
                survey,
                &fallback::passed_on(page, survey),
                fallback::BELIEVED_LAST,
            );
            if fallback::is_better(words(&bare.2), shown) {
                (hints, kinds, taken) = bare;
            }
        }
    }
    let mut is_stated = false;
    if let Some(stated) = stated.or(embedded.as_ref()) {
        match stated::advise(page, survey, &hints, &kinds, &taken, stated) {
            Some(Advice::Blocks(blocks)) => {
                is_stated = true;
                taken = blocks;
            }
            Some(Advice::Text) => {
                let found = if embedded.is_some() { Found::Dom } else { Found::JsonLd };
                return (stated.text.clone(), found, Signs::of(&[(TextSign::Linked, true)]));
            }
            None => {}
        }
    }
    copies::drop_copies(page, survey, &mut taken);
    let all = taken.len();
    if !is_stated {
        let judge = end::Taken { page, survey, kinds: &kinds, article };
        taken.truncate(judge.end(&taken, judged));
    }
    let is_cut = taken.len() < all;
    if let Some(lead) = taken.first().and_then(|first| lead::find(page, survey, &hints, &kinds, *first)) {
        taken.insert(0, lead);
    }
    copies::drop_twins(page, survey, &mut taken);
    // The headline is a field of its own; where it stands a second time, with a kicker before it, it is removed as well.
    let headline = Headline::of(&article.title);
    taken.retain(|place| !headline.is_repeated_by(page, survey, &survey.blocks[*place]));
    let text = text(page, survey, &taken);
    let mut signs = signs(page, survey, &hints, &taken);
    signs.extend([
        (TextSign::Cut, is_cut),
        (TextSign::Stated, is_stated),
        (TextSign::LastResort, is_last_resort),
    ]);
    (text, Found::Dom, Signs::of(&signs))
}

/// What of the blocks that were taken tells how sure they are.
fn signs(
    page: Page<'_>,
    survey: &PageSurvey,
    hints: &[ClassHints],
    taken: &[usize],
) -> Vec<(TextSign, bool)> {
    let blocks = || taken.iter().map(|place| &survey.blocks[*place]);
    let words: u32 = blocks().map(|block| block.words).sum();
    let prose = |blocks: &mut dyn Iterator<Item = &Block>| -> u32 {
        blocks.filter(|block| block.is_prose()).map(Block::free).sum()
    };
    let own = prose(&mut blocks());
    let all = prose(&mut survey.blocks.iter());
    let range = taken.first().zip(taken.last()).map_or(0..0, |(first, last)| *first..last + 1);
    let within = prose(&mut survey.blocks.get(range).unwrap_or_default().iter());
    let together = end::usual_parent(page, survey, taken).map_or(0, |(_, words)| words);
    let items: u32 = blocks().filter(|block| block.is_item()).map(|block| block.words).sum();
    let paragraphs: u32 = blocks().filter(|block| block.tag == Tag::P).map(|block| block.words).sum();
    let in_article = |block: &Block| {
        hints[block.element.index()].has(ClassHints::BODY) || page.is_in(block.element, Tag::Article)
    };
    vec![
        (TextSign::Notice, words < FEWEST_WORDS),
        (TextSign::Short, words < 200),
        (TextSign::Long, words > 1500),
        (TextSign::MostProse, own * 10 >= all * 8),
        (TextSign::LittleProse, own * 10 < all * 4),
        (TextSign::Gaps, within.saturating_sub(own) * 10 > own * 2),
        (TextSign::OneElement, together * 10 >= own * 8),
        (TextSign::Scattered, together * 10 < own * 4),
        (TextSign::Lists, items * 10 > words * 3),
        (TextSign::Article, blocks().next().is_some_and(in_article)),
        (TextSign::NoParagraphs, paragraphs * 2 < words),
    ]
}

/// What each block is, and those that are the article's text.
fn choose(page: Page<'_>, survey: &PageSurvey, hints: &[ClassHints]) -> (Vec<BlockKind>, Vec<usize>) {
    let entries = Entries::of(page, survey, |block| hints[block.element.index()].has(ClassHints::FOREIGN));
    let kinds = match Story::find(page, survey, hints) {
        Some(story) => kinds(page, survey, hints, &story, &entries),
        None => vec![BlockKind::Foreign; survey.blocks.len()],
    };
    let taken = select(page, survey, hints, &kinds, &entries);
    (kinds, taken)
}
