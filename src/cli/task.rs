//! `copydesk task`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::json;

use super::Exit;
use super::failure;
use super::progress::{Watcher, When};
use super::run::Summary;
use super::show::{Format, bytes, count, error, note, out};
use super::signals::Signals;
use crate::account::exit_codes;
use crate::dedup::KeyRange;
use crate::finished::FinishedRun;
use crate::night::tasks::{Done, Hands, Plan, Standing, TaskError};

/// Do a task of a plan: one part, or a share of all parts
///
/// The tasks are, in this order: `work` on each part, `decide` once, `write` each part, `seal` once; and `sieve` before `decide`
/// where that takes more memory than a machine has. Each can be done again, twice at the same time, or after it was killed.
#[derive(clap::Args)]
#[command(after_help = exit_codes())]
pub(super) struct Arguments {
    /// The folder of the plan, or its address on a store
    dir: PathBuf,
    /// What to do
    step: StepName,
    /// The part, from 0; of `sieve`, the range
    #[arg(long, value_name = "I", conflicts_with = "share")]
    index: Option<usize>,
    /// How many ranges of keys `sieve` has; `decide` is told the same number, and then reads what it has left
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    sieve: Option<u32>,
    /// The parts, or ranges, I, I+N, I+2N and so on; taken from the variables of Slurm, Kubernetes, AWS Batch, Google Batch or Cloud Run
    /// where neither this nor --index is given
    #[arg(long, value_name = "I/N", value_parser = share)]
    share: Option<(usize, usize)>,
    /// Threads that work [default: one a core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Stop when stdin ends, so that no process is left where the engine has gone
    #[arg(long)]
    until_eof: bool,
    /// Of a plan on a store, where the task keeps what it is at; the same task resumes from there [default: a folder in $TMPDIR]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    scratch: Option<PathBuf>,
    /// How to print what `status` and `seal` have to say
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum StepName {
    /// Read the dumps of a part, run the stages, take the keys
    Work,
    /// Find out which records `decide` has to know of, in a range of keys: with `--sieve N`
    Sieve,
    /// Decide which records repeat others
    Decide,
    /// Write the outputs of a part
    Write,
    /// Close the account, add the night to the state, mark the run as complete
    Seal,
    /// All of them, one after the other
    All,
    /// Say which are done
    Status,
}

impl StepName {
    /// Whether it has a task for each part or range.
    fn has_several(self) -> bool {
        matches!(self, Self::Work | Self::Sieve | Self::Write)
    }
}

fn share(text: &str) -> Result<(usize, usize), String> {
    let wrong = || "expected I/N, with I from 0 to N-1".to_owned();
    let (first, all) = text.split_once('/').ok_or_else(wrong)?;
    let (first, all) = (first.parse().map_err(|_| wrong())?, all.parse().map_err(|_| wrong())?);
    if first < all { Ok((first, all)) } else { Err(wrong()) }
}

/// The variables of schedulers that run arrays of tasks: the task's number, the number of tasks, and the first number.
const ARRAYS: [(&str, &str, Option<&str>); 5] = [
    ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", Some("SLURM_ARRAY_TASK_MIN")),
    ("JOB_COMPLETION_INDEX", "COPYDESK_TASKS", None),
    ("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", None),
    ("BATCH_TASK_INDEX", "BATCH_TASK_COUNT", None),
    ("CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT", None),
];

/// The share that the scheduler gives, if one does.
fn share_of_array(read: &dyn Fn(&str) -> Option<String>) -> Result<Option<(usize, usize)>, String> {
    for (index, all, first) in ARRAYS {
        let Some(number) = read(index) else { continue };
        let all =
            read(all).ok_or_else(|| format!("{index} is set, and {all}, the number of tasks, is not"))?;
        let first = first.and_then(read).unwrap_or_else(|| "0".to_owned());
        let parse = |text: &str| text.parse::<usize>().map_err(|_| format!("{index}: {text} is no number"));
        let share = (parse(&number)?.checked_sub(parse(&first)?), parse(&all)?);
        return match share {
            (Some(number), all) if number < all => Ok(Some((number, all))),
            _ => Err(format!("{index} is {number}, and there are {all} tasks")),
        };
    }
    Ok(None)
}

pub(super) fn task(arguments: &Arguments) -> Exit {
    let plan = match Plan::open(&arguments.dir, arguments.scratch.as_deref()) {
        Ok(Some(plan)) => plan,
        Ok(None) => {
            note(&format!("done already: {} holds a finished run", arguments.dir.display()));
            return match arguments.step {
                // As the `seal` that was killed after its end, or its twin, had it.
                StepName::Seal | StepName::All => {
                    FinishedRun::account(&arguments.dir).map_or(Exit::Done, |ledger| ledger.exit())
                }
                _ => Exit::Done,
            };
        }
        Err(failure) => return fail(&failure),
    };
    if arguments.step == StepName::Status {
        return match status(&plan, arguments.sieve, arguments.format) {
            Ok(status) => out(&status),
            Err(failure) => fail(&failure),
        };
    }
    let signals = Signals::default();
    if let Err(cause) = signals.listen() {
        error(&format!("listen for Ctrl-C: {cause}"), &[]);
        return Exit::Failed;
    }
    if arguments.until_eof {
        let stop = std::sync::Arc::clone(&signals.stop);
        std::thread::spawn(move || {
            drop(std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()));
            stop.store(true, Ordering::Relaxed);
        });
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = arguments.threads.map_or(cores, usize::from);
    let done = numbers(arguments, &plan).and_then(|numbers| {
        let mut tasks = Tasks { plan: &plan, threads, stop: &signals.stop };
        tasks.all(arguments, &numbers)
    });
    match done {
        Ok(Ended::Done(exit)) => exit,
        Ok(Ended::Stopped) => {
            note("stopped before the end; no file is half written");
            signals.exit()
        }
        Err(TaskError::Damaged { cause, .. }) if arguments.step == StepName::All => {
            error(&cause.to_string(), &["it is deleted; give the same command again, which makes it anew"]);
            Exit::Failed
        }
        Err(failure) => fail(&failure),
    }
}

/// What is asked for.
struct Numbers {
    parts: Vec<usize>,
    ranges: Vec<KeyRange>,
}

/// The parts and the ranges that are asked for.
fn numbers(arguments: &Arguments, plan: &Plan) -> Result<Numbers, TaskError> {
    let share = match arguments.share {
        Some(share) => Some(share),
        None if arguments.index.is_some() || !arguments.step.has_several() => None,
        None => share_of_array(&|name| std::env::var(name).ok()).map_err(TaskError::Refused)?,
    };
    let of = match (arguments.step, arguments.sieve) {
        (StepName::Sieve, None) => {
            let message = "sift them: --sieve N says how many ranges of keys there are";
            return Err(TaskError::Refused(message.to_owned()));
        }
        (_, ranges) => ranges.unwrap_or(0),
    };
    let (first, each) = share.unwrap_or((0, 1));
    let numbers_below = |all: usize| match arguments.index {
        // One that is not there is an error of the task.
        Some(index) => vec![index],
        None => (first..all).step_by(each).collect(),
    };
    let range = |number| KeyRange { number: u32::try_from(number).unwrap_or(u32::MAX), of };
    let ranges = numbers_below(of as usize).into_iter().map(range).collect();
    Ok(Numbers { parts: numbers_below(plan.parts()), ranges })
}

enum Ended {
    Done(Exit),
    Stopped,
}

struct Tasks<'a> {
    plan: &'a Plan,
    threads: usize,
    stop: &'a AtomicBool,
}

