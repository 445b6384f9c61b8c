//! Texts of an export that are no news to people: ids, addresses, times, settings.

use super::super::moment;

/// Whether a text names or sets something and tells nothing: it is one word, and its key or its form says so.
pub(super) fn is_setting(key: &str, text: &str) -> bool {
    const KEYS: [&str; 29] = [
        "user",
        "users",
        "mimetype",
        "filetype",
        "pretty_type",
        "id",
        "type",
        "self",
        "url",
        "status",
        "state",
        "key",
        "color",
        "role",
        "visibility",
        "mode",
        "code",
        "email",
        "login",
        "time_zone",
        "timezone",
        "tz",
        "locale",
        "etag",
        "team",
        "ts",
        "event",
        "impact",
        "category",
    ];
    let text = text.trim();
    if moment::read(text, None).is_some() {
        return true;
    }
    if text.contains(char::is_whitespace) {
        return false;
    }
    let lower = key.to_ascii_lowercase();
    let ends = [
        "_id", "id", "_url", "url", "_type", "_key", "_status", "_at", "link", "_hash",
    ];
    KEYS.contains(&lower.as_str())
        || ends.iter().any(|end| lower.ends_with(end))
        || text.contains("://")
}
