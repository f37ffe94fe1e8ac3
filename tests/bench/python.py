"""What the Python module costs: against its peers, on two threads, over many calls, and against the command.

    python tests/bench/python.py speed DUMP...       milliseconds a page in one process; peers that are installed are measured, too. The Rust part
                                                     is all but reading its JSON and making the `Article`
    python tests/bench/python.py threads DUMP...     pages a second on one thread and on two
    python tests/bench/python.py memory DUMP...      resident memory over many calls (CALLS, 200,000 by default)
    python tests/bench/python.py same DUMP...        whether `run`, `process_many` and `map_arrow` make the same records
    python tests/bench/python.py loop DUMP N         N calls of `extract` and nothing else, for callgrind; `rust` for its Rust part alone

DUMP is a file of JSON lines with `html` and `url`, compressed with zstd or not. Times are of the processor, and the best of three rounds in which
the extractors take turns. What a call takes in instructions, which other processes do not disturb, is the difference of two loops:

    for n in 100 200; do valgrind --tool=callgrind --callgrind-out-file=/dev/null python tests/bench/python.py loop DUMP $n; done
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import copydesk


def rows_of(dumps: list[str]) -> list[dict[str, Any]]:
    plain = b"".join(subprocess.run(["zstd", "-dcqf", dump], capture_output=True, check=True).stdout for dump in dumps)
    return [json.loads(line) for line in plain.splitlines()]


def peers() -> dict[str, Callable[[str, str | None], object]]:
    """What is installed, as its documentation calls it for text with metadata."""
    desk = copydesk.Pipeline("articles")._desk
    found: dict[str, Callable[[str, str | None], object]] = {
        "copydesk": lambda html, url: copydesk.extract(html, url),
        "copydesk, its Rust part": lambda html, url: desk.extract(html, "page", url),
    }
    try:
        import trafilatura

        found["trafilatura"] = lambda html, url: trafilatura.bare_extraction(html, url=url, with_metadata=True)
        found["trafilatura, fast"] = lambda html, url: trafilatura.bare_extraction(html, url=url, with_metadata=True, fast=True)
    except ImportError:
        pass
    try:
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse (text alone)"] = lambda html, url: extract_plain_text(html, main_content=True)
    except ImportError:
        pass
    try:
        import newspaper

        found["newspaper4k"] = lambda html, url: newspaper.article(
            url or "https://a.example/1", input_html=html, fetch_images=False
        )
    except ImportError:
        pass
    return found


def speed(rows: list[dict[str, Any]]) -> None:
    best: dict[str, float] = {}
    failed: dict[str, int] = {}
    for _ in range(3):
        for name, extract in peers().items():
            failed[name] = 0
            begun = time.process_time()
            for row in rows:
                try:
                    extract(row["html"], row.get("url"))
                except Exception:
                    failed[name] += 1
            took = time.process_time() - begun
            best[name] = min(took, best.get(name, took))
    for name, took in best.items():
        print(f"{name:28} {took / len(rows) * 1e3:8.3f} ms a page, {failed[name]} failed")


def threads(rows: list[dict[str, Any]]) -> None:
    pipeline = copydesk.Pipeline("articles")
    rows = rows * (2000 // len(rows) + 1)

    def share(place: int, count: int) -> None:
        size = len(rows) // count
        for row in rows[place * size : (place + 1) * size]:
            pipeline.extract(row["html"], row.get("url"))

    def pool(count: int) -> None:
        with ThreadPoolExecutor(count) as workers:
            list(workers.map(share, range(count), [count] * count))

    ways: dict[str, Callable[[int], object]] = {
        "extract, in Python's threads": pool,
        "process_many": lambda count: [None for _ in pipeline.process_many(rows, threads=count)],
    }
    for name, way in ways.items():
        best = {1: 0.0, 2: 0.0}
        for count in (1, 2) * 3:
            begun = time.perf_counter()
            way(count)
            best[count] = max(best[count], len(rows) / (time.perf_counter() - begun))
        print(f"{name:32} {best[1]:6.0f} pages/s on one thread, {best[2]:6.0f} on two: {best[2] / best[1]:.2f} ×")


def resident() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def memory(rows: list[dict[str, Any]]) -> None:
    calls = int(os.environ.get("CALLS", "200000"))
    pipeline = copydesk.Pipeline("articles")
    pages = itertools.cycle(row["html"] for row in rows)
    for call, page in zip(range(calls + 1), pages):
        if call % (calls // 10) == 0:
            print(f"{call:9} calls {resident():7.1f} MB", flush=True)
        pipeline.extract(page)


def same(dumps: list[str]) -> None:
    import pyarrow

    pipeline = copydesk.Pipeline("fields")
    for dump in dumps:
        rows, name = rows_of([dump]), Path(dump).name
        with tempfile.TemporaryDirectory() as place:
            run = copydesk.run(pipeline, dump, output=place)
            expected = pyarrow.table(run.records()).to_pylist()
            keys = sorted({key for row in rows for key in row})
            table = pyarrow.table({key: [text_of(row.get(key)) for row in rows] for key in keys})
            made = pipeline.map_arrow(table, dump=name).to_pylist()
            many = [result.record for result in pipeline.process_many(rows, dump=name)]
        judged = [{key: value for key, value in row.items() if key in expected[0]} for row in made if row["outcome"] == "kept"]
        equal = sum(without_extra(a) == without_extra(b) for a, b in zip(expected, judged, strict=True))
        texts = sum((record.text, record.id) == (row["text"], row["id"]) for record, row in zip(many, expected, strict=True) if record)
        print(f"{name}: {len(expected)} records of the run; {equal} equal by map_arrow, {texts} by process_many")


def text_of(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def without_extra(row: dict[str, Any]) -> dict[str, Any]:
    """`extra` has the input's values: as a column of texts they are texts."""
    return {key: value for key, value in row.items() if key != "extra"}


def loop(rows: list[dict[str, Any]], calls: int, what: str) -> None:
    extract = peers()["copydesk" if what == "loop" else "copydesk, its Rust part"]
    for row, _ in zip(itertools.cycle(rows), range(calls)):
        extract(row["html"], row.get("url"))


if __name__ == "__main__":
    what, *dumps = sys.argv[1:]
    if what == "same":
        same(dumps)
    elif what in ("loop", "rust"):
        loop(rows_of(dumps[:1]), int(dumps[1]), what)
    else:
        {"speed": speed, "threads": threads, "memory": memory}[what](rows_of(dumps))
