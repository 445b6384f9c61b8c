//! What a workflow's event says: which pull request it is about.
//!
//! The file is read as it lies on a runner. It may quote strangers, so nothing but numbers and names that GitHub itself
//! sets is taken from it.

use std::path::Path;

use serde_json::Value;

use crate::error::Error;

/// The largest event that is read, in bytes; GitHub's own are below 25 MB.
const MOST_BYTES: u64 = 32 << 20;

/// An event.
#[derive(Debug)]
pub(in crate::command) struct Event {
    payload: Value,
}

impl Event {
    /// The event of this run; `None` outside of a workflow.
    pub(in crate::command) fn read() -> Result<Option<Self>, Error> {
        let Some(path) = std::env::var_os("GITHUB_EVENT_PATH").filter(|path| !path.is_empty())
        else {
            return Ok(None);
        };
        let path = Path::new(&path);
        let unreadable = |what: String| {
            Error::refused(
                format!("the event file `{}` {what}", path.display()),
                "run this in a workflow, or name the pull request with `--pr N`",
            )
        };
        let failed = |error: std::io::Error| unreadable(format!("cannot be read: {error}"));
        let size = path.metadata().map_err(failed)?.len();
        if size > MOST_BYTES {
            return Err(unreadable(format!(
                "has {size} bytes, and no event of GitHub has more than {MOST_BYTES}"
            )));
        }
        let bytes = std::fs::read(path).map_err(failed)?;
        let payload: Value = serde_json::from_slice(&bytes)
            .map_err(|error| unreadable(format!("is no JSON: {error}")))?;
        if !payload.is_object() {
            return Err(unreadable("holds no event".into()));
        }
        Ok(Some(Self { payload }))
    }

    /// The pull request that it is about: its own, or the one that a merge queue tries.
    pub(in crate::command) fn pull_request(&self) -> Option<u64> {
        let own = &self.payload["pull_request"]["number"];
        own.as_u64().or_else(|| {
            let branch = self.payload["merge_group"]["head_ref"].as_str()?;
            queued(branch)
        })
    }

    /// Refuses an event of another repository than `ours`: its numbers mean something else here.
    pub(in crate::command) fn must_be_of(&self, ours: &str) -> Result<(), Error> {
        match self.payload["repository"]["full_name"].as_str() {
            Some(other) if !other.eq_ignore_ascii_case(ours) => Err(Error::refused(
                format!(
                    "the event is about `{}`, not about `{ours}`",
                    other.escape_debug()
                ),
                "set `GITHUB_REPOSITORY` to the repository of the event, or unset `GITHUB_EVENT_PATH`",
            )),
            _ => Ok(()),
        }
    }

    /// What kind of event it is, as far as its content tells.
    pub(in crate::command) fn kind(&self) -> Option<&'static str> {
        let has = |key: &str| !self.payload[key].is_null();
        Some(match () {
            () if has("merge_group") => "merge_group",
            () if has("review") => "pull_request_review",
            () if has("pull_request") => "pull_request",
            () if has("issue") && has("comment") => "issue_comment",
            () if has("issue") => "issues",
            () if has("workflow_run") => "workflow_run",
            () if has("schedule") => "schedule",
            () if has("head_commit") || has("commits") => "push",
            () if has("workflow") => "workflow_dispatch",
            () => return None,
        })
    }
}

/// The number in the name of a merge queue's branch: `refs/heads/gh-readonly-queue/main/pr-12-0a1b2c…`.
fn queued(branch: &str) -> Option<u64> {
    let name = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    let rest = name.strip_prefix("gh-readonly-queue/")?;
    let (number, hash) = rest
        .rsplit('/')
        .next()?
        .strip_prefix("pr-")?
        .split_once('-')?;
    let is_hash = hash.len() >= 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    number.parse().ok().filter(|_| is_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Event {
        Event {
            payload: serde_json::from_str(text).expect("JSON"),
        }
    }

    #[test]
    fn the_number_is_found_in_every_event_that_has_one() {
        let review = event(r#"{"review":{},"pull_request":{"number":12},"number":5}"#);
        assert_eq!(review.pull_request(), Some(12));
        assert_eq!(review.kind(), Some("pull_request_review"));
        let hash = "0a1b2c3d".repeat(5);
        for (branch, number) in [
            (
                format!("refs/heads/gh-readonly-queue/main/pr-7-{hash}"),
                Some(7),
            ),
            (
                format!("refs/heads/gh-readonly-queue/release/2.0/pr-8-{hash}"),
                Some(8),
            ),
            (format!("refs/heads/topic/pr-9-{hash}"), None),
            ("refs/heads/gh-readonly-queue/main/pr-x-1".into(), None),
        ] {
            let text = serde_json::json!({"merge_group": {"head_ref": branch}}).to_string();
            assert_eq!(event(&text).pull_request(), number, "{branch}");
        }
        let push = event(r#"{"head_commit":{},"repository":{"full_name":"a/b"}}"#);
        assert_eq!((push.pull_request(), push.kind()), (None, Some("push")));
        push.must_be_of("A/b").expect("its own repository");
        push.must_be_of("a/c").expect_err("another repository");
    }
}
