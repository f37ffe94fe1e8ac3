//! The words around names: `By` and its kin, and what people do.

/// When a word before a name is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConditionalBy {
    /// Wherever it stands.
    Always,
    /// Where at least two words follow: `Von Ann Lee`, but not `Von Trapp`.
    NeedsFullName,
    /// Where a colon follows: `Text: Ann Lee`.
    NeedsMark,
}

use std::sync::LazyLock;

use ConditionalBy::{Always, NeedsFullName, NeedsMark};

/// Sorted by nothing: some thirty words, compared with the first letters of a short line. Longer ones come
/// before those that they begin with.
#[rustfmt::skip]
const BY: &[(&str, ConditionalBy)] = &[
    ("written by", Always), ("posted by", Always), ("published by", Always), ("reported by", Always),
    ("story by", Always), ("words by", Always), ("text by", Always), ("article by", Always), ("by", Always),
    ("authors", NeedsMark), ("author", NeedsMark), ("contributor", NeedsMark), ("contributors", NeedsMark), ("words", NeedsMark),
    ("ein beitrag von", Always), ("ein artikel von", Always), ("geschrieben von", Always), ("verfasst von", Always),
    ("veröffentlicht von", Always), ("eingestellt von", Always), ("erstellt von", Always), ("autor", NeedsMark),
    ("eine analyse von", Always), ("ein kommentar von", Always), ("ein gastbeitrag von", Always),
    ("interview von", Always), ("die fragen stellte", Always), ("die fragen stellten", Always), ("das interview führte", Always),
    ("das interview führten", Always), ("das gespräch führte", Always), ("das gespräch führten", Always), ("text von", Always), ("aus", NeedsMark), ("beitrag von", Always), ("artikel von", Always),
    ("autorin", NeedsMark), ("autoren", NeedsMark), ("text", NeedsMark), ("interview", NeedsMark),
    ("verfasser", NeedsMark), ("redaktion", NeedsMark), ("von", NeedsFullName),
    ("écrit par", Always), ("publié par", Always), ("rédigé par", Always), ("propos recueillis par", Always),
    ("posté par", Always), ("auteur", NeedsMark), ("auteurs", NeedsMark), ("texte", NeedsMark), ("par", NeedsFullName),
    ("escrito por", Always), ("publicado por", Always), ("redactado por", Always), ("texto", NeedsMark),
    ("autora", NeedsMark), ("autores", NeedsMark), ("redacción", NeedsMark), ("por", NeedsFullName),
    ("scritto da", Always), ("pubblicato da", Always), ("a cura di", Always), ("articolo di", Always),
    ("autore", NeedsMark), ("autori", NeedsMark), ("testo", NeedsMark), ("di", NeedsFullName), ("da", NeedsMark),
    ("geschreven door", Always), ("gepubliceerd door", Always), ("geplaatst door", Always), ("door", NeedsFullName),
    ("tekst", NeedsMark), ("skrevet av", Always), ("skrevet af", Always), ("skriven av", Always), ("text av", Always),
    ("av", NeedsFullName), ("af", NeedsFullName), ("kirjoittanut", Always), ("teksti", NeedsMark),
    ("napisał", NeedsFullName), ("opracował", NeedsMark), ("oprac.", Always), ("autorzy", NeedsMark),
    ("napsal", NeedsFullName), ("autoři", NeedsMark), ("przez", NeedsFullName), ("szerző", NeedsMark), ("írta", NeedsMark),
    ("scris de", Always), ("publicat de", Always), ("de", NeedsMark), ("yazar", NeedsMark), ("yazan", NeedsMark),
    ("haber", NeedsMark), ("penulis", NeedsMark), ("oleh", NeedsFullName), ("editor", NeedsMark), ("reporter", NeedsMark),
    ("tác giả", NeedsMark), ("текст", NeedsMark), ("автор", NeedsMark), ("авторы", NeedsMark), ("автори", NeedsMark),
    ("συντάκτης", NeedsMark), ("γράφει ο", Always), ("γράφει η", Always), ("του", NeedsFullName), ("της", NeedsFullName),
    ("بقلم", Always), ("كتب", NeedsFullName), ("كتبت", NeedsFullName), ("نویسنده", NeedsMark), ("מאת", Always), ("लेखक", Always),
    ("作者", NeedsMark), ("撰文", NeedsMark), ("责任编辑", NeedsMark), ("編輯", NeedsMark), ("글", NeedsMark), ("от", NeedsFullName), ("autorius", NeedsMark), ("autorė", NeedsMark),
    ("autors", NeedsMark), ("avtor", NeedsMark), ("piše", NeedsFullName), ("пише", NeedsFullName), ("аутор", NeedsMark),
    ("shkruan", NeedsFullName), ("egilea", NeedsMark), ("höfundur", NeedsMark), ("লেখক", NeedsMark), ("โดย", Always), ("เรื่อง", NeedsMark),
];

/// The same by their first bytes.
static BY_FIRST_BYTE: LazyLock<Vec<(&str, ConditionalBy)>> = LazyLock::new(|| {
    let mut sorted = BY.to_vec();
    sorted.sort_by_key(|(by, _)| by.bytes().next());
    sorted
});

/// Words of scripts without spaces, after which the name stands at once.
#[rustfmt::skip]
const UNSPACED: &[&str] = &["文・", "文／", "文/", "文：", "记者：", "記者：", "记者 ", "記者 ", "記者/", "记者/", "執筆："];

