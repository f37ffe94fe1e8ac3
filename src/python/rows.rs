//! Records as dicts: copied from Python while its lock is held, and made JSON afterwards.

use std::borrow::Cow;

use copydesk::embed::page_as_json;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple,
};

/// Objects in objects, at most: JSON has no more.
const MOST_DEPTH: usize = 100;

/// A value of a record.
pub(super) enum Value {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    /// UTF-8, or a page in its own encoding.
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Copies a record.
    pub(super) fn of_row(row: &Bound<'_, PyAny>) -> PyResult<Self> {
        let value = Self::of(row, 0)?;
        if matches!(value, Self::Object(_)) {
            return Ok(value);
        }
        let kind = row.get_type().name()?;
        Err(PyTypeError::new_err(format!("a record is a dict or another mapping, not {kind}")))
    }

    fn of(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Self> {
        if depth > MOST_DEPTH {
            return Err(PyValueError::new_err("a record whose values are nested more than 100 levels deep"));
        }
        if value.is_none() {
            return Ok(Self::Null);
        }
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(Self::Text(text_of(text)?.into_owned()));
        }
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.as_bytes().to_vec()));
        }
        if let Ok(bytes) = value.cast::<PyByteArray>() {
            return Ok(Self::Bytes(bytes.to_vec()));
        }
        // A bool is an int, too.
        if let Ok(value) = value.cast::<PyBool>() {
            return Ok(Self::Bool(value.is_true()));
        }
        if value.is_instance_of::<PyInt>() {
            // As `int` writes it, whatever a class that is made of it says of itself: this becomes JSON as it is.
            let digits =
                value.py().get_type::<PyInt>().call_method1(intern!(value.py(), "__repr__"), (value,))?;
            return Ok(Self::Number(digits.cast::<PyString>()?.to_string()));
        }
        if let Ok(number) = value.cast::<PyFloat>() {
            let number = number.value();
            // What is no number is missing: pandas has NaN there.
            return Ok(if number.is_finite() { Self::Number(format!("{number:?}")) } else { Self::Null });
        }
        if let Ok(dict) = value.cast::<PyDict>() {
            let entry = |(key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
                let key = key.cast_into::<PyString>().or_else(|key| key.into_inner().str())?;
                Ok((text_of(&key)?.into_owned(), Self::of(&value, depth + 1)?))
            };
            return dict.iter().map(entry).collect::<PyResult<_>>().map(Self::Object);
        }
        if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            let items = value.try_iter()?.map(|item| Self::of(&item?, depth + 1));
            return items.collect::<PyResult<_>>().map(Self::List);
        }
        if let Ok(mapping) = value.cast::<PyMapping>() {
            let dict = PyDict::new(value.py());
            dict.update(mapping)?;
            return Self::of(&dict, depth + 1);
        }
        // Dates and times; scalars and arrays of numpy.
        if let Ok(written) = value.call_method0("isoformat") {
            return Self::of(&written, depth + 1);
        }
        if let Ok(list) = value.call_method0("tolist") {
            return Self::of(&list, depth + 1);
        }
        let kind = value.get_type().name()?;
        let takes = "text, bytes, numbers, bools, None, dates, lists and dicts";
        Err(PyTypeError::new_err(format!("a record holds {takes}, not {kind}")))
    }

    /// The record as a line of JSON.
    pub(super) fn to_line(&self) -> Vec<u8> {
        let mut line = Vec::new();
        self.write(&mut line);
        line
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Self::Number(number) => out.extend_from_slice(number.as_bytes()),
            Self::Text(text) => write_text(text, out),
            Self::Bytes(bytes) => page_as_json(bytes, out),
            Self::List(items) => {
                out.push(b'[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(entries) => {
                out.push(b'{');
                for (place, (key, value)) in entries.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    write_text(key, out);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("memory takes any text");
}

/// A text; half a surrogate pair, which Python can hold and UTF-8 cannot, becomes U+FFFD.
fn text_of<'a>(text: &'a Bound<'_, PyString>) -> PyResult<Cow<'a, str>> {
    if let Ok(text) = text.to_str() {
        return Ok(Cow::Borrowed(text));
    }
    let class = text.py().get_type::<PyString>();
    let units = class.call_method1("encode", (text, "utf-16-le", "surrogatepass"))?;
    let units: Vec<u16> = units
        .cast::<PyBytes>()?
        .as_bytes()
        .chunks_exact(2)
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
        .collect();
    Ok(Cow::Owned(String::from_utf16_lossy(&units)))
}

/// The bytes of a page, without a copy where that can be done.
pub(super) fn page<'a>(content: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    if let Ok(bytes) = content.cast::<PyBytes>() {
        return Ok(Cow::Borrowed(bytes.as_bytes()));
    }
    if let Ok(text) = content.cast::<PyString>() {
        return Ok(match text_of(text)? {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        });
    }
    if let Ok(bytes) = content.cast::<PyByteArray>() {
        return Ok(Cow::Owned(bytes.to_vec()));
    }
    let kind = content.get_type().name()?;
    Err(PyTypeError::new_err(format!("a page is str, bytes or bytearray, not {kind}")))
}
