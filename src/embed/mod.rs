//! copydesk within another program: what the commands do, without what they print.
//!
//! A [`Desk`] is a pipeline that is ready for pages and records: it has no state, so that any number of threads may ask it. It asks
//! the same judge as a run, so a page gets the record that it has in `records/`. Duplicates are no matter of one record: a desk
//! does not look for them, and hands out the [keys](Decision::keys) that they are found by. [`run`] is `copydesk run`, and [`Run`] a finished run.
//!
//! Errors are [`Refusal`]s, with the words and the exit code of the command. A panic is one, too, and names the record.

#[cfg(feature = "parquet")]
mod batches;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::account::{Exit, Ledger};
use crate::article::ArticleId;
use crate::cli::extract::judge_content;
use crate::cli::failure::{end_failed, note_failure};
use crate::cli::pipeline_file::{self, Source};
use crate::cli::run::is_stream;
use crate::dedup::DedupKeys;
use crate::finished::FinishedRun;
use crate::format::Form;
use crate::guard::catch;
use crate::line::{Fate, Judge, Quarantined};
use crate::night::{Finish, NightOrder, Watch};
use crate::pipeline::Pipeline;
use crate::write::{Output, OutputFolder};

pub use crate::cli::Refusal;
#[cfg(feature = "parquet")]
pub use batches::{RecordBatches, decision_schema, page_as_json, record_schema};

/// A pipeline that is ready for pages and records.
pub struct Desk {
    judge: Judge,
    source: Source,
}

impl Desk {
    /// Sets up a shipped pipeline, by its name, or one in a file, by its path.
    ///
    /// # Errors
    /// If there is none, or it has mistakes.
    pub fn open(argument: &str) -> Result<Self, Refusal> {
        Self::new(pipeline_file::open(argument)?)
    }

    /// Sets up a pipeline of this name from the text of its file. Paths in it begin in `folder`.
    ///
    /// # Errors
    /// If it has mistakes.
    pub fn parse(name: &str, text: &str, folder: &Path) -> Result<Self, Refusal> {
        let (name, text) = (name.to_owned(), text.to_owned());
        Self::new(Source { called: name.clone(), folder: folder.to_owned(), name, text })
    }

    fn new(source: Source) -> Result<Self, Refusal> {
        Ok(Self { judge: Judge::new(source.pipeline()?, None), source })
    }

    /// The pipeline's name.
    pub fn name(&self) -> &str {
        &self.source.name
    }

    /// The text of its file.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// Where the paths in it begin.
    pub fn folder(&self) -> &Path {
        &self.source.folder
    }

    /// The pipeline, to look at.
    pub fn pipeline(&self) -> &Pipeline {
        &self.judge.pipeline
    }

    /// The pipeline once more, for a run.
    ///
    /// # Errors
    /// If a file that it names has changed since, and has mistakes now.
    pub fn pipeline_again(&self) -> Result<Pipeline, Refusal> {
        self.source.pipeline()
    }

    /// What becomes of a page, or of a record in JSON: what `copydesk extract` does. A page is read in the encoding that it declares,
    /// or that its bytes show. `name` is what it is called in messages and in the record's `source`.
    ///
    /// # Errors
    /// If it is neither a page nor a record, or cannot be processed.
    pub fn extract(&self, content: &[u8], name: &str, url: Option<&str>) -> Result<Decision<'_>, Refusal> {
        let judged = guarded(name, 1, || judge_content(&self.judge, content, name, url))??;
        Ok(Decision { desk: self, fate: Fate::Article(Box::new(judged)), dump: Arc::from(name) })
    }

    /// What becomes of the record in a line of a dump: one JSON object, without its line end.
    ///
    /// # Errors
    /// If copydesk panics outside of a stage: a panic in a stage is a quarantined record.
    pub fn judge(&self, line: &[u8], dump: &Arc<str>, number: u64) -> Result<Decision<'_>, Refusal> {
        let judge = || self.judge.judge(dump, Form::Json, line, number, &mut self.judge.tally(), None);
        let fate = guarded(dump, number, judge)?.unwrap_or_else(|(fault, step)| {
            let (raw, byte_length) = (line.to_vec(), line.len() as u64);
            let line = Quarantined { dump: 0, line: number, byte_offset: 0, byte_length, raw, fault, step };
            Fate::Quarantined(Box::new(line))
        });
        Ok(Decision { desk: self, fate, dump: Arc::clone(dump) })
    }
}

/// Runs what must not panic, and says of which record it was where it does.
fn guarded<T>(dump: &str, number: u64, work: impl FnOnce() -> T) -> Result<T, Refusal> {
    catch(work).map_err(|panic| {
        let advice = "this is an error in copydesk; please report it with the record";
        Refusal::new(Exit::Failed, format!("process {dump}:{number}: {panic}"), vec![advice.to_owned()])
    })
}

