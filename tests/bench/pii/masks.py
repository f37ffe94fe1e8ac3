#!/usr/bin/env python3
"""How often `mask-pii` takes what is no phone number, address, card or account for one, and how much of what is one it finds.

    masks.py [--binary target/fast/copydesk] [--changelogs GLOB...] [--news DUMP] [--seed 1] [--count 2000] [--show N]

Four kinds of texts that have none: changelogs (entries of files that packages ship; default `/usr/share/doc/*/changelog*`), standards,
sports results and match reports (drawn from what such texts print, in nine languages). And news (`--news`, a dump with `text`), into which one
of each is put. Mail addresses are not looked for in changelogs, where they are real. Needs the `zstd` command.
"""
import argparse, collections, difflib, glob, gzip, json, random, re, subprocess, sys, tempfile
from pathlib import Path

PIPELINE = 'format = 1\n[[stage]]\nkind = "mask-pii"\nkinds = ["phone", "ip", "card", "iban"%s]\n'
MASK = re.compile(r"202-555-01\d\d|192\.0\.2\.\d+|2001:db8::[0-9a-f]+|0000 0000 0000 \d{4}|XX00 0000 0000 \d{4}|person\d+@example\.com")


def changelogs(draw, count, globs):
    entries = []
    for path in sorted(p for pattern in globs for p in glob.glob(pattern, recursive=True)):
        try:
            with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
                text = file.read(400_000).decode("utf-8", "replace")
        except OSError:
            continue
        blocks = re.split(r"\n(?=\S)", text)
        for at in range(0, len(blocks), 4):
            entry = "\n".join(blocks[at:at + 4]).strip()
            if len(entry) > 200:
                entries.append(entry[:4000])
    return draw.sample(entries, min(count, len(entries)))


WORDS = {
    "en": ("Section|Clause|Annex|Table|see|as defined in|Release|The firmware|Build|kernel|applies to|in accordance with|and|to|General|Scope|Requirements|Test method|Marking", "The text of this clause applies to all parts of the installation."),
    "de": ("Abschnitt|Absatz|Anhang|Tabelle|siehe|nach|Ausgabe|Die Firmware|Stand|Treiber|gilt für|gemäß|und|bis|Allgemeines|Anwendungsbereich|Anforderungen|Prüfverfahren|Kennzeichnung", "Dieser Abschnitt gilt für alle Teile der Anlage."),
    "fr": ("Section|Article|Annexe|Tableau|voir|selon|Édition|Le micrologiciel|Version|pilote|s’applique à|conformément à|et|à|Généralités|Domaine d’application|Exigences|Essais|Marquage", "Le présent article s’applique à toutes les parties."),
    "es": ("Sección|Artículo|Anexo|Tabla|véase|según|Edición|El firmware|Versión|controlador|se aplica a|conforme a|y|a|Generalidades|Ámbito|Requisitos|Ensayos|Marcado", "El presente apartado se aplica a todas las partes."),
    "it": ("Sezione|Articolo|Allegato|Tabella|vedi|secondo|Edizione|Il firmware|Versione|driver|si applica a|conforme a|e|a|Generalità|Campo|Requisiti|Prove|Marcatura", "Il presente punto si applica a tutte le parti."),
    "pl": ("Rozdział|Punkt|Załącznik|Tablica|patrz|według|Wydanie|Oprogramowanie|Wersja|sterownik|dotyczy|zgodnie z|i|do|Ogólne|Zakres|Wymagania|Badania|Znakowanie", "Niniejszy punkt dotyczy wszystkich części instalacji."),
    "ru": ("Раздел|Пункт|Приложение|Таблица|см.|согласно|Издание|Прошивка|Версия|драйвер|относится к|в соответствии с|и|до|Общие положения|Область|Требования|Испытания|Маркировка", "Настоящий пункт относится ко всем частям."),
    "ar": ("القسم|البند|الملحق|الجدول|انظر|وفق|الإصدار|البرنامج|النسخة|المشغل|ينطبق على|طبقا|و|إلى|عام|المجال|المتطلبات|الاختبار|العلامات", "ينطبق هذا البند على جميع أجزاء المنشأة."),
    "zh": ("第|条款|附录|表|见|按照|版本|固件|版本号|驱动|适用于|根据|和|至|总则|范围|要求|试验|标志", "本条款适用于装置的所有部分。"),
}
NAMES = "Hartley Moreno Brandt Okoye Lindqvist Petrov Sato Kowalski Ferri Dubois Nakamura O'Neill Vasquez Haddad Chen Novak".split()
CLUBS = "Northport Osthafen Valmar Linden Costa Brava Kronberg Seaham Porto Alto Dravka Nordvik".split()


