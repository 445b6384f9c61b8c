//! Every reader over a small invented export, and hostile drafts written down and read again.

mod hostile;

use std::sync::Arc;

use jiff::Timestamp;

use super::draft::{Draft, Heading};
use super::escape;
use super::input::{Input, Mismatch, Wish};
use super::origin::Origin;
use super::remark::RemarkKind;
use super::settle::{Said, settle};
use super::write::{Frame, write};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::{DetectedBy, Extent};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::SectionKey;
use crate::source::Source;

fn input((name, text): &(&str, &str)) -> Input {
    Input {
        name: (*name).into(),
        text: (*text).into(),
        sha256: "ab".repeat(32),
    }
}

fn wish(conventions: &Conventions) -> Wish<'_> {
    Wish {
        conventions,
        zone: None,
        aliases: &[],
        channel: None,
        from: None,
        to: None,
    }
}

fn read(origin: Origin, files: &[(&str, &str)]) -> Result<Vec<Draft>, Mismatch> {
    let conventions = Conventions::default();
    let inputs: Vec<Input> = files.iter().map(input).collect();
    super::read(origin, &inputs, &wish(&conventions))
}

fn one(origin: Origin, files: &[(&str, &str)]) -> Draft {
    let mut drafts = read(origin, files).unwrap_or_else(|why| panic!("{}: {}", why.file, why.why));
    assert_eq!(drafts.len(), 1);
    drafts.remove(0)
}

fn at(text: &str) -> Option<Timestamp> {
    Some(
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}")),
    )
}

/// The draft as a file, and that file as a postmortem.
fn written(draft: &mut Draft) -> (String, Postmortem) {
    let conventions = Conventions::default();
    let now = "2026-11-30T09:00:00Z".parse().unwrap_or_default();
    let settled = settle(draft, &conventions, &Said::default(), now);
    let frame = Frame {
        id: "INC-2026-001".into(),
        schema: "# schema".into(),
        conventions: &conventions,
    };
    let text = write(draft, &settled, &frame);
    let source = Arc::new(Source::new("a.md", text.clone()));
    (text, Postmortem::parse(source, &conventions))
}

fn remarks(draft: &Draft, kind: RemarkKind) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for remark in draft.remarks.iter().filter(|remark| remark.kind == kind) {
        if !told.contains(&remark.what) {
            told.push(remark.what.clone());
        }
    }
    told
}

fn timeline(draft: &Draft) -> Vec<&str> {
    draft
        .timeline
        .iter()
        .map(|event| event.text.as_str())
        .collect()
}

/// Everything that is told of what is left out is told in the file too, and the file has no flaw of reading.
fn is_whole(draft: &mut Draft) -> String {
    let (text, postmortem) = written(draft);
    let problems: Vec<&str> = postmortem
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert!(problems.is_empty(), "{problems:?}\n{text}");
    assert!(postmortem.timeline.unreadable.is_empty(), "{text}");
    assert_eq!(
        postmortem.timeline.entries.len(),
        draft.timeline.len(),
        "{text}"
    );
    for remark in &draft.remarks {
        let told = escape::inline(&remark.what.replace('`', ""));
        assert!(text.contains(&told), "{told}\n{text}");
    }
    text
}

const PAGERDUTY: &str = r#"{"incident": {"id": "P1", "type": "incident", "incident_number": 12, "title": "Checkout errors", "status": "resolved",
    "urgency": "high", "html_url": "https://example.pagerduty.com/incidents/P1", "created_at": "2026-10-10T14:31:00Z",
    "resolved_at": "2026-10-10T15:18:00Z", "priority": {"summary": "P1"}, "service": {"id": "S1", "summary": "checkout"},
    "assignments": [{"assignee": {"id": "U1", "type": "user_reference", "summary": "Ada Moss"}}]}}"#;

