//! Patterns of paths, as CODEOWNERS files have them.
//!
//! Owns what a pattern matches. The time for one path is at most the pattern's length times the path's: of several stars only
//! the last is ever moved.

/// What a path must look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
    /// Whether what lies below a match is matched as well.
    below: bool,
}

/// One part between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// `**`: any number of folders; at the end anything below.
    Any,
    /// Exactly this name.
    Name(String),
    /// A name with wildcards.
    Glob(Vec<Token>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`
    One,
    /// `*`
    Many,
    /// `[a-z]`, with the ends of each range; `true` for `[!a-z]`.
    Class(bool, Vec<(char, char)>),
}

impl Pattern {
    /// Reads a pattern of GitHub's; `None` for what GitHub does not take: `!`, `[a-z]` and `\#`.
    ///
    /// <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax>
    pub(super) fn github(text: &str) -> Option<Self> {
        if text.starts_with('!') || text.starts_with(r"\#") || has_bracket(text) {
            return None;
        }
        let inner = text.trim_start_matches('/').trim_end_matches('/');
        let mut parts = parts(inner, false)?;
        if !text.starts_with('/') && parts.len() == 1 {
            parts.insert(0, Part::Any);
        }
        // `docs/*` means the files of one folder, `docs` and `doc*` also what lies below.
        let mut below = parts.last() != Some(&Part::Glob(vec![Token::Many]));
        if text.ends_with('/') {
            parts.push(Part::Any);
            below = false;
        }
        Some(Self { parts, below })
    }

    /// Reads a pattern of GitLab's, which is Ruby's `File.fnmatch` with `FNM_PATHNAME` and `FNM_DOTMATCH`.
    ///
    /// <https://docs.gitlab.com/user/project/codeowners/advanced/#pattern-matching>
    pub(super) fn gitlab(text: &str) -> Option<Self> {
        if text == "*" {
            let parts = vec![Part::Any];
            return Some(Self {
                parts,
                below: false,
            });
        }
        let inner = text.trim_start_matches('/').trim_end_matches('/');
        let mut parts = parts(inner, true)?;
        if !text.starts_with('/') {
            parts.insert(0, Part::Any);
        }
        if text.ends_with('/') {
            parts.push(Part::Any);
        } else if let Some(last @ Part::Any) = parts.last_mut() {
            // Without a slash behind it, `**` is one name there.
            *last = Part::Glob(vec![Token::Many]);
        }
        Some(Self {
            parts,
            below: false,
        })
    }

    /// Whether a path, cut at its slashes, is meant.
    pub(super) fn matches(&self, path: &[&str]) -> bool {
        let (mut part, mut at) = (0, 0);
        let mut back: Option<(usize, usize)> = None;
        loop {
            match self.parts.get(part) {
                None if at == path.len() || self.below => return true,
                Some(Part::Any) if part + 1 == self.parts.len() => return at < path.len(),
                Some(Part::Any) => {
                    part += 1;
                    back = Some((part, at));
                    continue;
                }
                Some(own) if path.get(at).is_some_and(|name| own.fits(name)) => {
                    part += 1;
                    at += 1;
                    continue;
                }
                _ => {}
            }
            match &mut back {
                Some((after, from)) if *from < path.len() => {
                    *from += 1;
                    (part, at) = (*after, *from);
                }
                _ => return false,
            }
        }
    }
}

impl Part {
    fn fits(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Name(own) => own == name,
            Self::Glob(tokens) => fits(tokens, name),
        }
    }
}

/// Whether a name fits, going back to the last `*` only: an earlier one could not do better.
fn fits(tokens: &[Token], name: &str) -> bool {
    let (mut token, mut rest) = (0, name);
    let mut back: Option<(usize, &str)> = None;
    loop {
        let mut chars = rest.chars();
        let next = chars.next();
        let fits = match (tokens.get(token), next) {
            (None, None) => return true,
            (Some(Token::Many), _) => {
                token += 1;
                back = Some((token, rest));
                continue;
            }
            (Some(Token::Char(own)), Some(c)) => *own == c,
            (Some(Token::One), Some(_)) => true,
            (Some(Token::Class(not, ranges)), Some(c)) => {
                ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *not
            }
            (None, Some(_)) | (Some(_), None) => false,
        };
        if fits {
            token += 1;
            rest = chars.as_str();
            continue;
        }
        let Some((after, from)) = &mut back else {
            return false;
        };
        let mut chars = from.chars();
        if chars.next().is_none() {
            return false;
        }
        *from = chars.as_str();
        (token, rest) = (*after, *from);
    }
}

/// The parts of a pattern without its outer slashes; `None` where there are none.
fn parts(text: &str, classes: bool) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    for part in text.split('/') {
        let part = match part {
            "" => return None,
            "**" => Part::Any,
            part => read(part, classes),
        };
        // Two in a row mean what one means.
        if part != Part::Any || parts.last() != Some(&Part::Any) {
            parts.push(part);
        }
    }
    Some(parts)
}

fn read(part: &str, classes: bool) -> Part {
    let mut tokens = Vec::new();
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '\\' => Token::Char(chars.next().unwrap_or('\\')),
            '?' => Token::One,
            '*' if tokens.last() == Some(&Token::Many) => continue,
            '*' => Token::Many,
            '[' if classes => match class(chars.as_str()) {
                Some((class, rest)) => {
                    chars = rest.chars();
                    class
                }
                None => Token::Char('['),
            },
            c => Token::Char(c),
        });
    }
    let name = tokens.iter().map(|token| match token {
        Token::Char(c) => Some(*c),
        _ => None,
    });
    match name.collect::<Option<String>>() {
        Some(name) => Part::Name(name),
        None => Part::Glob(tokens),
    }
}

