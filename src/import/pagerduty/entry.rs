//! What happened, by PagerDuty: log entries, notes and alerts as entries of the timeline.
//!
//! Owns which log entries are noise and what the others say.

use jiff::Timestamp;

use super::super::draft::{Draft, Event, Text};
use super::super::json::Node;
use super::super::people::Cast;
use crate::postmortem::choice::DetectedBy;

/// Log entries that say who was told, not what happened.
const NOISE: [&str; 6] = [
    "notify",
    "assign",
    "repeat_escalation_path",
    "link",
    "unlink",
    "suppress",
];

/// The kind of a log entry without its dress: `trigger_log_entry_reference` and `trigger` are one.
fn kind(entry: &Node<'_>) -> String {
    let kind = entry.text("type").unwrap_or_default();
    let kind = kind
        .trim_end_matches("_reference")
        .trim_end_matches("_log_entry");
    match kind {
        "ack" => "acknowledge".into(),
        other => other.into(),
    }
}

/// A log entry.
pub(super) fn entry(entry: &Node<'_>, cast: &Cast, draft: &mut Draft) {
    let kind = kind(entry);
    if NOISE.contains(&kind.as_str()) {
        entry.taken();
        draft.left_out(format!("log entries of the kind `{kind}`"), entry.place());
        return;
    }
    let at = entry.time("created_at");
    let channel = entry.get("channel");
    let said = channel
        .as_ref()
        .and_then(|channel| channel.first(&["subject", "content", "summary", "description"]));
    let event = entry
        .get("event_details")
        .and_then(|details| details.text("description"));
    let more = [
        said,
        event,
        entry.text("message"),
        entry.get("note").and_then(|note| note.as_text()),
    ];
    let note = more.into_iter().flatten().next();
    let summary = entry.text("summary").unwrap_or_default();
    let summary = match summary.trim_end_matches('.') {
        "" => match kind.as_str() {
            "" => String::new(),
            "annotate" => "Note".into(),
            kind => capital(&kind.replace('_', " ")),
        },
        text => text.into(),
    };
    if let Some(incident) = entry.get("incident") {
        if draft.title.is_empty() {
            draft.title = incident.first(&["title", "summary"]).unwrap_or_default();
        }
        incident.taken();
    }
    // The service and the teams are those of the incident.
    for key in [
        "service",
        "teams",
        "assignees",
        "escalation_policy",
        "contexts",
    ] {
        if let Some(node) = entry.get(key) {
            node.taken();
        }
    }
    let agent = entry
        .get("agent")
        .and_then(|agent| agent.text("type"))
        .unwrap_or_default();
    let times = &mut draft.times;
    match kind.as_str() {
        "trigger" => {
            let staff = agent.starts_with("user");
            draft.detected_by = draft.detected_by.or(Some(if staff {
                DetectedBy::Staff
            } else {
                DetectedBy::Monitoring
            }));
            if draft.title.is_empty() {
                draft.title = note.clone().unwrap_or_default();
            }
        }
        "acknowledge" => times.acknowledged = earliest(times.acknowledged, at),
        "resolve" => times.resolved = times.resolved.or(at),
        _ => {}
    }
    let text = match note.filter(|note| !summary.contains(note.trim())) {
        Some(note) if !summary.is_empty() => format!("{summary}: {note}"),
        Some(note) => note,
        None => summary,
    };
    draft
        .timeline
        .push(Event::new(at, Text::Plain(cast.masked(&text))));
    entry.finish(draft);
}

/// A note that somebody wrote.
pub(super) fn note(note: &Node<'_>, cast: &Cast, draft: &mut Draft) {
    let at = note.time("created_at");
    let Some(content) = note.text("content") else {
        draft.not_understood("a note without text", note.place());
        return;
    };
    if let Some(user) = note.get("user") {
        user.taken();
    }
    let content = cast.masked(&content);
    let near = |event: &Event| match (event.at, at) {
        (Some(a), Some(b)) => a.duration_since(b).abs().as_secs() < 60,
        _ => false,
    };
    if draft
        .timeline
        .iter()
        .any(|event| near(event) && event.text.as_str().contains(content.trim()))
    {
        draft.left_out("notes that the log entries hold too", note.place());
    } else {
        draft
            .timeline
            .push(Event::new(at, Text::Plain(format!("Note: {content}"))));
    }
    note.finish(draft);
}

/// An alert with its details.
pub(super) fn alert(alert: &Node<'_>, cast: &Cast, draft: &mut Draft) {
    let at = alert.time("created_at");
    let summary = alert.text("summary").unwrap_or_default();
    let details = alert.get("body").and_then(|body| {
        let body = body
            .get("details")
            .or_else(|| body.get("cef_details")?.get("details"))?;
        let lines = body
            .entries()
            .into_iter()
            .filter_map(|(key, value)| Some(format!("{key}: {}", value.as_text()?)));
        let lines: Vec<String> = lines.collect();
        (!lines.is_empty())
            .then(|| lines.join("\n"))
            .or_else(|| body.as_text())
    });
    for key in ["incident", "service"] {
        if let Some(node) = alert.get(key) {
            node.taken();
        }
    }
    let text = match details {
        Some(details) => format!("Alert: {summary}\n{details}"),
        None => format!("Alert: {summary}"),
    };
    draft
        .timeline
        .push(Event::new(at, Text::Plain(cast.masked(&text))));
    alert.finish(draft);
}

fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
