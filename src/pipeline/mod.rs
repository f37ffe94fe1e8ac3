//! A pipeline: what one night does with its records, as its file says.
//!
//! [`Pipeline::parse`] reads the file and reports every mistake in it; [`Pipeline::apply`] takes one article
//! through the stages. It knows nothing of batches, threads and files.

mod cases;
mod file;
mod layers;
mod order;
mod shipped;
mod trace;

pub(crate) use cases::ExpectedFate;
pub use cases::TestCase;
pub use file::{InputSettings, LimitSettings, OutputSettings, RecordsFormat, schema};
pub use layers::{extended, unread};
pub use shipped::{SHIPPED, shipped};
pub use trace::{Stand, Trace, Traced};

use std::path::Path;

use crate::article::{Article, Drop, Fault, Outcome, Reason};
use crate::decode::Decoder;
use crate::dedup::DedupSettings;
use crate::guard::catch;
use crate::settings::Problem;
use crate::stage::{RuledGate, Stage, StageContext, StageKind};

/// A stage panicked: an error in copydesk, not of the record's.
pub const STAGE_PANICKED: Reason =
    Reason { name: "stage_panicked", meaning: "a stage panicked; please report it with the record" };

/// A text longer than the pipeline allows.
pub const TEXT_TOO_LONG: Reason =
    Reason { name: "text_too_long", meaning: "the text is longer than max-text-bytes" };

/// Why a record cannot be taken through the stages.
pub const REASONS: &[&Reason] = &[&STAGE_PANICKED, &TEXT_TOO_LONG];

/// A stage in its place.
pub struct Step {
    /// What kind of stage it is.
    pub kind: &'static StageKind,
    /// Its options, as it runs with them.
    pub settings: Vec<Setting>,
    stage: Box<dyn Stage>,
}

impl Step {
    /// The gate, for a step that is one; it can judge a finished record again.
    pub fn gate(&self) -> Option<&RuledGate> {
        self.stage.as_gate()
    }
}

/// An option of a stage and its value, as TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The option.
    pub name: String,
    /// Its value: the file's, or the default.
    pub value: String,
}

/// A pipeline, ready to work.
pub struct Pipeline {
    /// Its name: the file's, without `.toml`.
    pub name: String,
    /// XXH3-128 of the file and of the files that it names, as hex digits: two runs with the same one had the same settings.
    pub fingerprint: String,
    /// The stages in order.
    pub steps: Vec<Step>,
    /// `[input]`.
    pub input: InputSettings,
    /// `[output]`.
    pub output: OutputSettings,
    /// `[dedup]`; `None` where duplicates are kept.
    pub dedup: Option<DedupSettings>,
    /// `[limits]`.
    pub limits: LimitSettings,
    /// `[[test]]`.
    pub(crate) tests: Vec<TestCase>,
}

/// What a stage did to a batch of articles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTally {
    /// Articles that reached it.
    pub seen: u64,
    /// Articles that it changed.
    pub changed: u64,
    /// Articles for which a clock was looked at, and the nanoseconds that they took.
    pub timed: u64,
    /// See `timed`.
    pub nanoseconds: u64,
}

/// Nanoseconds since some moment. The pipeline has no clock of its own: what it decides depends on none.
pub type Clock = fn() -> u64;

/// What became of an article in the stages.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// It passed them all.
    Kept,
    /// A gate dropped it.
    Dropped {
        /// The gate's place among the stages.
        step: usize,
        /// Why.
        drop: Drop,
    },
    /// It could not be processed.
    Quarantined {
        /// The stage's place.
        step: usize,
        /// Why.
        fault: Fault,
    },
}

impl Pipeline {
    /// Reads a pipeline file.
    ///
    /// # Errors
    /// Every mistake in it, in the order of the file.
    pub fn parse(name: &str, source: &str) -> Result<Self, Vec<Problem>> {
        file::parse(name, source, Path::new(""))
    }

    /// Reads a pipeline file that lies in a folder, where the paths in it begin.
    ///
    /// # Errors
    /// Every mistake in it, in the order of the file.
    pub fn parse_in(folder: &Path, name: &str, source: &str) -> Result<Self, Vec<Problem>> {
        file::parse(name, source, folder)
    }

    /// A decoder for the pipeline's field names.
    pub fn decoder(&self) -> Decoder {
        Decoder::new(self.input.fields.map(), self.input.dates)
    }

    /// Takes an article through the stages, up to the first that does not keep it, and sets its id.
    ///
    /// `tally` has an entry a stage. A panic in a stage is a fault of the article, not the end of the run.
    pub fn apply(&self, article: &mut Article, tally: &mut [StageTally]) -> Judgement {
        self.apply_watched(article, tally, None, None)
    }

    /// As [`Pipeline::apply`], and notes what each stage did, and how long it took.
    pub fn apply_watched(
        &self,
        article: &mut Article,
        tally: &mut [StageTally],
        mut trace: Option<&mut Trace>,
        clock: Option<Clock>,
    ) -> Judgement {
        let mut at = 0;
        let mut since = clock.map(|now| now());
        let mut cx = if trace.is_some() { StageContext::traced() } else { StageContext::default() };
        cx.day_order = self.input.dates;
        if let Some(trace) = &mut trace {
            trace.start(article, &cx);
        }
        let judged = catch(|| {
            for (step, (one, tally)) in self.steps.iter().zip(tally).enumerate() {
                at = step;
                tally.seen += 1;
                let mut outcome = one.stage.apply(article, &mut cx);
                if let (Some(since), Some(now)) = (&mut since, clock) {
                    let now = now();
                    tally.timed += 1;
                    tally.nanoseconds += now.saturating_sub(std::mem::replace(since, now));
                }
                let changed = cx.end_stage(one.kind.family);
                tally.changed += u64::from(changed);
                if let (true, Some(fault)) = (changed, self.fault_of(article)) {
                    outcome = Outcome::Quarantine(fault);
                }
                if let Some(trace) = &mut trace {
                    trace.enter(step, article, &mut cx, Some(outcome.clone()));
                }
                match outcome {
                    Outcome::Keep => {}
                    Outcome::Drop(drop) => return Judgement::Dropped { step, drop },
                    Outcome::Quarantine(fault) => return Judgement::Quarantined { step, fault },
                }
            }
            Judgement::Kept
        });
        if let (Some(trace), Err(_)) = (&mut trace, &judged) {
            trace.enter(at, article, &mut cx, None);
        }
        cx.return_page(article);
        article.finish();
        judged.unwrap_or_else(|panic| {
            let kind = self.steps.get(at).map_or("", |step| step.kind.name);
            let fault = Fault::new(&STAGE_PANICKED, format!("{kind}: {panic}"));
            Judgement::Quarantined { step: at, fault }
        })
    }

    /// Why an article cannot be processed, however it came by its text: stages take many times a text's size in memory.
    pub(crate) fn fault_of(&self, article: &Article) -> Option<Fault> {
        let (bytes, most) = (article.text.len(), self.input.max_text_bytes);
        (bytes > most).then(|| Fault::new(&TEXT_TOO_LONG, format!("a text of {bytes} bytes, at most {most}")))
    }

    /// Puts a stage that is in no catalogue at the end, for tests of what stages can do wrong.
    #[cfg(test)]
    pub(crate) fn push(&mut self, kind: &'static StageKind, stage: Box<dyn Stage>) {
        self.steps.push(Step { kind, settings: Vec::new(), stage });
    }
}

#[cfg(test)]
pub(crate) mod tests;
