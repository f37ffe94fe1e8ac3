//! Arrow IPC files, large record batches a few rows at a time.
//!
//! How large a record batch is, is for the file's writer: pandas' have 65,536 rows, and polars writes a frame as one. [`arrow_ipc`] holds a
//! batch whole, packed and unpacked. Here, of a large one, the columns of texts and bytes are decompressed as streams, and of the others, which
//! are small, the crate makes arrays: it gets the batch without the bytes of those columns, zeros that nothing reads.
//!
//! Source: the format's `Columnar.rst`, "Serialization and Interprocess Communication".

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::builder::LargeBinaryBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::{Block, CompressionType};
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::pages::{Source, Span};
use super::unpacked::{message, unpacked_bytes};
use super::{Batches, MOST_ROWS, ROWS_BYTES};
use crate::store::Seekable;

/// Smaller batches are read whole, unless they say that they are larger, unpacked.
const LARGE_BYTES: i64 = 2 << 20;
const LARGE_UNPACKED_BYTES: u64 = 64 << 20;
/// A message's description is shorter; one of 10,000 columns has some 300 KB.
pub(super) const MOST_HEADER_BYTES: usize = 64 << 20;

/// The record batches of a file.
pub(super) struct ArrowBatches {
    file: Source,
    /// For small batches.
    whole: FileDecoder,
    /// For large batches, of the columns that are no streams.
    rest: FileDecoder,
    blocks: Vec<Block>,
    /// The batch that is read next.
    next: usize,
    schema: Arc<Schema>,
    /// The places of the columns that are of use.
    columns: Vec<usize>,
    open: Option<Large>,
    progress: Arc<AtomicU64>,
}

fn is_stream(of: &DataType) -> bool {
    use DataType::{Binary, BinaryView, LargeBinary, LargeUtf8, Utf8, Utf8View};
    matches!(of, Utf8 | LargeUtf8 | Binary | LargeBinary | Utf8View | BinaryView)
}

pub(super) fn damage(what: &str) -> ArrowError {
    ArrowError::IpcError(what.to_owned())
}

impl ArrowBatches {
    pub(super) fn open(
        mut file: Seekable,
        wanted: &super::WantedColumn<'_>,
        progress: &Arc<AtomicU64>,
    ) -> Result<Self, ArrowError> {
        let mut end = [0; 10];
        file.seek(SeekFrom::End(-10))?;
        file.read_exact(&mut end)?;
        let length = read_footer_length(end)?;
        let from_end = i64::try_from(length + end.len()).map_err(|_| damage("a footer that has no end"))?;
        file.seek(SeekFrom::End(-from_end))?;
        let mut footer = Vec::new();
        (&file).take(length as u64).read_to_end(&mut footer)?;
        let footer = arrow_ipc::root_as_footer(&footer).map_err(|error| damage(&error.to_string()))?;
        let schema = footer.schema().ok_or_else(|| damage("a footer without a schema"))?;
        let schema = Arc::new(arrow_ipc::convert::try_fb_to_schema(schema)?);
        let columns = super::columns(&schema, wanted);
        let others = columns.iter().copied().filter(|place| !is_stream(schema.field(*place).data_type()));
        let decoder =
            |columns| FileDecoder::new(Arc::clone(&schema), footer.version()).with_projection(columns);
        let (mut rest, mut whole) = (decoder(others.collect()), decoder(columns.clone()));
        for block in footer.dictionaries().into_iter().flatten() {
            let bytes = read_block(&file, block, &[])?;
            said_bytes(block, &bytes)?;
            let bytes = bytes.into();
            rest.read_dictionary(block, &bytes)?;
            whole.read_dictionary(block, &bytes)?;
        }
        let blocks = footer.recordBatches().into_iter().flatten().copied().collect();
        let progress = Arc::clone(progress);
        Ok(Self {
            file: Source::of(file),
            whole,
            rest,
            blocks,
            next: 0,
            schema,
            columns,
            open: None,
            progress,
        })
    }

