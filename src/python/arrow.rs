//! Arrow's `PyCapsule` interface: tables of any library in, tables for any library out, by pointers and without copies.
//!
//! Source: the specification "The Arrow `PyCapsule` Interface" of Apache Arrow.

use std::ffi::CStr;

use arrow_array::cast::AsArray as _;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{
    Array as _, ArrayRef, RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray, make_array,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use copydesk::embed::{Refusal, decision_schema};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

use super::raise;

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

pub(super) fn arrow_error(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What came from Python.
pub(super) enum Rows {
    /// One batch.
    Batch(RecordBatch),
    /// A table, or anything else that comes in batches.
    Stream(ArrayStreamReader),
}

impl Rows {
    /// Takes over what an object has: a batch where it has one, or else its batches.
    pub(super) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if object.hasattr("__arrow_c_array__")? {
            let capsules = object.call_method0("__arrow_c_array__")?;
            let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = capsules.extract()?;
            return Self::of_array(&schema, &array);
        }
        if object.hasattr("__arrow_c_stream__")? {
            let capsule = object.call_method0("__arrow_c_stream__")?;
            let capsule = capsule.cast::<PyCapsule>()?;
            let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
            // SAFETY: a capsule of this name holds such a struct, by Arrow's specification; it is moved out, and marked as such.
            #[expect(unsafe_code, reason = "the capsule's name is its type")]
            let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr()) };
            return ArrayStreamReader::try_new(stream).map(Self::Stream).map_err(arrow_error);
        }
        let kind = object.get_type().name()?;
        let message = format!(
            "a table has __arrow_c_stream__ or __arrow_c_array__, as those of pyarrow, polars and DuckDB have; {kind} has neither"
        );
        Err(PyTypeError::new_err(message))
    }

    fn of_array(schema: &Bound<'_, PyCapsule>, array: &Bound<'_, PyCapsule>) -> PyResult<Self> {
        let py = array.py();
        let array = array.pointer_checked(Some(ARRAY))?.cast::<FFI_ArrowArray>();
        let schema = schema.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
        // SAFETY: as above; and the two belong together, because one call has given both.
        #[expect(unsafe_code, reason = "the capsules' names are their types")]
        let data = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) };
        let data = data.map_err(arrow_error)?;
        batch_of(py, &make_array(data)).map(Self::Batch)
    }
}

/// The batch whose columns an array of rows has. A null row has no values, and a record without values is something else.
pub(super) fn batch_of(py: Python<'_>, array: &ArrayRef) -> PyResult<RecordBatch> {
    let Some(rows) = array.as_struct_opt() else {
        return Err(PyTypeError::new_err("a batch has columns, and this array is one of them"));
    };
    let nulls = rows.null_count();
    if nulls > 0 {
        let rows = rows.len();
        let what = format!(
            "read the batch: {nulls} of its {rows} rows are null, and a batch has values for each row"
        );
        return Err(raise(py, &Refusal::of_use(what)));
    }
    Ok(RecordBatch::from(rows))
}

pub(super) fn schema_capsule<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(arrow_error)?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}

/// A capsule that holds a reader's batches.
pub(super) fn stream_capsule(
    py: Python<'_>,
    reader: Box<dyn RecordBatchReader + Send>,
) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), STREAM)
}

/// A batch of rows in columns.
#[pyclass(frozen, module = "copydesk")]
pub(super) struct ArrowBatch(pub(super) RecordBatch);

#[pymethods]
impl ArrowBatch {
    #[getter]
    fn num_rows(&self) -> usize {
        self.0.num_rows()
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        names(self.0.schema_ref())
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("<copydesk.ArrowBatch of {} rows and {} columns>", self.0.num_rows(), self.0.num_columns())
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, self.0.schema_ref())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        // To convert is the reader's business, as the specification allows.
        drop(requested_schema);
        let rows = StructArray::from(self.0.clone());
        let (array, _) = to_ffi(&rows.to_data()).map_err(arrow_error)?;
        let schema = schema_capsule(py, self.0.schema_ref())?;
        PyTuple::new(py, [schema, PyCapsule::new_with_value(py, array, ARRAY)?])
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batch = std::iter::once(Ok(self.0.clone()));
        stream_capsule(py, Box::new(RecordBatchIterator::new(batch, self.0.schema())))
    }
}

/// Batches of rows in the same columns.
#[pyclass(frozen, module = "copydesk")]
pub(super) struct ArrowTable {
    pub(super) schema: SchemaRef,
    pub(super) batches: Vec<RecordBatch>,
}

#[pymethods]
impl ArrowTable {
    #[getter]
    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        names(&self.schema)
    }

    fn __len__(&self) -> usize {
        self.num_rows()
    }

    fn __repr__(&self) -> String {
        let columns = self.schema.fields().len();
        format!("<copydesk.ArrowTable of {} rows and {columns} columns>", self.num_rows())
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.schema)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches = self.batches.clone().into_iter().map(Ok);
        stream_capsule(py, Box::new(RecordBatchIterator::new(batches, self.schema.clone())))
    }
}

fn names(schema: &Schema) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().clone()).collect()
}

/// The columns of a decision as Spark declares them.
#[pyfunction]
pub(super) fn spark_schema(keys: bool) -> String {
    let schema = decision_schema(keys);
    let columns = schema.fields().iter().map(|field| format!("`{}` {}", field.name(), spark_type(field)));
    columns.collect::<Vec<_>>().join(", ")
}

fn spark_type(field: &Field) -> String {
    match field.data_type() {
        DataType::Int64 => "BIGINT".to_owned(),
        DataType::Float64 => "DOUBLE".to_owned(),
        DataType::Binary => "BINARY".to_owned(),
        DataType::Timestamp(..) => "TIMESTAMP".to_owned(),
        DataType::List(item) => format!("ARRAY<{}>", spark_type(item)),
        DataType::Struct(fields) => {
            let fields = fields.iter().map(|field| format!("`{}`: {}", field.name(), spark_type(field)));
            format!("STRUCT<{}>", fields.collect::<Vec<_>>().join(", "))
        }
        _ => "STRING".to_owned(),
    }
}
