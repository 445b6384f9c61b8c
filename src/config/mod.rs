//! The configuration: one file, every value with its place, sensible defaults without it.
//!
//! Owns the keys and what they may hold. What the names mean is for [`crate::postmortem::conventions`]; finding and
//! reading the file is for `command`.

mod actions;
mod approval;
mod deadlines;
mod ratchet;
mod read;
mod show;

use std::sync::Arc;

use crate::diagnostic::Level;
use crate::document::mapping::Field;
use crate::postmortem::conventions::Conventions;
use crate::source::{Source, Span, Spanned};
pub use actions::Actions;
pub use approval::{Approval, Ask, Whom};
pub use ratchet::{Ratchet, Version};
pub use read::base_url as read_base_url;

/// Where a configuration may lie, the first that exists counts.
pub const PLACES: [&str; 4] = [
    ".github/aftersight.yml",
    ".github/aftersight.yaml",
    "aftersight.yml",
    "aftersight.yaml",
];

/// How much of the site can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchLayer {
    /// Nothing but lists.
    None,
    /// Titles, summaries and facets.
    Facets,
    /// Every word.
    Full,
}

impl SearchLayer {
    /// Every layer with its name.
    pub const ALL: [(&'static str, Self); 3] = [
        ("none", Self::None),
        ("facets", Self::Facets),
        ("full", Self::Full),
    ];
}

/// For whom the site is built (FORMAT.md, Editions).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// For the organisation: everything.
    #[default]
    Internal,
    /// For everybody: what each postmortem's `audience` lets out.
    Public,
}

impl Edition {
    /// Every edition with its name.
    pub const ALL: [(&'static str, Self); 2] =
        [("internal", Self::Internal), ("public", Self::Public)];

    /// The word on the command line, in the configuration and for templates.
    pub fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Public => "public",
        }
    }
}

/// What the site is called.
#[derive(Clone, Debug)]
pub struct SiteSettings {
    /// Its name.
    pub title: String,
    /// One line about it.
    pub description: String,
    /// Where it will be published; needed for feeds and the sitemap, which name whole addresses.
    pub base_url: Option<String>,
    /// For whom it is built where the command line does not say.
    pub edition: Edition,
    /// Whether search engines may list its pages.
    pub index: bool,
    /// The page of the repository, where pages lead to change and to discuss a postmortem; else it is where the clone came from.
    pub repository: Option<String>,
}

/// A rule's level, set by the organisation.
#[derive(Clone, Debug)]
pub struct RuleSetting {
    /// The rule's name and where it stands.
    pub name: Spanned<String>,
    /// The level; `None` turns the rule off.
    pub level: Option<Level>,
    /// Why.
    pub because: Option<String>,
}

/// Every setting.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of the postmortems, relative to the repository, with `/`.
    pub postmortems: String,
    /// Globs of files below it that are no postmortems.
    pub ignore: Vec<Spanned<String>>,
    /// The names in use.
    pub conventions: Arc<Conventions>,
    /// Levels set for single rules.
    pub rules: Vec<RuleSetting>,
    /// From when on the rules have their full strength.
    pub ratchet: Ratchet,
    /// Who must agree with a postmortem.
    pub approval: Approval,
    /// What is done about action items.
    pub actions: Actions,
    /// What the site is called.
    pub site: SiteSettings,
    /// A folder whose files replace those of the theme, relative to the repository.
    pub theme: Option<String>,
    /// How much can be searched.
    pub search: SearchLayer,
    /// The file it was read from.
    pub source: Option<Arc<Source>>,
    /// The keys that were set, with their places; everything else is a default.
    origins: Vec<(&'static str, Span)>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            postmortems: "postmortems".into(),
            ignore: Vec::new(),
            conventions: Arc::new(Conventions::default()),
            rules: Vec::new(),
            ratchet: Ratchet::default(),
            approval: Approval::default(),
            actions: Actions::default(),
            site: SiteSettings {
                title: "Postmortems".into(),
                description: "What happened, why, and what was changed afterwards".into(),
                base_url: None,
                edition: Edition::Internal,
                index: false,
                repository: None,
            },
            theme: None,
            search: SearchLayer::Full,
            source: None,
            origins: Vec::new(),
        }
    }
}

impl Config {
    fn note<T>(&mut self, key: &'static str, field: &Field<T>) {
        if let Field::Value(value) = field {
            self.origins.push((key, value.span));
        }
    }

    /// Where a key was set: `path:line`; `None` for a default.
    pub fn origin(&self, key: &str) -> Option<String> {
        let source = self.source.as_ref()?;
        let (_, span) = self.origins.iter().find(|(set, _)| *set == key)?;
        Some(format!(
            "{}:{}",
            source.path(),
            source.position(span.start).line
        ))
    }
}
