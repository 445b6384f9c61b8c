//! What becomes of one item: the file, the ledger and its issue held against each other.

use super::super::block;
use super::super::digest::{Entry, Why};
use super::super::labels::{NEEDS_DECISION, NEEDS_OWNER, ORPHANED, OURS};
use super::super::ladder::LAST;
use super::super::promise::{Promise, Wanted, own_number};
use super::super::{Issue, ItemState, Key, Known, Reason};
use super::found::{Found, add};
use super::overdue::told;
use super::text::Text;
use super::{Change, Planner};
use crate::postmortem::people::Party;

impl<'a> Planner<'a> {
    /// An item that a file names.
    pub(super) fn promised(&mut self, promise: &Promise) {
        let key = &promise.key;
        let (found, previous) = self.find(key);
        let wanted = match &promise.wanted {
            // A row that names our own issue only says where it is.
            Wanted::Elsewhere(place) if self.is_own(place, &found, &previous) => &Wanted::Open,
            wanted => wanted,
        };
        let after = match (wanted, found) {
            (_, Found::Unclear) => {
                self.note(
                    key,
                    "waits, for its issue may be there and not be listed yet",
                );
                return self.keep(key);
            }
            (_, Found::Moved(number, place)) => Some(self.moved(key, number, place)),
            (Wanted::Past, Found::Issue(issue)) => {
                // Nobody asks for a decision on what is past.
                let state = match issue.closed {
                    None => ItemState::Open,
                    Some(Reason::Completed) => ItemState::Done,
                    Some(Reason::NotPlanned | Reason::Duplicate) => ItemState::Dropped,
                };
                Some(self.adopted(key, issue, state))
            }
            (Wanted::Waiting | Wanted::Past, found) => self.waiting(key, found),
            (Wanted::Open, found) => return self.open(promise, found, previous),
            (Wanted::Dropped(_) | Wanted::Elsewhere(_), found) => {
                self.settled(promise, wanted, found)
            }
        };
        if let Some(mut after) = after {
            remember(&mut after, &previous);
            self.out.after.insert(key.clone(), after);
        }
    }

    /// An item that no file names.
    pub(super) fn unpromised(&mut self, key: &Key) {
        let (found, previous) = self.find(key);
        let known = self.known.get(key);
        let state = known.map_or(ItemState::Open, |known| known.state);
        let mut after = match found {
            // One that was never created needs no decision.
            Found::Nothing if known.is_some_and(|known| known.intent.is_some()) => {
                if let Some(rest) = self.unannounced(key) {
                    self.out.after.insert(key.clone(), rest);
                }
                return;
            }
            Found::Nothing | Found::Unclear => return self.keep(key),
            Found::Moved(number, place) => self.moved(key, number, place),
            Found::Deleted(number) => {
                let mut after = self.becomes(key, ItemState::Dropped);
                after.issue = None;
                add(&mut after.previous, number);
                after
            }
            Found::Unlisted(number) => {
                if self.settings.complete
                    && matches!(state, ItemState::Open | ItemState::NeedsDecision)
                {
                    self.out.look.insert(number);
                }
                if state == ItemState::Orphaned {
                    self.attend(None, key, number, Why::Orphaned);
                }
                return self.keep(key);
            }
            Found::Issue(issue) if !self.settings.complete => {
                self.note(key, "is in no file, but some files could not be read");
                self.adopted(key, issue, state)
            }
            Found::Issue(issue) => self.orphan(key, issue, state),
        };
        remember(&mut after, &previous);
        self.out.after.insert(key.clone(), after);
    }

    fn orphan(&mut self, key: &Key, issue: &Issue, state: ItemState) -> Known {
        if let Some(reason) = issue.closed {
            let ended = match reason {
                Reason::Completed => ItemState::Done,
                Reason::NotPlanned | Reason::Duplicate => ItemState::Dropped,
            };
            return self.adopted(key, issue, ended);
        }
        let mut after = self.adopted(key, issue, ItemState::Orphaned);
        if state == ItemState::Orphaned {
            self.relabel(key, issue, &[OURS], &[]);
        } else {
            after.written = None;
            self.relabel(key, issue, &[OURS, ORPHANED], &[]);
            let text = "No postmortem promises this any more. Close it, or put its row back; nothing else will happen to it.";
            self.say(key, issue, "orphaned", text);
        }
        self.attend(None, key, issue.number, Why::Orphaned);
        after
    }

    /// An item with this issue, in this state.
    fn adopted(&self, key: &Key, issue: &Issue, state: ItemState) -> Known {
        let mut after = self.becomes(key, state);
        after.follow(issue.number);
        after
    }

    /// An item whose issue is in another repository now: it is followed there, and has no issue here.
    fn moved(&self, key: &Key, number: u64, place: &str) -> Known {
        let mut after = self.becomes(key, ItemState::Elsewhere);
        (after.issue, after.intent, after.written) = (None, None, None);
        add(&mut after.previous, number);
        after.elsewhere = Some(place.into());
        after
    }

