//! From words to the table: which words, and which pieces of other words, speak for which languages, and how much.
//!
//! Chosen are, for each language, the words and the pieces that tell it best from all others of its script and from its
//! nearest. Languages that have one about as often share a weight for it: what a topic or a style shifts by as much tells
//! no neighbours apart. Weights start as logarithms of frequencies and are then fitted (softmax regression) to texts
//! that are drawn from the words, with words of other languages strewn in.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::frequencies::Random;
use crate::grams;

/// Words and pieces a language: of its own choice.
const WORDS: usize = 1_500;
const PIECES: usize = 2_200;
/// Languages that one word or piece may speak for.
const MOST_LANGUAGES: usize = 12;
/// A language that has it less often than this part of what the first has it is not kept.
const LEAST_SHARE: f32 = 0.06;
const TEXTS: usize = 2_000_000;
/// So many texts are drawn in a large language for each in a small one.
const OF_LARGE: usize = 4;
const ROUNDS: u64 = 2;
const DRAWN_FOR_RATE: usize = 4_000;
/// Words of a script that two languages share say this much at most; the rest is a matter of how few texts were read.
const MOST_RATE: f32 = 8.0;
const RATE: f32 = 0.05;
/// Weights in the table are in sixteenths.
const SCALE: f32 = 16.0;
const SLOT_BITS: u32 = 19;

/// Frequencies that differ by less than this factor's logarithm tell no neighbours apart.
const TELLING: f32 = 2.0;
/// How alike languages are that are neighbours: the cosine of their pieces' frequencies.
const ALIKE: f64 = 0.6;
const MOST_NEIGHBOURS: usize = 3;

struct Known {
    code: String,
    words: Vec<String>,
    sums: Vec<u32>,
    script: u32,
    /// Words that were counted.
    all: f32,
}

impl Known {
    fn draw(&self, random: &mut Random) -> usize {
        let at = random.below(*self.sums.last().expect("words") as usize) as u32;
        self.sums.partition_point(|sum| *sum <= at)
    }

    fn count(&self, word: usize) -> u32 {
        self.sums[word] - word.checked_sub(1).map_or(0, |before| self.sums[before])
    }

    /// Whether what it lacks says something.
    fn is_large(&self) -> bool {
        self.all >= 100_000.0
    }

    /// The least share that is told from none.
    fn least(&self) -> f32 {
        2.0 / self.all
    }
}

/// A word or piece: the languages that have it, each with its share of the language's words.
type Shares = Vec<(u8, f32)>;
/// The same, chosen: groups of languages that share a weight.
type Groups = Vec<(Vec<u8>, f32)>;

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
    let languages = read(folder);
    let mut whole: HashMap<u64, Shares> = HashMap::new();
    let mut pieces: HashMap<u64, Shares> = HashMap::new();
    for (place, language) in languages.iter().enumerate() {
        count(language, place, &mut whole, |word, found| found(word.whole()));
    }
    for (place, language) in languages.iter().enumerate() {
        count(language, place, &mut pieces, |word, found| word.pieces(found));
    }
    let near = neighbours(&pieces, &languages);
    let words = choose(whole, &languages, &near, WORDS, 1.0);
    // Pieces are for words that are not known.
    let mut pieces: HashMap<u64, Shares> = HashMap::new();
    for (place, language) in languages.iter().enumerate() {
        count(language, place, &mut pieces, |word, found| {
            if !words.contains_key(&word.whole()) {
                word.pieces(found);
            }
        });
    }
    let pieces = choose(pieces, &languages, &near, PIECES, 0.25);
    eprintln!("{} languages, {} words, {} pieces", languages.len(), words.len(), pieces.len());
    let mut model = Model::new(words.into_iter().chain(pieces).collect());
    eprintln!("{} weights", model.places.len());
    if let Some(path) = sentences {
        model.measure(&languages, path);
    }
    let mut known: Vec<Vec<Option<Box<[u32]>>>> =
        languages.iter().map(|language| vec![None; language.words.len()]).collect();
    for round in 0..ROUNDS {
        model.fit(&languages, &mut known, TEXTS / ROUNDS as usize, round);
        if let Some(path) = sentences {
            model.measure(&languages, path);
        }
    }
    model.write(&languages, table);
}

