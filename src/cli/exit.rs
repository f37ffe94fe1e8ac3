//! Exit codes, for schedulers.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done.
    Done = 0,
    /// The run failed and can resume: a full disk, a read error. The same command again is worth a try.
    Failed = 1,
    /// The command cannot be done as it is given, and the same command again fails in the same way: a wrong command line or
    /// pipeline, a folder that cannot be written to, a run that has changed since it began, a damaged checkpoint, work file
    /// or state. The message says what to do. Schedulers must not retry.
    Usage = 2,
    /// Done, but a limit on the outcome was crossed.
    Crossed = 3,
    /// Stopped by SIGHUP: the terminal was closed. The same command resumes, as after the other signals: 128 and the signal's
    /// number, as shells have it.
    HungUp = 129,
    /// Stopped by SIGINT, that is Ctrl-C.
    Interrupted = 130,
    /// Stopped by SIGTERM: `kill`, a scheduler, a shutdown.
    Terminated = 143,
}
