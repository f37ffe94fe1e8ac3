//! The answer as a page: one file, no scripts, nothing from elsewhere.

use std::fmt::Write as _;

use crate::article::Measured;
use crate::cli::page::{Page, each, escape};
use crate::cli::show::{count, measured};
use crate::finished::what_if::{Curve, Example, LimitReport, Report};
use crate::stage::Side;

/// The answer as HTML.
pub(super) fn page(report: &Report) -> String {
    let mut page = Page::new(&format!("What if: {}", report.pipeline));
    let runs: Vec<String> = report.runs.iter().map(|run| format!("<code>{}</code>", escape(run))).collect();
    page.add(&format!(
        "<p>The limits of <b>{}</b> on {} articles of {}. No article was processed again.</p>",
        escape(&report.pipeline),
        count(report.articles),
        runs.join(", ")
    ));
    summary(&mut page, report);
    rules(&mut page, report);
    if !report.curves.is_empty() {
        page.add("<h2>Yield over each limit</h2><p>How many articles all gates keep, while one limit changes and everything \
                  else is as in the pipeline. Duplicates are among them. The dashed line is the limit of the runs, the solid \
                  one that of the pipeline.</p>");
    }
    for (number, curve) in report.curves.iter().enumerate() {
        draw(&mut page, number, curve);
    }
    for (title, is_lost) in
        [("Lost: kept before, dropped now", true), ("Won: dropped before, kept now", false)]
    {
        let mut is_first = true;
        for rule in &report.rules {
            let (examples, number) = if is_lost {
                (&rule.newly_dropped, rule.kept_to_dropped)
            } else {
                (&rule.newly_kept, rule.dropped_to_kept)
            };
            if examples.is_empty() {
                continue;
            }
            if std::mem::take(&mut is_first) {
                page.add(&format!("<h2>{title}</h2>"));
            }
            let caption = format!("{} {}: {} of {}", rule.stage, rule.reason, examples.len(), count(number));
            self::examples(&mut page, &caption, examples, &rule.limit);
        }
    }
    if !report.unknown_because.is_empty() {
        page.add("<h2>Not known</h2><p>Only a new run says what becomes of these.</p>");
    }
    for unknown in &report.unknown_because {
        let caption =
            format!("{}: {} of {}", unknown.because, unknown.examples.len(), count(unknown.articles));
        examples(&mut page, &caption, &unknown.examples, &LimitReport::default());
    }
    if !report.notes.is_empty() {
        let notes = each(&report.notes, |note| format!("<li>{}</li>", escape(note)));
        page.add(&format!("<h2>Notes</h2><ul>{notes}</ul>"));
    }
    page.finish()
}

fn summary(page: &mut Page, report: &Report) {
    let dropped_before = report.articles - report.kept_before;
    let dropped_after = report.articles - report.kept_after - report.unknown;
    let mut rows = vec![
        ("kept", Some(report.kept_before), report.kept_after),
        ("dropped", Some(dropped_before), dropped_after),
    ];
    if report.unknown > 0 {
        rows.push(("not known", None, report.unknown));
    }
    let rows = each(&rows, |(what, before, now)| {
        let before = before.map(count).unwrap_or_default();
        format!("<tr><th scope=\"row\">{what}</th><td>{before}</td><td>{}</td></tr>", count(*now))
    });
    page.table("All articles", &["", "before", "now"], &rows);
    let flips = report.flips;
    page.add(&format!(
        "<p>{} lost, {} won; {} dropped by another rule than before.</p>",
        count(flips.kept_to_dropped),
        count(flips.dropped_to_kept),
        count(flips.other_rule)
    ));
}

fn rules(page: &mut Page, report: &Report) {
    let rows = each(&report.rules, |rule| {
        let limit = |limit: &Option<Measured>| limit.as_ref().map(measured).unwrap_or_default();
        let numbers = [
            rule.dropped_before,
            rule.dropped_after,
            rule.kept_to_dropped,
            rule.dropped_to_kept,
            rule.to_other_rule,
            rule.dropped_to_unknown,
        ];
        let cells: String = numbers.map(|number| format!("<td>{}</td>", count(number))).concat();
        format!(
            "<tr><th scope=\"row\"><code>{}</code> {}</th><td>{}</td><td>{}</td>{cells}</tr>",
            escape(&rule.stage),
            escape(&rule.reason),
            escape(&limit(&rule.limit.before)),
            escape(&limit(&rule.limit.after))
        )
    });
    let headings = [
        "rule",
        "limit before",
        "limit now",
        "dropped before",
        "dropped now",
        "lost",
        "won",
        "to another rule",
        "not known",
    ];
    page.table("By rule", &headings, &rows);
}

