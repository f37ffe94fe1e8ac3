//! What is fed with bytes: for libFuzzer (`fuzz_targets/`) and for the plain loop of `tests/it/mutants.rs`. A panic is a finding, and so
//! is what these functions assert.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use copydesk::article::{Article, Source};
use copydesk::decode::Decoder;
use copydesk::html::{Bounds, Page, Tree};
use copydesk::line::check_tests;
use copydesk::night::{Finish, NightOrder, Pace, StateOrder, View, Watch, run};
use copydesk::pipeline::{Judgement, Pipeline, StageTally};
use copydesk::state::{NightName, State};
use xxhash_rust::xxh3::xxh3_128;

/// What is fed.
pub(crate) type Target = fn(&[u8]);

/// All of them, by name.
pub(crate) const TARGETS: [(&str, Target); 6] = [
    ("page", page),
    ("line", line),
    ("dump", dump),
    ("pipeline", pipeline),
    ("state", state),
    ("checkpoint", checkpoint),
];

fn judge(pipeline: &Pipeline, article: &mut Article) {
    let judgement = pipeline.apply(article, &mut vec![StageTally::default(); pipeline.steps.len()]);
    assert!(matches!(judgement, Judgement::Kept), "{judgement:?}");
}

/// A page, to all that looks at pages; and the tree of it holds together.
pub(crate) fn page(bytes: &[u8]) {
    static PIPELINE: OnceLock<Pipeline> = OnceLock::new();
    let pipeline = PIPELINE.get_or_init(|| {
        let stages =
            ["format = 1", "kind = \"extract-metadata\"", "kind = \"extract-html\"", "kind = \"label-page\""];
        Pipeline::parse("fuzz", &stages.join("\n[[stage]]\n")).expect("it is a pipeline")
    });
    let html = String::from_utf8_lossy(bytes);
    let bounds = Bounds { nodes: 200, depth: 8, attributes: 4, ..Bounds::default() };
    let tree = Tree::parse(&html, &bounds);
    let page = Page::new(&html, &tree);
    for node in page.nodes().skip(1) {
        assert!(page.parent(node) < node && page.contains(page.parent(node), node));
        assert!(page.ancestors(node).count() <= bounds.depth + 1);
    }
    let mut article = Article::new(Source { dump: Arc::from("fuzz"), line: 1, id: None });
    article.url.push_str("https://example.com/2024/05/01/a");
    article.html = html.into_owned();
    judge(pipeline, &mut article);
}

/// A line of a dump, to the decoder and all stages of `fields`.
pub(crate) fn line(bytes: &[u8]) {
    static PIPELINE: OnceLock<(Pipeline, Decoder)> = OnceLock::new();
    let (pipeline, decoder) = PIPELINE.get_or_init(|| {
        let pipeline = Pipeline::parse("fields", include_str!("../../pipelines/fields.toml"));
        let pipeline = pipeline.expect("it is a pipeline");
        let decoder = pipeline.decoder();
        (pipeline, decoder)
    });
    let Ok(mut decoded) = decoder.decode(bytes, &Arc::from("fuzz"), 1) else { return };
    judge(pipeline, &mut decoded.article);
}

/// A dump of any compression and form: opened, cut and decoded, and its records written. What stages make of them is for [`line`]. What
/// begins with a letter has a name that makes it a table, unless its content is of another form.
pub(crate) fn dump(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let is_named = bytes.first().is_some_and(u8::is_ascii_alphabetic);
    let path = folder.path().join(if is_named { "a.csv" } else { "a.jsonl" });
    put(&path, bytes);
    let order = NightOrder {
        pipeline: Pipeline::parse("fuzz", READING).expect("it is a pipeline"),
        inputs: vec![path],
        ..order(&[], &folder.path().join("out"), None)
    };
    if let Ok(Finish::Complete(ledger)) = run(order, &mut (), &AtomicBool::new(false)) {
        assert_eq!(ledger.quarantined.get("stage_panicked"), None);
    }
}

/// The text of a pipeline file: read, and where it is one, its cases are run.
pub(crate) fn pipeline(bytes: &[u8]) {
    if let Ok(pipeline) = Pipeline::parse("fuzz", &String::from_utf8_lossy(bytes)) {
        drop(check_tests(pipeline));
    }
}

