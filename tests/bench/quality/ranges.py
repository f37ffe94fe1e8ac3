#!/usr/bin/env python3
"""Makes src/text/tokens/ranges.rs again, from the packages whose decisions copydesk reproduces.

    pip install spacy==3.8.18 datatrove==0.10.0 regex nltk
    python tests/bench/quality/ranges.py            # says whether the file is what the packages have
    python tests/bench/quality/ranges.py --write    # writes it

Letters and symbols are those of spaCy's character classes, punctuation is Unicode's category P as Python's `unicodedata`
has it, and what ends a sentence is datatrove's list. Everything in ASCII is left out: the tokenizer has it in code.
"""
import pathlib
import re
import sys
import unicodedata

from datatrove.utils.text import TERMINAL_PUNCTUATION
from spacy.lang import char_classes

FILE = pathlib.Path(__file__).parents[3] / "src/text/tokens/ranges.rs"
CHARACTERS = [code for code in range(0x80, 0x110000) if not 0xD800 <= code < 0xE000]


def matching(characters):
    """The code points in a regular expression's class."""
    pattern = re.compile(f"[{characters}]")
    return {code for code in CHARACTERS if pattern.match(chr(code))}


def ranges(codes):
    """Code points as ranges, both ends included."""
    found = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def main():
    uncased = matching(char_classes._uncased)
    tables = {
        "CASED": matching(char_classes.ALPHA) - uncased,
        "UNCASED": uncased,
        "ICONS": matching(char_classes._other_symbols),
        "PUNCTUATION": {code for code in CHARACTERS if unicodedata.category(chr(code))[0] == "P"},
        "TERMINAL": {ord(mark) for mark in TERMINAL_PUNCTUATION if len(mark) == 1 and ord(mark) >= 0x80},
    }
    was = FILE.read_text()
    now = was
    for name, codes in tables.items():
        rows = "".join(f"    (0x{first:X}, 0x{last:X}),\n" for first, last in ranges(codes))
        declaration = rf"(const {name}: &\[\(u32, u32\)\] = &\[\n)(?:    \(.*\),\n)*(\];)"
        now, times = re.subn(declaration, rf"\g<1>{rows}\g<2>", now)
        if times != 1:
            sys.exit(f"{FILE} does not declare {name}")
    if now == was:
        print(f"{FILE.name} is what the packages have (Unicode {unicodedata.unidata_version} for punctuation)")
    elif "--write" in sys.argv[1:]:
        FILE.write_text(now)
        print(f"{FILE} is written anew")
    else:
        sys.exit(f"{FILE} differs from the packages; --write writes it")


if __name__ == "__main__":
    main()
