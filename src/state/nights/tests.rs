//! States on a real disk: what is found, what is forgotten, what is refused, and what a killed commit leaves.

use std::sync::LazyLock;

use super::*;
use crate::dedup::UpdatePolicy;
use crate::dedup::{DedupKeys, MinHash, RecordPlace};
use crate::settings::Switch;
use crate::write::Unfinished;
use xxhash_rust::xxh3::xxh3_128;

fn near() -> DedupSettings {
    DedupSettings { near: Switch::Usual(true), updates: UpdatePolicy::Keep, ..DedupSettings::default() }
}

/// Words that no other article has.
fn text(number: u64) -> String {
    let words: Vec<String> = (0..80).map(|word| format!("w{number}x{word}")).collect();
    words.join(" ")
}

fn entry(number: u64) -> Entry {
    let id = xxh3_128(format!("https://x.example/{number}").as_bytes());
    let near = MinHash::of(&text(number), &NearSettings::default());
    let keys = DedupKeys::from_parts(Some(id), crate::text::text_key(&text(number)), near);
    let place = RecordPlace { dump: u32::try_from(number % 2).expect("0 or 1"), line: number + 1 };
    Entry { id: ArticleId(id), place, keys, same_keys: Box::default(), counted: None, rank: 0 }
}

fn begin(state: &State, name: &str, day: u32) -> Tonight {
    let drawn = (format!("2026-11-{day:02}T22:00:00Z"), format!("{name} {day}"));
    let name = NightName::Given(name.to_owned());
    state.begin(Some(&near()), &name, Path::new("/nights"), drawn).expect("it may begin")
}

fn add(state: &mut State, name: &str, day: u32, numbers: std::ops::Range<u64>) {
    let tonight = begin(state, name, day);
    let dumps = vec![format!("{name}-0"), format!("{name}-1")];
    commit(state, &tonight, &near(), dumps, &numbers).expect("there is room");
}

fn ended(dumps: Vec<String>) -> EndedNight<'static> {
    static PIPELINE: LazyLock<PipelineAccount> = LazyLock::new(PipelineAccount::default);
    static HOSTS: LazyLock<HostAccount> = LazyLock::new(HostAccount::default);
    let named = |name| DumpOfNight { name, ..DumpOfNight::default() };
    let dumps = dumps.into_iter().map(named).collect();
    EndedNight { output: Path::new("/nights"), dumps, pipeline: &PIPELINE, hosts: &HOSTS, is_corpus: false }
}

fn commit(
    state: &mut State,
    tonight: &Tonight,
    dedup: &DedupSettings,
    dumps: Vec<String>,
    numbers: &(impl Iterator<Item = u64> + Clone),
) -> Result<(), StateError> {
    state.commit(tonight, dedup, ended(dumps), &mut |found| {
        numbers.clone().for_each(|number| found(entry(number)));
        Ok(())
    })
}

fn place() -> (tempfile::TempDir, State) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let state = State::open(place.path(), true).expect("there is room");
    (place, state)
}

/// The night, dump and line that each way to ask leads to.
fn answers(history: &History, number: u64) -> [Option<(String, u64)>; 3] {
    let ask = |keys: DedupKeys| history.ask(&keys).expect("it can be read");
    let Entry { keys, .. } = entry(number);
    let name = |witness: crate::dedup::Witness| {
        let night = history.night(witness.night.expect("it is an earlier one")).expect("it is visible");
        (night.dumps[witness.place.dump as usize].clone(), witness.place.line)
    };
    [
        ask(DedupKeys { url: keys.url, ..DedupKeys::default() }).url.map(|version| name(version.witness)),
        ask(DedupKeys { text: keys.text, ..DedupKeys::default() }).text.map(name),
        ask(DedupKeys { near: keys.near, ..DedupKeys::default() }).near.map(|(witness, _)| name(witness)),
    ]
}

