//! A manifest of a state.

#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(init: targets::write_seeds("state"), |bytes: &[u8]| targets::state(bytes));