impl Tasks<'_> {
    fn all(
        &mut self,
        arguments: &Arguments,
        Numbers { parts, ranges }: &Numbers,
    ) -> Result<Ended, TaskError> {
        let step = arguments.step;
        let does = |wanted: StepName| step == wanted || step == StepName::All;
        let hands = Hands { threads: self.threads, stop: self.stop };
        let plan = self.plan;
        if does(StepName::Work) {
            for part in parts {
                let work = || plan.work(*part, hands, &mut Watcher::new(When::Auto));
                if !one("work", Some(*part), work)? {
                    return Ok(Ended::Stopped);
                }
            }
        }
        if does(StepName::Sieve) {
            for range in ranges {
                if !one("sieve", Some(range.number as usize), || plan.sieve(*range, hands))? {
                    return Ok(Ended::Stopped);
                }
            }
        }
        if does(StepName::Decide) && !one("decide", None, || plan.decide(arguments.sieve, hands))? {
            return Ok(Ended::Stopped);
        }
        if does(StepName::Write) {
            for part in parts {
                if !one("write", Some(*part), || plan.write(*part, hands))? {
                    return Ok(Ended::Stopped);
                }
            }
        }
        if does(StepName::Seal) {
            let ledger = plan.seal(hands, &mut Watcher::new(When::Auto))?;
            let summary = Summary { output: plan.folder(), format: arguments.format, is_printed: false };
            return Ok(Ended::Done(summary.tell(&ledger)));
        }
        Ok(Ended::Done(Exit::Done))
    }
}

