use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array as _, ArrayRef, BinaryArray, Date32Array, DictionaryArray, Float64Array, Int64Array, StringArray,
    StructArray, TimestampMicrosecondArray,
};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
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
    let Some(mut reader) = rows(Seekable::open(&path)?, wanted, &Arc::default())? else { return Ok(None) };
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

#[test]
fn buffers_that_say_they_are_larger_than_memory_are_damage() {
    let batch = long_values().slice(0, 40);
    let words =
        (0..40).map(|row| ["word 0", "word 1", "word 2"][row % 3]).collect::<DictionaryArray<Int32Type>>();
    let schema = batch.schema();
    let word = Arc::new(Field::new("word", words.data_type().clone(), true));
    let fields = schema.fields().iter().cloned().chain([word]);
    let columns = batch.columns().iter().cloned().chain([Arc::new(words) as ArrayRef]).collect();
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let batch = RecordBatch::try_new(schema, columns).expect("columns of 40 rows");
    let packed =
        || IpcWriteOptions::default().try_with_compression(Some(CompressionType::ZSTD)).expect("it is known");
    let mut file = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), packed()).expect("a schema");
    file.write(&batch).expect("memory");
    let mut stream =
        StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), packed()).expect("a schema");
    stream.write(&batch).expect("memory");
    for bytes in [file.into_inner().expect("memory"), stream.into_inner().expect("memory")] {
        assert!(
            read(&bytes, &|_| true).is_ok_and(|lines| lines.is_some_and(|lines| lines.contains("word 2")))
        );
        let frames = bytes.windows(4).enumerate().filter(|(_, four)| *four == [0x28, 0xB5, 0x2F, 0xFD]);
        let frames: Vec<usize> = frames.map(|(at, _)| at).collect();
        assert!(frames.len() > 5, "{frames:?}");
        for at in frames {
            let mut lying = bytes.clone();
            lying[at - 8..at].copy_from_slice(&(1_i64 << 40).to_le_bytes());
            assert!(read(&lying, &|_| true).is_err(), "the buffer at {at}");
        }
    }
}

/// A table whose columns of long values make pages of more than a MiB, with and without values that are missing, and in an object.
fn long_values() -> RecordBatch {
    let words = |row: usize| {
        // Some come again, and before others that do.
        let row = if row % 7 == 3 { row / 11 } else { row };
        let mut text = String::new();
        for word in 0..row * 37 % 5000 {
            text.push_str(&(word * (row + 7) % 100_009).to_string());
            text.push(' ');
        }
        text
    };
    let text = |step: usize| -> Vec<Option<String>> {
        (0..200)
            .map(|row| (step == 0 || row % step != 1 && row / 16 % step != 2).then(|| words(row)))
            .collect()
    };
    let inner: ArrayRef = Arc::new(StringArray::from(text(3)));
    let inner = StructArray::try_from(vec![("text", inner)]).expect("one column");
    let mut lists = ListBuilder::new(StringBuilder::new());
    for row in 0..200 {
        lists.append_value((0..row % 4).map(|item| Some(format!("paragraph {row} {item}"))));
    }
    let columns: [(&str, ArrayRef, bool); 5] = [
        ("html", Arc::new(StringArray::from_iter_values(text(0).into_iter().flatten())), false),
        ("text", Arc::new(StringArray::from(text(5))), true),
        ("page", Arc::new(inner), true),
        ("number", Arc::new(Int64Array::from_iter_values(0..200)), false),
        ("list", Arc::new(lists.finish()), true),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).expect("columns of 200 rows")
}

#[test]
fn large_pages_are_read_in_pieces_whatever_they_are_compressed_with() {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
    use parquet::file::properties::WriterVersion;

    let batch = long_values();
    let (first, second) = (WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0);
    for (codec, version, has_dictionary) in [
        (Compression::UNCOMPRESSED, first, false),
        (Compression::SNAPPY, first, false),
        (Compression::SNAPPY, second, true),
        (Compression::ZSTD(ZstdLevel::default()), second, false),
        (Compression::GZIP(GzipLevel::default()), first, true),
        (Compression::LZ4_RAW, second, false),
    ] {
        let options = WriterProperties::builder()
            .set_compression(codec)
            .set_writer_version(version)
            .set_dictionary_enabled(has_dictionary)
            .set_dictionary_page_size_limit(64 << 20)
            .set_encoding(Encoding::PLAIN)
            .set_data_page_size_limit(64 << 20)
            .set_column_encoding("number".into(), Encoding::DELTA_BINARY_PACKED)
            .build();
        let mut parquet = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(options)).expect("a schema");
        parquet.write(&batch).expect("memory");
        let bytes = parquet.into_inner().expect("memory");
        let mut file = tempfile::tempfile().expect("a temporary file");
        std::io::Write::write_all(&mut file, &bytes).expect("there is room");
        let reader = ParquetRecordBatchReaderBuilder::try_new(file)
            .and_then(ParquetRecordBatchReaderBuilder::build)
            .expect("a file");
        let mut expected = Vec::new();
        for batch in reader {
            let batch = batch.expect("a batch");
            (0..batch.num_rows()).for_each(|row| cell::write_row(&mut expected, &batch, row).expect("a row"));
        }
        let found = read(&bytes, &|_| true).expect("it is whole").unwrap_or_default();
        assert!(expected.len() > 4 << 20, "{}", expected.len());
        assert!(found.as_bytes() == expected, "{codec:?} {version:?} {has_dictionary}");
    }
}

#[test]
fn large_record_batches_are_read_a_few_rows_at_a_time() {
    use arrow_array::StringViewArray;
    use arrow_ipc::CompressionType;
    use arrow_ipc::reader::FileReader;
    use arrow_ipc::writer::IpcWriteOptions;

    let batch = long_values();
    let texts = batch.column(0);
    let texts = arrow_array::cast::AsArray::as_string::<i32>(texts).iter();
    let view: ArrayRef = Arc::new(
        texts.enumerate().map(|(row, text)| text.filter(|_| row % 9 != 0)).collect::<StringViewArray>(),
    );
    let schema = batch.schema();
    let columns = schema.fields().iter().map(|field| field.name().clone()).zip(batch.columns().to_vec());
    let columns = columns.chain([("view".to_owned(), view)]);
    let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
        .expect("columns of 200 rows");
    for codec in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
        let options = IpcWriteOptions::default().try_with_compression(codec).expect("an option");
        let mut file =
            FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options).expect("a schema");
        file.write(&batch.slice(3, 190)).expect("memory");
        file.write(&batch.slice(0, 2)).expect("memory");
        let bytes = file.into_inner().expect("memory");
        let mut expected = Vec::new();
        for batch in FileReader::try_new(std::io::Cursor::new(&bytes), None).expect("a file") {
            let batch = batch.expect("a batch");
            (0..batch.num_rows()).for_each(|row| cell::write_row(&mut expected, &batch, row).expect("a row"));
        }
        let found = read(&bytes, &|_| true).expect("it is whole").unwrap_or_default();
        assert!(found.as_bytes() == expected, "{codec:?}");
        let texts = read(&bytes, &|name| name == "text").expect("it is whole").unwrap_or_default();
        assert!(texts.lines().count() == 192 && !texts.contains("number"), "{codec:?}");
        // The file's end says where batches are, so what is cut is no file; what is changed may be one.
        for at in (200..bytes.len() - 200).step_by(bytes.len() / 10) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x41;
            drop(read(&flipped, &|name| name == "view" || name == "text"));
        }
    }
}
