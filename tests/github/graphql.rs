//! The one mutation, `createCommitOnBranch`: judged by GitHub's own schema, done with git.

use std::sync::LazyLock;

use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema, ast};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::repository::{Signature, WEB};
use super::shape::WEB as PAGES;
use super::state::{Identity, REPOSITORY, RULE, Right, State};

static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    let text = include_str!("description/mutation.graphql");
    Schema::parse_and_validate(text, "mutation.graphql").expect("the slice is a schema")
});

/// A mutation that fits the schema.
pub(super) struct Mutation {
    document: Valid<ExecutableDocument>,
    selected: SelectionSet,
    /// The name under which the answer is wanted.
    key: String,
    input: Value,
}

/// What became of it.
pub(super) struct Outcome {
    pub(super) body: Value,
    /// What was asked for and is not made here.
    pub(super) missing: Vec<String>,
}

/// Reads a request; the errors are what GitHub would complain about.
pub(super) fn read(body: &Value) -> Result<Mutation, Vec<String>> {
    let query = body["query"]
        .as_str()
        .ok_or(["A query attribute must be specified"]);
    let query = query.map_err(|it| it.map(str::to_string).to_vec())?;
    let document = ExecutableDocument::parse_and_validate(&SCHEMA, query, "request.graphql")
        .map_err(|it| vec![it.errors.to_string()])?;
    let name = body["operationName"].as_str();
    let operation = document.operations.get(name);
    let operation = operation.map_err(|error| vec![error.message().to_string()])?;
    let operation = &operation.clone();
    let variables = match &body["variables"] {
        Value::Null => json!({}),
        given => given.clone(),
    };
    let variables: JsonMap =
        serde_json::from_value(variables).map_err(|error| vec![error.to_string()])?;
    let declared = |name: &str| operation.variables.iter().any(|it| it.name == name);
    let strangers: Vec<String> = variables
        .keys()
        .map(|name| name.as_str())
        .filter(|name| !declared(name))
        .map(|name| format!("the variable `{name}` is given and not declared"))
        .collect();
    if !strangers.is_empty() {
        return Err(strangers);
    }
    let variables = coerce_variable_values(&SCHEMA, operation, &variables);
    let variables = variables.map_err(|error| vec![error.message().to_string()])?;
    let variables = serde_json::to_value(&*variables).expect("variables are JSON");
    let mut fields = operation.root_fields(&document);
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return Err(vec!["one mutation a request, here".into()]);
    };
    let field = field.clone();
    drop(fields);
    let input = field.specified_argument_by_name("input");
    let input = input.map_or(Value::Null, |it| plain(it, &variables));
    let (selected, key) = (
        field.selection_set.clone(),
        field.response_key().to_string(),
    );
    Ok(Mutation {
        selected,
        key,
        input,
        document,
    })
}

/// A value of the language as JSON.
fn plain(value: &ast::Value, variables: &Value) -> Value {
    match value {
        ast::Value::Null => Value::Null,
        ast::Value::Enum(name) => name.as_str().into(),
        ast::Value::Variable(name) => variables[name.as_str()].clone(),
        ast::Value::String(text) => text.as_str().into(),
        ast::Value::Int(number) => serde_json::from_str(number.as_str()).unwrap_or_default(),
        ast::Value::Float(number) => serde_json::from_str(number.as_str()).unwrap_or_default(),
        ast::Value::Boolean(yes) => (*yes).into(),
        ast::Value::List(values) => values.iter().map(|it| plain(it, variables)).collect(),
        ast::Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(name, it)| (name.to_string(), plain(it, variables)));
            Value::Object(fields.collect())
        }
    }
}

impl Mutation {
    fn answer(&self, payload: &Value) -> Outcome {
        let mut missing = Vec::new();
        let data = self.select(&self.selected, payload, &mut missing);
        Outcome {
            body: json!({ "data": { self.key.clone(): data } }),
            missing,
        }
    }

    fn refuse(&self, kind: &str, message: &str) -> Outcome {
        let body = json!({
            "data": { self.key.clone(): null },
            "errors": [{
                "type": kind,
                "path": [self.key],
                "locations": [{ "line": 1, "column": 1 }],
                "message": message,
            }],
        });
        Outcome {
            body,
            missing: Vec::new(),
        }
    }

    fn select(&self, set: &SelectionSet, value: &Value, missing: &mut Vec<String>) -> Value {
        if value.is_null() {
            return Value::Null;
        }
        let mut shown = Map::new();
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let key = field.response_key().to_string();
                    if field.name == "__typename" {
                        shown.insert(key, set.ty.as_str().into());
                        continue;
                    }
                    let Some(inner) = value.get(field.name.as_str()) else {
                        missing.push(format!("the field `{}` is not made here", field.name));
                        continue;
                    };
                    let inner = match field.selection_set.selections.is_empty() {
                        true => inner.clone(),
                        false => self.select(&field.selection_set, inner, missing),
                    };
                    shown.insert(key, inner);
                }
                Selection::InlineFragment(fragment) => {
                    let part = self.select(&fragment.selection_set, value, missing);
                    shown.extend(part.as_object().cloned().unwrap_or_default());
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = spread.fragment_def(&self.document) {
                        let part = self.select(&fragment.selection_set, value, missing);
                        shown.extend(part.as_object().cloned().unwrap_or_default());
                    }
                }
            }
        }
        Value::Object(shown)
    }
}

