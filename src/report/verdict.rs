//! What `approval` tells: the verdict on a pull request, what was put on record, and the proof.
//!
//! Owns the words. JSON: `{"version":1,"pull_request","url","head","base","approved","postmortems":[{"id","path","status",
//! "required","state","needs":[{"role","count","who","met_by","missing"}],"voices":[{"login","review","opinion","weight",
//! "roles"}]}],"changes_policy":[path]}`; `status` is what the file says, `state` the verdict, and `required` whether the
//! file's status asks for an approval at all.

use std::fmt::Write as _;

use serde::Serialize;

use super::count;
use super::encode::pretty;
use super::markdown;
use crate::ledger::facts::Opinion;
use crate::ledger::standing::Standing;
use crate::ledger::verdict::{Need, State, Verdict, Voice, Weight};
use crate::ledger::{Draft, Flaw};

/// The verdict on one postmortem of a pull request.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Its path.
    pub path: String,
    /// What the file says about itself: `draft`, `in-review` or `final`.
    pub status: &'static str,
    /// Whether that asks for an approval; a draft does not.
    pub required: bool,
    /// The verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// The verdicts on a pull request.
#[derive(Clone, Debug)]
pub struct Judgements {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its last commit.
    pub head: String,
    /// The commit whose policy is in force.
    pub base: String,
    /// Each postmortem that it changes.
    pub postmortems: Vec<Judgement>,
    /// The files of the policy that it changes as well.
    pub changes_policy: Vec<String>,
}

impl Judgements {
    /// Whether nothing that needs an approval lacks one.
    pub fn is_approved(&self) -> bool {
        self.postmortems
            .iter()
            .all(|one| !one.required || one.verdict.state == State::Approved)
    }
}

/// For programs.
pub fn json(judgements: &Judgements) -> String {
    pretty(&serde_json::json!({
        "version": 1,
        "pull_request": judgements.number,
        "url": judgements.url,
        "head": judgements.head,
        "base": judgements.base,
        "approved": judgements.is_approved(),
        "postmortems": judgements.postmortems,
        "changes_policy": judgements.changes_policy,
    }))
}

/// For people.
pub fn full(judgements: &Judgements) -> String {
    let mut text = format!("pull request #{}", judgements.number);
    if judgements.postmortems.is_empty() {
        text.push_str(" changes no postmortem: nothing to approve\n");
        return text;
    }
    text.push('\n');
    for one in &judgements.postmortems {
        let _ = write!(text, "\n{}: {}", one.path, state(one));
        if let Some(id) = &one.id {
            let _ = write!(text, " ({id})");
        }
        text.push('\n');
        for line in lines(one) {
            let _ = writeln!(text, "  {line}");
        }
    }
    if let Some(note) = policy_note(judgements) {
        let _ = writeln!(text, "\n{note}");
    }
    text
}

/// For the step summary, in at most `room` bytes.
pub fn summary(judgements: &Judgements, room: usize) -> String {
    let head = if judgements.postmortems.is_empty() {
        "### Nothing to approve\n\nThis pull request changes no postmortem.\n".to_string()
    } else if judgements.is_approved() {
        "### Approved\n\n".to_string()
    } else {
        "### Not approved yet\n\n".to_string()
    };
    let foot = "\nApproving means: the findings are right, and the action items suffice.\n";
    let mut text = head;
    let mut left_out = 0;
    for one in &judgements.postmortems {
        let mut part = format!("- {}: **{}**\n", markdown::code(&one.path), state(one));
        for line in lines(one) {
            let _ = writeln!(part, "  - {}", markdown::inline(&line));
        }
        // Room for the rest, and for how much was left out.
        if text.len() + part.len() + foot.len() + 300 > room {
            left_out += 1;
        } else {
            text.push_str(&part);
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "- and {left_out} more");
    }
    if let Some(note) = policy_note(judgements) {
        let _ = writeln!(text, "\n{}", markdown::inline(&note));
    }
    text.push_str(foot);
    if text.len() > room {
        text.clear();
    }
    text
}

fn policy_note(judgements: &Judgements) -> Option<String> {
    if judgements.changes_policy.is_empty() {
        return None;
    }
    Some(format!(
        "this pull request also changes {}; it is judged by what is in force on the base branch",
        judgements.changes_policy.join(" and ")
    ))
}

/// The state in words.
fn state(judgement: &Judgement) -> &'static str {
    match judgement.verdict.state {
        State::Approved => "approved",
        _ if !judgement.required => "draft, which needs no approval",
        State::Pending => "pending",
        State::ChangesRequested => "changes requested",
        State::Stale => "stale: the approvals are for another text",
        State::Unreviewed => "unreviewed",
    }
}

/// Who is still needed, who agreed, and why an opinion does not count.
fn lines(judgement: &Judgement) -> Vec<String> {
    let needs = judgement.verdict.needs.iter().map(need);
    let voices = judgement.verdict.voices.iter().map(voice);
    needs.chain(voices).collect()
}

fn need(need: &Need) -> String {
    let Need {
        requirement,
        met_by,
        missing,
    } = need;
    let who = match requirement.who.as_slice() {
        [] => String::new(),
        who => format!(" ({})", shortened(who)),
    };
    let role = &requirement.role;
    match missing {
        0 => format!("{role}: approved by {}", people(met_by)),
        _ => format!("still needed: {missing} × {role}{who}"),
    }
}

