//! CODEOWNERS files, as GitHub and GitLab read them.

/// A file that says who owns which paths.
#[derive(Clone, Debug, Default)]
pub struct CodeOwners {}

/// Where such a file may lie; the first that exists counts.
pub const PLACES: [&str; 4] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

impl CodeOwners {
    /// Reads a file; lines that mean nothing are left out.
    pub fn read(text: &str) -> Self {
        let _ = text;
        todo!()
    }

    /// The owners of a path, as written: `@user`, `@org/team` or an e-mail address.
    pub fn of(&self, path: &str) -> Vec<String> {
        let _ = path;
        todo!()
    }
}
