"""Nights of made-up hosts, ordinary ones and broken ones: what does `copydesk run nightly` say of each?

    cargo build --release && python3 tests/bench/nights.py [--program target/release/copydesk] [NAME...]

Each story is some ordinary nights and then nights that are told apart by what should be said of them: nothing (exit code 0), or the
limits and hosts that are named (exit code 3). Hosts have dumps of their own, weekends bring half, every 23rd day is a holiday and
brings two fifths. Of every night the exit code, the ledger, the metrics, the summary and the first screen of the report have to agree.
`ordinary` is 200 nights, of which at most one may give an alarm. A night that is judged otherwise than the story says is printed, and the
exit code is then 1.
"""

import argparse
import html
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

WORDS = [first + last for first in "bo ca de fi go ha ju ke lo mi".split() for last in "lan ner tis vor wen xer zil pam rud sek".split()]


class World:
    """Hosts and what they usually bring; the same seed, the same nights."""

    def __init__(self, seed, usual, program):
        self.rng = random.Random(seed)
        self.usual = dict(usual)
        self.program = program
        self.scratch = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.scratch.name)
        self.night = 0
        self.pipeline = "nightly"

    def article(self, host, number, day=None):
        rng = self.rng
        text = "\n\n".join(" ".join(rng.choices(WORDS, k=rng.randint(30, 60))) + "." for _ in range(rng.randint(2, 5)))
        record = {"url": f"https://{host}/{day or self.night}/{number}", "title": " ".join(rng.choices(WORDS, k=6)), "text": text}
        if rng.random() > 0.03:
            record["date"] = f"2024-03-{1 + self.night % 28:02}T{rng.randint(0, 23):02}:00:00Z"
        if rng.random() > 0.1:
            record["author"] = f"{rng.choice(WORDS).title()} {rng.choice(WORDS).title()}"
        return record

    def deliveries(self, factor=1.0):
        """What each host brings tonight, by host."""
        common = 0.4 if self.night % 23 == 22 else 0.5 if self.night % 7 in (5, 6) else 1.0
        noise = {host: self.rng.uniform(0.8, 1.25) for host in self.usual}
        return {
            host: [self.article(host, number) for number in range(round(usual * common * factor * noise[host]))]
            for host, usual in self.usual.items()
        }

    def run(self, dumps):
        """Writes the dumps of a night, runs it, and says what was said; dumps are by name, as records or as text."""
        folder, out = self.root / f"dumps/{self.night:03}", self.root / f"out/{self.night:03}"
        folder.mkdir(parents=True)
        for name, records in dumps.items():
            text = records if isinstance(records, str) else "".join(json.dumps(record) + "\n" for record in records)
            (folder / f"{name}.jsonl").write_text(text)
        command = [self.program, "run", self.pipeline, str(folder), "--output", str(out), "--state", str(self.root / "state"), "--progress", "never"]
        done = subprocess.run(command, capture_output=True, text=True)
        self.night += 1
        if not (out / "ledger.json").exists():
            return Said(done.returncode, set(), set(), [done.stderr.splitlines()[0]], [])
        return heard(done, out)


class Said:
    def __init__(self, code, limits, names, sentences, faults):
        self.code, self.limits, self.names, self.sentences, self.faults = code, limits, names, sentences, faults


def heard(done, out):
    """What a night said, and where its exit code, ledger, metrics, summary and report do not agree."""
    ledger = json.loads((out / "ledger.json").read_text())
    metrics = (out / "metrics.prom").read_text()
    page = html.unescape((out / "report.html").read_text())
    first = re.sub(r"<[^>]*>", "", page[page.index("<h1>") : page.index('id="funnel"')])
    crossed = ledger["limits_crossed"]
    faults = []
    agree = lambda holds, what: None if holds else faults.append(what)
    agree(done.returncode == (3 if crossed else 0), "exit code and ledger")
    agree(re.search(r"^copydesk_last_run_exit_code\{.*\} (\d+)$", metrics, re.M)[1] == str(done.returncode), "metrics' exit code")
    flags = {name for name, flag in re.findall(r'^copydesk_last_run_limit_crossed\{.*limit="([^"]*)"\} (\d)$', metrics, re.M) if flag == "1"}
    agree(flags == {one["limit"] for one in crossed}, "metrics' limits")
    agree(("within its limits" in first) == (not crossed), "the report's headline")
    for one in crossed:
        agree(one["sentence"].lower() in first.lower(), f"the report's first screen lacks {one['sentence']}")
        agree(f"({one['limit']})" in re.sub(r"\s+", " ", done.stdout), f"the summary lacks {one['limit']}")
        agree(all(name.split(" ")[0] in first for name in one.get("names", [])[:5]), f"the report's first screen lacks names of {one['limit']}")
    drift = ledger.get("drift") or {}
    names = {name for one in crossed for name in one.get("names", [])} | {host["host"] for host in drift.get("hosts", [])}
    return Said(done.returncode, {one["limit"] for one in crossed}, names, [one["sentence"] for one in crossed], faults)


