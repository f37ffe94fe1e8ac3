//! Where a field's value came from.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Field;

/// The kind of place where a value was found, most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A JSON-LD block in the page.
    JsonLd,
    /// A meta tag in the page.
    Meta,
    /// The page's visible structure.
    Dom,
    /// The article's text.
    Text,
    /// A field of the input record.
    Input,
}

impl Found {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::JsonLd, Self::Meta, Self::Dom, Self::Text, Self::Input];

    /// The name in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLd => "json_ld",
            Self::Meta => "meta",
            Self::Dom => "dom",
            Self::Text => "text",
            Self::Input => "input",
        }
    }
}

const FIELDS: usize = Field::ALL.len();

/// For each [`Field`], where it was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Provenance([Option<Found>; FIELDS]);

impl Provenance {
    /// Notes where a field was found, in place of an earlier note.
    pub fn set(&mut self, field: Field, found: Found) {
        self.0[field as usize] = Some(found);
    }

    /// Forgets where a field was found.
    pub fn unset(&mut self, field: Field) {
        self.0[field as usize] = None;
    }

    /// Where a field was found.
    pub fn get(&self, field: Field) -> Option<Found> {
        self.0[field as usize]
    }

    /// Whether nothing is noted.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

impl Serialize for Provenance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for &field in Field::ALL {
            if let Some(found) = self.get(field) {
                map.serialize_entry(field.name(), found.name())?;
            }
        }
        map.end()
    }
}

/// Names that this version does not know are passed over.
impl<'de> Deserialize<'de> for Provenance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut known = Self::default();
        for (field, found) in BTreeMap::<String, String>::deserialize(deserializer)? {
            let field = Field::ALL.iter().find(|known| known.name() == field);
            let found = Found::ALL.iter().find(|known| known.name() == found);
            if let Some((field, found)) = field.zip(found) {
                known.set(*field, *found);
            }
        }
        Ok(known)
    }
}
