//! Text as plain data: pure functions on `&str`, which know no article and no stage.

mod agencies;
mod controls;
mod diff;
mod host;
mod json;
mod key;
mod language_code;
pub mod lines;
mod literal;
mod mix;
mod nothing;
pub mod people;
mod places;
mod quantities;
mod sections;
mod shell;
mod sketch;
mod slice;
pub mod tokens;
mod unicode;
mod whitespace;
mod word_hashes;
mod word_table;
mod words;

pub use diff::{Change, diff_words};

pub use agencies::is_agency;
pub use controls::{escaped, is_unprintable, shown_name};
pub use host::{host_of, is_same_site};
pub use json::{mend_json, without_lone_surrogate_escapes};
pub use key::text_key;
pub use language_code::language_code;
pub use literal::json_of_literal;
pub(crate) use mix::mix;
pub use nothing::says_nothing;
pub use places::is_place;
pub use quantities::{bytes, count, counted, duration};
pub use sections::{SECTION_QUALIFIERS, SECTIONS};
pub use shell::{last_shell_word, shell_path, shell_word};
pub use sketch::Sketch;
pub use slice::Slice;
pub use unicode::{Bidi, normalise_unicode};
pub use whitespace::{Breaks, collapse_spaces, normalise_whitespace};
pub use word_hashes::word_hashes;
pub use word_table::WordTable;
pub use words::count_words;
