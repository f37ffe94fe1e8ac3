//! What stands for no value.

/// Whether a text is what programs and people write for no value: `str(None)` in Python, `NULL` and `\N` in exports of SQL,
/// `undefined` in JavaScript, `nan` and `NaT` in tables, `NA` in R, `N/A` and a dash in spreadsheets. As a whole value, of any field
/// of a record or a page; the second
/// `\N` is the first one in JSON.
pub fn says_nothing(text: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 13] = [
        "none", "null", "nan", "undefined", "nat", "<na>", "nil", "n/a", "#n/a", "(null)", "(none)", r"\N", r"\\N",
    ];
    const LONGEST_BYTES: usize = 9;
    let is_dash = |letter: char| matches!(letter, '-' | '–' | '—');
    let text = if text.len() > LONGEST_BYTES { "" } else { text.trim() };
    !text.is_empty()
        && (text == "NA"
            || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
            || text.chars().all(is_dash))
}
