//! Lines that name those who wrote an article.
//!
//! `By Jane Roe and Bo Chen in Paris` → both; `Michael CrowleyMichael D. Shear` → both; `London: Jane Roe`,
//! `الرياض - محمد السعيد` → the name and the place. Roles, addresses, agencies and the paper's own name are cut.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::text::Slice;
use crate::text::people::{byline, distinct, is_by, looks_like_name, names_in, without_by};
use crate::text::{is_agency, is_place};

use super::WordSketch;
use super::site::Site;

/// What a byline says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::stage::extract) struct Byline {
    /// Who wrote it; empty where the line only says that somebody of the paper did.
    pub names: Vec<String>,
    /// Where, in lines such as `London: Jane Roe`.
    pub place: String,
}

/// Four authors with roles and places have fewer bytes.
const LONGEST_BYLINE_BYTES: usize = 260;
/// Five authors, each in a city of two words.
const MOST_WORDS: usize = 32;
/// A place and a few names.
const LONGEST_PLACED_BYTES: usize = 160;
/// A name alone.
const LONGEST_NAME_BYTES: usize = 80;

/// Who wrote an article, by a line that says so itself.
pub(in crate::stage::extract) fn signed(line: &str, site: &Site<'_>) -> Option<Byline> {
    let line = line.trim();
    if line.len() > LONGEST_BYLINE_BYTES {
        return None;
    }
    if line.contains('@') {
        let is_address = |word: &&str| word.contains('@');
        let bare: Vec<&str> = line.split_whitespace().filter(|word| !is_address(word)).collect();
        return if bare.len() >= 2 { signed(&bare.join(" "), site) } else { None };
    }
    // Few lines that are no paragraph have more words, and no byline has.
    if line.split_ascii_whitespace().nth(MOST_WORDS).is_some() {
        return None;
    }
    by_word(line, site)
        .or_else(|| glued(line).map(|names| Byline { names, place: String::new() }))
        .or_else(|| placed(line, site, Unknown::Refused))
}

/// `By Jane Roe`, `Von Jane Roe, Berlin`, `كتب: محمد السعيد`, `By Staff Writer`.
fn by_word(line: &str, site: &Site<'_>) -> Option<Byline> {
    if is_by(line) || ends_as_sentence(line) {
        return None;
    }
    let Some(names) = byline(line) else {
        let rest = without_by(line);
        let is_byline = rest.len() < line.len() && rest.len() <= LONGEST_NAME_BYTES;
        return (is_byline && (is_role(rest) || is_agency(rest))).then(|| {
            let names = if is_agency(rest) { vec![rest.to_owned()] } else { Vec::new() };
            Byline { names, place: String::new() }
        });
    };
    let mut place = String::new();
    let mut people = Vec::new();
    let mut others = Vec::new();
    for name in names.iter().flat_map(|name| unglued(name)) {
        let name = name.trim_matches(|character: char| "-–—:|/ ".contains(character));
        if is_role(name) {
        } else if is_place(name) {
            name.clone_into(&mut place);
        } else if is_person(name) && !(names.len() > 1 && site.publishes(name)) {
            people.push(name.to_owned());
        } else {
            others.push(name.to_owned());
        }
    }
    if people.is_empty() {
        // `By Reuters`, `By Madonna`; but not `By Friday`.
        others.retain(|name| site.publishes(name));
        people = others;
    }
    let last = people.last()?;
    let tail = line.rfind(last.as_str()).and_then(|at| line.get(at + last.len()..)).unwrap_or_default();
    (tail.split_whitespace().count() <= MOST_TAIL_WORDS && is_tail(tail))
        .then(|| Byline { names: distinct(people), place })
}

/// `, Political Editor, in Paris | 3 May 2021 at 15:04 GMT`
const MOST_TAIL_WORDS: usize = 12;

