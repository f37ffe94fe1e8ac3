#!/usr/bin/env python3
"""Damages clean texts in more ways than text is met in, and scores what `repair-encoding` gives back.

    damage.py --binary target/fast/copydesk [--seed 1] [--count 200] [--kind PART] [--short] [--peer] [--show 5] TEXTS.jsonl ...

TEXTS holds clean texts, a JSON object with a `text` a line. For each kind of damage, `--count` texts are drawn that it changes,
whole lines or, with `--short`, one to four words of them. `sound …` are texts that are not damaged and have to stay.
--peer scores Python's ftfy (pip install ftfy) on the same.
"""
import argparse, html, json, pathlib, quopri, random, re, subprocess, sys, tempfile, unicodedata, urllib.parse

READ_AS = """cp1252 latin-1 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 iso8859-2 iso8859-3 iso8859-4 iso8859-5
 iso8859-7 iso8859-9 iso8859-10 iso8859-13 iso8859-15 iso8859-16 koi8-r koi8-u mac_roman mac_cyrillic mac_latin2 mac_turkish mac_greek cp437
 cp850 cp852 cp866 gbk big5 shift_jis euc_kr""".split()
ONE_BYTE = "cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 iso8859-2 iso8859-5 iso8859-7 iso8859-9 koi8-r cp866 cp874 mac_roman cp437 cp850".split()
WIDE = "shift_jis euc_jp euc_kr gbk big5".split()


def read(data, page):
    """Bytes read as a page; those that it lacks become the control characters of the same number, as browsers do."""
    out, at = [], 0
    while at < len(data):
        for size in (1, 2):
            try:
                out.append(data[at:at + size].decode(page)); at += size
                break
            except UnicodeDecodeError:
                pass
        else:
            out.append(chr(data[at]) if page not in WIDE else "\ufffd"); at += 1
    return "".join(out)


def misread(text, page="cp1252"):
    return read(text.encode("utf-8"), page)


def swapped(text, written, page):
    try:
        return read(text.encode(written), page)
    except UnicodeEncodeError:
        return None


def marks(text, change):
    """Only what is no letter and not ASCII is damaged."""
    return "".join(change(c) if ord(c) > 127 and not c.isalnum() and not unicodedata.combining(c) else c for c in text)


def one_word(rng, text):
    words = text.split(" ")
    odd = [i for i, word in enumerate(words) if not word.isascii()]
    if not odd:
        return None
    at = rng.choice(odd)
    words[at] = misread(words[at])
    return " ".join(words)


def utf7(text):
    return re.sub("[^\\x00-\\x7f]+", lambda m: m[0].encode("utf-7").decode(), text)


def octets(text, form):
    return "".join(c if ord(c) < 128 else "".join(form % b for b in c.encode()) for c in text)


def units(text, form):
    pairs = lambda c: [int.from_bytes(c.encode("utf-16-be")[i:i + 2], "big") for i in range(0, len(c.encode("utf-16-be")), 2)]
    return "".join(c if ord(c) < 128 else "".join(form % u for u in pairs(c)) for c in text)


def cesu(text):
    data = b"".join(c.encode("utf-8") if ord(c) < 0x10000 else c.encode("utf-16-be").decode("utf-16-be", "surrogatepass").encode("utf-8")
                    if False else b"".join(chr(int.from_bytes(c.encode("utf-16-be")[i:i + 2], "big")).encode("utf-8", "surrogatepass") for i in (0, 2)) for c in text)
    return read(data, "cp1252")


def layers(*pages):
    def apply(rng, text):
        for page in pages:
            text = misread(text, page)
        return text
    return apply


def lost(form):
    return lambda rng, text: "".join(form if 0x80 <= ord(c) < 0xa0 else c for c in misread(text))