WALL = "We value your privacy. We and our partners store cookies on your device. Accept all or manage your choices."


def hosts(number, rng, least=20):
    return {f"{word}-{at}.example": rng.choice([least, 2 * least, 4 * least]) for at, word in enumerate(rng.choices(WORDS, k=number))}


def stories():
    """Name, hosts, ordinary nights, and the nights that are judged: what is delivered, and which limits should be named (None: any)."""
    few = hosts(12, random.Random(3))
    some = hosts(40, random.Random(7))
    names = list(few)

    def without(number):
        return lambda world: {host: records for host, records in world.deliveries().items() if host not in names[:number]}

    def changed(host, change):
        def night(world):
            delivered = world.deliveries()
            delivered[host] = change(delivered[host])
            return delivered

        return night

    def usual(world):
        return world.deliveries()

    def second_day(world):
        delivered = world.deliveries()
        if world.night % 2:
            delivered.pop(names[0], None)
        return delivered

    def new_each_week(world):
        if world.night % 7 == 0:
            world.usual[f"new-{world.night}.example"] = 40
        return world.deliveries()

    def monthly(world):
        delivered = world.deliveries()
        if world.night % 30 == 29:
            delivered["monthly.example"] = [world.article("monthly.example", number) for number in range(300)]
        return delivered

    def growth(world):
        return world.deliveries(1.03 ** (world.night / 7))

    def other_pipeline(world):
        path = world.root / "other.toml"
        path.write_text('format = 1\nextends = "nightly"\n\n[[stage]]\nchange = "drop-short"\nmin-words = 60\n')
        world.pipeline = str(path)
        return world.deliveries()

    def doubled(world):
        delivered = world.deliveries()
        return delivered | {f"{names[0]}-copy": delivered[names[0]]}

    def again(world):
        before = (world.root / f"dumps/{world.night - 1:03}/{names[0]}.jsonl").read_text()
        return world.deliveries() | {names[0]: before}

    def moved(world):
        delivered = world.deliveries()
        records = delivered.pop(names[0])
        delivered["moved.example"] = [record | {"url": record["url"].replace(names[0], "moved.example")} for record in records]
        return delivered

    def keys(records, *gone):
        return [{key: value for key, value in record.items() if key not in gone} for record in records]

    tiny = {f"tiny-{at}.example": 5 for at in range(300)} | {"huge.example": 4000}

    def one_dump(world, wanted=lambda host: True):
        delivered = world.deliveries()
        return {"crawl": [record for host, records in delivered.items() if wanted(host) for record in records]}

    def three_dumps(world, share=1):
        """Four fifths of the hosts are in one dump, of which the first part of each host's records came."""
        dumps = {"large": [], "b": [], "c": []}
        for at, (host, records) in enumerate(world.deliveries().items()):
            name = {0: "b", 1: "c"}.get(at % 10, "large")
            dumps[name] += records[: round(len(records) * (share if name == "large" else 1))]
        return dumps

    whole = lambda world: one_dump(world)
    ordinary = {"nothing"}
    return [
        ("ordinary", some, 0, [(usual, ordinary)] * 200),
        ("half missing", few, 9, [(without(6), {"missing-hosts", "missing-dumps"})]),
        ("three quarters missing", few, 9, [(without(9), {"missing-hosts", "missing-dumps", "usual-share"})]),
        ("all missing", few, 9, [(without(12), {"kept-records", "empty-dumps", "missing-hosts", "missing-dumps", "usual-share"}), (usual, ordinary)]),
        ("all missing on the first night", few, 0, [(without(12), {"kept-records", "empty-dumps"}), (usual, ordinary), (usual, ordinary), (usual, ordinary), (usual, ordinary)]),
        ("half missing on the third night", few, 2, [(without(6), {"missing-hosts", "missing-dumps"}), (usual, ordinary), (usual, ordinary)]),
        ("two thirds of the largest of three dumps missing", some, 0, [(lambda world: three_dumps(world), ordinary)] * 9 + [
            (lambda world: three_dumps(world, 1 / 3), {"short-dumps"}),
            (lambda world: three_dumps(world, 1 / 3), {"short-dumps"}),
            (lambda world: three_dumps(world), ordinary),
        ]),
        ("all empty", few, 9, [(lambda world: dict.fromkeys(names, ""), {"kept-records", "empty-dumps", "missing-hosts", "usual-share"})]),
        ("half missing for two nights, then all there", few, 9, [(without(6), None), (without(6), {"missing-hosts", "missing-dumps"}), (usual, ordinary)]),
        ("every second day", few, 0, [(second_day, ordinary)] * 20),
        ("a new host each week", few, 0, [(new_each_week, ordinary)] * 30),
        ("monthly dumps", few, 0, [(monthly, ordinary)] * 33),
        ("growth of 3 % a week", few, 0, [(growth, ordinary)] * 60),
        ("300 tiny hosts and a huge one", tiny, 0, [(whole, ordinary)] * 9 + [
            (lambda world: one_dump(world, lambda host: host != "huge.example"), {"missing-hosts", "usual-share"}),
            (lambda world: one_dump(world, lambda host: host == "huge.example"), {"missing-hosts"}),
            (lambda world: one_dump(world, lambda host: host == "huge.example" or hash_of(host) % 2), {"missing-hosts"}),
        ]),
        ("nights 1 to 3", few, 0, [(usual, ordinary), (changed(names[1], lambda records: [record | {"text": ""} for record in records]), {"lost-dumps"}), (usual, ordinary), (usual, ordinary)]),
        ("an empty dump on the first night", few, 0, [(changed(names[0], lambda records: ""), {"empty-dumps"}), (usual, ordinary)]),
        ("another pipeline", few, 9, [(other_pipeline, ordinary), (usual, ordinary)]),
        ("a dump twice under two names", few, 9, [(doubled, {"repeated-dumps", "drifted-hosts"})]),
        ("the dump of the night before", few, 9, [(again, {"repeated-dumps", "drifted-hosts"})]),
        ("a dump with every line twice", few, 9, [(changed(names[0], lambda records: records + records), None)]),
        ("a host with another name", few, 9, [(moved, {"missing-hosts"}), (moved, {"missing-hosts"})]),
        ("no dates", few, 9, [(changed(names[2], lambda records: keys(records, "date")), {"drifted-hosts"})]),
        ("no titles and authors", few, 9, [(changed(names[2], lambda records: keys(records, "title", "author")), {"drifted-hosts"})]),
        ("a consent wall", few, 9, [(changed(names[3], lambda records: [record | {"text": WALL} for record in records]), {"lost-dumps", "drifted-hosts"})]),
        ("another field name", few, 9, [(changed(names[3], lambda records: [keys([record], "text")[0] | {"x9": record["text"]} for record in records]), {"lost-dumps", "drifted-hosts"})]),
        ("lost characters", few, 9, [(changed(names[3], lambda records: [record | {"text": record["text"].replace("e", "\ufffd")} for record in records]), {"drifted-hosts"})]),
        ("no URLs", few, 9, [(changed(names[3], lambda records: keys(records, "url")), {"missing-hosts"})]),
        ("a fifth", few, 9, [(changed(names[4], lambda records: records[: len(records) // 5]), None)]),
        ("a page of an error in place of a dump", few, 9, [(changed(names[5], lambda records: "<!DOCTYPE html><title>502 Bad Gateway</title>\n"), {"damaged-dumps", "missing-hosts"})]),
        ("broken JSON", few, 9, [(changed(names[5], lambda records: "".join(json.dumps(record)[:-9] + "\n" for record in records)), {"damaged-dumps", "missing-hosts"})]),
        ("texts cut after two sentences", few, 9, [(changed(names[6], lambda records: [record | {"text": record["text"][:330]} for record in records]), {"drifted-hosts"})]),
    ]


def hash_of(name):
    return sum(map(ord, name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="target/release/copydesk")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    failed = 0
    for name, usual, ordinary, nights in stories():
        if arguments.names and name not in arguments.names:
            continue
        world = World(arguments.seed, usual, arguments.program)
        alarms = 0
        for deliver, expected in [(lambda world: world.deliveries(), {"nothing"})] * ordinary + nights:
            night = world.night
            said = world.run(deliver(world))
            limits = said.limits or ({"no run"} if said.code == 2 else {"nothing"})
            is_wrong = expected is not None and limits != expected
            alarms += is_wrong
            if is_wrong or said.faults or (expected != {"nothing"} and len(nights) < 30):
                mark = "OTHERWISE" if is_wrong else "as expected" if expected else "unjudged"
                print(f"{name}, night {night + 1}: {mark}: exit code {said.code}, {'; '.join(said.sentences) or 'nothing'}", *said.faults, sep="\n  ! ")
            failed += len(said.faults)
        most = 1 if name == "ordinary" else 0
        failed += alarms > most
        print(f"{name}: {ordinary + len(nights)} nights, {alarms} judged otherwise", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