    /// Begins a large batch; `None` where it has columns that only the crate understands.
    fn begin(&self, block: &Block) -> Result<Option<Large>, ArrowError> {
        let (at, header) = (offset(block.offset())?, offset(i64::from(block.metaDataLength()))?);
        let mut description = Vec::new();
        let span = Span { file: self.file.clone(), at, end: at + header.min(MOST_HEADER_BYTES as u64) };
        { span }.read_to_end(&mut description)?;
        let message = message(&description)?;
        let batch = message.header_as_record_batch().ok_or_else(|| damage("a batch that is none"))?;
        let codec = batch.compression().map(|compression| compression.codec());
        let mut buffers = batch.buffers().into_iter().flatten();
        let mut variadic = batch.variadicBufferCounts().into_iter().flatten();
        let (mut streams, mut left_out) = (Vec::new(), Vec::new());
        for (place, field) in self.schema.fields().iter().enumerate() {
            let Some(count) = buffer_count(field.data_type(), &mut variadic) else { return Ok(None) };
            let own: Vec<_> = buffers.by_ref().take(count).collect();
            if own.len() < count {
                return Err(damage("a batch with fewer buffers than its columns have"));
            }
            let is_wanted = self.columns.contains(&place);
            if is_wanted && !is_stream(field.data_type()) {
                continue;
            }
            let mut parts = Vec::new();
            for buffer in own {
                let start = header + offset(buffer.offset())?;
                let length = offset(buffer.length())?;
                left_out.push(start..start + length);
                let span = Span { file: self.file.clone(), at: at + start, end: at + start + length };
                parts.push(Part { span, codec });
            }
            if is_wanted {
                streams.push((place, Stream::new(field.data_type(), &parts)?));
            }
        }
        let bytes = read_block(self.file.seekable(), block, &left_out)?;
        said_bytes(block, &bytes)?;
        let rest = self.rest.read_record_batch(block, &bytes.into())?;
        let rest = rest.ok_or_else(|| damage("a batch that is none"))?;
        Ok(Some(Large { rest, streams, row: 0 }))
    }
}

impl Batches for ArrowBatches {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        loop {
            if let Some(large) = self.open.as_mut().filter(|large| large.row < large.rest.num_rows()) {
                return large.rows(&self.schema, &self.columns).map(Some);
            }
            self.open = None;
            let Some(block) = self.blocks.get(self.next).copied() else { return Ok(None) };
            self.next += 1;
            self.progress.fetch_add(offset(block.bodyLength())?, Ordering::Relaxed);
            let read = || read_block(self.file.seekable(), &block, &[]);
            let small = if block.bodyLength() > LARGE_BYTES { None } else { Some(read()?) };
            let is_small =
                |bytes: &Vec<u8>| Ok::<_, ArrowError>(said_bytes(&block, bytes)? <= LARGE_UNPACKED_BYTES);
            if !small.as_ref().map_or(Ok(false), is_small)? {
                self.open = self.begin(&block)?;
            }
            if self.open.is_none() {
                let bytes = small.map_or_else(read, Ok)?;
                said_bytes(&block, &bytes)?;
                let batch = self.whole.read_record_batch(&block, &bytes.into())?;
                return batch.map(Some).ok_or_else(|| damage("a batch that is none"));
            }
        }
    }
}

fn offset(number: i64) -> Result<u64, ArrowError> {
    u64::try_from(number)
        .ok()
        .filter(|number| *number < 1 << 60)
        .ok_or_else(|| damage("an offset that is none"))
}

/// How many bytes the compressed buffers of a block say that they have; what cannot be true is an error.
fn said_bytes(block: &Block, bytes: &[u8]) -> Result<u64, ArrowError> {
    let header = usize::try_from(block.metaDataLength()).ok();
    let (description, body) = header
        .and_then(|header| bytes.split_at_checked(header))
        .ok_or_else(|| damage("a batch without an end"))?;
    unpacked_bytes(description, body)
}

/// A message and its body, with zeros in the ranges that are left out. Memory that is never touched is none.
fn read_block(
    mut file: &Seekable,
    block: &Block,
    left_out: &[std::ops::Range<u64>],
) -> Result<Vec<u8>, ArrowError> {
    let (at, length) = (offset(block.offset())?, offset(block.bodyLength())?);
    let length = length + offset(i64::from(block.metaDataLength()))?;
    if at + length > file.length()? {
        return Err(damage("a batch beyond the file's end"));
    }
    let place = |at: u64| usize::try_from(at).map_err(|_| damage("a batch beyond memory"));
    let mut bytes = vec![0; place(length)?];
    let mut done = 0;
    let end = length..length;
    for gap in left_out.iter().chain([&end]).filter(|gap| !gap.is_empty() || gap.start == length) {
        if gap.start < done || gap.end > length {
            return Err(damage("buffers that are not in order"));
        }
        file.seek(SeekFrom::Start(at + done))?;
        file.read_exact(&mut bytes[place(done)?..place(gap.start)?])?;
        done = gap.end;
    }
    Ok(bytes)
}

