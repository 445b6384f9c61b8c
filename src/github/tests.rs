//! The client against a server that counts: what is sent, how often, with which token, and what is made of the answers.

mod issue;
mod server;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value, json};

use self::server::{Reply, Server, says, with};
use super::*;

const TOKEN: &str = "ghp_usual";

/// A client whose waits take no time, and what it waited, in seconds.
struct Here {
    server: Server,
    client: Client,
    waits: Rc<RefCell<Vec<u64>>>,
}

fn settings(base: &str) -> Settings {
    Settings {
        api: base.to_string(),
        graphql: format!("{base}/graphql"),
        repository: "acme/incidents".to_string(),
        token: Some(TOKEN.to_string()),
        team_token: None,
        proxy: None,
        no_proxy: String::new(),
        budget: Budget::default(),
    }
}

fn here(script: Vec<Reply>) -> Here {
    here_with(script, |_| {})
}

fn here_with(script: Vec<Reply>, change: impl Fn(&mut Settings)) -> Here {
    let server = Server::start(script);
    let mut settings = settings(&server.base());
    change(&mut settings);
    let waits = Rc::new(RefCell::new(Vec::new()));
    let record = Rc::clone(&waits);
    let wait = move |wait: Duration| record.borrow_mut().push(wait.as_secs());
    let client = Client::waiting(settings, Box::new(wait)).expect("a client");
    Here {
        server,
        client,
        waits,
    }
}

impl Here {
    fn get(&self) -> Result<Value, Failure> {
        self.client.get("/x")
    }

    fn post(&self) -> Result<Value, Failure> {
        self.client.post("{repo}/issues", &json!({"title": "t"}))
    }

    fn mutate(&self) -> Result<Value, Failure> {
        self.client.mutate("mutation { x }", &json!({}))
    }

    fn count(&self) -> usize {
        self.server.seen().len()
    }

    fn waits(&self) -> Vec<u64> {
        self.waits.borrow().clone()
    }
}

fn message(failure: Failure) -> String {
    crate::error::Error::from(failure).to_string()
}

