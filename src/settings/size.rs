//! Sizes in bytes: `268435456`, or `"256 MiB"`, as people say it.

use serde::de::{Deserializer, Error, Visitor};

/// Reads a size, for `#[serde(deserialize_with = "byte_size")]`.
///
/// # Errors
/// Where the value is neither a number nor a size.
pub fn byte_size<'de, D: Deserializer<'de>, T: TryFrom<u64>>(deserializer: D) -> Result<T, D::Error> {
    struct Size;

    impl Visitor<'_> for Size {
        type Value = u64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number of bytes, or a size such as \"256MB\" or \"64 MiB\"")
        }

        fn visit_i64<E: Error>(self, bytes: i64) -> Result<u64, E> {
            u64::try_from(bytes).map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(bytes), &self))
        }

        fn visit_u64<E: Error>(self, bytes: u64) -> Result<u64, E> {
            Ok(bytes)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
            let size: Result<bytesize::ByteSize, _> = text.parse();
            size.map(|size| size.as_u64())
                .map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
        }
    }

    let bytes = deserializer.deserialize_any(Size)?;
    T::try_from(bytes).map_err(|_| D::Error::custom(format!("{bytes} bytes are too many")))
}

/// Its JSON Schema.
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
pub enum ByteSize {
    /// Bytes.
    Bytes(u64),
    /// A size with its unit, such as `256MB` or `64 MiB`.
    Written(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Settings {
        #[serde(deserialize_with = "byte_size")]
        size: u64,
    }

    #[test]
    fn sizes_are_numbers_or_have_units() {
        for (written, bytes) in
            [("1024", 1024), ("\"256MB\"", 256_000_000), ("\"64 MiB\"", 64 << 20), ("\"2G\"", 2_000_000_000)]
        {
            let read: Settings = toml::from_str(&format!("size = {written}")).expect("it is a size");
            assert_eq!(read.size, bytes, "{written}");
        }
        for wrong in ["-1", "\"much\"", "true", "1.5"] {
            assert!(toml::from_str::<Settings>(&format!("size = {wrong}")).is_err(), "{wrong}");
        }
    }
}
