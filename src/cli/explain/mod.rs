//! `copydesk explain`.

mod edits;
mod page;
mod spans;

use std::path::{Path, PathBuf};

use anstream::ColorChoice;

use super::show::{error, out};
use super::{Exit, pipeline_file};
use crate::explain::{ExplainError, Question, Which, explain as explain_line};
use page::Page;
use spans::Look;

/// Show one record on its way through every stage: each value measured, each edit, the verdict
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A TOML file, or the name of a shipped pipeline
    pipeline: String,
    /// A dump and a line of it, from 1, as `source` in a record has them; with --id, a dump, a folder or a pattern
    #[arg(value_name = "DUMP:LINE")]
    place: String,
    /// The record with this id, or with this id of the input's own, or with this address
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// The folder of a finished run: shows what became of the line there, and which record it repeats
    #[arg(long, value_name = "DIR")]
    run: Option<PathBuf>,
    /// Show every edit and every value in full
    #[arg(long)]
    full: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How an explanation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For reading, in colours on a terminal
    Human,
    /// One JSON object; `copydesk schema explanation` describes it
    Json,
}

pub(super) fn explain(arguments: Arguments) -> Exit {
    let Some((input, which)) = which(&arguments.place, arguments.id) else { return Exit::Usage };
    let Some((pipeline, _)) = pipeline_file::load(&arguments.pipeline) else { return Exit::Usage };
    let explanation = match explain_line(Question { pipeline, input, which, run: arguments.run }) {
        Ok(explanation) => explanation,
        Err(failure) => {
            let advice = advice(&failure, &arguments.pipeline);
            let advice: Vec<&str> = advice.iter().map(String::as_str).collect();
            error(&failure.to_string(), &advice);
            return Exit::Usage;
        }
    };
    let text = match arguments.format {
        Format::Human => Page::new(look(arguments.full)).explanation(&explanation),
        Format::Json => {
            serde_json::to_string_pretty(&explanation).expect("an explanation has names for keys") + "\n"
        }
    };
    let printed = out(&text);
    // The same file, the same version, another outcome: an error of ours, or a dump that has changed since.
    let contradicted = explanation.run.is_some_and(|run| run.same_pipeline && !run.agrees);
    if contradicted && printed == Exit::Done { Exit::Failed } else { printed }
}

/// `DUMP:LINE`, or a dump alone where an id says which line; `None` once what is wrong has been said.
fn which(place: &str, id: Option<String>) -> Option<(String, Which)> {
    let number = place.rsplit_once(':').and_then(|(dump, line)| {
        let digits = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
        (digits && !dump.is_empty() && !Path::new(place).exists()).then_some((dump, line))
    });
    let help = "write DUMP:LINE, such as news.jsonl.zst:17, or DUMP --id ID";
    match (number, id) {
        (None, Some(id)) => Some((place.to_owned(), Which::Id(id))),
        (Some(_), Some(_)) => {
            error("tell which line is meant: there is a line's number and an id", &[help]);
            None
        }
        (Some((dump, line)), None) => {
            let number = line.parse().ok().filter(|number| *number > 0);
            if number.is_none() {
                error(&format!("find line {line}: lines are counted from 1"), &[]);
            }
            Some((dump.to_owned(), Which::Line(number?)))
        }
        (None, None) => {
            error(&format!("tell which line of {place} is meant"), &[help]);
            None
        }
    }
}

fn advice(failure: &ExplainError, pipeline: &str) -> Vec<String> {
    match failure {
        ExplainError::Find(_) => vec![
            "records name a dump by its file name; give the path at which it lies now, such as dumps/news.jsonl.zst:17"
                .to_owned(),
        ],
        ExplainError::ManyDumps(_) => vec!["name one of them, or give --id ID to search them all".to_owned()],
        ExplainError::NoLine { .. } => vec!["lines are counted from 1, as in a record's `source.line`".to_owned()],
        ExplainError::NoId { .. } => vec![
            "an id is a record's `id`, its `source.id`, or its `url`; ids of records depend on the pipeline's settings"
                .to_owned(),
            "with --run DIR an id is looked up in that run first".to_owned(),
        ],
        ExplainError::IsOutput { dump, line, run } => vec![format!(
            "explain that line, where it was read: copydesk explain {pipeline} PATH-TO/{dump}:{line} --run {}",
            run.display()
        )],
        ExplainError::Run { .. } => {
            vec!["give the --output folder of a run that has finished, or leave --run out".to_owned()]
        }
    }
}

/// The widest that a text is comfortably read.
const MOST_COLUMNS: usize = 120;

fn look(full: bool) -> Look {
    let colours = anstream::AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    let width = terminal.map_or(80, |(terminal_size::Width(width), _)| usize::from(width));
    Look { width: width.clamp(40, MOST_COLUMNS), colours, full }
}
