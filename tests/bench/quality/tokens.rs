//! Prints the tokens of texts, for `compare.py`: a JSON string a line in, a JSON list a line out. With `--time` it prints how
//! long tokenising took instead.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::Write as _;

use copydesk::text::tokens::tokenise;

fn main() {
    let texts: Vec<String> = std::io::stdin()
        .lines()
        .map(|line| {
            serde_json::from_str(&line.expect("stdin is readable")).expect("each line is a JSON string")
        })
        .collect();
    if std::env::args().any(|argument| argument == "--time") {
        time(&texts);
        return;
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for text in &texts {
        let tokens = tokenise(text).all;
        let words: Vec<String> = tokens
            .iter()
            .map(|token| {
                text.get(token.start as usize..)
                    .unwrap_or_default()
                    .chars()
                    .take(token.chars as usize)
                    .collect()
            })
            .collect();
        serde_json::to_writer(&mut out, &words).expect("stdout takes it");
        writeln!(out).expect("stdout takes it");
    }
}

#[expect(clippy::disallowed_methods, reason = "this is a measurement")]
#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn time(texts: &[String]) {
    let bytes: usize = texts.iter().map(String::len).sum();
    for _ in 0..3 {
        let start = std::time::Instant::now();
        let tokens: usize = texts.iter().map(|text| tokenise(text).all.len()).sum();
        let nanoseconds = start.elapsed().as_nanos() as f64;
        println!("{tokens} tokens, {:.2} s a GB", nanoseconds / bytes as f64);
    }
}
