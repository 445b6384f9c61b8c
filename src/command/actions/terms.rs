//! What a plan is made by, as far as the configuration, the runner and the clone say: one value for the pull request that
//! asks and for the run that acts, so that both mean the same text.

use super::gather::Gathered;
use crate::command::workspace::Workspace;
use crate::tracker::block::Places;
use crate::tracker::ladder::Ladder;
use crate::tracker::plan::Settings;

/// The settings of a plan. What the tracker alone knows, and what one run may do, is for the caller.
pub(super) fn settings(workspace: &Workspace, gathered: &Gathered) -> Settings {
    let config = &workspace.config;
    let repository = variable("GITHUB_REPOSITORY");
    Settings {
        places: Places {
            site: config.site.base_url.clone(),
            // No part of what is compared, so that it makes no difference where it is not known.
            repository: repository.as_deref().and_then(page),
            mention_teams: config.actions.mention_teams,
        },
        repository: repository.unwrap_or_default(),
        ladder: Ladder {
            days: config.actions.overdue,
        },
        managers: config.approval.managers.clone(),
        complete: gathered.promises.complete,
        blocked: gathered.blocked.clone(),
        unassignable: gathered.unassignable.clone(),
        ..Settings::default()
    }
}

/// The page of a repository, where it is known on which server.
fn page(repository: &str) -> Option<String> {
    let server = variable("GITHUB_SERVER_URL")?;
    Some(format!("{}/{repository}", server.trim_end_matches('/')))
}

/// A variable that a runner sets.
fn variable(name: &str) -> Option<String> {
    let text = std::env::var(name).ok()?;
    Some(text.trim().to_string()).filter(|text| !text.is_empty())
}
