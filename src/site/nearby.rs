//! What came before and after a postmortem in each of its services.
//!
//! Owns the order; lists of a service stand in [`super::shelf`], the newest first.

use serde::Serialize;

use super::listing::Link;
use super::shelf::{Dimension, Shelf};

/// A postmortem on one side.
#[derive(Debug, Serialize)]
struct Neighbour<'a> {
    title: &'a str,
    url: &'a str,
    date: Option<&'a str>,
    date_iso: Option<&'a str>,
}

/// A service with the postmortems on both sides of one of its own.
#[derive(Debug, Serialize)]
pub(super) struct Nearby<'a> {
    service: Link,
    earlier: Option<Neighbour<'a>>,
    later: Option<Neighbour<'a>>,
}

/// The neighbours of entry `index`; services that have no other are left out.
pub(super) fn of<'a>(shelf: &'a Shelf<'_>, index: usize) -> Vec<Nearby<'a>> {
    let names = Dimension::Service.of(&shelf.entries[index]);
    let nearby = names.into_iter().filter_map(|name| {
        let value = shelf.value(Dimension::Service, &name)?;
        // The places of entries rise, as the list is in the order of the shelf.
        let at = value.entries.binary_search(&index).ok()?;
        let neighbour = |at: Option<usize>| {
            let row = &shelf.entries[*value.entries.get(at?)?].row;
            Some(Neighbour {
                title: &row.title,
                url: &row.url,
                date: row.date.as_deref(),
                date_iso: row.date_iso.as_deref(),
            })
        };
        let later = neighbour(at.checked_sub(1));
        let earlier = neighbour(at.checked_add(1));
        (earlier.is_some() || later.is_some()).then(|| Nearby {
            service: Link {
                url: value.url(),
                name: name.into(),
            },
            earlier,
            later,
        })
    });
    nearby.collect()
}
