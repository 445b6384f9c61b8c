//! Situations of an item, told as a table: `cases.txt`, one situation a block, and what is planned for it.
//!
//! `UPDATE_CASES=1 cargo test --lib tracker::plan::cases` writes what is planned now below each `->`; read it as a maintainer would.
//!
//! The world of every case, unless it says otherwise: it is noon of 20 November 2026; the file wants an issue for INC-1/A1, of @ada
//! and the team acme/payments, due on 1 December. Nothing is in the ledger, the tracker is empty and has our labels.
//! zoe may not be assigned. An issue says what we would write, unless its line says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::super::block::{self, tests::promise};
use super::super::promise::{Promise, Wanted};
use super::super::{Fate, Issue, ItemState, Key, Known, Ledger, Reason, digest, labels};
use super::text::Text;
use super::{Change, Plan, Settings, plan};
use crate::postmortem::people::Party;
use crate::situation;

const CASES: &str = include_str!("cases.txt");
const US: u64 = 1;

struct Case {
    promise: Promise,
    promised: bool,
    ledger: Vec<String>,
    issues: Vec<String>,
    gone: BTreeMap<u64, Fate>,
    settings: Settings,
    now: Timestamp,
}

impl Case {
    fn new() -> Self {
        let mut promise = promise();
        promise.key = Key::new("INC-1", "A1");
        let mut settings = Settings {
            repository: "acme/pm".into(),
            unassignable: ["zoe".to_string()].into(),
            ..Settings::default()
        };
        settings.places.mention_teams = true;
        settings.labels = [
            labels::NEEDS_DECISION,
            labels::NEEDS_OWNER,
            labels::ORPHANED,
        ]
        .map(String::from)
        .into();
        let all = labels::of(&promise).into_iter();
        settings.labels.extend(all.map(|name| name.to_lowercase()));
        Self {
            promise,
            promised: true,
            ledger: Vec::new(),
            issues: Vec::new(),
            gone: BTreeMap::new(),
            settings,
            now: "2026-11-20T12:00:00Z".parse().expect("a time"),
        }
    }

    fn take(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').expect(line);
        let number = || {
            rest[1..]
                .split(' ')
                .next()
                .and_then(|word| word.parse().ok())
                .expect(line)
        };
        match word {
            "file" => match rest.split_once(' ').unwrap_or((rest, "")) {
                ("none", _) => self.promised = false,
                ("waiting", _) => self.promise.wanted = Wanted::Waiting,
                ("past", _) => self.promise.wanted = Wanted::Past,
                ("dropped", why) => {
                    let why = (!why.is_empty()).then(|| why.into());
                    self.promise.wanted = Wanted::Dropped(why);
                }
                ("elsewhere", place) => self.promise.wanted = Wanted::Elsewhere(place.into()),
                ("due", day) => self.promise.due = day.parse().ok(),
                ("owner", owner) => self.promise.owner = Party::read(owner),
                ("team", _) => self.promise.team = None,
                ("title", title) => self.promise.title = title.into(),
                other => panic!("`{other:?}` is nothing that a file says"),
            },
            "ledger" => self.ledger.push(rest.into()),
            "issue" => self.issues.push(rest.into()),
            "gone" => {
                self.gone.insert(number(), Fate::Gone);
            }
            "moved" => {
                let place = rest.split_once(' ').expect(line).1;
                self.gone.insert(number(), Fate::Moved(place.into()));
            }
            "now" => self.now = rest.parse().expect(line),
            "settings" => match rest.split_once(' ').unwrap_or((rest, "")) {
                ("incomplete", _) => self.settings.complete = false,
                ("creates", most) => self.settings.creates = most.parse().expect(line),
                ("blocked", id) => self.settings.blocked = BTreeSet::from([id.into()]),
                ("managers", names) => self.settings.managers = vec![names.into()],
                ("labels", _) => self.settings.labels.clear(),
                ("silent", _) => self.settings.places.mention_teams = false,
                other => panic!("`{other:?}` is no setting"),
            },
            other => panic!("`{other}` is nothing of a case"),
        }
    }

