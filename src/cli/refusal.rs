//! Why a command cannot be done, before anybody is told.

use std::fmt;

use super::Exit;
use super::show::{Level, refuse, say_as_it_is};

/// Why a command cannot be done, and what to do about it. As text it is what the command prints, without colours.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// How the command ends.
    pub exit: Exit,
    words: Words,
    advice: Vec<String>,
}

#[derive(Clone, Debug)]
enum Words {
    /// What follows "failed to".
    Failed(String),
    /// A picture of a file's mistakes, with colours.
    Picture(String),
}

impl Refusal {
    /// `what` finishes "failed to"; `advice` is a line each.
    pub(crate) fn new(exit: Exit, what: String, advice: Vec<String>) -> Self {
        Self { exit, words: Words::Failed(what), advice }
    }

    /// What is asked for cannot be done; `what` finishes "failed to".
    pub fn of_use(what: String) -> Self {
        Self::new(Exit::Usage, what, Vec::new())
    }

    pub(super) fn of_picture(picture: String) -> Self {
        Self { exit: Exit::Usage, words: Words::Picture(picture), advice: Vec::new() }
    }

    /// Says it on stderr.
    pub(super) fn say(&self) {
        match &self.words {
            Words::Failed(what) => refuse(what, &self.advice),
            Words::Picture(picture) => say_as_it_is(Level::Error, picture, &[]),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.words {
            Words::Failed(what) => write!(f, "failed to {what}")?,
            Words::Picture(picture) => anstream::adapter::strip_str(picture).fmt(f)?,
        }
        self.advice.iter().try_for_each(|line| write!(f, "\nhelp: {line}"))
    }
}

impl std::error::Error for Refusal {}
