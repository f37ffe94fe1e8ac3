//! What is counted of a host.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{
    HOSTS, HostAccount, HostCounts, LONGEST_HOST_BYTES, OTHERS, add, add_all, add_one,
    has_address_of_another, has_title_of_another, letters, profile,
};
use crate::article::Article;
use crate::date::ArticleDate;

/// Languages and kinds of pages that a host has entries for.
pub(super) const MOST_OF_A_HOST: usize = 20;

/// Whether a moment, in milliseconds, is before 1991, the year of the first web page: so is what stands for no date (1970, 1900).
pub(crate) const fn is_long_ago(milliseconds: i64) -> bool {
    milliseconds < 662_688_000_000
}

/// Whether two of the fields that say different things have the same value.
pub(crate) fn has_alike_fields(title: &str, author: &str, section: &str, text: &str) -> bool {
    let pairs = [(title, author), (title, section), (author, section), (title, text)];
    pairs.iter().any(|(one, other)| one == other && !one.is_empty())
}

/// Whether a moment is more than an hour after that of the crawl, in milliseconds: as where hours of another zone are taken for those of this one.
pub(crate) const fn is_ahead(published: i64, crawled: i64) -> bool {
    published > crawled + 3_600_000
}

/// Whether a text is long and has no line end, as where they were lost.
pub(crate) fn is_one_paragraph(text: &str) -> bool {
    text.len() > 1000 && memchr::memchr(b'\n', text.as_bytes()).is_none()
}

/// Whether the beginning of a text comes again in it.
pub(crate) fn is_twice(text: &str) -> bool {
    const BEGINNING: usize = 80;
    let beginning = text.as_bytes().split_at_checked(BEGINNING);
    beginning.is_some_and(|(beginning, rest)| memchr::memmem::find(rest, beginning).is_some())
}

/// Whether a title is the beginning of the text.
pub(crate) fn is_from_text(title: &str, text: &str) -> bool {
    let title = title.trim_end_matches(['…', '.', ' ']);
    title.len() >= 20 && text.starts_with(title)
}

/// Whether it has a digit, which names of people do not have.
pub(crate) fn has_digit(author: &str) -> bool {
    author.bytes().any(|byte| byte.is_ascii_digit())
}

impl HostCounts {
    /// Adds all that is no count by name.
    pub(super) fn add_numbers(&mut self, part: &Self) {
        self.kept += part.kept;
        self.dropped += part.dropped;
        self.without_title += part.without_title;
        self.without_date += part.without_date;
        self.without_author += part.without_author;
        self.with_lost_characters += part.with_lost_characters;
        self.beyond_ascii += part.beyond_ascii;
        self.dated_later += part.dated_later;
        self.dated_long_before += part.dated_long_before;
        self.title_characters += part.title_characters;
        self.counted += part.counted;
        self.without_text += part.without_text;
        self.without_address += part.without_address;
        self.without_section += part.without_section;
        self.without_tags += part.without_tags;
        self.without_description += part.without_description;
        self.without_images += part.without_images;
        self.without_crawled += part.without_crawled;
        self.dated_as_crawled += part.dated_as_crawled;
        self.dated_long_ago += part.dated_long_ago;
        self.title_of_another += part.title_of_another;
        self.address_of_another += part.address_of_another;
        self.description_of_another += part.description_of_another;
        self.author_with_digits += part.author_with_digits;
        self.dated_ahead += part.dated_ahead;
        self.one_paragraph += part.one_paragraph;
        self.text_twice += part.text_twice;
        self.title_from_text += part.title_from_text;
        self.alike_fields += part.alike_fields;
        self.updates += part.updates;
        self.same_title.absorb(part.same_title);
        self.same_date.absorb(part.same_date);
        self.same_address.absorb(part.same_address);
        self.same_author.absorb(part.same_author);
        self.same_section.absorb(part.same_section);
        self.same_tags.absorb(part.same_tags);
        self.same_description.absorb(part.same_description);
        self.same_image.absorb(part.same_image);
        self.same_beginning.absorb(part.same_beginning);
        self.same_end.absorb(part.same_end);
        self.characters += part.characters;
    }

    pub(super) fn absorb(&mut self, part: &Self) {
        self.add_numbers(part);
        add_all(&mut self.reasons, &part.reasons);
        for (few, others) in [(&mut self.languages, &part.languages), (&mut self.pages, &part.pages)] {
            others.iter().for_each(|(name, count)| add(few, few_name(few, name), *count));
        }
    }

