//! Safe fixes: the edits of one postmortem's findings, all made at once, and its keys put in order.
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

use crate::check;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::postmortem::Postmortem;
use crate::rules::Context;
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

impl Checked {
    /// Reads a text and asks every rule that looks at one postmortem.
    pub fn read(source: Arc<Source>, config: &Config, context: &Context<'_>) -> Self {
        let postmortem = Postmortem::parse(source, context.conventions);
        let diagnostics = check::alone(&postmortem, config, context);
        Self {
            postmortem,
            diagnostics,
        }
    }
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
    if source.invalid_at().is_some() || has_bare_return(source.text()) {
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

/// Whether a line ends in a carriage return alone: Markdown counts it as a line, so places below it cannot be trusted.
fn has_bare_return(text: &str) -> bool {
    text.match_indices('\r')
        .any(|(at, _)| !text[at + 1..].starts_with('\n'))
}

/// How often a text is mended: no fix calls for more than a few others.
const MOST: usize = 32;

/// Makes the fixes of the rules, all together; where that raises a finding, those of one rule after the other, each on the
/// text that the last one left, without those that do.
fn mend(
    before: Checked,
    check: &impl Fn(Arc<Source>) -> Checked,
    outcome: &mut Outcome,
) -> Checked {
    let mut now = before;
    for _ in 0..MOST {
        outcome.left.retain(|left| left.why == Why::Guess);
        let rules = fixable(&now.diagnostics).map(|one| one.rule);
        let mut rules: Vec<Option<&'static str>> = rules.map(Some).collect();
        rules.sort_unstable();
        rules.dedup();
        rules.insert(0, None);
        let mended = rules
            .into_iter()
            .find_map(|rule| try_rule(&now, rule, check, outcome));
        match mended {
            Some(after) => now = after,
            None => break,
        }
    }
    now
}

/// The text after the fixes of one rule, or of all; `None` where there are none, or where they raise a finding.
fn try_rule(
    before: &Checked,
    rule: Option<&'static str>,
    check: &impl Fn(Arc<Source>) -> Checked,
    outcome: &mut Outcome,
) -> Option<Checked> {
    let source = before.postmortem.source();
    let mut attempt = Attempt::default();
    let wanted =
        fixable(&before.diagnostics).filter(|one| rule.is_none_or(|rule| rule == one.rule));
    for one in wanted {
        if attempt.patch.add(source.text(), &one.finding.fix) {
            attempt.made.push(one);
        }
    }
    if attempt.made.is_empty() {
        return None;
    }
    let patched = attempt.patch.apply(source.text());
    let after = check(again(source, patched.text.clone()));
    if let Some(new) = raised(before, &attempt, &patched, &after) {
        if rule.is_some() {
            let why = Why::Raises(new.rule, new.finding.message.clone());
            for one in &attempt.made {
                outcome.leave(one, why.clone());
            }
        }
        return None;
    }
    for one in &attempt.made {
        match outcome.fixed.iter_mut().find(|(rule, _)| *rule == one.rule) {
            Some((_, count)) => *count += 1,
            None => outcome.fixed.push((one.rule, 1)),
        }
    }
    Some(after)
}

/// Fixes that are tried together.
#[derive(Default)]
struct Attempt<'a> {
    patch: Patch,
    made: Vec<&'a Diagnostic>,
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

fn fixable(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    visible(diagnostics).filter(|one| one.finding.is_fixable())
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
