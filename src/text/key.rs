//! The key by which two texts are the same article.

use xxhash_rust::xxh3::Xxh3;

/// XXH3-128 over a text's letters and digits: white space, punctuation and the case of ASCII letters
/// make no difference. `None` for a text without letters and digits.
///
/// Beside ASCII, the punctuation left out is Latin-1's (U+0080 to U+00BF), General Punctuation (U+2000
/// to U+207F), CJK's (U+3000 to U+303F) and the Arabic comma, semicolon and question mark.
pub fn text_key(text: &str) -> Option<u128> {
    // A block at a time through a small buffer: the hash is fastest on long input, and nothing is allocated.
    const BLOCK: usize = 2048;
    const STEP: usize = 20;
    let mut hasher = Xxh3::new();
    let mut folded = [0_u8; BLOCK];
    let mut total = 0;
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let mut length = 0;
        // A step writes at most 16 bytes and 4 more.
        while length + STEP <= BLOCK {
            // Sixteen at a time: a branch and a bound for all of them, which is a quarter of the work.
            while length + STEP <= BLOCK
                && let Some((chunk, tail)) = rest.split_first_chunk::<16>()
                && chunk.is_ascii()
                && let Some(out) = folded[length..].first_chunk_mut::<16>()
            {
                let mut kept = 0;
                for byte in chunk {
                    let folded_byte = FOLD[usize::from(*byte)];
                    out[kept % 16] = folded_byte;
                    kept += usize::from(folded_byte != 0);
                }
                length += kept;
                rest = tail;
            }
            let [first, tail @ ..] = rest else { break };
            let folded_byte = FOLD[usize::from(*first)];
            if first.is_ascii() {
                folded[length] = folded_byte;
                length += usize::from(folded_byte != 0);
                rest = tail;
                continue;
            }
            let width = if *first < 0xE0 { 2 } else { 3 + usize::from(*first >= 0xF0) };
            let (character, tail) = rest.split_at(width.min(rest.len()));
            if !is_punctuation(character) {
                folded[length..length + character.len()].copy_from_slice(character);
                length += character.len();
            }
            rest = tail;
        }
        total += length;
        hasher.update(&folded[..length]);
    }
    (total > 0).then(|| hasher.digest128())
}

/// For each ASCII byte its folded form, or 0 where it makes no difference.
static FOLD: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

fn is_punctuation(character: &[u8]) -> bool {
    matches!(character, [0xC2, _] | [0xE2, 0x80 | 0x81, _] | [0xE3, 0x80, _] | [0xD8, 0x8C | 0x9B | 0x9F])
}

#[cfg(test)]
mod tests {
    use super::text_key;

    #[test]
    fn layout_case_and_punctuation_make_no_difference() {
        let key = text_key("The mayor said: “No.”\n\nHe left, at 9.");
        assert!(key.is_some());
        assert_eq!(key, text_key("the MAYOR said\u{A0}no he left at 9"));
        assert_eq!(text_key("قال، نعم؟"), text_key("قال نعم"));
        assert_eq!(text_key("北京。上海"), text_key("北京上海"));
    }

    #[test]
    fn letters_and_digits_do() {
        assert_ne!(text_key("He left at 9"), text_key("He left at 8"));
        assert_ne!(text_key("über"), text_key("uber"));
        assert_ne!(text_key("北京"), text_key("上海"));
    }

    #[test]
    fn nothing_to_compare_is_no_key() {
        assert_eq!(text_key(""), None);
        assert_eq!(text_key(" — …\n"), None);
    }

    #[test]
    fn blocks_have_no_seams() {
        let long = "añb".repeat(3000);
        assert_eq!(text_key(&long), text_key(&format!("...{long} ")));
        assert_ne!(text_key(&long), text_key(long.strip_suffix('b').expect("it ends in b")));
        // Whatever stands where a block ends.
        for length in 2020..2060 {
            let ascii = "a".repeat(length);
            for end in ["b", "ñ", "北京", "🦀🦀", "b🦀 b"] {
                let text = format!("{ascii}{end}{ascii}");
                let spaced = format!("{ascii}, {end} {ascii}.");
                assert_eq!(text_key(&text), text_key(&spaced), "{length} {end}");
            }
        }
    }
}
