//! `strip-boilerplate`: what the page prints around an article leaves its text.
//!
//! `Share on Facebook Tweet Print`, `1 year ago 44`, the body, `Read Entire Article` → the body.
//!
//! Each line is judged by itself and as a whole, by lists of phrases in [`phrases`], by the topics of short
//! lines in [`pleas`] and by rules in [`furniture`]: a line of a body that only mentions a newsletter, a cookie or an advertisement is kept, and no
//! line is cut but at the mark `[+2829 chars]` that ends a text, which sets `labels.cut`. The one exception is a heading such as "Related articles": if nothing but titles follows it to
//! the end of the text, they are removed too. What is not furniture wherever it is printed is kept: names, dates of
//! publication and captions are other stages' business. Knows no site, and doesn't learn what repeats.

mod fold;
mod furniture;
mod phrases;
mod pleas;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use fold::Folded;
use furniture::{Furniture, Inventory, ends_sentence, sentence_ends};
use pleas::is_about_mail;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What to leave in the text: `sharing` (share, print and comment bars), `navigation` (menus, crumbs,
    /// "Breaking News"), `read-more`, `times` (view counts, "3 hours ago"), `advertisements` (the marks),
    /// `pleas` (to subscribe, donate, follow, contact), `notices` (cookies, copyright), `separators`
    /// (`* * *`), `related` (headings and the links under them).
    keep: Vec<Group>,
    /// More lines to remove, of up to 480 bytes, and pieces of lines that have nothing else. Case, accents and
    /// punctuation make no difference, and a number stands for every number.
    extra_lines: Vec<String>,
    /// Files with more such lines; a line that begins with `#` is a comment. Paths start at the pipeline file's folder.
    files: Vec<String>,
}

/// What is wrong with a line that is to be removed.
fn wrong_line(line: &str) -> Option<String> {
    let most = furniture::LONGEST_LINE_BYTES;
    (line.len() > most).then(|| format!("a line of {} bytes, at most {most}", line.len()))
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
    about: "Whole lines only, judged by phrases of fourteen languages; pleas to subscribe, to log in or to take a newsletter are known in \
            some thirty, and are kept where the article is about newsletters. Titles under a heading such as \"Related articles\" are removed where \
            nothing else follows, and so is `[+2829 chars]` at the end of a text, which sets `labels.cut`. A text that has nothing else becomes empty.",
    rules: &[],
    example: "[[stage]]\nkind = \"strip-boilerplate\"\nkeep = [\"separators\"]\nextra-lines = [\"Courier members save 20%\"]\n\
              files = [\"lines.txt\"]\n",
    schema: settings_schema::<Settings>,
    build: |table| {
        let Settings { keep, mut extra_lines, files } = table.read()?;
        let too_long = extra_lines.iter().filter_map(|line| wrong_line(line));
        let mut problems: Vec<_> = too_long.map(|wrong| table.problem("extra-lines", wrong)).collect();
        match table.read_lines("files", &files, wrong_line) {
            Ok(lines) => extra_lines.extend(lines),
            Err(wrong) => problems.extend(wrong),
        }
        if problems.is_empty() {
            Ok(Box::new(StripBoilerplate { inventory: Inventory::new(&keep, &extra_lines) }))
        } else {
            Err(problems)
        }
    },
};

#[derive(Debug)]
struct StripBoilerplate {
    inventory: Inventory,
}

impl Stage for StripBoilerplate {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        if let Some(length) = before_mark_of_cut(&article.text) {
            article.text.truncate(length);
            article.labels.insert("cut".to_owned(), true.into());
            cx.note_change();
        }
        if let Some((text, age)) = self.strip(&article.text) {
            article.text = text;
            cx.age = age;
            cx.note_change();
        }
        Outcome::Keep
    }
}

/// How much of a text stands before the mark of an interface that cut it: `[+2829 chars]` or, after an ellipsis, `[4123 chars]`.
fn before_mark_of_cut(text: &str) -> Option<usize> {
    let (before, mark) = text.trim_end().strip_suffix(']')?.rsplit_once('[')?;
    let before = before.trim_end();
    let (count, unit) = mark.trim().rsplit_once(' ')?;
    let digits = count.strip_prefix('+');
    let is_count = digits.unwrap_or(count).bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
        && count.ends_with(|character: char| character.is_ascii_digit());
    let is_unit = ["char", "chars", "characters"].iter().any(|word| unit.eq_ignore_ascii_case(word));
    let is_open = digits.is_some() || before.ends_with('…') || before.ends_with("...");
    (is_count && is_unit && is_open).then_some(before.len())
}

/// A line that is removed.
struct Gone {
    start: usize,
    furniture: Furniture,
}

