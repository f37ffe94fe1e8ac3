//! copydesk.
pub mod article;
pub mod decode;
pub mod pipeline;
pub mod read;
pub mod settings;
pub mod stage;
pub mod text;
