//! `strip-boilerplate`: what the page prints around an article leaves its text.
//!
//! `Share on Facebook Tweet Print`, `1 year ago 44`, the body, `Read Entire Article` → the body.
//!
//! Each line is judged by itself and as a whole, by lists of phrases in [`phrases`] and by rules in
//! [`furniture`]: a line of a body that only mentions a newsletter, a cookie or an advertisement stays, and no
//! line is cut. The one exception is a heading such as "Related articles": if nothing but titles follows it to
//! the end of the text, they go too. What is not furniture wherever it is printed stays: names, dates of
//! publication and captions are other stages' business. Knows no site, and doesn't learn what repeats.

mod fold;
mod furniture;
mod phrases;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Outcome};
use crate::settings::option_docs;
use crate::stage::{Family, Stage, StageContext, StageKind};
use fold::Folded;
use furniture::{Furniture, Inventory, ends_sentence, sentence_ends};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What to leave in the text: `sharing` (share, print and comment bars), `navigation` (menus, crumbs,
    /// "Breaking News"), `read-more`, `times` (view counts, "3 hours ago"), `advertisements` (the marks),
    /// `pleas` (to subscribe, donate, follow, contact), `notices` (cookies, copyright), `separators`
    /// (`* * *`), `related` (headings and the links under them).
    keep: Vec<Group>,
    /// More lines to remove, and pieces of lines that have nothing else. Case, accents and punctuation make
    /// no difference, and a number stands for every number.
    extra_lines: Vec<String>,
}

/// What a line is for on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Group {
    Sharing,
    Navigation,
    ReadMore,
    Times,
    Advertisements,
    Pleas,
    Notices,
    Separators,
    Related,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "strip-boilerplate",
    family: Family::Cleaner,
    summary: "removes lines that the page prints around an article: share bars, view counts, pleas, notices, related links",
    about: "Whole lines only, judged by phrases of fifteen languages. Titles under a heading such as \"Related articles\" go \
            where nothing else follows. A text that has nothing else becomes empty.",
    reasons: &[],
    example: "[[stage]]\nkind = \"strip-boilerplate\"\nkeep = [\"separators\"]\nextra-lines = [\"Courier members save 20%\"]\n",
    options: option_docs::<Settings>,
    build: |table| {
        let settings = table.read::<Settings>()?;
        Ok(Box::new(StripBoilerplate { inventory: Inventory::new(&settings.keep, &settings.extra_lines) }))
    },
};

#[derive(Debug)]
struct StripBoilerplate {
    inventory: Inventory,
}

impl Stage for StripBoilerplate {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        if let Some(text) = self.strip(&article.text) {
            article.text = text;
            cx.note_change();
        }
        Outcome::Keep
    }
}

/// A line that goes.
struct Gone {
    start: usize,
    furniture: Furniture,
}

/// Lists of links under an article have up to some twenty; more is a body of short lines.
const MOST_LINKS: usize = 30;
/// Few headlines are longer, few paragraphs shorter.
const LONGEST_TITLE_CHARS: usize = 130;

impl StripBoilerplate {
    /// The text without furniture; `None` where it has none.
    fn strip(&self, text: &str) -> Option<String> {
        let mut folded = Folded::default();
        let mut gone: Vec<Gone> = Vec::new();
        for (start, line) in lines(text) {
            if let Some(furniture) = self.inventory.judge(line, &mut folded) {
                gone.push(Gone { start, furniture });
            }
        }
        if gone.is_empty() {
            return None;
        }
        let end = tail(text, &gone).unwrap_or(text.len());
        let mut out = String::with_capacity(text.len());
        let mut gone = gone.iter().map(|line| line.start).peekable();
        let mut blank_before = false;
        for (start, line) in lines(text).take_while(|(start, _)| *start < end) {
            let goes = gone.next_if_eq(&start).is_some();
            if line.trim().is_empty() {
                blank_before = true;
            } else if !goes {
                if !out.is_empty() {
                    out.push_str(if blank_before { "\n\n" } else { "\n" });
                }
                out.push_str(line);
                blank_before = false;
            }
        }
        Some(out)
    }
}

/// Where the tail begins: at the first heading behind which there are only titles and other furniture.
///
/// There has to be prose before it, or the text could be a list of titles.
fn tail(text: &str, gone: &[Gone]) -> Option<usize> {
    let mut gone = gone.iter().rev().peekable();
    let mut start_of_tail = None;
    let mut links = 0;
    let mut end = text.len();
    loop {
        let start = memchr::memrchr(b'\n', text.as_bytes().get(..end)?).map_or(0, |at| at + 1);
        let line = text.get(start..end)?.trim();
        match gone.next_if(|line| line.start == start) {
            Some(Gone { furniture: Furniture::Heading, .. }) => start_of_tail = Some(start),
            Some(_) => {}
            None if line.is_empty() => {}
            None if is_title(line) && links < MOST_LINKS => links += 1,
            None if is_title(line) => return None,
            None => return start_of_tail,
        }
        end = start.checked_sub(1)?;
    }
}

fn is_title(line: &str) -> bool {
    line.chars().nth(LONGEST_TITLE_CHARS).is_none() && !ends_sentence(line) && sentence_ends(line) <= 1
}

/// Lines with their places.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len()));
    ends.filter_map(move |end| {
        let line = text.get(start..end).map(|line| (start, line));
        start = end + 1;
        line
    })
}
