//! Telling browsers that the site was built anew.
//!
//! Owns the number of the build that is shown, the events and the script that listens to them. A page knows the
//! number it was loaded with, so nothing is missed between loading and listening, or while the server restarts.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::response::sse::Event;
use futures_core::Stream;
use tokio::sync::watch;

/// Where the script is.
pub(super) const SCRIPT: &str = "/_aftersight/reload.js";
/// Where the events are.
pub(super) const EVENTS: &str = "/_aftersight/reload";

/// The number of the build that is shown.
#[derive(Debug, Clone)]
pub(super) struct Reloads(Arc<watch::Sender<u64>>);

impl Reloads {
    /// Begins with another number each time, so that pages of an earlier server are reloaded.
    pub(super) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let start = now.map_or(0, |now| now.as_secs() << 16);
        Self(Arc::new(watch::Sender::new(start)))
    }

    /// The site was built anew.
    pub(super) fn announce(&self) {
        self.0.send_modify(|build| *build += 1);
    }

    /// The events for a page; `query` names the build that the page shows.
    pub(super) fn events(&self, query: Option<&str>) -> Events {
        let builds = self.0.subscribe();
        let since = query.and_then(|query| query.strip_prefix("since=")?.parse().ok());
        let shown = since.unwrap_or_else(|| *builds.borrow());
        Events(Box::pin(next(builds, shown)))
    }

    /// The script for pages that are to reload themselves.
    pub(super) fn script(&self) -> String {
        let since = *self.0.borrow();
        include_str!("reload.js").replace("SINCE", &since.to_string())
    }
}

type Next = Option<(watch::Receiver<u64>, u64)>;

/// Waits for another build than the shown one.
async fn next(mut builds: watch::Receiver<u64>, shown: u64) -> Next {
    loop {
        let build = *builds.borrow_and_update();
        if build != shown {
            return Some((builds, build));
        }
        builds.changed().await.ok()?;
    }
}

/// An event for each new build.
pub(super) struct Events(Pin<Box<dyn Future<Output = Next> + Send>>);

impl Stream for Events {
    type Item = Result<Event, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some((builds, build)) = ready!(self.0.as_mut().poll(context)) else {
            return Poll::Ready(None);
        };
        self.0 = Box::pin(next(builds, build));
        Poll::Ready(Some(Ok(Event::default().data("reload"))))
    }
}
