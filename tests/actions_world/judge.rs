//! What has to be true in the end, read from GitHub's own state and the ledger's bytes, never through our library.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::world::{BOT, World};
use crate::github::View;

/// What the ledger says of an item.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) issue: Option<u64>,
    previous: Vec<u64>,
    state: String,
}

impl World {
    /// The ledger on the server, by the items' names.
    pub(super) fn ledger(&self) -> BTreeMap<String, Entry> {
        let mut ledger = BTreeMap::new();
        let remote = self.github().remote();
        let remote = remote.to_str().expect("a path that is text");
        let git = |args: &[&str]| {
            let mut all = vec!["--git-dir", remote];
            all.extend(args);
            self.stage.repo.git(&all)
        };
        let branch = "refs/heads/aftersight/ledger";
        if git(&["for-each-ref", branch]).is_empty() {
            return ledger;
        }
        for path in git(&["ls-tree", "-r", "--name-only", branch, "items/"]).lines() {
            if path == "items/head.json" {
                continue;
            }
            let text = git(&["cat-file", "blob", &format!("{branch}:{path}")]);
            let file: Value = serde_json::from_str(&text).expect("JSON in the ledger");
            let id = file["postmortem"].as_str().expect("a name");
            for (item, value) in file["items"].as_object().expect("items") {
                let previous = value["previous"].as_array().into_iter().flatten();
                let entry = Entry {
                    issue: value["issue"].as_u64(),
                    previous: previous.filter_map(Value::as_u64).collect(),
                    state: value["state"].as_str().unwrap_or_default().into(),
                };
                ledger.insert(format!("{id}/{item}"), entry);
            }
        }
        ledger
    }

    /// Nothing goes wrong any more: an hour passes, then at most three runs; what is not as it should be then.
    pub(super) fn recover(&self) -> Vec<String> {
        self.github().calm();
        self.mend();
        // Days change what has to be said; not now.
        while self.github().now().to_string()[11..13] > *"20" {
            self.github().pass(30);
        }
        self.tell("an hour passes in which nothing goes wrong");
        self.github().pass(60);
        let mut wrong = Vec::new();
        for round in 1.. {
            self.fetch();
            let before = self.writes();
            let ran = self.run();
            if ran.code != Some(0) || !ran.report["stopped"].is_null() {
                wrong.push(format!("quiet run {round} ended with {:?}", ran.code));
            }
            let wrote = self.writes() - before;
            let said = (&ran.report["writes"], &ran.report["requests"]);
            if wrote == 0 && *said.0 == 0 {
                let cheap = said.1.as_u64().is_some_and(|requests| requests <= 5);
                if cheap {
                    break;
                }
                wrong.push(format!("a run that wrote nothing asked {} times", said.1));
                break;
            }
            if round > 3 {
                wrong.push(format!("quiet run {round} still writes"));
                break;
            }
            self.github().pass(15);
        }
        let issues = self.learn();
        wrong.extend(self.items(&issues));
        wrong.extend(self.texts(&issues));
        wrong.extend(self.strangers_are_left_alone(&issues));
        wrong
    }

    fn writes(&self) -> usize {
        let requests = self.github().requests();
        requests.iter().filter(|one| one.writes).count()
    }

