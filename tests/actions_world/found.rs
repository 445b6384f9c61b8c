//! What seeds found, each as a story of its own.

use std::sync::Arc;

use super::chance::Chance;
use super::world::{OURS, Story, World};
use crate::github::Fault;

/// A repository whose two items have their issues, #1 and #2.
fn begun(seed: u64) -> Arc<World> {
    let world = World::new(&mut Chance::new(seed), 1, 2, Story::default());
    world.run();
    world.learn();
    world.fetch();
    world
}

fn ends_well(world: &World) {
    assert_eq!(world.recover(), Vec::<String>::new());
}

#[test]
fn what_was_closed_while_its_file_was_broken_is_seen_when_it_is_mended() {
    let world = begun(1);
    world.model().papers[0].broken = true;
    world.publish();
    world.close(1, "alice", "completed");
    world.run();
    // Long after, so that no list of changes shows it again.
    world.github().pass(180);
    world.github().comment_issue(2, "bob", "soon");
    world.run();
    world.github().pass(180);
    ends_well(&world);
}

#[test]
fn a_foreign_issue_that_loses_our_label_is_no_longer_counted() {
    let world = begun(1);
    let number = world.github().open_issue("eve", "mine", "mine");
    world.github().label_issue(number, "alice", OURS);
    world.run();
    world.fetch();
    world.github().unlabel_issue(number, "alice", OURS);
    let view = world.github().issue(number);
    world.model().foreign.insert(number, view);
    ends_well(&world);
}

#[test]
fn an_issue_that_was_never_written_down_is_found_without_our_label() {
    let world = World::new(&mut Chance::new(1), 1, 1, Story::default());
    let lost = Fault::lost_after().on("POST", "*/issues");
    world.github().fault(lost);
    world.run();
    assert_eq!(world.ledger().values().filter_map(|it| it.issue).count(), 0);
    let number = world.learn()[0].number;
    world.github().unlabel_issue(number, "alice", OURS);
    ends_well(&world);
    assert_eq!(
        world
            .learn()
            .iter()
            .filter(|it| it.number == number)
            .count(),
        1
    );
}

#[test]
fn an_issue_without_a_promise_keeps_our_label() {
    let world = begun(1);
    world.github().unlabel_issue(1, "alice", OURS);
    world.model().papers[0].rows.remove(0);
    world.publish();
    world.github().pass(20);
    ends_well(&world);
}
