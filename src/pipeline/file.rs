//! The pipeline file.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use toml::de::DeValue;

use super::cases::{TestCase, TestTable};
use super::layers::{self, Layer, Merged, StageEntry};
use super::{Pipeline, Setting, Step, order};
use crate::article::ExtraStyle;
use crate::date::DayOrder;
use crate::decode::{FieldMap, OwnNames};
use crate::dedup::DedupSettings;
use crate::settings::{
    ByteSize, Check, Document, Problem, SettingsTable, byte_size, read_section, settings_schema,
};
use crate::stage::catalogue;

/// The only format there is so far. A later copydesk that reads files differently will tell them apart by it.
const FORMAT: &str = "1";

/// `[input.fields]`: a pipeline's own names for fields.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct FieldSettings {
    /// The names alone count, for the fields that have some here: the usual ones don't.
    pub only: bool,
    /// For a field, the keys it is read from, best first; a dot leads into a nested object.
    #[serde(flatten, deserialize_with = "names")]
    #[schemars(with = "BTreeMap<String, Keys>")]
    pub names: BTreeMap<String, Vec<String>>,
}

/// The keys that a field is read from.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a key, or a list of keys, for each field")]
enum Keys {
    One(String),
    Several(Vec<String>),
}

fn names<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let names = BTreeMap::<String, Keys>::deserialize(from)?;
    let several = |keys| match keys {
        Keys::One(key) => vec![key],
        Keys::Several(keys) => keys,
    };
    Ok(names.into_iter().map(|(field, keys)| (field, several(keys))).collect())
}

impl FieldSettings {
    /// These names and the usual ones.
    pub fn map(&self) -> FieldMap {
        FieldMap::new(&self.names, if self.only { OwnNames::Only } else { OwnNames::First })
    }
}

/// `[input]`: how dumps are read.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct InputSettings {
    /// For a field, the keys it is read from, best first, before the usual ones, which `copydesk fields` lists; a dot leads
    /// into a nested object. `only = true`: in place of the usual ones.
    pub fields: FieldSettings,
    /// For dumps that are responses with a list of records: the keys that lead to the list, such as `response.docs`. Left
    /// out, a list is found by what is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<String>,
    /// How `03/04/2024` is read.
    pub dates: DayOrder,
    /// The longest line in bytes; longer ones are quarantined.
    #[serde(deserialize_with = "byte_size")]
    #[schemars(with = "ByteSize")]
    pub max_line_bytes: usize,
    /// The longest text in bytes, as it came or as it was found in a page; records with a longer one are quarantined.
    #[serde(deserialize_with = "byte_size")]
    #[schemars(with = "ByteSize")]
    pub max_text_bytes: usize,
    /// The largest window that a zstd frame may ask for, as a power of two of bytes (31 is 2 GiB, as
    /// `zstd --long=31` writes it). A dump's decompressor holds one window in memory.
    pub zstd_window_log_max: u32,
}

impl Default for InputSettings {
    fn default() -> Self {
        Self {
            fields: FieldSettings::default(),
            records: None,
            dates: DayOrder::default(),
            max_line_bytes: 64 << 20,
            max_text_bytes: 16 << 20,
            zstd_window_log_max: 31,
        }
    }
}

/// `[output]`: how records are written.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct OutputSettings {
    /// How `records/` is written; `dropped/` and `quarantine/` are always lines of JSON.
    pub format: RecordsFormat,
    /// zstd's level, 1 to 22.
    pub level: i32,
    /// A shard is closed before it would grow beyond so many bytes, compressed: a number, or a size such as `"256MB"`.
    #[serde(deserialize_with = "byte_size")]
    #[schemars(with = "ByteSize")]
    pub shard_bytes: u64,
    /// How the input's other keys are written: as one JSON `text`, as an `object`, or not at all (`none`).
    pub extra: ExtraStyle,
}

