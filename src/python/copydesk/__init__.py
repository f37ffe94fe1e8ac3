"""Scraped articles: extract, clean, judge, deduplicate, and account for every line.

- `extract(html)` makes an `Article` of one page.
- `Pipeline("articles")` does with single records what a run does with lines of dumps: `process` takes a dict, `process_many`
  an iterable of them, `map_arrow` a table, in Spark, Ray, polars, DuckDB or pyarrow.
- `run("articles", ["dumps/"], output="out")` is `copydesk run`; `Run("out")` opens a finished run.

All of them ask the same judge as the command, so a page has the same record everywhere. Nothing here looks for duplicates but
`run`: they are a matter of all records, and a pipeline sees one at a time. Python's lock is let go while copydesk works, so
threads work side by side; everything here may be used by several at once. Errors are `CopydeskError`, with the command's words.
"""

from __future__ import annotations

import copy
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypedDict

from copydesk import _copydesk
from copydesk._copydesk import ArrowBatch, ArrowTable, Records

__all__ = [
    "ArrowBatch",
    "ArrowTable",
    "Article",
    "CopydeskError",
    "Fault",
    "Image",
    "Keys",
    "Pipeline",
    "Records",
    "Result",
    "Run",
    "Verdict",
    "__version__",
    "extract",
    "publish",
    "run",
    "spark_schema",
]

__version__ = _copydesk.version()

StrPath = str | os.PathLike[str]


class CopydeskError(Exception):
    """What copydesk cannot do as it is asked, in the words of the command.

    `exit_code` is the command's: 1 where the same call may succeed later (a full disk; a run resumes), 2 where it fails in the same way
    again (a pipeline with mistakes, a folder that is not there, a page that is none).
    """

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message, exit_code)
        self.message = message
        self.exit_code = exit_code

    def __str__(self) -> str:
        return self.message


class Image(TypedDict, total=False):
    """A picture of an article."""

    url: str
    caption: str
    credit: str


class Source(TypedDict, total=False):
    """Where a record was read: the dump, its line from 1, and the input's own id."""

    dump: str
    line: int
    id: str


@dataclass(frozen=True, slots=True)
class Article:
    """A record: what `copydesk schema record` describes. `None`, or an empty list or dict, where nothing is known."""

    id: str
    """32 hex digits, a hash of the canonical URL, or of the text where there is none."""
    url: str | None
    """The canonical URL."""
    source_url: str | None
    """The URL as it came, where that differs."""
    host: str | None
    """The URL's host, without `www.`."""
    site_name: str | None
    """The publication."""
    title: str | None
    """The headline, without the site's name."""
    description: str | None
    """The standfirst or summary."""
    authors: list[str]
    """The authors' names, in order."""
    contributors: list[str]
    """Names of those who contributed reporting."""
    published: str | None
    """When it was published, RFC 3339: a date alone where no time is known."""
    modified: str | None
    """When it was last changed, likewise."""
    crawled: str | None
    """When it was fetched, likewise."""
    dateline: str | None
    """The place that opens a news report."""
    section: str | None
    """The section, as published."""
    tags: list[str]
    """The tags, as published."""
    language: str | None
    """ISO 639-1 code."""
    language_score: float | None
    """How sure the language is, 0 to 1."""
    html: str | None
    """The page, only where no text was found in it."""
    text: str | None
    """The body: paragraphs separated by one blank line."""
    images: list[Image]
    """The pictures, in order."""
    labels: dict[str, Any]
    """What labelling stages measured, a dict a labeller."""
    found: dict[str, str | None]
    """For each extracted field, where it was found: `json_ld`, `meta`, `dom`, `text` or `input`."""
    source: Source
    """Where the record was read."""
    extra: str | dict[str, Any] | None
    """The input's other keys, as one JSON text; as a dict where the pipeline says so."""

    def to_dict(self) -> dict[str, Any]:
        """The record as a line of `records/` has it: `None` for every key without a value, and values of their own."""
        record = {field.name: copy.deepcopy(getattr(self, field.name)) for field in fields(self)}
        return {key: None if value in ([], {}) else value for key, value in record.items()}

    def __repr__(self) -> str:
        known = [(name, getattr(self, name)) for name in ("title", "url", "published", "language")]
        shown = [f"{name}={value!r}" for name, value in known if value]
        return f"<Article {', '.join([*shown, f'{len((self.text or str()).split())} words'])}>"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a gate drops a record: the stage's kind, the reason, what was measured, and what it would have had to be."""

    stage: str
    reason: str
    measured: float | int | str | None = None
    limit: float | int | str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record could not be processed: the reason, and what exactly."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Keys:
    """What a kept record is compared by with others, as the pipeline's `[dedup]` says."""

    url: str | None
    """32 hex digits of the canonical URL."""
    text: str | None
    """32 hex digits of the text's letters and digits."""
    near: bytes | None
    """A byte for each value of the MinHash signature: the `rows` of the first band, then those of the second, and so on."""
    near_grams: int | None
    """How many different word n-grams the text has."""


