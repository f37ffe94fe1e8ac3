//! `copydesk check`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::pipeline_file::Source;
use super::show::{BOLD, DIM, Format, GREEN, RED, RESET, columns, json, out, wrap};
use super::{Exit, completions, pipeline_file};
use crate::dedup::{DedupKey, DedupSettings, NearSettings, ParagraphSettings, UpdatePolicy};
use crate::line::{CaseResult, check_tests};
use crate::pipeline::Pipeline;
use crate::settings::Problem;

/// Validate a pipeline, print its stages as they will run, run its [[test]] cases
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A TOML file, or the name of a shipped pipeline
    #[arg(add = completions::of_pipelines())]
    pipeline: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `check --format json` says.
#[derive(Default, Serialize, JsonSchema)]
pub(super) struct Checked {
    /// The pipeline, as it was given.
    pipeline: String,
    /// XXH3-128 of its file; absent where it has mistakes.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    /// What is wrong with the file, in its order.
    mistakes: Vec<Mistake>,
    /// Its stages, in order; empty where it has mistakes.
    stages: Vec<StageSettings>,
    /// The settings of deduplication; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    dedup: Option<DedupSettings>,
    /// Its `[[test]]` cases.
    tests: Vec<Tested>,
}

/// What is wrong with a pipeline file.
#[derive(Serialize, JsonSchema)]
struct Mistake {
    /// The line, from 1.
    line: usize,
    /// The character in the line, from 1.
    column: usize,
    /// What is wrong.
    message: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

impl Mistake {
    fn of(problem: &Problem, source: &str) -> Self {
        let before = source.get(..problem.span.start).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            message: problem.message.clone(),
            help: problem.help.clone(),
        }
    }
}

/// A stage as it will run.
#[derive(Serialize, JsonSchema)]
struct StageSettings {
    /// Its kind.
    kind: &'static str,
    /// `extractor`, `cleaner`, `labeller` or `gate`.
    family: &'static str,
    /// Its options, as TOML has their values.
    settings: BTreeMap<String, String>,
}

/// How a `[[test]]` case went.
#[derive(Serialize, JsonSchema)]
struct Tested {
    /// The case.
    name: String,
    /// What was not as expected.
    failures: Vec<String>,
}

/// As [`check`], for programs.
fn check_json(argument: &str) -> Exit {
    let Some(Source { folder, name, text, .. }) = pipeline_file::find(argument) else { return Exit::Usage };
    let mut answer = Checked { pipeline: argument.to_owned(), ..Checked::default() };
    match Pipeline::parse_in(&folder, &name, &text) {
        Err(problems) => {
            answer.mistakes = problems.iter().map(|problem| Mistake::of(problem, &text)).collect();
        }
        Ok(pipeline) => {
            let steps = pipeline.steps.iter();
            answer.stages = steps
                .map(|step| StageSettings {
                    kind: step.kind.name,
                    family: step.kind.family.name(),
                    settings: step.settings.iter().map(|one| (one.name.clone(), one.value.clone())).collect(),
                })
                .collect();
            answer.fingerprint = Some(pipeline.fingerprint.clone());
            answer.dedup.clone_from(&pipeline.dedup);
            let results = check_tests(pipeline).into_iter();
            answer.tests = results.map(|CaseResult { name, failures }| Tested { name, failures }).collect();
        }
    }
    let is_right = answer.mistakes.is_empty() && answer.tests.iter().all(|test| test.failures.is_empty());
    let printed = out(&json(&answer));
    if is_right { printed } else { Exit::Usage }
}

pub(super) fn check(arguments: &Arguments) -> Exit {
    if arguments.format == Format::Json {
        return check_json(&arguments.pipeline);
    }
    let Some((pipeline, name)) = pipeline_file::load(&arguments.pipeline) else { return Exit::Usage };
    let mut text = stages(&name, &pipeline);
    let results = check_tests(pipeline);
    text.push_str(&tests(&results));
    let printed = out(&text);
    if results.iter().all(|result| result.failures.is_empty()) { printed } else { Exit::Usage }
}

fn stages(name: &str, pipeline: &Pipeline) -> String {
    let mut text = format!("{BOLD}{name}{RESET}: no mistakes\n\n");
    let width = pipeline.steps.iter().map(|step| step.kind.name.len()).max().unwrap_or(0).max("dedup".len());
    for (number, step) in (1..).zip(&pipeline.steps) {
        let settings: Vec<String> =
            step.settings.iter().map(|setting| format!("{} = {}", setting.name, setting.value)).collect();
        line(&mut text, &number.to_string(), step.kind.name, width, step.kind.family.name(), &settings);
    }
    if let Some(dedup) = &pipeline.dedup {
        let by = |key, name: &str| dedup.by(key).then(|| format!("\"{name}\""));
        let keys: Vec<String> =
            [by(DedupKey::Url, "url"), by(DedupKey::Text, "text")].into_iter().flatten().collect();
        let mut settings = vec![format!("exact = [{}]", keys.join(", "))];
        if let Some(NearSettings { ngram, bands, rows, threshold }) = dedup.near.settings() {
            settings.push(format!(
                "near = {{ ngram = {ngram}, bands = {bands}, rows = {rows}, threshold = {threshold} }}"
            ));
        }
        settings.push(format!("keep = {}", dedup.keep));
        let updates = if dedup.updates == UpdatePolicy::Keep { "keep" } else { "drop" };
        settings.push(format!("updates = \"{updates}\""));
        settings.extend(dedup.expire_days.map(|days| format!("expire-days = {days}")));
        if let Some(ParagraphSettings { after, share, min_words, hosts }) = dedup.paragraphs.settings() {
            settings.push(format!(
                "paragraphs = {{ after = {after}, share = {share}, min-words = {min_words}, hosts = {hosts} }}"
            ));
        }
        line(&mut text, "", "dedup", width, "", &settings);
    }
    text
}

fn line(text: &mut String, number: &str, name: &str, width: usize, family: &str, settings: &[String]) {
    let mut start = format!("{number:>3}  {name:width$}  {family:<9}  ");
    let indent = start.chars().count();
    for setting in settings {
        let wrapped = wrap(setting, indent, columns());
        writeln!(text, "{start}{}", wrapped.trim_start()).expect("a String takes any text");
        start = " ".repeat(indent);
    }
    if settings.is_empty() {
        writeln!(text, "{}", start.trim_end()).expect("a String takes any text");
    }
}

fn tests(results: &[CaseResult]) -> String {
    if results.is_empty() {
        return format!("\n{DIM}no [[test]] cases{RESET}\n");
    }
    let mut text = String::from("\n");
    for result in results {
        let mark = if result.failures.is_empty() {
            format!("{GREEN}ok  {RESET}")
        } else {
            format!("{RED}FAIL{RESET}")
        };
        writeln!(text, "{mark}  {}", result.name).expect("a String takes any text");
        for failure in &result.failures {
            writeln!(text, "      {failure}").expect("a String takes any text");
        }
    }
    let failed = results.iter().filter(|result| !result.failures.is_empty()).count();
    writeln!(
        text,
        "\n{} {}, {failed} failed",
        results.len(),
        if results.len() == 1 { "case" } else { "cases" }
    )
    .expect("a String takes any text");
    text
}
