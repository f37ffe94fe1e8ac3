//! Which of a pipeline's decisions can be replayed from another one's records, and how.

use std::collections::BTreeMap;

use crate::dedup::KeepPolicy;
use crate::pipeline::{Pipeline, Step};
use crate::stage::{Family, NumberLimit, Part, RuledGate, StageKind};
use crate::text::Slice;

/// How the gates of a pipeline are asked about the records of another.
pub(super) struct ReplayPlan<'a> {
    pub was: &'a Pipeline,
    pub now: &'a Pipeline,
    /// The gates of `now`, in order.
    pub gates: Vec<PlannedGate<'a>>,
    /// For each step of `was`, how many stages before it are no gates.
    before: Vec<usize>,
    /// The stages that are no gates: the same in both.
    makers: Vec<&'static StageKind>,
    /// Whether a gate goes by a label.
    pub needs_labels: bool,
}

/// A gate of the new pipeline.
pub(super) struct PlannedGate<'a> {
    pub step: &'a Step,
    /// How many stages before it are no gates.
    before: usize,
    /// The same gate, with the same settings and in the same place, among the old one's steps.
    twin: Option<usize>,
    /// A gate of the old one in the same place whose limits are all as strict or stricter, all else equal.
    stricter: Option<usize>,
    /// The limits that are numbers.
    pub limits: Vec<NumberLimit>,
}

/// How a record came out of the old run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stood {
    /// Behind all gates: kept, or a duplicate.
    Behind,
    /// Dropped by this step.
    At(usize),
}

/// What is known of a gate's answer about a record, before the record is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It let the record pass, or lets pass more than a gate that did.
    Passed,
    /// It dropped the record, with the verdict that the record has.
    Dropped,
    /// The record has to be asked.
    Ask,
    /// The record stood at a place where the gate cannot be asked.
    Cannot,
}

impl<'a> ReplayPlan<'a> {
    /// The plan, or why a new run is needed.
    pub(super) fn new(was: &'a Pipeline, now: &'a Pipeline) -> Result<Self, Vec<String>> {
        let mut reasons = differing_input(was, now);
        let makers = |pipeline: &'a Pipeline| -> Vec<&'a Step> {
            pipeline.steps.iter().filter(|step| step.kind.family != Family::Gate).collect()
        };
        let (old, new) = (makers(was), makers(now));
        reasons.extend(differing_makers(&old, &new));
        if [was, now]
            .iter()
            .any(|one| one.dedup.as_ref().is_some_and(|dedup| dedup.paragraphs.settings().is_some()))
        {
            reasons.push(
                "[dedup] paragraphs: which of them a host repeats depends on all records before".to_owned(),
            );
        }
        let before = before(&was.steps);
        let gates_before = self::before(&now.steps);
        if [was, now]
            .iter()
            .any(|one| one.dedup.as_ref().is_some_and(|dedup| dedup.keep != KeepPolicy::default()))
        {
            reasons.push(
                "[dedup] keep: records are compared in the order of the input, not by a policy".to_owned(),
            );
        }
        let mut used = vec![false; was.steps.len()];
        let mut gates = Vec::new();
        for (step, before_it) in now.steps.iter().zip(gates_before) {
            if step.kind.family != Family::Gate {
                continue;
            }
            let at_place =
                |index: &usize| was.steps[*index].kind.name == step.kind.name && before[*index] == before_it;
            let twin = (0..was.steps.len())
                .filter(at_place)
                .find(|index| !used[*index] && differing_settings(&was.steps[*index], step).is_empty());
            if let Some(twin) = twin {
                used[twin] = true;
            }
            let stricter =
                (0..was.steps.len()).filter(at_place).find(|index| is_stricter(&was.steps[*index], step));
            let limits = step.gate().map(RuledGate::number_limits).unwrap_or_default();
            gates.push(PlannedGate { step, before: before_it, twin, stricter, limits });
        }
        let needs_labels = gates.iter().any(|gate| {
            gate.goes_by().is_some_and(|parts| parts.iter().any(|part| matches!(part, Part::Label(_))))
        });
        let makers = new.iter().map(|step| step.kind).collect();
        let plan = Self { was, now, gates, before, makers, needs_labels };
        if reasons.is_empty() {
            reasons.extend(plan.gates.iter().filter_map(|gate| plan.unanswerable(gate)));
        }
        if reasons.is_empty() { Ok(plan) } else { Err(reasons) }
    }

