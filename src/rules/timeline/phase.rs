//! The turning points of an incident in the words of a timeline.

use crate::document::mapping::Field;
use crate::postmortem::Postmortem;
use crate::postmortem::incident::Moment;

/// A turning point that readers look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Detected,
    Mitigated,
    Resolved,
}

impl Phase {
    /// All of them, in order.
    pub(super) const ALL: [Self; 3] = [Self::Detected, Self::Mitigated, Self::Resolved];

    /// Its name in the front matter.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
        }
    }

    /// Its moment in the front matter.
    pub(super) fn moment(self, postmortem: &Postmortem) -> &Moment {
        let incident = &postmortem.front.incident;
        match self {
            Self::Detected => &incident.detected,
            Self::Mitigated => &incident.mitigated,
            Self::Resolved => &incident.resolved,
        }
    }

    /// How words that speak of it begin; with `$` a whole word.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Detected => &[
                "detect", "alert", "alarm", "page", "paging", "report", "notice", "discover",
                "spotted",
            ],
            Self::Mitigated => &[
                "mitigat",
                "rolled back",
                "roll back",
                "rollback",
                "roll-back",
                "restor",
                "recover",
                "worked around",
                "workaround",
                "failed over",
                "contained",
                "revert",
                "resolv",
            ],
            Self::Resolved => &[
                "resolv",
                "recover",
                "restor",
                "all clear",
                "back to normal",
                "over$",
                "closed",
                "usual level",
                "fully operational",
                "end of the incident",
                "incident ends",
                "ended",
            ],
        }
    }

    /// Whether an event speaks of it, at least in passing.
    pub(super) fn is_mentioned(self, event: &str) -> bool {
        let event = event.to_lowercase();
        self.words().iter().any(|word| {
            let stem = word.trim_end_matches('$');
            let whole = stem.len() < word.len();
            event.match_indices(stem).any(|(at, _)| {
                let (before, after) = (&event[..at], &event[at + stem.len()..]);
                let goes_on = whole && after.starts_with(char::is_alphanumeric);
                !before.ends_with(char::is_alphanumeric) && !goes_on
            })
        })
    }

    /// Whether an event says that this is the moment: `Resolved:`, `Incident resolved`, `the incident is resolved`.
    pub(super) fn is_stated(self, event: &str) -> bool {
        let name = self.name().as_bytes();
        let mut windows = event.as_bytes().windows(name.len());
        let first = name.first().copied();
        let begins = |word: &[u8]| word.first().map(u8::to_ascii_lowercase) == first;
        if !windows.any(|word| begins(word) && word.eq_ignore_ascii_case(name)) {
            return false;
        }
        let event = event
            .trim_start_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        let name = self.name();
        let ends = |rest: &str| {
            let rest = rest.trim_start();
            rest.is_empty()
                || rest.starts_with([':', '.', ',', ';', '(', '!', '·', '–', '—'])
                || rest.starts_with("- ")
                || rest.starts_with("by ")
        };
        if event.strip_prefix(name).is_some_and(ends) {
            return true;
        }
        const SUBJECTS: [&str; 3] = ["incident", "outage", "issue"];
        const LINKS: [&str; 8] = [
            "",
            "is ",
            "was ",
            "declared ",
            "is declared ",
            "was declared ",
            "marked ",
            "marked as ",
        ];
        SUBJECTS.iter().any(|subject| {
            event.match_indices(subject).any(|(at, _)| {
                let own = event[..at].trim_end_matches("the ").trim_end();
                let clause = own.is_empty() || own.ends_with([',', ';', ':', '.', '·']);
                let rest = event[at + subject.len()..].trim_start();
                let stated = |link: &str| {
                    let said = rest
                        .strip_prefix(link)
                        .and_then(|rest| rest.strip_prefix(name));
                    said.is_some_and(ends)
                };
                clause && LINKS.iter().any(|link| stated(link))
            })
        })
    }
}

/// Where a moment of the front matter stands.
pub(super) fn span<T>(field: &Field<T>) -> crate::source::Span {
    field.span().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Phase::{Detected, Mitigated, Resolved};

    #[test]
    fn only_clear_statements_are_statements() {
        for (phase, event) in [
            (Resolved, "Resolved"),
            (Resolved, "Resolved: backlog at zero"),
            (Resolved, "Service fully recovered, incident resolved"),
            (Resolved, "The incident is declared resolved."),
            (Mitigated, "Mitigated by rolling back"),
            (Detected, "Detected: the alert fires"),
        ] {
            assert!(phase.is_stated(event), "{event}");
        }
        for (phase, event) in [
            (Resolved, "Resolved the merge conflict"),
            (Resolved, "DNS names resolved again"),
            (Resolved, "Nobody thinks the incident resolved yet"),
            (Resolved, "The incident is not resolved"),
            (Detected, "Detected a second leak in staging"),
            (Mitigated, "Partly mitigated: reads only"),
        ] {
            assert!(!phase.is_stated(event), "{event}");
        }
        assert!(Detected.is_mentioned("The first page goes out"));
        assert!(!Detected.is_mentioned("The homepage is slow"));
    }
}
