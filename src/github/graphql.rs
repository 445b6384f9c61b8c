//! The one thing that is asked in GraphQL: mutations, whose refusals come with status 200 and errors in words.

use http::Method;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::Answer;
use super::client::{Order, shown, written};
use super::limit::{Limit, about_limits};
use super::{Client, Failure};

#[derive(Serialize)]
struct Mutation<'a, V> {
    query: &'a str,
    variables: &'a V,
}

impl Client {
    /// A GraphQL mutation; sent once. Errors in the answer are failures.
    pub fn mutate<T: DeserializeOwned>(
        &self,
        query: &str,
        variables: &impl Serialize,
    ) -> Result<T, Failure> {
        let shown = shown(&Method::POST, self.graphql.path());
        let answer = self.write(&Order {
            method: Method::POST,
            address: &self.graphql,
            shown: &shown,
            graphql: true,
            body: written(&Mutation { query, variables }, &shown)?,
        })?;
        let body: Value = serde_json::from_slice(answer.json())
            .map_err(|error| self.unknown(&shown, &error.to_string()))?;
        if let Some(failure) = self.complaint(&body, &shown) {
            return Err(failure);
        }
        let data = body.get("data").cloned().unwrap_or_default();
        serde_json::from_value(data).map_err(|error| self.unknown(&shown, &error.to_string()))
    }

    /// What the `errors` of a GraphQL answer mean.
    fn complaint(&self, body: &Value, shown: &str) -> Option<Failure> {
        let errors = body.get("errors")?.as_array().filter(|it| !it.is_empty())?;
        let words = |name: &'static str| {
            errors
                .iter()
                .filter_map(move |error| error.get(name).and_then(Value::as_str))
        };
        let kind = |kinds: &[&str]| words("type").any(|it| kinds.contains(&it));
        let text = |text: &str| words("message").any(|it| it.contains(text));
        let message = self
            .secrets
            .clean(&words("message").collect::<Vec<_>>().join("; "));
        let request = shown.to_string();
        // Some of it was done, or the server broke while it was at it.
        if done(body)
            || kind(&["INTERNAL", "SERVICE_UNAVAILABLE", "TIMEOUT"])
            || text("Something went wrong while executing your query")
        {
            return Some(Failure::Unknown { request, message });
        }
        Some(
            if kind(&["STALE_DATA"]) || text("Expected branch to point to") {
                Failure::Conflict
            } else if kind(&["FORBIDDEN", "INSUFFICIENT_SCOPES"])
                || text("Resource not accessible by")
            {
                Failure::Denied {
                    request,
                    message,
                    wanted: None,
                }
            } else if kind(&["NOT_FOUND"]) {
                Failure::NotFound { request }
            } else {
                Failure::Refused {
                    request,
                    status: 200,
                    message,
                }
            },
        )
    }
}

/// The limit that an answer speaks of among its errors, where nothing was done.
pub(super) fn limit(answer: &Answer, tries: u32, now: Timestamp) -> Option<Limit> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let limited = body.get("errors")?.as_array()?.iter().any(|error| {
        let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        matches!(word("type"), "RATE_LIMITED" | "RATE_LIMIT") || about_limits(word("message"))
    });
    (limited && !done(&body)).then(|| Limit::named(answer, tries, now))
}

/// Whether an answer carries anything that was done.
fn done(body: &Value) -> bool {
    match body.get("data") {
        Some(Value::Object(fields)) => fields.values().any(|value| !value.is_null()),
        _ => false,
    }
}
