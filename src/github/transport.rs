//! Carries one request there and one answer back, and nothing more: no retry, no redirect, no memory.
//!
//! octocrab sits on a plain hyper client here and is seen nowhere else; callers block.

use std::error::Error as _;
use std::time::Duration;

use http::Request;
use http_body_util::{BodyExt, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client as Http, Error as HttpError};
use hyper_util::rt::TokioExecutor;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use tokio::runtime::{Builder, Runtime};

use super::answer::Answer;
use super::proxy::Connector;

/// A connection is made within this time or not at all.
const CONNECT: Duration = Duration::from_secs(10);

/// An answer is here, to its last byte, within this time; GitHub itself gives up after ten seconds.
const ANSWER: Duration = Duration::from_secs(60);

/// The longest answer that is read, bytes: a blob of 8 MiB in base64, or a listing of a tree (7 MB at most), with room.
const LONGEST: usize = 32 * 1024 * 1024;

/// The way to a server.
pub(super) struct Transport {
    runtime: Runtime,
    octocrab: Octocrab,
}

/// No answer came.
pub(super) struct Broken {
    /// What happened; not yet clean.
    pub(super) message: String,
    /// Whether the server may have seen the request.
    pub(super) sent: bool,
}

impl Transport {
    /// A way to servers, with TLS only where it is needed: its roots of trust are the system's, and not every machine has any.
    /// Nothing is sent yet. A proxy comes with the hosts that are asked without it.
    pub(super) fn new(encrypted: bool, proxy: Option<(&str, &str)>) -> Result<Self, String> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        // octocrab starts its worker as it is built.
        let entered = runtime.enter();
        let mut tcp = HttpConnector::new();
        tcp.set_connect_timeout(Some(CONNECT));
        tcp.set_nodelay(true);
        let http = Http::builder(TokioExecutor::new());
        let empty = OctocrabBuilder::new_empty();
        let octocrab = if encrypted {
            tcp.enforce_http(false);
            let (proxy, except) = proxy.unwrap_or_default();
            let tls = HttpsConnectorBuilder::new()
                .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
                .map_err(|error| format!("no certificates to trust: {error}"))?
                .https_or_http()
                .enable_http1()
                .wrap_connector(Connector::new(tcp, proxy, except));
            let service = http.build::<_, OctoBody>(tls);
            empty
                .with_service(service)
                .with_auth(AuthState::None)
                .build()
        } else {
            let service = http.build::<_, OctoBody>(tcp);
            empty
                .with_service(service)
                .with_auth(AuthState::None)
                .build()
        };
        drop(entered);
        let Ok(octocrab) = octocrab;
        Ok(Self { runtime, octocrab })
    }

    /// Sends a request once and reads its answer whole.
    pub(super) fn send(&self, request: Request<Vec<u8>>) -> Result<Answer, Broken> {
        self.runtime.block_on(async {
            match tokio::time::timeout(ANSWER, self.exchange(request)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Broken {
                    message: format!("no answer within {} seconds", ANSWER.as_secs()),
                    sent: true,
                }),
            }
        })
    }

    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Answer, Broken> {
        let response = self.octocrab.execute(request).await.map_err(broken)?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, LONGEST)
            .collect()
            .await
            .map_err(|error| Broken {
                message: format!("the answer broke off: {error}"),
                sent: true,
            })?;
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.to_bytes().to_vec(),
        })
    }
}

fn broken(error: octocrab::Error) -> Broken {
    let mut messages: Vec<String> = Vec::new();
    let mut sent = true;
    let mut cause = error.source();
    while let Some(it) = cause {
        if let Some(http) = it.downcast_ref::<HttpError>() {
            sent &= !http.is_connect();
        }
        let text = it.to_string();
        if !messages.iter().any(|known| known.contains(&text)) {
            messages.push(text);
        }
        cause = it.source();
    }
    if messages.is_empty() {
        messages.push(error.to_string());
    }
    Broken {
        message: messages.join(": "),
        sent,
    }
}
