//! The postmortems that a pull request changes, and whom the policy asks about each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::places::Places;
use super::snapshot::{Law, Snapshots};
use crate::approval::policy;
use crate::error::Error;
use crate::ledger::verdict::Requirement;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Status;
use crate::source::Source;

/// A postmortem, before it is judged.
#[cfg_attr(
    not(feature = "github"),
    expect(dead_code, reason = "the proof from a clone needs less than a record")
)]
pub(super) struct Candidate {
    /// Its path.
    pub(super) path: String,
    /// Its blob; none where the file is gone.
    pub(super) blob: Option<String>,
    /// Its id, where it has one.
    pub(super) id: Option<String>,
    /// What it says about itself.
    pub(super) status: Status,
    /// Whether that asks for an approval.
    pub(super) required: bool,
    /// Whom the policy asks.
    pub(super) requirements: Vec<Requirement>,
}

/// The postmortems among files that are other than at `base`; one that only has another name is one, not two.
pub(super) fn of(
    files: &BTreeMap<String, Option<String>>,
    base: &str,
    law: &Law,
    places: &Places,
    snapshots: &Snapshots<'_>,
) -> Result<Vec<Candidate>, Error> {
    let read = |path: &str, blob: &str| -> Result<Postmortem, Error> {
        let source = Source::from_bytes(path, snapshots.blob(blob)?);
        Ok(Postmortem::parse(Arc::new(source), &law.config.conventions))
    };
    let mut old = BTreeMap::new();
    let mut new = BTreeMap::new();
    for (path, blob) in files {
        if !places.have(path) {
            continue;
        }
        if let Some(blob) = snapshots.file(base, path)? {
            let postmortem = read(path, &blob)?;
            old.insert(path.as_str(), (blob, postmortem));
        }
        if let Some(blob) = blob {
            new.insert(path.as_str(), (blob.clone(), read(path, blob)?));
        }
    }
    let mut candidates = Vec::new();
    for (path, (blob, postmortem)) in &new {
        let before = old.remove(path).or_else(|| {
            let same = |(before, other): &(String, Postmortem)| {
                before == blob || postmortem.id().is_some() && other.id() == postmortem.id()
            };
            let from = old
                .iter()
                .find(|(from, other)| !new.contains_key(*from) && same(other));
            let from = *from?.0;
            old.remove(from)
        });
        let former = before.as_ref().map(|(_, before)| asks(law, before));
        // What was more than a draft does not leave everybody's eyes by calling itself one.
        let was_required = before.as_ref().is_some_and(|(_, before)| required(before));
        candidates.push(Candidate {
            path: (*path).into(),
            blob: Some(blob.clone()),
            id: postmortem.id().map(String::from),
            status: postmortem.status(),
            required: was_required || required(postmortem),
            requirements: policy::merged(former.unwrap_or_default(), asks(law, postmortem)),
        });
    }
    for (path, (_, postmortem)) in old.iter().filter(|(path, _)| !new.contains_key(*path)) {
        candidates.push(Candidate {
            path: (*path).into(),
            blob: None,
            id: postmortem.id().map(String::from),
            status: postmortem.status(),
            required: required(postmortem),
            requirements: asks(law, postmortem),
        });
    }
    Ok(candidates)
}

/// Whether a text asks for an approval; one that nobody can read says nothing about its status.
fn required(postmortem: &Postmortem) -> bool {
    postmortem.status() != Status::Draft || !postmortem.readable
}

/// Whom the policy asks about a text.
fn asks(law: &Law, postmortem: &Postmortem) -> Vec<Requirement> {
    policy::requirements(&law.config, law.owners.as_ref(), postmortem)
}
