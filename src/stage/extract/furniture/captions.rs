//! Lines that stand under a picture: what it shows, and who took it.
//!
//! `The harbour last year.Credit...Ann Lee/The Courier` → caption and credit; `Foto: Ann Lee/dpa` → the credit;
//! `FILE - The harbour in May. (AP Photo/Ann Lee)` → both. A credit is known by its mark (`Photo:`, `Credit`, `AP Photo/`,
//! `Getty Images`), by having few words, and by not being a sentence.

use std::sync::LazyLock;

use crate::text::Slice;
use crate::text::people::looks_like_name;
use crate::text::{Sketch, is_agency};

/// A line under a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::stage::extract) struct CaptionLine<'a> {
    /// What the picture shows; empty where the line is a credit alone.
    pub caption: &'a str,
    /// Who made it.
    pub credit: &'a str,
}

/// Captions of agencies run to three sentences, some 450 letters.
const LONGEST_LINE_BYTES: usize = 900;
/// The main picture's caption may tell a story.
const MOST_HEAD_CHARS: usize = 420;
const MOST_BODY_CHARS: usize = 260;
/// `Ann Lee/Agence France-Presse — Getty Images, via Pool/Reuters`
const LONGEST_CREDIT_BYTES: usize = 110;
const MOST_CREDIT_WORDS: usize = 12;

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stage::extract) enum CaptionPlace {
    /// Among the first lines, where the main picture is.
    Head,
    /// Further down, between paragraphs.
    Body,
}

/// The caption and the credit of a line that is one.
pub(in crate::stage::extract) fn caption_line(line: &str, place: CaptionPlace) -> Option<CaptionLine<'_>> {
    let line = line.trim();
    if line.len() > LONGEST_LINE_BYTES || line.len() < 5 || !may_be_caption(line) {
        return None;
    }
    let most =
        LONGEST_CREDIT_BYTES + if place == CaptionPlace::Head { MOST_HEAD_CHARS } else { MOST_BODY_CHARS };
    if line.len() > most && line.chars().nth(most).is_some() {
        return None;
    }
    let found = credit_behind(line)
        .or_else(|| credit_alone(line))
        .or_else(|| credit_in_brackets(line))
        .or_else(|| credit_at_end(line))
        .or_else(|| labelled(line));
    let Some(mut found) = found else {
        return is_from_file(line).then_some(CaptionLine { caption: line, credit: "" });
    };
    found.caption = found.caption.trim().trim_end_matches(['|', '/', '·', '–', '—', '-']).trim_end();
    found.credit = found.credit.trim().trim_end_matches(['.', ';']).trim_end();
    // `(Photo: Ann Lee)` at the end of a line that has no bracket open.
    if found.credit.ends_with(')') && !found.credit.contains('(') {
        found.credit = found.credit.trim_end_matches(')');
    }
    is_caption(found.caption, place).then_some(found)
}

/// Whether a text is short enough for what a picture shows, and nobody speaks in it: a paragraph may end in a credit, too,
/// when a scraper has glued the caption to it, and then the paragraph is left whole.
fn is_caption(text: &str, place: CaptionPlace) -> bool {
    let (most_chars, most_sentences) = match place {
        CaptionPlace::Head => (MOST_HEAD_CHARS, 4),
        CaptionPlace::Body => (MOST_BODY_CHARS, 2),
    };
    let sentences = text
        .split(['.', '!', '?', '。', '؟'])
        .filter(|sentence| sentence.split_whitespace().nth(2).is_some())
        .count();
    let speaks = text.starts_with(['"', '“', '„', '«'])
        || (place == CaptionPlace::Body && text.contains(['"', '“', '„', '«']));
    text.chars().nth(most_chars).is_none() && sentences <= most_sentences && !speaks
}

