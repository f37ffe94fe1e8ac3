//! How a number is spread among kept and dropped records, as a picture.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::account::{Histogram, Spread};
use crate::page::{HEIGHT, Mark, Tick, WIDTH, number, plot, short, ticks};
use crate::text::count;

/// Columns of a histogram.
const COLUMNS: usize = 60;

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
                let (x, width) = (short(left + 1.0), short(column - 2.0));
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
    let placed: Vec<(f64, &Mark)> = marks.iter().map(|mark| (scale.place(mark.value), mark)).collect();
    let drawing = html! {
        path.kept d=(path(&|_| 0.0, &|at| kept[at])) {}
        path.dropped d=(path(&|at| kept[at], &|at| kept[at] + dropped[at])) {}
    };
    plot(&summary, &scale.ticks(), &[], &placed, &drawing)
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
        let values = all.buckets().map(|(from, ..)| from).chain(limits());
        let least = values.filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min);
        let is_logarithmic = to > 2.0 && to / least > 50.0;
        if is_logarithmic {
            return Some(Self { from: from.max(least), to: to * 1.05, is_logarithmic });
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

    fn ticks(&self) -> Vec<Tick> {
        if !self.is_logarithmic {
            return ticks(self.from, self.to);
        }
        let mut ticks = Vec::new();
        let mut power = 10_f64.powf(self.from.log10().floor());
        // Two more between the powers of ten, where there are few of those.
        let steps: &[f64] = if self.to / self.from > 2_000.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        while power <= self.to {
            let values = steps.iter().map(|step| step * power);
            ticks.extend(values.filter(|value| (self.from..=self.to).contains(value)));
            power *= 10.0;
        }
        ticks.into_iter().map(|value| Tick { place: self.place(value), text: number(value) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[f64]) -> Spread {
        let mut spread = Spread::default();
        values.iter().for_each(|value| spread.kept.add(*value));
        spread
    }

    fn mark(value: f64) -> Mark {
        Mark { value, name: String::new(), class: "limit" }
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
    fn a_scale_takes_in_the_limits_and_has_round_numbers() {
        let scale = Scale::of(&spread(&[0.6, 0.7]), &[mark(0.2)]).expect("there are values");
        assert!((scale.from, scale.to, scale.is_logarithmic) == (0.0, 1.0, false));
        let scale = Scale::of(&spread(&[0.0, 0.0]), &[]).expect("there are values");
        assert_eq!((scale.from, scale.to, scale.is_logarithmic), (0.0, 1.0, false));
        let scale = Scale::of(&spread(&[100.0, 900.0]), &[mark(15.0)]).expect("there are values");
        assert!(scale.is_logarithmic && scale.place(15.0) == 0.0 && scale.place(16.0) > 0.0);
        let texts: Vec<String> = scale.ticks().into_iter().map(|tick| tick.text).collect();
        assert_eq!(texts, ["20", "50", "100", "200", "500"]);
    }
}
