//! `copydesk schema`.

use serde_json::{Map, Value, json};

use super::Exit;
use super::columns::{Reader, columns};
use super::show::{error, out};
use crate::account::Ledger;
use crate::article::{Key, Shape};
use crate::explain::Explanation;
use crate::finished::keys_of;
use crate::pipeline;
use crate::write::Output;

/// JSON Schema of what copydesk reads and writes
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What to describe
    of: Of,
    /// Print the columns of `records/`, `dropped/` or `quarantine/` in the form this program takes, not JSON Schema
    #[arg(long = "for", value_name = "READER")]
    reader: Option<Reader>,
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
}

pub(super) fn schema(arguments: &Arguments) -> Exit {
    if let Some(reader) = arguments.reader {
        let output = match arguments.of {
            Of::Record => Output::Records,
            Of::Dropped => Output::Dropped,
            Of::Quarantine => Output::Quarantine,
            Of::Ledger | Of::Pipeline | Of::Explanation => {
                error("find columns in that", &["`record`, `dropped` and `quarantine` have columns"]);
                return Exit::Usage;
            }
        };
        return out(&format!("{}\n", columns(reader, &keys_of(output))));
    }
    let schema = match arguments.of {
        Of::Record => record(),
        Of::Dropped => alone(Output::Dropped),
        Of::Quarantine => alone(Output::Quarantine),
        Of::Ledger => schemars::schema_for!(Ledger).to_value(),
        Of::Pipeline => pipeline::schema(),
        Of::Explanation => schemars::schema_for!(Explanation).to_value(),
    };
    out(&format!("{schema:#}\n"))
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
