//! A checkpoint of a run.

#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(init: targets::write_seeds("checkpoint"), |bytes: &[u8]| targets::checkpoint(bytes));
