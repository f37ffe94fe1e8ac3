//! `read-dateline`: the place that opens a report leaves its text and becomes `dateline`.
//!
//! `WASHINGTON — The mayor said` → `WASHINGTON`; `LONDON, Dec 2 (Reuters) - The mayor said` → `LONDON`;
//! `الرياض (واس) - قال` → `الرياض`.
//!
//! Many paragraphs open with a word and a dash. It is a dateline where it stands at the very beginning of the body, where
//! a new sentence follows, and where one of three things shows that it is a place: an agency's name in brackets after
//! it; capitals, of more than an abbreviation's length and of no word that headlines use (`UPDATE`, `OPINION`); or the list of
//! [`crate::text::is_place`], which a colon always needs, for `LONDON: ` is a place and `WATCH: ` is not. The agency and the day go
//! with the place; a state or a country after it stays with it. The text of a page keeps its dateline ([`Pages`]).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::lines::lines;
use crate::text::{is_agency, is_place};

use super::furniture::people::{Unknown, placed};
use super::furniture::site::Site;
use super::furniture::{Pages, is_prose};

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What to do where the text came from a page: `keep` fills the field and leaves the text, `cut` cuts the text, too.
    pages: Pages,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "read-dateline",
    family: Family::Extractor,
    summary: "takes the place that opens a report out of the text and fills `dateline`",
    about: "`WASHINGTON — `, `PARIS (AP) — `, `LONDON, Dec 2 (Reuters) - `, `الرياض (واس) - `. Belongs after the stages that clear \
            the head of the text.",
    rules: &[],
    example: "[[stage]]\nkind = \"read-dateline\"\npages = \"keep\"\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(table.read::<Settings>()?)),
};

/// A kicker or two may be left before the body.
const MOST_LINES: usize = 3;
/// `SAINT PETERSBURG, Russia, Wednesday, Dec. 21 (The Associated Press)`
const LONGEST_HEAD_BYTES: usize = 130;
/// What follows is a paragraph: a table of weather has a place and a dash, too.
const LEAST_REST_CHARACTERS: usize = 30;

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let Some((place, range)) = find(article) else { return Outcome::Keep };
        if !self.pages.keeps(article) {
            article.text.drain(range);
        }
        if article.dateline.is_empty() {
            article.dateline = place;
            article.found.set(Field::Dateline, Found::Text);
        }
        cx.note_change();
        Outcome::Keep
    }
}

fn find(article: &Article) -> Option<(String, std::ops::Range<usize>)> {
    let mut in_body = false;
    lines(&article.text)
        .take(MOST_LINES)
        .take_while(|line| !std::mem::replace(&mut in_body, is_prose(line.text)))
        .find_map(|line| {
            let (place, length) = dateline_of(line.text)
                .map(|(place, length)| (place.to_owned(), length))
                .or_else(|| credited(line.text, article))?;
            Some((place, line.start..line.start + length))
        })
}

