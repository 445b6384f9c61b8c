//! A GitHub to test against: a server on this machine over a real repository, which can do nothing that GitHub's official
//! description does not allow.
//!
//! Every request and every answer is judged by the description in `description/`; what is against it, and every route that
//! is not there, fails the test that uses the fake, at the latest when the fake goes. What the description leaves open
//! (who may approve, what a lost answer means, how soon lists follow) is written by hand, each rule with its source.
//!
//! A test clones [`Fake::remote`] with git, pushes branches to it, opens pull requests on them and runs the program with
//! [`Fake::environment`]. What people do with issues, and how a test sees them, is in `issues/people.rs`. Time is the fake's
//! own: it begins at 2026-10-12 08:00 UTC and goes on by a minute with everything that happens.

mod access;
mod client;
mod description;
mod exchange;
mod fault;
mod git_data;
mod graphql;
mod issues;
mod repository;
mod routes;
mod server;
mod shape;
mod state;
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) use fault::Fault;
pub(crate) use issues::View;
pub(crate) use server::Seen;
pub(crate) use state::{Method, Right};

use description::DESCRIPTION;
use repository::Repository;
use server::{Server, Shared};
use state::{Identity, OWNER, REPOSITORY, State};

/// A GitHub with the repository `acme/incidents`, whose default branch is `main`. Private, so that rights matter.
pub(crate) struct Fake {
    shared: Arc<Shared>,
    server: Server,
    folder: TempDir,
    enterprise: bool,
}

impl Fake {
    /// GitHub as everybody knows it.
    pub(crate) fn start() -> Self {
        Self::serve(false, tempfile::tempdir().expect("a temporary folder"))
    }

    /// The same in a folder of the test's choice.
    pub(crate) fn start_in(folder: TempDir) -> Self {
        Self::serve(false, folder)
    }

    /// GitHub Enterprise Server: REST below `/api/v3`, GraphQL at `/api/graphql`.
    pub(crate) fn enterprise() -> Self {
        Self::serve(true, tempfile::tempdir().expect("a temporary folder"))
    }

    fn serve(enterprise: bool, folder: TempDir) -> Self {
        let git = Repository::create(folder.path().join("incidents.git"));
        let shared = Arc::new(Shared::new(State::new(git), enterprise));
        let server = Server::start(Arc::clone(&shared));
        let fake = Self {
            shared,
            server,
            folder,
            enterprise,
        };
        fake.shared.state().api = fake.api();
        fake
    }

    fn api(&self) -> String {
        let below = if self.enterprise { "/api/v3" } else { "" };
        format!("http://{}{below}", self.server.address)
    }

    /// The bare repository, to clone from and push to.
    pub(crate) fn remote(&self) -> PathBuf {
        self.shared.state().git.path().to_path_buf()
    }

    /// Lets everybody read.
    pub(crate) fn public(&self) {
        self.shared.state().public = true;
    }

    // People ----------------------------------------------------------------------------------------------------------

    /// An account with a right in the repository; its number. Commits by `LOGIN@example.org` are its own.
    pub(crate) fn user(&self, login: &str, right: Right) -> u64 {
        self.shared.state().add_user(login, false, right)
    }

    /// A program's account.
    pub(crate) fn bot(&self, login: &str, right: Right) -> u64 {
        self.shared.state().add_user(login, true, right)
    }

    /// A team of the organisation `acme`.
    pub(crate) fn team(&self, slug: &str, members: &[&str]) {
        let mut state = self.shared.state();
        for member in members {
            state.known(member);
        }
        let members = members.iter().map(|it| it.to_string()).collect();
        state.teams.insert(slug.into(), members);
    }

    /// Somebody leaves a team.
    pub(crate) fn leave(&self, slug: &str, login: &str) {
        let mut state = self.shared.state();
        let team = state.teams.get_mut(slug).expect("the team is there");
        assert!(team.remove(login), "`{login}` is not in `{slug}`");
    }

    /// Somebody loses every right in the repository.
    pub(crate) fn revoke(&self, login: &str) {
        let mut state = self.shared.state();
        let user = state.users.get_mut(login).expect("the account is there");
        user.right = Right::None;
    }

    /// Somebody's right in the repository is another one from now on.
    pub(crate) fn grant(&self, login: &str, right: Right) {
        let mut state = self.shared.state();
        let user = state.users.get_mut(login).expect("the account is there");
        user.right = right;
    }

    /// A rule allows nobody to write to this branch.
    pub(crate) fn protect(&self, branch: &str) {
        self.shared.state().protected = Some(format!("refs/heads/{branch}"));
    }

    // Tokens ----------------------------------------------------------------------------------------------------------

