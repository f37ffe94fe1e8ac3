//! Tokens of chunks of every make; `tests/bench/quality` compares whole texts with spaCy's.

use proptest::prelude::*;

use super::*;

fn words(text: &str) -> Vec<String> {
    let token = |token: &Token| {
        let rest = text.get(token.start as usize..).expect("a token starts at a character");
        rest.chars().take(token.chars as usize).collect()
    };
    tokenise(text).all.iter().map(token).collect()
}

/// The text with a bar between tokens.
fn split(text: &str) -> String {
    words(text).join("|")
}

#[test]
fn marks_are_split_off_both_ends() {
    for (text, tokens) in [
        ("“No,” she said (twice).", "“|No|,|”|she|said|(|twice|)|."),
        ("Wait... what?! …", "Wait|...|what|?|!|…"),
        ("#tag @user _it_ 50% §5", "#|tag|@user|_|it|_|50|%|§|5"),
        ("$5m US$3bn £2.5m +5 +x", "$|5|m|US$|3bn|£|2.5|m|+5|+|x"),
        ("5km/h 25°C. 3m² 10th", "5|km/h|25|°|C|.|3|m²|10th"),
        ("<b>bold</b>", "<|b|>|bold</b|>"),
        ("«Non.» „Nein.“ 「はい」。", "«|Non|.|»|„|Nein|.|“|「|はい|」|。"),
        ("!!!", "!|!|!"),
    ] {
        assert_eq!(split(text), tokens, "{text}");
    }
}

#[test]
fn full_stops_stay_with_abbreviations() {
    for (text, tokens) in [
        (
            "Mr. Bay met Dr. Ott, Ph.D., at 10 a.m. in N.Y.",
            "Mr.|Bay|met|Dr.|Ott|,|Ph.D.|,|at|10|a.m.|in|N.Y.",
        ),
        ("The U.S. left NATO. J. Ott did.", "The|U.S.|left|NATO|.|J.|Ott|did|."),
        ("(Mr.) “Gov.”", "(|Mr.|)|“|Gov.|”"),
        ("It costs 5. Or 3.14.", "It|costs|5|.|Or|3.14|."),
        ("end.Next end.next", "end|.|Next|end.next"),
    ] {
        assert_eq!(split(text), tokens, "{text}");
    }
}

#[test]
fn contractions_have_tokens_of_their_own() {
    for (text, tokens) in [
        ("don't Don’t DON'T", "do|n't|Do|n’t|DON'T"),
        ("wouldn't've cannot dont gonna", "would|n't|'ve|can|not|do|nt|gon|na"),
        ("it's its Trump’s boss' O'Brien", "it|'s|its|Trump|’s|boss|'|O'Brien"),
        ("who'd She’ll we're I'm he'd've", "who|'d|She|’ll|we|'re|I|'m|he|'d|'ve"),
        ("5pm 10a.m. 13pm", "5|pm|10|a.m.|13pm"),
        ("'cause ma'am o'clock y'all", "'cause|ma'am|o'clock|y'|all"),
        ("well hell were", "well|hell|were"),
    ] {
        assert_eq!(split(text), tokens, "{text}");
    }
}

#[test]
fn marks_between_letters_split_words() {
    for (text, tokens) in [
        ("well-known 19-year-old F-16 2015-16", "well|-|known|19|-|year|-|old|F-16|2015|-|16"),
        ("yes--no yes—no yes~no a----b", "yes|--|no|yes|—|no|yes|~|no|a----b"),
        ("and/or either/and/or w/o x/1", "and/or|either|/|and/or|w/o|x/1"),
        ("one,two 1,000 a:b 1:2 x=y", "one|,|two|1,000|a|:|b|1:2|x|=|y"),
        ("foo...bar well…no", "foo|...|bar|well|…|no"),
        ("1*2 3+4 1--a", "1|*|2|3|+|4|1|-|-a"),
        ("ok👍🏽yes", "ok|👍|🏽yes"),
    ] {
        assert_eq!(split(text), tokens, "{text}");
    }
}

#[test]
fn addresses_stay_in_one_piece() {
    for (text, tokens) in [
        ("See https://a.example/b?c=d-e.", "See|https://a.example/b?c=d-e|."),
        ("(www.paper.example),", "(|www.paper.example|)|,"),
        ("desk@paper.example: no", "desk@paper.example|:|no"),
        ("8.8.8.8:80/x-y 10.0.0.1/x-y", "8.8.8.8:80/x-y|10.0.0.1|/|x|-|y"),
        ("a.b/x-y A.Bee/x-y", "a.b|/|x|-|y|A.Bee|/|x|-|y"),
    ] {
        assert_eq!(split(text), tokens, "{text}");
    }
}

