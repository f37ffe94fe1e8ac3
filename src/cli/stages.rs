//! `copydesk stages`: the documentation of the stages, from the stages themselves.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::show::{BOLD, DIM, Format, RESET, error, json, out, prose_columns, wrap};
use super::{Exit, completions};
use crate::settings::{OptionDoc, nearest};
use crate::stage::catalogue::{STAGES, find};
use crate::stage::{Family, StageKind};

/// What each kind of stage does, its options and defaults, its reasons
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// One kind, in full
    #[arg(add = completions::of_stages())]
    kind: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `stages --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Stages {
    /// The kinds of stages that there are, or the one that was asked for.
    stages: Vec<StageDoc>,
}

/// A kind of stage.
#[derive(Serialize, JsonSchema)]
struct StageDoc {
    /// Its name in pipelines.
    kind: &'static str,
    /// `extractor`, `cleaner`, `labeller` or `gate`.
    family: &'static str,
    /// What it does, in a sentence.
    summary: &'static str,
    /// More, in paragraphs.
    about: &'static str,
    /// Its options.
    options: Vec<OptionDoc>,
    /// Why it drops; empty but for gates.
    reasons: Vec<ReasonDoc>,
    /// A `[[stage]]` table with every option.
    example: &'static str,
}

/// A reason for which a gate drops.
#[derive(Serialize, JsonSchema)]
struct ReasonDoc {
    /// Its name.
    reason: &'static str,
    /// What it means.
    meaning: &'static str,
}

impl StageDoc {
    fn of(kind: &StageKind) -> Self {
        let reasons = kind.reasons().map(|reason| ReasonDoc { reason: reason.name, meaning: reason.meaning });
        Self {
            kind: kind.name,
            family: kind.family.name(),
            summary: kind.summary,
            about: kind.about,
            options: kind.options(),
            reasons: reasons.collect(),
            example: kind.example,
        }
    }
}

pub(super) fn stages(arguments: &Arguments) -> Exit {
    let Some(name) = &arguments.kind else {
        let stages = || STAGES.iter().map(|kind| StageDoc::of(kind)).collect();
        return out(&match arguments.format {
            Format::Human => list(),
            Format::Json => json(&Stages { stages: stages() }),
        });
    };
    let Some(kind) = find(name) else {
        let names: Vec<&str> = STAGES.iter().map(|kind| kind.name).collect();
        let meant = nearest(name, &names).map(|name| format!("did you mean `{name}`?"));
        let advice = meant.unwrap_or_else(|| format!("the kinds are {}", names.join(", ")));
        error(&format!("find the kind of stage `{name}`"), &[&advice]);
        return Exit::Usage;
    };
    out(&match arguments.format {
        Format::Human => describe(kind),
        Format::Json => json(&Stages { stages: vec![StageDoc::of(kind)] }),
    })
}

fn list() -> String {
    let width = STAGES.iter().map(|kind| kind.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for family in Family::ALL {
        let mut kinds = STAGES.iter().filter(|kind| kind.family == family).peekable();
        if kinds.peek().is_none() {
            continue;
        }
        let about = wrap(family.about(), family.name().len() + 2, prose_columns());
        writeln!(text, "{BOLD}{}{RESET}: {}", family.name(), about.trim_start())
            .expect("a String takes any text");
        for kind in kinds {
            let summary = wrap(kind.summary, width + 4, prose_columns());
            writeln!(text, "  {:width$}  {}", kind.name, summary.trim_start())
                .expect("a String takes any text");
        }
        text.push('\n');
    }
    text.push_str("`copydesk stages KIND` shows one in full.\n");
    text
}

fn describe(kind: &StageKind) -> String {
    let mut text = format!("{BOLD}{}{RESET} {DIM}({}){RESET}\n", kind.name, kind.family.name());
    let mut add = |part: String| {
        text.push_str(&part);
        text.push('\n');
    };
    add(wrap(&format!("{}.", kind.summary), 0, prose_columns()));
    for paragraph in kind.about.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        add(format!("\n{}", wrap(paragraph, 0, prose_columns())));
    }
    for option in kind.options() {
        let head = format!("{} = {}", option.name, option.values);
        let default = option.default.map(|default| format!("default {default}")).unwrap_or_default();
        // After the values where there is room.
        let fits = 4 + head.chars().count() + default.chars().count() <= prose_columns();
        let default = match (default.is_empty(), fits) {
            (true, _) => default,
            (false, true) => format!("  {DIM}{default}{RESET}"),
            (false, false) => format!("\n{DIM}{}{RESET}", wrap(&default, 6, prose_columns())),
        };
        let values = wrap(&option.values, 6 + option.name.len() + 3, prose_columns());
        add(format!("\n  {BOLD}{}{RESET} = {}{default}", option.name, values.trim_start()));
        add(wrap(&option.about, 6, prose_columns()));
    }
    if !kind.rules.is_empty() {
        add("\nDrops for:".to_owned());
    }
    for reason in kind.reasons() {
        add(format!("  {BOLD}{}{RESET}", reason.name));
        add(wrap(reason.meaning, 6, prose_columns()));
    }
    add(format!("\nIn a pipeline, with every option:\n\n{}", kind.example.trim_end()));
    text
}