/// The class that begins behind a `[`, and what follows it; `None` where it never ends.
fn class(text: &str) -> Option<(Token, &str)> {
    let (inner, rest) = text.split_once(']')?;
    let (not, inner) = match inner.strip_prefix(['!', '^']) {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let chars: Vec<char> = inner.chars().collect();
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(from) = chars.get(at) {
        match (chars.get(at + 1), chars.get(at + 2)) {
            (Some('-'), Some(to)) => {
                ranges.push((*from, *to));
                at += 3;
            }
            _ => {
                ranges.push((*from, *from));
                at += 1;
            }
        }
    }
    (!ranges.is_empty()).then_some((Token::Class(not, ranges), rest))
}

/// Whether a bracket stands there that no `\` makes an ordinary letter.
fn has_bracket(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '[' | ']' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pattern, paths that it matches, paths that it does not.
    type Row = (
        &'static str,
        &'static [&'static str],
        &'static [&'static str],
    );

    fn compare(read: fn(&str) -> Option<Pattern>, rows: &[Row]) {
        for (text, yes, no) in rows {
            let pattern = read(text).expect(text);
            let matches = |path: &str| pattern.matches(&path.split('/').collect::<Vec<_>>());
            for path in *yes {
                assert!(matches(path), "{text} matches {path}");
            }
            for path in *no {
                assert!(!matches(path), "{text} does not match {path}");
            }
        }
    }

    #[test]
    fn patterns_of_github() {
        compare(
            Pattern::github,
            &[
                ("*", &["a", "a/b", ".github/x"], &[]),
                ("/*", &["a"], &["a/b"]),
                ("*.js", &["a.js", "a/b/c.js", ".js"], &["a.jsx", "a.j"]),
                (
                    "/build/logs/",
                    &["build/logs/a", "build/logs/a/b"],
                    &["build/logs", "x/build/logs/a"],
                ),
                ("docs/*", &["docs/a.md"], &["docs/a/b.md", "x/docs/a.md"]),
                ("apps/", &["apps/a", "x/apps/a/b"], &["apps", "x/apps"]),
                (
                    "docs",
                    &["docs", "docs/a", "x/docs/y"],
                    &["docs2/a", "mydocs"],
                ),
                ("/docs", &["docs", "docs/a"], &["x/docs/a"]),
                ("a/b", &["a/b", "a/b/c"], &["x/a/b"]),
                ("**/logs", &["logs/a", "a/logs", "a/b/logs/c"], &["logs2"]),
                ("docs/**", &["docs/a", "docs/a/b"], &["docs", "x/docs/a"]),
                (
                    "a/**/z",
                    &["a/z", "a/b/z", "a/b/c/z", "a/b/z/c"],
                    &["a/b", "b/a/z"],
                ),
                ("**/*.md", &["a.md", "a/b.md"], &["a.mdx"]),
                ("**/a/*/b", &["a/x/b", "a/a/x/b"], &["a/b", "a/x/y/b"]),
                (
                    "/crates/ty*",
                    &["crates/ty", "crates/ty_ide/src/a"],
                    &["crates/t"],
                ),
                (
                    "file?.txt",
                    &["file1.txt", "fileü.txt"],
                    &["file.txt", "file12.txt"],
                ),
                (r"my\ file", &["my file", "my file/a"], &["my"]),
                ("a*b*c", &["abc", "aXbXbXc"], &["ab", "acb"]),
                ("{a,b}", &["{a,b}"], &["a", "b"]),
                ("Docs/", &["Docs/a"], &["docs/a"]),
            ],
        );
        for text in ["!a", "[ab].md", "a[0-9]", r"\#a", "/", "//", "a//b", ""] {
            assert_eq!(Pattern::github(text), None, "{text}");
        }
        assert!(Pattern::github(r"\[a\]").is_some());
    }

    #[test]
    fn patterns_of_gitlab() {
        compare(
            Pattern::gitlab,
            &[
                ("*", &["a", "a/b"], &[]),
                ("docs/", &["docs/a", "docs/a/b", "x/docs/a"], &["docs"]),
                ("/docs/", &["docs/a/b"], &["x/docs/a"]),
                ("docs/*", &["docs/a", "x/docs/a"], &["docs/a/b"]),
                ("docs/**", &["docs/a"], &["docs/a/b"]),
                ("/docs/**/*.md", &["docs/a.md", "docs/a/b.md"], &["docs/a"]),
                ("README.md", &["README.md", "a/README.md"], &["README.md/a"]),
                (r"\#a", &["#a"], &[r"\#a"]),
                ("/v[0-9].md", &["v1.md"], &["va.md", "v10.md"]),
                ("/v[!0-9].md", &["va.md"], &["v1.md"]),
                ("/v[0", &["v[0"], &["v0"]),
            ],
        );
    }

    #[test]
    fn many_stars_take_no_longer() {
        let pattern = Pattern::github(&"*a".repeat(200)).expect("a pattern");
        assert!(!pattern.matches(&[&"a".repeat(199)]));
        assert!(pattern.matches(&[&"a".repeat(4000)]));
        let folders = Pattern::github(&format!("{}b", "**/a/".repeat(200))).expect("a pattern");
        assert!(!folders.matches(&["a"; 4000]));
    }
}
