//! `copydesk verify`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use super::Exit;
use super::failure::{state_advice, state_command};
use super::show::{Format, Level, bytes, error, help, json, out, refuse, say};
use super::what_if::fail;
use crate::finished::{FinishedRun, verify as verify_run};
use crate::state::State;
use crate::store::shown;
use crate::text::counted;

/// Re-read a run's outputs: checksums, counts, every line in order and in exactly one place
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The run's folder
    folder: PathBuf,
    /// The state that the run had: whether it holds what the run kept, and its files are right
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `verify --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Verification {
    /// The run's folder.
    folder: String,
    /// Whether everything is as the ledger says.
    is_right: bool,
    /// Output files that were read; absent where something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<usize>,
    /// Their lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<u64>,
    /// Their bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    /// What is wrong, a sentence each.
    problems: Vec<String>,
}

pub(super) fn verify(arguments: &Arguments) -> Exit {
    let folder = shown(&arguments.folder);
    let state = match arguments.state.as_deref().map(State::look).transpose() {
        Ok(state) => state,
        Err(failure) => {
            refuse(&failure.to_string(), &state_advice(&failure));
            return Exit::Usage;
        }
    };
    let run = match FinishedRun::open(&arguments.folder) {
        Ok(run) => run,
        Err(failure) => return fail(&failure),
    };
    // What is in damaged files cannot be compared.
    let damages = state.as_ref().map(State::damages).unwrap_or_default();
    let found = verify_run(&run, state.as_ref().filter(|_| damages.is_empty()));
    let is_run_right = found.is_ok();
    let found = match found {
        Ok(_) if !damages.is_empty() => Err(damages.clone()),
        Ok(found) => Ok(found),
        Err(problems) => Err([problems, damages.clone()].concat()),
    };
    if arguments.format == Format::Json {
        let (read, problems) = match found {
            Ok(found) => (Some(found), Vec::new()),
            Err(problems) => (None, problems),
        };
        let is_right = problems.is_empty();
        let printed = out(&json(&Verification {
            folder: folder.clone(),
            is_right,
            files: read.map(|read| read.files),
            lines: read.map(|read| read.lines),
            bytes: read.map(|read| read.bytes),
            problems,
        }));
        return if is_right { printed } else { Exit::Failed };
    }
    match found {
        Ok(found) => {
            let files = counted(found.files as u64, "file", "files");
            let lines = counted(found.lines, "line", "lines");
            out(&format!("{folder} is right: {files}, {lines}, {}\n", bytes(found.bytes)))
        }
        Err(problems) => {
            error(&format!("verify {folder}:"), &[]);
            problems.iter().for_each(|problem| say(Level::Error, &format!("  {problem}"), &[]));
            if !is_run_right {
                help("run it again with the same command and --restart; the same input gives the same bytes");
            }
            if let (Some(state), false) = (&arguments.state, damages.is_empty()) {
                help(&format!(
                    "{} writes again what is damaged in the state",
                    state_command("repair", state)
                ));
            }
            Exit::Failed
        }
    }
}
