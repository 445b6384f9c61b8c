//! The page that a browser shows in place of a site that cannot be made.

/// Cause and remedy as a page that loads itself again when something was changed.
pub(super) fn page(message: &str, help: &str) -> String {
    format!(
        include_str!("mistake.html"),
        message = escape(message),
        help = escape(help)
    )
}

/// Whatever stands in a file of the repository may be part of a message.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_message_is_text() {
        let page = super::page("a <script> & {help}", "mend \"it\"");
        assert!(
            page.contains("<pre>a &lt;script&gt; &amp; {help}</pre>"),
            "{page}"
        );
        assert!(page.contains("<p>mend &quot;it&quot;</p>"), "{page}");
    }
}
