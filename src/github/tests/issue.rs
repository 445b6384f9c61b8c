//! Issues and labels: what is asked for, and what is made of the answers.

use serde_json::json;

use super::server::{says, with};
use super::{here, here_with};
use crate::github::{Change, Failure, Issue, Label, Lookup, NewIssue, Reason, Standing};

fn answer(number: u64) -> serde_json::Value {
    json!({
        "number": number,
        "title": "t",
        "body": "b",
        "state": "open",
        "user": {"id": 1, "login": "alice", "type": "User"},
        "labels": [],
        "assignees": [],
        "html_url": format!("https://github.example/acme/incidents/issues/{number}"),
        "repository_url": "https://api.github.example/repos/Acme/incidents",
    })
}

fn numbers(issues: &[Issue]) -> Vec<u64> {
    issues.iter().map(|it| it.number).collect()
}

#[test]
fn issues_are_listed_in_an_order_that_stays() {
    let mut pull = answer(2);
    pull["pull_request"] =
        json!({"url": "https://api.github.example/repos/acme/incidents/pulls/2"});
    let mut odd = answer(3);
    odd["state_reason"] = json!("superseded");
    odd["state"] = json!("archived");
    let pages = [json!([answer(1), pull]), json!([answer(1), odd])];
    let next = [(
        "link",
        "<{base}/repositories/1/issues?page=2>; rel=\"next\"",
    )];
    let here = here(vec![
        with(200, &next, &pages[0].to_string()),
        says(200, &pages[1].to_string()),
        says(200, "[]"),
        says(200, r#"[{"title":"t"}]"#),
    ]);
    let since = "2026-10-12T08:00:00.5Z".parse().expect("a moment");
    let found = here.client.issues(Some(since), Some("for us"));
    let found = found.expect("both pages");
    assert_eq!(numbers(&found), [1, 2, 3]);
    assert!(!found[0].pull_request && found[1].pull_request);
    assert_eq!((found[0].whole, found[2].whole), (true, false));
    assert_eq!(found[2].standing, Standing::Unknown);
    let asked = "GET /repos/acme/incidents/issues?state=all&sort=created&direction=asc";
    assert_eq!(
        here.server.lines()[0],
        format!("{asked}&labels=for%20us&since=2026-10-12T08%3A00%3A00Z&per_page=100")
    );
    assert_eq!(here.client.issues(None, None), Ok(Vec::new()));
    assert_eq!(here.server.lines()[2], format!("{asked}&per_page=100"));
    // Without a number nothing can be said of an issue, not even that it is not there.
    let failure = here.client.issues(None, None).expect_err("no list");
    assert!(
        matches!(&failure, Failure::Unavailable { message, .. } if message.contains("no number")),
        "{failure:?}"
    );
}

#[test]
fn a_number_is_followed_to_where_the_issue_is() {
    let mut elsewhere = answer(3);
    elsewhere["repository_url"] = json!("https://api.github.example/repos/acme/other");
    elsewhere["html_url"] = json!("https://github.example/acme/other/issues/3");
    let mut renamed = answer(7);
    renamed["repository_url"] = json!("https://api.github.example/repos/acme/outages");
    let place = [("location", "{base}/repositories/2/issues/3")];
    let here = here(vec![
        says(200, &answer(7).to_string()),
        with(301, &place, "{}"),
        says(200, &elsewhere.to_string()),
        with(301, &place, "{}"),
        says(200, &renamed.to_string()),
        says(200, r#"{"full_name":"acme/outages"}"#),
        says(410, r#"{"message":"This issue was deleted"}"#),
        says(404, r#"{"message":"Not Found"}"#),
        says(403, r#"{"message":"no"}"#),
    ]);
    let look = || here.client.issue(7);
    let found = look();
    assert!(
        matches!(&found, Ok(Lookup::Found(it)) if it.number == 7 && it.body == "b"),
        "{found:?}"
    );
    assert_eq!(
        look(),
        Ok(Lookup::Moved(
            "https://github.example/acme/other/issues/3".to_string()
        ))
    );
    // The repository itself has another name.
    assert!(matches!(look(), Ok(Lookup::Found(it)) if it.number == 7));
    assert_eq!(look(), Ok(Lookup::Gone));
    assert_eq!(look(), Ok(Lookup::Gone));
    assert!(matches!(look(), Err(Failure::Denied { .. })));
    assert_eq!(here.count(), 9);
}

#[test]
fn a_write_is_sent_once_and_says_what_is_meant() {
    let here = here(vec![
        says(201, &answer(7).to_string()),
        says(200, &answer(7).to_string()),
        says(201, r#"{"id":5,"user":null,"body":"late"}"#),
        says(502, "{}"),
        says(201, "{}"),
    ]);
    let issue = NewIssue {
        title: "t".to_string(),
        labels: vec!["aftersight".to_string()],
        ..NewIssue::default()
    };
    let made = here.client.create_issue(&issue).expect("an issue");
    assert!(made.whole && made.number == 7);
    let change = Change::default().close(Reason::NotPlanned);
    here.client.update_issue(7, &change).expect("an issue");
    let said = here.client.comment(7, "late").expect("a comment");
    assert_eq!((said.id, said.body.as_str(), said.whole), (5, "late", true));
    for _ in 0..2 {
        let lost = here.client.create_issue(&issue);
        assert!(matches!(lost, Err(Failure::Unknown { .. })), "{lost:?}");
    }
    let seen = here.server.seen();
    let sent: Vec<_> = seen
        .iter()
        .map(|it| (it.line.as_str(), it.json()))
        .collect();
    let new = json!({"title": "t", "body": "", "labels": ["aftersight"], "assignees": []});
    let issues = "POST /repos/acme/incidents/issues";
    assert_eq!(
        sent,
        [
            (issues, new.clone()),
            (
                "PATCH /repos/acme/incidents/issues/7",
                json!({"state": "closed", "state_reason": "not_planned"})
            ),
            (
                "POST /repos/acme/incidents/issues/7/comments",
                json!({"body": "late"})
            ),
            (issues, new.clone()),
            (issues, new),
        ]
    );
}

#[test]
fn comments_are_read_as_far_as_they_can_be() {
    let page =
        r#"[{"id":1,"user":{"id":2,"login":"alice"},"body":"a"},{"id":2,"user":7,"body":null}]"#;
    let here = here(vec![says(200, page), says(200, "[{}]")]);
    let found = here.client.comments(7).expect("comments");
    assert_eq!((found[0].whole, found[1].whole), (true, false));
    assert_eq!(found[0].user.as_ref().map(|it| it.id), Some(2));
    assert!(here.client.comments(7).is_err());
}

#[test]
fn a_label_that_is_there_already_is_no_failure() {
    let refusal = |code: &str| {
        let errors = json!([{"resource": "Label", "field": "name", "code": code}]);
        let body = json!({"message": "Validation Failed", "errors": errors});
        says(422, &body.to_string())
    };
    let list = r#"[{"name":"bug","color":"d73a4a","description":null},{"name":"x"}]"#;
    let here = here(vec![
        says(201, "{}"),
        refusal("already_exists"),
        refusal("invalid"),
        says(200, list),
    ]);
    let label = Label {
        name: "aftersight".to_string(),
        color: "1f6feb".to_string(),
        description: None,
    };
    assert_eq!(here.client.create_label(&label), Ok(true));
    assert_eq!(here.client.create_label(&label), Ok(false));
    let failure = here.client.create_label(&label);
    assert!(
        matches!(failure, Err(Failure::Refused { .. })),
        "{failure:?}"
    );
    assert_eq!(
        here.server.seen()[0].json(),
        json!({"name": "aftersight", "color": "1f6feb"})
    );
    let labels = here.client.labels().expect("labels");
    assert_eq!(
        (labels[0].color.as_str(), labels[1].color.as_str()),
        ("d73a4a", "")
    );
}

#[test]
fn who_may_be_assigned_and_who_asks() {
    let nobody = r#"{"message":"Resource not accessible by integration"}"#;
    let here = here(vec![
        says(204, ""),
        says(404, "{}"),
        says(200, r#"{"id":7,"login":"alice","type":"User"}"#),
        says(403, nobody),
        says(401, r#"{"message":"Bad credentials"}"#),
        says(200, r#"{"has_issues":false}"#),
    ]);
    assert_eq!(here.client.may_be_assigned("octo[bot]"), Ok(true));
    assert_eq!(here.client.may_be_assigned("bob"), Ok(false));
    assert_eq!(here.client.may_be_assigned("../alice"), Ok(false));
    assert_eq!(
        here.server.lines(),
        [
            "GET /repos/acme/incidents/assignees/octo%5Bbot%5D",
            "GET /repos/acme/incidents/assignees/bob"
        ]
    );
    let me = here.client.me().expect("an answer").expect("somebody");
    assert_eq!((me.id, me.login.as_str()), (7, "alice"));
    assert_eq!(here.client.me(), Ok(None));
    assert!(matches!(here.client.me(), Err(Failure::Denied { .. })));
    assert_eq!(here.client.has_issues(), Ok(false));
    let alone = here_with(vec![says(401, "{}")], |it| it.token = None);
    assert_eq!(alone.client.me(), Ok(None));
}
