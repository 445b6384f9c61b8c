//! The digests of the teams, as issues like any other: announced, adopted, followed, and edited in place.

use std::collections::BTreeSet;

use super::super::{ItemState, Key, digest};
use super::found::{Found, add};
use super::text::Text;
use super::{Change, Planner};

impl Planner<'_> {
    /// Brings every digest up to date; `keys` are those that are there already.
    pub(super) fn digests(&mut self, mut keys: BTreeSet<Key>) {
        let lists = digest::sort(std::mem::take(&mut self.out.entries));
        // Half of what is to be told is worse than what was told last.
        if !self.out.look.is_empty() || self.settings.blocked.contains(digest::POSTMORTEM) {
            for key in keys {
                self.keep(&key);
            }
            return;
        }
        keys.extend(lists.keys().cloned());
        for key in keys {
            let entries = lists.get(&key).map_or(&[][..], Vec::as_slice);
            let text = Text::new(digest::title(&key), digest::render(&key, entries));
            self.digest(&key, text, entries.is_empty());
        }
    }

    fn digest(&mut self, key: &Key, text: Text, empty: bool) {
        let known = self.known.get(key);
        let (found, mut previous) = self.find(key);
        match found {
            Found::Issue(issue) => {
                let mut after = self.becomes(key, ItemState::Open);
                after.follow(issue.number);
                after.previous = previous;
                // Who closed it has read it; it comes back with something new.
                let news = after.written != Some(text.digest()) && !empty;
                if issue.closed.is_none() || news {
                    self.write(key, issue, &text, &mut after);
                } else {
                    // Whoever closed it need not be told that nothing is left, and nobody looks at it for that again.
                    after.written = Some(text.digest());
                }
                if issue.closed.is_some() && news {
                    self.out.updates.push(Change::Reopen {
                        key: key.clone(),
                        number: issue.number,
                    });
                }
                self.out.after.insert(key.clone(), after);
            }
            Found::Unlisted(number) => {
                if known.is_some_and(|known| known.written != Some(text.digest())) {
                    self.out.look.insert(number);
                }
                self.keep(key);
            }
            Found::Unclear => self.keep(key),
            Found::Nothing | Found::Deleted(_) | Found::Moved(..) if empty => {}
            Found::Nothing | Found::Deleted(_) | Found::Moved(..) => {
                if let Found::Deleted(number) | Found::Moved(number, _) = found {
                    add(&mut previous, number);
                }
                let mut after = self.becomes(key, ItemState::Open);
                after.previous = previous;
                self.create(key, text, after);
            }
        }
    }
}
