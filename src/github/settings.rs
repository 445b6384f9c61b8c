//! Where GitHub is, with which token, and how much may be asked of it.

use std::time::Duration;

use http::Uri;

use super::{address, proxy};
use crate::error::Error;

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
    /// The proxy through which what is encrypted goes.
    pub proxy: Option<String>,
    /// The hosts that are asked without it, with commas between them.
    pub no_proxy: String,
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
    /// The time from one write to the next, after the first few.
    pub pace: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            requests: 600,
            remaining: 50,
            patience: Duration::from_secs(120),
            pace: Duration::from_secs(1),
        }
    }
}

/// What is wrong with settings.
pub(super) struct Flaw {
    /// Cause and place; never a token.
    pub(super) message: String,
    help: &'static str,
}

impl Settings {
    /// Reads the variables that a runner sets: `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL`, `GITHUB_REPOSITORY`, `GITHUB_TOKEN`
    /// (else `GH_TOKEN`), `HTTPS_PROXY` and `NO_PROXY`, and our own `AFTERSIGHT_TEAM_TOKEN`. Fails for a value that cannot be used, and never shows a token.
    pub fn read(env: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let value = |name: &str| {
            env(name)
                .map(|it| it.trim().to_string())
                .filter(|it| !it.is_empty())
        };
        let Some(repository) = value("GITHUB_REPOSITORY") else {
            return Err(Error::refused(
                "the repository on GitHub is not known: `GITHUB_REPOSITORY` is not set",
                "set `GITHUB_REPOSITORY` to `owner/name`; a workflow has it by itself",
            ));
        };
        let api = value("GITHUB_API_URL")
            .map(|it| it.trim_end_matches('/').to_string())
            .unwrap_or_else(|| "https://api.github.com".to_string());
        let graphql =
            value("GITHUB_GRAPHQL_URL").unwrap_or_else(|| match api.strip_suffix("/api/v3") {
                Some(host) => format!("{host}/api/graphql"),
                None => format!("{api}/graphql"),
            });
        let settings = Self {
            api,
            graphql,
            repository,
            token: value("GITHUB_TOKEN").or_else(|| value("GH_TOKEN")),
            team_token: value("AFTERSIGHT_TEAM_TOKEN"),
            proxy: value("HTTPS_PROXY").or_else(|| value("https_proxy")),
            no_proxy: value("NO_PROXY")
                .or_else(|| value("no_proxy"))
                .unwrap_or_default(),
            budget: Budget::default(),
        };
        match settings.servers() {
            Ok(_) => Ok(settings),
            Err(flaw) => Err(Error::refused(flaw.message, flaw.help)),
        }
    }

    /// The addresses of REST and GraphQL, once everything is known to be usable.
    pub(super) fn servers(&self) -> Result<[Uri; 2], Flaw> {
        for (name, token) in [
            ("GITHUB_TOKEN", &self.token),
            ("AFTERSIGHT_TEAM_TOKEN", &self.team_token),
        ] {
            let usable =
                |token: &String| !token.is_empty() && token.bytes().all(|it| it.is_ascii_graphic());
            if !token.as_ref().is_none_or(usable) {
                return Err(Flaw {
                    message: format!("the token in `{name}` has characters that no token has"),
                    help: "set it again, without line breaks, spaces or quotes around it",
                });
            }
        }
        if !is_repository(&self.repository) {
            return Err(Flaw {
                message: format!(
                    "`{}` is no repository (`GITHUB_REPOSITORY`)",
                    self.repository.escape_debug()
                ),
                help: "write it as `owner/name`",
            });
        }
        let server = |name: &str, text: &str| {
            let flaw = |flaw: &str, help| Flaw {
                // An address with a password in it is not repeated.
                message: match text.contains('@') {
                    true => format!("the address in `{name}` {flaw}"),
                    false => format!("the address `{}` {flaw} (`{name}`)", text.escape_debug()),
                },
                help,
            };
            let address = address::server(text).map_err(|it| {
                flaw(
                    it,
                    "set it as on a runner: `https://HOST` or `https://HOST/api/v3`",
                )
            })?;
            let secret = self.token.is_some() || self.team_token.is_some();
            if secret && !address::private(&address) {
                return Err(flaw(
                    "would carry the token over the network in the clear",
                    "use `https://`",
                ));
            }
            Ok(address)
        };
        let servers = [
            server("GITHUB_API_URL", &self.api)?,
            server("GITHUB_GRAPHQL_URL", &self.graphql)?,
        ];
        let mut schemes = servers.iter().map(Uri::scheme_str);
        // Nothing else goes through it.
        if schemes.any(|scheme| scheme == Some("https"))
            && let Some(flaw) = self.proxy.as_deref().and_then(proxy::flaw)
        {
            return Err(Flaw {
                // It may hold a password.
                message: format!("the proxy in `HTTPS_PROXY` {flaw}"),
                help: "set it as `http://HOST:PORT`, or unset it",
            });
        }
        Ok(servers)
    }
}

