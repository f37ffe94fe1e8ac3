//! What the words beside a date say of it: the one list, for pages, texts, fields and ages.
//!
//! Whole words count, not parts of them: `data` is Italian for a date, and `database` is none. Of languages that inflect,
//! a stem stands for its forms; of those that write without spaces, a word is found within others.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word says of a date beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// It prints beside dates and says nothing of them: a weekday, `at`.
    Beside,
    /// It is counted beside dates: minutes to read, comments, views.
    Counted,
    /// `Date`, which labels what follows it and nothing else.
    Date,
    /// The date of publication.
    Published,
    /// The date of a change.
    Changed,
    /// An event, a birthday, a copyright.
    Other,
}

impl Label {
    /// What a word in lower case, without marks around it, says of a date beside it.
    pub(crate) fn of(word: &str) -> Option<Self> {
        // The longest of the lists, and then some.
        const LONGEST_BYTES: usize = 48;
        if word.len() > LONGEST_BYTES {
            return None;
        }
        let by_stem = |(stems, label): &(&[&str], Self)| {
            stems.iter().any(|stem| word.starts_with(stem)).then_some(*label)
        };
        let within =
            |(parts, label): &(&[&str], Self)| parts.iter().any(|part| word.contains(part)).then_some(*label);
        let is_unspaced = || {
            word.chars().any(|character| {
                !character.is_ascii()
                    && matches!(u32::from(character), 0xE00..=0xE7F | 0x3040..=0x9FFF | 0xAC00..=0xD7AF)
            })
        };
        WORDS
            .get(word)
            .copied()
            .or_else(|| STEMS.iter().find_map(by_stem))
            .or_else(|| is_unspaced().then(|| UNSPACED.iter().find_map(within)).flatten())
    }

    /// What the words between a date and the one before it say: of several, a change counts first.
    pub(crate) fn before(text: &str) -> Option<Self> {
        let labels = labels_in(text);
        // `vom 3. Mai`; within a sentence it says nothing.
        if labels.is_empty() && matches!(text.trim(), "vom" | "Vom") {
            return Some(Self::Published);
        }
        [Self::Changed, Self::Published, Self::Date, Self::Other]
            .into_iter()
            .find(|label| labels.contains(label))
    }

    /// What the words after a date say: `am 3. Mai veröffentlicht`.
    pub(crate) fn after(text: &str) -> Option<Self> {
        let labels = labels_in(text);
        [Self::Changed, Self::Published].into_iter().find(|label| labels.contains(label))
    }
}

fn labels_in(text: &str) -> Vec<Label> {
    let is_gap = |character: char| {
        !character.is_alphanumeric()
            && !matches!(character, '©' | '\'' | '\u{200C}' | '\u{93C}'..='\u{94D}' | '\u{E31}'..='\u{E4E}')
    };
    let words = text.split(is_gap).filter(|word| !word.is_empty());
    words.filter_map(|word| Label::of(&word.to_lowercase())).filter(|label| *label != Label::Beside).collect()
}

static WORDS: LazyLock<HashMap<&'static str, Label>> = LazyLock::new(|| {
    let lists = [
        (BESIDE, Label::Beside),
        (COUNTED, Label::Counted),
        (DATE, Label::Date),
        (PUBLISHED, Label::Published),
        (CHANGED, Label::Changed),
        (OTHER, Label::Other),
    ];
    lists.into_iter().flat_map(|(words, label)| words.iter().map(move |word| (*word, label))).collect()
});

