//! `copydesk fields`: the names under which a record's fields are found.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::Exit;
use super::show;
use super::show::{BOLD, Format, RESET, out, prose_columns, wrap};
use crate::decode::{FieldMap, FieldNames};

/// The keys that a record's fields are read from, best first
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What `fields --format json` says.
#[derive(Serialize, JsonSchema)]
pub(super) struct Fields {
    /// The fields and the keys they are read from.
    fields: Vec<FieldNames>,
    /// The objects in which these keys are looked for, too.
    metadata: &'static [&'static str],
}

const INDENT: usize = 16;

pub(super) fn fields(arguments: &Arguments) -> Exit {
    let fields: Vec<FieldNames> = FieldMap::usual().collect();
    let metadata = FieldMap::metadata();
    out(&match arguments.format {
        Format::Human => list(&fields, metadata),
        Format::Json => show::json(&Fields { fields, metadata }),
    })
}

fn list(fields: &[FieldNames], metadata: &[&str]) -> String {
    let mut text = String::new();
    for names in fields {
        let keys = wrap(&names.keys.join(" "), INDENT, prose_columns());
        writeln!(text, "{BOLD}{:<INDENT$}{RESET}{}", names.field, keys.trim_start())
            .expect("a String takes any text");
    }
    let about = [
        "Of the keys that a record has, the first whose value fits the field counts; what no field takes is in `extra`. Case, \
         `-`, `_`, `:` and spaces don\'t matter: `datePublished` is `date_published`. A dot leads into a nested object."
            .to_owned(),
        format!("The names are looked for in these objects, too, after the record\'s own keys: {}.", metadata.join(", ")),
        format!(
            "What the fields are called in {} other languages is among the names: `Überschrift`, `fecha de publicación`, `カテゴリ`. \
             `--format json` lists these.",
            FieldMap::languages()
        ),
        "A record may be inside other objects, three deep at most, whatever their keys are called. In a pipeline, \
         `[input.fields]` puts names of your own before these: `title = [\"kopfzeile\"]`."
            .to_owned(),
    ];
    for paragraph in about {
        writeln!(text, "\n{}", wrap(&paragraph, 0, prose_columns())).expect("a String takes any text");
    }
    text
}
