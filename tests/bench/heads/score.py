#!/usr/bin/env python3
"""Runs copydesk over what flatten.py made and counts what is right.

    score.py FOLDER [--binary target/fast/copydesk] [--pipeline fields] [--half tune] [--show N] [--kind NAME]

`title`: the record's title is the headline and no more. `text`: the text opens with the body's first sentence. Of bare
texts, `taken` counts those of which anything left the beginning that is not there for `read-dateline`.
"""
import argparse, collections, json, random, re, subprocess, sys, tempfile, unicodedata
from pathlib import Path


def fold(text):
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if c.isalnum())


def records(binary, pipeline, dump):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([binary, "run", pipeline, str(dump), "--output", folder + "/o", "--progress", "never"], capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(done.stderr)
        for shard in sorted(Path(folder, "o/records").glob("*.zst")):
            for line in subprocess.run(["zstd", "-dcq", str(shard)], capture_output=True, check=True).stdout.decode().split("\n"):
                if line:
                    row = json.loads(line)
                    yield row["source"]["id"], row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--binary", default="target/fast/copydesk")
    parser.add_argument("--pipeline", default="fields")
    parser.add_argument("--half", default="tune")
    parser.add_argument("--set")
    parser.add_argument("--kind")
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    for name in args.set.split(",") if args.set else ("pages", "made", "bare"):
        path = args.folder / f"{args.half}-{name}.jsonl"
        gold = {row["id"]: row for row in map(json.loads, open(path.with_suffix(".gold.jsonl")))}
        raw = {row["id"]: row for row in map(json.loads, open(path))}
        counts, wrong = collections.defaultdict(collections.Counter), []
        for key, row in records(args.binary, args.pipeline, path):
            want = gold[key]
            text = fold((row.get("text") or "")[:400])
            starts = any(text.startswith(fold(start)[:30]) for start in want["starts"]) or not want["starts"]
            kinds = ["all"] + want.get("kind", [])
            if name == "bare":
                right = {"left": starts, "untitled": not row.get("title")}
            else:
                right = {"title": fold(row.get("title") or "") == fold(want["title"]), "text": starts}
            for kind in kinds:
                counts[kind]["n"] += 1
                for measure, good in right.items():
                    counts[kind][measure] += good
            if not all(right.values()) and (not args.kind or args.kind in kinds):
                wrong.append((kinds, right, raw[key]["text"][:420], row.get("title"), (row.get("text") or "")[:160], want["title"]))
        for kind, count in sorted(counts.items(), key=lambda item: -item[1]["n"]):
            print(f"{name:6} {kind:14} {count['n']:6}", "  ".join(f"{measure} {count[measure] / count['n']:.4f}" for measure in right))
        random.Random(3).shuffle(wrong)
        for kinds, right, text, title, now, want in wrong[:args.show]:
            print("----", kinds, right, f"\n  IN    {text!r}\n  TITLE {title!r}\n  WANT  {want!r}\n  TEXT  {now!r}")


if __name__ == "__main__":
    main()