#[test]
fn pagerduty_is_read_from_several_files() {
    let log = r#"{"log_entries": [
        {"id": "L3", "type": "resolve_log_entry", "created_at": "2026-10-10T15:18:00Z", "summary": "Resolved by Ada Moss.",
         "agent": {"id": "U1", "type": "user_reference", "summary": "Ada Moss"}, "incident": {"id": "P1"}},
        {"id": "L2", "type": "notify_log_entry", "created_at": "2026-10-10T14:31:10Z", "summary": "Notified Ada Moss by SMS.", "incident": {"id": "P1"}},
        {"id": "L4", "type": "acknowledge_log_entry", "created_at": "2026-10-10T16:33:00+02:00", "summary": "Acknowledged by Ada Moss.",
         "agent": {"id": "U1", "type": "user_reference", "summary": "Ada Moss"}, "incident": {"id": "P1"}},
        {"id": "L1", "type": "trigger_log_entry", "created_at": "2026-10-10T14:31:00Z", "summary": "Triggered through the API.",
         "channel": {"type": "api", "summary": "5xx | over 2 %"}, "agent": {"id": "S1", "type": "service_reference", "summary": "checkout"},
         "incident": {"id": "P1"}},
        {"id": "L5", "type": "trigger_log_entry", "created_at": "2026-10-10T14:31:00Z", "summary": "Another", "incident": {"id": "P9"}}]}"#;
    let notes = r#"{"notes": [{"id": "N1", "content": "pool is <full>", "created_at": "2026-10-10T14:45:00Z", "user": {"id": "U1", "summary": "Ada Moss"}}]}"#;
    let mut draft = one(
        Origin::PagerDuty,
        &[
            ("incident.json", PAGERDUTY),
            ("log.json", log),
            ("notes.json", notes),
        ],
    );
    assert_eq!(draft.title, "Checkout errors");
    assert_eq!(draft.services, ["checkout"]);
    assert_eq!(draft.detected_by, Some(DetectedBy::Monitoring));
    assert_eq!(draft.times.acknowledged, at("2026-10-10T14:33:00Z"));
    assert_eq!(draft.times.resolved, at("2026-10-10T15:18:00Z"));
    assert_eq!(
        timeline(&draft),
        [
            "Resolved by responder 1",
            "Acknowledged by responder 1",
            "Triggered through the API: 5xx | over 2 %",
            "Note: pool is <full>"
        ]
    );
    let left = remarks(&draft, RemarkKind::LeftOut);
    for part in [
        "log entries of the kind `notify`",
        "which of several incidents",
        "the names of 1 person",
    ] {
        assert!(
            left.iter().any(|what| what.contains(part)),
            "{part}: {left:?}"
        );
    }
    let text = is_whole(&mut draft);
    assert!(!text.contains("Ada") && !text.contains("<full>"), "{text}");
    assert!(
        text.contains(
            "| 2026-10-10 14:31 | Triggered through the API: 5xx \\| over 2 % |\n| 14:33 |"
        ),
        "{text}"
    );
}

#[test]
fn pagerduty_of_old_and_notes_alone_are_read() {
    let old = r#"{"incidents": [{"id": "A", "incident_number": 1, "created_on": "2016-05-24T19:35:02Z", "status": "resolved",
        "last_status_change_on": "2016-05-24T19:49:09Z", "trigger_summary_data": {"subject": "out of disk"}, "service": {"name": "db"},
        "trigger_type": "web_trigger"}]}"#;
    let mut draft = one(Origin::PagerDuty, &[("old.json", old)]);
    assert_eq!(
        (draft.title.as_str(), draft.detected_by),
        ("out of disk", Some(DetectedBy::Staff))
    );
    assert_eq!(draft.times.resolved, at("2016-05-24T19:49:09Z"));
    assert_eq!(timeline(&draft), ["Alert triggered", "Incident resolved"]);
    is_whole(&mut draft);
    let notes = r#"[{"content": "looked", "created_at": "2016-06-21T06:52:17-04:00", "user": {"id": "U", "name": "Bo Reed"}}]"#;
    let mut draft = one(Origin::PagerDuty, &[("notes.json", notes)]);
    assert_eq!(draft.times.detected, at("2016-06-21T10:52:17Z"));
    is_whole(&mut draft);
}

