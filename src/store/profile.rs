//! Profiles of AWS: `~/.aws/credentials` and `~/.aws/config`, which `object_store` does not read.
//!
//! Keys, region and endpoint are taken; a profile that names a program or a single sign-on is left to whoever writes keys from it into the
//! environment (`aws configure export-credentials --format env`).

use std::collections::BTreeMap;
use std::path::PathBuf;

/// An environment, and in it what a profile stands for that is not given itself. Keys are taken from one place: the
/// environment, where it has both, or the profile with its own session token.
pub(super) fn with_profile(mut given: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let is_set = |name: &str| given.get(name).is_some_and(|value| !value.is_empty());
    let has_keys = PAIR.into_iter().all(is_set);
    let mut found = variables(&given);
    if has_keys || !PAIR.into_iter().all(|name| found.contains_key(name)) {
        found.retain(|name, _| !PAIR.contains(&name.as_str()) && !TOKENS.contains(&name.as_str()));
    } else {
        PAIR.into_iter().chain(TOKENS).for_each(|name| drop(given.remove(name)));
    }
    for (name, value) in found {
        given.entry(name).or_insert(value);
    }
    given
}

const PAIR: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
const TOKENS: [&str; 2] = ["AWS_SESSION_TOKEN", "AWS_TOKEN"];

/// The variables that a profile stands for.
fn variables(given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let profile = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].iter().find_map(|name| given.get(*name));
    let profile = profile.map_or("default", String::as_str);
    let home = given.get("HOME").map(PathBuf::from).unwrap_or_default();
    let file = |variable: &str, usual: &str| {
        let path = given.get(variable).map_or_else(|| home.join(".aws").join(usual), PathBuf::from);
        std::fs::read_to_string(path).unwrap_or_default()
    };
    let keys = file("AWS_SHARED_CREDENTIALS_FILE", "credentials");
    let config = file("AWS_CONFIG_FILE", "config");
    let mut found = section(&config, profile);
    found.extend(section(&keys, profile));
    let names = [
        ("aws_access_key_id", "AWS_ACCESS_KEY_ID"),
        ("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"),
        ("aws_session_token", "AWS_SESSION_TOKEN"),
        ("region", "AWS_REGION"),
        ("endpoint_url", "AWS_ENDPOINT_URL"),
    ];
    names
        .into_iter()
        .filter_map(|(name, variable)| Some((variable.to_owned(), found.remove(name)?)))
        .collect()
}

/// The settings in a section, which in one file is called `[NAME]` and in the other `[profile NAME]`.
fn section(text: &str, profile: &str) -> BTreeMap<String, String> {
    let mut is_in = false;
    let mut found = BTreeMap::new();
    for line in text.lines() {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            let name = name.trim();
            is_in = name.strip_prefix("profile ").unwrap_or(name).trim() == profile;
        } else if let Some((key, value)) = line.split_once('=')
            // What is set in is of another setting.
            && is_in && !line.starts_with([' ', '\t', '#', ';'])
        {
            found.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test's inputs need no atomic finish")]
    fn a_profile_stands_for_variables() {
        let home = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(home.path().join(".aws")).expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(home.path().join(".aws").join(name), text);
        write(
            "credentials",
            "[default]\naws_access_key_id = D\naws_secret_access_key=DS\n\n[night]\naws_access_key_id = N\n\
             aws_secret_access_key = a=b/c\n# aws_session_token = T\n",
        )
        .expect("a file");
        write(
            "config",
            "[profile night]\nregion = eu-west-1\ns3 =\n  endpoint_url = nested\nendpoint_url = http://e\n",
        )
        .expect("a file");
        let home = ("HOME".to_owned(), home.path().display().to_string());
        let found = |more: &[(&str, &str)]| {
            let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let mut found = with_profile(std::iter::once(home.clone()).chain(more).collect());
            found.retain(|name, _| !["HOME", "AWS_PROFILE"].contains(&name.as_str()));
            found.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found(&[]), "AWS_ACCESS_KEY_ID=D AWS_SECRET_ACCESS_KEY=DS");
        let night =
            "AWS_ACCESS_KEY_ID=N AWS_ENDPOINT_URL=http://e AWS_REGION=eu-west-1 AWS_SECRET_ACCESS_KEY=a=b/c";
        assert_eq!(found(&[("AWS_PROFILE", "night")]), night);
        // A half is no pair, and another pair's token is none of this one's.
        let default = "AWS_ACCESS_KEY_ID=D AWS_SECRET_ACCESS_KEY=DS";
        assert_eq!(found(&[("AWS_ACCESS_KEY_ID", "G"), ("AWS_SESSION_TOKEN", "T")]), default);
        assert_eq!(found(&[("AWS_PROFILE", "night"), ("AWS_SESSION_TOKEN", "T")]), night);
        let given = [("AWS_ACCESS_KEY_ID", "G"), ("AWS_SECRET_ACCESS_KEY", "S"), ("AWS_SESSION_TOKEN", "T")];
        let own = "AWS_ACCESS_KEY_ID=G AWS_SECRET_ACCESS_KEY=S AWS_SESSION_TOKEN=T";
        assert_eq!(found(&given), own);
        assert_eq!(
            found(&[&given[..], &[("AWS_PROFILE", "night")]].concat()),
            "AWS_ACCESS_KEY_ID=G AWS_ENDPOINT_URL=http://e AWS_REGION=eu-west-1 AWS_SECRET_ACCESS_KEY=S AWS_SESSION_TOKEN=T"
        );
        assert_eq!(found(&[("AWS_PROFILE", "none")]), "");
    }
}
