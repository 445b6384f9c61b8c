//! One request and its answer: judged by the description, done or hit by a fault, counted.

use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::description::DESCRIPTION;
use super::fault::{Fault, Trouble};
use super::graphql;
use super::routes::{Reply, Request};
use super::server::{Incoming, Shared};
use super::state::{Identity, REPOSITORY, REPOSITORY_ID, State};

impl Shared {
    /// Everything about one request; nothing where its answer is lost.
    pub(super) fn handle(&self, incoming: &Incoming) -> Option<Reply> {
        let mut hit = self.hit(incoming);
        let mut before = None;
        let mut contested = false;
        for fault in &mut hit {
            match &mut fault.trouble {
                Trouble::CallBefore(what) => what(),
                Trouble::Conflict => contested = true,
                Trouble::Lag(lists) => self.state().lag = *lists,
                Trouble::LostBefore => {
                    self.put_back(hit);
                    return None;
                }
                Trouble::Status(status) => before = Some(broken(*status)),
                Trouble::Busy(status, after) => {
                    let mut reply = broken(*status);
                    reply.headers.push(("retry-after", after.to_string()));
                    before = Some(reply);
                }
                Trouble::Secondary(after) => before = Some(secondary(403, *after)),
                Trouble::TooMany(after) => before = Some(secondary(429, Some(*after))),
                Trouble::Primary(seconds) => before = Some(self.exhausted(*seconds)),
                _ => {}
            }
        }
        let mut reply = match before {
            Some(reply) => reply,
            None => self.work(incoming, contested),
        };
        let mut lost = false;
        for fault in &mut hit {
            match &mut fault.trouble {
                Trouble::CallAfter(what) => what(),
                Trouble::LostAfter => lost = true,
                Trouble::StatusAfter(status) => reply = broken(*status),
                Trouble::Altered(how) => {
                    if let Some(body) = &mut reply.body {
                        how(body);
                    }
                }
                // Cut off in the middle.
                Trouble::Malformed => reply.body = Some("{\"id\": 1, \"na".into()),
                _ => {}
            }
        }
        self.put_back(hit);
        self.dress(incoming, &mut reply);
        (!lost).then_some(reply)
    }

    /// The faults that this request meets, taken out so that they may call back.
    fn hit(&self, incoming: &Incoming) -> Vec<Fault> {
        let mut faults = self.faults();
        let (hit, rest) = faults
            .drain(..)
            .map(|mut fault| (fault.hits(&incoming.method, &incoming.path), fault))
            .partition::<Vec<_>, _>(|(hit, _)| *hit);
        faults.extend(rest.into_iter().map(|(_, fault)| fault));
        hit.into_iter().map(|(_, fault)| fault).collect()
    }

    fn put_back(&self, faults: Vec<Fault>) {
        self.faults().extend(faults);
    }

    fn exhausted(&self, seconds: u64) -> Reply {
        let mut reply = Reply::error(403, "API rate limit exceeded for installation.");
        let now = self.state().now.as_second();
        reply.headers.extend([
            ("x-ratelimit-limit", "1000".to_string()),
            ("x-ratelimit-remaining", "0".to_string()),
            ("x-ratelimit-used", "1000".to_string()),
            ("x-ratelimit-reset", (now + seconds as i64).to_string()),
            ("x-ratelimit-resource", "core".to_string()),
        ]);
        reply
    }

