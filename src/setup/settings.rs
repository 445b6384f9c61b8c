//! What no file can do: the settings that a person clicks, with the words on the buttons.
//!
//! Owns their text. The names of checks come from the workflows, that of the ledger from `ledger`.

use std::fmt::Write as _;

use super::{Facts, workflow};
use crate::ledger::BRANCH;
use crate::postmortem::people::Party;

/// The three settings, and what else is worth a line: the owners of the postmortems, and the commit of the action.
pub fn settings(facts: &Facts<'_>) -> String {
    let checks: Vec<String> = workflow::checks()
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    let checks = checks.join(" and ");
    let mut text = format!(
        "\
Three settings are left to a person who may administer the repository, on GitHub under Settings:

1. Nothing is merged without review: Rules > Rulesets > New ruleset > New branch ruleset
   Enforcement status: Active; Target branches > Add target > Include default branch
   tick `Require a pull request before merging`
   tick `Require status checks to pass`, Add checks: {checks}
   (a name that is not offered yet is known once the workflows ran in a first pull request)

2. The site: Pages > Build and deployment > Source: GitHub Actions

3. The record of approvals stays whole: Rules > Rulesets > New ruleset > New branch ruleset
   Enforcement status: Active; Target branches > Add target > Include by pattern: `{BRANCH}`
   tick `Restrict deletions` and `Block force pushes`, and nothing else:
   the publish workflow adds to this branch itself, so no ruleset may ask for pull requests there
"
    );
    for hint in [owners(facts), pin()].into_iter().flatten() {
        // Writing to a string does not fail.
        let _ = write!(text, "\n{hint}");
    }
    text
}

/// The one line of CODEOWNERS that asks the right people for their review; none where the file has it.
fn owners(facts: &Facts<'_>) -> Option<String> {
    let folder = facts.postmortems.replace(' ', "\\ ").replace('#', "\\#");
    let line = format!("/{folder}/ @your-org/your-team");
    let Some((path, text)) = facts.owners else {
        return Some(format!(
            "\
There is no CODEOWNERS file. One makes GitHub ask for reviews by itself; `.github/CODEOWNERS` with those who may approve:
   {line}
"
        ));
    };
    let covers = |line: &str| {
        let mut words = line.split_whitespace();
        let pattern = words.next().unwrap_or_default();
        let pattern = pattern.trim_start_matches('/');
        let pattern = pattern.trim_end_matches('*').trim_end_matches('/');
        pattern == facts.postmortems && words.any(|word| Party::read(word).is_some())
    };
    if text.lines().any(covers) {
        return None;
    }
    Some(format!(
        "\
`{path}` is left as it is. This line at its end makes GitHub ask the right people for their review of postmortems:
   {line}
"
    ))
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
            let known = hints("postmortems", Some(("CODEOWNERS", line)));
            assert!(!known.contains("CODEOWNERS"), "{known}");
        }
    }
}
