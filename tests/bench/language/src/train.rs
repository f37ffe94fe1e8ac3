//! From words to the table: which pieces of words speak for which languages, and how much.
//!
//! Chosen are, for each language, the pieces that tell it best from all others of its script and from its nearest; their
//! weights start as logarithms of frequencies and are then fitted (softmax regression) to texts that are drawn from the
//! words, with words of other languages strewn in.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::frequencies::Random;
use crate::grams::Words;

/// Pieces a language: of its own choice.
const PIECES: usize = 3_300;
const TEXTS: usize = 800_000;
const ROUNDS: u64 = 2;
const RATE: f32 = 0.15;
/// Weights in the table are in sixteenths.
const SCALE: f32 = 16.0;
const SLOT_BITS: u32 = 18;

struct Known {
    code: String,
    words: Vec<String>,
    sums: Vec<u32>,
    script: u32,
}

impl Known {
    fn draw(&self, random: &mut Random) -> &str {
        let at = random.below(*self.sums.last().expect("words") as usize) as u32;
        &self.words[self.sums.partition_point(|sum| *sum <= at)]
    }
}

fn script(words: &[(String, u32)]) -> u32 {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for (word, count) in words {
        for character in word.chars().filter(|character| character.is_alphabetic()) {
            let block = match character as u32 {
                0..=0x24F | 0x1E00..=0x1EFF => 0,
                block => block >> 8,
            };
            *counts.entry(block).or_default() += count;
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(0, |(block, _)| block)
}

pub fn table(folder: &Path, table: &Path, sentences: Option<&Path>) {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the words").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut languages = Vec::new();
    let mut by_piece: HashMap<u64, Vec<(u8, f32)>> = HashMap::new();
    let mut least = Vec::new();
    for (place, file) in files.iter().enumerate() {
        let text = std::fs::read_to_string(file).expect("words");
        let counts: Vec<(String, u32)> = text
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter(|(word, _)| !word.is_empty())
            .map(|(word, count)| (word.to_owned(), count.parse().expect("a count")))
            .collect();
        let all: u32 = counts.iter().map(|(_, count)| count).sum();
        let mut pieces: HashMap<u64, u32> = HashMap::new();
        let mut reader = Words::default();
        for (word, count) in &counts {
            reader.read(word, |piece| *pieces.entry(piece).or_default() += count, || ());
        }
        let fewest = if all > 100_000 { 4 } else { 2 };
        for (piece, count) in pieces {
            if count >= fewest {
                by_piece.entry(piece).or_default().push((place as u8, count as f32 / all as f32));
            }
        }
        least.push(fewest as f32 / 2.0 / all as f32);
        let mut sum = 0;
        languages.push(Known {
            code: file
                .file_stem()
                .and_then(|stem| stem.to_str())
                .and_then(|stem| stem.split_once('-'))
                .expect("NNN-code")
                .1
                .to_owned(),
            script: script(&counts),
            sums: counts
                .iter()
                .map(|(_, count)| {
                    sum += count;
                    sum
                })
                .collect(),
            words: counts.into_iter().map(|(word, _)| word).collect(),
        });
    }
    let mut all: Vec<(u64, Vec<(u8, f32)>)> = by_piece.into_iter().collect();
    all.sort_unstable_by_key(|(piece, _)| *piece);
    eprintln!("{} languages, {} pieces", languages.len(), all.len());
    let nearest = nearest(&all, &languages);
    let chosen = choose(&all, &languages, &least, &nearest);
    let mut model = Model::new(&chosen);
    eprintln!("{} pieces chosen, {} weights", model.starts.len() - 1, model.weights.len());
    if let Some(path) = sentences {
        model.measure(&languages, path);
    }
    for round in 0..ROUNDS {
        model.fit(&languages, TEXTS / ROUNDS as usize, round);
        if let Some(path) = sentences {
            model.measure(&languages, path);
        }
    }
    model.write(&languages, table);
}

/// The language of the same script whose frequent pieces are most alike.
fn nearest(all: &[(u64, Vec<(u8, f32)>)], languages: &[Known]) -> Vec<Option<usize>> {
    let count = languages.len();
    let mut common = vec![0_f64; count * count];
    for (_, list) in all {
        for (one, share) in list {
            for (other, other_share) in list {
                common[usize::from(*one) * count + usize::from(*other)] +=
                    f64::from((share * other_share).sqrt());
            }
        }
    }
    (0..count)
        .map(|one| {
            let likeness = |other: usize| {
                common[one * count + other]
                    / (common[one * count + one] * common[other * count + other]).sqrt()
            };
            (0..count)
                .filter(|other| *other != one && languages[*other].script == languages[one].script)
                .max_by(|left, right| likeness(*left).total_cmp(&likeness(*right)))
        })
        .collect()
}

/// The pieces, with the languages each speaks for and how much.
fn choose(
    all: &[(u64, Vec<(u8, f32)>)],
    languages: &[Known],
    least: &[f32],
    nearest: &[Option<usize>],
) -> Vec<(u64, Vec<(u8, f32)>)> {
    let mut sizes: HashMap<u32, f32> = HashMap::new();
    for language in languages {
        *sizes.entry(language.script).or_default() += 1.0;
    }
    let mut gains: Vec<Vec<(f32, usize)>> = vec![Vec::new(); languages.len()];
    let share_of = |list: &[(u8, f32)], place: usize| {
        list.iter().find(|(one, _)| usize::from(*one) == place).map(|(_, share)| *share)
    };
    for (at, (_, list)) in all.iter().enumerate() {
        let sum: f32 = list.iter().map(|(_, share)| share).sum();
        for (place, share) in list {
            let place = usize::from(*place);
            let size = sizes[&languages[place].script];
            if size < 2.0 {
                continue;
            }
            let mean = (sum / size).max(least[place]);
            let near = nearest[place].map_or(0.0, |near| {
                (share / share_of(list, near).unwrap_or(0.0).max(least[place]).max(least[near])).ln()
            });
            let gain = share * ((share / mean).ln() + 1.5 * near);
            if gain > 0.0 {
                gains[place].push((gain, at));
            }
        }
    }
    let mut chosen: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for (place, gains) in gains.iter_mut().enumerate() {
        gains.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        for (_, at) in gains.iter().take(PIECES) {
            chosen.entry(*at).or_default().push(place as u8);
        }
    }
    chosen
        .into_iter()
        .map(|(at, places)| {
            let (piece, list) = &all[at];
            let sum: f32 = list.iter().map(|(_, share)| share).sum();
            let mut kept: Vec<(u8, f32)> = list
                .iter()
                .filter(|(place, share)| {
                    // Those that chose it, and those that have it about as often as they do.
                    places.contains(place)
                        || (share * list.len() as f32 > 0.5 * sum
                            && places.iter().any(|chooser| {
                                *share > 0.25 * share_of(list, usize::from(*chooser)).unwrap_or(1.0)
                            }))
                })
                .copied()
                .collect();
            kept.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            kept.truncate(10);
            // What the others have of it at most, or would have at least.
            let script = languages[usize::from(kept[0].0)].script;
            let rest = list
                .iter()
                .filter(|(place, _)| !kept.iter().any(|(one, _)| one == place))
                .map(|(_, share)| *share)
                .fold(0.0, f32::max);
            let floor = rest.max(1e-5);
            let _ = script;
            let weights =
                kept.iter().map(|(place, share)| (*place, 0.25 * (share / floor).ln().max(0.0))).collect();
            (*piece, weights)
        })
        .collect()
}

struct Model {
    index: HashMap<u64, u32>,
    pieces: Vec<u64>,
    starts: Vec<u32>,
    places: Vec<u8>,
    weights: Vec<f32>,
    squares: Vec<f32>,
}

impl Model {
    fn new(chosen: &[(u64, Vec<(u8, f32)>)]) -> Self {
        let mut model = Self {
            index: HashMap::new(),
            pieces: vec![],
            starts: vec![0],
            places: vec![],
            weights: vec![],
            squares: vec![],
        };
        for (piece, list) in chosen {
            model.index.insert(*piece, model.pieces.len() as u32);
            model.pieces.push(*piece);
            for (place, weight) in list {
                model.places.push(*place);
                model.weights.push(*weight);
            }
            model.starts.push(model.places.len() as u32);
        }
        model.squares = vec![0.1; model.weights.len()];
        model
    }

    fn range(&self, at: u32) -> std::ops::Range<usize> {
        self.starts[at as usize] as usize..self.starts[at as usize + 1] as usize
    }

    fn find(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        Words::default().read(text, |piece| found.extend(self.index.get(&piece)), || ());
        found
    }

    fn sums(&self, found: &[u32], count: usize) -> Vec<f32> {
        let mut sums = vec![0.0; count];
        for at in found {
            for pair in self.range(*at) {
                sums[usize::from(self.places[pair])] += self.weights[pair];
            }
        }
        sums
    }

    fn fit(&mut self, languages: &[Known], texts: usize, round: u64) {
        let mut random = Random(round + 1);
        let mut loss = 0.0;
        let several: Vec<usize> = (0..languages.len())
            .filter(|one| languages.iter().filter(|other| other.script == languages[*one].script).count() > 1)
            .collect();
        for _ in 0..texts {
            let place = several[random.below(several.len())];
            let words = (2.0 * 12_f64.powf(random.share())) as usize;
            let noise = random.share() * 0.2;
            let mut text = String::new();
            for _ in 0..words {
                let from = if random.share() < noise { several[random.below(several.len())] } else { place };
                text.push_str(languages[from].draw(&mut random));
                text.push(' ');
            }
            let found = self.find(&text);
            let mut sums = self.sums(&found, languages.len());
            let mut most = f32::MIN;
            for (other, sum) in sums.iter_mut().enumerate() {
                if languages[other].script == languages[place].script {
                    most = most.max(*sum);
                } else {
                    *sum = f32::MIN;
                }
            }
            let mut all = 0.0;
            for sum in &mut sums {
                *sum = (*sum - most).exp();
                all += *sum;
            }
            loss -= f64::from((sums[place] / all).max(1e-9).ln());
            for sum in &mut sums {
                *sum /= all;
            }
            sums[place] -= 1.0;
            if sums[place] > -0.001 {
                continue;
            }
            for at in found {
                for pair in self.range(at) {
                    let slope = sums[usize::from(self.places[pair])];
                    if slope.abs() > 1e-4 {
                        self.squares[pair] += slope * slope;
                        self.weights[pair] -= RATE * slope / self.squares[pair].sqrt() * 0.3;
                    }
                }
            }
        }
        eprintln!("round {round}: loss {:.4}", loss / texts as f64);
    }

    fn measure(&self, languages: &[Known], path: &Path) {
        let mut table: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        let mut confused: BTreeMap<String, u32> = BTreeMap::new();
        for line in std::fs::read_to_string(path).expect("sentences").lines() {
            let mut parts = line.splitn(3, '\t');
            let (Some(want), Some(count), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            let sums = self.sums(&self.find(text), languages.len());
            let best =
                (0..sums.len()).max_by(|one, other| sums[*one].total_cmp(&sums[*other])).expect("languages");
            let row = table.entry(count.to_owned()).or_default();
            row.0 += 1;
            if languages[best].code == want {
                row.1 += 1;
            } else {
                *confused.entry(format!("{want}>{}", languages[best].code)).or_default() += 1;
            }
        }
        let mut worst: Vec<_> = confused.into_iter().collect();
        worst.sort_by_key(|(_, count)| u32::MAX - count);
        for (count, (all, right)) in table {
            eprint!("{count}: {:.4}  ", f64::from(right) / f64::from(all));
        }
        eprintln!(
            "{}",
            worst
                .iter()
                .take(14)
                .map(|(pair, count)| format!("{pair} {count}"))
                .collect::<Vec<_>>()
                .join(" ")
        );
    }

    /// The languages in a line; then, compressed, for each slot its fingerprint, its number of weights, and all
    /// weights' languages and values.
    fn write(&self, languages: &[Known], path: &Path) {
        let slots = 1_usize << SLOT_BITS;
        let mut at_slot: Vec<Option<u32>> = vec![None; slots];
        for (at, piece) in self.pieces.iter().enumerate() {
            let mut slot = (piece >> (64 - SLOT_BITS)) as usize;
            while at_slot[slot].is_some() {
                slot = (slot + 1) % slots;
            }
            at_slot[slot] = Some(at as u32);
        }
        let (mut prints, mut counts, mut places, mut values) = (vec![], vec![], vec![], vec![]);
        for at in at_slot {
            let Some(at) = at else {
                prints.extend([0, 0]);
                counts.push(0);
                continue;
            };
            prints.extend(((self.pieces[at as usize] as u16) | 1).to_le_bytes());
            let before = places.len();
            for pair in self.range(at) {
                let value = (self.weights[pair] * SCALE).round().clamp(-127.0, 127.0) as i8;
                if value != 0 {
                    places.push(self.places[pair]);
                    values.push(value as u8);
                }
            }
            counts.push((places.len() - before) as u8);
        }
        let names = languages.iter().map(|language| language.code.as_str()).collect::<Vec<_>>().join(" ");
        let mut bytes = names.into_bytes();
        bytes.push(b'\n');
        for part in [prints, counts, places, values] {
            bytes.extend(part);
        }
        let packed = zstd::encode_all(bytes.as_slice(), 19).expect("memory");
        eprintln!("{} bytes, {} packed", bytes.len(), packed.len());
        std::fs::write(path, packed).expect("the table can be written");
    }
}
