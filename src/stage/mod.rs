//! Stages: what is done to an article, one kind a file.
//!
//! A stage belongs to one of four families. An **extractor** fills fields; a **cleaner** edits text; a
//! **labeller** writes under `labels` and changes nothing else but the language; a **gate** keeps or drops and never edits,
//! and only a gate drops. The same record and the same settings always give the same answer: a stage has
//! no state, no clock and no randomness.
//!
//! To add one, write a file in the family's folder, add a line to [`catalogue`], and put cases into
//! `tests/cases/`. A gate also implements [`Rejudge`], so that `copydesk what-if` can try other limits on finished runs.

pub mod catalogue;
mod clean;
mod extract;
mod gate;
mod label;
mod page;
mod rejudge;

use crate::article::{Article, Outcome, Reason};
use crate::html::Bounds;
use crate::settings::{OptionDoc, Problem, SettingsTable, option_docs};

use page::ParsedPage;
pub use rejudge::{NumberLimit, Part, Rejudge, Side};

/// A stage as a pipeline has set it up.
pub trait Stage: Send + Sync {
    /// Works on one article.
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome;

    /// For a gate: itself, where it can judge a finished record again.
    fn rejudge(&self) -> Option<&dyn Rejudge> {
        None
    }
}

/// What a stage can tell about its work besides the outcome, and what stages of one record share.
#[derive(Debug, Default)]
pub struct StageContext {
    changed: bool,
    page: Option<ParsedPage>,
    is_page_used_up: bool,
}

impl StageContext {
    /// The stage has changed the article; the ledger counts it.
    pub fn note_change(&mut self) {
        self.changed = true;
    }

    /// Whether the stage has changed the article; asking makes the context ready for the next stage.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Takes the article's page and parses it, unless an earlier stage has; `None` where there is no page.
    fn open_page(&mut self, article: &mut Article) -> Option<&ParsedPage> {
        if self.page.is_none() && !article.html.is_empty() {
            let source = std::mem::take(&mut article.html);
            self.page = Some(ParsedPage::new(source, &Bounds::default()));
        }
        self.page.as_ref()
    }

    /// The page has become text: it is not passed on, but later stages may still look at it.
    fn use_up_page(&mut self) {
        self.is_page_used_up = true;
    }

    /// Gives the page back to the article, unless it was used up. Runs once, after the last stage that ran.
    pub fn return_page(&mut self, article: &mut Article) {
        if let Some(page) = self.page.take()
            && !self.is_page_used_up
        {
            article.html = page.into_source();
        }
    }
}

/// What a stage may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Fills fields.
    Extractor,
    /// Edits text.
    Cleaner,
    /// Writes labels.
    Labeller,
    /// Keeps or drops.
    Gate,
}

impl Family {
    /// Every family, in the order of a typical pipeline.
    pub const ALL: [Self; 4] = [Self::Extractor, Self::Cleaner, Self::Labeller, Self::Gate];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Extractor => "extractor",
            Self::Cleaner => "cleaner",
            Self::Labeller => "labeller",
            Self::Gate => "gate",
        }
    }

    /// What its stages do.
    pub fn about(self) -> &'static str {
        match self {
            Self::Extractor => "fills fields",
            Self::Cleaner => "edits text",
            Self::Labeller => "writes under `labels` and changes nothing else but the language",
            Self::Gate => "keeps or drops, and never edits",
        }
    }
}

/// A kind of stage: everything that is known of it but its settings.
pub struct StageKind {
    /// Its name in pipelines: a verb and what it works on.
    pub name: &'static str,
    /// Its family.
    pub family: Family,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// More, in paragraphs.
    pub about: &'static str,
    /// Why it may drop.
    pub reasons: &'static [Reason],
    /// A `[[stage]]` table with every option.
    pub example: &'static str,
    /// The JSON Schema of its settings struct.
    pub schema: fn() -> serde_json::Value,
    /// Sets a stage up, or says everything that is wrong with its settings.
    pub build: fn(&SettingsTable<'_>) -> Built,
}

impl StageKind {
    /// Its options, from the settings struct.
    pub fn options(&self) -> Vec<OptionDoc> {
        option_docs(&(self.schema)())
    }
}

/// A stage, or everything that is wrong with its settings.
pub type Built = Result<Box<dyn Stage>, Vec<Problem>>;
