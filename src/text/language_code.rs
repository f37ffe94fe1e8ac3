//! What people write for a language → its code.
//!
//! `en-US`, `eng_Latn`, `eng`, `English` → `en`; `Svenska`, `swe` → `sv`; `nob_Latn` → `nb`;
//! `ckb` stays `ckb`, for which ISO 639-1 has nothing.
//!
//! ISO 639-1 where it has a code for the language, else ISO 639-3. Where ISO 639-3 has a code for a language and others for
//! its kinds, the kind that nearly everybody means by the language's name takes its code (`arb`, standard Arabic, is `ar`), as
//! in Unicode's CLDR; the other kinds keep theirs (`arz`, Egyptian Arabic).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use isolang::Language;

/// The language that a code, a tag or a name means; `None` where it means none.
pub fn language_code(written: &str) -> Option<&'static str> {
    /// The longest name of a language in ISO 639 has 58 bytes.
    const LONGEST: usize = 80;
    let written = written.trim();
    if written.is_empty() || written.len() > LONGEST {
        return None;
    }
    let lower: Cow<'_, str> = if written.bytes().all(|byte| byte.is_ascii_lowercase()) {
        written.into()
    } else {
        written.to_lowercase().into()
    };
    if let Some(code) = named(&lower) {
        return Some(code);
    }
    // `pt_BR.UTF-8`, `de,en;q=0.5`
    let primary = lower.split(['-', '_', ',', ';', '.', '/', '|']).next()?;
    of_code(primary).or_else(|| {
        // `Portuguese (Brazil)`, `English, British`, `Chinese - Simplified`, `French/Français`
        let name = lower.split(['(', ',', ';', '/', '|', '-', '–', '_']).next()?.trim();
        named(name)
    })
}

/// Codes that have a meaning in data and none, or another one, in ISO 639-3.
#[rustfmt::skip]
const OTHER_CODES: &[(&str, &str)] = &[
    // ISO 639-2's codes for libraries
    ("alb", "sq"), ("arm", "hy"), ("baq", "eu"), ("bur", "my"), ("chi", "zh"), ("cze", "cs"), ("dut", "nl"), ("fre", "fr"),
    ("geo", "ka"), ("ger", "de"), ("gre", "el"), ("ice", "is"), ("mac", "mk"), ("mao", "mi"), ("may", "ms"), ("per", "fa"),
    ("rum", "ro"), ("slo", "sk"), ("tib", "bo"), ("wel", "cy"),
    // withdrawn
    ("in", "id"), ("iw", "he"), ("ji", "yi"), ("jw", "jv"), ("mo", "ro"), ("mol", "ro"), ("scc", "sr"), ("scr", "hr"),
    // the kind that is meant by the language's name
    ("als", "sq"), ("arb", "ar"), ("azj", "az"), ("cmn", "zh"), ("ekk", "et"), ("gaz", "om"), ("gug", "gn"), ("khk", "mn"),
    ("kmr", "ku"), ("lvs", "lv"), ("npi", "ne"), ("ory", "or"), ("pbt", "ps"), ("pbu", "ps"), ("pes", "fa"), ("plt", "mg"),
    ("quz", "qu"), ("src", "sc"), ("swh", "sw"), ("uzn", "uz"), ("ydd", "yi"), ("zsm", "ms"),
];

/// Names in use beside those of ISO 639-3.
#[rustfmt::skip]
const OTHER_NAMES: &[(&str, &str)] = &[
    ("azeri", "az"), ("bangla", "bn"), ("bokmål", "nb"), ("brazilian portuguese", "pt"), ("castilian", "es"),
    ("farsi", "fa"), ("flemish", "nl"), ("frisian", "fy"), ("gaelic", "gd"), ("greek", "el"), ("haitian creole", "ht"),
    ("kyrgyz", "ky"), ("luxembourgish", "lb"), ("malay", "ms"), ("mandarin", "zh"), ("maori", "mi"), ("moldavian", "ro"),
    ("myanmar", "my"), ("norwegian bokmal", "nb"), ("nynorsk", "nn"), ("odia", "or"), ("pashto", "ps"), ("punjabi", "pa"),
    ("scots gaelic", "gd"), ("sinhalese", "si"), ("slovene", "sl"), ("uyghur", "ug"), ("valencian", "ca"),
    ("bahasa indonesia", "id"), ("bahasa melayu", "ms"), ("brasileiro", "pt"), ("castellano", "es"), ("simplified chinese", "zh"),
    ("traditional chinese", "zh"), ("简体中文", "zh"), ("繁體中文", "zh"), ("汉语", "zh"), ("norsk", "no"), ("norsk bokmål", "nb"),
    ("norsk nynorsk", "nn"), ("filipino", "tl"),
];

