//! `extends`: a pipeline as changes to another.
//!
//! The files of a chain are [`Layer`]s. From the lowest on, each puts its tables over those below, key by key, and changes the
//! list of stages: `[[stage]]` with `before`, `after`, `replace`, `change` or `remove` names a stage by its kind, or by the
//! `name` that a file gave it. What comes from a lower layer was found right there; where it goes wrong in its new
//! surroundings, that is shown at `extends`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::DeValue;

use super::shipped::{SHIPPED, shipped};
use super::{Pipeline, file};
use crate::settings::{
    Document, MOST_FILE_BYTES, Problem, SettingsTable, nearest, parse_document, read_bounded,
};
use crate::stage::catalogue::{STAGES, find};
use crate::store::shown;
use crate::text::shell_path;

/// Files that extend each other, at most; more are a circle.
const MOST_LAYERS: usize = 8;

/// The keys with which a stage says where it belongs in the pipeline that is extended.
const VERBS: [&str; 5] = ["before", "after", "replace", "change", "remove"];

/// A pipeline file of a chain.
#[derive(Debug)]
pub(super) struct Layer {
    /// Its text.
    pub source: String,
    /// Where its paths begin.
    pub folder: PathBuf,
    /// It stands for a pipeline that could not be read.
    is_stand_in: bool,
}

impl Layer {
    /// A file as it was read.
    pub(super) fn new(source: String, folder: PathBuf) -> Self {
        Self { source, folder, is_stand_in: false }
    }

    /// Every kind of stage, in the place of a pipeline that could not be read: what changes it is held against them, and none of
    /// them is in the pipeline that comes of it.
    pub(super) fn stand_in() -> Self {
        let stages: Vec<&str> = STAGES.iter().map(|kind| kind.example).collect();
        Self { source: stages.join("\n"), folder: PathBuf::new(), is_stand_in: true }
    }
}

/// The layers below a file, the lowest first.
///
/// # Errors
/// What is wrong with the file's `extends`.
pub(super) fn below(source: &str, folder: &Path) -> Result<Vec<Layer>, Problem> {
    let mut layers = Vec::new();
    let (mut source, mut folder) = (source.to_owned(), folder.to_owned());
    let mut first = None;
    while let Some((name, span)) = extends(&source)? {
        let (_, place) = first.get_or_insert((name.clone(), span)).clone();
        let layer = open(&name, &folder, &place)?;
        if layers.len() == MOST_LAYERS {
            let what = format!(
                "the files that it extends are more than {MOST_LAYERS}, or extend each other in a circle"
            );
            return Err(Problem::new(place, what));
        }
        (source, folder) = (layer.source.clone(), layer.folder.clone());
        layers.push(layer);
    }
    // After the whole chain was found to have an end.
    if let (Some((name, place)), Some(layer)) = (first, layers.first()) {
        check(&name, layer, &place)?;
    }
    layers.reverse();
    Ok(layers)
}

/// The pipelines that a file extends, the nearest first.
pub fn extended(source: &str, folder: &Path) -> Vec<Pipeline> {
    let layers = below(source, folder).unwrap_or_default().into_iter().rev();
    layers.filter_map(|layer| file::parse("", &layer.source, &layer.folder).ok()).collect()
}

/// The layers below a file whose `extends` is a name that is not quite that of a pipeline.
pub(super) fn meant(source: &str, folder: &Path) -> Option<Vec<Layer>> {
    let (name, place) = extends(source).ok()??;
    let layer = open(&like(&folder.join(&name), &name)?, folder, &place).ok()?;
    let mut layers = below(&layer.source, &layer.folder).ok()?;
    layers.push(layer);
    Some(layers)
}

/// The pipeline that is probably meant by a name that none has: one that comes with copydesk, or a file beside `path`, called
/// as it was called.
fn like(path: &Path, called: &str) -> Option<String> {
    let shipped = || {
        let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        nearest(called, &names).map(str::to_owned)
    };
    let beside = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
        let mut names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        // Neither a folder nor a link to nothing can be meant.
        names.retain(|name| {
            Path::new(name).extension().is_some_and(|ending| ending == "toml")
                && path.with_file_name(name).is_file()
        });
        names.sort_unstable();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = nearest(path.file_name()?.to_str()?, &names)?;
        Path::new(called).with_file_name(found).into_os_string().into_string().ok()
    };
    if called.contains(['.', '/']) { beside().or_else(shipped) } else { shipped().or_else(beside) }
}

