//! What an editor asks: words, pages, fixes, and the end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use lsp_server::{ErrorCode, Request, Response};
use lsp_types::{CodeActionParams, CompletionParams, HoverParams};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Session;
use crate::lsp::open::{Open, path};
use crate::lsp::wire;

/// What a request could not be answered with: code and message.
type Refusal = (ErrorCode, String);

impl Session<'_> {
    /// Answers a request.
    pub(in crate::lsp) fn ask(&mut self, asked: Request) {
        let id = asked.id.clone();
        let answer = catch_unwind(AssertUnwindSafe(|| self.reply(asked)));
        let response = match answer {
            Ok(Ok(value)) => Response::new_ok(id, value),
            Ok(Err((code, message))) => Response::new_err(id, code as i32, message),
            Err(_) => {
                let message = "this is a bug in aftersight".to_string();
                Response::new_err(id, ErrorCode::InternalError as i32, message)
            }
        };
        self.answer(response);
    }

    fn reply(&mut self, asked: Request) -> Result<Value, Refusal> {
        if self.over || asked.method == "initialize" {
            let message = format!("`{}` comes too late", asked.method);
            return Err((ErrorCode::InvalidRequest, message));
        }
        match asked.method.as_str() {
            "shutdown" => {
                self.over = true;
                Ok(Value::Null)
            }
            "textDocument/hover" => {
                let params: HoverParams = understand(asked)?;
                let place = params.text_document_position_params;
                Ok(self.hover(place.text_document.uri.as_str(), place.position))
            }
            "textDocument/codeAction" => Ok(self.actions(&understand(asked)?)),
            "textDocument/completion" => {
                let params: CompletionParams = understand(asked)?;
                let place = params.text_document_position;
                Ok(self.complete(place.text_document.uri.as_str(), place.position))
            }
            method => Err((
                ErrorCode::MethodNotFound,
                format!("there is no method `{method}`"),
            )),
        }
    }

    /// An open file; what is said about it is up to date.
    fn fresh(&mut self, uri: &str) -> Option<(PathBuf, &Open)> {
        if self.wanted.is_some() {
            self.check();
        }
        let path = path(uri)?;
        let open = self.open.get(&path)?;
        Some((path, open))
    }

    fn hover(&mut self, uri: &str, position: lsp_types::Position) -> Value {
        let markdown = self.markdown;
        let Some((path, open)) = self.fresh(uri) else {
            return Value::Null;
        };
        let text = open.text.clone();
        let Some(hover) = self.desk.hover(&path, text.offset(position)) else {
            return Value::Null;
        };
        let kind = if markdown { "markdown" } else { "plaintext" };
        json!({
            "contents": { "kind": kind, "value": hover.markdown },
            "range": text.range(hover.span),
        })
    }

    fn actions(&mut self, params: &CodeActionParams) -> Value {
        let only = params.context.only.as_deref();
        let wanted = |kind: &lsp_types::CodeActionKind| matches!(kind.as_str(), "" | "quickfix");
        if only.is_some_and(|only| !only.iter().any(wanted)) {
            return json!([]);
        }
        let uri = params.text_document.uri.as_str();
        let Some((path, open)) = self.fresh(uri) else {
            return json!([]);
        };
        let (address, text) = (open.uri.clone(), open.text.clone());
        let all = self.desk.diagnostics(&path);
        let offered = self.desk.actions(&path, text.span(params.range));
        let offers = offered.iter().map(|action| {
            let about = all.get(action.about);
            let about = about.map(|one| wire::diagnostic(one, &text, &|_| None));
            let mut changes = serde_json::Map::new();
            changes.insert(address.clone(), json!(wire::edits(&action.edits, &text)));
            json!({
                "title": action.title,
                "kind": "quickfix",
                "diagnostics": about.into_iter().collect::<Vec<_>>(),
                "isPreferred": action.preferred,
                "edit": { "changes": changes },
            })
        });
        Value::Array(offers.collect())
    }

    fn complete(&mut self, uri: &str, position: lsp_types::Position) -> Value {
        // A word is offered while somebody types: the last check is good enough, the text is not.
        if self.stale {
            self.check();
        }
        let open = path(uri).and_then(|path| Some((self.open.get(&path)?, path)));
        let Some((open, path)) = open else {
            return json!([]);
        };
        let text = &open.text;
        let words = self
            .desk
            .complete(&path, text.as_str(), text.offset(position));
        let items = words.iter().enumerate();
        let items = items.map(|(order, word)| json!(wire::candidate(word, order, text)));
        Value::Array(items.collect())
    }
}

fn understand<T: DeserializeOwned>(asked: Request) -> Result<T, Refusal> {
    serde_json::from_value(asked.params)
        .map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}
