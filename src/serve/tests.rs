use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Options, run_until};
use crate::error::Error;

type Served = JoinHandle<Result<(), Error>>;

/// A server over a small site, until it is dropped.
struct Server {
    folder: tempfile::TempDir,
    address: SocketAddr,
    builds: mpsc::Receiver<()>,
    end: Option<(oneshot::Sender<()>, Served)>,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let base = folder.path().canonicalize().expect("the folder");
        for (file, text) in [
            ("pm/a.md", "source"),
            ("secret", "secret"),
            ("_site/index.html", "home"),
            ("_site/404.html", "not here"),
            ("_site/a/index.html", "page"),
            ("_site/style.css", "css"),
            ("_site/atom.xml", "xml"),
            ("_site/pagefind/x.pf_index", "binary"),
        ] {
            let path = base.join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, text).expect("a file");
        }
        let options = Options {
            port: 0,
            root: base.join("_site"),
            watch: vec![base.clone()],
            open: false,
        };
        let site: PathBuf = options.root.clone();
        let (built, builds) = mpsc::channel();
        let mut count = 0;
        let rebuild = move || {
            count += 1;
            fs::write(site.join("index.html"), format!("home {count}")).expect("a page");
            built.send(()).expect("a listener");
            match fs::read_to_string(base.join("pm/a.md")).expect("the source") {
                text if text == "broken" => Err(Error::refused("broken", "")),
                text if text == "panic" => std::panic::panic_any("a broken build"),
                text => Ok(text != "nothing new"),
            }
        };
        let (end, ended) = oneshot::channel();
        let (send, receive) = mpsc::channel();
        let thread = thread::spawn(move || {
            let ready = move |address| send.send(address).expect("a listener");
            run_until(options, rebuild, ready, async {
                let _ = ended.await;
            })
        });
        Self {
            folder,
            address: receive.recv().expect("an address"),
            builds,
            end: Some((end, thread)),
        }
    }

    fn source(&self, text: &str) {
        fs::write(self.folder.path().join("pm/a.md"), text).expect("a source");
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
            let served = thread.join().expect("no panic");
            served.expect("a good end");
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
        ("/", "text/html; charset=utf-8", "home"),
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
    server.builds.recv_timeout(LONG).expect("a build");
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
fn a_failed_build_does_not_end_the_server() {
    let server = Server::start();
    let event = server.listen("/_aftersight/reload");
    for text in ["broken", "panic", "nothing new"] {
        server.source(text);
        server.builds.recv_timeout(LONG).expect("a build");
        assert!(event.try_recv().is_err(), "{text}");
        // A notice may come in two parts.
        while server
            .builds
            .recv_timeout(Duration::from_millis(500))
            .is_ok()
        {}
    }
    server.source("good");
    assert_eq!(event.recv_timeout(LONG).expect("an event"), "data: reload");
}

#[test]
fn what_the_site_is_not_made_from_is_ignored() {
    let server = Server::start();
    let base = server.folder.path();
    fs::create_dir_all(base.join(".git")).expect("a folder");
    for file in ["_site/new.html", ".git/index", "pm/.a.md.swp", "pm/a.md~"] {
        fs::write(base.join(file), "x").expect("a file");
    }
    fs::read(base.join("pm/a.md")).expect("the source");
    let built = server.builds.recv_timeout(Duration::from_millis(800));
    assert!(built.is_err());
    fs::write(base.join("pm/b.md"), "x").expect("a file");
    server.builds.recv_timeout(LONG).expect("a build");
}

#[test]
fn a_port_in_use_is_refused_with_a_way_out() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        port,
        root: folder.path().to_owned(),
        watch: Vec::new(),
        open: false,
    };
    let error = super::run(options, || Ok(false), |_| {}).expect_err("a refusal");
    assert_eq!(
        error.to_string(),
        format!("port `{port}` is in use on 127.0.0.1")
    );
    assert!(error.help().is_some_and(|help| help.contains("--port 0")));
}
