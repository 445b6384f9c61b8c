//! The client: sends, pages, waits and counts.
//!
//! Owns retries (reads, within limits; writes never), the wait for rate limits with its cap, the budget, conditional
//! requests and the token.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Failure, Settings};

/// A connection to one repository's GitHub.
pub struct Client {}

/// What was used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Requests sent, each try counted.
    pub requests: u32,
    /// Those of them that write.
    pub writes: u32,
}

impl Client {
    /// A client; nothing is sent yet. Fails for an address or token that cannot be used at all.
    pub fn new(settings: Settings) -> Result<Self, Failure> {
        let _ = settings;
        todo!()
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        todo!()
    }

    /// What was used up so far.
    pub fn used(&self) -> Used {
        todo!()
    }

    /// GitHub's clock at its last answer (the `Date` header).
    pub fn clock(&self) -> Option<jiff::Timestamp> {
        todo!()
    }

    /// One thing. `path` begins with `/` and is percent-encoded by the caller; `{repo}` stands for `/repos/owner/name`.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let _ = path;
        todo!()
    }

    /// One thing; `None` where the server has none (404).
    pub fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Failure> {
        let _ = path;
        todo!()
    }

    /// Every page of a list, by the `Link` header; asks for 100 a page.
    pub fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Failure> {
        let _ = path;
        todo!()
    }

    /// Creates something; sent once.
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let _ = (path, body);
        todo!()
    }

    /// Changes something; sent once.
    pub fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let _ = (path, body);
        todo!()
    }

    /// A GraphQL mutation; sent once. Errors in the answer are failures.
    pub fn mutate<T: DeserializeOwned>(
        &self,
        query: &str,
        variables: &impl Serialize,
    ) -> Result<T, Failure> {
        let _ = (query, variables);
        todo!()
    }
}
