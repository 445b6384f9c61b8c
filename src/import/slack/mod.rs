//! Slack: the export of a workspace, as a folder or an archive.
//!
//! Owns which messages are noise and who spoke. The marks inside a message are read by [`markup`]. Shape:
//! slack.com/help/articles/220556107. Links to files hold access tokens, which are never copied.

mod markup;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::draft::{Draft, Event, Text};
use super::input::{Input, Mismatch, Wish};
use super::json::{Json, Node};
use super::origin::Origin;
use super::people::Cast;
use crate::document::mapping::enumerate;

/// Kinds of messages that say who came and went, or that something was set up.
const NOISE: [(&str, &str); 6] = [
    ("_join", "messages that somebody joined"),
    ("_leave", "messages that somebody left"),
    (
        "bot_",
        "messages of bots, and that one was added or removed",
    ),
    (
        "_archive",
        "messages that a channel was archived or opened again",
    ),
    ("reminder", "reminders"),
    ("tombstone", "messages that were deleted"),
];

/// Most messages that make one postmortem.
const MOST_MESSAGES: usize = 3_000;

/// One draft: a channel within a span of time.
pub(super) fn read(inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let mut users = Vec::new();
    let (mut about, mut setup) = (Vec::new(), Vec::new());
    let mut channels: BTreeMap<String, Vec<(Json, &Input)>> = BTreeMap::new();
    for input in inputs {
        let mut parts = input.name.rsplit(['/', '!']);
        let (file, folder) = (parts.next().unwrap_or_default(), parts.next());
        match file {
            "users.json" => users.push(Json::parse(input)?),
            "channels.json" | "groups.json" => about.push((Json::parse(input)?, input)),
            // What is set up in the workspace says nothing of an incident.
            "dms.json"
            | "mpims.json"
            | "integration_logs.json"
            | "canvases.json"
            | "lists.json" => {
                setup.push(input.place());
            }
            _ => {
                let json = Json::parse(input)?;
                if !json.root().list().iter().all(|node| node.has("ts")) {
                    return Err(json.mismatch("holds something else than messages of Slack"));
                }
                let channel = folder
                    .filter(|name| !matches!(*name, "." | ".."))
                    .unwrap_or("channel");
                channels
                    .entry(channel.into())
                    .or_default()
                    .push((json, input));
            }
        }
    }
    // The export as a whole: the archive, or the first of the files.
    let first = inputs.first().map(|input| input.name.as_str());
    let first = first.and_then(|name| name.split('!').next());
    let first = first.unwrap_or_default().to_string();
    let (name, files) = choose(channels, &about, wish.channel).map_err(|why| Mismatch {
        file: first,
        why,
        looks_like: None,
    })?;
    let mut draft = Draft::new(Origin::Slack);
    draft.title = format!("Incident discussed in #{name}");
    let mut messages: Vec<(Timestamp, Node<'_>)> = Vec::new();
    for (json, input) in &files {
        draft.provenance.files.push(input.as_read());
        for node in json.root().list() {
            let at = node
                .text("ts")
                .and_then(|text| text.parse().ok())
                .and_then(super::moment::epoch);
            match at {
                Some(at) => messages.push((at, node)),
                None => draft.not_understood("a message without a time", node.place()),
            }
        }
    }
    messages.sort_by_key(|(at, _)| *at);
    let mut kept = Vec::new();
    for (at, node) in messages {
        if wish.from.is_some_and(|from| at < from) || wish.to.is_some_and(|to| at > to) {
            node.taken();
            draft.left_out("messages before `--from` or after `--to`", node.place());
        } else if let Some(what) = noise(&node) {
            node.taken();
            draft.left_out(what, node.place());
        } else {
            kept.push((at, node));
        }
    }
    if kept.len() > MOST_MESSAGES {
        let why = format!(
            "holds {} messages in `{name}`, more than {MOST_MESSAGES}; choose a span with `--from` and `--to`",
            kept.len()
        );
        let file = files
            .first()
            .map(|(_, input)| input.name.clone())
            .unwrap_or_default();
        return Err(Mismatch {
            file,
            why,
            looks_like: None,
        });
    }
    let people = People::read(&users, &kept);
    for (json, input) in &about {
        for channel in json.root().list() {
            if channel.text("name").as_ref() == Some(&name) {
                for key in ["topic", "purpose"] {
                    let said = channel.get(key).and_then(|node| node.text("value"));
                    let said = people.cast.masked(&said.unwrap_or_default());
                    draft.fact(&format!("The channel's {key}"), &said);
                }
            }
        }
        setup.push(input.place());
    }
    for place in setup {
        draft.left_out("how the workspace is set up", place);
    }
    for (at, node) in &kept {
        message(*at, node, &people, &mut draft);
        node.finish(&mut draft);
    }
    draft.times.started = wish.from;
    let place = files.first().map(|(_, input)| input.place());
    if let Some(place) = place {
        if wish.from.is_some() {
            draft.guessed("`started` is the moment of `--from`", place.clone());
        }
        draft.guessed(
            "the title, because a chat has none (`--title` sets it)",
            place.clone(),
        );
        let spoke = match people.speakers {
            0 => None,
            1 => Some("the name of 1 person, who stands in the text as a responder".to_string()),
            many => Some(format!(
                "the names of {many} people, who stand in the text as responders"
            )),
        };
        if let Some(what) = spoke {
            draft.left_out(what, place);
        }
    }
    // Which incident it is, is said by the channel and the span.
    draft.provenance.id = Some(match (wish.from, wish.to) {
        (None, None) => name,
        (from, to) => {
            let shown = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
            format!("{name} {}..{}", shown(from), shown(to))
        }
    });
    Ok(vec![draft])
}

type Channel<'a> = (String, Vec<(Json, &'a Input)>);

