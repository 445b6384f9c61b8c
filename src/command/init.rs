//! `init`: a repository set up, without a question and without touching what is there.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::workspace::Workspace;
use super::{Outcome, or_closed};
use crate::approval::codeowners;
use crate::cli::Init;
use crate::error::Error;
use crate::files::{self, Content};
use crate::output::{Terminal, painted, unified, write_new};
use crate::setup::{self, Facts, Planned};

/// Largest file that is compared, in bytes: nothing that this version writes comes near, and the diff would be as long.
const MOST_COMPARED: usize = 256 << 10;

/// What is to be done about a file.
enum State {
    /// It is not there: it is written.
    Missing,
    /// It is there, as this version would write it.
    Same,
    /// It is there with another text, which is this one.
    Other(String),
    /// It is left alone for this reason.
    Kept(String),
}

/// Writes what is missing, shows what differs, and says what is left to a person.
pub(super) fn run(
    workspace: &Workspace,
    args: &Init,
    named: bool,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let root = &workspace.root;
    belongs_here(workspace, named)?;
    // Paths are told as seen from the root, which may be above.
    if std::env::current_dir().is_ok_and(|here| here != *root) {
        terminal.status(&format!("setting up `{}`", root.display()));
    }
    let owners = owners(root)?;
    let facts = Facts {
        postmortems: &workspace.config.postmortems,
        established: is_established(workspace)?,
        teams: !workspace.config.approval.teams.is_empty(),
        ignores_site: ignores_site(root)?,
        owners: owners.as_ref().map(|(path, text)| (*path, text.as_str())),
    };
    let planned = setup::files(&facts);
    let mut states = Vec::new();
    for file in &planned {
        let state = state(workspace, file)?;
        passable(root, &file.path, matches!(state, State::Missing))?;
        states.push(state);
    }
    for (file, state) in planned.iter().zip(&states) {
        if let (State::Missing, false) = (state, args.dry_run) {
            write_new(&root.join(&file.path), file.text.as_bytes())?;
        }
        or_closed(terminal.readable(&line(file, state, args.dry_run), false))?;
        if matches!(state, State::Missing) && args.dry_run {
            terminal.detail(&unified(&file.path, "", &file.text));
        }
    }
    for (file, state) in planned.iter().zip(&states) {
        if let State::Other(found) = state {
            show(file, found, terminal)?;
        }
    }
    let settings = setup::settings(&facts);
    terminal.readable(&format!("\n{}", settings.trim_end()), false)?;
    conclude(workspace, &states, args.dry_run, terminal);
    Ok(Outcome::Clean)
}

/// Without git and without a folder by name this could be anywhere, and GitHub reads `.github` only at the root.
fn belongs_here(workspace: &Workspace, named: bool) -> Result<(), Error> {
    let root = workspace.root.display();
    match &workspace.git {
        Some(git) if git.root() != workspace.root => Err(Error::refused(
            format!(
                "`{root}` lies inside the git repository `{}`, and GitHub reads workflows only at its root",
                git.root().display()
            ),
            "leave out `--repo`, or name the root with it",
        )),
        None if !named => Err(Error::refused(
            format!("`{root}` is in no git repository"),
            "run `git init` first, or name the folder with `--repo DIR`",
        )),
        _ => Ok(()),
    }
}

/// The CODEOWNERS file that GitHub would use, with its text.
fn owners(root: &Path) -> Result<Option<(&'static str, String)>, Error> {
    for place in codeowners::PLACES {
        if exists(root, place)?
            && let Content::Bytes(bytes) = files::read(root, &root.join(place))?.content
        {
            return Ok(Some((place, String::from_utf8_lossy(&bytes).into_owned())));
        }
    }
    Ok(None)
}

/// Whether `.gitignore` speaks of the folder that `build` fills when nothing else is said.
fn ignores_site(root: &Path) -> Result<bool, Error> {
    if !exists(root, ".gitignore")? {
        return Ok(false);
    }
    let content = files::read(root, &root.join(".gitignore"))?.content;
    let Content::Bytes(bytes) = content else {
        return Ok(false);
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(text
        .lines()
        .any(|line| line.trim().trim_matches('/') == "_site"))
}

fn is_established(workspace: &Workspace) -> Result<bool, Error> {
    let folder = workspace.root.join(&workspace.config.postmortems);
    let is_folder = folder.symlink_metadata().is_ok_and(|found| found.is_dir());
    Ok(is_folder && !workspace.read(&[])?.is_empty())
}

/// Whether something is there, be it a link to nowhere.
fn exists(root: &Path, path: &str) -> Result<bool, Error> {
    let absent = |kind| matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory);
    match root.join(path).symlink_metadata() {
        Ok(found) => Ok(!found.is_dir()),
        Err(error) if absent(error.kind()) => Ok(false),
        Err(error) => Err(Error::io("read", root.join(path), error)),
    }
}

