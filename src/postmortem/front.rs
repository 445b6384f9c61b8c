//! The front matter's fields, lowered one by one from the spanned tree.
//!
//! Owns which keys there are and what each may hold (FORMAT.md, Front matter). Every mistake becomes a problem and the
//! rest is still read; what must be there is for the rules.

use super::choice::{Audience, DetectedBy, Expectation, Kind, Status, Template};
use super::conventions::Conventions;
use super::id;
use super::impact::Impact;
use super::incident::{Incident, Moment, moment};
use super::people::{self, Party};
use super::{allow, allow::Allow};
use crate::document::mapping::{self, Field, Known, Mapping};
use crate::document::yaml::{Node, Value};
use crate::document::{FrontMatter, Problem};
use crate::source::{Span, Spanned};

/// A third party's part in it.
#[derive(Clone, Debug, Default)]
pub struct ThirdParty {
    /// Its name.
    pub name: Field<String>,
    /// Whether it did what was expected of it.
    pub expectation: Field<Expectation>,
    /// Where all of it stands.
    pub span: Option<Span>,
}

/// Everything the front matter says.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// The permanent name.
    pub id: Field<String>,
    /// One line.
    pub title: Field<String>,
    /// What kind of event.
    pub kind: Field<Kind>,
    /// Which sections are asked for.
    pub template: Field<Template>,
    /// How far the writing is.
    pub status: Field<Status>,
    /// A name from the configured list.
    pub severity: Field<String>,
    /// Everybody named as owner; more than one is a flaw.
    pub owners: Field<Vec<Spanned<String>>>,
    /// Who wrote it.
    pub authors: Field<Vec<Spanned<String>>>,
    /// Who took part.
    pub participants: Field<Vec<Spanned<String>>>,
    /// What was affected.
    pub services: Field<Vec<Spanned<String>>>,
    /// Free words.
    pub tags: Field<Vec<Spanned<String>>>,
    /// Words of the taxonomy.
    pub causes: Field<Vec<Spanned<String>>>,
    /// The moments.
    pub incident: Incident,
    /// Who noticed first.
    pub detected_by: Field<Known<DetectedBy>>,
    /// When it was talked about.
    pub meeting: Moment,
    /// What it did.
    pub impact: Impact,
    /// Somebody else's part in it.
    pub third_party: ThirdParty,
    /// Ids of postmortems worth reading beside it.
    pub related: Field<Vec<Spanned<String>>>,
    /// The id of the postmortem that this one repeats.
    pub recurrence_of: Field<String>,
    /// Who may read it outside.
    pub audience: Field<Audience>,
    /// Findings allowed for the whole document.
    pub allows: Vec<Allow>,
    /// Whether it was written before this tool.
    pub imported: Field<bool>,
    /// Approval that was typed instead of proven: the place and the words.
    pub claimed_approval: Vec<Spanned<String>>,
}

/// Keys and words by which people claim approval.
const APPROVAL_KEYS: [&str; 12] = [
    "approved",
    "approved_by",
    "approved-by",
    "approver",
    "approvers",
    "approval",
    "approved_at",
    "approved_on",
    "reviewed_by",
    "reviewed-by",
    "signed_off_by",
    "signed-off-by",
];
const APPROVAL_WORDS: [&str; 8] = [
    "approved",
    "accepted",
    "signed-off",
    "signed off",
    "reviewed",
    "lgtm",
    "ratified",
    "published",
];

impl Front {
    /// Reads the fields; mistakes are added to `problems`.
    pub(super) fn read(
        matter: &FrontMatter,
        conventions: &Conventions,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut front = Self::default();
        let mut top = Mapping::new(matter.tree.as_ref(), "", problems);
        front.id = top.scalar("id", |text, _| check_id(text, conventions));
        front.title = top.text("title");
        front.kind = top.choice("kind", Kind::ALL);
        front.template = top.choice("template", Template::ALL);
        front.read_status(&mut top);
        front.severity = top.scalar("severity", |text, _| match conventions.rank(text) {
            Some(_) => Ok(text.to_string()),
            None => {
                let names: Vec<&str> = conventions.severities.iter().map(String::as_str).collect();
                Err(mapping::not_one_of(text, &names))
            }
        });
        front.owners = owners(&mut top);
        front.authors = top.list("authors");
        front.participants = top.list("participants");
        front.services = top.list("services");
        front.tags = top.list("tags");
        front.causes = top.list("causes");
        let incident = top.node("incident");
        front.incident = Incident::read(incident, top.problems());
        front.detected_by = top.known("detected_by", |text| {
            let found = DetectedBy::ALL.iter().find(|(name, _)| *name == text);
            let names = || {
                DetectedBy::ALL
                    .iter()
                    .map(|(name, _)| *name)
                    .collect::<Vec<_>>()
            };
            found
                .map(|(_, by)| *by)
                .ok_or_else(|| mapping::not_one_of(text, &names()))
        });
        front.meeting = moment(&mut top, "meeting");
        let impact = top.node("impact");
        front.impact = Impact::read(impact, top.problems());
        let third_party = top.node("third_party");
        front.third_party = ThirdParty::read(third_party, top.problems());
        front.related = top.list("related");
        front.recurrence_of = top.text("recurrence_of");
        front.audience = top.choice("audience", Audience::ALL);
        let allows = top.node("allow");
        front.allows = allow::front(allows, top.problems());
        front.imported = top.flag("imported");
        for key in APPROVAL_KEYS {
            if let Some((name, _)) = top.all().iter().find(|(name, _)| name.text() == Some(key)) {
                top.node(key);
                front
                    .claimed_approval
                    .push(Spanned::new(key.into(), name.span));
            }
        }
        top.finish();
        front
    }

