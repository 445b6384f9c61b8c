//! incident.io: incidents, their updates, actions and follow-ups, as the second version of the API gives them.
//!
//! Owns which of its timestamps is which of ours. Shapes: api-docs.incident.io.

use jiff::Timestamp;

use super::bundle::{self, Bundle, strangers};
use super::draft::{ActionRow, Draft, Event, Heading, Text};
use super::input::{Input, Mismatch, Wish};
use super::json::Node;
use super::origin::Origin;
use super::people::Cast;
use super::sections;
use crate::postmortem::section::SectionKey;

#[derive(Default)]
struct Found<'a> {
    incidents: Vec<Node<'a>>,
    updates: Vec<Node<'a>>,
    tasks: Vec<Node<'a>>,
}

/// One draft an incident.
pub(super) fn read(inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let bundle = Bundle::parse(inputs)?;
    let found: Found<'_> = bundle.find("holds no incident, update or follow-up of incident.io")?;
    let mut cast = Cast::default();
    for incident in &found.incidents {
        for one in incident.items("incident_role_assignments") {
            let role = one.get("role").and_then(|role| role.text("name"));
            person(one.get("assignee"), role.as_deref(), &mut cast);
        }
        person(incident.below(&["creator", "user"]), None, &mut cast);
    }
    for update in &found.updates {
        person(update.below(&["updater", "user"]), None, &mut cast);
    }
    let alone = found.incidents.len() <= 1;
    let mut drafts = Vec::new();
    let mut told = vec![false; found.updates.len() + found.tasks.len()];
    let nobody = found.incidents.is_empty().then_some(None);
    for incident in found.incidents.iter().map(Some).chain(nobody) {
        let mut draft = Draft::new(Origin::IncidentIo);
        if let Some(incident) = incident {
            facts(incident, &cast, wish, &mut draft);
        }
        let id = draft.provenance.id.clone();
        let mine = |node: &Node<'_>| match node.text("incident_id") {
            Some(of) => id.as_ref().map_or(alone, |id| *id == of),
            None => alone,
        };
        for (index, update) in found.updates.iter().enumerate() {
            if !told[index] && mine(update) {
                told[index] = true;
                self::update(update, &cast, &mut draft);
            }
        }
        for (index, task) in found.tasks.iter().enumerate() {
            let index = found.updates.len() + index;
            if !told[index] && mine(task) {
                told[index] = true;
                self::task(task, &cast, &mut draft);
            }
        }
        cast.tell(&mut draft, inputs);
        if let Some(incident) = incident {
            incident.finish(&mut draft);
        }
        drafts.push(draft);
    }
    let all = found.updates.iter().chain(&found.tasks);
    strangers(
        all,
        &told,
        &mut drafts,
        "updates and follow-ups of other incidents",
    );
    bundle.close(&mut drafts);
    Ok(drafts)
}

impl<'a> bundle::Found<'a> for Found<'a> {
    fn gather(&mut self, root: &Node<'a>) {
        for node in root.list() {
            let before = self.count();
            for key in ["incidents", "incident"] {
                let inner = node.get(key).map(|inner| inner.list()).unwrap_or_default();
                self.incidents.extend(inner.into_iter().filter(is_incident));
            }
            for key in ["incident_updates", "incident_update"] {
                let inner = node.get(key).map(|inner| inner.list()).unwrap_or_default();
                self.updates.extend(inner.into_iter().filter(is_update));
            }
            for key in ["follow_ups", "follow_up", "actions", "action"] {
                let inner = node.get(key).map(|inner| inner.list()).unwrap_or_default();
                self.tasks.extend(inner.into_iter().filter(is_task));
            }
            if self.count() > before {
                continue;
            }
            match &node {
                node if is_incident(node) => self.incidents.push(node.clone()),
                node if is_update(node) => self.updates.push(node.clone()),
                node if is_task(node) => self.tasks.push(node.clone()),
                _ => {}
            }
        }
    }

    fn count(&self) -> usize {
        self.incidents.len() + self.updates.len() + self.tasks.len()
    }
}

fn is_incident(node: &Node<'_>) -> bool {
    let telling = [
        "incident_status",
        "incident_timestamp_values",
        "permalink",
        "reference",
        "incident_role_assignments",
    ];
    node.has("name") && telling.iter().any(|key| node.has(key))
}

fn is_update(node: &Node<'_>) -> bool {
    node.has("incident_id")
        && (node.has("new_incident_status") || node.has("message") || node.has("updater"))
}

fn is_task(node: &Node<'_>) -> bool {
    node.has("incident_id") && (node.has("title") || node.has("description"))
}

