//! Who wrote on a pull request: the authors and co-authors of its commits.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::person;
use crate::error::Error;
use crate::github::WrittenCommit;
use crate::ledger::facts::{Contributor, Person};

/// What GitHub signs as when somebody presses a button.
const GITHUB: &str = "web-flow";
/// Addresses that GitHub gives out, which name the account.
const NO_REPLY: &str = "@users.noreply.github.com";

/// The contributors, each once. A merge of the base that GitHub made ("Update branch") makes nobody a contributor, as long
/// as `took_over` says that it holds no text of its own: conflicts are resolved in the browser as well, and anybody can
/// commit under GitHub's address.
pub(super) fn of(
    commits: &[WrittenCommit],
    took_over: impl Fn(&WrittenCommit) -> Result<bool, Error>,
) -> Result<Vec<Contributor>, Error> {
    let mut known: BTreeMap<String, Person> = BTreeMap::new();
    for commit in commits {
        if let (Some(account), Some(author)) = (&commit.author, &commit.commit.author) {
            known.insert(author.email.to_lowercase(), person(account));
        }
    }
    let mut contributors = BTreeSet::new();
    for commit in commits {
        let by_button = commit
            .committer
            .as_ref()
            .is_some_and(|it| it.login == GITHUB);
        if commit.parents.len() > 1 && by_button && took_over(commit)? {
            continue;
        }
        let author = commit.commit.author.clone().unwrap_or_default();
        match &commit.author {
            Some(account) => contributors.insert(Contributor {
                person: Some(person(account)),
                name: String::new(),
            }),
            None => contributors.insert(contributor(&author.name, &author.email, &known)),
        };
        for (name, email) in co_authors(&commit.commit.message) {
            contributors.insert(contributor(name, email, &known));
        }
    }
    Ok(contributors.into_iter().collect())
}

fn contributor(name: &str, email: &str, known: &BTreeMap<String, Person>) -> Contributor {
    let email = email.to_lowercase();
    let found = known.get(&email).cloned();
    let (person, name) = match (found, email.strip_suffix(NO_REPLY)) {
        (Some(person), _) => (Some(person), ""),
        (None, Some(account)) => match account.split_once('+') {
            Some((id, login)) => match id.parse() {
                Ok(id) => (
                    Some(Person {
                        id,
                        login: login.into(),
                        bot: login.ends_with("[bot]"),
                    }),
                    "",
                ),
                Err(_) => (None, login),
            },
            None => (None, account),
        },
        (None, None) => (None, name),
    };
    Contributor {
        person,
        name: name.into(),
    }
}

/// Names and addresses after `Co-authored-by:`.
fn co_authors(message: &str) -> impl Iterator<Item = (&str, &str)> {
    message.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        let is_key = key.trim().eq_ignore_ascii_case("co-authored-by");
        let (name, email) = value.trim().rsplit_once('<').filter(|_| is_key)?;
        Some((name.trim(), email.strip_suffix('>')?.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(value: serde_json::Value) -> WrittenCommit {
        serde_json::from_value(value).expect("a commit")
    }

    #[test]
    fn authors_and_co_authors_are_found_however_git_names_them() {
        let commits = [
            commit(serde_json::json!({
                "sha": "1", "parents": [{"sha": "0"}],
                "author": {"id": 1, "login": "alice", "type": "User"}, "committer": {"id": 9, "login": "web-flow"},
                "commit": {"author": {"name": "Alice", "email": "a@example.org"}, "message":
                    "Write it\n\nCo-authored-by: Bob <2+bob@users.noreply.github.com>\nCO-AUTHORED-BY: Al <A@example.org>\n\
                     Co-authored-by: carol <carol@users.noreply.github.com>\nCo-authored-by: nobody"}
            })),
            commit(serde_json::json!({
                "sha": "2", "parents": [{"sha": "1"}, {"sha": "x"}],
                "author": {"id": 3, "login": "dave"}, "committer": {"id": 9, "login": "web-flow"},
                "commit": {"author": {"name": "Dave", "email": "d@example.org"}, "message": "Merge branch 'main' into topic"}
            })),
            commit(serde_json::json!({
                "sha": "3", "parents": [], "author": {}, "committer": null,
                "commit": {"author": {"name": "Erin", "email": "e@example.org"}, "message": "x"}
            })),
        ];
        let shown = |took_over: bool| -> Vec<String> {
            let found = of(&commits, |_| Ok(took_over)).expect("contributors");
            let told = found.iter().map(|one| match &one.person {
                Some(person) => format!("{} {}", person.id, person.login),
                None => format!("? {}", one.name),
            });
            told.collect()
        };
        assert_eq!(shown(true), ["? Erin", "? carol", "1 alice", "2 bob"]);
        // A merge with a text of its own, whoever says to have made it.
        let all = ["? Erin", "? carol", "1 alice", "2 bob", "3 dave"];
        assert_eq!(shown(false), all);
    }
}
