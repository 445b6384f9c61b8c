//! The check: every rule over every postmortem, then the judgement.
//!
//! Owns the run and the order of its result. Levels are judged in [`policy`], allowances in [`allow`], what belongs to
//! a change in [`changed`]. Reads nothing and prints nothing.

pub mod allow;
pub mod changed;
pub mod policy;

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::corpus::Corpus;
use crate::diagnostic::{Allowed, Diagnostic, Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Rule, rules};
use crate::source::{Source, Span};

/// A finding with its rule, not judged yet.
#[derive(Clone)]
pub(crate) struct Raw {
    pub(crate) rule: &'static Rule,
    pub(crate) source: Arc<Source>,
    pub(crate) finding: Finding,
}

/// What the rules that look at one postmortem found in it.
#[derive(Clone)]
pub struct Examined(Vec<Raw>);

/// Runs every rule that looks at one postmortem.
pub fn examine(postmortem: &Postmortem, context: &Context<'_>) -> Examined {
    let raw = postmortem_findings(postmortem, context);
    hide(&raw);
    Examined(raw)
}

/// Runs every rule and judges what it found; sorted by path, place and rule.
pub fn run(corpus: &Corpus, config: &Config, context: &Context<'_>) -> Vec<Diagnostic> {
    let examined = corpus
        .postmortems
        .par_iter()
        .map(|postmortem| examine(postmortem, context))
        .collect();
    conclude(corpus, examined, config, context)
}

/// Runs the rules that look at all postmortems together and judges everything; `examined` holds what was found in each
/// postmortem, in the order of the corpus. Sorted by path, place and rule.
pub fn conclude(
    corpus: &Corpus,
    examined: Vec<Examined>,
    config: &Config,
    context: &Context<'_>,
) -> Vec<Diagnostic> {
    let mut by_path: BTreeMap<String, Vec<Raw>> = BTreeMap::new();
    for raw in corpus_findings(corpus, context) {
        by_path
            .entry(raw.source.path().into())
            .or_default()
            .push(raw);
    }
    let of = |postmortem: &Postmortem| by_path.remove(postmortem.path()).unwrap_or_default();
    let more: Vec<Vec<Raw>> = corpus.postmortems.iter().map(of).collect();
    let all = corpus.postmortems.par_iter().zip(examined).zip(more);
    let judged = all.map(|((postmortem, Examined(mut raw)), more)| {
        raw.extend(more);
        judge(Some(postmortem), raw, config, context)
    });
    let mut diagnostics: Vec<Diagnostic> = judged.flatten_iter().collect();
    // What stands in files that are gone.
    for raw in by_path.into_values() {
        diagnostics.extend(judge(None, raw, config, context));
    }
    diagnostics.par_sort_by(|a, b| a.order().cmp(&b.order()));
    diagnostics
}

/// Runs the rules that look at one postmortem and judges what they found; sorted by place and rule.
pub fn alone(postmortem: &Postmortem, config: &Config, context: &Context<'_>) -> Vec<Diagnostic> {
    let Examined(raw) = examine(postmortem, context);
    let mut diagnostics = judge(Some(postmortem), raw, config, context);
    diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    diagnostics
}

fn postmortem_findings(postmortem: &Postmortem, context: &Context<'_>) -> Vec<Raw> {
    let mut raw = Vec::new();
    for rule in rules() {
        let Check::Postmortem(check) = rule.check else {
            continue;
        };
        let mut findings = Vec::new();
        if catch_unwind(AssertUnwindSafe(|| {
            check(postmortem, context, &mut findings)
        }))
        .is_err()
        {
            findings.push(broken(rule));
        }
        raw.extend(findings.into_iter().map(|finding| Raw {
            rule,
            source: Arc::clone(postmortem.source()),
            finding,
        }));
    }
    raw
}

fn corpus_findings(corpus: &Corpus, context: &Context<'_>) -> Vec<Raw> {
    let looks = |rule: &'static Rule| match rule.check {
        Check::Corpus(check) => Some((rule, check)),
        _ => None,
    };
    let looking: Vec<_> = rules().filter_map(looks).collect();
    // One of them takes as long as all others together.
    let each = looking.into_par_iter().with_max_len(1);
    let found = each.map(|(rule, check)| {
        let mut findings = Vec::new();
        if catch_unwind(AssertUnwindSafe(|| check(corpus, context, &mut findings))).is_err()
            && let Some(first) = corpus.postmortems.first()
        {
            findings.push((Arc::clone(first.source()), broken(rule)));
        }
        let raw = |(source, finding)| Raw {
            rule,
            source,
            finding,
        };
        findings.into_iter().map(raw).collect::<Vec<_>>()
    });
    found.flatten_iter().collect()
}