#[test]
fn a_request_says_who_asks_and_what_for() {
    let here = here(vec![says(200, r#"{"number":7}"#), says(201, "{}")]);
    let found: Value = here.client.get("{repo}/pulls/7").expect("an answer");
    assert_eq!(found["number"], 7);
    here.post().expect("an answer");
    let [read, write] = here.server.seen().try_into().expect("two requests");
    assert_eq!(read.line, "GET /repos/acme/incidents/pulls/7");
    let agent = format!("aftersight/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(read.header("user-agent"), [agent.as_str()]);
    assert_eq!(read.header("accept"), ["application/vnd.github+json"]);
    assert_eq!(read.header("x-github-api-version"), ["2022-11-28"]);
    assert_eq!(read.header("authorization"), ["Bearer ghp_usual"]);
    assert_eq!(read.header("content-type").len(), 0);
    assert_eq!(write.line, "POST /repos/acme/incidents/issues");
    assert_eq!(write.header("content-type"), ["application/json"]);
    assert_eq!(write.json(), json!({"title": "t"}));
    let used = here.client.used();
    assert_eq!((used.requests, used.writes), (2, 1));
}

#[test]
fn nobody_is_named_without_a_token() {
    let refusal = says(401, r#"{"message":"Requires authentication"}"#);
    let here = here_with(vec![refusal], |it| it.token = None);
    let told = message(here.get().expect_err("denied"));
    assert!(
        told.contains("no token was given: Requires authentication"),
        "{told}"
    );
    assert!(here.server.seen()[0].header("authorization").is_empty());
}

#[test]
fn an_enterprise_server_is_asked_below_its_path_and_for_graphql_beside_it() {
    let script = vec![
        with(
            200,
            &[(
                "link",
                "<{base}/api/v3/repositories/1/x?page=2>; rel=\"next\"",
            )],
            "[1]",
        ),
        says(200, "[2]"),
        says(200, r#"{"data":{}}"#),
    ];
    let here = here_with(script, |it| {
        it.graphql = format!("{}/api/graphql", it.api);
        it.api.push_str("/api/v3");
    });
    let found: Vec<u64> = here.client.list("{repo}/x").expect("both pages");
    assert_eq!(found, [1, 2]);
    here.mutate().expect("an answer");
    assert_eq!(
        here.server.lines(),
        [
            "GET /api/v3/repos/acme/incidents/x?per_page=100",
            "GET /api/v3/repositories/1/x?page=2",
            "POST /api/graphql",
        ]
    );
}

#[test]
fn a_token_is_not_carried_to_a_stranger() {
    let stranger = Server::start(vec![says(200, "[]"), says(200, "[]")]);
    let elsewhere = format!("<{}/x?page=2>; rel=\"next\"", stranger.base());
    let place = format!("{}/y", stranger.base());
    let here = here(vec![
        with(200, &[("link", &elsewhere)], "[1]"),
        with(301, &[("location", &place)], "{}"),
        with(307, &[("location", "//evil.example/x")], "{}"),
        with(307, &[("location", &place)], "{}"),
    ]);
    let pages = here.client.list::<u64>("/x").expect_err("a page elsewhere");
    assert!(message(pages).contains("on another server"));
    for _ in 0..2 {
        let moved = here.get().expect_err("a place elsewhere");
        assert!(matches!(moved, Failure::Refused { .. }), "{moved:?}");
    }
    let moved = here.post().expect_err("a write that is sent on");
    assert!(message(moved).contains("it has moved to"));
    assert_eq!(here.count(), 4);
    assert!(stranger.seen().is_empty());
}

#[test]
fn a_next_page_outside_the_base_path_is_refused() {
    let script = vec![with(
        200,
        &[("link", "<{base}/other?page=2>; rel=\"next\"")],
        "[1]",
    )];
    let here = here_with(script, |it| it.api.push_str("/api/v3"));
    here.client.list::<u64>("/x").expect_err("another path");
    assert_eq!(here.count(), 1);
}

#[test]
fn a_renamed_repository_is_followed_by_reads_and_not_for_ever() {
    let moved = || with(301, &[("location", "/repositories/9/pulls/7")], "{}");
    let here = here(vec![moved(), says(200, "{}")]);
    here.get().expect("the new place");
    assert_eq!(
        here.server.lines(),
        ["GET /x", "GET /repositories/9/pulls/7"]
    );
    assert_eq!(
        here.server.seen()[1].header("authorization"),
        ["Bearer ghp_usual"]
    );
    let circle = self::here((0..20).map(|_| moved()).collect());
    circle.get().expect_err("a circle");
    assert_eq!(circle.count(), 6);
}

#[test]
fn reads_are_tried_again_a_few_times() {
    let here = here(vec![
        Reply::Drop,
        says(502, "<html>"),
        Reply::Half,
        says(200, "{}"),
    ]);
    here.get().expect("the fourth answer");
    assert_eq!((here.count(), here.waits()), (4, vec![1, 2, 4]));
    let broken = self::here((0..9).map(|_| says(503, r#"{"message":"down"}"#)).collect());
    let failure = broken.get().expect_err("down");
    assert!(
        matches!(&failure, Failure::Unavailable { message, .. } if message == "down"),
        "{failure:?}"
    );
    assert_eq!(broken.count(), 4);
    let page = self::here(vec![says(200, "<html>a proxy</html>"), says(200, "{}")]);
    page.get().expect("the second answer");
}

#[test]
fn an_answer_of_another_shape_is_not_asked_for_again() {
    let here = here(vec![says(200, r#"{"number":"ghp_usual\u001b"}"#)]);
    let failure = here.client.pull_request(7).expect_err("another shape");
    let told = message(failure);
    assert!(!told.contains(TOKEN) && !told.contains('\u{1b}'), "{told}");
    assert_eq!(here.count(), 1);
}

#[test]
fn writes_are_sent_once_whatever_happens() {
    for reply in [
        Reply::Drop,
        Reply::Half,
        says(500, "{}"),
        says(502, "<html>Bad gateway</html>"),
        says(503, r#"{"message":"down"}"#),
        with(504, &[("retry-after", "1")], "{}"),
        says(201, "this is no JSON"),
    ] {
        let here = here(vec![reply]);
        let failure = here.post().expect_err("no answer to use");
        assert!(matches!(failure, Failure::Unknown { .. }), "{failure:?}");
        assert_eq!((here.count(), here.waits()), (1, vec![]));
    }
    for reply in [Reply::Drop, says(502, ""), says(200, r#"{"data":"#)] {
        let here = here(vec![reply]);
        let failure = here.mutate().expect_err("no answer to use");
        assert!(matches!(failure, Failure::Unknown { .. }), "{failure:?}");
        assert_eq!(here.count(), 1);
    }
}

#[test]
fn writes_are_sent_once_over_a_connection_that_was_used_before() {
    for reply in [Reply::Drop, Reply::Half, says(502, "{}")] {
        let here = here(vec![says(200, "{}"), reply, says(201, "{}")]);
        here.get().expect("an answer");
        let failure = here.post().expect_err("no answer to use");
        assert!(matches!(failure, Failure::Unknown { .. }), "{failure:?}");
        assert_eq!(here.count(), 2);
    }
}

#[test]
fn a_server_without_the_encryption_it_promises_hears_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("https://{}", listener.local_addr().expect("its address"));
    std::thread::spawn(move || listener.incoming().for_each(drop));
    // Where the system trusts nobody there is no client; elsewhere no handshake.
    let failure = Client::waiting(settings(&base), Box::new(|_| {}))
        .and_then(|client| client.post::<Value>("/x", &json!({})))
        .expect_err("nobody to trust");
    assert!(
        matches!(failure, Failure::Unavailable { .. }),
        "{failure:?}"
    );
}

#[test]
fn a_write_that_cannot_have_left_is_no_riddle() {
    // A port that was just free: nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", free.local_addr().expect("its address"));
    drop(free);
    let client = Client::waiting(settings(&base), Box::new(|_| {})).expect("a client");
    let failure = client.post::<Value>("/x", &json!({})).expect_err("nobody");
    assert!(
        matches!(&failure, Failure::Unavailable { message, .. } if message.contains("refused")),
        "{failure:?}"
    );
    assert_eq!(client.used().requests, 1);
    client.get::<Value>("/x").expect_err("nobody");
    assert_eq!(client.used().requests, 5);
}

#[test]
fn a_connection_closed_meanwhile_is_not_written_into() {
    let here = here(vec![Reply::Fickle("{}".to_string()), says(201, "{}")]);
    here.get().expect("an answer");
    here.server.wait_for_fickleness();
    here.post().expect("a new connection");
    assert_eq!(here.count(), 2);
}

#[test]
fn a_limit_is_waited_out_as_the_server_asks() {
    let date = ("date", "Wed, 14 Oct 2026 09:00:00 GMT");
    let reset = "1791968429";
    let spent = [
        date,
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", reset),
    ];
    let script = vec![
        with(
            403,
            &[date, ("retry-after", "7")],
            r#"{"message":"You have exceeded a secondary rate limit"}"#,
        ),
        with(403, &spent, r#"{"message":"API rate limit exceeded"}"#),
        says(429, "{}"),
        says(200, "{}"),
    ];
    let here = here_with(script, |it| it.budget.patience = Duration::from_secs(1_000));
    here.get().expect("the fourth answer");
    // 29 seconds and the one that is cut off; then the third try without a word of when.
    assert_eq!(here.waits(), [7, 30, 240]);
    let moment: jiff::Timestamp = "2026-10-14T09:00:00Z".parse().expect("a moment");
    assert_eq!(here.client.clock(), Some(moment));
}

#[test]
fn a_limit_lets_a_write_go_again_for_nothing_was_done() {
    let secondary = r#"{"message":"You have triggered an abuse detection mechanism"}"#;
    let here = here(vec![
        says(403, secondary),
        with(429, &[("retry-after", "3")], "{}"),
        says(201, r#"{"number":1}"#),
    ]);
    here.post().expect("the third answer");
    assert_eq!((here.count(), here.waits()), (3, vec![60, 3]));
    assert_eq!(
        here.client.used(),
        Used {
            requests: 3,
            writes: 3
        }
    );
    let limited = r#"{"data":{"x":null},"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}"#;
    let here = self::here(vec![
        with(200, &[("retry-after", "2")], limited),
        says(200, r#"{"data":{"x":1}}"#),
    ]);
    assert_eq!(here.mutate().expect("the second answer"), json!({"x": 1}));
    assert_eq!(here.waits(), [2]);
}

#[test]
fn patience_has_an_end_that_is_named() {
    let date = ("date", "Wed, 14 Oct 2026 09:00:00 GMT");
    let long = || with(403, &[date, ("retry-after", "3600")], "{}");
    let here = here(vec![long(), long()]);
    for failure in [here.get(), here.post()].map(|it| it.expect_err("too long")) {
        assert!(matches!(failure, Failure::Exhausted { .. }), "{failure:?}");
        let told = message(failure);
        assert!(told.contains("ends at 2026-10-14T10:00:00Z"), "{told}");
    }
    assert_eq!((here.count(), here.waits()), (2, vec![]));
    // Two waits of 50 seconds fit into 120, a third does not.
    let fifty = || with(429, &[("retry-after", "50")], "{}");
    let here = self::here(vec![
        fifty(),
        says(200, "{}"),
        fifty(),
        says(200, "{}"),
        fifty(),
    ]);
    here.get().expect("a wait");
    here.get().expect("another");
    here.get().expect_err("one too many");
    assert_eq!(here.waits(), [50, 50]);
    for hostile in ["99999999999999999999", "18446744073709551615", "-5", "soon"] {
        let reply = with(
            429,
            &[
                ("retry-after", hostile),
                ("x-ratelimit-reset", hostile),
                ("x-ratelimit-remaining", "0"),
            ],
            "{}",
        );
        let here = self::here(vec![reply, says(200, "{}")]);
        let _ = here.get();
        assert!(here.waits().iter().sum::<u64>() <= 120);
    }
}

#[test]
fn a_denial_is_no_limit() {
    let wanted = ("x-accepted-github-permissions", "contents=write");
    let body = r#"{"message":"Resource not accessible by integration"}"#;
    let here = here(vec![with(403, &[wanted], body), with(403, &[wanted], body)]);
    for failure in [here.get(), here.post()].map(|it| it.expect_err("denied")) {
        assert!(matches!(failure, Failure::Denied { .. }), "{failure:?}");
        let error = crate::error::Error::from(failure);
        let help = error.help().expect("a help");
        assert!(help.contains("`contents: write`"), "{help}");
    }
    assert_eq!((here.count(), here.waits()), (2, vec![]));
}

#[test]
fn the_budget_ends_a_run_before_a_request_and_not_after() {
    let script = (0..9).map(|_| says(200, "{}")).collect();
    let here = here_with(script, |it| it.budget.requests = 2);
    here.get().expect("the first");
    here.post().expect("the second");
    let failure = here.get().expect_err("the third");
    assert!(message(failure).contains("budget of 2 requests"));
    assert_eq!(here.count(), 2);
}

#[test]
fn the_last_requests_are_left_for_others_until_there_are_new_ones() {
    let date = "Wed, 14 Oct 2026 09:00:00 GMT";
    let low = |reset: &str| {
        let headers = [
            ("date", date),
            ("x-ratelimit-remaining", "49"),
            ("x-ratelimit-reset", reset),
        ];
        with(200, &headers, "{}")
    };
    let here = here(vec![low("1791968460"), says(200, r#"{"data":{}}"#)]);
    here.get().expect("the first");
    let told = message(here.get().expect_err("kept for others"));
    assert!(
        told.contains("49 requests left until 2026-10-14T09:01:00Z"),
        "{told}"
    );
    here.mutate().expect("GraphQL counts on its own");
    assert_eq!(here.count(), 2);
    let renewed = self::here(vec![low("1791968399"), says(200, "{}")]);
    renewed.get().expect("the first");
    renewed.get().expect("the quota is a new one");
    let anonymous = here_with(vec![low("1791968460"), says(200, "{}")], |it| {
        it.token = None
    });
    anonymous.get().expect("the first");
    anonymous.get().expect("nobody else draws on it");
}

#[test]
fn what_has_not_changed_is_served_from_memory_with_its_pages() {
    let next = "<{base}/x?page=2>; rel=\"next\"";
    let here = here(vec![
        with(200, &[("etag", "\"a\""), ("link", next)], "[1]"),
        with(200, &[("etag", "W/\"b\"")], "[2]"),
        says(304, ""),
        with(200, &[("etag", "\"c\"")], "[3]"),
        says(304, ""),
    ]);
    let list = || here.client.list::<u64>("/x").expect("both pages");
    assert_eq!(list(), [1, 2]);
    assert_eq!(list(), [1, 3]);
    let asked: Vec<_> = here.server.seen();
    let asked: Vec<_> = asked.iter().map(|it| it.header("if-none-match")).collect();
    assert_eq!(asked, [vec![], vec![], vec!["\"a\""], vec!["W/\"b\""]]);
    let strange = self::here(vec![says(304, "")]);
    strange.get().expect_err("nothing was kept");
}

#[test]
fn a_list_ends_after_a_thousand_pages() {
    let next = "<{base}/x?page=2>; rel=\"next\"";
    let script = (0..1_001)
        .map(|_| with(200, &[("link", next)], "[1]"))
        .collect();
    let here = here_with(script, |it| it.budget.requests = 9_999);
    let told = message(here.client.list::<u64>("/x").expect_err("too many"));
    assert!(told.contains("1000 pages"), "{told}");
    assert_eq!(here.count(), 1_000);
}

#[test]
fn a_token_is_in_no_message() {
    let echo =
        r#"{"message":"Bad credentials: Bearer ghp_usual\n::error::x","errors":["ghp_team"]}"#;
    let replies = [401, 403, 409, 422, 500]
        .into_iter()
        .flat_map(|status| [says(status, echo), says(status, echo)]);
    for reply in replies {
        let here = here_with(vec![reply], |it| {
            it.team_token = Some("ghp_team".to_string())
        });
        let failure = here.post().expect_err("refused");
        let shown = format!("{failure:?} {}", message(failure.clone()));
        assert!(!shown.contains("ghp_") && !shown.contains('\n'), "{shown}");
        assert!(shown.contains("***"), "{shown}");
    }
    let errors = r#"{"errors":[{"message":"no ghp_usual"}]}"#;
    let failure = here(vec![says(200, errors)]).mutate().expect_err("refused");
    assert!(!format!("{failure:?}").contains("ghp_"), "{failure:?}");
}

#[test]
fn settings_that_cannot_be_used_make_no_client() {
    for change in [
        |it: &mut Settings| it.token = Some("a\nb".to_string()),
        |it: &mut Settings| it.repository = "../x".to_string(),
        |it: &mut Settings| it.api = "http://ghe.example".to_string(),
    ] {
        let mut settings = settings("http://127.0.0.1:1");
        change(&mut settings);
        assert!(Client::new(settings).is_err());
    }
}

#[test]
fn what_is_not_there_is_told_from_what_is_refused() {
    let here = here(vec![
        says(404, "{}"),
        says(404, "{}"),
        says(410, "{}"),
        says(451, "{}"),
    ]);
    assert_eq!(here.client.pull_request(7), Ok(None));
    let failure = here.get().expect_err("nothing");
    assert!(message(failure).contains("(`GET /x`)"));
    assert_eq!(here.client.find::<Value>("/x"), Ok(None));
    let failure = here.client.find::<Value>("/x").expect_err("refused");
    assert!(matches!(failure, Failure::Refused { status: 451, .. }));
}

#[test]
fn rights_are_those_of_this_account_and_nobody_elses() {
    let right = |it: &str| says(200, &format!(r#"{{"permission":"{it}"}}"#));
    let here = here(vec![
        right("admin"),
        right("read"),
        right("none"),
        says(404, "{}"),
    ]);
    let of = |login: &str| here.client.permission(login).expect("an answer");
    assert_eq!(of("renovate[bot]"), Permission::Write);
    assert_eq!(of("carol"), Permission::Read);
    assert_eq!(of("dave"), Permission::None);
    assert_eq!(of("ghost"), Permission::None);
    assert_eq!(of("../alice"), Permission::None);
    assert_eq!(
        here.server.lines()[0],
        "GET /repos/acme/incidents/collaborators/renovate%5Bbot%5D/permission"
    );
    assert_eq!(here.count(), 4);
}

#[test]
fn a_team_is_asked_for_with_its_own_token() {
    let alice = r#"[{"id":1,"login":"alice","type":"User"}]"#;
    let next = "<{base}/orgs/acme/teams/payments/members?page=2>; rel=\"next\"";
    let denied = r#"{"message":"Resource not accessible by integration"}"#;
    let script = vec![
        with(200, &[("link", next)], alice),
        says(200, r#"[{"id":2,"login":"bob"}]"#),
        says(404, "{}"),
        says(403, denied),
        says(401, r#"{"message":"Bad credentials"}"#),
    ];
    let here = here_with(script, |it| it.team_token = Some("ghp_team".to_string()));
    let team = || here.client.team("acme", "payments");
    let members = team().expect("an answer").expect("a team");
    let names: Vec<&str> = members.iter().map(|it| it.login.as_str()).collect();
    assert_eq!(names, ["alice", "bob"]);
    assert_eq!(team(), Ok(None));
    assert_eq!(team(), Ok(None));
    team().expect_err("a token that is no good");
    assert_eq!(here.client.team("acme", ".."), Ok(None));
    let seen = here.server.seen();
    assert_eq!(
        seen[0].line,
        "GET /orgs/acme/teams/payments/members?per_page=100"
    );
    assert!(
        seen.iter()
            .all(|it| it.header("authorization") == ["Bearer ghp_team"])
    );
    assert_eq!(seen.len(), 5);
}

#[test]
fn a_tree_is_whole_or_not_there() {
    let whole = r#"{"sha":"c","tree":[{"path":"a.md","type":"blob","sha":"1"},{"path":"b","type":"tree","sha":"2"},
        {"path":"b/c.md","type":"blob","sha":"3"},{"path":"sub","type":"commit","sha":"4"}],"truncated":false}"#;
    let here = here(vec![
        says(200, whole),
        says(
            200,
            r#"{"tree":[{"path":"a","type":"blob","sha":"1"}],"truncated":true}"#,
        ),
        says(404, "{}"),
        says(409, "{}"),
        says(422, "{}"),
        says(400, "{}"),
    ]);
    let tree = here
        .client
        .tree("c0ffee")
        .expect("an answer")
        .expect("a tree");
    let tree: Vec<(&str, &str)> = tree
        .iter()
        .map(|(path, id)| (path.as_str(), id.as_str()))
        .collect();
    assert_eq!(tree, [("a.md", "1"), ("b/c.md", "3")]);
    assert_eq!(
        here.server.lines(),
        ["GET /repos/acme/incidents/git/trees/c0ffee?recursive=1"]
    );
    for _ in 0..4 {
        assert_eq!(here.client.tree("c0ffee"), Ok(None));
    }
    here.client.tree("c0ffee").expect_err("another refusal");
}

#[test]
fn a_blob_is_read_through_its_line_breaks() {
    let large = "A".repeat(8 * 1024 * 1024 + 1);
    let here = here(vec![
        says(
            200,
            r#"{"content":"YWZ0\nZXJz\naWdodAo=\n","encoding":"base64"}"#,
        ),
        says(200, r#"{"content":"plain","encoding":"utf-8"}"#),
        says(404, "{}"),
        says(200, r#"{"content":"***","encoding":"base64"}"#),
        says(
            200,
            &json!({"content": large, "encoding": "utf-8"}).to_string(),
        ),
    ]);
    let blob = || here.client.blob("c0ffee");
    assert_eq!(blob(), Ok(Some(b"aftersight\n".to_vec())));
    assert_eq!(blob(), Ok(Some(b"plain".to_vec())));
    assert_eq!(blob(), Ok(None));
    assert!(message(blob().expect_err("no base64")).contains("base64"));
    assert!(message(blob().expect_err("too large")).contains("8 MiB"));
}

#[test]
fn a_commit_that_github_does_not_know_has_no_pull_requests() {
    let here = here(vec![
        says(422, r#"{"message":"No commit found for SHA: c0ffee"}"#),
        says(404, "{}"),
    ]);
    assert_eq!(here.client.pull_requests_of("c0ffee"), Ok(Vec::new()));
    here.client
        .pull_requests_of("c0ffee")
        .expect_err("a repository out of sight");
}

#[test]
fn a_branch_is_this_one_and_no_namesake() {
    let of = |name: &str| {
        says(
            200,
            &format!(r#"{{"ref":"refs/heads/{name}","object":{{"sha":"c0ffee"}}}}"#),
        )
    };
    let here = here(vec![
        of("aftersight/ledger"),
        of("aftersight/ledger-old"),
        says(404, "{}"),
        says(409, r#"{"message":"Git Repository is empty."}"#),
    ]);
    let branch = || here.client.branch("aftersight/ledger").expect("an answer");
    assert_eq!(branch().as_deref(), Some("c0ffee"));
    assert_eq!(
        here.server.lines(),
        ["GET /repos/acme/incidents/git/ref/heads/aftersight/ledger"]
    );
    for _ in 0..3 {
        assert_eq!(branch(), None);
    }
}

fn addition() -> [Addition; 1] {
    [Addition {
        path: "approvals/2026/7.json".to_string(),
        bytes: b"{}\n".to_vec(),
    }]
}

#[test]
fn a_branch_without_history_is_made_in_three_steps() {
    let made = |sha: &str| says(201, &format!(r#"{{"sha":"{sha}"}}"#));
    let taken = r#"{"message":"Reference already exists"}"#;
    let here = here(vec![
        made("t"),
        made("c"),
        says(201, "{}"),
        made("t"),
        made("c"),
        says(422, taken),
    ]);
    let make = || {
        here.client
            .create_orphan("aftersight/ledger", "start", &addition())
    };
    assert_eq!(
        make(),
        Ok(Committed {
            oid: "c".to_string()
        })
    );
    let sent: Vec<Value> = here.server.seen().iter().map(|it| it.json()).collect();
    assert_eq!(
        sent,
        [
            json!({"tree": [{"path": "approvals/2026/7.json", "mode": "100644", "type": "blob", "content": "{}\n"}]}),
            json!({"message": "start", "tree": "t", "parents": []}),
            json!({"ref": "refs/heads/aftersight/ledger", "sha": "c"}),
        ]
    );
    assert_eq!(make(), Err(Failure::Conflict));
}

#[test]
fn a_commit_is_made_by_compare_and_swap() {
    let done = r#"{"data":{"createCommitOnBranch":{"commit":{"oid":"d00d"}}}}"#;
    let here = here(vec![says(200, done)]);
    let made = here.client.commit(
        "aftersight/ledger",
        "c0ffee",
        "Record 7\n\nBy hand\n",
        &addition(),
    );
    assert_eq!(
        made,
        Ok(Committed {
            oid: "d00d".to_string()
        })
    );
    let seen = here.server.seen();
    assert_eq!(seen[0].line, "POST /graphql");
    let body = seen[0].json();
    assert_eq!(body["query"], include_str!("create_commit.graphql"));
    assert_eq!(
        body["variables"]["input"],
        json!({
            "branch": {"repositoryNameWithOwner": "acme/incidents", "branchName": "aftersight/ledger"},
            "message": {"headline": "Record 7", "body": "By hand"},
            "fileChanges": {"additions": [{"path": "approvals/2026/7.json", "contents": "e30K"}]},
            "expectedHeadOid": "c0ffee",
        })
    );
}

#[test]
fn what_graphql_complains_of_is_told_apart() {
    let commit = |data: Value, kind: &str, message: &str| {
        let errors = json!([{"type": kind, "message": message}]);
        let body = json!({"data": data, "errors": errors}).to_string();
        let here = here(vec![says(200, &body)]);
        let failure = here
            .client
            .commit("l", "c0ffee", "m", &addition())
            .expect_err("a complaint");
        assert_eq!(here.count(), 1);
        failure
    };
    let none = || json!({"createCommitOnBranch": null});
    let moved = "Expected branch to point to \"a\" but it did not. Pull and try again.";
    assert_eq!(commit(none(), "STALE_DATA", "moved"), Failure::Conflict);
    assert_eq!(commit(Value::Null, "", moved), Failure::Conflict);
    for (kind, message) in [
        ("FORBIDDEN", "no"),
        ("", "Resource not accessible by integration"),
    ] {
        let failure = commit(none(), kind, message);
        assert!(matches!(failure, Failure::Denied { .. }), "{failure:?}");
    }
    let rule = "Repository rule violations found\n\nChanges must be made through a pull request.";
    let failure = commit(none(), "UNPROCESSABLE", rule);
    assert!(
        matches!(&failure, Failure::Refused { message, .. } if message.contains("found Changes must be made through")),
        "{failure:?}"
    );
    let timeout =
        "Something went wrong while executing your query. This may be the result of a timeout";
    let half = json!({"createCommitOnBranch": {"commit": null}});
    for failure in [
        commit(Value::Null, "", timeout),
        commit(half, "NOT_FOUND", "x"),
    ] {
        assert!(matches!(failure, Failure::Unknown { .. }), "{failure:?}");
    }
    assert!(matches!(
        commit(none(), "NOT_FOUND", "no branch"),
        Failure::NotFound { .. }
    ));
}
