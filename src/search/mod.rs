//! The full-text index, made by Pagefind from the pages in memory.
//!
//! Owns feeding it and choosing which of its files a site needs. What a hit looks like is for the theme.

mod piece;
mod record;

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;
use sha2::{Digest, Sha256};

use crate::error::Error;
pub use record::Record;

/// Where the index lies, below the site's root.
pub const FOLDER: &str = "pagefind/";

/// The edition of what is handed to Pagefind, and that of Pagefind itself: another one makes every index anew.
const EDITION: [&str; 2] = ["2", "1.6.0"];

/// A file of the index: its path below the site's root, and its bytes.
pub type IndexFile = (String, Vec<u8>);

/// What is said of an index that cannot be made and does not say why.
pub fn broken() -> Error {
    Error::refused(
        "the search index broke down",
        "build with `--search facets`, and report it",
    )
}

/// Names all that an index depends on: records alike have indexes alike.
pub fn digest(records: &[Record]) -> String {
    let mut hash = Sha256::new();
    hash.update(EDITION.join(" "));
    for record in records {
        for text in [&record.path, &record.html] {
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        }
    }
    piece::hex(&hash.finalize())
}

/// The files of the index of these records, which are indexed in their order, so that the same site always has the same
/// index.
pub fn index(records: Vec<Record>) -> Result<Vec<IndexFile>, Error> {
    let files = piece::cut(pagefind(records)?).map_err(|error| failed(&error))?;
    let below = |(name, bytes)| (format!("{FOLDER}{name}"), bytes);
    Ok(files.into_iter().map(below).collect())
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::refused(
        format!("the search index cannot be made: {error}"),
        "build with `--search facets`",
    )
}

/// The files as Pagefind makes them.
fn pagefind(records: Vec<Record>) -> Result<Vec<IndexFile>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let config = PagefindServiceConfig::builder()
            .keep_index_url(true)
            .build();
        let mut index = PagefindIndex::new(Some(config)).map_err(|error| failed(&error))?;
        for Record { path, html } in records {
            let added = index.add_html_file(Some(path), None, html).await;
            added.map_err(|error| failed(&error))?;
        }
        let files = index.get_files().await.map_err(|error| failed(&error))?;
        let wanted = files.into_iter().map(|file| {
            let name = file.filename.to_string_lossy().replace('\\', "/");
            (name, file.contents)
        });
        Ok(wanted.filter(|(name, _)| is_needed(name)).collect())
    })
}

/// The theme has a look of its own, so that none of the ready-made ones is needed.
fn is_needed(name: &str) -> bool {
    !(name.contains("-ui.")
        || name.contains("modular")
        || name.contains("component")
        || name.ends_with(".css")
        || name.contains("highlight"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edition_is_that_of_pagefind() {
        let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"));
        let locked = format!("name = \"pagefind\"\nversion = \"{}\"\n", EDITION[1]);
        assert!(lock.expect("a lock file").contains(&locked));
    }

    #[test]
    fn every_letter_counts_in_the_digest() {
        let record = |path: &str, html: &str| Record::new(path.into(), html);
        let one = digest(&[record("a", "bc")]);
        assert_eq!(one, digest(&[record("a", "bc")]));
        for other in [
            vec![record("ab", "c")],
            vec![record("a", "bd")],
            vec![],
            vec![record("a", "bc"), record("", "")],
        ] {
            assert_ne!(digest(&other), one);
        }
    }
}