impl State {
    /// Commits to a branch, if it still points to where the writer saw it.
    pub(super) fn mutate(
        &mut self,
        mutation: &Mutation,
        identity: &Identity,
        contested: bool,
    ) -> Outcome {
        let at = self.tick();
        let input = &mutation.input;
        let by = match identity {
            Identity::Nobody => return mutation.refuse("FORBIDDEN", "Requires authentication"),
            Identity::App(permissions) if permissions.get("contents") == Some(&true) => {
                "github-actions[bot]".to_string()
            }
            Identity::App(_) => {
                return mutation.refuse("FORBIDDEN", "Resource not accessible by integration");
            }
            Identity::User(login) if self.right(login) >= Right::Write => login.clone(),
            // The words for a personal token without rights are not written down anywhere; the kind is.
            Identity::User(_) => {
                return mutation.refuse("FORBIDDEN", "Must have push access to the repository.");
            }
        };
        if !self.users.contains_key(&by) {
            self.add_user(&by, true, Right::Write);
        }
        let named = input["branch"]["repositoryNameWithOwner"].as_str();
        let branch = input["branch"]["branchName"].as_str();
        let (Some(named), Some(branch)) = (named, branch) else {
            // The schema: "Specify either `id` or both names"; ids are not made here.
            return mutation.refuse("UNPROCESSABLE", "A branch name and a repository are needed");
        };
        if !named.eq_ignore_ascii_case(REPOSITORY) {
            let message = format!("Could not resolve to a Repository with the name '{named}'.");
            return mutation.refuse("NOT_FOUND", &message);
        }
        // The schema: "A branchName … may be qualified (e.g. `refs/heads/main`) or unqualified".
        let short = branch.strip_prefix("refs/heads/").unwrap_or(branch);
        let reference = format!("refs/heads/{short}");
        if self.protected.as_ref() == Some(&reference) {
            return mutation.refuse("UNPROCESSABLE", RULE);
        }
        let Some(mut head) = self.git.commit_of(&reference) else {
            let message = format!("The branch \"{short}\" was not found");
            return mutation.refuse("NOT_FOUND", &message);
        };
        if contested {
            let other = Signature::new(("other writer", "other@example.org"), at);
            let seen = self.git.look(&head);
            let made = self.git.commit(
                &seen.tree,
                &[&head],
                "another writer was first",
                &other,
                &other,
            );
            head = made.expect("a commit");
            self.git.set(&reference, &head, None);
        }
        let expected = input["expectedHeadOid"].as_str().unwrap_or_default();
        if expected != head {
            // pgaskin/push-signed-commits and others match on these.
            let message = format!(
                "Expected branch to point to \"{expected}\" but it did not. Pull and try again."
            );
            return mutation.refuse("STALE_DATA", &message);
        }
        let files = match self.changed(&head, &input["fileChanges"]) {
            Ok(files) => files,
            Err(message) => return mutation.refuse("UNPROCESSABLE", &message),
        };
        let headline = input["message"]["headline"].as_str().unwrap_or_default();
        let message = match input["message"]["body"].as_str() {
            Some(body) if !body.is_empty() => format!("{headline}\n\n{body}"),
            _ => headline.to_string(),
        };
        // "The author and committer … are the same as the authenticated actor", committed and signed by GitHub (the
        // schema's text on the mutation); there is no key for signing here.
        let author = Signature::new((&by, &self.email(&by)), at);
        let web = Signature::new(WEB, at);
        let made = self
            .git
            .write_tree(Some(&head), &files)
            .and_then(|tree| self.git.commit(&tree, &[&head], &message, &author, &web));
        let made = match made {
            Ok(made) => made,
            Err(message) => return mutation.refuse("UNPROCESSABLE", &message),
        };
        self.git.set(&reference, &made, Some(&head));
        let page = format!("{PAGES}/{REPOSITORY}/commit/{made}");
        mutation.answer(&json!({
            "clientMutationId": input["clientMutationId"],
            "commit": {
                "id": format!("C_{made}"),
                "oid": made,
                "abbreviatedOid": &made[..7],
                "url": page,
                "commitUrl": page,
                "message": message,
                "messageHeadline": headline,
                "committedDate": at.to_string(),
                "authoredDate": at.to_string(),
                "committedViaWeb": true,
            },
            "ref": { "id": format!("REF_{short}"), "name": short, "prefix": "refs/heads/" },
        }))
    }

    /// The files of a mutation as git takes them.
    fn changed(
        &self,
        head: &str,
        changes: &Value,
    ) -> Result<Vec<(String, Option<String>, String)>, String> {
        let tree = self.git.tree_of(head).unwrap_or_default();
        let there = self.git.entries(&tree, true).unwrap_or_default();
        let mut files = Vec::new();
        for deletion in changes["deletions"].as_array().into_iter().flatten() {
            let path = deletion["path"].as_str().unwrap_or_default();
            if !there.iter().any(|entry| entry.path == path) {
                return Err(format!("The path {path} does not exist"));
            }
            files.push(("0".into(), None, path.into()));
        }
        for addition in changes["additions"].as_array().into_iter().flatten() {
            let path = addition["path"].as_str().unwrap_or_default();
            let text = addition["contents"].as_str().unwrap_or_default();
            let bytes = BASE64_STANDARD.decode(text);
            let bytes = bytes.map_err(|_| format!("{path} is not Base64"))?;
            let twice = files.iter().any(|(_, _, other)| other == path);
            if twice {
                return Err(format!("{path} is named twice"));
            }
            let blob = self.git.write_blob(&bytes);
            files.push(("100644".into(), Some(blob), path.into()));
        }
        Ok(files)
    }
}
