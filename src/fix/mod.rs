//! Safe fixes: the edits of one postmortem's findings, made once, and its keys put in order.
//!
//! Owns which fixes are made and which are left. Rules say what there is to edit; files are read and written by `command`.
//! Nothing is made that is a guess, that is allowed, or that raises a finding. A finding is **new** where no finding of
//! its rule stood before, unless it lies wholly in what a fix has written (an empty section where none was, an empty cell of a
//! new column) or tells of an item that a fix of the same rule has just changed. A fix that leaves its finding as it was is
//! none.

mod order;
mod patch;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::postmortem::Postmortem;
use crate::source::{Source, Span};
use patch::{Patch, Patched};

/// How putting the front matter's keys in order is called beside the names of rules.
pub const KEY_ORDER: &str = "key order";

/// A postmortem and what the rules say of it.
pub struct Checked {
    /// The postmortem.
    pub postmortem: Postmortem,
    /// The judged findings.
    pub diagnostics: Vec<Diagnostic>,
}

/// What became of one file.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The text afterwards; `None` where nothing was changed.
    pub text: Option<String>,
    /// How many findings of each rule were mended, in the order of the file; [`KEY_ORDER`] last.
    pub fixed: Vec<(&'static str, usize)>,
    /// Fixes that were not made.
    pub left: Vec<Left>,
    /// How many findings the file still has, those that are allowed apart.
    pub open: usize,
}

/// A fix that was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The rule.
    pub rule: &'static str,
    /// The line of its first finding that was left, from 1.
    pub line: u32,
    /// How many of its findings were left for this reason.
    pub count: usize,
    /// The reason.
    pub why: Why,
}

/// Why a fix was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is a guess, which somebody must look at.
    Guess,
    /// It would change what another fix changes.
    Overlaps,
    /// It would raise a finding of this rule with this message.
    Raises(&'static str, String),
}

/// Mends what can safely be mended in a source; `check` reads and checks a text. Pure as long as `check` is.
pub fn fix(source: &Arc<Source>, check: impl Fn(Arc<Source>) -> Checked) -> Outcome {
    let before = check(Arc::clone(source));
    let mut outcome = Outcome {
        open: open(&before.diagnostics),
        ..Outcome::default()
    };
    if source.invalid_at().is_some() {
        return outcome;
    }
    let guesses = visible(&before.diagnostics).filter(|one| one.finding.guessed);
    for one in guesses {
        outcome.leave(one, Why::Guess);
    }
    let mut now = mend(before, &check, &mut outcome);
    if let Some(text) = order::arrange(&now.postmortem) {
        let ordered = check(again(source, text));
        if order::same(&now.postmortem, &ordered.postmortem) && told(&now) == told(&ordered) {
            outcome.fixed.push((KEY_ORDER, 1));
            now = ordered;
        }
    }
    outcome.open = open(&now.diagnostics);
    let text = now.postmortem.source().text();
    outcome.text = (text != source.text()).then(|| text.to_string());
    outcome
}

/// Makes the fixes of the rules, all together; where that raises a finding, rule by rule without those that do.
fn mend(
    before: Checked,
    check: &impl Fn(Arc<Source>) -> Checked,
    outcome: &mut Outcome,
) -> Checked {
    let source = Arc::clone(before.postmortem.source());
    let fixable = visible(&before.diagnostics).filter(|one| one.finding.is_fixable());
    let mut rules: Vec<(&'static str, Vec<&Diagnostic>)> = Vec::new();
    for one in fixable {
        match rules.iter_mut().find(|(rule, _)| *rule == one.rule) {
            Some((_, of_rule)) => of_rule.push(one),
            None => rules.push((one.rule, vec![one])),
        }
    }
    let mut attempt = Attempt::default();
    for (_, findings) in &rules {
        for one in findings {
            attempt.add(source.text(), one);
        }
    }
    if attempt.patch.is_empty() {
        return before;
    }
    let (patched, after) = attempt.make(&source, check);
    if raised(&before, &attempt, &patched, &after).is_none() {
        attempt.report(outcome);
        return after;
    }
    let mut kept = Attempt::default();
    let mut result = None;
    for (_, findings) in &rules {
        let mut more = kept.clone();
        for one in findings {
            more.add(source.text(), one);
        }
        let (patched, after) = more.make(&source, check);
        match raised(&before, &more, &patched, &after) {
            None => (kept, result) = (more, Some(after)),
            Some(new) => {
                for one in findings {
                    outcome.leave(one, Why::Raises(new.rule, new.finding.message.clone()));
                }
            }
        }
    }
    kept.report(outcome);
    result.unwrap_or(before)
}

/// Fixes that are tried together.
#[derive(Clone, Default)]
struct Attempt<'a> {
    patch: Patch,
    made: Vec<&'a Diagnostic>,
    overlapping: Vec<&'a Diagnostic>,
}