    /// The token of the workflow that records: contents and issues for writing, pull requests for reading.
    pub(crate) fn workflow_token(&self) -> String {
        self.token_with(&["contents: write", "issues: write", "pull-requests: read"])
    }

    /// The token of a workflow or app with these permissions, as workflows write them.
    pub(crate) fn token_with(&self, permissions: &[&str]) -> String {
        let mut all = BTreeMap::new();
        for permission in permissions {
            let (name, level) = permission.split_once(": ").expect("`name: level`");
            assert!(["read", "write"].contains(&level), "{permission}");
            all.insert(name.replace('-', "_"), level == "write");
        }
        self.token("ghs", Identity::App(all))
    }

    /// A person's own token, which may do what the person may.
    pub(crate) fn token_of(&self, login: &str) -> String {
        self.shared.state().known(login);
        self.token("ghp", Identity::User(login.into()))
    }

    fn token(&self, kind: &str, identity: Identity) -> String {
        let mut state = self.shared.state();
        // Put together here, so that no scanner takes it for one in use.
        let token = format!("{kind}_{}{:024}", "aB3dE7gH1jK5", state.id());
        state.tokens.insert(token.clone(), identity);
        token
    }

    /// A token uses up so many requests elsewhere.
    pub(crate) fn spend(&self, token: &str, requests: u64) {
        *self.shared.state().used.entry(token.into()).or_default() += requests;
    }

    /// What a step of a workflow has in its environment.
    pub(crate) fn environment(&self, token: &str) -> Vec<(String, String)> {
        let host = self.server.address;
        let graphql = if self.enterprise {
            "api/graphql"
        } else {
            "graphql"
        };
        [
            ("GITHUB_API_URL", self.api()),
            ("GITHUB_GRAPHQL_URL", format!("http://{host}/{graphql}")),
            ("GITHUB_REPOSITORY", REPOSITORY.into()),
            ("GITHUB_TOKEN", token.into()),
            ("GITHUB_SERVER_URL", shape::WEB.into()),
        ]
        .map(|(name, value)| (name.into(), value))
        .into()
    }

    // Pull requests -----------------------------------------------------------------------------------------------------

    /// Opens a pull request from a branch that was pushed; its number.
    pub(crate) fn open(&self, by: &str, branch: &str) -> u64 {
        let opened = self.shared.state().open(by, branch, false);
        opened.expect("the pull request opens")
    }

    /// Opens a pull request from somebody's fork. The branch is pushed to the repository as any other and taken over by
    /// the fork (as `refs/forks/OWNER/BRANCH`, where later pushes go).
    pub(crate) fn open_from_fork(&self, by: &str, branch: &str) -> u64 {
        let opened = self.shared.state().open(by, branch, true);
        opened.expect("the pull request opens")
    }

    /// Closes a pull request without merging it.
    pub(crate) fn close(&self, number: u64) {
        let mut state = self.shared.state();
        let pull = state.pull(number).expect("the pull request is there");
        pull.closed = true;
    }

    /// The fork that a pull request came from is deleted; the pull request stays.
    pub(crate) fn delete_fork(&self, number: u64) {
        let mut state = self.shared.state();
        let pull = state.pull(number).expect("the pull request is there");
        assert!(pull.fork.is_some(), "it comes from no fork");
        pull.fork_gone = true;
    }

    /// The head of a pull request.
    pub(crate) fn head(&self, number: u64) -> String {
        let mut state = self.shared.state();
        let pull = state.pull(number).expect("the pull request is there");
        pull.head.clone()
    }

    /// Approves the present head; the review's number.
    pub(crate) fn approve(&self, number: u64, by: &str) -> u64 {
        self.review(number, by, "APPROVED")
    }

    /// Requests changes of the present head.
    pub(crate) fn request_changes(&self, number: u64, by: &str) -> u64 {
        self.review(number, by, "CHANGES_REQUESTED")
    }

    /// Comments on the present head.
    pub(crate) fn comment(&self, number: u64, by: &str) -> u64 {
        self.review(number, by, "COMMENTED")
    }

    /// Begins a review that is not submitted.
    pub(crate) fn pending(&self, number: u64, by: &str) -> u64 {
        self.review(number, by, "PENDING")
    }

    fn review(&self, number: u64, by: &str, state: &'static str) -> u64 {
        let mut all = self.shared.state();
        all.known(by);
        let made = all.review(number, by, state, "", None);
        made.unwrap_or_else(|error| panic!("{state} by `{by}`: {error}"))
    }

    /// Takes a review back.
    pub(crate) fn dismiss(&self, number: u64, review: u64) {
        let done = self.shared.state().dismiss(number, review);
        done.expect("the review is dismissed");
    }