@dataclass(frozen=True, slots=True)
class Result:
    """What becomes of a record."""

    outcome: Literal["kept", "dropped", "quarantined"]
    """In a word."""
    record: Article | None
    """The record, as it stands; `None` where it is quarantined."""
    verdict: Verdict | None = None
    """Why it is dropped."""
    fault: Fault | None = None
    """Why it is quarantined."""
    keys: Keys | None = None
    """Of a kept record, where the pipeline has `[dedup]`."""

    @property
    def kept(self) -> bool:
        """Whether it has passed all stages."""
        return self.outcome == "kept"

    @property
    def dropped(self) -> bool:
        """Whether a gate drops it."""
        return self.outcome == "dropped"

    @property
    def quarantined(self) -> bool:
        """Whether it could not be processed."""
        return self.outcome == "quarantined"


_LISTS = ("authors", "contributors", "tags", "images")
_DICTS = ("labels", "found")


def _article(record: dict[str, Any]) -> Article:
    for name in _LISTS:
        record[name] = record[name] or []
    for name in _DICTS:
        record[name] = record[name] or {}
    return Article(**record)


def _result(decided: _copydesk.Decided) -> Result:
    outcome, line, keys = decided
    record: dict[str, Any] = json.loads(line)
    if outcome == "quarantined":
        return Result(outcome, None, fault=Fault(record["reason"], record["detail"]))
    verdict = record.pop("verdict", None)
    record.pop("duplicate_of", None)
    return Result(
        outcome, _article(record), Verdict(**verdict) if verdict else None, keys=Keys(*keys) if keys else None
    )


