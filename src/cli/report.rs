//! `copydesk report`.

use std::path::PathBuf;

use super::Exit;
use super::show::{error, out};
use crate::run::write_report;

/// Write report.html and metrics.prom for a finished run again
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The run's folder
    folder: PathBuf,
}

pub(super) fn report(arguments: &Arguments) -> Exit {
    match write_report(&arguments.folder) {
        Ok(page) => out(&format!("{}\n", page.display())),
        Err(cause) => {
            error(
                &format!("write the report of {}: {cause}", arguments.folder.display()),
                &["a run's folder has ledger.json and _SUCCESS; `copydesk run` makes one"],
            );
            Exit::Usage
        }
    }
}
