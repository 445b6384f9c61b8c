//! Where a postmortem stands on the default branch, proven by the ledger.
//!
//! Owns which record speaks of which postmortem. That the records hold is for [`crate::ledger`] and `approval verify`.

use std::collections::HashMap;

use crate::ledger::Ledger;
use crate::ledger::facts::{Facts, Opinion};
use crate::ledger::record::{Judged, Record};
use crate::ledger::standing::{Approval, Standing};
use crate::ledger::verdict::{Need, State, Weight};
use crate::postmortem::choice::Status;

/// The approvals on record, so that many postmortems are looked up quickly.
#[derive(Clone, Debug, Default)]
pub struct Index<'a> {
    by_id: HashMap<&'a str, Vec<Approved<'a>>>,
    /// Those of postmortems without an id.
    by_path: HashMap<&'a str, Vec<Approved<'a>>>,
}

/// One approval, in the order of the chain.
#[derive(Clone, Copy, Debug)]
struct Approved<'a> {
    record: &'a Record,
    facts: &'a Facts,
    judged: &'a Judged,
    blob: &'a str,
}

impl<'a> Index<'a> {
    /// Takes the approvals from a ledger.
    pub fn new(ledger: &'a Ledger) -> Self {
        let mut index = Self::default();
        let mut records: Vec<&Record> = ledger.records.iter().map(|kept| &kept.record).collect();
        records.sort_by_key(|record| record.sequence);
        for record in records {
            // What came without a pull request was reviewed by nobody, whatever it says.
            let Some(facts) = &record.pull_request else {
                continue;
            };
            for judged in &record.postmortems {
                let Some(blob) = &judged.text.blob else {
                    continue;
                };
                if judged.verdict.state != State::Approved {
                    continue;
                }
                let approved = Approved {
                    record,
                    facts,
                    judged,
                    blob,
                };
                let place = match &judged.text.id {
                    Some(id) => index.by_id.entry(id),
                    None => index.by_path.entry(&judged.text.path),
                };
                place.or_default().push(approved);
            }
        }
        index
    }

    /// The standing of a postmortem by its status, its id, its path and its blob in hex.
    ///
    /// A postmortem with an id is known by it wherever it lies; only one without is known by its path. Whatever was once
    /// approved: what calls itself a draft is one.
    pub fn of(&self, status: Status, id: Option<&str>, path: &str, blob: &str) -> Standing {
        let known = match id {
            Some(id) => self.by_id.get(id),
            None => self.by_path.get(path),
        };
        let known = known.map_or(&[][..], Vec::as_slice);
        let same = known.iter().rev().find(|approved| approved.blob == blob);
        match (status, same, known.last()) {
            (Status::Draft, ..) => Standing::Draft,
            (_, Some(same), _) => Standing::Approved(same.approval()),
            (_, None, Some(earlier)) => Standing::Changed(earlier.approval()),
            (Status::InReview, None, None) => Standing::InReview,
            (Status::Final, None, None) => Standing::Unreviewed,
        }
    }
}

impl Approved<'_> {
    fn approval(&self) -> Approval {
        let verdict = &self.judged.verdict;
        let counts = verdict
            .voices
            .iter()
            .filter(|voice| voice.weight == Weight::Counts && voice.opinion == Opinion::Approved);
        let times = counts.filter_map(|voice| {
            let review = self
                .facts
                .reviews
                .iter()
                .find(|review| review.id == voice.review);
            review.map(|review| review.at)
        });
        let merged = self.facts.merge.as_ref().map(|merge| merge.at);
        let met = verdict.needs.iter().filter(|need| need.missing == 0);
        Approval {
            pull_request: self.facts.number,
            url: self.facts.url.clone(),
            at: times.max().or(merged).unwrap_or(self.record.recorded_at),
            roles: met.map(role).collect(),
            blob: self.blob.into(),
            commit: self.record.commit.clone(),
        }
    }
}

