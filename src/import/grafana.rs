//! Grafana IRM: incidents with their activity and tasks, and alert groups of OnCall.
//!
//! Owns which kinds of activity are noise. Shapes: the reference of the Incident API and the OnCall API at grafana.com/docs.

use super::bundle::{self, Bundle, strangers};
use super::draft::{ActionRow, Draft, Event, Heading, Text};
use super::input::{Input, Mismatch, Wish};
use super::json::Node;
use super::origin::Origin;
use super::people::Cast;
use super::sections;
use crate::postmortem::choice::DetectedBy;
use crate::postmortem::section::SectionKey;

/// Kinds of activity that say who joined or what a program did, not what happened.
const NOISE: [&str; 8] = [
    "roleAssigned",
    "roleUnassigned",
    "incidentUpdated",
    "hookRunMetadata",
    "participantAdded",
    "participantRemoved",
    "incidentAttachmentAdded",
    "usersAdded",
];

#[derive(Default)]
struct Found<'a> {
    incidents: Vec<Node<'a>>,
    activity: Vec<Node<'a>>,
    groups: Vec<Node<'a>>,
}

/// One draft an incident or alert group.
pub(super) fn read(inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let bundle = Bundle::parse(inputs)?;
    let found: Found<'_> = bundle.find("holds no incident, activity or alert group of Grafana")?;
    let mut cast = Cast::default();
    for incident in &found.incidents {
        for one in incident
            .get("incidentMembership")
            .map(|node| node.items("assignments"))
            .unwrap_or_default()
        {
            let role = one.get("role").and_then(|role| role.text("name"));
            person(one.get("user"), role.as_deref(), &mut cast);
        }
        person(incident.get("createdByUser"), None, &mut cast);
    }
    for item in &found.activity {
        person(item.get("user"), None, &mut cast);
        person(item.get("subjectUser"), None, &mut cast);
    }
    let alone = found.incidents.len() + found.groups.len() <= 1;
    let mut drafts = Vec::new();
    let mut told = vec![false; found.activity.len()];
    let nobody = (found.incidents.is_empty() && found.groups.is_empty()).then_some(None);
    for incident in found.incidents.iter().map(Some).chain(nobody) {
        let mut draft = Draft::new(Origin::Grafana);
        if let Some(incident) = incident {
            facts(incident, &cast, wish, &mut draft);
        }
        let id = draft.provenance.id.clone();
        for (index, item) in found.activity.iter().enumerate() {
            let mine = match item.text("incidentID") {
                Some(of) => id.as_ref().map_or(alone, |id| *id == of),
                None => alone,
            };
            if mine && !told[index] {
                told[index] = true;
                activity(item, &cast, &mut draft);
            }
        }
        cast.tell(&mut draft, inputs);
        if let Some(incident) = incident {
            incident.finish(&mut draft);
        }
        drafts.push(draft);
    }
    for group in &found.groups {
        let mut draft = Draft::new(Origin::Grafana);
        self::group(group, &mut draft);
        group.finish(&mut draft);
        drafts.push(draft);
    }
    strangers(
        found.activity.iter(),
        &told,
        &mut drafts,
        "activity of other incidents",
    );
    bundle.close(&mut drafts);
    Ok(drafts)
}

impl<'a> bundle::Found<'a> for Found<'a> {
    fn gather(&mut self, root: &Node<'a>) {
        // An incident three levels down has its activity one below.
        bundle::walk(root, 4, &mut |node| {
            if node.has("activityKind") || node.has("activityItemID") {
                self.activity.push(node.clone());
                &[]
            } else if node.has("title")
                && (node.has("incidentID") || node.has("severity") && node.has("createdTime"))
            {
                self.incidents.push(node.clone());
                &["activityItems", "timeline"]
            } else if node.has("alerts_count") || node.has("integration_id") {
                self.groups.push(node.clone());
                &[]
            } else {
                &[
                    "incident",
                    "incidents",
                    "incidentPreviews",
                    "activityItems",
                    "activityItem",
                    "results",
                    "items",
                ]
            }
        });
    }

    fn count(&self) -> usize {
        self.incidents.len() + self.activity.len() + self.groups.len()
    }
}

fn person(node: Option<Node<'_>>, role: Option<&str>, cast: &mut Cast) {
    let Some(node) = node else { return };
    let names = ["name", "email"].map(|key| node.text(key).unwrap_or_default());
    if let Some(photo) = node.get("photoURL") {
        photo.taken();
    }
    if names.iter().all(String::is_empty) {
        return;
    }
    let names = names.iter().map(String::as_str);
    match role {
        Some(role) => cast.role(names, &format!("the {}", role.to_lowercase())),
        None => cast.person(names),
    };
}