/// Does a task and says so on stdout, in a line of JSON; whether it came to its end.
#[expect(clippy::disallowed_methods, reason = "how long a task takes is what its line says")]
fn one(
    step: &str,
    part: Option<usize>,
    task: impl FnOnce() -> Result<Done, TaskError>,
) -> Result<bool, TaskError> {
    let clock = Instant::now();
    let Done { before, stopped, lines } = task()?;
    if stopped {
        return Ok(false);
    }
    let seconds = (clock.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    let line =
        json!({ "step": step, "part": part, "done_before": before, "lines": lines, "seconds": seconds });
    out(&format!("{line}\n"));
    Ok(true)
}

fn status(plan: &Plan, sieve: Option<u32>, format: Format) -> Result<String, TaskError> {
    let Standing { worked, sifted, decided, written, sealed } = plan.standing(sieve.unwrap_or(0))?;
    // How much there is to decide is known once, when all is read, and of interest until it is decided.
    let to_decide = if !decided && worked.iter().all(|done| *done) { plan.to_decide()? } else { None };
    let done = |parts: &[bool]| parts.iter().filter(|done| **done).count();
    let missing = |parts: &[bool]| -> Vec<usize> {
        (0..).zip(parts).filter(|(_, done)| !**done).map(|(part, _)| part).collect()
    };
    if format == Format::Json {
        let status = json!({
            "parts": plan.parts(),
            "work": { "done": done(&worked), "missing": missing(&worked) },
            "sieve": { "done": done(&sifted), "missing": missing(&sifted) },
            "decide": {
                "done": decided,
                "records": to_decide.map(|(records, _)| records),
                "memory_bytes_at_most": to_decide.map(|(_, bytes)| bytes),
            },
            "write": { "done": done(&written), "missing": missing(&written) },
            "seal": { "done": sealed },
        });
        return Ok(format!("{status:#}\n"));
    }
    let yes_or_no = |done: bool| if done { "done" } else { "not done" };
    let of_parts = |parts: &[bool], what: &str| {
        /// More are not read.
        const SHOWN: usize = 10;
        let missing = missing(parts);
        let mut line = format!("{} of {} {what}", done(parts), parts.len());
        if !missing.is_empty() && missing.len() < parts.len() {
            let shown: Vec<String> = missing.iter().take(SHOWN).map(usize::to_string).collect();
            let more = if missing.len() > SHOWN { " …" } else { "" };
            line = format!("{line}, missing {}{more}", shown.join(", "));
        }
        line
    };
    let sieve = sieve.map_or(String::new(), |_| format!("sieve   {}\n", of_parts(&sifted, "ranges")));
    let memory = to_decide.map_or(String::new(), |(records, most)| {
        format!(": {} records, up to {} of memory without a sieve", count(records), bytes(most))
    });
    Ok(format!(
        "work    {}\n{sieve}decide  {}{memory}\nwrite   {}\nseal    {}\n",
        of_parts(&worked, "parts"),
        yes_or_no(decided),
        of_parts(&written, "parts"),
        yes_or_no(sealed)
    ))
}

/// Says why a task was not done. An engine may try again after 1, and must not after 2.
pub(super) fn fail(failure: &TaskError) -> Exit {
    match failure {
        TaskError::Run(failure) => failure::fail(failure),
        TaskError::Refused(what) => {
            error(what, &[]);
            Exit::Usage
        }
        TaskError::NotReady(what) => {
            error(what, &[]);
            Exit::Failed
        }
        TaskError::Damaged { cause, task } => {
            let advice =
                format!("it is deleted; do the task `{task}` again, which makes it anew, and then this one");
            error(&cause.to_string(), &[&advice]);
            Exit::Usage
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_comes_from_the_variables_of_the_scheduler() {
        let read = |set: &'static [(&str, &str)]| {
            share_of_array(&move |name| {
                set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(read(&[]), Ok(None));
        let slurm: &[(&str, &str)] =
            &[("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_COUNT", "4"), ("SLURM_ARRAY_TASK_MIN", "1")];
        assert_eq!(read(slurm), Ok(Some((2, 4))));
        assert!(read(&[("JOB_COMPLETION_INDEX", "0")]).is_err(), "how many there are is not said");
        assert!(read(&[("BATCH_TASK_INDEX", "9"), ("BATCH_TASK_COUNT", "4")]).is_err());
        assert_eq!(share("2/5"), Ok((2, 5)));
        assert!(share("5/5").is_err() && share("x").is_err() && share("1/0").is_err());
    }
}
