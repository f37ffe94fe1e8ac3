//! The columns of an output, in the words of programs that load it.
//!
//! `DuckDB` and polars take columns and their types from the first records or the first file. Whatever comes later, such as
//! dates that only the second dump has, they lose or refuse; with the columns they need not guess.

use crate::article::{Key, Shape};

/// A program, or a library, that loads outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Reader {
    /// For `read_json(…, columns = …)`, in SQL or in Python
    Duckdb,
    /// For `scan_ndjson(…, schema = …)`, in Python
    Polars,
    /// For `spark.read.schema(…)`
    Spark,
    /// For `datasets.load_dataset("json", features = …)`, in Python
    Datasets,
}

/// The columns as a reader takes them.
pub(super) fn columns(reader: Reader, keys: &[Key]) -> String {
    let columns = keys.iter().map(|key| (key.name, reader.type_of(key.shape)));
    let columns: Vec<String> = match reader {
        Reader::Duckdb => columns.map(|(name, kind)| format!("'{name}': '{kind}'")).collect(),
        Reader::Polars | Reader::Datasets => {
            columns.map(|(name, kind)| format!("'{name}': {kind}")).collect()
        }
        Reader::Spark => columns.map(|(name, kind)| format!("`{name}` {kind}")).collect(),
    };
    let columns = columns.join(", ");
    match reader {
        Reader::Spark => columns,
        Reader::Duckdb | Reader::Polars => format!("{{{columns}}}"),
        Reader::Datasets => format!("datasets.Features({{{columns}}})"),
    }
}

impl Reader {
    fn type_of(self, shape: Shape) -> String {
        let [text, count, number, open] = match self {
            Self::Duckdb => ["VARCHAR", "BIGINT", "DOUBLE", "JSON"],
            Self::Polars => ["polars.String", "polars.Int64", "polars.Float64", "polars.String"],
            Self::Spark => ["STRING", "BIGINT", "DOUBLE", "STRING"],
            Self::Datasets => [
                "datasets.Value('string')",
                "datasets.Value('int64')",
                "datasets.Value('float64')",
                "datasets.Json()",
            ],
        };
        match shape {
            // It makes a time of its own of a date that is a text, and loses the zone.
            Shape::Date if self == Self::Datasets => open.to_owned(),
            // A date as a text keeps its zone, and whether it has a time. Other keys are one JSON text.
            Shape::Text | Shape::Id | Shape::Date | Shape::Extra => text.to_owned(),
            Shape::Count => count.to_owned(),
            Shape::Number => number.to_owned(),
            Shape::Texts => self.list(text),
            Shape::Object(keys) => self.object(keys),
            Shape::Objects(keys) => self.list(&self.object(keys)),
            Shape::Open | Shape::Measured => open.to_owned(),
        }
    }

    fn list(self, item: &str) -> String {
        match self {
            Self::Duckdb => format!("{item}[]"),
            Self::Polars => format!("polars.List({item})"),
            Self::Spark => format!("ARRAY<{item}>"),
            Self::Datasets => format!("datasets.List({item})"),
        }
    }

    fn object(self, keys: &[Key]) -> String {
        let fields = keys.iter().map(|key| (key.name, self.type_of(key.shape)));
        match self {
            Self::Duckdb => {
                let fields: Vec<_> = fields.map(|(name, kind)| format!("\"{name}\" {kind}")).collect();
                format!("STRUCT({})", fields.join(", "))
            }
            Self::Polars | Self::Datasets => {
                let fields: Vec<_> = fields.map(|(name, kind)| format!("'{name}': {kind}")).collect();
                let fields = format!("{{{}}}", fields.join(", "));
                if self == Self::Polars { format!("polars.Struct({fields})") } else { fields }
            }
            Self::Spark => {
                let fields: Vec<_> = fields.map(|(name, kind)| format!("`{name}`: {kind}")).collect();
                format!("STRUCT<{}>", fields.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finished::keys_of;
    use crate::write::Output;

    #[test]
    fn every_key_is_a_column_with_the_type_that_the_reader_knows() {
        let dropped = keys_of(Output::Dropped);
        let duckdb = columns(Reader::Duckdb, &dropped);
        assert!(duckdb.starts_with("{'id': 'VARCHAR', "), "{duckdb}");
        assert!(
            duckdb.contains("'images': 'STRUCT(\"url\" VARCHAR, \"caption\" VARCHAR, \"credit\" VARCHAR)[]'")
        );
        assert!(duckdb.contains("\"measured\" JSON, \"limit\" JSON)'"), "{duckdb}");
        let polars = columns(Reader::Polars, &dropped);
        assert!(polars.contains("'published': polars.String, "), "{polars}");
        assert!(
            polars.contains("'source': polars.Struct({'dump': polars.String, 'line': polars.Int64, "),
            "{polars}"
        );
        let spark = columns(Reader::Spark, &dropped);
        assert!(spark.starts_with("`id` STRING, ") && spark.contains("`authors` ARRAY<STRING>, "), "{spark}");
        let datasets = columns(Reader::Datasets, &dropped);
        assert!(datasets.contains("'labels': datasets.Json(), "), "{datasets}");
        assert!(duckdb.contains("'extra': 'VARCHAR'"), "{duckdb}");
        for reader in [duckdb, polars, spark, datasets] {
            assert!(dropped.iter().all(|key| reader.contains(key.name)), "{reader}");
        }
    }
}
