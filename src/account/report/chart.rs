//! Pictures as inline SVG: bars and histograms, without axes that nobody reads.
//!
//! Colours come from the page's style sheet, so that a picture follows the reader's colour scheme.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::account::{Histogram, Spread};
use crate::text::count;

/// Columns of a histogram.
const COLUMNS: usize = 48;
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 96.0;

/// A limit that values were held against.
pub(super) struct Mark {
    pub value: f64,
    pub name: String,
}

/// A bar in a cell of a table: a share of the whole.
pub(super) fn bar(part: u64, whole: u64, class: &str) -> Markup {
    let width = 100.0 * share(part, whole);
    html! {
        svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="100" height="10" {}
            rect class=(class) width=(short(width)) height="10" {}
        }
    }
}

/// The histogram of a number among kept and dropped records, with the limits drawn in.
pub(super) fn histogram(name: &str, spread: &Spread, marks: &[Mark]) -> Markup {
    let Some(scale) = Scale::of(spread, marks) else { return html! {} };
    let kept = scale.columns(&spread.kept);
    let dropped = scale.columns(&spread.dropped);
    let highest = kept.iter().zip(&dropped).map(|(kept, dropped)| kept + dropped).fold(0.0, f64::max);
    let column = WIDTH / f64::from(u32::try_from(COLUMNS).unwrap_or(u32::MAX));
    let path = |from: &dyn Fn(usize) -> f64, to: &dyn Fn(usize) -> f64| {
        let mut path = String::new();
        for at in 0..COLUMNS {
            let (low, high) = (from(at) / highest * HEIGHT, to(at) / highest * HEIGHT);
            if high - low > 0.05 {
                let left = column * f64::from(u32::try_from(at).unwrap_or_default());
                let (y, height) = (short(HEIGHT - high), short(high - low));
                let (x, width) = (short(left + 0.5), short(column - 1.0));
                write!(path, "M{x} {y}h{width}v{height}h-{width}z").expect("a String takes any text");
            }
        }
        path
    };
    let summary = format!(
        "{name}: {} kept records, {} dropped, from {} to {}",
        count(spread.kept.total()),
        count(spread.dropped.total()),
        number(scale.from),
        number(scale.to)
    );
    html! {
        svg.histogram viewBox={ "0 0 " (WIDTH) " " (HEIGHT + 18.0) } role="img" aria-label=(summary) {
            path.kept d=(path(&|_| 0.0, &|at| kept[at])) {}
            path.dropped d=(path(&|at| kept[at], &|at| kept[at] + dropped[at])) {}
            line.axis x1="0" x2=(WIDTH) y1=(HEIGHT) y2=(HEIGHT) {}
            @for tick in scale.ticks() {
                @let x = scale.place(tick) * WIDTH;
                line.axis x1=(short(x)) x2=(short(x)) y1=(HEIGHT) y2=(HEIGHT + 4.0) {}
                text x=(short(x)) y=(HEIGHT + 16.0) text-anchor=(anchor(x)) { (number(tick)) }
            }
            @for mark in marks {
                @let x = scale.place(mark.value) * WIDTH;
                line.limit x1=(short(x)) x2=(short(x)) y1="0" y2=(HEIGHT) { title { (mark.name) } }
            }
        }
    }
}

fn anchor(x: f64) -> &'static str {
    if x < 16.0 {
        "start"
    } else if x > WIDTH - 16.0 {
        "end"
    } else {
        "middle"
    }
}

/// How values become places from 0 to 1.
struct Scale {
    from: f64,
    to: f64,
    is_logarithmic: bool,
}

impl Scale {
    /// Fits all but the outermost thousandth of the values, and the limits. Values that differ by large factors
    /// are shown by their logarithms.
    fn of(spread: &Spread, marks: &[Mark]) -> Option<Self> {
        let mut all = spread.kept.clone();
        all.merge(&spread.dropped);
        let limits = || marks.iter().map(|mark| mark.value);
        let from = limits().fold(all.quantile(0.001)?, f64::min);
        let to = limits().fold(all.quantile(0.999)?, f64::max);
        let positive = all.buckets().map(|(from, ..)| from).find(|from| *from > 0.0).unwrap_or(1.0);
        let is_logarithmic = to > 2.0 && to / from.max(positive) > 50.0;
        if is_logarithmic {
            return Some(Self { from: from.max(positive), to: to * 1.05, is_logarithmic });
        }
        // A ratio is shown on the whole of its range, or its lower part.
        let to = if to <= 1.0 && to > 0.5 { 1.0 } else { to * 1.05 };
        // Where all are 0, the bucket's end is not quite.
        Some(Self { from: 0.0, to: if to > 1e-6 { to } else { 1.0 }, is_logarithmic })
    }

