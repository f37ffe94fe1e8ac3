//! One line of a dump, explained: what each stage measured and changed, and what became of it.
//!
//! The line goes through [`Judge::fate`], as in a run, with a trace; what is shown is read off the trace, so that
//! the explanation cannot tell another story than the run. What other records decide, that is which one it repeats, no
//! single line can show: with the folder of a finished run, [`outputs`] has it from there.

mod locate;
mod outputs;
mod report;

use std::fmt;
use std::mem;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::account::PipelineAccount;
use crate::finished::{FinishedError, FinishedRun};
use crate::line::Judge;
use crate::pipeline::{Pipeline, Trace};
use crate::read::{Dump, FindError, find_dumps};
use crate::stage::Measurement;
use crate::text::{Change, counted};
use crate::write::OutputFolder;

/// What is to be explained.
pub(crate) struct Question {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// The dump; for an id, also a folder or a pattern. `None` for an id of a record of the run, wherever its dump was.
    pub input: Option<String>,
    /// Which of its lines.
    pub which: Which,
    /// A finished run that read the dump.
    pub run: Option<FinishedRun>,
}

/// A line of a dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// By its number, from 1.
    Line(u64),
    /// By the record's id, by the input's own id, or by its address.
    Id(String),
}

/// Why a line cannot be explained.
#[derive(Debug)]
pub(crate) enum ExplainError {
    /// There is no such dump.
    Find(FindError),
    /// A line's number is not enough to find it in several dumps.
    ManyDumps(Vec<String>),
    /// The dump has fewer lines.
    NoLine {
        /// The dump.
        dump: String,
        /// The line that was asked for.
        line: u64,
        /// Lines that the dump has.
        lines: u64,
        /// Why it could not be read to its end.
        damage: Option<String>,
    },
    /// No record has the id.
    NoId {
        /// The id.
        id: String,
        /// The dumps that were searched.
        dumps: usize,
        /// Their lines.
        lines: u64,
        /// Why some of them could not be read to their ends.
        damage: Vec<String>,
    },
    /// The line is one of a run's outputs.
    IsOutput {
        /// The dump that it came from.
        dump: String,
        /// Its line there.
        line: u64,
        /// The run's folder.
        run: PathBuf,
    },
    /// The beginning of an id that several records have.
    Ambiguous {
        /// What was given.
        start: String,
        /// The first two of the ids.
        ids: [String; 2],
    },
    /// The dump is no longer where the run read it.
    Moved {
        /// The dump.
        dump: String,
        /// Where it was; empty where it cannot be read again.
        path: String,
    },
    /// The run cannot be read.
    Run(FinishedError),
}

impl fmt::Display for ExplainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Find(error) => error.fmt(f),
            Self::ManyDumps(names) => {
                write!(f, "tell which line is meant: there are {} dumps, {}", names.len(), names.join(", "))
            }
            Self::NoLine { dump, lines: 0, damage: Some(damage), .. } => write!(f, "read {dump}: {damage}"),
            Self::NoLine { dump, line, lines, damage: None } => {
                write!(f, "find line {line}: {dump} has {}", counted(*lines, "line", "lines"))
            }
            Self::NoLine { dump, line, lines, damage: Some(damage) } => {
                write!(f, "find line {line}: {dump} is damaged after its line {lines}: {damage}")
            }
            Self::NoId { id, dumps, lines, damage } => {
                let dumps = if *dumps == 1 { "the dump".to_owned() } else { format!("{dumps} dumps") };
                write!(f, "find the id {id} in the {} of {dumps}", counted(*lines, "line", "lines"))?;
                damage.iter().try_for_each(|damage| write!(f, "; {damage}"))
            }
            Self::IsOutput { dump, line, .. } => {
                write!(f, "explain an output of a run: the record came from line {line} of {dump}")
            }
            Self::Ambiguous { start, ids: [one, other] } => {
                write!(f, "tell which record is meant: the ids {one} and {other} begin with {start}")
            }
            Self::Moved { dump, path } if path.is_empty() => {
                write!(f, "read {dump} again: the run read it from standard input or a pipe")
            }
            Self::Moved { dump, path } => write!(f, "find {dump}: when the run read it, it was {path}"),
            Self::Run(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExplainError {}

/// A line, explained.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Explanation {
    /// The version of copydesk.
    pub copydesk: &'static str,
    /// The pipeline.
    pub pipeline: PipelineAccount,
    /// Where the line is.
    pub line: ExplainedPlace,
    /// The fields that were read from it, as changes from nothing; empty for a line that could not be read.
    pub read: Vec<FieldChange>,
    /// The stages, in order.
    pub stages: Vec<StageReport>,
    /// What became of it: in the run whose folder was given; without one, what the stages decide.
    pub outcome: OutcomeReport,
    /// What the stages alone decide, where the run decided otherwise: other records and takedowns are known only there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_stages: Option<OutcomeReport>,
    /// What it would be compared by, if it was kept and the pipeline drops duplicates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<KeysReport>,
    /// The line that a run writes for it; absent for a blank line. Duplicates apart: see `run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Value>")]
    pub record: Option<Box<RawValue>>,
    /// What became of it in the run whose folder was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunReport>,
}

