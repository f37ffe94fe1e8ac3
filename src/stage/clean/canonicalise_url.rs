//! `canonicalise-url`: the same article has the same address.
//!
//! `HTTPS://Example.com:443/a/../b?id=7&utm_source=feed#comments` → `https://example.com/b?id=7`, and
//! `source_url` keeps what stood there.
//!
//! The id of a record is a hash of its URL, so a mistake here makes one article of two, or two of one.
//! Where it is not certain that two addresses are the same page, they stay apart: `http` and `https`,
//! `www.`, a `/` at the end, `index.html`, AMP pages, the order of query parameters. The scheme and the
//! host are in lower case, default ports, user names and dot segments are gone, and what has to be
//! percent-encoded is, in capitals, and nothing else (RFC 3986, section 6.2.2).
//!
//! A fragment is removed unless it is a route: there the fragment is the address, and without it every
//! article of such a site would be the same one. `/#/a` is kept, and `/#!/a` becomes `/?_escaped_fragment_=/a`, the form that
//! crawlers once agreed on for such pages.
//!
//! A visitor's session is no part of the address, as a parameter of the query or of the path (`/a;jsessionid=1F`, `/(S(1f))/a`). Of a
//! parameter that is called like one, such as `sid`, the value has to be drawn as one, and the address has to say without it what the page is.
//!
//! Whatever is not an address in `http` or `https` is left as it is, relative references among them: nobody
//! knows any more what they were relative to.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::article::{Article, Outcome};
use crate::settings::{Problem, SettingsTable, settings_schema};
use crate::stage::{Family, Stage, StageContext, StageKind};
use crate::text::Slice;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Settings {
    /// Query parameters to remove besides the known tracking parameters. A `*` at the end stands for any
    /// ending, `"*"` for every parameter; the case of letters makes no difference.
    remove_parameters: Vec<String>,
    /// Query parameters to keep although they would be removed, written likewise.
    keep_parameters: Vec<String>,
}

pub(in crate::stage) static KIND: StageKind = StageKind {
    name: "canonicalise-url",
    family: Family::Cleaner,
    summary: "one address an article: no tracking parameters, no fragment, lower-case host",
    about: "Works on `url`; where that changes, `source_url` keeps what stood there. Scheme, `www.`, the \
            order of parameters and a slash at the end stay, because servers may tell them apart. `//host/a` \
            and `www.example.com/a` get `https`. Other schemes and relative references stay as they are.",
    rules: &[],
    example: "[[stage]]\nkind = \"canonicalise-url\"\nremove-parameters = [\"session\", \"promo_*\"]\n\
              keep-parameters = [\"ref\"]\n",
    schema: settings_schema::<Settings>,
    build: |table| Ok(Box::new(build(table)?)),
};

