//! Whether a part of a title is a site's name: what is known of the record, and what names look like.
//!
//! No host and no publication is listed here; a list would be out of date on the day it is written.

use std::collections::HashSet;
use std::sync::LazyLock;

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::article::Article;
use crate::text::{SECTION_QUALIFIERS, SECTIONS, host_of};

/// How well a part of a title is known to be the site's name, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::stage::extract) enum SeamEvidence {
    /// It is short and has capitals, and stands where names stand; nothing is known of the site.
    Shaped,
    /// It has the form of a publication's name.
    Looks,
    /// It shares most of its letters, or its initials, with the host.
    Close,
    /// It is the host's name, or the name that the record gives for the site.
    Exact,
}

/// No site's name is longer, in any script. Each part of a title is looked at up to three times, so long parts
/// have to be passed over at once.
const LONGEST_NAME_BYTES: usize = 400;

/// What a record tells about its site, folded.
pub(in crate::stage::extract) struct Knowledge {
    names: Vec<String>,
    labels: Vec<String>,
    sections: Vec<String>,
    slug: String,
    site_named: bool,
}

impl Knowledge {
    /// What is known from the site's name, the address and the section.
    pub(in crate::stage::extract) fn of(article: &Article, own_names: &[String]) -> Self {
        let mut names: Vec<String> = own_names.iter().map(|name| fold(name)).collect();
        names.push(fold(&article.site_name));
        names.extend(article.site_name.split(['|', '–', '—', '·', '»']).map(fold));
        let bare: Vec<String> =
            names.iter().filter_map(|name| name.strip_prefix("the")).map(str::to_owned).collect();
        names.extend(bare);
        names.retain(|name| !name.is_empty());
        let path = article.url.split_once("://").map_or("", |(_, rest)| rest);
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        // Sections come first in a path and words of the headline last; between them, nobody knows.
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let (before, end) = segments.split_at(segments.len().saturating_sub(2));
        let slug = fold(&end.concat());
        let before = if let [section, _] = &segments[..] { std::slice::from_ref(section) } else { before };
        let mut sections: Vec<String> = before.iter().take(2).map(|segment| fold(segment)).collect();
        sections.push(fold(&article.section));
        sections.retain(|section| section.chars().any(char::is_alphabetic));
        let site_named = !article.site_name.is_empty();
        Self { names, labels: labels(host_of(&article.url)), sections, slug, site_named }
    }

    /// The evidence that a part is the site's name.
    pub(in crate::stage::extract) fn of_site(&self, part: &str) -> Option<SeamEvidence> {
        if part.len() > LONGEST_NAME_BYTES {
            return None;
        }
        let words = words(part);
        if words.is_empty() {
            return None;
        }
        let forms = forms(part);
        if forms.iter().any(|form| self.names.contains(form) || self.labels.contains(form)) {
            return Some(SeamEvidence::Exact);
        }
        let sentence = part.ends_with(['?', '.', '…', ':', ',']) && !part.ends_with("V.");
        let in_slug = self.slug.len() > 8 && self.slug.contains(&fold(part));
        if words.len() > 6 || sentence || in_slug || is_one_of(CONTENT, &words[0]) {
            return None;
        }
        let named = is_title_case(part);
        let close = |label: &String| {
            is_label_and_kind(&words, label)
                || (forms.iter().any(|form| share(form, label) >= if named { 40 } else { 70 })
                    && (named || words.len() == 1))
                || (named && abbreviates(&words, label))
        };
        if self.labels.iter().any(close) {
            return Some(SeamEvidence::Close);
        }
        // The record names its site, and this is another name.
        if self.site_named {
            return None;
        }
        ((named && looks_like_publication(part, &words)) || is_web_name(part)).then_some(SeamEvidence::Looks)
    }

    /// Whether the record tells nothing of its site, so that any name may be the site's.
    pub(super) fn is_empty(&self) -> bool {
        !self.site_named && self.labels.is_empty()
    }

    /// Whether the address has most words of a headline.
    pub(super) fn address_says(&self, words: &[String]) -> bool {
        let long = words.iter().filter(|word| word.len() >= 4);
        let said = long.clone().filter(|word| self.slug.contains(word.as_str())).count();
        said >= 3 && said * 5 >= long.count() * 3
    }

    /// Whether a part is the section that stands between headline and site's name.
    pub(super) fn is_section(&self, part: &str) -> bool {
        let words = words(part);
        let is_own = words.len() <= 3 && self.sections.contains(&words.concat());
        is_own || self.site_named && is_section(&words)
    }
}