#[test]
fn every_article_of_every_night_is_found_by_every_key_and_no_other() {
    let (_place, mut state) = place();
    // Large, so that it stays a volume of its own.
    add(&mut state, "large", 1, 10_000..18_000);
    for night in 0..9_u64 {
        add(&mut state, &format!("n{night}"), 1, night * 500..night * 500 + 300 + night * 20);
    }
    assert!(state.volumes().len() > 1 && state.volumes().len() < 5, "{:?}", state.volumes().len());
    let history = state.history(&begin(&state, "tonight", 2), &near()).expect("it can be read");
    for number in 0..4500 {
        let (night, within) = (number / 500, number % 500);
        let expected = (within < 300 + night * 20).then(|| (format!("n{night}-{}", number % 2), number + 1));
        let found = answers(&history, number);
        assert_eq!(found, [expected.clone(), expected.clone(), expected], "{number}");
    }
    for number in (9_000..19_000).step_by(37) {
        let expected = (10_000..18_000).contains(&number);
        let expected = expected.then(|| (format!("large-{}", number % 2), number + 1));
        assert_eq!(answers(&history, number), [expected.clone(), expected.clone(), expected], "{number}");
    }
    assert!(state.damages().is_empty());
}

#[test]
fn a_night_of_more_records_than_a_volume_may_have_has_several() {
    let (place, mut state) = place();
    state.volume_records = 700;
    add(&mut state, "large", 1, 0..3_000);
    let sizes = |state: &State| state.volumes().iter().map(VolumeAccount::records).collect::<Vec<_>>();
    assert_eq!(sizes(&state), [700, 700, 700, 700, 200]);
    assert_eq!(state.nights()[0].articles, 3_000);
    add(&mut state, "small", 1, 3_000..3_400);
    add(&mut state, "smaller", 1, 3_400..3_500);
    assert_eq!(sizes(&state), [700, 700, 700, 700, 600, 100], "two became one, and no full one was copied");
    let found = |state: &State| {
        let history = state.history(&begin(state, "tonight", 2), &near()).expect("it can be read");
        (0..3_600).filter(|number| answers(&history, *number)[2].is_some()).collect::<Vec<u64>>()
    };
    assert_eq!(found(&state), (0..3_500).collect::<Vec<_>>());
    let records = state.records_of(&state.nights()[0]).expect("it can be read");
    assert!(records.iter().map(|(_, _, line)| *line).eq(1..=3_000), "in their order");
    state.forget(&["large".to_owned()]).expect("it is there");
    assert_eq!((sizes(&state), found(&state)), (vec![400, 100], (3_000..3_500).collect()));
    assert!(state.damages().is_empty());
    // One that fails within a later volume leaves nothing.
    let tonight = begin(&state, "failing", 2);
    let failed = state.commit(&tonight, &near(), ended(vec!["d".to_owned()]), &mut |found| {
        (0..1_500).for_each(|number| found(entry(number)));
        Err(WriteError::of("read", Path::new("keys"))(std::io::Error::other("it is gone")))
    });
    assert!(failed.is_err());
    drop(state);
    let state = State::open(place.path(), false).expect("it is there");
    assert_eq!((sizes(&state), found(&state)), (vec![400, 100], (3_000..3_500).collect()));
    assert_eq!(state.damages(), [""; 0], "and no file");
}

#[test]
fn the_latest_version_of_an_address_is_the_one_before_an_update() {
    let (_place, mut state) = place();
    let url = entry(1).keys.url;
    for (day, number) in [(1, 10), (2, 20), (3, 30)] {
        let tonight = begin(&state, &format!("n{day}"), day);
        let dumps = vec![format!("d{day}"), format!("d{day}")];
        state
            .commit(&tonight, &near(), ended(dumps), &mut |found| {
                let mut version = entry(number);
                version.keys.url = url;
                version.id = ArticleId(url.expect("it has one"));
                // Something else besides, so that volumes are not all merged.
                (0..40_u64 >> (2 * day)).for_each(|other| found(entry(1000 * u64::from(day) + other)));
                found(version);
                Ok(())
            })
            .expect("there is room");
    }
    let history = state.history(&begin(&state, "tonight", 4), &near()).expect("it can be read");
    let edited = format!("{} one more", text(30));
    let near = MinHash::of(&edited, &NearSettings::default());
    let version = history
        .ask(&DedupKeys::from_parts(url, None, near))
        .expect("it can be read")
        .url
        .expect("it is known");
    assert_eq!(version.witness.place.line, 31);
    assert!(version.changed.is_some_and(|changed| changed < 0.1), "{version:?}");
}

