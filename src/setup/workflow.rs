//! The workflows: those of this repository, made fit for another one.
//!
//! Owns which they are, the action that they call there, and the names of their checks. What they do is written in
//! themselves.

/// The workflows, by file name without extension.
pub(super) const WORKFLOWS: [(&str, &str); 6] = [
    (
        "validate",
        include_str!("../../.github/workflows/validate.yml"),
    ),
    (
        "approval",
        include_str!("../../.github/workflows/approval.yml"),
    ),
    (
        "refresh",
        include_str!("../../.github/workflows/refresh.yml"),
    ),
    (
        "publish",
        include_str!("../../.github/workflows/publish.yml"),
    ),
    (
        "actions",
        include_str!("../../.github/workflows/actions.yml"),
    ),
    (
        "comment",
        include_str!("../../.github/workflows/comment.yml"),
    ),
];

/// The workflows whose checks a pull request must pass.
const REQUIRED: [&str; 2] = ["validate", "approval"];

/// How another repository names the action of this version: the commit where it is known, which it is in a release.
pub(super) fn reference() -> String {
    let commit = option_env!("AFTERSIGHT_ACTION_HASH").filter(|hash| is_commit(hash));
    let at = commit.map_or_else(tag, ToString::to_string);
    format!("aftersight/aftersight@{at} # {}", tag())
}

/// Whether [`reference`] names a tag, which can be moved.
pub(super) fn is_movable() -> bool {
    !option_env!("AFTERSIGHT_ACTION_HASH").is_some_and(is_commit)
}

/// The tag of this version.
pub(super) fn tag() -> String {
    format!("v{}", env!("CARGO_PKG_VERSION"))
}

fn is_commit(hash: &str) -> bool {
    hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A workflow of this repository as another one needs it: our action by its name instead of by its place.
pub(super) fn elsewhere(text: &str) -> String {
    let reference = reference();
    let lines = text.lines().map(|line| {
        let (before, after) = line.split_once("uses: ./").unwrap_or((line, "no"));
        let key = before.trim_start();
        let whole = after.trim().is_empty() || after.starts_with(" #");
        if whole && matches!(key, "" | "- ") {
            format!("{before}uses: {reference}\n")
        } else {
            format!("{line}\n")
        }
    });
    lines.collect()
}

/// The names of the checks that GitHub shows for the jobs of the required workflows, in the order of the files.
pub(super) fn checks() -> Vec<String> {
    let required = WORKFLOWS.iter().filter(|(name, _)| REQUIRED.contains(name));
    required.flat_map(|(_, text)| jobs(text)).collect()
}

/// A job's check bears its `name`, else its key.
fn jobs(text: &str) -> Vec<String> {
    // The files are ours and part of the program: the tests read every one of them.
    let workflow: serde_yaml::Value = serde_yaml::from_str(text).unwrap_or_default();
    let jobs = workflow.get("jobs").and_then(serde_yaml::Value::as_mapping);
    let name = |(key, job): (&serde_yaml::Value, &serde_yaml::Value)| {
        let named = job.get("name").and_then(serde_yaml::Value::as_str);
        named.or_else(|| key.as_str()).map(ToString::to_string)
    };
    jobs.into_iter().flatten().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::{WORKFLOWS, checks, elsewhere, jobs, reference};

    #[test]
    fn only_the_whole_action_is_replaced() {
        let text = "steps:\n  - uses: ./\n  - uses: ./ # ours\n    uses: ./\n  - uses: ./other\n  - run: echo uses: ./\n";
        let name = reference();
        let wanted = format!(
            "steps:\n  - uses: {name}\n  - uses: {name}\n    uses: {name}\n  - uses: ./other\n  - run: echo uses: ./\n"
        );
        assert_eq!(elsewhere(text), wanted);
    }

    #[test]
    fn no_workflow_refers_to_this_repository_any_more() {
        for (name, text) in WORKFLOWS {
            let text = elsewhere(text);
            assert!(!text.contains("uses: ./"), "{name}");
            assert!(!jobs(&text).is_empty(), "{name}");
        }
    }

    #[test]
    fn the_checks_have_the_names_that_the_documentation_says() {
        for name in ["validate", "approval"] {
            assert!(checks().iter().any(|check| check == name), "{:?}", checks());
        }
        let named = jobs("jobs:\n  a:\n    name: first thing\n  b: {}\n");
        assert_eq!(named, ["first thing", "b"]);
    }
}
