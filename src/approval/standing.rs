//! Where a postmortem stands on the default branch, proven by the ledger.

use crate::ledger::Ledger;
use crate::ledger::standing::Standing;
use crate::postmortem::choice::Status;

/// The standing of a postmortem by its status, its blob, its id and its path.
pub fn of(ledger: &Ledger, status: Status, id: Option<&str>, path: &str, blob: &str) -> Standing {
    let _ = (ledger, status, id, path, blob);
    todo!()
}
