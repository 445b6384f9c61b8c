//! Files beside postmortems that the site needs: read, and told where they are too large or not what they seem.
//!
//! Which there are is for [`crate::site`]; what a picture may hold is for [`crate::site::harmless`].

use std::path::Path;

use crate::error::Error;
use crate::output::Terminal;
use crate::report;
use crate::site::harmless;

/// A file of more bytes than this is told: every reader of its page would fetch it.
const LARGE: u64 = 10 << 20;
/// A file of more bytes than this is left out; GitHub takes none into a repository either.
const MOST: u64 = 100 << 20;

/// A file beside a postmortem as it may be shown. None where it is missing, is a link or lies elsewhere, as the check has told, and
/// where it is left out, which is told here.
pub(super) fn read(root: &Path, from: &str, terminal: &Terminal) -> Result<Option<Vec<u8>>, Error> {
    let path = root.join(from);
    let Some(bytes) = size(root, &path) else {
        return Ok(None);
    };
    if bytes > MOST {
        terminal.status(&format!(
            "`{from}` has {} MiB and is left out; link to it where it is kept, or make it smaller than {} MiB",
            bytes >> 20,
            MOST >> 20
        ));
        return Ok(None);
    }
    if bytes > LARGE {
        terminal.status(&format!(
            "`{from}` has {} MiB, which every reader of its page waits for; make it smaller",
            bytes >> 20
        ));
    }
    let content = std::fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
    if !from.to_ascii_lowercase().ends_with(".svg") {
        return Ok(Some(content));
    }
    match harmless(&content) {
        Ok(picture) => {
            if picture.dropped > 0 {
                let parts = report::count(picture.dropped, "part");
                terminal.status(&format!(
                    "`{from}` is copied without {parts} that could run, fetch or hide something"
                ));
            }
            Ok(Some(picture.svg))
        }
        Err(why) => {
            terminal.status(&format!("`{from}` is left out: {why}"));
            Ok(None)
        }
    }
}

/// The bytes of a regular file inside the root; none for anything else.
fn size(root: &Path, path: &Path) -> Option<u64> {
    let real = path.canonicalize().ok()?;
    let found = path.symlink_metadata().ok()?;
    (real.starts_with(root) && found.is_file()).then_some(found.len())
}
