//! `copydesk run`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use schemars::JsonSchema;
use serde::Serialize;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::night::NightArguments;
use super::progress::{Watcher, When};
use super::show;
use super::show::{
    Format, Level, RED, RESET, Voice, bytes, columns, count, error, help, note, out, refuse, say, warning,
    wrap,
};
use super::{Exit, Refusal, pipeline_file, summary};
use crate::account::{Batch, Ledger, exit_codes, failed_metrics};
use crate::finished::batch_folder;
use crate::night::{DryRun, Finish, NightOrder, Pace, PlannedOutput, RunError, now, plan, run as run_night};
use crate::pipeline::{Pipeline, RecordsFormat};
use crate::read::{FindError, failure_of};
use crate::state::StateError;
use crate::store::{StoreError, shown};
use crate::text::{Slice, counted, last_shell_word, shell_path, shown_name};
use crate::write::{FolderError, OutputFolder, OwnFolder, WriteError, write_file};

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
        Ok(Finish::Stopped) if is_printed && signals.which.load(Ordering::Relaxed) == 0 => Exit::Done,
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

/// How a run ends that failed, with metrics that say so.
pub(crate) fn end_failed(output: &Path, pipeline: &str, failure: &RunError, is_stream: bool) -> Refusal {
    let exit = exit_of(failure);
    let is_of_this_run = matches!(
        failure,
        RunError::Write(_)
            | RunError::Threads(_)
            | RunError::Unbalanced(_)
            | RunError::Resume(_)
            | RunError::State(StateError::Write(_) | StateError::Changed(_))
    );
    if is_of_this_run {
        note_failure(output, pipeline, exit);
    }
    let advice = advice(failure).into_iter();
    let advice = advice.map(|line| if is_stream { line.replace(GO_ON, ANEW) } else { line });
    Refusal::new(exit, failure.to_string(), advice.collect())
}

/// Says why there is no run, and how that ends the program.
pub(super) fn fail(failure: &RunError) -> Exit {
    refuse(&failure.to_string(), &advice(failure));
    exit_of(failure)
}

/// Whether a disk or a lack of file descriptors is why inputs could not be found, and not what was given.
fn is_of_the_disk(error: &FindError) -> bool {
    matches!(error, FindError::Folder { cause, .. } | FindError::Unread { cause, .. } if failure_of(cause).is_some())
}

/// How a run that failed ends the program.
pub(super) fn exit_of(failure: &RunError) -> Exit {
    match failure {
        RunError::Folder(FolderError::Write(failure))
        | RunError::State(StateError::Write(failure))
        | RunError::Write(failure)
            if failure.is_permanent() =>
        {
            Exit::Usage
        }
        RunError::Find(FindError::Store(failure)) if !failure.is_permanent() => Exit::Failed,
        RunError::Find(error) if is_of_the_disk(error) => Exit::Failed,
        RunError::Find(_)
        | RunError::SampleOfStream(_)
        | RunError::InputInOutput(_)
        | RunError::Resume(_)
        | RunError::OtherDone { .. }
        | RunError::State(
            StateError::Missing(_)
            | StateError::Foreign { .. }
            | StateError::OtherFormat { .. }
            | StateError::Lost { .. }
            | StateError::Damaged { .. }
            | StateError::NeedsRuns { .. }
            | StateError::NoDedup
            | StateError::Settings { .. }
            | StateError::NameTaken { .. }
            | StateError::NoNight { .. }
            | StateError::Overtaken(_),
        )
        | RunError::Folder(
            FolderError::HoldsRun(_)
            | FolderError::HoldsRemains(_)
            | FolderError::HoldsFile { .. }
            | FolderError::HoldsPlan(_)
            | FolderError::HoldsState(_),
        ) => Exit::Usage,
        RunError::Folder(FolderError::Write(_) | FolderError::InUse(_))
        | RunError::State(StateError::Write(_) | StateError::Changed(_) | StateError::InUse(_))
        | RunError::Write(_)
        | RunError::Threads(_)
        | RunError::Unbalanced(_) => Exit::Failed,
    }
}

