//! Issues, comments and labels.

mod client;

use serde_json::{Value, json};

use super::{REPO, Scene, texts};
use crate::github::client::{Answer, send};
use crate::github::{Fault, View};

/// Addresses of issues.
fn issues(rest: &str) -> String {
    format!("{REPO}/issues{rest}")
}

fn numbers(list: &Value) -> Vec<u64> {
    let all = list.as_array().expect("a list").iter();
    all.filter_map(|issue| issue["number"].as_u64()).collect()
}

/// What the first of the `errors` says.
fn refusal(answer: &Answer) -> (u16, String) {
    let error = &answer.json()["errors"][0];
    let word = |name: &str| error[name].as_str().unwrap_or_default().to_string();
    (
        answer.status,
        format!("{} {}: {}", word("resource"), word("field"), word("code")),
    )
}

impl Scene {
    fn create(&self, token: &str, body: Value) -> Answer {
        self.ask_as(token, "POST", &issues(""), Some(body))
    }

    fn change(&self, token: &str, number: u64, body: Value) -> Answer {
        self.ask_as(token, "PATCH", &issues(&format!("/{number}")), Some(body))
    }

    fn say(&self, token: &str, number: u64, text: &str) -> Answer {
        let path = issues(&format!("/{number}/comments"));
        self.ask_as(token, "POST", &path, Some(json!({ "body": text })))
    }
}

#[test]
fn the_list_holds_pull_requests_and_what_fits() {
    let it = Scene::new();
    let first = it.github.open_issue("alice", "First", "one");
    it.branch("topic", &[("a.md", "one\n")]);
    let pull = it.github.open("alice", "topic");
    let second = it.github.open_issue("carol", "Second", "two");
    it.github.label_issue(first, "alice", "Ours");
    it.github.label_issue(pull, "alice", "ours");
    assert_eq!(numbers(&it.get(&issues(""))), [second, pull, first]);
    let listed = it.get(&issues("?sort=created&direction=asc&per_page=2"));
    assert_eq!(numbers(&listed), [first, pull]);
    assert_eq!(listed[0]["pull_request"], Value::Null);
    assert!(listed[1]["pull_request"]["url"].is_string());
    let rest = it.get(&issues("?sort=created&direction=asc&per_page=2&page=2"));
    assert_eq!(numbers(&rest), [second]);
    // A label has one spelling, whoever wrote it later.
    let labelled = it.get(&issues("?labels=OURS"));
    assert_eq!(numbers(&labelled), [pull, first]);
    assert_eq!(texts(&labelled[0]["labels"], "name"), ["Ours"]);
    assert_eq!(it.get(&issues("?labels=ours,others")), json!([]));
    assert_eq!(numbers(&it.get(&issues("?creator=CAROL"))), [second]);
    let since = it.get(&issues(&format!("/{second}")))["updated_at"].clone();
    let since = since.as_str().expect("a moment").replace(':', "%3A");
    it.github.close_issue(first, "alice", "completed");
    assert_eq!(
        numbers(&it.get(&issues(&format!("?state=all&since={since}")))),
        [pull, first]
    );
    assert_eq!(numbers(&it.get(&issues("?state=closed"))), [first]);
    let order = it.get(&issues("?state=all&sort=updated&direction=desc"));
    assert_eq!(numbers(&order), [first, pull, second]);
    assert_eq!(it.get(&issues(&format!("/{pull}")))["number"], pull);
    it.github.unlabel_issue(pull, "alice", "Ours");
    assert_eq!(
        it.get(&issues("?labels=ours&state=all"))[0]["number"],
        first
    );
}

