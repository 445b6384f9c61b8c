//! `import`: drafts from what other tools know of an incident.
//!
//! Opens the files, lets the readers make drafts, and writes those that were chosen and that no postmortem holds yet.

mod open;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::Outcome;
use super::new::{moment, next_id, one_of, party, shown};
use super::workspace::{Workspace, listed};
use crate::cli::Import;
use crate::corpus::Corpus;
use crate::document::mapping::enumerate;
use crate::error::Error;
use crate::files;
use crate::import::draft::Draft;
use crate::import::input::{Mismatch, Wish};
use crate::import::markdown::aliases::{self, Aliases};
use crate::import::settle::{self, Said};
use crate::import::write::Frame;
use crate::import::{self, escape, mark, notes, remark, write};
use crate::output::{Terminal, defuse, write_new};
use crate::postmortem::choice::Status;
use crate::postmortem::clock;
use crate::schema;
use crate::source::Source;
use crate::template;

/// Most incidents that are listed to choose from.
const MOST_LISTED: usize = 40;

/// Writes the drafts and says where they are.
pub(super) fn run(
    workspace: &Workspace,
    args: &Import,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let now = Workspace::now()?;
    let said = said(workspace, args)?;
    let aliases = match &args.aliases {
        Some(path) => read_aliases(path)?,
        None => Aliases::new(),
    };
    let wish = Wish {
        conventions: &workspace.config.conventions,
        zone: args.zone.as_deref().map(zone).transpose()?,
        aliases: &aliases,
        channel: args.channel.as_deref(),
        from: args
            .from
            .as_deref()
            .map(|text| moment("--from", text))
            .transpose()?,
        to: args
            .to
            .as_deref()
            .map(|text| moment("--to", text))
            .transpose()?,
    };
    let opened = open::inputs(args)?;
    let drafts =
        import::read(args.source, &opened.inputs, &wish).map_err(|mismatch| refusal(&mismatch))?;
    let drafts = choose(drafts, args, opened.many)?;
    let folder = workspace.root.join(&workspace.config.postmortems);
    let files = match folder.is_dir() {
        true => workspace.read(&[])?,
        false => Vec::new(),
    };
    let corpus = workspace.corpus(files);
    let mut used: Vec<String> = corpus.ids().map(String::from).collect();
    for mut draft in drafts {
        if let Some(holder) = holder(&corpus, &draft)
            && !args.again
        {
            terminal.status(&format!(
                "`{holder}` holds {} already; nothing is written (`--again` imports it once more)",
                named(&draft)
            ));
            if !args.dry_run {
                continue;
            }
        }
        let settled = settle::settle(&mut draft, &workspace.config.conventions, &said, now);
        let day = day(&draft, now);
        let frame = Frame {
            id: next_id(
                &workspace.config.conventions,
                day,
                used.iter().map(String::as_str),
            ),
            schema: schema::comment("front-matter"),
            conventions: &workspace.config.conventions,
        };
        let text = write::write(&draft, &settled, &frame);
        if text.len() as u64 > files::MOST_BYTES {
            return Err(Error::refused(
                format!(
                    "the draft of {} has {} MiB, more than the {} MiB that are read of a postmortem",
                    named(&draft),
                    text.len() >> 20,
                    files::MOST_BYTES >> 20
                ),
                "export a shorter span, or leave the log out",
            ));
        }
        if args.dry_run {
            terminal.readable(text.trim_end(), false)?;
        } else {
            let path = match &args.out {
                Some(out) => absolute(out)?,
                None => free(&folder, day, &draft.title),
            };
            if path.exists() {
                let message = format!("`{}` exists already", shown(workspace, &path));
                return Err(Error::refused(
                    message,
                    "name another file; nothing is overwritten",
                ));
            }
            write_new(&path, text.as_bytes())?;
            terminal.result(&defuse(&shown(workspace, &path)))?;
            let what = match draft.status {
                Status::Draft => "is a draft now",
                Status::InReview | Status::Final => "is imported now",
            };
            terminal.status(&format!("{} {what}: {}", frame.id, draft.title));
        }
        tell(&draft, terminal);
        used.push(frame.id);
    }
    Ok(Outcome::Clean)
}

/// What was typed about the drafts, each word looked up.
fn said(workspace: &Workspace, args: &Import) -> Result<Said, Error> {
    let conventions = &workspace.config.conventions;
    let names: Vec<&str> = conventions.severities.iter().map(String::as_str).collect();
    let mut said = Said {
        title: args.title.clone(),
        services: args.services.clone(),
        ..Said::default()
    };
    for severity in &args.severities {
        match severity.rsplit_once('=') {
            Some((word, name)) => said
                .severities
                .push((word.trim().into(), one_of("--severity", name, &names)?)),
            None => said.severity = Some(one_of("--severity", severity, &names)?),
        }
    }
    if !conventions.services.is_empty() {
        let names: Vec<&str> = conventions.services.keys().map(String::as_str).collect();
        for service in &args.services {
            one_of("--service", service, &names)?;
        }
    }
    said.owner = args
        .owner
        .as_deref()
        .map(|owner| party("--owner", owner))
        .transpose()?;
    Ok(said)
}

/// The headings of one project, from a file in which nothing is wrong.
fn read_aliases(path: &Path) -> Result<Aliases, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::io("read", path, error))?;
    let shown = path.display().to_string();
    let source = Arc::new(Source::from_bytes(&shown, bytes));
    let (aliases, problems) = aliases::read(&source);
    match problems.as_slice() {
        [] => Ok(aliases),
        problems => Err(Error::refused(
            format!("`--aliases` cannot be read:\n{}", listed(&source, problems)),
            "",
        )),
    }
}

