//! Figures of what a reader waits for, taken in a real Chromium; printed, never held against a limit.
//!
//! `AFTERSIGHT_DOCS=10000 AFTERSIGHT_BIN=target/release/aftersight cargo test --test main figures -- --ignored --nocapture`

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::bench_corpus::generator::{Flavour, documents};
use crate::browser::{browser, eventually, open};
use crate::harness::Repo;

fn program() -> Command {
    let named = std::env::var_os("AFTERSIGHT_BIN");
    let built = || env!("CARGO_BIN_EXE_aftersight").into();
    Command::new(named.unwrap_or_else(built))
}

fn corpus() -> (Repo, usize) {
    let count = std::env::var("AFTERSIGHT_DOCS").ok();
    let count = count.map_or(1000, |count| count.parse().expect("a number"));
    let repo = Repo::new();
    for document in documents(42, count, Flavour::Aftersight) {
        repo.write(&format!("postmortems/{}", document.name), document.text);
    }
    repo.commit("all");
    (repo, count)
}

fn now() -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_secs_f64() * 1000.0
}

fn line(text: &str) {
    writeln!(std::io::stdout(), "{text}").expect("an output");
}

/// From the write of one file until the browser has painted the page with it.
#[test]
#[ignore = "prints figures"]
fn of_a_preview() {
    let (repo, count) = corpus();
    let mut child = program()
        .args(["serve", "--port", "0", "--repo"])
        .arg(repo.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut url = String::new();
    let stdout = child.stdout.take().expect("an output");
    BufReader::new(stdout).read_line(&mut url).expect("a line");
    let document = documents(42, count, Flavour::Aftersight).next();
    let document = document.expect("a document");
    let id = document
        .text
        .lines()
        .find_map(|line| line.strip_prefix("id: "));
    let id = id.expect("an id").trim_matches('"').to_string();
    let browser = browser();
    let tab = open(&browser, &format!("{}postmortems/{id}/", url.trim()));
    let mut waits = Vec::new();
    for round in 0..9 {
        let text = document.text.replace(
            "## Summary\n",
            &format!("## Summary\n\nRound {round} of this.\n"),
        );
        let begin = now();
        repo.write(&format!("postmortems/{}", document.name), text);
        let shown = eventually(
            &tab,
            &format!(
                "document.body.textContent.includes('Round {round} of this') && performance.getEntriesByName('first-contentful-paint')[0] \
                 && performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime"
            ),
        );
        waits.push(shown.as_f64().expect("a moment") - begin);
        // Until the disk's clock tells this write from the next, as between two thoughts of an author.
        std::thread::sleep(Duration::from_millis(2500));
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    waits.sort_by(f64::total_cmp);
    line(&format!(
        "serve, {count} documents: shown {:.0} ms after the write, median of {}, {:.0} to {:.0}",
        waits[waits.len() / 2],
        waits.len(),
        waits[0],
        waits[waits.len() - 1]
    ));
}

type Log = Arc<Mutex<Vec<PathBuf>>>;

/// A server of files, as plain as they come, that remembers what was fetched.
fn files(root: PathBuf, log: Log) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (root, log) = (root.clone(), Arc::clone(&log));
            std::thread::spawn(move || answer(stream, &root, &log));
        }
    });
    format!("http://{address}/")
}

fn answer(mut stream: TcpStream, root: &Path, log: &Log) {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let _ = reader.read_line(&mut head);
    let path = head.split(' ').nth(1).unwrap_or("/");
    let path = path
        .split('?')
        .next()
        .unwrap_or_default()
        .trim_start_matches('/');
    let file = match path {
        "" => root.join("index.html"),
        path => root.join(path),
    };
    let kind = match file.extension().and_then(|kind| kind.to_str()) {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    let (status, content) = match std::fs::read(&file) {
        Ok(content) => ("200 OK", content),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    log.lock().expect("a log").push(file);
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    );
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(&content));
    // What the browser still has to say is read, or it takes the answer for broken.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = reader.read_to_end(&mut Vec::new());
}

/// Bytes of a file as they are, and as a host sends them that compresses text.
fn sizes(file: &Path) -> [u64; 2] {
    let plain = std::fs::metadata(file).map_or(0, |found| found.len());
    let kind = file.extension().and_then(|kind| kind.to_str());
    if !matches!(kind, Some("html" | "js" | "css" | "svg" | "json")) {
        return [plain; 2];
    }
    let packed = Command::new("gzip").arg("-6c").arg(file).output();
    [plain, packed.expect("gzip runs").stdout.len() as u64]
}

/// What is fetched for a query, from a page that has just been opened; the page itself apart.
#[test]
#[ignore = "prints figures"]
fn of_a_query() {
    let built = std::env::var_os("AFTERSIGHT_SITE").map(PathBuf::from);
    let (_repo, site) = match built {
        Some(site) => (None, site),
        None => {
            let (repo, _) = corpus();
            let status = program()
                .args(["-q", "build", "--repo"])
                .arg(repo.path())
                .arg("--out")
                .arg(repo.file("_site"))
                .status();
            assert!(
                status
                    .expect("the program runs")
                    .code()
                    .is_some_and(|code| code < 2)
            );
            let site = repo.file("_site");
            (Some(repo), site)
        }
    };
    let log = Log::default();
    let url = files(site, Arc::clone(&log));
    for query in [
        "replication lag",
        "certificate",
        "\"connection pool\"",
        "timeout",
        "the request was refused",
        "error rate",
        "certficate",
        "?severity=sev1&service=payments-api",
        "certificate&severity=sev2",
    ] {
        // A new browser has nothing in its cache.
        let browser = browser();
        let tab = open(&browser, &url);
        std::thread::sleep(Duration::from_millis(1500));
        let page = std::mem::take(&mut *log.lock().expect("a log"));
        let script = match query.strip_prefix('?') {
            Some(filters) => format!("location.hash = {filters:?}"),
            None if query.contains('&') => format!("location.hash = {:?}", format!("q={query}")),
            None => format!(
                "(() => {{ const q = document.getElementById('q'); q.value = {query:?}; q.dispatchEvent(new Event('input')); }})()"
            ),
        };
        tab.evaluate(&script, false).expect("asked");
        eventually(
            &tab,
            "/^\\d|^Nothing/.test(document.getElementById('find-status').textContent)",
        );
        std::thread::sleep(Duration::from_millis(2500));
        let status = eventually(&tab, "document.getElementById('find-status').textContent");
        let fetched = std::mem::take(&mut *log.lock().expect("a log"));
        let sum = |files: &[PathBuf]| {
            files
                .iter()
                .map(|file| sizes(file))
                .fold([0, 0], |a, b| [a[0] + b[0], a[1] + b[1]])
        };
        let (page, [plain, packed]) = (sum(&page), sum(&fetched));
        let mut kinds: BTreeMap<String, [u64; 2]> = BTreeMap::new();
        for file in &fetched {
            let kind = file
                .extension()
                .map_or("other".into(), |kind| kind.to_string_lossy().into_owned());
            let kind = kinds.entry(kind).or_default();
            *kind = [kind[0] + 1, kind[1] + sizes(file)[1]];
        }
        line(&format!(
            "{query}: {packed} bytes, {plain} where nothing is compressed; the page before {} and {}; {status}; files and bytes {kinds:?}",
            page[1], page[0]
        ));
    }
}
