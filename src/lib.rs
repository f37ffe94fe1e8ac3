//! copydesk: dumps of scraped articles in, normalised records out, every line accounted for.
//!
//! ```text
//! dumps → read (a thread a lane: decompress, cut into batches of lines)
//!       → pool: decode → stages → keys → what earlier nights say of them     (night::work, state)
//!       → committer, one thread, in strict (dump, line) order:
//!         duplicates, counts of lines, which record goes into which frame    (night::desk)
//!       → pool: count the records of each frame, serialise and compress it
//!       → another thread: append in order; now and then, synchronise and note how far it is   (night::keeper, state)
//!       → where a policy says which duplicates are kept, that, and outputs anew   (night::election)
//!       → rename → ledger.json → what this night leaves → _SUCCESS           (night, state)
//! ```
//!
//! Imports point one way: `text` → `date` → `html`, `page` → `article`, `settings` → `stage`, `dedup`, `format` → `decode` → `read` →
//! `pipeline` → `account` → `write` → `state` → `line` → `finished` → `night`, `explain`, `survey` → `cli` → `embed`; `engine`, `guard` and `store` use none of
//! them. A page is parsed once; the stages of a record share the tree and the survey of it (`stage::page`).
//!
//! On several machines, [`night::tasks`] does the same in steps over a shared folder: read and stages by parts, one decision
//! about duplicates, outputs by parts, one account.
//!
//! # Where do I add …
//!
//! - **a stage?** A file in `stage/extract`, `stage/clean`, `stage/label` or `stage/gate`, a line in
//!   [`stage::catalogue`], cases in `tests/cases/`, and a `[[stage]]` in `pipelines/`.
//! - **a name that a scraper gives to a field?** [`decode::FieldMap`]'s table.
//! - **a kind of compression?** [`read::Compression`].
//! - **a setting of the pipeline file?** The struct of its section in `pipeline/file.rs`; its documentation,
//!   its check for unknown keys and its schema follow from the struct.
//! - **something to count?** [`account::Ledger`]; what it may not do is depend on the clock or on threads.
//! - **a key of the record?** A line in the table of `article/fields.rs`: the struct, how it is written, read, counted and
//!   weighed, the schema, the dataset card and `copydesk verify` follow.
//! - **something that has to survive a kill?** [`state::Checkpoint`], if it changes while a run is in progress;
//!   [`state::Identity`], if a run with another one must not resume.
//! - **something for other programs, such as the Python module in `src/python`?** [`embed`].
//! - **a command?** A file in `cli`.
//! - **something that `explain` tells?** [`stage::StageContext::measure`] in a stage; [`explain`] for the rest.
//!
//! # What always holds
//!
//! Every line that is read is blank, or in exactly one of `records/`, `dropped/` and `quarantine/`; the sums
//! are checked before a run is called complete. The same input gives the same bytes for any number of threads:
//! stages have no state, and only the committer decides across records. A run that was killed resumes from its last
//! checkpoint, and nobody can tell from its outputs ([`state`]). Memory is bounded by
//! `(lanes + 1) * (2 * threads + 4) * 1.25 MiB` for what is read and not written, three frames of 4 MiB (row groups of 16 MiB for Parquet) that are
//! being filled, four packed ones that wait to be written, a frame for each thread, the index of duplicates, what a state needs, and 5,400 bytes for each host
//! whose paragraphs are counted; decoded, a byte read takes about two. A line longer than that is held whole, up to
//! `max-line-bytes`. A lane that reads a Parquet file holds, besides, up to 1.5 MiB of each column that is needed, and up to 32 MiB of its
//! dictionary where that is large; of an Arrow file's record batch the columns that are no texts. One that reads an object on a store holds,
//! besides, up to five pieces of 8 MiB, or 32 blocks of 1 MiB of a table. Columns of lists of texts are read by the
//! page, and Arrow streams by the record batch, as large as their writer made them.

pub mod account;
pub mod article;
pub mod cli;
mod date;
pub mod decode;
pub mod dedup;
pub mod embed;
mod engine;
mod explain;
mod finished;
mod format;
mod guard;
pub mod html;
pub mod line;
pub mod night;
mod page;
pub mod pipeline;
pub mod read;
pub mod settings;
pub mod stage;
pub mod state;
mod store;
mod survey;
pub mod text;
mod write;
