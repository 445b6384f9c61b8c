//! The configuration's schema: one entry a key, in the order of the reader (`config::read`).

use serde_json::{Value, json};

use super::approval;
use super::shape::{
    DAY, about, choice, default, flag, keyed, list, mapping, name, one_of, party, text,
    words_needed,
};
use crate::config::{Actions, Config};
use crate::postmortem::deadline::{Deadlines, Stage};
use crate::postmortem::id;
use crate::postmortem::section::SECTIONS;
use crate::rules::rules;

/// What a rule's level may be, with what it means.
const LEVELS: [(&str, &str); 4] = [
    ("off", "Say nothing."),
    ("note", "Worth knowing."),
    (
        "warning",
        "Worth mending; fails only under `--deny-warnings`.",
    ),
    ("error", "Fails the check."),
];

/// How much of the site can be searched, with what it means.
const SEARCH: [(&str, &str); 3] = [
    ("none", "Nothing but lists."),
    ("facets", "Titles, summaries and facets."),
    ("full", "Every word."),
];

/// For whom a site is built, with what it means.
const EDITION: [(&str, &str); 2] = [
    ("internal", "For the organisation: everything."),
    (
        "public",
        "For everybody: what each postmortem's `audience` lets out.",
    ),
];

/// The schema of `.github/aftersight.yml`. With `catalogue` it names the rules of this version; without it takes every
/// name, as suits a schema that is published for every version.
pub fn schema(catalogue: bool) -> Value {
    json!({
        "$schema": super::DIALECT,
        "$id": super::url("config"),
        "title": "aftersight configuration",
        "description": "What an organisation calls things, and which rules weigh how much",
        "type": ["object", "null"],
        "properties": properties(catalogue),
        "additionalProperties": false,
    })
}

fn properties(catalogue: bool) -> Value {
    let plain = Config::default();
    let conventions = &plain.conventions;
    keyed(vec![
        (
            "postmortems",
            about(
                "The folder of the postmortems, relative to the repository.",
                "postmortems".into(),
                default(folder(), plain.postmortems.as_str()),
            ),
        ),
        (
            "theme",
            about(
                "A folder whose files replace those of the site's theme, file by file.",
                "site-theme".into(),
                folder(),
            ),
        ),
        (
            "ignore",
            about(
                "Globs of files that are no postmortems, relative to their folder or to the repository.",
                json!(["archive/**"]),
                list(&name()),
            ),
        ),
        (
            "id",
            about(
                "The shape of ids: `{year}` and `{number}` stand for digits, `{number:3}` for at least three.",
                id::DEFAULT_PATTERN.into(),
                json!({ "type": ["string", "null"], "pattern": r"\{number", "patternErrorMessage": "hold {number}, as in INC-{year}-{number:3}" }),
            ),
        ),
        (
            "severities",
            about(
                "The names of the severities, the most severe first.",
                json!(["sev1", "sev2", "sev3", "sev4"]),
                default(at_least_one(), conventions.severities.clone()),
            ),
        ),
        (
            "customer_facing",
            about(
                "The severities that ask for a message to customers when customers noticed; the first two where nothing is said.",
                json!(["sev1", "sev2"]),
                list(&name()),
            ),
        ),
        (
            "tags",
            about(
                "The tags that may be used; empty: any.",
                json!(["database", "deploy"]),
                list(&name()),
            ),
        ),
        (
            "acronyms",
            about(
                "Acronyms that every reader of yours knows, besides the common ones; any other is to be spelled out.",
                json!(["API", "DNS"]),
                default(list(&name()), conventions.acronyms.clone()),
            ),
        ),
        (
            "services",
            about(
                "The service catalogue: each name with its owner and one line about it.",
                json!({ "checkout": { "owner": "@org/team", "description": "Takes orders" } }),
                services(),
            ),
        ),
        (
            "causes",
            about(
                "The taxonomy of causes: each name with one line about it.",
                json!({ "change": "A deploy or a configuration change started it" }),
                causes(),
            ),
        ),
        (
            "priorities",
            about(
                "The priorities of action items, the most urgent first, with the days an item may take; `~` for no limit.",
                json!({ "P0": 14, "P1": 30, "P2": 90, "P3": null }),
                priorities(),
            ),
        ),
        (
            "deadlines",
            about(
                "How long the writing may take after an incident, and how long a draft may lie; by severity what is otherwise there.",
                json!({ "draft": "48h", "final": "5bd", "sev1": { "draft": "24h" } }),
                deadlines(&conventions.deadlines),
            ),
        ),
        (
            "confidential",
            about(
                "Patterns of what must not be published, such as customers' account numbers.",
                json!([{ "name": "customer account number", "pattern": r"ACC-\d{8}" }]),
                confidential(),
            ),
        ),
        (
            "sections",
            about(
                "Further headings of known sections.",
                json!({ "timeline": ["What happened when"] }),
                sections(),
            ),
        ),
        (
            "rules",
            about(
                "The level of single rules, and why.",
                json!({ "timeline-gap": { "level": "warning", "because": "we agreed on it in the May review" } }),
                rule_levels(catalogue),
            ),
        ),
        (
            "ratchet",
            about(
                "From when on the rules have their full strength: what is older weighs a note at most.",
                json!({ "before": "2026-11-01", "version": "0.1.0" }),
                ratchet(),
            ),
        ),
        (
            "approval",
            about(
                "Who must agree with a postmortem; one of the owners of its services where nothing is said.",
                json!({ "require": [{ "from": "owners" }] }),
                approval::schema(),
            ),
        ),
        (
            "actions",
            about(
                "What is done about action items.",
                json!({ "overdue": plain.actions.overdue }),
                actions(plain.actions),
            ),
        ),
        (
            "search",
            about(
                "How much of the site can be searched.",
                "full".into(),
                default(choice(&SEARCH), "full"),
            ),
        ),
        (
            "site",
            about(
                "What the site is called.",
                json!({ "title": "Postmortems" }),
                site(&plain),
            ),
        ),
    ])
}

