//! What people do with issues on GitHub's pages, and what a test sees of them.

use jiff::{SignedDuration, Timestamp};

use super::{Fate, Issue, Wish};
use crate::github::Fake;
use crate::github::state::Right;

/// An issue as a test looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) number: u64,
    pub(crate) author: String,
    pub(crate) title: String,
    pub(crate) body: String,
    /// `open` or `closed`.
    pub(crate) state: &'static str,
    /// `completed`, `not_planned`, `duplicate` or `reopened`.
    pub(crate) reason: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) assignees: Vec<String>,
    /// Authors and texts.
    pub(crate) comments: Vec<(String, String)>,
}

impl View {
    fn of(issue: &Issue) -> Self {
        let comments = issue.comments.iter();
        Self {
            number: issue.number,
            author: issue.by.clone(),
            title: issue.title.clone(),
            body: issue.body.clone(),
            state: issue.state(),
            reason: issue.reason.clone(),
            labels: issue.labels.clone(),
            assignees: issue.assignees.clone(),
            comments: comments
                .map(|it| (it.by.clone(), it.body.clone()))
                .collect(),
        }
    }
}

/// A text as a browser sends it: with CRLF, which GitHub keeps (actions/runner#1462).
fn typed(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

impl Fake {
    /// Somebody opens an issue; its number.
    pub(crate) fn open_issue(&self, by: &str, title: &str, body: &str) -> u64 {
        let mut state = self.shared.state();
        state.known(by);
        assert!(state.right(by) >= Right::Read, "`{by}` sees no issues");
        let wish = Wish {
            title: Some(title.into()),
            body: Some(typed(body)),
            ..Wish::default()
        };
        let flaws = state.flaws(&wish);
        assert!(flaws.is_empty(), "{flaws:?}");
        state.make_issue(by, wish)
    }

    /// An issue with a label that somebody opened and closed as completed long ago; its number.
    pub(crate) fn past_issue(&self, by: &str, title: &str, body: &str, label: &str) -> u64 {
        let mut state = self.shared.state();
        state.known(by);
        state.make_past_issue(by, title, body, label)
    }

    /// Somebody gives an issue another title or text.
    pub(crate) fn edit_issue(
        &self,
        number: u64,
        by: &str,
        title: Option<&str>,
        body: Option<&str>,
    ) {
        let wish = Wish {
            title: title.map(str::to_string),
            body: body.map(typed),
            ..Wish::default()
        };
        self.wish(number, by, wish);
    }

    /// Somebody closes an issue as `completed`, `not_planned` or `duplicate`.
    pub(crate) fn close_issue(&self, number: u64, by: &str, reason: &str) {
        let reasons = ["completed", "not_planned", "duplicate"];
        assert!(reasons.contains(&reason), "{reason}");
        let wish = Wish {
            closed: Some(true),
            reason: Some(reason.into()),
            ..Wish::default()
        };
        self.wish(number, by, wish);
    }

    /// Somebody opens a closed issue again.
    pub(crate) fn reopen_issue(&self, number: u64, by: &str) {
        let wish = Wish {
            closed: Some(false),
            ..Wish::default()
        };
        self.wish(number, by, wish);
    }

    /// Somebody assigns these accounts and no others.
    pub(crate) fn assign_issue(&self, number: u64, by: &str, logins: &[&str]) {
        let wish = Wish {
            assignees: Some(logins.iter().map(|it| it.to_string()).collect()),
            ..Wish::default()
        };
        self.wish(number, by, wish);
    }

    /// Somebody puts a label on an issue or a pull request.
    pub(crate) fn label_issue(&self, number: u64, by: &str, label: &str) {
        self.relabel(number, by, |labels| labels.push(label.into()));
    }

    /// Somebody takes a label off an issue or a pull request.
    pub(crate) fn unlabel_issue(&self, number: u64, by: &str, label: &str) {
        self.relabel(number, by, |labels| {
            let before = labels.len();
            labels.retain(|it| it != label);
            assert!(labels.len() < before, "#{number} has no label `{label}`");
        });
    }

    fn relabel(&self, number: u64, by: &str, change: impl FnOnce(&mut Vec<String>)) {
        let mut state = self.shared.state();
        if state.pull(number).is_none() {
            let issue = state.issues.find(number).expect("the issue is there");
            let mut labels = issue.labels.clone();
            drop(state);
            change(&mut labels);
            let wish = Wish {
                labels: Some(labels),
                ..Wish::default()
            };
            self.wish(number, by, wish);
            return;
        }
        assert!(state.right(by) >= Right::Write, "`{by}` may not push");
        let mut labels = state.issues.of_pull(number).to_vec();
        change(&mut labels);
        let (labels, at) = (state.labelled(&labels), state.tick());
        state.issues.of_pulls.insert(number, (labels, at));
    }

    /// Somebody comments on an issue; the comment's number.
    pub(crate) fn comment_issue(&self, number: u64, by: &str, text: &str) -> u64 {
        let mut state = self.shared.state();
        state.known(by);
        assert!(state.right(by) >= Right::Read, "`{by}` sees no issues");
        let there = state.issues.find(number).map(|it| it.fate == Fate::Here);
        assert_eq!(there, Some(true), "#{number} is not there");
        state.add_comment(number, by, &typed(text))
    }

    /// Only who may push may comment from now on.
    pub(crate) fn lock_issue(&self, number: u64) {
        self.alter(number, |issue| issue.locked = true);
    }

    /// An issue is gone for good.
    pub(crate) fn delete_issue(&self, number: u64) {
        self.alter(number, |issue| issue.fate = Fate::Deleted);
    }

    /// An issue becomes a discussion; its old address leads there, or says that it is gone.
    pub(crate) fn convert_issue(&self, number: u64, leads: bool) {
        self.alter(number, |issue| issue.fate = Fate::Discussion(leads));
    }

    /// Somebody attaches a branch that was pushed to an issue: it is a pull request from then on, with the issue's labels
    /// ("Create a pull request", the field `issue`: "An issue in the repository to convert to a pull request").
    pub(crate) fn become_pull_request(&self, number: u64, by: &str, branch: &str) {
        self.alter(number, |issue| issue.fate = Fate::Deleted);
        let mut state = self.shared.state();
        let opened = state
            .open(by, branch, false)
            .expect("the pull request opens");
        let labels = state.issues.find(number).map(|it| it.labels.clone());
        let at = state.tick();
        state.pull(opened).expect("it was opened").number = number;
        let labels = (labels.unwrap_or_default(), at);
        state.issues.of_pulls.insert(number, labels);
    }

    /// An issue goes to another repository (`acme/other`); its number there.
    pub(crate) fn transfer_issue(&self, number: u64, repository: &str) -> u64 {
        let mut state = self.shared.state();
        let known = state.issues.elsewhere.get_or_insert(repository.into());
        assert_eq!(known, repository, "there is one other repository at most");
        let moved = state.issues.all.iter();
        let there = 1 + moved.filter(|it| matches!(it.fate, Fate::Moved(_))).count() as u64;
        drop(state);
        self.alter(number, |issue| issue.fate = Fate::Moved(there));
        there
    }

    fn alter(&self, number: u64, change: impl FnOnce(&mut Issue)) {
        let mut state = self.shared.state();
        let at = state.tick();
        let issue = state.issues.find(number).expect("the issue is there");
        assert_eq!(issue.fate, Fate::Here, "#{number} is not there any more");
        issue.updated = at;
        change(issue);
    }

    fn wish(&self, number: u64, by: &str, wish: Wish) {
        let mut state = self.shared.state();
        state.known(by);
        let flaws = state.flaws(&wish);
        assert!(flaws.is_empty(), "{flaws:?}");
        let right = state.right(by);
        let issue = state.issues.find(number).expect("the issue is there");
        assert_eq!(issue.fate, Fate::Here, "#{number} is not there any more");
        let own = issue.by == by && wish.labels.is_none() && wish.assignees.is_none();
        assert!(own || right >= Right::Write, "`{by}` may not do this");
        state.change_issue(number, by, wish);
    }

    /// The repository has no issues any more.
    pub(crate) fn disable_issues(&self) {
        self.shared.state().issues.disabled = true;
    }

    /// It has them again.
    pub(crate) fn enable_issues(&self) {
        self.shared.state().issues.disabled = false;
    }

    /// Whether labels and assignees that programs set are dropped without a word, as without push access.
    pub(crate) fn drop_labels(&self, drops: bool) {
        self.shared.state().issues.powerless = drops;
    }

    /// Somebody makes a label.
    pub(crate) fn make_label(&self, name: &str, color: &str) {
        self.shared.state().make_label(name, color, None);
    }

    /// Names and colours of the labels.
    pub(crate) fn labels(&self) -> Vec<(String, String)> {
        let state = self.shared.state();
        let labels = state.issues.labels.iter();
        labels
            .map(|it| (it.name.clone(), it.color.clone()))
            .collect()
    }

    /// An issue as it is.
    pub(crate) fn issue(&self, number: u64) -> View {
        let mut state = self.shared.state();
        let issue = state.issues.find(number).expect("the issue is there");
        assert_eq!(issue.fate, Fate::Here, "#{number} is not there any more");
        View::of(issue)
    }

    /// Every issue that is neither deleted nor transferred, oldest first.
    pub(crate) fn issues(&self) -> Vec<View> {
        let state = self.shared.state();
        let here = state.issues.all.iter().filter(|it| it.fate == Fate::Here);
        here.map(View::of).collect()
    }

    /// Lists know nothing of what is made from now on for so many minutes; what is asked for by its number is there at
    /// once. (judell/bram#254 tells of minutes.)
    pub(crate) fn list_delay(&self, minutes: i64) {
        self.shared.state().issues.delay = SignedDuration::from_mins(minutes);
    }

    /// So many issues and comments a minute, together; what is more meets the secondary limit until time
    /// [passes](Self::pass). GitHub's own number is 80 (docs.github.com/rest, "Rate limits").
    pub(crate) fn creation_limit(&self, limit: u32) {
        self.shared.state().issues.limit = Some(limit);
    }

    /// GitHub's own limits from now on, on the fake's own clock: 80 issues and comments a minute, 500 an hour, and a token's
    /// requests an hour, which begin anew with each.
    pub(crate) fn keep_limits(&self) {
        let mut state = self.shared.state();
        let now = state.now;
        state.issues.keep_limits(now);
        state.hour = Some(now);
    }

    /// The fake's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.shared.state().now
    }

    /// Time goes by in which nothing happens.
    pub(crate) fn pass(&self, minutes: i64) {
        let mut state = self.shared.state();
        state.now += SignedDuration::from_mins(minutes);
        state.issues.rest();
    }
}