    /// One open issue for each open item, none lost, and the ledger knows.
    fn items(&self, issues: &[View]) -> Vec<String> {
        let ledger = self.ledger();
        let model = self.model();
        let mut rows = BTreeMap::new();
        for paper in &model.papers {
            rows.extend(paper.rows.iter().map(|row| (paper.key(row), row)));
        }
        let mut keys: BTreeSet<&String> = model.ever.iter().collect();
        keys.extend(model.born.values());
        let mut wrong = Vec::new();
        for key in keys {
            let mut flaw = |what: String| wrong.push(format!("{key}: {what}"));
            let born: Vec<u64> = numbers(&model.born, key);
            let here: Vec<&View> = issues
                .iter()
                .filter(|one| born.contains(&one.number))
                .collect();
            let open: Vec<u64> = here
                .iter()
                .filter(|one| one.state == "open")
                .map(|one| one.number)
                .collect();
            // What was closed by people may go for good: it was done, or is left to a decision.
            let by_people = born.iter().any(|number| model.closed.contains(number));
            let moved = self.public && born.iter().any(|it| model.moved.contains(it));
            let deleted = born.iter().any(|it| model.deleted.contains(it));
            let deleted = deleted || born.iter().any(|it| model.moved.contains(it));
            let is_digest = key.starts_with("@digest/");
            if open.len() > 1 {
                flaw(format!("has the open issues {open:?}"));
            }
            match rows.get(key) {
                Some(row) if row.dropped.is_some() => {
                    if !open.is_empty() {
                        flaw(format!("is dropped, and {open:?} is open"));
                    }
                }
                Some(_) => {
                    if open.is_empty() && !by_people && !moved {
                        flaw(format!("has no open issue; it had {born:?}"));
                    }
                }
                None if is_digest => {}
                None => {
                    let left = by_people || deleted || here.is_empty();
                    if open.is_empty() && !left && !model.given_up_by_drop(key) {
                        flaw(format!("is in no file, and none of {born:?} is open"));
                    }
                }
            }
            let entry = ledger.get(key);
            let known: Vec<u64> = entry.map_or_else(Vec::new, |it| {
                it.previous.iter().copied().chain(it.issue).collect()
            });
            if let [open] = open.as_slice()
                && entry.is_none_or(|it| it.issue != Some(*open))
            {
                flaw(format!("#{open} is open, and the ledger says {entry:?}"));
            }
            for one in &here {
                let number = one.number;
                if !known.contains(&number) {
                    flaw(format!("#{number} is lost: the ledger says {entry:?}"));
                }
                let touched = model.handled.contains(&number);
                let settled = is_digest || model.given_up.contains(key);
                if model.closed.contains(&number) && one.state == "open" && !settled {
                    flaw(format!("#{number} was closed by people and opened by us"));
                }
                if touched || settled || one.state == "open" {
                    continue;
                }
                // Closed by us although the file wants it: a twin of a lower one.
                if one.reason.as_deref() != Some("duplicate") {
                    flaw(format!("#{number} was closed as {:?}", one.reason));
                }
                if let [open] = open.as_slice()
                    && number < *open
                {
                    flaw(format!("of twins #{number} was closed for #{open}"));
                }
            }
            if let Some(entry) = entry
                && (open.is_empty() != (entry.state != "open" && entry.state != "orphaned"))
                && !is_digest
            {
                flaw(format!("{open:?} is open, and the ledger says {entry:?}"));
            }
        }
        wrong
    }

    /// What people wrote and put on stays; nothing is said twice.
    fn texts(&self, issues: &[View]) -> Vec<String> {
        let model = self.model();
        let mut wrong = Vec::new();
        for issue in issues {
            let number = issue.number;
            for note in model.notes.get(&number).into_iter().flatten() {
                if !issue.body.contains(note.as_str()) {
                    wrong.push(format!("#{number} lost {note:?}: {:?}", issue.body));
                }
            }
            for label in model.labels.get(&number).into_iter().flatten() {
                if !issue.labels.contains(label) {
                    wrong.push(format!("#{number} lost the label {label}"));
                }
            }
            let ours = issue.comments.iter().filter(|(by, _)| by == BOT);
            let marks: Vec<&str> = ours.filter_map(|(_, text)| text.lines().next()).collect();
            let once: BTreeSet<&&str> = marks.iter().collect();
            if once.len() < marks.len() && !model.crowded {
                wrong.push(format!("#{number} was told something twice: {marks:?}"));
            }
            if issue.author == BOT
                && issue.state == "open"
                && !issue.labels.iter().any(|it| it == super::world::OURS)
            {
                wrong.push(format!("#{number} is open without our label"));
            }
        }
        wrong
    }

    fn strangers_are_left_alone(&self, issues: &[View]) -> Vec<String> {
        let model = self.model();
        let mut wrong = Vec::new();
        for (number, wanted) in &model.foreign {
            let found = issues.iter().find(|one| one.number == *number);
            if found != Some(wanted) {
                wrong.push(format!("the foreign {wanted:?} is now {found:?}"));
            }
        }
        for request in self.github().requests().iter().filter(|one| one.writes) {
            let parts: Vec<&str> = request.path.split(['/', '?']).collect();
            let number = parts.iter().position(|part| *part == "issues");
            let number = number.and_then(|at| parts.get(at + 1)?.parse().ok());
            let is_theirs =
                |number: &u64| model.foreign.contains_key(number) || model.pulls.contains(number);
            if number.as_ref().is_some_and(is_theirs) {
                wrong.push(format!("asked for {} {}", request.method, request.path));
            }
        }
        wrong
    }
}

fn numbers(born: &BTreeMap<u64, String>, key: &str) -> Vec<u64> {
    let mine = born.iter().filter(|(_, of)| *of == key);
    mine.map(|(number, _)| *number).collect()
}
