use proptest::prelude::*;

use super::*;

/// The tree as text: each element with what is in it.
fn outline(html: &str) -> String {
    outline_within(html, &Bounds::default())
}

fn outline_within(html: &str, bounds: &Bounds) -> String {
    let tree = Tree::parse(html, bounds);
    let page = Page::new(html, &tree);
    let mut out = String::new();
    let mut open: Vec<NodeId> = Vec::new();
    for node in page.nodes().skip(1) {
        while open.last().is_some_and(|last| !page.contains(*last, node)) {
            open.pop();
            out.push(')');
        }
        if page.tag(node) == Tag::Text {
            out.push_str(&page.text(node));
        } else {
            out.push_str(page.tag(node).name());
            out.push('(');
            open.push(node);
        }
    }
    out.extend(open.iter().map(|_| ')'));
    out
}

#[test]
fn end_tags_are_implied_as_in_browsers() {
    for (html, expected) in [
        ("<p>1<p>2<div>3</div>4", "p(1)p(2)div(3)4"),
        ("<ul><li>1<li>2<ul><li>3</ul>4</ul>", "ul(li(1)li(2ul(li(3))4))"),
        ("<dl><dt>1<dd>2<dt>3</dl>", "dl(dt(1)dd(2)dt(3))"),
        ("<table><tr><td>1<td>2<tr><th>3</table>4", "table(tr(td(1)td(2))tr(th(3)))4"),
        ("<table><tr><td><table><tr><td>1</table>2</table>", "table(tr(td(table(tr(td(1)))2)))"),
        ("<table><thead><tr><td>1<tbody><tr><td>2</table>", "table(thead(tr(td(1)))tbody(tr(td(2))))"),
        ("<h1>1<h2>2</h1>3", "h1(1)h2(2)3"),
        ("<select><option>1<option>2</select>", "select(option(1)option(2))"),
        ("<p><button><p>1</button>2", "p(button(p(1))2)"),
        ("<ruby>1<rt>2<rt>3</ruby>", "ruby(1rt(2)rt(3))"),
        ("<div><p>1</div>2", "div(p(1))2"),
        ("1</p>2<br/>3</br>4", "12br()3br()4"),
        ("<head><title>t</title>1", "head(title(t))1"),
        ("<html><head><p>1", "html(head()p(1))"),
        ("<body>1</body>2<body>3</html>4", "body(1234)"),
    ] {
        assert_eq!(outline(html), expected, "{html}");
    }
}

#[test]
fn misnested_formatting_does_not_swallow_the_page() {
    for (html, expected) in [
        ("<b>1<i>2</b>3</i>4", "b(1i(2))34"),
        ("<a href=x><div>1</a>2</div>3", "a(div(12))3"),
        ("<p><a href=x>1<p>2", "p(a(1))p(2)"),
        ("<a>1<a>2</a>3", "a(1)a(2)3"),
        ("<form><div>1</form>2</div>3", "form(div(12))3"),
        ("<div>1</span>2</section>3</div>", "div(123)"),
        ("<x-card><div>1</x-card>2", "other(div(1))2"),
        ("<x-card>1</x-other>2</X-CARD>3", "other(12)3"),
        ("<div><svg><path d=x><p>1</div>2", "div(svg(other())p(1))2"),
        ("<svg><g/><title>t</title></svg>1", "svg(other()title(t))1"),
    ] {
        assert_eq!(outline(html), expected, "{html}");
    }
}

#[test]
fn raw_text_and_comments_end_where_browsers_end_them() {
    for (html, expected) in [
        ("<script>if (a<b) '</p>'</script>1", "script(if (a<b) '</p>')1"),
        ("<script><!-- <script>x</script> --></SCRIPT >1", "script(<!-- <script>x</script> -->)1"),
        ("<script></scripts></script>1", "script(</scripts>)1"),
        ("<script><!-- x --></script>1<script>y</script>", "script(<!-- x -->)1script(y)"),
        ("<style>a</style><textarea><p>b</textarea>", "style(a)textarea(<p>b)"),
        ("<title>a &amp; <b></title>1", "title(a & <b>)1"),
        ("<iframe><p></iframe>1", "iframe(<p>)1"),
        ("<plaintext>1</plaintext>", "plaintext(1</plaintext>)"),
        ("1<!-- > -- > --->2<!-->3<!--->4<!doctype html>5<?php x ?>6</ x>7<!-- x --!>8", "12345678"),
        ("1<![CDATA[x>2", "12"),
        ("1<!-- never closed <p>2", "1"),
        ("<script>never closed <p>", "script(never closed <p>)"),
        ("1 < 2 <3 << <", "1 < 2 <3 << <"),
        ("1<p", "1"),
        ("1<p title=\"never closed>2", "1"),
        ("<p\0>1<\0p>2", "other(1<\0p>2)"),
    ] {
        assert_eq!(outline(html), expected, "{html}");
    }
}

