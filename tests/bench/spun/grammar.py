#!/usr/bin/env python3
"""Makes tables of `label-spun` again: classes.txt, pairs.txt and the weights in tells.rs.

    grammar.py --packages FOLDER --thesauri FOLDER [--out src/stage/label/label_spun] [--seed 1]

The FOLDERs are those of company.py. What stands beside frequent words says which class a word belongs to (classes.txt). Half of the texts is what
sound texts are like, the other half is spun (pairs.txt): each class and each pair of classes weighs as much as it is more frequent where
a spinner put a word. A telling word weighs as much as it is more frequent among what a spinner of tells.rs puts where it does not fit
than it is, not fitting, in sound texts. Needs numpy.
"""
import argparse, collections, hashlib, math, random, re
from pathlib import Path

import numpy as np

import spinners
from texts import replace, sound_texts

FUNCTION_WORDS, LISTED, CLUSTERS = 48, 4950, 48
# A word of a class is met in so many sources: what one of them is about is in none.
SOURCES = 8
# The classes by shape, in the order of words.rs.
SHAPES = "name possessive hyphened ly ing ed noun adjective s unknown number end comma break first".split()
ENDINGS = [
    ("ing", "ing"), ("ed", "ed"), ("ly", "ly"), ("noun", "ity cy logy tion sion ment ist ness ism dom ance ence ure age ship er or"),
    ("adjective", "al ful ive able ible ous less ic ary ish ent ant"),
]
TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,:%/]*|[.!?…\n]|,|[;:()\[\]–—]")
# A character is a logarithm in tenths.
ZERO, LEAST, MOST = ord("O"), ord("!"), ord("}")
# A pair that was met this often weighs half of what it says.
ENOUGH = 40
# Each word is believed this much less, as texts of the web are odder than those of packages.
DOUBT = 0.3
# From here on a telling word does not fit, as in reading.rs, in tenths; what was not met in sound texts was met this often; and the most.
MISFIT, UNMET, MOST_OF_A_TELL = 5, 2.5, 80


def shape(word):
    if "-" in word:
        return "hyphened"
    for name, ends in ENDINGS:
        if word.endswith(tuple(ends.split())):
            return name
    return "s" if word.endswith("s") and not word.endswith("ss") else "unknown"


def tokens(text):
    """Words in lower case, each with whether its capital makes a name of it; marks by their names."""
    opening = True
    for match in TOKEN.finditer(text[:9000]):
        token = match.group()
        if token[0].isalpha():
            yield match.start(), token.lower().replace("’", "'"), "small" if token[0].islower() else "opening" if opening else "name"
            opening = False
        elif token[0].isdigit():
            yield match.start(), "number", "mark"
            opening = False
        elif token[0] in ".!?…\n":
            if not opening:
                yield match.start(), "end", "mark"
            opening = True
        else:
            yield match.start(), "comma" if token == "," else "break", "mark"


class Classes:
    def __init__(self, lines):
        self.lines = lines
        self.of = {word: number for number, line in enumerate(lines) for word in line}
        self.by_shape = {name: len(lines) + number for number, name in enumerate(SHAPES)}
        self.count = len(lines) + len(SHAPES)

    def look_up(self, word, kind):
        if kind == "mark":
            return self.by_shape[word]
        if (kind != "name" or word == "i") and word in self.of:
            return self.of[word]
        if word.endswith("'s"):
            return self.by_shape["possessive"]
        return self.by_shape[{"name": "name", "opening": "first"}.get(kind) or shape(word)]

    def read(self, text):
        """Where each token begins, its word and its class, between two ends of sentences."""
        end = (0, "", self.by_shape["end"])
        return [end] + [(at, word, self.look_up(word, kind)) for at, word, kind in tokens(text)] + [end]


def words_by_frequency(sources):
    counts, met = collections.Counter(), collections.Counter()
    for texts in sources:
        of_source = collections.Counter(word for text in texts for _, word, kind in tokens(text) if kind == "small" and word.isascii() and len(word) <= 16 and "-" not in word)
        counts.update(of_source)
        met.update(of_source.keys())
    return [word for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if met[word] >= SOURCES]


def clusters(texts, function_words, words, seed):
    """Sorts words into classes by what stands right before and after them."""
    beside = {word: number for number, word in enumerate(function_words + words[:450])}
    place = {word: number for number, word in enumerate(words)}
    width = len(beside) + 5
    counts = np.zeros((len(words), 2 * width), dtype=np.float32)
    marks = {"number": 1, "end": 2, "comma": 3, "break": 4}
    column = lambda word, kind: len(beside) + marks[word] if kind == "mark" else len(beside) if kind == "name" else beside.get(word)
    for text in texts:
        found = [(word, kind) for _, word, kind in tokens(text)]
        for before, here, after in zip([("end", "mark")] + found, found, found[1:] + [("end", "mark")]):
            row = place.get(here[0]) if here[1] == "small" else None
            if row is None:
                continue
            left, right = column(*before), column(*after)
            if left is not None:
                counts[row, left] += 1
            if right is not None:
                counts[row, width + right] += 1
    sides = []
    for side in (counts[:, :width], counts[:, width:]):
        share = (side + 8 * side.sum(0) / side.sum()) / (side.sum(1, keepdims=True) + 8)
        sides.append(np.sqrt(share))
    vectors = np.concatenate(sides, axis=1)
    vectors -= vectors.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    draw = np.random.default_rng(seed)
    centres = vectors[:600][draw.choice(600, CLUSTERS, replace=False)]
    for _ in range(40):
        nearest = (vectors @ centres.T).argmax(1)
        for number in range(CLUSTERS):
            mine = vectors[nearest == number]
            if len(mine):
                centre = mine.sum(0)
                centres[number] = centre / (np.linalg.norm(centre) + 1e-9)
    return [sorted(word for word, found in zip(words, nearest) if found == number) for number in range(CLUSTERS)]


