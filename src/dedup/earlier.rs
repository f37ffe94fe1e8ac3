//! What earlier nights say about a record.

use super::RecordPlace;
use crate::article::ArticleId;

/// What earlier nights say about a record. It is found out on any thread, because what earlier nights kept does not
/// change while a run is in progress; [`Index::place`](super::Index::place) decides with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earlier {
    /// Its URL is on the list of those that are not to come back.
    pub withheld: bool,
    /// The latest record with the URL.
    pub url: Option<EarlierVersion>,
    /// The record with the text.
    pub text: Option<Witness>,
    /// The record that has the largest share of the text, and that share, if it is large enough.
    pub near: Option<(Witness, f64)>,
    /// For each band, how many earlier records have the record's key; nothing where none has any.
    pub same_keys: Box<[u8]>,
}

impl Earlier {
    /// Whether anything is decided by it alone.
    pub fn has_any(&self) -> bool {
        self.withheld || self.url.is_some() || self.text.is_some() || self.near.is_some()
    }
}

/// A record that is kept, on some night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Its id.
    pub id: ArticleId,
    /// Its night's number in the state; `None` for tonight.
    pub night: Option<u32>,
    /// Where it is.
    pub place: RecordPlace,
}

/// An earlier record with the same URL.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarlierVersion {
    /// The record.
    pub witness: Witness,
    /// The share of the text that it has not, 0 to 1, where that can be told.
    pub changed: Option<f64>,
}
