//! What `actions sync` costs: `cargo bench --bench scale -- 5000`, after which 5,000 postmortems have 30,000 action items.
//!
//! The real program over the fake GitHub, which keeps GitHub's limits on a clock of its own: a wait of an hour takes no time
//! here. Numbers of requests are held against what is promised, and fail it; times are only printed. Without a number it takes a
//! few postmortems, which `cargo test --all-targets` does too. `AFTERSIGHT_BIN` names another build to measure.

mod gauge;
#[allow(dead_code, reason = "what other tests use of it")]
#[path = "../generator.rs"]
mod generator;
#[allow(dead_code, unused_imports, reason = "what other tests use of it")]
#[path = "../../github/mod.rs"]
mod github;
#[path = "../glance.rs"]
mod glance;
#[allow(dead_code, reason = "what other tests use of it")]
#[path = "../../harness.rs"]
mod harness;
mod world;

use std::collections::BTreeMap;

use aftersight::tracker::block;
use gauge::{Measured, say, sync};
use world::World;

/// Where no number is given.
const FEW: usize = 40;
/// As many issues as one run opens at most, unless there are few.
const CREATES: usize = 150;
/// A run begins so many minutes after the one before.
const BETWEEN: i64 = 10;
/// Runs of the import that are killed, after so many hundredths of their requests.
const KILLS: [(usize, usize); 3] = [(2, 20), (3, 50), (4, 80)];
/// In minutes.
const DAY: i64 = 24 * 60;
/// A run that finds nothing new asks so much at most.
const STEADY: usize = 5;
/// The daily look at everything that is open.
const SWEEP: usize = 40;
/// A change by a person costs so much at most: a look, a comment with the look before it, an edit.
const CHANGE: usize = 4;

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    let count = match words.as_slice() {
        [] => FEW,
        [count] if count.bytes().all(|it| it.is_ascii_digit()) => count.parse().expect("a number"),
        // The name of another bench or test.
        _ => return,
    };
    let world = World::new(count);
    say(&format!(
        "{count} postmortems, {} items, {} of them open",
        world.items,
        world.open.len()
    ));
    import(&world);
    steady(&world, "a run after which nothing happened");
    let sweep = sync(&world, &["--sweep"], None);
    sweep.print("a look at everything that is open");
    assert!(
        sweep.requests <= SWEEP && sweep.writes == 0,
        "{}",
        sweep.report
    );
    people(&world);
    steady(&world, "a run after that");
    world.github.judge();
}

/// Opens the issues of everything that is open, run by run.
fn import(world: &World) {
    let begin = world.github.now();
    let creates = (world.open.len() / 5).min(CREATES);
    let most = creates.to_string();
    let (mut runs, mut kills, mut limited, mut requests) = (0, 0, 0, 0);
    loop {
        runs += 1;
        let killed = KILLS.iter().find(|(run, _)| *run == runs);
        let killed = killed.map(|(_, share)| (creates + 20) * share / 100);
        let run = sync(world, &["--max-creates", &most], killed);
        let killed = killed.filter(|_| run.report.is_null());
        let stopped = run.report["stopped"].as_str();
        run.print(&match (killed, stopped) {
            (Some(after), _) => format!("import {runs}, killed after {after} requests"),
            (None, Some(_)) => format!(
                "import {runs}, {} opened, at the limit",
                run.number("opened")
            ),
            (None, None) => format!("import {runs}, {} opened", run.number("opened")),
        });
        requests += run.requests;
        limited += usize::from(stopped.is_some());
        kills += usize::from(killed.is_some());
        // What is overdue is told, and listed for its team, once it has its issue.
        let is_done = killed.is_none() && run.writes == 0;
        assert!(is_done || runs < world.open.len(), "no end: {}", run.report);
        if is_done {
            break;
        }
        world.github.pass(BETWEEN);
    }
    let hours = world.github.now().duration_since(begin).as_secs_f64() / 3600.0;
    say(&format!(
        "imported in {runs} runs, {kills} of them killed and {limited} stopped by a limit, {hours:.1} hours, {requests} requests, {} twins",
        twins(world)
    ));
    assert_eq!(twins(world), 0);
    // Lists reach back to the last of these runs until one is a day later, and writes down that it saw them.
    world.github.pass(DAY);
    let run = sync(world, &[], None);
    run.print("the first run a day later");
    assert!(run.writes <= 1, "{}", run.report);
    world.github.pass(60);
}

/// Issues too many; every open item has one.
fn twins(world: &World) -> usize {
    let mut open: BTreeMap<_, usize> = BTreeMap::new();
    for issue in world.github.issues() {
        if let (Some(key), "open") = (block::marked(&issue.body), issue.state) {
            *open.entry(key).or_default() += 1;
        }
    }
    for key in &world.open {
        assert!(open.contains_key(key), "{key} has no issue");
    }
    open.values().map(|issues| issues - 1).sum()
}

fn steady(world: &World, name: &str) -> Measured {
    let run = sync(world, &[], None);
    run.print(name);
    assert!(run.requests <= STEADY && run.writes == 0, "{}", run.report);
    run
}

/// Twenty people do something to an issue each.
fn people(world: &World) {
    let github = &world.github;
    let all = github.issues().into_iter();
    let open = all.filter(|it| it.state == "open" && !it.title.starts_with("Action items"));
    let open: Vec<u64> = open.map(|it| it.number).collect();
    let some: Vec<u64> = open
        .iter()
        .copied()
        .step_by(open.len() / 20)
        .take(20)
        .collect();
    for (index, number) in some.into_iter().enumerate() {
        let by = "dev-01";
        match index % 5 {
            0 => github.close_issue(number, by, "completed"),
            1 => github.close_issue(number, by, "not_planned"),
            2 => github.edit_issue(number, by, Some("Nobody asked for this title"), None),
            3 => github.assign_issue(number, by, &["dev-02"]),
            _ => drop(github.comment_issue(number, by, "on it")),
        }
    }
    github.pass(BETWEEN);
    let run = sync(world, &[], None);
    run.print("a run after 20 changes by people");
    assert!(run.requests <= STEADY + 20 * CHANGE, "{}", run.report);
    github.pass(60);
    steady(world, "a run after that");
    github.delete_issue(*open.last().expect("an issue"));
    github.pass(BETWEEN);
    let run = sync(world, &[], None);
    run.print("a run after somebody deleted an issue");
    assert!(run.requests <= SWEEP + STEADY + CHANGE, "{}", run.report);
    github.pass(60);
}