/// `سبق- الرياض: أعلن`: the paper and the place, or the place and the name, before the first sentence.
fn credited(line: &str, article: &Article) -> Option<(String, usize)> {
    let head = line.get(..line.find(':')?)?;
    if head.len() > LONGEST_HEAD_BYTES
        || !head.contains(['-', '–', 'ـ', '('])
        || head.is_ascii()
        || head.bytes().any(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let signature = placed(head, &Site::of(article), Unknown::Paper)?;
    let rest = line.get(head.len() + 1..)?.trim_start();
    let fits = !signature.place.is_empty()
        && rest.chars().nth(LEAST_REST_CHARACTERS).is_some()
        && signature.names.iter().all(|name| article.authors.contains(name) || !name.contains(' '));
    fits.then(|| (signature.place, line.len() - rest.len()))
}

/// The place that opens a paragraph, and how much of the paragraph goes with it.
pub(super) fn dateline_of(line: &str) -> Option<(&str, usize)> {
    let opening = line.trim_start_matches(['(', '[', '【', '/', ' ']);
    // Capitals, another script, or an entry of the list: most paragraphs begin with a word like any other.
    let first = opening.chars().next()?;
    if !first.is_alphabetic() || first.is_lowercase() {
        return None;
    }
    bracketed_first(line).or_else(|| seamed(line)).or_else(|| unspaced(line))
}

/// `(ANSA) - ROMA, 02 DIC - Il sindaco`, `(Ottawa) Le ministre`, `(서울=연합뉴스)`
fn bracketed_first(line: &str) -> Option<(&str, usize)> {
    let inner = line.strip_prefix(['(', '[', '【'])?;
    let end = inner.find([')', ']', '】']).filter(|end| *end <= LONGEST_HEAD_BYTES)?;
    let (inner, close) = inner.split_at(end);
    let rest = close.get(close.chars().next()?.len_utf8()..)?.trim_start();
    if let Some((place, agency)) = inner.split_once(['=', '＝']) {
        return (is_place(place) && is_agency(agency)).then(|| (place, line.len() - rest.len()));
    }
    if is_place(inner) && opens_sentence(rest) {
        return Some((inner, line.len() - rest.len()));
    }
    let rest = rest.trim_start_matches(['-', '–', '—', ' ']);
    let (place, length) = if is_agency(inner) { seamed(rest)? } else { return None };
    Some((place, line.len() - rest.len() + length))
}

/// The place before a dash, a colon or a bracket with an agency.
fn seamed(line: &str) -> Option<(&str, usize)> {
    let seam = seam(line)?;
    let head = line.get(..seam.start)?;
    let rest = line.get(seam.end..)?;
    let (head, agency) = without_agency(head);
    let place = without_day(head);
    let first = place.split([',', '،', '/']).next().unwrap_or_default().trim();
    let is_listed = is_place(place) || is_place(first);
    let is_shown = match seam.kind {
        SeamKind::Dash => {
            (agency && looks_like_place(place))
                || is_listed && (first == place || is_short_region(place))
                || is_shouted(place, first)
        }
        // `London: Lee, Chen, Dow` is a team.
        SeamKind::Colon => is_listed && (agency || first == place) && tells(rest),
        SeamKind::Stop => is_listed && first == place,
    };
    (is_shown && opens_sentence(rest)).then(|| (place, line.len() - rest.len()))
}

struct Seam {
    start: usize,
    end: usize,
    kind: SeamKind,
}

#[derive(Clone, Copy, PartialEq)]
enum SeamKind {
    Dash,
    Colon,
    /// `Berlin. Der Bürgermeister`, `MADRID.- El alcalde`
    Stop,
}

/// The first place where a dateline can end.
fn seam(line: &str) -> Option<Seam> {
    let mut depth = 0_usize;
    for (at, character) in line.char_indices() {
        if at > LONGEST_HEAD_BYTES {
            return None;
        }
        // Nearly every character is a letter or a space.
        if character.is_alphanumeric() || character == ' ' {
            continue;
        }
        let end = at + character.len_utf8();
        let behind = line.get(end..)?;
        let spaced_before = line.get(..at)?.ends_with([' ', '\u{A0}', ')', ']']);
        let spaced = behind.starts_with([' ', '\u{A0}']);
        let kind = match character {
            '(' | '[' => {
                depth += 1;
                continue;
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ if depth > 0 => continue,
            '—' | '―' => SeamKind::Dash,
            '–' | '-' | '−' | 'ـ' if spaced_before || spaced => SeamKind::Dash,
            ':' if spaced => SeamKind::Colon,
            '.' if behind.starts_with(['-', '–', '—']) => SeamKind::Dash,
            // `St. Louis`, `Dec. 2` and `D.C.` are not over.
            '.' if spaced && is_place(line.get(..at)?) => SeamKind::Stop,
            '!' | '?' | '"' | '“' | '«' | '„' | '؟' | ';' => return None,
            _ => continue,
        };
        let rest = behind.trim_start_matches(['-', '–', '—', ' ', '\u{A0}']);
        return Some(Seam { start: at, end: line.len() - rest.len(), kind });
    }
    None
}

/// `LONDON, Dec 2 (Reuters)` → `LONDON, Dec 2`, and whether there was an agency.
fn without_agency(head: &str) -> (&str, bool) {
    let head = head.trim_end_matches([' ', '\u{A0}', ',']);
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((before, inner)) = head.strip_suffix(close).and_then(|head| head.rsplit_once(open)) {
            let known = is_agency(inner) || is_abbreviation(inner);
            return (before.trim_end_matches([' ', '\u{A0}', ',']), known);
        }
    }
    // `Berlin/dpa`, `واشنطن / رويترز`
    if let Some((before, agency)) = head.rsplit_once('/')
        && is_agency(agency)
    {
        return (before.trim_end(), true);
    }
    (head, false)
}

/// `AFP`, `dpa`: up to seven letters in one case.
fn is_abbreviation(text: &str) -> bool {
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    (2..=7).contains(&letters)
        && !text.contains(' ')
        && (text.chars().all(|character| !character.is_lowercase())
            || text.chars().all(|character| !character.is_uppercase()))
        && !text.chars().any(|character| character.is_ascii_digit())
}

/// `LONDON, Dec 2` → `LONDON`; `BRIDGETON, N.J.` stays.
fn without_day(head: &str) -> &str {
    let mut place = head;
    while let Some(at) = place.rfind([',', '،']) {
        let (before, last) = place.split_at(at);
        let is_day = last.bytes().any(|byte| byte.is_ascii_digit())
            || last.chars().any(|character| matches!(character, '\u{660}'..='\u{669}'))
            || is_weekday(last);
        // `JAKARTA, courier.example`: the site signs.
        let is_site = last.trim().trim_end_matches('.').contains('.')
            && last.bytes().any(|byte| byte.is_ascii_lowercase());
        if !is_day && !is_site {
            break;
        }
        place = before.trim_end();
    }
    // `АСТАНА. КАЗИНФОРМ`
    if let Some((before, agency)) = place.split_once(". ")
        && is_agency(agency)
    {
        place = before;
    }
    place.trim()
}

fn is_weekday(text: &str) -> bool {
    #[rustfmt::skip]
    const DAYS: &[&str] = &[
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo",
        "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    ];
    let folded = text.trim_matches([',', ' ', '.']).to_lowercase();
    DAYS.contains(&folded.as_str())
}

/// One to five words with capitals, particles between them, as before an agency's name.
fn looks_like_place(place: &str) -> bool {
    let words: Vec<&str> = place.split_whitespace().collect();
    let is_capital =
        |word: &&str| word.chars().next().is_some_and(|first| first.is_alphabetic() && !first.is_lowercase());
    let is_particle = |word: &str| {
        matches!(
            word,
            "de" | "la"
                | "le"
                | "el"
                | "do"
                | "da"
                | "am"
                | "an"
                | "der"
                | "sur"
                | "en"
                | "di"
                | "del"
                | "of"
                | "und"
                | "y"
        )
    };
    (1..=6).contains(&words.len())
        && words.iter().all(|word| is_capital(word) || is_particle(word))
        && !place.chars().any(|character| character.is_ascii_digit())
}

/// `Kansas City, Missouri`: what stands after a listed place is short.
fn is_short_region(place: &str) -> bool {
    place.split_whitespace().count() <= 4 && looks_like_place(place)
}

/// `PORT SARN`, `ST. OLAF, Minn.`: a place in capitals. An abbreviation may be anybody's, so it needs the list.
fn is_shouted(place: &str, first: &str) -> bool {
    let letters = first.chars().filter(|character| character.is_alphabetic()).count();
    letters >= 4
        && first.chars().all(|character| character.is_uppercase() || " .'’-".contains(character) || (character.is_alphabetic() && !character.is_lowercase()))
        && first.chars().any(char::is_uppercase)
        && first.split_whitespace().count() <= 4
        && (first.len() == place.len() || looks_like_place(place))
        // `UNESCO`, `OPEC+`: an abbreviation has few vowels or stands for itself; five letters is its usual length.
        && (letters >= 5 || is_place(first))
        && (is_place(first) || !first.split([' ', '-']).any(is_no_place))
}

/// Whether a word in capitals is one of headlines, or of things that can be thought and not gone to.
fn is_no_place(word: &str) -> bool {
    const ENDINGS: [&str; 13] = [
        "ATION", "ITION", "SION", "UNG", "HEIT", "KEIT", "ISMUS", "ISM", "MENT", "NESS", "TÄT", "CIÓN", "ÇÃO",
    ];
    let word = word.trim_matches(['.', '\'', '’']);
    NOT_PLACES.contains(&word)
        || (word.chars().nth(5).is_some() && ENDINGS.iter().any(|ending| word.ends_with(ending)))
}

/// Words in capitals that open headlines and paragraphs.
#[rustfmt::skip]
const NOT_PLACES: &[&str] = &[
    "UPDATE", "UPDATED", "UPDATES", "BREAKING", "EXCLUSIVE", "WATCH", "VIDEO", "PHOTOS", "PHOTO", "LIVE", "OPINION", "ANALYSIS", "REVIEW", "PREVIEW", "RECAP", "REPORT",
    "EDITORIAL", "COLUMN", "COMMENTARY", "FEATURE", "SPECIAL", "ALERT", "WARNING", "NOTE", "EDITOR", "CORRECTION", "FACTBOX", "TIMELINE", "EXPLAINER", "INTERVIEW", "PODCAST",
    "LISTEN", "READ", "MORE", "NEWS", "WORLD", "SPORT", "SPORTS", "BUSINESS", "POLITICS", "HEALTH", "SCIENCE", "WEATHER", "TRAFFIC", "CRIME", "FACT", "CHECK", "QUESTION",
    "ANSWER", "SUMMARY", "CONTEXT", "BACKGROUND", "CONCLUSION", "INTRODUCTION", "ABSTRACT", "RESULTS", "METHODS", "OBJECTIVE", "WINNER", "WINNERS", "LOSERS", "FINAL", "SCORE",
    "STEP", "TIPS", "PROS", "CONS", "SPOILER", "SPOILERS", "IMPORTANT", "DISCLAIMER", "WHAT", "WHEN", "WHERE", "WHO", "WHY", "HOW", "THE", "THIS", "THAT", "THERE", "AND",
    "FIRST", "SECOND", "THIRD", "LAST", "NEXT", "TODAY", "TONIGHT", "TOMORROW", "YESTERDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY",
    "EILMELDUNG", "KOMMENTAR", "MEINUNG", "HINTERGRUND", "ANZEIGE", "NACHRICHTEN", "VIDEOS", "LIVETICKER", "TICKER", "AKTUALISIERT", "ACHTUNG", "EXKLUSIV", "PORTRÄT",
    "DIRECT", "DÉCRYPTAGE", "ENTRETIEN", "ENQUÊTE", "REPORTAGE", "TRIBUNE", "ÉDITO", "EDITO", "VIDÉO", "EXCLUSIF", "ALERTE", "RÉCIT", "INFO", "URGENTE", "ENTREVISTA", "OPINIÓN",
    "ANÁLISIS", "EXCLUSIVA", "DIRECTO", "VÍDEO", "FOTOS", "OPINIÃO", "ANÁLISE", "EXCLUSIVO", "ESCLUSIVA", "OPINIONE", "INTERVISTA", "DIRETTA", "СРОЧНО", "ВИДЕО", "ФОТО",
    "МНЕНИЕ", "ЭКСКЛЮЗИВ", "НОВОСТИ", "PILNE", "WIDEO", "OPINIE", "UNICEF", "UNESCO", "COVID", "NASDAQ", "FRONTEX", "INTERPOL", "EUROPOL", "BITCOIN", "TWITTER", "FACEBOOK",
    "GOOGLE", "APPLE", "AMAZON", "TESLA", "SPACEX", "ASEAN", "EXTRA", "BONUS", "RELATED", "ADVERTISEMENT", "SPONSORED", "HIGHLIGHTS", "ROUNDUP", "BRIEF", "BRIEFING", "STORY",
];

/// Whether a text can be the first sentence of a report: of some length, not going on in small letters.
fn opens_sentence(rest: &str) -> bool {
    let first =
        rest.trim_start_matches(['"', '“', '„', '«', '\'', '‘', '’', '(', '¿', '¡', '…']).chars().next();
    first.is_some_and(|first| first.is_alphanumeric() && !first.is_lowercase())
        && rest.chars().nth(LEAST_REST_CHARACTERS).is_some()
}

/// Whether small letters begin at least two of the first words, in scripts that have them.
fn tells(rest: &str) -> bool {
    let words = || rest.split_whitespace().take(8);
    let is_cased = rest.chars().take(60).any(char::is_uppercase);
    !is_cased || words().filter(|word| word.chars().next().is_some_and(char::is_lowercase)).count() >= 2
}

/// `新华社北京12月2日电`: the agency, the place and the day, without a space.
fn unspaced(line: &str) -> Option<(&str, usize)> {
    let head = line.get(..line.find('电').or_else(|| line.find('電'))?)?;
    if head.len() > 60 {
        return None;
    }
    let rest = line.get(head.len() + '电'.len_utf8()..)?;
    let agency = (2..=5)
        .filter_map(|count| head.char_indices().nth(count).map(|(at, _)| at))
        .find(|at| head.get(..*at).is_some_and(is_agency))?;
    let day = head.find(|character: char| character.is_ascii_digit())?;
    let place = head.get(agency..day)?;
    // `（记者李安）`
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix(['（', '(']).and_then(|inner| inner.split_once(['）', ')'])) {
        Some((inner, rest)) if inner.len() <= 60 => rest.trim_start(),
        _ => rest,
    };
    (is_place(place) && rest.chars().nth(LEAST_REST_CHARACTERS / 3).is_some())
        .then(|| (place, line.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_are_read_and_other_openings_are_not() {
        let rest = "The mayor said on Monday that the bridge is closed.";
        for (head, place) in [
            ("WASHINGTON — ", "WASHINGTON"),
            ("PARIS (AP) — ", "PARIS"),
            ("LONDON, Dec 2 (Reuters) - ", "LONDON"),
            ("BRIDGETON, N.J. — ", "BRIDGETON, N.J."),
            ("PORT SARN (Island Wire) — ", "PORT SARN"),
            ("Berlin (dpa/lno) - ", "Berlin"),
            ("Northport (AFP) – ", "Northport"),
            ("Madrid, 2 dic (EFE).- ", "Madrid"),
            ("MADRID, 2 Dic. (EUROPA PRESS) - ", "MADRID"),
            ("(ANSA) - ROMA, 02 DIC - ", "ROMA"),
            ("Berlin. ", "Berlin"),
            ("Buenos Aires.- ", "Buenos Aires"),
            ("Paris – ", "Paris"),
            ("London: ", "London"),
            ("(Ottawa) ", "Ottawa"),
            ("Berlin/dpa - ", "Berlin"),
            ("МОСКВА, 2 дек — ", "МОСКВА"),
        ] {
            let line = format!("{head}{rest}");
            assert_eq!(dateline_of(&line), Some((place, head.len())), "{line}");
        }
        for line in [
            "الرياض (واس) - قال رئيس البلدية أمس إن الجسر مغلق حتى الربيع",
            "القاهرة: قال رئيس البلدية أمس إن الجسر مغلق حتى الربيع",
        ] {
            assert!(dateline_of(line).is_some(), "{line}");
        }
        for line in [
            "UPDATE — The mayor said on Monday that the bridge is closed.",
            "WATCH: The mayor said on Monday that the bridge is closed.",
            "MIGRATION – The mayor said on Monday that the bridge is closed.",
            "London: Lee, Chen, Dow, Ek (Roe 77), Fox, Gil, Ito, Jung and Kerr",
            "NASA — The mayor said on Monday that the bridge is closed.",
            "Paris — the city of bridges — has closed one of them until spring.",
            "London - 15 degrees",
            "The mayor — Ann Lee — said on Monday that the bridge is closed.",
            "Ann Lee: The mayor said on Monday that the bridge is closed.",
            "The bridge (AP) is closed until spring, the mayor said on Monday.",
            "",
        ] {
            assert_eq!(dateline_of(line), None, "{line}");
        }
    }
}
