//! How things are shown: to where, how wide, with which marks, and how much of them.

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::OnceLock;

use clap::CommandFactory as _;
use serde_json::{Map, Value};

use super::Exit;
use crate::article::Measured;
use crate::page::is_our_page;
use crate::text::{Slice, escaped, is_unprintable, shown_name};
pub(super) use crate::text::{bytes, count, duration};
use crate::write::WriteError;

/// Prints data. A reader that has gone away, such as `head`, wants no more and is no error; whoever waits for
/// data that a full disk did not take must not read success from the exit code.
pub(super) fn out(text: &str) -> Exit {
    let written =
        anstream::stdout().write_all(printable(text).as_bytes()).and_then(|()| io::stdout().flush());
    match written {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => {
            error(&format!("print: {cause}"), &[]);
            Exit::Failed
        }
        _ => Exit::Done,
    }
}

/// Whether a page may be written into a file: a new one, or one with a page of copydesk's.
pub(super) fn may_hold_page(path: &Path) -> bool {
    // Of a pipe nothing is lost.
    let is_foreign = path.is_file() && std::fs::read(path).is_ok_and(|there| !is_our_page(&there));
    if is_foreign {
        let what = format!("write {}: it is there already, and is no page of copydesk", path.display());
        error(&what, &["delete it, or give another name to --html"]);
    }
    !is_foreign
}

/// Writes a page into a file that may hold it; how the command ends that could not.
pub(super) fn write_page(path: &Path, page: &str) -> Result<(), Exit> {
    let write = || {
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
        file.write_all(page.as_bytes())?;
        file.sync_all()
    };
    let Err(cause) = write().map_err(WriteError::of("write", path)) else {
        note(&format!("written: {}", path.display()));
        return Ok(());
    };
    let (advice, exit) = if cause.is_permanent() {
        ("give --html a file in a folder that is there and can be written to", Exit::Usage)
    } else {
        ("free some space; then give the same command again", Exit::Failed)
    };
    error(&cause.to_string(), &[advice]);
    Err(exit)
}

/// How much is said on stderr, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Voice {
    /// Say nothing but warnings, errors and crossed limits
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more, such as a line for each dump that is done
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// The form of what is said on stderr
    #[arg(long, value_name = "FORMAT", global = true, value_enum, default_value_t = LogFormat::Human)]
    pub log_format: LogFormat,
}

/// The form of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LogFormat {
    /// Lines for people, in colours on a terminal
    Human,
    /// A JSON object a line: `time`, `level`, `message`, and figures as numbers
    Json,
}

static VOICE: OnceLock<Voice> = OnceLock::new();

impl Voice {
    /// What was chosen on the command line.
    pub(super) fn chosen() -> Self {
        let usual = Self { quiet: false, verbose: false, log_format: LogFormat::Human };
        VOICE.get().copied().unwrap_or(usual)
    }

    /// Chooses for this process.
    pub(super) fn choose(self) {
        VOICE.get_or_init(|| self);
    }
}

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Error,
    Warning,
    Info,
    /// Shown with `--verbose` only.
    Detail,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Detail => "detail",
        }
    }

    fn is_said(self, voice: Voice) -> bool {
        match self {
            Self::Error | Self::Warning => true,
            Self::Info => !voice.quiet,
            Self::Detail => voice.verbose,
        }
    }
}

/// Says something about the work itself on stderr. `figures` are for programs. If stderr is closed, nothing can be said.
pub(super) fn say(level: Level, message: &str, figures: &[(&str, Value)]) {
    let message = printable(message);
    match Voice::chosen().log_format {
        LogFormat::Human => say_as_it_is(level, &fitted(&message, error_columns()), figures),
        LogFormat::Json => say_as_it_is(level, &message, figures),
    }
}

/// Lines that do not pass a terminal's edge, with room below a word such as `help: ` left free. What can be pasted stays whole: a
/// command in backquotes, or to its line's end.
pub(super) fn fitted(message: &str, columns: usize) -> String {
    let width = |text: &str| anstream::adapter::strip_str(text).to_string().chars().count();
    let mut lines = Vec::new();
    for line in message.split('\n') {
        if width(line) <= columns {
            lines.push(line.to_owned());
            continue;
        }
        let start = line.len() - line.trim_start_matches(' ').len();
        let word = line.split_once(": ").map(|(word, _)| width(word)).filter(|word| *word <= 12);
        let indent = word.map_or(start, |word| word + 2);
        let mut fitted = " ".repeat(start);
        let mut column = start;
        for (number, piece) in pieces(line.slice(start..)).into_iter().enumerate() {
            let length = width(piece);
            if number > 0 && column + 1 + length > columns && column > indent {
                lines.push(std::mem::replace(&mut fitted, " ".repeat(indent)));
                column = indent;
            } else if number > 0 {
                fitted.push(' ');
                column += 1;
            }
            fitted.push_str(piece);
            column += length;
        }
        lines.push(fitted);
    }
    lines.join("\n")
}

