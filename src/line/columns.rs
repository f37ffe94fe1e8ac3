//! Records as row groups of Parquet: one schema for every shard of every night, which follows from the table of fields.
//!
//! A piece is a Parquet file of one row group, made in memory; `write::parquet` joins pieces to shards. Labels and `extra` are JSON as
//! text. Beside each date there is a column in UTC, `published_utc` for `published`: a time without an offset is taken for UTC, and a
//! day without a time begins at midnight. Every column may lack a value.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type, TypePtr};

use crate::article::{Article, Cell, ExtraStyle, Key, RECORD_KEYS, Shape};
use crate::write::{Frame, parquet_piece};

/// Columns of which nearly every value is another: a dictionary would only be tried in vain.
const UNIQUE: [&str; 10] =
    ["id", "url", "source_url", "title", "description", "html", "text", "labels", "extra", "dateline"];

/// Columns too long for smallest and largest values to be of use.
const LONG: [&str; 5] = ["html", "text", "labels", "extra", "description"];

/// Collects records as columns.
pub(crate) struct Packer {
    schema: TypePtr,
    properties: WriterPropertiesPtr,
    nodes: Vec<Node>,
    leaves: Vec<Leaf>,
    rows: u64,
}

/// How a key's cells become columns. Numbers are places among the leaves.
enum Node {
    Leaf(usize),
    /// The text, and the time in UTC.
    Date(usize, usize),
    Object(Vec<Node>),
    List(Box<Node>),
}

/// A column: values, and for each place how much of its path is there and which list it continues.
struct Leaf {
    values: Values,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Counts(Vec<i64>),
    Numbers(Vec<f64>),
}

impl Packer {
    /// A packer for zstd's levels 1 to 22.
    pub(crate) fn new(level: i32) -> Self {
        let mut leaves = Vec::new();
        let columns: Vec<(Vec<TypePtr>, Node)> =
            RECORD_KEYS.iter().map(|key| columns(key.name, key.shape, &mut leaves)).collect();
        let (types, nodes): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let schema = group("record", types.concat(), None, Repetition::REQUIRED);
        let level = ZstdLevel::try_new(level).unwrap_or_default();
        let mut properties = WriterProperties::builder()
            .set_created_by(format!("copydesk {}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::ZSTD(level))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true);
        for name in UNIQUE {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(name), false);
        }
        for name in LONG {
            properties =
                properties.set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::None);
        }
        Self { schema, properties: Arc::new(properties.build()), nodes, leaves, rows: 0 }
    }

    /// Adds a record.
    pub(crate) fn put(&mut self, article: &Article, extra: ExtraStyle) {
        for ((node, key), mut cell) in self.nodes.iter().zip(RECORD_KEYS).zip(article.cells()) {
            if key.shape == Shape::Extra && extra == ExtraStyle::None {
                cell = Cell::Nothing;
            }
            node.put(&cell, 0, 0, &mut self.leaves);
        }
        self.rows += 1;
    }

    /// The records since the last piece as a row group; without any, a file of no rows.
    pub(crate) fn piece(&mut self) -> Frame {
        let rows = std::mem::take(&mut self.rows);
        let file = self.file(rows).expect("columns of equal length, written to memory");
        parquet_piece(file, rows)
    }

    fn file(&mut self, rows: u64) -> Result<Vec<u8>, ParquetError> {
        let (schema, properties) = (Arc::clone(&self.schema), Arc::clone(&self.properties));
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties)?;
        if rows > 0 {
            let mut group = writer.next_row_group()?;
            for leaf in &mut self.leaves {
                let Some(mut column) = group.next_column()? else { break };
                let definition = std::mem::take(&mut leaf.definition);
                let repetition = std::mem::take(&mut leaf.repetition);
                let (definition, repetition) = (Some(&*definition), Some(&*repetition));
                match &mut leaf.values {
                    Values::Texts(values) => column.typed::<ByteArrayType>().write_batch(
                        &std::mem::take(values),
                        definition,
                        repetition,
                    )?,
                    Values::Counts(values) => column.typed::<Int64Type>().write_batch(
                        &std::mem::take(values),
                        definition,
                        repetition,
                    )?,
                    Values::Numbers(values) => column.typed::<DoubleType>().write_batch(
                        &std::mem::take(values),
                        definition,
                        repetition,
                    )?,
                };
                column.close()?;
            }
            group.close()?;
        }
        writer.into_inner()
    }
}

/// The types of a key's columns, and how cells get there.
fn columns(name: &str, shape: Shape, leaves: &mut Vec<Leaf>) -> (Vec<TypePtr>, Node) {
    match shape {
        Shape::Text | Shape::Id | Shape::Open | Shape::Extra | Shape::Measured => {
            let (kind, leaf) = text(name, leaves);
            (vec![kind], Node::Leaf(leaf))
        }
        Shape::Count => {
            let (kind, leaf) = leaf(name, Physical::INT64, None, Values::Counts(Vec::new()), leaves);
            (vec![kind], Node::Leaf(leaf))
        }
        Shape::Number => {
            let (kind, leaf) = leaf(name, Physical::DOUBLE, None, Values::Numbers(Vec::new()), leaves);
            (vec![kind], Node::Leaf(leaf))
        }
        Shape::Date => {
            let (written, text) = text(name, leaves);
            let (instant, utc) = leaf(
                &format!("{name}_utc"),
                Physical::INT64,
                Some(LogicalType::timestamp(true, TimeUnit::MILLIS)),
                Values::Counts(Vec::new()),
                leaves,
            );
            (vec![written, instant], Node::Date(text, utc))
        }
        Shape::Object(keys) => {
            let (kind, node) = object(name, keys, leaves);
            (vec![kind], node)
        }
        Shape::Texts => {
            let (item, leaf) = text("element", leaves);
            (vec![list(name, item)], Node::List(Box::new(Node::Leaf(leaf))))
        }
        Shape::Objects(keys) => {
            let (item, node) = object("element", keys, leaves);
            (vec![list(name, item)], Node::List(Box::new(node)))
        }
    }
}

