//! Secrets are found and never printed; what the configuration keeps confidential is judged before it runs.

use std::sync::Arc;

use aftersight::config::Config;
use aftersight::fix::Checked;
use aftersight::report::Format;
use aftersight::rules::Context;
use aftersight::source::Source;

use crate::harness::{Repo, variant};

/// Put together here, so that no scanner of this repository takes it for one in use.
fn token() -> String {
    ["gh", "p_", "aB3dE7gH1jK5mN9pQ2rS6tU4vW8xY0zCfGiL"].concat()
}

#[test]
fn a_secret_is_masked_in_every_report() {
    let token = token();
    let repo = Repo::new();
    repo.write(
        "postmortems/a.md",
        variant(&[
            ("severity: sev2", &format!("severity: {token}")),
            (
                "tags: [database, deploy]",
                &format!("tags: [database]\n{token}: 1"),
            ),
            (
                "Release 2.3.3 was",
                &format!("TODO {token} Release 2.3.3 was"),
            ),
            (
                "## Action items",
                &format!("```\nexport GITHUB_TOKEN={token}\n```\n\n## Action items"),
            ),
        ])
        .replace(
            "status: final",
            &format!("status: final\nallow: [{{ rule: template-leftover, because: \"{token}\" }}]"),
        ),
    );
    let secret = &token[4..];
    for (format, _) in Format::ALL {
        let run = repo.expect(1, &["check", "--report", format]);
        assert!(run.stdout.contains("secret"), "{format}: {}", run.stdout);
        assert!(!run.stdout.contains(secret), "{format}: {}", run.stdout);
        assert!(!run.stderr.contains(secret), "{format}: {}", run.stderr);
    }
    let run = repo.expect(1, &["build"]);
    assert!(!run.stderr.contains(secret), "{}", run.stderr);
    let full = repo.run(&["check"]).stdout;
    assert!(full.contains("export GITHUB_TOKEN=ghp_****"), "{full}");
    // What is turned off or allowed is masked all the same.
    repo.write("aftersight.yml", "rules: { secret: off }\n");
    let run = repo.expect(1, &["check"]);
    assert!(
        !run.stdout.contains(secret) && !run.stdout.contains("[secret]"),
        "{}",
        run.stdout
    );
}

/// Whoever asks about one postmortem alone gets the same masks as a whole check.
#[test]
fn a_secret_is_masked_when_one_postmortem_is_asked_about_alone() {
    let token = token();
    let text = variant(&[("severity: sev2", &format!("severity: {token}"))]);
    let config = Config::default();
    let context = Context::new(&config.conventions, jiff::Timestamp::UNIX_EPOCH);
    let source = Arc::new(Source::new("postmortems/a.md", text));
    let diagnostics = Checked::read(source, &config, &context).diagnostics;
    let told = diagnostics.iter().find(|one| one.rule == "bad-value");
    let message = &told.expect("no such severity").finding.message;
    assert!(!message.contains(&token[4..]), "{message}");
}

#[test]
fn fingerprints_say_nothing_about_a_secret() {
    let repo = Repo::new();
    let prints = |password: &str| {
        repo.write(
            "postmortems/a.md",
            variant(&[(
                "The batch jobs ran late",
                &format!("password: {password} and the batch jobs ran late"),
            )]),
        );
        let found = repo.diagnostics(&[]);
        assert_eq!(found.len(), 1, "{found:#?}");
        found[0]["fingerprint"].as_str().map(String::from)
    };
    assert_eq!(prints("Kq7vR2mZx9"), prints("Zx9mR2vKq7"));
    assert_ne!(prints("Kq7vR2mZx9"), prints("Kq7vR2mZx9ab"));
}

#[test]
fn what_the_configuration_keeps_confidential_is_found() {
    let repo = Repo::new();
    repo.write(
        "aftersight.yml",
        "confidential:\n  - { name: customer account number, pattern: 'ACC-\\d{8}' }\n",
    );
    repo.write(
        "postmortems/a.md",
        variant(&[(
            "No data was lost.",
            "ACC-12345678 and ACC-87654321 were hit. ACC-1 was not.",
        )]),
    );
    let found = repo.diagnostics(&[]);
    assert_eq!(found.len(), 1, "{found:#?}");
    let message = found[0]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("`customer account number`") && message.contains("1 more"),
        "{message}"
    );
    let shown = repo.expect(0, &["config", "show"]).stdout;
    assert!(shown.contains("# aftersight.yml:2\nconfidential:\n- name: customer account number\n  pattern: ACC-\\d{8}"), "{shown}");
}

#[test]
fn a_pattern_that_cannot_be_used_is_told_with_its_place() {
    let repo = Repo::clean();
    for (pattern, message, help) in [
        ("'(ACC'", "cannot be read: unclosed group", "single quotes"),
        ("'\\w{900}{900}'", "takes more than 1 MiB", "smaller counts"),
        ("'A*'", "matches the empty text", "`+` in place of `*`"),
        ("'\\b'", "matches the empty text", "`+` in place of `*`"),
    ] {
        repo.write(
            "aftersight.yml",
            format!("confidential:\n  - name: account\n    pattern: {pattern}\n"),
        );
        let run = repo.expect(2, &["check"]);
        assert!(
            run.stderr
                .contains("aftersight.yml:3:14: `confidential.pattern`"),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr.contains(message) && run.stderr.contains(help),
            "{}",
            run.stderr
        );
    }
    for (text, message) in [
        ("confidential: ACC\n", "`confidential` needs a list"),
        (
            "confidential: [{ pattern: x }]\n",
            "`confidential.name` is missing",
        ),
        (
            "confidential: [{ name: x }]\n",
            "`confidential.pattern` is missing",
        ),
        (
            "confidential: [{ name: x, pattern: x, patern: y }]\n",
            "patern",
        ),
    ] {
        repo.write("aftersight.yml", text);
        let run = repo.expect(2, &["check"]);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}
