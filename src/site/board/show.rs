//! The pages about action items: the first one, a list, and the values of a facet.
//!
//! Owns the words. What is in which list, and in which order, is for [`super`].

use serde::Serialize;

use super::{Board, Card, Facet, Figures, LONGEST, List, STATES};
use crate::error::Error;
use crate::site::entry::Word;
use crate::site::listing::{self, Link, Pager, Show};
use crate::site::shelf::{Dimension, Shelf};
use crate::site::tracking::Standing;
use crate::site::{Input, when};
use crate::tracker::item::State;

/// Of the most pressing lists, so many on the first page.
const FIRST: usize = 10;
/// Of each facet, so many values on the first page.
const VALUES: usize = 8;
/// The longest sentence of a row, in characters.
const SENTENCE: usize = 240;

/// A row of a list.
#[derive(Debug, Serialize)]
pub(in crate::site) struct Row<'a> {
    id: String,
    url: Option<String>,
    action: String,
    standing: Option<Standing>,
    /// What the cell `Issue` says, where nobody keeps track of it.
    issue: Option<&'a str>,
    issue_url: Option<&'a str>,
    dropped: bool,
    priority: Option<&'a str>,
    kind: Option<&'static str>,
    owners: Vec<String>,
    service: Option<&'a str>,
    due: Option<String>,
    due_iso: Option<String>,
    since: Option<String>,
    since_iso: Option<String>,
}

/// The row of a card.
pub(in crate::site) fn row<'a>(
    shelf: &'a Shelf<'_>,
    input: &Input<'_>,
    card: &'a Card<'_>,
) -> Row<'a> {
    let standing = card.item.and_then(|item| {
        let tracking = input.tracking?;
        match (card.row, &item.path) {
            (Some(row), Some(path)) => tracking.of(path, row),
            _ => Some(tracking.of_lost(item)),
        }
    });
    let written = card.row.and_then(|row| row.issue.get());
    let issue = written.map(String::as_str).filter(|_| {
        !standing
            .as_ref()
            .is_some_and(|standing| standing.says_issue)
    });
    let since = card.item.and_then(|item| item.since);
    Row {
        id: card.id(),
        url: card.url(shelf),
        action: when::shortened(card.action(), SENTENCE),
        dropped: card.state() == Some(State::Dropped),
        standing,
        issue,
        issue_url: issue.filter(|place| crate::site::approval::is_web(place)),
        priority: card.priority(),
        kind: card
            .row
            .and_then(|row| row.action_type.get())
            .map(|kind| kind.name()),
        owners: card.owners(),
        service: card.service(shelf),
        due: card.due().map(when::civil_day),
        due_iso: card.due().map(|day| day.to_string()),
        since: since.map(|at| match card.state() {
            Some(State::Open) => {
                when::ago(at, input.now).map_or_else(String::new, |ago| format!("opened {ago}"))
            }
            _ => format!("since {}", when::day(at)),
        }),
        since_iso: since.map(when::iso_day),
    }
}

/// A list with a few of its rows.
#[derive(Debug, Serialize)]
struct Section {
    id: &'static str,
    title: String,
    about: &'static str,
    total: usize,
    url: String,
    more: usize,
    /// Safe HTML.
    rows: Vec<String>,
}

/// A list by state, as the row of figures names it.
#[derive(Debug, Serialize)]
struct Count {
    state: Word,
    count: usize,
    url: String,
}

#[derive(Debug, Serialize)]
struct Value<'a> {
    name: &'a str,
    url: String,
    figures: Figures,
}

/// The values of a facet.
#[derive(Debug, Serialize)]
pub(in crate::site) struct Values<'a> {
    id: String,
    label: &'static str,
    title: &'static str,
    lead: String,
    url: String,
    is_tracked: bool,
    more: usize,
    values: Vec<Value<'a>>,
}

/// The first page.
#[derive(Debug, Serialize)]
pub(in crate::site) struct Overview<'a> {
    is_tracked: bool,
    figures: Figures,
    postmortems: String,
    states: Vec<Count>,
    sections: Vec<Section>,
    facets: Vec<Values<'a>>,
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub(in crate::site) struct Rows {
    up: Link,
    heading: String,
    about: String,
    facts: Vec<String>,
    postmortems: Option<Link>,
    /// Safe HTML.
    rows: Vec<String>,
    cut: Option<usize>,
    pager: Pager,
}