    pub(super) fn count(&mut self, article: &Article) -> &mut Self {
        self.without_title += u64::from(article.title.is_empty());
        self.without_date += u64::from(article.published.is_none());
        self.without_author += u64::from(article.authors.is_empty());
        let is_damaged = [&article.title, &article.text].into_iter().any(|text| letters::has_lost(text));
        self.with_lost_characters += u64::from(is_damaged);
        self.beyond_ascii += u64::from(letters::has_beyond_ascii(&article.text));
        let misdated = Misdated::of(article.published, article.crawled);
        self.dated_later += u64::from(misdated == Some(Misdated::Later));
        self.dated_long_before += u64::from(misdated == Some(Misdated::LongBefore));
        self.title_characters += profile::characters(&article.title);
        self.counted += 1;
        self.without_text += u64::from(article.text.is_empty());
        self.without_address += u64::from(article.url.is_empty());
        self.without_section += u64::from(article.section.is_empty());
        self.without_tags += u64::from(article.tags.is_empty());
        self.without_description += u64::from(article.description.is_empty());
        self.without_images += u64::from(article.images.is_empty());
        self.without_crawled += u64::from(article.crawled.is_none());
        self.same_title.add(&article.title);
        if let Some(published) = article.published.as_ref() {
            let published = published.utc_milliseconds();
            self.same_date.add(published.to_le_bytes());
            let crawled = article.crawled.map(ArticleDate::utc_milliseconds);
            self.dated_as_crawled += u64::from(crawled == Some(published));
            self.dated_ahead += u64::from(crawled.is_some_and(|crawled| is_ahead(published, crawled)));
            self.dated_long_ago += u64::from(is_long_ago(published));
        }
        self.one_paragraph += u64::from(is_one_paragraph(&article.text));
        self.text_twice += u64::from(is_twice(&article.text));
        self.title_from_text += u64::from(is_from_text(&article.title, &article.text));
        self.title_of_another += u64::from(has_title_of_another(&article.title, &article.text));
        let is_of_another = has_address_of_another(&article.url, &article.title, &article.text);
        self.address_of_another += u64::from(is_of_another);
        let is_of_another = has_title_of_another(&article.description, &article.text);
        self.description_of_another += u64::from(is_of_another);
        let author = article.authors.first().map_or("", String::as_str);
        let is_alike = has_alike_fields(&article.title, author, &article.section, &article.text);
        self.alike_fields += u64::from(is_alike);
        self.author_with_digits += u64::from(article.authors.iter().any(|author| has_digit(author)));
        self.same_address.add(&article.url);
        self.same_author.add(article.authors.join("\n"));
        self.same_section.add(&article.section);
        self.same_tags.add(article.tags.join("\n"));
        self.same_description.add(&article.description);
        self.same_image.add(article.images.first().map_or("", |image| &image.url));
        let (beginning, end) = edges(&article.text);
        self.same_beginning.add(beginning);
        self.same_end.add(end);
        self.characters += profile::characters(&article.text);
        add_one_of_few(&mut self.languages, &article.language);
        let kind = article.labels.get("page").and_then(|label| label.get("kind")?.as_str());
        if let Some(kind) = kind.filter(|kind| *kind != "article") {
            add_one_of_few(&mut self.pages, kind);
        }
        self
    }
}

/// The first and the last hundred bytes of a text, or a few less: a paragraph that is in all texts is seldom shorter.
fn edges(text: &str) -> (&str, &str) {
    const BYTES: usize = 100;
    let beginning = (0..=BYTES.min(text.len())).rev().find_map(|end| text.get(..end));
    let end = (text.len().saturating_sub(BYTES)..=text.len()).find_map(|start| text.get(start..));
    (beginning.unwrap_or_default(), end.unwrap_or_default())
}

/// How a date of publication does not fit the day of the crawl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misdated {
    /// After it.
    Later,
    /// A month before it: an archive's article, where all others are new, or a date with day and month swapped.
    LongBefore,
}

impl Misdated {
    /// Nothing where the date fits, or one of the two is unknown.
    pub(crate) fn of(published: Option<ArticleDate>, crawled: Option<ArticleDate>) -> Option<Self> {
        const MONTH: i64 = 31;
        let days = (crawled?.utc_milliseconds() - published?.utc_milliseconds()).div_euclid(86_400_000);
        // A day in the east begins the evening before.
        match days {
            ..-1 => Some(Self::Later),
            _ if days > MONTH => Some(Self::LongBefore),
            _ => None,
        }
    }
}

/// What a name that an input may have made up is counted as.
fn few_name<'a>(counts: &BTreeMap<String, u64>, name: &'a str) -> &'a str {
    let has_room = counts.len() < MOST_OF_A_HOST && name.len() <= profile::LONGEST_NAME_BYTES;
    if has_room || counts.contains_key(name) { name } else { OTHERS }
}

/// Counts a name that an input may have made up.
fn add_one_of_few(counts: &mut BTreeMap<String, u64>, name: &str) {
    add_one(counts, few_name(counts, name));
}

impl HostAccount {
    pub(super) fn absorb(&mut self, host: String, counts: HostCounts) {
        let has_room = self.by_host.len() < HOSTS;
        match self.by_host.entry(host) {
            Entry::Occupied(mut known) => known.get_mut().absorb(&counts),
            Entry::Vacant(place) if has_room => drop(place.insert(counts)),
            Entry::Vacant(_) => self.others.get_or_insert_default().absorb(&counts),
        }
    }

    pub(super) fn entry(&mut self, host: &str) -> &mut HostCounts {
        if !self.by_host.contains_key(host) {
            if self.by_host.len() >= HOSTS || host.len() > LONGEST_HOST_BYTES {
                return self.others.get_or_insert_default();
            }
            self.by_host.insert(host.to_owned(), HostCounts::default());
        }
        self.by_host.get_mut(host).expect("it was put in if it was not there")
    }
}
