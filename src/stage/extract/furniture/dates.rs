//! Lines that say when an article was published or changed.
//!
//! `Published Dec. 2, 2022 | Updated Dec. 3, 2022, 8:00 a.m. ET` → both dates; `Jane Roe, 2 December 2022` → the date,
//! and where the name stands. Beside dates only words may stand that print beside dates; a sentence has others.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::article::{Article, ArticleDate, DayOrder, dates_in};

/// What a line of dates says.
#[derive(Debug, Default, PartialEq)]
pub(in crate::stage::extract) struct DateLine {
    /// When the article was published.
    pub published: Option<ArticleDate>,
    /// When it was last changed.
    pub modified: Option<ArticleDate>,
    /// Whether a word such as `Published` says what the dates are.
    pub is_labelled: bool,
    /// What else stands in the line: names, a place, the site.
    pub others: Vec<Range<usize>>,
}

/// Two dates, their labels, a byline and a reading time have fewer bytes, in any script.
const LONGEST_LINE_BYTES: usize = 260;
/// A name and a place, or a name and the site.
const MOST_OTHERS: usize = 3;
const LONGEST_OTHER_BYTES: usize = 90;

/// The dates of a line that has nothing else but names of people, places and publications; whether what else stands
/// there is one is for the caller to say.
pub(in crate::stage::extract) fn date_line(line: &str, order: DayOrder) -> Option<DateLine> {
    if line.len() > LONGEST_LINE_BYTES {
        return None;
    }
    let sightings = dates_in(line, order);
    if sightings.is_empty() || sightings.len() > 3 {
        return None;
    }
    let mut found = DateLine::default();
    let mut from = 0;
    let mut counts = line.split(is_gap).any(|word| COUNTED.contains(&word.to_lowercase().as_str()));
    counts |= line.contains('分');
    for sighting in &sightings {
        let before = line.get(from..sighting.from)?;
        let label = push_others(before, from, counts, &mut found.others)?;
        found.is_labelled |= label != Label::Neither;
        let slot = if label == Label::Modified { &mut found.modified } else { &mut found.published };
        // `Published 3 May 2021 - 5 May 2021` would be a span of time.
        if slot.is_some() {
            return None;
        }
        *slot = Some(sighting.date);
        from = sighting.to;
    }
    let label = push_others(line.get(from..)?, from, counts, &mut found.others)?;
    // `2 December 2022 (updated)`, `في 3 مايو 2021 آخر تحديث`
    if label == Label::Modified && found.modified.is_none() && sightings.len() == 1 {
        found.modified = found.published.take();
    }
    found.is_labelled |= label != Label::Neither;
    let fits = found.others.len() <= MOST_OTHERS
        && found.others.iter().all(|other| other.len() <= LONGEST_OTHER_BYTES);
    fits.then_some(found)
}

/// Whether a line has a digit of any script that dates are written in.
pub(in crate::stage::extract) fn has_digit(line: &str) -> bool {
    let bytes = line.as_bytes();
    let seconds = bytes.get(1..).unwrap_or_default();
    bytes.iter().any(u8::is_ascii_digit)
        || bytes.iter().zip(seconds).any(|pair| {
            // Arabic and Persian ones; Indic, Thai and wide ones are rare enough to be looked at with all letters.
            matches!(pair, (0xD9, 0xA0..=0xA9) | (0xDB, 0xB0..=0xB9) | (0xE0 | 0xEF, _))
        })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Label {
    /// It stands beside dates and says nothing of them.
    Neither,
    Published,
    Modified,
}

fn is_gap(character: char) -> bool {
    character.is_whitespace() || "|•·,;:()[]–—―/".contains(character)
}

/// Notes what is no label in a piece of a line; `None` where a number stands there that belongs to nothing.
fn push_others(piece: &str, offset: usize, counts: bool, others: &mut Vec<Range<usize>>) -> Option<Label> {
    let mut label = Label::Neither;
    let mut open: Option<Range<usize>> = None;
    let mut at = 0;
    for word in piece.split_inclusive(is_gap) {
        let start = offset + at;
        at += word.len();
        let bare = word.trim_end_matches(is_gap);
        let plain =
            bare.trim_matches(['.', '-', '"', '«', '»', '+', '*', '\'', '،', '>', '<', '「', '」', '،']);
        let ends_run = bare.len() < word.trim_end().len() || bare == "-";
        if plain.is_empty() {
            if ends_run && let Some(open) = open.take() {
                others.push(open);
            }
            continue;
        }
        let folded = plain.to_lowercase();
        let is_number = plain.chars().all(|character| character.is_numeric() || character == '.');
        let found = match folded.as_str() {
            word if LABELS.contains_key(word) => LABELS.get(word).copied(),
            _ if is_number && counts => Some(Label::Neither),
            _ if is_number => return None,
            _ => None,
        };
        match (found, &mut open) {
            // `de` and `at` stand within names, too.
            (Some(Label::Neither), Some(open)) if !ends_run && NAME_PARTICLES.contains(&folded.as_str()) => {
                open.end = open.end.max(start);
            }
            (Some(found), _) => {
                // `Last updated` is about the change, whatever else it says.
                if label != Label::Modified && found != Label::Neither {
                    label = found;
                }
                if let Some(open) = open.take() {
                    others.push(open);
                }
            }
            (None, Some(open)) => open.end = start + bare.len(),
            (None, slot) => *slot = Some(start..start + bare.len()),
        }
        if ends_run && let Some(open) = open.take() {
            others.push(open);
        }
    }
    others.extend(open);
    Some(label)
}

/// How numbers alone are read in an article: by its language, else by its script, else by the country of its host.
///
/// English without a country has both orders, so that only a number above 12 decides.
pub(in crate::stage::extract) fn order_for(article: &Article) -> DayOrder {
    let language = article.language.to_ascii_lowercase();
    let host = crate::text::host_of(&article.url);
    let has_end = |ends: &[&str]| ends.iter().any(|end| host.ends_with(end));
    let is_english =
        language.is_empty() || language == "en" || language.starts_with("en-") || language.starts_with("en_");
    if !is_english
        || has_end(&[
            ".uk", ".ie", ".au", ".nz", ".in", ".za", ".ng", ".ke", ".gh", ".pk", ".lk", ".sg", ".my",
        ])
    {
        return DayOrder::DayFirst;
    }
    if has_end(&[".us", ".gov", ".mil"]) || language == "en-us" || language == "en_us" {
        return DayOrder::MonthFirst;
    }
    DayOrder::Unambiguous
}

/// The words of all lists, and what they say of a date.
static LABELS: LazyLock<HashMap<&'static str, Label>> = LazyLock::new(|| {
    // What stands in two lists says more in the later one.
    let lists = [
        (BESIDE, Label::Neither),
        (COUNTED, Label::Neither),
        (PUBLISHED, Label::Published),
        (MODIFIED, Label::Modified),
    ];
    lists.into_iter().flat_map(|(words, label)| words.iter().map(move |word| (*word, label))).collect()
});

