//! `copydesk verify`.

use std::path::PathBuf;

use super::Exit;
use super::run::state_advice;
use super::show::{Level, bytes, count, error, help, out, say};
use super::what_if::fail;
use crate::finished::{FinishedRun, verify as verify_run};
use crate::state::State;

/// Re-read a run's outputs: checksums, counts, every line in order and in exactly one place
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The run's folder
    folder: PathBuf,
    /// The state that the run had: whether it holds what the run kept, and its files are right
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
}

pub(super) fn verify(arguments: &Arguments) -> Exit {
    let folder = arguments.folder.display();
    let state = match arguments.state.as_deref().map(State::look).transpose() {
        Ok(state) => state,
        Err(failure) => {
            error(&failure.to_string(), state_advice(&failure));
            return Exit::Usage;
        }
    };
    let run = match FinishedRun::open(&arguments.folder) {
        Ok(run) => run,
        Err(failure) => return fail(&failure, "PIPELINE"),
    };
    match verify_run(&run, state.as_ref()) {
        Ok(found) => {
            let (files, lines) = (count(found.files as u64), count(found.lines));
            out(&format!("{folder} is right: {files} files, {lines} lines, {}\n", bytes(found.bytes)))
        }
        Err(problems) => {
            error(&format!("verify {folder}:"), &[]);
            problems.iter().for_each(|problem| say(Level::Error, &format!("  {problem}"), &[]));
            help("run it again with the same command and --restart; the same input gives the same bytes");
            Exit::Failed
        }
    }
}
