//! How a run that failed ends, and what to do about it.

use std::io;
use std::path::Path;

use super::show::{refuse, warning};
use super::{Exit, Refusal};
use crate::account::{Batch, failed_metrics};
use crate::finished::batch_folder;
use crate::night::{RunError, now};
use crate::read::{FindError, failure_of};
use crate::state::StateError;
use crate::store::StoreError;
use crate::text::{last_shell_word, shell_path};
use crate::write::{FolderError, OutputFolder, WriteError, write_file};

pub(super) const GO_ON: &str = "the same command again resumes from the last checkpoint";
pub(super) const ANEW: &str =
    "the same command with --restart begins anew, because its input cannot be read a second time";

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

/// Why an input could not be looked at or read, where that is not because of what was given.
fn unread_cause(error: &FindError) -> Option<(&Path, &io::Error)> {
    match error {
        FindError::Folder { path, cause } | FindError::Unread { path, cause } => {
            failure_of(cause).map(|_| (&**path, cause))
        }
        _ => None,
    }
}

/// What to do about an input that could not be looked at or read, where that is not because of what was given.
pub(super) fn unread_advice(error: &FindError) -> Option<String> {
    match error {
        FindError::Store(error) => Some(error.advice().to_owned()),
        error => unread_cause(error).map(|(path, cause)| {
            if is_forbidden(cause) { let_read(path) } else { "give the same command again".to_owned() }
        }),
    }
}

fn is_forbidden(cause: &io::Error) -> bool {
    cause.kind() == io::ErrorKind::PermissionDenied
}

fn let_read(path: &Path) -> String {
    format!("let this user read {}; then give the same command again", path.display())
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
        RunError::Find(error) if unread_cause(error).is_some_and(|(_, cause)| !is_forbidden(cause)) => {
            Exit::Failed
        }
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

/// What to do about a run that failed.
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
        RunError::Find(error) if let Some(advice) = unread_advice(error) => return vec![advice],
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
        ErrorKind::PermissionDenied if error.doing == "read" => let_read(&error.path),
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
