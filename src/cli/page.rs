//! Pages for people: one file that opens offline, in light and dark, without scripts.

use std::fmt::Write as _;

/// A page that is being written.
pub(super) struct Page {
    html: String,
}

/// Colours have a contrast of 4.5 or more against their ground in both schemes.
const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#fff;--ink:#1b1b1b;--dim:#595959;--line:#d0d0d0;--curve:#0b5cad;--now:#a3341f}\
@media (prefers-color-scheme: dark){:root{--ground:#161616;--ink:#ececec;--dim:#a8a8a8;--line:#3c3c3c;--curve:#7ab8ff;--now:#ff9c85}}\
body{background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.5rem}h3{font-size:1rem;margin-top:2rem}\
.wide{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}\
caption{text-align:start;font-weight:600;padding:.3rem 0}\
th,td{padding:.25rem .75rem;border-bottom:1px solid var(--line);text-align:end;font-variant-numeric:tabular-nums;vertical-align:top}\
th[scope=row],td.text{text-align:start;font-weight:400;min-width:8rem;overflow-wrap:anywhere}td code,th code{white-space:nowrap}\
thead th{color:var(--dim);font-weight:600}thead th:first-child{text-align:start}\
figure{margin:0}figcaption{color:var(--dim);font-size:.9rem}\
svg{width:100%;max-width:44rem;height:auto}svg text{fill:var(--ink);font-size:12px}\
.grid{stroke:var(--line)}.curve{fill:none;stroke:var(--curve);stroke-width:2}\
.before{stroke:var(--dim);stroke-dasharray:4 3}.now{stroke:var(--now);stroke-width:1.5}";

impl Page {
    pub(super) fn new(title: &str) -> Self {
        let title = escape(title);
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        );
        Self { html }
    }

    /// Adds markup.
    pub(super) fn add(&mut self, markup: &str) {
        self.html.push_str(markup);
        self.html.push('\n');
    }

    /// Adds a table; `rows` is markup.
    pub(super) fn table(&mut self, caption: &str, headings: &[&str], rows: &str) {
        let headings = each(headings, |name| format!("<th scope=\"col\">{name}</th>"));
        let written = writeln!(
            self.html,
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table><caption>{caption}</caption>\
             <thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table></div>",
            caption = escape(caption)
        );
        written.expect("a String takes any text");
    }

    pub(super) fn finish(mut self) -> String {
        self.html.push_str("</main>\n</body>\n</html>\n");
        self.html
    }
}

/// Markup for each of several things.
pub(super) fn each<T>(things: impl IntoIterator<Item = T>, markup: impl Fn(T) -> String) -> String {
    things.into_iter().map(markup).fold(String::new(), |all, one| all + &one)
}

/// Text as markup, also within an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            character => escaped.push(character),
        }
    }
    escaped
}
