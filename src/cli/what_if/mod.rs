//! `copydesk what-if`.

mod page;
mod table;

use std::path::PathBuf;

use super::show::{Format, columns, error, json, may_hold_page, out, write_page};
use super::{Exit, completions, pipeline_file};
use crate::finished::what_if::{Replay, what_if as replay};
use crate::finished::{FinishedError, FinishedRun};
use crate::pipeline::{Pipeline, SHIPPED, extended};
use crate::state::share_state;
use crate::store::shown;
use crate::text::{shell_path, shell_word};

/// Try other limits on finished runs: what would be kept and dropped, without processing any article again
///
/// Replays the gates and the search for duplicates of PIPELINE over what the runs kept and dropped. The other stages must
/// be as the runs had them. What cannot be known without a new run is counted as not known, or refused with the reason.
#[derive(clap::Args)]
#[command(
    after_help = "Next: `copydesk run PIPELINE INPUT... --output DIR` makes it so, for a night with its `--state DIR --night NAME`."
)]
pub(super) struct Arguments {
    /// The pipeline to try: a TOML file, or the name of a shipped one
    #[arg(add = completions::of_pipelines())]
    pipeline: String,
    /// Folders of finished runs
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// The pipeline file as it was when a run was made, where it is neither PIPELINE, nor one that this extends, nor a shipped one
    #[arg(long, value_name = "FILE")]
    was: Vec<String>,
    /// Show so many articles of each rule that change sides
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
    /// Write a page with curves over each limit, which opens offline
    #[arg(long, short = 'o', value_name = "FILE")]
    html: Option<PathBuf>,
    /// How to print the answer on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn what_if(arguments: &Arguments) -> Exit {
    if arguments.html.as_deref().is_some_and(|path| !may_hold_page(path)) {
        return Exit::Usage;
    }
    let name = &arguments.pipeline;
    let Some((pipeline, mut known)) = with_extended(name) else { return Exit::Usage };
    for was in &arguments.was {
        let Some((pipeline, extended)) = with_extended(was) else { return Exit::Usage };
        known.push(pipeline);
        known.extend(extended);
    }
    // Shipped pipelines have no mistakes, as the tests show.
    known.extend(SHIPPED.iter().filter_map(|(name, source)| Pipeline::parse(name, source).ok()));
    let mut runs = Vec::new();
    for folder in &arguments.runs {
        let run = match FinishedRun::open(folder) {
            Ok(run) => run,
            Err(failure) => return fail(&failure),
        };
        let had = |pipeline: &&Pipeline| pipeline.fingerprint == run.ledger.pipeline.fingerprint;
        let Some(was) = std::iter::once(&pipeline).chain(&known).find(had) else {
            error(
                &format!(
                    "know which limits {} was made with: its pipeline `{}` is neither {name} as it is now, nor one \
                     that it extends, nor a shipped one",
                    shown(folder),
                    run.ledger.pipeline.name
                ),
                &["give the pipeline file as it was then: --was FILE"],
            );
            return Exit::Usage;
        };
        runs.push((run, was));
    }
    let curves = arguments.html.is_some() || arguments.format == Format::Json;
    let question = Replay { runs, pipeline: &pipeline, examples: arguments.examples, curves };
    let report = match replay(&question) {
        Ok(report) => report,
        Err(FinishedError::NeedsRun(reasons)) => {
            let again = again((name, &pipeline), &question.runs);
            let failure = FinishedError::NeedsRun(reasons);
            error(&failure.to_string(), &[&again, "`copydesk diff` then shows what became different"]);
            return Exit::Usage;
        }
        Err(failure) => return fail(&failure),
    };
    if let Some(path) = &arguments.html
        && let Err(exit) = write_page(path, &page::page(&report))
    {
        return exit;
    }
    out(&match arguments.format {
        Format::Human => table::table(&report, columns()),
        Format::Json => json(&report),
    })
}

/// A pipeline, and those that it extends; `None` once what is wrong has been said.
fn with_extended(name: &str) -> Option<(Pipeline, Vec<Pipeline>)> {
    let source = pipeline_file::find(name)?;
    let pipeline = source.pipeline().map_err(|refusal| refusal.say()).ok()?;
    Some((pipeline, extended(&source.text, &source.folder)))
}

/// The command of a new run that has the answer.
fn again((name, pipeline): (&str, &Pipeline), runs: &[(FinishedRun, &Pipeline)]) -> String {
    /// More dumps make no command that anybody reads.
    const MOST_DUMPS: usize = 4;
    let (mut inputs, mut night) = ("INPUT...".to_owned(), String::new());
    if let [(run, was)] = runs {
        let dumps = &run.ledger.timing.paths.dumps;
        if (1..=MOST_DUMPS).contains(&dumps.len()) && dumps.iter().all(|dump| !dump.is_empty()) {
            inputs = dumps.iter().map(|dump| shell_path(dump)).collect::<Vec<_>>().join(" ");
        }
        let dedups = was.dedup.as_ref().zip(pipeline.dedup.as_ref());
        let has_state = run.ledger.night.as_ref();
        if has_state.is_some() && !dedups.is_some_and(|(was, dedup)| share_state(was, dedup)) {
            night.push_str(", without its state: that has other keys for duplicates");
        } else if let Some(name) = has_state {
            night = format!(
                " --state STATE --night={}, with a copy of its state: the night in it is replaced",
                shell_word(name)
            );
        }
    }
    let pipeline = shell_path(name);
    format!("a new run has the answer: copydesk run {pipeline} {inputs} --output DIR{night}")
}

/// Says why there is no answer.
pub(super) fn fail(failure: &FinishedError) -> Exit {
    match failure {
        FinishedError::NoRun { .. } => {
            error(&failure.to_string(), &["name the --output folder of a run that has finished"]);
            Exit::Usage
        }
        FinishedError::NoNights { .. } => {
            error(&failure.to_string(), &["name the folder in which the nights' --output folders are"]);
            Exit::Usage
        }
        FinishedError::NeedsRun(_) => {
            error(&failure.to_string(), &["a new run has the answer"]);
            Exit::Usage
        }
        FinishedError::Order { .. } => {
            error(
                &failure.to_string(),
                &["run one of them again, with its inputs in the order of the other"],
            );
            Exit::Usage
        }
        FinishedError::Write(cause) if cause.is_permanent() => {
            error(&failure.to_string(), &["let the run's folder be written to, or copy it"]);
            Exit::Usage
        }
        FinishedError::Write(_) => {
            error(&failure.to_string(), &["free some space; then give the same command again"]);
            Exit::Failed
        }
        FinishedError::Store(cause) => {
            error(&failure.to_string(), &[cause.advice()]);
            if cause.is_permanent() { Exit::Usage } else { Exit::Failed }
        }
        FinishedError::Read { .. } => {
            error(&failure.to_string(), &["`copydesk verify` says what is wrong with a run's files"]);
            Exit::Failed
        }
    }
}
