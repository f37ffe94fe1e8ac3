//! The article's identifier: the same on every machine and every night.

use std::fmt;

/// XXH3-128 of the canonical URL's bytes, or of the text's where there is no URL, shown as 32 hex digits.
///
/// At 10 billion articles the chance that any two share one is below 2 in 10^19, so an id also serves
/// as the key for duplicates by URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArticleId(pub u128);

impl ArticleId {
    /// The id for a canonical URL or a text.
    pub fn of(content: &str) -> Self {
        Self(xxhash_rust::xxh3::xxh3_128(content.as_bytes()))
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl serde::Serialize for ArticleId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for ArticleId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        u128::from_str_radix(&digits, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_32_digits_and_never_changes() {
        // Ids of published corpora must stay what they are: this value may not change between versions.
        assert_eq!(ArticleId::of("https://example.com/a").to_string(), "22a0a2b4421e124a63f764f1b952e034");
    }

    #[test]
    fn leading_zeros_are_kept() {
        assert_eq!(ArticleId(0x2a).to_string(), "0000000000000000000000000000002a");
    }
}
