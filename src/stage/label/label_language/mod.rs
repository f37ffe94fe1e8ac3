//! `label-language`: the language of an article's text, and how sure that is.
//!
//! `La ville a fermé le pont…` → `language = "fr"`, `language_score = 0.96`,
//! `labels.language = {"language": "fr", "score": 0.96, "letters": 1490, "second": "ca"}`.
//!
//! Most scripts belong to one language, and letters tell Ukrainian from Russian and Persian from Arabic
//! ([`scripts`]). Among the languages in Latin letters, function words decide ([`words`]). A sample of the text is read, from
//! three places, because scrapers leave another language's furniture at the ends.
//!
//! The score grows with the evidence and falls with the second best's: a headline is not sure of its language. It is
//! reported with a low score rather than guessed at, and below `min-score` it does not become `language`.
//!
//! Contrary to other labellers this one fills two fields, as the record has no other place for them: `language`
//! where it is empty or contradicted beyond doubt, and `language_score` where the text agrees with it.

mod scripts;
pub(in crate::stage) mod words;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind, at_least};
use scripts::Letters;
use words::LANGUAGES;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// The lowest score with which a language that was found becomes `language`.
    min_score: f64,
    /// The score from which on a language that the page states is taken to be wrong. Templates say `lang="en"` whatever
    /// they hold.
    overrule_score: f64,
}

impl Default for Settings {
    fn default() -> Self {
        // Of 7,439 articles of 500 characters or more, wrong answers score below 0.25. Right ones score above 0.88 at 99 in
        // 100; Danish and Norwegian, which share most of their function words, score 0.55 to 0.7.
        Self { min_score: 0.5, overrule_score: 0.9 }
    }
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "label-language",
    family: Family::Labeller,
    summary: "finds the language of the text, by script and function words",
    about: "Writes `labels.language`: `language`, `score` (0 to 1), `letters` that were looked at, and the `second` best. Fills \
            `language` where it is empty or wrong beyond doubt, and `language_score` where the text agrees. Knows 63 \
            languages. Short texts have low scores.",
    reasons: &[],
    example: "[[stage]]\nkind = \"label-language\"\nmin-score = 0.5\noverrule-score = 0.9\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(LabelLanguage::new(table.read::<Settings>()?))),
};

#[derive(Debug)]
struct LabelLanguage {
    settings: Settings,
    /// A bit for each language that has the word.
    words: HashMap<&'static str, u64>,
}

/// What a text's language seems to be.
#[derive(Clone, Debug, PartialEq)]
struct Finding {
    language: &'static str,
    score: f64,
    letters: u32,
    second: Option<&'static str>,
}

impl Stage for LabelLanguage {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        let Some(found) = self.find(&article.text) else { return Outcome::Keep };
        let least =
            if article.language.is_empty() { self.settings.min_score } else { self.settings.overrule_score };
        cx.measure("score", found.score, at_least(least));
        // A stated region ("en-GB") is no contradiction.
        let stated = article.language.split(['-', '_']).next().unwrap_or_default();
        let agrees = stated.eq_ignore_ascii_case(found.language);
        if !agrees && found.score >= least {
            found.language.clone_into(&mut article.language);
        }
        if agrees || found.score >= least {
            article.language_score = Some(found.score);
        }
        let mut label = json!({ "language": found.language, "score": found.score, "letters": found.letters });
        if let (Some(second), Some(label)) = (found.second, label.as_object_mut()) {
            label.insert("second".to_owned(), second.into());
        }
        article.labels.insert("language".to_owned(), label);
        cx.note_change();
        Outcome::Keep
    }
}

/// Bytes of each of the three places. 3 × 500 bytes hold some 250 words, of which 90 are function words.
const PIECE_BYTES: usize = 500;
const LONGEST_WORD_BYTES: usize = 16;
/// A word counts this much, divided by the number of languages that have it.
const WORD: u32 = 60;
/// With as much evidence as this for the best language, the score is half.
const HALF: f64 = 2.5;
/// In articles, 30 to 50 % of words are in the language's list; in a language that has no list, such as Zulu, under
/// 10 % are in any one.
const ENOUGH_SHARE: f64 = 0.2;

impl LabelLanguage {
    fn new(settings: Settings) -> Self {
        let mut words: HashMap<&'static str, u64> = HashMap::new();
        for (place, (_, list)) in LANGUAGES.iter().enumerate() {
            for word in list.split(' ') {
                *words.entry(word).or_default() |= 1 << place;
            }
        }
        Self { settings, words }
    }

