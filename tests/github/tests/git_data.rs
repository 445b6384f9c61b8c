//! Branches, commits and files.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{REPO, Scene, texts};
use crate::github::Fake;
use crate::github::client::send;

#[test]
fn a_branch_is_made_once_and_moved_by_compare_and_swap() {
    let it = Scene::new();
    let tree = json!({ "tree": [{ "path": "approvals/head.json", "mode": "100644", "type": "blob", "content": "{}\n" }] });
    let tree = it.ask("POST", &format!("{REPO}/git/trees"), Some(tree));
    assert_eq!(tree.status, 201, "{}", tree.text);
    let commit = json!({ "message": "begin", "tree": tree.json()["sha"], "parents": [] });
    let commit = it
        .ask("POST", &format!("{REPO}/git/commits"), Some(commit))
        .json();
    let sha = commit["sha"].as_str().expect("a commit").to_string();
    let refs = format!("{REPO}/git/refs");
    let branch = json!({ "ref": "refs/heads/aftersight/ledger", "sha": sha });
    assert_eq!(it.ask("POST", &refs, Some(branch.clone())).status, 201);
    let again = it.ask("POST", &refs, Some(branch));
    assert_eq!(
        (again.status, &again.json()["message"]),
        (422, &json!("Reference already exists"))
    );
    let reference = it.get(&format!("{REPO}/git/ref/heads/aftersight/ledger"));
    assert_eq!(reference["object"]["sha"], sha);
    let missing = it.ask("GET", &format!("{REPO}/git/ref/heads/aftersight"), None);
    assert_eq!(missing.status, 404);
    let made = it.commit(&it.token, "aftersight/ledger", &sha);
    let made = made["data"]["createCommitOnBranch"]["commit"]["oid"].as_str();
    let made = made.expect("a commit").to_string();
    let stale = it.commit(&it.token, "aftersight/ledger", &sha);
    assert_eq!(stale["errors"][0]["type"], "STALE_DATA");
    assert_eq!(stale["data"]["createCommitOnBranch"], Value::Null);
    it.repo.git(&["fetch", "-q", "origin", "aftersight/ledger"]);
    assert_eq!(it.repo.git(&["rev-parse", "FETCH_HEAD"]).trim(), made);
    let files = it.repo.git(&["ls-tree", "-r", "--name-only", "FETCH_HEAD"]);
    assert_eq!(files, "approvals/a.json\napprovals/head.json\n");
    assert_eq!(
        it.repo.git(&["show", "FETCH_HEAD:approvals/a.json"]),
        "{}\n"
    );
    // The history begins with the ledger itself.
    assert_eq!(it.repo.git(&["rev-list", "--count", "FETCH_HEAD"]), "2\n");
    let nowhere = it.commit(&it.token, "nowhere", &made);
    assert_eq!(nowhere["errors"][0]["type"], "NOT_FOUND");
    let reader = it.github.token_with(&["contents: read"]);
    let refused = it.commit(&reader, "aftersight/ledger", &made);
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
}

#[test]
fn files_are_read_at_a_commit() {
    let it = Scene::new();
    let file = it.get(&format!("{REPO}/contents/README.md?ref=main"));
    let text = file["content"].as_str().expect("text").replace('\n', "");
    assert_eq!(BASE64_STANDARD.decode(text).expect("Base64"), b"first\n");
    let sha = file["sha"].as_str().expect("a blob");
    let blob = it.get(&format!("{REPO}/git/blobs/{sha}"));
    assert_eq!(blob["size"], 6);
    it.branch("topic", &[("a/b/ä c.md", "one\n")]);
    let head = it.repo.git(&["rev-parse", "HEAD"]);
    let tree = it.get(&format!("{REPO}/git/trees/{}?recursive=1", head.trim()));
    assert_eq!(
        texts(&tree["tree"], "path"),
        ["README.md", "a", "a/b", "a/b/ä c.md"]
    );
    let place = format!("{REPO}/contents/a/b/%C3%A4%20c.md?ref={}", head.trim());
    assert_eq!(it.get(&place)["path"], "a/b/ä c.md");
    let posted = json!({ "content": BASE64_STANDARD.encode("new"), "encoding": "base64" });
    let posted = it
        .ask("POST", &format!("{REPO}/git/blobs"), Some(posted))
        .json();
    let sha = posted["sha"].as_str().expect("a blob");
    assert_eq!(it.get(&format!("{REPO}/git/blobs/{sha}"))["size"], 3);
    let commit = it.get(&format!("{REPO}/git/commits/{}", head.trim()));
    assert_eq!(commit["tree"]["sha"], tree["sha"]);
    assert_eq!(
        it.get(&format!("{REPO}/commits/main"))["commit"]["message"],
        "first"
    );
}

#[test]
fn an_enterprise_server_has_its_own_addresses() {
    let it = Scene::on(Fake::enterprise());
    assert!(
        it.address(REPO).contains("/api/v3/repos/"),
        "{}",
        it.address(REPO)
    );
    it.get(REPO);
    let main = it.repo.git(&["rev-parse", "HEAD"]);
    let made = it.commit(&it.token, "main", main.trim());
    assert!(made["errors"].is_null(), "{made}");
    let outside = it.address(REPO).replace("/api/v3", "");
    send("GET", &outside, &[("user-agent", "tests")], None).expect("an answer");
    assert!(it.github.forgive().join("").contains("no such route"));
}
