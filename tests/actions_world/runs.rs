//! Runs of the program: alone, hit by faults, killed, and two at once.

use std::io::Read;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::chance::Chance;
use super::world::World;
use crate::github::Fake;
use crate::github::Fault;

/// What came of a run.
pub(super) struct Ran {
    /// None where it was killed.
    pub(super) code: Option<i32>,
    pub(super) report: Value,
    pub(super) stderr: String,
}

/// A process that a fault may kill.
pub(super) type Slot = Arc<Mutex<Option<Child>>>;

impl World {
    /// Begins a run.
    fn begin(&self, slot: &Slot) -> std::thread::JoinHandle<(String, String)> {
        let args = ["actions", "sync", "--json", "--pace", "0"];
        let mut command = self.stage.repo.command(&args);
        // A token of its own for each run: an hour's requests are not what this is about.
        let token = self.github().workflow_token();
        command.envs(self.github().environment(&token));
        // Two files need no more.
        command.env("RAYON_NUM_THREADS", "1");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut out = child.stdout.take().expect("its output");
        let mut err = child.stderr.take().expect("its remarks");
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        std::thread::spawn(move || {
            let remarks = std::thread::spawn(move || {
                let mut text = String::new();
                let _ = err.read_to_string(&mut text);
                text
            });
            let mut text = String::new();
            let _ = out.read_to_string(&mut text);
            (text, remarks.join().expect("its remarks"))
        })
    }

