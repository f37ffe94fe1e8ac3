//! One binary for all integration tests.

mod cases;
mod command;
mod kills;
mod nights;
mod samples;
