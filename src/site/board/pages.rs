//! Which pages about action items there are, and each of them.

use super::{Board, List, show};
use crate::error::Error;
use crate::site::{Site, link, listing};

/// A page about action items.
#[derive(Clone, Copy, Debug)]
pub(in crate::site) enum BoardPage {
    /// The first one.
    Overview,
    /// The values of a facet, by its place.
    Facet(usize),
    /// A page of a list, counted from 1.
    List {
        /// The list's place.
        list: usize,
        /// Counted from 1.
        page: usize,
    },
}

impl BoardPage {
    /// All of them.
    pub(in crate::site) fn all(board: &Board<'_>) -> Vec<Self> {
        let mut pages = vec![Self::Overview];
        pages.extend((0..board.facets.len()).map(Self::Facet));
        for (number, list) in board.lists.iter().enumerate() {
            let all = 1..=listing::pages(list.shown());
            pages.extend(all.map(|page| Self::List { list: number, page }));
        }
        pages
    }

    /// The output path.
    pub(in crate::site) fn path(self, board: &Board<'_>) -> String {
        match self {
            Self::Overview => "actions/index.html".into(),
            Self::Facet(facet) => format!("{}/index.html", board.facets[facet].0.folder()),
            Self::List { list, page } => listing::path(&board.lists[list].folder, page),
        }
    }
}

impl Site<'_> {
    /// A page about action items, which lies at `path`.
    pub(in crate::site) fn board_page(
        &self,
        page: BoardPage,
        path: &str,
    ) -> Result<Vec<u8>, Error> {
        let board = &self.board;
        let root = link::root(path);
        let show = |card: usize| {
            let row = || show::row(&self.shelf, &self.input, &board.cards[card]);
            self.once(&self.cards[card], "action-row.html", &root, row)
        };
        match page {
            BoardPage::Overview => {
                let overview = show::overview(board, &show)?;
                self.render(
                    "action-items.html",
                    path,
                    "Action items",
                    "items",
                    &overview,
                )
            }
            BoardPage::Facet(facet) => {
                let values = show::values(board, facet, None);
                let label = board.facets[facet].0.label().to_lowercase();
                let title = format!("Action items by {label}");
                self.render("action-values.html", path, &title, "facet", &values)
            }
            BoardPage::List { list, page } => {
                let list = &board.lists[list];
                let rows = show::list(board, &self.shelf, list, page, &show)?;
                self.render("action-list.html", path, &title(list), "list", &rows)
            }
        }
    }
}

fn title(list: &List) -> String {
    match list.facet {
        Some(facet) => format!(
            "Action items, {}: {}",
            facet.label().to_lowercase(),
            list.name
        ),
        None => format!("Action items: {}", list.name.to_lowercase()),
    }
}
