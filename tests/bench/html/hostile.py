#!/usr/bin/env python3
"""Writes a dump (plain JSONL) of pages made to break readers of HTML: hostile.py OUT.jsonl [NAME...]

Each line is {"id": NAME, "url": "https://hostile.example/NAME", "html": ...}; 130 pages, each under 60 MB, some 560 MB together.
With names, only those pages. --list prints the names. --small divides every size by 100, for a quick test.
"""
import json
import sys

SMALL = "--small" in sys.argv
K = 1000 // (100 if SMALL else 1)
M = 1000 * K
DEEP = 100 * K
PAGES = {}
PROSE = ("The council met on Tuesday evening to discuss the new bridge, and after three hours of debate it was agreed that the work "
         "should begin before the spring. Residents had asked for a second survey of the river bed. ")
HEAD = "<!doctype html><html lang=en><head><title>A hostile page</title></head><body>"
FOOT = "</body></html>"


def page(function):
    PAGES[function.__name__.replace("_", "-")] = function
    return function


def wrap(body):
    return HEAD + body + FOOT


def article(body):
    """The trap inside an article that is worth extracting."""
    p = "<p>" + PROSE + "</p>"
    return HEAD + "<article><h1>A hostile page</h1>" + p * 3 + body + p * 3 + "</article>" + FOOT


