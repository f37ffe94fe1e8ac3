//! Pages of a Parquet column, large ones in pieces.
//!
//! A column is compressed by the page, and how large a page is, is for the file's writer: pyarrow's have 1,024 values at
//! least, `DuckDB`'s 100 MB. [`parquet`]'s own reader holds a page twice, packed and unpacked, and the one before it. Here a page of
//! long values is decompressed as a stream, and small pages are made of it, so that memory does not depend on the writer. That
//! is done for texts and bytes in no list that are written one after the other (PLAIN); pages of numbers, of lists, of short values and
//! dictionaries are read whole.
//!
//! Source: the format's `parquet.thrift` and `Encodings.md`.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::Result;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use super::header::{Header, Kind, damage, varint};
use super::snappy::Snappy;
use crate::store::Seekable;

/// Smaller pages are read whole.
const LARGE_BYTES: usize = 1 << 20;
/// A piece has so many bytes, and its last value whole.
const PIECE_BYTES: usize = 256 << 10;
/// And at most so many values.
const PIECE_VALUES: u32 = 64 << 10;

/// A table's bytes, which several read.
#[derive(Clone)]
pub(super) struct Source(Arc<Seekable>);

impl Source {
    pub(super) fn of(file: Seekable) -> Self {
        Self(Arc::new(file))
    }

    pub(super) fn seekable(&self) -> &Seekable {
        &self.0
    }

    fn span(&self, at: u64, end: u64) -> Span {
        Span { file: self.clone(), at, end }
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.0.length().unwrap_or(0)
    }
}

