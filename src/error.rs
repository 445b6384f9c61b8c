//! Failures to do the job: what stops a command, with the place that stopped it.
//!
//! Owns the one error type of the program. A flaw in a postmortem is never an error; it is a
//! [`crate::diagnostic::Diagnostic`].

use std::io;
use std::path::PathBuf;

/// Why a command could not do its job (exit code 2).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried, a bare verb: `read`, `write`, `create`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The request cannot be met as it was made; the message names the place.
    #[error("{message}")]
    Refused {
        /// Cause, then place; lower case, no full stop.
        message: String,
        /// What to do about it; begins with a verb. May be empty.
        help: String,
    },
    /// The git repository could not be read.
    #[error("cannot read the git history: {message}")]
    Git {
        /// What git or the repository said.
        message: String,
        /// What to do about it; begins with a verb. May be empty.
        help: String,
    },
    /// The configuration has flaws; each with its place, already rendered.
    #[error("the configuration `{path}` cannot be used\n{details}")]
    Config {
        /// The file, as shown to the user.
        path: String,
        /// One line a flaw: `line:column: message` and a help line.
        details: String,
    },
    /// GitHub may not be asked further in this run.
    #[error("no more requests to GitHub are possible now: {message}")]
    Exhausted {
        /// What ran out, and until when.
        message: String,
    },
    /// A template of the theme is broken.
    #[error("the theme cannot be used: {message}\n  --> {place}")]
    Theme {
        /// The template's file, with line and column where they are known.
        place: String,
        /// What the template engine said.
        message: String,
    },
    /// The reader of our output went away; nothing is wrong and nothing is left to say.
    #[error("the output was closed")]
    Closed,
}

impl Error {
    /// An input or output failure while doing `action` to `path`.
    pub fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.into(),
            source,
        }
    }

    /// A request that cannot be met, with the way out.
    pub fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused {
            message: message.into(),
            help: help.into(),
        }
    }

    /// What to do about it, if there is something to say.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Refused { help, .. } | Self::Git { help, .. } if !help.is_empty() => Some(help),
            Self::Exhausted { .. } => Some("run it again later; what is done stays done"),
            _ => None,
        }
    }
}
