//! A language server on standard input and output.
//!
//! Owns the protocol: the order of messages, open files, what is agreed with the editor, and when a check is due. What is
//! said about a file comes from a [`Desk`]. Never writes a file.

mod frame;
mod open;
mod session;
#[cfg(test)]
mod tests;
mod text;
mod wire;

use std::path::{Path, PathBuf};
use std::time::Instant;

use lsp_server::{Connection, ErrorCode, Message, Response};

use crate::diagnostic::Diagnostic;
use crate::editor::action::Action;
use crate::editor::completion::Candidate;
use crate::editor::hover::Hover;
use crate::error::Error;
use crate::source::Span;
use session::Session;

/// Who knows about postmortems.
pub trait Desk {
    /// Reads configuration and files, the first time or again; `folder` is the one that the editor has open. After an
    /// error everything is as it was before.
    fn load(&mut self, folder: Option<&Path>) -> Result<(), Error>;
    /// Judges everything, with the texts of open files in the place of those on disk.
    fn look(&mut self, open: &[(&Path, &str)]) -> Result<(), Error>;
    /// What is wrong in a file, by the last look.
    fn diagnostics(&self, path: &Path) -> &[Diagnostic];
    /// The root that the paths of diagnostics are relative to.
    fn root(&self) -> Option<&Path>;
    /// Whether a change of this file changes everything.
    fn is_configuration(&self, path: &Path) -> bool;
    /// What there is to say about a byte of a file, by the last look.
    fn hover(&self, path: &Path, offset: usize) -> Option<Hover>;
    /// What can be done about a span of a file, by the last look.
    fn actions(&self, path: &Path, span: Span) -> Vec<Action>;
    /// The words that may stand at a byte of a text.
    fn complete(&self, path: &Path, text: &str, offset: usize) -> Vec<Candidate>;
    /// Globs of the files whose changes matter.
    fn watched(&self) -> Vec<String>;
}

/// How the editor took its leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// It asked for the end first, as the protocol wants it.
    Proper,
    /// It went without a word.
    Abrupt,
}

/// Serves until the editor leaves. Frames that are no frames end it with an error.
pub fn run(desk: &mut dyn Desk) -> Result<Farewell, Error> {
    let (connection, threads) = frame::stdio();
    let farewell = serve(&connection, desk);
    // The writer ends when nobody can send any more.
    drop(connection);
    let failed = |error| Error::io("understand", PathBuf::from("standard input"), error);
    threads.join().map_err(failed)?;
    Ok(farewell)
}

fn serve(connection: &Connection, desk: &mut dyn Desk) -> Farewell {
    let Ok((id, params)) = connection.initialize_start() else {
        return Farewell::Abrupt;
    };
    let mut session = Session::new(&params, desk);
    let agreed = Response::new_ok(id, session.agreement());
    if connection.sender.send(agreed.into()).is_err() {
        return Farewell::Abrupt;
    }
    let mut queue = std::collections::VecDeque::new();
    loop {
        let message = match queue.pop_front() {
            Some(message) => Some(message),
            None => match session.due() {
                None => connection.receiver.recv().ok(),
                Some(due) => {
                    let wait = due.saturating_duration_since(Instant::now());
                    match connection.receiver.recv_timeout(wait) {
                        Ok(message) => Some(message),
                        Err(error) if error.is_timeout() => {
                            session.check();
                            if session.post(connection).is_err() {
                                return Farewell::Abrupt;
                            }
                            continue;
                        }
                        Err(_) => None,
                    }
                }
            },
        };
        let Some(message) = message else {
            return Farewell::Abrupt;
        };
        // What has arrived meanwhile may cancel this.
        queue.extend(connection.receiver.try_iter());
        match message {
            Message::Notification(told) if told.method == "exit" => {
                return match session.is_over() {
                    true => Farewell::Proper,
                    false => Farewell::Abrupt,
                };
            }
            Message::Notification(told) => session.hear(&told),
            Message::Request(asked) if session::is_cancelled(&asked.id, &queue) => {
                let code = ErrorCode::RequestCanceled as i32;
                session.answer(Response::new_err(asked.id, code, "cancelled".into()));
            }
            Message::Request(asked) => session.ask(asked),
            // Answers to what was asked of the editor change nothing.
            Message::Response(_) => {}
        }
        if session.post(connection).is_err() {
            return Farewell::Abrupt;
        }
    }
}
