//! What leaves the program: text on the terminal, files, the folder of the built site.
//!
//! Owns every write. What is written is made elsewhere; nothing here knows what it means.

mod defuse;
mod diff;
mod file;
mod folder;
mod manifest;
mod progress;
mod terminal;

pub use defuse::{defuse, defuse_styled, guarded};
pub use diff::{painted, unified};
pub use file::{Draft, append, check_writable, write_atomically, write_new};
pub use folder::{OutputFolder, Written};
pub use progress::Progress;
pub use terminal::{Color, Terminal, Verbosity};