#[test]
fn a_workflow_opens_issues_as_its_own_bot() {
    let it = Scene::new();
    let wish = json!({
        "title": "Alert on a full disk",
        "body": "text",
        "labels": ["aftersight", "Aftersight", { "name": "p1" }],
        "assignees": ["ALICE"],
    });
    let made = it.create(&it.token, wish.clone());
    assert_eq!(made.status, 201, "{}", made.text);
    let issue = made.json();
    assert_eq!(
        (&issue["user"]["login"], &issue["user"]["id"]),
        (&json!("github-actions[bot]"), &json!(41_898_282))
    );
    assert_eq!(issue["user"]["type"], "Bot");
    assert_eq!(texts(&issue["labels"], "name"), ["aftersight", "p1"]);
    assert_eq!(issue["labels"][0]["color"], "ededed");
    assert_eq!(texts(&issue["assignees"], "login"), ["alice"]);
    let number = issue["number"].as_u64().expect("a number");
    let place = made.header("location").expect("its address");
    assert!(place.ends_with(&issues(&format!("/{number}"))), "{place}");
    // Who may not push sets neither labels nor assignees, and is not told.
    let carol = it.github.token_of("carol");
    let made = it.create(&carol, wish);
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["labels"], json!([]));
    assert_eq!(made.json()["assignees"], json!([]));
    let own = made.json()["number"].as_u64().expect("a number");
    let changed = it.change(&carol, own, json!({ "labels": ["p1"], "title": "Mine" }));
    assert_eq!(changed.status, 200);
    assert_eq!(it.github.issue(own).labels, [""; 0]);
    assert_eq!(it.github.issue(own).title, "Mine");
    assert_eq!(
        it.change(&carol, number, json!({ "title": "x" })).status,
        403
    );
    let reader = it.github.token_with(&["issues: read"]);
    let refused = it.create(&reader, json!({ "title": "x" }));
    assert_eq!(
        (
            refused.status,
            refused.header("x-accepted-github-permissions")
        ),
        (403, Some("issues=write"))
    );
    let bot = it.github.issue(number);
    assert_eq!(bot.author, "github-actions[bot]");
    assert_eq!(it.github.issues().len(), 2);
}

#[test]
fn what_is_too_long_or_unknown_is_refused_whole() {
    let it = Scene::new();
    it.github.bot("helper[bot]", crate::github::Right::Write);
    let with = |field: &str, value: Value| {
        let mut wish = json!({ "title": "t" });
        wish[field] = value;
        wish
    };
    let long = |count: usize| Value::from("ä".repeat(count));
    for (field, fine, wrong, told) in [
        ("title", long(256), long(257), "Issue title: custom"),
        ("body", long(65_536), long(65_537), "Issue body: custom"),
        (
            "labels",
            json!([long(50)]),
            json!([long(51)]),
            "Label name: invalid",
        ),
        (
            "assignees",
            json!(["bob"]),
            json!(["bob", "ghost"]),
            "Issue assignees: invalid",
        ),
        (
            "assignees",
            json!([]),
            json!(["carol"]),
            "Issue assignees: invalid",
        ),
        (
            "assignees",
            json!(["alice"]),
            json!(["helper[bot]"]),
            "Issue assignees: invalid",
        ),
        (
            "title",
            json!("t"),
            json!(" "),
            "Issue title: missing_field",
        ),
    ] {
        let before = it.github.issues().len();
        let made = it.create(&it.token, with(field, fine));
        assert_eq!(made.status, 201, "{field}: {}", made.text);
        let refused = it.create(&it.token, with(field, wrong.clone()));
        assert_eq!(refusal(&refused), (422, told.to_string()), "{field}");
        assert_eq!(it.github.issues().len(), before + 1, "{field}");
        let number = made.json()["number"].as_u64().expect("a number");
        let before = it.github.issue(number);
        let refused = it.change(
            &it.token,
            number,
            json!({ field: wrong, "state": "closed" }),
        );
        assert_eq!(refusal(&refused), (422, told.to_string()), "{field}");
        assert_eq!(it.github.issue(number), before);
    }
    let number = it.github.open_issue("bob", "t", "");
    for text in ["", &"x".repeat(65_537)] {
        let refused = it.say(&it.token, number, text);
        let told = "IssueComment data: unprocessable".to_string();
        assert_eq!(refusal(&refused), (422, told));
    }
    assert_eq!(it.github.issue(number).comments, []);
    // What this fake does not know is no success.
    it.create(&it.token, json!({ "title": "t", "milestone": 1 }));
    let flaws = it.github.forgive().join("\n");
    assert!(flaws.contains("501"), "{flaws}");
}

