//! What a replay found, added up.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::Replay;
use super::judge::{Asked, Axis, Cause, Point, as_number};
use super::plan::ReplayPlan;
use crate::article::Measured;
use crate::dedup::DEDUP;
use crate::finished::FinishedRun;
use crate::pipeline::{Pipeline, Step};
use crate::stage::{Direction, NumberLimit, RuledGate};

/// The answer.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub(crate) struct Report {
    /// The pipeline that was replayed.
    pub pipeline: String,
    /// The runs' folders.
    pub runs: Vec<String>,
    /// Records of the runs.
    pub articles: u64,
    /// Those that the runs kept.
    pub kept_before: u64,
    /// Those that would be kept for certain.
    pub kept_after: u64,
    /// Those of which it is not known.
    pub unknown: u64,
    /// What changes.
    pub flips: Flips,
    /// By rule, in the order of the pipeline.
    pub rules: Vec<RuleReport>,
    /// Why articles are unknown.
    pub unknown_because: Vec<UnknownReport>,
    /// How many articles the gates keep, over each limit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub curves: Vec<Curve>,
    /// What else there is to know, a sentence each.
    pub notes: Vec<String>,
}

/// How many articles change sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
pub(crate) struct Flips {
    /// Kept before, dropped now.
    pub kept_to_dropped: u64,
    /// Dropped before, kept now.
    pub dropped_to_kept: u64,
    /// Dropped both times, by different rules.
    pub other_rule: u64,
    /// Kept before, not known now.
    pub kept_to_unknown: u64,
    /// Dropped before, not known now.
    pub dropped_to_unknown: u64,
}

/// A rule and the articles that it decides about.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema, Serialize)]
pub(crate) struct RuleReport {
    /// The stage's kind, or `dedup`.
    pub stage: String,
    /// The reason.
    pub reason: String,
    /// Its limits, before and now.
    pub limit: LimitReport,
    /// Articles that it dropped.
    pub dropped_before: u64,
    /// Articles that it would drop.
    pub dropped_after: u64,
    /// Of those it would drop, the ones that were kept.
    pub kept_to_dropped: u64,
    /// Of those it dropped, the ones that would be kept.
    pub dropped_to_kept: u64,
    /// Of those it dropped, the ones that another rule would drop.
    pub to_other_rule: u64,
    /// Of those it dropped, the ones of which it is not known.
    pub dropped_to_unknown: u64,
    /// Some that were kept and would be dropped, the first of the runs.
    pub newly_dropped: Vec<FlipExample>,
    /// Some that were dropped and would be kept.
    pub newly_kept: Vec<FlipExample>,
}

/// A rule's limit in the runs' pipeline and in the other one; absent where the pipeline has no such rule.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema, Serialize)]
pub(crate) struct LimitReport {
    /// In the runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Measured>,
    /// In the pipeline that is replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Measured>,
}

/// An article that changes sides.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub(crate) struct FlipExample {
    /// Its headline.
    pub title: String,
    /// Its host.
    pub host: String,
    /// The dump it stands in.
    pub dump: String,
    /// The line there.
    pub line: u64,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

/// Articles of which it is not known whether they would be kept.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub(crate) struct UnknownReport {
    /// Why, as a sentence.
    pub because: String,
    /// How many.
    pub articles: u64,
    /// Some of them.
    pub examples: Vec<FlipExample>,
}

/// How many articles all gates keep, over one limit, everything else as the pipeline has it.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub(crate) struct Curve {
    /// The gate.
    pub stage: String,
    /// The option.
    pub option: String,
    /// On which side of the limit an article is kept.
    pub side: Direction,
    /// The limit.
    pub limit: LimitReport,
    /// The limits that were tried, in order, and the articles kept there, duplicates among them.
    pub points: Vec<(f64, u64)>,
    /// Articles of which it is not known.
    pub unknown: u64,
}

/// What becomes of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ReplayFate {
    Kept,
    Dropped(Cause),
    /// A gate does not know: its place among the gates.
    UnknownGate(usize),
    /// The text that would be compared is not there.
    UnknownKeys,
    /// It repeats one of which it is not known.
    UnknownOrigin,
}

