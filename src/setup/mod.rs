//! Setting a repository up: which files it needs, with which contents, and what only a person can click.
//!
//! Owns the texts. Looking at the disk, writing and printing is for `command`.

mod catalogue;
mod configuration;
mod settings;
mod workflow;

pub use settings::settings;

/// Where the configuration goes.
pub const CONFIGURATION: &str = ".github/aftersight.yml";
/// Where the template of pull requests goes.
pub const PULL_REQUEST_TEMPLATE: &str = ".github/pull_request_template.md";
/// Folders in which GitHub looks for a template of pull requests, a file of that name or a folder of files.
pub const TEMPLATE_FOLDERS: [&str; 3] = [".github", "", "docs"];

/// What is known of the repository.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The folder of the postmortems, relative to the root, with `/`.
    pub postmortems: &'a str,
    /// Whether there are postmortems already, which name services as they like.
    pub established: bool,
    /// Whether the configuration lists the members of teams.
    pub teams: bool,
    /// Whether git is told to ignore the built site.
    pub ignores_site: bool,
    /// The path of the CODEOWNERS file and its text.
    pub owners: Option<(&'a str, &'a str)>,
}

/// A file that a repository needs.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Where, relative to the root, with `/`.
    pub path: String,
    /// Other places for the same thing: with one of them there, this one is not written.
    pub elsewhere: Vec<String>,
    /// What is written where nothing is.
    pub text: String,
    /// What this version would have written under other facts; just as up to date.
    variants: Vec<String>,
}

impl Planned {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            elsewhere: Vec::new(),
            text: text.into(),
            variants: Vec::new(),
        }
    }

    /// Whether a file holds what this version would write; line ends are git's business.
    pub fn is(&self, found: &str) -> bool {
        let found = with_plain_ends(found);
        found == self.text || self.variants.contains(&found)
    }
}

/// A text with the line ends of ours, so that a diff shows what is different.
pub fn with_plain_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// The name under which GitHub knows a template of pull requests, without an extension; letter case does not matter.
pub fn is_pull_request_template(name: &str) -> bool {
    let name = name.to_lowercase();
    let stem = name.split_once('.').map_or(name.as_str(), |(stem, _)| stem);
    stem == "pull_request_template"
}

/// The files, in the order in which they are written.
pub fn files(facts: &Facts<'_>) -> Vec<Planned> {
    let mut files = vec![configuration(facts)];
    files.push(Planned::new(
        format!("{}/README.md", facts.postmortems),
        linked(include_str!("readme.md")),
    ));
    for (name, text) in workflow::WORKFLOWS {
        let mut file = Planned::new(
            format!(".github/workflows/{name}.yml"),
            workflow::elsewhere(text),
        );
        file.elsewhere = vec![format!(".github/workflows/{name}.yaml")];
        files.push(file);
    }
    files.push(Planned::new(
        PULL_REQUEST_TEMPLATE,
        linked(include_str!("pull_request.md")),
    ));
    files
}

fn configuration(facts: &Facts<'_>) -> Planned {
    let services = catalogue::services(facts.owners.map_or("", |(_, text)| text));
    let texts = [false, true].map(|established| configuration::text(&services, established));
    let mut file = Planned::new(CONFIGURATION, texts[usize::from(facts.established)].clone());
    file.variants = texts.into();
    file.elsewhere = crate::config::PLACES
        .iter()
        .filter(|place| **place != CONFIGURATION)
        .map(ToString::to_string)
        .collect();
    file
}

fn linked(text: &str) -> String {
    text.replace("{repository}", env!("CARGO_PKG_REPOSITORY"))
}

#[cfg(test)]
mod tests {
    use super::{Facts, files, is_pull_request_template};

    const FACTS: Facts<'_> = Facts {
        postmortems: "docs/incidents",
        established: false,
        teams: false,
        ignores_site: false,
        owners: None,
    };

    #[test]
    fn every_file_has_one_place_and_ends_its_last_line() {
        let files = files(&FACTS);
        for (index, file) in files.iter().enumerate() {
            assert!(file.text.ends_with('\n') && !file.text.contains('\r'));
            assert!(!file.text.contains("{repository}"), "{}", file.path);
            assert!(files[..index].iter().all(|other| other.path != file.path));
        }
        assert!(
            files
                .iter()
                .any(|file| file.path == "docs/incidents/README.md")
        );
    }

    #[test]
    fn line_ends_are_no_difference_and_first_postmortems_neither() {
        for established in [false, true] {
            let before = files(&Facts {
                owners: Some(("", "services/a/ @a")),
                ..FACTS
            });
            let after = files(&Facts {
                established,
                owners: Some(("", "services/a/ @a")),
                ..FACTS
            });
            for (before, after) in before.iter().zip(&after) {
                assert!(after.is(&before.text), "{}", after.path);
                assert!(after.is(&before.text.replace('\n', "\r\n")));
                assert!(!after.is(&format!("{}more\n", before.text)));
            }
        }
    }

    #[test]
    fn templates_are_known_as_github_knows_them() {
        for name in [
            "pull_request_template.md",
            "PULL_REQUEST_TEMPLATE",
            "Pull_Request_Template.txt",
        ] {
            assert!(is_pull_request_template(name), "{name}");
        }
        for name in ["pull_request_templates", "issue_template.md", ""] {
            assert!(!is_pull_request_template(name), "{name}");
        }
    }
}
