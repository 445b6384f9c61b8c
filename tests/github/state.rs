//! What the fake knows: accounts, rights, teams, tokens, pull requests and reviews. The history is git's own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::issues::Issues;
use super::repository::{Repository, Signature, WEB};

/// The owner of the repository.
pub(super) const OWNER: &str = "acme";
/// The repository.
pub(super) const REPOSITORY: &str = "acme/incidents";
/// Its number, as in the addresses of further pages.
pub(super) const REPOSITORY_ID: u64 = 4242;
/// The account of workflows, and its number on github.com.
pub(super) const WORKFLOW: (&str, u64) = ("github-actions[bot]", 41_898_282);
/// The first moment: an hour before the tests' usual time of day, two days earlier.
const BEGIN: &str = "2026-10-12T08:00:00Z";

/// What an account may do in the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    /// Nothing but what everybody may.
    None,
    /// Read.
    Read,
    /// Push.
    Write,
    /// Everything.
    Admin,
}

/// How a pull request is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// A merge commit.
    Merge,
    /// One commit for all.
    Squash,
    /// Every commit anew.
    Rebase,
    /// The merge queue, which squashes on a branch of its own that the base then moves to.
    Queue,
}

#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) login: String,
    pub(super) bot: bool,
    pub(super) right: Right,
}

/// Who sends a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    Nobody,
    User(String),
    /// A workflow or another app, with permissions (`contents`) and whether they are for writing.
    App(BTreeMap<String, bool>),
}

#[derive(Clone, Debug)]
pub(super) struct Review {
    pub(super) id: u64,
    pub(super) by: String,
    /// As the API writes it: `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED` or `PENDING`.
    pub(super) state: &'static str,
    pub(super) body: String,
    pub(super) commit: String,
    /// None while it is pending.
    pub(super) at: Option<Timestamp>,
    /// So many further lists do not show it yet.
    pub(super) hidden: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Merge {
    pub(super) by: String,
    pub(super) at: Timestamp,
    /// Every commit that came to the base with it; the last is the base's new one.
    pub(super) landed: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct PullRequest {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) by: String,
    pub(super) branch: String,
    /// The owner of the fork, where it comes from one.
    pub(super) fork: Option<String>,
    pub(super) fork_gone: bool,
    pub(super) base: String,
    /// The base's commit when the head was last moved. (How soon GitHub follows the base is written nowhere.)
    pub(super) base_sha: String,
    pub(super) head: String,
    pub(super) at: Timestamp,
    pub(super) reviews: Vec<Review>,
    pub(super) merge: Option<Merge>,
    pub(super) closed: bool,
    pub(super) hidden: u32,
}

impl PullRequest {
    /// The reference that holds the head.
    pub(super) fn source(&self) -> String {
        match &self.fork {
            Some(owner) => format!("refs/forks/{owner}/{}", self.branch),
            None => format!("refs/heads/{}", self.branch),
        }
    }

    pub(super) fn label(&self) -> String {
        format!("{}:{}", self.fork.as_deref().unwrap_or(OWNER), self.branch)
    }

    /// When something last happened to it.
    pub(super) fn updated(&self) -> Timestamp {
        let reviewed = self.reviews.iter().filter_map(|review| review.at).max();
        let merged = self.merge.as_ref().map(|merge| merge.at);
        merged.or(reviewed).unwrap_or(self.at)
    }

