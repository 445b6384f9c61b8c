//! CODEOWNERS files, as GitHub and GitLab read them.
//!
//! Owns the syntax and whose line counts. A file with section headings (`[Documentation]`) is read as GitLab's, any other as
//! GitHub's. Finding the file, and whether an owner may write, is for others.

mod pattern;

use std::collections::BTreeSet;

use crate::postmortem::people::Party;
use pattern::Pattern;

/// Where such a file may lie; the first that exists counts.
pub const PLACES: [&str; 4] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

/// The most bytes that GitHub reads; a larger file owns nothing.
const MOST_BYTES: usize = 3 * 1024 * 1024;

/// A file that says who owns which paths.
#[derive(Clone, Debug, Default)]
pub struct CodeOwners {
    sections: Vec<Section>,
}

/// Lines of which the last that matches counts.
#[derive(Clone, Debug, Default)]
struct Section {
    /// In small letters; empty for lines before any heading.
    name: String,
    /// Whether nobody of it is needed.
    optional: bool,
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    pattern: Pattern,
    owners: Vec<String>,
    /// Whether the section is silent about these paths, whatever else it says.
    excluded: bool,
}

impl CodeOwners {
    /// Reads a file; lines that mean nothing are left out.
    pub fn read(text: &str) -> Self {
        if text.len() > MOST_BYTES {
            return Self::default();
        }
        let text = text.trim_start_matches('\u{feff}');
        let lines = || {
            text.lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
        };
        let sections = if lines().any(|line| heading(line).is_some()) {
            gitlab(lines())
        } else {
            let lines = lines().filter_map(github).collect();
            vec![Section {
                lines,
                ..Section::default()
            }]
        };
        Self { sections }
    }

    /// The owners of a path, as written: `@user`, `@org/team` or an e-mail address. Of a file with sections those of every
    /// section that is required; each once, whatever the letters' case.
    pub fn of(&self, path: &str) -> Vec<String> {
        let path: Vec<&str> = path.split('/').collect();
        let required = self.sections.iter().filter(|section| !section.optional);
        let owners = required.filter_map(|section| {
            let excluded = |line: &Line| line.excluded && line.pattern.matches(&path);
            if section.lines.iter().any(excluded) {
                return None;
            }
            let mut lines = section.lines.iter().rev();
            lines.find(|line| line.pattern.matches(&path))
        });
        let mut seen = BTreeSet::new();
        let owners = owners.flat_map(|line| &line.owners);
        owners
            .filter(|owner| seen.insert(owner.to_lowercase()))
            .cloned()
            .collect()
    }
}

/// A line of GitHub's; one owner that is none makes all of it invalid, and the line before it counts.
fn github(line: &str) -> Option<Line> {
    let (pattern, rest) = cut(line);
    let names = rest
        .split_whitespace()
        .take_while(|name| !name.starts_with('#'));
    Some(Line {
        pattern: Pattern::github(pattern)?,
        owners: names.map(owner).collect::<Option<_>>()?,
        excluded: false,
    })
}

/// The sections of GitLab's; those of one name are one.
fn gitlab<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut now = 0;
    let mut defaults: Vec<String> = Vec::new();
    for line in lines {
        if let Some(heading) = heading(line) {
            let name = heading.name.to_lowercase();
            defaults = names(heading.owners);
            let known = sections.iter().position(|section| section.name == name);
            now = known.unwrap_or(sections.len());
            match sections.get_mut(now) {
                Some(section) => section.optional &= heading.optional,
                None => sections.push(Section {
                    name,
                    optional: heading.optional,
                    lines: Vec::new(),
                }),
            }
            continue;
        }
        let (pattern, rest) = cut(line);
        let (pattern, excluded) = match pattern.strip_prefix('!') {
            Some(pattern) => (pattern, true),
            None => (pattern, false),
        };
        let owners = if rest.trim().is_empty() {
            defaults.clone()
        } else {
            names(rest)
        };
        if let Some(pattern) = Pattern::gitlab(pattern)
            && let Some(section) = sections.get_mut(now)
        {
            section.lines.push(Line {
                pattern,
                owners,
                excluded,
            });
        }
    }
    sections
}

/// `^[Name][2] @owner @owner`.
struct Heading<'a> {
    name: &'a str,
    optional: bool,
    owners: &'a str,
}

fn heading(line: &str) -> Option<Heading<'_>> {
    let (optional, rest) = match line.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (name, mut rest) = rest.strip_prefix('[')?.split_once(']')?;
    if let Some((count, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        if !count.trim().bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        rest = after;
    }
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (ends && !name.trim().is_empty()).then(|| Heading {
        name: name.trim(),
        optional,
        owners: rest,
    })
}

/// The pattern and what follows it; a space behind `\` belongs to the pattern.
fn cut(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if c.is_whitespace() && !escaped {
            return line.split_at(at);
        }
        escaped = c == '\\' && !escaped;
    }
    (line, "")
}

/// The owners among some words; the others are left out.
fn names(text: &str) -> Vec<String> {
    text.split_whitespace().filter_map(owner).collect()
}

