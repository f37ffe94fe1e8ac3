//! Exit codes, for schedulers.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done.
    Done = 0,
    /// The run failed and can go on: a full disk, a signal, a read error. The same command again is worth a try.
    Failed = 1,
    /// The command cannot be done as it is given, and the same command again fails in the same way: a wrong command line or
    /// pipeline, a run that has changed since it began, a damaged checkpoint, work file or state. The message says what to
    /// do.
    Usage = 2,
    /// Done, but a limit on the outcome was crossed.
    Crossed = 3,
}
