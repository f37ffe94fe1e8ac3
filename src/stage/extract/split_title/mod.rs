//! `split-title`: a headline without the site's name.
//!
//! title `Bridge closed - The Daily Courier` → title `Bridge closed`, site name `The Daily Courier`.
//!
//! Headlines have dashes and bars of their own, so a part of a title is taken for the site's name only on
//! evidence: it is the name that the record gives for the site; it is spelt like the host of the URL, or
//! abbreviated to it; it has the form of a publication's name; or, where nothing is known of the site, a learnt score over its form and the
//! body's words says so ([`name`]). Without evidence the title is left whole: a name too many is a smaller mistake than half a headline.
//!
//! Where a record has no title, the headline that opens the text is taken, on evidence, too ([`opening`]): a site's name, or
//! what stands between a headline and its body. A first line that only repeats the title is removed.
//!
//! `normalise-unicode`, `normalise-whitespace` and `canonicalise-url` belong before this stage.

pub(super) mod evidence;
mod name;
mod opening;

use std::cell::LazyCell;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Field, Found, Outcome};
use crate::settings::settings_schema;
use crate::stage::page::{Sign as _, Signs};
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::lines::lines;
use crate::text::{self, Slice};

use super::furniture::site::Site;
use evidence::{Knowledge, SeamEvidence, fold, is_coined, is_section, words};
use name::NameSign;

/// A title that is longer, in any script, is a whole text that went into the wrong field. It is left as it is: one
/// of half a million dashes, cut at each of them in turn, would take days.
const LONGEST_TITLE_BYTES: usize = 2000;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// What to do for a record without a title: `take` takes the headline that opens the text out of it, with the site's name
    /// or a section above it; `leave` leaves text and title alone.
    missing: Missing,
    /// What to do with a first line of the text that repeats the title.
    repeated: Repeated,
    /// Names of sites that are in the dumps, for names that nothing else gives away.
    site_names: Vec<String>,
    /// Files with more such names, one a line; a line that begins with `#` is a comment. Paths start at the pipeline file's
    /// folder.
    files: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Missing {
    /// Take the headline that opens the text.
    #[default]
    Take,
    /// Leave the record without a title.
    Leave,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Repeated {
    /// Take the line out of the text.
    #[default]
    Remove,
    /// Keep the line.
    Keep,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "split-title",
    family: Family::Extractor,
    summary: "takes the site's name out of the title, and a headline that opens the text into it",
    about: "A part before or after a dash or bar is the site's name where it equals `site_name`, matches \
            the host of `url`, or has the form of a publication's name, or, where nothing is known of the \
            site, looks like a name beside the headline; then it goes, together with a section beside it, \
            and fills `site_name` where that is empty. Other titles stay whole.",
    rules: &[],
    example: "[[stage]]\nkind = \"split-title\"\nmissing = \"take\"\nrepeated = \"remove\"\n\
              site-names = [\"Harbour Lights\"]\nfiles = [\"sites.txt\"]\n",
    schema: settings_schema::<Settings>,
    build: |table| {
        let mut settings = table.read::<Settings>()?;
        settings.site_names.extend(table.read_lines("files", &settings.files, |_| None)?);
        Ok(Box::new(settings))
    },
};

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        if article.title.is_empty() {
            if self.missing == Missing::Take {
                self.take_headline(article, cx);
            }
        } else {
            let found = article.found.get(Field::Title).unwrap_or(Found::Input);
            let title = std::mem::take(&mut article.title);
            let (title, changed) = self.split(article, title, found, Unknown::Titles, cx);
            article.title = title;
            if changed {
                cx.note_change();
            }
        }
        if self.repeated == Repeated::Remove {
            let mut start = 0;
            while let Some(step) = article.text.get(start..).and_then(|text| self.repeated(article, text)) {
                start += step;
            }
            if start > 0 {
                article.text.drain(..start);
                cx.note_change();
            }
        }
        Outcome::Keep
    }
}

