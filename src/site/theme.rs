//! The theme: templates and static files, embedded in the program and overridable one by one.
//!
//! Owns loading the templates into the one engine of a build. Which page uses which template is for
//! [`super::plan`]; reading a folder of overrides is for the caller.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;

use include_dir::{Dir, DirEntry, include_dir};
use sha2::{Digest, Sha256};
use tera::{Context, ErrorKind, Tera};

use crate::error::Error;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/site-theme");

/// Two names this much alike, from 0 to 1, are taken for one with a slip in it.
const ALIKE: f64 = 0.85;
/// So many bytes most pages have at most.
const PAGE: usize = 48 * 1024;

/// Templates below `templates/` and files below `static/` that are copied as they are.
#[derive(Clone, Debug)]
pub struct Theme {
    files: BTreeMap<String, Cow<'static, [u8]>>,
    /// The folder that files were replaced from, as its reader knows it.
    folder: String,
    /// The files out of that folder.
    own: BTreeSet<String>,
}

/// A file of one's own that replaces nothing and that nothing uses.
#[derive(Debug, PartialEq, Eq)]
pub struct Stray {
    /// The file, with the theme's folder.
    pub path: String,
    /// The name that may have been meant, with its folder inside the theme.
    pub near: Option<String>,
}

impl Default for Theme {
    fn default() -> Self {
        Self {
            files: embedded(),
            folder: String::new(),
            own: BTreeSet::new(),
        }
    }
}

impl Theme {
    /// The theme of the program with some files replaced or added; names are relative to the theme's `folder`, with
    /// `/`.
    pub fn with(folder: &str, overrides: BTreeMap<String, Vec<u8>>) -> Self {
        let mut theme = Self {
            folder: folder.trim_end_matches('/').into(),
            ..Self::default()
        };
        let usable = |name: &String| name.split('/').all(|part| !matches!(part, "" | "." | ".."));
        for (name, content) in overrides.into_iter().filter(|(name, _)| usable(name)) {
            theme.own.insert(name.clone());
            theme.files.insert(name, Cow::Owned(content));
        }
        theme
    }

    /// The files of one's own that do nothing: mistyped names, or files beside `templates/` and `static/`.
    pub fn strays(&self) -> Vec<Stray> {
        let known = embedded();
        let is_note = |name: &str| {
            let file = name.rsplit('/').next().unwrap_or(name);
            file.starts_with('.') || file.to_ascii_uppercase().starts_with("README")
        };
        let added = self
            .own
            .iter()
            .filter(|name| !known.contains_key(*name) && !is_note(name));
        let stray = added.filter(|name| !self.is_used(name)).map(|name| {
            let file = name.rsplit('/').next().unwrap_or(name);
            let likeness = |other: &String| {
                let whole = strsim::jaro_winkler(name, other);
                let last = strsim::jaro_winkler(file, other.rsplit('/').next().unwrap_or(other));
                // A folder that is right makes every name in it look alike.
                if last > ALIKE { whole.max(last) } else { 0.0 }
            };
            let near = known
                .keys()
                .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
            Stray {
                path: self.place(name),
                near: near.filter(|near| likeness(near) > ALIKE).cloned(),
            }
        });
        stray.collect()
    }

    /// Whether another file of the theme names this one.
    fn is_used(&self, name: &str) -> bool {
        let Some(below) = name
            .strip_prefix("templates/")
            .or(name.strip_prefix("static/"))
        else {
            return false;
        };
        let others = self.files.iter().filter(|(other, _)| *other != name);
        others
            .into_iter()
            .any(|(_, content)| String::from_utf8_lossy(content).contains(below))
    }

    /// Where a file of the theme stands: in the folder of one's own, or in the program.
    fn place(&self, name: &str) -> String {
        match self.own.contains(name) {
            true => format!("{}/{name}", self.folder),
            false => format!("site-theme/{name}"),
        }
    }

    /// The files to copy, by output path.
    pub(super) fn copied(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.below("static/")
    }

