//! `copydesk completions`, and what the shells ask for when somebody presses the tab key.
//!
//! The scripts ask the program itself, so that names of pipelines, stages and commands are completed as this version has them.

use std::ffi::{OsStr, OsString};

use clap::{CommandFactory as _, ValueEnum};
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter as _};
use clap_complete::env::Shells;
use clap_complete::{ArgValueCompleter, CompleteEnv, Shell};

use super::show::{error, out};
use super::{Cli, Exit};
use crate::pipeline::Pipeline;
use crate::stage::catalogue::STAGES;

/// Print a script that completes commands, options and names of pipelines and stages in a shell
///
/// bash: copydesk completions bash > ~/.local/share/bash-completion/completions/copydesk
/// zsh:  echo 'source <(copydesk completions zsh)' >> ~/.zshrc
/// fish: copydesk completions fish > ~/.config/fish/completions/copydesk.fish
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

/// The variable with which the scripts ask.
const VARIABLE: &str = "COPYDESK_COMPLETE";

pub(super) fn completions(arguments: &Arguments) -> Exit {
    let name =
        arguments.shell.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(&name) else {
        error(&format!("complete in {name}"), &[]);
        return Exit::Usage;
    };
    shell
        .write_registration(VARIABLE, "copydesk", "copydesk", "copydesk", &mut script)
        .expect("memory takes any text");
    out(&String::from_utf8_lossy(&script))
}

/// Answers a shell, if one asks, and whether one did.
pub(super) fn answer(arguments: &[OsString]) -> bool {
    let folder = std::env::current_dir().ok();
    CompleteEnv::with_factory(Cli::command)
        .var(VARIABLE)
        .try_complete(arguments, folder.as_deref())
        .unwrap_or_else(|error| error.exit())
}

/// Names of shipped pipelines, and files.
pub(super) fn of_pipelines() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let mut found = shipped(typed);
        found.extend(PathCompleter::file().complete(typed));
        found
    })
}

/// Names of shipped pipelines.
pub(super) fn of_shipped() -> ArgValueCompleter {
    ArgValueCompleter::new(shipped)
}

fn shipped(typed: &OsStr) -> Vec<CompletionCandidate> {
    that_begin(typed, Pipeline::shipped_about().into_iter().map(|(name, about)| (name.to_owned(), about)))
}

/// Kinds of stages.
pub(super) fn of_stages() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        that_begin(typed, STAGES.iter().map(|kind| (kind.name.to_owned(), kind.summary.to_owned())))
    })
}

/// Names of commands.
pub(super) fn of_commands() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let about = |command: &clap::Command| command.get_about().map(ToString::to_string);
        let whole = Cli::command();
        let commands = whole.get_subcommands();
        that_begin(typed, commands.map(|one| (one.get_name().to_owned(), about(one).unwrap_or_default())))
    })
}

fn that_begin(typed: &OsStr, names: impl Iterator<Item = (String, String)>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let found = names.filter(|(name, _)| name.starts_with(&*typed));
    found.map(|(name, about)| CompletionCandidate::new(name).help(Some(about.into()))).collect()
}
