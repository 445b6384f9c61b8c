//! The front matter's schema: one entry a key, in the order of the reader (`postmortem::front`).

use serde_json::{Value, json};

use super::shape::{
    DAY, about, choice, count, default, flag, keyed, list, mapping, moment, names, one_of,
    or_unknown, party, text, words_needed,
};
use crate::postmortem::choice::{
    Audience, DetectedBy, Expectation, Extent, Kind, Status, Template,
};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::id;
use crate::rules::rules;

/// The schema of the front matter. With the names an organisation uses it takes only those; without, every name, as
/// suits a schema that is published for everybody.
pub fn schema(conventions: Option<&Conventions>) -> Value {
    let none = Conventions {
        severities: Vec::new(),
        ..Conventions::default()
    };
    let names = conventions.unwrap_or(&none);
    json!({
        "$schema": super::DIALECT,
        "$id": super::url("front-matter"),
        "title": "aftersight postmortem",
        "description": "The front matter of a postmortem",
        "type": "object",
        "required": ["id", "title", "severity", "owner"],
        "properties": properties(names, conventions.is_some()),
        "additionalProperties": false,
        "if": {
            "properties": { "status": { "enum": [Status::InReview.name(), Status::Final.name()] } },
            "required": ["status"],
        },
        "then": finished(),
    })
}

/// What a postmortem has to say from the review on.
fn finished() -> Value {
    let said = || json!({ "not": { "type": "null" } });
    json!({
        "required": ["services", "incident", "impact"],
        "properties": {
            "services": { "type": "array", "minItems": 1 },
            "incident": {
                "type": "object",
                "required": ["started", "detected", "resolved"],
                "properties": { "started": said(), "detected": said(), "resolved": said() },
            },
            "impact": {
                "type": "object",
                "required": ["extent"],
                "properties": { "extent": said() },
            },
        },
    })
}

fn properties(conventions: &Conventions, organisation: bool) -> Value {
    let services: Vec<(&str, &str)> = conventions
        .services
        .iter()
        .map(|(name, service)| (name.as_str(), service.description.as_str()))
        .collect();
    let causes: Vec<(&str, &str)> = conventions
        .causes
        .iter()
        .map(|(name, about)| (name.as_str(), about.as_str()))
        .collect();
    let tags: Vec<(&str, &str)> = conventions
        .tags
        .iter()
        .map(|tag| (tag.as_str(), ""))
        .collect();
    let people = || list(&words_needed());
    let ids = || list(&words_needed());
    keyed(vec![
        (
            "id",
            about(
                "The permanent name of this postmortem. Never change it: links, action items and issues refer to it.",
                "INC-2026-014".into(),
                id_shape(conventions),
            ),
        ),
        (
            "title",
            about(
                "One line that says what happened to whom.",
                "Checkout refused orders for 55 minutes after a pool change".into(),
                json!({ "type": ["string", "number", "boolean"], "pattern": r"^[^\n]*\S[^\n]*$" }),
            ),
        ),
        (
            "kind",
            about(
                "What kind of event this is about.",
                "incident".into(),
                default(choice(Kind::ABOUT), Kind::Incident.name()),
            ),
        ),
        (
            "template",
            about(
                "Which sections are asked for.",
                "standard".into(),
                default(choice(Template::ABOUT), Template::Standard.name()),
            ),
        ),
        (
            "status",
            about(
                "How far the writing is. Approval comes from the pull request and is never typed.",
                "draft".into(),
                default(choice(Status::ABOUT), Status::Draft.name()),
            ),
        ),
        (
            "severity",
            about(
                "How severe it was: a name of the configured list.",
                "sev2".into(),
                severity(conventions),
            ),
        ),
        (
            "owner",
            about(
                "The one user, team or e-mail address that is accountable. Quote the `@`.",
                "@org/team".into(),
                json!({ "anyOf": [party(), { "type": "array", "items": party(), "minItems": 1, "maxItems": 1 }] }),
            ),
        ),
        (
            "authors",
            about(
                "Who wrote it. People may be named here, not in the text.",
                json!(["@org/team"]),
                people(),
            ),
        ),
        (
            "participants",
            about(
                "Who took part. People may be named here, not in the text.",
                json!(["@user"]),
                people(),
            ),
        ),
        (
            "services",
            about(
                "What was affected: names of the service catalogue.",
                json!(["checkout"]),
                catalogue(&services),
            ),
        ),
        (
            "tags",
            about(
                "Words to find it by.",
                json!(["database", "deploy"]),
                catalogue(&tags),
            ),
        ),
        (
            "causes",
            about(
                "Words of the taxonomy of causes, counted over many incidents.",
                json!(["change"]),
                catalogue(&causes),
            ),
        ),
        (
            "incident",
            about(
                "The moments of the incident: RFC 3339 with an offset, or `unknown`.",
                json!({ "started": "2026-10-10T14:23:00Z" }),
                incident(),
            ),
        ),
        (
            "detected_by",
            about(
                "Who noticed first.",
                "monitoring".into(),
                or_unknown(&choice(DetectedBy::ABOUT)),
            ),
        ),
        (
            "meeting",
            about(
                "When it was talked about.",
                "2026-10-12T15:00:00Z".into(),
                moment(),
            ),
        ),
        (
            "impact",
            about(
                "What it did, in figures; `unknown` is an answer.",
                json!({ "extent": "partial-outage", "users": 12000 }),
                impact(),
            ),
        ),
        (
            "third_party",
            about(
                "Somebody else's part in it.",
                json!({ "name": "Example DNS", "expectation": "violated" }),
                third_party(),
            ),
        ),
        (
            "related",
            about(
                "Ids of postmortems worth reading beside this one.",
                json!(["INC-2025-042"]),
                ids(),
            ),
        ),
        (
            "recurrence_of",
            about(
                "The id of the postmortem that this one repeats.",
                "INC-2025-042".into(),
                text(),
            ),
        ),
        (
            "audience",
            about(
                "Who may read it outside the organisation.",
                "internal".into(),
                default(choice(Audience::ABOUT), Audience::Internal.name()),
            ),
        ),
        (
            "allow",
            about(
                "Findings that are let pass in the whole document, each with its reason.",
                json!([{ "rule": "late-meeting", "because": "team off-site", "until": "2026-12-01" }]),
                allow(organisation),
            ),
        ),
        (
            "imported",
            about(
                "Whether it was written before aftersight: then its style weighs little.",
                true.into(),
                default(flag(), false),
            ),
        ),
    ])
}

