//! `label-language`: the language of an article's text, and how sure that is.
//!
//! `La ville a fermé le pont…` → `language = "fr"`, `language_score = 0.96`,
//! `labels.language = {"language": "fr", "score": 0.96, "letters": 290, "second": "ca"}`.
//!
//! Many scripts belong to one language ([`scripts`]). Where several languages share a script, words decide, and sequences
//! of up to five letters in words that are not known: [`table`] holds which languages each speaks for, and
//! `tests/bench/README.md` says what it is made from. Samples of the text are read, from three to nine places, because scrapers leave another language's
//! furniture at the ends.
//!
//! The score is the probability that the language is right, less the share of the samples that are in another language
//! and of the letters that are in another script. It falls where the second best is near, where words say less than they do in texts of the
//! language, as in a language that the table lacks, and where words are few: a headline is not sure of its language. Below
//! `min-score` what is found does not become `language`. A stated language that the table lacks is never overruled, as it may be a neighbour of
//! the one found, and neither is one for which the text speaks nearly as much.
//!
//! A record without a text is judged by its title and description.
//!
//! Contrary to other labellers this one fills two fields, as the record has no other place for them: `language`
//! where it is empty or contradicted beyond doubt, and `language_score` where the text agrees with it.

mod grams;
mod scripts;
mod table;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::article::{Article, Outcome};
use crate::settings::settings_schema;
use crate::stage::{Family, Stage, StageContext, StageKind, at_least};
use crate::text::Slice;
use scripts::{Letters, Told};
use table::{Sums, TABLE, Tally, UNIT};

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
        // Of texts that score 0.2 to 0.4, three in four are right.
        Self { min_score: 0.3, overrule_score: 0.9 }
    }
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "label-language",
    family: Family::Labeller,
    summary: "finds the language of the text, by script and letter sequences",
    about: "Writes `labels.language`: `language`, `score` (0 to 1), `letters` that were looked at, and the `second` best. Fills \
            `language` where it is empty or wrong beyond doubt, and `language_score` where the text agrees. Knows 252 \
            languages. Short texts have low scores.",
    rules: &[],
    example: "[[stage]]
kind = \"label-language\"
min-score = 0.3
overrule-score = 0.9
",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(LabelLanguage { settings: table.read::<Settings>()? })),
};

#[derive(Debug)]
struct LabelLanguage {
    settings: Settings,
}

/// What a text's language seems to be.
#[derive(Clone, Debug, PartialEq)]
struct Finding {
    language: &'static str,
    score: f64,
    letters: u32,
    second: Option<&'static str>,
    /// What speaks for the stated language, as a part of what speaks for this one.
    for_stated: f64,
}

/// A title of a few words, such as `Just a moment`, is no evidence with a lower score.
const OF_TITLE: f64 = 0.5;
/// From here on, the stated language is as good as the one found: it may have a dialect's or a neighbour's words.
const AS_GOOD: f64 = 0.75;

