//! A body nobody reads to the end, or one that says nearly nothing.

use super::content::words;
use crate::diagnostic::{Finding, Level};
use crate::document::block::{BlockKind, Table};
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "document-length",
    group: Group::Sections,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S4],
    page: include_str!("document_length.md"),
    check: Check::Postmortem(check),
};

const MOST: usize = 2500;
const LEAST: usize = 120;

/// Tables count against shortness, not towards length: a long timeline is no fault, and code is never read as prose.
fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let document = &postmortem.document;
    let appendix = |block: usize| {
        postmortem.sections.iter().any(|(key, index)| {
            *key == SectionKey::Appendix && document.sections[*index].all.contains(&block)
        })
    };
    let mut counts = vec![0; document.blocks.len()];
    for passage in postmortem.passages() {
        counts[passage.block] += words(passage.text());
    }
    let (mut prose, mut tables) = (0, 0);
    let mut longest = (0, None);
    for section in &document.sections {
        let mut own = 0;
        for block in section.own.clone().filter(|block| !appendix(*block)) {
            match &document.blocks[block].kind {
                // A table that nobody has filled in yet says nothing.
                BlockKind::Table(table) if is_blank(table) => {}
                BlockKind::Table(_) => tables += counts[block],
                _ => own += counts[block],
            }
        }
        prose += own;
        if own > longest.0 && section.level > 0 {
            longest = (own, Some(section));
        }
    }
    if prose > MOST {
        let message = format!("the body has {prose} words, more than {MOST}");
        let finding = match longest.1 {
            Some(section) => Finding::new(
                section.heading,
                format!("{message}; {} of them stand here", longest.0),
                "move logs, graphs and detail for specialists below `## Appendix`, which is not counted",
            ),
            None => Finding::new(
                postmortem.fence(),
                message,
                "divide it into sections, and move detail for specialists below `## Appendix`",
            ),
        };
        out.push(finding);
    } else if prose + tables > 0 && prose + tables < LEAST {
        let first = document.sections.iter().find(|section| section.level > 0);
        let words = prose + tables;
        let plural = if words == 1 { "word" } else { "words" };
        out.push(Finding::new(
            first.map_or(postmortem.fence(), |section| section.heading),
            format!("the body has {words} {plural}, fewer than {LEAST}"),
            "write what somebody who was not there needs in order to learn from it",
        ));
    }
}

fn is_blank(table: &Table) -> bool {
    let mut cells = table.rows.iter().flat_map(|row| &row.cells);
    cells.all(|cell| cell.run.is_empty())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::postmortem::conventions::Conventions;
    use crate::source::Source;

    fn messages(body: &str) -> Vec<String> {
        let conventions = Conventions::default();
        let source = Arc::new(Source::new("a.md", format!("---\nid: a\n---\n{body}")));
        let context = Context::new(&conventions, jiff::Timestamp::UNIX_EPOCH);
        let mut out = Vec::new();
        check(&Postmortem::parse(source, &conventions), &context, &mut out);
        out.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn only_prose_makes_a_body_long() {
        let words = "one two three four five\n".repeat(502);
        let told = "the body has 2513 words, more than 2500; 2510 of them stand here";
        assert_eq!(
            messages(&format!("## A\n\none two three\n\n## B\n\n{words}")),
            [told]
        );
        let rest = "one two three\n".repeat(50);
        for long in [
            format!("## Appendix\n\n### B\n\n{words}\n## A\n\n{rest}"),
            format!("```text\n{words}```\n{rest}"),
            format!("| A |\n| --- |\n{words}\n{rest}"),
        ] {
            assert_eq!(messages(&long), [""; 0]);
        }
        assert_eq!(messages("## A\n"), [""; 0]);
    }
}
