//! Upptime: the issues that it opens and closes for every outage.
//!
//! Owns what its titles and comments say: which site, how long, what the page answered. Shape: the issues of any repository made from
//! upptime/upptime.

use jiff::{Timestamp, ToSpan};

use super::draft::{Draft, Event, Heading, Text};
use super::github::{created, issues, login};
use super::input::{Input, Mismatch, Wish};
use super::json::Node;
use super::origin::Origin;
use crate::postmortem::choice::{DetectedBy, Extent};
use crate::postmortem::section::SectionKey;

/// One draft an issue that is about an outage.
pub(super) fn read(inputs: &[Input], _: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let drafts = issues(inputs, Origin::Upptime, issue)?;
    // Other issues of the repository are no outages, unless one was named alone.
    let many = drafts.len() > 1;
    let (kept, others): (Vec<Draft>, Vec<Draft>) = drafts
        .into_iter()
        .partition(|draft| !many || draft.extent.is_some());
    let mut kept = kept;
    for draft in &mut kept {
        for other in &others {
            let place = inputs
                .first()
                .map_or_else(|| super::remark::Place::file(""), Input::place);
            let title = super::escape::one_line(&other.title);
            draft.left_out(
                format!("the issue `{title}`, which tells of no outage"),
                place,
            );
        }
    }
    Ok(kept)
}

fn issue(issue: &Node<'_>, comments: &[Node<'_>], draft: &mut Draft) {
    let title = issue.text("title").unwrap_or_default();
    let plain = title
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .trim();
    draft.title = plain.into();
    let site = plain
        .strip_suffix(" is down")
        .map(|site| (site, Extent::Outage))
        .or_else(|| {
            plain
                .strip_suffix(" has degraded performance")
                .map(|site| (site, Extent::Degraded))
        });
    if let Some((site, extent)) = site {
        draft.services.push(site.into());
        draft.extent = Some(extent);
        draft.severity = Some(
            if extent == Extent::Outage {
                "down"
            } else {
                "degraded"
            }
            .into(),
        );
        draft.detected_by = Some(DetectedBy::Monitoring);
    }
    for label in issue.items("labels") {
        label.taken();
    }
    for node in [
        issue.get("assignee"),
        issue.get("assignees"),
        issue.get("user"),
        issue.get("author"),
    ]
    .into_iter()
    .flatten()
    {
        node.taken();
    }
    let opened = created(issue);
    draft.times.started = opened;
    draft.times.detected = opened;
    if opened.is_some() {
        draft.guessed(
            "`started` is the moment at which Upptime saw it, because it looks every few minutes",
            issue.place(),
        );
    }
    draft.times.resolved = issue.time("closed_at").or_else(|| issue.time("closedAt"));
    draft.timeline.push(Event::new(opened, Text::Plain(title)));
    if let Some(body) = issue.text("body") {
        draft.part(Heading::Known(SectionKey::Detection), Text::Markdown(body));
    }
    for comment in comments {
        self::comment(comment, opened, draft);
    }
}

fn comment(comment: &Node<'_>, opened: Option<Timestamp>, draft: &mut Draft) {
    let at = created(comment);
    login(comment);
    let Some(body) = comment.text("body") else {
        comment.taken();
        draft.left_out("comments without text and events", comment.place());
        return;
    };
    if body.trim_start().starts_with("**Resolved:**") {
        draft.times.resolved = at.or(draft.times.resolved);
        // `… after 21 minutes`; the issue may have been closed late.
        if let (Some(minutes), Some(opened), Some(at)) = (minutes(&body), opened, at)
            && let Ok(end) = opened.checked_add(minutes.minutes())
            && at.duration_since(end).abs().as_mins() > 10
        {
            draft.guessed(format!("`resolved` is the moment of the last comment, though it speaks of {minutes} minutes"), comment.place());
        }
    }
    draft.timeline.push(Event::new(at, Text::Markdown(body)));
}

/// The minutes of `after 1 hour, 21 minutes`.
fn minutes(body: &str) -> Option<i64> {
    let words = body.rsplit_once(" after ")?.1;
    let mut total = None;
    let mut number: Option<i64> = None;
    for word in words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let unit = match word.trim_end_matches('s') {
            "minute" => 1,
            "hour" => 60,
            "day" => 1440,
            _ => {
                number = word.parse().ok().filter(|number| *number < 1_000_000);
                continue;
            }
        };
        total = Some(total.unwrap_or(0) + number.take()? * unit);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn spans_are_read() {
        assert_eq!(
            minutes("**Resolved:** x is back up in abc after 21 minutes."),
            Some(21)
        );
        assert_eq!(
            minutes("after all it is back after 1 hour, 2 minutes"),
            Some(62)
        );
        assert_eq!(minutes("**Resolved:** x is back up in abc"), None);
        assert_eq!(minutes(" after a while"), None);
    }
}
