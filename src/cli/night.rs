//! What `run` and `plan` are given alike: a pipeline, dumps, and the folders of a night.

use std::path::PathBuf;

use clap::ValueHint;

use super::completions;
use crate::night::{NightOrder, Pace, StateOrder};
use crate::pipeline::Pipeline;
use crate::state::NightName;

#[derive(clap::Args)]
pub(super) struct NightArguments {
    /// A TOML file, or the name of a shipped pipeline: articles, nightly, corpus or fields
    #[arg(add = completions::of_pipelines())]
    pub pipeline: String,
    /// Dumps of any form: files, folders, quoted patterns, - for stdin, or the like on stores (s3://, gs://, az://, https://,
    /// hf://); zstd, gzip, bzip2, xz or plain
    #[arg(required = true, value_hint = ValueHint::AnyPath)]
    input: Vec<PathBuf>,
    /// The folder for records/, dropped/, quarantine/ and ledger.json; of `run`, - prints the kept records as lines of JSON on
    /// stdout, and the summary on stderr
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: PathBuf,
    /// What earlier nights kept: their articles are duplicates tonight, and tonight's on later nights
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub state: Option<PathBuf>,
    /// What the night is called in the state; a night of that name is replaced [default: the output
    /// folder's name]
    #[arg(long, value_name = "NAME", requires = "state", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    night: Option<String>,
    /// Delete what an earlier run or plan left in the output folder, and start over; without it, one that was killed or stopped
    /// resumes, and one that has finished is done already
    #[arg(long)]
    restart: bool,
    /// Where outputs and a state that are on a store are until they are uploaded, and where a run that was killed resumes from
    /// [default: a folder in $TMPDIR]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    scratch: Option<PathBuf>,
}

impl NightArguments {
    /// The night that is asked for, all lines of its dumps on one thread.
    pub(super) fn order(self, pipeline: Pipeline, pipeline_file: Option<PathBuf>) -> NightOrder {
        NightOrder {
            pipeline,
            pipeline_file,
            inputs: self.input,
            output: self.output,
            threads: 1,
            limit: None,
            sample: None,
            restart: self.restart,
            scratch: self.scratch,
            state: self.state.map(|folder| {
                let night = self.night.map_or(NightName::OfFolder, NightName::Given);
                StateOrder { folder, night }
            }),
            pace: Pace::default(),
        }
    }
}