    fn end(&self, slot: &Slot, reading: std::thread::JoinHandle<(String, String)>) -> Ran {
        let (stdout, stderr) = reading.join().expect("its output");
        let mut child = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let child = child.as_mut().expect("a process");
        let status = child.wait().expect("it ends");
        let ran = Ran {
            code: status.code(),
            report: serde_json::from_str(&stdout).unwrap_or_default(),
            stderr,
        };
        let short = |name: &str| ran.report[name].to_string();
        let changes: Vec<String> = ran.report["changes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| format!("{} {} #{}", it["change"], it["item"], it["issue"]).replace('"', ""))
            .collect();
        self.tell(format!(
            "  ended with {:?}: {} requests, {} writes; {}; failed {}; stopped {}; {}",
            ran.code,
            short("requests"),
            short("writes"),
            changes.join(", "),
            short("failed"),
            short("stopped"),
            ran.stderr
                .lines()
                .filter(|it| !it.contains("cannot be read whole"))
                .collect::<Vec<_>>()
                .join(" / "),
        ));
        self.tell_requests();
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        if let Some(code) = ran.code {
            assert!((0..=2).contains(&code), "{code}: {}", ran.stderr);
        }
        ran
    }

    /// What GitHub was asked since this was last told.
    fn tell_requests(&self) {
        let requests = self.github().requests();
        let from = std::mem::replace(&mut self.model().told, requests.len());
        let lines = requests.iter().skip(from).map(|one| {
            let path = one.path.trim_start_matches("/repos/acme/incidents");
            format!("{} {path} {}", one.method, one.status)
        });
        self.tell(format!("  asked {}", lines.collect::<Vec<_>>().join(", ")));
    }

    /// One run.
    pub(super) fn run(&self) -> Ran {
        let slot = Slot::default();
        let reading = self.begin(&slot);
        self.end(&slot, reading)
    }

    /// Two runs that begin together.
    pub(super) fn both(&self) {
        self.model().crowded = true;
        let slots = [Slot::default(), Slot::default()];
        let running = slots.each_ref().map(|slot| self.begin(slot));
        for (slot, reading) in slots.iter().zip(running) {
            self.end(slot, reading);
        }
    }

    /// A run that is killed at its nth request, before or after what that request does.
    pub(super) fn killed(&self, nth: u32, after: bool) -> Ran {
        let slot = Slot::default();
        let killer = kill(&slot);
        let github = self.github();
        if after {
            github.fault(Fault::call_after(killer).nth(nth));
        } else {
            github.fault(Fault::call_before(killer).nth(nth));
            github.fault(Fault::lost_before().nth(nth));
        }
        let reading = self.begin(&slot);
        let ran = self.end(&slot, reading);
        github.calm();
        ran
    }

    /// A run in the middle of which something else happens.
    pub(super) fn amid(
        self: &Arc<Self>,
        nth: u32,
        after: bool,
        mut what: impl FnMut(&Self) + Send + 'static,
    ) {
        let world = Arc::downgrade(self);
        let broken = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&broken);
        let call = move || {
            if let Some(world) = world.upgrade() {
                let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| what(&world)));
                flag.store(done.is_err(), Ordering::SeqCst);
            }
        };
        let fault = match after {
            true => Fault::call_after(call),
            false => Fault::call_before(call),
        };
        self.github().fault(fault.nth(nth));
        self.run();
        assert!(
            !broken.load(Ordering::SeqCst),
            "what happened amid a run failed"
        );
    }

    /// A run of a random kind, among random faults.
    pub(super) fn some_run(self: &Arc<Self>, chance: &mut Chance) {
        if chance.one_in(3) {
            self.tell("the clone is stale");
        } else {
            self.fetch();
        }
        let faults = *chance.pick(&[0, 0, 1, 1, 2, 3]);
        for _ in 0..faults {
            self.trouble(chance);
        }
        let nth = chance.among(1, 24) as u32;
        let after = chance.one_in(2);
        let when = if after { "after" } else { "before" };
        match chance.below(9) {
            0..=3 => {
                self.tell("a run");
                self.run();
            }
            4 | 5 => {
                self.tell(format!("a run is killed at request {nth}, {when}"));
                self.killed(nth, after);
            }
            6 => {
                self.tell("two runs at once");
                self.both();
            }
            7 => {
                self.tell(format!("a run is overtaken at request {nth}, {when}"));
                self.model().crowded = true;
                let mut own = chance.fork();
                self.amid(nth, after, move |world| {
                    if own.one_in(3) {
                        world.authors(&mut own);
                    }
                    world.tell("another run overtakes");
                    world.run();
                });
            }
            _ => {
                self.tell(format!("people act at request {nth} of a run, {when}"));
                let mut own = chance.fork();
                self.amid(nth, after, move |world| world.people(&mut own, true));
            }
        }
        self.github().calm();
        self.learn();
    }

    /// Something goes wrong somewhere. Hardly ever what is waited out, for that takes real time.
    fn trouble(&self, chance: &mut Chance) {
        let nth = chance.among(1, 10) as u32;
        let github: &Fake = self.github();
        let (name, fault) = match chance.below(34) {
            0..=3 => ("lost before", write(Fault::lost_before(), chance)),
            4..=8 => ("lost after", write(Fault::lost_after(), chance)),
            9 | 10 => ("502 before", write(Fault::status(502), chance)),
            11..=13 => ("502 after", write(Fault::status_after(502), chance)),
            14..=16 => ("malformed", write(Fault::malformed(), chance)),
            17 | 18 => ("busy", Fault::busy(503, 600).on("GET", "*")),
            19 => (
                "busy with the ledger",
                Fault::busy(503, 600).on("GET", "*/git/*"),
            ),
            20 | 21 => (
                "busy with issues",
                Fault::busy(503, 600).on("GET", "*/issues/*"),
            ),
            22 => ("too many", Fault::too_many(600)),
            23 => (
                "secondary limit",
                write(Fault::secondary_limit(Some(600)), chance),
            ),
            24 => ("primary limit", Fault::primary_limit(3600)),
            25 | 26 => ("conflict", Fault::conflict()),
            27 | 28 => ("list lag", Fault::list_lag(1)),
            29..=31 => {
                let minutes = chance.among(1, 6);
                self.tell(format!("lists lag by {minutes} minutes"));
                return github.list_delay(minutes as i64);
            }
            // These are waited out.
            _ if !chance.one_in(4) => return,
            32 => ("lost for a moment", Fault::lost_before().on("GET", "*")),
            _ => ("limited for a moment", write(Fault::too_many(0), chance)),
        };
        self.tell(format!("trouble at {nth}: {name}"));
        github.fault(fault.nth(nth));
    }
}

/// A write of some kind meets this.
fn write(fault: Fault, chance: &mut Chance) -> Fault {
    let (method, route) = *chance.pick(&[
        ("POST", "*"),
        ("POST", "*/issues"),
        ("POST", "*/issues"),
        ("PATCH", "*"),
        ("POST", "/graphql"),
        ("POST", "*/comments"),
    ]);
    fault.on(method, route)
}

/// Kills a process, and returns when it is no more.
fn kill(slot: &Slot) -> impl FnMut() + Send + 'static {
    let slot = Arc::clone(slot);
    move || loop {
        let mut child = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(child) = child.as_mut() {
            child.kill().expect("it is killed");
            child.wait().expect("it ends");
            return;
        }
        drop(child);
        std::thread::yield_now();
    }
}
