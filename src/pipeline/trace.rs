//! What happened to one article in each stage.
//!
//! [`Pipeline::apply`](super::Pipeline::apply) and [`Pipeline::apply_watched`](super::Pipeline::apply_watched) are one and
//! the same function; in a run there is no trace, and what stands here is not called.

use crate::article::{Article, Outcome};
use crate::stage::{Measurement, StageContext};

/// An article on its way through the stages.
#[derive(Debug, Default)]
pub struct Trace {
    /// The article before the first stage.
    pub start: Option<Stand>,
    /// The length of its page.
    pub page_bytes: usize,
    /// The stages it reached, in order.
    pub stages: Vec<Traced>,
}

/// An article at one place of its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Stand {
    /// The article. Its page is left out: pages are large, and no stage edits them.
    pub article: Article,
    /// Whether it has a page.
    pub has_page: bool,
}

/// What a stage did.
#[derive(Debug)]
pub struct Traced {
    /// The stage's place.
    pub step: usize,
    /// The article as the stage left it.
    pub after: Stand,
    /// What it measured.
    pub measured: Vec<Measurement>,
    /// What it decided; `None` where it panicked.
    pub outcome: Option<Outcome>,
}

impl Trace {
    pub(super) fn start(&mut self, article: &mut Article, cx: &StageContext) {
        self.stages.clear();
        self.page_bytes = article.html.len();
        self.start = Some(Stand::of(article, cx));
    }

    pub(super) fn enter(
        &mut self,
        step: usize,
        article: &mut Article,
        cx: &mut StageContext,
        outcome: Option<Outcome>,
    ) {
        let after = Stand::of(article, cx);
        self.stages.push(Traced { step, after, measured: cx.take_measured(), outcome });
    }
}

impl Stand {
    fn of(article: &mut Article, cx: &StageContext) -> Self {
        let has_page = cx.has_page(article);
        let html = std::mem::take(&mut article.html);
        let copy = article.clone();
        article.html = html;
        Self { article: copy, has_page }
    }
}
