//! What postmortems promise: one value for every row of their tables of action items.
//!
//! Owns which rows count and where an item is tracked. Rows below considered are no promises.

use jiff::civil::Date;
use rayon::prelude::*;

use super::Key;
use crate::corpus::Corpus;
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, ItemStatus};
use crate::postmortem::choice::ActionType;
use crate::postmortem::conventions::Conventions;
use crate::postmortem::people::Party;
use crate::postmortem::place::is_place;
pub use crate::postmortem::place::own_number;

/// The longest id that may stand in a marker.
const MAX_ID: usize = 100;

/// What the file wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// An issue.
    Open,
    /// Nothing yet: the postmortem is neither final nor approved. An issue that is there is left alone.
    Waiting,
    /// Nothing: the postmortem was written before this tool came, and nobody can tell what was done since. An issue that is there
    /// is left alone.
    Past,
    /// No issue any more; why.
    Dropped(Option<String>),
    /// Nothing from us: it is tracked there.
    Elsewhere(String),
}

/// One action item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its name.
    pub key: Key,
    /// The sentence, as written by a stranger.
    pub title: String,
    /// Who is accountable, where exactly one party is named.
    pub owner: Option<Party>,
    /// The team: the owner itself, or the one that owns the service. Without `@`.
    pub team: Option<String>,
    /// The first service of the postmortem.
    pub service: Option<String>,
    /// Its priority, as written.
    pub priority: Option<String>,
    /// Its category.
    pub kind: Option<ActionType>,
    /// The day it is due.
    pub due: Option<Date>,
    /// How anyone can tell that it is done, as written.
    pub done_when: Option<String>,
    /// What the file wants.
    pub wanted: Wanted,
    /// The postmortem's path.
    pub path: String,
    /// The commit that it was read from, in hex; the empty text where it was read from none.
    pub commit: String,
}

/// Every promise, and what stood in the way of some.
#[derive(Clone, Debug, Default)]
pub struct Promises {
    /// In the order of their names.
    pub all: Vec<Promise>,
    /// What could not be taken, for people: the path and why.
    pub flaws: Vec<(String, String)>,
    /// Whether every file could be read: only then is a promise that is not here one that was removed.
    pub complete: bool,
}

/// Whether what a postmortem promises counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It does.
    Given,
    /// Not yet.
    Waiting,
    /// Not any more.
    Past,
}

/// Reads the promises of a corpus. `word` says of a postmortem whether what it promises counts; `commit` is the one that the
/// files are of, in hex, the empty text where they are of none.
pub fn read(corpus: &Corpus, word: impl Fn(&Postmortem) -> Word, commit: &str) -> Promises {
    let mut promises = Promises {
        complete: true,
        ..Promises::default()
    };
    // With the number of files and rows before each, by which the flaws are put in order.
    let mut flaws: Vec<(usize, (String, String))> = Vec::new();
    let mut found: Vec<Found<'_>> = Vec::new();
    // What can be read comes first: of two with one id, the one that the site shows at its address.
    let (sound, broken): (Vec<&Postmortem>, Vec<&Postmortem>) =
        corpus.postmortems.iter().partition(|one| one.readable);
    let mut row = 0;
    for postmortem in sound.into_iter().chain(broken) {
        row += 1;
        let path = postmortem.path();
        let word = word(postmortem);
        let mut flaw = |row: usize, cause: &str| flaws.push((row, (path.into(), cause.into())));
        if !postmortem.readable {
            promises.complete = false;
            flaw(
                row,
                "cannot be read whole, so action items of it may be missing",
            );
        }
        let Some(id) = postmortem.id().filter(|id| is_name(id)) else {
            let asks = !postmortem.actions.items.is_empty() && word != Word::Past;
            if postmortem.readable && asks {
                promises.complete = false;
                flaw(row, "has no id that can name its action items");
            }
            continue;
        };
        for item in &postmortem.actions.items {
            row += 1;
            let Some(own) = item.id.get().filter(|id| is_name(id)) else {
                if word == Word::Given {
                    flaw(
                        row,
                        "has an action item without an id, which can become no issue",
                    );
                }
                continue;
            };
            let key = Key::new(id, own.as_str());
            found.push(Found {
                key,
                row,
                word,
                item,
                postmortem,
            });
        }
    }
    // Those that come first stay first: of two with one name they are the ones that count.
    found.sort_by(|a, b| a.key.cmp(&b.key));
    let again = found.chunk_by(|a, b| a.key == b.key);
    for one in again.filter_map(|named| Some((named.first()?, named.get(1..)?))) {
        let (first, others) = one;
        for other in others {
            let path = first.postmortem.path();
            let cause = format!("names `{}` again, which is in `{path}`", first.key);
            flaws.push((other.row, (other.postmortem.path().into(), cause)));
        }
    }
    found.dedup_by(|later, first| later.key == first.key);
    let found = found.into_par_iter();
    promises.all = found
        .map(|found| promise(found, &corpus.conventions, commit))
        .collect();
    flaws.sort_by_key(|(row, _)| *row);
    promises.flaws = flaws.into_iter().map(|(_, flaw)| flaw).collect();
    promises
}