fn of_code(code: &str) -> Option<&'static str> {
    other_code(code).or_else(|| match code.len() {
        2 => code_of(Language::from_639_1(code)?),
        3 => code_of(Language::from_639_3(code)?),
        _ => None,
    })
}

fn other_code(code: &str) -> Option<&'static str> {
    OTHER_CODES.iter().find(|(other, _)| *other == code).map(|(_, known)| *known)
}

/// `None` for what stands for no one language: unknown, several, none, not coded.
fn code_of(language: Language) -> Option<&'static str> {
    match language.to_639_3() {
        "und" | "mul" | "zxx" | "mis" => None,
        code => language.to_639_1().or_else(|| other_code(code)).or(Some(code)),
    }
}

fn named(name: &str) -> Option<&'static str> {
    static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
        let mut names: HashMap<String, &'static str> =
            OTHER_NAMES.iter().map(|(name, code)| ((*name).to_owned(), *code)).collect();
        // Those with a code of two letters first: `Swahili (macrolanguage)` before the Swahili of the coast.
        for has_short in [true, false] {
            for language in isolang::languages().filter(|one| one.to_639_1().is_some() == has_short) {
                let Some(code) = code_of(language) else { continue };
                let english = language.to_name();
                let plain = english.split(" (").next().unwrap_or(english);
                for name in [Some(english), Some(plain), language.to_autonym()].into_iter().flatten() {
                    names.entry(name.to_lowercase()).or_insert(code);
                }
            }
        }
        names
    });
    // Shorter ones are codes: `ga` is Irish, and the name of a language of Ghana.
    (name.chars().count() > 3 || !name.is_ascii()).then(|| NAMES.get(name).copied()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tags_and_names_become_one_code() {
        for (code, written) in [
            (
                "en",
                &["en", "EN", "en-US", "en_GB", "eng", "eng_Latn", "English", "english", "English (UK)"][..],
            ),
            ("sv", &["sv", "swe", "Swedish", "svenska", "sv-FI"]),
            ("de", &["deu", "ger", "German", "Deutsch", "de_AT.UTF-8", "de,en;q=0.5"]),
            (
                "zh",
                &[
                    "zh-Hant-TW",
                    "zho",
                    "chi",
                    "cmn_Hani",
                    "Chinese",
                    "Mandarin Chinese",
                    "中文",
                    "Chinese (Simplified)",
                ],
            ),
            ("nb", &["nb", "nob", "nob_Latn", "Norwegian Bokmål"]),
            ("nn", &["nn", "nno_Latn", "Nynorsk"]),
            ("no", &["no", "nor", "Norwegian"]),
            ("pt", &["pt-BR", "Portuguese", "Portuguese (Brazil)", "Português", "português"]),
            ("el", &["gre", "ell_Grek", "Greek", "Modern Greek (1453-)", "Ελληνικά"]),
            ("sw", &["swh_Latn", "Swahili", "swa"]),
            ("he", &["iw", "heb", "Hebrew"]),
            ("uk", &["uk_UA", "ukr", "Ukrainian", "Українська"]),
            ("ru", &["Русский", "russian"]),
            ("ja", &["日本語", "jpn_Jpan"]),
            ("fa", &["Farsi", "Persian", "pes_Arab", "فارسی"]),
            ("ckb", &["ckb", "ckb_Arab", "Central Kurdish"]),
            ("arz", &["arz_Arab"]),
            ("fr", &["Français", "fre", "French/Français"]),
        ] {
            for written in written {
                assert_eq!(language_code(written), Some(code), "{written}");
            }
        }
    }

    #[test]
    fn what_is_no_language_has_no_code() {
        for written in
            ["", " ", "xx", "q", "und", "mul", "zxx", "unknown", "none", "12", "https://a.example/en"]
        {
            assert_eq!(language_code(written), None, "{written}");
        }
    }
}
