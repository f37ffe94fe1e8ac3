//! The answer as a table.

use std::fmt::Write as _;

use crate::article::Measured;
use crate::cli::show::{
    BOLD, CYAN, DIM, GREEN, RED, RESET, YELLOW, count, elide, measured, name_width, wrap,
};
use crate::finished::what_if::{FlipExample, LimitReport, Report, RuleReport};
use crate::text::Slice;

/// The columns that the limit and each number take, where there is room and where there is little.
const ROOMY: [usize; 2] = [12, 11];
const NARROW: [usize; 2] = [12, 8];
/// Terminals of fewer columns have little.
const NARROW_BELOW: usize = 76;

/// The answer as a table of at most `width` columns.
pub(super) fn table(report: &Report, width: usize) -> String {
    let [limit, number] = if width < NARROW_BELOW { NARROW } else { ROOMY };
    let least = if width < NARROW_BELOW { 12 } else { 24 };
    let names =
        name_width(report.rules.iter().map(|rule| rule.reason.as_str()), least, width, limit + 4 * number);
    let mut text = String::new();
    let mut add = |line: String| writeln!(text, "{}", line.trim_end()).expect("a String takes any text");
    let runs = match report.runs.as_slice() {
        [run] => elide(run, width.saturating_sub(30)),
        runs => format!("{} runs", runs.len()),
    };
    add(format!("{BOLD}{} on {runs}{RESET}", elide(&report.pipeline, 24)));
    add(String::new());
    add(format!("{DIM}{:<names$}{:>limit$}{:>number$}{:>number$}{RESET}", "", "before", "now", ""));
    let dropped_before = report.articles - report.kept_before;
    let dropped_after = report.articles - report.kept_after - report.unknown;
    for (what, before, now) in
        [("kept", report.kept_before, report.kept_after), ("dropped", dropped_before, dropped_after)]
    {
        add(format!(
            "{what:<names$}{:>limit$}{:>number$}{:>number$}",
            count(before),
            count(now),
            change(before, now)
        ));
    }
    if report.unknown > 0 {
        add(format!(
            "{YELLOW}{:<names$}{RESET}{:>limit$}{:>number$}",
            "not known",
            "",
            count(report.unknown)
        ));
    }
    add(String::new());
    add(format!(
        "{BOLD}{:<names$}{:>limit$}{:>number$}{:>number$}{:>number$}{:>number$}{RESET}",
        "dropped by", "limit", "before", "now", "lost", "won"
    ));
    for rule in &report.rules {
        for line in rule_lines(rule, [names, limit, number]) {
            add(line);
        }
    }
    let flips = report.flips;
    add(format!(
        "{BOLD}{:<names$}{:>limit$}{:>number$}{:>number$}{:>number$}{:>number$}{RESET}",
        "all",
        "",
        count(dropped_before),
        count(dropped_after),
        count(flips.kept_to_dropped),
        count(flips.dropped_to_kept)
    ));
    let legend = wrap("lost: kept before, dropped now; won: dropped before, kept now", 0, width);
    add(format!("{DIM}{legend}{RESET}"));
    for (is_lost, colour, what) in [(true, RED, "lost"), (false, GREEN, "won")] {
        for rule in &report.rules {
            let (examples, number) = if is_lost {
                (&rule.newly_dropped, rule.kept_to_dropped)
            } else {
                (&rule.newly_kept, rule.dropped_to_kept)
            };
            if examples.is_empty() {
                continue;
            }
            let from = if is_lost { "to" } else { "from" };
            add(String::new());
            let heading = elide(&format!("{from} {} {}", rule.stage, rule.reason), width.saturating_sub(30));
            add(format!(
                "{colour}{what}{RESET} {heading} {DIM}{} of {}{RESET}",
                examples.len(),
                count(number)
            ));
            for example in examples {
                example_lines(example, &rule.limit, width).into_iter().for_each(&mut add);
            }
        }
    }
    for unknown in &report.unknown_because {
        add(String::new());
        add(format!(
            "{YELLOW}not known{RESET} {DIM}{} of {}{RESET}",
            unknown.examples.len(),
            count(unknown.articles)
        ));
        add(wrap(&unknown.because, 2, width));
        for example in &unknown.examples {
            example_lines(example, &LimitReport::default(), width).into_iter().for_each(&mut add);
        }
    }
    if !report.notes.is_empty() {
        add(String::new());
    }
    for note in &report.notes {
        add(format!("{CYAN}note{RESET}{}", wrap(note, 6, width).slice(4..)));
    }
    text
}

