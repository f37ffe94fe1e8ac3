"""Tables in and out: pyarrow, polars, DuckDB and pandas."""

import json
from pathlib import Path
from typing import Any

import copydesk
import pytest
from conftest import SAMPLES, lines_of

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

DUMPS = [SAMPLES / "news-english.jsonl.zst", SAMPLES / "pages.jsonl.zst", SAMPLES / "news-world.jsonl.gz"]


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records of a table as lines of JSON have them."""
    return [
        {
            **{key: value for key, value in row.items() if not key.endswith("_utc")},
            "labels": json.loads(row["labels"]) if row["labels"] else None,
            "found": {key: value for key, value in (row["found"] or {}).items() if value} or None,
            "images": [{k: v for k, v in image.items() if v} for image in row["images"] or []] or None,
            "source": {key: value for key, value in row["source"].items() if value is not None},
        }
        for row in rows
    ]


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_records_of_a_run_are_the_same_whatever_their_form(form: str, tmp_path: Path) -> None:
    text = f'format = 1\nextends = "articles"\n[output]\nformat = "{form}"\n'
    run = copydesk.run(copydesk.Pipeline(text), DUMPS, output=tmp_path / "out")
    lines = copydesk.run("articles", DUMPS, output=tmp_path / "lines")
    table = pyarrow.table(run.records())
    assert plain(table.to_pylist()) == lines_of(tmp_path / "lines")
    assert table.equals(pyarrow.table(lines.records()))
    assert table.schema == pyarrow.schema(run.records())
    batches = [pyarrow.record_batch(batch) for batch in run.records()]
    assert pyarrow.Table.from_batches(batches).equals(table)
    if form == "parquet":
        shards = parquet.read_table(tmp_path / "out" / "records")
        assert shards.column_names == table.column_names
        same = shards.cast(pyarrow.schema([field.with_name(field.name) for field in table.schema]))
        assert same.to_pylist() == table.to_pylist()


def test_rows_of_a_table_become_the_records_of_a_run_over_it(page_rows: list[dict[str, Any]], tmp_path: Path) -> None:
    keys = sorted({key for row in page_rows for key in row})
    texts = [{key: str(row[key]) if key in row else None for key in keys} for row in page_rows]
    table = pyarrow.Table.from_pylist(texts * 40)
    parquet.write_table(table, tmp_path / "pages.parquet")
    copydesk.run("fields", tmp_path / "pages.parquet", output=tmp_path / "out")
    pipeline = copydesk.Pipeline("fields")
    for threads in (1, 3):
        made = pipeline.map_arrow(table, dump="pages.parquet", threads=threads)
        assert isinstance(made, pyarrow.Table)
        assert made.column_names[-3:] == ["outcome", "verdict", "detail"]
        records = made.drop_columns(["outcome", "verdict", "detail"])
        assert plain(records.to_pylist()) == lines_of(tmp_path / "out")


def test_each_row_has_a_row_with_what_became_of_it_and_keys() -> None:
    long = "The council heard many speakers on the harbour wall and then it voted. " * 10
    rows = {"url": ["https://a.example/1", None, None], "text": [long, "Too short.", long * 20]}
    text = 'format = 1\nextends = "nightly"\n[input]\nmax-text-bytes = "8 KB"\n'
    batch = pyarrow.RecordBatch.from_pydict(rows)
    made = copydesk.Pipeline(text).map_arrow(batch, keys=True, dump="d", line=10)
    assert isinstance(made, pyarrow.RecordBatch)
    assert made["outcome"].to_pylist() == ["kept", "dropped", "quarantined"]
    verdicts = made["verdict"].to_pylist()
    assert verdicts[0] is None
    assert verdicts[1] == {"stage": "drop-short", "reason": "too_few_words", "measured": "2", "limit": "40"}
    assert verdicts[2]["reason"] == "text_too_long" and "at most" in made["detail"][2].as_py()
    assert [source["line"] for source in made["source"].to_pylist()] == [10, 11, 12]
    assert made["id"][2].as_py() is None and made["text"][2].as_py() is None
    assert [len(key) if key else None for key in made["key_near"].to_pylist()] == [112, None, None]
    assert made["key_url"][0].as_py() == made["id"][0].as_py()
    keys = copydesk.Pipeline(text).process({"url": rows["url"][0], "text": long}).keys
    assert keys is not None
    assert made["key_text"][0].as_py() == keys.text and made["key_near"][0].as_py() == keys.near


def test_pages_may_be_bytes_in_their_own_encoding() -> None:
    html = f"<html><head><meta charset=windows-1251></head><body><p>{'Городской совет решил поднять стену. ' * 20}</p></body></html>"
    batch = pyarrow.RecordBatch.from_pydict({"html": [html.encode("cp1251")]})
    made = copydesk.Pipeline().map_arrow(batch)
    assert made["text"][0].as_py().startswith("Городской совет")


def test_no_rows_are_no_rows() -> None:
    made = copydesk.Pipeline().map_arrow(pyarrow.table({"text": pyarrow.array([], pyarrow.string())}))
    assert made.num_rows == 0 and "title" in made.column_names


def test_what_is_no_table_is_refused() -> None:
    for wrong in ({"text": ["x"]}, [1]):
        with pytest.raises(TypeError, match="__arrow_c_stream__"):
            copydesk.Pipeline().map_arrow(wrong)
    with pytest.raises(TypeError, match="has columns"):
        copydesk.Pipeline().map_arrow(pyarrow.array([1, 2]))
    rows = pyarrow.array([{"text": "x"}, None], pyarrow.struct({"text": pyarrow.string()}))
    with pytest.raises(copydesk.CopydeskError, match="1 of its 2 rows are null") as raised:
        copydesk.Pipeline().map_arrow(rows)
    assert raised.value.exit_code == 2
    # The same in a stream of arrays, of which the second batch has one.
    with pytest.raises(copydesk.CopydeskError, match="1 of its 2 rows are null"):
        copydesk.Pipeline().map_arrow(pyarrow.chunked_array([rows[:1], rows]))


class Foreign:
    """A table of no library that copydesk knows."""

    def __init__(self, table: Any) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


def test_a_table_of_another_library_becomes_one_that_all_read() -> None:
    made = copydesk.Pipeline().map_arrow(Foreign(pyarrow.table({"text": ["short", "also short"]})))
    assert isinstance(made, copydesk.ArrowTable)
    assert len(made) == made.num_rows == 2 and "ArrowTable of 2 rows" in repr(made)
    for _ in range(2):  # a table is there to be read again
        assert pyarrow.table(made)["outcome"].to_pylist() == ["dropped", "dropped"]


def test_the_schema_for_spark_names_the_columns_in_their_order() -> None:
    made = copydesk.Pipeline().map_arrow(pyarrow.table({"text": ["short"]}), keys=True)
    columns = copydesk.spark_schema(keys=True)
    at = [columns.index(f"`{name}` ") for name in made.column_names]
    assert at == sorted(at)