/// Lists of links under an article have up to some twenty; more is a body of short lines.
const MOST_LINKS: usize = 30;
/// Few headlines are longer, few paragraphs shorter.
const LONGEST_TITLE_CHARS: usize = 130;

impl StripBoilerplate {
    /// The text without furniture, and the age that went from its head; `None` where it has no furniture.
    fn strip(&self, text: &str) -> Option<(String, Option<String>)> {
        let mut folded = Folded::default();
        let mut gone: Vec<Gone> = Vec::new();
        for (start, line) in lines(text) {
            if let Some(furniture) = self.inventory.judge(line, &mut folded) {
                gone.push(Gone { start, furniture });
            }
        }
        if gone.iter().any(|line| line.furniture == Furniture::Plea) && is_about_pleas(text) {
            gone.retain(|line| line.furniture != Furniture::Plea);
        }
        if gone.is_empty() {
            return None;
        }
        let end = tail(text, &gone).unwrap_or(text.len());
        let mut out = String::with_capacity(text.len());
        let gone_lines = gone;
        let mut gone = gone_lines.iter().map(|line| line.start).peekable();
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
        Some((out, age(text, &gone_lines)))
    }
}

/// Whether an article is about subscriptions or newsletters: more lines speak of them than pages print around it.
fn is_about_pleas(text: &str) -> bool {
    const SEVERAL: usize = 5;
    let mut folded = Folded::default();
    let about = lines(text).filter(|(_, line)| {
        folded.read(line);
        is_about_mail(&folded)
    });
    about.take(SEVERAL).count() == SEVERAL
}

/// The article's age stands in the head of its text; further down, ages are those of other articles and of comments.
const HEAD_BYTES: usize = 800;
const LONGEST_AGE_BYTES: usize = 80;

/// The first line among those that go that may tell an age.
fn age(text: &str, gone: &[Gone]) -> Option<String> {
    gone.iter().take_while(|line| line.start < HEAD_BYTES).find_map(|line| {
        let line = text.get(line.start..)?.split('\n').next()?.trim();
        let may_tell = line.len() <= LONGEST_AGE_BYTES && has_unit_of_time(line);
        may_tell.then(|| line.to_owned())
    })
}

/// Whether a line that is removed is more likely an age than a share bar: `read-date` finds out.
fn has_unit_of_time(line: &str) -> bool {
    #[rustfmt::skip]
    const PAST: [&str; 24] = [
        "ago", "vor ", "il y a", "hace ", "há ", " fa", "atrás", "geleden", "temu", "назад", "منذ", "قبل", "önce", "前", "yesterday", "today", "gestern", "heute", "hier",
        "ayer", "ontem", "ieri", "вчера", "أمس",
    ];
    let lower = line.to_lowercase();
    PAST.iter().any(|past| lower.contains(past))
}