impl Explanation {
    /// What the stages decide, whatever the run did.
    pub(crate) fn stages_outcome(&self) -> &OutcomeReport {
        self.by_stages.as_ref().unwrap_or(&self.outcome)
    }
}

/// Where a line is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ExplainedPlace {
    /// The dump, as records call it.
    pub dump: String,
    /// The line, from 1.
    pub line: u64,
    /// Where it starts in the decompressed dump, in bytes from 0.
    pub byte_offset: u64,
    /// Its length in bytes, without its line end.
    pub byte_length: u64,
    /// Whether it was JSON only nearly, and was mended to be read.
    pub mended: bool,
    /// The length of the page in it, in bytes; 0 where there is none.
    pub page_bytes: u64,
}

/// A field that was set or edited.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct FieldChange {
    /// Its key in the record; `labels.page` for a label.
    pub field: String,
    /// What it was; absent where it was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it is now; absent where it was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// Where its value was found, if the stage found it: `json_ld`, `meta`, `dom`, `text`, `input`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<&'static str>,
    /// For a text that was edited, each edit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// The edits' places in both texts.
    #[serde(skip)]
    pub changes: Vec<Change>,
}

/// An edit of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Edit {
    /// The line of the text as it was, from 1.
    pub line: usize,
    /// What was removed.
    pub removed: String,
    /// What was put in its place.
    pub added: String,
}

/// What a stage did.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StageReport {
    /// Its kind.
    pub stage: &'static str,
    /// `extractor`, `cleaner`, `labeller` or `gate`.
    pub family: &'static str,
    /// `kept`, `dropped`, `quarantined`, or `not_reached` after a stage that did not keep.
    pub outcome: Finding,
    /// What it measured, and what that was held against.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Measurement>,
    /// The fields that it set or edited, in the record's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// The stage turned the page into text: the page is not passed on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub page_used: bool,
}

/// What became of a line, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Finding {
    /// It continues, or is in `records/`.
    Kept,
    /// It is in `dropped/`.
    Dropped,
    /// It is in `quarantine/`.
    Quarantined,
    /// There is nothing in it; it is in no output.
    Blank,
    /// It is not an article by its form, such as a WARC `request`; it is in no output.
    Other,
    /// An earlier stage did not keep it.
    NotReached,
    /// It is in no output of the run.
    Missing,
}

/// What became of a line, and why.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct OutcomeReport {
    /// In a word.
    pub outcome: Finding,
    /// The stage that decided, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the reason means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<Value>,
    /// What it would have had to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Value>,
    /// Why exactly a line was quarantined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Where in a quarantined line the mistake is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultPlace>,
}

/// Where in a line a mistake is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct FaultPlace {
    /// The byte of the line, from 0.
    pub byte: u64,
    /// The byte of the decompressed dump, from 0.
    pub byte_in_dump: u64,
    /// What stands before it; bytes that are no UTF-8 are written `\xFF`.
    pub before: String,
    /// What stands there.
    pub there: String,
    /// What stands after it.
    pub after: String,
}

/// What a record is compared by.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct KeysReport {
    /// The hash of the canonical URL, which is the record's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The hash of the text's letters and digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How many different word n-grams the text has, of which near duplicates share most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near_grams: Option<u32>,
    /// The share of them from which on a record is a near duplicate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near_threshold: Option<f64>,
}

impl OutcomeReport {
    /// Whether another one has the same verdict, stage and reason.
    fn says_the_same(&self, other: &Self) -> bool {
        (self.outcome, &self.stage, &self.reason) == (other.outcome, &other.stage, &other.reason)
    }
}

impl RunReport {
    /// Whether other records decided something about it that the line alone does not show.
    pub(crate) fn has_more(&self) -> bool {
        self.duplicate_of.is_some() || self.repeated.is_some() || self.update.is_some()
    }
}