    /// Why a gate cannot be asked about the records that came through.
    fn unanswerable(&self, gate: &PlannedGate<'_>) -> Option<String> {
        if self.known(gate, Stood::Behind) != Known::Cannot {
            return None;
        }
        let name = gate.step.kind.name;
        let Some(parts) = gate.goes_by() else {
            return Some(format!(
                "{name} is not as the runs had it, and does not judge finished records again"
            ));
        };
        let editor = self.makers.iter().skip(gate.before).find(|kind| changes(kind, parts));
        Some(format!(
            "{name} is not as the runs had it, and what it judges is not in the records: {} comes after it",
            editor.map_or("a stage", |kind| kind.name)
        ))
    }

    /// How many of the stages that are no gates a record went through.
    fn through(&self, stood: Stood) -> usize {
        match stood {
            Stood::Behind => self.makers.len(),
            Stood::At(step) => self.before.get(step).copied().unwrap_or(0),
        }
    }

    /// What is known of a gate's answer.
    pub(super) fn known(&self, gate: &PlannedGate<'_>, stood: Stood) -> Known {
        let passed = |index: usize| match stood {
            Stood::Behind => true,
            Stood::At(step) => index < step,
        };
        if gate.twin.is_some_and(|twin| stood == Stood::At(twin)) {
            return Known::Dropped;
        }
        if gate.twin.is_some_and(passed) || gate.stricter.is_some_and(passed) {
            return Known::Passed;
        }
        if self.can_ask(gate, stood) { Known::Ask } else { Known::Cannot }
    }

    /// Whether the record that is there has what the gate goes by as it was in the gate's place.
    pub(super) fn can_ask(&self, gate: &PlannedGate<'_>, stood: Stood) -> bool {
        let through = self.through(stood);
        let between = gate.before.min(through)..gate.before.max(through);
        gate.goes_by().is_some_and(|parts| {
            self.makers.get(between).unwrap_or_default().iter().all(|kind| !changes(kind, parts))
        })
    }

    /// Whether a record's text and address are those that would be compared with other records'.
    pub(super) fn has_keys(&self, stood: Stood) -> bool {
        let rest = self.makers.slice(self.through(stood)..);
        rest.iter().all(|kind| !Part::Text.may_be_changed_by(kind))
    }

    /// The step of the old pipeline that a verdict names: the first of its kind that has the reason. Two gates of one kind
    /// with one reason are told apart by the limit that the verdict has.
    pub(super) fn dropped_by(&self, stage: &str, limit: Option<f64>) -> Option<usize> {
        let of_kind: Vec<usize> =
            (0..self.was.steps.len()).filter(|index| self.was.steps[*index].kind.name == stage).collect();
        let has_limit = |index: &&usize| {
            let limits = self.was.steps[**index].gate().map(RuledGate::number_limits).unwrap_or_default();
            limits.iter().any(|one| Some(one.number()) == limit)
        };
        of_kind.iter().find(has_limit).or(of_kind.first()).copied()
    }
}

impl PlannedGate<'_> {
    fn goes_by(&self) -> Option<&'static [Part]> {
        self.step.gate().map(RuledGate::goes_by)
    }
}

fn changes(kind: &StageKind, parts: &[Part]) -> bool {
    parts.iter().any(|part| part.may_be_changed_by(kind))
}

/// For each step, how many before it are no gates.
fn before(steps: &[Step]) -> Vec<usize> {
    let mut makers = 0;
    steps
        .iter()
        .map(|step| {
            let before = makers;
            makers += usize::from(step.kind.family != Family::Gate);
            before
        })
        .collect()
}

/// Settings as values: `40` and `40.0` are the same, whether they were given or are the default.
fn values(step: &Step) -> BTreeMap<&str, toml::Value> {
    step.settings.iter().map(|setting| (setting.name.as_str(), value(&setting.value))).collect()
}

fn value(source: &str) -> toml::Value {
    fn plain(value: toml::Value) -> toml::Value {
        match value {
            #[expect(clippy::cast_precision_loss, reason = "compared with another of its kind")]
            toml::Value::Integer(number) if number.unsigned_abs() < 1 << 52 => {
                toml::Value::Float(number as f64)
            }
            toml::Value::Array(items) => toml::Value::Array(items.into_iter().map(plain).collect()),
            value => value,
        }
    }
    let document = toml::from_str::<toml::Table>(&format!("value = {source}"));
    let value = document.ok().and_then(|mut table| table.remove("value"));
    value.map_or_else(|| toml::Value::String(source.to_owned()), plain)
}

