//! Words of a command that can be pasted into a shell.

/// A text as one word of a POSIX shell: in quotes where it has characters that mean something there.
pub fn shell_word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:,+=@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
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

    #[test]
    fn words_are_quoted_where_a_shell_would_split_or_change_them() {
        let words = ["/data/out-1", "", "a b", "it's", "$HOME", "x;y"].map(shell_word);
        assert_eq!(words, ["/data/out-1", "''", "'a b'", r"'it'\''s'", "'$HOME'", "'x;y'"]);
    }
}
