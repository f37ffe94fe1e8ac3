//! Words that no running text can do without, by language.

use super::Variant;
use crate::text::tokens::word_hash;

/// Gopher's eight (Rae et al. 2021, appendix A1).
const GOPHER: &str = "the be to of and that have with";

/// The most frequent function words of other languages.
const OTHERS: [(&str, &str); 41] = [
    ("af", "die het en van in is dat op"),
    ("ar", "في من على إلى أن التي عن مع"),
    ("az", "və bir bu üçün də da ilə olan"),
    ("bg", "на да се за от че не са"),
    ("ca", "el la els les de del dels i"),
    ("cs", "a v na se je že z do"),
    ("da", "og at det i en som er på"),
    ("de", "der die das und ist in den von"),
    ("el", "και το να του της την που με"),
    ("es", "el la los las de del y en"),
    ("et", "ja on ei et see ta oli kes"),
    ("eu", "eta da ez du dute bat dira izan"),
    ("fa", "و در به از که این را با"),
    ("fi", "ja on ei että se hän oli joka"),
    ("fr", "le la les de des du et est"),
    ("gl", "o a os as de do da dos"),
    ("he", "את של על לא הוא כי עם זה"),
    ("hr", "i u na se je da za su"),
    ("hu", "a az és hogy nem is egy ez"),
    ("id", "yang dan di ini itu dengan untuk dari"),
    ("is", "og að í er á sem til um"),
    ("it", "il lo la i gli le di del"),
    ("lt", "ir yra kad į iš su tai ne"),
    ("lv", "un ir ka no ar uz par tas"),
    ("ms", "yang dan di ini itu dengan untuk daripada"),
    ("nl", "de het een en van in is dat"),
    ("no", "og at det i en som er på"),
    ("pl", "i w na z do że się nie"),
    ("pt", "o a os as de do da dos"),
    ("ro", "și în de la a cu pe că"),
    ("ru", "и в не на что с по как"),
    ("sk", "a v na sa je že z do"),
    ("sl", "in v na se je da za so"),
    ("sq", "të e në dhe për me një nga"),
    ("sr", "и у је да се на за су"),
    ("sv", "och att det i en som är på"),
    ("sw", "ya na wa kwa ni katika la za"),
    ("tl", "ang ng sa na mga at ay si"),
    ("tr", "ve bir bu için de da ile olarak"),
    ("uk", "і в не на що з до та"),
    ("vi", "và của là có các được cho trong"),
];

/// Hashes of the words of each language.
#[derive(Debug)]
pub(in crate::stage) struct StopWords {
    english: Vec<u64>,
    others: Vec<(&'static str, Vec<u64>)>,
}

impl StopWords {
    pub(in crate::stage) fn new() -> Self {
        let hashes = |list: &str| list.split(' ').map(|word| word_hash(word.as_bytes())).collect();
        let others = OTHERS.iter().map(|(language, list)| (*language, hashes(list))).collect();
        Self { english: hashes(GOPHER), others }
    }

    /// Those that a text in a language is asked for; none where there is no list.
    pub(in crate::stage) fn asked_for(&self, variant: Variant, language: &str) -> Option<&[u64]> {
        match variant {
            Variant::Reference => Some(&self.english),
            Variant::News => self.of(language),
        }
    }

    /// Those of a language (`en-GB` is `en`), or nothing.
    fn of(&self, language: &str) -> Option<&[u64]> {
        let language = language.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("en") {
            return Some(&self.english);
        }
        let is_same = |(known, _): &&(&str, Vec<u64>)| known.eq_ignore_ascii_case(language);
        self.others.iter().find(is_same).map(|(_, words)| words.as_slice())
    }
}
