//! The text of a pipeline file.

#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(init: targets::write_seeds("pipeline"), |bytes: &[u8]| targets::pipeline(bytes));