fn examples(page: &mut Page, caption: &str, examples: &[Example], limit: &LimitReport) {
    let value =
        |value: &Option<Measured>| value.as_ref().map(|value| escape(&measured(value))).unwrap_or_default();
    let rows = each(examples, |example| {
        let title = if example.title.is_empty() { "(no title)" } else { &example.title };
        format!(
            "<tr><th scope=\"row\" dir=\"auto\">{}</th><td class=\"text\">{}</td><td class=\"text\"><code>{}:{}</code></td>\
                 <td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(title),
            escape(&example.host),
            escape(&example.dump),
            example.line,
            value(&example.measured),
            value(&limit.before),
            value(&limit.after)
        )
    });
    page.table(caption, &["title", "host", "source", "measured", "limit before", "limit now"], &rows);
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 40.0;

/// A curve, and its numbers as a table for those who don't see it.
fn draw(page: &mut Page, number: usize, curve: &Curve) {
    let name = format!("{} {}", curve.stage, curve.option);
    let most = curve.points.iter().map(|(_, kept)| *kept).max().unwrap_or(0).max(1);
    let low = curve.points.first().map_or(0.0, |(limit, _)| *limit);
    let high = curve.points.last().map_or(1.0, |(limit, _)| *limit);
    let x = |limit: f64| LEFT + (limit - low) / (high - low).max(f64::MIN_POSITIVE) * (WIDTH - LEFT - RIGHT);
    #[expect(clippy::cast_precision_loss, reason = "a pixel is enough")]
    let y = |kept: u64| HEIGHT - BOTTOM - kept as f64 / most as f64 * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"c{number}t c{number}d\">\
         <title id=\"c{number}t\">Articles kept over {}</title><desc id=\"c{number}d\">{}</desc>",
        escape(&name),
        escape(&in_words(curve))
    );
    let mut add = |part: std::fmt::Arguments<'_>| svg.write_fmt(part).expect("a String takes any text");
    for quarter in 0..=4_u32 {
        let kept = most * u64::from(quarter) / 4;
        let (right, y) = (WIDTH - RIGHT, y(kept));
        add(format_args!(
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            y + 4.0,
            count(kept)
        ));
        let limit = low + (high - low) * f64::from(quarter) / 4.0;
        add(format_args!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(limit),
            HEIGHT - BOTTOM + 16.0,
            shown(limit)
        ));
    }
    let points: Vec<String> =
        curve.points.iter().map(|(limit, kept)| format!("{:.1},{:.1}", x(*limit), y(*kept))).collect();
    add(format_args!("<polyline class=\"curve\" points=\"{}\"/>", points.join(" ")));
    for (class, limit) in [("before", &curve.limit.before), ("now", &curve.limit.after)] {
        let Some(limit) = limit.as_ref().and_then(number_of) else { continue };
        let x = x(limit);
        add(format_args!(
            "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{:.1}\"/>",
            HEIGHT - BOTTOM
        ));
        // The two labels stand on lines of their own: the limits may be close.
        let above = if class == "now" { TOP - 4.0 } else { TOP - 16.0 };
        let anchor = if x > WIDTH / 2.0 { "end" } else { "start" };
        add(format_args!(
            "<text x=\"{x:.1}\" y=\"{above:.1}\" text-anchor=\"{anchor}\">{class} {}</text>",
            shown(limit)
        ));
    }
    let side = match curve.side {
        Side::AtLeast => "at least",
        Side::Above => "above",
        Side::AtMost => "at most",
        Side::Below => "below",
    };
    add(format_args!(
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}: {side}</text></svg>",
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 6.0,
        escape(&curve.option)
    ));
    page.add(&format!("<h3><code>{}</code> {}</h3>", escape(&curve.stage), escape(&curve.option)));
    page.add(&format!("<figure>{svg}<figcaption>{}</figcaption></figure>", escape(&in_words(curve))));
    let rows = each(&curve.points, |(limit, kept)| {
        format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>", shown(*limit), count(*kept))
    });
    page.add("<details><summary>as a table</summary>");
    page.table(&name, &["limit", "articles kept"], &rows);
    page.add("</details>");
}

/// What a curve shows, at the two limits.
fn in_words(curve: &Curve) -> String {
    let at = |limit: &Option<Measured>| {
        let limit = limit.as_ref().and_then(number_of)?;
        let point = curve.points.iter().find(|(point, _)| point.total_cmp(&limit).is_eq())?;
        Some(format!("{} kept at {}", count(point.1), shown(limit)))
    };
    let mut parts: Vec<String> = Vec::new();
    parts.extend(at(&curve.limit.before).map(|at| format!("before: {at}")));
    parts.extend(at(&curve.limit.after).map(|at| format!("now: {at}")));
    if curve.unknown > 0 {
        parts.push(format!("{} not known, left out", count(curve.unknown)));
    }
    parts.join("; ")
}

fn number_of(value: &Measured) -> Option<f64> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "a pixel is enough")]
        Measured::Count(count) => Some(*count as f64),
        Measured::Ratio(ratio) => Some(*ratio),
        Measured::Name(_) => None,
    }
}

fn shown(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finished::what_if::{Flips, RuleReport};

    #[test]
    fn a_page_needs_nothing_from_elsewhere_and_shows_no_markup_of_articles() {
        let example = Example {
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
                side: Side::AtLeast,
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
            "points=\"72.0,28.0 256.0,45.2 348.0,62.4 624.0,200.0\"",
            "prefers-color-scheme: dark",
            "<th scope=\"row\">",
            "<caption>",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
    }
}