fn folder() -> Value {
    json!({
        "type": ["string", "number", "boolean", "null"],
        "pattern": r"^[^/\\]*[^/\\\s][^\\]*$",
        "not": { "type": "string", "pattern": r"(^|/)\.\.(/|$)" },
        "patternErrorMessage": "name a folder inside the repository, with /",
    })
}

fn at_least_one() -> Value {
    let mut list = list(&name());
    list["minItems"] = 1.into();
    list
}

fn services() -> Value {
    let service = mapping(vec![
        (
            "owner",
            about(
                "Who is accountable for it: a user, a team or an e-mail address.",
                "@org/team".into(),
                json!({ "anyOf": [party(), { "type": "null" }] }),
            ),
        ),
        (
            "description",
            about("One line about it.", "Takes orders".into(), text()),
        ),
    ]);
    json!({
        "anyOf": [
            { "type": ["object", "null"], "additionalProperties": { "anyOf": [text(), service] } },
            { "type": "array", "items": name() },
        ],
    })
}

fn causes() -> Value {
    json!({
        "anyOf": [
            { "type": ["object", "null"], "additionalProperties": text() },
            { "type": "array", "items": name() },
        ],
    })
}

fn priorities() -> Value {
    json!({
        "type": ["object", "null"],
        "additionalProperties": { "type": ["integer", "string", "null"], "minimum": 0, "pattern": r"^\+?[0-9]{1,9}$" },
    })
}

fn sections() -> Value {
    let headings = json!({ "anyOf": [text(), { "type": "array", "items": text() }] });
    let known = SECTIONS.iter().map(|(_, name, heading, _)| {
        let said = format!("Further headings of the section \"{heading}\".");
        (
            *name,
            about(&said, json!(["What happened when"]), headings.clone()),
        )
    });
    mapping(known.collect())
}

fn ratchet() -> Value {
    let version = json!({
        "type": ["string", "null"],
        "pattern": r"^[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}$",
        "patternErrorMessage": "write a version, as in 0.1.0",
    });
    mapping(vec![
        (
            "before",
            about(
                "Postmortems of incidents that were over before this day are softened.",
                "2026-11-01".into(),
                json!({ "type": ["string", "null"], "pattern": DAY }),
            ),
        ),
        (
            "version",
            about(
                "Rules that came after this version are softened until it is raised.",
                "0.1.0".into(),
                version,
            ),
        ),
    ])
}

fn deadlines(plain: &Deadlines) -> Value {
    let limit = json!({
        "type": ["string", "null"],
        "pattern": r"^\s*0*[1-9][0-9]{0,3}(h|d|bd)\s*$",
        "patternErrorMessage": "write hours, days or business days, as in 48h, 3d or 5bd",
    });
    let stages = Stage::ALL.iter().map(|(name, stage)| {
        let said = match stage {
            Stage::Draft => "The first version, from the end of the incident.",
            Stage::Meeting => "The meeting, from the end of the incident.",
            Stage::Final => "The final version, from the end of the incident.",
            Stage::Stale => "How long a published draft may lie untouched.",
        };
        let limit = match plain.general[*stage as usize] {
            Some(general) => default(limit.clone(), general.to_string()),
            None => limit.clone(),
        };
        (*name, about(said, "48h".into(), limit))
    });
    let stages = keyed(stages.collect());
    json!({
        "type": ["object", "null"],
        "properties": stages,
        "additionalProperties": {
            "type": "object",
            "properties": stages,
            "additionalProperties": false,
        },
    })
}