/// Letters and digits in lower case, without accents: what two spellings of a name have in common.
pub(in crate::stage::extract) fn fold(text: &str) -> String {
    if text.is_ascii() {
        // Bytes, because to push characters takes three times as long.
        let mut folded = text.to_ascii_lowercase().into_bytes();
        folded.retain(u8::is_ascii_alphanumeric);
        return String::from_utf8(folded).expect("ASCII is UTF-8");
    }
    let plain = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    // Accents are not alphanumeric, Indic vowel signs are; Arabic ones are, but most writers leave them out.
    let is_letter =
        |character: &char| character.is_alphanumeric() && !matches!(character, '\u{64B}'..='\u{65F}');
    plain.chars().filter(is_letter).flat_map(char::to_lowercase).filter(is_letter).collect()
}

/// `World & Middle East News`
const MOST_SECTION_WORDS: usize = 4;

/// Whether folded words are the name of a section: `world`, `middle east`.
pub(super) fn is_section(words: &[String]) -> bool {
    static NAMES: LazyLock<HashSet<String>> =
        LazyLock::new(|| SECTIONS.split_whitespace().map(fold).collect());
    static BESIDE: LazyLock<HashSet<String>> =
        LazyLock::new(|| SECTION_QUALIFIERS.split_whitespace().map(fold).collect());
    // `Ausland` and `Lokales` are sections by themselves, `north` and `of` are not.
    let names = |word: &String| NAMES.contains(word) || word.len() >= 6 && BESIDE.contains(word);
    words.len() <= MOST_SECTION_WORDS
        && words.iter().any(names)
        && words.iter().all(|word| NAMES.contains(word) || BESIDE.contains(word))
}

pub(super) fn words(part: &str) -> Vec<String> {
    part.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect()
}

/// The ways in which a host may spell a name: with or without "The", with umlauts written out.
fn forms(part: &str) -> Vec<String> {
    let german: String = part
        .chars()
        .flat_map(|character| match character {
            'ä' | 'Ä' => ['a', 'e'],
            'ö' | 'Ö' => ['o', 'e'],
            'ü' | 'Ü' => ['u', 'e'],
            'ß' => ['s', 's'],
            other => [other, '\0'],
        })
        .collect();
    let mut forms = vec![fold(part), fold(&german)];
    let bare: Vec<String> =
        forms.iter().filter_map(|form| form.strip_prefix("the")).map(str::to_owned).collect();
    forms.extend(bare);
    forms.retain(|form| !form.is_empty());
    forms
}

/// The names in a host: `chicago.courier.co.uk` → `courier`, `courieruk` and the like, `chicagocourier`.
fn labels(host: &str) -> Vec<String> {
    #[rustfmt::skip]
    const SECOND_LEVEL: &[&str] = &[
        "co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "go", "gob", "gouv", "info", "web",
    ];
    let mut parts: Vec<&str> = host.split('.').collect();
    let top = parts.pop().unwrap_or_default();
    if parts.len() > 1 && parts.last().is_some_and(|part| SECOND_LEVEL.contains(part)) {
        parts.pop();
    }
    let Some(name) = parts.pop().map(fold) else { return Vec::new() };
    if !name.chars().any(char::is_alphabetic) || !top.chars().any(char::is_alphabetic) {
        return Vec::new();
    }
    let below = fold(&parts.concat());
    let mut labels = vec![format!("{name}{}", fold(top)), fold(host)];
    if !below.is_empty() {
        labels.push(format!("{below}{name}"));
        labels.push(format!("{name}{below}"));
        // On a host of blogs, the site is what stands before.
        if below.len() >= 4 && !is_section(std::slice::from_ref(&below)) && below != "blog" {
            labels.push(below);
        }
    }
    labels.extend(name.strip_prefix("the").filter(|bare| bare.len() >= 3).map(str::to_owned));
    labels.push(name);
    labels
}

/// How much of the longer of two names the shorter one makes up, in percent; 0 where it is no part of it,
/// or has too few letters to mean anything.
fn share(one: &str, other: &str) -> usize {
    let (inner, outer) = if one.len() < other.len() { (one, other) } else { (other, one) };
    if inner.len() >= 4 && outer.contains(inner) { inner.len() * 100 / outer.len() } else { 0 }
}

