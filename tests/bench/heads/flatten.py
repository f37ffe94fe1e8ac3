#!/usr/bin/env python3
"""Makes flattened records: texts that open with a headline, as scrapers write them, and texts that do not.

    flatten.py PAGES... --texts DUMPS... --out FOLDER [--seed 1] [--count 4000]

PAGES are folders with SET.jsonl.zst (pages) and SET.gold.jsonl (title, text, authors, published, description), DUMPS are dumps with
`title` and `text`.  Two dumps and their gold come out of it, each in two halves, by the first hex digit of MD5(site) (0 to 7: tune):

    HALF-pages   the lines of a page from its headline to the first paragraph of its body, above the body: real heads
    HALF-made    a headline, the name of a site, and a head drawn from what newsrooms print, in the body's language, above a body
    HALF-bare    bodies alone
    HALF-inner   pages' bodies from one of their own headings on

A gold line has `title` and `starts`, beginnings of which the text must have one.  Needs lxml and zstandard.
"""
import argparse, hashlib, io, json, random, re, unicodedata
from pathlib import Path

import lxml.html, zstandard

SEAMS = [" - ", " – ", " — ", " | ", " :: ", " · ", " » "]
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}
DATES = {
    "en": ["{m} {d}, {y}", "{d} {m} {y}", "{m} {d}, {y}, {h}:{n:02} a.m. ET", "Published {m} {d}, {y}", "Published {d} {m} {y} {h:02}:{n:02} GMT", "Updated {m} {d}, {y} at {h}:{n:02} PM"],
    "de": ["{d}. {m} {y}", "{d:02}.{o:02}.{y}, {h:02}:{n:02} Uhr", "Stand: {d:02}.{o:02}.{y}, {h:02}:{n:02} Uhr", "Veröffentlicht am {d}. {m} {y}"],
    "fr": ["{d} {m} {y}", "Publié le {d} {m} {y} à {h:02}h{n:02}", "Le {d} {m} {y}"],
    "es": ["{d} de {m} de {y}", "Publicado el {d} de {m} de {y}", "{d:02}/{o:02}/{y} {h:02}:{n:02}"],
    "it": ["{d} {m} {y}", "{d} {m} {y} alle {h:02}:{n:02}", "Pubblicato il {d} {m} {y}"],
    "pl": ["{d} {m} {y}", "{d} {m} {y}, {h:02}:{n:02}", "Opublikowano: {d} {m} {y}"],
    "ru": ["{d} {m} {y}", "{h:02}:{n:02}, {d} {m} {y}", "Опубликовано {d} {m} {y}"],
    "ar": ["{d} {m} {y}", "نشر في: {d} {m} {y} - {h:02}:{n:02}"],
}
AGES = {
    "en": ["{k} hours ago", "{k} days ago", "1 year ago {k}", "Published {k} hours ago", "{k} minutes ago", "{k} min read"],
    "de": ["vor {k} Stunden", "vor {k} Tagen"], "fr": ["il y a {k} heures"], "es": ["hace {k} horas"], "it": ["{k} ore fa"],
    "pl": ["{k} godzin temu"], "ru": ["{k} часов назад"], "ar": ["منذ {k} ساعات"],
}
BY = {"en": "By", "de": "Von", "fr": "Par", "es": "Por", "it": "di", "pl": "Autor:", "ru": "Автор:", "ar": "كتب:"}
CREDIT = {"en": "Photo:", "de": "Foto:", "fr": "Photo :", "es": "Foto:", "it": "Foto:", "pl": "Fot.", "ru": "Фото:", "ar": "تصوير:"}
SECTIONS = {
    "en": "World,Politics,U.S. News,Business,Opinion,Science,Health,Technology,Middle East,Sports,Local News,Entertainment,Money,Crime,Asia Pacific,News",
    "de": "Politik,Wirtschaft,Panorama,Sport,Kultur,Ausland,Wissen,Meinung,Lokales", "fr": "Politique,Monde,Économie,Société,Sport,Culture,Sciences",
    "es": "Internacional,Economía,Deportes,Cultura,Sociedad,España,Política", "it": "Cronaca,Politica,Esteri,Economia,Sport",
    "pl": "Polska,Świat,Sport,Gospodarka,Kultura", "ru": "Политика,В мире,Экономика,Общество,Спорт", "ar": "محليات,اقتصاد,رياضة,العالم,ثقافة",
}
NAMES = {
    "en": "Sarah Whitcombe,Daniel Okafor,Maria L. Torres,James Pennington,Aisha Rahman,Peter Van Dyke,Liz Carmody,Tom O'Rourke,Michael D. Reyes,Hannah Goldfarb,Kevin Liang,Rebecca St. Clair",
    "de": "Anna Lindner,Jens Krüger,Sabine Vogt,Matthias Brandl", "fr": "Claire Lemoine,Julien Mercier,Sophie Girard", "es": "Lucía Herrero,Javier Ortega,Marta Salinas",
    "it": "Giulia Ferri,Marco Bellini,Elena Conti", "pl": "Anna Kowal,Piotr Zieliński,Marta Lis", "ru": "Анна Петрова,Иван Соколов", "ar": "محمد السعيد,هند مراد,سامي العلي",
}
PLACES = {
    "en": "WASHINGTON,LONDON,NEW YORK,TOKYO,SYDNEY,JERUSALEM,BRUSSELS,CHICAGO", "de": "BERLIN,HAMBURG,WIEN,MÜNCHEN", "fr": "PARIS,LYON,BRUXELLES",
    "es": "MADRID,BUENOS AIRES,BOGOTÁ", "it": "ROMA,MILANO", "pl": "WARSZAWA", "ru": "МОСКВА,КИЕВ", "ar": "الرياض,القاهرة,دبي",
}
AGENCY = {"en": "Reuters,AP,AFP", "de": "dpa,AFP,Reuters", "fr": "AFP", "es": "EFE,Reuters", "it": "ANSA", "pl": "PAP", "ru": "ТАСС", "ar": "واس,رويترز"}


