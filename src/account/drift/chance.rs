//! How improbable a number is: the distributions that nights are held against.

/// How much records of one night resemble each other at least. 0.002 is a standard deviation of 2 % around one half.
const LEAST_CORRELATION: f64 = 0.002;

/// How much the records of one night resemble each other (the intraclass correlation), by the method of moments from
/// Pearson's statistic; more is taken where few nights tell it.
#[expect(clippy::cast_precision_loss, reason = "a number of nights")]
pub(super) fn correlation(nights: &[(f64, f64)], usual: f64) -> f64 {
    let number = nights.len() as f64;
    let variance = usual * (1.0 - usual);
    let pearson: f64 = nights.iter().map(|(hit, all)| (hit - all * usual).powi(2) / (all * variance)).sum();
    let dispersion = pearson / (number - 1.0).max(1.0);
    let mean = nights.iter().map(|(_, all)| all).sum::<f64>() / number;
    let found = ((dispersion - 1.0) / (mean - 1.0).max(1.0)).max(0.0);
    (found * (1.0 + 3.0 / number)).clamp(LEAST_CORRELATION, 0.5)
}

/// The probability of at most `most`, by the negative binomial distribution with this mean and variation.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(super) fn at_most(most: u64, mean: f64, variation: f64) -> f64 {
    let size = 1.0 / variation;
    let (stays, goes) = (mean / (mean + size), size / (mean + size));
    (0..=most)
        .map(|at| {
            let k = at as f64;
            let ways = ln_gamma(k + size) - ln_gamma(size) - ln_gamma(k + 1.0);
            // No record at all has no logarithm to multiply where none is expected.
            let term = if at == 0 { 0.0 } else { k * stays.ln() };
            (ways + size * goes.ln() + term).exp()
        })
        .sum::<f64>()
        .min(1.0)
}

/// The probability of at least `hit` of `all`, by the beta-binomial distribution with this mean and correlation.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(super) fn tail(hit: u64, all: u64, mean: f64, correlation: f64) -> f64 {
    let size = 1.0 / correlation - 1.0;
    let (a, b) = (mean * size, (1.0 - mean) * size);
    let n = all as f64;
    let constant = ln_gamma(n + 1.0) + ln_gamma(a + b) - ln_gamma(n + a + b) - ln_gamma(a) - ln_gamma(b);
    let mut sum = 0.0;
    for at in hit..=all {
        let k = at as f64;
        let ln = constant + ln_gamma(k + a) + ln_gamma(n - k + b) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
        let term = ln.exp();
        sum += term;
        // After the peak the terms only shrink.
        if at > hit && term < sum * 1e-12 && k > mean * n {
            break;
        }
    }
    sum.min(1.0)
}

/// The logarithm of the gamma function: Stirling's series (Abramowitz and Stegun 6.1.41), after as many steps of the
/// recurrence as take the argument to where four terms give ten digits.
pub(super) fn ln_gamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below += x.ln();
        x += 1.0;
    }
    let square = x * x;
    let series =
        (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - below
}
