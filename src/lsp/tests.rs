//! The order of messages, over a connection in memory: everything lies there before the first message is looked at.

use serde_json::{Value, json};

use super::*;
use lsp_server::{Notification, Request};

/// A desk that knows nothing, and breaks down when it is asked what there is to say.
#[derive(Default)]
struct Blank {
    loads: usize,
    looks: usize,
}

impl Desk for Blank {
    fn load(&mut self, _: Option<&Path>) -> Result<(), Error> {
        self.loads += 1;
        Err(Error::refused("no luck", "try again"))
    }
    fn look(&mut self, _: &[(&Path, &str)]) -> Result<(), Error> {
        self.looks += 1;
        Ok(())
    }
    fn diagnostics(&self, _: &Path) -> &[Diagnostic] {
        &[]
    }
    fn root(&self) -> Option<&Path> {
        None
    }
    fn is_configuration(&self, _: &Path) -> bool {
        false
    }
    fn hover(&self, _: &Path, _: usize) -> Option<Hover> {
        panic!("broken on purpose")
    }
    fn actions(&self, _: &Path, _: Span) -> Vec<Action> {
        Vec::new()
    }
    fn complete(&self, _: &Path, _: &str, _: usize) -> Vec<Candidate> {
        Vec::new()
    }
    fn watched(&self) -> Vec<String> {
        Vec::new()
    }
}

fn told(method: &str, params: Value) -> Message {
    Notification::new(method.into(), params).into()
}

fn asked(id: i32, method: &str, params: Value) -> Message {
    Request::new(id.into(), method.into(), params).into()
}

/// What the server answers to messages that have all arrived; `initialize` comes before them.
fn conversation(desk: &mut Blank, messages: Vec<Message>) -> (Farewell, Vec<Value>) {
    let (server, client) = Connection::memory();
    let hello = asked(0, "initialize", json!({ "capabilities": {} }));
    for message in std::iter::once(hello).chain(messages) {
        client.sender.send(message).expect("sent");
    }
    let farewell = serve(&server, desk);
    drop(server);
    let answers = client.receiver.iter().skip(1);
    let answers = answers.map(|message| serde_json::to_value(message).expect("JSON"));
    (farewell, answers.collect())
}

const FILE: &str = "file:///a/b.md";

fn hover(id: i32) -> Message {
    let params =
        json!({ "textDocument": { "uri": FILE }, "position": { "line": 0, "character": 0 } });
    asked(id, "textDocument/hover", params)
}

#[test]
fn a_request_is_cancelled_by_what_follows_it() {
    let messages = vec![
        hover(1),
        hover(2),
        told("$/cancelRequest", json!({ "id": 1 })),
        asked(3, "shutdown", Value::Null),
        told("exit", Value::Null),
    ];
    let (farewell, answers) = conversation(&mut Blank::default(), messages);
    assert_eq!(farewell, Farewell::Proper);
    assert_eq!(
        (&answers[0]["id"], &answers[0]["error"]["code"]),
        (&json!(1), &json!(-32800))
    );
    let last = answers.last().expect("an answer");
    assert_eq!((&last["id"], &last["result"]), (&json!(3), &Value::Null));
}

#[test]
fn a_breakdown_is_told_and_trouble_is_shown_once() {
    let open = json!({ "textDocument": { "uri": FILE, "languageId": "markdown", "version": 1, "text": "x" } });
    let mut desk = Blank::default();
    let messages = vec![
        told("textDocument/didOpen", open),
        hover(1),
        told(
            "workspace/didChangeConfiguration",
            json!({ "settings": null }),
        ),
        hover(2),
        // Parameters that cannot be understood.
        asked(3, "textDocument/hover", json!([1])),
        told("textDocument/didChange", json!({ "nonsense": true })),
        asked(4, "shutdown", Value::Null),
        told("exit", Value::Null),
    ];
    let (farewell, answers) = conversation(&mut desk, messages);
    assert_eq!((farewell, desk.loads, desk.looks), (Farewell::Proper, 2, 2));
    let codes: Vec<&Value> = answers
        .iter()
        .map(|one| &one["error"]["code"])
        .filter(|code| !code.is_null())
        .collect();
    assert_eq!(codes, [-32603, -32603, -32602], "{answers:#?}");
    let shown = answers
        .iter()
        .filter(|one| one["method"] == "window/showMessage");
    let shown: Vec<&Value> = shown.map(|one| &one["params"]["message"]).collect();
    assert_eq!(shown, ["aftersight: no luck\nhelp: try again"]);
}

#[test]
fn leaving_without_a_word_is_told_apart() {
    let exit = || told("exit", Value::Null);
    assert_eq!(
        conversation(&mut Blank::default(), vec![exit()]).0,
        Farewell::Abrupt
    );
    let (server, client) = Connection::memory();
    drop(client);
    assert_eq!(serve(&server, &mut Blank::default()), Farewell::Abrupt);
}
