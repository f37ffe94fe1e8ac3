//! `copydesk init`.

use std::path::PathBuf;

use clap::ValueHint;

use super::Exit;
use super::show::{error, help, note, out, prose_columns, warning, wrap};
use crate::survey::survey;
use crate::write::write_file;

/// Write a pipeline that fits some dumps, by their first thousand records
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Dumps, folders of dumps or patterns
    #[arg(required = true, value_hint = ValueHint::AnyPath)]
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
            &[
                "a record is a JSON object, a row of a table or a page of a WARC file",
                &format!(
                    "`copydesk run fields {} -o look` says what is wrong with each, in look/report.html",
                    arguments.inputs.join(" ")
                ),
            ],
        );
        return Exit::Usage;
    }
    for line in survey.summary() {
        note(&wrap(&line, 0, prose_columns()));
    }
    for table in survey.tables(prose_columns()) {
        note(&format!("\n{table}"));
    }
    let pipeline = survey.pipeline();
    let found = if survey.has_articles() { Exit::Done } else { Exit::Crossed };
    if found == Exit::Crossed {
        warning("no record has a text or a page that copydesk can find");
        help("give the key that has it under `[input.fields]`: text = [\"…\"], or html = [\"…\"]");
    }
    let Some(path) = &arguments.output else {
        let printed = out(&pipeline);
        return if printed == Exit::Done { found } else { printed };
    };
    match write_file(path, pipeline.as_bytes()) {
        Ok(()) => {
            note(&format!("\nwritten: {}\nnext: copydesk check {0}", path.display()));
            found
        }
        Err(cause) => {
            error(&cause.to_string(), &[]);
            Exit::Failed
        }
    }
}
