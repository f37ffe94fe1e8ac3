//! Fuzz targets without a fuzzer: changed samples in a plain loop, on the stable compiler and without instruments.
//!
//! `cargo test --test it mutants::long -- --ignored` takes each target through `MUTANTS` inputs (100,000 if it is not set) from the
//! number `FIRST` on; a finding names the number that makes its input again. `tests/fuzz` has the same targets for libFuzzer.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::catch_unwind;

use targets::{TARGETS, seeds};

/// Pieces that mean something to one of the targets.
const PIECES: [&[u8]; 40] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b",",
    b":",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e999",
    b"18446744073709551616",
    b"4294967295",
    b"9223372036854775807",
    b"\n",
    b"\r\n",
    b"\0",
    b"\x1b[31m",
    b"\xFF",
    b"\xEF\xBB\xBF",
    b"\xE2\x80\xAE",
    b"<",
    b"</",
    b"<!--",
    b"<script>",
    b"<table>",
    b"&#x",
    b"&amp;",
    b"text",
    b"html",
    b"url",
    b"labels",
    b"[[stage]]",
    b"kind = ",
    b"\x28\xB5\x2F\xFD",
    b"2024-02-30T25:61:61Z",
];

/// Numbers that look random, and are the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % below.max(1) as u64).expect("it is below a usize")
    }
}

/// A seed with one to eight changes.
fn mutant(seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut dice = Dice(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    dice.throw(1);
    let mut bytes = seeds[dice.throw(seeds.len())].clone();
    for _ in 0..=dice.throw(8) {
        let at = dice.throw(bytes.len());
        let most = 1 << dice.throw(12);
        let end = (at + 1 + dice.throw(most)).min(bytes.len());
        match dice.throw(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.throw(8),
            1 if at < bytes.len() => bytes[at] = u8::try_from(dice.throw(256)).expect("it is below 256"),
            2 if at < end => {
                bytes.drain(at..end);
            }
            3 if at < end => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => bytes.truncate(at),
            5 => {
                let other = &seeds[dice.throw(seeds.len())];
                let from = dice.throw(other.len());
                let to = (from + 1 + dice.throw(256)).min(other.len());
                bytes.splice(at..at, other[from..to].to_vec());
            }
            6 => {
                // A number becomes another one.
                let digits = |byte: &u8| byte.is_ascii_digit();
                let Some(from) = bytes[at..].iter().position(digits).map(|from| at + from) else { continue };
                let length = bytes[from..].iter().take_while(|byte| digits(byte)).count();
                bytes.splice(from..from + length, PIECES[12 + dice.throw(6)].to_vec());
            }
            _ => {
                bytes.splice(at..at, PIECES[dice.throw(PIECES.len())].to_vec());
            }
        }
    }
    bytes
}

/// Feeds a target with mutants, and says which of them it did not take.
fn feed(name: &str, target: fn(&[u8]), numbers: std::ops::Range<u64>) -> Vec<String> {
    let seeds = seeds(name);
    let takes = |number: &u64| catch_unwind(|| target(&mutant(&seeds, *number))).is_ok();
    numbers.filter(|number| !takes(number)).map(|number| format!("{name} {number}")).collect()
}

#[test]
fn changed_samples_of_every_kind_make_nothing_panic() {
    let found: Vec<String> = TARGETS.iter().flat_map(|(name, target)| feed(name, *target, 0..40)).collect();
    assert_eq!(found, [""; 0]);
}

/// `tests/fuzz/found`: the target, and what it found.
#[test]
fn what_a_fuzzer_has_found_makes_nothing_panic_and_says_nothing_of_a_panic() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let found = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/found");
    for file in std::fs::read_dir(found).expect("it is there") {
        let path = file.expect("it can be listed").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let (_, target) =
            TARGETS.iter().find(|(target, _)| name.starts_with(target)).expect("it is of a target");
        target(&std::fs::read(&path).expect("it is there"));
        if name.starts_with("dump") {
            let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_copydesk"));
            run.args(["run", "articles"]).arg(&path).arg("--output").arg(place.path().join(&*name));
            let ended = run.output().expect("it starts");
            let errors = String::from_utf8_lossy(&ended.stderr);
            assert!(matches!(ended.status.code(), Some(0 | 3)) && !errors.contains("panicked"), "{errors}");
        }
    }
}

mod long {
    macro_rules! of {
        ($($name:ident)*) => {
            $(#[test]
            #[ignore = "as long as one likes"]
            fn $name() {
                let number = |name: &str, usual| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
                let (first, count) = (number("FIRST", 0), number("MUTANTS", 100_000));
                let target = super::targets::$name;
                assert_eq!(super::feed(stringify!($name), target, first..first + count), [""; 0]);
            })*
        };
    }
    of!(page line dump pipeline state checkpoint);
}