def numbers(draw, most=40):
    return ".".join(str(draw.randint(1, most)) for _ in range(draw.choice([2, 3, 4, 4, 4, 5])))


def version(draw):
    return f"{draw.randint(0, 40)}.{draw.choice([0, draw.randint(0, 20)])}.{draw.randint(0, 99)}.{draw.randint(0, 255)}"


def standard(draw):
    words, sentence = WORDS[draw.choice(sorted(WORDS))]
    words = words.split("|")
    lines = []
    top = draw.randint(1, 20)
    for at in range(draw.randint(5, 25)):
        shape = draw.random()
        if shape < 0.3:
            lines.append(f"{top}.{draw.randint(1, 30)}.{draw.randint(1, 30)}.{at + 1} {draw.choice(words[14:])}")
        elif shape < 0.55:
            lines.append(f"{sentence} {draw.choice(words[:6])} {numbers(draw)} {words[12]} {numbers(draw)}; ISO {draw.randint(1000, 99999)}-{draw.randint(1, 9)}:{draw.randint(1990, 2024)}, EN {draw.randint(10000, 99999)}-{draw.randint(1, 4)}-{draw.randint(1, 40)}.")
        elif shape < 0.75:
            lines.append(f"{draw.choice(words[6:10])} {version(draw)} {words[12]} {version(draw)}")
        elif shape < 0.85:
            lines.append(f"{words[4]} {numbers(draw)} {words[13]} {numbers(draw)}, {draw.choice(words[:4])} {draw.randint(1, 30)}-{draw.randint(1, 9)}. IEC {draw.randint(60000, 62999)}-{draw.randint(1, 9)}-{draw.randint(1, 99)}; ISBN 978-{draw.randint(0, 9)}-{draw.randint(10, 99)}-{draw.randint(100000, 999999)}-{draw.randint(0, 9)}; GTIN {draw.randint(4000000000000, 4999999999999)}")
        else:
            lines.append(sentence)
    return "\n".join(lines)


def results(draw):
    lines = []
    n = draw.randint
    for _ in range(n(6, 40)):
        name, other = draw.sample(NAMES, 2)
        lines.append(draw.choice([
            lambda: f"{name} d. {other} {n(0,7)}-{n(0,7)} {n(0,7)}-{n(0,7)} {n(6,7)}-{n(0,6)} ({n(0,7)}-{n(0,9)})",
            lambda: f"{draw.choice(CLUBS)} {n(0,9)}:{n(0,9)} ({n(0,3)}:{n(0,3)}, {n(0,3)}:{n(0,3)}, {n(0,3)}:{n(0,3)})",
            lambda: f"{draw.choice(CLUBS)} {n(0,500):03} {n(0,400):03} {n(0,300):03} — {n(0,12)} {n(0,15)} {n(0,3)}",
            lambda: f"{draw.choice(CLUBS)} {n(0,400):03} {n(0,400):03} {n(0,300):03} {n(0,99):02}-{n(0,12)} {n(0,15)} {n(0,3)}",
            lambda: f"{name} {n(1,40)} {n(0,12)}-{n(0,20)} {n(0,9)}-{n(0,9)} {n(0,12)} {n(0,9)} {n(0,9)} {n(0,40)}",
            lambda: f"{n(1,60)}. {name} {n(0,3)}:{n(0,59):02}:{n(0,59):02}.{n(0,999):03} +{n(0,59)}.{n(0,999):03}",
            lambda: f"{name} ({draw.choice(['GER','USA','NOR','KEN'])}) {n(60,75)}-{n(60,75)}-{n(60,75)}-{n(60,75)} {n(260,290)} (-{n(1,20)})",
            lambda: f"{name} 100 m {n(9,12)}.{n(0,99):02} {n(9,12)}.{n(0,99):02} {n(9,12)}.{n(0,99):02}",
            lambda: f"{draw.choice(CLUBS)} {n(100,140)}-{n(80,130)} ({n(20,35)}-{n(20,35)}, {n(20,35)}-{n(20,35)}, {n(20,35)}-{n(20,35)}, {n(20,35)}-{n(20,35)})",
            lambda: f"{' '.join(f'{x:02}' for x in sorted(draw.sample(range(1, 50), 6)))}; Spiel 77: {n(0, 9999999):07}; Super 6: {n(0, 999999):06}",
            lambda: f"{name} {n(200,900)} {n(200,900)} {n(1000,9999)} pts",
            lambda: f"{n(1,28):02}.{n(1,12):02}.{n(1990,2024)} {draw.choice(CLUBS)} - {draw.choice(CLUBS)} {n(0,5)}:{n(0,5)} ({n(1000,80000)})",
        ])())
    return "\n".join(lines)