/// Leaves metrics that say so where a run failed, for whoever watches; the run itself resumes from its checkpoint.
pub(crate) fn note_failure(output: &Path, pipeline: &str, exit: Exit) {
    if !OutputFolder::can_resume(output) {
        return;
    }
    let batch = Batch { pipeline, folder: &batch_folder(output) };
    let metrics = failed_metrics(batch, exit, now().as_second());
    if let Err(cause) = write_file(&output.join("metrics.prom"), metrics.as_bytes()) {
        warning(&format!("failed to {cause}"));
    }
    // It may be there already where the state could not be written, and knows nothing of that.
    if let Err(cause) = std::fs::remove_file(output.join("report.html"))
        && cause.kind() != std::io::ErrorKind::NotFound
    {
        warning(&format!("failed to delete report.html, which says nothing of this: {cause}"));
    }
}

/// What `run --dry-run --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Planned<'a> {
    pipeline: PlannedPipeline<'a>,
    /// The dumps, in order.
    dumps: Vec<&'a str>,
    /// Their size in bytes, compressed.
    packed_bytes: u64,
    /// Folders that were named and hold no dump: the night would be a lost one.
    empty_folders: &'a [String],
    output: PlannedFolder<'a>,
    /// Nights that the state has; `null` without `--state`, and for a state on a store.
    nights_in_state: Option<usize>,
}

/// The pipeline of a run.
#[derive(Serialize, JsonSchema)]
struct PlannedPipeline<'a> {
    /// Its name.
    name: &'a str,
    /// XXH3-128 of its file.
    fingerprint: &'a str,
    /// The kinds of its stages, in order.
    stages: Vec<&'a str>,
}

/// The output folder.
#[derive(Serialize, JsonSchema)]
struct PlannedFolder<'a> {
    /// Where it is.
    folder: String,
    /// What becomes of it: `new`, `restarted`, `resumed` or `done`.
    run: &'a str,
}

fn planned(order: &NightOrder, plan: &DryRun, format: Format) -> String {
    let (what, output) = match plan.output {
        PlannedOutput::New => ("new", "would be written"),
        PlannedOutput::Restarted => {
            ("restarted", "would be written anew; what a run left there would be deleted")
        }
        PlannedOutput::Resumed => ("resumed", "holds an unfinished run, which would resume"),
        PlannedOutput::Done => ("done", "holds this run, finished: there is nothing to do"),
    };
    let size: u64 = plan.dumps.iter().map(|dump| dump.packed_bytes).sum();
    let names: Vec<&str> = plan.dumps.iter().map(|dump| &*dump.name).collect();
    let stages: Vec<&str> = order.pipeline.steps.iter().map(|step| step.kind.name).collect();
    if format == Format::Json {
        return show::json(&Planned {
            pipeline: PlannedPipeline {
                name: &order.pipeline.name,
                fingerprint: &order.pipeline.fingerprint,
                stages,
            },
            dumps: names,
            packed_bytes: size,
            empty_folders: &plan.empty_folders,
            output: PlannedFolder { folder: shown(&order.output), run: what },
            nights_in_state: plan.nights,
        });
    }
    let mut lines = vec![
        format!("pipeline  {}: {}", order.pipeline.name, stages.join(", ")),
        format!("dumps     {} of {}: {}", count(names.len() as u64), bytes(size), names.join(", ")),
        format!("output    {} {output}", shown(&order.output)),
    ];
    if !plan.empty_folders.is_empty() {
        lines.push(format!("empty     {}: no dump is there", plan.empty_folders.join(", ")));
    }
    if let (Some(nights), Some(state)) = (plan.nights, &order.state) {
        lines.push(format!(
            "state     {} has {}",
            shown(&state.folder),
            counted(nights as u64, "night", "nights")
        ));
    }
    let wrapped = lines.iter().map(|line| {
        let rest = wrap(line.slice(10..), 10, columns());
        format!("{}{}\n", line.slice(..10), rest.trim_start())
    });
    wrapped.collect()
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

/// Signals that end a run: the first asks it to stop, the second ends the program at once.
#[derive(Default)]
pub(super) struct Signals {
    pub(super) stop: Arc<AtomicBool>,
    /// The one that came.
    which: Arc<AtomicUsize>,
}

impl Signals {
    const ALL: [(i32, Exit); 3] =
        [(SIGHUP, Exit::HungUp), (SIGINT, Exit::Interrupted), (SIGTERM, Exit::Terminated)];

    pub(super) fn listen(&self) -> std::io::Result<()> {
        use signal_hook::flag::{register, register_conditional_shutdown, register_usize};
        for (signal, exit) in Self::ALL {
            if signal == SIGHUP && is_ignored(signal) {
                continue;
            }
            register_conditional_shutdown(signal, i32::from(exit as u8), Arc::clone(&self.stop))?;
            register_usize(signal, Arc::clone(&self.which), exit as usize)?;
            register(signal, Arc::clone(&self.stop))?;
        }
        // A file that may not grow is an error of the write, as a full disk is, and no end without a word.
        #[cfg(unix)]
        register(signal_hook::consts::SIGXFSZ, Arc::default())?;
        Ok(())
    }

    /// How a run ends that one of them has stopped.
    pub(super) fn exit(&self) -> Exit {
        let which = self.which.load(Ordering::Relaxed);
        Self::ALL.iter().map(|(_, exit)| *exit).find(|exit| *exit as usize == which).unwrap_or(Exit::Failed)
    }
}

/// Whether this process was started to ignore a signal, as `nohup` does; Linux tells it.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (signal - 1) & 1 == 1
}