/// How `records/` is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordsFormat {
    /// Lines of JSON in zstd.
    #[default]
    Jsonl,
    /// Parquet: one schema for every shard, with `labels` and `extra` as JSON texts.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl OutputSettings {
    /// How `extra` is written in kept records.
    pub(crate) fn extra_of_records(&self) -> ExtraStyle {
        match self.format {
            RecordsFormat::Jsonl => self.extra,
            #[cfg(feature = "parquet")]
            RecordsFormat::Parquet if self.extra == ExtraStyle::Object => ExtraStyle::Text,
            #[cfg(feature = "parquet")]
            RecordsFormat::Parquet => self.extra,
        }
    }

    /// Whether `records/` is Parquet.
    pub(crate) fn is_parquet(&self) -> bool {
        self.format != RecordsFormat::Jsonl
    }
}

impl Default for OutputSettings {
    fn default() -> Self {
        // Level 3 is zstd's own default: 208 MB/s a core here, against 375 at level 1.
        Self {
            format: RecordsFormat::default(),
            level: 3,
            shard_bytes: 256 << 20,
            extra: ExtraStyle::default(),
        }
    }
}

/// `[limits]`: what makes a run end with exit code 3. Without it, a night that was lost does.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct LimitSettings {
    /// The fewest records that must be kept.
    pub kept_records: u64,
    /// The smallest share of lines that must be kept, 0 to 1; no limit when left out.
    pub kept_share: Option<f64>,
    /// The largest share of lines that may be quarantined, 0 to 1; no limit when left out.
    pub quarantined_share: Option<f64>,
    /// How many dumps may be damaged: truncated, corrupt or unreadable.
    pub damaged_dumps: u64,
    /// How many dumps may hold no record, and how many folders that are named no dump.
    pub empty_dumps: u64,
    /// How many dumps may be lost: nearly all lines quarantined, or of 20 lines and more nothing kept, or nearly all dropped for
    /// one reason. Duplicates are not lost.
    pub lost_dumps: u64,
    /// How many dumps of 20 lines and more may hold nothing but duplicates, or nearly nothing but copies of one record.
    pub repeated_dumps: u64,
    /// With `--state`: how many nights may be missing from the state whose outputs stand beside tonight's.
    pub lost_nights: u64,
    /// With `--state`: how many dumps may be missing that the nights before had by name, apart from numbers such as dates.
    pub missing_dumps: u64,
    /// With `--state`: how many dumps may have less than half of the lines that they usually have, and not because all have few.
    pub short_dumps: u64,
    /// With `--state`: how many dumps may have far more of their lines in quarantine than usual.
    pub quarantined_dumps: u64,
    /// With `--state`: the smallest share of a usual night's records, 0 to 1. Weekends and holidays are allowed for.
    pub usual_share: f64,
    /// With `--state`: how many hosts may deliver nothing that usually deliver.
    pub missing_hosts: u64,
    /// With `--state`: how many hosts may have changed otherwise beyond what earlier nights explain.
    pub drifted_hosts: u64,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            kept_records: 1,
            kept_share: None,
            quarantined_share: None,
            damaged_dumps: 0,
            empty_dumps: 0,
            lost_dumps: 0,
            repeated_dumps: 0,
            lost_nights: 0,
            missing_dumps: 0,
            short_dumps: 0,
            quarantined_dumps: 0,
            usual_share: 0.5,
            missing_hosts: 0,
            drifted_hosts: 0,
        }
    }
}

