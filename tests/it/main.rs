//! One binary for all integration tests.

mod cases;
mod command;
mod diff;
mod samples;
mod what_if;