    /// Changes whenever any file of the theme does: put behind the names of static files, so that no browser shows
    /// a page with a stylesheet of yesterday.
    pub(super) fn version(&self) -> String {
        let mut hash = Sha256::new();
        for (name, content) in &self.files {
            hash.update(name.as_bytes());
            hash.update(content);
        }
        short(&hash.finalize())
    }

    /// The engine with all templates, and `site` in reach of each.
    pub(super) fn engine(&self, site: &impl serde::Serialize) -> Result<Tera, Error> {
        let mut templates = Vec::new();
        for (name, content) in self.below("templates/") {
            let text = std::str::from_utf8(content).map_err(|error| {
                let before = String::from_utf8_lossy(&content[..error.valid_up_to()]);
                let line = before.matches('\n').count() + 1;
                let column = before
                    .rsplit('\n')
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .count()
                    + 1;
                self.broken("a byte is not UTF-8", name, Some((line, column)))
            })?;
            templates.push((name, text));
        }
        let mut tera = Tera::default();
        tera.add_raw_templates(templates)
            .map_err(|error| self.failed("base.html", &error))?;
        tera.global_context().insert("site", site);
        Ok(tera)
    }

    /// Renders one template.
    pub(super) fn render(
        &self,
        tera: &Tera,
        template: &str,
        context: &Context,
    ) -> Result<Vec<u8>, Error> {
        let mut page = Vec::with_capacity(PAGE);
        tera.render_to(template, context, &mut page)
            .map_err(|error| self.failed(template, &error))?;
        Ok(page)
    }

    /// What the engine says, with the place that it means.
    fn failed(&self, template: &str, error: &tera::Error) -> Error {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let span = report.span();
                let at = Some((span.start_line, span.start_col + 1));
                self.broken(report.message(), report.filename(), at)
            }
            ErrorKind::MissingParent { current, parent } => {
                let message = format!("there is no template `{parent}` to extend");
                self.broken(&message, current, self.mention(current, parent))
            }
            ErrorKind::TemplateNotFound(name) => {
                let message = format!("there is no template `{name}`");
                self.broken(&message, template, self.mention(template, name))
            }
            ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
                self.broken("this template comes back to itself", tpl, None)
            }
            ErrorKind::Msg(report) if report.starts_with("error: ") => {
                // What names are missing is found for all templates at once, and comes as text.
                let mut lines = report.trim_start_matches("error: ").lines();
                let message = lines.next().unwrap_or_default();
                let place = lines.find_map(|line| line.trim_start().strip_prefix("--> "));
                let mut parts = place.unwrap_or(template).splitn(3, ':');
                let name = parts.next().unwrap_or(template);
                let mut number = || parts.next()?.parse().ok();
                let at = number().zip(number());
                self.broken(message, name, at)
            }
            _ => {
                let mut message = error.to_string();
                let mut cause = error.source();
                while let Some(error) = cause {
                    message += &format!(": {error}");
                    cause = error.source();
                }
                self.broken(&message, template, None)
            }
        }
    }

    fn broken(&self, message: &str, template: &str, at: Option<(usize, usize)>) -> Error {
        let path = self.place(&format!("templates/{template}"));
        Error::Theme {
            place: match at {
                Some((line, column)) => format!("{path}:{line}:{column}"),
                None => path,
            },
            message: message.trim_end_matches('.').into(),
        }
    }

    /// The line and column where a template first names something.
    fn mention(&self, template: &str, what: &str) -> Option<(usize, usize)> {
        let content = self.files.get(&format!("templates/{template}"))?;
        let text = String::from_utf8_lossy(content);
        let mut lines = text.lines().enumerate();
        lines.find_map(|(line, text)| {
            let at = text.find(what)?;
            Some((line + 1, text[..at].chars().count() + 1))
        })
    }

    /// The names of the templates.
    #[cfg(test)]
    pub(super) fn templates(&self) -> impl Iterator<Item = &str> {
        self.below("templates/").map(|(name, _)| name)
    }

    fn below<'a>(&'a self, folder: &'static str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let files = self.files.iter();
        files.filter_map(move |(name, content)| Some((name.strip_prefix(folder)?, &**content)))
    }
}

