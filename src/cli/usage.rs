//! What is said of a wrong command line: clap's words, with advice that helps, in the form that was asked for.

use std::ffi::OsString;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde_json::Value;

use super::show::{Level, LogFormat, Voice, say};
use super::{Cli, Exit};

/// Says what is wrong with a command line, or prints the help that was asked for, which is an error of clap's too.
pub(super) fn refuse(mut error: clap::Error, arguments: &[OsString]) -> Exit {
    if !error.use_stderr() {
        drop(error.print());
        return Exit::Done;
    }
    let words: Vec<String> = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    advise(&mut error, &words);
    if wants_json(&words) {
        Voice { quiet: false, verbose: false, log_format: LogFormat::Json }.choose();
        let said = error.render().to_string();
        let mut parts = said.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        let message = parts.next().unwrap_or_default();
        let helps = |part: &String| part.starts_with("tip: ") || part.starts_with("Usage: ");
        let help: Vec<Value> = parts.filter(helps).map(Value::from).collect();
        let message = message.strip_prefix("error: ").unwrap_or(&message);
        say(Level::Error, message, &[("help", help.into())]);
    } else {
        drop(error.print());
    }
    Exit::Usage
}

/// What clap has no advice for, or none that helps.
fn advise(error: &mut clap::Error, words: &[String]) {
    let mut whole = Cli::command();
    whole.build();
    let command =
        words.iter().skip(1).fold(&whole, |command, word| command.find_subcommand(word).unwrap_or(command));
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    if let Some(typed) = text(ContextKind::InvalidSubcommand)
        && error.get(ContextKind::SuggestedSubcommand).is_none()
        && let Some(meant) = like(command, &typed)
    {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![meant]));
    } else if error.kind() == ErrorKind::UnknownArgument
        && let Some(typed) = text(ContextKind::InvalidArg)
        && let Some(tip) = as_value(command, words, &typed)
    {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}

/// The command that is meant by a word: clap takes two letters that changed places in a short one for another word.
fn like(command: &clap::Command, typed: &str) -> Option<String> {
    let names = command.get_subcommands().map(clap::Command::get_name);
    let alike = names.map(|name| (strsim::normalized_damerau_levenshtein(typed, name), name));
    let (_, name) = alike.filter(|(alike, _)| *alike > 0.6).max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(name.to_owned())
}

/// How a word is given to the option before it, which begins as an option does itself; `--` would make it an input.
fn as_value(command: &clap::Command, words: &[String], typed: &str) -> Option<String> {
    words.windows(2).find_map(|pair| {
        let [option, value] = pair else { return None };
        let arguments = command.get_arguments();
        let is_it = |argument: &&clap::Arg| match option.strip_prefix("--") {
            Some(long) => argument.get_long() == Some(long),
            None => {
                option.starts_with('-')
                    && argument.get_short() == option.chars().nth(1)
                    && option.chars().count() == 2
            }
        };
        let takes = arguments.into_iter().find(is_it)?.get_action().takes_values();
        (takes && value.starts_with(typed))
            .then(|| format!("to pass '{value}' as the value of '{option}', use '{option}={value}'"))
    })
}

fn wants_json(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).take_while(|word| *word != "--").collect();
    words.contains(&"--log-format=json") || words.windows(2).any(|pair| pair == ["--log-format", "json"])
}
