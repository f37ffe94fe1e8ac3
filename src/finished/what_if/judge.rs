//! One record, asked again.

use std::cell::RefCell;

use super::plan::{Known, ReplayPlan, Stood};
use crate::article::{Article, ArticleId, Drop, Measured, Source};
use crate::decode::READ;
use crate::dedup::{DEDUP, DedupKeys, WITHHELD};
use crate::finished::FinishedRun;
use crate::finished::record::RecordView;
use crate::stage::StageContext;

/// A record before duplicates are looked for.
pub(super) struct Asked {
    /// The dump's place in the run, and the line.
    pub place: (usize, u64),
    pub id: ArticleId,
    pub title: Box<str>,
    pub host: Box<str>,
    /// Why the run dropped it.
    pub was: Option<Cause>,
    /// What the gates say now.
    pub now: Gated,
    /// What it is compared by; nothing where a gate drops it, duplicates are kept, or its text would be edited further.
    pub keys: Option<DedupKeys>,
    /// It was dropped for what a state has: it repeats an earlier night's record, or is withheld.
    pub by_state: bool,
    /// For each curve, where it is kept.
    pub points: Vec<Point>,
}

/// Why a record is dropped.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cause {
    pub stage: Box<str>,
    pub reason: Box<str>,
    pub measured: Option<Measured>,
    pub limit: Option<Measured>,
}

/// What all gates together say.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Gated {
    Passed,
    Dropped(Cause),
    /// One does not know: its place among the gates.
    Unknown(usize),
}

/// What a record says about a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Point {
    /// It is dropped, whatever this limit is.
    Out,
    /// It is kept at these points, those before the second.
    Kept(usize, usize),
    /// Not known.
    Unknown,
}

/// A curve to draw: one limit, at several values.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// The gate's place among the gates.
    pub gate: usize,
    /// The option that is varied.
    pub option: &'static str,
    /// The places of its rules among the gate's limits.
    pub rules: Vec<usize>,
    /// The values, in order.
    pub points: Vec<f64>,
}

thread_local! {
    // An article has room for a text, which is not given back after each record.
    static ARTICLE: RefCell<Article> =
        RefCell::new(Article::new(Source { dump: "".into(), line: 0, id: None }));
}

/// Asks a record. `line` is one of `records/` or `dropped/`.
pub(super) fn ask(
    run: &FinishedRun,
    plan: &ReplayPlan<'_>,
    axes: &[Axis],
    line: &[u8],
) -> Result<Asked, String> {
    let record: RecordView<'_> =
        serde_json::from_slice(line).map_err(|error| format!("a line is no record of ours: {error}"))?;
    let place = &record.source;
    let dump = run
        .dump(&place.dump)
        .ok_or_else(|| format!("a record is of {}, which is not in the ledger", place.dump))?;
    let number =
        u128::from_str_radix(&record.id, 16).map_err(|error| format!("id {}: {error}", record.id))?;
    let was = record.verdict.as_ref().map(|verdict| Cause {
        stage: verdict.stage.as_str().into(),
        reason: verdict.reason.as_str().into(),
        measured: verdict.measured.clone().map(Measured::from),
        limit: verdict.limit.clone().map(Measured::from),
    });
    // What no stage has seen is dropped by any pipeline.
    if let Some(cause) = was.clone().filter(|cause| &*cause.stage == READ) {
        return Ok(Asked {
            place: (dump, record.source.line),
            id: ArticleId(number),
            title: record.title.as_ref().into(),
            host: record.host.as_ref().into(),
            by_state: false,
            was,
            now: Gated::Dropped(cause),
            keys: None,
            points: vec![Point::Out; axes.len()],
        });
    }
    let stood = match &was {
        Some(cause) if &*cause.stage != DEDUP => {
            Stood::At(plan.dropped_by(&cause.stage, cause.limit.as_ref().and_then(as_number)).ok_or_else(
                || format!("a record was dropped by {}, which the pipeline has not", cause.stage),
            )?)
        }
        _ => Stood::Behind,
    };
    ARTICLE.with_borrow_mut(|article| {
        fill(article, &record, plan.needs_labels)?;
        article.id = ArticleId(number);
        let mut cx = StageContext::default();
        let answers = answers(plan, article, &mut cx, stood, was.as_ref());
        let points = axes.iter().map(|axis| point(axis, plan, &answers, article, &mut cx, stood)).collect();
        let now = gated(&answers);
        let dedup = plan.now.dedup.as_ref().filter(|_| plan.has_keys(stood));
        let keys = match now {
            Gated::Dropped(_) => None,
            Gated::Passed | Gated::Unknown(_) => dedup.map(|dedup| DedupKeys::of(article, dedup)),
        };
        Ok(Asked {
            place: (dump, record.source.line),
            id: article.id,
            title: record.title.as_ref().into(),
            host: record.host.as_ref().into(),
            by_state: record.duplicate_of.is_some_and(|duplicate| duplicate.night.is_some())
                || was.as_ref().is_some_and(|cause| *cause.reason == *WITHHELD.name),
            was,
            now,
            keys,
            points,
        })
    })
}