const NAME_PARTICLES: [&str; 12] = ["de", "la", "le", "el", "da", "do", "di", "du", "den", "y", "e", "o"];

/// Words that say that an article was changed.
#[rustfmt::skip]
const MODIFIED: &[&str] = &[
    "updated", "update", "modified", "revised", "amended", "edited", "corrected", "last-updated", "aktualisiert", "aktualisierung", "stand",
    "geändert", "update:", "bearbeitet", "mis", "màj", "maj", "modifié", "modifiée", "actualisé", "actualizado", "actualizada",
    "actualización", "modificado", "atualizado", "atualizada", "atualização", "aggiornato", "aggiornamento", "modificato", "modifica", "bijgewerkt",
    "gewijzigd", "laatste", "opdateret", "opdatert", "oppdatert", "sist", "uppdaterad", "senast", "päivitetty", "muokattu", "aktualizacja",
    "zaktualizowano", "zaktualizowany", "modyfikacja", "aktualizováno", "aktualizace", "aktualizované", "frissítve", "actualizat", "güncelleme",
    "güncellenme", "güncellendi", "обновлено", "обновлён", "обновлен", "обновление", "изменено", "оновлено", "обновена", "ενημερώθηκε", "ενημέρωση",
    "تحديث", "آخر", "محدث", "حدث", "تعديل", "به‌روزرسانی", "עודכן", "עדכון", "अपडेट", "अपडेटेड", "cập", "nhật", "diperbarui", "diupdate",
    "更新", "更新日", "最終更新", "最后更新", "최종수정", "수정",
];

/// Words that say that it was published.
#[rustfmt::skip]
const PUBLISHED: &[&str] = &[
    "published", "publication", "posted", "issued", "released", "created", "first", "originally", "dated", "veröffentlicht", "erschienen",
    "erstellt", "publiziert", "veröffentlichung", "publié", "publiée", "paru", "publication", "créé", "publicado", "publicada", "publicación",
    "creado", "publicação", "pubblicato", "pubblicata", "pubblicazione", "gepubliceerd", "geplaatst", "publiceret", "publisert", "publicerad",
    "publicerat", "julkaistu", "opublikowano", "opublikowany", "data", "publikacji", "dodano", "utworzono", "publikováno", "vydáno", "publikované",
    "megjelent", "publicat", "yayınlanma", "yayın", "tarihi", "giriş", "опубликовано", "опубликована", "опубликован", "дата", "публикации", "создано",
    "опубліковано", "публикувана", "публикувано", "објављено", "objavljeno", "δημοσίευση", "δημοσιεύτηκε", "نشر", "نُشر", "نشرت", "النشر", "تاريخ", "انتشار",
    "פורסם", "प्रकाशित", "đăng", "diterbitkan", "terbit", "发布", "发布时间", "发表", "时间", "發佈", "公開", "公開日", "配信", "입력", "등록", "게시",
];

/// What is counted beside dates: minutes to read, comments, views.
#[rustfmt::skip]
const COUNTED: &[&str] = &[
    "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos", "minuti", "read", "reading", "comments", "comment", "views", "view", "shares",
    "kommentare", "lesezeit", "lecture", "lectura", "leitura", "lettura", "commentaires", "comentarios", "comentários", "commenti", "reacties",
    "aufrufe", "vues", "vistas", "мин", "минут", "минуты", "просмотров", "комментариев", "مشاهدة", "دقائق", "دقيقة", "قراءة", "تعليق", "تعليقات", "분", "words",
];

