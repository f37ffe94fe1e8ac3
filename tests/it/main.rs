//! One binary for all integration tests.

mod cases;
mod command;
mod quality;
mod samples;