/// Whether it goes on as a command of copydesk's does, and not as a sentence about it.
fn is_command(rest: &str) -> bool {
    let word = rest.split(' ').next().unwrap_or_default();
    super::Cli::command().find_subcommand(word).is_some()
}

/// A line's words, of which a command is one.
fn pieces(line: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut is_quoted) = (Vec::new(), 0, false);
    for (at, byte) in line.bytes().enumerate() {
        is_quoted ^= byte == b'`';
        if byte == b' ' && !is_quoted {
            pieces.push(line.slice(start..at));
            start = at + 1;
            if line.slice(start..).strip_prefix("copydesk ").is_some_and(is_command)
                && pieces.last().is_some_and(|word| word.ends_with(':'))
            {
                break;
            }
        }
    }
    pieces.push(line.slice(start..));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Says what holds nothing from an input that was not escaped, such as a picture of the user's own file with its colours.
pub(super) fn say_as_it_is(level: Level, message: &str, figures: &[(&str, Value)]) {
    let voice = Voice::chosen();
    if !level.is_said(voice) {
        return;
    }
    drop(match voice.log_format {
        LogFormat::Human => writeln!(anstream::stderr(), "{message}"),
        LogFormat::Json => {
            let line = LogLine {
                time: crate::night::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
                level: level.name(),
                message: anstream::adapter::strip_str(message).to_string(),
                figures: figures.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            };
            io::stderr().write_all(json(&line).as_bytes())
        }
    });
}

/// A line of stderr with `--log-format json`.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(super) struct LogLine {
    /// When it was said, RFC 3339 in UTC.
    time: String,
    /// `error`, `warning`, `info` or `detail`.
    level: &'static str,
    /// What was said.
    message: String,
    /// Figures, such as `lines`, and the advice about an error (`help`).
    #[serde(flatten)]
    figures: Map<String, Value>,
}

/// Says what is neither an error nor a warning.
pub(super) fn note(line: &str) {
    say(Level::Info, line, &[]);
}

/// Says what does not end the command and should be seen.
pub(super) fn warning(what: &str) {
    say(Level::Warning, &format!("{YELLOW}warning{RESET}: {what}"), &[]);
}

/// Says what to do about an error.
pub(super) fn help(line: &str) {
    say(Level::Error, &format!("{CYAN}help{RESET}: {line}"), &[]);
}

/// Text in which nothing from an input can move the cursor, name the window or turn the reading direction: control and
/// bidirectional characters become `\u001b`, which in JSON means the same. Line ends, tabs and the marks of this file stay.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut printed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let marks = [RED, GREEN, YELLOW, CYAN, BOLD, DIM, RESET, REMOVED, GONE];
        let mark = marks.into_iter().find(|mark| rest.starts_with(mark));
        let length = mark.map_or(first.len_utf8(), str::len);
        let (head, tail) = rest.split_at(length);
        if mark.is_none() {
            printed.push_str(&escaped(head, is_unprintable));
        } else {
            printed.push_str(head);
        }
        rest = tail;
    }
    Cow::Owned(printed)
}

/// Says what failed, and what to do about it.
pub(super) fn refuse(what: &str, advice: &[String]) {
    let advice: Vec<&str> = advice.iter().map(String::as_str).collect();
    error(what, &advice);
}

/// Prints an error that ends the command.
pub(super) fn error(what: &str, advice: &[&str]) {
    match Voice::chosen().log_format {
        LogFormat::Human => {
            say(Level::Error, &format!("{RED}error{RESET}: failed to {what}"), &[]);
            advice.iter().for_each(|line| help(line));
        }
        LogFormat::Json => {
            say(Level::Error, &format!("failed to {what}"), &[("help", advice.to_vec().into())]);
        }
    }
}

/// The widest that prose is comfortably read.
const MOST_COLUMNS: usize = 120;

/// The columns that a table may take: those of the terminal on stdout. Where stdout is no terminal, programs search and cut
/// lines themselves, and nothing is shortened or wrapped.
pub(super) fn columns() -> usize {
    terminal_columns().unwrap_or(usize::MAX)
}

/// The columns that prose is wrapped at.
pub(super) fn prose_columns() -> usize {
    terminal_columns().unwrap_or(80).min(MOST_COLUMNS)
}

/// The columns that a help is wrapped at.
pub(super) fn help_columns() -> usize {
    const MOST: usize = 100;
    terminal_columns().unwrap_or(MOST).min(MOST)
}

/// The columns of messages: those of the terminal on stderr.
pub(super) fn error_columns() -> usize {
    columns_of(io::stderr()).unwrap_or(usize::MAX)
}

fn terminal_columns() -> Option<usize> {
    columns_of(io::stdout())
}

