//! Lines in which a paper asks its reader for something: to log in, to subscribe, to take a newsletter.

use std::sync::LazyLock;

use super::fold::Folded;
use crate::text::{Sketch, mix};

/// What such lines are about. One of them is in many a sentence of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Topic {
    /// Subscriptions and those who have one.
    Subscription,
    /// Logging in, reading on, what is reserved for some.
    Access,
    /// What comes by mail.
    Newsletter,
    /// Giving one's name: of what, another topic has to say.
    Registration,
}

use Topic::{Access, Newsletter, Registration, Subscription};

/// Longer lines say more than that.
pub(super) const LONGEST_PLEA_BYTES: usize = 200;

/// Stems of words, as [`Folded`] has them; `$` ends a word. Those in Latin letters open a word, others may stand within one.
#[rustfmt::skip]
static STEMS: &[(Topic, &str)] = &[
    (Subscription, "subscri | subscrev | suscri | assinant | assinatur | assine | abonn | abonen | abonar | abonat | abone | abbonat | abbonam
        | prenumer | predplat | predplac | elofizet | tilaaj | tilaus | pretplat | narocnik | langganan | pelanggan
        | подписк | подписч | подпиш | підпис | передплат | абонам | абонат | συνδρομ | 付费 | 付費 | 订阅 | 訂閱 | 会员 | 會員 | 会員 | 購読
        | 有料 | 유료 | 구독 | 회원 | مشترك | اشترك | اشتراك | מנוי | สมาชิก | सब्सक्र | सदस्यता"),
    (Access, "login | log in | logge | einlogg | inlogg | inlog | logga in | log ind | logg inn | sign in | anmeld | melden sie sich
        | connectez | identifiez | identificate | inicia sesion | iniciar sesion | inicie sesion | accedi$ | zalogu | prihlas | prijavi | giris yap
        | kirjaudu | bejelentkez | autentific | dang nhap | войдит | войти | авторизу | увійд | συνδεθ
        | ログイン | 登录 | 登入 | 登錄 | 로그인 | تسجيل الدخول | سجل الدخول | התחבר | เข้าสู่ระบบ | लॉग
        | exclusi | reserve aux | reservee aux | reserves aux | reservees aux | riservat | reservad | vorbehalten | voorbehouden | alleen voor | nur fur
        | endast for | kun for | bare for | tylko dla | dostepn | jen pro | pouze pro | len pre | ozel | только для | только подп | доступ | лише для
        | 限定 | 専用 | 专享 | 專享 | 仅限 | 僅限 | 전용 | حصري | unlimited | unlock | free trial
        | to continue | keep reading | weiterles | weiter lesen | lire la suite | poursuivre la lecture | seguir leyendo | continuar leyendo | continuar lendo
        | continuar a ler | continuare a leggere | verder lez | las vidare | lasa vidare | les videre | laes videre | lue lisaa | czytaj dalej | czytac dalej
        | cist dal | okumaya devam | devamini | читать дальше | дочитать | 続きを読 | 続きは | 继续阅读 | 繼續閱讀"),
    (Newsletter, "newsletter | nieuwsbrief | nyhetsbrev | boletin | boletim | bollettino | infolettre | rundbrief | bulten | hirlevel | uutiskirj
        | biuletyn | inbox | рассылк | розсилк | ενημερωτικ | メールマガジン | メルマガ | ニュースレター | 뉴스레터 | 简报 | 簡報 | 电子报 | 電子報
        | النشره | نشرتنا | ניוזלטר | จดหมายข่าว"),
    (Registration, "sign up | signup | registr | register | inscri | cadastr | iscriv | meld je | meld u | zapisz | odber | kaydol | kayit ol | uye ol
        | iratkozz | εγγραφ | 登録 | 注册 | 註冊 | 가입 | 신청 | سجل | הירשמ"),
];

/// How words that speak of subscriptions and newsletters are written, where their stems begin without the accents.
const ACCENTED: [&str; 3] = ["předp", "előf", "bült"];

/// The first bytes of all words that speak of subscriptions and newsletters, of which every plea has one.
static OPENINGS: LazyLock<Sketch> = LazyLock::new(|| {
    let lists = STEMS.iter().filter(|(topic, _)| matches!(topic, Subscription | Newsletter));
    let stems = lists.flat_map(|(_, list)| list.split('|').map(str::trim)).chain(ACCENTED);
    let mut openings = Sketch::new(12);
    for stem in stems {
        let mut capital = stem.chars();
        let capital: String =
            capital.next().into_iter().flat_map(char::to_uppercase).chain(capital).collect();
        for written in [stem, &capital, &stem.to_uppercase()] {
            opening(written.as_bytes()).into_iter().for_each(|hash| openings.insert(hash));
        }
    }
    openings
});

/// A hash of how a word begins, in any case: five bytes of Latin letters, eight of Cyrillic and Arabic, six of others.
fn opening(text: &[u8]) -> Option<u64> {
    const ANY_CASE: u64 = 0x20_2020_2020;
    let (bytes, case) = match *text.first()? {
        0..0x80 => (5, ANY_CASE),
        0x80..0xE0 => (8, 0),
        _ => (6, 0),
    };
    let mut key = [0; 8];
    key.get_mut(..bytes)?.copy_from_slice(text.get(..bytes)?);
    let key = u64::from_le_bytes(key) | case;
    Some(mix(key, 0x9E37_79B9_7F4A_7C15))
}

/// Whether a line may be a plea. Nearly no other line may, which is found without reading its words.
pub(super) fn may_be_plea(line: &str) -> bool {
    let openings = &*OPENINGS;
    let bytes = line.as_bytes();
    let mut after_gap = true;
    bytes.iter().enumerate().any(|(at, byte)| {
        let opens = match byte {
            0..0x80 => std::mem::replace(&mut after_gap, !byte.is_ascii_alphanumeric()) && !after_gap,
            0x80..0xC0 => false,
            _ => {
                after_gap = true;
                true
            }
        };
        opens && opening(&bytes[at..]).is_some_and(|hash| openings.may_have(hash))
    })
}

/// Stems of Latin letters by their first, with the space before the word, and the others.
struct Stems {
    latin: [Vec<(Topic, &'static str)>; 26],
    other: Vec<(Topic, &'static str)>,
}

static ARRANGED: LazyLock<Stems> = LazyLock::new(|| {
    let mut stems = Stems { latin: Default::default(), other: Vec::new() };
    for (topic, list) in STEMS {
        for stem in list.split('|').map(str::trim) {
            match stem.bytes().next().map(|first| first.wrapping_sub(b'a')) {
                Some(letter @ 0..26) => stems.latin[usize::from(letter)].push((*topic, stem)),
                _ => stems.other.push((*topic, stem)),
            }
        }
    }
    stems
});

/// Whether a line asks its reader to log in, to subscribe or to take a newsletter: `Already a subscriber? Log in`, `Jetzt den
/// Newsletter abonnieren`. A short line that speaks of two of these does, whatever it says, in the languages of the stems.
pub(super) fn is_plea(line: &Folded) -> bool {
    let mut topics = [false; 4];
    topics_of(line).any(|topic| {
        topics[topic as usize] = true;
        let [subscription, access, newsletter, registration] = topics;
        (subscription && access) || (newsletter && (subscription || access || registration))
    })
}

/// Whether a line speaks of subscriptions or newsletters.
pub(super) fn is_about_mail(line: &Folded) -> bool {
    topics_of(line).any(|topic| matches!(topic, Subscription | Newsletter))
}

fn topics_of(line: &Folded) -> impl Iterator<Item = Topic> {
    let text = line.text();
    let latin = line.starts().filter_map(|at| {
        let rest = text.get(at..)?;
        let letter = rest.bytes().next()?.wrapping_sub(b'a');
        let stems = ARRANGED.latin.get(usize::from(letter))?;
        stems.iter().find(|(_, stem)| begins(rest, stem)).map(|(topic, _)| *topic)
    });
    let others = if text.is_ascii() { &[][..] } else { &ARRANGED.other };
    let others = others.iter().filter(|(_, stem)| text.contains(stem)).map(|(topic, _)| *topic);
    latin.chain(others)
}

/// Whether a text begins with a stem.
fn begins(text: &str, stem: &str) -> bool {
    match stem.strip_suffix('$') {
        Some(word) => text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')),
        None => text.starts_with(stem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_three_topics_in_a_short_line_are_a_plea() {
        for plea in [
            "Subscribe to continue reading. Already a subscriber? Log in",
            "Jetzt weiterlesen mit BotePlus. Bereits Abonnent? Hier anmelden",
            "Cet article est réservé aux abonnés",
            "Este artículo es exclusivo para suscriptores",
            "Artykuł dostępny tylko dla prenumeratorów",
            "Přihlaste se k odběru newsletteru",
            "この記事は会員限定です。ログインして続きを読む",
            "이 기사는 유료회원 전용입니다",
            "本文为付费内容，请登录后继续阅读",
            "Материал доступен только подписчикам",
            "هذا المحتوى للمشتركين فقط، سجل الدخول",
        ] {
            assert!(may_be_plea(plea) && is_plea(&Folded::of(plea)), "{plea}");
        }
    }

    #[test]
    fn one_topic_is_none() {
        for line in [
            "The paper has lost a third of its subscribers.",
            "Die Anmeldung beginnt am Montag um acht Uhr.",
            "The council sends a newsletter to every house.",
            "Les abonnés du théâtre ont applaudi.",
            "회원 열두 명이 새로 가입했다.",
            "L’attore accedì alla sala dopo l’abbonato.",
            "",
        ] {
            assert!(!is_plea(&Folded::of(line)), "{line}");
        }
    }
}
