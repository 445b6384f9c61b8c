//! A repository with its GitHub, and what the story so far allows to be true of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::chance::Chance;
use crate::approval::Stage;
use crate::github::{Fake, Right, View};
use crate::harness::{CLEAN, Repo, folder_in_memory};

const CONFIG: &str = r#"
services:
  checkout: { owner: "@acme/payments" }
"#;

/// The account that the workflow's token opens issues with.
pub(super) const BOT: &str = "github-actions[bot]";
/// The label of ours.
pub(super) const OURS: &str = "aftersight";
/// Owners; zoe has no access.
const OWNERS: [&str; 5] = [
    "@alice",
    "@bob",
    "@zoe",
    "@acme/payments",
    "@example/platform",
];

/// What happened, for people.
pub(super) type Story = Arc<Mutex<Vec<String>>>;

/// A row of a table of action items.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) due: String,
    pub(super) owner: String,
    pub(super) dropped: Option<String>,
}

/// A postmortem.
#[derive(Clone, Debug)]
pub(super) struct Paper {
    pub(super) id: String,
    pub(super) path: String,
    pub(super) rows: Vec<Row>,
    pub(super) broken: bool,
}

impl Paper {
    pub(super) fn key(&self, row: &Row) -> String {
        format!("{}/{}", self.id, row.id)
    }

    fn text(&self) -> String {
        if self.broken {
            return format!(
                "---\nid: [{}\nstatus: {{\n---\n\n## Action items\n",
                self.id
            );
        }
        let (head, rest) = CLEAN.split_once("## Action items").expect("the table");
        let (_, tail) = rest.split_once("## External").expect("what follows");
        let head = head.replace("INC-2026-014", &self.id);
        let mut table = String::from(
            "| ID | Action | Type | Priority | Owner | Due | Done when | Status |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
        );
        for row in &self.rows {
            let status = row.dropped.as_ref().map(|why| format!("dropped: {why}"));
            table += &format!(
                "| {} | {} | prevent | P1 | {} | {} | it is seen | {} |\n",
                row.id,
                row.title,
                row.owner,
                row.due,
                status.unwrap_or_default()
            );
        }
        format!("{head}## Action items\n\n{table}\n## External{tail}")
    }
}

/// What a test has to remember, since GitHub forgets or never knew it.
#[derive(Default)]
pub(super) struct Model {
    pub(super) papers: Vec<Paper>,
    /// Files that have to go with the next commit.
    stale: Vec<String>,
    /// Every item that a file ever named.
    pub(super) ever: BTreeSet<String>,
    /// Items that a file gave up, or had no more, at some time.
    pub(super) given_up: BTreeSet<String>,
    /// Items that a file dropped at some time.
    dropped: BTreeSet<String>,
    /// The bot's issues by number, and whose each was when it was opened.
    pub(super) born: BTreeMap<u64, String>,
    /// Issues that a person closed last.
    pub(super) closed: BTreeSet<u64>,
    /// Issues that a person closed or opened at any time.
    pub(super) handled: BTreeSet<u64>,
    /// Issues that are not here any more.
    pub(super) deleted: BTreeSet<u64>,
    pub(super) moved: BTreeSet<u64>,
    /// What people wrote around the block.
    pub(super) notes: BTreeMap<u64, Vec<String>>,
    /// Labels that people put on.
    pub(super) labels: BTreeMap<u64, BTreeSet<String>>,
    /// Other people's issues as they have to be.
    pub(super) foreign: BTreeMap<u64, View>,
    /// Other people's pull requests.
    pub(super) pulls: BTreeSet<u64>,
    /// Whether two runs were at work at once.
    pub(super) crowded: bool,
    /// So many requests are in the story.
    pub(super) told: usize,
    serial: usize,
}

impl Model {
    /// A number that was not used before.
    pub(super) fn serial(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }

    /// A new row.
    pub(super) fn row(&mut self, chance: &mut Chance) -> Row {
        let serial = self.serial();
        let (month, day) = *chance.pick(&[(10, 13), (10, 14), (10, 20), (11, 6), (12, 18)]);
        Row {
            id: format!("A{serial}"),
            title: format!("Make part {serial} safe, as @everyone asked"),
            due: format!("2026-{month}-{day:02}"),
            owner: chance.pick(&OWNERS).to_string(),
            dropped: None,
        }
    }

    pub(super) fn owner(chance: &mut Chance) -> String {
        chance.pick(&OWNERS).to_string()
    }

