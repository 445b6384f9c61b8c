//! JSON Schema of the front matter and of the configuration, for editors, and of a site's `index.json`, for everybody's tools.
//!
//! Owns what is said about every key: its description, its shape, an example. Which keys there are is decided by the
//! readers, [`crate::postmortem`] and [`crate::config`]; the tests here hold the two together. A new key is one entry in
//! [`front`] or in [`config`].
//!
//! The dialect is draft-07: every version of yaml-language-server, on which the YAML support of VS Code, Neovim and Helix
//! rests, knows it whole; later dialects only the newer ones, and in parts.

mod approval;
mod config;
mod front;
mod index;
mod shape;

#[cfg(test)]
mod tests;

pub use config::schema as configuration;
pub use front::schema as front_matter;
pub use index::schema as index;
pub use shape::{Word, is_list, keys, property, words};

use serde_json::Value;

/// The dialect.
const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// Where a schema file is published: the address of the file in the project's repository.
pub fn url(name: &str) -> String {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let raw = repository.replace("https://github.com/", "https://raw.githubusercontent.com/");
    format!("{raw}/main/src/schema/{name}.json")
}

/// The line that tells yaml-language-server which schema a YAML text follows.
pub fn comment(name: &str) -> String {
    format!("# yaml-language-server: $schema={}", url(name))
}

/// A schema as the text of a file.
pub fn text(schema: &Value) -> String {
    // A value of ours always has a text.
    serde_json::to_string_pretty(schema).unwrap_or_default() + "\n"
}
