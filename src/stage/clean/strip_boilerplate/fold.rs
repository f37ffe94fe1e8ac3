//! A line reduced to what it says: `READ MORE: “Dürre” — 1,204 m` → `read more durre 0 m`.

/// The words of a line, without case, accents and punctuation, one space between them.
///
/// Every number is `0`, so that one phrase stands for all view counts. Letters and digits are words of their
/// own (`3小时前` → `0 小时前`), and so are Latin and other letters that stand together. Apostrophes are left
/// out. Arabic loses its vowel marks, and letters that are often mixed up become one. The buffers are used
/// again for the next line.
#[derive(Debug, Default)]
pub(super) struct Folded {
    text: String,
    words: Vec<Word>,
    chars: usize,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    start: usize,
    end: usize,
    /// Where the word ends in the line.
    line_end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Digit,
    Latin,
    Letter,
    /// Neither part of a word nor its end.
    Ignored,
    Separator,
}

impl Folded {
    /// A phrase by itself.
    pub(super) fn of(phrase: &str) -> Self {
        let mut folded = Self::default();
        folded.read(phrase);
        folded
    }

    /// Folds a line.
    pub(super) fn read(&mut self, line: &str) {
        self.text.clear();
        self.text.reserve(line.len());
        self.words.clear();
        self.chars = 0;
        let mut current = Class::Separator;
        for (at, character) in line.char_indices() {
            self.chars += 1;
            let class = classify(character);
            match class {
                Class::Ignored => {
                    if let Some(word) = self.words.last_mut().filter(|_| current != Class::Separator) {
                        word.line_end = at + character.len_utf8();
                    }
                    continue;
                }
                Class::Separator => {}
                Class::Digit
                    if current == class || self.words.last().is_some_and(|word| self.is_number(*word)) =>
                {
                    // `1,204` is one number; so is `5 000`.
                    if let Some(word) = self.words.last_mut() {
                        word.line_end = at + character.len_utf8();
                    }
                }
                _ => {
                    if class != current {
                        if !self.words.is_empty() {
                            self.text.push(' ');
                        }
                        let start = self.text.len();
                        self.words.push(Word { start, end: start, line_end: at });
                    }
                    let text = &mut self.text;
                    fold_letter(character, class, |letter| text.push(letter));
                    if let Some(word) = self.words.last_mut() {
                        word.end = self.text.len();
                        word.line_end = at + character.len_utf8();
                    }
                }
            }
            current = class;
        }
    }

    /// All words.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Characters of the line, punctuation included.
    pub(super) fn chars(&self) -> usize {
        self.chars
    }

    /// Some of the words.
    pub(super) fn words(&self, from: usize, to: usize) -> Option<&str> {
        let (first, last) = (self.words.get(from)?, self.words.get(to.checked_sub(1)?)?);
        self.text.get(first.start..last.end)
    }

    /// Where each word begins in [`Self::text`].
    pub(super) fn starts(&self) -> impl Iterator<Item = usize> {
        self.words.iter().map(|word| word.start)
    }

    /// Where the first `words` words end in the line.
    pub(super) fn line_end(&self, words: usize) -> usize {
        words.checked_sub(1).and_then(|last| self.words.get(last)).map_or(0, |word| word.line_end)
    }

    /// Whether the words begin with these.
    pub(super) fn starts_with(&self, words: &str) -> bool {
        self.text.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    }

    /// Whether these stand among the words, one after the other.
    pub(super) fn contains(&self, words: &str) -> bool {
        self.words.iter().any(|word| {
            let rest = self.text.get(word.start..).and_then(|text| text.strip_prefix(words));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    }

    fn is_number(&self, word: Word) -> bool {
        self.text.get(word.start..word.end) == Some("0")
    }
}

#[inline]
fn classify(character: char) -> Class {
    match ASCII.get(character as usize) {
        Some(0) => Class::Separator,
        Some(1) => Class::Ignored,
        Some(b'0') => Class::Digit,
        Some(_) => Class::Latin,
        None => classify_other(character),
    }
}

/// For each ASCII character its folded form, 0 for a separator, 1 for what is ignored.
static ASCII: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'0'..=b'9' => b'0',
            b'a'..=b'z' | b'A'..=b'Z' => byte.to_ascii_lowercase(),
            b'\'' => 1,
            _ => 0,
        };
        byte += 1;
    }
    table
};

fn classify_other(character: char) -> Class {
    match character {
        // Apostrophes, marks above letters, Arabic vowels and lengthening, and invisible characters.
        '\u{2019}'
        | '\u{2BC}'
        | '\u{300}'..='\u{36F}'
        | '\u{640}'
        | '\u{64B}'..='\u{65F}'
        | '\u{670}'
        | '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{FEFF}' => Class::Ignored,
        // The letters of most text, before the slower tables are asked.
        '\u{400}'..='\u{481}' | '\u{620}'..='\u{64A}' | '\u{4E00}'..='\u{9FFF}' => Class::Letter,
        _ if character.is_numeric() => Class::Digit,
        _ if !character.is_alphanumeric() => Class::Separator,
        '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Class::Latin,
        _ => Class::Letter,
    }
}