#[test]
fn opsgenie_is_read_with_its_documents() {
    let postmortem = r#"{"data": {"postmortemId": "pm-1", "title": "Search was slow", "severity": "P2", "status": "draft",
        "startTime": "2026-02-26T04:13:21.075Z", "respondTime": "2026-02-26T04:20:00Z", "resolveTime": "2026-02-26T05:13:27.757Z",
        "rootIncident": {"id": "i-1", "tinyId": "3", "message": "Latency of search", "creationTime": "2026-02-26T04:15:00Z"},
        "executiveSummary": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Search took 9 s."}]}]},
        "content": {"type": "doc", "content": [
            {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "Root cause"}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "An index was *rebuilt*."}]},
            {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "Fault domain"}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "One shard."}]}]}}}"#;
    let entries = r#"{"data": {"entries": [
        {"id": "1", "group": "incident", "type": "IncidentCreated", "eventTime": "2026-02-26T04:15:00Z", "hidden": false,
         "actor": {"name": "ada@example.org", "type": "user"}, "description": {"name": "created", "content": "Incident was created"}},
        {"id": "2", "type": "ResponderAdded", "eventTime": "2026-02-26T04:16:00Z", "hidden": true}]}}"#;
    let mut draft = one(
        Origin::Opsgenie,
        &[("pm.json", postmortem), ("timeline.json", entries)],
    );
    assert_eq!(draft.severity.as_deref(), Some("P2"));
    assert_eq!(timeline(&draft), ["Incident was created (responder 1)"]);
    let headings: Vec<&Heading> = draft.parts.iter().map(|part| &part.heading).collect();
    assert!(headings.contains(&&Heading::Known(SectionKey::Causes)));
    assert!(headings.contains(&&Heading::Own("Fault domain".into())));
    assert!(remarks(&draft, RemarkKind::LeftOut).contains(&"entries that Opsgenie hides".into()));
    let text = is_whole(&mut draft);
    assert!(
        text.contains("## Contributing factors\n\nAn index was \\*rebuilt\\*."),
        "{text}"
    );
    assert!(text.contains("## Fault domain\n\nOne shard."), "{text}");
}

#[test]
fn incident_io_is_read_with_updates_and_follow_ups() {
    let incident = r#"{"incident": {"id": "01F", "reference": "INC-7", "name": "Database is sad", "summary": "It is.", "permalink": "https://app.incident.io/x/7",
        "created_at": "2026-08-17T13:28:57Z", "severity": {"name": "Major"}, "incident_status": {"name": "Closed", "category": "closed"},
        "incident_role_assignments": [{"role": {"name": "Incident Lead"}, "assignee": {"name": "Ada Moss", "email": "ada@example.org"}}],
        "incident_timestamp_values": [
            {"incident_timestamp": {"name": "Impact started at"}, "value": {"value": "2026-08-17T13:20:00Z"}},
            {"incident_timestamp": {"name": "Resolved at"}, "value": {"value": "2026-08-17T14:20:00Z"}},
            {"incident_timestamp": {"name": "Declined at"}, "value": null}],
        "custom_field_entries": [{"custom_field": {"name": "Affected services"}, "values": [{"value_catalog_entry": {"name": "db"}}]},
            {"custom_field": {"name": "Region"}, "values": [{"value_option": {"value": "eu"}}]}]}}"#;
    let updates = r#"{"incident_updates": [{"id": "u", "incident_id": "01F", "message": "Ada Moss failed over", "created_at": "2026-08-17T13:40:00Z",
        "new_incident_status": {"name": "Fixing"}, "updater": {"user": {"name": "Ada Moss"}}}]}"#;
    let follow = r#"{"follow_ups": [{"id": "f", "incident_id": "01F", "title": "Alert on lag", "status": "outstanding", "priority": {"name": "P1"},
        "assignee": {"name": "Ada Moss"}, "external_issue_reference": {"issue_permalink": "https://x.example/1"}}]}"#;
    let mut draft = one(
        Origin::IncidentIo,
        &[
            ("i.json", incident),
            ("u.json", updates),
            ("f.json", follow),
        ],
    );
    assert_eq!(draft.times.started, at("2026-08-17T13:20:00Z"));
    assert_eq!(draft.services, ["db"]);
    assert_eq!(draft.actions.len(), 1);
    let text = is_whole(&mut draft);
    assert!(
        text.contains("Status: Fixing<br>the incident lead failed over"),
        "{text}"
    );
    assert!(text.contains("| A1 | Alert on lag |  | P1 |"), "{text}");
    assert!(text.contains("- Region: eu"), "{text}");
}