def report(draw):
    n = draw.randint
    parts = []
    for _ in range(n(5, 15)):
        name, club = draw.choice(NAMES), draw.choice(CLUBS)
        parts.append(draw.choice([
            f"{name} made it {n(1,4)}-{n(0,3)} in the {n(1,90)}th minute, before {n(10,90)},{n(100,999)} spectators at {club}.",
            f"{club} won {n(90,120)}-{n(80,110)} ({n(20,30)}-{n(20,30)}, {n(20,30)}-{n(20,30)}, {n(20,30)}-{n(20,30)}, {n(20,30)}-{n(20,30)}), their {n(2,12)}th win since {n(1950,2010)}-{n(10,99)}.",
            f"{name} finished with {n(200,450)} yards on {n(15,40)}-of-{n(30,50)} passing and is 0-{n(1,9)} against teams above .500 in {n(2010,2024)}.",
            f"In der {n(1,90)}. Minute traf {name} zum {n(1,4)}:{n(0,3)} ({n(0,2)}:{n(0,2)}); {club} bleibt bei {n(10,80)}:{n(10,60)} Toren.",
            f"{name} s’impose {n(6,7)}-{n(0,6)}, {n(6,7)}-{n(0,6)}, {n(6,7)}-{n(0,6)} en {n(1,4)} h {n(0,59):02} devant {n(1,20)} {n(100,999)} spectateurs.",
            f"{name} ganó por {n(6,7)}-{n(0,6)}, {n(6,7)}-{n(0,6)} y jugará el {n(1,28)}-{n(1,12)}-{n(2010,2024)} a las {n(10,22)}.{n(0,59):02}.",
            f"The record of {n(1,3)}:{n(0,59):02}.{n(0,99):02} set on {n(1,12):02}/{n(1,28):02}/{n(1990,2024)} stood for {n(2,30)} years; {name} ran splits of {n(20,30)}.{n(0,99):02}, {n(20,30)}.{n(0,99):02}, {n(20,30)}.{n(0,99):02} and {n(20,30)}.{n(0,99):02}.",
            f"Счёт по партиям {n(15,25)}:{n(15,25)}, {n(15,25)}:{n(15,25)}, {n(15,25)}:{n(15,25)}; {n(1000,9000)} зрителей.",
            f"Follow the score: call it {n(100,999)} {n(10,99)} for {n(2,9)} at tea, {name} {n(10,190)} not out ({n(50,250)} balls, {n(2,20)}x4, {n(0,5)}x6).",
        ]))
    return " ".join(parts)