pub(super) fn parse(name: &str, source: &str, folder: &Path) -> Result<Pipeline, Vec<Problem>> {
    let (mut layers, wrong) = match layers::below(source, folder) {
        Ok(layers) => (layers, None),
        // The file's other mistakes are shown all the same, held against the pipeline that is probably meant.
        Err(problem) => (layers::meant(source, folder).unwrap_or_default(), Some(problem)),
    };
    let extends_nothing = wrong.is_some() && layers.is_empty();
    if extends_nothing {
        layers.push(Layer::stand_in());
    }
    layers.push(Layer::new(source.to_owned(), folder.to_owned()));
    let Merged { mut document, stages } = layers::merge(&layers);
    let mut broken = extends_nothing;
    document.problems.extend(wrong);
    check_format(&mut document);
    let input: InputSettings = section(&mut document, "input", check_input);
    let output: OutputSettings = section(&mut document, "output", check_output);
    let dedup = document.take_table("dedup").map(|table| DedupSettings::read(&mut document.problems, table));
    let limits: LimitSettings = section(&mut document, "limits", check_limits);
    let mut files = Vec::new();
    let mut built = Vec::new();
    for entry in stages {
        let (place, kind) = (entry.place.clone(), catalogue::find(entry.kind()));
        let is_stand_in = entry.is_stand_in;
        let step = step(entry, &mut files).map_err(|mut problems| {
            problems.retain(|problem| !is_stand_in || problem.span != place);
            document.problems.extend(problems);
        });
        let step = step.ok();
        broken |= step.is_none();
        built.push((kind, step, place));
    }
    if !extends_nothing {
        let placed = built.iter().map(|(kind, step, place)| order::Placed {
            kind: *kind,
            step: step.as_ref(),
            place: place.clone(),
        });
        document.problems.extend(order::problems(&placed.collect::<Vec<_>>()));
    }
    let steps: Vec<Step> = built.into_iter().filter_map(|(_, step, _)| step).collect();
    // A test that names a stage with a mistake in it is right; any stage could be the one that was meant.
    let kinds =
        if broken { catalogue::STAGES.to_vec() } else { steps.iter().map(|step| step.kind).collect() };
    let mut tests = Vec::new();
    for table in document.take_tables("test") {
        match TestCase::read(&table, &kinds) {
            Ok(test) => tests.push(test),
            Err(problems) => document.problems.extend(problems),
        }
    }
    for (key, span) in document.table.keys() {
        let right = ["format", "extends", "input", "output", "stage", "dedup", "limits", "test"];
        document.problems.push(Problem::unknown(span, "key", &key, right));
    }
    let mut problems = document.problems;
    if problems.is_empty() {
        let fingerprint = layers::fingerprint(&layers, &files);
        return Ok(Pipeline {
            name: name.to_owned(),
            fingerprint,
            steps,
            input,
            output,
            dedup,
            limits,
            tests,
        });
    }
    problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
    Err(problems)
}

/// What a stage may have besides its options.
const PLACES: [(&str, &str); 4] = [
    ("name", "What the stage is called in pipelines that extend this one; its kind when left out."),
    ("before", "With `extends`: the stage that it is put before."),
    ("after", "With `extends`: the stage that it is put after."),
    ("replace", "With `extends`: the stage in whose place it is put."),
];

/// The JSON Schema of a pipeline file.
pub fn schema() -> Value {
    let mut stages: Vec<Value> = catalogue::STAGES
        .iter()
        .map(|kind| {
            let mut schema = (kind.schema)();
            schema["title"] = kind.name.into();
            schema["description"] = kind.summary.into();
            schema["properties"]["kind"] = json!({ "const": kind.name });
            for (key, about) in PLACES {
                schema["properties"][key] = json!({ "type": "string", "description": about });
            }
            schema["required"] = json!(["kind"]);
            schema
        })
        .collect();
    let name = json!({ "type": "string" });
    stages.push(json!({
        "title": "remove",
        "description": "With `extends`: a stage that is left out.",
        "type": "object",
        "properties": { "remove": name.clone() },
        "required": ["remove"],
        "additionalProperties": false,
    }));
    stages.push(json!({
        "title": "change",
        "description": "With `extends`: a stage and its options that have other values.",
        "type": "object",
        "properties": { "change": name },
        "required": ["change"],
    }));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "a pipeline of copydesk",
        "type": "object",
        "properties": {
            "format": { "const": 1 },
            "extends": {
                "type": "string",
                "description": "The pipeline that this one changes: a shipped one, or a file beside this one.",
            },
            "input": settings_schema::<InputSettings>(),
            "output": settings_schema::<OutputSettings>(),
            "dedup": settings_schema::<DedupSettings>(),
            "limits": settings_schema::<LimitSettings>(),
            "stage": { "type": "array", "items": { "oneOf": stages } },
            "test": { "type": "array", "items": settings_schema::<TestTable>() },
        },
        "required": ["format"],
        "additionalProperties": false,
    })
}

