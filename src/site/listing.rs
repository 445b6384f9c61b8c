//! Browsing: the list of all postmortems, the values of a dimension, and a list for each value.
//!
//! Owns how lists are cut into pages and grouped. What a row says is for [`super::entry`].

use serde::Serialize;

use super::entry::{Severity, severity};
use super::link::encode;
use super::shelf::{Dimension, Shelf, Value};
use super::when;
use crate::error::Error;
use crate::postmortem::conventions::Conventions;

/// Makes the row of an entry: the same in every list, so that its HTML is made once.
pub(super) type Show<'a> = &'a dyn Fn(usize) -> Result<String, Error>;

/// Rows on one page.
pub(super) const PAGE: usize = 100;

/// A named link below the root.
#[derive(Debug, Serialize)]
pub(super) struct Link {
    /// What it is called.
    pub(super) name: String,
    /// Where it leads.
    pub(super) url: String,
}

/// The pages of a long list.
#[derive(Debug, Serialize)]
pub(super) struct Pager {
    page: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
}

/// Rows with a heading.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    key: String,
    label: String,
    /// Safe HTML.
    rows: Vec<String>,
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub(super) struct Listing {
    up: Option<Link>,
    heading: String,
    about: String,
    owner: Option<Link>,
    count: String,
    feed: Option<String>,
    groups: Vec<Group>,
    pager: Pager,
}

/// A row of the page about a dimension.
#[derive(Debug, Serialize)]
struct Count {
    name: String,
    url: String,
    about: String,
    count: usize,
    by_severity: Vec<usize>,
    latest: Option<String>,
    latest_iso: Option<String>,
}

/// The page about a dimension.
#[derive(Debug, Serialize)]
pub(super) struct Browse {
    lead: String,
    column: &'static str,
    severities: Vec<Severity>,
    values: Vec<Count>,
}

/// How many pages a list of so many rows takes.
pub(super) fn pages(rows: usize) -> usize {
    rows.div_ceil(PAGE).max(1)
}

/// The output path of a page of a list, counted from 1.
pub(super) fn path(folder: &str, page: usize) -> String {
    match page {
        0 | 1 => format!("{folder}/index.html"),
        _ => format!("{folder}/page/{page}/index.html"),
    }
}

/// A page of the list of all postmortems.
pub(super) fn all(shelf: &Shelf<'_>, page: usize, show: Show<'_>) -> Result<Listing, Error> {
    let entries: Vec<usize> = (0..shelf.entries.len()).collect();
    Ok(Listing {
        up: None,
        heading: "All postmortems".into(),
        about: String::new(),
        owner: None,
        count: when::count(entries.len(), "postmortem"),
        feed: Some("atom.xml".into()),
        groups: groups(shelf, cut(&entries, page), false, show)?,
        pager: pager("postmortems", entries.len(), page),
    })
}

/// A page of the list of one value.
pub(super) fn of(
    shelf: &Shelf<'_>,
    dimension: Dimension,
    value: &Value,
    page: usize,
    conventions: &Conventions,
    show: Show<'_>,
) -> Result<Listing, Error> {
    let (about, owner) = about(dimension, &value.name, conventions);
    let owner = owner.and_then(|name| {
        let known = shelf.value(Dimension::Owner, &name)?;
        Some(Link {
            url: known.url(),
            name,
        })
    });
    Ok(Listing {
        up: Some(Link {
            name: dimension.plural().into(),
            url: dimension.url(),
        }),
        heading: value.name.clone(),
        about,
        owner,
        count: when::count(value.entries.len(), "postmortem"),
        feed: (dimension == Dimension::Service)
            .then(|| encode(&format!("{}/atom.xml", value.folder))),
        groups: groups(
            shelf,
            cut(&value.entries, page),
            dimension == Dimension::Year,
            show,
        )?,
        pager: pager(&value.folder, value.entries.len(), page),
    })
}

