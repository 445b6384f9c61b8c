//! The schema of a site's `index.json`, version 1: what other people's tools may rely on.
//!
//! Fields are added and never taken away, so an unknown one is no mistake. The site writes the file (`site::record`), and the tests hold
//! the two together.

use serde_json::{Map, Value, json};

use super::shape::keyed;
use crate::ledger::standing::Standing;
use crate::postmortem::choice::{ActionType, Kind, Status};
use crate::tracker::item::State;

/// The schema.
pub fn schema() -> Value {
    json!({
        "$schema": super::DIALECT,
        "$id": super::url("index"),
        "title": "aftersight index",
        "description": "Every postmortem of a site and every action item; addresses are relative to the site's root",
        "type": "object",
        "required": ["version", "title", "postmortems", "tracked", "actions"],
        "properties": keyed(vec![
            ("version", said("The version of this format; a new one is a break.", json!({ "const": 1 }))),
            ("title", said("The site's name.", text())),
            ("generated", said("When the site was built; not in previews.", moment())),
            ("home", said("The site's address, where it is known.", json!({ "type": "string", "format": "uri" }))),
            ("postmortems", said("Every readable postmortem, the newest first.", list(postmortem()))),
            ("tracked", said("Whether anybody keeps track of action items; only then they have states.", json!({ "type": "boolean" }))),
            ("actions", said("Every action item, what is overdue first.", list(action()))),
        ]),
    })
}

fn postmortem() -> Value {
    let statuses = names(Status::ALL.iter().map(|(name, _)| *name));
    let kinds = names(Kind::ALL.iter().map(|(name, _)| *name));
    object(
        &[
            "id",
            "title",
            "url",
            "path",
            "summary",
            "status",
            "kind",
            "severity",
            "services",
            "causes",
            "tags",
            "owner",
            "started",
            "detected",
            "acknowledged",
            "identified",
            "mitigated",
            "resolved",
            "related",
            "recurrence_of",
        ],
        vec![
            ("id", said("The permanent name.", text())),
            (
                "title",
                said("One line that says what happened to whom.", text()),
            ),
            ("url", said("Its page.", address())),
            ("path", said("Its file in the repository.", text())),
            (
                "summary",
                said(
                    "The first sentence of the summary; may be empty.",
                    json!({ "type": "string" }),
                ),
            ),
            ("status", said("How far the writing is.", statuses)),
            (
                "approval",
                said(
                    "What the ledger proves; only in a site with a ledger.",
                    names(Standing::STATES.iter().map(|(name, _)| *name)),
                ),
            ),
            ("kind", said("What kind of event.", kinds)),
            (
                "severity",
                said(
                    "How severe, in the organisation's own words.",
                    or_null(text()),
                ),
            ),
            ("services", said("What was affected.", list(text()))),
            ("causes", said("Words of the taxonomy.", list(text()))),
            ("tags", said("Free words.", list(text()))),
            ("owner", said("Who is accountable.", or_null(text()))),
            (
                "started",
                said(
                    "When it began; null where nobody knows, as with all moments.",
                    or_null(moment()),
                ),
            ),
            ("detected", said("When it was noticed.", or_null(moment()))),
            (
                "acknowledged",
                said("When somebody began to work on it.", or_null(moment())),
            ),
            (
                "identified",
                said("When the cause was understood.", or_null(moment())),
            ),
            (
                "mitigated",
                said(
                    "When its effect was stopped or made smaller.",
                    or_null(moment()),
                ),
            ),
            ("resolved", said("When it was over.", or_null(moment()))),
            (
                "meeting",
                said("When the review meeting was or will be.", or_null(moment())),
            ),
            ("related", said("Ids of related postmortems.", list(text()))),
            (
                "recurrence_of",
                said(
                    "The id of the postmortem of which this is a recurrence.",
                    or_null(text()),
                ),
            ),
            (
                "created",
                said("When its file was first committed.", moment()),
            ),
            (
                "changed",
                said("When its file was last committed.", moment()),
            ),
        ],
    )
}

fn action() -> Value {
    let types = names(ActionType::ALL.iter().map(|(name, _)| *name));
    object(
        &[
            "id",
            "postmortem",
            "item",
            "url",
            "action",
            "due",
            "priority",
            "kind",
            "owner",
            "service",
            "done_when",
        ],
        vec![
            (
                "id",
                said(
                    "The permanent name: the id of its postmortem, a slash, its own id.",
                    text(),
                ),
            ),
            ("postmortem", said("The postmortem's id.", text())),
            (
                "item",
                said(
                    "Its id within the postmortem; empty where it has none.",
                    json!({ "type": "string" }),
                ),
            ),
            (
                "url",
                said("Its row; null where no page has it.", or_null(address())),
            ),
            (
                "action",
                said(
                    "The sentence; empty where no postmortem promises it any more.",
                    json!({ "type": "string" }),
                ),
            ),
            (
                "state",
                said(
                    "How it stands; only where that is known.",
                    names(State::ALL.iter().map(|(name, _)| *name)),
                ),
            ),
            (
                "overdue_days",
                said(
                    "Whole days since it was due, 0 where it is not overdue; only where somebody keeps track.",
                    count(),
                ),
            ),
            ("since", said("Since when it stands so.", moment())),
            (
                "due",
                said(
                    "The day it is due.",
                    or_null(
                        json!({ "type": "string", "format": "date", "pattern": super::shape::DAY }),
                    ),
                ),
            ),
            ("priority", said("As written.", or_null(text()))),
            ("kind", said("What it is for.", or_null(types))),
            (
                "owner",
                said(
                    "Who is accountable; several are parted by a comma.",
                    or_null(text()),
                ),
            ),
            (
                "service",
                said("The first service of the postmortem.", or_null(text())),
            ),
            (
                "done_when",
                said("How anyone can tell that it is done.", or_null(text())),
            ),
            (
                "issue",
                said("Its issue's number in the repository.", count()),
            ),
            (
                "issue_url",
                said(
                    "Its issue's page.",
                    json!({ "type": "string", "format": "uri" }),
                ),
            ),
            (
                "elsewhere",
                said("Where it is tracked, if not there; as written.", text()),
            ),
            ("reason", said("Why it was dropped.", text())),
        ],
    )
}

fn object(required: &[&str], properties: Vec<(&str, Value)>) -> Value {
    json!({ "type": "object", "required": required, "properties": keyed(properties) })
}

/// A shape with what it means.
fn said(description: &str, shape: Value) -> Value {
    let mut fields = Map::new();
    fields.insert("description".into(), description.into());
    if let Value::Object(shape) = shape {
        fields.extend(shape);
    }
    Value::Object(fields)
}

fn text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// An address below the site's root.
fn address() -> Value {
    json!({ "type": "string", "format": "uri-reference" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Value {
    json!({ "enum": names.collect::<Vec<_>>() })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn or_null(shape: Value) -> Value {
    json!({ "anyOf": [shape, { "type": "null" }] })
}
