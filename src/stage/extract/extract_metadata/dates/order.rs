//! Whether `03/04/2021` is in March or in April.

use crate::article::DayOrder;
use crate::html::Page;

use super::super::survey::Survey;

/// Whether day or month comes first in a page's numbers: by its language and region, and by dates on it that
/// leave no choice.
pub(in super::super) fn order_of(language: &str) -> DayOrder {
    // Of the countries whose papers are in English, two write the month first; without a region, `en` is
    // American more often than not (CLDR's likely subtag).
    match language.to_ascii_lowercase().replace('_', "-").as_str() {
        "en" | "en-us" | "en-ph" | "es-us" | "fil" | "" => DayOrder::MonthFirst,
        _ => DayOrder::DayFirst,
    }
}

/// The order that dates on the page prove, such as `24/12/2021`.
pub(in super::super) fn proven_order(page: Page<'_>, survey: &Survey) -> Option<DayOrder> {
    let mut votes = 0_i32;
    for line in survey.lines.iter().filter(|line| line.has_digit && line.bytes <= 80).take(400) {
        // A date in numbers stands in one piece.
        if !page.raw_text(line.first).contains(['/', '-']) {
            continue;
        }
        let text = Survey::text_of(page, line);
        for part in text.split_whitespace() {
            let mut numbers = part.split(['/', '-']);
            let (Some(a), Some(b), Some(year), None) =
                (numbers.next(), numbers.next(), numbers.next(), numbers.next())
            else {
                continue;
            };
            let (Ok(a), Ok(b), true) =
                (a.parse::<u8>(), b.parse::<u8>(), year.len() == 4 && year.parse::<u16>().is_ok())
            else {
                continue;
            };
            match (a, b) {
                (13..=31, 1..=12) => votes += 1,
                (1..=12, 13..=31) => votes -= 1,
                _ => {}
            }
        }
    }
    match votes {
        1.. => Some(DayOrder::DayFirst),
        0 => None,
        _ => Some(DayOrder::MonthFirst),
    }
}
