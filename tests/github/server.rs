//! HTTP: takes requests and sends answers, or ends the connection. What happens between is for [`super::exchange`].

use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use axum::body::{Body, Bytes};
use axum::extract::State as Extract;
use axum::http::{HeaderMap, Request as HttpRequest, Response};
use serde_json::Value;
use tokio::sync::oneshot;

use super::description::decoded;
use super::exchange::broken;
use super::fault::Fault;
use super::state::State;

/// A request that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// In capitals.
    pub(crate) method: String,
    /// Without `/api/v3`, with the query.
    pub(crate) path: String,
    /// What was answered; 0 where the answer was lost.
    pub(crate) status: u16,
    /// Whether it was meant to change something.
    pub(crate) writes: bool,
}

/// What the server and the test share.
pub(super) struct Shared {
    state: Mutex<State>,
    faults: Mutex<Vec<Fault>>,
    flaws: Mutex<Vec<String>>,
    seen: Mutex<Vec<Seen>>,
    enterprise: bool,
}

/// A running server; it ends when this goes.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A lock, whatever became of whom had it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(state: State, enterprise: bool) -> Self {
        Self {
            state: Mutex::new(state),
            faults: Mutex::default(),
            flaws: Mutex::default(),
            seen: Mutex::default(),
            enterprise,
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        lock(&self.faults)
    }

    pub(super) fn flaws(&self) -> MutexGuard<'_, Vec<String>> {
        lock(&self.flaws)
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        lock(&self.seen)
    }

    /// Takes note of what is against the description.
    pub(super) fn flaw(&self, request: &Incoming, what: impl std::fmt::Display) {
        let flaw = format!("{} {}: {what}", request.method, request.path);
        self.flaws().push(flaw);
    }
}

impl Server {
    pub(super) fn start(shared: Arc<Shared>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                let router = axum::Router::new().fallback(serve).with_state(shared);
                tokio::select! {
                    _ = axum::serve(listener, router) => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A request as it came.
pub(super) struct Incoming {
    pub(super) method: String,
    /// Without `/api/v3` and without the query; `/graphql` for mutations.
    pub(super) path: String,
    query: String,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
}

impl Incoming {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn token(&self) -> Option<&str> {
        let value = self.header("authorization")?;
        let (scheme, token) = value.split_once(' ')?;
        let known = ["bearer", "token"];
        known
            .contains(&scheme.to_ascii_lowercase().as_str())
            .then_some(token.trim())
    }

    pub(super) fn asked(&self) -> Vec<(String, String)> {
        let parts = self.query.split('&').filter(|part| !part.is_empty());
        parts
            .map(|part| {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                (decoded(name), decoded(&value.replace('+', " ")))
            })
            .collect()
    }

    fn writes(&self) -> bool {
        self.method != "GET"
    }
}

/// A body that ends the connection before a byte of the answer is sent.
struct Lost;

impl futures_core::Stream for Lost {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Err(std::io::Error::other("the answer is lost"))))
    }
}

async fn serve(
    Extract(shared): Extract<Arc<Shared>>,
    request: HttpRequest<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    // Larger than any commit of these tests.
    let bytes = axum::body::to_bytes(body, 64 << 20)
        .await
        .unwrap_or_default();
    let whole = parts.uri.path();
    let path = match (shared.enterprise, whole) {
        // docs.github.com/enterprise-server: REST below `/api/v3`, GraphQL at `/api/graphql`.
        (true, "/api/graphql") => "/graphql",
        (true, path) => path.strip_prefix("/api/v3").unwrap_or("/outside-of-api"),
        (false, path) => path,
    };
    let incoming = Incoming {
        method: parts.method.to_string(),
        path: path.to_string(),
        query: parts.uri.query().unwrap_or_default().to_string(),
        headers: parts.headers,
        bytes,
    };
    let incoming = Arc::new(incoming);
    // Off the server's own thread, so that a fault may call back with a client of its own.
    let work = {
        let (shared, incoming) = (Arc::clone(&shared), Arc::clone(&incoming));
        tokio::task::spawn_blocking(move || shared.handle(&incoming))
    };
    let reply = work.await.unwrap_or_else(|error| {
        shared.flaw(&incoming, format!("the fake itself failed: {error}"));
        Some(broken(500))
    });
    let mut path = incoming.path.clone();
    if !incoming.query.is_empty() {
        path = format!("{path}?{}", incoming.query);
    }
    shared.seen().push(Seen {
        method: incoming.method.clone(),
        path,
        status: reply.as_ref().map_or(0, |reply| reply.status),
        writes: incoming.writes(),
    });
    let Some(reply) = reply else {
        return Response::new(Body::from_stream(Lost));
    };
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    let bytes = match reply.body {
        // The fault of an unreadable answer.
        Some(Value::String(text)) => text.into_bytes(),
        Some(body) => body.to_string().into_bytes(),
        None => Vec::new(),
    };
    response
        .header("content-type", "application/json; charset=utf-8")
        .body(Body::from(bytes))
        .expect("a response")
}
