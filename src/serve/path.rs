//! What a path of a request means in a site.
//!
//! Owns the way from a path to the name of a file, and that it never leads out of the site.

/// What a path asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The file of this name; where there is none and this is a folder, its address.
    File {
        /// Below the root, with `/`.
        name: String,
        /// The encoded address of the folder of that name; a path that ends with `/` has none.
        folder: Option<String>,
    },
    /// This is no path.
    Senseless,
}

/// What `path`, still encoded, asks for.
pub(super) fn wanted(path: &str) -> Wanted {
    let Some(path) = decode(path) else {
        return Wanted::Senseless;
    };
    // A colon makes a drive on Windows.
    let strange = path.contains(['\0', '\\']) || (cfg!(windows) && path.contains(':'));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if strange || parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Wanted::Senseless;
    }
    let name = parts.join("/");
    match path.ends_with('/') || parts.is_empty() {
        true => Wanted::File {
            name: index(&name),
            folder: None,
        },
        false => Wanted::File {
            name,
            folder: Some(encode(&parts)),
        },
    }
}

/// The page of a folder.
pub(super) fn index(folder: &str) -> String {
    match folder {
        "" => "index.html".into(),
        _ => format!("{folder}/index.html"),
    }
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
    use super::{Wanted, wanted};

    #[test]
    fn paths_mean_files_folders_or_nothing() {
        let file = |name: &str, folder: Option<&str>| Wanted::File {
            name: name.into(),
            folder: folder.map(Into::into),
        };
        let cases = [
            ("", file("index.html", None)),
            ("/", file("index.html", None)),
            ("//index.html", file("index.html", Some("/index.html/"))),
            ("/a%20b/%C3%BC/", file("a b/ü/index.html", None)),
            ("/a%20b/%C3%BC", file("a b/ü", Some("/a%20b/%C3%BC/"))),
            ("//a%20b", file("a b", Some("/a%20b/"))),
            ("/index.html/", file("index.html/index.html", None)),
            (
                "/%252e%252e/secret",
                file("%2e%2e/secret", Some("/%252e%252e/secret/")),
            ),
            ("/../secret", Wanted::Senseless),
            ("/%2e%2e/secret", Wanted::Senseless),
            ("/%2E%2E%2Fsecret", Wanted::Senseless),
            ("/..%5csecret", Wanted::Senseless),
            ("/a%20b/..%2f..%2f..%2fsecret", Wanted::Senseless),
            ("/index.html%00", Wanted::Senseless),
            ("/%ff", Wanted::Senseless),
            ("/%", Wanted::Senseless),
            ("/%zz", Wanted::Senseless),
            ("/%+1", Wanted::Senseless),
        ];
        for (path, meaning) in cases {
            assert_eq!(wanted(path), meaning, "{path}");
        }
    }
}
