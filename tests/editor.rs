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
    repo.write("aftersight.yml", "services: [\"##[add-mask]y\"]\n");
    let hostile = repo.expect(0, &["schema"]).stdout;
    assert!(!hostile.contains("##["), "{hostile}");
    assert!(json(&hostile).to_string().contains("##[add-mask]y"));
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
        "AFTERSIGHT APPROVAL CHECK",
        "AFTERSIGHT APPROVAL RECORD",
        "AFTERSIGHT APPROVAL VERIFY",
        "AFTERSIGHT CONFIG SHOW",
        ".SH NOTES",
        "1 not approved",
        "deny\\-warnings",
        "\\-\\-template",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(
        page.matches("the git repository around").count(),
        1,
        "{page}"
    );
}

#[test]
fn comments_name_the_published_schema_of_the_configuration() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema =
        json(&std::fs::read_to_string(root.join("src/schema/config.json")).expect("the schema"));
    let comment = format!(
        "# yaml-language-server: $schema={}\n",
        schema["$id"].as_str().unwrap_or_default()
    );
    for file in ["README.md", ".github/aftersight.yml"] {
        let text = std::fs::read_to_string(root.join(file)).expect("a file");
        assert!(text.contains(&comment), "{file}");
    }
}

/// The pieces of configuration that the documentation shows, together.
#[test]
fn the_configuration_in_the_documentation_is_one() {
    let text = include_str!("../README.md");
    let blocks = text.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split_once("```").map(|(block, _)| block));
    let keys = [
        "severities:",
        "confidential:",
        "approval:",
        "actions:",
        "ratchet:",
    ];
    let of_ours = |block: &&str| {
        let first = block.lines().find(|line| !line.starts_with('#'));
        first.is_some_and(|line| keys.iter().any(|key| line.starts_with(key)))
    };
    let blocks: Vec<&str> = blocks.filter(of_ours).collect();
    assert_eq!(blocks.len(), keys.len());
    let repo = Repo::bare();
    repo.write(
        "aftersight.yml",
        blocks
            .join("")
            .replace("services:\n", "services:\n  login: {}\n"),
    );
    let shown = repo.expect(0, &["config", "show", "--repo", "."]).stdout;
    assert!(shown.contains("'@example/security'"), "{shown}");
}

/// What the hooks would be given, and what is left out: by the names of files alone.
#[test]
fn the_hooks_look_at_postmortems_alone() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
    let repo = Repo::clean();
    let clean = repo.read("postmortems/2026-10-10-checkout.md");
    let other = |id: &str| clean.replace("INC-2026-014", id);
    repo.write("postmortems/b/index.md", other("INC-2026-015"));
    for path in [
        "postmortems/README.md",
        "postmortems/_drafts/c.md",
        "postmortems/.d.md",
        "docs/e.md",
    ] {
        repo.write(path, "no postmortem\n");
    }
    repo.commit("more");
    for hook in hooks.as_array().expect("a list") {
        let regex = |key: &str| {
            regex::Regex::new(hook[key].as_str().expect("a pattern")).expect("a pattern")
        };
        let (files, exclude) = (regex("files"), regex("exclude"));
        let all = repo.git(&["ls-files"]);
        let given: Vec<&str> = all
            .lines()
            .filter(|path| files.is_match(path) && !exclude.is_match(path))
            .collect();
        assert_eq!(
            given,
            [
                "postmortems/2026-10-10-checkout.md",
                "postmortems/b/index.md"
            ]
        );
        let entry: Vec<&str> = hook["entry"]
            .as_str()
            .expect("a command")
            .split(' ')
            .collect();
        assert_eq!(entry[0], "aftersight");
        if entry[1] == "check" {
            let args: Vec<&str> = entry[1..].iter().copied().chain(given).collect();
            repo.expect(0, &args);
        }
    }
}