/// Adds up what becomes of records, in their order.
pub(super) struct ReplayTally<'a> {
    question: &'a Replay<'a>,
    axes: Vec<Axis>,
    dumps: Vec<String>,
    articles: u64,
    kept_before: u64,
    kept_after: u64,
    flips: Flips,
    rules: BTreeMap<(usize, Box<str>, Box<str>), RuleReport>,
    unknown: BTreeMap<usize, UnknownReport>,
    /// For each curve, how many more articles are kept at a point than at the one before.
    steps: Vec<Vec<i64>>,
    curves_unknown: Vec<u64>,
    earlier_nights: u64,
    /// Articles that may be kept and were not compared with others.
    not_compared: u64,
}

impl<'a> ReplayTally<'a> {
    pub(super) fn new(question: &'a Replay<'a>) -> Self {
        let axes = if question.curves { axes(question) } else { Vec::new() };
        Self {
            steps: axes.iter().map(|axis| vec![0; axis.points.len() + 1]).collect(),
            curves_unknown: vec![0; axes.len()],
            question,
            axes,
            dumps: Vec::new(),
            articles: 0,
            kept_before: 0,
            kept_after: 0,
            flips: Flips::default(),
            rules: BTreeMap::new(),
            unknown: BTreeMap::new(),
            earlier_nights: 0,
            not_compared: 0,
        }
    }

    pub(super) fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// A run's records follow.
    pub(super) fn begin(&mut self, run: &FinishedRun) {
        self.dumps = run.ledger.dumps.iter().map(|dump| dump.dump.clone()).collect();
    }

    /// Enters a record.
    pub(super) fn enter(&mut self, plan: &ReplayPlan<'_>, asked: Asked, fate: &ReplayFate) {
        self.articles += 1;
        self.earlier_nights += u64::from(asked.by_state);
        for (curve, point) in asked.points.iter().enumerate() {
            match *point {
                Point::Out => {}
                Point::Unknown => self.curves_unknown[curve] += 1,
                Point::Kept(first, end) => {
                    self.steps[curve][first] += 1;
                    self.steps[curve][end] -= 1;
                }
            }
        }
        let may_be_kept = matches!(fate, ReplayFate::UnknownGate(_) | ReplayFate::UnknownKeys);
        self.not_compared += u64::from(may_be_kept && asked.keys.is_none() && plan.now.dedup.is_some());
        let most = self.question.examples;
        let Asked { place: (dump, line), title, host, was, .. } = asked;
        let dump = self.dumps.get(dump).map(String::as_str).unwrap_or_default();
        let example = |measured: Option<Measured>| FlipExample {
            title: title.to_string(),
            host: host.to_string(),
            dump: dump.to_owned(),
            line,
            measured,
        };
        let flips = &mut self.flips;
        let rules = &mut self.rules;
        self.kept_before += u64::from(was.is_none());
        if let Some(cause) = &was {
            let rule = rule(rules, plan, cause);
            rule.dropped_before += 1;
            if rule.limit.before.is_none() {
                rule.limit.before.clone_from(&cause.limit);
            }
        }
        let because = match fate {
            ReplayFate::Kept => {
                self.kept_after += 1;
                if let Some(cause) = &was {
                    flips.dropped_to_kept += 1;
                    let rule = rule(rules, plan, cause);
                    rule.dropped_to_kept += 1;
                    if rule.newly_kept.len() < most {
                        rule.newly_kept.push(example(cause.measured.clone()));
                    }
                }
                return;
            }
            ReplayFate::Dropped(now) => {
                let is_same =
                    was.as_ref().is_some_and(|was| was.stage == now.stage && was.reason == now.reason);
                if let Some(cause) = was.as_ref().filter(|_| !is_same) {
                    flips.other_rule += 1;
                    rule(rules, plan, cause).to_other_rule += 1;
                }
                let rule = rule(rules, plan, now);
                rule.dropped_after += 1;
                if rule.limit.after.is_none() {
                    rule.limit.after.clone_from(&now.limit);
                }
                if was.is_none() {
                    flips.kept_to_dropped += 1;
                    rule.kept_to_dropped += 1;
                    if rule.newly_dropped.len() < most {
                        rule.newly_dropped.push(example(now.measured.clone()));
                    }
                }
                return;
            }
            ReplayFate::UnknownGate(gate) => *gate,
            ReplayFate::UnknownKeys => plan.gates.len(),
            ReplayFate::UnknownOrigin => plan.gates.len() + 1,
        };
        match &was {
            None => flips.kept_to_unknown += 1,
            Some(cause) => {
                flips.dropped_to_unknown += 1;
                rule(rules, plan, cause).dropped_to_unknown += 1;
            }
        }
        let entry = self.unknown.entry(because).or_insert_with(|| UnknownReport {
            because: unknown_because(plan, because),
            articles: 0,
            examples: Vec::new(),
        });
        entry.articles += 1;
        if entry.examples.len() < most {
            entry.examples.push(example(was.and_then(|cause| cause.measured)));
        }
    }

