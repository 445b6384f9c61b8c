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
        match failure {
            Failure::NotFound { request } => Self::refused(
                format!("GitHub has nothing there, or does not show it (`{request}`)"),
                "check `GITHUB_REPOSITORY` and `GITHUB_API_URL`, and that the token may see it; without `GITHUB_TOKEN` only \
                 what is public is seen",
            ),
            Failure::Denied {
                request,
                message,
                wanted,
            } => Self::refused(
                format!("GitHub denies this: {message} (`{request}`)"),
                match wanted {
                    Some(wanted) => format!(
                        "grant the token {}; a workflow does so under `permissions:` of the job",
                        permissions(&wanted)
                    ),
                    None => "set `GITHUB_TOKEN` to a token that is valid and may do this; a workflow grants rights under \
                             `permissions:` of the job"
                        .to_string(),
                },
            ),
            Failure::Refused {
                request,
                status,
                message,
            } => {
                let help = if about_rules(&message) {
                    "exclude this branch from the rule that the message names, or let this writer bypass it"
                } else if (300..400).contains(&status) {
                    "check `GITHUB_REPOSITORY` and `GITHUB_API_URL`: the repository may have a new name"
                } else {
                    "see what the message names; nothing was changed by this request"
                };
                let status = match status {
                    // GraphQL's refusals come with a status that says otherwise.
                    200 => String::new(),
                    status => format!(" with status {status}"),
                };
                Self::refused(
                    format!("GitHub refuses this{status}: {message} (`{request}`)"),
                    help,
                )
            }
            Failure::Exhausted { message } => Self::Exhausted { message },
            Failure::Conflict => Self::refused(
                "the branch has moved on since it was read, and nothing was written",
                "run it again",
            ),
            Failure::Unknown { request, message } => Self::refused(
                format!("GitHub may or may not have done this: {message} (`{request}`)"),
                "run it again: it first looks at what is there",
            ),
            Failure::Unavailable { request, message } => Self::refused(
                format!("no answer of GitHub can be used: {message} (`{request}`)"),
                "check the network and `GITHUB_API_URL`, see https://www.githubstatus.com, and run it again",
            ),
        }
    }
}

/// The rights that `x-accepted-github-permissions` names, as a workflow writes them: sets of rights, any of which is enough.
fn permissions(header: &str) -> String {
    let sets: Vec<String> = header
        .split(';')
        .map(|set| {
            let rights: Vec<String> = set
                .split(',')
                .filter(|right| !right.trim().is_empty())
                .map(|right| {
                    let right = right.trim().replace('_', "-").replace('`', "");
                    format!("`{}`", right.replacen('=', ": ", 1))
                })
                .collect();
            rights.join(" and ")
        })
        .filter(|set| !set.is_empty())
        .collect();
    sets.join(", or ")
}

/// Whether a ruleset or a protected branch is what stands in the way.
fn about_rules(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["rule violation", "repository rule", "protected branch"]
        .iter()
        .any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(failure: Failure) -> (String, String) {
        let error = Error::from(failure);
        let help = error.help().unwrap_or_default().to_string();
        (error.to_string(), help)
    }

    #[test]
    fn a_missing_right_is_named_as_a_workflow_writes_it() {
        let (message, help) = told(Failure::Denied {
            request: "GET /repos/o/r/pulls/7".to_string(),
            message: "Resource not accessible by integration".to_string(),
            wanted: Some("pull_requests=read; contents=write,issues=read".to_string()),
        });
        assert_eq!(
            message,
            "GitHub denies this: Resource not accessible by integration (`GET /repos/o/r/pulls/7`)"
        );
        assert_eq!(
            help,
            "grant the token `pull-requests: read`, or `contents: write` and `issues: read`; a workflow does so under `permissions:` of the job"
        );
    }

    #[test]
    fn every_failure_has_a_way_out() {
        let request = || "POST /x".to_string();
        let message = || {
            "Repository rule violations found: changes must be made through a pull request"
                .to_string()
        };
        for (failure, way) in [
            (Failure::NotFound { request: request() }, "token may see it"),
            (
                Failure::Denied {
                    request: request(),
                    message: message(),
                    wanted: None,
                },
                "set `GITHUB_TOKEN`",
            ),
            (
                Failure::Refused {
                    request: request(),
                    status: 200,
                    message: message(),
                },
                "exclude this branch",
            ),
            (
                Failure::Refused {
                    request: request(),
                    status: 422,
                    message: "no".to_string(),
                },
                "see what",
            ),
            (
                Failure::Refused {
                    request: request(),
                    status: 301,
                    message: "it has moved".to_string(),
                },
                "GITHUB_REPOSITORY",
            ),
            (Failure::Exhausted { message: message() }, "later"),
            (Failure::Conflict, "run it again"),
            (
                Failure::Unknown {
                    request: request(),
                    message: message(),
                },
                "run it again",
            ),
            (
                Failure::Unavailable {
                    request: request(),
                    message: message(),
                },
                "network",
            ),
        ] {
            let (message, help) = told(failure);
            assert!(help.contains(way), "{message}: {help}");
            assert!(
                !message.ends_with('.') && !help.ends_with('.'),
                "{message}: {help}"
            );
        }
    }
}
