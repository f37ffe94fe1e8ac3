//! Parquet and Arrow IPC files, read as lines of JSON: a row is a record.
//!
//! Parquet is read one row group after the other and a few rows at a time, and large pages in pieces ([`pages`]). So are
//! the record batches of Arrow files ([`arrow`]); those of Arrow streams are read whole, as their writer has made them.
//! Columns that the pipeline has no use for are not read.

mod arrow;
mod cell;
mod header;
mod pages;
mod snappy;
mod unpacked;

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader};
use parquet::arrow::{FieldLevels, ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::Compression;
use parquet::file::metadata::RowGroupMetaData;

use self::pages::Source;
use self::unpacked::Checked;
use super::{Content, Form, Refill, Refilled, WantedColumn};
use crate::guard;
use crate::store::Seekable;
pub(crate) use cell::bytes;

/// About so many bytes of rows are decoded at a time.
const ROWS_BYTES: usize = 1 << 20;

/// And at most so many rows.
const MOST_ROWS: usize = 1024;

/// Whether a file that begins like this is one.
pub(crate) fn is_table(head: &[u8]) -> bool {
    is_parquet(head) || is_arrow_file(head) || is_arrow_stream(head)
}

/// The rows of a file as lines of JSON; `None` where it is neither Parquet nor Arrow.
///
/// # Errors
/// If the file cannot be read, or its metadata are damaged.
pub(crate) fn rows(
    mut file: Seekable,
    wanted: &WantedColumn<'_>,
    progress: &Arc<AtomicU64>,
) -> io::Result<Option<Content>> {
    let mut head = Vec::new();
    file.by_ref().take(8).read_to_end(&mut head)?;
    if !is_table(&head) {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(0))?;
    let batches = guarded(|| -> Result<Box<dyn Batches>, ArrowError> {
        if is_parquet(&head) {
            return Ok(Box::new(ParquetBatches::open(file, wanted, progress)?));
        }
        if is_arrow_file(&head) {
            return Ok(Box::new(arrow::ArrowBatches::open(file, wanted, progress)?));
        }
        let whole = StreamReader::try_new(BufReader::new(&file), None)?.schema();
        let columns = columns(&whole, wanted);
        file.seek(SeekFrom::Start(0))?;
        let file = Checked::new(BufReader::new(Counted { file, progress: Arc::clone(progress) }));
        Ok(Box::new(StreamReader::try_new(file, Some(columns))?))
    })?;
    let rows = Refilled::new(Rows { batches, batch: None, next: 0, write: cell::write_row });
    let name = if is_parquet(&head) { "parquet" } else { "arrow" };
    Ok(Some(Content { form: Form::Json, name: name.to_owned(), reader: Box::new(rows), restart: None }))
}

/// The records of a shard in Parquet, as the lines of JSON that a shard of lines would have.
///
/// # Errors
/// If the file cannot be read, or its metadata are damaged.
pub(crate) fn records(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    let file = Seekable::open(path)?;
    let batches = guarded(|| ParquetBatches::open(file, &|_| true, &Arc::default()))?;
    let batches: Box<dyn Batches> = Box::new(batches);
    Ok(Box::new(Refilled::new(Rows { batches, batch: None, next: 0, write: cell::write_record })))
}

/// The rows of a batch as lines of JSON, without line ends.
///
/// # Errors
/// If a value cannot be read.
pub(crate) fn row_lines(batch: &RecordBatch, wanted: &WantedColumn<'_>) -> Result<Vec<Vec<u8>>, ArrowError> {
    let batch = batch.project(&columns(&batch.schema(), wanted))?;
    (0..batch.num_rows())
        .map(|row| {
            let mut line = Vec::new();
            cell::write_row(&mut line, &batch, row)?;
            line.pop();
            Ok(line)
        })
        .collect()
}

fn is_parquet(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}

fn is_arrow_file(head: &[u8]) -> bool {
    head.starts_with(b"ARROW1\0\0")
}

/// A stream has no magic: a mark, and the length of the schema.
fn is_arrow_stream(head: &[u8]) -> bool {
    let length = head.get(4..8).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    head.starts_with(&[0xFF; 4]) && length.is_some_and(|length| (8..1 << 24).contains(&length))
}

/// The places of the columns that are of use.
fn columns(schema: &Schema, wanted: &WantedColumn<'_>) -> Vec<usize> {
    let of_use = |field: &Field| {
        // Keys within it may be of use, whatever it is called.
        let is_nested = matches!(field.data_type(), DataType::Struct(_) | DataType::Map(..));
        is_nested || wanted(field.name())
    };
    (0..).zip(schema.fields()).filter(|(_, field)| of_use(field)).map(|(place, _)| place).collect()
}

/// Runs what reads a file whose bytes may be anything: a panic is damage.
fn guarded<T>(work: impl FnOnce() -> Result<T, ArrowError>) -> io::Result<T> {
    match guard::catch(work) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(ArrowError::IoError(_, error))) => Err(error),
        Ok(Err(error)) => Err(io::Error::new(io::ErrorKind::InvalidData, error.to_string())),
        Err(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "its metadata contradict its content")),
    }
}