class Pipeline:
    """A pipeline that is ready for pages and records. It never changes, and may be pickled and shared by threads.

    Args:
        pipeline: The name of a shipped pipeline (`articles`, `nightly`, `corpus`, `fields`), the path of a TOML file, or the text of
            one: a `str` with a line end is a text.

    Raises:
        CopydeskError: If there is none, or it has mistakes; the message shows each with its line.
    """

    __slots__ = ("_desk", "_file")

    def __init__(self, pipeline: StrPath = "articles") -> None:
        called = os.fspath(pipeline)
        if "\n" in called:
            self._desk = _copydesk.Desk.parse("pipeline", called, "")
            self._file: str | None = None
        else:
            self._desk = _copydesk.Desk.open(called)
            self._file = None if self._desk.text == _shipped(called) else called

    @property
    def name(self) -> str:
        """Its name: the file's, without `.toml`."""
        return self._desk.name

    @property
    def text(self) -> str:
        """The text of its file."""
        return self._desk.text

    @property
    def fingerprint(self) -> str:
        """32 hex digits of its file and of the files that it names: the same ones do the same to a record."""
        return self._desk.fingerprint

    @property
    def stages(self) -> list[str]:
        """The kinds of its stages, in order."""
        return self._desk.stages

    def __repr__(self) -> str:
        return f"Pipeline({self._file or self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self.name, self.text, self._desk.folder, self._file)

    def extract(self, html: str | bytes | bytearray, url: str | None = None) -> Article:
        """Make an article of one page, as `copydesk extract` does. See `copydesk.extract`."""
        return self._extract(html, url)

    def _extract(self, html: str | bytes | bytearray, url: str | None) -> Article:
        article = _result(self._desk.extract(html, "page", url)).record
        assert article is not None, "what cannot be processed has raised"
        return article

    def process(self, row: Mapping[str, Any], *, dump: str = "python", line: int = 1) -> Result:
        """Make of a record what a run makes of a line.

        Args:
            row: The record: `url`, `html` or `text`, `title` and so on, under the names that the pipeline knows (`copydesk fields`). Values are
                text, `bytes` (a page in its own encoding), numbers, dates, lists and dicts; `None` and NaN are missing.
            dump: What the record's `source` calls the dump.
            line: And its line.

        Returns:
            The result. A record that cannot be processed is quarantined, and no error; so is one in which a stage panics.

        Raises:
            TypeError: If a value is of another type.
        """
        return _result(self._desk.judge(row, dump, line))

    def process_many(
        self, rows: Iterable[Mapping[str, Any]], *, threads: int | None = None, dump: str = "python", line: int = 1
    ) -> Iterator[Result]:
        """Make of records what a run makes of lines, in their order and on several threads.

        Args:
            rows: The records; see `process`. They are taken as they are needed, and at most 16 a thread are worked on ahead.
            threads: How many threads work; all cores by default.
            dump: What their `source` calls the dump.
            line: The line of the first; the others follow.

        Yields:
            A result for each, in order. Several threads may take them; a row of a wrong type raises in its place, and those after it follow.

        Raises:
            TypeError: If a value is of another type than `process` takes.
        """
        many = (os.cpu_count() or 1) if threads is None else threads
        return map(_result, self._desk.judge_many(iter(rows), many, dump, line))

    def map_arrow(
        self, table: Any, *, keys: bool = False, threads: int = 1, dump: str = "arrow", line: int = 1
    ) -> Any:
        """Judge each row of a table. It does not look for duplicates, because it sees one table at a time.

        For Spark's `mapInArrow`, Ray's `map_batches` with `batch_format="pyarrow"`, polars, DuckDB and pyarrow.

        Args:
            table: Anything with `__arrow_c_array__` or `__arrow_c_stream__`. A row is a record, and its columns are understood as those of a
                Parquet dump are. A table is worked on whole: give large ones batch by batch.
            keys: Add what duplicates are found by: `key_url` and `key_text` (32 hex digits), `key_near` (a byte for each value of the
                signature, band by band) and `key_near_grams` (the number of n-grams).
            threads: How many threads share the rows of a batch; engines have threads of their own.
            dump: What `source` calls the dump.
            line: The line of the first row; the others follow.

        Returns:
            A row for each row, in order: the columns of a record as Parquet shards have them, `outcome` (`kept`, `dropped`, `quarantined`),
            `verdict` (`stage`, `reason`, `measured`, `limit`) where it is not kept, and `detail` where it is quarantined. For a
            `pyarrow.RecordBatch` one of those, for other tables of pyarrow a `pyarrow.Table`, for polars a `polars.DataFrame`, otherwise
            an `ArrowBatch` or `ArrowTable`, which all of them read.

        Raises:
            TypeError: If it is no table.
            CopydeskError: If the records of a batch have more than 1 GiB.
        """
        made = self._desk.judge_rows(table, dump, line, keys, threads)
        library = type(table).__module__.partition(".")[0]
        if library == "pyarrow":
            pyarrow = sys.modules["pyarrow"]
            return pyarrow.record_batch(made) if isinstance(made, ArrowBatch) else pyarrow.table(made)
        if library == "polars":
            return sys.modules["polars"].DataFrame(made)
        return made


