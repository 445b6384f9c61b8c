//! The built site as readers meet it: every page type in a real browser, judged by others, walked link by link, used by
//! keyboard alone and without scripts; and what strangers can put into it.
//!
//! A page type is a shape of path: a new kind of page is judged as soon as it is built, without being named here.

mod judges;
mod keyboard;
mod kinds;
mod walk;
mod wrong;