/// Whether what stands after the last name of a byline can stand there: words in capitals, numbers, addresses and the
/// little words between them.
fn is_tail(tail: &str) -> bool {
    #[rustfmt::skip]
    const LITTLE: &[&str] = &[
        "in", "at", "on", "for", "of", "the", "and", "with", "aus", "in", "am", "um", "uhr", "von", "für", "und", "à", "en", "le", "de", "du", "pour",
        "et", "desde", "para", "el", "la", "da", "a", "il", "per", "uit", "te", "op", "w", "z", "из", "в", "من", "في", "from", "pm", "der", "die", "avec", "mit", "con", "com", "met", "per", "i", "y", "og", "och",
    ];
    tail.split_whitespace().all(|word| {
        let bare = word.trim_matches(|character: char| !character.is_alphanumeric() && character != '@');
        let lower = bare.chars().next().is_some_and(char::is_lowercase);
        !lower || LITTLE.contains(&bare) || is_role(bare) || bare.contains(['@', '.']) || is_agency(bare)
    })
}

/// Names that stand side by side without a space, as they do where each was a link: `Jane RoeBo Chen`.
pub(in crate::stage::extract) fn glued(line: &str) -> Option<Vec<String>> {
    let bytes = line.as_bytes();
    let seconds = bytes.get(1..).unwrap_or_default();
    let is_seam = |pair: (&u8, &u8)| {
        (pair.0.is_ascii_lowercase() || *pair.0 >= 0x80) && (pair.1.is_ascii_uppercase() || *pair.1 >= 0xC3)
    };
    if line.len() > LONGEST_BYLINE_BYTES || !bytes.iter().zip(seconds).any(is_seam) {
        return None;
    }
    let names = unglued(line);
    let fits = names.len() >= 2
        && names.iter().all(|name| (2..=4).contains(&name.split_whitespace().count()) && is_person(name));
    fits.then(|| distinct(names.into_iter().map(str::to_owned).collect()))
}

/// Cuts names where a capital follows a small letter and both sides are whole names: not in `Ann McDonald`.
fn unglued(text: &str) -> Vec<&str> {
    const BEGINNINGS: [&str; 17] = [
        "Mc", "Mac", "De", "Di", "Du", "Da", "Le", "La", "Lo", "Van", "Von", "Fitz", "Del", "Al", "El", "Ni",
        "O",
    ];
    let mut parts = Vec::new();
    let mut from = 0;
    let mut before: Option<char> = None;
    let mut word = 0;
    for (at, character) in text.char_indices() {
        if character == ' ' || character == '-' || character == '’' || character == '\'' {
            word = at + 1;
        }
        let is_seam = character.is_uppercase()
            && before.is_some_and(char::is_lowercase)
            && text.get(word..at).is_some_and(|begun| !BEGINNINGS.contains(&begun));
        before = Some(character);
        if is_seam {
            let left = text.slice(from..at);
            let right = text.slice(at..);
            let is_full = |name: &str| name.trim().contains(' ');
            if is_full(left) && is_full(right) {
                parts.push(left.trim());
                from = at;
            }
        }
    }
    parts.push(text.slice(from..).trim());
    parts
}

/// What [`placed`] does with a part that is neither a place nor a person nor known as a publication.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::stage::extract) enum Unknown {
    /// The line is no byline then.
    Refused,
    /// One word beside a place or a person is the paper's name: the text comes from a field for authors.
    Paper,
}