    /// The language of a text; `None` where it has no letters.
    fn find(&self, text: &str) -> Option<Finding> {
        let mut letters = Letters::default();
        let mut tally = Tally { words: 0, languages: [(0, 0); LANGUAGES.len()] };
        let mut word = String::new();
        for piece in pieces(text) {
            for character in piece.chars().chain([' ']) {
                if character.is_ascii_alphabetic() {
                    letters.count_latin();
                    word.push(character.to_ascii_lowercase());
                    continue;
                }
                letters.count(character);
                // The lists are of Latin letters: those of other scripts end a word as a space does.
                if matches!(character, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') {
                    word.extend(character.to_lowercase());
                    continue;
                }
                if !word.is_empty() {
                    // No function word is longer than Azerbaijani's "tərəfindən".
                    let languages =
                        if word.len() > LONGEST_WORD_BYTES { None } else { self.words.get(word.as_str()) };
                    tally.add(languages.copied().unwrap_or(0));
                    word.clear();
                }
            }
        }
        if letters.all == 0 {
            return None;
        }
        if let Some((language, share, sureness)) = letters.language() {
            let evidence = f64::from(letters.all) * share;
            let score = round(share * sureness * evidence / (evidence + 10.0));
            return Some(Finding { language, score, letters: letters.all, second: None });
        }
        let mut ranks: Vec<usize> = (0..LANGUAGES.len()).collect();
        ranks.sort_by_key(|place| u32::MAX - tally.points(*place));
        let [first, second, ..] = ranks.as_slice() else { return None };
        let (best, next) = (tally.points(*first), tally.points(*second));
        if best == 0 {
            return None;
        }
        let evidence = f64::from(best) / f64::from(WORD);
        let lead = 1.0 - f64::from(next) / f64::from(best);
        let share = f64::from(tally.hits(*first)) / f64::from(tally.words.max(1));
        // Close relatives share half of their words, and a lead of a quarter is plenty.
        let score =
            round((lead * 4.0).min(1.0) * (share / ENOUGH_SHARE).min(1.0) * evidence / (evidence + HALF));
        let name = |place: usize| LANGUAGES.get(place).map(|(language, _)| *language);
        let second = if next > 0 { name(*second) } else { None };
        Some(Finding { language: name(*first)?, score, letters: letters.all, second })
    }
}

/// What a sample's words say for each language.
#[derive(Debug)]
struct Tally {
    words: u32,
    /// Points, and the number of words.
    languages: [(u32, u32); LANGUAGES.len()],
}

impl Tally {
    /// A word, and the languages that have it among their function words, a bit for each.
    fn add(&mut self, languages: u64) {
        self.words += 1;
        let share = WORD / languages.count_ones().max(1);
        let mut rest = languages;
        while rest != 0 {
            if let Some((points, hits)) = self.languages.get_mut(rest.trailing_zeros() as usize) {
                *points += share;
                *hits += 1;
            }
            rest &= rest - 1;
        }
    }

    fn points(&self, place: usize) -> u32 {
        self.languages.get(place).map_or(0, |(points, _)| *points)
    }

    fn hits(&self, place: usize) -> u32 {
        self.languages.get(place).map_or(0, |(_, hits)| *hits)
    }
}

/// The parts of a text that are read.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let is_short = text.len() <= 3 * PIECE_BYTES;
    let quarter = text.len() / 4;
    (1..=3).filter_map(move |number| match (is_short, number) {
        (true, 1) => Some(text),
        (true, _) => None,
        (false, number) => {
            let start = boundary(text, number * quarter);
            text.get(start..boundary(text, start + PIECE_BYTES))
        }
    })
}