const GO_ON: &str = "the same command again resumes from the last checkpoint";
const ANEW: &str =
    "the same command with --restart begins anew, because its input cannot be read a second time";

/// Whether an input can be read once only.
pub(crate) fn is_stream(input: &Path) -> bool {
    let is_named = input.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir());
    input == Path::new("-") || is_named
}

fn advice(failure: &RunError) -> Vec<String> {
    let advice = match failure {
        RunError::OtherDone { .. }
        | RunError::Folder(FolderError::HoldsRun(_) | FolderError::HoldsRemains(_)) => {
            "give another --output, or --restart to delete that run and begin anew"
        }
        RunError::Folder(FolderError::HoldsPlan(_)) => {
            "`copydesk task` works on it; give another --output, or --restart to delete the plan and what its tasks have done"
        }
        RunError::Folder(FolderError::HoldsState(_)) => {
            "give another --output: a state has a folder of its own, and outlives the outputs of its nights"
        }
        RunError::Folder(FolderError::HoldsFile { .. }) => "give another --output, or move the file away",
        RunError::Folder(FolderError::InUse(_)) => "wait until it has finished, or give another --output",
        RunError::Resume(_) => {
            "--restart deletes what it has done and begins anew; another --output leaves it alone"
        }
        RunError::Write(error) | RunError::Folder(FolderError::Write(error)) => {
            return vec![write_advice(error, "give an --output folder that can be written to")];
        }
        RunError::Threads(_) => return vec![format!("{MORE_THREADS}; then {GO_ON}")],
        RunError::State(error) => return state_advice(error),
        RunError::SampleOfStream(_) => {
            "write it to a file first; --limit N takes the first N lines of a stream"
        }
        RunError::InputInOutput(_) => "give an --output folder that holds no input",
        RunError::Find(FindError::Store(error)) => error.advice(),
        RunError::Find(error) if is_of_the_disk(error) => "give the same command again",
        RunError::Find(_) => {
            "an input is a file, a folder that is searched for dumps, a pattern in quotes, or - for standard input"
        }
        RunError::Unbalanced(_) => "please report it with the message above; --restart begins anew",
    };
    vec![advice.to_owned()]
}

const MORE_THREADS: &str =
    "give fewer --threads, or let it have more memory and threads (`ulimit -v`, `ulimit -u`)";

