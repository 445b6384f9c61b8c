//! Requests and responses.
//!
//! Owns what is accepted and with which headers it is answered. Which file a path means is for `path`; what it holds
//! is asked of the caller.

use std::path::Path;
use std::sync::mpsc::Sender;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::oneshot;

use super::path::{Wanted, index, wanted};
use super::reload::{EVENTS, Reloads, SCRIPT};
use super::{Answer, Request as Asked, Task, media, mistake};

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

/// What answers all requests: the site, a file at a time, and the script and events for reloading.
pub(super) fn router(tasks: Sender<Task>, reloads: Reloads) -> Router {
    let script = |State(reloads): State<Reloads>| async move {
        let kind = media::of(Path::new(SCRIPT));
        ([(header::CONTENT_TYPE, kind)], reloads.script())
    };
    let events = |State(reloads): State<Reloads>, uri: Uri| async move {
        Sse::new(reloads.events(uri.query())).keep_alive(KeepAlive::default())
    };
    Router::new()
        .route(SCRIPT, get(script))
        .route(EVENTS, get(events))
        .fallback(move |method: Method, uri: Uri| async move { page(&tasks, &method, &uri).await })
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

/// What one file of the site holds now.
async fn ask(tasks: &Sender<Task>, path: &str) -> Answer {
    let (answer, asked) = oneshot::channel();
    let path = path.to_owned();
    let _ = tasks.send(Task::Show(Asked { path, answer }));
    // Whoever is asked has ended.
    asked.await.unwrap_or(Answer::Nothing)
}

async fn page(tasks: &Sender<Task>, method: &Method, uri: &Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Wanted::File { name, folder } = wanted(uri.path()) else {
        return (StatusCode::BAD_REQUEST, "this is no path\n").into_response();
    };
    match (ask(tasks, &name).await, folder) {
        (Answer::Nothing, Some(mut folder)) => match ask(tasks, &index(&name)).await {
            Answer::Nothing => nothing(tasks).await,
            _ => {
                if let Some(query) = uri.query() {
                    folder = format!("{folder}?{query}");
                }
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, folder)]).into_response()
            }
        },
        (Answer::Nothing, None) => nothing(tasks).await,
        (Answer::Broken { message, help }, _) => {
            let page = mistake::page(&message, &help);
            html(StatusCode::INTERNAL_SERVER_ERROR, page.into())
        }
        (Answer::File(content), _) => {
            let kind = media::of(Path::new(&name));
            ([(header::CONTENT_TYPE, kind)], content).into_response()
        }
    }
}

async fn nothing(tasks: &Sender<Task>) -> Response {
    match ask(tasks, "404.html").await {
        Answer::File(page) => html(StatusCode::NOT_FOUND, page),
        _ => (StatusCode::NOT_FOUND, "nothing is here\n").into_response(),
    }
}

fn html(status: StatusCode, page: Vec<u8>) -> Response {
    let kind = media::of(Path::new("index.html"));
    (status, [(header::CONTENT_TYPE, kind)], page).into_response()
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