#[test]
fn a_reason_goes_with_a_change_of_state() {
    let it = Scene::new();
    let number = it.github.open_issue("carol", "t", "");
    let state = || {
        let View { state, reason, .. } = it.github.issue(number);
        (state, reason.unwrap_or_default())
    };
    let change = |body: Value| it.change(&it.token, number, body).status;
    assert_eq!(state(), ("open", String::new()));
    // Alone, a reason says nothing.
    assert_eq!(change(json!({ "state_reason": "not_planned" })), 200);
    assert_eq!(state(), ("open", String::new()));
    assert_eq!(change(json!({ "state": "closed" })), 200);
    assert_eq!(state(), ("closed", "completed".to_string()));
    let again = json!({ "state": "closed", "state_reason": "not_planned" });
    assert_eq!(change(again.clone()), 200);
    assert_eq!(state(), ("closed", "completed".to_string()));
    let closed = it.get(&issues(&format!("/{number}")));
    assert_eq!(closed["closed_by"]["login"], "github-actions[bot]");
    assert_eq!(change(json!({ "state": "open" })), 200);
    assert_eq!(state(), ("open", "reopened".to_string()));
    assert_eq!(change(again), 200);
    assert_eq!(state(), ("closed", "not_planned".to_string()));
    it.github.reopen_issue(number, "carol");
    it.github.close_issue(number, "carol", "duplicate");
    assert_eq!(state(), ("closed", "duplicate".to_string()));
    assert_eq!(change(json!({ "state": "done" })), 422);
    assert!(it.github.forgive().join("").contains("done"));
}

#[test]
fn what_is_gone_says_how() {
    let it = Scene::new();
    let deleted = it.github.open_issue("alice", "Deleted", "");
    let moved = it.github.open_issue("alice", "Moved", "");
    it.github.delete_issue(deleted);
    let there = it.github.transfer_issue(moved, "acme/other");
    assert_eq!(it.get(&issues("?state=all")), json!([]));
    assert_eq!(it.github.issues(), []);
    let status = |token: &str, number: u64| {
        let path = issues(&format!("/{number}"));
        let comments = format!("{path}/comments");
        let asked = it.ask_as(token, "GET", &path, None).status;
        assert_eq!(it.ask_as(token, "GET", &comments, None).status, asked);
        assert_eq!(
            it.change(token, number, json!({ "title": "x" })).status,
            asked
        );
        assert_eq!(it.say(token, number, "x").status, asked);
        asked
    };
    let alice = it.github.token_of("alice");
    assert_eq!(status(&it.token, deleted), 410);
    assert_eq!(status(&alice, moved), 301);
    // A workflow's token does not see the other repository, as long as it is private.
    assert_eq!(status(&it.token, moved), 404);
    it.github.public();
    assert_eq!(status(&it.token, moved), 301);
    let answer = it.ask("GET", &issues(&format!("/{moved}")), None);
    let place = answer.header("location").expect("a place");
    let bearer = format!("Bearer {}", it.token);
    let headers = [("user-agent", "tests"), ("authorization", bearer.as_str())];
    let found = send("GET", place, &headers, None)
        .expect("an answer")
        .json();
    assert_eq!(
        (&found["title"], &found["number"]),
        (&json!("Moved"), &json!(there))
    );
    let home = found["repository_url"].as_str().expect("a repository");
    assert!(home.ends_with("/repos/acme/other"), "{home}");
    assert_eq!(it.ask("GET", &issues("/99"), None).status, 404);
}

#[test]
fn who_may_not_push_says_nothing_on_a_locked_issue() {
    let it = Scene::new();
    let number = it.github.open_issue("carol", "t", "");
    it.github.lock_issue(number);
    let carol = it.github.token_of("carol");
    for token in [&it.token, &carol] {
        let refused = it.say(token, number, "late");
        let told = refused.json()["message"].clone();
        assert_eq!(
            (refused.status, told),
            (
                403,
                json!("Unable to create comment because issue is locked.")
            )
        );
    }
    assert_eq!(
        it.say(&it.github.token_of("alice"), number, "late").status,
        201
    );
    assert_eq!(it.get(&issues(&format!("/{number}")))["locked"], true);
    // Everything else goes on.
    assert_eq!(
        it.change(&it.token, number, json!({ "state": "closed" }))
            .status,
        200
    );
}