/// Weekdays and little words.
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs",
    "fri", "sat", "sun", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag", "mo", "di", "mi", "do", "fr",
    "sa", "so", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "lunes",
    "martes", "miércoles", "miercoles", "jueves", "viernes", "sábado", "sabado", "domingo", "mié", "jue", "vie", "sáb", "dom", "lunedì", "martedì",
    "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "gio", "sab", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira",
    "sexta-feira", "segunda", "terça", "quarta", "quinta", "sexta", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
    "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela", "pondělí", "úterý", "středa", "čtvrtek", "pátek", "neděle",
    "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag", "mandag", "tirsdag", "lørdag", "søndag", "pazartesi", "salı", "çarşamba",
    "perşembe", "cuma", "cumartesi", "pazar", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье", "понеділок",
    "вівторок", "середа", "четвер", "п'ятниця", "субота", "неділя", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "الأحد", "الاحد", "الإثنين", "الاثنين", "الثلاثاء",
    "الأربعاء", "الاربعاء", "الخميس", "الجمعة", "السبت", "יום", "ראשון", "שני", "שלישי", "רביעי", "חמישי", "שישי", "שבת", "星期一", "星期二", "星期三", "星期四",
    "星期五", "星期六", "星期日", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日", "월", "화", "수", "목", "금", "토", "일",
    "on", "at", "am", "pm", "um", "uhr", "the", "last", "date", "time", "vom", "le", "à", "jour", "a", "las", "los", "el", "il", "alle", "ore", "às", "em", "om", "op",
    "uur", "den", "kl", "klo", "o", "godz", "godzina", "ostatnia", "r", "г", "в", "о", "року", "ч", "год", "was", "was", "en", "dne", "v", "h", "hs", "hrs", "hora", "horas", "h00", "zuletzt",
    "letzte", "last", "última", "ultima", "ultimo", "dernière", "de", "del", "la", "est", "edt", "et", "pt", "ct", "gmt", "utc", "bst", "ist", "cet", "cest", "ast", "gst", "wib", "sgt",
    "في", "يوم", "الساعة", "بتوقيت", "مكة", "السعودية", "م", "هـ", "تم", "ساعة", "منذ", "سوق", "ngày", "lúc", "tarih", "saat", "tarihinde", "son", "datum", "kst", "jst", "mst", "this",
    "article", "story", "artikel", "beitrag", "is", "more", "than", "old", "it", "has", "been", "i", "und", "and", "e", "y",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(String, String, Vec<String>)> {
        let found = date_line(line, DayOrder::Unambiguous)?;
        let show = |date: Option<ArticleDate>| date.map(|date| date.to_string()).unwrap_or_default();
        let others = found.others.iter().map(|other| line.get(other.clone()).unwrap_or_default().to_owned());
        Some((show(found.published), show(found.modified), others.collect()))
    }

    #[test]
    fn lines_of_dates_are_read_and_sentences_are_not() {
        for (line, published, modified, others) in [
            ("Dec. 2, 2022, 7:54 p.m. ET", "2022-12-02T19:54:00-05:00", "", &[][..]),
            (
                "Published Dec. 2, 2022 | Updated Dec. 3, 2022, 8:00 a.m. ET",
                "2022-12-02",
                "2022-12-03T08:00:00-05:00",
                &[],
            ),
            ("Last modified on Fri 2 Dec 2022 19.54 GMT", "", "2022-12-02T19:54:00Z", &[]),
            ("Stand: 02.12.2022, 19:54 Uhr", "", "2022-12-02T19:54:00", &[]),
            (
                "Publié le 2 décembre 2022 à 19h54 - Mis à jour le 3 décembre 2022 à 08h10",
                "2022-12-02T19:54:00",
                "2022-12-03T08:10:00",
                &[],
            ),
            ("Jane Roe, 2 December 2022", "2022-12-02", "", &["Jane Roe"]),
            ("By Jane Roe | Dec. 2, 2022 | 5 min read", "2022-12-02", "", &["By Jane Roe"]),
            ("Viernes, 2 de diciembre de 2022", "2022-12-02", "", &[]),
            ("نشر في: 2 ديسمبر 2022 - 19:54", "2022-12-02T19:54:00", "", &[]),
            (
                "2 декабря 2022, 19:54, обновлено 3 декабря 2022, 10:00",
                "2022-12-02T19:54:00",
                "2022-12-03T10:00:00",
                &[],
            ),
        ] {
            let others: Vec<String> = others.iter().map(|other| (*other).to_owned()).collect();
            assert_eq!(read(line), Some((published.to_owned(), modified.to_owned(), others)), "{line}");
        }
        for line in [
            "Photo: Jane Roe",
            "Dec. 2",
            "From 2 December 2022 to 5 December 2022, then from 7 January 2023 to 9 January 2023, 12 rooms",
            "Room 12, 2 December 2022",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