impl Settings {
    /// Takes everything off a title that is not the headline; the site's name is put where it belongs.
    fn split(
        &self,
        article: &mut Article,
        mut title: String,
        found: Found,
        unknown: Unknown,
        cx: &mut StageContext,
    ) -> (String, bool) {
        let mut changed = false;
        let mut unknown = unknown;
        // Of a site that is known, its names decide.
        if cx.is_traced()
            && Knowledge::of(article, &self.site_names).is_empty()
            && let Some(signs) = last_part(&title, &article.text)
        {
            cx.tell("signs of a name:", signs.as_str());
        }
        while let Some(parts) = self.cut(article, &title, unknown) {
            // The site that one cut has found is not known to the next.
            if parts.site.is_some() && Knowledge::of(article, &self.site_names).is_empty() {
                unknown = Unknown::Parts;
            }
            if let Some(site) = parts.site.and_then(|site| title.get(site))
                && article.site_name.is_empty()
            {
                site.clone_into(&mut article.site_name);
                article.found.set(Field::SiteName, found);
            }
            title = title.slice(parts.headline).to_owned();
            changed = true;
        }
        (title, changed)
    }

    fn cut(&self, article: &Article, title: &str, unknown: Unknown) -> Option<Parts> {
        if title.len() > LONGEST_TITLE_BYTES {
            return None;
        }
        let seams = seams(title);
        // Most titles have no seam; what is known of the record need not be put together for them.
        if seams.is_empty() {
            return None;
        }
        cut(title, &seams, &Knowledge::of(article, &self.site_names), &article.text, unknown)
    }

    /// Takes the headline that opens the text, and what stands above it.
    fn take_headline(&self, article: &mut Article, cx: &mut StageContext) {
        let knowledge = Knowledge::of(article, &self.site_names);
        let alone: LazyCell<Vec<String>, _> =
            LazyCell::new(|| opening::first_lines(&article.text).map(fold).collect());
        let is_alone = |part: &str| {
            let folded = fold(part);
            folded.len() >= LEAST_ALONE && alone.contains(&folded)
        };
        let cut_line = |line: &str| {
            let seams = seams(line);
            cut_beside(line, &seams, is_alone)
                .or_else(|| cut(line, &seams, &knowledge, &article.text, Unknown::Lines))
        };
        let (opening, signs) = opening::find(article, &knowledge, cx.age.is_some(), cut_line);
        if cx.is_traced() && !signs.is_empty() {
            cx.tell("headline", signs.join(", ").as_str());
        }
        let Some(opening) = opening else { return };
        let of_text = |range: &Range<usize>| article.text.slice(range.clone()).trim().to_owned();
        let (line, site) = (of_text(&opening.headline), opening.site.as_ref().map(of_text));
        let (line, site) = match cut_beside(&line, &seams(&line), is_alone) {
            Some(parts) => {
                let beside = parts.site.map(|site| line.slice(site).to_owned());
                (line.slice(parts.headline).to_owned(), site.or(beside))
            }
            None => (line, site),
        };
        let section = opening.section.as_ref().map(of_text);
        let mut gone: Vec<Range<usize>> = [opening.site, opening.section].into_iter().flatten().collect();
        gone.push(opening.headline);
        gone.sort_by_key(|range| range.start);
        if !text::lines::cut(&mut article.text, &gone) {
            return;
        }
        if let Some(site) = site.filter(|_| article.site_name.is_empty()) {
            article.site_name = site;
            article.found.set(Field::SiteName, Found::Text);
        }
        if let Some(section) = section.filter(|_| article.section.is_empty()) {
            article.section = section;
            article.found.set(Field::Section, Found::Text);
        }
        let (title, _) = self.split(article, line, Found::Text, Unknown::Lines, cx);
        article.title = title;
        article.found.set(Field::Title, Found::Text);
        cx.note_change();
    }

    /// Where the text continues after a line that says no more than the title, if that is not all there is: the first, or one
    /// below a section, a kicker or a button.
    fn repeated(&self, article: &Article, text: &str) -> Option<usize> {
        let title = fold(&article.title);
        // One or two words may be a heading of the body.
        let most = if words(&article.title).len() > 2 { 1 + opening::MOST_ABOVE } else { 1 };
        let mut above: Vec<&str> = Vec::new();
        for line in lines(text).take(most) {
            if self.repeats(article, &title, line.text) {
                let rest = text.get(line.end..)?.trim_start_matches('\n');
                let site = Site::of(article);
                let is_head = !rest.is_empty() && above.iter().all(|line| opening::is_label(line, &site));
                return is_head.then(|| text.len() - rest.len());
            }
            if !opening::has_form_of_label(line.text) {
                return None;
            }
            above.push(line.text);
        }
        None
    }

