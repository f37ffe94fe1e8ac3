//! The documentation of a settings struct, read off its JSON Schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// One option: what `copydesk stages KIND` prints.
#[derive(Clone, Debug, PartialEq, schemars::JsonSchema, serde::Serialize)]
pub struct OptionDoc {
    /// The key.
    pub name: String,
    /// What values it takes, such as `integer` or `"keep" | "remove"`.
    pub values: String,
    /// The value it has when left out, as TOML; `None` where it has to be given or is simply off.
    pub default: Option<String>,
    /// What it does.
    pub about: String,
}

/// The JSON Schema of a settings struct.
pub fn settings_schema<T: JsonSchema>() -> Value {
    // Inline, so that one schema can be part of another.
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// The options that the schema of a settings struct has, in the order of the struct.
pub fn option_docs(schema: &Value) -> Vec<OptionDoc> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    properties
        .iter()
        .map(|(name, property)| OptionDoc {
            name: name.clone(),
            values: values(property),
            default: property.get("default").filter(|value| !value.is_null()).map(toml_text),
            about: text(property, "description"),
        })
        .collect()
}

fn text(schema: &Value, key: &str) -> String {
    schema
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn values(property: &Value) -> String {
    if let Some(constant) = property.get("const") {
        return constant.to_string();
    }
    for key in ["enum", "oneOf", "anyOf"] {
        let Some(variants) = property.get(key).and_then(Value::as_array) else { continue };
        let each = |variant: &Value| if key == "enum" { variant.to_string() } else { values(variant) };
        let names: Vec<String> = variants.iter().map(each).filter(|name| name != "null").collect();
        return names.join(" | ");
    }
    let one = |name: &str| match name {
        "array" => {
            let items = property.get("items").map_or_else(String::new, values);
            if items.is_empty() { "list".to_string() } else { format!("list of {items}") }
        }
        "object" => "table".to_string(),
        name => name.to_string(),
    };
    match property.get("type") {
        Some(Value::String(name)) => one(name),
        Some(Value::Array(names)) => {
            let names: Vec<String> =
                names.iter().filter_map(Value::as_str).filter(|name| *name != "null").map(one).collect();
            names.join(" | ")
        }
        _ => String::new(),
    }
}

fn toml_text(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(toml_text).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key} = {}", toml_text(value))).collect();
            if entries.is_empty() { "{}".to_string() } else { format!("{{ {} }}", entries.join(", ")) }
        }
        value => value.to_string(),
    }
}
