//! Paragraphs that a site puts under every article, found while the run reads it and removed.
//!
//! `Download the Courier's app for the news of the valley.`, in the sixth article of `courier.example` that has it → gone, and
//! `labels.repeated = [{"text": "Download the Courier's app …", "times": 1, "articles": 5, "first": {"dump": …, "line": …}}]`.
//!
//! `strip-boilerplate` knows what sites say in common; what one site alone says shows only across its articles. Workers
//! hash the paragraphs, and the committer, which sees records in order, counts them by host. So the answer is the same for
//! any number of threads, and its price is that the first articles of a site keep theirs.
//!
//! A paragraph is removed where it stands in at least `after` earlier articles of the host, and in at least `share` of them. That is
//! what a site puts into its articles, and not what its articles have in common:
//! - **short ones are kept** (`min-words`): `Yes.` and `Read on` are common because they are short;
//! - **a quote or a background paragraph** is told in some articles of a site, not in every fourth of hundreds;
//! - **versions count for nothing**: where half of a text or more is in paragraphs that are known already, it is an
//!   earlier article told again, and says nothing about what the site adds. Nor does a duplicate;
//! - **most of a text is never boilerplate**: where half of it or more would be removed, all of it is kept.
//!
//! # Memory
//!
//! For a host 224 paragraphs of 24 bytes at most are counted, and 10,000 hosts: 54 MB at most. Counts are those of Misra
//! and Gries (1982): when there is no room, every paragraph loses one, and those that have none left make room. A count is
//! never too high, and too low by at most a 224th of the paragraphs that were counted. Hosts beyond the first ones are not looked at.

use std::collections::BTreeMap;

use super::RecordPlace;
use super::entry::take;
use crate::dedup::ParagraphSettings;
use crate::text::Slice;
use crate::text::count_words;

/// Paragraphs that are counted of a host.
const COUNTERS: usize = 224;

/// A paragraph of a text that is long enough to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph {
    hash: u64,
    start: u32,
    end: u32,
}

impl Paragraph {
    /// The paragraphs of a text that have enough words, a line each.
    pub fn all(text: &str, settings: &ParagraphSettings) -> Vec<Self> {
        let mut paragraphs = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let (start, end) = (u32::try_from(at), u32::try_from(at + line.len()));
            at += line.len();
            // The shortest five words of English have nine letters and spaces.
            if line.len() < 2 * settings.min_words
                || count_words(line, settings.min_words) < settings.min_words
            {
                continue;
            }
            if let (Ok(start), Ok(end)) = (start, end) {
                // A template's lines are the same to the byte; to fold case and marks as `text_key` does took 3 % of a run.
                let hash = xxhash_rust::xxh3::xxh3_64(line.trim_ascii().as_bytes());
                paragraphs.push(Self { hash, start, end });
            }
        }
        paragraphs
    }

    /// Whether two paragraphs are the same, in one text or in several.
    pub fn is_same(self, other: Self) -> bool {
        self.hash == other.hash
    }

    /// The paragraph in its text.
    pub fn of(self, text: &str) -> &str {
        text.slice(self.start as usize..self.end as usize).trim()
    }

    fn bytes(self) -> u64 {
        u64::from(self.end - self.start)
    }
}

/// A text without some of its paragraphs.
pub fn without(text: &str, paragraphs: &[Repeated]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut at = 0;
    for Repeated { paragraph, .. } in paragraphs {
        left.push_str(text.slice(at..paragraph.start as usize));
        at = paragraph.end as usize;
        // The blank line after it is removed with it.
        let rest = text.slice(at..);
        at += rest.len() - rest.trim_start_matches(['\n', '\r']).len();
    }
    left.push_str(text.slice(at..));
    let length = if at == text.len() { left.trim_end().len() } else { left.len() };
    left.truncate(length);
    left
}

/// A paragraph that a host repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The paragraph.
    pub paragraph: Paragraph,
    /// Earlier articles that have it, at least.
    pub articles: u32,
    /// The first of those that were counted.
    pub first: RecordPlace,
}