#[test]
fn a_bands_key_counts_for_the_first_few_records_of_all_nights() {
    let (_place, mut state) = place();
    let phrase = |number: u64| {
        let mut entry = entry(number);
        if let Some(near) = &mut entry.keys.near {
            near.values[..8].fill(7);
        }
        entry
    };
    for night in 0..3_u64 {
        let tonight = begin(&state, &format!("n{night}"), 1);
        // The first is large, so that it stays a volume of its own.
        let numbers = if night == 0 { 0..2 } else { night * 10..night * 10 + 2 };
        let filler = if night == 0 { 100..200 } else { 0..0 };
        state
            .commit(&tonight, &near(), ended(vec!["d".to_owned(); 2]), &mut |found| {
                numbers.clone().for_each(|number| found(phrase(number)));
                filler.clone().for_each(|number| found(entry(number)));
                Ok(())
            })
            .expect("there is room");
        let history = state.history(&begin(&state, "tonight", 2), &near()).expect("it can be read");
        let keys = DedupKeys { near: phrase(5000).keys.near, ..DedupKeys::default() };
        let same = history.ask(&keys).expect("it can be read").same_keys;
        let expected = u8::try_from(2 * (night + 1)).expect("it is small").min(4);
        assert_eq!((same[0], same[2]), (expected, 0), "night {night}");
    }
}

#[test]
fn a_night_does_not_see_itself_and_what_has_expired() {
    let (_place, mut state) = place();
    add(&mut state, "old", 1, 0..10);
    add(&mut state, "between", 6, 40..41);
    add(&mut state, "new", 10, 10..20);
    let expiring = DedupSettings { expire_days: Some(5), ..near() };
    let seen = |state: &State, name: &str, day: u32, dedup: &DedupSettings| {
        let history = state.history(&begin(state, name, day), dedup).expect("it can be read");
        [5, 15].map(|number| answers(&history, number)[0].is_some())
    };
    assert_eq!(seen(&state, "tonight", 12, &near()), [true, true]);
    assert_eq!(seen(&state, "tonight", 12, &expiring), [false, true]);
    assert_eq!(seen(&state, "tonight", 6, &expiring), [true, true], "both sides of the limit");
    assert_eq!(seen(&state, "tonight", 7, &expiring), [false, true]);
    assert_eq!(seen(&state, "new", 12, &near()), [true, false]);
    assert_eq!(seen(&state, "new", 12, &expiring), [true, false], "only tonight says that it is old");
    // The second run of a night takes the first one's place, and what has expired is deleted with the commit.
    add(&mut state, "newer", 11, 50..51);
    let tonight = begin(&state, "new", 12);
    commit(&mut state, &tonight, &expiring, vec!["d".to_owned(); 2], &(30..34)).expect("there is room");
    let nights: Vec<(&str, u64)> =
        state.nights().iter().map(|night| (night.name.as_str(), night.articles)).collect();
    assert_eq!(nights, [("between", 1), ("newer", 1), ("new", 4)]);
    assert_eq!(state.volumes().iter().map(VolumeAccount::records).sum::<u64>(), 6);
}

#[test]
fn what_is_forgotten_is_new_again_and_gone_from_the_disk() {
    let (place, mut state) = place();
    for night in 0..4_u64 {
        add(&mut state, &format!("n{night}"), 1, night * 10..night * 10 + 10);
    }
    let missing = state.forget(&["n1".to_owned(), "n7".to_owned()]);
    assert!(matches!(missing, Err(StateError::NoNight { night, .. }) if night == "n7"));
    assert_eq!(state.forget(&["n1".to_owned(), "n3".to_owned()]).expect("they are there"), 20);
    assert_eq!(state.volumes().iter().map(VolumeAccount::records).sum::<u64>(), 20);
    drop(state);
    let state = State::open(place.path(), false).expect("it is there");
    let history = state.history(&begin(&state, "tonight", 2), &near()).expect("it can be read");
    let seen: Vec<bool> = (0..4).map(|night| answers(&history, night * 10 + 5)[0].is_some()).collect();
    assert_eq!(seen, [true, false, true, false]);
    let files = std::fs::read_dir(place.path()).expect("it is a folder").count();
    assert_eq!(
        files,
        3 + state.nights().len() + state.volumes().len(),
        "the manifest and the one before, the lock, what hosts were like, and no other file than these volumes"
    );
}