#[test]
fn statuspage_updates_are_put_in_order_and_html_is_read() {
    let page = r######"{"page": {"id": "p", "name": "Example", "time_zone": "Etc/UTC"}, "incidents": [{"id": "i1", "name": "API errors", "status": "resolved",
        "impact": "major", "shortlink": "https://stspg.example/i1", "created_at": "2026-03-01T10:05:00.000-05:00", "resolved_at": "2026-03-01T11:00:00.000-05:00",
        "components": [{"name": "API"}], "postmortem_body": "##### Issue\nThe pool.\n\n##### Resolution\nA restart.",
        "incident_updates": [
            {"status": "resolved", "body": "Done.", "display_at": "2026-03-01T11:00:00.000-05:00"},
            {"status": "identified", "body": "<p>We know <strong>why</strong></p>", "display_at": "2026-03-01T10:30:00.000-05:00"},
            {"status": "investigating", "body": "We look | into it", "display_at": "2026-03-01T10:05:00.000-05:00", "created_at": "2026-03-01T10:06:00.000-05:00"}]}]}"######;
    let mut draft = one(Origin::Statuspage, &[("incidents.json", page)]);
    assert_eq!(draft.extent, Some(Extent::PartialOutage));
    assert_eq!(draft.times.identified, at("2026-03-01T15:30:00Z"));
    assert_eq!(draft.times.resolved, at("2026-03-01T16:00:00Z"));
    let text = is_whole(&mut draft);
    assert!(text.contains("| 2026-03-01 15:05 | **investigating**: We look \\| into it |\n| 15:30 | **identified**: We know why |\n| 16:00 |"), "{text}");
    assert!(text.contains("## Resolution\n\nA restart."), "{text}");
    let empty = read(
        Origin::Statuspage,
        &[("e.json", r#"{"page": {}, "incidents": []}"#)],
    )
    .map(|drafts| drafts.len());
    assert_eq!(empty, Ok(0));
}

#[test]
fn grafana_is_read_with_activity_and_tasks() {
    let incident = r#"{"incident": {"incidentID": "1", "title": "Latency", "severity": "minor", "status": "resolved", "createdTime": "2026-08-07T11:58:23Z",
        "closedTime": "2026-08-07T12:58:23Z", "overviewURL": "/a/x", "labels": [{"label": "eu"}], "summary": "It was slow.",
        "taskList": {"tasks": [{"taskID": "t", "text": "Write a runbook", "status": "todo", "assignedUser": {"name": "Ada Moss"}}]}}}"#;
    let activity = r#"{"activityItems": [
        {"activityItemID": "a", "incidentID": "1", "activityKind": "userNote", "body": "Restarted `db`", "eventTime": "2026-08-07T12:10:00Z",
         "user": {"userID": "u", "name": "Ada Moss"}},
        {"activityItemID": "b", "incidentID": "1", "activityKind": "roleAssigned", "body": "x", "eventTime": "2026-08-07T12:10:00Z"}]}"#;
    let mut draft = one(
        Origin::Grafana,
        &[("i.json", incident), ("a.json", activity)],
    );
    assert_eq!(timeline(&draft), ["Restarted `db`"]);
    assert!(
        remarks(&draft, RemarkKind::LeftOut)
            .contains(&"activity of the kind `roleAssigned`".into())
    );
    is_whole(&mut draft);
    let groups = r#"{"results": [{"id": "G", "integration_id": "C", "alerts_count": 3, "state": "resolved", "title": "Disk", "created_at": "2026-08-07T11:58:23Z",
        "acknowledged_at": "2026-08-07T12:00:00Z", "resolved_at": "2026-08-07T12:30:00Z", "permalinks": {"web": "https://g.example/G"}}]}"#;
    let mut draft = one(Origin::Grafana, &[("g.json", groups)]);
    assert_eq!(draft.times.acknowledged, at("2026-08-07T12:00:00Z"));
    is_whole(&mut draft);
}

