//! What a team calls its sections: the tool's own headings, the configuration's, and a table for one project.
//!
//! Owns the table's format: a YAML mapping of our section names, each with a heading or a list of headings.

use std::sync::Arc;

use crate::document::Problem;
use crate::document::ProblemKind;
use crate::document::mapping::not_one_of;
use crate::document::yaml::{self, Node, Value};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::{SECTIONS, SectionKey, plain};
use crate::source::{Source, Span};

/// Headings with the section they name, in [`plain`] form.
pub type Aliases = Vec<(String, SectionKey)>;

/// Headings that mean the same wherever they were met (documents of 46 repositories), and are too loose a way to speak for new ones.
const LOOSE: &[(SectionKey, &[&str])] = &[
    (
        SectionKey::Summary,
        &["what happened", "problem", "summary of impact"],
    ),
    (
        SectionKey::Impact,
        &[
            "end user impact",
            "what was impacted",
            "affected users",
            "scope",
        ],
    ),
    (
        SectionKey::Timeline,
        &[
            "response timeline",
            "timeline summary",
            "chain of events",
            "chronology",
        ],
    ),
    (SectionKey::Detection, &["how was it detected", "discovery"]),
    (
        SectionKey::Causes,
        &[
            "trigger",
            "triggers",
            "trigger(s)",
            "leadup",
            "what caused the incident",
            "identified cause",
            "blameless root cause",
            "contributing conditions analysis",
            "contributing conditions",
        ],
    ),
    (SectionKey::Whys, &["five why's", "root cause: five whys"]),
    (
        SectionKey::Resolution,
        &[
            "remediation",
            "mitigations",
            "mitigation & resolution",
            "solution",
            "details of fix",
            "how it was fixed",
        ],
    ),
    (SectionKey::WentWell, &["what went right"]),
    (
        SectionKey::WentWrong,
        &[
            "what went badly",
            "what didn't go well",
            "what didn't go so well",
            "what could have gone better",
        ],
    ),
    (SectionKey::Lucky, &["where did we get lucky"]),
    (
        SectionKey::Lessons,
        &["learnings", "takeaways", "lessons learned & takeaways"],
    ),
    (
        SectionKey::Actions,
        &[
            "actions",
            "review actions",
            "follow-ups",
            "follow ups",
            "followups",
            "follow-up tasks",
            "follow up tasks",
            "next steps",
            "corrective and preventative measure",
            "corrective and preventive measure",
            "action items & followups",
            "remediation items",
        ],
    ),
    (
        SectionKey::References,
        &[
            "supporting documents",
            "supporting documentation",
            "supporting information and documentation",
            "related links",
        ],
    ),
];

/// Every heading that is known.
pub(super) struct Names<'a> {
    /// Those of the project go first.
    project: &'a [(String, SectionKey)],
    conventions: &'a Conventions,
}

impl<'a> Names<'a> {
    pub(super) fn new(conventions: &'a Conventions, project: &'a [(String, SectionKey)]) -> Self {
        Self {
            project,
            conventions,
        }
    }

    /// The section that a heading names. What it says behind a bracket, a colon or a dash may be anything: `Timeline (all times PST)
    /// 3 to 5 May`.
    pub(super) fn key(&self, title: &str) -> Option<SectionKey> {
        let cut = |mark: &str| title.find(mark).filter(|at| *at > 0).map(|at| &title[..at]);
        let shorter = ["(", "[", ": ", " - ", " – ", " — "]
            .into_iter()
            .filter_map(cut);
        std::iter::once(title)
            .chain(shorter)
            .find_map(|title| self.exact(title))
    }

    fn exact(&self, title: &str) -> Option<SectionKey> {
        let bare = plain(title);
        let of = |list: &[(String, SectionKey)]| {
            list.iter()
                .find(|(name, _)| *name == bare)
                .map(|(_, key)| *key)
        };
        let loose = || {
            let found = LOOSE
                .iter()
                .find(|(_, names)| names.contains(&bare.as_str()));
            found.map(|(key, _)| *key)
        };
        of(self.project)
            .or_else(|| SectionKey::from_heading(title, &self.conventions.headings))
            .or_else(loose)
    }
}