/// How many buffers a column has; `None` where it is of a type that no article has.
fn buffer_count(of: &DataType, variadic: &mut dyn Iterator<Item = i64>) -> Option<usize> {
    Some(match of {
        DataType::Null => 0,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary => 3,
        DataType::Utf8View | DataType::BinaryView => 2 + usize::try_from(variadic.next()?).ok()?,
        DataType::List(inner) | DataType::LargeList(inner) | DataType::Map(inner, _) => {
            2 + buffer_count(inner.data_type(), variadic)?
        }
        DataType::ListView(inner) | DataType::LargeListView(inner) => {
            3 + buffer_count(inner.data_type(), variadic)?
        }
        DataType::FixedSizeList(inner, _) => 1 + buffer_count(inner.data_type(), variadic)?,
        DataType::Struct(fields) => {
            let mut count = 1;
            for field in fields {
                count += buffer_count(field.data_type(), variadic)?;
            }
            count
        }
        DataType::Union(..) | DataType::RunEndEncoded(..) => return None,
        _ => 2,
    })
}

/// A large batch, as far as it has been read.
struct Large {
    rest: RecordBatch,
    /// The columns that are streams, by their places.
    streams: Vec<(usize, Stream)>,
    row: usize,
}

impl Large {
    /// The next rows.
    fn rows(&mut self, schema: &Schema, columns: &[usize]) -> Result<RecordBatch, ArrowError> {
        let mut made: Vec<LargeBinaryBuilder> =
            self.streams.iter().map(|_| LargeBinaryBuilder::new()).collect();
        let left = self.rest.num_rows() - self.row;
        let (mut count, mut bytes) = (0, 0);
        while count < left.min(MOST_ROWS) && bytes < ROWS_BYTES {
            for ((_, stream), made) in self.streams.iter_mut().zip(&mut made) {
                let value = stream.value(self.row + count)?;
                bytes += value.map_or(0, <[u8]>::len);
                made.append_option(value);
            }
            count += 1;
        }
        let rest = self.rest.slice(self.row, count);
        self.row += count;
        let mut streams = made.iter_mut().map(|made| Arc::new(made.finish()) as ArrayRef);
        let mut rest = rest.columns().iter();
        let (mut fields, mut arrays) = (Vec::new(), Vec::new());
        for place in columns {
            let field = schema.field(*place);
            if is_stream(field.data_type()) {
                fields.push(Arc::new(Field::new(field.name(), DataType::LargeBinary, true)));
                arrays.extend(streams.next());
            } else {
                fields.push(Arc::new(field.clone()));
                arrays.extend(rest.next().cloned());
            }
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
    }
}

/// Where a buffer is.
#[derive(Clone)]
struct Part {
    span: Span,
    codec: Option<CompressionType>,
}

impl Part {
    /// The buffer's bytes.
    fn open(&self) -> Result<Box<dyn Read + Send>, ArrowError> {
        let mut span = self.span.clone();
        if span.at == span.end {
            return Ok(Box::new(io::empty()));
        }
        let Some(codec) = self.codec else { return Ok(Box::new(BufReader::with_capacity(64 << 10, span))) };
        let mut length = [0; 8];
        span.read_exact(&mut length)?;
        let packed = BufReader::with_capacity(64 << 10, span);
        Ok(match codec {
            _ if i64::from_le_bytes(length) == -1 => Box::new(packed),
            CompressionType::LZ4_FRAME => Box::new(lz4_flex::frame::FrameDecoder::new(packed)),
            CompressionType::ZSTD => Box::new(zstd::stream::read::Decoder::with_buffer(packed)?),
            _ => return Err(damage("a compression that is not known")),
        })
    }

