//! `copydesk run --dry-run`.

use schemars::JsonSchema;
use serde::Serialize;

use super::show::{self, Format, bytes, columns, count, wrap};
use crate::night::{DryRun, NightOrder, PlannedOutput};
use crate::store::shown;
use crate::text::{Slice, counted};

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

/// What would be done.
pub(super) fn planned(order: &NightOrder, plan: &DryRun, format: Format) -> String {
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
