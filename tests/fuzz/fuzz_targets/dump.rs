//! A dump of any compression and form.

#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(init: targets::write_seeds("dump"), |bytes: &[u8]| targets::dump(bytes));