    fn read_status(&mut self, top: &mut Mapping<'_>) {
        let claimed = top.node("status").filter(|node| {
            let text = node.text().unwrap_or_default().to_lowercase();
            APPROVAL_WORDS.contains(&text.replace('_', " ").as_str())
        });
        if let Some(node) = claimed {
            let word = node.text().unwrap_or_default();
            self.claimed_approval
                .push(Spanned::new(word.into(), node.span));
            self.status = Field::Invalid(node.span);
        } else {
            self.status = top.choice("status", Status::ALL);
        }
    }
}

impl ThirdParty {
    fn read(node: Option<&Node>, problems: &mut Vec<Problem>) -> Self {
        let mut mapping = Mapping::new(node, "third_party.", problems);
        let third_party = Self {
            name: mapping.text("name"),
            expectation: mapping.choice("expectation", Expectation::ALL),
            span: node.map(|node| node.span),
        };
        mapping.finish();
        third_party
    }
}

fn check_id(text: &str, conventions: &Conventions) -> Result<String, (String, String)> {
    let pattern = conventions.id_pattern.as_deref();
    let fits = match pattern {
        Some(pattern) => id::is_plain(text) && id::read(pattern, text).is_some(),
        None => id::is_plain(text),
    };
    if fits {
        return Ok(text.into());
    }
    let help = match pattern {
        Some(pattern) => format!(
            "write it like `{}` (the pattern is `{pattern}`)",
            id::write(pattern, 2026, 14)
        ),
        None => "use letters, digits, `-`, `_` and `.`, as in `INC-2026-014`".into(),
    };
    let message = match text {
        "" => "cannot be empty".into(),
        _ => format!("cannot be `{text}`"),
    };
    Err((message, help))
}

/// One owner, or what was written instead.
fn owners(top: &mut Mapping<'_>) -> Field<Vec<Spanned<String>>> {
    let Some(node) = top.node("owner") else {
        return Field::Missing;
    };
    let found: Vec<Spanned<String>> = match &node.value {
        Value::Sequence(items) => {
            let named = |item: &Node| {
                item.text()
                    .map(|text| Spanned::new(text.trim().to_string(), item.span))
            };
            items.iter().filter_map(named).collect()
        }
        Value::Scalar { text, .. } => {
            let mut parts = people::split(text);
            // A sentence is one flaw, whatever it joins: `Research and Development`.
            if parts.iter().all(|(_, part)| Party::read(part).is_none()) && !parts.is_empty() {
                parts = vec![(0, text.trim())];
            }
            // Inside quotes the text begins one byte later; escapes shift the rest, which is then named as a whole.
            let exact = node.span.range().len().saturating_sub(text.len());
            let place = |at: usize, part: &str| match exact {
                0 | 2 if parts.len() > 1 => {
                    let start = node.span.start as usize + exact / 2 + at;
                    Span::new(start, start + part.len())
                }
                _ => node.span,
            };
            parts
                .iter()
                .map(|(at, part)| Spanned::new((*part).to_string(), place(*at, part)))
                .collect()
        }
        Value::Mapping(_) => Vec::new(),
    };
    let help = "write one user, team or address: `\"@org/team\"` (quote the `@`)";
    if found.is_empty() {
        top.bad("owner", node.span, "names nobody", help);
        return Field::Invalid(node.span);
    }
    for owner in found
        .iter()
        .filter(|owner| Party::read(&owner.value).is_none())
    {
        let message = format!(
            "is neither a user, a team nor an e-mail address: `{}`",
            owner.value
        );
        top.bad("owner", owner.span, &message, help);
    }
    Field::Value(Spanned::new(found, node.span))
}
