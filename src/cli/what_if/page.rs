//! The answer as a page.

use maud::{Markup, html};

use crate::article::Measured;
use crate::cli::show::{count, measured};
use crate::finished::what_if::{Curve, FlipExample, LimitReport, Report, RuleReport};
use crate::page::{self, HEIGHT, Mark, Tick, WIDTH, plot, short, table, ticks};
use crate::stage::Direction;

/// The answer as HTML.
pub(super) fn page(report: &Report) -> String {
    let body = html! {
        (head(report))
        h2 { "By rule" }
        (rules(&report.rules))
        @if !report.curves.is_empty() {
            h2 { "Yield over each limit" }
            p.soft { "How many articles all gates keep, while one limit changes and everything else is as in the pipeline. Duplicates are among them, so these are more than the run keeps." }
            @for curve in &report.curves { (draw(curve)) }
        }
        (changed("Lost: kept before, dropped now", &report.rules, |rule| (&rule.newly_dropped, rule.kept_to_dropped)))
        (changed("Won: dropped before, kept now", &report.rules, |rule| (&rule.newly_kept, rule.dropped_to_kept)))
        @if !report.unknown_because.is_empty() {
            h2 { "Not known" }
            p { "Only a new run says what becomes of these." }
            @for unknown in &report.unknown_because {
                (examples(&format!("{}: {} of {}", unknown.because, unknown.examples.len(), count(unknown.articles)), &unknown.examples, &LimitReport::default()))
            }
        }
        @if !report.notes.is_empty() {
            h2 { "Notes" }
            ul { @for note in &report.notes { li { (note) } } }
        }
    };
    page::page(&format!("What if: {} · copydesk", report.pipeline), &body)
}

fn head(report: &Report) -> Markup {
    let dropped_before = report.articles - report.kept_before;
    let dropped_now = report.articles - report.kept_after - report.unknown;
    let flips = report.flips;
    let kept = |kept: u64| page::percent(kept, report.articles);
    html! {
        header.plain {
            h1 { "What if: " span.soft { (report.pipeline) } }
            p.verdict {
                "With these limits " strong { (count(report.kept_after)) } " of " (count(report.articles)) " articles are kept (" (kept(report.kept_after)) "), and "
                strong { (count(report.kept_before)) } " were (" (kept(report.kept_before)) ")."
            }
            dl.tiles {
                div { dt { "kept" } dd { strong { (count(report.kept_after)) } span { "before " (count(report.kept_before)) } } }
                div { dt { "dropped" } dd { strong { (count(dropped_now)) } span { "before " (count(dropped_before)) } } }
                div { dt { "lost" } dd { strong { (count(flips.kept_to_dropped)) } span { "kept before, dropped now" } } }
                div { dt { "won" } dd { strong { (count(flips.dropped_to_kept)) } span { "dropped before, kept now" } } }
                div { dt { "not known" } dd { strong { (count(report.unknown)) } span { "without a new run" } } }
            }
            p.soft {
                "Replayed over " @for (at, run) in report.runs.iter().enumerate() { @if at > 0 { ", " } code { (run) } } "; no article was processed again. "
                (count(flips.other_rule)) " are dropped by another rule than before."
            }
        }
    }
}

fn limit(limit: Option<&Measured>) -> String {
    limit.map(measured).unwrap_or_default()
}

/// A rule's limits, to be put after its name.
fn limits(limits: &LimitReport) -> String {
    match [&limits.before, &limits.after].map(|limit| limit.as_ref().map(measured)) {
        [None, None] => String::new(),
        [Some(before), Some(now)] if before == now => format!(", limit {now}"),
        [Some(before), Some(now)] => format!(", limit {before} → {now}"),
        [None, Some(now)] => format!(", limit {now}, new"),
        [Some(before), None] => format!(", limit {before}, gone"),
    }
}

