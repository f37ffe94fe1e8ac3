//! `drop-listed`: what has to be withheld is dropped, whatever it is worth.
//!
//! `hosts = ["courier.example"]`: an article of `news.courier.example` → dropped as `listed_host`, measured `courier.example`;
//! a file with the line `https://paper.example/a?utm_source=x` → `https://paper.example/a` is dropped as `listed_url`;
//! `patterns = ["paper.example/sponsored/*"]`: `https://www.paper.example/sponsored/7` → dropped as `listed_url`, measured
//! `paper.example/sponsored/*`.
//!
//! Lists are takedown requests and sites that forbid what is done with them, so an entry that does not say what it
//! means is an error at the start, at its line, and not a line that matches nothing. Addresses are compared in their
//! canonical form, as `canonicalise-url` makes it without options: an entry matches however the scraper wrote the address,
//! but for what that form keeps apart (`http` and `https`, `www.`, a slash at the end). A host stands for itself and for
//! everything under it; `www.` in front makes no difference. In a pattern `*` stands for any characters; patterns are tried one
//! after the other, so there should be hundreds of them and not millions.
//!
//! Entries are kept as hashes in order, 16 bytes each. A look-up among a million takes less than a microsecond, one for the
//! address and one for each label of the host. The files' content is part of the pipeline's fingerprint.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, ArticleId, Measured};
use crate::settings::{Problem, SettingsTable, settings_schema};
use crate::stage::clean::canonicalise_url::canonical_address;
use crate::stage::{Extent, Family, Gate, Limit, Part, Rule, StageContext, StageKind, ruled};
use crate::text::host_of;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// Addresses to withhold.
    urls: Vec<String>,
    /// Hosts to withhold, with everything under them.
    hosts: Vec<String>,
    /// Addresses to withhold in which `*` stands for any characters, such as `paper.example/sponsored/*` or
    /// `*/press-release/*`. Without a scheme, the scheme and `www.` make no difference.
    patterns: Vec<String>,
    /// A file with an address, a host or a pattern a line; what stands after `#` at the start of a line or after a space is a
    /// comment. The path starts at the pipeline file's folder.
    file: Option<String>,
    /// More such files.
    files: Vec<String>,
}

static RULES: [Rule; 2] = [
    Rule::new("address", "listed_url", "the address is on a list of what is withheld"),
    Rule::new("host", "listed_host", "the host, or one above it, is on a list of what is withheld"),
];

/// What both rules want, and what `explain` shows where they have it.
const NOT_LISTED: &str = "not listed";

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "drop-listed",
    family: Family::Gate,
    summary: "drops articles whose address or host is on a list: takedowns, sites that are not to be used",
    about: "Belongs after `canonicalise-url`. In a file, an entry with a slash is an address and any other one a host. \
            An address with `*` in it is a pattern. Addresses are compared in canonical form, with and without the pipeline's own options for that; a host \
            matches itself and everything under it. An entry that is neither is an error that names the file and the line. \
            The files are part of the pipeline's fingerprint.",
    rules: &RULES,
    example: "[[stage]]\nkind = \"drop-listed\"\nurls = [\"https://paper.example/2024/03/withdrawn\"]\n\
              hosts = [\"courier.example\"]\npatterns = [\"*/press-release/*\"]\nfile = \"takedowns.txt\"\nfiles = [\"takedowns.txt\"]\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(ruled(&RULES, build(table)?)),
};

/// The entries, as hashes in order.
#[derive(Debug, Default)]
struct DropListed {
    urls: Vec<u128>,
    hosts: Vec<u128>,
    patterns: Vec<Pattern>,
}

/// An address in which `*` stands for any characters.
#[derive(Debug, PartialEq)]
struct Pattern {
    written: String,
    /// Whether it begins with a scheme.
    is_whole: bool,
}

