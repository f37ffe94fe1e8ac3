#!/usr/bin/env python3
"""A year of nights with one state, against an index that forgets nothing.

    tests/bench/year.py COPYDESK [--nights 365] [--expire-days 60] [--seed N]

Each night has new articles and some of nights before. A quarter of the nights is killed, or meets a full disk, at some call to the
system, and is given again; every fortieth has a clock that is wrong by days or years, and three in a row are 90 days ahead. An article
that is kept again within `--expire-days` nights is wrong, and so is a new one that is not kept. A line every thirty nights tells the
state's size. It needs a C compiler, zstdcat, and no package beyond Python's own.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = 86400
PIPELINE = 'format = 1\n[[stage]]\nkind = "normalise-unicode"\n[dedup]\nnear = true\nexpire-days = {}\n'


def record(number):
    words = random.Random(number)
    text = " ".join(f"w{words.randrange(3000)}" for _ in range(60))
    return json.dumps({"url": f"https://a{number % 7}.example/{number}", "text": text})


def kept(output):
    shards = sorted((output / "records").glob("*.zst"))
    lines = subprocess.run(["zstdcat", *shards], capture_output=True, check=True).stdout.splitlines()
    return {int(json.loads(line)["url"].rsplit("/", 1)[1]) for line in lines}


def clock(night):
    """The days by which a night's clock is wrong."""
    if night % 40 == 17:
        return random.choice([400, -400, -20000, 20000, 30, -3])
    return 90 if 200 <= night < 203 else 0


class Year:
    def __init__(self, options, place):
        self.options, self.place = options, place
        self.known, self.next, self.struck, self.wrong = {}, 0, 0, []
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", ROOT / "tests/it/fault.c", "-ldl", "-o", place / "fault.so"], check=True)
        (place / "p.toml").write_text(PIPELINE.format(options.expire_days))

    def dump(self):
        """Tonight's articles: new ones, and some of nights before."""
        new = random.randint(5, 25)
        numbers = list(range(self.next, self.next + new))
        for back in (1, 3, 10, 30, self.options.expire_days - 1, self.options.expire_days + 5, self.options.expire_days + 40):
            around = self.next - back * 15
            if around > 20:
                numbers += random.sample(range(around - 20, around + 20), 3)
        self.next += new
        numbers = [number for number in dict.fromkeys(numbers) if number < self.next]
        random.shuffle(numbers)
        (self.place / "d.jsonl").write_text("".join(record(number) + "\n" for number in numbers))
        return numbers

    def run(self, night, **more):
        ahead = (night + self.ahead) * DAY
        environment = {**os.environ, "LD_PRELOAD": str(self.place / "fault.so"), "CLOCK_AHEAD": str(ahead), **more}
        command = [self.options.copydesk, "run", "p.toml", "d.jsonl", "--output", f"out/{night:04}", "--state", "state", "--threads", "2"]
        return subprocess.run([*command, "--progress", "never"], cwd=self.place, env=environment, capture_output=True, text=True)

    def night(self, night):
        numbers, self.ahead = self.dump(), clock(night)
        if random.random() < 0.25:
            call, how = random.choice(["write", "rename", "fsync", "unlink"]), random.choice(["kill", "kill", "28"])
            fault = {"FAULT_CALL": call, "FAULT_AT": str(random.randint(1, 12)), "FAULT_DO": how, "FAULT_MARK": str(self.place / "mark")}
            self.struck += self.run(night, **fault).returncode not in (0, 3)
        run = self.run(night)
        if run.returncode not in (0, 3):
            sys.exit(f"night {night}: exit code {run.returncode}: {run.stderr}")
        kept_tonight = kept(self.place / f"out/{night:04}")
        for number in numbers:
            age = night - self.known.get(number, night + 1)
            if age < 0 and number not in kept_tonight:
                self.wrong.append(f"night {night}: {number} is new and not kept")
            if 0 <= age <= self.options.expire_days and number in kept_tonight:
                self.wrong.append(f"night {night}: {number} is forgotten after {age} nights")
        self.known.update(dict.fromkeys(kept_tonight, night))
        shutil.rmtree(self.place / f"out/{night - 2:04}", ignore_errors=True)

    def tell(self, night):
        state = self.place / "state"
        manifest = json.loads((state / "state.json").read_text())
        size = sum(path.stat().st_size for path in state.iterdir())
        check = subprocess.run([self.options.copydesk, "state", "check", state], capture_output=True).returncode
        counts = f"{len(manifest['nights'])} nights, {len(manifest['volumes'])} volumes, {size / 1e3:.0f} kB"
        print(f"night {night}: {counts}; check {check}, {self.struck} struck, {len(self.wrong)} wrong", flush=True)
        self.wrong += [f"night {night}: the state is damaged"] * (check != 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copydesk", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--expire-days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    with tempfile.TemporaryDirectory() as place:
        year = Year(options, pathlib.Path(place))
        for night in range(options.nights):
            year.night(night)
            if night % 30 == 29 or night == options.nights - 1:
                year.tell(night)
        print("\n".join(year.wrong[:20]))
        sys.exit(bool(year.wrong))


if __name__ == "__main__":
    main()
