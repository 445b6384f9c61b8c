//! The REST routes: what each does with the state, and the rules that the official description does not have.

use serde_json::{Value, json};

use super::description::Given;
use super::state::{Identity, Method, REPOSITORY, State};

pub(super) const DOCUMENTATION: &str = "https://docs.github.com/rest";

/// What is answered.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
}

impl Reply {
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Some(body),
        }
    }

    pub(super) fn error(status: u16, message: &str) -> Self {
        let body = json!({
            "message": message,
            "documentation_url": DOCUMENTATION,
            "status": status.to_string(),
        });
        Self::json(status, body)
    }

    pub(super) fn not_found() -> Self {
        Self::error(404, "Not Found")
    }

    /// A refusal by the rules for values, with what is wrong in words.
    pub(super) fn invalid(message: &str) -> Self {
        Self::error(422, message)
    }
}

/// A request that fits a route.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    /// The route below the repository (`/pulls/{pull_number}`), or whole where it is not below one.
    pub(super) route: &'a str,
    pub(super) given: &'a Given,
    pub(super) query: &'a [(String, String)],
    pub(super) body: &'a Value,
    pub(super) identity: &'a Identity,
    /// Another writer comes first.
    pub(super) contested: bool,
}

impl Request<'_> {
    pub(super) fn part(&self, name: &str) -> &str {
        self.given.get(name).map_or("", String::as_str)
    }

    pub(super) fn asked(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    fn number(&self) -> u64 {
        self.part("pull_number").parse().unwrap_or_default()
    }
}

impl State {
    /// Does what a request asks for.
    pub(super) fn answer(&mut self, request: &Request<'_>) -> Reply {
        if request.given.contains_key("repo") {
            let named = format!("{}/{}", request.part("owner"), request.part("repo"));
            if !named.eq_ignore_ascii_case(REPOSITORY) {
                let number = request.part("issue_number").parse().unwrap_or_default();
                let found = self.issue_elsewhere(&named, number);
                let shown = request.method == "GET" && request.route.ends_with("/{issue_number}");
                return found
                    .filter(|_| shown)
                    .map_or_else(Reply::not_found, |it| Reply::json(200, it));
            }
        }
        match (request.method, request.route) {
            ("GET", "/user") => self.me(request.identity),
            ("GET", "") => Reply::json(200, self.repository(None)),
            ("GET", "/orgs/{org}/teams/{team_slug}/members") => self.members(request),
            ("GET", "/collaborators/{username}/permission") => self.permission(request),
            ("GET", "/assignees/{assignee}") => self.assignee(request),
            ("GET", "/pulls") => self.list_pulls(request),
            ("GET", "/pulls/{pull_number}") => self.with_pull(request, |it, pull| {
                Reply::json(200, it.pull_request(pull, true))
            }),
            ("GET", "/pulls/{pull_number}/files") => self.with_pull(request, |it, pull| {
                // "Responses include a maximum of 3000 files."
                let files: Vec<Value> = it.files(pull).into_iter().take(3000).collect();
                Reply::json(200, files.into())
            }),
            ("GET", "/pulls/{pull_number}/commits") => self.with_pull(request, |it, pull| {
                let commits = it.git.between(&pull.base_sha, &pull.head);
                // "Lists a maximum of 250 commits for a pull request."
                let commits = commits.iter().take(250);
                let commits: Vec<Value> = commits.map(|sha| it.commit(&it.git.look(sha))).collect();
                Reply::json(200, commits.into())
            }),
            ("GET", "/pulls/{pull_number}/reviews") => self.list_reviews(request),
            ("POST", "/pulls/{pull_number}/reviews") => self.create_review(request),
            ("GET", "/pulls/{pull_number}/reviews/{review_id}") => {
                let id = request.part("review_id").parse().unwrap_or_default();
                self.show_review(request.number(), id)
            }
            ("PUT", "/pulls/{pull_number}/reviews/{review_id}/dismissals") => {
                let id = request.part("review_id").parse().unwrap_or_default();
                match self.dismiss(request.number(), id) {
                    Ok(()) => self.show_review(request.number(), id),
                    Err(message) if message == "Not Found" => Reply::not_found(),
                    Err(message) => Reply::invalid(&message),
                }
            }
            ("PUT", "/pulls/{pull_number}/merge") => self.merge_by(request),
            ("GET", "/commits/{commit_sha}/pulls") => {
                let Some(sha) = self.git.commit_of(request.part("commit_sha")) else {
                    return no_commit(request.part("commit_sha"));
                };
                let pulls = self.pulls_of(&sha);
                let pulls: Vec<Value> = pulls
                    .iter()
                    .map(|pull| self.pull_request(pull, false))
                    .collect();
                Reply::json(200, pulls.into())
            }
            ("GET", "/commits/{ref}") => match self.git.commit_of(request.part("ref")) {
                Some(sha) => Reply::json(200, self.commit(&self.git.look(&sha))),
                None => no_commit(request.part("ref")),
            },
            ("GET", "/contents/{path}") => {
                let at = request.asked("ref").unwrap_or("main");
                let found = self.content(request.part("path"), at);
                found.map_or_else(Reply::not_found, |it| Reply::json(200, it))
            }
            (_, route) if route.starts_with("/issues") || route.starts_with("/labels") => {
                self.issue_routes(request)
            }
            (_, route) if route.starts_with("/git/") => self.git_data(request),
            ("GET", "/rate_limit") => Reply::json(200, self.rate_limit(request.identity)),
            // A route of the slice that nobody has needed yet.
            (method, route) => Reply::error(501, &format!("not made yet: {method} {route}")),
        }
    }