/// The paragraphs of an article that is kept, to be counted for its host, now or when a run resumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The hash of the host's name.
    host: u64,
    /// Of those that were written down, the places in the text are lost.
    paragraphs: Vec<Paragraph>,
}

impl Counted {
    /// `None` where there is no host, or nothing to count.
    pub fn of(host: &str, paragraphs: Vec<Paragraph>) -> Option<Self> {
        (!host.is_empty() && !paragraphs.is_empty()).then(|| Self { host: host_key(host), paragraphs })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.host.to_le_bytes());
        let length = u32::try_from(self.paragraphs.len()).expect("their places are 32 bits");
        out.extend_from_slice(&length.to_le_bytes());
        for paragraph in &self.paragraphs {
            out.extend_from_slice(&paragraph.hash.to_le_bytes());
            out.extend_from_slice(&(paragraph.end - paragraph.start).to_le_bytes());
        }
    }

    pub(super) fn read(bytes: &mut &[u8]) -> Option<Self> {
        let host = u64::from_le_bytes(take(bytes)?);
        let length = u32::from_le_bytes(take(bytes)?);
        let paragraph = |_| {
            let hash = u64::from_le_bytes(take(bytes)?);
            Some(Paragraph { hash, start: 0, end: u32::from_le_bytes(take(bytes)?) })
        };
        Some(Self { host, paragraphs: (0..length).map(paragraph).collect::<Option<_>>()? })
    }
}

fn host_key(host: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(host.as_bytes())
}

/// What the hosts of a run repeat.
#[derive(Debug, PartialEq)]
pub struct Repeats {
    settings: ParagraphSettings,
    /// By the hash of the host's name.
    hosts: BTreeMap<u64, Host>,
}

#[derive(Debug, Default, PartialEq)]
struct Host {
    articles: u32,
    /// By hash.
    counters: Vec<Counter>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Counter {
    hash: u64,
    articles: u32,
    dump: u32,
    line: u64,
}

impl Host {
    fn get(&self, hash: u64) -> Option<&Counter> {
        let at = self.counters.binary_search_by_key(&hash, |counter| counter.hash).ok()?;
        self.counters.get(at)
    }
}

impl Repeats {
    /// Nothing is counted yet.
    pub fn new(settings: ParagraphSettings) -> Self {
        Self { settings, hosts: BTreeMap::new() }
    }

    /// The paragraphs of an article that its host repeats, in order.
    pub fn find(&self, host: &str, paragraphs: &[Paragraph], text: &str) -> Vec<Repeated> {
        let Some(host) = self.hosts.get(&host_key(host)) else {
            return Vec::new();
        };
        if host.articles < self.settings.after {
            return Vec::new();
        }
        let repeated = |paragraph: &Paragraph| {
            let counter = host.get(paragraph.hash)?;
            let is_common = f64::from(counter.articles) >= self.settings.share * f64::from(host.articles);
            (counter.articles >= self.settings.after && is_common).then_some(Repeated {
                paragraph: *paragraph,
                articles: counter.articles,
                first: RecordPlace { dump: counter.dump, line: counter.line },
            })
        };
        let found: Vec<Repeated> = paragraphs.iter().filter_map(repeated).collect();
        let bytes: u64 = found.iter().map(|one| one.paragraph.bytes()).sum();
        if bytes * 2 >= text.len() as u64 { Vec::new() } else { found }
    }

