//! The full-text index of a preview: made when somebody searches, in a thread of its own, and kept while what it reads is the
//! same.
//!
//! Owns who waits for it. Making it is for [`crate::search`].

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rayon::prelude::*;

use crate::config::SearchLayer;
use crate::error::Error;
use crate::search::{self, IndexFile, Record};
use crate::serve::{Answer, Request};
use crate::site::Site;

/// An index, and the digest of what it reads.
type Made = (String, Result<Vec<IndexFile>, Error>);

/// The index, as far as it is made.
#[derive(Default)]
pub(super) struct FullText {
    /// The digest of what the site as it is now would have read; none before somebody searches.
    wanted: Option<String>,
    /// The digest of what the thread reads.
    making: Option<String>,
    /// Where the thread puts what it has made.
    done: Arc<Mutex<Option<Made>>>,
    made: Option<(String, BTreeMap<String, Vec<u8>>)>,
    waiting: Vec<Request>,
}

impl FullText {
    /// Whether a path is one of the index.
    pub(super) fn has(site: &Site<'_>, path: &str) -> bool {
        site.search() == SearchLayer::Full && path.starts_with(search::FOLDER)
    }

    /// Answers a request for a file of the index, later if need be; `remind` is called when [`FullText::settle`] has something to
    /// do.
    pub(super) fn answer(
        &mut self,
        site: &Site<'_>,
        request: Request,
        remind: impl Fn() + Send + 'static,
    ) -> Result<(), Error> {
        self.waiting.push(request);
        self.settle()?;
        let wanted = match &self.wanted {
            Some(wanted) => wanted.clone(),
            None => {
                let pages: Vec<usize> = site.indexed().collect();
                let record = |index: usize| {
                    let page = site.page(index)?;
                    let html = String::from_utf8_lossy(&page.content);
                    Ok(Record::new(page.path, &html))
                };
                let records = pages.into_par_iter().map(record);
                let records: Vec<Record> = records.collect::<Result<_, Error>>()?;
                let wanted = search::digest(&records);
                let known = [self.made.as_ref().map(|(of, _)| of), self.making.as_ref()];
                if !known.contains(&Some(&wanted)) {
                    self.make(wanted.clone(), records, remind);
                }
                self.wanted.insert(wanted).clone()
            }
        };
        if self.made.as_ref().is_some_and(|(of, _)| *of == wanted) {
            self.serve();
        }
        Ok(())
    }

    fn make(&mut self, digest: String, records: Vec<Record>, remind: impl Fn() + Send + 'static) {
        self.making = Some(digest.clone());
        let done = Arc::clone(&self.done);
        thread::spawn(move || {
            let made = catch_unwind(AssertUnwindSafe(|| search::index(records)));
            let made = made.unwrap_or_else(|_| Err(search::broken()));
            *done.lock().unwrap_or_else(PoisonError::into_inner) = Some((digest, made));
            remind();
        });
    }

    /// Takes what the thread has made and answers whoever waits for it.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        let done = self.done.lock();
        let done = done.unwrap_or_else(PoisonError::into_inner).take();
        let Some((digest, made)) = done else {
            return Ok(());
        };
        if self.making.as_ref() == Some(&digest) {
            self.making = None;
        }
        let current = self.wanted.is_none() || self.wanted.as_ref() == Some(&digest);
        match made {
            Ok(files) if current => {
                self.made = Some((digest, files.into_iter().collect()));
                self.serve();
                Ok(())
            }
            // Of a site that is no more.
            Ok(_) => Ok(()),
            Err(error) => {
                self.dismiss();
                Err(error)
            }
        }
    }

    /// The site is another one now: whoever waits will load its page again.
    pub(super) fn dismiss(&mut self) {
        self.wanted = None;
        for request in self.waiting.drain(..) {
            request.answer(Answer::Nothing);
        }
    }

    fn serve(&mut self) {
        let files = self.made.as_ref().map(|(_, files)| files);
        for request in self.waiting.drain(..) {
            let file = files.and_then(|files| files.get(&request.path)).cloned();
            request.answer(file.map_or(Answer::Nothing, Answer::File));
        }
    }
}