    /// What we would write now, in a state.
    fn text(&self, decision: bool) -> Text {
        let unassignable = &self.settings.unassignable;
        let mut text = Text::of(&self.promise, &self.settings.places, unassignable);
        if decision {
            text.labels.insert(labels::NEEDS_DECISION.into());
        }
        text
    }

    /// `open #7 written step 2 due 2026-11-01 intent 5 previous 3 at SHOP-1 of INC-1/A2 decision`.
    fn known(&self, line: &str) -> (Key, Known) {
        let words: Vec<&str> = line.split(' ').collect();
        let state: ItemState = serde_json::from_value(words[0].into()).expect(line);
        let mut known = Known::new(state, "2026-11-01T10:00:00Z".parse().expect("a time"));
        let mut key = self.promise.key.clone();
        let after = |word: &str| {
            let at = words.iter().position(|one| *one == word)?;
            words.get(at + 1).copied()
        };
        let number = words.iter().find_map(|word| word.strip_prefix('#'));
        known.issue = number.map(|number| number.parse().expect(line));
        let digest = self.text(words.contains(&"decision")).digest();
        known.written = words.contains(&"written").then_some(digest);
        known.step = after("step").map_or(0, |step| step.parse().expect(line));
        known.due = after("due").map(|due| due.parse().expect(line));
        let minutes = after("intent").map(|minutes| minutes.parse().expect(line));
        known.intent = minutes.map(|minutes| self.now - SignedDuration::from_mins(minutes));
        known.previous =
            after("previous").map_or_else(Vec::new, |one| vec![one.parse().expect(line)]);
        known.elsewhere = after("at").map(String::from);
        if let Some((postmortem, item)) = after("of").and_then(|name| name.split_once('/')) {
            key = Key::new(postmortem, item);
        }
        (key, known)
    }

    /// `#7 stranger completed locked edited unmarked unlabelled old around decision of INC-1/A2`.
    fn issue(&self, line: &str) -> Issue {
        let words: Vec<&str> = line.split(' ').collect();
        let is = |word: &str| words.contains(&word);
        let number = words[0][1..].parse().expect(line);
        let mut text = self.text(is("decision"));
        if is("old") {
            let mut old = self.promise.clone();
            old.due = Some(jiff::civil::date(2026, 10, 1));
            old.owner = Party::read("@ben");
            text = Text::of(&old, &self.settings.places, &self.settings.unassignable);
        }
        let mut issue = Issue {
            number,
            author: Some(if is("stranger") { 666 } else { US }),
            title: text.title,
            body: text.body,
            closed: None,
            labels: text.labels.into_iter().collect(),
            assignees: text.assignees,
            locked: is("locked"),
        };
        if let Some(at) = words.iter().position(|word| *word == "of") {
            let key = self.promise.key.to_string();
            issue.body = issue.body.replace(&key, words[at + 1]);
        }
        for word in &words {
            match *word {
                "completed" => issue.closed = Some(Reason::Completed),
                "not-planned" => issue.closed = Some(Reason::NotPlanned),
                "duplicate" => issue.closed = Some(Reason::Duplicate),
                "retitled" => issue.title = "Better words".into(),
                "around" => issue.body = format!("I think\r\n{}\r\nmore", issue.body),
                "crlf" => issue.body = issue.body.replace('\n', "\r\n"),
                "broken" => issue.body = issue.body.replace("<!-- aftersight:end -->", "end"),
                "unmarked" => issue.body = "words".into(),
                "full" => issue.body = "x".repeat(block::MAX_BODY - 10),
                "unlabelled" => issue.labels.clear(),
                "bug" => issue.labels.push("bug".into()),
                "orphaned" => issue.labels.push(labels::ORPHANED.into()),
                "unassigned" => issue.assignees.clear(),
                "helped" => issue.assignees.push("cleo".into()),
                "empty-digest" => {
                    let key = digest::key(Some("acme/payments"));
                    issue.title = digest::title(&key);
                    issue.body = digest::render(&key, &[]);
                    issue.labels = vec![labels::OURS.into()];
                }
                _ => {}
            }
        }
        issue
    }