/// A manifest, with a checksum that is right, in a state of two nights: looked at, checked, and a night is run with it.
pub(crate) fn state(bytes: &[u8]) {
    static BEFORE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let before = BEFORE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (night, dump) in [("1", "feed.jsonl"), ("2", "pages.jsonl.zst")] {
            let order = order(&[dump], &folder.path().join(night), Some(&folder.path().join("state")));
            run(order, &mut (), &AtomicBool::new(false)).expect("nothing is wrong with it");
        }
        folder
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = folder.path().join("state");
    copy(&before.path().join("state"), &state);
    put(&state.join("state.json"), &sealed(bytes));
    // It names the very manifest that was written with it, and no other would be looked at any further.
    std::fs::remove_file(state.join("state.before.json")).expect("it is there");
    if let Ok(state) = State::look(&state) {
        drop((state.damages(), state.settings(), state.nights().len()));
        for night in state.nights() {
            drop(state.records_of(night));
        }
    }
    drop(run(
        order(&["feed.jsonl"], &folder.path().join("3"), Some(&state)),
        &mut (),
        &AtomicBool::new(false),
    ));
}

/// A checkpoint, with a checksum that is right, of a run that was stopped: the run resumes from it.
pub(crate) fn checkpoint(bytes: &[u8]) {
    static BEFORE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let before = BEFORE.get_or_init(stopped);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = folder.path().join("out");
    copy(&before.path().join("out"), &output);
    put(&output.join(".copydesk/checkpoint.json"), &sealed(bytes));
    drop(run(order(&STOPPED, &output, None), &mut (), &AtomicBool::new(false)));
}

/// What a target is fed with to begin with.
pub(crate) fn seeds(target: &str) -> Vec<Vec<u8>> {
    let read = |path: &Path| std::fs::read(path).expect("it is there");
    let sample = |name: &str| read(&samples().join(name));
    match target {
        "page" => {
            let pages = zstd::decode_all(&*sample("pages.jsonl.zst")).expect("it is zstd");
            pages.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).filter(|page| !page.is_empty()).collect()
        }
        "line" => {
            let lines =
                [sample("feed.jsonl"), zstd::decode_all(&*sample("pages.jsonl.zst")).expect("it is zstd")]
                    .concat();
            lines.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).filter(|line| !line.is_empty()).collect()
        }
        "dump" => {
            let feed = sample("feed.jsonl");
            let csv =
                b"url,title,text,date\nhttps://a.example/1,Pier,\"Some \"\"text\"\"\nof it\",2024-03-12\n"
                    .to_vec();
            let warc = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/1\r\nContent-Length: 64\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Pier</p><p>a</p>\r\n\r\n".to_vec();
            let utf_16: Vec<u8> =
                b"\xFF\xFE".iter().copied().chain(feed.iter().flat_map(|byte| [*byte, 0])).collect();
            let xz = {
                let mut packed = Vec::new();
                let mut encoder = liblzma::write::XzEncoder::new(&mut packed, 1);
                std::io::Write::write_all(&mut encoder, &feed).expect("memory takes it");
                encoder.finish().expect("memory takes it");
                packed
            };
            let list = [
                b"[",
                &*feed
                    .trim_ascii()
                    .split(|byte| *byte == b'\n')
                    .filter(|line| !line.is_empty())
                    .collect::<Vec<_>>()
                    .join(&b","[..]),
                b"]",
            ]
            .concat();
            let named = ["news-english.jsonl.zst", "news-world.jsonl.gz", "broken.jsonl.zst"].map(sample);
            let more = [feed, csv, warc, utf_16, xz, list];
            named.into_iter().chain(more).collect()
        }
        "pipeline" => ["articles", "nightly", "corpus", "fields"]
            .map(|name| read(&samples().join(format!("../pipelines/{name}.toml"))))
            .to_vec(),
        "state" => {
            state(b"{}");
            let folder = tempfile::tempdir().expect("a temporary folder");
            let state = folder.path().join("state");
            drop(run(
                order(&["feed.jsonl"], &folder.path().join("1"), Some(&state)),
                &mut (),
                &AtomicBool::new(false),
            ));
            drop(run(
                order(&["pages.jsonl.zst"], &folder.path().join("2"), Some(&state)),
                &mut (),
                &AtomicBool::new(false),
            ));
            vec![unsealed(&read(&state.join("state.json")))]
        }
        _ => vec![unsealed(&read(&stopped().path().join("out/.copydesk/checkpoint.json")))],
    }
}

