#!/usr/bin/env python3
"""Fits the weights of `src/stage/page/signs.rs` to labelled pages, and says how well they hold on other sites.

    confidence.py BINARY DATA... --score FOLDER

DATA are folders with SET.jsonl[.zst] and SET.gold.jsonl, FOLDER holds score.py (`score_page`). Prints the tables, and for each
field how often it was right among pages scored alike by weights that were fitted to four fifths of the sites and not to theirs
(a site's fifth: SHA-256 of "copydesk confidence:" and its name, modulo 5). Standard library only; the same input, the same table.
"""
import argparse, hashlib, json, math, subprocess, sys, tempfile
from pathlib import Path

PIPELINE = """format = 1
[[stage]]
kind = "extract-metadata"
[[stage]]
kind = "extract-html"
[[stage]]
kind = "label-extraction"
signs = true
[[stage]]
kind = "repair-encoding"
[[stage]]
kind = "normalise-unicode"
[[stage]]
kind = "normalise-whitespace"
"""
FIELDS = ("title", "authors", "published", "text")
PENALTY = 3.0           # of the squares of weights, in logits: signs seen on a handful of pages weigh little
FOLDS = 5


def right(field, row):
    """Whether a field is right; None where nobody knows."""
    if field == "title" and "title" in row:
        return row["title"][0]
    if field == "authors" and "authors" in row:
        return row["authors"][1] == row["authors"][2] == 0
    if field == "published" and "published" in row:
        return row["published"][2] == 0
    if field == "text" and "text" in row:
        tp, fp, fn = row["text"]
        return 2 * tp >= 0.9 * (2 * tp + fp + fn)
    return None


def solve(matrix, vector):
    n = len(vector)
    rows = [list(row) + [value] for row, value in zip(matrix, vector)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(n):
            if r != i and rows[i][i]:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [row[-1] / row[i] if row[i] else 0.0 for i, row in enumerate(rows)]


def fit(pages, signs):
    """Logistic regression by Newton's method; the first weight is the base."""
    weights = [0.0] * (len(signs) + 1)
    data = [([1.0] + [float(s in there) for s in signs], float(y)) for there, y in pages]
    for _ in range(12):
        gradient = [0.0] + [-PENALTY * w for w in weights[1:]]
        hessian = [[PENALTY * (i == j and i > 0) for j in range(len(weights))] for i in range(len(weights))]
        for x, y in data:
            p = 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, x))))
            on = [i for i, v in enumerate(x) if v]
            for i in on:
                gradient[i] += y - p
                for j in on:
                    hessian[i][j] += p * (1 - p)
        weights = [w + d for w, d in zip(weights, solve(hessian, gradient))]
    return [round(100 * w) for w in weights]


def percent(weights, signs, there):
    logit = weights[0] + sum(w for w, s in zip(weights[1:], signs) if s in there)
    return min(99, max(1, round(100 / (1 + math.exp(-logit / 100)))))


def fold(record_id):
    site = record_id.split("~", 1)[0]
    return int.from_bytes(hashlib.sha256(f"copydesk confidence:{site}".encode()).digest()[:4], "big") % FOLDS


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--score", required=True)
    args = parser.parse_args()
    sys.path.insert(0, args.score)
    sys.dont_write_bytecode = True
    import score
    from common import read_jsonl
    seen = {field: {} for field in FIELDS}
    with tempfile.TemporaryDirectory() as work:
        pipeline = Path(work) / "confidence.toml"
        pipeline.write_text(PIPELINE)
        for folder in args.data:
            for gold_path in sorted(folder.glob("*.gold.jsonl")):
                name = gold_path.name.removesuffix(".gold.jsonl")
                dump = next(p for p in (folder / f"{name}.jsonl.zst", folder / f"{name}.jsonl") if p.exists())
                out = Path(work) / name
                subprocess.run([args.binary, "run", str(pipeline), str(dump), "--output", str(out), "--progress", "never"],
                               check=True, capture_output=True)
                records = {}
                for shard in sorted((out / "records").glob("*.jsonl.zst")):
                    for record in read_jsonl(shard):
                        records[record["source"]["id"]] = record
                for gold in read_jsonl(gold_path):
                    record = records.get(gold["id"], {})
                    signs = record.get("labels", {}).get("extraction", {}).get("signs", {})
                    row = score.score_page(gold, record)
                    for field in FIELDS:
                        is_right = right(field, row)
                        if field in signs and is_right is not None:
                            # A page that two sets share counts once.
                            seen[field][gold["id"]] = (frozenset(signs[field]), bool(is_right))
    for field in FIELDS:
        pages = [(fold(key), *page) for key, page in sorted(seen[field].items())]
        signs = sorted({sign for _, there, _ in pages for sign in there})
        guesses = []
        for left_out in range(FOLDS):
            weights = fit([(there, y) for f, there, y in pages if f != left_out], signs)
            guesses += [(percent(weights, signs, there), y) for f, there, y in pages if f == left_out]
        share = sum(y for _, y in guesses) / len(guesses)
        brier = sum((p / 100 - y) ** 2 for p, y in guesses) / len(guesses)
        print(f"\n{field}: {len(pages)} pages, {share:.3f} right; Brier {brier:.4f}, {share * (1 - share):.4f} by the share alone")
        for low, high in ((0, 50), (50, 70), (70, 80), (80, 90), (90, 95), (95, 100)):
            part = [(p, y) for p, y in guesses if low <= p < high]
            if part:
                mean = sum(p for p, _ in part) / len(part) / 100
                print(f"  scored {low / 100:.2f} to {high / 100:.2f}: {len(part):5} pages, mean score {mean:.3f}, right {sum(y for _, y in part) / len(part):.3f}")
        weights = fit([(there, y) for _, there, y in pages], signs)
        print(f"  base {weights[0]}")
        for sign, weight in zip(signs, weights[1:]):
            print(f'  "{sign}" {weight}')


if __name__ == "__main__":
    main()