    /// Whether a line says no more than the title, of which this is the folded form.
    fn repeats(&self, article: &Article, title: &str, line: &str) -> bool {
        // Twice the title is room for the longest name of a site.
        if title.is_empty() || line.len() > 2 * article.title.len() + 100 {
            return false;
        }
        let folded = fold(line);
        if folded == title {
            return true;
        }
        // "Headline - Site" in the text, "Headline" in the title.
        let mut headline = Some(line).filter(|_| folded.contains(title)).unwrap_or_default();
        while let Some(parts) = self.cut(article, headline, Unknown::Lines) {
            headline = headline.slice(parts.headline);
        }
        fold(headline) == title
    }
}

impl Unknown {
    /// How likely a part must be a name, in tenths of a logit.
    fn least(self) -> i32 {
        match self {
            Self::Titles => 10,
            Self::Lines | Self::Parts => 0,
        }
    }
}

/// A title, cut in two.
#[derive(Debug, PartialEq)]
struct Parts {
    headline: Range<usize>,
    /// `None` where what was cut off is a section, or nothing.
    site: Option<Range<usize>>,
    /// What shows that it is no part of the headline.
    evidence: SeamEvidence,
}

/// Where a part may be the site's name although nothing is known of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unknown {
    /// In a title: headlines have dashes of their own. Of 299 page titles with something around the headline, in records without an address,
    /// 240 become the headline; of 283 without, 7 lose a part.
    Titles,
    /// In the first line of a text, which has the form of a page's title if it has a seam.
    Lines,
    /// Before a name that was taken for the site's for its form: a section, the site's larger part.
    Parts,
}

/// What the last part of a title shows of being a name.
fn last_part(title: &str, body: &str) -> Option<String> {
    let seams = seams(title);
    let last = seams.last()?;
    let (headline, part) = (title.get(..last.start)?, title.get(last.end..)?);
    let mark = title.get(last.start..last.end)?;
    let signs = name::Beside { part, headline, mark, is_bar: last.is_bar, body }.signs()?;
    Some(NameSign::names_of(signs).join(", "))
}

/// Cuts what is not headline off a title's end, else off its beginning; `None` where all of it may be.
fn cut(title: &str, seams: &[Seam], knowledge: &Knowledge, body: &str, unknown: Unknown) -> Option<Parts> {
    let first = seams.first()?;
    let tails = if first.is_colon { seams.get(1..)? } else { seams };
    let whole = |start: usize, end: usize| {
        let headline = title.slice(start..end);
        let trimmed = headline.trim();
        let start = start + headline.len() - headline.trim_start().len();
        is_headline(trimmed).then(|| start..start + trimmed.len())
    };
    if let Some(parts) = cut_tail(title, tails, knowledge, whole) {
        return Some(parts);
    }
    let head = title.slice(..first.start);
    let least = if unknown == Unknown::Lines && knowledge.is_empty() {
        SeamEvidence::Looks
    } else {
        SeamEvidence::Close
    };
    let enough = if first.is_colon { least } else { least.max(first.needs) };
    if let Some(evidence) = knowledge.of_site(head).filter(|found| *found >= enough) {
        return Some(Parts {
            headline: whole(first.end, title.len())?,
            site: Some(0..first.start),
            evidence,
        });
    }
    // An address may have nothing of its site's name; the first line of a text that has a bar is a page's title all the same.
    let is_page_title = unknown == Unknown::Lines && tails.last().is_some_and(|last| last.is_bar);
    if !knowledge.is_empty() && unknown != Unknown::Parts && !is_page_title {
        return None;
    }
    let last = tails.last();
    let body = name::start_of(body);
    let below = body.split_once(title).map_or(body, |(_, below)| below);
    let beside = |part: Range<usize>, headline: Range<usize>, seam: &Seam| {
        let (part, headline) = (title.get(part)?.trim(), title.get(headline)?.trim());
        let mark = title.get(seam.start..seam.end)?;
        name::Beside { part, headline, mark, is_bar: seam.is_bar, body: below }.signs()
    };
    let name = |range: &Range<usize>| {
        let part = title.slice(range.clone());
        // A section alone says nothing of the site.
        !is_section(&words(part)) && !part.starts_with("by ") && !name::is_date(part)
    };
    let points = |signs: Option<Signs<NameSign>>| signs.map_or(i32::MIN, NameSign::weight_of);
    let of_tail = last
        .filter(|last| last.needs == SeamEvidence::Looks)
        .map_or(i32::MIN, |last| points(beside(last.end..title.len(), 0..last.start, last)));
    // `The Quay | Bridge closed for a week`, `TheQuay: Bridge closed for a week`
    if unknown == Unknown::Lines && seams.len() == 1 {
        let (front, rest) = (0..first.start, first.end..title.len());
        let of_front =
            if first.is_bar { points(beside(front.clone(), rest.clone(), first)) } else { i32::MIN };
        let opens = of_front >= unknown.least() && of_front > of_tail.saturating_add(MORE) || is_coined(head);
        if opens && words(title.get(rest)?).len() > words(head).len() {
            return Some(Parts {
                headline: whole(first.end, title.len())?,
                site: Some(front).filter(name),
                evidence: SeamEvidence::Shaped,
            });
        }
    }
    let tail = last?.end..title.len();
    if of_tail < unknown.least() || unknown == Unknown::Titles && !name(&tail) {
        return None;
    }
    let headline = whole(0, last?.start)?;
    let is_short = words(title.get(headline.clone())?).len() < LEAST_WORDS_IN_TITLES;
    if unknown == Unknown::Titles && is_short && !title.contains(is_ideograph) {
        return None;
    }
    Some(Parts { headline, site: Some(tail).filter(name), evidence: SeamEvidence::Shaped })
}

