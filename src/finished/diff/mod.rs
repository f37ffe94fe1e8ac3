//! What two runs over the same dumps decided differently, and which fields became different.
//!
//! Every output is in the order of dump and line, so the two runs are merged like two sorted lists, a few blocks at a time.
//! Fields are compared where both runs treat an article alike: a record that one run dropped earlier lacks what later
//! stages do, which is no difference that anybody looks for.
//!
//! Records of dumps that only one of the runs has, or that are called the same and hold something else, are matched by id. For those, 64 bytes a record are held, and of
//! their fields is known only whether they are the same.

mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::record::LineHead;
use super::shards::Worked;
use super::{FinishedError, FinishedRun};
use crate::account::DumpAccount;
use crate::state::Identity;
use crate::write::Output;
pub(crate) use words::first_change;

/// How two runs differ.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema, Serialize)]
pub(crate) struct RunDifference {
    /// The runs' folders.
    pub runs: [String; 2],
    /// Lines that both runs have.
    pub matched: u64,
    /// Of these, the ones that were matched by id, because only one of the runs has their dump, or another of this name.
    pub matched_by_id: u64,
    /// Of the matched ones, those that are the same in both, in all fields.
    pub same: u64,
    /// Lines that only one of the runs has.
    pub only_in: [u64; 2],
    /// Lines that the runs treat differently.
    pub moves: Vec<Move>,
    /// Articles that both treat alike, and that have other fields.
    pub changed: u64,
    /// The fields that are different in them; ids are matched without fields.
    pub fields: Vec<FieldDifference>,
    /// Dumps that only one of the runs has.
    pub dumps_only_in: [Vec<String>; 2],
    /// Dumps of one name and another content.
    pub dumps_changed: Vec<String>,
}

/// Lines that go from one fate to another.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub(crate) struct Move {
    /// What the first run did.
    pub from: LineFate,
    /// What the second one did.
    pub to: LineFate,
    /// How many.
    pub lines: u64,
    /// Some of them.
    pub examples: Vec<DiffExample>,
}

/// What a run did with a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LineFate {
    /// Kept.
    Kept,
    /// Dropped.
    Dropped {
        /// The stage that dropped it, or `dedup`.
        stage: String,
        /// Why.
        reason: String,
    },
    /// Could not be processed.
    Quarantined {
        /// Why.
        reason: String,
    },
}

/// A line that the runs treat differently.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub(crate) struct DiffExample {
    /// Its headline in the second run, or else in the first.
    pub title: String,
    /// The dump in the first run.
    pub dump: String,
    /// The line there.
    pub line: u64,
}

/// A field that became different.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema, Serialize)]
pub(crate) struct FieldDifference {
    /// Its name; within `labels` and `found`, with a dot.
    pub field: String,
    /// Articles in which it has another value.
    pub changed: u64,
    /// Articles in which only the second run has it.
    pub added: u64,
    /// Articles in which only the first run has it.
    pub removed: u64,
    /// Some of them.
    pub examples: Vec<FieldExample>,
}

/// A field of an article before and now.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub(crate) struct FieldExample {
    /// Where the article stands.
    pub dump: String,
    /// The line there.
    pub line: u64,
    /// Its value in the first run; of a long text, where the first change is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// Its value in the second run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// A line of an output, as far as it is needed to lay it beside another.
struct Seen {
    /// The dump's place among those of both runs, and the line.
    place: (usize, u64),
    fate: LineFate,
    line: Box<str>,
}