type Parts = &'static [(&'static [&'static str], Label)];

/// Beginnings of words that have many forms.
#[rustfmt::skip]
const STEMS: Parts = &[
    (&["updat", "modifi", "aktualis", "aktualiz", "aktualn", "actualis", "actualiz", "atualiz", "aggiorna", "uppdater", "oppdater",
       "opdater", "zaktualiz", "обновл", "оновл", "изменен", "güncel", "bearbeitet", "geänder", "korrigier", "revisad", "mutakhir"], Label::Changed),
    (&["veröffentlich", "publiz", "publicad", "publicera", "pubblica", "gepubliceer", "opublik", "publiková", "zveřejn", "опублик",
       "публик", "опублік", "публікац", "yayın", "yayım", "δημοσ", "objavlj", "објављ", "közzét", "megjelen"], Label::Published),
];

/// Words of languages without spaces between words.
#[rustfmt::skip]
const UNSPACED: Parts = &[
    (&["更新", "수정", "업데이트", "แก้ไข", "อัปเดต", "ปรับปรุง"], Label::Changed),
    (&["发布", "發布", "发表", "發表", "發佈", "公開", "掲載", "配信", "投稿", "입력", "등록", "게시", "เผยแพร่", "时间"], Label::Published),
];

/// `Date:` in several languages.
#[rustfmt::skip]
const DATE: &[&str] = &[
    "date", "datum", "data", "dato", "fecha", "дата", "tarih", "tarihi", "تاريخ", "تاریخ", "日付", "日期",
];

/// Words that say that an article was changed.
#[rustfmt::skip]
const CHANGED: &[&str] = &[
    "revised", "amended", "edited", "corrected", "last-updated", "stand", "mis", "màj", "maj", "bijgewerkt", "gewijzigd", "laatste", "sist",
    "senast", "päivitetty", "muokattu", "modyfikacja", "frissítve", "обновена", "ενημερώθηκε", "ενημέρωση", "تحديث", "آخر", "محدث", "حدث",
    "تعديل", "به‌روزرسانی", "עודכן", "עדכון", "अपडेट", "अपडेटेड", "cập", "diperbarui", "diupdate", "changed", "reviewed", "mise",
    "zuletzt", "changes", "correction", "rectifié", "corrigé", "corregido", "corretto", "atnaujinta", "pakeista", "keista", "atjaunots", "atjaunināts",
    "uuendatud", "muudetud", "posodobljeno", "ažurirano", "izmijenjeno", "izmenjeno", "ажурирано", "módosítva", "actualitzat", "uppfært",
    "përditësuar", "eguneratua", "dikemaskini", "আপডেট", "হালনাগাদ", "புதுப்பிக்கப்பட்டது",
];

/// Words that say that it was published.
#[rustfmt::skip]
const PUBLISHED: &[&str] = &[
    "published", "publication", "posted", "issued", "released", "created", "dated", "erschienen", "erstellt", "publié", "publiée", "paru",
    "créé", "publicación", "creado", "publicação", "geplaatst", "publiceret", "publisert", "julkaistu", "publikacji", "dodano", "utworzono",
    "vydáno", "publikované", "publicat", "giriş", "создано", "نشر", "نُشر", "نشرت", "النشر", "انتشار", "פורסם", "प्रकाशित", "đăng",
    "diterbitkan", "terbit", "written", "geschrieben", "eingestellt", "escrito", "pub", "publicerat", "publicering", "paskelbta", "publikuota", "publicēts", "avaldatud", "zverejnené", "botuar", "publikuar", "birt",
    "argitaratua", "প্রকাশিত", "প্রকাশ", "வெளியிடப்பட்டது", "شائع",
];

/// Words that say that the date is of something else.
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "©", "copyright", "event", "termin", "until", "bis", "expires", "deadline", "born", "geboren", "since", "seit", "joined", "mitglied",
    "registered", "registriert", "beiträge", "from", "aired", "starts", "beginn", "ab", "heute", "today", "aktuelle", "current", "accessed",
    "abgerufen", "retrieved",
];

/// What is counted beside dates: minutes to read, comments, views.
#[rustfmt::skip]
const COUNTED: &[&str] = &[
    "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos", "minuti", "read", "reading", "comments", "comment", "views", "view",
    "shares", "kommentare", "lesezeit", "lecture", "lectura", "leitura", "lettura", "commentaires", "comentarios", "comentários",
    "commenti", "reacties", "aufrufe", "vues", "vistas", "мин", "минут", "минуты", "просмотров", "комментариев", "مشاهدة", "دقائق", "دقيقة",
    "قراءة", "تعليق", "تعليقات", "분", "words",
];

