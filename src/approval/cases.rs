//! Situations of a review, told as a table: `cases.txt`, one situation a block, judged by the policy and the judge together.
//!
//! `UPDATE_CASES=1 cargo test --lib cases` writes what is judged now below each `->`; read it as a reviewer would.
//!
//! The world of every case, unless it says otherwise: pat opened the pull request; it brings one postmortem, of severity sev2
//! and about `checkout`. The commit `old` has another text than `new`, which is the head, and `gone` cannot be read.
//! checkout and labels belong to @acme/payments (ada, ben), tracking to @acme/web (cleo), mailer to an e-mail address, attic to nobody;
//! @acme/leads is dan, @acme/security eve and fay; gus and hal are in no team; robo and keeper[bot] are programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::codeowners::CodeOwners;
use super::{judge, policy};
use crate::config::Config;
use crate::ledger::facts::{Contributor, Facts, Merge, Opinion, Person, Review, Seen, Text};
use crate::ledger::verdict::{Verdict, Weight};
use crate::postmortem::Postmortem;
use crate::situation;
use crate::source::Source;

const CASES: &str = include_str!("cases.txt");
const PEOPLE: [&str; 12] = [
    "pat",
    "ada",
    "ben",
    "cleo",
    "dan",
    "eve",
    "fay",
    "gus",
    "hal",
    "ian",
    "robo",
    "keeper[bot]",
];
const SERVICES: &str = "services:
  checkout: { owner: \"@acme/payments\" }
  labels: { owner: \"@Acme/payments\" }
  tracking: { owner: \"@acme/web\" }
  mailer: { owner: mail-team@example.org }
  attic: { description: Nobody knows }
";
const TEAMS: [(&str, &[&str]); 4] = [
    ("@acme/payments", &["ada", "ben"]),
    ("@acme/web", &["cleo"]),
    ("@acme/leads", &["dan"]),
    ("@acme/security", &["eve", "fay"]),
];

/// What the lines of a case say.
struct Case {
    require: Vec<String>,
    policy: Vec<String>,
    owners: String,
    /// The front matter of the postmortem, and of the one that was there before.
    now: BTreeMap<String, String>,
    was: BTreeMap<String, String>,
    author: Option<Person>,
    contributors: Vec<Contributor>,
    teams: BTreeMap<String, Vec<Person>>,
    logins: BTreeMap<String, String>,
    without_access: Vec<String>,
    /// The texts of a commit's postmortems; none where it cannot be read.
    commits: BTreeMap<String, Option<Vec<String>>>,
    head: String,
    file: usize,
    merged: Option<String>,
    merger: Option<Person>,
    reviews: Vec<Review>,
}

impl Case {
    fn new() -> Self {
        let texts = |text: &str| Some(vec![text.to_string()]);
        let commits = [
            ("old", texts("The pool was to small.")),
            ("new", texts("The pool was too small.")),
            ("gone", None),
        ];
        let mut case = Self {
            require: Vec::new(),
            policy: Vec::new(),
            owners: String::new(),
            now: [("severity", "sev2"), ("services", "[checkout]")]
                .map(|(key, value)| (key.into(), value.into()))
                .into(),
            was: BTreeMap::new(),
            author: None,
            contributors: Vec::new(),
            teams: BTreeMap::new(),
            logins: BTreeMap::new(),
            without_access: Vec::new(),
            commits: commits.map(|(name, text)| (name.into(), text)).into(),
            head: "new".into(),
            file: 0,
            merged: None,
            merger: None,
            reviews: Vec::new(),
        };
        case.author = Some(case.person("pat"));
        for (team, members) in TEAMS {
            let members = members.iter().map(|name| case.person(name)).collect();
            case.teams.insert(team.into(), members);
        }
        case
    }

    fn person(&self, name: &str) -> Person {
        let id = PEOPLE.iter().position(|known| *known == name);
        Person {
            id: id.expect(name) as u64,
            login: self
                .logins
                .get(name)
                .cloned()
                .unwrap_or_else(|| name.into()),
            bot: name == "robo" || name.ends_with("[bot]"),
        }
    }

    /// Takes one line.
    fn take(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').expect(line);
        let list = || rest.split(", ");
        match word {
            "require" => self.require.push(format!("    - {rest}\n")),
            "policy" => self.policy.push(format!("  {rest}\n")),
            "codeowners" => self.owners += &format!("{rest}\n"),
            "is" | "was" => {
                let (key, value) = rest.split_once(' ').expect(line);
                if word == "was" && self.was.is_empty() {
                    self.was = self.now.clone();
                }
                let front = if word == "is" {
                    &mut self.now
                } else {
                    &mut self.was
                };
                front.insert(key.into(), value.into());
            }
            "author" => self.author = (rest != "nobody").then(|| self.person(rest)),
            "contributor" => {
                let known = PEOPLE.contains(&rest).then(|| self.person(rest));
                let name = if known.is_some() {
                    String::new()
                } else {
                    rest.into()
                };
                self.contributors.push(Contributor {
                    person: known,
                    name,
                });
            }
            "team" => {
                let (team, members) = rest.split_once(": ").unwrap_or((rest, ""));
                let members = members.split(", ").filter(|name| !name.is_empty());
                let members = members.map(|name| self.person(name)).collect();
                self.teams.insert(team.into(), members);
            }
            "login" => {
                let (name, login) = rest.split_once(" is ").expect(line);
                self.logins.insert(name.into(), login.into());
            }
            "no-access" => self.without_access.extend(list().map(String::from)),
            "commit" => {
                let (name, texts) = rest.split_once(": ").expect(line);
                let texts = texts.split(" | ").map(String::from).collect();
                self.commits.insert(name.into(), Some(texts));
            }
            "head" => self.head = rest.into(),
            "file" => self.file = rest.parse::<usize>().expect(line) - 1,
            "merger" => self.merger = Some(self.person(rest)),
            "merged" => self.merged = Some(rest.into()),
            name => self.review(name, rest),
        }
    }

    /// `approves new`, `dismissed old`, `comments new at 3`.
    fn review(&mut self, name: &str, rest: &str) {
        let words: Vec<&str> = rest.split(' ').collect();
        let opinion = match words[0] {
            "approves" => Opinion::Approved,
            "refuses" => Opinion::ChangesRequested,
            "comments" => Opinion::Commented,
            "dismissed" => Opinion::Dismissed,
            other => panic!("`{other}` is no review"),
        };
        assert!(
            self.commits.contains_key(words[1]),
            "no commit `{}`",
            words[1]
        );
        let id = self.reviews.len() as u64 + 1;
        let at = match words.get(3) {
            Some(at) => at.parse().expect(rest),
            None => i64::try_from(id).expect("few") * 10,
        };
        self.reviews.push(Review {
            id,
            by: self.person(name),
            opinion,
            at: Timestamp::from_second(at).expect(rest),
            commit: words[1].into(),
            may_write: !self.without_access.iter().any(|gone| gone == name),
        });
    }

    fn judge(&self) -> Verdict {
        let mut config = format!("{SERVICES}approval:\n{}", self.policy.concat());
        if !self.require.is_empty() {
            config += &format!("  require:\n{}", self.require.concat());
        }
        let (config, problems) = Config::read(Arc::new(Source::new("aftersight.yml", config)));
        assert!(problems.is_empty(), "{problems:#?}");
        let owners = (!self.owners.is_empty()).then(|| CodeOwners::read(&self.owners));
        let asked = |front: &BTreeMap<String, String>| {
            let fields = front.iter().map(|(key, value)| format!("{key}: {value}\n"));
            let text = format!("---\nowner: \"@hal\"\n{}---\n", fields.collect::<String>());
            let source = Arc::new(Source::new("postmortems/a.md", text));
            let postmortem = Postmortem::parse(source, &config.conventions);
            policy::requirements(&config, owners.as_ref(), &postmortem)
        };
        let mut requirements = asked(&self.now);
        if !self.was.is_empty() {
            requirements = policy::merged(asked(&self.was), requirements);
        }
        let mut teams = self.teams.clone();
        // Only the teams that are named are asked for.
        let named = policy::teams(&requirements);
        teams.retain(|team, _| named.contains(team));
        let facts = Facts {
            number: 7,
            url: "https://github.example/acme/postmortems/pull/7".into(),
            author: self.author.clone(),
            branch: "main".into(),
            base: "base".into(),
            head: self.head.clone(),
            merge: self.merger.as_ref().map(|by| Merge {
                commit: "merged".into(),
                at: Timestamp::MAX,
                by: Some(by.clone()),
            }),
            contributors: self.contributors.clone(),
            reviews: self.reviews.clone(),
            teams,
        };
        let at = |commit: &str| {
            let texts = self.commits[commit].as_ref();
            texts.map(|texts| texts.get(self.file).cloned())
        };
        let judged = self
            .merged
            .clone()
            .map_or_else(|| at(&self.head).flatten(), Some);
        let seen = |commit: &String| match at(commit) {
            None => Seen::Unreachable,
            Some(text) if text == judged => Seen::Same,
            Some(_) => Seen::Other,
        };
        let seen = self
            .commits
            .keys()
            .map(|commit| (commit.clone(), seen(commit)));
        let text = Text {
            id: None,
            path: "postmortems/a.md".into(),
            blob: judged.clone(),
            seen: seen.collect(),
        };
        judge::judge(&facts, &requirements, &text)
    }
}

/// A verdict in the words of the table.
fn tell(verdict: &Verdict) -> String {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_string();
    let state = serde_json::to_value(verdict.state)
        .map(word)
        .expect("a word");
    let mut told = format!("-> {state}\n");
    for need in &verdict.needs {
        let met = match need.met_by.as_slice() {
            [] => "nobody".into(),
            logins => logins.join(", "),
        };
        told += &format!("   {}: {met}", need.requirement.role);
        if need.missing > 0 {
            told += &format!(", {} missing", need.missing);
        }
        told += "\n";
    }
    for voice in &verdict.voices {
        let opinion = serde_json::to_value(voice.opinion)
            .map(word)
            .expect("a word");
        let weight = serde_json::to_value(voice.weight)
            .map(word)
            .expect("a word");
        told += &format!("   {} {opinion}: {weight}", voice.login);
        if voice.weight == Weight::Counts {
            told += &format!(" as {}", voice.roles.join(", "));
        }
        told += "\n";
    }
    told
}

#[test]
fn every_situation_is_judged_as_it_should_be() {
    situation::hold(
        CASES,
        "src/approval/cases.txt",
        Case::new,
        Case::take,
        |case| tell(&case.judge()),
    );
}