fn owner(text: &str) -> Option<String> {
    Party::read(text).map(|party| party.name())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::{Path, PathBuf};

    use proptest::prelude::*;

    use super::*;

    fn of(text: &str, path: &str) -> String {
        CodeOwners::read(text).of(path).join(" ")
    }

    #[test]
    fn the_last_line_that_matches_counts() {
        let text = "\u{feff}# Everybody\r\n*  @acme/all\r\n\r\n  postmortems/ @acme/sre @ada # the writers\r\n/postmortems/2026-*/ mail@example.org\r\n/postmortems/free.md\r\n";
        assert_eq!(of(text, "src/a.rs"), "@acme/all");
        assert_eq!(of(text, "postmortems/a.md"), "@acme/sre @ada");
        assert_eq!(of(text, "postmortems/2026-10/index.md"), "mail@example.org");
        assert_eq!(
            of(text, "postmortems/free.md"),
            "",
            "a line without owners takes them away"
        );
        assert_eq!(of("", "a"), "");
    }

    #[test]
    fn lines_that_github_does_not_take_are_as_if_they_were_not_there() {
        for line in [
            "!a.md @x",
            "[ab].md @x",
            r"\#a.md @x",
            "a.md ada",
            "a.md @x and @y",
            "a.md @",
            "a.md @@maintainer",
        ] {
            let text = format!("* @acme/all\n{line}\n");
            assert_eq!(of(&text, "a.md"), "@acme/all", "{line}");
        }
        assert_eq!(of("my\\ notes/ @x\n", "my notes/a.md"), "@x");
        let large = format!("* @x\n{}", "#".repeat(MOST_BYTES));
        assert_eq!(of(&large, "a.md"), "");
    }

    #[test]
    fn sections_are_read_as_gitlab_does() {
        let text = "* @acme/all
[Documentation][2] @acme/docs
postmortems/
!postmortems/templates/
postmortems/free.md @@maintainer
^[Style] @acme/style
postmortems/
[Reliability]
postmortems/ @acme/sre @ACME/All
[documentation] @gus
postmortems/2026/
";
        assert_eq!(of(text, "a.md"), "@acme/all");
        assert_eq!(
            of(text, "postmortems/a.md"),
            "@acme/all @acme/docs @acme/sre"
        );
        assert_eq!(
            of(text, "postmortems/templates/a.md"),
            "@acme/all @acme/sre"
        );
        assert_eq!(of(text, "postmortems/free.md"), "@acme/all @acme/sre");
        assert_eq!(
            of(text, "postmortems/2026/a.md"),
            "@acme/all @gus @acme/sre"
        );
        assert!(
            heading("[a]x").is_none() && heading("[a][b]").is_none() && heading("[ ]").is_none()
        );
    }

    #[test]
    fn ten_thousand_lines_are_asked_about_many_paths() {
        let lines: Vec<String> = (0..10_000)
            .map(|n| match n % 4 {
                0 => format!("/services/s{n}/ @acme/t{n}\n"),
                1 => format!("*.e{n} @acme/t{n}\n"),
                2 => format!("name{n} @acme/t{n}\n"),
                _ => format!("/a/**/b{n}/* @acme/t{n}\n"),
            })
            .collect();
        let owners = CodeOwners::read(&lines.concat());
        for n in (0..10_000).step_by(40) {
            assert_eq!(
                owners.of(&format!("services/s{n}/docs/a.md")),
                [format!("@acme/t{n}")]
            );
        }
    }

    /// The files below `AFTERSIGHT_CODEOWNERS`, a folder of other people's repositories.
    #[test]
    fn real_files_are_read() {
        let Some(folder) = std::env::var_os("AFTERSIGHT_CODEOWNERS") else {
            // Past the capture of the test runner, so that nobody takes this for read.
            let told = "skipped: real CODEOWNERS files are read where AFTERSIGHT_CODEOWNERS names a folder of them";
            writeln!(std::io::stderr(), "{told}").expect("a terminal or a file");
            return;
        };
        let mut folders = vec![PathBuf::from(folder)];
        let mut read = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.file_name() == Some(Path::new("CODEOWNERS").as_os_str()) {
                    let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file"))
                        .into_owned();
                    let owners = CodeOwners::read(&text);
                    // Every file that has an owner in a line of its own owns what that line names.
                    let star = text.lines().find_map(|line| line.trim().strip_prefix("* "));
                    if let Some(star) = star {
                        let names: Vec<&str> = star.split_whitespace().collect();
                        assert_eq!(
                            owners.of("no-such-folder/no-such-file"),
                            names,
                            "{}",
                            path.display()
                        );
                    }
                    read += 1;
                }
            }
        }
        assert!(read > 0, "no CODEOWNERS file there");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_is_too_strange(text in any::<String>(), path in any::<String>()) {
            CodeOwners::read(&text).of(&path);
        }

        #[test]
        fn what_looks_like_a_file_is_read(
            lines in proptest::collection::vec(r"(\^?\[[A-Za-z ]{0,3}\](\[[0-9]?\])?|[!/]?[ab*?\[\]\\/.]{1,8})( @a| @b/c| d@e\.f| #)*", 0..12),
            path in "[ab./ ]{0,12}",
        ) {
            let owners = CodeOwners::read(&lines.join("\n"));
            for owner in owners.of(&path) {
                prop_assert!(lines.iter().any(|line| line.contains(&owner)), "{owner}");
            }
        }
    }
}