#[test]
fn an_address_on_the_list_does_not_come_back_in_any_form() {
    let (_place, mut state) = place();
    let urls = [("u".to_owned(), vec![ArticleId::of("HTTP://x/"), ArticleId::of("http://x/")])];
    assert_eq!(state.withhold(&urls).expect("there is room"), 1);
    assert_eq!(state.withhold(&urls).expect("there is room"), 0);
    let history = state.history(&begin(&state, "tonight", 2), &near()).expect("it can be read");
    let withheld = |url: &str, source_url: &str| {
        let source = crate::article::Source { dump: "d".into(), line: 1, id: None };
        let mut article = crate::article::Article::new(source);
        (article.url, article.source_url) = (url.to_owned(), source_url.to_owned());
        history.withholds(&article)
    };
    assert_eq!(
        [
            withheld("http://x/", ""),
            withheld("http://y/", "HTTP://x/"),
            withheld("http://y/", ""),
            withheld("", "")
        ],
        [true, true, false, false]
    );
}

#[test]
fn nights_are_compared_with_those_of_the_same_pipeline_or_else_with_all() {
    let (place, mut state) = place();
    let account = |name: &str| PipelineAccount { name: name.to_owned(), fingerprint: String::new() };
    let add = |state: &mut State, name: &str, day: u32, pipeline: &PipelineAccount| {
        let mut hosts = HostAccount::default();
        hosts.by_host.entry("a.example".to_owned()).or_default().kept = u64::from(day);
        let tonight = begin(state, name, day);
        let ended = EndedNight { pipeline, hosts: &hosts, ..ended(vec!["d".to_owned()]) };
        state.commit(&tonight, &near(), ended, &mut |_| Ok(())).expect("there is room");
    };
    let (one, other) = (account("one"), account("other"));
    let kept = |state: &State, pipeline: &PipelineAccount| {
        let compared =
            state.comparison(&begin(state, "tonight", 28), None, pipeline).expect("it can be read");
        let of = |night: &HostAccount| night.by_host["a.example"].kept;
        (compared.nights.iter().map(of).collect::<Vec<_>>(), compared.other_pipeline)
    };
    for day in 1..=3 {
        add(&mut state, &format!("n{day}"), day, &one);
    }
    add(&mut state, "n4", 4, &other);
    assert_eq!(kept(&state, &one), (vec![1, 2, 3], false));
    assert_eq!(kept(&state, &other), (vec![1, 2, 3, 4], true));
    state.forget(&["n2".to_owned()]).expect("it is there");
    assert!(!place.path().join("hosts-000001.json.zst").exists());
    for day in 5..=20 {
        add(&mut state, &format!("n{day}"), day, &other);
    }
    assert_eq!(kept(&state, &other), ((7..=20).collect(), false));
    assert_eq!(state.damages(), [""; 0]);
    #[expect(clippy::disallowed_methods, reason = "a test does harm")]
    std::fs::write(place.path().join("hosts-000003.json.zst"), b"harm").expect("there is room");
    assert_eq!(state.damages(), ["hosts-000003.json.zst: its content is not what was written"]);
    let compared = state.comparison(&begin(&state, "tonight", 28), None, &other).expect("it can be read");
    assert_eq!((compared.nights.len(), compared.unread.len()), (14, 0), "it is too old to be read");
    state.manifest.nights.truncate(3);
    let compared = state.comparison(&begin(&state, "tonight", 28), None, &other).expect("it can be read");
    assert_eq!(compared.nights.len(), 2);
    assert!(compared.unread[0].contains("hosts-000003.json.zst"), "{:?}", compared.unread);
    // A name that is too long cannot be opened: an error of the system, as a failing disk's, and no damage.
    state.manifest.nights[2].hosts.file = "h".repeat(300);
    assert!(state.comparison(&begin(&state, "tonight", 28), None, &other).is_err());
}

