#!/usr/bin/env python3
"""Peak memory and processor time by the form of a dump: made-up articles, written out one form after the other and dropped all.

    formats.py [--binary target/release/copydesk] [--bytes 2e9] [--threads 2] [FORM ...]

Needs the commands zstd and gzip, for Parquet, Arrow and Feather pyarrow, and room for the largest dump, packed (a third of its length with gzip, and
little with zstd, whose window of 4 MiB holds the block that is repeated)."""

import argparse
import csv
import io
import json
import pathlib
import random
import subprocess
import tempfile

WORDS = "the harbour council said on tuesday that swing bridge will stay shut until spring because divers found two of its eight bearings worn".split()
KEYS = ("url", "title", "text", "published")
NUMBER = "@@@@@@@@"  # another one in each repetition of the block
PIPELINE = '''format = 1
[[stage]]
kind = "drop-short"
min-words = 100000
[limits]
kept-records = 0
lost-dumps = 1000
'''


def records():
    draw = random.Random(3)
    paragraph = lambda: " ".join(draw.choice(WORDS) for _ in range(80)).capitalize() + "."
    for number in range(300):
        text = "\n\n".join(paragraph() for _ in range(10))
        yield f"https://a.example/news/{NUMBER}-{number}", f"Bridge {number} shut", text, "2024-05-01T10:00:00Z"


def lines(**how):
    return [json.dumps(dict(zip(KEYS, record)), **how) for record in records()]


def table(delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(records())
    return out.getvalue()


def warc(kind, version="1.0"):
    out = []
    for url, title, text, date in records():
        payload, content = text, "text/plain"
        if kind == "response":
            paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
            page = f"<html><head><title>{title}</title></head><body><article>{paragraphs}</article></body></html>"
            payload = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n{page}"
            content = "application/http; msgtype=response"
        head = f"WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\nContent-Type: {content}\r\n"
        out.append(f"{head}Content-Length: {len(payload)}\r\n\r\n{payload}\r\n\r\n")
    return "".join(out)


# Name of the dump, what comes before, the block that is repeated, what stands between two, what comes after.
FORMS = {
    "json lines, zst": ("a.jsonl.zst", "", lambda: "\n".join(lines()) + "\n", "", ""),
    "json lines, gz": ("a.jsonl.gz", "", lambda: "\n".join(lines()) + "\n", "", ""),
    "list on one line": ("a.json.zst", "[", lambda: ",".join(lines()), ",", "]"),
    "indented list": ("a.json.zst", "[\n", lambda: ",\n".join(lines(indent=2)), ",\n", "\n]\n"),
    "response with a list": ("a.json.zst", '{"status":"ok","articles":[', lambda: ",".join(lines()), ",", "]}"),
    "csv, gz": ("a.csv.gz", ",".join(KEYS) + "\n", lambda: table(","), "", ""),
    "tsv, zst": ("a.tsv.zst", "\t".join(KEYS) + "\n", lambda: table("\t"), "", ""),
    "warc, zst": ("a.warc.zst", "", lambda: warc("response"), "", ""),
    "wet, gz": ("a.warc.wet.gz", "", lambda: warc("conversion"), "", ""),
    "warc 0.18, gz": ("a.warc.gz", "", lambda: warc("response", "0.18"), "", ""),
    "list by line, utf-16": ("a.json.gz", "\ufeff[\n", lambda: ",\n".join(lines()), ",\n", "\n]\n"),
    "parquet": ("a.parquet", "", lambda: "\n".join(lines()), "", ""),
    "arrow": ("a.arrow", "", lambda: "\n".join(lines()), "", ""),
    "feather": ("a.feather", "", lambda: "\n".join(lines()), "", ""),
}


class Table:
    """A Parquet or an Arrow file, written by the block."""

    def __init__(self, path):
        import pyarrow
        import pyarrow.ipc
        import pyarrow.parquet

        self.schema = pyarrow.schema([(key, pyarrow.string()) for key in KEYS])
        self.batch = pyarrow.RecordBatch.from_pylist
        packed = {".arrow": None, ".feather": "lz4"}
        self.file = (
            pyarrow.parquet.ParquetWriter(path, self.schema, compression="zstd")
            if path.suffix == ".parquet"
            else pyarrow.ipc.new_file(path, self.schema, options=pyarrow.ipc.IpcWriteOptions(compression=packed[path.suffix]))
        )

    def add(self, block):
        self.file.write_batch(self.batch([json.loads(line) for line in block.splitlines()], schema=self.schema))


def write(path, form, length):
    _, head, block, between, tail = FORMS[form]
    block, written, number = block(), 0, 0
    if path.suffix not in (".zst", ".gz"):
        table = Table(path)
        while written < length:
            table.add(block.replace(NUMBER, f"{number:08d}"))
            written, number = written + len(block), number + 1
        table.file.close()
        return
    encoding = "utf-16-le" if form.endswith("utf-16") else "utf-8"
    packer = ["zstd", "-1", "--long=22", "-q", "-c"] if path.suffix == ".zst" else ["gzip", "-1", "-c"]
    with path.open("wb") as out, subprocess.Popen(packer, stdin=subprocess.PIPE, stdout=out) as pack:
        pack.stdin.write(head.encode(encoding))
        while written < length:
            piece = (between if number else "") + block.replace(NUMBER, f"{number:08d}")
            pack.stdin.write(piece.encode(encoding))
            written, number = written + len(piece), number + 1
        pack.stdin.write(tail.encode(encoding))
        pack.stdin.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="target/release/copydesk", type=pathlib.Path)
    parser.add_argument("--bytes", default=2e9, type=float)
    parser.add_argument("--threads", default="2")
    parser.add_argument("forms", nargs="*", metavar="FORM", help=", ".join(FORMS))
    arguments = parser.parse_args()
    print(f"{'':22}{'GB':>6}{'records':>10}{'MB of memory':>14}{'s of processor time':>21}")
    for form in arguments.forms or FORMS:
        with tempfile.TemporaryDirectory(prefix="formats-") as folder:
            folder = pathlib.Path(folder)
            dump, pipeline, out = folder / FORMS[form][0], folder / "p.toml", folder / "out"
            pipeline.write_text(PIPELINE)
            write(dump, form, arguments.bytes)
            command = [arguments.binary.resolve(), "run", pipeline, dump, "-o", out, "-q", "--progress", "never", "--threads", arguments.threads]
            subprocess.run(command, check=False, capture_output=True)
            ledger = json.loads((out / "ledger.json").read_text())
            read = sum(dump["bytes"] for dump in ledger["dumps"]) / 1e9
            timing = ledger["timing"]
            memory = timing["peak_memory_bytes"] / 1e6
            print(f"{form:22}{read:6.2f}{ledger['lines']['dropped']:10}{memory:14.0f}{timing['cpu_seconds']:21.1f}", flush=True)


if __name__ == "__main__":
    main()