/// Record batches, one after the other.
trait Batches: Send {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError>;
}

impl<R: Read + Send> Batches for StreamReader<R> {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        self.next().transpose()
    }
}

struct ParquetBatches {
    file: Source,
    metadata: ArrowReaderMetadata,
    columns: FieldLevels,
    /// The row group that is read next.
    next_group: usize,
    reader: Option<ParquetRecordBatchReader>,
    progress: Arc<AtomicU64>,
}

impl ParquetBatches {
    fn open(
        file: Seekable,
        wanted: &WantedColumn<'_>,
        progress: &Arc<AtomicU64>,
    ) -> Result<Self, ArrowError> {
        let file = Source::of(file);
        // Only the types of Parquet itself: what Arrow's schema adds are other layouts of the same values.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = ArrowReaderMetadata::load(&file, options)?;
        let mut chunks = metadata.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns);
        if chunks.any(|chunk| chunk.compression() == Compression::LZO) {
            let advice =
                "its pages are compressed with LZO, which copydesk does not read; write it with zstd";
            return Err(ArrowError::ParquetError(advice.to_owned()));
        }
        let columns = columns(metadata.schema(), wanted);
        let schema = metadata.parquet_schema();
        let columns = parquet_to_arrow_field_levels(schema, ProjectionMask::roots(schema, columns), None)?;
        Ok(Self { file, metadata, columns, next_group: 0, reader: None, progress: Arc::clone(progress) })
    }
}

impl Batches for ParquetBatches {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        loop {
            if let Some(batch) = self.reader.as_mut().and_then(Iterator::next) {
                return batch.map(Some);
            }
            let groups = self.metadata.metadata();
            let Some(last) = self.next_group.checked_sub(1).map(|last| groups.row_group(last)) else {
                self.next_group = 0;
                if groups.num_row_groups() == 0 {
                    return Ok(None);
                }
                self.begin()?;
                continue;
            };
            let read = u64::try_from(last.compressed_size()).unwrap_or(0);
            self.progress.fetch_add(read, Ordering::Relaxed);
            if self.next_group == groups.num_row_groups() {
                return Ok(None);
            }
            self.begin()?;
        }
    }
}

impl ParquetBatches {
    fn begin(&mut self) -> Result<(), ArrowError> {
        self.reader = None;
        let (file, metadata) = (self.file.clone(), Arc::clone(self.metadata.metadata()));
        let group = metadata.row_group(self.next_group);
        let a_row = usize::try_from(group.total_byte_size() / group.num_rows().max(1)).unwrap_or(usize::MAX);
        let rows = (ROWS_BYTES / a_row.max(1)).clamp(1, MOST_ROWS);
        let group = pages::Group { file, metadata, place: self.next_group };
        let reader = ParquetRecordBatchReader::try_new_with_row_groups(&self.columns, &group, rows, None)?;
        self.next_group += 1;
        self.reader = Some(reader);
        Ok(())
    }
}

/// A file whose bytes are counted as they are read.
struct Counted {
    file: Seekable,
    progress: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.progress.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Makes lines of rows.
struct Rows {
    batches: Box<dyn Batches>,
    batch: Option<RecordBatch>,
    /// The row of the batch that is next.
    next: usize,
    write: fn(&mut Vec<u8>, &RecordBatch, usize) -> Result<(), ArrowError>,
}

impl Refill for Rows {
    fn refill(&mut self, ready: &mut Vec<u8>) -> io::Result<bool> {
        guarded(|| {
            while self.batch.as_ref().is_none_or(|batch| self.next == batch.num_rows()) {
                self.batch = self.batches.next_batch()?;
                self.next = 0;
                if self.batch.is_none() {
                    return Ok(false);
                }
            }
            if let Some(batch) = &self.batch {
                (self.write)(ready, batch, self.next)?;
                self.next += 1;
            }
            Ok(true)
        })
    }
}

#[cfg(test)]
mod tests;
