//! `copydesk extract`: one page or record, and what a pipeline makes of it.

use std::fmt::Write as _;
use std::sync::Arc;

use clap::ValueHint;

use super::show::{error, out, warning};
use super::{Exit, Refusal, completions, pipeline_file};
use crate::article::{Article, Source, Verdict};
use crate::decode::Reading;
use crate::format::{Form, HEAD_BYTES, unreadable};
use crate::html::charset::page_of;
use crate::line::{Judge, Judged, meaning};
use crate::read::Compression;
use crate::settings::read_bounded;
use crate::store::{FailureSlot, Found, StoreError, find, is_address, shown};

/// Make a record of one page, or of one record, and print it
///
/// A page is read in the encoding that it declares, or that its bytes show. A gate's verdict is a warning: the record is
/// printed all the same.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  curl -s URL | copydesk extract --url URL\n  copydesk extract page.html --format markdown"
)]
pub(super) struct Arguments {
    /// A file with an HTML page or a JSON record, or the address of one; standard input when left out, or for -
    #[arg(default_value = "-", value_hint = ValueHint::FilePath)]
    file: String,
    /// The pipeline: a TOML file, or the name of a shipped one
    #[arg(long, value_name = "PIPELINE", default_value = "articles", add = completions::of_pipelines())]
    pipeline: String,
    /// The page's address, which dates, links and names are read with
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The record, as a line of records/ has it
    Json,
    /// The text alone
    Text,
    /// Title, authors, date and text
    Markdown,
}

pub(super) fn extract(arguments: &Arguments) -> Exit {
    let Some((pipeline, _)) = pipeline_file::load(&arguments.pipeline) else { return Exit::Usage };
    // What is secret in an address is no part of a record.
    let name = shown(arguments.file.as_ref());
    let content = match read(&arguments.file) {
        Ok(content) => content,
        Err(cause) => {
            let failure = StoreError::within(&cause);
            let advice = failure.map(StoreError::advice);
            error(&format!("read {name}: {cause}"), advice.as_slice());
            let may_do = failure.is_some_and(|failure| !failure.is_permanent());
            return if may_do { Exit::Failed } else { Exit::Usage };
        }
    };
    let address = Some(&name).filter(|name| name.starts_with("http") && is_address(name.as_ref()));
    let url = arguments.url.as_ref().or(address).map(String::as_str);
    let judge = Judge::new(pipeline, None);
    let mut judged = match judge_content(&judge, &content, &name, url) {
        Ok(judged) => judged,
        Err(refusal) => {
            refusal.say();
            return refusal.exit;
        }
    };
    if let Some((_, verdict)) = judged.verdict.take() {
        let Verdict { stage, reason, .. } = verdict;
        let meaning = meaning(reason).unwrap_or_default();
        warning(&format!("a run would drop it as {reason} by {stage}: {meaning}"));
    }
    out(&match arguments.format {
        Format::Json => {
            let mut line = Vec::new();
            judged.write(judge.pipeline.output.extra, &mut line);
            String::from_utf8(line).expect("JSON is UTF-8")
        }
        Format::Text => format!("{}\n", judged.article.text),
        Format::Markdown => markdown(&judged.article),
    })
}

/// What a pipeline makes of a page, or of a record in JSON, that is called `name`. `url` is its address, where it is known.
///
/// # Errors
/// If it is neither, or cannot be processed.
pub(crate) fn judge_content(
    judge: &Judge,
    content: &[u8],
    name: &str,
    url: Option<&str>,
) -> Result<Judged, Refusal> {
    let mut article = article(judge, content, name).map_err(|what| {
        let advice = "extract takes an HTML page, or one record as a JSON object; `copydesk run` takes dumps";
        Refusal::new(Exit::Usage, what, vec![advice.to_owned()])
    })?;
    if let Some(url) = url {
        url.clone_into(&mut article.url);
    }
    let judged = judge.judge_article(article, &mut judge.tally(), None);
    judged
        .map_err(|(fault, _)| Refusal::new(Exit::Usage, format!("process it: {}", fault.detail), Vec::new()))
}

fn read(file: &str) -> std::io::Result<Vec<u8>> {
    /// As many as a line of a dump has by default.
    const MOST_BYTES: u64 = 64 << 20;
    if is_address(file.as_ref()) {
        let Found::Object(object) = find(file.as_ref())? else {
            return Err(std::io::ErrorKind::IsADirectory.into());
        };
        return read_bounded(object.open(&FailureSlot::default()), MOST_BYTES);
    }
    if file == "-" {
        return read_bounded(std::io::stdin(), MOST_BYTES);
    }
    read_bounded(std::fs::File::open(file)?, MOST_BYTES)
}

fn article(judge: &Judge, content: &[u8], name: &str) -> Result<Article, String> {
    let dump = Arc::from(name);
    if let Some(what) = no_page(content) {
        return Err(format!("read {name}: it is {what}"));
    }
    let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    let start = content.trim_ascii_start();
    if start.is_empty() {
        return Err(format!("find anything in {name}"));
    }
    if start.starts_with(b"{") {
        let decoded = judge.decode(&dump, Form::Json, content.trim_ascii(), 1, None);
        return match decoded {
            Ok(Reading::Article(decoded)) => Ok(decoded.article),
            Ok(Reading::Absent(..) | Reading::Other(_)) => unreachable!("only WARC has such units"),
            Err(fault) => Err(format!("read {name}: {}", fault.detail)),
        };
    }
    let mut article = Article::new(Source { dump, line: 1, id: None });
    article.html = page_of(content, None);
    Ok(article)
}

/// What bytes are that are neither a page nor a record.
fn no_page(content: &[u8]) -> Option<String> {
    let compression = Compression::of(content);
    if compression != Compression::None {
        return Some(format!("compressed with {}; decompress it first", compression.name()));
    }
    let start = content.trim_ascii_start();
    let openings: [&[u8]; 4] = [b"<", b"\xEF\xBB\xBF<", b"\xFF\xFE", b"\xFE\xFF"];
    let may_be_page = openings.iter().any(|opening| start.starts_with(opening));
    let head = content.get(..HEAD_BYTES).unwrap_or(content);
    unreadable(head).filter(|_| !may_be_page).map(|(what, advice)| format!("{what}; {advice}"))
}

/// A record as people read it.
fn markdown(article: &Article) -> String {
    let mut text = String::new();
    let mut add = |part: &str| write!(text, "{part}\n\n").expect("a String takes any text");
    if !article.title.is_empty() {
        add(&format!("# {}", article.title));
    }
    // The text of a page opens with its standfirst.
    if !article.description.is_empty() && !article.text.starts_with(&article.description) {
        add(&format!("*{}*", article.description));
    }
    let date = article.published.as_ref().map(ToString::to_string);
    let authors = Some(article.authors.join(", ")).filter(|authors| !authors.is_empty());
    let by = [authors, date].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if !by.is_empty() {
        add(&by);
    }
    add(&article.text);
    text.truncate(text.trim_end().len());
    text + "\n"
}
