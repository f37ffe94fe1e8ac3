//! Texts of one pattern, as long as one likes, that a stage may take too long over: for [`super::linear`] and the bench `hostile`.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use copydesk::article::{Article, Image, Source};
use copydesk::pipeline::{Pipeline, StageTally};

/// What is repeated, by name.
#[rustfmt::skip]
const UNITS: &[(&str, &str)] = &[
    ("spaces", " "), ("tabs and spaces", "\t  "), ("line ends", "\n"), ("lines of a letter", "a\n"), ("paragraphs of a letter", "a\n\n"),
    ("one letter", "a"), ("one word", "word "), ("lines of a word", "word\n"), ("capitals", "A"), ("initials", "A. B. "), ("names", "Ann Lee "),
    ("dashes", "-"), ("long dashes", "— "), ("hyphens", "a-"), ("underlines", "_"), ("pipes", "a | "), ("colons", "a: "), ("stars", "* "),
    ("quotes", "\""), ("open quotes", "“"), ("apostrophes", "'"), ("quoted letters", "“a” "), ("full stops", "."), ("abbreviations", "U.S. "),
    ("dots and letters", "a."), ("ellipses", "… "), ("question marks", "? "), ("digits", "7"), ("numbers", "7 "), ("numbers with dots", "1.1."),
    ("numbers with dashes", "555-"), ("at signs", "@"), ("mail", "a@a."), ("slashes", "/"), ("addresses", "http://a"), ("www", "www.a.b "),
    ("open brackets", "("), ("brackets", "()"), ("square brackets", "["), ("braces", "{"), ("entities", "&amp;"), ("half entities", "&#"), ("tags", "<b>"),
    ("half tags", "<"), ("end tags", "</p>"), ("comments", "<!--"), ("emoji", "😀"), ("families", "👩‍👧‍👦"), ("accents", "e\u{301}"),
    ("accents alone", "\u{301}"), ("joiners", "\u{200D}"), ("mojibake", "Ã©"), ("mojibake twice", "Ãƒ©"), ("replacement", "\u{FFFD}"),
    ("controls", "\u{1}"), ("Chinese", "港"), ("Arabic", "ميناء "), ("Thai", "ท่าเรือ"), ("Greek capitals", "Σ"), ("ligatures", "ﬃ"),
    ("bylines", "By Ann Lee\n"), ("credits", "Photo: Ann Lee/AP\n"), ("dates", "12 March 2024\n"), ("ISO dates", "2024-03-12 "),
    ("times", "10:30 a.m. "), ("datelines", "LONDON (Reuters) - "), ("read more", "Read more: a\n"), ("notices", "We use cookies.\n"),
    ("copyright", "© 2024 A\n"), ("sentences", "No. Yes. "), ("spun", "arsenic good arsenic "), ("lorem", "lorem ipsum "), ("contributors", "Ann Lee contributed reporting.\n"),
];

/// What Linux counts processor time in.
pub(crate) const TICK: Duration = Duration::from_millis(4);

/// How long something takes: processor time of this thread where the system tells it (Linux), because tests run beside others.
#[expect(clippy::disallowed_methods, reason = "it is the time that is measured")]
pub(crate) fn time(of: impl FnOnce()) -> Duration {
    let used = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    let (start, before) = (Instant::now(), used());
    of();
    let wall = start.elapsed();
    before.zip(used()).map_or(wall, |(before, after)| after.saturating_sub(before))
}

/// The names of the shapes.
pub(crate) fn shapes() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(name, _)| *name).chain([
        "distinct words",
        "distinct lines",
        "a list of authors",
        "lines that grow",
    ])
}

/// A shape of about so many bytes.
pub(crate) fn shape(name: &str, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 64);
    let mut number = 0;
    let unit = UNITS.iter().find(|(unit, _)| *unit == name).map(|(_, unit)| *unit);
    if name == "a list of authors" {
        text.push_str("By ");
    }
    while text.len() < bytes {
        number += 1;
        match (name, unit) {
            (_, Some(unit)) => text.push_str(unit),
            ("distinct words", _) => write!(text, "w{number} ").expect("a String takes any text"),
            ("distinct lines", _) => writeln!(text, "line {number} of it").expect("a String takes any text"),
            ("a list of authors", _) => write!(text, "Ann L{number}, ").expect("a String takes any text"),
            _ => writeln!(text, "{}", "a ".repeat(number)).expect("a String takes any text"),
        }
    }
    text
}

/// An article that has the shape in every field, with a page or with a text.
pub(crate) fn article(shape: &str, is_page: bool) -> Article {
    let source = Source { dump: Arc::from("d"), line: 1, id: None };
    let url = "https://a.example/2024/03/12/pier".to_owned();
    let text = || shape.to_owned();
    if is_page {
        let html = format!(
            "<html><head><title>{shape}</title></head><body><h1>Pier</h1><article><p>{shape}</p></article></body></html>"
        );
        return Article { url, html, ..Article::new(source) };
    }
    Article {
        url,
        text: text(),
        title: text(),
        description: text(),
        images: vec![Image { caption: text(), ..Image::default() }],
        authors: vec![text()],
        language: "en".to_owned(),
        ..Article::new(source)
    }
}

/// Whether a stage works on pages.
pub(crate) fn is_of_pages(stage: &str) -> bool {
    matches!(stage, "extract-html" | "extract-metadata" | "label-page")
}

/// A pipeline of one stage, and of the labeller that it goes by.
pub(crate) fn pipeline(stage: &str) -> Pipeline {
    // Those that have nothing to do by themselves.
    let more = match stage {
        "drop-listed" => "hosts = [\"b.example\"]",
        "drop-non-article" => "[[stage]]\nkind = \"label-page\"",
        "drop-spun" => "[[stage]]\nkind = \"label-spun\"",
        "drop-language" => "[[stage]]\nkind = \"label-language\"",
        _ => "",
    };
    let stage = format!("[[stage]]\nkind = \"{stage}\"");
    let (one, next) = if more.starts_with("[[") { (more, &*stage) } else { (&*stage, more) };
    let source = format!("format = 1\n{one}\n{next}\n");
    Pipeline::parse("hostile", &source).expect("it is right")
}

/// Takes an article through a pipeline.
pub(crate) fn apply(pipeline: &Pipeline, article: &mut Article) {
    pipeline.apply(article, &mut vec![StageTally::default(); pipeline.steps.len()]);
}