/// Reads a table. Everything that can be read is read; the problems say what could not, with its place.
pub fn read(source: &Arc<Source>) -> (Aliases, Vec<Problem>) {
    let text = source.text();
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let parsed = yaml::parse(source, Span::new(start, text.len()));
    let mut problems = parsed.problems;
    let mut aliases = Aliases::new();
    let bad = |span, message: String, help: &str| {
        Problem::new(ProblemKind::BadValue, span, message, help.into())
    };
    if let Some(at) = source.invalid_at() {
        let span = Span::new(at as usize, at as usize + 1);
        problems.push(bad(
            span,
            "this byte is not UTF-8".into(),
            "save the file as UTF-8",
        ));
    }
    let entries = match parsed.root.as_ref() {
        Some(Node {
            value: Value::Mapping(entries),
            ..
        }) => entries.as_slice(),
        Some(root) if !root.is_null() => {
            let help =
                "write a section of ours and behind it theirs: `timeline: [Key events, Chronik]`";
            problems.push(bad(
                root.span,
                "a table of headings is a mapping of sections".into(),
                help,
            ));
            &[]
        }
        _ => &[],
    };
    for (name, value) in entries {
        let word = name.text().unwrap_or_default();
        let Some(key) = SectionKey::from_name(word) else {
            let names: Vec<&str> = SECTIONS.iter().map(|(_, name, ..)| *name).collect();
            let (_, help) = not_one_of(word, &names);
            problems.push(bad(name.span, format!("`{word}` is no section"), &help));
            continue;
        };
        let items = match &value.value {
            Value::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        for item in items {
            let heading = item
                .text()
                .filter(|_| !item.is_null())
                .map(plain)
                .filter(|heading| !heading.is_empty());
            let Some(heading) = heading else {
                let message = format!("`{word}` needs a heading, or a list of headings");
                problems.push(bad(
                    item.span,
                    message,
                    "write the heading as it stands in the documents",
                ));
                continue;
            };
            match aliases.iter().find(|(known, _)| *known == heading) {
                Some((_, other)) if *other != key => {
                    let message = format!(
                        "`{heading}` names two sections, `{}` and `{word}`",
                        other.name()
                    );
                    problems.push(bad(item.span, message, "keep one of them"));
                }
                Some(_) => {}
                None => aliases.push((heading, key)),
            }
        }
    }
    (aliases, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> (Aliases, Vec<String>) {
        let source = Arc::new(Source::new("aliases.yml", text.into()));
        let (aliases, problems) = read(&source);
        let told = problems.iter().map(|problem| {
            format!(
                "{}:{}",
                source.position(problem.span.start).line,
                problem.message
            )
        });
        (aliases, told.collect())
    }

    #[test]
    fn a_table_is_read_and_its_mistakes_are_told_at_their_place() {
        let (aliases, told) = table("timeline: [Key events, \"Chronik:\"]\ncauses: Fault\n");
        assert_eq!(
            aliases,
            [
                ("key events".into(), SectionKey::Timeline),
                ("chronik".into(), SectionKey::Timeline),
                ("fault".into(), SectionKey::Causes)
            ]
        );
        assert!(told.is_empty(), "{told:?}");
        let (aliases, told) = table("timelin: x\nimpact: [a, {b: c}]\ncauses: [A]\nlessons:\n");
        assert_eq!(aliases.len(), 1);
        assert_eq!(
            told,
            [
                "1:`timelin` is no section",
                "2:`impact` needs a heading, or a list of headings",
                "3:`a` names two sections, `impact` and `causes`",
                "4:`lessons` needs a heading, or a list of headings"
            ]
        );
        assert_eq!(table("- a\n").1.len(), 1);
        assert!(table("").1.is_empty());
    }

    #[test]
    fn headings_with_more_words_are_known_by_their_first() {
        let conventions = Conventions::default();
        let project = [
            ("fault".to_string(), SectionKey::Causes),
            ("fix".to_string(), SectionKey::Response),
        ];
        let names = Names::new(&conventions, &project);
        for (title, key) in [
            (
                "Timeline (all times UTC) Monday May 10th, 2021. All times approximations",
                SectionKey::Timeline,
            ),
            ("Root cause: a full disk", SectionKey::Causes),
            ("Fault", SectionKey::Causes),
            ("Fix", SectionKey::Response),
            ("Review actions", SectionKey::Actions),
            (":warning: Leadup", SectionKey::Causes),
        ] {
            assert_eq!(names.key(title), Some(key), "{title}");
        }
        for title in ["Conclusion", "(draft)", "A fix", ""] {
            assert_eq!(names.key(title), None, "{title}");
        }
    }
}
