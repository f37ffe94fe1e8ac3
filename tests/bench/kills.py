#!/usr/bin/env python3
"""Kills runs at random moments and compares every byte with a run that was left alone.

    tests/bench/kills.py COPYDESK PIPELINE --kills N [--state] [--times N] [--seed N] DUMP...

Each run is killed (SIGKILL) after a random time, and the same command is given again, until it comes to its end; then
the next one starts, until there have been N kills. Threads change with every start. `--times` gives each dump so many
times under other names; with `--state`, three nights with a third of the dumps each share a state, and the states are
compared as well. It needs no package beyond Python's own.
"""

import argparse
import hashlib
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time


def contents(folder):
    """Every file's hash; of the ledger, all but the timing; of a state, all but when a night began."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name in ("report.html", "metrics.prom", "index.html"):  # they tell the timing
            continue
        content = path.read_bytes()
        if path.name == "ledger.json":
            ledger = json.loads(content)
            del ledger["timing"]
            content = json.dumps(ledger).encode()
        elif path.name in ("state.json", "state.before.json"):
            state = json.loads(content)
            state.pop("xxh3", None)  # of a file that has the clock in it
            for night in state["nights"] + state.get("next", {}).get("nights", []):
                for key in ("began", "run", "output"):
                    night.pop(key, None)
            content = json.dumps(state).encode()
        found[str(path.relative_to(folder))] = hashlib.sha256(content).hexdigest()
    return found


def command(options, night, output, state, threads):
    arguments = [options.copydesk, "run", options.pipeline, *map(str, night), "--output", str(output)]
    arguments += ["--threads", str(threads), "--progress", "never"]
    return arguments + (["--state", str(state)] if options.state else [])


def check(code, errors):
    if code not in (0, 3):
        sys.exit(f"exit code {code}: {errors}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copydesk")
    parser.add_argument("pipeline")
    parser.add_argument("dumps", nargs="+", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--state", action="store_true")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        dumps = []
        for copy in range(options.times):
            for dump in options.dumps:
                link = place / f"{copy}-{dump.name}"
                link.symlink_to(dump.resolve())
                dumps.append(link)
        third = -(-len(dumps) // 3)
        nights = [dumps[start : start + third] for start in range(0, len(dumps), third)] if options.state else [dumps]
        expected = place / "unkilled"
        took = []
        for number, night in enumerate(nights):
            started = time.monotonic()
            done = subprocess.run(
                command(options, night, expected / f"night-{number}", expected / "state", 2), capture_output=True, text=True
            )
            check(done.returncode, done.stderr)
            took.append(time.monotonic() - started)
        expected = contents(expected)
        kills = went_on = rounds = 0
        while kills < options.kills:
            killed = place / "killed"
            shutil.rmtree(killed, ignore_errors=True)
            for number, night in enumerate(nights):
                while True:
                    arguments = command(
                        options, night, killed / f"night-{number}", killed / "state", random.randint(1, 4)
                    )
                    run = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                    try:
                        # Towards the end as often as anywhere else.
                        run.wait(random.uniform(0.0, took[number] * 1.1))
                    except subprocess.TimeoutExpired:
                        run.kill()
                        kills += 1
                    errors = run.communicate()[1]
                    went_on += "resumes at line " in errors and "resumes at line 1 of 0-" not in errors
                    if run.returncode != -9:
                        check(run.returncode, errors)
                        break
            rounds += 1
            found = contents(killed)
            if found != expected:
                different = {name for name in {*found, *expected} if found.get(name) != expected.get(name)}
                sys.exit(f"after {kills} kills: {', '.join(sorted(different))} differ")
        print(
            f"{kills} kills in {rounds} rounds of {len(nights)} runs; {went_on} starts resumed from a checkpoint after "
            f"the start; {len(expected)} files are the same in every round"
        )


if __name__ == "__main__":
    main()