fn build(table: &SettingsTable<'_>) -> Result<Settings, Vec<Problem>> {
    let settings: Settings = table.read()?;
    let mut problems = Vec::new();
    let lists =
        [("remove-parameters", &settings.remove_parameters), ("keep-parameters", &settings.keep_parameters)];
    for (key, patterns) in lists {
        for pattern in patterns {
            if pattern.is_empty() {
                problems.push(table.problem(key, "a parameter's name has at least one character"));
            } else if pattern.strip_suffix('*').unwrap_or(pattern).contains('*') {
                let message = format!("`*` stands once, at the end, not as in `{pattern}`");
                problems.push(table.problem(key, message));
            }
        }
    }
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

impl Stage for Settings {
    fn apply(&self, article: &mut Article, cx: &mut StageContext) -> Outcome {
        if is_canonical(article.url.as_bytes()) {
            return Outcome::Keep;
        }
        if let Some(canonical) = self.canonical(&article.url) {
            let written = std::mem::replace(&mut article.url, canonical);
            if article.source_url.is_empty() {
                article.source_url = written;
            }
            cx.note_change();
        }
        Outcome::Keep
    }
}

impl Settings {
    /// The canonical form of an address; `None` where it has that form already, or is not in http or https.
    fn canonical(&self, written: &str) -> Option<String> {
        let mut address = absolute(written)?;
        // Decoding can lay bare what a parser then sees as something else, such as `%2%65` as a dot. From
        // the second round on only decoding and removing are left to do, so the address gets shorter with
        // every round, and this ends. One round is the rule.
        loop {
            let parsed = self.parse(&address)?;
            let decoded = decode_unreserved(&parsed);
            let stable = decoded == parsed;
            address = decoded;
            if stable {
                break;
            }
        }
        (address != written).then_some(address)
    }

    fn parse(&self, address: &str) -> Option<String> {
        let mut url = Url::parse(address).ok()?;
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        let route = url.fragment().and_then(|fragment| fragment.strip_prefix('!')).map(escape_route);
        let is_route = |fragment: &str| fragment.len() > 1 && fragment.starts_with('/');
        if !url.fragment().is_some_and(is_route) {
            url.set_fragment(None);
        }
        if let Some(path) = without_session(url.path()) {
            url.set_path(&path);
        }
        let mut query = self.query(url.query().unwrap_or_default(), names_page(url.path()));
        if let Some(route) = route.filter(|route| !route.is_empty()) {
            query.push_str(if query.is_empty() { "" } else { "&" });
            query.push_str(ROUTE_PARAMETER);
            query.push('=');
            query.push_str(&route);
        }
        url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
        Some(url.into())
    }

    /// A query without what is only tracking.
    fn query(&self, query: &str, path_names_page: bool) -> String {
        let mut kept = String::with_capacity(query.len());
        let is_tracking = |parameter: &&str| parameter.is_empty() || self.removes(parameter);
        let mut others = query
            .split('&')
            .filter(|parameter| !is_tracking(parameter) && !is_session(parameter, path_names_page));
        let names_page = path_names_page || others.next().is_some();
        for mut parameter in query.split('&') {
            // `&amp;` in an address is HTML that a scraper has forgotten to decode.
            while let Some(rest) = parameter.strip_prefix("amp;") {
                parameter = rest;
            }
            if is_tracking(&parameter)
                || (names_page && is_session(parameter, path_names_page) && !self.keeps(parameter))
            {
                continue;
            }
            kept.push_str(if kept.is_empty() { "" } else { "&" });
            kept.push_str(parameter);
        }
        kept
    }

    fn keeps(&self, parameter: &str) -> bool {
        let name = parameter.split_once('=').map_or(parameter, |(name, _)| name);
        name == ROUTE_PARAMETER || self.keep_parameters.iter().any(|pattern| matches(pattern, name))
    }

    fn removes(&self, parameter: &str) -> bool {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let listed = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, name));
        if self.keeps(parameter) {
            return false;
        }
        TRACKING.iter().chain(SESSIONS).any(|pattern| matches(pattern, name))
            || (is_one_of(CHANNEL_NAMES, name) && is_one_of(CHANNELS, channel(value)))
            || listed(&self.remove_parameters)
    }
}

/// The canonical form of an address, as the stage makes it without options; `None` for what is no address in `http` or
/// `https`.
pub(in crate::stage) fn canonical_address(written: &str) -> Option<Cow<'_, str>> {
    if !written.is_empty() && is_canonical(written.as_bytes()) {
        return Some(Cow::Borrowed(written));
    }
    Url::parse(&absolute(written)?).ok()?;
    Some(Settings::default().canonical(written).map_or(Cow::Borrowed(written), Cow::Owned))
}

/// Google's scheme for crawling hash-bang pages; given up in 2015, but still the only name there is.
const ROUTE_PARAMETER: &str = "_escaped_fragment_";

