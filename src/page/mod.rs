//! Pages for people: one file that opens offline, in light and dark, without scripts.
//!
//! One frame, one style sheet, one kind of table and one set of pictures for the report of a run, the index over nights,
//! `what-if` and `explain`. Nothing is fetched, and whatever an article says is escaped by `maud`, which has no other way to put
//! text into a page.

mod chart;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub(crate) use crate::text::counted;
use crate::text::{count, escaped, is_unprintable};
pub(crate) use chart::{HEIGHT, Mark, Tick, WIDTH, bar, plot, short, sparkline, ticks};

const STYLE: &str = include_str!("style.css");

/// A page with what is in its body.
pub(crate) fn page(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (body) }
                footer { "copydesk " (env!("CARGO_PKG_VERSION")) }
            }
        }
    };
    escaped(&page.into_string(), is_unprintable).into_owned() + "\n" + MARK + "\n"
}

/// The last line of every page: a file without it is somebody else's, and no page takes its place.
const MARK: &str = "<!-- written by copydesk -->";

/// Whether a file's content is a page that copydesk wrote.
pub(crate) fn is_our_page(content: &[u8]) -> bool {
    content.trim_ascii_end().ends_with(MARK.as_bytes())
}

/// A column's heading and its class: `n` for numbers; `wide` also for what a narrow screen has no room for.
pub(crate) type Column<'a> = (&'a str, &'a str);

/// A table, which scrolls where it is wider than the page.
pub(crate) fn table(caption: &str, columns: &[Column<'_>], rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(caption) { table {
            caption { (caption) }
            thead { tr {
                @for (name, class) in columns { th scope="col" class=[(!class.is_empty()).then_some(class)] { (name) } }
            } }
            tbody { (rows) }
        } }
    }
}

/// A command as it can be pasted; a click selects it whole.
pub(crate) fn command(command: &str) -> Markup {
    html! { code.cmd { (command) } }
}

/// A part of a whole, 0 where there is no whole.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A share as people read it: `0 %` is nothing at all, and `100 %` is all.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    let percent = 100.0 * share(part, whole);
    match part {
        0 => "0\u{A0}%".to_owned(),
        part if part == whole => "100\u{A0}%".to_owned(),
        _ if percent < 0.1 => "<\u{A0}0.1\u{A0}%".to_owned(),
        _ if percent > 99.9 => ">\u{A0}99.9\u{A0}%".to_owned(),
        _ => format!("{percent:.1}\u{A0}%"),
    }
}

/// A number as people read it: three digits that count.
pub(crate) fn number(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a whole number")]
    if value >= 100.0 || value.fract() == 0.0 {
        return count(value.round() as u64);
    }
    let digits = if value >= 10.0 { 1 } else { 2 };
    let text = if value < 0.01 { format!("{value:.4}") } else { format!("{value:.digits$}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_count() {
        for (value, shown) in [
            (0.0, "0"),
            (0.004, "0.004"),
            (0.65, "0.65"),
            (0.5, "0.5"),
            (12.34, "12.3"),
            (1234.0, "1\u{202F}234"),
        ] {
            assert_eq!(number(value), shown);
        }
    }
}