/// So much more likely a name than the other part, in tenths of a logit, has to be what stands before a headline.
const MORE: i32 = 10;

/// Cuts a line at a seam beside which stands what is a line by itself: `Bridge closed | by Jane Roe`, `Bridge closed`.
fn cut_beside(line: &str, seams: &[Seam], is_alone: impl Fn(&str) -> bool) -> Option<Parts> {
    seams.iter().find_map(|seam| {
        let (before, after) = (0..seam.start, seam.end..line.len());
        if !is_alone(line.slice(before.clone())) && !is_alone(line.slice(after.clone())) {
            return None;
        }
        let count = |part: &Range<usize>| line.get(part.clone()).map_or(0, |part| words(part).len());
        let (headline, site) =
            if count(&before) >= count(&after) { (before, after) } else { (after, before) };
        let name = line.get(site.clone())?;
        let fits =
            count(&headline) >= LEAST_WORDS_IN_TITLES && name.chars().nth(LONGEST_NAME_CHARS).is_none();
        let site = Some(site).filter(|_| !is_section(&words(name)) && !name.starts_with("by "));
        (fits && count(&headline) > words(name).len()).then_some(Parts {
            headline,
            site,
            evidence: SeamEvidence::Looks,
        })
    })
}

/// Shorter lines say nothing where they stand twice.
const LEAST_ALONE: usize = 6;
/// `Harvard T.H. Chan School of Public Health`
const LONGEST_NAME_CHARS: usize = 45;

/// Cuts off a title's end what is known not to be headline.
fn cut_tail(
    title: &str,
    seams: &[Seam],
    knowledge: &Knowledge,
    whole: impl Fn(usize, usize) -> Option<Range<usize>>,
) -> Option<Parts> {
    let last = seams.last()?;
    // "Headline |": what stood after was empty.
    if last.end >= title.len() {
        return Some(Parts { headline: whole(0, last.start)?, site: None, evidence: SeamEvidence::Shaped });
    }
    // Names have dashes and bars, too, so the longest ending that is exactly a name counts first.
    let tail = |seam: &Seam| title.slice(seam.end..);
    let exact = seams.iter().find(|seam| knowledge.of_site(tail(seam)) == Some(SeamEvidence::Exact));
    let likely =
        || Some(last).filter(|seam| knowledge.of_site(tail(seam)).is_some_and(|found| found >= seam.needs));
    if let Some(seam) = exact.or_else(likely) {
        let evidence = knowledge.of_site(tail(seam))?;
        return Some(Parts { headline: whole(0, seam.start)?, site: Some(seam.end..title.len()), evidence });
    }
    // "Headline | Site | Section", "Headline - Site - its motto".
    for pair in seams.windows(2) {
        let [seam, next] = pair else { continue };
        // Two seams can share a blank: nothing is between them then.
        let middle = title.get(seam.end..next.start).unwrap_or_default();
        if knowledge.of_site(middle) == Some(SeamEvidence::Exact) {
            let (headline, site) = (whole(0, seam.start)?, Some(seam.end..next.start));
            return Some(Parts { headline, site, evidence: SeamEvidence::Exact });
        }
    }
    if last.needs != SeamEvidence::Exact && knowledge.is_section(tail(last)) {
        return Some(Parts { headline: whole(0, last.start)?, site: None, evidence: SeamEvidence::Shaped });
    }
    None
}

