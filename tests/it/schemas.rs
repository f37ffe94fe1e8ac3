//! Everything that is printed with `--format json` is as `copydesk schema` describes it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// What is wrong with a value, by the parts of JSON Schema that copydesk's schemas use. A key that is not described is wrong.
fn wrong(schema: &Value, root: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).expect("a reference leads somewhere");
        return wrong(target, root, value, at);
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(variants) = schema[key].as_array() {
            let all: Vec<_> = variants.iter().map(|one| wrong(one, root, value, at)).collect();
            let fits = all.iter().any(Option::is_none);
            return (!fits).then(|| all.into_iter().flatten().collect::<Vec<_>>().join(" or "));
        }
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    };
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|kind| is(kind)) {
        return Some(format!("{at} is no {}: {value}", types.join(" or ")));
    }
    if schema.get("const").is_some_and(|constant| constant != value)
        || schema["enum"].as_array().is_some_and(|all| !all.contains(value))
    {
        return Some(format!("{at} is {value}"));
    }
    let items = value.as_array().into_iter().flatten().enumerate();
    let mut wrong_items = items.filter_map(|(place, item)| {
        let schema = schema["prefixItems"].get(place).or(schema.get("items"))?;
        wrong(schema, root, item, &format!("{at}[{place}]"))
    });
    if let Some(found) = wrong_items.next() {
        return Some(found);
    }
    let object = value.as_object()?;
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = required.clone().find(|key| !object.contains_key(*key)) {
        return Some(format!("{at} lacks {missing}"));
    }
    object.iter().find_map(|(key, value)| {
        let at = format!("{at}.{key}");
        match (schema["properties"].get(key), schema.get("additionalProperties")) {
            (Some(schema), _) => wrong(schema, root, value, &at),
            (None, Some(Value::Bool(true))) => None,
            (None, Some(schema @ Value::Object(_))) => wrong(schema, root, value, &at),
            // An object of which nothing is said may hold anything.
            (None, None) if schema.get("properties").is_none() => None,
            (None, _) => Some(format!("{at} is not described")),
        }
    })
}

