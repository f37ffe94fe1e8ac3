"""Single pages and records: `extract`, `Pipeline.process`, `Pipeline.process_many`."""

import copy
import datetime
import json
import math
import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any

import copydesk
import pytest
from conftest import ROOT, SAMPLES, command, lines_of

LONG = " ".join(f"The council heard speaker number {number} on the harbour wall." for number in range(20))


def readable(record: dict[str, Any]) -> dict[str, Any]:
    """A record whose `extra`, which is JSON as a text, is read."""
    return {**record, "extra": json.loads(record["extra"]) if record["extra"] else None}


def test_an_article_has_the_keys_of_the_schema() -> None:
    schema = json.loads(command("schema", "record").stdout)
    assert {field.name for field in fields(copydesk.Article)} == set(schema["oneOf"][0]["properties"])


def test_a_page_has_the_record_of_the_command(page_rows: list[dict[str, Any]], tmp_path: Path) -> None:
    for row in page_rows:
        html = row.get("html") or row.get("raw_html") or next(v for v in row.values() if "<" in str(v))
        (tmp_path / "page").write_text(html, encoding="utf-8")
        url = "https://courier.example/2024/03/06/harbour?utm_source=x"
        printed = command("extract", "page", "--url", url, cwd=tmp_path)
        assert printed.returncode == 0, printed.stderr
        for given in (html, html.encode(), bytearray(html.encode())):
            article = copydesk.extract(given, url)
            assert article.to_dict() == json.loads(printed.stdout)
        assert article.source_url == url


