//! What goes wrong on demand.

use serde_json::Value;

/// A fault: what happens, and to which requests.
pub(crate) struct Fault {
    pub(super) trouble: Trouble,
    method: Option<String>,
    route: Option<String>,
    skip: u32,
    times: u32,
    happened: bool,
}

pub(super) enum Trouble {
    /// The connection ends before anything is done.
    LostBefore,
    /// The connection ends after everything is done.
    LostAfter,
    /// This status instead of the work.
    Status(u16),
    /// This status instead of the work, with these seconds in `retry-after`.
    Busy(u16, u64),
    /// This status after the work.
    StatusAfter(u16),
    /// The secondary limit: status 403, and the seconds in `retry-after` where there are any.
    Secondary(Option<u64>),
    /// Status 429 with these seconds in `retry-after`.
    TooMany(u64),
    /// The token's hour is used up; it ends in these seconds.
    Primary(u64),
    /// Another writer moves the branch first.
    Conflict,
    /// The work is done and its answer cannot be read.
    Malformed,
    /// The work is done, and its answer is another one.
    Altered(Box<dyn FnMut(&mut Value) + Send>),
    /// What is made from now on is missing from so many lists.
    Lag(u32),
    /// Something that the test does before the work.
    CallBefore(Box<dyn FnMut() + Send>),
    /// Something that the test does after the work and before the answer.
    CallAfter(Box<dyn FnMut() + Send>),
}

impl Fault {
    fn new(trouble: Trouble) -> Self {
        Self {
            trouble,
            method: None,
            route: None,
            skip: 0,
            times: 1,
            happened: false,
        }
    }

    /// The request is lost: nothing is done, no answer comes.
    pub(crate) fn lost_before() -> Self {
        Self::new(Trouble::LostBefore)
    }

    /// The answer is lost: everything is done, no answer comes.
    pub(crate) fn lost_after() -> Self {
        Self::new(Trouble::LostAfter)
    }

    /// A status such as 500 or 502 instead of the work.
    pub(crate) fn status(status: u16) -> Self {
        Self::new(Trouble::Status(status))
    }

    /// A status such as 503 instead of the work, with the seconds to wait in `retry-after`: a client that will not wait so
    /// long gives up at once.
    pub(crate) fn busy(status: u16, retry_after: u64) -> Self {
        Self::new(Trouble::Busy(status, retry_after))
    }

    /// A status such as 502 although everything was done.
    pub(crate) fn status_after(status: u16) -> Self {
        Self::new(Trouble::StatusAfter(status))
    }

    /// The secondary limit, by status 403; without seconds the header `retry-after` is missing, as it sometimes is.
    pub(crate) fn secondary_limit(retry_after: Option<u64>) -> Self {
        Self::new(Trouble::Secondary(retry_after))
    }

    /// Status 429 with these seconds to wait.
    pub(crate) fn too_many(retry_after: u64) -> Self {
        Self::new(Trouble::TooMany(retry_after))
    }

    /// The primary limit is used up for so many seconds by the server's own clock (its `Date` header).
    pub(crate) fn primary_limit(reset_in: u64) -> Self {
        Self::new(Trouble::Primary(reset_in))
    }

    /// Another writer commits to the branch just before `createCommitOnBranch` does (or a reference is made just before
    /// `POST git/refs` does).
    pub(crate) fn conflict() -> Self {
        Self::new(Trouble::Conflict)
    }

    /// An answer that is no JSON, although everything was done.
    pub(crate) fn malformed() -> Self {
        Self::new(Trouble::Malformed)
    }

    /// An answer that is JSON and not what the description promises, although everything was done; the test says how.
    pub(crate) fn altered(how: impl FnMut(&mut Value) + Send + 'static) -> Self {
        Self::new(Trouble::Altered(Box::new(how)))
    }

    /// From the next request on: what is made is missing from the next `lists` lists.
    pub(crate) fn list_lag(lists: u32) -> Self {
        Self::new(Trouble::Lag(lists))
    }

    /// Calls back before the work, so that a test can kill the client or move a branch.
    pub(crate) fn call_before(what: impl FnMut() + Send + 'static) -> Self {
        Self::new(Trouble::CallBefore(Box::new(what)))
    }

    /// Calls back after the work and before its answer.
    pub(crate) fn call_after(what: impl FnMut() + Send + 'static) -> Self {
        Self::new(Trouble::CallAfter(Box::new(what)))
    }

    /// Only requests of this method and path, in which `*` stands for anything: `("POST", "/repos/*/git/refs")`; a
    /// mutation is `/graphql`.
    pub(crate) fn on(mut self, method: &str, route: &str) -> Self {
        self.method = (method != "*").then(|| method.to_string());
        self.route = Some(route.to_string());
        self
    }

    /// Only from the nth fitting request on; the first is 1.
    pub(crate) fn nth(mut self, nth: u32) -> Self {
        self.skip = nth.saturating_sub(1);
        self
    }

    /// So many requests, not one.
    pub(crate) fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Whether this request is hit; counts.
    pub(super) fn hits(&mut self, method: &str, path: &str) -> bool {
        let moves = path == "/graphql" || method == "POST" && path.ends_with("/git/refs");
        let fits = (moves || !matches!(self.trouble, Trouble::Conflict))
            && self.method.as_ref().is_none_or(|it| it == method)
            && self.route.as_ref().is_none_or(|it| like(it, path));
        if !fits || self.times == 0 {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.times -= 1;
        self.happened = true;
        true
    }

    /// Whether it hit anything at all; a fault that never did proves nothing.
    pub(super) fn happened(&self) -> bool {
        self.happened
    }

    /// What it is and what it waits for.
    pub(super) fn describe(&self) -> String {
        let route = self.route.as_deref().unwrap_or("*");
        format!("{} {route}", self.method.as_deref().unwrap_or("*"))
    }
}

/// Whether a text is like a pattern with `*`.
fn like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, rest)) => text.strip_prefix(before).is_some_and(|after| {
            let mut ends = after.char_indices().map(|(at, _)| at).chain([after.len()]);
            ends.any(|at| like(rest, &after[at..]))
        }),
    }
}
