//! Pages in Markdown, as crawlers for language models write them: menu, links, pictures and all.
//!
//! They are written back as HTML, so that what finds the article in a page finds it in them, too.

use memchr::memmem;
use pulldown_cmark::{Event, Options, Parser, Tag};

/// Links from which on a text without a heading is Markdown. A text that speaks of Markdown has one or two.
const LEAST_LINKS: usize = 3;

/// Whether a text is Markdown: it has links or pictures as nothing else writes them.
pub(crate) fn is_markdown(text: &str) -> bool {
    let mut links = memmem::find_iter(text.as_bytes(), "](").filter(|at| is_link(text, *at));
    let Some(_) = links.next() else { return false };
    has_heading(text) || links.nth(LEAST_LINKS - 2).is_some()
}

/// Whether `](` at a place is within `[words](address)`.
fn is_link(text: &str, at: usize) -> bool {
    const ADDRESSES: [&str; 6] = ["http", "/", "#", "<", "mailto:", "./"];
    let (before, after) = text.split_at(at);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let target = after.get(2..).unwrap_or_default();
    line.contains('[') && ADDRESSES.iter().any(|address| target.starts_with(address)) && target.contains(')')
}

/// Whether a line is a heading: `## Words`.
fn has_heading(text: &str) -> bool {
    text.lines().any(|line| {
        let words = line.trim_start_matches('#');
        (1..=6).contains(&(line.len() - words.len())) && words.starts_with(' ')
    })
}

/// The page that Markdown was made from, as far as it says. A heading and what stands below it are a section, so that a list of other articles is
/// told from the article.
pub(crate) fn page_of(text: &str) -> String {
    let mut open = Vec::new();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(text, options).flat_map(|event| {
        let mut marks = String::new();
        if let Event::Start(Tag::Heading { level, .. }) = &event {
            while open.pop_if(|last| *last >= *level).is_some() {
                marks.push_str("</section>");
            }
            marks.push_str("<section>");
            open.push(*level);
        }
        [Event::Html(marks.into()), event]
    });
    let mut page = String::with_capacity(text.len() + text.len() / 4);
    page.push_str("<!DOCTYPE html>\n<body>\n");
    pulldown_cmark::html::push_html(&mut page, events);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_and_what_stands_below_it_are_a_section() {
        let page = page_of("top\n\n# One\n\ntext\n\n### Two\n\n## Three\n");
        let sections: Vec<&str> =
            page.split("section>").map(|part| part.trim_end_matches(['<', '/']).trim()).collect();
        assert_eq!(sections[1..], ["<h1>One</h1>\n<p>text</p>", "<h3>Two</h3>", "", "<h2>Three</h2>"]);
    }

    #[test]
    fn links_as_nothing_else_writes_them_are_markdown() {
        for (text, is) in [
            ("# The bridge\n\nIt stays [shut](https://a.example/1).", true),
            ("[Home](/) | [News](/news) | [Sport](#sport)\n\nThe bridge stays shut.", true),
            ("![bridge](https://a.example/1.jpg)\n\n## The bridge\n\nIt stays shut.", true),
            ("It stays [shut](https://a.example/1), and [so](https://a.example/2).", false),
            ("#bridge #shut\nIt stays [shut](https://a.example/1).", false),
            ("f[0](1), g[1](2) and h[2](3)\n# comment", false),
            ("[1] The bridge (see below)", false),
            ("", false),
        ] {
            assert_eq!(is_markdown(text), is, "{text}");
        }
    }
}
