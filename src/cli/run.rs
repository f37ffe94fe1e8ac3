//! `copydesk run`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::failure::{ANEW, GO_ON, end_failed, fail, note_failure};
use super::night::NightArguments;
use super::planned::planned;
use super::progress::{Watcher, When};
use super::show::{Format, Level, RED, RESET, Voice, columns, error, help, note, out, say, warning};
use super::signals::Signals;
use super::{Exit, pipeline_file, summary};
use crate::account::{Ledger, exit_codes};
use crate::night::{Finish, NightOrder, Pace, RunError, plan, run as run_night};
use crate::pipeline::{Pipeline, RecordsFormat};
use crate::text::shown_name;
use crate::write::OwnFolder;

/// Run a pipeline over dumps
#[derive(clap::Args)]
#[command(after_help = exit_codes())]
pub(super) struct Arguments {
    #[command(flatten)]
    night: NightArguments,
    /// Threads that work [default: one a core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Stop after N lines
    // In a state, what a trial kept would be missing from the night.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), conflicts_with = "state")]
    limit: Option<u64>,
    /// Process N lines, spread over all dumps and always the same ones; the others are counted as not sampled
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..=100_000_000),
        conflicts_with_all = ["limit", "state"]
    )]
    sample: Option<u64>,
    /// Look at the pipeline, the dumps and the folders, say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// When to show progress on stderr
    #[arg(long, value_enum, default_value_t = When::Auto)]
    progress: When,
    /// How to print the summary on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> Exit {
    let Some((pipeline, _)) = pipeline_file::load(&arguments.night.pipeline) else { return Exit::Usage };
    let file = pipeline_file::path(&arguments.night.pipeline);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let is_printed = arguments.night.output == Path::new("-");
    if is_printed && let Some((what, advice)) = unprintable(&pipeline, &arguments.night) {
        error(what, &[advice]);
        return Exit::Usage;
    }
    let scratch = match is_printed.then(Scratch::new).transpose() {
        Ok(scratch) => scratch,
        Err(cause) => {
            let advice = "TMPDIR says where; name a folder that can be written to";
            error(&format!("make a folder in {}: {cause}", std::env::temp_dir().display()), &[advice]);
            return Exit::Failed;
        }
    };
    let output =
        scratch.as_ref().map_or_else(|| arguments.night.output.clone(), |scratch| scratch.0.path.join("run"));
    let order = NightOrder {
        threads: arguments.threads.map_or(cores, usize::from),
        limit: arguments.limit,
        sample: arguments.sample,
        output: output.clone(),
        pace: pace(),
        ..arguments.night.order(pipeline, file)
    };
    let is_stream = order.inputs.iter().any(|input| is_stream(input));
    if arguments.dry_run {
        return match plan(&order) {
            Ok(plan) => out(&planned(&order, &plan, arguments.format)),
            Err(failure) => fail(&failure),
        };
    }
    let forgets = order.pipeline.dedup.as_ref().is_some_and(|dedup| dedup.expire_days.is_some());
    if forgets && order.state.is_none() {
        note("without --state DIR: not compared with earlier nights, and later ones will not know this one");
    }
    let batch_of = order.pipeline.name.clone();
    let signals = Signals::default();
    if let Err(cause) = signals.listen() {
        error(&format!("listen for Ctrl-C: {cause}"), &[]);
        return Exit::Failed;
    }
    let mut progress = if is_printed {
        Watcher::printing_records(arguments.progress, &signals.stop)
    } else {
        Watcher::new(arguments.progress)
    };
    // A panic outside of a stage is an error in copydesk; the run has failed, and its exit code says so.
    let finished = catch_unwind(AssertUnwindSafe(|| run_night(order, &mut progress, &signals.stop)));
    drop(progress);
    let Ok(finished) = finished else {
        error("continue: this is an error in copydesk", &["please report it with the message above"]);
        return Exit::Failed;
    };
    let summary = Summary { output: &output, format: arguments.format, is_printed };
    match finished {
        Ok(Finish::Complete(ledger)) => summary.tell(&ledger),
        Ok(Finish::DoneBefore(ledger)) => {
            note(&format!("done already: {} holds this run, finished", output.display()));
            summary.tell(&ledger)
        }
        // The reader of the records, such as `head`, has gone away, and wants no more.
        Ok(Finish::Stopped) if is_printed && !signals.has_come() => Exit::Done,
        Ok(Finish::Stopped) if is_printed => signals.exit(),
        Ok(Finish::Stopped) => {
            note("stopped before the end; no file is half written");
            help(if is_stream { ANEW } else { GO_ON });
            let exit = signals.exit();
            note_failure(&output, &batch_of, exit);
            exit
        }
        // There is nothing to resume.
        Err(failure @ RunError::Write(_)) if is_printed => {
            error(&failure.to_string(), &[]);
            Exit::Failed
        }
        Err(failure) => {
            let refusal = end_failed(&output, &batch_of, &failure, is_stream);
            refusal.say();
            refusal.exit
        }
    }
}