/// The page about a dimension.
pub(super) fn browse(shelf: &Shelf<'_>, dimension: Dimension, conventions: &Conventions) -> Browse {
    let values = shelf.values(dimension);
    // In the table of severities the columns would repeat the rows.
    let columns: &[Value] = match dimension {
        Dimension::Severity => &[],
        _ => shelf.values(Dimension::Severity),
    };
    let count = |value: &Value| {
        let latest = value.entries.iter().find_map(|index| {
            let row = &shelf.entries[*index].row;
            row.date.clone().zip(row.date_iso.clone())
        });
        let of = |column: &Value| {
            let has = |index: &&usize| {
                shelf.entries[**index].postmortem.front.severity.get() == Some(&column.name)
            };
            value.entries.iter().filter(has).count()
        };
        Count {
            name: value.name.clone(),
            url: value.url(),
            about: about(dimension, &value.name, conventions).0,
            count: value.entries.len(),
            by_severity: columns.iter().map(of).collect(),
            latest: latest.as_ref().map(|(day, _)| day.clone()),
            latest_iso: latest.map(|(_, day)| day),
        }
    };
    Browse {
        lead: lead(dimension, values.len(), shelf.entries.len()),
        column: dimension.label(),
        severities: columns
            .iter()
            .map(|column| severity(&column.name, conventions))
            .collect(),
        values: values.iter().map(count).collect(),
    }
}

fn lead(dimension: Dimension, values: usize, postmortems: usize) -> String {
    let all = when::count(postmortems, "postmortem");
    match dimension {
        Dimension::Service => format!("{} in {all}.", when::count(values, "affected service")),
        Dimension::Severity => format!("{all} by how severe the incident was."),
        Dimension::Cause => format!("What made {all} possible, in the words of the taxonomy."),
        Dimension::Tag => format!("{} in {all}.", when::count(values, "tag")),
        Dimension::Owner => format!("Who is accountable for {all}."),
        Dimension::Year => format!("{all} by the year the incident began."),
    }
}

/// What the organisation says about a value, and who owns it.
fn about(dimension: Dimension, name: &str, conventions: &Conventions) -> (String, Option<String>) {
    match dimension {
        Dimension::Service => {
            let service = conventions.services.get(name).cloned().unwrap_or_default();
            (service.description, service.owner)
        }
        Dimension::Cause => (
            conventions.causes.get(name).cloned().unwrap_or_default(),
            None,
        ),
        _ => (String::new(), None),
    }
}

/// The rows of a page, counted from 1.
pub(super) fn cut<T>(entries: &[T], page: usize) -> &[T] {
    let start = (page.saturating_sub(1) * PAGE).min(entries.len());
    &entries[start..(start + PAGE).min(entries.len())]
}

/// Rows under their year, or under their month.
fn groups(
    shelf: &Shelf<'_>,
    entries: &[usize],
    by_month: bool,
    show: Show<'_>,
) -> Result<Vec<Group>, Error> {
    let mut groups: Vec<Group> = Vec::new();
    for index in entries {
        let entry = &shelf.entries[*index];
        let known = entry
            .postmortem
            .started()
            .or(entry.dates.map(|dates| dates.created));
        let (key, label) = match known {
            Some(at) if by_month => (when::iso_day(at)[..7].to_string(), when::month(at)),
            Some(at) => (when::year(at).to_string(), when::year(at).to_string()),
            None => ("undated".to_string(), "No date".to_string()),
        };
        match groups.last_mut() {
            Some(last) if last.key == key => last.rows.push(show(*index)?),
            _ => groups.push(Group {
                key,
                label,
                rows: vec![show(*index)?],
            }),
        }
    }
    Ok(groups)
}

/// The way to the pages before and after.
pub(super) fn pager(folder: &str, rows: usize, page: usize) -> Pager {
    let pages = pages(rows);
    let address = |page: usize| encode(&path(folder, page));
    Pager {
        page,
        pages,
        previous: (page > 1).then(|| address(page - 1)),
        next: (page < pages).then(|| address(page + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        let entries: Vec<usize> = (0..250).collect();
        assert_eq!(pages(entries.len()), 3);
        assert_eq!(cut(&entries, 3), &entries[200..]);
        assert_eq!(cut(&entries, 9), &[] as &[usize]);
        assert_eq!(pages(0), 1);
        let pager = pager("tags/x", 250, 2);
        assert_eq!(pager.previous.as_deref(), Some("tags/x/index.html"));
        assert_eq!(pager.next.as_deref(), Some("tags/x/page/3/index.html"));
    }
}