#[test]
fn a_commit_that_was_killed_has_left_nothing() {
    let (place, mut state) = place();
    add(&mut state, "n0", 1, 0..10);
    let before = state.manifest.standing();
    let tonight = begin(&state, "n1", 2);
    let failed = state.commit(&tonight, &near(), ended(Vec::new()), &mut |found| {
        found(entry(50));
        Err(WriteError::of("read", Path::new("keys"))(std::io::Error::other("gone")))
    });
    assert!(failed.is_err() && !state.holds(&tonight));
    // As a kill between the volume and the manifest leaves it, or one while the volume is written; and a file of somebody else.
    let volume = place.path().join(&state.volumes()[0].file);
    for file in ["volume-000001", "volume-000009"] {
        state.announce("volume-000001".to_owned()).expect("there is room");
        std::fs::copy(&volume, place.path().join(file)).expect("room");
        std::fs::copy(&volume, place.path().join(format!(".{file}.tmp"))).expect("room");
    }
    assert!(matches!(State::open(place.path(), true), Err(StateError::InUse(_))));
    drop(state);
    let mut state = State::open(place.path(), true).expect("it is there");
    assert_eq!(state.manifest.standing(), before);
    let there = |file: &str| place.path().join(file).exists();
    assert!(!there("volume-000001") && !there(".volume-000001.tmp"));
    assert!(there("volume-000009") && there(".volume-000009.tmp"), "the state has not listed them");
    assert_eq!(state.changed_since(&tonight), None);
    add(&mut state, "other", 3, 20..25);
    assert_eq!(
        state.changed_since(&tonight).as_deref(),
        Some("the state has changed since the run began: the night `other` was added")
    );
    commit(&mut state, &tonight, &near(), Vec::new(), &(50..51)).expect("there is room");
    assert!(state.holds(&tonight));
}

