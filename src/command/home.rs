//! Where the repository is at home: its page, which issues are linked from, and its name.
//!
//! Owns reading an address that anybody may have set. Only a plain page of the web comes out: no user, no password, no token.

use super::workspace::Workspace;
use crate::tracker::block::Places;

/// The repository on its server; nothing where that is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Home {
    /// Its page, `https://github.com/acme/postmortems`.
    pub(super) page: Option<String>,
    /// Its name, `acme/postmortems`.
    pub(super) name: Option<String>,
}

impl Home {
    /// What a runner says (`GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`), else where this clone came from.
    pub(super) fn of(workspace: &Workspace) -> Self {
        let value = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let runner = value("GITHUB_SERVER_URL").zip(value("GITHUB_REPOSITORY"));
        let runner =
            runner.map(|(server, name)| format!("{}/{name}", server.trim_end_matches('/')));
        let origin = || workspace.git.as_ref()?.origin();
        let read = |address: String| Self::read(&address);
        runner
            .and_then(read)
            .or_else(|| origin().and_then(read))
            .unwrap_or_default()
    }

    /// Where the site and the repository of a workspace are, for texts that lead there.
    pub(super) fn places(&self, workspace: &Workspace) -> Places {
        Places {
            site: workspace.config.site.base_url.clone(),
            repository: self.page.clone(),
            folder: workspace.offset(),
            mention_teams: workspace.config.actions.mention_teams,
        }
    }

    /// Reads the address of a repository: `https://host/owner/name`, `ssh://git@host/owner/name.git` or `git@host:owner/name.git`.
    fn read(address: &str) -> Option<Self> {
        let address = address.trim();
        let (scheme, rest) = match address.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("scp".into(), address),
        };
        let cut = if scheme == "scp" { ':' } else { '/' };
        let (server, path) = rest.split_once(cut)?;
        let server = server.rsplit_once('@').map_or(server, |(_, server)| server);
        let (host, port) = match server.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (server, None),
        };
        let server = match (scheme.as_str(), host) {
            ("http" | "https", host) => match port {
                Some(port) => format!("{scheme}://{host}:{port}"),
                None => format!("{scheme}://{host}"),
            },
            // GitHub's second door, for networks that let only the web through.
            ("ssh" | "scp", "ssh.github.com") => "https://github.com".into(),
            // A name without a dot is one of somebody's own configuration of ssh.
            ("ssh" | "scp", host) if host.contains('.') => format!("https://{host}"),
            _ => return None,
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let (owner, name) = path.split_once('/')?;
        let is_host = !host.starts_with(['.', '-'])
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
        let whole = !host.is_empty() && is_host && is_port && is_part(owner) && is_part(name);
        whole.then(|| Self {
            page: Some(format!("{server}/{owner}/{name}")),
            name: Some(format!("{owner}/{name}")),
        })
    }
}

fn is_part(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !matches!(text, "" | "." | "..") && text.chars().all(letter)
}

#[cfg(test)]
mod tests {
    use super::Home;

    #[test]
    fn every_way_to_name_a_repository_leads_to_its_page() {
        for (address, page) in [
            ("https://github.com/acme/pm", "https://github.com/acme/pm"),
            (
                "https://github.com/acme/pm.git\n",
                "https://github.com/acme/pm",
            ),
            (
                "https://user:secret@ghe.example:8443/acme/pm/",
                "https://ghe.example:8443/acme/pm",
            ),
            ("HTTP://ghe/acme/pm", "http://ghe/acme/pm"),
            ("git@github.com:acme/pm.git", "https://github.com/acme/pm"),
            ("ghe.example:acme/pm", "https://ghe.example/acme/pm"),
            (
                "ssh://git@ghe.example:2222/acme/.github.git",
                "https://ghe.example/acme/.github",
            ),
            (
                "ssh://git@ssh.github.com:443/acme/pm.git",
                "https://github.com/acme/pm",
            ),
        ] {
            let home = Home::read(address).expect(address);
            assert_eq!(home.page.as_deref(), Some(page), "{address}");
            let name = home.name.expect(address);
            assert!(page.ends_with(&format!("/{name}")), "{address}");
        }
    }

    #[test]
    fn nothing_else_becomes_a_link() {
        for address in [
            "",
            "/srv/git/acme/pm.git",
            "../acme/pm",
            "file:///srv/acme/pm",
            "C:\\acme\\pm",
            "javascript:alert(1)//acme/pm",
            "javascript://x/acme/pm",
            "https://evil.example/acme/pm/extra",
            "https://evil.example/acme/..",
            "https://evil.example/acme/p m",
            "https://evil.example/acme/pm?x=\"",
            "https://evil.example\"><b>/acme/pm",
            "https://evil.example:x/acme/pm",
            "https:///acme/pm",
            "work:acme/pm",
            "ext::sh -c acme/pm",
            "git@-oProxy.x:acme/pm",
        ] {
            assert_eq!(Home::read(address), None, "{address}");
        }
    }
}
