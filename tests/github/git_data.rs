//! The routes below `/git/`: references, trees, blobs and commits.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::repository::Signature;
use super::routes::{Reply, Request};
use super::state::{REPOSITORY, RULE, State};

impl State {
    /// Does what is asked of git itself.
    pub(super) fn git_data(&mut self, request: &Request<'_>) -> Reply {
        match (request.method, request.route) {
            ("GET", "/git/ref/{ref}") => {
                let name = format!("refs/{}", request.part("ref"));
                match self.git.commit_of(&name) {
                    Some(sha) => Reply::json(200, self.reference(&name, &sha)),
                    None => Reply::not_found(),
                }
            }
            ("POST", "/git/refs") => self.create_reference(request),
            ("GET", "/git/trees/{tree_sha}") => {
                // "Setting this parameter to any value … returns the tree recursively." (the description)
                let recursive = request.asked("recursive").is_some();
                let found = self.tree(request.part("tree_sha"), recursive);
                found.map_or_else(Reply::not_found, |it| Reply::json(200, it))
            }
            ("POST", "/git/trees") => self.create_tree(request),
            ("GET", "/git/blobs/{file_sha}") => {
                let found = self.blob(request.part("file_sha"));
                found.map_or_else(Reply::not_found, |it| Reply::json(200, it))
            }
            ("POST", "/git/blobs") => {
                let text = request.body["content"].as_str().unwrap_or_default();
                let bytes = match request.body["encoding"].as_str() {
                    Some("base64") => BASE64_STANDARD.decode(text.replace('\n', "")),
                    _ => Ok(text.as_bytes().to_vec()),
                };
                let Ok(bytes) = bytes else {
                    return Reply::invalid("content is not valid Base64");
                };
                let sha = self.git.write_blob(&bytes);
                let url = format!("{}/repos/{REPOSITORY}/git/blobs/{sha}", self.api);
                Reply::json(201, json!({ "sha": sha, "url": url }))
            }
            ("GET", "/git/commits/{commit_sha}") => {
                match self.git.commit_of(request.part("commit_sha")) {
                    Some(sha) => Reply::json(200, self.git_commit(&self.git.look(&sha))),
                    None => Reply::not_found(),
                }
            }
            ("POST", "/git/commits") => self.create_commit(request),
            (method, route) => Reply::error(501, &format!("not made yet: {method} {route}")),
        }
    }

    fn create_reference(&mut self, request: &Request<'_>) -> Reply {
        let name = request.body["ref"].as_str().unwrap_or_default();
        let sha = request.body["sha"].as_str().unwrap_or_default();
        // "If it doesn't start with 'refs' and have at least two slashes, it will be rejected." (the description)
        if !name.starts_with("refs/")
            || name.matches('/').count() < 2
            || !self.git.is_reference_name(name)
        {
            return Reply::invalid("Reference name is not valid");
        }
        // GitHub takes whole ids only.
        if self.git.commit_of(sha).as_deref() != Some(sha) {
            return Reply::invalid("Object does not exist");
        }
        if self.protected.as_deref() == Some(name) {
            return Reply::invalid(RULE);
        }
        if request.contested {
            let at = self.tick();
            let other = Signature::new(("other writer", "other@example.org"), at);
            let made = self.git.write_tree(None, &[]).and_then(|tree| {
                self.git
                    .commit(&tree, &[], "another writer was first", &other, &other)
            });
            self.git.set(name, &made.expect("a commit"), Some(""));
        }
        if !self.git.set(name, sha, Some("")) {
            return Reply::invalid("Reference already exists");
        }
        Reply::json(201, self.reference(name, sha))
    }

    fn create_tree(&mut self, request: &Request<'_>) -> Reply {
        let mut files = Vec::new();
        for entry in request.body["tree"].as_array().into_iter().flatten() {
            let text = |name: &str| entry[name].as_str();
            let (Some(path), Some(mode)) = (text("path"), text("mode")) else {
                return Reply::invalid("tree.path and tree.mode are required");
            };
            let blob = match (text("content"), text("sha"), entry.get("sha")) {
                (Some(_), Some(_), _) => {
                    return Reply::invalid("Must supply either tree.sha or tree.content");
                }
                (Some(content), None, _) => Some(self.git.write_blob(content.as_bytes())),
                (None, Some(sha), _) => Some(sha.to_string()),
                // "If the value is null then the file will be deleted." (the description)
                (None, None, Some(_)) => None,
                (None, None, None) => {
                    return Reply::invalid("Must supply either tree.sha or tree.content");
                }
            };
            files.push((mode.to_string(), blob, path.to_string()));
        }
        let base = request.body["base_tree"].as_str();
        match self.git.write_tree(base, &files) {
            Ok(sha) => {
                let made = self.tree(&sha, false);
                made.map_or_else(Reply::not_found, |it| Reply::json(201, it))
            }
            Err(message) => Reply::invalid(&message),
        }
    }

    fn create_commit(&mut self, request: &Request<'_>) -> Reply {
        let at = self.tick();
        let by = self.acting(request.identity).unwrap_or_default();
        let own = Signature::new((&by, &self.email(&by)), at);
        let named = |field: &str| {
            let it = &request.body[field];
            let name = it["name"].as_str()?;
            Some(Signature {
                name: name.into(),
                email: it["email"].as_str()?.into(),
                at: it["date"].as_str().map_or(at.to_string(), str::to_string),
            })
        };
        let author = named("author").unwrap_or(own);
        let committer = named("committer").unwrap_or_else(|| author.clone());
        let parents = request.body["parents"].as_array().into_iter().flatten();
        let parents: Vec<&str> = parents.filter_map(Value::as_str).collect();
        let tree = request.body["tree"].as_str().unwrap_or_default();
        let message = request.body["message"].as_str().unwrap_or_default();
        match self
            .git
            .commit(tree, &parents, message, &author, &committer)
        {
            Ok(sha) => Reply::json(201, self.git_commit(&self.git.look(&sha))),
            Err(_) => Reply::invalid("Tree SHA does not exist"),
        }
    }
}