#[test]
fn what_does_not_fit_is_refused_and_says_why() {
    let (place, mut state) = place();
    add(&mut state, "n0", 1, 0..10);
    let drawn = || ("2026-11-02T22:00:00Z".to_owned(), "2".to_owned());
    let begin = |state: &State, dedup: Option<&DedupSettings>, output: &str| {
        state
            .begin(dedup, &NightName::OfFolder, Path::new(output), drawn())
            .map_err(|error| error.to_string())
    };
    assert!(begin(&state, None, "/a").is_err_and(|error| error.contains("it has no [dedup]")));
    let other = begin(&state, Some(&DedupSettings::default()), "/a").expect_err("it has no near duplicates");
    assert!(
        other.ends_with(
            "it has exact = [\"url\", \"text\"], near = { ngram = 5, bands = 14, rows = 8 } under [dedup], \
             and the pipeline has exact = [\"url\", \"text\"], near = false"
        ),
        "{other}"
    );
    let strict = NearSettings { threshold: 0.9, ..NearSettings::default() };
    let strict = DedupSettings { near: Switch::With(strict), ..near() };
    assert!(begin(&state, Some(&strict), "/a").is_ok(), "the threshold may change");
    let taken = begin(&state, Some(&near()), "/another/n0").expect_err("another folder of that name");
    assert!(taken.ends_with("it has a night `n0` already, of the output folder /nights"), "{taken}");
    drop(state);
    let manifest = place.path().join(MANIFEST);
    let text = std::fs::read_to_string(&manifest).expect("it is there");
    let replace = |text: &str| {
        let mut file = Unfinished::create(&manifest).expect("there is room");
        file.write(text.as_bytes()).expect("there is room");
        file.finish().expect("there is room");
    };
    let (_, unsealed) = text.split_once('\n').expect("the first line is the checksum");
    let unsealed = |format: &str| format!("{{{}", unsealed.replace("\"format\": 2", format));
    replace(&unsealed("\"format\": 7"));
    let error = State::open(place.path(), true).expect_err("another format").to_string();
    assert!(error.ends_with("made it in format 7, and this one knows the formats 1 and 2"), "{error}");
    replace(&unsealed("\"format\": 2"));
    let error = State::open(place.path(), true).expect_err("no checksum").to_string();
    assert!(error.ends_with("its checksum is missing"), "{error}");
    for broken in [text.get(..text.len() / 2).expect("it is ASCII"), "", "{}", "[1]", "no JSON"] {
        replace(broken);
        let error = State::open(place.path(), true).expect_err("it is no manifest");
        assert!(matches!(error, StateError::Damaged { .. }), "{error}");
    }
    std::fs::remove_file(&manifest).expect("it is there");
    for error in
        [State::open(place.path(), true), State::open(place.path(), false), State::look(place.path())]
    {
        let error = error.expect_err("there are volumes").to_string();
        assert!(error.ends_with("its state.json is missing, and hosts-000000.json.zst is there"), "{error}");
    }
    replace(&unsealed("\"format\": 1"));
    let mut state = State::open(place.path(), true).expect("the first format is read");
    state.withhold(&[("u".to_owned(), Vec::new())]).expect("there is room");
    drop(state);
    let now = std::fs::read(&manifest).expect("it is there");
    assert_eq!(crate::write::Seal::of(&now), crate::write::Seal::Right, "and becomes the second");
    replace(&text);
    let state = State::open(place.path(), true).expect("it is right again");
    // A manifest that is right by its checksum, and says that a volume has more than it has.
    for (part, much) in
        [("/filter/items", 1 << 40), ("/filter/items", u64::MAX), ("/columns/0/starts/at", u64::MAX)]
    {
        let mut account = serde_json::to_value(&state.volumes()[0]).expect("it is JSON");
        *account.pointer_mut(part).expect("it is there") = much.into();
        let account = serde_json::from_value(account).expect("it is an account");
        let error = super::volume::Volume::open(place.path(), &account).expect_err("it has no such part");
        assert!(error.to_string().ends_with("where it has nothing"), "{error}");
    }
    let volume = place.path().join(&state.volumes()[0].file);
    let mut bytes = std::fs::read(&volume).expect("it is there");
    bytes[100] ^= 1;
    let mut file = Unfinished::create(&volume).expect("there is room");
    file.write(&bytes).expect("there is room");
    file.finish().expect("there is room");
    assert_eq!(state.damages(), ["volume-000000: its content is not what was written"]);
    std::fs::remove_file(&volume).expect("it is there");
    let tonight = state.begin(Some(&near()), &NightName::Given("x".to_owned()), Path::new("/x"), drawn());
    let error =
        state.history(&tonight.expect("it may begin"), &near()).expect_err("a volume is gone").to_string();
    assert!(error.contains("volume-000000"), "{error}");
    assert!(matches!(State::look(Path::new("/nowhere")), Err(StateError::Missing(_))));
}

/// The files in a folder and what they hold.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("it is a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).expect("it can be read"))).collect()
}

#[expect(clippy::disallowed_methods, reason = "a test does harm")]
fn put(path: &Path, content: &[u8]) {
    std::fs::write(path, content).expect("there is room");
}

#[test]
fn a_changed_bit_in_any_file_of_a_state_is_noticed_and_not_copied() {
    let (place, mut state) = place();
    for night in 0..3_u64 {
        // The first is large, so that there are two volumes.
        let first = night * 1000;
        add(&mut state, &format!("n{night}"), 1, first..first + if night == 0 { 200 } else { 10 });
    }
    assert_eq!(state.volumes().len(), 2);
    drop(state);
    for (path, right) in files(place.path()) {
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        let bits = right.len() * 8;
        // Ends, and places all over it.
        for bit in (0..bits).step_by((bits / 40).max(1)).chain(bits.checked_sub(1)) {
            let mut content = right.clone();
            content[bit / 8] ^= 1 << (bit % 8);
            put(&path, &content);
            match State::open(place.path(), true) {
                Err(error) => assert!(error.to_string().contains(&name), "{error}"),
                Ok(mut state) => {
                    let damages = state.damages();
                    assert!(damages.len() == 1 && damages[0].contains(&name), "{name} {bit}: {damages:?}");
                    let tonight = begin(&state, "tonight", 2);
                    if name.starts_with("volume-") {
                        let error = state.history(&tonight, &near()).expect_err("it is damaged").to_string();
                        assert!(error.contains(&format!("its {name} is damaged")), "{error}");
                        // As many as would take over all volumes.
                        let dumps = vec!["d".to_owned(); 2];
                        let added = commit(&mut state, &tonight, &near(), dumps, &(5000..5300));
                        assert!(matches!(added, Err(StateError::Damaged { .. })), "{added:?}");
                        drop(state);
                        let state = State::open(place.path(), false).expect("it is as it was");
                        assert_eq!(state.nights().len(), 3);
                    }
                }
            }
            put(&path, &right);
        }
    }
    assert_eq!(State::open(place.path(), false).expect("it is right").damages(), [""; 0]);
}

