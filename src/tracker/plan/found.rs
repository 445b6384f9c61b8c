//! Which issue is an item's.
//!
//! The ledger's number counts, else the hidden name in an issue that we opened: everybody can write such a name.

use std::collections::BTreeMap;

use super::super::{Accounts, Fate, Issue, Key, Ledger, Reason, block};
use super::{Change, Planner};

/// What there is of an item in the tracker.
pub(super) enum Found<'a> {
    /// Its issue.
    Issue(&'a Issue),
    /// An issue that was not listed, so that it did not change.
    Unlisted(u64),
    /// Its issue was deleted.
    Deleted(u64),
    /// Its issue was moved.
    Moved(u64, &'a str),
    /// Perhaps an issue that is not listed yet, or one that has to be looked at first.
    Unclear,
    /// Nothing.
    Nothing,
}

/// Whose each number in the ledger is; the first of several.
pub(super) fn bound(known: &Ledger) -> BTreeMap<u64, &Key> {
    let mut bound = BTreeMap::new();
    for (key, known) in known {
        if let Some(number) = known.issue {
            bound.entry(number).or_insert(key);
        }
    }
    bound
}

/// The issues of ours whose number nobody has in the ledger, by the name they carry, lowest number first.
pub(super) fn claims<'a>(
    known: &Ledger,
    issues: &'a [Issue],
    us: &Accounts,
) -> BTreeMap<Key, Vec<&'a Issue>> {
    let bound = bound(known);
    let mut claims: BTreeMap<Key, Vec<&Issue>> = BTreeMap::new();
    for issue in issues {
        let is_ours = issue.author.is_some_and(|author| us.contains(&author));
        if !is_ours || bound.contains_key(&issue.number) {
            continue;
        }
        if let Some(key) = block::marked(&issue.body) {
            claims.entry(key).or_default().push(issue);
        }
    }
    // A twin that was closed once is no news, unless somebody opened it again.
    claims.retain(|key, issues| {
        let previous = known.get(key).map(|known| known.previous.as_slice());
        let previous = previous.unwrap_or_default();
        issues.retain(|issue| issue.closed.is_none() || !previous.contains(&issue.number));
        issues.sort_by_key(|issue| issue.number);
        issues.dedup_by_key(|issue| issue.number);
        !issues.is_empty()
    });
    claims
}

impl<'a> Planner<'a> {
    /// Finds an item's issue, and the numbers that are its issue no more; twins are closed as duplicates.
    pub(super) fn find(&mut self, key: &Key) -> (Found<'a>, Vec<u64>) {
        let known = self.known.get(key);
        let mut previous = known.map_or_else(Vec::new, |known| known.previous.clone());
        let mut candidates = self.claims.get(key).cloned().unwrap_or_default();
        let number = known.and_then(|known| known.issue);
        let number = number.filter(|number| self.bound.get(number) == Some(&key));
        let mut own = None;
        if let Some(number) = number {
            match (self.issues.get(&number), self.gone.get(&number)) {
                (Some(issue), _) => {
                    own = Some(*issue);
                    candidates.push(issue);
                }
                (None, Some(fate)) if candidates.is_empty() => {
                    let found = match fate {
                        Fate::Gone => Found::Deleted(number),
                        Fate::Moved(place) => Found::Moved(number, place),
                    };
                    return (found, previous);
                }
                (None, Some(_)) => add(&mut previous, number),
                (None, None) if candidates.is_empty() => {
                    return (Found::Unlisted(number), previous);
                }
                (None, None) => {
                    self.out.look.insert(number);
                    return (Found::Unclear, previous);
                }
            }
        }
        let Some(kept) = keep(&candidates, own) else {
            let intent = known.and_then(|known| known.intent);
            let young = intent.is_some_and(|at| self.now.duration_since(at) < self.settings.settle);
            let found = if young {
                Found::Unclear
            } else {
                Found::Nothing
            };
            return (found, previous);
        };
        for twin in candidates {
            if twin.number != kept.number {
                add(&mut previous, twin.number);
                self.duplicate(key, twin, kept.number);
            }
        }
        previous.retain(|number| *number != kept.number);
        if number != Some(kept.number) {
            self.out.adopt.push(Change::Adopt {
                key: key.clone(),
                number: kept.number,
            });
        }
        (Found::Issue(kept), previous)
    }

    fn duplicate(&mut self, key: &Key, twin: &Issue, of: u64) {
        if twin.closed.is_some() {
            return;
        }
        let number = twin.number;
        if twin.locked {
            self.note(
                key,
                format!(
                    "its twin #{number} is locked, so that nothing could be said: a twin of #{of}"
                ),
            );
        } else {
            self.out.twins.push(Change::Comment {
                key: key.clone(),
                number,
                // Opened again, it is closed again, and not without a word.
                mark: format!("<!-- aftersight:said {key} twin {of} {} -->", self.today),
                text: format!("This was opened twice; #{of} is the one that is followed."),
            });
        }
        self.out.twins.push(Change::Close {
            key: key.clone(),
            number,
            reason: Reason::Duplicate,
        });
    }
}

/// The issue that stays: the ledger's own if it is done, else the lowest that is open, else the ledger's own, else the lowest
/// that is done. What is open is never given up for what somebody closed as one too many.
fn keep<'a>(candidates: &[&'a Issue], own: Option<&'a Issue>) -> Option<&'a Issue> {
    let lowest = |wanted: fn(&Issue) -> bool| {
        let fit = candidates.iter().copied().filter(|issue| wanted(issue));
        fit.min_by_key(|issue| issue.number)
    };
    own.filter(|own| own.closed == Some(Reason::Completed))
        .or_else(|| lowest(|issue| issue.closed.is_none()))
        .or(own)
        .or_else(|| lowest(|issue| issue.closed == Some(Reason::Completed)))
        .or_else(|| lowest(|_| true))
}

/// Adds a number that is not there yet.
pub(super) fn add(numbers: &mut Vec<u64>, number: u64) {
    if !numbers.contains(&number) {
        numbers.push(number);
        numbers.sort_unstable();
    }
}