impl Stage for LabelLanguage {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        // A page without a text may have a headline and a summary.
        // A stated region ("en-GB") is no contradiction.
        let stated = article.language.split(['-', '_']).next().unwrap_or_default();
        let summary = || Self::find(&format!("{}\n{}", article.title, article.description), stated);
        let Some(found) = Self::find(&article.text, stated).or_else(summary) else { return Outcome::Keep };
        let least = match (article.language.is_empty(), article.text.is_empty()) {
            (true, false) => self.settings.min_score,
            (true, true) => self.settings.min_score.max(OF_TITLE),
            (false, _) => self.settings.overrule_score,
        };
        cx.measure("score", found.score, at_least(least));
        let agrees = is_the_same(stated, found.language);
        // What the table lacks, it can't tell from its neighbours; and what speaks for both speaks against neither.
        let is_known = stated.is_empty() || is_known(stated) && found.for_stated < AS_GOOD;
        if !agrees && is_known && found.score >= least {
            found.language.clone_into(&mut article.language);
        }
        if agrees || (is_known && found.score >= least) {
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

/// Codes of languages that others write in another way, or of a language of several: each with the one found here.
const SAME: [(&str, &str); 17] = [
    ("nb", "no"),
    ("no", "nn"),
    ("fil", "tl"),
    ("ckb", "ku"),
    ("kmr", "ku"),
    ("iw", "he"),
    ("in", "id"),
    ("ji", "yi"),
    ("prs", "fa"),
    ("yue", "zh"),
    ("cmn", "zh"),
    ("sh", "sr"),
    ("sh", "hr"),
    ("sh", "bs"),
    ("arz", "ar"),
    ("mo", "ro"),
    ("als", "sq"),
];

/// Whether a stated language is the one found.
fn is_the_same(stated: &str, found: &str) -> bool {
    let is_pair = |(one, other): &(&str, &str)| stated.eq_ignore_ascii_case(one) && found == *other;
    stated.eq_ignore_ascii_case(found) || SAME.iter().any(is_pair)
}

/// Whether a stated language would have been found.
fn is_known(stated: &str) -> bool {
    let known = TABLE.languages.iter().copied().chain(scripts::languages());
    known.chain(SAME.iter().map(|(one, _)| *one)).any(|known| stated.eq_ignore_ascii_case(known))
}

/// Bytes of a sample, and how many samples are read: three, and up to nine while they are not sure.
const SAMPLE_BYTES: usize = 120;
const FEW: usize = 3;
const MANY: usize = 9;
/// With as high a score as this, no further sample is read.
const ENOUGH: f64 = 0.95;

impl LabelLanguage {
    /// The language of a text; `None` where it has no letters.
    fn find(text: &str, stated: &str) -> Option<Finding> {
        let mut letters = Letters::default();
        let mut tallies: Vec<Tally> = Vec::new();
        let mut found = None;
        let samples: Vec<&str> = samples(text).collect();
        let few = FEW.min(samples.len());
        for (number, sample) in samples.into_iter().enumerate() {
            letters.count(sample);
            match letters.told() {
                None => continue,
                Some(Told::Language(language, share)) => {
                    let evidence = f64::from(letters.all) * share;
                    let score = round(share * evidence / (evidence + 5.0));
                    found = Some(Finding {
                        language,
                        score,
                        letters: letters.all,
                        second: None,
                        for_stated: 0.0,
                    });
                }
                Some(Told::Shared(share)) => {
                    tallies.push(TABLE.tally(sample));
                    if number + 1 < few {
                        continue;
                    }
                    found = judge(&tallies, share, letters.all, stated).or(found);
                }
            }
            if number + 1 >= FEW && found.as_ref().is_some_and(|found| found.score >= ENOUGH) {
                break;
            }
        }
        found
    }
}

/// Fewer words than these are likely to be a name, or quoted, and score less.
const ENOUGH_WORDS: f64 = 6.0;

/// The language for which samples speak; `None` where they have no word.
fn judge(tallies: &[Tally], share: f64, letters: u32, stated: &str) -> Option<Finding> {
    let mut sums: Sums = [0; 256];
    for tally in tallies {
        for (sum, more) in sums.iter_mut().zip(&tally.sums) {
            *sum += more;
        }
    }
    let (first, best) = largest(&sums)?;
    let language = *TABLE.languages.get(first)?;
    // A language that has two scripts is no second to itself.
    let mut others = sums;
    for (sum, other) in others.iter_mut().zip(&TABLE.languages) {
        if *other == language {
            *sum = i32::MIN;
        }
    }
    let (second, next) = largest(&others).unzip();
    let second = second.and_then(|second| TABLE.languages.get(second).copied());
    let lead = f64::from(best - next.unwrap_or(0)) / UNIT;
    let words: u32 = tallies.iter().map(|tally| tally.words).sum();
    let agreeing: u32 =
        tallies.iter().filter(|tally| tally.is_not_against(first)).map(|tally| tally.words).sum();
    let words = f64::from(words.max(1));
    let evidence = Evidence {
        lead,
        words,
        rate: f64::from(best) / words / TABLE.rates.get(first)?,
        elsewhere: f64::from(tallies.iter().map(|tally| tally.most).sum::<i32>()) / f64::from(best) - 1.0,
    };
    let few = (words / ENOUGH_WORDS).min(1.0);
    let score = evidence.probability() * few * share * f64::from(agreeing) / words;
    let for_stated = if stated.is_empty() || is_the_same(stated, language) {
        0.0
    } else {
        let of_stated =
            sums.iter().zip(&TABLE.languages).filter(|(_, language)| is_the_same(stated, language));
        of_stated.map(|(sum, _)| f64::from(*sum) / f64::from(best)).fold(0.0, f64::max)
    };
    Some(Finding { language, score: round(score), letters, second, for_stated })
}

/// What speaks for the best language.
struct Evidence {
    /// Its lead over the second best, as a logarithm.
    lead: f64,
    words: f64,
    /// What a word says for it beside what a word says in texts of that language.
    rate: f64,
    /// How much more the words say where each may speak for another language: in a language that the table lacks, one is like this
    /// neighbour's and the next like that one's.
    elsewhere: f64,
}

impl Evidence {
    /// How likely it is that the best language is right.
    ///
    /// The numbers are a logistic regression's, fitted to half of 5,000 texts of 2 words to 10 pages in 75 languages,
    /// and to texts in 140 languages that the table lacks, which count a fifth; `tests/bench/README.md` shows the other half.
    fn probability(&self) -> f64 {
        let rate = self.rate.min(0.9);
        let elsewhere = self.elsewhere.min(1.5);
        // In a long text, even a small difference from what is usual says something.
        let long = (self.words.ln_1p() / 4.0).min(1.0);
        let evidence = 2.94 + 0.55 * self.lead.ln_1p() + 0.38 * self.lead.min(8.0) - 1.9 * self.words.ln_1p()
            + (9.95 * long - 3.44) * rate
            - (5.81 * long - 1.88) * elsewhere;
        1.0 / (1.0 + (-evidence).exp())
    }
}

/// The first of the largest sums, if any is above 0.
fn largest(sums: &Sums) -> Option<(usize, i32)> {
    let most = sums.iter().copied().max().filter(|most| *most > 0)?;
    sums.iter().position(|sum| *sum == most).map(|place| (place, most))
}

/// The samples of a text, those in the middle first: scrapers leave another language's furniture at the ends.
fn samples(text: &str) -> impl Iterator<Item = &str> {
    /// Ninths of the text, in an order in which the first three are far apart.
    const ORDER: [usize; MANY] = [4, 2, 6, 1, 5, 7, 3, 8, 0];
    let is_short = text.len() <= MANY * SAMPLE_BYTES;
    let count = if is_short { text.len().div_ceil(SAMPLE_BYTES) } else { MANY };
    ORDER.into_iter().filter(move |place| *place < count).filter_map(move |place| {
        let at = |part: usize| if is_short { part * SAMPLE_BYTES } else { part * (text.len() / MANY) };
        let start = word_start(text, at(place));
        text.get(start..word_start(text, at(place) + SAMPLE_BYTES))
    })
}

/// The beginning of a word from a place on, if it is near, or else of a character.
fn word_start(text: &str, at: usize) -> usize {
    if at == 0 || at >= text.len() {
        return at.min(text.len());
    }
    let at = (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let rest = text.slice(at..);
    rest.char_indices()
        .take(24)
        .find(|(_, character)| character.is_whitespace())
        .map_or(at, |(more, _)| at + more)
}

fn round(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<(&'static str, f64)> {
        LabelLanguage::find(text, "").map(|found| (found.language, found.score))
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
        for text in ["Ferry strike", "", "12:30", "Die Brücke"] {
            let found = find(text);
            assert!(found.is_none_or(|(_, score)| score < 0.5), "{text}: {found:?}");
        }
    }

    #[test]
    fn neighbours_are_told_apart() {
        for (text, language) in [
            ("परिषदले सोमबार भनेको छ कि पुल जाडोभरि बन्द रहनेछ र बसहरू चल्नेछन्।", "ne"),
            ("परिषदेने सोमवारी सांगितले की पूल हिवाळ्यात बंद राहील आणि बस धावतील असे त्यांनी म्हटले आहे.", "mr"),
            ("Кеңеш дүйшөмбү күнү көпүрө кышында жабык болоорун жана автобустар жүрөрүн билдирди.", "ky"),
            ("Шӯро гуфт, ки пул дар зимистон баста мешавад ва автобусҳо кор мекунанд.", "tg"),
            (
                "Rådet sa måndag at brua ikkje skal vere open om vinteren, og kva som skjer sidan, veit ingen av oss.",
                "nn",
            ),
            ("شورا وویل چې پل به په ژمي کې تړل شوی وي ځکه چې زوړ دی او بسونه به کار کوي.", "ps"),
        ] {
            let found = find(text);
            assert!(found.is_some_and(|(found, _)| found == language), "{language}: {found:?}");
        }
    }

    #[test]
    fn languages_with_a_larger_neighbour_are_not_taken_for_it() {
        for (text, language) in [
            (
                "Konseho a bisa djaluna ku e brùg lo keda será den wenter, i ku e bùsnan lo sigui kore riba e kaminda bieu.",
                "pap",
            ),
            (
                "Kaonsel i talem long Mande se bambae oli klosem bris ya long taem blong kolkol, from we i olfala tumas.",
                "bi",
            ),
            (
                "Kaunsel i tokaut long Mande olsem bris bai pas long taim bilong kol na ol bas bai ron yet.",
                "tpi",
            ),
        ] {
            let found = find(text);
            assert!(found.is_some_and(|(found, _)| found == language), "{language}: {found:?}");
        }
    }

    #[test]
    fn words_that_each_speak_for_another_language_are_no_evidence() {
        let evidence = |elsewhere| Evidence { lead: 10.0, words: 40.0, rate: 0.7, elsewhere }.probability();
        assert!(evidence(0.2) > 0.9 && evidence(1.4) < 0.5, "{} {}", evidence(0.2), evidence(1.4));
    }

    #[test]
    fn a_text_in_two_languages_has_a_low_score() {
        let german =
            "Der Rat hat am Montag gesagt, dass die Brücke im Winter für den Verkehr gesperrt wird. "
                .repeat(6);
        let english =
            "The council said on Monday that the bridge would be closed to traffic for the winter. "
                .repeat(6);
        let (_, alone) = find(&german).expect("a language");
        let (_, mixed) = find(&format!("{german}{english}")).expect("a language");
        assert!(alone > 0.9 && mixed < 0.75, "{alone} {mixed}");
    }

    #[test]
    fn a_record_without_a_text_has_the_language_of_its_title_and_description() {
        let stage = LabelLanguage { settings: Settings::default() };
        let mut article = Article::new(crate::article::Source { dump: "test".into(), line: 1, id: None });
        "Die Brücke bleibt im Winter für den Verkehr gesperrt".clone_into(&mut article.title);
        "Der Rat hat das am Montag gesagt, und Busse fahren weiter.".clone_into(&mut article.description);
        assert_eq!(stage.apply(&mut article, &mut StageContext::default()), Outcome::Keep);
        assert_eq!(article.language, "de");
    }

    #[test]
    fn a_stated_language_that_is_not_known_is_left() {
        let stage = LabelLanguage { settings: Settings::default() };
        let mut article = Article::new(crate::article::Source { dump: "test".into(), line: 1, id: None });
        "bar".clone_into(&mut article.language);
        article.text =
            "Der Rat hat am Montag gesagt, dass die Brücke im Winter für den Verkehr gesperrt wird. "
                .repeat(8);
        assert_eq!(stage.apply(&mut article, &mut StageContext::default()), Outcome::Keep);
        assert_eq!(article.language, "bar");
    }

    #[test]
    fn a_stated_language_for_which_as_much_speaks_is_left() {
        let stage = LabelLanguage { settings: Settings::default() };
        for (stated, language) in [("bs", "bs"), ("hr", "hr"), ("sr", "sr"), ("pl", "hr")] {
            let mut article = Article::new(crate::article::Source { dump: "test".into(), line: 1, id: None });
            stated.clone_into(&mut article.language);
            article.text =
                "Vijeće je u ponedjeljak priopćilo da je most zatvoren i da će ljudi putovati autobusom. "
                    .repeat(8);
            assert_eq!(stage.apply(&mut article, &mut StageContext::default()), Outcome::Keep);
            assert_eq!(article.language, language, "{:?}", article.labels);
        }
    }

    #[test]
    fn a_stated_language_is_overruled_only_when_there_is_no_doubt() {
        let sentence =
            "Der Rat hat am Montag gesagt, dass die Brücke im Winter für den Verkehr gesperrt wird. ";
        let stage = LabelLanguage { settings: Settings::default() };
        for (stated, words, language, has_score) in [
            ("", 15, "de", true),
            ("en", 4, "en", false),
            ("en", 15, "de", true),
            ("de-AT", 15, "de-AT", true),
        ] {
            let mut article = Article::new(crate::article::Source { dump: "test".into(), line: 1, id: None });
            stated.clone_into(&mut article.language);
            article.text = sentence.split_inclusive(' ').take(words).collect();
            assert_eq!(stage.apply(&mut article, &mut StageContext::default()), Outcome::Keep);
            assert_eq!(
                (article.language.as_str(), article.language_score.is_some()),
                (language, has_score),
                "{stated} {words} {:?}",
                article.labels
            );
        }
    }
}