/// What became of a record.
pub struct Decision<'a> {
    desk: &'a Desk,
    fate: Fate,
    dump: Arc<str>,
}

/// What became of a record, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has passed all stages.
    Kept,
    /// A gate has dropped it.
    Dropped,
    /// It could not be processed.
    Quarantined,
}

impl Outcome {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Dropped => "dropped",
            Self::Quarantined => "quarantined",
        }
    }
}

/// What a record is compared by with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// 32 hex digits of the canonical URL.
    pub url: Option<String>,
    /// 32 hex digits of the text's letters and digits.
    pub text: Option<String>,
    /// A byte for each value of the signature: `bands` times `rows`, a band's values beside each other.
    pub near: Option<Vec<u8>>,
    /// How many different word n-grams the text has.
    pub near_grams: Option<u32>,
}

impl Decision<'_> {
    /// In a word.
    pub fn outcome(&self) -> Outcome {
        match self.fate.output() {
            Some(Output::Records) => Outcome::Kept,
            Some(Output::Dropped) => Outcome::Dropped,
            _ => Outcome::Quarantined,
        }
    }

    /// The line of `records/`, `dropped/` or `quarantine/` that a run would write.
    pub fn write(&self, out: &mut Vec<u8>) {
        match &self.fate {
            Fate::Article(judged) => judged.write(self.desk.pipeline().output.extra, out),
            Fate::Quarantined(line) => line.write(&self.dump, out),
            Fate::Blank | Fate::Within | Fate::Other(_) => unreachable!("a line of JSON is a record"),
        }
    }

    /// What a kept record is compared by, as the pipeline's `[dedup]` says; `None` where there is none.
    pub fn keys(&self) -> Option<Keys> {
        let judged = self.fate.judged().filter(|judged| judged.verdict.is_none())?;
        self.desk.pipeline().dedup.as_ref()?;
        let DedupKeys { url, text, near, .. } = &judged.keys;
        let digits = |key: &Option<u128>| key.map(|key| ArticleId(key).to_string());
        Some(Keys {
            url: digits(url),
            text: digits(text),
            near: near.as_ref().map(|near| near.values.to_vec()),
            near_grams: near.as_ref().map(|near| near.grams),
        })
    }
}

/// Does what `copydesk run` does, but for what it prints, and gives the account. `stop` may be set at any time: then there is none, and the
/// same order again resumes.
///
/// # Errors
/// As those of the command, with its exit code.
pub fn run(
    order: NightOrder,
    watch: &mut dyn Watch,
    stop: &AtomicBool,
) -> Result<Option<Box<Ledger>>, Refusal> {
    let (output, pipeline) = (order.output.clone(), order.pipeline.name.clone());
    let stream = order.inputs.iter().any(|input| is_stream(input));
    let finished = catch(|| crate::night::run(order, watch, stop)).map_err(|panic| {
        let advice = "please report it with the message above".to_owned();
        Refusal::new(Exit::Failed, format!("continue: this is an error in copydesk: {panic}"), vec![advice])
    })?;
    match finished {
        Ok(Finish::Complete(ledger) | Finish::DoneBefore(ledger)) => Ok(Some(ledger)),
        Ok(Finish::Stopped) => {
            note_failure(&output, &pipeline, Exit::Interrupted);
            Ok(None)
        }
        Err(failure) => Err(end_failed(&output, &pipeline, &failure, stream)),
    }
}

/// Whether this is a dataset card that copydesk has written, and not somebody's own.
pub fn is_own_card(card: &[u8]) -> bool {
    OutputFolder::is_our_card(card)
}

/// A finished run.
pub struct Run(FinishedRun);

impl Run {
    /// Opens the folder of a finished run.
    ///
    /// # Errors
    /// If there is none in it, or its account cannot be read.
    pub fn open(folder: &Path) -> Result<Self, Refusal> {
        let open = FinishedRun::open(folder);
        open.map(Self).map_err(|error| Refusal::new(Exit::Usage, error.to_string(), Vec::new()))
    }

    /// The account of a finished run alone, which is all that is fetched of one on a store.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn account(folder: &Path) -> Result<Ledger, Refusal> {
        let account = FinishedRun::account(folder);
        account.map_err(|error| Refusal::new(Exit::Usage, error.to_string(), Vec::new()))
    }

    /// Where its files are on this machine: its folder, or that of a copy, which is deleted with this.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Its account: `ledger.json`.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// The kept records, a batch at a time, whatever their form on disk.
    #[cfg(feature = "parquet")]
    pub fn into_records(self) -> RecordBatches {
        RecordBatches::new(self.0)
    }
}

#[cfg(test)]
mod tests;