/// What to do about a pipeline's file that cannot be read, called as it was called.
pub fn unread(path: &Path, called: &str, cause: &std::io::Error) -> String {
    let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    let (path_shown, names) = (shown(path), names.join(", "));
    match cause.kind() {
        ErrorKind::PermissionDenied => format!("let this user read {path_shown}"),
        ErrorKind::IsADirectory => {
            format!("{path_shown} is a folder; name a pipeline's file, or a shipped one: {names}")
        }
        ErrorKind::NotFound | ErrorKind::NotADirectory => match like(path, called) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the shipped pipelines are {names}; a file is looked for as {path_shown}"),
        },
        _ => format!("a pipeline is a file of TOML, or a shipped one: {names}"),
    }
}

fn extends(source: &str) -> Result<Option<(String, Range<usize>)>, Problem> {
    let mut document = parse_document(source);
    let Some(value) = document.table.take("extends") else { return Ok(None) };
    let span = value.span();
    match value.into_inner() {
        DeValue::String(name) => Ok(Some((name.into_owned(), span))),
        _ => Err(Problem::new(span, "extends is the name of a pipeline or of its file, in quotes")),
    }
}

fn open(name: &str, folder: &Path, place: &Range<usize>) -> Result<Layer, Problem> {
    if let Some(source) = shipped(name) {
        return Ok(Layer::new(source.to_owned(), PathBuf::new()));
    }
    let path = folder.join(name);
    let content = std::fs::File::open(&path).and_then(|file| read_bounded(file, MOST_FILE_BYTES));
    match content.and_then(text) {
        Ok(source) => {
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            Ok(Layer::new(source, folder))
        }
        Err(cause) => {
            let help = unread(&path, name, &cause);
            Err(Problem::new(place.clone(), format!("failed to read the pipeline `{name}`: {cause}"))
                .help(help))
        }
    }
}

fn text(content: Vec<u8>) -> std::io::Result<String> {
    String::from_utf8(content).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
}

/// Whether a file that is extended is right by itself.
fn check(name: &str, layer: &Layer, place: &Range<usize>) -> Result<(), Problem> {
    let Err(problems) = file::parse(name, &layer.source, &layer.folder) else { return Ok(()) };
    let first = problems.first().map(|problem| problem.message.as_str()).unwrap_or_default();
    let message = format!("`{name}` has mistakes, the first is: {first}");
    // As the file lies, wherever the one is that extends it.
    let path = layer.folder.join(Path::new(name).file_name().unwrap_or_default());
    let path = shell_path(&path.display().to_string());
    Err(Problem::new(place.clone(), message).help(format!("`copydesk check {path}` shows them all")))
}

/// A stage on its way into a pipeline.
pub(super) struct StageEntry<'a> {
    /// Its options and its kind.
    pub table: SettingsTable<'a>,
    /// The values of its options as they are written.
    pub texts: BTreeMap<String, String>,
    /// Where mistakes about its place are shown.
    pub place: Range<usize>,
    /// It is one of [`Layer::stand_in`]: its options are nobody's.
    pub is_stand_in: bool,
    /// The layer that is being put over the others has made or changed it: its options stand where they were written.
    is_of_this_layer: bool,
    kind: String,
    name: Option<String>,
}

impl<'a> StageEntry<'a> {
    fn new(mut table: SettingsTable<'a>, layer: &Layer, problems: &mut Vec<Problem>) -> Self {
        table.set_folder(&layer.folder);
        let texts = table.texts(&layer.source);
        let place = table.value_span("kind").unwrap_or_else(|| table.span());
        let name = take_text(&mut table, "name", problems).map(|(name, _)| name);
        let kind = table.text("kind").unwrap_or_default();
        Self { table, texts, place, is_stand_in: layer.is_stand_in, is_of_this_layer: true, kind, name }
    }

    /// The kind that it names.
    pub(super) fn kind(&self) -> &str {
        &self.kind
    }

    fn is_called(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name) || (self.name.is_none() && self.kind == name)
    }

    fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.kind)
    }
}

/// What the layers say together.
pub(super) struct Merged<'a> {
    /// The tables but for `[[stage]]` and `[[test]]`; tests are the top layer's.
    pub document: Document<'a>,
    /// The stages in their order.
    pub stages: Vec<StageEntry<'a>>,
}

