#!/usr/bin/env python3
"""Fits the weights of `src/stage/page/signs.rs` to labelled pages, and says how well they hold on other sites.

    confidence.py BINARY DATA... --score FOLDER

DATA are folders with SET.jsonl[.zst] and SET.gold.jsonl, FOLDER holds score.py (`score_page`). Prints the tables, and for each
field how often it was right among pages scored alike by weights that were fitted to four fifths of the sites and not to theirs
(a site's fifth as in fitting.py). Standard library only; the same input, the same table.
"""
import math, subprocess, tempfile
from pathlib import Path

from fitting import arguments, by_folds, fold, print_table

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


def percent(logit):
    return min(99, max(1, round(100 / (1 + math.exp(-logit / 100)))))


def main():
    binary, score, read_jsonl, sets = arguments(__doc__)
    seen = {field: {} for field in FIELDS}
    with tempfile.TemporaryDirectory() as work:
        pipeline = Path(work) / "confidence.toml"
        pipeline.write_text(PIPELINE)
        for name, dump, golds in sets:
            out = Path(work) / name
            subprocess.run([binary, "run", str(pipeline), str(dump), "--output", str(out), "--progress", "never"],
                           check=True, capture_output=True)
            records = {}
            for shard in sorted((out / "records").glob("*.jsonl.zst")):
                for record in read_jsonl(shard):
                    records[record["source"]["id"]] = record
            for key, gold in golds.items():
                record = records.get(key, {})
                signs = record.get("labels", {}).get("extraction", {}).get("signs", {})
                row = score.score_page(gold, record)
                for field in FIELDS:
                    is_right = right(field, row)
                    if field in signs and is_right is not None:
                        # A page that two sets share counts once.
                        seen[field][key] = (frozenset(signs[field]), bool(is_right))
    for field in FIELDS:
        pages = [(fold(key), *page) for key, page in sorted(seen[field].items())]
        signs = sorted({sign for _, there, _ in pages for sign in there})
        guesses = [(percent(logit), y) for logit, y in by_folds(pages, signs)]
        share = sum(y for _, y in guesses) / len(guesses)
        brier = sum((p / 100 - y) ** 2 for p, y in guesses) / len(guesses)
        print(f"\n{field}: {len(pages)} pages, {share:.3f} right; Brier {brier:.4f}, {share * (1 - share):.4f} by the share alone")
        for low, high in ((0, 50), (50, 70), (70, 80), (80, 90), (90, 95), (95, 100)):
            part = [(p, y) for p, y in guesses if low <= p < high]
            if part:
                mean = sum(p for p, _ in part) / len(part) / 100
                print(f"  scored {low / 100:.2f} to {high / 100:.2f}: {len(part):5} pages, mean score {mean:.3f}, right {sum(y for _, y in part) / len(part):.3f}")
        print_table(pages, signs)


if __name__ == "__main__":
    main()
