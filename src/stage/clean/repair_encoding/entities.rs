//! HTML's character references that were left in text, also escaped more than once: `Sony&amp;#39;s` → `Sony's`.
//!
//! Only with their semicolon, and not in a line that shows code: there, `&lt;b&gt;` is what the author meant.
//! In such a line only what stands inside a word or between words of prose is decoded, as in `don&rsquo;t`.

use super::code::{CodeLines, shows_code};
use crate::text::Slice;

/// The longest name in HTML is `CounterClockwiseContourIntegral`.
const LONGEST_NAME_BYTES: usize = 31;

/// The text with characters for references; `None` where it has none to replace.
pub(super) fn unescape(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut at = 0;
    let mut code = CodeLines::of(text, shows_code);
    for start in memchr::memchr_iter(b'&', text.as_bytes()) {
        if start < at {
            continue;
        }
        let Some((length, characters)) = reference(text.slice(start..)) else { continue };
        let is_code = code.has(start);
        let end = start + length;
        let before = if start == at { out.chars().next_back() } else { None };
        let before = before.or_else(|| text.get(..start).and_then(|before| before.chars().next_back()));
        if is_code && !is_in_prose(before, &characters, text.get(end..).unwrap_or_default()) {
            continue;
        }
        out.push_str(text.get(at..start)?);
        out.push_str(&characters);
        at = end;
    }
    if at == 0 {
        return None;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// Letters stand on both sides; or it is of no ASCII, and a letter or another reference is beside it: who shows a reference
/// shows it alone.
fn is_in_prose(before: Option<char>, characters: &str, after: &str) -> bool {
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let is_written = |character: char| !character.is_ascii();
    let behind = if after.starts_with('&') { reference(after).map(|(_, behind)| behind) } else { None };
    let behind = behind.and_then(|behind| behind.chars().next()).or_else(|| after.chars().next());
    if characters.chars().all(is_written) {
        is_letter(before)
            || is_letter(behind)
            || before.is_some_and(is_written)
            || behind.is_some_and(is_written)
    } else {
        is_letter(before) && is_letter(behind)
    }
}

/// The length of the reference that a text begins with, and what it stands for.
///
/// All layers at once: one a pass would make `&amp;amp;amp;…` cost the square of its length.
fn reference(text: &str) -> Option<(usize, String)> {
    let mut layers = text.get(1..)?;
    while let Some(inner) = layers.strip_prefix("amp;") {
        layers = inner;
    }
    let outer = text.len() - layers.len();
    let bytes = layers.as_bytes().get(..layers.len().min(LONGEST_NAME_BYTES + 1))?;
    let inner = memchr::memchr(b';', bytes)
        .and_then(|end| layers.get(..=end))
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"#;".contains(&byte)))
        .and_then(|name| {
            let reference = format!("&{name}");
            let characters = htmlize::unescape(reference.as_str()).into_owned();
            // `&notit;` begins with `&not`, which HTML takes for a reference; here it has to be whole.
            (!characters.contains(';') && !characters.contains('\0'))
                .then_some((outer + name.len(), characters))
        });
    inner.or_else(|| (outer > 1).then(|| (outer, "&".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters_where_they_are_damage() {
        for (text, expected) in [
            ("Sony&#39;s &quot;game&quot;&nbsp;&amp; toy", Some("Sony's \"game\"\u{A0}& toy")),
            ("weren&amp;rsquo;t &amp;amp;amp; &#x2019;", Some("weren’t & ’")),
            ("AT&T; R&D; &notit; &unknown; &amp", None),
            ("Smith &amp; Sons, fish &amp;", Some("Smith & Sons, fish &amp;".trim_end_matches("amp;"))),
            (
                "The &lt;b&gt; tag makes text bold, doesn&rsquo;t it",
                Some("The &lt;b&gt; tag makes text bold, doesn’t it"),
            ),
            ("if (a &lt; b) { return; }", None),
            ("profits &gt; losses", Some("profits > losses")),
            ("jeden Tag gr&#246;&#223;er als HTML", Some("jeden Tag größer als HTML")),
            ("no ampersand", None),
        ] {
            assert_eq!(unescape(text).as_deref(), expected, "{text}");
        }
    }
}
