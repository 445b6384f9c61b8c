//! Statuspage: incidents of the API and of a page's public `incidents.json`, with their updates.
//!
//! Owns the order of updates (the newest comes first there), what an impact means here, and that planned maintenance is no incident.
//! Shapes: developer.statuspage.io and any page's `/api/v2/incidents.json`.

use super::draft::{Draft, Event, Heading, Text};
use super::html;
use super::input::{Input, Mismatch, Wish};
use super::json::{Json, Node};
use super::origin::Origin;
use super::sections;
use crate::postmortem::choice::Extent;
use crate::postmortem::section::SectionKey;

/// One draft an incident.
pub(super) fn read(inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let mut drafts = Vec::new();
    for input in inputs {
        let json = Json::parse(input)?;
        let mut incidents = Vec::new();
        for node in json.root().list() {
            let inner = ["incidents", "incident", "scheduled_maintenances"];
            let inner: Vec<Node<'_>> = inner
                .iter()
                .filter_map(|key| node.get(key))
                .flat_map(|node| node.list())
                .collect();
            if inner.is_empty() {
                incidents.push(node);
            } else {
                incidents.extend(inner);
            }
        }
        incidents.retain(is_incident);
        if incidents.is_empty() && !json.root().has("incidents") {
            return Err(json.mismatch("holds no incident of Statuspage"));
        }
        let from = drafts.len();
        for incident in &incidents {
            let mut draft = Draft::new(Origin::Statuspage);
            self::incident(incident, wish, &mut draft);
            draft.provenance.files.push(input.as_read());
            incident.finish(&mut draft);
            drafts.push(draft);
        }
        if let Some(first) = drafts.get_mut(from) {
            json.root().finish(first);
        }
    }
    Ok(drafts)
}

fn is_incident(node: &Node<'_>) -> bool {
    let telling = [
        "incident_updates",
        "impact",
        "shortlink",
        "affected_components",
        "postmortem_body",
    ];
    node.has("name") && telling.iter().any(|key| node.has(key))
}

/// A text of an update or a report, which pages keep as HTML or as Markdown.
fn prose(text: String) -> Text {
    match html::is_html(&text) {
        true => Text::Markdown(html::markdown(&text)),
        false => Text::Markdown(text),
    }
}

fn incident(incident: &Node<'_>, wish: &Wish<'_>, draft: &mut Draft) {
    draft.title = incident.text("name").unwrap_or_default();
    draft.provenance.id = incident.text("id");
    draft.provenance.url = incident.text("shortlink");
    let impact = incident.first(&["impact_override", "impact"]);
    if let Some(impact) = incident.get("impact") {
        impact.taken();
    }
    draft.extent = impact.as_deref().and_then(extent);
    draft.severity = impact.clone();
    let components = incident
        .items("components")
        .into_iter()
        .chain(incident.items("affected_components"));
    for component in components {
        draft.services.extend(component.text("name"));
        // What it does and how it stands is the same for every incident.
        component.taken();
    }
    if incident.has("scheduled_for") && incident.get("scheduled_for").is_some() {
        draft.tags.push("planned-maintenance".into());
        draft.guessed(
            "this was planned maintenance, to judge by `scheduled_for`",
            incident.place(),
        );
        if let Some(at) = incident.time("scheduled_for") {
            draft.timeline.push(Event::new(
                Some(at),
                Text::Plain("Maintenance was planned to begin".into()),
            ));
        }
        if let Some(at) = incident.time("scheduled_until") {
            draft.timeline.push(Event::new(
                Some(at),
                Text::Plain("Maintenance was planned to end".into()),
            ));
        }
    }
    let created = incident
        .time("started_at")
        .or_else(|| incident.time("created_at"));
    draft.times.started = created;
    if created.is_some() {
        draft.guessed("`started` is the moment at which the page was told, because Statuspage does not know the first effect", incident.place());
    }
    let monitoring = incident.time("monitoring_at");
    draft.times.resolved = incident.time("resolved_at");
    for update in incident.items("incident_updates") {
        self::update(&update, draft);
    }
    // Some tools save updates with the name of their incident.
    if incident.has("body") {
        self::update(incident, draft);
    } else if let Some(status) = incident.text("status")
        && !["resolved", "postmortem", "completed"].contains(&status.as_str())
    {
        draft.fact("Status at the time of the export", &status);
    }
    draft.times.mitigated = draft.times.mitigated.or(monitoring);
    if let Some(body) = incident.first(&["postmortem_body"]) {
        let body = match html::is_html(&body) {
            true => html::markdown(&body),
            false => body,
        };
        sections::add(
            draft,
            &body,
            &Heading::Known(SectionKey::Summary),
            wish.conventions,
        );
    }
    if let Some(meta) = incident.get("metadata") {
        for (key, value) in meta.entries() {
            for (name, value) in value.entries() {
                if let Some(text) = value.as_text() {
                    draft.fact(&format!("{key} {name}"), &text);
                }
            }
        }
    }
}

fn update(update: &Node<'_>, draft: &mut Draft) {
    let at = update
        .time("display_at")
        .or_else(|| update.time("created_at"));
    for key in ["display_at", "created_at", "updated_at"] {
        if let Some(node) = update.get(key) {
            node.taken();
        }
    }
    let status = update.text("status").unwrap_or_default();
    let body = update.text("body");
    let times = &mut draft.times;
    // Updates come newest first, so the earliest of a kind is the last that is met.
    let earlier = |known: Option<jiff::Timestamp>| match (known, at) {
        (Some(known), Some(at)) => Some(known.min(at)),
        (known, at) => known.or(at),
    };
    match status.as_str() {
        "identified" => times.identified = earlier(times.identified),
        "monitoring" => times.mitigated = earlier(times.mitigated),
        "resolved" | "completed" if times.resolved.is_none() => times.resolved = at,
        _ => {}
    }
    let label = match status.as_str() {
        "" => String::new(),
        status => format!("**{}**: ", super::escape::inline(&status.replace('_', " "))),
    };
    let text = match body.map(prose) {
        Some(Text::Plain(text) | Text::Markdown(text)) => {
            Text::Markdown(format!("{label}{}", text.trim_start()))
        }
        None if status.is_empty() => {
            draft.left_out("updates that say nothing", update.place());
            return;
        }
        None => Text::Plain(status),
    };
    draft.timeline.push(Event::new(at, text));
    if let Some(tweet) = update.text("custom_tweet") {
        draft.timeline.push(Event::new(
            at,
            Text::Plain(format!("Said on Twitter: {tweet}")),
        ));
    }
    for component in update.items("affected_components") {
        if let Some(name) = component.text("name")
            && !draft.services.contains(&name)
        {
            draft.services.push(name);
        }
        component.taken();
    }
}

fn extent(impact: &str) -> Option<Extent> {
    match impact {
        "none" => Some(Extent::None),
        "minor" => Some(Extent::Degraded),
        "major" => Some(Extent::PartialOutage),
        "critical" => Some(Extent::Outage),
        _ => None,
    }
}