def kinds():
    for page in READ_AS:
        yield f"UTF-8 as {page}", lambda rng, text, page=page: misread(text, page)
    for pages in (["cp1252"] * 2, ["cp1252"] * 3, ["cp1250"] * 2, ["cp1251"] * 2, ["mac_roman"] * 2, ["cp1252", "cp1251"], ["cp1251", "cp1252"],
                  ["latin-1", "cp1252"], ["cp1254", "cp1252"], ["cp437"] * 2):
        yield "layers " + " ".join(pages), layers(*pages)
    yield "marks alone, cp1252", lambda rng, text: marks(text, misread)
    yield "marks alone, latin-1", lambda rng, text: marks(text, lambda c: misread(c, "latin-1"))
    yield "marks alone, cp1251", lambda rng, text: marks(text, lambda c: misread(c, "cp1251"))
    yield "marks alone, mac_roman", lambda rng, text: marks(text, lambda c: misread(c, "mac_roman"))
    yield "marks alone, cp437", lambda rng, text: marks(text, lambda c: misread(c, "cp437"))
    yield "one word, cp1252", one_word
    yield "letters alone, cp1252", lambda rng, text: "".join(misread(c) if ord(c) > 127 and c.isalpha() else c for c in text)
    yield "capitals before, cp1252", lambda rng, text: (misread(text.upper()), text.upper())
    yield "small letters after, cp1252", lambda rng, text: (misread(text.lower()).lower(), text.lower())
    yield "lost: ?", lost("?")
    yield "lost: U+FFFD", lost("\ufffd")
    yield "lost: nothing", lost("")
    yield "lost: space for A0", lambda rng, text: misread(text).replace("\xa0", " ")
    yield "lost: no A0 at all", lambda rng, text: misread(text).replace("\xa0", "")
    yield "lost: no soft hyphen", lambda rng, text: misread(text).replace("\xad", "")
    yield "lost: spaces squeezed", lambda rng, text: re.sub("[ \xa0]+", " ", misread(text))
    yield "lost: cut within a character", lambda rng, text: (misread(text[:-1] + text[-1:])[:-1], text[:-1]) if text[-1:] > "\x7f" else None
    yield "mixed with sound text", lambda rng, text: (misread(text) + " – " + text, text + " – " + text)
    yield "entities: names", lambda rng, text: "".join(f"&{html.entities.codepoint2name[ord(c)]};" if ord(c) in html.entities.codepoint2name and ord(c) > 127 else c for c in text)
    yield "entities: names, twice", lambda rng, text: "".join(f"&amp;{html.entities.codepoint2name[ord(c)]};" if ord(c) in html.entities.codepoint2name and ord(c) > 127 else c for c in text)
    yield "entities: numbers", lambda rng, text: "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in text)
    yield "entities: hexadecimal", lambda rng, text: "".join(f"&#x{ord(c):X};" if ord(c) > 127 else c for c in text)
    yield "entities over cp1252", lambda rng, text: "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in misread(text))
    yield "entities: names over cp1252", lambda rng, text: "".join(f"&{html.entities.codepoint2name[ord(c)]};" if ord(c) in html.entities.codepoint2name and ord(c) > 127 else c for c in misread(text))
    yield "escapes: \\u", lambda rng, text: units(text, "\\u%04x")
    yield "escapes: \\x of UTF-8", lambda rng, text: octets(text, "\\x%02x")
    yield "escapes: octal", lambda rng, text: octets(text, "\\%03o")
    yield "escapes: percent", lambda rng, text: octets(text, "%%%02X")
    yield "escapes: quoted-printable", lambda rng, text: octets(text.replace("=", "=3D"), "=%02X")
    yield "escapes: <U+>", lambda rng, text: "".join(c if ord(c) < 128 else f"<U+{ord(c):04X}>" for c in text)
    yield "escapes: UTF-7", lambda rng, text: utf7(text)
    yield "CESU-8 as cp1252", lambda rng, text: cesu(text + " 😀") and (cesu(text + " 😀"), text + " 😀")
    yield "controls for signs", lambda rng, text: swapped(text, "cp1252", "latin-1")
    for written in ONE_BYTE + WIDE:
        yield f"{written} as cp1252", lambda rng, text, written=written: swapped(text, written, "cp1252")
    for written, page in (("koi8-r", "cp1251"), ("cp1251", "koi8-r"), ("cp866", "cp1251"), ("cp1251", "cp866"), ("iso8859-5", "cp1251"), ("iso8859-2", "cp1250"), ("cp1250", "iso8859-2")):
        yield f"{written} as {page}", lambda rng, text, written=written, page=page: swapped(text, written, page)
    yield "sound", None
    yield "sound, capitals", str.upper
    yield "sound, small letters", str.lower
    yield "sound, first letters", str.title
    yield "sound, signs after words", lambda text: re.sub("(?<=\\w)(?= |$)", lambda m: SIGNS.choice("™®©’”…»–—°²‘“„¿!¡´¨§"), text)
    yield "sound, no-break spaces", lambda text: text.replace(" ", "\xa0")


