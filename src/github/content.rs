//! What is in the repository at a commit, for what the local clone does not have.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::address::segment;
use super::{Client, Failure};

/// The longest file that is read, bytes.
const LONGEST: usize = 8 * 1024 * 1024;

/// The bytes of a file.
pub type Blob = Vec<u8>;

/// Paths and the blobs they hold.
pub type Tree = std::collections::BTreeMap<String, String>;

#[derive(Deserialize)]
struct Listing {
    tree: Vec<Entry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    #[serde(rename = "type")]
    kind: String,
    sha: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    content: String,
    encoding: String,
}

impl Client {
    /// Every file at a commit; `None` where the commit cannot be read, or is too large to be listed whole.
    pub fn tree(&self, commit: &str) -> Result<Option<Tree>, Failure> {
        let Some(commit) = segment(commit) else {
            return Ok(None);
        };
        let path = format!("{{repo}}/git/trees/{commit}?recursive=1");
        let listing: Listing = match self.find(&path) {
            Ok(Some(listing)) => listing,
            // An empty repository (409) or no such object (422).
            Ok(None)
            | Err(Failure::Refused {
                status: 409 | 422, ..
            }) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        if listing.truncated {
            return Ok(None);
        }
        let blobs = listing.tree.into_iter().filter(|it| it.kind == "blob");
        Ok(Some(
            blobs.filter_map(|it| Some((it.path, it.sha?))).collect(),
        ))
    }

    /// The bytes of a blob; `None` where there is none.
    pub fn blob(&self, id: &str) -> Result<Option<Blob>, Failure> {
        let Some(id) = segment(id) else {
            return Ok(None);
        };
        let path = format!("{{repo}}/git/blobs/{id}");
        let content: Content = match self.find(&path) {
            Ok(Some(content)) => content,
            // No blob's name at all.
            Ok(None) | Err(Failure::Refused { status: 422, .. }) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let bytes = match content.encoding.as_str() {
            "utf-8" => Ok(content.content.into_bytes()),
            _ => {
                let mut text = content.content.into_bytes();
                text.retain(|byte| !byte.is_ascii_whitespace());
                STANDARD.decode(text).map_err(|_| "it is not base64")
            }
        };
        match bytes {
            Ok(bytes) if bytes.len() <= LONGEST => Ok(Some(bytes)),
            Ok(_) => Err("the file is larger than 8 MiB"),
            Err(flaw) => Err(flaw),
        }
        .map_err(|flaw| Failure::Unavailable {
            request: format!("GET /repos/{}/git/blobs/{id}", self.settings().repository),
            message: flaw.to_string(),
        })
    }
}