fn zone(text: &str) -> Result<Offset, Error> {
    let found = clock::zone_in(text).or_else(|| clock::zone_in(&format!("UTC{text}")));
    found.ok_or_else(|| {
        let why = clock::ambiguous_in(text)
            .map(|why| format!(" ({why})"))
            .unwrap_or_default();
        Error::refused(
            format!("`--zone` is no offset from UTC: `{text}`{why}"),
            "write it as `+02:00`, `-05:00` or `UTC`",
        )
    })
}

fn refusal(mismatch: &Mismatch) -> Error {
    let message = format!("`{}` {}", mismatch.file, mismatch.why);
    match mismatch.looks_like {
        Some(origin) => Error::refused(
            message,
            format!(
                "this looks like {}; try `aftersight import {} {}`",
                origin.name(),
                origin.word(),
                mismatch.file
            ),
        ),
        None => Error::refused(message, ""),
    }
}

/// A draft in a message.
fn named(draft: &Draft) -> String {
    match &draft.provenance.id {
        Some(id) => format!("`{}`", escape::one_line(id)),
        None => format!("`{}`", escape::one_line(&draft.title)),
    }
}

/// Those that are to be imported: all there are where every file holds one, else those that were named.
fn choose(drafts: Vec<Draft>, args: &Import, many: bool) -> Result<Vec<Draft>, Error> {
    if drafts.is_empty() {
        return Err(Error::refused(
            "there is no incident in the files",
            "look at what the export holds",
        ));
    }
    if !args.ids.is_empty() {
        let is = |draft: &Draft, id: &str| draft.provenance.id.as_deref() == Some(id);
        if let Some(id) = args
            .ids
            .iter()
            .find(|id| !drafts.iter().any(|draft| is(draft, id)))
        {
            let known: Vec<&str> = drafts
                .iter()
                .filter_map(|draft| draft.provenance.id.as_deref())
                .collect();
            return Err(Error::refused(
                format!("there is no incident `{id}` in the files"),
                format!("choose among {}", enumerate(&known)),
            ));
        }
        let wanted = |draft: &Draft| args.ids.iter().any(|id| is(draft, id));
        return Ok(drafts.into_iter().filter(wanted).collect());
    }
    let shared = drafts.iter().enumerate().any(|(index, draft)| {
        let files = &draft.provenance.files;
        drafts[..index].iter().any(|other| {
            other
                .provenance
                .files
                .iter()
                .any(|file| files.contains(file))
        })
    });
    let asks = drafts.len() > 1
        && !args.all
        && (shared || many || args.out.is_some() || args.title.is_some());
    if !asks {
        return Ok(drafts);
    }
    let mut message = format!("there are {} incidents in the files", drafts.len());
    for draft in drafts.iter().take(MOST_LISTED) {
        let id = draft
            .provenance
            .id
            .as_deref()
            .map(escape::one_line)
            .unwrap_or_default();
        let at = first(draft)
            .map(|at| at.strftime("%Y-%m-%d").to_string())
            .unwrap_or_else(|| "no date   ".into());
        message += &format!("\n  {id}  {at}  {}", escape::one_line(&draft.title));
    }
    if drafts.len() > MOST_LISTED {
        message += &format!("\n  and {} more", drafts.len() - MOST_LISTED);
    }
    Err(Error::refused(
        message,
        "choose with `--id ID`, or import them all with `--all`",
    ))
}

/// The first moment that a draft knows.
fn first(draft: &Draft) -> Option<Timestamp> {
    let times = &draft.times;
    let entries = || draft.timeline.iter().filter_map(|event| event.at).min();
    times
        .started
        .or(times.detected)
        .or_else(entries)
        .or(times.resolved)
}

fn day(draft: &Draft, now: Timestamp) -> Date {
    let date = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    first(draft)
        .map(date)
        .or(draft.day)
        .unwrap_or_else(|| date(now))
}

/// The postmortem that holds the incident already.
fn holder(corpus: &Corpus, draft: &Draft) -> Option<String> {
    let holds = |postmortem: &&crate::postmortem::Postmortem| {
        let marks = mark::read(&postmortem.document);
        marks.iter().any(|mark| mark.is_of(&draft.provenance))
    };
    let found = corpus.postmortems.iter().find(holds);
    found.map(|postmortem| postmortem.path().to_string())
}

/// The absolute path of a file that may be the first in its folder.
fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    match folder.as_os_str().is_empty() || folder.is_dir() {
        true => files::absolute(path),
        false => std::path::absolute(path).map_err(|error| Error::io("write", path, error)),
    }
}

/// A path that is not taken, neither by a file nor by a folder.
fn free(folder: &Path, day: Date, title: &str) -> PathBuf {
    let name = format!("{day}-{}", template::slug(title));
    let mut path = folder.join(format!("{name}.md"));
    let mut number = 2;
    while path.exists() || path.with_extension("").exists() {
        path = folder.join(format!("{name}-{number}.md"));
        number += 1;
    }
    path
}

/// What was guessed, left out and not understood, alike told as one.
fn tell(draft: &Draft, terminal: &Terminal) {
    for group in remark::groups(&draft.remarks) {
        terminal.status(&format!("  {}", notes::line(&group)));
        if group.places.len() > notes::MOST_PLACES {
            for place in &group.places {
                terminal.detail(&format!("    {place}"));
            }
        }
    }
}