    /// Whether a file ever said that an item is dropped.
    pub(super) fn given_up_by_drop(&self, key: &str) -> bool {
        self.dropped.contains(key)
    }

    /// The file of a postmortem gets another name.
    pub(super) fn rename(&mut self, index: usize) {
        let serial = self.serial();
        let paper = &mut self.papers[index];
        let old = std::mem::replace(
            &mut paper.path,
            format!("postmortems/2026-10-10-named-{serial}.md"),
        );
        self.stale.push(old);
    }
}

/// The whole of it.
pub(super) struct World {
    pub(super) stage: Stage,
    pub(super) public: bool,
    model: Mutex<Model>,
    story: Story,
}

impl World {
    /// A repository with so many postmortems and items altogether, all of them promised.
    pub(super) fn new(chance: &mut Chance, papers: usize, items: usize, story: Story) -> Arc<Self> {
        let github = Fake::start_in(folder_in_memory());
        let stage = Stage::of(CONFIG, github, Repo::in_memory());
        stage.github.user("eve", Right::Read);
        // Git tidies nothing up in these short lives.
        for config in [
            stage.repo.file(".git/config"),
            stage.github.remote().join("config"),
        ] {
            let mut text = std::fs::read_to_string(&config).expect("the configuration");
            text += "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n";
            std::fs::write(&config, text).expect("the configuration");
        }
        let public = chance.one_in(2);
        if public {
            stage.github.public();
        }
        let mut model = Model::default();
        for number in 1..=papers {
            model.papers.push(Paper {
                id: format!("INC-2026-{number:03}"),
                path: format!("postmortems/2026-10-10-number-{number}.md"),
                rows: Vec::new(),
                broken: false,
            });
        }
        for item in 0..items {
            let row = model.row(chance);
            model.papers[item % papers].rows.push(row);
        }
        let world = Self {
            stage,
            public,
            model: Mutex::new(model),
            story,
        };
        world.tell(format!(
            "{papers} postmortems with {items} items, public: {public}"
        ));
        world.publish();
        Arc::new(world)
    }

    pub(super) fn github(&self) -> &Fake {
        &self.stage.github
    }

    pub(super) fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, what: impl Into<String>) {
        let mut story = self.story.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.stage.github.now();
        story.push(format!("{now} {}", what.into()));
    }

    /// Brings the files to the default branch.
    pub(super) fn publish(&self) {
        let mut model = self.model();
        for path in std::mem::take(&mut model.stale) {
            let _ = std::fs::remove_file(self.stage.repo.file(&path));
        }
        let mut ever = BTreeSet::new();
        let mut given_up = BTreeSet::new();
        for paper in &model.papers {
            self.stage.repo.write(&paper.path, paper.text());
            if paper.broken {
                continue;
            }
            for row in &paper.rows {
                ever.insert(paper.key(row));
                if row.dropped.is_some() {
                    given_up.insert(paper.key(row));
                }
            }
        }
        // A file that is broken gives nothing up; all others say what they have no more.
        let dropped: Vec<String> = given_up.iter().cloned().collect();
        model.dropped.extend(dropped);
        if model.papers.iter().all(|paper| !paper.broken) {
            given_up.extend(model.ever.difference(&ever).cloned());
        }
        model.ever.extend(ever);
        model.given_up.extend(given_up);
        drop(model);
        let repo = &self.stage.repo;
        repo.git(&["add", "-A"]);
        repo.git(&["commit", "-q", "--allow-empty", "-m", "write"]);
        repo.git(&["push", "-q", "origin", "main"]);
    }

    /// Brings the ledger to the clone.
    pub(super) fn fetch(&self) {
        self.stage.repo.git(&["fetch", "-q", "origin"]);
    }

    /// Takes note of the issues that the bot opened, before anybody changes what they say.
    pub(super) fn learn(&self) -> Vec<View> {
        let issues = self.github().issues();
        let mut model = self.model();
        for issue in &issues {
            if issue.author == BOT && !model.born.contains_key(&issue.number) {
                let key = marked(&issue.body);
                let key = key.unwrap_or_else(|| panic!("#{} has no name", issue.number));
                model.born.insert(issue.number, key.into());
            }
            if issue.state == "open" {
                model.closed.remove(&issue.number);
            }
        }
        issues
    }
}

/// The hidden name in a text.
fn marked(body: &str) -> Option<&str> {
    let (_, rest) = body.split_once("<!-- aftersight:item ")?;
    rest.split_once(" -->").map(|(name, _)| name)
}