    pub(super) fn report(self) -> Report {
        let notes = self.notes();
        let question = self.question;
        let mut rules: Vec<RuleReport> = self.rules.into_values().collect();
        for rule in &mut rules {
            let before = question.runs.first().map(|(_, pipeline)| *pipeline);
            let before = before.and_then(|pipeline| limit_of(pipeline, &rule.stage, &rule.reason));
            let after = limit_of(question.pipeline, &rule.stage, &rule.reason);
            rule.limit.before = before.or(rule.limit.before.take());
            rule.limit.after = after.or(rule.limit.after.take());
        }
        let curves = self.axes.iter().zip(&self.steps).zip(&self.curves_unknown);
        let curves = curves.map(|((axis, steps), unknown)| curve(question, axis, steps, *unknown)).collect();
        let unknown_because: Vec<UnknownReport> = self.unknown.into_values().collect();
        Report {
            pipeline: question.pipeline.name.clone(),
            runs: question.runs.iter().map(|(run, _)| run.folder.display().to_string()).collect(),
            articles: self.articles,
            kept_before: self.kept_before,
            kept_after: self.kept_after,
            unknown: unknown_because.iter().map(|unknown| unknown.articles).sum(),
            flips: self.flips,
            rules,
            unknown_because,
            curves,
            notes,
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let runs = || self.question.runs.iter().map(|(run, _)| run);
        let quarantined: u64 = runs().map(|run| run.ledger.lines.quarantined).sum();
        if quarantined > 0 {
            let lines = if quarantined == 1 { "1 line" } else { &*format!("{quarantined} lines") };
            notes.push(format!("{lines} in quarantine would be there again, and are not counted"));
        }
        if let Some(run) = runs().find(|run| run.ledger.copydesk != env!("CARGO_PKG_VERSION")) {
            notes.push(format!(
                "{} was made by copydesk {}; gates of this one may measure differently",
                run.folder.display(),
                run.ledger.copydesk
            ));
        }
        if self.earlier_nights > 0 {
            notes.push(format!(
                "{} records repeat those of earlier nights and stay dropped; whether articles that would be kept now do, \
                 too, is not known",
                self.earlier_nights
            ));
        }
        if self.not_compared > 0 {
            notes.push(format!(
                "{} of the articles that are not known would be edited further and were not compared with others: some \
                 that are kept may repeat one of them",
                self.not_compared
            ));
        }
        notes
    }
}

const NO_KEYS: &str = "its text would be edited further before duplicates are looked for";

fn unknown_because(plan: &ReplayPlan<'_>, because: usize) -> String {
    match plan.gates.get(because) {
        Some(gate) => {
            let name = gate.step.kind.name;
            if gate.step.gate().is_none() {
                format!("{name} was never asked, and does not judge finished records again")
            } else {
                format!("{name} was never asked, and what it goes by was not made yet, or edited since")
            }
        }
        None if because == plan.gates.len() => NO_KEYS.to_owned(),
        None => "it repeats an article of which it is not known".to_owned(),
    }
}

fn rule<'r>(
    rules: &'r mut BTreeMap<(usize, Box<str>, Box<str>), RuleReport>,
    plan: &ReplayPlan<'_>,
    cause: &Cause,
) -> &'r mut RuleReport {
    let of_kind = |step: &Step| *step.kind.name == *cause.stage;
    let place = if &*cause.stage == DEDUP {
        usize::MAX
    } else {
        let old = || plan.was.steps.iter().position(of_kind).map(|place| plan.now.steps.len() + place);
        plan.now.steps.iter().position(of_kind).or_else(old).unwrap_or(usize::MAX - 1)
    };
    rules.entry((place, cause.stage.clone(), cause.reason.clone())).or_insert_with(|| RuleReport {
        stage: cause.stage.to_string(),
        reason: cause.reason.to_string(),
        ..RuleReport::default()
    })
}

/// The limit that a pipeline's rule has, where it is a number.
fn limit_of(pipeline: &Pipeline, stage: &str, reason: &str) -> Option<Measured> {
    if stage == DEDUP {
        let near = pipeline.dedup.as_ref()?.near.settings()?;
        return (reason == crate::dedup::NEAR_DUPLICATE.name).then_some(Measured::Ratio(near.threshold));
    }
    limits(pipeline, stage).into_iter().find(|limit| limit.reason.name == reason).map(|limit| limit.limit)
}

