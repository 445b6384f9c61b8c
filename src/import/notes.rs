//! Where a draft comes from and what its import did, as lines of the postmortem.
//!
//! Owns the wording. The remarks are made by the readers.

use std::fmt::Write as _;

use super::draft::Provenance;
use super::escape;
use super::remark::{At, Group, Remark, groups};

/// Most places that are named of remarks alike.
pub const MOST_PLACES: usize = 3;

/// Most files that are named.
const MOST_FILES: usize = 8;

/// Where it comes from.
pub(super) fn origin(provenance: &Provenance) -> String {
    let mut text = format!("- Imported from {}", provenance.origin.name());
    let id = provenance.id.as_deref().unwrap_or_default();
    match provenance.url.as_deref().filter(|url| escape::is_web(url)) {
        Some(url) => {
            let shown = if id.is_empty() {
                "the incident there"
            } else {
                id
            };
            let _ = write!(text, ": {}", escape::link(shown, url));
        }
        None if !id.is_empty() => {
            let _ = write!(text, ": {}", escape::inline(id));
        }
        None => {}
    }
    text.push('\n');
    for file in provenance.files.iter().take(MOST_FILES) {
        let _ = writeln!(
            text,
            "- Read from {}, SHA-256 `{}`",
            escape::code(&file.name),
            file.sha256
        );
    }
    let more = provenance.files.len().saturating_sub(MOST_FILES);
    if more > 0 {
        let _ = writeln!(
            text,
            "- Read from {more} more files, whose SHA-256 the comment at the end of this file holds"
        );
    }
    text
}

/// What was guessed, left out and not understood; empty where nothing was.
pub(super) fn remarks(remarks: &[Remark]) -> String {
    let mut text = String::new();
    for group in groups(remarks) {
        let _ = writeln!(text, "- {}", escape::inline(&line(&group).replace('`', "")));
    }
    text
}

/// Remarks alike as one line: `left out: messages of bots (12 times: a.json: $[3], $[5] and 10 more)`.
pub fn line(group: &Group<'_>) -> String {
    let mut text = format!("{}: {}", group.kind.name(), group.what);
    let count = group.places.len();
    let mut places = String::new();
    let mut file = "";
    for place in group.places.iter().take(MOST_PLACES) {
        let same = file == place.file;
        let position = match &place.at {
            At::File if same => continue,
            At::File => String::new(),
            At::Line(line) => format!("line {line}"),
            At::Json(path) => path.clone(),
        };
        if !places.is_empty() {
            places.push_str(", ");
        }
        if !same {
            places.push_str(short(&place.file));
            places.push_str(if position.is_empty() { "" } else { ": " });
        }
        places.push_str(&position);
        file = &place.file;
    }
    let more = match count.saturating_sub(MOST_PLACES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let times = match count {
        1 => String::new(),
        many => format!("{many} times: "),
    };
    let _ = write!(text, " ({times}{places}{more})");
    text
}

/// The name of a file without the folders before it, which are nobody's business in a postmortem.
fn short(file: &str) -> &str {
    file.rsplit(['/', '!']).next().unwrap_or(file)
}
