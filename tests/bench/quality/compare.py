"""Compares copydesk's quality gates and tokens with datatrove's and spaCy's, document by document.

    pip install datatrove spacy
    cargo build --release && cargo build --release --bench tokens
    python compare.py [--limit N] [--language en] [--rules 2025-01] DUMP...

A DUMP is JSON lines, plain or .zst, with `text` (and `language`, where --language is given). Each gate runs in a run of its
own over the same texts; decision and reason must be equal, and for C4 the text that is left, too. Differences are printed with
the document's number.
"""

import argparse
import collections
import glob
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]

REASONS = {
    "gopher-quality": {
        "gopher_short_doc": "too_few_words",
        "gopher_long_doc": "too_many_words",
        "gopher_below_avg_threshold": "words_too_short",
        "gopher_above_avg_threshold": "words_too_long",
        "gopher_too_many_hashes": "too_many_hashes",
        "gopher_too_many_ellipsis": "too_many_ellipses",
        "gopher_too_many_bullets": "too_many_bullet_lines",
        "gopher_too_many_end_ellipsis": "too_many_ellipsis_lines",
        "gopher_below_alpha_threshold": "too_few_alphabetic_words",
        "gopher_enough_stop_words": "too_few_stop_words",
    },
    "gopher-repetition": {
        "empty": "empty_text",
        "dup_para_frac": "repeated_paragraphs",
        "dup_para_char_frac": "repeated_paragraph_characters",
        "dup_line_frac": "repeated_lines",
        "dup_line_char_frac": "repeated_line_characters",
        **{f"top_{n}_gram": f"frequent_{n}_gram" for n in (2, 3, 4)},
        **{f"duplicated_{n}_n_grams": f"repeated_{n}_grams" for n in range(5, 11)},
    },
    "c4": {
        "lorem_ipsum": "had_lorem_ipsum",
        "curly_bracket": "had_curly_bracket",
        "too_few_sentences": "too_few_sentences",
    },
    "fineweb": {
        "empty": "empty_text",
        "line_punct_ratio": "too_few_terminal_lines",
        "short_line_ratio": "too_many_short_lines",
        "char_dup_ratio": "repeated_line_characters",
        "list_ratio": "too_many_line_feeds",
    },
}
REASONS["c4 without terminal punctuation"] = REASONS["c4"]

PIPELINES = {
    "gopher-quality": '[[stage]]\nkind = "gopher-quality"\n',
    "gopher-repetition": '[[stage]]\nkind = "gopher-repetition"\n',
    "c4": '[[stage]]\nkind = "c4"\n[[stage]]\nkind = "strip-c4-lines"\n',
    "c4 without terminal punctuation": '[[stage]]\nkind = "c4"\nterminal-punctuation = false\n'
    '[[stage]]\nkind = "strip-c4-lines"\nterminal-punctuation = false\n',
    "fineweb": '[[stage]]\nkind = "fineweb"\n',
}


def texts(dumps, language, limit):
    found = []
    for dump in dumps:
        raw = subprocess.run(["zstd", "-dc", dump], capture_output=True, check=True).stdout if dump.endswith(".zst") else open(dump, "rb").read()
        for line in raw.split(b"\n"):
            if limit and len(found) >= limit:
                return found
            try:
                record = json.loads(line)
                record["text"].encode()
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            if record["text"] and (not language or record.get("language") == language):
                found.append(record["text"])
    return found