/// Parameters that say how a reader came to the page and nothing about the page: the names that the
/// services which add them document, and browsers and ad blockers remove. Names that some sites use for
/// content (`id`, `s`, `t`, `p`, `mod`, `partner`, `cid`) are not here.
#[rustfmt::skip]
const TRACKING: &[&str] = &[
    // Analytics: Urchin and Google, Matomo and Piwik, AT Internet, comScore, Webtrends, Adobe, Cxense
    "utm_*", "_ga", "_gl", "_gac", "itm_*", "stm_*", "pk_*", "mtm_*", "matomo_*", "piwik_*", "hsa_*",
    "at_medium", "at_campaign*", "at_custom*", "at_link*", "at_ptr*", "at_bbc_*", "at_format", "at_team",
    "at_creation", "at_variant", "at_emailtype", "at_recipient*", "xtor", "xtref", "ns_*", "wt.*", "wt_mc*",
    "wt_zmc", "wtrid", "s_cid", "s_kwcid", "ef_id", "icid", "intcid", "int_cid", "intcmp", "cmp", "cmpid",
    "cx_test*", "cx_artpos", "_openstat",
    // Advertising: a click's own number
    "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "fbclid",
    "msclkid", "yclid", "ysclid", "ymclid", "twclid", "ttclid", "li_fat_id", "rdt_cid", "epik", "sccid",
    "dicbo", "tblci", "irclickid", "irgwc", "cjevent", "zanpid", "wickedid", "rb_clickid",
    // Social networks, messengers and portals
    "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "fb_comment_id", "action_object_map",
    "action_ref_map", "action_type_map", "igshid", "igsh", "mibextid", "sfnsn", "ref_src", "ref_url",
    "__twitter_impression", "__tn__", "__cft__*", "spm", "spm_id_from", "scm", "vd_source", "nsukey",
    "isappinstalled", "wprov", "guccounter", "guce_referrer", "guce_referrer_sig", "_branch_match_id",
    "_branch_referrer", "hootpostid", "soc_src", "soc_trk", "sr_share",
    // Share buttons and gift links
    "share_id", "shareid", "share_token", "sharetoken", "share_source", "share_medium", "share_from",
    "share_plat", "share_tag", "share_session_id", "unlocked_article_code", "giftcopy",
    // Newsletters
    "mc_cid", "mc_eid", "mc_tc", "mkt_tok", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp",
    "hsctatracking", "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "ml_subscriber",
    "ml_subscriber_hash", "ck_subscriber_id", "_ke", "_kx", "bsft_*", "elqtrack", "elqtrackid", "sfmc_*",
    "nr_email_referer", "dm_i", "__s", "_bta_tid", "_bta_c", "emci", "emdi", "ceid",
    // Publishers' own
    "ito", "ncid", "ftag", "smid", "smtyp", "ocid", "mbid", "wpsrc", "wpisrc", "taid", "sref",
];

/// A visitor's session, by the names that servers and frameworks give it.
const SESSIONS: &[&str] = &[
    "jsessionid",
    "phpsessid",
    "aspsessionid*",
    "asp.net_sessionid",
    "cfid",
    "cftoken",
    "oscsid",
    "zenid",
    "sessionid",
    "session_id",
];

/// Whether a parameter is called like a session and has a value that was drawn for one: 26 or 32 letters and digits, as PHP and most
/// others draw it. Keys of databases have 24, and 36 with dashes.
fn is_session(parameter: &str, path_names_page: bool) -> bool {
    const ENDS: [&str; 4] = ["sid", "sess", "session", "token"];
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let name = name.to_ascii_lowercase();
    let is_drawn = value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && value.bytes().filter(u8::is_ascii_digit).count() >= 4
        && value.bytes().filter(u8::is_ascii_alphabetic).count() >= 4;
    let is_named = ENDS.iter().any(|end| name.ends_with(end));
    // The `s` of forums' scripts is a search or a picture's signature elsewhere.
    let is_hash = name == "s"
        && !path_names_page
        && value.len() == 32
        && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_drawn && (is_hash || (is_named && (value.len() == 26 || value.len() >= 32)))
}