    fn is_own(&self, place: &str, found: &Found<'_>, previous: &[u64]) -> bool {
        let Some(number) = own_number(place, &self.settings.repository) else {
            return false;
        };
        let own = match found {
            Found::Issue(issue) => Some(issue.number),
            Found::Unlisted(own) | Found::Deleted(own) | Found::Moved(own, _) => Some(*own),
            Found::Unclear | Found::Nothing => None,
        };
        own == Some(number) || previous.contains(&number)
    }

    /// The postmortem is not final: what is there stays as it is.
    fn waiting(&self, key: &Key, found: Found<'_>) -> Option<Known> {
        match found {
            Found::Issue(issue) => {
                let known = self.known.get(key);
                let state = known.map_or(ItemState::Open, |known| known.state);
                Some(self.adopted(key, issue, state))
            }
            // An announcement that came to nothing is not looked for any longer.
            Found::Nothing => self.unannounced(key),
            _ => self.known.get(key).cloned(),
        }
    }

    /// What is left to know of an item whose announced issue was never opened.
    fn unannounced(&self, key: &Key) -> Option<Known> {
        let mut known = self.known.get(key).cloned()?;
        let is_nothing = known.intent.take().is_some() && known.previous.is_empty();
        (!is_nothing).then_some(known)
    }

    /// The file wants an issue.
    fn open(&mut self, promise: &Promise, found: Found<'a>, mut previous: Vec<u64>) {
        let key = &promise.key;
        let state = self.known.get(key).map(|known| known.state);
        // Most items of an old repository, for which nothing has to be rendered.
        if matches!(found, Found::Unlisted(_)) && state == Some(ItemState::Done) {
            return self.keep(key);
        }
        let places = &self.settings.places;
        let mut text = Text::of(promise, places, &self.settings.unassignable);
        let step = self.settings.ladder.step(promise.due, self.today);
        if step == LAST {
            text.labels.insert(NEEDS_DECISION.into());
        }
        let mut after = match found {
            Found::Issue(issue) => self.standing(promise, issue, text, step),
            Found::Unlisted(number) => {
                self.unlisted(promise, number, &text, step);
                return self.keep(key);
            }
            Found::Deleted(_) if state == Some(ItemState::Done) => return self.keep(key),
            // Only an issue that was moved leaves this behind.
            Found::Nothing if state == Some(ItemState::Elsewhere) => return self.keep(key),
            Found::Deleted(number) => {
                add(&mut previous, number);
                text.body += &format!("\n\nThis follows #{number}, which is no issue any more.");
                let mut known = self.becomes(key, ItemState::Open);
                known.previous = previous;
                return self.create(key, text, known);
            }
            Found::Nothing | Found::Unclear | Found::Moved(..) => {
                let mut known = self.becomes(key, ItemState::Open);
                known.previous = previous;
                return self.create(key, text, known);
            }
        };
        after.previous = previous;
        self.out.after.insert(key.clone(), after);
    }

    /// An issue that did not change: it has to be looked at only where we would.
    fn unlisted(&mut self, promise: &Promise, number: u64, text: &Text, step: u8) {
        let Some(known) = self.known.get(&promise.key) else {
            return;
        };
        let mut text = text.clone();
        if known.state == ItemState::NeedsDecision {
            text.labels.insert(NEEDS_DECISION.into());
        }
        let written = known.written == Some(text.digest());
        let told = told(known, promise);
        let looks = match known.state {
            ItemState::Done => false,
            ItemState::Dropped | ItemState::Elsewhere | ItemState::Orphaned => true,
            ItemState::NeedsDecision => !written,
            ItemState::Open => !written || step > told,
        };
        if looks {
            self.out.look.insert(number);
        } else {
            let state = known.state;
            self.attention(promise, number, state, step);
        }
    }