def _shipped(name: str) -> str | None:
    return _copydesk.shipped(name)


def _unpickle(name: str, text: str, folder: str, file: str | None) -> Pipeline:
    pipeline = Pipeline.__new__(Pipeline)
    pipeline._desk = _copydesk.Desk.parse(name, text, folder)
    pipeline._file = file
    return pipeline


@lru_cache(maxsize=8)
def _pipeline(name: str) -> Pipeline:
    return Pipeline(name)


def extract(
    html: str | bytes | bytearray, url: str | None = None, *, pipeline: Pipeline | Literal["articles", "nightly", "corpus", "fields"] = "articles"
) -> Article:
    """Make an article of one page.

    Args:
        html: The page. `bytes` are read in the encoding that it declares, or that they show.
        url: Its address, which dates, links and names are read with.
        pipeline: A `Pipeline`, or the name of a shipped one.

    Returns:
        The article; `text` is `None` where none was found. A gate's verdict does not matter here: `Pipeline.process` has it.

    Raises:
        CopydeskError: If it is no page, such as a PDF or something compressed, or cannot be processed.
    """
    return (_pipeline(pipeline) if isinstance(pipeline, str) else pipeline)._extract(html, url)


class Run:
    """A finished run.

    Args:
        folder: Its output folder.

    Raises:
        CopydeskError: If no finished run is there.
    """

    def __init__(self, folder: StrPath) -> None:
        self._is(folder, *_copydesk.open(os.fspath(folder)), [])

    def _is(self, folder: StrPath, exit_code: int, ledger: str, notes: list[str]) -> Run:
        self.folder = os.fspath(folder)
        """Its output folder."""
        self.exit_code = exit_code
        """The command's: 0, or 3 where a limit was crossed, such as too many quarantined lines; `ledger["limits_crossed"]` has them."""
        self.ledger: dict[str, Any] = json.loads(ledger)
        """The account, as `ledger.json` has it (`copydesk schema ledger`)."""
        self.notes = notes
        """What the run had to say on its way that did not stop it."""
        return self

    def records(self) -> Records:
        """The kept records, whatever their form on disk: give it to `pyarrow.table`, `polars.DataFrame` or another reader of Arrow streams, or
        iterate over batches of at most 8,192 records and some 16 MB."""
        return Records(self.folder)

    def __repr__(self) -> str:
        lines = self.ledger["lines"]
        return f"<Run {self.folder!r}: {lines['kept']} of {lines['read']} lines kept, exit code {self.exit_code}>"


def run(
    pipeline: StrPath | Pipeline,
    inputs: StrPath | Iterable[StrPath],
    *,
    output: StrPath,
    state: StrPath | None = None,
    night: str | None = None,
    threads: int | None = None,
    limit: int | None = None,
    sample: int | None = None,
    restart: bool = False,
) -> Run:
    """Run a pipeline over dumps, as `copydesk run` does: the same outputs, the same checkpoints.

    Ctrl-C stops it and raises `KeyboardInterrupt`; after that, as after a kill or an error with exit code 1, the same call resumes from
    the last checkpoint. A run that is done already is opened.

    Args:
        pipeline: A `Pipeline`, or what one is made of.
        inputs: Files, folders that are searched for dumps, or patterns.
        output: The folder for `records/`, `dropped/`, `quarantine/` and `ledger.json`.
        state: The folder with what earlier nights kept: their articles are duplicates.
        night: What the night is called in the state; the output folder's name by default.
        threads: How many threads work; all cores by default.
        limit: Stop after so many lines.
        sample: Process so many lines, spread over all dumps.
        restart: Delete what an earlier run left in the output folder, and start over.

    Returns:
        The run. Exit code 3, a crossed limit, is no exception: look at `exit_code`.

    Raises:
        CopydeskError: If it fails (`exit_code` 1) or cannot be done as it is asked (2).
        KeyboardInterrupt: If it was stopped.
    """
    if sample is not None and (limit is not None or state is not None):
        raise ValueError("sample goes with neither limit nor state")
    if night is not None and state is None:
        raise ValueError("night is a name in a state: give state, too")
    if threads is not None and not 1 <= threads <= 1024:
        raise ValueError("threads is a number from 1 to 1024")
    ready = pipeline if isinstance(pipeline, Pipeline) else Pipeline(pipeline)
    paths = [inputs] if isinstance(inputs, (str, os.PathLike)) else inputs
    done = _copydesk.run(
        ready._desk,
        ready._file,
        [os.fspath(path) for path in paths],
        os.fspath(output),
        None if state is None else os.fspath(state),
        night,
        threads,
        limit,
        sample,
        restart,
    )
    return Run.__new__(Run)._is(output, *done)