def fill(unit, size):
    """`unit` again and again, to `size` bytes."""
    return unit * (size // len(unit.encode()))


# ---- nesting -------------------------------------------------------------------------------------------------------------------
NESTS = {
    "div": ("<div>", "</div>"), "table": ("<table><tr><td>", "</td></tr></table>"), "b": ("<b>", "</b>"), "a": ("<a href=x>", "</a>"),
    "ul": ("<ul><li>", "</li></ul>"), "font": ("<font color=red>", "</font>"), "p": ("<p>", "</p>"), "svg": ("<svg>", "</svg>"),
    "template": ("<template>", "</template>"), "span-class": ('<span class="a b">', "</span>"), "select": ("<select><option>", "</select>"),
    "button": ("<button>", "</button>"), "math": ("<math><mi>", "</mi></math>"), "blockquote": ("<blockquote>", "</blockquote>"),
    "mix": ("<div><b><ul><li><a href=x><table><tr><td><font><i><span><section>",
            "</section></span></i></font></td></tr></table></a></li></ul></b></div>"),
}
for tag, (start, end) in NESTS.items():
    n = DEEP // 12 if tag == "mix" else DEEP
    PAGES[f"nest-{tag}-open"] = lambda start=start, n=n: article(start * n + PROSE)
    PAGES[f"nest-{tag}-closed"] = lambda start=start, end=end, n=n: article(start * n + PROSE + end * n)


# ---- size ----------------------------------------------------------------------------------------------------------------------
@page
def big_paragraphs():
    return wrap("<article>" + fill("<p>" + PROSE + "</p>\n", 50 * M) + "</article>")


@page
def big_text():
    return wrap("<p>" + fill(PROSE, 50 * M))


@page
def big_script():
    return article("<script>" + fill('var a = {"b": "<div>", \'c\': [1, 2]}; // </p>\n', 10 * M) + "</script>")


@page
def big_svg():
    return article("<svg>" + fill('<path d="M10 10L20 20C1 2 3 4 5 6z"/>', 10 * M) + "</svg>")


@page
def big_data_img():
    return article('<img alt=x src="data:image/png;base64,' + fill("iVBORw0KGgoAAAANSUhEUgAA", 10 * M) + '">')


@page
def big_data_css():
    return article("<style>.a { background: url(data:image/png;base64," + fill("iVBORw0KGgoAAAANSUhEUgAA", 10 * M) + ") }</style>")


@page
def big_attributes():
    value = "x " * (M // 2)
    return article("".join(f'<div class="{value}" id="{value}" data-x="{value}" title="{value}"><p>{PROSE}</p></div>' for _ in range(2)))


# ---- never closed --------------------------------------------------------------------------------------------------------------
@page
def open_p():
    return article(fill("<p ", 3 * M))


@page
def open_comment():
    return article("<!--" + fill(PROSE, 3 * M))


@page
def open_comments():
    return article("<!-- <!-- -- ->" * (200 * K))


@page
def open_script():
    return article("<script>" + fill("if (a < b) { c() } ", 5 * M))


@page
def open_script_escaped():
    return article("<script><!-- <script>" + fill("</script <script <!-- ", 5 * M))


@page
def open_scripts():
    """A script's end that never comes, again and again: quadratic in whoever looks for it from each start."""
    return wrap(("<p>" + PROSE[:40] + "<textarea></textare>") * (50 * K))


@page
def open_title():
    return "<!doctype html><title>" + fill(PROSE, 5 * M)


@page
def open_textarea():
    return article("<textarea>" + fill("<p>" + PROSE, 5 * M))


@page
def open_style():
    return article("<style>" + fill("</styl a { b: c } ", 5 * M))


@page
def open_plaintext():
    return article("<plaintext>" + fill("<p>" + PROSE, 5 * M))


@page
def open_cdata():
    return article("<svg><![CDATA[" + fill("]] > <p>" + PROSE, 5 * M))


@page
def open_doctype():
    return "<!DOCTYPE html PUBLIC \"" + fill("-//W3C//DTD ", 5 * M)


@page
def open_quote():
    return article('<a href="' + fill("/path/<p>text</p>", 20 * M))


@page
def open_quotes():
    return article('<a href="x title=\'' * (200 * K))


@page
def unclosed_everything():
    tags = ("div p table tr td ul li a b i font span section article em strong h1 h2 select option form button svg math template dl dt dd "
            "object video audio picture figure").split()  # none whose content is text
    return article(fill("".join(f"<{tag} class={tag}>some text here " for tag in tags), 1 * M))


# ---- characters ----------------------------------------------------------------------------------------------------------------
@page
def nul():
    return article(fill("<p\0>A\0B \0<b\0 c\0=\0d\0>text\0</b\0></p>\0", 5 * M))


@page
def angles():
    return article("<" * (100 * K))


@page
def angles_slash():
    return article("</" * (500 * K))


@page
def angles_bang():
    return article("<!" * (500 * K))


@page
def entities_bare():
    return article("&amp" * M)


@page
def entities_ampersands():
    return article("&" * M)


@page
def entities_out_of_range():
    return article("&#x110000;" * M)


@page
def entities_number():
    return article("&#" + "9" * (5 * M) + ";" + "&#x" + "0" * (5 * M) + "41;")


@page
def entities_attribute():
    return article('<a title="' + "&notit;&ampx&lt" * (300 * K) + '">x</a>')


@page
def entities_twice():
    return article("&amp;amp;lt;&amp;amp;" * (200 * K))


@page
def run_spaces():
    return article("<p>start" + " " * (10 * M) + "end</p>")


@page
def run_nbsp():
    return article("<p>start" + "\u00a0" * (3 * M) + "end</p>")


@page
def run_a():
    return article("<p>" + "a" * (10 * M) + "</p>")


@page
def run_newlines():
    return article("<pre>start" + "\n" * (10 * M) + "end</pre>")


@page
def run_crlf():
    return article("<p>" + "\r\n\t" * (3 * M) + "</p>")


@page
def run_dots():
    return article("<p>" + "a.b-c@d,e/f:1" * (5 * M // 13) + "</p>")


@page
def run_no_spaces():
    return article("<p>" + fill("本文は続く。", 5 * M) + "</p>")


@page
def run_zero_width():
    return article("<p>" + "\u200b\u00ad\u2060\ufeff" * (300 * K) + "</p>")


@page
def run_combining():
    return article("<p>a" + "\u0301\u0323\u0307" * (500 * K) + "</p>")


@page
def run_br():
    return article("<br>" * M)


# ---- many of one thing ---------------------------------------------------------------------------------------------------------
@page
def many_attributes():
    return article("<div " + " ".join(f"a{n}=v" for n in range(M)) + "><p>" + PROSE + "</div>")


@page
def many_attributes_same():
    return article("<div " + "class=a " * M + "><p>" + PROSE + "</div>")


@page
def many_elements():
    return article("<i class=a></i>" * M)


@page
def many_names():
    return article("".join(f"<x{n}></x{n}>" for n in range(300 * K)))


@page
def many_end_p():
    return article("</p>" * M)


@page
def many_end_unknown():
    """Each end tag makes a tree builder search all the open elements."""
    return article("<div>" * (20 * K) + "</nosuch>" * (100 * K))


@page
def many_empty_p():
    return article("<p></p>" * M)


@page
def many_p_in_depth():
    return article("<div>" * (20 * K) + "<p>x" * (100 * K))


@page
def many_li():
    return article("<ul>" + "<li>" * M + "</ul>")


@page
def many_misnested():
    return article("<b><i><b><i>x</b></i>" * (100 * K))


@page
def many_misnested_blocks():
    """The adoption agency, with a block in between."""
    return article("<a href=x><b><div>x</a></b>" * (20 * K))


@page
def many_formatting():
    """Reconstructed for every paragraph (no more than three of the same kind, so the attributes differ)."""
    return article("".join(f"<font size={n}>" for n in range(2 * K)) + "<p>x</p>" * (2 * K))


@page
def many_fostered():
    return article("<table>" + "<tr>text outside<td>cell</td>more text" * (100 * K) + "</table>")


@page
def many_fostered_elements():
    return article("<table>" + "<b>x<tr><p>y" * (20 * K) + "</table>")


@page
def many_bodies():
    return article("<body class=a>" * (500 * K) + "<html lang=de>" * (500 * K))


@page
def many_links():
    return article("".join(f'<a href="/{n}">Read more about this {n}</a> ' for n in range(200 * K)))


@page
def many_bylines():
    return article("".join(f'<p class="byline author" rel="author">By Ann B{n}, Carl D{n} and Eve F{n}</p>' for n in range(100 * K)))


@page
def many_names_in_byline():
    return article('<p class="byline">By ' + ", ".join(f"Ann B{n}" for n in range(100 * K)) + " and Carl D</p>")


@page
def many_times():
    return article("".join(f'<time datetime="2021-{n % 12 + 1:02}-{n % 28 + 1:02}T10:00:{n % 60:02}Z">{n % 28 + 1} May 2021</time>'
                           for n in range(100 * K)))


@page
def many_metas():
    metas = "".join(f'<meta property="article:author" content="Ann B{n}"><meta name="date" content="2021-02-{n % 40}">' for n in range(100 * K))
    return f"<!doctype html><html><head><title>A hostile page</title>{metas}</head><body><p>{PROSE}</p></body></html>"


@page
def many_titles():
    return article("<title>A | B</title><h1>A - B</h1>" * (100 * K))


@page
def long_title():
    return "<!doctype html><html><head><title>" + "A | B - " * (500 * K) + "</title></head><body><p>" + PROSE + "</p></body></html>"


@page
def many_frames():
    return "<!doctype html><frameset>" + "<frame src=x><frameset>" * (100 * K)


# ---- JSON-LD -------------------------------------------------------------------------------------------------------------------
def json_ld(*texts):
    scripts = "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)
    p = "<p>" + PROSE + "</p>"
    return f"<!doctype html><html><head><title>A hostile page</title>{scripts}</head><body><article>{p * 5}</article></body></html>"


@page
def ld_deep_arrays():
    return json_ld("[" * (200 * K), "[" * (200 * K) + "]" * (200 * K))


@page
def ld_deep_objects():
    return json_ld('{"@graph":' * (100 * K) + "[]" + "}" * (100 * K))


@page
def ld_big():
    author = {"@type": "Person", "name": "Ann B", "sameAs": ["https://a.example/"] * 10}
    one = json.dumps({"@type": "NewsArticle", "headline": "A", "author": [author] * 10, "datePublished": "2021-02-03T04:05:06Z"})
    return json_ld("[" + ",".join([one] * (20 * M // len(one))) + "]")


@page
def ld_big_body():
    return json_ld(json.dumps({"@type": "NewsArticle", "headline": "A", "articleBody": fill(PROSE, 20 * M)}))


@page
def ld_many():
    return json_ld(*['{"@type":"NewsArticle","author":"Ann B","datePublished":"2021-02-03"}'] * (100 * K))


@page
def ld_broken():
    return json_ld(
        "", " ", "{", "}", "null", "[]", "{}", "0", '"x"', "[null]", "[[[]]]", "{\"@type\":", "{'@type': 'NewsArticle'}", "not json",
        '{"@type":"NewsArticle","headline":"a\nb\tc"}', '{"@type":"NewsArticle",}', '[{"@type":"NewsArticle"},]', "<!-- {} -->",
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"x"}\n//]]>', '{"@type":"NewsArticle","headline":"x"};',
        '{"@type":"NewsArticle"}{"@type":"NewsArticle"}', '{"@type":["NewsArticle",1,null,{}],"headline":[1,{"a":2}],"author":7}',
        '{"@type":"NewsArticle","author":{"name":{"name":{"name":["x"]}}},"datePublished":["2021",null,{}]}',
        '{"@type":"NewsArticle","datePublished":"99999-99-99T99:99:99+99:99","dateModified":-1e309}', '{"headline":"\\ud800"}',
        '{"headline":"\\u0000\\uffff"}', '{"a":1e999999}', '{"a":' + "9" * 10000 + "}", '{"@graph":{"@graph":[{"@graph":null}]}}',
        '\ufeff{"@type":"NewsArticle"}', "&quot;{&quot;", '{&quot;@type&quot;:&quot;NewsArticle&quot;}', '{"@type":"NewsArticle","@type":"Person"}',
        '{"@id":"#a","author":{"@id":"#a"}}', "\0{}", '{"a":"<!--<script>"}')


@page
def ld_unescaped():
    return json_ld('{"@type":"NewsArticle","headline":"' + '\\"' * (1 * M) + '\\')


# ---- nothing -------------------------------------------------------------------------------------------------------------------
for name, html in {
    "none-empty": "", "none-space": " \n\t", "none-angle": "<", "none-bom": "\ufeff", "none-nul": "\0", "none-doctype": "<!doctype html>",
    "none-comment": "<!-->", "none-comment-short": "<!--->", "none-end": "</", "none-attribute": "<a b", "none-attribute-is": "<a b=",
    "none-entity": "&", "none-entity-number": "&#", "none-entity-hex": "&#x", "none-question": "<?", "none-bang": "<!", "none-cdata": "<![CDATA[",
    "none-slash": "<a/", "none-text": "just text", "none-json": '{"not": "html"}', "none-xml": "<?xml version='1.0'?><rss><channel/></rss>",
    "none-multibyte-cut": "<p title=\u00e9", "none-tag-multibyte": "<\u00e9><p\u00e9 \u00e9=\u00e9>\u00e9</p\u00e9>", "none-script-end": "<script></script",
}.items():
    PAGES[name] = lambda html=html: html


# What once took longer than its size.


@page
def many_open_comments():
    return wrap("<script><!--</script>" * (40 * K) + "<p>" + "a b c " * (600 * K))


@page
def many_descriptions():
    metas = "".join(f"<meta name=description content='{n:032x}'>" for n in range(80 * K))
    blocks = "".join(f"<div>{n:032x} x x x x x</div>" for n in range(90 * K, 180 * K))
    return wrap("<h1>H</h1>" + metas + blocks + "<p>" + PROSE)


@page
def many_literals():
    literals = ",".join(f'"Some words here are the same in every one of the lines {n:06}."' for n in range(50 * K))
    return wrap('<script>x={"k":[' + literals + "]}</script>")


@page
def long_key():
    literals = ",".join(f'"Some words here are the same in every one of the lines {n:06}."' for n in range(3 * K))
    return wrap('<script>x={"' + "k" * M + '":[' + literals + "]}</script>")


def main():
    args = [arg for arg in sys.argv[1:] if not arg.startswith("--")]
    if "--list" in sys.argv:
        print(*PAGES, sep="\n")
        return
    if not args:
        sys.exit(__doc__)
    unknown = set(args[1:]) - set(PAGES)
    if unknown:
        sys.exit(f"no such page: {', '.join(sorted(unknown))}")
    total = 0
    with open(args[0], "w", encoding="utf-8") as out:
        for name in args[1:] or PAGES:
            html = PAGES[name]()
            size = len(html.encode())
            assert size < 60_000_000, (name, size)
            total += size
            json.dump({"id": name, "url": f"https://hostile.example/{name}", "html": html}, out, ensure_ascii=False)
            out.write("\n")
    print(f"{len(args[1:]) or len(PAGES)} pages, {total / 1e6:.0f} MB", file=sys.stderr)


main()