    pub(super) fn is_open(&self) -> bool {
        self.merge.is_none() && !self.closed
    }
}

/// What a rule that asks for pull requests says (googleapis/release-please#817).
pub(super) const RULE: &str =
    "Repository rule violations found\n\nChanges must be made through a pull request.\n\n";

/// Everything.
pub(super) struct State {
    pub(super) git: Repository,
    /// The REST address without a trailing `/`.
    pub(super) api: String,
    pub(super) public: bool,
    /// The reference that a rule protects.
    pub(super) protected: Option<String>,
    pub(super) users: BTreeMap<String, User>,
    pub(super) teams: BTreeMap<String, BTreeSet<String>>,
    pub(super) tokens: BTreeMap<String, Identity>,
    pub(super) pulls: Vec<PullRequest>,
    pub(super) issues: Issues,
    pub(super) now: Timestamp,
    ids: u64,
    numbers: u64,
    /// What is made from now on is missing from so many lists.
    pub(super) lag: u32,
    /// Requests sent with each token.
    pub(super) used: BTreeMap<String, u64>,
    /// When the present hour of requests began, where hours are kept; without, it never ends.
    pub(super) hour: Option<Timestamp>,
}

impl State {
    pub(super) fn new(git: Repository) -> Self {
        Self {
            git,
            api: String::new(),
            public: false,
            protected: None,
            users: BTreeMap::new(),
            teams: BTreeMap::new(),
            tokens: BTreeMap::new(),
            pulls: Vec::new(),
            issues: Issues::default(),
            now: BEGIN.parse().expect("a moment"),
            ids: 1000,
            numbers: 0,
            lag: 0,
            used: BTreeMap::new(),
            hour: None,
        }
    }

    /// The moment at which tokens have all of their requests again; a new hour begins when one is over.
    pub(super) fn reset(&mut self) -> Timestamp {
        let hour = SignedDuration::from_hours(1);
        if self
            .hour
            .is_some_and(|began| self.now.duration_since(began) >= hour)
        {
            self.hour = Some(self.now);
            self.used.clear();
        }
        self.hour.unwrap_or(self.now) + hour
    }

    /// The next moment: whatever happens takes a second.
    pub(super) fn tick(&mut self) -> Timestamp {
        self.now += SignedDuration::from_secs(1);
        self.now
    }

    pub(super) fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Pull requests and issues share their numbers.
    pub(super) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub(super) fn add_user(&mut self, login: &str, bot: bool, right: Right) -> u64 {
        let id = if login == WORKFLOW.0 {
            WORKFLOW.1
        } else {
            self.id()
        };
        let user = User {
            id,
            login: login.into(),
            bot,
            right,
        };
        let before = self.users.insert(login.into(), user);
        assert!(before.is_none(), "`{login}` is there already");
        id
    }

    /// The account, or a panic: a test names nobody whom it has not made.
    pub(super) fn known(&self, login: &str) -> &User {
        let user = self.users.get(login);
        user.unwrap_or_else(|| panic!("nobody is called `{login}`; make the account first"))
    }

    /// What somebody may do here; everybody may read what is public.
    pub(super) fn right(&self, login: &str) -> Right {
        let right = self.users.get(login).map_or(Right::None, |user| user.right);
        if self.public {
            right.max(Right::Read)
        } else {
            right
        }
    }

    /// The account behind an address in a commit: GitHub's own kind, or `login@example.org`.
    pub(super) fn by_email(&self, email: &str) -> Option<&User> {
        if let Some(local) = email.strip_suffix("@users.noreply.github.com") {
            let (id, login) = local.split_once('+')?;
            let user = self.users.get(login)?;
            return (user.id.to_string() == id).then_some(user);
        }
        self.users.get(email.strip_suffix("@example.org")?)
    }

    pub(super) fn email(&self, login: &str) -> String {
        format!("{}+{login}@users.noreply.github.com", self.known(login).id)
    }

    /// Follows what was pushed: the heads of open pull requests move with their branches.
    pub(super) fn follow(&mut self) {
        for pull in &mut self.pulls {
            if !pull.is_open() {
                continue;
            }
            // A branch that is gone leaves the head where it was.
            let Some(head) = self.git.commit_of(&pull.source()) else {
                continue;
            };
            if head != pull.head {
                pull.head = head;
                if let Some(base) = self.git.commit_of(&format!("refs/heads/{}", pull.base)) {
                    pull.base_sha = base;
                }
                let reference = format!("refs/pull/{}/head", pull.number);
                self.git.set(&reference, &pull.head, None);
            }
        }
    }

    /// A pull request; `None` where there is no such number.
    pub(super) fn pull(&mut self, number: u64) -> Option<&mut PullRequest> {
        self.follow();
        self.pulls.iter_mut().find(|pull| pull.number == number)
    }

