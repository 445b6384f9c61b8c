//! Customers noticed, and nobody has written what they are told.

use super::content::{Says, says};
use super::required::{place, purpose};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::{Audience, Extent, Kind};
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "external-message-missing",
    group: Group::Sections,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S3, Seed::Format],
    page: include_str!("external_message_missing.md"),
    check: Check::Postmortem(check),
};

/// Why an external message is wanted, and the value that says so.
pub(super) fn wanted(postmortem: &Postmortem, context: &Context<'_>) -> Option<(Span, String)> {
    let front = &postmortem.front;
    let noticed =
        front.impact.extent.known() != Some(&Extent::None) && postmortem.kind() != Kind::NearMiss;
    if let Some(severity) = front.severity.get()
        && noticed
        && context.conventions.is_customer_facing(severity)
    {
        let span = front.severity.span().unwrap_or_default();
        let felt = if front.impact.extent.known().is_some() {
            "that customers could notice"
        } else {
            "whose `impact.extent` is not known to be `none`"
        };
        return Some((span, format!("a `{severity}` {felt}")));
    }
    let audience = front
        .audience
        .get()
        .filter(|audience| **audience != Audience::Internal)?;
    let span = front.audience.span().unwrap_or_default();
    Some((
        span,
        format!("a postmortem for the audience `{}`", audience.name()),
    ))
}

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let Some((span, what)) = wanted(postmortem, context) else {
        return;
    };
    let Some(section) = postmortem.section(SectionKey::External) else {
        let (_, help) = place(postmortem, SectionKey::External);
        out.push(Finding::new(
            span,
            format!("{what} has no external message"),
            help,
        ));
        return;
    };
    let span_and_message = match says(&postmortem.document, section) {
        Says::Nothing => (
            section.heading,
            format!("the external message of {what} is empty"),
        ),
        Says::Evasion(text) => (
            text.span,
            format!("the external message of {what} says only `{}`", text.value),
        ),
        Says::Something => return,
    };
    let help = format!("write {}", purpose(SectionKey::External));
    out.push(Finding::new(span_and_message.0, span_and_message.1, help));
}
