//! What an export was written by.
//!
//! Owns the names that are typed and shown. Their formats are for the readers.

/// The sources that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// PagerDuty: incidents, log entries, notes.
    PagerDuty,
    /// Opsgenie: postmortems, timelines of incidents.
    Opsgenie,
    /// incident.io: incidents, updates, follow-ups.
    IncidentIo,
    /// Statuspage: incidents with their updates.
    Statuspage,
    /// Grafana Incident and OnCall.
    Grafana,
    /// Issues of a repository of Upptime.
    Upptime,
    /// An issue on GitHub with its comments.
    GitHub,
    /// An export of a Slack workspace.
    Slack,
    /// Issues of cState.
    CState,
    /// A table of times and texts.
    Csv,
    /// A postmortem that was written in Markdown already.
    Markdown,
}

impl Origin {
    /// Every source: the word that is typed, the source, the name that is shown.
    pub const ALL: &'static [(&'static str, Self, &'static str)] = &[
        ("pagerduty", Self::PagerDuty, "PagerDuty"),
        ("opsgenie", Self::Opsgenie, "Opsgenie"),
        ("incident-io", Self::IncidentIo, "incident.io"),
        ("statuspage", Self::Statuspage, "Statuspage"),
        ("grafana", Self::Grafana, "Grafana IRM"),
        ("upptime", Self::Upptime, "Upptime"),
        ("github", Self::GitHub, "GitHub"),
        ("slack", Self::Slack, "Slack"),
        ("cstate", Self::CState, "cState"),
        ("csv", Self::Csv, "CSV"),
        ("markdown", Self::Markdown, "Markdown"),
    ];

    /// The word that is typed.
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, origin, _)| *origin == self)
            .map_or("", |(word, ..)| word)
    }

    /// The name that is shown.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, origin, _)| *origin == self)
            .map_or("", |(.., name)| name)
    }
}
