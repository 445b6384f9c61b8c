//! How long something took, in words.

use jiff::SignedDuration;

/// `12 minutes`, `1 hour and 5 minutes`, `3 days`; whole minutes from one minute on, whole days from two days on.
pub(in crate::rules) fn length(duration: SignedDuration) -> String {
    let count = |number: i64, noun: &str| match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    };
    let seconds = duration.as_secs().abs();
    let minutes = seconds / 60;
    match (minutes / 60, minutes % 60) {
        _ if minutes == 0 => count(seconds, "second"),
        (0, minutes) => count(minutes, "minute"),
        (hours @ 48.., _) => count(hours / 24, "day"),
        (hours, 0) => count(hours, "hour"),
        (hours, minutes) => format!("{} and {}", count(hours, "hour"), count(minutes, "minute")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_words() {
        let said = |seconds| length(SignedDuration::from_secs(seconds));
        assert_eq!(said(1), "1 second");
        assert_eq!(said(119), "1 minute");
        assert_eq!(said(3900), "1 hour and 5 minutes");
        assert_eq!(said(47 * 3600), "47 hours");
        assert_eq!(said(80 * 3600), "3 days");
    }
}