/// What to do about a file that could not be written or read; `permanent` where the same would fail again.
fn write_advice(error: &WriteError, permanent: &str) -> String {
    use std::io::ErrorKind;
    /// `ENFILE` and `EMFILE`, which are the same on every Unix.
    const NO_DESCRIPTORS: [Option<i32>; 2] = [Some(23), Some(24)];
    let path = error.path.display();
    if let Some(error) = StoreError::within(&error.cause) {
        return error.advice().to_owned();
    }
    match error.cause.kind() {
        _ if error.is_full() => format!("free some space; then {GO_ON}"),
        ErrorKind::IsADirectory | ErrorKind::AlreadyExists => {
            format!("move away what is in the place of {path}; then give the same command again")
        }
        ErrorKind::FileTooLarge => format!("let files be larger (`ulimit -f`); then {GO_ON}"),
        ErrorKind::WouldBlock => format!("{MORE_THREADS}; then {GO_ON}"),
        _ if error.doing == "lock" => {
            format!(
                "put it where files can be locked, or start what locks them there (`rpc.statd` of NFS); then {GO_ON}"
            )
        }
        _ if cfg!(unix) && NO_DESCRIPTORS.contains(&error.cause.raw_os_error()) => {
            format!("let it have more open files (`ulimit -n`); then {GO_ON}")
        }
        ErrorKind::InvalidData => {
            format!("put {path} back as it was written; then give the same command again")
        }
        ErrorKind::PermissionDenied if error.doing == "read" => {
            format!("let this user read {path}; then give the same command again")
        }
        _ if error.is_permanent() => permanent.to_owned(),
        _ => GO_ON.to_owned(),
    }
}

/// A command about a state that can be pasted into a shell.
pub(super) fn state_command(command: &str, folder: &Path) -> String {
    format!("`copydesk state {command} {}`", shell_path(&folder.display().to_string()))
}

/// The command that takes a night out of a state.
fn forget_command(folder: &Path, night: &str) -> String {
    let folder = shell_path(&folder.display().to_string());
    format!("`copydesk state forget {folder} {}`", last_shell_word(night))
}

/// What to do about a state that cannot be used.
pub(super) fn state_advice(error: &StateError) -> Vec<String> {
    let advice = match error {
        StateError::InUse(_) => "wait until it has finished",
        StateError::Settings { .. } => {
            "give the pipeline the state's settings, or another --state; what texts were compared by cannot be changed"
        }
        StateError::NameTaken { folder, night, .. } => {
            return vec![
                "give another name with --night; with --night and that name, it is replaced".to_owned(),
                format!("{} takes it out", forget_command(folder, night)),
            ];
        }
        StateError::NoDedup => "add [dedup] to the pipeline, or leave --state out",
        StateError::Foreign { .. } => "give another --state; a new folder begins anew",
        StateError::OtherFormat { .. } => {
            "use that version of copydesk or a later one; with another --state, nothing is remembered"
        }
        StateError::Damaged { folder, .. } => {
            return vec![format!(
                "{} names what is damaged, and {} writes it again from the nights' outputs",
                state_command("check", folder),
                state_command("repair", folder)
            )];
        }
        StateError::Lost { folder, .. } => {
            return vec![format!(
                "give the output folders of its nights, the oldest first, and their pipeline: `copydesk state repair {} RUN… \
                 --pipeline nightly`",
                shell_path(&folder.display().to_string())
            )];
        }
        StateError::NeedsRuns { folder, nights } => {
            let forget = nights.first().map_or_else(String::new, |(night, _)| forget_command(folder, night));
            let folder = shell_path(&folder.display().to_string());
            return vec![format!(
                "give their output folders: `copydesk state repair {folder} RUN…`; or {forget} takes out the first"
            )];
        }
        StateError::Missing(_) => "`copydesk run … --state DIR` makes one",
        StateError::Overtaken(_) => {
            "nothing of either is lost; --restart does this night anew, after the other, of whose articles it then knows"
        }
        StateError::Changed(_) => {
            "see that no other run writes there and that its disk is mounted; then give the same command again"
        }
        StateError::Write(error) => {
            return vec![write_advice(error, "give a --state folder that can be read and written")];
        }
        StateError::NoNight { nights, .. } if !nights.is_empty() => {
            return vec![format!("its nights are {}", nights.join(", "))];
        }
        StateError::NoNight { folder, .. } => {
            return vec![format!("{} has their names", state_command("list", folder))];
        }
    };
    vec![advice.to_owned()]
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