#[test]
fn emoticons_stay_in_one_piece() {
    for (text, tokens) in [
        (":-) well:-) (o: 8) 8-D x8-D", ":-)|well:-|)|(o:|8)|8-D|x8|-|D"),
        ("<3 ^_^ ಠ_ಠ ><(((*>", "<3|^_^|ಠ_ಠ|><(((*>"),
    ] {
        assert_eq!(split(text), tokens, "{text}");
    }
}

#[test]
fn white_space_is_no_token_and_every_kind_of_it_separates() {
    assert_eq!(split(" a \n\u{A0}b\u{3000}c\u{1C}d\u{85} "), "a|b|c|d");
    assert_eq!(split(""), "");
    assert_eq!(split("a\u{200B}b"), "a\u{200B}b");
}

#[test]
fn tokens_say_what_they_are() {
    let traits = |text: &str| tokenise(text).all.first().map(|token| token.traits);
    let of = |all: &[Traits]| Some(all.iter().fold(Traits::default(), |sum, one| sum.and(*one)));
    for (text, expected) in [
        ("word", of(&[Traits::CONTENT, Traits::ALPHABETIC])),
        ("слово", of(&[Traits::CONTENT, Traits::ALPHABETIC])),
        ("123", of(&[Traits::CONTENT])),
        ("Ⅷ", of(&[Traits::CONTENT])),
        (".", of(&[Traits::PUNCT, Traits::STOP])),
        ("…", of(&[Traits::PUNCT])),
        ("...", of(&[Traits::PUNCT])),
        ("،", of(&[Traits::CONTENT, Traits::PUNCT])),
        ("।", of(&[Traits::PUNCT, Traits::STOP])),
        ("្។", of(&[Traits::CONTENT])),
        ("$", of(&[])),
        ("👍", of(&[Traits::CONTENT])),
    ] {
        assert_eq!(traits(text), expected, "{text}");
    }
}

#[test]
fn gaps_are_white_space_other_than_one_space() {
    for (text, gap) in [("a b", false), ("a  b", true), ("a\nb", true), ("a \nb", true), ("a\u{A0}b", true)] {
        let tokens = tokenise(text).all;
        let found = tokens.get(1).map(|token| token.traits.has(Traits::AFTER_GAP));
        assert_eq!(found, Some(gap), "{text:?}");
    }
    assert!(!tokenise("a ").ends_in_gap);
    assert!(tokenise("a  ").ends_in_gap);
}

#[test]
fn a_contraction_without_its_apostrophe_is_split_before_a_quotation_mark() {
    assert_eq!(words("dont”"), ["do", "nt", "”"]);
}

proptest! {
    /// The short ways are the slow way.
    #[test]
    fn common_chunks_are_split_as_all_others(chunk in "[\"“(]?(([A-Z]?[a-zé]{0,9}|[0-9]{1,3}|Rep|dont|D|u)[-'’]?){0,3}[.,:;?!]?[\"”)]?") {
        let short = words(&chunk);
        let mut splitter = Splitter::default();
        let mut rest = chunk.as_str();
        let slow: Vec<String> = splitter
            .split(&chunk)
            .iter()
            .map(|length| {
                let (token, after) = rest.split_at(*length as usize);
                rest = after;
                token.to_owned()
            })
            .collect();
        prop_assert_eq!(short, slow);
    }

    #[test]
    fn tokens_spell_the_text(text in "\\PC{0,60}|[a-c.,' \n“”-]{0,60}") {
        let spelt: String = words(&text).concat();
        let letters: String = text.chars().filter(|character| !is_python_space(*character)).collect();
        prop_assert_eq!(spelt, letters);
    }

    #[test]
    fn equal_tokens_have_equal_hashes(text in "([a-c]{1,12}[.,]? ){0,20}") {
        for token in tokenise(&text).all {
            let word: String = text.chars().skip(token.start as usize).take(token.chars as usize).collect();
            prop_assert_eq!(token.hash, word_hash(word.as_bytes()));
        }
    }
}

#[test]
fn a_huge_chunk_is_cut() {
    let long = "a-".repeat(MOST_CHUNK_BYTES / 2 + 9);
    let tokens = tokenise(&long);
    // The hyphen at a chunk's end stays with its letter.
    assert_eq!((tokens.all.len(), tokens.longest_chunk), (long.len() - 2, MOST_CHUNK_BYTES));
}

#[test]
fn a_text_of_more_tokens_than_are_read_is_read_to_the_end_of_a_chunk() {
    let text = "a ".repeat(MOST_TOKENS + 9);
    assert_eq!(tokenise(&text).all.len(), MOST_TOKENS);
    // The last chunk is read whole.
    let text = "a ".repeat(MOST_TOKENS - 1) + "b-c d";
    let tokens = tokenise(&text).all;
    assert_eq!((tokens.len(), tokens.last().map(|token| token.chars)), (MOST_TOKENS + 2, Some(1)));
}
