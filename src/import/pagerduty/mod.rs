//! PagerDuty: incidents, log entries, notes and alerts of the REST API, in one file or in several.
//!
//! Owns both versions of its names (`created_at` and `created_on`) and which log entries are noise. Shapes:
//! developer.pagerduty.com/api-reference; the first version lives on in archives.

mod entry;

use super::bundle::{self, Bundle, strangers};
use super::draft::{Draft, Event, Heading, Text};
use super::input::{Input, Mismatch, Wish};
use super::json::Node;
use super::origin::Origin;
use super::people::Cast;
use crate::postmortem::choice::DetectedBy;
use crate::postmortem::section::SectionKey;

/// What the files hold.
#[derive(Default)]
struct Found<'a> {
    incidents: Vec<Node<'a>>,
    entries: Vec<Node<'a>>,
    notes: Vec<Node<'a>>,
    alerts: Vec<Node<'a>>,
}

/// One draft an incident.
pub(super) fn read(inputs: &[Input], _: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let bundle = Bundle::parse(inputs)?;
    let found: Found<'_> = bundle.find("holds no incident, log entry or note of PagerDuty")?;
    let mut cast = Cast::default();
    for node in found.entries.iter().chain(&found.notes) {
        for key in ["agent", "user"] {
            person(node.get(key), &mut cast);
        }
    }
    for incident in &found.incidents {
        for key in [
            "last_status_change_by",
            "resolved_by_user",
            "assigned_to_user",
            "first_trigger_log_entry",
        ] {
            person(incident.get(key), &mut cast);
        }
        for assignment in incident
            .items("assignments")
            .iter()
            .chain(&incident.items("acknowledgements"))
        {
            person(
                assignment
                    .get("assignee")
                    .or_else(|| assignment.get("acknowledger")),
                &mut cast,
            );
        }
        for to in incident.items("assigned_to") {
            person(to.get("object"), &mut cast);
        }
    }
    let targets = found.targets();
    let alone = targets.len() == 1;
    let mut drafts = Vec::new();
    let mut told = vec![false; found.entries.len() + found.notes.len() + found.alerts.len()];
    for (incident, id) in targets {
        let mut draft = Draft::new(Origin::PagerDuty);
        draft.provenance.id.clone_from(&id);
        if let Some(incident) = incident {
            facts(incident, &mut draft);
        }
        let all = found
            .entries
            .iter()
            .chain(&found.notes)
            .chain(&found.alerts);
        let mine: Vec<bool> = all
            .map(
                |node| match node.below(&["incident", "id"]).and_then(|id| id.as_text()) {
                    Some(of) => alone && id.is_none() || Some(&of) == id.as_ref(),
                    None => alone,
                },
            )
            .collect();
        let mut index = 0;
        for (nodes, read) in [
            (
                &found.entries,
                entry::entry as fn(&Node<'_>, &Cast, &mut Draft),
            ),
            (&found.notes, entry::note),
            (&found.alerts, entry::alert),
        ] {
            for node in nodes {
                if mine[index] && !told[index] {
                    told[index] = true;
                    read(node, &cast, &mut draft);
                }
                index += 1;
            }
        }
        finish(&mut draft, &cast, inputs);
        cast.tell(&mut draft, inputs);
        if let Some(incident) = incident {
            incident.finish(&mut draft);
        }
        drafts.push(draft);
    }
    // Nobody knows whose it is.
    let all = found
        .entries
        .iter()
        .chain(&found.notes)
        .chain(&found.alerts);
    let what = "log entries, notes and alerts that do not say which of several incidents they belong to, or name none of these";
    strangers(all, &told, &mut drafts, what);
    bundle.close(&mut drafts);
    Ok(drafts)
}

impl<'a> bundle::Found<'a> for Found<'a> {
    fn gather(&mut self, root: &Node<'a>) {
        for node in root.list() {
            let wrapped = [
                ("incidents", "incident", 0),
                ("log_entries", "log_entry", 1),
                ("notes", "note", 2),
                ("alerts", "alert", 3),
            ];
            let mut any = false;
            for (many, one, kind) in wrapped {
                for key in [many, one] {
                    // A log entry names its incident, which is none of its own.
                    if key == "incident" && (node.has("agent") || node.has("channel")) {
                        continue;
                    }
                    let Some(inner) = node.get(key) else { continue };
                    for item in inner.list() {
                        if !item.is_object() {
                            item.misread("an object");
                        } else if kind > 0 || is_incident(&item) {
                            any = true;
                            self.push(kind, item);
                        }
                    }
                }
            }
            if any {
                continue;
            }
            let kind = node.text("type").unwrap_or_default();
            match kind.as_str() {
                _ if is_incident(&node) => self.push(0, node),
                _ if kind.contains("log_entry") || node.has("agent") && node.has("created_at") => {
                    self.push(1, node)
                }
                _ if node.has("content") && node.has("created_at") => self.push(2, node),
                _ if node.has("alert_key") => self.push(3, node),
                _ => {}
            }
        }
    }

    fn count(&self) -> usize {
        self.incidents.len() + self.entries.len() + self.notes.len() + self.alerts.len()
    }
}

impl<'a> Found<'a> {
    /// The incidents that a draft is made of, each with its id; where only entries are there, those that they name.
    fn targets(&self) -> Vec<(Option<&Node<'a>>, Option<String>)> {
        if !self.incidents.is_empty() {
            let known = self.incidents.iter();
            return known
                .map(|incident| (Some(incident), incident.text("id")))
                .collect();
        }
        let mut ids: Vec<String> = Vec::new();
        for node in self.entries.iter().chain(&self.alerts) {
            let id = node.below(&["incident", "id"]).and_then(|id| id.as_text());
            if let Some(id) = id.filter(|id| !ids.contains(id)) {
                ids.push(id);
            }
        }
        match ids.is_empty() {
            true => vec![(None, None)],
            false => ids.into_iter().map(|id| (None, Some(id))).collect(),
        }
    }