/// A row that promises something.
struct Found<'a> {
    key: Key,
    /// The number of files and rows up to it.
    row: usize,
    word: Word,
    item: &'a ActionItem,
    postmortem: &'a Postmortem,
}

fn promise(found: Found<'_>, conventions: &Conventions, commit: &str) -> Promise {
    let Found {
        key,
        word,
        item,
        postmortem,
        ..
    } = found;
    let text = |text: Option<&String>| text.cloned();
    let owner = item.owner();
    let service = postmortem.front.services.items().first();
    let service = service.map(|service| service.value.clone());
    let accountable = service
        .as_ref()
        .and_then(|name| conventions.services.get(name));
    let accountable = accountable.and_then(|service| service.owner.as_deref());
    let team = match (&owner, &accountable.and_then(Party::read)) {
        (Some(Party::Team(team)), _) | (_, Some(Party::Team(team))) => Some(team.clone()),
        _ => None,
    };
    let tracked = item.issue.get().map(|place| place.trim());
    let wanted = match (&item.status, tracked) {
        (ItemStatus::Dropped(reason), _) => Wanted::Dropped(reason.clone()),
        (ItemStatus::Open, Some(place)) if is_place(place) => Wanted::Elsewhere(place.into()),
        (ItemStatus::Open, _) => Wanted::Open,
    };
    let wanted = match (word, wanted) {
        (Word::Waiting, _) => Wanted::Waiting,
        (Word::Past, Wanted::Open) => Wanted::Past,
        (_, wanted) => wanted,
    };
    Promise {
        key,
        title: text(item.action.get()).unwrap_or_default(),
        owner,
        team,
        service,
        priority: text(item.priority.get()),
        kind: item.action_type.get().copied(),
        due: item.due.get().copied(),
        done_when: text(item.done_when.get()),
        wanted,
        path: postmortem.path().into(),
        commit: commit.into(),
    }
}

