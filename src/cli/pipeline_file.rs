//! From what the user called a pipeline to a pipeline, or to a picture of everything that is wrong with it.

use std::path::{Path, PathBuf};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::show::{Level as Weight, error, say_as_it_is};
use crate::pipeline::{Pipeline, SHIPPED, like, shipped};
use crate::settings::{MOST_FILE_BYTES, Problem, read_bounded};

/// The pipeline, and what it is called in messages; `None` once what is wrong has been said.
///
/// A shipped pipeline's name comes before a file of the same name: `./articles` means the file.
pub(super) fn load(argument: &str) -> Option<(Pipeline, String)> {
    let Source { folder, name, text } = find(argument)?;
    match Pipeline::parse_in(&folder, &name, &text) {
        Ok(pipeline) => Some((pipeline, argument.to_owned())),
        Err(problems) => {
            say_as_it_is(Weight::Error, &picture(argument, &text, &problems), &[]);
            None
        }
    }
}

/// The text of a pipeline file, and where it is.
pub(super) struct Source {
    /// Where the paths in it begin.
    pub folder: PathBuf,
    /// The pipeline's name.
    pub name: String,
    /// The file's text.
    pub text: String,
}

/// The file of the pipeline; `None` once what is wrong has been said.
pub(super) fn find(argument: &str) -> Option<Source> {
    if let Some(source) = shipped(argument) {
        let (name, text) = (argument.to_owned(), source.to_owned());
        return Some(Source { folder: PathBuf::new(), name, text });
    }
    let path = Path::new(argument);
    let bytes = match std::fs::File::open(path).and_then(|file| read_bounded(file, MOST_FILE_BYTES)) {
        Ok(bytes) => bytes,
        Err(cause) => {
            let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
            let listed = format!("the shipped ones are {}", names.join(", "));
            let meant = like(path, argument).map(|name| format!("did you mean `{name}`?"));
            error(&format!("read the pipeline {argument}: {cause}"), &[&meant.unwrap_or(listed)]);
            return None;
        }
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(cause) => {
            let at = cause.utf8_error().valid_up_to();
            error(&format!("read the pipeline {argument}: not UTF-8 from byte {at}"), &[]);
            return None;
        }
    };
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    Some(Source { folder, name, text })
}

/// The text of a pipeline that [`load`] has read.
pub(super) fn source(argument: &str) -> std::io::Result<String> {
    shipped(argument).map_or_else(|| std::fs::read_to_string(argument), |source| Ok(source.to_owned()))
}

/// The file that an argument names; `None` where it is the name of a shipped pipeline.
pub(super) fn path(argument: &str) -> Option<PathBuf> {
    shipped(argument).is_none().then(|| PathBuf::from(argument))
}

/// Every mistake with its line and a caret.
fn picture(path: &str, source: &str, problems: &[Problem]) -> String {
    // Colours are taken out again where the output is no terminal.
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(100);
    let mut pictures: Vec<String> = problems
        .iter()
        .map(|problem| {
            let annotation = AnnotationKind::Primary.span(problem.span.clone());
            let snippet = Snippet::source(source).path(path).annotation(annotation);
            let mut group = Level::ERROR.primary_title(&*problem.message).element(snippet);
            if let Some(help) = &problem.help {
                group = group.element(Level::HELP.message(&**help));
            }
            renderer.render(&[group])
        })
        .collect();
    let mistakes = if problems.len() == 1 { "one mistake" } else { "mistakes" };
    let number = if problems.len() == 1 { String::new() } else { format!("{} ", problems.len()) };
    pictures.push(format!("error: {path} has {number}{mistakes}"));
    pictures.join("\n\n")
}