/// What is said when a rule breaks down: the rest goes on.
fn broken(rule: &Rule) -> Finding {
    let message = format!(
        "the rule `{}` broke down here; this is a bug in aftersight",
        rule.name
    );
    let help = format!(
        "report it at {}/issues with the file, and go on",
        env!("CARGO_PKG_REPOSITORY")
    );
    Finding::new(Span::default(), message, help)
}

/// Level, allowance and fingerprint of the findings of one file.
fn judge(
    postmortem: Option<&Postmortem>,
    mut raw: Vec<Raw>,
    config: &Config,
    context: &Context<'_>,
) -> Vec<Diagnostic> {
    raw.sort_by(|a, b| (a.finding.span, a.rule.name).cmp(&(b.finding.span, b.rule.name)));
    let weighed = |raw: Raw| {
        Some((
            policy::level(raw.rule, &raw.finding, postmortem, config)?,
            raw,
        ))
    };
    let mut allowances = allow::Allowances::new(postmortem, context);
    let mut judged = Vec::new();
    for (level, raw) in raw.into_iter().filter_map(weighed) {
        let allowed = allowances.apply(&raw);
        judged.push((level, raw, allowed));
    }
    let unused = postmortem.map_or_else(Vec::new, |postmortem| allowances.unused(postmortem));
    let unused = unused.into_iter().filter_map(weighed);
    judged.extend(unused.map(|(level, raw)| (level, raw, None)));
    let name = postmortem.and_then(Postmortem::id);
    let mut seen: HashMap<(&str, String), usize> = HashMap::new();
    let mut diagnostics = Vec::new();
    for (level, mut raw, mut allowed) in judged {
        redact(&raw.source, &mut raw.finding, allowed.as_mut());
        let text: String = raw
            .source
            .shown(raw.finding.span)
            .split_whitespace()
            .collect();
        let name = name.unwrap_or(raw.source.path());
        let ordinal = seen.entry((raw.rule.name, text.clone())).or_default();
        let fingerprint = fingerprint(&format!("{}\0{name}\0{text}\0{ordinal}", raw.rule.name));
        *ordinal += 1;
        diagnostics.push(Diagnostic {
            rule: raw.rule.name,
            level,
            source: raw.source,
            finding: raw.finding,
            fingerprint,
            allowed,
        });
    }
    diagnostics
}

/// Tells the file of the places that no report may show, before any level is judged: what is allowed or turned off is kept
/// secret all the same.
fn hide(raw: &[Raw]) {
    let hidden: Vec<Span> = raw
        .iter()
        .flat_map(|raw| raw.finding.hidden.iter().copied())
        .collect();
    if let (Some(first), false) = (raw.first(), hidden.is_empty()) {
        first.source.hide(hidden);
    }
}

/// Masks what is hidden in everything that a finding says: any rule may quote a value.
fn redact(source: &Source, finding: &mut Finding, allowed: Option<&mut Allowed>) {
    source.redact(&mut finding.message);
    source.redact(&mut finding.help);
    for label in &mut finding.related {
        label.source.redact(&mut label.message);
    }
    if let Some(allowed) = allowed {
        source.redact(&mut allowed.because);
    }
}

/// A short hash of rule, id, the text pointed at without white space, and a running number among the same.
fn fingerprint(anchor: &str) -> String {
    let hash = Sha256::digest(anchor);
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// How many diagnostics there are at each level, the allowed ones apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Notes.
    pub note: usize,
    /// Findings that were allowed.
    pub allowed: usize,
}

impl Counts {
    /// Counts diagnostics.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut counts = Self::default();
        for diagnostic in diagnostics {
            let count = match (&diagnostic.allowed, diagnostic.level) {
                (Some(_), _) => &mut counts.allowed,
                (None, Level::Error) => &mut counts.error,
                (None, Level::Warning) => &mut counts.warning,
                (None, Level::Note) => &mut counts.note,
            };
            *count += 1;
        }
        counts
    }
}