/// Cheap: nearly all lines are turned away here, by their first two letters and by the marks near their end.
fn may_be_caption(line: &str) -> bool {
    let bytes = line.as_bytes();
    if bytes.ends_with(b")")
        || bytes.ends_with(b"]")
        || bytes.starts_with(b"(")
        || first_two(bytes).is_some_and(|start| STARTS.may_have(start))
    {
        return true;
    }
    let end = end_of(bytes);
    let seconds = end.slice(1..);
    let marked = end.iter().fold(false, |marked, byte| marked | matches!(byte, b'/' | b':' | b'|'));
    let is_copyright =
        |marked: bool, (one, other): (&u8, &u8)| marked | (u16::from_be_bytes([*one, *other]) == 0xC2A9);
    marked || end.iter().zip(seconds).fold(false, is_copyright) || CREDIT.find(end).is_some()
}

/// Where a credit has to stand.
fn end_of(bytes: &[u8]) -> &[u8] {
    bytes.slice(bytes.len().saturating_sub(LONGEST_CREDIT_BYTES + 20)..)
}

static CREDIT: LazyLock<memchr::memmem::Finder<'static>> =
    LazyLock::new(|| memchr::memmem::Finder::new("Credit"));
static CRÉDIT: LazyLock<memchr::memmem::Finder<'static>> =
    LazyLock::new(|| memchr::memmem::Finder::new("Crédit"));

/// The first two bytes of a text, in either case.
fn first_two(text: &[u8]) -> Option<u64> {
    let [first, second, ..] = text else { return None };
    Some(u64::from(first.to_ascii_lowercase()) << 8 | u64::from(second.to_ascii_lowercase()))
}

/// How all marks begin.
static STARTS: LazyLock<Sketch> = LazyLock::new(|| {
    let mut starts = Sketch::new(10);
    let mut add = |text: &str| first_two(text.as_bytes()).into_iter().for_each(|start| starts.insert(start));
    for mark in MARKS {
        add(mark);
        add(&mark.to_uppercase());
        // The first letter of a script beyond ASCII in its other case.
        let mut letters = mark.chars();
        if let Some(first) = letters.next() {
            add(&first.to_uppercase().chain(letters).collect::<String>());
        }
    }
    for label in CAPTION_LABELS.iter().chain(&SOURCE_LABELS).chain(&FILES) {
        add(label);
    }
    for source in ["©", "Getty", "REUTERS", "Reuters", "AFP", "AP", "EPA", "Shutterstock"] {
        add(source);
    }
    starts
});

/// Words that stand before a credit and a colon, or `by`.
#[rustfmt::skip]
const MARKS: &[&str] = &[
    "photo credit", "photo credits", "photo courtesy", "photos courtesy", "photo illustration", "photography", "photographs", "photograph", "photos", "photo",
    "image credit", "image credits", "image source", "image courtesy", "images", "image", "picture credit", "picture", "pictures", "pic", "pics", "credits",
    "credit", "illustration", "graphic", "courtesy", "file photo", "featured image", "cover photo", "fotos", "foto", "fotocredit", "bilder", "bild", "bildquelle",
    "bildrechte", "bildnachweis", "titelbild", "symbolfoto", "archivfoto", "illustration", "grafik", "crédit photo", "crédits photo", "crédits", "crédit",
    "photo d'illustration", "photo d’illustration", "crédito", "créditos", "fotografía", "fotografia", "fotografías", "imagen", "imágenes", "imagem", "immagine",
    "immagini", "crediti", "fotografie", "beeld", "foto's", "zdjęcie", "zdjęcia", "fot", "autor zdjęcia", "kuva", "bilde", "valokuva", "fotó", "snímek", "fotoğraf",
    "фото", "источник фото", "фотография", "автор фото", "снимка", "φωτογραφία", "φωτο", "صورة", "الصورة", "تصوير", "مصدر الصورة", "عدسة", "عکس", "צילום", "फोटो",
    "图片来源", "图源", "图", "摄影", "摄", "写真", "사진",
];

