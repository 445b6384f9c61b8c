//! A draft brought to terms with the organisation's words and with the order of time.
//!
//! Owns what is taken for the severity, the services and the owner where the source uses other words, and which moments cannot be
//! right. Every choice that the source does not make is remarked.

mod severity;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::draft::{Draft, Provenance};
use super::escape;
use super::origin::Origin;
use super::remark::Place;
use crate::document::mapping::nearest;
use crate::postmortem::conventions::Conventions;
use crate::postmortem::people::Party;
use crate::template::NOBODY_YET;

/// What the person who imports has said.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The title.
    pub title: Option<String>,
    /// A severity for everything.
    pub severity: Option<String>,
    /// Severities by the source's own words, compared without case.
    pub severities: Vec<(String, String)>,
    /// Who is accountable.
    pub owner: Option<String>,
    /// What was affected, beside what the source says.
    pub services: Vec<String>,
}

/// What the front matter says beside the draft's own fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// A severity of the conventions.
    pub severity: String,
    /// Who is accountable, or the word that asks for one.
    pub owner: String,
    /// What was affected, in the catalogue's words where there is a catalogue.
    pub services: Vec<String>,
}

/// How far clocks may differ before a moment lies in the future; the rule `times-out-of-order` allows as much.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(10);

/// Brings a draft to terms; `now` is the moment of the import.
pub fn settle(
    draft: &mut Draft,
    conventions: &Conventions,
    said: &Said,
    now: Timestamp,
) -> Settled {
    let place = place(&draft.provenance);
    let mut seen = Vec::new();
    draft.provenance.files.retain(|file| {
        let new = !seen.contains(file);
        if new {
            seen.push(file.clone());
        }
        new
    });
    if let Some(title) = &said.title {
        let old = std::mem::replace(&mut draft.title, title.clone());
        if draft.provenance.origin != Origin::Slack {
            draft.fact("Title in the export", &old);
        }
    }
    title(draft, &place);
    moments(draft, &place, now);
    let severity = severity::severity(draft, conventions, said, &place);
    let services = services(draft, conventions, said, &place);
    let owner = owner(draft, conventions, said, &services, &place);
    let authors = std::mem::take(&mut draft.authors);
    draft.authors = parties(draft, authors, "authors", &place);
    let participants = std::mem::take(&mut draft.participants);
    draft.participants = parties(draft, participants, "participants", &place);
    let tags = draft.tags.iter().map(|tag| escape::one_line(tag));
    let mut tags: Vec<String> = tags.filter(|tag| !tag.is_empty()).collect();
    tags.dedup();
    draft.tags = tags;
    Settled {
        severity,
        owner,
        services,
    }
}

/// The draft as a whole, as a place.
fn place(provenance: &Provenance) -> Place {
    let name = provenance.files.first().map(|file| file.name.as_str());
    Place::file(name.unwrap_or(provenance.origin.word()))
}

fn title(draft: &mut Draft, place: &Place) {
    const LONGEST: usize = 200;
    let title = escape::one_line(&draft.title);
    draft.title = match title.char_indices().nth(LONGEST) {
        None => title,
        Some((at, _)) => {
            draft.left_out(
                format!(
                    "the end of a title of more than {LONGEST} letters: `{}`",
                    &title[at..]
                ),
                place.clone(),
            );
            format!("{}…", title[..at].trim_end())
        }
    };
    if draft.title.is_empty() {
        let id = draft.provenance.id.clone().map(|id| escape::one_line(&id));
        draft.title = match id.filter(|id| !id.is_empty()) {
            Some(id) => format!("Incident {id}"),
            None => "Untitled incident".into(),
        };
        draft.guessed("the title, because the export names none", place.clone());
    }
}

