//! Hostile drafts written down and read again, and inputs of every kind that must not make a reader panic.

use jiff::Timestamp;
use proptest::prelude::*;

use super::super::draft::{ActionRow, Event, Text};
use super::super::remark::Place;
use super::*;

/// Pieces of which hostile texts are made.
const PIECES: &[&str] = &[
    "|",
    "\n",
    "\r\n",
    "`",
    "```",
    "~~~",
    "#",
    "# ",
    "- ",
    "1. ",
    "> ",
    "<!--",
    "-->",
    "<!-- aftersight: internal -->",
    "<!-- aftersight: allow(x) because y -->",
    "<script>",
    "</script>",
    "<pre>",
    "<![CDATA[",
    "<b>",
    "&amp;",
    "\\",
    "*",
    "_",
    "[",
    "](",
    ")",
    "![",
    "[x]: y",
    "[^1]",
    "---",
    "===",
    ": ",
    "\"",
    "'",
    "{",
    "}",
    "%",
    "@ada",
    "@o/t",
    "https://x.example/a|b",
    "http://",
    "www.x.example",
    "14:23",
    "2026-10-10",
    "unknown",
    "Timeline",
    "Action items",
    "## Timeline\n",
    "| Time | Event |\n| --- | --- |\n",
    "\u{202e}",
    "\u{0}",
    "\u{1b}[31m",
    "\u{2028}",
    "é日🙂",
    " ",
    "  ",
    "\t",
    "word",
    "null",
    "true",
    "~",
    "$",
    "$$",
    "::error::x",
    "##[error]x",
    "<br>",
    "<https://y.example>",
    "<details>",
    "*/",
    "{{",
    "{%",
];

fn hostile() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..12)
        .prop_map(|pieces| pieces.concat())
}

fn moments() -> impl Strategy<Value = Option<Timestamp>> {
    proptest::option::weighted(0.8, 0_i64..1_790_000_000)
        .prop_map(|seconds| seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()))
}

