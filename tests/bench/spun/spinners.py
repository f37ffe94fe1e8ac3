#!/usr/bin/env python3
"""Spins English texts with thesauri that packages ship, and counts what `label-spun` finds; with the sound ones, what it takes for spun.

    spinners.py --thesauri FOLDER --sound DUMP... [--moby FILE] [--binary target/fast/copydesk] [--count 400] [--seed 1] [--half tune]

FOLDER holds what `dpkg-deb -x` makes of Debian's `wordnet-base` (WordNet 3.0) and `mythes-en-us` (LibreOffice's thesaurus). A spinner
replaces each word that its dictionary has with a given probability; a half of each dictionary, by MD5 of the word, belongs to "tune", the
other to "held". Moby's thesaurus (`words.txt` of npm's `moby`) is held out whole. DUMPs have `text`, and gold files `text` too.
"""
import argparse, hashlib, json, random, re, subprocess, sys, tempfile
from pathlib import Path


def is_mine(word, half):
    return (int(hashlib.md5(word.encode()).hexdigest()[0], 16) < 8) == (half == "tune")


def wordnet(folder, half):
    """Word to synonyms: of the most frequent sense first, of any part of speech."""
    base = Path(folder, "usr/share/wordnet")
    found = {}
    for kind in ("noun", "verb", "adj", "adv"):
        sets = {}
        for line in open(base / f"data.{kind}", encoding="latin-1"):
            if not line.startswith(" "):
                fields = line.split()
                count = int(fields[3], 16)
                sets[fields[0]] = [re.sub(r"\(.*", "", fields[4 + 2 * at]).replace("_", " ") for at in range(count)]
        for line in open(base / f"index.{kind}", encoding="latin-1"):
            if line.startswith(" "):
                continue
            fields = line.split()
            word, senses = fields[0].replace("_", " "), fields[-int(fields[2]):]
            for sense in senses:
                for other in sets.get(sense, []):
                    if other.lower() != word and is_mine(word + other, half):
                        found.setdefault(word, []).append(other)
    return found


def mythes(folder, half):
    found, word = {}, None
    lines = open(Path(folder, "usr/share/mythes/th_en_US_v2.dat"), encoding="utf-8", errors="replace")
    next(lines)
    for line in lines:
        fields = line.rstrip("\n").split("|")
        if not line.startswith("(") and len(fields) == 2 and fields[1].isdigit():
            word = fields[0]
            continue
        for other in fields[1:]:
            if "(" in other and "similar" not in other:
                continue
            other = re.sub(r" \(.*", "", other)
            if word and other.lower() != word and is_mine(word + other, half):
                found.setdefault(word, []).append(other)
    return found


def moby(path):
    lines = (line.strip().split(",") for line in open(path, encoding="latin-1"))
    return {word: [other for other in others if other != word] for word, *others in lines}


ENDINGS = [("s", ""), ("ed", ""), ("d", ""), ("ing", ""), ("ing", "e")]


def look_up(table, word, inflects):
    if word in table:
        return table[word], ""
    if inflects:
        for ending, instead in ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 2 and word[:-len(ending)] + instead in table:
                return table[word[:-len(ending)] + instead], ending
    return None, ""


SMALL = set("the of and to a in is that for on it with as was be said are by at have he has but from this will not an his they we or which more had been their its would can also one were who all about if up".split())


def spin(draw, text, table, share, first, inflects, content=False):
    def instead(match):
        word = match.group()
        if content and (word.lower() in SMALL or len(word) < 4):
            return word
        choices, ending = look_up(table, word.lower(), inflects)
        if not choices or draw.random() >= share:
            return word
        chosen = choices[0] if first else draw.choice(choices)
        if ending and " " not in chosen:
            chosen = chosen.rstrip("e") + ending if ending in ("ed", "ing") else chosen + ending
        return chosen[:1].upper() + chosen[1:] if word[:1].isupper() else chosen
    return re.sub(r"[A-Za-z]+", instead, text)


def scores(binary, texts):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "p.toml").write_text('format = 1\n[[stage]]\nkind = "label-spun"\n[dedup]\nexact = false\n')
        with open(folder / "d.jsonl", "w") as file:
            for number, text in enumerate(texts):
                file.write(json.dumps({"id": str(number), "text": text}) + "\n")
        done = subprocess.run([binary, "run", str(folder / "p.toml"), str(folder / "d.jsonl"), "--output", str(folder / "o"), "--progress", "never"], capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(done.stderr)
        found = [None] * len(texts)
        for shard in sorted((folder / "o/records").glob("*.zst")):
            for line in subprocess.run(["zstd", "-dcq", str(shard)], capture_output=True, check=True).stdout.decode().split("\n"):
                if line:
                    row = json.loads(line)
                    label = row.get("labels") or {}
                    label = json.loads(label) if isinstance(label, str) else label
                    found[int(row["source"]["id"])] = (label.get("spun") or {}).get("score")
        return found


def english(paths):
    texts = []
    for path in paths:
        data = subprocess.run(["zstd", "-dcqf", path], capture_output=True, check=True).stdout.decode("utf-8", "replace")
        for line in data.split("\n"):
            try:
                row = json.loads(line)
            except ValueError:
                continue
            text = row.get("text") if isinstance(row, dict) else None
            if isinstance(text, str) and 700 < len(text) < 20000 and len(re.findall(r"\b(the|of|and|to)\b", text[:1500])) >= 12 and not re.search("[\u00ad\u200b]|Ã|â€|&[a-z]+;|<p>", text):
                texts.append(text)
    return texts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thesauri", required=True)
    parser.add_argument("--sound", nargs="+", required=True)
    parser.add_argument("--moby")
    parser.add_argument("--binary", default="target/fast/copydesk")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--half", default="tune")
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    draw = random.Random(args.seed)
    sound = english(args.sound)
    levels = (0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2)
    of_sound = scores(args.binary, sound)
    labelled = [score for score in of_sound if score is not None]
    print(f"sound {len(labelled)} labelled:", "  ".join(f"at {level}: {sum(score >= level for score in labelled)}" for level in levels))
    for text, score in sorted(zip(sound, of_sound), key=lambda pair: -(pair[1] or 0))[:args.show]:
        print("   ", score, text[:200].replace("\n", " "))
    long = [text for text, score in zip(sound, of_sound) if score is not None]
    chosen = draw.sample(long, min(args.count, len(long)))
    wordnet_half, mythes_half = wordnet(args.thesauri, args.half), mythes(args.thesauri, args.half)
    kinds = [
        ("WordNet, first synonym", wordnet_half, True, False, False), ("WordNet, any synonym", wordnet_half, False, False, False),
        ("WordNet, any synonym, inflected", wordnet_half, False, True, False), ("WordNet, long words alone", wordnet_half, False, True, True),
        ("thesaurus, first synonym", mythes_half, True, False, False), ("thesaurus, any synonym", mythes_half, False, True, False),
        ("thesaurus, long words alone", mythes_half, True, True, True),
    ]
    if args.moby:
        other = moby(args.moby)
        kinds += [("Moby, any synonym", other, False, True, False), ("Moby, long words alone", other, False, True, True)]
    for name, table, first, inflects, content in kinds:
        for share in (1.0, 0.6, 0.35, 0.2):
            found = [score or 0 for score in scores(args.binary, [spin(draw, text, table, share, first, inflects, content) for text in chosen])]
            print(f"{name:32} {share:4}  ", "  ".join(f"{sum(score >= level for score in found) / len(found):.3f}" for level in levels))


if __name__ == "__main__":
    main()
