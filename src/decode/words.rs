//! What the fields are called in the languages of the data: scrapers of a newspaper name their fields as its desk does.
//!
//! A row a language and a word or several a field, the usual one first, with `_` between words. Marks on letters don't matter, see
//! [`plain`](super::fields::plain), so a word stands here once, as it is written. A word that means two fields (`rubrik` is a headline
//! in Swedish and a section in German) stands in both columns; the value, or what else the record has, decides.

use super::fields::Slot;

/// The columns of [`WORDS`].
pub(super) const COLUMNS: [Slot; 11] = [
    Slot::Url,
    Slot::Title,
    Slot::Text,
    Slot::Description,
    Slot::Authors,
    Slot::Published,
    Slot::Modified,
    Slot::Section,
    Slot::Tags,
    Slot::Language,
    Slot::SiteName,
];

/// The words by language, in the order of [`COLUMNS`].
#[rustfmt::skip]
pub(super) const WORDS: &[(&str, [&str; 11])] = &[
    ("ar", ["الرابط رابط", "العنوان عنوان", "النص نص المحتوى محتوى المتن", "الملخص ملخص الوصف", "الكاتب كاتب المؤلف المحرر",
        "تاريخ_النشر التاريخ تاريخ", "تاريخ_التحديث آخر_تحديث", "القسم قسم التصنيف الفئة", "الوسوم الكلمات_المفتاحية كلمات_مفتاحية",
        "اللغة لغة", "الصحيفة المصدر الناشر"]),
    ("az", ["keçid", "başlıq", "mətn məzmun", "xülasə", "müəllif müəlliflər", "dərc_tarixi tarix", "yenilənib", "bölmə kateqoriya", "açar_sözlər",
        "dil", "qəzet mənbə"]),
    ("bg", ["връзка", "заглавие", "текст съдържание", "описание резюме", "автор автори", "дата_на_публикуване публикувано дата", "обновено променено",
        "рубрика категория", "етикети ключови_думи", "език", "вестник източник"]),
    ("bn", ["লিংক", "শিরোনাম", "বিষয়বস্তু", "সারাংশ বিবরণ", "লেখক", "প্রকাশের_তারিখ প্রকাশিত তারিখ", "হালনাগাদ", "বিভাগ", "ট্যাগ", "ভাষা", "সংবাদপত্র উৎস"]),
    ("ca", ["enllaç", "títol titular", "text contingut", "resum descripció entradeta", "autor autors", "data_de_publicació publicat", "actualitzat",
        "secció categoria", "etiquetes paraules_clau", "llengua idioma", "diari"]),
    ("cs", ["odkaz", "titulek nadpis název", "text obsah", "popis perex shrnutí", "autor autoři", "datum_vydání datum_publikace publikováno vydáno datum",
        "aktualizováno upraveno", "rubrika kategorie", "štítky klíčová_slova", "jazyk", "noviny zdroj vydavatel"]),
    ("da", ["", "titel overskrift", "tekst brødtekst indhold", "resumé beskrivelse underrubrik", "forfatter forfattere skribent",
        "udgivelsesdato udgivet offentliggjort publiceret dato", "opdateret ændret", "sektion kategori", "nøgleord emneord", "sprog", "avis kilde"]),
    ("de", ["webadresse adresse", "titel überschrift schlagzeile", "text artikeltext fließtext volltext inhalt",
        "beschreibung zusammenfassung vorspann kurzbeschreibung anriss", "autor autoren autorin verfasser verfasserin",
        "veröffentlicht veröffentlicht_am veröffentlichungsdatum erscheinungsdatum publikationsdatum datum",
        "aktualisiert aktualisiert_am geändert geändert_am änderungsdatum", "ressort rubrik kategorie", "schlagwörter schlagworte stichwörter stichworte",
        "sprache", "zeitung quelle herausgeber"]),
    ("el", ["σύνδεσμος διεύθυνση", "τίτλος", "κείμενο περιεχόμενο", "περίληψη περιγραφή", "συγγραφέας συντάκτης αρθρογράφος",
        "ημερομηνία_δημοσίευσης δημοσιεύτηκε ημερομηνία", "ενημερώθηκε τροποποιήθηκε", "κατηγορία ενότητα", "ετικέτες λέξεις_κλειδιά", "γλώσσα",
        "εφημερίδα πηγή"]),
    ("es", ["enlace vínculo dirección", "título titular", "texto contenido cuerpo", "resumen descripción entradilla bajada", "autor autores autora redactor",
        "fecha_de_publicación fecha_publicación publicado publicado_el fecha", "fecha_de_actualización actualizado fecha_de_modificación modificado",
        "sección categoría", "etiquetas palabras_clave", "idioma lengua", "periódico medio fuente diario"]),
    ("et", ["viide", "pealkiri", "tekst sisu", "kokkuvõte kirjeldus", "autor autorid", "avaldamiskuupäev avaldatud kuupäev", "uuendatud muudetud",
        "rubriik kategooria", "sildid märksõnad", "keel", "ajaleht allikas"]),
    ("fa", ["لینک پیوند نشانی", "عنوان تیتر", "متن محتوا متن_خبر", "خلاصه چکیده لید", "نویسنده نویسندگان خبرنگار", "تاریخ_انتشار تاریخ", "به‌روزرسانی",
        "دسته دسته‌بندی بخش سرویس", "برچسب‌ها برچسب کلیدواژه‌ها کلمات_کلیدی", "زبان", "روزنامه خبرگزاری منبع"]),
    ("fi", ["linkki osoite", "otsikko", "teksti leipäteksti sisältö", "tiivistelmä kuvaus", "kirjoittaja kirjoittajat tekijä toimittaja",
        "julkaistu julkaisupäivä päivämäärä päiväys", "päivitetty muokattu", "osasto kategoria", "avainsanat asiasanat tunnisteet", "kieli",
        "lehti julkaisija lähde"]),
    ("fr", ["lien adresse", "titre", "texte contenu corps", "résumé chapeau chapô accroche", "auteur auteurs auteure journaliste",
        "date_de_publication date_publication publié publié_le date_de_parution parution", "date_de_modification modifié_le mis_à_jour mise_à_jour",
        "rubrique catégorie", "mots_clés mots_clefs étiquettes", "langue", "journal éditeur"]),
    ("he", ["קישור כתובת", "כותרת", "תוכן טקסט", "תקציר תיאור", "מחבר כותב כתב מחברים", "תאריך_פרסום תאריך", "תאריך_עדכון עודכן", "מדור קטגוריה",
        "תגיות מילות_מפתח", "שפה", "עיתון מקור"]),
    ("hi", ["लिंक कड़ी", "शीर्षक", "सामग्री पाठ लेख", "सारांश विवरण", "लेखक", "प्रकाशन_तिथि प्रकाशित दिनांक तिथि तारीख", "अद्यतन", "श्रेणी अनुभाग", "टैग कीवर्ड",
        "भाषा", "समाचार_पत्र स्रोत"]),
    ("hr", ["poveznica", "naslov", "tekst sadržaj", "opis sažetak", "autor autori", "datum_objave objavljeno datum", "ažurirano izmijenjeno",
        "rubrika kategorija", "oznake ključne_riječi", "jezik", "novine izvor"]),
    ("hu", ["hivatkozás", "cím főcím", "szöveg tartalom", "leírás összefoglaló bevezető", "szerző szerzők", "megjelenés_dátuma megjelent közzétéve dátum",
        "frissítve módosítva", "rovat kategória", "címkék kulcsszavak", "nyelv", "újság forrás"]),
    ("hy", ["հղում", "վերնագիր", "տեքստ բովանդակություն", "նկարագրություն", "հեղինակ", "ամսաթիվ", "", "բաժին", "պիտակներ", "լեզու", "աղբյուր"]),
    ("id", ["tautan", "judul", "isi isi_berita isi_artikel konten teks", "ringkasan deskripsi", "penulis pengarang wartawan",
        "tanggal_terbit tanggal_publikasi diterbitkan tanggal", "diperbarui", "kategori rubrik kanal", "kata_kunci", "bahasa", "koran sumber"]),
    ("it", ["collegamento indirizzo", "titolo", "testo contenuto corpo", "sommario descrizione riassunto occhiello", "autore autori autrice giornalista",
        "data_di_pubblicazione data_pubblicazione pubblicato pubblicato_il data", "data_di_modifica aggiornato aggiornato_il modificato",
        "sezione categoria rubrica", "etichette parole_chiave", "lingua", "testata giornale fonte"]),
    ("ja", ["リンク", "タイトル 題名 見出し 記事タイトル", "本文 記事本文 内容 テキスト", "要約 概要 説明", "著者 執筆者 記者 筆者",
        "公開日時 公開日 掲載日時 掲載日 投稿日時 投稿日 配信日時 日時 日付", "更新日時 更新日", "カテゴリ カテゴリー ジャンル 分類", "タグ キーワード", "言語",
        "媒体 掲載元 新聞 出典"]),
    ("ka", ["ბმული", "სათაური", "ტექსტი შინაარსი", "აღწერა", "ავტორი", "გამოქვეყნების_თარიღი თარიღი", "", "რუბრიკა კატეგორია", "თეგები", "ენა", "წყარო"]),
    ("kk", ["сілтеме", "тақырып", "мәтін мазмұны", "сипаттама", "автор", "жарияланған_күні күні", "", "бөлім санат", "тегтер", "тіл", "дереккөз"]),
    ("ko", ["링크 주소", "제목 기사제목", "본문 기사본문 내용 기사내용", "요약 설명", "저자 기자 기자명 작성자 글쓴이", "작성일시 작성일 게시일 발행일 등록일 입력일 일자 날짜",
        "수정일시 수정일", "분류 카테고리 섹션", "태그 키워드", "언어", "언론사 신문사 매체 출처"]),
    ("lt", ["nuoroda", "antraštė pavadinimas", "tekstas turinys", "santrauka aprašymas", "autorius autoriai", "publikavimo_data paskelbta data", "atnaujinta",
        "skyrius kategorija rubrika", "žymos raktažodžiai", "kalba", "laikraštis šaltinis"]),
    ("lv", ["saite", "virsraksts nosaukums", "teksts saturs", "kopsavilkums apraksts", "autors autori", "publicēšanas_datums publicēts datums", "atjaunināts",
        "sadaļa kategorija rubrika", "atslēgvārdi", "valoda", "laikraksts avots"]),
    ("mk", ["врска", "наслов", "текст содржина", "опис", "автор автори", "датум_на_објавување објавено датум", "ажурирано", "рубрика категорија", "ознаки", "јазик",
        "весник извор"]),
    ("ms", ["pautan", "tajuk", "kandungan teks", "ringkasan keterangan", "penulis", "tarikh_terbit tarikh", "dikemas_kini", "kategori bahagian", "kata_kunci",
        "bahasa", "akhbar sumber"]),
    ("nb", ["lenke nettadresse", "tittel overskrift", "tekst brødtekst innhold", "sammendrag beskrivelse ingress", "forfatter forfattere",
        "publiseringsdato publisert utgitt dato", "oppdatert endret", "seksjon kategori", "nøkkelord stikkord emneord", "språk", "avis kilde"]),
    ("nl", ["koppeling webadres", "titel kop koptekst", "tekst artikeltekst inhoud", "samenvatting beschrijving inleiding", "auteur auteurs schrijver",
        "publicatiedatum gepubliceerd gepubliceerd_op datum", "bijgewerkt gewijzigd wijzigingsdatum", "rubriek categorie", "trefwoorden", "taal",
        "krant bron uitgever"]),
    ("pl", ["adres odnośnik łącze", "tytuł nagłówek", "tekst treść zawartość", "opis streszczenie zajawka", "autor autorzy autorka",
        "data_publikacji opublikowano data", "data_aktualizacji zaktualizowano data_modyfikacji", "dział kategoria rubryka", "tagi słowa_kluczowe", "język",
        "gazeta źródło wydawca"]),
    ("pt", ["ligação endereço", "título manchete", "texto conteúdo corpo", "resumo descrição lide", "autor autores autora jornalista",
        "data_de_publicação data_publicação publicado publicado_em data", "data_de_atualização atualizado atualizado_em modificado",
        "seção secção editoria categoria", "etiquetas palavras_chave", "idioma língua", "jornal veículo fonte"]),
    ("ro", ["legătură adresă", "titlu", "text conținut", "descriere rezumat", "autor autori", "data_publicării publicat dată data", "data_actualizării actualizat",
        "secțiune categorie rubrică", "etichete cuvinte_cheie", "limbă limba", "ziar publicație sursă sursa"]),
    ("ru", ["ссылка адрес", "заголовок название", "текст содержание статья", "описание аннотация анонс", "автор авторы", "дата_публикации опубликовано дата",
        "обновлено изменено дата_изменения", "раздел рубрика категория", "теги ключевые_слова метки", "язык", "издание газета источник"]),
    ("sk", ["odkaz", "titulok nadpis názov", "text obsah", "popis perex zhrnutie", "autor autori", "dátum_vydania dátum_publikovania publikované dátum",
        "aktualizované upravené", "rubrika kategória", "štítky kľúčové_slová", "jazyk", "noviny zdroj"]),
    ("sl", ["povezava", "naslov", "besedilo vsebina", "opis povzetek", "avtor avtorji", "datum_objave objavljeno datum", "posodobljeno spremenjeno",
        "rubrika kategorija", "oznake ključne_besede", "jezik", "časopis vir"]),
    ("sq", ["lidhja", "titulli", "teksti përmbajtja", "përmbledhje", "autori autorët", "data_e_publikimit data", "përditësuar", "rubrika kategoria", "etiketat",
        "gjuha", "gazeta burimi"]),
    ("sr", ["веза", "наслов", "текст садржај", "опис сажетак", "аутор аутори", "датум_објаве објављено датум", "ажурирано", "рубрика категорија",
        "ознаке кључне_речи", "језик", "новине извор"]),
    ("sv", ["länk webbadress", "titel rubrik", "text brödtext innehåll", "sammanfattning beskrivning ingress", "författare skribent",
        "publiceringsdatum publicerad publicerat datum", "uppdaterad uppdaterat ändrad", "avdelning kategori", "nyckelord taggar etiketter", "språk",
        "tidning källa"]),
    ("sw", ["kiungo", "kichwa", "maandishi maudhui", "muhtasari", "mwandishi waandishi", "tarehe", "", "kategoria", "maneno_muhimu", "lugha", "gazeti chanzo"]),
    ("ta", ["இணைப்பு", "தலைப்பு", "உள்ளடக்கம் உரை", "சுருக்கம் விளக்கம்", "ஆசிரியர்", "தேதி", "", "பிரிவு வகை", "குறிச்சொற்கள்", "மொழி", "ஆதாரம்"]),
    ("te", ["లింక్", "శీర్షిక", "కంటెంట్ వచనం", "సారాంశం", "రచయిత", "తేదీ", "", "విభాగం వర్గం", "ట్యాగ్‌లు", "భాష", "మూలం"]),
    ("th", ["ลิงก์ ลิงค์", "หัวข้อ ชื่อเรื่อง พาดหัว", "เนื้อหา ข้อความ", "สรุป บทคัดย่อ คำอธิบาย", "ผู้เขียน ผู้แต่ง", "วันที่เผยแพร่ วันที่", "แก้ไขล่าสุด", "หมวดหมู่ หมวด",
        "แท็ก คำสำคัญ", "ภาษา", "หนังสือพิมพ์ แหล่งที่มา"]),
    ("tr", ["bağlantı", "başlık manşet", "metin içerik", "özet açıklama", "yazar yazarlar muhabir", "yayın_tarihi yayınlanma_tarihi yayımlanma_tarihi tarih",
        "güncelleme_tarihi güncellendi", "bölüm kategori", "etiketler anahtar_kelimeler", "dil", "gazete kaynak"]),
    ("uk", ["посилання адреса", "заголовок назва", "текст зміст вміст", "опис анотація", "автор автори", "дата_публікації опубліковано дата", "оновлено змінено",
        "розділ рубрика категорія", "теги ключові_слова мітки", "мова", "видання газета джерело"]),
    ("ur", ["لنک", "عنوان سرخی", "متن", "خلاصہ", "مصنف", "تاریخ_اشاعت تاریخ", "", "زمرہ", "ٹیگز", "زبان", "اخبار ماخذ"]),
    ("vi", ["liên_kết đường_dẫn", "tiêu_đề tựa_đề", "nội_dung", "tóm_tắt mô_tả", "tác_giả", "ngày_đăng ngày_xuất_bản thời_gian", "ngày_cập_nhật",
        "chuyên_mục danh_mục thể_loại", "từ_khóa", "ngôn_ngữ", "nguồn"]),
    ("zh", ["链接 網址 网址 連結", "标题 標題 题目 題目", "正文 内容 內容 文本 全文 段落", "摘要 简介 簡介 导语", "作者 记者 記者",
        "发布时间 发布日期 发表时间 發布時間 發佈時間 發布日期 日期 时间 時間", "更新时间 更新時間", "栏目 欄目 分类 分類 版面 频道 頻道",
        "标签 標籤 关键词 關鍵詞 关键字 關鍵字", "语言 語言", "媒体 媒體 来源 來源 出处"]),
];

/// The words for a field, without repetition, the usual ones of each language first.
pub(super) fn words_of(slot: Slot) -> Vec<(u16, &'static str)> {
    let Some(column) = COLUMNS.iter().position(|of| *of == slot) else { return Vec::new() };
    let cells = WORDS.iter().filter_map(|(_, cells)| cells.get(column));
    let mut words: Vec<(u16, &str)> = cells.flat_map(|cell| (0..).zip(cell.split_whitespace())).collect();
    words.sort_by_key(|(place, _)| *place);
    let mut seen = std::collections::HashSet::new();
    words.retain(|(_, word)| seen.insert(*word));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_sorted_and_their_words_single() {
        assert!(WORDS.is_sorted_by(|(a, _), (b, _)| a < b));
        for (language, cells) in WORDS {
            for (slot, cell) in COLUMNS.iter().zip(cells) {
                let words: Vec<&str> = cell.split_whitespace().collect();
                let distinct: std::collections::HashSet<&&str> = words.iter().collect();
                assert_eq!(words.len(), distinct.len(), "{language} {slot:?}");
            }
            assert!(cells.iter().filter(|cell| cell.is_empty()).count() <= 1, "{language}");
        }
    }
}
