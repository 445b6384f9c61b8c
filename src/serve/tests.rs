use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Answer, Server as Preview, Task};
use crate::error::Error;

/// A server over a small site, until it is dropped.
struct Server {
    folder: tempfile::TempDir,
    address: SocketAddr,
    looks: mpsc::Receiver<()>,
    end: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

/// A site of which the first page tells how often it was looked at; the source decides what comes of a look.
fn show(preview: &Preview, source: &Path, looked: &mpsc::Sender<()>) {
    let mut count = 0;
    let mut broken = false;
    loop {
        match preview.next() {
            Task::Look => {
                count += 1;
                broken = fs::read_to_string(source).expect("the source") == "broken";
                preview.announce();
                looked.send(()).expect("a listener");
            }
            Task::Show(request) => {
                let content = match request.path.as_str() {
                    _ if broken => None,
                    "index.html" => Some(format!("home {count}")),
                    "404.html" => Some("not here".into()),
                    "a/index.html" => Some("page".into()),
                    "style.css" => Some("css".into()),
                    "atom.xml" => Some("xml".into()),
                    "pagefind/x.pf_index" => Some("binary".into()),
                    _ => None,
                };
                request.answer(match content {
                    Some(content) => Answer::File(content.into()),
                    None if broken => Answer::from(&Error::refused("broken", "mend it")),
                    None => Answer::Nothing,
                });
            }
            Task::Remember => {}
            Task::Stop(ended) => return ended.expect("a good end"),
        }
    }
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let base = folder.path().canonicalize().expect("the folder");
        let source = base.join("pm/a.md");
        fs::create_dir_all(base.join("pm")).expect("a folder");
        fs::write(&source, "source").expect("a file");
        let (end, ended) = oneshot::channel();
        let (looked, looks) = mpsc::channel();
        let preview = Preview::until(0, vec![base], async {
            let _ = ended.await;
        });
        let preview = preview.expect("a server");
        let address = preview.address();
        let thread = thread::spawn(move || show(&preview, &source, &looked));
        Self {
            folder,
            address,
            looks,
            end: Some((end, thread)),
        }
    }

    fn source(&self, text: &str) {
        // As editors do it, and noticed as one change.
        let (new, path) = (
            self.folder.path().join("pm/a.md~"),
            self.folder.path().join("pm/a.md"),
        );
        fs::write(&new, text).expect("a source");
        fs::rename(new, path).expect("a source");
    }

    fn send(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        let limit = Some(Duration::from_secs(30));
        stream.set_read_timeout(limit).expect("a time limit");
        stream.write_all(request.as_bytes()).expect("sent");
        stream
    }

    fn ask(&self, method: &str, path: &str, host: &str) -> Response {
        let close = "Connection: close";
        let request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{close}\r\n\r\n");
        let mut text = Vec::new();
        let read = self.send(&request).read_to_end(&mut text);
        read.expect("a response");
        Response::parse(&String::from_utf8(text).expect("text"))
    }

    fn get(&self, path: &str) -> Response {
        self.ask("GET", path, "localhost")
    }

    /// Listens for the next event; what came is sent.
    fn listen(&self, path: &str) -> mpsc::Receiver<String> {
        let stream = self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        let mut lines = BufReader::new(stream).lines();
        let head: Vec<String> = lines
            .by_ref()
            .map(|line| line.expect("a line"))
            .take_while(|line| !line.is_empty())
            .collect();
        assert!(
            head.contains(&"content-type: text/event-stream".to_owned()),
            "{head:?}"
        );
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            let event = lines
                .map_while(Result::ok)
                .find(|line| line.starts_with("data"));
            let _ = send.send(event.unwrap_or_default());
        });
        receive
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.end.take() {
            let _ = end.send(());
            thread.join().expect("no panic");
        }
    }
}

struct Response {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Response {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let headers = lines.filter_map(|line| line.split_once(": "));
        Self {
            status: status.and_then(|s| s.parse().ok()).expect("a status"),
            headers: headers.map(|(n, v)| (n.into(), v.into())).collect(),
            body: body.into(),
        }
    }
}

const LONG: Duration = Duration::from_secs(30);

#[test]
fn pages_come_with_their_types() {
    let server = Server::start();
    for (path, kind, body) in [
        ("/", "text/html; charset=utf-8", "home 0"),
        ("/a/", "text/html; charset=utf-8", "page"),
        ("/a/?q=1", "text/html; charset=utf-8", "page"),
        ("/style.css", "text/css; charset=utf-8", "css"),
        ("/atom.xml", "application/xml", "xml"),
        ("/pagefind/x.pf_index", "application/octet-stream", "binary"),
    ] {
        let response = server.get(path);
        assert_eq!((response.status, &*response.body), (200, body), "{path}");
        assert_eq!(response.headers["content-type"], kind, "{path}");
        assert_eq!(response.headers["cache-control"], "no-store");
        assert_eq!(response.headers["x-content-type-options"], "nosniff");
    }
}

