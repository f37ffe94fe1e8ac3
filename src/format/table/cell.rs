//! A value of a column as JSON.

use crate::article::{RECORD_KEYS, Shape};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Date64Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, RecordBatch, StructArray};
use arrow_schema::{ArrowError, DataType, FieldRef, TimeUnit};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp, Unit};

type Written = Result<(), ArrowError>;

/// Writes a row as a line of JSON: an object of the columns that have a value.
pub(super) fn write_row(out: &mut Vec<u8>, batch: &RecordBatch, row: usize) -> Written {
    object(out, batch.schema().fields(), batch.columns(), row)?;
    out.push(b'\n');
    Ok(())
}

/// Writes a row of a shard as the record's line: every key in its place, `null` where there is nothing.
pub(super) fn write_record(out: &mut Vec<u8>, batch: &RecordBatch, row: usize) -> Written {
    for (place, key) in RECORD_KEYS.iter().enumerate() {
        out.push(if place == 0 { b'{' } else { b',' });
        json(out, key.name)?;
        out.push(b':');
        match batch.column_by_name(key.name) {
            Some(column) if key.shape == Shape::Open && !column.is_null(row) => {
                out.extend_from_slice(column.as_string::<i32>().value(row).as_bytes());
            }
            Some(column) => value(out, column, row)?,
            None => out.extend_from_slice(b"null"),
        }
    }
    out.extend_from_slice(b"}\n");
    Ok(())
}

fn object(out: &mut Vec<u8>, fields: &[FieldRef], columns: &[arrow_array::ArrayRef], row: usize) -> Written {
    out.push(b'{');
    let mut is_first = true;
    for (field, column) in fields.iter().zip(columns) {
        if column.is_null(row) {
            continue;
        }
        if !std::mem::take(&mut is_first) {
            out.push(b',');
        }
        json(out, field.name())?;
        out.push(b':');
        value(out, column, row)?;
    }
    out.push(b'}');
    Ok(())
}

/// A text or a number as JSON.
fn json<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Written {
    serde_json::to_writer(out, value).map_err(|error| ArrowError::JsonError(error.to_string()))
}

/// Bytes: a text where they are UTF-8, otherwise base64, from which pages are read in their own encoding.
pub(crate) fn bytes(out: &mut Vec<u8>, bytes: &[u8]) -> Written {
    match std::str::from_utf8(bytes) {
        Ok(text) => json(out, text),
        Err(_) => json(out, &BASE64_STANDARD.encode(bytes)),
    }
}