/// Whether a path alone says what the page is: `/article.php` does not.
fn names_page(path: &str) -> bool {
    const SCRIPTS: [&str; 10] = ["php", "php3", "asp", "aspx", "jsp", "do", "cgi", "pl", "cfm", "dll"];
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_script = last.rsplit_once('.').is_some_and(|(_, ending)| is_one_of(&SCRIPTS, ending));
    path.len() > 1 && !is_script
}

/// `(S(lit3py55t21z5v55vlm25s55))`, `(X(1)S(…))`: what ASP.NET keeps of a visitor who takes no cookies.
fn is_cookieless(segment: &str) -> bool {
    let Some(mut rest) = segment.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return false;
    };
    while let Some((name, tail)) = rest.split_once('(') {
        let Some((value, tail)) = tail.split_once(')') else { return false };
        if name.len() != 1 || !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        {
            return false;
        }
        rest = tail;
        if rest.is_empty() {
            return true;
        }
    }
    false
}

/// A path without the sessions among its parameters; `None` where there are none.
fn without_session(path: &str) -> Option<String> {
    let is_session = |parameter: &&str| {
        let name = parameter.split(['=', '%']).next().unwrap_or_default();
        SESSIONS.iter().any(|pattern| matches(pattern, name))
    };
    let segment = |segment: &str| {
        // Some write the `;` and the `=` as they would stand in a value.
        const SIGNS: [&str; 3] = [";", "%3B", "%3b"];
        let signs = segment.match_indices([';', '%']).map(|(at, _)| at);
        let starts = signs.filter(|at| {
            SIGNS.iter().any(|sign| segment.get(*at..).is_some_and(|rest| rest.starts_with(sign)))
        });
        let mut kept = String::new();
        let mut from = 0;
        for end in starts.chain([segment.len()]) {
            let part = segment.get(from..end).unwrap_or_default();
            let parameter = SIGNS.iter().find_map(|sign| part.strip_prefix(sign));
            if !parameter.as_ref().is_some_and(is_session) {
                kept.push_str(part);
            }
            from = end;
        }
        kept
    };
    let kept = path.split('/').filter(|part| !is_cookieless(part)).map(segment).collect::<Vec<_>>().join("/");
    (kept != path).then_some(kept)
}

/// Parameters that name the channel a reader came by on many sites, and a part of the site on others: they
/// go only where the value is one of [`CHANNELS`].
const CHANNEL_NAMES: &[&str] =
    &["ref", "referrer", "referer", "source", "src", "via", "from", "share", "origin"];

#[rustfmt::skip]
const CHANNELS: &[&str] = &[
    "facebook", "fb", "twitter", "tw", "x", "instagram", "ig", "linkedin", "pinterest", "reddit", "tiktok",
    "youtube", "telegram", "whatsapp", "wechat", "weibo", "timeline", "groupmessage", "singlemessage", "vk",
    "line", "threads", "bluesky", "mastodon", "flipboard", "pocket", "google", "googlenews", "bing", "msn",
    "yahoo", "applenews", "rss", "atom", "feed", "feedburner", "email", "mail", "newsletter", "push",
    "social", "sharebutton", "copylink", "homepage", "home",
];

/// A channel's name within a value: `www.facebook.com` and `facebook` mean the same.
fn channel(value: &str) -> &str {
    let value = value.strip_prefix("www.").unwrap_or(value);
    value.strip_suffix(".com").unwrap_or(value)
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => pattern.eq_ignore_ascii_case(name),
    }
}

/// A route as the value of a parameter.
fn escape_route(route: &str) -> String {
    route.replace('&', "%26").replace('+', "%2B").replace('#', "%23")
}