#[test]
fn folders_missing_pages_and_methods() {
    let server = Server::start();
    let response = server.get("/a?q=1");
    assert_eq!(response.status, 307);
    assert_eq!(response.headers["location"], "/a/?q=1");
    let response = server.get("/missing");
    assert_eq!((response.status, &*response.body), (404, "not here"));
    assert_eq!(response.headers["content-type"], "text/html; charset=utf-8");
    let response = server.ask("HEAD", "/a/", "localhost");
    assert_eq!((response.status, &*response.body), (200, ""));
    assert_eq!(response.headers["content-length"], "4");
    assert_eq!(server.ask("POST", "/", "localhost").status, 405);
    assert_eq!(
        server
            .ask("DELETE", "/_aftersight/reload.js", "localhost")
            .status,
        405
    );
}

#[test]
fn nothing_outside_of_the_site_is_served() {
    let server = Server::start();
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/a/..%2f..%2fsecret",
        "/..%5csecret",
        "/secret%00",
        "/%00",
        "/a/%2e%2e/%2e%2e/secret",
        "//secret",
        "/./../secret",
    ] {
        let response = server.get(path);
        assert!(
            matches!(response.status, 400 | 404),
            "{path}: {}",
            response.status
        );
        assert!(!response.body.contains("secret"), "{path}");
    }
}

#[test]
fn strangers_names_are_refused() {
    let server = Server::start();
    for host in [
        "example.com",
        "localhost.example.com",
        "127.0.0.1.example.com:80",
        "",
    ] {
        let response = server.ask("GET", "/", host);
        assert_eq!(response.status, 403, "{host}");
        assert!(!response.body.contains("home"));
    }
    assert_eq!(
        server.ask("GET", "http://example.com/", "localhost").status,
        403
    );
    for host in ["localhost", "127.0.0.1:9", "[::1]:8080"] {
        assert_eq!(server.ask("GET", "/", host).status, 200, "{host}");
    }
    assert!(server.address.ip().is_loopback());
}

#[test]
fn a_change_rebuilds_and_reloads() {
    let server = Server::start();
    let event = server.listen("/_aftersight/reload");
    let script = server.get("/_aftersight/reload.js");
    assert_eq!(
        script.headers["content-type"],
        "text/javascript; charset=utf-8"
    );
    assert!(!script.body.contains("SINCE"));

    server.source("changed");
    server.looks.recv_timeout(LONG).expect("a look");
    assert_eq!(event.recv_timeout(LONG).expect("an event"), "data: reload");
    assert_eq!(server.get("/").body, "home 1");

    // Who loaded the script before hears of it later, too.
    let quoted = script.body.split("/_aftersight/reload?since=").nth(1);
    let since = quoted
        .and_then(|rest| rest.split('"').next())
        .expect("a number");
    let late = server.listen(&format!("/_aftersight/reload?since={since}"));
    assert_eq!(late.recv_timeout(LONG).expect("an event"), "data: reload");
}

#[test]
fn a_site_that_cannot_be_made_says_so() {
    let server = Server::start();
    for (text, status, body) in [("broken", 500, "broken"), ("good", 200, "home 2")] {
        let event = server.listen("/_aftersight/reload");
        server.source(text);
        assert_eq!(event.recv_timeout(LONG).expect("an event"), "data: reload");
        let response = server.get("/");
        assert_eq!(response.status, status, "{text}");
        let kind = &response.headers["content-type"];
        assert_eq!(kind, "text/html; charset=utf-8");
        assert!(response.body.contains(body), "{}", response.body);
        assert_eq!(response.body.contains("mend it"), status == 500);
    }
    assert_eq!(server.get("/a/").status, 200);
}

#[test]
fn what_the_site_is_not_made_from_is_ignored() {
    let server = Server::start();
    let base = server.folder.path();
    fs::create_dir_all(base.join(".git")).expect("a folder");
    for file in [".git/index", "pm/.a.md.swp", "pm/a.md~"] {
        fs::write(base.join(file), "x").expect("a file");
    }
    fs::read(base.join("pm/a.md")).expect("the source");
    let looked = server.looks.recv_timeout(Duration::from_millis(800));
    assert!(looked.is_err());
    fs::write(base.join("pm/b.md"), "x").expect("a file");
    server.looks.recv_timeout(LONG).expect("a look");
}

#[test]
fn a_port_in_use_is_refused_with_a_way_out() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let error = Preview::start(port, Vec::new()).expect_err("a refusal");
    assert_eq!(
        error.to_string(),
        format!("port `{port}` is in use on 127.0.0.1")
    );
    assert!(error.help().is_some_and(|help| help.contains("--port 0")));
}
