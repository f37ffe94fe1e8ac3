//! Says what is built, for `copydesk --version`: the commit and the features.
//!
//! The commit is what `COPYDESK_COMMIT` says, or what cargo wrote into the packaged crate, or the checkout's. A build for tests names
//! none, because it would be compiled anew with each commit. Where nothing says it, the version is all there is.

use std::path::Path;
use std::process::Command;

/// Digits of a commit that are shown.
const DIGITS: usize = 12;

fn main() {
    println!("cargo::rerun-if-changed=src/build.rs");
    println!("cargo::rerun-if-env-changed=COPYDESK_COMMIT");
    let is_optimised = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = std::env::var("COPYDESK_COMMIT").ok().or_else(packaged);
    let commit = commit.or_else(|| is_optimised.then(checked_out).flatten());
    let commit = commit.map(|commit| commit.chars().take(DIGITS).collect::<String>());
    let names =
        std::env::vars().filter_map(|(name, _)| name.strip_prefix("CARGO_FEATURE_").map(str::to_lowercase));
    let mut features: Vec<String> = names.filter(|name| name != "default").collect();
    features.sort_unstable();
    let features = if features.is_empty() { "no features".to_owned() } else { features.join(", ") };
    let commit = commit.map(|commit| format!("commit {commit}; ")).unwrap_or_default();
    println!("cargo::rustc-env=COPYDESK_BUILD={commit}{features}");
}

/// The commit that cargo notes when it packages a crate.
fn packaged() -> Option<String> {
    let info = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = info.split_once("\"sha1\": \"")?;
    rest.split('"').next().map(str::to_owned)
}

/// The commit of the checkout that this is, and not of one that this folder merely lies in.
fn checked_out() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    let git = |arguments: &[&str]| {
        let output =
            Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
    };
    // It has a line for each commit and checkout.
    println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    git(&["rev-parse", "HEAD"])
}