/// A name of eight letters for some content.
pub(super) fn fingerprint(content: &[u8]) -> String {
    short(&Sha256::digest(content))
}

fn short(hash: &[u8]) -> String {
    hash.iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn embedded() -> BTreeMap<String, Cow<'static, [u8]>> {
    let mut files = BTreeMap::new();
    collect(&EMBEDDED, &mut files);
    files
}

fn collect(dir: &Dir<'static>, files: &mut BTreeMap<String, Cow<'static, [u8]>>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => collect(dir, files),
            DirEntry::File(file) => {
                let name = file.path().to_string_lossy().replace('\\', "/");
                files.insert(name, Cow::Borrowed(file.contents()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_overridden_one_by_one() {
        let own = BTreeMap::from([
            ("static/style.css".to_string(), b"body{}".to_vec()),
            ("../outside".to_string(), Vec::new()),
        ]);
        let theme = Theme::with("look", own);
        let copied: BTreeMap<&str, &[u8]> = theme.copied().collect();
        assert_eq!(copied["style.css"], b"body{}");
        assert!(copied.contains_key("search.js"));
        assert!(!copied.keys().any(|name| name.contains("..")));
        assert_ne!(theme.version(), Theme::default().version());
    }

    fn own(name: &str, text: &[u8]) -> Theme {
        Theme::with("look/", BTreeMap::from([(name.to_string(), text.to_vec())]))
    }

    #[test]
    fn a_broken_template_is_told_with_its_place() {
        for (text, place, words) in [
            (
                &b"one\n  {% if %}"[..],
                "look/templates/home.html:2:",
                "expected",
            ),
            (
                b"\xc3\xa4\n\xc3\xa4b\xff",
                "look/templates/home.html:2:3",
                "UTF-8",
            ),
            (
                b"\n{% extends \"bse.html\" %}",
                "look/templates/home.html:2:13",
                "`bse.html`",
            ),
            (
                b"a\n{% include \"prts.html\" %}",
                "look/templates/home.html:2:",
                "prts.html",
            ),
            (
                b"{% include \"home.html\" %}",
                "look/templates/home.html",
                "itself",
            ),
            (
                b"{{ <rwo of={x} /> }}",
                "look/templates/home.html:1:",
                "rwo",
            ),
            (b"{{ 1 | upcase }}", "look/templates/home.html:1:", "upcase"),
        ] {
            let theme = own("templates/home.html", text);
            let made = theme.engine(&()).and_then(|tera| {
                let mut context = Context::new();
                context.insert("x", &1);
                theme.render(&tera, "home.html", &context)
            });
            let told = made.expect_err("the template is broken").to_string();
            let last = told.lines().last().unwrap_or_default();
            assert!(
                last.trim_start().starts_with(&format!("--> {place}")),
                "{told}"
            );
            assert!(
                told.to_lowercase().contains(&words.to_lowercase()),
                "{told}"
            );
        }
    }

    #[test]
    fn a_file_that_does_nothing_is_told_with_the_name_that_was_meant() {
        let stray = |name: &str| {
            let strays = own(name, b"x").strays();
            strays
                .into_iter()
                .next()
                .map(|stray| (stray.path, stray.near))
        };
        let told = |path: &str, near: Option<&str>| Some((path.to_string(), near.map(Into::into)));
        assert_eq!(
            stray("templates/postmortm.html"),
            told(
                "look/templates/postmortm.html",
                Some("templates/postmortem.html")
            )
        );
        assert_eq!(
            stray("style.css"),
            told("look/style.css", Some("static/style.css"))
        );
        assert_eq!(stray("static/logo.png"), told("look/static/logo.png", None));
        for used in [
            "templates/home.html",
            "static/style.css",
            "README.md",
            ".gitkeep",
        ] {
            assert_eq!(stray(used), None, "{used}");
        }
        let files = [
            ("templates/404.html", "{% include \"mine.html\" %}"),
            ("templates/mine.html", "<img src=\"logo.png\">"),
            ("static/logo.png", ""),
        ];
        let files = files.map(|(name, text)| (name.to_string(), text.into()));
        assert_eq!(Theme::with("look", files.into()).strays(), []);
    }
}
