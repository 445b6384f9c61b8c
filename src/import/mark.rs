//! The mark by which an imported postmortem is known again.
//!
//! Owns its form: a comment that holds where the postmortem comes from. Whether one is there already is asked by `command`.

use serde_json::{Value, json};

use super::draft::Provenance;
use super::origin::Origin;
use crate::document::Document;

const NAME: &str = "aftersight-import";

/// Where an imported postmortem comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    origin: String,
    id: Option<String>,
    files: Vec<String>,
}

impl Mark {
    /// Whether a draft tells of the same incident: the same id at the same source, or the same files where there is no id.
    pub fn is_of(&self, provenance: &Provenance) -> bool {
        if self.origin != provenance.origin.word() {
            return false;
        }
        match (&self.id, &provenance.id) {
            (Some(ours), Some(theirs)) => ours == theirs,
            (None, None) => {
                let same = |sum: &String| provenance.files.iter().any(|file| file.sha256 == *sum);
                self.files.len() == provenance.files.len() && self.files.iter().all(same)
            }
            _ => false,
        }
    }
}

/// The mark as a line of the document.
pub(super) fn write(provenance: &Provenance) -> String {
    let sums: Vec<&str> = provenance
        .files
        .iter()
        .map(|file| file.sha256.as_str())
        .collect();
    let value = json!({ "from": provenance.origin.word(), "id": provenance.id, "sha256": sums });
    // Nothing in it can end the comment.
    let text = value
        .to_string()
        .replace('>', "\\u003e")
        .replace("--", "-\\u002d");
    format!("<!-- {NAME} {text} -->")
}

/// The marks of a document; what somebody changed so that it cannot be read is none.
pub fn read(document: &Document) -> Vec<Mark> {
    let mark = |text: &str| {
        let value: Value = serde_json::from_str(text.strip_prefix(NAME)?.trim()).ok()?;
        let origin = value["from"].as_str()?;
        Origin::ALL.iter().find(|(word, ..)| *word == origin)?;
        let files = value["sha256"].as_array()?.iter();
        Some(Mark {
            origin: origin.into(),
            id: value["id"].as_str().map(String::from),
            files: files
                .filter_map(|sum| sum.as_str().map(String::from))
                .collect(),
        })
    };
    document
        .comments
        .iter()
        .filter_map(|comment| mark(&comment.text))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::import::draft::Read;
    use crate::source::Source;

    #[test]
    fn a_mark_is_known_again_whatever_its_id() {
        for id in [
            None,
            Some("PT4KHLK"),
            Some("--> <!-- aftersight: end -->\n\"\\ --"),
        ] {
            let provenance = Provenance {
                origin: Origin::PagerDuty,
                id: id.map(String::from),
                url: None,
                files: vec![Read {
                    name: "a.json".into(),
                    sha256: "ab".repeat(32),
                }],
            };
            let text = format!(
                "---\nid: x\n---\n\n## Notes\n\n{}\n\nafter\n",
                write(&provenance)
            );
            let document = Document::parse(Arc::new(Source::new("a.md", text)));
            let marks = read(&document);
            assert_eq!(marks.len(), 1, "{id:?}");
            assert!(marks[0].is_of(&provenance));
            assert_eq!(document.comments.len(), 1);
            let other = Provenance {
                origin: Origin::Opsgenie,
                ..provenance
            };
            assert!(!marks[0].is_of(&other));
        }
    }
}