    /// An item that is wanted and has an issue.
    fn standing(&mut self, promise: &Promise, issue: &Issue, mut text: Text, step: u8) -> Known {
        let key = &promise.key;
        let was = self.known.get(key).map(|known| known.state);
        // Where nobody wrote down that we closed it, the text that we left says so.
        let given_up = matches!(was, Some(ItemState::Dropped | ItemState::Elsewhere))
            || block::is_given_up(&issue.body);
        let state = match issue.closed {
            None => ItemState::Open,
            Some(_) if given_up => ItemState::Open,
            Some(Reason::Completed) => ItemState::Done,
            Some(Reason::NotPlanned | Reason::Duplicate) => ItemState::NeedsDecision,
        };
        let mut after = self.adopted(key, issue, state);
        after.elsewhere = None;
        let told = told(&after, promise);
        if told == 0 {
            (after.step, after.due) = (0, None);
        }
        match state {
            ItemState::Done => {
                self.relabel(key, issue, &[], &[NEEDS_DECISION, ORPHANED]);
                return after;
            }
            ItemState::NeedsDecision => {
                text.labels.insert(NEEDS_DECISION.into());
                self.write(key, issue, &text, &mut after);
                if was != Some(state) {
                    let text = "This was closed without being done. Say `dropped: reason` in the postmortem's table, or open it again.";
                    self.say(key, issue, "needs-decision", text);
                }
            }
            _ if issue.closed.is_some() => {
                let again = "The postmortem promises this again.";
                self.say(key, issue, "promised-again", again);
                self.out.updates.push(Change::Reopen {
                    key: key.clone(),
                    number: issue.number,
                });
                // Last, for as long as the text says that it was given up, whoever goes on knows why it is closed.
                self.write(key, issue, &text, &mut after);
            }
            _ => {
                self.write(key, issue, &text, &mut after);
                if step > told {
                    self.climb(promise, issue, step);
                    (after.step, after.due) = (step, promise.due);
                }
            }
        }
        self.attention(promise, issue.number, state, step);
        after
    }

    /// The file wants no issue of ours: it was dropped, or is tracked elsewhere.
    fn settled(&mut self, promise: &Promise, wanted: &Wanted, found: Found<'_>) -> Option<Known> {
        let key = &promise.key;
        let (state, place, what, reason) = match wanted {
            Wanted::Elsewhere(place) => (
                ItemState::Elsewhere,
                Some(place.clone()),
                format!("This is tracked at {}.", block::harmless(place)),
                Reason::Duplicate,
            ),
            Wanted::Dropped(Some(why)) => (
                ItemState::Dropped,
                None,
                format!("This was dropped in the postmortem: {}", block::cell(why)),
                Reason::NotPlanned,
            ),
            _ => (
                ItemState::Dropped,
                None,
                "This was dropped in the postmortem, without a reason.".into(),
                Reason::NotPlanned,
            ),
        };
        let known = self.known.get(key);
        let same = known.is_some_and(|known| known.state == state && known.elsewhere == place);
        let mut after = self.becomes(key, state);
        after.elsewhere.clone_from(&place);
        match found {
            Found::Issue(issue) => {
                after.follow(issue.number);
                if issue.closed.is_some() {
                    self.relabel(key, issue, &[], &[NEEDS_DECISION, NEEDS_OWNER, ORPHANED]);
                    return Some(after);
                }
                // Opened again although the file says so: said again, since nothing is closed silently.
                after.since = self.now;
                let places = &self.settings.places;
                let text = Text::of(promise, places, &self.settings.unassignable);
                self.write(key, issue, &text, &mut after);
                let name = if state == ItemState::Dropped {
                    "dropped"
                } else {
                    "elsewhere"
                };
                self.say(key, issue, name, &what);
                self.close(key, issue.number, reason);
                Some(after)
            }
            Found::Unlisted(_) if same => known.cloned(),
            Found::Unlisted(number) => {
                self.out.look.insert(number);
                known.cloned()
            }
            // What is in the file has no need to be in the ledger too.
            Found::Deleted(_) | Found::Nothing if state == ItemState::Elsewhere => None,
            Found::Deleted(number) => {
                after.issue = None;
                add(&mut after.previous, number);
                Some(after)
            }
            // What was only announced was never created, and nobody has to remember it.
            Found::Nothing if known.is_none_or(|known| known.intent.is_some()) => None,
            _ => Some(after),
        }
    }

    fn attention(&mut self, promise: &Promise, number: u64, state: ItemState, step: u8) {
        let team = promise.team.as_deref();
        let unowned = match &promise.owner {
            Some(Party::User(login)) => self.settings.unassignable.contains(&login.to_lowercase()),
            Some(Party::Team(_)) => false,
            Some(Party::Mail(_)) | None => true,
        };
        let why = match state {
            ItemState::NeedsDecision => Why::NeedsDecision,
            ItemState::Open if step == LAST => Why::NeedsDecision,
            ItemState::Open if step > 0 => Why::Overdue,
            ItemState::Open if unowned => Why::NeedsOwner,
            _ => return,
        };
        self.attend(team, &promise.key, number, why);
        if let Some(entry) = self.out.entries.last_mut() {
            entry.due = promise.due;
        }
    }

    fn attend(&mut self, team: Option<&str>, key: &Key, number: u64, why: Why) {
        self.out.entries.push(Entry {
            team: team.map(Into::into),
            why,
            key: key.clone(),
            number,
            due: None,
        });
    }
}

/// Keeps the numbers that an item had before, but not the one that it has.
fn remember(after: &mut Known, previous: &[u64]) {
    for number in previous {
        add(&mut after.previous, *number);
    }
    after.previous.retain(|number| Some(*number) != after.issue);
}