/// What one gate says.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Passed,
    Dropped(Cause),
    Unknown,
}

fn answers(
    plan: &ReplayPlan<'_>,
    article: &mut Article,
    cx: &mut StageContext,
    stood: Stood,
    was: Option<&Cause>,
) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::with_capacity(plan.gates.len());
    for gate in &plan.gates {
        let asked = match (plan.known(gate, stood), gate.step.gate()) {
            (Known::Passed, _) => Answer::Passed,
            (Known::Dropped, _) => was.cloned().map_or(Answer::Unknown, Answer::Dropped),
            (Known::Ask, Some(gate_asked)) => match gate_asked.judge(article, cx) {
                None => Answer::Passed,
                Some(Drop { reason, measured, limit }) => Answer::Dropped(Cause {
                    stage: gate.step.kind.name.into(),
                    reason: reason.name.into(),
                    measured: Some(measured),
                    limit: Some(limit),
                }),
            },
            _ => Answer::Unknown,
        };
        answers.push(asked);
    }
    answers
}

/// One gate that drops is enough, whatever others do not know.
fn gated(answers: &[Answer]) -> Gated {
    let dropped = answers.iter().find_map(|answer| match answer {
        Answer::Dropped(cause) => Some(cause.clone()),
        _ => None,
    });
    if let Some(cause) = dropped {
        return Gated::Dropped(cause);
    }
    let unknown = answers.iter().position(|answer| *answer == Answer::Unknown);
    unknown.map_or(Gated::Passed, Gated::Unknown)
}

/// Where on a curve a record stands: all other gates and all other rules of this one as they are.
fn point(
    axis: &Axis,
    plan: &ReplayPlan<'_>,
    answers: &[Answer],
    article: &Article,
    cx: &mut StageContext,
    stood: Stood,
) -> Point {
    let mut is_unknown = false;
    let others = answers.iter().enumerate().filter(|(index, _)| *index != axis.gate);
    for (_, answer) in others {
        match answer {
            Answer::Dropped(_) => return Point::Out,
            Answer::Unknown => is_unknown = true,
            Answer::Passed => {}
        }
    }
    let Some(gate) = plan.gates.get(axis.gate) else { return Point::Out };
    let Some(stage) = gate.step.gate() else { return Point::Unknown };
    if is_unknown || !plan.can_ask(gate, stood) {
        return Point::Unknown;
    }
    // Rules without a number come first: who is dropped by one with a number has passed those.
    if let Answer::Dropped(cause) = &answers[axis.gate]
        && gate.limits.iter().all(|limit| *limit.reason.name != *cause.reason)
    {
        return Point::Out;
    }
    let values = stage.numbers(article, cx);
    let mut first = 0;
    let mut end = axis.points.len();
    for (index, (limit, value)) in gate.limits.iter().zip(&values).enumerate() {
        let Some(value) = value else { continue };
        if axis.rules.contains(&index) {
            // Points at which it is kept are the first ones, or the last ones.
            let kept = axis.points.iter().filter(|point| limit.side.holds(*value, **point)).count();
            if limit.side.is_looser(0.0, 1.0) {
                end = end.min(kept);
            } else {
                first = first.max(axis.points.len() - kept);
            }
        } else if !limit.side.holds(*value, limit.number()) {
            return Point::Out;
        }
    }
    if first < end { Point::Kept(first, end) } else { Point::Out }
}

pub(super) fn as_number(value: &Measured) -> Option<f64> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "no limit is beyond 2^52")]
        Measured::Count(count) => Some(*count as f64),
        Measured::Ratio(ratio) => Some(*ratio),
        Measured::Name(_) => None,
    }
}

fn fill(article: &mut Article, record: &RecordView<'_>, with_labels: bool) -> Result<(), String> {
    article.url.clear();
    article.url.push_str(&record.url);
    article.source_url.clear();
    article.source_url.push_str(&record.source_url);
    article.text.clear();
    article.text.push_str(&record.text);
    article.language.clear();
    article.language.push_str(&record.language);
    article.language_score = record.language_score;
    article.labels.clear();
    if let (true, Some(labels)) = (with_labels, record.labels) {
        article.labels = serde_json::from_str(labels.get()).map_err(|error| format!("labels: {error}"))?;
    }
    Ok(())
}