    fn with_pull(
        &mut self,
        request: &Request<'_>,
        show: impl FnOnce(&Self, &super::state::PullRequest) -> Reply,
    ) -> Reply {
        match self.pull(request.number()).cloned() {
            Some(pull) => show(self, &pull),
            None => Reply::not_found(),
        }
    }

    fn list_pulls(&mut self, request: &Request<'_>) -> Reply {
        self.follow();
        let state = request.asked("state").unwrap_or("open");
        let mut shown = Vec::new();
        for index in (0..self.pulls.len()).rev() {
            if self.pulls[index].hidden > 0 {
                self.pulls[index].hidden -= 1;
                continue;
            }
            let pull = &self.pulls[index];
            let fits = match state {
                "open" => pull.is_open(),
                "closed" => !pull.is_open(),
                _ => true,
            };
            let head = request
                .asked("head")
                .is_none_or(|head| head == pull.label());
            let base = request.asked("base").is_none_or(|base| base == pull.base);
            if fits && head && base {
                shown.push(self.pull_request(pull, false));
            }
        }
        Reply::json(200, shown.into())
    }

    fn list_reviews(&mut self, request: &Request<'_>) -> Reply {
        let Some(pull) = self.pull(request.number()) else {
            return Reply::not_found();
        };
        let mut shown = Vec::new();
        for review in &mut pull.reviews {
            // What is pending is seen only by who writes it.
            let mine = *request.identity == Identity::User(review.by.clone());
            if review.hidden > 0 {
                review.hidden -= 1;
            } else if review.at.is_some() || mine {
                shown.push(review.clone());
            }
        }
        let pull = pull.clone();
        let shown: Vec<Value> = shown.iter().map(|it| self.review_of(&pull, it)).collect();
        Reply::json(200, shown.into())
    }

    fn show_review(&mut self, number: u64, id: u64) -> Reply {
        let Some(pull) = self.pull(number).cloned() else {
            return Reply::not_found();
        };
        let review = pull.reviews.iter().find(|review| review.id == id);
        review.map_or_else(Reply::not_found, |review| {
            Reply::json(200, self.review_of(&pull, review))
        })
    }

    fn create_review(&mut self, request: &Request<'_>) -> Reply {
        let Some(by) = self.acting(request.identity) else {
            return Reply::error(401, "Requires authentication");
        };
        let body = request.body["body"].as_str().unwrap_or_default();
        let state = match request.body["event"].as_str() {
            Some("APPROVE") => "APPROVED",
            Some("REQUEST_CHANGES") => "CHANGES_REQUESTED",
            Some("COMMENT") => "COMMENTED",
            _ => "PENDING",
        };
        // "Required when using REQUEST_CHANGES or COMMENT for the event parameter." (the description of `body`)
        if ["CHANGES_REQUESTED", "COMMENTED"].contains(&state) && body.is_empty() {
            return unprocessable("Review body can not be blank");
        }
        let commit = request.body["commit_id"].as_str();
        match self.review(request.number(), &by, state, body, commit) {
            Ok(id) => self.show_review(request.number(), id),
            Err(message) if message == "Not Found" => Reply::not_found(),
            Err(message) => unprocessable(&message),
        }
    }

    fn merge_by(&mut self, request: &Request<'_>) -> Reply {
        let Some(by) = self.acting(request.identity) else {
            return Reply::error(401, "Requires authentication");
        };
        let how = match request.body["merge_method"].as_str() {
            Some("squash") => Method::Squash,
            Some("rebase") => Method::Rebase,
            _ => Method::Merge,
        };
        let Some(pull) = self.pull(request.number()) else {
            return Reply::not_found();
        };
        if request.body["sha"]
            .as_str()
            .is_some_and(|sha| sha != pull.head)
        {
            return Reply::error(
                409,
                "Head branch was modified. Review and try the merge again.",
            );
        }
        match self.merge(request.number(), how, &by) {
            Ok(sha) => Reply::json(
                200,
                json!({ "sha": sha, "merged": true, "message": "Pull Request successfully merged" }),
            ),
            Err(message) => Reply::error(405, &message),
        }
    }
}

fn no_commit(name: &str) -> Reply {
    Reply::invalid(&format!("No commit found for SHA: {name}"))
}

/// The 422 of reviews has its words in `errors` (juliangruber/approve-pull-request-action#79).
fn unprocessable(message: &str) -> Reply {
    Reply::json(
        422,
        json!({
            "message": "Unprocessable Entity",
            "errors": [message],
            "documentation_url": DOCUMENTATION,
        }),
    )
}
