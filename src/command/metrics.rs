//! `metrics`: every figure, now or as of a day.

use jiff::civil::Date;

use super::workspace::Workspace;
use super::{Outcome, figures};
use crate::cli::{Metrics, MetricsFormat};
use crate::error::Error;
use crate::metrics::definitions;
use crate::output::Terminal;
use crate::report::metrics;

/// Prints the figures, or what they mean.
pub(super) fn run(
    workspace: &Workspace,
    args: &Metrics,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    if args.definitions {
        terminal.readable(definitions::PAGE.trim_end(), false)?;
        return Ok(Outcome::Clean);
    }
    let as_of = args.as_of.as_deref().map(day).transpose()?;
    let progress = terminal.progress("counting", None);
    let figures::Gathered { figures, seen } =
        figures::gather(workspace, as_of, args.mean, terminal)?;
    drop(progress);
    if seen.corpus.postmortems.is_empty() {
        let folder = &workspace.config.postmortems;
        let when = as_of.map(|day| format!(" at the end of {day}"));
        terminal.status(&format!(
            "no postmortems in `{folder}`{}",
            when.unwrap_or_default()
        ));
    }
    match args.format {
        MetricsFormat::Text => terminal.readable(metrics::text(&figures).trim_end(), false)?,
        MetricsFormat::Json => terminal.result(metrics::json(&figures).trim_end())?,
        MetricsFormat::Csv => terminal.result(metrics::csv(&figures).trim_end())?,
        MetricsFormat::OpenMetrics => terminal.result(metrics::openmetrics(&figures).trim_end())?,
    }
    // The process ends: taking a large corpus apart would only take time.
    std::mem::forget(seen);
    Ok(Outcome::Clean)
}

/// Reads a day; nothing but `2026-10-14` is one, so that nobody gets the day of another time zone.
fn day(text: &str) -> Result<Date, Error> {
    let is_plain = text.len() == 10 && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    let day = is_plain.then(|| text.parse().ok()).flatten();
    day.ok_or_else(|| {
        Error::refused(
            format!("`--as-of {text}` is no day"),
            "write it as year, month and day: `2026-10-14`",
        )
    })
}