    /// Judges, does what is asked, judges the answer.
    fn work(&self, incoming: &Incoming, contested: bool) -> Reply {
        // docs.github.com/rest, "Getting started": "All API requests must include a valid User-Agent header."
        if incoming.header("user-agent").is_none_or(str::is_empty) {
            self.flaw(incoming, "no user-agent");
            return Reply::error(403, "Request forbidden by administrative rules.");
        }
        // docs.github.com/rest, "API versions": an unsupported version is answered with 400.
        let version = incoming.header("x-github-api-version");
        if version.is_some_and(|it| !["2022-11-28", "2026-03-10"].contains(&it)) {
            self.flaw(incoming, format!("no such version: {version:?}"));
            return Reply::error(400, "unsupported API version");
        }
        let Some(identity) = self.identity(incoming) else {
            return Reply::error(401, "Bad credentials");
        };
        let (reset, now) = {
            let mut state = self.state();
            (state.reset(), state.now)
        };
        if self.is_spent(incoming, &identity) {
            let seconds = reset.duration_since(now).as_secs();
            return self.exhausted(seconds.unsigned_abs());
        }
        if incoming.path == "/graphql" {
            return self.mutate(incoming, &identity, contested);
        }
        // Further pages are named by the repository's number, as on GitHub.
        let path = self.named(&incoming.path);
        let Some((route, given)) = DESCRIPTION.route(&path) else {
            self.flaw(incoming, "no such route in the description");
            return Reply::not_found();
        };
        let Some(operation) = route.operation(&incoming.method) else {
            self.flaw(incoming, "no such method on this route");
            return Reply::not_found();
        };
        let query = incoming.asked();
        for flaw in route.parameter_flaws(operation, &given, &query) {
            self.flaw(incoming, flaw);
        }
        let name = format!("{} {}", incoming.method, route.template);
        let body = match self.body(incoming, operation, &name) {
            Ok(body) => body,
            Err(reply) => return reply,
        };
        let below = route.template.strip_prefix("/repos/{owner}/{repo}");
        let request = Request {
            method: &incoming.method,
            route: below.unwrap_or(&route.template),
            given: &given,
            query: &query,
            body: &body,
            identity: &identity,
            contested,
        };
        let mut state = self.state();
        let mut reply = match state.refusal(&request) {
            Some(reply) => reply,
            None => state.answer(&request),
        };
        drop(state);
        let listed = operation["parameters"].as_array().into_iter().flatten();
        let paged = listed.into_iter().any(|it| it["name"] == "per_page");
        if paged && reply.status == 200 {
            self.page(&path, &query, &mut reply);
        }
        self.judge(incoming, operation, &name, &mut reply);
        reply
    }

    /// A path with the repository's name in place of its number.
    fn named(&self, path: &str) -> String {
        let numbered = path.strip_prefix("/repositories/");
        let parts = numbered.and_then(|rest| rest.split_once('/'));
        let Some((id, rest)) = parts else {
            return path.to_string();
        };
        let state = self.state();
        let name = match id.parse() {
            Ok(REPOSITORY_ID) => Some(REPOSITORY),
            Ok(id) => state.issues.repository(id),
            Err(_) => None,
        };
        name.map_or(path.to_string(), |name| format!("/repos/{name}/{rest}"))
    }

    fn identity(&self, incoming: &Incoming) -> Option<Identity> {
        if incoming.header("authorization").is_none() {
            return Some(Identity::Nobody);
        }
        self.state().tokens.get(incoming.token()?).cloned()
    }

    fn is_spent(&self, incoming: &Incoming, identity: &Identity) -> bool {
        let used = self.used(incoming);
        // docs.github.com/rest, "Rate limits": asking for the limits does not count.
        used >= limit(identity) && incoming.path != "/rate_limit"
    }

    fn used(&self, incoming: &Incoming) -> u64 {
        let token = incoming.token().unwrap_or_default();
        self.state().used.get(token).copied().unwrap_or_default()
    }

    fn body(&self, incoming: &Incoming, operation: &Value, name: &str) -> Result<Value, Reply> {
        let described = &operation["body"];
        if incoming.bytes.is_empty() {
            if described["required"] == true {
                self.flaw(incoming, "no body, and one is required");
                return Err(Reply::error(400, "Body should be a JSON object"));
            }
            return Ok(Value::Null);
        }
        let Ok(body) = serde_json::from_slice::<Value>(&incoming.bytes) else {
            self.flaw(incoming, "the body is no JSON");
            return Err(Reply::error(400, "Problems parsing JSON"));
        };
        if described.is_null() {
            self.flaw(incoming, "a body where none belongs");
            return Ok(Value::Null);
        }
        let schema = &described["schema"];
        let mut flaws = DESCRIPTION.flaws(&format!("{name} body"), schema, &body);
        let refused = !flaws.is_empty();
        let strangers = DESCRIPTION.strangers(schema, &body, "");
        flaws.extend(strangers.iter().map(|it| format!("no such field: `{it}`")));
        for flaw in &flaws {
            self.flaw(incoming, flaw);
        }
        match refused {
            true => Err(Reply::error(422, "Invalid request.")),
            false => Ok(body),
        }
    }

