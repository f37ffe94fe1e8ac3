//! `copydesk init`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueHint;
use schemars::JsonSchema;
use serde::Serialize;

use super::Exit;
use super::failure::fail;
use super::show::{Format, error, help, json, note, out, prose_columns, warning, wrap};
use crate::decode::FieldMap;
use crate::night::RunError;
use crate::store::shown;
use crate::survey::{DumpSurvey, Values, survey};
use crate::text::shell_path;
use crate::write::{WriteError, write_file};

/// Write a pipeline that fits some dumps, by their first thousand records
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Dumps, folders of dumps or patterns
    #[arg(required = true, value_hint = ValueHint::AnyPath)]
    inputs: Vec<PathBuf>,
    /// The file to write; standard output when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `init --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Surveyed<'a> {
    /// The dumps that were looked at.
    dumps: &'a [String],
    /// How many there are.
    all_dumps: usize,
    /// Whether all of their lines were looked at.
    is_whole: bool,
    /// Lines that were looked at, without blank ones.
    lines: u64,
    /// Those that are records.
    records: u64,
    /// Records that came with a text.
    with_text: u64,
    /// Records that came with a page.
    with_page: u64,
    /// Hosts that the records are from.
    hosts: usize,
    /// Records that came with a field, by field.
    fields: &'a BTreeMap<&'static str, u64>,
    /// Records with a text by language; the empty one is not known.
    languages: &'a BTreeMap<String, u64>,
    /// Words of a text: a tenth of the texts have fewer than the first number, half than the second, nine tenths than the third.
    words: [usize; 3],
    /// Lines that are no records, by reason.
    faults: &'a BTreeMap<&'static str, u64>,
    /// Dumps that cannot be read on, and why.
    damaged: &'a [(String, String)],
    /// Keys that are fields and that copydesk would not have known, by field.
    own_names: &'a BTreeMap<String, Vec<String>>,
    /// Keys that may be fields, by field.
    guesses: &'a BTreeMap<String, Vec<String>>,
    /// What records with the same keys have under which keys.
    shapes: Vec<SurveyedShape<'a>>,
    /// The pipeline.
    pipeline: String,
    /// The file that it was written into; `null` where it is here alone.
    written: Option<String>,
}

/// Records with the same keys.
#[derive(Serialize, JsonSchema)]
struct SurveyedShape<'a> {
    /// The dumps that have them.
    dumps: &'a [String],
    /// How many were looked at.
    records: u64,
    /// The fields that were found: records by key.
    fields: BTreeMap<&'static str, &'a BTreeMap<String, u64>>,
    /// Keys that no field took.
    left: BTreeMap<&'a str, LeftKey<'a>>,
}

/// A key that no field took.
#[derive(Serialize, JsonSchema)]
struct LeftKey<'a> {
    /// Records that have something there.
    records: u64,
    /// What that is for the most part.
    kind: &'static str,
    /// The length of its texts in the mean, in characters.
    mean_characters: u64,
    /// The beginning of the first text.
    sample: &'a str,
}

impl<'a> Surveyed<'a> {
    fn of(survey: &'a DumpSurvey, pipeline: String, written: Option<&Path>) -> Self {
        let shapes = survey.shapes.iter().map(|shape| SurveyedShape {
            dumps: &shape.dumps,
            records: shape.records,
            fields: shape
                .fields
                .iter()
                .map(|(slot, keys)| (FieldMap::name_of(*slot), &keys.by_key))
                .collect(),
            left: shape.left.iter().map(|(key, values)| (key.as_str(), LeftKey::of(values))).collect(),
        });
        Self {
            dumps: &survey.dumps,
            all_dumps: survey.all_dumps,
            is_whole: survey.is_whole,
            lines: survey.lines,
            records: survey.records,
            with_text: survey.with_text,
            with_page: survey.with_page,
            hosts: survey.hosts,
            fields: &survey.fields,
            languages: &survey.languages,
            words: [10, 50, 90].map(|percent| survey.quantile(percent)),
            faults: &survey.faults,
            damaged: &survey.damaged,
            own_names: &survey.own_names,
            guesses: &survey.guesses,
            shapes: shapes.collect(),
            pipeline,
            written: written.map(|path| path.display().to_string()),
        }
    }
}

impl<'a> LeftKey<'a> {
    fn of(values: &'a Values) -> Self {
        Self {
            records: values.records,
            kind: values.kind(),
            mean_characters: values.mean_length(),
            sample: &values.sample,
        }
    }
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
        Err(cause) => return fail(&RunError::Find(cause)),
    };
    if survey.records == 0 {
        let what = match survey.lines {
            0 if !survey.is_whole => {
                "find a record: the dumps begin with blank lines alone, or with a line of more than 256 MiB"
                    .to_owned()
            }
            1 => "find a record: the one line is none".to_owned(),
            lines => format!("find a record: none of {lines} lines is one"),
        };
        error(
            &what,
            &[
                "a record is a JSON object, a row of a table or a page of a WARC file",
                &format!(
                    "`copydesk run fields {} -o look` says what is wrong with each, in look/report.html",
                    words(&arguments.inputs)
                ),
            ],
        );
        return Exit::Usage;
    }
    if arguments.format == Format::Human {
        for line in survey.summary() {
            note(&wrap(&line, 0, prose_columns()));
        }
        for table in survey.tables(prose_columns()) {
            note(&format!("\n{table}"));
        }
    }
    let pipeline = survey.pipeline();
    let found = if survey.has_articles() { Exit::Done } else { Exit::Crossed };
    if found == Exit::Crossed {
        warning("no record has a text or a page that copydesk can find");
        help("give the key that has it under `[input.fields]`: text = [\"…\"], or html = [\"…\"]");
    }
    if let Some(path) = &arguments.output {
        if let Err(cause) = write_file(path, pipeline.as_bytes()) {
            let is_permanent = cause.is_permanent();
            let place = "give --output a file in a folder that is there and can be written to";
            let advice =
                if is_permanent { place } else { "free some space; then give the same command again" };
            let what = WriteError { path: path.clone(), ..cause };
            error(&what.to_string(), &[advice]);
            return if is_permanent { Exit::Usage } else { Exit::Failed };
        }
        if arguments.format == Format::Human {
            note(&format!("\nwritten: {}\n{}", path.display(), next(path, &arguments.inputs)));
            return found;
        }
    }
    let printed = out(&match arguments.format {
        Format::Human => pipeline,
        Format::Json => json(&Surveyed::of(&survey, pipeline, arguments.output.as_deref())),
    });
    if printed == Exit::Done { found } else { printed }
}

/// What to do with the pipeline.
fn next(path: &Path, inputs: &[PathBuf]) -> String {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let (inputs, path, name) = (words(inputs), shell_path(&path.display().to_string()), shell_path(&name));
    format!(
        "next:    copydesk check {path}\n         copydesk run {path} {inputs} -o {name}\nthen open {name}/report.html"
    )
}

/// Paths as the words of a command.
fn words(paths: &[PathBuf]) -> String {
    let words: Vec<String> = paths.iter().map(|path| shell_path(&shown(path))).collect();
    words.join(" ")
}