#[test]
fn files_of_others_are_left_alone_and_their_names_passed_over() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut state = State::open(place.path(), true).expect("nothing is there");
    for name in ["hosts-allowlist.txt", "volume-2024-11.tar", ".volume-notes"] {
        put(&place.path().join(name), b"precious");
    }
    put(&place.path().join("volume-000000"), b"precious");
    put(&place.path().join("hosts-000000.json.zst"), b"precious");
    add(&mut state, "n0", 1, 0..10);
    add(&mut state, "n1", 2, 10..20);
    drop(state);
    let state = State::open(place.path(), false).expect("it is there");
    let foreign = files(place.path()).into_iter().filter(|(_, content)| content == b"precious").count();
    assert_eq!((foreign, state.damages()), (5, Vec::new()));
}

#[test]
fn an_earlier_state_that_is_put_back_whole_is_named() {
    let (place, mut state) = place();
    add(&mut state, "n0", 1, 0..10);
    drop(state);
    let earlier: Vec<_> = files(place.path())
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|end| end == "json"))
        .collect();
    let mut state = State::open(place.path(), false).expect("it is there");
    add(&mut state, "n1", 2, 100..110);
    assert_eq!(state.oddities(&begin(&state, "n2", 3), None), [""; 0]);
    drop(state);
    for (path, content) in earlier {
        put(&path, &content);
    }
    let state = State::open(place.path(), false).expect("it is a state");
    let oddities = state.oddities(&begin(&state, "n2", 3), None);
    assert!(oddities.len() == 1 && oddities[0].contains("hosts-000001.json.zst"), "{oddities:?}");
}

#[test]
fn a_repair_that_was_killed_is_no_state_until_it_has_come_to_its_end() {
    let (place, mut state) = place();
    add(&mut state, "n0", 1, 0..10);
    state.manifest.in_repair = true;
    state.manifest.write(place.path(), MANIFEST).expect("there is room");
    drop(state);
    let error = State::open(place.path(), true).expect_err("nights may be missing").to_string();
    assert!(error.ends_with("its repair has not come to its end"), "{error}");
    let done = State::repair(place.path(), None, &[]).expect("nothing is damaged");
    assert_eq!(done, ["its repair has not come to its end: it resumes"]);
    assert_eq!(State::open(place.path(), false).expect("it is right").nights().len(), 1);
}

/// The manifests of a state: the last one, and the one before.
fn manifests(folder: &Path) -> [Vec<u8>; 2] {
    [MANIFEST, BEFORE].map(|name| std::fs::read(folder.join(name)).expect("it is there"))
}

#[test]
fn a_damaged_manifest_is_written_again_with_all_of_its_nights_without_their_outputs() {
    let (place, mut state) = place();
    add(&mut state, "n0", 1, 0..10);
    add(&mut state, "n1", 2, 100..110);
    state.withhold(&[("https://a.example/1".to_owned(), vec![ArticleId(1)])]).expect("there is room");
    drop(state);
    for harm in [&b""[..], b"{}", b"hello", &manifests(place.path())[1]] {
        put(&place.path().join(MANIFEST), harm);
        let error = State::open(place.path(), true).expect_err("it is damaged").to_string();
        assert!(error.contains(MANIFEST), "{error}");
        let done = State::repair(place.path(), None, &[]).expect("nothing is lost");
        assert!(
            done.len() == 1 && done[0].ends_with("it is written again from state.before.json"),
            "{done:?}"
        );
        let state = State::open(place.path(), false).expect("it is right");
        let names: Vec<&str> = state.nights().iter().map(|night| &*night.name).collect();
        assert_eq!((names, state.withheld().len(), state.damages()), (vec!["n0", "n1"], 1, Vec::new()));
    }
}

