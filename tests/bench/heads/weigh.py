#!/usr/bin/env python3
"""Fits the points of the signs in src/stage/extract/split_title/opening.rs to what flatten.py made (half "tune" alone).

    weigh.py FOLDER [--binary target/fast/copydesk] [--each 1500]

`copydesk explain` tells the signs of the line that came nearest to a headline; texts that have none are not asked about. Heads are to
be found (1), bodies and headings within bodies are not (0). Prints, sign by sign, the logistic regression's weight, and what points of two
to a unit find and take wrongly in five parts, each fitted without it (parts by MD5 of the site or the title).
"""
import argparse, collections, hashlib, json, math, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PIPELINE = "format = 1\n" + "".join(f'[[stage]]\nkind = "{kind}"\n' for kind in ("repair-encoding", "normalise-unicode", "normalise-whitespace", "canonicalise-url", "strip-boilerplate", "split-title"))


def signs_of(binary, pipeline, dump, line):
    done = subprocess.run([binary, "explain", pipeline, f"{dump}:{line}", "--format", "json", "--full"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    for stage in json.loads(done.stdout)["stages"]:
        for measured in stage.get("measured", []):
            if measured["name"] == "headline":
                return measured["value"].split(", ")
    return None


def fit(rows, names, rounds=400, decay=0.0005):
    weights = dict.fromkeys(names, 0.0)
    bias = 0.0
    total = sum(weight for _, _, _, weight in rows)
    for _ in range(rounds):
        slope, slope_bias = dict.fromkeys(names, 0.0), 0.0
        for signs, want, _, weight in rows:
            sum_ = bias + sum(weights[sign] * count for sign, count in signs.items())
            error = weight * (want - 1 / (1 + math.exp(-max(-30, min(30, sum_)))))
            slope_bias += error
            for sign, count in signs.items():
                slope[sign] += error * count
        rate = 8.0
        bias += rate * slope_bias / total
        for name in names:
            weights[name] += rate * (slope[name] / total - decay * weights[name])
    return weights, bias


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--binary", default="target/fast/copydesk")
    parser.add_argument("--each", type=int, default=1500)
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        pipeline = Path(folder, "p.toml")
        pipeline.write_text(PIPELINE)
        for name, want, weight in (("made", 1, 1.0), ("pages", 1, 1.0), ("bare", 0, 5.0), ("inner", 0, 1.0)):
            dump = args.folder / f"tune-{name}.jsonl"
            golds = [json.loads(line) for line in open(dump.with_suffix(".gold.jsonl"))]
            texts = [json.loads(line)["text"] for line in open(dump)]
            asked = [at for at, text in enumerate(texts) if want or len(text.split("\n")[0]) < 220 and not text.split("\n")[0].endswith(".")][:args.each]
            found = list(pool.map(lambda at: signs_of(args.binary, str(pipeline), dump, at + 1), asked))
            print(name, "asked", len(asked), "with signs", sum(signs is not None for signs in found), file=sys.stderr)
            for at, signs in zip(asked, found):
                if signs is not None:
                    key = golds[at].get("site") or golds[at].get("title") or texts[at][:80]
                    rows.append((collections.Counter(signs), want, int(hashlib.md5(key.encode()).hexdigest(), 16) % 5, weight))
    names = sorted({sign for signs, *_ in rows for sign in signs})
    weights, bias = fit(rows, names)
    for name in sorted(names, key=lambda name: -weights[name]):
        heads = sum(signs[name] > 0 for signs, want, *_ in rows if want)
        others = sum(signs[name] > 0 for signs, want, *_ in rows if not want)
        print(f"{name:20} {weights[name]:6.2f}  points {round(2 * weights[name]):3}  heads {heads:5}  others {others:4}")
    print("bias", round(bias, 2), "ENOUGH", round(-2 * bias))
    for least in (-0.5, 0.0, 0.5, 1.0):
        found = wrong = heads = others = 0
        for part in range(5):
            part_weights, part_bias = fit([row for row in rows if row[2] != part], names, 200)
            for signs, want, own, _ in rows:
                if own == part:
                    points = sum(round(2 * part_weights[sign]) * count for sign, count in signs.items())
                    taken = points >= round(-2 * part_bias) + 2 * least
                    heads, others = heads + want, others + 1 - want
                    found, wrong = found + (taken and want), wrong + (taken and not want)
        print(f"least {least:+}: found {found / heads:.4f} of {heads}, wrong {wrong} of {others}")


if __name__ == "__main__":
    main()
