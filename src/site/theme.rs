//! The theme: templates and static files, embedded in the program and overridable one by one.
//!
//! Owns loading the templates into the one engine of a build. Which page uses which template is for
//! [`super::plan`]; reading a folder of overrides is for the caller.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error as _;

use include_dir::{Dir, DirEntry, include_dir};
use sha2::{Digest, Sha256};
use tera::{Context, Tera};

use crate::error::Error;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/site-theme");

/// Templates below `templates/` and files below `static/` that are copied as they are.
#[derive(Clone, Debug)]
pub struct Theme {
    files: BTreeMap<String, Cow<'static, [u8]>>,
}

impl Default for Theme {
    fn default() -> Self {
        let mut files = BTreeMap::new();
        collect(&EMBEDDED, &mut files);
        Self { files }
    }
}

impl Theme {
    /// The theme of the program with some files replaced or added; names are relative to the theme's folder, with
    /// `/`.
    pub fn with(overrides: BTreeMap<String, Vec<u8>>) -> Self {
        let mut theme = Self::default();
        let usable = |name: &String| name.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let overrides = overrides.into_iter().filter(|(name, _)| usable(name));
        theme
            .files
            .extend(overrides.map(|(name, content)| (name, Cow::Owned(content))));
        theme
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
            let text = std::str::from_utf8(content).map_err(|error| Error::Theme {
                template: name.into(),
                message: error.to_string(),
            })?;
            templates.push((name, text));
        }
        let mut tera = Tera::default();
        tera.add_raw_templates(templates)
            .map_err(|error| failed("templates", &error))?;
        tera.global_context().insert("site", site);
        Ok(tera)
    }

    fn below<'a>(&'a self, folder: &'static str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let files = self.files.iter();
        files.filter_map(move |(name, content)| Some((name.strip_prefix(folder)?, &**content)))
    }
}

/// Renders one template.
pub(super) fn render(tera: &Tera, template: &str, context: &Context) -> Result<Vec<u8>, Error> {
    let text = tera
        .render(template, context)
        .map_err(|error| failed(template, &error))?;
    Ok(text.into_bytes())
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

fn failed(template: &str, error: &tera::Error) -> Error {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message += &format!(": {error}");
        cause = error.source();
    }
    Error::Theme {
        template: template.into(),
        message,
    }
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
        let theme = Theme::with(own);
        let copied: BTreeMap<&str, &[u8]> = theme.copied().collect();
        assert_eq!(copied["style.css"], b"body{}");
        assert!(copied.contains_key("search.js"));
        assert!(!copied.keys().any(|name| name.contains("..")));
        assert_ne!(theme.version(), Theme::default().version());
    }

    #[test]
    fn a_broken_template_is_named() {
        let own = BTreeMap::from([("templates/home.html".to_string(), b"{% if %}".to_vec())]);
        let error = Theme::with(own)
            .engine(&())
            .expect_err("the template is broken");
        assert!(error.to_string().contains("home.html"), "{error}");
    }
}
