use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BinaryArray, Date32Array, Float64Array, Int64Array, StringArray, StructArray,
    TimestampMicrosecondArray,
};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use super::*;

fn batch() -> RecordBatch {
    let mut authors = ListBuilder::new(StringBuilder::new());
    authors.append_value([Some("Ann Lee"), Some("Bo \"Q\" Chen")]);
    authors.append_null();
    authors.append_value([None::<&str>; 0]);
    let inner: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), None, Some("z")]));
    let columns: [(&str, ArrayRef); 9] = [
        ("url", Arc::new(StringArray::from(vec![Some("https://a.example/1"), None, Some("")]))),
        ("html", Arc::new(BinaryArray::from(vec![&b"<p>Caf\xE9"[..], b"<p>plain", b""]))),
        (
            "published",
            Arc::new(
                TimestampMicrosecondArray::from(vec![1_709_546_405_123_456, -1, i64::MAX])
                    .with_timezone("+09:00"),
            ),
        ),
        ("modified", Arc::new(TimestampMicrosecondArray::from(vec![0, 1, 2]))),
        ("crawled", Arc::new(Date32Array::from(vec![19_788, -1, i32::MAX]))),
        ("authors", Arc::new(authors.finish())),
        ("score", Arc::new(Float64Array::from(vec![0.5, f64::NAN, 1e300]))),
        ("of_no_use", Arc::new(Int64Array::from(vec![7, 8, 9]))),
        ("data", Arc::new(StructArray::try_from(vec![("title", inner)]).expect("one column"))),
    ];
    RecordBatch::try_from_iter(columns).expect("columns of three rows")
}

/// The rows of [`batch`] as a file of each kind.
fn files() -> [(&'static str, Vec<u8>); 3] {
    let batch = batch();
    let two_groups = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
    let mut parquet = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(two_groups)).expect("a schema");
    parquet.write(&batch).expect("memory");
    let mut file = FileWriter::try_new(Vec::new(), &batch.schema()).expect("a schema");
    file.write(&batch).expect("memory");
    let mut stream = StreamWriter::try_new(Vec::new(), &batch.schema()).expect("a schema");
    stream.write(&batch).expect("memory");
    [
        ("Parquet", parquet.into_inner().expect("memory")),
        ("Arrow file", file.into_inner().expect("memory")),
        ("Arrow stream", stream.into_inner().expect("memory")),
    ]
}

fn read(bytes: &[u8], wanted: &WantedColumn<'_>) -> io::Result<Option<String>> {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join("rows");
    crate::write::write_file(&path, bytes).expect("there is room");
    let Some(mut reader) = rows(&path, wanted, &Arc::default())? else { return Ok(None) };
    let mut lines = String::new();
    reader.reader.read_to_string(&mut lines).map(|_| Some(lines))
}

#[test]
fn rows_are_lines_of_json_whatever_the_file_and_columns_of_no_use_are_left_out() {
    let expected = concat!(
        r#"{"url":"https://a.example/1","html":"PHA+Q2Fm6Q==","published":"2024-03-04T10:00:05Z","modified":"1970-01-01T00:00:00","#,
        r#""crawled":"2024-03-06","authors":["Ann Lee","Bo \"Q\" Chen"],"score":0.5,"data":{"title":"x"}}"#,
        "\n",
        r#"{"html":"<p>plain","published":"1969-12-31T23:59:59Z","modified":"1970-01-01T00:00:00","crawled":"1969-12-31","score":null,"#,
        r#""data":{}}"#,
        "\n",
        r#"{"url":"","html":"","published":null,"modified":"1970-01-01T00:00:00","crawled":null,"authors":[],"score":1e+300,"data":{"title":"z"}}"#,
        "\n",
    );
    for (kind, bytes) in files() {
        let lines = read(&bytes, &|name| name != "of_no_use" && name != "data").expect("it is whole");
        assert_eq!(lines.as_deref(), Some(expected), "{kind}");
        let lines = read(&bytes, &|_| true).expect("it is whole").unwrap_or_default();
        assert!(lines.contains(r#""of_no_use":8,"#), "{kind}: {lines}");
    }
    assert_eq!(read(b"{\"text\":\"x\"}\n", &|_| true).ok(), Some(None));
}

#[test]
fn damaged_files_are_errors_and_never_panics() {
    for (kind, bytes) in files() {
        let mut errors = 0;
        for at in (8..bytes.len()).step_by(11) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x41;
            errors += u32::from(read(&flipped, &|_| true).is_err());
            let cut = &bytes[..at];
            assert!(kind == "Arrow stream" || read(cut, &|_| true).is_err(), "{kind} cut at {at}");
        }
        assert!(errors > 5, "{kind}: {errors}");
    }
}