def half_of(site):
    return "tune" if int(hashlib.md5(site.encode()).hexdigest()[0], 16) < 8 else "held"


def rows(path):
    with open(path, "rb") as file:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8", errors="replace"):
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict):
                yield row


def fold(text):
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if c.isalnum())


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


BLOCKS = set("p div h1 h2 h3 h4 h5 h6 li ul ol section article header footer nav figure figcaption aside main table tr td th form blockquote pre br hr time address dl dt dd body button label".split())


def page_lines(html):
    """What a reader sees, a line a block."""
    try:
        tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except Exception:
        return "", []
    out, line = [], []

    def flush():
        text = squeeze("".join(line))
        if text:
            out.append(text)
        line.clear()

    def walk(node):
        if not isinstance(node.tag, str) or node.tag in ("script", "style", "noscript", "template", "svg", "head", "iframe", "select"):
            if node.tail:
                line.append(node.tail)
            return
        if node.get("hidden") is not None or "display:none" in (node.get("style") or "").replace(" ", ""):
            if node.tail:
                line.append(node.tail)
            return
        is_block = node.tag in BLOCKS
        if is_block:
            flush()
        if node.text:
            line.append(node.text)
        for child in node:
            walk(child)
        if is_block:
            flush()
        if node.tail:
            line.append(node.tail)

    try:
        walk(tree)
    except RecursionError:
        return "", []
    flush()
    title = tree.findtext(".//title")
    return squeeze(title or ""), out


def site_around(page_title, title):
    """`(before, after)` of the headline in the page's title, such as `("", " | The Courier")`."""
    at = page_title.lower().find(title.lower())
    if at < 0:
        return None
    return page_title[:at], page_title[at + len(title):]


