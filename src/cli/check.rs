//! `copydesk check`.

use std::fmt::Write as _;

use super::show::{BOLD, DIM, GREEN, RED, RESET, out};
use super::{Exit, pipeline_file};
use crate::dedup::{DedupKey, NearSettings, ParagraphSettings, UpdatePolicy};
use crate::line::{CaseResult, check_tests};
use crate::pipeline::Pipeline;

/// Validate a pipeline, print its stages as they will run, run its [[test]] cases
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A TOML file, or the name of a shipped pipeline
    pipeline: String,
}

pub(super) fn check(arguments: &Arguments) -> Exit {
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
    let start = format!("{number:>3}  {name:width$}  {family:<9}");
    let (first, others) = settings.split_first().map_or(("", &[][..]), |(first, others)| (&**first, others));
    let added = writeln!(text, "{}", format!("{start}  {first}").trim_end()).and_then(|()| {
        others.iter().try_for_each(|other| writeln!(text, "{:indent$}{other}", "", indent = width + 18))
    });
    added.expect("a String takes any text");
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