    /// Merges; the default branch's new commit.
    pub(crate) fn merge(&self, number: u64, how: Method, by: &str) -> String {
        let merged = self.shared.state().merge(number, how, by);
        merged.unwrap_or_else(|error| panic!("{how:?} by `{by}`: {error}"))
    }

    /// An event file as on a runner: `pull_request`, `pull_request_review` (of the last review), `merge_group`, or `push` (of
    /// the last commit of `main`, whatever the number).
    pub(crate) fn event(&self, number: u64, name: &str) -> PathBuf {
        let schema = DESCRIPTION.event(name).expect("an event of the slice");
        let mut payload = self.payload(number, name);
        DESCRIPTION.complete(schema, &mut payload);
        let key = format!("event {name}");
        self.shared
            .flaws()
            .extend(DESCRIPTION.flaws(&key, schema, &payload));
        let path = self.folder.path().join(format!("{name}-{number}.json"));
        std::fs::write(&path, payload.to_string()).expect("the event file");
        path
    }

    fn payload(&self, number: u64, name: &str) -> Value {
        let mut state = self.shared.state();
        if name == "push" {
            return pushed(&state);
        }
        let pull = state.pull(number).expect("the pull request is there");
        let pull = pull.clone();
        let repository = state.repository(None);
        match name {
            "pull_request" => json!({
                "action": "opened",
                "number": number,
                "pull_request": state.pull_request(&pull, true),
                "repository": repository,
                "sender": state.account(&pull.by),
            }),
            "pull_request_review" => {
                let review = pull.reviews.last().expect("a review to tell of");
                let mut told = state.review_of(&pull, review);
                // Events have states in small letters (kubernetes-sigs/prow, the approve plug-in).
                told["state"] = review.state.to_lowercase().into();
                json!({
                    "action": if review.state == "DISMISSED" { "dismissed" } else { "submitted" },
                    "review": told,
                    "pull_request": state.pull_request(&pull, false),
                    "repository": repository,
                    "sender": state.account(&review.by),
                })
            }
            _ => json!({
                "action": "checks_requested",
                "merge_group": {
                    "head_sha": pull.head,
                    "head_ref": format!("refs/heads/gh-readonly-queue/main/pr-{number}-{}", pull.base_sha),
                    "base_sha": pull.base_sha,
                    "base_ref": "refs/heads/main",
                },
                "repository": repository,
                "organization": state.account(OWNER),
                "sender": state.account(&pull.by),
            }),
        }
    }

    // Judgement -------------------------------------------------------------------------------------------------------

    /// Lets something go wrong. A fault that never happens is a mistake of the test and fails it.
    pub(crate) fn fault(&self, fault: Fault) {
        self.shared.faults().push(fault);
    }

    /// Nothing goes wrong any more: faults that wait for a request are forgotten, and lists follow at once.
    pub(crate) fn calm(&self) {
        self.shared.faults().clear();
        self.shared.state().lag = 0;
        self.list_delay(0);
    }

    /// Every request so far.
    pub(crate) fn requests(&self) -> Vec<Seen> {
        self.shared.seen().clone()
    }

    /// What was against the description so far; forgiven, since the test has looked at it.
    fn forgive(&self) -> Vec<String> {
        std::mem::take(&mut *self.shared.flaws())
    }

    /// Panics with everything that was against the description so far.
    pub(crate) fn judge(&self) {
        let flaws = self.shared.flaws();
        assert!(
            flaws.is_empty(),
            "against GitHub's description:\n{}",
            flaws.join("\n")
        );
    }
}

/// The event of the last commit of `main`.
fn pushed(state: &State) -> Value {
    let tip = state.git.commit_of("refs/heads/main");
    let tip = state.git.look(&tip.expect("a commit on `main`"));
    let before = tip.parents.first().cloned();
    json!({
        "ref": "refs/heads/main",
        "before": before.unwrap_or_else(|| "0".repeat(40)),
        "after": tip.sha,
        "created": tip.parents.is_empty(),
        "deleted": false,
        "forced": false,
        "base_ref": null,
        "compare": format!("{}/{REPOSITORY}/compare", shape::WEB),
        "commits": [],
        "head_commit": null,
        "pusher": { "name": tip.author.name },
        "repository": state.repository(None),
    })
}

impl Drop for Fake {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.judge();
        let faults = self.shared.faults();
        let idle = faults.iter().filter(|fault| !fault.happened());
        let idle: Vec<String> = idle.map(Fault::describe).collect();
        assert!(
            idle.is_empty(),
            "faults that never happened: {}",
            idle.join(", ")
        );
    }
}
