//! aftersight: postmortems as code.
//!
//! Files become sources, sources documents, documents postmortems, and all of them together a corpus. Rules find
//! flaws in it, the check judges them, the site shows it. Every stage takes values and returns values; only
//! [`command`] joins them with the effects: [`git`], [`output`], [`serve`] and the reports.

pub mod agenda;
pub mod approval;
pub mod check;
pub mod cli;
pub mod command;
pub mod config;
pub mod corpus;
pub mod diagnostic;
pub mod document;
pub mod edition;
pub mod editor;
pub mod error;
pub mod files;
pub mod fix;
pub mod git;
#[cfg(feature = "github")]
pub mod github;
pub mod import;
pub mod ledger;
pub mod letter;
#[cfg(feature = "lsp")]
pub mod lsp;
pub mod metrics;
pub mod output;
pub mod postmortem;
pub mod report;
pub mod rules;
pub mod schema;
#[cfg(feature = "search")]
pub mod search;
#[cfg(feature = "serve")]
pub mod serve;
pub mod setup;
pub mod sheet;
pub mod site;
#[cfg(test)]
mod situation;
pub mod source;
pub mod spreadsheet;
pub mod template;
pub mod tracker;
pub mod when;