/// The word that opens a line and the rest after it, without the space between.
pub(super) fn by_word(line: &str) -> Option<(ConditionalBy, &str)> {
    let first = line.chars().next()?;
    if !first.is_ascii()
        && let Some(rest) = UNSPACED.iter().find_map(|by| line.strip_prefix(by))
    {
        return Some((Always, rest.trim_start()));
    }
    let first = first.to_lowercase().next().unwrap_or(first).encode_utf8(&mut [0; 4]).bytes().next();
    // The longest that fits, so that `text von` is not `text`.
    let mut found: Option<(usize, ConditionalBy, &str)> = None;
    let start = BY_FIRST_BYTE.partition_point(|(by, _)| by.bytes().next() < first);
    let alike = BY_FIRST_BYTE.iter().skip(start).take_while(|(by, _)| by.bytes().next() == first);
    for (by, when) in alike {
        if found.as_ref().is_some_and(|(length, ..)| *length >= by.len()) {
            continue;
        }
        let Some(rest) = strip_prefix_in_any_case(line, by) else { continue };
        let is_bounded = rest.starts_with([' ', '\u{A0}', ':', '：', '／', '\u{3000}']);
        if is_bounded {
            found = Some((by.len(), *when, rest));
        }
    }
    let (_, when, rest) = found?;
    let rest = rest.trim_start_matches([' ', '\u{A0}', '\u{3000}']);
    Some((when, rest))
}

/// Lower-case `prefix` off `text` in any case, where both have as many bytes in either case.
fn strip_prefix_in_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    (head.eq_ignore_ascii_case(prefix) || (!head.is_ascii() && head.to_lowercase() == prefix))
        .then(|| text.get(prefix.len()..))
        .flatten()
}

/// What a person does, or has; not what a person is called.
pub(super) fn is_role(piece: &str) -> bool {
    #[rustfmt::skip]
    const ROLES: &[&str] = &[
        "staff writer", "staff writers", "staff reporter", "senior writer", "contributing writer", "contributor",
        "senior reporter", "senior editor", "news editor", "managing editor", "associate editor", "deputy editor",
        "editor", "editor-in-chief", "reporter", "correspondent", "political editor", "political correspondent",
        "political reporter", "special correspondent", "special to", "columnist", "journalist", "producer", "author",
        "freelance writer", "freelance journalist", "guest author", "guest contributor", "writer", "by", "posted by",
        "written by", "redakteur", "redakteurin", "autor", "autorin", "gastautor", "chefredakteur", "freier autor",
        "freie autorin", "korrespondent", "volontär", "volontärin", "journalistin", "freier journalist", "von",
        "journaliste", "rédacteur", "rédactrice", "rédacteur en chef", "auteur", "par", "envoyé spécial",
        "correspondant", "correspondante", "periodista", "corresponsal", "redactor", "redactora", "autora", "por",
        "giornalista", "autore", "di", "journalist", "redacteur", "verslaggever", "door", "jornalista",
        "repórter", "redator", "dziennikarz", "dziennikarka", "autorka", "redaktor", "журналист", "корреспондент",
        "автор", "редактор", "phd", "ph.d.", "md", "m.d.", "mba", "esq.", "rd", "m.sc.", "b.sc.", "기자",
        "updated", "published", "more from", "follow", "more by this author", "about the author", "view profile",
        "folgen", "datum", "home", "kontakt", "contact", "kommentare", "comments", "profil", "profile", "e-mail", "email",
        "twitter", "facebook", "linkedin", "instagram", "website", "publiziert", "veröffentlicht", "mehr", "login", "autoren",
        "redaktionsteam", "über uns", "about us", "seguir", "suivre", "volgen", "alle artikel", "show all articles of", "all posts by", "zum autor", "über den autor", "share", "shares",
    ];
    let piece = piece.trim().trim_end_matches([':', ',']);
    // The longest has 21 bytes.
    piece.len() <= 24 && {
        let folded = piece.to_lowercase();
        ROLES.contains(&folded.as_str())
    }
}

/// A word that names a post, at the end of one.
pub(super) fn is_post(word: &str) -> bool {
    const POSTS: [&str; 22] = [
        "correspondent",
        "editor",
        "reporter",
        "writer",
        "columnist",
        "journalist",
        "contributor",
        "producer",
        "analyst",
        "critic",
        "photographer",
        "redakteur",
        "redakteurin",
        "korrespondent",
        "korrespondentin",
        "journaliste",
        "correspondant",
        "corresponsal",
        "periodista",
        "giornalista",
        "redactrice",
        "verslaggever",
    ];
    let one = word.strip_suffix('s').unwrap_or(word);
    POSTS.iter().any(|post| word.eq_ignore_ascii_case(post) || one.eq_ignore_ascii_case(post))
}

/// A word that stands before a post.
pub(super) fn is_rank(word: &str) -> bool {
    const RANKS: [&str; 18] = [
        "senior",
        "junior",
        "chief",
        "deputy",
        "assistant",
        "associate",
        "managing",
        "executive",
        "contributing",
        "special",
        "staff",
        "political",
        "foreign",
        "freelance",
        "news",
        "sports",
        "business",
        "health",
    ];
    RANKS.iter().any(|rank| word.eq_ignore_ascii_case(rank))
}