def luhn(digits):
    total = sum((int(d) * 2 - 9 if int(d) > 4 else int(d) * 2) if at % 2 == 0 else int(d) for at, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def iban(draw):
    country, length = draw.choice([("DE", 22), ("FR", 27), ("GB", 22), ("ES", 24), ("NL", 18), ("PL", 28), ("SA", 24), ("CH", 21)])
    body = ("ABNA" if country == "NL" else "NWBK" if country == "GB" else "")
    body += "".join(str(draw.randint(0, 9)) for _ in range(length - 4 - len(body)))
    value = int("".join(str(int(c, 36)) for c in body + country + "00"))
    whole = f"{country}{98 - value % 97:02}{body}"
    return whole if draw.random() < 0.4 else " ".join(whole[at:at + 4] for at in range(0, length, 4))


def personal(draw, kind):
    n = draw.randint
    if kind == "iban":
        return "The account is " + iban(draw)
    if kind == "card":
        digits = luhn("4" + "".join(str(n(0, 9)) for _ in range(14)))
        return "The card was " + (digits if draw.random() < 0.3 else " ".join(digits[at:at + 4] for at in range(0, 16, 4)))
    if kind == "ip":
        octet = lambda: n(33, 223)
        public = f"{draw.choice([5, 8, 23, 45, 62, 77, 81, 88, 91, 104, 134, 151, 178, 185, 193, 203, 212])}.{octet()}.{octet()}.{n(1, 254)}"
        small = f"{draw.choice([5, 8, 23])}.{n(0, 31)}.{n(0, 31)}.{n(1, 254)}"
        return draw.choice([f"The attack came from {public}", f"Logs show the IP address {small}", f"He connected from {public}:8080", f"The server at {public} and the one at 2a01:4f8:{n(4096, 65535):x}:{n(4096, 65535):x}::2", f"Die Anfragen kamen von {public}", f"L’adresse {public} a été bloquée"])
    if kind == "phone":
        return "You can reach the office " + draw.choice([
            f"at +{draw.choice([44, 49, 33, 34, 39, 48])} {n(20, 99)} {n(1000, 9999)} {n(1000, 9999)}", f"at ({n(201, 989)}) {n(200, 554)}-{n(1000, 9999)}", f"at {n(201, 989)}-{n(200, 554)}-{n(1000, 9999)}",
            f"under 0{n(20, 99)} {n(1000, 9999)} {n(1000, 9999)}", f"on 0{n(200, 999)}/{n(100000, 999999)}", f"by phone: {n(200, 999)} {n(1000, 9999)} {n(10, 99)}", f"au 0{n(1, 7)} {n(50, 99)} {n(10, 49)} {n(50, 99)} {n(10, 49)}", f"at +1 {n(201, 989)} {n(200, 554)} {n(1000, 9999)}"])
    return "Write to " + draw.choice([f"{draw.choice(NAMES).lower().replace(chr(39), '')}.{n(1, 99)}@mail-{n(1, 99)}.net", f"info@{draw.choice(CLUBS).lower()}.co.uk", f"{draw.choice(NAMES).lower().replace(chr(39), '')}_{n(1, 9)}@uni-{draw.choice(CLUBS).lower()}.de"])


def masked(binary, texts, extra=""):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "p.toml").write_text(PIPELINE % extra + "[dedup]\nexact = false\n")
        with open(folder / "d.jsonl", "w") as file:
            for number, text in enumerate(texts):
                file.write(json.dumps({"id": str(number), "text": text}) + "\n")
        done = subprocess.run([binary, "run", str(folder / "p.toml"), str(folder / "d.jsonl"), "--output", str(folder / "o"), "--progress", "never"], capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(done.stderr)
        found = {}
        for shard in sorted((folder / "o/records").glob("*.zst")):
            for line in subprocess.run(["zstd", "-dcq", str(shard)], capture_output=True, check=True).stdout.decode().split("\n"):
                if line:
                    row = json.loads(line)
                    found[int(row["source"]["id"])] = row["text"]
        return [found.get(number, text) for number, text in enumerate(texts)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="target/fast/copydesk")
    parser.add_argument("--changelogs", nargs="*", default=["/usr/share/doc/*/changelog*"])
    parser.add_argument("--news")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    draw = random.Random(args.seed)
    kinds = {"changelogs": changelogs(draw, args.count, args.changelogs)}
    for name, make in (("standards", standard), ("results", results), ("reports", report)):
        kinds[name] = [make(draw) for _ in range(args.count)]
    for name, texts in kinds.items():
        wrong, shown = collections.Counter(), []
        touched = 0
        for before, after in zip(texts, masked(args.binary, texts)):
            masks = [m for m in MASK.finditer(after) if m.group() not in before]
            touched += bool(masks)
            for mask in masks:
                wrong[re.sub(r"\d", "0", mask.group())[:8]] += 1
            if masks:
                mask = masks[0]
                context = after[max(0, mask.start() - 30):mask.start()]
                at = before.find(context)
                shown.append(before[at:at + 100].replace("\n", "⏎"))
        print(f"{name:12} texts {len(texts)}  wrongly masked {touched} = {touched / max(len(texts), 1):.4f}  {dict(wrong)}")
        draw.shuffle(shown)
        for line in shown[:args.show]:
            print("     ", line)
    if args.news:
        lines = subprocess.run(["zstd", "-dcq", args.news], capture_output=True, check=True).stdout.decode("utf-8", "replace").split("\n")
        news = []
        for line in lines[:6000]:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and isinstance(row.get("text"), str) and len(row["text"]) > 300:
                news.append(row["text"])
        for kind in ("email", "phone", "ip", "card", "iban"):
            texts, wanted = [], []
            for text in draw.sample(news, min(args.count, len(news))):
                sentence = personal(draw, kind)
                at = text.find(". ", len(text) // 3) + 2
                texts.append(f"{text[:at]}{sentence}. {text[at:]}")
                wanted.append(sentence)
            after = masked(args.binary, texts, ', "email"')
            # Nothing of the value is left: its longest run of digits or its local part.
            left = [sentence for text, sentence in zip(after, wanted) if sentence in text]
            print(f"found {kind:6} {1 - len(left) / len(texts):.4f} of {len(texts)}")
            for line in left[:args.show]:
                print("     ", line)


if __name__ == "__main__":
    main()
