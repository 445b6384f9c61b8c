//! Allowances: which findings the author lets pass, and which allowances let nothing pass.
//!
//! How an allowance is written is for `postmortem::allow`.

use std::sync::Arc;

use super::{Raw, policy};
use crate::diagnostic::{Allowed, Finding};
use crate::postmortem::Postmortem;
use crate::postmortem::allow::Allow;
use crate::rules::{Context, rule};

/// The allowances of one document, and which of them were used.
pub(super) struct Allowances<'a> {
    allows: Vec<(&'a Allow, bool)>,
    context: &'a Context<'a>,
}

impl<'a> Allowances<'a> {
    pub(super) fn new(postmortem: Option<&'a Postmortem>, context: &'a Context<'a>) -> Self {
        let allows = postmortem.map_or(&[][..], |postmortem| &postmortem.allows);
        Self {
            allows: allows.iter().map(|allow| (allow, false)).collect(),
            context,
        }
    }

    /// The allowance that covers a finding.
    pub(super) fn apply(&mut self, raw: &Raw) -> Option<Allowed> {
        if !policy::may_be_allowed(raw.rule.name) {
            return None;
        }
        let now = self.context.now;
        let covering = self.allows.iter_mut().find(|(allow, _)| {
            let here = allow
                .covers
                .is_none_or(|block| block.contains(raw.finding.span));
            allow.rule.value == raw.rule.name && here && !allow.is_expired(now)
        });
        let (allow, used) = covering?;
        *used = true;
        Some(Allowed {
            because: allow.because.clone().unwrap_or_default(),
            until: allow.until.as_ref().map(|day| day.value.to_string()),
        })
    }

    /// A finding for each allowance that covered nothing and still could.
    pub(super) fn unused(&self, postmortem: &Postmortem) -> Vec<Raw> {
        let Some(unused) = rule("unused-allow") else {
            return Vec::new();
        };
        let idle = self.allows.iter().filter(|(allow, used)| {
            let judged = rule(&allow.rule.value).is_some_and(|rule| rule.can_look(self.context));
            !used && judged && !allow.is_expired(self.context.now)
        });
        idle.map(|(allow, _)| {
            let name = &allow.rule.value;
            let (message, help) = if policy::may_be_allowed(name) {
                let place = if allow.covers.is_some() {
                    "in the block below"
                } else {
                    "in this document"
                };
                (
                    format!("`{name}` finds nothing {place}"),
                    "remove the allowance",
                )
            } else {
                (
                    format!("`{name}` cannot be allowed"),
                    "remove the allowance and mend what the rule found",
                )
            };
            Raw {
                rule: unused,
                source: Arc::clone(postmortem.source()),
                finding: Finding::new(allow.span, message, help),
            }
        })
        .collect()
    }
}
