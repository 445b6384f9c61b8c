//! Whom the organisation asks: the requirements for one postmortem.

use super::codeowners::CodeOwners;
use crate::config::Config;
use crate::ledger::verdict::Requirement;
use crate::postmortem::Postmortem;

/// The requirements for a postmortem under the configuration and the owners file of the base commit.
pub fn requirements(
    config: &Config,
    owners: Option<&CodeOwners>,
    postmortem: &Postmortem,
) -> Vec<Requirement> {
    let _ = (config, owners, postmortem);
    todo!()
}

/// The teams among the names of requirements, as `@org/team` in small letters, each once, that the configuration does not
/// resolve itself.
pub fn teams(requirements: &[Requirement]) -> Vec<String> {
    let _ = requirements;
    todo!()
}