fn person(node: Option<Node<'_>>, role: Option<&str>, cast: &mut Cast) {
    let Some(node) = node else { return };
    let names = ["name", "email", "slack_user_id"].map(|key| node.text(key).unwrap_or_default());
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
    draft.title = cast.masked(&incident.text("name").unwrap_or_default());
    let id = incident.text("id");
    let reference = incident.text("reference");
    if let Some(reference) = &reference {
        draft.fact("Reference at incident.io", reference);
    }
    draft.provenance.id = id.or(reference);
    draft.provenance.url = incident.text("permalink");
    draft.severity = incident
        .get("severity")
        .and_then(|severity| severity.text("name"));
    if let Some(summary) = incident.text("summary") {
        let summary = cast.masked(&summary);
        sections::add(
            draft,
            &summary,
            &Heading::Known(SectionKey::Summary),
            wish.conventions,
        );
    }
    if let Some(kind) = incident
        .get("incident_type")
        .and_then(|kind| kind.text("name"))
    {
        draft.fact("Type", &kind);
    }
    let status = incident
        .get("incident_status")
        .or_else(|| incident.get("status"));
    if let Some(name) = status.and_then(|status| status.text("name")) {
        draft.fact("Status at the time of the export", &name);
    }
    for field in incident.items("custom_field_entries") {
        let name = field
            .get("custom_field")
            .and_then(|field| field.text("name"));
        let values = field.items("values");
        let values = values.iter().filter_map(|value| {
            let plain = value.first(&[
                "value_text",
                "value_link",
                "value_numeric",
                "value_timestamp",
            ]);
            let option = value
                .get("value_option")
                .and_then(|option| option.text("value"));
            let entry = value
                .get("value_catalog_entry")
                .and_then(|entry| entry.text("name"));
            plain.or(option).or(entry)
        });
        let values: Vec<String> = values.collect();
        let name = name.unwrap_or_else(|| "Custom field".into());
        let is_service = [
            "service",
            "services",
            "affected services",
            "affected service",
        ]
        .contains(&name.to_lowercase().as_str());
        if is_service {
            draft.services.extend(values);
        } else {
            draft.fact(&name, &cast.masked(&values.join(", ")));
        }
    }
    if let Some(url) = incident.text("postmortem_document_url") {
        draft.fact("Document at incident.io", &url);
    }
    timestamps(incident, draft);
}

fn timestamps(incident: &Node<'_>, draft: &mut Draft) {
    for one in incident.items("incident_timestamp_values") {
        let Some(name) = one
            .get("incident_timestamp")
            .and_then(|stamp| stamp.text("name"))
        else {
            continue;
        };
        let at = match one.get("value") {
            Some(value) if value.is_object() => value.time("value"),
            Some(_) => one.time("value"),
            None => None,
        };
        let Some(at) = at else { continue };
        let lower = name.to_lowercase();
        let word = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let times = &mut draft.times;
        let slot = match () {
            () if word(&["impact started", "started"]) => &mut times.started,
            () if word(&["report", "detected"]) => &mut times.detected,
            () if word(&["accept", "acknowledge", "responded"]) => &mut times.acknowledged,
            () if word(&["identified", "diagnosed"]) => &mut times.identified,
            () if word(&["fixed", "mitigated", "stabili"]) => &mut times.mitigated,
            () if word(&["resolved"]) => &mut times.resolved,
            () => {
                draft.timeline.push(Event::new(Some(at), Text::Plain(name)));
                continue;
            }
        };
        *slot = slot.or(Some(at));
        draft.timeline.push(Event::new(Some(at), Text::Plain(name)));
    }
    let created = incident.time("created_at");
    if draft.times.detected.is_none() {
        draft.times.detected = created;
    }
    if draft.times.started.is_none() && draft.times.detected.is_some() {
        draft.times.started = draft.times.detected;
        draft.guessed("`started` is the moment of the report, because the export does not say when the impact began", incident.place());
    }
}

fn update(update: &Node<'_>, cast: &Cast, draft: &mut Draft) {
    let at: Option<Timestamp> = update.time("created_at");
    let status = update
        .get("new_incident_status")
        .and_then(|status| status.text("name"));
    let severity = update
        .get("new_severity")
        .and_then(|severity| severity.text("name"));
    let message = update.text("message");
    let mut change = Vec::new();
    change.extend(status.map(|status| format!("Status: {status}")));
    change.extend(severity.map(|severity| format!("severity: {severity}")));
    let text = match (change.is_empty(), message) {
        (false, Some(message)) => format!("{}\n{message}", change.join(", ")),
        (false, None) => change.join(", "),
        (true, Some(message)) => message,
        (true, None) => {
            draft.left_out("updates that say nothing", update.place());
            update.taken();
            return;
        }
    };
    draft
        .timeline
        .push(Event::new(at, Text::Markdown(cast.masked(&text))));
    update.finish(draft);
}

fn task(task: &Node<'_>, cast: &Cast, draft: &mut Draft) {
    let title = task.text("title");
    let description = task.text("description");
    let text = match (title, description) {
        (Some(title), Some(more)) => format!("{title}\n{more}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return,
    };
    let mut row = ActionRow::new(Text::Plain(cast.masked(&text)));
    row.priority = task
        .get("priority")
        .and_then(|priority| priority.text("name"))
        .unwrap_or_default();
    row.issue = task
        .get("external_issue_reference")
        .and_then(|issue| issue.first(&["issue_permalink", "issue_name"]))
        .unwrap_or_default();
    row.status = task.text("status").unwrap_or_default();
    if let Some(name) = task.get("assignee").and_then(|user| user.text("name")) {
        let _ = name;
        draft.left_out("the names of those who are to do a follow-up; the owner of an item is a user or a team of the repository", task.place());
        if let Some(user) = task.get("assignee") {
            user.taken();
        }
    }
    draft.actions.push(row);
    task.finish(draft);
}