def letters(weights):
    return "".join(chr(min(MOST, max(LEAST, ZERO + round(10 * weight)))) for weight in weights)


def spun_with(draw, texts, kinds):
    for number, text in enumerate(texts):
        table, *how = kinds[number % len(kinds)]
        yield replace(draw, text, table, draw.choice((0.2, 0.35, 0.6, 1.0)), *how)


TELL = re.compile(r'tell\("([^"]+)", "([^"]+)", \d+, (\w+)\)')


def telling_words(path):
    """What the spinners of tells.rs put in the place of a word."""
    table = collections.defaultdict(list)
    for word, original, _ in TELL.findall(path.read_text()):
        table[original].append(word)
    return table


def weigh_tells(path, draw, classes, right, left, sound, to_spin):
    table = telling_words(path)
    known = {word for words in table.values() for word in words}

    def misfits(texts):
        counts, words = collections.Counter(), 0
        for text, new in texts:
            read = classes.read(text)
            words += len(read) if new is None else len(new)
            for (_, _, before), (at, word, here), (_, _, after) in zip(read, read[1:], read[2:]):
                if word in known and (new is None or at in new):
                    counts[word] += round(10 * (right[before, here] + left[here, after])) >= MISFIT
        return counts, words

    in_spun, spun_words = misfits(spun_with(draw, to_spin, [(table, False, False, False)]))
    in_sound, sound_words = misfits((text, None) for text in sound)
    weight = {
        word: min(MOST_OF_A_TELL, max(0, round(10 * math.log((in_spun[word] + 1) / spun_words * sound_words / (in_sound[word] + UNMET)))))
        for word in known
    }
    path.write_text(TELL.sub(lambda match: f'tell("{match[1]}", "{match[2]}", {weight[match[1]]}, {match[3]})', path.read_text()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--thesauri", required=True)
    parser.add_argument("--out", type=Path, default=Path("src/stage/label/label_spun"))
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    draw = random.Random(args.seed)
    sources, parts = [], [[], []]
    for texts, most in sound_texts(args.packages):
        sources.append(draw.sample(texts, min(most * 10, len(texts))))
        for text in sources[-1]:
            parts[int(hashlib.md5(text[:400].encode()).hexdigest(), 16) % 2].append(text)
    everything = parts[0] + parts[1]
    # Which words have a class of their own is kept, as missing.rs names their places.
    function_words = (args.out / "classes.txt").read_text().split("\n")[:FUNCTION_WORDS]
    listed = [word for word in words_by_frequency(sources) if word not in function_words][:LISTED]
    grouped = clusters(everything, function_words, listed, args.seed)
    classes = Classes([[word] for word in function_words] + grouped)
    n = classes.count
    print("texts:", len(everything), " classes:", n, " smallest and largest class:", min(map(len, grouped)), max(map(len, grouped)))

    alone, pairs = np.zeros(n), np.zeros((n, n))
    for text in parts[0]:
        read = [found for *_, found in classes.read(text)[1:]]
        np.add.at(alone, read[:-1], 1)
        np.add.at(pairs, (read[:-1], read[1:]), 1)
    new_alone, new_right, new_left = np.zeros(n), np.zeros((n, n)), np.zeros((n, n))
    wordnet, mythes = spinners.wordnet(args.thesauri, "tune"), spinners.mythes(args.thesauri, "tune")
    kinds = [
        (wordnet, True, False, False), (wordnet, False, False, False), (wordnet, False, True, False), (wordnet, False, True, True),
        (mythes, True, False, False), (mythes, False, True, False), (mythes, True, True, True), (telling_words(args.out / "tells.rs"), False, False, False),
    ]
    for spun, new in spun_with(draw, parts[1], kinds):
        read = classes.read(spun)
        for (_, _, before), (at, _, here), (_, _, after) in zip(read, read[1:], read[2:]):
            if at in new:
                new_alone[here] += 1
                new_right[before, here] += 1
                new_left[here, after] += 1
    single = np.log((new_alone + 5) / (new_alone.sum() + 5 * n)) - np.log((alone + 5) / (alone.sum() + 5 * n)) - DOUBT
    share = (alone + 1) / (alone.sum() + n)
    before_sound = (pairs + 5 * share[:, None]) / (pairs.sum(0) + 5)[None, :]
    after_sound = (pairs + 5 * share[None, :]) / (pairs.sum(1) + 5)[:, None]
    before_new = (new_right + ENOUGH * before_sound) / (new_right.sum(0) + ENOUGH)[None, :]
    after_new = (new_left + ENOUGH * after_sound) / (new_left.sum(1) + ENOUGH)[:, None]
    right, left = np.log(before_new / before_sound), np.log(after_new / after_sound)
    (args.out / "classes.txt").write_text("".join(" ".join(line) + "\n" for line in classes.lines))
    (args.out / "pairs.txt").write_text("".join(letters(row) + "\n" for row in [single, *right, *left]))
    weigh_tells(args.out / "tells.rs", draw, classes, right, left, parts[0], parts[1][:4000])


if __name__ == "__main__":
    main()
