//! The pipelines that the binary carries.

/// Name and source of each.
pub const SHIPPED: &[(&str, &str)] = &[
    ("articles", include_str!("../../pipelines/articles.toml")),
    ("nightly", include_str!("../../pipelines/nightly.toml")),
    ("corpus", include_str!("../../pipelines/corpus.toml")),
    ("fields", include_str!("../../pipelines/fields.toml")),
];

/// The source of a shipped pipeline.
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, source)| *source)
}
