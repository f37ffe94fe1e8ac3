#!/usr/bin/env python3
"""Kills tasks of plans at random moments, with two attempts at each at once, and compares every byte.

    tests/bench/tasks.py COPYDESK PIPELINE --kills N [--state] [--times N] [--part-bytes N] [--sieve N] [--seed N] DUMP...

Each task is begun twice at the same time; attempts are killed (SIGKILL) after random times and begun again, until both have
come to their ends; then the next task is done, until the plan is sealed. Threads change with every attempt. The outputs must be,
byte for byte, those of a plan whose tasks were left alone, and line for line those of one run. With `--state`, a run
over the first dump goes before, in the same state; with `--sieve N`, so many tasks of a sieve go before `decide`.
"""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from kills import contents


def start(arguments):
    return subprocess.Popen([str(part) for part in arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def do(arguments):
    """Does something to its end."""
    process = start(arguments)
    errors = process.communicate()[1]
    if process.returncode not in (0, 3):
        sys.exit(f"{arguments}: exit code {process.returncode}: {errors}")


def twins(command, took, options):
    """Two attempts at once, killed and begun again until both have come to their ends; how many were killed."""
    kills, running = 0, [None, None]
    done = [False, False]
    while not all(done):
        for at in (0, 1):
            if not done[at]:
                running[at] = start(command + ["--threads", random.randint(1, 4)])
        for at in (0, 1):
            if done[at]:
                continue
            process, is_killed = running[at], random.random() < options.share
            try:
                process.wait(random.uniform(0.0, took * 1.5) if is_killed else None)
            except subprocess.TimeoutExpired:
                process.kill()
                kills += 1
            errors = process.communicate()[1]
            if process.returncode in (0, 3):
                done[at] = True
            # 1: another attempt holds what it needs; the engine tries again.
            elif process.returncode not in (1, -9):
                sys.exit(f"{command}: exit code {process.returncode}: {errors}")
    return kills


def lines(folder):
    """The lines of each output."""
    found = {}
    for output in ("records", "dropped", "quarantine"):
        shards = sorted((folder / output).iterdir())
        found[output] = subprocess.run(["zstd", "-dcq", *map(str, shards)], capture_output=True, check=True).stdout
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copydesk")
    parser.add_argument("pipeline")
    parser.add_argument("dumps", nargs="+", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--share", type=float, default=0.6, help="how many of the attempts are killed")
    parser.add_argument("--state", action="store_true")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--part-bytes", default="8MB")
    parser.add_argument("--sieve", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        dumps = []
        for copy in range(options.times):
            for dump in options.dumps:
                dumps.append(place / f"{copy}-{dump.name}")
                # A link to the same file would be read once.
                shutil.copyfile(dump, dumps[-1])

        def of_state(folder):
            return ["--state", folder / "state"] if options.state else []

        def plan(folder):
            run = [options.copydesk, "run", options.pipeline, "-q"]
            if options.state:
                do([*run, dumps[0], "--output", folder / "before", *of_state(folder)])
            if folder.name == "run":
                do([*run, *dumps, "--output", folder / "night", *of_state(folder)])
                return 0
            planned = [options.copydesk, "plan", options.pipeline, *dumps, "--output", folder / "night"]
            do([*planned, "--part-bytes", options.part_bytes, *of_state(folder)])
            status = [options.copydesk, "task", folder / "night", "status", "--format", "json"]
            return json.loads(subprocess.run(status, capture_output=True, check=True).stdout)["parts"]

        plan(place / "run")
        parts = plan(place / "alone")
        steps = [("work", part) for part in range(parts)]
        steps += [("sieve", number) for number in range(options.sieve)] + [("decide", None)]
        steps += [("write", part) for part in range(parts)] + [("seal", None)]

        def command(folder, step, part):
            command = [options.copydesk, "task", folder / "night", step]
            sieve = ["--sieve", options.sieve] if options.sieve else []
            return command + sieve + ([] if part is None else ["--index", part])

        took = {}
        for step in steps:
            began = time.monotonic()
            do(command(place / "alone", *step))
            took[step] = time.monotonic() - began
        if lines(place / "run" / "night") != lines(place / "alone" / "night"):
            sys.exit("the lines of the plan's outputs are not those of one run")
        expected = contents(place / "alone")
        kills = rounds = 0
        while kills < options.kills:
            shutil.rmtree(place / "killed", ignore_errors=True)
            plan(place / "killed")
            kills += sum(twins(command(place / "killed", *step), took[step], options) for step in steps)
            rounds += 1
            found = contents(place / "killed")
            if found != expected:
                different = {name for name in {*found, *expected} if found.get(name) != expected.get(name)}
                sys.exit(f"after {kills} kills: {', '.join(sorted(different))} differ")
        print(f"{kills} kills in {rounds} plans of {parts} parts, each task twice at once: {len(expected)} files are the same in every plan")


if __name__ == "__main__":
    main()