/// A host's label as a word of its own, beside words that say nothing: "BBC News".
fn is_label_and_kind(words: &[String], label: &str) -> bool {
    let mut others = words.iter().filter(|word| *word != label).peekable();
    let count = others.clone().count();
    count < words.len()
        && others.peek().is_some()
        && others.all(|word| is_one_of(KINDS, word) || is_small(word))
}

/// Whether a label is made of the beginnings of all words: "New York Times" and `nytimes`.
fn abbreviates(words: &[String], label: &str) -> bool {
    if label.len() < 3 || words.len() < 2 {
        return false;
    }
    let label = label.as_bytes();
    let mut reached = vec![false; label.len() + 1];
    reached[0] = true;
    for word in words {
        let mut next = if is_small(word) { reached.clone() } else { vec![false; label.len() + 1] };
        for start in (0..label.len()).filter(|start| reached[*start]) {
            let common = label[start..].iter().zip(word.as_bytes()).take_while(|(a, b)| a == b).count();
            next[start + 1..=start + common].fill(true);
        }
        reached = next;
    }
    reached[label.len()]
}

/// Whether a part has the form of a publication's name: few words, capitals, and one that says what it is.
fn looks_like_publication(part: &str, words: &[String]) -> bool {
    let Some((last, first)) = words.last().zip(words.first()) else { return false };
    if ENDINGS.iter().any(|ending| last.len() > ending.len() && last.ends_with(ending)) {
        return words.len() <= 2 && part.chars().count() <= 14;
    }
    if is_one_of(ARABIC_KINDS, first) || is_one_of(ARABIC_KINDS, last) {
        return (2..=3).contains(&words.len());
    }
    let named =
        words.iter().any(|word| !is_one_of(KINDS, word) && !is_one_of(PRESS, word) && !is_small(word));
    // German and Dutch make one word of it: "Volksblatt", "Stadt-Anzeiger".
    let compound = |word: &str, press: &str| press.len() >= 5 && word.ends_with(press);
    let is_press = |word: &&String| PRESS.iter().any(|press| *word == press || compound(word, press));
    let press = words.iter().filter(is_press).count();
    let kind = is_one_of(KINDS, last) && !is_section(words);
    (2..=5).contains(&words.len()) && (press >= 2 || named && (press == 1 || kind))
}

/// `courier.com`, `golem.de`: a domain written as a name. `Node.js` and `Co.` are none.
fn is_web_name(part: &str) -> bool {
    #[rustfmt::skip]
    const TOP_LEVELS: &[&str] = &[
        "com", "net", "org", "info", "news", "de", "at", "ch", "fr", "it", "es", "pt", "nl", "be", "lu",
        "pl", "cz", "dk", "se", "fi", "ru", "uk", "ie", "eu", "br", "au", "ca", "tv",
    ];
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    part.rsplit_once('.').is_some_and(|(name, top)| {
        name.len() >= 2 && name.split('.').all(is_label) && is_one_of(TOP_LEVELS, &top.to_ascii_lowercase())
    })
}

/// `iFixit`, `TheHill`, `Salon.com`: no word of a language is spelt so.
pub(super) fn is_coined(part: &str) -> bool {
    let has_inner_capital = || {
        part.chars().zip(part.chars().skip(1)).any(|(one, other)| one.is_lowercase() && other.is_uppercase())
    };
    !part.contains(' ') && (is_web_name(part) || has_inner_capital())
}

/// Whether a word is an article that opens names: `The Quay`, `La Rive`, `Die Woche`.
pub(super) fn is_article(word: &str) -> bool {
    is_one_of(ARTICLES, word)
}

const ARTICLES: &[&str] = &["the", "la", "le", "les", "el", "los", "il", "die", "der", "das"];

/// Every word that carries meaning begins with a capital, a digit or a letter that has no case.
fn is_title_case(part: &str) -> bool {
    part.split_whitespace().all(|word| {
        let first = word.chars().find(|character| character.is_alphanumeric());
        let folded = fold(word);
        first.is_none_or(|first| !first.is_lowercase()) || is_small(&folded) || is_one_of(PRESS, &folded)
    })
}

/// Whether a word begins what is part of the headline, whatever the site is called.
pub(super) fn is_content(word: &str) -> bool {
    is_one_of(CONTENT, word)
}

pub(super) fn is_press(word: &str) -> bool {
    is_one_of(PRESS, word)
}

pub(super) fn is_kind(word: &str) -> bool {
    is_one_of(KINDS, word)
}

fn is_one_of(list: &[&str], word: &str) -> bool {
    list.contains(&word)
}

