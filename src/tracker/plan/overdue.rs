//! What is said of an item that is overdue, and to whom.

use super::super::promise::Promise;
use super::super::{Issue, Known};
use super::Planner;
use crate::postmortem::people::Party;

impl Planner<'_> {
    /// Tells that an item is overdue: the highest step alone, however many were missed.
    pub(super) fn climb(&mut self, promise: &Promise, issue: &Issue, step: u8) {
        let Some(due) = promise.due else { return };
        let team = promise.team.as_ref().map(|team| format!("@{team}"));
        let owner = match &promise.owner {
            Some(Party::User(login))
                if !self.settings.unassignable.contains(&login.to_lowercase()) =>
            {
                Some(format!("@{login}"))
            }
            _ => None,
        };
        let teams = team.filter(|_| self.settings.places.mention_teams);
        let (whom, ask) = match step {
            1 => (owner.or(teams), "is anything in the way?"),
            2 => (teams.or(owner), "who can help?"),
            3 => {
                let managers = self.settings.managers.join(" ");
                let managers = (!managers.is_empty()).then_some(managers);
                (managers, "what should come first?")
            }
            _ => (
                None,
                "finish it, give it another day, or drop it in the postmortem with the reason.",
            ),
        };
        let text = match whom {
            Some(whom) => format!("{whom}, this was due on {due}: {ask}"),
            None => format!("This was due on {due}: {ask}"),
        };
        self.say(&promise.key, issue, &format!("overdue {due} {step}"), &text);
    }
}

/// How far this due date was told.
pub(super) fn told(known: &Known, promise: &Promise) -> u8 {
    if known.due == promise.due {
        known.step
    } else {
        0
    }
}