/// Lays two runs side by side.
///
/// # Errors
/// Where a run's files cannot be read, and where the two have read the same dumps in different orders.
pub(crate) fn diff(runs: &[FinishedRun; 2], examples: usize) -> Result<RunDifference, FinishedError> {
    let dumps = merged_order(runs)?;
    let [mut first, mut second] = [0, 1].map(|run| Lines::new(&runs[run], run, &dumps));
    let mut sum = Sum::new(examples, &dumps);
    loop {
        let places = (first.peek()?, second.peek()?);
        let (from, to) = match places {
            (None, None) => break,
            (Some(one), Some(other)) if one == other => (first.take(), second.take()),
            (Some(one), other) if other.is_none_or(|other| one < other) => (first.take(), None),
            _ => (None, second.take()),
        };
        match (from, to) {
            (Some(from), Some(to)) => sum.pair(&from, &to),
            (Some(one), None) => sum.single(0, &one),
            (None, Some(one)) => sum.single(1, &one),
            (None, None) => {}
        }
    }
    let only = |run: usize| -> Vec<String> {
        let other = &runs[1 - run];
        dumps.iter().map(|dump| &dump.name).filter(|name| other.dump(name).is_none()).cloned().collect()
    };
    let is_changed = |dump: &&ReadDump| dump.is_in == [true, false] && runs[1].dump(&dump.name).is_some();
    let changed = dumps.iter().filter(is_changed).map(|dump| dump.name.clone()).collect();
    let mut difference = sum.finish();
    difference.runs = [0, 1].map(|run: usize| runs[run].folder.display().to_string());
    difference.dumps_only_in = [only(0), only(1)];
    difference.dumps_changed = changed;
    Ok(difference)
}

/// A dump that one of the runs has read, or both.
struct ReadDump {
    name: String,
    is_in: [bool; 2],
}

impl ReadDump {
    /// Whether a line of both runs can be in it.
    fn is_shared(&self) -> bool {
        self.is_in == [true, true]
    }
}

/// Whether two dumps of one name hold the same, as far as their ends and lengths tell. One that was compressed again has other ends
/// and the same length; of one that was not read to its end, the file's length counts.
fn is_same([one, other]: [&DumpAccount; 2], [ends, other_ends]: [&str; 2]) -> bool {
    if one.packed_bytes == other.packed_bytes && !ends.is_empty() && !other_ends.is_empty() {
        return ends == other_ends;
    }
    if one.compression.is_some() && other.compression.is_some() {
        (one.bytes, one.lines.read) == (other.bytes, other.lines.read)
    } else {
        one.packed_bytes == other.packed_bytes
    }
}

/// The dumps of both runs in an order that both keep to.
fn merged_order([first, second]: &[FinishedRun; 2]) -> Result<Vec<ReadDump>, FinishedError> {
    let mut order: Vec<ReadDump> = Vec::new();
    let read = |dump: &DumpAccount, is_in: [bool; 2]| ReadDump { name: dump.dump.clone(), is_in };
    let mut rest = second.ledger.dumps.iter().peekable();
    let mut latest: Option<(usize, &String)> = None;
    let ends = [first, second].map(|run| -> BTreeMap<String, String> {
        Identity::imprints(&run.mark).into_iter().map(|imprint| (imprint.name, imprint.ends)).collect()
    });
    let ends_of = |name: &str| ends.each_ref().map(|ends| ends.get(name).map_or("", String::as_str));
    for dump in &first.ledger.dumps {
        let name = &dump.dump;
        let place =
            second.dump(name).filter(|place| is_same([dump, &second.ledger.dumps[*place]], ends_of(name)));
        if let Some(place) = place {
            if let Some((_, before)) = latest.filter(|(latest, _)| place < *latest) {
                return Err(FinishedError::Order { one: before.clone(), other: name.clone() });
            }
            latest = Some((place, name));
            while let Some(other) = rest.next_if(|other| other.dump != *name) {
                order.push(read(other, [false, true]));
            }
            rest.next();
        }
        order.push(read(dump, [true, place.is_some()]));
    }
    order.extend(rest.map(|dump| read(dump, [false, true])));
    Ok(order)
}

/// All outputs of a run, merged.
struct Lines {
    outputs: Vec<(Output, Worked<Seen>)>,
    dumps: BTreeMap<String, usize>,
    next: usize,
}

impl Lines {
    fn new(run: &FinishedRun, number: usize, dumps: &[ReadDump]) -> Self {
        let outputs = Output::ALL
            .map(|output| (output, Worked::new(run.lines(output), run.folder.join(output.folder()))));
        let dumps = dumps.iter().enumerate().filter(|(_, dump)| dump.is_in[number]);
        let dumps = dumps.map(|(place, dump)| (dump.name.clone(), place)).collect();
        Self { outputs: outputs.into(), dumps, next: 0 }
    }

