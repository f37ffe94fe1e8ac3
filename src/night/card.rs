//! `README.md` of a run's folder: a dataset card, from which HF datasets learns the columns.
//!
//! Without it HF datasets takes the columns from the first records of the first shard, and fails at the first
//! record that has another: a field that the first dump lacks is enough. With it, `load_dataset("out")`
//! has all columns, whichever are there. Other readers take no notice.

use std::fmt::Write as _;

use crate::account::Ledger;
use crate::article::{ExtraStyle, Key, Shape};
use crate::finished::keys_of;
use crate::write::Output;

/// The card of a finished run.
pub(super) fn card(ledger: &Ledger, extra: ExtraStyle) -> String {
    let mut yaml = String::from("---\nconfigs:\n");
    let is_parquet = |output: Output| {
        let shards = ledger.outputs.get(output.folder()).into_iter().flatten();
        shards.map(|shard| &shard.file).any(|file| file.ends_with(".parquet"))
    };
    let has_lines = |output: Output| {
        ledger.outputs.get(output.folder()).into_iter().flatten().any(|shard| shard.records > 0)
    };
    // HF datasets reads all of a folder's configurations in one way, and a file without a line is an error for it.
    let is_listed = |output: &Output| {
        let is_read_alike = is_parquet(*output) == is_parquet(Output::Records);
        *output == Output::Records || (has_lines(*output) && is_read_alike)
    };
    let listed: Vec<Output> = Output::ALL.into_iter().filter(is_listed).collect();
    for output in listed.iter().copied() {
        let folder = output.folder();
        line(&mut yaml, 0, &format!("- config_name: {folder}"));
        let ending = if is_parquet(output) { "parquet" } else { "jsonl.zst" };
        line(&mut yaml, 1, &format!("data_files: {folder}/*.{ending}"));
        line(&mut yaml, 1, &format!("version: {}", version(ledger, output)));
        if output == Output::Records {
            line(&mut yaml, 1, "default: true");
        }
    }
    // Parquet has its columns with it.
    let described: Vec<Output> = listed.into_iter().filter(|output| !is_parquet(*output)).collect();
    if !described.is_empty() {
        line(&mut yaml, 0, "dataset_info:");
    }
    for output in described {
        line(&mut yaml, 0, &format!("- config_name: {}", output.folder()));
        line(&mut yaml, 1, "features:");
        features(&mut yaml, 1, &keys_of(output), extra);
    }
    yaml.push_str("---\n\n");
    let lines = ledger.lines;
    let (pipeline, version) = (&ledger.pipeline.name, &ledger.copydesk);
    write!(
        yaml,
        "A run of copydesk {version} with the pipeline `{pipeline}`: of {} lines it kept {}, dropped {}, put {} into \
         quarantine, and found {} blank. `ledger.json` has the account.\n\n\
         ```python\ndatasets.load_dataset(\"path/to/this/folder\", \"records\", split=\"train\")\n```\n",
        lines.units(), lines.kept, lines.dropped, lines.quarantined, lines.empty()
    )
    .expect("a String takes any text");
    yaml
}

/// A version that follows from the content. HF datasets keeps what it has read under the folder's name, the columns and the version, and would
/// otherwise give the records of an earlier run of a folder with this name.
fn version(ledger: &Ledger, output: Output) -> String {
    let shards = ledger.outputs.get(output.folder()).into_iter().flatten();
    let hashes: String = shards.map(|shard| &*shard.xxh3).collect();
    let hash = xxhash_rust::xxh3::xxh3_64(hashes.as_bytes());
    format!("0.{}.{}", hash >> 32, hash & 0xFFFF_FFFF)
}

fn line(yaml: &mut String, indent: usize, text: &str) {
    writeln!(yaml, "{:indent$}{text}", "", indent = indent * 2).expect("a String takes any text");
}

fn features(yaml: &mut String, indent: usize, keys: &[Key], extra: ExtraStyle) {
    for key in keys {
        if key.shape == Shape::Extra && extra == ExtraStyle::None {
            continue;
        }
        line(yaml, indent, &format!("- name: {}", key.name));
        let (list, inner) = match key.shape {
            Shape::Objects(inner) => ("list", inner),
            Shape::Object(inner) => ("struct", inner),
            shape => {
                let of = match shape {
                    Shape::Count => "dtype: int64",
                    Shape::Number => "dtype: float64",
                    // Labels depend on the pipeline, and what a gate measures may be a number or a name. Of a date as a
                    // string, HF datasets makes a time of its own and loses the zone.
                    Shape::Open | Shape::Measured | Shape::Date => "dtype: json",
                    Shape::Texts => "list: string",
                    Shape::Extra if extra == ExtraStyle::Object => "dtype: json",
                    _ => "dtype: string",
                };
                line(yaml, indent + 1, of);
                continue;
            }
        };
        line(yaml, indent + 1, &format!("{list}:"));
        features(yaml, indent + 1, inner, extra);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_read_is_offered_and_beside_parquet_no_other_reader_is_asked_for() {
        let shard = |file: &str| {
            let (file, records) = (file.to_owned(), u64::from(!file.starts_with("quarantine")));
            vec![crate::account::Shard { file, records, ..crate::account::Shard::default() }]
        };
        let mut ledger = Ledger::new(crate::account::PipelineAccount::default(), Vec::new(), Vec::new());
        ledger.outputs.insert("dropped".to_owned(), shard("dropped/part-00000.jsonl.zst"));
        ledger.outputs.insert("quarantine".to_owned(), shard("quarantine/part-00000.jsonl.zst"));
        for (file, configurations) in [("records/part-00000.jsonl.zst", 2), ("records/part-00000.parquet", 1)]
        {
            ledger.outputs.insert("records".to_owned(), shard(file));
            let card = card(&ledger, ExtraStyle::Text);
            assert_eq!(card.matches("  data_files:").count(), configurations, "{card}");
            assert_eq!(card.contains("dataset_info"), configurations == 2, "{card}");
        }
    }

    #[test]
    fn every_key_is_a_column_and_what_may_hold_anything_is_json() {
        let mut yaml = String::new();
        let keys = keys_of(Output::Dropped);
        features(&mut yaml, 0, &keys, ExtraStyle::Text);
        for key in keys {
            assert!(yaml.contains(&format!("- name: {}\n", key.name)), "{}", key.name);
        }
        assert!(yaml.contains("- name: labels\n  dtype: json\n"), "{yaml}");
        assert!(yaml.contains("- name: measured\n    dtype: json\n"), "{yaml}");
    }
}
