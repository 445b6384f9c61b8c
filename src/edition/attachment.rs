//! Files beside a postmortem on their way to everybody.
//!
//! Owns which kinds may go at all: images without what only machines see in them, and texts that can be searched. What cannot be
//! searched cannot be let out.

use super::image;
use super::leak::Leak;

/// Kinds whose text the leak check reads.
const TEXTS: [&str; 5] = ["csv", "json", "log", "tsv", "txt"];

/// A file as it may be published: its bytes without metadata; refused where nobody can tell what it holds. `path` is the one in
/// the repository.
pub fn clean(path: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Leak> {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_ascii_lowercase();
    if TEXTS.contains(&extension.as_str()) {
        return match bytes.contains(&0)
            && !bytes.starts_with(&[0xff, 0xfe])
            && !bytes.starts_with(&[0xfe, 0xff])
        {
            true => Err(Leak::of_file(
                path,
                "this file is no text, so nobody can tell what it would let out",
                "save it as text, or link to it from an internal block",
            )),
            false => Ok(bytes),
        };
    }
    image::clean(&extension, &bytes).map_err(|why| {
        Leak::of_file(
            path,
            &why,
            "save it as a PNG, a JPEG or a text, or show it in an internal block",
        )
    })
}
