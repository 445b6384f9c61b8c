//! Who may do what: permissions of tokens, rights of people, teams, and who somebody is.

use serde_json::{Value, json};

use super::routes::{Reply, Request};
use super::state::{Identity, OWNER, Right, State, WORKFLOW};

/// The permission that a route needs of an app's token, and whether it is for writing; from the pages of the REST
/// reference ("The fine-grained token must have the following permission set").
fn needed(method: &str, route: &str) -> Option<(&'static str, bool)> {
    let writes = method != "GET";
    let name = match route {
        "/rate_limit" | "/user" => return None,
        "/orgs/{org}/teams/{team_slug}/members" => "members",
        "" | "/assignees/{assignee}" | "/collaborators/{username}/permission" => "metadata",
        "/pulls/{pull_number}/merge" => "contents",
        "/commits/{commit_sha}/pulls" => "pull_requests",
        _ if route.starts_with("/pulls") => "pull_requests",
        _ if route.starts_with("/issues") || route.starts_with("/labels") => "issues",
        _ if route.starts_with("/milestones") => "issues",
        _ => "contents",
    };
    Some((name, writes))
}

impl State {
    /// Why somebody may not do this at all.
    pub(super) fn refusal(&self, request: &Request<'_>) -> Option<Reply> {
        let (name, writes) = needed(request.method, request.route)?;
        match request.identity {
            // What somebody may not see is not there (docs.github.com, "Troubleshooting the REST API").
            Identity::Nobody if !self.public || name == "members" => Some(Reply::not_found()),
            Identity::Nobody if writes => Some(Reply::error(401, "Requires authentication")),
            Identity::Nobody => None,
            Identity::App(permissions) => {
                let has = permissions.get(name).is_some_and(|write| *write || !writes);
                // Every app may read metadata; what is public needs no permission for reading (the same pages:
                // "can be used without … the aforementioned permissions if only public resources are requested").
                let free = !writes && (name == "metadata" || self.public && name != "members");
                if has || free {
                    return None;
                }
                // A workflow's own token can have no permission for members at all, and is told the same.
                let mut reply = Reply::error(403, "Resource not accessible by integration");
                let level = if writes { "write" } else { "read" };
                let wanted = format!("{name}={level}");
                reply
                    .headers
                    .push(("x-accepted-github-permissions", wanted));
                Some(reply)
            }
            Identity::User(login) if name == "members" => {
                let member = self.right(login) >= Right::Write
                    || self.teams.values().any(|team| team.contains(login));
                (!member).then(Reply::not_found)
            }
            Identity::User(login) => {
                let right = self.right(login);
                if right < Right::Read {
                    return Some(Reply::not_found());
                }
                // Whose an issue or comment is, decides there.
                let speaks = request.method == "POST" && request.route.ends_with("/reviews")
                    || request.route.starts_with("/issues");
                let pushes = writes && !speaks;
                (pushes && right < Right::Write)
                    .then(|| Reply::error(403, "Must have push access to the repository."))
            }
        }
    }

    /// The account under which a token acts; an app's is the workflow's own bot.
    pub(super) fn acting(&mut self, identity: &Identity) -> Option<String> {
        match identity {
            Identity::Nobody => None,
            Identity::User(login) => Some(login.clone()),
            Identity::App(_) => {
                let bot = WORKFLOW.0;
                if !self.users.contains_key(bot) {
                    self.add_user(bot, true, Right::Write);
                }
                Some(bot.into())
            }
        }
    }

    /// The members of a team.
    pub(super) fn members(&self, request: &Request<'_>) -> Reply {
        let team = self.teams.get(request.part("team_slug"));
        match team {
            Some(members) if request.part("org").eq_ignore_ascii_case(OWNER) => {
                let members: Vec<Value> = members.iter().map(|it| self.account(it)).collect();
                Reply::json(200, members.into())
            }
            _ => Reply::not_found(),
        }
    }

    /// What an account may do.
    pub(super) fn permission(&self, request: &Request<'_>) -> Reply {
        let login = request.part("username");
        let user = self
            .users
            .values()
            .find(|it| it.login.eq_ignore_ascii_case(login));
        let Some(user) = user else {
            return Reply::not_found();
        };
        let permission = match self.right(&user.login) {
            Right::Admin => "admin",
            Right::Write => "write",
            Right::Read => "read",
            Right::None => "none",
        };
        let body = json!({
            "permission": permission,
            "role_name": permission,
            "user": self.user(user),
        });
        Reply::json(200, body)
    }

    /// Who a token is; a workflow's or an app's is nobody (actions/create-github-app-token#258).
    pub(super) fn me(&self, identity: &Identity) -> Reply {
        match identity {
            Identity::Nobody => Reply::error(401, "Requires authentication"),
            Identity::User(login) => Reply::json(200, self.account(login)),
            Identity::App(_) => Reply::error(403, "Resource not accessible by integration"),
        }
    }

    /// Whether an account may be assigned.
    pub(super) fn assignee(&self, request: &Request<'_>) -> Reply {
        if self.assignable(request.part("assignee")).is_some() {
            return Reply {
                status: 204,
                headers: Vec::new(),
                body: None,
            };
        }
        Reply::not_found()
    }
}