/// `London: Jane Roe`, `Jane Roe, London`, `الرياض - محمد السعيد`, `واس - جدة`, `محمد السعيد من الرياض`.
pub(in crate::stage::extract) fn placed(line: &str, site: &Site<'_>, unknown: Unknown) -> Option<Byline> {
    if line.len() > LONGEST_PLACED_BYTES || line.len() < 5 {
        return None;
    }
    let is_arabic = line.chars().any(is_arabic);
    // Nearly every line has no place, and need not be asked who publishes it.
    let has_place = pieces(line, is_arabic).any(is_place);
    if !has_place && (unknown == Unknown::Refused || pieces(line, is_arabic).nth(1).is_none()) {
        return None;
    }
    let mut signature = Byline::default();
    let mut papers = Vec::new();
    for piece in pieces(line, is_arabic) {
        if is_place(piece) {
            if signature.place.is_empty() {
                piece.clone_into(&mut signature.place);
            }
        } else if is_agency(piece) || is_desk(piece) {
            papers.push(piece);
        } else if is_person(piece) && !(piece.starts_with("The ") || site.publishes(piece)) {
            signature.names.push(piece.to_owned());
        } else if site.publishes(piece) || (unknown == Unknown::Paper && !piece.contains(' ')) {
            papers.push(piece);
        } else {
            return None;
        }
    }
    if signature.names.is_empty() {
        // `الرياض - واس`: the agency signs.
        papers.retain(|paper| !is_desk(paper));
        if !has_place || (papers.is_empty() && unknown == Unknown::Refused) {
            return None;
        }
        signature.names = papers.into_iter().map(str::to_owned).collect();
    } else if !has_place && (unknown == Unknown::Refused || papers.is_empty()) {
        return None;
    }
    signature.names = distinct(signature.names);
    Some(signature)
}

/// The parts of a line that names places and people. Between spaces a dash separates; in Arabic, where no name has one, any.
fn pieces(line: &str, is_arabic: bool) -> impl Iterator<Item = &str> {
    let is_mark = |character: char| {
        matches!(character, ':' | '：' | '|' | '،' | ',' | '(' | ')' | '–' | '—' | '؛' | ';' | '•')
    };
    line.split(is_mark)
        .flat_map(move |part| {
            let arabic: &[&str] = if is_arabic { &["-", " ـ ", "ـ ", " من "] } else { &[" - "] };
            let mut parts = vec![part];
            // Nearly all pieces have none of them.
            let may_have = is_arabic || part.contains('-');
            for seam in arabic.iter().filter(|_| may_have) {
                parts = parts
                    .into_iter()
                    .flat_map(|part| {
                        // `من` is a word of names of things, too; a place has to follow.
                        let is_from = *seam == " من "
                            && !part.rsplit_once(seam).is_some_and(|(_, place)| is_place(place));
                        if is_from { vec![part] } else { part.split(seam).collect() }
                    })
                    .collect();
            }
            parts
        })
        .map(|part| part.trim().trim_end_matches(['.', '-', 'ـ']).trim())
        .filter(|part| !part.is_empty())
}

/// The names in a line that has nothing but names and roles. That it is a byline, its neighbours have to show.
pub(in crate::stage::extract) fn names_alone(line: &str, site: &Site<'_>) -> Option<Vec<String>> {
    let line = line.trim();
    if line.len() > LONGEST_PLACED_BYTES
        || line.starts_with(char::is_lowercase)
        || ends_as_sentence(line)
        || line.contains(['?', '!', ':', '"', '“'])
    {
        return None;
    }
    let mut names = Vec::new();
    for piece in line.split([',', '|', '،', '•', '·', ';']).map(str::trim).filter(|piece| !piece.is_empty())
    {
        if is_role(piece) || is_place(piece) || is_agency(piece) {
            continue;
        }
        let found = names_in(piece);
        let whole = found.iter().map(String::len).sum::<usize>() + 5 * found.len() >= piece.len();
        if found.is_empty() || !whole || !found.iter().all(|name| is_person(name)) {
            if !names.is_empty() && site.publishes(piece) {
                continue;
            }
            return None;
        }
        let is_first = names.is_empty();
        names.extend(found.into_iter().filter(|name| is_first || !site.publishes(name)));
    }
    (!names.is_empty()).then(|| distinct(names))
}

