//! What people and authors do while nobody looks.

use super::chance::Chance;
use super::world::{BOT, Model, OURS, World};
use crate::github::View;

const BEGIN: &str = "<!-- aftersight:begin -->";
const END: &str = "<!-- aftersight:end -->";

/// A text as GitHub keeps what a browser sent.
fn typed(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

impl World {
    /// Somebody does something on GitHub. In the middle of a run nobody writes to a body or counts on a label: an answer of
    /// GitHub's may be older than what is sent because of it, and there is no compare and swap.
    pub(super) fn people(&self, chance: &mut Chance, amid: bool) {
        let issues = self.learn();
        if chance.one_in(6) {
            return self.strangers(chance);
        }
        let ours: Vec<&View> = issues.iter().filter(|one| one.author == BOT).collect();
        if ours.is_empty() {
            return self.strangers(chance);
        }
        let issue = *chance.pick(&ours);
        let number = issue.number;
        let by = chance.pick(&["alice", "bob", "carol"]);
        let github = self.github();
        let labelled = issue.labels.iter().any(|it| it == OURS);
        match chance.below(20) {
            0..=4 if !amid => self.edit(chance, issue, by),
            0..=8 if issue.state == "open" => {
                let how = chance.pick(&["completed", "completed", "not_planned", "duplicate"]);
                self.close(number, by, how);
            }
            // Opened again without our label it is in no list; nothing would tell.
            0..=8 if labelled => {
                self.tell(format!("{by} opens #{number} again"));
                github.reopen_issue(number, by);
                let mut model = self.model();
                model.closed.remove(&number);
                model.handled.insert(number);
            }
            9 | 10 if labelled && issue.state == "open" => {
                self.tell(format!("{by} takes the label off #{number}"));
                github.unlabel_issue(number, by, OURS);
            }
            9..=11 => {
                let names = [
                    "bug",
                    "team-x",
                    "needs-decision",
                    "orphaned",
                    "priority:P0",
                    OURS,
                ];
                let label = *chance.pick(&names);
                self.tell(format!("{by} puts `{label}` on #{number}"));
                github.label_issue(number, by, label);
                if !amid && ["bug", "team-x"].contains(&label) {
                    let mut model = self.model();
                    model.labels.entry(number).or_default().insert(label.into());
                }
            }
            12 => {
                self.tell(format!("{by} calls #{number} something else"));
                let title = format!("{by} knows better");
                github.edit_issue(number, by, Some(&title), None);
            }
            13 | 14 => {
                self.tell(format!("somebody deletes #{number}"));
                github.delete_issue(number);
                self.model().deleted.insert(number);
            }
            15 => {
                self.tell(format!("somebody moves #{number} away"));
                github.transfer_issue(number, "acme/other");
                self.model().moved.insert(number);
            }
            16 => {
                self.tell(format!("somebody locks #{number}"));
                github.lock_issue(number);
            }
            17 => {
                self.tell(format!("{by} assigns #{number} to dave"));
                github.assign_issue(number, by, &["dave"]);
            }
            _ => {
                self.tell(format!("{by} comments on #{number}"));
                let key = self.model().born[&number].clone();
                let text = chance.pick(&["twin 1", "needs-decision first", "orphaned"]);
                let text = format!("<!-- aftersight:said {key} {text} -->\nwhat is this?");
                github.comment_issue(number, by, &text);
            }
        }
    }

    /// Somebody closes an issue.
    pub(super) fn close(&self, number: u64, by: &str, how: &str) {
        self.tell(format!("{by} closes #{number} as {how}"));
        self.github().close_issue(number, by, how);
        let mut model = self.model();
        model.closed.insert(number);
        model.handled.insert(number);
    }

    /// Somebody writes around our block, into it, or across its edge.
    fn edit(&self, chance: &mut Chance, issue: &View, by: &str) {
        let mut model = self.model();
        let serial = model.serial();
        let note = format!("{by} notes {serial}:\nsee <b>this</b> & that {serial}");
        let other = chance
            .pick(&model.ever.iter().cloned().collect::<Vec<_>>())
            .clone();
        let body = issue.body.replace("\r\n", "\n");
        let begin = body.find(BEGIN);
        let end = body.find(END).map(|at| at + END.len());
        let block = begin.zip(end).filter(|(begin, end)| begin < end);
        let above = |rest: &str| format!("{note}\n\n{rest}");
        let below = |rest: &str| format!("{rest}\n\n{note}");
        // Who opened an issue that the ledger does not name yet, and what for, nobody can tell without its hidden name.
        let is_known = self
            .ledger()
            .values()
            .any(|it| it.issue == Some(issue.number));
        let what = chance.below(if is_known { 13 } else { 3 });
        let new = match (what, block) {
            (0 | 1, _) | (_, None) => above(&body),
            (2, _) => below(&body),
            (3, Some(_)) => above(&body.replace(BEGIN, "")),
            (4, Some(_)) => below(&body.replace(END, "")),
            (5, Some((begin, _))) => {
                let at = begin + BEGIN.len();
                above(&format!("{}\nscribble{}", &body[..at], &body[at..]))
            }
            (6, Some((begin, end))) => above(&format!("{}{}", &body[..begin], &body[end..])),
            (7, Some((begin, end))) => below(&format!("{body}\n\n{}", &body[begin..end])),
            (8, Some((begin, end))) => {
                let middle = middle(&body, begin, end);
                below(&format!("{}{}", &body[..middle], &body[end..]))
            }
            (9, Some((begin, end))) => {
                let middle = middle(&body, begin, end);
                above(&format!("{}{}", &body[..begin], &body[middle..]))
            }
            (10, Some(_)) => {
                let key = &model.born[&issue.number];
                let name = |key: &str| format!("<!-- aftersight:item {key} -->");
                above(&body.replace(&name(key), &name(&other)))
            }
            (11, Some((begin, end))) => {
                body[begin..end].to_string() + &body[..begin] + &body[end..]
            }
            (_, Some(_)) => above(&body.replace("- Due:", "- Due: never,")),
        };
        if new.contains(&note) {
            let notes = model.notes.entry(issue.number).or_default();
            notes.push(typed(&note));
        }
        drop(model);
        self.tell(format!("{by} edits #{} in way {what}", issue.number));
        self.github().edit_issue(issue.number, by, None, Some(&new));
    }

    /// Other people have issues and pull requests of their own, with our names in them.
    fn strangers(&self, chance: &mut Chance) {
        let github = self.github();
        let mut model = self.model();
        let known: Vec<u64> = model.foreign.keys().copied().collect();
        if !known.is_empty() && chance.one_in(3) {
            let number = *chance.pick(&known);
            let view = github.issue(number);
            assert_eq!(
                view, model.foreign[&number],
                "a stranger's issue was touched"
            );
            match (chance.below(3), view.state) {
                (0, "open") => github.close_issue(number, "alice", "completed"),
                (0, _) => github.reopen_issue(number, "alice"),
                (1, _) if view.labels.iter().any(|it| it == OURS) => {
                    github.unlabel_issue(number, "alice", OURS);
                }
                _ => github.label_issue(number, "alice", OURS),
            }
            model.foreign.insert(number, github.issue(number));
            drop(model);
            return self.tell(format!("alice changes the foreign #{number}"));
        }
        if model.pulls.is_empty() && chance.one_in(4) {
            let repo = &self.stage.repo;
            let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
            let commit = ["commit-tree", "-p", "HEAD", "-m", "topic", tree.trim()];
            let commit = repo.git(&commit);
            let place = format!("{}:refs/heads/topic", commit.trim());
            repo.git(&["push", "-q", "origin", &place]);
            let number = github.open("alice", "topic");
            github.label_issue(number, "alice", OURS);
            model.pulls.insert(number);
            drop(model);
            return self.tell(format!("alice labels the pull request #{number}"));
        }
        let key = chance
            .pick(&model.ever.iter().cloned().collect::<Vec<_>>())
            .clone();
        let body = format!("{BEGIN}\n<!-- aftersight:item {key} -->\nmine\n{END}");
        let by = *chance.pick(&["eve", "alice"]);
        let number = github.open_issue(by, "forged", &body);
        let labelled = chance.one_in(2);
        if labelled {
            github.label_issue(number, "alice", OURS);
        }
        model.foreign.insert(number, github.issue(number));
        drop(model);
        self.tell(format!(
            "{by} forges {key} in #{number}, labelled: {labelled}"
        ));
    }

    /// An author changes a file on the default branch.
    pub(super) fn authors(&self, chance: &mut Chance) {
        let mut model = self.model();
        let index = chance.below(model.papers.len());
        let count = model.papers[index].rows.len();
        let what = chance.below(9);
        if model.papers[index].broken {
            model.papers[index].broken = false;
        } else if count == 0 || what <= 1 {
            let row = model.row(chance);
            model.papers[index].rows.push(row);
        } else {
            let row = chance.below(count);
            let serial = model.serial();
            let rows = &mut model.papers[index].rows;
            match what {
                2 | 3 => {
                    let dropped = &mut rows[row].dropped;
                    *dropped = match dropped {
                        Some(_) => None,
                        None => Some(format!("too dear {serial}")),
                    };
                }
                4 => drop(rows.remove(row)),
                5 => model.rename(index),
                6 => rows[row].title = format!("Make it {serial} times safer"),
                7 => {
                    rows[row].due = format!("2026-11-{:02}", 1 + serial % 28);
                    rows[row].owner = Model::owner(chance);
                }
                _ => model.papers[index].broken = true,
            }
        }
        let now = format!("{:?}", model.papers[index]);
        drop(model);
        self.tell(format!("the authors write in way {what}: {now}"));
        self.publish();
    }

    /// What is broken is mended.
    pub(super) fn mend(&self) {
        let mut model = self.model();
        if model.papers.iter().all(|paper| !paper.broken) {
            return;
        }
        for paper in &mut model.papers {
            paper.broken = false;
        }
        drop(model);
        self.tell("the authors mend what is broken");
        self.publish();
    }
}

/// The end of a line in the middle of the block.
fn middle(body: &str, begin: usize, end: usize) -> usize {
    let half = begin + (end - begin) / 2;
    let ends = body.char_indices().filter(|(_, c)| *c == '\n');
    let mut ends = ends.map(|(at, _)| at).filter(|at| *at > begin && *at < end);
    ends.find(|at| *at >= half).unwrap_or(end)
}
