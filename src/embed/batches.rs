//! Records as Arrow record batches: rows in, decisions out, and the records of a finished run.
//!
//! The columns are those of `records/` in Parquet, but that times in UTC (`published_utc`) have microseconds, which is what Spark
//! and polars have: every column may lack a value, and labels and `extra` are JSON as text.

use std::sync::Arc;

use arrow_array::builder::{
    BinaryBuilder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, ListArray, RecordBatch, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use rayon::prelude::*;

use super::{Decision, Desk, Refusal};
use crate::account::Exit;
use crate::article::{
    Article, Cell, DROPPED_KEYS, ExtraStyle, Key, Measured, RECORD_KEYS, Shape, Source, Verdict,
};
use crate::finished::{FinishedRun, ShardLines};
use crate::format::row_lines;
use crate::line::Fate;
use crate::write::Output;

/// A batch of a run's records ends with the record that makes it so large, or has so many.
const BATCH_BYTES: usize = 16 << 20;
const BATCH_ROWS: usize = 8192;

/// A column has offsets of 31 bits, and lists and texts of a batch have to fit.
const MOST_BYTES: usize = 1 << 30;

/// Writes bytes as a value of a record: a text where they are UTF-8, otherwise base64, from which pages are read in their own encoding.
pub fn page_as_json(bytes: &[u8], out: &mut Vec<u8>) {
    crate::format::bytes(out, bytes).expect("memory takes any text");
}

/// The columns of a record.
pub fn record_schema() -> SchemaRef {
    Arc::new(Schema::new(fields(RECORD_KEYS)))
}

/// The columns of a decision: those of a record, `outcome` (`kept`, `dropped` or `quarantined`), `verdict` where it is not kept, and
/// `detail` where it is quarantined. With `keys`, those that duplicates are found by: `key_url`, `key_text`, `key_near` and `key_near_grams`.
pub fn decision_schema(keys: bool) -> SchemaRef {
    let mut fields = fields(RECORD_KEYS);
    let text = |name: &str| Arc::new(Field::new(name, DataType::Utf8, true));
    fields.extend([text("outcome"), verdict_field(), text("detail")]);
    if keys {
        fields.extend([text("key_url"), text("key_text")]);
        fields.push(Arc::new(Field::new("key_near", DataType::Binary, true)));
        fields.push(Arc::new(Field::new("key_near_grams", DataType::Int64, true)));
    }
    Arc::new(Schema::new(fields))
}

fn verdict_field() -> FieldRef {
    let verdict = DROPPED_KEYS.iter().find(|key| key.name == "verdict").expect("dropped records have it");
    fields(std::slice::from_ref(verdict)).remove(0)
}

fn fields(keys: &[Key]) -> Vec<FieldRef> {
    keys.iter().flat_map(|key| field(key.name, key.shape)).collect()
}

/// The columns of a key.
fn field(name: &str, shape: Shape) -> Vec<FieldRef> {
    let one = |kind: DataType| Arc::new(Field::new(name, kind, true));
    let list = |kind: DataType| one(DataType::List(Arc::new(Field::new("element", kind, true))));
    match shape {
        Shape::Text | Shape::Id | Shape::Open | Shape::Extra | Shape::Measured => vec![one(DataType::Utf8)],
        Shape::Count => vec![one(DataType::Int64)],
        Shape::Number => vec![one(DataType::Float64)],
        Shape::Date => {
            let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
            vec![one(DataType::Utf8), Arc::new(Field::new(format!("{name}_utc"), utc, true))]
        }
        Shape::Texts => vec![list(DataType::Utf8)],
        Shape::Object(keys) => vec![one(DataType::Struct(fields(keys).into()))],
        Shape::Objects(keys) => vec![list(DataType::Struct(fields(keys).into()))],
    }
}

/// The cells of a key on their way into columns.
enum Column {
    Text(StringBuilder),
    Count(Int64Builder),
    Number(Float64Builder),
    Date(StringBuilder, TimestampMicrosecondBuilder),
    Object { fields: Fields, columns: Vec<Column>, present: Vec<bool> },
    List { item: Box<Column>, lengths: Vec<usize>, present: Vec<bool> },
}

impl Column {
    fn new(shape: Shape) -> Self {
        let list = |item: Self| Self::List { item: Box::new(item), lengths: Vec::new(), present: Vec::new() };
        match shape {
            Shape::Text | Shape::Id | Shape::Open | Shape::Extra | Shape::Measured => {
                Self::Text(StringBuilder::new())
            }
            Shape::Count => Self::Count(Int64Builder::new()),
            Shape::Number => Self::Number(Float64Builder::new()),
            Shape::Date => {
                Self::Date(StringBuilder::new(), TimestampMicrosecondBuilder::new().with_timezone("UTC"))
            }
            Shape::Texts => list(Self::new(Shape::Text)),
            Shape::Object(keys) => Self::Object {
                fields: fields(keys).into(),
                columns: keys.iter().map(|key| Self::new(key.shape)).collect(),
                present: Vec::new(),
            },
            Shape::Objects(keys) => list(Self::new(Shape::Object(keys))),
        }
    }

    fn put(&mut self, cell: &Cell<'_>) {
        let is_there = *cell != Cell::Nothing;
        match (self, cell) {
            (Self::Text(column), Cell::Text(text)) => column.append_value(text),
            (Self::Text(column), _) => column.append_null(),
            (Self::Count(column), Cell::Count(count)) => {
                column.append_value(i64::try_from(*count).unwrap_or(i64::MAX));
            }
            (Self::Count(column), _) => column.append_null(),
            (Self::Number(column), Cell::Number(number)) => column.append_value(*number),
            (Self::Number(column), _) => column.append_null(),
            (Self::Date(text, utc), Cell::Date(date)) => {
                text.append_value(date.to_string());
                utc.append_value(date.utc_milliseconds() * 1_000);
            }
            (Self::Date(text, utc), _) => {
                text.append_null();
                utc.append_null();
            }
            (Self::Object { columns, present, .. }, cell) => {
                present.push(is_there);
                let cells = if let Cell::Object(cells) = cell { cells.as_slice() } else { &[] };
                for (place, column) in columns.iter_mut().enumerate() {
                    column.put(cells.get(place).unwrap_or(&Cell::Nothing));
                }
            }
            (Self::List { item, lengths, present }, cell) => {
                let items = if let Cell::List(items) = cell { items.as_slice() } else { &[] };
                present.push(!items.is_empty());
                lengths.push(items.len());
                items.iter().for_each(|cell| item.put(cell));
            }
        }
    }

    fn finish(self, made: &mut Vec<ArrayRef>) -> Result<(), ArrowError> {
        match self {
            Self::Text(mut column) => made.push(Arc::new(column.finish())),
            Self::Count(mut column) => made.push(Arc::new(column.finish())),
            Self::Number(mut column) => made.push(Arc::new(column.finish())),
            Self::Date(mut text, mut utc) => {
                made.push(Arc::new(text.finish()));
                made.push(Arc::new(utc.finish()));
            }
            Self::Object { fields, columns, present } => {
                let mut inner = Vec::new();
                columns.into_iter().try_for_each(|column| column.finish(&mut inner))?;
                made.push(Arc::new(StructArray::try_new(fields, inner, Some(NullBuffer::from(present)))?));
            }
            Self::List { item, lengths, present } => {
                let mut inner = Vec::new();
                item.finish(&mut inner)?;
                let item = inner.remove(0);
                let field = Arc::new(Field::new("element", item.data_type().clone(), true));
                let ends = OffsetBuffer::from_lengths(lengths);
                made.push(Arc::new(ListArray::try_new(field, ends, item, Some(NullBuffer::from(present)))?));
            }
        }
        Ok(())
    }
}

/// Collects records as columns.
struct Columns(Vec<Column>);

impl Columns {
    fn new() -> Self {
        Self(RECORD_KEYS.iter().map(|key| Column::new(key.shape)).collect())
    }

    fn put(&mut self, article: &Article, extra: ExtraStyle) {
        for ((column, key), cell) in self.0.iter_mut().zip(RECORD_KEYS).zip(article.cells()) {
            let is_left_out = key.shape == Shape::Extra && extra == ExtraStyle::None;
            column.put(if is_left_out { &Cell::Nothing } else { &cell });
        }
    }

    /// A record of which nothing is known but where it was read.
    fn put_place(&mut self, source: Source) {
        let article = Article::new(source);
        for ((column, key), cell) in self.0.iter_mut().zip(RECORD_KEYS).zip(article.cells()) {
            column.put(if key.name == "source" { &cell } else { &Cell::Nothing });
        }
    }

    fn finish(self) -> Result<Vec<ArrayRef>, ArrowError> {
        let mut made = Vec::new();
        self.0.into_iter().try_for_each(|column| column.finish(&mut made))?;
        Ok(made)
    }
}

impl Desk {
    /// Judges each row of a batch as a record, and gives a row for each, in order, with the columns of [`decision_schema`]. The columns
    /// are understood as those of a Parquet or Arrow dump are. The rows are lines of a dump of this name, from `first` on. With a pool, its
    /// threads share the rows.
    ///
    /// # Errors
    /// If a value of the batch cannot be read, or what comes of it is more than a batch may have.
    pub fn judge_rows(
        &self,
        batch: &RecordBatch,
        dump: &Arc<str>,
        first: u64,
        keys: bool,
        pool: Option<&rayon::ThreadPool>,
    ) -> Result<RecordBatch, Refusal> {
        let refused = |error: ArrowError| {
            Refusal::new(Exit::Usage, format!("read the batch at {dump}:{first}: {error}"), Vec::new())
        };
        let lines = row_lines(batch, &|name| self.wants(name)).map_err(refused)?;
        let judge = |(place, line): (usize, &Vec<u8>)| self.judge(line, dump, first + place as u64);
        let decisions: Vec<Decision<'_>> = match pool {
            Some(pool) => {
                pool.install(|| lines.par_iter().enumerate().map(judge).collect::<Result<_, _>>())?
            }
            None => lines.iter().enumerate().map(judge).collect::<Result<_, _>>()?,
        };
        let bytes: usize = decisions.iter().map(|decision| decision.fate.weight()).sum();
        if bytes > MOST_BYTES {
            let what =
                format!("put {} rows into one batch: their records have {bytes} bytes", decisions.len());
            return Err(Refusal::new(Exit::Usage, what, vec!["give fewer rows at a time".to_owned()]));
        }
        self.batch_of(&decisions, first, keys).map_err(refused)
    }

    /// Whether a column is of use: the others would be `extra`.
    fn wants(&self, name: &str) -> bool {
        self.pipeline().output.extra != ExtraStyle::None || self.judge.knows(name)
    }

    fn batch_of(
        &self,
        decisions: &[Decision<'_>],
        first: u64,
        with_keys: bool,
    ) -> Result<RecordBatch, ArrowError> {
        let mut records = Columns::new();
        let (mut outcome, mut detail) = (StringBuilder::new(), StringBuilder::new());
        let mut verdict = Column::new(
            DROPPED_KEYS.iter().find(|key| key.name == "verdict").map_or(Shape::Text, |key| key.shape),
        );
        let (mut url, mut text) = (StringBuilder::new(), StringBuilder::new());
        let (mut near, mut grams) = (BinaryBuilder::new(), Int64Builder::new());
        for (decision, number) in decisions.iter().zip(first..) {
            outcome.append_value(decision.outcome().name());
            match &decision.fate {
                Fate::Article(judged) => {
                    records.put(&judged.article, self.pipeline().output.extra);
                    detail.append_null();
                    verdict
                        .put(&judged.verdict.as_ref().map_or(Cell::Nothing, |(_, verdict)| cell_of(verdict)));
                }
                Fate::Quarantined(line) => {
                    records.put_place(Source { dump: Arc::clone(&decision.dump), line: number, id: None });
                    detail.append_value(&line.fault.detail);
                    let stage = line.step.and_then(|step| self.pipeline().steps.get(step));
                    let stage = stage.map_or(Cell::Nothing, |step| Cell::Text(step.kind.name.into()));
                    let reason = Cell::Text(line.fault.reason.name.into());
                    verdict.put(&Cell::Object(vec![stage, reason]));
                }
                Fate::Blank | Fate::Within | Fate::Other(_) => unreachable!("a line of JSON is a record"),
            }
            let keys = decision.keys().filter(|_| with_keys);
            url.append_option(keys.as_ref().and_then(|keys| keys.url.as_ref()));
            text.append_option(keys.as_ref().and_then(|keys| keys.text.as_ref()));
            near.append_option(keys.as_ref().and_then(|keys| keys.near.as_ref()));
            grams.append_option(keys.as_ref().and_then(|keys| keys.near_grams).map(i64::from));
        }
        let mut columns = records.finish()?;
        columns.push(Arc::new(outcome.finish()));
        verdict.finish(&mut columns)?;
        columns.push(Arc::new(detail.finish()));
        if with_keys {
            columns.push(Arc::new(url.finish()));
            columns.push(Arc::new(text.finish()));
            columns.push(Arc::new(near.finish()));
            columns.push(Arc::new(grams.finish()));
        }
        RecordBatch::try_new(decision_schema(with_keys), columns)
    }
}

fn cell_of(verdict: &Verdict) -> Cell<'static> {
    let measured = |value: &Option<Measured>| match value {
        None => Cell::Nothing,
        Some(Measured::Name(name)) => Cell::Text(name.clone().into()),
        Some(number) => Cell::Text(serde_json::to_string(number).expect("a number has a JSON form").into()),
    };
    let Verdict { stage, reason, measured: value, limit, .. } = verdict;
    Cell::Object(vec![
        Cell::Text((*stage).into()),
        Cell::Text((*reason).into()),
        measured(value),
        measured(limit),
    ])
}

/// The records of a finished run, in order.
pub struct RecordBatches {
    lines: ShardLines,
    /// A run on a store is read from a copy, which is there as long as this is.
    _run: FinishedRun,
}

impl RecordBatches {
    pub(super) fn new(run: FinishedRun) -> Self {
        Self { lines: run.lines(Output::Records), _run: run }
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let mut columns = Columns::new();
        let (mut rows, mut bytes) = (0, 0);
        while rows < BATCH_ROWS && bytes < BATCH_BYTES {
            let line = self.lines.line().map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
            let Some(line) = line else { break };
            let article: Article =
                serde_json::from_slice(line).map_err(|error| ArrowError::JsonError(error.to_string()))?;
            bytes += line.len();
            rows += 1;
            columns.put(&article, ExtraStyle::Text);
            self.lines.advance();
        }
        if rows == 0 {
            return Ok(None);
        }
        RecordBatch::try_new(record_schema(), columns.finish()?).map(Some)
    }
}

impl Iterator for RecordBatches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}

impl arrow_array::RecordBatchReader for RecordBatches {
    fn schema(&self) -> SchemaRef {
        record_schema()
    }
}