/// The channel that was asked for, or the only one.
fn choose<'a>(
    mut channels: BTreeMap<String, Vec<(Json, &'a Input)>>,
    about: &[(Json, &Input)],
    wanted: Option<&str>,
) -> Result<Channel<'a>, String> {
    let mut names: Vec<String> = channels.keys().cloned().collect();
    if let (true, Some(_)) = (names.is_empty(), wanted) {
        // Only the files of the wanted channel were read.
        let lists = about.iter().flat_map(|(json, _)| json.root().list());
        names = lists.filter_map(|channel| channel.text("name")).collect();
    }
    let shown: Vec<&str> = names.iter().map(String::as_str).collect();
    match wanted.map(|name| name.trim_start_matches('#')) {
        Some(name) => channels
            .remove_entry(name)
            .ok_or_else(|| match names.is_empty() {
                true => "holds no messages".into(),
                false => format!("holds no channel `{name}`; there are {}", enumerate(&shown)),
            }),
        None if names.len() == 1 => channels.pop_first().ok_or_else(String::new),
        None if names.is_empty() => Err("holds no messages".into()),
        None => Err(format!(
            "holds {} channels; name one with `--channel`: {}",
            names.len(),
            enumerate(&shown)
        )),
    }
}

/// What a message is, where it tells nothing of an incident.
fn noise(node: &Node<'_>) -> Option<String> {
    let subtype = node.text("subtype").unwrap_or_default();
    if let Some((_, what)) = NOISE.iter().find(|(mark, _)| subtype.contains(mark)) {
        return Some((*what).into());
    }
    let bot = node.has("bot_id") && node.get("user").is_none();
    bot.then(|| NOISE[2].1.into())
}

/// Who is who.
struct People {
    cast: Cast,
    ids: BTreeMap<String, String>,
    speakers: usize,
}