impl<'a> Attempt<'a> {
    fn add(&mut self, text: &str, one: &'a Diagnostic) {
        match self.patch.add(text, &one.finding.fix) {
            true => self.made.push(one),
            false => self.overlapping.push(one),
        }
    }

    fn make(
        &self,
        source: &Arc<Source>,
        check: &impl Fn(Arc<Source>) -> Checked,
    ) -> (Patched, Checked) {
        let patched = self.patch.apply(source.text());
        let after = check(again(source, patched.text.clone()));
        (patched, after)
    }

    fn report(&self, outcome: &mut Outcome) {
        for one in &self.made {
            match outcome.fixed.iter_mut().find(|(rule, _)| *rule == one.rule) {
                Some((_, count)) => *count += 1,
                None => outcome.fixed.push((one.rule, 1)),
            }
        }
        for one in &self.overlapping {
            outcome.leave(one, Why::Overlaps);
        }
    }
}

impl Outcome {
    fn leave(&mut self, one: &Diagnostic, why: Why) {
        let same = |left: &&mut Left| left.rule == one.rule && left.why == why;
        if let Some(left) = self.left.iter_mut().find(same) {
            left.count += 1;
            return;
        }
        self.left.push(Left {
            rule: one.rule,
            line: one.source.position(one.finding.span.start).line,
            count: 1,
            why,
        });
    }
}

/// The first finding that was not there before.
fn raised<'a>(
    before: &Checked,
    attempt: &Attempt<'_>,
    patched: &Patched,
    after: &'a Checked,
) -> Option<&'a Diagnostic> {
    let made: HashSet<*const Diagnostic> =
        attempt.made.iter().map(|one| &raw const **one).collect();
    let rules: HashSet<&str> = attempt.made.iter().map(|one| one.rule).collect();
    let fixed: HashSet<(&str, &str)> = attempt.made.iter().map(|one| key(one)).collect();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    let mut places: HashMap<&str, Vec<Span>> = HashMap::new();
    for one in visible(&before.diagnostics).filter(|one| !made.contains(&(&raw const **one))) {
        *known.entry(key(one)).or_default() += 1;
        let now = patched.place(one.finding.span);
        places.entry(one.rule).or_default().push(now);
    }
    visible(&after.diagnostics).find(|one| {
        let span = one.finding.span;
        if let Some(count) = known.get_mut(&key(one)).filter(|count| **count > 0) {
            *count -= 1;
            return false;
        }
        if fixed.contains(&key(one)) {
            return true;
        }
        let touches = |place: &Span| place.start <= span.end && span.start <= place.end;
        let stood = places
            .get(one.rule)
            .is_some_and(|places| places.iter().any(touches));
        let item = rules.contains(one.rule) && patched.has_changed(span);
        let follows = patched.has_written(span) || item;
        !stood && !follows
    })
}

/// Every finding without its place, to compare.
fn told(checked: &Checked) -> Vec<((&str, &str), bool)> {
    let diagnostics = checked.diagnostics.iter();
    let mut told: Vec<_> = diagnostics
        .map(|one| (key(one), one.allowed.is_some()))
        .collect();
    told.sort_unstable();
    told
}

fn key(one: &Diagnostic) -> (&str, &str) {
    (one.rule, &one.finding.message)
}

fn visible(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    diagnostics.iter().filter(|one| one.allowed.is_none())
}

fn open(diagnostics: &[Diagnostic]) -> usize {
    visible(diagnostics).count()
}

fn again(source: &Source, text: String) -> Arc<Source> {
    Arc::new(Source::new(source.path(), text))
}
