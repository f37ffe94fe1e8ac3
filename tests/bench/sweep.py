#!/usr/bin/env python3
"""The same bytes from every form of a dump: for 1, 2 and 8 threads, and after kills at random moments with other threads each time.

    sweep.py [--binary target/release/copydesk] [--bytes 2e7] [--kills 3] [--seed 1] [FORM ...]

The dumps are those of formats.py and some more; Parquet, Arrow and Feather need pyarrow. A run that is killed is given again, with
other threads, until it comes to its end."""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import formats
import kills

PIPELINE = 'format = 1\nextends = "articles"\n\n[dedup]\nexact = true\nnear = true\n\n[limits]\nkept-records = 0\nlost-dumps = 1000\nrepeated-dumps = 1000\n'


def run(arguments, pipeline, dump, out, threads):
    command = [arguments.binary.resolve(), "run", pipeline, dump, "-o", out, "-q", "--progress", "never", "--threads", str(threads)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="target/release/copydesk", type=pathlib.Path)
    parser.add_argument("--bytes", default=2e7, type=float)
    parser.add_argument("--kills", default=3, type=int)
    parser.add_argument("--seed", default=1, type=int)
    parser.add_argument("forms", nargs="*", metavar="FORM", help=", ".join(formats.FORMS))
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    failed = 0
    for form in arguments.forms or formats.FORMS:
        with tempfile.TemporaryDirectory(prefix="sweep-") as folder:
            folder = pathlib.Path(folder)
            dump, pipeline = folder / formats.FORMS[form][0], folder / "p.toml"
            pipeline.write_text(PIPELINE)
            formats.write(dump, form, arguments.bytes)
            found = {}
            for threads in (1, 2, 8):
                out = folder / f"{threads} threads"
                started = time.monotonic()
                code = run(arguments, pipeline, dump, out, threads).wait()
                took = time.monotonic() - started
                found[out.name] = kills.contents(out)
                if code not in (0, 3):
                    sys.exit(f"{form}: exit code {code}")
            killed = starts = 0
            out = folder / "killed"
            while True:
                process = run(arguments, pipeline, dump, out, draw.choice((1, 2, 8)))
                starts += 1
                try:
                    process.wait(took * draw.uniform(0.1, 0.9) if killed < arguments.kills else None)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    killed += 1
                    continue
                break
            found[out.name] = kills.contents(out)
            expected = found["1 threads"]
            wrong = [name for name, files in found.items() if files != expected or not files]
            failed += bool(wrong)
            print(f"{form:24}{len(expected)} files, {killed} kills: {'OTHERWISE with ' + ', '.join(wrong) if wrong else 'the same'}", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
