"""The pages of a data folder as a crawler's Markdown, to be scored against the same gold.

    pip install markdownify html2text
    python3 tests/bench/html/markdown.py ../shared/data/html OUT [--with html2text] [--pages 60]
    python3 ../shared/score/measure.py --binary COPYDESK --data OUT

OUT gets SET.jsonl (`id`, `url`, `markdown`) and SET.gold.jsonl for each set. The whole page is written, as such crawlers do where nobody asks
for less: menus, lists of other articles and all, but no head, scripts and styles.
"""

import argparse
import json
import pathlib
import re
import subprocess

HIDDEN = re.compile(r"(?is)<(script|style|noscript|template|svg|head)\b.*?</\1\s*>")


def writer(name):
    if name == "html2text":
        import html2text

        tool = html2text.HTML2Text()
        tool.body_width = 0
        return tool.handle
    from markdownify import markdownify

    return lambda page: markdownify(page, heading_style="ATX")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--with", dest="tool", choices=["markdownify", "html2text"], default="markdownify")
    parser.add_argument("--pages", type=int, default=60)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    as_markdown = writer(arguments.tool)
    for gold in sorted(arguments.data.glob("*.gold.jsonl")):
        name = gold.name.removesuffix(".gold.jsonl")
        dump = subprocess.run(["zstd", "-dcqf", arguments.data / f"{name}.jsonl.zst"], capture_output=True).stdout
        records = [json.loads(line) for line in dump.decode().split("\n")[: arguments.pages] if line]
        ids = {record["id"] for record in records}
        wanted = [line for line in gold.read_text().split("\n") if line and json.loads(line)["id"] in ids]
        (arguments.out / gold.name).write_text("\n".join(wanted) + "\n")
        with open(arguments.out / f"{name}.jsonl", "w") as out:
            for record in records:
                try:
                    page = as_markdown(HIDDEN.sub("", record["html"]))
                except RecursionError:
                    continue
                out.write(json.dumps({"id": record["id"], "url": record.get("url"), "markdown": page}) + "\n")


if __name__ == "__main__":
    main()
