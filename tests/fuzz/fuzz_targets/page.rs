//! A page, from bytes to a record.

#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(init: targets::write_seeds("page"), |bytes: &[u8]| targets::page(bytes));