/// Refuses, before anything is written, what stands in the way of a file.
fn passable(root: &Path, path: &str, missing: bool) -> Result<(), Error> {
    let mut place = root.to_path_buf();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let above = place.clone();
        place.push(part);
        let shown = shown(root, &place);
        let found = match place.symlink_metadata() {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return if missing {
                    writable(root, &above)
                } else {
                    Ok(())
                };
            }
            Err(error) => return Err(Error::io("read", place, error)),
        };
        let (message, help) = match parts.peek() {
            Some(_) if found.is_dir() => continue,
            Some(_) if found.is_symlink() => (
                format!("`{shown}` is a symbolic link, and nothing is written through one"),
                "put a folder in its place",
            ),
            Some(_) => (
                format!("`{shown}` is a file, and `{path}` belongs below it"),
                "move it away; a folder of that name is needed",
            ),
            None if found.is_dir() => (
                format!("`{shown}` is a folder, and a file of that name is needed"),
                "move it away",
            ),
            None => return Ok(()),
        };
        return Err(Error::refused(message, help));
    }
    Ok(())
}

/// A folder that is marked as read-only is meant to stay as it is, whoever asks.
fn writable(root: &Path, folder: &Path) -> Result<(), Error> {
    let metadata = fs::metadata(folder).map_err(|error| Error::io("read", folder, error))?;
    if cfg!(unix) && metadata.permissions().readonly() {
        return Err(Error::refused(
            format!("the folder `{}` is read-only", shown(root, folder)),
            "make it writable, then run `aftersight init` again",
        ));
    }
    Ok(())
}

fn shown(root: &Path, path: &Path) -> String {
    match path.strip_prefix(root) {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.display().to_string(),
        _ => path.display().to_string(),
    }
}

fn state(workspace: &Workspace, file: &Planned) -> Result<State, Error> {
    let root = &workspace.root;
    if !exists(root, &file.path)? {
        return Ok(match elsewhere(workspace, file)? {
            Some(other) => State::Kept(format!("`{other}` is there")),
            None => State::Missing,
        });
    }
    let is_template = file.path == setup::PULL_REQUEST_TEMPLATE;
    Ok(match files::read(root, &root.join(&file.path))?.content {
        Content::Bytes(bytes) if bytes.len() <= MOST_COMPARED => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if file.is(&text) {
                State::Same
            } else if is_template {
                State::Kept("it is yours".into())
            } else {
                State::Other(setup::with_plain_ends(&text))
            }
        }
        Content::Link => State::Kept("it is a symbolic link, which is not followed".into()),
        Content::Bytes(_) | Content::TooLarge(_) => {
            State::Kept("it is too large to be compared".into())
        }
        Content::UnreadableName => State::Kept("its name is not UTF-8".into()),
    })
}

/// Another place where the same thing is already.
fn elsewhere(workspace: &Workspace, file: &Planned) -> Result<Option<String>, Error> {
    if file.path == setup::PULL_REQUEST_TEMPLATE {
        return Ok(template(&workspace.root));
    }
    if file.path == setup::CONFIGURATION
        && let Some(source) = &workspace.config.source
    {
        return Ok(Some(source.path().to_string()));
    }
    for place in &file.elsewhere {
        if exists(&workspace.root, place)? {
            return Ok(Some(place.clone()));
        }
    }
    Ok(None)
}

/// A template of pull requests, in whichever of its forms.
fn template(root: &Path) -> Option<String> {
    for folder in setup::TEMPLATE_FOLDERS {
        // A folder that is not there holds none.
        let Ok(entries) = fs::read_dir(root.join(folder)) else {
            continue;
        };
        let names = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok());
        let found = names
            .filter(|name| setup::is_pull_request_template(name))
            .min();
        if let Some(name) = found {
            let path = format!("{folder}/{name}");
            return Some(path.trim_start_matches('/').to_string());
        }
    }
    None
}

/// `wrote       .github/aftersight.yml`
fn line(file: &Planned, state: &State, dry: bool) -> String {
    let path = &file.path;
    match state {
        State::Missing if dry => format!("would write  {path}"),
        State::Missing => format!("wrote        {path}"),
        State::Same => format!("up to date   {path}"),
        State::Other(_) => {
            format!("left alone   {path}: it differs from what this version would write")
        }
        State::Kept(why) => format!("left alone   {path}: {why}"),
    }
}

/// What would make the file that is there into what this version would write.
fn show(file: &Planned, found: &str, terminal: &Terminal) -> Result<(), Error> {
    let color = terminal.is_colored();
    let diff = unified(&file.path, found, &file.text);
    let diff = if color { painted(&diff) } else { diff };
    terminal.readable(&format!("\n{}", diff.trim_end_matches('\n')), color)
}

fn conclude(workspace: &Workspace, states: &[State], dry: bool, terminal: &Terminal) {
    if workspace.git.is_none() {
        let root = workspace.root.display();
        terminal.status(&format!(
            "`{root}` is no git repository yet; run `git init` there"
        ));
    }
    let missing = states.iter().any(|state| matches!(state, State::Missing));
    terminal.status(match (missing, dry) {
        (true, true) => "nothing was written; leave out `--dry-run` to do so",
        (true, false) => {
            "commit these files; then `aftersight new TITLE` writes a first postmortem"
        }
        (false, _) => "there is nothing to write",
    });
}
