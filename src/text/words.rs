//! Counting words in any script.

/// How many words a text has, counting no further than `enough`.
///
/// A word is what stands between white space and has a letter or a digit. Chinese, Japanese, Thai, Lao,
/// Khmer and Burmese are written without spaces: there, every two letters count as a word, which is
/// about the mean length of a word in Chinese and Japanese dictionaries' running text.
pub fn count_words(text: &str, enough: usize) -> usize {
    let mut words = 0;
    for piece in text.split_whitespace() {
        words += words_in(piece);
        if words >= enough {
            return enough;
        }
    }
    words
}

fn words_in(piece: &str) -> usize {
    if piece.is_ascii() {
        return usize::from(piece.bytes().any(|byte| byte.is_ascii_alphanumeric()));
    }
    let mut unspaced = 0;
    let mut spaced = false;
    for character in piece.chars() {
        if is_unspaced(character) {
            unspaced += 1;
        } else if !spaced {
            spaced = character.is_alphanumeric();
        }
    }
    unspaced_words(unspaced) + usize::from(spaced)
}

fn unspaced_words(letters: usize) -> usize {
    letters.div_ceil(2)
}

/// Chinese characters and Hangul syllables: letters that have no case, and more than half of the first 65,536 characters. A table of
/// these need not ask Unicode's tables for each.
pub(super) const fn is_han_or_hangul(code: u32) -> bool {
    matches!(code, 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3)
}

/// Letters of the scripts that put no spaces between words.
pub(crate) fn is_unspaced(character: char) -> bool {
    matches!(u32::from(character),
        0x0E00..=0x0EFF          // Thai, Lao
        | 0x1000..=0x109F        // Myanmar
        | 0x1780..=0x17FF        // Khmer
        | 0x3041..=0x30FF        // Hiragana, Katakana
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF) // Han
}

#[cfg(test)]
mod tests {
    use super::{count_words, is_han_or_hangul};

    #[test]
    fn chinese_characters_and_hangul_syllables_are_letters_without_case() {
        let characters = (0..=0xFFFF).filter(|code| is_han_or_hangul(*code)).filter_map(char::from_u32);
        for character in characters {
            let is_itself =
                character.to_lowercase().eq([character]) && character.to_uppercase().eq([character]);
            assert!(character.is_alphabetic() && is_itself, "{character}");
        }
    }

    #[test]
    fn words_are_counted_in_any_script() {
        for (text, words) in [
            ("", 0),
            (" \n ", 0),
            ("one", 1),
            ("Don't stop — now!", 3),
            ("***  —", 0),
            ("في عام 2015", 3),
            ("新华社北京电", 3),
            ("今天 is good", 3),
            ("日本語のテキスト", 4),
        ] {
            assert_eq!(count_words(text, usize::MAX), words, "{text}");
        }
    }

    #[test]
    fn counting_stops_at_enough() {
        assert_eq!(count_words("a b c d e", 3), 3);
        assert_eq!(count_words("新华社北京电", 2), 2);
    }
}
