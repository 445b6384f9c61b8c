//! A model of the part of GitHub's runner that reads what a step prints.
//!
//! After the source of actions/runner (August 2026): lines as .NET reads them, `ActionCommand.TryParseV2` and `TryParse`,
//! `ActionCommandManager` with `stop-commands`, `IssueCommandExtension.ValidateLinesAndColumns`, and the limits of
//! `ExecutionContext`. The runner compares by the rules of a language, by which invisible characters do not count, so each
//! line is read a second time without them: whichever reading finds a command, it counts as obeyed.

use std::collections::BTreeMap;

/// What the runner takes for a command; another word is none.
const REGISTERED: [&str; 15] = [
    "set-env",
    "set-output",
    "save-state",
    "add-mask",
    "add-path",
    "add-matcher",
    "remove-matcher",
    "debug",
    "warning",
    "error",
    "notice",
    "group",
    "endgroup",
    "echo",
    "stop-commands",
];

/// Annotations of a kind and step that are kept.
const MOST: usize = 10;
/// Units of UTF-16 of a message that are kept.
const MOST_UNITS: usize = 4096;

/// A command that was found in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) data: String,
}

/// An annotation as GitHub gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Annotation {
    pub(crate) kind: String,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) message: String,
}

/// What a log makes the runner do.
pub(crate) fn obeyed(log: &str) -> Vec<Command> {
    let mut token: Option<String> = None;
    let mut found = Vec::new();
    for line in log.replace("\r\n", "\n").split(['\n', '\r']) {
        let Some(command) = parse(line, token.as_deref()).or_else(|| {
            let seen: String = line.chars().filter(|c| !is_invisible(*c)).collect();
            parse(&seen, token.as_deref())
        }) else {
            continue;
        };
        match &token {
            Some(word) if command.name.eq_ignore_ascii_case(word) => token = None,
            Some(_) => {}
            None if command.name.eq_ignore_ascii_case("stop-commands") => {
                token = Some(command.data);
            }
            None => found.push(command),
        }
    }
    found
}

/// The annotations that GitHub gets from a log: ten of a kind.
pub(crate) fn annotations(log: &str) -> Vec<Annotation> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for Command {
        name,
        mut properties,
        data,
    } in obeyed(log)
    {
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        if !matches!(name.as_str(), "error" | "warning" | "notice") || *count > MOST {
            continue;
        }
        validate(&mut properties);
        let units: Vec<u16> = data.encode_utf16().take(MOST_UNITS).collect();
        found.push(Annotation {
            kind: name,
            properties,
            message: String::from_utf16_lossy(&units),
        });
    }
    found
}

/// `::name key=value,key=value::data` where a line begins, else `##[name key=value;key=value]data` anywhere in it.
fn parse(line: &str, token: Option<&str>) -> Option<Command> {
    new_form(line, token).or_else(|| old_form(line, token))
}

fn new_form(line: &str, token: Option<&str>) -> Option<Command> {
    let (info, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let escapes = [
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%25", "%"),
    ];
    let message = [escapes[0], escapes[1], escapes[4]];
    command(info, ',', data, &escapes, &message, token)
}

fn old_form(line: &str, token: Option<&str>) -> Option<Command> {
    let (info, data) = line.split_once("##[")?.1.split_once(']')?;
    let escapes = [
        ("%3B", ";"),
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%5D", "]"),
        ("%25", "%"),
    ];
    command(info, ';', data, &escapes, &escapes, token)
}

fn command(
    info: &str,
    separator: char,
    data: &str,
    in_properties: &[(&str, &str)],
    in_data: &[(&str, &str)],
    token: Option<&str>,
) -> Option<Command> {
    let (name, list) = info.split_once(' ').unwrap_or((info, ""));
    let mut registered = REGISTERED.into_iter().chain(token);
    if !registered.any(|word| word.eq_ignore_ascii_case(name)) {
        return None;
    }
    let unescape = |text: &str, escapes: &[(&str, &str)]| {
        escapes
            .iter()
            .fold(text.to_string(), |text, (from, to)| text.replace(from, to))
    };
    let pairs = list.trim().split(separator);
    let properties = pairs
        .filter_map(|pair| pair.trim_start_matches('=').split_once('='))
        .map(|(key, value)| (key, value.trim_start_matches('=')))
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| (key.to_lowercase(), unescape(value, in_properties)))
        .collect();
    Some(Command {
        name: name.to_lowercase(),
        properties,
        data: unescape(data, in_data),
    })
}

/// Which places GitHub takes.
fn validate(properties: &mut BTreeMap<String, String>) {
    let number = |properties: &BTreeMap<String, String>, key: &str| {
        properties
            .get(key)
            .and_then(|text| text.parse::<i32>().ok())
    };
    let (line, end) = (number(properties, "line"), number(properties, "endline"));
    let (column, end_column) = (number(properties, "col"), number(properties, "endcolumn"));
    let drop = |properties: &mut BTreeMap<String, String>, keys: [&str; 2]| {
        for key in keys {
            properties.remove(key);
        }
    };
    if line.is_none() || end.is_some() && line != end {
        drop(properties, ["col", "endcolumn"]);
    }
    if end < line && end.is_some() {
        drop(properties, ["line", "endline"]);
    }
    if end_column < column && end_column.is_some() {
        drop(properties, ["col", "endcolumn"]);
    }
}

fn is_invisible(letter: char) -> bool {
    letter.is_control() && letter != '\t'
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn names(log: &str) -> Vec<String> {
    obeyed(log).into_iter().map(|one| one.name).collect()
}

#[test]
fn commands_are_found_where_the_runner_finds_them() {
    assert_eq!(
        names("::error::x\n  \u{2028}::WARNING file=a::x"),
        ["error", "warning"]
    );
    assert_eq!(
        names("  12 | text ##[add-mask]x\r::debug::y"),
        ["add-mask", "debug"]
    );
    assert_eq!(
        names("\u{feff}::error::x\n#\u{200b}#[error]x"),
        ["error", "error"]
    );
    assert_eq!(
        names("text ::error::x\n::unknown::x\n::error\n##[error"),
        [""; 0]
    );
    let log = "::stop-commands::word\n::error::x\n::word::\n::error::y";
    assert_eq!(obeyed(log).len(), 1);
    assert_eq!(obeyed(log)[0].data, "y");
}

#[test]
fn values_are_unescaped_once() {
    let log = "::error file=a%2Cb%3A%250A,line=1::%25 %0A %250A %2C";
    let command = &obeyed(log)[0];
    assert_eq!(command.properties["file"], "a,b:%0A");
    assert_eq!(command.data, "% \n %0A %2C");
}

#[test]
fn places_that_contradict_each_other_are_dropped() {
    let log = "::error line=2,endLine=3,col=1::a\n::error line=3,endLine=2::b\n::error col=1::c";
    let places: Vec<Vec<String>> = annotations(log)
        .into_iter()
        .map(|one| one.properties.into_keys().collect())
        .collect();
    assert_eq!(places[0], ["endline", "line"]);
    assert_eq!((places[1].len(), places[2].len()), (0, 0));
    assert_eq!(annotations(&"::notice::x\n".repeat(12)).len(), 10);
}
