//! What editors and shells read: `schema`, `completions`, `man`.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::harness::Repo;

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn the_schema_knows_the_repository() {
    let repo = Repo::new();
    let plain = json(&repo.expect(0, &["schema"]).stdout);
    assert_eq!(plain["properties"]["severity"]["enum"][0], "sev1");
    repo.write(
        "aftersight.yml",
        "severities: [major, minor]\nservices: { checkout: Takes orders }\nid: \"PM{number:2}\"\n",
    );
    let own = json(&repo.expect(0, &["schema", "front-matter"]).stdout);
    let properties = &own["properties"];
    assert_eq!(
        properties["severity"]["enum"],
        serde_json::json!(["major", "minor"])
    );
    assert_eq!(properties["services"]["items"]["enum"][0], "checkout");
    assert_eq!(properties["id"]["pattern"], "^PM[0-9]{2,}$");
    let config = json(&repo.expect(0, &["schema", "config"]).stdout);
    assert!(config["properties"]["rules"]["properties"]["timeline-gap"]["description"].is_string());
    let run = repo.expect(2, &["schema", "cofnig"]);
    assert!(run.stderr.contains("config"), "{}", run.stderr);
}

#[test]
fn a_new_postmortem_names_its_schema_in_its_first_line() {
    let repo = Repo::new();
    let address = env!("CARGO_PKG_REPOSITORY")
        .replace("https://github.com", "https://raw.githubusercontent.com");
    for template in ["standard", "quick", "five-whys"] {
        let path = repo
            .expect(0, &["new", template, "--template", template])
            .stdout;
        let text = repo.read(path.trim());
        let first = text.lines().nth(1).unwrap_or_default();
        let url = first
            .strip_prefix("# yaml-language-server: $schema=")
            .expect("the comment");
        let file = url
            .strip_prefix(&format!("{address}/main/"))
            .expect("in the repository");
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let schema =
            json(&std::fs::read_to_string(root.join(file)).expect("a file of the repository"));
        assert_eq!(schema["$id"], url);
        let told = repo.diagnostics(&[path.trim()]);
        assert!(told.iter().all(|one| one["line"] != 2), "{told:#?}");
    }
}

#[test]
fn the_completion_script_of_bash_is_one() {
    let repo = Repo::bare();
    let script = repo.expect(0, &["completions", "bash"]).stdout;
    let mut bash = Command::new("bash");
    let mut bash = bash
        .args(["-c", "set -e; source /dev/stdin; complete -p aftersight"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bash runs");
    let written = bash
        .stdin
        .take()
        .map(|mut pipe| pipe.write_all(script.as_bytes()));
    written.expect("an input").expect("written");
    let output = bash.wait_with_output().expect("bash ends");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("_aftersight"));
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        assert!(
            repo.expect(0, &["completions", shell])
                .stdout
                .contains("deny-warnings"),
            "{shell}"
        );
    }
}

#[test]
fn the_manual_has_every_command() {
    let page = Repo::bare().expect(0, &["man"]).stdout;
    assert!(page.contains(".TH aftersight 1"), "{page}");
    for part in [
        "AFTERSIGHT CHECK",
        "AFTERSIGHT SCHEMA",
        "deny\\-warnings",
        "\\-\\-template",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}
