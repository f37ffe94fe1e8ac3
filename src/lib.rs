//! copydesk.
pub mod account;
pub mod article;
pub mod cli;
pub mod decode;
pub mod dedup;
pub mod engine;
pub mod pipeline;
pub mod read;
pub mod run;
pub mod settings;
pub mod stage;
pub mod text;
pub mod write;
