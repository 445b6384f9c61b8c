//! A postmortem as lists know it: its address, what it is sorted by, and one small row.
//!
//! Owns what a row says. Lists, feeds and the search are made from these alone, never from whole documents.

use jiff::Timestamp;
use serde::Serialize;

use super::link::{Slugs, encode};
use super::{Dates, approval, when};
use crate::ledger::standing::Standing;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::{Kind, Status};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::id::folder;

/// The longest summary of a row, in characters.
const SUMMARY: usize = 220;

/// A word for programs and the same for people.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Word {
    /// Stable; also part of class names.
    pub(super) key: &'static str,
    /// For people.
    pub(super) label: &'static str,
}

/// A severity with its strength.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Severity {
    /// Its name.
    pub(super) name: String,
    /// 4 for the most severe, 1 for the least.
    pub(super) level: usize,
}

/// What one line of a list shows.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// The id; the file's name where there is none.
    pub(super) id: String,
    /// The title.
    pub(super) title: String,
    /// The page's address, below the root.
    pub(super) url: String,
    /// One sentence.
    pub(super) summary: String,
    /// How severe.
    pub(super) severity: Option<Severity>,
    /// How far the writing is.
    pub(super) status: Word,
    /// What the ledger proves; none without a ledger.
    pub(super) approval: Option<Word>,
    /// What kind of event.
    pub(super) kind: Word,
    /// What was affected.
    pub(super) services: Vec<String>,
    /// The day it began.
    pub(super) date: Option<String>,
    /// The day it began, `2026-10-10`.
    pub(super) date_iso: Option<String>,
    /// How long it lasted.
    pub(super) duration: Option<String>,
}

/// A postmortem of the site.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// The whole of it.
    pub(super) postmortem: &'a Postmortem,
    /// When its file was committed.
    pub(super) dates: Option<Dates>,
    /// The folder of its page.
    pub(super) slug: String,
    /// The output path of its page.
    pub(super) path: String,
    /// What lists show.
    pub(super) row: Row,
    /// The year it belongs to.
    pub(super) year: Option<i16>,
    /// Whether its front matter cannot be read: then only its own page speaks of it.
    pub(super) broken: bool,
}

impl<'a> Entry<'a> {
    /// Writes the row; `slug` is its own.
    pub(super) fn new(
        postmortem: &'a Postmortem,
        dates: Option<Dates>,
        standing: Option<&Standing>,
        conventions: &Conventions,
        slug: String,
    ) -> Self {
        let approval = standing.map(approval::word);
        let path = format!("postmortems/{slug}/index.html");
        let started = postmortem.started();
        Self {
            row: Row {
                approval,
                ..row(postmortem, encode(&path), conventions)
            },
            year: started.or(dates.map(|dates| dates.created)).map(when::year),
            broken: !postmortem.readable || postmortem.id().is_none(),
            postmortem,
            dates,
            slug,
            path,
        }
    }

    /// Its id, where this is the page that the id leads to: of two postmortems with one id, one has it.
    pub(super) fn own_id(&self) -> Option<&'a str> {
        let id = self.postmortem.id();
        id.filter(|id| folder(id) == self.slug)
    }

    /// What lists are sorted by: the newest first, those without a known start at the top.
    pub(super) fn order(&self) -> (std::cmp::Reverse<Timestamp>, &str) {
        let known = self
            .postmortem
            .started()
            .or(self.dates.map(|dates| dates.created));
        (
            std::cmp::Reverse(known.unwrap_or(Timestamp::MAX)),
            self.postmortem.path(),
        )
    }
}

/// A free address for a postmortem.
pub(super) fn slug(postmortem: &Postmortem, slugs: &mut Slugs) -> String {
    match postmortem.id() {
        Some(id) => slugs.take_id(id),
        None => slugs.take(stem(postmortem.path())),
    }
}

/// How severe a severity is, with bars to fill.
pub(super) fn severity(name: &str, conventions: &Conventions) -> Severity {
    let steps = conventions.severities.len().saturating_sub(1).max(1);
    let rank = conventions.rank(name).unwrap_or(steps).min(steps);
    Severity {
        name: name.into(),
        level: 4 - (rank * 6 + steps) / (steps * 2),
    }
}

