#!/usr/bin/env python3
"""Processor time, wall time and peak memory of each task of a plan, over made-up records.

    tests/bench/plans.py COPYDESK [--records N] [--versions N] [--dumps N] [--sieve N] [--dir DIR]

Writes `--records` records (20 million) of 24 words into dumps; `--versions` (100,000) of them, spread evenly, are versions of one text of
300 words, each with 1 to 30 of them replaced. Then runs each task of a plan that looks for near duplicates, one after the other. The dumps
take 106 bytes a record and are kept in `--dir`, so that another run finds them.
"""

import argparse
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

PIPELINE = "format = 1\n\n[dedup]\nexact = true\nnear = true\n"


def make(number, records, versions, path):
    """Writes a dump."""
    always, own = random.Random(7), random.Random(number)
    vocabulary = ["".join(always.choices("etaoinshrdlucmfwypvbgk", k=always.randint(3, 9))) for _ in range(30_000)]
    text = always.choices(vocabulary, k=300)
    every = records // versions if versions else records + 1
    packer = subprocess.Popen(["zstd", "-q", "-1", "-f", "-o", path], stdin=subprocess.PIPE)
    for record in range(records):
        if versions and record % every == 0:
            words = list(text)
            for _ in range(own.randint(1, 30)):
                words[own.randrange(300)] = own.choice(vocabulary)
        else:
            words = own.choices(vocabulary, k=24)
        line = '{"url":"https://h%d.example/%d/%d","title":"%s","text":"%s."}\n'
        line %= (record % 97, number, record, " ".join(words[3:9]), " ".join(words))
        packer.stdin.write(line.encode())
    packer.stdin.close()
    if packer.wait():
        sys.exit("zstd failed")


def do(*command):
    """Runs a task; its processor time and wall time in seconds, and its peak memory in MB."""
    begun = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{' '.join(command)}: {errors}")
    return used.ru_utime + used.ru_stime, time.time() - begun, used.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("copydesk")
    for name, usual in [("--records", 20_000_000), ("--versions", 100_000), ("--dumps", 10), ("--sieve", 0)]:
        parser.add_argument(name, type=int, default=usual)
    parser.add_argument("--dir", type=pathlib.Path, default=pathlib.Path("/tmp/copydesk-plans"))
    given = parser.parse_args()
    given.dir.mkdir(parents=True, exist_ok=True)
    pipeline, out = given.dir / "near.toml", given.dir / "out"
    pipeline.write_text(PIPELINE)
    shutil.rmtree(out, ignore_errors=True)
    dumps = [given.dir / f"{given.records}-{given.versions}-{number}.jsonl.zst" for number in range(given.dumps)]
    for number, dump in enumerate(dumps):
        if not dump.exists():
            make(number, given.records // given.dumps, given.versions // given.dumps, dump)
    subprocess.run([given.copydesk, "plan", pipeline, *dumps, "--output", out, "--part-bytes", "1"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sieve = ["--sieve", str(given.sieve)] if given.sieve else []
    of_parts = [["--index", str(part)] for part in range(given.dumps)]
    steps = [("work", of_parts), ("sieve", [["--index", str(place), *sieve] for place in range(given.sieve)]), ("decide", [sieve]), ("write", of_parts), ("seal", [[]])]
    print("| task | processor time | wall | memory at most |\n|---|---|---|---|")
    for step, tasks in steps:
        used = [do(given.copydesk, "task", str(out), step, *more) for more in tasks]
        if used:
            cpu, wall, memory = zip(*used)
            times = [f"{min(of):.1f} s" if len(of) == 1 else f"{min(of):.1f} to {max(of):.1f} s" for of in (cpu, wall)]
            print(f"| `{step}`{f', each of {len(used)}' if len(used) > 1 else ''} | {times[0]} | {times[1]} | {max(memory):.0f} MB |", flush=True)
    ledger = json.loads((out / "ledger.json").read_text())
    digest = hashlib.sha256()
    for shard in sorted((out / "records").iterdir()):
        digest.update(shard.read_bytes())
    kept, index = ledger["lines"]["kept"], ledger["timing"]["dedup_index_bytes"]
    print(f"{kept} of {ledger['lines']['read']} kept; {index / kept:.0f} bytes of index for each; SHA-256 of the records {digest.hexdigest()}")


main()
