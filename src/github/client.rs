//! The client: sends, pages, waits and counts.
//!
//! Owns retries (reads, within limits; writes never), the wait for rate limits with its cap, the budget, conditional
//! requests and the token. What an answer says is in `answer` and `limit`, what was used up in `meter`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, USER_AGENT};
use http::{HeaderValue, Method, Request, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::{Answer, Secrets};
use super::limit::{self, Limit};
use super::meter::{Credential, Meter, Quota};
use super::transport::Transport;
use super::{Failure, Settings, address, graphql};

/// So many further tries a read has; and a write that a limit has turned away.
const RETRIES: u32 = 3;

/// So many times a read is sent on to another place of the same server.
const HOPS: u32 = 5;

/// So many pages of a list at most.
const PAGES: usize = 1_000;

/// Answers up to this many bytes are kept for asking again.
const KEPT: usize = 1024 * 1024;

const AGENT: &str = concat!("aftersight/", env!("CARGO_PKG_VERSION"));

/// A connection to one repository's GitHub.
pub struct Client {
    settings: Settings,
    api: Uri,
    pub(super) graphql: Uri,
    pub(super) secrets: Secrets,
    transport: Transport,
    meter: Meter,
    kept: RefCell<BTreeMap<(Credential, String), Answer>>,
    wait: Box<dyn Fn(Duration)>,
}

/// What was used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Requests sent, each try counted.
    pub requests: u32,
    /// Those of them that write.
    pub writes: u32,
}

/// A request that writes.
pub(super) struct Order<'a> {
    pub(super) method: Method,
    pub(super) address: &'a Uri,
    /// As it is shown to people.
    pub(super) shown: &'a str,
    pub(super) graphql: bool,
    pub(super) body: Vec<u8>,
}

impl Client {
    /// A client; nothing is sent yet. Fails for an address or token that cannot be used at all.
    pub fn new(settings: Settings) -> Result<Self, Failure> {
        Self::waiting(settings, Box::new(std::thread::sleep))
    }

    /// A client that waits in its own way.
    pub(super) fn waiting(
        settings: Settings,
        wait: Box<dyn Fn(Duration)>,
    ) -> Result<Self, Failure> {
        let unusable = |message: String| Failure::Unavailable {
            request: "any request".to_string(),
            message,
        };
        let flaw = |flaw: super::settings::Flaw| unusable(flaw.message);
        let [api, graphql] = settings.servers().map_err(flaw)?;
        let encrypted = [&api, &graphql]
            .iter()
            .any(|address| address.scheme_str() == Some("https"));
        let tokens = [settings.token.clone(), settings.team_token.clone()];
        let mut budget = settings.budget;
        if settings.token.is_none() {
            // Nobody else draws on what strangers are given.
            budget.remaining = 0;
        }
        Ok(Self {
            api,
            graphql,
            secrets: Secrets::new(tokens.into_iter().flatten()),
            transport: Transport::new(
                encrypted,
                settings
                    .proxy
                    .as_deref()
                    .map(|proxy| (proxy, settings.no_proxy.as_str())),
            )
            .map_err(unusable)?,
            meter: Meter::new(budget),
            kept: RefCell::default(),
            wait,
            settings,
        })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What was used up so far.
    pub fn used(&self) -> Used {
        self.meter.used()
    }

    /// GitHub's clock now, by its last answer; ours until the first.
    pub fn now(&self) -> jiff::Timestamp {
        self.meter.now()
    }

    /// GitHub's clock at its last answer (the `Date` header).
    pub fn clock(&self) -> Option<jiff::Timestamp> {
        self.meter.clock()
    }

    /// One thing. `path` begins with `/` and is percent-encoded by the caller; `{repo}` stands for `/repos/owner/name`.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let path = self.path(path);
        let shown = shown(&Method::GET, &path);
        let answer = self.read(self.address(&path, &shown)?, &shown, Credential::Usual)?;
        self.parsed(&answer, &shown)
    }

