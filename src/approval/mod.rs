//! Whether a postmortem was approved: who had to agree, who did, and to which text.
//!
//! Pure. [`policy`] says whom the organisation asks, [`judge`] makes a verdict of that and of what GitHub said, and
//! [`standing`] says of a postmortem on the default branch what the ledger proves about it. The values are those of
//! [`crate::ledger`]; asking GitHub, reading git and writing the ledger are for `command`.

#[cfg(test)]
mod cases;
pub mod codeowners;
pub mod judge;
pub mod policy;
pub mod standing;