    /// Judges an answer by the description, after adding what it demands beyond what is looked at.
    fn judge(&self, incoming: &Incoming, operation: &Value, name: &str, reply: &mut Reply) {
        let status = reply.status.to_string();
        // What the routes of one issue answer, its lists and comments answer too (see the sources where they do).
        let gone = [301, 410].contains(&reply.status) && name.contains("/issues");
        let mut schema = match operation["responses"].get(&status) {
            Some(schema) => schema.clone(),
            // What any route may answer: not modified, not allowed, not there, not valid, too many.
            None if [401, 403, 404, 429].contains(&reply.status) || gone => {
                json!({ "$ref": "#/components/schemas/basic-error" })
            }
            None if reply.status == 422 => {
                json!({ "$ref": "#/components/schemas/validation-error" })
            }
            None => {
                self.flaw(
                    incoming,
                    format!("answered {status}, which is not described"),
                );
                return;
            }
        };
        // Two shapes of an error may both fit, which the description excludes by mistake.
        if let (true, Some(choices)) = (reply.status >= 400, schema["oneOf"].as_array().cloned()) {
            schema = json!({ "anyOf": choices });
        }
        match &mut reply.body {
            None if schema.is_null() => {}
            None => self.flaw(incoming, format!("answered {status} without a body")),
            Some(_) if schema.is_null() => {
                self.flaw(incoming, format!("answered {status} with a body"));
            }
            Some(body) => {
                DESCRIPTION.complete(&schema, body);
                let key = format!("{name} answer {status}");
                for flaw in DESCRIPTION.flaws(&key, &schema, body) {
                    self.flaw(incoming, flaw);
                }
            }
        }
    }

    /// Cuts a list to its page and says where the others are.
    fn page(&self, path: &str, query: &[(String, String)], reply: &mut Reply) {
        let Some(Value::Array(all)) = &mut reply.body else {
            return;
        };
        let (size, page) = asked_page(query);
        let last = all.len().div_ceil(size).max(1);
        let shown = all.drain(..).skip((page - 1) * size).take(size);
        let shown: Vec<Value> = shown.collect();
        *all = shown;
        let kept: String = query
            .iter()
            .filter(|(name, _)| name != "page")
            .map(|(name, value)| format!("{name}={}&", super::shape::encoded(value)))
            .collect();
        let api = self.state().api.clone();
        let prefix = format!("/repos/{REPOSITORY}/");
        // GitHub names the repository by its number here.
        let path = match path.strip_prefix(&prefix) {
            Some(rest) => format!("/repositories/{REPOSITORY_ID}/{rest}"),
            None => path.to_string(),
        };
        let link =
            |page: usize, kind: &str| format!("<{api}{path}?{kept}page={page}>; rel=\"{kind}\"");
        let mut links = Vec::new();
        if page > 1 {
            links.push(link(page - 1, "prev"));
        }
        if page < last {
            links.push(link(page + 1, "next"));
            links.push(link(last, "last"));
        }
        if page > 1 {
            links.push(link(1, "first"));
        }
        if !links.is_empty() {
            reply.headers.push(("link", links.join(", ")));
        }
    }

    fn mutate(&self, incoming: &Incoming, identity: &Identity, contested: bool) -> Reply {
        if incoming.method != "POST" {
            self.flaw(incoming, "GraphQL is asked by POST");
            return Reply::not_found();
        }
        let body = serde_json::from_slice::<Value>(&incoming.bytes).unwrap_or_default();
        // docs.github.com/graphql, "Forming calls": anonymous calls are not taken.
        if *identity == Identity::Nobody {
            return Reply::error(401, "This endpoint requires you to be authenticated.");
        }
        match graphql::read(&body) {
            Ok(mutation) => {
                let outcome = self.state().mutate(&mutation, identity, contested);
                for missing in &outcome.missing {
                    self.flaw(incoming, missing);
                }
                Reply::json(200, outcome.body)
            }
            Err(errors) => {
                for error in &errors {
                    self.flaw(incoming, error);
                }
                let errors: Vec<Value> = errors
                    .iter()
                    .map(|message| json!({ "message": message }))
                    .collect();
                Reply::json(200, json!({ "errors": errors }))
            }
        }
    }

