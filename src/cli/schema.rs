//! `copydesk schema`.

use super::Exit;
use super::show::out;
use crate::account::Ledger;

/// JSON Schema of what copydesk reads and writes
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What to describe
    of: Of,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Of {
    /// ledger.json
    Ledger,
}

pub(super) fn schema(arguments: &Arguments) -> Exit {
    let schema = match arguments.of {
        Of::Ledger => schemars::schema_for!(Ledger),
    };
    out(&format!("{:#}\n", schema.to_value()));
    Exit::Done
}
