//! Words of a command that can be pasted into a shell.

/// A text as one word of a POSIX shell: in quotes where it has characters that mean something there.
pub fn shell_word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:,+=@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_split_or_change_them() {
        let words = ["/data/out-1", "", "a b", "it's", "$HOME", "x;y"].map(shell_word);
        assert_eq!(words, ["/data/out-1", "''", "'a b'", r"'it'\''s'", "'$HOME'", "'x;y'"]);
    }
}
