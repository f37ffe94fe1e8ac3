"""What the tests share: the samples, as lines and as a table, and the command."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


def command(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command that the wheel has installed."""
    program = Path(sys.executable).with_name("copydesk")
    return subprocess.run([program, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


def lines_of(folder: Path, output: str = "records") -> list[dict[str, Any]]:
    """The lines of an output, read without copydesk."""
    packed = b"".join(path.read_bytes() for path in sorted((folder / output).glob("*.zst")))
    plain = subprocess.run(["zstd", "-dcq"], input=packed, capture_output=True, check=True).stdout
    return [json.loads(line) for line in plain.splitlines()]


@pytest.fixture(scope="session")
def world() -> Path:
    """A dump of articles whose text was extracted, in many languages."""
    return SAMPLES / "news-world.jsonl.gz"


@pytest.fixture(scope="session")
def world_rows(world: Path) -> list[dict[str, Any]]:
    with gzip.open(world, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


@pytest.fixture(scope="session")
def pages() -> Path:
    """A dump of pages."""
    return SAMPLES / "pages.jsonl.zst"


@pytest.fixture(scope="session")
def page_rows(pages: Path) -> list[dict[str, Any]]:
    plain = subprocess.run(["zstd", "-dcq", pages], capture_output=True, check=True).stdout
    return [json.loads(line) for line in plain.splitlines()]