#[test]
fn a_value_is_held_against_all_that_its_schema_says() {
    let schema: Value = serde_json::from_str(
        r##"{"$defs":{"n":{"type":"integer"}},"type":"object","required":["a"],"properties":{"a":{"$ref":"#/$defs/n"},"b":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"null"}]}}}"##,
    )
    .expect("it is JSON");
    for (value, expected) in [
        (r#"{"a":1,"b":["x"]}"#, None),
        (r#"{"a":1,"b":null}"#, None),
        (r#"{"b":null}"#, Some("it lacks a")),
        (r#"{"a":"1"}"#, Some("it.a is no integer: \"1\"")),
        (r#"{"a":1,"b":[1]}"#, Some("it.b[0] is no string: 1 or it.b is no null: [1]")),
        (r#"{"a":1,"c":1}"#, Some("it.c is not described")),
        ("[]", Some("it is no object: []")),
    ] {
        let value: Value = serde_json::from_str(value).expect("it is JSON");
        assert_eq!(wrong(&schema, &schema, &value, "it").as_deref(), expected);
    }
}

fn copydesk(place: &Path, arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(arguments.split(' '))
        .current_dir(place)
        .output()
        .expect("the program starts")
}

#[test]
fn what_is_printed_as_json_is_as_its_schema_says() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["news-english.jsonl.zst", "feed.jsonl", "broken.jsonl.zst"] {
        std::fs::copy(root.join("samples").join(name), place.path().join(name)).expect("there is room");
    }
    for name in ["mistakes.toml", "mine.toml", "stricter.toml"] {
        let from = root.join("tests/snapshots/files").join(name);
        std::fs::copy(from, place.path().join(name)).expect("there is room");
    }
    let url = "https://paper.example/a";
    let mut covered = vec!["record", "dropped", "quarantine", "ledger", "pipeline", "log"];
    for (schema, command) in [
        ("plan", "run articles feed.jsonl -o out --dry-run"),
        ("run", "run articles feed.jsonl broken.jsonl.zst -o out"),
        ("run", "run articles feed.jsonl -o sample --sample 3"),
        ("run", "run nightly news-english.jsonl.zst -o nights/1 --state state"),
        ("run", "run nightly feed.jsonl -o nights/2 --state state"),
        ("plan", "run nightly feed.jsonl -o nights/3 --state state --dry-run"),
        ("init", "init feed.jsonl broken.jsonl.zst"),
        ("init", "init feed.jsonl -o own.toml"),
        ("tasks", "plan articles feed.jsonl -o tasks"),
        ("pipelines-show", "pipelines show nightly"),
        ("schemas", "schema"),
        ("columns", "schema record --for duckdb"),
        ("run", "run stricter.toml feed.jsonl -o strict"),
        ("check", "check nightly"),
        ("check", "check mine.toml"),
        ("check", "check mistakes.toml"),
        ("verify", "verify out"),
        ("verify", "verify nights/2 --state state"),
        ("report", "report out"),
        ("report", "report --index nights"),
        ("what-if", "what-if stricter.toml sample"),
        ("diff", "diff out strict"),
        ("explanation", "explain articles feed.jsonl:1"),
        ("explanation", "explain --run out broken.jsonl.zst:3"),
        ("state-add", "state add corpus feed.jsonl"),
        ("state-list", "state list state"),
        ("state-stats", "state stats state"),
        ("state-forget", &format!("state forget state --url {url}")),
        ("state-allow", &format!("state allow state {url}")),
        ("state-forget", "state forget state 1"),
        ("state-check", "state check state"),
        ("state-repair", "state repair state"),
        ("pipelines", "pipelines"),
        ("stages", "stages"),
        ("stages", "stages drop-short"),
        ("fields", "fields"),
    ] {
        let shown = copydesk(place.path(), &format!("{command} --format json"));
        let errors = String::from_utf8_lossy(&shown.stderr).into_owned();
        let answer: Value = serde_json::from_slice(&shown.stdout)
            .unwrap_or_else(|error| panic!("{command}: {error}: {errors}"));
        covered.push(schema);
        let schema = copydesk(place.path(), &format!("schema {schema}"));
        let schema: Value = serde_json::from_slice(&schema.stdout).expect("a schema is JSON");
        assert_eq!(wrong(&schema, &schema, &answer, "it"), None, "{command}: {answer}");
    }
    let all = copydesk(place.path(), "schema --format json");
    let all: Value = serde_json::from_slice(&all.stdout).expect("it is JSON");
    for one in all["schemas"].as_array().expect("a list") {
        let name = one["name"].as_str().expect("a name");
        assert!(covered.contains(&name), "nothing is held against the schema {name}");
    }
    let said = copydesk(place.path(), "run artikles feed.jsonl -o x --log-format json");
    let schema = copydesk(place.path(), "schema log");
    let schema: Value = serde_json::from_slice(&schema.stdout).expect("a schema is JSON");
    for line in String::from_utf8_lossy(&said.stderr).lines() {
        let line: Value = serde_json::from_str(line).expect("it is JSON");
        assert_eq!(wrong(&schema, &schema, &line, "it"), None);
        assert_eq!(line["help"][0], "did you mean `articles`?");
    }
}

#[test]
fn every_command_that_reports_something_does_so_as_json() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR"));
    let help = |command: &str| String::from_utf8_lossy(&copydesk(place, command).stdout).into_owned();
    let commands = |help: &str| -> Vec<String> {
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = listed.take_while(|line| !line.is_empty()).filter_map(|line| {
            let name = line.strip_prefix("  ").filter(|name| !name.starts_with(' '))?;
            name.split_whitespace().next()
        });
        names.filter(|name| *name != "help").map(str::to_owned).collect()
    };
    for command in commands(&help("--help")) {
        // They print programs and pages.
        if ["completions", "man"].contains(&&*command) {
            continue;
        }
        let page = help(&format!("{command} --help"));
        let inner = commands(&page);
        let leaves = inner.iter().map(|inner| format!("{command} {inner}"));
        let leaves: Vec<String> = if inner.is_empty() { vec![command] } else { leaves.collect() };
        for leaf in leaves {
            let page = help(&format!("{leaf} --help"));
            let formats = page.split_once("--format <").map(|(_, rest)| rest).unwrap_or_default();
            assert!(formats.contains("json"), "{leaf} has no --format json");
        }
    }
}
