//! What went wrong with a request, in words that help, and which of it is worth another try.

use crate::error::Error;

/// Why a request gave no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server has no such thing, or the token may not see it (404, 410).
    NotFound {
        /// What was asked for: `GET /repos/o/r/pulls/7`.
        request: String,
    },
    /// The token is missing, wrong or has too few rights (401, 403).
    Denied {
        /// What was asked for.
        request: String,
        /// What the server said.
        message: String,
        /// The rights that the server names in `x-accepted-github-permissions`, where it does.
        wanted: Option<String>,
    },
    /// The server refused what was sent (409, 422 and other 4xx).
    Refused {
        /// What was asked for.
        request: String,
        /// The status.
        status: u16,
        /// What the server said, with its `errors`.
        message: String,
    },
    /// A limit is reached and waiting it out would take longer than the budget allows, or the budget is spent.
    Exhausted {
        /// What ran out.
        message: String,
    },
    /// The branch has moved on since it was read; nothing was written.
    Conflict,
    /// A write was sent and no answer came, or a 5xx: it may have been done or not.
    Unknown {
        /// What was asked for.
        request: String,
        /// What happened.
        message: String,
    },
    /// The server cannot be reached or its answer cannot be read; for reads, after every retry.
    Unavailable {
        /// What was asked for.
        request: String,
        /// What happened.
        message: String,
    },
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let _ = failure;
        todo!()
    }
}