/// The last beginning of a character up to a place.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn round(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<(&'static str, f64)> {
        LabelLanguage::new(Settings::default()).find(text).map(|found| (found.language, found.score))
    }

    #[test]
    fn languages_are_told_by_a_few_sentences() {
        for (text, language) in [
            (
                "The council said on Monday that the bridge would be closed for the winter, and that buses will run.",
                "en",
            ),
            (
                "Der Rat hat am Montag gesagt, dass die Brücke im Winter für den Verkehr gesperrt wird und Busse fahren.",
                "de",
            ),
            (
                "Le conseil a dit lundi que le pont sera fermé pour l'hiver et que des bus vont circuler dans la ville.",
                "fr",
            ),
            (
                "El consejo dijo el lunes que el puente estará cerrado durante el invierno, pero los autobuses no.",
                "es",
            ),
            (
                "O conselho disse na segunda-feira que a ponte não será aberta até ao fim do inverno, mas os autocarros são.",
                "pt",
            ),
            (
                "Rådet sagde mandag, at broen bliver lukket om vinteren, og hvad der så skal ske, ved ingen af os noget om.",
                "da",
            ),
            (
                "Rådet sa mandag at broen blir stengt om vinteren, og hva som skal skje etter det, vet ingen av oss noe om.",
                "no",
            ),
            (
                "Rådet sade i måndags att bron ska vara stängd under vintern, och vad som händer efter det vet ingen av oss.",
                "sv",
            ),
            (
                "Rada řekla, že most bude přes zimu zavřený, protože je starý, a že autobusy, které jezdí, jsou už plné.",
                "cs",
            ),
            (
                "Rada povedala, že most bude cez zimu zatvorený, pretože je starý, a že autobusy, ktoré jazdia, sú už plné.",
                "sk",
            ),
            (
                "Dewan itu mengatakan bahwa jembatan akan ditutup karena sudah tua, namun bus tidak bisa lewat hingga setelah musim.",
                "id",
            ),
            (
                "Majlis itu berkata bahawa jambatan akan ditutup kerana sudah lama, namun bas tidak boleh lalu sehingga selepas musim.",
                "ms",
            ),
            ("Рада сказала, що міст буде закрито на зиму, бо він старий, і їздитимуть автобуси.", "uk"),
            (
                "Совет сказал, что мост будет закрыт на зиму, потому что он старый, и это решение объявлено.",
                "ru",
            ),
            (
                "Съветът каза, че мостът ще бъде затворен през зимата, защото е стар, и автобусите ще се движат.",
                "bg",
            ),
            (
                "Савет је рекао да ће мост бити затворен преко зиме, јер је стар, и да ће људи ићи аутобусом.",
                "sr",
            ),
            ("قال المجلس إن الجسر سيغلق في الشتاء لأنه قديم وإن الحافلات ستعمل", "ar"),
            ("شورا گفت که پل در زمستان بسته می‌شود چون کهنه است و اتوبوس‌ها کار می‌کنند", "fa"),
            ("کونسل نے کہا ہے کہ پل سردیوں میں بند رہے گا کیونکہ یہ پرانا ہے اور بسیں چلیں گی", "ur"),
            ("議会は月曜日、橋を冬の間閉鎖すると発表した。バスは運行する。", "ja"),
            ("市议会星期一表示，大桥将在冬季关闭，公共汽车照常运行。", "zh"),
            ("시의회는 월요일 다리를 겨울 동안 폐쇄한다고 밝혔다.", "ko"),
            ("Το συμβούλιο είπε ότι η γέφυρα θα κλείσει για τον χειμώνα.", "el"),
        ] {
            let found = find(text);
            assert!(
                found.is_some_and(|(found, score)| found == language && score >= 0.5),
                "{language}: {found:?}"
            );
        }
    }

    #[test]
    fn short_texts_and_unknown_languages_have_low_scores() {
        for text in [
            "Ferry strike",
            "Die Brücke",
            "",
            "12:30",
            "Ibhuloho livaliwe ebusika ngoba lidala kakhulu futhi amabhasi ayahamba",
        ] {
            let found = find(text);
            assert!(found.is_none_or(|(_, score)| score < 0.5), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_stated_language_is_overruled_only_when_there_is_no_doubt() {
        let sentence =
            "Der Rat hat am Montag gesagt, dass die Brücke im Winter für den Verkehr gesperrt wird. ";
        let stage = LabelLanguage::new(Settings::default());
        for (stated, sentences, language, has_score) in
            [("", 1, "de", true), ("en", 1, "en", false), ("en", 8, "de", true), ("de-AT", 1, "de-AT", true)]
        {
            let mut article = Article::new(crate::article::Source { dump: "test".into(), line: 1, id: None });
            stated.clone_into(&mut article.language);
            article.text = sentence.repeat(sentences);
            assert_eq!(stage.apply(&mut article, &mut StageContext::default()), Outcome::Keep);
            assert_eq!(
                (article.language.as_str(), article.language_score.is_some()),
                (language, has_score),
                "{stated} {sentences} {:?}",
                article.labels
            );
        }
    }
}
