//! A repository on the double, people with rights in it, and the real program run against it.

use std::cell::Cell;

use serde_json::{Value, json};

use crate::client;
use crate::faults;
use crate::harness::{Repo, Run, finished, variant};
use crate::servers::{exchanges, servers};

pub(crate) const PATH: &str = "postmortems/2026-10-10-checkout.md";
pub(crate) const POLICY_PATH: &str = ".github/aftersight.yml";

/// Whom the policy asks: one owner of the service.
pub(crate) const POLICY: &str = r#"
services:
  checkout: { owner: "@acme/payments" }
  login: { owner: "@acme/identity" }
approval:
  require:
    - from: owners
  teams:
    "@acme/payments": [bob, carol]
    "@acme/identity": [dave]
"#;

/// A private repository of alice; bob, carol and dave may write, the workflow may read, a stranger may nothing.
pub(crate) struct Stage {
    name: String,
    clone: Repo,
    judged: Cell<bool>,
}

impl Stage {
    pub(crate) fn new(name: &str) -> Self {
        Self::with(name, POLICY)
    }

    pub(crate) fn with(name: &str, policy: &str) -> Self {
        let stage = Self {
            name: format!("alice/{name}"),
            clone: Repo::new(),
            judged: Cell::new(false),
        };
        let made = json!({ "name": name, "private": true, "auto_init": true });
        stage.double("alice", "POST", "/user/repos", &made);
        for writer in ["bob", "carol", "dave"] {
            stage.grant(writer, "maintain");
        }
        stage.grant("workflow", "pull");
        let main = stage.tip("main");
        let commit = stage.commit("alice", &main, "set up", &[(POLICY_PATH, policy)]);
        stage.move_to("main", &commit);
        stage
    }

    // The double, as people use it -------------------------------------------------------------------------------------

    /// A request that the description's slice does not have, behind the proxy's back.
    pub(crate) fn double(&self, by: &str, method: &str, path: &str, body: &Value) -> Value {
        sent(&servers().double, by, method, path, Some(body))
    }

    /// A request through the proxy.
    pub(crate) fn ask(&self, by: &str, method: &str, path: &str, body: Option<&Value>) -> Value {
        let path = format!("/repos/{}{path}", self.name);
        sent(&servers().witness, by, method, &path, body)
    }

    /// Rights in the words of invitations; the double gives them out again in the same words.
    pub(crate) fn grant(&self, to: &str, permission: &str) {
        let path = format!("/repos/{}/collaborators/{to}", self.name);
        let rights = json!({ "permission": permission });
        self.double("alice", "PUT", &path, &rights);
    }

    pub(crate) fn remove(&self, who: &str) {
        let path = format!("/repos/{}/collaborators/{who}", self.name);
        self.double("alice", "DELETE", &path, &json!({}));
    }

    pub(crate) fn tip(&self, branch: &str) -> String {
        let found = self.ask("alice", "GET", &format!("/git/ref/heads/{branch}"), None);
        text(&found["object"]["sha"])
    }

    /// A commit on top of another.
    pub(crate) fn commit(
        &self,
        by: &str,
        parent: &str,
        message: &str,
        files: &[(&str, &str)],
    ) -> String {
        let entries: Vec<Value> = files
            .iter()
            .map(|(path, content)| {
                json!({ "path": path, "mode": "100644", "type": "blob", "content": content })
            })
            .collect();
        let before = self.ask("alice", "GET", &format!("/git/commits/{parent}"), None);
        let tree = json!({ "base_tree": before["tree"]["sha"], "tree": entries });
        let tree = self.ask(by, "POST", "/git/trees", Some(&tree));
        let commit = json!({ "message": message, "tree": tree["sha"], "parents": [parent] });
        text(&self.ask(by, "POST", "/git/commits", Some(&commit))["sha"])
    }

    /// Moves a branch on; pull requests of the double do not follow.
    pub(crate) fn move_to(&self, branch: &str, commit: &str) {
        let path = format!("/repos/{}/git/refs/heads/{branch}", self.name);
        self.double("alice", "PATCH", &path, &json!({ "sha": commit }));
    }

    /// A commit of these files in the clone, and the same commit as the double's default branch. Its name is git's own.
    pub(crate) fn publish(&self, files: &[(&str, &str)]) -> String {
        let mut entries = Vec::new();
        for (path, content) in files {
            self.clone.write(path, content);
            entries.push(json!({
                "path": path, "mode": "100644", "type": "blob", "content": content,
            }));
        }
        self.clone.commit("publish");
        let of_clone = |format: &str| {
            let shown = self
                .clone
                .git(&["show", "-s", &format!("--format={format}")]);
            shown.trim().to_string()
        };
        let parents = of_clone("%P");
        let parents: Vec<&str> = parents.split_whitespace().collect();
        let tree = self.ask(
            "alice",
            "POST",
            "/git/trees",
            Some(&json!({ "tree": entries })),
        );
        let author = json!({
            "name": of_clone("%an"), "email": of_clone("%ae"), "date": of_clone("%aI"),
        });
        let commit = json!({
            "message": "publish\n", "tree": tree["sha"], "parents": parents,
            "author": author, "committer": author,
        });
        let made = text(&self.ask("alice", "POST", "/git/commits", Some(&commit))["sha"]);
        assert_eq!(
            made,
            of_clone("%H"),
            "clone and double have the same commit"
        );
        let path = format!("/repos/{}/git/refs/heads/main", self.name);
        let forced = json!({ "sha": made, "force": true });
        self.double("alice", "PATCH", &path, &forced);
        made
    }