/// With `SEEDS=FOLDER`, writes what a target is fed with to begin with, and ends the process: a corpus for libFuzzer.
#[cfg(fuzzing)]
pub(crate) fn write_seeds(target: &str) {
    let Some(folder) = std::env::var_os("SEEDS") else { return };
    for (number, seed) in seeds(target).iter().enumerate() {
        put(&Path::new(&folder).join(format!("seed-{number}")), seed);
    }
    std::process::exit(0);
}

/// Seen from this crate's folder, or from that of the fuzz targets.
fn samples() -> &'static Path {
    let here = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"));
    if here.exists() { here } else { Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples")) }
}

/// Nothing but to read, to decode and to write.
const READING: &str = "format = 1\n[output]\nlevel = 1\n";

/// The dumps of a run that was stopped.
const STOPPED: [&str; 2] = ["feed.jsonl", "pages.jsonl.zst"];

fn order(dumps: &[&str], output: &Path, state: Option<&Path>) -> NightOrder {
    let stage = "[dedup]\nnear = true\n[[stage]]\nkind = \"normalise-whitespace\"\n";
    NightOrder {
        pipeline: Pipeline::parse("fuzz", &[READING, stage].concat()).expect("it is a pipeline"),
        pipeline_file: None,
        inputs: dumps.iter().map(|dump| samples().join(dump)).collect(),
        output: output.to_owned(),
        threads: 1,
        limit: None,
        sample: None,
        restart: false,
        scratch: None,
        state: state.map(|folder| StateOrder { folder: folder.to_owned(), night: NightName::OfFolder }),
        pace: Pace::default(),
    }
}

/// Stops a run at its second frame of records.
struct Stop<'a>(u32, &'a AtomicBool);

impl Watch for Stop<'_> {
    fn records(&mut self, _: &mut dyn std::io::Read) -> std::io::Result<()> {
        self.0 += 1;
        self.1.store(self.0 == 2, Ordering::Relaxed);
        Ok(())
    }

    fn tick(&mut self, _: View<'_>) {}
}

/// A folder with a run that was stopped between its two dumps.
fn stopped() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = folder.path().join("out");
    let stop = AtomicBool::new(false);
    let order = NightOrder {
        pace: Pace { every: std::time::Duration::ZERO, mark_bytes: Some(500) },
        ..order(&STOPPED, &output, None)
    };
    let run = run(order, &mut Stop(0, &stop), &stop);
    assert!(matches!(run, Ok(Finish::Stopped)), "{:?}", run.map(|_| ()));
    let checkpoint = std::fs::read_to_string(output.join(".copydesk/checkpoint.json")).expect("it is there");
    assert!(checkpoint.contains("\"position\":{\"dump\":1,"), "{checkpoint}");
    folder
}

/// A JSON object with a checksum; anything else as it is.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    match bytes.strip_prefix(b"{") {
        Some(rest) => [format!("{{\"xxh3\":\"{:032x}\",\n", xxh3_128(rest)).as_bytes(), rest].concat(),
        None => bytes.to_vec(),
    }
}

/// The object without its checksum.
fn unsealed(file: &[u8]) -> Vec<u8> {
    let rest = file.splitn(2, |byte| *byte == b'\n').nth(1).unwrap_or_default();
    [b"{", rest].concat()
}

fn put(path: &Path, content: &[u8]) {
    drop(std::fs::remove_file(path));
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).expect("there is room");
    std::io::Write::write_all(&mut file, content).expect("there is room");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("there is room");
    for entry in std::fs::read_dir(from).expect("it is a folder") {
        let path = entry.expect("it can be listed").path();
        let to = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("there is room");
        }
    }
}
