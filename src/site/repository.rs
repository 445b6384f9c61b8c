//! The ways from a page to its repository: its source, to change it, how it came to be, and where to talk about it.
//!
//! Owns the addresses that GitHub and GitLab give. Every part of them is escaped; which repository it is, and that its page is
//! one of the web, is decided by the caller and again here.

use serde::Serialize;

use super::approval::is_web;
use super::link::encode;

/// Hosts whose addresses are built otherwise.
const OTHERS: [&str; 6] = [
    "bitbucket.org",
    "codeberg.org",
    "dev.azure.com",
    "git.sr.ht",
    "gitea.com",
    "visualstudio.com",
];

/// The repository that postmortems are kept in, on its server.
#[derive(Clone, Debug)]
pub struct Repository {
    page: String,
    /// What parts the repository's address from its pages: nothing on GitHub.
    part: &'static str,
    branch: Option<String>,
    prefix: String,
}

/// The ways from one page. Each is a whole address.
#[derive(Debug, Serialize)]
pub(super) struct Ways {
    source: String,
    history: String,
    /// None where the branch to change is not known.
    edit: Option<String>,
    discuss: String,
    /// Whether `discuss` leads to the pull request that brought the text.
    discussed: bool,
}

impl Repository {
    /// A repository by its page, `https://github.com/acme/postmortems`; `branch` is the one that is published, `prefix` what
    /// to put before a postmortem's path. None where the server is one whose addresses are not known.
    pub fn new(page: &str, branch: Option<String>, prefix: &str) -> Option<Self> {
        let page = page.trim_end_matches('/');
        let host = page
            .split_once("://")?
            .1
            .split(['/', ':'])
            .next()?
            .to_ascii_lowercase();
        let other = OTHERS
            .iter()
            .any(|name| host == *name || host.ends_with(&format!(".{name}")));
        let known = is_web(page) && !other && !page.contains(['"', '\'', '<', '>', '?', '#', '\\']);
        known.then(|| Self {
            page: page.into(),
            part: if host.split('.').any(|part| part == "gitlab") {
                "/-"
            } else {
                ""
            },
            branch,
            prefix: prefix.into(),
        })
    }

    /// The ways from the page of the postmortem at `path`. It is discussed at `pull_request` where that is known, else in a new
    /// issue whose title begins with `id`.
    pub(super) fn ways(
        &self,
        path: &str,
        id: &str,
        title: &str,
        pull_request: Option<&str>,
    ) -> Ways {
        let Self {
            page,
            part,
            branch,
            prefix,
        } = self;
        // Both servers know the published branch as HEAD where a file is read, but not where it is changed.
        let named = encode(branch.as_deref().unwrap_or("HEAD"));
        let file = encode(&format!("{prefix}{path}"));
        let subject = encode(&format!("{id}: {title}"));
        let subject = subject.replace('/', "%2F");
        let key = if part.is_empty() {
            "title"
        } else {
            "issue[title]"
        };
        Ways {
            source: format!("{page}{part}/blob/{named}/{file}"),
            history: format!("{page}{part}/commits/{named}/{file}"),
            edit: branch
                .is_some()
                .then(|| format!("{page}{part}/edit/{named}/{file}")),
            discuss: pull_request.map_or_else(
                || format!("{page}{part}/issues/new?{key}={subject}"),
                Into::into,
            ),
            discussed: pull_request.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_lead_to_the_file_and_to_an_issue() {
        let github = Repository::new("https://github.com/acme/pm/", Some("main".into()), "ops/");
        let ways = github.expect("a repository").ways(
            "postmortems/a b.md",
            "INC-1",
            "50 % & \"more\"/#1",
            None,
        );
        assert_eq!(
            ways.source,
            "https://github.com/acme/pm/blob/main/ops/postmortems/a%20b.md"
        );
        assert_eq!(
            ways.edit.as_deref(),
            Some("https://github.com/acme/pm/edit/main/ops/postmortems/a%20b.md")
        );
        assert_eq!(
            ways.discuss,
            "https://github.com/acme/pm/issues/new?title=INC-1%3A%2050%20%25%20%26%20%22more%22%2F%231"
        );
        let gitlab =
            Repository::new("https://gitlab.example.org/a/b/c", None, "").expect("a repository");
        let ways = gitlab.ways(
            "p/a.md",
            "INC-1",
            "x",
            Some("https://gitlab.example.org/a/b/c/-/merge_requests/3"),
        );
        assert_eq!(
            ways.source,
            "https://gitlab.example.org/a/b/c/-/blob/HEAD/p/a.md"
        );
        assert!(ways.edit.is_none() && ways.discussed);
        assert!(ways.discuss.ends_with("/merge_requests/3"));
    }

    #[test]
    fn no_way_leads_to_a_server_of_another_kind_or_into_a_script() {
        for page in [
            "https://bitbucket.org/a/b",
            "https://acme.visualstudio.com/a",
            "javascript://github.com/a/b",
            "https://github.com/a\"onclick=x",
            "https://github.com/a/b?x#y",
            "github.com/a/b",
            "",
        ] {
            assert!(Repository::new(page, None, "").is_none(), "{page}");
        }
    }
}
