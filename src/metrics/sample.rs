//! A small repository whose figures can be worked out by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Figures, Findings, Input, Lives, Written};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::ledger::standing::Standing;
use crate::source::Source;
use crate::tracker::item::{Item, State};

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

/// Everything that figures are made from, as owned values.
pub(super) struct Sample {
    pub(super) files: Vec<(String, String)>,
    pub(super) config: Config,
    pub(super) now: Timestamp,
    pub(super) old: BTreeSet<String>,
    pub(super) written: Option<BTreeMap<String, Written>>,
    pub(super) standings: Option<BTreeMap<String, Standing>>,
    pub(super) findings: Option<BTreeMap<String, Findings>>,
    pub(super) items: Vec<Item>,
    pub(super) lives: Option<Lives>,
    pub(super) tracked: bool,
    pub(super) mean: bool,
}

impl Sample {
    pub(super) fn new() -> Self {
        Self {
            files: Vec::new(),
            config: Config::default(),
            now: at("2026-11-15T12:00:00Z"),
            old: BTreeSet::new(),
            written: Some(BTreeMap::new()),
            standings: None,
            findings: Some(BTreeMap::new()),
            items: Vec::new(),
            lives: None,
            tracked: true,
            mean: false,
        }
    }

    /// Adds a postmortem with this front matter beside its id, which is that of the path.
    pub(super) fn add(&mut self, id: &str, front: &str) -> &mut Self {
        let text = format!("---\nid: {id}\ntitle: {id}\n{front}\n---\n# {id}\n");
        self.files.push((format!("postmortems/{id}.md"), text));
        self
    }

    pub(super) fn figures(&self) -> Figures {
        let sources = self.files.iter();
        let sources = sources.map(|(path, text)| Source::new(path, text.clone()));
        let conventions = Arc::clone(&self.config.conventions);
        let corpus = Corpus::new(sources.collect(), conventions);
        Figures::new(&Input {
            corpus: &corpus,
            config: &self.config,
            now: self.now,
            old: &self.old,
            written: self.written.as_ref(),
            unwritten: "this is a shallow clone",
            standings: self.standings.as_ref(),
            findings: self.findings.as_ref(),
            items: &self.items,
            lives: self.lives.as_ref(),
            tracked: self.tracked,
            mean: self.mean,
        })
    }
}

/// An action item.
pub(super) fn item(id: &str, state: State, due: &str, since: &str) -> Item {
    Item {
        id: id.into(),
        state,
        since: (!since.is_empty()).then(|| at(since)),
        overdue_days: 0,
        due: (!due.is_empty()).then(|| due.parse().expect("a day")),
        priority: Some("P1".into()),
        kind: Some("prevent"),
        owner: Some("@ada".into()),
        team: Some("@acme/web".into()),
        service: Some("checkout".into()),
        issue: Some(7),
        elsewhere: None,
        action: "Do it".into(),
        reason: None,
        path: Some("postmortems/INC-1.md".into()),
    }
}

/// The moments of an incident on one day of 2026: what is empty is left out.
pub(super) fn times(day: &str, started: &str, detected: &str, resolved: &str) -> String {
    let mut text = String::from("incident:");
    for (key, clock) in [
        ("started", started),
        ("detected", detected),
        ("resolved", resolved),
    ] {
        match clock {
            "" => {}
            "unknown" => text += &format!("\n  {key}: unknown"),
            clock => text += &format!("\n  {key}: 2026-{day}T{clock}:00Z"),
        }
    }
    if text == "incident:" {
        return "tags: []".into();
    }
    text
}
