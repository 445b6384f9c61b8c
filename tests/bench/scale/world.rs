//! A repository that is years old: postmortems, a ledger that knows most of their items as done, and the closed issues of these.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use aftersight::ledger::items::{self, ItemState, Key, Known};
use aftersight::ledger::watch::{WATCH, Watch};
use aftersight::tracker::block;
use aftersight::tracker::labels::OURS;

use super::generator::{Flavour, documents};
use super::github::{Fake, Right};
use super::harness::Repo;

/// Items of each postmortem.
const ITEMS: usize = 6;
/// One item in so many is open.
const OPEN: usize = 10;
/// One open item in so many is overdue, by less than two weeks.
const OVERDUE: usize = 50;
/// So many people own items; each second item is a team's.
const PEOPLE: usize = 40;
const SEED: u64 = 42;
const CONFIG: &str = "services:\n  checkout: { owner: \"@acme/sre\" }\n";
const BOT: (&str, u64) = ("github-actions[bot]", 41_898_282);

/// The repository on the fake, and a clone of it.
pub(super) struct World {
    pub(super) github: Fake,
    pub(super) repo: Repo,
    pub(super) token: String,
    /// The open items.
    pub(super) open: Vec<Key>,
    /// How many items there are in all.
    pub(super) items: usize,
}

impl World {
    /// So many postmortems, on the default branch.
    pub(super) fn new(postmortems: usize) -> Self {
        let github = Fake::start();
        github.bot(BOT.0, Right::Write);
        for number in 0..PEOPLE {
            github.user(&person(number), Right::Write);
        }
        let repo = Repo::new();
        let remote = github.remote().to_string_lossy().into_owned();
        repo.git(&["remote", "add", "origin", &remote]);
        repo.write(".github/aftersight.yml", CONFIG);
        let mut world = Self {
            token: github.workflow_token(),
            github,
            repo,
            open: Vec::new(),
            items: 0,
        };
        let done = world.write(postmortems);
        world.repo.commit("ten years of postmortems");
        world.repo.git(&["push", "-q", "-u", "origin", "main"]);
        world.publish(&done);
        world.github.keep_limits();
        world
    }

    /// Writes the files and makes the issues of what is done.
    fn write(&mut self, postmortems: usize) -> BTreeMap<Key, Known> {
        let long_ago = self.github.now() - jiff::SignedDuration::from_hours(2400);
        let mut known = BTreeMap::new();
        let all = documents(SEED, postmortems, Flavour::Aftersight);
        for (number, document) in (1..).zip(all) {
            let id = format!("INC-{number:05}");
            let mut dues = [""; ITEMS];
            for (index, due) in dues.iter_mut().enumerate() {
                let key = Key::new(&id, format!("A{}", index + 1));
                let is_open = self.items.is_multiple_of(OPEN);
                self.items += 1;
                *due = match is_open && self.open.len().is_multiple_of(OVERDUE) {
                    true => "2026-10-01",
                    false => "2027-06-01",
                };
                if is_open {
                    self.open.push(key);
                    continue;
                }
                let body = format!("{}\n\nIt was done.", block::marker(&key));
                let issue = self
                    .github
                    .past_issue(BOT.0, &format!("Do {key}"), &body, OURS);
                let value = Known {
                    issue: Some(issue),
                    written: Some("0".repeat(64)),
                    ..Known::new(ItemState::Done, long_ago)
                };
                known.insert(key, value);
            }
            let text = tabled(&document.text, &dues, number);
            self.repo
                .write(&format!("postmortems/{}", document.name), text);
        }
        known
    }

    /// Puts the ledger's branch on the remote, in one commit.
    fn publish(&self, done: &BTreeMap<Key, Known>) {
        let now = self.github.now();
        let watch = Watch {
            repository: "acme/incidents".into(),
            accounts: [BOT.1].into(),
            since: Some(now),
            ..Watch::default()
        };
        let files = items::write(&BTreeMap::new(), done, now).into_iter();
        let files = files.map(|file| (file.path, file.bytes));
        let files = files.chain([(WATCH.to_string(), watch.write())]);
        let mut stream = format!(
            "commit refs/heads/aftersight/ledger\ncommitter {} <{}+{}@users.noreply.github.com> {} +0000\ndata 3\nold\n",
            BOT.0,
            BOT.1,
            BOT.0,
            now.as_second()
        )
        .into_bytes();
        for (path, bytes) in files {
            stream.extend(format!("M 100644 inline {path}\ndata {}\n", bytes.len()).bytes());
            stream.extend(bytes);
            stream.push(b'\n');
        }
        let mut git = Command::new("git")
            .args(["fast-import", "--quiet"])
            .current_dir(self.github.remote())
            .stdin(Stdio::piped())
            .spawn()
            .expect("git runs");
        let mut input = git.stdin.take().expect("an input");
        input.write_all(&stream).expect("git reads");
        drop(input);
        assert!(git.wait().expect("git ends").success());
    }
}

/// The account of somebody who owns items.
fn person(number: usize) -> String {
    format!("dev-{:02}", number % PEOPLE)
}

/// A document with exactly so many rows of its own table, with these due dates.
fn tabled(text: &str, dues: &[&str; ITEMS], number: usize) -> String {
    let is_row = |line: &&str| line.starts_with("| A");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(is_row)
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    let mut table = String::new();
    for (index, due) in dues.iter().enumerate() {
        let [_, action, kind, priority, team, _, done_when] = rows[index % rows.len()][..] else {
            panic!("a row of the generator has seven cells: {:?}", rows[0]);
        };
        let owner = match index % 2 {
            0 => format!("@{}", person(number + index)),
            _ => team.to_string(),
        };
        let id = index + 1;
        writeln!(
            table,
            "| A{id} | {action} | {kind} | {priority} | {owner} | {due} | {done_when} |"
        )
        .expect("a text takes everything");
    }
    let mut table = Some(table);
    let mut out = String::new();
    for line in text.lines() {
        if is_row(&line) {
            out += &table.take().unwrap_or_default();
        } else {
            out += line;
            out.push('\n');
        }
    }
    out
}
