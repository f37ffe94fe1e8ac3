//! A record's page, parsed once for all stages that look at it, and what it looks like to a reader.

mod blocks;
mod counts;
mod hints;
mod lines;
mod remembered;
mod render;
mod signs;
mod survey;

use std::cell::{Cell, OnceCell};

use serde_json::Value;

use crate::html::{Bounds, Page, Tree, as_text};

pub(super) use blocks::Block;
pub(super) use hints::ClassHints;
pub(super) use lines::{Line, MAX_LINE_BYTES, Zone};
pub(super) use render::{push_text, text, text_of};
pub(super) use signs::{AuthorsSign, Noticed, PublishedSign, Sign, Signs, TextSign, TitleSign, signs};
pub(super) use survey::{PageSurvey, sum_up};

/// A page and what was worked out about it.
#[derive(Debug)]
pub(in crate::stage) struct ParsedPage {
    source: String,
    /// The page as it was stored, where that had to be decoded.
    stored: Option<String>,
    tree: Tree,
    json_ld: OnceCell<Vec<Value>>,
    survey: OnceCell<PageSurvey>,
    noticed: Cell<Noticed>,
}

impl ParsedPage {
    /// Parses a page; one that is stored as bytes is decoded first.
    pub(super) fn new(source: String, bounds: &Bounds) -> Self {
        let (source, stored) = match as_text(&source) {
            Some(text) => (text, Some(source)),
            None => (source, None),
        };
        let tree = Tree::parse(&source, bounds);
        Self {
            source,
            stored,
            tree,
            json_ld: OnceCell::new(),
            survey: OnceCell::new(),
            noticed: Cell::default(),
        }
    }

    /// The tree.
    pub(in crate::stage) fn page(&self) -> Page<'_> {
        Page::new(&self.source, &self.tree)
    }

    /// The objects of the page's JSON-LD, outermost ones and those of `@graph` side by side, in order.
    pub(in crate::stage) fn json_ld(&self) -> &[Value] {
        self.json_ld.get_or_init(|| crate::html::json_ld(self.page()))
    }

    /// The page's blocks of text, and what each element says about itself.
    pub(in crate::stage) fn survey(&self) -> &PageSurvey {
        self.survey.get_or_init(|| PageSurvey::of(self.page()))
    }

    /// What extractors noticed of the fields.
    pub(in crate::stage) fn noticed(&self) -> Noticed {
        self.noticed.get()
    }

    /// An extractor has noticed something.
    pub(in crate::stage) fn notice(&self, change: impl FnOnce(&mut Noticed)) {
        let mut noticed = self.noticed.get();
        change(&mut noticed);
        self.noticed.set(noticed);
    }

    /// The page as it came.
    pub(super) fn into_source(self) -> String {
        self.stored.unwrap_or(self.source)
    }
}
