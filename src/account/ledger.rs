//! `ledger.json`, key by key.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DriftAccount, Histogram, Profile, Sameness};
use crate::article::Measured;
use crate::text::{last_shell_word, shell_path};

/// The ledger format that this copydesk writes.
pub const LEDGER_FORMAT: u32 = 1;

/// The account of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// The ledger's format, 1.
    pub format: u32,
    /// The version of copydesk that made it.
    pub copydesk: String,
    /// The pipeline.
    pub pipeline: PipelineAccount,
    /// The run was to stop after so many lines (`--limit`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The run was over a sample of so many lines (`--sample`); the others are counted in `other` as `not_sampled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<u64>,
    /// What the night is called in the state (`--state`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub night: Option<String>,
    /// Nights whose outputs stand beside this one's and that are missing from its state, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost_nights: Vec<String>,
    /// Where all lines went.
    pub lines: Counts,
    /// Lines that were JSON only nearly, and were mended to be read: half a surrogate pair, a raw control
    /// character, `NaN`. They are counted as kept, dropped or quarantined as well.
    pub mended: u64,
    /// Records that came without a date of publication but with one such as `03/04/2021`, which nothing in the record tells how to
    /// read: `[input] dates` does.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub open_dates: u64,
    /// Kept records that are later versions of others (`labels.update`).
    #[serde(default)]
    pub updates: u64,
    /// Units that are not articles by their form, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, u64>,
    /// Dropped records by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Quarantined lines by reason.
    pub quarantined: BTreeMap<String, u64>,
    /// The stages in order, then `dedup`, where there is deduplication, and `read`, where records were dropped before any
    /// stage: what a server answered instead of a page.
    pub stages: Vec<StageAccount>,
    /// The dumps in order.
    pub dumps: Vec<DumpAccount>,
    /// What was left out of the folders that were searched for dumps.
    #[serde(default, skip_serializing_if = "LeftOutAccount::is_empty")]
    pub left_out: LeftOutAccount,
    /// Folders that were named and hold no dump.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub empty_folders: Vec<String>,
    /// Records by host.
    pub hosts: HostAccount,
    /// What changed beyond what the nights before explain (`--state`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<DriftAccount>,
    /// What the records are like.
    pub profile: Profile,
    /// The originals that most records repeat, by their ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub repeated: BTreeMap<String, RepeatedAccount>,
    /// The first lines that were quarantined, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub faults: BTreeMap<String, Vec<FaultExample>>,
    /// The files of each output folder, in order.
    pub outputs: BTreeMap<String, Vec<Shard>>,
    /// The pipeline's limits that the outcome crossed.
    pub limits_crossed: Vec<Crossed>,
    /// What may differ between two runs on the same input.
    pub timing: Timing,
}

impl Ledger {
    /// The command that shows which keys a dump has, where its records came without a text, or without any field, that may be under
    /// another name.
    pub fn survey_of(&self, dump: &DumpAccount) -> Option<String> {
        let pages: u64 = self.hosts.by_host.values().flat_map(|host| host.pages.values()).sum();
        let of = |reason| dump.reasons.get(reason).copied().unwrap_or(0);
        let without_text = of("no_text") + of("not_a_record");
        if pages >= without_text {
            // Consent forms, bot checks: they were found.
            return None;
        }
        let path = self.path_of(&dump.dump).filter(|path| !path.is_empty())?;
        (without_text * 2 > dump.lines.held()).then(|| format!("copydesk init {}", shell_path(path)))
    }

    /// The command that shows a line, of a folder as a shell takes it; nothing where the dump cannot be read again.
    pub fn explain_of(&self, folder: &str, dump: &str, line: u64) -> Option<String> {
        let place = last_shell_word(&format!("{dump}:{line}"));
        let can_be_read = self.path_of(dump).is_none_or(|path| !path.is_empty());
        can_be_read.then(|| format!("copydesk explain --run {folder} {place}"))
    }

    /// Where a dump was; empty where it cannot be read again, and nothing where that is not known.
    fn path_of(&self, dump: &str) -> Option<&str> {
        let place = self.dumps.iter().position(|known| known.dump == dump)?;
        self.timing.paths.dumps.get(place).map(String::as_str)
    }
}