impl Pattern {
    fn matches(&self, address: &str) -> bool {
        let address = match (self.is_whole, address.split_once("://")) {
            (false, Some((_, rest))) => rest.strip_prefix("www.").unwrap_or(rest),
            _ => address,
        };
        let mut parts = self.written.split('*');
        let Some(mut rest) = address.strip_prefix(parts.next().unwrap_or_default()) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            let Some((_, after)) = rest.split_once(part) else { return false };
            rest = after;
        }
        rest.ends_with(last)
    }
}

/// Mistakes that are reported for one file; one that is no list at all has one in every line.
const MOST_PROBLEMS: usize = 20;

fn build(table: &SettingsTable<'_>) -> Result<DropListed, Vec<Problem>> {
    let Settings { urls, hosts, patterns, file, files } = table.read()?;
    let mut list = DropListed::default();
    let mut problems = Vec::new();
    for url in &urls {
        problems.extend(list.enter_url(url).err().map(|wrong| table.problem("urls", wrong)));
    }
    for host in &hosts {
        problems.extend(list.enter_host(host).err().map(|wrong| table.problem("hosts", wrong)));
    }
    for pattern in &patterns {
        problems.extend(list.enter_pattern(pattern).err().map(|wrong| table.problem("patterns", wrong)));
    }
    let named = file.iter().map(|name| ("file", name)).chain(files.iter().map(|name| ("files", name)));
    for (key, name) in named {
        match table.read_file(key, name) {
            Ok(content) => {
                problems.extend(
                    list.enter_file(name, &content).into_iter().map(|wrong| table.problem(key, wrong)),
                );
            }
            Err(problem) => problems.push(problem),
        }
    }
    if urls.is_empty() && hosts.is_empty() && patterns.is_empty() && file.is_none() && files.is_empty() {
        let help = "give `urls`, `hosts`, `patterns`, `file` or `files`";
        problems.push(Problem::new(table.span(), "the stage lists nothing").help(help));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for hashes in [&mut list.urls, &mut list.hosts] {
        hashes.sort_unstable();
        hashes.dedup();
        hashes.shrink_to_fit();
    }
    Ok(list)
}

fn hash(text: &str) -> u128 {
    ArticleId::of(text).0
}

impl DropListed {
    fn enter_url(&mut self, entry: &str) -> Result<(), String> {
        match canonical_address(entry) {
            Some(address) if entry.contains('/') => self.urls.push(hash(&address)),
            _ => return Err(format!("`{entry}` is no address in http or https")),
        }
        Ok(())
    }

    fn enter_host(&mut self, entry: &str) -> Result<(), String> {
        let wrong = || format!("`{entry}` is no host");
        let name = entry.strip_prefix("*.").unwrap_or(entry);
        if name.len() < entry.len() {
            return Err(format!("{}: write `{name}`, which matches everything under it", wrong()));
        }
        if !name.contains('.') {
            // `com` would withhold half of the web.
            return Err(format!("{}: it has no dot", wrong()));
        }
        let Ok(host) = url::Host::parse(name.strip_suffix('.').unwrap_or(name)) else { return Err(wrong()) };
        let host = host.to_string();
        self.hosts.push(hash(host.strip_prefix("www.").unwrap_or(&host)));
        Ok(())
    }

    fn enter_pattern(&mut self, entry: &str) -> Result<(), String> {
        let wrong = |why: &str| Err(format!("`{entry}` is no pattern of addresses: {why}"));
        let is_whole = entry.contains("://");
        let entry = if is_whole { entry } else { entry.strip_prefix("www.").unwrap_or(entry) };
        let Some((host, path)) = entry.split_once(if is_whole { "://" } else { "/" }) else {
            return wrong("it has no slash");
        };
        if !entry.contains('*') {
            return wrong("it has no `*`");
        }
        if entry.contains(char::is_whitespace) {
            return wrong("it has a space");
        }
        if !entry.contains(|character: char| character.is_alphanumeric()) {
            // `*/*` would withhold everything.
            return wrong("it matches every address");
        }
        let (host, path, between) = match path.split_once('/').filter(|_| is_whole) {
            Some((authority, path)) => (format!("{host}://{authority}"), path, "/"),
            None if is_whole => (entry.to_owned(), "", ""),
            None => (host.to_owned(), path, "/"),
        };
        let written = format!("{}{between}{path}", host.to_lowercase());
        self.patterns.push(Pattern { written, is_whole });
        Ok(())
    }

    /// Takes in a file; what is wrong with it, with the lines.
    fn enter_file(&mut self, name: &str, content: &[u8]) -> Vec<String> {
        let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
        let mut wrong = Vec::new();
        for (number, line) in (1..).zip(content.split(|byte| *byte == b'\n')) {
            let entered = match std::str::from_utf8(line) {
                Ok(line) => self.enter_line(line),
                Err(_) => Err("not UTF-8".to_owned()),
            };
            wrong.extend(entered.err().map(|wrong| format!("{name}, line {number}: {wrong}")));
        }
        if wrong.len() > MOST_PROBLEMS {
            let more = wrong.len() - MOST_PROBLEMS;
            wrong.truncate(MOST_PROBLEMS);
            wrong.push(format!("{name}: {more} more lines like these"));
        }
        wrong
    }

    fn enter_line(&mut self, line: &str) -> Result<(), String> {
        // A `#` within an address is its fragment.
        let comment = [" #", "\t#"].iter().filter_map(|mark| line.find(mark)).min();
        let entry = comment.and_then(|at| line.get(..at)).unwrap_or(line).trim();
        if entry.is_empty() || entry.starts_with('#') {
            return Ok(());
        }
        let entered = match (entry.contains('/'), entry.contains('*')) {
            (true, true) => self.enter_pattern(entry),
            (true, false) => self.enter_url(entry),
            (false, _) => self.enter_host(entry),
        };
        entered.map_err(|wrong| wrong.replace("is no host", "is no address and no host"))
    }

    fn has_url(&self, address: &str) -> bool {
        !address.is_empty() && self.urls.binary_search(&hash(address)).is_ok()
    }

    /// The part of a host that is listed: all of it, or a host above it.
    fn listed_host<'a>(&self, host: &'a str) -> Option<&'a str> {
        let mut part = host;
        while part.contains('.') {
            if self.hosts.binary_search(&hash(part)).is_ok() {
                return Some(part);
            }
            part = part.split_once('.')?.1;
        }
        None
    }
}