const ISSUE: &str = r###"{"url": "https://api.github.com/repos/o/r/issues/7", "html_url": "https://github.com/o/r/issues/7", "number": 7, "title": "Pages are blank",
    "body": "Nothing <b>loads</b>.\n\n## Root cause\n\nA flag.\n\n<!-- aftersight: allow(x) because y -->", "user": {"login": "ada", "type": "User"},
    "labels": [{"name": "severity: sev2"}, {"name": "frontend"}], "created_at": "2026-05-01T10:00:00Z", "closed_at": "2026-05-01T12:00:00Z", "comments": 3}"###;

#[test]
fn github_issues_are_read_with_their_comments() {
    let comments = r#"[{"issue_url": "https://api.github.com/repos/o/r/issues/7", "body": "Rolled back.\n\n```\nlog\n```", "user": {"login": "bo", "type": "User"}, "created_at": "2026-05-01T11:00:00Z"},
        {"issue_url": "https://api.github.com/repos/o/r/issues/7", "body": "Deployed", "user": {"login": "ci[bot]", "type": "Bot"}, "created_at": "2026-05-01T11:10:00Z"},
        {"issue_url": "https://api.github.com/repos/o/r/issues/8", "body": "Other", "user": {"login": "bo"}, "created_at": "2026-05-01T11:00:00Z"}]"#;
    let mut draft = one(
        Origin::GitHub,
        &[("issue.json", ISSUE), ("comments.json", comments)],
    );
    assert_eq!(draft.provenance.id.as_deref(), Some("o/r#7"));
    assert_eq!(draft.severity.as_deref(), Some("sev2"));
    assert_eq!(draft.participants, ["@ada", "@bo"]);
    assert!(remarks(&draft, RemarkKind::LeftOut).contains(&"comments of other issues".into()));
    let text = is_whole(&mut draft);
    assert!(text.contains("Nothing \\<b>loads\\</b>."), "{text}");
    assert!(text.contains("\\<!-- aftersight: allow"), "{text}");
    assert!(
        text.contains("Rolled back. log ([in full](#timeline-entry-1))"),
        "{text}"
    );
    assert!(
        text.contains("### Timeline entry 1\n\nRolled back.\n\n```\nlog\n```"),
        "{text}"
    );
    let gh = r#"{"number": 7, "title": "x", "body": "y", "createdAt": "2026-05-01T10:00:00Z", "closedAt": null, "url": "https://github.com/o/r/issues/7",
        "author": {"login": "ada"}, "comments": [{"author": {"login": "bo"}, "body": "z", "createdAt": "2026-05-01T11:00:00Z"}]}"#;
    let mut draft = one(Origin::GitHub, &[("gh.json", gh)]);
    assert_eq!(timeline(&draft), ["Issue opened", "z"]);
    assert_eq!(draft.provenance.id.as_deref(), Some("o/r#7"));
    is_whole(&mut draft);
}

