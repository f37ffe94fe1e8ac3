//! A line of a dump, from bytes to a record.

#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(init: targets::write_seeds("line"), |bytes: &[u8]| targets::line(bytes));
