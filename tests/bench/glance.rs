//! What a running program costs, as the kernel tells.

/// The kernel counts processor time in hundredths of a second.
const TICK: f64 = 0.01;

/// What Linux tells of a process; nothing on other systems.
pub(crate) struct Glance {
    /// It runs no more.
    pub(crate) ended: bool,
    /// Processor time in seconds.
    pub(crate) cpu: Option<f64>,
    /// The most memory, in MiB; a process that has ended has none.
    pub(crate) memory: Option<f64>,
}

impl Glance {
    pub(crate) fn at(process: u32) -> Self {
        let read = |name: &str| std::fs::read_to_string(format!("/proc/{process}/{name}")).ok();
        // proc_pid_stat(5): the state is the first field after the name, user and system time are the 12th and 13th.
        let stat = read("stat").unwrap_or_default();
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let fields: Vec<&str> = fields.split(' ').collect();
        let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
        let status = read("status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
        Self {
            ended: fields
                .first()
                .is_none_or(|it| matches!(*it, "Z" | "X" | "")),
            cpu: ticks(11)
                .zip(ticks(12))
                .map(|(user, system)| (user + system) * TICK),
            memory: peak.map(|it| it / 1024.0),
        }
    }
}
