//! One binary for all integration tests.

mod command;
mod diff;
mod explain;
mod kills;
mod nights;
mod quality;
mod samples;
mod verdicts;
mod what_if;
