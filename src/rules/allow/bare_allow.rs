//! An allowance without a reason.

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "bare-allow",
    group: Group::Allow,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::Format],
    page: include_str!("bare_allow.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    for allow in &postmortem.allows {
        let reason = allow.because.as_deref().unwrap_or_default();
        if reason.contains(char::is_alphanumeric) {
            continue;
        }
        let message = format!("`{}` is allowed without a reason", allow.rule.value);
        let help = match allow.covers {
            Some(_) => "write `because` and the reason behind the bracket",
            None => "add the reason, as in `because: \"team off-site\"`",
        };
        out.push(Finding::new(allow.span, message, help));
    }
}