/// Why records cannot be printed, and what to do.
fn unprintable(pipeline: &Pipeline, arguments: &NightArguments) -> Option<(&'static str, &'static str)> {
    if arguments.state.is_some() {
        return Some((
            "add to a state without an output folder",
            "give --output a folder: the state is repaired from the outputs of its nights",
        ));
    }
    let is_lines = pipeline.output.format == RecordsFormat::Jsonl;
    (!is_lines)
        .then_some(("print records as Parquet", "leave `format` in [output] out, or give --output a folder"))
}

/// A folder for a run whose records alone are wanted.
struct Scratch(OwnFolder);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        OwnFolder::new(&std::env::temp_dir(), "copydesk-").map(Self)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(cause) = std::fs::remove_dir_all(&self.0.path) {
            warning(&format!("failed to delete {}: {cause}", self.0.path.display()));
        }
    }
}

/// How a finished run's summary is printed.
pub(super) struct Summary<'a> {
    pub(super) output: &'a Path,
    pub(super) format: Format,
    /// Whether the records are on standard output.
    pub(super) is_printed: bool,
}

impl Summary<'_> {
    /// Prints what a finished run has to say.
    pub(super) fn tell(&self, ledger: &Ledger) -> Exit {
        let output = (!self.is_printed).then_some(self.output);
        let printed = match self.format {
            Format::Json => self.print(&summary::json(ledger, output)),
            Format::Human if Voice::chosen().quiet => {
                for crossed in &ledger.limits_crossed {
                    say(
                        Level::Warning,
                        &format!("{RED}limit{RESET}: {}", shown_name(&crossed.to_string())),
                        &[("limit", crossed.limit.as_str().into())],
                    );
                }
                Exit::Done
            }
            Format::Human => self.print(&summary::table(ledger, output, columns())),
        };
        if printed == Exit::Failed {
            note("the run itself is complete; its summary is in ledger.json");
        }
        if ledger.exit() == Exit::Crossed { Exit::Crossed } else { printed }
    }

    fn print(&self, text: &str) -> Exit {
        if !self.is_printed {
            return out(text);
        }
        note(text.trim_end());
        Exit::Done
    }
}

/// Whether an input can be read once only.
pub(crate) fn is_stream(input: &Path) -> bool {
    let is_named = input.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir());
    input == Path::new("-") || is_named
}

/// In a build for tests, marks can be nearer to each other: small dumps have to do for tests.
fn pace() -> Pace {
    let usual = Pace::default();
    if !cfg!(debug_assertions) {
        return usual;
    }
    let mark_bytes = std::env::var("COPYDESK_TEST_MARK_BYTES").ok().and_then(|bytes| bytes.parse().ok());
    match mark_bytes {
        Some(_) => Pace { mark_bytes, every: std::time::Duration::from_millis(20) },
        None => usual,
    }
}
