#!/usr/bin/env python3
"""Fits the weights of `extract_html/end.rs` to labelled pages, and says how well they hold on other sites.

    ends.py BINARY DATA... --score FOLDER

DATA are folders with SET.jsonl[.zst] and SET.gold.jsonl, FOLDER holds score.py. The last blocks of each text and their signs are what
`copydesk explain` says that `extract-html` considered; a block is none of the article's where the labelled text has fewer than half of
its word triples. Prints the table, and what would go by weights that were fitted to four fifths of the sites and not to theirs
(a site's fifth as in fitting.py). Standard library only; the same input, the same table.
"""
import json, re, subprocess, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fitting import arguments, by_folds, fold, print_table

CONSIDERED = re.compile(r"(?s)(.*): -?\d+ \((.*)\)")
LIMITS = (0, 30, 60, 90)


def main():
    binary, score, read_jsonl, sets = arguments(__doc__)
    work = tempfile.TemporaryDirectory()
    pipeline = Path(work.name) / "ends.toml"
    pipeline.write_text('format = 1\n[[stage]]\nkind = "extract-metadata"\n[[stage]]\nkind = "extract-html"\n')
    jobs = {}
    for _, dump, golds in sets:
        golds = {key: gold for key, gold in golds.items() if "text" in gold}
        jobs |= {record["id"]: (record, golds[record["id"]]) for record in read_jsonl(dump) if record["id"] in golds}

    def blocks(item):
        place, (key, (record, gold)) = item
        file = Path(work.name) / f"{place}.jsonl"
        file.write_text(json.dumps(record), encoding="utf-8")
        done = subprocess.run([binary, "explain", str(pipeline), f"{file}:1", "--format", "json"], check=True, capture_output=True)
        known = set(score.shingles(gold["text"], 3))
        spared = {triple for part in gold.get("optional", ()) for triple in score.shingles(part, 3)}
        out = []
        for measured in json.loads(done.stdout)["stages"][1].get("measured", []):
            match = CONSIDERED.fullmatch(measured["value"]) if measured["name"] in ("end, left out", "end, kept") else None
            own = list(score.shingles(match[1], 3)) if match else []
            if own and not any(triple in spared for triple in own):
                signs = frozenset(filter(None, match[2].split(", ")))
                out.append((fold(key), signs, 2 * sum(triple in known for triple in own) < len(own)))
        return out

    with ThreadPoolExecutor(2) as pool:
        seen = [block for page in pool.map(blocks, enumerate(sorted(jobs.items()))) for block in page]
    signs = sorted({sign for _, there, _ in seen for sign in there})
    guesses = list(by_folds(seen, signs))
    print(f"{len(seen)} blocks of {len(jobs)} pages, {sum(y for _, _, y in seen)} of them none of the article's")
    for limit in LIMITS:
        gone = [y for weight, y in guesses if weight > limit]
        print(f"  above {limit}: {len(gone)}, of them {sum(gone)} none of the article's")
    print_table(seen, signs)


if __name__ == "__main__":
    main()
