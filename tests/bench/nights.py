"""Ten nights of 200 made-up hosts with weekends; in the tenth, three scrapers break in three ways. Who is named?

    cargo build --release && python3 tests/bench/nights.py [--hosts 200] [--program target/release/copydesk]

One host's dates are gone, another's bodies are a consent wall, a third brings a fifth of what it does. Every night is run with
`nightly` and the same state, and the hosts that its ledger names are printed.
"""

import argparse
import json
import pathlib
import random
import subprocess
import tempfile

WORDS = [first + last for first in "bo ca de fi go ha ju ke lo mi".split() for last in "lan ner tis vor wen xer zil pam rud sek".split()]


def article(rng, host, night, number):
    text = "\n\n".join(" ".join(rng.choices(WORDS, k=rng.randint(30, 60))) + "." for _ in range(rng.randint(2, 5)))
    record = {"url": f"https://{host}/{night}/{number}", "title": " ".join(rng.choices(WORDS, k=6)), "text": text}
    if rng.random() > 0.03:
        record["date"] = f"2024-03-{night:02}T{rng.randint(0, 23):02}:00:00Z"
    if rng.random() > 0.1:
        record["author"] = f"{rng.choice(WORDS).title()} {rng.choice(WORDS).title()}"
    return record


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--program", default="target/release/copydesk")
    arguments = parser.parse_args()
    rng = random.Random(7)
    hosts = [f"{word}-{number}.example" for number, word in enumerate(rng.choices(WORDS, k=arguments.hosts))]
    usual = {host: rng.choice([8, 20, 40, 80]) for host in hosts}
    no_dates, wall, few = rng.sample([host for host in hosts if usual[host] >= 20], 3)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for night in range(1, 11):
            with open(folder / f"{night}.jsonl", "w") as dump:
                for host in hosts:
                    # The fourth and the fifth are a weekend.
                    count = usual[host] * (0.5 if night in (4, 5) else 1) * rng.uniform(0.8, 1.25)
                    count = round(count / 5 if night == 10 and host == few else count)
                    for number in range(count):
                        record = article(rng, host, night, number)
                        if night == 10 and host == no_dates:
                            record.pop("date", None)
                        if night == 10 and host == wall:
                            record["text"] = "We value your privacy. We and our partners store cookies on your device. Accept all or manage your choices."
                        dump.write(json.dumps(record) + "\n")
            command = [arguments.program, "run", "nightly", str(folder / f"{night}.jsonl"), "--output", str(folder / f"out-{night}")]
            done = subprocess.run(command + ["--state", str(folder / "state"), "--progress", "never"], capture_output=True, text=True)
            ledger = json.loads((folder / f"out-{night}/ledger.json").read_text())
            named = [host["host"] for host in (ledger.get("drift") or {}).get("hosts", [])]
            print(f"night {night}: {ledger['lines']['kept']} kept, named: {', '.join(named) or 'nobody'}", flush=True)
        print("broken:", no_dates, "(dates)", wall, "(consent wall)", few, "(volume)")
        print(done.stdout)


if __name__ == "__main__":
    main()
