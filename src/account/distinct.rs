//! About how many different values there were.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A sketch of how many different values were seen: a bit for each of 64 classes of their hashes (linear counting: Whang,
/// Vander-Zanden and Taylor, 1990). It is the same in any order, tells one value from many, and up to about a hundred how many they were.
/// In JSON it is 16 hex digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Distinct(u64);

impl Distinct {
    pub(super) fn add(&mut self, value: impl AsRef<[u8]>) {
        let value = value.as_ref();
        if !value.is_empty() {
            self.0 |= 1 << (xxhash_rust::xxh3::xxh3_64(value) % 64);
        }
    }

    #[cfg(test)]
    pub(super) fn of<T: AsRef<str>>(values: &[T]) -> Self {
        let mut distinct = Self::default();
        values.iter().for_each(|value| distinct.add(value.as_ref()));
        distinct
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.0 |= other.0;
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(super) fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// About how many there were.
    pub(super) fn estimate(self) -> f64 {
        let free = f64::from(self.0.count_zeros()).max(0.5);
        64.0 * (64.0 / free).ln()
    }

    /// What of the bits is set that so many different values would set.
    #[expect(clippy::cast_precision_loss, reason = "a number of records")]
    pub(super) fn share_of(self, values: u64) -> f64 {
        let all = 64.0 * (1.0 - (63.0_f64 / 64.0).powf(values as f64));
        f64::from(self.0.count_ones()) / all
    }
}

impl Serialize for Distinct {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = Cow::<str>::deserialize(deserializer)?;
        u64::from_str_radix(&digits, 16).map(Self).map_err(de::Error::custom)
    }
}

impl JsonSchema for Distinct {
    fn schema_name() -> Cow<'static, str> {
        "Distinct".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{16}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl Iterator<Item = u32>) -> Distinct {
        Distinct::of(&values.map(|value| format!("https://a.example/{value}")).collect::<Vec<_>>())
    }

    #[test]
    fn one_value_is_told_from_many_in_any_order_and_in_parts() {
        assert!((of((0..500).map(|_| 7)).estimate() - 1.0).abs() < 0.1);
        let many = of(0..50);
        assert!((35.0..70.0).contains(&many.estimate()), "{}", many.estimate());
        assert!((0.8..1.2).contains(&many.share_of(50)));
        let mut parts = of((25..50).rev());
        parts.absorb(of(0..25));
        assert_eq!(parts, many);
        let json = serde_json::to_string(&many).expect("digits");
        assert_eq!(serde_json::from_str::<Distinct>(&json).expect("digits"), many);
    }
}