fn value(out: &mut Vec<u8>, array: &dyn Array, row: usize) -> Written {
    if array.is_null(row) {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    match array.data_type() {
        DataType::Null => out.extend_from_slice(b"null"),
        DataType::Boolean => json(out, &array.as_boolean().value(row))?,
        DataType::Int8 => json(out, &primitive::<Int8Type>(array, row))?,
        DataType::Int16 => json(out, &primitive::<Int16Type>(array, row))?,
        DataType::Int32 => json(out, &primitive::<Int32Type>(array, row))?,
        DataType::Int64 => json(out, &primitive::<Int64Type>(array, row))?,
        DataType::UInt8 => json(out, &primitive::<UInt8Type>(array, row))?,
        DataType::UInt16 => json(out, &primitive::<UInt16Type>(array, row))?,
        DataType::UInt32 => json(out, &primitive::<UInt32Type>(array, row))?,
        DataType::UInt64 => json(out, &primitive::<UInt64Type>(array, row))?,
        // What is no number is null.
        DataType::Float16 => json(out, &primitive::<Float16Type>(array, row).to_f32())?,
        DataType::Float32 => json(out, &primitive::<Float32Type>(array, row))?,
        DataType::Float64 => json(out, &primitive::<Float64Type>(array, row))?,
        DataType::Decimal128(..) => {
            json(out, &array.as_primitive::<arrow_array::types::Decimal128Type>().value_as_string(row))?;
        }
        DataType::Decimal256(..) => {
            json(out, &array.as_primitive::<arrow_array::types::Decimal256Type>().value_as_string(row))?;
        }
        DataType::Utf8 => json(out, array.as_string::<i32>().value(row))?,
        DataType::LargeUtf8 => json(out, array.as_string::<i64>().value(row))?,
        DataType::Utf8View => json(out, array.as_string_view().value(row))?,
        DataType::Binary => bytes(out, array.as_binary::<i32>().value(row))?,
        DataType::LargeBinary => bytes(out, array.as_binary::<i64>().value(row))?,
        DataType::BinaryView => bytes(out, array.as_binary_view().value(row))?,
        DataType::FixedSizeBinary(_) => bytes(out, array.as_fixed_size_binary().value(row))?,
        DataType::Timestamp(unit, zone) => {
            let count = match unit {
                TimeUnit::Second => primitive::<TimestampSecondType>(array, row),
                TimeUnit::Millisecond => primitive::<TimestampMillisecondType>(array, row),
                TimeUnit::Microsecond => primitive::<TimestampMicrosecondType>(array, row),
                TimeUnit::Nanosecond => primitive::<TimestampNanosecondType>(array, row),
            };
            text_or_null(out, time(count, *unit, zone.is_some()).as_deref())?;
        }
        DataType::Date32 => {
            let days = i64::from(primitive::<Date32Type>(array, row));
            text_or_null(out, day(days).as_deref())?;
        }
        DataType::Date64 => {
            text_or_null(out, day(primitive::<Date64Type>(array, row).div_euclid(86_400_000)).as_deref())?;
        }
        DataType::Time32(TimeUnit::Second) => {
            clock(out, i64::from(primitive::<Time32SecondType>(array, row)))?;
        }
        DataType::Time32(_) => clock(out, i64::from(primitive::<Time32MillisecondType>(array, row)) / 1_000)?,
        DataType::Time64(TimeUnit::Microsecond) => {
            clock(out, primitive::<Time64MicrosecondType>(array, row) / 1_000_000)?;
        }
        DataType::Time64(_) => clock(out, primitive::<Time64NanosecondType>(array, row) / 1_000_000_000)?,
        DataType::List(_) => list(out, &array.as_list::<i32>().value(row))?,
        DataType::LargeList(_) => list(out, &array.as_list::<i64>().value(row))?,
        DataType::ListView(_) => list(out, &array.as_list_view::<i32>().value(row))?,
        DataType::LargeListView(_) => list(out, &array.as_list_view::<i64>().value(row))?,
        DataType::FixedSizeList(..) => list(out, &array.as_fixed_size_list().value(row))?,
        DataType::Struct(fields) => object(out, fields, array.as_struct().columns(), row)?,
        DataType::Map(..) => map(out, &array.as_map().value(row))?,
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let key = dictionary.normalized_keys().get(row).copied().unwrap_or_default();
            value(out, dictionary.values(), key)?;
        }
        // Durations, intervals and unions: nothing of an article is one.
        _ => out.extend_from_slice(b"null"),
    }
    Ok(())
}

fn primitive<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

fn text_or_null(out: &mut Vec<u8>, text: Option<&str>) -> Written {
    json(out, &text)
}

fn list(out: &mut Vec<u8>, items: &dyn Array) -> Written {
    out.push(b'[');
    for item in 0..items.len() {
        if item > 0 {
            out.push(b',');
        }
        value(out, items, item)?;
    }
    out.push(b']');
    Ok(())
}

fn map(out: &mut Vec<u8>, entries: &StructArray) -> Written {
    let (keys, values) = (entries.column(0), entries.column(1));
    out.push(b'{');
    for entry in 0..entries.len() {
        if entry > 0 {
            out.push(b',');
        }
        let mut key = Vec::new();
        value(&mut key, keys, entry)?;
        // A key of JSON is a text.
        if key.first() == Some(&b'"') {
            out.extend_from_slice(&key);
        } else {
            json(out, &String::from_utf8_lossy(&key))?;
        }
        out.push(b':');
        value(out, values, entry)?;
    }
    out.push(b'}');
    Ok(())
}

/// An instant as RFC 3339 with `Z`, or a time of no known zone without.
fn time(count: i64, unit: TimeUnit, is_instant: bool) -> Option<String> {
    let timestamp = match unit {
        TimeUnit::Second => Timestamp::from_second(count),
        TimeUnit::Millisecond => Timestamp::from_millisecond(count),
        TimeUnit::Microsecond => Timestamp::from_microsecond(count),
        TimeUnit::Nanosecond => Timestamp::from_nanosecond(i128::from(count)),
    };
    let timestamp = timestamp.ok()?;
    let civil: DateTime = jiff::tz::Offset::UTC.to_datetime(timestamp);
    let seconds = civil
        .round(jiff::civil::DateTimeRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Trunc))
        .ok()?;
    Some(format!("{seconds}{}", if is_instant { "Z" } else { "" }))
}

fn day(days: i64) -> Option<String> {
    let day =
        Date::constant(1970, 1, 1).checked_add(SignedDuration::from_hours(days.checked_mul(24)?)).ok()?;
    Some(day.to_string())
}

fn clock(out: &mut Vec<u8>, seconds: i64) -> Written {
    let time = Time::midnight().checked_add(SignedDuration::from_secs(seconds)).ok();
    text_or_null(out, time.map(|time| time.to_string()).as_deref())
}