fn read(folder: &Path) -> Vec<Known> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the words").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let known = |file: std::path::PathBuf| {
        let text = std::fs::read_to_string(&file).expect("words");
        let counts: Vec<(String, u32)> = text
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter(|(word, _)| !word.is_empty())
            .map(|(word, count)| (word.to_owned(), count.parse().expect("a count")))
            .collect();
        let mut sum = 0;
        let sums: Vec<u32> = counts
            .iter()
            .map(|(_, count)| {
                sum += count;
                sum
            })
            .collect();
        let stem = file.file_stem().and_then(|stem| stem.to_str());
        Known {
            code: stem.and_then(|stem| stem.split_once('-')).expect("NNN-code").1.to_owned(),
            script: script(&counts),
            sums,
            words: counts.into_iter().map(|(word, _)| word).collect(),
            all: sum as f32,
        }
    };
    files.into_iter().map(known).collect()
}

/// Adds up what a language's words consist of.
fn count(
    language: &Known,
    place: usize,
    shares: &mut HashMap<u64, Shares>,
    parts: impl Fn(&grams::Word, &mut dyn FnMut(u64)),
) {
    let mut counts: HashMap<u64, u32> = HashMap::new();
    for (at, word) in language.words.iter().enumerate() {
        let count = language.count(at);
        grams::read(word, |word| parts(word, &mut |part| *counts.entry(part).or_default() += count));
    }
    let fewest = if language.is_large() { 4 } else { 2 };
    for (part, count) in counts {
        if count >= fewest {
            shares.entry(part).or_default().push((place as u8, count as f32 / language.all));
        }
    }
}

/// The languages of the same script whose frequent pieces are alike, the likest first.
fn neighbours(pieces: &HashMap<u64, Shares>, languages: &[Known]) -> Vec<Vec<usize>> {
    let count = languages.len();
    let mut common = vec![0_f64; count * count];
    let mut sorted: Vec<_> = pieces.iter().collect();
    sorted.sort_unstable_by_key(|(piece, _)| **piece);
    for (_, list) in sorted {
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
            let mut near: Vec<usize> = (0..count)
                .filter(|other| *other != one && languages[*other].script == languages[one].script)
                .collect();
            near.sort_by(|left, right| likeness(*right).total_cmp(&likeness(*left)));
            let told: Vec<String> = near
                .iter()
                .take(4)
                .map(|other| format!("{} {:.2}", languages[*other].code, likeness(*other)))
                .collect();
            eprintln!("{}: {}", languages[one].code, told.join(", "));
            let alike = near.iter().filter(|other| likeness(**other) >= ALIKE).count();
            near.truncate(alike.clamp(1, MOST_NEIGHBOURS));
            near
        })
        .collect()
}

fn share_of(list: &Shares, place: usize) -> f32 {
    list.iter().find(|(one, _)| usize::from(*one) == place).map_or(0.0, |(_, share)| *share)
}