/// `Town hall | Market Square` in a title may be a kicker and a headline.
const LEAST_WORDS_IN_TITLES: usize = 3;

/// Whether what is left over can stand as a headline by itself.
fn is_headline(text: &str) -> bool {
    text.chars().filter(|character| character.is_alphanumeric()).take(4).count() >= 4
}

/// A place where a title may be cut.
struct Seam {
    start: usize,
    end: usize,
    /// The least evidence that is needed to cut here.
    needs: SeamEvidence,
    /// Whether it is a mark that headlines hardly have within them.
    is_bar: bool,
    /// Whether it is a colon as in sentences: only a site's name before it is one.
    is_colon: bool,
}

/// The seams of a title, in order. Dashes count between spaces, bars anywhere; in Chinese and Japanese,
/// which have no spaces, `-` and `_` too, and in Korean `-` before a section or a name that is known.
fn seams(title: &str) -> Vec<Seam> {
    let mut seams: Vec<Seam> = Vec::new();
    let mut before = None;
    let mut characters = title.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        let previous = before.replace(character);
        if !is_mark(character) {
            continue;
        }
        // « quoted »
        let quotes = |open: char| {
            title
                .get(..start)
                .is_some_and(|head| head.matches(open).count() > head.matches(character).count())
        };
        if (character == '»' && quotes('«')) || (character == '›' && quotes('‹')) {
            continue;
        }
        let mut end = start + character.len_utf8();
        // `::`, `--` and `||` are one seam.
        while characters.next_if(|(_, next)| *next == character).is_some() {
            end += character.len_utf8();
        }
        let next = characters.peek().map(|(_, next)| *next);
        let spaced = |neighbour: Option<char>| neighbour.is_none_or(char::is_whitespace);
        let both_spaced = spaced(previous) && spaced(next);
        let ideographs = [previous, next].map(|neighbour| neighbour.is_some_and(is_ideograph));
        let needs = match character {
            ':' | '/' if both_spaced && end == start + 1 => SeamEvidence::Exact,
            ':' if spaced(next) && end == start + 1 && seams.is_empty() => SeamEvidence::Exact,
            // "Osthafen|News" is a name, "Bridge closed| Osthafen News" is two things.
            '|' | '｜' if spaced(previous) || spaced(next) || ideographs.contains(&true) => {
                SeamEvidence::Looks
            }
            '|' | '｜' | 'ㅣ' => SeamEvidence::Exact,
            '-' | '_' if ideographs == [true, true] => SeamEvidence::Looks,
            '-' if [previous, next].iter().all(|neighbour| neighbour.is_some_and(is_hangul)) => {
                SeamEvidence::Close
            }
            _ if both_spaced && character != '_' => SeamEvidence::Looks,
            _ => continue,
        };
        if previous.is_none() {
            continue;
        }
        let start = title.get(..start).map_or(start, |head| head.trim_end().len());
        let end = title.get(end..).map_or(end, |tail| title.len() - tail.trim_start().len());
        let is_bar = needs == SeamEvidence::Looks
            && matches!(character, '|' | '｜' | 'ㅣ' | '»' | '›' | '·' | '•' | ':')
            && (character != ':' || end > start + 1);
        let is_colon = character == ':' && !spaced(previous);
        seams.push(Seam { start, end, needs, is_bar, is_colon });
    }
    seams
}

/// Dashes, bars, guillemets and dots that sites put between headline and name; the sixth is Arabic's
/// tatweel, which some keyboards have in place of a dash, the ninth a Korean vowel that looks like a bar.
fn is_mark(character: char) -> bool {
    matches!(
        character,
        '-' | '–'
            | '—'
            | '―'
            | '−'
            | 'ـ'
            | '|'
            | '｜'
            | 'ㅣ'
            | '_'
            | '»'
            | '«'
            | '›'
            | '‹'
            | ':'
            | '·'
            | '•'
            | '/'
            | '~'
    )
}

fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xFF01..=0xFF5E)
}

