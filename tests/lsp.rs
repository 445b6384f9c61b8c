//! `lsp`: the real program driven by a client library of others, and by frames that no client would send.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Repo, Run, finished};

/// The Python with the client in it, installed by `.ci/test`.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let python = target.expect("a folder").join("lsp-client/bin/python");
    assert!(
        python.exists(),
        "the language client is not installed at {}: run `bash .ci/test`, which installs it",
        python.display()
    );
    python
}

/// Lets the client live through one of its stories, in a repository with one clean postmortem.
fn story(name: &str) {
    let repo = Repo::clean();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/client.py");
    let mut command = Command::new(python());
    let ours = repo.command(&[]);
    command
        .arg(script)
        .args([name, env!("CARGO_BIN_EXE_aftersight")])
        .arg(repo.path().canonicalize().expect("a folder"))
        .env_clear()
        .envs(
            ours.get_envs()
                .filter_map(|(key, value)| Some((key, value?))),
        );
    let Run {
        code,
        stdout,
        stderr,
    } = finished(command.output().expect("Python runs"));
    assert_eq!(code, 0, "{name}\n{stdout}\n{stderr}");
}

#[test]
fn a_document_is_told_looked_up_mended_and_never_written() {
    story("session");
}

#[test]
fn words_are_offered() {
    story("words");
}

#[test]
fn positions_are_right_in_bytes_with_crlf_and_a_mark() {
    story("bytes_and_line_ends");
}

#[test]
fn unsaved_text_stands_for_the_file() {
    story("corpus");
}

#[test]
fn a_broken_configuration_is_shown_and_mended() {
    story("configuration");
}

#[test]
fn requests_and_leaves_follow_the_protocol() {
    story("manners");
}

/// Sends bytes, closes the input or not, and waits for the end.
fn sent(bytes: &[u8], close: bool) -> Run {
    let repo = Repo::clean();
    let mut command = repo.command(&["lsp"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let mut stdin = child.stdin.take();
    let sent = stdin.as_mut().map(|stdin| stdin.write_all(bytes));
    sent.expect("an input").expect("sent");
    if close {
        drop(stdin.take());
    }
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            let mut run = Run {
                code: status.code().unwrap_or(-1),
                stdout: String::new(),
                stderr: String::new(),
            };
            let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
            let _ = out
                .as_mut()
                .map(|pipe| pipe.read_to_string(&mut run.stdout));
            let _ = err
                .as_mut()
                .map(|pipe| pipe.read_to_string(&mut run.stderr));
            return run;
        }
        if begun.elapsed() > Duration::from_secs(20) {
            let _ = child.kill();
            panic!("it hangs on {}", String::from_utf8_lossy(bytes));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn frame(message: &serde_json::Value) -> String {
    let text = message.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len())
}

#[test]
fn frames_that_are_none_end_it_with_an_error() {
    let initialize = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } });
    let initialize = frame(&initialize);
    for bad in [
        "hello\n",
        "Content-Length: many\r\n\r\n",
        "Content-Length: 99999999999\r\n\r\n",
        "Content-Type: x\r\n\r\n{}",
        "Content-Length: 2\r\n\r\n[]",
        "Content-Length: 3\r\n\r\n{x}",
        "Content-Length: 1\r\n\r\n\u{1}",
    ] {
        for before in ["", initialize.as_str()] {
            let run = sent(format!("{before}{bad}").as_bytes(), false);
            assert_eq!(run.code, 2, "{bad:?}: {}", run.stderr);
            assert!(
                run.stderr.contains("cannot understand"),
                "{bad:?}: {}",
                run.stderr
            );
        }
    }
}

#[test]
fn an_input_that_ends_ends_it() {
    let run = sent(b"", true);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    let early = serde_json::json!({ "jsonrpc": "2.0", "id": "a", "method": "textDocument/hover", "params": {} });
    let run = sent(frame(&early).as_bytes(), true);
    assert!(run.stdout.contains("-32002"), "{}", run.stdout);
}

#[test]
fn a_cancelled_nothing_is_passed_over() {
    let initialize = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } });
    let exit = serde_json::json!({ "jsonrpc": "2.0", "method": "exit" });
    let shutdown = serde_json::json!({ "jsonrpc": "2.0", "id": 3, "method": "shutdown" });
    let cancel = serde_json::json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 99 } });
    let all = [&initialize, &cancel, &shutdown, &exit].map(frame).join("");
    let run = sent(all.as_bytes(), false);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout.matches("Content-Length").count(),
        2,
        "{}",
        run.stdout
    );
}
