//! How far a run is, while it runs: bars on a terminal, else a line every so often.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::show::{Level, LogFormat, Voice, bytes, count, duration, elide, say, warning};
use crate::account::{Counts, DumpAccount};
use crate::night::{Resumption, View, Watch};

/// When to show progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum When {
    /// Bars on a terminal, else a line after 10, 20, 40 … seconds and then every ten minutes
    Auto,
    /// Bars, also where stderr is no terminal
    Always,
    /// Nothing
    Never,
}

/// Shows how far a run is.
pub(super) enum Progress {
    Bars(Box<Bars>),
    Lines(LineProgress),
    Nothing,
}

impl Progress {
    pub(super) fn new(when: When) -> Self {
        let terminal = io::stderr().is_terminal();
        let voice = Voice::chosen();
        match when {
            When::Never => Self::Nothing,
            When::Auto if voice.quiet => Self::Nothing,
            When::Auto if !terminal || voice.log_format == LogFormat::Json => {
                Self::Lines(LineProgress { pace: Pace::start(Duration::from_secs(10)) })
            }
            When::Auto | When::Always => Self::Bars(Box::new(Bars::new(terminal))),
        }
    }
}

/// Progress, a line for each dump that is done, with `--verbose`, and with `-o -` the records.
pub(super) struct Watcher {
    progress: Progress,
    /// Dumps before this one are done.
    dumps_done: usize,
    /// Set where records go to standard output; a reader that has gone away sets it.
    stop: Option<Arc<AtomicBool>>,
}

impl Watcher {
    pub(super) fn new(when: When) -> Self {
        Self { progress: Progress::new(when), dumps_done: 0, stop: None }
    }

    /// Passes records on to standard output, where bars on the same terminal would be in their way.
    pub(super) fn printing_records(when: When, stop: &Arc<AtomicBool>) -> Self {
        let when = if io::stdout().is_terminal() { When::Never } else { when };
        Self { stop: Some(Arc::clone(stop)), ..Self::new(when) }
    }

    /// Dumps end in their order.
    fn name_done(&mut self, accounts: &[DumpAccount]) {
        for dump in accounts.iter().skip(self.dumps_done).take_while(|dump| dump.compression.is_some()) {
            let Counts { read, kept, dropped, quarantined, .. } = dump.lines;
            let message = format!(
                "{}: {} lines, {} kept, {} dropped, {} quarantined",
                dump.dump,
                count(read),
                count(kept),
                count(dropped),
                count(quarantined)
            );
            let figures = [
                ("dump", dump.dump.as_str().into()),
                ("lines", read.into()),
                ("kept", kept.into()),
                ("dropped", dropped.into()),
                ("quarantined", quarantined.into()),
            ];
            say(Level::Detail, &message, &figures);
            self.dumps_done += 1;
        }
    }
}

impl Watch for Watcher {
    fn resumes(&mut self, from: Resumption<'_>) {
        let Resumption { at, lines, dumps_done, dumps } = from;
        let shown = count(lines);
        let message = match at {
            Some((dump, line)) => format!(
                "resumes at line {} of {dump}: {dumps_done} of {dumps} dumps and {shown} lines are done",
                count(line)
            ),
            None => format!("resumes where all {shown} lines are written, and only names are missing"),
        };
        say(Level::Info, &message, &[("lines", lines.into())]);
    }

    fn note(&mut self, what: &str) {
        warning(what);
    }

    fn records(&mut self, packed: &mut dyn io::Read) -> io::Result<()> {
        let Some(stop) = self.stop.as_ref().filter(|stop| !stop.load(Ordering::Relaxed)) else {
            return Ok(());
        };
        let mut stdout = io::stdout().lock();
        match zstd::stream::copy_decode(packed, &mut stdout).and_then(|()| stdout.flush()) {
            Err(cause) if cause.kind() == io::ErrorKind::BrokenPipe => {
                stop.store(true, Ordering::Relaxed);
                Ok(())
            }
            passed => passed,
        }
    }

    fn tick(&mut self, view: View<'_>) {
        self.name_done(view.accounts);
        match &mut self.progress {
            Progress::Bars(bars) => bars.tick(view),
            Progress::Lines(lines) => lines.tick(view),
            Progress::Nothing => {}
        }
    }
}

/// Says yes once in a while.
struct Pace {
    started: Instant,
    last: Instant,
    every: Duration,
}

impl Pace {
    #[expect(clippy::disallowed_methods, reason = "progress is for people and in no output")]
    fn now() -> Instant {
        Instant::now()
    }

    fn start(every: Duration) -> Self {
        let now = Self::now();
        Self { started: now, last: now, every }
    }

    /// Each time takes twice as long as the one before, up to ten minutes: a log of six hours has 40 lines.
    fn slow_down(&mut self) {
        self.every = (self.every * 2).min(Duration::from_secs(600));
    }

    /// The seconds since the start, if it is time to show something.
    fn due(&mut self) -> Option<f64> {
        let now = Self::now();
        if now.duration_since(self.last) < self.every {
            return None;
        }
        self.last = now;
        Some(now.duration_since(self.started).as_secs_f64())
    }
}

fn per_second(count: u64, seconds: f64) -> u64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate for people"
    )]
    let rate = (count as f64 / seconds.max(0.001)) as u64;
    rate
}

/// All bytes of the night, compressed; `None` where a stream's length is not known.
fn total_bytes(view: &View<'_>) -> Option<u64> {
    let known = view.dumps.iter().all(|dump| dump.path.is_some());
    known.then(|| view.dumps.iter().map(|dump| dump.packed_bytes).sum())
}

