//! What stands before a page of a Parquet column, in Thrift's compact protocol.

use std::io::{BufRead, Read as _};

use parquet::basic::Encoding;
use parquet::errors::{ParquetError, Result};

pub(super) fn damage(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Data,
    Index,
    Dictionary,
}

/// What is written before a page.
#[derive(Clone, Copy)]
pub(super) struct Header {
    pub kind: Kind,
    pub unpacked: usize,
    pub packed: usize,
    /// CRC-32 of the page as it is packed, where the writer has taken it.
    pub crc: Option<u32>,
    pub values: u32,
    pub encoding: Encoding,
    pub def_level_encoding: Encoding,
    pub rep_level_encoding: Encoding,
    pub is_sorted: bool,
    pub version_2: Option<Version2>,
}

/// What a data page of version 2 says besides.
#[derive(Clone, Copy)]
pub(super) struct Version2 {
    pub nulls: u32,
    pub rows: u32,
    pub def_bytes: u32,
    pub rep_bytes: u32,
    pub is_compressed: bool,
}

impl Version2 {
    pub(super) fn level_bytes(self) -> u64 {
        u64::from(self.def_bytes) + u64::from(self.rep_bytes)
    }
}

impl Header {
    pub(super) fn read(source: &mut dyn BufRead) -> Result<Self> {
        let mut numbers = Numbers { is_compressed: true, ..Numbers::default() };
        Thrift(source).fields(0, &mut numbers)?;
        let kind = match numbers.kind {
            0 | 3 => Kind::Data,
            1 => Kind::Index,
            2 => Kind::Dictionary,
            _ => return Err(damage("a page of an unknown kind")),
        };
        let version_2 = (numbers.kind == 3).then_some(Version2 {
            nulls: numbers.nulls.try_into()?,
            rows: numbers.rows.try_into()?,
            def_bytes: numbers.def_bytes.try_into()?,
            rep_bytes: numbers.rep_bytes.try_into()?,
            is_compressed: numbers.is_compressed,
        });
        let (unpacked, packed) = (usize::try_from(numbers.unpacked)?, usize::try_from(numbers.packed)?);
        if version_2.is_some_and(|more| more.level_bytes() > unpacked.min(packed) as u64) {
            return Err(damage("a page that is shorter than its levels"));
        }
        // Levels of a dictionary have no encoding.
        let level =
            |number| if kind == Kind::Data && number != 0 { encoding(number) } else { Ok(Encoding::RLE) };
        Ok(Self {
            kind,
            unpacked,
            packed,
            crc: numbers.crc.map(|crc| u32::try_from(crc & i64::from(u32::MAX))).transpose()?,
            values: numbers.values.try_into()?,
            encoding: encoding(numbers.encoding)?,
            def_level_encoding: level(numbers.def_level_encoding)?,
            rep_level_encoding: level(numbers.rep_level_encoding)?,
            is_sorted: numbers.is_sorted,
            version_2,
        })
    }
}

fn encoding(number: i64) -> Result<Encoding> {
    Ok(match number {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        #[expect(deprecated, reason = "old files have it")]
        4 => Encoding::BIT_PACKED,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return Err(damage("an encoding that is not known")),
    })
}

/// A number of seven bits a byte; `None` where it does not end.
pub(super) fn varint(next: &mut dyn FnMut() -> Option<u8>) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = next()?;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// The numbers of a page's header, as they are written.
#[derive(Default)]
struct Numbers {
    kind: i64,
    unpacked: i64,
    packed: i64,
    crc: Option<i64>,
    values: i64,
    encoding: i64,
    def_level_encoding: i64,
    rep_level_encoding: i64,
    nulls: i64,
    rows: i64,
    def_bytes: i64,
    rep_bytes: i64,
    is_sorted: bool,
    is_compressed: bool,
}

/// Reads Thrift's compact protocol.
struct Thrift<'a>(&'a mut dyn BufRead);

/// The types of fields in it.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const I32: u8 = 5;
const BINARY: u8 = 8;
const STRUCT: u8 = 12;

impl Thrift<'_> {
    /// The fields of the header, or of the object that it has in this field.
    fn fields(&mut self, within: i64, numbers: &mut Numbers) -> Result<()> {
        let mut id = 0_i64;
        loop {
            let head = self.byte()?;
            let (step, of) = (i64::from(head >> 4), head & 0xF);
            if of == 0 {
                return Ok(());
            }
            id = if step == 0 { self.number()? } else { id.saturating_add(step) };
            let into = match (within, id, of) {
                (0, 5 | 7 | 8, STRUCT) => {
                    self.fields(id, numbers)?;
                    continue;
                }
                (7, 3, TRUE | FALSE) => {
                    numbers.is_sorted = of == TRUE;
                    continue;
                }
                (8, 7, TRUE | FALSE) => {
                    numbers.is_compressed = of == TRUE;
                    continue;
                }
                (0, 1, I32) => &mut numbers.kind,
                (0, 2, I32) => &mut numbers.unpacked,
                (0, 3, I32) => &mut numbers.packed,
                (0, 4, I32) => numbers.crc.insert(0),
                (5 | 7 | 8, 1, I32) => &mut numbers.values,
                (5 | 7, 2, I32) | (8, 4, I32) => &mut numbers.encoding,
                (5, 3, I32) => &mut numbers.def_level_encoding,
                (5, 4, I32) => &mut numbers.rep_level_encoding,
                (8, 2, I32) => &mut numbers.nulls,
                (8, 3, I32) => &mut numbers.rows,
                (8, 5, I32) => &mut numbers.def_bytes,
                (8, 6, I32) => &mut numbers.rep_bytes,
                _ => {
                    self.pass(of, 0)?;
                    continue;
                }
            };
            *into = self.number()?;
        }
    }

    /// Passes over a value that is not needed, such as a column's least one.
    fn pass(&mut self, of: u8, depth: u32) -> Result<()> {
        const MOST_DEPTH: u32 = 8;
        match of {
            TRUE | FALSE => {}
            3 => drop(self.byte()?),
            4..=6 => drop(self.varint()?),
            BINARY => {
                let length = self.varint()?;
                std::io::copy(&mut (&mut *self.0).take(length), &mut std::io::sink())?;
            }
            STRUCT if depth < MOST_DEPTH => loop {
                let head = self.byte()?;
                let (step, of) = (head >> 4, head & 0xF);
                if of == 0 {
                    break;
                }
                if step == 0 {
                    self.varint()?;
                }
                self.pass(of, depth + 1)?;
            },
            // A page's header has no more.
            _ => return Err(damage("a page's header that is none")),
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<u8> {
        let mut byte = [0];
        self.0.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    fn varint(&mut self) -> Result<u64> {
        varint(&mut || self.byte().ok()).ok_or_else(|| damage("a page's header that has no end"))
    }

    /// A number whose sign is in its last bit.
    fn number(&mut self) -> Result<i64> {
        let folded = self.varint()?;
        Ok((folded >> 1).cast_signed() ^ -((folded & 1).cast_signed()))
    }
}