    /// The place of the next line.
    fn peek(&mut self) -> Result<Option<(usize, u64)>, FinishedError> {
        let mut least: Option<(usize, u64)> = None;
        for (index, (output, lines)) in self.outputs.iter_mut().enumerate() {
            let work = |line: &[u8]| see(*output, &self.dumps, line);
            if let Some(seen) = lines.peek(&work)?
                && least.is_none_or(|least| seen.place < least)
            {
                least = Some(seen.place);
                self.next = index;
            }
        }
        Ok(least)
    }

    fn take(&mut self) -> Option<Seen> {
        self.outputs.get_mut(self.next).and_then(|(_, lines)| lines.take())
    }
}

fn see(output: Output, dumps: &BTreeMap<String, usize>, line: &[u8]) -> Result<Seen, String> {
    let mut head = LineHead::of(line).map_err(|problem| format!("a line {problem}"))?;
    let fate = match output {
        Output::Records => Some(LineFate::Kept),
        Output::Dropped => head
            .verdict
            .take()
            .map(|verdict| LineFate::Dropped { stage: verdict.stage, reason: verdict.reason }),
        Output::Quarantine => head.reason.take().map(|reason| LineFate::Quarantined { reason }),
    };
    let missing = || "a line does not say where it came from, or why it was dropped".to_owned();
    let ((dump, number), fate) = head.place(output).zip(fate).ok_or_else(missing)?;
    let dump = dumps.get(&*dump).ok_or_else(|| format!("a line is of {dump}, which is not in the ledger"))?;
    let line = std::str::from_utf8(line).map_err(|error| format!("a line is not UTF-8: {error}"))?;
    Ok(Seen { place: (*dump, number), fate, line: line.into() })
}

/// A record of a dump that only one run has.
struct Lone {
    id: u128,
    place: (usize, u64),
    fate: LineFate,
    /// Of everything but where it came from.
    hash: u64,
}

struct Sum<'a> {
    most: usize,
    dumps: &'a [ReadDump],
    difference: RunDifference,
    moves: BTreeMap<(LineFate, LineFate), Move>,
    fields: BTreeMap<String, FieldDifference>,
    lone: [Vec<Lone>; 2],
}

impl<'a> Sum<'a> {
    fn new(most: usize, dumps: &'a [ReadDump]) -> Self {
        Self {
            most,
            dumps,
            difference: RunDifference::default(),
            moves: BTreeMap::new(),
            fields: BTreeMap::new(),
            lone: [Vec::new(), Vec::new()],
        }
    }

    /// A line that both runs have.
    fn pair(&mut self, from: &Seen, to: &Seen) {
        self.difference.matched += 1;
        if from.fate == to.fate && from.line == to.line {
            self.difference.same += 1;
            return;
        }
        let (old, new) = (fields(&from.line), fields(&to.line));
        if from.fate != to.fate {
            let title = new.get("title").or(old.get("title")).map(|raw| shown(raw)).unwrap_or_default();
            self.moved(from.place, &from.fate, &to.fate, title);
            return;
        }
        let (dump, line) = (self.dumps.get(from.place.0).map_or("", |dump| &dump.name), from.place.1);
        let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let mut is_changed = false;
        for name in names {
            let (old, new) = (old.get(name).copied(), new.get(name).copied());
            if old == new {
                continue;
            }
            is_changed = true;
            let field = self
                .fields
                .entry(name.clone())
                .or_insert_with(|| FieldDifference { field: name.clone(), ..FieldDifference::default() });
            match (old, new) {
                (Some(_), Some(_)) => field.changed += 1,
                (None, _) => field.added += 1,
                (_, None) => field.removed += 1,
            }
            if field.examples.len() < self.most {
                let (old, new) = match (old.map(shown), new.map(shown)) {
                    (Some(old), Some(new)) => {
                        let (old, new) = first_change(&old, &new);
                        (Some(old), Some(new))
                    }
                    (old, new) => (old, new),
                };
                field.examples.push(FieldExample {
                    dump: dump.to_owned(),
                    line,
                    old: old.map(|text| head(&text)),
                    new: new.map(|text| head(&text)),
                });
            }
        }
        if is_changed {
            self.difference.changed += 1;
        } else {
            self.difference.same += 1;
        }
    }