/// A limit on the outcome that was crossed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Crossed {
    /// Its name under `[limits]`.
    pub limit: String,
    /// What it was, and what was allowed.
    pub sentence: String,
    /// The dumps or hosts concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

impl Crossed {
    /// Its sentence, with the first so many names.
    pub fn with_names(&self, most: usize) -> String {
        let names: Vec<&str> = self.names.iter().take(most).map(String::as_str).collect();
        let colon = if names.is_empty() { "" } else { ": " };
        let more = match self.names.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}{colon}{}{more}", self.sentence, names.join(", "))
    }
}

impl fmt::Display for Crossed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Names that are shown.
        const SHOWN: usize = 10;
        f.write_str(&self.with_names(SHOWN))
    }
}

/// Which pipeline a run had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PipelineAccount {
    /// Its name.
    pub name: String,
    /// XXH3-128 of its file.
    pub fingerprint: String,
}

/// Where lines went: `read` = `blank` + `other` + `kept` + `dropped` + `quarantined`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// All lines.
    pub read: u64,
    /// Lines with nothing of their own: white space, brackets, and lines within a record. They are in no output.
    pub blank: u64,
    /// Of these, the lines within a record that began on a line before; absent where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub within: u64,
    /// Units that are not articles by their form, such as WARC requests. They are in no output; absent where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub other: u64,
    /// Records in `records/`.
    pub kept: u64,
    /// Records in `dropped/`.
    pub dropped: u64,
    /// Lines in `quarantine/`.
    pub quarantined: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Counts {
    /// The lines that went somewhere.
    pub fn sum(self) -> u64 {
        self.blank + self.other + self.kept + self.dropped + self.quarantined
    }

    /// What people count: a record over several lines is one.
    pub fn units(self) -> u64 {
        self.read - self.within
    }

    /// The lines with nothing in them that are not within a record.
    pub fn empty(self) -> u64 {
        self.blank - self.within
    }

    /// The lines that held something.
    pub fn held(self) -> u64 {
        self.read - self.blank - self.other
    }

    /// Takes away a count that is a part of this one.
    pub fn take(&mut self, part: Self) {
        self.read -= part.read;
        self.blank -= part.blank;
        self.within -= part.within;
        self.other -= part.other;
        self.kept -= part.kept;
        self.dropped -= part.dropped;
        self.quarantined -= part.quarantined;
    }

    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.blank += other.blank;
        self.within += other.within;
        self.other += other.other;
        self.kept += other.kept;
        self.dropped += other.dropped;
        self.quarantined += other.quarantined;
    }
}

/// What a stage did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageAccount {
    /// Its kind, or `dedup`.
    pub stage: String,
    /// Records that reached it.
    pub seen: u64,
    /// Records that it changed.
    pub changed: u64,
    /// Records that it dropped, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// What it measured of the records that it dropped, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: BTreeMap<String, DropEvidence>,
    /// Records that it could not process.
    pub quarantined: u64,
}

/// What a stage measured of the records that it dropped for a reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DropEvidence {
    /// What they would have had to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Measured>,
    /// What they were, where that is a number.
    pub measured: Histogram,
    /// The first of them.
    pub examples: Vec<DropExample>,
}

/// A record that was dropped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DropExample {
    /// Its dump.
    pub dump: String,
    /// Its line, from 1.
    pub line: u64,
    /// Its host.
    pub host: String,
    /// The beginning of its title, or of its text where it has none.
    pub title: String,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

/// A line that could not be processed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FaultExample {
    /// Its dump.
    pub dump: String,
    /// Its line, from 1.
    pub line: u64,
    /// What exactly was wrong.
    pub detail: String,
    /// The beginning of the line; what is not UTF-8 in it is replaced.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub raw: String,
}

/// A record that others repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RepeatedAccount {
    /// Where the original is.
    pub dump: String,
    /// Its line, from 1.
    pub line: u64,
    /// The night that kept it, where it was an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub night: Option<String>,
    /// The title of the first record that repeats it.
    pub title: String,
    /// How many records repeat it, by reason.
    pub copies: BTreeMap<String, u64>,
}