impl People {
    /// Numbers people in the order in which they speak; everybody else follows.
    fn read(users: &[Json], messages: &[(Timestamp, Node<'_>)]) -> Self {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for json in users {
            for user in json.root().list() {
                let Some(id) = user.text("id") else { continue };
                let profile = user.get("profile");
                let of = |node: Option<&Node<'_>>, key: &str| node.and_then(|node| node.text(key));
                let mut known = vec![id.clone()];
                for key in ["name", "real_name"] {
                    known.extend(of(Some(&user), key));
                }
                for key in ["real_name", "display_name", "email"] {
                    known.extend(of(profile.as_ref(), key));
                }
                names.insert(id, known);
            }
        }
        let mut people = Self {
            cast: Cast::default(),
            ids: BTreeMap::new(),
            speakers: 0,
        };
        for (_, message) in messages {
            if let Some(id) = message.text("user") {
                let known = names.get(&id).cloned().unwrap_or_else(|| vec![id.clone()]);
                people.add(&id, &known);
            }
        }
        people.speakers = people.ids.len();
        for (id, known) in &names {
            people.add(id, known);
        }
        people
    }

    fn add(&mut self, id: &str, names: &[String]) {
        let called = self.cast.person(names.iter().map(String::as_str));
        self.ids.insert(id.into(), called);
    }

    /// A comment as Markdown without names.
    fn said(&self, text: &str) -> String {
        let marked = markup::read(text, &|id| self.called(id).to_string());
        self.cast.masked(&marked.text)
    }

    /// What to call a user.
    fn called(&self, id: &str) -> &str {
        self.ids.get(id).map_or("a responder", String::as_str)
    }
}

fn message(at: Timestamp, node: &Node<'_>, people: &People, draft: &mut Draft) {
    let who = node.text("user").map(|id| people.called(&id).to_string());
    // Slack writes the same a second time, for its own editor.
    let mut said = node.text("text");
    if let Some(blocks) = node.get("blocks") {
        if said.is_none() {
            let mut texts = Vec::new();
            gather(&blocks, &mut texts, 0);
            said = (!texts.is_empty()).then(|| texts.concat());
        }
        blocks.taken();
    }
    for profile in [
        "user_profile",
        "username",
        "display_as_bot",
        "user_team",
        "source_team",
    ] {
        if let Some(profile) = node.get(profile) {
            profile.taken();
        }
    }
    let marked = markup::read(said.as_deref().unwrap_or_default(), &|id| {
        people.called(id).to_string()
    });
    if marked.files > 0 {
        draft.left_out("links to files, which hold access tokens", node.place());
    }
    let mut text = people.cast.masked(&marked.text);
    let files = node.get("file").into_iter().chain(node.items("files"));
    for file in files {
        if let Some(name) = file.first(&["title", "name"]) {
            let name = super::escape::inline(&people.cast.masked(&name));
            add(&mut text, &format!("(file: {name})"));
        }
        if let Some(name) = file.get("name") {
            name.taken();
        }
        // The beginning of a text file, and the same once more as HTML.
        if let Some(preview) = file.text("preview") {
            add(&mut text, &super::escape::block(&preview));
        }
        if let Some(same) = file.get("preview_highlight") {
            same.taken();
        }
        if let Some(comment) = file
            .get("initial_comment")
            .and_then(|comment| comment.text("comment"))
        {
            add(&mut text, &people.said(&comment));
        }
    }
    if let Some(comment) = node
        .get("comment")
        .and_then(|comment| comment.text("comment"))
    {
        let comment = people.said(&comment);
        if !text.contains(&comment) {
            add(&mut text, &comment);
        }
    }
    if let Some(attachments) = node.get("attachments") {
        attachments.taken();
        draft.left_out(
            "previews of links, and other things attached to messages",
            node.place(),
        );
    }
    if text.trim().is_empty() {
        draft.left_out("messages without text", node.place());
        return;
    }
    // A block begins on a line of its own.
    let text = match who {
        Some(who) if text.starts_with("```") => format!("{who}:\n\n{text}"),
        Some(who) => format!("{who}: {text}"),
        None => text,
    };
    draft
        .timeline
        .push(Event::new(Some(at), Text::Markdown(text)));
}

/// Puts something on a line of its own; a block of code on some.
fn add(text: &mut String, more: &str) {
    if !text.is_empty() {
        let blocks = text.ends_with("```") || more.starts_with("```");
        text.push_str(if blocks { "\n\n" } else { "\\\n" });
    }
    text.push_str(more);
}

/// The texts of blocks, in their order.
fn gather(node: &Node<'_>, texts: &mut Vec<String>, depth: usize) {
    if depth > 12 {
        return;
    }
    for item in node.list() {
        match item.text("type").as_deref() {
            Some("user") => texts.extend(item.text("user_id").map(|id| format!("<@{id}>"))),
            Some("link") => texts.extend(item.text("url").map(|url| format!("<{url}>"))),
            _ => {
                if let Some(text) = item.get("text") {
                    match text.is_object() {
                        true => gather(&text, texts, depth + 1),
                        false => texts.extend(text.as_text()),
                    }
                }
            }
        }
        if let Some(inner) = item.get("elements") {
            gather(&inner, texts, depth + 1);
        }
    }
}
