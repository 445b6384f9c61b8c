//! One editor: what it told, and what it is told. What it asks is answered in [`request`].

mod request;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, PublishDiagnosticsParams, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::open::{Open, OpenFiles, path, uri};
use super::text::{Encoding, Text};
use super::{Desk, wire};
use crate::error::Error;

/// How long typing may pause before a check.
const PAUSE: Duration = Duration::from_millis(200);
/// How long a check may be put off by typing on.
const PATIENCE: Duration = Duration::from_secs(1);

/// One editor.
pub(super) struct Session<'a> {
    desk: &'a mut dyn Desk,
    folder: Option<PathBuf>,
    encoding: Encoding,
    /// Whether the editor shows Markdown where the pointer rests.
    markdown: bool,
    /// Whether the editor tells of changed files when asked to.
    watches: bool,
    open: OpenFiles,
    /// Since when a check is wanted, and when it is to be.
    wanted: Option<(Instant, Instant)>,
    /// Whether configuration and files are to be read again.
    stale: bool,
    over: bool,
    /// What was said last about what could not be done.
    trouble: String,
    /// What was published last, and about which version.
    published: BTreeMap<PathBuf, (i32, Vec<lsp_types::Diagnostic>)>,
    outbox: Vec<Message>,
}

impl<'a> Session<'a> {
    /// A session with an editor that introduced itself with these parameters of `initialize`.
    pub(super) fn new(params: &Value, desk: &'a mut dyn Desk) -> Self {
        let can = &params["capabilities"];
        let offered: Vec<&str> = can["general"]["positionEncodings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let formats = can["textDocument"]["hover"]["contentFormat"].as_array();
        let folder = params["workspaceFolders"][0]["uri"]
            .as_str()
            .or(params["rootUri"].as_str())
            .and_then(path)
            .or(params["rootPath"].as_str().map(PathBuf::from));
        Self {
            desk,
            folder,
            encoding: Encoding::agree(&offered),
            markdown: formats.is_none_or(|formats| formats.iter().any(|one| one == "markdown")),
            watches: can["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"] == true,
            open: OpenFiles::default(),
            wanted: None,
            stale: true,
            over: false,
            trouble: String::new(),
            published: BTreeMap::new(),
            outbox: Vec::new(),
        }
    }

    /// The answer to `initialize`.
    pub(super) fn agreement(&self) -> Value {
        json!({
            "capabilities": {
                "positionEncoding": self.encoding.kind(),
                // Open and close, incremental changes, saves.
                "textDocumentSync": { "openClose": true, "change": 2, "save": true },
                "hoverProvider": true,
                "codeActionProvider": { "codeActionKinds": ["quickfix"] },
                "completionProvider": { "triggerCharacters": [":", " ", "[", ",", "(", "{"] },
            },
            "serverInfo": { "name": "aftersight", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    /// When the next check is to be.
    pub(super) fn due(&self) -> Option<Instant> {
        self.wanted.map(|(_, due)| due)
    }

    /// Whether the editor asked for the end.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Sends what is to be sent; an error when nobody reads any more.
    pub(super) fn post(&mut self, connection: &Connection) -> Result<(), ()> {
        for message in self.outbox.drain(..) {
            connection.sender.send(message).map_err(|_| ())?;
        }
        Ok(())
    }

    /// Puts an answer into the outbox.
    pub(super) fn answer(&mut self, response: Response) {
        self.outbox.push(response.into());
    }

    /// Takes in what the editor tells. What cannot be understood is passed over, as the protocol wants it.
    pub(super) fn hear(&mut self, told: &Notification) {
        if self.over {
            return;
        }
        match told.method.as_str() {
            "initialized" => {
                self.watch();
                self.want(Duration::ZERO);
            }
            "textDocument/didOpen" => {
                if let Some(params) = read::<DidOpenTextDocumentParams>(told) {
                    let document = params.text_document;
                    self.opened(document.uri.as_str(), document.version, document.text);
                }
            }
            "textDocument/didChange" => {
                if let Some(params) = read(told) {
                    self.changed(&params);
                }
            }
            "textDocument/didSave" => {
                if let Some(params) = read::<DidSaveTextDocumentParams>(told) {
                    let path = path(params.text_document.uri.as_str());
                    let config = path.is_some_and(|path| self.desk.is_configuration(&path));
                    // Without its help, saving is the only sign that files changed.
                    self.stale |= config || !self.watches;
                    self.want(Duration::ZERO);
                }
            }
            "textDocument/didClose" => {
                if let Some(params) = read::<DidCloseTextDocumentParams>(told) {
                    self.closed(&params);
                }
            }
            "workspace/didChangeWatchedFiles" => {
                let params = read::<DidChangeWatchedFilesParams>(told);
                let changes = params.map(|params| params.changes).unwrap_or_default();
                // The text of an open file stands above the one on disk anyway.
                let matters = |path: PathBuf| {
                    self.open.get(&path).is_none() || self.desk.is_configuration(&path)
                };
                if changes
                    .iter()
                    .filter_map(|one| path(one.uri.as_str()))
                    .any(matters)
                {
                    self.stale = true;
                    self.want(PAUSE);
                }
            }
            "workspace/didChangeConfiguration" => {
                self.stale = true;
                self.want(PAUSE);
            }
            _ => {}
        }
    }

    fn opened(&mut self, uri: &str, version: i32, text: String) {
        let Some(path) = path(uri) else { return };
        let open = Open {
            uri: uri.into(),
            version,
            text: Text::new(text, self.encoding),
        };
        self.published.remove(&path);
        self.open.insert(path, open);
        self.want(Duration::ZERO);
    }

    fn changed(&mut self, params: &DidChangeTextDocumentParams) {
        let path = path(params.text_document.uri.as_str());
        let Some(open) = path.and_then(|path| self.open.get_mut(&path)) else {
            return;
        };
        open.version = params.text_document.version;
        for change in &params.content_changes {
            open.text.change(change.range, &change.text);
        }
        self.want(PAUSE);
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        let path = path(params.text_document.uri.as_str());
        let Some((path, open)) =
            path.and_then(|path| Some((self.open.remove(&path)?, path)).map(|(a, b)| (b, a)))
        else {
            return;
        };
        self.published.remove(&path);
        self.publish(&open.uri, None, Vec::new());
        self.want(PAUSE);
    }

    /// Asks to be told of changed files.
    fn watch(&mut self) {
        if !self.watches {
            return;
        }
        let globs = self.desk.watched();
        let watchers: Vec<Value> = globs
            .iter()
            .map(|glob| json!({ "globPattern": glob }))
            .collect();
        let registration = json!({ "registrations": [{
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        }] });
        let asked = Request::new(1.into(), "client/registerCapability".into(), registration);
        self.outbox.push(asked.into());
    }

    fn want(&mut self, pause: Duration) {
        let now = Instant::now();
        let since = self.wanted.map_or(now, |(since, _)| since);
        self.wanted = Some((since, (now + pause).min(since + PATIENCE)));
    }

    /// Checks and tells the editor what is new.
    pub(super) fn check(&mut self) {
        self.wanted = None;
        let mut told = Ok(());
        if std::mem::take(&mut self.stale) {
            told = self.desk.load(self.folder.as_deref());
        }
        let open: Vec<(&Path, &str)> = self
            .open
            .iter()
            .map(|(path, open)| (path, open.text.as_str()))
            .collect();
        let told = told.and(self.desk.look(&open));
        self.tell(told.err());
        let fresh: Vec<(PathBuf, String, (i32, Vec<lsp_types::Diagnostic>))> = self
            .open
            .iter()
            .map(|(path, open)| {
                let said = (open.version, self.diagnostics(path, open));
                (path.to_path_buf(), open.uri.clone(), said)
            })
            .filter(|(path, _, said)| self.published.get(path) != Some(said))
            .collect();
        for (path, uri, (version, diagnostics)) in fresh {
            self.publish(&uri, Some(version), diagnostics.clone());
            self.published.insert(path, (version, diagnostics));
        }
    }

    fn diagnostics(&self, path: &Path, open: &Open) -> Vec<lsp_types::Diagnostic> {
        let address = |inside: &str| {
            let path = self.desk.root()?.join(inside);
            match self.open.get(&path) {
                Some(open) => Some(open.uri.clone()),
                None => uri(&path),
            }
        };
        let found = self.desk.diagnostics(path).iter();
        let counted = found.filter(|one| one.allowed.is_none());
        counted
            .map(|one| wire::diagnostic(one, &open.text, &address))
            .collect()
    }

    fn publish(
        &mut self,
        uri: &str,
        version: Option<i32>,
        diagnostics: Vec<lsp_types::Diagnostic>,
    ) {
        if let Ok(uri) = Uri::from_str(uri) {
            let params = PublishDiagnosticsParams {
                uri,
                diagnostics,
                version,
            };
            let method = "textDocument/publishDiagnostics".to_string();
            self.outbox.push(Notification::new(method, params).into());
        }
    }

    /// Shows what could not be done, once.
    fn tell(&mut self, error: Option<Error>) {
        let trouble = error.map_or(String::new(), |error| said(&error));
        if trouble != self.trouble && !trouble.is_empty() {
            let params = json!({ "type": 1, "message": format!("aftersight: {trouble}") });
            let method = "window/showMessage".to_string();
            self.outbox.push(Notification::new(method, params).into());
        }
        self.trouble = trouble;
    }
}

/// Whether what has arrived after a request cancels it.
pub(super) fn is_cancelled(id: &RequestId, queue: &VecDeque<Message>) -> bool {
    queue.iter().any(|message| match message {
        Message::Notification(told) if told.method == "$/cancelRequest" => {
            serde_json::from_value::<RequestId>(told.params["id"].clone()).is_ok_and(|of| of == *id)
        }
        _ => false,
    })
}

fn read<T: DeserializeOwned>(told: &Notification) -> Option<T> {
    serde_json::from_value(told.params.clone()).ok()
}

/// An error with its cause and the way out.
fn said(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(one) = cause {
        text += &format!(": {one}");
        cause = one.source();
    }
    if let Some(help) = error.help() {
        text += &format!("\nhelp: {help}");
    }
    text
}