/// A line that says what its author does: `Political correspondent`, `BBC News, Washington`.
pub(in crate::stage::extract) fn is_role_line(line: &str, site: &Site<'_>) -> bool {
    let line = line.trim();
    line.len() <= LONGEST_NAME_BYTES
        && !ends_as_sentence(line)
        && line
            .split([',', '|', '،'])
            .map(str::trim)
            .all(|piece| is_role(piece) || is_place(piece) || site.publishes(piece))
}

fn is_arabic(character: char) -> bool {
    matches!(character, '\u{600}'..='\u{6FF}')
}

fn ends_as_sentence(line: &str) -> bool {
    let line = line.trim_end_matches([' ', '"', '”', '»', '’', '“']);
    let last = line.rsplit(' ').next().unwrap_or_default();
    // `Jr.`, `J.`, `D.C.`
    line.ends_with(['!', '?', '。', '؟', '…'])
        || (last.ends_with('.') && last.len() > 4 && last.matches('.').count() == 1)
}

/// Whether a text has the form of a person's full name and of nothing else.
pub(in crate::stage::extract) fn is_person(name: &str) -> bool {
    let words = name.split_whitespace().count();
    let is_unspaced =
        words == 1 && name.chars().all(|c| matches!(u32::from(c), 0x3400..=0x9FFF | 0xAC00..=0xD7A3));
    let enough = (2..=5).contains(&words) || (is_unspaced && (2..=4).contains(&name.chars().count()));
    enough
        && name.len() <= LONGEST_NAME_BYTES
        && looks_like_name(name)
        && !is_place(name)
        && !is_agency(name)
        && !is_role(name)
        && !name.split_whitespace().any(|word| {
            let bare = word.trim_matches(['.', '\'', '’', '«', '»']);
            KNOWN.not_names.has(bare)
        })
}

/// A desk of a paper, or what a report is, in place of a name.
fn is_desk(piece: &str) -> bool {
    #[rustfmt::skip]
    const DESKS: &[&str] = &[
        "متابعة", "متابعات", "تحقيق", "تصوير", "تقرير", "خاص", "عواصم", "إعداد", "اعداد", "حوار", "كتب", "كتبت", "وكالات", "المحليات", "محليات", "مكتب",
    ];
    DESKS.contains(&piece.trim_end_matches(':').trim())
}

/// Whether a text says what somebody does, rather than who it is.
pub(in crate::stage::extract) fn is_role(text: &str) -> bool {
    let text = text.trim();
    text.len() <= LONGEST_NAME_BYTES
        && text.split_whitespace().count() <= 6
        && text.split([' ', '-', '\u{A0}', '/']).any(|word| {
            let bare = word.trim_matches([',', '.', ':', '(', ')']);
            KNOWN.roles.has(bare)
        })
}

struct Known {
    roles: List,
    not_names: List,
}

/// A list of words in lower case, and a sketch of it: nearly no word is in it.
struct List {
    sketch: WordSketch,
    words: HashSet<&'static str>,
}

