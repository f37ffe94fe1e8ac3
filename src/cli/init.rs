//! `copydesk init`.

use std::path::PathBuf;

use super::Exit;
use super::show::{error, note, out, prose_columns, wrap};
use crate::survey::survey;
use crate::write::write_file;

/// Write a pipeline that fits some dumps, by their first thousand records
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Dumps, folders of dumps or patterns
    #[arg(required = true)]
    inputs: Vec<String>,
    /// The file to write; standard output when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn init(arguments: &Arguments) -> Exit {
    if let Some(path) = arguments.output.as_deref().filter(|path| path.exists()) {
        error(
            &format!("write {}: it is there already", path.display()),
            &["delete it, or give another name to --output"],
        );
        return Exit::Usage;
    }
    let survey = match survey(&arguments.inputs) {
        Ok(survey) => survey,
        Err(cause) => {
            error(&cause.to_string(), &[]);
            return Exit::Usage;
        }
    };
    if survey.records == 0 {
        error(
            &format!("find a record: none of {} lines is one", survey.lines),
            &[&format!(
                "`copydesk run fields {} -o look` says what is wrong with each, in look/report.html",
                arguments.inputs.join(" ")
            )],
        );
        return Exit::Usage;
    }
    for line in survey.summary() {
        note(&wrap(&line, 0, prose_columns()));
    }
    let pipeline = survey.pipeline();
    let Some(path) = &arguments.output else { return out(&pipeline) };
    match write_file(path, pipeline.as_bytes()) {
        Ok(()) => {
            note(&format!("\nwritten: {}\nnext: copydesk check {0}", path.display()));
            Exit::Done
        }
        Err(cause) => {
            error(&cause.to_string(), &[]);
            Exit::Failed
        }
    }
}
