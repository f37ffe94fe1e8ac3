//! Shards in Parquet: row groups as they come, and at the end their footer.
//!
//! A piece comes as a whole Parquet file of one row group. What is between its magic and its footer is appended to the shard; the footer
//! is kept, in the checkpoint too, until the shard is closed, and then the row groups of all footers, moved to where
//! they are, become the shard's.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    FileMetaData, ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};

use super::Frame;
use super::shards::Tail;

pub(super) const MAGIC: &[u8] = b"PAR1";

/// A piece of a shard, from a Parquet file of one row group or none.
pub(crate) fn parquet_piece(mut file: Vec<u8>, records: u64) -> Frame {
    const END: usize = 8;
    let length = file.len().checked_sub(END).and_then(|at| file.get(at..at + 4)).expect("a Parquet file");
    let length = u32::from_le_bytes(length.try_into().expect("four bytes")) as usize;
    let footer = file.len() - END - length;
    let tail = file.get(footer..footer + length).map(|tail| BASE64_STANDARD.encode(tail));
    file.truncate(footer);
    file.drain(..MAGIC.len());
    Frame { bytes: file, records, tail }
}

/// What comes after the last row group.
pub(super) fn foot(tails: &[Tail]) -> Vec<u8> {
    join(tails).expect("footers that this program has written")
}

fn join(tails: &[Tail]) -> Result<Vec<u8>, ParquetError> {
    let mut groups: Vec<RowGroupMetaData> = Vec::new();
    let mut file = None;
    for Tail { at, footer } in tails {
        let footer =
            BASE64_STANDARD.decode(footer).map_err(|error| ParquetError::General(error.to_string()))?;
        let metadata = ParquetMetaDataReader::decode_metadata(&footer)?;
        let by = i64::try_from(*at).unwrap_or(i64::MAX) - i64::try_from(MAGIC.len()).unwrap_or(0);
        for group in metadata.row_groups() {
            groups.push(moved(group, by, groups.len())?);
        }
        file.get_or_insert_with(|| metadata.file_metadata().clone());
    }
    let Some(file) = file else { return Ok(Vec::new()) };
    let rows = groups.iter().map(RowGroupMetaData::num_rows).sum();
    let file = FileMetaData::new(
        file.version(),
        rows,
        file.created_by().map(str::to_owned),
        None,
        Arc::new(file.schema_descr().clone()),
        file.column_orders().cloned(),
    );
    let mut foot = Vec::new();
    ParquetMetaDataWriter::new(&mut foot, &ParquetMetaData::new(file, groups)).finish()?;
    Ok(foot)
}

fn moved(group: &RowGroupMetaData, by: i64, place: usize) -> Result<RowGroupMetaData, ParquetError> {
    let columns = group.columns().iter().map(|column| {
        let builder = column.clone().into_builder();
        builder
            .set_data_page_offset(column.data_page_offset() + by)
            .set_dictionary_page_offset(column.dictionary_page_offset().map(|at| at + by))
            .build()
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let mut builder = group.clone().into_builder().set_column_metadata(columns);
    if let Some(at) = group.file_offset() {
        builder = builder.set_file_offset(at + by);
    }
    builder.set_ordinal(i32::try_from(place).unwrap_or(i32::MAX)).build()
}
