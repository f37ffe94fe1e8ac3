//! Words of a command that can be pasted into a shell.

use std::fmt::Write as _;

use super::is_unprintable;

/// A text as one word of a POSIX shell: in quotes where it has characters that mean something there.
pub fn shell_word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:,+=@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    let is_control = |character: char| character.is_control() || is_unprintable(character);
    // What is printed for `$(…)` loses the line ends at its end.
    if text.contains(is_control) && !text.ends_with('\n') {
        return printed(text, is_control);
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A word that a page or a terminal cannot change: a browser copies a line end as a space. All shells know `printf`, and not
/// all `$'…'`.
fn printed(text: &str, is_control: impl Fn(char) -> bool) -> String {
    let mut word = String::from("\"$(printf '");
    for (at, character) in text.chars().enumerate() {
        match character {
            // An option of `printf`, and what some shells put in place of it within quotes.
            '-' if at == 0 => word.push_str(r"\055"),
            '!' => word.push_str(r"\041"),
            '\'' => word.push_str(r"'\''"),
            '\\' => word.push_str(r"\\"),
            '%' => word.push_str("%%"),
            _ if is_control(character) => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    write!(word, "\\{byte:03o}").expect("a String takes any text");
                }
            }
            _ => word.push(character),
        }
    }
    word + "')\""
}

/// A path as one word, which no command takes for an option.
pub fn shell_path(path: &str) -> String {
    let is_like_option = path.starts_with('-') && path != "-";
    if is_like_option { shell_word(&format!("./{path}")) } else { shell_word(path) }
}

/// The last word of a command, after `--` where it would be taken for an option.
pub fn last_shell_word(text: &str) -> String {
    let word = shell_word(text);
    if text.starts_with('-') { format!("-- {word}") } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_an_option_is_none() {
        assert_eq!(["-x y", "-", "a-b"].map(shell_path), ["'./-x y'", "-", "a-b"]);
        assert_eq!(["-x y:1", "a:1"].map(last_shell_word), ["-- '-x y:1'", "a:1"]);
    }

    /// The words as a shell has them, and as a browser copies them.
    #[cfg(unix)]
    #[test]
    fn what_a_page_would_change_is_printed() {
        let all = ["a\nb.jsonl:1", "-a\n b", "it's \\ 100 %\t\u{1b}\u{202e}ü\n$HOME `x`", "--\n-!"];
        for text in all {
            let word = shell_word(text);
            assert!(!word.contains(|c: char| c.is_control() || is_unprintable(c)), "{word}");
            let shell = std::process::Command::new("sh").args(["-c", &format!("printf %s {word}")]).output();
            assert_eq!(String::from_utf8_lossy(&shell.expect("there is a shell").stdout), text, "{word}");
        }
        assert_eq!(shell_word("a\n"), "'a\n'");
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_split_or_change_them() {
        let words = ["/data/out-1", "", "a b", "it's", "$HOME", "x;y"].map(shell_word);
        assert_eq!(words, ["/data/out-1", "''", "'a b'", r"'it'\''s'", "'$HOME'", "'x;y'"]);
    }
}