    fn push(&mut self, kind: usize, node: Node<'a>) {
        match kind {
            0 => self.incidents.push(node),
            1 => self.entries.push(node),
            2 => self.notes.push(node),
            _ => self.alerts.push(node),
        }
    }
}

/// Whether an object is an incident of PagerDuty, and not one of somebody else: other exports have lists of that name too.
fn is_incident(node: &Node<'_>) -> bool {
    let telling = [
        "incident_number",
        "urgency",
        "trigger_summary_data",
        "assignments",
        "escalation_policy",
    ];
    let kind = node.text("type").unwrap_or_default();
    kind == "incident" || telling.iter().any(|key| node.has(key))
}

/// Makes a person known; services and integrations act too, and are none.
fn person(node: Option<Node<'_>>, cast: &mut Cast) {
    let Some(node) = node else { return };
    let kind = node.text("type").unwrap_or_default();
    if !(kind.is_empty() || kind.starts_with("user")) || !node.has("id") {
        return;
    }
    let names = ["summary", "name", "email"].map(|key| node.text(key).unwrap_or_default());
    if names.iter().any(|name| !name.is_empty()) {
        cast.person(names.iter().map(String::as_str));
    }
}

fn facts(incident: &Node<'_>, draft: &mut Draft) {
    let number = incident.text("incident_number");
    let subject = incident
        .get("trigger_summary_data")
        .and_then(|data| data.first(&["subject", "description"]));
    let title = incident.first(&["title"]).or(subject).or_else(|| {
        let summary = incident.text("summary")?;
        // `[#1234] title`
        let bare = summary
            .split_once("] ")
            .filter(|(mark, _)| mark.starts_with("[#"));
        Some(bare.map_or(summary.clone(), |(_, rest)| rest.into()))
    });
    if let Some(summary) = incident.get("summary") {
        summary.taken();
    }
    let key = incident.text("incident_key");
    draft.title = title
        .or_else(|| key.clone())
        .or_else(|| {
            number
                .clone()
                .map(|number| format!("PagerDuty incident {number}"))
        })
        .unwrap_or_default();
    if let Some(key) = key.filter(|key| *key != draft.title) {
        draft.fact("Incident key", &key);
    }
    if let Some(number) = number {
        draft.fact("Number at PagerDuty", &number);
    }
    draft.provenance.url = incident.text("html_url");
    if let Some(service) = incident.get("service") {
        draft.services.extend(service.first(&["name", "summary"]));
        if let Some(text) = service.text("description") {
            draft.fact("Service", &text);
        }
    }
    for service in incident.items("impacted_services") {
        draft.services.extend(service.first(&["name", "summary"]));
    }
    draft.severity = incident
        .get("priority")
        .and_then(|priority| priority.first(&["name", "summary"]));
    if let Some(urgency) = incident.text("urgency") {
        draft.fact("Urgency", &urgency);
    }
    if let Some(policy) = incident
        .get("escalation_policy")
        .and_then(|policy| policy.first(&["name", "summary"]))
    {
        draft.fact("Escalation policy", &policy);
    }
    for team in incident.items("teams") {
        if let Some(name) = team.first(&["name", "summary"]) {
            draft.fact("Team", &name);
        }
    }
    let body = incident.get("body").and_then(|body| body.text("details"));
    for text in [body, incident.first(&["description"])]
        .into_iter()
        .flatten()
    {
        if text != draft.title {
            draft.part(Heading::Known(SectionKey::Summary), Text::Plain(text));
        }
    }
    let created = incident
        .time("created_at")
        .or_else(|| incident.time("created_on"));
    draft.times.detected = created;
    if created.is_some() {
        draft.times.started = created;
        draft.guessed("`started` is the moment of the alert, because PagerDuty does not know the first effect", incident.place());
    }
    let status = incident.text("status").unwrap_or_default();
    let changed = incident
        .time("last_status_change_at")
        .or_else(|| incident.time("last_status_change_on"));
    let resolved = incident.time("resolved_at");
    if status == "resolved" {
        draft.times.resolved = resolved.or(changed);
    } else if !status.is_empty() {
        draft.fact("Status at the time of the export", &status);
    }
    match incident.text("trigger_type").as_deref() {
        Some("web_trigger") => draft.detected_by = Some(DetectedBy::Staff),
        Some(_) => draft.detected_by = Some(DetectedBy::Monitoring),
        None => {}
    }
    if let Some(notes) = incident.get("resolve_reason").filter(Node::is_object) {
        notes.taken();
        draft.left_out(
            "why it counts as resolved: it was merged into another incident",
            notes.place(),
        );
    }
}

fn finish(draft: &mut Draft, cast: &Cast, inputs: &[Input]) {
    draft.title = cast.masked(&draft.title);
    draft.detected_by_first(inputs.first().map(Input::place));
    if draft.timeline.is_empty() && draft.times.detected.is_some() {
        let moments = [
            (draft.times.detected, "Alert triggered"),
            (draft.times.resolved, "Incident resolved"),
        ];
        let events = moments.into_iter().filter(|(at, _)| at.is_some());
        draft.timeline = events
            .map(|(at, text)| Event::new(at, Text::Plain(text.into())))
            .collect();
    }
}