/// Letters that are seen, with one space for any number of them.
fn seen(text: &str) -> String {
    escape::visible(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn what_is_code_alone_is_no_html_below_a_list() {
    let order = "\t<b><!-- aftersight: internal -->";
    let mut draft = Draft::new(Origin::GitHub);
    let mut event = Event::new(None, Text::Markdown("- `".into()));
    event.more = Some(order.into());
    draft.timeline.push(event);
    let causes = Heading::Known(SectionKey::Causes);
    draft.part(causes.clone(), Text::Markdown("- a cause".into()));
    draft.part(causes, Text::Markdown(order.into()));
    let (text, postmortem) = written(&mut draft);
    assert!(postmortem.problems.is_empty(), "{text}");
    assert!(!postmortem.document.has_html, "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn hostile_drafts_are_read_again_as_they_were(
        title in hostile(),
        words in proptest::collection::vec(hostile(), 6),
        own in hostile(),
        times in proptest::collection::vec(moments(), 6),
        events in proptest::collection::vec((moments(), hostile(), any::<bool>(), any::<bool>()), 0..6),
    ) {
        let mut draft = Draft::new(Origin::GitHub);
        draft.title = title;
        draft.severity = Some(words[0].clone());
        draft.services = words[1..3].to_vec();
        draft.tags = vec![words[3].clone()];
        draft.owner = Some(words[4].clone());
        draft.provenance.id = Some(words[5].clone());
        draft.provenance.url = Some(words[0].clone());
        draft.times.started = times[0];
        draft.times.detected = times[1];
        draft.times.acknowledged = times[2];
        draft.times.resolved = times[3];
        draft.part(Heading::Known(SectionKey::Summary), Text::Plain(words[1].clone()));
        draft.part(Heading::Known(SectionKey::Causes), Text::Markdown(words[2].clone()));
        draft.part(Heading::Known(SectionKey::Causes), Text::Markdown(words[5].clone()));
        draft.part(Heading::Own(own), Text::Markdown(words[3].clone()));
        draft.fact(&words[0], &words[1]);
        draft.actions.push(ActionRow { owner: words[2].clone(), status: words[3].clone(), ..ActionRow::new(Text::Markdown(words[4].clone())) });
        for (at, text, markdown, about) in &events {
            let text = if *markdown { Text::Markdown(text.clone()) } else { Text::Plain(text.clone()) };
            let mut event = Event::new(*at, text);
            event.about = *about;
            event.more = Some(words[5].clone());
            draft.timeline.push(event);
        }
        draft.left_out(words[0].clone(), Place::json(&words[1], "$"));
        let (text, postmortem) = written(&mut draft);
        let problems: Vec<&str> = postmortem.problems.iter().map(|problem| problem.message.as_str()).collect();
        prop_assert!(problems.is_empty(), "{problems:?}\n{text}");
        prop_assert!(postmortem.allows.is_empty(), "{text}");
        let orders = postmortem.document.comments.iter().filter(|one| one.text.starts_with("aftersight:")).count();
        prop_assert_eq!(orders, 0, "{}", text);
        let front = &postmortem.front;
        let title = front.title.get().cloned().unwrap_or_default();
        prop_assert_eq!(seen(&title), seen(&draft.title));
        prop_assert_eq!(front.incident.started.known().copied(), draft.times.started);
        prop_assert_eq!(front.incident.detected.known().copied(), draft.times.detected);
        prop_assert_eq!(front.incident.resolved.known().copied(), draft.times.resolved);
        // Every section of ours is there once, so nothing swallowed one.
        for key in [SectionKey::Causes, SectionKey::Resolution, SectionKey::References] {
            let title = key.heading();
            let count = postmortem.document.sections.iter().filter(|section| section.level == 2 && section.title == title).count();
            prop_assert_eq!(count, 1, "{} in\n{}", title, text);
        }
        prop_assert!(postmortem.timeline.unreadable.is_empty(), "{text}");
        let mut expected: Vec<(Option<Timestamp>, usize)> = Vec::new();
        let mut last = Timestamp::MIN;
        let mut keyed: Vec<(Timestamp, usize)> = Vec::new();
        for (index, event) in draft.timeline.iter().enumerate() {
            last = event.at.unwrap_or(last);
            keyed.push((last, index));
        }
        keyed.sort();
        expected.extend(keyed.into_iter().map(|(_, index)| (draft.timeline[index].at, index)));
        prop_assert_eq!(postmortem.timeline.entries.len(), expected.len(), "{}", text);
        for (entry, (at, index)) in postmortem.timeline.entries.iter().zip(expected) {
            prop_assert_eq!(entry.at, at, "{}", text);
            prop_assert!(!entry.without_zone || at.is_none(), "{text}");
            if let Text::Plain(words) = &draft.timeline[index].text {
                let read = seen(&entry.event);
                let read = read.split(" (in full)").next().unwrap_or_default();
                prop_assert_eq!(read.trim_end_matches("(in full)").trim(), seen(words), "{}", text);
            }
        }
    }

    #[test]
    fn no_input_panics(origin in 0..Origin::ALL.len(), text in hostile(), cut in 0_usize..4000, noise in hostile()) {
        let origin = Origin::ALL[origin].1;
        let whole = [PAGERDUTY, ISSUE, USERS][cut % 3];
        let mut cut = cut.min(whole.len());
        while !whole.is_char_boundary(cut) {
            cut -= 1;
        }
        let mutated = format!("{}{noise}{}", &whole[..cut], &whole[cut..]);
        for text in [text.as_str(), &whole[..cut], mutated.as_str()] {
            if let Ok(drafts) = read(origin, &[("a/b.json", text)]) {
                for mut draft in drafts {
                    let (text, postmortem) = written(&mut draft);
                    prop_assert!(postmortem.problems.is_empty(), "{text}");
                }
            }
        }
    }

    #[test]
    fn any_json_is_read_by_every_reader(origin in 0..Origin::ALL.len(), values in proptest::collection::vec((0_usize..KEYS.len(), 0_usize..7, hostile()), 0..10)) {
        let mut object = serde_json::Map::new();
        let mut inner = serde_json::Map::new();
        for (key, kind, text) in values {
            let value = match kind {
                0 => serde_json::json!(text),
                1 => serde_json::json!(1e300),
                2 => serde_json::json!([text, null, 3]),
                3 => serde_json::json!({ "name": text, "value": { "value": text } }),
                4 => serde_json::json!(null),
                5 => serde_json::json!("2026-10-10T14:23:00Z"),
                _ => serde_json::json!(-5),
            };
            inner.insert(KEYS[key].into(), value.clone());
            object.insert(KEYS[(key * 7 + 3) % KEYS.len()].into(), value);
        }
        object.insert("incident".into(), serde_json::json!([inner]));
        object.insert("incidents".into(), serde_json::json!([inner, 3, "x", null]));
        let text = serde_json::Value::Object(object).to_string();
        let origin = Origin::ALL[origin].1;
        if let Ok(drafts) = read(origin, &[("a/b.json", &text)]) {
            for mut draft in drafts {
                let (text, postmortem) = written(&mut draft);
                prop_assert!(postmortem.problems.is_empty(), "{text}");
            }
        }
    }
}

/// Keys that readers look for.
const KEYS: &[&str] = &[
    "id",
    "title",
    "name",
    "summary",
    "body",
    "content",
    "created_at",
    "createdAt",
    "incident_number",
    "log_entries",
    "notes",
    "type",
    "agent",
    "channel",
    "incident_updates",
    "impact",
    "components",
    "postmortem_body",
    "scheduled_for",
    "metadata",
    "severity",
    "permalink",
    "reference",
    "incident_status",
    "incident_timestamp_values",
    "custom_field_entries",
    "follow_ups",
    "executiveSummary",
    "postmortemId",
    "rootIncident",
    "entries",
    "eventTime",
    "description",
    "tinyId",
    "message",
    "priority",
    "activityItems",
    "activityKind",
    "taskList",
    "labels",
    "incidentID",
    "createdTime",
    "alerts_count",
    "number",
    "comments",
    "user",
    "html_url",
    "ts",
    "text",
    "files",
    "blocks",
    "attrs",
    "marks",
    "status",
    "resolved_at",
    "closed_at",
];
