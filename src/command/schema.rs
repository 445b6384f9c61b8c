//! `schema`: what an editor may know of the front matter and of the configuration.

use super::Outcome;
use super::workspace::Workspace;
use crate::cli::{Schema, SchemaOf};
use crate::error::Error;
use crate::output::Terminal;
use crate::report;
use crate::schema;

/// Prints the schema; that of the front matter knows the names of this repository.
pub(super) fn run(
    workspace: &Workspace,
    args: &Schema,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let schema = match args.of {
        SchemaOf::FrontMatter => schema::front_matter(Some(&workspace.config.conventions)),
        SchemaOf::Config => schema::configuration(true),
        SchemaOf::Index => schema::index(),
    };
    terminal.result(report::pretty(&schema).trim_end())?;
    Ok(Outcome::Clean)
}