    /// The account that deals with it, with what a browser would refuse.
    pub(super) fn open(&mut self, by: &str, branch: &str, fork: bool) -> Result<u64, String> {
        self.known(by);
        let local = format!("refs/heads/{branch}");
        let head = self.git.commit_of(&local);
        let head = head.ok_or_else(|| format!("nobody has pushed the branch `{branch}`"))?;
        let base = self.git.commit_of("refs/heads/main");
        let base_sha = base.ok_or("nobody has pushed `main`")?;
        if self.git.between(&base_sha, &head).is_empty() {
            return Err(format!("No commits between main and {branch}"));
        }
        let number = self.number();
        let title = self.git.look(&head).message;
        let pull = PullRequest {
            number,
            title: title.lines().next().unwrap_or_default().into(),
            by: by.into(),
            branch: branch.into(),
            fork: fork.then(|| by.to_string()),
            fork_gone: false,
            base: "main".into(),
            base_sha,
            head: head.clone(),
            at: self.tick(),
            reviews: Vec::new(),
            merge: None,
            closed: false,
            hidden: self.lag,
        };
        if fork {
            self.git.set(&pull.source(), &head, None);
            self.git.remove(&local);
        }
        self.git
            .set(&format!("refs/pull/{number}/head"), &head, None);
        self.pulls.push(pull);
        Ok(number)
    }

    /// A review of the present head. An error is what GitHub answers with status 422.
    pub(super) fn review(
        &mut self,
        number: u64,
        by: &str,
        state: &'static str,
        body: &str,
        commit: Option<&str>,
    ) -> Result<u64, String> {
        assert!(
            self.right(by) >= Right::Read,
            "`{by}` cannot see this private repository; give a right or make it public"
        );
        let at = self.tick();
        let id = self.id();
        let hidden = self.lag;
        let pull = self.pull(number).ok_or("Not Found")?;
        // juliangruber/approve-pull-request-action#79 has both answers; a comment on one's own is allowed.
        if pull.by == by && state == "APPROVED" {
            return Err("Can not approve your own pull request".into());
        }
        if pull.by == by && state == "CHANGES_REQUESTED" {
            return Err("Can not request changes on your own pull request".into());
        }
        let head = pull.head.clone();
        pull.reviews.push(Review {
            id,
            by: by.into(),
            state,
            body: body.into(),
            commit: commit.map_or(head, str::to_string),
            at: (state != "PENDING").then_some(at),
            hidden,
        });
        Ok(id)
    }

    /// Takes a review back. A comment cannot be dismissed (the REST description of the dismissal's 422).
    pub(super) fn dismiss(&mut self, number: u64, review: u64) -> Result<(), String> {
        self.tick();
        let pull = self.pull(number).ok_or("Not Found")?;
        let found = pull.reviews.iter_mut().find(|it| it.id == review);
        let found = found.ok_or("Not Found")?;
        if !["APPROVED", "CHANGES_REQUESTED"].contains(&found.state) {
            return Err("Can not dismiss a commented pull request review".into());
        }
        found.state = "DISMISSED";
        Ok(())
    }