    fn place(&self, value: f64) -> f64 {
        let place = if self.is_logarithmic {
            (value.max(self.from) / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        place.clamp(0.0, 1.0)
    }

    /// How many values fall into each column; a bucket that lies across two is divided.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places in a picture"
    )]
    fn columns(&self, histogram: &Histogram) -> Vec<f64> {
        let mut columns = vec![0.0; COLUMNS];
        for (from, to, count) in histogram.buckets() {
            let (left, right) = (self.place(from) * COLUMNS as f64, self.place(to) * COLUMNS as f64);
            let width = right - left;
            let first = (left as usize).min(COLUMNS - 1);
            if width <= f64::EPSILON {
                columns[first] += count as f64;
                continue;
            }
            let last = (right as usize).min(COLUMNS - 1);
            for (at, column) in columns.iter_mut().enumerate().take(last + 1).skip(first) {
                let overlap = right.min(at as f64 + 1.0) - left.max(at as f64);
                *column += count as f64 * overlap.max(0.0) / width;
            }
        }
        columns
    }

    fn ticks(&self) -> Vec<f64> {
        if self.is_logarithmic {
            let mut ticks = Vec::new();
            let mut tick = 10_f64.powf(self.from.log10().ceil());
            while tick <= self.to {
                ticks.push(tick);
                tick *= 10.0;
            }
            return ticks;
        }
        (0..=4).map(|quarter| self.from + (self.to - self.from) * f64::from(quarter) / 4.0).collect()
    }
}

/// A part of a whole, 0 where there is no whole.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A coordinate with one digit after the point.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A number as people read it: three digits that count.
pub(super) fn number(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a whole number")]
    if value >= 100.0 || value.fract() == 0.0 {
        return count(value.round() as u64);
    }
    let digits = if value >= 10.0 { 1 } else { 2 };
    let text = if value < 0.01 { format!("{value:.4}") } else { format!("{value:.digits$}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[f64]) -> Spread {
        let mut spread = Spread::default();
        values.iter().for_each(|value| spread.kept.add(*value));
        spread
    }

    #[test]
    fn columns_hold_all_that_was_counted() {
        for values in [vec![0.1, 0.5, 0.97, 1.0], vec![3.0, 40.0, 5_000.0, 80_000.0], vec![0.0, 0.0]] {
            let spread = spread(&values);
            let scale = Scale::of(&spread, &[]).expect("there are values");
            let all: f64 = scale.columns(&spread.kept).iter().sum();
            let counted = f64::from(u32::try_from(values.len()).expect("a few"));
            assert!((all - counted).abs() < 1e-9, "{values:?}: {all}");
        }
    }

    #[test]
    fn a_scale_takes_in_the_limits() {
        let marks = [Mark { value: 0.2, name: String::new() }];
        let scale = Scale::of(&spread(&[0.6, 0.7]), &marks).expect("there are values");
        assert!((scale.from, scale.to, scale.is_logarithmic) == (0.0, 1.0, false));
        let scale = Scale::of(&spread(&[0.0, 0.0]), &[]).expect("there are values");
        assert_eq!((scale.from, scale.to, scale.is_logarithmic), (0.0, 1.0, false));
        let scale = Scale::of(&spread(&[100.0, 90_000.0]), &[Mark { value: 20.0, name: String::new() }]);
        let scale = scale.expect("there are values");
        assert!(
            scale.is_logarithmic && scale.place(20.0) == 0.0 && scale.ticks() == [100.0, 1000.0, 10_000.0]
        );
    }

    #[test]
    fn numbers_have_the_digits_that_count() {
        for (value, shown) in [
            (0.0, "0"),
            (0.004, "0.004"),
            (0.65, "0.65"),
            (0.5, "0.5"),
            (12.34, "12.3"),
            (1234.0, "1\u{202F}234"),
        ] {
            assert_eq!(number(value), shown);
        }
    }
}
