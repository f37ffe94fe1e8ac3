//! What is tried where next to nothing was found: an empty text is the last resort.
//!
//! In this order: without what class names say, because one of them may be the article's; with what `<noscript>`,
//! `<template>` and scripts of a template's type hold; with all blocks of the page's main container.

use super::kinds::BlockKind;
use super::{FEWEST_WORDS, NEXT_TO_NOTHING, choose, meaning};
use crate::article::Article;
use crate::html::{Bounds, Name, NodeId, Page, Tag, Tree};
use crate::stage::page::{ClassHints, PageSurvey, text};

/// Names that are hardly ever given to an article.
pub(super) const BELIEVED: ClassHints = ClassHints::NAVIGATION
    .with(ClassHints::FOOTER)
    .with(ClassHints::CONSENT)
    .with(ClassHints::OVERLAY)
    .with(ClassHints::SHARE)
    .with(ClassHints::LINKS)
    .with(ClassHints::HIDDEN);

/// Those that are believed where nothing else is left.
pub(super) const BELIEVED_LAST: ClassHints =
    BELIEVED.without(ClassHints::OVERLAY).without(ClassHints::HIDDEN);

/// Of pages with more hidden sources than this, the others are not opened.
const MAX_SOURCES: usize = 64;

/// For each node, what it and those around it say, overruled by nothing.
pub(super) fn passed_on(page: Page<'_>, survey: &PageSurvey) -> Vec<ClassHints> {
    let mut hints = survey.own.clone();
    for node in page.nodes().skip(1) {
        hints[node.index()] = hints[node.index()].with(hints[page.parent(node).index()]);
    }
    hints
}

/// What comes out where only some hints are believed.
pub(super) fn believing(
    page: Page<'_>,
    survey: &PageSurvey,
    hints: &[ClassHints],
    believed: ClassHints,
) -> (Vec<ClassHints>, Vec<BlockKind>, Vec<usize>) {
    let bare: Vec<ClassHints> = hints.iter().map(|hints| hints.only(believed)).collect();
    let (kinds, taken) = choose(page, survey, &bare);
    (bare, kinds, taken)
}

/// Whether another result takes a short one's place.
pub(super) fn is_better(other: u32, words: u32) -> bool {
    if words < NEXT_TO_NOTHING { other > words } else { other > 4 * words }
}

/// The longest article in the parts of the page that browsers show only without scripts, or through one.
pub(super) fn opened(page: Page<'_>, article: &Article) -> Option<String> {
    let holds_page = |node: &NodeId| match page.tag(*node) {
        Tag::Noscript | Tag::Template => true,
        Tag::Script => page
            .raw_attribute(*node, Name::Type)
            .is_some_and(|kind| kind.contains("template") || kind.contains("html")),
        _ => false,
    };
    let sources = page.nodes().filter(holds_page).take(MAX_SOURCES).map(|node| page.inner_source(node));
    let texts = sources.filter_map(|source| {
        let tree = Tree::parse(source, &Bounds::default());
        let inner = Page::new(source, &tree);
        let survey = PageSurvey::of(inner);
        let mut hints = meaning(inner, &survey);
        super::teasers::mark(inner, &survey, &article.url, &mut hints);
        let (_, taken) = choose(inner, &survey, &hints);
        let words: u32 = taken.iter().map(|place| survey.blocks[*place].words).sum();
        (words >= FEWEST_WORDS).then(|| (words, text(inner, &survey, &taken)))
    });
    texts.max_by_key(|(words, _)| *words).map(|(_, text)| text)
}

/// All blocks of the page's only main container that are not called something else and lead nowhere.
pub(super) fn container(page: Page<'_>, survey: &PageSurvey, hints: &[ClassHints]) -> Vec<usize> {
    let only = |is: &dyn Fn(NodeId) -> bool| {
        let mut found = page.nodes().filter(|node| is(*node));
        found.next().filter(|_| found.next().is_none())
    };
    let Some(container) = only(&|node| survey.own[node.index()].has(ClassHints::BODY))
        .or_else(|| only(&|node| page.tag(node) == Tag::Article))
        .or_else(|| only(&|node| page.tag(node) == Tag::Main))
    else {
        return Vec::new();
    };
    let is_text = |place: &usize| {
        let block = &survey.blocks[*place];
        page.contains(container, block.element)
            && block.words > 0
            && block.tag != Tag::H1
            && !block.is_link()
            && !hints[block.element.index()].has(ClassHints::FOREIGN)
    };
    (0..survey.blocks.len()).filter(is_text).collect()
}
