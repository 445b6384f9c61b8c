//! GitHub: an issue with its comments and events, as the REST API or `gh issue view --json` gives them.
//!
//! Owns both forms of its names. Issues that Upptime opens are told by the same reader; what their text says is for
//! [`super::upptime`].

use super::bundle::{self, Bundle, strangers};
use super::draft::{Draft, Event, Heading, Text};
use super::input::{Input, Mismatch, Wish};
use super::json::Node;
use super::origin::Origin;
use super::{escape, sections};
use crate::postmortem::section::SectionKey;

/// The issues and comments of some files.
#[derive(Default)]
struct Found<'a> {
    issues: Vec<Node<'a>>,
    comments: Vec<Node<'a>>,
    pulls: Vec<Node<'a>>,
}

/// One draft an issue.
pub(super) fn read(inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    issues(inputs, Origin::GitHub, |issue, comments, draft| {
        self::issue(issue, comments, wish, draft);
    })
}

/// Finds issues with their comments and has each read.
pub(super) fn issues(
    inputs: &[Input],
    origin: Origin,
    mut read: impl FnMut(&Node<'_>, &[Node<'_>], &mut Draft),
) -> Result<Vec<Draft>, Mismatch> {
    let bundle = Bundle::parse(inputs)?;
    let found: Found<'_> = bundle.find("holds no issue of GitHub")?;
    let mut drafts = Vec::new();
    let alone = found.issues.len() == 1;
    let mut told = vec![false; found.comments.len()];
    for issue in &found.issues {
        let mut draft = Draft::new(origin);
        let url = issue.first(&["html_url"]).or_else(|| issue.first(&["url"]));
        draft.provenance.id = url
            .as_deref()
            .and_then(name)
            .or_else(|| issue.text("number"));
        draft.provenance.url = url;
        let api = issue.first(&["url"]);
        let number = issue.text("number");
        let mut comments = issue
            .get("comments")
            .filter(|node| !node.is_object())
            .map(|node| node.list())
            .unwrap_or_default();
        for (index, comment) in found.comments.iter().enumerate() {
            let of = comment.text("issue_url");
            let mine = match &of {
                Some(of) => {
                    api.as_ref() == Some(of)
                        || number
                            .as_ref()
                            .is_some_and(|number| alone && of.ends_with(&format!("/{number}")))
                }
                None => alone,
            };
            if mine && !told[index] {
                told[index] = true;
                comments.push(comment.clone());
            }
        }
        read(issue, &comments, &mut draft);
        for comment in &comments {
            comment.finish(&mut draft);
        }
        issue.finish(&mut draft);
        drafts.push(draft);
    }
    strangers(
        found.comments.iter(),
        &told,
        &mut drafts,
        "comments of other issues",
    );
    let none = vec![false; found.pulls.len()];
    strangers(
        found.pulls.iter(),
        &none,
        &mut drafts,
        "pull requests, which the API lists among the issues",
    );
    bundle.close(&mut drafts);
    Ok(drafts)
}

impl<'a> bundle::Found<'a> for Found<'a> {
    fn gather(&mut self, root: &Node<'a>) {
        bundle::walk(root, 2, &mut |node| {
            let dated = node.has("created_at") || node.has("createdAt");
            if node.get("pull_request").is_some() {
                self.pulls.push(node.clone());
            } else if node.has("title") && (node.has("number") || node.has("body")) {
                self.issues.push(node.clone());
            } else if node.has("body") && dated || node.has("event") && node.has("created_at") {
                // A comment, or an event of an issue's timeline.
                self.comments.push(node.clone());
            } else {
                return &["issue", "issues", "comments", "items", "data"];
            }
            &[]
        });
    }

    fn count(&self) -> usize {
        self.issues.len() + self.comments.len() + self.pulls.len()
    }
}

/// `owner/repo#12` of an issue's address.
fn name(url: &str) -> Option<String> {
    let mut parts = url.trim_end_matches('/').rsplit('/');
    let (number, kind, repo, owner) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    (kind == "issues" && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| format!("{owner}/{repo}#{number}"))
}