def copydesk(name, found, scratch):
    """Outcome of each text: (reason or None, text)."""
    folder = pathlib.Path(scratch) / name.replace(" ", "-")
    folder.mkdir()
    (folder / "pipeline.toml").write_text("format = 1\n" + PIPELINES[name])
    with open(folder / "in.jsonl", "w") as out:
        for number, text in enumerate(found):
            out.write(json.dumps({"id": str(number), "text": text}) + "\n")
    command = [ROOT / "target/release/copydesk", "run", "pipeline.toml", "in.jsonl", "--output", "out"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    outcome = [None] * len(found)
    for kind in ("records", "dropped"):
        for shard in sorted(glob.glob(str(folder / "out" / kind / "*.zst"))):
            for line in subprocess.run(["zstd", "-dc", shard], capture_output=True, check=True).stdout.splitlines():
                record = json.loads(line)
                number = int(record["source"]["id"])
                outcome[number] = (record.get("verdict", {}).get("reason"), record.get("text", ""))
    return outcome


def datatrove(name):
    from datatrove.pipeline.filters import C4QualityFilter, FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter

    return {
        "gopher-quality": lambda: GopherQualityFilter(),
        "gopher-repetition": lambda: GopherRepetitionFilter(),
        "c4": lambda: C4QualityFilter(),
        "c4 without terminal punctuation": lambda: C4QualityFilter(filter_no_terminal_punct=False),
        "fineweb": lambda: FineWebQualityFilter(),
    }[name]()


def compare_gates(found, scratch):
    import numpy
    from datatrove.data import Document

    numpy.seterr(all="ignore")
    names = list(PIPELINES)
    filters = {name: datatrove(name) for name in names}
    ours = {name: copydesk(name, found, scratch) for name in names}
    equal, differences, reasons = collections.Counter(), collections.defaultdict(list), collections.defaultdict(collections.Counter)
    for number, text in enumerate(found):
        # All filters of one document together: datatrove keeps the words of the last few texts.
        for name in names:
            document = Document(text=text, id=str(number))
            try:
                result = filters[name].filter(document)
            except ZeroDivisionError:
                result = (False, "ZeroDivisionError")
            theirs = None if result is True else result[1]
            theirs = REASONS[name].get(theirs, theirs)
            reason, left = ours[name][number]
            reasons[name][theirs] += 1
            same_text = theirs is not None or not name.startswith("c4") or left == document.text
            if reason == theirs and same_text:
                equal[name] += 1
            else:
                differences[name].append((number, reason, theirs, same_text))
    for name in names:
        share = equal[name] / len(found)
        print(f"{name}: {equal[name]} of {len(found)} equal ({share:.4%}); {dict(reasons[name])}")
        for number, reason, theirs, same_text in differences[name][:20]:
            print(f"  {number}: copydesk {reason}, datatrove {theirs}, text {'equal' if same_text else 'different'}")


def compare_tokens(found):
    import spacy

    tokenizer = spacy.blank("en").tokenizer
    program = max(glob.glob(str(ROOT / "target/release/deps/tokens-*")), key=lambda path: (not path.endswith(".d"), os.path.getmtime(path)))
    lines = "".join(json.dumps(text) + "\n" for text in found)
    ours = subprocess.run([program], input=lines.encode(), capture_output=True, check=True).stdout.splitlines()
    equal, tokens = 0, 0
    for number, (text, line) in enumerate(zip(found, ours)):
        with tokenizer.vocab.memory_zone():
            theirs = [word for word in (token.text.strip() for token in tokenizer(text)) if word]
        tokens += len(theirs)
        mine = json.loads(line)
        equal += mine == theirs
        if mine != theirs:
            place = next((i for i, (a, b) in enumerate(zip(mine, theirs)) if a != b), min(len(mine), len(theirs)))
            print(f"  {number}: copydesk {mine[place:place + 5]}, spaCy {theirs[place:place + 5]}")
    print(f"tokens: {equal} of {len(found)} texts equal, {tokens} tokens")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int)
    parser.add_argument("--language")
    parser.add_argument("--tokens-only", action="store_true")
    parser.add_argument("dumps", nargs="+")
    arguments = parser.parse_args()
    found = texts(arguments.dumps, arguments.language, arguments.limit)
    print(f"{len(found)} texts")
    compare_tokens(found)
    if not arguments.tokens_only:
        with tempfile.TemporaryDirectory() as scratch:
            compare_gates(found, scratch)


if __name__ == "__main__":
    sys.exit(main())
