//! The files of an import: found, read and hashed.
//!
//! Owns which files of a folder or an archive belong to a source. Reading within bounds is for [`crate::files::export`].

use sha2::{Digest, Sha256};

use crate::cli::Import;
use crate::error::Error;
use crate::files::export;
use crate::import::input::Input;
use crate::import::origin::Origin;
use crate::source::Source;

/// What was read.
pub(super) struct Opened {
    /// The files, as text.
    pub(super) inputs: Vec<Input>,
    /// Whether a folder or an archive was named, so that nobody chose the single files.
    pub(super) many: bool,
}

/// Reads everything that was named.
pub(super) fn inputs(args: &Import) -> Result<Opened, Error> {
    let channel = args
        .channel
        .as_deref()
        .map(|name| name.trim_start_matches('#'));
    let wanted = |path: &str| is_wanted(path, args.source, channel);
    let mut inputs = Vec::new();
    let mut many = false;
    for path in &args.files {
        let opened = export::open(path, &wanted)?;
        if opened.pieces.is_empty() {
            return Err(Error::refused(
                format!(
                    "`{}` holds no file that `import {}` reads",
                    path.display(),
                    args.source.word()
                ),
                format!("name a folder or an archive with {}", expected(args.source)),
            ));
        }
        many |= opened.many && args.source != Origin::Slack;
        let of_archive = opened.archive.as_deref().map(sha256);
        for piece in opened.pieces {
            let sha256 = of_archive.clone().unwrap_or_else(|| sha256(&piece.bytes));
            let source = Source::from_bytes(&piece.name, piece.bytes);
            if source.text().contains('\0') {
                return Err(Error::refused(
                    format!("`{}` is not a text file", piece.name),
                    format!("name {}", expected(args.source)),
                ));
            }
            inputs.push(Input {
                name: piece.name,
                text: source.text().to_string(),
                sha256,
            });
        }
    }
    Ok(Opened { inputs, many })
}

fn expected(origin: Origin) -> &'static str {
    match origin {
        Origin::CState | Origin::Markdown => "Markdown files",
        Origin::Csv => "a table of times and texts",
        _ => "JSON files",
    }
}

/// Whether a file of a folder or an archive belongs to a source.
fn is_wanted(path: &str, origin: Origin, channel: Option<&str>) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    match origin {
        Origin::Markdown => {
            ends(&[".md", ".markdown", ".qmd", ".mdx", ".html.md.erb"]) && name != "readme.md"
        }
        Origin::CState => ends(&[".md"]) && !name.starts_with('_') && name != "readme.md",
        Origin::Csv => ends(&[".csv", ".tsv"]),
        Origin::Slack => {
            let folder = path.rsplit('/').nth(1);
            ends(&[".json"])
                && (folder.is_none()
                    || channel.is_none()
                    || folder == channel
                    || ["users.json", "channels.json"].contains(&name))
        }
        _ => ends(&[".json"]),
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes);
    digits.iter().map(|byte| format!("{byte:02x}")).collect()
}
