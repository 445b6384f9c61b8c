//! Opsgenie: postmortems, incidents and the timelines of incidents, as its API gave them.
//!
//! Owns the names of its fields. Bodies are documents of Atlassian, read by [`super::adf`]. Shapes: docs.opsgenie.com/docs/postmortem-api
//! and docs.opsgenie.com/docs/incident-api.

use super::adf;
use super::bundle::{self, Bundle};
use super::draft::{Draft, Event, Heading, Text};
use super::input::{Input, Mismatch, Wish};
use super::json::Node;
use super::origin::Origin;
use super::people::Cast;
use super::sections;
use crate::postmortem::section::SectionKey;

#[derive(Default)]
struct Found<'a> {
    postmortems: Vec<Node<'a>>,
    incidents: Vec<Node<'a>>,
    entries: Vec<Node<'a>>,
}

/// One draft a postmortem, with what the other files know of its incident; else one an incident.
pub(super) fn read(inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let bundle = Bundle::parse(inputs)?;
    let found: Found<'_> = bundle.find("holds no postmortem, incident or timeline of Opsgenie")?;
    let mut cast = Cast::default();
    for entry in &found.entries {
        let kind = entry
            .below(&["actor", "type"])
            .and_then(|kind| kind.as_text());
        let name = entry
            .below(&["actor", "name"])
            .and_then(|name| name.as_text());
        if let Some(name) = name.filter(|_| kind.as_deref() == Some("user")) {
            cast.person([name.as_str()]);
        }
    }
    let mut drafts = Vec::new();
    let mut used = vec![false; found.incidents.len()];
    for postmortem in &found.postmortems {
        let mut draft = Draft::new(Origin::Opsgenie);
        written(postmortem, &cast, wish, &mut draft);
        let root = postmortem
            .below(&["rootIncident", "id"])
            .and_then(|id| id.as_text());
        for (index, incident) in found.incidents.iter().enumerate() {
            let same = root.is_some() && incident.text("id") == root;
            if same || found.incidents.len() == 1 && found.postmortems.len() == 1 {
                used[index] = true;
                facts(incident, &cast, wish, &mut draft);
            }
        }
        drafts.push((draft, Some(postmortem)));
    }
    for (incident, used) in found.incidents.iter().zip(used) {
        if !used {
            let mut draft = Draft::new(Origin::Opsgenie);
            draft.provenance.id = incident.text("id");
            facts(incident, &cast, wish, &mut draft);
            drafts.push((draft, Some(incident)));
        }
    }
    if drafts.is_empty() {
        drafts.push((Draft::new(Origin::Opsgenie), None));
    }
    let alone = drafts.len() == 1;
    for entry in &found.entries {
        match drafts.first_mut().filter(|_| alone) {
            Some((draft, _)) => self::entry(entry, &cast, draft),
            None => {
                entry.taken();
                for (draft, _) in &mut drafts {
                    draft.left_out("entries of a timeline, which do not say which of several incidents they belong to", entry.place());
                }
            }
        }
    }
    let mut drafts: Vec<Draft> = drafts
        .into_iter()
        .map(|(mut draft, node)| {
            cast.tell(&mut draft, inputs);
            if let Some(node) = node {
                node.finish(&mut draft);
            }
            draft.detected_by_first(inputs.first().map(Input::place));
            draft
        })
        .collect();
    bundle.close(&mut drafts);
    Ok(drafts)
}

impl<'a> bundle::Found<'a> for Found<'a> {
    fn gather(&mut self, root: &Node<'a>) {
        bundle::walk(root, 3, &mut |node| {
            let has = |keys: &[&str]| keys.iter().any(|key| node.has(key));
            if has(&["postmortemId", "executiveSummary", "rootIncident"]) {
                self.postmortems.push(node.clone());
            } else if node.has("eventTime") {
                self.entries.push(node.clone());
            } else if node.has("message") && has(&["tinyId", "impactedServices", "priority"]) {
                self.incidents.push(node.clone());
            } else {
                return &["data", "entries", "incidents", "postmortems"];
            }
            &[]
        });
    }

    fn count(&self) -> usize {
        self.postmortems.len() + self.incidents.len() + self.entries.len()
    }
}