    /// Merges with real commits. An error is why GitHub would not.
    pub(super) fn merge(&mut self, number: u64, how: Method, by: &str) -> Result<String, String> {
        let at = self.tick();
        if self.right(by) < Right::Write {
            return Err(format!("`{by}` may not push"));
        }
        let pull = self.pull(number).ok_or("Not Found")?.clone();
        if !pull.is_open() {
            return Err("Pull Request is not mergeable".into());
        }
        let target = format!("refs/heads/{}", pull.base);
        let base = self.git.commit_of(&target).ok_or("no base")?;
        let web = Signature::new(WEB, at);
        let signature = |login: &str| Signature::new((login, &self.email(login)), at);
        let conflict = || "Pull Request is not mergeable".to_string();
        let tree = self.git.merged(None, &base, &pull.head);
        let title = format!("{} (#{number})", pull.title);
        let commits = self.git.between(&base, &pull.head);
        let mut landed = Vec::new();
        match how {
            Method::Merge => {
                let from = pull.label().replacen(':', "/", 1);
                let message = format!("Merge pull request #{number} from {from}\n\n{}", pull.title);
                let parents = [base.as_str(), pull.head.as_str()];
                let tree = tree.ok_or_else(conflict)?;
                landed.extend(commits);
                landed.push(
                    self.git
                        .commit(&tree, &parents, &message, &signature(by), &web)?,
                );
            }
            Method::Squash | Method::Queue => {
                let tree = tree.ok_or_else(conflict)?;
                let message = format!("{title}{}", self.co_authors(&pull, &commits));
                let author = signature(&pull.by);
                landed.push(self.git.commit(&tree, &[&base], &message, &author, &web)?);
            }
            Method::Rebase => {
                let mut onto = base.clone();
                for sha in &commits {
                    let commit = self.git.look(sha);
                    // Merges are left out, as `git rebase` does.
                    let [parent] = commit.parents.as_slice() else {
                        continue;
                    };
                    let tree = self.git.merged(Some(parent), &onto, sha);
                    let tree = tree.ok_or_else(conflict)?;
                    let (message, author) = (&commit.message, &commit.author);
                    onto = self.git.commit(&tree, &[&onto], message, author, &web)?;
                    landed.push(onto.clone());
                }
            }
        }
        let last = landed.last().ok_or_else(conflict)?.clone();
        if how == Method::Queue {
            // The branch that merge groups are built on (docs.github.com, "Managing a merge queue").
            let queue = format!(
                "refs/heads/gh-readonly-queue/{}/pr-{number}-{base}",
                pull.base
            );
            self.git.set(&queue, &last, Some(""));
            self.git.set(&target, &last, Some(&base));
            self.git.remove(&queue);
        } else {
            self.git.set(&target, &last, Some(&base));
        }
        let pull = self.pull(number).ok_or("Not Found")?;
        pull.base_sha = base;
        pull.merge = Some(Merge {
            by: by.into(),
            at,
            landed,
        });
        Ok(last)
    }

    /// A squash names everybody else who wrote on it.
    fn co_authors(&self, pull: &PullRequest, commits: &[String]) -> String {
        let authors = commits.iter().map(|sha| self.git.look(sha).author);
        let others: BTreeSet<String> = authors
            .filter(|author| {
                let user = self.by_email(&author.email);
                user.is_none_or(|user| user.login != pull.by)
            })
            .map(|author| format!("Co-authored-by: {} <{}>", author.name, author.email))
            .collect();
        if others.is_empty() {
            return String::new();
        }
        let lines: Vec<String> = others.into_iter().collect();
        format!("\n\n{}", lines.join("\n"))
    }

    /// The commit that merging an open pull request would make; kept as `refs/pull/N/merge`, as runners check it out.
    pub(super) fn trial(&self, pull: &PullRequest) -> Option<String> {
        let base = self.git.commit_of(&format!("refs/heads/{}", pull.base))?;
        let tree = self.git.merged(None, &base, &pull.head)?;
        let web = Signature::new(WEB, pull.at);
        let message = format!("Merge {} into {base}", pull.head);
        let parents = [base.as_str(), pull.head.as_str()];
        let made = self
            .git
            .commit(&tree, &parents, &message, &web, &web)
            .ok()?;
        let reference = format!("refs/pull/{}/merge", pull.number);
        self.git.set(&reference, &made, None);
        Some(made)
    }

    /// The pull requests of a commit: of one on the default branch those that brought it there; of another also the
    /// open ones that hold it (the official description of `commits/{commit_sha}/pulls`).
    pub(super) fn pulls_of(&mut self, commit: &str) -> Vec<PullRequest> {
        self.follow();
        let main = self.git.commit_of("refs/heads/main");
        let landed = main.is_some_and(|main| self.git.is_ancestor(commit, &main));
        let holds = |pull: &&PullRequest| match &pull.merge {
            Some(merge) if landed => merge.landed.iter().any(|it| it == commit),
            None if landed || pull.closed => false,
            _ => self
                .git
                .between(&pull.base_sha, &pull.head)
                .iter()
                .any(|it| it == commit),
        };
        self.pulls.iter().filter(holds).cloned().collect()
    }
}
