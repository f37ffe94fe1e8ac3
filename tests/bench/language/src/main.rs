//! Makes `src/stage/label/label_language/table.bin`: see `tests/bench/README.md`.

mod frequencies;
#[path = "../../../../src/stage/label/label_language/grams.rs"]
#[allow(dead_code, reason = "the labeller uses more of it")]
mod grams;
mod languages;
mod train;

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["words", vendor, udhr, words] => {
            frequencies::write(Path::new(vendor), Path::new(udhr), Path::new(words))
        }
        ["train", words, table] => train::table(Path::new(words), Path::new(table), None),
        ["train", words, table, sentences] => {
            train::table(Path::new(words), Path::new(table), Some(Path::new(sentences)))
        }
        _ => {
            eprintln!("language-table words VENDOR UDHR WORDS | language-table train WORDS TABLE [SENTENCES]")
        }
    }
}
