//! Who may do what: rights in the repository and members of teams.

use serde::Deserialize;

use super::address::segment;
use super::answer::NOT_ACCEPTED;
use super::meter::Credential;
use super::{Account, Client, Failure};

/// What an account may do in the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Nothing, or only what everybody may.
    None,
    /// Read.
    Read,
    /// Write, or more.
    Write,
}

/// A team's members.
pub type Team = Vec<Account>;

#[derive(Deserialize)]
struct Granted {
    permission: String,
}

impl Client {
    /// What an account may do in the repository; an account that is gone may do nothing.
    pub fn permission(&self, login: &str) -> Result<Permission, Failure> {
        let Some(login) = segment(login) else {
            return Ok(Permission::None);
        };
        let path = format!("{{repo}}/collaborators/{login}/permission");
        let granted: Option<Granted> = self.find(&path)?;
        Ok(match granted.as_ref().map(|it| it.permission.as_str()) {
            // Servers that stand in for GitHub use the words of its other answers.
            Some("admin" | "maintain" | "write" | "push") => Permission::Write,
            Some("read" | "triage" | "pull") => Permission::Read,
            _ => Permission::None,
        })
    }

    /// The members of a team, with those of the teams below it; `None` where there is no such team or this token may not
    /// see it.
    pub fn team(&self, organisation: &str, slug: &str) -> Result<Option<Team>, Failure> {
        let (Some(organisation), Some(slug)) = (segment(organisation), segment(slug)) else {
            return Ok(None);
        };
        let path = format!("/orgs/{organisation}/teams/{slug}/members");
        match self.list_as(&path, Credential::Team) {
            Ok(members) => Ok(Some(members)),
            Err(Failure::NotFound { .. }) => Ok(None),
            // A token that is no good at all is another matter than one that may not see this.
            Err(Failure::Denied { message, .. }) if !message.starts_with(NOT_ACCEPTED) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}
