//! An image that says nothing to whoever cannot see it.

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "image-without-text",
    group: Group::Links,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::Format],
    page: include_str!("image_without_text.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let links = postmortem.document.links.iter();
    let silent = links.filter(|link| link.image && link.text.trim().is_empty());
    out.extend(silent.map(|image| {
        let help = if image.html {
            "say in `alt` what it shows and what to see in it"
        } else {
            "say between the brackets what it shows and what to see in it"
        };
        Finding::new(
            image.span,
            "this image has no text that stands for it",
            help,
        )
    }));
}