    /// A pull request by alice from a new branch at a commit.
    pub(crate) fn open(&self, branch: &str, commit: &str) -> u64 {
        let reference = json!({ "ref": format!("refs/heads/{branch}"), "sha": commit });
        self.ask("alice", "POST", "/git/refs", Some(&reference));
        let asked = json!({ "title": "A postmortem", "head": branch, "base": "main" });
        let made = self.ask("alice", "POST", "/pulls", Some(&asked));
        made["number"].as_u64().expect("a number")
    }

    /// A pull request by alice with the postmortem on which every rule is silent.
    pub(crate) fn opened(&self) -> u64 {
        let commit = self.commit(
            "alice",
            &self.tip("main"),
            "write",
            &[(PATH, &variant(&[]))],
        );
        self.open("topic", &commit)
    }

    /// A review of the head.
    pub(crate) fn review(&self, number: u64, by: &str, event: &str) -> u64 {
        self.review_of(number, by, json!({ "event": event, "body": "read" }))
    }

    pub(crate) fn review_of(&self, number: u64, by: &str, review: Value) -> u64 {
        let path = format!("/pulls/{number}/reviews");
        let made = self.ask(by, "POST", &path, Some(&review));
        made["id"].as_u64().expect("a number")
    }

    pub(crate) fn dismiss(&self, number: u64, review: u64) {
        let path = format!("/pulls/{number}/reviews/{review}/dismissals");
        self.ask(
            "alice",
            "PUT",
            &path,
            Some(&json!({ "message": "out of date" })),
        );
    }

    // The program -------------------------------------------------------------------------------------------------------

    pub(crate) fn environment(&self, user: &str) -> Vec<(String, String)> {
        let server = &servers().witness;
        [
            ("GITHUB_API_URL", server.clone()),
            ("GITHUB_GRAPHQL_URL", format!("{server}/graphql")),
            ("GITHUB_REPOSITORY", self.name.clone()),
            ("GITHUB_TOKEN", token(user)),
        ]
        .map(|(name, value)| (name.into(), value))
        .into()
    }

    pub(crate) fn clone(&self) -> &Repo {
        &self.clone
    }

    pub(crate) fn run(&self, user: &str, args: &[&str]) -> Run {
        let mut command = self.clone.command(args);
        command.envs(self.environment(user));
        let run = finished(command.output().expect("the program runs"));
        for output in [&run.stdout, &run.stderr] {
            assert!(
                !output.contains(&token(user)),
                "the token is printed: {output}"
            );
        }
        run
    }

    pub(crate) fn expect(&self, code: i32, user: &str, args: &[&str]) -> Run {
        let run = self.run(user, args);
        assert_eq!(run.code, code, "{args:?}\n{}\n{}", run.stdout, run.stderr);
        run
    }

    /// The verdict on the one postmortem of a pull request. The exit code must agree with it.
    pub(crate) fn state(&self, number: u64) -> String {
        self.state_of(number, PATH)
    }

    pub(crate) fn state_of(&self, number: u64, path: &str) -> String {
        let run = self.run(
            "workflow",
            &["approval", "check", "--pr", &number.to_string(), "--json"],
        );
        let report: Value = serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr));
        let all = report["postmortems"].as_array().expect("a list");
        let [one] = all.as_slice() else {
            panic!("one postmortem is expected: {report:#}");
        };
        assert_eq!(one["path"], path);
        let state = text(&one["state"]);
        assert_eq!(run.code == 0, state == "approved", "{report:#}");
        assert!(run.code <= 1, "{}", run.stderr);
        state
    }

    /// Nothing that was said is against the description, apart from the double's own faults; and these routes were asked.
    pub(crate) fn judge(&self, asked: &[&str]) {
        self.judged.set(true);
        let all = exchanges(&self.name);
        let flaws = faults::unknown(&all, &self.name);
        assert!(
            flaws.is_empty(),
            "against the description:\n{}",
            flaws.join("\n")
        );
        for route in asked {
            let path = format!("/repos/{}{route}", self.name);
            let is_there = all
                .iter()
                .any(|it| it.method == "GET" && it.path.split('?').next() == Some(path.as_str()));
            assert!(is_there, "{route} was not asked for");
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(
                self.judged.get(),
                "the test of {} ends without `judge`",
                self.name
            );
        }
    }
}

fn token(user: &str) -> String {
    format!("token-of-{user}")
}

fn sent(server: &str, by: &str, method: &str, path: &str, body: Option<&Value>) -> Value {
    let authorization = format!("Bearer {}", token(by));
    let headers = [("authorization", authorization.as_str())];
    let body = body.map(Value::to_string);
    let address = format!("{server}{path}");
    let answer = client::send(method, &address, &headers, body.as_deref()).expect("an answer");
    assert!(
        (200..300).contains(&answer.status),
        "{method} {path}: {} {}",
        answer.status,
        answer.text
    );
    if answer.text.is_empty() {
        Value::Null
    } else {
        answer.json()
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_string()
}