/// The options that two stages of a kind have set differently, with both values.
fn differing_settings(old: &Step, new: &Step) -> Vec<String> {
    let (old_values, new_values) = (values(old), values(new));
    let names: std::collections::BTreeSet<&str> =
        old_values.keys().chain(new_values.keys()).copied().collect();
    let shown = |step: &Step, name: &str| {
        let setting = step.settings.iter().find(|setting| setting.name == name);
        setting.map_or("nothing".to_owned(), |setting| setting.value.clone())
    };
    names
        .into_iter()
        .filter(|name| old_values.get(name) != new_values.get(name))
        .map(|name| format!("{name} was {} and is {}", shown(old, name), shown(new, name)))
        .collect()
}

/// Whether an old gate is as strict as a new one or stricter, all else equal.
fn is_stricter(old: &Step, new: &Step) -> bool {
    let (Some(old_gate), Some(new_gate)) = (old.gate(), new.gate()) else { return false };
    let (old_limits, new_limits) = (old_gate.number_limits(), new_gate.number_limits());
    let rest = |step: &Step, limits: &[NumberLimit]| {
        let mut values: BTreeMap<String, toml::Value> =
            values(step).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        // `max-repeated[2]` is the third number of `max-repeated`.
        limits.iter().for_each(|limit| {
            values.remove(limit.option.split('[').next().unwrap_or_default());
        });
        values
    };
    old_limits.len() == new_limits.len()
        && old_limits.iter().zip(&new_limits).all(|(old, new)| {
            old.reason == new.reason && old.side == new.side && new.side.is_looser(new.number(), old.number())
        })
        && rest(old, &old_limits) == rest(new, &new_limits)
}

fn differing_input(was: &Pipeline, now: &Pipeline) -> Vec<String> {
    let json = |pipeline: &Pipeline| serde_json::to_value(&pipeline.input).unwrap_or_default();
    let (was, now) = (json(was), json(now));
    let keys = now.as_object().into_iter().flatten();
    keys.filter(|(key, value)| was.get(key.as_str()) != Some(value))
        .map(|(key, value)| {
            let old = was.get(key.as_str()).unwrap_or(&serde_json::Value::Null);
            format!("[input] {key} was {old} and is {value}: dumps would be read differently")
        })
        .collect()
}