/// The word for a status.
pub(super) fn status(status: Status) -> Word {
    let label = match status {
        Status::Draft => "Draft",
        Status::InReview => "In review",
        Status::Final => "Final",
    };
    Word {
        key: status.name(),
        label,
    }
}

/// The word for a kind of event.
pub(super) fn kind(kind: Kind) -> Word {
    let label = match kind {
        Kind::Incident => "Incident",
        Kind::NearMiss => "Near miss",
        Kind::Security => "Security incident",
        Kind::ThirdParty => "Third-party incident",
    };
    Word {
        key: kind.name(),
        label,
    }
}

fn row(postmortem: &Postmortem, url: String, conventions: &Conventions) -> Row {
    let front = &postmortem.front;
    let (started, resolved) = (postmortem.started(), front.incident.resolved.known());
    Row {
        id: postmortem
            .id()
            .unwrap_or_else(|| stem(postmortem.path()))
            .into(),
        title: postmortem.title().replace(" %", "\u{a0}%"),
        url,
        summary: summary(postmortem),
        severity: front.severity.get().map(|name| severity(name, conventions)),
        status: status(postmortem.status()),
        approval: None,
        kind: kind(postmortem.kind()),
        services: front
            .services
            .items()
            .iter()
            .map(|name| name.value.clone())
            .collect(),
        date: started.map(when::day),
        date_iso: started.map(when::iso_day),
        duration: started
            .zip(resolved)
            .and_then(|(from, to)| when::between(from, *to)),
    }
}

/// The first sentence of the summary.
fn summary(postmortem: &Postmortem) -> String {
    let paragraph = &postmortem.summary;
    // What is still to be written says nothing yet.
    match paragraph.trim_start().starts_with("TODO") {
        true => String::new(),
        false => first_sentence(paragraph),
    }
}

fn first_sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let ends = text.match_indices(['.', '!', '?']).map(|(at, _)| at + 1);
    let begins = |rest: &str| {
        rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || "`\"“".contains(c))
    };
    // `e.g.` and initials end no sentence.
    let short = |before: &str| {
        let word = before.rsplit(' ').next().unwrap_or_default();
        word.len() < 2 || word.contains('.')
    };
    let whole = |at: &usize| {
        let begins = text[*at..].strip_prefix(' ').is_some_and(begins);
        begins && text[..*at].chars().count() > 24 && !short(&text[..*at - 1])
    };
    let sentence = ends
        .into_iter()
        .find(whole)
        .map_or(text.as_str(), |end| &text[..end]);
    when::shortened(sentence, SUMMARY).replace(" %", "\u{a0}%")
}

/// The name of a postmortem's file, or of its folder.
fn stem(path: &str) -> &str {
    let path = path
        .strip_suffix("/index.md")
        .or(path.strip_suffix(".md"))
        .unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_one_sentence() {
        let text =
            "On 12 November\ncheckout failed for e.g. 3.5 % of orders. A release had raised it.";
        assert_eq!(
            first_sentence(text),
            "On 12 November checkout failed for e.g. 3.5\u{a0}% of orders."
        );
        let long = first_sentence(&"word ".repeat(100));
        assert!(long.ends_with("word…") && long.chars().count() <= SUMMARY + 1);
    }

    #[test]
    fn bars_follow_the_rank() {
        let levels = |names: &[&str]| {
            let conventions = Conventions {
                severities: names.iter().map(ToString::to_string).collect(),
                ..Conventions::default()
            };
            names
                .iter()
                .map(|name| severity(name, &conventions).level)
                .collect::<Vec<_>>()
        };
        assert_eq!(levels(&["sev1", "sev2", "sev3", "sev4"]), [4, 3, 2, 1]);
        assert_eq!(levels(&["critical", "major", "minor"]), [4, 2, 1]);
        assert_eq!(levels(&["only"]), [4]);
    }

    #[test]
    fn a_folder_names_its_postmortem() {
        assert_eq!(
            stem("postmortems/2026-10-10-pool/index.md"),
            "2026-10-10-pool"
        );
        assert_eq!(stem("postmortems/a.md"), "a");
    }
}