fn facts(incident: &Node<'_>, cast: &Cast, wish: &Wish<'_>, draft: &mut Draft) {
    draft.title = cast.masked(&incident.text("title").unwrap_or_default());
    draft.provenance.id = incident.text("incidentID").or_else(|| incident.text("id"));
    draft.provenance.url = incident.text("overviewURL");
    let severity = incident.first(&["severityLabel", "severity"]);
    draft.severity = severity;
    if let Some(summary) = incident
        .text("summary")
        .or_else(|| incident.text("description"))
    {
        sections::add(
            draft,
            &cast.masked(&summary),
            &Heading::Known(SectionKey::Summary),
            wish.conventions,
        );
    }
    for label in incident.items("labels") {
        let key = label.text("key").unwrap_or_default();
        let value = label.first(&["label", "value"]).unwrap_or_default();
        match key.to_lowercase().as_str() {
            "service" | "service_name" => draft.services.push(value),
            "" | "tags" => draft.tags.push(value),
            _ => draft.tags.push(format!("{key}:{value}")),
        }
    }
    if incident.flag("isDrill") {
        draft.tags.push("drill".into());
    }
    if let Some(kind) = incident.text("incidentType") {
        draft.fact("Type", &kind);
    }
    let created = incident.time("createdTime");
    let start = incident.time("incidentStart");
    draft.times.started = start.or(created);
    draft.times.detected = created;
    if start.is_none() && created.is_some() {
        draft.guessed("`started` is the moment at which the incident was declared, because the export does not say when it began", incident.place());
    }
    let status = incident.text("status").unwrap_or_default();
    let closed = incident.time("closedTime");
    draft.times.resolved = incident.time("incidentEnd").or(closed);
    if status == "active" {
        draft.fact("Status at the time of the export", &status);
    }
    for task in incident
        .get("taskList")
        .map(|list| list.items("tasks"))
        .unwrap_or_default()
    {
        let Some(text) = task.text("text") else {
            continue;
        };
        let mut row = ActionRow::new(Text::Plain(cast.masked(&text)));
        row.status = task.text("status").unwrap_or_default();
        if let Some(user) = task.get("assignedUser") {
            user.taken();
            draft.left_out("who was to do a task", user.place());
        }
        if let Some(user) = task.get("authorUser") {
            user.taken();
        }
        draft.actions.push(row);
    }
}

fn activity(item: &Node<'_>, cast: &Cast, draft: &mut Draft) {
    let kind = item.text("activityKind").unwrap_or_default();
    if NOISE.contains(&kind.as_str()) {
        item.taken();
        draft.left_out(format!("activity of the kind `{kind}`"), item.place());
        return;
    }
    let at = item.time("eventTime").or_else(|| item.time("createdTime"));
    if let Some(created) = item.get("createdTime") {
        created.taken();
    }
    let Some(body) = item.first(&["body", "summary"]) else {
        draft.left_out(
            format!("activity of the kind `{kind}` that says nothing"),
            item.place(),
        );
        return;
    };
    let text = cast.masked(&body);
    if kind == "incidentCreated" && draft.title.is_empty() {
        draft.title = super::escape::one_line(&text);
    }
    draft.timeline.push(Event::new(at, Text::Markdown(text)));
    let tags: Vec<String> = item
        .items("tags")
        .iter()
        .filter_map(Node::as_text)
        .collect();
    if let (false, Some(event)) = (tags.is_empty(), draft.timeline.last_mut())
        && let Text::Markdown(text) = &mut event.text
    {
        let tags: Vec<String> = tags.iter().map(|tag| super::escape::inline(tag)).collect();
        text.push_str(&format!(" ({})", tags.join(", ")));
    }
    item.finish(draft);
}

fn group(group: &Node<'_>, draft: &mut Draft) {
    draft.title = group.text("title").unwrap_or_default();
    draft.provenance.id = group.text("id");
    draft.provenance.url = group.get("permalinks").and_then(|links| links.text("web"));
    draft.detected_by = Some(DetectedBy::Monitoring);
    let created = group.time("created_at");
    let times = &mut draft.times;
    times.started = created;
    times.detected = created;
    times.acknowledged = group.time("acknowledged_at");
    times.resolved = group.time("resolved_at");
    if created.is_some() {
        draft.guessed("`started` is the moment of the first alert, because OnCall does not know the first effect", group.place());
    }
    let moments = [
        (draft.times.detected, "Alert group created"),
        (draft.times.acknowledged, "Acknowledged"),
        (draft.times.resolved, "Resolved"),
    ];
    for (at, text) in moments {
        if at.is_some() {
            draft
                .timeline
                .push(Event::new(at, Text::Plain(text.into())));
        }
    }
    if let Some(count) = group.text("alerts_count") {
        draft.fact("Alerts in the group", &count);
    }
    let silenced = group.time("silenced_at");
    if silenced.is_some() {
        draft
            .timeline
            .push(Event::new(silenced, Text::Plain("Silenced".into())));
    }
}