fn confidential() -> Value {
    let mut pattern = mapping(vec![
        (
            "name",
            about(
                "What it finds.",
                "customer account number".into(),
                words_needed(),
            ),
        ),
        (
            "pattern",
            about(
                "What it looks like, in the syntax of Rust's regex crate.",
                r"ACC-\d{8}".into(),
                words_needed(),
            ),
        ),
    ]);
    pattern["type"] = "object".into();
    pattern["required"] = json!(["name", "pattern"]);
    json!({ "type": ["array", "null"], "items": pattern })
}

fn rule_levels(catalogue: bool) -> Value {
    let setting = mapping(vec![
        (
            "level",
            about("The level from now on.", "warning".into(), one_of(&LEVELS)),
        ),
        (
            "because",
            about(
                "Why, for those who meet it later.",
                "we agreed on it in the May review".into(),
                text(),
            ),
        ),
    ]);
    let mut full = setting;
    full["type"] = "object".into();
    full["required"] = json!(["level"]);
    let level = json!({ "anyOf": [one_of(&LEVELS), full] });
    let mut all = json!({
        "type": ["object", "null"],
        "propertyNames": { "pattern": "^[a-z]+(-[a-z]+)*$" },
        "additionalProperties": level,
    });
    if catalogue {
        let named = rules().map(|rule| {
            let mut shape = level.clone();
            shape["description"] = rule.summary().into();
            (rule.name, shape)
        });
        all["properties"] = keyed(named.collect());
    }
    all
}

fn actions(plain: Actions) -> Value {
    // What a schema cannot say: they ascend.
    let day = json!({
        "type": ["integer", "string"],
        "minimum": 1,
        "maximum": Actions::LATEST,
        "pattern": r"^\s*\+?0*([1-9][0-9]{0,2}|[12][0-9]{3}|3[0-5][0-9]{2}|36[0-4][0-9]|3650)\s*$",
        "patternErrorMessage": "write a number of days, as in 8",
    });
    let mut days = list(&day);
    days["minItems"] = plain.overdue.len().into();
    days["maxItems"] = plain.overdue.len().into();
    mapping(vec![
        (
            "overdue",
            about(
                "Days after the due date from which on an item speaks to its owner, to the team, to the managers of `approval`, and asks for a decision; ascending.",
                json!(plain.overdue),
                default(days, json!(plain.overdue)),
            ),
        ),
        (
            "mention_teams",
            about(
                "Whether the owning team is mentioned in an issue, so that its people are told.",
                plain.mention_teams.into(),
                default(flag(), plain.mention_teams),
            ),
        ),
    ])
}

fn site(plain: &Config) -> Value {
    let address = json!({
        "type": ["string", "null"],
        "pattern": r#"^https?://[^\s"'<>?#\\]+$"#,
        "patternErrorMessage": "write an address, as in https://example.org/postmortems",
    });
    mapping(vec![
        (
            "title",
            about(
                "Its name.",
                "Postmortems".into(),
                default(text(), plain.site.title.as_str()),
            ),
        ),
        (
            "description",
            about(
                "One line about it.",
                "What happened, why, and what was changed afterwards".into(),
                default(text(), plain.site.description.as_str()),
            ),
        ),
        (
            "base_url",
            about(
                "Where it is published; needed for feeds and the sitemap.",
                "https://example.org/postmortems".into(),
                address.clone(),
            ),
        ),
        (
            "repository",
            about(
                "The page of the repository, where pages lead to change and to discuss a postmortem; else where the clone came from.",
                "https://github.com/example/postmortems".into(),
                address,
            ),
        ),
        (
            "edition",
            about(
                "For whom it is built where `--edition` does not say.",
                "public".into(),
                default(choice(&EDITION), plain.site.edition.name()),
            ),
        ),
        (
            "index",
            about(
                "Whether search engines may list its pages; where they may not, each page says so.",
                false.into(),
                default(flag(), plain.site.index),
            ),
        ),
    ])
}