/// Where the tail begins: at the first heading after which there are only titles and other furniture.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static STAGE: LazyLock<StripBoilerplate> = LazyLock::new(|| with(&[], &[]));

    fn with(keep: &[Group], extra_lines: &[&str]) -> StripBoilerplate {
        let extra_lines: Vec<String> = extra_lines.iter().map(|&line| line.to_owned()).collect();
        StripBoilerplate { inventory: Inventory::new(keep, &extra_lines) }
    }

    fn stripped(text: &str) -> String {
        STAGE.strip(text).map_or_else(|| text.to_owned(), |(text, _)| text)
    }

    const BODY: &str = "The bridge over the Lenne is closed until spring, the council said on Monday.";

    #[test]
    fn layout_is_whole_after_a_line_has_gone() {
        for (text, expected) in [
            ("a b\nShare\nc d", "a b\nc d"),
            ("a b\nShare\n\nc d", "a b\n\nc d"),
            ("a b\n\nShare\n\nc d", "a b\n\nc d"),
            ("Share\n\na b", "a b"),
            ("a b\n\nShare", "a b"),
            ("a b\n\n\n\nShare\n\n\n", "a b"),
            ("a b\r\nShare\r\nc d", "a b\r\nc d"),
            ("Share\n\nTweet\n\n© 2024 The Courier", ""),
            ("a b\n\n\n\nc d", "a b\n\n\n\nc d"),
            ("", ""),
        ] {
            assert_eq!(stripped(text), expected, "{text:?}");
        }
    }

    #[test]
    fn links_under_a_heading_go_only_at_the_end() {
        let links = "Market reopens after the flood\n\nMayor's budget in five charts";
        let tail = format!("{BODY}\n\nRelated articles\n\n{links}");
        assert_eq!(stripped(&tail), BODY);
        let middle = format!("{tail}\n\n{BODY}");
        assert_eq!(stripped(&middle), format!("{BODY}\n\n{links}\n\n{BODY}"));
        let list_of_titles = format!("Related articles\n\n{links}");
        assert_eq!(stripped(&list_of_titles), links);
        let first_of_two = format!("{tail}\n\nMost read\n\nA third headline");
        assert_eq!(stripped(&first_of_two), BODY);
    }

    #[test]
    fn thirty_links_are_links_and_more_are_a_body() {
        let links = |count| vec!["Market reopens after the flood"; count].join("\n");
        assert_eq!(stripped(&format!("{BODY}\n\nRelated articles\n{}", links(MOST_LINKS))), BODY);
        let body = format!("{BODY}\n\nRelated articles\n{}", links(MOST_LINKS + 1));
        assert_eq!(stripped(&body), format!("{BODY}\n{}", links(MOST_LINKS + 1)).replacen('\n', "\n\n", 1));
    }

    #[test]
    fn a_kept_group_stays_and_an_extra_line_goes() {
        let text = format!("* * *\n\nRelated articles\n\n{BODY}\n\nCourier members save 20%!");
        let stage = with(&[Group::Separators, Group::Related], &["courier MEMBERS save 5 %"]);
        assert_eq!(stage.strip(&text), Some((format!("* * *\n\nRelated articles\n\n{BODY}"), None)));
        let long = "courier ".repeat(60);
        let stage = with(&[], &[long.trim_end()]);
        assert_eq!(stage.strip(&format!("{BODY}\n{}", long.trim_end())), Some((BODY.to_owned(), None)));
    }

    #[test]
    fn the_mark_of_a_cut_text_goes_only_at_its_end() {
        for (text, left) in [
            ("The lock keeper op… [+2829 chars]", Some("The lock keeper op…")),
            ("The lock keeper op [+1,204 chars] \n", Some("The lock keeper op")),
            ("The lock keeper op... [4123 chars]", Some("The lock keeper op...")),
            ("The lock keeper op…\n[+7 characters]", Some("The lock keeper op…")),
            ("The form holds [4123 chars]", None),
            ("The lock… [+2829 chars] opened at noon.", None),
            ("The lock opened… [4 photos]", None),
            ("The lock opened… [+ chars]", None),
            ("]", None),
        ] {
            assert_eq!(before_mark_of_cut(text).and_then(|length| text.get(..length)), left, "{text:?}");
        }
    }

    #[test]
    fn a_plea_goes_but_not_from_an_article_about_newsletters() {
        let plea = "Tento článek je jen pro předplatitele. Přihlaste se.";
        assert_eq!(stripped(&format!("{BODY}\n\n{plea}\n\n{BODY}")), format!("{BODY}\n\n{BODY}"));
        let about = ["A newsletter costs little.", "Subscribers read the newsletter."].repeat(2).join("\n\n");
        let text = format!("{BODY}\n\n{plea}\n\n{about}");
        assert_eq!(stripped(&text), text);
    }

    #[test]
    fn a_body_is_not_copied() {
        assert_eq!(STAGE.strip(BODY), None);
        assert_eq!(STAGE.strip(&format!("{BODY}\n\n{BODY}\n")), None);
    }

    #[test]
    fn every_phrase_of_the_lists_goes() {
        let pieces = phrases::PIECES.iter().flat_map(|(_, list)| list.split('|'));
        for phrase in pieces.chain(phrases::HEADINGS.split('|')).map(str::trim) {
            assert_eq!(stripped(phrase), "", "{phrase}");
            assert_eq!(stripped(&phrase.to_uppercase()), "", "{phrase}");
        }
    }

    proptest! {
        #[test]
        fn stripping_twice_changes_nothing_more(
            lines in proptest::collection::vec(
                prop_oneof![
                    Just(BODY.to_owned()),
                    "(Share|Related|Read also|More from|Home|©|Menu|_|Sign up|the post|اقرأ أيضا|相关阅读|3|[A-Z][a-z]{1,9}| |: |> |\\.|@){0,6}",
                    "\\PC{0,30}",
                    Just(String::new()),
                ],
                0..12,
            ),
            end in "\n|\r\n|\n\n",
        ) {
            let text = lines.join(&end);
            let once = stripped(&text);
            prop_assert_eq!(stripped(&once), once.clone());
            if once != text {
                prop_assert!(!once.contains("\n\n\n") && once.trim_matches('\n') == once);
            }
        }

        #[test]
        fn what_is_left_stood_in_the_text(text in "(\\PC|\n|Share|Most read){0,40}") {
            let left = stripped(&text);
            let mut lines = text.split('\n');
            for line in left.split('\n').filter(|line| !line.is_empty()) {
                prop_assert!(lines.any(|original| original == line));
            }
        }
    }
}