/// What a postmortem says.
fn written(node: &Node<'_>, cast: &Cast, wish: &Wish<'_>, draft: &mut Draft) {
    draft.title = cast.masked(&node.text("title").unwrap_or_default());
    draft.provenance.id = node.text("postmortemId").or_else(|| node.text("id"));
    draft.severity = node.text("severity");
    draft.times.started = node.time("startTime");
    draft.times.acknowledged = node.time("respondTime");
    draft.times.resolved = node.time("resolveTime").or_else(|| node.time("endTime"));
    for (key, heading) in [
        ("executiveSummary", SectionKey::Summary),
        ("content", SectionKey::Appendix),
    ] {
        let Some(body) = node.get(key) else { continue };
        let text = match body.is_object() {
            true => adf::markdown(&body, draft),
            false => body.as_text().unwrap_or_default(),
        };
        sections::add(
            draft,
            &cast.masked(&text),
            &Heading::Known(heading),
            wish.conventions,
        );
    }
    if let Some(root) = node.get("rootIncident") {
        if draft.title.is_empty() {
            draft.title = root.text("message").unwrap_or_default();
        }
        if let Some(message) = root
            .text("message")
            .filter(|message| *message != draft.title)
        {
            draft.fact("Incident", &cast.masked(&message));
        }
        if let Some(number) = root.text("tinyId") {
            draft.fact("Number at Opsgenie", &number);
        }
        draft.times.detected = root.time("creationTime").or_else(|| root.time("createdAt"));
        if draft.severity.is_none() {
            draft.severity = root.text("priority");
        }
    }
}

/// What an incident says.
fn facts(node: &Node<'_>, cast: &Cast, wish: &Wish<'_>, draft: &mut Draft) {
    let message = node.text("message").unwrap_or_default();
    if draft.title.is_empty() {
        draft.title = cast.masked(&message);
    } else if message != draft.title {
        draft.fact("Incident", &cast.masked(&message));
    }
    if let Some(number) = node.text("tinyId") {
        draft.fact("Number at Opsgenie", &number);
    }
    draft.provenance.url = node.get("links").and_then(|links| links.text("web"));
    let priority = node.text("priority");
    draft.severity = draft.severity.take().or(priority);
    for tag in node.items("tags") {
        draft.tags.extend(tag.as_text());
    }
    for service in node.items("impactedServices") {
        if service.is_object() {
            draft.services.extend(service.first(&["name"]));
        } else if let Some(id) = service.as_text() {
            draft.fact("Affected service, as Opsgenie numbers it", &id);
        }
    }
    if let Some(text) = node.text("description") {
        sections::add(
            draft,
            &cast.masked(&text),
            &Heading::Known(SectionKey::Summary),
            wish.conventions,
        );
    }
    if let Some(extra) = node.get("extraProperties") {
        for (key, value) in extra.entries() {
            if let Some(text) = value.as_text() {
                draft.fact(key, &cast.masked(&text));
            }
        }
    }
    let started = node.time("impactStartDate");
    let detected = node
        .time("impactDetectDate")
        .or_else(|| node.time("createdAt"));
    let times = &mut draft.times;
    times.started = times.started.or(started);
    times.detected = times.detected.or(detected);
    if let Some(end) = node.time("impactEndDate") {
        times.mitigated = times.mitigated.or(Some(end));
    }
    if times.started.is_none() && times.detected.is_some() {
        times.started = times.detected;
        draft.guessed("`started` is the moment at which the incident was opened, because the export does not say when the impact began", node.place());
    }
}

fn entry(entry: &Node<'_>, cast: &Cast, draft: &mut Draft) {
    if entry.flag("hidden") {
        entry.taken();
        draft.left_out("entries that Opsgenie hides", entry.place());
        return;
    }
    let at = entry.time("eventTime");
    let kind = entry.text("type").unwrap_or_default();
    let actor = entry.get("actor").and_then(|actor| actor.text("name"));
    let rich = entry
        .below(&["description", "content"])
        .is_some_and(|content| content.is_object());
    let said = match entry.get("description") {
        Some(node) if node.is_object() => {
            let content = node
                .get("content")
                .and_then(|content| match content.is_object() {
                    true => Some(adf::markdown(&content, draft)),
                    false => content.as_text(),
                });
            let name = node.text("name");
            match (name, content) {
                (Some(name), Some(content)) if !content.contains(&name) => {
                    Some(format!("{name}: {content}"))
                }
                (_, Some(content)) => Some(content),
                (name, None) => name,
            }
        }
        Some(node) => node.as_text(),
        None => entry.text("title"),
    };
    let times = &mut draft.times;
    let lower = kind.to_lowercase();
    if lower.contains("acknowledg") {
        times.acknowledged = times.acknowledged.or(at);
    } else if lower.contains("resolved") || lower.contains("closed") {
        times.resolved = times.resolved.or(at);
    }
    let text = match said {
        Some(text) => text,
        None if kind.is_empty() => {
            draft.not_understood("an entry of a timeline that says nothing", entry.place());
            return;
        }
        // `ResponderAlertAcknowledged`
        None => words(&kind),
    };
    let text = match actor {
        Some(actor)
            if !text.contains(&actor)
                && cast.masked(&format!("@{actor}")) != format!("@{actor}") =>
        {
            format!("{text} ({})", cast.masked(&format!("@{actor}")))
        }
        _ => text,
    };
    let text = cast.masked(&text);
    let text = if rich {
        Text::Markdown(text)
    } else {
        Text::Plain(text)
    };
    draft.timeline.push(Event::new(at, text));
    entry.finish(draft);
}

/// A name in camel case as words.
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else {
            words.push(c);
        }
    }
    words
}
