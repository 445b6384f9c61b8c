//! What a run costs: requests as the fake counts them, time and memory as the kernel does.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::glance::Glance;
use super::world::World;

/// How often a running program is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// One run of the program.
pub(super) struct Measured {
    /// What it printed; null where it was killed.
    pub(super) report: Value,
    /// Requests, and those of them that were meant to change something.
    pub(super) requests: usize,
    pub(super) writes: usize,
    wall: Duration,
    /// Processor time in seconds, and the most memory in MiB, where the kernel tells.
    cpu: Option<f64>,
    memory: Option<f64>,
}

impl Measured {
    /// A number of the report.
    pub(super) fn number(&self, name: &str) -> u64 {
        self.report[name].as_u64().unwrap_or_default()
    }

    /// A line for people.
    pub(super) fn print(&self, name: &str) {
        let figure = |value: Option<f64>| value.map_or("-".into(), |it| format!("{it:.1}"));
        let line = format!(
            "{name:<42} {:>5} requests {:>4} writes {:>6.1} s wall {:>5} s CPU {:>6} MiB",
            self.requests,
            self.writes,
            self.wall.as_secs_f64(),
            figure(self.cpu),
            figure(self.memory)
        );
        say(&line);
    }
}

/// Prints a line.
pub(super) fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("an output");
}

/// Runs `actions sync` in a clone that is up to date, and kills it after so many requests, if any are named.
pub(super) fn sync(world: &World, args: &[&str], killed_after: Option<usize>) -> Measured {
    world.repo.git(&["fetch", "-q", "origin"]);
    let mut all = vec!["actions", "sync", "--json", "--pace", "0"];
    all.extend(args);
    let like = world.repo.command(&all);
    // Another build can be measured over the same state.
    let program = std::env::var_os("AFTERSIGHT_BIN");
    let mut command = Command::new(program.unwrap_or(like.get_program().into()));
    let mut out = [(); 2].map(|()| tempfile::tempfile().expect("a file"));
    let [stdout, stderr] = [0, 1].map(|it: usize| Stdio::from(again(&out[it])));
    let environment = like
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    command
        .args(like.get_args())
        .current_dir(world.repo.path())
        .env_clear()
        .envs(environment)
        .envs(world.github.environment(&world.token))
        .stdout(stdout)
        .stderr(stderr);
    let before = world.github.requests().len();
    let begin = Instant::now();
    let mut child = command.spawn().expect("the program runs");
    let (mut cpu, mut memory, mut killed) = (None, None, false);
    loop {
        let glance = Glance::at(child.id());
        cpu = glance.cpu.or(cpu);
        memory = glance.memory.or(memory);
        if glance.ended && child.try_wait().expect("a child").is_some() {
            break;
        }
        if killed_after.is_some_and(|most| world.github.requests().len() - before >= most) {
            child.kill().expect("it is killed");
            killed = true;
        }
        std::thread::sleep(GLANCE);
    }
    let wall = begin.elapsed();
    let status = child.wait().expect("it ends");
    let [stdout, stderr] = [0, 1].map(|it: usize| whole(&mut out[it]));
    assert!(killed || status.success(), "{status}\n{stdout}\n{stderr}");
    let report = serde_json::from_str(&stdout);
    let seen = world.github.requests().split_off(before);
    Measured {
        report: match killed {
            true => Value::Null,
            false => report.unwrap_or_else(|error| panic!("{error}: {stdout}")),
        },
        requests: seen.len(),
        writes: seen.iter().filter(|it| it.writes).count(),
        wall,
        cpu,
        memory,
    }
}

fn again(file: &File) -> File {
    file.try_clone().expect("a file")
}

fn whole(file: &mut File) -> String {
    let mut text = String::new();
    file.rewind().expect("a file");
    file.read_to_string(&mut text).expect("text");
    text
}
