//! One binary for all integration tests.

mod cases;
mod command;
mod explain;
mod kills;
mod nights;
mod quality;
mod samples;
