//! Stages in an order in which they can work.
//!
//! What a gate goes by says which stages it needs before it ([`Part`]); what a second one could still drop is said by the
//! limits of the two. A pipeline with a stage that never acts, or drops every page, is not what its author meant.

use std::ops::Range;

use super::Step;
use crate::settings::Problem;
use crate::stage::{Family, Part, RuledGate};
use crate::text::Slice;

/// The stage that makes a text of a page.
const FROM_PAGES: &str = "extract-html";
/// The stage that finds the language.
const FINDS_LANGUAGE: &str = "label-language";

/// What is wrong with the order of stages; `places` has where each stands in its file.
pub(super) fn problems(steps: &[Step], places: &[Range<usize>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, (step, place)) in steps.iter().zip(places).enumerate() {
        let Some(gate) = step.stage.as_gate() else { continue };
        let (before, after) = (steps.slice(..at), steps.slice(at + 1..));
        let kind = step.kind.name;
        let comes = |steps: &[Step], name: &str| steps.iter().any(|step| step.kind.name == name);
        for part in gate.goes_by() {
            match part {
                Part::Label(label) if !comes(before, &format!("label-{label}")) => {
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
        if let Some(other) = before.iter().rposition(|other| other.kind.name == kind)
            && let Some(earlier) = before.get(other)
            && let Some(earlier_gate) = earlier.stage.as_gate()
        {
            let between = before.slice(other + 1..);
            let unchanged = between
                .iter()
                .all(|stage| gate.goes_by().iter().all(|part| !part.may_be_changed_by(stage.kind)));
            if unchanged && is_no_stricter(step, gate, earlier, earlier_gate) {
                let message = format!("this {kind} never acts: an earlier one drops at least as much");
                problems.push(Problem::new(place.clone(), message).help("leave one of them out"));
            }
        }
    }
    for (at, (step, place)) in steps.iter().zip(places).enumerate() {
        let repeated = steps
            .iter()
            .take(at)
            .any(|other| other.kind.name == step.kind.name && other.settings == step.settings);
        if step.kind.family == Family::Labeller && repeated {
            let message = format!("a second {} finds what the first one found", step.kind.name);
            problems.push(Problem::new(place.clone(), message).help("leave one of them out"));
        }
    }
    problems
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