#[test]
fn attributes_are_read_as_browsers_read_them() {
    let html = "<a href=one HREF=two class = 'x &amp; y' id=\"z\"hidden data-unknown=1 title=a=b/rel=c>";
    let tree = Tree::parse(html, &Bounds::default());
    let page = Page::new(html, &tree);
    let node = NodeId::at(1);
    for (name, value) in [
        (Name::Href, Some("one")),
        (Name::Class, Some("x & y")),
        (Name::Id, Some("z")),
        (Name::Hidden, Some("")),
        (Name::Title, Some("a=b/rel=c")),
        (Name::Rel, None),
    ] {
        assert_eq!(page.attribute(node, name).as_deref(), value, "{name:?}");
    }
}

#[test]
fn bounds_hold_and_are_told() {
    let bounds = Bounds { bytes: 40, nodes: 8, depth: 4, attributes: 1 };
    let is_cut = |html: &str| Tree::parse(html, &bounds).is_cut;
    assert!(!is_cut(&"x".repeat(40)));
    assert!(is_cut(&"x".repeat(41)));
    assert!(!is_cut("<p>1<p>2<p>3"));
    assert!(is_cut("<p>1<p>2<p>3<p>4"));
    assert!(!is_cut("<b><i><u>1"));
    assert!(is_cut("<b><i><u><s>1"));
    assert!(!is_cut("<p class=a>"));
    assert!(is_cut("<p class=a id=b>"));
    // A cut falls between characters.
    assert_eq!(outline_within(&"ä".repeat(21), &Bounds { bytes: 3, ..bounds }), "ä");
    // Deeper elements stand beside each other, and their end tags close nothing else.
    assert_eq!(outline_within("<b><i><u>1<s>2</s></u></i></b>", &bounds), "b(i(u(1s()2)))");
    let html = "<p class=a id=b>";
    let tree = Tree::parse(html, &bounds);
    assert!(!Page::new(html, &tree).has_attribute(NodeId::at(1), Name::Id));
}

#[test]
fn a_page_a_hundred_thousand_deep_is_read() {
    for tag in ["div", "b", "table><tr><td", "ul><li", "svg", "x-y"] {
        let elements = tag.matches('<').count() + 1;
        let html = format!("<{tag}>").repeat(100_000 / elements) + "end";
        let tree = Tree::parse(&html, &Bounds::default());
        let page = Page::new(&html, &tree);
        assert!(page.nodes().any(|node| page.raw_text(node) == "end"), "{tag}");
        assert!(
            page.nodes().all(|node| page.ancestors(node).count() <= Bounds::default().depth + 1),
            "{tag}"
        );
    }
}

#[test]
fn elements_closed_before_their_content_count_for_the_depth() {
    let html = "<b><i><a><div></b></i></a>".repeat(1000) + "end";
    let bounds = Bounds { depth: 20, ..Bounds::default() };
    let tree = Tree::parse(&html, &bounds);
    let page = Page::new(&html, &tree);
    assert!(page.nodes().all(|node| page.ancestors(node).count() <= bounds.depth + 1));
}