/// `owner/name` in GitHub's own characters; owners of managed companies have a `_`.
pub(super) fn is_repository(text: &str) -> bool {
    let Some((owner, name)) = text.split_once('/') else {
        return false;
    };
    let owner_fits = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    let name_fits = |it: u8| owner_fits(it) || it == b'.';
    (1..=100).contains(&owner.len())
        && (1..=100).contains(&name.len())
        && owner.bytes().all(owner_fits)
        && name.bytes().all(name_fits)
        && name != "."
        && name != ".."
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&str, &str)]) -> Result<Settings, String> {
        let env = |name: &str| {
            values
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.to_string())
        };
        Settings::read(env)
            .map_err(|error| format!("{error} | {}", error.help().expect("a help for every flaw")))
    }

    const HERE: (&str, &str) = ("GITHUB_REPOSITORY", "acme/incidents");

    #[test]
    fn github_com_is_the_default() {
        let settings =
            read(&[HERE, ("GITHUB_TOKEN", " \n"), ("GH_TOKEN", "ghp_1\n")]).expect("settings");
        assert_eq!(settings.api, "https://api.github.com");
        assert_eq!(settings.graphql, "https://api.github.com/graphql");
        assert_eq!(settings.token.as_deref(), Some("ghp_1"));
        assert_eq!(settings.team_token, None);
        assert!(!format!("{settings:?}").contains("ghp_1"));
    }

    #[test]
    fn an_enterprise_server_has_its_own_paths() {
        let api = ("GITHUB_API_URL", "https://ghe.example/api/v3/");
        let settings = read(&[HERE, api]).expect("settings");
        assert_eq!(settings.api, "https://ghe.example/api/v3");
        assert_eq!(settings.graphql, "https://ghe.example/api/graphql");
    }

    #[test]
    fn a_token_never_goes_over_the_network_in_the_clear() {
        let token = ("GITHUB_TOKEN", "ghp_1");
        for near in [
            "http://127.0.0.1:8080",
            "http://localhost/api/v3",
            "http://[::1]:1",
        ] {
            read(&[HERE, token, ("GITHUB_API_URL", near)]).expect("a loopback address");
        }
        for far in ["http://ghe.example/api/v3", "http://127.0.0.1.evil.example"] {
            let flaw = read(&[HERE, token, ("GITHUB_API_URL", far)]).expect_err("refused");
            assert!(flaw.contains("in the clear"), "{flaw}");
            read(&[HERE, ("GITHUB_API_URL", far)]).expect("nothing to lose");
        }
        let graphql = ("GITHUB_GRAPHQL_URL", "http://ghe.example/graphql");
        let flaw = read(&[HERE, ("AFTERSIGHT_TEAM_TOKEN", "t"), graphql]).expect_err("refused");
        assert!(flaw.contains("`GITHUB_GRAPHQL_URL`"), "{flaw}");
    }

    #[test]
    fn flaws_are_named_without_showing_secrets() {
        let token = read(&[HERE, ("GITHUB_TOKEN", "ghp_1\u{1b}2")]).expect_err("refused");
        assert!(
            token.contains("`GITHUB_TOKEN`") && !token.contains("ghp_1"),
            "{token}"
        );
        let address = ("GITHUB_API_URL", "https://bob:hunter2@ghe.example");
        let password = read(&[HERE, address]).expect_err("refused");
        assert!(
            password.contains("password") && !password.contains("hunter2"),
            "{password}"
        );
        let proxy = ("HTTPS_PROXY", "socks5://bob:hunter2@proxy");
        let kind = read(&[HERE, proxy]).expect_err("refused");
        assert!(
            kind.contains("`HTTPS_PROXY` is of a kind") && !kind.contains("hunter2"),
            "{kind}"
        );
        let near = ("GITHUB_API_URL", "http://localhost:1");
        read(&[HERE, proxy, near]).expect("nothing goes through it");
        assert!(
            read(&[])
                .expect_err("refused")
                .contains("`GITHUB_REPOSITORY` is not set")
        );
        for wrong in [
            "acme",
            "acme/",
            "/x",
            "a/b/c",
            "a/..",
            "a/.",
            "a b/c",
            "a/b?c",
            "../x",
            "a/b\u{202e}",
        ] {
            read(&[("GITHUB_REPOSITORY", wrong)]).expect_err(wrong);
        }
        for wrong in [
            "ghe.example",
            "ftp://ghe.example",
            "https://",
            "https://a/?x",
            "https://a/../b",
            "https:///x",
        ] {
            read(&[HERE, ("GITHUB_API_URL", wrong)]).expect_err(wrong);
        }
    }
}
