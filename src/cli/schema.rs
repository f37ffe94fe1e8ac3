//! `copydesk schema`.

use clap::ValueEnum;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Exit;
use super::columns::{Reader, columns};
use super::show;
use super::show::{BOLD, Format, RESET, error, out, prose_columns, wrap};
use crate::account::Ledger;
use crate::article::{Key, Shape};
use crate::explain::Explanation;
use crate::finished::keys_of;
use crate::pipeline;
use crate::write::Output;

/// JSON Schema of what copydesk reads and writes
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What to describe; a list of all when left out
    of: Option<Of>,
    /// Print the columns of `records/`, `dropped/` or `quarantine/` in the form this program takes, not JSON Schema
    #[arg(long = "for", value_name = "READER")]
    reader: Option<Reader>,
    /// How to print the list, or columns; a schema is JSON either way
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `schema --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Schemas {
    /// All that has a schema.
    schemas: Vec<Described>,
}

/// Something that has a schema.
#[derive(Serialize, JsonSchema)]
struct Described {
    /// Its name, as `copydesk schema` takes it.
    name: String,
    /// What it describes.
    about: String,
}

/// What `schema record --for duckdb --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Columns {
    /// The columns, in the form that the reader takes.
    columns: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Of {
    /// A line of records/, dropped/ or quarantine/
    Record,
    /// A line of dropped/
    Dropped,
    /// A line of quarantine/
    Quarantine,
    /// ledger.json
    Ledger,
    /// A pipeline file, as JSON would have it
    Pipeline,
    /// What `copydesk explain --format json` prints
    Explanation,
    /// What `copydesk run --format json` prints
    Run,
    /// What `copydesk run --dry-run --format json` prints
    Plan,
    /// What `copydesk plan --format json` prints
    Tasks,
    /// What `copydesk init --format json` prints
    Init,
    /// What `copydesk check --format json` prints
    Check,
    /// What `copydesk verify --format json` prints
    Verify,
    /// What `copydesk report --format json` prints
    Report,
    /// What `copydesk what-if --format json` prints
    WhatIf,
    /// What `copydesk diff --format json` prints
    Diff,
    /// What `copydesk state add --format json` prints
    StateAdd,
    /// What `copydesk state list --format json` prints
    StateList,
    /// What `copydesk state stats --format json` prints
    StateStats,
    /// What `copydesk state forget --format json` prints
    StateForget,
    /// What `copydesk state allow --format json` prints
    StateAllow,
    /// What `copydesk state check --format json` prints
    StateCheck,
    /// What `copydesk state repair --format json` prints
    StateRepair,
    /// What `copydesk pipelines --format json` prints
    Pipelines,
    /// What `copydesk pipelines show NAME --format json` prints
    PipelinesShow,
    /// What `copydesk schema --format json` prints
    Schemas,
    /// What `copydesk schema NAME --for READER --format json` prints
    Columns,
    /// What `copydesk stages --format json` prints
    Stages,
    /// What `copydesk fields --format json` prints
    Fields,
    /// A line of stderr with `--log-format json`
    Log,
}

pub(super) fn schema(arguments: &Arguments) -> Exit {
    let Some(described) = arguments.of else {
        return list(arguments);
    };
    if let Some(reader) = arguments.reader {
        let output = match described {
            Of::Record => Output::Records,
            Of::Dropped => Output::Dropped,
            Of::Quarantine => Output::Quarantine,
            _ => {
                error("find columns in that", &["`record`, `dropped` and `quarantine` have columns"]);
                return Exit::Usage;
            }
        };
        let columns = columns(reader, &keys_of(output));
        return out(&match arguments.format {
            Format::Human => format!("{columns}\n"),
            Format::Json => show::json(&Columns { columns }),
        });
    }
    let schema = match described {
        Of::Record => record(),
        Of::Dropped => alone(Output::Dropped),
        Of::Quarantine => alone(Output::Quarantine),
        Of::Ledger => of::<Ledger>(),
        Of::Pipeline => pipeline::schema(),
        Of::Explanation => of::<Explanation>(),
        Of::Run => of::<super::summary::Summary<'_>>(),
        Of::Plan => of::<super::planned::Planned<'_>>(),
        Of::Tasks => of::<super::plan::PlannedTasks>(),
        Of::Init => of::<super::init::Surveyed>(),
        Of::PipelinesShow => of::<super::pipelines::ShippedFile>(),
        Of::Schemas => of::<Schemas>(),
        Of::Columns => of::<Columns>(),
        Of::Check => of::<super::check::Checked>(),
        Of::Verify => of::<super::verify::Verification>(),
        Of::Report => of::<super::report::Written>(),
        Of::WhatIf => of::<crate::finished::what_if::Report>(),
        Of::Diff => of::<crate::finished::diff::RunDifference>(),
        Of::StateAdd => of::<super::state::Added>(),
        Of::StateList => of::<super::state::Listed<'_>>(),
        Of::StateStats => of::<super::state::Stats>(),
        Of::StateForget => {
            json!({ "$schema": DRAFT, "oneOf": [of::<super::state::Forgotten<'_>>(), of::<super::state::Withheld>()] })
        }
        Of::StateAllow => of::<super::state::Allowed>(),
        Of::StateCheck => of::<super::state::Checked>(),
        Of::StateRepair => of::<super::state::Repaired>(),
        Of::Pipelines => of::<super::pipelines::Pipelines>(),
        Of::Stages => of::<super::stages::Stages>(),
        Of::Fields => of::<super::fields::Fields>(),
        Of::Log => of::<super::show::LogLine>(),
    };
    out(&format!("{schema:#}\n"))
}

/// All that has a schema.
fn list(arguments: &Arguments) -> Exit {
    if arguments.reader.is_some() {
        error("tell what the columns are of", &["`record`, `dropped` and `quarantine` have columns"]);
        return Exit::Usage;
    }
    let values = Of::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let schemas: Vec<Described> = values
        .map(|value| Described {
            name: value.get_name().to_owned(),
            about: value.get_help().map(ToString::to_string).unwrap_or_default(),
        })
        .collect();
    if arguments.format == Format::Json {
        return out(&show::json(&Schemas { schemas }));
    }
    let lines = schemas.iter().map(|one| {
        let about = wrap(&one.about, 16, prose_columns());
        format!("{BOLD}{:<16}{RESET}{}\n", one.name, about.trim_start())
    });
    out(&lines.collect::<String>())
}

/// The schema of what is written by serde, where a key that may be left out is not required.
fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

fn record() -> Value {
    json!({ "$schema": DRAFT, "oneOf": Output::ALL.map(line_of) })
}

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

fn alone(output: Output) -> Value {
    let mut schema = line_of(output);
    schema["$schema"] = DRAFT.into();
    schema
}

fn line_of(output: Output) -> Value {
    let keys = keys_of(output);
    let mut schema = object(&keys);
    schema["title"] = format!("a line of {}/", output.folder()).into();
    // Every line has every key, but for `extra` where the pipeline does not want it.
    let always = keys.iter().filter(|key| key.shape != Shape::Extra).map(|key| Value::from(key.name));
    schema["required"] = always.collect();
    schema
}

fn object(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut schema = shape(key.shape);
            if !key.required {
                schema = json!({ "anyOf": [schema, { "type": "null" }] });
            }
            schema["description"] = key.about.into();
            (key.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Id => json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" }),
        Shape::Count => json!({ "type": "integer", "minimum": 0 }),
        Shape::Number => json!({ "type": "number" }),
        // RFC 3339 has a date alone as `full-date`, and a time of an unknown zone not at all.
        Shape::Date => {
            json!({ "type": "string", "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?$" })
        }
        Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Object(keys) => object(keys),
        Shape::Objects(keys) => json!({ "type": "array", "items": object(keys) }),
        Shape::Open => json!({ "type": "object" }),
        Shape::Extra => json!({ "type": ["string", "object"] }),
        Shape::Measured => json!({ "type": ["number", "string"] }),
    }
}