#[test]
fn pages_stored_as_bytes_become_text() {
    let cyrillic =
        "<meta charset=windows-1251><p>Паром не ходит девятый день, и никто не знает, когда он пойдёт снова.";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(cyrillic);
    let as_latin1: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let utf8_as_latin1: String = "<meta charset=utf-8><p>Größe – Straße".bytes().map(char::from).collect();
    let utf8_as_1252 = "<p>GrÃ¶ÃŸe â€“ StraÃŸe";
    let japanese = "<meta charset=shift_jis><p>フェリーは九日目も欠航し、再開の見通しは立っていない。";
    let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(japanese);
    let japanese_as_latin1: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    for (stored, expected) in [
        (as_latin1.as_str(), Some(cyrillic)),
        (utf8_as_latin1.as_str(), Some("<meta charset=utf-8><p>Größe – Straße")),
        (utf8_as_1252, Some("<p>Größe – Straße")),
        ("PCFET0NUWVBFIGh0bWw+PHA+0Y/QuTwvcD4=", Some("<!DOCTYPE html><p>яй</p>")),
        ("<p>a\u{93}b\u{94}", Some("<p>a“b”")),
        (
            "<meta charset=windows-1250><p>g³osowanie, si³a, wêgie³, du¿o, by³oby",
            Some("<meta charset=windows-1250><p>głosowanie, siła, węgieł, dużo, byłoby"),
        ),
        (japanese_as_latin1.as_str(), Some(japanese)),
        (
            "<meta charset=iso-8859-9><p>Köprü kapalý, þehir kýþa hazýrlanýyor",
            Some("<meta charset=iso-8859-9><p>Köprü kapalı, şehir kışa hazırlanıyor"),
        ),
        // Text already.
        ("<meta charset=iso-8859-9><p>Die Brücke für Fähren; la façade a brûlé", None),
        ("<meta charset=iso-8859-15><p>sœur … l’ouvrière … 12 €", None),
        ("<meta charset=iso-8859-2><p>Größe und “Straße”", None),
        ("<meta charset=iso-8859-1><p>Größe und Straße", None),
        ("<meta charset=utf-8><p>Größe – “Straße”", None),
        ("<meta charset=windows-1251><p>Паром не ходит", None),
        ("<meta charset=windows-1251><p>© caf\u{e9}", None),
        ("<script charset=windows-1251></script><p>Größe", None),
        ("plain", None),
        ("", None),
    ] {
        assert_eq!(as_text(stored).as_deref(), expected, "{stored}");
    }
}

#[test]
fn json_ld_is_read_as_leniently_as_pages_write_it() {
    for (script, expected) in [
        (r#"{"@type":"A"}"#, r#"[{"@type":"A"}]"#),
        (r#"[{"a":1},[{"b":2}]]"#, r#"[{"a":1},{"b":2}]"#),
        (r#"{"@context":"x","@graph":[{"a":1},{"b":2}]}"#, r#"[{"@context":"x"},{"a":1},{"b":2}]"#),
        ("<!-- {\"a\":1} -->", r#"[{"a":1}]"#),
        ("//<![CDATA[\n{\"a\":1}\n//]]>", r#"[{"a":1}]"#),
        ("{\"a\":\"one\ntwo\"}", r#"[{"a":"one\ntwo"}]"#),
        (r#"{"a":"it\'s",}"#, r#"[{"a":"it's"}]"#),
        (r#"{"a":1} {"b":2}"#, r#"[{"a":1},{"b":2}]"#),
        (r"{&quot;a&quot;:1}", r#"[{"a":1}]"#),
        ("not json", "[]"),
        ("\"text\"", "[]"),
    ] {
        let html = format!("<script type=\"application/ld+json\">{script}</script>");
        let tree = Tree::parse(&html, &Bounds::default());
        let objects = serde_json::to_string(&json_ld(Page::new(&html, &tree))).expect("values are JSON");
        assert_eq!(objects, expected, "{script}");
    }
    let deep = format!("<script type='application/ld+json'>{}</script>", "[".repeat(200_000));
    let tree = Tree::parse(&deep, &Bounds::default());
    assert!(json_ld(Page::new(&deep, &tree)).is_empty());
}

proptest! {
    #[test]
    fn every_page_is_a_tree_in_document_order(
        html in "(<(/?(p|div|a|b|li|ul|td|tr|table|h1|svg|script|title|x-y|br|form|option)( class=x)?/?>?|!--|!)|-->|[a-z &;\"]{1,3}|é){0,60}",
        nodes in 2_usize..80,
        depth in 2_usize..10,
    ) {
        let bounds = Bounds { nodes, depth, ..Bounds::default() };
        let tree = Tree::parse(&html, &bounds);
        let page = Page::new(&html, &tree);
        prop_assert!(page.len() <= nodes);
        let mut last_place = 0;
        for node in page.nodes().skip(1) {
            let parent = page.parent(node);
            prop_assert!(parent < node && page.contains(parent, node) && page.end(node) <= page.end(parent));
            if page.tag(node) == Tag::Text {
                let place = page.raw_text(node).as_ptr() as usize;
                prop_assert!(place >= last_place, "text out of order");
                last_place = place;
            }
        }
        for node in page.nodes() {
            let children: usize = page.children(node).map(|child| page.end(child) - child.index()).sum();
            prop_assert_eq!(children, page.end(node) - node.index() - 1);
        }
    }

    #[test]
    fn no_page_panics(html in "(<[a-z!/?]{0,3}|\\PC{0,4}|&[a-z#x0-9]{0,4};?|['\"=>-]){0,30}") {
        outline(&html);
        as_text(&html);
    }
}
