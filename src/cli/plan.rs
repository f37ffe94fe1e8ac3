//! `copydesk plan`.

use schemars::JsonSchema;
use serde::Serialize;

use super::night::NightArguments;
use super::progress::{Watcher, When};
use super::show::{Format, Voice, bytes, error, json, out};
use super::{Exit, pipeline_file, task};
use crate::night::tasks::{PlanOrder, plan as plan_night};
use crate::text::{counted, shell_path};

/// Plan a run as tasks for several machines over a shared folder or a store; `copydesk task` does them
///
/// Dumps and folders are on a store, or at paths that every machine has; standard input cannot be planned.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    night: NightArguments,
    /// About how much a part is to hold, decompressed; a part is one or more whole dumps
    #[arg(long, value_name = "SIZE", default_value = "4GB", value_parser = size)]
    part_bytes: u64,
    /// How to print what was planned
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `plan --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct PlannedTasks {
    /// The plan's folder, which `copydesk task` takes.
    folder: String,
    /// How many parts it has.
    parts: usize,
    /// How many dumps they hold.
    dumps: usize,
    /// The dumps' size in bytes, compressed.
    packed_bytes: u64,
    /// About how many bytes a part is to hold, decompressed.
    part_bytes: u64,
}

fn size(text: &str) -> Result<u64, String> {
    let size: Result<bytesize::ByteSize, _> = text.parse();
    size.map(|size| size.as_u64()).map_err(|_| "expected a size such as 500MB or 4GB".to_owned())
}

pub(super) fn plan(arguments: Arguments) -> Exit {
    let name = arguments.night.pipeline.clone();
    let Some((pipeline, _)) = pipeline_file::load(&name) else { return Exit::Usage };
    let source = match pipeline_file::source(&name) {
        Ok(source) => source,
        Err(cause) => {
            error(&format!("read the pipeline {name}: {cause}"), &[]);
            return Exit::Usage;
        }
    };
    let order = arguments.night.order(pipeline, pipeline_file::path(&name));
    let order = PlanOrder { order, source, part_bytes: arguments.part_bytes };
    match plan_night(order, &mut Watcher::new(When::Never)) {
        Ok(plan) => {
            if arguments.format == Format::Json {
                return out(&json(&PlannedTasks {
                    folder: plan.folder().display().to_string(),
                    parts: plan.parts(),
                    dumps: plan.dumps(),
                    packed_bytes: plan.packed_bytes(),
                    part_bytes: arguments.part_bytes,
                }));
            }
            if Voice::chosen().quiet {
                return Exit::Done;
            }
            let (parts, dumps) = (plan.parts() as u64, plan.dumps() as u64);
            let folder = shell_path(&plan.folder().display().to_string());
            out(&format!(
                "planned: {} of {} in {} of about {}\n\
                 next:    copydesk task {folder} all\n\
                 or on N machines, of which each gives its own number, from 0, for I:\n\
                 \u{20}        copydesk task {folder} work --share I/N\n\
                 \u{20}        copydesk task {folder} decide\n\
                 \u{20}        copydesk task {folder} write --share I/N\n\
                 \u{20}        copydesk task {folder} seal\n",
                counted(dumps, "dump", "dumps"),
                bytes(plan.packed_bytes()),
                counted(parts, "part", "parts"),
                bytes(arguments.part_bytes),
            ))
        }
        Err(failure) => task::fail(&failure),
    }
}