fn rule_lines(rule: &RuleReport, [names, wide, number]: [usize; 3]) -> Vec<String> {
    let short = |value: &Measured| elide(&measured(value), 11);
    let limit = match (&rule.limit.before, &rule.limit.after) {
        (Some(before), Some(after)) if before == after => short(after),
        (Some(before), Some(after)) => {
            let both = format!("{} → {}", measured(before), measured(after));
            elide(&both, 11)
        }
        (None, Some(after)) => format!("new {}", elide(&measured(after), 7)),
        (Some(before), None) => format!("{} gone", elide(&measured(before), 6)),
        (None, None) => String::new(),
    };
    let numbers = [rule.dropped_before, rule.dropped_after, rule.kept_to_dropped, rule.dropped_to_kept];
    let [before, now, lost, won] = numbers.map(count);
    vec![
        format!(
            "{:<names$}{limit:>wide$}{before:>number$}{now:>number$}{lost:>number$}{won:>number$}",
            elide(&rule.reason, names)
        ),
        format!("  {DIM}{}{RESET}", rule.stage),
    ]
}

fn example_lines(example: &FlipExample, limit: &LimitReport, width: usize) -> [String; 2] {
    let title = if example.title.is_empty() { "(no title)" } else { &example.title };
    let mut facts: Vec<String> = Vec::new();
    if let Some(value) = &example.measured {
        let limits: Vec<String> = [("was", &limit.before), ("is", &limit.after)]
            .into_iter()
            .filter_map(|(when, limit)| Some(format!("{when} {}", elide(&measured(limit.as_ref()?), 7))))
            .collect();
        facts.push(format!("measured {}", elide(&measured(value), 10)));
        if !limits.is_empty() {
            facts.push(format!("limit {}", limits.join(", ")));
        }
    }
    let place = format!("{}:{}", example.dump, example.line);
    let room = (width - 4).saturating_sub(facts.join(" · ").chars().count() + 6);
    let host = elide(&example.host, (room / 2).max(8));
    let place = elide(&place, room.saturating_sub(host.chars().count()).max(8));
    if !host.is_empty() {
        facts.push(host);
    }
    facts.push(place);
    [format!("  {}", elide_end(title, width - 4)), format!("    {DIM}{}{RESET}", facts.join(" · "))]
}

/// A headline tells most at its beginning.
fn elide_end(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

fn change(before: u64, now: u64) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Less => format!("-{}", count(before - now)),
        std::cmp::Ordering::Equal => String::new(),
        std::cmp::Ordering::Greater => format!("+{}", count(now - before)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finished::what_if::{Flips, UnknownReport};

    #[test]
    fn the_table_fits_80_columns_whatever_the_names_and_numbers() {
        let example = FlipExample {
            title: "A headline that goes on and on, as headlines did before there were any screens to fit"
                .to_owned(),
            host: "a-long-host-name-of-a-newspaper.with-a-long-name.example".to_owned(),
            dump: "a-folder/with-a-name/and-a-dump-of-a-very-long-name.jsonl.zst".to_owned(),
            line: 99_999_999,
            measured: Some(Measured::Name("a language with a long name".to_owned())),
        };
        let rule = RuleReport {
            stage: "a-gate-with-a-long-name".to_owned(),
            reason: "a_reason_with_quite_a_long_name_indeed".to_owned(),
            limit: LimitReport {
                before: Some(Measured::Name("en, de, fr, es, it, pt".to_owned())),
                after: Some(Measured::Ratio(0.123_456)),
            },
            dropped_before: 99_999_999,
            dropped_after: 99_999_999,
            kept_to_dropped: 99_999_999,
            dropped_to_kept: 99_999_999,
            newly_dropped: vec![example.clone()],
            newly_kept: vec![example.clone()],
            ..RuleReport::default()
        };
        let report = Report {
            pipeline: "a-pipeline-with-a-name-that-is-long".to_owned(),
            runs: vec!["/a/path/to/a/folder/that/goes/on/and/on/and/on/to/some/place".to_owned()],
            articles: 199_999_998,
            kept_before: 99_999_999,
            kept_after: 99_999_997,
            unknown: 9_999_999,
            flips: Flips::default(),
            rules: vec![rule],
            unknown_because: vec![UnknownReport {
                because: "a gate was never asked, and ".repeat(6),
                articles: 99_999_999,
                examples: vec![example],
            }],
            curves: Vec::new(),
            notes: vec!["a note that is longer than a line, as notes of that kind usually are, ".repeat(3)],
        };
        for line in table(&report, 80).lines() {
            let shown = anstream::adapter::strip_str(line).to_string();
            assert!(shown.chars().count() <= 80, "{} columns: {shown}", shown.chars().count());
        }
    }
}
