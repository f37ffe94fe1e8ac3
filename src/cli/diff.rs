//! `copydesk diff`.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::show::{
    BOLD, CYAN, DIM, Format, GREEN, RED, RESET, YELLOW, columns, count, elide, json, name_width, out,
};
use super::{Exit, what_if};
use crate::finished::FinishedRun;
use crate::finished::diff::{FieldDifference, LineFate, Move, RunDifference, diff as lay_side_by_side};

/// Show what two runs over the same dumps decided differently
///
/// Lines are matched by dump and line; records of dumps that only one run has, or that have another content in each, by id. Fields are compared in articles that
/// both runs kept, or dropped for the same reason.
#[derive(clap::Args)]
#[command(after_help = "Next: `copydesk explain PIPELINE DUMP:LINE` shows one article stage by stage.")]
pub(super) struct Arguments {
    /// The folder of the first run
    #[arg(value_name = "RUN")]
    first: PathBuf,
    /// The folder of the second run
    #[arg(value_name = "RUN")]
    second: PathBuf,
    /// Show so many lines of each difference
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
    /// How to print the differences on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn diff(arguments: &Arguments) -> Exit {
    let open = || Ok([FinishedRun::open(&arguments.first)?, FinishedRun::open(&arguments.second)?]);
    let difference = open().and_then(|runs| lay_side_by_side(&runs, arguments.examples));
    match difference {
        Err(failure) => what_if::fail(&failure),
        Ok(difference) => out(&match arguments.format {
            Format::Human => table(&difference, columns()),
            Format::Json => json(&difference),
        }),
    }
}

fn table(difference: &RunDifference, width: usize) -> String {
    let mut text = String::new();
    let mut add = |line: String| writeln!(text, "{}", line.trim_end()).expect("a String takes any text");
    let [first, second] = &difference.runs;
    add(format!("{BOLD}{} → {}{RESET}", elide(first, width / 2 - 2), elide(second, width / 2 - 2)));
    add(String::new());
    let moved: u64 = difference.moves.iter().map(|one| one.lines).sum();
    for (what, number) in [
        ("the same in both", difference.same),
        ("treated differently", moved),
        ("treated alike, other fields", difference.changed),
        ("only in the first run", difference.only_in[0]),
        ("only in the second run", difference.only_in[1]),
    ] {
        add(format!("{what:<40}{:>12}", count(number)));
    }
    if difference.matched_by_id > 0 {
        add(format!("{DIM}{:<40}{:>12}{RESET}", "matched by id", count(difference.matched_by_id)));
    }
    for (dumps, run) in difference.dumps_only_in.iter().zip(["first", "second"]) {
        if let Some(dump) = dumps.first() {
            let more = if dumps.len() > 1 { format!(" and {} more", dumps.len() - 1) } else { String::new() };
            add(format!(
                "{CYAN}only the {run} run has{RESET} {}{more}",
                elide(dump, width.saturating_sub(42).max(8))
            ));
        }
    }
    if let Some(dump) = difference.dumps_changed.first() {
        let more = difference.dumps_changed.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        add(format!(
            "{CYAN}another content has{RESET} {}{more}",
            elide(dump, width.saturating_sub(42).max(8))
        ));
    }
    if difference.matched == 0 && difference.only_in.iter().all(|lines| *lines > 0) {
        add(format!("{YELLOW}the runs have no line in common: they are over different dumps{RESET}"));
    }
    for one in &difference.moves {
        moves(one, width).into_iter().for_each(&mut add);
    }
    let names = name_width(difference.fields.iter().map(|field| field.field.as_str()), 40, width, 36);
    if !difference.fields.is_empty() {
        add(String::new());
        add(format!("{BOLD}{:<names$}{:>12}{:>12}{:>12}{RESET}", "field", "changed", "added", "removed"));
    }
    for field in &difference.fields {
        let [changed, added, removed] = [field.changed, field.added, field.removed].map(count);
        add(format!("{:<names$}{changed:>12}{added:>12}{removed:>12}", elide(&field.field, names - 1)));
    }
    for field in difference.fields.iter().filter(|field| !field.examples.is_empty()) {
        edits(field, width).into_iter().for_each(&mut add);
    }
    text
}

fn moves(one: &Move, width: usize) -> Vec<String> {
    let colour = match (&one.from, &one.to) {
        (LineFate::Kept, _) => RED,
        (_, LineFate::Kept) => GREEN,
        _ => YELLOW,
    };
    let mut lines = vec![
        String::new(),
        format!(
            "{colour}{} → {}{RESET}{:>11}",
            elide(&fate(&one.from), (width - 14) / 2),
            elide(&fate(&one.to), (width - 14) / 2),
            count(one.lines)
        ),
    ];
    for example in &one.examples {
        let place = place(&example.dump, example.line, width);
        let title = elide(&example.title, width.saturating_sub(4 + place.chars().count()).max(8));
        lines.push(format!("  {DIM}{place}{RESET}  {title}"));
    }
    lines
}

fn edits(field: &FieldDifference, width: usize) -> Vec<String> {
    let mut lines = vec![String::new(), format!("{BOLD}{}{RESET}", elide(&field.field, width))];
    for example in &field.examples {
        lines.push(format!("  {DIM}{}{RESET}", place(&example.dump, example.line, width)));
        for (mark, colour, value) in [("-", RED, &example.old), ("+", GREEN, &example.new)] {
            let Some(value) = value else { continue };
            let value: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
            lines.push(format!("  {colour}{mark}{RESET} {}", elide(&value, width - 4)));
        }
    }
    lines
}

fn place(dump: &str, line: u64, width: usize) -> String {
    format!("{}:{line}", elide(dump, width / 3))
}

fn fate(fate: &LineFate) -> String {
    match fate {
        LineFate::Kept => "kept".to_owned(),
        LineFate::Dropped { stage, reason } => format!("{reason} ({stage})"),
        LineFate::Quarantined { reason } => format!("quarantined: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finished::diff::{DiffExample, FieldExample};

    #[test]
    fn the_table_fits_80_columns_whatever_the_names_and_numbers() {
        let long =
            "a name that goes on and on and then on again, until there is no room left in the line at all";
        let dropped = LineFate::Dropped { stage: long.to_owned(), reason: long.to_owned() };
        let example = DiffExample { title: long.to_owned(), dump: long.to_owned(), line: 99_999_999 };
        let edit = FieldExample {
            dump: long.to_owned(),
            line: 99_999_999,
            old: Some(long.to_owned()),
            new: Some(long.to_owned()),
        };
        let difference = RunDifference {
            runs: [long.to_owned(), long.to_owned()],
            matched: 99_999_999,
            matched_by_id: 99_999_999,
            same: 99_999_999,
            only_in: [99_999_999; 2],
            moves: vec![Move {
                from: dropped,
                to: LineFate::Quarantined { reason: long.to_owned() },
                lines: 99_999_999,
                examples: vec![example],
            }],
            changed: 99_999_999,
            fields: vec![FieldDifference {
                field: long.to_owned(),
                changed: 99_999_999,
                added: 99_999_999,
                removed: 99_999_999,
                examples: vec![edit],
            }],
            dumps_only_in: [vec![long.to_owned(), long.to_owned()], Vec::new()],
            dumps_changed: vec![long.to_owned(); 12],
        };
        for line in table(&difference, 80).lines() {
            let shown = anstream::adapter::strip_str(line).to_string();
            assert!(shown.chars().count() <= 80, "{} columns: {shown}", shown.chars().count());
        }
    }
}
