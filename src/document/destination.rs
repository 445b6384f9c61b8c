//! Where a link of a file leads, read from its address alone.
//!
//! The one place that resolves addresses; whether something is there is for the rules, whether a page may link to it for
//! the site.

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    /// Anything with a scheme, which is this.
    Scheme(&'a str),
    /// Another host under the scheme of whoever reads it.
    Host,
    /// A place on the same page; without its `#`, as written.
    Here(&'a str),
    /// A file or a folder of the repository.
    Inside {
        /// Relative to the root, with `/`, decoded; empty for the root itself.
        path: String,
        /// What stands behind `?`.
        query: &'a str,
        /// What stands behind `#`, as written.
        place: Option<&'a str>,
    },
    /// Above the root of the repository.
    Above,
    /// Nowhere: an empty address, or one with characters that no path has.
    Nowhere,
}

/// Where `url`, written in the file `from`, leads. A path that begins with `/` counts from the root, as on GitHub.
pub fn destination<'a>(from: &str, url: &'a str) -> Destination<'a> {
    let url = url.trim();
    if let Some(place) = url.strip_prefix('#') {
        return Destination::Here(place);
    }
    if let Some(scheme) = scheme(url) {
        return Destination::Scheme(scheme);
    }
    if url.starts_with("//") {
        return Destination::Host;
    }
    let (file, place) = match url.split_once('#') {
        Some((file, place)) => (file, Some(place)),
        None => (url, None),
    };
    let (file, query) = file.split_once('?').unwrap_or((file, ""));
    let relative = decode(file);
    let unusable = |c: char| c.is_control() || matches!(c, '\\' | ':');
    if relative.is_empty() || relative.contains(unusable) {
        return Destination::Nowhere;
    }
    match join(from, &relative) {
        Some(path) => Destination::Inside { path, query, place },
        None => Destination::Above,
    }
}

/// A relative path as a path of the repository; `None` where it leaves it.
fn join(from: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = match relative.starts_with('/') {
        true => Vec::new(),
        false => from.split('/').collect(),
    };
    parts.pop();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let blank = |c: char| c.is_control() || c.is_whitespace();
    // Browsers skip blanks and control characters inside a scheme, so anything odd counts as one.
    let odd = scheme.contains(blank) && !scheme.contains('/');
    (odd || scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(inner))
        .then_some(scheme)
}

/// An address without its percent signs; empty where that is no text.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_where_a_reader_of_github_expects() {
        let inside = |path: &str, query: &'static str, place: Option<&'static str>| {
            let path = path.to_string();
            Destination::Inside { path, query, place }
        };
        let cases = [
            (
                "../docs/x%20y.md?plain=1#why",
                inside("docs/x y.md", "plain=1", Some("why")),
            ),
            ("/docs/", inside("docs", "", None)),
            ("./img/a.png", inside("postmortems/img/a.png", "", None)),
            ("..", inside("", "", None)),
            ("../..", Destination::Above),
            ("%2E%2E/%2e%2e/x", Destination::Above),
            ("#Why%20so", Destination::Here("Why%20so")),
            ("https://x.example/y", Destination::Scheme("https")),
            ("java\tscript:x", Destination::Scheme("java\tscript")),
            ("//host/x", Destination::Host),
            (" ", Destination::Nowhere),
            ("?q=1", Destination::Nowhere),
            ("..\\x.md", Destination::Nowhere),
            ("%ff.md", Destination::Nowhere),
        ];
        for (url, expected) in cases {
            assert_eq!(destination("postmortems/a.md", url), expected, "{url}");
        }
    }
}
