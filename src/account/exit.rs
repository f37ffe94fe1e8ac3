//! Exit codes, for schedulers: the one table of them.
//!
//! The manual page and the help of `copydesk run` are made of [`EXIT_CODES`]; the tables in README.md and pipelines/README.md and
//! the systemd unit are held to it by the tests below.

use super::Ledger;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or done already.
    Done = 0,
    /// The run failed and can resume: a full disk, a read error; or it could not begin, because another run holds its folder or
    /// its state. The same command again is worth a try.
    Failed = 1,
    /// The command cannot be done as it is given, and the same command again fails in the same way: a wrong command line or
    /// pipeline, a folder that cannot be written to, a run that has changed since it began, a damaged checkpoint, work file
    /// or state. The message says what to do. Schedulers must not retry.
    Usage = 2,
    /// Done, but a limit on the outcome was crossed. The same command again ends with it too: a retry must not turn a lost
    /// night green.
    Crossed = 3,
    /// Stopped by SIGHUP: the terminal was closed. The same command resumes, as after the other signals: 128 and the signal's
    /// number, as shells have it.
    HungUp = 129,
    /// Stopped by SIGINT, that is Ctrl-C.
    Interrupted = 130,
    /// Stopped by SIGTERM: `kill`, a scheduler, a shutdown.
    Terminated = 143,
}

/// What is said of exit codes that mean the same to a scheduler.
#[derive(Clone, Copy, Debug)]
pub struct ExitRow {
    /// The codes.
    pub codes: &'static [Exit],
    /// What happened, in a few words.
    pub short: &'static str,
    /// What happened.
    pub meaning: &'static str,
    /// What to do about it.
    pub advice: &'static str,
    /// Whether the same command again may end otherwise.
    pub retry: bool,
}

/// Every exit code.
pub static EXIT_CODES: [ExitRow; 5] = [
    ExitRow {
        codes: &[Exit::Done],
        short: "done, or done already",
        meaning: "done, within the limits; or done already",
        advice: "nothing",
        retry: false,
    },
    ExitRow {
        codes: &[Exit::Failed],
        short: "failed; the same command resumes it",
        meaning: "failed: the disk is full, a read error, no memory, or another run holds the output folder or the state. Nothing is half written",
        advice: "give the same command again; it resumes from the last checkpoint",
        retry: true,
    },
    ExitRow {
        codes: &[Exit::Usage],
        short: "a command, a pipeline or a path is wrong; see the message",
        meaning: "the command line, the pipeline or a path is wrong, or this user may not read a dump; a checkpoint, a work \
                  file or the state is damaged; a dump or the pipeline has changed since the run began",
        advice: "read the message; the same command fails again. Where it says so, `--restart`",
        retry: false,
    },
    ExitRow {
        codes: &[Exit::Crossed],
        short: "done, but a limit was crossed: look at report.html",
        meaning: "done, and in the state, but a limit was crossed: nothing kept, a folder without a dump, a damaged, empty, lost, \
                  short or missing dump, a host that is missing or changed, or what `[limits]` says",
        advice: "open `report.html`; look at the dumps or hosts that are named. The same command again ends with 3 too, so \
                 that a retry does not make a lost night look good",
        retry: false,
    },
    ExitRow {
        codes: &[Exit::HungUp, Exit::Interrupted, Exit::Terminated],
        short: "stopped by a signal; the same command resumes it",
        meaning: "stopped by SIGHUP, Ctrl-C or SIGTERM",
        advice: "as for 1",
        retry: true,
    },
];

impl Ledger {
    /// How a run with this account ends.
    pub fn exit(&self) -> Exit {
        if self.limits_crossed.is_empty() { Exit::Done } else { Exit::Crossed }
    }
}

impl ExitRow {
    /// The codes, such as `129, 130, 143`.
    pub fn names(&self) -> String {
        self.codes.iter().map(|code| (*code as u8).to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// The exit codes, for the end of a help.
pub fn exit_codes() -> String {
    let rows = EXIT_CODES.iter().map(|row| format!("\n  {:<15} {}", row.names(), row.short));
    format!("Exit codes:{}", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the table under a heading, as Markdown.
    fn rows<'a>(document: &'a str, heading: &str) -> Vec<&'a str> {
        let mut lines = document.lines().skip_while(|line| !line.starts_with(heading));
        lines.next();
        lines.by_ref().take_while(|line| line.starts_with('|')).skip(1).collect()
    }

    #[test]
    fn the_documents_have_the_codes_of_this_table() {
        let whole = rows(include_str!("../../pipelines/README.md"), "| exit code |");
        let expected =
            EXIT_CODES.iter().map(|row| format!("| {} | {} | {} |", row.names(), row.meaning, row.advice));
        assert_eq!(whole, expected.collect::<Vec<_>>());
        let short = rows(include_str!("../../README.md"), "| exit code |");
        let codes: Vec<_> = short.iter().filter_map(|row| row.split('|').nth(1)).map(str::trim).collect();
        assert_eq!(codes, EXIT_CODES.iter().map(ExitRow::names).collect::<Vec<_>>());
    }

    #[test]
    fn the_systemd_unit_tries_again_what_a_retry_can_mend_and_nothing_else() {
        let unit = include_str!("../../pipelines/systemd/copydesk.service");
        let never = unit.lines().find_map(|line| line.strip_prefix("RestartPreventExitStatus="));
        let rows = EXIT_CODES.iter().filter(|row| !row.retry && row.codes != [Exit::Done]);
        let expected: Vec<String> = rows.map(ExitRow::names).collect();
        assert_eq!(never, Some(&*expected.join(" ")));
        // Without a name of a night the script ends with what no retry mends.
        let script = include_str!("../../pipelines/systemd/copydesk-night");
        assert!(script.contains(&format!("exit {}\n", Exit::Usage as u8)));
    }
}
