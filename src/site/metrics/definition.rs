//! The page that defines every figure, as HTML. The text is the program's own.

use serde::Serialize;

use crate::document::options;
use crate::metrics::definitions::PAGE;

/// The page.
#[derive(Debug, Serialize)]
pub(in crate::site) struct Definitions {
    /// Safe HTML.
    html: String,
}

/// The definitions: below the page's own heading, tables scrolling inside themselves.
pub(in crate::site) fn definitions() -> Definitions {
    let body = PAGE.split_once('\n').map_or(PAGE, |(_, body)| body);
    let html = comrak::markdown_to_html(body, &options());
    let mut tables = 0;
    let mut parts = html.split("<table>");
    let mut safe = parts.next().unwrap_or_default().to_string();
    for part in parts {
        tables += 1;
        safe += &format!(
            "<section class=\"scroll\" tabindex=\"0\" aria-label=\"Definitions {tables}\"><table>"
        );
        safe += &part.replacen("</table>", "</table></section>", 1);
    }
    Definitions { html: safe }
}
