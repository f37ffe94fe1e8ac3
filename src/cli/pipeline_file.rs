//! From what the user called a pipeline to a pipeline, or to a picture of everything that is wrong with it.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::show::{error_columns, fitted};
use super::{Exit, Refusal};
use crate::pipeline::{Pipeline, shipped, unread};
use crate::settings::{MOST_FILE_BYTES, Problem, read_bounded};
use crate::store::shown;

/// The pipeline, and what it is called in messages; `None` once what is wrong has been said.
pub(super) fn load(argument: &str) -> Option<(Pipeline, String)> {
    let opened = open(argument).and_then(|source| source.pipeline());
    opened.map(|pipeline| (pipeline, argument.to_owned())).map_err(|refusal| refusal.say()).ok()
}

/// The file of the pipeline; `None` once what is wrong has been said.
pub(super) fn find(argument: &str) -> Option<Source> {
    open(argument).map_err(|refusal| refusal.say()).ok()
}

/// The text of a pipeline file, and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// What the user called it.
    pub called: String,
    /// Where the paths in it begin.
    pub folder: PathBuf,
    /// The pipeline's name.
    pub name: String,
    /// The file's text.
    pub text: String,
}

impl Source {
    /// What the file says.
    ///
    /// # Errors
    /// Every mistake in it, as a picture.
    pub(crate) fn pipeline(&self) -> Result<Pipeline, Refusal> {
        let Self { called, folder, name, text } = self;
        Pipeline::parse_in(folder, name, text)
            .map_err(|problems| Refusal::of_picture(picture(called, text, &problems)))
    }
}

/// Finds the file of a pipeline. A shipped pipeline's name comes before a file of the same name: `./articles` means the file.
///
/// # Errors
/// If there is none, or it cannot be read.
pub(crate) fn open(argument: &str) -> Result<Source, Refusal> {
    let called = argument.to_owned();
    if let Some(source) = shipped(argument) {
        return Ok(Source { name: called.clone(), called, folder: PathBuf::new(), text: source.to_owned() });
    }
    let path = Path::new(argument);
    let refused = |cause: &dyn Display, advice: Vec<String>| {
        Refusal::new(Exit::Usage, format!("read the pipeline {}: {cause}", shown(path)), advice)
    };
    let content = std::fs::File::open(path).and_then(|file| read_bounded(file, MOST_FILE_BYTES));
    let bytes = content.map_err(|cause| {
        let advice = unread(path, argument, &cause);
        refused(&cause, vec![advice])
    })?;
    let text = String::from_utf8(bytes).map_err(|cause| {
        let at = cause.utf8_error().valid_up_to();
        refused(&format_args!("not UTF-8 from byte {at}"), Vec::new())
    })?;
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    Ok(Source { called, folder, name, text })
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
    let columns = error_columns();
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(columns.min(100));
    let mut pictures: Vec<String> = problems
        .iter()
        .map(|problem| {
            let annotation = AnnotationKind::Primary.span(problem.span.clone());
            let snippet = Snippet::source(source).path(path).annotation(annotation);
            let mut group = Level::ERROR
                .primary_title(fitted(&problem.message, columns.saturating_sub(7)))
                .element(snippet);
            if let Some(help) = &problem.help {
                // Beside the line's number and `= help: `.
                group = group.element(Level::HELP.message(fitted(help, columns.saturating_sub(14))));
            }
            renderer.render(&[group])
        })
        .collect();
    let mistakes = if problems.len() == 1 { "one mistake" } else { "mistakes" };
    let number = if problems.len() == 1 { String::new() } else { format!("{} ", problems.len()) };
    pictures.push(format!("error: {path} has {number}{mistakes}"));
    pictures.join("\n\n")
}
