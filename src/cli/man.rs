//! `copydesk man`.

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::show::{error, out};
use super::{Cli, Exit, completions};
use crate::account::{EXIT_CODES, exit_codes};

/// Print the manual page of copydesk or of one of its commands
///
/// copydesk man | man -l -
/// copydesk man > ~/.local/share/man/man1/copydesk.1
/// copydesk man run > ~/.local/share/man/man1/copydesk-run.1
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// The command; the whole program's page when left out
    #[arg(add = completions::of_commands())]
    command: Option<String>,
}

pub(super) fn man(arguments: &Arguments) -> Exit {
    let mut whole = Cli::command();
    whole.build();
    let page = match &arguments.command {
        None => whole_page(&whole),
        Some(name) => {
            let Some(command) = whole.get_subcommands().find(|command| command.get_name() == name) else {
                let names: Vec<&str> = whole.get_subcommands().map(clap::Command::get_name).collect();
                error(
                    &format!("find the command `{name}`"),
                    &[&format!("the commands are {}", names.join(", "))],
                );
                return Exit::Usage;
            };
            command_page(command)
        }
    };
    out(&String::from_utf8_lossy(&page))
}

/// What stands at the foot of each page.
const SOURCE: &str = concat!("copydesk ", env!("CARGO_PKG_VERSION"));

fn whole_page(whole: &clap::Command) -> Vec<u8> {
    let man = Man::new(whole.clone()).source(SOURCE);
    let mut page = Vec::new();
    add(&mut page, &man, Man::render_title);
    add(&mut page, &man, Man::render_name_section);
    page.extend_from_slice(synopsis(whole).as_bytes());
    page.extend_from_slice(DESCRIPTION.as_bytes());
    add(&mut page, &man, Man::render_subcommands_section);
    page.extend_from_slice(exit_status().as_bytes());
    page.extend_from_slice(OUTCOME.as_bytes());
    page
}

fn command_page(command: &clap::Command) -> Vec<u8> {
    let name = format!("copydesk-{}", command.get_name());
    let man = Man::new(command.clone().display_name(&name)).title(name).source(SOURCE);
    let mut page = Vec::new();
    add(&mut page, &man, Man::render_title);
    add(&mut page, &man, Man::render_name_section);
    page.extend_from_slice(synopsis(command).as_bytes());
    add(&mut page, &man, Man::render_description_section);
    add(&mut page, &man, Man::render_options_section);
    if command.has_subcommands() {
        add(&mut page, &man, Man::render_subcommands_section);
    }
    if command.get_after_help().is_some_and(|help| help.to_string() == exit_codes()) {
        page.extend_from_slice(exit_status().as_bytes());
    } else {
        add(&mut page, &man, Man::render_extra_section);
    }
    page
}

fn add(page: &mut Vec<u8>, man: &Man, part: fn(&Man, &mut dyn std::io::Write) -> std::io::Result<()>) {
    part(man, page).expect("memory takes any text");
}

/// How a command is written, with its values, as its help has it.
fn synopsis(command: &clap::Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let lines = usage.trim_start_matches("Usage:").lines().map(str::trim);
    let lines: Vec<String> = lines.map(|line| line.replace('-', "\\-")).collect();
    format!(".SH SYNOPSIS\n{}\n", lines.join("\n.br\n"))
}

/// The exit codes, in man(7).
fn exit_status() -> String {
    let rows = EXIT_CODES.iter().map(|row| {
        let (codes, meaning, advice) = (row.names(), row.meaning, row.advice);
        format!(".TP\n.B {codes}\n{meaning}. What to do: {advice}\n").replace('`', "")
    });
    format!(".SH EXIT STATUS\n{}", rows.collect::<String>())
}

/// What the help does not say, in man(7).
const DESCRIPTION: &str = "\
.SH DESCRIPTION
copydesk turns dumps of scraped articles, HTML pages or extracted text in JSON, CSV or WARC, into normalised,
compressed records. It extracts, cleans, judges and deduplicates on all cores, in bounded memory, and accounts for every
line. What is done is said by a pipeline, a TOML file or one that comes with the program:
.BR articles ,
.BR nightly ,
.B corpus
and
.BR fields .
.PP
The same input gives the same bytes, whatever the number of threads and however often a run is killed: the same command resumes
from the last checkpoint.
";

/// See [`DESCRIPTION`].
const OUTCOME: &str = "\
.SH FILES
A run's folder has
.TP
.I records/part-00000.jsonl.zst
kept records
.TP
.I dropped/part-00000.jsonl.zst
dropped records with their verdict: stage, reason, what was measured and its limit
.TP
.I quarantine/part-00000.jsonl.zst
lines that could not be processed: where, why, and the raw line
.TP
.I ledger.json
the account
.TP
.I report.html
the account for people
.TP
.I metrics.prom
the account for Prometheus' node exporter
.TP
.I _SUCCESS
written last
.SH ENVIRONMENT
.TP
.B NO_COLOR
no colours, also on a terminal, as with --color never
.TP
.B CLICOLOR_FORCE
colours, also where the output is no terminal, as with --color always
.TP
.B TERM
with the value dumb, no colours
.SH EXAMPLES
.TP
copydesk run articles samples --output out
a pipeline that comes with copydesk over a folder of dumps
.TP
copydesk run nightly dumps/2026-11-25 --output out/2026-11-25 --state state
a night that knows what earlier nights kept
.TP
copydesk explain --run out 3048dc53
one record through every stage, and what the run did with it
.TP
copydesk what-if stricter.toml out --html limits.html
which articles other limits would keep
";
