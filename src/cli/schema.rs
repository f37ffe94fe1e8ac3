//! `copydesk schema`.

use serde_json::{Map, Value, json};

use super::Exit;
use super::show::out;
use crate::account::Ledger;
use crate::article::{DROPPED_KEYS, Key, QUARANTINE_KEYS, RECORD_KEYS, Shape};
use crate::explain::Explanation;
use crate::pipeline;

/// JSON Schema of what copydesk reads and writes
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What to describe
    of: Of,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Of {
    /// A line of records/, dropped/ or quarantine/
    Record,
    /// ledger.json
    Ledger,
    /// A pipeline file, as JSON would have it
    Pipeline,
    /// What `copydesk explain --format json` prints
    Explanation,
}

pub(super) fn schema(arguments: &Arguments) -> Exit {
    let schema = match arguments.of {
        Of::Record => record(),
        Of::Ledger => schemars::schema_for!(Ledger).to_value(),
        Of::Pipeline => pipeline::schema(),
        Of::Explanation => schemars::schema_for!(Explanation).to_value(),
    };
    out(&format!("{schema:#}\n"))
}

fn record() -> Value {
    let titled = |title: &str, keys: &[Key]| {
        let mut schema = object(keys);
        schema["title"] = title.into();
        schema
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "oneOf": [
            titled("a line of records/", RECORD_KEYS),
            titled("a line of dropped/", &[RECORD_KEYS, DROPPED_KEYS].concat()),
            titled("a line of quarantine/", QUARANTINE_KEYS),
        ],
    })
}

fn object(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut schema = shape(key.shape);
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
