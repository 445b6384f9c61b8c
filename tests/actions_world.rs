//! `actions sync` in a world where everything goes wrong: stories that a seed makes, with the real program against the fake
//! GitHub, and what is left to be seen when they are over. The same world for a run that is killed at every request.
//!
//! Every seed: a repository with a few promises, then some steps in which time passes, people and authors do what they like,
//! and the program runs among faults, is killed, or meets another run. Then nothing goes wrong any more, an hour passes, and
//! after at most three runs there is exactly one open issue for each open item, nothing is lost, nothing of other people's
//! was touched, and one more run writes nothing.
//!
//! A failing seed prints its story. `AFTERSIGHT_SEED=17 cargo test --test main actions_world::one_seed` tells one again,
//! whatever comes of it; two runs at once never go twice in quite the same way. `AFTERSIGHT_SEEDS=1000..3000` with the same
//! test takes others than the usual ones. A seed takes half a second to one of a core; reads that are lost are waited out by
//! the program in real seconds, so most faults are of the kinds that it does not wait for.
//!
//! What no list of GitHub's shows is left out of the stories: a closed issue that is opened again without our label, and what
//! people write to a body in the moment between our looking and our writing.

mod chance;
mod found;
mod judge;
mod people;
mod runs;
mod world;

use std::io::Write as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chance::Chance;
use world::{Story, World};

/// The seeds of each of the tests below.
const SHARE: u64 = 125;

/// Tells the story of a seed; what was wrong in the end.
fn told(seed: u64, story: &Story) -> Vec<String> {
    let mut chance = Chance::new(seed);
    let (papers, items) = (chance.among(1, 3), chance.among(4, 8));
    let world = World::new(&mut chance, papers, items, story.clone());
    for _ in 0..chance.among(2, 4) {
        step(&world, &mut chance);
    }
    world.recover()
}

fn step(world: &std::sync::Arc<World>, chance: &mut Chance) {
    if chance.one_in(2) {
        let minutes = match chance.one_in(5) {
            true => 1440 * chance.among(1, 12),
            false => chance.among(1, 40),
        };
        world.tell(format!("{minutes} minutes pass"));
        world.github().pass(minutes as i64);
    }
    for _ in 0..chance.below(4) {
        world.people(chance, false);
    }
    if chance.one_in(2) {
        world.authors(chance);
    }
    world.some_run(chance);
}

/// Whether a seed ends well; else its story is printed.
fn holds(seed: u64, show: bool) -> bool {
    let story = Story::default();
    let outcome = catch_unwind(AssertUnwindSafe(|| told(seed, &story)));
    let wrong = outcome.unwrap_or_else(|_| vec!["the test itself ended early, see above".into()]);
    if show || !wrong.is_empty() {
        let story = story.lock().map(|it| it.join("\n")).unwrap_or_default();
        let text = format!("seed {seed}\n{story}\nwrong:\n{}\n\n", wrong.join("\n"));
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
    wrong.is_empty()
}

fn all_hold(seeds: Range<u64>) {
    let failed: Vec<u64> = seeds.filter(|seed| !holds(*seed, false)).collect();
    assert!(failed.is_empty(), "the seeds {failed:?} end badly");
}

#[test]
fn one_issue_for_each_promise_whatever_happens_1() {
    all_hold(0..SHARE);
}

#[test]
fn one_issue_for_each_promise_whatever_happens_2() {
    all_hold(SHARE..2 * SHARE);
}

#[test]
fn one_issue_for_each_promise_whatever_happens_3() {
    all_hold(2 * SHARE..3 * SHARE);
}

#[test]
fn one_issue_for_each_promise_whatever_happens_4() {
    all_hold(3 * SHARE..4 * SHARE);
}

/// The seeds that the environment asks for.
#[test]
fn one_seed() {
    if let Some(seed) = number("AFTERSIGHT_SEED") {
        assert!(holds(seed, true), "seed {seed}");
    }
    let range = std::env::var("AFTERSIGHT_SEEDS").unwrap_or_default();
    if let Some((from, to)) = range.split_once("..") {
        all_hold(from.parse().expect("a number")..to.parse().expect("a number"));
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A run is killed at each of its requests, before and after what that does; whoever runs next makes good.
fn survives(prepare: impl Fn(&World), after: bool) {
    let begin = |story: &Story| {
        let mut chance = Chance::new(7);
        let world = World::new(&mut chance, 1, 3, story.clone());
        prepare(&world);
        world
    };
    let whole = begin(&Story::default());
    let before = whole.github().requests().len();
    whole.run();
    let requests = whole.github().requests().len() - before;
    assert!(
        requests > 10,
        "{requests} requests are too few to tell much"
    );
    for nth in 1..=requests {
        let story = Story::default();
        let world = begin(&story);
        world.tell(format!("killed at request {nth}, after it: {after}"));
        let ran = world.killed(nth as u32, after);
        assert_eq!(ran.code, None, "request {nth} of {requests} never came");
        // Somebody runs it again at once, before anything is settled.
        if nth % 2 == 0 {
            world.run();
        }
        let wrong = world.recover();
        let story = story.lock().map(|it| it.join("\n")).unwrap_or_default();
        assert!(wrong.is_empty(), "{story}\nwrong:\n{}", wrong.join("\n"));
    }
}

/// Everything that a run can do: open, change, say, close, open again.
fn busy(world: &World) {
    world.run();
    let ours = world.learn();
    world.github().delete_issue(ours[0].number);
    world.model().deleted.insert(ours[0].number);
    world.close(ours[1].number, "bob", "not_planned");
    let mut model = world.model();
    let row = model.row(&mut Chance::new(3));
    model.papers[0].rows.push(row);
    model.papers[0].rows[2].dropped = Some("too dear".into());
    drop(model);
    world.publish();
    world.fetch();
    world.github().pass(1440 * 10);
}

#[test]
fn a_first_run_may_be_killed_before_any_request() {
    survives(|_| {}, false);
}

#[test]
fn a_first_run_may_be_killed_after_any_request() {
    survives(|_| {}, true);
}

#[test]
fn a_later_run_may_be_killed_before_any_request() {
    survives(busy, false);
}

#[test]
fn a_later_run_may_be_killed_after_any_request() {
    survives(busy, true);
}
