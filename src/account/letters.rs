//! Whether letters of a text were lost on the way.

/// What stands for a character that could not be read.
const LOST: &str = "\u{FFFD}";
/// Question marks in the place of letters that a text must have, and in how many bytes: German loses one letter in about 70.
const LEAST: usize = 3;
const ONE_IN_BYTES: usize = 300;

/// Whether characters were replaced: by U+FFFD, or by `?` within words, as programs do that write another encoding (`verk?ndete`,
/// `????????`).
pub(crate) fn has_lost(text: &str) -> bool {
    if text.contains(LOST) {
        return true;
    }
    let bytes = text.as_bytes();
    let stands_for_letter = |at: &usize| {
        let next = bytes.get(at + 1).copied().unwrap_or_default();
        let last = at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or_default();
        next.is_ascii_lowercase() || (next == b'?' && last == b'?')
    };
    let enough = LEAST.max(text.len() / ONE_IN_BYTES);
    memchr::memchr_iter(b'?', bytes).filter(stands_for_letter).take(enough).count() == enough
}

/// Whether it has a letter that ASCII lacks: marks such as `“`, `…` and `»` are none.
pub(super) fn has_beyond_ascii(text: &str) -> bool {
    /// What compilers make vector instructions of.
    const STEP: usize = 64;
    // Lead bytes from C3 on, without E2, which begins punctuation and symbols.
    let is_letter = |byte: u8| byte >= 0xC3 && byte != 0xE2;
    text.as_bytes().chunks(STEP).any(|step| step.iter().fold(false, |any, byte| any | is_letter(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_marks_within_words_are_lost_letters() {
        let lost = "Die Stra?e f?hrt ?ber den Fluss, und die B?rger m?ssen wieder l?nger warten.";
        assert!(has_lost(lost));
        assert!(has_lost(&"????? ??? ????????, ?? ????? ????????. ".repeat(9)));
        assert!(has_lost("caf\u{FFFD}"));
        for sound in [
            "What? Why? And who pays? Nobody knows??? See https://a.example/?id=1.",
            "¿Quién paga? ¿Por qué? Nadie lo sabe.",
            "",
        ] {
            assert!(!has_lost(sound), "{sound}");
        }
        let seldom =
            format!("{lost} {}", "Der Rat hat am Montag beschlossen, dass gebaut wird. ".repeat(100));
        assert!(!has_lost(&seldom), "a few in a long text are typing errors");
    }

    #[test]
    fn punctuation_is_no_letter_beyond_ascii() {
        assert!(has_beyond_ascii(&format!("{}ü", "a".repeat(200))));
        assert!(has_beyond_ascii("мост") && has_beyond_ascii("橋"));
        assert!(!has_beyond_ascii("“Plain” — it’s «plain»…\u{A0}€"));
        assert!(!has_beyond_ascii(""));
    }
}