impl ChunkReader for Source {
    type T = BufReader<Span>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(self.span(start, self.0.length()?)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes> {
        let end = start.checked_add(length as u64).ok_or_else(|| damage("a part that has no end"))?;
        let mut bytes = Vec::new();
        self.span(start, end).read_to_end(&mut bytes)?;
        if bytes.len() != length {
            return Err(damage("it is shorter than it says"));
        }
        Ok(bytes.into())
    }
}

/// A row group of a file.
pub(super) struct Group {
    pub file: Source,
    pub metadata: Arc<ParquetMetaData>,
    pub place: usize,
}

impl Group {
    fn group(&self) -> &RowGroupMetaData {
        self.metadata.row_group(self.place)
    }
}

impl RowGroups for Group {
    fn num_rows(&self) -> usize {
        usize::try_from(self.group().num_rows()).unwrap_or(0)
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let chunk = self.group().column(column);
        let (at, length) = chunk.byte_range();
        let column = chunk.column_descr();
        let mut pages = Pages {
            file: self.file.clone(),
            at,
            end: at.checked_add(length).ok_or_else(|| damage("a column that has no end"))?,
            codec: chunk.compression(),
            can_split: column.physical_type() == Type::BYTE_ARRAY && column.max_rep_level() == 0,
            full_level: u8::try_from(column.max_def_level()).unwrap_or(u8::MAX),
            next: None,
            open: None,
            dictionary: None,
        };
        let reader: Box<dyn PageReader> = match pages.codec {
            Compression::LZ4 | Compression::LZ4_RAW | Compression::LZO => {
                while let Some(header) = pages.header()?.filter(|header| header.crc.is_some()) {
                    pages.pass(&header)?;
                }
                let file = Arc::new(self.file.clone());
                Box::new(SerializedPageReader::new(file, chunk, self.num_rows(), None)?)
            }
            _ => Box::new(pages),
        };
        Ok(Box::new(Chunk(Some(reader))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(std::iter::once(self.group()))
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// A column's pages in one row group.
struct Chunk(Option<Box<dyn PageReader>>);

impl Iterator for Chunk {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for Chunk {}

struct Pages {
    file: Source,
    /// Where the next header is, or after it its page.
    at: u64,
    end: u64,
    codec: Compression,
    can_split: bool,
    /// The definition level of what is a value.
    full_level: u8,
    /// The header of the next page.
    next: Option<Header>,
    /// What is left of a large page.
    open: Option<Split>,
    /// The column's dictionary, where it is too large to be held.
    dictionary: Option<Dictionary>,
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        loop {
            if let Some(split) = &mut self.open {
                if split.left > 0 {
                    return split.piece(self.dictionary.as_mut()).map(Some);
                }
                self.open = None;
            }
            let Some(header) = self.header()? else { return Ok(None) };
            let span = self.pass(&header)?;
            let has_dictionary = self.dictionary.is_some();
            if !self.can_split || !header.can_split(has_dictionary) {
                return header.page(span, self.codec).map(Some);
            }
            if header.kind == Kind::Dictionary {
                self.dictionary = Some(Dictionary::new(&header, span, self.codec)?);
            } else {
                self.open = Some(Split::new(&header, span, self.codec, self.full_level)?);
            }
        }
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        Ok(self.header()?.map(|header| PageMetadata {
            num_rows: header.version_2.map(|more| more.rows as usize),
            num_levels: Some(header.values as usize),
            is_dict: header.kind == Kind::Dictionary,
        }))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.get_next_page().map(drop)
    }
}

impl Pages {
    /// Passes over the page of this header; where it is, if it is what was written.
    fn pass(&mut self, header: &Header) -> Result<Span> {
        self.next = None;
        let span = self.file.span(self.at, self.at + header.packed as u64);
        self.at = span.end;
        match header.crc {
            Some(crc) if span.crc()? != crc => Err(damage("a page whose content is not what was written")),
            _ => Ok(span),
        }
    }

    /// The header of the next page that has values.
    fn header(&mut self) -> Result<Option<Header>> {
        while self.next.is_none() && self.at < self.end {
            let span = self.file.span(self.at, self.end);
            let mut source = BufReader::with_capacity(4 << 10, span);
            let header = Header::read(&mut source)?;
            self.at = source.get_ref().at - source.buffer().len() as u64;
            if header.packed as u64 > self.end - self.at {
                return Err(damage("a page that is longer than its column"));
            }
            if header.kind == Kind::Index {
                self.at += header.packed as u64;
            } else {
                self.next = Some(header);
            }
        }
        Ok(self.next)
    }
}

/// Some bytes of a file, which others read too.
#[derive(Clone)]
pub(super) struct Span {
    pub file: Source,
    pub at: u64,
    pub end: u64,
}

impl Span {
    fn crc(&self) -> Result<u32> {
        let mut packed = flate2::CrcReader::new(BufReader::with_capacity(64 << 10, self.clone()));
        std::io::copy(&mut packed, &mut std::io::sink())?;
        Ok(packed.crc().sum())
    }
}

impl Read for Span {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut file = &*self.file.0;
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.take(self.end - self.at).read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Header {
    /// Whether it is read in pieces, in a column with such a dictionary.
    fn can_split(&self, has_large_dictionary: bool) -> bool {
        let is_large = self.unpacked > LARGE_BYTES;
        let has_usual_levels = self.version_2.is_some() || self.def_level_encoding == Encoding::RLE;
        match self.encoding {
            _ if self.kind == Kind::Dictionary => is_large,
            Encoding::PLAIN => is_large && has_usual_levels,
            Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY => has_large_dictionary && has_usual_levels,
            _ => false,
        }
    }

    /// The whole page.
    fn page(self, mut data: Span, mut codec: Compression) -> Result<Page> {
        let mut bytes = Vec::with_capacity(self.unpacked.min(4 * LARGE_BYTES));
        if let Some(more) = self.version_2 {
            (&mut data).take(more.level_bytes()).read_to_end(&mut bytes)?;
            if !more.is_compressed {
                codec = Compression::UNCOMPRESSED;
            }
        }
        if bytes.len() < self.unpacked {
            // One more shows a page that is longer than it says.
            let rest = (self.unpacked - bytes.len()) as u64 + 1;
            unpacked(data, codec)?.take(rest).read_to_end(&mut bytes)?;
        }
        if bytes.len() != self.unpacked {
            return Err(damage("a page whose length is not what it says"));
        }
        let (buf, num_values, encoding) = (bytes.into(), self.values, self.encoding);
        Ok(match (self.kind, self.version_2) {
            (Kind::Dictionary, _) => {
                Page::DictionaryPage { buf, num_values, encoding, is_sorted: self.is_sorted }
            }
            (_, Some(more)) => Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls: more.nulls,
                num_rows: more.rows,
                def_levels_byte_len: more.def_bytes,
                rep_levels_byte_len: more.rep_bytes,
                is_compressed: false,
                statistics: None,
            },
            (_, None) => Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding: self.def_level_encoding,
                rep_level_encoding: self.rep_level_encoding,
                statistics: None,
            },
        })
    }
}

/// The bytes of a page, decompressed as they are read.
fn unpacked(data: Span, codec: Compression) -> Result<Box<dyn Read + Send>> {
    let data = BufReader::with_capacity(64 << 10, data);
    Ok(match codec {
        Compression::UNCOMPRESSED => Box::new(data),
        Compression::SNAPPY => Box::new(Snappy::new(data)?),
        Compression::GZIP(_) => Box::new(flate2::bufread::MultiGzDecoder::new(data)),
        Compression::ZSTD(_) => Box::new(zstd::stream::read::Decoder::with_buffer(data)?),
        Compression::BROTLI(_) => Box::new(brotli_decompressor::Decompressor::new(data, 64 << 10)),
        _ => return Err(damage("a compression that is not known")),
    })
}

/// A large page, as far as it has been read.
struct Split {
    data: Box<dyn Read + Send>,
    /// The definition levels; `None` where every row has a value.
    levels: Option<Hybrid>,
    full_level: u8,
    /// Where in the dictionary the values are; `None` where they are in the page.
    places: Option<Hybrid>,
    /// Values and rows without one that are left.
    left: u32,
    /// No value is longer than the page.
    most_bytes: usize,
}

impl Split {
    fn new(header: &Header, mut data: Span, codec: Compression, full_level: u8) -> Result<Self> {
        let mut levels = Vec::new();
        let mut data: Box<dyn Read + Send> = if let Some(more) = header.version_2 {
            (&mut data).take(more.level_bytes()).read_to_end(&mut levels)?;
            unpacked(data, if more.is_compressed { codec } else { Compression::UNCOMPRESSED })?
        } else {
            unpacked(data, codec)?
        };
        if header.version_2.is_none() && full_level > 0 {
            let length = length(&mut data)?;
            (&mut data).take(length.min(header.unpacked) as u64).read_to_end(&mut levels)?;
        }
        let width = u8::BITS - full_level.leading_zeros();
        let levels = (full_level > 0).then(|| Hybrid::new(levels, width));
        let mut places = None;
        if header.encoding != Encoding::PLAIN && header.values > 0 {
            let mut bytes = Vec::new();
            (&mut data).take(header.unpacked as u64).read_to_end(&mut bytes)?;
            let width = bytes.first().copied().filter(|width| u32::from(*width) <= u32::BITS);
            // A page without values may have nothing.
            let width = width.unwrap_or(0);
            bytes.drain(..bytes.len().min(1));
            places = Some(Hybrid::new(bytes, width.into()));
        }
        Ok(Self { data, levels, full_level, places, left: header.values, most_bytes: header.unpacked })
    }

    /// The next values as a page.
    fn piece(&mut self, mut dictionary: Option<&mut Dictionary>) -> Result<Page> {
        let mut levels = vec![0; size_of::<u32>()];
        let mut run = (0, 0_u64);
        let (mut values, mut count) = (Vec::with_capacity(PIECE_BYTES), 0);
        while count < self.left.min(PIECE_VALUES) && values.len() < PIECE_BYTES {
            let level = match &mut self.levels {
                Some(levels) => {
                    let level =
                        levels.next().ok_or_else(|| damage("a page with fewer levels than values"))?;
                    u8::try_from(level)?
                }
                None => self.full_level,
            };
            if level != run.0 {
                write_run(&mut levels, run);
                run = (level, 0);
            }
            run.1 += 1;
            count += 1;
            if level != self.full_level {
                continue;
            }
            match (&mut self.places, &mut dictionary) {
                (None, _) => read_value(&mut self.data, self.most_bytes, &mut values)?,
                (Some(places), Some(dictionary)) => {
                    let place =
                        places.next().ok_or_else(|| damage("a page with fewer values than it says"))?;
                    dictionary.write(place, &mut values)?;
                }
                (Some(_), None) => return Err(damage("a page without its dictionary")),
            }
        }
        self.left -= count;
        if self.levels.is_some() {
            write_run(&mut levels, run);
            let length = u32::try_from(levels.len() - size_of::<u32>())?;
            levels[..size_of::<u32>()].copy_from_slice(&length.to_le_bytes());
            levels.append(&mut values);
            values = levels;
        }
        Ok(Page::DataPage {
            buf: values.into(),
            num_values: count,
            encoding: Encoding::PLAIN,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })
    }
}

/// A dictionary that is not held: values in the order of their first use are read in one pass. One that comes again is among those
/// that are kept, compressed where they are long, or a pass from the beginning finds it.
struct Dictionary {
    packed: Span,
    codec: Compression,
    values: Box<dyn Read + Send>,
    /// The place of the value that is read next.
    next: u32,
    most_bytes: usize,
    kept: BTreeMap<u32, Vec<u8>>,
    kept_bytes: usize,
    /// The value that was read last; the same may be needed again.
    last: Vec<u8>,
    compressor: zstd::bulk::Compressor<'static>,
    compressed: Vec<u8>,
}

impl Dictionary {
    /// A column of pages, 1,024 of 170 KB, takes 30 MB.
    const KEPT_BYTES: usize = 32 << 20;
    /// Shorter values are not compressed.
    const LONG_BYTES: usize = 1 << 10;
    /// What a value takes besides itself.
    const ENTRY_BYTES: usize = 64;

    fn new(header: &Header, packed: Span, codec: Compression) -> Result<Self> {
        let values = unpacked(packed.clone(), codec)?;
        Ok(Self {
            packed,
            codec,
            values,
            next: 0,
            most_bytes: header.unpacked,
            kept: BTreeMap::new(),
            kept_bytes: 0,
            last: Vec::new(),
            compressor: zstd::bulk::Compressor::new(1)?,
            compressed: Vec::new(),
        })
    }

    /// Appends a value, with its length.
    fn write(&mut self, place: u32, values: &mut Vec<u8>) -> Result<()> {
        if place.checked_add(1).is_some_and(|after| after < self.next) {
            if let Some(value) = self.kept.get(&place) {
                // A value begins with its length, and no short one is as long as that.
                if value.starts_with(b"\x28\xB5\x2F\xFD") {
                    let most = self.most_bytes + size_of::<u32>();
                    values.extend_from_slice(&zstd::bulk::decompress(value, most)?);
                } else {
                    values.extend_from_slice(value);
                }
                return Ok(());
            }
            self.values = unpacked(self.packed.clone(), self.codec)?;
            self.next = 0;
        }
        while self.next <= place {
            self.last.clear();
            read_value(&mut self.values, self.most_bytes, &mut self.last)?;
            if self.kept_bytes < Self::KEPT_BYTES && !self.kept.contains_key(&self.next) {
                let value = if self.last.len() < Self::LONG_BYTES {
                    self.last.clone()
                } else {
                    self.compressed.clear();
                    self.compressed.reserve(zstd::zstd_safe::compress_bound(self.last.len()));
                    self.compressor.compress_to_buffer(&self.last, &mut self.compressed)?;
                    // Without the room for the worst case.
                    self.compressed.clone()
                };
                self.kept_bytes += value.len() + Self::ENTRY_BYTES;
                self.kept.insert(self.next, value);
            }
            self.next += 1;
        }
        values.extend_from_slice(&self.last);
        Ok(())
    }
}

/// Reads a value and appends it, with its length.
fn read_value(data: &mut dyn Read, most_bytes: usize, values: &mut Vec<u8>) -> Result<()> {
    let (length, start) = (length(data)?, values.len());
    if length > most_bytes {
        return Err(damage("a value that is longer than its page"));
    }
    values.extend_from_slice(&u32::try_from(length)?.to_le_bytes());
    data.take(length as u64).read_to_end(values)?;
    if values.len() != start + size_of::<u32>() + length {
        return Err(damage("a page that ends within a value"));
    }
    Ok(())
}

fn length(data: &mut dyn Read) -> Result<usize> {
    let mut length = [0; size_of::<u32>()];
    data.read_exact(&mut length)?;
    Ok(u32::from_le_bytes(length) as usize)
}

/// A run of equal levels.
fn write_run(levels: &mut Vec<u8>, (level, count): (u8, u64)) {
    let mut rest = count << 1;
    if count == 0 {
        return;
    }
    while rest > 0x7F {
        levels.push((rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    levels.extend_from_slice(&[(rest & 0x7F) as u8, level]);
}

/// Numbers of a few bits each, in the hybrid of runs and packed bits.
struct Hybrid {
    bytes: std::vec::IntoIter<u8>,
    width: u32,
    /// How many more the run has.
    left: u64,
    /// The run's number; `None` where each has its own bits.
    number: Option<u32>,
    /// Bits that have been read and not used, and how many.
    bits: (u64, u32),
}

impl Hybrid {
    fn new(bytes: Vec<u8>, width: u32) -> Self {
        Self { bytes: bytes.into_iter(), width, left: 0, number: None, bits: (0, 0) }
    }
}

impl Iterator for Hybrid {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        while self.left == 0 {
            let head = varint(&mut || self.bytes.next())?;
            self.bits = (0, 0);
            if head & 1 == 1 {
                (self.left, self.number) = ((head >> 1).checked_mul(8)?, None);
            } else {
                let mut number = 0;
                for byte in 0..self.width.div_ceil(u8::BITS) {
                    number |= u32::from(self.bytes.next()?) << (byte * u8::BITS);
                }
                (self.left, self.number) = (head >> 1, Some(number));
            }
        }
        self.left -= 1;
        if self.number.is_some() {
            return self.number;
        }
        let (mut bits, mut count) = self.bits;
        while count < self.width {
            bits |= u64::from(self.bytes.next()?) << count;
            count += u8::BITS;
        }
        self.bits = (bits >> self.width, count - self.width);
        u32::try_from(bits & ((1 << self.width) - 1)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of one number, as it is written with a checksum (CRC-32 of `123456789` is the usual example).
    const PAGE: &[u8] = b"\x15\x00\x15\x12\x15\x12\x15\xb3\x9b\xde\xc0\x06\x1c\x15\x02\x15\x00\x15\x06\x15\x06\x00\x00123456789";

    #[test]
    fn a_page_whose_checksum_is_not_that_of_its_content_is_damage() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let read = |page: &[u8]| {
            let path = place.path().join("pages");
            crate::write::write_file(&path, page).expect("there is room");
            let mut pages = Pages {
                file: Source::of(Seekable::open(&path).expect("it is there")),
                at: 0,
                end: page.len() as u64,
                codec: Compression::UNCOMPRESSED,
                can_split: true,
                full_level: 0,
                next: None,
                open: None,
                dictionary: None,
            };
            pages.get_next_page().map(|page| page.map(|page| page.buffer().to_vec()))
        };
        assert_eq!(read(PAGE).expect("it is whole").as_deref(), Some(&b"123456789"[..]));
        for bit in 0..9 * 8 {
            let mut turned = PAGE.to_vec();
            let at = turned.len() - 1 - bit / 8;
            turned[at] ^= 1 << (bit % 8);
            assert!(read(&turned).is_err(), "bit {bit}");
        }
        let without = [&PAGE[..6], &[0x2C], &PAGE[13..PAGE.len() - 1], b"8"].concat();
        assert_eq!(read(&without).expect("nobody can tell").as_deref(), Some(&b"123456788"[..]));
    }
}
