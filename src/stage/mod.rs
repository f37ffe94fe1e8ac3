//! Stages: what is done to an article, one kind a file.
//!
//! A stage belongs to one of four families. An **extractor** fills fields; a **cleaner** edits text; a
//! **labeller** writes under `labels` and changes nothing else but the language; a **gate** keeps or drops and never edits,
//! and only a gate drops. The same record and the same settings always give the same answer: a stage has
//! no state, no clock and no randomness.
//!
//! A stage reports what it measured: `cx.tell("letters", letters)`, or `cx.measure("words", words, at_least(200_usize))`
//! where there is a limit. That is for `copydesk explain`, and costs a run nothing.
//!
//! To add one, write a file in the family's folder, add a line to [`catalogue`], and put cases into
//! `tests/cases/`. A gate lists its [`Rule`]s and measures an article ([`Gate`]); the verdict, what `explain` shows and the
//! limits that `what-if` tries on finished runs follow from that.

pub mod catalogue;
mod clean;
mod extract;
mod gate;
mod label;
mod measure;
mod page;
mod quality;
mod rules;

use crate::article::{Article, Measured, Outcome, Reason};
use crate::date::DayOrder;
use crate::html::Bounds;
use crate::settings::{OptionDoc, Problem, SettingsTable, option_docs};
use crate::text::tokens::{Tokens, tokenise};

pub use measure::{Limit, Measurement, Value, at_least};
use page::ParsedPage;
use rules::gate as ruled;
pub use rules::{Direction, Extent, Gate, NumberLimit, Part, Rule, RuledGate};

/// A stage as a pipeline has set it up.
pub trait Stage: Send + Sync {
    /// Works on one article.
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome;

    /// The gate, for a stage that is one.
    fn as_gate(&self) -> Option<&RuledGate> {
        None
    }
}

/// What a stage can tell about its work besides the outcome, and what stages of one record share.
#[derive(Debug, Default)]
pub struct StageContext {
    /// How the pipeline says that `03/04/2021` is read.
    pub day_order: DayOrder,
    changed: bool,
    page: Option<ParsedPage>,
    is_page_used_up: bool,
    /// What the stage has measured; `None` where nobody listens.
    measured: Option<Vec<Measurement>>,
    /// A line such as `3 hours ago` that `strip-boilerplate` took from the head of the text, for `read-date`: the one is done
    /// with it before the other can tell what it dates.
    age: Option<String>,
    tokens: Option<Tokens>,
}

impl StageContext {
    /// A context that keeps what stages measure.
    pub fn traced() -> Self {
        Self { measured: Some(Vec::new()), ..Self::default() }
    }

    /// Whether somebody wants to know what is measured: then a count continues beyond its limit.
    pub fn is_traced(&self) -> bool {
        self.measured.is_some()
    }

    /// The stage has measured a value, and holds it against a limit, whatever comes of it.
    pub fn measure<'a, 'b>(
        &mut self,
        name: &'static str,
        value: impl Into<Value<'a>>,
        limit: Limit<Value<'b>>,
    ) {
        if let Some(measured) = &mut self.measured {
            measured.push(Measurement {
                name,
                value: value.into().into(),
                limit: Some(limit.into()),
                detail: false,
            });
        }
    }

    /// A gate has measured a value, and holds it against the limit of a rule.
    fn hold(&mut self, name: &'static str, value: &Measured, limit: &Limit<Measured>) {
        if let Some(measured) = &mut self.measured {
            measured.push(Measurement {
                name,
                value: value.clone(),
                limit: Some(limit.clone()),
                detail: false,
            });
        }
    }

    /// The stage has measured a value that has no limit.
    pub fn tell<'a>(&mut self, name: &'static str, value: impl Into<Value<'a>>) {
        if let Some(measured) = &mut self.measured {
            measured.push(Measurement { name, value: value.into().into(), limit: None, detail: false });
        }
    }

    /// The same, where only those want to know who look closely.
    pub fn tell_detail<'a>(&mut self, name: &'static str, value: impl Into<Value<'a>>) {
        if let Some(measured) = &mut self.measured {
            measured.push(Measurement { name, value: value.into().into(), limit: None, detail: true });
        }
    }

    /// What the stage has measured; asking makes the context ready for the next stage.
    pub fn take_measured(&mut self) -> Vec<Measurement> {
        self.measured.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Whether the article has a page that later stages and outputs will see.
    pub fn has_page(&self, article: &Article) -> bool {
        !self.is_page_used_up && (self.page.is_some() || !article.html.is_empty())
    }

    /// The stage has changed the article; the ledger counts it.
    pub fn note_change(&mut self) {
        self.changed = true;
    }

    /// Whether the stage has changed the article; asking makes the context ready for the next stage.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// A stage is done: whether it has changed the article. Makes the context ready for the next stage.
    ///
    /// Extractors and cleaners may have touched the text, so what was read off it is forgotten, whatever they say.
    /// Labellers and gates never do, so it is kept.
    pub fn end_stage(&mut self, family: Family) -> bool {
        if matches!(family, Family::Extractor | Family::Cleaner) {
            self.tokens = None;
        }
        self.take_changed()
    }

    /// The tokens of the article's text, which stages share until one may have touched the text.
    fn tokens(&mut self, text: &str) -> &Tokens {
        self.tokens.get_or_insert_with(|| tokenise(text))
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
    /// The rules of a gate, in the order in which they are asked; empty for other stages.
    pub rules: &'static [Rule],
    /// A `[[stage]]` table with every option.
    pub example: &'static str,
    /// The JSON Schema of its settings struct.
    pub schema: fn() -> serde_json::Value,
    /// Sets a stage up, or says everything that is wrong with its settings.
    pub build: fn(&SettingsTable<'_>) -> Built,
}

impl StageKind {
    /// Why it may drop. Several rules may have one reason.
    pub fn reasons(&self) -> impl Iterator<Item = &'static Reason> {
        let earlier = |index: usize| self.rules.iter().take(index);
        let rules = self.rules.iter().enumerate();
        rules
            .filter(move |(index, rule)| earlier(*index).all(|other| other.reason != rule.reason))
            .map(|(_, rule)| &rule.reason)
    }

    /// Its options, from the settings struct.
    pub fn options(&self) -> Vec<OptionDoc> {
        option_docs(&(self.schema)())
    }
}

/// A stage, or everything that is wrong with its settings.
pub type Built = Result<Box<dyn Stage>, Vec<Problem>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_off_the_text_lasts_until_a_stage_may_have_touched_it() {
        for (family, kept) in [
            (Family::Labeller, true),
            (Family::Gate, true),
            (Family::Extractor, false),
            (Family::Cleaner, false),
        ] {
            let mut cx = StageContext::default();
            assert_eq!(cx.tokens("one two").all.len(), 2);
            // A cleaner that says nothing of its changes is not believed.
            assert!(!cx.end_stage(family));
            assert_eq!(cx.tokens.is_some(), kept, "{family:?}");
            let tokens = cx.tokens("one two three").all.len();
            assert_eq!(tokens, if kept { 2 } else { 3 }, "{family:?}");
        }
    }
}
