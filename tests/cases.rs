//! Each case of `tests/cases/*.toml` is a test of its own: `cargo test --test cases NAME`.
//!
//! Every file there is a pipeline with `[[test]]` cases, as users write them; a case is called `FILE::NAME`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use copydesk::line::check_tests;
use copydesk::pipeline::Pipeline;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("there are cases")
        .map(|entry| entry.expect("it is readable").path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    let mut trials = Vec::new();
    for file in files {
        let stem = file.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let source = std::fs::read_to_string(&file).expect("cases are UTF-8");
        let pipeline = match Pipeline::parse_in(&folder, "cases", &source) {
            Ok(pipeline) => pipeline,
            Err(problems) => {
                let failure = format!("{problems:#?}");
                trials.push(Trial::test(stem, move || Err(Failed::from(failure))));
                continue;
            }
        };
        let results = check_tests(pipeline);
        if results.is_empty() {
            trials.push(Trial::test(stem, || Err(Failed::from("the file has no cases"))));
            continue;
        }
        let mut names: BTreeMap<String, u32> = BTreeMap::new();
        for result in results {
            let times = names.entry(result.name.clone()).and_modify(|times| *times += 1).or_insert(1);
            let name = if *times == 1 { result.name.clone() } else { format!("{} ({times})", result.name) };
            trials.push(Trial::test(format!("{stem}::{name}"), move || {
                if result.failures.is_empty() {
                    Ok(())
                } else {
                    Err(Failed::from(result.failures.join("\n")))
                }
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