    /// What every answer carries: the moment, limits, and the tag by which it is known again.
    fn dress(&self, incoming: &Incoming, reply: &mut Reply) {
        if let (200, "GET", Some(body)) = (reply.status, incoming.method.as_str(), &reply.body) {
            let digest = Sha256::digest(body.to_string().as_bytes());
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let tag = format!("W/\"{hex}\"");
            let known = incoming.header("if-none-match");
            if known.is_some_and(|known| known.split(',').any(|it| it.trim() == tag)) {
                reply.status = 304;
                reply.body = None;
            }
            reply.headers.push(("etag", tag));
        }
        // docs.github.com/rest, "Best practices": an answer 304 does not count.
        let counts = reply.status != 304 && incoming.path != "/rate_limit";
        let mut state = self.state();
        let token = incoming.token().unwrap_or_default().to_string();
        let identity = state
            .tokens
            .get(&token)
            .cloned()
            .unwrap_or(Identity::Nobody);
        let used = state.used.entry(token).or_default();
        *used += u64::from(counts);
        let (used, limit) = (*used, limit(&identity));
        let (now, reset) = (state.now, state.reset());
        drop(state);
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
        reply
            .headers
            .push(("date", date.expect("a moment of this era")));
        let limited = reply
            .headers
            .iter()
            .any(|(name, _)| *name == "x-ratelimit-remaining");
        if !limited {
            reply.headers.extend([
                ("x-ratelimit-limit", limit.to_string()),
                (
                    "x-ratelimit-remaining",
                    limit.saturating_sub(used).to_string(),
                ),
                ("x-ratelimit-used", used.to_string()),
                ("x-ratelimit-reset", reset.as_second().to_string()),
                ("x-ratelimit-resource", "core".to_string()),
            ]);
        }
    }
}

/// Requests an hour (docs.github.com/rest, "Rate limits"): anonymous, a workflow's token, a person's.
fn limit(identity: &Identity) -> u64 {
    match identity {
        Identity::Nobody => 60,
        Identity::App(_) => 1000,
        Identity::User(_) => 5000,
    }
}

/// How many a page has and which page is asked for, from 1.
pub(super) fn asked_page(query: &[(String, String)]) -> (usize, usize) {
    let asked = |name: &str, fallback: usize| {
        let found = query.iter().find(|(key, _)| key == name);
        let number = found.and_then(|(_, value)| value.parse().ok());
        number.filter(|it| *it > 0).unwrap_or(fallback)
    };
    // docs.github.com/rest, "Using pagination": 30 by default; the description: "max 100". More is cut without a word.
    (asked("per_page", 30).min(100), asked("page", 1))
}

pub(super) fn secondary(status: u16, after: Option<u64>) -> Reply {
    let message =
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    let mut reply = Reply::error(status, message);
    let seconds = after.map(|seconds| ("retry-after", seconds.to_string()));
    reply.headers.extend(seconds);
    reply
}

pub(super) fn broken(status: u16) -> Reply {
    Reply::error(status, "Server Error")
}

impl State {
    /// The limits as the route for them tells.
    pub(super) fn rate_limit(&self, identity: &Identity) -> Value {
        let limit = limit(identity);
        let token = self.tokens.iter().find(|(_, it)| *it == identity);
        let token = token.map_or("", |(token, _)| token.as_str());
        let used = self.used.get(token).copied().unwrap_or_default();
        let rate = json!({
            "limit": limit,
            "used": used,
            "remaining": limit.saturating_sub(used),
            "reset": self.now.as_second() + 3600,
        });
        json!({ "resources": { "core": rate, "search": rate }, "rate": rate })
    }
}