/// What a dump held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DumpAccount {
    /// Its name, as in the records' `source`.
    pub dump: String,
    /// `zstd`, `gzip`, `bzip2`, `xz` or `none`; absent where the run ended before the dump did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    /// What it is where that is not JSON: `warc`, `csv`, `parquet`, `arrow`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// Its size in bytes, compressed; 0 for a stream.
    pub packed_bytes: u64,
    /// Its size in bytes, decompressed, as far as it could be read.
    pub bytes: u64,
    /// Where its lines went.
    pub lines: Counts,
    /// Its lines that were dropped or quarantined, by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<String, u64>,
    /// Why it could not be read to its end, where that was so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub damage: Option<String>,
    /// Lines that may have been changed, the first and the last of each part: they were read from a gzip member, a frame or a stream before the damage in
    /// it showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsure_lines: Vec<[u64; 2]>,
}

impl DumpAccount {
    /// Whether a name in [`Crossed`] is its: some have the reason after it.
    pub fn is_named(&self, name: &str) -> bool {
        is_name_of(name, &self.dump)
    }
}

/// Whether a name in [`Crossed`] is that of a dump: some have the reason after it.
pub(crate) fn is_name_of(name: &str, dump: &str) -> bool {
    name.strip_prefix(dump).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

/// Files that a folder has beside its dumps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOutAccount {
    /// How many.
    pub files: u64,
    /// By ending (`.tmp`, `no ending`), or by what they are: `hidden`, `empty`, `link to a folder`, `no file`, `odd key`; after
    /// 50 kinds all others together as `…`.
    pub by_kind: BTreeMap<String, u64>,
    /// The first 100, by path.
    pub names: Vec<String>,
}

impl LeftOutAccount {
    const KINDS: usize = 50;
    const NAMES: usize = 100;

    /// Counts a file.
    pub fn add(&mut self, name: &str, kind: String) {
        self.files += 1;
        let is_known = self.by_kind.contains_key(&kind) || self.by_kind.len() < Self::KINDS;
        *self.by_kind.entry(if is_known { kind } else { "…".to_owned() }).or_default() += 1;
        if self.names.len() < Self::NAMES {
            self.names.push(name.to_owned());
        }
    }

    fn is_empty(&self) -> bool {
        self.files == 0
    }

    /// How many of each kind: `8 .tmp, 2 .txt, 1 hidden`, the most frequent first; nothing where nothing was left out.
    pub fn sentence(&self) -> Option<String> {
        /// More kinds are not read.
        const SHOWN: usize = 8;
        let mut kinds: Vec<(&str, u64)> =
            self.by_kind.iter().map(|(kind, count)| (&**kind, *count)).collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let others: u64 = kinds.iter().skip(SHOWN).map(|(_, count)| count).sum();
        kinds.truncate(SHOWN);
        kinds.extend((others > 0).then_some(("others", others)));
        let told: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let files = if self.files == 1 { "file" } else { "files" };
        (self.files > 0).then(|| format!("{} {files} of the folders: {}", self.files, told.join(", ")))
    }
}

/// Records by host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostAccount {
    /// The first 100 000 hosts of the run; the empty name stands for records without a URL.
    pub by_host: BTreeMap<String, HostCounts>,
    /// All others together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others: Option<HostCounts>,
}

