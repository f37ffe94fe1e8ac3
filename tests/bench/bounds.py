#!/usr/bin/env python3
"""What a run holds when its input has a million different values of one thing: memory, ledger.json and report.html.

    tests/bench/bounds.py COPYDESK [--values 1000000] [--only NAME] [--pipeline nightly]

Each thing that dumps can grow gets a dump of its own, with a text that no other record has, and a run with a state. `plain` has
nothing but the texts, which the others are to be compared with. What grows with the number of records by design is the index of
duplicates; everything else has a bound (`.github/SECURITY.md`). It needs no package beyond Python's own.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

WORDS = "harbour council ferry pier repair island bus town spring winter storm bridge market school river station".split()


def text(number):
    """Forty words that no other record has."""
    words = [WORDS[(number >> shift) % 16] + str(number % 977) for shift in range(0, 20, 2)]
    return " ".join(f"{word} the {number} of" for word in words)


def things():
    """A name, and what a record of it has besides its text."""
    return {
        "plain": lambda n: {},
        "hosts": lambda n: {"url": f"https://h{n}.example/a"},
        "sites": lambda n: {"url": f"https://s{n}.co.uk/a", "site_name": f"Site {n}"},
        "paths": lambda n: {"url": f"https://a.example/{n}/{n}"},
        "labels": lambda n: {"labels": {f"l{n}": {"score": n / 7, "name": f"n{n}"}}},
        "label names": lambda n: {"labels": {"a": {f"k{n}": n}}},
        "label values": lambda n: {"labels": {"a": {"name": f"v{n}"}}},
        "keys": lambda n: {f"key{n}": n},
        "nested keys": lambda n: {"metadata": {f"key{n}": {"value": n}}},
        "tags": lambda n: {"tags": [f"tag{n}", f"tag{n}b"]},
        "languages": lambda n: {"language": f"x{n}"},
        "sections": lambda n: {"section": f"Section {n}"},
        "authors": lambda n: {"authors": [f"Ann{n} Lee{n}"]},
        "titles": lambda n: {"title": f"Pier {n} closes"},
        "datelines": lambda n: {"text": f"TOWN{n} (Reuters) - {text(n)}"},
        "images": lambda n: {"images": [{"url": f"https://a.example/{n}.p{n}", "caption": f"c{n}"}]},
        "dates": lambda n: {"date": f"{1 + n % 9999:04}-01-{1 + n % 28:02}T00:00:{n % 60:02}Z"},
        "ids": lambda n: {"id": f"id-{n}"},
        "broken lines": None,
        "dumps": None,
        "endings": None,
        "shards": None,
    }


def line(thing, number):
    record = {"text": text(number), "url": f"https://a.example/{number}"}
    record.update(things()[thing](number))
    return json.dumps(record)


def write(folder, thing, values):
    if thing in ("dumps", "endings"):
        # A file each, and files cost more than lines.
        for number in range(max(values // 100, 1)):
            name = f"d{number}.jsonl" if thing == "dumps" else f"d.e{number}"
            (folder / name).write_text(line("plain", number) + "\n")
        if thing == "endings":
            (folder / "a.jsonl").write_text(line("plain", 0) + "\n")
        return
    if thing == "shards":
        # A file each, which is synchronised.
        values = max(values // 100, 1)
    with open(folder / "d.jsonl", "w") as dump:
        for number in range(values):
            dump.write(f'{{"text": "{number}", k{number}' if thing == "broken lines" else line("plain" if thing == "shards" else thing, number))
            dump.write("\n")


def measure(options, thing):
    with tempfile.TemporaryDirectory(dir=options.scratch) as place:
        place = pathlib.Path(place)
        (place / "in").mkdir()
        write(place / "in", thing, options.values)
        pipeline = options.pipeline
        if thing == "shards":
            pipeline = place / "p.toml"
            pipeline.write_text(f'format = 1\nextends = "{options.pipeline}"\n[output]\nshard-bytes = "1 B"\n')
        command = [options.copydesk, "run", str(pipeline), str(place / "in"), "--output", str(place / "out"), "--threads", "2"]
        command += ["--state", str(place / "state")] * (options.pipeline == "nightly") + ["--progress", "never"]
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = run.stderr.read().decode()
        _, status, used = os.wait4(run.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if code not in (0, 3):
            sys.exit(f"{thing}: exit code {code}: {errors}")
        size = lambda path: path.stat().st_size / 1e6
        state = sum(size(path) for path in (place / "state").glob("hosts-*")) if options.pipeline == "nightly" else 0
        figures = [used.ru_maxrss * 1024 / 1e6, size(place / "out/ledger.json"), size(place / "out/report.html"), size(place / "out/metrics.prom"), state]
        print(f"{thing:<14}" + "".join(f"{figure:>12.2f}" for figure in figures) + f"{used.ru_utime + used.ru_stime:>9.1f} s", flush=True)
        shutil.rmtree(place / "in")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copydesk")
    parser.add_argument("--values", type=int, default=1_000_000)
    parser.add_argument("--only", action="append")
    parser.add_argument("--pipeline", default="nightly")
    parser.add_argument("--scratch")
    options = parser.parse_args()
    print(f"{'MB':<14}{'memory':>12}{'ledger':>12}{'report':>12}{'metrics':>12}{'statistics':>12}{'processor':>11}")
    for thing in options.only or things():
        measure(options, thing)


main()
