//! What a plan is made by, as far as the configuration, the runner and the clone say: one value for the pull request that
//! asks and for the run that acts, so that both mean the same text.

use super::gather::Gathered;
use crate::command::home::Home;
use crate::command::workspace::Workspace;
use crate::tracker::ladder::Ladder;
use crate::tracker::plan::Settings;

/// The settings of a plan. What the tracker alone knows, and what one run may do, is for the caller.
pub(super) fn settings(workspace: &Workspace, gathered: &Gathered) -> Settings {
    let config = &workspace.config;
    let home = Home::of(workspace);
    let named = std::env::var("GITHUB_REPOSITORY").ok();
    let named = named.filter(|name| !name.trim().is_empty());
    Settings {
        // The repository's page is no part of what is compared, so that it makes no difference where it is not known.
        places: home.places(workspace),
        repository: named.or(home.name).unwrap_or_default(),
        ladder: Ladder {
            days: config.actions.overdue,
        },
        managers: config.approval.managers.clone(),
        complete: gathered.promises.complete,
        blocked: gathered.items.blocked.clone(),
        unassignable: gathered.items.unassignable.clone(),
        ..Settings::default()
    }
}
