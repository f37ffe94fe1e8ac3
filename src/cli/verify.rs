//! `copydesk verify`.

use std::path::PathBuf;

use super::Exit;
use super::show::{bytes, count, error, out};
use crate::run::verify as verify_run;

/// Re-read a run's outputs: checksums, counts, and every line in exactly one place
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The run's folder
    folder: PathBuf,
}

pub(super) fn verify(arguments: &Arguments) -> Exit {
    let folder = arguments.folder.display();
    match verify_run(&arguments.folder) {
        Ok(found) => {
            let (files, lines) = (count(found.files as u64), count(found.lines));
            out(&format!("{folder} is right: {files} files, {lines} lines, {}\n", bytes(found.bytes)))
        }
        Err(problems) => {
            error(&format!("verify {folder}:"), &[]);
            problems.iter().for_each(|problem| super::show::note(&format!("  {problem}")));
            super::show::note(
                "help: run it again with the same command and --restart; the same input gives the same bytes",
            );
            Exit::Failed
        }
    }
}
