//! What `build` and `serve` do differently for the public edition: less goes in, and nothing comes out unseen.
//!
//! Joins [`crate::edition`] with the terminal and the files beside postmortems. What is public is decided there.

use std::sync::{Mutex, PoisonError};

use super::home::Home;
use crate::config::{Config, Edition};
use crate::corpus::Corpus;
use crate::document::mapping::not_one_of;
use crate::edition::leak::{Leak, LeakCheck};
use crate::edition::{self, Public};
use crate::error::Error;
use crate::ledger::standing::Standing;
use crate::output::Terminal;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Status;
use crate::report;
use crate::site::Approvals;

/// More leaks than this are counted only.
const MOST_TOLD: usize = 50;

/// The edition that the command line names, else the configuration.
pub(super) fn edition(named: Option<&str>, config: &Config) -> Result<Edition, Error> {
    let Some(name) = named else {
        return Ok(config.site.edition);
    };
    let found = Edition::ALL.iter().find(|(known, _)| *known == name);
    let (message, help) = not_one_of(name, &Edition::ALL.map(|(name, _)| name));
    found
        .map(|(_, edition)| *edition)
        .ok_or_else(|| Error::refused(format!("`--edition` {message}"), help))
}

/// What everybody may see of a corpus; `None` where that is not plain, which is told then.
pub(super) fn reduce(
    corpus: &Corpus,
    config: &Config,
    approvals: Option<&Approvals>,
    home: &Home,
    terminal: &Terminal,
) -> Option<Public> {
    let standing = |postmortem: &Postmortem| {
        let approvals = approvals?;
        approvals.standings.get(postmortem.path())
    };
    // As for action items: it says that it is finished, or this very text is approved.
    let is_done = |postmortem: &Postmortem| {
        let approved = matches!(standing(postmortem), Some(Standing::Approved(_)));
        postmortem.status() == Status::Final || approved
    };
    match edition::public(corpus, config, is_done, home.page.as_deref()) {
        Ok(public) => {
            let shown = public.corpus.postmortems.iter().filter_map(Postmortem::id);
            let originals = shown.filter_map(|id| corpus.get(id));
            let unproven = originals.filter(|postmortem| {
                let standing = standing(postmortem);
                standing.is_some_and(|standing| !matches!(standing, Standing::Approved(_)))
            });
            match unproven.count() {
                0 => {}
                count => terminal.status(&format!(
                    "{} in the public edition without an approval of this text",
                    match count {
                        1 => "1 postmortem is".into(),
                        count => format!("{} are", report::count(count, "postmortem")),
                    }
                )),
            }
            Some(public)
        }
        Err(leaks) => {
            tell(&leaks, terminal);
            None
        }
    }
}

/// Says what would get out; never what a secret is.
pub(super) fn tell(leaks: &[Leak], terminal: &Terminal) {
    for leak in leaks.iter().take(MOST_TOLD) {
        terminal.aside(&leak.told());
    }
    if leaks.len() > MOST_TOLD {
        terminal.aside(&format!("and {} more", leaks.len() - MOST_TOLD));
    }
}

/// What every output passes on its way into the folder; in the internal edition it stands open.
pub(super) struct Gate<'a> {
    public: Option<&'a Public>,
    check: Option<LeakCheck<'a>>,
    refused: Mutex<Vec<Leak>>,
}

impl<'a> Gate<'a> {
    /// A gate for the public edition, if it is one.
    pub(super) fn new(public: Option<&'a Public>) -> Self {
        Self {
            check: public.map(|public| LeakCheck::new(&public.withheld)),
            public,
            refused: Mutex::default(),
        }
    }

    /// Looks through an output; may be called from many threads.
    pub(super) fn look(&self, path: &str, bytes: &[u8]) {
        if let Some(check) = &self.check {
            check.look(path, bytes, None);
        }
    }

    /// Where a file beside a postmortem really lies; `None` where it is nobody's business.
    pub(super) fn origin<'b>(&'b self, from: &'b str) -> Option<&'b str> {
        match self.public {
            None => Some(from),
            Some(public) => public.files.get(from).map(String::as_str),
        }
    }

    /// A file beside a postmortem as it may be published at `to`; `None` where it may not, which is remembered.
    pub(super) fn file(&self, from: &str, to: &str, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let Some(check) = &self.check else {
            return Some(bytes);
        };
        match edition::clean(from, bytes) {
            Ok(bytes) => {
                check.look(to, &bytes, Some(from));
                Some(bytes)
            }
            Err(leak) => {
                let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
                refused.push(leak);
                None
            }
        }
    }

    /// Everything that would get out, as far as it passed since the last time.
    pub(super) fn leaks(&self) -> Vec<Leak> {
        let refused = self.refused.lock();
        let mut leaks = std::mem::take(&mut *refused.unwrap_or_else(PoisonError::into_inner));
        leaks.extend(self.check.iter().flat_map(LeakCheck::leaks));
        leaks
    }
}