    fn plan(&self) -> (Plan, Ledger) {
        let known: Ledger = self.ledger.iter().map(|line| self.known(line)).collect();
        let issues: Vec<Issue> = self.issues.iter().map(|line| self.issue(line)).collect();
        let promises = Vec::from_iter(self.promised.then(|| self.promise.clone()));
        let (now, settings) = (self.now, &self.settings);
        let plan = plan(
            &promises,
            &known,
            &issues,
            &self.gone,
            &[US].into(),
            now,
            settings,
        );
        (plan, known)
    }
}

/// A plan in the words of the table.
fn tell(plan: &Plan, known: &Ledger, now: Timestamp) -> String {
    let mut told = String::from("->\n");
    let mut line = |text: String| told += &format!("   {text}\n");
    for change in &plan.changes {
        match change {
            Change::EnsureLabel(label) => line(format!("ensure {} {}", label.name, label.colour)),
            Change::Adopt { key, number } => line(format!("adopt {key} #{number}")),
            Change::Update {
                key,
                number,
                title,
                body,
                labels,
                assignees,
            } => {
                let title = title.as_ref().map(|title| format!("title `{title}`"));
                let body = body.as_ref().map(|body| {
                    let around = body.starts_with("I think\r\n") && body.ends_with("\r\nmore");
                    format!("body{}", if around { " within" } else { "" })
                });
                let labels = labels
                    .as_ref()
                    .map(|labels| format!("labels {}", labels.join(" ")));
                let assignees = assignees
                    .as_ref()
                    .map(|logins| format!("assignees {}", logins.join(" ")));
                let parts: Vec<String> = [title, body, labels, assignees]
                    .into_iter()
                    .flatten()
                    .collect();
                line(format!("update {key} #{number}: {}", parts.join("; ")));
            }
            Change::Comment { number, text, .. } => line(format!("comment #{number}: {text}")),
            Change::Reopen { number, .. } => line(format!("reopen #{number}")),
            Change::Close { number, reason, .. } => line(format!("close #{number} {reason:?}")),
            Change::Intend { keys } => {
                let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
                line(format!("intend {}", keys.join(" ")));
            }
            Change::Create {
                key,
                title,
                body,
                labels,
                assignees,
            } => {
                let follows = body.rsplit_once("-->").map_or("", |(_, rest)| rest.trim());
                line(format!(
                    "create {key}: `{title}`; labels {}; assignees {}; {follows}",
                    labels.join(" "),
                    assignees.join(" ")
                ));
            }
        }
    }
    let keys: BTreeSet<&Key> = known.keys().chain(plan.after.keys()).collect();
    for key in keys {
        let (before, after) = (known.get(key), plan.after.get(key));
        match after {
            None => line(format!("ledger {key} forgotten")),
            Some(after) if Some(after) != before => {
                let state = serde_json::to_value(after.state).expect("a word");
                let mut words = vec![state.as_str().expect("a word").to_string()];
                words.extend(after.issue.map(|number| format!("#{number}")));
                words.extend(after.intent.map(|_| "announced".into()));
                words.extend((after.since == now).then(|| "from now on".into()));
                words.extend(
                    after
                        .due
                        .map(|due| format!("told step {} for {due}", after.step)),
                );
                words.extend(
                    after
                        .previous
                        .iter()
                        .map(|number| format!("before #{number}")),
                );
                words.extend(after.elsewhere.iter().map(|place| format!("at {place}")));
                line(format!("ledger {key} {}", words.join(", ")));
            }
            Some(_) => {}
        }
    }
    for note in &plan.notes {
        line(format!("note {} {}", note.key, note.message));
    }
    for number in &plan.look {
        line(format!("look at #{number}"));
    }
    if plan.is_empty(known) && plan.notes.is_empty() {
        line("nothing".into());
    }
    told
}

#[test]
fn every_situation_is_planned_as_it_should_be() {
    situation::hold(
        CASES,
        "src/tracker/plan/cases.txt",
        Case::new,
        Case::take,
        |case| {
            let (plan, known) = case.plan();
            tell(&plan, &known, case.now)
        },
    );
}
