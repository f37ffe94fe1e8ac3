//! `copydesk explain`.

mod edits;
mod html;
mod page;
mod spans;

use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use clap::ValueHint;

use super::failure::unread_advice;
use super::show::{Format, error, may_hold_page, out, prose_columns, write_page};
use super::{Exit, completions, pipeline_file};
use crate::explain::{ExplainError, Question, Which, explain as explain_line, least_digits};
use crate::finished::FinishedRun;
use crate::store::shown;
use crate::text::{shell_path, shell_word};
use page::ExplainPage;
use spans::SpanStyle;

/// Show one record on its way through every stage: each value measured, each edit, the verdict
#[derive(clap::Args)]
#[command(
    override_usage = "copydesk explain --run DIR [--id] ID|DUMP:LINE\n       \
                      copydesk explain PIPELINE DUMP:LINE [--run DIR]\n       \
                      copydesk explain PIPELINE DUMP --id ID [--run DIR]",
    after_help = "Examples:\n  copydesk explain --run out 3048dc53\n  copydesk explain articles dumps/news.jsonl.zst:17"
)]
pub(super) struct Arguments {
    /// A TOML file, or the name of a shipped pipeline; with --run it may be left out, and is the run's
    #[arg(value_name = "PIPELINE", required_unless_present_all = ["id", "run"], add = completions::of_pipelines())]
    first: Option<String>,
    /// A dump and a line of it, from 1, as `source` in a record has them; with --id, a dump, a folder or a pattern; with --run
    /// and no PIPELINE, also a record's id, its beginning, or its address
    #[arg(value_name = "DUMP:LINE", value_hint = ValueHint::AnyPath)]
    second: Option<String>,
    /// The record with this id, or with this id of the input's own, or with this address
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// The folder of a finished run: shows what became of the line there, and which record it repeats
    #[arg(long, value_name = "DIR")]
    run: Option<PathBuf>,
    /// Show every edit and every value in full
    #[arg(long)]
    full: bool,
    /// Write it as a page, which opens offline
    #[arg(long, short = 'o', value_name = "FILE")]
    html: Option<PathBuf>,
    /// How to print it; `copydesk schema explanation` describes the JSON
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn explain(arguments: Arguments) -> Exit {
    if arguments.html.as_deref().is_some_and(|path| !may_hold_page(path)) {
        return Exit::Usage;
    }
    let run = match arguments.run.as_deref().map(FinishedRun::open).transpose() {
        Ok(run) => run,
        Err(failure) => {
            let pipeline = arguments.first.as_deref().unwrap_or("PIPELINE");
            return fail(&ExplainError::Run(failure), pipeline, true);
        }
    };
    let (name, place) = match (arguments.first, arguments.second, &run) {
        (Some(first), Some(second), _) => (first, Some(second)),
        (place, None, Some(run)) => {
            let had = run.ledger.timing.paths.pipeline.clone();
            (had.unwrap_or_else(|| run.ledger.pipeline.name.clone()), place)
        }
        _ => {
            error(
                "tell what to explain",
                &["name a pipeline and DUMP:LINE, or --run DIR and an id or DUMP:LINE"],
            );
            return Exit::Usage;
        }
    };
    let asked = match (place, arguments.id) {
        // Of the run, wherever its dump was.
        (None, Some(id)) => Some((None, Which::Id(id))),
        (place, id) => which(place.unwrap_or_default(), id, run.is_some()),
    };
    let Some((input, which)) = asked else { return Exit::Usage };
    let Some((pipeline, _)) = pipeline_file::load(&name) else { return Exit::Usage };
    let has_run = run.is_some();
    let explanation = match explain_line(Question { pipeline, input, which, run }) {
        Ok(explanation) => explanation,
        Err(failure) => return fail(&failure, &name, has_run),
    };
    if let Some(path) = &arguments.html
        && let Err(exit) = write_page(path, &html::html(&explanation))
    {
        return exit;
    }
    let text = match arguments.format {
        Format::Human => ExplainPage::new(look(arguments.full)).explanation(&explanation),
        Format::Json => {
            serde_json::to_string_pretty(&explanation).expect("an explanation has names for keys") + "\n"
        }
    };
    let printed = out(&text);
    // The same file, the same version, another outcome: an error in copydesk, or a dump that has changed since.
    let contradicted = explanation.run.is_some_and(|run| run.same_pipeline && !run.agrees);
    if contradicted && printed == Exit::Done { Exit::Failed } else { printed }
}

fn fail(failure: &ExplainError, pipeline: &str, has_run: bool) -> Exit {
    let advice = advice(failure, pipeline, has_run);
    let advice: Vec<&str> = advice.iter().map(String::as_str).collect();
    error(&failure.to_string(), &advice);
    Exit::Usage
}

/// `DUMP:LINE`, or a dump alone where an id says which line, or an id alone where there is a run to look it up in; `None` once
/// what is wrong has been said.
fn which(place: String, id: Option<String>, has_run: bool) -> Option<(Option<String>, Which)> {
    let number = place.rsplit_once(':').and_then(|(dump, line)| {
        let digits = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
        // A record's, which may end with a port.
        let is_address =
            dump.starts_with("http") && dump.split_once("://").is_some_and(|(_, rest)| !rest.contains('/'));
        (digits && !dump.is_empty() && !is_address && !Path::new(&place).exists()).then_some((dump, line))
    });
    let help = "write DUMP:LINE, such as news.jsonl.zst:17, or DUMP --id ID, or --run DIR ID";
    match (number, id) {
        (None, Some(id)) => Some((Some(place), Which::Id(id))),
        (Some(_), Some(_)) => {
            error("tell which line is meant: there is a line's number and an id", &[help]);
            None
        }
        (Some((dump, line)), None) => {
            let number = line.parse().ok().filter(|number| *number > 0);
            if number.is_none() {
                error(&format!("find line {line}: lines are counted from 1"), &[]);
            }
            Some((Some(dump.to_owned()), Which::Line(number?)))
        }
        (None, None) if has_run && !Path::new(&place).exists() => Some((None, Which::Id(place))),
        (None, None) => {
            error(&format!("tell which line of {} is meant", shown(Path::new(&place))), &[help]);
            None
        }
    }
}

fn advice(failure: &ExplainError, pipeline: &str, has_run: bool) -> Vec<String> {
    match failure {
        ExplainError::Find(error) if let Some(advice) = unread_advice(error) => vec![advice],
        ExplainError::Find(_) => vec![
            "records name a dump by its file name; give the path at which it lies now, such as dumps/news.jsonl.zst:17"
                .to_owned(),
        ],
        ExplainError::ManyDumps(_) => vec!["name one of them, or give --id ID to search them all".to_owned()],
        ExplainError::NoLine { .. } => vec!["lines are counted from 1, as in a record's `source.line`".to_owned()],
        ExplainError::NoId { id, .. } if is_short_beginning(id, has_run) => {
            vec![format!("the beginning of an id has {} digits or more", least_digits(has_run))]
        }
        ExplainError::NoId { .. } => {
            let about = "an id is a record's `id`, its `source.id`, or its `url`; ids of records depend on the pipeline's settings";
            let run = (!has_run).then_some("with --run DIR an id is looked up in that run first");
            std::iter::once(about).chain(run).map(str::to_owned).collect()
        }
        ExplainError::IsOutput { dump, line, run } => vec![format!(
            "explain that line, where it was read: copydesk explain {} {} --run {}",
            shell_path(pipeline),
            shell_word(&format!("PATH-TO/{dump}:{line}")),
            shell_path(&shown(run))
        )],
        ExplainError::Run { .. } => {
            vec!["--run takes the --output folder of a run that has finished".to_owned()]
        }
        ExplainError::Ambiguous { .. } => vec!["give more of the id".to_owned()],
        ExplainError::Moved { dump, path } => {
            let place = if path.is_empty() { "a copy of it" } else { "where it is now" };
            let (pipeline, line) = (shell_path(pipeline), shell_word(&format!("PATH-TO/{dump}:LINE")));
            vec![format!("give the pipeline and {place}: copydesk explain {pipeline} {line} --run DIR")]
        }
    }
}

/// Whether it may be the beginning of a record's id, and is too short to be looked for.
fn is_short_beginning(id: &str, has_run: bool) -> bool {
    id.len() < least_digits(has_run) && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn look(full: bool) -> SpanStyle {
    let colours = anstream::AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
    SpanStyle { width: prose_columns(), colours, full }
}