#[test]
fn upptime_issues_are_outages() {
    let issues = r#"[{"html_url": "https://github.com/o/status/issues/3", "number": 3, "title": "🛑 Shop is down", "body": "In `abc`, Shop (https://shop.example) was **down**:\n- HTTP code: 0",
        "labels": [{"name": "status"}, {"name": "shop"}], "created_at": "2026-05-01T10:00:00Z", "closed_at": "2026-05-01T10:25:00Z",
        "comments": [{"body": "**Resolved:** Shop is back up in `def` after 21 minutes.", "created_at": "2026-05-01T10:21:00Z", "user": {"login": "bot"}}]},
        {"html_url": "https://github.com/o/status/issues/4", "number": 4, "title": "Please add my site", "body": "x", "labels": [], "created_at": "2026-05-01T10:00:00Z"}]"#;
    let mut draft = one(Origin::Upptime, &[("issues.json", issues)]);
    assert_eq!(
        (draft.title.as_str(), draft.extent),
        ("Shop is down", Some(Extent::Outage))
    );
    assert_eq!(draft.services, ["Shop"]);
    assert_eq!(draft.times.resolved, at("2026-05-01T10:21:00Z"));
    assert!(
        remarks(&draft, RemarkKind::LeftOut)
            .iter()
            .any(|what| what.contains("Please add my site"))
    );
    is_whole(&mut draft);
}

const USERS: &str = r#"[{"id": "U1", "name": "ada", "real_name": "Ada Moss", "profile": {"email": "ada@example.org", "image_24": "https://x.example/i.png"}},
    {"id": "U2", "name": "bo", "real_name": "Bo Reed"}]"#;

#[test]
fn slack_is_read_without_names_bots_and_tokens() {
    let day = r#"[{"type": "message", "user": "U2", "text": "checkout is <https://x.example|down>, ask Ada Moss", "ts": "1760106600.000100", "reactions": [{"name": "eyes", "users": ["U1"]}]},
        {"type": "message", "subtype": "channel_join", "user": "U1", "text": "<@U1> has joined", "ts": "1760106601.000100"},
        {"type": "message", "subtype": "bot_message", "bot_id": "B1", "text": "alert", "ts": "1760106602.000100"},
        {"type": "message", "user": "U1", "text": "on it <@U2>", "ts": "1760106660.000100", "files": [{"id": "F1", "title": "graph.png", "url_private": "https://files.slack.com/x?t=xoxe-1-abc"}]},
        {"type": "message", "user": "U1", "text": "no time"}, {"type": "message", "user": "U1", "text": "", "ts": "1760106661.000100"}]"#;
    let files = [
        ("e.zip!users.json", USERS),
        ("e.zip!channels.json", "[]"),
        ("e.zip!inc-42/2025-10-10.json", day),
    ];
    let error = read(Origin::Slack, &files)
        .map(|_| ())
        .expect_err("a message without a time is no message");
    assert!(error.why.contains("something else"), "{}", error.why);
    let day = day.replace(
        r#"{"type": "message", "user": "U1", "text": "no time"},"#,
        r#"{"type": "message", "user": "U1", "text": "bad time", "ts": "soon"},"#,
    );
    let files = [
        files[0],
        files[1],
        ("e.zip!inc-42/2025-10-10.json", day.as_str()),
    ];
    let mut draft = one(Origin::Slack, &files);
    assert_eq!(
        timeline(&draft),
        [
            "responder 1: checkout is [down](<https://x.example>), ask responder 2",
            "responder 2: on it responder 1\\\n(file: graph.png)"
        ]
    );
    let left = remarks(&draft, RemarkKind::LeftOut);
    for part in ["joined", "bots", "without text", "the names of 2 people"] {
        assert!(
            left.iter().any(|what| what.contains(part)),
            "{part}: {left:?}"
        );
    }
    assert_eq!(
        remarks(&draft, RemarkKind::NotUnderstood),
        ["a message without a time"]
    );
    let text = is_whole(&mut draft);
    assert!(
        !text.contains("xoxe") && !text.contains("Moss") && !text.contains("U1"),
        "{text}"
    );
    let two = [files[0], ("e.zip!a/1.json", "[]"), ("e.zip!b/1.json", "[]")];
    let error = read(Origin::Slack, &two)
        .map(|_| ())
        .expect_err("two channels");
    assert!(error.why.contains("`a` and `b`"), "{}", error.why);
}

