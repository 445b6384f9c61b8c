//! The configuration's `approval`, in the order of its reader (`config::approval`).

use serde_json::{Value, json};

use super::shape::{about, default, list, mapping, name, one_of};
use crate::config::Whom;

/// A user as GitHub names them, with `@`; a program's account ends in `[bot]`.
const USER: &str = r"@[A-Za-z0-9_-]{1,100}(\[bot\])?";
/// A team as GitHub names it.
const TEAM: &str = r"@[A-Za-z0-9_-]{1,100}/[A-Za-z0-9_.-]{1,100}";

/// The shape of `approval`.
pub(super) fn schema() -> Value {
    let account = json!({
        "type": "string",
        "pattern": format!(r"^\s*({USER}|{TEAM})\s*$"),
        "patternErrorMessage": "write a user or a team, as in \"@org/team\"",
    });
    let alone = |word: &str| matches!(word, "each-owner" | "writers");
    let others: Vec<_> = Whom::WORDS
        .into_iter()
        .filter(|(word, _)| !alone(word))
        .collect();
    let member = json!({
        "type": ["string", "integer"],
        "pattern": r"^\s*@?[A-Za-z0-9_-]{1,100}(\[bot\])?\s*$",
        "patternErrorMessage": "write a user, as in alice",
    });
    let mut some = list(&name());
    some["minItems"] = 1.into();
    let mut ask = mapping(vec![
        (
            "from",
            about(
                "Whom: a word, an account, or a list of which anybody will do.",
                "owners".into(),
                json!({ "anyOf": [
                    one_of(&Whom::WORDS),
                    account,
                    { "type": "array", "minItems": 1, "items": { "anyOf": [one_of(&others), account] } },
                ] }),
            ),
        ),
        (
            "count",
            about(
                "How many of them.",
                1.into(),
                default(
                    json!({ "type": ["integer", "string", "null"], "minimum": 1, "pattern": r"^\+?0*[1-9][0-9]{0,8}$" }),
                    1,
                ),
            ),
        ),
        (
            "severities",
            about(
                "Only for these severities.",
                json!(["sev1", "sev2"]),
                some.clone(),
            ),
        ),
        (
            "services",
            about("Only for these services.", json!(["checkout"]), some),
        ),
    ]);
    ask["type"] = "object".into();
    ask["required"] = json!(["from"]);
    mapping(vec![
        (
            "require",
            about(
                "Every entry that applies must be met; a pull request cannot change what it is judged by.",
                json!([{ "from": "owners", "count": 1, "severities": ["sev1"], "services": ["checkout"] }]),
                json!({ "type": ["array", "null"], "minItems": 1, "items": ask }),
            ),
        ),
        (
            "managers",
            about(
                "Whom `managers` means.",
                json!(["@org/leads"]),
                list(&account),
            ),
        ),
        (
            "teams",
            about(
                "The members of teams; then nobody needs the right to read teams.",
                json!({ "@org/leads": ["alice", "bob"] }),
                json!({
                    "type": ["object", "null"],
                    "propertyNames": { "pattern": format!(r"^\s*{TEAM}\s*$") },
                    "additionalProperties": { "type": "array", "minItems": 1, "items": member },
                }),
            ),
        ),
    ])
}