fn rules(rules: &[RuleReport]) -> Markup {
    let columns = [
        ("rule", ""),
        ("dropped", "n"),
        ("before", "n"),
        ("lost", "n"),
        ("won", "n"),
        ("to another rule", "n wide"),
        ("not known", "n wide"),
    ];
    let rows = html! {
        @for rule in rules {
            tr {
                th scope="row" { (rule.reason) small { (rule.stage) (limits(&rule.limit)) } }
                td.n { (count(rule.dropped_after)) }
                td.n.soft { (count(rule.dropped_before)) }
                @for number in [rule.kept_to_dropped, rule.dropped_to_kept] { td.n { (count(number)) } }
                @for number in [rule.to_other_rule, rule.dropped_to_unknown] { td.n.wide { (count(number)) } }
            }
        }
    };
    table("What each rule drops now, and what it dropped before.", &columns, &rows)
}

/// Articles that change sides in one direction, by the rule that decides.
fn changed<'a>(
    title: &str,
    rules: &'a [RuleReport],
    of: impl Fn(&'a RuleReport) -> (&'a Vec<FlipExample>, u64),
) -> Markup {
    let changed: Vec<_> =
        rules.iter().map(|rule| (rule, of(rule))).filter(|(_, (examples, _))| !examples.is_empty()).collect();
    html! {
        @if !changed.is_empty() {
            h2 { (title) }
            @for (rule, (shown, number)) in changed {
                (examples(&format!("{} by {}: {} of {}", rule.reason, rule.stage, shown.len(), count(number)), shown, &rule.limit))
            }
        }
    }
}

fn examples(caption: &str, examples: &[FlipExample], limits: &LimitReport) -> Markup {
    let rows = html! {
        @for example in examples {
            tr {
                th scope="row" {
                    bdi { @if example.title.is_empty() { "(no title)" } @else { (example.title) } }
                    small { (example.host) " · " (example.dump) ":" (example.line) }
                }
                td.n { (limit(example.measured.as_ref())) }
                td.n { (limit(limits.after.as_ref())) }
                td.n.soft.wide { (limit(limits.before.as_ref())) }
            }
        }
    };
    table(caption, &[("article", ""), ("measured", "n"), ("limit", "n"), ("before", "n wide")], &rows)
}

/// A curve, and its numbers as a table.
fn draw(curve: &Curve) -> Markup {
    let most = curve.points.iter().map(|(_, kept)| *kept).max().unwrap_or(0).max(1);
    let low = curve.points.first().map_or(0.0, |(limit, _)| *limit);
    let high = curve.points.last().map_or(1.0, |(limit, _)| *limit);
    let place = |limit: f64| (limit - low) / (high - low).max(f64::MIN_POSITIVE);
    // Room for the number at the top.
    let level = |kept: f64| {
        #[expect(clippy::cast_precision_loss, reason = "a pixel is enough")]
        let most = most as f64;
        kept / most * 0.95
    };
    #[expect(clippy::cast_precision_loss, reason = "a pixel is enough")]
    let points: Vec<String> = (curve.points.iter())
        .map(|(limit, kept)| {
            format!("{},{}", short(place(*limit) * WIDTH), short((1.0 - level(*kept as f64)) * HEIGHT))
        })
        .collect();
    let points = points.join(" ");
    let marks: Vec<Mark> = [("before", &curve.limit.before), ("now", &curve.limit.after)]
        .into_iter()
        .filter_map(|(class, limit)| {
            let value = limit.as_ref().and_then(Measured::number)?;
            Some(Mark { value, name: at(curve, class, value), class })
        })
        .collect();
    let placed: Vec<(f64, &Mark)> = marks.iter().map(|mark| (place(mark.value), mark)).collect();
    let side = match curve.side {
        Direction::AtLeast => "at least",
        Direction::Above => "above",
        Direction::AtMost => "at most",
        Direction::Below => "below",
    };
    let summary = in_words(curve, &marks);
    #[expect(clippy::cast_precision_loss, reason = "a pixel is enough")]
    let beside: Vec<Tick> = ticks(0.0, most as f64)
        .into_iter()
        .map(|tick| Tick { place: tick.place * 0.95, text: tick.text })
        .collect();
    let drawing = html! {
        polygon.under points={ "0," (HEIGHT) " " (points) " " (WIDTH) "," (HEIGHT) } {}
        polyline.curve points=(points) {}
    };
    let rows = html! {
        @for (limit, kept) in &curve.points { tr { th scope="row" { (shown(*limit)) } td.n { (count(*kept)) } } }
    };
    html! {
        h3 { (curve.stage) ": " (curve.option) ", " (side) }
        (plot(&summary, &ticks(low, high), &beside, &placed, &drawing))
        p.soft { (summary) "." }
        details { summary { "numbers" } (table(&format!("{} {}", curve.stage, curve.option), &[("limit", ""), ("articles kept", "n")], &rows)) }
    }
}

