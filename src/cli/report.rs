//! `copydesk report`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use super::Exit;
use super::show::{Format, error, json, out};
use super::what_if::fail;
use crate::finished::{write_index, write_report};

/// Write report.html and metrics.prom for a finished run again, or the index over nights
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The run's folder, or its address on a store
    #[arg(required_unless_present = "index")]
    folder: Option<PathBuf>,
    /// Write index.html into a folder of nights: a line for each, as each run with --state does
    #[arg(long, value_name = "DIR", conflicts_with = "folder")]
    index: Option<PathBuf>,
    /// How to print what was written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `report --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Written {
    /// The page that was written.
    page: String,
}

pub(super) fn report(arguments: &Arguments) -> Exit {
    let written = match (&arguments.folder, &arguments.index) {
        (_, Some(folder)) => write_index(folder),
        (Some(folder), None) => write_report(folder).map(Some),
        (None, None) => Ok(None),
    };
    match written {
        Ok(Some(page)) => out(&match arguments.format {
            Format::Human => format!("{}\n", page.display()),
            Format::Json => json(&Written { page: page.display().to_string() }),
        }),
        Ok(None) => {
            error("write index.html: the one that is there is not copydesk's", &["delete it, or rename it"]);
            Exit::Usage
        }
        Err(failure) => fail(&failure),
    }
}