fn limits(pipeline: &Pipeline, stage: &str) -> Vec<NumberLimit> {
    let gates = pipeline.steps.iter().filter(|step| step.kind.name == stage);
    gates.filter_map(Step::gate).flat_map(RuledGate::number_limits).collect()
}

/// The limits to draw curves over.
fn axes(question: &Replay<'_>) -> Vec<Axis> {
    let gates = question.pipeline.steps.iter().filter(|step| step.kind.family == crate::stage::Family::Gate);
    let mut axes: Vec<Axis> = Vec::new();
    for (gate, step) in gates.enumerate() {
        let limits = step.gate().map(RuledGate::number_limits).unwrap_or_default();
        for (rule, limit) in limits.iter().enumerate() {
            if let Some(axis) = axes.iter_mut().find(|axis| axis.gate == gate && axis.option == limit.option)
            {
                axis.rules.push(rule);
                continue;
            }
            let before: Vec<f64> = question
                .runs
                .iter()
                .filter_map(|(_, was)| {
                    let old = self::limits(was, step.kind.name).into_iter();
                    old.filter(|old| old.reason == limit.reason).map(|old| old.number()).next()
                })
                .collect();
            axes.push(Axis { gate, option: limit.option, rules: vec![rule], points: points(limit, &before) });
        }
    }
    axes
}

/// Values to try for a limit: from nothing to well beyond it, itself and the old ones among them.
fn points(limit: &NumberLimit, before: &[f64]) -> Vec<f64> {
    const POINTS: u32 = 60;
    let number = limit.number();
    let largest = before.iter().copied().fold(number, f64::max);
    let is_count = matches!(limit.limit, Measured::Count(_));
    let top = match (is_count, largest) {
        (true, largest) => (largest * 3.0).max(20.0),
        (false, largest) if largest <= 0.0 => 1.0,
        (false, largest) if largest <= 1.0 => (largest * 4.0).min(1.0),
        (false, largest) => largest * 2.0,
    };
    let mut points: Vec<f64> = (0..=POINTS)
        .map(|point| top * f64::from(point) / f64::from(POINTS))
        .map(|point| if is_count { point.round() } else { (point * 1e4).round() / 1e4 })
        .chain(before.iter().copied())
        .chain([number])
        .collect();
    points.sort_by(f64::total_cmp);
    points.dedup();
    points
}

fn curve(question: &Replay<'_>, axis: &Axis, steps: &[i64], unknown: u64) -> Curve {
    let gates = question.pipeline.steps.iter().filter(|step| step.kind.family == crate::stage::Family::Gate);
    let step = gates.into_iter().nth(axis.gate);
    let limits = step.and_then(Step::gate).map(RuledGate::number_limits).unwrap_or_default();
    let limit = axis.rules.first().and_then(|rule| limits.get(*rule));
    let stage = step.map(|step| step.kind.name).unwrap_or_default();
    let before = question.runs.first().and_then(|(_, was)| limit_of(was, stage, limit?.reason.name));
    let mut kept = 0;
    let points = axis
        .points
        .iter()
        .zip(steps)
        .map(|(point, step)| {
            kept += step;
            (*point, u64::try_from(kept).unwrap_or(0))
        })
        .collect();
    Curve {
        stage: stage.to_owned(),
        option: axis.option.to_owned(),
        side: limit.map_or(Direction::AtLeast, |limit| limit.side),
        limit: LimitReport {
            before: before.filter(|value| as_number(value).is_some()),
            after: limit.map(|limit| limit.limit.clone()),
        },
        points,
        unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_has_the_limits_themselves_among_its_points() {
        let limit = |limit| NumberLimit {
            option: "x",
            reason: &crate::dedup::NEAR_DUPLICATE,
            side: Direction::AtLeast,
            limit,
        };
        let counts = points(&limit(Measured::Count(40)), &[37.0]);
        assert!(counts.contains(&40.0) && counts.contains(&37.0) && counts.last() == Some(&120.0));
        assert!(counts.is_sorted() && counts.iter().all(|point| point.fract() == 0.0));
        let shares = points(&limit(Measured::Ratio(0.65)), &[]);
        assert!(shares.contains(&0.65) && shares.first() == Some(&0.0) && shares.last() == Some(&1.0));
        assert_eq!(points(&limit(Measured::Ratio(0.0)), &[]).last(), Some(&1.0));
        assert_eq!(points(&limit(Measured::Count(0)), &[]).last(), Some(&20.0));
    }
}