/// The name of a user of GitHub, if it is a person.
pub(super) fn login(node: &Node<'_>) -> Option<(String, bool)> {
    let user = ["user", "author", "actor"]
        .iter()
        .find_map(|key| node.get(key))?;
    let login = user.text("login")?;
    let kind = user.text("type").unwrap_or_default();
    user.taken();
    let bot = kind == "Bot" || login.ends_with("[bot]") || user.flag("is_bot");
    Some((login, bot))
}

/// The moment of an issue or a comment.
pub(super) fn created(node: &Node<'_>) -> Option<jiff::Timestamp> {
    node.time("created_at").or_else(|| node.time("createdAt"))
}

fn issue(issue: &Node<'_>, comments: &[Node<'_>], wish: &Wish<'_>, draft: &mut Draft) {
    draft.title = issue.text("title").unwrap_or_default();
    let opened = created(issue);
    draft.times.detected = opened;
    draft.times.started = opened;
    if opened.is_some() {
        draft.guessed("`started` is the moment at which the issue was opened, because GitHub does not know the first effect", issue.place());
    }
    draft.times.resolved = issue.time("closed_at").or_else(|| issue.time("closedAt"));
    if let Some((login, bot)) = login(issue)
        && !bot
    {
        draft.participants.push(format!("@{login}"));
    }
    for user in issue.items("assignees") {
        draft
            .participants
            .extend(user.text("login").map(|login| format!("@{login}")));
        user.taken();
    }
    if let Some(user) = issue.get("assignee") {
        user.taken();
    }
    for label in issue.items("labels") {
        let name = label.text("name").or_else(|| label.as_text());
        if let Some(name) = name {
            let is_severity = draft.severity.is_none() && is_severity(&name);
            match is_severity {
                true => {
                    draft.severity = Some(
                        name.rsplit([':', '/'])
                            .next()
                            .unwrap_or(&name)
                            .trim()
                            .into(),
                    )
                }
                false => draft.tags.push(name),
            }
        }
        label.taken();
    }
    if let Some(milestone) = issue
        .get("milestone")
        .and_then(|milestone| milestone.text("title"))
    {
        draft.fact("Milestone", &milestone);
    }
    if let Some(body) = issue.text("body") {
        sections::add(
            draft,
            &body,
            &Heading::Known(SectionKey::Summary),
            wish.conventions,
        );
    }
    draft
        .timeline
        .push(Event::new(opened, Text::Plain("Issue opened".into())));
    for comment in comments {
        self::comment(comment, draft);
    }
    if let Some(at) = draft.times.resolved {
        draft
            .timeline
            .push(Event::new(Some(at), Text::Plain("Issue closed".into())));
    }
}

fn is_severity(label: &str) -> bool {
    let lower = label.to_lowercase();
    let rest = |name: &str| {
        lower
            .strip_prefix(name)
            .map(|rest| rest.trim_start_matches([':', '/', '-', ' ']).to_string())
    };
    let named = rest("severity")
        .or_else(|| rest("sev"))
        .or_else(|| rest("priority"));
    named.is_some_and(|rest| !rest.is_empty())
        || lower.len() == 2
            && lower.starts_with('p')
            && lower.ends_with(|c: char| c.is_ascii_digit())
}

fn comment(comment: &Node<'_>, draft: &mut Draft) {
    let at = created(comment);
    let who = login(comment);
    let event = comment.text("event");
    let Some(body) = comment.text("body") else {
        let what = match event.as_deref() {
            Some("closed") => return,
            Some("reopened") => {
                draft
                    .timeline
                    .push(Event::new(at, Text::Plain("Issue opened again".into())));
                return;
            }
            Some(event) => format!("events of the kind `{}`", escape::one_line(event)),
            None => "comments without text".into(),
        };
        comment.taken();
        draft.left_out(what, comment.place());
        return;
    };
    match who {
        Some((login, false)) => {
            let name = format!("@{login}");
            if !draft.participants.contains(&name) {
                draft.participants.push(name);
            }
        }
        // What a bot says may be the only thing said; it stays, as a bot's.
        Some((login, true)) => {
            let text = format!(
                "(bot {}) {body}",
                escape::inline(login.trim_end_matches("[bot]"))
            );
            draft.timeline.push(Event::new(at, Text::Markdown(text)));
            return;
        }
        None => {}
    }
    draft.timeline.push(Event::new(at, Text::Markdown(body)));
}
