//! One run over all action items: look, plan, carry out, write down.
//!
//! Owns the order of these and what a run may take for granted. The tracker is behind [`Desk`], the ledger's branch behind
//! [`Pages`]. It may be ended anywhere and begun again: what is announced in the ledger and not written down is looked for.

mod carried;
mod carry;
mod seen;
mod survey;
mod tally;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::desk::{Desk, Kind, Trouble};
use super::plan::{self, Change, Plan, Settings};
use super::promise::{Promises, Wanted};
use super::{ItemState, Key, Ledger};
use crate::ledger::book::{Book, Pages, Written};
use crate::ledger::watch::Watch;
use crate::ledger::{BRANCH, items};
pub use carry::TO_OPEN_ONE;
use seen::Seen;
pub use tally::{Done, Failed, Tally};

/// The account of a workflow's own token on github.com, `github-actions[bot]`.
const ACTIONS: u64 = 41_898_282;
/// So many single issues are asked for before a list of all open ones is cheaper.
const MANY: usize = 30;
/// So often a run plans again because something changed under its hands.
const ROUNDS: usize = 4;
/// What is said where the budget ends a run.
const USED_UP: &str = "the requests of this run are used up";
/// A list this long is worth a commit that shortens it, if the last one is an hour old.
const LONG_LIST: usize = 100;

/// What a run goes by.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// What plans are made by; the labels, the logins that cannot be assigned and the files of the ledger that cannot be used are
    /// found out by the run.
    pub plan: Settings,
    /// Whether every open issue is listed, not only what changed since the last run.
    pub sweep: bool,
    /// Whether nothing is done.
    pub dry: bool,
}

/// How far a run is: changes done, of how many.
pub type Progress<'a> = &'a dyn Fn(usize, usize);

/// Runs. What was done is told also where it fails.
pub fn sync<D: Desk, P: Pages<Error = Trouble>>(
    desk: &D,
    book: Book<P>,
    promises: &Promises,
    terms: Terms,
    progress: Progress<'_>,
) -> (Tally, Result<(), Trouble>) {
    let mut run = Run {
        desk,
        book,
        promises,
        terms,
        progress,
        seen: Seen::default(),
        watch: Watch::default(),
        labels: None,
        logins: BTreeMap::new(),
        given_up: BTreeSet::new(),
        opened: 0,
        kept: 0,
        is_known: false,
        clean: true,
        tally: Tally::default(),
    };
    let ended = match run.all() {
        Err(trouble) if trouble.kind == Kind::Exhausted => {
            run.tally.stopped = Some(trouble.message);
            Ok(())
        }
        Err(trouble) if trouble.kind == Kind::Off => {
            run.off(&trouble.message);
            Ok(())
        }
        ended => ended,
    };
    (run.tally, ended)
}

struct Run<'a, D, P> {
    desk: &'a D,
    book: Book<P>,
    promises: &'a Promises,
    terms: Terms,
    progress: Progress<'a>,
    seen: Seen,
    watch: Watch,
    /// The names of the labels, once they were asked for.
    labels: Option<BTreeSet<String>>,
    /// Whether logins may be assigned, as far as they were asked for.
    logins: BTreeMap<String, bool>,
    /// Items that something went wrong with; this run leaves them alone.
    given_up: BTreeSet<Key>,
    /// Issues that this run opened.
    opened: usize,
    /// Requests that looking around leaves for acting.
    kept: u32,
    /// Whether it is known who we are.
    is_known: bool,
    /// Whether everything that was seen could be acted on.
    clean: bool,
    tally: Tally,
}

