//! Where GitHub is, with which token, and how much may be asked of it.

use std::time::Duration;

/// What a client needs to know; read from the environment by `command`, as on a runner.
#[derive(Clone)]
pub struct Settings {
    /// The REST address without a trailing `/`: `https://api.github.com`, or `https://HOST/api/v3` on Enterprise Server.
    pub api: String,
    /// The GraphQL address: `https://api.github.com/graphql`, or `https://HOST/api/graphql`.
    pub graphql: String,
    /// The repository, `owner/name`.
    pub repository: String,
    /// The token; none asks anonymously.
    pub token: Option<String>,
    /// A token for reading the members of teams, which a workflow's own token cannot; the other one where there is none.
    pub team_token: Option<String>,
    /// How much may be asked.
    pub budget: Budget,
}

/// How much may be asked in one run.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// So many requests at most.
    pub requests: u32,
    /// Stop when the token has fewer requests left than this; other workflows share it.
    pub remaining: u32,
    /// The longest that a limit is waited out, all waits of the run together.
    pub patience: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            requests: 600,
            remaining: 50,
            patience: Duration::from_secs(120),
        }
    }
}

// The token is never printed, whatever prints the rest.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("api", &self.api)
            .field("graphql", &self.graphql)
            .field("repository", &self.repository)
            .field("token", &self.token.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}
