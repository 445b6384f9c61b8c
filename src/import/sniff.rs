//! What a file looks like, for the message that names the right source.
//!
//! Owns a few telling keys of each format. Reading them is for the readers.

use serde_json::Value;

use super::origin::Origin;

/// Keys that stand together in one object of a format; the first that fits is named.
const SIGNS: &[(Origin, &[&str])] = &[
    (Origin::Statuspage, &["page", "incidents"]),
    (Origin::Statuspage, &["incident_updates", "name"]),
    (Origin::Statuspage, &["shortlink", "impact"]),
    (Origin::PagerDuty, &["log_entries"]),
    (Origin::PagerDuty, &["incident_number"]),
    (Origin::PagerDuty, &["notes"]),
    (Origin::IncidentIo, &["incident_timestamp_values"]),
    (Origin::IncidentIo, &["new_incident_status"]),
    (Origin::IncidentIo, &["incident_status", "reference"]),
    (Origin::IncidentIo, &["incident_status", "permalink"]),
    (Origin::IncidentIo, &["follow_ups"]),
    (Origin::Opsgenie, &["executiveSummary"]),
    (Origin::Opsgenie, &["postmortemId"]),
    (Origin::Opsgenie, &["tinyId"]),
    (Origin::Opsgenie, &["eventTime", "group"]),
    (Origin::Grafana, &["activityItems"]),
    (Origin::Grafana, &["activityItemID"]),
    (Origin::Grafana, &["incidentID"]),
    (Origin::Grafana, &["integration_id", "alerts_count"]),
    (Origin::Slack, &["ts", "text"]),
    (Origin::GitHub, &["html_url", "number", "title"]),
    (Origin::GitHub, &["createdAt", "number", "title"]),
];

/// Keys below which the object stands that tells.
const WRAPS: [&str; 7] = [
    "incidents",
    "incident",
    "data",
    "entries",
    "results",
    "incident_updates",
    "items",
];

/// What a value looks like.
pub(super) fn value(value: &Value) -> Option<Origin> {
    looks(value, 4)
}

fn looks(value: &Value, depth: usize) -> Option<Origin> {
    match value {
        Value::Array(items) => looks(items.first()?, depth.checked_sub(1)?),
        Value::Object(object) => {
            let fits = |keys: &&[&str]| keys.iter().all(|key| object.contains_key(*key));
            let found = SIGNS.iter().find(|(_, keys)| fits(keys));
            if let Some((origin, _)) = found {
                return Some(match origin {
                    Origin::GitHub if is_upptime(value) => Origin::Upptime,
                    other => *other,
                });
            }
            let depth = depth.checked_sub(1)?;
            let mut below = WRAPS.iter().filter_map(|key| object.get(*key));
            below.find_map(|inner| looks(inner, depth))
        }
        _ => None,
    }
}

/// Whether an issue is one that Upptime opens: its title says that something is down or degraded, and it is labelled so.
pub(super) fn is_upptime(issue: &Value) -> bool {
    let title = issue["title"].as_str().unwrap_or_default();
    let labels = issue["labels"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let labelled = labels
        .iter()
        .any(|label| label["name"].as_str() == Some("status"));
    labelled
        && [" is down", " has degraded performance"]
            .iter()
            .any(|end| title.trim_end().ends_with(end))
}

/// What a text looks like.
pub(super) fn text(text: &str) -> Option<Origin> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    if first.starts_with(['{', '[']) {
        return serde_json::from_str(text)
            .ok()
            .and_then(|json: Value| value(&json));
    }
    let front = first.trim_end() == "---";
    if front
        && ["\naffected:", "\nresolvedWhen:", "\nsection: issue"]
            .iter()
            .any(|key| text.contains(key))
    {
        return Some(Origin::CState);
    }
    if front
        || text
            .lines()
            .any(|line| line.starts_with("# ") || line.starts_with("## "))
    {
        return Some(Origin::Markdown);
    }
    let lower = first.to_lowercase();
    let cells = lower.split([',', ';', '\t']).count();
    (cells > 1
        && ["time", "date", "when"]
            .iter()
            .any(|word| lower.contains(word)))
    .then_some(Origin::Csv)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_keys() {
        let cases = [
            (r#"{"page": {}, "incidents": []}"#, Some(Origin::Statuspage)),
            (
                r#"{"incidents": [{"incident_number": 1}]}"#,
                Some(Origin::PagerDuty),
            ),
            (r#"{"data": {"tinyId": "1"}}"#, Some(Origin::Opsgenie)),
            (
                r#"{"incident": {"reference": "INC-1", "incident_status": {}}}"#,
                Some(Origin::IncidentIo),
            ),
            (
                r#"{"incident": {"incidentID": "1"}}"#,
                Some(Origin::Grafana),
            ),
            (
                r#"[{"html_url": "", "number": 1, "title": "x"}]"#,
                Some(Origin::GitHub),
            ),
            (
                r#"[{"html_url": "", "number": 1, "title": "API is down", "labels": [{"name": "status"}]}]"#,
                Some(Origin::Upptime),
            ),
            (r#"[{"ts": "1", "text": ""}]"#, Some(Origin::Slack)),
            ("[[[[[[1]]]]]]", None),
            ("{}", None),
        ];
        for (json, expected) in cases {
            let json: Value = serde_json::from_str(json).unwrap_or_default();
            assert_eq!(value(&json), expected, "{json}");
        }
        assert_eq!(
            text("---\ntitle: x\naffected:\n  - y\n---\n"),
            Some(Origin::CState)
        );
        assert_eq!(text("# Outage\n"), Some(Origin::Markdown));
        assert_eq!(text("time,text\n"), Some(Origin::Csv));
        assert_eq!(text("{"), None);
        assert_eq!(text("{\"tinyId\": 1}"), Some(Origin::Opsgenie));
    }
}