pub(super) fn is_small(word: &str) -> bool {
    #[rustfmt::skip]
    const SMALL: &[&str] = &[
        "the", "of", "and", "for", "in", "on", "a", "to", "at", "de", "la", "le", "les", "el", "los", "du",
        "des", "d", "da", "do", "di", "del", "y", "e", "et", "der", "die", "das", "den", "und", "fur", "im",
        "am", "van", "della", "delle", "degli", "dei",
    ];
    is_one_of(SMALL, word)
}

/// Parts that begin with one of these are part of the headline, whatever the host is called.
#[rustfmt::skip]
const CONTENT: &[&str] = &[
    "live", "video", "videos", "audio", "watch", "part", "update", "updates", "photos", "pictures",
    "gallery", "report", "review", "interview", "analysis", "explained", "quiz", "podcast", "teil", "en",
    "فيديو", "صور", "بالفيديو",
];

/// Words that nearly only publications have in their names.
#[rustfmt::skip]
const PRESS: &[&str] = &[
    "times", "post", "herald", "gazette", "tribune", "chronicle", "courier", "telegraph", "guardian",
    "observer", "journal", "daily", "weekly", "dispatch", "examiner", "inquirer", "sentinel", "bulletin",
    "standard", "mirror", "advertiser", "reporter", "newspaper", "magazine", "zeitung", "tageblatt",
    "anzeiger", "rundschau", "kurier", "nachrichten", "presse", "blatt", "allgemeine", "gazzetta",
    "giornale", "corriere", "diario", "periodico", "gaceta", "jornal", "folha", "revista", "noticias",
    "gazeta", "figaro", "gazetesi", "haberleri", "haber", "газета", "новости", "ведомости", "известия",
    "вестник", "समाचार", "टाइम्स",
];

/// Words that say what a thing is and could stand in a headline, too: only at the end of a name.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "news", "online", "tv", "radio", "media", "press", "network", "wire", "today", "digital", "blog",
    "info", "sport", "sports", "business", "magazin", "fernsehen", "fm", "com", "net", "uk", "us", "न्यूज",
];

/// Arabic words for newspaper, channel, agency, network and site, which stand first, and two that stand last.
#[rustfmt::skip]
const ARABIC_KINDS: &[&str] = &[
    "صحيفه", "صحيفة", "جريده", "جريدة", "قناه", "قناة", "وكاله", "وكالة", "شبكه", "شبكة", "موقع", "بوابه",
    "بوابة", "مجله", "مجلة", "نيوز", "اونلاين",
];

/// Endings of publications' names in Chinese, Japanese and Korean.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "网", "網", "新闻", "新聞", "日报", "日報", "晚报", "晚報", "时报", "時報", "早报", "早報", "周刊", "週刊", "电视台", "電視台", "ニュース",
    "通信", "放送", "テレビ", "デジタル", "オンライン", "뉴스", "일보", "신문", "방송",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_several_names() {
        for (host, names) in [
            ("courier.example", vec!["courierexample", "courierexample", "courier"]),
            ("thecourier.co.uk", vec!["thecourieruk", "thecouriercouk", "courier", "thecourier"]),
            (
                "north.courier.example",
                vec![
                    "courierexample",
                    "northcourierexample",
                    "northcourier",
                    "couriernorth",
                    "north",
                    "courier",
                ],
            ),
            ("192.0.2.7", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(labels(host), names, "{host}");
        }
    }

    #[test]
    fn a_share_needs_four_letters() {
        assert_eq!(share("port", "northports"), 40);
        assert_eq!(share("por", "ports"), 0);
        assert_eq!(share("quay", "northport"), 0);
    }

    #[test]
    fn an_abbreviation_takes_the_beginnings_of_all_words_in_order() {
        for (name, label, right) in [
            ("North Port Times", "nptimes", true),
            ("North Port Times", "norpot", true),
            ("Voice of the Coast", "vcoast", true),
            ("North Port Times", "ntimes", false),
            ("North Port Times", "tnp", false),
            ("North Port Times", "nptimesonline", false),
            ("Quay Blog", "qb", false),
            ("Quayside", "quay", false),
        ] {
            assert_eq!(abbreviates(&words(name), label), right, "{name} {label}");
        }
    }

    #[test]
    fn a_domain_is_a_name_and_a_library_is_not() {
        for (part, right) in [("quay.com", true), ("n-port.co.uk", true), ("Node.js", false), ("etc.", false)]
        {
            assert_eq!(is_web_name(part), right, "{part}");
        }
    }
}
