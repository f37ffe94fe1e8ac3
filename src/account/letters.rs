//! Whether letters of a text were lost on the way.

/// What stands for a character that could not be read.
const LOST: &str = "\u{FFFD}";
/// Question marks in the place of letters that a text must have, and in how many bytes: German loses one letter in about 70.
const LEAST: usize = 3;
const ONE_IN_BYTES: usize = 300;

/// Whether characters were lost: replaced by U+FFFD, or by `?` within words, as programs do that write another encoding (`verk?ndete`,
/// `????????`), or read as several others (`verkÃ¼ndete`, `на ÑÐ»ÐµÐ´`).
pub(crate) fn has_lost(text: &str) -> bool {
    if text.contains(LOST) || has_misread(text) {
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

/// Whether it has UTF-8 that was read as Latin-1 or Windows-1252, and that encoding repair left, because bytes of it are lost: most of the
/// characters that stand for the first byte of another one are followed by as many as that byte announces, or stand within a word of
/// another script (`на Ñледующий`). In sound texts hardly any does (`SPÖ“`, `RTÉ’s`): `tests/bench/README.md` has figures.
fn has_misread(text: &str) -> bool {
    let (mut leads, mut complete, mut within) = (0, 0, 0);
    // U+00C2 to U+00F4 begin with this byte.
    for at in memchr::memchr_iter(0xC3, text.as_bytes()) {
        let mut characters = text.get(at..).unwrap_or_default().chars();
        let Some(lead @ '\u{C2}'..='\u{F4}') = characters.next() else { continue };
        leads += 1;
        let announced = match lead {
            ..='\u{DF}' => 1,
            ..='\u{EF}' => 2,
            _ => 3,
        };
        let is_word = text.as_bytes().get(..at).and_then(<[u8]>::last).is_some_and(u8::is_ascii_alphabetic);
        if characters.clone().next().is_some_and(is_of_another_script) && lead.is_alphabetic() && !is_word {
            within += 1;
        } else if characters.take(announced).filter(|next| is_continuation(*next)).count() == announced {
            complete += 1;
        }
    }
    // One within a word is as sure as three others: of 17,635 sound texts, three have any, and those are Yoruba's.
    complete + within * LEAST >= LEAST.max(text.len() / ONE_IN_BYTES) && (complete + within) * 2 >= leads
}

/// Whether it is a letter of another script than Latin.
fn is_of_another_script(character: char) -> bool {
    character >= '\u{370}' && !('\u{1D00}'..'\u{2000}').contains(&character) && character.is_alphabetic()
}

/// Whether it is what a byte between 80 and BF is in Latin-1 or Windows-1252, but a no-break space, which French has after `é` and `à`.
fn is_continuation(character: char) -> bool {
    matches!(
        character,
        '\u{80}'..='\u{9F}' | '\u{A1}'..='\u{BF}' | '€' | '‚' | 'ƒ' | '„' | '…' | '†' | '‡' | 'ˆ' | '‰' | 'Š' | '‹' | 'Œ' | 'Ž' | '‘' | '’' | '“' | '”' | '•' | '–' | '—' | '˜' | '™' | 'š' | '›' | 'œ' | 'ž' | 'Ÿ'
    )
}

/// Whether it has a letter that ASCII lacks: marks such as `“`, `…` and `»` are none.
pub(crate) fn has_beyond_ascii(text: &str) -> bool {
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
    fn utf_8_that_was_read_as_another_encoding_is_lost_where_bytes_are() {
        // As Windows-1252, in which five bytes are nothing.
        let misread = |text: &str| -> String {
            let special: Vec<char> = "€\u{0}‚ƒ„…†‡ˆ‰Š‹Œ\u{0}Ž\u{0}\u{0}‘’“”•–—˜™š›œ\u{0}žŸ".chars().collect();
            let of = |byte: u8| match byte {
                0x80..0xA0 => special[usize::from(byte) - 0x80],
                byte => char::from(byte),
            };
            text.bytes().map(of).filter(|character| *character != '\u{0}').collect()
        };
        for text in [
            "Die Straße führt über den Fluss, und die Bürger müssen wieder länger warten.",
            "Мост через реку закрыт на ремонт до весны, сообщила мэрия.",
            "أعلنت البلدية إغلاق الجسر حتى الربيع",
            "市政府宣布该桥将关闭至春季。",
            "“Closed,” she said — “until spring…”",
        ] {
            assert!(!has_lost(text), "{text}");
            assert!(has_lost(&misread(text)), "{}", misread(text));
        }
        for half_mended in ["Ответ на Ñледующий вопроÑ", "قال نائب رئيس الÙرحة في المدينة"]
        {
            assert!(has_lost(half_mended), "{half_mended}");
        }
        for sound in [
            "Beyoncé的演唱会，André的书，3×次",
            "Àwùjọ àti àṣà Ó wà ló",
            "« Le pavé\u{A0}» et « le blé\u{A0}» : où\u{A0}? Là\u{A0}! Voilà\u{A0}: c’est arrivé\u{A0}… « Hé\u{A0}! »",
            "3\u{A0}×\u{A0}4, 5\u{A0}×\u{A0}6 und 7\u{A0}×\u{A0}8",
            "Die „SPÖ“, die „FPÖ“ und die „KPÖ“ wollen das für Österreich ändern, schließlich fährt überall die Straßenbahn.",
        ] {
            assert!(!has_lost(sound), "{sound}");
        }
    }

    #[test]
    fn punctuation_is_no_letter_beyond_ascii() {
        assert!(has_beyond_ascii(&format!("{}ü", "a".repeat(200))));
        assert!(has_beyond_ascii("мост") && has_beyond_ascii("橋"));
        assert!(!has_beyond_ascii("“Plain” — it’s «plain»…\u{A0}€"));
        assert!(!has_beyond_ascii(""));
    }
}
