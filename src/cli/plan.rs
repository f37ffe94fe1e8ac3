//! `copydesk plan`.

use std::path::PathBuf;

use super::show::{bytes, count, error, out};
use super::{Exit, pipeline_file, task};
use crate::night::tasks::{PlanOrder, plan as plan_night};
use crate::night::{NightOrder, Pace, StateOrder};
use crate::state::NightName;

/// Plan a run as tasks for several machines over a shared folder; `copydesk task` does them
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A TOML file, or the name of a shipped pipeline
    pipeline: String,
    /// Dumps: files, folders or quoted patterns, at paths that every machine can read
    #[arg(required = true)]
    input: Vec<String>,
    /// The folder for the plan and the outputs, which every machine can write to
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    /// What earlier nights kept, as for `run`
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// What the night is called in the state [default: the output folder's name]
    #[arg(long, value_name = "NAME", requires = "state")]
    night: Option<String>,
    /// About how much a part is to hold, decompressed; a part is one or more whole dumps
    #[arg(long, value_name = "SIZE", default_value = "4GB", value_parser = size)]
    part_bytes: u64,
    /// Delete a plan or a run in the output folder, and plan anew
    #[arg(long)]
    restart: bool,
}

fn size(text: &str) -> Result<u64, String> {
    let size: Result<bytesize::ByteSize, _> = text.parse();
    size.map(|size| size.as_u64()).map_err(|_| "expected a size such as 500MB or 4GB".to_owned())
}

pub(super) fn plan(arguments: Arguments) -> Exit {
    let Some((pipeline, _)) = pipeline_file::load(&arguments.pipeline) else { return Exit::Usage };
    let source = match pipeline_file::source(&arguments.pipeline) {
        Ok(source) => source,
        Err(cause) => {
            error(&format!("read the pipeline {}: {cause}", arguments.pipeline), &[]);
            return Exit::Usage;
        }
    };
    let order = NightOrder {
        pipeline,
        pipeline_file: pipeline_file::path(&arguments.pipeline),
        inputs: arguments.input,
        output: arguments.output,
        threads: 1,
        limit: None,
        sample: None,
        restart: arguments.restart,
        state: arguments.state.map(|folder| {
            let night = arguments.night.map_or(NightName::OfFolder, NightName::Given);
            StateOrder { folder, night }
        }),
        pace: Pace::default(),
    };
    match plan_night(PlanOrder { order, source, part_bytes: arguments.part_bytes }) {
        Ok(plan) => {
            let (parts, dumps) = (plan.parts() as u64, plan.dumps() as u64);
            let folder = plan.folder().display();
            out(&format!(
                "planned: {} of {} in {} of about {}\nnext:    copydesk task {folder} work --share I/N on each machine, \
                 then decide, write --share I/N, seal; or `copydesk task {folder} all`\n",
                some(dumps, "dump"),
                bytes(plan.packed_bytes()),
                some(parts, "part"),
                bytes(arguments.part_bytes),
            ))
        }
        Err(failure) => task::fail(&failure),
    }
}

fn some(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{} {what}s", count(number)) }
}
