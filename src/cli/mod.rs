//! The command line: one file a command, and the only code that prints.
//!
//! Data goes to stdout, progress and errors to stderr. Exit codes are in [`crate::account::Exit`].

mod check;
mod columns;
mod completions;
mod diff;
mod explain;
pub(crate) mod extract;
pub(crate) mod failure;
mod fields;
mod init;
mod man;
mod night;
pub(crate) mod pipeline_file;
mod pipelines;
mod plan;
mod planned;
mod progress;
mod refusal;
mod report;
pub(crate) mod run;
mod schema;
mod show;
mod signals;
mod stages;
mod state;
mod summary;
mod task;
mod usage;
mod verify;
mod what_if;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::account::{Exit, exit_codes};

pub use refusal::Refusal;

/// Cleans, judges and deduplicates dumps of scraped articles, and accounts for every line.
#[derive(Parser)]
#[command(
    version = VERSION,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = format!("{EXAMPLES}\n\n{}", exit_codes())
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    voice: show::Voice,
    #[command(flatten)]
    color: colorchoice_clap::Color,
}

/// What `--version` says: which build this is.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("COPYDESK_BUILD"), ")");

const EXAMPLES: &str = "\
Examples:
  copydesk init DUMPS -o mine.toml        write a pipeline that fits some dumps
  copydesk check mine.toml                show its stages and its mistakes
  copydesk run mine.toml DUMPS -o out     run it; then open out/report.html
  copydesk explain --run out ID           what happened to one record, by stages";

#[derive(Subcommand)]
enum Command {
    Init(init::Arguments),
    Run(run::Arguments),
    Plan(plan::Arguments),
    Task(task::Arguments),
    Report(report::Arguments),
    Verify(verify::Arguments),
    State(state::Arguments),
    Check(check::Arguments),
    Explain(explain::Arguments),
    Extract(extract::Arguments),
    WhatIf(what_if::Arguments),
    Diff(diff::Arguments),
    Pipelines(pipelines::Arguments),
    Stages(stages::Arguments),
    Fields(fields::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// Memory without which no command comes far. The standard library aborts where there is none left, which says nothing to anybody.
const LEAST_MEMORY_BYTES: usize = 32 << 20;

/// Runs the command that the arguments of this process name.
pub fn main() -> ExitCode {
    ExitCode::from(main_of(std::env::args_os()) as u8)
}

/// Runs the command that arguments name, of which the first is the program.
pub fn main_of(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if Vec::<u8>::new().try_reserve_exact(LEAST_MEMORY_BYTES).is_err() {
        let said =
            b"error: failed to start: there is too little memory\nhelp: let it have more (`ulimit -v`)\n";
        // Nobody is there to be told where this fails.
        drop(std::io::Write::write_all(&mut std::io::stderr(), said));
        return Exit::Failed;
    }
    if completions::answer(&arguments) {
        return Exit::Done;
    }
    // Terminals that programs make have often no rows, for which clap takes them for none.
    let command = Cli::command().term_width(show::help_columns());
    let parsed = command.try_get_matches_from(&arguments).and_then(|found| Cli::from_arg_matches(&found));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage::refuse(error, &arguments),
    };
    cli.color.write_global();
    cli.voice.choose();
    match cli.command {
        Command::Init(arguments) => init::init(&arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Plan(arguments) => plan::plan(arguments),
        Command::Task(arguments) => task::task(&arguments),
        Command::Report(arguments) => report::report(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::State(arguments) => state::state(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Extract(arguments) => extract::extract(&arguments),
        Command::Explain(arguments) => explain::explain(arguments),
        Command::Diff(arguments) => diff::diff(&arguments),
        Command::WhatIf(arguments) => what_if::what_if(&arguments),
        Command::Pipelines(arguments) => pipelines::pipelines(&arguments),
        Command::Stages(arguments) => stages::stages(&arguments),
        Command::Fields(arguments) => fields::fields(&arguments),
        Command::Schema(arguments) => schema::schema(&arguments),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => man::man(&arguments),
    }
}
