//! Properties of the whole stage, and the published cases where they are at hand.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::{Damage, RepairEncoding};

/// The stage as it is by default, built once: its tables take longer than a text.
fn usual() -> &'static RepairEncoding {
    static USUAL: OnceLock<RepairEncoding> = OnceLock::new();
    USUAL.get_or_init(|| RepairEncoding::new(Vec::new()))
}

fn repaired(text: &str) -> String {
    usual().repair(text, false).unwrap_or_else(|| text.to_owned())
}

#[test]
fn what_is_to_be_kept_is_kept() {
    let text = "cafÃ© &amp; bar<br>the ﬁnal\r\n";
    for (keep, expected) in [
        (Damage::Mojibake, "cafÃ© & bar\nthe final\n"),
        (Damage::Entities, "café &amp; bar\nthe final\n"),
        (Damage::Tags, "café & bar<br>the final\n"),
        (Damage::Controls, "café & bar\nthe final\r\n"),
        (Damage::Forms, "café & bar\nthe ﬁnal\n"),
    ] {
        let stage = RepairEncoding::new(vec![keep]);
        assert_eq!(stage.repair(text, false).as_deref(), Some(expected), "{keep:?}");
    }
}

#[test]
fn layers_come_off_one_by_one() {
    let mut text = "Zwölf Boxkämpfer – “quer” über den Sylter Deich, à Élancourt".to_owned();
    let original = text.clone();
    for _ in 0..3 {
        text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned();
        assert_eq!(repaired(&text), original);
    }
}

#[test]
fn entities_of_many_layers_cost_no_square() {
    let text = format!("fish &{} chips", "amp;".repeat(1 << 18));
    assert_eq!(repaired(&text), "fish & chips");
}

proptest! {
    #[test]
    fn repairing_twice_changes_nothing_more(
        text in "([a-zA-Z ]{0,4}(Ã©|â€™|Ã |Â£|Ð°|Ñ|â€|�|&amp;|&lt;|b&gt;|<p>|</b>|\r|\n|\u{1B}\\[1m|\u{85}|é|…|™|ﬁ|Ａ|√|©|Å|š|\u{A0})){0,24}"
    ) {
        let once = repaired(&text);
        prop_assert_eq!(repaired(&once), once);
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        let once = repaired(&text);
        prop_assert_eq!(repaired(&once), once);
    }

    #[test]
    fn plain_ascii_prose_stays(text in "[a-zA-Z0-9 .,;:!?'\"()\n-]{0,200}") {
        prop_assert_eq!(usual().repair(&text, false), None);
    }
}