/// What follows a mark: `: Ann Lee`, ` by Ann Lee`, `...Ann Lee`. `None` where the text does not open with a mark.
fn behind_mark(text: &str) -> Option<&str> {
    let first = *text.as_bytes().first()?;
    let may_be = |mark: &&&str| {
        // Beyond ASCII, the two cases of a letter may begin with different bytes.
        mark.as_bytes()
            .first()
            .is_some_and(|one| one.eq_ignore_ascii_case(&first) || (*one >= 0x80 && first >= 0x80))
    };
    let marks = MARKS.iter().filter(may_be).filter(|mark| starts_with_any_case(text, mark));
    let mark = marks.max_by_key(|mark| mark.len())?;
    let rest = text.get(mark.len()..)?;
    let spaced = rest.trim_start_matches([' ', '\u{A0}', '.']);
    if let Some(credit) = spaced.strip_prefix([':', '：', '©', '…', '|', '／']) {
        return Some(credit.trim_start_matches([' ', '\u{A0}', ':', '.', '…', '©']));
    }
    if rest.starts_with("...") {
        return Some(spaced);
    }
    ["by ", "By ", "BY ", "via ", "von ", "courtesy of ", "of ", "par ", "por ", "di ", "de "]
        .iter()
        .find_map(|by| spaced.strip_prefix(by))
        .filter(|_| {
            !matches!(
                *mark,
                "image" | "images" | "bild" | "bilder" | "imagen" | "imagem" | "picture" | "pictures"
            )
        })
        .filter(|credit| names_somebody(credit))
}

/// Whether a credit that nothing but `by` marks has a name in it: `Photo by Ann Lee`, not `Photo of the bridge`.
fn names_somebody(credit: &str) -> bool {
    let mut words = credit.split_whitespace().peekable();
    words.peek().is_some_and(|word| word.chars().next().is_some_and(|first| !first.is_lowercase()))
        && (credit.contains('/')
            || !credit.trim_end_matches(')').ends_with('.')
            || credit.split_whitespace().count() <= 5)
}

fn starts_with_any_case(text: &str, lower: &str) -> bool {
    let (Some(first), Some(wanted)) = (text.as_bytes().first(), lower.as_bytes().first()) else {
        return false;
    };
    // Beyond ASCII, capitals differ from the second byte on, but for Cyrillic, whose first byte differs, too.
    if first.is_ascii() && first.to_ascii_lowercase() != *wanted {
        return false;
    }
    text.get(..lower.len()).is_some_and(|head| {
        head.eq_ignore_ascii_case(lower) || (!head.is_ascii() && head.to_lowercase() == lower)
    })
}

/// Whether a text can be who made a picture: few words, most with capitals, and no sentence.
fn is_credit(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['.', ')', ']']);
    let words: Vec<&str> = text.split_whitespace().collect();
    if text.is_empty()
        || text.len() > LONGEST_CREDIT_BYTES
        || words.len() > MOST_CREDIT_WORDS
        || text.ends_with(['!', '?', ',', ':'])
    {
        return false;
    }
    // A sentence within; initials end in a full stop, too.
    let sentence = words.windows(2).any(|pair| {
        let [word, next] = pair else { return false };
        word.ends_with(['.', '!', '?'])
            && word.len() > 4
            && next.chars().next().is_some_and(char::is_uppercase)
            && word.chars().filter(|character| *character == '.').count() == 1
    });
    if sentence {
        return false;
    }
    let is_lower = |word: &&&str| word.chars().next().is_some_and(char::is_lowercase) && !is_agency(word);
    let lower = words.iter().filter(is_lower).count();
    // `picture alliance / dpa`, `Ann Lee via AP`
    lower * 2 <= words.len() || (words.len() <= 4 && (text.contains('/') || text.contains(['@', '.'])))
}

/// Whether a text names an agency for pictures, or a photographer and an agency: `Getty Images`, `Ann Lee/AFP`.
fn names_picture_source(text: &str) -> bool {
    const SOURCES: [&str; 18] = [
        "AP Photo",
        "Getty",
        "Shutterstock",
        "iStock",
        "imago",
        "IMAGO",
        "picture alliance",
        "picture-alliance",
        "Picture Alliance",
        "Alamy",
        "Unsplash",
        "Pixabay",
        "Wikimedia",
        "Flickr",
        "Adobe Stock",
        "EPA-EFE",
        "PA Wire",
        "via AP",
    ];
    let is_word = |source: &str| {
        text.find(source).is_some_and(|at| {
            !text.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric))
                && !text.get(at + source.len()..).is_some_and(|behind| behind.starts_with(char::is_lowercase))
        })
    };
    if SOURCES.iter().any(|source| is_word(source)) {
        return true;
    }
    // `Ann Lee/AFP`, `REUTERS/Ann Lee`; `dpa/gem` signs a report.
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    let is_name =
        |part: &&str| part.split_whitespace().nth(1).is_some() && looks_like_name(part) && !is_agency(part);
    parts.len() >= 2 && parts.iter().any(|part| is_agency(part)) && parts.iter().any(is_name)
}