    /// Counts the paragraphs of an article that is kept.
    pub fn count(&mut self, Counted { host, paragraphs }: &Counted, place: RecordPlace) {
        if !self.hosts.contains_key(host) && self.hosts.len() >= self.settings.hosts {
            return;
        }
        let host = self.hosts.entry(*host).or_default();
        let bytes = |paragraphs: &mut dyn Iterator<Item = &Paragraph>| -> u64 {
            paragraphs.map(|paragraph| paragraph.bytes()).sum()
        };
        let known = bytes(&mut paragraphs.iter().filter(|one| host.get(one.hash).is_some()));
        if known * 2 >= bytes(&mut paragraphs.iter()) {
            return;
        }
        host.articles = host.articles.saturating_add(1);
        let mut hashes: Vec<u64> = paragraphs.iter().map(|paragraph| paragraph.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        for hash in hashes {
            match host.counters.binary_search_by_key(&hash, |counter| counter.hash) {
                Ok(at) => host.counters[at].articles = host.counters[at].articles.saturating_add(1),
                Err(_) if host.counters.len() >= COUNTERS => host.counters.retain_mut(|counter| {
                    counter.articles -= 1;
                    counter.articles > 0
                }),
                Err(at) => {
                    host.counters
                        .insert(at, Counter { hash, articles: 1, dump: place.dump, line: place.line });
                }
            }
        }
    }

    /// The bytes that the counts take.
    pub fn bytes(&self) -> usize {
        let counters: usize = self.hosts.values().map(|host| host.counters.capacity()).sum();
        // A tree keeps a part of its places free.
        counters * size_of::<Counter>() + self.hosts.len() * (size_of::<(u64, Host)>() * 3 / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str = "Download our app for the news of the valley.";

    fn settings() -> ParagraphSettings {
        ParagraphSettings::default()
    }

    /// Takes texts in as a run would; those that come out.
    fn read(repeats: &mut Repeats, host: &str, texts: &[String]) -> Vec<String> {
        let mut out = Vec::new();
        for (line, text) in (1..).zip(texts) {
            let paragraphs = Paragraph::all(text, &settings());
            let found = repeats.find(host, &paragraphs, text);
            if let Some(counted) = Counted::of(host, paragraphs) {
                repeats.count(&counted, RecordPlace { dump: 0, line });
            }
            out.push(without(text, &found));
        }
        out
    }

    /// An article of its own, with something after it.
    fn article(number: usize, behind: &str) -> String {
        let own = |part: usize| {
            format!(
                "Paragraph {part} of article {number} tells at length of bridge {number}, which is shut for the winter."
            )
        };
        format!("{}\n\n{}\n\n{behind}", own(1), own(2)).trim_end().to_owned()
    }

    fn lasting(out: &[String], what: &str) -> usize {
        out.iter().filter(|text| text.contains(what)).count()
    }

    #[test]
    fn what_a_site_adds_goes_from_the_sixth_article_on() {
        let texts: Vec<String> = (0..9).map(|number| article(number, NOTE)).collect();
        let mut repeats = Repeats::new(settings());
        let out = read(&mut repeats, "valley.example", &texts);
        assert_eq!(out[..5], texts[..5]);
        let plain: Vec<String> = (5..9).map(|number| article(number, "")).collect();
        assert_eq!(out[5..], plain);
        // Another host has its own counts, and a record without a host none.
        assert_eq!(read(&mut repeats, "hill.example", &texts[..5]), texts[..5]);
        assert_eq!(read(&mut repeats, "", &texts), texts);
        let paragraphs = Paragraph::all(&texts[8], &settings());
        let found = repeats.find("valley.example", &paragraphs, &texts[8]);
        assert_eq!((found[0].articles, found[0].first), (9, RecordPlace { dump: 0, line: 1 }));
        assert_eq!(found[0].paragraph.of(&texts[8]), NOTE);
    }

    #[test]
    fn short_and_rare_paragraphs_and_whole_texts_stay() {
        // Four words; five go.
        for (note, stay) in [("Read on, dear reader.", 9), ("Read on, dear old reader.", 5)] {
            let texts: Vec<String> = (0..9).map(|number| article(number, note)).collect();
            assert_eq!(
                lasting(&read(&mut Repeats::new(settings()), "a.example", &texts), note),
                stay,
                "{note}"
            );
        }
        // In every fourth article; in every fifth.
        for (every, stay) in [(4, 5), (5, 20)] {
            let texts: Vec<String> =
                (0..100).map(|number| article(number, if number % every == 0 { NOTE } else { "" })).collect();
            assert_eq!(
                lasting(&read(&mut Repeats::new(settings()), "a.example", &texts), NOTE),
                stay,
                "{every}"
            );
        }
        // The note is more than half of the text.
        let mut repeats = Repeats::new(settings());
        let texts: Vec<String> = (0..9).map(|number| article(number, NOTE)).collect();
        read(&mut repeats, "a.example", &texts);
        for (rest, stays) in
            [("Short.", true), ("As long as the note is this one, and so it stays alone.", false)]
        {
            let text = format!("{NOTE}\n\n{rest}");
            let found = repeats.find("a.example", &Paragraph::all(&text, &settings()), &text);
            assert_eq!(found.is_empty(), stays, "{rest}");
        }
    }

    #[test]
    fn versions_of_an_article_say_nothing_about_the_site() {
        // Two fifths are in all versions, which is little enough to go; another third in every third one.
        let version = |number: usize| {
            let all = "The bridge is shut for the winter, as the council of the town said on Monday, and buses go round.";
            let some = format!("Part {} tells what the {0} owners of boats have to say of it.", number % 3);
            format!(
                "{all}\n\n{some}\n\nUpdate {number}: nothing new is known of bridge{number} at hour {number}."
            )
        };
        let texts: Vec<String> = (0..12).map(version).collect();
        assert_eq!(read(&mut Repeats::new(settings()), "a.example", &texts), texts);
    }

    #[test]
    fn counts_have_a_ceiling_and_survive_it() {
        let mut repeats = Repeats::new(settings());
        let texts: Vec<String> = (0..3000).map(|number| article(number, NOTE)).collect();
        assert_eq!(lasting(&read(&mut repeats, "a.example", &texts), NOTE), 5);
        assert!(repeats.hosts.values().all(|host| host.counters.len() <= COUNTERS));
        assert!(repeats.bytes() <= COUNTERS * 2 * size_of::<Counter>() + 200, "{}", repeats.bytes());
        let mut few = Repeats::new(ParagraphSettings { hosts: 1, ..settings() });
        read(&mut few, "a.example", &texts[..9]);
        assert_eq!(read(&mut few, "b.example", &texts[..9]), texts[..9]);
        assert_eq!(few.hosts.len(), 1);
    }

    #[test]
    fn what_was_written_down_counts_as_it_did() {
        let counted = Counted::of("a.example", Paragraph::all(&article(1, NOTE), &settings()));
        let counted = counted.expect("it has paragraphs");
        assert_eq!(counted.paragraphs.len(), 3);
        let mut bytes = Vec::new();
        counted.write(&mut bytes);
        for cut in [1, 8, 12, bytes.len() - 1] {
            assert_eq!(Counted::read(&mut &bytes[..cut]), None, "{cut}");
        }
        bytes.push(7);
        let mut rest = &bytes[..];
        let read = Counted::read(&mut rest).expect("it is whole");
        assert_eq!(rest, [7]);
        let at = RecordPlace { dump: 0, line: 1 };
        let (mut then, mut now) = (Repeats::new(settings()), Repeats::new(settings()));
        for _ in 0..2 {
            then.count(&counted, at);
            now.count(&read, at);
        }
        assert_eq!(then, now);
        assert_eq!(Counted::of("", Paragraph::all(NOTE, &settings())), None);
        assert_eq!(Counted::of("a.example", Vec::new()), None);
    }

    #[test]
    fn a_paragraph_goes_with_the_blank_line_behind_it() {
        let all = |text: &str| -> Vec<Repeated> {
            let at = RecordPlace { dump: 0, line: 1 };
            let repeated = |paragraph: Paragraph| Repeated { paragraph, articles: 5, first: at };
            let paragraphs = Paragraph::all(text, &settings()).into_iter();
            paragraphs.filter(|paragraph| paragraph.of(text) == NOTE).map(repeated).collect()
        };
        for (text, left) in [
            (format!("{NOTE}\n\nOne.\n\nTwo."), "One.\n\nTwo."),
            (format!("One.\n\n{NOTE}\n\nTwo."), "One.\n\nTwo."),
            (format!("One.\n\nTwo.\n\n{NOTE}"), "One.\n\nTwo."),
            (format!("One.\n{NOTE}\n{NOTE}\nTwo.\n"), "One.\nTwo.\n"),
            ("One.\n".to_owned(), "One.\n"),
        ] {
            assert_eq!(without(&text, &all(&text)), left, "{text}");
        }
    }
}
