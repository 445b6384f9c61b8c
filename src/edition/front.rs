//! The front matter of a public text, written anew from the fields that may be seen.
//!
//! Owns which these are. `summary` lets out title, times and services. `full` lets out what says what happened; people, the
//! process (meeting, allowances) and the figures of the business (revenue, tickets, agreements) are nobody else's (S4, Redaction
//! for public sharing).

use serde_yaml::{Mapping, Value};

use super::audience;
use super::target::Targets;
use crate::document::mapping::{Field, Known};
use crate::postmortem::choice::Audience;
use crate::postmortem::choice::Status;
use crate::postmortem::{Front, Postmortem};
use crate::source::Spanned;

/// The YAML between the fences.
pub(super) fn write(postmortem: &Postmortem, targets: &Targets<'_>) -> String {
    let front = &postmortem.front;
    let audience = audience(postmortem).unwrap_or(Audience::Internal);
    let mut top = Mapping::new();
    put(&mut top, "id", front.id.get().cloned());
    put(&mut top, "title", front.title.get().cloned());
    put(&mut top, "status", Some(Status::Final.name()));
    put(&mut top, "audience", Some(audience.name()));
    list(&mut top, "services", &front.services);
    let mut moments = Mapping::new();
    for (name, moment) in front.incident.phases() {
        known(&mut moments, name, moment, ToString::to_string);
    }
    nested(&mut top, "incident", moments);
    if audience == Audience::Full {
        more(&mut top, front, targets);
    }
    serde_yaml::to_string(&top).unwrap_or_default()
}

fn more(top: &mut Mapping, front: &Front, targets: &Targets<'_>) {
    put(top, "kind", front.kind.get().map(|kind| kind.name()));
    put(top, "severity", front.severity.get().cloned());
    list(top, "tags", &front.tags);
    list(top, "causes", &front.causes);
    known(top, "detected_by", &front.detected_by, |by| {
        by.name().to_string()
    });
    let mut impact = Mapping::new();
    let from = &front.impact;
    known(&mut impact, "extent", &from.extent, |extent| {
        extent.name().to_string()
    });
    known(&mut impact, "users", &from.users, |users| *users);
    known(&mut impact, "users_percent", &from.users_percent, |share| {
        *share
    });
    known(&mut impact, "data_loss", &from.data_loss, |lost| *lost);
    nested(top, "impact", impact);
    let mut third_party = Mapping::new();
    put(
        &mut third_party,
        "name",
        front.third_party.name.get().cloned(),
    );
    let expectation = front.third_party.expectation.get();
    put(
        &mut third_party,
        "expectation",
        expectation.map(|expectation| expectation.name()),
    );
    nested(top, "third_party", third_party);
    let related = front.related.items().iter();
    let related: Vec<Value> = related
        .filter(|id| targets.has(&id.value))
        .map(|id| id.value.clone().into())
        .collect();
    if !related.is_empty() {
        top.insert("related".into(), related.into());
    }
    let earlier = front.recurrence_of.get().filter(|id| targets.has(id));
    put(top, "recurrence_of", earlier.cloned());
}

fn put<T: Into<Value>>(mapping: &mut Mapping, key: &str, value: Option<T>) {
    if let Some(value) = value {
        mapping.insert(key.into(), value.into());
    }
}

fn nested(mapping: &mut Mapping, key: &str, fields: Mapping) {
    if !fields.is_empty() {
        mapping.insert(key.into(), fields.into());
    }
}

/// What is lost is said to be.
fn known<T, V: Into<Value>>(
    mapping: &mut Mapping,
    key: &str,
    field: &Field<Known<T>>,
    value: impl FnOnce(&T) -> V,
) {
    match field.get() {
        Some(Known::Known(known)) => put(mapping, key, Some(value(known))),
        Some(Known::Unknown) => put(mapping, key, Some("unknown")),
        None => {}
    }
}

fn list(mapping: &mut Mapping, key: &str, field: &Field<Vec<Spanned<String>>>) {
    let names: Vec<Value> = field
        .items()
        .iter()
        .map(|name| name.value.clone().into())
        .collect();
    if !names.is_empty() {
        mapping.insert(key.into(), names.into());
    }
}