#[inline]
fn fold_letter(character: char, class: Class, mut out: impl FnMut(char)) {
    if class == Class::Digit {
        return out('0');
    }
    match ASCII.get(character as usize) {
        Some(&folded) => out(char::from(folded)),
        None => fold_other(character, &mut out),
    }
}

fn fold_other(character: char, out: &mut impl FnMut(char)) {
    if matches!(character, '\u{620}'..='\u{64A}' | '\u{4E00}'..='\u{9FFF}') {
        return out(match character {
            'أ' | 'إ' | 'آ' => 'ا',
            'ى' => 'ي',
            'ة' => 'ه',
            other => other,
        });
    }
    for lower in character.to_lowercase() {
        match lower {
            'à'..='å' | 'ā' | 'ă' | 'ą' => out('a'),
            'ç' | 'ć' | 'č' => out('c'),
            'è'..='ë' | 'ē' | 'ę' | 'ě' => out('e'),
            'ď' | 'đ' => out('d'),
            'ğ' => out('g'),
            'ì'..='ï' | 'ı' => out('i'),
            'ł' | 'ľ' | 'ĺ' => out('l'),
            'ñ' | 'ń' | 'ň' => out('n'),
            'ò'..='ö' | 'ø' | 'ő' => out('o'),
            'ř' | 'ŕ' => out('r'),
            'ś' | 'ş' | 'š' | 'ș' => out('s'),
            'ť' | 'ț' | 'ţ' => out('t'),
            'ù'..='ü' | 'ű' | 'ů' => out('u'),
            'ý' | 'ÿ' => out('y'),
            'ź' | 'ż' | 'ž' => out('z'),
            'ß' => ['s', 's'].into_iter().for_each(&mut *out),
            'œ' => ['o', 'e'].into_iter().for_each(&mut *out),
            'æ' => ['a', 'e'].into_iter().for_each(&mut *out),
            'ё' => out('е'),
            'ٱ' => out('ا'),
            '\u{307}' => {}
            other => out(other),
        }
    }
}

/// Hashes of the first word, and of the first two, as [`Folded`] has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) one: u64,
    pub(super) two: Option<u64>,
}

impl Start {
    /// The start of a line; `None` where it has no letter or digit.
    pub(super) fn of(line: &str) -> Option<Self> {
        // No phrase begins with longer words. Text without spaces does, and is not worth reading on.
        const ENOUGH_CHARS: usize = 40;
        let mut one = None;
        // FNV-1a, by characters.
        let mut hash = 0xCBF2_9CE4_8422_2325_u64;
        let mut current = Class::Separator;
        let mut started = false;
        for (count, character) in line.chars().enumerate() {
            let class = classify(character);
            if class == Class::Ignored {
                continue;
            }
            let digits_go_on = class == Class::Digit && current == class;
            if started && class != current && current != Class::Separator {
                if one.is_some() {
                    return Some(Self { one: one?, two: Some(hash) });
                }
                one = Some(hash);
                hash = hash.rotate_left(17);
            }
            if class != Class::Separator && !digits_go_on {
                started = true;
                fold_letter(character, class, |letter| {
                    hash = (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01B3);
                });
            }
            if started && count > ENOUGH_CHARS {
                break;
            }
            current = class;
        }
        match one {
            _ if !started => None,
            None => Some(Self { one: hash, two: None }),
            Some(one) if current == Class::Separator => Some(Self { one, two: None }),
            Some(one) => Some(Self { one, two: Some(hash) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_reduced_to_its_words() {
        for (line, folded) in [
            ("", ""),
            (" * * * ", ""),
            ("READ MORE: “Dürre” — 1,204 m", "read more durre 0 m"),
            ("1 year ago 44", "0 year ago 0"),
            ("3小时前", "0 小时前"),
            ("Don’t miss it!", "dont miss it"),
            ("İLGİNİZİ ÇEKEBİLİR", "ilginizi cekebilir"),
            ("إقرأ أيضاً:", "اقرا ايضا"),
            ("desk@example.comللتواصل", "desk example com للتواصل"),
            ("٢٣ مشاهدة", "0 مشاهده"),
            ("Straße", "strasse"),
        ] {
            assert_eq!(Folded::of(line).text(), folded, "{line}");
        }
    }

    #[test]
    fn words_know_their_place_in_the_line() {
        let line = "READ  MORE : bridge 1,204 m";
        let folded = Folded::of(line);
        assert_eq!(folded.len(), 5);
        assert_eq!(folded.words(1, 3), Some("more bridge"));
        assert_eq!(line.get(folded.line_end(2)..), Some(" : bridge 1,204 m"));
        assert_eq!(line.get(folded.line_end(4)..), Some(" m"));
        assert_eq!(folded.chars(), line.chars().count());
        assert!(
            folded.contains("more bridge") && !folded.contains("ore bridge") && !folded.contains("bridg")
        );
        assert!(folded.starts_with("read more") && !folded.starts_with("read mor"));
    }
}
