//! What stands after an article and reads like it: a plea to subscribe or give, a line about the author or the newsletter, a
//! notice about comments or rights.
//!
//! Such paragraphs stand in the article's own element, in an article's own tags, in any language. Each of the last ones is judged by
//! what is around it and in it, by weights that `tests/bench/html/ends.py` fits.

use super::kinds::BlockKind;
use crate::article::Article;
use crate::html::{Name, NodeId, Page, Tag};
use crate::stage::StageContext;
use crate::stage::page::{Block, PageSurvey, Sign, Signs, signs, text_of};

/// How many of the last blocks are judged.
const JUDGED: usize = 6;
/// What is removed weighs more: of such blocks, three in four were none of the article's on sites that nothing was fitted to.
const SURE: i32 = 30;
/// A name opens a block within so many characters.
const OPENING: usize = 60;
/// Of an article's words, as many may go, in percent.
const MOST_PERCENT: u32 = 25;

signs! {
    /// Signs of a block that is no part of the article, at its end.
    EndSign from -348 {
        Divided "after_something_else" 79,
        Ruled "after_a_rule" 68,
        Elsewhere "in_another_element" 153,
        Styled "of_another_class" 151,
        LinkLast "ends_in_a_link" -86,
        Site "names_the_site" 156,
        Author "opens_with_an_author" 111,
        Exclaims "exclaims" 43,
        Headed "under_a_heading" 46,
        Last "last" 68,
        Short "short" 102,
        Long "long" -37,
        Open "ends_no_sentence" 126,
        Item "item" -57,
    }
}

/// The blocks that were taken, and what is around them.
pub(super) struct Taken<'a> {
    pub page: Page<'a>,
    pub survey: &'a PageSurvey,
    pub kinds: &'a [BlockKind],
    pub article: &'a Article,
}

/// What was found of one of the last blocks, for those who ask.
pub(super) struct JudgedEnd {
    pub is_left_out: bool,
    /// It is more likely than not none of the article's.
    pub is_likely: bool,
    /// Its weight, its signs and its text, which is cut where it is shown.
    pub told: String,
}

impl JudgedEnd {
    pub(super) fn tell(&self, cx: &mut StageContext) {
        match (self.is_left_out, self.is_likely) {
            (true, _) => cx.tell("end, left out", self.told.as_str()),
            (false, true) => cx.tell("end, kept", self.told.as_str()),
            (false, false) => cx.tell_detail("end, kept", self.told.as_str()),
        }
    }
}