fn columns_of(terminal: impl std::os::fd::AsFd) -> Option<usize> {
    /// A table has no room for its names in fewer.
    const LEAST: usize = 40;
    // In a build for tests, so that they need no terminal.
    if cfg!(debug_assertions)
        && let Ok(columns) = std::env::var("COPYDESK_TEST_COLUMNS")
    {
        return columns.parse().ok();
    }
    // Terminals that programs make have often no rows, and columns all the same.
    let terminal = rustix::termios::tcgetwinsize(terminal).ok().filter(|size| size.ws_col > 0)?;
    Some(usize::from(terminal.ws_col).max(LEAST))
}

/// The width of a column of names in a table of `width` columns, of which others take `others`.
pub(super) fn name_width<'a>(
    names: impl IntoIterator<Item = &'a str>,
    least: usize,
    width: usize,
    others: usize,
) -> usize {
    /// Less of a name does not tell it from another.
    const SHORTEST: usize = 8;
    let longest = names.into_iter().map(|name| name.chars().count() + 1).max().unwrap_or(0);
    longest.max(least).min(width.saturating_sub(others).max(SHORTEST))
}

pub(super) const RED: &str = "\x1b[1;31m";
pub(super) const GREEN: &str = "\x1b[32m";
pub(super) const YELLOW: &str = "\x1b[33m";
pub(super) const CYAN: &str = "\x1b[36m";
pub(super) const BOLD: &str = "\x1b[1m";
pub(super) const DIM: &str = "\x1b[2m";
pub(super) const RESET: &str = "\x1b[0m";
/// Text that an edit removed. Struck through, too: one reader in twelve cannot tell red from green.
pub(super) const REMOVED: &str = "\x1b[31;9m";
/// Text that is gone with its line.
pub(super) const GONE: &str = "\x1b[31m";

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// A table
    Human,
    /// One JSON object
    Json,
}

/// An answer as a line of JSON; [`super::schema`] describes each.
pub(super) fn json(answer: &impl serde::Serialize) -> String {
    let mut json = serde_json::to_string(answer).expect("an answer has names for keys");
    json.push('\n');
    json
}

/// A measured value: counts in groups, ratios with up to four digits.
pub(super) fn measured(value: &Measured) -> String {
    match value {
        Measured::Count(number) => count(*number),
        Measured::Ratio(ratio) => {
            let text = format!("{ratio:.4}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        Measured::Name(name) => name.clone(),
    }
}

/// A text of at most `width` characters, with `…` for its middle where it is longer: names of dumps differ
/// at their ends.
pub(super) fn elide(text: &str, width: usize) -> String {
    // A name may have line ends in it.
    let text = &*shown_name(text);
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let head = (width - 1) / 2;
    let tail = width - 1 - head;
    let front = text.chars().take(head);
    front.chain(std::iter::once('…')).chain(text.chars().skip(length - tail)).collect()
}

/// Text in lines of at most `width` characters, each after an indent.
pub(super) fn wrap(text: &str, indent: usize, width: usize) -> String {
    let mut lines = String::new();
    let mut column = 0_usize;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column == 0 || column.saturating_add(1 + length) > width {
            lines.push_str(if column == 0 { "" } else { "\n" });
            lines.push_str(&" ".repeat(indent));
            column = indent + length;
        } else {
            lines.push(' ');
            column += 1 + length;
        }
        lines.push_str(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_values_have_as_many_digits_as_they_need() {
        let shown =
            [Measured::Count(1200), Measured::Ratio(0.5), Measured::Ratio(0.123_46), Measured::Ratio(1.0)];
        assert_eq!(shown.each_ref().map(measured), ["1\u{202F}200", "0.5", "0.1235", "1"]);
        assert_eq!(measured(&Measured::Name("en".to_owned())), "en");
    }

    #[test]
    fn messages_fit_a_terminal_and_commands_stay_whole() {
        let said =
            format!("{CYAN}help{RESET}: the kinds are drop-short, drop-listed and others that there are");
        let shown = fitted(&said, 40);
        assert_eq!(
            shown,
            format!(
                "{CYAN}help{RESET}: the kinds are drop-short,\n      drop-listed and others that there\n      are"
            )
        );
        assert_eq!(fitted(&said, 100), said);
        let command = "copydesk state repair /data/state RUN --pipeline nightly";
        let said = format!("give the folders: `{command}`; or not");
        assert_eq!(fitted(&said, 30), format!("give the folders:\n`{command}`;\nor not"));
        let said = format!("warning: explain that line: {command}");
        assert_eq!(fitted(&said, 30), format!("warning: explain that line:\n         {command}"));
        assert_eq!(
            fitted("error: failed:\n  one two three four five", 15),
            "error: failed:\n  one two three\n  four five"
        );
    }

    #[test]
    fn long_texts_are_fitted() {
        assert_eq!(elide("a-long-name.jsonl.zst", 11), "a-lon…l.zst");
        assert_eq!(elide("short", 11), "short");
        assert_eq!(wrap("one two three four", 2, 10), "  one two\n  three\n  four");
    }
}