fn text(name: &str, leaves: &mut Vec<Leaf>) -> (TypePtr, usize) {
    leaf(name, Physical::BYTE_ARRAY, Some(LogicalType::String), Values::Texts(Vec::new()), leaves)
}

fn leaf(
    name: &str,
    physical: Physical,
    logical: Option<LogicalType>,
    values: Values,
    leaves: &mut Vec<Leaf>,
) -> (TypePtr, usize) {
    let kind = Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build();
    leaves.push(Leaf { values, definition: Vec::new(), repetition: Vec::new() });
    (Arc::new(kind.expect("a type that Parquet has")), leaves.len() - 1)
}

fn object(name: &str, keys: &[Key], leaves: &mut Vec<Leaf>) -> (TypePtr, Node) {
    let columns: Vec<_> = keys.iter().map(|key| columns(key.name, key.shape, leaves)).collect();
    let (types, nodes): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    (group(name, types.concat(), None, Repetition::OPTIONAL), Node::Object(nodes))
}

fn list(name: &str, item: TypePtr) -> TypePtr {
    let items = group("list", vec![item], None, Repetition::REPEATED);
    group(name, vec![items], Some(LogicalType::List), Repetition::OPTIONAL)
}

fn group(name: &str, fields: Vec<TypePtr>, logical: Option<LogicalType>, repetition: Repetition) -> TypePtr {
    let kind = Type::group_type_builder(name)
        .with_fields(fields)
        .with_logical_type(logical)
        .with_repetition(repetition)
        .build();
    Arc::new(kind.expect("a type that Parquet has"))
}

impl Node {
    /// Writes a cell. So much of its path is there, and it continues that list.
    fn put(&self, cell: &Cell<'_>, definition: i16, repetition: i16, leaves: &mut [Leaf]) {
        match (self, cell) {
            (_, Cell::Nothing) => self.nothing(definition, repetition, leaves),
            (Self::List(_), Cell::List(items)) if items.is_empty() => {
                self.nothing(definition, repetition, leaves);
            }
            (Self::List(node), Cell::List(items)) => {
                for (place, item) in items.iter().enumerate() {
                    node.put(item, definition + 2, if place == 0 { repetition } else { 1 }, leaves);
                }
            }
            (Self::Object(nodes), Cell::Object(cells)) => {
                for (node, cell) in nodes.iter().zip(cells) {
                    node.put(cell, definition + 1, repetition, leaves);
                }
            }
            (Self::Date(text, utc), Cell::Date(date)) => {
                let (definition, milliseconds) = (definition + 1, date.utc_milliseconds());
                leaves[*text].push(definition, repetition, &Cell::Text(date.to_string().into()));
                leaves[*utc].push_count(definition, repetition, milliseconds);
            }
            (Self::Leaf(leaf), cell) => leaves[*leaf].push(definition + 1, repetition, cell),
            _ => {
                debug_assert!(false, "a cell that its key has not");
                self.nothing(definition, repetition, leaves);
            }
        }
    }

    fn nothing(&self, definition: i16, repetition: i16, leaves: &mut [Leaf]) {
        match self {
            Self::Leaf(leaf) => leaves[*leaf].push_nothing(definition, repetition),
            Self::Date(text, utc) => {
                leaves[*text].push_nothing(definition, repetition);
                leaves[*utc].push_nothing(definition, repetition);
            }
            Self::Object(nodes) => {
                nodes.iter().for_each(|node| node.nothing(definition, repetition, leaves));
            }
            Self::List(node) => node.nothing(definition, repetition, leaves),
        }
    }
}

impl Leaf {
    fn push_nothing(&mut self, definition: i16, repetition: i16) {
        self.definition.push(definition);
        self.repetition.push(repetition);
    }

    fn push_count(&mut self, definition: i16, repetition: i16, count: i64) {
        self.push_nothing(definition, repetition);
        if let Values::Counts(values) = &mut self.values {
            values.push(count);
        }
    }

    fn push(&mut self, definition: i16, repetition: i16, cell: &Cell<'_>) {
        self.push_nothing(definition, repetition);
        match (&mut self.values, cell) {
            (Values::Texts(values), Cell::Text(text)) => values.push(text.as_bytes().to_vec().into()),
            (Values::Counts(values), Cell::Count(count)) => {
                values.push(i64::try_from(*count).unwrap_or(i64::MAX));
            }
            (Values::Numbers(values), Cell::Number(number)) => values.push(*number),
            _ => debug_assert!(false, "a cell that its column has not"),
        }
    }
}