impl List {
    fn of(words: &[&'static str]) -> Self {
        Self { sketch: WordSketch::of(words.iter().copied()), words: words.iter().copied().collect() }
    }

    fn has(&self, word: &str) -> bool {
        self.sketch.may_have(word.as_bytes()) && self.words.contains(word.to_lowercase().as_str())
    }
}

/// The lists, to look up in.
static KNOWN: LazyLock<Known> =
    LazyLock::new(|| Known { roles: List::of(ROLES), not_names: List::of(NOT_NAMES) });

/// Words that say what somebody does.
#[rustfmt::skip]
const ROLES: &[&str] = &[
    "correspondent", "correspondents", "editor", "editors", "reporter", "reporters", "writer", "writers", "columnist", "contributor", "contributors",
    "journalist", "producer", "analyst", "staff", "newsroom", "newsdesk", "bureau", "desk", "critic", "chief", "special", "freelance", "freelancer",
    "redaktion", "redakteur", "redakteurin", "korrespondent", "korrespondentin", "reporterin", "chefredakteur", "chefredakteurin", "autor", "autorin",
    "journaliste", "rédaction", "rédacteur", "rédactrice", "correspondant", "correspondante", "envoyé", "envoyée", "chroniqueur", "redacción",
    "redactor", "redactora", "corresponsal", "periodista", "enviado", "enviada", "redazione", "giornalista", "inviato", "inviata", "corrispondente",
    "redação", "correspondente", "repórter", "jornalista", "redactie", "verslaggever", "redakcja", "dziennikarz", "dziennikarka", "редакция",
    "корреспондент", "журналист", "обозреватель", "редактор", "مراسل", "مراسلة", "محرر", "محررة", "التحرير", "صحفي", "صحفية", "مندوب", "기자", "특파원",
];

/// Words in capitals that are no one's name, in headings, sections and sentences.
#[rustfmt::skip]
const NOT_NAMES: &[&str] = &[
    "the", "news", "world", "politics", "political", "sport", "sports", "business", "opinion", "opinions", "culture", "lifestyle", "health", "science",
    "technology", "tech", "weather", "travel", "money", "market", "markets", "economy", "finance", "education", "environment", "climate", "video", "videos",
    "photo", "photos", "picture", "pictures", "image", "images", "live", "update", "updates", "breaking", "exclusive", "analysis", "report", "reports",
    "review", "interview", "podcast", "newsletter", "story", "stories", "article", "articles", "home", "page", "edition", "today", "tomorrow", "yesterday",
    "daily", "weekly", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june",
    "july", "august", "september", "october", "november", "december", "north", "south", "east", "west", "middle", "united", "states", "kingdom", "union",
    "america", "american", "europe", "european", "africa", "asia", "state", "county", "city", "town", "district", "street", "avenue", "university",
    "college", "school", "institute", "ministry", "minister", "president", "prime", "government", "council", "court", "police", "department", "office",
    "committee", "commission", "company", "inc", "ltd", "corp", "group", "bank", "fund", "foundation", "association", "society", "club", "league", "cup",
    "championship", "final", "finals", "game", "games", "team", "season", "series", "award", "awards", "festival", "museum", "church", "hospital",
    "airport", "bridge", "river", "lake", "mount", "island", "islands", "park", "house", "white", "capitol", "senate", "congress", "parliament", "party",
    "democrats", "republicans", "election", "elections", "war", "peace", "new", "old", "how", "why", "what", "when", "where", "who", "this", "that",
    "these", "those", "here", "there", "all", "more", "most", "best", "top", "first", "last", "next", "latest", "related", "read", "see", "watch", "click",
    "subscribe", "sign", "share", "follow", "contact", "about", "comments", "comment", "advertisement", "sponsored", "getty", "press", "media", "network",
    "times", "post", "herald", "tribune", "gazette", "chronicle", "journal", "magazine", "agency", "agencies", "service", "services", "key", "points",
    "end", "time", "times", "numbers", "at", "in", "on", "for", "with", "is", "are", "was", "to", "by", "and", "or", "not", "no", "it", "its", "our", "we",
    "i", "you", "your", "his", "her", "their", "will", "can", "has", "have", "be", "as", "an", "if", "of", "from", "up", "out", "over", "after", "before",
    "das", "ist", "ein", "eine", "und", "für", "mit", "auf", "mehr", "zum", "thema", "hintergrund", "les", "une", "sur", "dans", "los", "las", "una", "con",
    "para", "por", "más", "que", "non", "per", "nel", "alla",
    "هذا", "هذه", "على", "إلى", "التي", "الذي", "عن", "مع", "أن", "ما", "لا", "هل", "كيف", "أخبار", "اخبار", "رئيس", "وزير", "وزارة", "مجلس", "جامعة", "شركة", "قال", "صور",
    "فيديو", "بعد", "قبل", "بين", "خلال", "اليوم", "أمس", "في",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Source};