/// What differs in the stages that make the records.
fn differing_makers(old: &[&Step], new: &[&Step]) -> Vec<String> {
    let names = |steps: &[&Step]| steps.iter().map(|step| step.kind.name).collect::<Vec<_>>();
    let (old_names, new_names) = (names(old), names(new));
    if old_names == new_names {
        return old
            .iter()
            .zip(new)
            .flat_map(|(old, new)| {
                let settings = differing_settings(old, new);
                settings.into_iter().map(|setting| format!("{}: {setting}", new.kind.name))
            })
            .collect();
    }
    let lacks = |names: &[&str], other: &[&'static str]| -> Vec<&'static str> {
        other.iter().copied().filter(|name| !names.contains(name)).collect()
    };
    let mut reasons = Vec::new();
    for (names, what) in [(lacks(&old_names, &new_names), "new"), (lacks(&new_names, &old_names), "gone")] {
        reasons.extend(names.into_iter().map(|name| format!("{name} is {what}: it may change every record")));
    }
    if reasons.is_empty() {
        reasons.push(format!(
            "the stages that make the records are in another order: {} and not {}",
            new_names.join(", "),
            old_names.join(", ")
        ));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipeline(stages: &str) -> Pipeline {
        let mut source = String::from("format = 1\n");
        for stage in stages.split(';').filter(|stage| !stage.trim().is_empty()) {
            let mut words = stage.trim().splitn(2, ' ');
            let kind = words.next().unwrap_or_default();
            let options = words.next().unwrap_or_default();
            source.extend(["[[stage]]\nkind = \"", kind, "\"\n", options, "\n"]);
        }
        Pipeline::parse("test", &source).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
    }

    fn refused(was: &str, now: &str) -> Vec<String> {
        ReplayPlan::new(&pipeline(was), &pipeline(now)).err().unwrap_or_default()
    }

    #[test]
    fn other_limits_gates_and_orders_of_gates_can_be_replayed() {
        for (was, now) in [
            ("normalise-unicode; drop-short", "normalise-unicode; drop-short min-words = 80"),
            ("normalise-unicode; drop-short", "normalise-unicode"),
            ("normalise-unicode", "normalise-unicode; drop-short"),
            ("drop-short; label-language; drop-language", "label-language; drop-language; drop-short"),
            // The default, written down.
            ("label-page enough-words = 200; drop-short", "label-page; drop-short min-words = 10"),
            // What passed 40 passes 30, though the text was edited since.
            ("drop-short; strip-boilerplate", "drop-short min-words = 30; strip-boilerplate"),
        ] {
            assert_eq!(refused(was, now), [""; 0], "{was} → {now}");
        }
    }

    #[test]
    fn what_only_a_new_run_knows_is_refused_with_its_reason() {
        for (was, now, reason) in [
            ("drop-short", "strip-boilerplate; drop-short", "strip-boilerplate is new"),
            ("label-page; drop-short", "drop-short", "label-page is gone"),
            (
                "normalise-unicode; normalise-whitespace",
                "normalise-whitespace; normalise-unicode",
                "are in another order: normalise-whitespace, normalise-unicode",
            ),
            ("label-page enough-words = 199", "label-page", "label-page: enough-words was 199 and is 200"),
            (
                "drop-short; strip-boilerplate",
                "drop-short min-words = 41; strip-boilerplate",
                "what it judges is not in the records: strip-boilerplate comes after it",
            ),
        ] {
            let reasons = refused(was, now);
            assert!(reasons.iter().any(|found| found.contains(reason)), "{was} → {now}: {reasons:?}");
        }
    }

    #[test]
    fn what_depends_on_other_records_than_those_before_is_refused() {
        let with = |dedup: &str| {
            let source = format!("format = 1\n[dedup]\n{dedup}\n[[stage]]\nkind = \"drop-short\"\n");
            Pipeline::parse("test", &source).unwrap_or_else(|problems| panic!("{problems:?}"))
        };
        let plain = with("near = true");
        assert!(ReplayPlan::new(&plain, &plain).is_ok());
        for (dedup, reason) in
            [("paragraphs = true", "[dedup] paragraphs: "), ("keep = \"longest\"", "[dedup] keep: ")]
        {
            let other = with(dedup);
            for (was, now) in [(&plain, &other), (&other, &plain)] {
                let reasons = ReplayPlan::new(was, now).err().unwrap_or_default();
                assert!(reasons.iter().any(|found| found.starts_with(reason)), "{dedup}: {reasons:?}");
            }
        }
    }

    #[test]
    fn a_gate_is_asked_where_the_record_has_what_it_goes_by() {
        let was = pipeline("drop-short min-words = 40; label-language; drop-language keep = [\"en\"]");
        let now = pipeline("drop-short min-words = 30; label-language; drop-language keep = [\"en\"]");
        let plan = ReplayPlan::new(&was, &now).unwrap_or_else(|reasons| panic!("{reasons:?}"));
        let known = |gate: usize, stood| plan.known(&plan.gates[gate], stood);
        assert_eq!(known(0, Stood::Behind), Known::Passed);
        assert_eq!(known(0, Stood::At(0)), Known::Ask);
        assert_eq!(known(0, Stood::At(2)), Known::Passed);
        assert_eq!(known(1, Stood::Behind), Known::Passed);
        assert_eq!(known(1, Stood::At(2)), Known::Dropped);
        // What was too short has no language yet.
        assert_eq!(known(1, Stood::At(0)), Known::Cannot);
        assert!(plan.has_keys(Stood::At(0)));
        let now = pipeline("label-language; drop-short min-words = 50; drop-language keep = [\"en\"]");
        let plan = ReplayPlan::new(&was, &now).unwrap_or_else(|reasons| panic!("{reasons:?}"));
        assert_eq!(plan.known(&plan.gates[0], Stood::Behind), Known::Ask);
        assert_eq!(plan.known(&plan.gates[1], Stood::At(2)), Known::Dropped);
    }

    #[test]
    fn keys_are_known_where_no_text_is_edited_any_more() {
        let was = pipeline("drop-short; canonicalise-url; drop-short min-words = 50; label-language");
        let plan = ReplayPlan::new(&was, &was).unwrap_or_else(|reasons| panic!("{reasons:?}"));
        assert_eq!(
            [Stood::At(0), Stood::At(2), Stood::Behind].map(|stood| plan.has_keys(stood)),
            [false, true, true]
        );
        assert_eq!(plan.dropped_by("drop-short", Some(50.0)), Some(2));
        assert_eq!(plan.dropped_by("drop-short", Some(40.0)), Some(0));
        assert_eq!(plan.dropped_by("dedup", None), None);
    }
}
