use std::sync::Arc;

use super::*;
use crate::check;
use crate::rules::Context;
use crate::sheet::Format;
use crate::source::Source;

const CONFIG: &str = "services: { checkout: { owner: \"@acme/payments\" } }\n";

/// The sheet of a text, in Markdown, as of 2026-10-14.
fn of(text: &str) -> String {
    let (config, flaws) = Config::read(Arc::new(Source::new("aftersight.yml", CONFIG.into())));
    assert!(flaws.is_empty());
    let source = Source::new("postmortems/a.md", text.into());
    let corpus = Corpus::new(vec![source], Arc::clone(&config.conventions));
    let now = "2026-10-14T09:00:00Z".parse().expect("a time");
    let context = Context::new(&config.conventions, now);
    let diagnostics = check::run(&corpus, &config, &context);
    let approvers = [Requirement {
        role: "manager".into(),
        count: 1,
        who: vec!["@ACME/payments".into(), "@acme/leads".into()],
    }];
    let sheet = sheet(&Input {
        postmortem: &corpus.postmortems[0],
        corpus: &corpus,
        config: &config,
        diagnostics: &diagnostics.iter().collect::<Vec<_>>(),
        items: &[],
        is_tracked: false,
        approvers: &approvers,
        places: &Places::default(),
        now,
    });
    sheet.write(Format::Markdown)
}

/// The canonical postmortem with some text replaced.
fn variant(changes: &[(&str, &str)]) -> String {
    let mut text = include_str!("../rules/canonical.md").to_string();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

#[track_caller]
fn says(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn everybody_is_invited_once_with_every_reason() {
    let text = of(&variant(&[
        (
            "services: [checkout]",
            "participants: [\"@acme/support\"]\nservices: [checkout]",
        ),
        ("@example/payments", "@acme/payments"),
    ]));
    says(
        &text,
        &[
            "| `@acme/payments` | answers for the postmortem; wrote it; owns checkout; may approve it as manager |",
            "| `@acme/support` | took part |",
            "| `@acme/leads` | may approve it as manager |",
        ],
    );
    assert_eq!(text.matches("### Still open\n").count(), 1, "{text}");
}

#[test]
fn a_meeting_without_a_time_is_told_by_when_it_should_be() {
    let meeting = "meeting: 2026-10-12T10:00:00Z\n";
    says(
        &of(&variant(&[(meeting, "")])),
        &[
            "**When:** not set: within 48 h of the end of the incident, so by 12 Oct 2026, 15:18 UTC; that was yesterday, so as soon as everybody can",
        ],
    );
    says(
        &of(&variant(&[
            (meeting, ""),
            (
                "  resolved: 2026-10-10T15:18:00Z\n",
                "  resolved: unknown\n",
            ),
        ])),
        &["whose time is not known; so as soon as everybody can"],
    );
    says(
        &of(&variant(&[(meeting, "meeting: 2026-10-15T10:00:00Z\n")])),
        &[
            "**When:** 15 Oct 2026, 10:00 UTC, 60 minutes",
            "| Timeline | 10:05 UTC | 15 |",
        ],
    );
}

#[test]
fn what_is_missing_becomes_a_question_where_it_can_be_answered() {
    let text = of(&variant(&[
        (
            "  identified: 2026-10-10T14:45:00Z",
            "  identified: unknown",
        ),
        ("  users: 12000", "  users: unknown"),
        ("| @example/platform | 2026-11-06 |", "| | |"),
        (
            "4. Why did nobody see the pool fill up? The alert averages over all instances.\n",
            "",
        ),
        (
            "5. Why does it average? The alert was made when there was one instance, and no check compares alerts with the topology.\n",
            "",
        ),
        (
            "3. Why did the jobs share that pool? One setting serves both since the two were split.\n",
            "",
        ),
        (
            "The on-call engineer acknowledges the page",
            "The on-call engineer should have acknowledged the page",
        ),
    ]));
    says(
        &text,
        &[
            "- [ ] **Which of these times can logs or people still tell?** `incident.identified` is `unknown`\n",
            "- [ ] **What can still be said of this?** `impact.users` is `unknown`; `impact.sla_breached` and `impact.data_loss` are not filled in\n",
            "**Who takes it, and agrees to here?** `A2`",
            "**By which day?** `A2` has no due date (line ",
            "(`action-without-due-date`)",
            "**Why was that possible? Ask on until the answer is a system.**",
            "**If it turns into blame:** “Let's reframe that.",
            "(the text reads as blame: line ",
        ],
    );
    // The question of the rule itself, in the part of the section where the words stand.
    let (timeline, rest) = text.split_once("## 3. Impact").expect("the parts");
    says(timeline, &["(`counterfactual-person`)"]);
    assert!(!rest.contains("(`counterfactual-person`)"), "{rest}");
}

#[test]
fn a_part_of_which_nothing_is_written_gets_more_of_the_hour() {
    let whole = variant(&[]);
    let (before, rest) = whole.split_once("| Time (UTC) |").expect("the timeline");
    let (_, after) = rest.split_once("## Contributing").expect("the causes");
    let text = of(&format!("{before}\n## Contributing{after}"));
    says(
        &text,
        &[
            "## 2. Timeline (20 min)",
            "**Nothing is written yet.**",
            "(`empty-timeline`)",
        ],
    );
    let minutes = text.lines().filter_map(|line| {
        let (_, rest) = line.strip_prefix("## ")?.rsplit_once('(')?;
        rest.strip_suffix(" min)")?.parse::<u32>().ok()
    });
    assert_eq!(minutes.sum::<u32>(), 60);
}

#[test]
fn a_file_that_cannot_be_read_whole_still_has_a_sheet() {
    let text = of("---\nid: INC-1\ntitle: \"open\nseverity: sev2\n");
    says(
        &text,
        &[
            "**The file cannot be read whole.**",
            "(`invalid-front-matter`)",
        ],
    );
    says(
        &of(""),
        &[
            "# Postmortem meeting: postmortems/a.md",
            "Nobody is named in the file yet",
        ],
    );
}

#[test]
fn a_secret_is_masked_and_nobody_is_told() {
    let secret = "AKIAIOSFODNN7EXAMPLQ";
    let text = of(&variant(&[
        (
            "- The roll-back took eight minutes, as rehearsed.",
            &format!("- The key {secret} was kept by @someone."),
        ),
        (
            "title: Checkout refused",
            "title: \"@all Checkout refused\" # ",
        ),
    ]));
    assert!(!text.contains(secret), "{text}");
    says(
        &text,
        &[
            "by @&#8203;someone",
            "# Postmortem meeting: @&#8203;all Checkout refused",
        ],
    );
}
