//! What an issue should say, and whether it has to be written.

use std::collections::BTreeSet;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::super::block::{self, Places};
use super::super::labels;
use super::super::promise::Promise;
use super::{Change, Issue, Key, Known, Planner};
use crate::postmortem::people::Party;

/// What we write to an issue.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) title: String,
    /// The block alone; a new issue may say more around it.
    pub(super) block: String,
    pub(super) body: String,
    pub(super) labels: BTreeSet<String>,
    pub(super) assignees: Vec<String>,
}

impl Text {
    pub(super) fn new(title: String, block: String) -> Self {
        Self {
            title,
            body: block.clone(),
            block,
            labels: BTreeSet::from([labels::OURS.to_string()]),
            assignees: Vec::new(),
        }
    }

    /// The text of a promise, with what its state adds to the labels.
    pub(super) fn of(promise: &Promise, places: &Places, unassignable: &BTreeSet<String>) -> Self {
        let mut text = Self::new(block::title(promise), block::render(promise, places));
        text.labels = labels::of(promise);
        match &promise.owner {
            Some(Party::User(login)) if !unassignable.contains(&login.to_lowercase()) => {
                text.assignees.push(login.clone());
            }
            // A team cannot be assigned, but is accountable all the same.
            Some(Party::Team(_)) => {}
            _ => {
                text.labels.insert(labels::NEEDS_OWNER.into());
            }
        }
        text
    }

    /// The SHA-256 of what is written, in hex, without what alone is no reason to write.
    pub(super) fn digest(&self) -> String {
        let block = block::comparable(&self.block);
        let value = json!([self.title, block, self.labels, self.assignees]);
        let hash = Sha256::digest(value.to_string());
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// All labels of an issue when ours are these: those of people stay.
pub(super) fn labelled(issue: &Issue, ours: &BTreeSet<String>) -> Option<Vec<String>> {
    let has = |name: &String| {
        issue
            .labels
            .iter()
            .any(|label| labels::is_same(label, name))
    };
    let strange = |label: &&String| {
        labels::is_ours(label) && !ours.iter().any(|name| labels::is_same(name, label))
    };
    if ours.iter().all(has) && !issue.labels.iter().any(|label| strange(&label)) {
        return None;
    }
    let theirs = issue.labels.iter().filter(|label| !labels::is_ours(label));
    Some(ours.iter().chain(theirs).cloned().collect())
}

impl Planner<'_> {
    /// Brings an issue to what it should say, if that has changed since it was last written, or people broke our block.
    pub(super) fn write(&mut self, key: &Key, issue: &Issue, text: &Text, known: &mut Known) {
        let digest = text.digest();
        let same = known.written.as_ref() == Some(&digest);
        let mut body = None;
        if !block::holds(&issue.body, &text.block) {
            body = block::splice(&issue.body, &text.block);
            if body.is_none() {
                self.note(
                    key,
                    format!("the body of #{} has no room left for it", issue.number),
                );
            }
        }
        let labels = if same {
            let ours = issue.labels.iter().filter(|label| labels::is_ours(label));
            let mut ours: BTreeSet<String> = ours.cloned().collect();
            ours.insert(labels::OURS.into());
            labelled(issue, &ours)
        } else {
            labelled(issue, &text.labels)
        };
        let title = (!same && issue.title != text.title).then(|| text.title.clone());
        let assigned = |login: &String| {
            let mut assignees = issue.assignees.iter();
            assignees.any(|assignee| assignee.eq_ignore_ascii_case(login))
        };
        let assignees = !same && !text.assignees.iter().all(assigned);
        let assignees = assignees.then(|| text.assignees.clone());
        known.written = Some(digest);
        if title.is_some() || body.is_some() || labels.is_some() || assignees.is_some() {
            self.out.updates.push(Change::Update {
                key: key.clone(),
                number: issue.number,
                title,
                body,
                labels,
                assignees,
            });
        }
    }

    /// Sets or takes away single labels of ours, and leaves everything else.
    pub(super) fn relabel(&mut self, key: &Key, issue: &Issue, add: &[&str], remove: &[&str]) {
        let ours = issue.labels.iter().filter(|label| labels::is_ours(label));
        let mut ours: BTreeSet<String> = ours.cloned().collect();
        ours.retain(|label| !remove.iter().any(|name| name.eq_ignore_ascii_case(label)));
        ours.extend(add.iter().map(ToString::to_string));
        if let Some(labels) = labelled(issue, &ours) {
            self.out.updates.push(Change::Update {
                key: key.clone(),
                number: issue.number,
                title: None,
                body: None,
                labels: Some(labels),
                assignees: None,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::block::tests::promise;
    use super::*;

    fn digest(places: &Places, commit: &str) -> String {
        let mut promise = promise();
        promise.commit = commit.into();
        Text::of(&promise, places, &BTreeSet::new()).digest()
    }

    /// A clone knows no server and a pull request's commit is none that stays: neither may look like a change.
    #[test]
    fn where_the_repository_is_makes_no_difference() {
        let plain = Places::default();
        let placed = Places {
            repository: Some("https://github.com/acme/postmortems".into()),
            ..Places::default()
        };
        assert_eq!(digest(&plain, ""), digest(&placed, "abc"));
        assert_eq!(digest(&placed, "def"), digest(&placed, "abc"));
        let published = Places {
            site: Some("https://example.org".into()),
            ..Places::default()
        };
        assert_ne!(digest(&plain, ""), digest(&published, ""));
    }
}
