//! The rules: each finds one kind of flaw, and its page says what, why and how to mend it.
//!
//! Owns what a rule is and the one list of them. Which level applies, and what is allowed, is for `check`.
//! A rule is `<group>/<rule_name>.rs` with `<rule_name>.md` beside it; the page is what `explain` prints and what the
//! tests execute (`tests/rule_pages.rs`).

pub mod actions;
pub mod allow;
pub mod analysis;
pub mod confidentiality;
pub mod context;
pub mod identity;
pub mod impact;
pub mod language;
mod length;
pub mod links;
pub mod process;
pub mod sections;
pub mod timeline;

use std::sync::Arc;

use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::source::Source;
pub use context::Context;

/// What a rule is about. The order is the order of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Who and what a postmortem is: front matter, ids, names, times.
    Identity,
    /// Which sections are there and whether they say something.
    Sections,
    /// The timeline.
    Timeline,
    /// What the incident did, in figures.
    Impact,
    /// How deep the search for causes went.
    Analysis,
    /// The action items.
    Actions,
    /// Wording that reads as blame.
    Language,
    /// Whether the postmortem was written, met about and finished in time.
    Process,
    /// Links, images and earlier postmortems.
    Links,
    /// What must not be published.
    Confidentiality,
    /// Allowances.
    Allow,
}

impl Group {
    /// The folder of its rules, and its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Sections => "sections",
            Self::Timeline => "timeline",
            Self::Impact => "impact",
            Self::Analysis => "analysis",
            Self::Actions => "actions",
            Self::Language => "language",
            Self::Process => "process",
            Self::Links => "links",
            Self::Confidentiality => "confidentiality",
            Self::Allow => "allow",
        }
    }
}

/// A text that asks for a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// The postmortem skill guide.
    S1,
    /// The postmortem writing guide.
    S2,
    /// The notes on postmortem culture.
    S3,
    /// The incident post-mortem handbook.
    S4,
    /// The incident postmortem template.
    S5,
    /// The Site Reliability Workbook, chapter 10.
    Workbook,
    /// The file format itself.
    Format,
}

impl Seed {
    /// How the source is named on rule pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::S1 => "S1",
            Self::S2 => "S2",
            Self::S3 => "S3",
            Self::S4 => "S4",
            Self::S5 => "S5",
            Self::Workbook => "SRE Workbook",
            Self::Format => "FORMAT",
        }
    }
}

/// Findings with the file each stands in.
pub type CorpusFindings = Vec<(Arc<Source>, Finding)>;

/// How a rule looks.
#[derive(Clone, Copy)]
pub enum Check {
    /// At one postmortem.
    Postmortem(fn(&Postmortem, &Context<'_>, &mut Vec<Finding>)),
    /// At all of them together.
    Corpus(fn(&Corpus, &Context<'_>, &mut CorpusFindings)),
    /// Nowhere: the check itself tells it, since only it knows what was allowed.
    Allowances,
}

/// One rule.
pub struct Rule {
    /// What is wrong, in words joined by `-`; the key for configuration, allow and explain.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// Its weight at full strength.
    pub level: Level,
    /// The version of the tool that brought it.
    pub version: &'static str,
    /// Who asks for it.
    pub sources: &'static [Seed],
    /// What `explain` prints.
    pub page: &'static str,
    /// How it looks.
    pub check: Check,
}

impl Rule {
    /// Where the page is published.
    pub fn url(&self) -> String {
        let repository = env!("CARGO_PKG_REPOSITORY");
        let file = self.name.replace('-', "_");
        format!(
            "{repository}/blob/main/src/rules/{}/{file}.md",
            self.group.name()
        )
    }

    /// Whether what the rule looks at was gathered: without it, that it finds nothing says nothing.
    pub fn can_look(&self, context: &Context<'_>) -> bool {
        match (self.group, self.name) {
            (_, "vanished-action") => context.base.is_some(),
            (_, "ledger-disagreement") => context.tracked.is_some(),
            (_, "broken-link" | "missing-image") => context.surroundings.is_some(),
            (Group::Process, _) => context.history.is_some(),
            _ => true,
        }
    }

    /// The text below a heading of the page; empty where there is none.
    pub fn section(&self, heading: &str) -> &'static str {
        let mut parts = self.page.split("\n## ");
        let text = parts.find_map(|part| part.strip_prefix(heading)?.strip_prefix('\n'));
        text.unwrap_or_default().trim()
    }

    /// The first sentence of *What*, in one line.
    pub fn summary(&self) -> String {
        let what = self.section("What");
        let paragraph = what.split("\n\n").next().unwrap_or_default();
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = line.find(". ").map_or(line.len(), |at| at + 1);
        line[..end].trim_end_matches('.').to_string()
    }
}

/// Every rule, in the order of the catalogue.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    const GROUPS: [&[&Rule]; 11] = [
        identity::RULES,
        sections::RULES,
        timeline::RULES,
        impact::RULES,
        analysis::RULES,
        actions::RULES,
        language::RULES,
        process::RULES,
        links::RULES,
        confidentiality::RULES,
        allow::RULES,
    ];
    GROUPS.into_iter().flatten().copied()
}

/// The rule with this name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.name == name)
}