#[test]
fn cstate_pages_are_read() {
    let page = "---\ntitle: Shop is slow\ndate: 2023-01-25T09:10:00-00:00\nresolved: true\nresolvedWhen: 2023-01-25 09:35:00\nseverity: disrupted\naffected:\n  - shop\nsection: issue\nlayout: x y\n---\n\n\
        *Resolved* - All is well. {{< track \"2023-01-25 09:35:00\" >}}\n\n<!-- hidden words -->\n\nWe look into it.\n";
    let mut draft = one(Origin::CState, &[("a.md", page)]);
    assert_eq!(draft.times.started, at("2023-01-25T09:10:00Z"));
    assert_eq!(draft.times.resolved, at("2023-01-25T09:35:00Z"));
    assert_eq!(draft.extent, Some(Extent::PartialOutage));
    assert_eq!(draft.timeline.len(), 3);
    let text = is_whole(&mut draft);
    assert!(
        text.contains("<!-- hidden words -->") && text.contains("- layout: x y"),
        "{text}"
    );
    let error = read(Origin::CState, &[("a.md", "# Outage\n")])
        .map(|_| ())
        .expect_err("no issue");
    assert_eq!(error.looks_like, Some(Origin::Markdown));
}

#[test]
fn tables_are_read_in_many_forms() {
    let cases = [
        "Time (UTC),Event\n2026-10-10 14:23,deploy\n14:31,\"alert, loud\"\n",
        "date;time;text\n2026-10-10;14:23 UTC;deploy\n2026-10-10;14:31 UTC;alert, loud\n",
        "2026-10-10T14:23:00Z\tdeploy\n2026-10-10T16:31:00+02:00\talert, loud\n",
    ];
    for text in cases {
        let mut draft = one(Origin::Csv, &[("my_outage.csv", text)]);
        let moments: Vec<Option<Timestamp>> = draft.timeline.iter().map(|event| event.at).collect();
        assert_eq!(
            moments,
            [at("2026-10-10T14:23:00Z"), at("2026-10-10T14:31:00Z")],
            "{text}"
        );
        assert_eq!(timeline(&draft), ["deploy", "alert, loud"]);
        assert_eq!(draft.title, "my outage");
        is_whole(&mut draft);
    }
    let mut draft = one(
        Origin::Csv,
        &[(
            "a.csv",
            "when,what,who\n14:23,x,ada\n2026-10-10 25:99,y,\n,,\n,z,\n",
        )],
    );
    assert_eq!(
        timeline(&draft),
        ["x\nwho: ada (14:23)", "y (2026-10-10 25:99)", "z"]
    );
    assert_eq!(remarks(&draft, RemarkKind::NotUnderstood).len(), 3);
    is_whole(&mut draft);
    assert!(read(Origin::Csv, &[("a.csv", "a,b\n1,2\n")]).is_err());
}

#[test]
fn the_right_source_is_named() {
    let cases = [
        (
            Origin::PagerDuty,
            r#"{"page": {}, "incidents": [{"name": "x", "impact": "none"}]}"#,
            Some(Origin::Statuspage),
        ),
        (Origin::Statuspage, ISSUE, Some(Origin::GitHub)),
        (Origin::GitHub, PAGERDUTY, Some(Origin::PagerDuty)),
        (Origin::Opsgenie, "# Outage", Some(Origin::Markdown)),
        (Origin::Grafana, "{\"a\": 1}", None),
        (Origin::Slack, "  ", None),
    ];
    for (origin, text, expected) in cases {
        let mismatch = read(origin, &[("a.json", text)])
            .map(|_| ())
            .expect_err(text);
        assert_eq!(mismatch.looks_like, expected, "{text}");
    }
}

#[test]
fn what_is_cut_or_changed_is_told_and_never_panics() {
    let wrong = PAGERDUTY
        .replace("\"2026-10-10T14:31:00Z\"", "[1]")
        .replace("\"checkout\"", "{\"a\": 1}");
    let mut draft = one(Origin::PagerDuty, &[("a.json", &wrong)]);
    let told = remarks(&draft, RemarkKind::NotUnderstood);
    assert!(
        told.iter().any(|what| what.contains("`created_at`")),
        "{told:?}"
    );
    is_whole(&mut draft);
}
