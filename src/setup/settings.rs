//! What no file can do: the settings that a person clicks, with the words on the buttons.
//!
//! Owns their text. The names of checks come from the workflows, that of the ledger from `ledger`.

use std::fmt::Write as _;

use super::{Facts, workflow};
use crate::ledger::BRANCH;
use crate::postmortem::people::Party;

/// The four settings, and what else is worth a line: the owners of the postmortems, and the commit of the action.
pub fn settings(facts: &Facts<'_>) -> String {
    let checks: Vec<String> = workflow::checks()
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    let checks = checks.join(" and ");
    let mut text = format!(
        "\
Four settings are left to a person who may administer the repository, on GitHub under Settings:

1. Nothing is merged without review: Rules > Rulesets > New ruleset > New branch ruleset
   Enforcement status: Active; Target branches > Add target > Include default branch
   tick `Require a pull request before merging`, and below it `Require review from Code Owners`:
   a pull request can edit its own checks, so `/.github/` needs owners who look at such a change
   tick `Require status checks to pass`, Add checks: {checks}
   (a name that is not offered yet is known once the workflows ran in a first pull request)

2. The site: Pages > Build and deployment > Source: GitHub Actions

3. The record of approvals stays whole: Rules > Rulesets > New ruleset > New branch ruleset
   Enforcement status: Active; Target branches > Add target > Include by pattern: `{BRANCH}`
   tick `Restrict deletions` and `Block force pushes`, and nothing else:
   the workflows add to this branch themselves, so no ruleset may ask for pull requests there

4. Action items become issues: General > Features > tick `Issues`
   the labels are made by the workflow `actions`; nothing else has to be there
"
    );
    for hint in [owners(facts), teams(facts), site(facts), pin()]
        .into_iter()
        .flatten()
    {
        // Writing to a string does not fail.
        let _ = write!(text, "\n{hint}");
    }
    text
}

/// The lines of CODEOWNERS that ask the right people for their review; none where the file has them.
fn owners(facts: &Facts<'_>) -> Option<String> {
    let folder = facts.postmortems.replace(' ', "\\ ").replace('#', "\\#");
    let postmortems = format!("   /{folder}/ @your-org/your-team\n");
    let checks = "   /.github/ @your-org/those-who-set-this-up\n";
    let Some((path, text)) = facts.owners else {
        return Some(format!(
            "\
There is no CODEOWNERS file. One makes GitHub ask for reviews by itself; `.github/CODEOWNERS` with those who may approve,
and with those who answer for the checks and the configuration:
{postmortems}{checks}"
        ));
    };
    let mut lines = String::new();
    if !has_owner(text, &[facts.postmortems]) {
        lines.push_str(&postmortems);
    }
    // Whoever owns everything is asked about the checks as well, but need not be one who may approve.
    if !has_owner(text, &[".github", "*", "**"]) {
        lines.push_str(checks);
    }
    (!lines.is_empty()).then(|| {
        format!(
            "\
`{path}` is left as it is. At its end, this makes GitHub ask the right people for their review of postmortems and checks:
{lines}"
        )
    })
}

/// Whether a line gives one of these folders an owner.
fn has_owner(text: &str, folders: &[&str]) -> bool {
    text.lines().any(|line| {
        let mut words = line.split_whitespace();
        let written = words.next().unwrap_or_default();
        let pattern = written.trim_start_matches('/').trim_end_matches('*');
        let known = folders.contains(&written) || folders.contains(&pattern.trim_end_matches('/'));
        known && words.any(|word| Party::read(word).is_some())
    })
}

/// The folder of the built site, which a first `git add` would take along.
fn site(facts: &Facts<'_>) -> Option<String> {
    (!facts.ignores_site).then(|| {
        "`aftersight build` fills `_site/`, which belongs in no commit: let `.gitignore` have the line\n   /_site/\n".into()
    })
}

/// Where the members of teams come from, unless the configuration says.
fn teams(facts: &Facts<'_>) -> Option<String> {
    (!facts.teams).then(|| {
        "\
Where a team is to approve: the token of a workflow cannot read who is in it. List the members under `approval.teams` in the
configuration; or store a token that may read the organisation's members, and nothing else, as the secret
AFTERSIGHT_TEAM_TOKEN, which pull requests from forks do not get.
"
        .into()
    })
}

/// How to name the action by its commit where this build could not.
fn pin() -> Option<String> {
    let (repository, tag) = (env!("CARGO_PKG_REPOSITORY"), workflow::tag());
    workflow::is_movable().then(|| {
        format!(
            "\
The workflows name the action by the tag `{tag}`, and a tag can be moved. Put the commit in its place, the last line of
   git ls-remote {repository} refs/tags/{tag} 'refs/tags/{tag}^{{}}'
"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::settings;
    use crate::setup::Facts;

    fn hints(folder: &str, owners: Option<(&str, &str)>) -> String {
        settings(&Facts {
            postmortems: folder,
            established: false,
            teams: false,
            ignores_site: false,
            owners,
        })
    }

    #[test]
    fn the_owners_hint_fits_what_is_there() {
        let none = hints("docs/my postmortems", None);
        assert!(none.contains("no CODEOWNERS file"), "{none}");
        assert!(none.contains("/docs/my\\ postmortems/ @your-org"), "{none}");
        let other = hints(
            "postmortems",
            Some(("docs/CODEOWNERS", "* @acme/all\n/postmortems/\n")),
        );
        assert!(other.contains("`docs/CODEOWNERS` is left"), "{other}");
        for line in [
            "/postmortems/ @a",
            "postmortems/** @a/b",
            "postmortems a@example.org",
        ] {
            for checks in ["/.github/ @a", "* @a"] {
                let text = format!("{checks}\n{line}\n");
                let known = hints("postmortems", Some(("CODEOWNERS", &text)));
                assert!(!known.contains("CODEOWNERS"), "{known}");
            }
            let checks = hints("postmortems", Some(("CODEOWNERS", line)));
            assert!(checks.contains("\n   /.github/ @"), "{checks}");
            assert!(!checks.contains("\n   /postmortems/ @"), "{checks}");
        }
    }

    #[test]
    fn what_is_seen_to_already_is_not_asked_for() {
        let known = settings(&Facts {
            postmortems: "postmortems",
            established: false,
            teams: true,
            ignores_site: true,
            owners: None,
        });
        let open = hints("postmortems", None);
        for part in ["AFTERSIGHT_TEAM_TOKEN", "\n   /_site/\n"] {
            assert!(open.contains(part) && !known.contains(part), "{part}");
        }
    }
}