    fn with_site<T>(run: impl FnOnce(&Site<'_>) -> T) -> T {
        let mut article = Article::new(Source { dump: std::sync::Arc::from("d"), line: 1, id: None });
        article.url = "https://www.islandcourier.example/a".to_owned();
        run(&Site::of(&article))
    }

    #[test]
    fn bylines_are_read_and_sentences_are_not() {
        for (line, names, place) in [
            ("By Jane Roe", &["Jane Roe"][..], ""),
            ("By Jane Roe, Bo Chen and Ann de la Cruz", &["Jane Roe", "Bo Chen", "Ann de la Cruz"], ""),
            ("By Jane Roe in Paris", &["Jane Roe"], ""),
            ("By Jane Roe, Health Correspondent, Island Courier", &["Jane Roe"], ""),
            ("By Jane Roe, The Associated Press", &["Jane Roe"], ""),
            ("By Jane RoeBo Chen", &["Jane Roe", "Bo Chen"], ""),
            ("By Staff Writer", &[], ""),
            ("By Reuters", &["Reuters"], ""),
            ("Von Jane Roe, Berlin", &["Jane Roe"], "Berlin"),
            ("Par Jeanne Roé (avec AFP)", &["Jeanne Roé"], ""),
            ("Por Juana Ruiz jruiz@isla.example", &["Juana Ruiz"], ""),
            ("كتب: محمد السعيد", &["محمد السعيد"], ""),
            ("الرياض - محمد السعيد", &["محمد السعيد"], "الرياض"),
            ("القاهرة: هند مراد، سامي علي", &["هند مراد", "سامي علي"], "القاهرة"),
            ("هند مراد من جدة", &["هند مراد"], "جدة"),
            ("London: Jane Roe", &["Jane Roe"], "London"),
            ("Jane Roe, London", &["Jane Roe"], "London"),
            ("Michael CrowleyMichael D. Shear", &["Michael Crowley", "Michael D. Shear"], ""),
            ("Ann McDonaldBo DeWitt", &["Ann McDonald", "Bo DeWitt"], ""),
        ] {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let wanted = Some(Byline { names, place: place.to_owned() });
            assert_eq!(with_site(|site| signed(line, site)), wanted, "{line}");
        }
        for line in [
            "By the end of the year everything had changed",
            "By Friday in Paris the crowd had grown",
            "By The Numbers",
            "Jane Roe",
            "Ann McDonald",
            "London: 15 degrees",
            "London: rain and wind",
            "مجلس الوزراء: قرارات جديدة",
            "",
        ] {
            assert_eq!(with_site(|site| signed(line, site)), None, "{line}");
        }
    }

    #[test]
    fn in_a_field_for_authors_one_word_is_the_papers_name() {
        for (line, names, place) in [
            ("سبق- جدة", &["سبق"][..], "جدة"),
            ("خالد خليل – سبق", &["خالد خليل"], ""),
            ("عبدالله البرقاوي- سبق- الرياض", &["عبدالله البرقاوي"], "الرياض"),
            ("الرياض: «الشرق الأوسط»", &["«الشرق الأوسط»"], "الرياض"),
        ] {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let wanted = Some(Byline { names, place: place.to_owned() });
            assert_eq!(with_site(|site| placed(line, site, Unknown::Paper)), wanted, "{line}");
        }
    }

    #[test]
    fn names_alone_are_names_and_roles() {
        for (line, names) in [
            ("Jane Roe", Some(&["Jane Roe"][..])),
            ("Jane Roe and Bo Chen", Some(&["Jane Roe", "Bo Chen"])),
            ("Jane Roe, Political Editor", Some(&["Jane Roe"])),
            ("Middle East", None),
            ("New York", None),
            ("What We Know", None),
            ("Jane Roe speaks", None),
        ] {
            let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
            assert_eq!(with_site(|site| names_alone(line, site)), names, "{line}");
        }
    }
}
