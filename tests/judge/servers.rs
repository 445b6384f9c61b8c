//! The servers of the second judge, started once for all tests of this binary, and what the witness saw.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::client;

/// Where everything is.
#[derive(Deserialize)]
pub(crate) struct Servers {
    /// What is asked: proxy and double behind the witness.
    pub(crate) witness: String,
    /// The double alone, for what the slice of the description does not have.
    pub(crate) double: String,
}

/// One request with its answer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) violations: Vec<Violation>,
}

/// What the proxy has against an exchange.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Violation {
    pub(crate) location: Vec<Value>,
    pub(crate) message: String,
}

impl Violation {
    /// Whether it is the client's.
    pub(crate) fn is_request(&self) -> bool {
        self.location.first().is_none_or(|it| it != "response")
    }

    /// `response.body.head: message`
    pub(crate) fn text(&self) -> String {
        let place: Vec<String> = self
            .location
            .iter()
            .map(|it| it.as_str().map_or_else(|| it.to_string(), String::from))
            .collect();
        format!("{}: {}", place.join("."), self.message)
    }
}

/// Running servers end with the standard input of their process, which is that of the tests.
static RUNNING: OnceLock<(Servers, Child)> = OnceLock::new();

/// The servers.
pub(crate) fn servers() -> &'static Servers {
    &RUNNING.get_or_init(start).0
}

fn start() -> (Servers, Child) {
    let installed = std::env::var_os("AFTERSIGHT_JUDGE").map(PathBuf::from);
    let installed = installed.expect("the servers are not installed: run `bash .ci/judge`");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = root.join("tests/judge");
    let node = installed.join("node");
    let document = Path::new(env!("CARGO_TARGET_TMPDIR")).join("judge.json");
    let made = Command::new(&node)
        .arg(here.join("document.mjs"))
        .arg(root.join("tests/github/description/rest.json"))
        .arg(&document)
        .status();
    assert!(made.expect("node runs").success(), "no document was made");
    let mut child = Command::new(&node)
        .arg(here.join("servers.mjs"))
        .arg(&installed)
        .arg(&document)
        .arg(here.join("seed.json"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut line = String::new();
    let told = child.stdout.take().expect("an output");
    BufReader::new(told)
        .read_line(&mut line)
        .expect("a line with the addresses");
    let servers = serde_json::from_str(&line)
        .unwrap_or_else(|error| panic!("the servers did not start: {error}: {line}"));
    (servers, child)
}

/// Spoils the next request that fits: its answer is `lost` or `held`.
pub(crate) fn spoil(method: &str, path: &str, how: &str) {
    let address = format!("{}/witness", servers().witness);
    let fault = json!({ "method": method, "path": path, "how": how }).to_string();
    client::send("POST", &address, &[], Some(&fault)).expect("an answer");
}

/// What was said about a repository, in order.
pub(crate) fn exchanges(repository: &str) -> Vec<Exchange> {
    let address = format!("{}/witness", servers().witness);
    let answer = client::send("GET", &address, &[], None).expect("an answer");
    let all: Vec<Exchange> = serde_json::from_value(answer.json()).expect("exchanges");
    let below = format!("/repos/{repository}/");
    all.into_iter()
        .filter(|it| format!("{}/", it.path).starts_with(&below))
        .collect()
}