/// What became of a host's records, and what they lack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostCounts {
    /// Kept.
    pub kept: u64,
    /// Dropped.
    pub dropped: u64,
    /// Dropped ones by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<String, u64>,
    /// All of them without a title.
    #[serde(default)]
    pub without_title: u64,
    /// All of them without a publication date.
    #[serde(default)]
    pub without_date: u64,
    /// All of them without an author.
    #[serde(default)]
    pub without_author: u64,
    /// All of them with characters in their titles or texts that were lost: shown as U+FFFD, or as `?` within words.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub with_lost_characters: u64,
    /// All of them with a letter beyond ASCII in their texts: in most languages, without one they were lost.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub beyond_ascii: u64,
    /// All of them that are dated more than a day after they were crawled.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dated_later: u64,
    /// All of them that are dated more than a month before they were crawled.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dated_long_before: u64,
    /// All of them in accounts of this version: those of earlier ones have none of what follows up to `characters`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub counted: u64,
    /// All of them without a text.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_text: u64,
    /// All of them without an address.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_address: u64,
    /// All of them without a section.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_section: u64,
    /// All of them without tags.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_tags: u64,
    /// All of them without a description.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_description: u64,
    /// All of them without pictures.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_images: u64,
    /// All of them without the time of the crawl.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_crawled: u64,
    /// All of them that were published in the moment in which they were crawled.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dated_as_crawled: u64,
    /// All of them that are dated before 1991.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dated_long_ago: u64,
    /// All of them with titles that have hardly a word in common with their texts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub title_of_another: u64,
    /// All of them with addresses that have words, and hardly one in common with their titles and texts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub address_of_another: u64,
    /// All of them with descriptions that have hardly a word in common with their texts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub description_of_another: u64,
    /// All of them of which two of title, author, section and text are the same.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub alike_fields: u64,
    /// All of them that are dated more than an hour after they were crawled.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dated_ahead: u64,
    /// All of them with a long text without a line end.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub one_paragraph: u64,
    /// All of them with a text whose beginning comes again in it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub text_twice: u64,
    /// All of them with the beginning of the text for a title.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub title_from_text: u64,
    /// All of them with a digit in an author's name.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub author_with_digits: u64,
    /// Kept ones that are later versions of known articles.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub updates: u64,
    /// How alike their titles are.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_title: Sameness,
    /// How alike their publication dates are, times of day and all.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_date: Sameness,
    /// How alike their addresses are.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_address: Sameness,
    /// How alike their authors are.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_author: Sameness,
    /// How alike their sections are.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_section: Sameness,
    /// How alike their tags are.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_tags: Sameness,
    /// How alike their descriptions are.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_description: Sameness,
    /// How alike the addresses of their first pictures are.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_image: Sameness,
    /// How alike the beginnings of their texts are.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_beginning: Sameness,
    /// And the ends.
    #[serde(default, skip_serializing_if = "Sameness::is_empty")]
    pub same_end: Sameness,
    /// Characters of all texts.
    #[serde(default)]
    pub characters: u64,
    /// Characters of all titles.
    #[serde(default)]
    pub title_characters: u64,
    /// All of them by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub languages: BTreeMap<String, u64>,
    /// Pages that `label-page` found to be no articles, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pages: BTreeMap<String, u64>,
}

/// A finished output file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shard {
    /// Its path in the output folder.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its lines.
    pub records: u64,
    /// XXH3-128 of the file.
    pub xxh3: String,
}

/// What may differ between two runs on the same input.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// How often it was killed or stopped, and resumed from a checkpoint.
    #[serde(default)]
    pub resumed: u32,
    /// What was odd about the clock, the state or an earlier night's account, a sentence each; absent where nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How long it took, in seconds, all its parts together: what was done again after a checkpoint counts once.
    pub wall_seconds: f64,
    /// Processor time of all threads, in seconds, counted like that.
    pub cpu_seconds: f64,
    /// Processor time of the one thread that decides in order, which is in `cpu_seconds`, too: what further threads do
    /// not shorten. Of a plan's tasks, those of `decide` and `seal`.
    #[serde(default)]
    pub serial_seconds: f64,
    /// The most memory that the process had, in bytes; absent where the system does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_memory_bytes: Option<u64>,
    /// Bytes of memory that the index of duplicates had at the end.
    pub dedup_index_bytes: u64,
    /// Bytes of memory that looking into earlier nights took.
    #[serde(default)]
    pub state_index_bytes: u64,
    /// Threads that worked.
    pub threads: usize,
    /// Where things were on the machine that ran it.
    #[serde(default)]
    pub paths: Paths,
    /// For each stage, in order, how long it took for one record in 16.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageTiming>,
}

/// Where a run's pipeline, dumps and state were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paths {
    /// The pipeline file; absent for one that comes with copydesk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<String>,
    /// The dumps, as the account has them in order; empty for one that cannot be read again: standard input, a pipe.
    #[serde(default)]
    pub dumps: Vec<String>,
    /// The command that does it all again; absent where that takes more than a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
    /// The state; absent without one, and for one on a store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// How long a stage took for a sample of its records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageTiming {
    /// Records in the sample.
    pub timed: u64,
    /// Seconds that they took together.
    pub seconds: f64,
}

impl StageTiming {
    /// About how long it took for so many records, in seconds.
    pub fn estimate(self, records: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let factor = records as f64 / self.timed.max(1) as f64;
        self.seconds * factor
    }
}
