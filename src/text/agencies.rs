//! News agencies: what stands in brackets after a place, and beside names in bylines.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether a text is an agency's name or abbreviation, or two with a stroke or a comma between them.
pub fn is_agency(text: &str) -> bool {
    let text =
        text.trim_matches(|character: char| character.is_whitespace() || "()[]«»\"“”".contains(character));
    if text.is_empty() || text.len() > 60 {
        return false;
    }
    text.split(['/', ',', '،', '+']).all(|part| {
        let plain: String =
            part.trim().chars().filter(|character| !matches!(character, '.' | ' ' | '\u{A0}')).collect();
        let folded = plain.to_lowercase();
        KNOWN.contains(folded.as_str())
    })
}

static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| AGENCIES.iter().copied().collect());

/// In lower case, without spaces and full stops.
#[rustfmt::skip]
const AGENCIES: &[&str] = &[
    "ap", "theassociatedpress", "associatedpress", "afp", "agencefrance-presse", "agencefrancepresse", "reuters", "thomsonreuters", "upi",
    "dpa", "dpa-afx", "lno", "lsw", "lby", "lnw", "lrs", "lhe", "lth", "lsn", "lni", "bb", "dpa-infocom", "epd", "kna", "sid", "afxd",
    "ddp", "apd", "sda", "ats", "keystone-sda", "apa", "efe", "europapress", "ep", "servimedia", "notimex", "telam", "télam", "andina",
    "agenciabrasil", "lusa", "ansa", "adnkronos", "agi", "askanews", "lapresse", "dire", "belga", "anp", "novum", "ritzau", "tt", "ntb",
    "stt", "stt-lehtikuva", "bns", "elta", "leta", "pap", "čtk", "ctk", "tasr", "sita", "mti", "agerpres", "mediafax", "bta", "tanjug",
    "beta", "fonet", "hina", "srna", "fena", "mia", "ana-mpa", "aa", "anadolu", "anadoluagency", "dha", "iha", "xinhua", "tass",
    "itar-tass", "interfax", "rianovosti", "sputnik", "ukrinform", "unian", "belta", "kazinform", "azertac", "armenpress", "pti", "ani",
    "ians", "uni", "app", "bss", "unb", "kyodo", "kyodonews", "jiji", "yonhap", "newsis", "news1", "cna", "bernama", "antara", "vna", "tna",
    "spa", "wam", "kuna", "qna", "bna", "ona", "mena", "petra", "wafa", "sana", "nna", "irna", "isna", "fars", "ina", "map", "aps", "tap",
    "lana", "suna", "saba", "nan", "gna", "sapa", "ena", "panapress", "bloomberg", "bloombergnews", "dowjones", "cnn", "cnnwire",
    "inquirer", "aap", "thecanadianpress", "canadianpress", "lapressecanadienne", "cp", "pc", "pa", "pressassociation", "pamedia",
    "prnewswire", "businesswire", "globenewswire", "pressetext", "ots", "agencies", "agencias", "agências", "agenzie",
    "agenturen", "agences", "staffandagencies", "ajansı", "novosti", "rbc", "rferl",
    "рианovosti", "рианновости", "рианновости", "рианновoсти", "риановости", "тасс", "итар-тасс", "интерфакс", "прайм", "укринформ", "укрінформ",
    "уніан", "униан", "рбк", "белта", "казинформ", "бта", "срна", "танјуг", "бета", "хина",
    "رويترز", "واس", "وام", "كونا", "قنا", "بنا", "أشأ", "اشا", "أفب", "افب", "فرانسبرس", "دبأ", "دبا", "أب", "يوبياي", "شينخوا",
    "الأناضول", "الاناضول", "سانا", "بترا", "وفا", "وات", "واج", "وال", "سبأ", "سونا", "ومع", "وكالات", "الوكالات", "وكالةالأنباءالألمانية",
    "سبوتنيك", "تاس", "الفرنسية", "الألمانية", "واع", "إفي", "افي", "رويتر", "متابعات", "سكاينيوز",
    "ایرنا", "ایسنا", "فارس", "مهر", "تسنیم",
    "新华社", "新華社", "中新社", "中新网", "中央社", "共同", "時事", "共同通信", "時事通信", "路透社", "法新社", "美联社", "聯合新聞網", "연합뉴스", "뉴시스", "뉴스1", "로이터", "ロイター", "אפ",
];

#[cfg(test)]
mod tests {
    use super::is_agency;

    #[test]
    fn agencies_are_known_in_brackets_and_in_pairs() {
        for text in [
            "AP",
            "(Reuters)",
            "dpa/lno",
            "A.F.P.",
            "رويترز",
            "أ ف ب",
            "د. ب. أ",
            "РИА Новости",
            "The Associated Press",
        ] {
            assert!(is_agency(text), "{text}");
        }
        for text in ["", "Jane Roe", "AP/Jane Roe", "NASA", "محمد"] {
            assert!(!is_agency(text), "{text}");
        }
    }
}
