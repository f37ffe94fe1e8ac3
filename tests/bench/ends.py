#!/usr/bin/env python3
"""Stops nights in every way at random moments, does harm to what they have left, and compares the end with nights left alone.

    tests/bench/ends.py COPYDESK [--rounds N] [--seed N]

A stop is a signal, a second signal, a kill, a closed pipe for stdout or stderr, a limit on the size of files, or a call to the system
that fails (`tests/it/fault.c`). Harm is a deleted or cut file of an unfinished run, or a link in the place of a temporary file. The
same command is given again, with `--restart` only where the message says so. COPYDESK is a debug build, so that checkpoints are
near each other. It needs a C compiler and no package beyond Python's own.
"""

import argparse
import collections
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import kills

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = ["run", "nightly", "in", "--output", "out", "--state", "state", "--progress", "never"]
CALLS = ["open", "read", "pread", "write", "fsync", "ftruncate", "rename", "unlink", "mkdir", "thread"]
ERRORS = ["5", "28", "4", "short", "torn", "kill"]


class Place:
    def __init__(self, folder, copydesk):
        self.folder, self.copydesk = folder, copydesk
        self.library = folder / "fault.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", ROOT / "tests/it/fault.c", "-ldl", "-o", self.library], check=True)
        before = folder / "before"
        shutil.copytree(ROOT / "samples", before / "in")
        first = ["run", "nightly", "in/news-english.jsonl.zst", "--output", "first", "--state", "state", "--progress", "never"]
        assert self.wait(self.start("before", first))[0] in (0, 3)
        shutil.copytree(before, folder / "whole")
        started = time.monotonic()
        self.code, errors = self.wait(self.start("whole", COMMAND))
        assert self.code in (0, 3), errors
        self.took = time.monotonic() - started
        self.expected = kills.contents(folder / "whole")

    def start(self, name, command, files=None, fault=None, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE):
        environment = {**os.environ, "COPYDESK_TEST_MARK_BYTES": "10000"}
        if fault:
            call, at, how = fault
            environment |= {"LD_PRELOAD": str(self.library), "FAULT_CALL": call, "FAULT_AT": str(at), "FAULT_DO": how}
            environment["FAULT_MARK"] = str(self.folder / "struck")
        arguments = [self.copydesk, *command, "--threads", str(random.randint(1, 3))]
        if files:
            arguments = ["sh", "-c", 'ulimit -f $0; exec "$@"', str(files), *arguments]
        return subprocess.Popen(arguments, cwd=self.folder / name, env=environment, stdout=stdout, stderr=stderr, text=True)

    def wait(self, run):
        errors = run.communicate(timeout=120)[1] or ""
        return run.returncode, errors

    def stop(self, name, command):
        """Starts a run and stops it in some way; its kind, exit code and errors."""
        kind = random.choice(["signal", "signals", "kill", "stdout", "stderr", "files", "fault", "fault", "fault", "none"])
        if kind == "files":
            return kind, *self.wait(self.start(name, command, files=random.choice([1, 8, 60, 200])))
        if kind == "fault":
            fault = (random.choice(CALLS), int(10 ** random.uniform(0, 3)), random.choice(ERRORS))
            (self.folder / "struck").unlink(missing_ok=True)
            return " ".join(map(str, fault)), *self.wait(self.start(name, command, fault=fault))
        if kind in ("stdout", "stderr"):
            reader, writer = os.pipe()
            run = self.start(name, command, **{kind: writer})
            os.close(writer)
            os.close(reader)
            return kind, *self.wait(run)
        run = self.start(name, command)
        if kind != "none":
            try:
                run.wait(random.uniform(0, self.took * 1.1))
            except subprocess.TimeoutExpired:
                gentle = random.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
                run.send_signal(signal.SIGKILL if kind == "kill" else gentle)
                if kind == "signals":
                    time.sleep(random.uniform(0, 0.05))
                    run.send_signal(random.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP]))
        return kind, *self.wait(run)

    def harm(self, name):
        """Does something to the unfinished run; what."""
        output = self.folder / name / "out"
        if not (output / ".copydesk/checkpoint.json").exists() or random.random() < 0.3:
            return None
        kind = random.choice(["delete", "cut", "link"])
        if kind == "link":
            at = random.choice([".README.md.tmp", ".ledger.json.tmp", "._SUCCESS.tmp", ".copydesk/.checkpoint.json.tmp", "../state/.state.json.tmp", "../.index.html.tmp"])
            (output / at).unlink(missing_ok=True)
            (output / at).symlink_to(self.folder / "precious")
            return f"link at {at}"
        files = [path for path in output.rglob("*") if path.is_file() and not path.is_symlink() and path.name != ".copydesk.lock"]
        path = random.choice(files)
        if kind == "delete":
            path.unlink()
        else:
            os.truncate(path, path.stat().st_size // 2)
        return f"{kind} {path.relative_to(output)}"

    def round(self, number):
        """Takes a night to its end; what is wrong with that, and what happened."""
        name = "struck-folder"
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.folder / "before", self.folder / name)
        (self.folder / "precious").write_text("precious")
        told, harmed, command = [], False, COMMAND
        for turn in range(12):
            if turn < 8:
                kind, code, errors = self.stop(name, command)
            else:
                kind, (code, errors) = "none", self.wait(self.start(name, command))
            told.append((kind, code, errors.strip().replace("\n", " | ")[-300:]))
            command = COMMAND
            is_done = (self.folder / name / "out/_SUCCESS").exists() and not (self.folder / name / "out/.copydesk").exists()
            if kind == "none" and code == 2 and "--restart" in errors:
                if not harmed:
                    return "refused", told
                command, harmed = [*COMMAND, "--restart"], False
            elif kind == "none" and code in (0, 3) and is_done:
                break
            elif kind == "none":
                return f"ended with {code}", told
            elif code not in (0, 1, 2, 3, 129, 130, 143, -1, -2, -9, -15, -25):
                return f"ended with {code}", told
            elif code == 2 and "--restart" in errors and harmed:
                command, harmed = [*COMMAND, "--restart"], False
            harm = self.harm(name)
            if harm:
                harmed = True
                told.append((harm, None, ""))
        else:
            return "came to no end", told
        if (self.folder / "precious").read_text() != "precious":
            return "a link was followed", told
        if code != self.code:
            return f"ended with {code} and not {self.code}", told
        found = kills.contents(self.folder / name)
        different = sorted(path for path in {*found, *self.expected} if found.get(path) != self.expected.get(path))
        return (f"{different[:5]} differ" if different else None), told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copydesk", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally, wrong = collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        place = Place(pathlib.Path(folder), options.copydesk.resolve())
        for number in range(options.rounds):
            random.seed(options.seed + number)
            problem, told = place.round(number)
            tally.update(kind.split()[0] if code is not None else "harm" for kind, code, _ in told)
            if problem:
                wrong += 1
                print(f"round {options.seed + number}: {problem}")
                for kind, code, errors in told:
                    print(f"    {kind}: {code} {errors}")
    print(f"{options.rounds} rounds, {wrong} wrong; " + ", ".join(f"{kind} {count}" for kind, count in sorted(tally.items())))
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