#[test]
fn a_manifest_of_last_night_or_of_another_state_is_noticed_and_put_right() {
    let (place, mut state) = place();
    add(&mut state, "n0", 1, 0..100);
    add(&mut state, "n1", 2, 100..110);
    drop(state);
    let earlier = manifests(place.path());
    let mut state = State::open(place.path(), false).expect("it is right");
    add(&mut state, "n2", 3, 200..203);
    drop(state);
    let right = manifests(place.path());
    let other = tempfile::tempdir().expect("a temporary folder");
    let mut state = State::open(other.path(), true).expect("there is room");
    for night in 1..4 {
        add(&mut state, &format!("o{night}"), night, u64::from(night) * 1000..u64::from(night) * 1000 + 50);
    }
    drop(state);
    for foreign in [&earlier[0], &manifests(other.path())[0]] {
        put(&place.path().join(MANIFEST), foreign);
        let error = State::open(place.path(), true).expect_err("it is not the last one");
        assert!(matches!(error, StateError::Damaged { .. }), "{error}");
        State::repair(place.path(), None, &[]).expect("nothing is lost");
        let state = State::open(place.path(), false).expect("it is right");
        let names: Vec<&str> = state.nights().iter().map(|night| &*night.name).collect();
        assert_eq!((names, state.damages()), (vec!["n0", "n1", "n2"], Vec::new()));
    }
    for foreign in [&earlier[1], &manifests(other.path())[1]] {
        put(&place.path().join(MANIFEST), &right[0]);
        put(&place.path().join(BEFORE), foreign);
        let damages = State::look(place.path()).map(|state| state.damages().join(" "));
        let told = damages.unwrap_or_else(|error| error.to_string());
        assert!(told.contains(BEFORE), "{told}");
        State::repair(place.path(), None, &[]).expect("nothing is lost");
        let state = State::open(place.path(), false).expect("it is right");
        let names: Vec<&str> = state.nights().iter().map(|night| &*night.name).collect();
        assert_eq!((names, state.damages()), (vec!["n0", "n1", "n2"], Vec::new()));
    }
}

#[test]
fn a_change_that_was_killed_between_its_two_manifests_is_as_if_it_had_never_begun() {
    let (place, mut state) = place();
    // Large enough that its volume is not taken over.
    add(&mut state, "n0", 1, 0..100);
    state.announce("volume-000001".to_owned()).expect("there is room");
    state.announce("hosts-000001.json.zst".to_owned()).expect("there is room");
    let standing = std::fs::read(place.path().join(MANIFEST)).expect("it is there");
    add(&mut state, "n1", 2, 100..103);
    drop(state);
    put(&place.path().join(MANIFEST), &standing);
    let mut state = State::open(place.path(), false).expect("its files are announced");
    assert_eq!((state.nights().len(), state.damages()), (1, Vec::new()));
    add(&mut state, "n1", 2, 100..103);
    assert_eq!((state.nights().len(), state.damages()), (2, Vec::new()));
}

#[test]
#[cfg(unix)]
fn an_output_folder_whose_name_is_not_utf_8_is_kept_to_the_byte() {
    use std::os::unix::ffi::OsStrExt as _;
    let output = Path::new(std::ffi::OsStr::from_bytes(b"/nights/caf\xE9"));
    let (place, mut state) = place();
    let tonight = begin(&state, "n0", 1);
    let dumps = vec!["d".to_owned()];
    let night = EndedNight { output, ..ended(dumps) };
    state.commit(&tonight, &near(), night, &mut |_| Ok(())).expect("there is room");
    drop(state);
    assert_eq!(State::open(place.path(), false).expect("it is right").nights()[0].output, output);
    assert_eq!(State::outputs(place.path()), [output]);
}
