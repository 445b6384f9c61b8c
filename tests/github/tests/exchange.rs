//! Pages, limits and what goes wrong on demand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::{REPO, Scene, logins};
use crate::github::Fault;
use crate::github::client::send;

#[test]
fn lists_come_in_pages() {
    let it = Scene::new();
    it.branch("topic", &[("a.md", "one\n")]);
    let number = it.github.open("alice", "topic");
    for _ in 0..101 {
        it.github.comment(number, "bob");
    }
    let mut path = format!("{REPO}/pulls/{number}/reviews?per_page=1000");
    let mut sizes = Vec::new();
    loop {
        let answer = it.ask("GET", &path, None);
        sizes.push(answer.json().as_array().expect("a list").len());
        let link = answer.header("link").expect("further pages");
        let next = link
            .split(", ")
            .find_map(|part| part.strip_suffix(">; rel=\"next\""));
        let Some(next) = next else {
            assert!(
                link.contains("rel=\"prev\"") && link.contains("rel=\"first\""),
                "{link}"
            );
            break;
        };
        let base = it.address("");
        path = next
            .trim_start_matches('<')
            .trim_start_matches(&base)
            .into();
        // GitHub's own further pages name the repository by its number.
        assert!(path.starts_with("/repositories/"), "{path}");
    }
    assert_eq!(sizes, [100, 1], "more than a hundred is cut without a word");
    let first = it.ask("GET", &format!("{REPO}/pulls/{number}/reviews"), None);
    assert_eq!(first.json().as_array().map(Vec::len), Some(30));
}

#[test]
fn what_has_not_changed_is_not_sent_again_and_costs_nothing() {
    let it = Scene::new();
    let first = it.ask("GET", REPO, None);
    let tag = first.header("etag").expect("a tag").to_string();
    let left = first
        .header("x-ratelimit-remaining")
        .expect("a limit")
        .to_string();
    let bearer = format!("Bearer {}", it.token);
    let headers = [
        ("user-agent", "tests"),
        ("authorization", bearer.as_str()),
        ("if-none-match", tag.as_str()),
    ];
    let again = send("GET", &it.address(REPO), &headers, None).expect("an answer");
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.header("x-ratelimit-remaining"), Some(left.as_str()));
    it.github.spend(&it.token, 1000);
    let spent = it.ask("GET", REPO, None);
    assert_eq!(spent.status, 403);
    assert_eq!(spent.header("x-ratelimit-remaining"), Some("0"));
    let rate = it.get("/rate_limit");
    assert_eq!(rate["rate"]["remaining"], 0);
}

#[test]
fn faults_happen_when_they_are_asked_for() {
    let it = Scene::new();
    let main = it.repo.git(&["rev-parse", "HEAD"]);
    let sha = main.trim();
    let refs = format!("{REPO}/git/refs");
    let make = |name: &str| Some(json!({ "ref": format!("refs/heads/{name}"), "sha": sha }));
    let there = |name: &str| {
        let listed = it.repo.git(&["ls-remote", "--heads", "origin", name]);
        !listed.is_empty()
    };
    let on_refs = |fault: Fault| it.github.fault(fault.on("POST", "/repos/*/git/refs"));
    on_refs(Fault::lost_before());
    assert!(it.try_as(&it.token, "POST", &refs, make("one")).is_none());
    assert!(!there("one"));
    on_refs(Fault::lost_after());
    assert!(it.try_as(&it.token, "POST", &refs, make("one")).is_none());
    assert!(there("one"));
    on_refs(Fault::status(502).nth(2));
    assert_eq!(it.ask("POST", &refs, make("two")).status, 201);
    assert_eq!(it.ask("POST", &refs, make("three")).status, 502);
    assert!(!there("three"));
    on_refs(Fault::status_after(500));
    assert_eq!(it.ask("POST", &refs, make("three")).status, 500);
    assert!(there("three"));
    on_refs(Fault::conflict());
    assert_eq!(it.ask("POST", &refs, make("four")).status, 422);
    assert!(there("four"), "another writer was first");
    it.github.fault(Fault::conflict());
    let stale = it.commit(&it.token, "main", sha);
    assert_eq!(stale["errors"][0]["type"], "STALE_DATA");
    it.github.fault(Fault::secondary_limit(Some(3)).times(2));
    for _ in 0..2 {
        let limited = it.ask("GET", REPO, None);
        assert_eq!(
            (limited.status, limited.header("retry-after")),
            (403, Some("3"))
        );
        assert!(
            limited.json()["message"]
                .as_str()
                .is_some_and(|it| it.contains("secondary"))
        );
    }
    it.github.fault(Fault::too_many(1));
    let limited = it.ask("GET", REPO, None);
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("1"))
    );
    it.github.fault(Fault::primary_limit(10));
    let limited = it.ask("GET", REPO, None);
    assert_eq!(
        (limited.status, limited.header("x-ratelimit-remaining")),
        (403, Some("0"))
    );
    it.github.fault(Fault::malformed());
    let cut = it.ask("GET", REPO, None);
    assert!(
        serde_json::from_str::<Value>(&cut.text).is_err(),
        "{}",
        cut.text
    );
    let seen = it.github.requests();
    assert_eq!((seen[0].status, seen[0].writes), (0, true));
    assert_eq!(seen.last().map(|it| it.path.as_str()), Some(REPO));
}

#[test]
fn a_test_can_step_in_at_a_request() {
    let it = Scene::new();
    let calls = Arc::new(AtomicU32::new(0));
    let (before, after) = (Arc::clone(&calls), Arc::clone(&calls));
    let (limits, bearer) = (it.address("/rate_limit"), format!("Bearer {}", it.token));
    it.github.fault(Fault::call_before(move || {
        // Another client may ask meanwhile.
        let headers = [("user-agent", "tests"), ("authorization", bearer.as_str())];
        let answer = send("GET", &limits, &headers, None).expect("an answer");
        assert_eq!(answer.status, 200);
        before.fetch_add(1, Ordering::SeqCst);
    }));
    it.github.fault(Fault::call_after(move || {
        after.fetch_add(10, Ordering::SeqCst);
    }));
    it.get(REPO);
    it.get(REPO);
    assert_eq!(calls.load(Ordering::SeqCst), 11);
}

#[test]
fn lists_lag_behind() {
    let it = Scene::new();
    it.branch("topic", &[("a.md", "one\n")]);
    it.github.fault(Fault::list_lag(1));
    it.get(REPO);
    let number = it.github.open("alice", "topic");
    it.github.approve(number, "bob");
    let reviews = format!("{REPO}/pulls/{number}/reviews");
    assert_eq!(it.get(&reviews), json!([]));
    assert_eq!(logins(&it.get(&reviews)), ["bob"]);
    // What is asked for by its number is there at once.
    assert_eq!(it.get(&format!("{REPO}/pulls/{number}"))["number"], number);
    assert_eq!(it.get(&format!("{REPO}/pulls")), json!([]));
    assert_eq!(it.get(&format!("{REPO}/pulls"))[0]["number"], number);
}
