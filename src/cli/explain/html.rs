//! An explanation as a page for a browser: what the terminal shows, in full, in the frame of all pages.
//!
//! Texts that are written from right to left and long edits are easier to read there than in a terminal.

use maud::{Markup, html};

use super::page::ExplainPage;
use super::spans::SpanStyle;
use crate::cli::show::{BOLD, CYAN, DIM, GONE, GREEN, RED, REMOVED, RESET, YELLOW};
use crate::explain::{Explanation, Finding};
use crate::page::page;
use crate::text::shown_name;

/// The marks of a terminal, and their classes in the style sheet.
const MARKS: [(&str, &str); 8] = [
    (RED, "bad"),
    (GREEN, "good"),
    (YELLOW, "warn"),
    (CYAN, "key"),
    (BOLD, "strong"),
    (DIM, "soft"),
    (REMOVED, "removed"),
    (GONE, "removed"),
];

/// The page.
pub(super) fn html(told: &Explanation) -> String {
    // A browser breaks lines itself.
    let look = SpanStyle { width: 100_000, colours: true, full: true };
    let text = ExplainPage::new(look).explanation(told);
    let place = format!("{}:{}", shown_name(&told.line.dump), told.line.line);
    let is_good = told.outcome.outcome == Finding::Kept;
    let mark = if is_good { "✓ " } else { "! " };
    let said = word(told.outcome.outcome);
    let run = told.run.as_ref();
    let body = html! {
        header class=(if is_good { "is-good" } else { "is-bad" }) {
            h1 { bdi { (place) } " " span.soft { (told.pipeline.name) } }
            p.verdict {
                strong class=(if is_good { "good" } else { "bad" }) { (mark) (said) }
                @if let Some(reason) = &told.outcome.reason { " as " strong { (reason) } }
                @if let Some(stage) = &told.outcome.stage { " by " (stage) }
                @if let Some(run) = run { " in the run " bdi { (run.folder) } }
                @if let Some(meaning) = &told.outcome.meaning { ": " (meaning) }
                "."
                @if let Some(alone) = &told.by_stages {
                    " By the stages of " (told.pipeline.name) " alone it is " (word(alone.outcome))
                    @if let Some(reason) = &alone.reason { " as " (reason) }
                    "."
                }
            }
        }
        div.told { @for block in text.split("\n\n") { (self::block(block)) } }
    };
    page(&format!("{mark}{place}: {said} · copydesk"), &body)
}

fn word(outcome: Finding) -> &'static str {
    match outcome {
        Finding::Kept => "kept",
        Finding::Dropped => "dropped",
        Finding::Quarantined => "quarantined",
        _ => "in no output",
    }
}

/// Lines without a blank one between them; the first may be their heading.
fn block(block: &str) -> Markup {
    let mut lines = block.lines().peekable();
    let heading = lines.peek().filter(|line| line.starts_with(BOLD));
    let heading = heading.map(|line| line.replace(BOLD, "").replace(RESET, ""));
    let heading = heading.filter(|heading| !heading.contains('\u{1b}'));
    if heading.is_some() {
        lines.next();
    }
    html! {
        @if let Some(heading) = heading { h2 { (heading) } }
        @for line in lines {
            @let indent = line.len() - line.trim_start_matches(' ').len();
            div style={ "--in:" (indent + 2) "ch" } { (marked(line)) }
        }
    }
}

/// A line with its marks as elements.
fn marked(line: &str) -> Markup {
    let pieces = line.split(RESET).flat_map(|piece| {
        let start = piece.find('\u{1b}').unwrap_or(piece.len());
        let (plain, rest) = piece.split_at(start);
        let mark = MARKS.iter().find_map(|(mark, class)| Some((*class, rest.strip_prefix(mark)?)));
        [("", plain), mark.unwrap_or(("", rest))]
    });
    html! {
        @for (class, text) in pieces {
            @match class {
                "" => { (text) }
                "removed" => { del { (text) } }
                "strong" => { strong { (text) } }
                class => { span class=(class) { (text) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_elements_and_markup_of_a_record_does_not() {
        let line = format!("  {CYAN}title{RESET}  a {REMOVED}<b>{RESET}{GREEN}c{RESET} d");
        assert_eq!(
            block(&format!("{BOLD}the{RESET} {BOLD}record{RESET}\n{line}")).into_string(),
            "<h2>the record</h2><div style=\"--in:4ch\">  <span class=\"key\">title</span>  a <del>&lt;b&gt;</del>\
             <span class=\"good\">c</span> d</div>"
        );
    }
}