fn read_bytes(view: &View<'_>) -> u64 {
    (0..view.dumps.len()).map(|dump| view.read_bytes(dump)).sum()
}

/// Lines for logs.
pub(super) struct LineProgress {
    pace: Pace,
}

impl LineProgress {
    fn tick(&mut self, view: View<'_>) {
        let Some(seconds) = self.pace.due() else { return };
        let read = read_bytes(&view);
        let part = total_bytes(&view).map_or_else(
            || bytes(read),
            |total| {
                format!(
                    "{} of {} ({}%)",
                    bytes(read),
                    bytes(total),
                    (read * 100).checked_div(total).unwrap_or(100)
                )
            },
        );
        let Counts { read: lines, kept, dropped, quarantined, .. } = view.counts;
        let message = format!(
            "{} · {part} · {} lines, {}/s · kept {} · dropped {} · quarantined {}",
            duration(seconds),
            count(lines),
            count(per_second(lines, seconds)),
            count(kept),
            count(dropped),
            count(quarantined)
        );
        let figures = [
            ("seconds", seconds.into()),
            ("bytes", read.into()),
            ("lines", lines.into()),
            ("kept", kept.into()),
            ("dropped", dropped.into()),
            ("quarantined", quarantined.into()),
        ];
        say(Level::Info, &message, &figures);
        self.pace.slow_down();
    }
}

/// Bars for a terminal: one for the run, one for each dump that is open.
pub(super) struct Bars {
    bars: MultiProgress,
    /// The bar of the run, and the line of counts below it. One bar of two lines would leave its first behind
    /// whenever the number of bars changes.
    run: Option<(ProgressBar, ProgressBar)>,
    dumps: BTreeMap<usize, ProgressBar>,
    pace: Pace,
}

/// More dumps than this are open only when they are tiny, and then nobody can read their bars.
const DUMP_BARS: usize = 4;

const NAME_WIDTH: usize = 24;

impl Bars {
    fn new(terminal: bool) -> Self {
        let target = if terminal {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::term_like_with_hz(Box::new(PlainTerminal), 2)
        };
        let pace = Pace::start(Duration::from_millis(100));
        Self { bars: MultiProgress::with_draw_target(target), run: None, dumps: BTreeMap::new(), pace }
    }

    fn tick(&mut self, view: View<'_>) {
        let Some(seconds) = self.pace.due() else { return };
        let (run, counts) = self.run.get_or_insert_with(|| {
            (self.bars.add(run_bar(total_bytes(&view))), self.bars.add(counts_line()))
        });
        run.set_position(read_bytes(&view));
        let Counts { read, kept, dropped, quarantined, .. } = view.counts;
        counts.set_message(format!(
            "{}/s · kept {} · dropped {} · quarantined {}",
            count(per_second(read, seconds)),
            count(kept),
            count(dropped),
            count(quarantined)
        ));
        self.dumps.retain(|dump, bar| {
            let open = view.is_open(*dump);
            if !open {
                bar.finish_and_clear();
            }
            open
        });
        let open = (0..view.dumps.len()).filter(|dump| view.is_open(*dump)).take(DUMP_BARS);
        for index in open {
            let Some(dump) = view.dumps.get(index) else { continue };
            let bar = self.dumps.entry(index).or_insert_with(|| {
                self.bars.add(dump_bar(&dump.name, dump.path.as_ref().map(|_| dump.packed_bytes)))
            });
            bar.set_position(view.read_bytes(index));
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.dumps.values().for_each(ProgressBar::finish_and_clear);
        if let Some((run, counts)) = &self.run {
            counts.finish_and_clear();
            run.finish_and_clear();
        }
    }
}

fn run_bar(total: Option<u64>) -> ProgressBar {
    let template = if total.is_some() {
        "{wide_bar} {percent:>3}%  {decimal_bytes} of {decimal_total_bytes}  {elapsed}, {eta} left"
    } else {
        "{spinner} {decimal_bytes}  {elapsed}"
    };
    bar(total, template)
}

fn counts_line() -> ProgressBar {
    bar(None, "{wide_msg}")
}

fn dump_bar(name: &str, total: Option<u64>) -> ProgressBar {
    let template = if total.is_some() {
        "  {prefix} {wide_bar} {decimal_bytes} of {decimal_total_bytes}"
    } else {
        "  {prefix} {spinner} {decimal_bytes}"
    };
    let bar = bar(total, template);
    bar.set_prefix(format!("{:NAME_WIDTH$}", elide(name, NAME_WIDTH)));
    bar
}

fn bar(total: Option<u64>, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).expect("the templates above are right");
    // Hidden until it is added to the others: it would draw itself across them.
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
    bar.with_style(style.progress_chars("=> "))
}

/// A terminal of 80 columns that understands ANSI, whatever stderr really is.
#[derive(Debug)]
struct PlainTerminal;

impl TermLike for PlainTerminal {
    fn width(&self) -> u16 {
        80
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.write_str(&if lines > 0 { format!("\x1b[{lines}A") } else { String::new() })
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.write_str(&if lines > 0 { format!("\x1b[{lines}B") } else { String::new() })
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.write_str(&if columns > 0 { format!("\x1b[{columns}C") } else { String::new() })
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.write_str(&if columns > 0 { format!("\x1b[{columns}D") } else { String::new() })
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        writeln!(io::stderr(), "{line}")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        write!(io::stderr(), "{text}")
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        io::stderr().flush()
    }
}
