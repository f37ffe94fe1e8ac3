//! copydesk.
pub mod article;
pub mod settings;
pub mod stage;
pub mod text;
