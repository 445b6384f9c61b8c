//! `explain` and `rules`: the rules' pages and their list.

use super::Outcome;
use crate::document::mapping::nearest;
use crate::error::Error;
use crate::output::Terminal;
use crate::rules::{rule, rules};

/// Prints a rule's page.
pub(super) fn explain(name: &str, terminal: &Terminal) -> Result<Outcome, Error> {
    let Some(rule) = rule(name) else {
        let help = match nearest(name, rules().map(|rule| rule.name)) {
            Some(near) => {
                format!("try `aftersight explain {near}`, or list them with `aftersight rules`")
            }
            None => "list them with `aftersight rules`".into(),
        };
        return Err(Error::refused(format!("there is no rule `{name}`"), help));
    };
    terminal.result(rule.page.trim_end())?;
    Ok(Outcome::Clean)
}

/// Prints one line a rule: name, level, group and what it finds.
pub(super) fn list(terminal: &Terminal) -> Result<Outcome, Error> {
    let width = rules().map(|rule| rule.name.len()).max().unwrap_or(0);
    let lines = rules().map(|rule| {
        format!(
            "{:width$}  {:7}  {:8}  {}",
            rule.name,
            rule.level,
            rule.group.name(),
            rule.summary()
        )
    });
    terminal.result(&lines.collect::<Vec<_>>().join("\n"))?;
    Ok(Outcome::Clean)
}
