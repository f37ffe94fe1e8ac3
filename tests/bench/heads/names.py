#!/usr/bin/env python3
"""Fits the weights of src/stage/extract/split_title/name.rs to page titles (half "tune" alone).

    names.py PAGES... --texts DUMPS... [--binary target/fast/copydesk] [--half tune]

PAGES and DUMPS are those of flatten.py.  The parts of a page's title that stand behind its labelled headline are names (1), those within it are
not (0); so are the last parts of the dumps' titles, as tails.txt says: the first eight hex digits of the MD5 of a part, and 1 or 0, set
by reading them.  `copydesk explain` tells the signs.  Prints the weight of each sign in tenths, and how many of either kind are told rightly in
five parts, each fitted without it (by MD5 of the site or the part), or, with `--half held`, in the other half.
"""
import argparse, collections, hashlib, json, re, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flatten import half_of, real_heads, rows, squeeze
from weigh import fit

# With a sixth of the decay 0.964 of the names are found and 0.820 of the others left, not 0.971 and 0.827.
ROUNDS, DECAY = 1500, 0.003
SEAM = re.compile(r"\s+(?:[-–—|»·]|::|--)\s+|\s*\|\s*")


def examples(pages, texts):
    """`(half, key, title up to the part's end, body, whether the part is a name)`"""
    for head in real_heads(pages):
        before, after = head["around"] or ("", "")
        title, end = before + head["title"] + after, len(before) + len(head["title"])
        seams = list(SEAM.finditer(title))
        for at, seam in enumerate(seams):
            part_end = seams[at + 1].start() if at + 1 < len(seams) else len(title)
            if len(before) <= seam.start() and seam.end() < part_end:
                yield half_of(head["site"]), head["site"], title[:part_end], "\n".join(head["paragraphs"]), int(seam.start() >= end)
    labels = dict(line.split() for line in open(Path(__file__).parent / "tails.txt") if line.strip())
    for path in texts:
        for row in rows(path):
            title, text = row.get("title"), row.get("text")
            if isinstance(title, str) and isinstance(text, str) and len(text) >= 800:
                title = squeeze(title)
                seams = list(SEAM.finditer(title))
                tail = title[seams[-1].end():] if seams else ""
                key = hashlib.md5(tail.encode()).hexdigest()[:8]
                if len(seams) == 1 and key in labels:
                    yield half_of(tail), tail, title, text.split("\n", 1)[-1], int(labels.pop(key))


def signs_of(binary, folder, number, title, body):
    dump = Path(folder, f"{number}.jsonl")
    dump.write_text(json.dumps({"title": title, "text": body}) + "\n")
    done = subprocess.run([binary, "explain", f"{folder}/p.toml", f"{dump}:1", "--format", "json", "--full"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    told = [measured["value"] for stage in json.loads(done.stdout)["stages"] for measured in stage.get("measured", []) if measured["name"] == "name"]
    return told[0].split(", ") if told else None


def count(rows_of, weights, bias):
    for least in (-10, 0, 10, 20):
        told = collections.Counter()
        for signs, want, *_ in rows_of:
            points = round(10 * bias) + sum(round(10 * weights.get(sign, 0)) for sign in signs)
            told[want, points >= least] += 1
        names, others = told[1, True] + told[1, False], told[0, True] + told[0, False]
        yield least, told[1, True], names, told[0, False], others


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--texts", nargs="*", default=[])
    parser.add_argument("--binary", default="target/fast/copydesk")
    parser.add_argument("--half", default="tune")
    args = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        Path(folder, "p.toml").write_text('format = 1\n[[stage]]\nkind = "normalise-whitespace"\n[[stage]]\nkind = "split-title"\n')
        listed = list(examples(args.pages, args.texts))
        told = pool.map(lambda item: signs_of(args.binary, folder, item[0], item[1][2], item[1][3]), enumerate(listed))
        keys = collections.Counter(key for _, key, *_ in listed)
        for (half, key, _, _, want), signs in zip(listed, told):
            if signs is not None:
                part = int(hashlib.md5(key.encode()).hexdigest(), 16) % 5
                found.append((half, (collections.Counter(signs), want, part, keys[key] ** -0.5)))
    tune = [row for half, row in found if half == "tune"]
    names = sorted({sign for row in tune for sign in row[0]})
    weights, bias = fit(tune, names, ROUNDS, DECAY)
    for name in sorted(names, key=lambda name: -weights[name]):
        print(f"{name:22} {round(10 * weights[name]):4}  of {sum(name in row[0] for row in tune)}")
    print("bias", round(10 * bias))
    totals = collections.defaultdict(lambda: [0, 0, 0, 0])
    if args.half == "held":
        parts = [([row for half, row in found if half == "held"], weights, bias)]
    else:
        parts = [([row for row in tune if row[2] == part], *fit([row for row in tune if row[2] != part], names, ROUNDS, DECAY)) for part in range(5)]
    for rows_of, part_weights, part_bias in parts:
        for least, *counts in count(rows_of, part_weights, part_bias):
            totals[least] = [one + other for one, other in zip(totals[least], counts)]
    for least, (right, all_names, kept, others) in totals.items():
        print(f"least {least:3}: names found {right / all_names:.3f} of {all_names}, others left {kept / others:.3f} of {others}")


if __name__ == "__main__":
    main()