def language_of(row):
    text = row["text"][:2000]
    for language, pattern in (("ar", "[\u0600-\u06ff]"), ("ru", "[а-я]")):
        if len(re.findall(pattern, text)) > len(text) / 4:
            return language
    if re.search("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]", text):
        return None
    words = re.findall(r"[^\W\d]+", text.lower())
    small = {"en": "the of and to", "de": "der die und das", "fr": "les des et une", "es": "los que las una", "it": "che della il per", "pl": "się nie na że"}
    counts = {language: sum(words.count(word) for word in listed.split()) for language, listed in small.items()}
    best = max(counts, key=counts.get)
    return best if counts[best] >= 8 else None


def starts_of(paragraphs):
    """A standfirst may have gone to `description`, so the text begins with one of the first two paragraphs."""
    return [squeeze(p)[:60] for p in paragraphs[:2] if len(squeeze(p)) >= 20]


def real_heads(pages):
    """Heads as they stand on the pages."""
    for folder in pages:
        for gold_path in sorted(Path(folder).glob("*.gold.jsonl")):
            gold = {row["id"]: row for row in map(json.loads, open(gold_path))}
            for page in rows(str(gold_path).replace(".gold.jsonl", ".jsonl.zst")):
                label = gold.get(page["id"], {})
                title, text = label.get("title"), label.get("text")
                if not title or not text or len(text) < 600:
                    continue
                page_title, lines = page_lines(page["html"])
                paragraphs = [squeeze(p) for p in text.split("\n") if p.strip()]
                folded = [fold(line) for line in lines]
                first = next((fold(p)[:40] for p in paragraphs if len(fold(p)) >= 40), None)
                body = next((at for at, line in enumerate(folded) if first and line.startswith(first)), None)
                tops = [at for at, line in enumerate(folded[:body]) if line == fold(title)]
                around = site_around(page_title, squeeze(title))
                site = page["id"].split("~")[0]
                yield {"site": site, "url": page["url"], "title": squeeze(title), "paragraphs": paragraphs, "around": around, "crawled": page.get("crawled_at"),
                       "above": lines[max(tops[-1] - 2, 0):tops[-1]] if tops else None, "head": lines[tops[-1] + 1:body] if tops else None, "label": label}


def record(number, kind, draw, site, url, title, lines, paragraphs, crawled, gaps=None):
    gap = draw.choice(["\n\n", "\n\n", "\n"]) if gaps is None else gaps
    body = draw.choice(["\n\n", gap]).join(paragraphs)
    row = {"id": f"{kind}-{number}", "text": gap.join(lines + [body])}
    if url and draw.random() < 0.25:
        row["url"] = url
    if crawled:
        row["crawled_at"] = crawled
    gold = {"id": row["id"], "title": title, "starts": starts_of(paragraphs), "site": site, "lines": lines}
    return row, gold


