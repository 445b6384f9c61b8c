//! Requests and responses.
//!
//! Owns what is accepted and with which headers it is answered. Which file a path means is for `answer`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::answer::{Answer, find};
use super::media;
use super::reload::{EVENTS, Reloads, SCRIPT};

const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// What answers all requests: the site in `root`, and the script and events for reloading.
pub(super) fn router(root: PathBuf, reloads: Reloads) -> Router {
    let script = |State(reloads): State<Reloads>| async move {
        let kind = media::of(Path::new(SCRIPT));
        ([(header::CONTENT_TYPE, kind)], reloads.script())
    };
    let events = |State(reloads): State<Reloads>, uri: Uri| async move {
        Sse::new(reloads.events(uri.query())).keep_alive(KeepAlive::default())
    };
    let root = Arc::new(root);
    Router::new()
        .route(SCRIPT, get(script))
        .route(EVENTS, get(events))
        .fallback(move |method: Method, uri: Uri| async move { page(&root, &method, &uri) })
        .with_state(reloads)
        .layer(from_fn(guard))
}

/// Answers only those who call us by our own name: a stranger's page may have its own name lead here.
async fn guard(request: Request, next: Next) -> Response {
    let header = request.headers().get(header::HOST);
    let named = header.and_then(|host| host.to_str().ok());
    let other = request.uri().authority().map(|host| host.as_str());
    let mut response = if named.is_some_and(is_own) && other.is_none_or(is_own) {
        next.run(request).await
    } else {
        let text = "this server answers only to 127.0.0.1 and localhost\n";
        (StatusCode::FORBIDDEN, text).into_response()
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, value);
    }
    response
}

fn is_own(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    name == "127.0.0.1" || name == "[::1]" || name.eq_ignore_ascii_case("localhost")
}

fn page(root: &Path, method: &Method, uri: &Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match find(root, uri.path()) {
        Answer::File(path) => file(&path, StatusCode::OK).unwrap_or_else(|| nothing(root)),
        Answer::Folder(mut path) => {
            if let Some(query) = uri.query() {
                path = format!("{path}?{query}");
            }
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, path)]).into_response()
        }
        Answer::Nothing => nothing(root),
        Answer::Senseless => (StatusCode::BAD_REQUEST, "this is no path\n").into_response(),
    }
}

fn file(path: &Path, status: StatusCode) -> Option<Response> {
    let content = Body::from(fs::read(path).ok()?);
    Some((status, [(header::CONTENT_TYPE, media::of(path))], content).into_response())
}

fn nothing(root: &Path) -> Response {
    let page = match find(root, "/404.html") {
        Answer::File(path) => file(&path, StatusCode::NOT_FOUND),
        _ => None,
    };
    page.unwrap_or_else(|| (StatusCode::NOT_FOUND, "nothing is here\n").into_response())
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn only_our_own_names_are_ours() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:80",
            "LocalHost:1",
            "[::1]",
            "[::1]:8080",
        ] {
            assert!(is_own(host), "{host}");
        }
        for host in [
            "",
            ":80",
            "example.com",
            "127.0.0.1.example.com",
            "localhost.example.com:80",
            "127.0.0.2",
            "[::2]",
            "localhost:80:90",
            "a@localhost",
            "localhost:x",
        ] {
            assert!(!is_own(host), "{host}");
        }
    }
}
