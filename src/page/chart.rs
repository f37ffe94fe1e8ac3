//! Pictures: bars, sparklines, and plots with limits in them, without axes that nobody reads.
//!
//! A drawing is SVG that is stretched to the width of the page; what is written on it is HTML, so that it has the page's size at any
//! width. Colours come from the style sheet, so that a picture follows the reader's colour scheme. A picture has its numbers in
//! words, and most have them in a table beside them.

use maud::{Markup, html};

use super::{number, share};

/// The space that a plot is drawn in, before it is stretched.
pub(crate) const WIDTH: f64 = 1000.0;
pub(crate) const HEIGHT: f64 = 100.0;

/// A number on an axis: its place from 0 to 1, and what is written there.
pub(crate) struct Tick {
    pub place: f64,
    pub text: String,
}

/// A limit that values are held against.
pub(crate) struct Mark {
    pub value: f64,
    pub name: String,
    /// `limit`, or `before` for one that no longer holds.
    pub class: &'static str,
}

/// A bar in a cell of a table: what is left of a whole, and what was taken away from there.
pub(crate) fn bar(left: u64, lost: u64, whole: u64, class: &str) -> Markup {
    let (left, lost) = (100.0 * share(left, whole), 100.0 * share(lost, whole));
    html! {
        svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="100" height="10" {}
            @if left > 0.0 { rect.kept width=(short(left)) height="10" {} }
            @if lost > 0.0 { rect class=(class) x=(short(left)) width=(short(lost)) height="10" {} }
        }
    }
}

/// Nights as bars, the oldest first and the night itself last: the records that came, and how many of them were kept.
pub(crate) fn sparkline(nights: &[[u64; 2]], is_bad: impl Fn(usize) -> bool) -> Markup {
    /// Columns and rows of pixels.
    const STEP: usize = 7;
    const HEIGHT: u64 = 28;
    let most = nights.iter().map(|[came, kept]| *came.max(kept)).max().unwrap_or(0).max(1);
    let high = |number: u64| (number * HEIGHT).div_ceil(most);
    let kept: Vec<String> = nights.iter().map(|[_, kept]| kept.to_string()).collect();
    let width = nights.len() * STEP;
    html! {
        svg.spark viewBox={ "0 0 " (width) " " (HEIGHT) } width=(width) height=(HEIGHT) preserveAspectRatio="none" role="img"
            aria-label={ "Kept, night by night, this one last: " (kept.join(", ")) } {
            @for (at, [came, kept]) in nights.iter().enumerate() {
                @let x = at * STEP;
                rect.ground x=(x) y=(HEIGHT - 1) width=(STEP - 1) height="1" {}
                rect.came x=(x) y=(HEIGHT - high(*came)) width=(STEP - 1) height=(high(*came)) {}
                rect class=(if is_bad(at) { "crossed" } else { "kept" }) x=(x) y=(HEIGHT - high(*kept)) width=(STEP - 1) height=(high(*kept)) {}
                // A night without anything is a mark, and not a gap.
                @if is_bad(at) && high(*kept) < 3 { rect.crossed x=(x) y=(HEIGHT - 3) width=(STEP - 1) height="3" {} }
            }
        }
    }
}

/// A drawing as wide as the page, with numbers below it, numbers beside it, and limits.
pub(crate) fn plot(
    summary: &str,
    below: &[Tick],
    beside: &[Tick],
    marks: &[(f64, &Mark)],
    drawing: &Markup,
) -> Markup {
    let at = |place: f64| short(100.0 * place);
    let side = |place: f64| match place {
        place if place < 0.04 => "start",
        place if place > 0.9 => "end",
        _ => "middle",
    };
    html! {
        div class={ "plot" @if !beside.is_empty() { " levels" } } role="img" aria-label=(summary) style={ "--rows:" (marks.len()) } {
            div.area {
                @for Tick { place, text } in beside { div.level style={ "bottom:" (at(*place)) "%" } { span { (text) } } }
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" aria-hidden="true" { (drawing) }
                @for (row, (place, mark)) in marks.iter().enumerate() {
                    div class={ "mark " (mark.class) } style={ "left:" (at(*place)) "%;--row:" (row) } {
                        span class=(if *place > 0.6 { "end" } else { "start" }) { (mark.name) }
                    }
                }
            }
            div.ticks { @for Tick { place, text } in below { span class=(side(*place)) style={ "left:" (at(*place)) "%" } { (text) } } }
        }
    }
}

/// About five round numbers on a linear axis.
pub(crate) fn ticks(from: f64, to: f64) -> Vec<Tick> {
    let rough = (to - from) / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| *step >= rough * 0.999).unwrap_or(rough);
    let mut ticks = Vec::new();
    let mut at = (from / step).ceil();
    while at * step <= to * (1.0 + 1e-9) {
        ticks.push(Tick { place: (at * step - from) / (to - from), text: number(at * step) });
        at += 1.0;
    }
    ticks
}

/// A coordinate with one digit after the point.
pub(crate) fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_numbers() {
        let texts =
            |from: f64, to: f64| ticks(from, to).into_iter().map(|tick| tick.text).collect::<Vec<_>>();
        assert_eq!(texts(0.0, 1.0), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(texts(0.0, 2088.0), ["0", "500", "1\u{202F}000", "1\u{202F}500", "2\u{202F}000"]);
        assert_eq!(texts(30.0, 31.0).len(), 6);
    }

    #[test]
    fn a_night_without_records_is_a_mark_in_a_sparkline() {
        let drawn = sparkline(&[[40, 30], [0, 0]], |night| night == 1).into_string();
        assert!(drawn.contains("this one last: 30, 0"), "{drawn}");
        assert!(drawn.contains("class=\"crossed\" x=\"7\" y=\"25\" width=\"6\" height=\"3\""), "{drawn}");
    }
}
