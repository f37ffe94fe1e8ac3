"""The examples of `src/python/README.md`, as they are printed."""

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import copydesk
import pytest
from conftest import ROOT, SAMPLES

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

README = (ROOT / "src" / "python" / "README.md").read_text(encoding="utf-8")


def example(heading: str) -> str:
    """The first block of code after some words."""
    found = re.search(re.escape(heading) + r".*?```python\n(.*?)```", README, re.DOTALL)
    assert found is not None, heading
    return found[1]


@pytest.fixture
def place(tmp_path: Path, page_rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the examples name."""
    keys = sorted({key for row in page_rows for key in row})
    texts = [{key: str(row[key]) if key in row else None for key in keys} for row in page_rows]
    parquet.write_table(pyarrow.Table.from_pylist(texts * 30), tmp_path / "pages.parquet")
    (tmp_path / "dumps").mkdir()
    shutil.copy(SAMPLES / "news-english.jsonl.zst", tmp_path / "dumps")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_page_and_records(page_rows: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"html": page_rows[0]["html"], "url": page_rows[0]["url"], "rows": page_rows}
    exec(example("# copydesk for Python"), names)
    exec(example("## Records"), names)
    assert capsys.readouterr().out.count("kept") == 7


def test_polars(place: Path) -> None:
    polars = pytest.importorskip("polars")
    names: dict[str, Any] = {"copydesk": copydesk}
    exec(example("polars:"), names)
    articles = names["articles"]
    assert isinstance(articles, polars.DataFrame) and articles["outcome"].to_list() == ["kept"] * 180
    exec(example("## Runs"), names)
    assert names["run"].exit_code == 0 and names["records"].height == names["run"].ledger["lines"]["kept"] > 10


def test_duckdb(place: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    exec(example("DuckDB"), {"copydesk": copydesk})
    articles = parquet.read_table(place / "articles.parquet")
    assert articles.num_rows == 180 and None not in articles["title"].to_pylist()
    # A relation is a table, too, and so is what comes of it.
    relation = duckdb.sql("from 'pages.parquet' limit 3")
    made = copydesk.Pipeline().map_arrow(relation)
    assert duckdb.sql("select outcome from made").fetchall() == [("kept",)] * 3


def test_spark(place: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    names: dict[str, Any] = {"copydesk": copydesk}
    exec(example("Spark:"), names)
    expected = copydesk.Pipeline("articles").map_arrow(parquet.read_table(place / "pages.parquet"))
    found = sorted(row["id"] for row in names["articles"].select("id").collect())
    assert found == sorted(expected["id"].to_pylist())
    pipeline = names["pipeline"]
    by_keys = names["pages"].mapInArrow(
        lambda batches: (pipeline.map_arrow(batch, keys=True) for batch in batches), copydesk.spark_schema(keys=True)
    )
    assert by_keys.dropDuplicates(["key_url"]).count() == 6
    rows = names["articles"].select("published", "published_utc", "images", "verdict", "source").limit(1).toArrow()
    assert rows.num_rows == 1
    names["spark"].stop()


def test_ray(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ray = pytest.importorskip("ray")
    os.environ.setdefault("RAY_DEDUP_LOGS", "0")
    ray.init(include_dashboard=False, num_cpus=2, _node_ip_address="127.0.0.1")
    try:
        exec(example("Ray:"), {"copydesk": copydesk})
    finally:
        ray.shutdown()
    assert "180" in capsys.readouterr().out