/// The words or pieces that tell languages best.
fn choose(
    all: HashMap<u64, Shares>,
    languages: &[Known],
    near: &[Vec<usize>],
    most: usize,
    heat: f32,
) -> BTreeMap<u64, Groups> {
    let mut sizes: HashMap<u32, f32> = HashMap::new();
    for language in languages {
        *sizes.entry(language.script).or_default() += 1.0;
    }
    let mut sorted: Vec<(u64, Shares)> = all.into_iter().collect();
    sorted.sort_unstable_by_key(|(part, _)| *part);
    // How much likelier a part is in one language than in another, where few occurrences say little.
    let lead = |list: &Shares, one: usize, other: usize| {
        let least = languages[one].least().max(languages[other].least());
        ((share_of(list, one) + least) / (share_of(list, other) + least)).ln()
    };
    let is_tied = |list: &Shares, one: usize, other: usize| {
        near[one].contains(&other)
            && languages[one].is_large()
            && languages[other].is_large()
            && lead(list, one, other).abs() < TELLING
    };
    // What a language chooses: what tells it from all others of its script, and from each of its neighbours.
    let mut chosen: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    let mut take = |place: usize, most: usize, gain: &dyn Fn(&Shares, f32) -> f32| {
        let mut gains: Vec<(f32, usize)> = Vec::new();
        for (at, (_, list)) in sorted.iter().enumerate() {
            let share = share_of(list, place);
            if share > 0.0 {
                gains.push((share * gain(list, share), at));
            }
        }
        gains.retain(|(gain, _)| *gain > 0.0);
        gains.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        for (_, at) in gains.iter().take(most) {
            let places = chosen.entry(*at).or_default();
            if !places.contains(&(place as u8)) {
                places.push(place as u8);
            }
        }
    };
    for place in 0..languages.len() {
        let size = sizes[&languages[place].script];
        if size < 2.0 {
            continue;
        }
        take(place, most, &|list, share| {
            let sum: f32 = list.iter().map(|(_, share)| share).sum();
            (share / (sum / size).max(languages[place].least())).ln()
        });
        for other in &near[place] {
            take(place, most / 3, &|list, _| lead(list, place, *other) - TELLING);
        }
    }
    let groups = |(at, places): (usize, Vec<u8>)| {
        let (part, list) = &sorted[at];
        let mut list = list.clone();
        list.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        // Those that chose it, and those that have it less often but not much less.
        let frequent = list.first().map_or(0.0, |(_, share)| share * LEAST_SHARE);
        let mut kept: Shares = list
            .iter()
            .filter(|(place, share)| places.contains(place) || *share >= frequent)
            .copied()
            .take(MOST_LANGUAGES)
            .collect();
        // And neighbours that it doesn't tell from them.
        for place in kept.iter().map(|(place, _)| usize::from(*place)).collect::<Vec<_>>() {
            for other in &near[place] {
                if !kept.iter().any(|(one, _)| usize::from(*one) == *other) && is_tied(&list, place, *other) {
                    kept.push((*other as u8, share_of(&list, *other)));
                }
            }
        }
        kept.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        // What the others have of it at most, or would have at least.
        let rest = list.iter().filter(|(place, _)| !kept.iter().any(|(one, _)| one == place));
        let floor = rest.map(|(_, share)| *share).fold(1e-5, f32::max);
        let mut groups: Groups = Vec::new();
        for (place, share) in kept {
            let is_in =
                |group: &&mut (Vec<u8>, f32)| is_tied(&list, usize::from(group.0[0]), usize::from(place));
            match groups.iter_mut().find(is_in) {
                Some(group) => group.0.push(place),
                None => groups.push((vec![place], heat * (share / floor).ln().max(0.0))),
            }
        }
        (*part, groups)
    };
    chosen.into_iter().map(groups).collect()
}

struct Model {
    index: HashMap<u64, u32>,
    parts: Vec<u64>,
    /// Where a part's groups begin.
    starts: Vec<u32>,
    /// Where a group's languages begin.
    groups: Vec<u32>,
    places: Vec<u8>,
    weights: Vec<f32>,
    squares: Vec<f32>,
}

impl Model {
    fn new(chosen: Vec<(u64, Groups)>) -> Self {
        let mut model = Self {
            index: HashMap::new(),
            parts: vec![],
            starts: vec![0],
            groups: vec![0],
            places: vec![],
            weights: vec![],
            squares: vec![],
        };
        for (part, groups) in chosen {
            model.index.insert(part, model.parts.len() as u32);
            model.parts.push(part);
            for (places, weight) in groups {
                model.places.extend(places);
                model.groups.push(model.places.len() as u32);
                model.weights.push(weight);
            }
            model.starts.push(model.weights.len() as u32);
        }
        model.squares = vec![0.1; model.weights.len()];
        model
    }

    /// A part's groups: each with its languages.
    fn groups_of(&self, part: u32) -> impl Iterator<Item = (usize, &[u8])> {
        let range = self.starts[part as usize] as usize..self.starts[part as usize + 1] as usize;
        range.map(|group| {
            let places = self.groups[group] as usize..self.groups[group + 1] as usize;
            (group, &self.places[places])
        })
    }

    fn find(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        grams::read(text, |word| match self.index.get(&word.whole()) {
            Some(part) => found.push(*part),
            None => word.pieces(|piece| found.extend(self.index.get(&piece))),
        });
        found
    }

    fn sums(&self, found: &[u32], count: usize) -> Vec<f32> {
        let mut sums = vec![0.0; count];
        for part in found {
            for (group, places) in self.groups_of(*part) {
                for place in places {
                    sums[usize::from(*place)] += self.weights[group];
                }
            }
        }
        sums
    }