/// Puts layers over each other; the last is the file itself.
pub(super) fn merge(layers: &[Layer]) -> Merged<'_> {
    let mut merged: Option<Merged<'_>> = None;
    for layer in layers {
        let mut document = parse_document(&layer.source);
        let extends = document.table.take("extends").map(|value| value.span());
        let entries = document.take_tables("stage");
        let mut stages = Vec::new();
        let is_on_stand_in = layers.first().is_some_and(|first| first.is_stand_in);
        if let (Some(below), Some(place)) = (merged, extends.clone()) {
            let Merged { document: mut lower, stages: inherited } = below;
            for own in ["format", "test"] {
                lower.table.take(own);
            }
            document.table = lower.table.overlaid(document.table, Some(&place));
            stages = inherited;
            for stage in &mut stages {
                (stage.place, stage.is_of_this_layer) = (place.clone(), false);
            }
        }
        for table in entries {
            let entry = StageEntry::new(table, layer, &mut document.problems);
            if extends.is_some() {
                place(entry, &mut stages, &mut document.problems, is_on_stand_in);
            } else {
                stages.push(entry);
            }
        }
        if let Some(place) = extends.filter(|_| is_on_stand_in) {
            stages.retain(|stage| stage.place != place);
        }
        merged = Some(Merged { document, stages });
    }
    merged.expect("a file is a layer of its own")
}

/// Puts a stage of a higher layer where it says, or changes the one that it names.
fn place<'a>(
    mut entry: StageEntry<'a>,
    stages: &mut Vec<StageEntry<'a>>,
    problems: &mut Vec<Problem>,
    is_on_stand_in: bool,
) {
    let mut asked = Vec::new();
    for verb in VERBS {
        entry.texts.remove(verb);
        if let Some((target, span)) = take_text(&mut entry.table, verb, problems) {
            asked.push((verb, target, span));
        }
    }
    let Some((verb, target, span)) = asked.pop() else {
        stages.push(entry);
        return;
    };
    if let Some((other, _, _)) = asked.first() {
        problems.push(Problem::new(span, format!("a stage has `{other}` or `{verb}`, not both")));
        return;
    }
    let found: Vec<usize> =
        stages.iter().enumerate().filter(|(_, stage)| stage.is_called(&target)).map(|(at, _)| at).collect();
    let at = match found[..] {
        [at] => at,
        [] => {
            // Not what the file itself has misspelt.
            let is_right = |stage: &&StageEntry<'_>| stage.name.is_some() || find(&stage.kind).is_some();
            let names: Vec<&str> = stages.iter().filter(is_right).map(StageEntry::called).collect();
            if is_on_stand_in {
                // It may be a name that the pipeline gives to a stage, unless it is nearly that of a kind.
                if let Some(nearest) = nearest(&target, &names) {
                    let what = format!("no kind of stage is called `{target}`");
                    problems.push(Problem::new(span, what).help(format!("did you mean `{nearest}`?")));
                }
                if !entry.kind.is_empty() {
                    stages.push(entry);
                }
                return;
            }
            problems.push(Problem::unknown(span, "stage", &target, names));
            return;
        }
        _ => {
            let help = "give the one that is meant a `name` where it is made, and use that";
            problems
                .push(Problem::new(span, format!("there are {} stages `{target}`", found.len())).help(help));
            return;
        }
    };
    match verb {
        "before" => stages.insert(at, entry),
        "after" => stages.insert(at + 1, entry),
        "replace" => stages[at] = entry,
        "remove" => {
            for (key, span) in entry.table.keys() {
                problems.push(Problem::new(span, format!("`{key}` has no meaning beside `remove`")));
            }
            stages.remove(at);
        }
        _ => {
            let below = &mut stages[at];
            let place = span.clone();
            let moved_to = (!below.is_of_this_layer).then_some(&place);
            below.table = std::mem::take(&mut below.table).overlaid(entry.table, moved_to);
            below.texts.extend(entry.texts);
            (below.place, below.is_of_this_layer) = (place, true);
        }
    }
}

fn take_text(
    table: &mut SettingsTable<'_>,
    key: &str,
    problems: &mut Vec<Problem>,
) -> Option<(String, Range<usize>)> {
    let value = table.take(key)?;
    let span = value.span();
    if let DeValue::String(name) = value.into_inner() {
        return Some((name.into_owned(), span));
    }
    problems.push(Problem::new(span, format!("{key} is the name of a stage, in quotes")));
    None
}

/// The pipelines that a chain is made of are all in its fingerprint.
pub(super) fn fingerprint(layers: &[Layer], files: &[u128]) -> String {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    layers.iter().rev().for_each(|layer| hash.update(layer.source.as_bytes()));
    files.iter().for_each(|file: &u128| hash.update(&file.to_le_bytes()));
    format!("{:032x}", hash.digest128())
}

impl Pipeline {
    /// The names of the shipped pipelines, with the first paragraph of what each says about itself.
    pub fn shipped_about() -> Vec<(&'static str, String)> {
        let about = |source: &str| {
            let comment = source.lines().map_while(|line| line.strip_prefix("# ").or(line.strip_prefix('#')));
            let comment = comment.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
            comment.split_once(": ").map_or(&*comment, |(_, about)| about).trim_end_matches(':').to_owned()
        };
        SHIPPED.iter().map(|(name, source)| (*name, about(source))).collect()
    }
}
