//! The way through a proxy, where a machine has no other: `HTTPS_PROXY` and `NO_PROXY`, as runners know them.
//!
//! Only what is encrypted goes through it, in a tunnel, so that it learns which host is asked and nothing more; what is not
//! encrypted goes to this machine itself.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

type Problem = Box<dyn Error + Send + Sync>;

/// Makes connections, through a proxy where one is to be used.
#[derive(Clone)]
pub(super) struct Connector {
    direct: HttpConnector,
    proxy: Arc<Matcher>,
}

impl Connector {
    /// Connections by way of `proxy`, but to the hosts in `except` directly.
    pub(super) fn new(direct: HttpConnector, proxy: &str, except: &str) -> Self {
        let proxy = Matcher::builder()
            .https(proxy.to_string())
            .no(except.to_string())
            .build();
        Self {
            direct,
            proxy: Arc::new(proxy),
        }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Problem>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Problem>> {
        self.direct.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let Some(proxy) = self.proxy.intercept(&to) else {
            let connecting = self.direct.call(to);
            return Box::pin(async { connecting.await.map_err(Into::into) });
        };
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.direct.clone());
        if let Some(password) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(password.clone());
        }
        let connecting = tunnel.call(to);
        Box::pin(async {
            let through = |error| format!("the proxy of HTTPS_PROXY: {}", said(&error));
            connecting.await.map_err(|error| through(error).into())
        })
    }
}

/// An error with its causes.
fn said(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", said(cause)),
        None => error.to_string(),
    }
}

/// What is wrong with the address of a proxy, where something is.
pub(super) fn flaw(proxy: &str) -> Option<&'static str> {
    let (scheme, rest) = proxy.split_once("://").unwrap_or(("http", proxy));
    let host = format!("http://{rest}").parse::<Uri>();
    if !scheme.eq_ignore_ascii_case("http") {
        Some("is of a kind that is not known: only `http://` is")
    } else if host.is_ok_and(|host| host.host().is_some_and(|host| !host.is_empty())) {
        None
    } else {
        Some("is no address")
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::thread::{JoinHandle, spawn};

    use super::super::{Client, Settings};
    use super::*;

    /// A proxy that lets nobody through; and the head of the first request that it is sent.
    fn proxy() -> (String, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let seen = spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let head = lines.take_while(|line| !line.is_empty()).collect();
            let answer = b"HTTP/1.1 403 Forbidden\r\n\r\n";
            stream.write_all(answer).expect("an answer");
            head
        });
        (address, seen)
    }

    fn client(values: &[(&str, &str)]) -> Client {
        let env = |name: &str| {
            let mut all = values.iter();
            all.find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).into())
        };
        let settings = Settings::read(env).expect("settings");
        Client::waiting(settings, Box::new(|_| {})).expect("a client")
    }

    #[test]
    fn what_is_encrypted_goes_through_a_tunnel() {
        let (address, seen) = proxy();
        let proxy = format!("http://me:hunter2@{address}");
        let client = client(&[
            ("GITHUB_REPOSITORY", "acme/incidents"),
            ("GITHUB_TOKEN", "ghp_usual"),
            ("GITHUB_API_URL", "https://ghe.example/api/v3"),
            ("https_proxy", &proxy),
        ]);
        let failure = client
            .post::<serde_json::Value>("/x", &())
            .expect_err("no way");
        let message = crate::error::Error::from(failure).to_string();
        assert!(
            message.contains("the proxy of HTTPS_PROXY: tunnel error: unsuccessful"),
            "{message}"
        );
        assert!(!message.contains("hunter2"), "{message}");
        let head = seen.join().expect("a request");
        assert_eq!(head[0], "CONNECT ghe.example:443 HTTP/1.1");
        let said = head.join("\n");
        assert!(
            said.to_lowercase()
                .contains("proxy-authorization: basic bwu6ahvudgvymg=="),
            "{said}"
        );
        assert!(!said.contains("ghp_usual"), "{said}");
    }

    #[test]
    fn a_host_that_is_left_out_is_asked_directly() {
        let (address, _) = proxy();
        let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = closed.local_addr().expect("an address");
        drop(closed);
        let client = client(&[
            ("GITHUB_REPOSITORY", "acme/incidents"),
            ("GITHUB_API_URL", &format!("https://{at}")),
            ("HTTPS_PROXY", &address),
            ("NO_PROXY", "example.org, 127.0.0.0/8"),
        ]);
        let failure = client
            .post::<serde_json::Value>("/x", &())
            .expect_err("nobody is there");
        let message = crate::error::Error::from(failure).to_string();
        assert!(
            message.contains("refused") && !message.contains("proxy"),
            "{message}"
        );
    }

    #[test]
    fn a_proxy_of_an_unknown_kind_is_told() {
        for good in ["proxy:3128", "http://proxy", "HTTP://me:x@10.0.0.1:8080/"] {
            assert_eq!(flaw(good), None, "{good}");
        }
        for wrong in ["socks5://proxy", "https://proxy", "http://", "a b"] {
            assert!(flaw(wrong).is_some(), "{wrong}");
        }
    }
}