fn id_shape(conventions: &Conventions) -> Value {
    match conventions.id_pattern.as_deref() {
        Some(pattern) => json!({
            "type": ["string", "integer"],
            "pattern": id::regex(pattern),
            "patternErrorMessage": format!("write an id like {}", id::write(pattern, 2026, 14)),
        }),
        None => {
            json!({ "type": ["string", "number", "boolean"], "minimum": 0, "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$" })
        }
    }
}

fn severity(conventions: &Conventions) -> Value {
    if conventions.severities.is_empty() {
        return words_needed();
    }
    let last = conventions.severities.len() - 1;
    let about = |at: usize| match at {
        0 => "The most severe",
        at if at == last => "The least severe",
        _ => "",
    };
    let names: Vec<(&str, &str)> = conventions
        .severities
        .iter()
        .enumerate()
        .map(|(at, name)| (name.as_str(), about(at)))
        .collect();
    one_of(&names)
}

/// Names of a catalogue, and `unknown`; an empty catalogue takes every name.
fn catalogue(known: &[(&str, &str)]) -> Value {
    match known {
        [] => names(&[]),
        known => names(&[known, &[("unknown", "Nobody can tell any more.")]].concat()),
    }
}

fn incident() -> Value {
    let time = |description: &str, example: &str| about(description, example.into(), moment());
    mapping(vec![
        ("started", time("First effect.", "2026-10-10T14:23:00Z")),
        ("detected", time("First noticed.", "2026-10-10T14:31:00Z")),
        (
            "acknowledged",
            time("Somebody took it on.", "2026-10-10T14:33:00Z"),
        ),
        (
            "identified",
            time("The cause was understood.", "2026-10-10T14:45:00Z"),
        ),
        (
            "mitigated",
            time(
                "The effect was over, perhaps by a makeshift.",
                "2026-10-10T15:10:00Z",
            ),
        ),
        ("resolved", time("It was over.", "2026-10-10T15:18:00Z")),
    ])
}

fn impact() -> Value {
    let share = json!({
        "type": ["number", "string", "null"],
        "minimum": 0,
        "maximum": 100,
        "pattern": r"^\+?(100(\.0*)?|[0-9]{1,2}(\.[0-9]*)?)\s*%*$",
    });
    let money = json!({
        "type": ["string", "null"],
        "pattern": r"^[0-9_,]*[0-9][0-9_,]*(\.[0-9]*)? [A-Z]{3}$",
        "patternErrorMessage": "write an amount and a currency, as in 45000 USD, or unknown",
    });
    let yes = || json!({ "enum": [true, false, "true", "false", "unknown", null] });
    mapping(vec![
        (
            "extent",
            about(
                "How much of the service was gone.",
                "degraded".into(),
                or_unknown(&choice(Extent::ABOUT)),
            ),
        ),
        (
            "users",
            about("How many people were affected.", 12000.into(), count()),
        ),
        (
            "users_percent",
            about(
                "Which share of the people was affected, 0 to 100.",
                40.into(),
                or_unknown(&share),
            ),
        ),
        (
            "revenue",
            about(
                "Money lost: an amount and a currency.",
                "45000 USD".into(),
                or_unknown(&money),
            ),
        ),
        (
            "support_tickets",
            about("How many tickets were opened.", 847.into(), count()),
        ),
        (
            "sla_breached",
            about("Whether an agreement was broken.", false.into(), yes()),
        ),
        (
            "data_loss",
            about("Whether data was lost.", false.into(), yes()),
        ),
    ])
}

fn third_party() -> Value {
    mapping(vec![
        ("name", about("Its name.", "Example DNS".into(), text())),
        (
            "expectation",
            about(
                "Whether it did what was expected of it.",
                "violated".into(),
                choice(Expectation::ABOUT),
            ),
        ),
    ])
}

fn allow(organisation: bool) -> Value {
    let until = json!({ "type": ["string", "null"], "pattern": DAY });
    let rule = if organisation {
        let known: Vec<(&str, String)> = rules().map(|rule| (rule.name, rule.summary())).collect();
        let known: Vec<(&str, &str)> = known
            .iter()
            .map(|(name, about)| (*name, about.as_str()))
            .collect();
        json!({ "anyOf": [one_of(&known), { "pattern": "^[a-z]+(-[a-z]+)*$", "type": "string" }] })
    } else {
        json!({ "pattern": "^[a-z]+(-[a-z]+)*$", "type": "string" })
    };
    let mut item = mapping(vec![
        (
            "rule",
            about(
                "The rule whose findings are let pass.",
                "late-meeting".into(),
                rule,
            ),
        ),
        (
            "because",
            about(
                "Why. A reader has to understand it without asking.",
                "team off-site".into(),
                words_needed(),
            ),
        ),
        (
            "until",
            about("The last day it holds.", "2026-12-01".into(), until),
        ),
    ]);
    item["type"] = "object".into();
    item["required"] = json!(["rule", "because"]);
    list(&item)
}