def test_records_of_a_run_and_of_a_pipeline_are_the_same(
    world: Path, world_rows: list[dict[str, Any]], pages: Path, page_rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    pipeline = copydesk.Pipeline("fields")
    for dump, rows in ((world, world_rows), (pages, page_rows)):
        out = tmp_path / dump.name
        assert command("run", "fields", dump, "-o", out, "-q").returncode == 0
        expected = [readable(record) for record in lines_of(out)]
        results = [pipeline.process(row, dump=dump.name, line=line) for line, row in enumerate(rows, 1)]
        many = list(pipeline.process_many(iter(rows), threads=3, dump=dump.name))
        assert results == many
        assert [readable(result.record.to_dict()) for result in results if result.record] == expected


def test_bytes_are_read_in_the_encoding_that_the_page_declares() -> None:
    html = f"<html><head><meta charset=windows-1251></head><body><p>{'Городской совет решил поднять стену. ' * 20}</p></body></html>"
    article = copydesk.extract(html.encode("cp1251"))
    assert article.text is not None and article.text.startswith("Городской совет")
    assert article.text == copydesk.extract(html).text
    row = {"url": "https://a.example/1", "html": html.encode("cp1251")}
    record = copydesk.Pipeline().process(row).record
    assert record is not None and record.text == article.text


def test_a_verdict_says_what_was_measured_and_its_limit() -> None:
    result = copydesk.Pipeline("articles").process({"text": "Only three words."})
    assert result.dropped and not result.kept
    assert result.verdict == copydesk.Verdict("drop-short", "too_few_words", 3, 40)
    assert result.record is not None and result.record.text == "Only three words."
    assert result.keys is None


def test_what_cannot_be_processed_is_a_result_and_no_exception() -> None:
    pipeline = copydesk.Pipeline("format = 1\n[input]\nmax-text-bytes = \"8 KB\"\n")
    result = pipeline.process({"text": LONG * 10})
    assert result.quarantined and result.record is None
    assert result.fault is not None and result.fault.reason == "text_too_long"


def test_keys_are_those_of_deduplication() -> None:
    pipeline = copydesk.Pipeline("nightly")
    one, other = (pipeline.process({"url": f"https://a.example/{n}", "text": LONG}).keys for n in (1, 2))
    assert one is not None and other is not None
    assert one.url != other.url and one.text == other.text and one.near == other.near
    assert one.near is not None and len(one.near) == 112 and one.near_grams is not None
    assert copydesk.Pipeline("fields").process({"text": LONG}).keys is None


def test_values_of_many_types_are_taken() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    row = {
        "url": "https://a.example/1",
        "text": LONG,
        "title": "Half a pair \ud83d",
        "published": datetime.datetime(2024, 3, 6, 12, 30, tzinfo=zone),
        "authors": ("Jane Doe", "John Roe"),
        "score": math.nan,
        "big": 10**30,
        "share": 1e-7,
        "nothing": None,
        "deep": {1: [True, {"x": b"raw"}]},
    }
    before = copy.deepcopy(row)
    record = copydesk.Pipeline().process(row).record
    assert row == before
    assert record is not None
    assert record.published == "2024-03-06T12:30:00+02:00" and record.authors == ["Jane Doe", "John Roe"]
    assert record.title == "Half a pair \ufffd"
    assert isinstance(record.extra, str)
    extra = json.loads(record.extra)
    assert extra["big"] == 10**30 and extra["share"] == 1e-7 and extra["deep"] == {"1": [True, {"x": "raw"}]}


def test_wrong_types_are_named() -> None:
    pipeline = copydesk.Pipeline()
    with pytest.raises(TypeError, match="a page is str, bytes or bytearray, not int"):
        copydesk.extract(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a record is a dict or another mapping, not list"):
        pipeline.process([])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="threads is 1 or more"):
        pipeline.process_many([], threads=0)
    with pytest.raises(TypeError, match="not object"):
        pipeline.process({"text": object()})
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(ValueError, match="nested"):
        pipeline.process({"text": deep})


def test_errors_are_the_commands(tmp_path: Path) -> None:
    packed = (SAMPLES / "news-world.jsonl.gz").read_bytes()
    (tmp_path / "page").write_bytes(packed)
    said = command("extract", "page", cwd=tmp_path)
    with pytest.raises(copydesk.CopydeskError) as raised:
        copydesk.extract(packed)
    assert said.stderr == f"error: {raised.value}\n" and said.returncode == raised.value.exit_code == 2
    again = pickle.loads(pickle.dumps(raised.value))
    assert str(again) == str(raised.value) and again.exit_code == 2
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("format = 1\n[[stage]]\nkind = 'drop-shrt'\n")
    with pytest.raises(copydesk.CopydeskError, match="did you mean `drop-short`") as raised:
        copydesk.Pipeline(wrong)
    assert str(raised.value) in command("check", wrong).stderr
    with pytest.raises(copydesk.CopydeskError, match="did you mean `articles`"):
        copydesk.Pipeline("artikles")


def test_a_pipeline_is_a_name_a_path_or_a_text_and_is_pickled_whole(tmp_path: Path) -> None:
    text = (ROOT / "pipelines" / "articles.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text)
    pipelines = [copydesk.Pipeline(one) for one in ("articles", text, path, str(path))]
    assert [pipeline.name for pipeline in pipelines] == ["articles", "pipeline", "mine", "mine"]
    assert len({pipeline.fingerprint for pipeline in pipelines}) == 1
    assert repr(pipelines[0]) == "Pipeline('articles')"
    path.unlink()
    for pipeline in pipelines:
        again = pickle.loads(pickle.dumps(pipeline))
        assert again.fingerprint == pipeline.fingerprint and again.stages == pipeline.stages
        assert again.process({"text": LONG}) == pipeline.process({"text": LONG})
    article = pipelines[0].process({"text": LONG}).record
    assert pickle.loads(pickle.dumps(article)) == article


def test_a_dict_of_an_article_is_its_own() -> None:
    article = copydesk.extract(f"<html><body><p>By Jane Doe</p><p>{LONG}</p></body></html>", "https://a.example/1")
    article.to_dict()["source"]["dump"] = "changed"
    assert article.source["dump"] == "page"
    assert "words>" in repr(article) and "https://a.example/1" in repr(article)


def test_many_records_are_taken_as_they_are_needed_and_kept_in_order() -> None:
    taken = 0

    def rows() -> Any:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield {"url": f"https://a.example/{number}", "text": LONG}

    results = copydesk.Pipeline().process_many(rows(), threads=2)
    first = next(results)
    assert taken <= 40
    urls = [result.record.url for result in (first, *results) if result.record]
    assert urls == [f"https://a.example/{number}" for number in range(1000)]


def test_an_error_of_the_callers_iterable_is_passed_on() -> None:
    def rows() -> Any:
        yield {"text": LONG}
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        list(copydesk.Pipeline().process_many(rows(), threads=1))


def test_a_row_of_a_wrong_type_raises_in_its_place() -> None:
    rows: list[Any] = [{"url": f"https://a.example/{number}", "text": LONG} for number in range(40)]
    rows[5] = 5
    rows[17] = {"text": object()}
    results = copydesk.Pipeline().process_many(rows, threads=2, line=1)
    for line in range(1, 41):
        if line in (6, 18):
            with pytest.raises(TypeError):
                next(results)
        else:
            record = next(results).record
            assert record is not None and record.source["line"] == line
    assert list(results) == []


def test_threads_may_share_a_pipeline() -> None:
    pipeline = copydesk.Pipeline()
    rows = [{"url": f"https://a.example/{number}", "text": f"{number} {LONG}"} for number in range(64)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(pipeline.process, rows)) == [pipeline.process(row) for row in rows]


def test_threads_may_share_the_results_of_many_records() -> None:
    rows = [{"url": f"https://a.example/{number}", "text": LONG} for number in range(200)]
    results = copydesk.Pipeline().process_many((dict(row) for row in rows), threads=2)
    with ThreadPoolExecutor(4) as pool:
        taken = [taking.result() for taking in [pool.submit(list, results) for _ in range(4)]]
    urls = [result.record.url for part in taken for result in part if result.record]
    assert sorted(urls) == sorted(row["url"] for row in rows)


def test_rows_that_need_their_own_results_are_an_error() -> None:
    def rows() -> Any:
        yield from results

    results = copydesk.Pipeline().process_many(rows(), threads=1)
    with pytest.raises(RuntimeError):
        next(results)


def test_classes_made_of_numbers_and_texts_are_what_they_are_made_of() -> None:
    class Whole(int):
        def __str__(self) -> str:
            return '1, "title": "Mine"'

        __repr__ = __str__

    class Share(float):
        def __str__(self) -> str:
            return '1, "title": "Mine"'

        __repr__ = __str__

    class Word(str):
        def __str__(self) -> str:
            return "another"

        def encode(self, *_: Any) -> bytes:  # type: ignore[override]
            return b"another"

    row = {"text": LONG, "one": Whole(7), "half": Share(0.5), "word": Word("a \ud83d"), Word("key"): 1}
    record = copydesk.Pipeline().process(row).record
    assert record is not None and record.title is None and isinstance(record.extra, str)
    assert json.loads(record.extra) == {"one": 7, "half": 0.5, "word": "a \ufffd", "key": 1}