SIGNS = random.Random(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="target/fast/copydesk"); parser.add_argument("--seed", type=int, default=1); parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--kind", default=""); parser.add_argument("--short", action="store_true"); parser.add_argument("--peer", action="store_true")
    parser.add_argument("--show", type=int, default=0); parser.add_argument("texts", nargs="+")
    options = parser.parse_args()
    pool = [json.loads(line)["text"] for path in options.texts for line in open(path, encoding="utf-8")]
    # Texts that are damaged as they stand are no clean texts.
    pool = [text for text in pool if text.strip() and not re.search("[\x80-\x9f\ufffd&<]", text)]
    SIGNS.seed(options.seed)
    cases = []
    for name, damage in kinds():
        if options.kind not in name:
            continue
        rng = random.Random(f"{options.seed} {name}")
        found = 0
        for _ in range(options.count * 60):
            text = rng.choice(pool)
            if options.short:
                words = text.split(" ")
                at = rng.randrange(len(words))
                text = " ".join(words[at:at + rng.choice([1, 1, 2, 3, 4])])
            text = text.strip()[:800].strip()
            if name.startswith("sound"):
                bad = good = damage(text) if damage else text
                if not text:
                    continue
            else:
                result = damage(rng, text)
                bad, good = result if isinstance(result, tuple) else (result, text)
                if not bad or bad == good:
                    continue
            cases.append((name, bad, good)); found += 1
            if found == options.count:
                break
    if options.peer:
        import ftfy
        got = [ftfy.fix_text(bad, normalization=None, uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False, unescape_html=True) for _, bad, _ in cases]
    else:
        with tempfile.TemporaryDirectory(prefix="damage-") as folder:
            folder = pathlib.Path(folder)
            (folder / "p.toml").write_text('format = 1\n[[stage]]\nkind = "repair-encoding"\n')
            (folder / "in.jsonl").write_text("".join(json.dumps({"id": str(i), "title" if options.short else "text": bad, **({"text": "a"} if options.short else {})}) + "\n" for i, (_, bad, _) in enumerate(cases)))
            subprocess.run([options.binary, "run", folder / "p.toml", folder / "in.jsonl", "--output", folder / "out", "--progress", "never"], check=True, stdout=subprocess.DEVNULL)
            got = [""] * len(cases)
            for shard in (folder / "out/records").glob("*.zst"):
                for line in subprocess.run(["zstd", "-dc", shard], capture_output=True, check=True).stdout.decode().split("\n"):
                    if line:
                        record = json.loads(line)
                        got[int(record["source"]["id"])] = record.get("title" if options.short else "text") or ""
    rows, shown = {}, {}
    for (name, bad, good), now in zip(cases, got):
        row = rows.setdefault(name, [0, 0, 0])
        same = lambda one, other: re.sub("\\s+", " ", one).strip() == re.sub("\\s+", " ", other).strip()
        row[0 if same(now, good) else 1 if same(now, bad) else 2] += 1
        if not same(now, good) and shown.setdefault(name, 0) < options.show:
            shown[name] += 1
            at = next((i for i, (a, b) in enumerate(zip(now, good)) if a != b), min(len(now), len(good)))
            print(f"{name}\n  bad  {bad[:100]!r}\n  got  {now[max(0, at - 20):at + 30]!r}\n  good {good[max(0, at - 20):at + 30]!r}")
    for name, row in rows.items():
        n = sum(row)
        print(f"{name:34} {n:5}  right {row[0] / n:.3f}  left {row[1] / n:.3f}  changed into something else {row[2] / n:.3f}")


if __name__ == "__main__":
    main()