/// What became of the line in a run.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunReport {
    /// The run's folder.
    pub folder: String,
    /// The run's pipeline.
    pub pipeline: PipelineAccount,
    /// Whether the run had the same pipeline file.
    pub same_pipeline: bool,
    /// What became of it there.
    pub outcome: OutcomeReport,
    /// The record that it repeats, with its `similarity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<Value>,
    /// The command that shows that record, where its run is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// The paragraphs that the run removed because the host repeats them, which no single record can show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Value>,
    /// The earlier version of the article, where the run kept this one as an update (`labels.update`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<Value>,
    /// Whether the run says the same. What other records decide (that it is a duplicate or an update, and which paragraphs
    /// are repeated) is left out of the comparison.
    pub agrees: bool,
    /// Where not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<OutputDifference>,
}

/// Something that a run and an explanation tell differently.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct OutputDifference {
    /// `outcome`, or the record's key.
    pub key: String,
    /// What the run's output has; absent where it has nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<Value>,
    /// What it is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub here: Option<Value>,
}

/// The fewest digits of an id's beginning. Of a run's records few begin alike; in dumps, each has to be made to be compared, and
/// fewer digits are several records' among a few thousand.
pub(crate) fn least_digits(has_run: bool) -> usize {
    if has_run { 4 } else { 6 }
}

/// Explains a line.
///
/// # Errors
/// Where there is no such line, and where the run's folder does not hold a finished run.
pub(crate) fn explain(question: Question) -> Result<Explanation, ExplainError> {
    let Question { pipeline, input, mut which, run } = question;
    let mut dumps = match (&input, &run) {
        (Some(input), Some(run)) if !Path::new(input).exists() => outputs::dumps(run, Some(input))?,
        (None, Some(run)) => outputs::dumps(run, None)?,
        _ => Vec::new(),
    };
    if let (Some(input), true) = (input, dumps.is_empty()) {
        dumps = find_dumps(&[input.into()], &OutputFolder::is_run).map_err(ExplainError::Find)?;
    }
    if let (Which::Id(id), Some(run)) = (&mut which, &run) {
        outputs::complete(run, id)?;
    }
    if let (Which::Line(_), [_, _, ..]) = (&which, &dumps[..]) {
        return Err(ExplainError::ManyDumps(dumps.iter().map(|dump| dump.name.to_string()).collect()));
    }
    // Records of the run call a dump by as many of its folders as told it from the run's other dumps.
    if let Some(run) = &run {
        for dump in &mut dumps {
            if let Some(name) = outputs::name_of(run, dump) {
                dump.name = name.into();
            }
        }
    }
    let judge = Judge::new(pipeline, None);
    let found = match &which {
        Which::Line(line) => {
            outputs::refuse(&dumps[0], *line)?;
            there(&dumps[0])?;
            locate::by_number(&judge, &dumps, 0, *line)?
        }
        Which::Id(id) => match run.as_ref().and_then(|run| outputs::place_of(run, id, &dumps)) {
            Some((dump, line)) => {
                there(&dumps[dump])?;
                locate::by_number(&judge, &dumps, dump, line)?
            }
            None => locate::by_id(&judge, &dumps, id)?,
        },
    };
    let locate::Located { batch, index } = found;
    let line = &batch.lines[index];
    let (mut tally, mut trace) = (judge.tally(), Trace::default());
    let dump = &dumps[batch.dump];
    let fate = judge.fate(dump, &batch, index, &mut tally, Some(&mut trace));
    let mut explanation = report::report(&judge.pipeline, dump, &fate, &trace);
    explanation.line = ExplainedPlace {
        dump: dump.name.to_string(),
        line: batch.first_line + index as u64,
        byte_offset: line.byte_offset,
        byte_length: line.byte_length,
        mended: tally.mended > 0,
        page_bytes: trace.page_bytes as u64,
    };
    if let Some(run) = run {
        let run = outputs::report(&run, &explanation)?;
        if !run.outcome.says_the_same(&explanation.outcome) {
            explanation.by_stages = Some(mem::replace(&mut explanation.outcome, run.outcome.clone()));
        }
        explanation.run = Some(run);
    }
    Ok(explanation)
}

/// Whether a dump of a run is still where it was.
fn there(dump: &Dump) -> Result<(), ExplainError> {
    match &dump.path {
        Some(path) if dump.object.is_some() || path.exists() => Ok(()),
        path => {
            let path = path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            Err(ExplainError::Moved { dump: dump.name.to_string(), path })
        }
    }
}

#[cfg(test)]
mod tests;