/// `The harbour last year.Credit...Ann Lee/The Courier`: the mark after the end of a sentence.
fn credit_behind(line: &str) -> Option<CaptionLine<'_>> {
    let end = end_of(line.as_bytes());
    let at = line.len() - end.len() + CREDIT.find(end).or_else(|| CRÉDIT.find(end))?;
    let (before, behind) = (line.get(..at)?, line.get(at..)?);
    let kind = [" Photo", " Image", " Picture", "Photo", "Image", "Picture"]
        .iter()
        .find_map(|kind| before.trim_end().strip_suffix(kind));
    let caption = kind.unwrap_or(before).trim_end();
    if !caption.is_empty() && !ends_caption(caption) {
        return None;
    }
    let rest = behind
        .strip_prefix("Credits")
        .or_else(|| behind.strip_prefix("Credit"))
        .or_else(|| behind.strip_prefix("Crédits"))
        .or_else(|| behind.strip_prefix("Crédit"))?;
    // Glued, dotted or after a colon; `Credit Suisse` is a bank.
    let credit = rest.trim_start_matches(['.', '…', ':', ' ', '\u{A0}', '|']);
    let is_marked = rest.len() > credit.len() && rest.trim_start().starts_with(['.', '…', ':', '|'])
        || (rest.len() == credit.len() && rest.starts_with(char::is_uppercase) && !caption.is_empty());
    (is_marked && is_credit(credit)).then_some(CaptionLine { caption, credit })
}

fn ends_caption(caption: &str) -> bool {
    caption.ends_with(['.', '!', '?', '…', '"', '”', '’', '»', ')', '|', '。', ';'])
}

/// `Photo: Ann Lee/AP`, `(Photo by Ann Lee)`, `© Ann Lee/AFP`, `Getty Images`.
fn credit_alone(line: &str) -> Option<CaptionLine<'_>> {
    let bare = line
        .strip_prefix(['(', '['])
        .map_or(line, |inner| inner.trim_end_matches(['.', ' ']).strip_suffix([')', ']']).unwrap_or(inner));
    let credit = match bare.strip_prefix('©') {
        Some(rest) if names_picture_source(rest) && !is_notice(rest) => rest,
        Some(_) => return None,
        None => match behind_mark(bare) {
            Some(rest) => rest,
            None if bare.len() <= 60
                && names_picture_source(bare)
                && is_credit(bare)
                && bare.split(' ').count() <= 5 =>
            {
                bare
            }
            None => return None,
        },
    };
    is_credit(credit).then_some(CaptionLine { caption: "", credit })
}

/// With a year, `©` is a notice about the text.
fn is_notice(behind: &str) -> bool {
    behind.contains(|character: char| character.is_ascii_digit()) || behind.contains("opyright")
}

/// `The harbour in May. (AP Photo/Ann Lee)`
fn credit_in_brackets(line: &str) -> Option<CaptionLine<'_>> {
    let bare = line.trim_end_matches('.');
    let (open, inner) = if let Some(rest) = bare.strip_suffix(')') {
        (rest.rfind('(')?, rest)
    } else {
        let rest = bare.strip_suffix(']')?;
        (rest.rfind('[')?, rest)
    };
    let caption = inner.get(..open)?;
    let inner = inner.get(open + 1..)?.trim();
    let credit = behind_mark(inner)
        .or_else(|| names_picture_source(inner).then_some(inner))
        .or_else(|| (is_agency(inner) && is_from_file(caption)).then_some(inner))?;
    is_credit(credit).then_some(CaptionLine { caption, credit })
}

