//! Stages in an order in which they can work.
//!
//! What a gate goes by says which stages it needs before it ([`Part`]); what a second one could still drop is said by the
//! limits of the two. A pipeline with a stage that never acts, or drops every page, is not what its author meant.

use std::ops::Range;

use super::Step;
use crate::settings::Problem;
use crate::stage::{Family, Part, RuledGate, StageKind};
use crate::text::Slice;

/// The stage that makes a text of a page.
const FROM_PAGES: &str = "extract-html";
/// The stage that finds the language.
const FINDS_LANGUAGE: &str = "label-language";

/// A stage in its place, or what is known of one that could not be set up.
pub(super) struct Placed<'a> {
    /// Its kind; `None` where the file names none that there is.
    pub kind: Option<&'static StageKind>,
    /// The stage; `None` where its settings are wrong.
    pub step: Option<&'a Step>,
    /// Where it stands in the file.
    pub place: Range<usize>,
}

impl Placed<'_> {
    fn is(&self, name: &str) -> bool {
        self.kind.is_some_and(|kind| kind.name == name)
    }

    /// Whether it works on nothing but the text, of which a page has none before it is extracted.
    fn reads_text(&self) -> bool {
        self.kind.is_some_and(|kind| {
            kind.name.starts_with("read-")
                || [FINDS_LANGUAGE, "label-quality", "label-spun"].contains(&kind.name)
        })
    }
}

/// What is wrong with the order of stages. Of one with other mistakes nothing is said that setting it right could refute.
pub(super) fn problems(stages: &[Placed<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, Placed { step, place, .. }) in stages.iter().enumerate() {
        let (before, after) = (stages.slice(..at), stages.slice(at + 1..));
        let comes = |stages: &[Placed<'_>], name: &str| stages.iter().any(|stage| stage.is(name));
        let any_unknown = before.iter().any(|stage| stage.kind.is_none());
        if let Some(kind) = stages[at].kind.filter(|_| stages[at].reads_text() && comes(after, FROM_PAGES)) {
            let message = format!("{} comes before {FROM_PAGES}: pages have no text there", kind.name);
            problems.push(Problem::new(place.clone(), message).help(format!("put it after {FROM_PAGES}")));
        }
        let Some(step) = step else { continue };
        let kind = step.kind.name;
        let Some(gate) = step.stage.as_gate() else {
            problems.extend(
                repeated(step, before).map(|(message, help)| Problem::new(place.clone(), message).help(help)),
            );
            continue;
        };
        for part in gate.goes_by() {
            match part {
                Part::Label(label) if !any_unknown && !comes(before, &format!("label-{label}")) => {
                    let message = format!(
                        "{kind} never acts: it goes by what label-{label} finds, which does not come before it"
                    );
                    let help = format!("put a stage of the kind `label-{label}` before it");
                    problems.push(Problem::new(place.clone(), message).help(help));
                }
                Part::Language if comes(after, FINDS_LANGUAGE) && !comes(before, FINDS_LANGUAGE) => {
                    let message =
                        format!("{kind} comes before {FINDS_LANGUAGE}, which finds what it goes by");
                    problems.push(
                        Problem::new(place.clone(), message).help(format!("put it after {FINDS_LANGUAGE}")),
                    );
                }
                Part::Text if comes(after, FROM_PAGES) => {
                    let message = format!("{kind} comes before {FROM_PAGES}: pages have no text there");
                    problems.push(
                        Problem::new(place.clone(), message).help(format!("put it after {FROM_PAGES}")),
                    );
                }
                _ => {}
            }
        }
        if let Some(other) = before.iter().rposition(|other| other.is(kind))
            && let Some(earlier) = before.get(other).and_then(|other| other.step)
            && let Some(earlier_gate) = earlier.stage.as_gate()
        {
            let between = before.slice(other + 1..);
            let unchanged = between.iter().all(|stage| {
                let may_change =
                    |kind: &StageKind| gate.goes_by().iter().any(|part| part.may_be_changed_by(kind));
                stage.kind.is_some_and(|kind| !may_change(kind))
            });
            if unchanged && is_no_stricter(step, gate, earlier, earlier_gate) {
                let message = format!("this {kind} never acts: an earlier one drops at least as much");
                problems.push(Problem::new(place.clone(), message).help("leave one of them out"));
            }
        }
    }
    problems
}

/// What is wrong with a stage that is no gate and does what an earlier one has done.
fn repeated(step: &Step, before: &[Placed<'_>]) -> Option<(String, &'static str)> {
    let is_same = |other: &Placed<'_>| {
        other.step.is_some_and(|other| other.kind.name == step.kind.name && other.settings == step.settings)
    };
    let other = before.iter().rposition(is_same)?;
    let edits = |stage: &Placed<'_>| {
        stage.kind.is_none_or(|kind| matches!(kind.family, Family::Extractor | Family::Cleaner))
    };
    if before.slice(other + 1..).iter().any(edits) {
        return None;
    }
    let name = step.kind.name;
    let message = if step.kind.family == Family::Labeller {
        format!("a second {name} finds what the first one found")
    } else {
        format!("a second {name} changes nothing: nothing has been edited since the first one")
    };
    Some((message, "leave one of them out"))
}

/// Whether what a gate drops has been dropped by an earlier one of its kind.
fn is_no_stricter(step: &Step, gate: &RuledGate, earlier: &Step, earlier_gate: &RuledGate) -> bool {
    if step.settings == earlier.settings {
        return true;
    }
    let (now, was) = (gate.number_limits(), earlier_gate.number_limits());
    let of_limits = |name: &str| now.iter().any(|limit| limit.option.split('[').next() == Some(name));
    let rest = |step: &Step| {
        step.settings.iter().filter(|setting| !of_limits(&setting.name)).cloned().collect::<Vec<_>>()
    };
    rest(step) == rest(earlier)
        && now.len() == was.len()
        && now.iter().zip(&was).all(|(now, was)| {
            now.reason == was.reason && now.side == was.side && now.side.is_looser(now.number(), was.number())
        })
}