def made_head(draw, language, title, sites):
    """The lines above a body, and what opens the body."""
    pick = lambda table: draw.choice(table[language].split(",") if isinstance(table[language], str) else table[language])
    before, after, name = draw.choice(sites)
    lines, kind = [], []
    chance = draw.random
    if chance() < 0.12:
        lines.append(pick(SECTIONS)); kind.append("section")
    elif chance() < 0.06:
        lines.append(name); kind.append("site")
    shape = chance()
    if shape < 0.40:
        lines.append(title + draw.choice(SEAMS) + name); kind.append("seam")
    elif shape < 0.55:
        lines.append(before + title + after); kind.append("own")
    elif shape < 0.63:
        lines.append(title + draw.choice(SEAMS[:4]) + pick(SECTIONS) + draw.choice(SEAMS[:4]) + name); kind.append("section+site")
    elif shape < 0.68:
        lines.append(name + draw.choice([": ", " | ", " - "]) + title); kind.append("first")
    else:
        lines.append(title); kind.append("plain")
    if chance() < 0.08:
        lines.append(title); kind.append("twice")
    day = dict(m=draw.choice(MONTHS[language].split()), d=draw.randint(1, 28), y=draw.randint(2015, 2024), h=draw.randint(1, 12), n=draw.randint(0, 59), o=draw.randint(1, 12))
    if chance() < 0.25:
        lines.append(pick(AGES).format(k=draw.randint(2, 22))); kind.append("age")
    parts = []
    if chance() < 0.5:
        names = draw.sample(NAMES[language].split(","), draw.choice([1, 1, 2]) if len(NAMES[language].split(",")) > 1 else 1)
        joined = draw.choice([" and ", ", "]).join(names) if language == "en" else ", ".join(names)
        form = chance()
        parts.append(("byline", [f"{BY[language]} {joined}"] if form < 0.6 else [joined] if form < 0.8 else ["".join(names)] if len(names) > 1 else [names[0]]))
    if chance() < 0.5:
        parts.append(("date", [pick(DATES).format(**day)]))
    if chance() < 0.2:
        parts.append(("caption", [f"{draw.choice(STANDFIRSTS[language])[:-1]}. {CREDIT[language]} {draw.choice(NAMES[language].split(','))}/{pick(AGENCY)}"]))
    if chance() < 0.5:
        draw.shuffle(parts)
    # A standfirst cannot be told from the first paragraph without a byline or a date below it.
    if chance() < 0.35 and any(name in ("byline", "date") for name, _ in parts):
        parts.insert(0, ("standfirst", [draw.choice(STANDFIRSTS[language])]))
    for part, rows_of in parts:
        lines += rows_of; kind.append(part)
    opening = ""
    if chance() < 0.3:
        place, agency = pick(PLACES), pick(AGENCY)
        opening = draw.choice([f"{place} — ", f"{place} ({agency}) - ", f"{place}, {day['d']} {day['m'][:3]} ({agency}) - " if language in ("en", "es") else f"{place} ({agency}) – "])
        kind.append("dateline")
    return lines, opening, kind


