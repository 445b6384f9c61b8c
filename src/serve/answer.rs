//! What a path of a request means in the folder of the site.
//!
//! Owns the way from a path to a file, and that it never leads out of the folder.

use std::fs;
use std::path::{Path, PathBuf};

/// What there is to say to a request for a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// This file.
    File(PathBuf),
    /// It is a folder: ask for this instead.
    Folder(String),
    /// Nothing is there.
    Nothing,
    /// This is no path.
    Senseless,
}

/// The answer to a request for `path`, still encoded, in the folder `root`, which has its links resolved.
pub(super) fn find(root: &Path, path: &str) -> Answer {
    let Some(path) = decode(path) else {
        return Answer::Senseless;
    };
    // A colon makes a drive on Windows.
    let strange = path.contains(['\0', '\\']) || (cfg!(windows) && path.contains(':'));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if strange || parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Answer::Senseless;
    }
    let mut file = root.to_owned();
    file.extend(&parts);
    if inside(root, &file).is_some_and(|found| found.is_dir()) {
        if !path.ends_with('/') {
            return Answer::Folder(encode(&parts));
        }
        file.push("index.html");
    } else if path.ends_with('/') {
        return Answer::Nothing;
    }
    match inside(root, &file) {
        Some(file) if file.is_file() => Answer::File(file),
        _ => Answer::Nothing,
    }
}

/// The path with links resolved, if that is below the root.
fn inside(root: &Path, path: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(path).ok()?;
    real.starts_with(root).then_some(real)
}

fn decode(path: &str) -> Option<String> {
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut digit = || char::from(bytes.next()?).to_digit(16);
            let value = digit()? * 16 + digit()?;
            decoded.push(u8::try_from(value).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

fn encode(parts: &[&str]) -> String {
    let mut path = String::from("/");
    for part in parts {
        for byte in part.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                path.push(char::from(byte));
            } else {
                path.push_str(&format!("%{byte:02X}"));
            }
        }
        path.push('/');
    }
    path
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Answer, find};

    #[test]
    fn paths_mean_files_folders_or_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let base = folder.path().canonicalize().expect("the folder");
        let root = base.join("site");
        fs::create_dir_all(root.join("a b/ü")).expect("folders");
        fs::create_dir_all(root.join("empty")).expect("folders");
        fs::write(root.join("a b/ü/index.html"), "").expect("a file");
        fs::write(root.join("index.html"), "").expect("a file");
        fs::write(base.join("secret"), "").expect("a file");

        let file = |name: &str| Answer::File(root.join(name));
        let folder = |path: &str| Answer::Folder(path.into());
        let cases = [
            ("/", file("index.html")),
            ("/index.html", file("index.html")),
            ("//index.html", file("index.html")),
            ("/a%20b/%C3%BC/", file("a b/ü/index.html")),
            ("/a%20b/%C3%BC", folder("/a%20b/%C3%BC/")),
            ("//a%20b", folder("/a%20b/")),
            ("/empty/", Answer::Nothing),
            ("/index.html/", Answer::Nothing),
            ("/missing", Answer::Nothing),
            ("/../secret", Answer::Senseless),
            ("/%2e%2e/secret", Answer::Senseless),
            ("/%2E%2E%2Fsecret", Answer::Senseless),
            ("/..%5csecret", Answer::Senseless),
            ("/a%20b/..%2f..%2f..%2fsecret", Answer::Senseless),
            ("/%252e%252e/secret", Answer::Nothing),
            ("/index.html%00", Answer::Senseless),
            ("/%ff", Answer::Senseless),
            ("/%", Answer::Senseless),
            ("/%zz", Answer::Senseless),
            ("/%+1", Answer::Senseless),
        ];
        for (path, answer) in cases {
            assert_eq!(find(&root, path), answer, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_else() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let base = folder.path().canonicalize().expect("the folder");
        let root = base.join("site");
        fs::create_dir(&root).expect("a folder");
        fs::create_dir(base.join("site-of-others")).expect("a folder");
        fs::write(base.join("site-of-others/index.html"), "").expect("a file");
        fs::write(root.join("page"), "").expect("a file");
        symlink("../site-of-others", root.join("out")).expect("a link");
        symlink("../site-of-others/index.html", root.join("file")).expect("a link");
        symlink("page", root.join("same")).expect("a link");
        for path in ["/out", "/out/", "/out/index.html", "/file"] {
            assert_eq!(find(&root, path), Answer::Nothing, "{path}");
        }
        assert_eq!(find(&root, "/same"), Answer::File(root.join("page")));
    }
}