    /// One thing; `None` where the server has none (404).
    pub fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Failure> {
        match self.get(path) {
            Ok(found) => Ok(Some(found)),
            Err(Failure::NotFound { .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Every page of a list, by the `Link` header; asks for 100 a page.
    pub fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Failure> {
        self.list_as(path, Credential::Usual)
    }

    /// The same with another token.
    pub(super) fn list_as<T: DeserializeOwned>(
        &self,
        path: &str,
        credential: Credential,
    ) -> Result<Vec<T>, Failure> {
        let path = self.path(path);
        let shown = shown(&Method::GET, &path);
        let mut address = self.address(&address::hundred(&path), &shown)?;
        let mut found = Vec::new();
        for _ in 0..PAGES {
            let answer = self.read(address, &shown, credential)?;
            let page: Vec<T> = self.parsed(&answer, &shown)?;
            found.extend(page);
            let Some(next) = answer.header("link").and_then(address::next) else {
                return Ok(found);
            };
            address = address::follow(&self.api, next).ok_or_else(|| Failure::Unavailable {
                request: shown.clone(),
                message: self
                    .secrets
                    .clean(&format!("its next page is on another server: {next}")),
            })?;
        }
        Err(Failure::Unavailable {
            request: shown,
            message: format!("it has more than {PAGES} pages"),
        })
    }

    /// Creates something; sent once.
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.change(Method::POST, path, body)
    }

    /// Changes something; sent once.
    pub fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.change(Method::PATCH, path, body)
    }

    fn change<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let path = self.path(path);
        let shown = shown(&method, &path);
        let answer = self.write(&Order {
            address: &self.address(&path, &shown)?,
            method,
            shown: &shown,
            graphql: false,
            body: written(body, &shown)?,
        })?;
        serde_json::from_slice(answer.json())
            .map_err(|error| self.unknown(&shown, &error.to_string()))
    }

    /// Sends a read until it is answered, within tries and patience.
    fn read(
        &self,
        mut address: Uri,
        shown: &str,
        credential: Credential,
    ) -> Result<Answer, Failure> {
        let quota = Quota {
            credential,
            graphql: false,
        };
        let mut tries = 0;
        let mut hops = 0;
        loop {
            let key = (credential, address.to_string());
            let kept = self.kept.borrow().get(&key).cloned();
            self.meter.admit(quota, false)?;
            let mut request = self.request(Method::GET, &address, credential, Vec::new(), shown)?;
            if let Some(etag) = kept.as_ref().and_then(|it| it.headers.get(ETAG)) {
                request.headers_mut().insert(IF_NONE_MATCH, etag.clone());
            }
            let (failure, wait) = match self.transport.send(request) {
                Err(broken) => (self.unavailable(shown, &broken.message), pace(tries)),
                Ok(answer) => {
                    self.meter.note(&answer, quota);
                    if answer.status == 304
                        && let Some(kept) = kept
                    {
                        return Ok(kept);
                    }
                    match answer.status {
                        200..=299 if answer.readable() => {
                            self.keep(key, &answer);
                            return Ok(answer);
                        }
                        200..=299 => (self.unavailable(shown, "it is not JSON"), pace(tries)),
                        301 | 302 | 307 | 308 if hops < HOPS => {
                            let place = answer.header("location").unwrap_or_default();
                            address = address::follow(&self.api, place)
                                .ok_or_else(|| self.rejection(&answer, shown, credential))?;
                            hops += 1;
                            continue;
                        }
                        500..=599 => (
                            self.rejection(&answer, shown, credential),
                            limit::asked(&answer).unwrap_or(pace(tries)),
                        ),
                        _ => {
                            let Some(limit) = Limit::of(&answer, tries, self.meter.now()) else {
                                return Err(self.rejection(&answer, shown, credential));
                            };
                            (limit.failure(shown), limit.wait)
                        }
                    }
                }
            };
            self.pause(tries, wait, failure, quota)?;
            tries += 1;
        }
    }

    /// Sends a write once; again only after a limit has said that nothing was done.
    pub(super) fn write(&self, order: &Order<'_>) -> Result<Answer, Failure> {
        let quota = Quota {
            credential: Credential::Usual,
            graphql: order.graphql,
        };
        let mut tries = 0;
        loop {
            self.meter.admit(quota, true)?;
            if let Some(wait) = self.meter.pace() {
                (self.wait)(wait);
            }
            let request = self.request(
                order.method.clone(),
                order.address,
                quota.credential,
                order.body.clone(),
                order.shown,
            )?;
            let answer = match self.transport.send(request) {
                Ok(answer) => answer,
                Err(broken) if broken.sent => {
                    return Err(self.unknown(order.shown, &broken.message));
                }
                Err(broken) => return Err(self.unavailable(order.shown, &broken.message)),
            };
            self.meter.note(&answer, quota);
            let now = self.meter.now();
            let limit = Limit::of(&answer, tries, now).or_else(|| {
                (order.graphql && answer.status == 200)
                    .then(|| graphql::limit(&answer, tries, now))
                    .flatten()
            });
            if let Some(limit) = limit {
                self.pause(tries, limit.wait, limit.failure(order.shown), quota)?;
                tries += 1;
                continue;
            }
            return match answer.status {
                200..=299 => Ok(answer),
                300..=499 => Err(self.rejection(&answer, order.shown, quota.credential)),
                _ => Err(self.unknown(order.shown, &answer.says())),
            };
        }
    }

    /// Waits before another try, or fails where there is none or patience is at its end.
    fn pause(
        &self,
        tries: u32,
        wait: Duration,
        failure: Failure,
        quota: Quota,
    ) -> Result<(), Failure> {
        if tries >= RETRIES || !self.meter.patient(wait) {
            return Err(failure);
        }
        (self.wait)(wait);
        self.meter.forget(quota);
        Ok(())
    }

    fn request(
        &self,
        method: Method,
        address: &Uri,
        credential: Credential,
        body: Vec<u8>,
        shown: &str,
    ) -> Result<Request<Vec<u8>>, Failure> {
        let mut request = Request::builder()
            .method(method)
            .uri(address.clone())
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
            .header(USER_AGENT, AGENT);
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(token) = self.token(credential) {
            let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| self.unavailable(shown, "the token cannot be sent"))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request
            .body(body)
            .map_err(|error| self.unavailable(shown, &error.to_string()))
    }

    fn token(&self, credential: Credential) -> Option<&str> {
        let usual = self.settings.token.as_deref();
        match credential {
            Credential::Usual => usual,
            Credential::Team => self.settings.team_token.as_deref().or(usual),
        }
    }

    fn path(&self, path: &str) -> String {
        match path.strip_prefix("{repo}") {
            Some(rest) => format!("/repos/{}{rest}", self.settings.repository),
            None => path.to_string(),
        }
    }

    fn address(&self, path: &str, shown: &str) -> Result<Uri, Failure> {
        format!("{}{path}", self.settings.api.trim_end_matches('/'))
            .parse()
            .ok()
            .filter(|address: &Uri| address::follow(&self.api, &address.to_string()).is_some())
            .ok_or_else(|| self.unavailable(shown, "it is no address of this server"))
    }

    fn keep(&self, key: (Credential, String), answer: &Answer) {
        if answer.headers.contains_key(ETAG) && answer.body.len() <= KEPT {
            self.kept.borrow_mut().insert(key, answer.clone());
        }
    }

    fn parsed<T: DeserializeOwned>(&self, answer: &Answer, shown: &str) -> Result<T, Failure> {
        serde_json::from_slice(answer.json())
            .map_err(|error| self.unavailable(shown, &error.to_string()))
    }

    fn rejection(&self, answer: &Answer, shown: &str, credential: Credential) -> Failure {
        answer.rejection(shown, &self.secrets, self.token(credential).is_some())
    }

    fn unavailable(&self, shown: &str, message: &str) -> Failure {
        Failure::Unavailable {
            request: shown.to_string(),
            message: self.secrets.clean(message),
        }
    }

    pub(super) fn unknown(&self, shown: &str, message: &str) -> Failure {
        Failure::Unknown {
            request: shown.to_string(),
            message: self.secrets.clean(message),
        }
    }
}

/// The wait after a failure that names none: 1, 2, 4 seconds.
fn pace(tries: u32) -> Duration {
    Duration::from_secs(2u64.saturating_pow(tries))
}

/// A request as people are shown it, without its query.
pub(super) fn shown(method: &Method, path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    format!("{method} {path}")
}

pub(super) fn written(body: &impl Serialize, shown: &str) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(body).map_err(|error| unwritable(shown, &error))
}

fn unwritable(shown: &str, error: &serde_json::Error) -> Failure {
    Failure::Unavailable {
        request: shown.to_string(),
        message: format!("it cannot be written as JSON: {error}"),
    }
}
