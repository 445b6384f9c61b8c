//! A figure in words, and what became of it since the quarter before; nothing of fewer values than the figures themselves compare.

use crate::metrics::LEAST;
use crate::metrics::spread::{Share, Spread};
use crate::sheet::Line;
use crate::when::length;

/// The median, and what it is of; `–` without a value.
pub(super) fn spread(seconds: &Spread) -> Line {
    match middle(seconds) {
        Some((median, of)) => Line::from(median).aside(of),
        None => "–".into(),
    }
}

/// The same where it stands out.
pub(super) fn spread_now(seconds: &Spread) -> Line {
    match middle(seconds) {
        Some((median, of)) => Line::new().strong(median).aside(of),
        None => "–".into(),
    }
}

/// `24 min`, and `p90 3 h, n 6`.
pub(super) fn middle(seconds: &Spread) -> Option<(String, String)> {
    let (median, p90) = seconds.median.zip(seconds.p90)?;
    let of = format!("p90 {}, n {}", length(p90), seconds.n);
    Some((length(median), of))
}

/// `12 min less`; none where one of the two is of too few.
pub(super) fn spreads(now: &Spread, before: &Spread) -> Option<String> {
    if now.n < LEAST || before.n < LEAST {
        return None;
    }
    let (now, before) = (now.median?, before.median?);
    Some(match now - before {
        0 => "the same".into(),
        less if less < 0 => format!("{} less", length(-less)),
        more => format!("{} more", length(more)),
    })
}

/// `6 of 8 (75 %)`; `–` of nothing.
pub(super) fn share(share: Share) -> String {
    match share.share {
        Some(part) => format!("{} of {} ({:.0} %)", share.part, share.whole, part * 100.0),
        None => "–".into(),
    }
}

/// `10 points more`; none where one of the two is of too few.
pub(super) fn shares(now: Share, before: Share) -> Option<String> {
    if now.whole < LEAST || before.whole < LEAST {
        return None;
    }
    let points = (now.share? - before.share?) * 100.0;
    Some(match points.round() {
        0.0 => "the same".into(),
        less if less < 0.0 => format!("{:.0} points less", -less),
        more => format!("{more:.0} points more"),
    })
}

/// `2 more`.
pub(super) fn counts(now: usize, before: usize) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Equal => "the same".into(),
        std::cmp::Ordering::Less => format!("{} fewer", before - now),
        std::cmp::Ordering::Greater => format!("{} more", now - before),
    }
}

/// What is said where nothing may be compared.
pub(super) const TOO_FEW: &str = "too few";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_compared_that_is_of_too_few() {
        let of = |values: &[i64]| Spread::of(values.to_vec(), false);
        let five = of(&[60, 60, 120, 600, 6_000]);
        let told = |text: &str, of: &str| Some((text.to_string(), of.to_string()));
        assert_eq!(middle(&five), told("2 min", "p90 1 h 4 min, n 5"));
        assert_eq!(middle(&Spread::default()), None);
        assert_eq!(spreads(&five, &of(&[1, 2, 3, 4])), None);
        assert_eq!(
            spreads(&five, &of(&[300; 5])).as_deref(),
            Some("3 min less")
        );
        assert_eq!(spreads(&five, &of(&[60; 6])).as_deref(), Some("1 min more"));
        assert_eq!(spreads(&five, &five).as_deref(), Some("the same"));
        assert_eq!(share(Share::of(6, 8)), "6 of 8 (75 %)");
        assert_eq!(share(Share::of(0, 0)), "–");
        assert_eq!(
            shares(Share::of(6, 8), Share::of(4, 8)).as_deref(),
            Some("25 points more")
        );
        assert_eq!(shares(Share::of(4, 4), Share::of(4, 8)), None);
        assert_eq!(
            (counts(1, 3), counts(3, 1)),
            ("2 fewer".into(), "2 more".into())
        );
    }
}
