//! `copydesk pipelines`: the pipelines that come with the program.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::show;
use super::show::{BOLD, Format, RESET, error, out, prose_columns, wrap};
use super::{Exit, completions};
use crate::pipeline::{Pipeline, SHIPPED, shipped};
use crate::settings::nearest;

/// List the pipelines that come with copydesk, or print one to begin with
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// How to print the list
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print a pipeline's file, with its comments
    Show {
        /// The pipeline's name
        #[arg(add = completions::of_shipped())]
        name: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
}

/// What `pipelines --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Pipelines {
    /// The pipelines that come with copydesk.
    pipelines: Vec<Shipped>,
}

/// A pipeline that comes with copydesk.
#[derive(Serialize, JsonSchema)]
struct Shipped {
    /// Its name.
    name: &'static str,
    /// What it is for.
    about: String,
}

/// What `pipelines show NAME --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct ShippedFile {
    /// Its name.
    name: &'static str,
    /// What it is for.
    about: String,
    /// The text of its file, with its comments.
    file: &'static str,
}

pub(super) fn pipelines(arguments: &Arguments) -> Exit {
    match &arguments.command {
        Some(Command::Show { name, format }) => print(name, *format),
        None => out(&list(arguments.format)),
    }
}

fn print(name: &str, format: Format) -> Exit {
    if let Some(source) = shipped(name) {
        let about = Pipeline::shipped_about().into_iter().find(|(shipped, _)| *shipped == name);
        return match (format, about) {
            (Format::Json, Some((name, about))) => {
                out(&show::json(&ShippedFile { name, about, file: source }))
            }
            _ => out(source),
        };
    }
    let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    let meant = nearest(name, &names).map(|name| format!("did you mean `{name}`?"));
    let advice = meant.unwrap_or_else(|| format!("the pipelines are {}", names.join(", ")));
    error(&format!("find the pipeline `{name}` among those that come with copydesk"), &[&advice]);
    Exit::Usage
}

fn list(format: Format) -> String {
    let all = Pipeline::shipped_about();
    if format == Format::Json {
        let pipelines = all.into_iter().map(|(name, about)| Shipped { name, about }).collect();
        return show::json(&Pipelines { pipelines });
    }
    let mut text = String::new();
    for (name, about) in all {
        let about = wrap(&about, 10, prose_columns());
        writeln!(text, "{BOLD}{name:<10}{RESET}{}", about.trim_start()).expect("a String takes any text");
    }
    let next = "`copydesk pipelines show NAME > mine.toml` prints one to edit; a file with `extends = \"NAME\"` has only what it changes.";
    text + "\n" + &wrap(next, 0, prose_columns()) + "\n"
}
