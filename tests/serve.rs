//! `serve`: the real program on a real port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::harness::{Repo, variant};
use crate::standing::ledger;

/// A running server; it is stopped when this goes.
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT/`
    pub(crate) url: String,
}

impl Server {
    /// Serves a repository on any free port.
    pub(crate) fn start(repo: &Repo) -> Self {
        let mut command = repo.command(&["serve", "--port", "0"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut url = String::new();
        let stdout = child.stdout.take().expect("an output");
        BufReader::new(stdout).read_line(&mut url).expect("a line");
        let mut server = Self {
            child,
            url: url.trim().into(),
        };
        if !server.url.starts_with("http://127.0.0.1:") {
            let (code, said) = server.stop();
            panic!("no address, but {code:?}: {said}");
        }
        server
    }

    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// Interrupts it as Ctrl-C does; the exit code and what it said.
    pub(crate) fn stop(&mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        let _ = std::process::Command::new("kill")
            .args(["-INT", &pid])
            .status();
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let _ = stderr.read_to_string(&mut said);
        }
        (
            self.child.wait().ok().and_then(|status| status.code()),
            said,
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The whole answer to a GET, head and body.
pub(crate) fn get(server: &Server, path: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.address()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_site_is_served_and_the_server_stops_when_told() {
    let repo = Repo::clean();
    let mut server = Server::start(&repo);
    let home = get(&server, "/");
    assert!(
        home.starts_with("HTTP/1.1 200") && home.contains("Checkout refused orders"),
        "{home}"
    );
    assert!(get(&server, "/nowhere").starts_with("HTTP/1.1 404"));
    assert!(get(&server, "/../Cargo.toml").starts_with("HTTP/1.1 4"));
    let (code, said) = server.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("1 postmortem; check: nothing found"),
        "{said}"
    );
    assert!(!repo.file("_site").exists());
}

/// What the server tells browsers from now on.
fn listen(server: &Server) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    let patience = Some(std::time::Duration::from_secs(60));
    stream.set_read_timeout(patience).expect("a timeout");
    let request = format!(
        "GET /_aftersight/reload HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n\r\n",
        server.address()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    BufReader::new(stream)
}

/// Waits until browsers are told to load again.
fn wait(reloads: BufReader<TcpStream>) {
    let mut lines = reloads.lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("reload")), "nobody is told");
}

#[test]
fn a_change_is_built_and_browsers_are_told() {
    let repo = Repo::clean();
    let server = Server::start(&repo);
    let reloads = listen(&server);
    repo.write(
        "postmortems/b.md",
        variant(&[
            ("INC-2026-014", "INC-2026-015"),
            ("Checkout refused", "Search refused"),
        ]),
    );
    wait(reloads);
    assert!(get(&server, "/postmortems/INC-2026-015/").contains("Search refused orders"));
}

#[test]
fn a_fetched_ledger_is_shown() {
    let repo = Repo::clean();
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let server = Server::start(&repo);
    let page = || get(&server, "/postmortems/INC-2026-014/");
    assert!(!page().contains("/pull/12"));
    let reloads = listen(&server);
    ledger(
        &repo,
        "refs/remotes/origin/aftersight/ledger",
        &[(12, "INC-2026-014", "postmortems/2026-10-10-checkout.md")],
    );
    wait(reloads);
    assert!(page().contains("/pull/12"));
}

#[test]
fn a_port_in_use_is_told() {
    let repo = Repo::clean();
    let server = Server::start(&repo);
    let port = server.address().rsplit(':').next().unwrap_or_default();
    let run = repo.expect(2, &["serve", "--port", port]);
    assert!(
        run.stderr.contains(&format!("port `{port}` is in use")) && run.stderr.contains("--port"),
        "{}",
        run.stderr
    );
}

/// Asks for a page until it holds a text.
fn until(server: &Server, path: &str, text: &str) -> String {
    let begin = std::time::Instant::now();
    loop {
        let answer = get(server, path);
        if answer.contains(text) {
            return answer;
        }
        assert!(
            begin.elapsed().as_secs() < 60,
            "{path} never says {text}: {answer}"
        );
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn a_mistake_while_serving_is_shown_until_it_is_mended() {
    let repo = Repo::clean();
    let mut server = Server::start(&repo);
    // The configuration did not exist before.
    repo.write("aftersight.yml", "searhc: none\n");
    let page = until(&server, "/postmortems/", "unknown field `searhc`");
    assert!(
        page.starts_with("HTTP/1.1 500") && page.contains("/_aftersight/reload.js"),
        "{page}"
    );
    repo.write("aftersight.yml", "search: none\n");
    let page = until(&server, "/", "Checkout refused orders");
    assert!(
        page.starts_with("HTTP/1.1 200") && !page.contains("<form"),
        "{page}"
    );
    let (code, said) = server.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("unknown field `searhc`"), "{said}");
}

#[test]
fn whatever_changes_is_shown() {
    let repo = Repo::clean();
    let server = Server::start(&repo);
    let page = "/postmortems/INC-2026-014/";
    repo.write("postmortems/graph.csv", "1\n");
    let linked = variant(&[(
        "The batch jobs ran late",
        "The [batch jobs](graph.csv) ran late",
    )]);
    repo.write("postmortems/2026-10-10-checkout.md", &linked);
    until(&server, page, "files/graph.csv");
    assert!(get(&server, "/files/graph.csv").ends_with("1\n"));
    assert!(get(&server, "/files/2026-10-10-checkout.md").starts_with("HTTP/1.1 404"));
    repo.write("postmortems/graph.csv", "2\n");
    until(&server, "/files/graph.csv", "\r\n\r\n2\n");

    // Moved within the folder, it has the same page.
    let [from, to] = ["2026-10-10-checkout.md", "moved.md"]
        .map(|name| repo.file(&format!("postmortems/{name}")));
    std::fs::rename(from, &to).expect("moved");
    until(&server, page, "postmortems/moved.md");
    repo.commit("moved");
    until(&server, page, "First committed");

    repo.write("theme/templates/404.html", "<p>mine {{ site.title }}</p>");
    repo.write("aftersight.yml", "theme: theme\n");
    until(&server, "/nowhere", "mine Postmortems");
    repo.write("theme/templates/404.html", "<p>{{ nonsense(</p>");
    until(&server, "/", "404.html");
    repo.write("theme/templates/404.html", "<p>mended</p>");
    until(&server, "/nowhere", "mended");

    repo.write("postmortems/moved.md", "---\nid: [\n---\n");
    until(&server, "/", "Broken");
    std::fs::remove_file(&to).expect("removed");
    until(&server, "/", "No postmortems yet");
    assert!(get(&server, page).starts_with("HTTP/1.1 404"));
}

#[test]
fn a_page_is_shown_as_it_would_be_built() {
    let repo = Repo::clean();
    repo.expect(0, &["build"]);
    let server = Server::start(&repo);
    for path in [
        "postmortems/INC-2026-014/index.html",
        "services/index.html",
        "atom.xml",
        "style.css",
        "search-rows.js",
    ] {
        let built = std::fs::read_to_string(repo.file(&format!("_site/{path}"))).expect("a page");
        let answer = get(&server, &format!("/{path}"));
        let shown = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let shown = shown.replace("<script defer src=\"/_aftersight/reload.js\"></script>", "");
        assert_eq!(shown, built, "{path}");
    }
}
