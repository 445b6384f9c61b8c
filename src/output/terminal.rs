//! The terminal: results on standard output, everything else on standard error.
//!
//! Owns the two streams. Whether a line is worth printing is decided by the callers, by choosing among
//! result, status and detail.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};
use indicatif::ProgressBar;

use super::defuse::{defuse, defuse_styled, guarded};
use super::progress::Progress;
use crate::error::Error;

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// On a terminal, as far as `NO_COLOR` and `CLICOLOR_FORCE` allow it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Verbosity {
    /// Only failures.
    Quiet,
    /// What is going on.
    #[default]
    Normal,
    /// Every detail.
    Verbose,
}

type Stream = Mutex<Box<dyn Write + Send>>;

/// Where text for people and for other programs goes.
pub struct Terminal {
    stdout: Stream,
    stderr: Stream,
    colored: (bool, bool),
    piped: bool,
    verbosity: Verbosity,
    github_actions: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Terminal {
    /// The terminal of this process; `github_actions` tells whether a workflow's runner reads the output.
    pub fn new(color: Color, verbosity: Verbosity, github_actions: bool) -> Self {
        let stdout = choice(color, AutoStream::choice(&io::stdout()));
        let stderr = choice(color, AutoStream::choice(&io::stderr()));
        Self {
            stdout: Mutex::new(Box::new(AutoStream::new(io::stdout(), stdout))),
            stderr: Mutex::new(Box::new(AutoStream::new(io::stderr(), stderr))),
            colored: (stdout != ColorChoice::Never, stderr != ColorChoice::Never),
            piped: !io::stdout().is_terminal(),
            verbosity,
            github_actions,
            bar: Mutex::new(None),
        }
    }

    /// Whether results may be colored; colors in them are taken out otherwise.
    pub fn is_colored(&self) -> bool {
        self.colored.0
    }

    /// Whether results go to a file or to another program.
    pub fn is_piped(&self) -> bool {
        self.piped
    }

    /// Whether a workflow's runner reads the output.
    pub fn is_github_actions(&self) -> bool {
        self.github_actions
    }

    /// What the command was asked for, as it is, with a line end.
    ///
    /// [`Error::Closed`] when nobody reads it any more (`aftersight rules | head -1`): nothing is wrong then,
    /// the command ends without a word, with the exit code of what it found so far.
    pub fn result(&self, text: &str) -> Result<(), Error> {
        self.print(&self.stdout, text).map_err(|error| {
            if error.kind() == io::ErrorKind::BrokenPipe {
                Error::Closed
            } else {
                Error::io("write", "standard output", error)
            }
        })
    }

    /// Like [`Terminal::result`], for text that people read and that may quote strangers: without orders to terminals
    /// and runners, on GitHub Actions guarded as well. `styled` keeps the colors of a renderer.
    pub fn readable(&self, text: &str, styled: bool) -> Result<(), Error> {
        let safe = if styled {
            defuse_styled(text)
        } else {
            defuse(text)
        };
        if self.github_actions {
            self.result(&guarded(&safe))
        } else {
            self.result(&safe)
        }
    }

    /// What the command was asked for beside a result that needs standard output for itself.
    pub fn aside(&self, text: &str) {
        self.say(&defuse(text));
    }

    /// What is going on.
    pub fn status(&self, text: &str) {
        if self.verbosity >= Verbosity::Normal {
            self.say(&defuse(text));
        }
    }

    /// What only somebody who looks for a cause wants to know.
    pub fn detail(&self, text: &str) {
        if self.verbosity >= Verbosity::Verbose {
            self.say(&defuse(text));
        }
    }

    /// Why the command could not do its job, with causes and with what to do about it.
    pub fn error(&self, error: &Error) {
        if matches!(error, Error::Closed) {
            return;
        }
        self.say(&described(error));
    }

    /// A bar for `total` steps, or a sign of life if the number is not known.
    ///
    /// It is seen after a second, and only on a terminal.
    pub fn progress(&self, label: &str, total: Option<u64>) -> Progress {
        if self.verbosity == Verbosity::Quiet || !io::stderr().is_terminal() {
            return Progress::hidden();
        }
        let progress = Progress::start(&defuse(label), total);
        *lock(&self.bar) = progress.bar();
        progress
    }

    /// Standard error going away is nothing that anybody could still be told.
    fn say(&self, text: &str) {
        let _ = self.print(&self.stderr, text);
    }

    fn print(&self, stream: &Stream, text: &str) -> io::Result<()> {
        let write = || {
            let mut stream = lock(stream);
            stream.write_all(text.as_bytes())?;
            if !text.ends_with('\n') {
                stream.write_all(b"\n")?;
            }
            stream.flush()
        };
        let bar = lock(&self.bar).clone();
        match bar {
            Some(bar) if !bar.is_finished() => bar.suspend(write),
            _ => write(),
        }
    }
}

/// What a lock guards here is whole also when another thread has panicked.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn choice(color: Color, auto: ColorChoice) -> ColorChoice {
    match color {
        Color::Auto => auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
}

fn described(error: &Error) -> String {
    const RED: &str = "\u{1b}[1m\u{1b}[91m";
    const CYAN: &str = "\u{1b}[1m\u{1b}[96m";
    const PLAIN: &str = "\u{1b}[0m";
    let mut text = format!("{RED}error:{PLAIN} {}\n", defuse(&error.to_string()));
    // Writing to a string does not fail.
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = defuse(&cause.to_string());
        let _ = writeln!(text, "  because: {cause_text}");
        source = cause.source();
    }
    if let Some(help) = error.help() {
        let _ = writeln!(text, "{CYAN}help:{PLAIN} {}", defuse(help));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use anstream::StripStream;

    use super::{Terminal, Verbosity, described, lock};
    use crate::error::Error;

    #[derive(Clone, Default)]
    struct Pipe {
        bytes: Arc<Mutex<Vec<u8>>>,
        closed: bool,
    }

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.closed {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            lock(&self.bytes).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Pipe {
        fn text(&self) -> String {
            String::from_utf8(lock(&self.bytes).clone()).expect("text")
        }
    }

    fn terminal(out: &Pipe, err: &Pipe, verbosity: Verbosity, github_actions: bool) -> Terminal {
        let plain: Box<dyn Write + Send> = Box::new(err.clone());
        Terminal {
            stdout: Mutex::new(Box::new(out.clone())),
            stderr: Mutex::new(Box::new(StripStream::new(plain))),
            colored: (false, false),
            piped: true,
            verbosity,
            github_actions,
            bar: Mutex::new(None),
        }
    }

    fn said(verbosity: Verbosity) -> String {
        let (out, err) = (Pipe::default(), Pipe::default());
        let terminal = terminal(&out, &err, verbosity, false);
        terminal.status("status");
        terminal.detail("detail");
        terminal.error(&Error::refused("a message", ""));
        assert_eq!(out.text(), "");
        err.text()
    }

    #[test]
    fn verbosity_decides_what_is_said() {
        assert_eq!(said(Verbosity::Quiet), "error: a message\n");
        assert_eq!(said(Verbosity::Normal), "status\nerror: a message\n");
        assert_eq!(
            said(Verbosity::Verbose),
            "status\ndetail\nerror: a message\n"
        );
    }

    #[test]
    fn errors_name_their_causes_and_the_way_out() {
        let source = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = Error::io("write", "a/b", source);
        let plain = anstream::adapter::strip_str(&described(&error)).to_string();
        assert_eq!(
            plain,
            "error: cannot write `a/b`\n  because: permission denied\n"
        );
        let error = Error::refused("it is\n::error::so", "do another thing");
        let plain = anstream::adapter::strip_str(&described(&error)).to_string();
        assert_eq!(
            plain,
            "error: it is\n: :error::so\nhelp: do another thing\n"
        );
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let closed = Pipe {
            closed: true,
            ..Pipe::default()
        };
        let terminal = terminal(&closed, &closed, Verbosity::Normal, false);
        assert!(matches!(terminal.result("x"), Err(Error::Closed)));
        terminal.status("nobody hears this");
        terminal.error(&Error::Closed);
    }

    #[test]
    fn readable_text_is_guarded_on_github_actions_only() {
        for github_actions in [false, true] {
            let out = Pipe::default();
            let terminal = terminal(&out, &out, Verbosity::Normal, github_actions);
            terminal.readable("text", false).expect("an open pipe");
            terminal.result("::error::raw\n").expect("an open pipe");
            let text = out.text();
            assert_eq!(text.starts_with("::stop-commands::"), github_actions);
            assert!(text.ends_with("\n::error::raw\n"));
        }
    }
}
