//! The article's language.

use crate::article::Found;

use super::head::PageHead;
use super::linked::Linked;

/// The language's code, and where it was found.
pub(super) fn language(head: &PageHead<'_>, linked: &Linked<'_>) -> Option<(String, Found)> {
    let from_page = head.language.as_deref().and_then(code);
    let from_linked = linked.text(&["inLanguage"]).as_deref().and_then(code);
    let from_meta = ["og:locale", "content-language", "dc.language", "dcterms.language", "language"]
        .iter()
        .find_map(|name| head.meta_of(&[name]).and_then(code));
    // Templates say `lang="en"` whatever the site's language is; two others that agree know better.
    if let (Some(linked), Some(meta)) = (&from_linked, &from_meta)
        && linked == meta
    {
        return from_linked.map(|code| (code, Found::JsonLd));
    }
    from_page
        .map(|code| (code, Found::Dom))
        .or(from_linked.map(|code| (code, Found::JsonLd)))
        .or(from_meta.map(|code| (code, Found::Meta)))
}

/// The language with its region, which decides between day and month.
pub(super) fn region(head: &PageHead<'_>, linked: &Linked<'_>) -> String {
    let all = [
        head.language.as_deref().map(str::to_owned),
        head.meta_of(&["og:locale"]).map(str::to_owned),
        linked.text(&["inLanguage"]),
        head.meta_of(&["content-language"]).map(str::to_owned),
    ];
    let all: Vec<String> = all.into_iter().flatten().map(|tag| tag.trim().to_owned()).collect();
    let with_region = all.iter().find(|tag| tag.contains(['-', '_']));
    with_region.or(all.first()).cloned().unwrap_or_default()
}

/// The ISO 639-1 code in a language tag or a locale; `None` for what has none.
fn code(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_', ',', ' ', ';', '.']).next()?.to_ascii_lowercase();
    let known = match primary.as_str() {
        "ger" | "deu" | "german" | "deutsch" => "de",
        "eng" | "english" => "en",
        "fre" | "fra" | "french" => "fr",
        "spa" | "spanish" => "es",
        "ita" | "italian" => "it",
        "por" | "portuguese" => "pt",
        "nb" | "nn" | "nob" | "nno" | "nor" => "no",
        "in" => "id",
        "iw" => "he",
        "jp" | "jpn" => "ja",
        "cn" | "zho" | "chi" => "zh",
        "kor" => "ko",
        "cz" => "cs",
        "ua" => "uk",
        "gr" => "el",
        "und" | "zxx" | "xx" => return None,
        other if other.len() == 2 && other.bytes().all(|byte| byte.is_ascii_lowercase()) => other,
        _ => return None,
    };
    Some(known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn tags_and_locales_become_codes() {
        for (tag, expected) in [
            ("de-AT", Some("de")),
            ("en_US", Some("en")),
            ("EN", Some("en")),
            ("nb-NO", Some("no")),
            ("ger", Some("de")),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(code(tag).as_deref(), expected, "{tag}");
        }
    }
}