fn check_format(document: &mut Document<'_>) {
    let Some(value) = document.table.take("format") else {
        let help = format!("write `format = {FORMAT}` in the first line");
        document.problems.push(Problem::new(0..0, "the file does not say which format it has").help(help));
        return;
    };
    let right = matches!(value.get_ref(), DeValue::Integer(number) if number.as_str() == FORMAT);
    if !right {
        let help = format!("this copydesk reads `format = {FORMAT}`");
        document.problems.push(Problem::new(value.span(), "unknown format").help(help));
    }
}

fn section<T: serde::de::DeserializeOwned + JsonSchema + Default>(
    document: &mut Document<'_>,
    key: &str,
    check: Check<T>,
) -> T {
    let Some(table) = document.take_table(key) else { return T::default() };
    read_section(&mut document.problems, &table, check)
}

fn check_input(input: &InputSettings, table: &SettingsTable<'_>, problems: &mut Vec<Problem>) {
    for name in input.fields.names.keys() {
        if FieldMap::usual().all(|usual| usual.field != name) {
            let span = table.key_span_within("fields", name);
            let names = FieldMap::usual().map(|usual| usual.field);
            problems.push(Problem::unknown(span, "field", name, names));
        }
    }
    if !(1024..=(1 << 30)).contains(&input.max_line_bytes) {
        problems.push(table.problem("max-line-bytes", "max-line-bytes is 1024 to 1073741824"));
    }
    if !(1024..=(1 << 30)).contains(&input.max_text_bytes) {
        problems.push(table.problem("max-text-bytes", "max-text-bytes is 1024 to 1073741824"));
    }
    if !(10..=31).contains(&input.zstd_window_log_max) {
        problems.push(table.problem("zstd-window-log-max", "zstd-window-log-max is 10 to 31"));
    }
}

fn check_output(output: &OutputSettings, table: &SettingsTable<'_>, problems: &mut Vec<Problem>) {
    if !(1..=22).contains(&output.level) {
        problems.push(table.problem("level", "level is 1 to 22"));
    }
    if output.shard_bytes == 0 {
        problems.push(table.problem("shard-bytes", "shard-bytes is at least 1"));
    }
}

fn check_limits(limits: &LimitSettings, table: &SettingsTable<'_>, problems: &mut Vec<Problem>) {
    for (key, share) in [
        ("quarantined-share", limits.quarantined_share),
        ("kept-share", limits.kept_share),
        ("usual-share", Some(limits.usual_share)),
    ] {
        if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            problems.push(table.problem(key, format!("{key} is a share, 0 to 1")));
        }
    }
}

fn step(entry: StageEntry<'_>, files: &mut Vec<u128>) -> Result<Step, Vec<Problem>> {
    let StageEntry { mut table, mut texts, .. } = entry;
    let names = || catalogue::STAGES.iter().map(|kind| kind.name);
    let Some(kind) = table.take("kind") else {
        let help = format!(
            "write `kind = \"…\"`; `copydesk stages` lists them: {}",
            names().collect::<Vec<_>>().join(", ")
        );
        return Err(vec![Problem::new(table.span(), "the stage has no kind").help(help)]);
    };
    let Some(name) = kind.get_ref().as_str() else {
        return Err(vec![Problem::new(kind.span(), "a stage's kind is a name in quotes")]);
    };
    let Some(kind) = catalogue::find(name) else {
        return Err(vec![Problem::unknown(kind.span(), "kind of stage", name, names())]);
    };
    let stage = (kind.build)(&table)?;
    files.extend(table.files_read());
    let settings = kind.options().into_iter().filter_map(|option| {
        Some(Setting { value: texts.remove(&option.name).or(option.default)?, name: option.name })
    });
    Ok(Step { kind, settings: settings.collect(), stage })
}