_HUB = re.compile(r"hf://datasets/(?P<repo>[^/@]+/[^/@]+)(?:@(?P<revision>[^/]+))?(?:/(?P<folder>.+?))?/?")


def publish(run: Run | StrPath, target: str, *, token: str | None = None, private: bool = False) -> str:
    """Upload a finished run to the Hugging Face Hub as a dataset, by `huggingface_hub` (`pip install copydesk[hub]`).

    The repository is made where it is not there. Records, dropped and quarantined lines, the account, the report and the dataset card are uploaded;
    what the run's folder has for schedulers and monitoring is not. Shards of an earlier run there are deleted, and a dataset card there that
    copydesk has not written is left as it is. Of a run on a store, a copy is made in `$TMPDIR` meanwhile.

    Args:
        run: The run, or its folder or address.
        target: `hf://datasets/OWNER/NAME`, with `@REVISION` for a branch and `/FOLDER` for a folder in it.
        token: A token that may write; by default what `huggingface_hub` finds, such as `HF_TOKEN`.
        private: Make a new repository a private one.

    Returns:
        The address of the commit.

    Raises:
        ValueError: If the target is of another form.
        CopydeskError: If no finished run is there.
        huggingface_hub.errors.HfHubHTTPError: If it fails; if somebody else has written into the repository meanwhile, it is as they left it.
    """
    place = _HUB.fullmatch(target)
    if place is None:
        raise ValueError(f"a target is hf://datasets/OWNER/NAME, with @REVISION and /FOLDER, not {target}")
    finished = run if isinstance(run, Run) else Run(run)
    files = _copydesk.Files(finished.folder)
    from huggingface_hub import HfApi

    hub = HfApi(token=token)
    hub.create_repo(place["repo"], repo_type="dataset", private=private, exist_ok=True)
    ignored = [".*", "_SUCCESS", "metrics.prom"]
    card = f"{place['folder']}/README.md" if place["folder"] else "README.md"
    # What is looked at is what the commit comes after, or there is none.
    head = hub.dataset_info(place["repo"], revision=place["revision"]).sha
    if hub.file_exists(place["repo"], card, repo_type="dataset", revision=head):
        with tempfile.TemporaryDirectory() as folder:
            there = hub.hf_hub_download(place["repo"], card, repo_type="dataset", revision=head, local_dir=folder)
            if not _copydesk.is_own_card(Path(there).read_bytes()):
                ignored.append("README.md")
    commit = hub.upload_folder(
        repo_id=place["repo"],
        repo_type="dataset",
        folder_path=files.folder,
        path_in_repo=place["folder"],
        revision=place["revision"],
        parent_commit=head,
        ignore_patterns=ignored,
        delete_patterns=["records/part-*", "dropped/part-*", "quarantine/part-*"],
        commit_message=f"copydesk {__version__}: {finished.ledger['lines']['kept']} records",
    )
    return str(commit.commit_url)


def spark_schema(keys: bool = False) -> str:
    """The columns that `Pipeline.map_arrow` returns, for `DataFrame.mapInArrow`."""
    return _copydesk.spark_schema(keys)
