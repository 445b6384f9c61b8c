//! A sign of life for work that takes longer than a second.
//!
//! Owns the bar. Nothing is drawn where nobody sees it.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long nothing is drawn.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the sign of life moves.
const BEAT: Duration = Duration::from_millis(100);
/// A bar that knows how far it is.
const COUNTED: &str = "{spinner} {msg} {pos}/{len}";

/// Work under way; the bar goes away when this does. It may be told from many threads.
#[derive(Debug)]
pub struct Progress {
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    bar: ProgressBar,
    /// Dropping it ends the wait for the first drawing.
    _end: Sender<()>,
}

impl Progress {
    pub(super) fn hidden() -> Self {
        Self { shown: None }
    }

    pub(super) fn start(label: &str, total: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = match total {
            Some(_) => COUNTED,
            None => "{spinner} {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(label.replace('\n', " "));
        let (end, ended) = mpsc::channel();
        let later = bar.clone();
        thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                later.set_draw_target(ProgressDrawTarget::stderr());
                later.enable_steady_tick(BEAT);
            }
        });
        let shown = Shown { bar, _end: end };
        Self { shown: Some(shown) }
    }

    /// So many of so many steps are done; the number need not be known before.
    pub fn reach(&self, done: usize, total: usize) {
        if let Some(shown) = &self.shown {
            if shown.bar.length().is_none()
                && let Ok(style) = ProgressStyle::with_template(COUNTED)
            {
                shown.bar.set_style(style);
            }
            shown.bar.set_length(total as u64);
            shown.bar.set_position(done as u64);
        }
    }

    /// One more step is done.
    pub fn advance(&self) {
        if let Some(shown) = &self.shown {
            shown.bar.inc(1);
        }
    }

    pub(super) fn bar(&self) -> Option<ProgressBar> {
        self.shown.as_ref().map(|shown| shown.bar.clone())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(shown) = &self.shown {
            shown.bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn steps_are_counted_from_many_threads() {
        let progress = Progress::start("working\nhard", Some(40));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..10).for_each(|_| progress.advance()));
            }
        });
        let bar = progress.bar().expect("a bar");
        assert_eq!(bar.position(), 40);
        assert_eq!(bar.message(), "working hard");
        drop(progress);
        assert!(bar.is_finished());
        Progress::hidden().advance();
    }
}