/// `The harbour in May. Photo: Ann Lee`, `The harbour in May. REUTERS/Ann Lee`, `The harbour in May | Foto: dpa`
fn credit_at_end(line: &str) -> Option<CaptionLine<'_>> {
    if !line.as_bytes().iter().any(|byte| matches!(byte, b':' | b'/' | b'|' | 0xA9)) && !line.contains(" by ")
    {
        return None;
    }
    let from = line.len().saturating_sub(LONGEST_CREDIT_BYTES + 20);
    let from = (from..=line.len()).find(|at| line.is_char_boundary(*at))?;
    let tail = line.get(from..)?;
    // After the end of a sentence, a bar, a dash or a bracket.
    let mut is_behind = false;
    let mut spaced = false;
    let starts = tail.char_indices().filter(|(_, character)| {
        if *character == ' ' {
            spaced = true;
            return false;
        }
        let is_start = is_behind && (character.is_alphabetic() || *character == '©');
        let dash = matches!(character, '/' | '–' | '—' | '+' | '-' | '·' | '•') && spaced;
        is_behind = dash
            || matches!(character, '.' | '!' | '?' | '…' | '"' | '”' | '’' | '»' | ')' | '|' | '。' | ';');
        spaced = false;
        is_start
    });
    let starts: Vec<(usize, char)> = starts.collect();
    starts.into_iter().find_map(|(at, _)| {
        let caption = line.get(..from + at)?;
        let behind = tail.get(at..)?;
        let copyright =
            behind.strip_prefix('©').filter(|rest| !is_notice(rest) && caption.trim_end().len() < from + at);
        let (credit, marked) = match copyright.map(str::trim_start).or_else(|| behind_mark(behind)) {
            Some(credit) => (credit, true),
            None => (behind, false),
        };
        // After a bar an agency by itself is one; after a full stop it is the report's.
        let is_barred = caption.trim_end().ends_with(['|', '/']) && is_agency(behind);
        let sourced = behind.split_whitespace().nth(8).is_none() && names_picture_source(behind);
        let fits =
            (marked || is_barred || sourced) && is_credit(credit) && caption.split_whitespace().count() >= 3;
        fits.then_some(CaptionLine { caption, credit })
    })
}

const CAPTION_LABELS: [&str; 8] = [
    "Image caption",
    "Media caption",
    "Video caption",
    "Bildunterschrift:",
    "Bildbeschreibung:",
    "Légende :",
    "Pie de foto",
    "Caption:",
];
const SOURCE_LABELS: [&str; 3] = ["Image source,", "Image source ", "Image copyright"];
const FILES: [&str; 12] = [
    "FILE -",
    "FILE –",
    "FILE —",
    "FILE PHOTO",
    "FILE PIC",
    "FILE:",
    "File photo:",
    "ARCHIVO -",
    "ARCHIVO.",
    "ARCHIV -",
    "ARCHIV –",
    "ARCHIVBILD",
];

/// `Image caption, The harbour in May`, `Image source, Ann Lee`.
fn labelled(line: &str) -> Option<CaptionLine<'_>> {
    let rest_of = |labels: &[&str]| {
        labels
            .iter()
            .find_map(|label| line.strip_prefix(label))
            .map(|rest| rest.trim_start_matches([',', ':', ' ']))
    };
    if let Some(caption) = rest_of(&CAPTION_LABELS) {
        return (!caption.is_empty()).then_some(CaptionLine { caption, credit: "" });
    }
    rest_of(&SOURCE_LABELS)
        .filter(|credit| is_credit(credit))
        .map(|credit| CaptionLine { caption: "", credit })
}

/// `FILE - The harbour in May.`
fn is_from_file(line: &str) -> bool {
    FILES.iter().any(|file| line.starts_with(file))
}

