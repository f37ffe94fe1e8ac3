//! `copydesk completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::show::out;
use super::{Cli, Exit};

/// Print a script that completes copydesk's commands and options in a shell
///
/// bash: copydesk completions bash > ~/.local/share/bash-completion/completions/copydesk
/// zsh:  copydesk completions zsh > DIR/_copydesk, with DIR in $fpath
/// fish: copydesk completions fish > ~/.config/fish/completions/copydesk.fish
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(super) fn completions(arguments: &Arguments) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "copydesk", &mut script);
    out(&String::from_utf8_lossy(&script))
}