fn is_hangul(character: char) -> bool {
    matches!(character, '가'..='힣')
}

#[cfg(test)]
mod tests {
    use super::opening::LONGEST_HEADLINE;
    use super::*;
    use crate::article::Source;
    use proptest::prelude::*;

    fn article(title: &str, site_name: &str, url: &str, text: &str) -> Article {
        let source = Source { dump: std::sync::Arc::from("test"), line: 1, id: None };
        let mut article = Article::new(source);
        for (field, value) in [
            (&mut article.title, title),
            (&mut article.site_name, site_name),
            (&mut article.url, url),
            (&mut article.text, text),
        ] {
            value.clone_into(field);
        }
        article
    }

    fn split(mut article: Article) -> Article {
        let mut cx = StageContext::default();
        let before = article.clone();
        assert_eq!(Settings::default().apply(&mut article, &mut cx), Outcome::Keep);
        assert_eq!(cx.take_changed(), before != article);
        article
    }

    #[test]
    fn a_line_is_a_headline_up_to_a_length() {
        for (letters, taken) in [(LONGEST_HEADLINE - 20, true), (LONGEST_HEADLINE - 19, false)] {
            let line = format!("{} - The Daily Courier", "b".repeat(letters));
            let article = split(article("", "", "", &format!("{line}\n\nThe bridge is closed.")));
            assert_eq!(article.title.is_empty(), !taken, "{letters}");
        }
    }

    #[test]
    fn a_title_is_cut_up_to_a_length_and_a_huge_one_costs_nothing() {
        for (letters, cut) in [(LONGEST_TITLE_BYTES - 20, true), (LONGEST_TITLE_BYTES - 19, false)] {
            let title = format!("{} - The Daily Courier", "b".repeat(letters));
            let article = split(article(&title, "", "", ""));
            assert_eq!(article.title.len() < title.len(), cut, "{letters}");
        }
        let title = "word - ".repeat(200_000);
        assert_eq!(split(article(&title, "Word", "", "Word\n\nA text.")).title, title);
    }

    #[test]
    fn a_title_repeated_half_a_million_times_goes_in_one_pass() {
        // Copying the rest for each would move 700 GB.
        let text = format!("{}The bridge is closed.", "Word\n".repeat(500_000));
        assert_eq!(split(article("Word", "", "", &text)).text, "The bridge is closed.");
    }

    #[test]
    fn a_pipeline_can_leave_the_text_alone() {
        let settings = Settings { missing: Missing::Leave, repeated: Repeated::Keep, ..Settings::default() };
        for title in ["", "Bridge closed"] {
            let before = article(title, "", "", "Bridge closed - The Daily Courier\n\nIt is closed.");
            let mut after = before.clone();
            assert_eq!(settings.apply(&mut after, &mut StageContext::default()), Outcome::Keep);
            assert_eq!(after, before);
        }
    }

    #[test]
    fn a_title_from_the_page_gives_a_site_name_from_the_page() {
        let mut article = article("Bridge closed - The Daily Courier", "", "", "");
        article.found.set(Field::Title, Found::Meta);
        assert_eq!(split(article).found.get(Field::SiteName), Some(Found::Meta));
    }

    #[test]
    fn what_was_found_in_a_title_cuts_no_more_of_it_the_next_time() {
        for title in [
            "Bridge - Bridge - Bridge",
            "Bridge – 日报 Bridge - ",
            "صحيفة - 日报_World-标题 – ",
            "Ferry late - Quay - Port",
        ] {
            let once = split(article(title, "", "", ""));
            assert_eq!(split(once.clone()), once, "{title}");
        }
    }

    proptest! {
        #[test]
        fn splitting_twice_changes_nothing_more(
            title in "((Bridge|closed|World|News|The|Daily|Courier|日报|标题|صحيفة|example|\\PC{1,3})( |-| - | \\| |\\||_| – | :: | / |)){0,8}",
            site_name in "(|Courier|The Daily Courier|World)",
            url in "(|https://www\\.dailycourier\\.example/world/bridge-closed|https://news\\.example/)",
            text in "(Bridge closed - The Daily Courier\n\n|closed\n|\\PC{0,5}\n\n){0,3}\\PC{0,8}",
        ) {
            let once = split(article(&title, &site_name, &url, &text));
            prop_assert_eq!(split(once.clone()), once);
        }
    }
}
