//! Profiles of AWS: `~/.aws/credentials` and `~/.aws/config`, which `object_store` does not read.
//!
//! Keys, region and endpoint are taken; a profile that names a program or a single sign-on is left to whoever writes keys from it into the
//! environment (`aws configure export-credentials --format env`).

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The variables that a profile stands for, where they are not given themselves.
pub(super) fn variables(given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
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
    // A key and its secret belong together.
    let has_keys = given.contains_key("AWS_ACCESS_KEY_ID") && !given.contains_key("AWS_PROFILE");
    let names = names.into_iter().filter(|(name, _)| !(has_keys && name.starts_with("aws_")));
    names.filter_map(|(name, variable)| Some((variable.to_owned(), found.remove(name)?))).collect()
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
            let found = variables(&std::iter::once(home.clone()).chain(more).collect());
            found.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found(&[]), "AWS_ACCESS_KEY_ID=D AWS_SECRET_ACCESS_KEY=DS");
        let night =
            "AWS_ACCESS_KEY_ID=N AWS_ENDPOINT_URL=http://e AWS_REGION=eu-west-1 AWS_SECRET_ACCESS_KEY=a=b/c";
        assert_eq!(found(&[("AWS_PROFILE", "night")]), night);
        assert_eq!(found(&[("AWS_ACCESS_KEY_ID", "G")]), "");
        assert_eq!(found(&[("AWS_PROFILE", "none")]), "");
    }
}