impl Gate for DropListed {
    fn goes_by(&self) -> &'static [Part] {
        &[Part::Text]
    }

    fn limits(&self) -> Vec<Limit<Measured>> {
        vec![Limit::OneOf(Measured::Name(NOT_LISTED.to_owned())); 2]
    }

    fn measure(&self, article: &Article, _: &mut StageContext, extent: Extent) -> Vec<Option<Measured>> {
        let name = |entry: &str| Some(Measured::Name(entry.to_owned()));
        // As the pipeline has it, and as it came: the pipeline may remove parameters that the list has.
        for written in [&article.url, &article.source_url] {
            if written.is_empty() {
                continue;
            }
            let address = canonical_address(written).unwrap_or(Cow::Borrowed(written));
            if self.has_url(&address) || self.has_url(written) {
                return vec![name(&address), None];
            }
            if let Some(host) = self.listed_host(host_of(&address)) {
                return vec![None, name(host)];
            }
            if let Some(pattern) = self.patterns.iter().find(|pattern| pattern.matches(&address)) {
                return vec![name(&pattern.written), None];
            }
        }
        let passed = if extent == Extent::All { name(NOT_LISTED) } else { None };
        vec![passed.clone(), passed]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(list: &str) -> Vec<String> {
        DropListed::default().enter_file("list.txt", list.as_bytes())
    }

    #[test]
    fn lines_that_are_neither_address_nor_host_are_named() {
        for (line, wrong) in [
            ("not a host", "`not a host` is no address and no host: it has no dot"),
            ("not a.host", "`not a.host` is no address and no host"),
            (
                "*.courier.example",
                "`*.courier.example` is no address and no host: write `courier.example`, which matches everything under it",
            ),
            ("com", "`com` is no address and no host: it has no dot"),
            ("ftp://courier.example/a", "`ftp://courier.example/a` is no address in http or https"),
            ("/2024/a", "`/2024/a` is no address in http or https"),
            ("https://", "`https://` is no address in http or https"),
            ("https://a b/c", "`https://a b/c` is no address in http or https"),
            ("courier.example:8080", "`courier.example:8080` is no address and no host"),
        ] {
            assert_eq!(entered(&format!("# ok\n\n{line}")), [format!("list.txt, line 3: {wrong}")], "{line}");
        }
        assert_eq!(DropListed::default().enter_file("l", b"a.example\n\xFF\n"), ["l, line 2: not UTF-8"]);
        let many = entered(&"x\n".repeat(23));
        assert_eq!((many.len(), many[20].as_str()), (21, "list.txt: 3 more lines like these"));
    }

    #[test]
    fn a_star_stands_for_any_characters_of_an_address() {
        for (pattern, address, matches) in [
            ("paper.example/sponsored/*", "https://www.paper.example/sponsored/7", true),
            ("paper.example/sponsored/*", "https://paper.example/sponsored", false),
            ("paper.example/sponsored/*", "https://a.paper.example/sponsored/7", false),
            ("*.paper.example/sponsored/*", "https://a.paper.example/sponsored/7", true),
            ("Paper.example/A/*", "https://paper.example/A/1", true),
            ("Paper.example/A/*", "https://paper.example/a/1", false),
            ("*/press-release/*", "http://b.example/2024/press-release/x", true),
            ("*/press-release/*", "http://b.example/2024/press-releases/x", false),
            ("https://b.example/*/a*c", "https://b.example/x/abc", true),
            ("https://b.example/*/a*c", "https://b.example/x/acb", false),
            ("https://b.example/*/a*c", "http://b.example/x/ac", false),
            ("https://b.example/*?id=*", "https://b.example/x?id=7", true),
            ("*/a*a", "https://b.example/a", false),
        ] {
            let mut list = DropListed::default();
            list.enter_pattern(pattern).expect("it is a pattern");
            assert_eq!(list.patterns[0].matches(address), matches, "{pattern} {address}");
        }
        for (pattern, why) in [
            ("paper.example*", "it has no slash"),
            ("paper.example/a", "it has no `*`"),
            ("*/*", "it matches every address"),
            ("*/a b", "it has a space"),
        ] {
            let wrong = DropListed::default().enter_pattern(pattern).expect_err("it is none");
            assert_eq!(wrong, format!("`{pattern}` is no pattern of addresses: {why}"));
        }
    }

    #[test]
    fn comments_blank_lines_and_foreign_line_ends_are_no_entries() {
        let mut list = DropListed::default();
        let content = "\u{feff}# takedowns\r\n\r\ncourier.example # 2024-03-01\r\n  \thttps://paper.example/#a\t# b\r\nwww.Bücher.example.";
        assert_eq!(list.enter_file("list.txt", content.as_bytes()), [""; 0]);
        assert_eq!(list.urls, [hash("https://paper.example/")]);
        assert_eq!(list.hosts, ["courier.example", "xn--bcher-kva.example"].map(hash));
    }

    #[test]
    fn an_address_that_the_pipeline_has_shortened_is_found_by_what_it_came_with() {
        let mut list = DropListed::default();
        list.enter_url("https://paper.example/?id=7").expect("it is an address");
        let gate = ruled(&RULES, list);
        let mut article = Article::new(crate::article::Source { dump: "test".into(), line: 1, id: None });
        for (url, source_url, drops) in [
            ("https://paper.example/", "", false),
            ("https://paper.example/", "https://paper.example/?id=7&utm_source=x", true),
            ("https://paper.example/?id=7", "https://paper.example/?id=7#a", true),
        ] {
            (article.url, article.source_url) = (url.to_owned(), source_url.to_owned());
            let outcome = gate.apply(&mut article, &mut StageContext::default());
            assert_eq!(outcome != crate::article::Outcome::Keep, drops, "{url} {source_url}");
        }
    }
}
