//! The race: `build` beside Hugo, and its full-text index beside the Pagefind command, on the same documents.
//!
//! Programs run in turn, each from nothing into a new folder: a disk may be slow for minutes where thousands of files were just
//! removed, and nobody publishes that way. Medians and ratios are printed. What is not there to
//! race against is said, not skipped in silence: `HUGO` and `PAGEFIND` name the programs themselves, no launchers, and
//! `AFTERSIGHT_BIN` another build of ours.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::generate;
use crate::generator::Flavour;
use crate::glance::Glance;

/// How often each program runs.
const ROUNDS: usize = 5;
/// How often a running program is looked at.
const GLANCE: Duration = Duration::from_millis(3);

/// What a run took.
#[derive(Clone, Copy, Debug)]
struct Cost {
    /// In seconds.
    wall: f64,
    cpu: f64,
    /// In MiB.
    memory: f64,
}

/// Races over so many documents; the index too, if asked, which takes much longer.
pub(crate) fn race(count: usize, with_index: bool) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let base = folder.path();
    let ours = std::env::var_os("AFTERSIGHT_BIN");
    let ours = ours.unwrap_or_else(|| env!("CARGO_BIN_EXE_aftersight").into());
    generate(count, &base.join("ours/postmortems"), Flavour::Aftersight)?;
    let build = |search: &str, out: &str| {
        let mut command = Command::new(&ours);
        command.args(["--quiet", "--repo"]).arg(base.join("ours"));
        command.args(["build", "--search", search, "--out"]);
        command.arg(base.join(out));
        command
    };
    say("build, without the index")?;
    let facets = |round: usize| measure(build("facets", &format!("facets-{round}")));
    match program("HUGO") {
        None => {
            lone("aftersight", facets)?;
            say("  HUGO names no program, so there was no race with it")?;
        }
        Some(hugo) => {
            let site = base.join("hugo");
            copy(
                &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/hugo"),
                &site,
            )?;
            generate(count, &site.join("content/incidents"), Flavour::Hugo)?;
            let theirs = |round: usize| {
                let mut command = Command::new(&hugo);
                command.arg("--quiet").arg("--source").arg(&site);
                command.arg("--destination").arg(format!("public-{round}"));
                measure(command)
            };
            pair(("aftersight", &facets), ("hugo", &theirs))?;
        }
    }
    if !with_index {
        return Ok(());
    }
    say(
        "the index alone: `build --search full` where only the index was missing, the command over the finished pages",
    )?;
    let full = |round: usize| {
        let pages = format!("full-{round}");
        measure(build("facets", &pages))?;
        let before = measure(build("facets", &pages))?;
        let cost = measure(build("full", &pages))?;
        let again = measure(build("full", &pages))?;
        say(&format!("    nothing changed: {:.2} s", again.wall))?;
        Ok(Cost {
            wall: cost.wall - before.wall,
            cpu: cost.cpu - before.cpu,
            memory: cost.memory,
        })
    };
    match program("PAGEFIND") {
        None => {
            lone("aftersight", full)?;
            say("  PAGEFIND names no program, so there was no race with it")?;
        }
        Some(pagefind) => {
            let theirs = |round: usize| {
                let index = base.join(format!("index-{round}"));
                let mut command = Command::new(&pagefind);
                command
                    .arg("--site")
                    .arg(base.join(format!("full-{round}")));
                command.arg("--output-path").arg(&index).arg("--quiet");
                measure(command)
            };
            pair(("aftersight", &full), ("pagefind", &theirs))?;
        }
    }
    Ok(())
}

type Runner<'a> = (&'a str, &'a dyn Fn(usize) -> Result<Cost, Box<dyn Error>>);

fn program(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|path| !path.is_empty())
}

/// Runs two programs in turn and prints what they took and how they compare.
fn pair(one: Runner<'_>, other: Runner<'_>) -> Result<(), Box<dyn Error>> {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        first.push(one.1(round)?);
        second.push(other.1(round)?);
    }
    print(one.0, &first)?;
    print(other.0, &second)?;
    for (what, of) in FIGURES {
        let ratios = first.iter().zip(&second).map(|(a, b)| of(a) / of(b));
        let mut ratios: Vec<f64> = ratios.collect();
        ratios.sort_by(f64::total_cmp);
        let (least, most) = (ratios[0], ratios[ratios.len() - 1]);
        say(&format!(
            "  {what:<6} {:.2} of {}, {least:.2} to {most:.2}",
            ratios[ratios.len() / 2],
            other.0
        ))?;
    }
    Ok(())
}

fn lone(
    name: &str,
    run: impl Fn(usize) -> Result<Cost, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let costs: Result<Vec<Cost>, _> = (0..ROUNDS).map(run).collect();
    print(name, &costs?)
}

type Figure = (&'static str, fn(&Cost) -> f64);

const FIGURES: [Figure; 3] = [
    ("wall", |cost| cost.wall),
    ("CPU", |cost| cost.cpu),
    ("memory", |cost| cost.memory),
];

fn print(name: &str, costs: &[Cost]) -> Result<(), Box<dyn Error>> {
    let median = |of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let [wall, cpu, memory] = FIGURES.map(|(_, of)| median(of));
    say(&format!(
        "  {name:<12} {wall:>7.2} s wall {cpu:>7.2} s CPU {memory:>6.0} MiB, median of {}",
        costs.len()
    ))
}

fn measure(mut command: Command) -> Result<Cost, Box<dyn Error>> {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let mut child = command.spawn()?;
    let (mut cpu, mut memory) = (0.0, 0.0);
    let status = loop {
        let glance = Glance::at(child.id());
        cpu = glance.cpu.unwrap_or(cpu);
        memory = glance.memory.unwrap_or(memory);
        if glance.ended
            && let Some(status) = child.try_wait()?
        {
            break status;
        }
        std::thread::sleep(GLANCE);
    };
    let wall = begin.elapsed().as_secs_f64();
    // Findings in the documents are no failure here.
    if status.code().is_none_or(|code| code > 1) {
        return Err(format!("{command:?}: {status}").into());
    }
    Ok(Cost { wall, cpu, memory })
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn say(line: &str) -> Result<(), Box<dyn Error>> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
