//! What every rule costs: the same documents, one rule after the other, on one thread.
//!
//! The figures are the least of some rounds: what disturbs a round only makes it slower.

use std::error::Error;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aftersight::config::Config;
use aftersight::corpus::Corpus;
use aftersight::postmortem::Postmortem;
use aftersight::rules::{Check, Context, Group, Rule, rules};

use super::{now, sources};

const ROUNDS: usize = 5;

/// Prints a line for each rule, the dearest first, with its findings.
pub(super) fn print(count: usize) -> Result<(), Box<dyn Error>> {
    let config = Config::default();
    let read = Instant::now();
    let corpus = Corpus::new(sources(count), Arc::clone(&config.conventions));
    let read = read.elapsed();
    let context = Context::new(&config.conventions, now());
    // What is read once for several rules and kept has no second round.
    let passages = once(&corpus, |postmortem| {
        postmortem.passages();
    });
    let wording = once(&corpus, |postmortem| {
        postmortem.wording();
    });
    let first = rules().find(|rule| rule.group == Group::Language);
    let begin = Instant::now();
    if let Some(rule) = first {
        look(rule, &corpus, &context);
    }
    let language = begin.elapsed();
    let mut costs: Vec<(Duration, usize, &Rule)> = rules()
        .map(|rule| {
            let mut found = 0;
            let spent = least(|| found = look(rule, &corpus, &context));
            (spent, found, rule)
        })
        .collect();
    costs.sort_by_key(|(spent, ..)| std::cmp::Reverse(*spent));
    let kept = [
        ("(passages, read once)", passages),
        ("(wording, read once)", wording),
        ("(language, read once)", language),
    ];
    let own: Duration = costs.iter().map(|(spent, ..)| *spent).sum();
    let all = own + kept.iter().map(|(_, spent)| *spent).sum::<Duration>();
    let mut out = std::io::stdout().lock();
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / count.max(1) as f64;
    let mut line = |name: &str, spent: Duration, share: String, found: String| {
        writeln!(
            out,
            "{name:<28} {:>9.1} ms {:>8.2} µs/document {share:>6} {found:>9}",
            spent.as_secs_f64() * 1e3,
            each(spent)
        )
    };
    line("(reading, both cores)", read, String::new(), String::new())?;
    let share = |spent: Duration| {
        let share = spent.as_secs_f64() * 100.0 / all.as_secs_f64().max(f64::EPSILON);
        format!("{share:.1} %")
    };
    for (name, spent) in kept {
        line(name, spent, share(spent), String::new())?;
    }
    for (spent, found, rule) in costs {
        line(rule.name, spent, share(spent), found.to_string())?;
    }
    line("all rules, one core", all, String::new(), String::new())?;
    Ok(())
}

fn look(rule: &Rule, corpus: &Corpus, context: &Context<'_>) -> usize {
    match rule.check {
        Check::Postmortem(check) => {
            let mut found = Vec::new();
            for postmortem in &corpus.postmortems {
                check(postmortem, context, &mut found);
            }
            found.len()
        }
        Check::Corpus(check) => {
            let mut found = Vec::new();
            check(corpus, context, &mut found);
            found.len()
        }
        Check::Allowances => 0,
    }
}

fn once(corpus: &Corpus, read: impl Fn(&Postmortem)) -> Duration {
    let begin = Instant::now();
    corpus.postmortems.iter().for_each(read);
    begin.elapsed()
}

fn least(mut work: impl FnMut()) -> Duration {
    let round = |_| {
        let begin = Instant::now();
        work();
        begin.elapsed()
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}