/// The first few names.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN {
        let _ = write!(text, " and {} more", names.len() - SHOWN);
    }
    text
}

fn people(logins: &[String]) -> String {
    let names: Vec<String> = logins.iter().map(|login| format!("@{login}")).collect();
    shortened(&names)
}

fn voice(voice: &Voice) -> String {
    let said = match voice.opinion {
        Opinion::Approved => "approved",
        Opinion::ChangesRequested => "asks for changes",
        Opinion::Commented => "commented",
        Opinion::Dismissed => "has a dismissed review",
    };
    let login = &voice.login;
    let because = match voice.weight {
        Weight::Counts if voice.roles.is_empty() => return format!("@{login} {said}"),
        Weight::Counts => return format!("@{login} {said} ({})", voice.roles.join(", ")),
        Weight::Author => "they opened the pull request",
        Weight::Contributor => "they wrote on it",
        Weight::Bot => "it is a program that the policy does not name",
        Weight::NotNamed => "the policy does not name them for this postmortem",
        Weight::NoAccess => "they may not write to the repository",
        Weight::Stale => "the text has changed since; ask them to look again",
        Weight::Unreachable => {
            "the commit they looked at cannot be read any more; ask them to look again"
        }
        Weight::Dismissed => return format!("@{login} {said}, which is no opinion"),
    };
    format!("@{login} {said}, which does not count: {because}")
}

/// What was put on record, or would be; for people.
pub fn recorded(records: &[Draft], dry: bool) -> String {
    let mut text = String::new();
    let verb = if dry { "would record" } else { "recorded" };
    for record in records {
        let commit = record.commit.get(..10).unwrap_or(&record.commit);
        let _ = match &record.pull_request {
            Some(facts) => writeln!(text, "{verb} pull request #{} ({commit})", facts.number),
            None => writeln!(
                text,
                "{verb} a direct push ({commit}), which nobody reviewed"
            ),
        };
        for one in &record.postmortems {
            let gone = if one.text.blob.is_none() {
                "removed, "
            } else {
                ""
            };
            let state = serde_json::to_value(one.verdict.state).unwrap_or_default();
            let state = state.as_str().unwrap_or_default();
            let _ = writeln!(text, "  {}: {gone}{state}", one.text.path);
        }
    }
    text
}

/// What was put on record, or would be; for programs: `{"version":1,"dry_run","records":[…]}`, each record as in the ledger.
pub fn recorded_json(records: &[Draft], dry: bool) -> String {
    pretty(&serde_json::json!({ "version": 1, "dry_run": dry, "records": records }))
}

/// What a clone proves.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// How many records were looked at.
    pub records: usize,
    /// The ledger's commit; none where there is no ledger.
    pub commit: Option<&'a str>,
    /// What does not hold.
    pub flaws: &'a [Flaw],
    /// Where every postmortem stands.
    pub stands: &'a [Stand],
}

/// A postmortem and where it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Stand {
    /// Its path.
    pub path: String,
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Where it stands.
    #[serde(flatten)]
    pub standing: Standing,
    /// What was changed since it was approved, as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

/// For people.
pub fn proof(proof: &Proof<'_>) -> String {
    let mut text = String::new();
    for flaw in proof.flaws {
        let _ = writeln!(text, "{}: {}", flaw.path, flaw.message);
    }
    if let Some(commit) = proof.commit {
        let records = count(proof.records, "record");
        let commit = commit.get(..10).unwrap_or(commit);
        let _ = match proof.flaws.len() {
            0 => writeln!(text, "{records} at {commit}: every one holds"),
            flaws => writeln!(
                text,
                "{records} at {commit}: {} found",
                count(flaws, "flaw")
            ),
        };
    }
    if !text.is_empty() {
        text.push('\n');
    }
    for one in proof.stands {
        let _ = write!(
            text,
            "{}: {}",
            one.path,
            one.standing.label().to_lowercase()
        );
        if let Some(approval) = one.standing.approval() {
            let roles = approval.roles.join(", ");
            let day = approval.at.strftime("%Y-%m-%d");
            let _ = write!(
                text,
                " by {roles}, {day}, pull request #{}",
                approval.pull_request
            );
        }
        text.push('\n');
        for line in one.diff.iter().flat_map(|diff| diff.lines()) {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

/// For programs: `{"version":1,"holds","records","commit","flaws":[{"path","message"}],"postmortems":[{"path","id","state",
/// "diff", and of an approval "pull_request","url","at","roles","blob","commit"}]}`.
pub fn proof_json(proof: &Proof<'_>) -> String {
    let flaws = proof.flaws.iter();
    let flaws: Vec<_> = flaws
        .map(|flaw| serde_json::json!({"path": flaw.path, "message": flaw.message}))
        .collect();
    pretty(&serde_json::json!({
        "version": 1,
        "holds": proof.flaws.is_empty(),
        "records": proof.records,
        "commit": proof.commit,
        "flaws": flaws,
        "postmortems": proof.stands,
    }))
}
