//! Rows for spreadsheets: RFC 4180, and no cell that a spreadsheet would run.
//!
//! Owns quoting and the guard against formulas. Which columns there are is for the callers.

/// One row, without a line end.
pub fn row<T: AsRef<str>>(cells: &[T]) -> String {
    let mut row = String::new();
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            row.push(',');
        }
        row += &field(cell.as_ref());
    }
    row
}

/// A cell. What a spreadsheet would run as a formula begins with `'` instead, as OWASP asks; a handle like `@org/team` is none.
/// The full-width signs are those of Japanese and Chinese keyboards, which some spreadsheets take for the others.
pub fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        || text.starts_with('@') && !text[1..].chars().all(is_handle);
    let guarded = if formula {
        format!("'{text}")
    } else {
        text.into()
    };
    // `;` parts cells where the comma is for decimals.
    if guarded.contains([',', ';', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

fn is_handle(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_for_every_spreadsheet() {
        for (text, expected) in [
            ("plain", "plain"),
            ("", ""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("@acme/web", "@acme/web"),
            ("-1", "'-1"),
            ("+1", "'+1"),
            ("＝1+1", "'＝1+1"),
            ("\n=1", "\"'\n=1\""),
            ("a;b", "\"a;b\""),
            ("a\r\nb", "\"a\r\nb\""),
        ] {
            assert_eq!(field(text), expected, "{text:?}");
        }
        assert_eq!(row(&["a", "b,c", ""]), "a,\"b,c\",");
    }
}
