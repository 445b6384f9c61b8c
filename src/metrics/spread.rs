//! What is said of many values: median, 90th percentile and their number; and of a part of a whole.
//!
//! The quantiles are those of definition 7 in Hyndman and Fan, *Sample Quantiles in Statistical Packages*, The American
//! Statistician 50 (4), 1996: straight lines between neighbouring values, the smallest being 0 % and the largest 100 %. R, NumPy and
//! spreadsheets (`PERCENTILE.INC`) do the same, so anybody can do it again from the CSV.

use serde::Serialize;

/// Values in one number each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How many values there are.
    pub n: usize,
    /// The middle one; of an even number the middle of the two. None without a value, or where `n` is too small for a trend.
    pub median: Option<i64>,
    /// What nine of ten do not exceed. None where the median is.
    pub p90: Option<i64>,
    /// The arithmetic mean, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<i64>,
}

impl Spread {
    /// Of values in any order; `mean` says whether that is asked for.
    pub fn of(mut values: Vec<i64>, mean: bool) -> Self {
        values.sort_unstable();
        Self {
            n: values.len(),
            median: quantile(&values, 50),
            p90: quantile(&values, 90),
            mean: mean.then(|| average(&values)).flatten(),
        }
    }

    /// The same for one point of a trend: of fewer than `least` values only their number.
    pub fn trend(values: Vec<i64>, least: usize) -> Self {
        match values.len() < least {
            true => Self {
                n: values.len(),
                ..Self::default()
            },
            false => Self::of(values, false),
        }
    }
}

/// The value that `percent` of the sorted values do not exceed, rounded half up.
pub fn quantile(sorted: &[i64], percent: usize) -> Option<i64> {
    let last = sorted.len().checked_sub(1)?;
    let place = last * percent;
    let (below, rest) = (place / 100, i128::try_from(place % 100).ok()?);
    let low = i128::from(sorted[below]);
    let high = i128::from(sorted[(below + 1).min(last)]);
    let value = low * 100 + (high - low) * rest;
    i64::try_from((value + 50).div_euclid(100)).ok()
}

fn average(values: &[i64]) -> Option<i64> {
    let n = i128::try_from(values.len()).ok().filter(|n| *n > 0)?;
    let sum: i128 = values.iter().copied().map(i128::from).sum();
    i64::try_from((2 * sum + n).div_euclid(2 * n)).ok()
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// How many are in the part.
    pub part: usize,
    /// How many there are.
    pub whole: usize,
    /// `part / whole`, 0 to 1, to four digits; none where there is no whole.
    pub share: Option<f64>,
}

impl Share {
    /// So many of so many.
    pub fn of(part: usize, whole: usize) -> Self {
        let share = (whole > 0).then(|| {
            let share = part as f64 / whole as f64;
            (share * 10_000.0).round() / 10_000.0
        });
        Self { part, whole, share }
    }

    /// Of a whole of fewer than `least` only the numbers: one more or less would say something else.
    pub fn trend(part: usize, whole: usize, least: usize) -> Self {
        let share = Self::of(part, whole);
        Self {
            share: share.share.filter(|_| whole >= least),
            ..share
        }
    }

    /// Whether the part is at least so many percent of the whole; exact, and false of nothing.
    pub fn reaches(self, percent: usize) -> bool {
        self.whole > 0 && self.part * 100 >= self.whole * percent
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_are_those_of_spreadsheets() {
        // PERCENTILE.INC and numpy.percentile give the same.
        assert_eq!(quantile(&[], 50), None);
        assert_eq!(quantile(&[7], 90), Some(7));
        assert_eq!(quantile(&[1, 2], 50), Some(2)); // 1.5
        assert_eq!(quantile(&[10, 20, 30, 40], 50), Some(25));
        assert_eq!(quantile(&[10, 20, 30, 40], 90), Some(37));
        let ten: Vec<i64> = (1..=11).map(|n| n * 10).collect();
        assert_eq!(
            (quantile(&ten, 50), quantile(&ten, 90)),
            (Some(60), Some(100))
        );
        assert_eq!(
            quantile(&[i64::MIN, i64::MAX], 90).map(i64::is_positive),
            Some(true)
        );
    }

    #[test]
    fn the_mean_is_only_there_on_request() {
        let skewed = vec![60, 60, 60, 60, 5_760];
        let spread = Spread::of(skewed.clone(), true);
        assert_eq!(
            (spread.n, spread.median, spread.mean),
            (5, Some(60), Some(1_200))
        );
        assert_eq!(spread.p90, Some(3_480));
        assert_eq!(Spread::of(skewed, false).mean, None);
        assert_eq!(Spread::of(Vec::new(), true), Spread::default());
        assert_eq!(
            Spread::trend(vec![1, 2, 3, 4], 5),
            Spread {
                n: 4,
                ..Spread::default()
            }
        );
        assert_eq!(Spread::trend(vec![1, 2, 3, 4, 5], 5).median, Some(3));
    }

    #[test]
    fn a_share_of_nothing_is_none() {
        assert_eq!(Share::of(0, 0).share, None);
        assert_eq!(Share::of(2, 3).share, Some(0.6667));
        assert!(Share::of(9, 10).reaches(90) && !Share::of(8, 9).reaches(90));
        assert!(!Share::of(0, 0).reaches(0));
        assert_eq!(Share::trend(3, 4, 5).share, None);
    }

    proptest! {
        #[test]
        fn order_makes_no_difference_and_quantiles_stay_inside(
            mut values in proptest::collection::vec(-1_000_000_i64..1_000_000_000, 1..60),
            turn in 0_usize..60,
        ) {
            let spread = Spread::of(values.clone(), true);
            let by = turn % values.len();
            values.rotate_left(by);
            values.reverse();
            prop_assert_eq!(&spread, &Spread::of(values.clone(), true));
            let (low, high) = (values.iter().min().copied(), values.iter().max().copied());
            prop_assert!(low <= spread.median && spread.median <= spread.p90 && spread.p90 <= high);
            prop_assert!(low <= spread.mean && spread.mean <= high);
        }
    }
}