    fn fit(&mut self, languages: &[Known], known: &mut [Vec<Option<Box<[u32]>>>], texts: usize, round: u64) {
        let mut random = Random(round + 1);
        let mut loss = 0.0;
        // Texts in large languages are more frequent, and of the others so little is known that any text would fit.
        let several: Vec<usize> = (0..languages.len())
            .filter(|one| languages.iter().filter(|other| other.script == languages[*one].script).count() > 1)
            .flat_map(|one| std::iter::repeat_n(one, if languages[one].is_large() { OF_LARGE } else { 1 }))
            .collect();
        for _ in 0..texts {
            let place = several[random.below(several.len())];
            let words = (2.0 * 12_f64.powf(random.share())) as usize;
            let noise = random.share() * 0.2;
            let mut found = Vec::new();
            for _ in 0..words {
                let from = if random.share() < noise { several[random.below(several.len())] } else { place };
                let word = languages[from].draw(&mut random);
                let parts = known[from][word]
                    .get_or_insert_with(|| self.find(&languages[from].words[word]).into_boxed_slice());
                found.extend_from_slice(parts);
            }
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
            for part in found {
                let range = self.starts[part as usize] as usize..self.starts[part as usize + 1] as usize;
                for group in range {
                    let places = &self.places[self.groups[group] as usize..self.groups[group + 1] as usize];
                    let slope: f32 = places.iter().map(|place| sums[usize::from(*place)]).sum();
                    if slope.abs() > 1e-4 {
                        self.squares[group] += slope * slope;
                        self.weights[group] -= RATE * slope / self.squares[group].sqrt();
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
                *confused.entry(format!("{count} {want}>{}", languages[best].code)).or_default() += 1;
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
                .take(24)
                .map(|(pair, count)| format!("{pair} {count}"))
                .collect::<Vec<_>>()
                .join(" ")
        );
    }

    /// What a word drawn from a language says for it on average. Of words that lists as short as a declaration's lack,
    /// only pieces speak; a real text's word says about this part of what a drawn one does.
    fn rate(&self, language: &Known, place: usize, count: usize) -> i32 {
        let mut random = Random(1);
        let mut found = Vec::new();
        for _ in 0..DRAWN_FOR_RATE {
            found.extend(self.find(&language.words[language.draw(&mut random)]));
        }
        let rate = self.sums(&found, count)[place] / DRAWN_FOR_RATE as f32;
        let rate = if language.is_large() { rate } else { (0.7 * rate).min(MOST_RATE) };
        (rate * SCALE).round() as i32
    }

    /// In a line, the languages, each with its rate; then a bit for each slot that is taken, and for every 64 slots how many are before them; for each
    /// of these its fingerprint and its number of weights, in whole eights; for every eight where their weights begin; and all weights, each with its language.
    fn write(&self, languages: &[Known], path: &Path) {
        let slots = 1_usize << SLOT_BITS;
        let mut at_slot: Vec<Option<u32>> = vec![None; slots];
        for (at, part) in self.parts.iter().enumerate() {
            let mut slot = (part >> (64 - SLOT_BITS)) as usize;
            while at_slot[slot].is_some() {
                slot = (slot + 1) % slots;
            }
            at_slot[slot] = Some(at as u32);
        }
        let (mut taken, mut ranks, mut prints, mut counts, mut starts, mut weights) = (vec![], vec![], vec![], vec![], vec![], vec![]);
        for group in at_slot.chunks(64) {
            ranks.extend((counts.len() as u32).to_le_bytes());
            let bits = (0..).zip(group).fold(0_u64, |bits, (place, at)| bits | u64::from(at.is_some()) << place);
            taken.extend(bits.to_le_bytes());
            for at in group.iter().flatten() {
                let before = weights.len();
                if counts.len() % 8 == 0 {
                    starts.extend((before as u32 / 2).to_le_bytes());
                }
                prints.extend(((self.parts[*at as usize] as u16) | 1).to_le_bytes());
                for (group, languages) in self.groups_of(*at) {
                    let value = (self.weights[group] * SCALE).round().clamp(-127.0, 127.0) as i8;
                    if value != 0 {
                        weights.extend(languages.iter().flat_map(|language| [*language, value as u8]));
                    }
                }
                counts.push(((weights.len() - before) / 2) as u8);
            }
        }
        let entries = counts.len().next_multiple_of(8);
        counts.resize(entries, 0);
        prints.resize(2 * entries, 0);
        let name = |(place, language): (usize, &Known)| {
            format!("{}:{}", language.code, self.rate(language, place, languages.len()))
        };
        let names = languages.iter().enumerate().map(name).collect::<Vec<_>>().join(" ");
        let mut bytes = names.into_bytes();
        bytes.push(b'\n');
        for part in [taken, ranks, prints, counts, starts, weights] {
            bytes.extend(part);
        }
        eprintln!("{} bytes", bytes.len());
        std::fs::write(path, bytes).expect("the table can be written");
    }
}