/// Whether two lines tell of the same picture: of the shorter one's words the other has two in five, three at least with
/// a capital among them.
pub(in crate::stage::extract) fn tells_the_same(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let mut words: Vec<String> = text
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| word.chars().nth(2).is_some())
            .map(str::to_lowercase)
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    };
    let (one, other) = (words(one), words(other));
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let shared = short.iter().filter(|word| long.binary_search(word).is_ok()).count();
    shared >= 3 && shared * 5 >= short.len() * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_known_by_their_credits() {
        for (line, caption, credit) in [
            (
                "The harbour last year.Credit...Ann Lee/The Courier",
                "The harbour last year.",
                "Ann Lee/The Courier",
            ),
            ("The harbour last year.CreditAnn Lee", "The harbour last year.", "Ann Lee"),
            ("The harbour last year. Photo Credit: Ann Lee", "The harbour last year.", "Ann Lee"),
            ("Photo: Ann Lee/AP", "", "Ann Lee/AP"),
            ("(Photo by Ann Lee)", "", "Ann Lee"),
            ("Photograph: Getty Images", "", "Getty Images"),
            ("The harbour in May. (AP Photo/Ann Lee)", "The harbour in May.", "AP Photo/Ann Lee"),
            (
                "The harbour in May. (Photo by Ann Lee/Getty Images)",
                "The harbour in May.",
                "Ann Lee/Getty Images",
            ),
            ("FILE - The harbour in May 2021.", "FILE - The harbour in May 2021.", ""),
            ("FILE - The harbour. (AP Photo/Ann Lee, File)", "FILE - The harbour.", "AP Photo/Ann Lee, File"),
            ("Der Hafen im Mai. Foto: Ann Lee/dpa", "Der Hafen im Mai.", "Ann Lee/dpa"),
            ("Der Hafen im Mai | Foto: dpa", "Der Hafen im Mai", "dpa"),
            ("Le port en mai. © Ann Lee, AFP", "Le port en mai.", "Ann Lee, AFP"),
            ("Crédit : Anne Lée / AFP", "", "Anne Lée / AFP"),
            ("The harbour in May. REUTERS/Ann Lee", "The harbour in May.", "REUTERS/Ann Lee"),
            ("Image source, Ann Lee", "", "Ann Lee"),
            ("Image caption, The harbour in May", "The harbour in May", ""),
            ("Фото: Анна Ли / ТАСС", "", "Анна Ли / ТАСС"),
            ("تصوير: محمد السعيد", "", "محمد السعيد"),
        ] {
            assert_eq!(
                caption_line(line, CaptionPlace::Body),
                Some(CaptionLine { caption, credit }),
                "{line}"
            );
        }
    }

    #[test]
    fn prose_about_pictures_and_credit_is_prose() {
        for line in [
            "The minister said that the harbour would be closed. (Reuters)",
            "Credit Suisse said on Monday that it would close the harbour office.",
            "He gave her credit for the idea and left.",
            "Photo of the bridge went round the world before the council met.",
            "Picture this: a harbour without ships, and a council that does not meet.",
            "Image is everything in this trade, and the harbour knows it.",
            "The council's plan: close the harbour, sell the land and build flats.",
            "© 2022 The Courier",
            "Later the manager said that he would come to the harbour all the same. (dpa/gem)",
            "The agency for the environment has said as much of the harbour (EPA)",
            "“A fine picture,” she said. Photo: Ann Lee",
        ] {
            assert_eq!(caption_line(line, CaptionPlace::Head), None, "{line}");
        }
    }

    #[test]
    fn a_paragraph_that_ends_in_a_credit_stays_whole() {
        let credit = "Photo: Ann Lee/AP";
        let sentence = "The harbour was full of ships in May.";
        for (sentences, place, fits) in [
            (2, CaptionPlace::Body, true),
            (3, CaptionPlace::Body, false),
            (4, CaptionPlace::Head, true),
            (5, CaptionPlace::Head, false),
        ] {
            let line = format!("{} {credit}", vec![sentence; sentences].join(" "));
            assert_eq!(caption_line(&line, place).is_some(), fits, "{sentences} {place:?}");
        }
        assert_eq!(caption_line("He added: “Not again.” (AP Photo/Ann Lee)", CaptionPlace::Body), None);
    }

    #[test]
    fn an_alt_text_shares_its_words_with_the_caption() {
        assert!(tells_the_same(
            "Mayor Ann Lee and Bo Chen at the old harbour",
            "Mayor Ann Lee speaks with Bo Chen in May."
        ));
        assert!(!tells_the_same(
            "The bridge is closed until spring",
            "Mayor Ann Lee speaks with Bo Chen in May."
        ));
    }
}
