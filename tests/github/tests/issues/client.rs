//! The program's own client against the fake: what either gets wrong about GitHub, the other shows.

use aftersight::github::{
    Change, Client, Failure, Issue, Label, Lookup, NewIssue, Reason, Settings, Standing,
};

use super::super::Scene;
use crate::github::Fault;

const MARKER: &str = "<!-- aftersight:item INC-2026-014/A1 -->";

impl Scene {
    fn client(&self, token: &str) -> Client {
        let environment = self.github.environment(token);
        let value = |name: &str| {
            let mut all = environment.iter();
            all.find(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
        };
        let mut settings = Settings::read(value).expect("settings");
        settings.budget.pace = std::time::Duration::ZERO;
        Client::new(settings).expect("a client")
    }
}

fn wish(title: &str) -> NewIssue {
    NewIssue {
        title: title.to_string(),
        body: format!("Text\n{MARKER}"),
        labels: vec!["aftersight".to_string()],
        assignees: vec!["alice".to_string()],
    }
}

fn numbers(issues: &[Issue]) -> Vec<u64> {
    issues.iter().map(|it| it.number).collect()
}

#[test]
fn an_issue_goes_its_whole_way() {
    let it = Scene::new();
    let client = it.client(&it.token);
    assert_eq!(client.me(), Ok(None));
    assert_eq!(client.has_issues(), Ok(true));
    let label = Label {
        name: "aftersight".to_string(),
        color: "1f6feb".to_string(),
        description: Some("Action items of postmortems".to_string()),
    };
    assert_eq!(client.create_label(&label), Ok(true));
    assert_eq!(client.create_label(&label), Ok(false));
    assert_eq!(client.labels(), Ok(vec![label]));
    assert_eq!(client.may_be_assigned("alice"), Ok(true));
    assert_eq!(client.may_be_assigned("carol"), Ok(false));
    let made = client.create_issue(&wish("First")).expect("an issue");
    let author = made.user.as_ref().expect("an author");
    assert_eq!((author.id, author.kind.as_str()), (41_898_282, "Bot"));
    assert!(made.whole && made.body.ends_with(MARKER));
    assert_eq!((made.labels.len(), made.assignees.len()), (1, 1));
    let number = made.number;
    client.comment(number, "Overdue").expect("a comment");
    it.github.comment_issue(number, "carol", "Sorry");
    let said = client.comments(number).expect("comments");
    assert_eq!((said[0].body.as_str(), said.len()), ("Overdue", 2));
    it.github.close_issue(number, "alice", "not_planned");
    let Ok(Lookup::Found(found)) = client.issue(number) else {
        panic!("the issue is there");
    };
    assert_eq!(
        (found.standing, found.reason),
        (Standing::Closed, Some(Reason::NotPlanned))
    );
    assert!(found.closed_at.is_some() && found.comments == 2);
    let opened = client.update_issue(number, &Change::default().reopen());
    assert_eq!(opened.map(|it| it.standing), Ok(Standing::Open));
    let mut change = Change::default().close(Reason::Completed);
    change.title = Some("Done".to_string());
    change.labels = Some(Vec::new());
    client.update_issue(number, &change).expect("an issue");
    let view = it.github.issue(number);
    assert_eq!((view.title.as_str(), view.state), ("Done", "closed"));
    assert_eq!((view.labels.len(), view.assignees.len()), (0, 1));
    let alice = it.client(&it.github.token_of("alice"));
    let me = alice.me().expect("an answer");
    assert_eq!(me.map(|it| it.login).as_deref(), Some("alice"));
}

#[test]
fn a_list_is_whole_over_its_pages_and_since_a_moment() {
    let it = Scene::new();
    let client = it.client(&it.token);
    it.branch("topic", &[("a.md", "one\n")]);
    let pull = it.github.open("alice", "topic");
    it.github.label_issue(pull, "alice", "aftersight");
    let mut all = Vec::new();
    for count in 0..101 {
        let made = client.create_issue(&wish(&format!("Item {count}")));
        all.push(made.expect("an issue").number);
    }
    it.github.open_issue("carol", "Not ours", MARKER);
    let before = client.used().requests;
    let listed = client.issues(None, Some("aftersight")).expect("a list");
    // GitHub shows pull requests as issues too.
    assert_eq!(numbers(&listed), [&[pull], all.as_slice()].concat());
    assert!(listed[0].pull_request && !listed[1].pull_request);
    assert_eq!(client.used().requests - before, 2);
    assert_eq!(client.issues(None, None).map(|it| it.len()), Ok(103));
    let last = listed.iter().filter_map(|it| it.updated_at).max();
    it.github
        .edit_issue(all[3], "alice", Some("Another title"), None);
    let changed = client.issues(last, Some("aftersight")).expect("a list");
    assert_eq!(numbers(&changed), [all[3]]);
    assert_eq!(changed[0].title, "Another title");
}

#[test]
fn an_issue_that_is_gone_is_told_from_one_that_cannot_be_asked_for() {
    let it = Scene::new();
    it.github.public();
    let client = it.client(&it.token);
    let deleted = it.github.open_issue("alice", "t", "");
    let moved = it.github.open_issue("alice", "t", "");
    it.github.delete_issue(deleted);
    let there = it.github.transfer_issue(moved, "acme/other");
    assert_eq!(client.issue(deleted), Ok(Lookup::Gone));
    let page = format!("https://github.example/acme/other/issues/{there}");
    assert_eq!(client.issue(moved), Ok(Lookup::Moved(page)));
    let refused = client.update_issue(moved, &Change::default().reopen());
    assert!(
        matches!(&refused, Err(Failure::Refused { status: 301, .. })),
        "{refused:?}"
    );
    let locked = it.github.open_issue("alice", "t", "");
    it.github.lock_issue(locked);
    let refused = client.comment(locked, "late");
    assert!(matches!(&refused, Err(Failure::Denied { message, .. }) if message.contains("locked")));
    it.github.disable_issues();
    assert_eq!(client.has_issues(), Ok(false));
    assert!(client.issues(None, None).is_err());
}

#[test]
fn a_creation_without_an_answer_is_neither_done_nor_undone() {
    let it = Scene::new();
    let client = it.client(&it.token);
    let fault = |fault: Fault| it.github.fault(fault.on("POST", "/repos/*/issues"));
    let faults = [
        (Fault::lost_before(), 0),
        (Fault::lost_after(), 1),
        (Fault::status(502), 0),
        (Fault::status_after(502), 1),
        (Fault::malformed(), 1),
    ];
    for (what, made) in faults {
        let before = it.github.issues().len();
        fault(what);
        let answer = client.create_issue(&wish("t"));
        assert!(matches!(answer, Err(Failure::Unknown { .. })), "{answer:?}");
        assert_eq!(it.github.issues().len() - before, made);
    }
    // One who may not be assigned fails it all, which is known.
    let mut wrong = wish("t");
    wrong.assignees.push("ghost".to_string());
    let answer = client.create_issue(&wrong);
    assert!(
        matches!(&answer, Err(Failure::Refused { status: 422, message, .. }) if message.contains("assignees invalid")),
        "{answer:?}"
    );
    assert_eq!(it.github.issues().len(), 3);
}