    fn moved(&mut self, place: (usize, u64), from: &LineFate, to: &LineFate, title: String) {
        let entry = self.moves.entry((from.clone(), to.clone())).or_insert_with(|| Move {
            from: from.clone(),
            to: to.clone(),
            lines: 0,
            examples: Vec::new(),
        });
        entry.lines += 1;
        if entry.examples.len() < self.most {
            let dump = self.dumps.get(place.0).map(|dump| dump.name.clone()).unwrap_or_default();
            entry.examples.push(DiffExample { title, dump, line: place.1 });
        }
    }

    /// A line that only one run has in its place.
    fn single(&mut self, run: usize, seen: &Seen) {
        let fields = if self.dumps[seen.place.0].is_shared() { BTreeMap::new() } else { fields(&seen.line) };
        let id = fields.get("id").map(|raw| shown(raw));
        let Some(id) = id.and_then(|id| u128::from_str_radix(&id, 16).ok()) else {
            self.difference.only_in[run] += 1;
            return;
        };
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        for (name, value) in &fields {
            hash.update(name.as_bytes());
            hash.update(value.as_bytes());
        }
        self.lone[run].push(Lone { id, place: seen.place, fate: seen.fate.clone(), hash: hash.digest() });
    }

    fn finish(mut self) -> RunDifference {
        let [mut first, mut second] = std::mem::take(&mut self.lone);
        // Several records of a run may have one id: they are matched in their order.
        first.sort_by_key(|lone| (lone.id, lone.place));
        second.sort_by_key(|lone| (lone.id, lone.place));
        let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
        loop {
            let ids = (first.peek().map(|lone| lone.id), second.peek().map(|lone| lone.id));
            let run = match ids {
                (None, None) => break,
                (Some(one), Some(other)) if one == other => {
                    if let (Some(from), Some(to)) = (first.next(), second.next()) {
                        self.difference.matched += 1;
                        self.difference.matched_by_id += 1;
                        if from.fate != to.fate {
                            self.moved(from.place, &from.fate, &to.fate, String::new());
                        } else if from.hash == to.hash {
                            self.difference.same += 1;
                        } else {
                            self.difference.changed += 1;
                        }
                    }
                    continue;
                }
                (Some(one), other) if other.is_none_or(|other| one < other) => {
                    first.next();
                    0
                }
                _ => {
                    second.next();
                    1
                }
            };
            self.difference.only_in[run] += 1;
        }
        let mut difference = self.difference;
        difference.moves = self.moves.into_values().collect();
        difference.fields = self.fields.into_values().collect();
        difference
    }
}

/// An article's fields as JSON where they have values, those of `labels` and `found` one by one; not where it came from and what became of it.
fn fields(line: &str) -> BTreeMap<String, &str> {
    let mut fields = BTreeMap::new();
    let object: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(line).unwrap_or_default();
    for (name, value) in object {
        match &*name {
            "source" | "verdict" | "duplicate_of" => {}
            _ if value.get() == "null" => {}
            "labels" | "found" => {
                let inner: BTreeMap<Cow<'_, str>, &RawValue> =
                    serde_json::from_str(value.get()).unwrap_or_default();
                fields.extend(inner.into_iter().map(|(key, value)| (format!("{name}.{key}"), value.get())));
            }
            _ => drop(fields.insert(name.into_owned(), value.get())),
        }
    }
    fields
}

/// A value for people: a text without its quotes and escapes, anything else as JSON.
fn shown(raw: &str) -> String {
    serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned())
}

/// As much of a value as an example needs.
fn head(text: &str) -> String {
    const MOST: usize = 240;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}
