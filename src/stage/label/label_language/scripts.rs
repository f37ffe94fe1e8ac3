//! What letters tell: most scripts belong to one language, and some letters to one of several.

/// How many letters of each kind a sample has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Letters {
    pub(super) all: u32,
    pub(super) latin: u32,
    cyrillic: u32,
    arabic: u32,
    han: u32,
    kana: u32,
    /// Scripts of one language, in the order of `SINGLE`.
    single: [u32; SINGLE.len()],
    /// Letters of one language among several of the script.
    telling: [u32; TELLING.len()],
}

/// Scripts in which nearly all news is in one language: first and last letter.
const SINGLE: [(&str, char, char); 17] = [
    ("el", '\u{370}', '\u{3FF}'),
    ("hy", '\u{530}', '\u{58F}'),
    ("he", '\u{590}', '\u{5FF}'),
    ("hi", '\u{900}', '\u{97F}'),
    ("bn", '\u{980}', '\u{9FF}'),
    ("pa", '\u{A00}', '\u{A7F}'),
    ("gu", '\u{A80}', '\u{AFF}'),
    ("ta", '\u{B80}', '\u{BFF}'),
    ("te", '\u{C00}', '\u{C7F}'),
    ("kn", '\u{C80}', '\u{CFF}'),
    ("ml", '\u{D00}', '\u{D7F}'),
    ("si", '\u{D80}', '\u{DFF}'),
    ("th", '\u{E00}', '\u{E7F}'),
    ("my", '\u{1000}', '\u{109F}'),
    ("ka", '\u{10A0}', '\u{10FF}'),
    ("km", '\u{1780}', '\u{17FF}'),
    ("ko", '\u{AC00}', '\u{D7AF}'),
];

/// Languages that write Cyrillic or Arabic with letters of their own.
const TELLING: [&str; 9] = ["ru", "uk", "be", "sr", "mk", "bg", "kk", "fa", "ur"];

/// The language in `TELLING` that a letter tells.
fn telling(character: char) -> Option<usize> {
    Some(match character {
        'ы' | 'э' | 'ё' | 'Ы' | 'Э' | 'Ё' => 0,
        'і' | 'ї' | 'є' | 'ґ' | 'І' | 'Ї' | 'Є' | 'Ґ' => 1,
        'ў' | 'Ў' => 2,
        'ђ' | 'ћ' | 'џ' | 'љ' | 'њ' | 'ј' | 'Ђ' | 'Ћ' | 'Џ' | 'Љ' | 'Њ' | 'Ј' => 3,
        'ѓ' | 'ќ' | 'ѕ' | 'Ѓ' | 'Ќ' | 'Ѕ' => 4,
        'ъ' | 'Ъ' => 5,
        'ә' | 'қ' | 'ң' | 'ғ' | 'ү' | 'ұ' | 'һ' | 'ө' | 'Ә' | 'Қ' | 'Ң' | 'Ғ' | 'Ү' | 'Ұ' | 'Һ' | 'Ө' => {
            6
        }
        'پ' | 'چ' | 'ژ' | 'گ' | 'ی' | 'ک' => 7,
        'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ھ' | 'ہ' => 8,
        _ => return None,
    })
}

impl Letters {
    pub(super) fn count_latin(&mut self) {
        self.latin += 1;
        self.all += 1;
    }

    pub(super) fn count(&mut self, character: char) {
        match character {
            'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => self.latin += 1,
            '\u{400}'..='\u{52F}' => self.cyrillic += 1,
            '\u{600}'..='\u{6FF}' if character.is_alphabetic() => self.arabic += 1,
            '\u{3041}'..='\u{30FF}' => self.kana += 1,
            '\u{3400}'..='\u{9FFF}' => self.han += 1,
            _ if character.is_ascii() || !character.is_alphabetic() => return,
            _ => {
                let place = SINGLE.iter().position(|(_, first, last)| (*first..=*last).contains(&character));
                if let Some(count) = place.and_then(|place| self.single.get_mut(place)) {
                    *count += 1;
                }
            }
        }
        self.all += 1;
        if let Some(count) = telling(character).and_then(|place| self.telling.get_mut(place)) {
            *count += 1;
        }
    }

    /// The language that a script other than Latin's tells, the share of letters that are of its script, and
    /// the share of the script's evidence that is for it.
    pub(super) fn language(&self) -> Option<(&'static str, f64, f64)> {
        let share = |count: u32| f64::from(count) / f64::from(self.all.max(1));
        let single = SINGLE.iter().zip(self.single).map(|((language, ..), count)| (count, *language));
        let (most, language) = single.max_by_key(|(count, _)| *count).unwrap_or_default();
        let asian = self.han + self.kana;
        let largest = self.latin.max(self.cyrillic).max(self.arabic).max(asian).max(most);
        if largest == 0 || largest == self.latin {
            return None;
        }
        if largest == most {
            return Some((language, share(most), 1.0));
        }
        if largest == asian {
            // A tenth of Japanese is kana at the least; Chinese quotes a name in them at most.
            let is_japanese = self.kana * 10 >= asian;
            return Some((if is_japanese { "ja" } else { "zh" }, share(asian), 1.0));
        }
        Some(if largest == self.arabic { self.in_arabic(share) } else { self.in_cyrillic(share) })
    }

    fn told(&self, language: &str) -> u32 {
        let place = TELLING.iter().position(|known| *known == language);
        place.and_then(|place| self.telling.get(place)).copied().unwrap_or(0)
    }

    fn in_arabic(&self, share: impl Fn(u32) -> f64) -> (&'static str, f64, f64) {
        // Of Persian's letters 15 % are not Arabic's, of Urdu's 10 % not Persian's; Arabic quotes foreign names.
        let foreign = self.told("fa") + self.told("ur");
        let language = match () {
            () if self.told("ur") * 25 >= self.arabic => "ur",
            () if foreign * 25 >= self.arabic => "fa",
            () => "ar",
        };
        let sureness = if language == "ar" { 1.0 - share(foreign) } else { 1.0 };
        (language, share(self.arabic), sureness)
    }

    fn in_cyrillic(&self, share: impl Fn(u32) -> f64) -> (&'static str, f64, f64) {
        // Ukrainian has 6 % of letters that Russian lacks, Russian 2.5 % that Ukrainian lacks; Bulgarian's ъ is 1.5 %
        // of its letters and Russian's 0.04 %. Kazakh writes Russian's letters besides its own.
        let [ru, uk, be, sr, mk, bg, kk] =
            ["ru", "uk", "be", "sr", "mk", "bg", "kk"].map(|language| self.told(language));
        let (language, own, against) = match () {
            () if kk * 20 >= self.cyrillic => ("kk", kk, 0),
            () if be > 0 && be * 200 >= self.cyrillic && ru > 0 => ("be", be + ru + uk, 0),
            () if uk > ru && uk >= sr => ("uk", uk, ru),
            () if mk > 0 && mk * 250 >= self.cyrillic => ("mk", mk + sr, uk + ru),
            () if sr > ru && sr > uk => ("sr", sr, ru + uk),
            () if bg > ru => ("bg", bg, ru + uk + sr),
            () => ("ru", ru, uk + bg / 2 + sr),
        };
        (language, share(self.cyrillic), f64::from(own) / f64::from((own + against).max(1)))
    }
}
