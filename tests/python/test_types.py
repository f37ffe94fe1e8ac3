"""The type stubs, as a stranger's strict checker sees them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")

RIGHT = """
from pathlib import Path
import copydesk

def texts(rows: list[dict[str, object]]) -> list[str]:
    pipeline = copydesk.Pipeline(Path("mine.toml"))
    results = pipeline.process_many(rows, threads=2)
    return [result.record.text or "" for result in results if result.record]

def title(html: bytes) -> str | None:
    article: copydesk.Article = copydesk.extract(html, "https://a.example/1", pipeline="corpus")
    return article.title

def kept(folder: str) -> int:
    run = copydesk.run("articles", ["dumps"], output=folder, threads=2)
    return sum(batch.num_rows for batch in run.records()) + run.exit_code
"""

WRONG = """
import copydesk

copydesk.extract(7)
copydesk.extract("<p>", pipeline="artikles")
copydesk.run("articles", ["dumps"])
words: int = copydesk.extract("<p>").title
"""


def check(text: str, folder: Path) -> str:
    (folder / "sample.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "sample.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_a_sample_is_right(tmp_path: Path) -> None:
    assert "Success" in check(RIGHT, tmp_path)


def test_mistakes_are_found(tmp_path: Path) -> None:
    assert "Found 4 errors" in check(WRONG, tmp_path)


def test_the_module_itself_is_right() -> None:
    source = Path(__file__).parents[2] / "src" / "python"
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, "-p", "copydesk"], cwd=source, capture_output=True, text=True, check=False
    )
    assert "Success" in done.stdout, done.stdout
