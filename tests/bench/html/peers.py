#!/usr/bin/env python3
"""Processor time of Python's extractors on the same dumps, one process, one core: peers.py [--rounds N] [--only NAME,...] DUMP...

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install trafilatura lxml_html_clean resiliparse zstandard
    taskset -c 0 /tmp/venv/bin/python peers.py DUMP...

The same table as bench-html's. Reading and JSON are done beforehand; each contestant takes the page as a string, as it would come
from the dump, so parsing and encoding are its own. A contestant whose package is missing is left out.
"""
import argparse
import io
import json
import logging
import os
import statistics
import sys
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"
logging.disable(logging.CRITICAL)


def contestants():
    """(name, group, function from html and url to the text). One more is one line more."""
    found = []
    try:
        import trafilatura
        from trafilatura import bare_extraction, extract

        version = trafilatura.__version__
        found.append((f"trafilatura {version}", "extractor", lambda html, url: extract(html, url=url)))
        found.append((f"trafilatura {version} fast", "extractor", lambda html, url: extract(html, url=url, fast=True)))
        found.append((f"trafilatura {version} with metadata", "extractor",
                      lambda html, url: getattr(bare_extraction(html, url=url, with_metadata=True), "text", "")))
    except ImportError as error:
        print(error, file=sys.stderr)
    try:
        from importlib.metadata import version as installed

        from resiliparse.extract.html2text import extract_plain_text
        from resiliparse.parse.html import HTMLTree

        version = installed("resiliparse")
        found.append((f"resiliparse {version} tree", "parser", lambda html, url: "x" if HTMLTree.parse(html).body else ""))
        found.append((f"resiliparse {version} main content", "extractor", lambda html, url: extract_plain_text(html, main_content=True)))
        found.append((f"resiliparse {version} all text", "extractor", lambda html, url: extract_plain_text(html)))
    except ImportError as error:
        print(error, file=sys.stderr)
    try:
        import lxml.html

        found.append(("lxml.html tree", "parser", lambda html, url: lxml.html.fromstring(html.encode()).tag))
    except ImportError as error:
        print(error, file=sys.stderr)
    return sorted(found, key=lambda c: c[1] != "parser")


def load(paths):
    pages, unread = [], 0
    for path in paths:
        with open(path, "rb") as file:
            if file.peek(4)[:4] == b"\x28\xb5\x2f\xfd":
                try:
                    from compression import zstd  # Python 3.14

                    file = zstd.open(file)
                except ImportError:
                    import zstandard

                    file = io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True), 1 << 20)
            for line in file:
                try:
                    page = json.loads(line)
                    page["html"].encode()
                    pages.append((page["html"], page.get("url")))
                except (ValueError, KeyError, TypeError, AttributeError):
                    unread += 1
    return pages, unread


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--rounds", type=int, default=3)
    args.add_argument("--only", help="names, or beginnings of names, with commas")
    args.add_argument("dumps", nargs="+")
    args = args.parse_args()
    pages, unread = load(args.dumps)
    bytes_ = sum(len(html.encode()) for html, _ in pages)
    chosen = [c for c in contestants() if not args.only or c[0].startswith(tuple(args.only.split(",")))]
    times = {name: [] for name, _, _ in chosen}
    slowest, errors, chars = dict.fromkeys(times, 0.0), dict.fromkeys(times, 0), dict.fromkeys(times, 0)
    for n in range(args.rounds):
        for name, _, function in chosen:
            print(f"\rround {n + 1} of {args.rounds}: {name:<40}", end="", file=sys.stderr)
            errors[name] = chars[name] = total = 0
            for html, url in pages:
                start = time.process_time()
                try:
                    chars[name] += len(function(html, url) or "")
                except Exception:  # whatever a contestant raises is counted
                    errors[name] += 1
                spent = time.process_time() - start
                total += spent
                slowest[name] = max(slowest[name], spent)
            times[name].append(total)
    print("\r" + " " * 70 + "\r", end="", file=sys.stderr)
    print(f"{len(pages)} pages, {bytes_ / 1e6:.1f} MB of page; {unread} lines unread; {args.rounds} rounds; Python {sys.version.split()[0]}\n")
    print("| contestant | CPU s/GB | least | most | ms/page | slowest page, ms | errors | found |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, _, _ in chosen:
        median, gb = statistics.median(times[name]), bytes_ / 1e9
        print(f"| {name} | {median / gb:.2f} | {min(times[name]) / gb:.2f} | {max(times[name]) / gb:.2f} | "
              f"{median * 1e3 / len(pages):.3f} | {slowest[name] * 1e3:.1f} | {errors[name]} | {chars[name]} chars |")


main()