#[test]
fn a_repository_without_issues_says_so() {
    let it = Scene::new();
    let number = it.github.open_issue("alice", "t", "");
    assert_eq!(it.get(REPO)["has_issues"], true);
    it.github.disable_issues();
    assert_eq!(it.get(REPO)["has_issues"], false);
    for path in [issues(""), issues(&format!("/{number}"))] {
        assert_eq!(it.ask("GET", &path, None).status, 410, "{path}");
    }
    let refused = it.create(&it.token, json!({ "title": "t" }));
    assert_eq!(
        refused.json()["message"],
        "Issues are disabled for this repo"
    );
}

#[test]
fn comments_are_kept_as_they_were_sent() {
    let it = Scene::new();
    let number = it.github.open_issue("carol", "t", "one\ntwo");
    // A browser sends other line ends than a program.
    assert_eq!(it.github.issue(number).body, "one\r\ntwo");
    let said = it.say(&it.token, number, "one\ntwo").json();
    assert_eq!(said["user"]["login"], "github-actions[bot]");
    let since = said["updated_at"].as_str().expect("a moment").to_string();
    it.github.comment_issue(number, "carol", "thanks\n");
    let path = issues(&format!("/{number}/comments"));
    assert_eq!(texts(&it.get(&path), "body"), ["one\ntwo", "thanks\r\n"]);
    let later = it.get(&format!("{path}?since={since}"));
    assert_eq!(texts(&later, "body"), ["thanks\r\n"]);
    let one = issues(&format!("/comments/{}", said["id"]));
    let carol = it.github.token_of("carol");
    let text = || Some(json!({ "body": "three" }));
    assert_eq!(it.ask_as(&carol, "PATCH", &one, text()).status, 403);
    assert_eq!(it.ask("PATCH", &one, text()).status, 200);
    assert_eq!(it.get(&one)["body"], "three");
    assert_eq!(
        it.github.issue(number).comments[0],
        ("github-actions[bot]".to_string(), "three".to_string())
    );
    assert_eq!(it.get(&issues(&format!("/{number}")))["comments"], 2);
    it.github.edit_issue(number, "carol", None, Some("other\n"));
    it.github.assign_issue(number, "alice", &["bob"]);
    let view = it.github.issue(number);
    assert_eq!(
        (view.body.as_str(), view.title.as_str()),
        ("other\r\n", "t")
    );
    assert_eq!(view.assignees, ["bob"]);
}

#[test]
fn labels_are_made_once() {
    let it = Scene::new();
    let path = format!("{REPO}/labels");
    let make = |name: &str, color: &str, description: &str| {
        let label = json!({ "name": name, "color": color, "description": description });
        it.ask("POST", &path, Some(label))
    };
    assert_eq!(make("aftersight", "1F6FEB", "ours").status, 201);
    let told = |answer: Answer| refusal(&answer).1;
    assert_eq!(
        told(make("Aftersight", "1f6feb", "")),
        "Label name: already_exists"
    );
    assert_eq!(told(make("x", "#1f6feb", "")), "Label color: invalid");
    assert_eq!(
        told(make("x", "1f6feb", &"x".repeat(101))),
        "Label description: custom"
    );
    assert_eq!(
        told(make(&"x".repeat(51), "1f6feb", "")),
        "Label name: invalid"
    );
    let labels = it.get(&path);
    assert_eq!(texts(&labels, "name"), ["aftersight"]);
    assert_eq!(labels[0]["color"], "1f6feb");
    let carol = it.github.token_of("carol");
    let refused = it.ask_as(&carol, "POST", &path, Some(json!({ "name": "x" })));
    assert_eq!(refused.status, 403);
}