impl Taken<'_> {
    /// How many of them there are without what stands after the article. `judged` takes each block that was judged.
    pub(super) fn end(&self, taken: &[usize], mut judged: Option<&mut Vec<JudgedEnd>>) -> usize {
        let block_at = |at: usize| &self.survey.blocks[taken[at]];
        let is_heading = |at: usize| self.kinds[taken[at]] == BlockKind::Heading;
        let words = |places: std::ops::Range<usize>| places.map(|at| block_at(at).words).sum::<u32>();
        let most = words(0..taken.len()) * MOST_PERCENT / 100;
        let Some((parent, _)) = usual_parent(self.page, self.survey, taken) else { return taken.len() };
        let (mut end, mut is_open) = (taken.len(), true);
        for at in (1..taken.len()).rev().take(JUDGED).filter(|at| !is_heading(*at)) {
            let text = text_of(self.page, block_at(at), &self.survey.own);
            let signs = self.signs(taken, at, parent, &text);
            let weight = EndSign::weight_of(signs);
            is_open &=
                weight > SURE && !is_in_plain_list(self.page, block_at(at)) && words(at..taken.len()) <= most;
            if let Some(judged) = &mut judged {
                let names = EndSign::names_of(signs).join(", ");
                let names = if names.is_empty() { "no sign" } else { &names };
                let told = format!("weight {weight}, removed above {SURE} ({names}): {text}");
                judged.push(JudgedEnd { is_left_out: is_open, is_likely: weight > 0, told });
            }
            if is_open {
                end = at;
            } else if judged.is_none() {
                break;
            }
        }
        // A heading of nothing is removed with it.
        while end < taken.len() && end > 1 && is_heading(end - 1) {
            end -= 1;
        }
        end
    }

    fn signs(&self, taken: &[usize], at: usize, parent: NodeId, text: &str) -> Signs<EndSign> {
        let Self { page, survey, kinds, article } = *self;
        let block = &survey.blocks[taken[at]];
        let before = taken[at - 1];
        let between = survey.blocks.get(before + 1..taken[at]).unwrap_or_default();
        let is_ruled = (survey.blocks[before].end..block.first.index())
            .any(|node| page.tag(NodeId::at(node)) == Tag::Hr);
        let class = |block: &Block| page.raw_attribute(block.element, Name::Class);
        let alike = taken.iter().map(|place| &survey.blocks[*place]).filter(|other| other.tag == block.tag);
        let is_same = alike.map(|other| class(other) == class(block));
        let (same, others): (Vec<bool>, Vec<bool>) = is_same.partition(|is_same| *is_same);
        let in_link = |node: NodeId| {
            let mut around = page.ancestors(node).take_while(|outer| *outer > block.element);
            around.any(|outer| page.tag(outer) == Tag::A)
        };
        let has_text =
            |node: &NodeId| page.tag(*node) == Tag::Text && !page.raw_text(*node).trim_ascii().is_empty();
        let last = (block.first.index()..block.end).rev().map(NodeId::at).find(has_text);
        let opening: String = text.chars().take(OPENING).collect();
        let opens = |name: &String| name.contains(' ') && opening.contains(name.as_str());
        let site = article.site_name.trim().to_lowercase();
        Signs::of(&[
            (EndSign::Divided, between.iter().any(|block| block.words >= 3)),
            (EndSign::Ruled, is_ruled),
            (EndSign::Elsewhere, page.parent(block.element) != parent),
            (EndSign::Styled, others.len() > same.len()),
            (EndSign::LinkLast, last.is_some_and(in_link)),
            (EndSign::Site, site.chars().count() >= 3 && text.to_lowercase().contains(&site)),
            (EndSign::Author, article.authors.iter().any(opens)),
            (EndSign::Exclaims, text.trim_end().ends_with('!')),
            (EndSign::Headed, kinds[before] == BlockKind::Heading),
            (EndSign::Last, at + 1 == taken.len()),
            (EndSign::Short, block.words < 15),
            (EndSign::Long, block.words > 60),
            (EndSign::Open, !block.ends_sentence),
            (EndSign::Item, block.is_item()),
        ])
    }
}

/// Whether a block is an item of a list or a table that leads nowhere: its items stay together.
fn is_in_plain_list(page: Page<'_>, block: &Block) -> bool {
    let is_list = |node: &NodeId| matches!(page.tag(*node), Tag::Ul | Tag::Ol | Tag::Dl | Tag::Table);
    let mut lists = page.ancestors(block.element).take_while(|_| block.is_item()).filter(is_list);
    lists.next().is_some_and(|list| !page.descendants(list).any(|inner| page.tag(inner) == Tag::A))
}

/// The element that most of the prose is directly in, and how many words that is.
pub(super) fn usual_parent(page: Page<'_>, survey: &PageSurvey, taken: &[usize]) -> Option<(NodeId, u32)> {
    let mut words = vec![0; page.len()];
    let prose = || taken.iter().map(|place| &survey.blocks[*place]).filter(|block| block.is_prose());
    for block in prose() {
        words[page.parent(block.element).index()] += block.free();
    }
    let parents = prose().map(|block| page.parent(block.element));
    parents.map(|parent| (parent, words[parent.index()])).max_by_key(|(_, words)| *words)
}
