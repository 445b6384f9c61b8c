//! A postmortem after which nothing will be done.

use crate::diagnostic::{Finding, Level};
use crate::document::block::BlockKind;
use crate::document::section::Section;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Template;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "no-action-items",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S2],
    page: include_str!("no_action_items.md"),
    check: Check::Postmortem(check),
};

const HELP: &str = "add a table with the columns `ID`, `Action`, `Type`, `Priority`, `Owner`, `Due` and `Done when`, a row for each item";

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    if postmortem.actions.committed().next().is_some() {
        return;
    }
    let quick = postmortem.template() == Template::Quick;
    let finding = match postmortem.section(SectionKey::Actions) {
        Some(section) => below(postmortem, section),
        None if quick => Finding::new(
            postmortem.fence(),
            "no action item is committed",
            format!(
                "add a section `{}` with a table of items, or one row in it",
                SectionKey::Actions.heading()
            ),
        ),
        None => return,
    };
    out.push(if quick {
        finding.at_most(Level::Warning)
    } else {
        finding
    });
}

/// Why nothing is committed although the section is there.
fn below(postmortem: &Postmortem, section: &Section) -> Finding {
    let actions = &postmortem.actions;
    let finding = |message: &str, help: &str| Finding::new(section.heading, message, help);
    match actions.items.len() {
        0 => {}
        1 => {
            return finding(
                "no action item is committed: the only one is dropped",
                "commit to what takes its place, or say below `Considered, not committed` why nothing does",
            );
        }
        count => {
            return finding(
                &format!("no action item is committed: all {count} are dropped"),
                "commit to what takes their place",
            );
        }
    }
    let tables = &postmortem.document.blocks[section.all.clone()];
    let unread = tables.iter().find_map(|block| match &block.kind {
        BlockKind::Table(table) if actions.headers.is_empty() => Some(table.header.span),
        _ => None,
    });
    if let Some(header) = unread.filter(|_| actions.considered.is_empty()) {
        return finding(
            "no action item is committed: the table has no column `Action`",
            "name the column that holds the sentences `Action`",
        )
        .with_related(postmortem.source(), header, "these are its columns");
    }
    match actions.loose.first() {
        Some(first) => finding(
            "no action item is committed: what stands here is a list, not a table",
            HELP,
        )
        .with_related(
            postmortem.source(),
            *first,
            "only rows of a table are items",
        ),
        None => finding("no action item is committed", HELP),
    }
}