/// Whether a text can stand in a marker: letters, digits, `-`, `_` and `.`.
pub fn is_name(text: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.len() <= MAX_ID && text.chars().all(letter)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::postmortem::choice::Status;
    use crate::postmortem::conventions::Service;
    use crate::source::Source;

    fn corpus(files: &[(&str, &str, &str)]) -> Corpus {
        let source = |(path, front, rows): &(&str, &str, &str)| {
            let table = "| ID | Action | Type | Priority | Owner | Due | Done when | Issue | Status |\n|-|-|-|-|-|-|-|-|-|\n";
            let text = format!(
                "---\n{front}\n---\n# T\n\n## Action items\n\n{table}{rows}\n\n### Considered\n\n- Rewrite it, too dear\n"
            );
            Source::new(path, text)
        };
        let mut conventions = Conventions::default();
        let service = Service {
            owner: Some("@acme/payments".into()),
            description: String::new(),
        };
        conventions.services.insert("checkout".into(), service);
        Corpus::new(files.iter().map(source).collect(), Arc::new(conventions))
    }

    fn read(files: &[(&str, &str, &str)]) -> Promises {
        let word = |postmortem: &Postmortem| match postmortem.path() {
            "d.md" => Word::Past,
            _ if postmortem.status() == Status::Final => Word::Given,
            _ => Word::Waiting,
        };
        super::read(&corpus(files), word, "c0ffee")
    }

    #[test]
    fn a_row_is_a_promise() {
        let front = "id: INC-1\nstatus: final\nservices: [checkout]";
        let rows = "| A2 | Alert on `queue` | detect | P1 | @ada | 2026-12-01 | It pages | | |\n| A1 | Old | prevent | P1 | @acme/web | | | | dropped: too dear |";
        let promises = read(&[("a.md", front, rows)]);
        assert!(
            promises.complete && promises.flaws.is_empty(),
            "{promises:?}"
        );
        let [dropped, open] = promises.all.as_slice() else {
            panic!("{promises:?}");
        };
        assert_eq!(dropped.wanted, Wanted::Dropped(Some("too dear".into())));
        assert_eq!(dropped.team.as_deref(), Some("acme/web"));
        assert_eq!(open.key.to_string(), "INC-1/A2");
        assert_eq!(open.wanted, Wanted::Open);
        assert_eq!(open.title, "Alert on queue");
        assert_eq!(open.team.as_deref(), Some("acme/payments"));
        assert_eq!(open.owner, Some(Party::User("ada".into())));
        assert_eq!(open.due, Some(jiff::civil::date(2026, 12, 1)));
        assert_eq!(open.commit, "c0ffee");
    }

    #[test]
    fn the_reason_of_a_dropped_row_is_what_was_written() {
        for (status, reason) in [
            ("DROPPED: İstanbul is closed", "İstanbul is closed"),
            ("dropped: İİİİİİİİİİİİ", "İİİİİİİİİİİİ"),
            ("won't do (\u{212a}elvin)", "\u{212a}elvin"),
        ] {
            let rows = format!("| A1 | Do | | | | | | | {status} |");
            let promises = read(&[("a.md", "id: INC-1\nstatus: final", &rows)]);
            let wanted = Wanted::Dropped(Some(reason.into()));
            assert_eq!(promises.all[0].wanted, wanted, "{status}");
        }
        let odd = read(&[(
            "a.md",
            "id: INC-1\nstatus: final",
            "| A1 | Do | | | | | | | İ |",
        )]);
        assert_eq!(odd.all[0].wanted, Wanted::Open);
    }

    #[test]
    fn a_sentence_of_several_lines_keeps_its_words_apart() {
        let rows = "| A1 | Cut\\|it<br>down<BR />and<b>test</b> | | | | | one<br/>two | | |";
        let promises = read(&[("a.md", "id: INC-1\nstatus: final", rows)]);
        assert_eq!(promises.all[0].title, "Cut|it down andtest");
        assert_eq!(promises.all[0].done_when.as_deref(), Some("one two"));
    }

    #[test]
    fn only_a_given_word_asks_for_issues() {
        let row = "| A1 | Do | | | | | | | |";
        let dropped = "| A1 | Do | | | | | | | |\n| A2 | Do | | | | | | | dropped: no |";
        let promises = read(&[
            ("a.md", "id: INC-1\nstatus: in-review", dropped),
            ("c.md", "id: INC-3\nstatus: final", row),
            ("d.md", "id: INC-4\nstatus: final", dropped),
        ]);
        let wanted: Vec<_> = promises.all.iter().map(|one| one.wanted.clone()).collect();
        let no = Wanted::Dropped(Some("no".into()));
        let waiting = Wanted::Waiting;
        assert_eq!(
            wanted,
            [waiting.clone(), waiting, Wanted::Open, Wanted::Past, no]
        );
    }

    #[test]
    fn what_cannot_be_named_is_told() {
        let row = "| A1 | Do | | | | | | | |";
        let promises = read(&[
            (
                "a.md",
                "id: INC-1\nstatus: final",
                &format!("{row}\n{row}\n| | No id | | | | | | | |"),
            ),
            ("b.md", "id: INC-1\nstatus: final", row),
            ("c.md", "status: final", row),
        ]);
        assert_eq!(promises.all.len(), 1);
        let paths: Vec<_> = promises
            .flaws
            .iter()
            .map(|(path, _)| path.as_str())
            .collect();
        assert_eq!(paths, ["a.md", "a.md", "b.md", "c.md"]);
        assert!(!promises.complete);
    }
}