/// A role with its teams: `owner of checkout (@acme/payments)`. People are not named.
fn role(need: &Need) -> String {
    let role = &need.requirement.role;
    let who = need.requirement.who.iter();
    let teams: Vec<&str> = who
        .map(String::as_str)
        .filter(|name| name.contains('/') && !role.contains(name))
        .collect();
    match teams.as_slice() {
        [] => role.clone(),
        teams => format!("{role} ({})", teams.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;

    use super::*;
    use crate::ledger::Kept;
    use crate::ledger::facts::{Merge, Person, Review, Text};
    use crate::ledger::verdict::{Requirement, Verdict, Voice};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    fn judged(id: Option<&str>, path: &str, blob: &str, state: State) -> Judged {
        let voice = |login: &str, review, weight| Voice {
            login: login.into(),
            review,
            opinion: Opinion::Approved,
            weight,
            roles: Vec::new(),
        };
        let need = |role: &str, who: &[&str], missing| Need {
            requirement: Requirement {
                role: role.into(),
                count: 1,
                who: who.iter().map(ToString::to_string).collect(),
            },
            met_by: Vec::new(),
            missing,
        };
        Judged {
            text: Text {
                id: id.map(Into::into),
                path: path.into(),
                blob: Some(blob.into()),
                seen: BTreeMap::new(),
            },
            verdict: Verdict {
                state,
                needs: vec![
                    need("owner of checkout", &["@acme/payments", "@zoe"], 0),
                    need("manager (@acme/leads)", &["@dan"], 0),
                    need("anybody who may write", &[], 1),
                ],
                voices: vec![
                    voice("ada", 1, Weight::Counts),
                    voice("dan", 2, Weight::Counts),
                    voice("ned", 3, Weight::NotNamed),
                ],
            },
        }
    }

    fn kept(number: u64, pull_request: bool, postmortems: Vec<Judged>) -> Kept {
        let by = |id: u64| Person {
            id,
            login: format!("p{id}"),
            bot: false,
        };
        let review = |id: u64| Review {
            id,
            by: by(id),
            opinion: Opinion::Approved,
            at: at(100 + i64::try_from(id).expect("small")),
            commit: "c".into(),
            may_write: true,
        };
        let facts = Facts {
            number,
            url: format!("https://github.example/pull/{number}"),
            author: None,
            branch: "main".into(),
            base: "b".into(),
            head: "c".into(),
            merge: Some(Merge {
                commit: "m".into(),
                at: at(500),
                by: None,
            }),
            contributors: Vec::new(),
            reviews: [1, 2, 3].map(review).into(),
            teams: BTreeMap::new(),
        };
        Kept {
            path: format!("approvals/2026/{number}.json"),
            digest: String::new(),
            record: Record {
                version: 1,
                sequence: number,
                previous: None,
                repository: "acme/postmortems".into(),
                commit: format!("m{number}"),
                pull_request: pull_request.then_some(facts),
                policy: None,
                codeowners: None,
                postmortems,
                recorded_at: at(900),
                tool: "aftersight 0.1.0".into(),
                run: None,
            },
        }
    }

    fn ledger() -> Ledger {
        let approved = State::Approved;
        Ledger {
            // Out of order on purpose.
            records: vec![
                kept(
                    3,
                    true,
                    vec![
                        judged(Some("A"), "a.md", "a3", approved),
                        judged(Some("B"), "b.md", "b3", State::Pending),
                    ],
                ),
                kept(
                    1,
                    true,
                    vec![
                        judged(Some("A"), "a.md", "a1", approved),
                        judged(None, "old.md", "o1", approved),
                    ],
                ),
                kept(
                    4,
                    false,
                    vec![
                        judged(Some("A"), "a.md", "a4", approved),
                        judged(Some("C"), "c.md", "c4", approved),
                    ],
                ),
            ],
            ..Ledger::default()
        }
    }

    #[test]
    fn a_postmortem_stands_where_its_exact_text_was_approved() {
        let ledger = ledger();
        let index = Index::new(&ledger);
        let tell = |status, id, path, blob| match index.of(status, id, path, blob) {
            Standing::Approved(approval) => format!("approved in {}", approval.pull_request),
            Standing::Changed(approval) => format!("changed since {}", approval.pull_request),
            Standing::Unreviewed => "unreviewed".into(),
            Standing::InReview => "in review".into(),
            Standing::Draft => "draft".into(),
        };
        for (status, id, path, blob, expected) in [
            (Status::Final, Some("A"), "a.md", "a3", "approved in 3"),
            // Put back to the text of before: that one was approved, too.
            (Status::Final, Some("A"), "a.md", "a1", "approved in 1"),
            (
                Status::Final,
                Some("A"),
                "moved/a.md",
                "a3",
                "approved in 3",
            ),
            (Status::InReview, Some("A"), "a.md", "a3", "approved in 3"),
            // A push without a pull request approves nothing.
            (Status::Final, Some("A"), "a.md", "a4", "changed since 3"),
            (Status::InReview, Some("A"), "a.md", "a9", "changed since 3"),
            (Status::Draft, Some("A"), "a.md", "a3", "draft"),
            (Status::Draft, Some("A"), "a.md", "a9", "draft"),
            (Status::Final, Some("B"), "b.md", "b3", "unreviewed"),
            (Status::InReview, Some("B"), "b.md", "b3", "in review"),
            (Status::Final, Some("C"), "c.md", "c4", "unreviewed"),
            (Status::Final, None, "old.md", "o1", "approved in 1"),
            (Status::Final, None, "old.md", "o2", "changed since 1"),
            // Another id in the same place is another postmortem.
            (Status::Final, Some("D"), "old.md", "o1", "unreviewed"),
            (Status::Final, None, "a.md", "a3", "unreviewed"),
        ] {
            assert_eq!(
                tell(status, id, path, blob),
                expected,
                "{status:?} {id:?} {path} {blob}"
            );
        }
        let empty = Ledger::default();
        let none = Index::new(&empty).of(Status::Final, Some("A"), "a.md", "a3");
        assert_eq!(none, Standing::Unreviewed);
    }

    #[test]
    fn an_approval_names_roles_and_the_last_moment_that_counted() {
        let ledger = ledger();
        let Standing::Approved(approval) =
            Index::new(&ledger).of(Status::Final, Some("A"), "a.md", "a3")
        else {
            panic!("not approved")
        };
        assert_eq!(
            approval.roles,
            [
                "owner of checkout (@acme/payments)",
                "manager (@acme/leads)"
            ]
        );
        assert_eq!((approval.at, approval.commit.as_str()), (at(102), "m3"));
        assert_eq!(approval.url, "https://github.example/pull/3");
    }
}