/// Whether a moment can be written down and read again.
fn is_sane(at: Timestamp) -> bool {
    let year = at.to_zoned(TimeZone::UTC).year();
    (1970..=9998).contains(&year)
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn moments(draft: &mut Draft, place: &Place, now: Timestamp) {
    let mut times = draft.times;
    // What is written has seconds, so what is kept has no more.
    for moment in times.all() {
        *moment = moment.map(whole_seconds);
    }
    for event in &mut draft.timeline {
        event.at = event.at.map(whole_seconds);
        event.until = event.until.map(whole_seconds);
    }
    let mut before: Option<(&str, Timestamp)> = None;
    let phases = [
        ("started", &mut times.started),
        ("detected", &mut times.detected),
        ("acknowledged", &mut times.acknowledged),
        ("identified", &mut times.identified),
        ("mitigated", &mut times.mitigated),
        ("resolved", &mut times.resolved),
    ];
    for (name, moment) in phases {
        let Some(at) = *moment else { continue };
        let why = match before {
            _ if !is_sane(at) => "which no calendar of ours has".to_string(),
            _ if at.duration_since(now) > TOLERANCE => "which lies in the future".into(),
            Some((earlier, then)) if at < then => format!("which is before `{earlier}`, {then}"),
            _ => {
                before = Some((name, at));
                continue;
            }
        };
        *moment = None;
        draft.left_out(
            format!("the moment of `{name}`, {at}, {why}"),
            place.clone(),
        );
    }
    draft.times = times;
    let mut lost = Vec::new();
    for event in &mut draft.timeline {
        if let Some(at) = event.at.filter(|at| !is_sane(*at)) {
            event.at = None;
            lost.push(at);
        }
        event.until = event
            .until
            .filter(|until| is_sane(*until) && event.at.is_some_and(|at| at < *until));
    }
    for at in lost {
        draft.not_understood(
            format!("the time {at} of an entry of the timeline"),
            place.clone(),
        );
    }
}

/// Letters and digits alone, in lower case.
fn letters(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

fn services(
    draft: &mut Draft,
    conventions: &Conventions,
    said: &Said,
    place: &Place,
) -> Vec<String> {
    let mut services = said.services.clone();
    let catalogue = &conventions.services;
    for name in std::mem::take(&mut draft.services) {
        let name = escape::one_line(&name);
        if name.is_empty() {
            continue;
        }
        let known = catalogue
            .keys()
            .find(|known| letters(known) == letters(&name));
        let name = match known {
            _ if catalogue.is_empty() || catalogue.contains_key(&name) => name,
            Some(known) => known.clone(),
            None => match nearest(&name, catalogue.keys().map(String::as_str)) {
                Some(near) => {
                    let near = near.to_string();
                    draft.guessed(format!("the service `{near}` for `{name}`"), place.clone());
                    near
                }
                None => {
                    draft.left_out(format!("the service `{name}`, which is not in the catalogue (`--service NAME` names one)"), place.clone());
                    continue;
                }
            },
        };
        if !services.contains(&name) {
            services.push(name);
        }
    }
    services
}

fn owner(
    draft: &mut Draft,
    conventions: &Conventions,
    said: &Said,
    services: &[String],
    place: &Place,
) -> String {
    if let Some(owner) = &said.owner {
        return owner.clone();
    }
    if let Some(owner) = draft.owner.take() {
        match Party::read(owner.trim()) {
            Some(party) => return party.name(),
            None => draft.left_out(
                format!(
                    "the owner `{}`, which is neither a user, a team nor an e-mail address",
                    escape::one_line(&owner)
                ),
                place.clone(),
            ),
        }
    }
    let of_service = services
        .iter()
        .find_map(|name| conventions.services.get(name)?.owner.clone());
    of_service.unwrap_or_else(|| NOBODY_YET.into())
}

fn parties(draft: &mut Draft, names: Vec<String>, field: &str, place: &Place) -> Vec<String> {
    let mut parties: Vec<String> = Vec::new();
    for name in names {
        match Party::read(name.trim()).map(|party| party.name()) {
            Some(name) if parties.contains(&name) => {}
            Some(name) => parties.push(name),
            None => draft.left_out(
                format!(
                    "`{}` of the {field}, which is neither a user, a team nor an e-mail address",
                    escape::one_line(&name)
                ),
                place.clone(),
            ),
        }
    }
    parties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::origin::Origin;
    use crate::postmortem::conventions::Service;

    fn told(draft: &Draft) -> Vec<String> {
        let tell = |one: &super::super::remark::Remark| format!("{} {}", one.kind.name(), one.what);
        draft.remarks.iter().map(tell).collect()
    }

    fn now() -> Timestamp {
        "2026-10-14T09:00:00Z".parse().unwrap_or_default()
    }

    #[test]
    fn severities_are_taken_for_each_other_aloud() {
        let conventions = Conventions::default();
        let cases = [
            ("SEV-2", "sev2", false),
            ("P1", "sev1", true),
            ("critical", "sev1", true),
            ("Minor", "sev3", true),
            ("none", "sev4", true),
            ("purple", "sev3", true),
        ];
        for (word, expected, guessed) in cases {
            let mut draft = Draft::new(Origin::PagerDuty);
            draft.title = "x".into();
            draft.severity = Some(word.into());
            let settled = settle(&mut draft, &conventions, &Said::default(), now());
            assert_eq!(settled.severity, expected, "{word}");
            assert_eq!(!draft.remarks.is_empty(), guessed, "{word}");
        }
        let said = Said {
            severities: vec![("p1".into(), "sev4".into())],
            ..Said::default()
        };
        let mut draft = Draft::new(Origin::PagerDuty);
        draft.severity = Some("P1".into());
        assert_eq!(
            settle(&mut draft, &conventions, &said, now()).severity,
            "sev4"
        );
    }

    #[test]
    fn moments_that_cannot_be_are_left_out_aloud() {
        let mut draft = Draft::new(Origin::PagerDuty);
        draft.title = "x".into();
        draft.severity = Some("sev1".into());
        draft.times.started = "2026-10-10T10:00:00Z".parse().ok();
        draft.times.detected = "2026-10-10T09:00:00Z".parse().ok();
        draft.times.resolved = "2027-10-10T09:00:00Z".parse().ok();
        settle(&mut draft, &Conventions::default(), &Said::default(), now());
        assert_eq!(draft.times.detected, None);
        assert_eq!(draft.times.resolved, None);
        assert_eq!(
            told(&draft),
            [
                "left out the moment of `detected`, 2026-10-10T09:00:00Z, which is before `started`, 2026-10-10T10:00:00Z",
                "left out the moment of `resolved`, 2027-10-10T09:00:00Z, which lies in the future",
            ]
        );
    }

    #[test]
    fn services_are_those_of_the_catalogue() {
        let mut conventions = Conventions::default();
        let service = Service {
            owner: Some("@example/payments".into()),
            description: String::new(),
        };
        conventions.services.insert("checkout-api".into(), service);
        let mut draft = Draft::new(Origin::PagerDuty);
        draft.title = "x".into();
        draft.severity = Some("sev1".into());
        draft.services = ["Checkout API", "checkout-apis", "search"]
            .map(String::from)
            .into();
        draft.owner = Some("the payments team".into());
        let settled = settle(&mut draft, &conventions, &Said::default(), now());
        assert_eq!(settled.services, ["checkout-api"]);
        assert_eq!(settled.owner, "@example/payments");
        assert_eq!(draft.remarks.len(), 3, "{:?}", told(&draft));
    }
}
