//! From frequencies of letter sequences to words.
//!
//! Lingua's crates hold, for each sequence of one to five letters within words, the share of the occurrences of all but
//! its last letter that the last one follows. How often a sequence begins a word follows from them: as often as it
//! occurs, less the times that a letter stands before it; and likewise for ends. So words can be drawn that have the
//! frequencies of the language's sequences of up to five letters, boundaries included.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use fst::Streamer;

use crate::languages::{LANGUAGES, Source};

/// Words that are drawn for a language: of those that are a thousandth of a percent of a text, four.
const DRAWN: usize = 400_000;

pub fn write(vendor: &Path, udhr: &Path, words: &Path) {
    std::fs::create_dir_all(words).expect("the folder can be made");
    for (place, language) in LANGUAGES.iter().enumerate() {
        let counts = match language.source {
            Source::Lingua(name) => drawn(vendor, name, |word| word),
            Source::SerbianInLatin => drawn(vendor, "serbian", |word| in_latin(&word)),
            Source::Declaration(name) => declared(udhr, name),
        };
        let mut lines = String::new();
        for (word, count) in counts {
            writeln!(lines, "{word}\t{count}").expect("a string takes it");
        }
        std::fs::write(words.join(format!("{place:03}-{}.tsv", language.code)), lines)
            .expect("it can be written");
    }
}

fn declared(udhr: &Path, name: &str) -> BTreeMap<String, u32> {
    let html = std::fs::read_to_string(udhr.join("declaration").join(format!("{name}.html")))
        .expect("the declaration");
    let mut counts = BTreeMap::new();
    let mut text = String::new();
    let body = html.split_once("<body>").expect("a body").1;
    let mut is_tag = false;
    for character in body.chars() {
        match character {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                text.push(' ');
            }
            _ if is_tag => {}
            _ => text.push(character),
        }
    }
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}

fn drawn(vendor: &Path, name: &str, rewrite: impl Fn(String) -> String) -> BTreeMap<String, u32> {
    let file = vendor.join(format!("lingua-{name}-language-model/models/ngrams.fst"));
    let map = fst::Map::new(std::fs::read(file).expect("cargo vendor has fetched it")).expect("an fst");
    let mut shares: HashMap<String, f64> = HashMap::new();
    let mut stream = map.stream();
    let mut sequences: Vec<(String, f64)> = Vec::new();
    while let Some((key, bits)) = stream.next() {
        let sequence = String::from_utf8(key.to_vec()).expect("UTF-8");
        sequences.push((sequence, f64::from_bits(bits).exp()));
    }
    // Sorted, a sequence comes after its beginnings.
    for (sequence, share) in &sequences {
        let before: f64 = match sequence.char_indices().next_back() {
            Some((0, _)) | None => 1.0,
            Some((at, _)) => shares.get(&sequence[..at]).copied().unwrap_or(0.0),
        };
        shares.insert(sequence.clone(), before * share);
    }
    let mut first: BTreeMap<&str, f64> = BTreeMap::new();
    for (sequence, _) in sequences.iter().filter(|(sequence, _)| sequence.chars().count() < 5) {
        first.insert(sequence, shares[sequence.as_str()]);
    }
    for (sequence, _) in &sequences {
        let rest: &str = sequence.char_indices().nth(1).map_or("", |(at, _)| &sequence[at..]);
        if let Some(share) = first.get_mut(rest) {
            *share -= shares[sequence.as_str()];
        }
    }
    // What may follow: at the beginning of a word, and after four letters within one.
    let mut next: HashMap<String, Vec<(char, f64)>> = HashMap::new();
    for (sequence, share) in &first {
        let (at, last) = sequence.char_indices().next_back().expect("a letter");
        next.entry(format!("^{}", &sequence[..at])).or_default().push((last, share.max(0.0)));
    }
    for (sequence, share) in sequences.iter().filter(|(sequence, _)| sequence.chars().count() == 5) {
        let (at, last) = sequence.char_indices().next_back().expect("a letter");
        next.entry(sequence[..at].to_owned()).or_default().push((last, *share));
    }
    // The most frequent first, so that few are looked at.
    next.values_mut().for_each(|choices| choices.sort_by(|one, other| other.1.total_cmp(&one.1)));
    let beginnings: f64 = next["^"].iter().map(|(_, share)| share).sum();
    let mut random = Random(place_of(name));
    let mut counts = BTreeMap::new();
    for _ in 0..DRAWN {
        let mut word: Vec<char> = Vec::new();
        while word.len() < 30 {
            let (context, all) = if word.len() < 4 {
                let context = format!("^{}", word.iter().collect::<String>());
                let all = if word.is_empty() { beginnings } else { first[&context[1..]] };
                (context, all)
            } else {
                (word[word.len() - 4..].iter().collect(), 1.0)
            };
            let mut at = random.share() * all;
            let Some(choice) = next.get(&context).and_then(|choices| {
                choices.iter().find(|(_, share)| {
                    at -= share;
                    at < 0.0
                })
            }) else {
                break;
            };
            word.push(choice.0);
        }
        *counts.entry(rewrite(word.iter().collect())).or_insert(0) += 1;
    }
    counts
}

fn place_of(name: &str) -> u64 {
    name.bytes().fold(0, |hash, byte| (hash << 5) ^ (hash >> 59) ^ u64::from(byte))
}

fn in_latin(word: &str) -> String {
    let pairs = [
        ('а', "a"),
        ('б', "b"),
        ('в', "v"),
        ('г', "g"),
        ('д', "d"),
        ('ђ', "đ"),
        ('е', "e"),
        ('ж', "ž"),
        ('з', "z"),
        ('и', "i"),
        ('ј', "j"),
        ('к', "k"),
        ('л', "l"),
        ('љ', "lj"),
        ('м', "m"),
        ('н', "n"),
        ('њ', "nj"),
        ('о', "o"),
        ('п', "p"),
        ('р', "r"),
        ('с', "s"),
        ('т', "t"),
        ('ћ', "ć"),
        ('у', "u"),
        ('ф', "f"),
        ('х', "h"),
        ('ц', "c"),
        ('ч', "č"),
        ('џ', "dž"),
        ('ш', "š"),
    ];
    word.chars().filter_map(|letter| pairs.iter().find(|pair| pair.0 == letter)).map(|pair| pair.1).collect()
}

/// `SplitMix64`.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.share() * limit as f64) as usize
    }
}