/// A limit, and how many articles are kept there where that was worked out.
fn at(curve: &Curve, class: &str, limit: f64) -> String {
    let point = curve.points.iter().find(|(point, _)| point.total_cmp(&limit).is_eq());
    match point {
        Some((_, kept)) => format!("{class}: {} kept at {}", count(*kept), shown(limit)),
        None => format!("{class}: {}", shown(limit)),
    }
}

/// What a curve shows, at the two limits.
fn in_words(curve: &Curve, marks: &[Mark]) -> String {
    let mut parts: Vec<String> = marks.iter().map(|mark| mark.name.clone()).collect();
    if curve.unknown > 0 {
        parts.push(format!("{} not known, left out", count(curve.unknown)));
    }
    parts.join("; ")
}

fn shown(number: f64) -> String {
    measured(&Measured::Ratio(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finished::what_if::{Flips, RuleReport};

    #[test]
    fn a_page_needs_nothing_from_elsewhere_and_shows_no_markup_of_articles() {
        let example = FlipExample {
            title: "<script src=\"https://evil.example/x.js\">".to_owned(),
            host: "a&b.example".to_owned(),
            dump: "d".to_owned(),
            line: 1,
            measured: Some(Measured::Count(39)),
        };
        let limit = LimitReport { before: Some(Measured::Count(40)), after: Some(Measured::Count(60)) };
        let report = Report {
            pipeline: "test".to_owned(),
            runs: vec!["out".to_owned()],
            articles: 10,
            kept_before: 9,
            kept_after: 8,
            unknown: 0,
            flips: Flips { kept_to_dropped: 1, ..Flips::default() },
            rules: vec![RuleReport {
                stage: "drop-short".to_owned(),
                reason: "too_few_words".to_owned(),
                limit: limit.clone(),
                kept_to_dropped: 1,
                newly_dropped: vec![example],
                ..RuleReport::default()
            }],
            unknown_because: Vec::new(),
            curves: vec![Curve {
                stage: "drop-short".to_owned(),
                option: "min-words".to_owned(),
                side: Direction::AtLeast,
                limit,
                points: vec![(0.0, 10), (40.0, 9), (60.0, 8), (120.0, 0)],
                unknown: 2,
            }],
            notes: vec!["<b>".to_owned()],
        };
        let page = page(&report);
        assert!(
            !page.contains("<script") && !page.contains("src=\"") && !page.contains("<b></li>"),
            "{page}"
        );
        for part in [
            "&lt;script src=&quot;https://evil.example/x.js&quot;&gt;",
            "a&amp;b.example",
            "before: 9 kept at 40; now: 8 kept at 60; 2 not known, left out",
            "<polyline class=\"curve\" points=\"0,5 333.3,14.5 500,24 1000,100\">",
            "prefers-color-scheme:dark",
            "<th scope=\"row\">",
            "<caption>",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
    }
}
