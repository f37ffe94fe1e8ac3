//! Every file in `tests/cases/` is a pipeline with test cases, and each must hold.

use copydesk::pipeline::Pipeline;

#[test]
fn every_file_of_cases_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("there are cases")
        .map(|entry| entry.expect("it is readable").path())
        .collect();
    files.sort();
    let mut failures = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "toml")) {
        let source = std::fs::read_to_string(file).expect("cases are UTF-8");
        let pipeline = Pipeline::parse_in(folder.as_ref(), "cases", &source)
            .unwrap_or_else(|problems| panic!("{}: {problems:#?}", file.display()));
        let results = pipeline.check_tests();
        assert!(!results.is_empty(), "{} has no cases", file.display());
        for result in results {
            failures.extend(result.failures.iter().map(|failure| format!("{}: {failure}", result.name)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
