//! What a page proves of a text that has the form of a name: that it is a person's, or only words.
//!
//! `<a href="/team/ann-lee">`, `<img alt="Ann Lee">` → `Ann Lee` is one; `last` in a sentence of the page → `Last Modified` is none.

use std::cell::OnceCell;
use std::collections::HashSet;

use xxhash_rust::xxh3::{Xxh3DefaultBuilder as Hasher, xxh3_64};

use super::super::fold;
use super::super::survey::{Line, MAX_LINE_BYTES, Survey, Zone};
use crate::date::Label;
use crate::html::{Name, NodeId, Page, Tag};

/// What a page proves of names; looked for when the first is asked about.
pub(super) struct Proof<'a> {
    page: Page<'a>,
    survey: &'a Survey,
    people: OnceCell<HashSet<u64, Hasher>>,
    words: OnceCell<HashSet<u64, Hasher>>,
}

impl<'a> Proof<'a> {
    pub(super) fn new(page: Page<'a>, survey: &'a Survey) -> Self {
        Self { page, survey, people: OnceCell::new(), words: OnceCell::new() }
    }

    /// Whether an address ends in the name, or a picture shows who bears it.
    pub(super) fn is_person(&self, name: &str) -> bool {
        let people = self.people.get_or_init(|| {
            let named = |node: NodeId| match self.page.tag(node) {
                Tag::A => {
                    let path = self.page.raw_attribute(node, Name::Href)?.split(['?', '#']).next()?;
                    Some(fold(path.trim_end_matches('/').rsplit('/').next()?))
                }
                Tag::Img => self.page.raw_attribute(node, Name::Alt).map(fold),
                _ => None,
            };
            self.page.nodes().filter_map(named).map(|name| xxh3_64(name.as_bytes())).collect()
        });
        people.contains(&xxh3_64(fold(name).as_bytes()))
    }

    /// Whether the name's last word stands in the page's main part.
    pub(super) fn is_shown(&self, name: &str) -> bool {
        let Some(last) = name.split_whitespace().next_back() else { return false };
        let main = || self.survey.lines.iter().filter(|line| line.zone == Zone::Main);
        let texts = |line: &Line| (line.first.index()..line.end).map(|at| self.page.text(NodeId::at(at)));
        // Nearly always as it is written; in capitals, it stands in a byline.
        main().flat_map(texts).any(|text| text.contains(last)) || {
            let folded = last.to_lowercase();
            let short = main().filter(|line| line.bytes <= MAX_LINE_BYTES);
            short.flat_map(texts).any(|text| text.to_lowercase().contains(&folded))
        }
    }

    /// Whether half of a name's words stand on the page as common words, or one says what a date is.
    pub(super) fn is_words(&self, name: &str) -> bool {
        let (common, all) = self.common_words(name);
        common * 2 >= all.max(1)
    }

    /// Whether any of a name's words does.
    pub(super) fn has_word(&self, name: &str) -> bool {
        self.common_words(name).0 > 0
    }

    /// How many of a name's words are common ones, and how many it has; all where one says what a date is.
    fn common_words(&self, name: &str) -> (usize, usize) {
        let words = self.words.get_or_init(|| {
            let mut words = HashSet::default();
            for line in &self.survey.lines {
                for at in line.first.index()..line.end {
                    let text = self.page.raw_text(NodeId::at(at));
                    let lower = text
                        .split(|gap: char| !gap.is_alphanumeric())
                        .filter(|word| word.len() >= SHORTEST && word.starts_with(char::is_lowercase));
                    words.extend(lower.map(|word| xxh3_64(word.as_bytes())));
                }
            }
            words
        });
        let long = || name.split_whitespace().map(str::to_lowercase).filter(|word| word.len() >= SHORTEST);
        let all = long().count();
        let common = long().filter(|word| words.contains(&xxh3_64(word.as_bytes()))).count();
        let labels = |word: String| {
            matches!(Label::of(&word), Some(Label::Published | Label::Changed | Label::Date | Label::Counted))
        };
        (if long().any(labels) { all } else { common }, all)
    }
}

/// Shorter words, in bytes, are particles.
const SHORTEST: usize = 3;
