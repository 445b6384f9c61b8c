//! `new`: a postmortem from a template, with the next free id.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Outcome;
use super::workspace::Workspace;
use crate::cli::New;
use crate::document::mapping::not_one_of;
use crate::error::Error;
use crate::output::{Terminal, write_new};
use crate::postmortem::choice::{Kind, Template};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::id;
use crate::postmortem::people::Party;
use crate::schema;
use crate::template::{self, Facts, NOBODY_YET};

/// Writes the file and says where it is.
pub(super) fn run(
    workspace: &Workspace,
    args: &New,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let conventions = &workspace.config.conventions;
    let title = args.title.trim();
    if title.is_empty() {
        return Err(Error::refused(
            "the title is empty",
            "say in one line what happened",
        ));
    }
    let now = Workspace::now()?;
    let started = args.started.as_deref();
    let started = started.map(|text| moment("--started", text)).transpose()?;
    let severities: Vec<&str> = conventions.severities.iter().map(String::as_str).collect();
    let middle = severities
        .get(severities.len() / 2)
        .copied()
        .unwrap_or("sev3");
    let severity = one_of(
        "--severity",
        args.severity.as_deref().unwrap_or(middle),
        &severities,
    )?;
    if !conventions.services.is_empty() {
        let names: Vec<&str> = conventions.services.keys().map(String::as_str).collect();
        for service in &args.services {
            one_of("--service", service, &names)?;
        }
    }
    let folder = workspace.root.join(&workspace.config.postmortems);
    let files = if folder.is_dir() {
        workspace.read(&[])?
    } else {
        Vec::new()
    };
    let corpus = workspace.corpus(files);
    let day = started.unwrap_or(now).to_zoned(TimeZone::UTC).date();
    let facts = Facts {
        id: next_id(conventions, day, corpus.ids()),
        title: title.into(),
        kind: choice("--kind", &args.kind, Kind::ALL)?,
        template: choice("--template", &args.template, Template::ALL)?,
        severity,
        owner: owner(workspace, args)?,
        services: args.services.clone(),
        started: started.map(|at| at.to_string()).unwrap_or_default(),
        schema: schema::comment("front-matter"),
    };
    let name = format!("{day}-{}", template::slug(title));
    let path = match args.folder {
        true => folder.join(&name).join("index.md"),
        false => folder.join(format!("{name}.md")),
    };
    let other = if args.folder {
        folder.join(format!("{name}.md"))
    } else {
        folder.join(&name)
    };
    for taken in [&path, &other] {
        if taken.exists() {
            let message = format!("`{}` exists already", shown(workspace, taken));
            return Err(Error::refused(
                message,
                "choose another title, or go on writing there",
            ));
        }
    }
    write_new(&path, template::fill(&facts, conventions).as_bytes())?;
    terminal.result(&shown(workspace, &path))?;
    terminal.status(&format!(
        "{} begins here; write it, then run `aftersight check {}`",
        facts.id,
        shown(workspace, &path)
    ));
    Ok(Outcome::Clean)
}

/// The next free id for an incident of this day.
pub(super) fn next_id<'a>(
    conventions: &Conventions,
    day: Date,
    used: impl Iterator<Item = &'a str>,
) -> String {
    let pattern = conventions.id_pattern.as_deref();
    let year = u16::try_from(day.year()).unwrap_or_default();
    id::next(pattern.unwrap_or(id::DEFAULT_PATTERN), year, used)
}

/// A path as it is told: relative to the root.
pub(super) fn shown(workspace: &Workspace, path: &Path) -> String {
    path.strip_prefix(&workspace.root)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// A moment that was typed.
pub(super) fn moment(flag: &str, text: &str) -> Result<Timestamp, Error> {
    text.parse().map_err(|_| {
        let message = format!("`{flag}` is not a time with an offset: `{text}`");
        Error::refused(message, "write it as `2026-10-10T14:23Z`")
    })
}

/// The word, if it is one of the names.
pub(super) fn one_of(flag: &str, text: &str, names: &[&str]) -> Result<String, Error> {
    if names.contains(&text) {
        return Ok(text.into());
    }
    let (message, help) = not_one_of(text, names);
    Err(Error::refused(format!("`{flag}` {message}"), help))
}

fn choice<T: Copy>(flag: &str, text: &str, choices: &[(&str, T)]) -> Result<T, Error> {
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    one_of(flag, text, &names)?;
    let found = choices.iter().find(|(name, _)| *name == text);
    found
        .map(|(_, value)| *value)
        .ok_or_else(|| Error::refused(format!("`{flag}` cannot be `{text}`"), ""))
}

/// Somebody who can be accountable.
pub(super) fn party(flag: &str, text: &str) -> Result<String, Error> {
    let party = Party::read(text).map(|party| party.name());
    party.ok_or_else(|| {
        Error::refused(
            format!("`{flag}` is neither a user, a team nor an e-mail address: `{text}`"),
            "write it as `@user`, `@org/team` or `name@example.org`",
        )
    })
}

/// The owner given, else the owner of the first service, else a word that asks for one.
fn owner(workspace: &Workspace, args: &New) -> Result<String, Error> {
    if let Some(owner) = &args.owner {
        return party("--owner", owner);
    }
    let services = &workspace.config.conventions.services;
    let of_service = args
        .services
        .first()
        .and_then(|name| services.get(name)?.owner.clone());
    Ok(of_service.unwrap_or_else(|| NOBODY_YET.into()))
}