#[test]
fn lists_of_issues_lag_and_numbers_do_not() {
    let it = Scene::new();
    let first = it.github.open_issue("alice", "First", "");
    it.github.fault(Fault::list_lag(1));
    it.get(REPO);
    let second = it.github.open_issue("alice", "Second", "");
    let page =
        |page: u64| numbers(&it.get(&issues(&format!("?direction=asc&per_page=1&page={page}"))));
    // One list is behind, on every page of it.
    assert_eq!((page(1), page(2)), (vec![first], vec![]));
    assert_eq!(it.get(&issues(&format!("/{second}")))["title"], "Second");
    assert_eq!((page(1), page(2)), (vec![first], vec![second]));
    it.github.list_delay(30);
    let third = it.github.open_issue("alice", "Third", "");
    for _ in 0..2 {
        assert_eq!(numbers(&it.get(&issues(""))), [second, first]);
    }
    assert_eq!(it.get(&issues(&format!("/{third}")))["title"], "Third");
    it.github.pass(30);
    assert_eq!(numbers(&it.get(&issues(""))), [third, second, first]);
}

#[test]
fn too_much_at_once_meets_the_secondary_limit() {
    let it = Scene::new();
    it.github.creation_limit(2);
    let create = || it.create(&it.token, json!({ "title": "t" }));
    let number = create().json()["number"].as_u64().expect("a number");
    assert_eq!(it.say(&it.token, number, "x").status, 201);
    for answer in [create(), it.say(&it.token, number, "y")] {
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (403, Some("60"))
        );
    }
    // Changes are no creations.
    assert_eq!(
        it.change(&it.token, number, json!({ "title": "u" })).status,
        200
    );
    it.github.pass(1);
    assert_eq!(create().status, 201);
    assert_eq!(it.github.issues().len(), 2);
    assert_eq!(it.github.issue(number).comments.len(), 1);
}

#[test]
fn limits_end_on_the_clock_of_the_fake() {
    let it = Scene::new();
    it.github.keep_limits();
    let create = || it.create(&it.token, json!({ "title": "t" }));
    let refused = (0..600).map(|_| create()).find(|it| it.status != 201);
    let refused = refused.expect("a limit");
    assert_eq!(refused.status, 403);
    assert_eq!(it.github.issues().len(), 500);
    let wait = refused.header("retry-after").and_then(|it| it.parse().ok());
    let wait: u64 = wait.expect("seconds");
    assert!((60..3600).contains(&wait), "{wait}");
    it.github.pass(60);
    assert_eq!(create().status, 201);
    it.github.spend(&it.token, 1000);
    assert_eq!(create().header("x-ratelimit-remaining"), Some("0"));
    it.github.pass(59);
    assert_eq!(create().status, 403);
    it.github.pass(1);
    assert_eq!(create().status, 201);
}

#[test]
fn what_was_closed_long_ago_is_in_no_list_of_changes() {
    let it = Scene::new();
    let number = it.github.past_issue("alice", "old", "text", "aftersight");
    let listed = |query: &str| {
        let path = format!("{REPO}/issues?state=all&labels=aftersight{query}");
        let found = it.ask("GET", &path, None).json();
        found.as_array().map_or(0, Vec::len)
    };
    assert_eq!(it.github.issue(number).state, "closed");
    assert_eq!(listed(""), 1);
    let since = it.github.now() - jiff::SignedDuration::from_hours(24);
    assert_eq!(listed(&format!("&since={since}")), 0);
}

#[test]
fn a_workflow_is_nobody_and_people_are_somebody() {
    let it = Scene::new();
    let may = |login: &str| {
        it.ask("GET", &format!("{REPO}/assignees/{login}"), None)
            .status
    };
    assert_eq!(may("Alice"), 204);
    assert_eq!((may("carol"), may("nobody")), (404, 404));
    assert_eq!(it.ask("GET", "/user", None).status, 403);
    let alice = it.github.token_of("alice");
    let me = it.ask_as(&alice, "GET", "/user", None).json();
    assert_eq!(me["login"], "alice");
    assert_eq!(it.ask_as("wrong", "GET", "/user", None).status, 401);
}