impl<D: Desk, P: Pages<Error = Trouble>> Run<'_, D, P> {
    fn all(&mut self) -> Result<(), Trouble> {
        let started = self.desk.now();
        for flaw in self.book.flaws() {
            let blocked = items::postmortem(&flaw.path);
            self.terms.plan.blocked.extend(blocked);
            let message = format!(
                "{}; put its last good text back on the branch `{BRANCH}`, where its history has it",
                flaw.message
            );
            self.tally.fail_about(&flaw.path, message);
        }
        for (path, cause) in &self.promises.flaws {
            self.tally.fail_about(path, cause);
        }
        match self.book.watch() {
            Ok(watch) => self.watch = watch,
            // All of it can be found out again.
            Err(flaw) => self.tally.fail_about(&flaw.path, &flaw.message),
        }
        self.watch
            .repository
            .clone_from(&self.terms.plan.repository);
        if self.watch.accounts.is_empty() {
            self.watch.accounts.insert(ACTIONS);
            self.watch.accounts.extend(self.me()?);
        }
        let known = self.book.known().clone();
        self.list(&known)?;
        for round in 1..=ROUNDS {
            let known = self.book.known().clone();
            let plan = self.plan(&known)?;
            self.note(&plan);
            if self.terms.dry {
                for change in &plan.changes {
                    self.tally.did(change, None);
                }
                return Ok(());
            }
            let is_last = round == ROUNDS;
            if !self.carry(&plan, &known, started, is_last)? {
                return Ok(());
            }
        }
        let message =
            "others work on the same items all the time; what is left waits for the next run";
        self.tally.stopped = Some(message.into());
        Ok(())
    }

    /// The account that we ask with; where it cannot be told, the ledger's first commit tells.
    fn me(&self) -> Result<Option<u64>, Trouble> {
        match self.desk.me() {
            Err(trouble) if trouble.kind == Kind::NotDone => Ok(None),
            answer => answer,
        }
    }

    /// Plans, asking for whatever the plan needs to know.
    fn plan(&mut self, known: &Ledger) -> Result<Plan, Trouble> {
        loop {
            let plan = self.planned(known);
            if self.answered(&plan)? {
                return Ok(plan);
            }
        }
    }

    fn planned(&self, known: &Ledger) -> Plan {
        let unclear = self.unclear(known).next().is_some();
        let terms = &self.terms.plan;
        let settings = Settings {
            unassignable: self.watch.unassignable.clone(),
            labels: self.labels.clone().unwrap_or_default(),
            creates: match unclear {
                true => 0,
                false => terms.creates.saturating_sub(self.opened),
            },
            ..terms.clone()
        };
        let issues: Vec<_> = self.seen.issues.values().cloned().collect();
        plan::plan(
            &self.promises.all,
            known,
            &issues,
            &self.seen.gone,
            &self.watch.accounts,
            self.desk.now(),
            &settings,
        )
    }

    /// Issues that cannot be read and may be anybody's: nothing is opened while there is one.
    fn unclear(&self, known: &Ledger) -> impl Iterator<Item = u64> {
        let bound: BTreeSet<u64> = known.values().filter_map(|known| known.issue).collect();
        let unread = self.seen.unread.keys().copied();
        unread.filter(move |number| !bound.contains(number))
    }

    /// Asks for what a plan would need to know; whether it knew everything.
    fn answered(&mut self, plan: &Plan) -> Result<bool, Trouble> {
        let look = plan.look.iter().copied();
        let ask: Vec<u64> = look.filter(|number| !self.seen.is_asked(*number)).collect();
        if ask.len() > MANY && !self.seen.has_every_open {
            self.list_open()?;
            return Ok(false);
        }
        for number in &ask {
            if self.desk.is_spent(0) {
                self.clean = false;
                return Ok(true);
            }
            self.seen.ask(*number, self.desk)?;
        }
        if !ask.is_empty() {
            return Ok(false);
        }
        let mut logins: BTreeSet<&String> = BTreeSet::new();
        let mut is_label = false;
        for change in &plan.changes {
            match change {
                Change::Update {
                    assignees: Some(assignees),
                    ..
                }
                | Change::Create { assignees, .. } => logins.extend(assignees),
                Change::EnsureLabel(_) => is_label = true,
                _ => {}
            }
        }
        let mut knew = true;
        for login in logins {
            if !self.may_be_assigned(login)? {
                knew &= !self.watch.unassignable.insert(login.to_lowercase());
            }
        }
        if is_label && self.labels.is_none() {
            self.labels = Some(match self.desk.labels() {
                Err(trouble) if trouble.kind == Kind::Exhausted => return Err(trouble),
                // Each is made, or found to be there.
                labels => labels.unwrap_or_default(),
            });
            knew = false;
        }
        Ok(knew)
    }

    /// Keeps what a plan has to say to people, and what it could not find out.
    fn note(&mut self, plan: &Plan) {
        let (later, notes): (Vec<_>, Vec<_>) = plan
            .notes
            .iter()
            .cloned()
            .partition(|note| note.message == plan::OVER_BUDGET);
        (self.tally.later, self.tally.notes) = (later.len(), notes);
        let known = self.book.known();
        for (number, message) in &self.seen.unread {
            self.clean = false;
            let message = format!("its issue #{number} cannot be read: {message}");
            match known.iter().find(|(_, it)| it.issue == Some(*number)) {
                Some((key, _)) => {
                    self.given_up.insert(key.clone());
                    self.tally.fail(key, message);
                }
                None => self.tally.fail_about(
                    format!("#{number}"),
                    "it cannot be read, so that no issue is opened until it can: it may be one of ours",
                ),
            }
        }
        if plan.look.iter().any(|number| !self.seen.is_asked(*number)) {
            self.clean = false;
            self.tally.stopped = Some(USED_UP.into());
        }
    }

    /// Writes what is known now to the ledger; whether nobody else was faster.
    fn write(&mut self, known: &Ledger) -> Result<bool, Trouble> {
        let now = self.desk.now();
        match self.book.write(known, &self.watch, now)? {
            Written::Done { commits } => {
                self.tally.commits += commits;
                Ok(true)
            }
            Written::Overtaken => Ok(false),
        }
    }

    /// Whether the moment up to which everything is known is worth a commit of its own, or comes with another.
    fn reach(&mut self, known: &Ledger, started: Timestamp) {
        let writes =
            self.book.known() != known || self.book.watch().ok().as_ref() != Some(&self.watch);
        let hour = SignedDuration::from_hours(1);
        let is_old = |since: Timestamp| started.duration_since(since) >= hour;
        let since = self.watch.since;
        let is_long = self.seen.listed >= LONG_LIST && since.is_some_and(is_old);
        if self.clean && (writes || is_long) {
            self.watch.since = Some(started);
        }
    }

    /// Names every promise that waits because the repository has no issues.
    fn off(&mut self, message: &str) {
        let known = self.book.known();
        for promise in &self.promises.all {
            let state = known.get(&promise.key).map(|known| known.state);
            if promise.wanted == Wanted::Open && state != Some(ItemState::Done) {
                self.tally.fail(&promise.key, message);
            }
        }
        if self.tally.failed.is_empty() {
            self.tally.fail_about("issues", message);
        }
    }
}