/// Weekdays and little words.
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "weds", "thu", "thur",
    "thurs", "fri", "sat", "sun", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag", "mo", "di",
    "mi", "do", "fr", "sa", "so", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lun", "mar", "mer", "jeu",
    "ven", "sam", "dim", "lunes", "martes", "miércoles", "miercoles", "jueves", "viernes", "sábado", "sabado", "domingo", "mié", "jue",
    "vie", "sáb", "dom", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "gio", "sab", "segunda-feira",
    "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "segunda", "terça", "quarta", "quinta", "sexta", "maandag", "dinsdag",
    "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota",
    "niedziela", "pondělí", "úterý", "středa", "čtvrtek", "pátek", "neděle", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag",
    "söndag", "mandag", "tirsdag", "lørdag", "søndag", "pazartesi", "salı", "çarşamba", "perşembe", "cuma", "cumartesi", "pazar",
    "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье", "понеділок", "вівторок", "середа", "четвер",
    "п'ятниця", "субота", "неділя", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "الأحد", "الاحد", "الإثنين", "الاثنين", "الثلاثاء",
    "الأربعاء", "الاربعاء", "الخميس", "الجمعة", "السبت", "יום", "ראשון", "שני", "שלישי", "רביעי", "חמישי", "שישי", "שבת", "星期一", "星期二",
    "星期三", "星期四", "星期五", "星期六", "星期日", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日", "日", "月", "火", "水", "木", "金", "土", "월", "화",
    "수", "목", "금", "토", "일", "on", "at", "am", "pm", "um", "uhr", "the", "last", "time", "vom", "le", "à", "jour", "a", "las", "los", "el",
    "il", "alle", "ore", "às", "em", "om", "op", "uur", "den", "kl", "klo", "o", "godz", "godzina", "ostatnia", "r", "г", "в", "о", "року",
    "ч", "год", "was", "en", "dne", "v", "h", "hs", "hrs", "hora", "horas", "h00", "letzte", "última", "ultima", "ultimo", "dernière", "de",
    "del", "la", "est", "edt", "et", "pt", "ct", "gmt", "utc", "bst", "ist", "cet", "cest", "ast", "gst", "wib", "sgt", "في", "يوم",
    "الساعة", "بتوقيت", "مكة", "السعودية", "م", "هـ", "تم", "ساعة", "منذ", "سوق", "ngày", "lúc", "saat", "tarihinde", "son", "kst", "jst",
    "mst", "this", "article", "story", "artikel", "beitrag", "is", "more", "than", "old", "it", "has", "been", "i", "und", "and", "e", "y",
    "first", "originally",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_the_same_in_every_language_and_only_as_whole_words() {
        for (text, expected) in [
            ("Published on", Some(Label::Published)),
            ("Last updated:", Some(Label::Changed)),
            ("First published, last updated", Some(Label::Changed)),
            ("تحديث:", Some(Label::Changed)),
            ("نشر في:", Some(Label::Published)),
            ("Stand:", Some(Label::Changed)),
            ("Zuletzt aktualisiert am", Some(Label::Changed)),
            ("最終更新日時：", Some(Label::Changed)),
            ("Data:", Some(Label::Date)),
            ("© 2020 Harbour Office,", Some(Label::Other)),
            ("vom", Some(Label::Published)),
            ("der Brief vom", None),
            ("the publisher of the database", None),
            ("Monday,", None),
        ] {
            assert_eq!(Label::before(text), expected, "{text}");
        }
        assert_eq!(Label::after("veröffentlicht"), Some(Label::Published));
        assert_eq!(Label::after("the base data will be shown"), None);
    }
}