    /// The buffer's bytes from one on.
    fn open_at(&self, at: u64) -> Result<Box<dyn Read + Send>, ArrowError> {
        if self.codec.is_none() {
            let span = Span { at: (self.span.at + at).min(self.span.end), ..self.span.clone() };
            return Ok(Box::new(BufReader::with_capacity(64 << 10, span)));
        }
        let mut bytes = self.open()?;
        io::copy(&mut (&mut bytes).take(at), &mut io::sink())?;
        Ok(bytes)
    }
}

/// A column of texts or bytes that is read value by value.
struct Stream {
    /// A bit for each row that has a value; empty where all have.
    valid: Vec<u8>,
    /// Where values end, or what says where they are.
    places: BufReader<Box<dyn Read + Send>>,
    kind: Kind,
    value: Vec<u8>,
}

enum Kind {
    /// One after the other; where the last one ends, and how many bytes the ends of values have.
    InOrder { data: Box<dyn Read + Send>, at: u64, width: usize },
    /// Anywhere in several buffers; which is open, and where it is read.
    Views { parts: Vec<Part>, open: Option<(usize, u64, Box<dyn Read + Send>)> },
}

impl Stream {
    fn new(of: &DataType, parts: &[Part]) -> Result<Self, ArrowError> {
        let [valid, places, data @ ..] = parts else { return Err(damage("a column without buffers")) };
        let mut bits = Vec::new();
        valid.open()?.read_to_end(&mut bits)?;
        let mut places = BufReader::new(places.open()?);
        let width = match of {
            DataType::Utf8 | DataType::Binary => size_of::<i32>(),
            _ => size_of::<i64>(),
        };
        let kind = if matches!(of, DataType::Utf8View | DataType::BinaryView) {
            Kind::Views { parts: data.to_vec(), open: None }
        } else {
            let data = data.first().ok_or_else(|| damage("a column without values"))?;
            // A batch without rows has no ends either.
            let at = little_endian(&mut places, width).unwrap_or(0);
            Kind::InOrder { data: data.open_at(at)?, at, width }
        };
        Ok(Self { valid: bits, places, kind, value: Vec::new() })
    }

    /// The value of the next row, whose number is given.
    fn value(&mut self, row: usize) -> Result<Option<&[u8]>, ArrowError> {
        self.value.clear();
        match &mut self.kind {
            Kind::InOrder { data, at, width } => {
                let end = little_endian(&mut self.places, *width)?;
                let length =
                    end.checked_sub(*at).ok_or_else(|| damage("a value that ends before it begins"))?;
                read_exactly(data, length, &mut self.value)?;
                *at = end;
            }
            Kind::Views { parts, open } => {
                let mut view = [0; 16];
                self.places.read_exact(&mut view)?;
                let number =
                    |at: usize| u32::from_le_bytes([view[at], view[at + 1], view[at + 2], view[at + 3]]);
                let (length, place, at) = (number(0), number(8) as usize, u64::from(number(12)));
                if length <= 12 {
                    self.value.extend_from_slice(&view[4..4 + length as usize]);
                } else {
                    if open.as_ref().is_none_or(|(part, read, _)| *part != place || *read > at) {
                        let part = parts.get(place).ok_or_else(|| damage("a value in no buffer"))?;
                        *open = Some((place, at, part.open_at(at)?));
                    }
                    let (_, read, data) = open.as_mut().ok_or_else(|| damage("a value in no buffer"))?;
                    io::copy(&mut data.take(at - *read), &mut io::sink())?;
                    read_exactly(data, u64::from(length), &mut self.value)?;
                    *read = at + u64::from(length);
                }
            }
        }
        let is_valid =
            self.valid.is_empty() || self.valid.get(row / 8).is_some_and(|bits| bits >> (row % 8) & 1 == 1);
        Ok(is_valid.then_some(&*self.value))
    }
}

fn read_exactly(data: &mut dyn Read, length: u64, into: &mut Vec<u8>) -> Result<(), ArrowError> {
    let read = data.take(length).read_to_end(into)?;
    if read as u64 == length { Ok(()) } else { Err(damage("a value beyond its column's end")) }
}

fn little_endian(inner: &mut impl Read, width: usize) -> Result<u64, ArrowError> {
    let mut bytes = [0; 8];
    inner.read_exact(&mut bytes[..width])?;
    Ok(u64::from_le_bytes(bytes))
}