STANDFIRSTS = {
    "en": ["The council says the repairs will take at least until spring, and the money is not there yet.", "Officials had promised a decision months ago, but nobody could agree on the price.", "What began as a quarrel between two neighbors has become a question for the courts."],
    "de": ["Der Rat will bis zum Frühjahr entscheiden, doch das Geld für die Arbeiten fehlt noch immer.", "Was als Streit unter Nachbarn begann, beschäftigt nun die Gerichte im ganzen Land."],
    "fr": ["Le conseil municipal promet une décision avant le printemps, mais l’argent manque toujours.", "Ce qui n’était qu’une querelle de voisins occupe désormais les tribunaux."],
    "es": ["El ayuntamiento promete una decisión antes de la primavera, pero todavía falta el dinero.", "Lo que empezó como una disputa entre vecinos ha llegado a los tribunales."],
    "it": ["Il consiglio promette una decisione entro la primavera, ma i soldi ancora mancano.", "Quella che era una lite tra vicini è arrivata davanti ai giudici."],
    "pl": ["Rada obiecuje decyzję przed wiosną, ale na remont wciąż brakuje pieniędzy.", "Spór między sąsiadami trafił przed sąd i dzieli całe miasteczko."],
    "ru": ["Совет обещает принять решение до весны, но денег на ремонт по-прежнему нет.", "Спор двух соседей дошёл до суда и разделил весь город."],
    "ar": ["وعد المجلس البلدي باتخاذ قرار قبل الربيع لكن المال اللازم للإصلاح لا يزال غائبا.", "ما بدأ خلافا بين جارين وصل إلى المحاكم وقسم المدينة بأكملها."],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--texts", nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--count", type=int, default=4000)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    draw = random.Random(args.seed)
    heads = list(real_heads(args.pages))
    files = {}

    def write(name, row, gold):
        for suffix, value in ((".jsonl", row), (".gold.jsonl", gold)):
            if name + suffix not in files:
                files[name + suffix] = open(args.out / (name + suffix), "w")
            files[name + suffix].write(json.dumps(value, ensure_ascii=False) + "\n")

    for number, head in enumerate(heads):
        half = half_of(head["site"])
        around = head["around"] or ("", "")
        forms = {"title": [around[0] + head["title"] + around[1]]}
        # More lines than these are a page's menus, not an article's head.
        if head["head"] is not None and len(head["head"]) <= 8:
            top = [line for line in head["above"] if len(line) < 40 and draw.random() < 0.5]
            forms["head"] = top + [head["title"]] + head["head"]
            forms["title+head"] = forms["title"] + head["head"]
            forms["title+h1+head"] = forms["title"] + forms["head"]
        for form, lines in forms.items():
            row, gold = record(f"{number}-{form}", "page", draw, head["site"], head["url"], head["title"], lines, head["paragraphs"], head["crawled"])
            gold["kind"] = [form]
            write(half + "-pages", row, gold)
        row, gold = record(number, "bare", draw, head["site"], head["url"], "", [], head["paragraphs"], head["crawled"])
        write(half + "-bare", row, gold)
        inner = [at for at, line in enumerate(head["paragraphs"][1:-1], 1) if 8 < len(line) < 80 and line[-1].isalnum() and len(head["paragraphs"][at + 1]) > 120]
        if inner:
            row, gold = record(number, "inner", draw, head["site"], head["url"], "", [], head["paragraphs"][draw.choice(inner):], None)
            write(half + "-inner", row, gold)
    sites = {"tune": [], "held": []}
    for head in heads:
        if head["around"] and any(head["around"]):
            before, after = head["around"]
            name = squeeze((after or before).strip(" -–—|:·»•/"))
            if 0 < len(name) <= 40 and not re.search(r"[|–—»:]| - ", name):
                sites[half_of(head["site"])].append((before, after, name))
    bodies = []
    for path in args.texts:
        for row in rows(path):
            title, text = row.get("title"), row.get("text") or row.get("content")
            if isinstance(title, str) and isinstance(text, str) and len(text) > 600 and 12 <= len(title) <= 140:
                bodies.append({"title": squeeze(title), "text": text, "url": row.get("url")})
    draw.shuffle(bodies)
    kept = 0
    for number, body in enumerate(bodies):
        # Bodies with furniture of their own, or damaged ones, measure other stages.
        paragraphs = [squeeze(p) for p in re.split("\n+", body["text"]) if p.strip()]
        if re.search("[\u00ad\u200b\ufeff]|&[a-z]+;|Ã|<", body["text"]) or len(paragraphs) < 3:
            continue
        while paragraphs and not (len(paragraphs[0]) > 80 and paragraphs[0].endswith((".", "”", '"', "؟", "…"))):
            paragraphs.pop(0)
        if len(paragraphs) < 2 or re.match(r"[A-ZÀ-Ý؀-ۿ ,]+ ?[—(-]", paragraphs[0]):
            continue
        language = language_of(body)
        if not language:
            continue
        # The name of a site that stands in a title of these dumps already belongs to neither half.
        title = re.split(r" [-–—|»] | \|", body["title"])[0].strip()
        if len(title) < 12 or re.search("[|–—]|Ã|&", title):
            continue
        half = half_of(title)
        lines, opening, kind = made_head(draw, language, title, sites[half])
        crawled = "2025-03-04T06:00:00Z" if draw.random() < 0.7 else None
        row, gold = record(number, "made", draw, "", None, title, lines, [opening + paragraphs[0]] + paragraphs[1:], crawled)
        gold["starts"] = [squeeze(paragraphs[0])[:60]]
        gold["kind"], gold["language"] = kind, language
        write(half + "-made", row, gold)
        row, gold = record(f"text-{number}", "bare", draw, "", None, "", [], paragraphs, crawled)
        write(half + "-bare", row, gold)
        kept += 1
        if kept == args.count:
            break
    for name, file in files.items():
        file.close()
        print(name, sum(1 for _ in open(args.out / name)))


if __name__ == "__main__":
    main()
