//! What came before and after a postmortem in each of its services.
//!
//! Owns the order; lists of a service stand in [`super::shelf`], the newest first.

use serde::Serialize;

use super::entry::Row;
use super::listing::Link;
use super::shelf::{Dimension, Shelf};

/// A service with the postmortems on both sides of one of its own.
#[derive(Debug, Serialize)]
pub(super) struct Nearby<'a> {
    service: Link,
    earlier: Option<&'a Row>,
    later: Option<&'a Row>,
}

/// The neighbours of entry `index`; services that have no other are left out.
pub(super) fn of<'a>(shelf: &'a Shelf<'_>, index: usize) -> Vec<Nearby<'a>> {
    let names = Dimension::Service.of(&shelf.entries[index]);
    let nearby = names.into_iter().filter_map(|name| {
        let value = shelf.value(Dimension::Service, &name)?;
        // The places of entries rise, as the list is in the order of the shelf.
        let at = value.entries.binary_search(&index).ok()?;
        let row = |at: Option<usize>| {
            let entry = value.entries.get(at?)?;
            Some(&shelf.entries[*entry].row)
        };
        let (later, earlier) = (row(at.checked_sub(1)), row(at.checked_add(1)));
        (earlier.is_some() || later.is_some()).then(|| Nearby {
            service: Link {
                url: value.url(),
                name,
            },
            earlier,
            later,
        })
    });
    nearby.collect()
}