/// The first page.
pub(in crate::site) fn overview<'b>(
    board: &'b Board<'_>,
    show: Show<'_>,
) -> Result<Overview<'b>, Error> {
    let by_state = board.lists.iter().filter(|list| list.facet.is_none());
    let states = by_state.map(|list| Count {
        state: Word {
            key: list.key,
            label: state(list.key).0,
        },
        count: list.cards.len(),
        url: list.url(),
    });
    let pressing: &[&str] = match board.is_tracked {
        true => &["overdue", "needs-decision", "orphaned", "promised"],
        false => &["promised"],
    };
    let lists = pressing.iter().filter_map(|key| board.by_state(key));
    let sections = lists.map(|list| {
        let first = list.cards.iter().take(FIRST);
        Ok(Section {
            id: list.key,
            title: list.name.clone(),
            about: state(list.key).1,
            total: list.cards.len(),
            url: list.url(),
            more: list.cards.len().saturating_sub(FIRST),
            rows: first
                .map(|card| show(*card as usize))
                .collect::<Result<_, Error>>()?,
        })
    });
    let mut postmortems: Vec<&str> = board.cards.iter().map(|card| card.postmortem).collect();
    postmortems.sort_unstable();
    postmortems.dedup();
    Ok(Overview {
        is_tracked: board.is_tracked,
        figures: board.figures,
        postmortems: when::count(postmortems.len(), "postmortem"),
        states: states.collect(),
        sections: sections.collect::<Result<_, Error>>()?,
        facets: (0..board.facets.len())
            .map(|facet| values(board, facet, Some(VALUES)))
            .collect(),
    })
}

/// The values of a facet: all of them, or those with the most to do.
pub(in crate::site) fn values<'b>(
    board: &'b Board<'_>,
    facet: usize,
    most: Option<usize>,
) -> Values<'b> {
    let (facet, lists) = &board.facets[facet];
    let mut lists: Vec<&List> = board.lists[lists.clone()].iter().collect();
    let total = lists.len();
    if matches!(facet, Facet::Owner | Facet::Service) {
        lists.sort_by_key(|list| {
            let figures = list.figures;
            std::cmp::Reverse((figures.overdue, figures.owed, figures.pending))
        });
    }
    lists.truncate(most.unwrap_or(total));
    let lead = match facet {
        Facet::Owner => "Who is accountable for what, those with the most that is overdue first.",
        Facet::Service => {
            "By the first service that a postmortem names, those with the most that is overdue first."
        }
        Facet::Priority => "How urgent they are, as the postmortems say it.",
        Facet::Type => {
            "What they are for: finding out, mending, seeing it sooner, making it smaller, keeping it from coming back."
        }
        Facet::Age => "How long those that are to be done or decided have stood as they do.",
    };
    Values {
        id: facet.plural().to_lowercase(),
        label: facet.label(),
        title: facet.plural(),
        lead: lead.into(),
        url: url(*facet),
        is_tracked: board.is_tracked,
        more: total - lists.len(),
        values: lists
            .into_iter()
            .map(|list| Value {
                name: &list.name,
                url: list.url(),
                figures: list.figures,
            })
            .collect(),
    }
}

/// The address of the page about a facet.
fn url(facet: Facet) -> String {
    format!("{}/index.html", facet.folder())
}

/// A page of a list, counted from 1.
pub(in crate::site) fn list(
    board: &Board<'_>,
    shelf: &Shelf<'_>,
    list: &List,
    page: usize,
    show: Show<'_>,
) -> Result<Rows, Error> {
    let shown = &list.cards[..list.shown()];
    let rows = listing::cut(shown, page).iter();
    let figures = list.figures;
    let mut facts = Vec::new();
    let mut fact = |number: usize, what: &str| {
        if number > 0 {
            facts.push(format!("{} {what}", when::number(number as u64)));
        }
    };
    match list.facet {
        None => fact(figures.all, "in all"),
        Some(_) if board.is_tracked => {
            fact(figures.overdue, "overdue");
            fact(figures.owed, "to be done or decided");
            fact(figures.pending - figures.owed, "waiting or elsewhere");
            fact(figures.done, "done");
            fact(figures.dropped, "dropped");
        }
        Some(_) => {
            fact(figures.pending, "promised");
            fact(figures.dropped, "dropped");
        }
    }
    let dimension = list.facet.and_then(|facet| match facet {
        Facet::Owner => Some(Dimension::Owner),
        Facet::Service => Some(Dimension::Service),
        _ => None,
    });
    let postmortems = dimension.and_then(|dimension| {
        let value = shelf.value(dimension, &list.name)?;
        Some(Link {
            name: when::count(value.entries.len(), "postmortem"),
            url: value.url(),
        })
    });
    Ok(Rows {
        up: match list.facet {
            Some(facet) => Link {
                name: format!("Action items by {}", facet.label().to_lowercase()),
                url: url(facet),
            },
            None => Link {
                name: "Action items".into(),
                url: "actions/index.html".into(),
            },
        },
        heading: list.name.clone(),
        about: state(list.key).1.into(),
        facts,
        postmortems,
        rows: rows
            .map(|card| show(*card as usize))
            .collect::<Result<_, Error>>()?,
        cut: (list.cards.len() > LONGEST).then_some(LONGEST),
        pager: listing::pager(&list.folder, shown.len(), page),
    })
}

/// The name and the words of a list by state; empty for another.
fn state(key: &str) -> (&'static str, &'static str) {
    let found = STATES.iter().find(|(known, ..)| *known == key);
    found.map_or(("", ""), |(_, name, about)| (name, about))
}
