//! An answer of the server, and what it says when it says no: one clean line that never shows a token.

use http::HeaderMap;
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::Failure;

/// The longest message of a server that is shown, characters.
const LONGEST: usize = 300;

/// So many details of a refusal are shown.
const DETAILS: usize = 5;

/// Begins the message where the token itself was not accepted (401), not what it asked for (403).
pub(super) const NOT_ACCEPTED: &str = "the token is not accepted";

/// An answer, read whole.
#[derive(Clone)]
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// A header, where it is readable.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A header that is a number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.trim().parse().ok()
    }

    /// The server's clock.
    pub(super) fn date(&self) -> Option<Timestamp> {
        jiff::fmt::rfc2822::parse(self.header("date")?)
            .ok()
            .map(|zoned| zoned.timestamp())
    }

    /// The body, where an answer without one stands for `null`.
    pub(super) fn json(&self) -> &[u8] {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            b"null"
        } else {
            &self.body
        }
    }

    /// Whether the body is JSON at all, whatever it says.
    pub(super) fn readable(&self) -> bool {
        serde_json::from_slice::<IgnoredAny>(self.json()).is_ok()
    }

    /// What the server says, as it says it: `message`, then what `errors` add.
    pub(super) fn says(&self) -> String {
        let Ok(Value::Object(body)) = serde_json::from_slice::<Value>(&self.body) else {
            return format!("status {}", self.status);
        };
        let mut words = match body.get("message").and_then(Value::as_str) {
            Some(message) if !message.trim().is_empty() => message.to_string(),
            _ => format!("status {}", self.status),
        };
        let details: Vec<String> = match body.get("errors") {
            Some(Value::Array(errors)) => errors.iter().filter_map(detail).collect(),
            Some(Value::String(error)) => vec![error.clone()],
            _ => Vec::new(),
        };
        for (index, text) in details.iter().take(DETAILS).enumerate() {
            words.push_str(if index == 0 { ": " } else { ", " });
            words.push_str(text);
        }
        words
    }

    /// Why there is nothing to use, for a status that says so; `token` is whether one was sent.
    pub(super) fn rejection(&self, request: &str, secrets: &Secrets, token: bool) -> Failure {
        let request = request.to_string();
        let message = secrets.clean(&self.says());
        match self.status {
            401 | 403 => Failure::Denied {
                request,
                message: match (self.status, token) {
                    (_, false) => format!("no token was given: {message}"),
                    (401, true) => format!("{NOT_ACCEPTED}: {message}"),
                    _ => message,
                },
                wanted: self
                    .header("x-accepted-github-permissions")
                    .map(|it| secrets.clean(it))
                    .filter(|it| !it.is_empty()),
            },
            404 | 410 => Failure::NotFound { request },
            400..=499 => Failure::Refused {
                request,
                status: self.status,
                message,
            },
            300..=399 => Failure::Refused {
                request,
                status: self.status,
                message: match self.header("location") {
                    Some(place) => secrets.clean(&format!("it has moved to {place}")),
                    None => "it has moved".to_string(),
                },
            },
            _ => Failure::Unavailable { request, message },
        }
    }
}

/// One of the `errors`: a sentence, or the field and what is wrong with it.
fn detail(error: &Value) -> Option<String> {
    if let Some(text) = error.as_str() {
        return Some(text.to_string());
    }
    let word = |name: &str| error.get(name).and_then(Value::as_str);
    match (word("message"), word("field"), word("code")) {
        (Some(message), ..) => Some(message.to_string()),
        (None, Some(field), Some(code)) => Some(format!("{field} {code}")),
        (None, Some(word), None) | (None, None, Some(word)) => Some(word.to_string()),
        _ => None,
    }
}

/// What must never be shown.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// These tokens; longer ones first, so that none is left over inside another.
    pub(super) fn new(tokens: impl IntoIterator<Item = String>) -> Self {
        let mut tokens: Vec<String> = tokens.into_iter().filter(|it| !it.is_empty()).collect();
        tokens.sort_by_key(|it| std::cmp::Reverse(it.len()));
        Self(tokens)
    }

    /// A stranger's text as one line of at most 300 characters, without control characters, direction marks and tokens.
    pub(super) fn clean(&self, text: &str) -> String {
        let mut line = String::new();
        for word in self.hide(text).split(|it: char| it.is_whitespace()) {
            let word: String = word.chars().filter(|it| !hidden(*it)).collect();
            if !word.is_empty() {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(&word);
            }
        }
        // Once more: a token may have been broken up by what was taken out.
        let line = self.hide(&line);
        if line.chars().count() <= LONGEST {
            return line;
        }
        let mut short: String = line.chars().take(LONGEST - 1).collect();
        short.push('…');
        short
    }

    fn hide(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_string(), |text, token| text.replace(token, "***"))
    }
}

/// Control characters and what changes the direction or the look of the text around it (Unicode TR 36).
fn hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_refusal_names_its_fields() {
        let body = r#"{"message":"Validation Failed","errors":[
            {"resource":"Issue","field":"assignees","code":"invalid"},
            {"message":"title is too long"}, "plain", {"code":"custom"}, 7]}"#;
        assert_eq!(
            answer(422, body).says(),
            "Validation Failed: assignees invalid, title is too long, plain, custom"
        );
        assert_eq!(answer(502, "<html>Bad gateway</html>").says(), "status 502");
        assert_eq!(answer(500, "{}").says(), "status 500");
    }

    #[test]
    fn a_strangers_words_become_one_harmless_line() {
        let secrets = Secrets::new(["ghp_secret".to_string(), "ghp_secret_team".to_string()]);
        assert_eq!(
            secrets.clean("no\r\n::error::x\u{1b}[31m \u{202e}y ghp_secret_team/ghp_sec\u{0}ret"),
            "no ::error::x[31m y ***/***"
        );
        assert_eq!(secrets.clean(&"ä".repeat(400)).chars().count(), 300);
    }

    #[test]
    fn the_servers_clock_is_read() {
        let mut answer = answer(200, "");
        let header = http::HeaderValue::from_static("Wed, 14 Oct 2026 09:00:00 GMT");
        answer.headers.insert("date", header);
        let moment: Timestamp = "2026-10-14T09:00:00Z".parse().expect("a moment");
        assert_eq!(answer.date(), Some(moment));
    }
}