/// The address with its scheme; `None` where it is not one in `http` or `https`.
fn absolute(written: &str) -> Option<String> {
    let address = written.trim_matches(|character: char| character <= ' ');
    let after_scheme = ["http://", "https://"].iter().find_map(|scheme| {
        let (head, rest) = address.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    if let Some(rest) = after_scheme {
        // A parser would take `http:///a` for the host `a`.
        return (!rest.starts_with(['/', '\\'])).then(|| address.to_owned());
    }
    if let Some(rest) = address.strip_prefix("//") {
        return is_domain(host_in(rest)).then(|| format!("https:{address}"));
    }
    let host = host_in(address);
    let plain = is_domain(host) && !address.contains(char::is_whitespace);
    (plain && (host.starts_with("www.") || address.contains('/'))).then(|| format!("https://{address}"))
}

/// What stands before the path, without the port.
fn host_in(address: &str) -> &str {
    let authority = address.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Whether a text looks like a domain, and not like a file: `story.html` and `index.php` have dots, too.
fn is_domain(host: &str) -> bool {
    const FILES: &[&str] =
        &["html", "htm", "shtml", "xhtml", "php", "asp", "aspx", "jsp", "cgi", "xml", "json"];
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    let Some((others, top)) = host.rsplit_once('.') else { return false };
    let top_level = top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    others.split('.').all(is_label)
        && (top_level || (top.starts_with("xn--") && is_label(top)))
        && !is_one_of(FILES, top)
}

/// Percent-encodings in capitals, and none of letters, digits and `-._~`, which never need one.
fn decode_unreserved(address: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut decoded = String::with_capacity(address.len());
    let mut pieces = address.split('%');
    decoded.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        // The number parser would take a sign, too.
        let digits = piece.get(..2).filter(|digits| !digits.starts_with('+'));
        let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
            decoded.push('%');
            decoded.push_str(piece);
            continue;
        };
        if is_unreserved(byte) {
            decoded.push(char::from(byte));
        } else {
            let digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
            decoded.push('%');
            decoded.extend(digits.map(char::from));
        }
        decoded.push_str(piece.slice(2..));
    }
    decoded
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Whether an address certainly has its canonical form. Most have, and a look at the bytes spares them
/// the parser. Says no where it would have to think.
fn is_canonical(address: &[u8]) -> bool {
    if address.is_empty() {
        return true;
    }
    let Some(rest) = address.strip_prefix(b"https://").or_else(|| address.strip_prefix(b"http://")) else {
        return false;
    };
    let Some(slash) = memchr::memchr(b'/', rest) else { return false };
    let (host, path) = rest.split_at(slash);
    // A host whose last label begins with a digit may be an IPv4 address; `xn--` and its like are for the
    // parser to check.
    let mut named = false;
    for label in host.split(|byte| *byte == b'.') {
        let plain = label.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        let odd = label.starts_with(b"-") || label.ends_with(b"-") || label.get(2..4) == Some(b"--");
        if !plain || odd || label.is_empty() {
            return false;
        }
        named = label.first().is_some_and(u8::is_ascii_lowercase);
    }
    let mut before = 0;
    named
        && path.iter().enumerate().all(|(index, &byte)| {
            // A dot after a slash may be a dot segment.
            let after_slash = before == b'/';
            let dotted = byte == b'.' && after_slash;
            before = byte;
            match byte {
                b'%' => is_capital_escape(path.get(index + 1..index + 3).unwrap_or_default()),
                // A segment may be a session.
                b'(' => !after_slash,
                b'/' | b'!' | b'$' | b'&' | b')' | b'*' | b'+' | b',' | b'=' | b':' => true,
                _ => is_unreserved(byte) && !dotted,
            }
        })
}

/// Two hex digits in capitals, for a byte that has to be encoded.
fn is_capital_escape(digits: &[u8]) -> bool {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    };
    let [high, low] = digits else { return false };
    matches!((value(*high), value(*low)), (Some(high), Some(low)) if !is_unreserved((high << 4) | low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(address: &str) -> String {
        Settings::default().canonical(address).unwrap_or_else(|| address.to_owned())
    }

    #[test]
    fn an_encoded_percent_sign_cannot_hide_a_dot_segment() {
        assert_eq!(canonical("https://example.com/a/%2%65%2%65/b"), "https://example.com/b");
        assert_eq!(canonical("https://example.com/%2541"), "https://example.com/%2541");
    }

    #[test]
    fn a_star_stands_only_at_the_end_of_a_name() {
        assert!(matches("utm_*", "UTM_Source"));
        assert!(!matches("utm_*", "utm"));
        assert!(!matches("ref", "reference"));
        for (name, right) in [("a*", true), ("*", true), ("a*b", false), ("", false), ("a**", false)] {
            let source = format!("[[stage]]\nremove-parameters = [\"{name}\"]\n");
            let tables = crate::settings::parse_document(&source).take_tables("stage");
            assert_eq!(build(&tables[0]).is_ok(), right, "{name}");
        }
    }

    #[test]
    fn a_route_outlives_the_removal_of_every_parameter() {
        let settings = Settings { remove_parameters: vec!["*".to_owned()], ..Settings::default() };
        let once = settings.canonical("https://example.com/?a=1#!/b").expect("it changes");
        assert_eq!(once, "https://example.com/?_escaped_fragment_=/b");
        assert_eq!(settings.canonical(&once), None);
    }

    #[test]
    fn what_is_no_address_on_the_web_stays_as_it_is() {
        for written in [
            "/news/a?utm_source=x",
            "a.html?utm_source=x",
            "news.html",
            "mailto:Desk@Courier.example",
            "http:///a?utm_source=x",
            "http://",
            "//a?utm_source=x",
            "e.g. this/that",
            "#top",
        ] {
            assert_eq!(canonical(written), written);
        }
    }

    #[test]
    fn a_source_url_that_is_known_is_kept() {
        let source = crate::article::Source { dump: std::sync::Arc::from("test"), line: 1, id: None };
        let mut article = Article::new(source);
        article.url = "https://example.com/a#top".to_owned();
        article.source_url = "https://feed.example/7".to_owned();
        let mut cx = StageContext::default();
        assert_eq!(Settings::default().apply(&mut article, &mut cx), Outcome::Keep);
        assert!(cx.take_changed());
        assert_eq!(article.url, "https://example.com/a");
        assert_eq!(article.source_url, "https://feed.example/7");
    }

    proptest! {
        #[test]
        fn a_second_time_changes_nothing_more(
            address in "(https?://|HTTP://|//|www\\.|)([a-zA-Z0-9.@:-]{0,12}|example\\.com|\\PC{0,6})\
                        [/?#]?[a-c%0-9A-F./?#!&=;+utm_\\\\ é]{0,24}\\PC{0,6}"
        ) {
            let once = canonical(&address);
            prop_assert_eq!(canonical(&once), once);
        }

        #[test]
        fn what_passes_the_quick_look_is_canonical(
            address in "https?://[a-c0-9x.-]{0,8}(\\.com|\\.example|\\.[a-z0-9-]{0,4}|)/\
                        [a-z%0-9A-F./!$&'()*+,;=:@~^|`{}\\[\\]\\\\-]{0,16}"
        ) {
            if is_canonical(address.as_bytes()) {
                prop_assert_eq!(Settings::default().canonical(&address), None);
            }
        }

        #[test]
        fn a_plain_address_passes_the_quick_look(
            address in "https?://([a-z]{3,9}\\.){1,3}[a-z]{3}(/[a-z0-9_-]{1,12}){1,4}/?(%D8%A7)?"
        ) {
            prop_assert!(is_canonical(address.as_bytes()));
            prop_assert_eq!(Settings::default().canonical(&address), None);
        }
    }
}
